/* Structs and their fields: argument checks, fields that are scalars, and one frame each. */
#include "change.h"
#include "cross.h"
#include "load.h"
#include "text.h"

/* Finds a field of a struct, or of what a pointer to one points to. NULL if that needs Go, or must fail. */
GOBRIDGE_INLINE const gobridge_shape_field *see_named(gobridge_ref ref, const char *name, size_t len,
                                                      gobridge_sight *sight) {
    if (!len || !gobridge_see(ref, sight) || !gobridge_pages_know(gobridge_thread_state, name, len, false)) {
        return NULL;
    }
    const gobridge_shape *shape = sight->shown.shape;
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const gobridge_text known = shape->fields[i].name;
        if (known.len == len && is_same(known.data, name, len)) {
            return &shape->fields[i];
        }
    }
    return NULL;
}

GOBRIDGE_INLINE const gobridge_shape_field *see_nth(gobridge_ref ref, uint32_t index, gobridge_sight *sight) {
    return gobridge_see(ref, sight) && index < sight->shown.shape->field_count
               ? &sight->shown.shape->fields[index]
               : NULL;
}

GOBRIDGE_INLINE bool read_field(const gobridge_sight *sight, const gobridge_shape_field *field,
                                gobridge_value *value) {
    return field && gobridge_see_value(sight, field->kind, sight->shown.address + field->offset, value);
}

GOBRIDGE_INLINE bool change_field(const gobridge_sight *sight, const gobridge_shape_field *field,
                                  const gobridge_value *value) {
    return field && sight->shown.shape->kind == GOBRIDGE_KIND_POINTER &&
           gobridge_change_takes(gobridge_thread_state, value, field->kind) &&
           gobridge_change(sight, field->size, sight->shown.address + field->offset, value->as.u);
}

/* Makes a call that names a field, and notes that Go has read its name and the value, or written that. */
static gobridge_status cross(gobridge_frame frame, const char *name, size_t len, const gobridge_value *value,
                             bool written) {
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        gobridge_pages_note(name, len, false);
        gobridge_pages_note(value, sizeof *value, written);
    }
    return status;
}

/* Apart, so that what needs no call saves few registers. */
__attribute__((noinline)) static gobridge_status get_by_go(gobridge_ref ref, const char *field, size_t len,
                                                           gobridge_value *value) {
    return cross((gobridge_frame){.op = OP_gobridge_struct_get,
                                  .text = {.ref = ref, .len = len, .text = field, .out = value}},
                 field, len, value, true);
}

gobridge_status gobridge_struct_get(gobridge_ref ref, const char *field, size_t len, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_NOT_NULL(value);
    gobridge_sight sight;
    return read_field(&sight, see_named(ref, field, len, &sight), value) ? GOBRIDGE_OK
                                                                         : get_by_go(ref, field, len, value);
}

gobridge_status gobridge_struct_text(gobridge_ref ref, const char *field, size_t field_len, char *buffer,
                                     size_t capacity, size_t *len) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_ROOM_NOT_NULL(buffer, capacity, len);
    gobridge_room room = {buffer, len, capacity};
    gobridge_sight sight;
    const gobridge_shape_field *seen = see_named(ref, field, field_len, &sight);
    if (seen && seen->text &&
        gobridge_text_see(&sight, sight.shown.address, sight.shown.address + seen->offset, &room)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_struct_text,
                            .text = {.ref = ref, .len = field_len, .text = field, .out = &room}};
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        gobridge_pages_note(field, field_len, false);
        gobridge_text_note(&room);
    }
    return status;
}

gobridge_status gobridge_struct_get_at(gobridge_ref ref, uint32_t index, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_sight sight;
    if (read_field(&sight, see_nth(ref, index, &sight), value)) {
        return GOBRIDGE_OK;
    }
    return cross((gobridge_frame){.op = OP_gobridge_struct_get_at,
                                  .field = {.ref = ref, .index = index, .value = value}},
                 NULL, 0, value, true);
}

gobridge_status gobridge_struct_set(gobridge_ref pointer, const char *field, size_t len,
                                    const gobridge_value *value) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_NOT_NULL(value);
    gobridge_sight sight;
    if (change_field(&sight, see_named(pointer, field, len, &sight), value)) {
        return GOBRIDGE_OK;
    }
    return cross((gobridge_frame){.op = OP_gobridge_struct_set,
                                  .text = {.ref = pointer, .len = len, .text = field, .out = (void *)value}},
                 field, len, value, false);
}

gobridge_status gobridge_struct_set_at(gobridge_ref pointer, uint32_t index, const gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_sight sight;
    if (change_field(&sight, see_nth(pointer, index, &sight), value)) {
        return GOBRIDGE_OK;
    }
    return cross((gobridge_frame){.op = OP_gobridge_struct_set_at,
                                  .field = {.ref = pointer, .index = index, .value = (void *)value}},
                 NULL, 0, value, false);
}

gobridge_status gobridge_struct_at(gobridge_ref pointer, const char *field, size_t len,
                                   gobridge_ref *field_pointer) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_NOT_NULL(field_pointer);
    gobridge_frame frame = {.op = OP_gobridge_struct_at, .text = {.ref = pointer, .len = len, .text = field}};
    return gobridge_cross(&frame, field_pointer);
}
