/* gobridge: this library in columns, one crossing for all that is asked for. gobridge-slices: for SLICE of them. */
#include "bench.h"

#include <gobridge.h>
#include <string.h>

static void must(gobridge_status status) {
    if (status == GOBRIDGE_OK) return;
    gobridge_error error;
    gobridge_last_error(&error);
    fail("gobridge", error.message);
}

static gobridge_column numbers(uint64_t *to) {
    return (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .data = to};
}

static gobridge_column numbers_in(const uint64_t *from) {
    return (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .in = from};
}

static gobridge_column strings(const gobridge_text *texts) {
    return (gobridge_column){.layout = GOBRIDGE_COLUMN_TEXT, .in = texts};
}

/* The elements of the keys of a slice. */
static void number(slice s, uint64_t *elems) {
    for (uint64_t i = s.from; i < s.to; i++) elems[i - s.from] = i;
}

static uint64_t sum_of(const uint64_t *elems, size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += elems[i];
    return sum;
}

/* Memory for a slice: threads, whose slices are short, have their own. */
static void *room(slice s, void *few) {
    return s.to - s.from > SLICE ? in.spare : few;
}

/* The columns of what is put. A text takes two words. */
static void number_keys(slice s, uint64_t *room, gobridge_column *keys, gobridge_column *elems) {
    number(s, room);
    *keys = numbers_in(in.keys + s.from);
    *elems = numbers(room);
}

static void string_keys(slice s, uint64_t *room, gobridge_column *keys, gobridge_column *elems) {
    gobridge_text *texts = (gobridge_text *)(room + (s.to - s.from));
    for (size_t i = s.from; i < s.to; i++) texts[i - s.from] = (gobridge_text){string_key(i), STRING_LEN};
    number(s, room);
    *keys = strings(texts);
    *elems = numbers(room);
}

static uint64_t put_u64(slice s) {
    uint64_t few[SLICE];
    gobridge_column keys, elems;
    number_keys(s, room(s, few), &keys, &elems);
    must(gobridge_map_set_n(s.map, &keys, &elems, s.to - s.from, NULL));
    return 0;
}

static uint64_t build(const char *expression, gobridge_column keys, gobridge_column elems, size_t n) {
    gobridge_ref type, map;
    int64_t len;
    must(gobridge_type_parse(expression, strlen(expression), &type));
    must(gobridge_map_build_n(type, &keys, &elems, n, 0, &map));
    must(gobridge_map_len(map, &len));
    must(gobridge_release(map));
    return (uint64_t)len;
}

static uint64_t build_u64(slice s) {
    gobridge_column keys, elems;
    number_keys(s, in.spare, &keys, &elems);
    return build("map[uint64]uint64", keys, elems, s.to);
}

static uint64_t build_str(slice s) {
    gobridge_column keys, elems;
    string_keys(s, in.spare, &keys, &elems);
    return build("map[string]uint64", keys, elems, s.to);
}

static uint64_t get_numbers(slice s, uint32_t threads) {
    static _Thread_local uint64_t few[SLICE];
    uint64_t *got = room(s, few);
    const size_t n = s.to - s.from;
    const gobridge_column keys = numbers_in(in.asked + s.from);
    gobridge_column elems = numbers(got);
    must(gobridge_map_get_n(s.map, &keys, n, threads, &elems, NULL, NULL));
    return sum_of(got, n);
}

static uint64_t get_u64(slice s) {
    return get_numbers(s, 1);
}

static uint64_t get_u64_parallel(slice s) {
    return get_numbers(s, 0);
}

/* Asks for so many entries at a time. */
static uint64_t iterate_by(slice s, size_t count, uint64_t *got_keys, uint64_t *got_elems) {
    uint64_t sum = 0;
    gobridge_column keys = numbers(got_keys), elems = numbers(got_elems);
    gobridge_ref iterator;
    must(gobridge_map_iterate(s.map, &iterator));
    for (size_t filled = count; filled == count;) {
        must(gobridge_map_next_n(iterator, count, &keys, &elems, &filled));
        for (size_t i = 0; i < filled; i++) sum += got_keys[i] ^ got_elems[i];
    }
    must(gobridge_release(iterator));
    return sum;
}

/* The whole map at once: with room for one more than there are. */
static uint64_t iterate(slice s) {
    return iterate_by(s, in.n + 1, in.spare, in.spare + in.n + 1);
}

static uint64_t iterate_by_slice(slice s) {
    static _Thread_local uint64_t keys[SLICE], elems[SLICE];
    return iterate_by(s, SLICE, keys, elems);
}

static uint64_t put_str(slice s) {
    uint64_t few[3 * SLICE];
    gobridge_column keys, elems;
    string_keys(s, room(s, few), &keys, &elems);
    must(gobridge_map_set_n(s.map, &keys, &elems, s.to - s.from, NULL));
    return 0;
}

static uint64_t get_str(slice s) {
    static _Thread_local uint64_t few[3 * SLICE];
    uint64_t *got = room(s, few);
    const size_t n = s.to - s.from;
    gobridge_text *texts = (gobridge_text *)(got + n);
    for (size_t i = 0; i < n; i++) texts[i] = (gobridge_text){string_key(in.order[s.from + i]), STRING_LEN};
    const gobridge_column keys = strings(texts);
    gobridge_column elems = numbers(got);
    must(gobridge_map_get_n(s.map, &keys, n, 1, &elems, NULL, NULL));
    return sum_of(got, n);
}

/* Into a []string, and out of it again. */
static uint64_t echo(slice s) {
    static const char name[] = "[]string";
    char data[SLICE][ECHO_LEN];
    gobridge_text texts[SLICE];
    static _Thread_local char out[SLICE * ECHO_LEN]; /* no analyzer sees that a column writes them */
    static _Thread_local int32_t ends[SLICE + 1];
    const size_t n = s.to - s.from;
    gobridge_ref type, kept;
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(data[i], ECHO_STRING, ECHO_LEN);
        echo_string(data[i], s.from + i);
        texts[i] = (gobridge_text){data[i], ECHO_LEN};
    }
    const gobridge_column sent = strings(texts);
    gobridge_column back = {
        .layout = GOBRIDGE_COLUMN_OFFSETS32, .data = out, .offsets = ends, .capacity = sizeof out};
    must(gobridge_type_parse(name, strlen(name), &type));
    must(gobridge_slice_new(type, (int64_t)n, (int64_t)n, &kept));
    must(gobridge_slice_write_n(kept, 0, &sent, n, NULL));
    must(gobridge_slice_read_n(kept, 0, n, &back));
    for (size_t i = 0; i < n; i++) sum += (uint64_t)(ends[i + 1] - ends[i]) + (uint8_t)out[ends[i] + 7];
    must(gobridge_release(kept));
    return sum;
}

static uint64_t count(slice s) {
    const char *at = first_word(s);
    char words[SLICE][WORD_LEN];
    gobridge_text texts[SLICE];
    int64_t len;
    for (size_t i = 0; i < s.to - s.from; i++) texts[i] = (gobridge_text){words[i], next_word(&at, words[i])};
    const gobridge_column keys = strings(texts);
    must(gobridge_map_add_n(s.map, &keys, NULL, s.to - s.from, NULL));
    must(gobridge_map_len(s.map, &len));
    return (uint64_t)len;
}

static uint64_t make(int kind, int64_t hint) {
    return gobridge_single.make(kind, hint);
}

static void drop(uint64_t map) {
    gobridge_single.drop(map);
}

const contender gobridge_columns = {
    .name = "gobridge",
    .make = make,
    .drop = drop,
    .threads = true,
    .loops = {[PUT_U64] = put_u64,
              [PUT_U64_PRESIZED] = put_u64,
              [GET_U64] = get_u64,
              [GET_U64_PARALLEL] = get_u64_parallel,
              [ITERATE] = iterate,
              [ITERATE_BY_SLICE] = iterate_by_slice,
              [PUT_STR] = put_str,
              [GET_STR] = get_str,
              [BUILD_U64] = build_u64,
              [BUILD_STR] = build_str,
              [ECHO] = echo,
              [COUNT] = count},
};

const contender gobridge_slices = {
    .name = "gobridge-slices",
    .by_slice = true,
    .make = make,
    .drop = drop,
    .loops = {[PUT_U64] = put_u64,
              [PUT_U64_PRESIZED] = put_u64,
              [GET_U64] = get_u64,
              [PUT_STR] = put_str,
              [GET_STR] = get_str},
};
