/* Callbacks: argument checks, and the calls of functions that the host handed in. */
#include "callback.h"

#include "cross.h"
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

/* A call of a function of the host's. */
typedef struct invocation {
    enum { CALL, READ, WRITE, NOTIFY } what;
    uintptr_t function;
    void *data;
    const void *in; /* args, or what is written */
    size_t in_len;
    void *out; /* results, or room for what is read */
    size_t out_len;
    gobridge_outcome outcome;
} invocation;

static void run(void *arg) {
    invocation *i = arg;
    gobridge_outcome *o = &i->outcome;
    gobridge_ref *const outer = gobridge_thread_callback_error;
    gobridge_thread_callback_error = &o->error;
    switch (i->what) {
    case CALL:
        o->status = ((gobridge_callback)i->function)(i->data, i->in, i->in_len, i->out, i->out_len);
        break;
    case READ:
        o->status = ((gobridge_read_callback)i->function)(i->data, i->out, i->out_len, &o->done);
        break;
    case WRITE:
        o->status = ((gobridge_write_callback)i->function)(i->data, i->in, i->in_len, &o->done);
        break;
    case NOTIFY: ((void (*)(void *))i->function)(i->data); break;
    }
    gobridge_thread_callback_error = outer;
    o->thread = gobridge_thread_state ? &gobridge_thread_state->shared : NULL;
}

gobridge_outcome gobridge_callback_run(uintptr_t call, uintptr_t data, const gobridge_value *args,
                                       size_t nargs, gobridge_value *results, size_t nresults) {
    invocation i = {.what = CALL,
                    .function = call,
                    .data = (void *)data,
                    .in = args,
                    .in_len = nargs,
                    .out = results,
                    .out_len = nresults};
    gobridge_run_host(run, &i);
    return i.outcome;
}

/* A call with numbers. Its memory is this, and nothing is written twice. */
typedef struct numbers_call {
    gobridge_callback call;
    void *data;
    gobridge_value args[2], result;
    size_t nargs, nresults;
    gobridge_ref error;
    gobridge_status status;
} numbers_call;

static void run_numbers(void *arg) {
    numbers_call *c = arg;
    gobridge_ref *const outer = gobridge_thread_callback_error;
    gobridge_thread_callback_error = &c->error;
    c->status = c->call(c->data, c->args, c->nargs, &c->result, c->nresults);
    gobridge_thread_callback_error = outer;
}

/* What came of it, for Go to free. */
static const gobridge_outcome *keep_outcome(const numbers_call *c) {
    static const gobridge_outcome none = {.status = GOBRIDGE_E_NO_MEMORY};
    gobridge_outcome *kept = malloc(sizeof *kept);
    if (!kept) {
        return &none;
    }
    *kept = (gobridge_outcome){.thread = gobridge_thread_state ? &gobridge_thread_state->shared : NULL,
                               .error = c->error,
                               .status = c->status,
                               .result = c->result};
    return kept;
}

gobridge_number gobridge_callback_run_numbers(uintptr_t call, uintptr_t data, uint32_t kinds, uint64_t a,
                                              uint64_t b) {
    const uint32_t first = kinds & 0xFF, second = kinds >> 8 & 0xFF, want = kinds >> 16;
    numbers_call c; /* member by member, as clearing it all first takes as long as the rest */
    c.call = (gobridge_callback)call;
    c.data = (void *)data;
    c.args[0] = (gobridge_value){.kind = first, .as.u = a};
    c.args[1] = (gobridge_value){.kind = second, .as.u = b};
    c.result = (gobridge_value){.kind = GOBRIDGE_KIND_NIL};
    c.nargs = (size_t)(first != 0) + (second != 0);
    c.nresults = want != 0;
    c.error = 0;
    gobridge_run_host(run_numbers, &c);
    const bool plain = !c.status && !c.error && c.result.kind == want && !c.result.flags && !c.result.owner;
    return (gobridge_number){.as = c.result.as.u, .other = plain ? NULL : keep_outcome(&c)};
}

void gobridge_callback_forget(const gobridge_outcome *outcome) {
    if (outcome->status != GOBRIDGE_E_NO_MEMORY || outcome->thread) {
        free((void *)(uintptr_t)outcome);
    }
}

gobridge_outcome gobridge_callback_read(uintptr_t read, uintptr_t data, uint8_t *buffer, size_t capacity) {
    invocation i = {.what = READ, .function = read, .data = (void *)data, .out = buffer, .out_len = capacity};
    gobridge_run_host(run, &i);
    return i.outcome;
}

gobridge_outcome gobridge_callback_write(uintptr_t write, uintptr_t data, const uint8_t *buffer, size_t len) {
    invocation i = {.what = WRITE, .function = write, .data = (void *)data, .in = buffer, .in_len = len};
    gobridge_run_host(run, &i);
    return i.outcome;
}

void gobridge_callback_notify(uintptr_t function, uintptr_t data) {
    invocation i = {.what = NOTIFY, .function = function, .data = (void *)data};
    gobridge_run_host(run, &i);
    if (i.outcome.error) {
        gobridge_release(i.outcome.error);
    }
}
