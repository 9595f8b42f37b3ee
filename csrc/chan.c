/* Channels: argument checks. What may wait is a call that is never alone. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_chan_new(gobridge_ref type, int64_t capacity, gobridge_ref *chan) {
    GOBRIDGE_NOT_NULL(chan);
    gobridge_frame frame = {.op = OP_gobridge_chan_new, .make = {.type = type, .count = (uint64_t)capacity}};
    return gobridge_cross(&frame, chan);
}

gobridge_status gobridge_chan_len(gobridge_ref chan, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_frame frame = {.op = OP_gobridge_chan_len, .ref = {.ref = chan}};
    return gobridge_cross(&frame, len);
}

gobridge_status gobridge_chan_cap(gobridge_ref chan, int64_t *cap) {
    GOBRIDGE_NOT_NULL(cap);
    gobridge_frame frame = {.op = OP_gobridge_chan_cap, .ref = {.ref = chan}};
    return gobridge_cross(&frame, cap);
}

gobridge_status gobridge_chan_send(gobridge_ref chan, const gobridge_value *value, int64_t timeout_ns) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_chan_send,
                            .chan = {.chan = chan, .timeout_ns = timeout_ns, .value = (void *)value}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_chan_receive(gobridge_ref chan, int64_t timeout_ns, gobridge_value *value,
                                      uint8_t *open) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(open);
    gobridge_frame frame = {.op = OP_gobridge_chan_receive,
                            .chan = {.chan = chan, .timeout_ns = timeout_ns, .value = value}};
    return gobridge_cross(&frame, open);
}

gobridge_status gobridge_chan_close(gobridge_ref chan) {
    gobridge_frame frame = {.op = OP_gobridge_chan_close, .ref = {.ref = chan}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_chan_select(const gobridge_select_case *cases, size_t count, int64_t timeout_ns,
                                     size_t *chosen, gobridge_value *received, uint8_t *open) {
    GOBRIDGE_NOT_NULL(cases);
    GOBRIDGE_NOT_NULL(chosen);
    GOBRIDGE_NOT_NULL(received);
    GOBRIDGE_NOT_NULL(open);
    gobridge_frame frame = {
        .op = OP_gobridge_chan_select,
        .select = {
            .count = count, .timeout_ns = timeout_ns, .cases = cases, .received = received, .open = open}};
    return gobridge_cross(&frame, chosen);
}
