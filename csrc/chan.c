/* Channels: argument checks. What may wait is a call that is never alone. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_chan_make(gobridge_ref type, int64_t capacity, gobridge_ref *chan) {
    GOBRIDGE_NOT_NULL(chan);
    gobridge_frame frame = {.op = OP_gobridge_chan_make, .a = type, .b = (uint64_t)capacity};
    return gobridge_cross(frame, chan);
}

gobridge_status gobridge_chan_len(gobridge_ref chan, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_frame frame = {.op = OP_gobridge_chan_len, .a = chan};
    return gobridge_cross(frame, len);
}

gobridge_status gobridge_chan_cap(gobridge_ref chan, int64_t *cap) {
    GOBRIDGE_NOT_NULL(cap);
    gobridge_frame frame = {.op = OP_gobridge_chan_cap, .a = chan};
    return gobridge_cross(frame, cap);
}

gobridge_status gobridge_chan_send(gobridge_ref chan, const gobridge_value *value, int64_t timeout_ns) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {
        .op = OP_gobridge_chan_send, .a = chan, .b = (uint64_t)timeout_ns, .p = (void *)value};
    return gobridge_cross(frame, NULL);
}

gobridge_status gobridge_chan_receive(gobridge_ref chan, int64_t timeout_ns, gobridge_value *value,
                                      uint8_t *open) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(open);
    gobridge_frame frame = {.op = OP_gobridge_chan_receive, .a = chan, .b = (uint64_t)timeout_ns, .p = value};
    return gobridge_cross(frame, open);
}

gobridge_status gobridge_chan_close(gobridge_ref chan) {
    gobridge_frame frame = {.op = OP_gobridge_chan_close, .a = chan};
    return gobridge_cross(frame, NULL);
}

gobridge_status gobridge_chan_select(const gobridge_select_case *cases, size_t count, int64_t timeout_ns,
                                     size_t *chosen, gobridge_value *received, uint8_t *open) {
    GOBRIDGE_NOT_NULL(cases);
    GOBRIDGE_NOT_NULL(chosen);
    GOBRIDGE_NOT_NULL(received);
    GOBRIDGE_NOT_NULL(open);
    gobridge_frame frame = {.op = OP_gobridge_chan_select,
                            .a = count,
                            .b = (uint64_t)timeout_ns,
                            .p = (void *)cases,
                            .q = received};
    gobridge_status status = gobridge_enter_and_back(&frame, NULL);
    if (!status) {
        *chosen = (size_t)(frame.result >> 1);
        *open = frame.result & 1;
    }
    return status;
}
