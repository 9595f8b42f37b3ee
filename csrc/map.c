/* Maps of values: argument checks and one frame each. The key goes in p. */
#include "entry.h"
#include "thread.h"

/* Crosses, and tells whether the key was there where the caller wants to know. */
static gobridge_status ask(gobridge_frame frame, uint8_t *found) {
    gobridge_status status = gobridge_cross(&frame);
    if (!status && found) {
        *found = (uint8_t)frame.result;
    }
    return status;
}

gobridge_status gobridge_map_new(gobridge_ref type, int64_t hint, gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(map);
    gobridge_frame frame = {.op = OP_gobridge_map_new, .a = type, .b = (uint64_t)hint};
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *map = frame.made;
    }
    return status;
}

gobridge_status gobridge_map_get(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                 uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    return ask((gobridge_frame){.op = OP_gobridge_map_get, .a = map, .p = (void *)key, .q = elem}, found);
}

gobridge_status gobridge_map_contains(gobridge_ref map, const gobridge_value *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    return ask((gobridge_frame){.op = OP_gobridge_map_contains, .a = map, .p = (void *)key}, found);
}

gobridge_status gobridge_map_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_map_set, .a = map, .p = (void *)key, .q = (void *)elem};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_map_get_or_set(gobridge_ref map, const gobridge_value *key,
                                        const gobridge_value *fallback, gobridge_value *elem,
                                        uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(fallback);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_elements elements = {.in = fallback, .out = elem};
    gobridge_frame frame = {.op = OP_gobridge_map_get_or_set, .a = map, .p = (void *)key, .q = &elements};
    return ask(frame, found);
}

gobridge_status gobridge_map_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                                 gobridge_value *sum) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(delta);
    gobridge_elements elements = {.in = delta, .out = sum};
    gobridge_frame frame = {.op = OP_gobridge_map_add, .a = map, .p = (void *)key, .q = &elements};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_map_delete(gobridge_ref map, const gobridge_value *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    return ask((gobridge_frame){.op = OP_gobridge_map_delete, .a = map, .p = (void *)key}, found);
}

gobridge_status gobridge_map_clear(gobridge_ref map) {
    gobridge_frame frame = {.op = OP_gobridge_map_clear, .a = map};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_map_len(gobridge_ref map, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_frame frame = {.op = OP_gobridge_map_len, .a = map};
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *len = (int64_t)frame.result;
    }
    return status;
}

gobridge_status gobridge_map_iterate(gobridge_ref map, gobridge_ref *iterator) {
    GOBRIDGE_NOT_NULL(iterator);
    gobridge_frame frame = {.op = OP_gobridge_map_iterate, .a = map};
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *iterator = frame.made;
    }
    return status;
}

gobridge_status gobridge_map_next(gobridge_ref iterator, gobridge_value *key, gobridge_value *elem,
                                  uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_value entry[2] = {{.kind = GOBRIDGE_KIND_NIL}, {.kind = GOBRIDGE_KIND_NIL}};
    const size_t count = elem ? 2 : 1;
    gobridge_frame frame = {.op = OP_gobridge_map_next, .a = iterator, .b = count, .p = entry};
    gobridge_status status = gobridge_cross_for_values(&frame, entry, count);
    if (!status) {
        *key = entry[0];
        if (elem) {
            *elem = entry[1];
        }
        *found = (uint8_t)frame.result;
    }
    return status;
}
