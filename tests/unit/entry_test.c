/* The door: what a call costs the thread that makes it. */
#define _GNU_SOURCE
#include "check.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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
static void test_a_thread_is_taken_on_once(void **state) {
    (void)state;
    pid_t child = fork(); /* no test has called yet, so the child may start Go */
    if (child == 0) {
        uint8_t iscgo = 0;
        assert_ok(gobridge_runtime_iscgo(&iscgo));
        forbid_taking_on();
        for (int i = 0; i < 1000; i++) {
            assert_ok(gobridge_runtime_iscgo(&iscgo));
        }
        _exit(iscgo == 1 ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_thread_is_taken_on_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
