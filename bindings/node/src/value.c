/* Values: JavaScript's as Go's, by the Go type that is wanted, and Go's as JavaScript's. What is neither a number, bool, string
 * nor bytes is for the hooks, which know arrays, maps, objects, functions, dates and streams. */
#include "addon.h"
#include <math.h>
#include <stdio.h>

/* ---- scratch ---- */

enum { CHUNK = 32 << 10, SHORT = 64 };

struct chunk {
    struct chunk *next;
    max_align_t memory[];
};

/* A reference that was made for this call: the end of the scratch releases it. */
struct used {
    struct used *next;
    gobridge_ref ref;
};

/* Counted from 1, as people do; the other parts from 0, as JavaScript does. */
static const char argument[] = "argument";

void scratch_begin(scratch *s, library *lib, const char *what) {
    s->lib = lib;
    s->what = what;
    s->part = argument;
    s->index = -1;
    s->names = NULL;
    s->chunks = NULL;
    s->used = NULL;
    s->at = s->room;
    s->left = sizeof s->room;
    s->made = false;
    s->memory = MEMORY_COPIED;
}

void scratch_end(scratch *s) {
    for (struct used *u = s->used; u != NULL; u = u->next) {
        library_release(s->lib, u->ref);
    }
    while (s->chunks != NULL) {
        struct chunk *next = s->chunks->next;
        free(s->chunks);
        s->chunks = next;
    }
}

static char *chunk_new(napi_env env, scratch *s, size_t size) {
    struct chunk *c = size > SIZE_MAX / 2 ? NULL : malloc(sizeof *c + size);
    if (c == NULL) {
        fail_with(env, s->lib, GOBRIDGE_E_NO_MEMORY, "no memory for %zu bytes", size);
        return NULL;
    }
    c->next = s->chunks;
    s->chunks = c;
    return (char *)c->memory;
}

/* A new chunk for all that is small. */
static bool scratch_refill(napi_env env, scratch *s) {
    char *chunk = chunk_new(env, s, CHUNK);
    if (chunk == NULL) return false;
    s->at = chunk;
    s->left = CHUNK;
    return true;
}

void *scratch_take(napi_env env, scratch *s, size_t size) {
    size_t gap = -(uintptr_t)s->at & 15;
    if (size > s->left || gap > s->left - size) {
        if (size > CHUNK / 4) return chunk_new(env, s, size);
        if (!scratch_refill(env, s)) return NULL;
        gap = 0;
    }
    char *taken = s->at + gap;
    s->at += gap + size;
    s->left -= gap + size;
    return taken;
}

/* ---- to Go ---- */

/* What a failure is about. */
enum { WHERE = 240 };
static const char *where_of(napi_env env, const scratch *s, char where[WHERE]) {
    char name[80];
    size_t len;
    napi_value named;
    if (s->index < 0) return s->what;
    if (s->names != NULL && napi_get_element(env, s->names, (uint32_t)s->index, &named) == napi_ok &&
        napi_get_value_string_utf8(env, named, name, sizeof name, &len) == napi_ok) {
        snprintf(where, WHERE, "%.120s: %s %s", s->what, s->part, name);
    } else {
        snprintf(where, WHERE, "%.120s: %s %d", s->what, s->part, s->index + (s->part == argument));
    }
    return where;
}

static bool refuse(napi_env env, scratch *s, gobridge_status status, const type *t, const char *what) {
    const char *how = status == GOBRIDGE_E_RANGE ? "does not fit" : "for";
    char where[WHERE];
    fail_with(env, s->lib, status, "%s: %s %s a Go %s", where_of(env, s, where), what, how, t->name);
    return false;
}

static const char *name_of(napi_valuetype is) {
    static const char *const names[] = {"undefined", "null",      "a boolean",  "a number",    "a string",
                                        "a symbol",  "an object", "a function", "an external", "a BigInt"};
    return (size_t)is < sizeof names / sizeof *names ? names[is] : "a value";
}

bool bytes_of(napi_env env, napi_value js, uint8_t **data, size_t *len) {
    bool is = false;
    void *memory = NULL;
    if (napi_is_typedarray(env, js, &is) == napi_ok && is) {
        napi_typedarray_type kind;
        size_t items;
        static const uint8_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
        if (napi_get_typedarray_info(env, js, &kind, &items, &memory, NULL, NULL) != napi_ok ||
            (size_t)kind >= sizeof sizes) {
            return false;
        }
        *len = items * sizes[kind];
    } else if (napi_is_arraybuffer(env, js, &is) == napi_ok && is) {
        if (napi_get_arraybuffer_info(env, js, &memory, len) != napi_ok) return false;
    } else if (napi_is_dataview(env, js, &is) == napi_ok && is) {
        if (napi_get_dataview_info(env, js, len, &memory, NULL, NULL) != napi_ok) return false;
    } else {
        return false;
    }
    *data = memory;
    return true;
}

const number_array *array_of_numbers(const type *t) {
    static const number_array arrays[] = {
        [GOBRIDGE_KIND_INT8] = {napi_int8_array, 1},
        [GOBRIDGE_KIND_INT16] = {napi_int16_array, 2},
        [GOBRIDGE_KIND_INT32] = {napi_int32_array, 4},
        [GOBRIDGE_KIND_INT64] = {napi_bigint64_array, 8},
        [GOBRIDGE_KIND_INT] = {napi_bigint64_array, 8},
        [GOBRIDGE_KIND_UINT8] = {napi_uint8_array, 1},
        [GOBRIDGE_KIND_UINT16] = {napi_uint16_array, 2},
        [GOBRIDGE_KIND_UINT32] = {napi_uint32_array, 4},
        [GOBRIDGE_KIND_UINT64] = {napi_biguint64_array, 8},
        [GOBRIDGE_KIND_UINT] = {napi_biguint64_array, 8},
        [GOBRIDGE_KIND_UINTPTR] = {napi_biguint64_array, 8},
        [GOBRIDGE_KIND_FLOAT32] = {napi_float32_array, 4},
        [GOBRIDGE_KIND_FLOAT64] = {napi_float64_array, 8},
    };
    return t->kind < sizeof arrays / sizeof *arrays && arrays[t->kind].size > 0 ? &arrays[t->kind] : NULL;
}

bool numbers_of(napi_env env, const type *elem, napi_value js, uint8_t **data, size_t *len) {
    const number_array *wanted = array_of_numbers(elem);
    napi_typedarray_type is;
    size_t count;
    void *memory;
    if (wanted == NULL || napi_get_typedarray_info(env, js, &is, &count, &memory, NULL, NULL) != napi_ok ||
        is != wanted->array) {
        return false;
    }
    *data = memory;
    *len = count * wanted->size;
    return true;
}

bool string_of(napi_env env, scratch *s, napi_value js, const char **text, size_t *len) {
    /* Most fit into the room that is left; one that fills it, or lacks less than a character of it, may have been cut. */
    if (s->left < SHORT && !scratch_refill(env, s)) return false;
    if (napi_get_value_string_utf8(env, js, s->at, s->left, len) != napi_ok) goto none;
    if (*len + 4 < s->left) {
        *text = s->at;
        s->at += *len;
        s->left -= *len;
        return true;
    }
    if (napi_get_value_string_utf8(env, js, NULL, 0, len) != napi_ok) goto none;
    char *memory = scratch_take(env, s, *len + 1);
    if (memory == NULL) return false;
    napi_get_value_string_utf8(env, js, memory, *len + 1, len);
    *text = memory;
    return true;
none:
    fail_with(env, s->lib, GOBRIDGE_E_WRONG_TYPE, "%s: a string is wanted", s->what);
    return false;
}

static bool bigint(napi_env env, napi_value js, gobridge_value *go) {
    bool lossless = false;
    *go = (gobridge_value){.kind = GOBRIDGE_KIND_INT64};
    if (napi_get_value_bigint_int64(env, js, &go->as.i, &lossless) == napi_ok && lossless) return true;
    *go = (gobridge_value){.kind = GOBRIDGE_KIND_UINT64};
    return napi_get_value_bigint_uint64(env, js, &go->as.u, &lossless) == napi_ok && lossless;
}

/* What an object or a function names, or what the hook makes of anything. */
static bool made(napi_env env, scratch *s, type *t, napi_value js, napi_valuetype is, gobridge_value *go) {
    handle *h = is == napi_object || is == napi_function ? handle_of(env, js) : NULL;
    if (h == NULL) {
        napi_value argv[3];
        char where[WHERE];
        napi_create_uint32(env, t->id, &argv[0]);
        argv[1] = js;
        napi_create_string_utf8(env, where_of(env, s, where), NAPI_AUTO_LENGTH, &argv[2]);
        napi_value object = hook(env, s->lib, HOOK_ENCODE, 3, argv);
        if (object == NULL) return false;
        h = handle_argument(env, s->lib, object);
        if (h == NULL) return false;
        if (h->temporary) { /* its object may be collected at any time from here on */
            struct used *u = scratch_take(env, s, sizeof *u);
            if (u == NULL) return false;
            *u = (struct used){s->used, h->ref};
            s->made = true;
            s->used = u;
            h->ref = 0;
            *go = (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = u->ref};
            return true;
        }
    } else if (h->lib != s->lib) {
        return refuse(env, s, GOBRIDGE_E_FORGED_REF, t, "an object of another library");
    } else if (h->ref == 0) {
        return refuse(env, s, GOBRIDGE_E_STALE_REF, t, "an object that was closed");
    }
    *go = (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = h->ref};
    return true;
}

/* Bytes as Go's value: where they lie, or a copy where a getter or a callback could still take their memory away, or nothing yet. */
static bool memory(napi_env env, scratch *s, const uint8_t *data, size_t len, uint32_t kind,
                   gobridge_value *go) {
    if (s->memory == MEMORY_LATER) {
        go->kind = NOTHING_YET;
        return true;
    }
    if (s->memory == MEMORY_COPIED) {
        void *copy = scratch_take(env, s, len + 1);
        if (copy == NULL) return false;
        if (len > 0) memcpy(copy, data, len);
        data = copy;
    }
    *go = (gobridge_value){.kind = kind, .as.b = data, .len = len};
    return true;
}

static bool text_or_bytes(napi_env env, scratch *s, type *t, napi_value js, napi_valuetype is, uint32_t kind,
                          gobridge_value *go) {
    const char *text = NULL;
    uint8_t *data = NULL;
    size_t len = 0;
    if (is == napi_string) {
        if (!string_of(env, s, js, &text, &len)) return false;
    } else if (is == napi_object && bytes_of(env, js, &data, &len)) {
        return memory(env, s, data, len, kind, go);
    } else if (is == napi_object || is == napi_function) {
        return made(env, s, t, js, is, go);
    } else {
        return refuse(env, s, GOBRIDGE_E_WRONG_TYPE, t, name_of(is));
    }
    *go = (gobridge_value){.kind = kind, .as.s = text, .len = len};
    return true;
}

/* A slice: a TypedArray of its numbers is their memory. */
static bool numbers(napi_env env, scratch *s, type *t, napi_value js, gobridge_value *go) {
    uint8_t *data;
    size_t len;
    const type *elem = type_elem(env, s->lib, t);
    if (elem == NULL) return false;
    if (numbers_of(env, elem, js, &data, &len)) return memory(env, s, data, len, GOBRIDGE_KIND_BYTES, go);
    return made(env, s, t, js, napi_object, go);
}

static bool integer(napi_env env, scratch *s, type *t, napi_value js, napi_valuetype is, gobridge_value *go) {
    if (is == napi_number) return refuse(env, s, GOBRIDGE_E_RANGE, t, "the number");
    if (is == napi_bigint) {
        return bigint(env, js, go) || refuse(env, s, GOBRIDGE_E_RANGE, t, "the BigInt");
    }
    if (is == napi_object || is == napi_function) return made(env, s, t, js, is, go);
    return refuse(env, s, GOBRIDGE_E_WRONG_TYPE, t, name_of(is));
}

/* For the type any: whole numbers are int, others float64. */
static bool any(napi_env env, scratch *s, type *t, napi_value js, napi_valuetype is, gobridge_value *go) {
    double number = 0;
    switch (is) {
    case napi_boolean: {
        bool truth = false;
        napi_get_value_bool(env, js, &truth);
        *go = (gobridge_value){.kind = GOBRIDGE_KIND_BOOL, .as.u = truth};
        return true;
    }
    case napi_number:
        napi_get_value_double(env, js, &number);
        if (number == trunc(number) && fabs(number) <= 0x1p53 && !(number == 0 && signbit(number))) {
            *go = (gobridge_value){.kind = sizeof(void *) == 8 || fabs(number) < 0x1p31 ? GOBRIDGE_KIND_INT
                                                                                        : GOBRIDGE_KIND_INT64,
                                   .as.i = (int64_t)number};
        } else {
            *go = (gobridge_value){.kind = GOBRIDGE_KIND_FLOAT64, .as.f = number};
        }
        return true;
    case napi_bigint: return bigint(env, js, go) || made(env, s, t, js, is, go);
    case napi_string: return text_or_bytes(env, s, t, js, is, GOBRIDGE_KIND_STRING, go);
    case napi_object: {
        uint8_t *data;
        size_t len;
        bool buffer = false;
        napi_typedarray_type kind = napi_uint8_array;
        if (napi_is_typedarray(env, js, &buffer) == napi_ok && buffer) {
            napi_get_typedarray_info(env, js, &kind, NULL, NULL, NULL, NULL);
        }
        if ((kind == napi_uint8_array || kind == napi_uint8_clamped_array) &&
            bytes_of(env, js, &data, &len)) {
            return memory(env, s, data, len, GOBRIDGE_KIND_BYTES, go);
        }
        return made(env, s, t, js, is, go);
    }
    default: return made(env, s, t, js, is, go);
    }
}

bool to_go(napi_env env, scratch *s, type *t, napi_value js, gobridge_value *go) {
    if (is_number(t->kind) && number_to_go(env, t->kind, js, go)) return true;
    napi_valuetype is = napi_undefined;
    napi_typeof(env, js, &is);
    if (is == napi_null || is == napi_undefined) {
        switch (t->kind) {
        case GOBRIDGE_KIND_CHAN:
        case GOBRIDGE_KIND_FUNC:
        case GOBRIDGE_KIND_INTERFACE:
        case GOBRIDGE_KIND_MAP:
        case GOBRIDGE_KIND_POINTER:
        case GOBRIDGE_KIND_SLICE:
        case GOBRIDGE_KIND_UNSAFE_POINTER: *go = (gobridge_value){.kind = GOBRIDGE_KIND_NIL}; return true;
        default: return refuse(env, s, GOBRIDGE_E_WRONG_TYPE, t, name_of(is));
        }
    }
    switch (t->kind) {
    case GOBRIDGE_KIND_BOOL:
        if (is == napi_boolean) return any(env, s, t, js, is, go);
        if (is == napi_object) return made(env, s, t, js, is, go);
        return refuse(env, s, GOBRIDGE_E_WRONG_TYPE, t, name_of(is));
    case GOBRIDGE_KIND_FLOAT32:
    case GOBRIDGE_KIND_FLOAT64:
        if (is == napi_object) return made(env, s, t, js, is, go);
        return refuse(env, s, GOBRIDGE_E_WRONG_TYPE, t, name_of(is));
    case GOBRIDGE_KIND_STRING: return text_or_bytes(env, s, t, js, is, GOBRIDGE_KIND_STRING, go);
    case GOBRIDGE_KIND_INTERFACE: return t->any ? any(env, s, t, js, is, go) : made(env, s, t, js, is, go);
    case GOBRIDGE_KIND_SLICE:
        if (t->bytes && (is == napi_string || is == napi_object)) {
            return text_or_bytes(env, s, t, js, is, GOBRIDGE_KIND_BYTES, go);
        }
        return is == napi_object ? numbers(env, s, t, js, go) : made(env, s, t, js, is, go);
    default:
        if (t->kind >= GOBRIDGE_KIND_INT && t->kind <= GOBRIDGE_KIND_UINTPTR) {
            return integer(env, s, t, js, is, go);
        }
        return made(env, s, t, js, is, go);
    }
}

bool array_to_go(napi_env env, scratch *s, type *t, napi_value array, const char *part, napi_value names,
                 gobridge_value **items, size_t *count) {
    uint32_t length = 0;
    if (napi_get_array_length(env, array, &length) != napi_ok) {
        fail_with(env, s->lib, GOBRIDGE_E_WRONG_TYPE, "%s: an array is wanted", s->what);
        return false;
    }
    gobridge_value *values = scratch_take(env, s, (size_t)length * sizeof *values + 1);
    if (values == NULL) return false;
    s->part = part;
    s->names = names;
    for (uint32_t i = 0; i < length;) {
        napi_handle_scope scope;
        napi_open_handle_scope(env, &scope);
        bool fits = true;
        for (uint32_t end = length - i > 256 ? i + 256 : length; i < end && fits; i++) {
            napi_value element;
            s->index = (int)i;
            fits =
                napi_get_element(env, array, i, &element) == napi_ok && to_go(env, s, t, element, &values[i]);
        }
        napi_close_handle_scope(env, scope);
        if (!fits) return false;
    }
    *items = values;
    *count = length;
    return true;
}

/* ---- to JavaScript ---- */

static napi_value bytes(napi_env env, const uint8_t *data, size_t len) {
    void *memory = NULL;
    napi_value buffer, array;
    if (napi_create_arraybuffer(env, len, &memory, &buffer) != napi_ok) return NULL;
    if (len > 0) memcpy(memory, data, len);
    return napi_create_typedarray(env, napi_uint8_array, len, buffer, 0, &array) == napi_ok ? array : NULL;
}

/* What borrows nothing. NULL for a REF. */
static napi_value plain(napi_env env, library *lib, const type *t, const gobridge_value *go) {
    napi_value js = NULL;
    napi_status made = napi_ok;
    switch (go->kind) {
    case GOBRIDGE_KIND_NIL: napi_get_null(env, &js); break;
    case GOBRIDGE_KIND_BOOL: napi_get_boolean(env, go->as.u != 0, &js); break;
    case GOBRIDGE_KIND_STRING:
        made = napi_create_string_utf8(env, go->len == 0 ? "" : go->as.s, go->len, &js);
        break;
    case GOBRIDGE_KIND_BYTES: js = bytes(env, go->as.b, go->len); break;
    default:
        if (!is_number(go->kind)) return NULL;
        js = number_to_js(env, go, t != NULL && t->duration);
    }
    if (made != napi_ok || js == NULL) {
        js = NULL;
        fail_with(env, lib, GOBRIDGE_E_LIMIT, "JavaScript has no string or array of %llu bytes",
                  (unsigned long long)go->len);
    }
    return js;
}

/* The type of what is in a variable of a declared type: an interface holds something of another. */
static type *concrete(type *t) {
    return t == NULL || t->kind == GOBRIDGE_KIND_INTERFACE ? NULL : t;
}

napi_value to_js(napi_env env, library *lib, type *t, gobridge_value *go) {
    if (go->kind == GOBRIDGE_KIND_REF) {
        gobridge_ref ref = go->as.ref;
        if (go->owner == 0) { /* the reference of something else, which stays its own */
            gobridge_status status = lib->api.ref_dup(go->as.ref, &ref);
            if (status != GOBRIDGE_OK) return fail(env, lib, status);
        }
        go->owner = 0;
        return object_new(env, lib, concrete(t), ref);
    }
    napi_value js = plain(env, lib, t, go);
    if (go->owner != 0) lib->api.value_release(go);
    return js;
}

napi_value borrowed_to_js(napi_env env, library *lib, type *t, const gobridge_value *go) {
    gobridge_value copy = *go;
    copy.owner = 0;
    return to_js(env, lib, t, &copy);
}
