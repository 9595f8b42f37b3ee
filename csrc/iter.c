/* Iterators: argument checks. */
#include <gobridge/iter.h>

#include "cross.h"
#include "thread.h"

gobridge_status gobridge_iter_new(gobridge_ref seq, gobridge_ref *iter) {
    GOBRIDGE_NOT_NULL(iter);
    gobridge_frame frame = {.op = OP_gobridge_iter_new, .ref = {.ref = seq}};
    return gobridge_cross(&frame, iter);
}

gobridge_status gobridge_iter_next(gobridge_ref iter, gobridge_value *first, gobridge_value *second,
                                   uint8_t *found) {
    GOBRIDGE_NOT_NULL(first);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_iter_next,
                            .iterator = {.iterator = iter, .key = first, .elem = second}};
    return gobridge_cross(&frame, found);
}
