/* C functions: one as a Go func, and a Go func as one. libffi makes the calls.
 *
 * A signature is a Go func type, "func(path string, flags int32) int32". What a C function has for its types:
 *   int8 to int64, uint8 to uint64   the integer of <stdint.h>
 *   int, uint, uintptr               intptr_t (ssize_t, long), size_t (unsigned long), uintptr_t
 *   bool                             _Bool; another byte than 0 and 1 fails with GOBRIDGE_E_RANGE
 *   float32, float64                 float, double
 *   unsafe.Pointer                   a pointer, passed as it is
 *   *T, where a T holds no pointers  a pointer; Go's variable stays where it is while the call lasts
 *   string                           a const char * that ends with NUL. Into C: a copy that lasts as long as the call; a
 *                                    string that holds a NUL panics. Out of C: copied, NULL is "". A Go func that gives
 *                                    a string cannot be a C function: no one would free it
 *   a struct that holds no pointers  the struct by value, arrays and structs inside it too; uintptr stands for a pointer
 *   a func of these types            a pointer to a C function. Into C: a closure that lasts as long as the call. Out of
 *                                    C: as gobridge_cfunc_new gives it; NULL is nil
 *   ...any as the last parameter     what a C function like printf takes: each argument is of one of these types, with
 *                                    C's promotions (float32 to double, small integers to int); nil is NULL. A Go func
 *                                    with one cannot be a C function
 * There is one result or none. A number below 4096 that C gives as a pointer fails with GOBRIDGE_E_ADDRESS, as Go cannot hold
 * it: let the signature say uintptr where C has numbers in its pointers. What is copied by value for one call is at
 * most 64 KiB. No one can check that a signature is the C function's own: with a wrong one the call is undefined, as it
 * is in C.
 *
 * Every C function that Go calls runs on the thread that called, and must return: longjmp across Go is undefined, and a C++ exception
 * that leaves it ends the process by std::terminate. It runs with the floating-point environment of the host's call. */
#ifndef GOBRIDGE_CFUNC_H
#define GOBRIDGE_CFUNC_H

#include <gobridge/ref.h>

GOBRIDGE_BEGIN

/* Makes a Go func that calls a C function, for any Go code to call.
 *   function   the C function, which must stay where it is as long as Go has the func, also after the reference is
 *              released
 *   signature  its type as a Go expression, at most 65,536 bytes; need not end with NUL
 *   len        its length in bytes
 *   func       receives a reference to the func; release it once
 * What Go cannot pass (above) panics in the Go code that calls.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, what gobridge_type_parse returns for the signature, GOBRIDGE_E_WRONG_KIND if it
 * is no func type, GOBRIDGE_E_WRONG_TYPE if C does not have one of its types, GOBRIDGE_E_LIMIT if more than 64 KiB would
 * be copied, GOBRIDGE_E_TOO_DEEP. Go: reflect.MakeFunc, runtime.cgocall. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_cfunc_new(void (*function)(void), const char *signature, size_t len,
                                                gobridge_ref *func);

/* The same of a C function that gets data of its own: its first parameter is a void *, those of the signature come after it.
 *   data  what it gets in each call; may be NULL
 *   drop  gets data once Go has let go of the func and no call runs (callback.h says when, and on which thread); may be NULL.
 *         The C function must stay where it is until then
 * In a batch it is made at once. Returns what gobridge_cfunc_new does: GOBRIDGE_OK, GOBRIDGE_E_NULL, what gobridge_type_parse returns for
 * the signature, GOBRIDGE_E_WRONG_KIND, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_LIMIT, GOBRIDGE_E_TOO_DEEP. Go: reflect.MakeFunc,
 * runtime.cgocall. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_cfunc_new_with(void (*function)(void), const char *signature,
                                                     size_t len, void *data, void (*drop)(void *data),
                                                     gobridge_ref *func);

/* Makes a C function that calls a Go func, for any C code to call: a closure. It may be called in any thread, in several
 * at once, and by C that Go has called.
 *   func       a reference to any Go func
 *   signature  the C function's type as a Go expression; need not end with NUL. Its parameters must be assignable to
 *              those of func, or be of the same kinds; so must func's result to its result
 *   len        its length in bytes; 0 if the signature is func's own type, and may be NULL
 *   pointer    receives the C function, to be cast to its true type
 *   closure    receives a reference that keeps it alive; release it once. A call that runs then runs to its end
 * A closure that cannot do what it is for returns zero, and the calling thread's last error, in the name of
 * gobridge_cfunc_closure, says why:
 *   GOBRIDGE_E_PANIC      the func panicked
 *   GOBRIDGE_E_GOEXIT     it called runtime.Goexit. If Go code has called the C code that called the closure, Goexit ends
 *                         that Go code too and leaves the C code as longjmp would; the host's own call returns this status
 *   GOBRIDGE_E_STALE_REF  closure was released before. The last 1024 that were released are kept for this; to call one
 *                         that was released earlier is undefined
 *   GOBRIDGE_E_RANGE      an argument is no bool
 *   GOBRIDGE_E_ADDRESS    an argument is no pointer that Go can hold (above)
 *   and what any call may give: GOBRIDGE_E_FORKED, GOBRIDGE_E_NO_MEMORY
 * A pointer that the func returns must not be to Go's memory. The func must not end the process (os.Exit does).
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if func is nil, GOBRIDGE_E_WRONG_KIND if it is no func, what
 * gobridge_cfunc_new returns for the signature, GOBRIDGE_E_WRONG_TYPE also where func cannot be called so,
 * GOBRIDGE_E_NO_MEMORY. Go: reflect.Value.Call. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_cfunc_pointer(gobridge_ref func, const char *signature, size_t len,
                                                    void (**pointer)(void), gobridge_ref *closure);

GOBRIDGE_END

#endif
