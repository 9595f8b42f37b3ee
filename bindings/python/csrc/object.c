/* References to Go values: what all proxies have, and structs, whose fields are attributes. */
#include "core.h"

#define SELF                                   \
    core_object *object = (core_object *)self; \
    core_library *library = object->type->library

PyObject *core_object_new(core_type *type, gobridge_ref ref) {
    if (type->class == NULL) {
        PyObject *class = PyObject_CallMethod(type->library->hooks, "class_of", "O", type);
        if (class != NULL && PyObject_SetAttrString((PyObject *)type, "cls", class) < 0) Py_CLEAR(class);
        Py_XDECREF(class);
        if (class == NULL) return (core_forget(type->library, ref), NULL);
    }
    core_object *object = (core_object *)PyType_GenericAlloc((PyTypeObject *)type->class, 0);
    if (object == NULL) return (core_forget(type->library, ref), NULL);
    object->type = type;
    object->ref = ref;
    if (type->class == (PyObject *)core_func_type) ((core_func *)object)->call = core_func_call;
    return (PyObject *)object;
}

PyObject *core_object_of(core_library *library, gobridge_ref ref) {
    gobridge_ref type_ref;
    gobridge_status status;
    QUICK(status, library, type_of, ref, &type_ref);
    if (status != GOBRIDGE_OK) core_raise(library, status, NULL);
    core_type *type = status == GOBRIDGE_OK ? core_type_get(library, type_ref) : NULL;
    if (type == NULL) core_forget(library, ref);
    return type != NULL ? core_object_new(type, ref) : NULL;
}

void core_forget(core_library *library, gobridge_ref ref) {
    if (atomic_load(&core_ending)) return; /* the process ends, and Go with it */
    gobridge_status status;
    QUICK(status, library, release_later, ref);
    (void)status; /* of a forked child: nothing to release */
}

bool core_live(core_object *object) {
    if (object->type != NULL && object->ref != 0) return true;
    PyErr_Format(PyExc_ValueError, "a closed %s", object->type != NULL ? object->type->info.name : "value");
    return false;
}

static void object_free(PyObject *self) {
    core_object *object = (core_object *)self;
    PyTypeObject *class = Py_TYPE(self);
    if (object->type != NULL && object->ref != 0) core_forget(object->type->library, object->ref);
    ((freefunc)PyType_GetSlot(class, Py_tp_free))(self);
    Py_DECREF(class);
}

static PyObject *object_close(PyObject *self, PyObject *Py_UNUSED(none)) {
    core_object *object = (core_object *)self;
    if (object->type != NULL && object->ref != 0) {
        gobridge_ref ref = object->ref;
        object->ref = 0;
        gobridge_status status;
        CROSS(status, object->type->library, release, ref);
        if (status != GOBRIDGE_OK) return core_raise(object->type->library, status, NULL);
    }
    Py_RETURN_NONE;
}

static PyObject *reduce(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyErr_Format(PyExc_TypeError, "cannot pickle a value of %R: gobridge.plain copies it",
                        Py_TYPE(self));
}

static PyObject *enter(PyObject *self, PyObject *Py_UNUSED(none)) {
    return core_live((core_object *)self) ? Py_NewRef(self) : NULL;
}

static PyObject *leave(PyObject *self, PyObject *Py_UNUSED(args)) {
    return object_close(self, NULL);
}

/* A REF to what an object names, which stays the object's. */
static gobridge_value value_of(core_object *object) {
    gobridge_value value = {.kind = GOBRIDGE_KIND_REF, .as.ref = object->ref};
    return value;
}

static PyObject *text(core_library *library, gobridge_status status, gobridge_value *got) {
    return status == GOBRIDGE_OK ? core_from_go(library, NULL, got) : core_raise(library, status, NULL);
}

static PyObject *print(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value value = value_of(object), got;
    gobridge_status status;
    CROSS_LONG(status, library, value_print, &value, &got);
    return text(library, status, &got);
}

static PyObject *json(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value value = value_of(object), got;
    gobridge_status status;
    CROSS_LONG(status, library, value_to_json, &value, &got);
    return text(library, status, &got);
}

static PyObject *equal(PyObject *self, PyObject *other) {
    if (!PyObject_TypeCheck(other, core_object_type)) Py_RETURN_FALSE;
    core_object *with = (core_object *)other;
    if (!core_live((core_object *)self) || !core_live(with)) return NULL;
    SELF;
    if (with->type->library != library) Py_RETURN_FALSE;
    gobridge_value a = value_of(object), b = value_of(with);
    uint8_t is = 0;
    gobridge_status status;
    CROSS_LONG(status, library, value_equal, &a, &b, &is);
    return status == GOBRIDGE_OK ? PyBool_FromLong(is) : core_raise(library, status, NULL);
}

static PyObject *hash(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value value = value_of(object);
    uint64_t number;
    gobridge_status status;
    CROSS_LONG(status, library, value_hash, &value, &number);
    return status == GOBRIDGE_OK ? PyLong_FromUnsignedLongLong(number) : core_raise(library, status, NULL);
}

/* The value itself: of a named number or string what it holds, of anything else the object. */
static PyObject *get(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value value;
    gobridge_status status;
    QUICK(status, library, value_get, object->ref, &value);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    if (value.kind == GOBRIDGE_KIND_REF) return Py_NewRef(self);
    return core_from_go(library, NULL, &value);
}

static PyObject *follow(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value value;
    gobridge_status status;
    QUICK(status, library, value_follow, object->ref, &value);
    return status == GOBRIDGE_OK ? core_from_go(library, object->type->elem, &value)
                                 : core_raise(library, status, NULL);
}

static PyObject *store(PyObject *self, PyObject *to) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    if (object->type->info.kind != GOBRIDGE_KIND_POINTER) {
        PyErr_Format(PyExc_TypeError, "a %s is no pointer", object->type->info.name);
        return NULL;
    }
    core_arena arena = {0};
    gobridge_value value;
    gobridge_status status = GOBRIDGE_OK;
    bool ok = core_to_go(&arena, object->type->elem, to, &value);
    if (ok) QUICK(status, library, value_set, object->ref, &value);
    if (status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
    core_arena_free(&arena, library);
    return ok ? Py_NewRef(Py_None) : NULL;
}

/* The struct type of a struct or of a pointer to one. */
static core_type *struct_type(core_object *object) {
    core_type *type = object->type;
    if (type->info.kind == GOBRIDGE_KIND_POINTER) type = type->elem;
    if (type->info.kind == GOBRIDGE_KIND_STRUCT) return type;
    PyErr_Format(PyExc_TypeError, "a %s is no struct", object->type->info.name);
    return NULL;
}

/* _field(index): what is a struct or an array itself comes as a pointer, so that it is live too. */
static PyObject *field(PyObject *self, PyObject *args) {
    long index;
    const char *name;
    Py_ssize_t len;
    if (!PyArg_ParseTuple(args, "ls#", &index, &name, &len) || !core_live((core_object *)self)) return NULL;
    SELF;
    core_type *of = struct_type(object), *part = of != NULL ? core_type_part(of, index) : NULL;
    if (part == NULL) return NULL;
    gobridge_value value;
    gobridge_status status;
    bool nested = part->info.kind == GOBRIDGE_KIND_STRUCT || part->info.kind == GOBRIDGE_KIND_ARRAY;
    if (nested && part->from_go == NULL && object->type->info.kind == GOBRIDGE_KIND_POINTER) {
        gobridge_ref pointer, type;
        QUICK(status, library, struct_at, object->ref, name, (size_t)len, &pointer);
        if (status == GOBRIDGE_OK) QUICK(status, library, type_pointer_to, part->ref, &type);
        if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
        part = core_type_get(library, type);
        return part != NULL ? core_object_new(part, pointer) : NULL;
    }
    QUICK(status, library, struct_get_at, object->ref, (uint32_t)index, &value);
    return status == GOBRIDGE_OK ? core_from_go(library, part, &value) : core_raise(library, status, NULL);
}

static PyObject *set_field(PyObject *self, PyObject *args) {
    long index;
    PyObject *to;
    if (!PyArg_ParseTuple(args, "lO", &index, &to) || !core_live((core_object *)self)) return NULL;
    SELF;
    core_type *of = struct_type(object), *part = of != NULL ? core_type_part(of, index) : NULL;
    if (part == NULL) return NULL;
    core_arena arena = {0};
    gobridge_value value;
    gobridge_status status = GOBRIDGE_OK;
    bool ok = core_to_go(&arena, part, to, &value);
    if (ok) QUICK(status, library, struct_set_at, object->ref, (uint32_t)index, &value);
    if (status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
    core_arena_free(&arena, library);
    return ok ? Py_NewRef(Py_None) : NULL;
}

/* _get(path), of a promoted field. */
static PyObject *get_path(PyObject *self, PyObject *path) {
    Py_ssize_t len;
    const char *name = PyUnicode_AsUTF8AndSize(path, &len);
    if (name == NULL || !core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value value;
    gobridge_status status;
    QUICK(status, library, struct_get, object->ref, name, (size_t)len, &value);
    return status == GOBRIDGE_OK ? core_from_go(library, NULL, &value) : core_raise(library, status, NULL);
}

static PyObject *method(PyObject *self, PyObject *name) {
    Py_ssize_t len;
    const char *chars = PyUnicode_AsUTF8AndSize(name, &len);
    if (chars == NULL || !core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_ref ref;
    gobridge_status status;
    QUICK(status, library, iface_method, object->ref, chars, (size_t)len, &ref);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    PyObject *func = core_object_of(library, ref);
    if (func != NULL) ((core_func *)func)->name = Py_NewRef(name);
    return func;
}

static PyObject *implements(PyObject *self, PyObject *type) {
    if (!PyObject_TypeCheck(type, core_type_type))
        return PyErr_SetString(PyExc_TypeError, "not a Type"), NULL;
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    uint8_t yes;
    gobridge_status status;
    QUICK(status, library, iface_implements, object->ref, ((core_type *)type)->ref, &yes);
    return status == GOBRIDGE_OK ? PyBool_FromLong(yes) : core_raise(library, status, NULL);
}

/* ---- errors ---- */

static PyObject *error_message(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value got;
    gobridge_status status;
    CROSS_LONG(status, library, error_message, object->ref, &got);
    return text(library, status, &got);
}

static PyObject *error_is(PyObject *self, PyObject *target) {
    if (!PyObject_TypeCheck(target, core_object_type)) Py_RETURN_FALSE;
    core_object *with = (core_object *)target;
    if (!core_live((core_object *)self) || !core_live(with)) return NULL;
    SELF;
    if (with->type->library != library) Py_RETURN_FALSE;
    uint8_t is = 0;
    gobridge_status status;
    CROSS_LONG(status, library, error_is, object->ref, with->ref, &is);
    return status == GOBRIDGE_OK ? PyBool_FromLong(is) : core_raise(library, status, NULL);
}

/* A proxy of an error itself, where core_from_go would make an exception of it. */
static PyObject *plain(core_library *library, gobridge_value *value) {
    if (value->kind != GOBRIDGE_KIND_REF) Py_RETURN_NONE;
    return core_object_of(library, value->as.ref);
}

static PyObject *error_as(PyObject *self, PyObject *type) {
    if (!PyObject_TypeCheck(type, core_type_type))
        return PyErr_SetString(PyExc_TypeError, "not a Type"), NULL;
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    uint8_t as = 0;
    gobridge_value target;
    gobridge_status status;
    CROSS_LONG(status, library, error_as, object->ref, ((core_type *)type)->ref, &target, &as);
    return status == GOBRIDGE_OK ? plain(library, &target) : core_raise(library, status, NULL);
}

static PyObject *error_unwrap(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    gobridge_value inner;
    gobridge_status status;
    CROSS_LONG(status, library, error_unwrap, object->ref, &inner);
    return status == GOBRIDGE_OK ? plain(library, &inner) : core_raise(library, status, NULL);
}

/* ---- time, streams ---- */

static PyObject *time_parts(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    int64_t seconds, nanoseconds;
    gobridge_status status;
    QUICK(status, library, value_to_time, object->ref, &seconds, &nanoseconds);
    return status == GOBRIDGE_OK ? Py_BuildValue("(LL)", (long long)seconds, (long long)nanoseconds)
                                 : core_raise(library, status, NULL);
}

static PyObject *io_read(PyObject *self, PyObject *into) {
    Py_buffer buffer;
    if (!core_live((core_object *)self) || PyObject_GetBuffer(into, &buffer, PyBUF_WRITABLE) < 0) return NULL;
    SELF;
    size_t done = 0;
    gobridge_status status;
    CROSS(status, library, io_read, object->ref, buffer.buf, (size_t)buffer.len, &done);
    PyBuffer_Release(&buffer);
    return status == GOBRIDGE_OK || done > 0 ? PyLong_FromSize_t(done) : core_raise(library, status, NULL);
}

static PyObject *io_write(PyObject *self, PyObject *from) {
    Py_buffer buffer;
    if (!core_live((core_object *)self) || PyObject_GetBuffer(from, &buffer, PyBUF_SIMPLE) < 0) return NULL;
    SELF;
    size_t done = 0;
    gobridge_status status;
    CROSS(status, library, io_write, object->ref, buffer.buf, (size_t)buffer.len, &done);
    PyBuffer_Release(&buffer);
    return status == GOBRIDGE_OK ? PyLong_FromSize_t(done) : core_raise(library, status, NULL);
}

static PyObject *identity_of(PyObject *self, PyObject *Py_UNUSED(none)) {
    if (!core_live((core_object *)self)) return NULL;
    SELF;
    uint64_t identity;
    gobridge_status status;
    QUICK(status, library, ref_identity, object->ref, &identity);
    return status == GOBRIDGE_OK ? PyLong_FromUnsignedLongLong(identity) : core_raise(library, status, NULL);
}

static PyObject *get_type(PyObject *self, void *Py_UNUSED(closure)) {
    core_object *object = (core_object *)self;
    return Py_NewRef(object->type != NULL ? (PyObject *)object->type : Py_None);
}

static PyObject *get_closed(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(((core_object *)self)->ref == 0);
}

static PyMethodDef methods[] = {
    {"_release", object_close, METH_NOARGS,
     "Releases the reference now. The Go value lives on where Go holds it."},
    {"__enter__", enter, METH_NOARGS, NULL},
    {"__exit__", leave, METH_VARARGS, NULL},
    {"__reduce__", reduce, METH_NOARGS, NULL},
    {"_print", print, METH_NOARGS, "As Go prints it."},
    {"_json", json, METH_NOARGS, "As JSON."},
    {"_equal", equal, METH_O, "Go's ==."},
    {"_hash", hash, METH_NOARGS, "A hash: equal values have equal ones."},
    {"_identity", identity_of, METH_NOARGS,
     "What references to the same map, channel, func or variable have in common."},
    {"_value", get, METH_NOARGS, "The number or string itself."},
    {"_load", follow, METH_NOARGS, "What it points to."},
    {"_store", store, METH_O, "Sets what it points to."},
    {"_field", field, METH_VARARGS, "A field by its index and name."},
    {"_set_field", set_field, METH_VARARGS, "Sets a field by its index."},
    {"_get", get_path, METH_O, "A field by its path."},
    {"_method", method, METH_O, "A method, bound."},
    {"_implements", implements, METH_O, "Whether it implements an interface type."},
    {"_error_message", error_message, METH_NOARGS, "An error's message."},
    {"_error_is", error_is, METH_O, "errors.Is."},
    {"_error_as", error_as, METH_O, "errors.As."},
    {"_error_unwrap", error_unwrap, METH_NOARGS, "errors.Unwrap."},
    {"_time", time_parts, METH_NOARGS, "Seconds and nanoseconds since 1970 of a time.Time."},
    {"_io_read", io_read, METH_O, "Reads into a buffer."},
    {"_io_write", io_write, METH_O, "Writes a buffer."},
    {"_arrow", core_arrow_export, METH_NOARGS, "Capsules of an Arrow schema and array that show it."},
    {0},
};

static PyGetSetDef getters[] = {
    {"_type", get_type, NULL, "Its Go type.", NULL},
    {"_closed", get_closed, NULL, "Whether its reference is released.", NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, object_free},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_doc, "A Go value."},
    {0, NULL},
};

PyType_Spec core_object_spec = {
    .name = "gobridge._core.Object",
    .basicsize = sizeof(core_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
