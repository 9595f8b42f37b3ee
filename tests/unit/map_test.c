/* Maps whose keys and elements are values. */
#include "check.h"

#include <math.h>
#include <sys/mman.h>
#include <time.h>

#define K(kind) GOBRIDGE_KIND_##kind

static gobridge_ref new_map(const char *expression) {
    gobridge_ref map = 0;
    assert_ok(gobridge_map_new(parse(expression), 0, &map));
    return map;
}

static int64_t len_of(gobridge_ref map) {
    int64_t len = -1;
    assert_ok(gobridge_map_len(map, &len));
    return len;
}

static bool contains(gobridge_ref map, gobridge_value key) {
    uint8_t found = 9;
    assert_ok(gobridge_map_contains(map, &key, &found));
    assert_in_range(found, 0, 1);
    return found;
}

static void set(gobridge_ref map, gobridge_value key, gobridge_value elem) {
    assert_ok(gobridge_map_set(map, &key, &elem));
}

/* The element of a key is this number, or its zero value where the key is not there. */
static void assert_number(gobridge_ref map, gobridge_value key, gobridge_value want) {
    gobridge_value got;
    memset(&got, 0xA5, sizeof got);
    assert_ok(gobridge_map_get(map, &key, &got, NULL));
    assert_memory_equal(&got, &want, sizeof got);
}

/* ---- keys and elements of every kind ---- */

static void entries(void **state) {
    (void)state;
    const int64_t array[2] = {1, 2};
    const gobridge_ref boxed = box("[2]int64", array), pointer = make_variable("int64"),
                       slice = box("[]int64", &nil), inner = new_map("map[string]int"),
                       time = box_zero("time.Time");
    const struct {
        const char *type;
        gobridge_value key, elem;
        uint32_t kind; /* that the element comes back as */
    } rows[] = {
        {"map[bool]bool", integer(K(BOOL), 1), integer(K(BOOL), 1), K(BOOL)},
        {"map[int]int", integer(K(INT), -1), integer(K(INT), -2), K(INT)},
        {"map[int8]int8", integer(K(INT8), -128), integer(K(INT8), 127), K(INT8)},
        {"map[int16]int16", integer(K(INT16), -1), integer(K(INT16), 1), K(INT16)},
        {"map[int32]int32", integer(K(INT32), INT32_MIN), integer(K(INT32), INT32_MAX), K(INT32)},
        {"map[int64]int64", integer(K(INT64), INT64_MIN), integer(K(INT64), INT64_MAX), K(INT64)},
        {"map[uint]uint", integer(K(UINT), 1), integer(K(UINT), 2), K(UINT)},
        {"map[uint8]uint8", integer(K(UINT8), 255), integer(K(UINT8), 0), K(UINT8)},
        {"map[uint16]uint16", integer(K(UINT16), 65535), integer(K(UINT16), 1), K(UINT16)},
        {"map[uint32]uint32", integer(K(UINT32), UINT32_MAX), integer(K(UINT32), 1), K(UINT32)},
        {"map[uint64]uint64", integer(K(UINT64), -1), integer(K(UINT64), -1), K(UINT64)},
        {"map[uintptr]uintptr", integer(K(UINTPTR), 1), integer(K(UINTPTR), 1), K(UINTPTR)},
        {"map[float32]float32", real(K(FLOAT32), 0.5), real(K(FLOAT32), -0.25), K(FLOAT32)},
        {"map[float64]float64", real(K(FLOAT64), -0.1), real(K(FLOAT64), 1e300), K(FLOAT64)},
        {"map[time.Duration]time.Duration", integer(K(INT64), 5), integer(K(INT64), 6), K(INT64)},
        {"map[string]string", text("key"), text("elem"), K(STRING)},
        {"map[string][]byte", text(""), bytes("\0x", 2), K(BYTES)},
        {"map[string][]byte", text("nil"), nil, K(NIL)},
        {"map[any]any", text("key"), integer(K(UINT8), 7), K(UINT8)},
        {"map[any]any", nil, nil, K(NIL)},
        {"map[any]any", named(boxed), named(boxed), K(REF)},
        {"map[[2]int64][2]int64", named(boxed), named(boxed), K(REF)},
        {"map[*int64]*int64", named(pointer), named(pointer), K(REF)},
        {"map[*int64]*int64", nil, nil, K(NIL)},
        {"map[time.Time]time.Time", named(time), named(time), K(REF)},
        {"map[int64]map[string]int", integer(K(INT64), 1), named(inner), K(REF)},
        {"map[int64][]int64", integer(K(INT64), 1), named(slice), K(NIL)},
        {"map[int64]func()", integer(K(INT64), 1), nil, K(NIL)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref map = new_map(rows[i].type);
        gobridge_value elem;
        uint8_t found = 9;
        assert_false(contains(map, rows[i].key));
        assert_ok(gobridge_map_get(map, &rows[i].key, &elem, &found));
        assert_int_equal(found, 0);
        assert_ok(gobridge_value_release(&elem)); /* the zero value */
        for (int again = 0; again < 2; again++) {
            set(map, rows[i].key, rows[i].elem);
            assert_int_equal(len_of(map), 1);
        }
        assert_true(contains(map, rows[i].key));
        assert_ok(gobridge_map_get(map, &rows[i].key, &elem, &found));
        assert_true(found == 1 && elem.kind == rows[i].kind);
        switch (elem.kind) {
        case K(REF): {
            gobridge_ref types[2];
            assert_ok(gobridge_type_of(elem.as.ref, &types[0]));
            assert_ok(gobridge_type_of(rows[i].elem.as.ref, &types[1]));
            assert_int_equal(types[0], types[1]);
            assert_ok(gobridge_value_release(&elem));
            break;
        }
        case K(STRING):
        case K(BYTES): assert_shows(&elem, rows[i].kind, rows[i].elem.as.s, rows[i].elem.len); break;
        default:
            assert_int_equal(elem.as.u, rows[i].elem.kind == K(REF) ? 0 : rows[i].elem.as.u);
            assert_int_equal(elem.owner, 0);
        }
        assert_ok(gobridge_map_delete(map, &rows[i].key, &found));
        assert_int_equal(found, 1);
        assert_ok(gobridge_map_delete(map, &rows[i].key, &found));
        assert_int_equal(found, 0);
        assert_ok(gobridge_map_delete(map, &rows[i].key, NULL));
        assert_int_equal(len_of(map), 0);
        assert_ok(gobridge_release(map));
    }
    const gobridge_ref all[] = {boxed, pointer, slice, inner, time};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* A number is a key or an element of any other kind of number that can hold it exactly. */
static void numbers_fit_or_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *type;
        gobridge_value in;
        gobridge_status status;
        gobridge_value out;
    } rows[] = {
        {"int64", {.kind = K(INT8), .as.i = -5}, 0, {.kind = K(INT64), .as.i = -5}},
        {"int64", {.kind = K(UINT64), .as.u = INT64_MAX}, 0, {.kind = K(INT64), .as.i = INT64_MAX}},
        {"int64", {.kind = K(UINT64), .as.u = 1ULL << 63}, GOBRIDGE_E_RANGE, {0}},
        {"int64", {.kind = K(FLOAT64), .as.f = 1}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"int64", {.kind = K(BOOL), .as.u = 1}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"int64", {.kind = K(STRING)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"int64", {.kind = K(NIL)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"int64", {.kind = K(COMPLEX64)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"int64", {.kind = K(INT64), .flags = 1}, GOBRIDGE_E_ARGUMENT, {0}},
        {"int64", {.kind = K(INT8), .as.i = 128}, GOBRIDGE_E_RANGE, {0}},
        {"int64", {.kind = K(REF)}, GOBRIDGE_E_NIL_REF, {0}},
        {"int8", {.kind = K(INT64), .as.i = 300}, GOBRIDGE_E_RANGE, {0}},
        {"int8", {.kind = K(INT8), .as.i = 128}, GOBRIDGE_E_RANGE, {0}},
        {"int32", {.kind = K(INT32), .as.i = 1LL << 31}, GOBRIDGE_E_RANGE, {0}},
        {"int32", {.kind = K(INT32), .as.i = UINT32_MAX}, GOBRIDGE_E_RANGE, {0}},
        {"int32", {.kind = K(INT64), .as.i = INT32_MIN}, 0, {.kind = K(INT32), .as.i = INT32_MIN}},
        {"uint32", {.kind = K(UINT32), .as.u = 1ULL << 32}, GOBRIDGE_E_RANGE, {0}},
        {"uint32", {.kind = K(INT32), .as.i = -1}, GOBRIDGE_E_RANGE, {0}},
        {"uint64", {.kind = K(INT64), .as.i = -1}, GOBRIDGE_E_RANGE, {0}},
        {"uint64", {.kind = K(INT), .as.i = 3}, 0, {.kind = K(UINT64), .as.u = 3}},
        {"float64", {.kind = K(INT64), .as.i = 3}, 0, {.kind = K(FLOAT64), .as.f = 3}},
        {"float64", {.kind = K(INT64), .as.i = (1LL << 53) + 1}, GOBRIDGE_E_RANGE, {0}},
        {"float32", {.kind = K(FLOAT64), .as.f = 1e300}, GOBRIDGE_E_RANGE, {0}},
        {"float32", {.kind = K(FLOAT64), .as.f = 0.5}, 0, {.kind = K(FLOAT32), .as.f = 0.5}},
        {"bool", {.kind = K(BOOL), .as.u = 2}, GOBRIDGE_E_RANGE, {0}},
        {"bool", {.kind = K(INT), .as.u = 1}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"complex128", {.kind = K(COMPLEX128)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"[1]int64", {.kind = K(ARRAY)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"[1]int64", {.kind = K(INT64)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"struct{}", {.kind = K(NIL)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"string", {.kind = K(BYTES)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"string", {.kind = K(STRING), .len = 1}, GOBRIDGE_E_NULL, {0}},
        {"string", {.kind = K(STRING), .len = UINT64_MAX}, GOBRIDGE_E_LIMIT, {0}},
        {"string", {.kind = K(STRING), .flags = 4}, GOBRIDGE_E_ARGUMENT, {0}},
        {"error", {.kind = K(INT64)}, GOBRIDGE_E_WRONG_TYPE, {0}},
        {"any", {.kind = K(INT8), .as.i = 1000}, GOBRIDGE_E_RANGE, {0}},
    };
    const gobridge_value one = integer(K(INT64), 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char type[64];
        snprintf(type, sizeof type, "map[%s]int64", rows[i].type);
        const gobridge_ref by_key = new_map(type);
        snprintf(type, sizeof type, "map[int64]%s", rows[i].type);
        const gobridge_ref by_elem = new_map(type);
        gobridge_value elem = integer(K(INT64), 77);
        uint8_t found = 9;
#define TRY(name, arguments, part)                                       \
    do {                                                                 \
        assert_failed(name arguments, rows[i].status, #name, part);      \
        assert_true(!rows[i].status || (found == 9 && elem.as.i == 77)); \
    } while (0)
        const gobridge_value *in = &rows[i].in;
        TRY(gobridge_map_set, (by_key, in, &one), "key: ");
        TRY(gobridge_map_get, (by_key, in, &elem, &found), "key: ");
        TRY(gobridge_map_contains, (by_key, in, &found), "key: ");
        TRY(gobridge_map_get_or_set, (by_key, in, &one, &elem, &found), "key: ");
        TRY(gobridge_map_add, (by_key, in, &one, &elem), "key: ");
        TRY(gobridge_map_delete, (by_key, in, &found), "key: ");
        TRY(gobridge_map_set, (by_elem, &one, in), "elem: ");
        TRY(gobridge_map_get_or_set, (by_elem, &one, in, &elem, &found), "fallback: ");
        assert_int_equal(len_of(by_key), 0);
        assert_int_equal(len_of(by_elem), rows[i].status == GOBRIDGE_OK);
        if (rows[i].status == GOBRIDGE_OK) {
            assert_number(by_elem, one, rows[i].out);
            set(by_key, rows[i].out, one); /* the same key, as its own kind */
            assert_true(contains(by_key, *in));
        }
        assert_ok(gobridge_release(by_key));
        assert_ok(gobridge_release(by_elem));
    }
}

static void hints(void **state) {
    (void)state;
    gobridge_ref map = 9;
    static const int64_t too_many[] = {-1, INT64_MIN, INT64_MAX, 1LL << 40, 1LL << 32, 1LL << 30};
    for (size_t i = 0; i < COUNT(too_many); i++) {
        assert_status(gobridge_map_new(parse("map[string]any"), too_many[i], &map),
                      out_of_bounds(too_many[i]), "hint");
    }
    assert_int_equal(map, 9);
    assert_ok(gobridge_map_new(parse("map[string]any"), 100000, &map));
    assert_int_equal(len_of(map), 0);
    assert_ok(gobridge_release(map));
}

static void keys_that_can_not_be_hashed(void **state) {
    (void)state;
    const gobridge_ref map = new_map("map[any]int64");
    const gobridge_value one = integer(K(INT64), 1);
    const gobridge_value bad[] = {bytes("x", 1), named(map), named(box("func()", &nil))};
    for (size_t i = 0; i < COUNT(bad); i++) {
        gobridge_value elem;
        uint8_t found;
        assert_status(gobridge_map_set(map, &bad[i], &one), GOBRIDGE_E_UNHASHABLE, "key: ");
        assert_status(gobridge_map_get(map, &bad[i], &elem, &found), GOBRIDGE_E_UNHASHABLE, "key: ");
        assert_status(gobridge_map_contains(map, &bad[i], &found), GOBRIDGE_E_UNHASHABLE, "key: ");
        assert_status(gobridge_map_delete(map, &bad[i], &found), GOBRIDGE_E_UNHASHABLE, "key: ");
        assert_status(gobridge_map_get_or_set(map, &bad[i], &one, &elem, &found), GOBRIDGE_E_UNHASHABLE,
                      "key: ");
        assert_status(gobridge_map_add(map, &bad[i], &one, NULL), GOBRIDGE_E_UNHASHABLE, "key: ");
    }
    assert_int_equal(len_of(map), 0);
    assert_ok(gobridge_release(bad[2].as.ref));
    assert_ok(gobridge_release(map));
}

/* A nil map is empty, and can not be written to. */
static void nil_maps(void **state) {
    (void)state;
    const gobridge_ref map = box("map[string]int64", &nil);
    const gobridge_value key = text("key"), one = integer(K(INT64), 1), zero = integer(K(INT64), 0);
    gobridge_value elem = text("mine");
    gobridge_ref iterator;
    uint8_t found = 9;
    assert_number(map, key, zero);
    assert_false(contains(map, key));
    assert_int_equal(len_of(map), 0);
    assert_ok(gobridge_map_clear(map));
    assert_ok(gobridge_map_delete(map, &key, &found));
    assert_int_equal(found, 0);
    found = 9;
    assert_status(gobridge_map_set(map, &key, &one), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_map_get_or_set(map, &key, &one, &elem, &found), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_map_add(map, &key, &one, &elem), GOBRIDGE_E_NIL, "map");
    assert_true(found == 9 && elem.kind == K(STRING));
    assert_ok(gobridge_map_iterate(map, &iterator));
    assert_ok(gobridge_map_next(iterator, &elem, NULL, &found));
    assert_true(found == 0 && elem.kind == K(NIL));
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));
}

/* What comes out is a view that lives on when the entry is changed or gone, and what goes in is copied. */
static void memory_is_copied_in_and_viewed_out(void **state) {
    (void)state;
    const gobridge_ref map = new_map("map[string]string");
    char key[] = "key", word[] = "word";
    gobridge_value elem, again;
    set(map, text(key), text(word));
    const gobridge_value fallback = text(key), other = text("other");
    assert_ok(gobridge_map_get_or_set(map, &other, &fallback, &again, NULL));
    memset(key, '!', 3);
    memset(word, '!', 4);
    assert_ok(
        gobridge_map_get(map, &(gobridge_value){.kind = K(STRING), .as.s = "key", .len = 3}, &elem, NULL));
    set(map, text("key"), text("changed"));
    assert_ok(gobridge_map_clear(map));
    assert_shows(&elem, K(STRING), "word", 4);
    assert_shows(&again, K(STRING), "key", 3);
    assert_ok(gobridge_release(map));
}

/* ---- get or set, add ---- */

static void get_or_set(void **state) {
    (void)state;
    const gobridge_ref map = new_map("map[string][]byte");
    const gobridge_value key = text("key"), first = bytes("first", 5), second = bytes("second", 6);
    gobridge_value elem;
    uint8_t found = 9;
    assert_ok(gobridge_map_get_or_set(map, &key, &first, &elem, &found));
    assert_int_equal(found, 0);
    assert_shows(&elem, K(BYTES), "first", 5);
    assert_ok(gobridge_map_get_or_set(map, &key, &second, &elem, &found));
    assert_int_equal(found, 1);
    assert_shows(&elem, K(BYTES), "first", 5);
    assert_ok(gobridge_map_get_or_set(map, &key, &nil, &elem, NULL));
    assert_shows(&elem, K(BYTES), "first", 5);
    const gobridge_value misfit = text("text"), before = text("before");
    elem = before;
    assert_status(gobridge_map_get_or_set(map, &key, &misfit, &elem, NULL), GOBRIDGE_E_WRONG_TYPE,
                  "fallback");
    assert_memory_equal(&elem, &before, sizeof elem);
    assert_int_equal(len_of(map), 1);
    assert_ok(gobridge_release(map));
}

static void add(void **state) {
    (void)state;
    enum { RANGE = GOBRIDGE_E_RANGE, TYPE = GOBRIDGE_E_WRONG_TYPE };
    static const struct {
        const char *type;
        gobridge_value old, delta;
        gobridge_status status;
        gobridge_value sum;
    } rows[] = {
#define I(k, n) {.kind = K(k), .as.i = (n)}
#define F(k, x) \
    { .kind = K(k), .as.f = (x) }
        {"int64", I(INT64, 40), I(INT64, 2), 0, I(INT64, 42)},
        {"int64", I(INT64, INT64_MAX), I(INT64, 1), RANGE, {0}},
        {"int64", I(INT64, INT64_MIN), I(INT64, -1), RANGE, {0}},
        {"int64", I(INT64, INT64_MIN), I(UINT64, -1), 0, I(INT64, INT64_MAX)},
        {"int64", I(INT64, INT64_MIN + 1), I(UINT64, -1), RANGE, {0}},
        {"int64", I(INT64, -1), I(UINT64, INT64_MIN), 0, I(INT64, INT64_MAX)},
        {"int64", I(INT64, INT64_MAX), I(INT64, INT64_MIN), 0, I(INT64, -1)},
        {"int64", I(INT64, 5), I(UINT8, 250), 0, I(INT64, 255)},
        {"int64", I(INT64, 5), I(UINT8, 256), RANGE, {0}},
        {"int64", I(INT64, 5), F(FLOAT64, 1), TYPE, {0}},
        {"int64", I(INT64, 5), I(BOOL, 1), TYPE, {0}},
        {"int64", I(INT64, 5), I(STRING, 0), TYPE, {0}},
        {"int64", I(INT64, 5), I(NIL, 0), TYPE, {0}},
        {"int64", I(INT64, 5), I(REF, 0), GOBRIDGE_E_NIL_REF, {0}},
        {"int64", I(INT64, 5), {.kind = K(INT64), .flags = 1}, GOBRIDGE_E_ARGUMENT, {0}},
        {"int64", I(INT64, 5), {.kind = K(INT8), .flags = 1}, GOBRIDGE_E_ARGUMENT, {0}},
        {"int64", I(INT64, 5), {.kind = 77}, TYPE, {0}},
        {"int8", I(INT8, 100), I(INT8, 27), 0, I(INT8, 127)},
        {"int8", I(INT8, 100), I(INT8, 28), RANGE, {0}},
        {"int8", I(INT8, -128), I(INT64, 255), 0, I(INT8, 127)},
        {"int8", I(INT8, -128), I(INT64, 256), RANGE, {0}},
        {"int16", I(INT16, -32768), I(INT, -1), RANGE, {0}},
        {"int32", I(INT32, INT32_MAX), I(INT32, 1), RANGE, {0}},
        {"int32", I(INT32, INT32_MAX), I(INT64, -(1LL << 32) + 1), 0, I(INT32, INT32_MIN)},
        {"uint8", I(UINT8, 255), I(UINT8, 1), RANGE, {0}},
        {"uint8", I(UINT8, 255), I(INT64, -255), 0, I(UINT8, 0)},
        {"uint8", I(UINT8, 255), I(INT64, -256), RANGE, {0}},
        {"uint32", I(UINT32, 1), I(INT32, -2), RANGE, {0}},
        {"uint64", I(UINT64, -1), I(UINT64, 1), RANGE, {0}},
        {"uint64", I(UINT64, -1), I(INT64, INT64_MIN), 0, I(UINT64, INT64_MAX)},
        {"uint64", I(UINT64, 0), I(INT64, -1), RANGE, {0}},
        {"uint64", I(UINT64, -2), I(INT8, 1), 0, I(UINT64, -1)},
        {"uintptr", I(UINTPTR, 1), I(INT, 1), 0, I(UINTPTR, 2)},
        {"time.Duration", I(INT64, 1), I(INT64, 2), 0, I(INT64, 3)},
        {"float64", F(FLOAT64, 0.5), F(FLOAT64, 0.25), 0, F(FLOAT64, 0.75)},
        {"float64", F(FLOAT64, 0.5), I(INT64, 2), 0, F(FLOAT64, 2.5)},
        {"float64", F(FLOAT64, 0.5), I(INT64, INT64_MAX), RANGE, {0}},
        {"float64", F(FLOAT64, 1.7e308), F(FLOAT64, 1.7e308), RANGE, {0}},
        {"float64", F(FLOAT64, -1.7e308), F(FLOAT64, -1.7e308), RANGE, {0}},
        {"float64", F(FLOAT64, 1), F(FLOAT64, INFINITY), 0, F(FLOAT64, INFINITY)},
        {"float64", F(FLOAT64, -INFINITY), F(FLOAT64, 1), 0, F(FLOAT64, -INFINITY)},
        {"float32", F(FLOAT32, 0.5), F(FLOAT64, 0.25), 0, F(FLOAT32, 0.75)},
        {"float32", F(FLOAT32, 0x1p127), F(FLOAT32, 0x1p127), RANGE, {0}},
        {"float32", F(FLOAT32, 1), F(FLOAT64, 1e39), RANGE, {0}},
        {"string", {.kind = K(STRING), .as.s = "x", .len = 1}, I(INT64, 1), TYPE, {0}},
        {"string",
         {.kind = K(STRING), .as.s = "x", .len = 1},
         {.kind = K(STRING), .as.s = "x", .len = 1},
         TYPE,
         {0}},
        {"bool", I(BOOL, 0), I(INT64, 1), TYPE, {0}},
        {"any", I(INT64, 1), I(INT64, 1), TYPE, {0}},
    };
    const gobridge_value key = text("key"), other = text("other");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char type[64];
        snprintf(type, sizeof type, "map[string]%s", rows[i].type);
        const gobridge_ref map = new_map(type);
        const gobridge_value untouched = text("untouched");
        gobridge_value sum = untouched, elem;
        set(map, key, rows[i].old);
        if (rows[i].status) {
            assert_status(gobridge_map_add(map, &key, &rows[i].delta, &sum), rows[i].status, ": ");
            assert_memory_equal(&sum, &untouched, sizeof sum);
            assert_ok(gobridge_map_get(map, &key, &elem, NULL));
            assert_true(elem.kind == rows[i].old.kind);
            assert_true(elem.kind == K(STRING) || elem.as.u == rows[i].old.as.u);
            assert_ok(gobridge_value_release(&elem));
        } else {
            assert_ok(gobridge_map_add(map, &key, &rows[i].delta, &sum));
            assert_memory_equal(&sum, &rows[i].sum, sizeof sum);
            assert_number(map, key, rows[i].sum);
            assert_ok(gobridge_map_add(map, &other, &rows[i].old, NULL)); /* 0 was there */
            assert_number(map, other, rows[i].old);
        }
        assert_int_equal(len_of(map), rows[i].status ? 1 : 2);
        assert_ok(gobridge_release(map));
    }
    /* not a number, and a number of a named type that a reference names */
    const gobridge_ref floats = new_map("map[string]float64"), times = new_map("map[string]time.Duration");
    const gobridge_value nan = real(K(FLOAT64), NAN), infinite = real(K(FLOAT64), INFINITY),
                         minus = real(K(FLOAT64), -INFINITY);
    gobridge_value sum;
    assert_ok(gobridge_map_add(floats, &key, &nan, &sum));
    assert_true(isnan(sum.as.f));
    assert_ok(gobridge_map_add(floats, &other, &infinite, NULL));
    assert_ok(gobridge_map_add(floats, &other, &minus, &sum));
    assert_true(isnan(sum.as.f));
    const int64_t second = 1000000000;
    const gobridge_value duration = named(box("time.Duration", &second));
    for (int64_t n = 1; n <= 3; n++) {
        assert_ok(gobridge_map_add(times, &key, &duration, &sum));
        assert_int_equal(sum.as.i, n * second);
    }
    const gobridge_ref all[] = {floats, times, duration.as.ref};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

static void clear(void **state) {
    (void)state;
    static const int sizes[] = {0, 1, 8, 9, 1000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const gobridge_ref map = new_map("map[float64]string");
        for (int n = 0; n < sizes[i]; n++) {
            set(map, real(K(FLOAT64), NAN), text("unreachable"));
            set(map, real(K(FLOAT64), n), text("reachable"));
        }
        assert_int_equal(len_of(map), 2 * sizes[i]);
        assert_ok(gobridge_map_clear(map));
        assert_int_equal(len_of(map), 0);
        set(map, real(K(FLOAT64), 1), text("new"));
        assert_int_equal(len_of(map), 1);
        assert_ok(gobridge_release(map));
    }
}

/* ---- iterating ---- */

/* Maps of one group, of one table and of many. */
static const int64_t sizes[] = {0, 1, 7, 8, 9, 100, 2000};
enum { MOST = 2000 };

static gobridge_ref numbers(int64_t count) {
    const gobridge_ref map = new_map("map[int64]int64");
    for (int64_t i = 0; i < count; i++) {
        set(map, integer(K(INT64), i), integer(K(INT64), -i));
    }
    return map;
}

static gobridge_ref iterate(gobridge_ref map) {
    gobridge_ref iterator = 0;
    assert_ok(gobridge_map_iterate(map, &iterator));
    return iterator;
}

/* The next key, -1 past the end. */
static int64_t next(gobridge_ref iterator) {
    gobridge_value key = text("mine"), elem = text("mine");
    uint8_t found = 9;
    assert_ok(gobridge_map_next(iterator, &key, &elem, &found));
    assert_int_equal(found, key.kind != K(NIL));
    assert_int_equal(key.kind, elem.kind);
    if (!found) {
        assert_memory_equal(&key, &nil, sizeof key);
        assert_memory_equal(&elem, &nil, sizeof elem);
        return -1;
    }
    assert_int_equal(key.as.i, -elem.as.i);
    return key.as.i;
}

static void every_entry_once(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), iterator = iterate(map);
        static bool seen[MOST];
        memset(seen, 0, sizeof seen);
        for (int64_t n = 0; n < sizes[i]; n++) {
            const int64_t key = next(iterator);
            assert_in_range(key, 0, sizes[i] - 1);
            assert_false(seen[key]);
            seen[key] = true;
        }
        for (int again = 0; again < 3; again++) {
            assert_int_equal(next(iterator), -1);
        }
        set(map, integer(K(INT64), 5000), integer(K(INT64), -5000)); /* does not bring it back */
        assert_int_equal(next(iterator), -1);
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* What is removed before it is reached is not produced, also before the first one; what is added may be. */
static void changing_while_iterating(void **state) {
    (void)state;
    for (size_t i = 1; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), iterator = iterate(map);
        static bool seen[2 * MOST], deleted[2 * MOST];
        memset(seen, 0, sizeof seen);
        memset(deleted, 0, sizeof deleted);
        int64_t victim = 0, key = 0, added = sizes[i];
        do {
            const gobridge_value out = integer(K(INT64), victim);
            assert_ok(gobridge_map_delete(map, &out, NULL));
            deleted[victim] = true;
            if (added < 2 * sizes[i]) {
                set(map, integer(K(INT64), added), integer(K(INT64), -added));
                added++;
            }
            key = next(iterator);
            if (key >= 0) {
                assert_false(seen[key]);
                assert_false(deleted[key]);
                seen[key] = true;
                victim = (key * 7 + 3) % sizes[i];
            }
        } while (key >= 0);
        for (int64_t n = 0; n < sizes[i]; n++) {
            assert_true(seen[n] || deleted[n]);
        }
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
    for (size_t i = 1; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), before = iterate(map), within = iterate(map);
        assert_int_not_equal(next(within), -1);
        assert_ok(gobridge_map_clear(map));
        assert_int_equal(next(before), -1);
        assert_int_equal(next(within), -1);
        const gobridge_ref all[] = {map, before, within};
        for (size_t n = 0; n < COUNT(all); n++) {
            assert_ok(gobridge_release(all[n]));
        }
    }
}

/* What the map is filled with anew is produced at most once, and as it is, also after a collection: what up to go1.25 the map
 * frees (go1.23, but with GOEXPERIMENT=noswissmap) its iterator follows. */
static void filled_anew_while_iterating(void **state) {
    (void)state;
    enum { FEW = 26, MANY = 200, ROUNDS = 50 };
    for (int round = 0; round < ROUNDS; round++) {
        const gobridge_ref map = numbers(FEW), iterator = iterate(map);
        bool seen[MANY] = {false};
        for (int i = 0; i < 3; i++) {
            assert_int_not_equal(next(iterator), -1);
        }
        assert_ok(gobridge_map_clear(map));
        for (int64_t n = 0; n < MANY; n++) {
            set(map, integer(K(INT64), n), integer(K(INT64), -n));
        }
        assert_ok(gobridge_go_collect());
        assert_ok(gobridge_release(numbers(MANY))); /* what is freed has another use */
        for (int64_t key = next(iterator); key != -1; key = next(iterator)) {
            assert_in_range(key, 0, MANY - 1);
            assert_false(seen[key]);
            seen[key] = true;
        }
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* What comes and goes, while the map's tables are made anew again and again, does no harm either. */
static void coming_and_going_while_iterating(void **state) {
    (void)state;
    enum { ROOM = 100, CHANGES = 300 };
    uint64_t random = 1;
    for (int round = 0; round < 20; round++) {
        const gobridge_ref map = numbers(ROOM), iterator = iterate(map);
        int64_t keys[ROOM];
        for (int64_t n = 0; n < ROOM; n++) {
            keys[n] = n;
        }
        for (int step = 0; step < 200 && next(iterator) != -1; step++) {
            for (int i = 0; i < CHANGES; i++) {
                random = random * 6364136223846793005 + 1442695040888963407;
                int64_t *key = &keys[(random >> 33) % ROOM];
                const gobridge_value old = integer(K(INT64), *key);
                assert_ok(gobridge_map_delete(map, &old, NULL));
                *key = (int64_t)(random >> 20);
                set(map, integer(K(INT64), *key), integer(K(INT64), -*key));
            }
            if (step % 4 == 0) {
                assert_ok(gobridge_go_collect());
            }
        }
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* It is one of the iterators of linkname.h, before its first entry. */
static void beside_the_linkname_set(void **state) {
    (void)state;
    const gobridge_ref map = numbers(10);
    int64_t key = 77, elem = 77, sum = 0;
    uint8_t found = 9;
    gobridge_ref iterator = iterate(map);
    assert_ok(gobridge_reflect_mapiterkey(iterator, &key, &found));
    assert_ok(gobridge_reflect_mapiterelem(iterator, &elem, &found));
    assert_true(found == 0 && key == 77 && elem == 77);
    for (int n = 0; n < 5; n++) {
        assert_ok((n % 2 ? gobridge_reflect_mapiternext : gobridge_runtime_mapiternext)(iterator));
        assert_ok(gobridge_reflect_mapiterkey(iterator, &key, &found));
        assert_int_equal(found, 1);
        sum += key + next(iterator);
    }
    assert_int_equal(sum, 45);
    assert_ok(gobridge_runtime_mapiternext(iterator)); /* past the end */
    assert_int_equal(next(iterator), -1);
    assert_status(gobridge_runtime_mapiternext(iterator), GOBRIDGE_E_ITERATOR_END, "iterator");
    assert_ok(gobridge_release(iterator));

    assert_ok(gobridge_reflect_mapiterinit(map, &iterator)); /* stands on the first */
    assert_ok(gobridge_reflect_mapiterkey(iterator, &sum, &found));
    for (int n = 0; n < 9; n++) {
        sum += next(iterator);
    }
    assert_int_equal(sum, 45);
    assert_int_equal(next(iterator), -1);
    assert_ok(gobridge_release(iterator));

    iterator = iterate(map);
    gobridge_value out;
    assert_ok(gobridge_release(map));
    assert_status(gobridge_map_next(iterator, &out, NULL, &found), GOBRIDGE_E_MAP_RELEASED, "iterator");
    assert_ok(gobridge_release(iterator));
}

/* A scope that is open holds the key and the element. */
static void entries_in_a_scope(void **state) {
    (void)state;
    enum { ENTRIES = 100 };
    const gobridge_ref map = new_map("map[string]string");
    for (int i = 0; i < ENTRIES; i++) {
        char word[16];
        const int len = snprintf(word, sizeof word, "%d", i);
        set(map, text_of(word, (size_t)len), text_of(word, (size_t)len));
    }
    const uint64_t live = live_references();
    uint64_t scope;
    assert_ok(gobridge_scope_open(&scope));
    const gobridge_ref iterator = iterate(map);
    gobridge_value key, elem;
    uint8_t found = 1;
    for (int i = 0; i < ENTRIES; i++) {
        assert_ok(gobridge_map_next(iterator, &key, i % 2 ? &elem : NULL, &found));
        assert_true(found && key.kind == K(STRING));
        if (i % 2) {
            assert_memory_equal(key.as.s, elem.as.s, key.len);
        }
    }
    assert_int_equal(live_references(), live + 1 + ENTRIES + ENTRIES / 2);
    assert_ok(gobridge_map_next(iterator, &key, &elem, &found));
    assert_int_equal(found, 0);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), live);
    assert_ok(gobridge_release(map));
}

/* ---- beside the functions on C layout ---- */

/* splitmix64 */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

/* A key as a value and in C layout. */
typedef struct twofold {
    gobridge_value value;
    union {
        int64_t i;
        float f32;
        double f64;
        int32_t array[2];
        gobridge_value value;
    } layout;
    char text[24];
} twofold;

static void make_key(twofold *key, const char *type, uint32_t kind, int64_t n) {
    memset(key, 0, sizeof *key);
    switch (kind) {
    case K(FLOAT32): key->value = real(kind, key->layout.f32 = (float)n / 4); break;
    case K(FLOAT64): key->value = real(kind, key->layout.f64 = (double)n / 3); break;
    case K(BOOL): n %= 2; /* fall through */
    default: key->value = integer(kind, key->layout.i = n); break;
    case K(ARRAY):
        key->layout.array[0] = key->layout.array[1] = (int32_t)n;
        key->value = named(box(type, &key->layout));
        break;
    case K(POINTER): key->layout.value = key->value = nil; break;
    case K(INTERFACE):
        if (n % 2) {
            key->layout.value = key->value = integer(n % 3 ? K(INT16) : K(UINT8), n);
            break;
        }
        /* fall through */
    case K(STRING):
        key->layout.value = key->value = text_of(key->text, (size_t)sprintf(key->text, "%d", (int)n));
        break;
    }
}

/* Random calls of map.h on one map and of linkname.h on another: each map then tells by the other's calls the same. */
static void as_the_linkname_set(void **state) {
    (void)state;
    enum { STEPS = 3000, IDS = 60 };
    static const char *const types[] = {
        "bool",   "int",    "int8",    "int16",   "int32",   "int64",  "uint", "uint8",    "uint16",
        "uint32", "uint64", "uintptr", "float32", "float64", "string", "any",  "[2]int32", "*int64",
    };
    const char *given = getenv("GOBRIDGE_SEED");
    uint64_t random = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    print_message("GOBRIDGE_SEED=%llu\n", (unsigned long long)random);
    for (size_t t = 0; t < COUNT(types); t++) {
        char type[32];
        uint32_t kind;
        snprintf(type, sizeof type, "map[%s]int64", types[t]);
        assert_ok(gobridge_type_kind(parse(types[t]), &kind));
        const gobridge_ref ours = new_map(type), theirs = make_map(type);
        for (int step = 0; step < STEPS; step++) {
            const uint64_t r = next_random(&random);
            const int64_t number = (int64_t)(r >> 20);
            const gobridge_value elem = integer(K(INT64), number);
            gobridge_value got = {.kind = K(NIL)};
            uint8_t found[2] = {0, 0};
            int64_t old = 0;
            twofold key;
            make_key(&key, types[t], kind, (int64_t)(next_random(&random) % IDS));
            assert_ok(gobridge_runtime_mapaccess2(theirs, &key.layout, &old, &found[1]));
            const int64_t sum = old + number;
            switch (r % 16) {
            case 0:
            case 1:
            case 2:
                assert_ok(gobridge_map_set(ours, &key.value, &elem));
                assert_ok(gobridge_runtime_mapassign(theirs, &key.layout, &number));
                break;
            case 3:
            case 4:
            case 5:
                assert_ok(gobridge_map_delete(ours, &key.value, &found[0]));
                assert_int_equal(found[0], found[1]);
                assert_ok(gobridge_runtime_mapdelete(theirs, &key.layout));
                break;
            case 6:
            case 7:
                assert_ok(gobridge_map_get_or_set(ours, &key.value, &elem, &got, &found[0]));
                assert_int_equal(found[0], found[1]);
                assert_int_equal(got.as.i, found[1] ? old : number);
                if (!found[1]) {
                    assert_ok(gobridge_runtime_mapassign(theirs, &key.layout, &number));
                }
                break;
            case 8:
            case 9:
                assert_ok(gobridge_map_add(ours, &key.value, &elem, &got));
                assert_int_equal(got.as.i, sum);
                assert_ok(gobridge_runtime_mapassign(theirs, &key.layout, &sum));
                break;
            default: break;
            }
            assert_ok(gobridge_runtime_mapaccess2(ours, &key.layout, &old, &found[0]));
            assert_ok(gobridge_map_get(theirs, &key.value, &got, &found[1]));
            assert_int_equal(found[0], found[1]);
            assert_int_equal(old, got.as.i);
            assert_int_equal(contains(ours, key.value), found[0]);
            assert_int_equal(len_of(ours), length(theirs));
            if (kind == K(ARRAY)) {
                assert_ok(gobridge_release(key.value.as.ref));
            }
        }
        const gobridge_ref iterator = iterate(ours);
        gobridge_value key, elem;
        uint8_t found = 1;
        for (int64_t n = len_of(ours); n >= 0; n--) {
            assert_ok(gobridge_map_next(iterator, &key, &elem, &found));
            assert_int_equal(found, n > 0);
            if (found) {
                assert_number(theirs, key, elem);
                assert_ok(gobridge_value_release(&key));
            }
        }
        const gobridge_ref all[] = {ours, theirs, iterator};
        for (size_t i = 0; i < COUNT(all); i++) {
            assert_ok(gobridge_release(all[i]));
        }
    }
}

/* ---- threads ---- */

enum { THREADS = 8, ROUNDS = 3000, KEYS = 17 };
static gobridge_ref shared, shared_iterator;
static atomic_int firsts, taken;

static void *adding_thread(void *argument) {
    for (int64_t i = 0; i < ROUNDS; i++) {
        char word[16];
        const int len = snprintf(word, sizeof word, "key %d", (int)(i % KEYS));
        const gobridge_value key = text_of(word, (size_t)len), delta = integer(K(INT), i % 2 ? -3 : 4);
        gobridge_value sum;
        uint8_t found = 9;
        expect(gobridge_map_add(shared, &key, &delta, i % 3 ? &sum : NULL) == GOBRIDGE_OK);
        expect(gobridge_map_contains(shared, &key, &found) == GOBRIDGE_OK && found == 1);
    }
    return argument;
}

static void threads_add_to_one_map(void **state) {
    (void)state;
    shared = new_map("map[string]int64");
    run_threads(THREADS, adding_thread, NULL, 0);
    assert_int_equal(len_of(shared), KEYS);
    const gobridge_ref iterator = iterate(shared);
    gobridge_value key, elem;
    int64_t sum = 0;
    for (int i = 0; i < KEYS; i++) {
        uint8_t found = 0;
        assert_ok(gobridge_map_next(iterator, &key, &elem, &found));
        assert_int_equal(found, 1);
        assert_ok(gobridge_value_release(&key));
        sum += elem.as.i;
    }
    assert_int_equal(sum, THREADS * ROUNDS / 2); /* of 4 and -3, half of the time each */
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(shared));
}

static void *claiming_thread(void *argument) {
    const gobridge_value mine = bytes(&argument, sizeof argument);
    for (int64_t i = 0; i < ROUNDS; i++) {
        const gobridge_value key = integer(K(INT64), i);
        gobridge_value elem;
        uint8_t found = 9;
        expect(gobridge_map_get_or_set(shared, &key, &mine, &elem, &found) == GOBRIDGE_OK);
        expect(elem.kind == K(BYTES) && elem.len == sizeof argument);
        expect(found || memcmp(elem.as.b, &argument, sizeof argument) == 0);
        atomic_fetch_add(&firsts, !found);
        expect(gobridge_value_release(&elem) == GOBRIDGE_OK);
    }
    return NULL;
}

static void *stepping_thread(void *argument) {
    gobridge_value key, elem;
    uint8_t found = 1;
    while (gobridge_map_next(shared_iterator, &key, &elem, &found) == GOBRIDGE_OK && found) {
        expect(key.kind == K(INT64) && elem.kind == K(BYTES));
        expect(gobridge_value_release(&elem) == GOBRIDGE_OK);
        atomic_fetch_add(&taken, 1);
    }
    expect(found == 0);
    return argument;
}

/* Of those who would set an element one does; those who share an iterator share the entries. */
static void threads_set_and_iterate(void **state) {
    (void)state;
    shared = new_map("map[int64][]byte");
    char each[THREADS];
    run_threads(THREADS, claiming_thread, each, 1);
    assert_int_equal(atomic_load(&firsts), ROUNDS);
    assert_int_equal(len_of(shared), ROUNDS);
    shared_iterator = iterate(shared);
    run_threads(THREADS, stepping_thread, NULL, 0);
    assert_int_equal(atomic_load(&taken), ROUNDS);
    assert_ok(gobridge_release(shared_iterator));
    assert_ok(gobridge_release(shared));
}

/* ---- addresses at which nothing lies ---- */

static void wild_addresses(void) {
    gobridge_value *nothing = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(nothing, MAP_FAILED);
    const gobridge_ref map = new_map("map[string]int64"), strings = new_map("map[string]string");
    const gobridge_value key = text("key"), one = integer(K(INT64), 1), text_at = text_of((char *)nothing, 5);
    gobridge_value elem = text("mine");
    uint8_t found = 9;
    assert_status(gobridge_map_get(map, nothing, &elem, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_get(map, &key, nothing, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_contains(map, nothing, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_contains(map, &text_at, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_set(map, nothing, &one), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_set(map, &key, nothing), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_set(map, &text_at, &one), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_set(strings, &key, &text_at), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_delete(map, nothing, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_delete(map, &text_at, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_get_or_set(map, nothing, &one, &elem, &found), GOBRIDGE_E_ADDRESS,
                  "nothing lies");
    assert_status(gobridge_map_get_or_set(map, &key, nothing, &elem, &found), GOBRIDGE_E_ADDRESS,
                  "nothing lies");
    assert_status(gobridge_map_get_or_set(map, &key, &one, nothing, &found), GOBRIDGE_E_ADDRESS,
                  "nothing lies");
    assert_status(gobridge_map_get_or_set(map, &text_at, &one, &elem, &found), GOBRIDGE_E_ADDRESS,
                  "nothing lies");
    assert_status(gobridge_map_get_or_set(strings, &key, &text_at, &elem, &found), GOBRIDGE_E_ADDRESS,
                  "nothing lies");
    assert_status(gobridge_map_add(map, nothing, &one, &elem), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_add(map, &key, nothing, &elem), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_add(map, &key, &one, nothing), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_map_add(map, &text_at, &one, &elem), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_true(found == 9 && elem.kind == K(STRING));
    assert_int_equal(len_of(map) + len_of(strings), 0);
    assert_ok(gobridge_map_set(map, &key, &one)); /* no lock is left held */
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(strings));
    assert_int_equal(live_references(), 0);
}

/* A number in arrays of interfaces, so many levels deep: each array has the next one in all its places. */
static gobridge_ref nested_arrays(int64_t width, int64_t levels) {
    gobridge_ref func = 0;
    gobridge_value made;
    const gobridge_value args[] = {integer(GOBRIDGE_KIND_INT, width), integer(GOBRIDGE_KIND_INT, levels)};
    assert_ok(gobridge_func_find("guest.nested", strlen("guest.nested"), &func));
    assert_ok(gobridge_call(func, args, COUNT(args), &made, 1));
    assert_ok(gobridge_release(func));
    return made.owner;
}

/* A key may lead to more than the runtime could hash: its stack or the time would not do. */
static void keys_without_end(void **state) {
    (void)state;
    const gobridge_ref type = parse("map[any]int"), map = make_map("map[any]int");
    const int depth = getenv("GOGC") ? 100000 : 2000000; /* a collection goes through all of them */
    const struct {
        gobridge_ref key;
        gobridge_status want;
    } rows[] = {{nested_arrays(1, 10000), GOBRIDGE_OK},
                {nested_arrays(1, 10001), GOBRIDGE_E_TOO_DEEP},
                {nested_arrays(1, depth), GOBRIDGE_E_TOO_DEEP},
                {nested_arrays(2, 40), GOBRIDGE_E_LIMIT}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_value key = named(rows[i].key), elem = integer(GOBRIDGE_KIND_INT, 1);
        const gobridge_column keys = {.layout = GOBRIDGE_COLUMN_VALUES, .data = (void *)(uintptr_t)&key};
        const gobridge_column elems = {.layout = GOBRIDGE_COLUMN_VALUES, .data = (void *)(uintptr_t)&elem};
        const gobridge_status want = rows[i].want;
        intptr_t number = 1;
        gobridge_value out = nil;
        gobridge_ref built = 0;
        uint64_t hash;
        uint8_t found;
        assert_int_equal(gobridge_map_set(map, &key, &elem), want);
        if (want == GOBRIDGE_E_LIMIT) { /* a second a call, and the rows before show that all ask the same */
            assert_ok(gobridge_release(rows[i].key));
            continue;
        }
        assert_int_equal(gobridge_value_hash(&key, &hash), want);
        assert_int_equal(gobridge_map_add(map, &key, &elem, &out), want);
        assert_int_equal(gobridge_map_get_or_set(map, &key, &elem, &out, &found), want);
        assert_int_equal(gobridge_map_get(map, &key, &out, &found), want);
        assert_int_equal(gobridge_map_contains(map, &key, &found), want);
        assert_int_equal(gobridge_runtime_mapassign(map, &key, &number), want);
        assert_int_equal(gobridge_reflect_mapassign0(map, &key, &number), want);
        assert_int_equal(gobridge_runtime_mapaccess2(map, &key, &number, &found), want);
        assert_int_equal(gobridge_map_set_n(map, &keys, &elems, 1, NULL), want);
        assert_int_equal(gobridge_map_add_n(map, &keys, &elems, 1, NULL), want);
        assert_int_equal(gobridge_map_get_n(map, &keys, 1, 0, NULL, &found, NULL), want);
        assert_int_equal(gobridge_map_delete_n(map, &keys, 1, NULL, NULL), want);
        assert_int_equal(gobridge_map_build_n(type, &keys, &elems, 1, 0, &built), want);
        assert_int_equal(gobridge_runtime_mapdelete(map, &key), want);
        assert_int_equal(gobridge_reflect_mapdelete(map, &key), want);
        assert_int_equal(gobridge_map_delete(map, &key, &found), want);
        if (built) {
            assert_ok(gobridge_release(built));
        }
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(rows[i].key));
    }
    assert_ok(gobridge_release(map));
}

int main(int argc, char **argv) {
    static const scenario wild = {"wild_addresses", wild_addresses};
    run_scenario(argc, argv, &wild, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries),
        cmocka_unit_test(numbers_fit_or_are_refused),
        cmocka_unit_test(hints),
        cmocka_unit_test(keys_that_can_not_be_hashed),
        cmocka_unit_test(keys_without_end),
        cmocka_unit_test(nil_maps),
        cmocka_unit_test(memory_is_copied_in_and_viewed_out),
        cmocka_unit_test(get_or_set),
        cmocka_unit_test(add),
        cmocka_unit_test(clear),
        cmocka_unit_test(every_entry_once),
        cmocka_unit_test(changing_while_iterating),
        cmocka_unit_test(filled_anew_while_iterating),
        cmocka_unit_test(coming_and_going_while_iterating),
        cmocka_unit_test(beside_the_linkname_set),
        cmocka_unit_test(entries_in_a_scope),
        cmocka_unit_test(as_the_linkname_set),
        cmocka_unit_test(threads_add_to_one_map),
        cmocka_unit_test(threads_set_and_iterate),
        APART(&wild),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
