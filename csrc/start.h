/* Starting Go: only csrc/start.c knows whether it runs. */
#ifndef GOBRIDGE_CSRC_START_H
#define GOBRIDGE_CSRC_START_H

#include "fork.h"
#include "frame.h"

#include <stdatomic.h>

/* What the Go runtime says of itself when it is ready; the strings live as long as the process. */
typedef struct gobridge_go_runtime {
    void *entry_point;   /* the address of a compiled func(unsafe.Pointer) that takes a frame */
    const char *release; /* runtime.Version() */
    const char *backend; /* "linkname" or "portable" */
    const char *reason;  /* why that one */
    uintptr_t text;      /* Go's code, of which only Go knows where it lies, */
    uintptr_t text_end;  /* and where it ends */
    bool debug;          /* calls note where in the host they come from */
} gobridge_go_runtime;

/* All of it once the entry point is there. */
extern gobridge_go_runtime gobridge_start_runtime __attribute__((visibility("hidden")));
extern _Atomic(void *) gobridge_start_entry_point __attribute__((visibility("hidden")));

/* Go's entry point, or NULL if the call must wait for Go to start, or this is a forked child. */
static inline void *gobridge_start_ready(void) {
    void *entry_point = atomic_load_explicit(&gobridge_start_entry_point, memory_order_acquire);
    return gobridge_fork_is_parent() ? entry_point : NULL;
}

/* Lets calls in. Go calls it once, when it is initialised. */
void gobridge_start_open(const gobridge_go_runtime *go);

/* Waits until Go runs, starting it if need be. Returns GOBRIDGE_OK, or GOBRIDGE_E_FORKED in a forked child, or
 * GOBRIDGE_E_NO_MEMORY, and records the failure under the function's name. */
gobridge_status gobridge_start_wait(const char *function);

#endif
