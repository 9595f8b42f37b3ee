/* Frozen maps: Go fills records in C memory, which csrc/freeze.c places by a perfect hash function and csrc/frozen.c reads.
 *
 * The function: a key's hash chooses one of the buckets (4 keys each on average), and hash and the bucket's pilot choose
 * the slot. Pilots were tried one after the other, for the fullest buckets first, until no two keys had one slot. They
 * take half a byte for each key and stay in the cache, so a lookup waits for one line of memory: the record's. Large maps are
 * of several parts, each with so many buckets and slots: threads that place them share nothing, and what one works on is in its
 * cache. */
#ifndef GOBRIDGE_CSRC_FROZEN_H
#define GOBRIDGE_CSRC_FROZEN_H

#include "frame.h"
#include "inline.h"
#include "load.h"

#include <stdbool.h>

enum { TEXT_LEN = 4 }; /* bytes of a string's length in a record */

/* A record is the fixed part of the key, that of the element, and then the bytes of those that are strings. The fixed
 * part of a string is its length. */
typedef struct shape {
    size_t key, elem; /* bytes of the fixed parts */
    bool key_text, elem_text;
} shape;

struct gobridge_frozen {
    shape shape;
    uint64_t seed, secret[2]; /* of the hash function */
    uint64_t factor, shake;   /* of the slots */
    uint32_t count, parts;
    uint32_t buckets;        /* in all */
    uint32_t slots;          /* of a part, a multiple of 64 */
    uint16_t *pilots;        /* by bucket */
    uint8_t *records;        /* by slot where all have one size, else as Go gave them */
    const uint8_t **by_slot; /* the records if they do not, else NULL */
};

GOBRIDGE_INLINE bool has_one_size(shape s) {
    return !s.key_text && !s.elem_text;
}

typedef struct product {
    uint64_t low, high;
} product;

static inline product multiply(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    const unsigned __int128 ab = (unsigned __int128)a * b;
    return (product){(uint64_t)ab, (uint64_t)(ab >> 64)};
#else
    const uint64_t a1 = a >> 32, a0 = (uint32_t)a, b1 = b >> 32, b0 = (uint32_t)b;
    const uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), cross = a0 * b1 + (uint32_t)middle;
    return (product){cross << 32 | (uint32_t)low, a1 * b1 + (middle >> 32) + (cross >> 32)};
#endif
}

static inline uint64_t mix(uint64_t a, uint64_t b) {
    const product p = multiply(a, b);
    return p.low ^ p.high;
}

/* wyhash by Wang Yi (https://github.com/wangyi-fudan/wyhash, in the public domain), without its path for long keys. Its
 * secrets are drawn anew for each map, so no one can choose keys that collide. */
static inline uint64_t hash(const gobridge_frozen *f, const uint8_t *key, size_t size) {
    uint64_t seed = f->seed, a = 0, b = 0;
    size_t left = size;
    for (; left > 16; left -= 16, key += 16) {
        seed = mix(load64(key) ^ f->secret[1], load64(key + 8) ^ seed);
    }
    if (size > 16) {
        a = load64(key + left - 16);
        b = load64(key + left - 8);
    } else if (size >= 4) {
        const size_t middle = size / 8 * 4;
        a = (uint64_t)load32(key) << 32 | load32(key + middle);
        b = (uint64_t)load32(key + size - 4) << 32 | load32(key + size - 4 - middle);
    } else if (size > 0) {
        a = (uint64_t)key[0] << 16 | (uint64_t)key[size / 2] << 8 | key[size - 1];
    }
    const product p = multiply(a ^ f->secret[1], b ^ seed);
    return mix(p.low ^ f->secret[0] ^ size, p.high ^ f->secret[1]);
}

/* Takes a number, by its upper half, to one below a bound. */
static inline uint32_t below(uint64_t x, uint32_t bound) {
    return (uint32_t)((x >> 32) * bound >> 32);
}

static inline uint32_t bucket_of(const gobridge_frozen *f, uint64_t h) {
    return below(h, f->buckets);
}

/* Which one it is in its part. */
static inline uint32_t slot_of(const gobridge_frozen *f, uint64_t h, uint32_t pilot) {
    return below((h ^ pilot * f->shake) * f->factor, f->slots);
}

static inline uint32_t place_of(const gobridge_frozen *f, uint64_t h) {
    const uint32_t slot = slot_of(f, h, f->pilots[bucket_of(f, h)]);
    if (f->parts > 1) { /* what small maps need not compute is a tenth of a lookup in one */
        return below(h, f->parts) * f->slots + slot;
    }
    return slot;
}

#endif
