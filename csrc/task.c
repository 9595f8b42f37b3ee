/* Tasks: argument checks. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_task_start(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                    int64_t timeout_ns, gobridge_ref *task) {
    if (nargs) {
        GOBRIDGE_NOT_NULL(args);
    }
    GOBRIDGE_NOT_NULL(task);
    gobridge_frame frame = {
        .op = OP_gobridge_task_start,
        .start = {
            .func = func, .count = nargs, .timeout_ns = timeout_ns, .args = nargs ? (void *)args : NULL}};
    return gobridge_cross(&frame, task);
}

gobridge_status gobridge_task_wait(gobridge_ref task, int64_t timeout_ns, gobridge_value *results,
                                   size_t nresults) {
    if (nresults) {
        GOBRIDGE_NOT_NULL(results);
    }
    gobridge_frame frame = {
        .op = OP_gobridge_task_wait,
        .wait = {
            .task = task, .timeout_ns = timeout_ns, .count = nresults, .results = nresults ? results : NULL}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_task_done(gobridge_ref task, uint8_t *done) {
    GOBRIDGE_NOT_NULL(done);
    gobridge_frame frame = {.op = OP_gobridge_task_done, .ref = {.ref = task}};
    return gobridge_cross(&frame, done);
}

gobridge_status gobridge_task_descriptor(gobridge_ref task, int32_t *fd) {
    GOBRIDGE_NOT_NULL(fd);
    gobridge_frame frame = {.op = OP_gobridge_task_descriptor, .ref = {.ref = task}};
    return gobridge_cross(&frame, fd);
}

gobridge_status gobridge_task_on_done(gobridge_ref task, void (*done)(void *data), void *data) {
    GOBRIDGE_NOT_NULL(done);
    gobridge_frame frame = {.op = OP_gobridge_task_on_done,
                            .done = {.task = task, .done = done, .data = data}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_task_cancel(gobridge_ref task) {
    gobridge_frame frame = {.op = OP_gobridge_task_cancel, .ref = {.ref = task}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_task_limit(int32_t count, int32_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_task_limit, .out = {.number = (uint64_t)count}};
    return gobridge_cross(&frame, previous);
}
