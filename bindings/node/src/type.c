/* Types: what there is to know of each for converting values, kept under a small number that JavaScript names it by. */
#include "addon.h"

static size_t slot(const library *lib, gobridge_ref ref) {
    size_t i = (size_t)((ref * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (lib->by_ref_size - 1);
    while (lib->by_ref[i] != 0 && lib->types[lib->by_ref[i] - 1]->ref != ref) {
        i = (i + 1) & (lib->by_ref_size - 1);
    }
    return i;
}

/* Room for one more type. */
static bool grow(library *lib) {
    if (lib->ntypes * 2 < lib->by_ref_size) return true;
    size_t size = lib->by_ref_size == 0 ? 256 : lib->by_ref_size * 2;
    size_t *by_ref = calloc(size, sizeof *by_ref);
    type **types = realloc(lib->types, size * sizeof *types);
    if (types != NULL) lib->types = types;
    if (by_ref == NULL || types == NULL) {
        free(by_ref);
        return false;
    }
    free(lib->by_ref);
    lib->by_ref = by_ref;
    lib->by_ref_size = size;
    for (size_t i = 0; i < lib->ntypes; i++) by_ref[slot(lib, lib->types[i]->ref)] = i + 1;
    return true;
}

static bool named(const gobridge_type_info *info, const char *package, const char *name) {
    return info->named && strcmp(info->package_path, package) == 0 && strcmp(info->name, name) == 0;
}

type *type_get(napi_env env, library *lib, gobridge_ref ref) {
    if (lib->by_ref_size != 0) {
        size_t found = lib->by_ref[slot(lib, ref)];
        if (found != 0) return lib->types[found - 1];
    }
    gobridge_type_info info = {.size = sizeof info};
    gobridge_status status = lib->api.type_describe(ref, &info);
    if (status != GOBRIDGE_OK) {
        fail(env, lib, status);
        return NULL;
    }
    type *t = grow(lib) ? calloc(1, sizeof *t) : NULL;
    if (t == NULL) {
        fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a type");
        return NULL;
    }
    t->ref = ref;
    t->id = (uint32_t)lib->ntypes;
    t->kind = info.kind;
    t->name = info.name;
    t->plain = info.plain;
    t->any = info.kind == GOBRIDGE_KIND_INTERFACE && info.methods == 0;
    t->duration = named(&info, "time", "time.Duration");
    t->context = named(&info, "context", "context.Context");
    t->variadic = info.variadic;
    t->key = info.key;
    t->elem = info.elem;
    t->len = info.len;
    t->nparameters = info.parameters;
    t->nresults = info.results;
    lib->types[lib->ntypes++] = t;
    lib->by_ref[slot(lib, ref)] = lib->ntypes;
    if (info.kind == GOBRIDGE_KIND_SLICE) {
        const type *elem = type_get(env, lib, info.elem);
        if (elem == NULL) return NULL;
        t->bytes = elem->kind == GOBRIDGE_KIND_UINT8;
    }
    return t;
}

type *type_elem(napi_env env, library *lib, type *t) {
    return type_get(env, lib, t->elem);
}

type *type_argument(napi_env env, library *lib, napi_value number) {
    double id = -1;
    if (napi_get_value_double(env, number, &id) != napi_ok || !(id >= 0 && id < (double)lib->ntypes)) {
        fail_with(env, lib, GOBRIDGE_E_ARGUMENT, "no type has this number");
        return NULL;
    }
    return lib->types[(size_t)id];
}

/* Notes the kinds of a func of few numbers that gives one, which is called with less ado. */
static void note_numbers(type *t) {
    size_t count = (size_t)t->nparameters + 1;
    if (t->variadic || t->has_error || t->nresults != 1 || count > sizeof t->numbers) return;
    for (size_t i = 0; i < count; i++) {
        if (!is_number(t->parameters[i]->kind) || t->parameters[i]->duration) return;
    }
    for (size_t i = 0; i < count; i++) t->numbers[i] = (uint8_t)t->parameters[i]->kind;
}

/* Fills in the types of a func's parameters and results. */
bool type_resolve(napi_env env, library *lib, type *t) {
    if (t->resolved) return true;
    if (t->kind != GOBRIDGE_KIND_FUNC) {
        fail_with(env, lib, GOBRIDGE_E_WRONG_KIND, "%s is no func type", t->name);
        return false;
    }
    if (t->parameters == NULL) {
        t->parameters = calloc((size_t)t->nparameters + t->nresults + 1, sizeof *t->parameters);
        if (t->parameters == NULL) {
            fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for a type");
            return false;
        }
    }
    t->results = t->parameters + t->nparameters;
    for (uint32_t i = 0; i < t->nparameters + t->nresults; i++) {
        gobridge_ref ref = 0;
        gobridge_status status = i < t->nparameters ? lib->api.type_parameter(t->ref, i, &ref)
                                                    : lib->api.type_result(t->ref, i - t->nparameters, &ref);
        if (status != GOBRIDGE_OK) {
            fail(env, lib, status);
            return false;
        }
        t->parameters[i] = type_get(env, lib, ref);
        if (t->parameters[i] == NULL) return false;
    }
    if (t->nresults > 0 && strcmp(t->results[t->nresults - 1]->name, "error") == 0) {
        t->has_error = true;
        t->nresults--;
    }
    note_numbers(t);
    t->resolved = true;
    return true;
}

/* ---- for JavaScript ---- */

static void set(napi_env env, napi_value object, const char *name, napi_value value) {
    napi_set_named_property(env, object, name, value);
}

static void set_number(napi_env env, napi_value object, const char *name, double number) {
    napi_value value;
    napi_create_double(env, number, &value);
    set(env, object, name, value);
}

static void set_bool(napi_env env, napi_value object, const char *name, bool truth) {
    napi_value value;
    napi_get_boolean(env, truth, &value);
    set(env, object, name, value);
}

static void set_string(napi_env env, napi_value object, const char *name, const char *text) {
    napi_value value;
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    set(env, object, name, value);
}

static bool set_type(napi_env env, library *lib, napi_value object, const char *name, gobridge_ref ref) {
    if (ref == 0) return true;
    const type *t = type_get(env, lib, ref);
    if (t != NULL) set_number(env, object, name, t->id);
    return t != NULL;
}

napi_value type_number(napi_env env, library *lib, gobridge_ref ref) {
    const type *t = type_get(env, lib, ref);
    return t != NULL ? number(env, t->id) : NULL;
}

/* parse(expression): the number of a type. */
static napi_value parse(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    SCRATCH(s, lib, "type");
    const char *text;
    size_t len;
    if (!string_of(env, &s, argv[0], &text, &len)) return NULL;
    gobridge_ref ref = 0;
    TRY(type_parse(text, len, &ref));
    return type_number(env, lib, ref);
}

/* describe(type): all of a type but its fields and methods. */
static napi_value describe(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    gobridge_type_info about = {.size = sizeof about};
    TRY(type_describe(t->ref, &about));
    napi_value object;
    napi_create_object(env, &object);
    set_number(env, object, "id", t->id);
    set_number(env, object, "kind", about.kind);
    set_string(env, object, "name", about.name);
    set_string(env, object, "packagePath", about.package_path);
    set_bool(env, object, "named", about.named);
    set_bool(env, object, "plain", about.plain);
    set_bool(env, object, "canSend", about.can_send);
    set_bool(env, object, "canReceive", about.can_receive);
    set_bool(env, object, "variadic", about.variadic);
    set_number(env, object, "len", (double)about.len);
    set_number(env, object, "fields", about.fields);
    set_number(env, object, "methods", about.methods);
    if (!set_type(env, lib, object, "key", about.key) || !set_type(env, lib, object, "elem", about.elem)) {
        return NULL;
    }
    if (t->kind != GOBRIDGE_KIND_FUNC) return object;
    if (!type_resolve(env, lib, t)) return NULL;
    napi_value parameters, results;
    napi_create_array(env, &parameters);
    napi_create_array(env, &results);
    for (uint32_t i = 0; i < t->nparameters + t->nresults; i++) {
        bool result = i >= t->nparameters;
        napi_set_element(env, result ? results : parameters, result ? i - t->nparameters : i,
                         number(env, t->parameters[i]->id));
    }
    set(env, object, "parameters", parameters);
    set(env, object, "results", results);
    set_bool(env, object, "context", t->nparameters > 0 && t->parameters[0]->context);
    return object;
}

/* field(type, index) */
static napi_value field(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    uint32_t index = 0;
    napi_get_value_uint32(env, argv[1], &index);
    gobridge_type_field_info about = {.size = sizeof about};
    TRY(type_field(t->ref, index, &about));
    napi_value object;
    napi_create_object(env, &object);
    set_string(env, object, "name", about.name);
    set_string(env, object, "tag", about.tag);
    set_bool(env, object, "exported", about.exported);
    set_bool(env, object, "embedded", about.embedded);
    return set_type(env, lib, object, "type", about.type) ? object : NULL;
}

/* method(type, index) */
static napi_value method(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    uint32_t index = 0;
    napi_get_value_uint32(env, argv[1], &index);
    gobridge_type_method_info about = {.size = sizeof about};
    TRY(type_method(t->ref, index, &about));
    napi_value object;
    napi_create_object(env, &object);
    set_string(env, object, "name", about.name);
    set_bool(env, object, "exported", about.exported);
    return set_type(env, lib, object, "type", about.type) ? object : NULL;
}

/* setClass(type, class, convert): what objects of a type are, and whether the hook makes something else of them. */
static napi_value set_class(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    napi_valuetype is;
    napi_typeof(env, argv[1], &is);
    if (is == napi_function) napi_create_reference(env, argv[1], 1, &t->class);
    napi_get_value_bool(env, argv[2], &t->convert);
    t->prepared = true;
    return NULL;
}

/* sliceOf(type), pointerTo(type): the numbers of types. */
#define MADE_OF(function, made)                                         \
    static napi_value function(napi_env env, napi_callback_info info) { \
        ARGUMENTS(1);                                                   \
        const type *t = type_argument(env, lib, argv[0]);               \
        if (t == NULL) return NULL;                                     \
        gobridge_ref ref = 0;                                           \
        TRY(made(t->ref, &ref));                                        \
        return type_number(env, lib, ref);                              \
    }
MADE_OF(slice_of, type_slice_of)
MADE_OF(pointer_to, type_pointer_to)

const napi_property_descriptor type_functions[] = {
    FUNCTION("parse", parse),          FUNCTION("describe", describe),  FUNCTION("field", field),
    FUNCTION("methodOf", method),      FUNCTION("setClass", set_class), FUNCTION("sliceOf", slice_of),
    FUNCTION("pointerTo", pointer_to),
};
const size_t ntype_functions = sizeof type_functions / sizeof *type_functions;
