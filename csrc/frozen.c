/* Reading frozen maps. */
#include "frozen.h"

#include "cross.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 32 }; /* keys whose memory is fetched at once */

/* A caller's key. */
typedef struct key {
    const uint8_t *data;
    uint64_t size;
} key;

GOBRIDGE_INLINE key key_at(const uint8_t *p, shape s) {
    if (!s.key_text) {
        return (key){p, s.key};
    }
    gobridge_text text;
    memcpy(&text, p, sizeof text);
    return (key){text.len ? (const uint8_t *)text.data : p, text.len};
}

GOBRIDGE_INLINE bool matches(const gobridge_frozen *f, const uint8_t *record, key k, shape s) {
    if (!f->count) { /* the record is no one's */
        return false;
    }
    if (s.key_text) {
        return load32(record) == k.size && memcmp(record + s.key + s.elem, k.data, (size_t)k.size) == 0;
    }
    return memcmp(record, k.data, s.key) == 0;
}

GOBRIDGE_INLINE void give(const uint8_t *record, bool found, shape s, uint8_t *elem) {
    if (s.elem_text) {
        gobridge_text text = {.data = ""};
        if (found) {
            const size_t key_bytes = s.key_text ? load32(record) : 0;
            text.data = (const char *)record + s.key + s.elem + key_bytes;
            text.len = load32(record + s.key);
        }
        memcpy(elem, &text, sizeof text);
    } else if (s.elem == sizeof(uint64_t)) { /* without a branch that no processor foresees */
        const uint64_t x = load64(record + s.key) & (0 - (uint64_t)found);
        memcpy(elem, &x, sizeof x);
    } else if (found) {
        memcpy(elem, record + s.key, s.elem);
    } else {
        memset(elem, 0, s.elem);
    }
}

GOBRIDGE_INLINE const uint8_t *record_at(const gobridge_frozen *f, uint32_t slot, shape s) {
    return has_one_size(s) ? f->records + slot * (s.key + s.elem) : f->by_slot[slot];
}

/* Columns of the caller's: keys, and where elements and answers go. */
typedef struct columns {
    const uint8_t *keys;
    uint8_t *elems, *found; /* NULL if not wanted */
    size_t key_stride, elem_stride;
} columns;

GOBRIDGE_INLINE void answer(const gobridge_frozen *f, const uint8_t *record, columns c, size_t i, shape s) {
    const bool found = matches(f, record, key_at(c.keys + i * c.key_stride, s), s);
    if (c.elems) {
        give(record, found, s, c.elems + i * c.elem_stride);
    }
    if (c.found) {
        c.found[i] = found;
    }
}

GOBRIDGE_INLINE void get_one(const gobridge_frozen *f, columns c, size_t i, shape s) {
    const key k = key_at(c.keys + i * c.key_stride, s);
    answer(f, record_at(f, place_of(f, hash(f, k.data, (size_t)k.size)), s), c, i, s);
}

/* Looks BLOCK keys up. Each loop fetches from memory what the next one reads. */
GOBRIDGE_INLINE void get_block(const gobridge_frozen *f, columns c, size_t first, shape s) {
    uint64_t hashes[BLOCK];
    uint32_t places[BLOCK];
    const uint8_t *records[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        const key k = key_at(c.keys + (first + i) * c.key_stride, s);
        hashes[i] = hash(f, k.data, (size_t)k.size);
        __builtin_prefetch(&f->pilots[bucket_of(f, hashes[i])]);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        places[i] = place_of(f, hashes[i]);
        __builtin_prefetch(has_one_size(s) ? (const void *)record_at(f, places[i], s)
                                           : &f->by_slot[places[i]]);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        records[i] = record_at(f, places[i], s);
        if (!has_one_size(s)) {
            __builtin_prefetch(records[i]);
            __builtin_prefetch(records[i] + s.key + s.elem + sizeof(uint64_t)); /* often on the next line */
        }
    }
    for (size_t i = 0; i < BLOCK; i++) {
        answer(f, records[i], c, first + i, s);
    }
}

GOBRIDGE_INLINE void get_all(const gobridge_frozen *f, columns c, size_t count, shape s) {
    size_t i = 0;
    for (; count - i >= BLOCK; i += BLOCK) {
        get_block(f, c, i, s);
    }
    for (; i < count; i++) {
        get_one(f, c, i, s);
    }
}

/* Has the compiler make code of their own for the usual shapes. */
#define WITH_SHAPE(s, get, ...)                                       \
    do {                                                              \
        if (has_one_size(s) && (s).key == 8 && (s).elem == 8) {       \
            get(__VA_ARGS__, (shape){8, 8, false, false});            \
        } else if (has_one_size(s) && (s).key == 8) {                 \
            get(__VA_ARGS__, (shape){8, (s).elem, false, false});     \
        } else if (has_one_size(s) && (s).key == 4) {                 \
            get(__VA_ARGS__, (shape){4, (s).elem, false, false});     \
        } else if ((s).key_text && !(s).elem_text && (s).elem == 8) { \
            get(__VA_ARGS__, (shape){TEXT_LEN, 8, true, false});      \
        } else {                                                      \
            get(__VA_ARGS__, s);                                      \
        }                                                             \
    } while (0)

gobridge_status gobridge_frozen_get(const gobridge_frozen *frozen, const void *key, void *elem,
                                    uint8_t *found) {
    GOBRIDGE_NOT_NULL(frozen);
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    const columns c = {.keys = key, .elems = elem, .found = found};
    const shape s = frozen->shape;
    WITH_SHAPE(s, get_one, frozen, c, 0);
    return GOBRIDGE_OK;
}

gobridge_status gobridge_frozen_get_n(const gobridge_frozen *frozen, const void *keys, size_t key_stride,
                                      size_t count, void *elems, size_t elem_stride, uint8_t *found) {
    GOBRIDGE_NOT_NULL(frozen);
    if (count) {
        GOBRIDGE_NOT_NULL(keys);
    }
    const columns c = {keys, elems, found, key_stride, elem_stride};
    const shape s = frozen->shape;
    WITH_SHAPE(s, get_all, frozen, c, count);
    return GOBRIDGE_OK;
}

gobridge_status gobridge_frozen_len(const gobridge_frozen *frozen, int64_t *len) {
    GOBRIDGE_NOT_NULL(frozen);
    GOBRIDGE_NOT_NULL(len);
    *len = frozen->count;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_frozen_release(gobridge_frozen *frozen) {
    GOBRIDGE_NOT_NULL(frozen);
    free(frozen->by_slot);
    free(frozen->records);
    free(frozen->pilots);
    free(frozen);
    return GOBRIDGE_OK;
}
