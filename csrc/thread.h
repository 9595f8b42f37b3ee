/* What the library keeps for each thread: its last failure and its open scopes. */
#ifndef GOBRIDGE_CSRC_THREAD_H
#define GOBRIDGE_CSRC_THREAD_H

#include "frame.h"

#include <stdatomic.h>
#include <stdbool.h>

typedef struct gobridge_thread {
    int *errno_at;          /* asking for it anew costs each crossing a call */
    gobridge_status status; /* the last failure */
    uint64_t *scoped;       /* references of all open scopes; a 0 stands where each scope begins */
    size_t scoped_len, scoped_cap, reserved;
    uint64_t scopes;    /* open ones */
    uint64_t attention; /* they, and 1 more where a batch is recorded: what makes calls unlike most */
    struct gobridge_recording *batch; /* the innermost one that is recorded or run, NULL where none */
    struct gobridge_visit
        *visit;    /* the outermost call under way that may call the host back, NULL where none */
    bool first;    /* no thread called before this one */
    bool taken_on; /* Go has seen this thread */
    gobridge_caller caller;
} gobridge_thread;

extern _Thread_local gobridge_thread *gobridge_thread_state
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Makes this thread's state, which is freed when the thread ends; NULL where there is no memory. */
gobridge_thread *gobridge_thread_new(void);

/* Whether this thread records a batch: its calls are not made but become operations. */
static inline bool gobridge_thread_records(const gobridge_thread *self) {
    return self->attention != self->scopes;
}

/* This thread's state. */
static inline gobridge_thread *gobridge_thread_self(void) {
    return gobridge_thread_state ? gobridge_thread_state : gobridge_thread_new();
}

/* Whether the first thread is between enter_alone and leave, and whether it must not go without locks any more. */
extern atomic_bool gobridge_thread_inside __attribute__((visibility("hidden")));
extern atomic_bool gobridge_thread_shared __attribute__((visibility("hidden")));

/* Tells, from now until leave, whether no other thread has ever called: then Go takes no locks. Another thread that makes
 * its first call waits until this one has left, so nothing that calls the host back may stand between the two. */
static inline bool gobridge_thread_enter_alone(const gobridge_thread *self) {
    if (!self->first) {
        return false;
    }
    atomic_store_explicit(&gobridge_thread_inside, true, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    if (!atomic_load_explicit(&gobridge_thread_shared, memory_order_relaxed)) {
        return true;
    }
    atomic_store_explicit(&gobridge_thread_inside, false, memory_order_relaxed);
    return false;
}

static inline void gobridge_thread_leave(void) {
    atomic_store_explicit(&gobridge_thread_inside, false, memory_order_release);
}

/* Makes sure that so many more scoped entries fit beside the reserved ones, so that nothing is lost after a crossing. */
bool gobridge_thread_make_room(gobridge_thread *self, size_t count);

/* How many references a call may give, at most. */
static inline size_t gobridge_thread_most_given(const gobridge_frame *frame, uint32_t gives) {
    /* Go refuses more */
    if (gives & GIVES_REFS) {
        const uint64_t count = ((const gobridge_arrays *)frame->p)->count;
        return count <= GOBRIDGE_MAX_ITEMS ? (size_t)count : 0;
    }
    const size_t many = frame->c <= GOBRIDGE_MAX_VALUES ? (size_t)frame->c : 0;
    return (gives & (GIVES_ALL | GIVES_COLUMNS) ? many : 0) + 2; /* p and q, or out2 and made */
}

/* Notes the references that a call gave in this thread's open scope. Needs room made before. */
void gobridge_thread_given(gobridge_thread *self, const gobridge_frame *frame, uint32_t gives);

/* Forgets a reference that was released if it is the newest, so that a loop in a scope does not pile them up. */
void gobridge_thread_released(gobridge_thread *self, uint64_t ref);

/* Records a failure as this thread's last: "function: what the format says". Returns the status. */
__attribute__((format(printf, 3, 4))) gobridge_status
gobridge_fail(gobridge_status status, const char *function, const char *format, ...);

/* Nothing lies in the first page, and Go must not even hold such a pointer: it is as good as NULL. */
#define GOBRIDGE_NOT_NULL(argument)                                                   \
    do {                                                                              \
        if ((uintptr_t)(argument) < 4096) {                                           \
            return gobridge_fail(GOBRIDGE_E_NULL, __func__, "%s is NULL", #argument); \
        }                                                                             \
    } while (0)

#endif
