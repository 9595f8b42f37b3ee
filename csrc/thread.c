/* What the library keeps for each thread. */
#define _GNU_SOURCE
#include "thread.h"

#include "batch.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Thread_local gobridge_thread *gobridge_thread_state;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool has_key;

static void end_thread(void *state) {
    gobridge_thread *t = state;
    if (t->caller.queue.len) {
        t->taken_on = false; /* Go may have let go of this thread already */
        gobridge_ref_flush();
    }
    gobridge_batch_drop(t, NULL);
    gobridge_thread_state = NULL;
    free(t->scoped);
    free(t);
}

static void make_key(void) {
    has_key = pthread_key_create(&key, end_thread) == 0;
}

/* The first thread takes no locks as long as no other calls. It says `inside` and then looks at `shared`; a second one
 * says `shared` and then looks at `inside`. The order of the two on the first thread costs nothing, because the second
 * has the kernel run a barrier on every thread of the process. Where the kernel can not, all are sharing from the start. */
atomic_bool gobridge_thread_shared, gobridge_thread_inside;
static atomic_bool taken, settled;

static void share(void) {
    atomic_store(&gobridge_thread_shared, true);
    if (!atomic_load(&settled)) {
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
        while (atomic_load(&gobridge_thread_inside)) {
            nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
        }
        atomic_store(&settled, true);
    }
}

gobridge_thread *gobridge_thread_new(void) {
    int host_errno = errno;
    pthread_once(&once, make_key);
    gobridge_thread *t = has_key ? calloc(1, sizeof *t) : NULL;
    if (t && pthread_setspecific(key, t) != 0) {
        free(t);
        t = NULL;
    }
    if (t && atomic_exchange(&taken, true)) {
        share();
    } else if (t) {
        t->first = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    }
    if (t) {
        t->errno_at = &errno;
    }
    errno = host_errno;
    return gobridge_thread_state = t;
}

bool gobridge_thread_make_room(gobridge_thread *t, size_t count) {
    const size_t used = t->scoped_len + t->reserved;
    if (used <= t->scoped_cap && count <= t->scoped_cap - used) {
        return true;
    }
    const size_t cap = used + count + t->scoped_cap;
    if (cap < count || cap > SIZE_MAX / sizeof *t->scoped) {
        return false;
    }
    uint64_t *grown = realloc(t->scoped, cap * sizeof *grown);
    if (!grown) {
        return false;
    }
    t->scoped = grown;
    t->scoped_cap = cap;
    return true;
}

static void note(gobridge_thread *t, gobridge_ref ref) {
    if (ref) {
        t->scoped[t->scoped_len++] = ref;
    }
}

void gobridge_thread_given(gobridge_thread *t, const gobridge_frame *frame, uint32_t gives) {
    const gobridge_value *p = gives & GIVES_P ? frame->p : NULL, *q = gives & GIVES_Q ? frame->q : NULL;
    if (gives & GIVES_COLUMNS) {
        const gobridge_arrays *arrays = frame->p;
        for (size_t i = 0; i < frame->c; i++) {
            note(t, arrays->out[i].owner);
        }
        note(t, arrays->out2 ? arrays->out2->owner : 0);
        note(t, frame->made);
    } else if (gives & GIVES_REFS) {
        for (size_t i = 0; i < ((const gobridge_arrays *)frame->p)->count; i++) {
            note(t, ((const gobridge_ref *)frame->q)[i]);
        }
    } else if (p || q) {
        for (size_t i = 0; i < (gives & GIVES_ALL ? frame->c : 1); i++) {
            note(t, p ? p[i].owner : 0);
            note(t, q ? q[i].owner : 0);
        }
    } else {
        note(t, frame->made);
    }
}

void gobridge_thread_released(gobridge_thread *t, uint64_t ref) {
    if (t->scopes && !gobridge_thread_records(t) && t->scoped[t->scoped_len - 1] == ref) {
        t->scoped_len--;
    }
}

gobridge_status gobridge_fail(gobridge_status status, const char *function, const char *format, ...) {
    gobridge_thread *t = gobridge_thread_self();
    if (!t) {
        return status;
    }
    size_t size = sizeof t->caller.failure.message;
    int n = snprintf(t->caller.failure.message, size, "%s: ", function);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(t->caller.failure.message + n, size - (size_t)n, format, arguments);
    va_end(arguments);
    t->caller.failure.stack[0] = 0;
    return t->status = status;
}
