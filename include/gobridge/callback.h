/* Callbacks: C functions with data of their own as Go funcs of any type.
 *
 * A callback gets and returns values (value.h), so that Go can call it for any func type: with strings, maps, interfaces, several
 * results and an error. For a C function that has a signature of its own, see cfunc.h.
 *
 * Threads: a callback runs on the thread that its Go caller runs on: the host's own while a call of the host's waits for it, or one
 * that the host never saw, where a goroutine calls (a task, a finalizer ...); several may call at once. It may call this library,
 * also release the func that it is. It must return: longjmp out of it is undefined, and a C++ exception that leaves it ends the
 * process by std::terminate, as one that leaves a noexcept function does.
 *
 * drop: every function of this library that takes a function of the host's takes `data`, which the function gets in each call, and
 * `drop`, which gets it once at the end: when Go has let go of what was made and no call runs. Go's garbage collector finds that
 * out, so it may be long after the last reference was released (gobridge_go_collect hurries it), and never for what is
 * live when the process ends. It runs on a thread of Go's that the host never saw, one drop after the other, so it should be short;
 * it may call this library. A call that fails to make something drops nothing. */
#ifndef GOBRIDGE_CALLBACK_H
#define GOBRIDGE_CALLBACK_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* A C function that Go calls.
 *   data      what was handed in with it
 *   args      nargs values, borrowed: references, and the memory of strings and bytes, are good until it returns. One per
 *             parameter; that of a variadic one is its slice
 *   results   nresults values, NIL before; it fills them in. They are taken over: what has an owner is released. Memory and
 *             references without an owner stay the callback's, and are read as soon as it returns
 *   nresults  the func's results without a last one of type error
 * Returns GOBRIDGE_OK, or a failure: that becomes the func's last result if its type is error, else a panic, which the call of the
 * host's that it ends gives as GOBRIDGE_E_PANIC. What it says is up to gobridge_callback_fail. A result that its type cannot
 * be, a bad reference among them, is a failure too. */
typedef gobridge_status (*gobridge_callback)(void *data, const gobridge_value *args, size_t nargs,
                                             gobridge_value *results, size_t nresults);

/* Makes a Go func that calls a C function. Where it takes at most two numbers and returns at most one, reflect is not used.
 *   func_type  any func type
 *   call       the C function
 *   data       what it gets in each call; may be NULL
 *   drop       gets data at the end (above); may be NULL
 *   func       receives a reference to the func; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. In a batch it is made at once. Go: reflect.MakeFunc. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_callback_new(gobridge_ref func_type, gobridge_callback call, void *data,
                                                   void (*drop)(void *data), gobridge_ref *func);

/* In a callback, also a read or write one of io.h: what the failure says that it is about to return.
 *   text  UTF-8; copied
 *   len   bytes of text
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NO_CALLBACK if this thread runs none. Go: errors.New. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_callback_fail(const char *text, size_t len);

/* The same with a Go error, which Go code then gets as it is: fs.SkipDir, context.Canceled ...
 *   error  a reference to an error; it stays the caller's
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NO_CALLBACK if this thread runs none. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_callback_fail_with(gobridge_ref error);

GOBRIDGE_END

#endif
