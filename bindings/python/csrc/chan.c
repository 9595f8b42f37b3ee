/* Go channels. */
#include "core.h"

#define SELF                                     \
    core_object *chan = (core_object *)self;     \
    if (!core_live(chan)) return NULL;           \
    core_library *library = chan->type->library; \
    gobridge_status status

/* A wait: what core_wait makes of it. */
struct wait {
    core_object *chan;
    gobridge_value value;
    uint8_t open;
};

static gobridge_status send_once(void *data, int64_t timeout) {
    struct wait *wait = data;
    return wait->chan->type->library->go.chan_send(wait->chan->ref, &wait->value, timeout);
}

static gobridge_status receive_once(void *data, int64_t timeout) {
    struct wait *wait = data;
    return wait->chan->type->library->go.chan_receive(wait->chan->ref, timeout, &wait->value, &wait->open);
}

static PyObject *send(PyObject *self, PyObject *args) {
    core_object *chan = (core_object *)self;
    struct wait wait = {.chan = chan};
    PyObject *object;
    long long timeout;
    if (!PyArg_ParseTuple(args, "OL", &object, &timeout) || !core_live(chan)) return NULL;
    core_arena arena = {0};
    bool ok = core_to_go(&arena, chan->type->elem, object, &wait.value) &&
              core_wait(chan->type->library, send_once, &wait, timeout);
    core_arena_free(&arena, chan->type->library);
    return ok ? Py_NewRef(Py_None) : NULL;
}

/* _receive(timeout_ns): (value, open) */
static PyObject *receive(PyObject *self, PyObject *timeout) {
    core_object *chan = (core_object *)self;
    struct wait wait = {.chan = chan};
    long long ns = PyLong_AsLongLong(timeout);
    if ((ns == -1 && PyErr_Occurred()) || !core_live(chan)) return NULL;
    if (!core_wait(chan->type->library, receive_once, &wait, ns)) return NULL;
    PyObject *got = core_from_go(chan->type->library, chan->type->elem, &wait.value);
    return got != NULL ? Py_BuildValue("(NN)", got, PyBool_FromLong(wait.open)) : NULL;
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
