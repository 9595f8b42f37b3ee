/* Objects: what names a Go value in JavaScript. Each is tagged, so that no other addon's object is taken for one. */
#include "addon.h"

static const napi_type_tag tag = {0x9f0c5cf8d3b24b01, 0xa7d2c1e6f4083b59};

/* Runs on the environment's thread, also for the hundreds that one garbage collection finds. */
static void finalize(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    handle *h = data;
    if (h->ref != 0) library_release(h->lib, h->ref);
    if (h->function != NULL) {
        function_free(h->function);
    } else {
        free(h);
    }
}

handle *handle_wrap(napi_env env, library *lib, napi_value object, gobridge_ref ref, function *f) {
    handle *h = f != NULL ? &f->handle : calloc(1, sizeof *h);
    bool tagged = false, wrapped = false;
    if (h != NULL) *h = (handle){.lib = lib, .function = f};
    if (h != NULL && napi_check_object_type_tag(env, object, &tag, &tagged) == napi_ok && !tagged) {
        wrapped = napi_wrap(env, object, h, finalize, NULL, NULL) == napi_ok;
        if (wrapped && napi_type_tag_object(env, object, &tag) == napi_ok) {
            h->ref = ref;
            return h;
        }
    }
    /* A worker that is being ended may have refused the tag alone: what is wrapped the finalizer frees. */
    if (!wrapped && f != NULL) function_free(f);
    if (!wrapped && f == NULL) free(h);
    if (ref != 0) library_release(lib, ref);
    fail_with(env, lib, GOBRIDGE_E_ARGUMENT, "this object cannot name a Go value");
    return NULL;
}

handle *handle_of(napi_env env, napi_value object) {
    bool tagged = false;
    void *h = NULL;
    if (napi_check_object_type_tag(env, object, &tag, &tagged) != napi_ok || !tagged ||
        napi_unwrap(env, object, &h) != napi_ok) {
        return NULL;
    }
    return h;
}

handle *handle_argument(napi_env env, library *lib, napi_value object) {
    napi_valuetype is = napi_undefined;
    napi_typeof(env, object, &is);
    handle *h = is == napi_object || is == napi_function ? handle_of(env, object) : NULL;
    if (h == NULL) {
        fail_with(env, lib, GOBRIDGE_E_WRONG_TYPE, "this is no Go value");
        return NULL;
    }
    if (h->lib != lib) {
        fail_with(env, lib, GOBRIDGE_E_FORGED_REF, "this Go value is of another library");
        return NULL;
    }
    if (h->ref == 0) {
        fail_with(env, lib, GOBRIDGE_E_STALE_REF, "this Go value was closed");
        return NULL;
    }
    return h;
}

napi_value object_raw(napi_env env, library *lib, gobridge_ref ref, bool temporary) {
    napi_value object;
    napi_create_object(env, &object);
    handle *h = handle_wrap(env, lib, object, ref, NULL);
    if (h == NULL) return NULL;
    h->temporary = temporary;
    return object;
}

napi_value object_new(napi_env env, library *lib, type *t, gobridge_ref ref) {
    if (t == NULL) {
        gobridge_ref dynamic = 0;
        gobridge_status status = lib->api.type_of(ref, &dynamic);
        if (status == GOBRIDGE_OK) {
            t = type_get(env, lib, dynamic);
        } else {
            fail(env, lib, status);
        }
    }
    napi_value object = NULL, id = NULL, internal;
    if (t != NULL) napi_create_uint32(env, t->id, &id);
    if (t == NULL || (!t->prepared && hook(env, lib, HOOK_PREPARE, 1, &id) == NULL)) {
        library_release(lib, ref);
        return NULL;
    }
    if (t->kind == GOBRIDGE_KIND_FUNC) {
        object = function_new(env, lib, t, ref, "", 0);
    } else {
        napi_value class = NULL;
        napi_get_reference_value(env, lib->internal, &internal);
        if (t->class != NULL) napi_get_reference_value(env, t->class, &class);
        if (class == NULL || napi_new_instance(env, class, 1, &internal, &object) != napi_ok) {
            library_release(lib, ref);
            return NULL;
        }
        if (handle_wrap(env, lib, object, ref, NULL) == NULL) return NULL;
    }
    if (object == NULL || !t->convert) return object;
    return hook(env, lib, HOOK_CONVERT, 2, (napi_value[]){id, object});
}

/* construct(object, type): has object name a new variable of the type. */
static napi_value construct(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const type *t = type_argument(env, lib, argv[1]);
    if (t == NULL) return NULL;
    gobridge_ref pointer = 0;
    TRY(value_new(t->ref, &pointer));
    return handle_wrap(env, lib, argv[0], pointer, NULL) != NULL ? argv[0] : NULL;
}

/* isObject(value): whether it names a Go value of this library. */
static napi_value is_object(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    napi_valuetype is;
    napi_typeof(env, argv[0], &is);
    const handle *h = is == napi_object || is == napi_function ? handle_of(env, argv[0]) : NULL;
    napi_value truth;
    napi_get_boolean(env, h != NULL && h->lib == lib, &truth);
    return truth;
}

/* close(object): releases what it names; again it does nothing. */
static napi_value close_object(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    handle *h = handle_of(env, argv[0]);
    if (h == NULL || h->ref == 0) return NULL;
    gobridge_ref ref = h->ref;
    h->ref = 0;
    lib = h->lib;
    TRY(release(ref));
    return NULL;
}

/* isClosed(object) */
static napi_value is_closed(napi_env env, napi_callback_info info) {
    ARGUMENTS(1);
    (void)lib;
    const handle *h = handle_of(env, argv[0]);
    napi_value truth;
    napi_get_boolean(env, h == NULL || h->ref == 0, &truth);
    return truth;
}

/* typeOf(object): the number of its type. */
OF_OBJECT(type_of, gobridge_ref, type_of(h->ref, &got), type_number(env, lib, got))

static napi_value big(napi_env env, uint64_t n) {
    napi_value result = NULL;
    napi_create_bigint_uint64(env, n, &result);
    return result;
}

/* identity(object): a BigInt that pointers to the same have in common. */
OF_OBJECT(identity, uint64_t, ref_identity(h->ref, &got), big(env, got))

/* follow(pointer): what it points to. */
OF_OBJECT(follow, gobridge_value, value_follow(h->ref, &got), to_js(env, lib, NULL, &got))

/* store(pointer, type, value): *pointer = value, of the type. */
static napi_value store(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    const handle *h = handle_argument(env, lib, argv[0]);
    type *t = h == NULL ? NULL : type_argument(env, lib, argv[1]);
    if (t == NULL) return NULL;
    SCRATCH(s, lib, "set");
    gobridge_value value;
    if (!to_go(env, &s, t, argv[2], &value)) return NULL;
    TRY(value_set(h->ref, &value));
    return NULL;
}

/* get(object): the number, string or bytes that it names, else the object itself. */
OF_OBJECT(get, gobridge_value, value_get(h->ref, &got),
          got.kind == GOBRIDGE_KIND_REF ? argv[0] : to_js(env, lib, NULL, &got))

/* make(type, value, box): a Go value of exactly the type; with box an object that names it whatever it is. */
static napi_value make(napi_env env, napi_callback_info info) {
    ARGUMENTS(3);
    type *t = type_argument(env, lib, argv[0]);
    if (t == NULL) return NULL;
    SCRATCH(s, lib, t->name);
    gobridge_value value;
    if (!to_go(env, &s, t, argv[1], &value)) return NULL;
    gobridge_ref boxed = 0;
    TRY(value_make(t->ref, &value, &boxed));
    napi_value null;
    napi_get_null(env, &null);
    bool box = false;
    napi_get_value_bool(env, argv[2], &box);
    if (boxed == 0) return null;
    return box ? object_raw(env, lib, boxed, false) : object_new(env, lib, NULL, boxed);
}

/* equal(a, b): Go's any(a) == any(b). */
static napi_value equal(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    gobridge_value values[2];
    for (int i = 0; i < 2; i++) {
        const handle *h = handle_argument(env, lib, argv[i]);
        if (h == NULL) return NULL;
        values[i] = (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = h->ref};
    }
    uint8_t same = 0;
    TRY(value_equal(&values[0], &values[1], &same));
    return boolean(env, same);
}

/* implements(object, interface type) */
static napi_value implements(napi_env env, napi_callback_info info) {
    ARGUMENTS(2);
    const handle *h = handle_argument(env, lib, argv[0]);
    const type *t = h == NULL ? NULL : type_argument(env, lib, argv[1]);
    if (t == NULL) return NULL;
    uint8_t does = 0;
    TRY(iface_implements(h->ref, t->ref, &does));
    return boolean(env, does);
}

const napi_property_descriptor object_functions[] = {
    FUNCTION("construct", construct), FUNCTION("isObject", is_object), FUNCTION("close", close_object),
    FUNCTION("isClosed", is_closed),  FUNCTION("typeOf", type_of),     FUNCTION("identity", identity),
    FUNCTION("follow", follow),       FUNCTION("store", store),        FUNCTION("get", get),
    FUNCTION("make", make),           FUNCTION("equal", equal),        FUNCTION("implements", implements),
};
const size_t nobject_functions = sizeof object_functions / sizeof *object_functions;
