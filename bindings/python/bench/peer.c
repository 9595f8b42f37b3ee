/* An extension by hand over the peer's exports. As any that calls Go should, it leaves the GIL meanwhile. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "libpeer.h"

static PyObject *add(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 2) return PyErr_SetString(PyExc_TypeError, "add() takes 2 arguments"), NULL;
    long long a = PyLong_AsLongLong(args[0]), b = PyLong_AsLongLong(args[1]), sum;
    if ((a == -1 || b == -1) && PyErr_Occurred()) return NULL;
    Py_BEGIN_ALLOW_THREADS sum = Add(a, b);
    Py_END_ALLOW_THREADS return PyLong_FromLongLong(sum);
}

static PyObject *upper(PyObject *Py_UNUSED(module), PyObject *text) {
    Py_ssize_t len;
    int upper_len;
    const char *chars = PyUnicode_AsUTF8AndSize(text, &len);
    char *made;
    if (chars == NULL) return NULL;
    Py_BEGIN_ALLOW_THREADS made = Upper((char *)chars, (int)len, &upper_len);
    Py_END_ALLOW_THREADS PyObject *result = PyUnicode_DecodeUTF8(made, upper_len, NULL);
    free(made);
    return result;
}

static PyMethodDef functions[] = {
    {"add", (PyCFunction)(void (*)(void))add, METH_FASTCALL, NULL},
    {"upper", upper, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "peer", NULL, 0, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_peer(void) {
    return PyModule_Create(&definition);
}
