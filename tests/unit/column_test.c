/* Columns: arrays of items in one call. bridge/internal/columns compares them with single calls on random input. */
#include "check.h"

#include <limits.h>

#define PLAIN(array)  ((gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .data = (array)})
#define TEXTS(array)  ((gobridge_column){.layout = GOBRIDGE_COLUMN_TEXT, .data = (array)})
#define VALUES(array) ((gobridge_column){.layout = GOBRIDGE_COLUMN_VALUES, .data = (array)})
#define T(literal) \
    { (literal), sizeof(literal) - 1 }

enum { MANY = 50000, THREADS = 8, UNTOUCHED = -77 };

static void assert_text(gobridge_text got, const char *want) {
    assert_non_null(got.data);
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.data, want, got.len);
}

static void numbers(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[int64]int32");
    int64_t keys[] = {1, 2, 3, 2};
    int32_t elems[] = {10, 20, 30, 21}, got[5] = {9, 9, 9, 9, 9};
    uint8_t found[5] = {9, 9, 9, 9, 9};
    gobridge_column k = PLAIN(keys), e = PLAIN(elems), g = PLAIN(got);
    assert_ok(gobridge_map_set_n(map, &k, &e, 4, NULL));
    assert_int_equal(length(map), 3);
    int64_t asked[] = {2, 7, 3, 1};
    k = PLAIN(asked);
    assert_ok(gobridge_map_get_n(map, &k, 4, 0, &g, found, NULL));
    assert_memory_equal(got, ((int32_t[]){21, 0, 30, 10, 9}), sizeof got);
    assert_memory_equal(found, ((uint8_t[]){1, 0, 1, 1, 9}), sizeof found);
    assert_int_equal(g.owner, 0);
    int32_t deltas[] = {1, 2, -3, INT32_MAX};
    gobridge_column d = PLAIN(deltas);
    gobridge_status statuses[4];
    assert_status(gobridge_map_add_n(map, &k, &d, 4, statuses), GOBRIDGE_E_RANGE, "deltas[3]: the sum");
    assert_memory_equal(statuses, ((gobridge_status[]){0, 0, 0, GOBRIDGE_E_RANGE}), sizeof statuses);
    assert_ok(gobridge_map_add_n(map, &k, NULL, 4, statuses));
    assert_ok(gobridge_map_get_n(map, &k, 4, 1, &g, NULL, NULL));
    assert_memory_equal(got, ((int32_t[]){23, 3, 28, 11, 9}), sizeof got);
    assert_ok(gobridge_map_delete_n(map, &k, 2, found, statuses));
    assert_ok(gobridge_map_delete_n(map, &k, 3, found, NULL));
    assert_memory_equal(found, ((uint8_t[]){0, 0, 1, 1, 9}), sizeof found);
    assert_ok(gobridge_map_get_n(map, &k, 4, 0, NULL, found, NULL)); /* only whether they are there */
    assert_memory_equal(found, ((uint8_t[]){0, 0, 0, 1, 9}), sizeof found);
    assert_ok(gobridge_map_get_n(map, &k, 0, 0, NULL, NULL, NULL));
    assert_ok(gobridge_release(map));
}

/* A map of more than the caches hold is done in an order of the library's own, by several threads. */
static void many(void **state) {
    (void)state;
    enum { N = 500000 };
    static uint64_t keys[N], elems[N], got[N];
    static uint8_t found[N];
    for (uint64_t i = 0; i < N; i++) {
        keys[i] = i / 2 * 0x9E3779B97F4A7C15U; /* each twice: the later element counts */
        elems[i] = i;
    }
    gobridge_column k = PLAIN(keys), e = PLAIN(elems), g = PLAIN(got);
    const gobridge_ref type = parse("map[uint64]uint64");
    for (uint32_t threads = 0; threads < 4; threads++) {
        gobridge_ref map;
        assert_ok(gobridge_map_build_n(type, &k, &e, N, threads, &map));
        assert_int_equal(length(map), N / 2);
        assert_ok(gobridge_map_set_n(map, &k, &e, N, NULL));
        assert_int_equal(length(map), N / 2);
        keys[0] = 1; /* is not there */
        assert_ok(gobridge_map_get_n(map, &k, N, threads, &g, found, NULL));
        keys[0] = 0;
        assert_true(found[0] == 0 && got[0] == 0);
        for (uint64_t i = 1; i < N; i++) {
            assert_true(found[i] == 1 && got[i] == (i | 1));
        }
        assert_ok(gobridge_release(map));
    }
}

/* Counters of 64 bits are added to in place, but never past their ends; a new one may stand between. */
static void counters(void **state) {
    (void)state;
    gobridge_text keys[] = {T("max"), T("new"), T("min"), T("any"), T("max")};
    int64_t elems[] = {INT64_MAX, 0, INT64_MIN, -5}, deltas[] = {1, 7, -1, 3, -2}, got[5];
    gobridge_column k = TEXTS(keys), e = PLAIN(elems), d = PLAIN(deltas), g = PLAIN(got);
    gobridge_status statuses[5];
    const gobridge_ref map = make_map("map[string]int64");
    assert_ok(gobridge_map_set_n(map, &k, &e, 4, NULL));
    assert_ok(gobridge_map_delete_n(map, &TEXTS(&keys[1]), 1, NULL, NULL));
    assert_status(gobridge_map_add_n(map, &k, &d, 5, statuses), GOBRIDGE_E_RANGE, "deltas[0]: the sum");
    assert_memory_equal(statuses, ((gobridge_status[]){GOBRIDGE_E_RANGE, 0, GOBRIDGE_E_RANGE, 0, 0}),
                        sizeof statuses);
    assert_ok(gobridge_map_get_n(map, &k, 5, 1, &g, NULL, NULL));
    assert_memory_equal(got, ((int64_t[]){INT64_MAX - 2, 7, INT64_MIN, -2, INT64_MAX - 2}), sizeof got);
    assert_ok(gobridge_map_add_n(map, &k, NULL, 5, statuses)); /* 1 each, max twice */
    assert_status(gobridge_map_add_n(map, &k, NULL, 1, statuses), GOBRIDGE_E_RANGE, "deltas[0]: the sum");
    assert_ok(gobridge_map_get_n(map, &k, 4, 1, &g, NULL, NULL));
    assert_memory_equal(got, ((int64_t[]){INT64_MAX, 8, INT64_MIN + 1, -1}), 4 * sizeof *got);
    assert_ok(gobridge_release(map));

    uint32_t numbers[] = {1, 2, 1};
    uint64_t counts[] = {UINT64_MAX - 1, 0}, terms[] = {1, UINT64_MAX, 1}, read[3];
    k = PLAIN(numbers), e = PLAIN(counts), d = PLAIN(terms), g = PLAIN(read);
    const gobridge_ref totals = make_map("map[uint32]uint64");
    assert_ok(gobridge_map_set_n(totals, &k, &e, 2, NULL));
    assert_status(gobridge_map_add_n(totals, &k, &d, 3, statuses), GOBRIDGE_E_RANGE, "deltas[2]: the sum");
    assert_ok(gobridge_map_get_n(totals, &k, 3, 1, &g, NULL, NULL));
    assert_memory_equal(read, ((uint64_t[]){UINT64_MAX, UINT64_MAX, UINT64_MAX}), sizeof read);
    assert_ok(gobridge_release(totals));
}

static void built(void **state) {
    (void)state;
    gobridge_text keys[] = {T("one"), T("two"), T("one")};
    uint8_t elems[] = {1, 0, 1};
    gobridge_column k = TEXTS(keys), e = PLAIN(elems);
    gobridge_ref map;
    assert_ok(gobridge_map_build_n(parse("map[string]bool"), &k, &e, 3, 1, &map));
    assert_int_equal(length(map), 2);
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_map_build_n(parse("map[string]bool"), &k, &e, 0, 0, &map));
    assert_int_equal(length(map), 0);
    assert_ok(gobridge_release(map));
    /* all or none */
    elems[1] = 2;
    map = 77;
    assert_status(gobridge_map_build_n(parse("map[string]bool"), &k, &e, 3, 0, &map), GOBRIDGE_E_RANGE,
                  "elems[1]: a bool");
    keys[2].data = NULL;
    assert_status(gobridge_map_build_n(parse("map[string]bool"), &k, &e, 3, 0, &map), GOBRIDGE_E_RANGE,
                  "elems[1]: a bool");
    elems[1] = 0;
    assert_status(gobridge_map_build_n(parse("map[string]bool"), &k, &e, 3, 0, &map), GOBRIDGE_E_NULL,
                  "keys[2]: ");
    assert_status(gobridge_map_build_n(parse("map[string]bool"), &k, &e, 1U << 27, 0, &map), GOBRIDGE_E_LIMIT,
                  "count is 134217728");
    assert_status(gobridge_map_build_n(parse("map[string]bool"), &k, &e, (size_t)1 << 30, 0, &map),
                  GOBRIDGE_E_LIMIT, "count is 1073741824");
    assert_status(gobridge_map_build_n(parse("map[int]bool"), &k, &e, 1, 0, &map), GOBRIDGE_E_WRONG_TYPE,
                  "keys: ");
    assert_status(gobridge_map_build_n(parse("map[string]string"), &k, &e, 1, 0, &map), GOBRIDGE_E_WRONG_TYPE,
                  "elems: ");
    assert_status(gobridge_map_build_n(parse("[]int"), &k, &e, 1, 0, &map), GOBRIDGE_E_WRONG_KIND,
                  "type is ");
    assert_int_equal(map, 77);
}

/* Fields of an array of structs, backwards, and bytes that lie anywhere. */
static void strides(void **state) {
    (void)state;
    struct {
        char before;
        double elem;
        uint32_t key;
    } rows[3] = {{1, 1.5, 1}, {2, 2.5, 2}, {3, 3.5, 3}};
    const gobridge_ref map = make_map("map[uint32]float64");
    gobridge_column k = PLAIN(&rows[2].key), e = PLAIN(&rows[2].elem);
    k.stride = e.stride = -(int32_t)sizeof rows[0];
    assert_ok(gobridge_map_set_n(map, &k, &e, 3, NULL));
    unsigned char odd[2 * 9 + 1], odd_keys[2 * 5 + 1];
    const uint32_t asked[] = {3, 2};
    memcpy(odd_keys + 1, &asked[0], 4);
    memcpy(odd_keys + 6, &asked[1], 4);
    k = PLAIN(odd_keys + 1);
    k.stride = 5;
    e = PLAIN(odd + 1);
    e.stride = 9;
    assert_ok(gobridge_map_get_n(map, &k, 2, 0, &e, NULL, NULL));
    double got[2];
    memcpy(&got[0], odd + 1, 8);
    memcpy(&got[1], odd + 10, 8);
    assert_true(got[0] == 3.5 && got[1] == 2.5);
    assert_ok(gobridge_release(map));
}

static void strings(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]string");
    gobridge_text keys[] = {T("one"), T(""), T("three"), {(const char *)1, 0}};
    char bytes[] = "einszweidreivier";
    int32_t offsets32[] = {0, 4, 8, 12, 16};
    gobridge_column k = TEXTS(keys);
    gobridge_column e = {
        .layout = GOBRIDGE_COLUMN_OFFSETS32, .data = bytes, .offsets = offsets32, .capacity = 16};
    assert_ok(gobridge_map_set_n(map, &k, &e, 4, NULL));
    memset(bytes, 'x', sizeof bytes); /* what was handed in was copied */
    assert_int_equal(length(map), 3);
    gobridge_text got[4] = {0};
    gobridge_column t = TEXTS(got);
    const char *asked[] = {"three", "", "none", "one"}, *want[] = {"drei", "vier", "", "eins"};
    for (size_t i = 0; i < 4; i++) {
        keys[i] = (gobridge_text){asked[i], strlen(asked[i])};
    }
    assert_ok(gobridge_map_get_n(map, &k, 4, 0, &t, NULL, NULL));
    assert_ok(gobridge_map_clear(map));
    for (size_t i = 0; i < 4; i++) {
        assert_text(got[i], want[i]);
    }
    assert_int_not_equal(t.owner, 0);
    assert_status(gobridge_value_load(t.owner, bytes), GOBRIDGE_E_WRONG_KIND, "what a column shows");
    /* from one layout into the other */
    k = t;
    assert_ok(gobridge_map_set_n(map, &k, &t, 4, NULL));
    assert_ok(gobridge_release(t.owner));
    int64_t offsets64[] = {3, 5, 9}, filled[] = {9, 9, 9};
    char data[] = "...eindreier", room[10];
    k = (gobridge_column){
        .layout = GOBRIDGE_COLUMN_OFFSETS64, .data = data, .offsets = offsets64, .capacity = 9};
    e = (gobridge_column){
        .layout = GOBRIDGE_COLUMN_OFFSETS64, .data = room, .offsets = filled, .capacity = sizeof room};
    uint8_t found[2] = {9, 9};
    assert_ok(gobridge_map_get_n(map, &k, 2, 0, &e, found, NULL));
    assert_true(found[0] == 0 && found[1] == 0);
    offsets64[0] = 6, offsets64[1] = 10, offsets64[2] = 10;
    k.capacity = 12;
    assert_ok(gobridge_map_get_n(map, &k, 2, 0, &e, found, NULL));
    assert_true(found[0] == 1 && found[1] == 1);
    assert_memory_equal(filled, ((int64_t[]){0, 4, 4}), sizeof filled);
    assert_memory_equal(room, "drei", 4);
    assert_int_equal(e.owner, 0);
    assert_ok(gobridge_release(map));
}

/* Items that fail have a status each; all others are done. */
static void failing_items(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[any]int64"), texts = make_map("map[string]int64");
    const gobridge_ref slice = box("[]int64", &nil);
    gobridge_value keys[] = {
        integer(GOBRIDGE_KIND_INT64, 1),          named(slice), text("two"), {.kind = 99},
        {.kind = GOBRIDGE_KIND_STRING, .len = 3}, named(1),     text("six")};
    gobridge_value elems[] = {integer(GOBRIDGE_KIND_INT8, 10),  nil, text("x"), nil, nil, nil,
                              integer(GOBRIDGE_KIND_UINT64, 60)};
    const gobridge_status want[] = {0,
                                    GOBRIDGE_E_UNHASHABLE,
                                    GOBRIDGE_E_WRONG_TYPE,
                                    GOBRIDGE_E_WRONG_TYPE,
                                    GOBRIDGE_E_NULL,
                                    GOBRIDGE_E_FORGED_REF,
                                    0};
    gobridge_status statuses[7];
    gobridge_column k = VALUES(keys), e = VALUES(elems);
    assert_status(gobridge_map_set_n(map, &k, &e, 7, statuses), GOBRIDGE_E_UNHASHABLE, "keys[1]: ");
    assert_memory_equal(statuses, want, sizeof want);
    assert_int_equal(length(map), 2);
    int64_t got[7];
    uint8_t found[7];
    gobridge_column g = PLAIN(got);
    assert_status(gobridge_map_get_n(map, &k, 7, 0, &g, found, NULL), GOBRIDGE_E_UNHASHABLE, "keys[1]");
    assert_memory_equal(got, ((int64_t[]){10, 0, 0, 0, 0, 0, 60}), sizeof got);
    assert_memory_equal(found, ((uint8_t[]){1, 0, 0, 0, 0, 0, 1}), sizeof found);
    assert_status(gobridge_map_delete_n(map, &k, 7, found, statuses), GOBRIDGE_E_UNHASHABLE, "keys[1]");
    assert_memory_equal(found, ((uint8_t[]){1, 0, 0, 0, 0, 0, 1}), sizeof found);
    assert_int_equal(statuses[5], GOBRIDGE_E_FORGED_REF);
    assert_int_equal(length(map), 0);

    int32_t offsets[] = {0, 2, 1, 3, 9, 3, INT32_MIN, 0};
    k = (gobridge_column){
        .layout = GOBRIDGE_COLUMN_OFFSETS32, .data = "abc", .offsets = offsets, .capacity = 3};
    assert_status(gobridge_map_add_n(texts, &k, NULL, 7, statuses), GOBRIDGE_E_ARGUMENT,
                  "keys[1]: its offsets are 2 and 1");
    const gobridge_status ranges[] = {0,
                                      GOBRIDGE_E_ARGUMENT,
                                      0,
                                      GOBRIDGE_E_ARGUMENT,
                                      GOBRIDGE_E_ARGUMENT,
                                      GOBRIDGE_E_ARGUMENT,
                                      GOBRIDGE_E_ARGUMENT};
    assert_memory_equal(statuses, ranges, sizeof ranges);
    assert_int_equal(length(texts), 2);
    gobridge_text bad[] = {T("ab"), {NULL, 1}, {(const char *)4095, 2}, {"x", SIZE_MAX}};
    k = TEXTS(bad);
    assert_status(gobridge_map_get_n(texts, &k, 4, 0, &g, found, statuses), GOBRIDGE_E_NULL, "keys[1]: ");
    assert_memory_equal(statuses, ((gobridge_status[]){0, 1, 1, GOBRIDGE_E_LIMIT}), 4 * sizeof *statuses);
    assert_memory_equal(got, ((int64_t[]){1, 0, 0, 0}), 4 * sizeof *got);

    const gobridge_ref bools = make_map("map[bool]bool");
    unsigned char truths[] = {1, 2, 0};
    k = PLAIN(truths);
    assert_status(gobridge_map_set_n(bools, &k, &k, 3, statuses), GOBRIDGE_E_RANGE, "keys[1]: a bool");
    assert_int_equal(length(bools), 2);
    const gobridge_ref all[] = {map, texts, slice, bools};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* Calls that can not be done as a whole do nothing and write nothing. */
static void failing_calls(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[int64]int64"), texts = make_map("map[string]int64");
    int64_t one[] = {1}, got = UNTOUCHED;
    gobridge_status written = UNTOUCHED;
    uint8_t found = 9;
    const gobridge_column good = PLAIN(one);
    gobridge_column g = PLAIN(&got);
    const struct {
        gobridge_ref map;
        gobridge_status status;
        const char *part;
        size_t count;
        gobridge_column keys;
    } rows[] = {
        {map, GOBRIDGE_E_WRONG_TYPE, "keys: no column has the layout 0", 1, {.data = one}},
        {map, GOBRIDGE_E_WRONG_TYPE, "keys: no column has the layout 6", 1, {.layout = 6, .data = one}},
        {map, GOBRIDGE_E_WRONG_TYPE, "keys: a int64", 1, {.layout = GOBRIDGE_COLUMN_TEXT, .data = one}},
        {map, GOBRIDGE_E_WRONG_TYPE, "keys", 0, {.layout = GOBRIDGE_COLUMN_OFFSETS32, .data = one}},
        {texts, GOBRIDGE_E_WRONG_TYPE, "keys: a string holds pointers", 1, good},
        {map, GOBRIDGE_E_NULL, "keys: data is NULL", 1, PLAIN(NULL)},
        {map, GOBRIDGE_E_NULL, "keys: data is NULL", 1, VALUES((void *)4095)},
        {texts, GOBRIDGE_E_NULL, "keys: offsets is NULL", 1, {.layout = GOBRIDGE_COLUMN_OFFSETS64}},
        {texts,
         GOBRIDGE_E_NULL,
         "keys: data",
         1,
         {.layout = GOBRIDGE_COLUMN_OFFSETS32, .offsets = one, .capacity = 1}},
        {texts,
         GOBRIDGE_E_LIMIT,
         "keys: no memory has a capacity",
         1,
         {.layout = GOBRIDGE_COLUMN_OFFSETS32, .data = one, .offsets = one, .capacity = UINT64_MAX}},
        {map,
         GOBRIDGE_E_ARGUMENT,
         "keys: its validity",
         1,
         {.layout = GOBRIDGE_COLUMN_PLAIN, .data = one, .validity = (const uint8_t *)""}},
        {map,
         GOBRIDGE_E_ARGUMENT,
         "keys: its validity",
         1,
         {.layout = GOBRIDGE_COLUMN_PLAIN, .data = one, .reserved = {0, 1}}},
        {map, GOBRIDGE_E_LIMIT, "count", SIZE_MAX, good},
        {map, GOBRIDGE_E_LIMIT, "count", (1U << 28) + 1, good},
        {map,
         GOBRIDGE_E_NULL,
         "keys: data is NULL",
         1U << 28,
         {.layout = GOBRIDGE_COLUMN_PLAIN, .stride = INT32_MIN, .data = one}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (i == COUNT(rows) - 1 && sizeof(void *) == 4) {
            continue; /* RANGE there */
        }
        const bool writes_much = rows[i].count > 1;
        assert_status(gobridge_map_get_n(rows[i].map, &rows[i].keys, rows[i].count, 0, &g,
                                         writes_much ? NULL : &found, writes_much ? NULL : &written),
                      rows[i].status, rows[i].part);
        assert_status(gobridge_map_set_n(rows[i].map, &rows[i].keys, &good, rows[i].count,
                                         writes_much ? NULL : &written),
                      rows[i].status, rows[i].part);
        assert_true(got == UNTOUCHED && written == UNTOUCHED && found == 9);
    }
    assert_int_equal(length(map) + length(texts), 0);
    const gobridge_ref nothing = box("map[int64]int64", &nil);
    assert_status(gobridge_map_set_n(nothing, &good, &good, 1, &written), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_map_add_n(nothing, &good, NULL, 1, &written), GOBRIDGE_E_NIL, "map");
    assert_int_equal(written, UNTOUCHED);
    assert_ok(gobridge_map_delete_n(nothing, &good, 1, &found, &written));
    assert_true(written == 0 && found == 0);
    assert_ok(gobridge_map_get_n(nothing, &good, 1, 0, &g, &found, NULL));
    assert_true(got == 0 && found == 0);
    const gobridge_ref words = make_map("map[int64]string");
    assert_status(gobridge_map_add_n(words, &good, NULL, 1, NULL), GOBRIDGE_E_WRONG_TYPE, "no numbers");
    assert_ok(gobridge_release(words));
    assert_ok(gobridge_release(nothing));
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(texts));
}

static void iteration(void **state) {
    (void)state;
    enum { N = 1000 };
    const gobridge_ref map = make_map("map[uint64]string");
    static uint64_t keys[N], sum;
    static gobridge_text texts[N];
    static char bytes[N][8];
    for (size_t i = 0; i < N; i++) {
        keys[i] = i;
        texts[i] = (gobridge_text){bytes[i], (size_t)sprintf(bytes[i], "%zu", i)};
    }
    gobridge_column k = PLAIN(keys), e = TEXTS(texts);
    assert_ok(gobridge_map_set_n(map, &k, &e, N, NULL));
    gobridge_ref iterator;
    size_t filled = 9, all = 0;
    assert_ok(gobridge_map_iterate(map, &iterator));
    int32_t offsets[8];
    char room[10]; /* for three entries or more, not for seven */
    gobridge_column small = {
        .layout = GOBRIDGE_COLUMN_OFFSETS32, .data = room, .offsets = offsets, .capacity = 2};
    gobridge_status status = GOBRIDGE_OK;
    do { /* until one does not fit */
        status = gobridge_map_next_n(iterator, 7, &k, &small, &filled);
        for (size_t i = 0; !status && i < filled; i++) {
            sum += keys[i];
            all++;
        }
    } while (status == GOBRIDGE_OK && filled > 0);
    assert_int_equal(status, GOBRIDGE_E_TOO_SMALL);
    gobridge_value key = nil, elem = nil; /* what did not fit is given by a single call, too */
    uint8_t found = 0;
    assert_ok(gobridge_map_next(iterator, &key, &elem, &found));
    assert_int_equal(found, 1);
    assert_int_equal(elem.len, texts[key.as.u].len);
    assert_ok(gobridge_value_release(&elem));
    sum += key.as.u;
    all++;
    do {
        status = gobridge_map_next_n(iterator, 1, &k, &small, &filled);
        sum += status ? 0 : keys[0];
        all += !status;
    } while (status == GOBRIDGE_OK);
    assert_int_equal(status, GOBRIDGE_E_TOO_SMALL);
    for (int i = 0; i < 2; i++) { /* the iterator stands on it, and goes on from there */
        uint64_t on = 0;
        assert_ok(gobridge_reflect_mapiterkey(iterator, &on, &found));
        sum += on;
        all++;
        if (i == 0) {
            assert_ok(gobridge_runtime_mapiternext(iterator));
        }
    }
    small.capacity = sizeof room;
    do {
        assert_ok(gobridge_map_next_n(iterator, 7, &k, &small, &filled));
        assert_in_range(filled, 0, 7);
        for (size_t i = 0; i < filled; i++) {
            char number[8] = {0};
            memcpy(number, room + offsets[i], (size_t)(offsets[i + 1] - offsets[i]));
            assert_int_equal(strtoull(number, NULL, 10), keys[i]);
            sum += keys[i];
        }
        all += filled;
    } while (filled > 0);
    assert_int_equal(all, N);
    assert_int_equal(sum, (uint64_t)N * (N - 1) / 2);
    assert_ok(gobridge_map_next_n(iterator, 7, &k, NULL, &filled));
    assert_int_equal(filled, 0);
    assert_ok(gobridge_release(iterator));
    /* with an owner for each column that shows something, which a scope releases */
    uint64_t scope;
    gobridge_value values[7];
    gobridge_text shown[7];
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_map_iterate(map, &iterator));
    k = VALUES(values);
    e = TEXTS(shown);
    assert_ok(gobridge_map_next_n(iterator, 7, &k, &e, &filled));
    assert_int_equal(filled, 7);
    assert_int_equal(k.owner, 0);
    assert_int_not_equal(e.owner, 0);
    for (size_t i = 0; i < 7; i++) {
        char number[8] = {0};
        memcpy(number, shown[i].data, shown[i].len);
        assert_int_equal(strtoull(number, NULL, 10), values[i].as.u);
    }
    assert_ok(gobridge_release(map));
    assert_status(gobridge_map_next_n(iterator, 7, &k, &e, &filled), GOBRIDGE_E_MAP_RELEASED, "map");
    assert_ok(gobridge_scope_close(scope));
}

/* As in map_test.c: what a map is refilled with is produced at most once, and nothing that was freed. */
static void refilled_while_iterating(void **state) {
    (void)state;
    enum { FEW = 26, MANY = 200, ROUNDS = 50 };
    int64_t keys[MANY], elems[MANY];
    gobridge_column k = PLAIN(keys), e = PLAIN(elems);
    for (int round = 0; round < ROUNDS; round++) {
        const gobridge_ref map = make_map("map[int64]int64"), other = make_map("map[int64]int64");
        gobridge_ref iterator = 0;
        size_t filled = 0;
        bool seen[MANY] = {false};
        for (int64_t i = 0; i < MANY; i++) {
            keys[i] = i;
            elems[i] = -i;
        }
        assert_ok(gobridge_map_set_n(map, &k, &e, FEW, NULL));
        assert_ok(gobridge_map_iterate(map, &iterator));
        int64_t first[3];
        gobridge_column head = PLAIN(first);
        assert_ok(gobridge_map_next_n(iterator, COUNT(first), &head, NULL, &filled));
        assert_int_equal(filled, COUNT(first));
        assert_ok(gobridge_map_clear(map));
        assert_ok(gobridge_map_set_n(map, &k, &e, MANY, NULL));
        assert_ok(gobridge_go_collect());
        assert_ok(gobridge_map_set_n(other, &k, &e, MANY, NULL)); /* where something was freed */
        do {
            assert_ok(gobridge_map_next_n(iterator, 8, &k, &e, &filled));
            for (size_t i = 0; i < filled; i++) {
                assert_in_range(keys[i], 0, MANY - 1);
                assert_int_equal(elems[i], -keys[i]);
                assert_false(seen[keys[i]]);
                seen[keys[i]] = true;
            }
        } while (filled > 0);
        const gobridge_ref all[] = {map, other, iterator};
        assert_ok(gobridge_release_n(all, COUNT(all)));
    }
}

static void slices(void **state) {
    (void)state;
    gobridge_ref slice, longer, words;
    assert_ok(gobridge_slice_new(parse("[]int32"), 3, 3, &slice));
    int32_t in[] = {1, 2, 3}, out[4] = {9, 9, 9, 9};
    gobridge_column c = PLAIN(in), o = PLAIN(out);
    assert_ok(gobridge_slice_write_n(slice, 0, &c, 3, NULL));
    assert_ok(gobridge_slice_write_n(slice, 1, &c, 2, NULL));
    assert_ok(gobridge_slice_append_n(slice, &c, 2, &longer));
    assert_ok(gobridge_slice_read_n(longer, 1, 4, &o));
    assert_memory_equal(out, ((int32_t[]){1, 2, 1, 2}), sizeof out);
    o.stride = -4;
    o.data = &out[3];
    assert_ok(gobridge_slice_read_n(longer, 0, 3, &o));
    assert_memory_equal(out, ((int32_t[]){1, 2, 1, 1}), sizeof out);
    gobridge_value values[] = {integer(GOBRIDGE_KIND_INT64, 7), integer(GOBRIDGE_KIND_INT64, 1LL << 40),
                               integer(GOBRIDGE_KIND_UINT8, 8)};
    gobridge_status statuses[3];
    c = VALUES(values);
    assert_status(gobridge_slice_write_n(slice, 0, &c, 3, statuses), GOBRIDGE_E_RANGE, "elems[1]: ");
    assert_memory_equal(statuses, ((gobridge_status[]){0, GOBRIDGE_E_RANGE, 0}), sizeof statuses);
    o = PLAIN(out);
    assert_ok(gobridge_slice_read_n(slice, 0, 3, &o));
    assert_memory_equal(out, ((int32_t[]){7, 1, 8}), 12);
    gobridge_ref unmade = 9;
    assert_status(gobridge_slice_append_n(slice, &c, 3, &unmade), GOBRIDGE_E_RANGE, "elems[1]: ");
    assert_int_equal(unmade, 9);
    static const struct {
        int64_t index;
        size_t count;
    } outside[] = {{-1, 1}, {3, 1}, {4, 0}, {0, 4}, {1, 1U << 27}, {INT64_MAX, 1}};
    for (size_t i = 0; i < COUNT(outside); i++) {
        assert_status(gobridge_slice_read_n(slice, outside[i].index, outside[i].count, &o), GOBRIDGE_E_INDEX,
                      "index");
        assert_status(gobridge_slice_write_n(slice, outside[i].index, &o, outside[i].count, NULL),
                      GOBRIDGE_E_INDEX, "index");
    }
    assert_ok(gobridge_slice_read_n(slice, 3, 0, &o));
    /* strings, and bytes that do not all fit */
    gobridge_text texts[] = {T("zero"), T(""), T("two")}, shown[3] = {0};
    c = TEXTS(texts);
    assert_ok(gobridge_slice_new(parse("[]string"), 3, 3, &words));
    assert_ok(gobridge_slice_write_n(words, 0, &c, 3, NULL));
    o = TEXTS(shown);
    assert_ok(gobridge_slice_read_n(words, 0, 3, &o));
    assert_text(shown[0], "zero");
    assert_text(shown[1], "");
    assert_text(shown[2], "two");
    assert_ok(gobridge_release(o.owner));
    char room[6];
    int64_t offsets[4];
    o = (gobridge_column){
        .layout = GOBRIDGE_COLUMN_OFFSETS64, .data = room, .offsets = offsets, .capacity = sizeof room};
    assert_status(gobridge_slice_read_n(words, 0, 3, &o), GOBRIDGE_E_TOO_SMALL, "elems[2]: its 3 bytes");
    assert_memory_equal(offsets, ((int64_t[]){0, 4, 4, 4}), sizeof offsets);
    const gobridge_ref all[] = {slice, longer, words};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* What is appended to an empty slice lies in new memory, of the capacity that gobridge_slice_append gives. */
static void append_to_nothing(void **state) {
    (void)state;
    enum { N = 100000 }; /* more than Go clears at once */
    static int64_t in[N], out[N];
    for (int64_t i = 0; i < N; i++) {
        in[i] = ~i;
    }
    const gobridge_ref type = parse("[]int64");
    gobridge_ref empty, longer, longest;
    gobridge_value values[5];
    gobridge_column c = PLAIN(in), o = PLAIN(out);
    assert_ok(gobridge_value_make(type, &(gobridge_value){0}, &empty));
    for (size_t count = 0; count <= N; count += count < 5 ? 1 : N - 5) {
        assert_ok(gobridge_slice_append_n(empty, &c, count, &longer));
        if (count == 0) {
            gobridge_value shown, json;
            assert_ok(gobridge_value_get(longer, &shown));
            assert_ok(gobridge_value_to_json(&shown, &json));
            assert_int_equal(json.len, 4);
            assert_memory_equal(json.as.s, "null", 4); /* nil stays nil */
            assert_ok(gobridge_value_release(&json));
        }
        assert_ok(gobridge_slice_read_n(longer, 0, count, &o));
        assert_memory_equal(out, in, count * sizeof *in);
        int64_t cap, wanted;
        if (count == 5) {
            for (size_t i = 0; i < count; i++) {
                values[i] = integer(GOBRIDGE_KIND_INT64, in[i]);
            }
            assert_ok(gobridge_slice_append(empty, values, count, &longest));
            assert_ok(gobridge_slice_cap(longest, &wanted));
            assert_ok(gobridge_slice_cap(longer, &cap));
            assert_int_equal(cap, wanted);
            assert_ok(gobridge_release(longest));
        }
        assert_ok(gobridge_slice_append_n(longer, &c, 1, &longest));
        assert_ok(gobridge_slice_read_n(longest, (int64_t)count, 1, &o));
        assert_int_equal(out[0], in[0]);
        assert_ok(gobridge_release(longest));
        assert_ok(gobridge_release(longer));
    }
    c.stride = -(int32_t)sizeof *in; /* from the last to the first */
    c.data = &in[N - 1];
    assert_ok(gobridge_slice_append_n(empty, &c, N, &longer));
    assert_ok(gobridge_slice_read_n(longer, 0, N, &o));
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(out[i], in[N - 1 - i]);
    }
    assert_ok(gobridge_release(longer));
    assert_ok(gobridge_release(empty));
    /* a bool that is none, text, and elements of no size */
    uint8_t bools[] = {1, 0, 2};
    c = PLAIN(bools);
    assert_ok(gobridge_slice_new(parse("[]bool"), 0, 0, &empty));
    assert_status(gobridge_slice_append_n(empty, &c, 3, &longer), GOBRIDGE_E_RANGE, "elems[2]: ");
    assert_ok(gobridge_slice_append_n(empty, &c, 2, &longer));
    const gobridge_ref all[] = {empty, longer};
    assert_ok(gobridge_release_n(all, COUNT(all)));
    gobridge_text texts[] = {T("one"), T("")}, shown[2] = {0};
    c = TEXTS(texts);
    o = TEXTS(shown);
    assert_ok(gobridge_slice_new(parse("[]string"), 0, 0, &empty));
    assert_ok(gobridge_slice_append_n(empty, &c, 2, &longer));
    assert_ok(gobridge_slice_read_n(longer, 0, 2, &o));
    assert_text(shown[0], "one");
    assert_text(shown[1], "");
    const gobridge_ref words[] = {empty, longer, o.owner};
    assert_ok(gobridge_release_n(words, COUNT(words)));
    c = PLAIN(bools);
    int64_t len;
    assert_ok(gobridge_slice_new(parse("[]struct{}"), 0, 0, &empty));
    assert_ok(gobridge_slice_append_n(empty, &c, 3, &longer));
    assert_ok(gobridge_slice_len(longer, &len));
    assert_int_equal(len, 3);
    const gobridge_ref units[] = {empty, longer};
    assert_ok(gobridge_release_n(units, COUNT(units)));
}

/* ---- get or set ---- */

static void get_or_set(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int64"), texts = make_map("map[int64]string");
    gobridge_text keys[] = {T("a"), T("b"), T("a"), {NULL, 1}, T("c")};
    int64_t ones[] = {10, 20, 30, 40, 50}, got[5] = {9, 9, 9, 9, 9};
    uint8_t found[5] = {9, 9, 9, 9, 9};
    gobridge_status statuses[5];
    gobridge_column k = TEXTS(keys), f = PLAIN(ones), g = PLAIN(got);
    assert_ok(gobridge_map_get_or_set_n(map, &k, &f, 2, NULL, NULL, NULL));
    assert_status(gobridge_map_get_or_set_n(map, &k, &f, 5, &g, found, statuses), GOBRIDGE_E_NULL,
                  "keys[3]: ");
    assert_memory_equal(got, ((int64_t[]){10, 20, 10, 0, 50}), sizeof got);
    assert_memory_equal(found, ((uint8_t[]){1, 1, 1, 0, 0}), sizeof found);
    assert_memory_equal(statuses, ((gobridge_status[]){0, 0, 0, GOBRIDGE_E_NULL, 0}), sizeof statuses);
    assert_int_equal(length(map), 3);
    assert_ok(gobridge_map_get_or_set_n(map, &k, &f, 0, &g, found, statuses));
    /* a fallback must fit, also where it is not needed */
    gobridge_value values[] = {integer(GOBRIDGE_KIND_INT8, 1), text("x"), integer(GOBRIDGE_KIND_UINT64, -1)};
    f = VALUES(values);
    assert_status(gobridge_map_get_or_set_n(map, &k, &f, 3, &g, found, statuses), GOBRIDGE_E_WRONG_TYPE,
                  "fallbacks[1]: ");
    assert_memory_equal(statuses, ((gobridge_status[]){0, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE}),
                        3 * sizeof *statuses);
    assert_memory_equal(found, ((uint8_t[]){1, 0, 0}), 3);
    /* what does not fit into elems is set all the same */
    int64_t numbers[] = {1, 2, 1};
    gobridge_text words[] = {T("one"), T("two"), T("uno")};
    int32_t offsets[4];
    char room[4];
    k = PLAIN(numbers);
    f = TEXTS(words);
    g = (gobridge_column){
        .layout = GOBRIDGE_COLUMN_OFFSETS32, .data = room, .offsets = offsets, .capacity = sizeof room};
    assert_status(gobridge_map_get_or_set_n(texts, &k, &f, 3, &g, found, statuses), GOBRIDGE_E_TOO_SMALL,
                  "elems[1]: its 3 bytes");
    assert_memory_equal(found, ((uint8_t[]){0, 0, 0}), 3);
    assert_memory_equal(offsets, ((int32_t[]){0, 3, 3, 3}), sizeof offsets);
    gobridge_text shown[3] = {0};
    g = TEXTS(shown);
    assert_ok(gobridge_map_get_or_set_n(texts, &k, &f, 3, &g, found, NULL));
    assert_memory_equal(found, ((uint8_t[]){1, 1, 1}), 3);
    assert_text(shown[0], "one");
    assert_text(shown[1], "two");
    assert_text(shown[2], "one");
    assert_ok(gobridge_release(g.owner));
    /* as a whole */
    const gobridge_ref nothing = box("map[int64]int64", &nil), any = make_map("map[any]int64");
    gobridge_status written = UNTOUCHED;
    found[0] = 9;
    offsets[0] = 9;
    f = PLAIN(ones);
    g = PLAIN(got);
    got[0] = UNTOUCHED;
    assert_status(gobridge_map_get_or_set_n(nothing, &k, &f, 1, &g, found, &written), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_map_get_or_set_n(texts, &k, &f, 1, &g, found, &written), GOBRIDGE_E_WRONG_TYPE,
                  "fallbacks: ");
    f = TEXTS(words);
    numbers[0] = 7;
    assert_status(gobridge_map_get_or_set_n(texts, &k, &f, 1, &g, found, &written), GOBRIDGE_E_WRONG_TYPE,
                  "elems: ");
    assert_status(gobridge_map_get_or_set_n(texts, &k, &f, SIZE_MAX, NULL, NULL, NULL), GOBRIDGE_E_LIMIT,
                  "count");
    assert_true(written == UNTOUCHED && found[0] == 9 && got[0] == UNTOUCHED);
    assert_int_equal(length(texts), 2);
    const gobridge_ref slice = box("[]int64", &nil);
    values[0] = named(slice);
    k = VALUES(values);
    f = PLAIN(ones);
    assert_status(gobridge_map_get_or_set_n(any, &k, &f, 2, &g, found, NULL), GOBRIDGE_E_UNHASHABLE,
                  "keys[0]: ");
    assert_int_equal(length(any), 1);
    const gobridge_ref all[] = {map, texts, nothing, any, slice};
    assert_ok(gobridge_release_n(all, COUNT(all)));
}

/* ---- boxes ---- */

static void boxes(void **state) {
    (void)state;
    gobridge_ref boxed[4] = {9, 9, 9, 9};
    gobridge_status statuses[4];
    int64_t numbers[] = {1, -2, INT64_MAX}, got[4] = {9, 9, 9, 9};
    gobridge_column items = PLAIN(numbers), values = PLAIN(got);
    assert_ok(gobridge_value_box_n(parse("time.Duration"), &items, 3, boxed, statuses));
    assert_int_equal(boxed[3], 9);
    for (size_t i = 0; i < 3; i++) {
        assert_type(boxed[i], "time.Duration");
    }
    assert_ok(gobridge_value_get_n(parse("time.Duration"), boxed, 3, &values, statuses));
    assert_memory_equal(got, ((int64_t[]){1, -2, INT64_MAX, 9}), sizeof got);
    assert_int_equal(values.owner, 0);
    assert_ok(gobridge_release_n(boxed, 3));
    assert_int_equal(live_references(), 0);

    /* strings, which are shown until the owner is released, also once the references are */
    gobridge_text words[] = {T("one"), T(""), {NULL, 3}, T("four")}, shown[4] = {0};
    items = TEXTS(words);
    assert_status(gobridge_value_box_n(parse("string"), &items, 4, boxed, statuses), GOBRIDGE_E_NULL,
                  "items[2]: ");
    assert_memory_equal(statuses, ((gobridge_status[]){0, 0, GOBRIDGE_E_NULL, 0}), sizeof statuses);
    assert_int_equal(boxed[2], 0);
    assert_int_equal(live_references(), 3);
    values = TEXTS(shown);
    assert_status(gobridge_value_get_n(parse("string"), boxed, 4, &values, statuses), GOBRIDGE_E_NIL_REF,
                  "refs[2]: ref is 0");
    assert_ok(gobridge_release_n(boxed, 4)); /* with the 0 */
    assert_ok(gobridge_go_collect());
    assert_text(shown[0], "one");
    assert_text(shown[2], "");
    assert_text(shown[3], "four");
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_release(values.owner));
    assert_ok(gobridge_value_box_n(parse("string"), &items, 0, NULL, NULL));
    assert_ok(gobridge_value_get_n(parse("string"), NULL, 0, &values, NULL));
    assert_int_equal(values.owner, 0);

    /* of any type */
    const gobridge_value any[] = {nil, integer(GOBRIDGE_KIND_INT8, 5), {.kind = 99}, text("text")};
    gobridge_value read[5] = {0};
    items = VALUES((void *)any);
    assert_status(gobridge_value_box_n(parse("any"), &items, 4, boxed, statuses), GOBRIDGE_E_WRONG_TYPE,
                  "items[2]: ");
    assert_memory_equal(statuses, ((gobridge_status[]){0, 0, GOBRIDGE_E_WRONG_TYPE, 0}), sizeof statuses);
    assert_true(boxed[0] == 0 && boxed[2] == 0);
    assert_type(boxed[1], "int8");
    const gobridge_ref map = make_map("map[int]int"), type = parse("int");
    const gobridge_ref mixed[] = {boxed[1], map, boxed[3], type, 1ULL << 63 | 1};
    gobridge_status of_mixed[5];
    values = VALUES(read);
    assert_status(gobridge_value_get_n(0, mixed, 5, &values, of_mixed), GOBRIDGE_E_FORGED_REF,
                  "refs[4]: ref: ");
    assert_memory_equal(of_mixed, ((gobridge_status[]){0, 0, 0, 0, GOBRIDGE_E_FORGED_REF}), sizeof of_mixed);
    assert_true(read[0].kind == GOBRIDGE_KIND_INT8 && read[0].as.i == 5);
    assert_true(read[1].kind == GOBRIDGE_KIND_REF && read[1].as.ref == map && read[1].owner == 0);
    assert_true(read[2].kind == GOBRIDGE_KIND_STRING && read[2].len == 4 && read[2].owner == 0);
    assert_memory_equal(read[2].as.s, "text", 4);
    assert_true(read[3].kind == GOBRIDGE_KIND_REF && read[3].as.ref == type);
    assert_true(read[4].kind == GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_release(values.owner));

    /* of another type, and what has no room */
    int32_t offsets[6];
    char room[5];
    values = (gobridge_column){
        .layout = GOBRIDGE_COLUMN_OFFSETS32, .data = room, .offsets = offsets, .capacity = sizeof room};
    const gobridge_ref again[] = {boxed[3], map, boxed[3], type, 0};
    assert_status(gobridge_value_get_n(parse("string"), again, 5, &values, of_mixed), GOBRIDGE_E_WRONG_TYPE,
                  "refs[1]: it is a map[int]int, no string");
    assert_memory_equal(of_mixed,
                        ((gobridge_status[]){0, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_TOO_SMALL,
                                             GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_NIL_REF}),
                        sizeof of_mixed);
    assert_memory_equal(offsets, ((int32_t[]){0, 4, 4, 4, 4, 4}), sizeof offsets);
    assert_memory_equal(room, "text", 4);
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release_n(boxed, 4));
}

/* Calls that can not be done as a whole write nothing and make nothing. */
static void boxes_that_fail(void **state) {
    (void)state;
    const gobridge_ref type = parse("int64"), stale = box("int64", &(int64_t){1});
    assert_ok(gobridge_release(stale));
    const uint64_t live = live_references();
    int64_t number = 1, got = UNTOUCHED;
    gobridge_ref boxed = 9;
    gobridge_status written = UNTOUCHED;
    gobridge_column items = PLAIN(&number), values = PLAIN(&got);
    values.owner = 9;
    static const struct {
        gobridge_ref type;
        gobridge_status status;
    } types[] = {{1ULL << 63 | 1, GOBRIDGE_E_FORGED_REF}, {0, GOBRIDGE_E_NIL_REF}};
    for (size_t i = 0; i < COUNT(types); i++) {
        assert_status(gobridge_value_box_n(types[i].type, &items, 1, &boxed, &written), types[i].status,
                      "type");
    }
    assert_status(gobridge_value_box_n(stale, &items, 1, &boxed, &written), GOBRIDGE_E_STALE_REF, "type");
    assert_status(gobridge_value_get_n(stale, &stale, 1, &values, &written), GOBRIDGE_E_STALE_REF, "type");
    assert_status(gobridge_value_get_n(types[0].type, &stale, 1, &values, &written), GOBRIDGE_E_FORGED_REF,
                  "type");
    assert_status(gobridge_value_get_n(0, &stale, 1, &values, &written), GOBRIDGE_E_WRONG_TYPE, "values: ");
    assert_status(gobridge_value_get_n(parse("string"), &stale, 1, &values, &written), GOBRIDGE_E_WRONG_TYPE,
                  "values: ");
    assert_status(gobridge_value_box_n(parse("string"), &items, 1, &boxed, &written), GOBRIDGE_E_WRONG_TYPE,
                  "items: ");
    assert_status(gobridge_value_box_n(type, &items, 1, NULL, &written), GOBRIDGE_E_NULL, "boxed");
    assert_status(gobridge_value_box_n(type, NULL, 0, &boxed, &written), GOBRIDGE_E_NULL, "items");
    assert_status(gobridge_value_get_n(type, NULL, 1, &values, &written), GOBRIDGE_E_NULL, "refs");
    assert_status(gobridge_value_get_n(type, &stale, 0, NULL, &written), GOBRIDGE_E_NULL, "values");
    static const size_t too_many[] = {(1U << 28) + 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT(too_many); i++) {
        assert_status(gobridge_value_box_n(type, &items, too_many[i], &boxed, NULL), GOBRIDGE_E_LIMIT,
                      "count");
        assert_status(gobridge_value_get_n(type, &stale, too_many[i], &values, NULL), GOBRIDGE_E_LIMIT,
                      "count");
    }
    assert_status(gobridge_value_box_n(parse("struct{}"), &items, 1U << 25, &boxed, NULL), GOBRIDGE_E_LIMIT,
                  "at most 16777216 values");
    assert_true(boxed == 9 && got == UNTOUCHED && written == UNTOUCHED && values.owner == 9);
    assert_int_equal(live_references(), live);
}

/* A scope releases what was boxed in it, and forgets what was released before. */
static void boxes_in_a_scope(void **state) {
    (void)state;
    enum { N = 1000 };
    static int64_t numbers[N];
    static gobridge_ref boxed[N];
    const gobridge_column items = PLAIN(numbers);
    gobridge_ref kept;
    uint64_t scope;
    numbers[0] = 2; /* a bool that is none */
    const gobridge_column bools = PLAIN(numbers);
    assert_ok(gobridge_scope_open(&scope));
    assert_status(gobridge_value_box_n(parse("bool"), &bools, N, boxed, NULL), GOBRIDGE_E_RANGE,
                  "items[0]: ");
    assert_int_equal(live_references(), N - 1);
    for (int i = 0; i < 100; i++) {
        assert_ok(gobridge_value_box_n(parse("[1]int64"), &items, N, boxed, NULL));
        assert_ok(gobridge_release_n(boxed, i % 2 ? N : N / 2));
    }
    kept = boxed[N - 1];
    assert_status(gobridge_scope_keep(kept), GOBRIDGE_E_SCOPE, "ref"); /* it was released */
    assert_ok(gobridge_value_box_n(parse("int64"), &items, 3, boxed, NULL));
    assert_ok(gobridge_scope_keep(boxed[1]));
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 1);
    assert_status(gobridge_release_n(boxed, 3), GOBRIDGE_E_STALE_REF, "refs[0]: ref: ");
    assert_int_equal(live_references(), 0);
}

static void *boxes_and_releases(void *unused) {
    enum { N = 300, ROUNDS = 100 };
    int64_t numbers[N], got[N];
    gobridge_ref boxed[N];
    for (int round = 0; round < ROUNDS; round++) {
        for (int64_t i = 0; i < N; i++) {
            numbers[i] = round * i;
        }
        const gobridge_column items = PLAIN(numbers);
        gobridge_column values = PLAIN(got);
        const gobridge_ref type = parse(round % 2 ? "int64" : "[1]int64"); /* light or not */
        expect(gobridge_value_box_n(type, &items, N, boxed, NULL) == GOBRIDGE_OK);
        expect(gobridge_value_get_n(type, boxed, N, &values, NULL) == GOBRIDGE_OK);
        expect(memcmp(numbers, got, sizeof got) == 0);
        expect(gobridge_release_n(boxed, N) == GOBRIDGE_OK);
    }
    return unused;
}

static void threads_box_and_release(void **state) {
    (void)state;
    run_threads(THREADS, boxes_and_releases, NULL, 0);
    assert_int_equal(live_references(), 0);
}

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

static void calls(void **state) {
    (void)state;
    int64_t a[] = {1, 20, 7}, b[] = {5, 0, 2}, quotients[3], remainders[3];
    gobridge_column args[] = {PLAIN(a), PLAIN(b)}, results[] = {PLAIN(quotients), PLAIN(remainders)};
    gobridge_status statuses[3];
    assert_ok(gobridge_call_n(find("guest.add"), args, 2, 3, results, 1, statuses));
    assert_memory_equal(quotients, ((int64_t[]){6, 20, 9}), sizeof quotients);
    assert_status(gobridge_call_n(find("guest.divide"), args, 2, 3, results, 2, statuses),
                  GOBRIDGE_E_RETURNED, "rows[1]: the guest's error");
    assert_memory_equal(quotients, ((int64_t[]){0, 0, 3}), sizeof quotients);
    assert_memory_equal(remainders, ((int64_t[]){1, 0, 1}), sizeof remainders);
    assert_memory_equal(statuses, ((gobridge_status[]){0, GOBRIDGE_E_RETURNED, 0}), sizeof statuses);
    gobridge_text words[] = {T("one"), {NULL, 1}, T("three")}, upper[3] = {0};
    args[0] = TEXTS(words);
    results[0] = TEXTS(upper);
    assert_status(gobridge_call_n(find("strings.ToUpper"), args, 1, 3, results, 1, statuses), GOBRIDGE_E_NULL,
                  "args[0][1]: ");
    assert_text(upper[0], "ONE");
    assert_text(upper[1], "");
    assert_text(upper[2], "THREE");
    assert_ok(gobridge_release(results[0].owner));
    assert_status(gobridge_call_n(find("guest.panic"), args, 1, 3, results, 0, statuses), GOBRIDGE_E_PANIC,
                  "rows[0]: panic: one");
    assert_memory_equal(statuses, ((gobridge_status[]){GOBRIDGE_E_PANIC, GOBRIDGE_E_NULL, GOBRIDGE_E_PANIC}),
                        sizeof statuses);
    /* through reflect: any type, as references that the column owns */
    gobridge_value points[3] = {0};
    int64_t x[] = {1, 2, 3};
    args[0] = args[1] = PLAIN(x);
    results[0] = VALUES(points);
    assert_ok(gobridge_call_n(find("guest.newPoint"), args, 2, 3, results, 1, NULL));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(points[i].kind, GOBRIDGE_KIND_REF);
        assert_int_equal(points[i].owner, 0);
        assert_type(points[i].as.ref, "*guest.Point");
    }
    assert_ok(gobridge_release(results[0].owner));
    gobridge_text joined[3] = {0};
    words[1] = (gobridge_text)T("two");
    args[0] = args[1] = TEXTS(words);
    results[0] = TEXTS(joined);
    results[1] = PLAIN(x);
    assert_ok(gobridge_call_n(find("guest.join"), args, 2, 3, results, 2, statuses)); /* variadic */
    assert_text(joined[2], "three,three");
    assert_int_equal(results[1].owner, 0);
    assert_ok(gobridge_release(results[0].owner));
    const uint64_t live = live_references();
    args[0] = PLAIN(a);
    assert_status(gobridge_call_n(find("guest.goexit"), args, 0, 3, results, 0, statuses), GOBRIDGE_E_GOEXIT,
                  "");
    assert_status(gobridge_call_n(find("guest.add"), args, 1, 3, results, 1, statuses), GOBRIDGE_E_COUNT,
                  "nargs");
    assert_status(gobridge_call_n(find("guest.add"), args, 65, 3, results, 1, statuses), GOBRIDGE_E_COUNT,
                  "nargs is 65; 64 are the most");
    assert_status(gobridge_call_n(find("guest.add"), args, 2, 3, results, 0, statuses), GOBRIDGE_E_COUNT,
                  "nresults");
    assert_status(gobridge_call_n(find("guest.add"), args, 2, 3, results, 9, statuses), GOBRIDGE_E_COUNT,
                  "nresults is 9; 8 columns can be filled at once");
    assert_status(gobridge_call_n(find("guest.add"), args, 2, 3, results, 1, statuses), GOBRIDGE_E_WRONG_TYPE,
                  "args[1]: ");
    assert_int_equal(live_references(), live);
}

/* Large columns, read by several threads of Go's. */
static void large_columns(void **state) {
    (void)state;
    static uint64_t keys[MANY], elems[MANY];
    static uint8_t found[MANY];
    gobridge_ref map;
    assert_ok(gobridge_map_new(parse("map[uint64]uint64"), MANY, &map));
    for (uint64_t i = 0; i < MANY; i++) {
        keys[i] = i * 3;
        elems[i] = i;
    }
    gobridge_column k = PLAIN(keys), e = PLAIN(elems);
    assert_ok(gobridge_map_set_n(map, &k, &e, MANY, NULL));
    for (uint64_t i = 0; i < MANY; i++) {
        keys[i] = i;
    }
    for (uint32_t threads = 0; threads < 4; threads++) {
        memset(elems, 0xA5, sizeof elems);
        assert_ok(gobridge_map_get_n(map, &k, MANY, threads, &e, found, NULL));
        for (uint64_t i = 0; i < MANY; i++) {
            assert_int_equal(found[i], i % 3 == 0);
            assert_int_equal(elems[i], i % 3 == 0 ? i / 3 : 0);
        }
    }
    assert_ok(gobridge_release(map));
}

/* Threads share a map: what each adds is in it. */
static void *adds_and_reads(void *map) {
    enum { WORDS = 100, ROUNDS = 50 };
    char bytes[WORDS][4];
    gobridge_text words[WORDS], shown[WORDS];
    uint64_t counts[WORDS], kept[WORDS];
    for (size_t i = 0; i < WORDS; i++) {
        words[i] = (gobridge_text){bytes[i], (size_t)snprintf(bytes[i], sizeof bytes[i], "%zu", i)};
        counts[i] = 0;
    }
    const gobridge_column keys = TEXTS(words);
    for (int round = 0; round < ROUNDS; round++) {
        gobridge_column elems = PLAIN(kept), all = TEXTS(shown);
        gobridge_ref iterator;
        size_t filled = 0;
        expect(gobridge_map_add_n(*(gobridge_ref *)map, &keys, NULL, WORDS, NULL) == GOBRIDGE_OK);
        expect(gobridge_map_get_n(*(gobridge_ref *)map, &keys, WORDS, 0, &elems, NULL, NULL) == GOBRIDGE_OK);
        for (size_t i = 0; i < WORDS; i++) {
            expect(kept[i] > counts[i]);
            counts[i] = kept[i];
        }
        expect(gobridge_map_iterate(*(gobridge_ref *)map, &iterator) == GOBRIDGE_OK);
        expect(gobridge_map_next_n(iterator, WORDS, &all, &elems, &filled) == GOBRIDGE_OK);
        expect(filled == WORDS);
        expect(gobridge_release(iterator) == GOBRIDGE_OK);
        expect(gobridge_release(all.owner) == GOBRIDGE_OK);
    }
    return NULL;
}

static void threads_share_a_map(void **state) {
    (void)state;
    gobridge_ref map = make_map("map[string]uint64");
    run_threads(THREADS, adds_and_reads, &map, 0);
    uint64_t count = 0;
    gobridge_text word = T("99");
    const gobridge_column key = TEXTS(&word);
    gobridge_column elem = PLAIN(&count);
    assert_ok(gobridge_map_get_n(map, &key, 1, 0, &elem, NULL, NULL));
    assert_int_equal(count, 50 * THREADS);
    assert_ok(gobridge_release(map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many),
        cmocka_unit_test(counters),
        cmocka_unit_test(built),
        cmocka_unit_test(numbers),
        cmocka_unit_test(strides),
        cmocka_unit_test(strings),
        cmocka_unit_test(failing_items),
        cmocka_unit_test(failing_calls),
        cmocka_unit_test(iteration),
        cmocka_unit_test(refilled_while_iterating),
        cmocka_unit_test(slices),
        cmocka_unit_test(append_to_nothing),
        cmocka_unit_test(calls),
        cmocka_unit_test(large_columns),
        cmocka_unit_test(threads_share_a_map),
        cmocka_unit_test(get_or_set),
        cmocka_unit_test(boxes),
        cmocka_unit_test(boxes_that_fail),
        cmocka_unit_test(boxes_in_a_scope),
        cmocka_unit_test(threads_box_and_release),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
