/* Crossing into Go: only this file calls it. */
#define _GNU_SOURCE
#include "cross.h"

#include "backtrace.h"
#include "bind.h"
#include "blocked.h"
#include "jump.h"
#include "scope.h"
#include "signal_stack.h"
#include "start.h"
#include "thread.h"

static void call_go(void *entry_point, gobridge_frame *frame) {
    crosscall2((void (*)(void *))entry_point, frame, sizeof *frame, 0);
}

/* A thread's first call. When Go attaches a thread it unblocks signals, for as long as the thread lives. */
__attribute__((noinline)) static void attach(gobridge_thread *self, void *entry_point,
                                             gobridge_frame *frame) {
    gobridge_blocked blocked;
    gobridge_blocked_hold(&blocked);
    self->attached = true;
    if (!self->signal_stack) { /* else it has been attached before */
        self->signal_stack = gobridge_signal_stack_give();
    }
    call_go(entry_point, frame);
    gobridge_blocked_restore(&blocked);
}

/* Whether a call becomes an operation of the batch that the thread records. */
static bool is_recorded(const gobridge_thread *self, const gobridge_frame *frame) {
    const uint32_t traits = gobridge_traits(frame->op);
    const bool of_promise = frame->slots.a && !(frame->slots.a >> 32);
    return gobridge_thread_records(self) && !(traits & AT_ONCE) &&
           (!(traits & AT_ONCE_OF_LIVE) || of_promise);
}

/* What most calls do not need: the first of a thread or of all, one in a scope, one in a forked child, one that is
 * recorded. Returns Go's entry point, or NULL if the status is all that the call comes to. */
__attribute__((noinline)) static void *slow_path(gobridge_frame *frame, void *to, gobridge_thread *self,
                                                 gobridge_status *status) {
    const char *function = gobridge_op_name(frame->op);
    if (!self || (self->scopes.open &&
                  !gobridge_scope_reserve(self, gobridge_scope_most(frame, gobridge_traits(frame->op))))) {
        *status = gobridge_fail(GOBRIDGE_E_NO_MEMORY, function, "no memory for this thread's state");
        return NULL;
    }
    *status = gobridge_start_wait(function);
    if (*status) {
        return NULL;
    }
    if (is_recorded(self, frame)) {
        *status = self->recorder->record(self, frame, to);
        return NULL;
    }
    return gobridge_start_runtime.entry_point;
}

/* What a crossing keeps of the host's. */
typedef struct host {
    gobridge_thread *self;
    void *entry_point;    /* Go's, or NULL if there is no way in */
    uintptr_t *backtrace; /* of the call around this one, if Go has called the host meanwhile */
    const gobridge_fpu *fpu;
    int error;
} host;

GOBRIDGE_INLINE host leave_host(gobridge_frame *frame, void *to, bool calls_back, uintptr_t *backtrace,
                                gobridge_fpu *fpu, gobridge_status *status) {
    host h = {.self = gobridge_thread_self(), .entry_point = gobridge_start_ready(), .fpu = fpu};
    if (!h.self || h.self->slow_path || !h.entry_point) {
        h.entry_point = slow_path(frame, to, h.self, status);
        if (!h.entry_point) {
            return h;
        }
    }
    h.error = *h.self->errno_at;
    gobridge_fpu_save(fpu);
    gobridge_fpu_enter();
    frame->thread = &h.self->shared;
    if (gobridge_start_runtime.debug) {
        gobridge_backtrace(backtrace, (uintptr_t)__builtin_return_address(0));
        h.backtrace = h.self->shared.backtrace;
        h.self->shared.backtrace = backtrace;
    }
    frame->exclusive = !calls_back && gobridge_thread_enter_exclusive(h.self);
    return h;
}

/* Notes what a call has come to, and what is the innermost scope's. */
GOBRIDGE_INLINE gobridge_status note(const gobridge_frame *frame, gobridge_thread *self) {
    const gobridge_status status = frame->status;
    if (__builtin_expect(status != GOBRIDGE_OK, false)) {
        self->status = status;
    } else if (__builtin_expect(self->scopes.open != 0, false)) {
        gobridge_scope_note(self, frame, gobridge_traits(frame->op));
    }
    return status;
}

GOBRIDGE_INLINE gobridge_status return_to_host(gobridge_frame *frame, host h) {
    if (frame->exclusive) {
        gobridge_thread_leave();
    }
    if (gobridge_start_runtime.debug) {
        h.self->shared.backtrace = h.backtrace;
    }
    gobridge_fpu_leave(h.fpu);
    *h.self->errno_at = h.error;
    return note(frame, h.self);
}

gobridge_status gobridge_enter(gobridge_frame *frame, void *to) {
    gobridge_status status = GOBRIDGE_OK;
    uintptr_t backtrace[GOBRIDGE_BACKTRACE];
    gobridge_fpu fpu;
    const host h = leave_host(frame, to, false, backtrace, &fpu, &status);
    if (!h.entry_point) {
        return status;
    }
    if (h.self->attached) {
        call_go(h.entry_point, frame);
    } else {
        attach(h.self, h.entry_point, frame);
    }
    return return_to_host(frame, h);
}

/* A call of the host's under way that may call the host back. */
typedef struct gobridge_activation {
    gobridge_place here; /* where it goes on if the Go code never returns */
    const gobridge_frame *frame;
} gobridge_activation;

/* The outermost such call. Returns whether Go did. */
GOBRIDGE_INLINE bool activate(gobridge_thread *self, void *entry_point, gobridge_frame *frame,
                              const gobridge_fpu *fpu) {
    gobridge_activation active; /* clearing it would take longer than the rest */
    active.frame = frame;
    self->active = &active;
    self->host_fpu = fpu;
    const bool returned = gobridge_jump_call(&active.here, entry_point, frame, sizeof *frame);
    self->active = NULL;
    return returned;
}

/* What a thread had under way before Go called the host back. */
typedef struct under_way {
    struct gobridge_recording *batch;
    gobridge_batch *running;
    uint64_t scopes;
    size_t reserved;
} under_way;

/* Ends what C code that Go called has left: it will not go on, because the Go code below it never returned. */
__attribute__((noinline)) static void abandon(gobridge_thread *self, void *entry_point, under_way before) {
    if (self->recorder) {
        self->recorder->drop(self, before.batch);
    }
    self->shared.batch = before.running;
    self->scopes.reserved = before.reserved;
    while (self->scopes.open > before.scopes) {
        const gobridge_scopes *s = &self->scopes;
        gobridge_frame close = {.op = OP_gobridge_scope_close,
                                .refs = {.count = s->len - s->first, .refs = s->entries + s->first},
                                .thread = &self->shared};
        call_go(entry_point, &close);
        gobridge_scope_end(self);
    }
}

/* Any call that may call the host back. */
__attribute__((noinline)) static gobridge_status enter_and_back(gobridge_frame *frame, void *to) {
    gobridge_status status = GOBRIDGE_OK;
    uintptr_t backtrace[GOBRIDGE_BACKTRACE];
    gobridge_fpu fpu;
    const host h = leave_host(frame, to, true, backtrace, &fpu, &status);
    if (!h.entry_point) {
        return status;
    }
    if (!h.self->attached) { /* by a call that surely returns, for the sake of the signal mask */
        attach(h.self, h.entry_point,
               &(gobridge_frame){.op = OP_gobridge_ref_count, .thread = &h.self->shared});
    }
    gobridge_scopes *scopes = &h.self->scopes;
    const under_way before = {h.self->batch, h.self->shared.batch, scopes->open, scopes->reserved};
    if (before.scopes) { /* room that calls from within must leave for what this one returns */
        scopes->reserved += gobridge_scope_most(frame, gobridge_traits(frame->op));
    }
    if (h.self->active ||
        gobridge_thread_for_go) { /* within another from which Go has called the host back */
        call_go(h.entry_point, frame);
    } else if (!activate(h.self, h.entry_point, frame, h.fpu)) {
        abandon(h.self, h.entry_point, before);
    }
    if (before.scopes) {
        scopes->reserved = before.reserved;
    }
    return return_to_host(frame, h);
}

/* Most have nothing around them, no scope, no batch and no other call, and come from a thread that Go knows: without all that the
 * others need they take 3 ns less. */
gobridge_status gobridge_enter_and_back(gobridge_frame *frame, void *to) {
    gobridge_thread *self = gobridge_thread_state;
    void *entry_point = gobridge_start_ready();
    if (__builtin_expect(!self || !entry_point || self->slow_path || self->batch || !self->attached ||
                             self->active || gobridge_thread_for_go || gobridge_start_runtime.debug,
                         false)) {
        return enter_and_back(frame, to);
    }
    gobridge_fpu fpu;
    const int error = *self->errno_at;
    gobridge_fpu_save(&fpu);
    gobridge_fpu_enter();
    frame->thread = &self->shared;
    if (!activate(self, entry_point, frame, &fpu)) {
        abandon(self, entry_point, (under_way){0});
    }
    gobridge_fpu_leave(&fpu);
    if (__builtin_expect(*self->errno_at != error, false)) {
        *self->errno_at = error;
    }
    return note(frame, self);
}

/* ASan's, if the program has it. */
extern void __asan_handle_no_return(void) __attribute__((weak)); /* NOLINT: its name */

void gobridge_exit(gobridge_frame *frame) {
    gobridge_thread *self = gobridge_thread_state;
    gobridge_activation *active = self->active;
    gobridge_thread_callback_error = NULL; /* no callback on this thread goes on */
    if (__asan_handle_no_return) { /* forget what it notes of the C frames that Go is about to leave */
        __asan_handle_no_return();
    }
    if (active && active->frame == frame) {
        gobridge_bind(NULL); /* when this thread ends, no other may take over what it leaves behind */
        gobridge_jump(&active->here);
    }
    if (frame->op == OP_gobridge_batch_run) {
        self->recorder->lose(self, frame);
    }
}
