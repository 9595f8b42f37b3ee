/* What the C functions that gobridge build makes have in common: the call of a registered Go function. */
#include <string.h>

/* The Go functions by their numbers: by what name each is registered, and a reference to it as soon as one was asked for. */
extern const char *const gobridge_glue_names[];
extern gobridge_ref gobridge_glue_functions[];

/* Crosses; what fails is said to have failed in a C function of the library. */
static inline gobridge_status glue_cross(const char *name, gobridge_frame *frame) {
    const gobridge_status status = gobridge_cross(frame, NULL);
    if (__builtin_expect(status != GOBRIDGE_OK, 0)) {
        gobridge_fail_as(name);
    }
    return status;
}

/* name: of the C function. op: OP_gobridge_typed_call, or OP_gobridge_typed_call_spread if the last argument is a variadic function's slice. */
__attribute__((always_inline)) static inline gobridge_status
glue_call(const char *name, uint32_t op, size_t function, const gobridge_value *args, size_t nargs,
          gobridge_value *results, size_t nresults) {
    gobridge_ref func = __atomic_load_n(&gobridge_glue_functions[function], __ATOMIC_RELAXED);
    if (__builtin_expect(!func, 0)) {
        const char *registered = gobridge_glue_names[function];
        gobridge_frame find = {.op = OP_gobridge_func_find,
                               .text = {.text = registered, .len = strlen(registered)}};
        const gobridge_status status = gobridge_cross(&find, &func);
        if (status) {
            return status;
        }
        __atomic_store_n(&gobridge_glue_functions[function], func, __ATOMIC_RELAXED);
    }
    gobridge_frame frame = {
        .op = op,
        .call = {.func = func, .args = args, .nargs = nargs, .results = results, .nresults = nresults}};
    return glue_cross(name, &frame);
}

/* The bits of a double, and the double of bits. */
static inline uint64_t glue_bits(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}
static inline double glue_float(uint64_t bits) {
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}
