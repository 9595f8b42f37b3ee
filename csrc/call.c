/* Go functions: finding them, and calling them. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_func_find(const char *name, size_t len, gobridge_ref *func) {
    GOBRIDGE_NOT_NULL(name);
    GOBRIDGE_NOT_NULL(func);
    gobridge_frame frame = {.op = OP_gobridge_func_find, .p = (void *)name, .b = len};
    return gobridge_cross(frame, func);
}

gobridge_status gobridge_func_names(gobridge_ref *names) {
    GOBRIDGE_NOT_NULL(names);
    gobridge_frame frame = {.op = OP_gobridge_func_names};
    return gobridge_cross(frame, names);
}

gobridge_status gobridge_call(gobridge_ref func, const gobridge_value *args, size_t nargs,
                              gobridge_value *results, size_t nresults) {
    if (nargs) {
        GOBRIDGE_NOT_NULL(args);
    }
    if (nresults) {
        GOBRIDGE_NOT_NULL(results);
    }
    gobridge_frame frame = {
        .op = OP_gobridge_call, .a = func, .p = (void *)args, .b = nargs, .q = results, .c = nresults};
    return gobridge_cross(frame, NULL);
}
