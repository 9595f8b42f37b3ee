/* Threads of the host's. Each may call at any time and needs nothing of this; it is for who wants to choose when a thread pays, and
 * for who must wake one that waits. */
#ifndef GOBRIDGE_THREAD_H
#define GOBRIDGE_THREAD_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* Does now what this thread's first call does otherwise, in some 3 us beside the signals (and starts Go, if no one has): Go takes note of the thread; the
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

/* Returns the name by which this thread's waits are interrupted. A thread that has asked pays some 300 ns more for each wait.
 *   thread  receives it: the same one each time, no other thread's, ever, and never 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_SYSTEM if the system has no descriptor, GOBRIDGE_E_NO_MEMORY also if 262,144 threads
 * have names. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_thread_id(uint64_t *thread);

/* Ends the wait of a thread: gobridge_chan_send, _receive or _select, gobridge_task_wait, gobridge_iter_next, or gobridge_io_read of a reader
 * with SetReadDeadline (one set by Go code is lost), then returns
 * GOBRIDGE_E_INTERRUPTED there and has done nothing, unless what it waits for has come. A thread that does not wait now returns at
 * once from its next wait that would take time: so none is missed, and who is interrupted looks why, and waits again. Calls of
 * Go functions are not waits, and go on. It may be called by any thread and in a signal handler; it needs no memory and takes no locks.
 *   thread  a name that gobridge_thread_id gave. If that thread has ended, or it is none, nothing happens
 * Returns GOBRIDGE_OK. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_thread_interrupt(uint64_t thread);

GOBRIDGE_END

#endif
