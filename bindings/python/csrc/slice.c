/* Go slices and arrays: sequences, and buffers where their elements are numbers. */
#include "core.h"

#define SELF                                      \
    core_object *slice = (core_object *)self;     \
    if (!core_live(slice)) return FAILED;         \
    core_library *library = slice->type->library; \
    gobridge_status status

/* The type of the elements, also where a pointer to an array or a slice stands for it. */
static core_type *element(core_object *slice) {
    core_type *type = slice->type;
    return type->info.kind == GOBRIDGE_KIND_POINTER ? type->elem->elem : type->elem;
}

#define FAILED -1
static Py_ssize_t length(PyObject *self) {
    SELF;
    int64_t len;
    QUICK(status, library, slice_len, slice->ref, &len);
    if (status != GOBRIDGE_OK) return (core_raise(library, status, NULL), -1);
    return (Py_ssize_t)len;
}

/* An index from the end is below 0, as in Python. */
static bool index_of(PyObject *self, PyObject *object, int64_t *index) {
    Py_ssize_t number = PyNumber_AsSsize_t(object, PyExc_IndexError);
    if (number == -1 && PyErr_Occurred()) return false;
    if (number < 0) {
        Py_ssize_t len = length(self);
        if (len < 0) return false;
        number += len;
        if (number < 0) return (PyErr_SetString(PyExc_IndexError, "index out of range"), false);
    }
    *index = number;
    return true;
}

static int assign(PyObject *self, PyObject *key, PyObject *to) {
    SELF;
    int64_t index;
    if (to == NULL || PySlice_Check(key)) { /* what takes more than one call is written in Python */
        PyObject *done = to == NULL ? PyObject_CallMethod(self, "_delete", "O", key)
                                    : PyObject_CallMethod(self, "_assign", "OO", key, to);
        Py_XDECREF(done);
        return done != NULL ? 0 : -1;
    }
    if (!index_of(self, key, &index)) return -1;
    core_arena arena = {0};
    gobridge_value value;
    bool ok = core_to_go(&arena, element(slice), to, &value);
    if (ok) {
        QUICK(status, library, slice_set, slice->ref, index, &value);
        if (status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
    }
    core_arena_free(&arena, library);
    return ok ? 0 : -1;
}

/* What a buffer needs until it is released. */
struct view {
    gobridge_value value;
    Py_ssize_t shape, stride;
};

static int get_buffer(PyObject *self, Py_buffer *view, int flags) {
    view->obj = NULL;
    SELF;
    core_type *elem = element(slice);
    const char *format = core_format(elem);
    if (format == NULL) {
        PyErr_Format(PyExc_BufferError, "a %s has no memory that Python could read", slice->type->info.name);
        return -1;
    }
    struct view *shown = PyMem_Calloc(1, sizeof *shown);
    if (shown == NULL) return (PyErr_NoMemory(), -1);
    QUICK(status, library, slice_view, slice->ref, &shown->value);
    if (status != GOBRIDGE_OK) {
        PyMem_Free(shown);
        return (core_raise(library, status, NULL), -1);
    }
    shown->stride = (Py_ssize_t)elem->info.bytes;
    shown->shape = (Py_ssize_t)shown->value.len / shown->stride;
    *view = (Py_buffer){
        .buf = shown->value.as.b != NULL ? (void *)shown->value.as.b : shown, /* NULL would be a failure */
        .obj = Py_NewRef(self),
        .len = (Py_ssize_t)shown->value.len,
        .itemsize = shown->stride,
        .ndim = 1,
        .format = flags & PyBUF_FORMAT ? (char *)format : NULL,
        .shape = flags & PyBUF_ND ? &shown->shape : NULL,
        .strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &shown->stride : NULL,
        .internal = shown,
    };
    return 0;
}

static void release_buffer(PyObject *self, Py_buffer *view) {
    core_library *library = ((core_object *)self)->type->library;
    struct view *shown = view->internal;
    if (shown->value.owner != 0) core_forget(library, shown->value.owner);
    PyMem_Free(shown);
}
#undef FAILED

#define FAILED NULL
/* What is a struct or an array itself comes as a pointer, so that it is live too. */
static PyObject *item(PyObject *self, int64_t index) {
    SELF;
    core_type *elem = element(slice);
    bool nested = elem->info.kind == GOBRIDGE_KIND_STRUCT || elem->info.kind == GOBRIDGE_KIND_ARRAY;
    if (nested && elem->from_go == NULL && slice->type->info.kind != GOBRIDGE_KIND_ARRAY) {
        gobridge_ref pointer, type;
        QUICK(status, library, slice_at, slice->ref, index, &pointer);
        if (status == GOBRIDGE_OK) QUICK(status, library, type_pointer_to, elem->ref, &type);
        if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
        core_type *of = core_type_get(library, type);
        return of != NULL ? core_object_new(of, pointer) : NULL;
    }
    gobridge_value value;
    QUICK(status, library, slice_get, slice->ref, index, &value);
    return status == GOBRIDGE_OK ? core_from_go(library, elem, &value) : core_raise(library, status, NULL);
}

static PyObject *subscript(PyObject *self, PyObject *key) {
    int64_t index;
    if (PySlice_Check(key)) return PyObject_CallMethod(self, "_part", "O", key);
    return index_of(self, key, &index) ? item(self, index) : NULL;
}

/* For iteration and sequences: the index is never from the end. */
static PyObject *sequence_item(PyObject *self, Py_ssize_t index) {
    return item(self, index);
}

/* _sub(low, high): a slice of the same memory. */
static PyObject *sub(PyObject *self, PyObject *args) {
    long long low, high;
    if (!PyArg_ParseTuple(args, "LL", &low, &high)) return NULL;
    SELF;
    gobridge_ref part, type;
    QUICK(status, library, slice_sub, slice->ref, low, high, &part);
    if (status == GOBRIDGE_OK) QUICK(status, library, type_of, part, &type);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    core_type *of = core_type_get(library, type);
    return of != NULL ? core_object_new(of, part) : NULL;
}

static bool is_slice(core_object *slice) {
    if (slice->type->info.kind == GOBRIDGE_KIND_SLICE) return true;
    PyErr_Format(PyExc_TypeError, "the length of a %s is fixed", slice->type->info.name);
    return false;
}

static PyObject *extend(PyObject *self, PyObject *items) {
    SELF;
    (void)library, (void)status;
    return is_slice(slice) && core_slice_extend(slice, items) ? Py_NewRef(Py_None) : NULL;
}

static PyObject *append(PyObject *self, PyObject *object) {
    PyObject *items = PyTuple_Pack(1, object), *done = items != NULL ? extend(self, items) : NULL;
    Py_XDECREF(items);
    return done;
}

/* _truncate(len) */
static PyObject *shorten(PyObject *self, PyObject *len) {
    long long high = PyLong_AsLongLong(len);
    if (high == -1 && PyErr_Occurred()) return NULL;
    SELF;
    if (!is_slice(slice)) return NULL;
    PyThread_type_lock lock;
    gobridge_ref part = 0, from = core_slice_change(slice, &lock);
    if (from == 0) return NULL;
    QUICK(status, library, slice_sub, from, 0, high, &part);
    if (status != GOBRIDGE_OK) core_raise(library, status, NULL);
    return core_slice_changed(slice, lock, from, status == GOBRIDGE_OK ? part : 0) ? Py_NewRef(Py_None)
                                                                                   : NULL;
}

static PyMethodDef methods[] = {
    {"append", append, METH_O, "Appends an element: Go's s = append(s, element)."},
    {"extend", extend, METH_O, "Appends elements, of a buffer in one copy."},
    {"_sub", sub, METH_VARARGS, "A part that shares the memory."},
    {"_truncate", shorten, METH_O, "Drops what is behind a length."},
    {0},
};

static PyType_Slot slots[] = {
    {Py_mp_length, length},
    {Py_mp_subscript, subscript},
    {Py_mp_ass_subscript, assign},
    {Py_sq_length, length},
    {Py_sq_item, sequence_item},
    {Py_bf_getbuffer, get_buffer},
    {Py_bf_releasebuffer, release_buffer},
    {Py_tp_methods, methods},
    {Py_tp_doc, "A Go slice or array."},
    {0, NULL},
};

PyType_Spec core_slice_spec = {
    .name = "gobridge._core.Slice",
    .basicsize = sizeof(core_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
