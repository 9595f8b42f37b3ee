/* Signals: what is Go's and what is the host's. docs/hosts.md has the whole table. */
#ifndef GOBRIDGE_SIGNALS_H
#define GOBRIDGE_SIGNALS_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* Puts signals in order after the host, or a library of its, has installed handlers when Go ran already: faults in Go code go to Go,
 * which makes panics of them, all others to the host's handler; both get SIGURG, by which Go interrupts its threads; and
 * every handler gets SA_ONSTACK, as it may run while Go code does, whose stacks are small. sigaction() then names
 * a function of this library for SIGSEGV, SIGBUS, SIGFPE and SIGURG. It takes 10 to 20 us; a thread's first call does it.
 * Returns GOBRIDGE_OK, also if there is nothing to do. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_signals_reclaim(void);

GOBRIDGE_END

#endif
