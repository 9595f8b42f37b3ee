/* Errors: argument checks. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_error_new(const char *text, size_t len, gobridge_ref *error) {
    GOBRIDGE_NOT_NULL(text);
    GOBRIDGE_NOT_NULL(error);
    gobridge_frame frame = {.op = OP_gobridge_error_new, .text = {.text = text, .len = len}};
    return gobridge_cross(&frame, error);
}

gobridge_status gobridge_error_wrap(gobridge_ref inner, const char *text, size_t len, gobridge_ref *error) {
    GOBRIDGE_NOT_NULL(text);
    GOBRIDGE_NOT_NULL(error);
    gobridge_frame frame = {.op = OP_gobridge_error_wrap, .text = {.ref = inner, .text = text, .len = len}};
    return gobridge_cross(&frame, error);
}

gobridge_status gobridge_error_message(gobridge_ref error, gobridge_value *text) {
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_error_message, .error = {.error = error, .out = text}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_error_is(gobridge_ref error, gobridge_ref target, uint8_t *is) {
    GOBRIDGE_NOT_NULL(is);
    gobridge_frame frame = {.op = OP_gobridge_error_is, .error = {.error = error, .target = target}};
    return gobridge_cross(&frame, is);
}

gobridge_status gobridge_error_as(gobridge_ref error, gobridge_ref type, gobridge_value *target,
                                  uint8_t *as) {
    GOBRIDGE_NOT_NULL(target);
    GOBRIDGE_NOT_NULL(as);
    gobridge_frame frame = {.op = OP_gobridge_error_as,
                            .error = {.error = error, .target = type, .out = target}};
    return gobridge_cross(&frame, as);
}

gobridge_status gobridge_error_unwrap(gobridge_ref error, gobridge_value *inner) {
    GOBRIDGE_NOT_NULL(inner);
    gobridge_frame frame = {.op = OP_gobridge_error_unwrap, .error = {.error = error, .out = inner}};
    return gobridge_cross(&frame, NULL);
}
