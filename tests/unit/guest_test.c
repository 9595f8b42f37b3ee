/* Being a guest: what the host has set is as it was, nothing happens before the first call, and a forked child gets an
 * answer. Each scenario is a process of its own, in which Go has not started. */
#include "functions.h"

#include <errno.h>
#include <fenv.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

/* ---- what a call leaves as it was ---- */

#if defined(__x86_64__) || defined(__i386__)
/* The control bits of both floating-point units: rounding, precision, masks, flush to zero. */
static void control_words(uint32_t words[2]) {
    uint16_t x87 = 0;
    uint32_t mxcsr = 0;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    words[0] = x87;
    words[1] = mxcsr & ~0x3FU; /* without the exceptions that were raised */
}

/* As a host sets it that works on sound: denormals are zeros. */
static void flush_to_zero(void) {
    uint32_t mxcsr = 0;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    mxcsr |= 0x8040;
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}
#elif defined(__aarch64__)
/* Rounding, masks, flush to zero. */
static void control_words(uint32_t words[2]) {
    uint64_t fpcr = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    words[0] = (uint32_t)fpcr;
    words[1] = 0;
}

static void flush_to_zero(void) {
    uint64_t fpcr = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | 1U << 24));
}
#else
static void control_words(uint32_t words[2]) {
    words[0] = words[1] = 0;
}
static void flush_to_zero(void) {}
#endif

typedef struct surroundings {
    int error, rounding;
    uint32_t words[2];
    bool blocked[65];
} surroundings;

static surroundings look_around(void) {
    surroundings s = {.error = errno, .rounding = fegetround()};
    sigset_t mask;
    control_words(s.words);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    for (int i = 1; i <= 64; i++) {
        s.blocked[i] = sigismember(&mask, i) == 1;
    }
    return s;
}

static void expect_same(const char *what, const surroundings *before) {
    const surroundings after = look_around();
    bool same = true;
    if (after.error != before->error) {
        same = false;
        fprintf(stderr, "%s: errno was %d, is %d\n", what, before->error, after.error);
    }
    if (after.rounding != before->rounding || memcmp(after.words, before->words, sizeof after.words) != 0) {
        same = false;
        fprintf(stderr, "%s: rounding was %d (%x %x), is %d (%x %x)\n", what, before->rounding,
                (unsigned)before->words[0], (unsigned)before->words[1], after.rounding,
                (unsigned)after.words[0], (unsigned)after.words[1]);
    }
    for (int i = 1; i <= 64; i++) {
        if (after.blocked[i] != before->blocked[i]) {
            same = false;
            fprintf(stderr, "%s: signal %d was %sblocked\n", what, i, before->blocked[i] ? "" : "not ");
        }
    }
    expect(same);
}

/* Surroundings that no one has by chance. */
static surroundings unusual(void) {
    sigset_t all;
    fesetround(FE_UPWARD);
    flush_to_zero();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    errno = 77;
    return look_around();
}

static gobridge_status parse_int(void) {
    gobridge_ref type;
    return gobridge_type_parse("int", 3, &type);
}

static gobridge_status ask_release(void) {
    const char *release;
    return gobridge_go_version(&release);
}

static gobridge_status ask_symbols(void) {
    const gobridge_symbol *const *symbols;
    size_t count;
    return gobridge_symbols(&symbols, &count);
}

static gobridge_status count_references(void) {
    uint64_t live;
    return gobridge_ref_count(&live);
}

static gobridge_status fail_to_parse(void) {
    gobridge_ref type;
    return gobridge_type_parse("map[", 4, &type) == GOBRIDGE_E_SYNTAX ? GOBRIDGE_OK : -1;
}

/* Megabytes of garbage, so that Go collects on this thread. */
static gobridge_status make_garbage(void) {
    static char garbage[1 << 20];
    gobridge_ref boxed;
    for (int i = 0; i < 20; i++) {
        if (gobridge_runtime_convTstring(garbage, sizeof garbage, &boxed) || gobridge_release(boxed)) {
            return -1;
        }
    }
    return GOBRIDGE_OK;
}

static const struct {
    const char *name;
    gobridge_status (*call)(void);
} calls[] = {
    {"gobridge_type_parse", parse_int},   {"gobridge_go_version", ask_release},
    {"gobridge_symbols", ask_symbols},    {"gobridge_ref_count", count_references},
    {"a call that fails", fail_to_parse}, {"calls that make garbage", make_garbage},
};

static void *call_in_unusual_surroundings(void *argument) {
    const size_t first = *(size_t *)argument;
    const surroundings before = unusual();
    for (size_t i = 0; i < 3 * COUNT(calls); i++) {
        const size_t which = (first + i) % COUNT(calls);
        expect(calls[which].call() == GOBRIDGE_OK);
        expect_same(calls[which].name, &before);
        errno = before.error;
    }
    return NULL;
}

/* In the thread that starts Go, whichever call does it, and in threads that come later. */
static void surroundings_stay(size_t first) {
    call_in_unusual_surroundings(&first);
    run_threads(4, call_in_unusual_surroundings, &first, 0);
}

static void stay_type_parse(void) {
    surroundings_stay(0);
}

static void stay_go_version(void) {
    surroundings_stay(1);
}

static void stay_symbols(void) {
    surroundings_stay(2);
}

static void stay_ref_count(void) {
    surroundings_stay(3);
}

/* The exceptions that were raised are part of the floating-point environment too: Go's own sums raise none for C. */
static void float_exceptions_stay(void) {
    const gobridge_ref map = make_map("map[any]any");
    const gobridge_value tenth = real(GOBRIDGE_KIND_FLOAT32, 0.1); /* no float32: Go must round it */
    feclearexcept(FE_ALL_EXCEPT);
    assert_ok(gobridge_runtime_mapassign(map, &tenth, &tenth));
    assert_int_equal(fetestexcept(FE_ALL_EXCEPT), 0);
    feraiseexcept(FE_OVERFLOW);
    const int raised = fetestexcept(FE_ALL_EXCEPT);
    assert_ok(make_garbage());
    assert_int_equal(fetestexcept(FE_ALL_EXCEPT), raised);
    assert_ok(gobridge_release(map));
}

/* ---- the first call ---- */

/* This process's threads, without the one that qemu-user has for itself. */
static int count_threads(void) {
    char line[256];
    int threads = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "Threads: %d", &threads);
    }
    fclose(status);
    return threads - (emulator_of_tests() != NULL);
}

/* Loading starts no thread, nor do the functions that need no Go. */
static void no_thread_before_the_first_call(void) {
    gobridge_error error;
    uint64_t scope;
    assert_int_equal(count_threads(), 1);
    assert_int_equal(gobridge_version(), GOBRIDGE_VERSION);
    assert_string_equal(gobridge_status_name(GOBRIDGE_OK), "GOBRIDGE_OK");
    assert_ok(gobridge_last_error(&error));
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_scope_close(scope));
    assert_status(gobridge_type_parse(NULL, 0, NULL), GOBRIDGE_E_NULL, "expression");
    assert_int_equal(count_threads(), 1);
    assert_ok(parse_int());
    assert_true(count_threads() > 1);
}

/* What stands in the environment when Go starts counts, also what setenv put there. stderr goes to a file meanwhile. */
static size_t lines_with(const char *environment, const char *start) {
    setenv("GODEBUG", environment, 1);
    FILE *file = tmpfile();
    const int saved = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    const gobridge_status status = make_garbage();
    dup2(saved, STDERR_FILENO);
    assert_int_equal(status, GOBRIDGE_OK);
    rewind(file);
    char line[4096];
    size_t lines = 0;
    while (fgets(line, sizeof line, file)) {
        lines += strncmp(line, start, strlen(start)) == 0;
    }
    fclose(file);
    return lines;
}

static void GODEBUG_by_setenv(void) {
    unsetenv("GOGC");
    assert_true(lines_with("inittrace=1", "init gobridge/bridge ") == 1);
}

static void GOGC_by_setenv(void) {
    setenv("GOGC", "1", 1);
    assert_true(lines_with("gctrace=1", "gc ") > 5);
}

static void GOGC_off_by_setenv(void) {
    setenv("GOGC", "off", 1);
    assert_int_equal(lines_with("gctrace=1", "gc "), 0);
}

static pthread_barrier_t barrier;

static void *first_call_thread(void *argument) {
    const size_t i = *(size_t *)argument;
    gobridge_ref type = 0, map = 0;
    int64_t len = -1;
    pthread_barrier_wait(&barrier);
    expect(calls[i % 4].call() == GOBRIDGE_OK);
    expect(gobridge_type_parse("map[int]int", 11, &type) == GOBRIDGE_OK);
    expect(gobridge_runtime_makemap_small(type, &map) == GOBRIDGE_OK);
    expect(gobridge_reflect_maplen(map, &len) == GOBRIDGE_OK && len == 0);
    expect(gobridge_release(map) == GOBRIDGE_OK);
    return NULL;
}

static void many_first_calls(void) {
    enum { THREADS = 32 };
    size_t numbers[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++) {
        numbers[i] = i;
    }
    run_threads(THREADS, first_call_thread, numbers, sizeof *numbers);
    assert_int_equal(live_references(), 0);
}

/* A process has one thread that calls, and while it is in the middle of that others come: nothing that any of them
 * writes is lost. */
enum { WRITERS = 4, WRITES = 20000 };
static gobridge_ref written;
static atomic_bool writing;

static void write_numbers(int64_t first) {
    for (int64_t key = first; key < first + WRITES; key++) {
        expect(gobridge_runtime_mapassign(written, &key, &key) == GOBRIDGE_OK);
        atomic_store(&writing, true);
    }
}

static void *joining_thread(void *argument) {
    while (!atomic_load(&writing)) {
        sched_yield();
    }
    write_numbers(*(int64_t *)argument);
    return NULL;
}

static void threads_join(void) {
    int64_t firsts[WRITERS];
    pthread_t threads[WRITERS];
    written = make_map("map[int64]int64");
    for (int64_t i = 0; i < WRITERS; i++) {
        firsts[i] = (i + 1) * WRITES;
        pthread_create(&threads[i], NULL, joining_thread, &firsts[i]);
    }
    write_numbers(0);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(length(written), (int64_t)(WRITERS + 1) * WRITES);
    for (int64_t key = 0; key < (int64_t)(WRITERS + 1) * WRITES; key++) {
        int64_t elem = -1;
        uint8_t found = 0;
        assert_ok(gobridge_runtime_mapaccess2(written, &key, &elem, &found));
        assert_true(found == 1 && elem == key);
    }
    assert_int_equal(atomic_load(&thread_failures), 0);
}

/* ---- signals ---- */

static volatile sig_atomic_t caught[65];

static void catch (int signal) {
    caught[signal]++;
}

/* Handlers for signals that Go does not need are the host's still, and are called, also from threads that call Go. */
static void *raising_thread(void *argument) {
    expect(parse_int() == GOBRIDGE_OK);
    pthread_kill(pthread_self(), *(int *)argument);
    return NULL;
}

static void handlers_stay(void) {
    int signals[] = {SIGHUP,  SIGINT,  SIGQUIT,  SIGUSR1, SIGUSR2, SIGALRM,
                     SIGTERM, SIGCHLD, SIGWINCH, SIGIO,   SIGTSTP, 40};
    struct sigaction mine = {.sa_handler = catch}, now;
    alarm(0);
    for (size_t i = 0; i < COUNT(signals); i++) {
        assert_int_equal(sigaction(signals[i], &mine, NULL), 0);
    }
    assert_ok(parse_int());
    assert_ok(make_garbage());
    for (size_t i = 0; i < COUNT(signals); i++) {
        assert_int_equal(sigaction(signals[i], NULL, &now), 0);
        assert_true(now.sa_handler == catch);
        raise(signals[i]);
        assert_int_equal(caught[signals[i]], 1);
    }
    run_threads(COUNT(signals), raising_thread, signals, sizeof *signals);
    for (size_t i = 0; i < COUNT(signals); i++) {
        assert_int_equal(caught[signals[i]], 2);
    }
}

/* A host that ignores SIGPIPE gets EPIPE still. */
static void ignored_SIGPIPE(void) {
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    assert_ok(parse_int());
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
}

static unsigned char *guarded;

static void unguard(int signal, siginfo_t *info, void *context) {
    (void)context;
    caught[signal] += info->si_addr == guarded;
    mprotect(guarded, 4096, PROT_READ | PROT_WRITE);
}

/* A host that handles SIGSEGV in its own code, as garbage collectors and virtual machines do, gets it still; and a fault
 * inside Go is Go's. */
static void *faulting_thread(void *argument) {
    expect(parse_int() == GOBRIDGE_OK);
    mprotect(guarded, 4096, PROT_NONE);
    *(volatile unsigned char *)guarded = 5;
    expect(guarded[0] == 5);
    return argument;
}

static void host_handles_SIGSEGV(void) {
    struct sigaction mine = {.sa_sigaction = unguard, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    gobridge_ref boxed;
    void *nothing = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    guarded = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(sigaction(SIGSEGV, &mine, NULL), 0);
    for (int i = 1; i <= 3; i++) {
        run_threads(1, faulting_thread, NULL, 0);
        assert_int_equal(caught[SIGSEGV], i);
        assert_status(gobridge_runtime_convTstring(nothing, 8, &boxed), GOBRIDGE_E_ADDRESS, "nothing lies");
        assert_int_equal(caught[SIGSEGV], i);
    }
}

/* ---- threads come and go ---- */

#ifdef __SANITIZE_ADDRESS__
enum { KEEPS_FREED_MEMORY = 1 };
#else
enum { KEEPS_FREED_MEMORY = 0 };
#endif

static long resident_pages(void) {
    long total = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    assert_int_equal(fscanf(statm, "%ld %ld", &total, &resident), 2);
    fclose(statm);
    return resident;
}

static void *short_thread(void *argument) {
    uint64_t scope;
    gobridge_ref ref;
    expect(gobridge_scope_open(&scope) == GOBRIDGE_OK);
    expect(gobridge_runtime_convT64(1, &ref) == GOBRIDGE_OK);
    expect(gobridge_release(0) == GOBRIDGE_E_NIL_REF);
    expect(gobridge_scope_close(scope) == GOBRIDGE_OK);
    return argument;
}

static void short_threads(void) {
    int threads = 0;
    long pages = 0;
    for (int i = 0; i < 2200; i++) {
        if (i == 200) {
            threads = count_threads();
            pages = resident_pages();
        }
        run_threads(1, short_thread, NULL, 0);
    }
    assert_int_equal(live_references(), 0);
    assert_in_range(count_threads(), 1, threads + 3); /* Go's own may come */
    const long megabyte = (1 << 20) / sysconf(_SC_PAGESIZE);
    if (!KEEPS_FREED_MEMORY && !emulator_of_tests()) {              /* whose own memory for threads grows */
        assert_in_range(resident_pages(), 1, pages + 4 * megabyte); /* 2 KiB a thread */
    }
}

/* ---- fork ---- */

static void exit_when_run(void) {
    if (count_references() || make_garbage() || live_references() != 0) {
        _exit(1);
    }
    _exit(0);
}

/* A child of a process in which Go has not started starts its own, and so does the parent after it, and again. */
static void fork_before_the_first_call(void) {
    for (int i = 0; i < 3; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            exit_when_run();
        }
        assert_exits(pid);
    }
    pid_t pid = fork();
    if (pid == 0) { /* a grandchild too */
        pid = fork();
        if (pid == 0) {
            exit_when_run();
        }
        assert_exits(pid);
        exit_when_run();
    }
    assert_exits(pid);
    assert_ok(make_garbage());
}

static gobridge_ref uncached_map;
static argument prepared[COUNT(every_function)][COUNT(every_function->arguments)];

/* In a child of a process in which Go runs: whatever needs Go answers at once, and the rest works. */
static void call_everything_in_a_child(void) {
    gobridge_value owned = {.kind = GOBRIDGE_KIND_STRING, .owner = fixture.pointer};
    const gobridge_value before = owned;
    alarm(10);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = &every_function[i];
        if (needs_go(f)) {
            memset(fixture.out, 0xA5, sizeof fixture.out);
            assert_failed(f->call(prepared[i]), GOBRIDGE_E_FORKED, f->name, "fork");
            for (size_t place = 0; place < COUNT(f->arguments); place++) {
                for (size_t n = 0; n < sizeof fixture.out[0]; n++) {
                    assert_int_equal(fixture.out[place][n], 0xA5);
                }
            }
        } else {
            argument a[COUNT(f->arguments)];
            for (size_t place = 0; place < COUNT(a); place++) {
                a[place] = good_argument(f->arguments[place].good, place);
            }
            assert_failed(f->call(a), answer_to_good(f), f->name, "");
        }
    }
    assert_status(gobridge_value_release(&owned), GOBRIDGE_E_FORKED, "fork"); /* this one needs Go */
    assert_memory_equal(&owned, &before, sizeof owned);
    assert_int_equal(gobridge_type_parse("never parsed", 5, &uncached_map), GOBRIDGE_E_FORKED);
}

static pid_t by_fork(void) {
    return fork();
}

static pid_t by__Fork(void) {
    return _Fork();
}

static pid_t by_clone(void) {
    return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static void fork_after_the_first_call(void) {
    static pid_t (*const ways[])(void) = {by_fork, by__Fork, by_clone};
    make_fixture();
    for (size_t i = 0; i < FUNCTIONS; i++) {
        for (size_t place = 0; needs_go(&every_function[i]) && place < COUNT(prepared[i]); place++) {
            prepared[i][place] = good_argument(every_function[i].arguments[place].good, place);
        }
    }
    /* That only fork is seen under qemu-user, which does not wipe pages on fork, is the emulator's fault. */
    const size_t seen = emulator_of_tests() ? 1 : COUNT(ways);
    for (size_t i = 0; i < seen; i++) {
        pid_t pid = ways[i]();
        if (pid == 0) {
            call_everything_in_a_child();
            pid = ways[i](); /* a grandchild */
            if (pid == 0) {
                assert_status(gobridge_ref_count(&(uint64_t){0}), GOBRIDGE_E_FORKED, "fork");
                _exit(0);
            }
            assert_exits(pid);
            _exit(0);
        }
        assert_exits(pid);
        assert_ok(make_garbage()); /* the parent goes on */
    }
    assert_ok(gobridge_release(fixture.made));
    assert_ok(gobridge_release(fixture.in_new));
    release_fixture();
    assert_int_equal(live_references(), 0);
}

/* It has called before, so that its child needs no memory: in a child, ASan's malloc waits for a thread that was in it and is not there. */
static void *forking_thread(void *argument) {
    expect(count_references() == GOBRIDGE_OK);
    const pid_t pid = fork();
    if (pid == 0) {
        alarm(10);
        _exit(count_references() == GOBRIDGE_E_FORKED ? 0 : 1);
    }
    int status = -1;
    expect(waitpid(pid, &status, 0) == pid && status == 0);
    return argument;
}

/* Children of threads other than the first, born while others are in Go. */
static void fork_from_threads(void) {
    for (int i = 0; i < 5; i++) {
        run_threads(8, forking_thread, NULL, 0);
    }
}

/* A child may exec whatever it likes, this test for one. */
static void exec_after_fork(void) {
    assert_ok(parse_int());
    const pid_t pid = fork();
    if (pid == 0) {
        become_scenario("many_first_calls");
    }
    assert_exits(pid);
}

int main(int argc, char **argv) {
#define SCENARIO(name) \
    { #name, name }
    static const scenario scenarios[] = {
        SCENARIO(stay_type_parse),
        SCENARIO(stay_go_version),
        SCENARIO(stay_symbols),
        SCENARIO(stay_ref_count),
        SCENARIO(float_exceptions_stay),
        SCENARIO(no_thread_before_the_first_call),
        SCENARIO(GODEBUG_by_setenv),
        SCENARIO(GOGC_by_setenv),
        SCENARIO(GOGC_off_by_setenv),
        SCENARIO(many_first_calls),
        SCENARIO(threads_join),
        SCENARIO(handlers_stay),
        SCENARIO(ignored_SIGPIPE),
        SCENARIO(host_handles_SIGSEGV),
        SCENARIO(short_threads),
        SCENARIO(fork_before_the_first_call),
        SCENARIO(fork_after_the_first_call),
        SCENARIO(fork_from_threads),
        SCENARIO(exec_after_fork),
    };
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    struct CMUnitTest tests[COUNT(scenarios)];
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        tests[i] = (struct CMUnitTest)APART(&scenarios[i]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
