/* The signals that a thread of the host's blocks, while Go changes its mask. */
#define _GNU_SOURCE
#include "blocked.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's sigtimedwait would hide whether a signal is for one thread. */
void gobridge_blocked_hold(gobridge_blocked *b) {
    const long at_once[2] = {0};
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &b->signals, sizeof b->signals);
    b->len = 0;
    while (b->signals && b->len < GOBRIDGE_WAITING &&
           syscall(SYS_rt_sigtimedwait, &b->signals, &b->waiting[b->len], at_once, sizeof b->signals) > 0) {
        b->len++;
    }
}

void gobridge_blocked_restore(const gobridge_blocked *b) {
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &b->signals, NULL, sizeof b->signals);
    for (int i = 0; i < b->len; i++) {
        const siginfo_t *info = &b->waiting[i];
        const long thread = syscall(SYS_gettid);
        if (info->si_code == SI_TKILL) {
            syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, info->si_signo, info);
        } else { /* for the process; but the kernel believes a thread all that it says of itself alone, by its own number */
            syscall(SYS_rt_sigqueueinfo, thread, info->si_signo, info);
        }
    }
}
