/* Maps of values: argument checks and one frame each. The key goes in p. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_map_new(gobridge_ref type, int64_t hint, gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(map);
    gobridge_frame frame = {.op = OP_gobridge_map_new, .a = type, .b = (uint64_t)hint};
    return gobridge_cross(frame, map);
}

gobridge_status gobridge_map_get(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                 uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_map_get, .a = map, .p = (void *)key, .q = elem};
    return gobridge_cross(frame, found);
}

gobridge_status gobridge_map_contains(gobridge_ref map, const gobridge_value *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_map_contains, .a = map, .p = (void *)key};
    return gobridge_cross(frame, found);
}

gobridge_status gobridge_map_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_map_set, .a = map, .p = (void *)key, .q = (void *)elem};
    return gobridge_cross(frame, NULL);
}

gobridge_status gobridge_map_get_or_set(gobridge_ref map, const gobridge_value *key,
                                        const gobridge_value *fallback, gobridge_value *elem,
                                        uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(fallback);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {
        .op = OP_gobridge_map_get_or_set, .a = map, .c = (uintptr_t)fallback, .p = (void *)key, .q = elem};
    return gobridge_cross(frame, found);
}

gobridge_status gobridge_map_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                                 gobridge_value *sum) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(delta);
    gobridge_frame frame = {
        .op = OP_gobridge_map_add, .a = map, .c = (uintptr_t)delta, .p = (void *)key, .q = sum};
    return gobridge_cross(frame, NULL);
}

gobridge_status gobridge_map_delete(gobridge_ref map, const gobridge_value *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    gobridge_frame frame = {.op = OP_gobridge_map_delete, .a = map, .p = (void *)key};
    return gobridge_cross(frame, found);
}

gobridge_status gobridge_map_clear(gobridge_ref map) {
    gobridge_frame frame = {.op = OP_gobridge_map_clear, .a = map};
    return gobridge_cross(frame, NULL);
}

gobridge_status gobridge_map_len(gobridge_ref map, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_frame frame = {.op = OP_gobridge_map_len, .a = map};
    return gobridge_cross(frame, len);
}

gobridge_status gobridge_map_iterate(gobridge_ref map, gobridge_ref *iterator) {
    GOBRIDGE_NOT_NULL(iterator);
    gobridge_frame frame = {.op = OP_gobridge_map_iterate, .a = map};
    return gobridge_cross(frame, iterator);
}

gobridge_status gobridge_map_next(gobridge_ref iterator, gobridge_value *key, gobridge_value *elem,
                                  uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_map_next, .a = iterator, .p = key, .q = elem};
    return gobridge_cross(frame, found);
}
