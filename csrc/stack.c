/* The bounds of a thread's stack. Go asks for them up to go1.22 in every call, later if a host calls on a stack of its
 * own. Asking pthread takes half a microsecond, on the main thread a hundred times that, so CMake has the archive ask
 * here. */
#include <stdint.h>

extern void x_cgo_getstackbound(uintptr_t bounds[2]);
void gobridge_stack_bounds(uintptr_t bounds[2]);
__attribute__((visibility("hidden"))) void gobridge_stack_bounds(uintptr_t bounds[2]) {
    static _Thread_local uintptr_t known[2] __attribute__((tls_model("initial-exec")));
    if (!known[1]) {
        x_cgo_getstackbound(known);
    }
    bounds[0] = known[0];
    bounds[1] = known[1];
}
