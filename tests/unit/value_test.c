/* Values: variables, boxes, what comes back and how, and that memory handed in is copied. */
#include "check.h"

#include <float.h>
#include <math.h>
#include <sys/mman.h>

/* ---- variables: new, store, load ---- */

/* A type without pointers crosses as its bytes. */
static void plain_variables(void **state) {
    (void)state;
    static const struct {
        const char *type;
        size_t size;
    } rows[] = {
        {"bool", 1},
        {"int8", 1},
        {"uint16", 2},
        {"float32", 4},
        {"int", sizeof(void *)},
        {"complex128", 16},
        {"[5]int16", 10},
        {"struct{ a int32; b [3]uint8 }", 8},
        {"struct{}", 0},
        {"[0]int64", 0},
        {"[5000]uint8", 5000},
        {"time.Duration", 8},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char in[5001], out[5001], zero[5001] = {0};
        for (size_t n = 0; n < sizeof in; n++) {
            in[n] = n % 2 == 0; /* right for a bool too */
        }
        memset(out, 0xA5, sizeof out);
        const gobridge_ref pointer = make_variable(rows[i].type);
        assert_ok(gobridge_value_load(pointer, out));
        assert_memory_equal(out, zero, rows[i].size); /* zero at first */
        assert_int_equal(out[rows[i].size], 0xA5);    /* and not a byte more is written */
        assert_ok(gobridge_value_store(pointer, in));
        assert_ok(gobridge_value_load(pointer, out));
        assert_memory_equal(out, in, rows[i].size);
        assert_int_equal(out[rows[i].size], 0xA5);
        /* a box of the same bytes loads as itself */
        const gobridge_ref boxed = box(rows[i].type, in);
        memset(out, 0xA5, sizeof out);
        assert_ok(gobridge_value_load(boxed, out));
        assert_memory_equal(out, in, rows[i].size);
        assert_int_equal(out[rows[i].size], 0xA5);
        assert_ok(gobridge_release(boxed));
        assert_ok(gobridge_release(pointer));
    }
}

/* A variable of any other type is nil or zero at first, and takes nil where its type has one. */
static void variables_with_pointers(void **state) {
    (void)state;
    static const struct {
        const char *type;
        uint32_t at_first;
    } rows[] = {
        {"string", GOBRIDGE_KIND_STRING},    {"[]byte", GOBRIDGE_KIND_NIL},
        {"[]int64", GOBRIDGE_KIND_NIL},      {"map[string]int", GOBRIDGE_KIND_NIL},
        {"*int64", GOBRIDGE_KIND_NIL},       {"chan int", GOBRIDGE_KIND_NIL},
        {"func()", GOBRIDGE_KIND_NIL},       {"unsafe.Pointer", GOBRIDGE_KIND_NIL},
        {"any", GOBRIDGE_KIND_NIL},          {"error", GOBRIDGE_KIND_NIL},
        {"fmt.Stringer", GOBRIDGE_KIND_NIL}, {"time.Time", GOBRIDGE_KIND_REF},
        {"[2]string", GOBRIDGE_KIND_REF},    {"struct{ s string; n int }", GOBRIDGE_KIND_REF},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref pointer = make_variable(rows[i].type);
        gobridge_value value;
        memset(&value, 0xA5, sizeof value);
        assert_ok(gobridge_value_load(pointer, &value));
        assert_int_equal(value.kind, rows[i].at_first);
        assert_int_equal(value.flags, 0);
        if (value.kind == GOBRIDGE_KIND_REF) {
            assert_type(value.as.ref, rows[i].type);
        }
        /* what came out can be put back */
        assert_ok(gobridge_value_store(pointer, &value));
        assert_ok(gobridge_value_release(&value));
        if (rows[i].at_first == GOBRIDGE_KIND_NIL) {
            assert_ok(gobridge_value_store(pointer, &nil));
        }
        assert_ok(gobridge_release(pointer));
    }
}

/* A pointer to a pointer: a variable of a type stands for what it points to only where that type is asked for. */
static void pointers(void **state) {
    (void)state;
    const int64_t one = 1, two = 2;
    int64_t number = 0;
    gobridge_value value;
    const gobridge_ref target = make_variable("int64"), pointer = make_variable("*int64");
    const gobridge_value to_target = named(target);
    assert_ok(gobridge_value_store(pointer, &to_target)); /* *pointer = target */
    assert_ok(gobridge_value_store(target, &one));
    assert_ok(gobridge_value_load(pointer, &value));
    assert_int_equal(value.kind, GOBRIDGE_KIND_REF);
    assert_type(value.as.ref, "*int64");
    assert_ok(gobridge_value_store(value.as.ref, &two)); /* through the copy */
    assert_ok(gobridge_value_load(target, &number));
    assert_int_equal(number, two);
    assert_ok(gobridge_value_release(&value));
    assert_ok(gobridge_value_store(pointer, &nil));
    assert_ok(gobridge_value_load(pointer, &value));
    assert_int_equal(value.kind, GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_release(target));
    assert_ok(gobridge_release(pointer));

    /* a *string for a string; and a copy of it, not the variable itself */
    const gobridge_value first = text("first"), second = text("second");
    const gobridge_ref source = make_variable("string"), copy = make_variable("string");
    const gobridge_value stands_for_a_string = named(source);
    assert_ok(gobridge_value_store(source, &first));
    assert_ok(gobridge_value_store(copy, &stands_for_a_string));
    assert_ok(gobridge_value_store(source, &second));
    assert_ok(gobridge_value_load(copy, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "first", 5);
    assert_ok(gobridge_value_store(
        copy, &(gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = copy})); /* of itself */
    assert_ok(gobridge_value_load(copy, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "first", 5);
    assert_ok(gobridge_release(source));
    assert_ok(gobridge_release(copy));
}

static void nil_pointers(void **state) {
    (void)state;
    const int64_t one = 1;
    int64_t number = 9;
    const gobridge_ref pointer = box("*int64", &nil);
    assert_status(gobridge_value_load(pointer, &number), GOBRIDGE_E_NIL, "ref");
    assert_status(gobridge_value_store(pointer, &one), GOBRIDGE_E_NIL, "pointer");
    assert_int_equal(number, 9);
    assert_ok(gobridge_release(pointer));
}

/* ---- strings and bytes ---- */

static void strings_and_bytes(void **state) {
    (void)state;
    enum { MEGABYTE = 1 << 20 };
    char *large = malloc(MEGABYTE);
    for (size_t i = 0; i < MEGABYTE; i++) {
        large[i] = (char)(i * 31 >> 3);
    }
    const struct {
        const char *data;
        size_t len;
    } rows[] = {
        {"", 0},
        {NULL, 0},
        {"a", 1},
        {"with\0NUL\0", 9},
        {"\xff\xfe\x80 no UTF-8 \xc3", 14},
        {"h\xc3\xa9llo w\xc3\xb6rld", 13},
        {large, MEGABYTE},
    };
    static const struct {
        const char *type;
        uint32_t kind;
    } kinds[] = {{"string", GOBRIDGE_KIND_STRING}, {"[]byte", GOBRIDGE_KIND_BYTES}};
    for (size_t k = 0; k < COUNT(kinds); k++) {
        const gobridge_ref pointer = make_variable(kinds[k].type);
        for (size_t i = 0; i < COUNT(rows); i++) {
            char *mine = rows[i].data ? memcpy(malloc(rows[i].len + 1), rows[i].data, rows[i].len) : NULL;
            const gobridge_value in = {.kind = kinds[k].kind, .as.s = mine, .len = rows[i].len};
            gobridge_value loaded, got;
            const gobridge_ref boxed = box(kinds[k].type, &in);
            assert_ok(gobridge_value_store(pointer, &in));
            if (mine) {
                memset(mine, 'X', rows[i].len); /* the caller's memory is the caller's again */
                free(mine);
            }
            assert_ok(gobridge_value_load(pointer, &loaded));
            assert_ok(gobridge_value_get(boxed, &got));
            assert_ok(gobridge_release(boxed)); /* a view lives on its own */
            assert_int_equal(loaded.owner == 0, rows[i].len == 0);
            assert_shows(&loaded, kinds[k].kind, rows[i].data, rows[i].len);
            assert_shows(&got, kinds[k].kind, rows[i].data, rows[i].len);
        }
        assert_ok(gobridge_release(pointer));
    }
    free(large);
}

/* A view shows Go's own memory: no copy is made, so a slice shows what is written through it. */
static void views(void **state) {
    (void)state;
    const gobridge_value in = bytes("0123456789", 10);
    const gobridge_ref boxed = box("[]byte", &in);
    gobridge_value one, other;
    assert_ok(gobridge_value_get(boxed, &one));
    assert_ok(gobridge_value_get(boxed, &other));
    assert_ptr_equal(one.as.b, other.as.b);
    assert_int_not_equal(one.owner, other.owner);
    assert_ok(gobridge_value_release(&one));
    assert_int_equal(other.as.b[9], '9');
    /* a view's owner is a reference to the string or slice itself */
    assert_type(other.owner, "[]byte");
    const gobridge_ref pointer = make_variable("[]byte");
    const gobridge_value owner = named(other.owner);
    assert_ok(gobridge_value_store(pointer, &owner));
    assert_ok(gobridge_value_load(pointer, &one));
    assert_ptr_equal(one.as.b, other.as.b); /* Go's assignment of a slice shares its memory */
    assert_ok(gobridge_value_release(&one));
    assert_ok(gobridge_value_release(&other));
    assert_ok(gobridge_release(pointer));
    assert_ok(gobridge_release(boxed));
}

/* ---- scalars in interfaces ---- */

static const struct {
    const char *type;
    gobridge_value value;
} scalars[] = {
#define KIND(k) .kind = GOBRIDGE_KIND_##k
    {"bool", {KIND(BOOL), .as.u = 0}},
    {"bool", {KIND(BOOL), .as.u = 1}},
    {"int", {KIND(INT), .as.i = -1}},
    {"int", {KIND(INT), .as.i = INTPTR_MIN}},
    {"int8", {KIND(INT8), .as.i = INT8_MIN}},
    {"int8", {KIND(INT8), .as.i = INT8_MAX}},
    {"int16", {KIND(INT16), .as.i = INT16_MIN}},
    {"int32", {KIND(INT32), .as.i = INT32_MAX}},
    {"int64", {KIND(INT64), .as.i = INT64_MIN}},
    {"uint", {KIND(UINT), .as.u = UINTPTR_MAX}},
    {"uint8", {KIND(UINT8), .as.u = UINT8_MAX}},
    {"uint16", {KIND(UINT16), .as.u = UINT16_MAX}},
    {"uint32", {KIND(UINT32), .as.u = UINT32_MAX}},
    {"uint64", {KIND(UINT64), .as.u = UINT64_MAX}},
    {"uintptr", {KIND(UINTPTR), .as.u = UINTPTR_MAX}},
    {"float32", {KIND(FLOAT32), .as.f = -1.5}},
    {"float32", {KIND(FLOAT32), .as.f = FLT_MAX}},
    {"float64", {KIND(FLOAT64), .as.f = DBL_MIN}},
    {"float64", {KIND(FLOAT64), .as.f = -0.0}},
    {"float64", {KIND(FLOAT64), .as.f = HUGE_VAL}},
#undef KIND
};

/* A scalar becomes a Go value of exactly its type, and comes back the same, owning nothing. */
static void scalars_in_interfaces(void **state) {
    (void)state;
    const gobridge_ref pointer = make_variable("any");
    for (size_t i = 0; i < COUNT(scalars); i++) {
        gobridge_value out;
        const gobridge_ref boxed = box("any", &scalars[i].value);
        assert_type(boxed, scalars[i].type);
        memset(&out, 0xA5, sizeof out);
        assert_ok(gobridge_value_get(boxed, &out));
        assert_memory_equal(&out, &scalars[i].value, sizeof out);
        assert_ok(gobridge_value_store(pointer, &scalars[i].value));
        memset(&out, 0xA5, sizeof out);
        assert_ok(gobridge_value_load(pointer, &out));
        assert_memory_equal(&out, &scalars[i].value, sizeof out);
        assert_ok(gobridge_value_release(&out)); /* nothing is owned, so nothing is released */
        assert_int_equal(out.kind, GOBRIDGE_KIND_NIL);
        assert_ok(gobridge_release(boxed));
    }
    assert_ok(gobridge_release(pointer));
}

/* A float32 is rounded as Go's conversion does, and a NaN is a NaN. */
static void floats(void **state) {
    (void)state;
    static const volatile float rounded = 0.1F; /* in memory, for 386 has more bits elsewhere */
    const gobridge_value tenth = real(GOBRIDGE_KIND_FLOAT32, 0.1),
                         not_a_number = real(GOBRIDGE_KIND_FLOAT64, NAN);
    gobridge_value out;
    gobridge_ref boxed = box("any", &tenth);
    assert_ok(gobridge_value_get(boxed, &out));
    assert_true(out.kind == GOBRIDGE_KIND_FLOAT32 && out.as.f == (double)rounded);
    assert_ok(gobridge_release(boxed));
    boxed = box("any", &not_a_number);
    assert_ok(gobridge_value_get(boxed, &out));
    assert_true(out.kind == GOBRIDGE_KIND_FLOAT64 && isnan(out.as.f));
    assert_ok(gobridge_release(boxed));
}

/* ---- get ---- */

/* A number of a named type is shown too; what can not be shown is the same reference again, owning nothing. */
static void get(void **state) {
    (void)state;
    const int64_t hour = 3600000000000;
    const gobridge_value shown = integer(GOBRIDGE_KIND_INT64, hour);
    gobridge_value out;
    const gobridge_ref duration = box("time.Duration", &hour);
    assert_ok(gobridge_value_get(duration, &out));
    assert_memory_equal(&out, &shown, sizeof out);
    assert_ok(gobridge_release(duration));

    gobridge_ref itab, iterator;
    const gobridge_ref map = make_map("map[int]int");
    assert_ok(gobridge_runtime_getitab(parse("fmt.Stringer"), parse("time.Time"), 0, &itab));
    assert_ok(gobridge_reflect_mapiterinit(map, &iterator));
    const gobridge_ref rest[] = {
        iterator,
        itab,
        map,
        box("complex128", &(double[2]){1, 2}),
        box("[2]int64", &(int64_t[2]){1, 2}),
        box("struct{}", ""),
        box("func()", &nil),
        box("[]byte", &nil),
        box("*int", &nil),
        make_variable("int"),
        box_zero("time.Time"),
    };
    for (size_t i = 0; i < COUNT(rest); i++) {
        const gobridge_value again = named(rest[i]);
        memset(&out, 0xA5, sizeof out);
        assert_ok(gobridge_value_get(rest[i], &out));
        assert_memory_equal(&out, &again, sizeof out);
        assert_ok(gobridge_value_release(&out));
        assert_ok(gobridge_release(rest[i]));
    }
    const gobridge_value type = named(parse("int"));
    assert_ok(gobridge_value_get(type.as.ref, &out));
    assert_memory_equal(&out, &type, sizeof out);
}

/* ---- box ---- */

static void boxes(void **state) {
    (void)state;
    gobridge_ref boxed = 9;
    static const char *const interfaces[] = {"any", "error", "fmt.Stringer"};
    for (size_t i = 0; i < COUNT(interfaces); i++) {
        boxed = 9;
        assert_ok(gobridge_value_box(parse(interfaces[i]), &nil, &boxed)); /* a nil interface holds nothing */
        assert_int_equal(boxed, 0);
    }
    /* boxing a map, a pointer or a box in an interface names the same object */
    const gobridge_ref map = make_map("map[int64]int64");
    const gobridge_value in = named(map);
    const int64_t one = 1;
    boxed = box("any", &in);
    assert_type(boxed, "map[int64]int64");
    assert_ok(gobridge_runtime_mapassign(boxed, &one, &one));
    assert_int_equal(length(map), 1);
    assert_ok(gobridge_release(boxed));
    assert_ok(gobridge_release(map));
    /* a Duration is a Stringer, and keeps its type */
    const gobridge_ref duration = box("time.Duration", &one);
    const gobridge_value stringer = named(duration);
    boxed = box("fmt.Stringer", &stringer);
    assert_type(boxed, "time.Duration");
    assert_ok(gobridge_release(boxed));
    assert_ok(gobridge_release(duration));
}

/* What comes out of an interface goes back with its type. */
static void round_trips(void **state) {
    (void)state;
    const int64_t number[2] = {3, 4};
    const gobridge_value word = text("word"), slice = bytes("bytes", 5);
    const struct {
        gobridge_ref ref;
        const char *type;
        uint32_t kind;
    } rows[] = {
        {box("string", &word), "string", GOBRIDGE_KIND_STRING},
        {box("[]byte", &slice), "[]byte", GOBRIDGE_KIND_BYTES},
        {box("time.Duration", number), "time.Duration", GOBRIDGE_KIND_REF},
        {box("complex64", number), "complex64", GOBRIDGE_KIND_REF},
        {box("[2]int64", number), "[2]int64", GOBRIDGE_KIND_REF},
        {box_zero("time.Time"), "time.Time", GOBRIDGE_KIND_REF},
        {make_map("map[any]any"), "map[any]any", GOBRIDGE_KIND_REF},
        {make_variable("any"), "*any", GOBRIDGE_KIND_REF},
        {box("func()", &nil), "func()", GOBRIDGE_KIND_REF},
        {box("[]int64", &nil), "[]int64", GOBRIDGE_KIND_REF},
        {box("[]byte", &nil), "[]byte", GOBRIDGE_KIND_REF}, /* NIL would lose its type */
    };
    const gobridge_ref pointer = make_variable("any");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_value in = named(rows[i].ref);
        gobridge_value out;
        assert_ok(gobridge_value_store(pointer, &in));
        for (int trip = 0; trip < 2; trip++) {
            assert_ok(gobridge_value_load(pointer, &out));
            assert_int_equal(out.kind, rows[i].kind);
            assert_type(out.owner, rows[i].type);
            assert_ok(gobridge_value_store(pointer, &out));
            assert_ok(gobridge_value_release(&out));
        }
        assert_ok(gobridge_release(rows[i].ref));
    }
    assert_ok(gobridge_release(pointer));
}

/* ---- release ---- */

static void releases(void **state) {
    (void)state;
    const gobridge_value word = text("word");
    gobridge_value value = text("mine"), view;
    assert_ok(gobridge_value_release(&value)); /* no owner: the memory is the caller's */
    assert_memory_equal(&value, &nil, sizeof value);
    const gobridge_ref boxed = box("string", &word);
    assert_ok(gobridge_value_get(boxed, &view));
    gobridge_value copy = view;
    assert_ok(gobridge_value_release(&view));
    assert_memory_equal(&view, &nil, sizeof view);
    assert_ok(gobridge_value_release(&view)); /* NIL owns nothing */
    const gobridge_value before = copy;
    assert_status(gobridge_value_release(&copy), GOBRIDGE_E_STALE_REF, "owner");
    assert_memory_equal(&copy, &before, sizeof copy);
    copy.owner = UINT64_MAX;
    assert_status(gobridge_value_release(&copy), GOBRIDGE_E_FORGED_REF, "owner");
    assert_int_equal(copy.owner, UINT64_MAX);
    assert_ok(gobridge_release(boxed));
}

/* ---- make, follow, set, copy ---- */

static void makes(void **state) {
    (void)state;
    static const struct {
        const char *type;
        gobridge_value from;
        gobridge_status status;
    } rows[] = {
#define KIND(k) .kind = GOBRIDGE_KIND_##k
        {"time.Duration", {KIND(INT64), .as.i = -5}, GOBRIDGE_OK},
        {"time.Duration", {KIND(UINT8), .as.u = 5}, GOBRIDGE_OK},
        {"int8", {KIND(INT64), .as.i = 127}, GOBRIDGE_OK},
        {"int8", {KIND(INT64), .as.i = 300}, GOBRIDGE_E_RANGE},
        {"uint16", {KIND(INT), .as.i = -1}, GOBRIDGE_E_RANGE},
        {"float64", {KIND(INT64), .as.i = 1 << 20}, GOBRIDGE_OK},
        {"float32", {KIND(INT64), .as.i = (1 << 24) + 1}, GOBRIDGE_E_RANGE},
        {"int64", {KIND(FLOAT64), .as.f = 1}, GOBRIDGE_E_WRONG_TYPE},
        {"bool", {KIND(BOOL), .as.u = 2}, GOBRIDGE_E_RANGE},
        {"string", {KIND(STRING), .as.s = "text", .len = 4}, GOBRIDGE_OK},
        {"string", {KIND(STRING), .as.s = NULL, .len = 4}, GOBRIDGE_E_NULL},
        {"string", {KIND(INT64), .as.i = 1}, GOBRIDGE_E_WRONG_TYPE},
        {"[]byte", {KIND(BYTES), .as.s = "data", .len = 4}, GOBRIDGE_OK},
        {"[]byte", {KIND(STRING), .as.s = "data", .len = 4}, GOBRIDGE_E_WRONG_TYPE},
        {"*int64", {KIND(NIL)}, GOBRIDGE_OK},
        {"map[string]int", {KIND(NIL)}, GOBRIDGE_OK},
        {"time.Time", {KIND(NIL)}, GOBRIDGE_E_WRONG_TYPE},
        {"error", {KIND(STRING), .as.s = "text", .len = 4}, GOBRIDGE_E_WRONG_TYPE},
        {"any", {KIND(REF), .as.ref = 0}, GOBRIDGE_E_NIL_REF},
        {"any", {KIND(REF), .as.ref = UINT64_MAX}, GOBRIDGE_E_FORGED_REF},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref boxed = 9;
        assert_failed(gobridge_value_make(parse(rows[i].type), &rows[i].from, &boxed), rows[i].status,
                      "gobridge_value_make", "from: ");
        if (rows[i].status) {
            assert_int_equal(boxed, 9);
            continue;
        }
        assert_type(boxed, rows[i].type);
        gobridge_value out;
        assert_ok(gobridge_value_get(boxed, &out));
        if (rows[i].from.kind == GOBRIDGE_KIND_STRING || rows[i].from.kind == GOBRIDGE_KIND_BYTES) {
            assert_shows(&out, rows[i].from.kind, rows[i].from.as.s, rows[i].from.len);
        } else if (out.kind == GOBRIDGE_KIND_FLOAT64) {
            assert_true(out.as.f == (double)rows[i].from.as.i);
        } else if (out.kind != GOBRIDGE_KIND_REF) {
            assert_int_equal(out.as.i, rows[i].from.as.i);
        }
        assert_ok(gobridge_release(boxed));
    }
    /* a nil interface holds nothing; what an interface holds keeps its type */
    gobridge_ref boxed = 9;
    assert_ok(gobridge_value_make(parse("any"), &nil, &boxed));
    assert_int_equal(boxed, 0);
    const gobridge_value number = integer(GOBRIDGE_KIND_UINT8, 7);
    assert_ok(gobridge_value_make(parse("any"), &number, &boxed));
    assert_type(boxed, "uint8");
    assert_ok(gobridge_release(boxed));
}

/* Strings of all lengths, more of them at once than a thread has places for. What names one is as good as what names any other, also
 * when the host's memory has changed. */
static void *make_strings(void *unused) {
    (void)unused;
    enum { STRINGS = 60 };
    char text[3 * STRINGS];
    gobridge_ref made[STRINGS], type, map;
    expect(gobridge_type_parse("string", 6, &type) == GOBRIDGE_OK);
    map = make_map("map[string]any");
    for (size_t round = 0; round < 40; round++) {
        for (size_t i = 0; i < STRINGS; i++) {
            memset(text, (int)(' ' + i), 3 * i);
            const gobridge_value from = gobridge_string(text, 3 * i);
            expect(gobridge_value_make(type, &from, &made[i]) == GOBRIDGE_OK);
        }
        memset(text, 0, sizeof text);
        for (size_t i = 0; i < STRINGS; i++) {
            gobridge_value view, key = gobridge_object(made[i]),
                                 elem = gobridge_object(made[STRINGS - 1 - i]);
            uint8_t found;
            expect(gobridge_value_view(made[i], &view) == GOBRIDGE_OK && view.kind == GOBRIDGE_KIND_STRING &&
                   view.len == 3 * i && !view.owner);
            expect(!i || (view.as.s[0] == (char)(' ' + i) && view.as.s[3 * i - 1] == (char)(' ' + i)));
            expect(gobridge_map_set(map, &key, &elem) == GOBRIDGE_OK);
            view = gobridge_string(view.as.s, view.len);
            expect(gobridge_map_get(map, &view, &elem, &found) == GOBRIDGE_OK && found &&
                   elem.kind == GOBRIDGE_KIND_STRING && elem.len == 3 * (STRINGS - 1 - i));
            expect(gobridge_value_release(&elem) == GOBRIDGE_OK);
        }
        for (size_t i = round % 2; i < STRINGS; i += 2) { /* every other one first */
            expect(gobridge_release(made[i]) == GOBRIDGE_OK);
            expect(gobridge_release(made[i]) == GOBRIDGE_E_STALE_REF);
        }
        for (size_t i = !(round % 2); i < STRINGS; i += 2) {
            expect(gobridge_release(made[i]) == GOBRIDGE_OK);
        }
    }
    expect(gobridge_release(map) == GOBRIDGE_OK);
    return NULL;
}

static void made_strings(void **state) {
    (void)state;
    make_strings(NULL);
    run_threads(8, make_strings, NULL, 0);
}

/* What a view shows is the reference's own, whoever answers: Go the first time that a page of the host's is used, then C. */
static void *view_where_it_lies(void *unused) {
    (void)unused;
    const size_t page = 4096;
    unsigned char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(pages != MAP_FAILED);
    const gobridge_value number = integer(GOBRIDGE_KIND_INT64, 1234567),
                         from = gobridge_string("lies here", 9);
    gobridge_value printed;
    gobridge_ref made;
    expect(gobridge_value_print(&number, &printed) == GOBRIDGE_OK);
    expect(gobridge_value_make(parse("string"), &from, &made) == GOBRIDGE_OK);
    gobridge_value *const views[] = {(gobridge_value *)pages, (gobridge_value *)(pages + page)};
    const gobridge_ref named[] = {printed.owner, made};
    for (size_t i = 0; i < COUNT(views); i++) {
        expect(gobridge_value_view(named[i], views[i]) == GOBRIDGE_OK);
        const char *first = views[i]->as.s;
        expect(gobridge_value_view(named[i], views[i]) == GOBRIDGE_OK && views[i]->as.s == first);
    }
    expect(views[0]->as.s == printed.as.s && memcmp(views[1]->as.s, "lies here", 9) == 0);
    expect(gobridge_value_release(&printed) == GOBRIDGE_OK && gobridge_release(made) == GOBRIDGE_OK);
    expect(munmap(pages, 2 * page) == 0);
    return NULL;
}

static void views_where_it_lies(void **state) {
    (void)state;
    run_threads(2, view_where_it_lies, NULL, 0);
}

static void *make_string(void *made) {
    const gobridge_value from = gobridge_string("of a thread that ends", 21);
    expect(gobridge_value_make(parse("string"), &from, made) == GOBRIDGE_OK);
    return NULL;
}

/* A string outlives the thread that made it; who gets that one's places later leaves it alone. */
static void made_strings_of_ended_threads(void **state) {
    (void)state;
    enum { THREADS = 30 };
    gobridge_ref made[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        run_threads(1, make_string, &made[i], 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        gobridge_value view;
        assert_ok(gobridge_value_view(made[i], &view));
        assert_shows(&view, GOBRIDGE_KIND_STRING, "of a thread that ends", 21);
        assert_ok(gobridge_release(made[i]));
        assert_status(gobridge_value_view(made[i], &view), GOBRIDGE_E_STALE_REF, "was released");
    }
}

/* Every type's zero value comes out of a variable and can be put back; a failure leaves it as it was. */
static void follows_and_sets(void **state) {
    (void)state;
    static const struct {
        const char *type;
        uint32_t at_first;
        gobridge_value value; /* to set, but for those that start as REF */
    } rows[] = {
        {"bool", GOBRIDGE_KIND_BOOL, {KIND(BOOL), .as.u = 1}},
        {"int8", GOBRIDGE_KIND_INT8, {KIND(INT8), .as.i = -1}},
        {"uint64", GOBRIDGE_KIND_UINT64, {KIND(UINT64), .as.u = UINT64_MAX}},
        {"float32", GOBRIDGE_KIND_FLOAT32, {KIND(FLOAT32), .as.f = 0.5}},
        {"time.Duration", GOBRIDGE_KIND_INT64, {KIND(INT64), .as.i = 60}},
        {"any", GOBRIDGE_KIND_NIL, {KIND(INT16), .as.i = 3}},
        {"any", GOBRIDGE_KIND_NIL, {KIND(NIL)}},
        {"*int64", GOBRIDGE_KIND_NIL, {KIND(NIL)}},
        {"struct{}", GOBRIDGE_KIND_REF, {KIND(NIL)}},
        {"[2]int64", GOBRIDGE_KIND_REF, {KIND(NIL)}},
        {"complex128", GOBRIDGE_KIND_REF, {KIND(NIL)}},
        {"time.Time", GOBRIDGE_KIND_REF, {KIND(NIL)}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref variable = make_variable(rows[i].type);
        gobridge_value out;
        memset(&out, 0xA5, sizeof out);
        assert_ok(gobridge_value_follow(variable, &out));
        assert_int_equal(out.kind, rows[i].at_first);
        if (out.kind == GOBRIDGE_KIND_REF) {
            assert_type(out.as.ref, rows[i].type);
            assert_ok(gobridge_value_set(variable, &out));
            assert_status(gobridge_value_set(variable, &nil), GOBRIDGE_E_WRONG_TYPE, "value: ");
            assert_ok(gobridge_value_release(&out));
        } else {
            assert_ok(gobridge_value_set(variable, &rows[i].value));
            assert_ok(gobridge_value_follow(variable, &out));
            assert_memory_equal(&out, &rows[i].value, sizeof out);
        }
        assert_ok(gobridge_release(variable));
    }
    const gobridge_ref text_variable = make_variable("string"), small = make_variable("int8");
    gobridge_value word = text("word"), out;
    assert_ok(gobridge_value_set(text_variable, &word));
    assert_ok(gobridge_value_follow(text_variable, &out));
    assert_ok(gobridge_release(text_variable));
    assert_shows(&out, GOBRIDGE_KIND_STRING, "word", 4);

    const gobridge_value too_large = integer(GOBRIDGE_KIND_INT64, 300), seven = integer(GOBRIDGE_KIND_INT, 7);
    assert_ok(gobridge_value_set(small, &seven));
    assert_status(gobridge_value_set(small, &too_large), GOBRIDGE_E_RANGE, "value: ");
    assert_status(gobridge_value_set(small, &word), GOBRIDGE_E_WRONG_TYPE, "value: ");
    assert_ok(gobridge_value_follow(small, &out));
    assert_true(out.kind == GOBRIDGE_KIND_INT8 && out.as.i == 7);
    assert_ok(gobridge_release(small));

    const gobridge_ref none = box("*int64", &nil), map = make_map("map[int]int");
    out = too_large;
    assert_status(gobridge_value_follow(none, &out), GOBRIDGE_E_NIL, "pointer");
    assert_status(gobridge_value_set(none, &seven), GOBRIDGE_E_NIL, "pointer");
    assert_status(gobridge_value_follow(map, &out), GOBRIDGE_E_WRONG_KIND, "pointer");
    assert_status(gobridge_value_set(map, &seven), GOBRIDGE_E_WRONG_KIND, "pointer");
    assert_memory_equal(&out, &too_large, sizeof out);
    assert_ok(gobridge_release(none));
    assert_ok(gobridge_release(map));
}

static void copies(void **state) {
    (void)state;
    gobridge_value copy;
    for (size_t i = 0; i < COUNT(scalars); i++) {
        memset(&copy, 0xA5, sizeof copy);
        assert_ok(gobridge_value_copy(&scalars[i].value, &copy));
        assert_memory_equal(&copy, &scalars[i].value, sizeof copy);
    }
    assert_ok(gobridge_value_copy(&nil, &copy));
    assert_memory_equal(&copy, &nil, sizeof copy);
    const gobridge_value rounded = real(GOBRIDGE_KIND_FLOAT32, 0.1); /* Go knows how */
    assert_ok(gobridge_value_copy(&rounded, &copy));
    assert_true(copy.kind == GOBRIDGE_KIND_FLOAT32 && copy.as.f == (double)(float)0.1F);

    char mine[] = "mine";
    gobridge_value from = text(mine);
    assert_ok(gobridge_value_copy(&from, &copy));
    memset(mine, 'X', sizeof mine);
    assert_shows(&copy, GOBRIDGE_KIND_STRING, "mine", 4);
    from = bytes("\0\xff", 2);
    assert_ok(gobridge_value_copy(&from, &copy));
    assert_shows(&copy, GOBRIDGE_KIND_BYTES, "\0\xff", 2);
    from = (gobridge_value){KIND(BYTES)};
    assert_ok(gobridge_value_copy(&from, &copy));
    assert_shows(&copy, GOBRIDGE_KIND_BYTES, "", 0);

    /* a REF names the same Go value and lives on its own, also one to a view's text */
    const gobridge_ref map = make_map("map[int64]int64");
    const int64_t one = 1;
    from = named(map);
    assert_ok(gobridge_value_copy(&from, &copy));
    assert_ok(gobridge_runtime_mapassign(map, &one, &one));
    assert_ok(gobridge_release(map));
    assert_int_equal(length(copy.as.ref), 1);
    assert_ok(gobridge_value_release(&copy));
    gobridge_value view;
    from = text("shown");
    const gobridge_ref boxed = box("string", &from);
    assert_ok(gobridge_value_get(boxed, &view));
    from = named(view.owner);
    assert_ok(gobridge_value_copy(&from, &copy));
    assert_int_equal(copy.kind, GOBRIDGE_KIND_REF);
    assert_type(copy.as.ref, "string");
    assert_ok(gobridge_release(boxed));
    assert_ok(gobridge_value_release(&copy));
    assert_shows(&view, GOBRIDGE_KIND_STRING, "shown", 5); /* still */

    gobridge_ref iterator;
    const gobridge_ref iterated = make_map("map[int]int");
    assert_ok(gobridge_reflect_mapiterinit(iterated, &iterator));
    from = named(iterator), copy = nil;
    assert_status(gobridge_value_copy(&from, &copy), GOBRIDGE_E_WRONG_KIND, "from: ");
    assert_memory_equal(&copy, &nil, sizeof copy);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(iterated));
#undef KIND
}

/* Threads follow and set one variable: none ever sees half of a string. */
static void *variable_in_thread(void *variable) {
    static const gobridge_value texts[] = {{.kind = GOBRIDGE_KIND_STRING, .as.s = "aaaaa", .len = 5},
                                           {.kind = GOBRIDGE_KIND_STRING, .as.s = "bbbbbbbbbb", .len = 10}};
    for (size_t i = 0; i < 2000; i++) {
        gobridge_value out = nil;
        expect(gobridge_value_set(*(gobridge_ref *)variable, &texts[i % 2]) == GOBRIDGE_OK);
        expect(gobridge_value_follow(*(gobridge_ref *)variable, &out) == GOBRIDGE_OK);
        expect(out.len == (out.as.s[0] == 'a' ? 5 : 10) && out.as.s[out.len - 1] == out.as.s[0]);
        expect(gobridge_value_release(&out) == GOBRIDGE_OK);
    }
    return NULL;
}

static void variables_in_threads(void **state) {
    (void)state;
    gobridge_ref variable = make_variable("string");
    run_threads(8, variable_in_thread, &variable, 0);
    assert_ok(gobridge_release(variable));
}

/* What Go assigns is taken, and a slice for an array of its length. */
static void assignable(void **state) {
    (void)state;
    static const uint8_t sixteen[16] = {1, [15] = 16};
    gobridge_value value = bytes(sixteen, 16), out;
    gobridge_ref array;
    assert_ok(gobridge_value_make(parse("[16]uint8"), &value, &array));
    assert_type(array, "[16]uint8");
    uint8_t copy[16];
    assert_ok(gobridge_value_load(array, copy));
    assert_memory_equal(copy, sixteen, 16);
    assert_ok(gobridge_release(array));
    assert_status(gobridge_value_make(parse("[15]uint8"), &value, &array), GOBRIDGE_E_ARGUMENT, "from: 16");
    value.len = 15;
    assert_status(gobridge_value_make(parse("[16]uint8"), &value, &array), GOBRIDGE_E_ARGUMENT, "from: 15");
    assert_status(gobridge_value_make(parse("[16]int8"), &value, &array), GOBRIDGE_E_WRONG_TYPE, "from: ");
    const gobridge_ref map = make_map("map[[2]string]int64");
    const gobridge_ref words = make_variable("[2]string");
    const gobridge_value word = text("word"), one = integer(GOBRIDGE_KIND_INT64, 1);
    uint8_t found;
    gobridge_ref slice;
    assert_ok(gobridge_slice_set(words, 1, &word));
    assert_ok(gobridge_slice_sub(words, 0, 2, &slice));
    const gobridge_value key = named(slice), same_key = named(words);
    assert_ok(gobridge_map_set(map, &key, &one));
    assert_ok(gobridge_map_get(map, &same_key, &out, &found));
    assert_int_equal(found, 1);
    const gobridge_ref all[] = {map, words, slice};
    assert_ok(gobridge_release_n(all, COUNT(all)));
}

/* The memory of numbers is a slice of them, a copy. */
static void elements(void **state) {
    (void)state;
    int32_t numbers[] = {1, -2, 3, INT32_MIN};
    gobridge_value memory = bytes(numbers, sizeof numbers), view;
    gobridge_ref slice;
    int64_t len;
    static const struct {
        const char *type;
        int64_t len;
    } rows[] = {
        {"[]int32", 4},     {"[]float32", 4},  {"[]int64", 2}, {"[]complex128", 1},           {"[]uint8", 16},
        {"[][3]uint16", 0}, {"[][4]int16", 2}, {"[]uint", 2},  {"[]struct{ X, Y int16 }", 4},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!strcmp(rows[i].type, "[]uint")) memory.len = 2 * sizeof(uintptr_t);
        if (rows[i].len == 0) {
            assert_status(gobridge_value_make(parse(rows[i].type), &memory, &slice), GOBRIDGE_E_WRONG_TYPE,
                          "from: 16 bytes are no whole number of elements");
            continue;
        }
        assert_ok(gobridge_value_make(parse(rows[i].type), &memory, &slice));
        assert_type(slice, rows[i].type);
        assert_ok(gobridge_slice_len(slice, &len));
        assert_int_equal(len, rows[i].len);
        assert_ok(gobridge_slice_view(slice, &view));
        assert_ptr_not_equal(view.as.b, numbers);
        assert_int_equal(view.len, memory.len);
        assert_memory_equal(view.as.b, numbers, memory.len);
        assert_ok(gobridge_value_release(&view));
        assert_ok(gobridge_release(slice));
        memory.len = sizeof numbers;
    }
    memory.len = 0;
    assert_ok(gobridge_value_make(parse("[]int32"), &memory, &slice));
    assert_ok(gobridge_slice_len(slice, &len));
    assert_int_equal(len, 0);
    assert_ok(gobridge_release(slice));
    memory.len = sizeof numbers;
    static const char *const others[] = {"[]bool",     "[]string", "[]*int",   "[]struct{ X int32; B bool }",
                                         "[]struct{}", "[]any",    "[4]int32", "map[int]int",
                                         "string",     "int32"};
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_status(gobridge_value_make(parse(others[i]), &memory, &slice), GOBRIDGE_E_WRONG_TYPE,
                      "from: ");
    }
    const gobridge_value nowhere = {.kind = GOBRIDGE_KIND_BYTES, .len = 8};
    assert_status(gobridge_value_make(parse("[]int32"), &nowhere, &slice), GOBRIDGE_E_NULL, "from: ");
}

/* Short strings of a thread's stay as they are when it has ended and others receive theirs, until someone releases them. */
enum { TEXTS = 20 };

static void *receive(void *texts) {
    gobridge_value *all = texts;
    for (int64_t i = 0; i < TEXTS; i++) {
        const gobridge_value number = integer(GOBRIDGE_KIND_INT64, i);
        assert_ok(gobridge_value_print(&number, &all[i]));
    }
    return NULL;
}

static void texts_of_ended_threads(void **state) {
    (void)state;
    gobridge_value all[5][TEXTS];
    for (size_t t = 0; t < COUNT(all); t++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, receive, all[t]), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    for (size_t t = 0; t < COUNT(all); t++) {
        for (int i = 0; i < TEXTS; i++) {
            char want[8];
            const int len = snprintf(want, sizeof want, "%d", i);
            assert_int_equal(all[t][i].len, len);
            assert_memory_equal(all[t][i].as.s, want, (size_t)len);
            const gobridge_ref owner = all[t][i].owner;
            assert_ok(gobridge_value_release(&all[t][i]));
            assert_status(gobridge_release(owner), GOBRIDGE_E_STALE_REF, "ref: ");
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_variables),
        cmocka_unit_test(variables_with_pointers),
        cmocka_unit_test(pointers),
        cmocka_unit_test(nil_pointers),
        cmocka_unit_test(strings_and_bytes),
        cmocka_unit_test(views),
        cmocka_unit_test(scalars_in_interfaces),
        cmocka_unit_test(floats),
        cmocka_unit_test(get),
        cmocka_unit_test(boxes),
        cmocka_unit_test(round_trips),
        cmocka_unit_test(releases),
        cmocka_unit_test(makes),
        cmocka_unit_test(made_strings),
        cmocka_unit_test(made_strings_of_ended_threads),
        cmocka_unit_test(views_where_it_lies),
        cmocka_unit_test(follows_and_sets),
        cmocka_unit_test(copies),
        cmocka_unit_test(assignable),
        cmocka_unit_test(elements),
        cmocka_unit_test(variables_in_threads),
        cmocka_unit_test(texts_of_ended_threads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
