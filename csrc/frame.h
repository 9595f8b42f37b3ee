/* The frame that carries one call through the door into Go, and the table of calls. */
#ifndef GOBRIDGE_CSRC_FRAME_H
#define GOBRIDGE_CSRC_FRAME_H

#include <gobridge.h>

/* Every call that crosses, by the name of its C function; gobridge_cfunc_closure is what a closure's call is called. Go
 * has a handler for each under the same name (bridge/ops.go) and refuses to start when one is missing, so the order is of
 * no weight. */
#define GOBRIDGE_OPS(X)                     \
    X(gobridge_release)                     \
    X(gobridge_release_later)               \
    X(gobridge_release_n)                   \
    X(gobridge_batch_run)                   \
    X(gobridge_ref_flush)                   \
    X(gobridge_ref_count)                   \
    X(gobridge_ref_list)                    \
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
    X(gobridge_func_find)                   \
    X(gobridge_func_names)                  \
    X(gobridge_call)                        \
    X(gobridge_go_maxprocs)                 \
    X(gobridge_go_gc_percent)               \
    X(gobridge_go_memory_limit)             \
    X(gobridge_go_collect)                  \
    X(gobridge_go_memory)                   \
    X(gobridge_go_goroutines)               \
    X(gobridge_go_stacks)                   \
    X(gobridge_go_profile_cpu)              \
    X(gobridge_go_profile_cpu_stop)         \
    X(gobridge_go_profile_heap)             \
    X(gobridge_chan_make)                   \
    X(gobridge_chan_len)                    \
    X(gobridge_chan_cap)                    \
    X(gobridge_chan_send)                   \
    X(gobridge_chan_receive)                \
    X(gobridge_chan_close)                  \
    X(gobridge_chan_select)                 \
    X(gobridge_task_start)                  \
    X(gobridge_task_wait)                   \
    X(gobridge_task_done)                   \
    X(gobridge_task_descriptor)             \
    X(gobridge_task_cancel)                 \
    X(gobridge_task_limit)                  \
    X(gobridge_type_describe)               \
    X(gobridge_type_field)                  \
    X(gobridge_type_method)                 \
    X(gobridge_type_parameter)              \
    X(gobridge_type_result)                 \
    X(gobridge_slice_make)                  \
    X(gobridge_slice_len)                   \
    X(gobridge_slice_cap)                   \
    X(gobridge_slice_get)                   \
    X(gobridge_slice_set)                   \
    X(gobridge_slice_at)                    \
    X(gobridge_slice_append)                \
    X(gobridge_slice_sub)                   \
    X(gobridge_slice_view)                  \
    X(gobridge_struct_get)                  \
    X(gobridge_struct_get_at)               \
    X(gobridge_struct_set)                  \
    X(gobridge_struct_set_at)               \
    X(gobridge_struct_at)                   \
    X(gobridge_map_new)                     \
    X(gobridge_map_get)                     \
    X(gobridge_map_set)                     \
    X(gobridge_map_delete)                  \
    X(gobridge_map_clear)                   \
    X(gobridge_map_len)                     \
    X(gobridge_map_contains)                \
    X(gobridge_map_get_or_set)              \
    X(gobridge_map_add)                     \
    X(gobridge_map_iterate)                 \
    X(gobridge_map_next)                    \
    X(gobridge_map_get_n)                   \
    X(gobridge_map_set_n)                   \
    X(gobridge_map_build_n)                 \
    X(gobridge_map_get_or_set_n)            \
    X(gobridge_map_delete_n)                \
    X(gobridge_map_add_n)                   \
    X(gobridge_map_next_n)                  \
    X(gobridge_slice_read_n)                \
    X(gobridge_slice_write_n)               \
    X(gobridge_slice_append_n)              \
    X(gobridge_value_box_n)                 \
    X(gobridge_value_get_n)                 \
    X(gobridge_call_n)                      \
    X(gobridge_map_freeze)                  \
    X(gobridge_arrow_export)                \
    X(gobridge_arrow_import)                \
    X(gobridge_iface_implements)            \
    X(gobridge_iface_call)                  \
    X(gobridge_iface_method)                \
    X(gobridge_cfunc_new)                   \
    X(gobridge_cfunc_pointer)               \
    X(gobridge_cfunc_closure)               \
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
    X(gobridge_math_Float32bits)            \
    X(gobridge_runtime_mapaccess2_faststr)  \
    X(gobridge_runtime_mapassign_faststr)   \
    X(gobridge_reflect_mapaccess_faststr)   \
    X(gobridge_reflect_mapassign_faststr0)  \
    X(gobridge_reflect_mapdelete)           \
    X(gobridge_reflect_mapdelete_faststr)   \
    X(gobridge_reflect_mapclear)            \
    X(gobridge_maps_clone)                  \
    X(gobridge_runtime_mapiterinit)         \
    X(gobridge_reflect_unsafe_New)          \
    X(gobridge_reflect_unsafe_NewArray)     \
    X(gobridge_reflect_typedmemmove)        \
    X(gobridge_reflect_typedmemclr)         \
    X(gobridge_reflect_typedslicecopy)      \
    X(gobridge_reflect_growslice)           \
    X(gobridge_reflect_ifaceE2I)            \
    X(gobridge_runtime_memequal)            \
    X(gobridge_runtime_memhash)             \
    X(gobridge_runtime_strhash)             \
    X(gobridge_runtime_nanotime)            \
    X(gobridge_time_now)                    \
    X(gobridge_runtime_rand)                \
    X(gobridge_runtime_cheaprand)           \
    X(gobridge_runtime_cheaprandn)

enum {
#define GOBRIDGE_OP(name) OP_##name,
    GOBRIDGE_OPS(GOBRIDGE_OP)
#undef GOBRIDGE_OP
        OP_COUNT
};

/* How many values one call may take or give; Go has the same. */
#define GOBRIDGE_MAX_VALUES (1U << 20)

/* What a call of a method hands in beside the frame. */
typedef struct gobridge_method_call {
    const char *name;
    const gobridge_value *args;
    uint64_t len, nargs;
} gobridge_method_call;

/* How many items a call over arrays may have; Go has the same. */
#define GOBRIDGE_MAX_ITEMS (1U << 28)

/* How many columns one call may fill. */
enum { GOBRIDGE_MAX_FILLED = 8 };

/* What a call over arrays hands in. bridge/column.go mirrors it. */
typedef struct gobridge_arrays {
    const gobridge_column *in, *in2; /* keys and elements, or the arguments */
    gobridge_column *out, *out2;
    uint8_t *found;
    gobridge_status *statuses;
    uint64_t count;
} gobridge_arrays;

/* Where Go writes what went wrong; both NUL-terminated. */
typedef struct gobridge_failure {
    char message[1024];
    char stack[7168];
} gobridge_failure;

/* How many frames of the host's stack debug mode notes. */
enum { GOBRIDGE_CALLERS = 8 };

/* What freezing a map asks of Go and is told: the records (csrc/frozen.c) are written to memory of C's where it has room
 * for all. bridge/frozen.go mirrors it. */
typedef struct gobridge_freezing {
    uint8_t *records;
    uint8_t key_text, elem_text; /* out: which of the two are strings */
    uint64_t room, size;         /* bytes: in what there is, out what the records take */
    uint64_t count;              /* out: of records */
    uint64_t key, elem;          /* out: bytes of the fixed parts */
} gobridge_freezing;

/* Where Go keeps what a reference names, in chunks of so many. A reference whose generation has the bit is light: whoever
 * moves the slot's generation on from the reference's has released it. bridge/ref.go mirrors it. */
enum { GOBRIDGE_SLOTS = 4096, GOBRIDGE_LIGHT = 1 };
typedef struct gobridge_slot {
    uint32_t generation; /* atomic */
    void *object;        /* Go's, and not for C */
} gobridge_slot;

/* References that a thread has released without crossing; Go takes them out. bridge/ref.go mirrors it. */
enum { GOBRIDGE_QUEUE = 256 };
typedef struct gobridge_queue {
    uint64_t len;
    gobridge_ref refs[GOBRIDGE_QUEUE];
} gobridge_queue;

/* What the host's thread has for Go in every call. bridge/frame.go mirrors it. */
typedef struct gobridge_caller {
    gobridge_queue queue;         /* what is to be released before */
    uintptr_t *callers;           /* from where the host calls (csrc/debug.h); NULL but in debug mode */
    struct gobridge_batch *batch; /* the innermost one that the thread runs; NULL where it runs none */
    gobridge_failure failure;     /* where the call says what went wrong */
} gobridge_caller;

/* One call. bridge/frame.go mirrors it, and bridge/door.go has the compiler compare the two. It is no larger than what
 * gcc clears by moves: from 88 bytes on it takes `rep stos`, which costs 5 ns a call. Its members lie so that each 16
 * bytes which it clears at once are in one cache line: where they are not, what reads them waits. */
typedef struct gobridge_frame {
    uint32_t op;
    int32_t status;          /* out */
    uint32_t alone;          /* in: 1 where no other thread has ever called */
    uint32_t held;           /* Go's: the locks that this call holds */
    uint64_t a, b, c;        /* in: references and numbers */
    uint64_t result;         /* out: a number */
    void *p, *q;             /* C memory, in or out as the call has it */
    gobridge_ref made;       /* out: the reference that this call gave, 0 where none */
    gobridge_caller *caller; /* in: the thread that calls */
} gobridge_frame;

_Static_assert(sizeof(gobridge_frame) <= 80, "cleared by moves");

/* What a call gives where it succeeds: its result or `made`, which go to a place that the frame does not have, and what
 * Go writes where the frame says. */
enum {
    GIVES_NOTHING = 0,
    GIVES_NUMBER = 15, /* 1, 4 or 8: the result is a number of so many bytes, where there is a place for it */
    GIVES_REF = 1 << 4,      /* made */
    GIVES_LASTING = 1 << 5,  /* the result is a reference to what is never collected */
    GIVES_STATUS = 1 << 6,   /* the result is the status of the first item that failed */
    GIVES_P = 1 << 7,        /* a gobridge_value is at p */
    GIVES_Q = 1 << 8,        /* one is at q, where that is not NULL */
    GIVES_ALL = 1 << 9,      /* c of them are there */
    GIVES_COLUMNS = 1 << 10, /* p is gobridge_arrays, of which c of out, and out2, are filled */
    GIVES_REFS = 1 << 11,    /* p is gobridge_arrays, and count references are at q */
    /* and what a batch must know beside that: */
    AT_ONCE = 1 << 12,  /* a call that is made at once, also while a batch is recorded */
    IN_NONE = 1 << 13,  /* a call that can not be part of a batch */
    HANDS_IN = 1 << 16, /* times a size: so much at p is the C function's, not the host's */
};

/* A call that is made later. bridge/batch.go mirrors it, and what Go sees of a batch. */
typedef struct gobridge_operation {
    gobridge_frame frame;
    uint32_t gives;
    void *to; /* where what it gives goes */
} gobridge_operation;

typedef struct gobridge_batch {
    gobridge_operation *operations;
    uint64_t count;
    uint64_t name; /* 1 to 255: tells its promises from those of others */
} gobridge_batch;

/* A promise is the reference that the host has for what an operation will give. Its upper half is 0, as no reference's is;
 * the lower has the operation's number, from PROMISE_VALUE on which of its values it is about, PROMISE_OWNER where it is
 * about that one's owner, and from PROMISE_BATCH on the batch's name. */
enum { PROMISE_VALUE = 16, PROMISE_OWNER = 23, PROMISE_BATCH = 24 };

#endif
