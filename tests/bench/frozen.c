/* gobridge-frozen: a Go map that is filled, frozen, and read in columns. What it takes to put is with the freezing. */
#include "bench.h"

#include <gobridge.h>
#include <stdlib.h>

typedef struct frozen_map {
    uint64_t map;
    gobridge_frozen *frozen;
} frozen_map;

static void must(gobridge_status status) {
    if (status == GOBRIDGE_OK) return;
    gobridge_error error;
    gobridge_last_error(&error);
    fail("gobridge-frozen", error.message);
}

static uint64_t make(int kind, int64_t hint) {
    frozen_map *m = calloc(1, sizeof *m);
    if (!m) fail("gobridge-frozen", "no memory");
    m->map = gobridge_single.make(kind, hint);
    return (uint64_t)(uintptr_t)m;
}

static frozen_map *map_of(slice s) {
    return (frozen_map *)(uintptr_t)s.map;
}

static void drop(uint64_t map) {
    frozen_map *m = map_of((slice){.map = map});
    gobridge_single.drop(m->map);
    if (m->frozen) must(gobridge_frozen_release(m->frozen));
    free(m);
}

static uint64_t put(int loop, slice s) {
    frozen_map *m = map_of(s);
    s.map = m->map;
    gobridge_columns.loops[loop](s);
    if (s.to == in.n) {
        if (m->frozen) must(gobridge_frozen_release(m->frozen));
        must(gobridge_map_freeze(m->map, &m->frozen));
    }
    return 0;
}

static uint64_t put_u64(slice s) {
    return put(PUT_U64, s);
}

static uint64_t put_str(slice s) {
    return put(PUT_STR, s);
}

enum { COLUMN = 256 };

/* Looks a column up and adds up what is found. */
static uint64_t add_up(const gobridge_frozen *frozen, const void *keys, size_t stride, size_t count) {
    uint64_t sum = 0, elems[COLUMN];
    must(gobridge_frozen_get_n(frozen, keys, stride, count, elems, sizeof *elems, NULL));
    for (size_t i = 0; i < count; i++) sum += elems[i]; /* what is not found is 0 */
    return sum;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0, keys[COLUMN];
    size_t count = 0;
    for (size_t i = s.from; i < s.to; i++) {
        keys[count++] = in.asked[i];
        if (count == COLUMN || i + 1 == s.to) {
            sum += add_up(map_of(s)->frozen, keys, sizeof *keys, count);
            count = 0;
        }
    }
    return sum;
}

static uint64_t get_str(slice s) {
    gobridge_text keys[COLUMN];
    uint64_t sum = 0;
    size_t count = 0;
    for (size_t i = s.from; i < s.to; i++) {
        keys[count++] = (gobridge_text){string_key(in.order[i]), STRING_LEN};
        if (count == COLUMN || i + 1 == s.to) {
            sum += add_up(map_of(s)->frozen, keys, sizeof *keys, count);
            count = 0;
        }
    }
    return sum;
}

const contender gobridge_frozen_columns = {
    .name = "gobridge-frozen",
    .make = make,
    .drop = drop,
    .loops = {[PUT_U64] = put_u64, [GET_U64] = get_u64, [PUT_STR] = put_str, [GET_STR] = get_str},
};
