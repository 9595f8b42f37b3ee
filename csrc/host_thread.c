/* Threads that are attached and detached when the host says so, and their names. */
#include <gobridge/thread.h>

#include "bind.h"
#include "cross.h"
#include "fork.h"
#include "signal_stack.h"
#include "thread.h"

gobridge_status gobridge_thread_attach(void) {
    gobridge_frame frame = {.op = OP_gobridge_thread_attach};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_thread_detach(void) {
    gobridge_thread *self = gobridge_thread_state;
    if (!self) {
        return GOBRIDGE_OK;
    }
    if (self->slow_path) {
        return gobridge_fail(GOBRIDGE_E_BUSY, __func__, "this thread has a scope open or records a batch");
    }
    if (self->active || gobridge_thread_for_go) {
        return gobridge_fail(GOBRIDGE_E_BUSY, __func__, "this thread runs a function that Go called");
    }
    if (self->attached && gobridge_fork_is_parent()) {
        if (self->shared.queue.len) {
            (void)self->flush();
        }
        gobridge_unbind();
    }
    self->attached = false; /* also in a forked child */
    gobridge_signal_stack_take(self->signal_stack);
    self->signal_stack = NULL;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_thread_id(uint64_t *thread) {
    GOBRIDGE_NOT_NULL(thread);
    gobridge_thread *self = gobridge_thread_self();
    if (!self) {
        return GOBRIDGE_E_NO_MEMORY;
    }
    if (gobridge_wake_file() < 0) {
        return gobridge_fail(GOBRIDGE_E_SYSTEM, __func__, "the system gives no descriptor");
    }
    if (!self->wake && !(self->wake = gobridge_wake_claim(&self->name))) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for one more thread that has a name");
    }
    self->shared.interrupted = (uint32_t *)&self->wake->pending;
    *thread = self->name;
    return GOBRIDGE_OK;
}
