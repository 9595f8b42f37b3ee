/* The addon: what its files share. It stands on gobridge's public headers and Node-API alone, and finds gobridge's functions in
 * the library that it loads. All of it runs on the environment's own thread but where a comment says otherwise. */
#ifndef ADDON_H
#define ADDON_H

#define NAPI_VERSION 8
#include <gobridge.h>
#include <node_api.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The functions of a library: gobridge_call is api.call. */
/* clang-format off */
#define FUNCTIONS(X) \
    X(version) X(go_version) X(last_error) X(go_collect) X(release) X(release_later) X(ref_flush) X(ref_dup) \
    X(ref_count) X(ref_list) X(ref_identity) X(type_parse) X(type_of) X(type_describe) X(type_field) \
    X(type_method) X(type_parameter) X(type_result) X(type_slice_of) X(type_pointer_to) X(value_new) \
    X(value_box) X(value_make) X(value_get) X(value_follow) X(value_set) X(value_copy) \
    X(value_release) X(value_equal) X(value_print) X(value_from_text) X(value_to_text) \
    X(value_from_json) X(value_to_json) X(value_from_time) X(value_to_time) X(func_find) \
    X(func_names) X(call) X(call_catch) X(call_n) X(iface_method) X(iface_call) X(iface_implements) \
    X(iface_new) X(map_new) X(map_get) X(map_contains) X(map_set) X(map_delete) X(map_clear) \
    X(map_len) X(map_iterate) X(map_next_n) X(map_build_n) X(slice_new) X(slice_len) X(slice_get) \
    X(slice_set) X(slice_at) X(slice_append) X(slice_append_n) X(slice_sub) X(slice_view) \
    X(slice_read_n) X(slice_write_n) X(struct_get_at) X(struct_set_at) X(struct_at) X(error_new) \
    X(error_message) X(error_is) X(error_as) X(error_unwrap) X(callback_new) X(callback_fail) \
    X(callback_fail_with) X(reader_new) X(writer_new) X(task_start) X(task_wait) X(task_on_done) \
    X(task_cancel) X(context_new) X(context_cancel) X(chan_new) X(chan_len) X(chan_cap) \
    X(chan_send) X(chan_receive) X(chan_close) X(chan_select) X(foreign_new) X(foreign_data)
/* clang-format on */

typedef struct api {
#define MEMBER(name) __typeof__(gobridge_##name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} api;

/* ---- an environment: the main thread's or a worker's (world.c) ---- */

typedef struct world world;

/* What another thread has the environment's thread do. env is NULL if the environment ends first. */
typedef struct job {
    void (*run)(napi_env env, struct job *job);
} job;

struct world {
    napi_env env;
    pthread_t thread;
    pthread_mutex_t lock;           /* of what follows, up to holders */
    bool ended;                     /* no JavaScript can run any more */
    napi_threadsafe_function queue; /* of jobs */
    struct request *requests;       /* that wait for this thread (callback.c) */
    uint64_t holders;               /* the environment, and what Go still has of it */
    uint32_t pending;               /* promises, which keep the event loop alive */
    uint32_t callbacks;             /* that Go has; only this thread counts them */
    uint32_t depth;                 /* of calls into Go that this thread is in; other threads read it */
    uint64_t calls;                 /* how many there were; other threads read it */
};

world *world_new(napi_env env);
void world_hold(world *w);
void world_drop(world *w);
bool world_post(world *w, job *j);            /* any thread; false if the environment has ended */
void world_pending(world *w, int32_t change); /* promises that are made and settled */

/* Around every call that may call back or wait. */
static inline void world_enter(world *w) {
    __atomic_store_n(&w->calls, w->calls + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&w->depth, w->depth + 1, __ATOMIC_RELAXED);
}

static inline void world_leave(world *w) {
    __atomic_store_n(&w->depth, w->depth - 1, __ATOMIC_RELAXED);
}

/* ---- a loaded library (library.c) ---- */

/* Functions in JavaScript that this side calls. */
enum { HOOK_FAIL, HOOK_PREPARE, HOOK_CONVERT, HOOK_ENCODE, HOOK_THROWN, HOOK_THEN, HOOKS };

typedef struct type type;
typedef struct library {
    world *world;
    api api;
    gobridge_status (*description)(const char **json, size_t *len); /* NULL if the library has none */
    napi_ref hooks[HOOKS];
    napi_ref internal; /* what a class's constructor gets from here */
    type **types;      /* by number */
    size_t ntypes;
    size_t *by_ref; /* a hash table of numbers + 1 */
    size_t by_ref_size;
    job flush;
    bool flushing;
} library;

napi_value library_load(napi_env env, napi_callback_info info);
void library_release(library *lib, gobridge_ref ref); /* soon */

/* Calls a hook. NULL with an exception pending if it throws. */
napi_value hook(napi_env env, library *lib, int which, size_t argc, const napi_value *argv);

/* Throws the error class of a status, with this thread's last message. Returns NULL. */
napi_value fail(napi_env env, library *lib, gobridge_status status);
/* The same for a call of what, with the Go error that it left, which is taken over. */
napi_value fail_because(napi_env env, library *lib, gobridge_status status, const char *what,
                        gobridge_value *failure);
/* Throws the error class of a status with a message of this side's. Returns NULL. */
napi_value fail_with(napi_env env, library *lib, gobridge_status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- types (type.c) ---- */

/* The most values that a call keeps on the stack. */
enum { FEW = 8 };

struct type {
    gobridge_ref ref;
    uint32_t id, kind;
    const char *name;
    bool plain, any, bytes, duration, context, variadic, opaque, convert;
    gobridge_ref key, elem;
    int64_t len;
    uint32_t nparameters, nresults; /* of a func; a last error is no result */
    bool has_error;
    bool prepared;
    bool resolved;            /* parameters and results are filled in */
    uint8_t numbers[FEW + 1]; /* the kinds of a func's parameters and result; 0 unless all are numbers */
    type **parameters, **results;
    napi_ref class; /* of objects that name values of the type */
};

type *type_get(napi_env env, library *lib, gobridge_ref ref); /* NULL with an exception pending */
type *type_argument(napi_env env, library *lib, napi_value number);
bool type_resolve(napi_env env, library *lib, type *t);
type *type_elem(napi_env env, library *lib, type *t);
/* The number of a type for JavaScript, of a reference to it. */
napi_value type_number(napi_env env, library *lib, gobridge_ref ref);

/* ---- objects: what names a Go value in JavaScript (object.c) ---- */

typedef struct function function;
typedef struct handle {
    library *lib;
    gobridge_ref ref;   /* 0 once it is closed */
    bool temporary;     /* made for one call, which releases it */
    function *function; /* NULL if it is none */
} handle;

handle *handle_of(napi_env env, napi_value object); /* NULL if it is none; no exception */
/* The handle of an argument, live and of this library, or NULL with an exception pending. */
handle *handle_argument(napi_env env, library *lib, napi_value object);
handle *handle_wrap(napi_env env, library *lib, napi_value object, gobridge_ref ref, function *f);
/* An object that names ref, which it takes over. t is its type, NULL if not known. */
napi_value object_new(napi_env env, library *lib, type *t, gobridge_ref ref);
/* An object without a class, for what JavaScript code here keeps: iterators, tasks, and what is made for one call. */
napi_value object_raw(napi_env env, library *lib, gobridge_ref ref, bool temporary);

/* ---- values (value.c) ---- */

/* Memory and references that live as long as a call. */
typedef struct scratch {
    library *lib;
    const char *what; /* is being called, or made */
    const char *part; /* of that is converted: its argument, key, element or field */
    int index;        /* of the part, from 0; -1 if there is none */
    napi_value names; /* of the parts, an array; NULL if there are none */
    struct chunk *chunks;
    struct used *used;
    char *at; /* where there is room left: in what follows, or in a chunk */
    size_t left;
    bool made; /* a Go value was made of an argument, perhaps of a function that may throw */
    /* What becomes of bytes, which JavaScript can take away as long as it runs. Those for later have the kind NOTHING_YET. */
    enum { MEMORY_COPIED, MEMORY_LATER, MEMORY_IN_PLACE } memory;
    _Alignas(max_align_t) char room[1024];
} scratch;

enum { NOTHING_YET = 255 };
void scratch_begin(scratch *s, library *lib, const char *what);
void scratch_end(scratch *s);
void *scratch_take(napi_env env, scratch *s, size_t size);
#define SCRATCH(name, lib, what)                        \
    __attribute__((cleanup(scratch_end))) scratch name; \
    scratch_begin(&(name), lib, what)

static inline bool is_number(uint32_t kind) {
    return kind >= GOBRIDGE_KIND_INT && kind <= GOBRIDGE_KIND_FLOAT64;
}

/* Whether an integer type of a kind has a number. */
static inline bool integer_fits(uint32_t kind, int64_t number) {
    static const uint8_t sizes[] = {[GOBRIDGE_KIND_INT] = sizeof(intptr_t),
                                    [GOBRIDGE_KIND_INT8] = 1,
                                    [GOBRIDGE_KIND_INT16] = 2,
                                    [GOBRIDGE_KIND_INT32] = 4,
                                    [GOBRIDGE_KIND_INT64] = 8,
                                    [GOBRIDGE_KIND_UINT] = sizeof(uintptr_t),
                                    [GOBRIDGE_KIND_UINT8] = 1,
                                    [GOBRIDGE_KIND_UINT16] = 2,
                                    [GOBRIDGE_KIND_UINT32] = 4,
                                    [GOBRIDGE_KIND_UINT64] = 8,
                                    [GOBRIDGE_KIND_UINTPTR] = sizeof(uintptr_t)};
    if (kind >= GOBRIDGE_KIND_UINT) return number >= 0 && number >> (sizes[kind] * 8 - 1) >> 1 == 0;
    return number >> (sizes[kind] * 8 - 1) == (number < 0 ? -1 : 0);
}

/* The integer that a number of at most 52 bits is; false for all others. It is taken out of the number's own bits, for a crossing waits
 * until all is done that is computed with floating-point numbers. */
static inline bool small_integer(double number, int64_t *integer) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    const uint64_t exponent = bits >> 52 & 0x7FF, mantissa = (bits & (UINT64_MAX >> 12)) | UINT64_C(1) << 52;
    if (exponent - 1023 > 51) {
        *integer = 0;
        return bits << 1 == 0;
    }
    const int64_t magnitude = (int64_t)(mantissa >> (1075 - exponent));
    *integer = bits >> 63 ? -magnitude : magnitude;
    return mantissa << (exponent - 1011) == 0;
}

/* A number for a kind of numbers, which need not be asked what it is. False, with no exception, for all else, and where an integer
 * is wanted for one that neither int64 nor uint64 has; -0 is 0. Go takes what has its own kind as it is. */
static inline bool number_to_go(napi_env env, uint32_t kind, napi_value js, gobridge_value *go) {
    double number;
    if (napi_get_value_double(env, js, &number) != napi_ok) return false;
    go->flags = 0;
    go->len = 0;
    go->owner = 0;
    if (kind >= GOBRIDGE_KIND_FLOAT32) {
        go->kind = GOBRIDGE_KIND_FLOAT64;
        go->as.f = number;
        return true;
    }
    if (small_integer(number, &go->as.i)) {
        go->kind = integer_fits(kind, go->as.i) ? kind : GOBRIDGE_KIND_INT64;
        return true;
    }
    if (number >= -0x1p63 && number < 0x1p63) {
        go->as.i = (int64_t)number;
        go->kind = integer_fits(kind, go->as.i) ? kind : GOBRIDGE_KIND_INT64;
        return (double)go->as.i == number;
    }
    if (!(number >= 0x1p63 && number < 0x1p64)) return false;
    go->kind = GOBRIDGE_KIND_UINT64;
    go->as.u = (uint64_t)number;
    return true;
}

/* A number of Go's; beyond what a JavaScript number holds exactly, or if it is wanted, a BigInt. */
static inline napi_value number_to_js(napi_env env, const gobridge_value *go, bool bigint) {
    const int64_t safe = INT64_C(9007199254740991);
    napi_value js = NULL;
    if (go->kind >= GOBRIDGE_KIND_FLOAT32) {
        napi_create_double(env, go->as.f, &js);
    } else if (!bigint && go->as.i == (int32_t)go->as.i && (go->as.i >= 0 || go->kind < GOBRIDGE_KIND_UINT)) {
        /* what Node makes quickest */
        napi_create_int32(env, (int32_t)go->as.i, &js);
    } else if (go->kind >= GOBRIDGE_KIND_UINT) {
        if (go->as.u > (uint64_t)safe) {
            napi_create_bigint_uint64(env, go->as.u, &js);
        } else {
            napi_create_double(env, (double)(int64_t)go->as.u, &js);
        }
    } else if (bigint || go->as.i > safe || go->as.i < -safe) {
        napi_create_bigint_int64(env, go->as.i, &js);
    } else {
        napi_create_double(env, (double)go->as.i, &js);
    }
    return js;
}

/* What a JavaScript value is as a value of a Go type; false with an exception pending. */
bool to_go(napi_env env, scratch *s, type *t, napi_value js, gobridge_value *go);
/* What a Go value is in JavaScript; it is released, or taken over. t is the declared type, NULL if not known. */
napi_value to_js(napi_env env, library *lib, type *t, gobridge_value *go);
/* The same of a value that is only borrowed. */
napi_value borrowed_to_js(napi_env env, library *lib, type *t, const gobridge_value *go);
/* A JavaScript array of Go values, of which items has count. What they are called, and an array of their names or NULL, is for errors. */
bool array_to_go(napi_env env, scratch *s, type *t, napi_value array, const char *part, napi_value names,
                 gobridge_value **items, size_t *count);
/* The memory of a Uint8Array, another view or an ArrayBuffer; false if it is none. */
bool bytes_of(napi_env env, napi_value js, uint8_t **data, size_t *len);
/* The TypedArrays whose memory is that of Go's numbers of a type, and the size of a number; NULL if there are none. */
typedef struct number_array {
    napi_typedarray_type array;
    size_t size;
} number_array;
const number_array *array_of_numbers(const type *t);
/* The memory of a TypedArray of Go's numbers of a type; false if it is none. */
bool numbers_of(napi_env env, const type *elem, napi_value js, uint8_t **data, size_t *len);
/* The UTF-8 of a JavaScript string, for as long as the scratch. */
bool string_of(napi_env env, scratch *s, napi_value js, const char **text, size_t *len);

/* ---- calls (call.c), callbacks (callback.c), tasks (task.c) ---- */

struct function {
    handle handle;
    type *type;
    char *method; /* NULL for a func */
    size_t method_len;
    char *name;
    bool reads; /* it may read bytes where they lie while it runs */
};

napi_value function_new(napi_env env, library *lib, type *t, gobridge_ref ref, const char *name, size_t len);
void function_free(function *f);
/* The results of a call in JavaScript; throws a Go error. */
napi_value results_to_js(napi_env env, library *lib, type *t, gobridge_value *results);
/* Arguments from the first-th parameter on; false with an exception pending. No JavaScript may run until Go has them. reads: Go reads bytes
 * where they lie while it runs. */
bool arguments_to_go(napi_env env, scratch *s, type *t, size_t first, const napi_value *argv, size_t argc,
                     bool reads, gobridge_value *args);
void requests_end(world *w);

/* Functions for JavaScript, by file. */
#define FILES(X) X(type) X(object) X(container) X(call) X(callback) X(task) X(convert)
#define DECLARE(file)                                         \
    extern const napi_property_descriptor file##_functions[]; \
    extern const size_t n##file##_functions;
FILES(DECLARE)

/* How a function for JavaScript begins: its library and at most `most` arguments; what is missing is undefined. */
#define ARGUMENTS(most)          \
    napi_value argv[(most) + 1]; \
    size_t argc = (most);        \
    library *lib;                \
    napi_get_cb_info(env, info, &argc, argv, NULL, (void **)&lib)

/* Calls a function of the library's, and throws where it fails. */
#define TRY(call_)                                                  \
    do {                                                            \
        gobridge_status status_ = lib->api.call_;                   \
        if (status_ != GOBRIDGE_OK) return fail(env, lib, status_); \
    } while (0)

/* A function of one object: what it makes of `got`, which a function of the library's gives for it. */
#define OF_OBJECT(function, got_type, call_, made)                      \
    static napi_value function(napi_env env, napi_callback_info info) { \
        ARGUMENTS(1);                                                   \
        const handle *h = handle_argument(env, lib, argv[0]);           \
        if (h == NULL) return NULL;                                     \
        got_type got = {0};                                             \
        TRY(call_);                                                     \
        return made;                                                    \
    }

/* One that gives nothing. */
#define WITH_OBJECT(function, call_)                                    \
    static napi_value function(napi_env env, napi_callback_info info) { \
        ARGUMENTS(1);                                                   \
        const handle *h = handle_argument(env, lib, argv[0]);           \
        if (h == NULL) return NULL;                                     \
        TRY(call_);                                                     \
        return NULL;                                                    \
    }

static inline napi_value boolean(napi_env env, bool truth) {
    napi_value result = NULL;
    napi_get_boolean(env, truth, &result);
    return result;
}

static inline napi_value number(napi_env env, int64_t n) {
    napi_value result = NULL;
    napi_create_int64(env, n, &result);
    return result;
}

/* A row of a table of functions. */
#define FUNCTION(name, function) \
    { name, NULL, function, NULL, NULL, NULL, napi_default, NULL }

#endif
