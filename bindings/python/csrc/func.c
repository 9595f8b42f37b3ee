/* Go funcs as callables, and tasks. */
#include "core.h"

#include <structmember.h>

enum { FEW = 8 }; /* arguments and results that need no memory of their own */

/* The arguments of a call, converted. */
struct arguments {
    core_arena arena;
    gobridge_value few[FEW], *values;
    size_t count;
};

static void arguments_free(struct arguments *arguments, core_library *library) {
    core_arena_free(&arguments->arena, library);
    if (arguments->values != arguments->few) PyMem_Free(arguments->values);
}

/* Says which argument it was that did not convert. */
static void name_argument(core_func *func, size_t i) {
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *name = func->name != NULL ? func->name : Py_None;
    core_raise_better(PyObject_CallMethod(func->object.type->library->hooks, "argument", "OOn", raised, name,
                                          (Py_ssize_t)i));
    Py_XDECREF(raised);
}

/* Raises what a call failed with. */
static PyObject *raise_failure(core_func *func, gobridge_status status, gobridge_value *failure) {
    core_library *library = func->object.type->library;
    core_raise(library, status, failure);
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *name = func->name != NULL ? func->name : Py_None;
    core_raise_better(PyObject_CallMethod(library->hooks, "called", "OO", raised, name));
    Py_XDECREF(raised);
    return NULL;
}

/* Reads the arguments; `skip` is 1 where a first context is left out. */
static bool read_arguments(core_func *func, PyObject *const *args, size_t count, size_t skip,
                           struct arguments *arguments) {
    core_type *type = func->object.type;
    size_t params = type->info.parameters - skip, fixed = params - type->info.variadic;
    arguments->arena = (core_arena){0};
    arguments->values = arguments->few;
    arguments->count = count;
    if (count < fixed || (count > params && !type->info.variadic)) {
        PyErr_Format(PyExc_TypeError, "%V() takes %s%zu argument%s but %zu %s given", func->name,
                     type->info.name, type->info.variadic ? "at least " : "", fixed, fixed == 1 ? "" : "s",
                     count, count == 1 ? "was" : "were");
        return false;
    }
    if (count > FEW && (arguments->values = PyMem_Calloc(count, sizeof *arguments->values)) == NULL) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = i < fixed ? i + skip : type->info.parameters - 1;
        core_type *part = core_type_known_part(type, (Py_ssize_t)at);
        if (part != NULL && i >= fixed) part = part->elem;
        if (part != NULL && i < fixed && at < 64 && func->reads >> at & 1 &&
            core_buffer_in_place(&arguments->arena, part, args[i], &arguments->values[i]))
            continue;
        if (part != NULL && core_to_go(&arguments->arena, part, args[i], &arguments->values[i])) continue;
        name_argument(func, i);
        arguments_free(arguments, type->library);
        return false;
    }
    return true;
}

/* None, the one result or a tuple of them; all are released, also if one fails. */
static PyObject *results_of(core_type *type, gobridge_value *results) {
    PyObject *all = type->results > 1    ? PyTuple_New(type->results)
                    : type->results == 0 ? Py_NewRef(Py_None)
                                         : NULL;
    bool ok = all != NULL || type->results == 1;
    for (Py_ssize_t i = 0; i < type->results; i++) {
        core_type *part = ok ? core_type_known_part(type, (Py_ssize_t)type->info.parameters + i) : NULL;
        if (part == NULL) {
            if (results[i].owner != 0) core_forget(type->library, results[i].owner);
            ok = false;
            continue;
        }
        PyObject *one = core_from_go(type->library, part, &results[i]);
        if (type->results == 1)
            all = one;
        else if (one == NULL || PyTuple_SetItem(all, i, one) < 0)
            ok = false;
    }
    if (!ok) Py_CLEAR(all);
    return all;
}

/* A call with names, or without the context that it begins with: the hooks order the arguments, or run it as a task. */
static PyObject *by_hook(core_func *func, PyObject *const *args, size_t count, PyObject *names) {
    size_t named = names != NULL ? (size_t)PyTuple_Size(names) : 0;
    PyObject *by_order = PyTuple_New((Py_ssize_t)count), *by_name = PyDict_New(), *result = NULL;
    bool ok = by_order != NULL && by_name != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = PyTuple_SetItem(by_order, (Py_ssize_t)i, Py_NewRef(args[i])) == 0;
    for (size_t i = 0; ok && i < named; i++)
        ok = PyDict_SetItem(by_name, PyTuple_GetItem(names, (Py_ssize_t)i), args[count + i]) == 0;
    if (ok)
        result =
            PyObject_CallMethod(func->object.type->library->hooks, "call", "OOO", func, by_order, by_name);
    Py_XDECREF(by_order);
    Py_XDECREF(by_name);
    return result;
}

/* A call of a simple func whose arguments convert quickly. False, without an exception, for others. */
static bool call_quickly(core_func *func, PyObject *const *args, size_t count, PyObject **result) {
    core_type *type = func->object.type;
    core_library *library = type->library;
    gobridge_value values[FEW], made;
    gobridge_status status;
    if (!type->simple || type->results != 1 || count != type->info.parameters || count > FEW ||
        type->info.variadic)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!core_to_go_quickly(type->parts[i], args[i], &values[i])) return false;
    CROSS(status, library, call, func->object.ref, values, count, &made, 1);
    *result = status == GOBRIDGE_OK ? core_from_go(library, type->parts[count], &made)
                                    : raise_failure(func, status, NULL);
    return true;
}

PyObject *core_func_call(PyObject *self, PyObject *const *args, size_t nargs, PyObject *names) {
    core_func *func = (core_func *)self;
    size_t count = nargs & ~PY_VECTORCALL_ARGUMENTS_OFFSET;
    core_type *type = func->object.type;
    if (!core_live(&func->object)) return NULL;
    core_library *library = type->library;
    bool named = names != NULL && PyTuple_Size(names) > 0;
    if (named || (type->takes_context && count + 1 == type->info.parameters))
        return by_hook(func, args, count, names);
    struct arguments arguments;
    gobridge_value few[FEW], *results = few, failure = {0};
    gobridge_status status;
    if (Py_EnterRecursiveCall(" while Go is called")) return NULL;
    PyObject *result = NULL;
    if (call_quickly(func, args, count, &result)) {
        /* done */
    } else if (read_arguments(func, args, count, 0, &arguments)) {
        if (type->results > FEW && (results = PyMem_Calloc((size_t)type->results, sizeof *results)) == NULL) {
            PyErr_NoMemory();
        } else {
            if (type->simple)
                CROSS(status, library, call, func->object.ref, arguments.values, count, results,
                      (size_t)type->results);
            else
                CROSS(status, library, call_catch, func->object.ref, arguments.values, count, results,
                      (size_t)type->results, &failure);
            result =
                status == GOBRIDGE_OK ? results_of(type, results) : raise_failure(func, status, &failure);
        }
        if (results != few) PyMem_Free(results);
        arguments_free(&arguments, library);
    }
    Py_LeaveRecursiveCall();
    return result;
}

static void func_free(PyObject *self) {
    PyObject *name = ((core_func *)self)->name;
    freefunc base = (freefunc)PyType_GetSlot(core_object_type, Py_tp_dealloc);
    base(self);
    Py_XDECREF(name);
}

static PyObject *get_name(PyObject *self, void *Py_UNUSED(closure)) {
    core_func *func = (core_func *)self;
    return func->name != NULL ? Py_NewRef(func->name) : PyUnicode_FromString(func->object.type->info.name);
}

static PyObject *get_doc(PyObject *self, void *Py_UNUSED(closure)) {
    core_func *func = (core_func *)self;
    return func->object.type != NULL
               ? PyObject_CallMethod(func->object.type->library->hooks, "doc", "O", self)
               : Py_NewRef(Py_None);
}

/* In a class it is no method, as no function in C is. */
static PyObject *bind(PyObject *self, PyObject *Py_UNUSED(object), PyObject *Py_UNUSED(class)) {
    return Py_NewRef(self);
}

/* ---- tasks ---- */

typedef struct task {
    PyObject_HEAD core_func *func;
    gobridge_ref ref;
} task;

#define TASK                 \
    task *of = (task *)self; \
    core_library *library = of->func->object.type->library

/* _start(args, timeout_ns) */
static PyObject *start(PyObject *self, PyObject *args) {
    core_func *func = (core_func *)self;
    PyObject *tuple;
    long long timeout;
    if (!PyArg_ParseTuple(args, "O!L", &PyTuple_Type, &tuple, &timeout) || !core_live(&func->object))
        return NULL;
    core_library *library = func->object.type->library;
    size_t count = (size_t)PyTuple_Size(tuple);
    PyObject **items = PyMem_Calloc(count + 1, sizeof *items);
    if (items == NULL) return PyErr_NoMemory();
    for (size_t i = 0; i < count; i++) items[i] = PyTuple_GetItem(tuple, (Py_ssize_t)i);
    struct arguments arguments;
    task *made = NULL;
    if (read_arguments(func, items, count, func->object.type->takes_context, &arguments)) {
        gobridge_status status;
        gobridge_ref ref;
        CROSS(status, library, task_start, func->object.ref, arguments.values, count, timeout, &ref);
        arguments_free(&arguments, library);
        if (status != GOBRIDGE_OK)
            raise_failure(func, status, NULL);
        else if ((made = (task *)PyType_GenericAlloc(core_task_type, 0)) == NULL)
            core_forget(library, ref);
        else
            made->func = (core_func *)Py_NewRef(self), made->ref = ref;
    }
    PyMem_Free(items);
    return (PyObject *)made;
}

static void task_free(PyObject *self) {
    TASK;
    PyTypeObject *class = Py_TYPE(self);
    if (of->ref != 0) core_forget(library, of->ref);
    Py_DECREF(of->func);
    PyObject_Free(self);
    Py_DECREF(class);
}

/* A wait for it: what core_wait makes of it. */
struct wait {
    task *of;
    gobridge_value *results;
};

static gobridge_status wait_once(void *data, int64_t timeout) {
    struct wait *wait = data;
    const core_type *type = wait->of->func->object.type;
    return type->library->go.task_wait(wait->of->ref, timeout, wait->results, type->info.results);
}

/* _wait(timeout_ns): the results. The error is raised, as a call would. */
static PyObject *task_wait(PyObject *self, PyObject *timeout) {
    TASK;
    core_type *type = of->func->object.type;
    bool fails = (Py_ssize_t)type->info.results >
                 type->results; /* its last result is an error, which comes as a value */
    size_t count = type->info.results;
    long long ns = PyLong_AsLongLong(timeout);
    if (ns == -1 && PyErr_Occurred()) return NULL;
    gobridge_value *results = PyMem_Calloc(count + 1, sizeof *results);
    if (results == NULL) return PyErr_NoMemory();
    PyObject *result;
    if (!core_wait(library, wait_once, &(struct wait){of, results}, ns)) {
        result = NULL;
    } else if (fails && results[count - 1].kind != GOBRIDGE_KIND_NIL) {
        for (size_t i = 0; i + 1 < count; i++)
            if (results[i].owner != 0) core_forget(library, results[i].owner);
        result = core_raise(library, GOBRIDGE_E_RETURNED, &results[count - 1]);
    } else {
        result = results_of(type, results);
    }
    PyMem_Free(results);
    return result;
}

static PyObject *task_done(PyObject *self, PyObject *Py_UNUSED(none)) {
    TASK;
    uint8_t done = 0;
    gobridge_status status;
    QUICK(status, library, task_done, of->ref, &done);
    return status == GOBRIDGE_OK ? PyBool_FromLong(done) : core_raise(library, status, NULL);
}

static PyObject *task_descriptor(PyObject *self, PyObject *Py_UNUSED(none)) {
    TASK;
    int32_t fd = -1;
    gobridge_status status;
    QUICK(status, library, task_descriptor, of->ref, &fd);
    return status == GOBRIDGE_OK ? PyLong_FromLong(fd) : core_raise(library, status, NULL);
}

static PyObject *task_cancel(PyObject *self, PyObject *Py_UNUSED(none)) {
    TASK;
    gobridge_status status;
    CROSS(status, library, task_cancel, of->ref);
    return status == GOBRIDGE_OK ? Py_NewRef(Py_None) : core_raise(library, status, NULL);
}

static PyMethodDef task_methods[] = {
    {"_wait", task_wait, METH_O, "Waits as many nanoseconds as are given, and gives the results."},
    {"_done", task_done, METH_NOARGS, "Whether it is done."},
    {"_descriptor", task_descriptor, METH_NOARGS, "A file descriptor that is readable once it is done."},
    {"_cancel", task_cancel, METH_NOARGS, "Ends its context."},
    {0},
};

static PyType_Slot task_slots[] = {
    {Py_tp_dealloc, task_free},
    {Py_tp_methods, task_methods},
    {Py_tp_doc, "A Go function that runs in a goroutine."},
    {0, NULL},
};

PyType_Spec core_task_spec = {
    .name = "gobridge._core.Task",
    .basicsize = sizeof(task),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = task_slots,
};

/* ---- rows of columns ---- */

/* _rows(count, columns, results): calls it for each row; columns and results are writable buffers of its types. */
static PyObject *rows(PyObject *self, PyObject *args) {
    core_func *func = (core_func *)self;
    core_type *type = func->object.type;
    PyObject *in, *out;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(args, "nO!O!", &count, &PyTuple_Type, &in, &PyTuple_Type, &out) ||
        !core_live(&func->object))
        return NULL;
    Py_ssize_t nin = PyTuple_Size(in), nout = PyTuple_Size(out), filled = 0;
    if (nin > 64 || nout > 8)
        return PyErr_Format(PyExc_ValueError, "at most 64 columns of arguments and 8 of results"), NULL;
    Py_buffer buffers[64 + 8];
    gobridge_column columns[64 + 8] = {0};
    bool ok = true;
    for (; ok && filled < nin + nout; filled++) {
        bool result = filled >= nin;
        PyObject *array = result ? PyTuple_GetItem(out, filled - nin) : PyTuple_GetItem(in, filled);
        core_type *part =
            core_type_part(type, result ? (Py_ssize_t)type->info.parameters + filled - nin : filled);
        Py_buffer *buffer = &buffers[filled];
        if (part == NULL ||
            PyObject_GetBuffer(array, buffer, PyBUF_STRIDES | PyBUF_FORMAT | (result ? PyBUF_WRITABLE : 0)) <
                0)
            break;
        Py_ssize_t stride = buffer->ndim == 1 ? core_stride(buffer) : 0;
        ok = buffer->ndim == 1 && buffer->shape[0] == count && core_same_format(buffer, part) &&
             stride >= INT32_MIN && stride <= INT32_MAX && (stride != 0 || count <= 1);
        if (!ok)
            PyErr_Format(PyExc_TypeError, "column %zd is no one-dimensional array of %zd %s", filled, count,
                         part->info.name);
        columns[filled] = (gobridge_column){
            .layout = GOBRIDGE_COLUMN_PLAIN, .stride = ok ? (int32_t)stride : 0, .data = buffer->buf};
    }
    ok = ok && filled == nin + nout;
    if (ok) {
        gobridge_status status;
        CROSS(status, type->library, call_n, func->object.ref, columns, (size_t)nin, (size_t)count,
              columns + nin, (size_t)nout, NULL);
        if (status != GOBRIDGE_OK) ok = core_raise(type->library, status, NULL) != NULL;
    }
    while (filled > 0) PyBuffer_Release(&buffers[--filled]);
    return ok ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef methods[] = {
    {"_start", start, METH_VARARGS, "Starts it in a goroutine."},
    {"_rows", rows, METH_VARARGS, "Calls it for each row of columns."},
    {0},
};

static PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(core_func, call), READONLY, NULL},
    {"_reads", T_ULONGLONG, offsetof(core_func, reads), 0, NULL},
    {0},
};

static PyGetSetDef getters[] = {
    {"__name__", get_name, NULL, NULL, NULL},
    {"__qualname__", get_name, NULL, NULL, NULL},
    {"__doc__", get_doc, NULL, NULL, NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, func_free},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {Py_tp_getset, getters},
    {Py_tp_descr_get, bind},
    {0, NULL},
};

PyType_Spec core_func_spec = {
    .name = "gobridge._core.Func",
    .basicsize = sizeof(core_func),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
