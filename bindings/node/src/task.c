/* Tasks: what Go does while the event loop goes on. A promise is settled when Go says, through the environment's queue, that
 * its task is done. */
#include "addon.h"

/* A send or a receive that waits in a goroutine of its own. */
typedef struct waiting {
    library *lib;
    gobridge_value value; /* what is sent, or was received */
    gobridge_ref chan, cancel;
    bool send;
    uint8_t open;
    size_t chosen;
    gobridge_status status;
    int holders; /* the promise, and the Go func that waits */
} waiting;

/* A promise, and what it is for. */
typedef struct pending {
    job job;
    library *lib;
    gobridge_ref task;
    napi_ref object; /* names the task in JavaScript */
    napi_deferred deferred;
    type *type;       /* of the func; NULL for a send or a receive */
    waiting *waiting; /* NULL for a func */
} pending;

static void drop_waiting(void *data) {
    waiting *o = data;
    if (__atomic_sub_fetch(&o->holders, 1, __ATOMIC_ACQ_REL) > 0) return;
    o->lib->api.value_release(&o->value);
    o->lib->api.release(o->chan);
    o->lib->api.release(o->cancel);
    free(o);
}

static napi_value waiting_to_js(napi_env env, library *lib, waiting *o) {
    if (o->status != GOBRIDGE_OK) {
        return fail_with(env, lib, o->status,
                         o->status == GOBRIDGE_E_CLOSED ? "the channel is closed"
                                                        : "the channel cannot be used");
    }
    napi_value array, element;
    napi_create_array(env, &array);
    napi_get_boolean(env, o->chosen == 0 && (o->send || o->open), &element);
    napi_set_element(env, array, 0, element);
    if (o->send) return array;
    element = to_js(env, lib, NULL, &o->value);
    if (element == NULL) return NULL;
    napi_set_element(env, array, 1, element);
    return array;
}

static napi_value task_to_js(napi_env env, library *lib, const pending *p) {
    gobridge_value few[8], *results = few;
    size_t count = p->type->nresults + p->type->has_error;
    SCRATCH(s, lib, "async");
    if (count > 8) results = scratch_take(env, &s, count * sizeof *results);
    if (results == NULL) return NULL;
    TRY(task_wait(p->task, 0, results, count));
    return results_to_js(env, lib, p->type, results);
}

static void free_pending(pending *p) {
    world *w = p->lib->world;
    if (p->waiting != NULL) drop_waiting(p->waiting);
    free(p);
    world_drop(w);
}

/* On the environment's thread, or with env NULL at its end. */
static void settle(napi_env env, job *j) {
    pending *p = (pending *)j;
    if (env == NULL) {
        free_pending(p);
        return;
    }
    napi_handle_scope scope;
    napi_open_handle_scope(env, &scope);
    napi_value result =
        p->waiting == NULL ? task_to_js(env, p->lib, p) : waiting_to_js(env, p->lib, p->waiting);
    napi_value object = NULL, exception = NULL;
    napi_get_reference_value(env, p->object, &object);
    if (result != NULL) {
        napi_resolve_deferred(env, p->deferred, result);
    } else if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) {
        napi_reject_deferred(env, p->deferred, exception);
    }
    handle *h = object == NULL ? NULL : handle_of(env, object);
    if (h != NULL && h->ref != 0) {
        p->lib->api.release(h->ref);
        h->ref = 0;
    }
    napi_delete_reference(env, p->object);
    world_pending(p->lib->world, -1);
    free_pending(p);
    napi_close_handle_scope(env, scope);
}

/* On a thread of Go's. */
static void done(void *data) {
    pending *p = data;
    if (!world_post(p->lib->world, &p->job)) free_pending(p);
}

/* An array of the promise and of the object that names the task. */
static napi_value promise_of(napi_env env, library *lib, gobridge_ref task, type *t, waiting *o) {
    pending *p = calloc(1, sizeof *p);
    napi_value array, promise, object = object_raw(env, lib, task, false);
    if (p == NULL || object == NULL || napi_create_reference(env, object, 1, &p->object) != napi_ok ||
        napi_create_promise(env, &p->deferred, &promise) != napi_ok) {
        free(p);
        if (o != NULL) drop_waiting(o);
        return fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a promise");
    }
    p->job.run = settle;
    p->lib = lib;
    p->task = task;
    p->type = t;
    p->waiting = o;
    world_hold(lib->world);
    world_pending(lib->world, 1);
    lib->api.task_on_done(task, done, p);
    napi_create_array(env, &array);
    napi_set_element(env, array, 0, promise);
    napi_set_element(env, array, 1, object);
    return array;
}

/* start(function, receiver, arguments, timeout in ms): [promise, task]. The arguments have no leading context. */
static napi_value start(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    handle *h = handle_of(env, argv[0]);
    if (h == NULL || h->function == NULL || h->lib != lib) {
        return fail_with(env, lib, GOBRIDGE_E_WRONG_KIND, "start: this is no Go function");
    }
    function *f = h->function;
    type *t = f->type;
    SCRATCH(s, lib, f->name);
    uint32_t count = 0;
    if (napi_get_array_length(env, argv[2], &count) != napi_ok) {
        return fail_with(env, lib, GOBRIDGE_E_WRONG_TYPE, "start: an array is wanted");
    }
    napi_value *values = scratch_take(env, &s, count * sizeof *values + 1);
    gobridge_value *args = scratch_take(env, &s, count * sizeof *args + 1);
    if (values == NULL || args == NULL) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (napi_get_element(env, argv[2], i, &values[i]) != napi_ok) return NULL;
    }
    size_t first = t->nparameters > 0 && t->parameters[0]->context ? 1 : 0;
    if (!arguments_to_go(env, &s, t, first, values, count, false, args)) return NULL;
    double ms = -1;
    napi_get_value_double(env, argv[3], &ms);
    int64_t timeout = ms >= 0 && ms < 9e12 ? (int64_t)(ms * 1e6) : -1;
    gobridge_ref func = h->ref, bound = 0, task = 0;
    if (f->method != NULL) {
        const handle *receiver = handle_argument(env, lib, argv[1]);
        if (receiver == NULL) return NULL;
        TRY(iface_method(receiver->ref, f->method, f->method_len, &bound));
        func = bound;
    } else if (func == 0) {
        return fail_with(env, lib, GOBRIDGE_E_STALE_REF, "%s: this Go function was closed", f->name);
    }
    gobridge_status status = lib->api.task_start(func, args, count, timeout, &task);
    if (bound != 0) library_release(lib, bound);
    if (status != GOBRIDGE_OK) return fail_because(env, lib, status, f->name, &(gobridge_value){0});
    return promise_of(env, lib, task, t, NULL);
}

/* cancel(task): ends its context. One that is done has none. */
static napi_value cancel(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    (void)lib;
    const handle *h = handle_of(env, argv[0]);
    if (h != NULL && h->ref != 0) h->lib->api.task_cancel(h->ref);
    return NULL;
}

/* ---- channels ---- */

/* On a thread of Go's, which waits in Go. */
static gobridge_status wait_in_go(void *data, const gobridge_value *args, size_t nargs,
                                  gobridge_value *results, size_t nresults) {
    (void)args, (void)nargs, (void)results, (void)nresults;
    waiting *o = data;
    gobridge_select_case cases[2] = {{o->chan, o->send ? &o->value : NULL}, {o->cancel, NULL}};
    gobridge_value received = {0};
    o->status = o->lib->api.chan_select(cases, 2, -1, &o->chosen, &received, &o->open);
    if (o->status == GOBRIDGE_OK && !o->send && o->chosen == 0)
        o->value = received;
    else
        o->lib->api.value_release(&received); /* what the end of the canceller gives */
    return GOBRIDGE_OK;
}

/* wait(channel, canceller, send, value): [promise, task] of [done or open, received]. The canceller is a channel whose end
 * ends the wait. */
static napi_value wait(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    const handle *chan = handle_argument(env, lib, argv[0]);
    const handle *canceller = chan == NULL ? NULL : handle_argument(env, lib, argv[1]);
    if (canceller == NULL) return NULL;
    bool send = false;
    napi_get_value_bool(env, argv[2], &send);
    SCRATCH(s, lib, "send");
    gobridge_value value = {0};
    gobridge_ref type_ref = 0, func = 0, task = 0;
    if (send) {
        TRY(type_of(chan->ref, &type_ref));
        type *t = type_get(env, lib, type_ref);
        if (t != NULL) t = type_elem(env, lib, t);
        if (t == NULL || !to_go(env, &s, t, argv[3], &value)) return NULL;
    }
    TRY(type_parse("func()", 6, &type_ref));
    waiting *o = calloc(1, sizeof *o);
    if (o == NULL) return fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a wait");
    o->lib = lib;
    o->send = send;
    o->holders = 1;
    gobridge_status status = lib->api.ref_dup(chan->ref, &o->chan);
    if (status == GOBRIDGE_OK) status = lib->api.ref_dup(canceller->ref, &o->cancel);
    if (status == GOBRIDGE_OK && send) status = lib->api.value_copy(&value, &o->value);
    if (status == GOBRIDGE_OK) status = lib->api.callback_new(type_ref, wait_in_go, o, drop_waiting, &func);
    if (status == GOBRIDGE_OK) {
        o->holders++;
        status = lib->api.task_start(func, NULL, 0, -1, &task);
        library_release(lib, func);
    }
    if (status != GOBRIDGE_OK) {
        fail(env, lib, status);
        drop_waiting(o);
        return NULL;
    }
    return promise_of(env, lib, task, NULL, o);
}

/* receive(channel): [open, value] where there is one at once, else null. */
static napi_value receive(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    const handle *h = handle_argument(env, lib, argv[0]);
    if (h == NULL) return NULL;
    gobridge_value value = {0};
    uint8_t open = 0;
    napi_value array, element;
    gobridge_status status = lib->api.chan_receive(h->ref, 0, &value, &open);
    napi_get_null(env, &element);
    if (status == GOBRIDGE_E_TIMEOUT) return element;
    if (status != GOBRIDGE_OK) return fail(env, lib, status);
    napi_create_array(env, &array);
    napi_get_boolean(env, open, &element);
    napi_set_element(env, array, 0, element);
    element = to_js(env, lib, NULL, &value);
    if (element == NULL) return NULL;
    napi_set_element(env, array, 1, element);
    return array;
}

/* makeChannel(type, capacity) */
static napi_value make_channel(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    gobridge_value capacity;
    if (!number_to_go(env, GOBRIDGE_KIND_INT64, argv[1], &capacity)) {
        return fail_with(env, lib, GOBRIDGE_E_WRONG_TYPE, "%s: a whole number is wanted as its capacity",
                         t->name);
    }
    gobridge_ref chan = 0;
    TRY(chan_new(t->ref, capacity.as.i, &chan));
    return object_new(env, lib, t, chan);
}

OF_OBJECT(channel_len, int64_t, chan_len(h->ref, &got), number(env, got))
OF_OBJECT(channel_cap, int64_t, chan_cap(h->ref, &got), number(env, got))
WITH_OBJECT(close_channel, chan_close(h->ref))

const napi_property_descriptor task_functions[] = {
    FUNCTION("start", start),
    FUNCTION("cancel", cancel),
    FUNCTION("wait", wait),
    FUNCTION("receive", receive),
    FUNCTION("makeChannel", make_channel),
    FUNCTION("channelLen", channel_len),
    FUNCTION("channelCap", channel_cap),
    FUNCTION("closeChannel", close_channel),
};
const size_t ntask_functions = sizeof task_functions / sizeof *task_functions;
