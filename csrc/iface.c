/* Interfaces and methods: argument checks and one frame each. */
#include "cross.h"
#include "thread.h"

gobridge_status gobridge_iface_implements(gobridge_ref ref, gobridge_ref interface_type,
                                          uint8_t *implements) {
    GOBRIDGE_NOT_NULL(implements);
    gobridge_frame frame = {.op = OP_gobridge_iface_implements,
                            .implements = {.ref = ref, .interface_type = interface_type}};
    return gobridge_cross(&frame, implements);
}

gobridge_status gobridge_iface_method(gobridge_ref ref, const char *name, size_t len, gobridge_ref *method) {
    GOBRIDGE_NOT_NULL(name);
    GOBRIDGE_NOT_NULL(method);
    gobridge_frame frame = {.op = OP_gobridge_iface_method, .text = {.ref = ref, .text = name, .len = len}};
    return gobridge_cross(&frame, method);
}

gobridge_status gobridge_iface_call(gobridge_ref ref, const char *name, size_t len,
                                    const gobridge_value *args, size_t nargs, gobridge_value *results,
                                    size_t nresults) {
    GOBRIDGE_NOT_NULL(name);
    if (nargs) {
        GOBRIDGE_NOT_NULL(args);
    }
    if (nresults) {
        GOBRIDGE_NOT_NULL(results);
    }
    gobridge_method_call call = {.name = name, .len = len, .args = args, .nargs = nargs};
    gobridge_frame frame = {.op = OP_gobridge_iface_call,
                            .call_of = {.ref = ref, .call = &call, .results = results, .nresults = nresults}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_iface_new(gobridge_ref interface_type, const gobridge_callback *methods,
                                   size_t count, void *data, void (*drop)(void *data), gobridge_ref *ref) {
    if (count) {
        GOBRIDGE_NOT_NULL(methods);
    }
    GOBRIDGE_NOT_NULL(ref);
    gobridge_thread_share();
    gobridge_frame frame = {
        .op = OP_gobridge_iface_new,
        .methods = {.type = interface_type, .methods = methods, .count = count, .data = data, .drop = drop}};
    return gobridge_cross(&frame, ref);
}
