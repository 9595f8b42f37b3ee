/* Contexts: argument checks. */
#include <gobridge/context.h>

#include "cross.h"
#include "thread.h"

gobridge_status gobridge_context_new(gobridge_ref parent, int64_t timeout, gobridge_ref *context) {
    GOBRIDGE_NOT_NULL(context);
    gobridge_frame frame = {.op = OP_gobridge_context_new,
                            .context = {.parent = parent, .timeout_ns = timeout}};
    return gobridge_cross(&frame, context);
}

gobridge_status gobridge_context_cancel(gobridge_ref context) {
    gobridge_frame frame = {.op = OP_gobridge_context_cancel, .ref = {.ref = context}};
    return gobridge_cross(&frame, NULL);
}
