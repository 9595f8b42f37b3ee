/* Values: checks, and those that cross nothing. */
#include "entry.h"
#include "thread.h"

#include <assert.h>
#include <stddef.h>

static_assert(sizeof(gobridge_value) == 32, "gobridge_value is 32 bytes");
static_assert(offsetof(gobridge_value, kind) == 0, "kind");
static_assert(offsetof(gobridge_value, flags) == 4, "flags");
static_assert(offsetof(gobridge_value, as) == 8, "as");
static_assert(offsetof(gobridge_value, len) == 16, "len");
static_assert(offsetof(gobridge_value, owner) == 24, "owner");

gobridge_status gobridge_value_new(gobridge_ref type, gobridge_ref *pointer) {
    GOBRIDGE_NOT_NULL(pointer);
    gobridge_frame frame = {.op = OP_gobridge_value_new, .a = type};
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *pointer = frame.made;
    }
    return status;
}

gobridge_status gobridge_value_box(gobridge_ref type, const void *data, gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(data);
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_value_box, .a = type, .p = (void *)data};
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *boxed = frame.made;
    }
    return status;
}

gobridge_status gobridge_value_get(gobridge_ref ref, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_value_get, .a = ref, .p = value};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_value_load(gobridge_ref ref, void *data) {
    GOBRIDGE_NOT_NULL(data);
    gobridge_frame frame = {.op = OP_gobridge_value_load, .a = ref, .p = data};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_value_store(gobridge_ref pointer, const void *data) {
    GOBRIDGE_NOT_NULL(data);
    gobridge_frame frame = {.op = OP_gobridge_value_store, .a = pointer, .p = (void *)data};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_value_release(gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    if (value->owner) {
        gobridge_frame frame = {.op = OP_gobridge_value_release, .a = value->owner};
        gobridge_status status = gobridge_cross(&frame);
        if (status) {
            return status;
        }
        gobridge_thread_released(gobridge_thread_self(), value->owner);
    }
    *value = (gobridge_value){.kind = GOBRIDGE_KIND_NIL};
    return GOBRIDGE_OK;
}
