/* Tasks: Go functions that run in goroutines of their own while the host goes on. */
#ifndef GOBRIDGE_TASK_H
#define GOBRIDGE_TASK_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Starts a Go function in a goroutine of its own. Where its first parameter is a context.Context the host passes no
 * argument for that one: it is the task's own context, which ends on gobridge_task_cancel, when the time is over, and
 * when the task is released. Nothing else stops a function. What the arguments name is shared with it: the host must not
 * use a map that it writes to before it is done. A panic in a goroutine that the function itself starts ends the process,
 * as in any Go program.
 *   func        a reference to any Go function
 *   args        its arguments, each for the type of its parameter, those for a variadic one one by one; copied. May be
 *               NULL if nargs is 0
 *   nargs       how many, at most 1,048,576
 *   timeout_ns  when the context ends, in nanoseconds from now; below 0 for never
 *   task        receives a reference; release it once. A task that still runs is then cancelled and forgotten: its
 *               descriptor is closed, and what the function returns is dropped, unless a thread waits for it already
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if func is nil, GOBRIDGE_E_COUNT, GOBRIDGE_E_RANGE, GOBRIDGE_E_LIMIT where
 * as many tasks run as gobridge_task_limit allows, GOBRIDGE_E_WRONG_TYPE. Go: the go statement. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_start(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                                 int64_t timeout_ns, gobridge_ref *task);

/* Waits until a task is done and returns its function's results. They stay with the task: any thread may ask again.
 *   timeout_ns  how long to wait, in nanoseconds; below 0 forever, at 0 not at all
 *   results     receive them, each to be released with gobridge_value_release. May be NULL if nresults is 0
 *   nresults    how many, as for gobridge_call: if it is one more than the results, a last error comes as a value.
 *               GOBRIDGE_E_COUNT for any other number, even before the task is done
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_COUNT, GOBRIDGE_E_TIMEOUT if it is not done, GOBRIDGE_E_INTERRUPTED, GOBRIDGE_E_RETURNED
 * with the error's text if the function returned an error, GOBRIDGE_E_PANIC with its goroutine's stack where it
 * panicked, GOBRIDGE_E_GOEXIT if it called runtime.Goexit, GOBRIDGE_E_UNSUPPORTED in a batch. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_wait(gobridge_ref task, int64_t timeout_ns,
                                                gobridge_value *results, size_t nresults);

/* Tells whether a task is done, however it ended.
 *   done  receives 1 or 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_done(gobridge_ref task, uint8_t *done);

/* A file descriptor that becomes readable when the task is done, and stays so, for epoll, libuv, asyncio and their like.
 * No thread waits meanwhile.
 *   fd  receives it, the same one each time. The task owns it: the host only polls it, and stops before it releases the
 *       task, which closes it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_SYSTEM if the system has no descriptor. Go: eventfd(2) by
 * syscall. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_descriptor(gobridge_ref task, int32_t *fd);

/* Has a function of the host's called once when the task is done, however it ends, also if it was released before; where it is
 * done already, at once. Any number may be asked for. They run one after the other on a thread of Go's that the host never
 * saw, so they should be short; they may call this library.
 *   done  gets data
 *   data  what the host likes; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. In a batch it is asked for at once. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_on_done(gobridge_ref task, void (*done)(void *data), void *data);

/* Ends a task's context, with context.Canceled. The task is done when its function returns; one that takes no context
 * does not notice. A second time it does nothing.
 * Returns GOBRIDGE_OK. Go: context.CancelFunc. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_cancel(gobridge_ref task);

/* How many tasks may run at once, 8,000 at first. Each one that is in a C function has a thread of its own, and Go ends a
 * process that would have more threads than it allows: it is told to allow 2,000 more than this, at least 10,000. Whether
 * the system has so many is the host's concern.
 *   count     1 to 1,048,576; 0 asks only. Tasks that run go on
 *   previous  receives what held before; NULL if it is not wanted
 * Returns GOBRIDGE_OK, GOBRIDGE_E_ARGUMENT if count is negative, GOBRIDGE_E_LIMIT if it is too large.
 * Go: runtime/debug.SetMaxThreads. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_task_limit(int32_t count, int32_t *previous);

GOBRIDGE_END

#endif
