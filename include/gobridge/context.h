/* Contexts: what ends calls of Go functions that take one. NIL stands for context.Background() where a context is wanted. */
#ifndef GOBRIDGE_CONTEXT_H
#define GOBRIDGE_CONTEXT_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Makes a context.
 *   parent      a reference to any context, which ends this one too; 0 for none
 *   timeout_ns  from now, when it ends by itself; below 0 it does not
 *   context     receives a reference; release it once. That does not end the context: Go code may have it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_DEEP if 10,000 end one another. In a batch it is made at once.
 * Go: context.WithCancel, context.WithTimeout. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_context_new(gobridge_ref parent, int64_t timeout_ns,
                                                  gobridge_ref *context);

/* Ends a context, on any thread: what waits for it gets context.Canceled. Again it does nothing. One that is never ended and has no
 * timeout costs its parent some memory.
 *   context  a reference to one that gobridge_context_new made
 * Returns GOBRIDGE_OK. In a batch it is done at once. Go: context.CancelFunc. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_context_cancel(gobridge_ref context);

/* Makes a context that has a value. Like one of gobridge_context_new without a timeout it can be ended by itself.
 *   parent   a reference to any context, which ends this one too and whose values it has; 0 for none
 *   key      what can be a map's key and is not nil; Go code finds it with a key of the same type
 *   value    anything
 *   context  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL (a nil key), GOBRIDGE_E_UNHASHABLE, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE,
 * GOBRIDGE_E_LIMIT and GOBRIDGE_E_TOO_DEEP (a key that is too large to compare, or 10,000 contexts). In a batch it is made at once.
 * Go: context.WithValue. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_context_with_value(gobridge_ref parent, const gobridge_value *key,
                                                         const gobridge_value *value, gobridge_ref *context);

/* A value of a context, or of one that it is made of.
 *   context  a reference to any context
 *   key      as above
 *   value    receives it, NIL if there is none; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, and what gobridge_context_with_value says of keys: GOBRIDGE_E_NIL,
 * GOBRIDGE_E_UNHASHABLE, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_LIMIT, GOBRIDGE_E_TOO_DEEP. In a batch it is asked at once.
 * Go: context.Context.Value. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_context_value(gobridge_ref context, const gobridge_value *key,
                                                    gobridge_value *value);

GOBRIDGE_END

#endif
