/* Calls: Go functions and methods as JavaScript functions. */
#include "addon.h"

/* What most calls have of arguments. Node fills the rest of the room for them, which takes longer than to ask again. */
enum { USUAL = 2 };

/* One argument: of a parameter from the first-th on, or the rest's. */
static bool argument_to_go(napi_env env, scratch *s, type *t, size_t first, size_t i, napi_value js,
                           gobridge_value *go) {
    size_t at = i + first, rest = t->nparameters - 1;
    bool is_rest = t->variadic && at >= rest;
    type *wanted = t->parameters[is_rest ? rest : at];
    if (is_rest) wanted = type_elem(env, s->lib, wanted);
    s->index = (int)i;
    return wanted != NULL && to_go(env, s, wanted, js, go);
}

bool arguments_to_go(napi_env env, scratch *s, type *t, size_t first, const napi_value *argv, size_t argc,
                     bool reads, gobridge_value *args) {
    size_t parameters = t->nparameters - first, fixed = parameters - (t->variadic ? 1 : 0);
    if (argc < fixed || (argc > parameters && !t->variadic)) {
        fail_with(env, s->lib, GOBRIDGE_E_COUNT, "%s takes %s%zu argument%s, not %zu", s->what,
                  t->variadic ? "at least " : "", fixed, fixed == 1 ? "" : "s", argc);
        return false;
    }
    /* A getter of one argument may take away another's memory, so that is looked at last; and so may a callback while Go runs. */
    bool has_memory = false;
    s->memory = MEMORY_LATER;
    for (size_t i = 0; i < argc; i++) {
        if (!argument_to_go(env, s, t, first, i, argv[i], &args[i])) return false;
        has_memory = has_memory || args[i].kind == NOTHING_YET;
    }
    s->memory = reads && s->lib->world->callbacks > 0 ? MEMORY_COPIED : MEMORY_IN_PLACE;
    for (size_t i = 0; has_memory && i < argc; i++) {
        if (args[i].kind == NOTHING_YET && !argument_to_go(env, s, t, first, i, argv[i], &args[i]))
            return false;
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

/* Calls a func of numbers that is given as many numbers. False, with nothing done, for others. */
static bool call_with_numbers(napi_env env, const function *f, const napi_value *argv, size_t argc,
                              napi_value *js) {
    const type *t = f->type;
    library *lib = f->handle.lib;
    gobridge_value args[FEW], result;
    if (t->numbers[0] == 0 || argc != t->nparameters || f->handle.ref == 0) return false;
    for (size_t i = 0; i < argc; i++) {
        if (!number_to_go(env, t->numbers[i], argv[i], &args[i])) return false;
    }
    world_enter(lib->world);
    gobridge_status status = lib->api.call(f->handle.ref, args, argc, &result, 1);
    world_leave(lib->world);
    *js = status == GOBRIDGE_OK ? number_to_js(env, &result, false)
                                : fail_because(env, lib, status, f->name, &(gobridge_value){0});
    return true;
}

static napi_value call(napi_env env, napi_callback_info info) {
    napi_value few[FEW], *argv = few, self, js;
    size_t argc = USUAL;
    function *f;
    napi_get_cb_info(env, info, &argc, argv, &self, (void **)&f);
    library *lib = f->handle.lib;
    type *t = f->type;
    if (argc > USUAL && argc <= FEW) napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
    if (call_with_numbers(env, f, argv, argc, &js)) return js;
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
    if (!arguments_to_go(env, &s, t, 0, argv, argc, f->reads, args)) return NULL;
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
    return handle_wrap(env, lib, object, ref, f) != NULL ? object : NULL;
}

/* find(name, reads): a registered function; whether it may read bytes where they lie. */
static napi_value find(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    SCRATCH(s, lib, "func");
    const char *name;
    size_t len;
    if (!string_of(env, &s, argv[0], &name, &len)) return NULL;
    gobridge_ref ref = 0, type_ref = 0;
    TRY(func_find(name, len, &ref));
    TRY(type_of(ref, &type_ref));
    type *t = type_get(env, lib, type_ref);
    napi_value found = t == NULL ? NULL : function_new(env, lib, t, ref, name, len);
    if (found != NULL) napi_get_value_bool(env, argv[1], &handle_of(env, found)->function->reads);
    return found;
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

/* ---- rows of columns ---- */

enum { MOST_COLUMNS = 64 };

/* hasColumns(func type): whether its parameters and results are numbers that TypedArrays have. */
static napi_value has_columns(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL || !type_resolve(env, lib, t)) return NULL;
    size_t count = (size_t)t->nparameters + t->nresults;
    bool has = t->nparameters > 0 && t->nresults > 0 && !t->variadic && count <= MOST_COLUMNS;
    for (size_t i = 0; has && i < count; i++) has = array_of_numbers(t->parameters[i]) != NULL;
    return boolean(env, has);
}

/* A column of a TypedArray's numbers, of which there are as many as in those before. It is a copy: what Go calls meanwhile could
 * take the memory away. */
static bool column_read(napi_env env, scratch *s, const type *t, napi_value array, size_t *count,
                        gobridge_column *column) {
    uint8_t *data;
    size_t bytes, size = array_of_numbers(t)->size;
    if (!numbers_of(env, t, array, &data, &bytes) || (s->index > 0 && bytes / size != *count)) {
        fail_with(env, s->lib, GOBRIDGE_E_WRONG_TYPE,
                  "%s: column %d is no TypedArray of %s as long as the others", s->what, s->index + 1,
                  t->name);
        return false;
    }
    *count = bytes / size;
    column->layout = GOBRIDGE_COLUMN_PLAIN;
    column->data = scratch_take(env, s, bytes + 1);
    if (column->data != NULL && bytes > 0) memcpy(column->data, data, bytes);
    return column->data != NULL;
}

static napi_value column_array(napi_env env, const type *t, const gobridge_column *column, size_t count) {
    napi_value buffer, array = NULL;
    void *memory = NULL;
    const number_array *of = array_of_numbers(t);
    size_t bytes = count * of->size;
    if (napi_create_arraybuffer(env, bytes, &memory, &buffer) != napi_ok) return NULL;
    if (bytes > 0) memcpy(memory, column->data, bytes);
    napi_create_typedarray(env, of->array, count, buffer, 0, &array);
    return array;
}

/* callRows(func, columns): calls one that hasColumns for each row; gives an array of the results' columns. */
static napi_value call_rows(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const handle *h = handle_argument(env, lib, argv[0]);
    const function *f = h != NULL ? h->function : NULL;
    if (f == NULL) return NULL;
    const type *t = f->type;
    gobridge_column columns[MOST_COLUMNS] = {0}, *results = columns + t->nparameters;
    size_t count = 0;
    SCRATCH(s, lib, f->name);
    for (uint32_t i = 0; i < t->nparameters; i++) {
        napi_value array;
        s.index = (int)i;
        if (napi_get_element(env, argv[1], i, &array) != napi_ok ||
            !column_read(env, &s, t->parameters[i], array, &count, &columns[i]))
            return NULL;
    }
    for (uint32_t i = 0; i < t->nresults; i++) {
        results[i].layout = GOBRIDGE_COLUMN_PLAIN;
        results[i].data = scratch_take(env, &s, count * array_of_numbers(t->results[i])->size + 1);
        if (results[i].data == NULL) return NULL;
    }
    world_enter(lib->world);
    gobridge_status status =
        lib->api.call_n(h->ref, columns, t->nparameters, count, results, t->nresults, NULL);
    world_leave(lib->world);
    if (status != GOBRIDGE_OK) return fail_because(env, lib, status, f->name, &(gobridge_value){0});
    napi_value arrays;
    napi_create_array_with_length(env, t->nresults, &arrays);
    for (uint32_t i = 0; i < t->nresults; i++) {
        napi_value array = column_array(env, t->results[i], &results[i], count);
        if (array == NULL) return fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a column");
        napi_set_element(env, arrays, i, array);
    }
    return arrays;
}

const napi_property_descriptor call_functions[] = {
    FUNCTION("hasColumns", has_columns), FUNCTION("callRows", call_rows), FUNCTION("find", find),
    FUNCTION("method", method),          FUNCTION("bind", bind),          FUNCTION("names", names),
};
const size_t ncall_functions = sizeof call_functions / sizeof *call_functions;
