/* Batches: recording calls, and running them in one crossing. */
#include "batch.h"

#include "entry.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A batch of this thread's. While one runs, code that it calls may record another. */
typedef struct gobridge_recording {
    gobridge_batch batch;
    struct gobridge_recording *outer;
    size_t cap;
    bool runs;       /* it is recorded no more */
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

gobridge_status gobridge_batch_begin(void) {
    static atomic_uint begun;
    gobridge_thread *self = gobridge_thread_self();
    if (self && gobridge_thread_records(self)) {
        return gobridge_fail(GOBRIDGE_E_BATCH, __func__, "this thread records one already");
    }
    recording *r = self ? calloc(1, sizeof *r) : NULL;
    if (!r) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for a batch");
    }
    r->batch.name = atomic_fetch_add(&begun, 1) % MOST_NAMES + 1;
    r->outer = self->batch;
    self->batch = r;
    self->attention++;
    return GOBRIDGE_OK;
}

static bool make_room(recording *r) {
    if (r->batch.count < r->cap) {
        return true;
    }
    const size_t cap = r->cap ? 2 * r->cap : FIRST_CAP;
    gobridge_operation *grown = realloc(r->batch.operations, cap * sizeof *grown);
    if (grown) {
        r->batch.operations = grown;
        r->cap = cap;
    }
    return grown;
}

/* Puts promises into the values that an operation gives, or NIL where it gives none. */
static void fill_values(const gobridge_operation *o, gobridge_ref promise) {
    gobridge_value *const places[] = {o->gives & GIVES_P ? o->frame.p : NULL,
                                      o->gives & GIVES_Q ? o->frame.q : NULL};
    const size_t count = !(o->gives & GIVES_ALL)             ? 1
                         : o->frame.c <= GOBRIDGE_MAX_VALUES ? (size_t)o->frame.c
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

gobridge_status gobridge_batch_record(gobridge_thread *self, gobridge_frame *frame, uint32_t gives, void *to,
                                      bool calls_back) {
    const char *function = gobridge_op_name(frame->op);
    recording *r = self->batch;
    if (gives & IN_NONE) {
        return gobridge_fail(GOBRIDGE_E_UNSUPPORTED, function, "it can not be part of a batch");
    }
    if (r->batch.count == MOST_OPERATIONS) {
        return gobridge_fail(GOBRIDGE_E_RANGE, function, "a batch has at most %d operations",
                             MOST_OPERATIONS);
    }
    const int host_errno = errno;
    const size_t size = gives / HANDS_IN;
    void *handed_in = size ? malloc(size) : NULL;
    if (!make_room(r) || (size && !handed_in)) {
        errno = host_errno;
        free(handed_in);
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, function, "no memory for one more operation of a batch");
    }
    const gobridge_ref promise = r->batch.name << PROMISE_BATCH | r->batch.count;
    gobridge_operation *o = &r->batch.operations[r->batch.count++];
    *o = (gobridge_operation){.frame = *frame, .gives = gives, .to = to};
    o->frame.status = GOBRIDGE_E_SKIPPED;
    if (size) {
        o->frame.p = memcpy(handed_in, frame->p, size);
    }
    r->calls_back |= calls_back;
    fill_values(o, promise);
    if (gives & GIVES_REF) {
        frame->made = promise;
    } else if (gives & GIVES_LASTING) {
        frame->result = promise;
    }
    return GOBRIDGE_OK;
}

/* Takes back what an operation has promised and did not give. */
static void withhold(const gobridge_operation *o) {
    fill_values(o, 0);
    if (o->gives & (GIVES_REF | GIVES_LASTING)) {
        *(gobridge_ref *)o->to = 0;
    }
}

void gobridge_batch_drop(gobridge_thread *self, const recording *last) {
    while (self->batch != last) {
        recording *r = self->batch;
        self->batch = r->outer;
        self->attention -= !r->runs;
        for (size_t i = 0; i < r->batch.count; i++) {
            if (r->batch.operations[i].gives / HANDS_IN) {
                free(r->batch.operations[i].frame.p);
            }
        }
        free(r->batch.operations);
        free(r);
    }
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
    gobridge_batch_drop(self, r->outer);
    return GOBRIDGE_OK;
}

/* Crosses with a batch. Tells whether it was run, whatever became of its operations. */
static bool cross(gobridge_thread *self, recording *r, uint32_t mode, gobridge_status *status) {
    gobridge_frame frame = {.op = OP_gobridge_batch_run, .b = mode == GOBRIDGE_BATCH_STOP, .p = &r->batch};
    gobridge_batch *outer = self->caller.batch;
    self->caller.batch = &r->batch;
    r->runs = true;
    self->attention--;
    *status = r->calls_back ? gobridge_enter_and_back(&frame, GIVES_NOTHING, NULL)
                            : gobridge_enter(&frame, GIVES_NOTHING, NULL);
    gobridge_batch_drop(self, r); /* those that code which it called has left */
    self->caller.batch = outer;
    if (!frame.result) {
        r->runs = false;
        self->attention++;
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
        return gobridge_fail(GOBRIDGE_E_RANGE, __func__, "mode is %u", mode);
    }
    const size_t operations = (size_t)r->batch.count;
    *count = operations;
    if (capacity && capacity < operations) {
        return gobridge_fail(GOBRIDGE_E_TOO_SMALL, __func__, "statuses: %zu operations, and room for %zu",
                             operations, capacity);
    }
    uint64_t given = 0;
    for (size_t i = 0; i < operations; i++) {
        given += gobridge_thread_most_given(&r->batch.operations[i].frame, r->batch.operations[i].gives);
    }
    if (self->scopes && (given > SIZE_MAX || !gobridge_thread_make_room(self, (size_t)given))) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's scopes");
    }
    const size_t reserved = self->reserved;
    self->reserved += (size_t)given;
    gobridge_status status;
    const bool was_run = cross(self, r, mode, &status);
    self->reserved = reserved;
    if (!was_run) {
        return status;
    }
    for (size_t i = 0; i < operations; i++) {
        const gobridge_operation *o = &r->batch.operations[i];
        gobridge_status of_this = o->frame.status;
        if (of_this) {
            withhold(o);
        } else {
            of_this = gobridge_deliver(&o->frame, o->gives, o->to);
            if (self->scopes) {
                gobridge_thread_given(self, &o->frame, o->gives);
            }
        }
        if (capacity) {
            statuses[i] = of_this;
        }
    }
    gobridge_batch_drop(self, r->outer);
    return status;
}
