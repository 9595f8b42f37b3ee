/* What the Go side of C functions calls in C: libffi. */
#ifndef GOBRIDGE_CSRC_CFUNC_H
#define GOBRIDGE_CSRC_CFUNC_H

#include "frame.h"

/* A func type made ready for libffi. It lives as long as the process, as types do. */
typedef struct gobridge_signature gobridge_signature;

/* Makes a signature. The codes are
 *   the number of parameters,
 *   how many of them stand before the "..." of a variadic function, or GOBRIDGE_NOT_VARIADIC,
 *   the result and then each parameter: a kind (BOOL to FLOAT64, UNSAFE_POINTER; NIL for no result), or
 *   STRUCT, the number of elements, size and alignment in Go, and then each element in the same way.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NO_MEMORY, or GOBRIDGE_E_WRONG_TYPE if C lays a struct out otherwise. */
#define GOBRIDGE_NOT_VARIADIC UINT32_MAX
gobridge_status gobridge_signature_new(const uint32_t *codes, size_t count, gobridge_signature **signature);

/* One call of a C function. Go makes it. */
typedef struct gobridge_invocation {
    gobridge_signature *signature;
    void (*function)(void);
    uint64_t
        slots[]; /* the result, then each argument, each in as many slots as it fills, and in one at least */
} gobridge_invocation;

/* Makes the call, for runtime.cgocall. */
int32_t gobridge_invoke(void *invocation);

/* Makes a C function with a signature, whose calls cross as gobridge_cfunc_closure: a is the id, p the addresses of the
 * arguments, q that of the result. record is what frees it, code the C function.
 * Returns GOBRIDGE_OK or GOBRIDGE_E_NO_MEMORY. */
gobridge_status gobridge_closure_new(gobridge_signature *signature, uint64_t id, void **record, void **code);

void gobridge_closure_free(void *record);

#endif
