/* Go functions from C.
 *
 * A Go program registers functions by name with bridge.Func, or all of a value's methods with bridge.Object; C finds one
 * by its name once and calls it any number of times. Any other Go func value that C has a reference to is called alike. */
#ifndef GOBRIDGE_CALL_H
#define GOBRIDGE_CALL_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Finds a registered function.
 *   name  as registered, "strings.ToUpper"; need not end with NUL
 *   len   its length in bytes
 *   func  receives the reference; like a type's it lives as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNKNOWN_NAME (the message names the nearest known ones),
 * GOBRIDGE_E_LIMIT (no string is so long). Go: bridge.Func. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_func_find(const char *name, size_t len, gobridge_ref *func);

/* The names of all registered functions, in order.
 *   names  receives a reference to a []string; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_func_names(gobridge_ref *names);

/* Calls a Go function on this thread. It may call C back, wait, and take as long as it likes.
 *   func      a reference to a Go func value: a registered function, a method value, a result of another call ...
 *   args      nargs values, which stay the caller's; what each may stand for is in value.h. Those beyond the last
 *             parameter of a variadic function are the elements of its slice
 *   nargs     how many; at most 1,048,576
 *   results   receives the results; release each once with gobridge_value_release
 *   nresults  how many: the function's results without a last one of type error, which becomes the status. With one more
 *             than that the error comes as the last value instead, NIL or a REF, and the status is GOBRIDGE_OK
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL (a nil func, or a nil pointer for a value), GOBRIDGE_E_COUNT,
 * GOBRIDGE_E_WRONG_TYPE and GOBRIDGE_E_RANGE (the message names the argument), GOBRIDGE_E_RETURNED (with the error's
 * message), GOBRIDGE_E_PANIC (with Go's stack), GOBRIDGE_E_GOEXIT (what the function had deferred has run; the stack of such
 * a call stays forever). Where Go code had called the C code that makes the call, runtime.Goexit ends that Go code too, and
 * the outermost call of this thread gets the status. os.Exit ends the process at once, as C's _exit does.
 * The bridge's locks are not held meanwhile: a function that works on a map of the host's is as safe against other
 * threads as in Go. Go: reflect.Value.Call, or the function itself. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_call(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                           gobridge_value *results, size_t nresults);

/* gobridge_call that also returns its failure as a value, so that a host whose calls hop threads need not ask this thread for it.
 *   failure  receives NIL, or where the call fails a REF to a Go error: the one that the function returned or panicked with, or one
 *            that says what else was wrong, with the same message as gobridge_last_error. Release it with
 *            gobridge_value_release; error.h reads it
 * Returns as gobridge_call, and GOBRIDGE_E_UNSUPPORTED in a batch. Where it returns GOBRIDGE_E_NULL, _FORKED, _NO_MEMORY or _UNSUPPORTED, no Go
 * code has run and failure is as it was. Go: reflect.Value.Call. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_call_catch(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                                 gobridge_value *results, size_t nresults,
                                                 gobridge_value *failure);

/* gobridge_call of a variadic function with the slice itself: Go's f(args...).
 *   args   one value for each parameter; the last one is a REF to a slice of its type, or NIL
 *   nargs  how many, as the function has parameters
 * The rest, and what it returns, as gobridge_call; GOBRIDGE_E_ARGUMENT if the function is not variadic.
 * Go: reflect.Value.CallSlice. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_call_spread(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                                  gobridge_value *results, size_t nresults);

/* Gives a Go func a name for as long as the process lives, by which Go code finds it (bridge.Host), and
 * gobridge_func_find. What is a func of the host's (callback.h, cfunc.h) is never dropped from then on.
 *   name  not taken
 *   len   its length in bytes
 *   func  a reference to a func, which stays the caller's
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL (a nil func), GOBRIDGE_E_ARGUMENT (a name that is empty or taken),
 * GOBRIDGE_E_LIMIT (no string is so long). Go: bridge.Host. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_func_register(const char *name, size_t len, gobridge_ref func);

GOBRIDGE_END

#endif
