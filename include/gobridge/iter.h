/* Iterators: Go's iter.Seq and iter.Seq2, funcs that give one value after the other, of which C asks for the next one. */
#ifndef GOBRIDGE_ITER_H
#define GOBRIDGE_ITER_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Makes an iterator of a func. The func begins to run with the first gobridge_iter_next, in a goroutine of its own, and goes on only
 * while the host waits for the next one.
 *   seq   a func(yield func(V) bool), which iter.Seq[V] is, or a func(yield func(K, V) bool), which iter.Seq2[K, V] is; of any named
 *         type. GOBRIDGE_E_WRONG_KIND for anything else
 *   iter  receives a reference; release it once. If the func is not at its end, its yield then returns false
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if seq is nil. Go: iter.Pull. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_iter_new(gobridge_ref seq, gobridge_ref *iter);

/* Waits for the next value, or pair. Threads that ask at once get one each.
 *   first   receives the value, or the first of a pair, NIL past the end; release it with gobridge_value_release
 *   second  receives the second of a pair, NIL where there is none; release it. May be NULL
 *   found   receives 0 past the end, also each time after it, else 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_PANIC with its goroutine's stack if the func panicked, GOBRIDGE_E_GOEXIT if it
 * called runtime.Goexit (after both it is at its end), GOBRIDGE_E_STALE_REF also if iter is released meanwhile,
 * GOBRIDGE_E_INTERRUPTED (thread.h) if the wait is: the value comes with the next call. GOBRIDGE_E_UNSUPPORTED in a batch. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_iter_next(gobridge_ref iter, gobridge_value *first,
                                                gobridge_value *second, uint8_t *found);

GOBRIDGE_END

#endif
