/* Batches: recording calls, and running them in one crossing. */
#include "cross.h"
#include "memory.h"
#include "scope.h"
#include "thread.h"

#include <stdatomic.h>
#include <string.h>

/* A batch of this thread's. While one runs, code that it calls may record another. */
typedef struct gobridge_recording {
    gobridge_batch batch;
    struct gobridge_recording *outer;
    size_t cap;
    bool runs;       /* it is no longer recorded */
    bool calls_back; /* an operation may call the host back */
} recording;

enum { MOST_OPERATIONS = 1 << PROMISE_VALUE, FIRST_CAP = 64, MOST_NAMES = 255 };

/* The batch that this thread records, or NULL and a failure. */
static recording *recorded(gobridge_thread *self, const char *function) {
    if (self && gobridge_thread_records(self)) {
        return self->batch;
    }
    gobridge_fail(GOBRIDGE_E_BATCH, function, "this thread records no batch");
    return NULL;
}

static bool reserve(recording *r) {
    if (r->batch.count < r->cap) {
        return true;
    }
    const size_t cap = r->cap ? 2 * r->cap : FIRST_CAP;
    gobridge_operation *grown = gobridge_resize(r->batch.operations, cap * sizeof *grown);
    if (grown) {
        r->batch.operations = grown;
        r->cap = cap;
    }
    return grown;
}

/* Puts promises into the values that an operation returns, or NIL if it returns none. */
static void fill_values(const gobridge_operation *o, gobridge_ref promise) {
    gobridge_value *const places[] = {o->returns & RETURNS_P ? o->frame.slots.p : NULL,
                                      o->returns & RETURNS_Q ? o->frame.slots.q : NULL};
    const size_t count = !(o->returns & RETURNS_ALL)               ? 1
                         : o->frame.slots.c <= GOBRIDGE_MAX_VALUES ? (size_t)o->frame.slots.c
                                                                   : 0; /* Go refuses more */
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        for (size_t j = 0; places[i] && j < count; j++, n++) {
            const gobridge_ref ref =
                n < 1 << (PROMISE_OWNER - PROMISE_VALUE) ? promise + (n << PROMISE_VALUE) : 0;
            places[i][j] = promise && ref ? (gobridge_value){.kind = GOBRIDGE_KIND_REF,
                                                             .as.ref = ref,
                                                             .owner = ref | 1 << PROMISE_OWNER}
                                          : (gobridge_value){.kind = GOBRIDGE_KIND_NIL};
        }
    }
}

/* Puts a call into the batch that the thread records, and promises into the places of what it returns. */
static gobridge_status record(gobridge_thread *self, gobridge_frame *frame, void *to) {
    const uint32_t traits = gobridge_traits(frame->op);
    const char *function = gobridge_op_name(frame->op);
    recording *r = self->batch;
    if (traits & REFUSED) {
        return gobridge_fail(GOBRIDGE_E_UNSUPPORTED, function, "it cannot be part of a batch");
    }
    if (r->batch.count == MOST_OPERATIONS) {
        return gobridge_fail(GOBRIDGE_E_LIMIT, function, "a batch has at most %d operations",
                             MOST_OPERATIONS);
    }
    const size_t size = traits / HANDED_IN;
    void *handed_in = size ? gobridge_zeros(1, size) : NULL;
    if (!reserve(r) || (size && !handed_in)) {
        free(handed_in);
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, function, "no memory for one more operation of a batch");
    }
    const gobridge_ref promise = r->batch.name << PROMISE_BATCH | r->batch.count;
    gobridge_operation *o = &r->batch.operations[r->batch.count++];
    *o = (gobridge_operation){.frame = *frame, .returns = traits, .to = to};
    o->frame.status = GOBRIDGE_E_SKIPPED;
    if (size) {
        o->frame.slots.p = memcpy(handed_in, frame->slots.p, size);
    }
    r->calls_back |= (traits & CALLS_BACK) != 0;
    fill_values(o, promise);
    if (traits & RETURNS_REF) {
        frame->new_ref = promise;
    } else if (traits & RETURNS_LASTING) {
        frame->result = promise;
    }
    return GOBRIDGE_OK;
}

/* Takes back what an operation has promised and did not return. */
static void withhold(const gobridge_operation *o) {
    fill_values(o, 0);
    if (o->returns & (RETURNS_REF | RETURNS_LASTING)) {
        *(gobridge_ref *)o->to = 0;
    }
}

/* Frees the thread's batches up to one, which stays; all if that is NULL. */
static void drop(gobridge_thread *self, const recording *last) {
    while (self->batch != last) {
        recording *r = self->batch;
        self->batch = r->outer;
        self->slow_path -= !r->runs;
        for (size_t i = 0; i < r->batch.count; i++) {
            if (r->batch.operations[i].returns / HANDED_IN) {
                free(r->batch.operations[i].frame.slots.p);
            }
        }
        free(r->batch.operations);
        free(r);
    }
}

static void lose(gobridge_thread *self, const gobridge_frame *run) {
    const gobridge_batch *batch = run->run.batch;
    const uint64_t scope = gobridge_scope_begin(self);
    for (size_t i = 0; scope && i < batch->count; i++) {
        const gobridge_operation *o = &batch->operations[i];
        if (!o->frame.status) {
            gobridge_scope_note(self, &o->frame, o->returns);
        }
    }
    if (scope) {
        (void)gobridge_scope_close(scope);
    }
}

gobridge_status gobridge_batch_begin(void) {
    static const gobridge_recorder recorder = {.record = record, .drop = drop, .lose = lose};
    static atomic_uint begun;
    gobridge_thread *self = gobridge_thread_self();
    if (self && gobridge_thread_records(self)) {
        return gobridge_fail(GOBRIDGE_E_BATCH, __func__, "this thread records one already");
    }
    recording *r = self ? gobridge_zeros(1, sizeof *r) : NULL;
    if (!r) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for a batch");
    }
    r->batch.name = atomic_fetch_add(&begun, 1) % MOST_NAMES + 1;
    r->outer = self->batch;
    self->batch = r;
    self->recorder = &recorder;
    self->slow_path++;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_batch_cancel(void) {
    gobridge_thread *self = gobridge_thread_self();
    const recording *r = recorded(self, __func__);
    if (!r) {
        return GOBRIDGE_E_BATCH;
    }
    for (size_t i = 0; i < r->batch.count; i++) {
        withhold(&r->batch.operations[i]);
    }
    drop(self, r->outer);
    return GOBRIDGE_OK;
}

/* Crosses with a batch. Tells whether it was run, whatever became of its operations. */
static bool cross(gobridge_thread *self, recording *r, uint32_t mode, gobridge_status *status) {
    gobridge_frame frame = {.op = OP_gobridge_batch_run,
                            .run = {.stops = mode == GOBRIDGE_BATCH_STOP, .batch = &r->batch}};
    gobridge_batch *outer = self->shared.batch;
    self->shared.batch = &r->batch;
    r->runs = true;
    self->slow_path--;
    *status = r->calls_back ? gobridge_enter_and_back(&frame, NULL) : gobridge_enter(&frame, NULL);
    drop(self, r); /* those that code which it called has left */
    self->shared.batch = outer;
    if (!frame.result) {
        r->runs = false;
        self->slow_path++;
    }
    return frame.result;
}

gobridge_status gobridge_batch_run(uint32_t mode, gobridge_status *statuses, size_t capacity, size_t *count) {
    if (capacity) {
        GOBRIDGE_NOT_NULL(statuses);
    }
    GOBRIDGE_NOT_NULL(count);
    gobridge_thread *self = gobridge_thread_self();
    recording *r = recorded(self, __func__);
    if (!r) {
        return GOBRIDGE_E_BATCH;
    }
    if (mode != GOBRIDGE_BATCH_STOP && mode != GOBRIDGE_BATCH_GO_ON) {
        return gobridge_fail(GOBRIDGE_E_ARGUMENT, __func__, "mode is %u", mode);
    }
    const size_t operations = (size_t)r->batch.count;
    *count = operations;
    if (capacity && capacity < operations) {
        return gobridge_fail(GOBRIDGE_E_TOO_SMALL, __func__, "statuses: %zu operations, and room for %zu",
                             operations, capacity);
    }
    uint64_t refs = 0;
    for (size_t i = 0; i < operations; i++) {
        refs += gobridge_scope_most(&r->batch.operations[i].frame, r->batch.operations[i].returns);
    }
    if (self->scopes.open && (refs > SIZE_MAX || !gobridge_scope_reserve(self, (size_t)refs))) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's scopes");
    }
    const size_t reserved = self->scopes.reserved;
    self->scopes.reserved += (size_t)refs;
    gobridge_status status;
    const bool was_run = cross(self, r, mode, &status);
    self->scopes.reserved = reserved;
    if (!was_run) {
        return status;
    }
    for (size_t i = 0; i < operations; i++) {
        const gobridge_operation *o = &r->batch.operations[i];
        gobridge_status of_this = o->frame.status;
        if (of_this) {
            withhold(o);
        } else {
            of_this = gobridge_deliver(&o->frame, o->returns, o->to);
            if (self->scopes.open) {
                gobridge_scope_note(self, &o->frame, o->returns);
            }
        }
        if (capacity) {
            statuses[i] = of_this;
        }
    }
    drop(self, r->outer);
    return status;
}
