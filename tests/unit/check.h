/* What the tests share: assertions about statuses, short names for types, maps and values, threads, and processes. */
#ifndef GOBRIDGE_TESTS_CHECK_H
#define GOBRIDGE_TESTS_CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* mmap's flags, _Fork, sigaltstack ... under -std=c11 */
#endif

#include <gobridge.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "documented.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- statuses ---- */

/* The call succeeds. */
#define assert_ok(call) check_call((call), GOBRIDGE_OK, #call, "", __FILE__, __LINE__)

/* The call fails with this status, and the last error is "function: ... part ...". */
#define assert_status(call, status, part) check_call((call), (status), #call, (part), __FILE__, __LINE__)

/* As assert_status, where the call was made through a table: function is its name. */
#define assert_failed(got, status, function, part) \
    check_call((got), (status), (function), (part), __FILE__, __LINE__)

static inline void check_call(gobridge_status got, gobridge_status want, const char *call, const char *part,
                              const char *file, int line) {
    gobridge_error error;
    gobridge_last_error(&error);
    if (got != want) {
        print_error("%s\n  gives %s, not %s; last error: %s\n%s", call, gobridge_status_name(got),
                    gobridge_status_name(want), error.message, error.stack);
        _fail(file, line);
    }
    size_t name = strcspn(call, "(");
    if (!is_documented(call, name, got)) {
        print_error("%s\n  gives %s, which the comment of %.*s does not name\n", call,
                    gobridge_status_name(got), (int)name, call);
        _fail(file, line);
    }
    if (want && (error.status != want || strncmp(error.message, call, name) != 0 ||
                 strncmp(error.message + name, ": ", 2) != 0 || !strstr(error.message + name, part))) {
        print_error("%s\n  gives %s, but the last error is %s: \"%s\", without \"%s\"\n", call,
                    gobridge_status_name(got), gobridge_status_name(error.status), error.message, part);
        _fail(file, line);
    }
}

/* What a number of things gives that is below 0, or more than there can be. */
static inline gobridge_status out_of_bounds(int64_t number) {
    return number < 0 ? GOBRIDGE_E_ARGUMENT : GOBRIDGE_E_LIMIT;
}

/* ---- types, maps and values ---- */

static inline gobridge_ref parse(const char *expression) {
    gobridge_ref type = 0;
    gobridge_status status = gobridge_type_parse(expression, strlen(expression), &type);
    check_call(status, GOBRIDGE_OK, expression, "", __FILE__, __LINE__);
    return type;
}

static inline gobridge_ref make_map(const char *expression) {
    gobridge_ref map = 0;
    assert_ok(gobridge_runtime_makemap_small(parse(expression), &map));
    return map;
}

static inline gobridge_ref make_variable(const char *expression) {
    gobridge_ref pointer = 0;
    assert_ok(gobridge_value_new(parse(expression), &pointer));
    return pointer;
}

static inline gobridge_ref box(const char *expression, const void *data) {
    gobridge_ref boxed = 0;
    assert_ok(gobridge_value_box(parse(expression), data, &boxed));
    return boxed;
}

static inline int64_t length(gobridge_ref map) {
    int64_t len = -1;
    assert_ok(gobridge_reflect_maplen(map, &len));
    return len;
}

static const gobridge_value nil = {.kind = GOBRIDGE_KIND_NIL};

static inline gobridge_value text_of(const char *data, size_t len) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = data, .len = len};
}

static inline gobridge_value text(const char *s) {
    return text_of(s, strlen(s));
}

static inline gobridge_value bytes(const void *data, size_t len) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_BYTES, .as.b = data, .len = len};
}

static inline gobridge_value integer(uint32_t kind, int64_t i) {
    return (gobridge_value){.kind = kind, .as.i = i};
}

static inline gobridge_value real(uint32_t kind, double f) {
    return (gobridge_value){.kind = kind, .as.f = f};
}

static inline gobridge_value named(gobridge_ref ref) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = ref};
}

/* A value shows this text or these bytes; then it is released. */
static inline void assert_shows(gobridge_value *value, uint32_t kind, const void *data, size_t len) {
    assert_int_equal(value->kind, kind);
    assert_int_equal(value->len, len);
    assert_non_null(value->as.s);
    assert_true(len == 0 || memcmp(value->as.s, data, len) == 0);
    assert_ok(gobridge_value_release(value));
}

/* A reference to the zero value of a type itself, not to a variable of it. */
static inline gobridge_ref box_zero(const char *expression) {
    const gobridge_ref pointer = make_variable(expression);
    const gobridge_value stands_for_what_it_points_to = named(pointer);
    const gobridge_ref boxed = box(expression, &stands_for_what_it_points_to);
    assert_ok(gobridge_release(pointer));
    return boxed;
}

/* The type that a reference has. */
static inline void assert_type(gobridge_ref ref, const char *expression) {
    gobridge_ref type = 0;
    assert_ok(gobridge_type_of(ref, &type));
    assert_int_equal(type, parse(expression));
}

/* ---- what must not leak ---- */

static inline uint64_t live_references(void) {
    uint64_t live = UINT64_MAX;
    assert_ok(gobridge_ref_count(&live));
    return live;
}

/* The teardown of every group: the tests have released all. */
static inline int no_live_references(void **state) {
    (void)state;
    assert_int_equal(live_references(), 0);
    return 0;
}

/* ---- threads: cmocka's assertions work in the main thread alone, so others count what fails ---- */

static atomic_int thread_failures;

#define expect(condition)                                  \
    do {                                                   \
        if (!(condition)) {                                \
            thread_failed(#condition, __FILE__, __LINE__); \
        }                                                  \
    } while (0)

static inline void thread_failed(const char *what, const char *file, int line) {
    if (atomic_fetch_add(&thread_failures, 1) < 10) {
        gobridge_error error;
        gobridge_last_error(&error);
        fprintf(stderr, "%s:%d: %s; last error: %s\n", file, line, what, error.message);
    }
}

/* Runs a function in some threads at once, with argument + i * size in the i-th, and waits for them. */
static inline void run_threads(size_t count, void *(*function)(void *), void *argument, size_t size) {
    pthread_t threads[64];
    assert_in_range(count, 1, COUNT(threads));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, function, (char *)argument + i * size), 0);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_exchange(&thread_failures, 0), 0);
}

/* ---- tests that need a process of their own, in which Go has not started and cmocka handles no signal ---- */

typedef struct scenario {
    const char *name;
    void (*run)(void);
} scenario;

/* The process ends by exit(0). */
static inline void assert_exits(pid_t pid) {
    int status = -1;
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0) {
        print_error("the child ended with %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        fail();
    }
}

/* What runs this program if it is for another processor than this machine's, or NULL. Tests of what qemu-user does not do
 * say so and go without. */
static inline const char *emulator_of_tests(void) {
    return getenv("GOBRIDGE_EMULATOR");
}

/* Becomes this very program with a scenario's name. */
static inline void become_scenario(const char *name) {
    const char *emulator = emulator_of_tests();
    char self[4096] = {0};
    if (!emulator) {
        execl("/proc/self/exe", "scenario", name, (char *)NULL);
    } else if (readlink("/proc/self/exe", self, sizeof self - 1) > 0) {
        execlp(emulator, emulator, "-0", "scenario", self, name, (char *)NULL);
    }
    _exit(127);
}

/* A cmocka test: runs this very program with the name of the scenario that is its initial state. */
static inline void run_apart(void **state) {
    const scenario *s = *state;
    pid_t pid = fork();
    if (pid == 0) {
        become_scenario(s->name);
    }
    assert_exits(pid);
}

static inline void run_as_a_test(void **state) {
    static const int handled_by_cmocka[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS};
    for (size_t i = 0; i < COUNT(handled_by_cmocka); i++) {
        signal(handled_by_cmocka[i], SIG_DFL);
    }
    alarm(emulator_of_tests() ? 300 : 60); /* a call that hangs must not hang the tests */
    ((const scenario *)*state)->run();
}

/* For main: runs the scenario that the arguments name and exits, if they name one. Only failures are heard of. */
static inline void run_scenario(int argc, char **argv, const scenario *scenarios, size_t count) {
    for (size_t i = 0; argc == 2 && i < count; i++) {
        if (strcmp(argv[1], scenarios[i].name) == 0) {
            const struct CMUnitTest tests[] = {
                {scenarios[i].name, run_as_a_test, NULL, NULL, (void *)(uintptr_t)&scenarios[i]}};
            exit(freopen("/dev/null", "w", stdout) ? cmocka_run_group_tests(tests, NULL, NULL) : 1);
        }
    }
}

#define APART(s) \
    { (s)->name, run_apart, NULL, NULL, (void *)(uintptr_t)(s) }

/* The main of a program whose tests are all scenarios. */
static inline int run_all_apart(int argc, char **argv, const scenario *scenarios, size_t count) {
    enum { MOST = 32 };
    struct CMUnitTest tests[MOST];
    run_scenario(argc, argv, scenarios, count);
    for (size_t i = 0; i < count && i < MOST; i++) {
        tests[i] = (struct CMUnitTest)APART(&scenarios[i]);
    }
    return count > MOST || _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
}

#endif
