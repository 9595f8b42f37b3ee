/* Batches: different calls, recorded in any order and made in one crossing.
 *
 * Between gobridge_batch_begin and gobridge_batch_run this thread's calls are not made: each is checked as far as C
 * can, becomes an operation, and returns GOBRIDGE_OK. The run makes them all in order, each with a status of its own.
 *
 * Mind that all memory which a call is given pointers to (keys, elements, arguments, texts, columns, room for
 * results) must stay valid and unchanged until the run, or until the batch is cancelled: an operation reads what it
 * was handed, and writes what it gives, when it is run. So keys are an array, not one key that a loop changes.
 * Numbers by value, such as an index, are recorded. An operation may read what an earlier one writes, but not what it
 * writes itself.
 *
 * With type map[string]uint64 and three values, names:
 *
 *     const uint64_t numbers[3] = {36, 85, 53};
 *     gobridge_ref ages;
 *     int64_t len;
 *     size_t count;
 *     gobridge_batch_begin();
 *     gobridge_runtime_makemap(type, 3, &ages);
 *     for (int i = 0; i < 3; i++) gobridge_runtime_mapassign(ages, &names[i], &numbers[i]);
 *     gobridge_map_len(ages, &len);
 *     gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count); // 5 operations; len is 3
 *
 * Results: at once a reference that a call returns is a promise, and so is a gobridge_value, whose kind is REF. In
 * the same batch both may be used like what they stand for, released too. Numbers are 0 until the run; memory in C
 * layout, the owners of filled columns and the references of gobridge_value_box_n are as they were. The run puts
 * everything in its place: values and C layout with the operation, numbers and references at the end. Of an
 * operation that failed, references are 0, values NIL and numbers 0. Of a call with more than 128 results, the
 * others are NIL until the run. Open scopes own what the run makes.
 *
 * Answered at once, and no operation, is what needs no crossing, type queries about a type that is no promise, the
 * opening and closing of scopes, and what asks about the process: gobridge_type_parse, gobridge_func_find,
 * gobridge_time_now, gobridge_ref_flush, _count and _list, gobridge_task_limit, and all of gobridge_go_.
 *
 * Refused with GOBRIDGE_E_UNSUPPORTED is what may wait (gobridge_chan_send, _receive and _select,
 * gobridge_task_wait), gobridge_map_freeze, gobridge_arrow_import and gobridge_runtime_cgocall; with GOBRIDGE_E_LIMIT
 * what would be operation 65,537.
 *
 * A batch belongs to its thread. One that is open when the thread ends is dropped. Code that operations call may
 * record and run batches of its own; one that it leaves open is dropped when the run is over. */
#ifndef GOBRIDGE_BATCH_H
#define GOBRIDGE_BATCH_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

#define GOBRIDGE_BATCH_STOP  1 /* at the first operation that fails */
#define GOBRIDGE_BATCH_GO_ON 2 /* all are done */

/* Begins to record this thread's calls.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_BATCH if the thread records a batch already, or GOBRIDGE_E_NO_MEMORY. Crosses
 * nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_batch_begin(void);

/* Runs what this thread has recorded, in one crossing, and ends the batch. Operations that follow one another on one
 * map keep its lock. A panic is the failure of its operation alone; runtime.Goexit ends the run, and all operations
 * that were not over have GOBRIDGE_E_GOEXIT.
 *   mode      GOBRIDGE_BATCH_STOP or GOBRIDGE_BATCH_GO_ON
 *   statuses  receives the status of each operation: GOBRIDGE_E_SKIPPED if it was not done because of an earlier
 *             one, as the run had stopped, or it uses what that one did not give. May be NULL if capacity is 0
 *   capacity  how many statuses there is room for; 0 if they are not wanted
 *   count     receives how many operations there are
 * Returns GOBRIDGE_OK, GOBRIDGE_E_GOEXIT, or else the status of the first operation that failed; the message says which
 * one. What the others gave is the caller's. Where nothing is done, the batch stays open: GOBRIDGE_E_NULL,
 * GOBRIDGE_E_ARGUMENT if there is no such mode, GOBRIDGE_E_TOO_SMALL if not all statuses fit (count is right),
 * GOBRIDGE_E_NO_MEMORY and GOBRIDGE_E_FORKED. GOBRIDGE_E_BATCH if the thread records none. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_batch_run(uint32_t mode, gobridge_status *statuses, size_t capacity,
                                                size_t *count);

/* Drops what this thread has recorded: nothing of it is done, and what was promised is 0 or NIL.
 * Returns GOBRIDGE_OK, or GOBRIDGE_E_BATCH if the thread records none. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_batch_cancel(void);

GOBRIDGE_END

#endif
