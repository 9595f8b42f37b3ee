/* What the library keeps for each thread: its last failure and its open scopes. */
#ifndef GOBRIDGE_CSRC_THREAD_H
#define GOBRIDGE_CSRC_THREAD_H

#include "frame.h"

#include <stdbool.h>

typedef struct gobridge_thread {
    gobridge_status status; /* the last failure */
    gobridge_failure failure;
    uint64_t *scoped; /* references of all open scopes; a 0 stands where each scope begins */
    size_t scoped_len, scoped_cap;
    uint64_t scopes; /* open ones */
} gobridge_thread;

/* This thread's state, made on first use and freed when the thread ends; NULL where there is no memory. */
gobridge_thread *gobridge_thread_self(void);

/* Makes sure that one more scoped entry fits, so that nothing is lost after a crossing. */
bool gobridge_thread_has_room(gobridge_thread *self);

/* Notes a reference that this thread was given, if a scope is open. Needs room made before. */
void gobridge_thread_given(gobridge_thread *self, uint64_t ref);

/* Forgets a reference that was released if it is the newest, so that a loop in a scope does not pile them up. */
void gobridge_thread_released(gobridge_thread *self, uint64_t ref);

/* Records a failure as this thread's last: "function: what the format says". Returns the status. */
__attribute__((format(printf, 3, 4))) gobridge_status gobridge_fail(gobridge_status status, const char *function,
                                                                    const char *format, ...);

/* Nothing lies in the first page, and Go must not even hold such a pointer: it is as good as NULL. */
#define GOBRIDGE_NOT_NULL(argument)                                                                            \
    do {                                                                                                       \
        if ((uintptr_t)(argument) < 4096) {                                                                    \
            return gobridge_fail(GOBRIDGE_E_NULL, __func__, "%s is NULL", #argument);                          \
        }                                                                                                      \
    } while (0)

#endif
