/* Entering Go: what a call costs the thread that makes it. Each scenario is a process of its own. */
#define _GNU_SOURCE
#include "check.h"

#include <dlfcn.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *call_often(void *nothing) {
    uint8_t iscgo = 0;
    for (int i = 0; i < 1000; i++) {
        expect(gobridge_runtime_iscgo(&iscgo) == GOBRIDGE_OK && iscgo == 1);
    }
    return nothing;
}

/* From here on, a system call with which Go takes on or lets go of a thread ends the process. */
static void forbid_taking_on(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* Go keeps what it needs for a thread from one call to the next: a thread that has called once is not taken on again.
 * (If it were, a call would cost many times as much; the main thread's would read /proc/self/maps.) */
static void a_thread_is_taken_on_once(void) {
    call_often(NULL);
    if (emulator_of_tests()) {
        print_message("qemu-user has no seccomp: whether a thread is attached once is not seen here\n");
    } else {
        forbid_taking_on();
    }
    call_often(NULL);
    assert_int_equal(atomic_load(&thread_failures), 0);
    _exit(0); /* ending in the usual way needs the system call */
}

/* By this thread alone: Go starts threads of its own when it likes. */
static _Thread_local int asked;

/* Stands before the C library's, and counts. */
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
    int (*next)(pthread_t, pthread_attr_t *) =
        (int (*)(pthread_t, pthread_attr_t *))dlsym(RTLD_NEXT, "pthread_getattr_np");
    asked++;
    return next(thread, attributes);
}

static void *ask_once(void *nothing) {
    uint8_t iscgo = 0;
    expect(gobridge_runtime_iscgo(&iscgo) == GOBRIDGE_OK);
    const int at_first = asked;
    expect(at_first > 0); /* it is the function above that Go asks */
    call_often(NULL);
    expect(asked == at_first);
    return nothing;
}

/* Nor is the C library asked again where the thread's stack lies: up to go1.22 Go wants to know in every call, and on the
 * main thread the answer takes a reading of /proc/self/maps. */
static void a_stack_is_asked_for_once(void) {
    ask_once(NULL);
    run_threads(4, ask_once, NULL, 0);
    assert_int_equal(atomic_load(&thread_failures), 0);
}

int main(int argc, char **argv) {
    static const scenario scenarios[] = {
        {"a_thread_is_taken_on_once", a_thread_is_taken_on_once},
        {"a_stack_is_asked_for_once", a_stack_is_asked_for_once},
    };
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {APART(&scenarios[0]), APART(&scenarios[1])};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
