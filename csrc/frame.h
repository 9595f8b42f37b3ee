/* The frame that carries one call through the door into Go, and the table of calls. */
#ifndef GOBRIDGE_CSRC_FRAME_H
#define GOBRIDGE_CSRC_FRAME_H

#include <gobridge.h>

/* Every call that crosses, by the name of its C function. Go has a handler for each under the same name
 * (bridge/ops.go) and refuses to start when one is missing, so the order is of no weight. */
#define GOBRIDGE_OPS(X)                     \
    X(gobridge_release)                     \
    X(gobridge_ref_count)                   \
    X(gobridge_scope_close)                 \
    X(gobridge_type_parse)                  \
    X(gobridge_type_of)                     \
    X(gobridge_type_name)                   \
    X(gobridge_type_kind)                   \
    X(gobridge_type_layout)                 \
    X(gobridge_value_new)                   \
    X(gobridge_value_box)                   \
    X(gobridge_value_get)                   \
    X(gobridge_value_load)                  \
    X(gobridge_value_store)                 \
    X(gobridge_value_release)               \
    X(gobridge_value_make)                  \
    X(gobridge_value_follow)                \
    X(gobridge_value_set)                   \
    X(gobridge_value_copy)                  \
    X(gobridge_value_equal)                 \
    X(gobridge_value_compare)               \
    X(gobridge_value_hash)                  \
    X(gobridge_value_print)                 \
    X(gobridge_value_text)                  \
    X(gobridge_value_from_text)             \
    X(gobridge_value_to_text)               \
    X(gobridge_value_from_json)             \
    X(gobridge_value_to_json)               \
    X(gobridge_value_from_time)             \
    X(gobridge_value_to_time)               \
    X(gobridge_error_new)                   \
    X(gobridge_error_wrap)                  \
    X(gobridge_error_message)               \
    X(gobridge_error_is)                    \
    X(gobridge_error_as)                    \
    X(gobridge_error_unwrap)                \
    X(gobridge_runtime_iscgo)               \
    X(gobridge_runtime_set_crosscall2)      \
    X(gobridge_runtime_makemap_small)       \
    X(gobridge_runtime_makemap)             \
    X(gobridge_runtime_mapaccess2)          \
    X(gobridge_runtime_mapassign)           \
    X(gobridge_runtime_mapdelete)           \
    X(gobridge_runtime_getitab)             \
    X(gobridge_runtime_convT64)             \
    X(gobridge_runtime_convTstring)         \
    X(gobridge_runtime_convTslice)          \
    X(gobridge_runtime_mapiternext)         \
    X(gobridge_runtime_cgocall)             \
    X(gobridge_runtime_mapaccess2_fast32)   \
    X(gobridge_runtime_mapassign_fast32)    \
    X(gobridge_runtime_mapassign_fast32ptr) \
    X(gobridge_runtime_mapaccess2_fast64)   \
    X(gobridge_runtime_mapassign_fast64)    \
    X(gobridge_runtime_mapassign_fast64ptr) \
    X(gobridge_reflect_makemap)             \
    X(gobridge_reflect_mapaccess)           \
    X(gobridge_reflect_mapassign0)          \
    X(gobridge_reflect_maplen)              \
    X(gobridge_reflect_mapiterinit)         \
    X(gobridge_reflect_mapiternext)         \
    X(gobridge_reflect_mapiterkey)          \
    X(gobridge_reflect_mapiterelem)         \
    X(gobridge_math_Float32bits)

enum {
#define GOBRIDGE_OP(name) OP_##name,
    GOBRIDGE_OPS(GOBRIDGE_OP)
#undef GOBRIDGE_OP
        OP_COUNT
};

/* Where Go writes what went wrong; both NUL-terminated. */
typedef struct gobridge_failure {
    char message[1024];
    char stack[7168];
} gobridge_failure;

/* One call. bridge/frame.go mirrors it, and bridge/door.go has the compiler compare the two. */
typedef struct gobridge_frame {
    uint32_t op;
    int32_t status;            /* out */
    uint32_t alone;            /* in: 1 where no other thread has ever called */
    uint32_t held;             /* Go's: the locks that this call holds */
    uint64_t a, b, c;          /* in: references and numbers */
    void *p, *q;               /* C memory, in or out as the call has it */
    uint64_t result;           /* out: a number */
    gobridge_ref made;         /* out: the reference that this call gave, 0 where none */
    gobridge_failure *failure; /* out, where status is not 0 */
} gobridge_frame;

#endif
