/* Starting Go: settings, what it cannot start without, and whose signals are whose. Each case is a process of its own. */
#include "check.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

static const gobridge_options none = {.size = sizeof none};

static gobridge_value ask(const char *name) {
    gobridge_value value;
    assert_ok(gobridge_getenv(name, strlen(name), &value));
    return value;
}

static void settings(void) {
    char host[] = "host", quietly[] = "--quietly", variable[] = "FROM_HOST=yes", debug[] = "gctrace=0";
    const char *const arguments[] = {host, quietly, NULL};
    const char *environment[] = {variable, "GOGC=7", NULL};
    const gobridge_options options = {.size = sizeof options,
                                      .arguments = arguments,
                                      .environment = environment,
                                      .debug = debug,
                                      .memory_limit = 1 << 30,
                                      .gc_percent = 50,
                                      .max_processors = 3};
    setenv("ONLY_HOSTS", "1", 1);
    assert_ok(gobridge_start(&options));
    assert_ok(gobridge_start(&options));
    quietly[0] = variable[0] = debug[0] = '#'; /* they were copied */
    int32_t number = 0;
    int64_t limit = 0;
    assert_ok(gobridge_go_gc_percent(INT32_MIN, &number));
    assert_int_equal(number, 50);
    assert_ok(gobridge_go_maxprocs(0, &number));
    assert_int_equal(number, 3);
    assert_ok(gobridge_go_memory_limit(-1, &limit));
    assert_int_equal(limit, 1 << 30);
    gobridge_value value = ask("FROM_HOST");
    assert_shows(&value, GOBRIDGE_KIND_STRING, "yes", 3);
    value = ask("GOGC");
    assert_shows(&value, GOBRIDGE_KIND_STRING, "50", 2);
    assert_int_equal(ask("ONLY_HOSTS").kind, GOBRIDGE_KIND_NIL);
    gobridge_ref func = 0;
    gobridge_value args, second;
    assert_ok(gobridge_func_find("guest.args", 10, &func));
    assert_ok(gobridge_call(func, NULL, 0, &args, 1));
    int64_t len = 0;
    assert_ok(gobridge_slice_len(args.as.ref, &len));
    assert_int_equal(len, 2);
    assert_ok(gobridge_slice_get(args.as.ref, 1, &second));
    assert_shows(&second, GOBRIDGE_KIND_STRING, "--quietly", 9);
    assert_ok(gobridge_value_release(&args));
}

static void no_settings(void) {
    setenv("FROM_HOST", "yes", 1);
    assert_ok(gobridge_start(NULL));
    assert_ok(gobridge_start(&none));
    gobridge_value value = ask("FROM_HOST");
    assert_shows(&value, GOBRIDGE_KIND_STRING, "yes", 3);
}

static void collector_off(void) {
    int32_t percent = 0;
    assert_ok(gobridge_start(&(gobridge_options){.size = sizeof none, .gc_percent = -1}));
    assert_ok(gobridge_go_gc_percent(100, &percent));
    assert_int_equal(percent, -1);
}

static void settings_that_come_too_late(void) {
    const gobridge_ref map = make_map("map[int]int");
    assert_ok(gobridge_start(NULL));
    assert_ok(gobridge_start(&none));
    const gobridge_options late = {.size = sizeof late, .gc_percent = 50};
    assert_status(gobridge_start(&late), GOBRIDGE_E_BUSY, "other settings");
    const char *const arguments[] = {"late", NULL};
    assert_status(gobridge_start(&(gobridge_options){.size = sizeof late, .arguments = arguments}),
                  GOBRIDGE_E_BUSY, "");
    assert_ok(gobridge_release(map));
}

static void bad_options(void) {
    gobridge_options bad[] = {none, none, none, none, none, none};
    bad[0].size = sizeof none - 1;
    bad[1].flags = 1;
    bad[2].gc_percent = -2;
    bad[3].max_processors = -1;
    bad[4].memory_limit = -1;
    bad[5].size = 0;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_status(gobridge_start(&bad[i]), i % 5 ? GOBRIDGE_E_ARGUMENT : GOBRIDGE_E_TOO_SMALL, "options");
    }
    struct {
        gobridge_options options;
        uint64_t newer;
    } larger = {none, 7};
    larger.options.size = sizeof larger;
    assert_ok(gobridge_start(&larger.options)); /* of a header to come */
}

static void *start_too(void *argument) {
    expect(gobridge_start(argument) == GOBRIDGE_OK);
    gobridge_ref type = 0;
    expect(gobridge_type_parse("int", 3, &type) == GOBRIDGE_OK);
    return NULL;
}

static void many_start(void) {
    pthread_t threads[16];
    gobridge_options options = {.size = sizeof options, .gc_percent = 70};
    for (size_t i = 0; i < COUNT(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, start_too, &options), 0);
    }
    for (size_t i = 0; i < COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&thread_failures), 0);
}

/* Too few addresses are a status, and with more of them it starts. */
static void few_addresses(void) {
#ifndef __SANITIZE_ADDRESS__ /* which has more addresses of its own than there may be */
#if SIZE_MAX > UINT32_MAX
    static const size_t megabytes[] = {64, 400, 700, 800, 1200, 1300, 1500}, enough = 2048;
#else
    static const size_t megabytes[] = {64, 128, 200, 250}, enough = 400;
#endif
    gobridge_ref type = 9;
    if (emulator_of_tests()) {
        puts("qemu-user does not bound the addresses of what it runs: not tested");
        return;
    }
    for (size_t i = 0; i < COUNT(megabytes); i++) {
        assert_int_equal(setrlimit(RLIMIT_AS, &(struct rlimit){megabytes[i] << 20, RLIM_INFINITY}), 0);
        assert_status(gobridge_type_parse("int", 3, &type), GOBRIDGE_E_NO_MEMORY, "addresses");
        assert_status(gobridge_start(NULL), GOBRIDGE_E_NO_MEMORY, "addresses");
    }
    assert_int_equal(type, 9);
    assert_int_equal(setrlimit(RLIMIT_AS, &(struct rlimit){enough << 20, RLIM_INFINITY}), 0);
    assert_ok(gobridge_start(NULL));
    const gobridge_ref map = make_map("map[int]int");
    assert_int_equal(length(map), 0);
    assert_ok(gobridge_release(map));
#endif
}

/* So are threads that are refused. */
static void no_threads(void) {
    if (emulator_of_tests()) {
        return;
    }
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), /* the system call's number */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {COUNT(steps), steps};
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
    gobridge_ref type = 9;
    assert_status(gobridge_start(NULL), GOBRIDGE_E_SYSTEM, "threads");
    assert_status(gobridge_type_parse("int", 3, &type), GOBRIDGE_E_SYSTEM, "threads");
    assert_int_equal(type, 9);
#ifdef __SANITIZE_ADDRESS__
    _exit(0); /* its search for leaks wants a thread */
#endif
}

/* So are those of a user who may have no more; once there may be some it starts. */
static void too_many_of_a_user(void) {
    struct rlimit most;
    const uid_t nobody = 65534;
    assert_int_equal(getrlimit(RLIMIT_NPROC, &most), 0);
    const rlim_t enough = most.rlim_cur;
    if (emulator_of_tests() || (getuid() == 0 && setresuid(nobody, nobody, nobody) != 0)) {
        puts("root and qemu-user have as many threads as they like: not tested");
        return;
    }
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* or LeakSanitizer cannot look */
    most.rlim_cur = 1;
    assert_int_equal(setrlimit(RLIMIT_NPROC, &most), 0);
    assert_status(gobridge_start(NULL), GOBRIDGE_E_SYSTEM, "threads");
    most.rlim_cur = enough;
    assert_int_equal(setrlimit(RLIMIT_NPROC, &most), 0);
    assert_ok(gobridge_start(NULL));
    const gobridge_ref map = make_map("map[int]int");
    assert_ok(gobridge_release(map));
}

/* A signal that the host blocks and waits for is never taken by a thread of Go's. */
static void signals_are_waited_for(void) {
    static const int waited[] = {SIGTERM, SIGUSR1, SIGCHLD, SIGALRM};
    assert_ok(gobridge_start(NULL));
    assert_ok(gobridge_go_collect()); /* which starts more threads */
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(waited); i++) {
        sigaddset(&set, waited[i]);
    }
    sigaddset(&set, SIGRTMIN);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    for (int again = 0; again < 20; again++) {
        for (size_t i = 0; i <= COUNT(waited); i++) {
            const int number = i < COUNT(waited) ? waited[i] : SIGRTMIN;
            assert_int_equal(kill(getpid(), number), 0);
            assert_int_equal(sigtimedwait(&set, NULL, &(struct timespec){.tv_sec = 5}), number);
        }
    }
}

static const scenario scenarios[] = {
    {"settings", settings},
    {"no_settings", no_settings},
    {"collector_off", collector_off},
    {"settings_that_come_too_late", settings_that_come_too_late},
    {"bad_options", bad_options},
    {"many_start", many_start},
    {"few_addresses", few_addresses},
    {"no_threads", no_threads},
    {"too_many_of_a_user", too_many_of_a_user},
    {"signals_are_waited_for", signals_are_waited_for},
};

int main(int argc, char **argv) {
    return run_all_apart(argc, argv, scenarios, COUNT(scenarios));
}
