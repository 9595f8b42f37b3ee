/* Interfaces that values implement, and their methods. */
#include "check.h"

#include <time.h>

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

/* ---- interfaces that C implements ---- */

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

/* Numbers of C's that Go sorts. */
typedef struct numbers {
    int64_t at[6];
    atomic_int dropped;
} numbers;

static gobridge_status numbers_len(void *data, const gobridge_value *args, size_t nargs,
                                   gobridge_value *results, size_t nresults) {
    (void)args, (void)nargs, (void)nresults;
    results[0] = integer(GOBRIDGE_KIND_INT, COUNT(((numbers *)data)->at));
    return GOBRIDGE_OK;
}

static gobridge_status numbers_less(void *data, const gobridge_value *args, size_t nargs,
                                    gobridge_value *results, size_t nresults) {
    (void)nargs, (void)nresults;
    const numbers *n = data;
    results[0] = gobridge_bool(n->at[args[0].as.i] < n->at[args[1].as.i]);
    return GOBRIDGE_OK;
}

static gobridge_status numbers_swap(void *data, const gobridge_value *args, size_t nargs,
                                    gobridge_value *results, size_t nresults) {
    (void)nargs, (void)results, (void)nresults;
    numbers *n = data;
    const int64_t kept = n->at[args[0].as.i];
    n->at[args[0].as.i] = n->at[args[1].as.i];
    n->at[args[1].as.i] = kept;
    return GOBRIDGE_OK;
}

static void drop_numbers(void *data) {
    atomic_fetch_add(&((numbers *)data)->dropped, 1);
}

static void sorting(void **state) {
    (void)state;
    static numbers n = {.at = {5, -1, 3, 0, 9, 2}};
    const gobridge_callback methods[] = {numbers_len, numbers_less, numbers_swap};
    gobridge_ref made = 0;
    assert_ok(gobridge_iface_new(parse("sort.Interface"), methods, 3, &n, drop_numbers, &made));
    assert_true(implements(made, "sort.Interface"));
    const gobridge_value arg = named(made);
    assert_ok(gobridge_call(find("sort.Sort"), &arg, 1, NULL, 0));
    for (size_t i = 1; i < COUNT(n.at); i++) {
        assert_true(n.at[i - 1] <= n.at[i]);
    }
    assert_int_equal(n.dropped, 0);
    assert_ok(gobridge_release(made));
    for (int i = 0; i < 2000 && !atomic_load(&n.dropped); i++) {
        assert_ok(gobridge_go_collect());
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_int_equal(n.dropped, 1);
}

static gobridge_status say_data(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                                size_t nresults) {
    (void)args, (void)nargs, (void)nresults;
    results[0] = text(data);
    return GOBRIDGE_OK;
}

static gobridge_status refuse(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                              size_t nresults) {
    (void)args, (void)nargs, (void)results, (void)nresults;
    (void)gobridge_callback_fail(data, strlen(data));
    return GOBRIDGE_E_SYSTEM;
}

static void texts_and_errors(void **state) {
    (void)state;
    gobridge_ref stringer = 0, failure = 0;
    gobridge_value said;
    const gobridge_callback says[] = {say_data}, refuses[] = {refuse};
    char words[] = "said by C", no[] = "not now";
    assert_ok(gobridge_iface_new(parse("fmt.Stringer"), says, 1, words, NULL, &stringer));
    const gobridge_value arg = named(stringer);
    assert_ok(gobridge_call(find("fmt.Sprint"), &arg, 1, &said, 1));
    assert_shows(&said, GOBRIDGE_KIND_STRING, words, strlen(words));
    assert_ok(gobridge_iface_new(parse("error"), says, 1, words, NULL, &failure));
    assert_ok(gobridge_error_message(failure, &said));
    assert_shows(&said, GOBRIDGE_KIND_STRING, words, strlen(words));
    const gobridge_value both[] = {named(failure), named(failure)}; /* it can be compared */
    assert_ok(gobridge_call(find("errors.Is"), both, 2, &said, 1));
    assert_int_equal(said.as.u, 1);
    assert_ok(gobridge_release(failure));
    assert_ok(gobridge_release(stringer));
    assert_ok(gobridge_iface_new(parse("fmt.Stringer"), refuses, 1, no, NULL, &stringer));
    assert_status(gobridge_iface_call(stringer, "String", 6, NULL, 0, &said, 1), GOBRIDGE_E_PANIC, no);
    assert_ok(gobridge_release(stringer));
}

/* A reader that must be closed: each read gives what is left, as much as there is room for. */
typedef struct file {
    const char *left;
    bool is_closed;
} file;

static gobridge_status file_close(void *data, const gobridge_value *args, size_t nargs,
                                  gobridge_value *results, size_t nresults) {
    (void)args, (void)nargs, (void)results;
    expect(nresults == 0); /* the error is the status */
    ((file *)data)->is_closed = true;
    return GOBRIDGE_OK;
}

static gobridge_status file_read(void *data, const gobridge_value *args, size_t nargs,
                                 gobridge_value *results, size_t nresults) {
    file *f = data;
    expect(nargs == 1 && nresults == 1 && args[0].kind == GOBRIDGE_KIND_BYTES);
    const size_t left = strlen(f->left), n = left < 4 && left < args[0].len ? left
                                             : args[0].len < 4              ? args[0].len
                                                                            : 4;
    memcpy((char *)(uintptr_t)args[0].as.s, f->left, n);
    f->left += n;
    results[0] = integer(GOBRIDGE_KIND_INT, (int64_t)n);
    gobridge_ref eof = 0;
    if (!left) { /* io.EOF is a value of Go's */
        expect(gobridge_call(find("guest.eof"), NULL, 0, NULL, 0) == GOBRIDGE_E_RETURNED);
        gobridge_value end;
        expect(gobridge_call(find("guest.eof"), NULL, 0, &end, 1) == GOBRIDGE_OK);
        eof = end.as.ref;
        expect(gobridge_callback_fail_with(eof) == GOBRIDGE_OK);
        expect(gobridge_value_release(&end) == GOBRIDGE_OK);
        return GOBRIDGE_E_RETURNED;
    }
    return GOBRIDGE_OK;
}

static gobridge_status read_too_much(void *data, const gobridge_value *args, size_t nargs,
                                     gobridge_value *results, size_t nresults) {
    (void)data, (void)nargs, (void)nresults;
    results[0] = integer(GOBRIDGE_KIND_INT, (int64_t)args[0].len + 1);
    return GOBRIDGE_OK;
}

static void a_reader_that_is_closed(void **state) {
    (void)state;
    file f = {.left = "all that C has"};
    const gobridge_callback methods[] = {file_close, file_read}, wrong[] = {file_close, read_too_much};
    gobridge_ref made = 0;
    gobridge_value all;
    assert_ok(gobridge_iface_new(parse("io.ReadCloser"), methods, 2, &f, NULL, &made));
    gobridge_value arg = named(made);
    assert_ok(gobridge_call(find("io.ReadAll"), &arg, 1, &all, 1));
    assert_shows(&all, GOBRIDGE_KIND_BYTES, "all that C has", 14);
    assert_ok(gobridge_iface_call(made, "Close", 5, NULL, 0, NULL, 0));
    assert_true(f.is_closed);
    assert_ok(gobridge_release(made));
    assert_ok(gobridge_iface_new(parse("io.ReadCloser"), wrong, 2, &f, NULL, &made));
    arg = named(made);
    assert_status(gobridge_call(find("io.ReadAll"), &arg, 1, &all, 1), GOBRIDGE_E_RETURNED, "bytes");
    assert_ok(gobridge_release(made));
}

static gobridge_status half(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                            size_t nresults) {
    (void)data, (void)args, (void)nargs, (void)nresults;
    results[0] = gobridge_float64(0.5);
    return GOBRIDGE_OK;
}

static void an_interface_of_the_program(void **state) {
    (void)state;
    const gobridge_callback methods[] = {half, half}, none[] = {NULL};
    gobridge_ref made = 0;
    gobridge_value area;
    assert_ok(gobridge_iface_new(parse("guest.shape"), methods, 1, NULL, NULL, &made));
    const gobridge_value arg = named(made);
    assert_ok(gobridge_call(find("guest.area"), &arg, 1, &area, 1));
    assert_true(area.as.f == 0.5);
    assert_ok(gobridge_release(made));
    made = 9;
    const gobridge_ref shape = parse("guest.shape");
    assert_status(gobridge_iface_new(shape, methods, 2, NULL, NULL, &made), GOBRIDGE_E_COUNT, "count: 2");
    assert_status(gobridge_iface_new(shape, none, 1, NULL, NULL, &made), GOBRIDGE_E_NULL,
                  "methods[0], which is for Area");
    assert_status(gobridge_iface_new(parse("int"), methods, 1, NULL, NULL, &made), GOBRIDGE_E_WRONG_KIND,
                  "the type int");
    assert_status(gobridge_iface_new(parse("context.Context"), methods, 4, NULL, NULL, &made),
                  GOBRIDGE_E_NOT_IMPLEMENTED, "bridge.Adapter");
    assert_int_equal(made, 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_called_by_name),
        cmocka_unit_test(interfaces),
        cmocka_unit_test(what_is_no_interface),
        cmocka_unit_test(methods),
        cmocka_unit_test(bound_values),
        cmocka_unit_test(sorting),
        cmocka_unit_test(texts_and_errors),
        cmocka_unit_test(a_reader_that_is_closed),
        cmocka_unit_test(an_interface_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
