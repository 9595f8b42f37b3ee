/* C functions: what goes through libffi, out to Go and back. A C function that is made a Go func, and that one a C
 * function again, does what it did: so each test sees both ways. */
#include "check.h"

#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>

typedef void (*function)(void);

/* A C function, as Go has it, and as C has that. */
typedef struct trip {
    gobridge_ref func, closure;
    function pointer;
} trip;

static trip start(function f, const char *signature) {
    trip t = {.pointer = NULL};
    const size_t len = strlen(signature);
    check_call(gobridge_cfunc_new(f, signature, len, &t.func), GOBRIDGE_OK, signature, "", __FILE__,
               __LINE__);
    check_call(gobridge_cfunc_pointer(t.func, NULL, 0, &t.pointer, &t.closure), GOBRIDGE_OK, signature, "",
               __FILE__, __LINE__);
    assert_non_null(t.pointer);
    assert_ptr_not_equal(t.pointer, f);
    return t;
}

static void end(const trip *t) {
    assert_ok(gobridge_release(t->func));
    assert_ok(gobridge_release(t->closure));
}

#define START(f, signature) start((function)(f), signature)
#define CALL(t, f)          ((__typeof__(&(f)))(t).pointer)

/* This thread's last error. */
static void assert_last_error(gobridge_status status, const char *part) {
    gobridge_error error;
    assert_ok(gobridge_last_error(&error));
    if (error.status != status || !strstr(error.message, part)) {
        fail_msg("%s: %s, not %s: %s", gobridge_status_name(error.status), error.message,
                 gobridge_status_name(status), part);
    }
}

/* ---- numbers ---- */

/* X(name, C type, Go type, values) */
#define NUMBERS(X)                                                                             \
    X(int8, int8_t, "int8", 0, 1, -1, INT8_MIN, INT8_MAX)                                      \
    X(int16, int16_t, "int16", 0, 1, -1, INT16_MIN, INT16_MAX)                                 \
    X(int32, int32_t, "int32", 0, 1, -1, INT32_MIN, INT32_MAX)                                 \
    X(int64, int64_t, "int64", 0, 1, -1, INT64_MIN, INT64_MAX, INT32_MIN - 1LL)                \
    X(uint8, uint8_t, "uint8", 0, 1, 127, 128, UINT8_MAX)                                      \
    X(uint16, uint16_t, "uint16", 0, 1, UINT16_MAX)                                            \
    X(uint32, uint32_t, "uint32", 0, 1, INT32_MAX, UINT32_MAX)                                 \
    X(uint64, uint64_t, "uint64", 0, 1, INT64_MAX, UINT64_MAX)                                 \
    X(int, intptr_t, "int", 0, 1, -1, INTPTR_MIN, INTPTR_MAX)                                  \
    X(uint, size_t, "uint", 0, 1, SIZE_MAX)                                                    \
    X(uintptr, uintptr_t, "uintptr", 0, 1, 4095, UINTPTR_MAX)                                  \
    X(duration, int64_t, "time.Duration", 0, INT64_MIN)                                        \
    X(bool, bool, "bool", false, true)                                                         \
    X(float32, float, "float32", 0, -0.0F, 1.5F, FLT_MIN, FLT_MAX, FLT_TRUE_MIN, -FLT_MAX)     \
    X(float64, double, "float64", 0, -0.0, 0.1, DBL_MIN, DBL_MAX, DBL_TRUE_MIN, -DBL_MAX)      \
    X(pointer, void *, "unsafe.Pointer", NULL, (void *)4096, (void *)UINTPTR_MAX, &live_bytes) \
    X(int64_pointer, int64_t *, "*int64", NULL, (int64_t *)&live_bytes)                        \
    X(array_pointer, int8_t *, "*[7]int8", NULL, (int8_t *)&live_bytes)

static int64_t live_bytes;

#define SAME(name, type, go, ...)                                                                      \
    static type same_##name(type x) {                                                                  \
        return x;                                                                                      \
    }                                                                                                  \
    /* each where registers are used up, and between others */                                         \
    static type ninth_##name(type a, type b, type c, type d, type e, type f, type g, type h, type x) { \
        (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;                        \
        return x;                                                                                      \
    }
NUMBERS(SAME)

static void numbers(void **state) {
    (void)state;
#define TRY(name, type, go, ...)                                                                          \
    {                                                                                                     \
        typedef type number;                                                                              \
        const number values[] = {__VA_ARGS__}, none = values[0];                                          \
        const trip same = START(same_##name, "func(" go ") " go);                                         \
        const trip ninth = START(ninth_##name, "func(a, b, c, d, e, f, g, h, x " go ") " go);             \
        for (size_t i = 0; i < COUNT(values); i++) {                                                      \
            const number v = values[i], got = CALL(same, same_##name)(v);                                 \
            assert_memory_equal(&got, &v, sizeof v);                                                      \
            const number ninth_got = CALL(ninth, ninth_##name)(none, v, none, v, none, v, none, none, v); \
            assert_memory_equal(&ninth_got, &v, sizeof v);                                                \
        }                                                                                                 \
        end(&same);                                                                                       \
        end(&ninth);                                                                                      \
    }
    NUMBERS(TRY)
}

static double sum(int8_t a, double b, uint16_t c, float d, int64_t e, double f, uint8_t g, float h, int32_t i,
                  double j, int64_t k, double l, bool m, double n, int16_t o, double p, double q, float r) {
    return a + b * 2 + c * 3 + (double)d * 4 + (double)e * 5 + f * 6 + g * 7 + (double)h * 8 + i * 9.0 +
           j * 10 + (double)k * 11 + l * 12 + m * 13 + n * 14 + o * 15 + p * 16 + q * 17 + (double)r * 18;
}

static void many_arguments(void **state) {
    (void)state;
    const trip t =
        START(sum, "func(a int8, b float64, c uint16, d float32, e int64, f float64, g uint8, "
                   "h float32, i int32, j float64, k int64, l float64, m bool, n float64, o int16, "
                   "p, q float64, r float32) float64");
    const double want = sum(-1, .5, 3, -.25F, -5, 6, 7, 8, -9, 10, -11, 12, true, 14, -15, 16, 17, 18),
                 got =
                     CALL(t, sum)(-1, .5, 3, -.25F, -5, 6, 7, 8, -9, 10, -11, 12, true, 14, -15, 16, 17, 18);
    assert_memory_equal(&got, &want, sizeof got);
    end(&t);
}

static int calls;

static void count_call(void) {
    calls++;
}

static void nothing_in_and_out(void **state) {
    (void)state;
    const trip t = START(count_call, "func()");
    calls = 0;
    for (int i = 0; i < 1000; i++) {
        CALL(t, count_call)();
    }
    assert_int_equal(calls, 1000);
    end(&t);
}

/* ---- structs ---- */

typedef struct one {
    int8_t c;
} one;
typedef struct just_double {
    double d;
} just_double;
typedef struct mixed {
    int32_t i;
    double d;
} mixed;
typedef struct floats {
    float x, y, z;
} floats;
typedef struct shorts {
    int8_t a;
    int16_t b;
    int8_t c;
} shorts;
typedef struct sixteen {
    int64_t a;
    float b, c;
} sixteen;
typedef struct big {
    int64_t a;
    double b;
    int8_t c;
    uint64_t d;
} big;
typedef struct nested {
    struct {
        int16_t a;
        float b[2];
    } in[2];
    uint8_t text[5];
    bool yes;
    sixteen last;
} nested;
typedef struct huge {
    uint8_t bytes[15000];
} huge;

/* X(name, Go type, a is b) */
#define STRUCTS(X)                                                                                \
    X(one, "struct{ c int8 }", a.c == b.c)                                                        \
    X(just_double, "struct{ d float64 }", a.d == b.d)                                             \
    X(mixed, "struct{ i int32; d float64 }", a.i == b.i && a.d == b.d)                            \
    X(floats, "struct{ x, y, z float32 }", a.x == b.x && a.y == b.y && a.z == b.z)                \
    X(shorts, "struct{ a int8; b int16; c int8 }", a.a == b.a && a.b == b.b && a.c == b.c)        \
    X(sixteen, "struct{ a int64; b, c float32 }", a.a == b.a && a.b == b.b && a.c == b.c)         \
    X(big, "struct{ a int64; b float64; c int8; d uint64 }",                                      \
      a.a == b.a && a.b == b.b && a.c == b.c && a.d == b.d)                                       \
    X(nested,                                                                                     \
      "struct{ in [2]struct{ a int16; b [2]float32 }; text [5]uint8; yes bool; last struct{ a "   \
      "int64; b, c float32 } }",                                                                  \
      a.in[0].a == b.in[0].a && a.in[1].b[1] == b.in[1].b[1] &&                                   \
          memcmp(a.text, b.text, sizeof a.text) == 0 && a.yes == b.yes && a.last.a == b.last.a && \
          a.last.c == b.last.c)                                                                   \
    X(huge, "struct{ bytes [15000]byte }", memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0)

/* Takes one between other arguments, and gives one of them back. */
#define PASS(name, go, equal)                                                       \
    static bool is_##name(name a, name b) {                                         \
        return equal;                                                               \
    }                                                                               \
    static name pass_##name(int32_t n, name before, double d, name s, name after) { \
        return n == -7 && d == 2.5 && is_##name(before, after) ? s : before;        \
    }
STRUCTS(PASS)

static void structs(void **state) {
    (void)state;
#define TRY_STRUCT(name, go, ...)                                                                          \
    {                                                                                                      \
        const trip t = START(pass_##name, "func(n int32, before " go ", d float64, s, after " go ") " go); \
        name ones, zeros;                                                                                  \
        memset(&ones, 1, sizeof ones); /* a bool too */                                                    \
        memset(&zeros, 0, sizeof zeros);                                                                   \
        assert_false(is_##name(ones, zeros));                                                              \
        assert_true(is_##name(CALL(t, pass_##name)(-7, zeros, 2.5, ones, zeros), ones));                   \
        assert_true(is_##name(CALL(t, pass_##name)(-7, ones, 2.5, zeros, ones), zeros));                   \
        assert_true(is_##name(CALL(t, pass_##name)(-7, ones, 2.5, ones, zeros), ones));                    \
        end(&t);                                                                                           \
    }
    STRUCTS(TRY_STRUCT)
}

/* ---- strings ---- */

static size_t is_whole(const char *s) {
    return s ? strlen(s) : SIZE_MAX;
}

static void strings(void **state) {
    (void)state;
    const trip t = START(is_whole, "func(string) uint");
    enum { LONG = 100000 };
    char *text = malloc(LONG + 1);
    memset(text, 'x', LONG);
    text[LONG] = 0;
    assert_int_equal(CALL(t, is_whole)(text), LONG);
    assert_int_equal(CALL(t, is_whole)("gr\xc3\xbc\xc3\x9f"
                                       "e\xff"),
                     8);
    assert_int_equal(CALL(t, is_whole)(""), 0);
    assert_int_equal(CALL(t, is_whole)(NULL), 0); /* to Go it is "" */
    free(text);
    end(&t);
}

/* ---- callbacks ---- */

typedef struct sorting {
    int comparisons, direction;
} sorting;

static int compare(const void *a, const void *b, void *user) {
    sorting *s = user;
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    s->comparisons++;
    return s->direction * ((x > y) - (x < y));
}

static int ascending(const void *a, const void *b) {
    return compare(a, b, &(sorting){.direction = 1});
}

static void sorted(void **state) {
    (void)state;
    enum { N = 1000 };
    int64_t numbers[N];
    for (int i = 0; i < N; i++) {
        numbers[i] = i * 7919 % N;
    }
    const trip plain = START(ascending, "func(a, b *int64) int32");
    qsort(numbers, N, sizeof *numbers, CALL(plain, ascending));
    for (int i = 0; i < N; i++) {
        assert_int_equal(numbers[i], i);
    }
    sorting s = {.direction = -1};
    const trip with_data = START(compare, "func(a, b, user unsafe.Pointer) int32");
    qsort_r(numbers, N, sizeof *numbers, CALL(with_data, compare), &s);
    for (int i = 0; i < N; i++) {
        assert_int_equal(numbers[i], N - 1 - i);
    }
    assert_in_range(s.comparisons, N - 1, 100 * N);
    end(&plain);
    end(&with_data);
}

static int32_t twice(int32_t n) {
    return 2 * n;
}

static int32_t apply(int32_t (*f)(int32_t), int32_t n) {
    return f ? f(n) + f(n + 1) : -1;
}

static int32_t (*kept)(int32_t);

static int32_t keep(int32_t (*f)(int32_t), int32_t n) {
    kept = f;
    return f(n);
}

static int32_t (*choose(bool yes))(int32_t) {
    return yes ? twice : NULL;
}

/* A C function that is an argument becomes a Go func, and a C function again that lives as long as the call. */
static void functions_as_arguments(void **state) {
    (void)state;
    trip t = START(apply, "func(f func(int32) int32, n int32) int32");
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(CALL(t, apply)(twice, i), 4 * i + 2);
    }
    assert_int_equal(CALL(t, apply)(NULL, 1), -1);
    end(&t);
    t = START(keep, "func(f func(int32) int32, n int32) int32");
    assert_int_equal(CALL(t, keep)(twice, 4), 8);
    assert_int_equal(kept(4), 0);
    assert_last_error(GOBRIDGE_E_STALE_REF, "gobridge_cfunc_closure: func(int32) int32 was released");
    end(&t);
    gobridge_ref func = 0;
    assert_ok(gobridge_cfunc_new((function)choose, "func(bool) func(int32) int32", 28, &func));
    assert_type(func, "func(bool) func(int32) int32");
    assert_ok(gobridge_release(func));
}

typedef struct nest {
    trip trip;
    int depth;
} nest;

static int32_t descend(nest *n, int32_t level) {
    int64_t live = -1;
    if (level == n->depth) {
        return 1;
    }
    assert_ok(gobridge_ref_count((uint64_t *)&live)); /* and calls the library on the way */
    return CALL(n->trip, descend)(n, level + 1) + 1;
}

static void deep_nesting(void **state) {
    (void)state;
    nest n = {.trip = START(descend, "func(n unsafe.Pointer, level int32) int32"), .depth = 100};
    assert_int_equal(CALL(n.trip, descend)(&n, 0), 101);
    end(&n.trip);
}

/* A Go func serves any signature of the same kinds. */
static void another_signature(void **state) {
    (void)state;
    const char *const signature = "func(time.Duration) int64";
    gobridge_ref func = 0, closure = 0;
    function pointer = NULL;
    assert_ok(gobridge_cfunc_new((function)same_int64, "func(int64) time.Duration", 25, &func));
    assert_ok(gobridge_cfunc_pointer(func, signature, strlen(signature), &pointer, &closure));
    assert_int_equal(((int64_t(*)(int64_t))pointer)(INT64_MIN), INT64_MIN);
    assert_ok(gobridge_release(closure));
    assert_ok(gobridge_release(func));
}

/* ---- threads ---- */

static int32_t add(int32_t a, int32_t b) {
    return a + b;
}

static void *adding_thread(void *argument) {
    const trip *t = argument;
    for (int32_t i = 0; i < 2000; i++) {
        expect(CALL(*t, add)(i, -2 * i) == -i);
    }
    return NULL;
}

static void closures_in_threads(void **state) {
    (void)state;
    trip t = START(add, "func(a, b int32) int32");
    for (int i = 0; i < 5; i++) {
        run_threads(8, adding_thread, &t, 0);
    }
    end(&t);
}

/* All together make fewer than are kept for late calls: a thread may have to wait between a release and such a call. */
static void *making_thread(void *argument) {
    for (int32_t i = 0; i < 100; i++) {
        gobridge_ref func = 0, closure = 0;
        function pointer = NULL;
        expect(gobridge_cfunc_new((function)add, "func(a, b int32) int32", 22, &func) == GOBRIDGE_OK);
        expect(gobridge_cfunc_pointer(func, NULL, 0, &pointer, &closure) == GOBRIDGE_OK);
        expect(((int32_t(*)(int32_t, int32_t))pointer)(i, 1) == i + 1);
        expect(gobridge_release(func) == GOBRIDGE_OK); /* the closure keeps the func */
        expect(((int32_t(*)(int32_t, int32_t))pointer)(i, 1) == i + 1);
        expect(gobridge_release(closure) == GOBRIDGE_OK);
        expect(((int32_t(*)(int32_t, int32_t))pointer)(i, 1) == 0);
    }
    return argument;
}

static void closures_come_and_go_in_threads(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++) {
        run_threads(8, making_thread, NULL, 0);
    }
}

/* ---- releases ---- */

static void called_after_release(void **state) {
    (void)state;
    const trip number = START(add, "func(a, b int32) int32"), nothing = START(count_call, "func()"),
               structure =
                   START(pass_big, "func(int32, struct{ a int64; b float64; c int8; d uint64 }, float64, "
                                   "struct{ a int64; b float64; c int8; d uint64 }, "
                                   "struct{ a int64; b float64; c int8; d uint64 }) "
                                   "struct{ a int64; b float64; c int8; d uint64 }");
    end(&number);
    end(&nothing);
    end(&structure);
    for (int i = 0; i < 1000; i++) { /* others take the place of the references, not of the code */
        const trip other = START(add, "func(a, b int32) int32");
        assert_int_equal(CALL(other, add)(1, 2), 3);
        end(&other);
    }
    assert_int_equal(CALL(number, add)(1, 2), 0);
    assert_last_error(GOBRIDGE_E_STALE_REF, "gobridge_cfunc_closure: func(int32, int32) int32 was released");
    calls = 0;
    CALL(nothing, count_call)();
    assert_last_error(GOBRIDGE_E_STALE_REF, "func() was released");
    assert_int_equal(calls, 0);
    const big ones = {1, 1, 1, 1}, zero = {.a = 0};
    big got = CALL(structure, pass_big)(-7, ones, 2.5, ones, ones);
    assert_true(got.a == zero.a && got.b == zero.b && got.c == zero.c && got.d == zero.d);
    assert_status(gobridge_release(number.closure), GOBRIDGE_E_STALE_REF, "ref");
}

static trip running;

static int32_t release_itself(int32_t n) {
    if (gobridge_release(running.closure) || gobridge_release(running.func)) {
        return -1;
    }
    return CALL(running, release_itself)(n) == 0 ? n : -2;
}

static void released_while_it_runs(void **state) {
    (void)state;
    running = START(release_itself, "func(int32) int32");
    assert_int_equal(CALL(running, release_itself)(5), 5);
    assert_last_error(GOBRIDGE_E_STALE_REF, "func(int32) int32 was released");
}

static pthread_barrier_t inside, outside;

static int32_t wait_inside(int32_t n) {
    pthread_barrier_wait(&inside);
    pthread_barrier_wait(&outside);
    return n;
}

static void *waiting_thread(void *argument) {
    expect(CALL(running, wait_inside)(7) == 7);
    return argument;
}

static void released_while_others_run_it(void **state) {
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    pthread_barrier_init(&inside, NULL, THREADS + 1);
    pthread_barrier_init(&outside, NULL, THREADS + 1);
    running = START(wait_inside, "func(int32) int32");
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, waiting_thread, NULL), 0);
    }
    pthread_barrier_wait(&inside);
    end(&running);
    for (int i = 0; i < 2000; i++) { /* more than are kept for late calls */
        const trip other = START(add, "func(a, b int32) int32");
        end(&other);
    }
    assert_int_equal(CALL(running, wait_inside)(7), 0);
    pthread_barrier_wait(&outside);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_exchange(&thread_failures, 0), 0);
    pthread_barrier_destroy(&inside);
    pthread_barrier_destroy(&outside);
}

static void closures_in_scopes(void **state) {
    (void)state;
    uint64_t scope = 0;
    assert_ok(gobridge_scope_open(&scope));
    const trip t = START(add, "func(a, b int32) int32");
    assert_int_equal(CALL(t, add)(1, 2), 3);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(CALL(t, add)(1, 2), 0);
    assert_last_error(GOBRIDGE_E_STALE_REF, "was released");
}

/* ---- failures ---- */

static void *no_pointer(void) {
    return (void *)5;
}

static uint8_t no_bool(void) {
    return 2;
}

typedef struct bytes2 {
    uint8_t a, b;
} bytes2;

static bytes2 no_bools(void) {
    return (bytes2){1, 2};
}

static const char *wild(void) {
    return (const char *)5;
}

static int32_t panic_inside(void *(*f)(void)) {
    return f() == NULL ? 42 : -1;
}

/* As large as Go's struct{ b [60]bool }, but any byte may be in it. */
typedef struct sixty {
    uint8_t b[60];
} sixty;

static sixty second_of_three(int32_t n, sixty before, double d, sixty s, sixty after) {
    assert_true(n > 0 && d > 0 && before.b[0] == after.b[0]);
    return s;
}

static void arguments_that_go_can_not_hold(void **state) {
    (void)state;
    trip t = START(same_pointer, "func(unsafe.Pointer) unsafe.Pointer");
    static const uintptr_t small[] = {1, 8, 4095};
    for (size_t i = 0; i < COUNT(small); i++) {
        assert_null(CALL(t, same_pointer)((void *)small[i]));
        assert_last_error(GOBRIDGE_E_ADDRESS, "gobridge_cfunc_closure: parameter 1: 0x");
    }
    end(&t);
    t = START(same_bool, "func(bool) bool");
    assert_int_equal(((uint8_t(*)(uint8_t))t.pointer)(2), 0);
    assert_last_error(GOBRIDGE_E_RANGE, "parameter 1: a bool is neither 0 nor 1");
    end(&t);
    t = START(second_of_three,
              "func(n int32, before struct{ b [60]bool }, d float64, s, after struct{ b [60]bool }) "
              "struct{ b [60]bool }");
    sixty two;
    memset(&two, 2, sizeof two);
    (void)CALL(t, second_of_three)(1, two, 1, two, two);
    assert_last_error(GOBRIDGE_E_RANGE, "parameter 2: a bool is neither 0 nor 1");
    end(&t);
}

/* What Go gives C for it is zero: a C function whose result Go can not hold panics in the Go code that called it. */
#define ASSERT_PANICS(f, signature, is_zero, part)                                               \
    {                                                                                            \
        const trip t = START(f, signature);                                                      \
        gobridge_error error;                                                                    \
        for (int n = 0; n < 100; n++) {                                                          \
            assert_true(CALL(t, f)() is_zero);                                                   \
            assert_last_error(GOBRIDGE_E_PANIC, "gobridge_cfunc_closure: panic: result: " part); \
            assert_ok(gobridge_last_error(&error));                                              \
            assert_non_null(strstr(error.stack, "goroutine"));                                   \
        }                                                                                        \
        end(&t);                                                                                 \
    }

static void panics(void **state) {
    (void)state;
    ASSERT_PANICS(no_pointer, "func() unsafe.Pointer", == NULL, "0x5 is no pointer")
    ASSERT_PANICS(no_pointer, "func() *int32", == NULL, "0x5 is no pointer")
    ASSERT_PANICS(no_bool, "func() bool", == 0, "a bool is neither 0 nor 1")
    ASSERT_PANICS(no_bools, "func() struct{ a, b bool }", .b == 0, "a bool is neither 0 nor 1")
    gobridge_ref func = 0;
    assert_ok(gobridge_cfunc_new((function)wild, "func() string", 13, &func));
    assert_status(gobridge_cfunc_pointer(func, NULL, 0, &(function){NULL}, &func), GOBRIDGE_E_WRONG_TYPE,
                  "signature: result: no one would free");
    assert_ok(gobridge_release(func));
    /* in a callback below Go code below C code: both go on */
    const trip t = START(panic_inside, "func(f func() unsafe.Pointer) int32");
    assert_int_equal(CALL(t, panic_inside)(no_pointer), 42);
    assert_last_error(GOBRIDGE_E_PANIC, "panic: result: 0x5 is no pointer");
    end(&t);
}

static void new_refuses(void **state) {
    (void)state;
    static const struct {
        const char *signature;
        gobridge_status status;
        const char *part;
    } rows[] = {
        {"", GOBRIDGE_E_SYNTAX, "signature"},
        {"func(", GOBRIDGE_E_SYNTAX, "signature"},
        {"func(a int32 int32)", GOBRIDGE_E_SYNTAX, "signature"},
        {"func(...int32, int32)", GOBRIDGE_E_SYNTAX, "signature"},
        {"func(size_t)", GOBRIDGE_E_UNKNOWN_TYPE, "size_t"},
        {"int32", GOBRIDGE_E_WRONG_KIND, "signature: a int32 is no func type"},
        {"func(int32, []byte)", GOBRIDGE_E_WRONG_TYPE, "signature: parameter 2: C has no []uint8"},
        {"func(error)", GOBRIDGE_E_WRONG_TYPE, "parameter 1"},
        {"func() (int32, int32)", GOBRIDGE_E_WRONG_TYPE, "2 results"},
        {"func() any", GOBRIDGE_E_WRONG_TYPE, "result"},
        {"func(struct{ a [65537]byte })", GOBRIDGE_E_LIMIT, "parameter 1"},
        {"func(struct{ n int32; e struct{} })", GOBRIDGE_E_WRONG_TYPE, "C lays out"}, /* Go pads it */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref func = 9;
        assert_failed(gobridge_cfunc_new((function)add, rows[i].signature, strlen(rows[i].signature), &func),
                      rows[i].status, "gobridge_cfunc_new", rows[i].part);
        assert_int_equal(func, 9);
    }
    assert_status(gobridge_cfunc_new((function)4095, "func()", 6, &(gobridge_ref){0}), GOBRIDGE_E_NULL,
                  "function");
    assert_status(gobridge_cfunc_new((function)add, "x", SIZE_MAX, &(gobridge_ref){0}), GOBRIDGE_E_LIMIT,
                  "signature");
}

static void pointer_refuses(void **state) {
    (void)state;
    static const struct {
        const char *func, *signature;
        gobridge_status status;
        const char *part;
    } rows[] = {
        {"func(int32) int32", "func(int32, int32) int32", GOBRIDGE_E_WRONG_TYPE, "can not be a"},
        {"func(int32) int32", "func(int64) int32", GOBRIDGE_E_WRONG_TYPE, "parameter 1"},
        {"func(int32) int32", "func(int32) uint32", GOBRIDGE_E_WRONG_TYPE, "result"},
        {"func(int32) int32", "func(int32)", GOBRIDGE_E_WRONG_TYPE, "can not be a"},
        {"func(int32) int32", "int32", GOBRIDGE_E_WRONG_KIND, "no func type"},
        {"func(int32) int32", "func(in32) int32", GOBRIDGE_E_UNKNOWN_TYPE, "in32"},
        {"func(string, ...any) int32", "", GOBRIDGE_E_WRONG_TYPE, "parameter 2: a variadic func"},
        {"func() string", "", GOBRIDGE_E_WRONG_TYPE, "result"},
    };
    gobridge_ref func = 9, closure = 9;
    function pointer = NULL;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *signature = rows[i].signature;
        assert_ok(gobridge_cfunc_new((function)add, rows[i].func, strlen(rows[i].func), &func));
        assert_failed(gobridge_cfunc_pointer(func, signature, strlen(signature), &pointer, &closure),
                      rows[i].status, "gobridge_cfunc_pointer", rows[i].part);
        assert_ok(gobridge_release(func));
    }
    func = box_zero("func()");
    assert_status(gobridge_cfunc_pointer(func, NULL, 0, &pointer, &closure), GOBRIDGE_E_NIL, "func is a nil");
    assert_ok(gobridge_release(func));
    assert_int_equal(closure, 9);
    assert_null(pointer);
}

static void closures_are_no_values(void **state) {
    (void)state;
    const trip t = START(add, "func(a, b int32) int32");
    gobridge_ref type = 9;
    assert_type(t.func, "func(int32, int32) int32");
    assert_status(gobridge_type_of(t.closure, &type), GOBRIDGE_E_WRONG_KIND, "ref is a closure");
    assert_status(gobridge_cfunc_pointer(t.closure, NULL, 0, &(function){NULL}, &type), GOBRIDGE_E_WRONG_KIND,
                  "func is a closure");
    end(&t);
}

/* ---- what a C function finds and leaves ---- */

static int32_t rounding(void) {
    errno = EDOM;
    return fegetround();
}

static int32_t error_number(void) {
    return errno;
}

static void surroundings(void **state) {
    (void)state;
    const trip round = START(rounding, "func() int32"), error = START(error_number, "func() int32");
    errno = ERANGE;
    assert_int_equal(CALL(round, rounding)(), FE_TONEAREST);
    assert_int_equal(errno, ERANGE);
    fesetround(FE_UPWARD);
    assert_int_equal(CALL(round, rounding)(), FE_UPWARD);
    assert_int_equal(fegetround(), FE_UPWARD);
    fesetround(FE_TONEAREST);
    errno = ERANGE;
    assert_int_equal(CALL(error, error_number)(), ERANGE);
    end(&round);
    end(&error);
}

static void in_a_forked_child(void **state) {
    (void)state;
    const trip t = START(add, "func(a, b int32) int32");
    const pid_t pid = fork();
    if (pid == 0) {
        gobridge_error error;
        const int32_t got = CALL(t, add)(1, 2);
        gobridge_last_error(&error);
        _exit(got != 0 || error.status != GOBRIDGE_E_FORKED);
    }
    assert_exits(pid);
    assert_int_equal(CALL(t, add)(1, 2), 3);
    end(&t);
}

/* ---- with data of its own ---- */

typedef struct counter {
    int64_t sum;
    atomic_int dropped;
} counter;

static int64_t count_and_add(void *data, int64_t n, const char *word) {
    counter *c = data;
    c->sum += n + (int64_t)strlen(word);
    return c->sum;
}

static void drop_counter(void *data) {
    atomic_fetch_add(&((counter *)data)->dropped, 1);
}

static void assert_dropped_once(counter *c) {
    while (atomic_load(&c->dropped) == 0) { /* the test's timeout ends it */
        assert_ok(gobridge_go_collect());
    }
    assert_ok(gobridge_go_collect());
    assert_int_equal(atomic_load(&c->dropped), 1);
}

static void data_of_its_own(void **state) {
    (void)state;
    const char *signature = "func(n int64, word string) int64";
    counter a = {.sum = 0}, b = {.sum = 100};
    gobridge_ref one = 0, other = 0, type = 0;
    assert_ok(gobridge_cfunc_new_with((function)count_and_add, signature, strlen(signature), &a, drop_counter,
                                      &one));
    assert_ok(gobridge_cfunc_new_with((function)count_and_add, signature, strlen(signature), &b, drop_counter,
                                      &other));
    assert_ok(gobridge_type_of(one, &type));
    assert_int_equal(type, parse("func(int64, string) int64")); /* Go does not see the data */
    const gobridge_value args[] = {integer(GOBRIDGE_KIND_INT64, 7), text("four")};
    gobridge_value sum;
    assert_ok(gobridge_call(one, args, 2, &sum, 1));
    assert_int_equal(sum.as.i, 11);
    assert_ok(gobridge_call(other, args, 2, &sum, 1));
    assert_int_equal(sum.as.i, 111);
    assert_ok(gobridge_call(one, args, 2, &sum, 1));
    assert_int_equal(sum.as.i, 22);
    assert_ok(gobridge_go_collect());
    assert_int_equal(atomic_load(&a.dropped) + atomic_load(&b.dropped), 0);
    assert_ok(gobridge_release(one));
    assert_dropped_once(&a);
    assert_int_equal(atomic_load(&b.dropped), 0);
    assert_ok(gobridge_call(other, args, 2, &sum, 1));
    assert_int_equal(sum.as.i, 122);
    assert_ok(gobridge_release(other));
    assert_dropped_once(&b);
}

/* What fails drops nothing, and without a drop there is none. */
static void data_without_an_end(void **state) {
    (void)state;
    counter c = {.sum = 0};
    gobridge_ref func = 9;
    assert_status(gobridge_cfunc_new_with((function)count_and_add, "int", 3, &c, drop_counter, &func),
                  GOBRIDGE_E_WRONG_KIND, "signature");
    assert_status(gobridge_cfunc_new_with((function)count_and_add, "func(", 5, &c, drop_counter, &func),
                  GOBRIDGE_E_SYNTAX, "signature");
    assert_status(
        gobridge_cfunc_new_with((function)count_and_add, "func(chan int)", 14, &c, drop_counter, &func),
        GOBRIDGE_E_WRONG_TYPE, "parameter 1");
    assert_int_equal(func, 9);
    assert_ok(
        gobridge_cfunc_new_with((function)count_and_add, "func(int64, string) int64", 25, &c, NULL, &func));
    assert_ok(gobridge_release(func));
    assert_ok(gobridge_go_collect());
    assert_ok(gobridge_go_collect());
    assert_int_equal(atomic_load(&c.dropped), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(many_arguments),
        cmocka_unit_test(nothing_in_and_out),
        cmocka_unit_test(structs),
        cmocka_unit_test(strings),
        cmocka_unit_test(sorted),
        cmocka_unit_test(functions_as_arguments),
        cmocka_unit_test(deep_nesting),
        cmocka_unit_test(another_signature),
        cmocka_unit_test(closures_in_threads),
        cmocka_unit_test(closures_come_and_go_in_threads),
        cmocka_unit_test(called_after_release),
        cmocka_unit_test(released_while_it_runs),
        cmocka_unit_test(released_while_others_run_it),
        cmocka_unit_test(closures_in_scopes),
        cmocka_unit_test(arguments_that_go_can_not_hold),
        cmocka_unit_test(panics),
        cmocka_unit_test(new_refuses),
        cmocka_unit_test(pointer_refuses),
        cmocka_unit_test(closures_are_no_values),
        cmocka_unit_test(surroundings),
        cmocka_unit_test(in_a_forked_child),
        cmocka_unit_test(data_of_its_own),
        cmocka_unit_test(data_without_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
