/* Callbacks: JavaScript functions as Go funcs, interfaces, readers and writers. Go calls them on any thread. On the environment's
 * own, inside of a call into Go, the function is called at once; another thread hands a request over and waits. */
#include "addon.h"
#include <stdio.h>
#include <time.h>

/* How long a request waits where the environment's thread stays in one and the same call into Go, which may be waiting for it. */
enum { PATIENCE_SECONDS = 5 };

/* What Go's callback has as data. An interface's has one for each method, behind `methods`. */
typedef struct callback {
    job delete; /* of the reference, at the end */
    library *lib;
    type *type; /* a func type; NULL for a reader or a writer */
    napi_ref function;
    struct callback *methods;
    size_t count;
} callback;

enum { CALL, READ, WRITE };
enum { POSTED, RUNNING, FINISHED, GIVEN_UP };

/* One call of a callback. It lives until both the Go side and JavaScript are done with it. */
typedef struct request {
    job job;
    struct request *next, *previous; /* in world.requests, while a thread waits */
    callback *callback;
    int kind, state, holders;
    bool waiting; /* a thread waits for it; else it is on the environment's thread */
    pthread_cond_t changed;
    const gobridge_value *args; /* Go's, borrowed as long as it waits */
    size_t nargs;
    gobridge_value *results;
    size_t nresults;
    uint8_t *buffer;
    size_t capacity, *done;
    gobridge_ref error; /* what it fails with */
    const char *text;   /* the same, where there is no reference */
} request;

static void drop_request(request *r) {
    if (__atomic_sub_fetch(&r->holders, 1, __ATOMIC_ACQ_REL) > 0) return;
    if (r->error != 0) r->callback->lib->api.release(r->error);
    world_drop(r->callback->lib->world);
    pthread_cond_destroy(&r->changed);
    free(r);
}

/* ---- on the environment's thread ---- */

static void set_error(napi_env env, request *r) {
    library *lib = r->callback->lib;
    napi_value exception = NULL, object = NULL;
    r->text = "a JavaScript callback was ended";
    if (napi_get_and_clear_last_exception(env, &exception) != napi_ok || exception == NULL) return;
    napi_valuetype is = napi_undefined;
    napi_typeof(env, exception, &is);
    object = hook(env, lib, HOOK_THROWN, 1, &exception);
    handle *h = object == NULL ? NULL : handle_of(env, object);
    if (h != NULL && h->lib == lib && h->ref != 0) lib->api.ref_dup(h->ref, &r->error);
    if (object == NULL) napi_get_and_clear_last_exception(env, &exception);
}

/* A result that lives on its own: the JavaScript value may be gone before Go reads it. */
static bool take_result(napi_env env, request *r, type *t, napi_value js, gobridge_value *result) {
    library *lib = r->callback->lib;
    SCRATCH(s, lib, "a callback's result");
    gobridge_value value;
    if (!to_go(env, &s, t, js, &value)) return false;
    gobridge_status status = lib->api.value_copy(&value, result);
    if (status != GOBRIDGE_OK) fail(env, lib, status);
    return status == GOBRIDGE_OK;
}

static bool take_results(napi_env env, request *r, napi_value js) {
    callback *c = r->callback;
    if (r->kind == CALL) {
        if (r->nresults == 0) return true;
        if (r->nresults == 1) return take_result(env, r, c->type->results[0], js, &r->results[0]);
        uint32_t length = 0;
        bool array = false;
        napi_is_array(env, js, &array);
        if (array) napi_get_array_length(env, js, &length);
        if (length != r->nresults) {
            fail_with(env, c->lib, GOBRIDGE_E_COUNT, "a callback gives an array of its %zu results",
                      r->nresults);
            return false;
        }
        for (uint32_t i = 0; i < length; i++) {
            napi_value element;
            if (napi_get_element(env, js, i, &element) != napi_ok ||
                !take_result(env, r, c->type->results[i], element, &r->results[i])) {
                return false;
            }
        }
        return true;
    }
    napi_valuetype is = napi_undefined;
    napi_typeof(env, js, &is);
    if (r->kind == WRITE) {
        *r->done = r->capacity;
        return true;
    }
    uint8_t *data = NULL;
    size_t len = 0;
    if (is == napi_null || is == napi_undefined) return true; /* the end */
    if (is != napi_object || !bytes_of(env, js, &data, &len) || len > r->capacity) {
        fail_with(env, c->lib, GOBRIDGE_E_WRONG_TYPE,
                  "a reader gives a Uint8Array of at most %zu bytes, or null", r->capacity);
        return false;
    }
    if (len > 0) memcpy(r->buffer, data, len);
    *r->done = len;
    return true;
}

/* What JavaScript has made of it: a value, or NULL with an exception pending. */
static void finish(napi_env env, request *r, napi_value js) {
    if (js == NULL || !take_results(env, r, js)) set_error(env, r);
    if (!r->waiting) return;
    world *w = r->callback->lib->world;
    pthread_mutex_lock(&w->lock);
    if (r->state != GIVEN_UP) r->state = FINISHED;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&w->lock);
    drop_request(r);
}

static napi_value settled(napi_env env, napi_callback_info info, bool failed) {
    napi_value value = NULL;
    size_t argc = 1;
    request *r;
    napi_get_cb_info(env, info, &argc, &value, NULL, (void **)&r);
    if (failed) napi_throw(env, value);
    finish(env, r, failed ? NULL : value);
    return NULL;
}

static napi_value resolved(napi_env env, napi_callback_info info) {
    return settled(env, info, false);
}
static napi_value rejected(napi_env env, napi_callback_info info) {
    return settled(env, info, true);
}

/* Finishes when the promise is settled. */
static void await(napi_env env, request *r, napi_value promise) {
    napi_value argv[3] = {promise};
    if (!r->waiting) {
        fail_with(env, r->callback->lib, GOBRIDGE_E_BUSY,
                  "a callback of a synchronous call gave a promise, for which no one can wait: use .async");
        finish(env, r, NULL);
        return;
    }
    if (napi_create_function(env, "", 0, resolved, r, &argv[1]) != napi_ok ||
        napi_create_function(env, "", 0, rejected, r, &argv[2]) != napi_ok ||
        hook(env, r->callback->lib, HOOK_THEN, 3, argv) == NULL) {
        finish(env, r, NULL);
    }
}

static napi_value arguments(napi_env env, request *r, napi_value *argv, size_t *argc) {
    callback *c = r->callback;
    napi_value done;
    napi_get_undefined(env, &done);
    if (r->kind == CALL) {
        for (*argc = 0; *argc < r->nargs; ++*argc) {
            argv[*argc] = borrowed_to_js(env, c->lib, c->type->parameters[*argc], &r->args[*argc]);
            if (argv[*argc] == NULL) return NULL;
        }
        return done;
    }
    *argc = 1;
    if (r->kind == READ)
        return napi_create_double(env, (double)r->capacity, &argv[0]) == napi_ok ? done : NULL;
    gobridge_value value = {.kind = GOBRIDGE_KIND_BYTES, .as.b = r->buffer, .len = r->capacity};
    argv[0] = borrowed_to_js(env, c->lib, NULL, &value);
    return argv[0] == NULL ? NULL : done;
}

static void invoke(napi_env env, request *r) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    napi_value few[8], *argv = r->nargs <= 8 ? few : calloc(r->nargs, sizeof *argv);
    napi_value function, undefined, result = NULL;
    size_t argc = 0;
    bool promise = false;
    napi_get_undefined(env, &undefined);
    if (argv != NULL && arguments(env, r, argv, &argc) != NULL &&
        napi_get_reference_value(env, r->callback->function, &function) == napi_ok &&
        napi_call_function(env, undefined, function, argc, argv, &result) != napi_ok) {
        result = NULL;
    }
    if (result != NULL) napi_is_promise(env, result, &promise);
    if (promise) {
        await(env, r, result);
    } else {
        finish(env, r, result);
    }
    if (argv != few) free(argv);
    napi_close_handle_scope(env, scope);
}

static void run_request(napi_env env, job *j) {
    request *r = (request *)j;
    world *w = r->callback->lib->world;
    pthread_mutex_lock(&w->lock);
    bool go = env != NULL && r->state == POSTED;
    if (go) r->state = RUNNING;
    pthread_mutex_unlock(&w->lock);
    if (go) {
        invoke(env, r);
    } else {
        drop_request(r);
    }
}

/* The environment ends: no one who waits would get an answer. */
void requests_end(world *w) {
    pthread_mutex_lock(&w->lock);
    for (request *r = w->requests; r != NULL; r = r->next) {
        if (r->state == FINISHED) continue;
        r->state = GIVEN_UP;
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&w->lock);
}

/* ---- on the thread that calls ---- */

/* Waits for JavaScript. With the lock. */
static void wait_for(world *w, request *r) {
    uint64_t calls = 0;
    int stuck = 0;
    while (r->state == POSTED || r->state == RUNNING) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&r->changed, &w->lock, &until);
        uint64_t now = __atomic_load_n(&w->calls, __ATOMIC_RELAXED);
        bool same = now == calls && __atomic_load_n(&w->depth, __ATOMIC_RELAXED) > 0;
        stuck = same ? stuck + 1 : 0;
        calls = now;
        if (stuck > PATIENCE_SECONDS && r->state == POSTED) {
            r->state = GIVEN_UP;
            r->text = "JavaScript's thread is in a synchronous call into Go and cannot run this callback: "
                      "use .async";
        }
    }
}

static gobridge_status failure(library *lib, const request *r) {
    if (r->error != 0) {
        lib->api.callback_fail_with(r->error);
    } else if (r->text != NULL) {
        lib->api.callback_fail(r->text, strlen(r->text));
    } else {
        return GOBRIDGE_OK;
    }
    return GOBRIDGE_E_RETURNED;
}

static gobridge_status hand_over(world *w, request *prototype) {
    library *lib = prototype->callback->lib;
    request *r = malloc(sizeof *r);
    if (r == NULL) return GOBRIDGE_E_NO_MEMORY;
    *r = *prototype;
    r->job.run = run_request;
    r->waiting = true;
    r->holders = 2;
    pthread_cond_init(&r->changed, NULL);
    world_hold(w);
    pthread_mutex_lock(&w->lock);
    r->next = w->requests;
    if (r->next != NULL) r->next->previous = r;
    w->requests = r;
    bool posted =
        !w->ended && napi_call_threadsafe_function(w->queue, &r->job, napi_tsfn_nonblocking) == napi_ok;
    if (posted) {
        wait_for(w, r);
    } else {
        r->state = GIVEN_UP;
    }
    if (r->state == GIVEN_UP && r->text == NULL) r->text = "the JavaScript environment has ended";
    *(r->previous == NULL ? &w->requests : &r->previous->next) = r->next;
    if (r->next != NULL) r->next->previous = r->previous;
    pthread_mutex_unlock(&w->lock);
    gobridge_status status = failure(lib, r);
    if (!posted) r->holders = 1; /* no one else has it */
    drop_request(r);
    return status;
}

static gobridge_status answer(request *r) {
    library *lib = r->callback->lib;
    world *w = lib->world;
    if (!pthread_equal(w->thread, pthread_self()) || w->depth == 0) return hand_over(w, r);
    if (w->ended) return GOBRIDGE_E_CLOSED;
    invoke(w->env, r);
    gobridge_status status = failure(lib, r);
    if (r->error != 0) lib->api.release(r->error);
    return status;
}

static gobridge_status called(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                              size_t nresults) {
    return answer(&(request){.callback = data,
                             .kind = CALL,
                             .args = args,
                             .nargs = nargs,
                             .results = results,
                             .nresults = nresults});
}

static gobridge_status read_for_go(void *data, uint8_t *buffer, size_t capacity, size_t *done) {
    return answer(
        &(request){.callback = data, .kind = READ, .buffer = buffer, .capacity = capacity, .done = done});
}

static gobridge_status write_for_go(void *data, const uint8_t *buffer, size_t len, size_t *done) {
    return answer(&(request){.callback = data,
                             .kind = WRITE,
                             .buffer = (uint8_t *)(uintptr_t)buffer,
                             .capacity = len,
                             .done = done});
}

/* ---- making and dropping ---- */

static void delete (napi_env env, job *j) {
    callback *c = (callback *)j;
    world *w = c->lib->world;
    if (env != NULL) {
        w->callbacks--;
        if (c->function != NULL) napi_delete_reference(env, c->function);
        for (size_t i = 0; i < c->count; i++) {
            if (c->methods[i].function != NULL) napi_delete_reference(env, c->methods[i].function);
        }
    }
    free(c->methods);
    free(c);
    world_drop(w);
}

/* On a thread of Go's. */
static void dropped(void *data) {
    callback *c = data;
    if (!world_post(c->lib->world, &c->delete)) delete (NULL, &c->delete);
}

static callback *callback_make(napi_env env, library *lib, type *t, napi_value function) {
    napi_valuetype is = napi_undefined;
    napi_typeof(env, function, &is);
    if (is != napi_function) {
        fail_with(env, lib, GOBRIDGE_E_WRONG_TYPE, "a function is wanted");
        return NULL;
    }
    if (t != NULL && !type_resolve(env, lib, t)) return NULL;
    callback *c = calloc(1, sizeof *c);
    if (c == NULL || napi_create_reference(env, function, 1, &c->function) != napi_ok) {
        free(c);
        fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a callback");
        return NULL;
    }
    c->delete.run = delete;
    c->lib = lib;
    c->type = t;
    world_hold(lib->world);
    lib->world->callbacks++;
    return c;
}

static napi_value given(napi_env env, library *lib, callback *c, gobridge_status status, gobridge_ref ref) {
    if (status == GOBRIDGE_OK) return object_raw(env, lib, ref, true);
    delete (env, &c->delete);
    return fail(env, lib, status);
}

/* callback(func type, function): a temporary Go func. */
static napi_value new_callback(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    type *t = type_argument(env, lib, argv[0]);
    callback *c = t == NULL ? NULL : callback_make(env, lib, t, argv[1]);
    if (c == NULL) return NULL;
    gobridge_ref ref = 0;
    gobridge_status status = lib->api.callback_new(t->ref, called, c, dropped, &ref);
    return given(env, lib, c, status, ref);
}

/* reader(function): a temporary io.Reader. The function gets how many bytes there is room for. */
static napi_value new_reader(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    callback *c = callback_make(env, lib, NULL, argv[0]);
    if (c == NULL) return NULL;
    gobridge_ref ref = 0;
    gobridge_status status = lib->api.reader_new(read_for_go, c, dropped, &ref);
    return given(env, lib, c, status, ref);
}

/* writer(function): a temporary io.Writer. The function gets a Uint8Array. */
static napi_value new_writer(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    callback *c = callback_make(env, lib, NULL, argv[0]);
    if (c == NULL) return NULL;
    gobridge_ref ref = 0;
    gobridge_status status = lib->api.writer_new(write_for_go, c, dropped, &ref);
    return given(env, lib, c, status, ref);
}

/* Go says which method it calls by which function it calls: one for each, by tens and ones. */
/* clang-format off */
#define OF_TEN(X, tens) \
    X(tens, 0) X(tens, 1) X(tens, 2) X(tens, 3) X(tens, 4) \
    X(tens, 5) X(tens, 6) X(tens, 7) X(tens, 8) X(tens, 9)
#define OF_ALL(X) \
    OF_TEN(X, 0) OF_TEN(X, 1) OF_TEN(X, 2) OF_TEN(X, 3) OF_TEN(X, 4) \
    OF_TEN(X, 5) OF_TEN(X, 6) OF_TEN(X, 7) OF_TEN(X, 8) OF_TEN(X, 9)
/* clang-format on */
#define METHOD(tens, ones)                                                                               \
    static gobridge_status method_##tens##ones(void *data, const gobridge_value *args, size_t nargs,     \
                                               gobridge_value *results, size_t nresults) {               \
        return called(&((callback *)data)->methods[(tens)*10 + (ones)], args, nargs, results, nresults); \
    }
#define METHOD_NAME(tens, ones) method_##tens##ones,
OF_ALL(METHOD)
static const gobridge_callback methods[] = {OF_ALL(METHOD_NAME)};
enum { METHODS = sizeof methods / sizeof *methods };

/* implement(interface type, func types, functions): a temporary value with these methods. */
static napi_value implement(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    uint32_t count = 0;
    napi_get_array_length(env, argv[1], &count);
    if (count == 0 || count > METHODS) {
        return fail_with(env, lib, GOBRIDGE_E_UNSUPPORTED, "%s has %u methods, which is none or more than %d",
                         t->name, count, METHODS);
    }
    callback *c = calloc(1, sizeof *c);
    if (c != NULL) c->methods = calloc(count, sizeof *c->methods);
    if (c == NULL || c->methods == NULL) {
        free(c);
        return fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a callback");
    }
    c->delete.run = delete;
    c->lib = lib;
    c->count = count;
    world_hold(lib->world);
    lib->world->callbacks++;
    for (uint32_t i = 0; i < count; i++) {
        napi_value number, function;
        napi_get_element(env, argv[1], i, &number);
        napi_get_element(env, argv[2], i, &function);
        c->methods[i].lib = lib;
        c->methods[i].type = type_argument(env, lib, number);
        if (c->methods[i].type == NULL || !type_resolve(env, lib, c->methods[i].type) ||
            napi_create_reference(env, function, 1, &c->methods[i].function) != napi_ok) {
            delete (env, &c->delete);
            return fail_with(env, lib, GOBRIDGE_E_WRONG_TYPE, "a method is wanted");
        }
    }
    gobridge_ref ref = 0;
    gobridge_status status = lib->api.iface_new(t->ref, methods, count, c, dropped, &ref);
    return given(env, lib, c, status, ref);
}

const napi_property_descriptor callback_functions[] = {
    FUNCTION("callback", new_callback),
    FUNCTION("reader", new_reader),
    FUNCTION("writer", new_writer),
    FUNCTION("implement", implement),
};
const size_t ncallback_functions = sizeof callback_functions / sizeof *callback_functions;
