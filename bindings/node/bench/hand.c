/* What one would write by hand: a Node-API addon for three exports of a Go program, with the checks that a careful hand makes. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int64_t HandAdd(int64_t a, int64_t b);
char *HandToUpper(const char *text, size_t n);
double HandSum(const double *column, size_t n);

static napi_value add(napi_env env, napi_callback_info info) {
    napi_value argv[2], result;
    size_t argc = 2;
    int64_t a, b;
    napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
    if (argc != 2 || napi_get_value_int64(env, argv[0], &a) != napi_ok ||
        napi_get_value_int64(env, argv[1], &b) != napi_ok) {
        napi_throw_type_error(env, NULL, "two numbers are wanted");
        return NULL;
    }
    napi_create_int64(env, HandAdd(a, b), &result);
    return result;
}

static napi_value upper(napi_env env, napi_callback_info info) {
    napi_value argv[1], result;
    size_t argc = 1, len;
    napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
    if (argc != 1 || napi_get_value_string_utf8(env, argv[0], NULL, 0, &len) != napi_ok) {
        napi_throw_type_error(env, NULL, "a string is wanted");
        return NULL;
    }
    char *text = malloc(len + 1);
    if (text == NULL) return NULL;
    napi_get_value_string_utf8(env, argv[0], text, len + 1, &len);
    char *made = HandToUpper(text, len);
    napi_create_string_utf8(env, made, NAPI_AUTO_LENGTH, &result);
    free(made);
    free(text);
    return result;
}

static napi_value sum(napi_env env, napi_callback_info info) {
    napi_value argv[1], result;
    size_t argc = 1, len;
    napi_typedarray_type type;
    void *data;
    napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
    if (napi_get_typedarray_info(env, argv[0], &type, &len, &data, NULL, NULL) != napi_ok ||
        type != napi_float64_array) {
        napi_throw_type_error(env, NULL, "a Float64Array is wanted");
        return NULL;
    }
    napi_create_double(env, HandSum(data, len), &result);
    return result;
}

NAPI_MODULE_INIT() {
    const napi_property_descriptor functions[] = {
        {"add", NULL, add, NULL, NULL, NULL, napi_default, NULL},
        {"upper", NULL, upper, NULL, NULL, NULL, napi_default, NULL},
        {"sum", NULL, sum, NULL, NULL, NULL, napi_default, NULL},
    };
    napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
    return exports;
}
