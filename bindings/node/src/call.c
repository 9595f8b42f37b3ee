/* Calls: Go functions and methods as JavaScript functions. */
#include "addon.h"

/* The most values that a call keeps on the stack. */
enum { FEW = 8 };

bool arguments_to_go(napi_env env, scratch *s, type *t, size_t first, const napi_value *argv, size_t argc,
                     gobridge_value *args) {
    size_t parameters = t->nparameters - first, fixed = parameters - (t->variadic ? 1 : 0);
    if (argc < fixed || (argc > parameters && !t->variadic)) {
        fail_with(env, s->lib, GOBRIDGE_E_COUNT, "%s takes %s%zu argument%s, not %zu", s->what,
                  t->variadic ? "at least " : "", fixed, fixed == 1 ? "" : "s", argc);
        return false;
    }
    for (size_t i = 0; i < argc; i++) {
        type *wanted = t->parameters[i < fixed ? i + first : t->nparameters - 1];
        if (i >= fixed) wanted = type_elem(env, s->lib, wanted);
        s->index = (int)i;
        if (wanted == NULL || !to_go(env, s, wanted, argv[i], &args[i])) return false;
    }
    return true;
}

static napi_value array_of(napi_env env, library *lib, type *t, gobridge_value *results) {
    napi_value array, element;
    napi_create_array_with_length(env, t->nresults, &array);
    bool failed = false;
    for (uint32_t i = 0; i < t->nresults; i++) {
        if (failed) {
            lib->api.value_release(&results[i]);
            continue;
        }
        element = to_js(env, lib, t->results[i], &results[i]);
        failed = element == NULL;
        if (!failed) napi_set_element(env, array, i, element);
    }
    return failed ? NULL : array;
}

napi_value results_to_js(napi_env env, library *lib, type *t, gobridge_value *results) {
    if (t->has_error && results[t->nresults].kind != GOBRIDGE_KIND_NIL) {
        napi_value values = array_of(env, lib, t, results);
        napi_value error = to_js(env, lib, NULL, &results[t->nresults]);
        if (values != NULL && error != NULL) {
            napi_set_named_property(env, error, "results", values);
            napi_throw(env, error);
        }
        return NULL;
    }
    if (t->nresults == 1) return to_js(env, lib, t->results[0], &results[0]);
    if (t->nresults > 1) return array_of(env, lib, t, results);
    napi_value undefined;
    napi_get_undefined(env, &undefined);
    return undefined;
}

static napi_value call(napi_env env, napi_callback_info info) {
    napi_value few[FEW], *argv = few, self;
    size_t argc = FEW;
    function *f;
    napi_get_cb_info(env, info, &argc, argv, &self, (void **)&f);
    library *lib = f->handle.lib;
    type *t = f->type;
    SCRATCH(s, lib, f->name);
    if (argc > FEW) {
        argv = scratch_take(env, &s, argc * sizeof *argv);
        if (argv == NULL) return NULL;
        napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
    }
    gobridge_value few_args[FEW], few_results[FEW], *args = few_args, *results = few_results;
    size_t nresults = t->nresults + t->has_error;
    if (argc > FEW) args = scratch_take(env, &s, argc * sizeof *args);
    if (nresults > FEW) results = scratch_take(env, &s, nresults * sizeof *results);
    if (args == NULL || results == NULL) return NULL;
    gobridge_ref ref = f->handle.ref;
    if (f->method != NULL) {
        const handle *h = handle_argument(env, lib, self);
        if (h == NULL) return NULL;
        ref = h->ref;
    } else if (ref == 0) {
        return fail_with(env, lib, GOBRIDGE_E_STALE_REF, "%s: this Go function was closed", f->name);
    }
    if (!arguments_to_go(env, &s, t, 0, argv, argc, args)) return NULL;
    gobridge_value failure = {0};
    gobridge_status status;
    world_enter(lib->world);
    if (f->method != NULL) {
        status = lib->api.iface_call(ref, f->method, f->method_len, args, argc, results, nresults);
    } else if (s.made) { /* a panic may have a cause in JavaScript */
        status = lib->api.call_catch(ref, args, argc, results, nresults, &failure);
    } else {
        status = lib->api.call(ref, args, argc, results, nresults);
    }
    world_leave(lib->world);
    if (status != GOBRIDGE_OK) return fail_because(env, lib, status, f->name, &failure);
    return results_to_js(env, lib, t, results);
}

void function_free(function *f) {
    free(f->method);
    free(f->name);
    free(f);
}

/* The function takes ref over. With ref 0 it is the method of that name, of what it is called on. */
napi_value function_new(napi_env env, library *lib, type *t, gobridge_ref ref, const char *name, size_t len) {
    function *f = type_resolve(env, lib, t) ? calloc(1, sizeof *f) : NULL;
    napi_value object = NULL;
    if (f != NULL) {
        f->type = t;
        const char *text = len > 0 ? name : t->name;
        size_t text_len = len > 0 ? len : strlen(t->name);
        f->name = strndup(text, text_len);
        if (ref == 0) f->method = strndup(name, len);
        f->method_len = len;
    }
    if (f == NULL || f->name == NULL || (ref == 0 && f->method == NULL) ||
        napi_create_function(env, name, len, call, f, &object) != napi_ok) {
        if (f != NULL) function_free(f);
        if (ref != 0) library_release(lib, ref);
        return fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a function");
    }
    return handle_wrap(env, lib, object, ref, f) ? object : NULL;
}

/* find(name): a registered function. */
static napi_value find(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    SCRATCH(s, lib, "func");
    const char *name;
    size_t len;
    if (!string_of(env, &s, argv[0], &name, &len)) return NULL;
    gobridge_ref ref = 0, type_ref = 0;
    TRY(func_find(name, len, &ref));
    TRY(type_of(ref, &type_ref));
    type *t = type_get(env, lib, type_ref);
    return t == NULL ? NULL : function_new(env, lib, t, ref, name, len);
}

/* method(func type, name): the method of that name of whatever it is called on. */
static napi_value method(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    SCRATCH(s, lib, "method");
    type *t = type_argument(env, lib, argv[0]);
    const char *name;
    size_t len;
    if (t == NULL || !string_of(env, &s, argv[1], &name, &len)) return NULL;
    return function_new(env, lib, t, 0, name, len);
}

/* bind(object, name): the method as a Go func. */
static napi_value bind(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    SCRATCH(s, lib, "bind");
    const handle *h = handle_argument(env, lib, argv[0]);
    const char *name;
    size_t len;
    if (h == NULL || !string_of(env, &s, argv[1], &name, &len)) return NULL;
    gobridge_ref ref = 0;
    TRY(iface_method(h->ref, name, len, &ref));
    return object_new(env, lib, NULL, ref);
}

/* names(): those of all registered functions. */
static napi_value names(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    gobridge_ref slice = 0;
    TRY(func_names(&slice));
    return object_new(env, lib, NULL, slice);
}

const napi_property_descriptor call_functions[] = {
    FUNCTION("find", find),
    FUNCTION("method", method),
    FUNCTION("bind", bind),
    FUNCTION("names", names),
};
const size_t ncall_functions = sizeof call_functions / sizeof *call_functions;
