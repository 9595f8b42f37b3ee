/* Foreign objects: argument checks. */
#include <gobridge/foreign.h>

#include "cross.h"
#include "thread.h"

gobridge_status gobridge_foreign_new(void *data, void (*drop)(void *data), gobridge_ref *ref) {
    GOBRIDGE_NOT_NULL(ref);
    gobridge_thread_share();
    gobridge_frame frame = {.op = OP_gobridge_foreign_new, .callback = {.data = data, .drop = drop}};
    return gobridge_cross(&frame, ref);
}

gobridge_status gobridge_foreign_data(gobridge_ref ref, void **data) {
    GOBRIDGE_NOT_NULL(data);
    uint64_t address = 0;
    gobridge_frame frame = {.op = OP_gobridge_foreign_data, .ref = {.ref = ref}};
    const gobridge_status status = gobridge_cross(&frame, &address);
    if (!status) {
        *data = (void *)(uintptr_t)address;
    }
    return status;
}
