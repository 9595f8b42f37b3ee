/* Statuses: what a call answers, and this thread's last failure. */
#ifndef GOBRIDGE_STATUS_H
#define GOBRIDGE_STATUS_H

#include <gobridge/api.h>

GOBRIDGE_BEGIN

/* 0 is success. The numbers are never changed and never used again. */
typedef int32_t gobridge_status;

/* Every status: name, number, meaning. */
#define GOBRIDGE_STATUSES(X)                                                                         \
    X(GOBRIDGE_OK, 0, "ok")                                                                          \
    X(GOBRIDGE_E_NULL, 1, "an argument is NULL")                                                     \
    X(GOBRIDGE_E_NIL_REF, 2, "a reference is 0")                                                     \
    X(GOBRIDGE_E_STALE_REF, 3, "a reference was released")                                           \
    X(GOBRIDGE_E_FORGED_REF, 4, "a reference was never given out")                                   \
    X(GOBRIDGE_E_WRONG_KIND, 5, "a reference or type is of another kind than the function works on") \
    X(GOBRIDGE_E_WRONG_TYPE, 6, "a value does not fit the Go type it is for")                        \
    X(GOBRIDGE_E_SYNTAX, 7, "a type expression or another text does not parse")                      \
    X(GOBRIDGE_E_TOO_DEEP, 8, "a type expression or a value is nested too deeply")                   \
    X(GOBRIDGE_E_UNKNOWN_TYPE, 9, "a type name is not known")                                        \
    X(GOBRIDGE_E_UNHASHABLE, 10, "a value cannot be hashed or compared")                             \
    X(GOBRIDGE_E_NIL, 11, "a nil map is written to or a nil pointer is followed")                    \
    X(GOBRIDGE_E_RANGE, 12, "a number does not fit")                                                 \
    X(GOBRIDGE_E_NOT_FAST, 13, "the compiler would not choose this fast variant for the map's type") \
    X(GOBRIDGE_E_NOT_IMPLEMENTED, 14, "a type does not implement the interface")                     \
    X(GOBRIDGE_E_ITERATOR_END, 15, "an iterator is past its end")                                    \
    X(GOBRIDGE_E_MAP_RELEASED, 16, "an iterator's map was released")                                 \
    X(GOBRIDGE_E_SCOPE, 17, "a scope is not this thread's innermost open one")                       \
    X(GOBRIDGE_E_PANIC, 18, "Go panicked")                                                           \
    X(GOBRIDGE_E_FORKED, 19, "this process is a fork of the one in which Go runs")                   \
    X(GOBRIDGE_E_NO_MEMORY, 20, "C's allocator has no memory")                                       \
    X(GOBRIDGE_E_UNSUPPORTED, 21, "this platform or this release does not have it")                  \
    X(GOBRIDGE_E_UNKNOWN_NAME, 22, "no function, field or method has the name")                      \
    X(GOBRIDGE_E_UNEXPORTED, 23, "a field or a method is not exported")                              \
    X(GOBRIDGE_E_COUNT, 24, "there are too few or too many arguments or results")                    \
    X(GOBRIDGE_E_RETURNED, 25, "a Go function returned an error")                                    \
    X(GOBRIDGE_E_GOEXIT, 26, "a Go function called runtime.Goexit")                                  \
    X(GOBRIDGE_E_TIMEOUT, 27, "the time was over before it was done")                                \
    X(GOBRIDGE_E_CLOSED, 28, "a channel is closed")                                                  \
    X(GOBRIDGE_E_BUSY, 29, "it is running already")                                                  \
    X(GOBRIDGE_E_TOO_SMALL, 30, "what the caller has room for is too small")                         \
    X(GOBRIDGE_E_SYSTEM, 31, "the operating system refused")                                         \
    X(GOBRIDGE_E_BATCH, 32, "a thread records no batch, or records one already")                     \
    X(GOBRIDGE_E_SKIPPED, 33, "an operation of a batch was not done because of an earlier one")      \
    X(GOBRIDGE_E_INDEX, 34, "an index is out of bounds")                                             \
    X(GOBRIDGE_E_LIMIT, 35, "more than this library or Go can have")                                 \
    X(GOBRIDGE_E_ARGUMENT, 36, "an argument is none that the function takes")                        \
    X(GOBRIDGE_E_ADDRESS, 37, "at an address that was given nothing lies")                           \
    X(GOBRIDGE_E_NO_CALLBACK, 38, "this thread runs no callback")                                    \
    X(GOBRIDGE_E_INTERRUPTED, 39, "a wait was interrupted")

enum { /* anonymous: a status crosses the ABI as int32_t */
#define GOBRIDGE_STATUS_NUMBER(name, number, meaning) name = number,
       GOBRIDGE_STATUSES(GOBRIDGE_STATUS_NUMBER)
#undef GOBRIDGE_STATUS_NUMBER
};

/* A failure of this thread. */
typedef struct gobridge_error {
    gobridge_status status; /* GOBRIDGE_OK if this thread has had none */
    uint32_t reserved;      /* 0 */
    const char *message;    /* "function: what was wrong", NUL-terminated UTF-8 */
    const char *stack;      /* Go's stack if a panic was caught, else "" */
} gobridge_error;

/* Gives this thread's last failure; a call that succeeds leaves it as it is.
 *   error  receives it; its strings are the library's, valid until this thread's next failure or its end
 * Returns GOBRIDGE_OK, or GOBRIDGE_E_NULL (which is not recorded). Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_last_error(gobridge_error *error);

/* The name of a status, "GOBRIDGE_E_NULL" for 1, or "GOBRIDGE_E_?" for a number that is none.
 * The string is static. Crosses nothing. Since 1.0. */
GOBRIDGE_API const char *gobridge_status_name(gobridge_status status);

/* What a status means, in a few words; as gobridge_status_name. Since 1.0. */
GOBRIDGE_API const char *gobridge_status_meaning(gobridge_status status);

GOBRIDGE_END

#endif
