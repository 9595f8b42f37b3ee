/* The linkname set: the runtime itself. iscgo, set_crosscall2, cgocall, Float32bits, clocks, random numbers, the boxes, getitab,
 * ifaceE2I. */
#include "check.h"

#include <math.h>
#include <time.h>

static void iscgo(void **state) {
    (void)state;
    uint8_t answer = 9;
    assert_ok(gobridge_runtime_iscgo(&answer));
    assert_int_equal(answer, 1);
}

/* Harmless at any time: calls still cross after it, in this thread and in new ones. */
static void *crossing_thread(void *argument) {
    uint64_t live = 0;
    expect(gobridge_runtime_set_crosscall2() == GOBRIDGE_OK);
    expect(gobridge_ref_count(&live) == GOBRIDGE_OK);
    return argument;
}

static void set_crosscall2(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_runtime_set_crosscall2());
    }
    run_threads(8, crossing_thread, NULL, 0);
}

static void Float32bits(void **state) {
    (void)state;
    static const uint32_t rows[] = {
        0,                      /* 0 */
        0x80000000,             /* -0 */
        0x3F800000,             /* 1 */
        0xBF800000,             /* -1 */
        0x00000001,             /* the smallest */
        0x7F7FFFFF,             /* the largest */
        0x7F800000,             /* infinity */
        0xFF800000, 0x7FC00000, /* NaN */
        0xFFC12345,             /* NaN with a payload */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t bits = 9;
        float f;
        memcpy(&f, &rows[i], sizeof f);
        assert_ok(gobridge_math_Float32bits(f, &bits));
        assert_int_equal(bits, rows[i]);
    }
}

/* ---- clocks and random numbers ---- */

static void *clock_thread(void *argument) {
    int64_t before = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t ns = -1, sec = -1, mono = -1;
        int32_t nsec = -1;
        expect(gobridge_runtime_nanotime(&ns) == GOBRIDGE_OK && ns >= before);
        expect(gobridge_time_now(&sec, &nsec, &mono) == GOBRIDGE_OK && mono >= ns);
        expect(nsec >= 0 && nsec <= 999999999);
        before = mono;
    }
    return argument;
}

static void clocks(void **state) {
    (void)state;
    run_threads(8, clock_thread, NULL, 0);
    /* they go as C's do */
    const struct timespec pause = {.tv_nsec = 20000000};
    struct timespec now;
    int64_t start = 0, end = 0, sec = 0, mono = 0;
    int32_t nsec = 0;
    assert_ok(gobridge_runtime_nanotime(&start));
    assert_int_equal(nanosleep(&pause, NULL), 0);
    assert_ok(gobridge_time_now(&sec, &nsec, &mono));
    assert_ok(gobridge_runtime_nanotime(&end));
    assert_in_range(mono - start, pause.tv_nsec, 20000000000LL);
    assert_in_range(end - mono, 0, 20000000000LL);
    clock_gettime(CLOCK_REALTIME, &now);
    assert_in_range(now.tv_sec - sec, 0, 20);
}

static gobridge_status below_100(uint32_t *random) {
    return gobridge_runtime_cheaprandn(100, random);
}

static gobridge_status high_half(uint32_t *random) {
    uint64_t wide = 0;
    gobridge_status status = gobridge_runtime_rand(&wide);
    *random = (uint32_t)(wide >> 32);
    return status;
}

static gobridge_status low_half(uint32_t *random) {
    uint64_t wide = 0;
    gobridge_status status = gobridge_runtime_rand(&wide);
    *random = (uint32_t)wide;
    return status;
}

/* Every part of the range has its share: of 16,000 numbers in 16 parts none has fewer than 700, nor more than 1,300. */
static void random_numbers(void **state) {
    (void)state;
    static const struct {
        gobridge_status (*random)(uint32_t *random);
        uint64_t below;
    } sources[] = {{high_half, 1ULL << 32},
                   {low_half, 1ULL << 32},
                   {gobridge_runtime_cheaprand, 1ULL << 32},
                   {below_100, 100}};
    enum { PARTS = 16, NUMBERS = 16000 };
    for (size_t s = 0; s < COUNT(sources); s++) {
        int parts[PARTS] = {0};
        for (int i = 0; i < NUMBERS; i++) {
            uint32_t random = UINT32_MAX;
            assert_failed(sources[s].random(&random), GOBRIDGE_OK, "random", "");
            assert_true(random < sources[s].below);
            parts[(uint64_t)random * PARTS / sources[s].below]++;
        }
        for (int i = 0; i < PARTS; i++) {
            assert_in_range(parts[i], 700, 1300);
        }
    }
    uint32_t random = 9;
    assert_ok(gobridge_runtime_cheaprandn(1, &random));
    assert_int_equal(random, 0);
    random = 9;
    assert_status(gobridge_runtime_cheaprandn(0, &random), GOBRIDGE_E_ARGUMENT, "n");
    assert_int_equal(random, 9);
}

/* ---- boxes ---- */

static void convT64(void **state) {
    (void)state;
    /* Go keeps the numbers below 256 in a table of its own */
    static const uint64_t rows[] = {0, 1, 255, 256, 1ULL << 32, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref boxed = 0;
        gobridge_value value;
        uint64_t loaded = 9;
        assert_ok(gobridge_runtime_convT64(rows[i], &boxed));
        assert_type(boxed, "uint64");
        assert_ok(gobridge_value_get(boxed, &value));
        assert_int_equal(value.kind, GOBRIDGE_KIND_UINT64);
        assert_int_equal(value.as.u, rows[i]);
        assert_ok(gobridge_value_load(boxed, &loaded));
        assert_int_equal(loaded, rows[i]);
        assert_ok(gobridge_release(boxed));
    }
}

static gobridge_status conv_string(const void *data, size_t len, gobridge_ref *boxed) {
    return gobridge_runtime_convTstring(data, len, boxed);
}

static gobridge_status conv_slice(const void *data, size_t len, gobridge_ref *boxed) {
    return gobridge_runtime_convTslice(data, len, boxed);
}

static void convTstring_and_convTslice(void **state) {
    (void)state;
    enum { MEGABYTE = 1 << 20 };
    static const struct {
        gobridge_status (*convert)(const void *data, size_t len, gobridge_ref *boxed);
        const char *type;
        uint32_t kind;
    } kinds[] = {{conv_string, "string", GOBRIDGE_KIND_STRING}, {conv_slice, "[]byte", GOBRIDGE_KIND_BYTES}};
    char *mine = malloc(MEGABYTE), *same = malloc(MEGABYTE);
    static const size_t lengths[] = {0, 1, 7, 32, 33, 4096, MEGABYTE};
    for (size_t k = 0; k < COUNT(kinds); k++) {
        for (size_t i = 0; i < COUNT(lengths); i++) {
            for (size_t n = 0; n < lengths[i]; n++) {
                mine[n] = same[n] = (char)(n * 7); /* NULs and what is no UTF-8 too */
            }
            gobridge_ref boxed = 0;
            gobridge_value value;
            assert_ok(kinds[k].convert(mine, lengths[i], &boxed));
            memset(mine, 'X', MEGABYTE);
            assert_type(boxed, kinds[k].type);
            assert_ok(gobridge_value_get(boxed, &value));
            assert_shows(&value, kinds[k].kind, same, lengths[i]);
            assert_ok(gobridge_release(boxed));
        }
    }
    free(mine);
    free(same);
}

/* ---- getitab ---- */

static void getitab(void **state) {
    (void)state;
    static const struct {
        const char *interface, *type, *missing; /* the method that the type has not, NULL where it has all */
    } rows[] = {
        {"fmt.Stringer", "time.Duration", NULL},
        {"fmt.Stringer", "time.Time", NULL},
        {"fmt.Stringer", "*time.Time", NULL}, /* a pointer has its element's methods */
        {"fmt.Stringer", "*time.Duration", NULL},
        {"fmt.Stringer", "**time.Duration", "String"}, /* a pointer to a pointer has none */
        {"fmt.Stringer", "int64", "String"},
        {"fmt.Stringer", "[]time.Duration", "String"},
        {"fmt.Stringer", "struct{}", "String"},
        {"fmt.Stringer", "func() string", "String"},
        {"error", "time.Duration", "Error"},
        {"error", "*time.Time", "Error"},
        {"error", "map[string]int", "Error"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (uint8_t canfail = 0; canfail <= 1; canfail++) {
            for (int again = 0; again < 2;
                 again++) { /* the runtime remembers what it found, and what it did not */
                const uint64_t live = live_references();
                gobridge_ref itab = 9, type = 9;
                const gobridge_status status =
                    gobridge_runtime_getitab(parse(rows[i].interface), parse(rows[i].type), canfail, &itab);
                if (!rows[i].missing) {
                    assert_failed(status, GOBRIDGE_OK, rows[i].type, "");
                    assert_int_not_equal(itab, 0);
                    assert_status(gobridge_type_of(itab, &type), GOBRIDGE_E_WRONG_KIND, "itab");
                    assert_ok(gobridge_release(itab));
                } else if (canfail) {
                    assert_failed(status, GOBRIDGE_OK, rows[i].type, "");
                    assert_int_equal(itab, 0);
                } else {
                    assert_failed(status, GOBRIDGE_E_NOT_IMPLEMENTED, "gobridge_runtime_getitab",
                                  rows[i].missing);
                    assert_int_equal(itab, 9);
                }
                assert_int_equal(live_references(), live);
            }
        }
    }
}

static void getitab_refuses(void **state) {
    (void)state;
    static const struct {
        const char *interface, *type, *argument;
        gobridge_status status;
        uint8_t canfail;
    } rows[] = {
        {"any", "int", "interface_type", GOBRIDGE_E_WRONG_KIND, 0}, /* Go has no itab for it */
        {"any", "int", "interface_type", GOBRIDGE_E_WRONG_KIND, 1},
        {"int", "int", "interface_type", GOBRIDGE_E_WRONG_KIND, 0},
        {"*error", "int", "interface_type", GOBRIDGE_E_WRONG_KIND, 0},
        {"error", "error", "type", GOBRIDGE_E_WRONG_KIND, 1},
        {"error", "any", "type", GOBRIDGE_E_WRONG_KIND, 1},
        {"fmt.Stringer", "time.Duration", "canfail", GOBRIDGE_E_ARGUMENT, 2},
        {"fmt.Stringer", "time.Duration", "canfail", GOBRIDGE_E_ARGUMENT, 255},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref itab = 9;
        assert_failed(
            gobridge_runtime_getitab(parse(rows[i].interface), parse(rows[i].type), rows[i].canfail, &itab),
            rows[i].status, "gobridge_runtime_getitab", rows[i].argument);
        assert_int_equal(itab, 9);
    }
}

/* ---- cgocall ---- */

static int32_t number(void *arg) {
    return (int32_t)(intptr_t)arg;
}

static void cgocall(void **state) {
    (void)state;
    static const int32_t rows[] = {1, 42, 4096, INT32_MAX, -1, -4096, INT32_MIN};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t result = 9;
        assert_ok(gobridge_runtime_cgocall(number, (void *)(intptr_t)rows[i], &result));
        assert_int_equal(result, rows[i]);
    }
}

typedef struct visit {
    pthread_t thread;
    int calls, depth;
    gobridge_ref map;
} visit;

static int32_t see_thread(void *arg) {
    visit *v = arg;
    v->calls++;
    v->thread = pthread_self();
    return 0;
}

static void cgocall_stays_on_this_thread(void **state) {
    (void)state;
    visit v = {.calls = 0};
    int32_t result = 9;
    assert_ok(gobridge_runtime_cgocall(see_thread, &v, &result));
    assert_int_equal(v.calls, 1);
    assert_true(pthread_equal(v.thread, pthread_self()));
    assert_int_equal(result, 0);
}

/* Calls itself through Go, and on its way in and out works on a map. */
static int32_t descend(void *arg) {
    visit *v = arg;
    const int64_t level = v->depth;
    int64_t elem = -1;
    int32_t below = 0;
    uint8_t found = 0;
    if (gobridge_runtime_mapassign(v->map, &level, &level) != GOBRIDGE_OK) {
        return -1000;
    }
    if (v->depth > 0) {
        v->depth--;
        if (gobridge_runtime_cgocall(descend, v, &below) != GOBRIDGE_OK) {
            return -2000;
        }
    }
    if (gobridge_runtime_mapaccess2(v->map, &level, &elem, &found) != GOBRIDGE_OK || !found ||
        elem != level) {
        return -3000;
    }
    return below + 1;
}

static void cgocall_nests(void **state) {
    (void)state;
    visit v = {.depth = 50, .map = make_map("map[int64]int64")};
    int32_t levels = 0;
    assert_ok(gobridge_runtime_cgocall(descend, &v, &levels));
    assert_int_equal(levels, 51);
    assert_int_equal(length(v.map), 51);
    assert_ok(gobridge_release(v.map));
}

static void *nesting_thread(void *argument) {
    visit v = {.depth = 50};
    gobridge_ref type = 0;
    int32_t levels = 0;
    expect(gobridge_type_parse("map[int64]int64", strlen("map[int64]int64"), &type) == GOBRIDGE_OK);
    expect(gobridge_runtime_makemap_small(type, &v.map) == GOBRIDGE_OK);
    for (int i = 0; i < 20; i++) {
        v.depth = 50;
        expect(gobridge_runtime_cgocall(descend, &v, &levels) == GOBRIDGE_OK && levels == 51);
    }
    expect(gobridge_release(v.map) == GOBRIDGE_OK);
    return argument;
}

static void cgocall_nests_in_threads(void **state) {
    (void)state;
    run_threads(8, nesting_thread, NULL, 0);
}

static int32_t fail_inside(void *arg) {
    (void)arg;
    return -gobridge_release(0);
}

/* A call that fails inside the callback is this thread's last failure; the call around it succeeded. */
static void cgocall_and_failures(void **state) {
    (void)state;
    int32_t result = 9;
    gobridge_error error;
    assert_status(gobridge_release(UINT64_MAX), GOBRIDGE_E_FORGED_REF, "ref");
    assert_ok(gobridge_runtime_cgocall(fail_inside, &result, &result));
    assert_int_equal(result, -GOBRIDGE_E_NIL_REF);
    assert_ok(gobridge_last_error(&error));
    assert_int_equal(error.status, GOBRIDGE_E_NIL_REF);
    assert_string_equal(error.message, "gobridge_release: ref is 0");
}

static int32_t scope_inside(void *arg) {
    uint64_t *scope = arg;
    gobridge_ref ref;
    if (gobridge_scope_open(scope) || gobridge_runtime_convT64(1, &ref)) {
        return -1;
    }
    return 0;
}

/* A scope may be opened in a callback and closed after it. */
static void cgocall_and_scopes(void **state) {
    (void)state;
    uint64_t scope = 0;
    int32_t result = 9;
    gobridge_ref ref;
    assert_ok(gobridge_runtime_cgocall(scope_inside, &scope, &result));
    assert_int_equal(result, 0);
    assert_ok(gobridge_runtime_convT64(2, &ref));
    assert_int_equal(live_references(), 2);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
}

/* ---- ifaceE2I ---- */

static void ifaceE2I(void **state) {
    (void)state;
    const int64_t minute = 60000000000;
    const gobridge_ref stringer = make_variable("fmt.Stringer"), anything = make_variable("any"),
                       number = make_variable("int64"), duration = box("time.Duration", &minute),
                       none = box("*fmt.Stringer", &nil);
    const gobridge_value good = named(duration), bad = text("text"), broken = {.kind = 999};
    gobridge_value held, printed;
    assert_ok(gobridge_reflect_ifaceE2I(&good, stringer));
    assert_ok(gobridge_value_load(stringer, &held));
    assert_type(held.as.ref, "time.Duration");
    assert_ok(gobridge_iface_call(held.as.ref, "String", 6, NULL, 0, &printed, 1));
    assert_shows(&printed, GOBRIDGE_KIND_STRING, "1m0s", 4);
    assert_ok(gobridge_value_release(&held));

    assert_status(gobridge_reflect_ifaceE2I(&bad, stringer), GOBRIDGE_E_NOT_IMPLEMENTED, "String");
    assert_status(gobridge_reflect_ifaceE2I(&nil, stringer), GOBRIDGE_E_NIL, "value");
    assert_status(gobridge_reflect_ifaceE2I(&broken, stringer), GOBRIDGE_E_WRONG_TYPE, "value");
    assert_status(gobridge_reflect_ifaceE2I(&good, none), GOBRIDGE_E_NIL, "dst");
    assert_status(gobridge_reflect_ifaceE2I(&good, anything), GOBRIDGE_E_WRONG_KIND, "dst");
    assert_status(gobridge_reflect_ifaceE2I(&good, number), GOBRIDGE_E_WRONG_KIND, "dst");
    assert_ok(gobridge_value_load(stringer, &held));
    assert_type(held.as.ref, "time.Duration"); /* what failed has changed nothing */
    assert_ok(gobridge_value_release(&held));
    const gobridge_ref all[] = {stringer, anything, number, duration, none};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iscgo),
        cmocka_unit_test(set_crosscall2),
        cmocka_unit_test(Float32bits),
        cmocka_unit_test(clocks),
        cmocka_unit_test(random_numbers),
        cmocka_unit_test(ifaceE2I),
        cmocka_unit_test(convT64),
        cmocka_unit_test(convTstring_and_convTslice),
        cmocka_unit_test(getitab),
        cmocka_unit_test(getitab_refuses),
        cmocka_unit_test(cgocall),
        cmocka_unit_test(cgocall_stays_on_this_thread),
        cmocka_unit_test(cgocall_nests),
        cmocka_unit_test(cgocall_nests_in_threads),
        cmocka_unit_test(cgocall_and_failures),
        cmocka_unit_test(cgocall_and_scopes),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
