/* What the library keeps for each thread. */
#ifndef GOBRIDGE_CSRC_THREAD_H
#define GOBRIDGE_CSRC_THREAD_H

#include "fpu.h"
#include "frame.h"
#include "wake.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct gobridge_thread;
struct gobridge_recording;

/* What records a thread's calls. The batch layer lies above the crossing, which calls it through these. */
typedef struct gobridge_recorder {
    /* Makes the call an operation of the batch, and puts promises into the places of what it returns. */
    gobridge_status (*record)(struct gobridge_thread *self, gobridge_frame *frame, void *to);
    /* Drops the thread's batches up to one, which stays; all if that is NULL. */
    void (*drop)(struct gobridge_thread *self, const struct gobridge_recording *last);
    /* Releases what a gobridge_batch_run has returned so far that will not go on. */
    void (*lose)(struct gobridge_thread *self, const gobridge_frame *run);
} gobridge_recorder;

/* The references that the thread's open scopes hold (csrc/scope.h). */
typedef struct gobridge_scopes {
    uint64_t *entries; /* of each scope its name, where the one around it begins, and its references */
    size_t len, cap;
    size_t first;    /* of the innermost scope's references */
    size_t reserved; /* entries that calls under way will need */
    uint64_t open;   /* how many */
} gobridge_scopes;

/* A map that the thread has found keys in (csrc/lookup.c), at its reference's place among so many. */
enum { GOBRIDGE_SEEN = 8 };
struct gobridge_thread;
struct gobridge_seen;

/* How Go finds a key, and how C does, which leaves to that one what it cannot tell. */
typedef gobridge_status gobridge_find(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                      uint8_t *found);
typedef gobridge_status gobridge_look_up(const struct gobridge_seen *seen, const gobridge_value *key,
                                         gobridge_value *elem, uint8_t *found, gobridge_find *by_go,
                                         const struct gobridge_thread *self);
typedef struct gobridge_seen {
    gobridge_ref map;
    const uint32_t *generation; /* of its slot */
    uint32_t *sequence;         /* of its lock */
    const gobridge_shape *shape;
    uintptr_t address;
    gobridge_look_up *look_up; /* for its kind of keys */
    uint64_t key;              /* kinds, as the shape has them */
    uint32_t elem, elem_size;
} gobridge_seen;
_Static_assert(sizeof(void *) != 8 || sizeof(gobridge_seen) == 64, "one is found by a shift");

typedef struct gobridge_thread {
    int *errno_at;          /* asking for it anew costs each crossing a call */
    gobridge_status status; /* the last failure */
    bool first;             /* no thread called before this one */
    bool attached;          /* Go has seen this thread */
    void *signal_stack;     /* csrc/signal_stack.h; NULL if the thread has its own */
    uint64_t slow_path;  /* open scopes, and 1 more while a batch is recorded: calls need more than most do */
    gobridge_wake *wake; /* what it is interrupted by, and its name; NULL until someone asks for that */
    uint64_t name;
    gobridge_scopes scopes;
    struct gobridge_recording *batch;  /* the innermost one that is recorded or run, or NULL */
    const gobridge_recorder *recorder; /* NULL until there is a batch */
    gobridge_status (*flush)(void);    /* empties the queue; NULL until something is in it */
    struct gobridge_activation
        *active;                  /* the outermost call under way that may call the host back, or NULL */
    const gobridge_fpu *host_fpu; /* of that call */
    uintptr_t *pages;             /* csrc/pages.h; NULL while there are none */
    uintptr_t page;               /* of these the last one that was written */
    gobridge_seen seen[GOBRIDGE_SEEN];
    gobridge_host_thread shared; /* with Go */
} gobridge_thread;

/* This thread runs C code for Go code that no call to this library has brought: a goroutine's. */
extern _Thread_local bool gobridge_thread_for_go
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Where the innermost callback that this thread runs says of its failure, or NULL if it runs none. */
extern _Thread_local gobridge_ref *gobridge_thread_callback_error
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

extern _Thread_local gobridge_thread *gobridge_thread_state
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Has the system call `end` with a value, unless that is NULL, when this thread ends. The key, and 1, is made by the first call. False
 * if there is no memory, or no key left. */
bool gobridge_thread_at_end(_Atomic(pthread_key_t) *key, void (*end)(void *), void *value);

/* Makes this thread's state, which is freed when the thread ends; NULL if there is no memory. */
gobridge_thread *gobridge_thread_new(void);

/* This thread's state, or NULL if there is no memory. */
static inline gobridge_thread *gobridge_thread_self(void) {
    return gobridge_thread_state ? gobridge_thread_state : gobridge_thread_new();
}

/* Whether this thread records a batch: its calls are not made but become operations. */
static inline bool gobridge_thread_records(const gobridge_thread *self) {
    return self->slow_path != self->scopes.open;
}

/* Puts a released reference where Go takes it out with the thread's next call. There must be room. */
static inline void gobridge_thread_queue(gobridge_thread *self, gobridge_ref ref,
                                         gobridge_status (*flush)(void)) {
    self->shared.queue.refs[self->shared.queue.len++] = ref;
    self->flush = flush;
}

/* Whether the first thread is between enter_exclusive and leave, and whether others have called. */
extern atomic_bool gobridge_thread_inside __attribute__((visibility("hidden")));
extern atomic_bool gobridge_thread_shared __attribute__((visibility("hidden")));

/* Tells, from now until leave, whether no other thread has ever called: then Go takes no locks. Another thread that makes
 * its first call waits until this one has left, so nothing that calls the host back may stand between the two. */
static inline bool gobridge_thread_enter_exclusive(const gobridge_thread *self) {
    if (!self->first) {
        return false;
    }
    /* Relaxed: gobridge_thread_share orders these two for this thread (csrc/thread.c). */
    atomic_store_explicit(&gobridge_thread_inside, true, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    if (!atomic_load_explicit(&gobridge_thread_shared, memory_order_relaxed)) {
        return true;
    }
    /* Relaxed: nothing was done that others would have to see. */
    atomic_store_explicit(&gobridge_thread_inside, false, memory_order_relaxed);
    return false;
}

/* Ends that: from now on every call takes locks, as goroutines may want them too. */
void gobridge_thread_share(void);

static inline void gobridge_thread_leave(void) {
    atomic_store_explicit(&gobridge_thread_inside, false, memory_order_release);
}

/* Records a failure as this thread's last: "function: what the format says". Returns the status. */
__attribute__((format(printf, 3, 4))) gobridge_status
gobridge_fail(gobridge_status status, const char *function, const char *format, ...);

/* Has this thread's last failure say that it is another function's, which made the call that failed: one of those that
 * gobridge build makes (cmd/gobridge/library/glue.h). */
void gobridge_fail_as(const char *function);

/* Nothing lies in the first page, and Go must not even hold such a pointer: it is as good as NULL. */
#define GOBRIDGE_NOT_NULL(argument)                                                   \
    do {                                                                              \
        if ((uintptr_t)(argument) < 4096) {                                           \
            return gobridge_fail(GOBRIDGE_E_NULL, __func__, "%s is NULL", #argument); \
        }                                                                             \
    } while (0)

#endif
