/* Maps of values: argument checks and one frame each. The key goes in p. */
#include "cross.h"
#include "lookup.h"
#include "pages.h"
#include "see.h"
#include "text.h"

gobridge_status gobridge_map_new(gobridge_ref type, int64_t hint, gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(map);
    gobridge_frame frame = {.op = OP_gobridge_map_new, .make = {.type = type, .count = (uint64_t)hint}};
    return gobridge_cross(&frame, map);
}

gobridge_status gobridge_map_in_place(uint8_t *in_place, const char **reason) {
    static const char *const reasons[] = {
        [GOBRIDGE_LOOKUPS_WORK] = "Go and C found the same in maps of every shape",
        [GOBRIDGE_LOOKUPS_PORTABLE] = "the portable backend knows nothing of maps",
        [GOBRIDGE_LOOKUPS_UNKNOWN] = "C knows the maps of go1.24 to go1.27 on amd64",
        [GOBRIDGE_LOOKUPS_HASH] = "Go does not hash by AES instructions on this machine",
        [GOBRIDGE_LOOKUPS_HEAP] =
            "Go may unmap its heap: GODEBUG=harddecommit=1, or arenas that the program frees",
        [GOBRIDGE_LOOKUPS_DISAGREE] = "Go and C did not find the same"};
    GOBRIDGE_NOT_NULL(in_place);
    GOBRIDGE_NOT_NULL(reason);
    uint8_t why;
    gobridge_frame frame = {.op = OP_gobridge_map_in_place};
    const gobridge_status status = gobridge_cross(&frame, &why);
    if (!status) {
        *in_place = why == GOBRIDGE_LOOKUPS_WORK;
        *reason = reasons[why];
    }
    return status;
}

/* Notes that Go has read a key, and written an element. */
static void note(const gobridge_value *key, const gobridge_value *elem) {
    gobridge_pages_note(key, sizeof *key, false);
    if (key->kind == GOBRIDGE_KIND_STRING) {
        gobridge_pages_note(key->as.s, (size_t)key->len, false);
    }
    if (elem) {
        gobridge_pages_note(elem, sizeof *elem, true);
    }
}

static gobridge_status get_by_go(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                 uint8_t *found) {
    gobridge_frame frame = {.op = OP_gobridge_map_get, .map = {.map = map, .key = key, .elem = elem}};
    const gobridge_status status = gobridge_cross(&frame, found);
    if (!status) {
        note(key, elem);
    }
    return status;
}

gobridge_status gobridge_map_get(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                 uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    return gobridge_lookup(map, key, elem, found, get_by_go);
}

static gobridge_status contains_by_go(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                      uint8_t *found) {
    gobridge_frame frame = {.op = OP_gobridge_map_contains, .map = {.map = map, .key = key}};
    const gobridge_status status = gobridge_cross(&frame, found);
    if (!status) {
        note(key, elem);
    }
    return status;
}

gobridge_status gobridge_map_contains(gobridge_ref map, const gobridge_value *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    return gobridge_lookup(map, key, NULL, found, contains_by_go);
}

gobridge_status gobridge_map_text(gobridge_ref map, const gobridge_value *key, char *buffer, size_t capacity,
                                  size_t *len, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_ROOM_NOT_NULL(buffer, capacity, len);
    gobridge_room room = {buffer, len, capacity};
    if (gobridge_lookup_text(map, key, &room, found)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_map_text, .map = {.map = map, .key = key, .elem = &room}};
    const gobridge_status status = gobridge_cross(&frame, found);
    if (!status) {
        note(key, NULL);
        gobridge_text_note(&room);
    }
    return status;
}

gobridge_status gobridge_map_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    if (gobridge_lookup_set(map, key, elem)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_map_set, .map = {.map = map, .key = key, .elem = (void *)elem}};
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        note(key, NULL);
        gobridge_pages_note(elem, sizeof *elem, false);
    }
    return status;
}

gobridge_status gobridge_map_get_or_set(gobridge_ref map, const gobridge_value *key,
                                        const gobridge_value *fallback, gobridge_value *elem,
                                        uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(fallback);
    GOBRIDGE_NOT_NULL(elem);
    if (gobridge_lookup_keep(map, key, fallback, elem)) {
        if (found) {
            *found = 1;
        }
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_map_get_or_set,
                            .map = {.map = map, .operand = fallback, .key = key, .elem = elem}};
    const gobridge_status status = gobridge_cross(&frame, found);
    if (!status) {
        note(key, elem);
        gobridge_pages_note(fallback, sizeof *fallback, false);
    }
    return status;
}

gobridge_status gobridge_map_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                                 gobridge_value *sum) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(delta);
    if (gobridge_lookup_add(map, key, delta, sum)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_map_add,
                            .map = {.map = map, .operand = delta, .key = key, .elem = sum}};
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        note(key, sum);
        gobridge_pages_note(delta, sizeof *delta, false);
    }
    return status;
}

gobridge_status gobridge_map_delete(gobridge_ref map, const gobridge_value *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    gobridge_frame frame = {.op = OP_gobridge_map_delete, .map = {.map = map, .key = key}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_map_clear(gobridge_ref map) {
    gobridge_frame frame = {.op = OP_gobridge_map_clear, .map = {.map = map}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_map_len(gobridge_ref map, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_sight sight;
    if (gobridge_see(map, &sight) && sight.shown.shape->kind == GOBRIDGE_KIND_MAP) {
        const int64_t count = (int64_t)GOBRIDGE_READ(intptr_t, sight.shown.address); /* first in any map */
        if (gobridge_still(&sight)) {
            *len = count;
            return GOBRIDGE_OK;
        }
    }
    gobridge_frame frame = {.op = OP_gobridge_map_len, .map = {.map = map}};
    return gobridge_cross(&frame, len);
}

gobridge_status gobridge_map_iterate(gobridge_ref map, gobridge_ref *iterator) {
    GOBRIDGE_NOT_NULL(iterator);
    gobridge_frame frame = {.op = OP_gobridge_map_iterate, .map = {.map = map}};
    return gobridge_cross(&frame, iterator);
}

gobridge_status gobridge_map_next(gobridge_ref iterator, gobridge_value *key, gobridge_value *elem,
                                  uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_map_next,
                            .iterator = {.iterator = iterator, .key = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}
