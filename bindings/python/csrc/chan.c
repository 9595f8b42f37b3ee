/* Go channels. */
#include "core.h"

#define SELF                                     \
    core_object *chan = (core_object *)self;     \
    if (!core_live(chan)) return NULL;           \
    core_library *library = chan->type->library; \
    gobridge_status status

/* How long a wait goes on before Ctrl-C is looked for, in nanoseconds. */
enum { SLICE = 20 * 1000 * 1000 };

/* The next piece of a wait; `left` is below 0 for one without an end. */
static int64_t piece(long long *left) {
    int64_t now = *left >= 0 && *left < SLICE ? *left : SLICE;
    if (*left >= 0) *left -= now;
    return now;
}

static PyObject *send(PyObject *self, PyObject *args) {
    PyObject *object;
    long long left;
    if (!PyArg_ParseTuple(args, "OL", &object, &left)) return NULL;
    SELF;
    core_arena arena = {0};
    gobridge_value value;
    bool ok = core_to_go(&arena, chan->type->elem, object, &value);
    while (ok) {
        int64_t wait = piece(&left);
        CROSS(status, library, chan_send, chan->ref, &value, wait);
        if (status == GOBRIDGE_OK) break;
        if (status == GOBRIDGE_E_TIMEOUT && left != 0)
            ok = PyErr_CheckSignals() == 0;
        else
            ok = core_raise(library, status, NULL) != NULL;
    }
    core_arena_free(&arena, library);
    return ok ? Py_NewRef(Py_None) : NULL;
}

/* _receive(timeout_ns): (value, open) */
static PyObject *receive(PyObject *self, PyObject *timeout) {
    long long left = PyLong_AsLongLong(timeout);
    if (left == -1 && PyErr_Occurred()) return NULL;
    SELF;
    gobridge_value value;
    uint8_t open = 0;
    for (;;) {
        int64_t wait = piece(&left);
        CROSS(status, library, chan_receive, chan->ref, wait, &value, &open);
        if (status == GOBRIDGE_OK) break;
        if (status != GOBRIDGE_E_TIMEOUT || left == 0) return core_raise(library, status, NULL);
        if (PyErr_CheckSignals() < 0) return NULL;
    }
    PyObject *got = core_from_go(library, chan->type->elem, &value);
    return got != NULL ? Py_BuildValue("(NN)", got, PyBool_FromLong(open)) : NULL;
}

static PyObject *end(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    QUICK(status, library, chan_close, chan->ref);
    return status == GOBRIDGE_OK ? Py_NewRef(Py_None) : core_raise(library, status, NULL);
}

static PyObject *length(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    int64_t len;
    QUICK(status, library, chan_len, chan->ref, &len);
    return status == GOBRIDGE_OK ? PyLong_FromLongLong(len) : core_raise(library, status, NULL);
}

static PyObject *capacity(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    int64_t cap;
    QUICK(status, library, chan_cap, chan->ref, &cap);
    return status == GOBRIDGE_OK ? PyLong_FromLongLong(cap) : core_raise(library, status, NULL);
}

static PyMethodDef methods[] = {
    {"_send", send, METH_VARARGS, "Sends a value, waiting as many nanoseconds as are given."},
    {"_receive", receive, METH_O, "Receives (value, open)."},
    {"_end", end, METH_NOARGS, "Go's close."},
    {"_len", length, METH_NOARGS, "How many values it holds."},
    {"_cap", capacity, METH_NOARGS, "How many values it can hold."},
    {0},
};

static PyType_Slot slots[] = {{Py_tp_methods, methods}, {Py_tp_doc, "A Go channel."}, {0, NULL}};

PyType_Spec core_chan_spec = {
    .name = "gobridge._core.Chan",
    .basicsize = sizeof(core_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
