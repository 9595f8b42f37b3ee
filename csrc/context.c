/* Contexts: argument checks. */
#include <gobridge/context.h>

#include "cross.h"
#include "thread.h"

gobridge_status gobridge_context_new(gobridge_ref parent, int64_t timeout_ns, gobridge_ref *context) {
    GOBRIDGE_NOT_NULL(context);
    gobridge_frame frame = {.op = OP_gobridge_context_new,
                            .context = {.parent = parent, .timeout_ns = timeout_ns}};
    return gobridge_cross(&frame, context);
}

gobridge_status gobridge_context_cancel(gobridge_ref context) {
    gobridge_frame frame = {.op = OP_gobridge_context_cancel, .ref = {.ref = context}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_context_with_value(gobridge_ref parent, const gobridge_value *key,
                                            const gobridge_value *value, gobridge_ref *context) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(context);
    gobridge_frame frame = {.op = OP_gobridge_context_with_value,
                            .context_value = {.context = parent, .key = key, .value = value}};
    return gobridge_cross(&frame, context);
}

gobridge_status gobridge_context_value(gobridge_ref context, const gobridge_value *key,
                                       gobridge_value *value) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_context_value,
                            .context_value = {.context = context, .key = key, .value = value}};
    return gobridge_cross(&frame, NULL);
}
