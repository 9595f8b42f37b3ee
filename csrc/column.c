/* Columns: argument checks and one frame for any number of items. */
#include "cross.h"
#include "thread.h"

/* An optional argument is NULL wherever nothing can lie. */
#define OR_NULL(pointer) ((uintptr_t)(pointer) < 4096 ? NULL : (pointer))

/* Items that failed are no failure of the crossing, for what the others returned is the caller's: Go has left the status
 * of the first in the frame's result, and its message. */
static inline gobridge_status cross(gobridge_frame frame) {
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (status && gobridge_thread_state) { /* there is none if there was no memory for it */
        gobridge_thread_state->status = status;
    }
    return status;
}

gobridge_status gobridge_map_get_n(gobridge_ref map, const gobridge_column *keys, size_t count,
                                   uint32_t threads, gobridge_column *elems, uint8_t *found,
                                   gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(keys);
    gobridge_arrays arrays = {.in = keys,
                              .out = OR_NULL(elems),
                              .found = OR_NULL(found),
                              .statuses = OR_NULL(statuses),
                              .count = count};
    return cross((gobridge_frame){
        .op = OP_gobridge_map_get_n,
        .columns = {.ref = map, .threads = threads, .filled = arrays.out != NULL, .arrays = &arrays}});
}

gobridge_status gobridge_map_set_n(gobridge_ref map, const gobridge_column *keys,
                                   const gobridge_column *elems, size_t count, gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(keys);
    GOBRIDGE_NOT_NULL(elems);
    gobridge_arrays arrays = {.in = keys, .in2 = elems, .statuses = OR_NULL(statuses), .count = count};
    return cross((gobridge_frame){.op = OP_gobridge_map_set_n, .columns = {.ref = map, .arrays = &arrays}});
}

gobridge_status gobridge_map_build_n(gobridge_ref type, const gobridge_column *keys,
                                     const gobridge_column *elems, size_t count, uint32_t threads,
                                     gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(keys);
    GOBRIDGE_NOT_NULL(elems);
    GOBRIDGE_NOT_NULL(map);
    gobridge_arrays arrays = {.in = keys, .in2 = elems, .count = count};
    gobridge_frame frame = {.op = OP_gobridge_map_build_n,
                            .columns = {.ref = type, .threads = threads, .arrays = &arrays}};
    return gobridge_cross(&frame, map);
}

gobridge_status gobridge_map_get_or_set_n(gobridge_ref map, const gobridge_column *keys,
                                          const gobridge_column *fallbacks, size_t count,
                                          gobridge_column *elems, uint8_t *found, gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(keys);
    GOBRIDGE_NOT_NULL(fallbacks);
    gobridge_arrays arrays = {.in = keys,
                              .in2 = fallbacks,
                              .out = OR_NULL(elems),
                              .found = OR_NULL(found),
                              .statuses = OR_NULL(statuses),
                              .count = count};
    return cross((gobridge_frame){.op = OP_gobridge_map_get_or_set_n,
                                  .columns = {.ref = map, .filled = arrays.out != NULL, .arrays = &arrays}});
}

gobridge_status gobridge_map_delete_n(gobridge_ref map, const gobridge_column *keys, size_t count,
                                      uint8_t *found, gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(keys);
    gobridge_arrays arrays = {
        .in = keys, .found = OR_NULL(found), .statuses = OR_NULL(statuses), .count = count};
    return cross(
        (gobridge_frame){.op = OP_gobridge_map_delete_n, .columns = {.ref = map, .arrays = &arrays}});
}

gobridge_status gobridge_map_add_n(gobridge_ref map, const gobridge_column *keys,
                                   const gobridge_column *deltas, size_t count, gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(keys);
    gobridge_arrays arrays = {
        .in = keys, .in2 = OR_NULL(deltas), .statuses = OR_NULL(statuses), .count = count};
    return cross((gobridge_frame){.op = OP_gobridge_map_add_n, .columns = {.ref = map, .arrays = &arrays}});
}

gobridge_status gobridge_map_next_n(gobridge_ref iterator, size_t count, gobridge_column *keys,
                                    gobridge_column *elems, size_t *filled) {
    GOBRIDGE_NOT_NULL(keys);
    GOBRIDGE_NOT_NULL(filled);
    gobridge_arrays arrays = {.out = keys, .out2 = OR_NULL(elems), .count = count};
    gobridge_frame frame = {.op = OP_gobridge_map_next_n,
                            .columns = {.ref = iterator, .filled = 1, .arrays = &arrays}};
    return gobridge_cross(&frame, filled);
}

gobridge_status gobridge_slice_read_n(gobridge_ref slice, int64_t index, size_t count,
                                      gobridge_column *elems) {
    GOBRIDGE_NOT_NULL(elems);
    gobridge_arrays arrays = {.out = elems, .count = count};
    return cross((gobridge_frame){
        .op = OP_gobridge_slice_read_n,
        .elems = {.slice = slice, .index = (uint64_t)index, .filled = 1, .arrays = &arrays}});
}

gobridge_status gobridge_slice_write_n(gobridge_ref slice, int64_t index, const gobridge_column *elems,
                                       size_t count, gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(elems);
    gobridge_arrays arrays = {.in = elems, .statuses = OR_NULL(statuses), .count = count};
    return cross((gobridge_frame){.op = OP_gobridge_slice_write_n,
                                  .elems = {.slice = slice, .index = (uint64_t)index, .arrays = &arrays}});
}

gobridge_status gobridge_slice_append_n(gobridge_ref slice, const gobridge_column *elems, size_t count,
                                        gobridge_ref *longer) {
    GOBRIDGE_NOT_NULL(elems);
    GOBRIDGE_NOT_NULL(longer);
    gobridge_arrays arrays = {.in = elems, .count = count};
    gobridge_frame frame = {.op = OP_gobridge_slice_append_n, .elems = {.slice = slice, .arrays = &arrays}};
    return gobridge_cross(&frame, longer);
}

gobridge_status gobridge_value_box_n(gobridge_ref type, const gobridge_column *items, size_t count,
                                     gobridge_ref *boxed, gobridge_status *statuses) {
    GOBRIDGE_NOT_NULL(items);
    if (count) {
        GOBRIDGE_NOT_NULL(boxed);
    }
    gobridge_arrays arrays = {.in = items, .statuses = OR_NULL(statuses), .count = count};
    gobridge_frame frame = {.op = OP_gobridge_value_box_n,
                            .columns = {.ref = type, .arrays = &arrays, .refs = OR_NULL(boxed)}};
    return cross(frame);
}

gobridge_status gobridge_value_get_n(gobridge_ref type, const gobridge_ref *refs, size_t count,
                                     gobridge_column *values, gobridge_status *statuses) {
    if (count) {
        GOBRIDGE_NOT_NULL(refs);
    }
    GOBRIDGE_NOT_NULL(values);
    gobridge_arrays arrays = {.out = values, .statuses = OR_NULL(statuses), .count = count};
    return cross((gobridge_frame){
        .op = OP_gobridge_value_get_n,
        .columns = {.ref = type, .filled = 1, .arrays = &arrays, .refs = (void *)OR_NULL(refs)}});
}

gobridge_status gobridge_call_n(gobridge_ref func, const gobridge_column *args, size_t nargs, size_t count,
                                gobridge_column *results, size_t nresults, gobridge_status *statuses) {
    if (nargs) {
        GOBRIDGE_NOT_NULL(args);
    }
    if (nresults) {
        GOBRIDGE_NOT_NULL(results);
    }
    gobridge_arrays arrays = {
        .in = OR_NULL(args), .out = OR_NULL(results), .statuses = OR_NULL(statuses), .count = count};
    if (nresults > GOBRIDGE_MAX_FILLED) {
        return gobridge_fail(GOBRIDGE_E_COUNT, __func__, "nresults is %zu; %d columns can be filled at once",
                             nresults, GOBRIDGE_MAX_FILLED);
    }
    gobridge_frame frame = {.op = OP_gobridge_call_n,
                            .rows = {.func = func, .nargs = nargs, .nresults = nresults, .arrays = &arrays}};
    return cross(frame);
}
