/* Frozen maps: Go fills records in C memory, and here they are placed by a perfect hash function and read.
 *
 * The function: a key's hash chooses one of the buckets (4 keys each on average), and hash and the bucket's pilot choose
 * the slot. Pilots were tried one after the other, for the fullest buckets first, until no two keys had one slot. They
 * take half a byte for each key and stay in the cache, so a lookup waits for one line of memory: the record's. */
#define _GNU_SOURCE
#include "cross.h"
#include "inline.h"
#include "load.h"
#include "memory.h"
#include "thread.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

enum {
    TEXT_LEN = 4,       /* bytes of a string's length in a record */
    BLOCK = 32,         /* keys whose memory is fetched at once */
    KEYS_IN_BUCKET = 4, /* on average */
    HUGE_PAGE = 1 << 21,
    MOST_TRIES = 100, /* to choose a function; few fail */
};

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
    uint32_t count, buckets, slots;
    uint16_t *pilots;        /* by bucket */
    uint8_t *records;        /* by slot where all have one size, else as Go gave them */
    const uint8_t **by_slot; /* the records if they do not, else NULL */
};

/* ---- the hash function ---- */

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

static inline uint32_t slot_of(const gobridge_frozen *f, uint64_t h, uint32_t pilot) {
    return below((h ^ pilot * f->shake) * f->factor, f->slots);
}

static inline uint32_t place_of(const gobridge_frozen *f, uint64_t h) {
    return slot_of(f, h, f->pilots[bucket_of(f, h)]);
}

/* ---- looking up ---- */

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

GOBRIDGE_INLINE bool has_one_size(shape s) {
    return !s.key_text && !s.elem_text;
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

static void dispose(gobridge_frozen *f) {
    free(f->by_slot);
    free(f->records);
    free(f->pilots);
    free(f);
}

gobridge_status gobridge_frozen_release(gobridge_frozen *frozen) {
    GOBRIDGE_NOT_NULL(frozen);
    dispose(frozen);
    return GOBRIDGE_OK;
}

/* ---- freezing ---- */

/* An array of zeros; NULL if there is no memory. Large ones on huge pages, where the kernel has them: a lookup goes
 * anywhere, and the processor remembers where few pages are. */
static void *zeros(size_t count, size_t size) {
    if (!size || count < HUGE_PAGE / size) {
        return gobridge_zeros(count ? count : 1, size ? size : 1);
    }
    if (count > (SIZE_MAX - HUGE_PAGE) / size) {
        return NULL;
    }
    void *p = NULL;
    if (posix_memalign(&p, HUGE_PAGE, count * size) != 0) {
        return NULL;
    }
    madvise(p, count * size, MADV_HUGEPAGE);
    return memset(p, 0, count * size);
}

static inline size_t size_of(const uint8_t *record, shape s) {
    return s.key + s.elem + (s.key_text ? load32(record) : 0) + (s.elem_text ? load32(record + s.key) : 0);
}

static inline uint64_t hash_of(const gobridge_frozen *f, const uint8_t *record) {
    const shape s = f->shape;
    return s.key_text ? hash(f, record + s.key + s.elem, load32(record)) : hash(f, record, s.key);
}

/* What choosing the hash function needs. */
typedef struct workshop {
    uint64_t *hashes; /* of the keys */
    uint32_t *starts; /* of the buckets in keys, and the end */
    uint32_t *keys;   /* by bucket */
    uint64_t *taken;  /* a bit for each slot */
} workshop;

static inline bool take(uint64_t *taken, uint32_t slot) {
    const uint64_t bit = 1ULL << slot % 64, was = taken[slot / 64] & bit;
    taken[slot / 64] |= bit;
    return !was;
}

/* Tries pilots until each key of a bucket has a slot of its own. */
static bool find_pilot(gobridge_frozen *f, workshop *w, uint32_t bucket) {
    const uint32_t *keys = w->keys + w->starts[bucket];
    const uint32_t count = w->starts[bucket + 1] - w->starts[bucket];
    for (uint32_t pilot = 0; pilot <= UINT16_MAX; pilot++) {
        uint32_t placed = 0;
        while (placed < count && take(w->taken, slot_of(f, w->hashes[keys[placed]], pilot))) {
            placed++;
        }
        if (placed == count) {
            f->pilots[bucket] = (uint16_t)pilot;
            return true;
        }
        while (placed-- > 0) {
            const uint32_t slot = slot_of(f, w->hashes[keys[placed]], pilot);
            w->taken[slot / 64] &= ~(1ULL << slot % 64);
        }
    }
    return false;
}

/* Sorts the keys by bucket, and returns the size of the fullest one. */
static uint32_t sort_by_bucket(const gobridge_frozen *f, workshop *w) {
    uint32_t fullest = 0;
    memset(w->starts, 0, (f->buckets + (size_t)1) * sizeof *w->starts);
    for (uint32_t i = 0; i < f->count; i++) {
        const uint32_t size = ++w->starts[bucket_of(f, w->hashes[i])];
        fullest = size > fullest ? size : fullest;
    }
    for (uint32_t bucket = 0; bucket < f->buckets; bucket++) {
        w->starts[bucket + 1] += w->starts[bucket];
    }
    for (uint32_t i = 0; i < f->count; i++) {
        w->keys[--w->starts[bucket_of(f, w->hashes[i])]] = i;
    }
    return fullest;
}

/* Random numbers, so that no one can choose keys that fall into one bucket. */
static void draw(gobridge_frozen *f) {
    uint64_t drawn[5];
    if (getrandom(drawn, sizeof drawn, GRND_NONBLOCK) != sizeof drawn) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
            drawn[i] = mix((uint64_t)now.tv_nsec ^ (uintptr_t)&drawn[i], 0x9E3779B97F4A7C15U);
        }
    }
    f->seed = drawn[0];
    f->secret[0] = drawn[1];
    f->secret[1] = drawn[2];
    f->factor = drawn[3] | 1;
    f->shake = drawn[4] | 1;
}

/* Chooses a hash function by chance and finds its pilots, the fullest buckets' first, while there is much room. */
static bool choose_function(gobridge_frozen *f, workshop *w, const uint8_t *records) {
    draw(f);
    for (uint32_t i = 0; i < f->count; i++) {
        w->hashes[i] = hash_of(f, records);
        records += size_of(records, f->shape);
    }
    memset(w->taken, 0, (f->slots / 64 + (size_t)1) * sizeof *w->taken);
    for (uint32_t size = sort_by_bucket(f, w); size > 0; size--) {
        for (uint32_t bucket = 0; bucket < f->buckets; bucket++) {
            if (w->starts[bucket + 1] - w->starts[bucket] == size && !find_pilot(f, w, bucket)) {
                return false;
            }
        }
    }
    return true;
}

static void put(gobridge_frozen *f, uint32_t slot, const uint8_t *record) {
    const size_t size = f->shape.key + f->shape.elem;
    if (f->by_slot) {
        f->by_slot[slot] = record;
    } else {
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): by_slot is there if records are not */
        memcpy(f->records + slot * size, record, size);
    }
}

/* Puts the records into their slots. A key that is not in the map may lead to a slot that is left over, and a record that
 * belongs elsewhere is none that it equals. */
static bool place_records(gobridge_frozen *f, const workshop *w, const uint8_t *records) {
    const shape s = f->shape;
    const uint8_t *record = records;
    if (has_one_size(s)) {
        f->records = zeros(f->slots, s.key + s.elem);
    } else {
        f->by_slot = zeros(f->slots, sizeof *f->by_slot);
    }
    if (!f->records && !f->by_slot) {
        return false;
    }
    for (uint32_t slot = 0; slot < f->slots; slot++) {
        put(f, slot, record);
    }
    for (uint32_t i = 0; i < f->count; i++) {
        put(f, place_of(f, w->hashes[i]), record);
        record += size_of(record, s);
    }
    return true;
}

static gobridge_status no_memory(void) {
    return gobridge_fail(GOBRIDGE_E_NO_MEMORY, "gobridge_map_freeze", "no memory for so many entries");
}

/* Chooses the function and places the records. */
static gobridge_status fill(gobridge_frozen *f, workshop *w, const uint8_t *records) {
    for (int tries = 0; !choose_function(f, w, records); tries++) {
        if (tries == MOST_TRIES - 1) {
            return gobridge_fail(GOBRIDGE_E_LIMIT, "gobridge_map_freeze",
                                 "no hash function was found that places all %" PRIu32 " keys", f->count);
        }
    }
    return place_records(f, w, records) ? GOBRIDGE_OK : no_memory();
}

/* Makes a frozen map of the records that Go has filled, which become its own. */
static gobridge_status make(const gobridge_freezing *go, gobridge_frozen **frozen) {
    gobridge_frozen *f = gobridge_zeros(1, sizeof *f);
    if (!f) {
        return no_memory();
    }
    f->shape = (shape){(size_t)go->key, (size_t)go->elem, go->key_text, go->elem_text};
    f->count = (uint32_t)go->count;
    f->buckets = f->count / KEYS_IN_BUCKET + 1;
    f->slots = f->count + f->count / 8 + 1;
    f->pilots = zeros(f->buckets, sizeof *f->pilots);
    workshop w = {
        .hashes = zeros(f->count, sizeof *w.hashes),
        .starts = zeros(f->buckets + (size_t)1, sizeof *w.starts),
        .keys = zeros(f->count, sizeof *w.keys),
        .taken = zeros(f->slots / 64 + (size_t)1, sizeof *w.taken),
    };
    const bool enough = f->pilots && w.hashes && w.starts && w.keys && w.taken;
    const gobridge_status status = enough ? fill(f, &w, go->records) : no_memory();
    free(w.hashes);
    free(w.starts);
    free(w.keys);
    free(w.taken);
    if (status) {
        dispose(f);
        return status;
    }
    if (has_one_size(f->shape)) {
        free(go->records);
    } else {
        f->records = go->records;
    }
    *frozen = f;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_map_freeze(gobridge_ref map, gobridge_frozen **frozen) {
    GOBRIDGE_NOT_NULL(frozen);
    gobridge_freezing go = {.capacity = 0};
    gobridge_frame frame = {.op = OP_gobridge_map_freeze, .freeze = {.map = map, .freezing = &go}};
    gobridge_status status = gobridge_cross(&frame, NULL);
    while (!status && (!go.records || go.size > go.capacity)) { /* again where the map has grown meanwhile */
        free(go.records);
        go.capacity = go.size + go.key + go.elem; /* one more, for an empty map's slot */
        go.records = go.capacity == (size_t)go.capacity ? zeros((size_t)go.capacity, 1) : NULL;
        status = go.records ? gobridge_cross(&frame, NULL) : no_memory();
    }
    if (!status) {
        status = make(&go, frozen);
    }
    if (status) {
        free(go.records);
    }
    return status; /* NOLINT(clang-analyzer-unix.Malloc): else the frozen map has them */
}
