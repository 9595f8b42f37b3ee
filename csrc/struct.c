/* Structs and their fields: argument checks and one frame each. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_struct_get(gobridge_ref ref, const char *field, size_t len, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_struct_get,
                            .text = {.ref = ref, .len = len, .text = field, .out = value}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_struct_get_at(gobridge_ref ref, uint32_t index, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_struct_get_at,
                            .field = {.ref = ref, .index = index, .value = value}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_struct_set(gobridge_ref pointer, const char *field, size_t len,
                                    const gobridge_value *value) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_struct_set,
                            .text = {.ref = pointer, .len = len, .text = field, .out = (void *)value}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_struct_set_at(gobridge_ref pointer, uint32_t index, const gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_struct_set_at,
                            .field = {.ref = pointer, .index = index, .value = (void *)value}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_struct_at(gobridge_ref pointer, const char *field, size_t len,
                                   gobridge_ref *field_pointer) {
    GOBRIDGE_NOT_NULL(field);
    GOBRIDGE_NOT_NULL(field_pointer);
    gobridge_frame frame = {.op = OP_gobridge_struct_at, .text = {.ref = pointer, .len = len, .text = field}};
    return gobridge_cross(&frame, field_pointer);
}
