/* Go functions: finding them, and calling them. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_func_find(const char *name, size_t len, gobridge_ref *func) {
    GOBRIDGE_NOT_NULL(name);
    GOBRIDGE_NOT_NULL(func);
    gobridge_frame frame = {.op = OP_gobridge_func_find, .text = {.text = name, .len = len}};
    return gobridge_cross(&frame, func);
}

gobridge_status gobridge_func_names(gobridge_ref *names) {
    GOBRIDGE_NOT_NULL(names);
    gobridge_frame frame = {.op = OP_gobridge_func_names};
    return gobridge_cross(&frame, names);
}

/* Whether the arguments and results of a call are there. */
#define NOT_NULL_IF_ANY(values, count) \
    if (count) {                       \
        GOBRIDGE_NOT_NULL(values);     \
    }

gobridge_status gobridge_call(gobridge_ref func, const gobridge_value *args, size_t nargs,
                              gobridge_value *results, size_t nresults) {
    NOT_NULL_IF_ANY(args, nargs)
    NOT_NULL_IF_ANY(results, nresults)
    gobridge_frame frame = {
        .op = OP_gobridge_call,
        .call = {.func = func, .args = args, .nargs = nargs, .results = results, .nresults = nresults}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_call_catch(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                    gobridge_value *results, size_t nresults, gobridge_value *failure) {
    NOT_NULL_IF_ANY(args, nargs)
    NOT_NULL_IF_ANY(results, nresults)
    GOBRIDGE_NOT_NULL(failure);
    gobridge_catch_call call = {.args = args, .failure = failure, .nargs = nargs};
    gobridge_frame frame = {
        .op = OP_gobridge_call_catch,
        .call_of = {.ref = func, .call = &call, .results = results, .nresults = nresults}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_call_spread(gobridge_ref func, const gobridge_value *args, size_t nargs,
                                     gobridge_value *results, size_t nresults) {
    NOT_NULL_IF_ANY(args, nargs)
    NOT_NULL_IF_ANY(results, nresults)
    gobridge_frame frame = {
        .op = OP_gobridge_call_spread,
        .call = {.func = func, .args = args, .nargs = nargs, .results = results, .nresults = nresults}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_func_register(const char *name, size_t len, gobridge_ref func) {
    GOBRIDGE_NOT_NULL(name);
    gobridge_frame frame = {.op = OP_gobridge_func_register, .text = {.text = name, .len = len, .ref = func}};
    return gobridge_cross(&frame, NULL);
}
