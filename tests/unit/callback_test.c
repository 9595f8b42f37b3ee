/* Callbacks: C functions as Go funcs of any type, and objects of the host's in Go. */
#include "check.h"

#include <time.h>

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

static gobridge_ref callback(const char *type, gobridge_callback call, void *data, void (*drop)(void *)) {
    gobridge_ref func = 0;
    assert_ok(gobridge_callback_new(parse(type), call, data, drop, &func));
    return func;
}

/* Waits until a counter has a value: drops come some time after a collection. */
static void await(atomic_int *count, int want) {
    for (int i = 0; i < 2000 && atomic_load(count) != want; i++) {
        assert_ok(gobridge_go_collect());
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_int_equal(atomic_load(count), want);
}

static void count_drop(void *data) {
    atomic_fetch_add((atomic_int *)data, 1);
}

/* ---- numbers, which need no reflect, and all else ---- */

static gobridge_status add(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                           size_t nresults) {
    if (nargs != 2 || nresults != 1 || results[0].kind != GOBRIDGE_KIND_NIL) {
        return GOBRIDGE_E_COUNT;
    }
    results[0] = integer(args[0].kind, args[0].as.i + args[1].as.i + *(int *)data);
    return GOBRIDGE_OK;
}

static void numbers(void **state) {
    (void)state;
    static const struct {
        const char *type;
        uint32_t kind;
    } rows[] = {
        {"func(int64, int64) int64", GOBRIDGE_KIND_INT64},
        {"func(int32, int32) int32", GOBRIDGE_KIND_INT32},
        {"func(int8, int8) int8", GOBRIDGE_KIND_INT8},
        {"func(uint16, uint16) uint16", GOBRIDGE_KIND_UINT16},
        {"func(uint64, uint64) uint64", GOBRIDGE_KIND_UINT64},
        {"func(int, int) int", GOBRIDGE_KIND_INT},
    };
    int more = 100;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref func = callback(rows[i].type, add, &more, NULL);
        const gobridge_value args[] = {integer(rows[i].kind, 3), integer(rows[i].kind, 4)};
        gobridge_value sum;
        assert_ok(gobridge_call(func, args, 2, &sum, 1));
        assert_int_equal(sum.kind, rows[i].kind);
        assert_int_equal(sum.as.i, 107);
        assert_type(func, rows[i].type);
        assert_ok(gobridge_release(func));
    }
}

static gobridge_status half(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                            size_t nresults) {
    (void)data, (void)nargs, (void)nresults;
    results[0] = real(GOBRIDGE_KIND_FLOAT64, args[0].as.f / 2);
    return GOBRIDGE_OK;
}

static gobridge_status less(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                            size_t nresults) {
    const int64_t *numbers = data;
    (void)nargs, (void)nresults;
    results[0] = integer(GOBRIDGE_KIND_BOOL, numbers[args[0].as.i] < numbers[args[1].as.i]);
    return GOBRIDGE_OK;
}

static void floats_and_bools(void **state) {
    (void)state;
    const gobridge_ref func = callback("func(float64) float64", half, NULL, NULL);
    const gobridge_value three = real(GOBRIDGE_KIND_FLOAT64, 3);
    gobridge_value result;
    assert_ok(gobridge_call(func, &three, 1, &result, 1));
    assert_true(result.as.f == 1.5);
    assert_ok(gobridge_release(func));
    int64_t two[] = {1, 2};
    const gobridge_ref compare = callback("func(int, int) bool", less, two, NULL);
    const gobridge_value args[] = {integer(GOBRIDGE_KIND_INT, 0), integer(GOBRIDGE_KIND_INT, 1)};
    assert_ok(gobridge_call(compare, args, 2, &result, 1));
    assert_int_equal(result.kind, GOBRIDGE_KIND_BOOL);
    assert_int_equal(result.as.u, 1);
    assert_ok(gobridge_release(compare));
}

/* func(string, []byte, map[string]int64, any, error) (string, map[string]int64, error): a bit of everything. */
#define EVERYTHING "func(string, []byte, map[string]int64, any, error) (string, map[string]int64, error)"

static gobridge_status everything(void *data, const gobridge_value *args, size_t nargs,
                                  gobridge_value *results, size_t nresults) {
    int64_t len = 0;
    if (nargs != 5 || nresults != 2 || args[0].owner || args[2].owner ||
        args[0].kind != GOBRIDGE_KIND_STRING || args[1].kind != GOBRIDGE_KIND_BYTES ||
        args[3].kind != GOBRIDGE_KIND_STRING || args[4].kind != GOBRIDGE_KIND_NIL ||
        gobridge_map_len(args[2].as.ref, &len) || len != 1) {
        return GOBRIDGE_E_ARGUMENT;
    }
    char *joined = data;
    snprintf(joined, 32, "%.*s %.*s %.*s", (int)args[0].len, args[0].as.s, (int)args[1].len,
             (const char *)args[1].as.b, (int)args[3].len, args[3].as.s);
    results[0] = text(joined);                         /* stays ours */
    return gobridge_value_copy(&args[2], &results[1]); /* taken over */
}

static void values(void **state) {
    (void)state;
    char joined[32];
    const gobridge_ref func = callback(EVERYTHING, everything, joined, NULL),
                       map = make_map("map[string]int64");
    const gobridge_value key = text("k"), elem = integer(GOBRIDGE_KIND_INT64, 7);
    assert_ok(gobridge_map_set(map, &key, &elem));
    const gobridge_value args[] = {text("one"), bytes("two", 3), named(map), text("three"), nil};
    gobridge_value results[2];
    assert_ok(gobridge_call(func, args, 5, results, 2));
    assert_shows(&results[0], GOBRIDGE_KIND_STRING, "one two three", 13);
    int64_t len = 0;
    assert_ok(gobridge_map_len(results[1].as.ref, &len));
    assert_int_equal(len, 1);
    assert_ok(gobridge_value_release(&results[1]));
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(func));
}

/* ---- failures ---- */

static gobridge_status fail_so(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                               size_t nresults) {
    (void)args, (void)nargs;
    if (nresults) {
        const gobridge_value lost = text("lost");
        gobridge_value_copy(&lost, &results[0]); /* taken over all the same */
    }
    if (data) {
        gobridge_callback_fail("forgotten", 9);
        gobridge_callback_fail(data, strlen(data));
    }
    return GOBRIDGE_E_CLOSED;
}

static gobridge_status fail_with(void *data, const gobridge_value *args, size_t nargs,
                                 gobridge_value *results, size_t nresults) {
    (void)args, (void)nargs, (void)results, (void)nresults;
    return gobridge_callback_fail_with(*(gobridge_ref *)data) ? GOBRIDGE_OK : GOBRIDGE_E_RETURNED;
}

static void failures(void **state) {
    (void)state;
    gobridge_value result;
    const gobridge_ref with_error = callback("func() (string, error)", fail_so, "it is closed", NULL);
    assert_status(gobridge_call(with_error, NULL, 0, &result, 1), GOBRIDGE_E_RETURNED, "it is closed");
    assert_ok(gobridge_release(with_error));
    const gobridge_ref silent = callback("func() (string, error)", fail_so, NULL, NULL);
    assert_status(gobridge_call(silent, NULL, 0, &result, 1), GOBRIDGE_E_RETURNED, "status 28");
    assert_ok(gobridge_release(silent));
    static const char *const without[] = {"func() string", "func()", "func() int64"};
    for (size_t i = 0; i < COUNT(without); i++) {
        const gobridge_ref func = callback(without[i], fail_so, "it is closed", NULL);
        assert_status(gobridge_call(func, NULL, 0, &result, i != 1), GOBRIDGE_E_PANIC, "it is closed");
        assert_ok(gobridge_release(func));
    }
    /* a Go error comes back as itself, and the failure of a call as a value */
    gobridge_ref error = 0;
    assert_ok(gobridge_error_new("mine", 4, &error));
    const gobridge_ref mine = callback("func() error", fail_with, &error, NULL);
    gobridge_value failure;
    assert_status(gobridge_call_catch(mine, NULL, 0, NULL, 0, &failure), GOBRIDGE_E_RETURNED, "mine");
    uint8_t is = 0;
    assert_ok(gobridge_error_is(failure.as.ref, error, &is));
    assert_int_equal(is, 1);
    assert_ok(gobridge_value_release(&failure));
    assert_ok(gobridge_release(mine));
    const gobridge_ref panics = callback("func()", fail_with, &error, NULL);
    assert_status(gobridge_call_catch(panics, NULL, 0, NULL, 0, &failure), GOBRIDGE_E_PANIC, "mine");
    assert_ok(gobridge_error_is(failure.as.ref, error, &is));
    assert_int_equal(is, 1);
    assert_ok(gobridge_value_release(&failure));
    assert_ok(gobridge_release(panics));
    /* what is no error of Go's is one that says the same */
    assert_status(gobridge_call_catch(error, NULL, 0, NULL, 0, &failure), GOBRIDGE_E_WRONG_KIND, "func");
    gobridge_value message;
    assert_ok(gobridge_error_message(failure.as.ref, &message));
    assert_non_null(strstr(message.as.s, "func is a *errors.errorString"));
    assert_ok(gobridge_value_release(&message));
    assert_ok(gobridge_value_release(&failure));
    assert_ok(gobridge_release(error));
    assert_status(gobridge_callback_fail("x", 1), GOBRIDGE_E_NO_CALLBACK, "callback");
}

/* ---- rubbish ---- */

static gobridge_status rubbish(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                               size_t nresults) {
    (void)args, (void)nargs;
    for (size_t i = 0; i < nresults; i++) {
        results[i] = *(gobridge_value *)data;
    }
    return GOBRIDGE_OK;
}

static void results_that_are_none(void **state) {
    (void)state;
    gobridge_ref stale = make_variable("int64");
    assert_ok(gobridge_release(stale));
    const gobridge_value bad[] = {
        nil,
        {.kind = 99},
        {.kind = UINT32_MAX},
        {.kind = GOBRIDGE_KIND_INT64, .flags = 1},
        {.kind = GOBRIDGE_KIND_REF, .as.ref = stale},
        {.kind = GOBRIDGE_KIND_REF, .as.ref = stale, .owner = stale},
        {.kind = GOBRIDGE_KIND_REF, .as.ref = UINT64_MAX},
        {.kind = GOBRIDGE_KIND_STRING, .as.s = NULL, .len = 1},
        {.kind = GOBRIDGE_KIND_STRING, .as.s = "x", .len = UINT64_MAX},
        {.kind = GOBRIDGE_KIND_BOOL, .as.u = 2},
        {.kind = GOBRIDGE_KIND_FLOAT64, .as.f = 0.5},
    };
    static const char *const types[] = {"func() int64", "func() int8", "func() (int64, error)",
                                        "func(int64, int64) int64", "func() (uint32, uint32)"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        for (size_t t = 0; t < COUNT(types); t++) {
            gobridge_value to_rubbish = bad[i], results[2];
            const gobridge_value args[] = {integer(GOBRIDGE_KIND_INT64, 1), integer(GOBRIDGE_KIND_INT64, 2)};
            const gobridge_ref func = callback(types[t], rubbish, &to_rubbish, NULL);
            assert_status(gobridge_call(func, args, t == 3 ? 2 : 0, results, t == 4 ? 2 : 1),
                          t == 2 ? GOBRIDGE_E_RETURNED : GOBRIDGE_E_PANIC, "");
            assert_ok(gobridge_release(func));
        }
    }
    /* a number of another kind that fits is none */
    gobridge_value seven = integer(GOBRIDGE_KIND_UINT8, 7), got;
    const gobridge_ref func = callback("func() int64", rubbish, &seven, NULL);
    assert_ok(gobridge_call(func, NULL, 0, &got, 1));
    assert_int_equal(got.kind, GOBRIDGE_KIND_INT64);
    assert_int_equal(got.as.i, 7);
    assert_ok(gobridge_release(func));
}

/* Nothing lies where a result says. */
static void wild_address(void) {
    gobridge_value wild = {.kind = GOBRIDGE_KIND_STRING, .as.s = (const char *)4096, .len = 1}, result;
    const gobridge_ref func = callback("func() string", rubbish, &wild, NULL);
    for (int i = 0; i < 100; i++) {
        assert_status(gobridge_call(func, NULL, 0, &result, 1), GOBRIDGE_E_ADDRESS, "nothing lies");
    }
    assert_ok(gobridge_release(func));
    assert_int_equal(live_references(), 0);
}

/* ---- life ---- */

typedef struct life {
    gobridge_ref func;
    atomic_int drops;
    int depth;
    bool releases;
} life;

static gobridge_status live(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                            size_t nresults) {
    life *l = data;
    (void)nargs, (void)nresults;
    gobridge_status status = GOBRIDGE_OK;
    if (args[0].as.i > 0) {
        const gobridge_value next = integer(GOBRIDGE_KIND_INT64, args[0].as.i - 1);
        status = gobridge_call(l->func, &next, 1, results, 1);
        results[0].as.i += args[0].as.i;
    } else {
        if (l->releases) {
            status = gobridge_release(l->func);
            gobridge_go_collect();
        }
        results[0] = integer(GOBRIDGE_KIND_INT64, 0);
    }
    return status || atomic_load(&l->drops) ? GOBRIDGE_E_STALE_REF : GOBRIDGE_OK;
}

static void drop_life(void *data) {
    uint64_t live = 0;
    if (gobridge_ref_count(&live) == GOBRIDGE_OK) { /* it may call the library */
        atomic_fetch_add(&((life *)data)->drops, 1);
    }
}

/* It calls itself, and the innermost call releases the func that all of them run in. */
static void releases_itself(void **state) {
    (void)state;
    life l = {.releases = true};
    l.func = callback("func(int64) int64", live, &l, drop_life);
    const gobridge_value ten = integer(GOBRIDGE_KIND_INT64, 10);
    gobridge_value sum;
    assert_ok(gobridge_call(l.func, &ten, 1, &sum, 1));
    assert_int_equal(sum.as.i, 55);
    await(&l.drops, 1);
    assert_status(gobridge_call(l.func, &ten, 1, &sum, 1), GOBRIDGE_E_STALE_REF, "func");
}

/* Each of many calls in one another gets its own result, though Go's stack moves while they run, to where it has more room. */
static void calls_itself(void **state) {
    (void)state;
    life l = {.releases = false};
    l.func = callback("func(int64) int64", live, &l, drop_life);
    for (int64_t n = 1; n <= 256; n *= 2) {
        const gobridge_value arg = integer(GOBRIDGE_KIND_INT64, n);
        gobridge_value sum;
        assert_ok(gobridge_call(l.func, &arg, 1, &sum, 1));
        assert_int_equal(sum.as.i, n * (n + 1) / 2);
    }
    assert_ok(gobridge_release(l.func));
    await(&l.drops, 1);
}

/* Go keeps the func after its reference was released, and drop comes when Go lets go of it. */
static void outlives_its_reference(void **state) {
    (void)state;
    life l = {.depth = 0};
    const gobridge_ref kept = make_variable("func(int64) int64");
    l.func = callback("func(int64) int64", live, &l, drop_life);
    const gobridge_value as_value = named(l.func), none = integer(GOBRIDGE_KIND_INT64, 0);
    assert_ok(gobridge_value_set(kept, &as_value));
    assert_ok(gobridge_release(l.func));
    assert_ok(gobridge_go_collect());
    gobridge_value func, result;
    assert_ok(gobridge_value_follow(kept, &func));
    assert_ok(gobridge_call(func.as.ref, &none, 1, &result, 1));
    assert_ok(gobridge_value_release(&func));
    assert_int_equal(atomic_load(&l.drops), 0);
    assert_ok(gobridge_release(kept));
    await(&l.drops, 1);
    assert_ok(gobridge_go_collect());
    assert_int_equal(atomic_load(&l.drops), 1);
}

static void nothing_is_dropped_where_nothing_was_made(void **state) {
    (void)state;
    static atomic_int drops;
    gobridge_ref func = 7;
    assert_status(gobridge_callback_new(parse("int64"), add, &drops, count_drop, &func),
                  GOBRIDGE_E_WRONG_KIND, "func_type");
    assert_status(gobridge_callback_new(parse("func()"), NULL, &drops, count_drop, &func), GOBRIDGE_E_NULL,
                  "call");
    assert_int_equal(func, 7);
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_go_collect());
    }
    assert_int_equal(atomic_load(&drops), 0);
}

/* ---- objects of the host's ---- */

static void foreign(void **state) {
    (void)state;
    static atomic_int drops;
    gobridge_ref a = 0, b = 0;
    assert_ok(gobridge_foreign_new(&drops, count_drop, &a));
    assert_ok(gobridge_foreign_new(&drops, count_drop, &b));
    const gobridge_ref map = make_map("map[any]any");
    const gobridge_value key = named(a), elem = named(b);
    assert_ok(gobridge_map_set(map, &key, &elem));
    uint8_t equal = 9;
    assert_ok(gobridge_value_equal(&key, &elem, &equal));
    assert_int_equal(equal, 0);
    assert_ok(gobridge_release(b));
    gobridge_value got;
    assert_ok(gobridge_map_get(map, &key, &got, NULL));
    void *data = NULL;
    assert_ok(gobridge_foreign_data(got.as.ref, &data));
    assert_ptr_equal(data, &drops);
    assert_ok(gobridge_value_release(&got));
    assert_status(gobridge_foreign_data(map, &data), GOBRIDGE_E_WRONG_KIND, "ref");
    assert_ok(gobridge_release(a));
    assert_ok(gobridge_go_collect());
    assert_int_equal(atomic_load(&drops), 0);
    assert_ok(gobridge_release(map));
    await(&drops, 2);
    gobridge_ref none = 0;
    assert_ok(gobridge_foreign_new(NULL, NULL, &none));
    assert_ok(gobridge_foreign_data(none, &data));
    assert_null(data);
    assert_ok(gobridge_release(none));
}

/* Many small ones, each of which is dropped by itself. */
static void every_one_is_dropped(void **state) {
    (void)state;
    static atomic_int drops;
    for (int i = 0; i < 1000; i++) {
        gobridge_ref one = 0;
        assert_ok(gobridge_foreign_new(&drops, count_drop, &one));
        assert_ok(gobridge_release(one));
    }
    await(&drops, 1000);
}

/* ---- what Go has callbacks for ---- */

static void sort_slice(void **state) {
    (void)state;
    int64_t numbers[100];
    const gobridge_ref type = parse("[]int64");
    gobridge_ref slice = 0;
    for (int i = 0; i < 100; i++) {
        numbers[i] = i * 37 % 100;
    }
    assert_ok(gobridge_slice_new(type, 0, 100, &slice));
    const gobridge_column column = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = numbers};
    gobridge_ref filled = 0;
    assert_ok(gobridge_slice_append_n(slice, &column, 100, &filled));
    gobridge_value view;
    assert_ok(gobridge_slice_view(filled, &view));
    const gobridge_ref func = callback("func(int, int) bool", less, (void *)(uintptr_t)view.as.b, NULL);
    const gobridge_value args[] = {named(filled), named(func)};
    assert_ok(gobridge_call(find("sort.Slice"), args, 2, NULL, 0));
    for (int64_t i = 0; i < 100; i++) {
        assert_int_equal(((const int64_t *)view.as.b)[i], i);
    }
    assert_ok(gobridge_value_release(&view));
    assert_ok(gobridge_release(slice));
    assert_ok(gobridge_release(filled));
    assert_ok(gobridge_release(func));
}

typedef struct walk {
    gobridge_ref skip;
    int files, directories;
} walk;

static gobridge_status visit(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                             size_t nresults) {
    walk *w = data;
    (void)nargs, (void)results, (void)nresults;
    gobridge_value is_dir;
    if (args[2].kind != GOBRIDGE_KIND_NIL) {
        return GOBRIDGE_E_SYSTEM;
    }
    const gobridge_status status = gobridge_iface_call(args[1].as.ref, "IsDir", 5, NULL, 0, &is_dir, 1);
    if (status) {
        return status;
    }
    *(is_dir.as.u ? &w->directories : &w->files) += 1;
    if (args[0].len == 4 && memcmp(args[0].as.s, "skip", 4) == 0) {
        gobridge_callback_fail_with(w->skip);
        return GOBRIDGE_E_RETURNED;
    }
    return GOBRIDGE_OK;
}

static void walk_dir(void **state) {
    (void)state;
    walk w = {.files = 0};
    gobridge_value skip, fs;
    assert_ok(gobridge_call(find("guest.skipDir"), NULL, 0, &skip, 1));
    assert_ok(gobridge_call(find("guest.mapFS"), NULL, 0, &fs, 1));
    w.skip = skip.as.ref;
    const gobridge_ref func = callback("fs.WalkDirFunc", visit, &w, NULL);
    const gobridge_value args[] = {fs, text("."), named(func)};
    assert_ok(gobridge_call(find("fs.WalkDir"), args, 3, NULL, 0));
    assert_int_equal(w.files, 2);
    assert_int_equal(w.directories, 3); /* ., a, skip */
    assert_ok(gobridge_value_release(&skip));
    assert_ok(gobridge_value_release(&fs));
    assert_ok(gobridge_release(func));
}

/* ---- threads ---- */

static gobridge_status thread_add(void *data, const gobridge_value *args, size_t nargs,
                                  gobridge_value *results, size_t nresults) {
    (void)nargs, (void)nresults;
    atomic_fetch_add((atomic_int *)data, 1);
    gobridge_ref made = 0;
    if (gobridge_error_new("made here", 9, &made) || gobridge_release(made)) {
        return GOBRIDGE_E_SYSTEM;
    }
    results[0] = integer(GOBRIDGE_KIND_INT64, (int64_t)args[0].len + args[1].as.i);
    return GOBRIDGE_OK;
}

static gobridge_ref shared_func;

static void *call_from_thread(void *data) {
    (void)data;
    const gobridge_value args[] = {text("four"), integer(GOBRIDGE_KIND_INT64, 5)};
    for (int i = 0; i < 200; i++) {
        gobridge_value result;
        expect(gobridge_call(shared_func, args, 2, &result, 1) == GOBRIDGE_OK && result.as.i == 9);
    }
    return NULL;
}

static void many_threads(void **state) {
    (void)state;
    static atomic_int calls;
    char unused[8];
    shared_func = callback("func(string, int64) int64", thread_add, &calls, NULL);
    run_threads(8, call_from_thread, unused, 1);
    assert_int_equal(atomic_load(&calls), 1600);
    /* and on threads that the host never saw */
    const gobridge_value args[] = {text("four"), integer(GOBRIDGE_KIND_INT64, 5)};
    gobridge_ref tasks[8];
    for (size_t i = 0; i < COUNT(tasks); i++) {
        assert_ok(gobridge_task_start(shared_func, args, 2, -1, &tasks[i]));
    }
    for (size_t i = 0; i < COUNT(tasks); i++) {
        gobridge_value result;
        assert_ok(gobridge_task_wait(tasks[i], -1, &result, 1));
        assert_int_equal(result.as.i, 9);
        assert_ok(gobridge_release(tasks[i]));
    }
    assert_int_equal(atomic_load(&calls), 1608);
    assert_ok(gobridge_release(shared_func));
}

/* ---- faults after a callback ---- */

static gobridge_status call_go(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                               size_t nresults) {
    (void)data, (void)args, (void)nargs, (void)nresults;
    results[0] = args[0];
    return gobridge_go_collect();
}

static gobridge_status read_by_go(void *data, uint8_t *buffer, size_t capacity, size_t *len) {
    (void)data, (void)buffer, (void)capacity;
    *len = 0;
    return gobridge_go_collect();
}

static gobridge_status write_by_go(void *data, const uint8_t *buffer, size_t len, size_t *written) {
    (void)data, (void)buffer;
    *written = len;
    return gobridge_go_collect();
}

static int64_t number_by_go(int64_t n) {
    return gobridge_go_collect() == GOBRIDGE_OK ? n : -1;
}

/* A callback has called Go, and come back: a fault in the Go code that called it is a panic as ever. */
static void faults_after_a_callback(void) {
    const char *signature = "func(int64) int64";
    gobridge_ref hosts[5] = {callback(signature, call_go, NULL, NULL),
                             callback("func(string) string", call_go, NULL, NULL)};
    assert_ok(gobridge_reader_new(read_by_go, NULL, NULL, &hosts[2]));
    assert_ok(gobridge_writer_new(write_by_go, NULL, NULL, &hosts[3]));
    assert_ok(gobridge_cfunc_new((void (*)(void))number_by_go, signature, strlen(signature), &hosts[4]));
    for (size_t i = 0; i < COUNT(hosts); i++) {
        const gobridge_value host = {.kind = GOBRIDGE_KIND_REF, .as.ref = hosts[i]};
        gobridge_value result;
        for (int n = 0; n < 3; n++) {
            assert_status(gobridge_call(find("guest.faultAfter"), &host, 1, &result, 1), GOBRIDGE_E_PANIC,
                          "nil pointer dereference");
        }
        assert_ok(gobridge_release(hosts[i]));
    }
    assert_int_equal(live_references(), 0);
}

int main(int argc, char **argv) {
    static const scenario apart[] = {{"wild_address", wild_address},
                                     {"faults_after_a_callback", faults_after_a_callback}};
    run_scenario(argc, argv, apart, COUNT(apart));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(floats_and_bools),
        cmocka_unit_test(values),
        cmocka_unit_test(failures),
        cmocka_unit_test(results_that_are_none),
        APART(&apart[0]),
        cmocka_unit_test(releases_itself),
        cmocka_unit_test(calls_itself),
        cmocka_unit_test(outlives_its_reference),
        cmocka_unit_test(nothing_is_dropped_where_nothing_was_made),
        cmocka_unit_test(foreign),
        cmocka_unit_test(every_one_is_dropped),
        cmocka_unit_test(sort_slice),
        cmocka_unit_test(walk_dir),
        cmocka_unit_test(many_threads),
        APART(&apart[1]),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
