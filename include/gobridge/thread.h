/* Threads of the host's. Each may call at any time and needs nothing of this; it is for who wants to choose when a thread pays, and
 * for who must wake one that waits. */
#ifndef GOBRIDGE_THREAD_H
#define GOBRIDGE_THREAD_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* Does now what this thread's first call does otherwise, in 5 to 20 us (and starts Go, if no one has): Go takes note of the thread; the
 * thread gets an alternate signal stack of 256 KiB with a guard page (64 KiB where addresses have 32 bits), unless it has one;
 * and signals are put in order (gobridge_signals_reclaim). Where it was done already it costs what any call does.
 * Returns GOBRIDGE_OK. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_thread_attach(void);

/* Undoes that before the thread ends, when it is done anyhow: what the thread has released is released, Go forgets the thread, and the
 * alternate signal stack is gone. Only the last failure stays. The thread may call again, which attaches it. In an archive
 * of plain `go build`, linked without -Wl,--wrap=x_cgo_bindm, Go remembers the thread until it ends.
 * Returns GOBRIDGE_OK, also if this thread has never called; GOBRIDGE_E_BUSY if it has a scope open, records a batch, or runs a
 * function that Go called. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_thread_detach(void);

GOBRIDGE_END

#endif
