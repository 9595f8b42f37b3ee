/* Go maps: mappings, and iterators over them. */
#include "core.h"

#define SELF                                    \
    core_object *map = (core_object *)self;     \
    if (!core_live(map)) return FAILED;         \
    core_library *library = map->type->library; \
    core_type *type = map->type;                \
    gobridge_status status

/* An argument that is no key of the map's type is one that it does not have, as in a dict; what else is wrong stays. */
static bool no_such_key(void) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError) && !PyErr_ExceptionMatches(PyExc_OverflowError))
        return false;
    PyErr_Clear();
    return true;
}

#define FAILED -1
static Py_ssize_t length(PyObject *self) {
    SELF;
    (void)type;
    int64_t len;
    QUICK(status, library, map_len, map->ref, &len);
    if (status != GOBRIDGE_OK) return (core_raise(library, status, NULL), -1);
    return (Py_ssize_t)len;
}

static int contains(PyObject *self, PyObject *key) {
    SELF;
    core_arena arena = {0};
    gobridge_value go;
    uint8_t found = 0;
    bool ok = core_to_go(&arena, type->key, key, &go);
    if (ok) {
        QUICK(status, library, map_contains, map->ref, &go, &found);
        if (status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
    }
    core_arena_free(&arena, library);
    return ok ? found : no_such_key() ? 0 : -1;
}

static int assign(PyObject *self, PyObject *key, PyObject *elem) {
    SELF;
    core_arena arena = {0};
    gobridge_value go, to;
    uint8_t found = 1;
    bool ok = core_to_go(&arena, type->key, key, &go) &&
              (elem == NULL || core_to_go(&arena, type->elem, elem, &to));
    if (ok) {
        if (elem != NULL)
            QUICK(status, library, map_set, map->ref, &go, &to);
        else
            QUICK(status, library, map_delete, map->ref, &go, &found);
        if (status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
    }
    core_arena_free(&arena, library);
    if (ok && !found) PyErr_SetObject(PyExc_KeyError, key);
    return ok && found ? 0 : -1;
}
#undef FAILED

#define FAILED NULL
/* The element of a key, or `missing`; NULL raises KeyError. */
static PyObject *lookup(PyObject *self, PyObject *key, PyObject *missing) {
    SELF;
    core_arena arena = {0};
    gobridge_value go, elem;
    uint8_t found = 0;
    PyObject *object = NULL;
    if (core_to_go(&arena, type->key, key, &go)) {
        QUICK(status, library, map_get, map->ref, &go, &elem, &found);
        if (status != GOBRIDGE_OK)
            core_raise(library, status, NULL);
        else if (found)
            object = core_from_go(library, type->elem, &elem);
        else if (elem.owner != 0)
            core_forget(library, elem.owner);
    }
    core_arena_free(&arena, library);
    if (found || (PyErr_Occurred() && !no_such_key())) return object;
    if (missing == NULL) PyErr_SetObject(PyExc_KeyError, key);
    return Py_XNewRef(missing);
}

static PyObject *subscript(PyObject *self, PyObject *key) {
    return lookup(self, key, NULL);
}

static PyObject *get(PyObject *self, PyObject *args) {
    PyObject *key, *missing = Py_None;
    return PyArg_ParseTuple(args, "O|O:get", &key, &missing) ? lookup(self, key, missing) : NULL;
}

static PyObject *clear(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    (void)type;
    CROSS_LONG(status, library, map_clear, map->ref);
    return status == GOBRIDGE_OK ? Py_NewRef(Py_None) : core_raise(library, status, NULL);
}

static PyObject *set_all(PyObject *self, PyObject *dict) {
    if (!PyDict_Check(dict)) return PyErr_SetString(PyExc_TypeError, "not a dict"), NULL;
    SELF;
    (void)library, (void)status;
    return core_map_update(type, map->ref, dict) ? Py_NewRef(Py_None) : NULL;
}

/* ---- iterators ---- */

enum { BATCH = 64 }; /* entries that come with one crossing */

/* Produces keys, or (key, element) tuples. */
typedef struct iterator {
    PyObject_HEAD core_object *map; /* which must stay, as the iterator ends with it */
    gobridge_ref ref;
    bool pairs;
    size_t at, count;
    PyObject *batch[BATCH];
} iterator;

static PyObject *iterate(PyObject *self, bool pairs) {
    SELF;
    (void)type;
    gobridge_ref ref;
    QUICK(status, library, map_iterate, map->ref, &ref);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL);
    iterator *over = (iterator *)PyType_GenericAlloc(core_iterator_type, 0);
    if (over == NULL) return (core_forget(library, ref), NULL);
    over->map = (core_object *)Py_NewRef(self);
    over->ref = ref;
    over->pairs = pairs;
    return (PyObject *)over;
}

static PyObject *keys(PyObject *self) {
    return iterate(self, false);
}

static PyObject *pairs(PyObject *self, PyObject *Py_UNUSED(none)) {
    return iterate(self, true);
}

static void iterator_free(PyObject *self) {
    iterator *over = (iterator *)self;
    PyTypeObject *class = Py_TYPE(self);
    core_forget(over->map->type->library, over->ref);
    while (over->at < over->count) Py_XDECREF(over->batch[over->at++]);
    Py_DECREF(over->map);
    PyObject_Free(self);
    Py_DECREF(class);
}

/* Fetches entries. A column of values owns what it shows as one, so references are made the objects' own. */
static bool fill(iterator *over) {
    core_library *library = over->map->type->library;
    core_type *type = over->map->type;
    gobridge_value key_values[BATCH] = {0}, elem_values[BATCH] = {0};
    gobridge_column key_column = {.layout = GOBRIDGE_COLUMN_VALUES, .data = key_values};
    gobridge_column elem_column = {.layout = GOBRIDGE_COLUMN_VALUES, .data = elem_values};
    size_t count = 0;
    gobridge_status status;
    CROSS_LONG(status, library, map_next_n, over->ref, BATCH, &key_column, over->pairs ? &elem_column : NULL,
               &count);
    if (status != GOBRIDGE_OK) return core_raise(library, status, NULL) != NULL;
    bool ok = true;
    over->at = over->count = 0;
    for (size_t i = 0; ok && i < count; i++) {
        PyObject *key = core_from_go(library, type->key, &key_values[i]), *entry = key;
        if (key != NULL && over->pairs) {
            PyObject *elem = core_from_go(library, type->elem, &elem_values[i]);
            entry = elem != NULL ? PyTuple_Pack(2, key, elem) : NULL;
            Py_DECREF(key);
            Py_XDECREF(elem);
        }
        ok = entry != NULL;
        if (ok) over->batch[over->count++] = entry;
    }
    if (key_column.owner != 0) core_forget(library, key_column.owner);
    if (elem_column.owner != 0) core_forget(library, elem_column.owner);
    return ok;
}

static PyObject *next(PyObject *self) {
    iterator *over = (iterator *)self;
    if (over->at == over->count && !fill(over)) return NULL;
    return over->at < over->count ? over->batch[over->at++] : NULL;
}

static PyType_Slot iterator_slots[] = {
    {Py_tp_dealloc, iterator_free},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, next},
    {0, NULL},
};

PyType_Spec core_iterator_spec = {
    .name = "gobridge._core.MapIterator",
    .basicsize = sizeof(iterator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = iterator_slots,
};

static PyMethodDef methods[] = {
    {"get", get, METH_VARARGS, "The element of a key, or a default."},
    {"clear", clear, METH_NOARGS, "Removes all entries."},
    {"_pairs", pairs, METH_NOARGS, "An iterator over (key, element)."},
    {"_set_all", set_all, METH_O, "Sets the entries of a dict."},
    {0},
};

static PyType_Slot slots[] = {
    {Py_mp_length, length},
    {Py_mp_subscript, subscript},
    {Py_mp_ass_subscript, assign},
    {Py_sq_contains, contains},
    {Py_tp_iter, keys},
    {Py_tp_methods, methods},
    {Py_tp_doc, "A Go map."},
    {0, NULL},
};

PyType_Spec core_map_spec = {
    .name = "gobridge._core.Map",
    .basicsize = sizeof(core_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
