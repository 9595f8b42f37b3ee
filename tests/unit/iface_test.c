/* Interfaces that values implement, and their methods. */
#include "check.h"

static bool implements(gobridge_ref ref, const char *interface_type) {
    uint8_t answer = 9;
    assert_ok(gobridge_iface_implements(ref, parse(interface_type), &answer));
    assert_in_range(answer, 0, 1);
    return answer;
}

static void interfaces(void **state) {
    (void)state;
    const int64_t one = 1;
    const gobridge_value word = text("word"), slice = bytes("b", 1);
    const struct {
        gobridge_ref ref;
        bool stringer;
    } rows[] = {
        {box("time.Duration", &one), true},
        {make_variable("time.Duration"), true}, /* a pointer has the methods of what it points to */
        {box_zero("time.Time"), true},
        {make_variable("time.Time"), true},
        {make_map("map[string]int"), false},
        {box("map[string]int", &nil), false},
        {box("int64", &one), false},
        {box("string", &word), false},
        {box("[]byte", &slice), false},
        {box("func()", &nil), false},
        {make_variable("fmt.Stringer"), false}, /* a pointer to an interface has none */
        {make_variable("*time.Time"), false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(implements(rows[i].ref, "fmt.Stringer"), rows[i].stringer);
        assert_false(implements(rows[i].ref, "error"));
        assert_true(implements(rows[i].ref, "any"));
        assert_true(implements(rows[i].ref, "interface{}"));
        assert_ok(gobridge_release(rows[i].ref));
    }
}

static void what_is_no_interface(void **state) {
    (void)state;
    const int64_t one = 1;
    const gobridge_ref number = box("int64", &one);
    uint8_t answer = 9;
    static const char *const others[] = {"int64", "*error", "struct{}", "func()", "time.Duration"};
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_status(gobridge_iface_implements(number, parse(others[i]), &answer), GOBRIDGE_E_WRONG_KIND,
                      "interface_type");
    }
    assert_status(gobridge_iface_implements(parse("int64"), parse("error"), &answer), GOBRIDGE_E_WRONG_KIND,
                  "ref");
    assert_int_equal(answer, 9);
    assert_ok(gobridge_release(number));
}

static void methods(void **state) {
    (void)state;
    const int64_t one = 1;
    const gobridge_ref duration = box("time.Duration", &one), variable = make_variable("time.Duration"),
                       time = box_zero("time.Time"), time_variable = make_variable("time.Time");
    const struct {
        gobridge_ref ref;
        const char *name, *type;
    } rows[] = {
        {duration, "String", "func() string"},
        {duration, "Round", "func(time.Duration) time.Duration"},
        {duration, "Seconds", "func() float64"},
        {variable, "Truncate", "func(time.Duration) time.Duration"},
        {time, "IsZero", "func() bool"},
        {time, "Add", "func(time.Duration) time.Time"},
        {time, "MarshalJSON", "func() ([]byte, error)"},
        {time_variable, "IsZero", "func() bool"},
        {time_variable, "UnmarshalJSON", "func([]byte) error"}, /* of *time.Time alone */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref method = 0;
        assert_ok(gobridge_iface_method(rows[i].ref, rows[i].name, strlen(rows[i].name), &method));
        assert_type(method, rows[i].type);
        assert_ok(gobridge_release(method));
    }
    const struct {
        gobridge_ref ref;
        const char *name;
        size_t len;
        gobridge_status status;
        const char *part;
    } bad[] = {
        {duration, "Sting", 5, GOBRIDGE_E_UNKNOWN_NAME, "String"}, /* the known ones are named */
        {duration, "", 0, GOBRIDGE_E_UNKNOWN_NAME, "name"},
        {duration, "String\0", 7, GOBRIDGE_E_UNKNOWN_NAME, "name"},
        {duration, "\xff\xfe", 2, GOBRIDGE_E_UNKNOWN_NAME, "name"},
        {duration, "1", 1, GOBRIDGE_E_UNKNOWN_NAME, "name"},
        {duration, "string", 6, GOBRIDGE_E_UNEXPORTED, "String"},
        {time, "setLoc", 6, GOBRIDGE_E_UNEXPORTED, "exported"},
        {time, "UnmarshalJSON", 13, GOBRIDGE_E_UNKNOWN_NAME, "time.Time"},
        {duration, "String", SIZE_MAX, GOBRIDGE_E_LIMIT, "len"},
        {parse("time.Duration"), "String", 6, GOBRIDGE_E_WRONG_KIND, "ref"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        gobridge_ref method = 9;
        assert_status(gobridge_iface_method(bad[i].ref, bad[i].name, bad[i].len, &method), bad[i].status,
                      bad[i].part);
        assert_int_equal(method, 9);
    }
    const gobridge_ref all[] = {duration, variable, time, time_variable};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* A method keeps the value that it is bound to. */
static void bound_values(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]any"), time = box_zero("time.Time");
    const gobridge_value key = text("method");
    gobridge_ref method = 0;
    assert_ok(gobridge_iface_method(time, "String", 6, &method));
    assert_ok(gobridge_release(time));
    const gobridge_value in = named(method);
    assert_ok(gobridge_map_set(map, &key, &in));
    assert_ok(gobridge_release(method));
    gobridge_value out;
    assert_ok(gobridge_map_get(map, &key, &out, NULL));
    assert_type(out.as.ref, "func() string");
    assert_ok(gobridge_value_release(&out));
    assert_ok(gobridge_release(map));
}

static void methods_are_called_by_name(void **state) {
    (void)state;
    const int64_t minute = 60000000000;
    const gobridge_value ten = integer(GOBRIDGE_KIND_INT64, 10000000000), wrong = text("10s");
    const gobridge_ref duration = box("time.Duration", &minute);
    gobridge_value r = nil;
    assert_ok(gobridge_iface_call(duration, "String()", 6, NULL, 0, &r, 1));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "1m0s", 4);
    assert_ok(gobridge_iface_call(duration, "Minutes", 7, NULL, 0, &r, 1));
    assert_true(r.kind == GOBRIDGE_KIND_FLOAT64 && r.as.f == 1);
    assert_ok(gobridge_iface_call(duration, "Truncate", 8, &ten, 1, &r, 1));
    assert_int_equal(r.as.i, minute);
    assert_status(gobridge_iface_call(duration, "Truncate", 8, &wrong, 1, &r, 1), GOBRIDGE_E_WRONG_TYPE,
                  "args[0]");
    assert_status(gobridge_iface_call(duration, "Truncate", 8, NULL, 0, &r, 1), GOBRIDGE_E_COUNT, "args");
    assert_status(gobridge_iface_call(duration, "Truncate", 8, NULL, 1, &r, 1), GOBRIDGE_E_NULL, "args");
    assert_status(gobridge_iface_call(duration, "Truncate", 8, &ten, 1, NULL, 1), GOBRIDGE_E_NULL, "results");
    assert_status(gobridge_iface_call(duration, "Truncat", 7, &ten, 1, &r, 1), GOBRIDGE_E_UNKNOWN_NAME,
                  "\"Truncate\"");
    assert_status(gobridge_iface_call(duration, "String", 6, NULL, 0, NULL, 0), GOBRIDGE_E_COUNT, "results");
    assert_int_equal(r.as.i, minute);
    assert_ok(gobridge_release(duration));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_called_by_name),
        cmocka_unit_test(interfaces),
        cmocka_unit_test(what_is_no_interface),
        cmocka_unit_test(methods),
        cmocka_unit_test(bound_values),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
