/* What Go keeps of a thread of the host's from one call to the next: the bounds of its stack, and Go's side of it.
 *
 * runtime/cgo has two functions for that, which Go's code calls through their addresses. CMake has go.o call these here instead;
 * where `go build` links, --wrap does so (csrc/csrc.go). In a plain archive it is up to who links the program: without --wrap
 * Go calls its own, and the threads stay bound until they end. */
#define _GNU_SOURCE
#include "bind.h"

#include "blocked.h"
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The weak one is not hidden: gold would take it for the program's first address, where it is not there.
 * NOLINTBEGIN: the names are runtime/cgo's and the linker's */
extern void x_cgo_bindm(void *g);
extern void __real_x_cgo_bindm(void *g) __attribute__((weak));
void __wrap_x_cgo_getstackbound(uintptr_t bounds[2]);
void __wrap_x_cgo_bindm(void *g);
/* NOLINTEND */

/* runtime/cgo's way in. Without a function it lets go of the thread's g. */
extern void crosscall2(void (*fn)(void *), void *arg, int size, size_t context);

/* What x_cgo_getstackbound does, but once for each thread: Go asks up to go1.22 in every call, later if a host calls on a stack of
 * its own, and asking pthread takes half a microsecond, on the main thread a hundred times that. Where the system does not say,
 * Go guesses from 0. */
void gobridge_stack_bounds(uintptr_t bounds[2]);
void gobridge_stack_bounds(uintptr_t bounds[2]) {
    static _Thread_local uintptr_t known[2] __attribute__((tls_model("initial-exec")));
#ifdef __GLIBC__
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (!known[1] && pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &low, &size);
        pthread_attr_destroy(&attributes);
        known[0] = (uintptr_t)low;
        known[1] = (uintptr_t)low + size;
    }
#endif
    bounds[0] = known[0];
    bounds[1] = known[1];
}

_Thread_local bool gobridge_bind_lets_go;
static _Thread_local void *bound __attribute__((tls_model("initial-exec")));

/* Has Go let go of a thread. Go opens the signals that were open when it was attached; but what a thread has blocked since must not come:
 * that of a Go host which ends has blocked all, as its own Go is no longer there for it. */
static void let_go(void *g) {
    const int host_errno = errno;
    gobridge_blocked blocked;
    bound = NULL;
    if (gobridge_thread_state) {
        gobridge_thread_state->attached = false;
    }
    gobridge_blocked_hold(&blocked);
    gobridge_bind_lets_go = blocked.signals >> (SIGURG - 1) & 1;
    crosscall2(NULL, g, 0, 0);
    gobridge_blocked_restore(&blocked);
    gobridge_bind_lets_go = false;
    errno = host_errno;
}

void gobridge_bind(void *g) {
    static _Atomic(pthread_key_t) key;
    bound = g;
    if (!gobridge_thread_at_end(&key, let_go, g)) { /* Go's own has a key */
        (__real_x_cgo_bindm ? __real_x_cgo_bindm : x_cgo_bindm)(g);
    }
}

void gobridge_unbind(void) {
    void *g = bound;
    if (g) {
        let_go(g);
        gobridge_bind(NULL);
    }
}

/* NOLINTNEXTLINE: the linker's name */
void __wrap_x_cgo_getstackbound(uintptr_t bounds[2]) {
    gobridge_stack_bounds(bounds);
}

/* NOLINTNEXTLINE: the linker's name */
void __wrap_x_cgo_bindm(void *g) {
    gobridge_bind(g);
}
