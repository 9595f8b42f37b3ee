/* Callbacks: argument checks, and the calls of functions that the host handed in. */
#include "callback.h"

#include "cross.h"
#include "inline.h"
#include "ref.h"
#include "thread.h"

#include <stdlib.h>

gobridge_status gobridge_callback_new(gobridge_ref func_type, gobridge_callback call, void *data,
                                      void (*drop)(void *data), gobridge_ref *func) {
    GOBRIDGE_NOT_NULL(call);
    GOBRIDGE_NOT_NULL(func);
    gobridge_thread_share();
    gobridge_frame frame = {
        .op = OP_gobridge_callback_new,
        .callback = {.func_type = func_type, .call = (void (*)(void))call, .data = data, .drop = drop}};
    return gobridge_cross(&frame, func);
}

/* What the innermost callback says of its failure. */
static gobridge_status say(gobridge_frame frame) {
    if (!gobridge_thread_callback_error) {
        return gobridge_fail(GOBRIDGE_E_NO_CALLBACK, gobridge_op_name(frame.op),
                             "this thread runs no callback");
    }
    gobridge_ref error = 0;
    const gobridge_status status = gobridge_cross(&frame, &error);
    if (status) {
        return status;
    }
    const gobridge_ref before = *gobridge_thread_callback_error;
    *gobridge_thread_callback_error = error;
    return before ? gobridge_release_later(before) : GOBRIDGE_OK;
}

gobridge_status gobridge_callback_fail(const char *text, size_t len) {
    if (len) {
        GOBRIDGE_NOT_NULL(text);
    }
    return say((gobridge_frame){.op = OP_gobridge_callback_fail, .text = {.text = text, .len = len}});
}

gobridge_status gobridge_callback_fail_with(gobridge_ref error) {
    return say((gobridge_frame){.op = OP_gobridge_callback_fail_with, .ref = {.ref = error}});
}

/* ---- from Go ---- */

/* What is put back after a call of a function of the host's. */
typedef struct turn {
    gobridge_ref *error; /* of the callback around it */
    bool is_first;
} turn;

static inline turn turn_to_host(gobridge_ref *error) {
    const turn before = {gobridge_thread_callback_error, gobridge_turn_to_host()};
    gobridge_thread_callback_error = error;
    return before;
}

static inline void turn_to_go(turn before) {
    gobridge_thread_callback_error = before.error;
    gobridge_turn_to_go(before.is_first);
}

static gobridge_host_thread *this_thread(void) {
    return gobridge_thread_state ? &gobridge_thread_state->shared : NULL;
}

gobridge_outcome gobridge_callback_run(uintptr_t call, uintptr_t data, const gobridge_value *args,
                                       size_t nargs, gobridge_value *results, size_t nresults) {
    gobridge_outcome o = {0};
    const turn before = turn_to_host(&o.error);
    o.status = ((gobridge_callback)call)((void *)data, args, nargs, results, nresults);
    turn_to_go(before);
    o.thread = this_thread();
    return o;
}

/* What came of a call with numbers, for Go to free. */
static const gobridge_outcome *keep_outcome(gobridge_status status, gobridge_ref error,
                                            const gobridge_value *result) {
    static const gobridge_outcome none = {.status = GOBRIDGE_E_NO_MEMORY};
    gobridge_outcome *kept = malloc(sizeof *kept);
    if (!kept) {
        return &none;
    }
    *kept = (gobridge_outcome){.thread = this_thread(), .error = error, .status = status, .result = *result};
    return kept;
}

GOBRIDGE_INLINE gobridge_number run_numbers(uintptr_t host, uint64_t a, uint64_t b) {
    const gobridge_numbers_host h = *(const gobridge_numbers_host *)host;
    const uint32_t first = h.kinds & 0xFF, second = h.kinds >> 8 & 0xFF, want = h.kinds >> 16;
    const gobridge_value args[] = {{.kind = first, .as.u = a}, {.kind = second, .as.u = b}};
    gobridge_value result = {.kind = GOBRIDGE_KIND_NIL};
    gobridge_ref error = 0;
    const turn before = turn_to_host(&error);
    const gobridge_status status = ((gobridge_callback)h.call)(
        (void *)h.data, args, (size_t)(first != 0) + (second != 0), &result, want != 0);
    turn_to_go(before);
    const bool plain = !status && !error && result.kind == want && !result.flags && !result.owner;
    return (gobridge_number){.as = result.as.u, .other = plain ? NULL : keep_outcome(status, error, &result)};
}

gobridge_number gobridge_callback_run_numbers(uintptr_t host, uint64_t a, uint64_t b) {
    return run_numbers(host, a, b);
}

/* Go's: where the stack of the goroutine that called C begins. Declared by cgo in each function that it generates. */
extern char *_cgo_topofstack(void);

void gobridge_callback_run_on_stack(gobridge_numbers_call *call) {
    const char *before = _cgo_topofstack();
    const gobridge_number n = run_numbers(call->host, call->a, call->b);
    /* The host may have called Go, whose stack may have moved to where it has more room. */
    call = (gobridge_numbers_call *)((char *)call + (_cgo_topofstack() - before));
    call->as = n.as;
    call->other = n.other;
}

void gobridge_callback_forget(const gobridge_outcome *outcome) {
    if (outcome->status != GOBRIDGE_E_NO_MEMORY || outcome->thread) {
        free((void *)(uintptr_t)outcome);
    }
}

gobridge_outcome gobridge_callback_read(uintptr_t read, uintptr_t data, uint8_t *buffer, size_t capacity) {
    gobridge_outcome o = {0};
    const turn before = turn_to_host(&o.error);
    o.status = ((gobridge_read_callback)read)((void *)data, buffer, capacity, &o.done);
    turn_to_go(before);
    o.thread = this_thread();
    return o;
}

gobridge_outcome gobridge_callback_write(uintptr_t write, uintptr_t data, const uint8_t *buffer, size_t len) {
    gobridge_outcome o = {0};
    const turn before = turn_to_host(&o.error);
    o.status = ((gobridge_write_callback)write)((void *)data, buffer, len, &o.done);
    turn_to_go(before);
    o.thread = this_thread();
    return o;
}

void gobridge_callback_notify(uintptr_t function, uintptr_t data) {
    gobridge_ref error = 0;
    const turn before = turn_to_host(&error);
    ((void (*)(void *))function)((void *)data);
    turn_to_go(before);
    if (error) {
        gobridge_release(error);
    }
}
