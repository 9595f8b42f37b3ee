/* The linkname set: maps of any type. makemap, mapaccess, mapassign, mapdelete, maplen, by both of their routes; mapclear and
 * clone. */
#include "check.h"

#include <math.h>

/* What two symbols do the same goes by turns through the one and the other. */
static gobridge_status (*const assign[])(gobridge_ref, const void *, const void *) = {
    gobridge_runtime_mapassign, gobridge_reflect_mapassign0};
static gobridge_status (*const look_up[])(gobridge_ref, const void *, void *, uint8_t *) = {
    gobridge_runtime_mapaccess2, gobridge_reflect_mapaccess};

static gobridge_status (*const erase[])(gobridge_ref, const void *) = {gobridge_runtime_mapdelete,
                                                                       gobridge_reflect_mapdelete};

static void put(gobridge_ref map, const void *key, const void *elem) {
    static unsigned turn;
    assert_failed(assign[turn++ % 2](map, key, elem), GOBRIDGE_OK, "put", "");
}

/* Both routes agree on whether a key is there. */
static bool has(gobridge_ref map, const void *key) {
    uint8_t found[2] = {9, 9};
    assert_ok(gobridge_runtime_mapaccess2(map, key, NULL, &found[0]));
    assert_ok(gobridge_reflect_mapaccess(map, key, NULL, &found[1]));
    assert_int_equal(found[0], found[1]);
    return found[0] == 1;
}

/* The element of a key that is there, as one value. */
static gobridge_value get(gobridge_ref map, const void *key) {
    static unsigned turn;
    gobridge_value value;
    uint8_t found = 9;
    assert_failed(look_up[turn++ % 2](map, key, &value, &found), GOBRIDGE_OK, "get", "");
    assert_int_equal(found, 1);
    return value;
}

/* ---- keys and elements without pointers ---- */

/* A type, its size, and how many of its values differ in the low bytes of the memory alone. */
typedef struct plain {
    const char *type;
    size_t size;
    uint32_t values;
} plain;

#define WORD sizeof(void *)

static const plain keys[] = {
    {"bool", 1, 2},
    {"int", WORD, 40},
    {"int8", 1, 40},
    {"int16", 2, 40},
    {"int32", 4, 40},
    {"int64", 8, 40},
    {"uint", WORD, 40},
    {"uint8", 1, 256},
    {"uint16", 2, 40},
    {"uint32", 4, 600},
    {"uint64", 8, 600},
    {"uintptr", WORD, 40},
    {"float32", 4, 40}, /* the smallest ones */
    {"float64", 8, 40},
    {"complex64", 8, 40},
    {"complex128", 16, 600},
    {"time.Duration", 8, 40},
    {"struct{}", 0, 1},
    {"[0]int64", 0, 1},
    {"[0]string", 0, 1},
    {"[1]uint8", 1, 40},
    {"[4]uint8", 4, 40},
    {"[3]int32", 12, 600},
    {"[2][2]int16", 8, 40},
    {"[16]uint8", 16, 40},
    {"[128]uint8", 128, 40},
    {"[129]uint8", 129, 40}, /* kept outside of the table */
    {"[1000]uint8", 1000, 40},
    {"struct{ a uint8; b uint32 }", 8, 40}, /* with padding */
    {"struct{ a uint16; b struct{ c uint8; d float32 } }", 12, 40},
    {"struct{ n [3]uint8; b bool }", 4, 40},
};

static const plain elems[] = {
    {"bool", 1, 2},
    {"int8", 1, 40},
    {"uint16", 2, 40},
    {"int32", 4, 40},
    {"int", WORD, 40},
    {"float32", 4, 40},
    {"float64", 8, 40},
    {"complex128", 16, 40},
    {"struct{}", 0, 1},
    {"[0]func()", 0, 1},
    {"[3]uint8", 3, 40},
    {"struct{ a uint8; b uint64 }", WORD == 8 ? 16 : 12, 40},
    {"[128]uint8", 128, 40},
    {"[129]uint8", 129, 40},
    {"[1024]uint8", 1024, 40},
    {"[5000]uint8", 5000, 40},
};

enum { MOST = 5000 };

/* The n-th value of a type. */
static void *nth(const plain *t, uint32_t n, unsigned char *memory) {
    memset(memory, 0, MOST);
    const uint16_t low = (uint16_t)(n % t->values);
    memcpy(memory, &low, t->size < sizeof low ? t->size : sizeof low);
    return memory;
}

/* Fills a map with what is asked for, looks everything up by both routes, changes it, removes half and all of it. */
static void exercise(const plain *k, const plain *e, gobridge_ref map, uint32_t count) {
    static unsigned char key[MOST], elem[MOST], out[MOST + 1], zero[MOST];
    for (uint32_t round = 0; round < 2; round++) { /* the second changes the elements */
        for (uint32_t i = 0; i < count; i++) {
            put(map, nth(k, i, key), nth(e, i + round, elem));
        }
        assert_int_equal(length(map), count);
        for (uint32_t i = 0; i < count; i++) {
            nth(k, i, key);
            nth(e, i + round, elem);
            for (size_t route = 0; route < COUNT(look_up); route++) {
                uint8_t found = 9;
                memset(out, 0xA5, sizeof out);
                assert_failed(look_up[route](map, key, out, &found), GOBRIDGE_OK, "look_up", "");
                assert_int_equal(found, 1);
                assert_memory_equal(out, elem, e->size);
                assert_int_equal(out[e->size], 0xA5); /* not a byte more */
            }
        }
    }
    for (uint32_t step = 2; step >= 1; step--) {
        for (uint32_t i = 0; i < count; i += step) {
            assert_ok(gobridge_runtime_mapdelete(map, nth(k, i, key)));
            assert_false(has(map, key));
        }
        assert_int_equal(length(map), step == 2 ? count / 2 : 0);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(has(map, nth(k, i, key)), step == 2 && i % 2 == 1);
        }
    }
    for (size_t route = 0; route < COUNT(look_up); route++) { /* the zero value where there is none */
        uint8_t found = 9;
        memset(out, 0xA5, sizeof out);
        assert_failed(look_up[route](map, key, out, &found), GOBRIDGE_OK, "look_up", "");
        assert_int_equal(found, 0);
        assert_memory_equal(out, zero, e->size);
        assert_int_equal(out[e->size], 0xA5);
    }
}

/* Every key type with every element type, made in each of the three ways. */
static void plain_keys_and_elements(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(keys); k++) {
        for (size_t e = 0; e < COUNT(elems); e++) {
            char expression[256];
            snprintf(expression, sizeof expression, "map[%s]%s", keys[k].type, elems[e].type);
            const gobridge_ref type = parse(expression);
            gobridge_ref map = 0;
            const uint32_t count = keys[k].values < 20 ? keys[k].values : 20;
            switch ((k + e) % 3) {
            case 0: assert_ok(gobridge_runtime_makemap_small(type, &map)); break;
            case 1: assert_ok(gobridge_runtime_makemap(type, 10, &map)); break;
            default: assert_ok(gobridge_reflect_makemap(type, 100, &map));
            }
            assert_type(map, expression);
            exercise(&keys[k], &elems[e], map, count);
            assert_ok(gobridge_release(map));
        }
    }
}

/* Maps that grow far past what they were made for, whichever way. */
static void maps_grow(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(keys); k++) {
        if (keys[k].values > 40) {
            char expression[256];
            gobridge_ref maps[3];
            snprintf(expression, sizeof expression, "map[%s]uint16", keys[k].type);
            const gobridge_ref type = parse(expression);
            assert_ok(gobridge_runtime_makemap_small(type, &maps[0]));
            assert_ok(gobridge_runtime_makemap(type, 0, &maps[1]));
            assert_ok(gobridge_reflect_makemap(type, 3, &maps[2]));
            for (size_t i = 0; i < COUNT(maps); i++) {
                exercise(&keys[k], &elems[2], maps[i], keys[k].values);
                assert_ok(gobridge_release(maps[i]));
            }
        }
    }
}

/* Bytes between fields belong to no value. */
static void padding(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[struct{ a uint8; b uint32 }]uint8");
    unsigned char key[8] = {7, 0, 0, 0, 1, 2, 3, 4}, other[8] = {7, 99, 98, 97, 1, 2, 3, 4};
    const uint8_t elem = 5;
    put(map, key, &elem);
    assert_true(has(map, other));
    put(map, other, &elem);
    assert_int_equal(length(map), 1);
    assert_ok(gobridge_runtime_mapdelete(map, other));
    assert_int_equal(length(map), 0);
    assert_ok(gobridge_release(map));
}

/* ---- floats as keys: NaN is no key's equal, and both zeros are one ---- */

static void float_keys(void **state) {
    (void)state;
    const float zero32[2] = {0.0F, -0.0F}, nan32 = NAN;
    const double zero64[4] = {0.0, 1.0, -0.0, 1.0}, nan64[2] = {NAN, 1.0};
    const struct {
        const char *type;
        const void *zero, *minus_zero, *nan;
    } rows[] = {
        {"map[float32]int64", &zero32[0], &zero32[1], &nan32},
        {"map[float64]int64", &zero64[0], &zero64[2], &nan64},
        {"map[complex64]int64", (float[2]){0.0F, 2}, (float[2]){-0.0F, 2}, (float[2]){1, NAN}},
        {"map[complex128]int64", &zero64[0], &zero64[2], &nan64},
        {"map[[1]float64]int64", &zero64[0], &zero64[2], &nan64},
        {"map[struct{ f float32; n int32 }]int64", (int32_t[2]){0, 5}, (int32_t[2]){INT32_MIN, 5},
         (int32_t[2]){0x7FC00000, 5}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref map = make_map(rows[i].type);
        const int64_t one = 1, two = 2;
        int64_t elem = 0;
        uint8_t found = 9;
        put(map, rows[i].zero, &one);
        put(map, rows[i].minus_zero, &two);
        assert_int_equal(length(map), 1);
        assert_ok(gobridge_runtime_mapaccess2(map, rows[i].zero, &elem, &found));
        assert_true(found == 1 && elem == two);
        for (int n = 1; n <= 20; n++) {
            put(map, rows[i].nan, &one);
            assert_int_equal(length(map), 1 + n);
        }
        assert_false(has(map, rows[i].nan));
        assert_ok(gobridge_runtime_mapdelete(map, rows[i].nan));
        assert_int_equal(length(map), 21);
        assert_ok(gobridge_release(map));
    }
}

/* ---- strings ---- */

static void string_keys_and_elements(void **state) {
    (void)state;
    enum { MEGABYTE = 1 << 20 };
    char *large = malloc(MEGABYTE), *larger = malloc(MEGABYTE);
    memset(large, 'x', MEGABYTE);
    memset(larger, 'x', MEGABYTE);
    larger[MEGABYTE - 1] = 'y';
    const gobridge_value words[] = {
        text(""),
        text("a"),
        text("b"),
        text_of("a\0", 2),
        text_of("a\0b", 3),
        text_of("\0", 1),
        text_of("\xff", 1),
        text_of("\xff\xfe\x80", 3),
        text_of("\xc3\xa9", 2), /* one letter, spelt in two ways */
        text_of("e\xcc\x81", 3),
        text("a string that is longer than any that the table keeps inside, so that it must be hashed whole"),
        text_of(large, MEGABYTE),
        text_of(larger, MEGABYTE),
    };
    const gobridge_ref map = make_map("map[string]string");
    char *mine = malloc(MEGABYTE);
    for (size_t i = 0; i < COUNT(words); i++) {
        /* the key is its own element, and neither is the caller's memory */
        memcpy(mine, words[i].as.s, words[i].len);
        const gobridge_value word = text_of(mine, words[i].len);
        put(map, &word, &word);
        memset(mine, '?', words[i].len);
        assert_int_equal(length(map), i + 1);
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        gobridge_value elem = get(map, &words[i]);
        assert_shows(&elem, GOBRIDGE_KIND_STRING, words[i].as.s, words[i].len);
    }
    gobridge_value absent = text("absent"), elem;
    uint8_t found = 9;
    memset(&elem, 0xA5, sizeof elem);
    assert_ok(gobridge_runtime_mapaccess2(map, &absent, &elem, &found));
    assert_int_equal(found, 0);
    assert_shows(&elem, GOBRIDGE_KIND_STRING, "", 0); /* the zero value owns nothing */
    /* NULL with no bytes is the empty string too */
    absent = text_of(NULL, 0);
    assert_true(has(map, &absent));
    for (size_t i = 0; i < COUNT(words); i++) {
        assert_ok(gobridge_runtime_mapdelete(map, &words[i]));
        assert_int_equal(length(map), COUNT(words) - i - 1);
    }
    assert_ok(gobridge_release(map));
    free(large);
    free(larger);
    free(mine);
}

/* What was taken out stays as it was, whatever happens to the map, and however often Go collects. */
static void views_outlive_the_map(void **state) {
    (void)state;
    enum { VIEWS = 200 };
    gobridge_value views[VIEWS];
    char want[64];
    const gobridge_ref map = make_map("map[int32][]byte");
    for (int32_t i = 0; i < VIEWS; i++) {
        const int len = snprintf(want, sizeof want, "the bytes of number %d", i);
        const gobridge_value in = bytes(want, (size_t)len);
        put(map, &i, &in);
        views[i] = get(map, &i);
        gobridge_value again = get(map, &i);
        assert_ptr_equal(again.as.b, views[i].as.b); /* Go's memory, not a copy */
        assert_ok(gobridge_value_release(&again));
    }
    for (int32_t i = 0; i < VIEWS; i++) {
        const gobridge_value other = bytes("something else", 14);
        put(map, &i, &other);
        assert_ok(gobridge_runtime_mapdelete(map, &i));
    }
    assert_ok(gobridge_release(map));
    for (int i = 0; i < 200; i++) { /* garbage, for Go to collect */
        gobridge_ref boxed;
        static char filler[1 << 16];
        assert_ok(gobridge_runtime_convTstring(filler, sizeof filler, &boxed));
        assert_ok(gobridge_release(boxed));
    }
    for (int i = 0; i < VIEWS; i++) {
        const int len = snprintf(want, sizeof want, "the bytes of number %d", i);
        assert_shows(&views[i], GOBRIDGE_KIND_BYTES, want, (size_t)len);
    }
}

/* ---- interfaces ---- */

/* Equal as numbers, but no two are of one type, so no two are one key. */
static void dynamic_types_are_part_of_a_key(void **state) {
    (void)state;
    const int64_t one[2] = {1, 0};
    const double complex_one[2] = {1, 0};
    const float small_complex_one[2] = {1, 0};
    const gobridge_ref mine[] = {
        box("time.Duration", one),
        box("complex64", small_complex_one),
        box("complex128", complex_one),
        box("[1]int64", one),
        box("[2]int32", one),
        box("struct{ n int64 }", one),
        box("struct{ m int64 }", one),
        make_variable("int64"),
        make_variable("int64"),
        box("*int64", &nil),
        box("*int32", &nil),
        box("chan int", &nil),
        box_zero("time.Time"),
    };
    enum { SCALARS = 18 };
    gobridge_value rows[SCALARS + COUNT(mine)] = {
        nil,
        integer(GOBRIDGE_KIND_BOOL, 1),
        integer(GOBRIDGE_KIND_INT, 1),
        integer(GOBRIDGE_KIND_INT8, 1),
        integer(GOBRIDGE_KIND_INT16, 1),
        integer(GOBRIDGE_KIND_INT32, 1),
        integer(GOBRIDGE_KIND_INT64, 1),
        integer(GOBRIDGE_KIND_UINT, 1),
        integer(GOBRIDGE_KIND_UINT8, 1),
        integer(GOBRIDGE_KIND_UINT16, 1),
        integer(GOBRIDGE_KIND_UINT32, 1),
        integer(GOBRIDGE_KIND_UINT64, 1),
        integer(GOBRIDGE_KIND_UINTPTR, 1),
        real(GOBRIDGE_KIND_FLOAT32, 1),
        real(GOBRIDGE_KIND_FLOAT64, 1),
        text("1"),
        text(""),
        integer(GOBRIDGE_KIND_BOOL, 0),
    };
    for (size_t i = 0; i < COUNT(mine); i++) {
        rows[SCALARS + i] = named(mine[i]);
    }
    const gobridge_ref map = make_map("map[any]int64");
    for (int64_t i = 0; i < (int64_t)COUNT(rows); i++) {
        assert_false(has(map, &rows[i]));
        put(map, &rows[i], &i);
        assert_int_equal(length(map), i + 1);
    }
    for (int64_t i = 0; i < (int64_t)COUNT(rows); i++) {
        int64_t elem = -1;
        uint8_t found = 9;
        assert_ok(gobridge_runtime_mapaccess2(map, &rows[i], &elem, &found));
        assert_true(found == 1 && elem == i);
    }
    /* equal values in other boxes are the same keys */
    const gobridge_value equal[] = {named(box("time.Duration", one)), named(box("[2]int32", one)),
                                    named(box_zero("time.Time"))};
    for (size_t i = 0; i < COUNT(equal); i++) {
        assert_true(has(map, &equal[i]));
        assert_ok(gobridge_release(equal[i].as.ref));
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(gobridge_runtime_mapdelete(map, &rows[i]));
        assert_int_equal(length(map), COUNT(rows) - i - 1);
    }
    for (size_t i = 0; i < COUNT(mine); i++) {
        assert_ok(gobridge_release(mine[i]));
    }
    assert_ok(gobridge_release(map));
}

/* What comes out of one map[any]any goes into another as it is, and finds itself there. */
static void any_round_trips(void **state) {
    (void)state;
    const int64_t hour[2] = {3600000000000, 1};
    const gobridge_ref mine[] = {box("time.Duration", hour), box("complex128", hour), make_map("map[any]any"),
                                 make_variable("string"), box_zero("time.Time")};
    const struct {
        gobridge_value value;
        uint32_t comes_back;
        bool is_key;
    } rows[] = {
        {nil, GOBRIDGE_KIND_NIL, true},
        {integer(GOBRIDGE_KIND_BOOL, 1), GOBRIDGE_KIND_BOOL, true},
        {integer(GOBRIDGE_KIND_INT16, -300), GOBRIDGE_KIND_INT16, true},
        {integer(GOBRIDGE_KIND_UINT64, -1), GOBRIDGE_KIND_UINT64, true},
        {real(GOBRIDGE_KIND_FLOAT32, 0.5), GOBRIDGE_KIND_FLOAT32, true},
        {text("a string"), GOBRIDGE_KIND_STRING, true},
        {text(""), GOBRIDGE_KIND_STRING, true},
        {bytes("bytes", 5), GOBRIDGE_KIND_BYTES, false},
        {bytes("", 0), GOBRIDGE_KIND_BYTES, false},
        {named(mine[0]), GOBRIDGE_KIND_REF, true},
        {named(mine[1]), GOBRIDGE_KIND_REF, true},
        {named(mine[2]), GOBRIDGE_KIND_REF, false},
        {named(mine[3]), GOBRIDGE_KIND_REF, true},
        {named(mine[4]), GOBRIDGE_KIND_REF, true},
    };
    const gobridge_ref from = make_map("map[any]any"), to = make_map("map[any]any");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_value place = integer(GOBRIDGE_KIND_INT, (int64_t)i);
        put(from, &place, &rows[i].value);
        gobridge_value out = get(from, &place);
        assert_int_equal(out.kind, rows[i].comes_back);
        assert_int_equal(out.len, rows[i].value.len);
        if (out.kind != GOBRIDGE_KIND_REF && out.kind != GOBRIDGE_KIND_STRING &&
            out.kind != GOBRIDGE_KIND_BYTES) {
            assert_int_equal(out.as.u, rows[i].value.as.u);
            assert_int_equal(out.owner, 0);
        }
        if (rows[i].is_key) {
            put(to, &out, &out);
            assert_true(has(to, &rows[i].value));
            gobridge_value again = get(to, &rows[i].value);
            assert_int_equal(again.kind, rows[i].comes_back);
            assert_ok(gobridge_value_release(&again));
        }
        assert_ok(gobridge_value_release(&out));
    }
    for (size_t i = 0; i < COUNT(mine); i++) {
        assert_ok(gobridge_release(mine[i]));
    }
    assert_ok(gobridge_release(from));
    assert_ok(gobridge_release(to));
}

static void interface_elements(void **state) {
    (void)state;
    const int64_t second = 1000000000, key = 1;
    const gobridge_ref duration = box("time.Duration", &second), number = box("int64", &second);
    const gobridge_value is_stringer = named(duration), is_none = named(number), word = text("word");
    gobridge_ref map = make_map("map[int64]fmt.Stringer");
    put(map, &key, &is_stringer);
    gobridge_value out = get(map, &key), shown;
    assert_int_equal(out.kind, GOBRIDGE_KIND_REF);
    assert_type(out.as.ref, "time.Duration");
    assert_ok(gobridge_value_get(out.as.ref, &shown));
    assert_int_equal(shown.as.i, second);
    put(map, &key, &out);
    assert_ok(gobridge_value_release(&out));
    assert_status(gobridge_runtime_mapassign(map, &key, &is_none), GOBRIDGE_E_WRONG_TYPE, "elem");
    put(map, &key, &nil);
    out = get(map, &key);
    assert_int_equal(out.kind, GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_release(map));

    map = make_map("map[fmt.Stringer]error"); /* no type that C can name is an error, so they are nil */
    put(map, &is_stringer, &nil);
    assert_true(has(map, &is_stringer));
    out = get(map, &is_stringer);
    assert_int_equal(out.kind, GOBRIDGE_KIND_NIL);
    assert_status(gobridge_reflect_mapassign0(map, &is_stringer, &is_stringer), GOBRIDGE_E_WRONG_TYPE,
                  "elem");
    assert_status(gobridge_reflect_mapassign0(map, &is_none, &nil), GOBRIDGE_E_WRONG_TYPE, "key");
    assert_status(gobridge_reflect_mapassign0(map, &word, &nil), GOBRIDGE_E_WRONG_TYPE, "key");
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(duration));
    assert_ok(gobridge_release(number));
}

/* ---- pointers, maps, and what C can only have the nil of ---- */

/* A pointer is the same key as itself alone, wherever the reference to it comes from. */
static void pointer_keys(void **state) {
    (void)state;
    const int64_t seven = 7;
    const gobridge_ref map = make_map("map[*int64]int64"), keeper = make_map("map[int64]*int64");
    gobridge_ref pointers[20];
    for (int64_t i = 0; i < (int64_t)COUNT(pointers); i++) {
        pointers[i] = make_variable("int64");
        assert_ok(gobridge_value_store(pointers[i], &seven)); /* what it points to is no part of it */
        const gobridge_value key = named(pointers[i]);
        put(map, &key, &i);
        put(keeper, &i, &key);
        assert_ok(gobridge_release(pointers[i])); /* the maps keep it */
    }
    assert_int_equal(length(map), COUNT(pointers));
    for (int64_t i = 0; i < (int64_t)COUNT(pointers); i++) {
        gobridge_value key = get(keeper, &i);
        int64_t elem = -1, target = -1;
        uint8_t found = 9;
        assert_ok(gobridge_reflect_mapaccess(map, &key, &elem, &found));
        assert_true(found == 1 && elem == i);
        assert_ok(gobridge_value_load(key.as.ref, &target));
        assert_int_equal(target, seven);
        assert_ok(gobridge_value_release(&key));
    }
    assert_false(has(map, &nil));
    put(map, &nil, &seven);
    assert_true(has(map, &nil));
    assert_int_equal(length(map), COUNT(pointers) + 1);
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(keeper));
}

/* A map taken out of a map is that map, not a copy. */
static void nested_maps(void **state) {
    (void)state;
    const gobridge_value outer_key = text("outer"), inner_key = text("inner"), absent = text("absent");
    const gobridge_ref outer = make_map("map[string]map[string]int64");
    const gobridge_ref inner = make_map("map[string]int64");
    const gobridge_value in = named(inner);
    put(outer, &outer_key, &in);
    const int64_t five = 5;
    gobridge_value taken = get(outer, &outer_key);
    assert_type(taken.as.ref, "map[string]int64");
    put(taken.as.ref, &inner_key, &five);
    assert_int_equal(length(inner), 1);
    assert_ok(gobridge_release(inner));
    assert_ok(gobridge_value_release(&taken));
    taken = get(outer, &outer_key); /* once more, and now only the outer map has kept it */
    assert_true(has(taken.as.ref, &inner_key));
    assert_ok(gobridge_value_release(&taken));
    gobridge_value none;
    uint8_t found = 9;
    assert_ok(gobridge_runtime_mapaccess2(outer, &absent, &none, &found));
    assert_true(found == 0 && none.kind == GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_release(outer));
}

static void nil_elements(void **state) {
    (void)state;
    static const char *const types[] = {"chan int", "func(int) string", "[]int64",     "[]byte",
                                        "*int64",   "unsafe.Pointer",   "map[int]int", "any",
                                        "error",    "fmt.Stringer"};
    for (size_t i = 0; i < COUNT(types); i++) {
        char expression[64];
        const int32_t key = 1, absent = 2;
        snprintf(expression, sizeof expression, "map[int32]%s", types[i]);
        const gobridge_ref map = make_map(expression);
        put(map, &key, &nil);
        assert_true(has(map, &key));
        assert_false(has(map, &absent));
        gobridge_value out = get(map, &key);
        assert_memory_equal(&out, &nil, sizeof out);
        assert_ok(gobridge_release(map));
    }
    static const char *const key_types[] = {"chan int", "*int64", "unsafe.Pointer", "any", "error"};
    for (size_t i = 0; i < COUNT(key_types); i++) {
        char expression[64];
        const int32_t elem = 1;
        snprintf(expression, sizeof expression, "map[%s]int32", key_types[i]);
        const gobridge_ref map = make_map(expression);
        assert_false(has(map, &nil));
        put(map, &nil, &elem);
        put(map, &nil, &elem);
        assert_true(has(map, &nil));
        assert_int_equal(length(map), 1);
        assert_ok(gobridge_runtime_mapdelete(map, &nil));
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(map));
    }
}

/* A reference to a *T stands for the T where a T is asked for: the only way for a struct or array with pointers. */
static void variables_stand_for_what_they_point_to(void **state) {
    (void)state;
    static const char *const types[] = {"struct{ s string; n int }", "[2]string", "time.Time",
                                        "struct{ a any }", "[1]*int"};
    for (size_t i = 0; i < COUNT(types); i++) {
        char expression[128];
        snprintf(expression, sizeof expression, "map[%s]%s", types[i], types[i]);
        const gobridge_ref map = make_map(expression), pointer = make_variable(types[i]),
                           value = box_zero(types[i]);
        const gobridge_value by_pointer = named(pointer), by_value = named(value);
        put(map, &by_pointer, &by_value);
        put(map, &by_value, &by_pointer);
        assert_int_equal(length(map), 1);
        gobridge_value out = get(map, &by_pointer);
        assert_int_equal(out.kind, GOBRIDGE_KIND_REF);
        assert_type(out.as.ref, types[i]);
        assert_ok(gobridge_value_release(&out));
        assert_ok(gobridge_release(map));
        assert_ok(gobridge_release(pointer));
        assert_ok(gobridge_release(value));
    }
    /* so a number's variable is a key and a *string is an element, though either could have been handed in itself */
    const int64_t three = 3;
    const gobridge_value word = text("word");
    const gobridge_ref map = make_map("map[any]string"), key = make_variable("int64"),
                       elem = make_variable("string");
    assert_ok(gobridge_value_store(key, &three));
    assert_ok(gobridge_value_store(elem, &word));
    const gobridge_value key_value = named(key), elem_value = named(elem),
                         number = integer(GOBRIDGE_KIND_INT64, 3);
    put(map, &key_value, &elem_value);
    assert_true(has(map, &key_value));
    assert_false(has(map, &number)); /* an any takes the pointer itself */
    gobridge_value out = get(map, &key_value);
    assert_shows(&out, GOBRIDGE_KIND_STRING, "word", 4);
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(key));
    assert_ok(gobridge_release(elem));
}

/* A clone has the entries and no more of the map: what happens to the one does not change the other. */
static void cloning_and_clearing(void **state) {
    (void)state;
    static const int64_t sizes[] = {0, 1, 8, 9, 1000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const gobridge_ref map = make_map("map[int64]string");
        gobridge_ref clone = 0;
        for (int64_t key = 0; key < sizes[i]; key++) {
            const gobridge_value elem = text(key % 2 ? "odd" : "even");
            put(map, &key, &elem);
        }
        assert_ok(gobridge_maps_clone(map, &clone));
        assert_type(clone, "map[int64]string");
        assert_int_equal(length(clone), sizes[i]);
        for (int64_t key = 0; key < sizes[i]; key++) {
            const gobridge_value other = text("other");
            put(map, &key, &other);
            gobridge_value elem = get(clone, &key);
            assert_shows(&elem, GOBRIDGE_KIND_STRING, key % 2 ? "odd" : "even", key % 2 ? 3 : 4);
            assert_failed(erase[key % 2](clone, &key), GOBRIDGE_OK, "erase", "");
            assert_false(has(clone, &key));
            assert_true(has(map, &key));
        }
        assert_int_equal(length(clone), 0);
        assert_int_equal(length(map), sizes[i]);
        assert_ok(gobridge_reflect_mapclear(map));
        assert_int_equal(length(map), 0);
        const gobridge_value again = text("again");
        put(map, &sizes[i], &again); /* it is as good as new */
        assert_int_equal(length(map), 1);
        assert_ok(gobridge_release(map));
        assert_ok(gobridge_release(clone));
    }
    /* NaNs are found by no look-up, but copied and cleared */
    const gobridge_ref map = make_map("map[float64]int64"), none = box("map[float64]int64", &nil);
    gobridge_ref clone = 0;
    for (int64_t i = 0; i < 3; i++) {
        put(map, &(double){(double)NAN}, &i);
    }
    assert_ok(gobridge_maps_clone(map, &clone));
    assert_int_equal(length(clone), 3);
    assert_ok(gobridge_reflect_mapclear(clone));
    assert_int_equal(length(clone), 0);
    assert_int_equal(length(map), 3);
    assert_ok(gobridge_release(clone));
    /* of a nil map, a nil map */
    assert_ok(gobridge_maps_clone(none, &clone));
    assert_status(gobridge_runtime_mapassign(clone, &(double){1}, &(int64_t){1}), GOBRIDGE_E_NIL, "map");
    const gobridge_ref all[] = {map, none, clone};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* A map that was filled and emptied many times over is what go1.21's own maps.Clone may read past the end of. */
static void clones_of_worn_maps(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[int64]int64");
    for (int64_t key = 0; key < 20000; key++) {
        put(map, &key, &key);
        if (key >= 200) {
            assert_ok(gobridge_reflect_mapdelete(map, &(int64_t){key - 200}));
        }
        if (key % 50 == 0) {
            gobridge_ref clone = 0;
            assert_ok(gobridge_maps_clone(map, &clone));
            assert_int_equal(length(clone), length(map));
            assert_true(has(clone, &key));
            assert_ok(gobridge_release(clone));
        }
    }
    assert_ok(gobridge_release(map));
}

/* One map, known by many references, in many threads: none of their writes is lost. */
typedef struct share {
    gobridge_ref map;
    int64_t first;
} share;

enum { SHARES = 8, EACH = 500 };

static void *sharing_thread(void *argument) {
    const share *mine = argument;
    for (int64_t i = 0; i < EACH; i++) {
        const int64_t key = mine->first + i;
        int64_t elem = -1;
        uint8_t found = 0;
        expect(assign[i % 2](mine->map, &key, &key) == GOBRIDGE_OK);
        expect(look_up[i % 2](mine->map, &key, &elem, &found) == GOBRIDGE_OK && found && elem == key);
        if (i % 5 == 0) {
            expect(erase[i / 5 % 2](mine->map, &key) == GOBRIDGE_OK);
        }
    }
    return NULL;
}

static void threads_share_a_map(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[int64]int64");
    const gobridge_value in = named(map);
    share shares[SHARES];
    for (int64_t i = 0; i < SHARES; i++) {
        shares[i] = (share){.map = box("any", &in), .first = i * EACH};
    }
    run_threads(SHARES, sharing_thread, shares, sizeof *shares);
    assert_int_equal(length(map), (int64_t)SHARES * EACH * 4 / 5);
    for (int64_t key = 0; key < (int64_t)SHARES * EACH; key++) {
        assert_int_equal(has(map, &key), key % 5 != 0);
    }
    for (int64_t i = 0; i < SHARES; i++) {
        assert_ok(gobridge_release(shares[i].map));
    }
    assert_ok(gobridge_release(map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_keys_and_elements),
        cmocka_unit_test(maps_grow),
        cmocka_unit_test(padding),
        cmocka_unit_test(float_keys),
        cmocka_unit_test(string_keys_and_elements),
        cmocka_unit_test(views_outlive_the_map),
        cmocka_unit_test(dynamic_types_are_part_of_a_key),
        cmocka_unit_test(any_round_trips),
        cmocka_unit_test(interface_elements),
        cmocka_unit_test(pointer_keys),
        cmocka_unit_test(nested_maps),
        cmocka_unit_test(nil_elements),
        cmocka_unit_test(variables_stand_for_what_they_point_to),
        cmocka_unit_test(cloning_and_clearing),
        cmocka_unit_test(clones_of_worn_maps),
        cmocka_unit_test(threads_share_a_map),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
