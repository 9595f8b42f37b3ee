/* The library and its Go runtime: versions, knobs, statistics and profiles. */
#include "cross.h"
#include "start.h"
#include "thread.h"

#include <assert.h>

static_assert(sizeof(gobridge_memory) == 104, "gobridge_memory has no padding, on any platform");

uint32_t gobridge_version(void) {
    return GOBRIDGE_VERSION;
}

gobridge_status gobridge_go_version(const char **version) {
    GOBRIDGE_NOT_NULL(version);
    const gobridge_status status = gobridge_start_wait(__func__);
    if (!status) {
        *version = gobridge_start_runtime.release;
    }
    return status;
}

/* ---- knobs ---- */

gobridge_status gobridge_go_maxprocs(int32_t count, int32_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_go_maxprocs, .out = {.number = (uint64_t)count}};
    return gobridge_cross(&frame, previous);
}

gobridge_status gobridge_go_gc_percent(int32_t percent, int32_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_go_gc_percent, .out = {.number = (uint64_t)percent}};
    return gobridge_cross(&frame, previous);
}

gobridge_status gobridge_go_memory_limit(int64_t bytes, int64_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_go_memory_limit, .out = {.number = (uint64_t)bytes}};
    return gobridge_cross(&frame, previous);
}

gobridge_status gobridge_go_collect(void) {
    gobridge_frame frame = {.op = OP_gobridge_go_collect};
    return gobridge_cross(&frame, NULL);
}

/* ---- statistics ---- */

gobridge_status gobridge_go_memory(gobridge_memory *stats) {
    GOBRIDGE_NOT_NULL(stats);
    gobridge_frame frame = {.op = OP_gobridge_go_memory, .out = {.out = stats}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_go_goroutines(uint64_t *count) {
    GOBRIDGE_NOT_NULL(count);
    gobridge_frame frame = {.op = OP_gobridge_go_goroutines};
    return gobridge_cross(&frame, count);
}

gobridge_status gobridge_go_stacks(gobridge_value *text) {
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_go_stacks, .out = {.out = text}};
    return gobridge_cross(&frame, NULL);
}

/* ---- the environment ---- */

gobridge_status gobridge_setenv(const char *name, size_t name_len, const char *value, size_t value_len) {
    GOBRIDGE_NOT_NULL(name);
    gobridge_frame frame = {
        .op = OP_gobridge_setenv,
        .env = {.name = name, .value = value, .name_len = name_len, .value_len = value ? value_len : 0}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_getenv(const char *name, size_t len, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(name);
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_getenv, .text = {.text = name, .len = len, .out = value}};
    return gobridge_cross(&frame, NULL);
}

/* ---- profiles ---- */

gobridge_status gobridge_go_profile_cpu(const char *path, size_t len) {
    GOBRIDGE_NOT_NULL(path);
    gobridge_frame frame = {.op = OP_gobridge_go_profile_cpu, .text = {.text = path, .len = len}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_go_profile_cpu_stop(void) {
    gobridge_frame frame = {.op = OP_gobridge_go_profile_cpu_stop};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_go_profile_heap(const char *path, size_t len) {
    GOBRIDGE_NOT_NULL(path);
    gobridge_frame frame = {.op = OP_gobridge_go_profile_heap, .text = {.text = path, .len = len}};
    return gobridge_cross(&frame, NULL);
}
