/* What the files of the extension share. The extension knows a library of gobridge by the public headers alone: each one
 * that is loaded has its own table of the C functions, so that several in one process are apart.
 *
 * Locks: the library's calls that are short are made with the GIL held. Those that may wait, call back or hold a lock of
 * the library's for long leave it (CROSS), and while one that holds such a lock is under way (`long_calls`) the short ones
 * leave it too: a method written in Python, which Go may run under that lock, could not get the GIL otherwise. */
#ifndef CORE_H
#define CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <errno.h>
#include <gobridge.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#if PY_VERSION_HEX < 0x030c0000 /* as later releases have them */
static inline PyObject *PyErr_GetRaisedException(void) {
    PyObject *type, *raised, *traceback;
    PyErr_Fetch(&type, &raised, &traceback);
    if (type != NULL) PyErr_NormalizeException(&type, &raised, &traceback);
    if (traceback != NULL) PyException_SetTraceback(raised, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return raised;
}

static inline void PyErr_SetRaisedException(PyObject *raised) {
    PyErr_Restore(raised != NULL ? Py_NewRef((PyObject *)Py_TYPE(raised)) : NULL, raised,
                  raised != NULL ? PyException_GetTraceback(raised) : NULL);
}
#endif

/* The C functions that are used, without their prefix. */
/* clang-format off */
#define CORE_FUNCTIONS(X) \
    X(last_error) X(version) X(go_version) X(status_name) X(release) X(release_later) X(ref_dup) \
    X(ref_flush) X(ref_count) X(ref_list) X(ref_identity) X(type_parse) X(type_of) X(type_describe) \
    X(type_field) X(type_method) X(type_parameter) X(type_result) X(type_pointer_to) \
    X(type_slice_of) X(value_new) X(value_make) X(value_get) X(value_set) X(value_follow) \
    X(value_release) X(value_copy) X(value_equal) X(value_hash) X(value_print) X(value_to_json) \
    X(value_from_time) X(value_to_time) X(map_new) X(map_get) X(map_contains) X(map_set) \
    X(map_delete) X(map_clear) X(map_len) X(map_iterate) X(map_next_n) X(map_set_n) X(map_build_n) \
    X(slice_new) X(slice_len) X(slice_get) X(slice_set) X(slice_at) X(slice_sub) X(slice_view) \
    X(slice_append_n) X(slice_read_n) X(slice_write_n) X(struct_get) X(struct_get_at) X(struct_set) \
    X(struct_set_at) X(struct_at) X(iface_method) X(iface_implements) X(func_find) X(func_names) \
    X(call) X(call_catch) X(call_n) X(callback_new) X(callback_fail) X(callback_fail_with) \
    X(error_new) X(error_message) X(error_is) X(error_as) X(error_unwrap) X(task_start) X(task_wait) \
    X(task_done) X(task_descriptor) X(task_cancel) X(chan_new) X(chan_len) X(chan_cap) X(chan_send) \
    X(chan_receive) X(chan_close) X(reader_new) X(writer_new) X(io_read) X(io_write) X(thread_id) \
    X(thread_interrupt) X(arrow_export) X(arrow_import)
/* clang-format on */

struct core_go {
#define CORE_POINTER(name) __typeof__(&gobridge_##name) name;
    CORE_FUNCTIONS(CORE_POINTER)
#undef CORE_POINTER
};

/* A loaded library. It lives as long as the process, as Go does. */
typedef struct core_library {
    PyObject_HEAD struct core_go go;
    gobridge_status (*description)(const char **json, size_t *len); /* NULL: it has none */
    unsigned long_calls;  /* under the GIL: how many are under way that may hold a lock of the library's */
    unsigned long maker;  /* the thread that makes types, or 0 */
    uint64_t main_thread; /* the library's name for it, once it has waited */
    PyObject *path;       /* str */
    PyObject *hooks;      /* what is written in Python: gobridge._hooks.Hooks */
    PyObject *types;      /* int of a reference -> core_type */
} core_library;

/* A Go type; it lives as long as its library. */
typedef struct core_type {
    PyObject_HEAD core_library *library;
    gobridge_ref ref;
    gobridge_type_info info;
    struct core_type *key, *elem; /* NULL if it has none */
    struct core_type *
        *parts;         /* a func's parameters and results, a struct's fields; NULL until they are wanted */
    Py_ssize_t results; /* a func's, without a last error */
    bool complete;      /* all of it is filled in */
    bool takes_context; /* a func's first parameter is a context.Context */
    bool
        simple; /* a func of numbers and text that returns no error: a failure of it is no value; its parts are known */
    PyObject *class;   /* of its values; NULL until it is wanted */
    PyObject *to_go;   /* (object) -> object: what is tried first; NULL for none */
    PyObject *from_go; /* (object) -> object: what its values become; NULL for none */
} core_type;

/* A reference to a Go value: the base of all proxies. */
typedef struct core_object {
    PyObject_HEAD core_type *type;
    gobridge_ref ref; /* 0 once it is closed */
} core_object;

/* A Go func, which is called by vectorcall. */
typedef struct core_func {
    core_object object;
    vectorcallfunc call;
    PyObject *name;           /* str or NULL */
    unsigned long long reads; /* a bit for each parameter whose memory it only reads while it runs */
} core_func;

extern PyTypeObject *core_library_type, *core_type_type, *core_object_type, *core_map_type, *core_slice_type,
    *core_func_type, *core_task_type, *core_chan_type, *core_iterator_type;

/* ---- crossing (core.c) ---- */

/* True from the start of the interpreter's end: Go may not run Python code any more. */
extern atomic_bool core_ending;

PyThreadState *core_leave(void);
/* Takes the GIL again. A thread that comes back too late must not: it would be unwound, through Go's frames. */
void core_return(PyThreadState *thread);
/* Stays forever, but in the thread that ends the interpreter: the process ends soon. */
void core_wait_for_the_end(void);

/* A call that may wait or call back. */
#define CROSS(status, library, name, ...)           \
    do {                                            \
        PyThreadState *left = core_leave();         \
        (status) = (library)->go.name(__VA_ARGS__); \
        core_return(left);                          \
    } while (0)

/* A call that may hold a lock of the library's for long. */
#define CROSS_LONG(status, library, name, ...)     \
    do {                                           \
        (library)->long_calls++;                   \
        CROSS(status, library, name, __VA_ARGS__); \
        (library)->long_calls--;                   \
    } while (0)

/* A short call. */
#define QUICK(status, library, name, ...)               \
    do {                                                \
        if ((library)->long_calls == 0)                 \
            (status) = (library)->go.name(__VA_ARGS__); \
        else                                            \
            CROSS(status, library, name, __VA_ARGS__);  \
    } while (0)

/* A call that waits, made without the GIL: at most as many nanoseconds, below 0 without an end. */
typedef gobridge_status (*core_wait_function)(void *of, int64_t timeout);

/* Waits, and runs Python's handlers of signals meanwhile. False where it raises: the time is over, or a handler has raised. */
bool core_wait(core_library *library, core_wait_function wait, void *of, int64_t timeout);
void core_waits_forked(void);

/* Raises what this thread's last failed call was; `failure` is the Go error or NULL and is taken over. Returns NULL. */
PyObject *core_raise(core_library *library, gobridge_status status, gobridge_value *failure);
/* Raises what a hook has made of an exception, and takes it over; NULL: the hook has raised one itself. */
void core_raise_better(PyObject *exception);

/* ---- types and objects (type.c, object.c) ---- */

core_type *core_type_get(core_library *library, gobridge_ref ref); /* borrowed */
core_type *core_type_parse(core_library *library, const char *expression, Py_ssize_t len);
/* A parameter, then the results; or a field. */
core_type *core_type_part(core_type *type, Py_ssize_t index);
static inline core_type *core_type_known_part(core_type *type, Py_ssize_t index) {
    return type->parts != NULL && type->parts[index] != NULL ? type->parts[index]
                                                             : core_type_part(type, index);
}
PyObject *core_object_new(core_type *type, gobridge_ref ref); /* takes the reference over, also if it fails */
PyObject *core_object_of(core_library *library, gobridge_ref ref); /* the same, of the type that it has */
void core_forget(core_library *library, gobridge_ref ref);         /* releases later, without a crossing */
bool core_live(core_object *object); /* or it raises: used after it was closed */

/* ---- conversion (to_go.c, from_go.c) ---- */

/* What conversions to Go leave to be freed once the call is over. */
typedef struct core_arena {
    struct core_leftover *items;
    size_t count, capacity;
} core_arena;

void core_arena_free(core_arena *arena, core_library *library);

static inline bool core_is_integer(uint32_t kind) {
    return kind >= GOBRIDGE_KIND_INT && kind <= GOBRIDGE_KIND_UINTPTR;
}

/* Whether a type's values are numbers of eight bytes, as Go has them in memory. */
static inline bool core_is_word(const core_type *type) {
    return type->info.bytes == sizeof(uint64_t) &&
           (core_is_integer(type->info.kind) || type->info.kind == GOBRIDGE_KIND_FLOAT64);
}

/* Whether a number is one that an integer type has. */
static inline bool core_fits(const core_type *type, long long number) {
    unsigned bits = (unsigned)type->info.bytes * 8;
    if (!core_is_integer(type->info.kind)) return false;
    if (type->info.kind >= GOBRIDGE_KIND_UINT) return number >= 0 && (bits == 64 || number >> bits == 0);
    return bits == 64 || number >> (bits - 1) == 0 || number >> (bits - 1) == -1;
}

/* What most arguments are, without what the others need. False, without an exception, for those. */
static inline bool core_to_go_quickly(const core_type *type, PyObject *object, gobridge_value *value) {
    Py_ssize_t len;
    int overflow;
    if (type->to_go != NULL) return false;
    *value = (gobridge_value){0};
    if (PyLong_CheckExact(object) && core_is_integer(type->info.kind)) {
        value->as.i = PyLong_AsLongLongAndOverflow(object, &overflow);
        if (overflow != 0 || !core_fits(type, value->as.i)) return false;
    } else if (PyUnicode_CheckExact(object) && type->info.kind == GOBRIDGE_KIND_STRING) {
        value->as.s = PyUnicode_AsUTF8AndSize(object, &len);
        if (value->as.s == NULL) return (PyErr_Clear(), false);
        value->len = (uint64_t)len;
    } else if (PyFloat_CheckExact(object) && type->info.kind == GOBRIDGE_KIND_FLOAT64) {
        value->as.f = PyFloat_AsDouble(object);
    } else {
        return false;
    }
    value->kind = type->info.kind;
    return true;
}

/* Shows a buffer of a slice type's elements, which lie side by side, where it is. False, without an exception, for what else is given. */
bool core_buffer_in_place(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value);
/* Makes of an object what Go takes for a type. False where it raises. */
bool core_to_go(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value);
/* A new Go value of a type. 0 where it raises. */
gobridge_ref core_build(core_type *type, PyObject *object);
/* Appends to a slice what a list, tuple or buffer holds. False where it raises. */
bool core_slice_extend(core_object *slice, PyObject *items);
/* Around a change of a slice's length, which no other thread changes meanwhile: its reference (0 where it raises), and what it becomes
 * (0 where that has failed). */
gobridge_ref core_slice_change(core_object *slice, PyThread_type_lock *lock);
bool core_slice_changed(core_object *slice, PyThread_type_lock lock, gobridge_ref from, gobridge_ref to);
/* In a forked child and at the end: the thread that has the lock is no more, or stays in Go. */
void core_slices_unlock(void);
bool core_map_update(core_type *type, gobridge_ref map, PyObject *dict);

/* Makes an object of what Go gave as a value of a type (NULL if it is not known), and releases the value. */
PyObject *core_from_go(core_library *library, core_type *type, gobridge_value *value);
PyObject *core_text(const char *text, size_t len);

/* struct's letter for the elements of a type, NULL if it has none. */
const char *core_format(const core_type *type);
/* Whether a buffer's items are those of a type. */
bool core_same_format(const Py_buffer *buffer, const core_type *elem);
/* How far apart the items of a buffer of one dimension are. ctypes tells it of none of its arrays, whose items are in one piece. */
static inline Py_ssize_t core_stride(const Py_buffer *buffer) {
    return buffer->strides != NULL ? buffer->strides[0] : buffer->itemsize;
}

/* ---- Arrow (arrow.c) ---- */

/* _arrow(): the capsules of a schema and an array. */
PyObject *core_arrow_export(PyObject *self, PyObject *args);
/* A Go value of such capsules, whose contents it takes over; of the type that fits them for NULL. 0 where it raises. */
gobridge_ref core_arrow_import(core_library *library, core_type *type, PyObject *schemas, PyObject *arrays);

/* ---- callbacks (callback.c) ---- */

gobridge_ref core_callback_new(core_type *type, PyObject *callable);
PyObject *core_reader_new(core_library *library, PyObject *file);
PyObject *core_writer_new(core_library *library, PyObject *file);
/* Waits a while until no callback runs, and lets none begin. */
bool core_callbacks_end(void);
void core_callbacks_forked(void);
PyObject *core_func_call(PyObject *self, PyObject *const *args, size_t nargs, PyObject *names);

PyTypeObject *core_add_type(PyObject *module, PyType_Spec *spec, PyTypeObject *base);
extern PyType_Spec core_library_spec, core_type_spec, core_object_spec, core_map_spec, core_slice_spec,
    core_func_spec, core_task_spec, core_chan_spec, core_iterator_spec;

#endif
