/* Loading a library, and what can be asked of it as a whole. */
#include "core.h"

#include <dlfcn.h>

#define SELF core_library *library = (core_library *)self

/* A pointer to a function from dlsym's pointer to data, as POSIX has it. */
static bool find(void *handle, const char *name, void *function) {
    void *symbol = dlsym(handle, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool fill(core_library *library, const char *path) {
    const char *missing = NULL;
    void *handle;
    Py_BEGIN_ALLOW_THREADS handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    Py_END_ALLOW_THREADS if (handle == NULL) {
        PyErr_Format(PyExc_ImportError, "cannot load %s: %s", path, dlerror());
        return false;
    }
#define CORE_FIND(name) \
    if (!find(handle, "gobridge_" #name, &library->go.name)) missing = "gobridge_" #name;
    CORE_FUNCTIONS(CORE_FIND)
#undef CORE_FIND
    if (missing != NULL) {
        PyErr_Format(PyExc_ImportError, "%s is no library of gobridge: it has no %s", path, missing);
    } else if (library->go.version() / 10000 != GOBRIDGE_VERSION_MAJOR) {
        PyErr_Format(PyExc_ImportError, "%s is of another version of gobridge: %u", path,
                     library->go.version());
    } else {
        find(handle, "gobridge_description", &library->description);
        return true;
    }
    dlclose(handle);
    return false;
}

static PyObject *library_new(PyTypeObject *class, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *path, *encoded, *hooks;
    if (!PyArg_ParseTuple(args, "OO", &path, &hooks)) return NULL;
    core_library *library = (core_library *)PyType_GenericAlloc(class, 0);
    if (library == NULL || !PyUnicode_FSConverter(path, &encoded))
        return (Py_XDECREF((PyObject *)library), NULL);
    library->path = Py_NewRef(path);
    library->hooks = Py_NewRef(hooks);
    library->types = PyDict_New();
    bool ok = library->types != NULL && fill(library, PyBytes_AsString(encoded));
    Py_DECREF(encoded);
    if (!ok) return (Py_DECREF(library), NULL);
    return Py_NewRef(
        (PyObject *)library); /* never freed, as Go is never unloaded: what is of it only borrows it */
}

static void library_free(PyObject *self) { /* only one that could not be loaded */
    SELF;
    PyTypeObject *class = Py_TYPE(self);
    Py_XDECREF(library->path);
    Py_XDECREF(library->hooks);
    Py_XDECREF(library->types);
    PyObject_Free(self);
    Py_DECREF(class);
}

static PyObject *description(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    const char *json;
    size_t len;
    gobridge_status status;
    if (library->description == NULL) Py_RETURN_NONE;
    PyThreadState *left = core_leave();
    status = library->description(&json, &len);
    core_return(left);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    return PyBytes_FromStringAndSize(json, (Py_ssize_t)len);
}

static PyObject *type(PyObject *self, PyObject *expression) {
    Py_ssize_t len;
    const char *text = PyUnicode_AsUTF8AndSize(expression, &len);
    return text != NULL ? Py_XNewRef((PyObject *)core_type_parse((core_library *)self, text, len)) : NULL;
}

/* A value of the string type, which holds no error, from one that the library gave. */
static PyObject *text_of(core_library *library, gobridge_status status, gobridge_value *text) {
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    return core_from_go(library, NULL, text);
}

static PyObject *func(PyObject *self, PyObject *name) {
    SELF;
    Py_ssize_t len;
    const char *text = PyUnicode_AsUTF8AndSize(name, &len);
    gobridge_ref ref;
    gobridge_status status;
    if (text == NULL) return NULL;
    CROSS(status, library, func_find, text, (size_t)len, &ref);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    PyObject *found = core_object_of(library, ref);
    if (found != NULL) ((core_func *)found)->name = Py_NewRef(name);
    return found;
}

static PyObject *names(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    gobridge_ref ref;
    gobridge_status status;
    CROSS(status, library, func_names, &ref);
    return status == GOBRIDGE_OK ? core_object_of(library, ref) : core_raise(library, status, NULL);
}

static PyObject *go_release(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    const char *release;
    gobridge_status status;
    CROSS(status, library, go_version, &release);
    return status == GOBRIDGE_OK ? PyUnicode_FromString(release) : core_raise(library, status, NULL);
}

static PyObject *live(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    uint64_t count;
    gobridge_status status;
    CROSS(status, library, ref_flush);
    if (status == GOBRIDGE_OK) CROSS(status, library, ref_count, &count);
    return status == GOBRIDGE_OK ? PyLong_FromUnsignedLongLong(count) : core_raise(library, status, NULL);
}

static PyObject *references(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    gobridge_value text;
    gobridge_status status;
    CROSS(status, library, ref_flush);
    if (status == GOBRIDGE_OK) CROSS_LONG(status, library, ref_list, &text);
    return text_of(library, status, &text);
}

static PyObject *make(PyObject *self, PyObject *args) {
    core_type *type;
    PyObject *from;
    if (!PyArg_ParseTuple(args, "O!O", core_type_type, &type, &from)) return NULL;
    if (type->library != (core_library *)self)
        return PyErr_Format(PyExc_ValueError, "a type of another library"), NULL;
    gobridge_ref ref = core_build(type, from);
    if (ref == 0) return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    return core_object_of(type->library, ref);
}

static PyObject *error(PyObject *self, PyObject *text) {
    SELF;
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
    if (encoded == NULL) return NULL;
    gobridge_ref ref;
    gobridge_status status;
    CROSS(status, library, error_new, PyBytes_AsString(encoded), (size_t)PyBytes_Size(encoded), &ref);
    Py_DECREF(encoded);
    return status == GOBRIDGE_OK ? core_object_of(library, ref) : core_raise(library, status, NULL);
}

static PyObject *time_from(PyObject *self, PyObject *args) {
    SELF;
    long long seconds, nanoseconds;
    gobridge_ref ref;
    gobridge_status status;
    if (!PyArg_ParseTuple(args, "LL", &seconds, &nanoseconds)) return NULL;
    QUICK(status, library, value_from_time, seconds, nanoseconds, &ref);
    return status == GOBRIDGE_OK ? core_object_of(library, ref) : core_raise(library, status, NULL);
}

static PyObject *reader(PyObject *self, PyObject *file) {
    return core_reader_new((core_library *)self, file);
}

static PyObject *writer(PyObject *self, PyObject *file) {
    return core_writer_new((core_library *)self, file);
}

/* arrow(type or None, schema, array) */
static PyObject *arrow(PyObject *self, PyObject *args) {
    SELF;
    PyObject *type, *schema, *array;
    if (!PyArg_ParseTuple(args, "OOO", &type, &schema, &array)) return NULL;
    bool typed = PyObject_TypeCheck(type, core_type_type);
    gobridge_ref ref = core_arrow_import(library, typed ? (core_type *)type : NULL, schema, array);
    return ref != 0 ? core_object_of(library, ref) : NULL;
}

static PyMethodDef methods[] = {
    {"description", description, METH_NOARGS, "The description that gobridge build made, or None."},
    {"type", type, METH_O, "The type of an expression."},
    {"func", func, METH_O, "The registered function of a name."},
    {"names", names, METH_NOARGS, "The names of all registered functions."},
    {"go_release", go_release, METH_NOARGS, "The Go release that the library was built with."},
    {"live", live, METH_NOARGS, "How many references are live."},
    {"references", references, METH_NOARGS, "The live references, a line for each."},
    {"make", make, METH_VARARGS, "A new Go value of a type."},
    {"error", error, METH_O, "A new Go error with a message."},
    {"time", time_from, METH_VARARGS, "A time.Time of seconds and nanoseconds since 1970."},
    {"arrow", arrow, METH_VARARGS, "A Go slice or map of the capsules of an Arrow array."},
    {"reader", reader, METH_O, "An io.Reader of a file."},
    {"writer", writer, METH_O, "An io.Writer of a file."},
    {0},
};

static PyObject *get_path(PyObject *self, void *Py_UNUSED(closure)) {
    return Py_NewRef(((core_library *)self)->path);
}

static PyObject *get_hooks(PyObject *self, void *Py_UNUSED(closure)) {
    return Py_NewRef(((core_library *)self)->hooks);
}

static PyGetSetDef getters[] = {
    {"path", get_path, NULL, "Where it was loaded from.", NULL},
    {"hooks", get_hooks, NULL, "What is written in Python.", NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_new, library_new},
    {Py_tp_dealloc, library_free},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_doc, "A loaded library of gobridge."},
    {0, NULL},
};

PyType_Spec core_library_spec = {
    .name = "gobridge._core.Library",
    .basicsize = sizeof(core_library),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};
