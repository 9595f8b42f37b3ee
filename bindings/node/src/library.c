/* Libraries: a shared object, the table of its functions, and what JavaScript hands in for it. */
#include "addon.h"
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>

napi_value hook(napi_env env, library *lib, int which, size_t argc, const napi_value *argv) {
    napi_value function, undefined, result = NULL;
    napi_get_undefined(env, &undefined);
    if (napi_get_reference_value(env, lib->hooks[which], &function) != napi_ok ||
        napi_call_function(env, undefined, function, argc, argv, &result) != napi_ok) {
        return NULL;
    }
    return result;
}

static napi_value throw_status(napi_env env, library *lib, gobridge_status status, const char *message,
                               const char *what, const char *stack, napi_value failure) {
    napi_value argv[5];
    bool pending = false;
    napi_is_exception_pending(env, &pending);
    if (pending) return NULL;
    napi_create_int32(env, status, &argv[0]);
    napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &argv[1]);
    napi_create_string_utf8(env, stack, NAPI_AUTO_LENGTH, &argv[2]);
    napi_create_string_utf8(env, what, NAPI_AUTO_LENGTH, &argv[3]);
    argv[4] = failure;
    napi_value error = hook(env, lib, HOOK_FAIL, failure == NULL ? 4 : 5, argv);
    if (error != NULL) napi_throw(env, error);
    return NULL;
}

napi_value fail(napi_env env, library *lib, gobridge_status status) {
    gobridge_error last = {.message = "", .stack = ""};
    lib->api.last_error(&last);
    return throw_status(env, lib, status, last.message, "", last.stack, NULL);
}

napi_value fail_because(napi_env env, library *lib, gobridge_status status, const char *what,
                        gobridge_value *failure) {
    gobridge_error last = {.message = "", .stack = ""};
    lib->api.last_error(&last);
    napi_value object = NULL;
    if (failure->kind == GOBRIDGE_KIND_REF) object = object_raw(env, lib, failure->as.ref, false);
    return throw_status(env, lib, status, last.message, what, last.stack, object);
}

napi_value fail_with(napi_env env, library *lib, gobridge_status status, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return throw_status(env, lib, status, message, "", "", NULL);
}

static void flush(napi_env env, job *j) {
    (void)env;
    library *lib = (library *)((char *)j - offsetof(library, flush));
    lib->flushing = false;
    lib->api.ref_flush();
}

/* The next call frees it; if there is none, the event loop does, with what a garbage collection has found by then. */
void library_release(library *lib, gobridge_ref ref) {
    lib->api.release_later(ref);
    if (!lib->flushing) lib->flushing = world_post(lib->world, &lib->flush);
}

/* Finds the functions, each by its name. Gives the name of one that is missing. */
static const char *find(void *object, api *api) {
#define FIND(name)                                           \
    *(void **)&api->name = dlsym(object, "gobridge_" #name); \
    if (api->name == NULL) return "gobridge_" #name;
    FUNCTIONS(FIND)
#undef FIND
    return NULL;
}

/* What the library lasts for is the environment's life: finalizers of its objects come until then. */
napi_value library_load(napi_env env, napi_callback_info info) {
    napi_value argv[3];
    size_t argc = 3;
    world *w;
    char path[4096];
    size_t len = 0;
    napi_get_cb_info(env, info, &argc, argv, NULL, (void **)&w);
    if (napi_get_value_string_utf8(env, argv[0], path, sizeof path, &len) != napi_ok ||
        len + 1 == sizeof path || strlen(path) != len) {
        napi_throw_type_error(env, NULL, "load: a path is wanted");
        return NULL;
    }
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL) {
        napi_throw_error(env, "ERR_DLOPEN_FAILED", dlerror());
        return NULL;
    }
    library *lib = calloc(1, sizeof *lib);
    const char *missing = lib == NULL ? "memory" : find(object, &lib->api);
    if (missing != NULL) {
        char message[4500];
        snprintf(message, sizeof message, "load: %s is no gobridge library: it has no %s", path, missing);
        napi_throw_error(env, "ERR_DLOPEN_FAILED", message);
        free(lib);
        return NULL;
    }
    lib->world = w;
    lib->flush.run = flush;
    *(void **)&lib->description = dlsym(object, "gobridge_description");
    napi_value array = argv[1], element;
    for (uint32_t i = 0; i < HOOKS; i++) {
        napi_get_element(env, array, i, &element);
        napi_create_reference(env, element, 1, &lib->hooks[i]);
    }
    napi_create_reference(env, argv[2], 1, &lib->internal);

    napi_value core;
    napi_create_object(env, &core);
#define DEFINE(file)                                        \
    for (size_t i = 0; i < n##file##_functions; i++) {      \
        napi_property_descriptor row = file##_functions[i]; \
        row.data = lib;                                     \
        napi_define_properties(env, core, 1, &row);         \
    }
    FILES(DEFINE)
#undef DEFINE
    return core;
}

NAPI_MODULE_INIT() {
    world *w = world_new(env);
    napi_value load;
    if (w == NULL || napi_create_function(env, "load", NAPI_AUTO_LENGTH, library_load, w, &load) != napi_ok ||
        napi_set_named_property(env, exports, "load", load) != napi_ok) {
        napi_throw_error(env, NULL, "gobridge: no memory");
        return NULL;
    }
    return exports;
}
