/* Slices and arrays: argument checks, lengths and scalars that are seen, and one frame each. */
#include "change.h"
#include "cross.h"
#include "text.h"

/* How Go lays out a slice. */
typedef struct header {
    uintptr_t data;
    intptr_t len, cap;
} header;

/* Reads the slice that a reference names, which never changes. False if that needs Go: pointers to slices and arrays are
 * followed there. */
GOBRIDGE_INLINE bool see_slice(gobridge_ref slice, gobridge_sight *sight, header *read) {
    if (!gobridge_see(slice, sight) || sight->shown.shape->kind != GOBRIDGE_KIND_SLICE) {
        return false;
    }
    const header *at = (const header *)sight->shown.address;
    *read = (header){GOBRIDGE_READ(uintptr_t, &at->data), GOBRIDGE_READ(intptr_t, &at->len),
                     GOBRIDGE_READ(intptr_t, &at->cap)};
    return gobridge_still(sight);
}

/* Reads an element that is a scalar. False if that needs Go, or must fail. */
static bool see_elem(gobridge_ref slice, int64_t index, gobridge_value *elem) {
    gobridge_sight sight;
    header s;
    if (!see_slice(slice, &sight, &s) || index < 0 || index >= s.len) {
        return false;
    }
    const gobridge_shape *shape = sight.shown.shape;
    return gobridge_see_value(&sight, shape->elem, s.data + (uintptr_t)index * shape->elem_size, elem);
}

/* Copies an element that is text. False if that needs Go, or must fail. */
static bool see_text(gobridge_ref slice, int64_t index, const gobridge_room *room) {
    gobridge_sight sight;
    header s;
    if (!see_slice(slice, &sight, &s) || !sight.shown.shape->text || index < 0 || index >= s.len) {
        return false;
    }
    const uintptr_t place = s.data + (uintptr_t)index * sight.shown.shape->elem_size;
    return gobridge_text_see(&sight, place, place, room);
}

/* Sets an element that is a scalar. False if that needs Go, or must fail. */
static bool change_elem(gobridge_ref slice, int64_t index, const gobridge_value *elem) {
    gobridge_sight sight;
    header s;
    if (!see_slice(slice, &sight, &s) || index < 0 || index >= s.len ||
        !gobridge_change_takes(gobridge_thread_state, elem, sight.shown.shape->elem)) {
        return false;
    }
    const uint32_t size = sight.shown.shape->elem_size;
    return gobridge_change(&sight, size, s.data + (uintptr_t)index * size, elem->as.u);
}

gobridge_status gobridge_slice_new(gobridge_ref type, int64_t len, int64_t cap, gobridge_ref *slice) {
    GOBRIDGE_NOT_NULL(slice);
    gobridge_frame frame = {.op = OP_gobridge_slice_new,
                            .make = {.type = type, .count = (uint64_t)len, .capacity = (uint64_t)cap}};
    return gobridge_cross(&frame, slice);
}

gobridge_status gobridge_slice_len(gobridge_ref slice, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_sight sight;
    header s;
    if (see_slice(slice, &sight, &s)) {
        *len = s.len;
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_slice_len, .slice = {.slice = slice}};
    return gobridge_cross(&frame, len);
}

gobridge_status gobridge_slice_cap(gobridge_ref slice, int64_t *cap) {
    GOBRIDGE_NOT_NULL(cap);
    gobridge_sight sight;
    header s;
    if (see_slice(slice, &sight, &s)) {
        *cap = s.cap;
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_slice_cap, .slice = {.slice = slice}};
    return gobridge_cross(&frame, cap);
}

/* Apart, so that what needs no call saves few registers. */
__attribute__((noinline)) static gobridge_status get_by_go(gobridge_ref slice, int64_t index,
                                                           gobridge_value *elem) {
    gobridge_frame frame = {.op = OP_gobridge_slice_get,
                            .slice = {.slice = slice, .index = (uint64_t)index, .elem = elem}};
    return gobridge_cross_noting(&frame, elem, sizeof *elem, true);
}

gobridge_status gobridge_slice_get(gobridge_ref slice, int64_t index, gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(elem);
    return see_elem(slice, index, elem) ? GOBRIDGE_OK : get_by_go(slice, index, elem);
}

gobridge_status gobridge_slice_text(gobridge_ref slice, int64_t index, char *buffer, size_t capacity,
                                    size_t *len) {
    GOBRIDGE_ROOM_NOT_NULL(buffer, capacity, len);
    gobridge_room room = {buffer, len, capacity};
    if (see_text(slice, index, &room)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_slice_text,
                            .slice = {.slice = slice, .index = (uint64_t)index, .elem = &room}};
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        gobridge_text_note(&room);
    }
    return status;
}

gobridge_status gobridge_slice_set(gobridge_ref slice, int64_t index, const gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(elem);
    if (change_elem(slice, index, elem)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_slice_set,
                            .slice = {.slice = slice, .index = (uint64_t)index, .elem = (void *)elem}};
    return gobridge_cross_noting(&frame, elem, sizeof *elem, false);
}

gobridge_status gobridge_slice_at(gobridge_ref slice, int64_t index, gobridge_ref *pointer) {
    GOBRIDGE_NOT_NULL(pointer);
    gobridge_frame frame = {.op = OP_gobridge_slice_at, .slice = {.slice = slice, .index = (uint64_t)index}};
    return gobridge_cross(&frame, pointer);
}

gobridge_status gobridge_slice_append(gobridge_ref slice, const gobridge_value *elems, size_t count,
                                      gobridge_ref *longer) {
    GOBRIDGE_NOT_NULL(elems);
    GOBRIDGE_NOT_NULL(longer);
    gobridge_frame frame = {.op = OP_gobridge_slice_append,
                            .append = {.slice = slice, .count = count, .elems = elems}};
    return gobridge_cross(&frame, longer);
}

gobridge_status gobridge_slice_sub(gobridge_ref slice, int64_t low, int64_t high, gobridge_ref *part) {
    GOBRIDGE_NOT_NULL(part);
    gobridge_frame frame = {.op = OP_gobridge_slice_sub,
                            .range = {.slice = slice, .low = (uint64_t)low, .high = (uint64_t)high}};
    return gobridge_cross(&frame, part);
}

gobridge_status gobridge_slice_view(gobridge_ref slice, gobridge_value *view) {
    GOBRIDGE_NOT_NULL(view);
    gobridge_frame frame = {.op = OP_gobridge_slice_view, .slice = {.slice = slice, .elem = view}};
    return gobridge_cross(&frame, NULL);
}
