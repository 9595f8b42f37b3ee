/* C functions: argument checks, and libffi. */
#include "cfunc.h"
#include "cross.h"
#include "thread.h"

#include <ffi.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

gobridge_status gobridge_cfunc_new(void (*function)(void), const char *signature, size_t len,
                                   gobridge_ref *func) {
    GOBRIDGE_NOT_NULL(function);
    GOBRIDGE_NOT_NULL(signature);
    GOBRIDGE_NOT_NULL(func);
    gobridge_frame frame = {.op = OP_gobridge_cfunc_new,
                            .text = {.text = signature, .len = len, .out = function}};
    return gobridge_cross(&frame, func);
}

gobridge_status gobridge_cfunc_new_with(void (*function)(void), const char *signature, size_t len, void *data,
                                        void (*drop)(void *data), gobridge_ref *func) {
    GOBRIDGE_NOT_NULL(function);
    GOBRIDGE_NOT_NULL(signature);
    GOBRIDGE_NOT_NULL(func);
    gobridge_thread_share();
    gobridge_frame frame = {
        .op = OP_gobridge_cfunc_new_with,
        .data = {.text = signature, .function = function, .data = (uintptr_t)data, .len = len, .drop = drop}};
    return gobridge_cross(&frame, func);
}

gobridge_status gobridge_cfunc_pointer(gobridge_ref func, const char *signature, size_t len,
                                       void (**pointer)(void), gobridge_ref *closure) {
    if (len > 0) {
        GOBRIDGE_NOT_NULL(signature);
    }
    GOBRIDGE_NOT_NULL(pointer);
    GOBRIDGE_NOT_NULL(closure);
    gobridge_frame frame = {
        .op = OP_gobridge_cfunc_pointer,
        .pointer = {
            .func = func, .signature = len > 0 ? (void *)signature : NULL, .len = len, .pointer = pointer}};
    return gobridge_cross(&frame, closure);
}

/* ---- signatures ---- */

struct gobridge_signature {
    gobridge_signature *next; /* all are in a list, so that tools that look for leaks find them in use */
    ffi_cif cif;
    ffi_type structs[];
};

static _Atomic(gobridge_signature *) signatures;

/* Reads codes, and takes from memory what it makes of them. */
typedef struct reader {
    const uint32_t *codes;
    ffi_type *structs;
    ffi_type **elements;
} reader;

static ffi_type *read_type(reader *r) {
    static ffi_type *const scalars[] = {
        [GOBRIDGE_KIND_NIL] = &ffi_type_void,       [GOBRIDGE_KIND_BOOL] = &ffi_type_uint8,
        [GOBRIDGE_KIND_INT] = &ffi_type_slong,      [GOBRIDGE_KIND_INT8] = &ffi_type_sint8,
        [GOBRIDGE_KIND_INT16] = &ffi_type_sint16,   [GOBRIDGE_KIND_INT32] = &ffi_type_sint32,
        [GOBRIDGE_KIND_INT64] = &ffi_type_sint64,   [GOBRIDGE_KIND_UINT] = &ffi_type_ulong,
        [GOBRIDGE_KIND_UINT8] = &ffi_type_uint8,    [GOBRIDGE_KIND_UINT16] = &ffi_type_uint16,
        [GOBRIDGE_KIND_UINT32] = &ffi_type_uint32,  [GOBRIDGE_KIND_UINT64] = &ffi_type_uint64,
        [GOBRIDGE_KIND_UINTPTR] = &ffi_type_ulong,  [GOBRIDGE_KIND_FLOAT32] = &ffi_type_float,
        [GOBRIDGE_KIND_FLOAT64] = &ffi_type_double, [GOBRIDGE_KIND_UNSAFE_POINTER] = &ffi_type_pointer,
    };
    const uint32_t kind = *r->codes++;
    if (kind != GOBRIDGE_KIND_STRUCT) {
        return scalars[kind];
    }
    const uint32_t count = *r->codes++, size = *r->codes++, alignment = *r->codes++;
    ffi_type *type = r->structs++;
    type->type = FFI_TYPE_STRUCT;
    type->elements = r->elements;
    r->elements += count + 1; /* NULL ends them */
    for (uint32_t i = 0; i < count; i++) {
        type->elements[i] = read_type(r);
        if (!type->elements[i]) {
            return NULL;
        }
    }
    const ffi_status laid_out = ffi_get_struct_offsets(FFI_DEFAULT_ABI, type, NULL);
    return laid_out == FFI_OK && type->size == size && type->alignment == alignment ? type : NULL;
}

static gobridge_status prepare(ffi_cif *cif, reader *r) {
    const uint32_t parameters = *r->codes++, fixed = *r->codes++;
    ffi_type **types = r->elements;
    r->elements += parameters;
    ffi_type *result = read_type(r);
    if (!result) {
        return GOBRIDGE_E_WRONG_TYPE;
    }
    for (uint32_t i = 0; i < parameters; i++) {
        types[i] = read_type(r);
        if (!types[i]) {
            return GOBRIDGE_E_WRONG_TYPE;
        }
    }
    const ffi_status prepared =
        fixed == GOBRIDGE_NOT_VARIADIC
            ? ffi_prep_cif(cif, FFI_DEFAULT_ABI, parameters, result, types)
            : ffi_prep_cif_var(cif, FFI_DEFAULT_ABI, fixed, parameters, result, types);
    return prepared == FFI_OK ? GOBRIDGE_OK : GOBRIDGE_E_WRONG_TYPE;
}

gobridge_status gobridge_signature_new(const uint32_t *codes, size_t count, gobridge_signature **signature) {
    enum {
        STRUCT_CODES = 4
    }; /* of one without elements; it needs a NULL, and each code at most one pointer */
    const size_t structs = count / STRUCT_CODES;
    gobridge_signature *s =
        calloc(1, sizeof *s + structs * sizeof(ffi_type) + (count + structs) * sizeof(ffi_type *));
    if (!s) {
        return GOBRIDGE_E_NO_MEMORY;
    }
    reader r = {.codes = codes, .structs = s->structs, .elements = (ffi_type **)(s->structs + structs)};
    gobridge_status status = prepare(&s->cif, &r);
    if (status) {
        free(s);
        return status;
    }
    s->next = atomic_load(&signatures);
    while (!atomic_compare_exchange_weak(&signatures, &s->next, s)) {
    }
    *signature = s;
    return GOBRIDGE_OK;
}

/* Where an integer is a result libffi has a whole word of the same sign. These change it into the integer itself, which
 * Go has, and back. */
#define SMALL_INTEGERS(X)       \
    X(FFI_TYPE_SINT8, int8_t)   \
    X(FFI_TYPE_UINT8, uint8_t)  \
    X(FFI_TYPE_SINT16, int16_t) \
    X(FFI_TYPE_UINT16, uint16_t) X(FFI_TYPE_SINT32, int32_t) X(FFI_TYPE_UINT32, uint32_t)

static void narrow(const ffi_type *type, void *result) {
    switch (type->type) {
#define NARROW(ffi, integer) \
    case ffi: *(integer *)result = (integer) * (ffi_arg *)result; break;
        SMALL_INTEGERS(NARROW)
#undef NARROW
    default: break;
    }
}

static void widen(const ffi_type *type, void *result) {
    switch (type->type) {
#define WIDEN(ffi, integer) \
    case ffi: *(ffi_arg *)result = (ffi_arg) * (integer *)result; break;
        SMALL_INTEGERS(WIDEN)
#undef WIDEN
    default: break;
    }
}

/* ---- from Go to C ---- */

static size_t slots_of(const ffi_type *type) {
    return (type->size + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

int32_t gobridge_invoke(void *invocation) {
    gobridge_invocation *i = invocation;
    ffi_cif *cif = &i->signature->cif;
    void *arguments[cif->nargs + 1];
    uint64_t *slot = i->slots + slots_of(cif->rtype);
    for (unsigned n = 0; n < cif->nargs; n++) {
        arguments[n] = slot;
        slot += slots_of(cif->arg_types[n]);
    }
    const bool is_first = gobridge_turn_to_host();
    ffi_call(cif, i->function, i->slots, arguments);
    gobridge_turn_to_go(is_first);
    narrow(cif->rtype, i->slots);
    return 0;
}

/* ---- from C to Go ---- */

typedef struct closure {
    ffi_closure ffi;
    uint64_t id;
} closure;

/* Where the C function's code leads. The result is zero until Go has succeeded. */
static void run(ffi_cif *cif, void *result, void **arguments, void *user) {
    const closure *c = user;
    const ffi_type *type = cif->rtype;
    if (type->type != FFI_TYPE_VOID) {
        memset(result, 0, type->size);
    }
    gobridge_frame frame = {.op = OP_gobridge_cfunc_closure,
                            .closure = {.id = c->id, .arguments = arguments, .result = result}};
    gobridge_cross(&frame, NULL);
    widen(type, result);
}

gobridge_status gobridge_closure_new(gobridge_signature *signature, uint64_t id, void **record, void **code) {
    closure *c = ffi_closure_alloc(sizeof *c, code);
    if (!c) {
        return GOBRIDGE_E_NO_MEMORY;
    }
    c->id = id;
    *record = c;
    if (ffi_prep_closure_loc(&c->ffi, &signature->cif, run, c, *code) != FFI_OK) {
        ffi_closure_free(c);
        return GOBRIDGE_E_NO_MEMORY;
    }
    return GOBRIDGE_OK;
}

void gobridge_closure_free(void *record) {
    ffi_closure_free(record);
}
