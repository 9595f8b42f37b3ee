/* Every exported function as a row of a table: a way to call it, what each of its arguments is, and what csrc/functions.h
 * says of it. Tests run over all rows: what bad input gets (bad_input_test.c), what a forked child gets (guest_test.c). */
#ifndef GOBRIDGE_TESTS_FUNCTIONS_H
#define GOBRIDGE_TESTS_FUNCTIONS_H

#include "check.h"

typedef union argument {
    gobridge_ref ref;
    const void *in;
    void *out;
    int32_t (*fn)(void *);
    uint64_t number;
} argument;

/* What stands for a good argument. */
typedef enum good {
    NO_ARGUMENT,
    /* references */
    INT64_TYPE,
    MAP_TYPE,
    STRINGER_TYPE,
    ERROR_TYPE,
    DURATION_TYPE,
    CONTEXT,        /* one of gobridge_context_new */
    FOREIGN,        /* an object of the host's */
    READER,         /* that gives one byte each time */
    WRITER,         /* that takes all */
    MAP64,          /* map[int64]int64, as are all maps here but for the key */
    MAP32,          /* map[int32]int64 */
    MAP_WORD,       /* map[*int64]int64 */
    MAP_TEXT,       /* map[string]int64 */
    KEY_WORD,       /* a *int64 as a key */
    FUNC,           /* a func(int64) int64 */
    VARIADIC,       /* a func(...int64) int64 */
    ITERATOR,       /* over MAP64 */
    CHAN_TYPE,      /* chan int64 */
    CHAN,           /* a chan int64 that has room and has something in it */
    CHAN_TO_END,    /* a chan int64 that no other call uses */
    TASK,           /* one that is done and has one result */
    FUNC_OF_C,      /* a func() */
    SEQ,            /* a func(yield func(int64) bool) */
    ITER,           /* of SEQ */
    AN_ERROR,       /* the error "text" */
    TIME,           /* a time.Time */
    POINTER,        /* a *int64 */
    ANY_VALUE,      /* a *int64, but any value will do */
    ANY_TYPED,      /* the same, where an iterator or itab will not do */
    SLICE_TYPE,     /* []int64 */
    STRUCT_TYPE,    /* struct{ Number int64 } */
    FUNC_TYPE,      /* func(int64) int64 */
    METHOD_TYPE,    /* time.Duration, but any type with methods will do */
    SLICE,          /* a []int64 of two elements, 1 and 1 */
    ROWS,           /* SLICE, but a map will do */
    STRUCT,         /* a *struct{ Number int64 } that is 1 */
    TEXT_SLICE,     /* a []string of "123456" */
    TEXT_STRUCT,    /* a *struct{ Number string } that is that */
    MAP_OF_TEXT,    /* a map[int64]string of that at 1 */
    TEXT_REF,       /* the string "123456" */
    VALUE,          /* a *int64 again, where a type will not do either */
    STRINGER,       /* a *fmt.Stringer */
    DURATION,       /* a time.Duration, but any value has methods or lacks them */
    NEW_VALUE,      /* a reference that the call releases */
    TYPE_OR_0,      /* int64, but 0 is good too */
    IN_NO_SCOPE,    /* not good: a number that is in no scope */
    IN_NO_BATCH,    /* not good either: the thread records none */
    IN_NO_CALLBACK, /* nor this: it runs none */
    /* pointers */
    IN,          /* to an int64 1, or an int32 1 */
    IN_VALUE,    /* to the value 1, of an int64 */
    DIGITS,      /* to "123456" */
    IN_TIME,     /* to the value TIME */
    IN_DURATION, /* to a REF to a time.Duration */
    IN_TEXT,     /* to a REF to the string "123456" */
    IN_REFS,     /* to a reference to an int64 1 */
    IN_TYPES,    /* to the type int64 */
    IN_SLICE,    /* to a REF to SLICE */
    IN_METHODS,  /* to a C function that is a method */
    IN_FIELDS,   /* to the field "Number int64" */
    IN_NEW,      /* to a reference that the call releases */
    IN_COLUMN,   /* to a column of an int64 1 */
    IN_CASES,    /* to a case that receives from CHAN */
    IN_SCHEMA,   /* to an Arrow schema of int64 */
    IN_ARRAY,    /* to an Arrow array of an int64 1 */
    EXPRESSION,  /* to "[]int8" */
    NAME,        /* to "answer" */
    NEW_NAME,    /* to six letters that were no name before */
    PATH,        /* to "/dev/null" */
    FIELD,       /* to "Number" */
    OUT_INFO,    /* to a struct of INFO_SIZE bytes that begins with its size */
    METHOD,      /* to "String" */
    SIGNATURE,   /* to "func()" */
    OUT,
    OPTIONAL_COLUMN,
    OUT_COLUMN,    /* to a column that has room for an int64 */
    OUT_REF,       /* receives a reference that the caller releases */
    OUT_SCOPE,     /* receives what closes a scope */
    OUT_VALUE,     /* to a NIL value */
    OUT_MEMORY,    /* to a gobridge_memory that says its size */
    OUT_GIVEN,     /* receives a value that the caller releases */
    OUT_FAILURE,   /* the same, also if the call fails */
    OUT_UNNAMED,   /* its NULL is not recorded as a failure */
    OPTIONAL,      /* NULL is as good */
    FROZEN,        /* a frozen map[int64]int64 */
    FROZEN_TO_END, /* one that only the call that releases it uses */
    OUT_FROZEN,    /* receives one that the caller releases */
    OUT_SCHEMA,    /* receives an Arrow schema */
    OUT_ARRAY,     /* receives an Arrow array */
    FUNCTION,
    /* numbers */
    ZERO,
    SIX,
    PATH_LENGTH
} good;

/* What csrc/functions.h says, as far as tests ask. */
enum { MAY_STAY, NEEDS_NOTHING, CROSSES, CALLS_BACK, NEEDS_GO }; /* crossing */
enum { RECORDED, AT_ONCE, AT_ONCE_OF_LIVE, REFUSED };            /* in_batch */

typedef struct function {
    const char *name;
    gobridge_status (*call)(const argument *a);
    struct {
        const char *name;
        good good;
    } arguments[6];
    size_t word; /* the size of pointers without which it is unsupported, 0 for any */
    int crossing, in_batch;
} function;

/* X(word, name, (arguments), {name, good} of each argument) */
#define SHAPES_THAT_CROSS(X)                                                                                 \
    X(0, gobridge_type_describe, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"info", OUT_INFO})             \
    X(0, gobridge_type_field, (a[0].ref, 0, a[1].out), {"type", STRUCT_TYPE}, {"field", OUT_INFO})           \
    X(0, gobridge_type_method, (a[0].ref, 0, a[1].out), {"type", METHOD_TYPE}, {"method", OUT_INFO})         \
    X(0, gobridge_type_parameter, (a[0].ref, 0, a[1].out), {"type", FUNC_TYPE}, {"parameter", OUT})          \
    X(0, gobridge_type_result, (a[0].ref, 0, a[1].out), {"type", FUNC_TYPE}, {"result", OUT})                \
    X(0, gobridge_type_pointer_to, (a[0].ref, a[1].out), {"elem", INT64_TYPE}, {"type", OUT})                \
    X(0, gobridge_type_slice_of, (a[0].ref, a[1].out), {"elem", INT64_TYPE}, {"type", OUT})                  \
    X(0, gobridge_type_array_of, (a[0].ref, 2, a[1].out), {"elem", INT64_TYPE}, {"type", OUT})               \
    X(0, gobridge_type_map_of, (a[0].ref, a[1].ref, a[2].out), {"key", INT64_TYPE}, {"elem", INT64_TYPE},    \
      {"type", OUT})                                                                                         \
    X(0, gobridge_type_chan_of, (a[0].ref, GOBRIDGE_CHAN_SEND, a[1].out), {"elem", INT64_TYPE},              \
      {"type", OUT})                                                                                         \
    X(0, gobridge_type_func_of, (a[0].in, 1, a[1].in, 1, 0, a[2].out), {"parameters", IN_TYPES},             \
      {"results", IN_TYPES}, {"type", OUT})                                                                  \
    X(0, gobridge_type_struct_of, (a[0].in, 1, a[1].out), {"fields", IN_FIELDS}, {"type", OUT})              \
    X(0, gobridge_type_assignable, (a[0].ref, a[1].ref, a[2].out), {"from", INT64_TYPE}, {"to", INT64_TYPE}, \
      {"assignable", OUT})                                                                                   \
    X(0, gobridge_type_convertible, (a[0].ref, a[1].ref, a[2].out), {"from", INT64_TYPE},                    \
      {"to", INT64_TYPE}, {"convertible", OUT})                                                              \
    X(0, gobridge_ref_dup, (a[0].ref, a[1].out), {"ref", ANY_TYPED}, {"dup", OUT_REF})                       \
    X(0, gobridge_ref_kind, (a[0].ref, a[1].out), {"ref", VALUE}, {"kind", OUT})                             \
    X(0, gobridge_ref_identity, (a[0].ref, a[1].out), {"ref", VALUE}, {"identity", OUT})                     \
    X(0, gobridge_set_fatal_handler, (NULL, NULL), {NULL, NO_ARGUMENT})                                      \
    X(0, gobridge_set_output, (GOBRIDGE_STDOUT, a[0].number), {"writer", ZERO})                              \
    X(0, gobridge_thread_attach, (), {NULL, NO_ARGUMENT})                                                    \
    X(0, gobridge_setenv, (a[0].in, a[1].number, "1", 1), {"name", NAME}, {"len", SIX})                      \
    X(0, gobridge_getenv, (a[0].in, a[1].number, a[2].out), {"name", NAME}, {"len", SIX},                    \
      {"value", OUT_GIVEN})                                                                                  \
    X(0, gobridge_context_value, (a[0].ref, a[1].in, a[2].out), {"context", CONTEXT}, {"key", IN_VALUE},     \
      {"value", OUT_GIVEN})                                                                                  \
    X(0, gobridge_slice_new, (a[0].ref, 1, 1, a[1].out), {"type", SLICE_TYPE}, {"slice", OUT_REF})           \
    X(0, gobridge_slice_len, (a[0].ref, a[1].out), {"slice", SLICE}, {"len", OUT})                           \
    X(0, gobridge_slice_cap, (a[0].ref, a[1].out), {"slice", SLICE}, {"cap", OUT})                           \
    X(0, gobridge_slice_get, (a[0].ref, 0, a[1].out), {"slice", SLICE}, {"elem", OUT_GIVEN})                 \
    X(0, gobridge_slice_set, (a[0].ref, 0, a[1].in), {"slice", SLICE}, {"elem", IN_VALUE})                   \
    X(0, gobridge_slice_at, (a[0].ref, 0, a[1].out), {"slice", SLICE}, {"pointer", OUT_REF})                 \
    X(0, gobridge_slice_append, (a[0].ref, a[1].in, 1, a[2].out), {"slice", SLICE}, {"elems", IN_VALUE},     \
      {"longer", OUT_REF})                                                                                   \
    X(0, gobridge_slice_sub, (a[0].ref, 0, 1, a[1].out), {"slice", SLICE}, {"part", OUT_REF})                \
    X(0, gobridge_slice_view, (a[0].ref, a[1].out), {"slice", SLICE}, {"view", OUT_GIVEN})                   \
    X(0, gobridge_struct_get, (a[0].ref, a[1].in, a[2].number, a[3].out), {"ref", STRUCT}, {"field", FIELD}, \
      {"len", SIX}, {"value", OUT_GIVEN})                                                                    \
    X(0, gobridge_slice_text, (a[0].ref, 0, a[1].out, a[2].number, a[3].out), {"slice", TEXT_SLICE},         \
      {"buffer", OUT}, {"capacity", SIX}, {"len", OUT})                                                      \
    X(0, gobridge_struct_text, (a[0].ref, a[1].in, a[2].number, a[3].out, a[4].number, a[5].out),            \
      {"ref", TEXT_STRUCT}, {"field", FIELD}, {"field_len", SIX}, {"buffer", OUT}, {"capacity", SIX},        \
      {"len", OUT})                                                                                          \
    X(0, gobridge_struct_get_at, (a[0].ref, 0, a[1].out), {"ref", STRUCT}, {"value", OUT_GIVEN})             \
    X(0, gobridge_struct_set, (a[0].ref, a[1].in, a[2].number, a[3].in), {"pointer", STRUCT},                \
      {"field", FIELD}, {"len", SIX}, {"value", IN_VALUE})                                                   \
    X(0, gobridge_struct_set_at, (a[0].ref, 0, a[1].in), {"pointer", STRUCT}, {"value", IN_VALUE})           \
    X(0, gobridge_struct_at, (a[0].ref, a[1].in, a[2].number, a[3].out), {"pointer", STRUCT},                \
      {"field", FIELD}, {"len", SIX}, {"field_pointer", OUT_REF})

/* The linkname set beyond the 28. */
#define MORE_OF_THE_SET(X)                                                                                  \
    X(0, gobridge_runtime_mapaccess2_faststr, (a[0].ref, a[1].in, a[2].number, a[3].out, a[4].out),         \
      {"map", MAP_TEXT}, {"key", NAME}, {"len", SIX}, {"elem", OPTIONAL}, {"found", OUT})                   \
    X(0, gobridge_reflect_mapaccess_faststr, (a[0].ref, a[1].in, a[2].number, a[3].out, a[4].out),          \
      {"map", MAP_TEXT}, {"key", NAME}, {"len", SIX}, {"elem", OPTIONAL}, {"found", OUT})                   \
    X(0, gobridge_runtime_mapassign_faststr, (a[0].ref, a[1].in, a[2].number, a[3].in), {"map", MAP_TEXT},  \
      {"key", NAME}, {"len", SIX}, {"elem", IN})                                                            \
    X(0, gobridge_reflect_mapassign_faststr0, (a[0].ref, a[1].in, a[2].number, a[3].in), {"map", MAP_TEXT}, \
      {"key", NAME}, {"len", SIX}, {"elem", IN})                                                            \
    X(0, gobridge_reflect_mapdelete, (a[0].ref, a[1].in), {"map", MAP64}, {"key", IN})                      \
    X(0, gobridge_reflect_mapdelete_faststr, (a[0].ref, a[1].in, a[2].number), {"map", MAP_TEXT},           \
      {"key", NAME}, {"len", SIX})                                                                          \
    X(0, gobridge_reflect_mapclear, (a[0].ref), {"map", MAP32})                                             \
    X(0, gobridge_maps_clone, (a[0].ref, a[1].out), {"map", MAP64}, {"clone", OUT_REF})                     \
    X(0, gobridge_runtime_mapiterinit, (a[0].ref, a[1].out), {"map", MAP64}, {"iterator", OUT_REF})         \
    X(0, gobridge_reflect_ifaceE2I, (a[1].in, a[0].ref), {"dst", STRINGER}, {"value", IN_DURATION})         \
    X(0, gobridge_reflect_unsafe_New, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"pointer", OUT_REF})     \
    X(0, gobridge_reflect_unsafe_NewArray, (a[0].ref, 1, a[1].out), {"type", INT64_TYPE},                   \
      {"slice", OUT_REF})                                                                                   \
    X(0, gobridge_reflect_typedmemmove, (a[0].ref, a[1].ref), {"dst", POINTER}, {"src", POINTER})           \
    X(0, gobridge_reflect_typedmemclr, (a[0].ref), {"pointer", POINTER})                                    \
    X(0, gobridge_reflect_typedslicecopy, (a[0].ref, a[1].ref, a[2].out), {"dst", SLICE}, {"src", SLICE},   \
      {"copied", OUT})                                                                                      \
    X(0, gobridge_reflect_growslice, (a[0].ref, 1, a[1].out), {"slice", SLICE}, {"grown", OUT_REF})         \
    X(0, gobridge_runtime_memequal, (a[0].in, a[1].in, a[2].number, a[3].out), {"a", IN}, {"b", IN},        \
      {"size", SIX}, {"equal", OUT})                                                                        \
    X(0, gobridge_runtime_memhash, (a[0].in, 1, a[1].number, a[2].out), {"data", IN}, {"size", SIX},        \
      {"hash", OUT})                                                                                        \
    X(0, gobridge_runtime_strhash, (a[0].in, a[1].number, 1, a[2].out), {"data", IN}, {"len", SIX},         \
      {"hash", OUT})                                                                                        \
    X(0, gobridge_runtime_nanotime, (a[0].out), {"ns", OUT})                                                \
    X(0, gobridge_time_now, (a[0].out, a[1].out, a[2].out), {"sec", OUT}, {"nsec", OUT}, {"mono", OUT})     \
    X(0, gobridge_runtime_rand, (a[0].out), {"random", OUT})                                                \
    X(0, gobridge_runtime_cheaprand, (a[0].out), {"random", OUT})                                           \
    X(0, gobridge_runtime_cheaprandn, (1, a[0].out), {"random", OUT})

#define VALUES_THAT_CROSS(X)                                                                                 \
    X(0, gobridge_value_make, (a[0].ref, a[1].in, a[2].out), {"type", INT64_TYPE}, {"from", IN_VALUE},       \
      {"boxed", OUT_REF})                                                                                    \
    X(0, gobridge_value_follow, (a[0].ref, a[1].out), {"pointer", POINTER}, {"value", OUT_GIVEN})            \
    X(0, gobridge_value_set, (a[0].ref, a[1].in), {"pointer", POINTER}, {"value", IN_VALUE})                 \
    X(0, gobridge_value_copy, (a[0].in, a[1].out), {"from", IN_TIME}, {"to", OUT_GIVEN})                     \
    X(0, gobridge_value_equal, (a[0].in, a[1].in, a[2].out), {"a", IN_TIME}, {"b", IN_TIME}, {"equal", OUT}) \
    X(0, gobridge_value_compare, (a[0].in, a[1].in, a[2].out), {"a", IN_TIME}, {"b", IN_TIME},               \
      {"order", OUT})                                                                                        \
    X(0, gobridge_value_hash, (a[0].in, a[1].out), {"value", IN_TIME}, {"hash", OUT})                        \
    X(0, gobridge_value_print, (a[0].in, a[1].out), {"value", IN_TIME}, {"text", OUT_GIVEN})                 \
    X(0, gobridge_value_read, (a[0].in, a[1].out, a[2].number, a[3].out), {"value", IN_TEXT},                \
      {"buffer", OUT}, {"capacity", SIX}, {"len", OUT})                                                      \
    X(0, gobridge_value_from_text, (a[0].ref, a[1].in, a[2].number, a[3].out), {"type", INT64_TYPE},         \
      {"text", DIGITS}, {"len", SIX}, {"boxed", OUT_REF})                                                    \
    X(0, gobridge_value_to_text, (a[0].in, a[1].out), {"value", IN_TIME}, {"text", OUT_GIVEN})               \
    X(0, gobridge_value_from_json, (a[0].ref, a[1].in, a[2].number, a[3].out), {"type", INT64_TYPE},         \
      {"json", DIGITS}, {"len", SIX}, {"value", OUT_GIVEN})                                                  \
    X(0, gobridge_value_to_json, (a[0].in, a[1].out), {"value", IN_TIME}, {"json", OUT_GIVEN})               \
    X(0, gobridge_value_from_time, (1, 2, a[0].out), {"time", OUT_REF})                                      \
    X(0, gobridge_value_to_time, (a[0].ref, a[1].out, a[2].out), {"time", TIME}, {"seconds", OUT},           \
      {"nanoseconds", OUT})                                                                                  \
    X(0, gobridge_error_new, (a[0].in, a[1].number, a[2].out), {"text", DIGITS}, {"len", SIX},               \
      {"error", OUT_REF})                                                                                    \
    X(0, gobridge_error_wrap, (a[0].ref, a[1].in, a[2].number, a[3].out), {"inner", AN_ERROR},               \
      {"text", DIGITS}, {"len", SIX}, {"error", OUT_REF})                                                    \
    X(0, gobridge_error_message, (a[0].ref, a[1].out), {"error", AN_ERROR}, {"text", OUT_GIVEN})             \
    X(0, gobridge_error_is, (a[0].ref, a[1].ref, a[2].out), {"error", AN_ERROR}, {"target", AN_ERROR},       \
      {"is", OUT})                                                                                           \
    X(0, gobridge_error_as, (a[0].ref, a[1].ref, a[2].out, a[3].out), {"error", AN_ERROR},                   \
      {"type", ERROR_TYPE}, {"target", OUT_GIVEN}, {"as", OUT})                                              \
    X(0, gobridge_error_unwrap, (a[0].ref, a[1].out), {"error", AN_ERROR}, {"inner", OUT_GIVEN})
/* X(word, name, (arguments), {name, good} of each argument) */
#define COLUMNS_THAT_CROSS(X)                                                                                \
    X(0, gobridge_map_get_n, (a[0].ref, a[1].in, 1, 0, a[2].out, a[3].out, a[4].out), {"map", MAP64},        \
      {"keys", IN_COLUMN}, {"elems", OPTIONAL_COLUMN}, {"found", OPTIONAL}, {"statuses", OPTIONAL})          \
    X(0, gobridge_map_set_n, (a[0].ref, a[1].in, a[2].in, 1, a[3].out), {"map", MAP64}, {"keys", IN_COLUMN}, \
      {"elems", IN_COLUMN}, {"statuses", OPTIONAL})                                                          \
    X(0, gobridge_map_build_n, (a[0].ref, a[1].in, a[2].in, 1, 0, a[3].out), {"type", MAP_TYPE},             \
      {"keys", IN_COLUMN}, {"elems", IN_COLUMN}, {"map", OUT_REF})                                           \
    X(0, gobridge_map_get_or_set_n, (a[0].ref, a[1].in, a[2].in, 1, a[3].out, a[4].out, a[5].out),           \
      {"map", MAP64}, {"keys", IN_COLUMN}, {"fallbacks", IN_COLUMN}, {"elems", OPTIONAL_COLUMN},             \
      {"found", OPTIONAL}, {"statuses", OPTIONAL})                                                           \
    X(0, gobridge_map_delete_n, (a[0].ref, a[1].in, 1, a[2].out, a[3].out), {"map", MAP64},                  \
      {"keys", IN_COLUMN}, {"found", OPTIONAL}, {"statuses", OPTIONAL})                                      \
    X(0, gobridge_map_add_n, (a[0].ref, a[1].in, a[2].in, 1, a[3].out), {"map", MAP64}, {"keys", IN_COLUMN}, \
      {"deltas", OPTIONAL_COLUMN}, {"statuses", OPTIONAL})                                                   \
    X(0, gobridge_map_next_n, (a[0].ref, 1, a[1].out, a[2].out, a[3].out), {"iterator", ITERATOR},           \
      {"keys", OUT_COLUMN}, {"elems", OPTIONAL_COLUMN}, {"filled", OUT})                                     \
    X(0, gobridge_slice_read_n, (a[0].ref, 0, 1, a[1].out), {"slice", SLICE}, {"elems", OUT_COLUMN})         \
    X(0, gobridge_slice_write_n, (a[0].ref, 0, a[1].in, 1, a[2].out), {"slice", SLICE},                      \
      {"elems", IN_COLUMN}, {"statuses", OPTIONAL})                                                          \
    X(0, gobridge_slice_append_n, (a[0].ref, a[1].in, 1, a[2].out), {"slice", SLICE}, {"elems", IN_COLUMN},  \
      {"longer", OUT_REF})                                                                                   \
    X(0, gobridge_value_box_n, (a[0].ref, a[1].in, 1, a[2].out, a[3].out), {"type", INT64_TYPE},             \
      {"items", IN_COLUMN}, {"boxed", OUT_REF}, {"statuses", OPTIONAL})                                      \
    X(0, gobridge_value_get_n, (a[0].ref, a[1].in, 1, a[2].out, a[3].out), {"type", TYPE_OR_0},              \
      {"refs", IN_REFS}, {"values", OUT_COLUMN}, {"statuses", OPTIONAL})                                     \
    X(0, gobridge_call_n, (a[0].ref, a[1].in, 1, 1, a[2].out, 1, a[3].out), {"func", FUNC},                  \
      {"args", IN_COLUMN}, {"results", OUT_COLUMN}, {"statuses", OPTIONAL})

#define CALLBACKS_THAT_CROSS(X)                                                                              \
    X(0, gobridge_callback_new,                                                                              \
      (a[0].ref, (gobridge_callback)(void (*)(void))a[1].fn, NULL, NULL, a[2].out),                          \
      {"func_type", FUNC_TYPE}, {"call", FUNCTION}, {"func", OUT_REF})                                       \
    X(0, gobridge_context_new, (0, -1, a[0].out), {"context", OUT_REF})                                      \
    X(0, gobridge_context_with_value, (0, a[0].in, a[1].in, a[2].out), {"key", IN_VALUE},                    \
      {"value", IN_VALUE}, {"context", OUT_REF})                                                             \
    X(0, gobridge_context_cancel, (a[0].ref), {"context", CONTEXT})                                          \
    X(0, gobridge_foreign_new, (NULL, NULL, a[0].out), {"ref", OUT_REF})                                     \
    X(0, gobridge_foreign_data, (a[0].ref, a[1].out), {"ref", FOREIGN}, {"data", OUT})                       \
    X(0, gobridge_reader_new, ((gobridge_read_callback)(void (*)(void))a[0].fn, NULL, NULL, a[1].out),       \
      {"read", FUNCTION}, {"reader", OUT_REF})                                                               \
    X(0, gobridge_writer_new, ((gobridge_write_callback)(void (*)(void))a[0].fn, NULL, NULL, a[1].out),      \
      {"write", FUNCTION}, {"writer", OUT_REF})                                                              \
    X(0, gobridge_io_read, (a[0].ref, a[1].out, a[2].number, a[3].out), {"reader", READER}, {"buffer", OUT}, \
      {"capacity", SIX}, {"done", OUT})                                                                      \
    X(0, gobridge_io_write, (a[0].ref, a[1].in, a[2].number, a[3].out), {"writer", WRITER}, {"buffer", IN},  \
      {"len", SIX}, {"done", OUT})

#define THAT_CROSS(X)                                                                                        \
    X(0, gobridge_release, (a[0].ref), {"ref", NEW_VALUE})                                                   \
    X(0, gobridge_release_n, (a[0].in, 1), {"refs", IN_NEW})                                                 \
    X(0, gobridge_ref_flush, (), {NULL, NO_ARGUMENT})                                                        \
    X(0, gobridge_ref_count, (a[0].out), {"live", OUT})                                                      \
    X(0, gobridge_ref_list, (a[0].out), {"text", OUT_GIVEN})                                                 \
    X(0, gobridge_start, (NULL), {NULL, NO_ARGUMENT})                                                        \
    X(0, gobridge_go_version, (a[0].out), {"version", OUT})                                                  \
    X(0, gobridge_go_maxprocs, (0, a[0].out), {"previous", OPTIONAL})                                        \
    X(0, gobridge_go_gc_percent, (INT32_MIN, a[0].out), {"previous", OPTIONAL})                              \
    X(0, gobridge_go_memory_limit, (-1, a[0].out), {"previous", OPTIONAL})                                   \
    X(0, gobridge_go_collect, (), {NULL, NO_ARGUMENT})                                                       \
    X(0, gobridge_go_memory, (a[0].out), {"stats", OUT_MEMORY})                                              \
    X(0, gobridge_go_goroutines, (a[0].out), {"count", OUT})                                                 \
    X(0, gobridge_go_stacks, (a[0].out), {"text", OUT_GIVEN})                                                \
    X(0, gobridge_go_profile_cpu, (a[0].in, a[1].number), {"path", PATH}, {"len", PATH_LENGTH})              \
    X(0, gobridge_go_profile_cpu_stop, (), {NULL, NO_ARGUMENT})                                              \
    X(0, gobridge_go_profile_heap, (a[0].in, a[1].number), {"path", PATH}, {"len", PATH_LENGTH})             \
    X(0, gobridge_symbols, (a[0].out, a[1].out), {"symbols", OUT}, {"count", OUT})                           \
    X(0, gobridge_type_parse, (a[0].in, a[1].number, a[2].out), {"expression", EXPRESSION}, {"len", SIX},    \
      {"type", OUT})                                                                                         \
    X(0, gobridge_type_of, (a[0].ref, a[1].out), {"ref", ANY_TYPED}, {"type", OUT})                          \
    X(0, gobridge_type_name, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"name", OUT})                      \
    X(0, gobridge_type_kind, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"kind", OUT})                      \
    X(0, gobridge_type_layout, (a[0].ref, a[1].out, a[2].out), {"type", INT64_TYPE}, {"size", OUT},          \
      {"plain", OUT})                                                                                        \
    X(0, gobridge_value_new, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"pointer", OUT_REF})               \
    X(0, gobridge_value_box, (a[0].ref, a[1].in, a[2].out), {"type", INT64_TYPE}, {"data", IN},              \
      {"boxed", OUT_REF})                                                                                    \
    X(0, gobridge_value_get, (a[0].ref, a[1].out), {"ref", ANY_VALUE}, {"value", OUT})                       \
    X(0, gobridge_value_view, (a[0].ref, a[1].out), {"ref", TEXT_REF}, {"view", OUT})                        \
    X(0, gobridge_value_load, (a[0].ref, a[1].out), {"ref", ANY_TYPED}, {"data", OUT})                       \
    X(0, gobridge_value_store, (a[0].ref, a[1].in), {"pointer", POINTER}, {"data", IN})                      \
    X(0, gobridge_func_find, (a[0].in, a[1].number, a[2].out), {"name", NAME}, {"len", SIX}, {"func", OUT})  \
    X(0, gobridge_func_register, (a[0].in, a[1].number, a[2].ref), {"name", NEW_NAME}, {"len", SIX},         \
      {"func", FUNC})                                                                                        \
    X(0, gobridge_func_names, (a[0].out), {"names", OUT_REF})                                                \
    X(0, gobridge_call, (a[0].ref, a[1].in, 1, a[2].out, 1), {"func", FUNC}, {"args", IN_VALUE},             \
      {"results", OUT_GIVEN})                                                                                \
    X(0, gobridge_call_catch, (a[0].ref, a[1].in, 1, a[2].out, 1, a[3].out), {"func", FUNC},                 \
      {"args", IN_VALUE}, {"results", OUT_GIVEN}, {"failure", OUT_FAILURE})                                  \
    CALLBACKS_THAT_CROSS(X)                                                                                  \
    X(0, gobridge_call_spread, (a[0].ref, a[1].in, 1, a[2].out, 1), {"func", VARIADIC}, {"args", IN_SLICE},  \
      {"results", OUT_GIVEN})                                                                                \
    X(0, gobridge_chan_new, (a[0].ref, 0, a[1].out), {"type", CHAN_TYPE}, {"chan", OUT_REF})                 \
    X(0, gobridge_chan_len, (a[0].ref, a[1].out), {"chan", CHAN}, {"len", OUT})                              \
    X(0, gobridge_chan_cap, (a[0].ref, a[1].out), {"chan", CHAN}, {"cap", OUT})                              \
    X(0, gobridge_chan_send, (a[0].ref, a[1].in, 0), {"chan", CHAN}, {"value", IN_VALUE})                    \
    X(0, gobridge_chan_receive, (a[0].ref, 0, a[1].out, a[2].out), {"chan", CHAN}, {"value", OUT_GIVEN},     \
      {"open", OUT})                                                                                         \
    X(0, gobridge_chan_close, (a[0].ref), {"chan", CHAN_TO_END})                                             \
    X(0, gobridge_chan_select, (a[0].in, 1, 0, a[1].out, a[2].out, a[3].out), {"cases", IN_CASES},           \
      {"chosen", OUT}, {"received", OUT_GIVEN}, {"open", OUT})                                               \
    X(0, gobridge_task_start, (a[0].ref, a[1].in, 1, 0, a[2].out), {"func", FUNC}, {"args", IN_VALUE},       \
      {"task", OUT_REF})                                                                                     \
    X(0, gobridge_task_wait, (a[0].ref, 0, a[1].out, 1), {"task", TASK}, {"results", OUT_GIVEN})             \
    X(0, gobridge_task_done, (a[0].ref, a[1].out), {"task", TASK}, {"done", OUT})                            \
    X(0, gobridge_task_descriptor, (a[0].ref, a[1].out), {"task", TASK}, {"fd", OUT})                        \
    X(0, gobridge_task_on_done, (a[0].ref, (void (*)(void *))(void (*)(void))a[1].fn, NULL), {"task", TASK}, \
      {"done", FUNCTION})                                                                                    \
    X(0, gobridge_task_cancel, (a[0].ref), {"task", TASK})                                                   \
    X(0, gobridge_task_limit, (0, a[0].out), {"previous", OPTIONAL})                                         \
    SHAPES_THAT_CROSS(X)                                                                                     \
    VALUES_THAT_CROSS(X)                                                                                     \
    X(0, gobridge_map_new, (a[0].ref, (int64_t)a[1].number, a[2].out), {"type", MAP_TYPE}, {"hint", ZERO},   \
      {"map", OUT_REF})                                                                                      \
    X(0, gobridge_map_get, (a[0].ref, a[1].in, a[2].out, a[3].out), {"map", MAP64}, {"key", IN_VALUE},       \
      {"elem", OUT_GIVEN}, {"found", OPTIONAL})                                                              \
    X(0, gobridge_map_set, (a[0].ref, a[1].in, a[2].in), {"map", MAP64}, {"key", IN_VALUE},                  \
      {"elem", IN_VALUE})                                                                                    \
    X(0, gobridge_map_delete, (a[0].ref, a[1].in, a[2].out), {"map", MAP64}, {"key", IN_VALUE},              \
      {"found", OPTIONAL})                                                                                   \
    X(0, gobridge_map_clear, (a[0].ref), {"map", MAP32})                                                     \
    X(0, gobridge_map_in_place, (a[0].out, a[1].out), {"in_place", OUT}, {"reason", OUT})                    \
    X(0, gobridge_map_len, (a[0].ref, a[1].out), {"map", MAP64}, {"len", OUT})                               \
    X(0, gobridge_map_text, (a[0].ref, a[1].in, a[2].out, a[3].number, a[4].out, a[5].out),                  \
      {"map", MAP_OF_TEXT}, {"key", IN_VALUE}, {"buffer", OUT}, {"capacity", SIX}, {"len", OUT},             \
      {"found", OPTIONAL})                                                                                   \
    X(0, gobridge_map_contains, (a[0].ref, a[1].in, a[2].out), {"map", MAP64}, {"key", IN_VALUE},            \
      {"found", OUT})                                                                                        \
    X(0, gobridge_map_get_or_set, (a[0].ref, a[1].in, a[2].in, a[3].out, a[4].out), {"map", MAP64},          \
      {"key", IN_VALUE}, {"fallback", IN_VALUE}, {"elem", OUT_GIVEN}, {"found", OPTIONAL})                   \
    X(0, gobridge_map_add, (a[0].ref, a[1].in, a[2].in, a[3].out), {"map", MAP64}, {"key", IN_VALUE},        \
      {"delta", IN_VALUE}, {"sum", OPTIONAL})                                                                \
    X(0, gobridge_map_iterate, (a[0].ref, a[1].out), {"map", MAP64}, {"iterator", OUT_REF})                  \
    X(0, gobridge_map_next, (a[0].ref, a[1].out, a[2].out, a[3].out), {"iterator", ITERATOR},                \
      {"key", OUT_GIVEN}, {"elem", OPTIONAL}, {"found", OUT})                                                \
    COLUMNS_THAT_CROSS(X)                                                                                    \
    X(0, gobridge_map_freeze, (a[0].ref, a[1].out), {"map", MAP64}, {"frozen", OUT_FROZEN})                  \
    X(0, gobridge_arrow_export, (a[0].ref, a[1].out, a[2].out), {"value", ROWS}, {"schema", OUT_SCHEMA},     \
      {"array", OUT_ARRAY})                                                                                  \
    X(0, gobridge_arrow_import, (a[0].out, a[1].out, a[2].number, a[3].out), {"schema", IN_SCHEMA},          \
      {"array", IN_ARRAY}, {"type", ZERO}, {"made", OUT_REF})                                                \
    X(0, gobridge_iface_implements, (a[0].ref, a[1].ref, a[2].out), {"ref", VALUE},                          \
      {"interface_type", STRINGER_TYPE}, {"implements", OUT})                                                \
    X(0, gobridge_iface_call, (a[0].ref, a[1].in, a[2].number, a[3].in, 0, a[4].out, 1), {"ref", DURATION},  \
      {"name", METHOD}, {"len", SIX}, {"args", OPTIONAL}, {"results", OUT_GIVEN})                            \
    X(0, gobridge_iface_new, (a[0].ref, a[1].in, 1, NULL, NULL, a[2].out),                                   \
      {"interface_type", STRINGER_TYPE}, {"methods", IN_METHODS}, {"ref", OUT_REF})                          \
    X(0, gobridge_iface_method, (a[0].ref, a[1].in, a[2].number, a[3].out), {"ref", DURATION},               \
      {"name", METHOD}, {"len", SIX}, {"method", OUT_REF})                                                   \
    X(0, gobridge_cfunc_new, ((void (*)(void))a[0].fn, a[1].in, a[2].number, a[3].out),                      \
      {"function", FUNCTION}, {"signature", SIGNATURE}, {"len", SIX}, {"func", OUT_REF})                     \
    X(0, gobridge_cfunc_new_with, ((void (*)(void))a[0].fn, a[1].in, a[2].number, NULL, NULL, a[3].out),     \
      {"function", FUNCTION}, {"signature", SIGNATURE}, {"len", SIX}, {"func", OUT_REF})                     \
    X(0, gobridge_iter_new, (a[0].ref, a[1].out), {"seq", SEQ}, {"iter", OUT_REF})                           \
    X(0, gobridge_iter_next, (a[0].ref, a[1].out, a[2].out, a[3].out), {"iter", ITER}, {"first", OUT_GIVEN}, \
      {"second", OPTIONAL}, {"found", OUT})                                                                  \
    X(0, gobridge_cfunc_pointer, (a[0].ref, a[1].in, a[2].number, a[3].out, a[4].out), {"func", FUNC_OF_C},  \
      {"signature", SIGNATURE}, {"len", SIX}, {"pointer", OUT}, {"closure", OUT_REF})                        \
    MORE_OF_THE_SET(X)                                                                                       \
    X(0, gobridge_runtime_iscgo, (a[0].out), {"iscgo", OUT})                                                 \
    X(0, gobridge_runtime_set_crosscall2, (), {NULL, NO_ARGUMENT})                                           \
    X(0, gobridge_runtime_cgocall, (a[0].fn, a[1].out, a[2].out), {"fn", FUNCTION}, {"arg", IN},             \
      {"result", OUT})                                                                                       \
    X(0, gobridge_math_Float32bits, (1, a[0].out), {"bits", OUT})                                            \
    X(0, gobridge_runtime_makemap_small, (a[0].ref, a[1].out), {"type", MAP_TYPE}, {"map", OUT_REF})         \
    X(0, gobridge_runtime_makemap, (a[0].ref, (int64_t)a[1].number, a[2].out), {"type", MAP_TYPE},           \
      {"hint", ZERO}, {"map", OUT_REF})                                                                      \
    X(0, gobridge_reflect_makemap, (a[0].ref, (int64_t)a[1].number, a[2].out), {"type", MAP_TYPE},           \
      {"cap", ZERO}, {"map", OUT_REF})                                                                       \
    X(0, gobridge_runtime_mapaccess2, (a[0].ref, a[1].in, a[2].out, a[3].out), {"map", MAP64}, {"key", IN},  \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_reflect_mapaccess, (a[0].ref, a[1].in, a[2].out, a[3].out), {"map", MAP64}, {"key", IN},   \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_runtime_mapassign, (a[0].ref, a[1].in, a[2].in), {"map", MAP64}, {"key", IN},              \
      {"elem", IN})                                                                                          \
    X(0, gobridge_reflect_mapassign0, (a[0].ref, a[1].in, a[2].in), {"map", MAP64}, {"key", IN},             \
      {"elem", IN})                                                                                          \
    X(0, gobridge_runtime_mapdelete, (a[0].ref, a[1].in), {"map", MAP64}, {"key", IN})                       \
    X(0, gobridge_reflect_maplen, (a[0].ref, a[1].out), {"map", MAP64}, {"len", OUT})                        \
    X(0, gobridge_runtime_mapaccess2_fast32, (a[0].ref, 1, a[1].out, a[2].out), {"map", MAP32},              \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_runtime_mapassign_fast32, (a[0].ref, 1, a[1].in), {"map", MAP32}, {"elem", IN})            \
    X(4, gobridge_runtime_mapassign_fast32ptr, (a[0].ref, a[1].ref, a[2].in), {"map", MAP_WORD},             \
      {"key", KEY_WORD}, {"elem", IN})                                                                       \
    X(0, gobridge_runtime_mapaccess2_fast64, (a[0].ref, 1, a[1].out, a[2].out), {"map", MAP64},              \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_runtime_mapassign_fast64, (a[0].ref, 1, a[1].in), {"map", MAP64}, {"elem", IN})            \
    X(8, gobridge_runtime_mapassign_fast64ptr, (a[0].ref, a[1].ref, a[2].in), {"map", MAP_WORD},             \
      {"key", KEY_WORD}, {"elem", IN})                                                                       \
    X(0, gobridge_reflect_mapiterinit, (a[0].ref, a[1].out), {"map", MAP64}, {"iterator", OUT_REF})          \
    X(0, gobridge_runtime_mapiternext, (a[0].ref), {"iterator", ITERATOR})                                   \
    X(0, gobridge_reflect_mapiternext, (a[0].ref), {"iterator", ITERATOR})                                   \
    X(0, gobridge_reflect_mapiterkey, (a[0].ref, a[1].out, a[2].out), {"iterator", ITERATOR}, {"key", OUT},  \
      {"found", OUT})                                                                                        \
    X(0, gobridge_reflect_mapiterelem, (a[0].ref, a[1].out, a[2].out), {"iterator", ITERATOR},               \
      {"elem", OUT}, {"found", OUT})                                                                         \
    X(0, gobridge_runtime_getitab, (a[0].ref, a[1].ref, (uint8_t)a[2].number, a[3].out),                     \
      {"interface_type", STRINGER_TYPE}, {"type", DURATION_TYPE}, {"canfail", ZERO}, {"itab", OUT_REF})      \
    X(0, gobridge_runtime_convT64, (1, a[0].out), {"boxed", OUT_REF})                                        \
    X(0, gobridge_runtime_convTstring, (a[0].in, a[1].number, a[2].out), {"data", IN}, {"len", SIX},         \
      {"boxed", OUT_REF})                                                                                    \
    X(0, gobridge_runtime_convTslice, (a[0].in, a[1].number, a[2].out), {"data", IN}, {"len", SIX},          \
      {"boxed", OUT_REF})

#define THAT_STAY_IN_C(X)                                                                              \
    X(0, gobridge_api_get, (GOBRIDGE_API_VERSION, a[0].out), {"api", OUT})                             \
    X(0, gobridge_release_later, (a[0].ref), {"ref", ZERO})                                            \
    X(0, gobridge_last_error, (a[0].out), {"error", OUT_UNNAMED})                                      \
    X(0, gobridge_scope_open, (a[0].out), {"scope", OUT_SCOPE})                                        \
    X(0, gobridge_scope_close, (a[0].number), {"scope", IN_NO_SCOPE})                                  \
    X(0, gobridge_scope_keep, (a[0].ref), {"ref", IN_NO_SCOPE})                                        \
    X(0, gobridge_signals_reclaim, (), {NULL, NO_ARGUMENT})                                            \
    X(0, gobridge_thread_detach, (), {NULL, NO_ARGUMENT})                                              \
    X(0, gobridge_thread_id, (a[0].out), {"thread", OUT})                                              \
    X(0, gobridge_go_runtimes, (a[0].out), {"count", OUT})                                             \
    X(0, gobridge_thread_interrupt, (0), {NULL, NO_ARGUMENT})                                          \
    X(0, gobridge_batch_begin, (), {NULL, NO_ARGUMENT})                                                \
    X(0, gobridge_batch_cancel, (), {NULL, NO_ARGUMENT})                                               \
    X(0, gobridge_batch_run, (GOBRIDGE_BATCH_STOP, NULL, 0, a[1].out), {"batch", IN_NO_BATCH},         \
      {"count", OUT})                                                                                  \
    X(0, gobridge_callback_fail, ("text", 4), {"callback", IN_NO_CALLBACK})                            \
    X(0, gobridge_callback_fail_with, (0), {"callback", IN_NO_CALLBACK})                               \
    X(0, gobridge_value_release, (a[0].out), {"value", OUT_VALUE})                                     \
    X(0, gobridge_frozen_get, (a[0].in, a[1].in, a[2].out, a[3].out), {"frozen", FROZEN}, {"key", IN}, \
      {"elem", OPTIONAL}, {"found", OUT})                                                              \
    X(0, gobridge_frozen_get_n, (a[0].in, a[1].in, 8, 1, a[2].out, 8, a[3].out), {"frozen", FROZEN},   \
      {"keys", IN}, {"elems", OPTIONAL}, {"found", OPTIONAL})                                          \
    X(0, gobridge_frozen_len, (a[0].in, a[1].out), {"frozen", FROZEN}, {"len", OUT})                   \
    X(0, gobridge_frozen_release, (a[0].out), {"frozen", FROZEN_TO_END})

/* These give no status, and stay in C too. */
#define WITHOUT_STATUS(X)                                          \
    X(0, gobridge_version, (), {NULL, NO_ARGUMENT})                \
    X(0, gobridge_status_name, (GOBRIDGE_OK), {NULL, NO_ARGUMENT}) \
    X(0, gobridge_status_meaning, (GOBRIDGE_OK), {NULL, NO_ARGUMENT})

/* These make values, and stay in C as well. */
#define THAT_MAKE(X)                                                        \
    X(0, gobridge_string, ("text", 4), {NULL, NO_ARGUMENT})                 \
    X(0, gobridge_bytes, ((const uint8_t *)"text", 4), {NULL, NO_ARGUMENT}) \
    X(0, gobridge_int64, (1), {NULL, NO_ARGUMENT})                          \
    X(0, gobridge_uint64, (1), {NULL, NO_ARGUMENT})                         \
    X(0, gobridge_float64, (1), {NULL, NO_ARGUMENT})                        \
    X(0, gobridge_bool, (1), {NULL, NO_ARGUMENT})                           \
    X(0, gobridge_object, (1), {NULL, NO_ARGUMENT})                         \
    X(0, gobridge_nil, (), {NULL, NO_ARGUMENT})

#define CALL_THAT_MAKES(word, name, values, ...)                   \
    static gobridge_status call_##name(const argument *a) {        \
        (void)a;                                                   \
        return name values.owner ? GOBRIDGE_E_PANIC : GOBRIDGE_OK; \
    }
#define CALL(word, name, values, ...)                       \
    static gobridge_status call_##name(const argument *a) { \
        (void)a;                                            \
        return name values;                                 \
    }
#define CALL_WITHOUT_STATUS(word, name, values, ...)        \
    static gobridge_status call_##name(const argument *a) { \
        (void)a;                                            \
        return name values ? GOBRIDGE_OK : GOBRIDGE_E_NULL; \
    }
THAT_CROSS(CALL)
THAT_STAY_IN_C(CALL)
WITHOUT_STATUS(CALL_WITHOUT_STATUS)
THAT_MAKE(CALL_THAT_MAKES)

enum { /* where each function's row is, */
#define GOBRIDGE_CALL(name, ...)  AT_##name,
#define GOBRIDGE_LOCAL(name, ...) AT_##name,
#define GOBRIDGE_CALL_OF_C(name, ...)
#include "../../csrc/functions.h"
       FUNCTIONS
};
enum { /* and what is said of it */
#define GOBRIDGE_CALL(name, since, returns, in_batch, crossing, locks) \
    CROSSING_##name = crossing, IN_BATCH_##name = in_batch,
#define GOBRIDGE_LOCAL(name, since, needs) CROSSING_##name = needs, IN_BATCH_##name = AT_ONCE,
#define GOBRIDGE_CALL_OF_C(name, ...)
#include "../../csrc/functions.h"
};
#define ROW(word, name, values, ...) \
    [AT_##name] = {#name, call_##name, {__VA_ARGS__}, word, CROSSING_##name, IN_BATCH_##name},
static const function every_function[FUNCTIONS] = {THAT_CROSS(ROW) THAT_STAY_IN_C(ROW) WITHOUT_STATUS(ROW)
                                                       THAT_MAKE(ROW)};

/* Whether a function cannot do without Go. */
static inline bool needs_go(const function *f) {
    return f->crossing >= CROSSES;
}

/* ---- good arguments ---- */

static struct {
    union {
        struct {
            gobridge_ref map64, map32, map_word, map_text, iterator, pointer, stringer;
            gobridge_ref slice, structure, text_slice, text_structure, map_of_text;
            gobridge_ref func, variadic, func_of_c, task, seq, iter;
            gobridge_ref chan, chan_to_end;
            gobridge_ref duration, error, time, text, number;
            gobridge_ref foreign, reader, writer, context;
        };
        gobridge_ref all[29];
    };
    gobridge_frozen *frozen, *frozen_to_end;
    int64_t in;              /* what IN points to; twice as long, so that SIX bytes fit and 4 are a 1 too */
    gobridge_value in_value; /* what IN_VALUE points to */
    gobridge_value in_time, in_text, in_duration;
    gobridge_column in_column;    /* what IN_COLUMN points to */
    int64_t room;                 /* what the data of OUT_COLUMN is */
    gobridge_select_case in_case; /* what IN_CASES points to */
    gobridge_ref in_new;          /* what IN_NEW points to */
    gobridge_value in_slice;      /* what IN_SLICE points to */
    gobridge_callback method;     /* what IN_METHODS points to */
    char new_name[7];             /* what NEW_NAME points to */
    unsigned names;               /* that were made so */
    gobridge_ref type;            /* what IN_TYPES points to */
    gobridge_struct_field field;  /* what IN_FIELDS points to */
    struct ArrowSchema in_schema; /* what IN_SCHEMA points to */
    struct ArrowArray in_array;   /* what IN_ARRAY points to */
    unsigned char out[6][128];    /* for the arguments at each place */
    gobridge_ref made;            /* by good_argument for NEW_VALUE */
} fixture;

static int32_t answer(void *arg) {
    return arg ? 42 : 0;
}

static void release_nothing_of_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_nothing_of_array(struct ArrowArray *array) {
    array->release = NULL;
}

static gobridge_status read_one(void *data, uint8_t *buffer, size_t capacity, size_t *done) {
    (void)data, (void)capacity;
    *buffer = 1;
    *done = 1;
    return GOBRIDGE_OK;
}

static gobridge_status write_all(void *data, const uint8_t *buffer, size_t len, size_t *done) {
    (void)data, (void)buffer;
    *done = len;
    return GOBRIDGE_OK;
}

static gobridge_status say_nothing(void *data, const gobridge_value *args, size_t nargs,
                                   gobridge_value *results, size_t nresults) {
    (void)data, (void)args, (void)nargs, (void)results, (void)nresults;
    return GOBRIDGE_OK;
}

static inline void make_fixture(void) {
    const int64_t one = 1;
    fixture.in = one;
    fixture.in_value = integer(GOBRIDGE_KIND_INT64, 1);
    fixture.in_column = (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .data = &fixture.in};
    fixture.map64 = make_map("map[int64]int64");
    fixture.map32 = make_map("map[int32]int64");
    fixture.map_word = make_map("map[*int64]int64");
    fixture.map_text = make_map("map[string]int64");
    fixture.stringer = make_variable("fmt.Stringer");
    fixture.pointer = make_variable("int64");
    fixture.structure = make_variable("struct{ Number int64 }");
    assert_ok(gobridge_value_store(fixture.structure, &one));
    assert_ok(gobridge_slice_new(parse("[]int64"), 2, 2, &fixture.slice));
    for (int64_t i = 0; i < 2; i++) {
        assert_ok(gobridge_slice_set(fixture.slice, i, &fixture.in_value));
    }
    const gobridge_value word = text_of("123456", 6);
    fixture.text_structure = make_variable("struct{ Number string }");
    assert_ok(gobridge_struct_set(fixture.text_structure, "Number", 6, &word));
    assert_ok(gobridge_slice_new(parse("[]string"), 1, 1, &fixture.text_slice));
    assert_ok(gobridge_slice_set(fixture.text_slice, 0, &word));
    fixture.map_of_text = make_map("map[int64]string");
    assert_ok(gobridge_map_set(fixture.map_of_text, &fixture.in_value, &word));
    fixture.duration = box("time.Duration", &one);
    assert_ok(gobridge_context_new(0, -1, &fixture.context));
    assert_ok(gobridge_foreign_new(&fixture, NULL, &fixture.foreign));
    assert_ok(gobridge_reader_new(read_one, NULL, NULL, &fixture.reader));
    assert_ok(gobridge_writer_new(write_all, NULL, NULL, &fixture.writer));
    assert_ok(gobridge_error_new("text", 4, &fixture.error));
    assert_ok(gobridge_value_from_time(1, 2, &fixture.time));
    assert_ok(gobridge_runtime_convTstring("123456", 6, &fixture.text));
    fixture.number = box("int64", &one);
    fixture.in_slice = named(fixture.slice);
    fixture.method = say_nothing;
    fixture.type = parse("int64");
    fixture.field = (gobridge_struct_field){.name = "Number", .name_len = 6, .type = fixture.type};
    fixture.in_time = named(fixture.time);
    fixture.in_text = named(fixture.text);
    fixture.in_duration = named(fixture.duration);
    const gobridge_value pointer = named(fixture.pointer);
    assert_ok(gobridge_chan_new(parse("chan int64"), 4, &fixture.chan));
    assert_ok(gobridge_chan_send(fixture.chan, &fixture.in_value, 0));
    assert_ok(gobridge_chan_send(fixture.chan, &fixture.in_value, 0));
    assert_ok(gobridge_chan_new(parse("chan int64"), 0, &fixture.chan_to_end));
    fixture.in_case.chan = fixture.chan;
    for (int64_t key = 1; key <= 20; key++) {
        assert_ok(gobridge_runtime_mapassign(fixture.map64, &key, &one));
    }
    assert_ok(gobridge_map_freeze(fixture.map64, &fixture.frozen));
    assert_ok(gobridge_map_freeze(fixture.map64, &fixture.frozen_to_end));
    assert_ok(gobridge_runtime_mapassign(fixture.map32, &one, &one));
    assert_ok(gobridge_runtime_mapassign(fixture.map_word, &pointer, &one));
    assert_ok(gobridge_runtime_mapassign_faststr(fixture.map_text, "answer", strlen("answer"), &one));
    assert_ok(gobridge_reflect_mapiterinit(fixture.map64, &fixture.iterator));
    assert_ok(gobridge_cfunc_new((void (*)(void))answer, "func()", strlen("func()"), &fixture.func_of_c));
    if (gobridge_func_find("answer", strlen("answer"), &fixture.func) == GOBRIDGE_OK) {
        gobridge_value result;
        assert_ok(gobridge_func_find("guest.sum", strlen("guest.sum"), &fixture.variadic));
        assert_ok(gobridge_task_start(fixture.func, &fixture.in_value, 1, -1, &fixture.task));
        assert_ok(gobridge_task_wait(fixture.task, -1, &result, 1));
        assert_ok(gobridge_func_find("guest.ones", strlen("guest.ones"), &fixture.seq));
        assert_ok(gobridge_iter_new(fixture.seq, &fixture.iter));
    } else { /* libgobridge itself has no such function */
        fixture.func = fixture.variadic = parse("func(int64) int64");
        fixture.task = make_variable("int64");
        fixture.seq = parse("func(func(int64) bool)");
        fixture.iter = make_variable("int64");
    }
}

static inline void release_fixture(void) {
    assert_ok(gobridge_frozen_release(fixture.frozen));
    if (fixture.frozen_to_end) {
        assert_ok(gobridge_frozen_release(fixture.frozen_to_end));
    }
    for (size_t i = 0; i < COUNT(fixture.all); i++) {
        if (fixture.all[i]) {
            assert_ok(gobridge_release(fixture.all[i]));
        }
    }
}

/* What stands for a good argument at a place. */
static inline argument good_argument(good g, size_t place) {
    enum { UNTOUCHED = 0xA5, INFO_SIZE = sizeof fixture.out[place] };
    unsigned char *out = memset(fixture.out[place], UNTOUCHED, sizeof fixture.out[place]);
    switch (g) {
    case TYPE_OR_0:
    case INT64_TYPE: return (argument){.ref = parse("int64")};
    case MAP_TYPE: return (argument){.ref = parse("map[int64]int64")};
    case STRINGER_TYPE: return (argument){.ref = parse("fmt.Stringer")};
    case ERROR_TYPE: return (argument){.ref = parse("error")};
    case AN_ERROR: return (argument){.ref = fixture.error};
    case TIME: return (argument){.ref = fixture.time};
    case CONTEXT: return (argument){.ref = fixture.context};
    case FOREIGN: return (argument){.ref = fixture.foreign};
    case READER: return (argument){.ref = fixture.reader};
    case WRITER: return (argument){.ref = fixture.writer};
    case DIGITS: return (argument){.in = "123456"};
    case IN_TIME: return (argument){.in = &fixture.in_time};
    case IN_DURATION: return (argument){.in = &fixture.in_duration};
    case IN_TEXT: return (argument){.in = &fixture.in_text};
    case IN_REFS: return (argument){.in = &fixture.number};
    case IN_SLICE: return (argument){.in = &fixture.in_slice};
    case IN_METHODS: return (argument){.in = &fixture.method};
    case NEW_NAME:
        snprintf(fixture.new_name, sizeof fixture.new_name, "f%05u", ++fixture.names % 100000);
        return (argument){.in = fixture.new_name};
    case IN_TYPES: return (argument){.in = &fixture.type};
    case IN_FIELDS: return (argument){.in = &fixture.field};
    case IN_NEW:
        assert_ok(gobridge_runtime_convT64(1, &fixture.in_new));
        return (argument){.in = &fixture.in_new};
    case METHOD_TYPE:
    case DURATION_TYPE: return (argument){.ref = parse("time.Duration")};
    case MAP64: return (argument){.ref = fixture.map64};
    case MAP32: return (argument){.ref = fixture.map32};
    case MAP_WORD: return (argument){.ref = fixture.map_word};
    case MAP_TEXT: return (argument){.ref = fixture.map_text};
    case STRINGER: return (argument){.ref = fixture.stringer};
    case ITERATOR: return (argument){.ref = fixture.iterator};
    case FUNC: return (argument){.ref = fixture.func};
    case VARIADIC: return (argument){.ref = fixture.variadic};
    case FUNC_OF_C: return (argument){.ref = fixture.func_of_c};
    case SEQ: return (argument){.ref = fixture.seq};
    case ITER: return (argument){.ref = fixture.iter};
    case CHAN_TYPE: return (argument){.ref = parse("chan int64")};
    case CHAN: return (argument){.ref = fixture.chan};
    case CHAN_TO_END: return (argument){.ref = fixture.chan_to_end};
    case TASK: return (argument){.ref = fixture.task};
    case SLICE_TYPE: return (argument){.ref = parse("[]int64")};
    case STRUCT_TYPE: return (argument){.ref = parse("struct{ Number int64 }")};
    case FUNC_TYPE: return (argument){.ref = parse("func(int64) int64")};
    case ROWS:
    case SLICE: return (argument){.ref = fixture.slice};
    case STRUCT: return (argument){.ref = fixture.structure};
    case TEXT_SLICE: return (argument){.ref = fixture.text_slice};
    case TEXT_STRUCT: return (argument){.ref = fixture.text_structure};
    case MAP_OF_TEXT: return (argument){.ref = fixture.map_of_text};
    case KEY_WORD:
    case POINTER:
    case ANY_VALUE:
    case ANY_TYPED:
    case VALUE: return (argument){.ref = fixture.pointer};
    case TEXT_REF: return (argument){.ref = fixture.text};
    case DURATION: return (argument){.ref = fixture.duration};
    case NEW_VALUE:
        assert_ok(gobridge_runtime_convT64(1, &fixture.made));
        return (argument){.ref = fixture.made};
    case IN: return (argument){.in = &fixture.in};
    case IN_VALUE: return (argument){.in = &fixture.in_value};
    case IN_COLUMN: return (argument){.in = &fixture.in_column};
    case OPTIONAL_COLUMN:
    case OUT_COLUMN:
        *(gobridge_column *)out = (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .data = &fixture.room};
        return (argument){.out = out};
    case IN_CASES: return (argument){.in = &fixture.in_case};
    case IN_SCHEMA:
        fixture.in_schema =
            (struct ArrowSchema){.format = "l", .name = "", .release = release_nothing_of_schema};
        return (argument){.out = &fixture.in_schema};
    case IN_ARRAY: {
        static const void *buffers[] = {NULL, &fixture.in};
        fixture.in_array = (struct ArrowArray){
            .length = 1, .n_buffers = 2, .buffers = buffers, .release = release_nothing_of_array};
        return (argument){.out = &fixture.in_array};
    }
    case EXPRESSION: return (argument){.in = "[]int8"};
    case NAME: return (argument){.in = "answer"};
    case PATH: return (argument){.in = "/dev/null"};
    case PATH_LENGTH: return (argument){.number = strlen("/dev/null")};
    case OUT_MEMORY:
        ((gobridge_memory *)out)->size = sizeof fixture.out[place];
        return (argument){.out = out};
    case FIELD: return (argument){.in = "Number"};
    case OUT_INFO: *(uint32_t *)out = INFO_SIZE; return (argument){.out = out};
    case METHOD: return (argument){.in = "String"};
    case SIGNATURE: return (argument){.in = "func()"};
    case OUT_FAILURE:
    case OUT_VALUE: memset(out, 0, sizeof(gobridge_value)); return (argument){.out = out};
    case OUT_GIVEN:
    case OUT:
    case OUT_REF:
    case OUT_SCOPE:
    case OUT_FROZEN:
    case OUT_SCHEMA:
    case OUT_ARRAY:
    case OUT_UNNAMED:
    case OPTIONAL: return (argument){.out = out};
    case FROZEN: return (argument){.in = fixture.frozen};
    case FROZEN_TO_END: {
        argument taken = {.out = fixture.frozen_to_end};
        fixture.frozen_to_end = NULL;
        return taken;
    }
    case FUNCTION: return (argument){.fn = answer};
    case SIX: return (argument){.number = 6};
    case NO_ARGUMENT:
    case IN_NO_SCOPE:
    case IN_NO_BATCH:
    case IN_NO_CALLBACK:
    case ZERO: break;
    }
    return (argument){.number = 0};
}

/* Gives back what a call that succeeded gave. */
static inline void give_back(const function *f, const argument *a) {
    for (size_t n = 0; n < COUNT(f->arguments); n++) {
        void *out = a[n].out;
        switch (f->arguments[n].good) {
        case OUT_REF: assert_ok(gobridge_release(*(gobridge_ref *)out)); break;
        case OUT_FAILURE:
        case OUT_GIVEN: assert_ok(gobridge_value_release(out)); break;
        case OUT_FROZEN: assert_ok(gobridge_frozen_release(*(gobridge_frozen **)out)); break;
        case OUT_SCHEMA: ((struct ArrowSchema *)out)->release(out); break;
        case OUT_ARRAY: ((struct ArrowArray *)out)->release(out); break;
        case OUT_SCOPE: assert_ok(gobridge_scope_close(*(uint64_t *)out)); break;
        default: break;
        }
    }
}

/* What a function that stays in C answers to these. */
static inline gobridge_status answer_to_good(const function *f) {
    switch (f->arguments[0].good) {
    case IN_NO_SCOPE: return GOBRIDGE_E_SCOPE;
    case IN_NO_BATCH: return GOBRIDGE_E_BATCH;
    case IN_NO_CALLBACK: return GOBRIDGE_E_NO_CALLBACK;
    default: return GOBRIDGE_OK;
    }
}

static inline bool is_pointer(good g) {
    return g >= IN && g <= FUNCTION && g != OPTIONAL && g != OPTIONAL_COLUMN;
}

static inline bool is_reference(good g) {
    return g >= INT64_TYPE && g <= NEW_VALUE;
}

#endif
