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

/* ---- entries ---- */

enum { BATCH = 64 }; /* entries that come with one crossing; more gain nothing */

/* Keys or elements of some entries: text and words as such, which is least work for Go, all else as values. */
typedef struct items {
    core_type *type;
    gobridge_column column;
} items;

static bool items_make(items *items, core_type *type, size_t count) {
    *items = (struct items){.type = type};
    gobridge_column *column = &items->column;
    if (type->info.kind == GOBRIDGE_KIND_STRING) {
        column->layout = GOBRIDGE_COLUMN_OFFSETS64;
        column->capacity = count * 32; /* more than most need; fewer entries come where it is less */
        column->offsets = PyMem_Malloc((count + 1) * sizeof(int64_t));
        column->data = PyMem_Malloc(column->capacity);
    } else if (core_is_word(type)) {
        column->layout = GOBRIDGE_COLUMN_PLAIN;
        column->data = PyMem_Malloc(count * sizeof(uint64_t));
    } else {
        column->layout = GOBRIDGE_COLUMN_VALUES;
        column->data = PyMem_Malloc(count * sizeof(gobridge_value));
    }
    bool made =
        column->data != NULL && (column->layout != GOBRIDGE_COLUMN_OFFSETS64 || column->offsets != NULL);
    if (!made) PyErr_NoMemory();
    return made;
}

static void items_free(items *items) {
    PyMem_Free(items->column.data);
    PyMem_Free(items->column.offsets);
}

/* Room for a text that is longer than all there is. */
static bool items_grow(items *items) {
    gobridge_column *column = &items->column;
    if (column->layout != GOBRIDGE_COLUMN_OFFSETS64) return true;
    void *data =
        column->capacity <= PY_SSIZE_T_MAX / 2 ? PyMem_Realloc(column->data, column->capacity * 2) : NULL;
    if (data == NULL) return (PyErr_NoMemory(), false);
    column->data = data;
    column->capacity *= 2;
    return true;
}

/* The column owns what its values show; a reference is made the object's own. */
static PyObject *items_get(const items *items, size_t i) {
    const gobridge_column *column = &items->column;
    core_type *type = items->type;
    gobridge_value value = {.kind = type->info.kind};
    if (column->layout == GOBRIDGE_COLUMN_OFFSETS64) {
        const int64_t *offsets = column->offsets;
        value.as.s = (const char *)column->data + offsets[i];
        value.len = (uint64_t)(offsets[i + 1] - offsets[i]);
    } else if (column->layout == GOBRIDGE_COLUMN_PLAIN) {
        value.as.u = ((const uint64_t *)column->data)[i];
    } else {
        value = ((const gobridge_value *)column->data)[i];
    }
    return core_from_go(type->library, type, &value);
}

/* Entries that an iterator has given: their keys, and their elements if they are wanted. */
typedef struct entries {
    items keys, elems;
    size_t most, count;
    bool pairs;
} entries;

static bool entries_make(entries *entries, core_type *map, size_t most, bool pairs) {
    *entries = (struct entries){.most = most, .pairs = pairs};
    return items_make(&entries->keys, map->key, most) &&
           (!pairs || items_make(&entries->elems, map->elem, most));
}

static void entries_free(entries *entries) {
    items_free(&entries->keys);
    items_free(&entries->elems);
}

/* Fetches the next ones; count is 0 past the end. What is done with them comes before entries_done. */
static bool entries_next(entries *entries, core_library *library, gobridge_ref iterator) {
    gobridge_column *keys = &entries->keys.column, *elems = entries->pairs ? &entries->elems.column : NULL;
    gobridge_status status;
    for (;;) {
        CROSS_LONG(status, library, map_next_n, iterator, entries->most, keys, elems, &entries->count);
        if (status == GOBRIDGE_OK) return true;
        if (status != GOBRIDGE_E_TOO_SMALL) return core_raise(library, status, NULL) != NULL;
        if (!items_grow(&entries->keys) || (entries->pairs && !items_grow(&entries->elems))) return false;
    }
}

static void entries_done(entries *entries, core_library *library) {
    gobridge_column *columns[] = {&entries->keys.column, &entries->elems.column};
    for (size_t i = 0; i < 2; i++) {
        if (columns[i]->owner != 0) core_forget(library, columns[i]->owner);
        columns[i]->owner = 0;
    }
}

static gobridge_ref iterator_of(core_object *map) {
    core_library *library = map->type->library;
    gobridge_ref iterator = 0;
    gobridge_status status;
    QUICK(status, library, map_iterate, map->ref, &iterator);
    if (status != GOBRIDGE_OK) core_raise(library, status, NULL);
    return iterator;
}

static bool dict_add(PyObject *dict, const entries *entries, size_t i) {
    PyObject *key = items_get(&entries->keys, i);
    PyObject *elem = key != NULL ? items_get(&entries->elems, i) : NULL;
    bool added = elem != NULL && PyDict_SetItem(dict, key, elem) == 0;
    Py_XDECREF(key);
    Py_XDECREF(elem);
    return added;
}

/* copy(): a dict. */
static PyObject *copy(PyObject *self, PyObject *Py_UNUSED(none)) {
    SELF;
    (void)status;
    entries entries;
    gobridge_ref iterator = iterator_of(map);
    if (iterator == 0) return NULL;
    PyObject *dict = PyDict_New();
    bool ok = entries_make(&entries, type, BATCH, true) && dict != NULL;
    while (ok && (ok = entries_next(&entries, library, iterator)) && entries.count > 0) {
        for (size_t i = 0; ok && i < entries.count; i++) ok = dict_add(dict, &entries, i);
        entries_done(&entries, library);
    }
    entries_free(&entries);
    core_forget(library, iterator);
    if (!ok) Py_CLEAR(dict);
    return dict;
}

/* ---- iterators ---- */

/* Produces keys, or (key, element) tuples. */
typedef struct iterator {
    PyObject_HEAD core_object *map; /* which must stay, as the iterator ends with it */
    gobridge_ref ref;
    bool pairs, fetching;
    size_t at, count;
    PyObject *batch[BATCH];
} iterator;

static PyObject *iterate(PyObject *self, bool pairs) {
    SELF;
    (void)type, (void)status;
    gobridge_ref ref = iterator_of(map);
    if (ref == 0) return NULL;
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

static PyObject *entry(const entries *entries, size_t i) {
    PyObject *key = items_get(&entries->keys, i);
    if (key == NULL || !entries->pairs) return key;
    PyObject *elem = items_get(&entries->elems, i);
    PyObject *pair = elem != NULL ? PyTuple_Pack(2, key, elem) : NULL;
    Py_DECREF(key);
    Py_XDECREF(elem);
    return pair;
}

/* Fetches entries, or none past the end. Another thread may take some as soon as they are there. */
static bool fill(iterator *over, bool *end) {
    core_type *type = over->map->type;
    entries entries;
    bool ok =
        entries_make(&entries, type, BATCH, over->pairs) && entries_next(&entries, type->library, over->ref);
    over->at = over->count = 0;
    *end = ok && entries.count == 0;
    for (size_t i = 0; ok && i < entries.count; i++) {
        PyObject *made = entry(&entries, i);
        ok = made != NULL;
        if (ok) over->batch[over->count++] = made;
    }
    entries_done(&entries, type->library);
    entries_free(&entries);
    return ok;
}

static PyObject *next(PyObject *self) {
    iterator *over = (iterator *)self;
    while (over->at == over->count) {
        bool end;
        if (over->fetching)
            return PyErr_SetString(PyExc_ValueError, "another thread is moving the iterator"), NULL;
        over->fetching = true;
        bool ok = fill(over, &end);
        over->fetching = false;
        if (!ok || end) return NULL;
    }
    return over->batch[over->at++];
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
    {"copy", copy, METH_NOARGS, "A dict of the entries."},
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
