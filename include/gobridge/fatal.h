/* Last words: what Go says when it ends the process. */
#ifndef GOBRIDGE_FATAL_H
#define GOBRIDGE_FATAL_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* Has a function called when Go ends the process for what no one can recover: a stack that is too deep, maps that are written by
 * two goroutines at once, memory that is at its end, a panic in a goroutine of its own, a deadlock. After it the process ends, by SIGABRT.
 *   handler  gets data, and Go's message and stacks (the first 64 KiB; UTF-8, no NUL). It runs in a handler of SIGABRT, on the
 *            thread where it happened: it may do what signal handlers may, and must not call this library. Of what the runtime itself throws
 *            Go writes the first line ("fatal error: ...") to stderr alone; the stacks name what threw it. NULL for none, as
 *            it is at first
 *   data     what the host likes; may be NULL
 * A handler that the host has for SIGABRT runs after it; one that is installed later takes its place.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_UNSUPPORTED before go1.23, GOBRIDGE_E_SYSTEM if the system has no descriptor.
 * Go: runtime/debug.SetCrashOutput. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_set_fatal_handler(void (*handler)(void *data, const char *message,
                                                                        size_t len),
                                                        void *data);

GOBRIDGE_END

#endif
