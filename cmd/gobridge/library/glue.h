/* What the C functions that gobridge build makes have in common: the call of a registered Go function. */
#include <stddef.h>
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

/* A struct type and the type of pointers to it, as soon as one was asked for. */
typedef struct glue_types {
    const char *pointer; /* its expression */
    gobridge_ref types[2];
} glue_types;

/* Says that it failed in a C function of the library. */
static inline gobridge_status glue_status(const char *name, gobridge_status status) {
    if (status != GOBRIDGE_OK) {
        gobridge_fail_as(name);
    }
    return status;
}

/* The struct type, or that of pointers. */
static gobridge_status glue_type(glue_types *of, int is_pointer, gobridge_ref *type) {
    *type = __atomic_load_n(&of->types[is_pointer], __ATOMIC_RELAXED);
    if (*type) {
        return GOBRIDGE_OK;
    }
    const char *expression = of->pointer + !is_pointer;
    const gobridge_status status = gobridge_type_parse(expression, strlen(expression), type);
    if (status == GOBRIDGE_OK) {
        __atomic_store_n(&of->types[is_pointer], *type, __ATOMIC_RELAXED);
    }
    return status;
}

__attribute__((unused)) static gobridge_status glue_load(const char *name, glue_types *of, gobridge_ref ref,
                                                         void *to) {
    gobridge_ref is, type = 0, pointer = 0;
    gobridge_status status = gobridge_type_of(ref, &is);
    status = status ? status : glue_type(of, 0, &type);
    status = status ? status : glue_type(of, 1, &pointer);
    if (!status && is != type && is != pointer) {
        return gobridge_fail(GOBRIDGE_E_WRONG_TYPE, name, "ref is no %s", of->pointer + 1);
    }
    return glue_status(name, status ? status : gobridge_value_load(ref, to));
}

__attribute__((unused)) static gobridge_status glue_box(const char *name, glue_types *of, const void *from,
                                                        gobridge_ref *boxed) {
    gobridge_ref type = 0;
    const gobridge_status status = glue_type(of, 0, &type);
    return glue_status(name, status ? status : gobridge_value_box(type, from, boxed));
}
