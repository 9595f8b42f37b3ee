/* Values as text: printed, copied out, parsed and formatted, as JSON, as time; and all that while threads write. */
#include "check.h"

#include <inttypes.h>
#include <math.h>

typedef gobridge_status show(const gobridge_value *value, gobridge_value *text);

static void assert_text(show *function, const gobridge_value *value, const char *want) {
    gobridge_value text;
    assert_ok(function(value, &text));
    if (text.len != strlen(want) || memcmp(text.as.s, want, text.len) != 0) {
        print_error("\"%.*s\", not \"%s\"\n", (int)text.len, text.as.s, want);
    }
    assert_shows(&text, GOBRIDGE_KIND_STRING, want, strlen(want));
}

static gobridge_value from_json(const char *type, const char *json) {
    gobridge_value value = nil;
    assert_ok(gobridge_value_from_json(parse(type), json, strlen(json), &value));
    return value;
}

static gobridge_ref from_text(const char *type, const char *text) {
    gobridge_ref boxed = 0;
    assert_ok(gobridge_value_from_text(parse(type), text, strlen(text), &boxed));
    return boxed;
}

static void put(gobridge_ref map, const char *key, const gobridge_value *elem) {
    const gobridge_value k = text(key);
    assert_ok(gobridge_runtime_mapassign(map, &k, elem));
}

#define KIND(k) .kind = GOBRIDGE_KIND_##k

/* ---- print ---- */

static void prints(void **state) {
    (void)state;
    static const struct {
        gobridge_value value;
        const char *text;
    } rows[] = {
        {{KIND(NIL)}, "<nil>"},
        {{KIND(BOOL), .as.u = 1}, "true"},
        {{KIND(INT64), .as.i = INT64_MIN}, "-9223372036854775808"},
        {{KIND(UINT8), .as.u = 255}, "255"},
        {{KIND(FLOAT64), .as.f = 0.1}, "0.1"},
        {{KIND(FLOAT32), .as.f = 0.1}, "0.1"},
        {{KIND(FLOAT64), .as.f = 1e21}, "1e+21"},
        {{KIND(STRING), .as.s = "a \xff", .len = 3}, "a \xff"},
        {{KIND(STRING)}, ""},
        {{KIND(BYTES), .as.s = "AB", .len = 2}, "[65 66]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_text(gobridge_value_print, &rows[i].value, rows[i].text);
    }
    static const struct {
        const char *type, *json, *text;
    } built[] = {
        {"map[string]any", "{\"b\":[1,\"x\",null],\"a\":{\"n\":true}}", "map[a:map[n:true] b:[1 x <nil>]]"},
        {"[]int", "[1,2]", "[1 2]"},
        {"struct{ A int; B []string; c bool }", "{\"A\":1,\"B\":[\"x\"]}", "{1 [x] false}"},
        {"*struct{ A int }", "{\"A\":1}", "&{1}"},
        {"[]time.Duration", "[1000000000]", "[1s]"},
        {"time.Time", "\"2024-01-02T03:04:05Z\"", "2024-01-02 03:04:05 +0000 UTC"},
        {"*big.Int", "123456789012345678901234567890", "123456789012345678901234567890"},
        {"[2][2]bool", "[[true]]", "[[true false] [false false]]"},
    };
    for (size_t i = 0; i < COUNT(built); i++) {
        gobridge_value value = from_json(built[i].type, built[i].json);
        assert_text(gobridge_value_print, &value, built[i].text);
        assert_ok(gobridge_value_release(&value));
    }
}

/* A map that holds itself, one nested deeper than a stack goes, and one whose text would fill all memory. */
static void without_end(void **state) {
    (void)state;
    enum { LEVELS = 100000 };
    gobridge_value out = nil;
    const gobridge_ref ring = make_map("map[string]any");
    gobridge_value value = named(ring);
    put(ring, "me", &value);
    assert_status(gobridge_value_print(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_status(gobridge_value_to_json(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_ok(gobridge_release(ring));

    const gobridge_ref type = parse("map[string]any");
    gobridge_ref inner = make_map("map[string]any");
    for (int i = 0; i < LEVELS; i++) {
        gobridge_ref outer;
        assert_ok(gobridge_runtime_makemap_small(type, &outer));
        value = named(inner);
        put(outer, "in", &value);
        assert_ok(gobridge_release(inner));
        inner = outer;
    }
    value = named(inner);
    assert_status(gobridge_value_print(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_status(gobridge_value_to_json(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_ok(gobridge_release(inner));

    enum { MEGABYTE = 1 << 20 };
    char *large = memset(malloc(MEGABYTE), 'x', MEGABYTE);
    inner = make_map("map[string]any");
    value = text_of(large, MEGABYTE);
    put(inner, "large", &value);
    free(large);
    for (int i = 0; i < 60; i++) {
        gobridge_ref outer;
        assert_ok(gobridge_runtime_makemap_small(type, &outer));
        value = named(inner);
        for (char key[2] = "a"; key[0] < 'z'; key[0]++) {
            put(outer, key, &value);
        }
        assert_ok(gobridge_release(inner));
        inner = outer;
    }
    value = named(inner);
    assert_status(gobridge_value_print(&value, &out), GOBRIDGE_E_LIMIT, "value: ");
    assert_status(gobridge_value_to_json(&value, &out), GOBRIDGE_E_LIMIT, "value: ");
    assert_ok(gobridge_release(inner));
    assert_memory_equal(&out, &nil, sizeof out);
}

/* ---- text ---- */

static void texts(void **state) {
    (void)state;
    const gobridge_value word = text("word"), data = bytes("word", 4);
    const gobridge_ref variable = make_variable("string"), slice_variable = make_variable("[]byte");
    assert_ok(gobridge_value_set(variable, &word));
    assert_ok(gobridge_value_set(slice_variable, &data));
    const gobridge_ref owned[] = {box("string", &word), box("[]byte", &data), variable, slice_variable};
    const gobridge_value values[] = {word,           data, named(owned[0]), named(owned[1]), named(owned[2]),
                                     named(owned[3])};
    for (size_t i = 0; i < COUNT(values); i++) {
        for (size_t capacity = 0; capacity <= 6; capacity++) {
            char buffer[8] = "........";
            size_t len = 9;
            if (capacity < 4) {
                assert_status(gobridge_value_read(&values[i], buffer, capacity, &len), GOBRIDGE_E_TOO_SMALL,
                              "buffer");
                assert_memory_equal(buffer, "........", 8);
            } else {
                assert_ok(gobridge_value_read(&values[i], buffer, capacity, &len));
                assert_memory_equal(buffer, "word....", 8);
            }
            assert_int_equal(len, 4);
        }
        size_t len = 9;
        assert_status(gobridge_value_read(&values[i], NULL, 0, &len), GOBRIDGE_E_TOO_SMALL, "buffer");
        assert_int_equal(len, 4);
        assert_status(gobridge_value_read(&values[i], NULL, 4, &len), GOBRIDGE_E_NULL, "buffer");
    }
    for (size_t i = 0; i < COUNT(owned); i++) {
        assert_ok(gobridge_release(owned[i]));
    }
    const gobridge_ref nothing[] = {box("[]byte", &nil), make_variable("string"),
                                    box("string", &(gobridge_value){KIND(STRING)})};
    for (size_t i = 0; i < COUNT(nothing); i++) {
        const gobridge_value empty = named(nothing[i]);
        size_t len = 9;
        assert_ok(gobridge_value_read(&empty, NULL, 0, &len));
        assert_int_equal(len, 0);
        assert_ok(gobridge_release(nothing[i]));
    }
    const gobridge_ref others[] = {make_variable("int64"), box("*string", &nil), make_map("map[int]int"),
                                   box("[]int64", &nil)};
    char buffer[8];
    size_t len = 9;
    for (size_t i = 0; i < COUNT(others); i++) {
        const gobridge_value other = named(others[i]);
        assert_status(gobridge_value_read(&other, buffer, sizeof buffer, &len), GOBRIDGE_E_WRONG_TYPE,
                      "value");
        assert_ok(gobridge_release(others[i]));
    }
    const gobridge_value number = integer(GOBRIDGE_KIND_INT64, 1), null = {KIND(STRING), .len = 1},
                         flagged = {KIND(STRING), .flags = 1, .as.s = "x", .len = 1};
    assert_status(gobridge_value_read(&number, buffer, 8, &len), GOBRIDGE_E_WRONG_TYPE, "value");
    assert_status(gobridge_value_read(&nil, buffer, 8, &len), GOBRIDGE_E_WRONG_TYPE, "value");
    assert_status(gobridge_value_read(&null, buffer, 8, &len), GOBRIDGE_E_NULL, "value");
    assert_status(gobridge_value_read(&flagged, buffer, 8, &len), GOBRIDGE_E_ARGUMENT, "value");
    assert_int_equal(len, 9);
}

/* ---- from text and to text ---- */

static void forms(void **state) {
    (void)state;
    static const struct {
        const char *type, *text, *again; /* NULL where it is the same */
    } rows[] = {
        {"bool", "true", NULL},
        {"bool", "T", "true"},
        {"int8", "-128", NULL},
        {"int", "+7", "7"},
        {"int64", "9223372036854775807", NULL},
        {"uint64", "18446744073709551615", NULL},
        {"uintptr", "0", NULL},
        {"float32", "0.1", NULL},
        {"float64", "1e+300", NULL},
        {"float64", "0x1p-2", "0.25"},
        {"float64", "NaN", NULL},
        {"float64", "-inf", "-Inf"},
        {"complex64", "(1+2i)", NULL},
        {"complex128", "1", "(1+0i)"},
        {"string", "any \x01 text", NULL},
        {"string", "", NULL},
        {"[]byte", "bytes", NULL},
        {"time.Duration", "1h30m", "1h30m0s"},
        {"time.Duration", "-1.5s", NULL},
        {"time.Time", "2024-01-02T03:04:05.6+01:00", NULL},
        {"*time.Time", "2024-01-02T03:04:05Z", NULL},
        {"big.Int", "123456789012345678901234567890", NULL},
        {"*big.Int", "-123456789012345678901234567890", NULL},
        {"*big.Int", "0x10", "16"},
        {"*big.Rat", "2/4", "1/2"},
        {"*big.Float", "1.5", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref boxed = from_text(rows[i].type, rows[i].text);
        assert_type(boxed, rows[i].type);
        const gobridge_value value = named(boxed);
        assert_text(gobridge_value_to_text, &value, rows[i].again ? rows[i].again : rows[i].text);
        assert_ok(gobridge_release(boxed));
    }
    static const struct {
        const char *type, *text;
        gobridge_status status;
        const char *part;
    } bad[] = {
        {"bool", "yes", GOBRIDGE_E_SYNTAX, "text: "},
        {"int8", "300", GOBRIDGE_E_RANGE, "text: "},
        {"int8", "-129", GOBRIDGE_E_RANGE, "text: "},
        {"int64", "", GOBRIDGE_E_SYNTAX, "text: "},
        {"int64", "1 ", GOBRIDGE_E_SYNTAX, "text: "},
        {"int64", "0x10", GOBRIDGE_E_SYNTAX, "text: "},
        {"uint8", "-1", GOBRIDGE_E_SYNTAX, "text: "},
        {"uint8", "256", GOBRIDGE_E_RANGE, "text: "},
        {"float32", "1e39", GOBRIDGE_E_RANGE, "text: "},
        {"float64", "one", GOBRIDGE_E_SYNTAX, "text: "},
        {"complex64", "i+", GOBRIDGE_E_SYNTAX, "text: "},
        {"time.Duration", "90", GOBRIDGE_E_SYNTAX, "unit"},
        {"time.Time", "yesterday", GOBRIDGE_E_SYNTAX, "yesterday"},
        {"*big.Int", "12x", GOBRIDGE_E_SYNTAX, "text: "},
        {"*big.Rat", "1/0", GOBRIDGE_E_SYNTAX, "text: "},
        {"any", "1", GOBRIDGE_E_WRONG_TYPE, "no form as text"},
        {"error", "1", GOBRIDGE_E_WRONG_TYPE, "no form as text"},
        {"*int64", "1", GOBRIDGE_E_WRONG_TYPE, "*int64"},
        {"[]int64", "[]", GOBRIDGE_E_WRONG_TYPE, "[]int64"},
        {"map[int]int", "", GOBRIDGE_E_WRONG_TYPE, "map[int]int"},
        {"struct{ A time.Time }", "", GOBRIDGE_E_WRONG_TYPE, "struct"},
    };
    gobridge_ref boxed = 9;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_status(gobridge_value_from_text(parse(bad[i].type), bad[i].text, strlen(bad[i].text), &boxed),
                      bad[i].status, bad[i].part);
    }
    assert_status(gobridge_value_from_text(parse("string"), "x", SIZE_MAX, &boxed), GOBRIDGE_E_LIMIT, "len");
    assert_int_equal(boxed, 9);
}

static void values_without_a_form(void **state) {
    (void)state;
    gobridge_value out = nil;
    assert_status(gobridge_value_to_text(&nil, &out), GOBRIDGE_E_WRONG_TYPE, "value: ");
    const gobridge_ref others[] = {make_variable("int64"), make_map("map[int]int"), box_zero("struct{}")};
    for (size_t i = 0; i < COUNT(others); i++) {
        const gobridge_value other = named(others[i]);
        assert_status(gobridge_value_to_text(&other, &out), GOBRIDGE_E_WRONG_TYPE, "value: ");
        assert_ok(gobridge_release(others[i]));
    }
    gobridge_ref far_off;
    assert_ok(gobridge_value_from_time(1LL << 50, 0, &far_off)); /* a year that RFC 3339 can not write */
    const gobridge_value year = named(far_off), none = named(box("*time.Time", &nil));
    assert_status(gobridge_value_to_text(&year, &out), GOBRIDGE_E_RETURNED, "year");
    assert_status(gobridge_value_to_json(&year, &out), GOBRIDGE_E_RETURNED, "year");
    assert_status(gobridge_value_to_text(&none, &out), GOBRIDGE_E_PANIC, "nil *Time");
    assert_ok(gobridge_release(far_off));
    assert_ok(gobridge_release(none.as.ref));
    assert_memory_equal(&out, &nil, sizeof out);
}

/* ---- JSON ---- */

static void json(void **state) {
    (void)state;
    static const struct {
        const char *type, *json, *again;
    } rows[] = {
        {"any", "null", NULL},
        {"any", "true", NULL},
        {"any", "1.5", NULL},
        {"any", "\"text \\\" \\u003c\"", NULL},
        {"any", " [1, {\"a\" : [ ] } ] ", "[1,{\"a\":[]}]"},
        {"map[string]any", "{\"b\":[1,2],\"a\":null}", "{\"a\":null,\"b\":[1,2]}"},
        {"map[string]int64", "{\"n\":9007199254740993}", NULL},
        {"int64", "-9223372036854775808", NULL},
        {"uint8", "255", NULL},
        {"string", "\"\"", NULL},
        {"[]byte", "\"AAEC\"", NULL},
        {"[]any", "[]", NULL},
        {"*int64", "5", NULL},
        {"*int64", "null", NULL},
        {"time.Duration", "1000", NULL},
        {"time.Time", "\"2024-01-02T03:04:05Z\"", NULL},
        {"*big.Int", "123456789012345678901234567890", NULL},
        {"[3]int8", "[1,2]", "[1,2,0]"},
        {"struct{ A int `json:\"a,omitempty\"`; B string; c int }", "{\"a\":0,\"B\":\"x\",\"c\":1}",
         "{\"B\":\"x\"}"},
        {"struct{ M map[string][]struct{ N *int } }", "{\"M\":{\"k\":[{\"N\":1},{\"N\":null}]}}", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_value value = from_json(rows[i].type, rows[i].json);
        assert_text(gobridge_value_to_json, &value, rows[i].again ? rows[i].again : rows[i].json);
        assert_ok(gobridge_value_release(&value));
    }
    gobridge_value number = from_json("int8", "-7");
    assert_true(number.kind == GOBRIDGE_KIND_INT8 && number.as.i == -7);
    number = from_json("any", "2");
    assert_true(number.kind == GOBRIDGE_KIND_FLOAT64 && number.as.f == 2);

    static const struct {
        const char *type, *json;
        gobridge_status status;
    } bad[] = {
        {"any", "", GOBRIDGE_E_SYNTAX},
        {"any", "{\"a\":}", GOBRIDGE_E_SYNTAX},
        {"any", "[1] 2", GOBRIDGE_E_SYNTAX},
        {"any", "nul", GOBRIDGE_E_SYNTAX},
        {"int8", "300", GOBRIDGE_E_RANGE},
        {"uint", "-1", GOBRIDGE_E_RANGE},
        {"int", "1.5", GOBRIDGE_E_RANGE},
        {"map[string]int8", "{\"a\":1000}", GOBRIDGE_E_RANGE},
        {"int", "\"1\"", GOBRIDGE_E_WRONG_TYPE},
        {"string", "1", GOBRIDGE_E_WRONG_TYPE},
        {"[]int", "{}", GOBRIDGE_E_WRONG_TYPE},
        {"error", "{}", GOBRIDGE_E_WRONG_TYPE},
        {"chan int", "1", GOBRIDGE_E_WRONG_TYPE},
        {"time.Time", "\"yesterday\"", GOBRIDGE_E_WRONG_TYPE},
        {"[]byte", "\"not base64!\"", GOBRIDGE_E_WRONG_TYPE},
    };
    gobridge_value out = nil;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_status(gobridge_value_from_json(parse(bad[i].type), bad[i].json, strlen(bad[i].json), &out),
                      bad[i].status, "json");
    }
    assert_status(gobridge_value_from_json(parse("any"), "1", SIZE_MAX, &out), GOBRIDGE_E_LIMIT, "len");
    enum { DEEP = 100000 };
    char *deep = memset(malloc(DEEP), '[', DEEP);
    assert_status(gobridge_value_from_json(parse("any"), deep, DEEP, &out), GOBRIDGE_E_SYNTAX, "json");
    free(deep);

    const gobridge_value not_a_number = real(GOBRIDGE_KIND_FLOAT64, NAN),
                         function = named(box("func()", &nil)), channel = named(box("chan int", &nil));
    assert_status(gobridge_value_to_json(&not_a_number, &out), GOBRIDGE_E_WRONG_TYPE, "value: ");
    assert_status(gobridge_value_to_json(&function, &out), GOBRIDGE_E_WRONG_TYPE, "value: ");
    assert_status(gobridge_value_to_json(&channel, &out), GOBRIDGE_E_WRONG_TYPE, "value: ");
    assert_memory_equal(&out, &nil, sizeof out);
    assert_ok(gobridge_release(function.as.ref));
    assert_ok(gobridge_release(channel.as.ref));
}

/* ---- time ---- */

static void times(void **state) {
    (void)state;
    static const struct {
        int64_t seconds, nanoseconds;
    } rows[] = {{0, 0}, {1, 999999999}, {-1, 1}, {1704164645, 600000000}, {INT64_MIN, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref moment;
        int64_t seconds = 9, nanoseconds = 9;
        assert_ok(gobridge_value_from_time(rows[i].seconds, rows[i].nanoseconds, &moment));
        assert_type(moment, "time.Time");
        assert_ok(gobridge_value_to_time(moment, &seconds, &nanoseconds));
        assert_true(seconds == rows[i].seconds && nanoseconds == rows[i].nanoseconds);
        assert_ok(gobridge_release(moment));
    }
    gobridge_ref moment = 9;
    int64_t seconds = 9, nanoseconds = 9;
    static const int64_t none[] = {-1, 1000000000, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_status(gobridge_value_from_time(0, none[i], &moment), GOBRIDGE_E_ARGUMENT, "nanoseconds");
    }
    assert_int_equal(moment, 9);
    /* whatever the place; and of a variable */
    moment = from_text("time.Time", "2024-01-02T04:04:05.6+01:00");
    assert_ok(gobridge_value_to_time(moment, &seconds, &nanoseconds));
    assert_true(seconds == 1704164645 && nanoseconds == 600000000);
    const gobridge_ref variable = make_variable("time.Time"), none_at_all = box("*time.Time", &nil);
    const gobridge_value value = named(moment);
    assert_ok(gobridge_value_set(variable, &value));
    seconds = nanoseconds = 9;
    assert_ok(gobridge_value_to_time(variable, &seconds, &nanoseconds));
    assert_true(seconds == 1704164645 && nanoseconds == 600000000);
    assert_status(gobridge_value_to_time(none_at_all, &seconds, &nanoseconds), GOBRIDGE_E_NIL, "time");
    assert_ok(gobridge_value_from_time(0, 0, &moment));
    gobridge_value text;
    const gobridge_value epoch = named(moment);
    assert_ok(gobridge_value_print(&epoch, &text));
    assert_shows(&text, GOBRIDGE_KIND_STRING, "1970-01-01 00:00:00 +0000 UTC", 29);
    assert_ok(gobridge_release(moment));
    assert_ok(gobridge_release(value.as.ref));
    assert_ok(gobridge_release(variable));
    assert_ok(gobridge_release(none_at_all));
}

/* ---- while threads write ---- */

enum { WRITERS = 8, ROUNDS = 10000, LOOKS = 200 };

static struct {
    gobridge_ref outer, inner, variable, number;
    atomic_int writing;
} shared;

static void *write_in_thread(void *id) {
    const int64_t base = (int64_t)1000 * *(const int *)id;
    const gobridge_value keys[] = {text("one"), text("two"), text("three")}, inner = named(shared.inner);
    for (int64_t i = 0; i < ROUNDS; i++) {
        const int64_t key = base + i % 50;
        const gobridge_value elem = integer(GOBRIDGE_KIND_INT64, i),
                             word = i % 2 ? text("short") : text("a much longer text");
        expect(gobridge_runtime_mapassign(shared.inner, &key, &i) == GOBRIDGE_OK);
        expect(gobridge_runtime_mapassign(shared.outer, &keys[i % 2], i % 3 ? &elem : &inner) == GOBRIDGE_OK);
        expect(gobridge_value_set(shared.variable, &word) == GOBRIDGE_OK);
        expect(gobridge_runtime_mapdelete(shared.inner, &key) == GOBRIDGE_OK);
        expect(gobridge_runtime_mapdelete(shared.outer, &keys[2 - i % 2]) == GOBRIDGE_OK);
    }
    atomic_fetch_sub(&shared.writing, 1);
    return NULL;
}

/* Go would end the process if a map were written to while fmt or JSON goes over it. */
static void *look_in_thread(void *unused) {
    (void)unused;
    const gobridge_value outer = named(shared.outer), number = named(shared.number);
    for (int i = 0; i < LOOKS || atomic_load(&shared.writing); i++) {
        gobridge_value text = nil, parsed = nil;
        int32_t order = 9;
        expect(gobridge_value_print(&outer, &text) == GOBRIDGE_OK);
        expect(text.len > 4 && memcmp(text.as.s, "map[", 4) == 0);
        expect(gobridge_value_release(&text) == GOBRIDGE_OK);
        expect(gobridge_value_to_json(&outer, &text) == GOBRIDGE_OK);
        expect(gobridge_value_from_json(parse("any"), text.as.s, text.len, &parsed) == GOBRIDGE_OK);
        expect(gobridge_value_release(&text) == GOBRIDGE_OK);
        expect(gobridge_value_release(&parsed) == GOBRIDGE_OK);
        expect(gobridge_value_to_text(&number, &text) == GOBRIDGE_OK);
        expect(gobridge_value_release(&text) == GOBRIDGE_OK);
        expect(gobridge_value_compare(&number, &number, &order) == GOBRIDGE_OK && order == 0);
    }
    return NULL;
}

static void *write_or_look(void *id) {
    return *(const int *)id < WRITERS ? write_in_thread(id) : look_in_thread(NULL);
}

static void walks_while_threads_write(void **state) {
    (void)state;
    int ids[WRITERS + 2];
    for (int i = 0; i < WRITERS + 2; i++) {
        ids[i] = i;
    }
    shared.outer = make_map("map[string]any");
    shared.inner = make_map("map[int64]int64");
    shared.variable = make_variable("string");
    shared.number = from_text("*big.Int", "123456789012345678901234567890");
    const gobridge_value inner = named(shared.inner), variable = named(shared.variable);
    put(shared.outer, "inner", &inner);
    put(shared.outer, "variable", &variable);
    atomic_store(&shared.writing, WRITERS);
    run_threads(COUNT(ids), write_or_look, ids, sizeof *ids); /* two go over it at once */
    assert_int_equal(length(shared.inner), 0);
    assert_ok(gobridge_release(shared.outer));
    assert_ok(gobridge_release(shared.inner));
    assert_ok(gobridge_release(shared.variable));
    assert_ok(gobridge_release(shared.number));
}

static void times_at_their_ends(void **state) {
    (void)state;
    const int64_t last = INT64_MAX - 62135596800; /* a time.Time counts from the year 1 on */
    static const int64_t firsts[] = {INT64_MIN, INT64_MIN + 1, -62135596801, 0};
    gobridge_ref before = 0, after = 0, none = 0;
    int32_t order;
    int64_t seconds, nanoseconds;
    assert_ok(gobridge_value_from_time(last, 999999999, &after));
    assert_ok(gobridge_value_to_time(after, &seconds, &nanoseconds));
    assert_true(seconds == last && nanoseconds == 999999999);
    for (size_t i = 0; i < COUNT(firsts); i++) {
        assert_ok(gobridge_value_from_time(firsts[i], 0, &before));
        assert_ok(gobridge_value_to_time(before, &seconds, &nanoseconds));
        assert_true(seconds == firsts[i] && nanoseconds == 0);
        const gobridge_value a = named(before), b = named(after);
        assert_ok(gobridge_value_compare(&a, &b, &order));
        assert_int_equal(order, -1);
        assert_ok(gobridge_release(before));
    }
    assert_ok(gobridge_release(after));
    assert_status(gobridge_value_from_time(last + 1, 0, &none), GOBRIDGE_E_RANGE, "seconds: ");
    assert_status(gobridge_value_from_time(INT64_MAX, 0, &none), GOBRIDGE_E_RANGE, "seconds: ");
}

/* As deep as JSON is read, values are written and printed; no deeper. */
static void depths(void **state) {
    (void)state;
    enum { MOST = 10000 };
    static char json[2 * MOST + 3];
    memset(json, '[', MOST + 1);
    memset(json + MOST + 1, ']', MOST + 1);
    const gobridge_ref any = parse("any");
    gobridge_value deepest, out = nil;
    assert_status(gobridge_value_from_json(any, json, (size_t)2 * MOST + 2, &out), GOBRIDGE_E_SYNTAX,
                  "json: ");
    assert_ok(gobridge_value_from_json(any, json + 1, (size_t)2 * MOST, &deepest));
    assert_ok(gobridge_value_to_json(&deepest, &out));
    assert_shows(&out, GOBRIDGE_KIND_STRING, json + 1, (size_t)2 * MOST);
    assert_ok(gobridge_value_print(&deepest, &out));
    assert_shows(&out, GOBRIDGE_KIND_STRING, json + 1, (size_t)2 * MOST);
    gobridge_ref deeper;
    assert_ok(gobridge_slice_new(parse("[]any"), 0, 0, &deeper));
    gobridge_ref one_more;
    assert_ok(gobridge_slice_append(deeper, &deepest, 1, &one_more));
    const gobridge_value value = named(one_more);
    assert_status(gobridge_value_to_json(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_status(gobridge_value_print(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_ok(gobridge_value_release(&deepest));
    const gobridge_ref all[] = {deeper, one_more};
    assert_ok(gobridge_release_n(all, COUNT(all)));
}

/* Numbers of math/big take up to the square of their length: what would take seconds is refused before. */
static void big_numbers(void **state) {
    (void)state;
    static const struct {
        const char *type, *text;
    } rows[] = {{"*big.Float", "1e-100000"},    {"*big.Float", "1e-100000000"}, {"*big.Float", "1e100000000"},
                {"big.Float", "-1e-600000000"}, {"*big.Rat", "1e999999"},       {"big.Rat", "1e-999999"}};
    gobridge_value out = nil;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref number = from_text(rows[i].type, rows[i].text);
        gobridge_ref holder;
        assert_ok(gobridge_slice_new(parse("[]any"), 0, 1, &holder));
        const gobridge_value value = named(number);
        assert_status(gobridge_value_to_text(&value, &out), GOBRIDGE_E_LIMIT, "value: ");
        gobridge_ref held;
        assert_ok(gobridge_slice_append(holder, &value, 1, &held));
        const gobridge_value list = named(held);
        if (rows[i].type[0] == '*') { /* else JSON and fmt see a struct without exported fields */
            assert_status(gobridge_value_print(&value, &out), GOBRIDGE_E_LIMIT, "value: ");
            assert_status(gobridge_value_print(&list, &out), GOBRIDGE_E_LIMIT, "value: ");
            assert_status(gobridge_value_to_json(&value, &out), GOBRIDGE_E_LIMIT, "value: ");
            assert_status(gobridge_value_to_json(&list, &out), GOBRIDGE_E_LIMIT, "value: ");
        }
        const gobridge_ref all[] = {number, holder, held};
        assert_ok(gobridge_release_n(all, COUNT(all)));
    }
    enum { LONG = 3000000 };
    char *digits = memset(malloc(LONG), '7', LONG);
    gobridge_ref boxed = 0;
    assert_status(gobridge_value_from_text(parse("*big.Int"), digits, LONG, &boxed), GOBRIDGE_E_LIMIT,
                  "text: ");
    assert_status(gobridge_value_from_text(parse("big.Rat"), digits, LONG, &boxed), GOBRIDGE_E_LIMIT,
                  "text: ");
    assert_status(gobridge_value_from_json(parse("*big.Int"), digits, LONG, &out), GOBRIDGE_E_LIMIT,
                  "json: ");
    digits[0] = '[', digits[LONG - 1] = ']';
    assert_status(gobridge_value_from_json(parse("[]*big.Int"), digits, LONG, &out), GOBRIDGE_E_LIMIT,
                  "json: ");
    assert_ok(gobridge_value_from_text(parse("*big.Int"), digits + 1, 200000, &boxed));
    gobridge_value value = named(boxed);
    assert_ok(gobridge_value_print(&value, &out));
    assert_shows(&out, GOBRIDGE_KIND_STRING, digits + 1, 200000);
    assert_ok(gobridge_release(boxed));
    free(digits);
}

/* A short text may ask for much memory, as each element is as large as its type. */
static void large_elements(void **state) {
    (void)state;
    enum { ELEMENTS = 100 };
    char json[3 * ELEMENTS + 3] = "[";
    for (size_t i = 0; i < ELEMENTS; i++) {
        json[1 + 3 * i] = '[';
        json[2 + 3 * i] = ']';
        json[3 + 3 * i] = ',';
    }
    json[sizeof json - 3] = ']';
    gobridge_value out = nil;
    const size_t len = 3 * ELEMENTS + 1;
    static const char *const too_large[] = {"[][268435456]byte", "[]*[16777216]int64",
                                            "[][268435456]struct{}"};
    for (size_t i = 0; i < COUNT(too_large); i++) {
        assert_int_not_equal(gobridge_value_from_json(parse(too_large[i]), json, len, &out), GOBRIDGE_OK);
        assert_int_equal(out.kind, GOBRIDGE_KIND_NIL);
    }
    static const char object[] = "{\"a\":{\"b\":[]},\"c\":{\"d\":[],\"e\":[],\"f\":[],\"g\":[],\"h\":[]}}";
    assert_int_not_equal(gobridge_value_from_json(parse("map[string]map[string][268435456]byte"), object,
                                                  sizeof object - 1, &out),
                         GOBRIDGE_OK);
    /* many small ones are counted one by one */
    static const char many[] = "{\"A\":[[],[],[]],\"C\":[[],[]]}";
    assert_ok(gobridge_value_from_json(parse("struct{A [][]int8; B *[33554432]byte}"), many, sizeof many - 1,
                                       &out));
    assert_ok(gobridge_value_release(&out));
    assert_ok(gobridge_value_from_json(parse("[][4]byte"), json, len, &out));
    assert_ok(gobridge_value_release(&out));
}

/* A scope releases what these functions give. */
static void in_a_scope(void **state) {
    (void)state;
    uint64_t scope;
    assert_ok(gobridge_scope_open(&scope));
    gobridge_value value = from_json("map[string]any", "{\"a\":1}"), out;
    assert_ok(gobridge_value_print(&value, &out));
    assert_ok(gobridge_value_to_json(&value, &out));
    assert_ok(gobridge_value_copy(&out, &out));
    from_text("*big.Int", "1");
    assert_ok(gobridge_value_follow(make_variable("[2]int"), &out));
    assert_int_equal(live_references(), 7);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints),
        cmocka_unit_test(without_end),
        cmocka_unit_test(texts),
        cmocka_unit_test(forms),
        cmocka_unit_test(values_without_a_form),
        cmocka_unit_test(json),
        cmocka_unit_test(times),
        cmocka_unit_test(walks_while_threads_write),
        cmocka_unit_test(times_at_their_ends),
        cmocka_unit_test(depths),
        cmocka_unit_test(big_numbers),
        cmocka_unit_test(large_elements),
        cmocka_unit_test(in_a_scope),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
