/* Calling Go functions: those of the guest program (tests/guest), by name. */
#include "check.h"

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    gobridge_status status = gobridge_func_find(name, strlen(name), &func);
    check_call(status, GOBRIDGE_OK, name, "", __FILE__, __LINE__);
    return func;
}

#define VALUES(...) ((const gobridge_value[]){__VA_ARGS__})
#define CALL(name, results, nresults, ...) \
    gobridge_call(find(name), VALUES(__VA_ARGS__), COUNT(VALUES(__VA_ARGS__)), results, nresults)
#define assert_call_fails(call, status, part) assert_failed((call), (status), "gobridge_call", (part))
#define I64(n)                                integer(GOBRIDGE_KIND_INT64, n)

static gobridge_value result(const char *name, gobridge_value a) {
    gobridge_value r = nil;
    assert_ok(gobridge_call(find(name), &a, 1, &r, 1));
    return r;
}

static void functions_are_found_once(void **state) {
    (void)state;
    const gobridge_ref add = find("guest.add");
    gobridge_ref again, names;
    assert_ok(gobridge_func_find("guest.add and more", strlen("guest.add"), &again));
    assert_int_equal(again, add);
    assert_ok(gobridge_release(add)); /* does nothing, as with types */
    assert_int_equal(find("guest.add"), add);
    assert_type(add, "func(int64, int64) int64");
    assert_status(gobridge_func_find("guest.ad", strlen("guest.ad"), &again), GOBRIDGE_E_UNKNOWN_NAME,
                  "\"guest.add\"");
    assert_status(gobridge_func_find("", 0, &again), GOBRIDGE_E_UNKNOWN_NAME, "name");
    assert_int_equal(again, add);
    assert_ok(gobridge_func_names(&names));
    assert_type(names, "[]string");
    assert_ok(gobridge_release(names));
}

static void numbers(void **state) {
    (void)state;
    gobridge_value r = nil;
    assert_ok(CALL("guest.add", &r, 1, I64(INT64_MIN), I64(7)));
    assert_int_equal(r.kind, GOBRIDGE_KIND_INT64);
    assert_int_equal(r.as.i, INT64_MIN + 7);
    assert_ok(CALL("guest.add", &r, 1, integer(GOBRIDGE_KIND_INT8, -1), integer(GOBRIDGE_KIND_UINT64, 44)));
    assert_int_equal(r.as.i, 43);
    assert_ok(CALL("guest.addInt8", &r, 1, I64(100), I64(-28)));
    assert_int_equal(r.kind, GOBRIDGE_KIND_INT8);
    assert_int_equal(r.as.i, 72);
    assert_ok(
        CALL("guest.scale", &r, 1, real(GOBRIDGE_KIND_FLOAT64, 0.25), integer(GOBRIDGE_KIND_INT32, -6)));
    assert_true(r.kind == GOBRIDGE_KIND_FLOAT64 && r.as.f == -1.5);
    assert_ok(CALL("guest.scale", &r, 1, integer(GOBRIDGE_KIND_INT, 3), integer(GOBRIDGE_KIND_UINT8, 2)));
    assert_true(r.as.f == 6);
    assert_ok(CALL("guest.clamp", &r, 1, I64(11), I64(0), I64(10)));
    assert_int_equal(r.as.i, 10);
}

static void strings_and_bytes(void **state) {
    (void)state;
    gobridge_value r = result("strings.ToUpper", text("stra\xc3\x9f"
                                                      "e"));
    assert_shows(&r, GOBRIDGE_KIND_STRING,
                 "STRA\xc3\x9f"
                 "E",
                 7);
    r = result("strings.ToUpper", text(""));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "", 0);
    r = result("bytes.ToUpper", bytes("a\0b", 3));
    assert_shows(&r, GOBRIDGE_KIND_BYTES, "A\0B", 3);
    assert_ok(CALL("guest.repeat", &r, 1, text("ab"), integer(GOBRIDGE_KIND_INT, 3)));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "ababab", 6);
    r = result("tools.Twice", text("x"));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "xx", 2);
    assert_ok(gobridge_call(find("tools.Version"), NULL, 0, &r, 1));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "tools 1", 7);
    r = result("time.Duration.String", I64(90000000000));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "1m30s", 5);
}

static void variadic(void **state) {
    (void)state;
    gobridge_value r = nil, parts = nil;
    assert_ok(CALL("fmt.Sprintf", &r, 1, text("%d %s %v %T"), I64(-5), text("five"),
                   real(GOBRIDGE_KIND_FLOAT64, 0.5), integer(GOBRIDGE_KIND_UINT8, 5)));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "-5 five 0.5 uint8", 17);
    assert_ok(CALL("fmt.Sprintf", &r, 1, text("none")));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "none", 4);
    assert_ok(gobridge_call(find("fmt.Sprint"), NULL, 0, &r, 1));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "", 0);
    const gobridge_ref map = make_map("map[string]int64");
    assert_ok(CALL("guest.count", &r, 1, named(map), text("a"), text("b"), text("a")));
    assert_int_equal(r.as.i, 3);
    assert_int_equal(length(map), 2);
    assert_call_fails(CALL("guest.count", &r, 1, named(map), text("a"), I64(1)), GOBRIDGE_E_WRONG_TYPE,
                      "args[2]");
    assert_status(gobridge_call(find("guest.count"), NULL, 0, &r, 1), GOBRIDGE_E_COUNT, "at least 1");
    const gobridge_ref pair = make_variable("[2]int64");
    const struct {
        const char *func;
        gobridge_value arg;
    } rows[] = {{"guest.isNil", text("a")}, {"guest.isNilArray", named(pair)}};
    for (size_t i = 0; i < COUNT(rows); i++) { /* as Go passes no arguments */
        assert_ok(CALL(rows[i].func, &r, 1, rows[i].arg));
        assert_int_equal(r.as.u, 1);
        assert_ok(CALL(rows[i].func, &r, 1, rows[i].arg, I64(1)));
        assert_int_equal(r.as.u, 0);
        gobridge_ref task;
        assert_ok(gobridge_task_start(find(rows[i].func), &rows[i].arg, 1, -1, &task));
        assert_ok(gobridge_task_wait(task, -1, &r, 1));
        assert_int_equal(r.as.u, 1);
        assert_ok(gobridge_release(task));
        const gobridge_column arg = {.layout = GOBRIDGE_COLUMN_VALUES,
                                     .data = (void *)(uintptr_t)&rows[i].arg};
        uint8_t is_nil = 9;
        gobridge_column is = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = &is_nil};
        assert_ok(gobridge_call_n(find(rows[i].func), &arg, 1, 1, &is, 1, NULL));
        assert_int_equal(is_nil, 1);
    }
    assert_ok(gobridge_release(pair));
    assert_ok(gobridge_release(map));
    parts = result("strings.Fields", text(" to  be "));
    assert_ok(CALL("strings.Join", &r, 1, parts, text("+")));
    assert_shows(&r, GOBRIDGE_KIND_STRING, "to+be", 5);
    assert_ok(gobridge_value_release(&parts));
}

static void several_results_and_errors(void **state) {
    (void)state;
    gobridge_value r[4] = {nil, nil, nil, nil};
    assert_ok(CALL("guest.divide", r, 2, I64(17), I64(5)));
    assert_true(r[0].as.i == 3 && r[1].as.i == 2);
    assert_call_fails(CALL("guest.divide", r, 2, I64(17), I64(0)), GOBRIDGE_E_RETURNED, "the guest's error");
    assert_int_equal(r[0].as.i, 3);
    assert_ok(CALL("guest.divide", r, 3, I64(17), I64(5)));
    assert_int_equal(r[2].kind, GOBRIDGE_KIND_NIL);
    assert_ok(CALL("guest.divide", r, 3, I64(17), I64(0))); /* the error as a value */
    assert_int_equal(r[2].kind, GOBRIDGE_KIND_REF);
    gobridge_value told = result("guest.describe", r[2]);
    assert_shows(&told, GOBRIDGE_KIND_STRING, "*errors.errorString the guest's error", 37);
    assert_ok(gobridge_value_release(&r[2]));
    assert_call_fails(CALL("guest.divide", r, 1, I64(17), I64(5)), GOBRIDGE_E_COUNT, "results");
    assert_call_fails(CALL("guest.divide", r, 4, I64(17), I64(5)), GOBRIDGE_E_COUNT, "results");
    const gobridge_value yes = integer(GOBRIDGE_KIND_BOOL, 1), no = integer(GOBRIDGE_KIND_BOOL, 0);
    assert_ok(gobridge_call(find("guest.check"), &yes, 1, NULL, 0));
    assert_status(gobridge_call(find("guest.check"), &no, 1, NULL, 0), GOBRIDGE_E_RETURNED,
                  "checked: the guest's error");
    assert_call_fails(CALL("guest.parse", r, 1, text("x")), GOBRIDGE_E_RETURNED, "expected integer");
    assert_ok(CALL("guest.parse", r, 1, text("42")));
    assert_int_equal(r[0].as.i, 42);
    assert_ok(gobridge_call(find("guest.nothing"), NULL, 0, NULL, 0));
    assert_status(gobridge_call(find("guest.error"), NULL, 0, NULL, 0), GOBRIDGE_E_RETURNED,
                  "the guest's error");
}

static void function_values_in_and_out(void **state) {
    (void)state;
    gobridge_value add5 = result("guest.adder", I64(5)), r = nil;
    assert_int_equal(add5.kind, GOBRIDGE_KIND_REF);
    assert_ok(
        gobridge_call(add5.as.ref, &(gobridge_value){.kind = GOBRIDGE_KIND_INT64, .as.i = 37}, 1, &r, 1));
    assert_int_equal(r.as.i, 42);
    assert_ok(CALL("guest.apply", &r, 1, add5, I64(1)));
    assert_int_equal(r.as.i, 6);
    assert_ok(gobridge_value_release(&add5));
    assert_ok(gobridge_call(find("guest.nilFunc"), NULL, 0, &r, 1));
    assert_int_equal(r.kind, GOBRIDGE_KIND_NIL);
    const gobridge_ref variable = make_variable("func()"), boxed = box_zero("func()");
    assert_status(gobridge_call(boxed, NULL, 0, NULL, 0), GOBRIDGE_E_NIL, "func");
    assert_status(gobridge_call(variable, NULL, 0, NULL, 0), GOBRIDGE_E_WRONG_KIND, "func");
    assert_ok(gobridge_release(variable));
    assert_ok(gobridge_release(boxed));
}

static void objects(void **state) {
    (void)state;
    gobridge_value point = nil, points = nil, r = nil;
    assert_ok(CALL("guest.newPoint", &point, 1, I64(1), I64(2)));
    assert_type(point.as.ref, "*guest.Point");
    r = result("guest.describe", point);
    assert_shows(&r, GOBRIDGE_KIND_STRING, "*main.point &{1 2}", 18);
    assert_ok(gobridge_call(find("guest.points"), NULL, 0, &points, 1));
    assert_type(points.as.ref, "[]guest.Point");
    r = result("guest.anything", points);
    assert_int_equal(r.kind, GOBRIDGE_KIND_REF);
    assert_type(r.as.ref, "[]guest.Point");
    assert_ok(gobridge_value_release(&r));
    assert_ok(gobridge_value_release(&points));
    assert_ok(gobridge_value_release(&point));
    r = result("guest.anything", nil);
    assert_int_equal(r.kind, GOBRIDGE_KIND_NIL);
    const gobridge_ref numbers = box_zero("[]int64");
    r = result("guest.sumOfSlice", named(numbers));
    assert_int_equal(r.as.i, 0);
    assert_ok(gobridge_release(numbers));
}

static void what_does_not_fit(void **state) {
    (void)state;
    gobridge_value r = integer(GOBRIDGE_KIND_INT64, 99);
    const struct {
        const char *name;
        gobridge_status status;
        gobridge_value a, b;
        const char *part;
    } rows[] = {
        {"guest.addInt8", GOBRIDGE_E_RANGE, I64(300), I64(1), "args[0]"},
        {"guest.addInt8", GOBRIDGE_E_RANGE, I64(1), I64(-129), "args[1]"},
        {"guest.add", GOBRIDGE_E_RANGE, integer(GOBRIDGE_KIND_UINT64, -1), I64(1), "args[0]"},
        {"guest.add", GOBRIDGE_E_RANGE, integer(GOBRIDGE_KIND_INT8, 300), I64(1), "args[0]"},
        {"guest.add", GOBRIDGE_E_WRONG_TYPE, real(GOBRIDGE_KIND_FLOAT64, 1), I64(1),
         "args[0]: a float64 can not be a int64"},
        {"guest.add", GOBRIDGE_E_WRONG_TYPE, I64(1), text("1"), "args[1]: a string can not be a int64"},
        {"guest.add", GOBRIDGE_E_WRONG_TYPE, bytes("1", 1), I64(1), "args[0]: a []uint8 can not be a int64"},
        {"guest.add", GOBRIDGE_E_WRONG_TYPE, nil, I64(1), "args[0]: a int64 can not be nil"},
        {"guest.add", GOBRIDGE_E_WRONG_TYPE, I64(1), integer(GOBRIDGE_KIND_BOOL, 1),
         "args[1]: a bool can not be a int64"},
        {"guest.add", GOBRIDGE_E_ARGUMENT, {.kind = GOBRIDGE_KIND_INT64, .flags = 1}, I64(1), "args[0]"},
        {"guest.add", GOBRIDGE_E_WRONG_TYPE, {.kind = 99}, I64(1), "args[0]: no value has the kind 99"},
        {"guest.add", GOBRIDGE_E_NIL_REF, named(0), I64(1), "args[0]"},
        {"guest.scale", GOBRIDGE_E_RANGE, integer(GOBRIDGE_KIND_UINT64, (1LL << 53) + 1), I64(1), "args[0]"},
        {"guest.scale", GOBRIDGE_E_RANGE, integer(GOBRIDGE_KIND_INT64, INT64_MAX), I64(1), "args[0]"},
        {"guest.scale", GOBRIDGE_E_RANGE, integer(GOBRIDGE_KIND_UINT64, -1), I64(1), "args[0]"},
        {"guest.repeat", GOBRIDGE_E_NULL, {.kind = GOBRIDGE_KIND_STRING, .len = 1}, I64(1), "args[0]"},
        {"guest.repeat", GOBRIDGE_E_PANIC, text("x"), I64(-1), "negative"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_value args[] = {rows[i].a, rows[i].b};
        assert_failed(gobridge_call(find(rows[i].name), args, 2, &r, 1), rows[i].status, "gobridge_call",
                      rows[i].part);
        assert_int_equal(r.as.i, 99);
    }
    const gobridge_ref add = find("guest.add");
    const gobridge_value args[] = {I64(1), I64(2), I64(3)};
    assert_status(gobridge_call(add, args, 1, &r, 1), GOBRIDGE_E_COUNT, "args: 1 for a function of 2");
    assert_status(gobridge_call(add, args, 3, &r, 1), GOBRIDGE_E_COUNT, "args: 3 for a function of 2");
    assert_status(gobridge_call(add, args, 2, &r, 0), GOBRIDGE_E_COUNT, "results");
    assert_status(gobridge_call(add, args, SIZE_MAX, &r, 1), GOBRIDGE_E_COUNT, "nargs");
    assert_status(gobridge_call(add, args, 2, &r, SIZE_MAX), GOBRIDGE_E_COUNT, "nresults");
    assert_status(gobridge_call(add, NULL, 2, &r, 1), GOBRIDGE_E_NULL, "args");
    assert_status(gobridge_call(add, args, 2, NULL, 1), GOBRIDGE_E_NULL, "results");
    assert_status(gobridge_call(0, args, 2, &r, 1), GOBRIDGE_E_NIL_REF, "func");
    assert_status(gobridge_call(parse("int"), args, 2, &r, 1), GOBRIDGE_E_WRONG_KIND, "func");
    assert_int_equal(r.as.i, 99);
}

static int32_t call_goexit(void *func) {
    gobridge_call(*(gobridge_ref *)func, NULL, 0, NULL, 0);
    fail(); /* Go has left this function */
    return 0;
}

static int32_t call_others(void *func) {
    gobridge_value sum;
    const gobridge_value args[] = {I64(2), I64(3)};
    assert_status(gobridge_call(find("guest.panicError"), NULL, 0, NULL, 0), GOBRIDGE_E_PANIC, "");
    assert_ok(gobridge_call(*(gobridge_ref *)func, args, 2, &sum, 1));
    return (int32_t)sum.as.i;
}

/* A C function that Go calls may call whatever it will; Goexit ends it too. */
static void calls_from_go(void **state) {
    (void)state;
    gobridge_ref add = find("guest.add"), goexit = find("guest.goexit");
    int32_t result = 0;
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_runtime_cgocall(call_others, &add, &result));
        assert_int_equal(result, 5);
        assert_status(gobridge_runtime_cgocall(call_goexit, &goexit, &result), GOBRIDGE_E_GOEXIT,
                      "runtime.Goexit");
    }
}

/* A message is UTF-8 without NULs, whatever Go or the host put into it. */
static void messages_are_text(void **state) {
    (void)state;
    static const char reason[] = "NUL \0, \xff and \xc3";
    const gobridge_value what = text_of(reason, sizeof reason - 1);
    assert_call_fails(CALL("guest.fail", NULL, 0, what), GOBRIDGE_E_RETURNED,
                      "NUL \\x00, \xef\xbf\xbd and \xef\xbf\xbd");
    assert_call_fails(CALL("guest.panic", NULL, 0, what), GOBRIDGE_E_PANIC,
                      "NUL \\x00, \xef\xbf\xbd and \xef\xbf\xbd");
    gobridge_ref none = 0;
    assert_status(gobridge_func_find(reason, sizeof reason - 1, &none), GOBRIDGE_E_UNKNOWN_NAME, "NUL ");
    static const char path[] = "/nope\xff/heap";
    assert_status(gobridge_go_profile_heap(path, sizeof path - 1), GOBRIDGE_E_SYSTEM,
                  "/nope\xef\xbf\xbd/heap");
}

static void panics_and_goexit(void **state) {
    (void)state;
    gobridge_error error;
    const gobridge_value why = text("no way");
    assert_status(gobridge_call(find("guest.panic"), &why, 1, NULL, 0), GOBRIDGE_E_PANIC, "no way");
    gobridge_last_error(&error);
    assert_non_null(strstr(error.stack, "main."));
    assert_status(gobridge_call(find("guest.panicError"), NULL, 0, NULL, 0), GOBRIDGE_E_PANIC,
                  "the guest's error");
    for (int i = 0; i < 100; i++) {
        gobridge_value r = nil;
        assert_status(gobridge_call(find("guest.goexit"), NULL, 0, NULL, 0), GOBRIDGE_E_GOEXIT,
                      "runtime.Goexit");
        assert_ok(CALL("guest.add", &r, 1, I64(i), I64(1)));
        assert_int_equal(r.as.i, i + 1);
    }
}

static void in_a_scope(void **state) {
    (void)state;
    uint64_t scope;
    const uint64_t live = live_references();
    gobridge_value r[2], kept = nil;
    assert_ok(gobridge_scope_open(&scope));
    for (int i = 0; i < 300; i++) {
        assert_ok(CALL("strings.ToUpper", &r[0], 1, text("a")));
        assert_ok(CALL("guest.newPoint", &r[1], 1, I64(i), I64(2)));
    }
    kept = r[1];
    assert_ok(gobridge_scope_keep(kept.owner));
    assert_int_equal(live_references(), live + 600);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), live + 1);
    assert_ok(gobridge_value_release(&kept));
}

static void *call_much(void *argument) {
    const int64_t seed = *(int64_t *)argument;
    gobridge_ref add, upper, goexit;
    expect(gobridge_func_find("guest.add", 9, &add) == GOBRIDGE_OK);
    expect(gobridge_func_find("strings.ToUpper", 15, &upper) == GOBRIDGE_OK);
    expect(gobridge_func_find("guest.goexit", 12, &goexit) == GOBRIDGE_OK);
    for (int64_t i = 0; i < 2000; i++) {
        const gobridge_value args[] = {I64(seed), I64(i)}, word = text("word");
        gobridge_value r = nil;
        expect(gobridge_call(add, args, 2, &r, 1) == GOBRIDGE_OK && r.as.i == seed + i);
        expect(gobridge_call(upper, &word, 1, &r, 1) == GOBRIDGE_OK && memcmp(r.as.s, "WORD", 4) == 0);
        expect(gobridge_value_release(&r) == GOBRIDGE_OK);
        if (i % 100 == 0) {
            expect(gobridge_call(goexit, NULL, 0, NULL, 0) == GOBRIDGE_E_GOEXIT);
        }
    }
    return NULL;
}

static void eight_threads(void **state) {
    (void)state;
    int64_t seeds[8];
    for (size_t i = 0; i < COUNT(seeds); i++) {
        seeds[i] = (int64_t)i << 40;
    }
    run_threads(COUNT(seeds), call_much, seeds, sizeof *seeds);
    run_threads(COUNT(seeds), call_much, seeds, sizeof *seeds); /* threads that Go has seen end */
}

static void exits(void) {
    const gobridge_value code = integer(GOBRIDGE_KIND_INT, 0);
    gobridge_call(find("guest.exit"), &code, 1, NULL, 0);
    _exit(9);
}

static void calls_nil(void) {
    gobridge_value r = nil;
    assert_call_fails(CALL("guest.apply", &r, 1, nil, I64(1)), GOBRIDGE_E_PANIC, "nil pointer");
}

static const scenario apart[] = {{"os.Exit", exits}, {"a nil func in Go", calls_nil}};

/* A slice is handed to a variadic function as it is. */
static void spread(void **state) {
    (void)state;
    gobridge_ref numbers = 0;
    gobridge_value sum = {0};
    assert_ok(gobridge_slice_new(parse("[]int64"), 3, 3, &numbers));
    for (int64_t i = 0; i < 3; i++) {
        const gobridge_value n = integer(GOBRIDGE_KIND_INT64, 10 * i + 1);
        assert_ok(gobridge_slice_set(numbers, i, &n));
    }
    const gobridge_ref func = find("guest.sum");
    const gobridge_value slice = named(numbers), one = integer(GOBRIDGE_KIND_INT64, 1);
    assert_ok(gobridge_call_spread(func, &slice, 1, &sum, 1));
    assert_int_equal(sum.as.i, 33);
    assert_ok(gobridge_call_spread(func, &nil, 1, &sum, 1));
    assert_int_equal(sum.as.i, 0);
    const gobridge_value with_text[] = {text("x"), nil};
    assert_ok(gobridge_call_spread(find("guest.isNil"), with_text, 2, &sum, 1));
    assert_int_equal(sum.as.u, 1);
    sum.as.i = 5;
    assert_status(gobridge_call_spread(func, &one, 1, &sum, 1), GOBRIDGE_E_WRONG_TYPE, "args[0]");
    assert_status(gobridge_call_spread(func, &slice, 0, &sum, 1), GOBRIDGE_E_COUNT, "args: 0");
    assert_status(gobridge_call_spread(func, &slice, 1, &sum, 0), GOBRIDGE_E_COUNT, "results");
    assert_status(gobridge_call_spread(find("guest.add"), &slice, 1, &sum, 1), GOBRIDGE_E_ARGUMENT,
                  "not variadic");
    assert_status(gobridge_call_spread(0, &slice, 1, &sum, 1), GOBRIDGE_E_NIL_REF, "func");
    assert_int_equal(sum.as.i, 5);
    assert_ok(gobridge_release(numbers));
}

static gobridge_status doubled(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                               size_t nresults) {
    (void)data, (void)nargs, (void)nresults;
    results[0] = gobridge_int64(2 * args[0].as.i);
    return GOBRIDGE_OK;
}

/* Go finds what C registers by name, and C does. */
static void functions_of_the_host(void **state) {
    (void)state;
    gobridge_ref func = 0;
    gobridge_value result;
    const gobridge_value args[] = {text("host.double"), integer(GOBRIDGE_KIND_INT64, 21)};
    const gobridge_ref call_host = find("guest.callHost");
    assert_status(gobridge_call(call_host, args, 2, &result, 1), GOBRIDGE_E_RETURNED, "no such function");
    assert_ok(gobridge_callback_new(parse("func(int64) int64"), doubled, NULL, NULL, &func));
    assert_ok(gobridge_func_register("host.double", 11, func));
    assert_status(gobridge_func_register("host.double", 11, func), GOBRIDGE_E_ARGUMENT,
                  "\"host.double\" is empty or taken");
    assert_status(gobridge_func_register("guest.add", 9, func), GOBRIDGE_E_ARGUMENT, "taken");
    assert_status(gobridge_func_register("", 0, func), GOBRIDGE_E_ARGUMENT, "empty");
    assert_ok(gobridge_release(func)); /* it stays by its name */
    assert_ok(gobridge_call(call_host, args, 2, &result, 1));
    assert_int_equal(result.as.i, 42);
    assert_ok(gobridge_call(find("host.double"), &args[1], 1, &result, 1));
    assert_int_equal(result.as.i, 42);
    const gobridge_ref map = make_map("map[int]int");
    assert_status(gobridge_func_register("host.map", 8, map), GOBRIDGE_E_WRONG_KIND, "func");
    assert_ok(gobridge_release(map));
}

int main(int argc, char **argv) {
    run_scenario(argc, argv, apart, COUNT(apart));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_found_once),
        cmocka_unit_test(numbers),
        cmocka_unit_test(strings_and_bytes),
        cmocka_unit_test(variadic),
        cmocka_unit_test(several_results_and_errors),
        cmocka_unit_test(function_values_in_and_out),
        cmocka_unit_test(objects),
        cmocka_unit_test(what_does_not_fit),
        cmocka_unit_test(messages_are_text),
        cmocka_unit_test(panics_and_goexit),
        cmocka_unit_test(calls_from_go),
        cmocka_unit_test(in_a_scope),
        cmocka_unit_test(eight_threads),
        cmocka_unit_test(spread),
        cmocka_unit_test(functions_of_the_host),
        APART(&apart[0]),
        APART(&apart[1]),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
