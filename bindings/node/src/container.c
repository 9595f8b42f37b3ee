/* Containers: live maps, slices, arrays and structs. The types of keys, elements and fields come as numbers, which the classes in
 * JavaScript know. */
#include "addon.h"

/* An index; anything that is none is past the end. */
static int64_t index_of(napi_env env, napi_value js) {
    double index = -1;
    napi_get_value_double(env, js, &index);
    return index >= 0 && index < 0x1p53 ? (int64_t)index : INT64_MAX;
}

/* What each of these begins with: an object and a type, of what follows. */
static const handle *object_and_type(napi_env env, library *lib, const napi_value *argv, type **t) {
    const handle *h = handle_argument(env, lib, argv[0]);
    if (h != NULL) *t = type_argument(env, lib, argv[1]);
    return h == NULL || *t == NULL ? NULL : h;
}

/* ---- maps ---- */

/* mapGet(map, key type, key, element type): undefined where there is none. */
static napi_value map_get(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    type *key_type = NULL, *elem_type = NULL;
    const handle *h = object_and_type(env, lib, argv, &key_type);
    if (h == NULL || (elem_type = type_argument(env, lib, argv[3])) == NULL) return NULL;
    SCRATCH(s, lib, "get");
    gobridge_value key, elem;
    uint8_t found = 0;
    if (!to_go(env, &s, key_type, argv[2], &key)) return NULL;
    TRY(map_get(h->ref, &key, &elem, &found));
    if (found) return to_js(env, lib, elem_type, &elem);
    lib->api.value_release(&elem);
    return NULL;
}

/* mapHas(map, key type, key) */
static napi_value map_has(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = NULL;
    const handle *h = object_and_type(env, lib, argv, &t);
    SCRATCH(s, lib, "has");
    gobridge_value key;
    uint8_t found = 0;
    if (h == NULL || !to_go(env, &s, t, argv[2], &key)) return NULL;
    TRY(map_contains(h->ref, &key, &found));
    return boolean(env, found);
}

/* mapSet(map, key type, key, element type, element) */
static napi_value map_set(napi_env env, napi_callback_info info) {
    ARGUMENTS(5);
    type *key_type = NULL, *elem_type = NULL;
    const handle *h = object_and_type(env, lib, argv, &key_type);
    if (h == NULL || (elem_type = type_argument(env, lib, argv[3])) == NULL) return NULL;
    SCRATCH(s, lib, "set");
    gobridge_value key, elem;
    if (!to_go(env, &s, key_type, argv[2], &key) || !to_go(env, &s, elem_type, argv[4], &elem)) return NULL;
    TRY(map_set(h->ref, &key, &elem));
    return NULL;
}

/* mapDelete(map, key type, key) */
static napi_value map_delete(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = NULL;
    const handle *h = object_and_type(env, lib, argv, &t);
    SCRATCH(s, lib, "delete");
    gobridge_value key;
    uint8_t found = 0;
    if (h == NULL || !to_go(env, &s, t, argv[2], &key)) return NULL;
    TRY(map_delete(h->ref, &key, &found));
    return boolean(env, found);
}

WITH_OBJECT(map_clear, map_clear(h->ref))
OF_OBJECT(map_len, int64_t, map_len(h->ref, &got), number(env, got))

/* mapIterate(map): an iterator for mapNext. */
OF_OBJECT(map_iterate, gobridge_ref, map_iterate(h->ref, &got), object_raw(env, lib, got, false))

/* The values of a column, which its owner keeps, as an array. */
static napi_value column_to_js(napi_env env, library *lib, type *t, gobridge_column *column, size_t count) {
    napi_value array;
    napi_create_array_with_length(env, count, &array);
    const gobridge_value *values = column->data;
    for (size_t i = 0; i < count && array != NULL; i++) {
        napi_handle_scope scope;
        napi_open_handle_scope(env, &scope);
        napi_value element = borrowed_to_js(env, lib, t, &values[i]);
        if (element != NULL) napi_set_element(env, array, (uint32_t)i, element);
        napi_close_handle_scope(env, scope);
        if (element == NULL) array = NULL;
    }
    if (column->owner != 0) library_release(lib, column->owner);
    return array;
}

enum { BATCH = 64 };

/* mapNext(iterator, key type, element type): [keys, elements] of the next entries; no keys at the end. */
static napi_value map_next(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *key_type = NULL, *elem_type = NULL;
    const handle *h = object_and_type(env, lib, argv, &key_type);
    if (h == NULL || (elem_type = type_argument(env, lib, argv[2])) == NULL) return NULL;
    gobridge_value keys[BATCH], elems[BATCH];
    gobridge_column key_column = {.layout = GOBRIDGE_COLUMN_VALUES, .data = keys};
    gobridge_column elem_column = {.layout = GOBRIDGE_COLUMN_VALUES, .data = elems};
    size_t filled = 0;
    TRY(map_next_n(h->ref, BATCH, &key_column, &elem_column, &filled));
    napi_value pair, key_array = column_to_js(env, lib, key_type, &key_column, filled);
    napi_value elem_array =
        key_array == NULL ? NULL : column_to_js(env, lib, elem_type, &elem_column, filled);
    if (elem_array == NULL) return NULL;
    napi_create_array_with_length(env, 2, &pair);
    napi_set_element(env, pair, 0, key_array);
    napi_set_element(env, pair, 1, elem_array);
    return pair;
}

/* mapFrom(type, keys, elements, temporary) */
static napi_value map_from(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    type *key_type = type_get(env, lib, t->key), *elem_type = type_get(env, lib, t->elem);
    SCRATCH(s, lib, t->name);
    gobridge_value *keys, *elems;
    size_t count, elem_count;
    bool temporary = false;
    napi_get_value_bool(env, argv[3], &temporary);
    if (key_type == NULL || elem_type == NULL ||
        !array_to_go(env, &s, key_type, argv[1], "key", NULL, &keys, &count) ||
        !array_to_go(env, &s, elem_type, argv[2], "element", argv[1], &elems, &elem_count)) {
        return NULL;
    }
    if (count != elem_count)
        return fail_with(env, lib, GOBRIDGE_E_COUNT, "as many keys as elements are wanted");
    gobridge_column key_column = {.layout = GOBRIDGE_COLUMN_VALUES, .data = keys};
    gobridge_column elem_column = {.layout = GOBRIDGE_COLUMN_VALUES, .data = elems};
    gobridge_ref map = 0;
    TRY(map_build_n(t->ref, &key_column, &elem_column, count, 1, &map));
    return temporary ? object_raw(env, lib, map, true) : object_new(env, lib, t, map);
}

/* ---- slices and arrays ---- */

OF_OBJECT(slice_len, int64_t, slice_len(h->ref, &got), number(env, got))

/* sliceGet(slice, element type, index) */
static napi_value slice_get(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = NULL;
    const handle *h = object_and_type(env, lib, argv, &t);
    if (h == NULL) return NULL;
    gobridge_value elem;
    TRY(slice_get(h->ref, index_of(env, argv[2]), &elem));
    return to_js(env, lib, t, &elem);
}

/* sliceAt(slice, index): a pointer to the element. */
static napi_value slice_at(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const handle *h = handle_argument(env, lib, argv[0]);
    if (h == NULL) return NULL;
    gobridge_ref pointer = 0;
    TRY(slice_at(h->ref, index_of(env, argv[1]), &pointer));
    return object_new(env, lib, NULL, pointer);
}

/* sliceSet(slice, element type, index, element) */
static napi_value slice_set(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    type *t = NULL;
    const handle *h = object_and_type(env, lib, argv, &t);
    SCRATCH(s, lib, "set");
    gobridge_value elem;
    if (h == NULL || !to_go(env, &s, t, argv[3], &elem)) return NULL;
    TRY(slice_set(h->ref, index_of(env, argv[2]), &elem));
    return NULL;
}

/* sliceAppend(slice, element type, elements): the object names the longer slice from then on. */
static napi_value slice_append(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = NULL;
    handle *h = (handle *)(uintptr_t)object_and_type(env, lib, argv, &t);
    SCRATCH(s, lib, "append");
    gobridge_value *elems;
    size_t count;
    if (h == NULL || !array_to_go(env, &s, t, argv[2], "element", NULL, &elems, &count)) return NULL;
    gobridge_ref longer = 0;
    TRY(slice_append(h->ref, elems, count, &longer));
    library_release(lib, h->ref);
    h->ref = longer;
    return NULL;
}

/* sliceCut(slice, low, high): the object names that part from then on. */
static napi_value slice_cut(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    handle *h = handle_argument(env, lib, argv[0]);
    if (h == NULL) return NULL;
    gobridge_ref part = 0;
    TRY(slice_sub(h->ref, index_of(env, argv[1]), index_of(env, argv[2]), &part));
    library_release(lib, h->ref);
    h->ref = part;
    return NULL;
}

/* sliceSub(slice, type, low, high): a slice that shares the memory. */
static napi_value slice_sub(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    type *t = NULL;
    const handle *h = object_and_type(env, lib, argv, &t);
    if (h == NULL) return NULL;
    gobridge_ref part = 0;
    TRY(slice_sub(h->ref, index_of(env, argv[2]), index_of(env, argv[3]), &part));
    return object_new(env, lib, t, part);
}

/* sliceRead(slice, element type, index, count): an array of copies. */
static napi_value slice_read(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    type *t = NULL;
    const handle *h = object_and_type(env, lib, argv, &t);
    if (h == NULL) return NULL;
    SCRATCH(s, lib, "slice");
    size_t count = (size_t)index_of(env, argv[3]);
    if (count > UINT32_MAX / sizeof(gobridge_value)) {
        return fail_with(env, lib, GOBRIDGE_E_LIMIT, "too many elements for one array");
    }
    gobridge_column column = {.layout = GOBRIDGE_COLUMN_VALUES,
                              .data = scratch_take(env, &s, count * sizeof(gobridge_value) + 1)};
    if (column.data == NULL) return NULL;
    TRY(slice_read_n(h->ref, index_of(env, argv[2]), count, &column));
    return column_to_js(env, lib, t, &column, count);
}

/* sliceFrom(type, elements, temporary): elements is an array, or the memory of plain elements. */
static napi_value slice_from(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = type_argument(env, lib, argv[0]);
    type *elem = t == NULL ? NULL : type_elem(env, lib, t);
    if (elem == NULL) return NULL;
    SCRATCH(s, lib, t->name);
    bool temporary = false, array = false;
    napi_get_value_bool(env, argv[2], &temporary);
    napi_is_array(env, argv[1], &array);
    gobridge_ref slice = 0;
    gobridge_column column = {.layout = array ? GOBRIDGE_COLUMN_VALUES : GOBRIDGE_COLUMN_PLAIN};
    size_t count = 0;
    if (array) {
        gobridge_value *values;
        if (!array_to_go(env, &s, elem, argv[1], "element", NULL, &values, &count)) return NULL;
        column.data = values;
    } else {
        uint64_t size = 0;
        uint8_t *data;
        gobridge_type_info about = {.size = sizeof about};
        TRY(type_describe(elem->ref, &about));
        size = about.bytes;
        if (!elem->plain || size == 0 || !bytes_of(env, argv[1], &data, &count)) {
            return fail_with(env, lib, GOBRIDGE_E_WRONG_TYPE, "a %s is no memory", t->name);
        }
        count /= (size_t)size;
        column.data = data;
    }
    /* What is appended to an empty one is copied once, into memory that Go does not clear first. */
    gobridge_ref empty = 0;
    TRY(slice_new(t->ref, 0, 0, &empty));
    gobridge_status status = lib->api.slice_append_n(empty, &column, count, &slice);
    if (status != GOBRIDGE_OK) fail(env, lib, status);
    library_release(lib, empty);
    if (status != GOBRIDGE_OK) return NULL;
    return temporary ? object_raw(env, lib, slice, true) : object_new(env, lib, t, slice);
}

typedef struct view {
    library *lib;
    gobridge_value value;
} view;

static void view_end(napi_env env, void *memory, void *data) {
    (void)env, (void)memory;
    view *v = data;
    library_release(v->lib, v->value.owner);
    free(v);
}

/* sliceView(slice): an ArrayBuffer that is Go's own memory, which it keeps. */
static napi_value slice_view(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    const handle *h = handle_argument(env, lib, argv[0]);
    view *v = h == NULL ? NULL : calloc(1, sizeof *v);
    if (v == NULL) return NULL;
    v->lib = lib;
    gobridge_status status = lib->api.slice_view(h->ref, &v->value);
    if (status != GOBRIDGE_OK) {
        free(v);
        return fail(env, lib, status);
    }
    napi_value buffer = NULL;
    if (v->value.len == 0) {
        lib->api.value_release(&v->value);
        free(v);
        napi_create_arraybuffer(env, 0, NULL, &buffer);
    } else if (napi_create_external_arraybuffer(env, (void *)(uintptr_t)v->value.as.b, (size_t)v->value.len,
                                                view_end, v, &buffer) != napi_ok) {
        lib->api.value_release(&v->value);
        free(v);
        return fail_with(env, lib, GOBRIDGE_E_UNSUPPORTED,
                         "this JavaScript engine takes no memory from outside");
    }
    return buffer;
}

/* ---- structs ---- */

/* structGet(struct, index, field type) */
static napi_value struct_get(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    const handle *h = handle_argument(env, lib, argv[0]);
    type *t = h == NULL ? NULL : type_argument(env, lib, argv[2]);
    if (t == NULL) return NULL;
    gobridge_value value;
    TRY(struct_get_at(h->ref, (uint32_t)index_of(env, argv[1]), &value));
    return to_js(env, lib, t, &value);
}

/* structSet(struct, index, field type, value) */
static napi_value struct_set(napi_env env, napi_callback_info info) {
    ARGUMENTS(4);
    const handle *h = handle_argument(env, lib, argv[0]);
    type *t = h == NULL ? NULL : type_argument(env, lib, argv[2]);
    SCRATCH(s, lib, "set");
    gobridge_value value;
    if (t == NULL || !to_go(env, &s, t, argv[3], &value)) return NULL;
    TRY(struct_set_at(h->ref, (uint32_t)index_of(env, argv[1]), &value));
    return NULL;
}

/* structAt(pointer, name): a pointer to the field. */
static napi_value struct_at(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const handle *h = handle_argument(env, lib, argv[0]);
    SCRATCH(s, lib, "field");
    const char *name;
    size_t len;
    if (h == NULL || !string_of(env, &s, argv[1], &name, &len)) return NULL;
    gobridge_ref pointer = 0;
    TRY(struct_at(h->ref, name, len, &pointer));
    return object_new(env, lib, NULL, pointer);
}

/* structFrom(type, indexes, field types, names, values): a temporary pointer to a new struct. */
static napi_value struct_from(napi_env env, napi_callback_info info) {
    ARGUMENTS(5);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    gobridge_ref pointer = 0;
    TRY(value_new(t->ref, &pointer));
    napi_value object = object_raw(env, lib, pointer, true);
    uint32_t count = 0;
    napi_get_array_length(env, argv[1], &count);
    for (uint32_t i = 0; i < count && object != NULL; i++) {
        napi_value element, id, index;
        napi_get_element(env, argv[1], i, &index);
        napi_get_element(env, argv[2], i, &id);
        napi_get_element(env, argv[4], i, &element);
        type *field = type_argument(env, lib, id);
        SCRATCH(s, lib, t->name);
        s.part = "field";
        s.index = (int)i;
        s.names = argv[3];
        gobridge_value value;
        if (field == NULL || !to_go(env, &s, field, element, &value)) return NULL;
        TRY(struct_set_at(pointer, (uint32_t)index_of(env, index), &value));
    }
    return object;
}

const napi_property_descriptor container_functions[] = {
    FUNCTION("mapGet", map_get),         FUNCTION("mapHas", map_has),
    FUNCTION("mapSet", map_set),         FUNCTION("mapDelete", map_delete),
    FUNCTION("mapClear", map_clear),     FUNCTION("mapLen", map_len),
    FUNCTION("mapIterate", map_iterate), FUNCTION("mapNext", map_next),
    FUNCTION("mapFrom", map_from),       FUNCTION("sliceLen", slice_len),
    FUNCTION("sliceGet", slice_get),     FUNCTION("sliceAt", slice_at),
    FUNCTION("sliceSet", slice_set),     FUNCTION("sliceAppend", slice_append),
    FUNCTION("sliceCut", slice_cut),     FUNCTION("sliceSub", slice_sub),
    FUNCTION("sliceRead", slice_read),   FUNCTION("sliceFrom", slice_from),
    FUNCTION("sliceView", slice_view),   FUNCTION("structGet", struct_get),
    FUNCTION("structSet", struct_set),   FUNCTION("structAt", struct_at),
    FUNCTION("structFrom", struct_from),
};
const size_t ncontainer_functions = sizeof container_functions / sizeof *container_functions;
