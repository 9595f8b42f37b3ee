/* The signals that a thread of the host's blocks, while Go changes its mask. */
#ifndef GOBRIDGE_CSRC_BLOCKED_H
#define GOBRIDGE_CSRC_BLOCKED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <signal.h>
#include <stdint.h>

/* More than so many that wait are not expected: the others would come. */
enum { GOBRIDGE_WAITING = 16 };
typedef struct gobridge_blocked {
    uint64_t signals; /* as the kernel has a set of them */
    siginfo_t waiting[GOBRIDGE_WAITING];
    int len;
} gobridge_blocked;

/* Notes what this thread blocks, and sets aside what of it waits already, for the thread or for any: it would come once Go opens it. */
void gobridge_blocked_hold(gobridge_blocked *b);

/* Blocks them again, and puts back what was set aside. */
void gobridge_blocked_restore(const gobridge_blocked *b);

#endif
