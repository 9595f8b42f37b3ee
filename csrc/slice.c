/* Slices and arrays: argument checks and one frame each. */
#include "entry.h"
#include "thread.h"

/* The shapes that several of them share. */

static gobridge_status make(gobridge_frame frame, gobridge_ref *made) {
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *made = frame.made;
    }
    return status;
}

static gobridge_status measure(gobridge_frame frame, int64_t *number) {
    gobridge_status status = gobridge_cross(&frame);
    if (!status) {
        *number = (int64_t)frame.result;
    }
    return status;
}

gobridge_status gobridge_slice_make(gobridge_ref type, int64_t len, int64_t cap, gobridge_ref *slice) {
    GOBRIDGE_NOT_NULL(slice);
    return make(
        (gobridge_frame){.op = OP_gobridge_slice_make, .a = type, .b = (uint64_t)len, .c = (uint64_t)cap},
        slice);
}

gobridge_status gobridge_slice_len(gobridge_ref slice, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    return measure((gobridge_frame){.op = OP_gobridge_slice_len, .a = slice}, len);
}

gobridge_status gobridge_slice_cap(gobridge_ref slice, int64_t *cap) {
    GOBRIDGE_NOT_NULL(cap);
    return measure((gobridge_frame){.op = OP_gobridge_slice_cap, .a = slice}, cap);
}

gobridge_status gobridge_slice_get(gobridge_ref slice, int64_t index, gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_slice_get, .a = slice, .b = (uint64_t)index, .p = elem};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_slice_set(gobridge_ref slice, int64_t index, const gobridge_value *elem) {
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_slice_set, .a = slice, .b = (uint64_t)index, .p = (void *)elem};
    return gobridge_cross(&frame);
}

gobridge_status gobridge_slice_at(gobridge_ref slice, int64_t index, gobridge_ref *pointer) {
    GOBRIDGE_NOT_NULL(pointer);
    return make((gobridge_frame){.op = OP_gobridge_slice_at, .a = slice, .b = (uint64_t)index}, pointer);
}

gobridge_status gobridge_slice_append(gobridge_ref slice, const gobridge_value *elems, size_t count,
                                      gobridge_ref *longer) {
    GOBRIDGE_NOT_NULL(elems);
    GOBRIDGE_NOT_NULL(longer);
    return make((gobridge_frame){.op = OP_gobridge_slice_append, .a = slice, .b = count, .p = (void *)elems},
                longer);
}

gobridge_status gobridge_slice_sub(gobridge_ref slice, int64_t low, int64_t high, gobridge_ref *part) {
    GOBRIDGE_NOT_NULL(part);
    return make(
        (gobridge_frame){.op = OP_gobridge_slice_sub, .a = slice, .b = (uint64_t)low, .c = (uint64_t)high},
        part);
}

gobridge_status gobridge_slice_view(gobridge_ref slice, gobridge_value *view) {
    GOBRIDGE_NOT_NULL(view);
    gobridge_frame frame = {.op = OP_gobridge_slice_view, .a = slice, .p = view};
    return gobridge_cross(&frame);
}
