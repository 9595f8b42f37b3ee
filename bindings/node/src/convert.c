/* Conversions that JavaScript asks for: errors, times, text and JSON, contexts, objects of JavaScript's, and what the library
 * says of itself. */
#include "addon.h"

/* The value that an object names. */
#define NAMED(h) (&(gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = (h)->ref})

/* ---- errors ---- */

/* errorNew(text, temporary) */
static napi_value error_new(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    SCRATCH(s, lib, "error");
    const char *text;
    size_t len;
    if (!string_of(env, &s, argv[0], &text, &len)) return NULL;
    gobridge_ref error = 0;
    TRY(error_new(text, len, &error));
    return object_raw(env, lib, error, false);
}

OF_OBJECT(error_message, gobridge_value, error_message(h->ref, &got), to_js(env, lib, NULL, &got))
OF_OBJECT(error_unwrap, gobridge_value, error_unwrap(h->ref, &got), to_js(env, lib, NULL, &got))

static napi_value error_is(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const handle *h = handle_argument(env, lib, argv[0]);
    const handle *target = h == NULL ? NULL : handle_argument(env, lib, argv[1]);
    if (target == NULL) return NULL;
    uint8_t is = 0;
    TRY(error_is(h->ref, target->ref, &is));
    return boolean(env, is);
}

/* errorAs(error, type): null if there is none. */
static napi_value error_as(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const handle *h = handle_argument(env, lib, argv[0]);
    const type *t = h == NULL ? NULL : type_argument(env, lib, argv[1]);
    if (t == NULL) return NULL;
    gobridge_value target;
    uint8_t as = 0;
    TRY(error_as(h->ref, t->ref, &target, &as));
    return to_js(env, lib, NULL, &target);
}

/* ---- text, JSON, time ---- */

OF_OBJECT(print, gobridge_value, value_print(NAMED(h), &got), to_js(env, lib, NULL, &got))
OF_OBJECT(to_json, gobridge_value, value_to_json(NAMED(h), &got), to_js(env, lib, NULL, &got))
OF_OBJECT(to_text, gobridge_value, value_to_text(NAMED(h), &got), to_js(env, lib, NULL, &got))

/* fromText(type, text): a temporary value. */
static napi_value from_text(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const type *t = type_argument(env, lib, argv[0]);
    SCRATCH(s, lib, "text");
    const char *text;
    size_t len;
    if (t == NULL || !string_of(env, &s, argv[1], &text, &len)) return NULL;
    gobridge_ref boxed = 0;
    TRY(value_from_text(t->ref, text, len, &boxed));
    return object_raw(env, lib, boxed, true);
}

/* fromJSON(type, text) */
static napi_value from_json(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    type *t = type_argument(env, lib, argv[0]);
    SCRATCH(s, lib, "JSON");
    const char *text;
    size_t len;
    if (t == NULL || !string_of(env, &s, argv[1], &text, &len)) return NULL;
    gobridge_value value;
    TRY(value_from_json(t->ref, text, len, &value));
    return to_js(env, lib, t, &value);
}

/* fromTime(milliseconds): a temporary time.Time. */
static napi_value from_time(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    int64_t ms = 0; /* a Date has no more than 8.64e15 */
    napi_get_value_int64(env, argv[0], &ms);
    int64_t seconds = ms / 1000, rest = ms % 1000;
    if (rest < 0) {
        seconds--;
        rest += 1000;
    }
    gobridge_ref time = 0;
    TRY(value_from_time(seconds, rest * 1000000, &time));
    return object_raw(env, lib, time, true);
}

/* toTime(time): milliseconds, NaN where a Date has no such time. */
static napi_value to_time(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    const handle *h = handle_argument(env, lib, argv[0]);
    if (h == NULL) return NULL;
    int64_t seconds = 0, nanoseconds = 0;
    TRY(value_to_time(h->ref, &seconds, &nanoseconds));
    int64_t rest = nanoseconds / 1000000;
    napi_value ms;
    napi_create_double(env, (double)seconds * 1000 + (double)rest, &ms);
    return ms;
}

/* ---- contexts, objects of JavaScript's ---- */

static napi_value context_new(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    gobridge_ref context = 0;
    TRY(context_new(0, -1, &context));
    return object_raw(env, lib, context, false);
}

WITH_OBJECT(context_cancel, context_cancel(h->ref))

/* An object of JavaScript's that Go has. */
typedef struct foreign {
    job delete;
    world *world;
    napi_ref object;
} foreign;

static void delete (napi_env env, job *j) {
    foreign *f = (foreign *)j;
    if (env != NULL) napi_delete_reference(env, f->object);
    world_drop(f->world);
    free(f);
}

/* On a thread of Go's. */
static void dropped(void *data) {
    foreign *f = data;
    if (!world_post(f->world, &f->delete)) delete (NULL, &f->delete);
}

/* foreign(holder): a temporary Go value that keeps an object. */
static napi_value foreign_new(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    foreign *f = calloc(1, sizeof *f);
    if (f == NULL || napi_create_reference(env, argv[0], 1, &f->object) != napi_ok) {
        free(f);
        return fail_with(env, lib, GOBRIDGE_E_NO_MEMORY, "no memory for an object");
    }
    f->delete.run = delete;
    f->world = lib->world;
    world_hold(f->world);
    gobridge_ref ref = 0;
    gobridge_status status = lib->api.foreign_new(f, dropped, &ref);
    if (status == GOBRIDGE_OK) return object_raw(env, lib, ref, true);
    delete (env, &f->delete);
    return fail(env, lib, status);
}

/* foreignObject(value): the object that foreign kept, or undefined if it is another environment's. */
static napi_value foreign_object(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    const handle *h = handle_argument(env, lib, argv[0]);
    if (h == NULL) return NULL;
    void *data = NULL;
    TRY(foreign_data(h->ref, &data));
    const foreign *f = data;
    napi_value object = NULL;
    if (f->world == lib->world) napi_get_reference_value(env, f->object, &object);
    return object;
}

/* ---- the library ---- */

/* description(): JSON, or undefined if the library has none. */
static napi_value description(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    if (lib->description == NULL) return NULL;
    const char *json = NULL;
    size_t len = 0;
    gobridge_status status = lib->description(&json, &len);
    if (status != GOBRIDGE_OK) return fail(env, lib, status);
    napi_value text = NULL;
    napi_create_string_utf8(env, json, len, &text);
    return text;
}

static napi_value go_release(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    const char *release = "";
    TRY(go_version(&release));
    napi_value text;
    napi_create_string_utf8(env, release, NAPI_AUTO_LENGTH, &text);
    return text;
}

/* live(): how many references there are. */
static napi_value live(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    uint64_t count = 0;
    TRY(ref_count(&count));
    napi_value result;
    napi_create_double(env, (double)count, &result);
    return result;
}

/* list(): a line for each reference. */
static napi_value list(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    gobridge_value text;
    TRY(ref_list(&text));
    return to_js(env, lib, NULL, &text);
}

static napi_value collect(napi_env env, napi_callback_info info) {
    ARGUMENTS(0);
    (void)argv;
    TRY(go_collect());
    return NULL;
}

const napi_property_descriptor convert_functions[] = {
    FUNCTION("errorNew", error_new),
    FUNCTION("errorMessage", error_message),
    FUNCTION("errorIs", error_is),
    FUNCTION("errorAs", error_as),
    FUNCTION("errorUnwrap", error_unwrap),
    FUNCTION("print", print),
    FUNCTION("toJSON", to_json),
    FUNCTION("fromJSON", from_json),
    FUNCTION("toText", to_text),
    FUNCTION("fromText", from_text),
    FUNCTION("fromTime", from_time),
    FUNCTION("toTime", to_time),
    FUNCTION("contextNew", context_new),
    FUNCTION("contextCancel", context_cancel),
    FUNCTION("foreign", foreign_new),
    FUNCTION("foreignObject", foreign_object),
    FUNCTION("description", description),
    FUNCTION("goRelease", go_release),
    FUNCTION("live", live),
    FUNCTION("list", list),
    FUNCTION("collect", collect),
};
const size_t nconvert_functions = sizeof convert_functions / sizeof *convert_functions;
