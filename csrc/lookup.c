/* Finding keys in Go's maps without a call, as they lie in memory from go1.24 to go1.27 on amd64. What is read is right if the
 * reference was live and no one had the map's lock from before to after it; else it is thrown away. Until then it is followed all
 * the same, for that harms nothing: Go's heap stays mapped, pointers are followed only to where it can be read, and nothing is
 * larger than a bound. So whatever Go code without the lock does to the map meanwhile harms nothing either. */
#include "lookup.h"

#include "change.h"

#if defined __x86_64__

#include "hash.h"
#include "heap.h"
#include "text.h"

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

enum { KEYS_AT = 8, LONGEST = 64, MOST_GROUPS = 128 };
static const uint64_t lows = 0x0101010101010101, highs = 0x8080808080808080;

static const __m128i *hash_keys;

void gobridge_lookup_hash_by(const void *keys) {
    if (__builtin_cpu_supports("aes") && __builtin_cpu_supports("sse4.1")) {
        hash_keys = keys;
    }
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
    return is_same(a, b, len);
#endif
}

/* What was found in place: the element, or what lies beyond the part of the heap that is known. */
typedef enum answer { ABSENT, FOUND, ASK_GO, BEYOND_REACH } answer;

GOBRIDGE_INLINE answer beyond(uintptr_t at, uintptr_t *place) {
    *place = at;
    return BEYOND_REACH;
}

/* Whether the key in a slot is the one that is looked for. */
GOBRIDGE_INLINE answer compare(key_kind kind, key k, uintptr_t slot, uintptr_t *place) {
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
    if (k.number > LONGEST) {
        return ASK_GO;
    }
    const uintptr_t text = GOBRIDGE_READ(uintptr_t, slot);
    if (!gobridge_heap_has(text)) {
        return beyond(text, place);
    }
    return is_equal(k.text, (const char *)text, (size_t)k.number) ? FOUND : ABSENT;
}

/* Looks at those slots of a group whose bits are the highest of each byte. */
GOBRIDGE_INLINE answer find_among(uint64_t bits, key_kind kind, key k, uintptr_t group,
                                  const gobridge_shape *shape, uintptr_t *place) {
    for (; bits; bits &= bits - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(bits) / 8;
        const answer is = compare(kind, k, group + KEYS_AT + (uintptr_t)i * shape->key_stride, place);
        if (__builtin_expect(is == FOUND, 1)) {
            *place = group + shape->elem_offset + (uintptr_t)i * shape->elem_stride;
        }
        if (__builtin_expect(is != ABSENT, 1)) {
            return is;
        }
    }
    return ABSENT;
}

/* The table for a hash, in a map that has a directory of them. False if it lies beyond. */
GOBRIDGE_INLINE bool find_table(const header *m, uint64_t hash, const table **t, uintptr_t *place) {
    const uint8_t depth = GOBRIDGE_READ(uint8_t, &m->depth), shift = GOBRIDGE_READ(uint8_t, &m->shift);
    const uintptr_t directory = GOBRIDGE_READ(uintptr_t, &m->directory);
    *place = directory + (depth ? hash >> (shift & 63) : 0) * sizeof(uintptr_t);
    if (!gobridge_heap_has(*place)) {
        return false;
    }
    *place = GOBRIDGE_READ(uintptr_t, *place);
    *t = (const table *)*place;
    return gobridge_heap_has(*place);
}

/* The slots of a group that may have the key, as the highest bits of bytes. Where a byte is the one before a match it may be taken for
 * one too: then the keys differ. */
GOBRIDGE_INLINE uint64_t candidates(uint64_t control, uint64_t hash) {
    const uint64_t differs = control ^ (hash & 0x7f) * lows;
    return (differs - lows) & ~differs & highs;
}

/* Whether a group has an empty slot: a key that is not in it is in no later one. */
GOBRIDGE_INLINE bool is_last(uint64_t control) {
    return (control & ~(control << 6) & highs) != 0;
}

WITH_AES GOBRIDGE_INLINE answer find(key_kind kind, key k, const header *m, const gobridge_shape *shape,
                                     uintptr_t *place) {
    if (!GOBRIDGE_READ(int64_t, &m->len)) {
        const uintptr_t directory = GOBRIDGE_READ(uintptr_t, &m->directory);
        if (!directory) {
            return ABSENT;
        }
        if (!gobridge_heap_has(directory)) {
            return beyond(directory, place);
        }
        return find_among(~GOBRIDGE_READ(uint64_t, directory) & highs, kind, k, directory, shape, place);
    }
    if (kind == TEXT && k.number > LONGEST) {
        return ASK_GO;
    }
    const uint64_t hash = hash_of(kind, k, GOBRIDGE_READ(uint64_t, &m->seed), hash_keys);
    const table *t;
    if (!find_table(m, hash, &t, place)) {
        return BEYOND_REACH;
    }
    const uintptr_t groups = GOBRIDGE_READ(uintptr_t, &t->groups);
    const uint64_t mask = GOBRIDGE_READ(uint64_t, &t->mask);
    uint64_t i = hash >> 7 & mask;
    for (uint64_t step = 1; step <= MOST_GROUPS; step++) {
        const uintptr_t group = groups + i * shape->group_size;
        if (!gobridge_heap_has(group)) {
            return beyond(group, place);
        }
        const uint64_t control = GOBRIDGE_READ(uint64_t, group);
        const answer is = find_among(candidates(control, hash), kind, k, group, shape, place);
        if (__builtin_expect(is != ABSENT, 1)) {
            return is;
        }
        if (is_last(control)) {
            return ABSENT;
        }
        i = (i + step) & mask;
    }
    return ASK_GO;
}

/* The same in one go, for maps with a directory and keys that are in the first slot that may have them, as most are, or in none:
 * anything else is ASK_GO. With no loop all stays in few registers, and a processor sees further ahead, into the next look-up. */
WITH_AES GOBRIDGE_INLINE answer find_at_once(key_kind kind, key k, const header *m,
                                             const gobridge_shape *shape, uintptr_t *place) {
    if (kind == TEXT && k.number > LONGEST) {
        return ASK_GO;
    }
    const uint64_t hash = hash_of(kind, k, GOBRIDGE_READ(uint64_t, &m->seed), hash_keys);
    const table *t;
    if (!find_table(m, hash, &t, place)) {
        return ASK_GO;
    }
    const uintptr_t group = GOBRIDGE_READ(uintptr_t, &t->groups) +
                            (hash >> 7 & GOBRIDGE_READ(uint64_t, &t->mask)) * shape->group_size;
    if (!gobridge_heap_has(group)) {
        return ASK_GO;
    }
    const uint64_t control = GOBRIDGE_READ(uint64_t, group), bits = candidates(control, hash);
    if (!bits) {
        return is_last(control) ? ABSENT : ASK_GO;
    }
    const unsigned i = (unsigned)__builtin_ctzll(bits) / 8;
    if (compare(kind, k, group + KEYS_AT + (uintptr_t)i * shape->key_stride, place) != FOUND) {
        return ASK_GO;
    }
    *place = group + shape->elem_offset + (uintptr_t)i * shape->elem_stride;
    return FOUND;
}

/* The key that a value stands for that can be read. False if it is not of the kind that the map has, or wrong. */
GOBRIDGE_INLINE bool key_of(key_kind kind, const gobridge_thread *self, const gobridge_value *v,
                            const gobridge_seen *seen, key *k) {
    /* One by one: most hosts write them so, and what is read in larger pieces than it was written in takes 6 ns. */
    if (v->kind != seen->key || v->flags) {
        return false;
    }
    *k = (key){.number = v->as.u};
    if (kind == BYTES4) {
        return seen->key == GOBRIDGE_KIND_INT32 ? v->as.i == (int32_t)v->as.i : v->as.u == (uint32_t)v->as.u;
    }
    if (kind == TEXT) {
        *k = (key){v->len, v->as.s};
        return !v->len || gobridge_pages_know(self, v->as.s, (size_t)v->len, false);
    }
    return true;
}

/* The same, if the value can be read. */
GOBRIDGE_INLINE bool key_from(key_kind kind, const gobridge_thread *self, const gobridge_value *v,
                              const gobridge_seen *seen, key *k) {
    return gobridge_pages_know(self, v, sizeof *v, false) && key_of(kind, self, v, seen, k);
}

GOBRIDGE_INLINE bool is_live(const gobridge_seen *seen) {
    return __atomic_load_n(seen->generation, __ATOMIC_SEQ_CST) == (uint32_t)(seen->map >> 32);
}

/* Whether the map's reference is still live, and its lock as it was: then what was read is right. The fence has all reads come before
 * these two. (A port that reads maps: what Go writes must not be seen before its lock's count is odd. Without LSE arm64's exchange does
 * not order what follows it.) */
GOBRIDGE_INLINE bool is_right(const gobridge_seen *seen, uint32_t before) {
    atomic_thread_fence(memory_order_acquire);
    return is_live(seen) && __atomic_load_n(seen->sequence, __ATOMIC_RELAXED) == before;
}

GOBRIDGE_INLINE uint64_t read_elem(const gobridge_seen *seen, uintptr_t place) {
    return seen->elem_size == 8 ? GOBRIDGE_READ(uint64_t, place) : gobridge_see_scalar(seen->elem, place);
}

__attribute__((noinline)) static gobridge_status reach_for(gobridge_ref map, const gobridge_value *v,
                                                           gobridge_value *elem, uint8_t *found,
                                                           gobridge_find *by_go, uintptr_t at) {
    /* This ends: so much further, what lies there is had. */
    return gobridge_heap_reaches(at) ? gobridge_lookup(map, v, elem, found, by_go)
                                     : by_go(map, v, elem, found);
}

/* Gives the host what was found. */
GOBRIDGE_INLINE gobridge_status give(const gobridge_seen *seen, bool is_there, uint64_t number,
                                     gobridge_value *elem, uint8_t *found) {
    if (elem) {
        gobridge_show(elem, seen->elem, number, 0);
    }
    if (found) {
        *found = is_there;
    }
    return GOBRIDGE_OK;
}

WITH_AES GOBRIDGE_INLINE gobridge_status look_up(key_kind kind, const gobridge_seen *seen,
                                                 const gobridge_value *v, gobridge_value *elem,
                                                 uint8_t *found, gobridge_find *by_go,
                                                 const gobridge_thread *self) {
    const uint32_t before = __atomic_load_n(seen->sequence, __ATOMIC_ACQUIRE);
    key k;
    if (before & 1 || !key_from(kind, self, v, seen, &k) ||
        (elem && (!seen->elem || !gobridge_pages_know(self, elem, sizeof *elem, true)))) {
        return by_go(seen->map, v, elem, found);
    }
    uintptr_t place = 0;
    const answer is = find(kind, k, (const header *)seen->address, seen->shape, &place);
    const uint64_t number = is == FOUND && elem ? read_elem(seen, place) : 0;
    if (is == BEYOND_REACH) {
        return reach_for(seen->map, v, elem, found, by_go, place);
    }
    if (is == ASK_GO || !is_right(seen, before)) {
        return by_go(seen->map, v, elem, found);
    }
    return give(seen, is == FOUND, number, elem, found);
}

/* The same by find_at_once, which leaves to `otherwise` what it cannot tell. */
WITH_AES GOBRIDGE_INLINE gobridge_status look_up_at_once(key_kind kind, gobridge_look_up *otherwise,
                                                         const gobridge_seen *seen, const gobridge_value *v,
                                                         gobridge_value *elem, uint8_t *found,
                                                         gobridge_find *by_go, const gobridge_thread *self) {
    const header *m = (const header *)seen->address;
    const uint32_t before = __atomic_load_n(seen->sequence, __ATOMIC_ACQUIRE);
    key k;
    if (before & 1 || !GOBRIDGE_READ(int64_t, &m->len) || !gobridge_pages_hold(self, v, sizeof *v) ||
        (elem && (!seen->elem || !gobridge_pages_hold(self, elem, sizeof *elem))) ||
        !key_of(kind, self, v, seen, &k)) {
        return otherwise(seen, v, elem, found, by_go, self);
    }
    uintptr_t place = 0;
    const answer is = find_at_once(kind, k, m, seen->shape, &place);
    const uint64_t number = is == FOUND && elem ? read_elem(seen, place) : 0;
    if (is == ASK_GO || !is_right(seen, before)) {
        return otherwise(seen, v, elem, found, by_go, self);
    }
    return give(seen, is == FOUND, number, elem, found);
}

#define LOOK_UP(function, do_it, ...)                                                             \
    WITH_AES __attribute__((flatten, noinline)) static gobridge_status function(                  \
        const gobridge_seen *seen, const gobridge_value *v, gobridge_value *elem, uint8_t *found, \
        gobridge_find *by_go, const gobridge_thread *self) {                                      \
        return do_it(__VA_ARGS__, seen, v, elem, found, by_go, self);                             \
    }
LOOK_UP(look_longer_bytes4, look_up, BYTES4)
LOOK_UP(look_longer_bytes8, look_up, BYTES8)
LOOK_UP(look_longer_text, look_up, TEXT)
LOOK_UP(look_up_bytes4, look_up_at_once, BYTES4, look_longer_bytes4)
LOOK_UP(look_up_bytes8, look_up_at_once, BYTES8, look_longer_bytes8)
LOOK_UP(look_up_text, look_up_at_once, TEXT, look_longer_text)

static inline key_kind kind_of(const gobridge_shape *shape) {
    switch (shape->key) {
    case GOBRIDGE_KIND_INT32:
    case GOBRIDGE_KIND_UINT32: return BYTES4;
    case GOBRIDGE_KIND_STRING: return TEXT;
    default: return BYTES8;
    }
}

/* Remembers a map that C can find keys in. */
static bool see_anew(gobridge_seen *seen, gobridge_ref map) {
    static gobridge_look_up *const by_kind[] = {
        [BYTES4] = look_up_bytes4, [BYTES8] = look_up_bytes8, [TEXT] = look_up_text};
    gobridge_sight sight;
    if (!hash_keys || !gobridge_see(map, &sight) || !sight.shown.shape->key ||
        sight.shown.shape->group_size > GOBRIDGE_HEAP_LARGEST) {
        return false;
    }
    const gobridge_shape *shape = sight.shown.shape;
    *seen = (gobridge_seen){.map = map,
                            .generation = &sight.slot->generation,
                            .sequence = gobridge_stripe_of(sight.shown.address),
                            .shape = shape,
                            .address = sight.shown.address,
                            .look_up = by_kind[kind_of(shape)],
                            .key = shape->key,
                            .elem = shape->elem,
                            .elem_size = shape->elem_size};
    return true;
}

/* Whether this thread may find keys now. */
GOBRIDGE_INLINE bool may_look(const gobridge_thread *self) {
    return self && !gobridge_thread_records(self) && gobridge_fork_is_parent();
}

/* Where it notes what it has seen of a map, which never changes while the reference is live. */
GOBRIDGE_INLINE gobridge_seen *seen_of(gobridge_thread *self, gobridge_ref map) {
    return &self->seen[map % GOBRIDGE_SEEN];
}

__attribute__((noinline)) static gobridge_status look_up_anew(gobridge_ref map, const gobridge_value *v,
                                                              gobridge_value *elem, uint8_t *found,
                                                              gobridge_find *by_go) {
    gobridge_thread *self = gobridge_thread_state;
    gobridge_seen *seen = seen_of(self, map);
    return see_anew(seen, map) ? seen->look_up(seen, v, elem, found, by_go, self)
                               : by_go(map, v, elem, found);
}

gobridge_status gobridge_lookup(gobridge_ref map, const gobridge_value *v, gobridge_value *elem,
                                uint8_t *found, gobridge_find *by_go) {
    gobridge_thread *self = gobridge_thread_state;
    if (!may_look(self)) {
        return by_go(map, v, elem, found);
    }
    const gobridge_seen *seen = seen_of(self, map);
    return seen->map == map ? seen->look_up(seen, v, elem, found, by_go, self)
                            : look_up_anew(map, v, elem, found, by_go);
}

WITH_AES GOBRIDGE_INLINE bool copy_elem(key_kind kind, const gobridge_thread *self, const gobridge_seen *seen,
                                        const gobridge_value *v, const gobridge_room *room, uint8_t *found) {
    const uint32_t before = __atomic_load_n(seen->sequence, __ATOMIC_ACQUIRE);
    key k;
    if (before & 1 || !key_from(kind, self, v, seen, &k)) {
        return false;
    }
    uintptr_t place = 0;
    gobridge_text_copy copy;
    answer is;
    do {
        is = find(kind, k, (const header *)seen->address, seen->shape, &place);
    } while (is == BEYOND_REACH && gobridge_heap_reaches(place));
    if (is == ABSENT) {
        copy.len = 0;
    } else if (is != FOUND || !gobridge_text_read(place, &copy)) {
        return false;
    }
    if (!gobridge_text_fits(&copy, room) || !is_right(seen, before)) {
        return false;
    }
    gobridge_text_give(&copy, room);
    if (found) {
        *found = is == FOUND;
    }
    return true;
}

WITH_AES bool gobridge_lookup_text(gobridge_ref map, const gobridge_value *v, const gobridge_room *room,
                                   uint8_t *found) {
    gobridge_thread *self = gobridge_thread_state;
    if (!may_look(self)) {
        return false;
    }
    gobridge_seen *seen = seen_of(self, map);
    if ((seen->map != map && !see_anew(seen, map)) || !seen->shape->text) {
        return false;
    }
    switch (kind_of(seen->shape)) {
    case BYTES4: return copy_elem(BYTES4, self, seen, v, room, found);
    case BYTES8: return copy_elem(BYTES8, self, seen, v, room, found);
    default: return copy_elem(TEXT, self, seen, v, room, found);
    }
}

/* The sum of two integers of a kind. False if it is none of it. */
static inline bool add(uint32_t kind, uint64_t a, uint64_t b, uint64_t *sum) {
    *sum = a + b;
    const bool wraps = kind >= GOBRIDGE_KIND_UINT ? *sum < a : (int64_t)((a ^ *sum) & (b ^ *sum)) < 0;
    return !wraps && gobridge_see_scalar(kind, (uintptr_t)sum) == *sum;
}

/* What is done to an element: it is set to a value, a number is added to it, or it stays if it could be set to that. */
typedef struct operand {
    const gobridge_value *value;
    enum { SET, ADD, KEEP } how;
    gobridge_value *now; /* receives what it is then; or NULL */
} operand;

static bool change(gobridge_ref map, const gobridge_value *v, const operand *by);

/* Changes the element of a key that is there, with the map's lock. Go code without the lock sees that the map is written, as when Go
 * writes it. */
WITH_AES GOBRIDGE_INLINE bool change_as(key_kind kind, const gobridge_thread *self, const gobridge_seen *seen,
                                        const gobridge_value *v, const operand *by) {
    key k;
    if (!key_from(kind, self, v, seen, &k) || !gobridge_change_takes(self, by->value, seen->elem) ||
        (by->how == ADD && (seen->elem < GOBRIDGE_KIND_INT || seen->elem > GOBRIDGE_KIND_UINTPTR)) ||
        (by->now && !gobridge_pages_know(self, by->now, sizeof *by->now, true))) {
        return false;
    }
    uint32_t before;
    if (!gobridge_stripe_try(seen->sequence, &before)) {
        return false;
    }
    header *m = (header *)seen->address;
    uintptr_t place = 0;
    const answer is = is_live(seen) && !GOBRIDGE_READ(uint8_t, &m->writing)
                          ? find(kind, k, m, seen->shape, &place)
                          : ASK_GO;
    bool done = is == FOUND;
    uint64_t number = by->value->as.u;
    if (done && by->how != SET) {
        const uint64_t old = read_elem(seen, place);
        done = by->how == KEEP || add(seen->elem, old, number, &number);
        number = by->how == KEEP ? old : number;
    }
    if (done && by->how != KEEP) {
        /* Relaxed: Go code that has no lock may see it or not, as it may what another goroutine writes. */
        __atomic_store_n(&m->writing, 1, __ATOMIC_RELAXED);
        gobridge_change_write(seen->elem_size, place, number);
        __atomic_store_n(&m->writing, 0, __ATOMIC_RELAXED);
    }
    gobridge_stripe_leave(seen->sequence, before);
    if (done && by->now) {
        gobridge_show(by->now, seen->elem, number, 0);
    }
    return done || (is == BEYOND_REACH && gobridge_heap_reaches(place) && change(seen->map, v, by));
}

WITH_AES static bool change(gobridge_ref map, const gobridge_value *v, const operand *by) {
    gobridge_thread *self = gobridge_thread_state;
    if (!may_look(self)) {
        return false;
    }
    gobridge_seen *seen = seen_of(self, map);
    if (seen->map != map && !see_anew(seen, map)) {
        return false;
    }
    switch (kind_of(seen->shape)) {
    case BYTES4: return change_as(BYTES4, self, seen, v, by);
    case BYTES8: return change_as(BYTES8, self, seen, v, by);
    default: return change_as(TEXT, self, seen, v, by);
    }
}

bool gobridge_lookup_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem) {
    return change(map, key, &(operand){.value = elem, .how = SET});
}

bool gobridge_lookup_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                         gobridge_value *sum) {
    return change(map, key, &(operand){.value = delta, .how = ADD, .now = sum});
}

bool gobridge_lookup_keep(gobridge_ref map, const gobridge_value *key, const gobridge_value *fallback,
                          gobridge_value *elem) {
    return change(map, key, &(operand){.value = fallback, .how = KEEP, .now = elem});
}

WITH_AES static answer find_nth(size_t i, uintptr_t keys, const header *m, const gobridge_shape *shape,
                                uintptr_t *place) {
    if (shape->key == GOBRIDGE_KIND_STRING) {
        const gobridge_text *text = (const gobridge_text *)keys + i;
        return find(TEXT, (key){text->len, text->data}, m, shape, place);
    }
    return shape->key == GOBRIDGE_KIND_UINT32
               ? find(BYTES4, (key){.number = ((const uint32_t *)keys)[i]}, m, shape, place)
               : find(BYTES8, (key){.number = ((const uint64_t *)keys)[i]}, m, shape, place);
}

bool gobridge_lookup_try(uintptr_t map, const gobridge_shape *shape, uintptr_t keys, size_t count,
                         uint8_t *found, uint64_t *elems) {
    for (size_t i = 0; hash_keys && i < count; i++) {
        uintptr_t place = 0;
        answer is;
        do {
            is = find_nth(i, keys, (const header *)map, shape, &place);
        } while (is == BEYOND_REACH && gobridge_heap_reaches(place));
        if (is > FOUND) {
            return false;
        }
        found[i] = is == FOUND;
        elems[i] = is == FOUND ? gobridge_see_scalar(shape->elem, place) : 0;
    }
    return hash_keys != NULL;
}

#else

gobridge_status gobridge_lookup(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                uint8_t *found, gobridge_find *by_go) {
    return by_go(map, key, elem, found);
}

void gobridge_lookup_hash_by(const void *keys) {
    (void)keys;
}

bool gobridge_lookup_text(gobridge_ref map, const gobridge_value *key, const gobridge_room *room,
                          uint8_t *found) {
    (void)map, (void)key, (void)room, (void)found;
    return false;
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

bool gobridge_lookup_keep(gobridge_ref map, const gobridge_value *key, const gobridge_value *fallback,
                          gobridge_value *elem) {
    (void)map, (void)key, (void)fallback, (void)elem;
    return false;
}

bool gobridge_lookup_try(uintptr_t map, const gobridge_shape *shape, uintptr_t keys, size_t count,
                         uint8_t *found, uint64_t *elems) {
    (void)map, (void)shape, (void)keys, (void)count, (void)found, (void)elems;
    return false;
}

#endif
