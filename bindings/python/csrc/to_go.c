/* What Python's objects become in Go. */
#include "core.h"

struct core_leftover {
    enum { BUFFER, REFERENCE, OBJECT } what;
    union {
        Py_buffer *buffer;
        gobridge_ref ref;
        PyObject *object;
    } as;
};

static bool keep(core_arena *arena, struct core_leftover item) {
    if (arena->count == arena->capacity) {
        size_t capacity = arena->capacity * 2 + 8;
        struct core_leftover *items = PyMem_Realloc(arena->items, capacity * sizeof *items);
        if (items == NULL) return (PyErr_NoMemory(), false);
        arena->items = items;
        arena->capacity = capacity;
    }
    arena->items[arena->count++] = item;
    return true;
}

static void drop(core_library *library, struct core_leftover item) {
    switch (item.what) {
    case BUFFER:
        PyBuffer_Release(item.as.buffer);
        PyMem_Free(item.as.buffer);
        break;
    case REFERENCE: core_forget(library, item.as.ref); break;
    case OBJECT: Py_DECREF(item.as.object); break;
    }
}

void core_arena_free(core_arena *arena, core_library *library) {
    if (arena->items == NULL) return;
    for (size_t i = 0; i < arena->count; i++) drop(library, arena->items[i]);
    PyMem_Free(arena->items);
}

static bool keep_or_drop(core_arena *arena, core_library *library, struct core_leftover item) {
    if (keep(arena, item)) return true;
    drop(library, item);
    return false;
}

static bool is_float(uint32_t kind) {
    return kind == GOBRIDGE_KIND_FLOAT32 || kind == GOBRIDGE_KIND_FLOAT64;
}

/* A reference that is the arena's from now on. */
static bool give(core_arena *arena, core_library *library, gobridge_ref ref, gobridge_value *value) {
    if (ref == 0) return false;
    value->kind = GOBRIDGE_KIND_REF;
    value->as.ref = ref;
    return keep_or_drop(arena, library, (struct core_leftover){REFERENCE, {.ref = ref}});
}

static bool integer(core_type *type, PyObject *object, gobridge_value *value) {
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
        if (number == -1 && PyErr_Occurred()) return false;
        value->as.i = number;
        if (core_fits(type, number)) { /* Go takes what has its own kind as it is */
            value->kind = type->info.kind;
            return true;
        }
        /* In an interface it is Go's int, as a constant of Go's would be. */
        value->kind = number >= INTPTR_MIN && number <= INTPTR_MAX ? GOBRIDGE_KIND_INT : GOBRIDGE_KIND_INT64;
        return true;
    }
    bool own =
        type->info.kind >= GOBRIDGE_KIND_UINT && core_is_word(type) && core_is_integer(type->info.kind);
    value->kind = own ? type->info.kind : GOBRIDGE_KIND_UINT64;
    value->as.u = overflow > 0 ? PyLong_AsUnsignedLongLong(object) : 0;
    if (overflow < 0 || (value->as.u == UINT64_MAX && PyErr_Occurred())) {
        PyErr_Format(PyExc_OverflowError, "an int that does not fit Go's %s", type->info.name);
        return false;
    }
    return true;
}

static bool text(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value) {
    Py_ssize_t len;
    char *bytes;
    value->kind = GOBRIDGE_KIND_STRING;
    value->as.s = PyUnicode_AsUTF8AndSize(object, &len);
    if (value->as.s == NULL) { /* lone surrogates: those that stand for bytes go back to them */
        PyErr_Clear();
        PyObject *encoded = PyUnicode_AsEncodedString(object, "utf-8", "surrogateescape");
        if (encoded == NULL || PyBytes_AsStringAndSize(encoded, &bytes, &len) < 0)
            return (Py_XDECREF(encoded), false);
        if (!keep_or_drop(arena, type->library, (struct core_leftover){OBJECT, {.object = encoded}}))
            return false;
        value->as.s = bytes;
    }
    value->len = (uint64_t)len;
    return true;
}

bool core_same_format(const Py_buffer *buffer, const core_type *elem) {
    const char *wanted = core_format(elem), *format = buffer->format != NULL ? buffer->format : "B";
    if (wanted == NULL || elem->info.bytes != (uint64_t)buffer->itemsize) return false;
    if (*format == '@' || *format == '=' || (*format == '<' && PY_LITTLE_ENDIAN) ||
        (*format == '>' && PY_BIG_ENDIAN))
        format++;
    if (strcmp(format, wanted) == 0) return true;
    if (format[0] == 0 || format[1] != 0) return false;
    static const char *const letters[] = {"bhilqn", "BHILQN"};
    for (size_t i = 0; i < 2; i++)
        if (strchr(letters[i], *wanted) != NULL && strchr(letters[i], *format) != NULL) return true;
    return (*format == 'c' || *format == 'B') && *wanted == 'B';
}

/* What becomes a slice's elements, as a column: the items of a buffer where they lie, or values of a list's. */
struct elements {
    gobridge_column column;
    Py_ssize_t count;
    Py_buffer buffer; /* obj is NULL: it is none */
    core_arena arena;
    PyObject *items;
};

static void elements_free(struct elements *elements, core_library *library) {
    if (elements->buffer.obj != NULL)
        PyBuffer_Release(&elements->buffer);
    else
        PyMem_Free(elements->column.data);
    core_arena_free(&elements->arena, library);
    Py_XDECREF(elements->items);
}

/* The bytes between two items of a buffer, if it is one of a type's items; 0, without an exception and with nothing to release, for
 * what else is given. */
static Py_ssize_t buffer_of(Py_buffer *buffer, core_type *elem, PyObject *from) {
    if (!PyObject_CheckBuffer(from) || core_format(elem) == NULL) return 0;
    if (PyObject_GetBuffer(from, buffer, PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        PyErr_Clear();
        return 0;
    }
    Py_ssize_t stride = buffer->ndim == 1 ? core_stride(buffer) : 0;
    if (stride != 0 && stride >= INT32_MIN && stride <= INT32_MAX && core_same_format(buffer, elem))
        return stride;
    PyBuffer_Release(buffer);
    return 0;
}

/* False if it is no buffer of a type's items, which is no failure. */
static bool elements_buffer(struct elements *elements, core_type *elem, PyObject *from) {
    Py_buffer *buffer = &elements->buffer;
    Py_ssize_t stride = buffer_of(buffer, elem, from);
    if (stride == 0) return false;
    elements->count = buffer->shape[0];
    elements->column =
        (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .stride = (int32_t)stride, .data = buffer->buf};
    return true;
}

static bool elements_values(struct elements *elements, core_type *elem, PyObject *from) {
    elements->items = PyList_Check(from) || PyTuple_Check(from) ? Py_NewRef(from) : PySequence_List(from);
    if (elements->items == NULL) return false;
    bool list = PyList_Check(elements->items);
    elements->count = PySequence_Size(elements->items);
    gobridge_value *values = PyMem_Calloc((size_t)elements->count + 1, sizeof *values);
    if (values == NULL) return (PyErr_NoMemory(), false);
    elements->column = (gobridge_column){.layout = GOBRIDGE_COLUMN_VALUES, .data = values};
    for (Py_ssize_t i = 0; i < elements->count; i++) {
        /* The list may shrink while its items are converted: those run Python code. */
        PyObject *item = list ? PyList_GetItem(elements->items, i) : PyTuple_GetItem(elements->items, i);
        if (item == NULL) return false;
        struct core_leftover kept = {OBJECT, {.object = Py_NewRef(item)}};
        if (!keep_or_drop(&elements->arena, elem->library, kept) ||
            !core_to_go(&elements->arena, elem, item, &values[i]))
            return false;
    }
    return true;
}

static bool elements_read(struct elements *elements, core_type *type, PyObject *from) {
    if (elements_buffer(elements, type->elem, from)) return true;
    if (!PyUnicode_Check(from)) return elements_values(elements, type->elem, from);
    PyErr_Format(PyExc_TypeError, "a str is no %s", type->info.name);
    return false;
}

static gobridge_ref append(core_type *type, gobridge_ref slice, const struct elements *elements) {
    gobridge_ref longer = 0;
    gobridge_status status;
    CROSS_LONG(status, type->library, slice_append_n, slice, &elements->column, (size_t)elements->count,
               &longer);
    if (status != GOBRIDGE_OK) core_raise(type->library, status, NULL);
    return longer;
}

/* Changes of a slice's length are made one after the other: each is of what the last one left. */
static PyThread_type_lock changing;

void core_slices_unlock(void) {
    changing = NULL;
}

gobridge_ref core_slice_change(core_object *slice, PyThread_type_lock *lock) {
    if (changing == NULL) changing = PyThread_allocate_lock();
    if (changing == NULL) return (PyErr_NoMemory(), 0);
    *lock = changing;
    if (!PyThread_acquire_lock(*lock, NOWAIT_LOCK)) {
        PyThreadState *left = core_leave();
        PyThread_acquire_lock(*lock, WAIT_LOCK);
        core_return(left);
    }
    if (core_live(slice)) return slice->ref;
    PyThread_release_lock(*lock);
    return 0;
}

bool core_slice_changed(core_object *slice, PyThread_type_lock lock, gobridge_ref from, gobridge_ref to) {
    bool closed = slice->ref != from; /* meanwhile */
    if (to != 0 && !closed) slice->ref = to;
    PyThread_release_lock(lock);
    if (to != 0) core_forget(slice->type->library, closed ? to : from);
    return to != 0;
}

bool core_slice_extend(core_object *slice, PyObject *items) {
    struct elements elements = {0};
    PyThread_type_lock lock;
    /* They are read first: that runs Python code, which may change the slice itself. */
    gobridge_ref from = elements_read(&elements, slice->type, items) ? core_slice_change(slice, &lock) : 0;
    bool ok = from != 0 && core_slice_changed(slice, lock, from, append(slice->type, from, &elements));
    elements_free(&elements, slice->type->library);
    return ok;
}

/* Appended to an empty slice, elements are copied once, into memory that Go does not clear first. */
static gobridge_ref build_slice(core_type *type, PyObject *items) {
    core_library *library = type->library;
    struct elements elements = {0};
    gobridge_ref empty, slice = 0;
    gobridge_status status;
    if (elements_read(&elements, type, items)) {
        QUICK(status, library, slice_new, type->ref, 0, 0, &empty);
        if (status == GOBRIDGE_OK) {
            slice = append(type, empty, &elements);
            core_forget(library, empty);
        } else {
            core_raise(library, status, NULL);
        }
    }
    elements_free(&elements, library);
    return slice;
}

/* ---- maps ---- */

/* The entries of a dict as two columns: text and words as such, which are smaller than values. */
struct entries {
    gobridge_column keys, elems;
    Py_ssize_t count;
    core_arena arena;
    PyObject *items;
};

static bool is_text(const core_type *type) {
    return type->to_go == NULL && type->info.kind == GOBRIDGE_KIND_STRING;
}

static bool column_make(gobridge_column *column, const core_type *type, Py_ssize_t count) {
    size_t most = (size_t)count + 1;
    if (is_text(type)) {
        column->layout = GOBRIDGE_COLUMN_OFFSETS64;
        column->offsets = PyMem_Malloc((most + 1) * sizeof(int64_t));
        if (column->offsets != NULL) *(int64_t *)column->offsets = 0;
        column->capacity = most * 16; /* it grows */
        column->data = PyMem_Malloc(column->capacity);
    } else {
        bool word = type->to_go == NULL && core_is_word(type);
        column->layout = word ? GOBRIDGE_COLUMN_PLAIN : GOBRIDGE_COLUMN_VALUES;
        column->data = PyMem_Malloc(most * (word ? sizeof(int64_t) : sizeof(gobridge_value)));
    }
    bool made = column->data != NULL && (!is_text(type) || column->offsets != NULL);
    if (!made) PyErr_NoMemory();
    return made;
}

static void column_free(gobridge_column *column) {
    PyMem_Free(column->data);
    PyMem_Free(column->offsets);
}

static bool column_add_text(gobridge_column *column, Py_ssize_t i, const gobridge_value *text) {
    int64_t *offsets = column->offsets;
    size_t used = (size_t)offsets[i], needed = used + (size_t)text->len;
    if (needed > column->capacity) {
        void *data = PyMem_Realloc(column->data, needed * 2);
        if (data == NULL) return (PyErr_NoMemory(), false);
        column->data = data;
        column->capacity = needed * 2;
    }
    if (text->len > 0) memcpy((char *)column->data + used, text->as.s, (size_t)text->len);
    offsets[i + 1] = (int64_t)needed;
    return true;
}

/* Puts what an object was converted to into a column; only values may be of another kind than the column's type. */
static bool column_put(gobridge_column *column, Py_ssize_t i, const gobridge_value *value) {
    if (column->layout == GOBRIDGE_COLUMN_OFFSETS64) return column_add_text(column, i, value);
    if (column->layout == GOBRIDGE_COLUMN_PLAIN)
        ((int64_t *)column->data)[i] = value->as.i; /* a float's bits alike */
    else
        ((gobridge_value *)column->data)[i] = *value;
    return true;
}

static bool column_set(core_arena *arena, gobridge_column *column, core_type *type, Py_ssize_t i,
                       PyObject *object) {
    gobridge_value value = {0};
    if (!core_to_go(arena, type, object, &value)) return false;
    if (column->layout == GOBRIDGE_COLUMN_VALUES || value.kind == type->info.kind)
        return column_put(column, i, &value);
    if (type->info.kind == GOBRIDGE_KIND_FLOAT64 && PyLong_Check(object)) {
        double number = PyLong_AsDouble(object);
        ((double *)column->data)[i] = number;
        return number != -1 || !PyErr_Occurred();
    }
    if (PyLong_Check(object) && !PyBool_Check(object) && core_is_integer(type->info.kind))
        PyErr_Format(PyExc_OverflowError, "an int that does not fit Go's %s", type->info.name);
    else
        PyErr_Format(PyExc_TypeError, "%R is no %s", object, type->info.name);
    return false;
}

static void entries_free(struct entries *entries, core_library *library) {
    core_arena_free(&entries->arena, library);
    column_free(&entries->keys);
    column_free(&entries->elems);
    Py_XDECREF(entries->items);
}

/* Reads the entries of most dicts where they lie: no conversion here runs Python code, which could change the dict. False, without
 * an exception, for others. */
static bool entries_read_quickly(struct entries *entries, const core_type *type, PyObject *dict) {
    PyObject *key, *elem;
    Py_ssize_t at = 0;
    gobridge_value value;
    for (Py_ssize_t i = 0; i < entries->count && PyDict_Next(dict, &at, &key, &elem); i++) {
        if (!core_to_go_quickly(type->key, key, &value)) return false;
        if (!column_put(&entries->keys, i, &value)) return (PyErr_Clear(), false);
        if (!core_to_go_quickly(type->elem, elem, &value)) return false;
        if (!column_put(&entries->elems, i, &value)) return (PyErr_Clear(), false);
    }
    return true;
}

/* Reads the others by a copy, which keeps keys and elements alive should another thread change the dict meanwhile. */
static bool entries_read(struct entries *entries, core_type *type, PyObject *dict) {
    PyObject *key, *elem;
    Py_ssize_t at = 0;
    entries->count = PyDict_Size(dict);
    if (!column_make(&entries->keys, type->key, entries->count) ||
        !column_make(&entries->elems, type->elem, entries->count))
        return false;
    if (entries_read_quickly(entries, type, dict)) return true;
    entries->items = PyDict_Copy(dict);
    if (entries->items == NULL) return false;
    for (Py_ssize_t i = 0; PyDict_Next(entries->items, &at, &key, &elem) && i < entries->count; i++)
        if (!column_set(&entries->arena, &entries->keys, type->key, i, key) ||
            !column_set(&entries->arena, &entries->elems, type->elem, i, elem))
            return false;
    return true;
}

static gobridge_ref build_map(core_type *type, PyObject *dict) {
    struct entries entries = {0};
    gobridge_ref map = 0;
    if (entries_read(&entries, type, dict)) {
        gobridge_status status;
        CROSS_LONG(status, type->library, map_build_n, type->ref, &entries.keys, &entries.elems,
                   (size_t)entries.count, 0, &map);
        if (status != GOBRIDGE_OK) core_raise(type->library, status, NULL);
    }
    entries_free(&entries, type->library);
    return map;
}

bool core_map_update(core_type *type, gobridge_ref map, PyObject *dict) {
    struct entries entries = {0};
    bool ok = entries_read(&entries, type, dict);
    if (ok) {
        gobridge_status status;
        CROSS_LONG(status, type->library, map_set_n, map, &entries.keys, &entries.elems,
                   (size_t)entries.count, NULL);
        if (status != GOBRIDGE_OK) ok = core_raise(type->library, status, NULL) != NULL;
    }
    entries_free(&entries, type->library);
    return ok;
}

/* ---- structs, and what an interface takes ---- */

/* A pointer to a new struct, of a dict of its fields. */
static gobridge_ref build_struct(core_type *type, PyObject *dict) {
    core_library *library = type->library;
    gobridge_ref pointer = 0;
    gobridge_status status;
    PyObject *key, *elem, *copy = PyDict_Copy(dict);
    Py_ssize_t at = 0;
    if (copy == NULL) return 0;
    QUICK(status, library, value_new, type->ref, &pointer);
    if (status != GOBRIDGE_OK) core_raise(library, status, NULL);
    bool ok = status == GOBRIDGE_OK;
    while (ok && PyDict_Next(copy, &at, &key, &elem)) {
        PyObject *index = PyObject_CallMethod(library->hooks, "field_index", "OO", type, key);
        long number = index != NULL ? PyLong_AsLong(index) : -1;
        core_type *part = number >= 0 ? core_type_part(type, number) : NULL;
        core_arena arena = {0};
        gobridge_value value;
        Py_XDECREF(index);
        ok = part != NULL && core_to_go(&arena, part, elem, &value);
        if (ok) QUICK(status, library, struct_set_at, pointer, (uint32_t)number, &value);
        if (ok && status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
        core_arena_free(&arena, library);
        if (!ok && part != NULL) {
            PyObject *raised = PyErr_GetRaisedException();
            core_raise_better(PyObject_CallMethod(library->hooks, "within_field", "OOO", raised, type, key));
            Py_XDECREF(raised);
        }
    }
    Py_DECREF(copy);
    if (ok) return pointer;
    if (pointer != 0) core_forget(library, pointer);
    return 0;
}

/* The type that a list, a dict or a buffer has in an interface. */
static core_type *type_in_interface(core_library *library, PyObject *object) {
    if (PyList_Check(object) || PyTuple_Check(object)) return core_type_parse(library, "[]interface {}", 14);
    if (PyDict_Check(object)) {
        PyObject *key, *elem;
        Py_ssize_t at = 0;
        while (PyDict_Next(object, &at, &key, &elem))
            if (!PyUnicode_Check(key)) return core_type_parse(library, "map[interface {}]interface {}", 29);
        return core_type_parse(library, "map[string]interface {}", 23);
    }
    static const char *const slices[] = {"[]int64", "[]float64",   "[]int32",     "[]float32", "[]uint8",
                                         "[]int8",  "[]int16",     "[]uint16",    "[]uint32",  "[]uint64",
                                         "[]bool",  "[]complex64", "[]complex128"};
    Py_buffer buffer;
    if (PyObject_GetBuffer(object, &buffer, PyBUF_STRIDES | PyBUF_FORMAT) < 0) return NULL;
    core_type *found = NULL;
    for (size_t i = 0; i < sizeof slices / sizeof *slices && found == NULL && !PyErr_Occurred(); i++) {
        core_type *slice = core_type_parse(library, slices[i], (Py_ssize_t)strlen(slices[i]));
        if (slice != NULL && core_same_format(&buffer, slice->elem)) found = slice;
    }
    if (found == NULL && !PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "Go has no items such as %s",
                     buffer.format != NULL ? buffer.format : "those");
    PyBuffer_Release(&buffer);
    return found;
}

static bool bytes_of(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value) {
    Py_buffer *buffer = PyMem_Calloc(1, sizeof *buffer);
    if (buffer == NULL) return (PyErr_NoMemory(), false);
    if (PyObject_GetBuffer(object, buffer, PyBUF_SIMPLE) < 0) return (PyMem_Free(buffer), false);
    value->as.b = buffer->buf;
    value->len = (uint64_t)buffer->len;
    return keep_or_drop(arena, type->library, (struct core_leftover){BUFFER, {.buffer = buffer}});
}

bool core_buffer_in_place(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value) {
    if (type->info.kind != GOBRIDGE_KIND_SLICE || type->elem->info.kind == GOBRIDGE_KIND_BOOL ||
        type->to_go != NULL || PyObject_TypeCheck(object, core_object_type))
        return false;
    Py_buffer *buffer = PyMem_Calloc(1, sizeof *buffer);
    Py_ssize_t stride = buffer != NULL ? buffer_of(buffer, type->elem, object) : 0;
    if (stride == 0) return (PyMem_Free(buffer), false);
    *value = (gobridge_value){.kind = GOBRIDGE_KIND_BYTES, .as.b = buffer->buf, .len = (uint64_t)buffer->len};
    bool kept = keep_or_drop(arena, type->library, (struct core_leftover){BUFFER, {.buffer = buffer}});
    if (!kept) PyErr_Clear(); /* as there is another way */
    return kept && stride == buffer->itemsize;
}

/* A file, a class's instance and all else: the hooks make something simpler of it. */
static bool by_hook(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value) {
    PyObject *simpler = PyObject_CallMethod(type->library->hooks, "simplify", "OO", type, object);
    if (simpler == NULL) return false;
    bool ok = keep_or_drop(arena, type->library, (struct core_leftover){OBJECT, {.object = simpler}});
    if (ok && simpler == object) {
        PyErr_Format(PyExc_TypeError, "an object of %R is no %s of Go's", Py_TYPE(object), type->info.name);
        return false;
    }
    return ok && core_to_go(arena, type, simpler, value);
}

static bool convert(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value) {
    core_library *library = type->library;
    uint32_t kind = type->info.kind;
    if (kind == GOBRIDGE_KIND_POINTER && !PyCallable_Check(object) &&
        type->elem->info.kind == GOBRIDGE_KIND_STRUCT && PyDict_Check(object))
        return give(arena, library, build_struct(type->elem, object), value);
    if (PyBool_Check(object)) {
        value->kind = GOBRIDGE_KIND_BOOL;
        value->as.u = object == Py_True;
        return true;
    }
    if (PyLong_Check(object)) return integer(type, object, value);
    if (PyFloat_Check(object) && !core_is_integer(kind)) {
        value->kind = GOBRIDGE_KIND_FLOAT64;
        value->as.f = PyFloat_AsDouble(object);
        return true;
    }
    if (PyUnicode_Check(object)) return text(arena, type, object, value);
    if (core_is_integer(kind) && PyIndex_Check(object)) {
        PyObject *number = PyNumber_Index(object);
        bool ok = number != NULL && integer(type, number, value);
        Py_XDECREF(number);
        return ok;
    }
    if (is_float(kind) && PyNumber_Check(object) && !PyComplex_Check(object)) {
        PyObject *number = PyNumber_Float(object);
        if (number == NULL) return false;
        value->kind = GOBRIDGE_KIND_FLOAT64;
        value->as.f = PyFloat_AsDouble(number);
        Py_DECREF(number);
        return true;
    }
    bool bytes = PyBytes_Check(object) || PyByteArray_Check(object) || PyMemoryView_Check(object);
    bool list = kind == GOBRIDGE_KIND_SLICE || kind == GOBRIDGE_KIND_ARRAY;
    if (bytes && (!list || type->elem->info.kind == GOBRIDGE_KIND_UINT8)) {
        value->kind = kind == GOBRIDGE_KIND_STRING ? GOBRIDGE_KIND_STRING : GOBRIDGE_KIND_BYTES;
        if (bytes_of(arena, type, object, value)) return true;
        if (!list || !PyErr_ExceptionMatches(PyExc_BufferError)) return false;
        PyErr_Clear(); /* not in one piece */
    }
    bool sequence = PyList_Check(object) || PyTuple_Check(object) || PyObject_CheckBuffer(object);
    if (kind == GOBRIDGE_KIND_SLICE && sequence)
        return give(arena, library, build_slice(type, object), value);
    if (kind == GOBRIDGE_KIND_ARRAY && sequence) { /* a slice of its length stands for it */
        gobridge_ref slice;
        gobridge_status status;
        QUICK(status, library, type_slice_of, type->elem->ref, &slice);
        core_type *of =
            status == GOBRIDGE_OK ? core_type_get(library, slice) : (core_raise(library, status, NULL), NULL);
        return of != NULL && give(arena, library, build_slice(of, object), value);
    }
    if (kind == GOBRIDGE_KIND_MAP && PyDict_Check(object))
        return give(arena, library, build_map(type, object), value);
    if (kind == GOBRIDGE_KIND_STRUCT && PyDict_Check(object))
        return give(arena, library, build_struct(type, object), value);
    if (kind == GOBRIDGE_KIND_FUNC && PyCallable_Check(object))
        return give(arena, library, core_callback_new(type, object), value);
    bool scalar =
        PyObject_CheckBuffer(object) && PyNumber_Check(object) && !PySequence_Check(object); /* NumPy's */
    if (kind == GOBRIDGE_KIND_INTERFACE && type->info.methods == 0 && !scalar &&
        (sequence || PyDict_Check(object))) {
        core_type *dynamic = type_in_interface(library, object);
        return dynamic != NULL && core_to_go(arena, dynamic, object, value);
    }
    return by_hook(arena, type, object, value);
}

bool core_to_go(core_arena *arena, core_type *type, PyObject *object, gobridge_value *value) {
    if (core_to_go_quickly(type, object, value)) return true;
    *value = (gobridge_value){0};
    if (object == Py_None) return true;
    if (PyObject_TypeCheck(object, core_object_type)) {
        core_object *of = (core_object *)object;
        if (!core_live(of)) return false;
        if (of->type->library != type->library) {
            PyErr_Format(PyExc_ValueError, "a %s of another library", of->type->info.name);
            return false;
        }
        value->kind = GOBRIDGE_KIND_REF;
        value->as.ref = of->ref;
        return true;
    }
    if (Py_EnterRecursiveCall(" while an object is converted for Go")) return false;
    bool ok;
    if (type->to_go != NULL) {
        PyObject *made = PyObject_CallFunctionObjArgs(type->to_go, object, NULL);
        ok = made != NULL &&
             keep_or_drop(arena, type->library, (struct core_leftover){OBJECT, {.object = made}}) &&
             (PyObject_TypeCheck(made, core_object_type) ? core_to_go(arena, type, made, value)
                                                         : convert(arena, type, made, value));
    } else {
        ok = convert(arena, type, object, value);
    }
    Py_LeaveRecursiveCall();
    return ok;
}

/* A variable or a value of a type, of an object. */
gobridge_ref core_build(core_type *type, PyObject *object) {
    core_library *library = type->library;
    gobridge_ref ref = 0;
    gobridge_status status;
    core_arena arena = {0};
    gobridge_value value;
    if (type->info.kind == GOBRIDGE_KIND_MAP && PyDict_CheckExact(object)) return build_map(type, object);
    if (type->info.kind == GOBRIDGE_KIND_SLICE &&
        (PyList_CheckExact(object) || PyObject_CheckBuffer(object)) &&
        !PyObject_TypeCheck(object, core_object_type))
        return build_slice(type, object);
    if (type->info.kind == GOBRIDGE_KIND_STRUCT && PyDict_CheckExact(object))
        return build_struct(type, object);
    if (!core_to_go(&arena, type, object, &value)) return (core_arena_free(&arena, library), 0);
    QUICK(status, library, value_make, type->ref, &value, &ref);
    core_arena_free(&arena, library);
    if (status != GOBRIDGE_OK) return (core_raise(library, status, NULL), 0);
    return ref;
}
