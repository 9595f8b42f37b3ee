/* Python's callables as Go funcs, and its files as readers and writers of Go's. They may run on threads of Go's. */
#include "core.h"

#include <time.h>

static atomic_bool refusing; /* the interpreter ends */
static atomic_int running;   /* callbacks that run, or wait for the GIL */

struct callback {
    core_library *library;
    core_type *type; /* of the func; NULL for a stream */
    PyObject *object;
};

/* False in the thread that ends the interpreter. Any other stays: a failure could be a panic, which ends the process. */
static bool enter(PyGILState_STATE *state) {
    atomic_fetch_add(&running, 1);
    if (atomic_load(&refusing)) {
        atomic_fetch_sub(&running, 1);
        core_wait_for_the_end();
        return false;
    }
    *state = PyGILState_Ensure();
    return true;
}

static void leave(PyGILState_STATE state) {
    PyGILState_Release(state);
    atomic_fetch_sub(&running, 1);
}

bool core_callbacks_end(void) {
    atomic_store(&refusing, true);
    for (int i = 0; i < 1000 && atomic_load(&running) > 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return atomic_load(&running) == 0;
}

void core_callbacks_forked(void) {
    atomic_store(&running, 0); /* those that ran were the parent's */
}

/* Go has let go of it. */
static void drop(void *data) {
    struct callback *callback = data;
    PyGILState_STATE state;
    if (atomic_load(&refusing) || !enter(&state)) return; /* the process ends */
    Py_DECREF(callback->object);
    PyMem_Free(callback);
    leave(state);
}

/* Hands the exception that is raised to Go, as an error that the hooks make of it. */
static gobridge_status fail(core_library *library) {
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *error = PyObject_CallMethod(library->hooks, "exception", "O", raised);
    if (error != NULL && PyObject_TypeCheck(error, core_object_type) && core_live((core_object *)error))
        library->go.callback_fail_with(((core_object *)error)->ref);
    Py_XDECREF(error);
    Py_XDECREF(raised);
    PyErr_Clear(); /* what the hook itself may have raised: Go is told that there was a failure */
    return GOBRIDGE_E_RETURNED;
}

/* Gives a result to Go. It is taken over only where it has an owner: text becomes a string of Go's own. */
static bool give(core_type *type, PyObject *object, gobridge_value *result) {
    core_arena arena = {0};
    gobridge_value value;
    gobridge_status status = GOBRIDGE_OK;
    bool ok = core_to_go(&arena, type, object, &value);
    if (ok) {
        bool own = value.kind == GOBRIDGE_KIND_STRING || value.kind == GOBRIDGE_KIND_BYTES ||
                   value.kind == GOBRIDGE_KIND_REF;
        if (own)
            QUICK(status, type->library, value_copy, &value, result);
        else
            *result = value;
        if (status != GOBRIDGE_OK) ok = core_raise(type->library, status, NULL) != NULL;
    }
    core_arena_free(&arena, type->library);
    return ok;
}

static bool give_all(core_type *type, PyObject *returned, gobridge_value *results) {
    if (type->results == 0) return true;
    if (type->results == 1) {
        core_type *part = core_type_part(type, type->info.parameters);
        return part != NULL && give(part, returned, results);
    }
    if (!PyTuple_Check(returned) || PyTuple_Size(returned) != type->results) {
        PyErr_Format(PyExc_TypeError, "a tuple of %zd results is wanted, not %R", type->results, returned);
        return false;
    }
    for (Py_ssize_t i = 0; i < type->results; i++) {
        core_type *part = core_type_part(type, (Py_ssize_t)type->info.parameters + i);
        if (part == NULL || !give(part, PyTuple_GetItem(returned, i), &results[i])) return false;
    }
    return true;
}

static bool run(const struct callback *callback, const gobridge_value *args, size_t nargs,
                gobridge_value *results) {
    PyObject *tuple = PyTuple_New((Py_ssize_t)nargs);
    bool ok = tuple != NULL;
    for (size_t i = 0; ok && i < nargs; i++) {
        gobridge_value borrowed = args[i];
        core_type *part = core_type_part(callback->type, (Py_ssize_t)i);
        borrowed.owner = 0;
        PyObject *object = part != NULL ? core_from_go(callback->library, part, &borrowed) : NULL;
        ok = object != NULL && PyTuple_SetItem(tuple, (Py_ssize_t)i, object) == 0;
    }
    PyObject *returned = ok ? PyObject_Call(callback->object, tuple, NULL) : NULL;
    Py_XDECREF(tuple);
    ok = returned != NULL && give_all(callback->type, returned, results);
    Py_XDECREF(returned);
    return ok;
}

static gobridge_status call(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                            size_t nresults) {
    struct callback *callback = data;
    PyGILState_STATE state;
    (void)nresults; /* as the type says */
    if (!enter(&state)) return GOBRIDGE_E_GOEXIT;
    gobridge_status status = GOBRIDGE_OK;
    if (Py_EnterRecursiveCall(" while Go calls Python")) {
        status = fail(callback->library);
    } else {
        if (!run(callback, args, nargs, results)) status = fail(callback->library);
        Py_LeaveRecursiveCall();
    }
    leave(state);
    return status;
}

static gobridge_status read_file(void *data, uint8_t *buffer, size_t capacity, size_t *done) {
    struct callback *callback = data;
    PyGILState_STATE state;
    char *bytes;
    Py_ssize_t len;
    if (!enter(&state)) return GOBRIDGE_E_GOEXIT;
    gobridge_status status = GOBRIDGE_OK;
    PyObject *got = PyObject_CallMethod(callback->object, "read", "n", (Py_ssize_t)capacity);
    if (got != NULL && PyBytes_AsStringAndSize(got, &bytes, &len) == 0) {
        if ((size_t)len > capacity)
            len = (Py_ssize_t)capacity + 1, status = GOBRIDGE_E_RETURNED; /* Go says what is wrong */
        else
            memcpy(buffer, bytes, (size_t)len);
        *done = (size_t)len;
    } else {
        status = fail(callback->library);
    }
    Py_XDECREF(got);
    leave(state);
    return status;
}

static gobridge_status write_file(void *data, const uint8_t *buffer, size_t len, size_t *done) {
    struct callback *callback = data;
    PyGILState_STATE state;
    if (!enter(&state)) return GOBRIDGE_E_GOEXIT;
    gobridge_status status = GOBRIDGE_OK;
    PyObject *taken =
        PyObject_CallMethod(callback->object, "write", "y#", (const char *)buffer, (Py_ssize_t)len);
    Py_ssize_t count = taken == NULL || taken == Py_None ? (Py_ssize_t)len : PyLong_AsSsize_t(taken);
    if (taken == NULL || (count == -1 && PyErr_Occurred()))
        status = fail(callback->library);
    else
        *done = count < 0 ? 0 : (size_t)count;
    Py_XDECREF(taken);
    leave(state);
    return status;
}

static struct callback *new (core_library *library, core_type *type, PyObject *object) {
    struct callback *callback = PyMem_Malloc(sizeof *callback);
    if (callback == NULL) return (PyErr_NoMemory(), NULL);
    *callback = (struct callback){library, type, Py_NewRef(object)};
    return callback;
}

/* Frees one that Go has not taken. */
static void undo(struct callback *callback) {
    Py_DECREF(callback->object);
    PyMem_Free(callback);
}

gobridge_ref core_callback_new(core_type *type, PyObject *callable) {
    struct callback *callback = new (type->library, type, callable);
    gobridge_ref ref = 0;
    gobridge_status status;
    if (callback == NULL) return 0;
    QUICK(status, type->library, callback_new, type->ref, call, callback, drop, &ref);
    if (status == GOBRIDGE_OK) return ref;
    undo(callback);
    core_raise(type->library, status, NULL);
    return 0;
}

static PyObject *stream(core_library *library, struct callback *callback, gobridge_status status,
                        gobridge_ref ref) {
    if (status == GOBRIDGE_OK) return core_object_of(library, ref);
    undo(callback);
    return core_raise(library, status, NULL);
}

PyObject *core_reader_new(core_library *library, PyObject *file) {
    struct callback *callback = new (library, NULL, file);
    gobridge_ref ref = 0;
    gobridge_status status;
    if (callback == NULL) return NULL;
    QUICK(status, library, reader_new, read_file, callback, drop, &ref);
    return stream(library, callback, status, ref);
}

PyObject *core_writer_new(core_library *library, PyObject *file) {
    struct callback *callback = new (library, NULL, file);
    gobridge_ref ref = 0;
    gobridge_status status;
    if (callback == NULL) return NULL;
    QUICK(status, library, writer_new, write_file, callback, drop, &ref);
    return stream(library, callback, status, ref);
}
