/* Go types. Each is made once, and the hooks then say how its values convert. */
#define _GNU_SOURCE /* usleep */
#include "core.h"

#include <unistd.h>

#define SELF core_type *type = (core_type *)self

/* Whether all parameters are numbers, bools, strings or byte slices: through others Go may call Python. */
static bool parameters_are_simple(core_type *type) {
    for (uint32_t i = 0; i < type->info.parameters; i++) {
        const core_type *part = core_type_part(type, i);
        if (part == NULL) return false;
        bool bytes = part->elem != NULL && part->elem->info.kind == GOBRIDGE_KIND_UINT8;
        if (part->info.kind > GOBRIDGE_KIND_FLOAT64 && part->info.kind != GOBRIDGE_KIND_STRING && !bytes)
            return false;
    }
    return true;
}

/* Fills in what a type is made of. It is in the library's dict already, as types may be made of themselves. */
static bool complete(core_type *type) {
    core_library *library = type->library;
    const gobridge_type_info *info = &type->info;
    if (info->key != 0 && (type->key = core_type_get(library, info->key)) == NULL) return false;
    if (info->elem != 0 && (type->elem = core_type_get(library, info->elem)) == NULL) return false;
    if (info->kind == GOBRIDGE_KIND_FUNC) {
        Py_ssize_t count = (Py_ssize_t)info->parameters + info->results;
        core_type *first = info->parameters > 0 ? core_type_part(type, 0) : NULL;
        core_type *last = info->results > 0 ? core_type_part(type, count - 1) : NULL;
        type->results = info->results;
        if (last != NULL && strcmp(last->info.name, "error") == 0) type->results--;
        type->simple = type->results == info->results && parameters_are_simple(type);
        type->takes_context = first != NULL && strcmp(first->info.name, "context.Context") == 0;
        if (PyErr_Occurred()) return false;
    }
    PyObject *done = PyObject_CallMethod(library->hooks, "prepare", "O", type);
    Py_XDECREF(done);
    return done != NULL;
}

/* A type that is new, or that could not be completed before. One thread makes types at a time: the others must not see
 * what is not complete, and the GIL does not see to that, as it is left meanwhile. */
static core_type *make(core_library *library, gobridge_ref ref, core_type *type) {
    unsigned long self = PyThread_get_thread_ident(), outer = library->maker;
    bool ok = type != NULL;
    library->maker = self;
    if (!ok) {
        gobridge_type_info info = {.size = sizeof info};
        gobridge_status status;
        QUICK(status, library, type_describe, ref, &info);
        if (status != GOBRIDGE_OK)
            core_raise(library, status, NULL);
        else
            type = (core_type *)PyType_GenericAlloc(core_type_type, 0); /* for good */
        PyObject *key = type != NULL ? PyLong_FromUnsignedLongLong(ref) : NULL;
        if (key != NULL) {
            type->library = library;
            type->ref = ref;
            type->info = info;
            ok = PyDict_SetItem(library->types, key, (PyObject *)type) == 0;
            Py_DECREF(key);
        }
    }
    if (ok) ok = type->complete = complete(type);
    library->maker = outer;
    return ok ? type : NULL;
}

core_type *core_type_get(core_library *library, gobridge_ref ref) {
    for (;;) {
        PyObject *key = PyLong_FromUnsignedLongLong(ref);
        if (key == NULL) return NULL;
        core_type *type = (core_type *)PyDict_GetItemWithError(library->types, key);
        Py_DECREF(key);
        if (type == NULL && PyErr_Occurred()) return NULL;
        if (type != NULL && (type->complete || library->maker == PyThread_get_thread_ident())) return type;
        if (library->maker == 0 || library->maker == PyThread_get_thread_ident())
            return make(library, ref, type);
        PyThreadState *left = core_leave();
        usleep(100);
        core_return(left);
    }
}

core_type *core_type_parse(core_library *library, const char *expression, Py_ssize_t len) {
    gobridge_ref ref;
    gobridge_status status;
    QUICK(status, library, type_parse, expression, (size_t)len, &ref);
    if (status != GOBRIDGE_OK) return (core_raise(library, status, NULL), NULL);
    return core_type_get(library, ref);
}

core_type *core_type_part(core_type *type, Py_ssize_t index) {
    core_library *library = type->library;
    const gobridge_type_info *info = &type->info;
    Py_ssize_t count = info->kind == GOBRIDGE_KIND_STRUCT ? (Py_ssize_t)info->fields
                                                          : (Py_ssize_t)info->parameters + info->results;
    if (index < 0 || index >= count) {
        PyErr_SetString(PyExc_IndexError, "the type has no such part");
        return NULL;
    }
    if (type->parts == NULL && (type->parts = PyMem_Calloc((size_t)count, sizeof *type->parts)) == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if (type->parts[index] != NULL) return type->parts[index];
    gobridge_type_field_info field = {.size = sizeof field};
    gobridge_status status;
    if (info->kind == GOBRIDGE_KIND_STRUCT) {
        QUICK(status, library, type_field, type->ref, (uint32_t)index, &field);
    } else if (index < (Py_ssize_t)info->parameters) {
        QUICK(status, library, type_parameter, type->ref, (uint32_t)index, &field.type);
    } else {
        QUICK(status, library, type_result, type->ref, (uint32_t)(index - info->parameters), &field.type);
    }
    if (status != GOBRIDGE_OK) return (core_raise(library, status, NULL), NULL);
    return type->parts[index] = core_type_get(library, field.type);
}

const char *core_format(const core_type *type) {
    bool wide = sizeof(void *) == 8;
    switch (type->info.kind) {
    case GOBRIDGE_KIND_BOOL: return "?";
    case GOBRIDGE_KIND_INT8: return "b";
    case GOBRIDGE_KIND_UINT8: return "B";
    case GOBRIDGE_KIND_INT16: return "h";
    case GOBRIDGE_KIND_UINT16: return "H";
    case GOBRIDGE_KIND_INT32: return "i";
    case GOBRIDGE_KIND_UINT32: return "I";
    case GOBRIDGE_KIND_INT64: return "q";
    case GOBRIDGE_KIND_UINT64: return "Q";
    case GOBRIDGE_KIND_INT: return wide ? "q" : "i";
    case GOBRIDGE_KIND_UINT:
    case GOBRIDGE_KIND_UINTPTR: return wide ? "Q" : "I";
    case GOBRIDGE_KIND_FLOAT32: return "f";
    case GOBRIDGE_KIND_FLOAT64: return "d";
    case GOBRIDGE_KIND_COMPLEX64: return "Zf";
    case GOBRIDGE_KIND_COMPLEX128: return "Zd";
    default: return NULL;
    }
}

static PyObject *or_none(void *object) {
    return Py_NewRef(object != NULL ? (PyObject *)object : Py_None);
}

static PyObject *parts(PyObject *self, Py_ssize_t from, Py_ssize_t to) {
    PyObject *all = PyTuple_New(to - from);
    for (Py_ssize_t i = from; all != NULL && i < to; i++) {
        core_type *part = core_type_part((core_type *)self, i);
        if (part == NULL || PyTuple_SetItem(all, i - from, Py_NewRef((PyObject *)part)) < 0) Py_CLEAR(all);
    }
    return all;
}

static PyObject *get_params(PyObject *self, void *Py_UNUSED(closure)) {
    return parts(self, 0, ((core_type *)self)->info.parameters);
}

static PyObject *get_results(PyObject *self, void *Py_UNUSED(closure)) {
    SELF;
    return parts(self, type->info.parameters, (Py_ssize_t)type->info.parameters + type->info.results);
}

/* fields(): (name, exported, embedded, tag, type) of each. */
static PyObject *fields(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    PyObject *all = PyList_New(0);
    for (uint32_t i = 0; all != NULL && i < type->info.fields; i++) {
        gobridge_type_field_info field = {.size = sizeof field};
        gobridge_status status;
        QUICK(status, type->library, type_field, type->ref, i, &field);
        if (status != GOBRIDGE_OK) {
            Py_DECREF(all);
            return core_raise(type->library, status, NULL);
        }
        core_type *part = core_type_part(type, i);
        PyObject *row = part != NULL ? Py_BuildValue("(sNNsO)", field.name, PyBool_FromLong(field.exported),
                                                     PyBool_FromLong(field.embedded), field.tag, part)
                                     : NULL;
        if (row == NULL || PyList_Append(all, row) < 0) Py_CLEAR(all);
        Py_XDECREF(row);
    }
    return all;
}

/* methods(): (name, type) of each that is exported. */
static PyObject *type_methods(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    PyObject *all = PyList_New(0);
    for (uint32_t i = 0; all != NULL && i < type->info.methods; i++) {
        gobridge_type_method_info method = {.size = sizeof method};
        gobridge_status status;
        QUICK(status, type->library, type_method, type->ref, i, &method);
        if (status != GOBRIDGE_OK) {
            Py_DECREF(all);
            return core_raise(type->library, status, NULL);
        }
        if (!method.exported) continue;
        core_type *signature = core_type_get(type->library, method.type);
        PyObject *row = signature != NULL ? Py_BuildValue("(sO)", method.name, signature) : NULL;
        if (row == NULL || PyList_Append(all, row) < 0) Py_CLEAR(all);
        Py_XDECREF(row);
    }
    return all;
}

static PyObject *pointer_to(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    gobridge_ref ref;
    gobridge_status status;
    QUICK(status, type->library, type_pointer_to, type->ref, &ref);
    if (status != GOBRIDGE_OK) return core_raise(type->library, status, NULL);
    return Py_XNewRef((PyObject *)core_type_get(type->library, ref));
}

static PyObject *new_variable(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    gobridge_ref ref, pointer;
    gobridge_status status;
    QUICK(status, type->library, type_pointer_to, type->ref, &pointer);
    if (status == GOBRIDGE_OK) QUICK(status, type->library, value_new, type->ref, &ref);
    if (status != GOBRIDGE_OK) return core_raise(type->library, status, NULL);
    core_type *of = core_type_get(type->library, pointer);
    return of != NULL ? core_object_new(of, ref) : NULL;
}

static PyObject *new_chan(PyObject *self, PyObject *capacity) {
    SELF;
    gobridge_ref ref;
    gobridge_status status;
    long long room = PyLong_AsLongLong(capacity);
    if (room == -1 && PyErr_Occurred()) return NULL;
    CROSS(status, type->library, chan_new, type->ref, room, &ref);
    return status == GOBRIDGE_OK ? core_object_new(type, ref) : core_raise(type->library, status, NULL);
}

static PyMethodDef methods[] = {
    {"fields", fields, METH_NOARGS, "(name, exported, embedded, tag, type) of each field of a struct type."},
    {"methods", type_methods, METH_NOARGS, "(name, type) of each method."},
    {"pointer", pointer_to, METH_NOARGS, "The type of pointers to it."},
    {"new", new_variable, METH_NOARGS, "A pointer to a new variable of it."},
    {"chan", new_chan, METH_O, "A new channel of it, with a capacity."},
    {0},
};

#define GETTER(name, expression)                                            \
    static PyObject *get_##name(PyObject *self, void *Py_UNUSED(closure)) { \
        SELF;                                                               \
        return expression;                                                  \
    }
GETTER(name, PyUnicode_FromString(type->info.name))
GETTER(package, PyUnicode_FromString(type->info.package_path))
GETTER(kind, PyLong_FromUnsignedLong(type->info.kind))
GETTER(named, PyBool_FromLong(type->info.named))
GETTER(variadic, PyBool_FromLong(type->info.variadic))
GETTER(format, PyUnicode_FromString(core_format(type) != NULL ? core_format(type) : ""))
GETTER(len, PyLong_FromLongLong(type->info.len))
GETTER(key, or_none(type->key))
GETTER(elem, or_none(type->elem))
GETTER(library, Py_NewRef((PyObject *)type->library))
GETTER(result_count, PyLong_FromSsize_t(type->results))
GETTER(takes_context, PyBool_FromLong(type->takes_context))

/* A getter and a setter for an attribute that the hooks set. */
#define ATTRIBUTE(name)                                                             \
    GETTER(name, or_none(type->name))                                               \
    static int set_##name(PyObject *self, PyObject *to, void *Py_UNUSED(closure)) { \
        SELF;                                                                       \
        Py_XSETREF(type->name, to != NULL && to != Py_None ? Py_NewRef(to) : NULL); \
        return 0;                                                                   \
    }
#ifndef Py_XSETREF
#define Py_XSETREF(place, to)    \
    do {                         \
        PyObject *old = (place); \
        (place) = (to);          \
        Py_XDECREF(old);         \
    } while (0)
#endif
ATTRIBUTE(to_go)
ATTRIBUTE(from_go)

GETTER(class, or_none(type->class))
static int set_class(PyObject *self, PyObject *to, void *Py_UNUSED(closure)) {
    SELF;
    if (to == NULL || !PyType_Check(to) || !PyType_IsSubtype((PyTypeObject *)to, core_object_type)) {
        PyErr_SetString(PyExc_TypeError, "the class of a type's values is one of Object's");
        return -1;
    }
    if (type->class == NULL) type->class = Py_NewRef(to); /* of two that threads have made the first stays */
    return 0;
}

static PyGetSetDef getters[] = {
    {"name", get_name, NULL, "Go's name for it.", NULL},
    {"package", get_package, NULL, "The path of its package.", NULL},
    {"kind", get_kind, NULL, "Its kind, a number of gobridge/type.h.", NULL},
    {"named", get_named, NULL, "Whether it has a name of its own.", NULL},
    {"variadic", get_variadic, NULL, "Whether a func's last parameter is ...T.", NULL},
    {"format", get_format, NULL, "struct's letter for it, or nothing.", NULL},
    {"len", get_len, NULL, "How many elements an array has.", NULL},
    {"key", get_key, NULL, "A map's key type.", NULL},
    {"elem", get_elem, NULL, "The type of what it holds.", NULL},
    {"params", get_params, NULL, "A func's parameters.", NULL},
    {"results", get_results, NULL, "A func's results.", NULL},
    {"result_count", get_result_count, NULL, "A func's results without a last error.", NULL},
    {"takes_context", get_takes_context, NULL, "Whether a func's first parameter is a context.", NULL},
    {"library", get_library, NULL, "The library that it is of.", NULL},
    {"cls", get_class, set_class, "The class of its values.", NULL},
    {"to_go", get_to_go, set_to_go, "What an object is given to first.", NULL},
    {"from_go", get_from_go, set_from_go, "What a value is given to last.", NULL},
    {0},
};

static PyObject *repr(PyObject *self) {
    return PyUnicode_FromFormat("<Go type %s>", ((core_type *)self)->info.name);
}

static PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_repr, repr},
    {Py_tp_doc, "A Go type."},
    {0, NULL},
};

PyType_Spec core_type_spec = {
    .name = "gobridge._core.Type",
    .basicsize = sizeof(core_type),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
