/* gobridge: the Go runtime as a C library. This header includes all the others.
 *
 * Conventions that hold for every function:
 *   - It can be called from any thread. The first call starts the Go runtime and waits until it is ready.
 *   - Where it can fail it returns a gobridge_status, 0 for success; results go through the pointers at the end.
 *     A failed call changes nothing that the caller owns. gobridge_last_error() tells what was wrong.
 *   - NULL for a pointer fails with GOBRIDGE_E_NULL unless the function says otherwise.
 *   - Any function that needs Go may also return GOBRIDGE_E_FORKED (this is a child of fork after Go's start),
 *     GOBRIDGE_E_NO_MEMORY (C's allocator failed, or Go cannot start), GOBRIDGE_E_SYSTEM (Go cannot start: no threads, or, of what plain
 *     `go build` makes, the call comes from a constructor that runs before Go's) and GOBRIDGE_E_PANIC (a panic that has no status of its own).
 *   - What is handed in may be wrong in itself: GOBRIDGE_E_ADDRESS (nothing lies at an address), GOBRIDGE_E_LIMIT (a length or a
 *     count that Go or this library cannot have), GOBRIDGE_E_ARGUMENT (flags or reserved members that are not 0). So every
 *     function that takes pointers may return these three. Memory that the thread has handed in before, and that was
 *     unmapped since, may end the process instead: look-ups and reads of numbers then touch it without Go.
 *   - A reference given to a function is looked up there: 0 fails with GOBRIDGE_E_NIL_REF, a released one
 *     GOBRIDGE_E_STALE_REF, a number that was never a reference GOBRIDGE_E_FORGED_REF, and one to something of
 *     another kind than the function works on GOBRIDGE_E_WRONG_KIND. Their descriptions say only what is more.
 *   - A struct that begins with its size may grow at its end in a later minor. Its size is set to its sizeof before the call; any from
 *     that of 1.0 on is taken, less fails with GOBRIDGE_E_TOO_SMALL. Of what is handed in, what it is too short for is 0, and what is newer
 *     than the library does nothing; of what is received, no more is written than it has room for, and its size becomes how much that was.
 *   - errno, the signal mask and (on x86) the floating-point environment are as they were when the call returns. */
#ifndef GOBRIDGE_H
#define GOBRIDGE_H

#include <gobridge/api.h>
#include <gobridge/arrow.h>
#include <gobridge/async.h>
#include <gobridge/batch.h>
#include <gobridge/call.h>
#include <gobridge/callback.h>
#include <gobridge/cfunc.h>
#include <gobridge/column.h>
#include <gobridge/context.h>
#include <gobridge/error.h>
#include <gobridge/fatal.h>
#include <gobridge/foreign.h>
#include <gobridge/frozen.h>
#include <gobridge/iface.h>
#include <gobridge/io.h>
#include <gobridge/iter.h>
#include <gobridge/linkname.h>
#include <gobridge/make.h>
#include <gobridge/map.h>
#include <gobridge/output.h>
#include <gobridge/ref.h>
#include <gobridge/runtime.h>
#include <gobridge/signals.h>
#include <gobridge/slice.h>
#include <gobridge/start.h>
#include <gobridge/status.h>
#include <gobridge/struct.h>
#include <gobridge/thread.h>
#include <gobridge/type.h>
#include <gobridge/value.h>

#include <gobridge/table.h> /* of all the others */

#endif
