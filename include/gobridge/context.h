/* Contexts: what ends calls of Go functions that take one. NIL stands for context.Background() where a context is wanted. */
#ifndef GOBRIDGE_CONTEXT_H
#define GOBRIDGE_CONTEXT_H

#include <gobridge/ref.h>

GOBRIDGE_BEGIN

/* Makes a context.
 *   parent   a reference to any context, which ends this one too; 0 for none
 *   timeout  in nanoseconds from now, when it ends by itself; below 0 it does not
 *   context  receives a reference; release it once. That does not end the context: Go code may have it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. In a batch it is made at once. Go: context.WithCancel, context.WithTimeout. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_context_new(gobridge_ref parent, int64_t timeout,
                                                  gobridge_ref *context);

/* Ends a context, on any thread: what waits for it gets context.Canceled. Again it does nothing. One that is never ended and has no
 * timeout costs its parent some memory.
 *   context  a reference to one that gobridge_context_new made
 * Returns GOBRIDGE_OK. In a batch it is done at once. Go: context.CancelFunc. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_context_cancel(gobridge_ref context);

GOBRIDGE_END

#endif
