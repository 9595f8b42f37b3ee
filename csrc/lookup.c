/* Finding keys in Go's maps without a call, as they lie in memory from go1.24 to go1.27 on amd64. Nothing that is read is
 * followed before it is known that it was right when it was read: that the reference is live, and that no one has had the
 * map's lock since. So each pointer leads to memory that was the map's; it may be another's by now, but stays mapped, and
 * what is read there is thrown away. Go code that writes the map without that lock at least cannot make this read where
 * nothing is mapped: each pointer must still be what the one before it leads to. */
#include "lookup.h"

#include "see.h"

#if defined __x86_64__

#include "pages.h"

#include <immintrin.h>
#include <string.h>

/* Go's: internal/runtime/maps.Map, and table. */
typedef struct header {
    uint64_t used, seed;
    uintptr_t directory; /* to the tables; or to the only group */
    int64_t len;         /* of the directory; 0 if there is but one group */
    uint8_t depth, shift, writing;
} header;

typedef struct table {
    uint16_t used, capacity, growth_left;
    uint8_t depth;
    int64_t index;
    uintptr_t groups;
    uint64_t mask; /* how many, less 1 */
} table;

enum { SLOTS = 8, KEYS_AT = 8, HEAP_PAGE = 8192, LONGEST = 64 };
static const uint64_t lows = 0x0101010101010101, highs = 0x8080808080808080;

#define INLINE __attribute__((always_inline))

static gobridge_stripe *stripes;
static uintptr_t heap, heap_size;
static const __m128i *hash_keys;

void gobridge_lookup_share(gobridge_stripe *all, uintptr_t begin, uintptr_t size) {
    stripes = all;
    heap = begin;
    heap_size = size;
}

void gobridge_lookup_hash_by(const void *keys) {
    if (__builtin_cpu_supports("aes") && __builtin_cpu_supports("sse4.1")) {
        hash_keys = keys;
    }
}

INLINE static inline bool is_heap(uintptr_t at, uint64_t size) {
    return at - heap < heap_size && size <= heap_size - (at - heap);
}

/* A look-up under way: what must not change meanwhile. */
typedef struct watch {
    const gobridge_sight *sight;
    const uint32_t *sequence;
    uint32_t before;
} watch;

INLINE static inline bool is_right(const watch *w) {
    return gobridge_still(w->sight) && __atomic_load_n(w->sequence, __ATOMIC_RELAXED) == w->before;
}

/* A key to be found, of one of three kinds. */
typedef enum key_kind { BYTES4, BYTES8, TEXT } key_kind;
typedef struct key {
    uint64_t number;
    const char *text;
} key; /* of a text, number is the length */

#define WITH_AES __attribute__((target("aes,sse4.1")))

WITH_AES static inline __m128i mixed3(__m128i state) {
    state = _mm_aesenc_si128(state, state);
    state = _mm_aesenc_si128(state, state);
    return _mm_aesenc_si128(state, state);
}

static inline __m128i at(const char *text) {
    return _mm_loadu_si128((const __m128i *)text);
}

static inline uint64_t bytes8(const char *text) {
    uint64_t b;
    memcpy(&b, text, sizeof b);
    return b;
}

static inline uint64_t bytes4(const char *text) {
    uint32_t b;
    memcpy(&b, text, sizeof b);
    return b;
}

/* 1 to 16 bytes, and zeros, without reading any other. */
static inline __m128i padded(const char *text, size_t len) {
    uint64_t low = 0, high = 0;
    if (len > 8) {
        low = bytes8(text);
        high = bytes8(text + len - 8) >> (16 - len) * 8;
    } else if (len >= 4) {
        low = bytes4(text) | bytes4(text + len - 4) << (len - 4) * 8;
    } else {
        const unsigned char *u = (const unsigned char *)text;
        low = u[0] | (uint64_t)u[len / 2] << len / 2 * 8 | (uint64_t)u[len - 1] << (len - 1) * 8;
    }
    return _mm_set_epi64x((long long)high, (long long)low);
}

/* b is Go's, and may be freed meanwhile. */
static inline bool is_equal(const char *a, const char *b, size_t len) {
#ifdef __SANITIZE_ADDRESS__
    size_t i = 0;
    while (i < len && a[i] == GOBRIDGE_READ(char, b + i)) {
        i++;
    }
    return i == len;
#else
    return len <= 16 ? _mm_movemask_epi8(_mm_cmpeq_epi8(padded(a, len), padded(b, len))) == 0xffff
                     : memcmp(a, b, len) == 0;
#endif
}

/* Go's memhash32, memhash64 and strhash, where they use AES. */
WITH_AES INLINE static inline uint64_t hash_of(key_kind kind, key k, uint64_t seed) {
    __m128i h = _mm_cvtsi64_si128((long long)seed);
    if (kind != TEXT) {
        h = kind == BYTES4 ? _mm_insert_epi32(h, (int)k.number, 2)
                           : _mm_insert_epi64(h, (long long)k.number, 1);
        h = _mm_aesenc_si128(h, hash_keys[0]);
        h = _mm_aesenc_si128(h, hash_keys[1]);
        h = _mm_aesenc_si128(h, hash_keys[2]);
        return (uint64_t)_mm_cvtsi128_si64(h);
    }
    const size_t len = (size_t)k.number;
    const __m128i plain = _mm_shufflehi_epi16(_mm_insert_epi16(h, (int)len, 4), 0);
    const __m128i first = _mm_xor_si128(plain, hash_keys[0]);
    const __m128i seed0 = _mm_aesenc_si128(first, first);
    if (!len) {
        h = _mm_aesenc_si128(seed0, seed0);
    } else if (len <= 16) {
        h = mixed3(_mm_xor_si128(padded(k.text, len), seed0));
    } else {
        const __m128i second = _mm_xor_si128(plain, hash_keys[1]);
        const __m128i seed1 = _mm_aesenc_si128(second, second);
        __m128i a = _mm_xor_si128(at(k.text), seed0);
        if (len <= 32) {
            h = _mm_xor_si128(mixed3(a), mixed3(_mm_xor_si128(at(k.text + len - 16), seed1)));
        } else {
            const __m128i third = _mm_xor_si128(plain, hash_keys[2]);
            const __m128i fourth = _mm_xor_si128(plain, hash_keys[3]);
            const __m128i b = mixed3(_mm_xor_si128(at(k.text + 16), seed1));
            const __m128i c = mixed3(_mm_xor_si128(at(k.text + len - 32), _mm_aesenc_si128(third, third)));
            const __m128i d = mixed3(_mm_xor_si128(at(k.text + len - 16), _mm_aesenc_si128(fourth, fourth)));
            a = mixed3(a);
            h = _mm_xor_si128(_mm_xor_si128(a, c), _mm_xor_si128(b, d));
        }
    }
    return (uint64_t)_mm_cvtsi128_si64(h);
}

typedef enum answer { ABSENT, FOUND, ASK_GO } answer;

/* Whether the key in a slot is the one that is looked for. */
INLINE static inline answer compare(key_kind kind, key k, uintptr_t slot, const watch *w) {
    if (kind == BYTES4) {
        return GOBRIDGE_READ(uint32_t, slot) == (uint32_t)k.number ? FOUND : ABSENT;
    }
    if (kind == BYTES8) {
        return GOBRIDGE_READ(uint64_t, slot) == k.number ? FOUND : ABSENT;
    }
    if (GOBRIDGE_READ(uint64_t, slot + 8) != k.number) {
        return ABSENT;
    }
    if (!k.number) {
        return FOUND;
    }
    const uintptr_t text = GOBRIDGE_READ(uintptr_t, slot);
    if (!is_right(w) || !is_heap(text, k.number)) {
        return ASK_GO;
    }
    return is_equal(k.text, (const char *)text, (size_t)k.number) ? FOUND : ABSENT;
}

/* Looks at those slots of a group whose bits are the highest of each byte. */
INLINE static inline answer find_among(uint64_t bits, key_kind kind, key k, uintptr_t group,
                                       const gobridge_shape *shape, const watch *w, uintptr_t *elem) {
    for (; bits; bits &= bits - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(bits) / 8;
        const answer is = compare(kind, k, group + KEYS_AT + (uintptr_t)i * shape->key_stride, w);
        if (is != ABSENT) {
            *elem = group + shape->elem_offset + (uintptr_t)i * shape->elem_stride;
            return is;
        }
    }
    return ABSENT;
}

WITH_AES INLINE static inline answer find(key_kind kind, key k, const watch *w, uintptr_t *elem) {
    const gobridge_shape *shape = w->sight->shown.shape;
    const header *m = (const header *)w->sight->shown.address;
    const int64_t len = GOBRIDGE_READ(int64_t, &m->len);
    const uint64_t seed = GOBRIDGE_READ(uint64_t, &m->seed);
    const uint8_t depth = GOBRIDGE_READ(uint8_t, &m->depth), shift = GOBRIDGE_READ(uint8_t, &m->shift);
    const uintptr_t directory = GOBRIDGE_READ(uintptr_t, &m->directory);
    if (!is_right(w)) {
        return ASK_GO;
    }
    if (!len) {
        if (!directory) {
            return ABSENT;
        }
        /* Where the map grows just now without its lock, it is smaller than a group. */
        if (!is_heap(directory, shape->group_size) || directory % HEAP_PAGE > HEAP_PAGE - shape->group_size) {
            return ASK_GO;
        }
        const uint64_t full = ~GOBRIDGE_READ(uint64_t, directory) & highs;
        return find_among(full, kind, k, directory, shape, w, elem);
    }
    if (kind == TEXT && k.number > LONGEST) {
        return ASK_GO;
    }
    const uint64_t hash = hash_of(kind, k, seed), nth = depth ? hash >> (shift & 63) : 0;
    const uintptr_t entry = directory + nth * sizeof(uintptr_t);
    if (nth >= (uint64_t)len || !is_heap(directory, (uint64_t)len * sizeof(uintptr_t))) {
        return ASK_GO;
    }
    const table *t = (const table *)GOBRIDGE_READ(uintptr_t, entry);
    if (!is_right(w) || GOBRIDGE_READ(uintptr_t, &m->directory) != directory ||
        !is_heap((uintptr_t)t, sizeof *t)) {
        return ASK_GO;
    }
    const uintptr_t groups = GOBRIDGE_READ(uintptr_t, &t->groups);
    const uint64_t mask = GOBRIDGE_READ(uint64_t, &t->mask);
    if (!is_right(w) || GOBRIDGE_READ(uintptr_t, &m->directory) != directory ||
        GOBRIDGE_READ(uintptr_t, entry) != (uintptr_t)t || mask > UINT16_MAX ||
        !is_heap(groups, (mask + 1) * shape->group_size)) {
        return ASK_GO;
    }
    uint64_t i = hash >> 7 & mask;
    for (uint64_t step = 1; step <= mask + 1; step++) {
        const uintptr_t group = groups + i * shape->group_size;
        const uint64_t control = GOBRIDGE_READ(uint64_t, group);
        const uint64_t differs = control ^ (hash & 0x7f) * lows;
        /* Where a byte is the one before a match it may be taken for one too: then the keys differ. */
        const answer is = find_among((differs - lows) & ~differs & highs, kind, k, group, shape, w, elem);
        if (is != ABSENT) {
            return is;
        }
        if (control & ~(control << 6) & highs) { /* an empty slot: the key would be there */
            return ABSENT;
        }
        i = (i + step) & mask;
    }
    return ASK_GO;
}

/* The key that a value stands for. False if it is not of the kind that the map has, or wrong. */
static inline bool key_from(const gobridge_thread *self, const gobridge_value *v, const gobridge_shape *shape,
                            key_kind *kind, key *k) {
    if (!shape->key || !gobridge_pages_know(self, v, sizeof *v, false) || v->kind != shape->key || v->flags) {
        return false;
    }
    k->number = v->as.u;
    switch (v->kind) {
    case GOBRIDGE_KIND_INT32: *kind = BYTES4; return v->as.i == (int32_t)v->as.i;
    case GOBRIDGE_KIND_UINT32: *kind = BYTES4; return v->as.u == (uint32_t)v->as.u;
    case GOBRIDGE_KIND_STRING:
        *kind = TEXT;
        *k = (key){v->len, v->as.s};
        return !v->len || gobridge_pages_know(self, v->as.s, (size_t)v->len, false);
    default: *kind = BYTES8; return true;
    }
}

static inline uint32_t *sequence_of(const gobridge_sight *sight) {
    return &stripes[(uint32_t)(sight->shown.address >> 4) * 0x9E3779B1U >> 23].sequence;
}

WITH_AES INLINE static inline answer find_any(key_kind kind, key k, const watch *w, uintptr_t *elem) {
    switch (kind) {
    case BYTES4: return find(BYTES4, k, w, elem);
    case BYTES8: return find(BYTES8, k, w, elem);
    default: return find(TEXT, k, w, elem);
    }
}

WITH_AES __attribute__((noinline)) static bool look_up(gobridge_ref map, const gobridge_value *v,
                                                       gobridge_value *elem, uint8_t *found) {
    gobridge_sight sight;
    key_kind kind;
    key k;
    if (!gobridge_see(map, &sight) || !key_from(gobridge_thread_state, v, sight.shown.shape, &kind, &k)) {
        return false;
    }
    const gobridge_shape *shape = sight.shown.shape;
    if (elem && (!shape->elem || !gobridge_pages_know(gobridge_thread_state, elem, sizeof *elem, true))) {
        return false;
    }
    watch w = {.sight = &sight, .sequence = sequence_of(&sight)};
    w.before = __atomic_load_n(w.sequence, __ATOMIC_ACQUIRE);
    if (w.before & 1) {
        return false;
    }
    uintptr_t place = 0;
    const answer is = find_any(kind, k, &w, &place);
    const uint64_t number = is == FOUND && elem ? gobridge_see_scalar(shape->elem, place) : 0;
    if (is == ASK_GO || !is_right(&w)) {
        return false;
    }
    if (elem) {
        gobridge_show_scalar(elem, shape->elem, number);
    }
    if (found) {
        *found = is == FOUND;
    }
    return true;
}

bool gobridge_lookup(gobridge_ref map, const gobridge_value *key, gobridge_value *elem, uint8_t *found) {
    return hash_keys && look_up(map, key, elem, found);
}

/* Whether a value from the host is one of the kind that the map has for elements, which C writes: floats of 4 bytes would be rounded. */
static inline bool is_elem(const gobridge_thread *self, const gobridge_value *v, uint32_t kind) {
    return kind && kind != GOBRIDGE_KIND_FLOAT32 && gobridge_pages_know(self, v, sizeof *v, false) &&
           v->kind == kind && !v->flags && (kind != GOBRIDGE_KIND_BOOL || v->as.u <= 1) &&
           gobridge_see_scalar(kind, (uintptr_t)&v->as) == v->as.u;
}

static inline void write_scalar(uint32_t size, uintptr_t place, uint64_t number) {
    switch (size) {
    case 1: __atomic_store_n((uint8_t *)place, (uint8_t)number, __ATOMIC_RELAXED); break;
    case 2: __atomic_store_n((uint16_t *)place, (uint16_t)number, __ATOMIC_RELAXED); break;
    case 4: __atomic_store_n((uint32_t *)place, (uint32_t)number, __ATOMIC_RELAXED); break;
    default: __atomic_store_n((uint64_t *)place, number, __ATOMIC_RELAXED);
    }
}

/* The sum of two integers of a kind. False if it is none of it. */
static inline bool add(uint32_t kind, uint64_t a, uint64_t b, uint64_t *sum) {
    *sum = a + b;
    const bool wraps = kind >= GOBRIDGE_KIND_UINT ? *sum < a : (int64_t)((a ^ *sum) & (b ^ *sum)) < 0;
    return !wraps && gobridge_see_scalar(kind, (uintptr_t)sum) == *sum;
}

/* Changes the element of a key that is there, with the map's lock: who releases the reference waits for that (Go's WaitForC), so
 * what it named is not freed meanwhile. Go code without the lock sees that the map is written, as when Go writes it. */
WITH_AES __attribute__((noinline)) static bool change(gobridge_ref map, const gobridge_value *v,
                                                      const gobridge_value *operand, bool adds,
                                                      gobridge_value *sum) {
    gobridge_sight sight;
    key_kind kind;
    key k;
    const gobridge_thread *self = gobridge_thread_state;
    if (!gobridge_see(map, &sight) || !key_from(self, v, sight.shown.shape, &kind, &k) ||
        !is_elem(self, operand, sight.shown.shape->elem)) {
        return false;
    }
    const gobridge_shape *shape = sight.shown.shape;
    if ((adds && (shape->elem < GOBRIDGE_KIND_INT || shape->elem > GOBRIDGE_KIND_UINTPTR)) ||
        (sum && !gobridge_pages_know(self, sum, sizeof *sum, true))) {
        return false;
    }
    uint32_t *sequence = sequence_of(&sight), before = __atomic_load_n(sequence, __ATOMIC_RELAXED);
    const uint32_t held = (before + 1) | GOBRIDGE_HELD_BY_C;
    if (before & 1 ||
        !__atomic_compare_exchange_n(sequence, &before, held, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        return false;
    }
    const watch w = {&sight, sequence, held};
    header *m = (header *)sight.shown.address;
    uintptr_t place = 0;
    bool changes = gobridge_still(&sight) && !GOBRIDGE_READ(uint8_t, &m->writing) &&
                   find_any(kind, k, &w, &place) == FOUND;
    uint64_t number = operand->as.u;
    if (changes && adds) {
        changes = add(shape->elem, gobridge_see_scalar(shape->elem, place), number, &number);
    }
    if (changes) {
        __atomic_store_n(&m->writing, 1, __ATOMIC_RELAXED);
        write_scalar(shape->elem_size, place, number);
        __atomic_store_n(&m->writing, 0, __ATOMIC_RELAXED);
    }
    __atomic_store_n(sequence, (before + 2) & ~GOBRIDGE_HELD_BY_C, __ATOMIC_RELEASE);
    if (changes && sum) {
        gobridge_show_scalar(sum, shape->elem, number);
    }
    return changes;
}

bool gobridge_lookup_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem) {
    return hash_keys && change(map, key, elem, false, NULL);
}

bool gobridge_lookup_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                         gobridge_value *sum) {
    return hash_keys && change(map, key, delta, true, sum);
}

WITH_AES bool gobridge_lookup_try(uintptr_t map, const gobridge_shape *shape, uintptr_t keys, size_t count,
                                  uint8_t *found, uint64_t *elems) {
    const gobridge_slot live = {.generation = 1};
    const gobridge_sight sight = {&live, 1, {shape, map}};
    const uint32_t never = 0;
    const watch w = {&sight, &never, 0};
    for (size_t i = 0; hash_keys && i < count; i++) {
        uintptr_t elem = 0;
        answer is = ASK_GO;
        if (shape->key == GOBRIDGE_KIND_STRING) {
            const gobridge_text *text = (const gobridge_text *)keys + i;
            is = find(TEXT, (key){text->len, text->data}, &w, &elem);
        } else if (shape->key == GOBRIDGE_KIND_UINT32) {
            is = find(BYTES4, (key){.number = ((const uint32_t *)keys)[i]}, &w, &elem);
        } else {
            is = find(BYTES8, (key){.number = ((const uint64_t *)keys)[i]}, &w, &elem);
        }
        if (is == ASK_GO) {
            return false;
        }
        found[i] = is == FOUND;
        elems[i] = is == FOUND ? gobridge_see_scalar(shape->elem, elem) : 0;
    }
    return hash_keys != NULL;
}

#else

bool gobridge_lookup(gobridge_ref map, const gobridge_value *key, gobridge_value *elem, uint8_t *found) {
    (void)map, (void)key, (void)elem, (void)found;
    return false;
}

void gobridge_lookup_share(gobridge_stripe *stripes, uintptr_t heap, uintptr_t heap_size) {
    (void)stripes, (void)heap, (void)heap_size;
}

void gobridge_lookup_hash_by(const void *keys) {
    (void)keys;
}

bool gobridge_lookup_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem) {
    (void)map, (void)key, (void)elem;
    return false;
}

bool gobridge_lookup_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                         gobridge_value *sum) {
    (void)map, (void)key, (void)delta, (void)sum;
    return false;
}

bool gobridge_lookup_try(uintptr_t map, const gobridge_shape *shape, uintptr_t keys, size_t count,
                         uint8_t *found, uint64_t *elems) {
    (void)map, (void)shape, (void)keys, (void)count, (void)found, (void)elems;
    return false;
}

#endif
