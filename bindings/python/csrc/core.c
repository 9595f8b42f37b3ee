/* The module: its types, how a call leaves the GIL and comes back, and what a failure becomes. */
#include "core.h"

#include <pthread.h>
#include <unistd.h>

atomic_bool core_ending;
static pthread_t ender; /* the thread that ends the interpreter */

PyTypeObject *core_library_type, *core_type_type, *core_object_type, *core_map_type, *core_slice_type,
    *core_func_type, *core_task_type, *core_chan_type, *core_iterator_type;

PyThreadState *core_leave(void) {
    return PyEval_SaveThread();
}

void core_wait_for_the_end(void) {
    while (!pthread_equal(pthread_self(), ender)) pause();
}

void core_return(PyThreadState *thread) {
    if (atomic_load(&core_ending)) core_wait_for_the_end();
    PyEval_RestoreThread(thread);
}

PyObject *core_raise(core_library *library, gobridge_status status, gobridge_value *failure) {
    gobridge_error last = {0};
    library->go.last_error(&last);
    const char *message = last.status == status ? last.message : library->go.status_name(status);
    PyObject *text = core_text(message, strlen(message));
    PyObject *stack =
        core_text(last.status == status ? last.stack : "", last.status == status ? strlen(last.stack) : 0);
    PyObject *error = NULL;
    if (failure != NULL && failure->kind == GOBRIDGE_KIND_REF) {
        error = core_object_of(library, failure->as.ref);
        PyErr_Clear(); /* the failure itself is what is raised */
    } else if (failure != NULL) {
        library->go.value_release(failure);
    }
    if (text != NULL && stack != NULL) {
        core_raise_better(PyObject_CallMethod(library->hooks, "failure", "iOOO", (int)status, text, stack,
                                              error != NULL ? error : Py_None));
    }
    Py_XDECREF(text);
    Py_XDECREF(stack);
    Py_XDECREF(error);
    return NULL;
}

void core_raise_better(PyObject *exception) {
    if (exception != NULL) PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_XDECREF(exception);
}

/* _end(): from here on no thread of Go's runs Python code. */
static PyObject *end(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    bool over;
    ender = pthread_self();
    Py_BEGIN_ALLOW_THREADS over = core_callbacks_end();
    Py_END_ALLOW_THREADS ender = pthread_self();
    atomic_store(&core_ending, true);
    core_slices_unlock();
    return PyBool_FromLong(over);
}

static PyObject *forked(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    core_callbacks_forked();
    core_waits_forked();
    core_slices_unlock();
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"_end", end, METH_NOARGS, "Keeps Go from running Python code any more; whether none was running."},
    {"_forked", forked, METH_NOARGS,
     "In a forked child: no callback or wait of the parent's is under way here."},
    {0},
};

PyTypeObject *core_add_type(PyObject *module, PyType_Spec *spec, PyTypeObject *base) {
    PyObject *type = PyType_FromModuleAndSpec(module, spec, (PyObject *)base);
    if (type != NULL && PyModule_AddType(module, (PyTypeObject *)type) < 0) Py_CLEAR(type);
    return (PyTypeObject *)type;
}

static int fill(PyObject *module) {
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) {
        PyErr_SetString(
            PyExc_ImportError,
            "gobridge works in the main interpreter alone: Go calls back from threads of its own");
        return -1;
    }
    struct {
        PyTypeObject **type;
        PyType_Spec *spec;
        PyTypeObject **base;
    } const all[] = {
        {&core_library_type, &core_library_spec, NULL},
        {&core_type_type, &core_type_spec, NULL},
        {&core_object_type, &core_object_spec, NULL},
        {&core_map_type, &core_map_spec, &core_object_type},
        {&core_slice_type, &core_slice_spec, &core_object_type},
        {&core_func_type, &core_func_spec, &core_object_type},
        {&core_chan_type, &core_chan_spec, &core_object_type},
        {&core_task_type, &core_task_spec, NULL},
        {&core_iterator_type, &core_iterator_spec, NULL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i].type = core_add_type(module, all[i].spec, all[i].base != NULL ? *all[i].base : NULL);
        if (*all[i].type == NULL) return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
#if PY_VERSION_HEX >= 0x030c0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,  .m_name = "gobridge._core", .m_doc = "What of gobridge is written in C.",
    .m_methods = functions, .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void) {
    return PyModuleDef_Init(&definition);
}
