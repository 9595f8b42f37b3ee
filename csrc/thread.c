/* What the library keeps for each thread. */
#define _GNU_SOURCE
#include "thread.h"

#include "memory.h"
#include "signal_stack.h"

#include <gobridge/signals.h>

#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Thread_local gobridge_thread *gobridge_thread_state;
_Thread_local gobridge_ref *gobridge_thread_callback_error;
_Thread_local bool gobridge_thread_for_go;

static void end_thread(void *state) {
    gobridge_thread *t = state;
    if (t->shared.queue.len) {
        t->attached = false; /* Go may have let go of it already, by a key of its own (csrc/bind.c) */
        t->flush();
    }
    if (t->recorder) {
        t->recorder->drop(t, NULL);
    }
    if (t->shared.shelf) {
        *t->shared.shelf = 0;
    }
    gobridge_thread_state = NULL;
    gobridge_signal_stack_take(t->signal_stack);
    gobridge_wake_drop(t->wake);
    free(t->scopes.entries);
    free(t->pages);
    free(t);
}

bool gobridge_thread_at_end(_Atomic(pthread_key_t) *made, void (*end)(void *), void *value) {
    pthread_key_t key = atomic_load(made);
    if (!key) {
        pthread_key_t new;
        if (pthread_key_create(&new, end) != 0) {
            return false;
        }
        if (atomic_compare_exchange_strong(made, &key, new + 1)) {
            key = new + 1;
        } else {
            pthread_key_delete(new);
        }
    }
    return pthread_setspecific(key - 1, value) == 0;
}

/* The first thread takes no locks as long as no other calls. It says `inside` and then looks at `shared`; a second one
 * says `shared` and then looks at `inside`. The order of the two on the first thread costs nothing, because the second
 * has the kernel run a barrier on every thread of the process. If the kernel cannot, all share from the start.
 *
 * That this is right needs nothing of x86's order of stores. Where the barrier falls on the first thread, it falls
 * after its store of `inside`, and then the second sees it and waits; or before it, and then the load of `shared`
 * comes after the barrier too and sees the second's store. The compiler keeps the two in order for a signal fence. What
 * the first thread did in Go the second sees, for leave stores `inside` with release and the second loads it with
 * acquire; a third sees it by `settled`. */
atomic_bool gobridge_thread_shared, gobridge_thread_inside;
static atomic_bool taken, settled;

void gobridge_thread_share(void) {
    const int host_errno = errno;
    atomic_store(&gobridge_thread_shared, true);
    if (!atomic_load(&settled)) {
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
        while (atomic_load(&gobridge_thread_inside)) {
            nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
        }
        atomic_store(&settled, true);
    }
    errno = host_errno;
}

gobridge_thread *gobridge_thread_new(void) {
    const int host_errno = errno;
    static _Atomic(pthread_key_t) key;
    gobridge_thread *t = gobridge_zeros(1, sizeof *t);
    if (t && !gobridge_thread_at_end(&key, end_thread, t)) {
        free(t);
        t = NULL;
    }
    if (t && atomic_exchange(&taken, true)) {
        gobridge_thread_share();
    } else if (t) {
        t->first = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    }
    if (t) {
        t->errno_at = &errno;
        t->seen[0].map = 1; /* which is not seen there, while 0 would be */
    }
    (void)gobridge_signals_reclaim(); /* the host may have installed handlers since Go started */
    errno = host_errno;
    return gobridge_thread_state = t;
}

gobridge_status gobridge_fail(gobridge_status status, const char *function, const char *format, ...) {
    gobridge_thread *t = gobridge_thread_self();
    if (!t) {
        return status;
    }
    size_t size = sizeof t->shared.failure.message;
    int n = snprintf(t->shared.failure.message, size, "%s: ", function);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(t->shared.failure.message + n, size - (size_t)n, format, arguments);
    va_end(arguments);
    t->shared.failure.stack[0] = 0;
    return t->status = status;
}

void gobridge_fail_as(const char *function) {
    char *message = gobridge_thread_state ? gobridge_thread_state->shared.failure.message : NULL;
    const char *why = message ? strstr(message, ": ") : NULL;
    if (!why) {
        return;
    }
    char renamed[sizeof gobridge_thread_state->shared.failure.message];
    size_t len = (size_t)snprintf(renamed, sizeof renamed, "%s%s", function, why);
    if (len >= sizeof renamed) { /* cut, but not within a character */
        for (len = sizeof renamed - 1; len && ((unsigned char)why[len - strlen(function)] & 0xc0) == 0x80;) {
            len--;
        }
        renamed[len] = 0;
    }
    memcpy(message, renamed, len + 1);
}
