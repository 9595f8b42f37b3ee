/* The frame that carries one call into Go, and what else C and Go both read. */
#ifndef GOBRIDGE_CSRC_FRAME_H
#define GOBRIDGE_CSRC_FRAME_H

#include "arguments.h"

/* How many values one call may take or return; Go has the same. */
#define GOBRIDGE_MAX_VALUES (1U << 20)

/* How many items a call over arrays may have; Go has the same. */
#define GOBRIDGE_MAX_ITEMS (1U << 28)

/* How many columns one call may fill. */
enum { GOBRIDGE_MAX_FILLED = 8 };

/* What a call of a method hands in beside the frame. */
typedef struct gobridge_method_call {
    const char *name;
    const gobridge_value *args;
    uint64_t len, nargs;
} gobridge_method_call;

/* What a call that returns its failure as a value hands in beside the frame. */
typedef struct gobridge_catch_call {
    const gobridge_value *args;
    gobridge_value *failure;
    uint64_t nargs;
} gobridge_catch_call;

/* What a call over arrays hands in. Go mirrors it. */
struct gobridge_arrays {
    const gobridge_column *in, *in2; /* keys and elements, or the arguments */
    gobridge_column *out, *out2;
    uint8_t *found;
    gobridge_status *statuses;
    uint64_t count;
};

/* What freezing a map asks of Go and is told: Go writes the records (csrc/frozen.h) to memory of C's if all fit. Go
 * mirrors it. */
struct gobridge_freezing {
    uint8_t *records;
    uint8_t key_text, elem_text; /* out: which of the two are strings */
    uint64_t capacity, size;     /* bytes: in what there is, out what the records take */
    uint64_t count;              /* out: of records */
    uint64_t key, elem;          /* out: bytes of the fixed parts */
    uint64_t threads;            /* out: that Go may use at once */
};

/* Where Go writes what went wrong; both end with NUL. */
typedef struct gobridge_failure {
    char message[1024];
    char stack[7168];
} gobridge_failure;

/* How many return addresses of the host's stack debug mode notes. */
enum { GOBRIDGE_BACKTRACE = 8 };

/* Where Go keeps what a reference names, in chunks of so many. A reference whose generation has the bit TRIVIAL is
 * trivially releasable: whoever moves the slot's generation on from the reference's, to that with the bit RELEASED, has
 * released it. One with the bit KEPT leaves nothing to take out. Go mirrors it. */
enum { GOBRIDGE_SLOTS = 4096, GOBRIDGE_TRIVIAL = 1, GOBRIDGE_RELEASED = 2, GOBRIDGE_KEPT = 4 };

/* A field of a struct. Go mirrors it. */
typedef struct gobridge_shape_field {
    gobridge_text name; /* Go's memory, which stays */
    uint32_t kind;      /* 0 if C does not read it: it is no scalar, or not exported */
    uint32_t size;      /* bytes */
    uintptr_t offset;
    uint8_t text; /* it is a string, or a slice of bytes, and exported */
} gobridge_shape_field;

/* What C must know of a type to read what a reference names (csrc/see.h). It stays forever. Go mirrors it. */
typedef struct gobridge_shape {
    uint32_t kind; /* of the value */
    uint32_t
        elem; /* the kind of what C reads: the value itself, what a pointer points to, elements of a slice
                           * or a map; 0 if C reads none */
    uint32_t elem_size;   /* its bytes */
    uint8_t text;         /* elements are strings, or slices of bytes: elem is 0, elem_size theirs */
    uint32_t key;         /* the kind of the keys that C finds in a map; 0 if it finds none */
    uint32_t elem_offset; /* of the first element in a group of a map's */
    uint32_t key_stride, elem_stride, group_size;
    uint32_t field_count; /* of a struct, or of what a pointer to one points to */
    const gobridge_shape_field *fields;
} gobridge_shape;

/* Where text goes that is copied out of Go's memory. Go mirrors it. */
typedef struct gobridge_room {
    char *buffer;
    size_t *len;
    uint64_t capacity; /* bytes */
} gobridge_room;

/* Whether C finds keys in Go's maps, or why it does not. Go mirrors it. */
enum {
    GOBRIDGE_LOOKUPS_WORK,
    GOBRIDGE_LOOKUPS_PORTABLE, /* this backend knows nothing of maps */
    GOBRIDGE_LOOKUPS_UNKNOWN,  /* C knows no maps of this release or system */
    GOBRIDGE_LOOKUPS_HASH,     /* Go hashes by a function that C does not have */
    GOBRIDGE_LOOKUPS_HEAP,     /* what C reads might be unmapped */
    GOBRIDGE_LOOKUPS_DISAGREE,
};

/* What C may read of what a reference names: nothing if the shape is NULL. Go mirrors it. */
typedef struct gobridge_shown {
    const gobridge_shape *shape;
    uintptr_t address; /* the pointer, if that is named, else of the value */
} gobridge_shown;

typedef struct gobridge_slot {
    uint32_t generation; /* atomic; with RELEASED where the slot is free. It is stored after all else */
    void *object;        /* Go's */
    gobridge_shown shown;
} gobridge_slot;

/* The locks of what threads share, which Go takes. Go mirrors it. */
enum { GOBRIDGE_STRIPES = 512 };
#define GOBRIDGE_HELD_BY_C (UINT32_C(1) << 31)
typedef struct gobridge_stripe {
    uint32_t sequence; /* atomic; odd while the lock is held, with HELD_BY_C if C has it */
    uint32_t waiting;
    uint32_t hungry;
    uint8_t unused[52];
} gobridge_stripe;

/* References that a thread has released without crossing; Go takes them out. Go mirrors it. */
enum { GOBRIDGE_QUEUE = 256 };
typedef struct gobridge_queue {
    uint64_t len;
    gobridge_ref refs[GOBRIDGE_QUEUE];
} gobridge_queue;

/* What Go may read and write of the host's thread in each call. Go mirrors it. */
typedef struct gobridge_host_thread {
    gobridge_queue queue;         /* what is to be released before the call */
    uintptr_t *backtrace;         /* of the call in the host (csrc/backtrace.h); NULL unless in debug mode */
    struct gobridge_batch *batch; /* the innermost one that the thread runs, or NULL */
    uint32_t *interrupted;        /* csrc/wake.h; NULL as long as the thread has no name */
    _Atomic(uint32_t) *shelf;     /* where its short texts lie, or NULL; 0 there gives it back */
    gobridge_failure failure;     /* where the call says what went wrong */
} gobridge_host_thread;

/* One call. Go mirrors it, and the compiler compares the two. It is no larger than what gcc clears by moves: from 88 bytes
 * on it takes `rep stos`, which costs 5 ns a call. Its members lie so that each 16 bytes which it clears at once are in
 * one cache line; otherwise what reads them waits. */
typedef struct gobridge_frame {
    uint32_t op;
    int32_t status;     /* out */
    uint32_t exclusive; /* in: 1 if no other thread has ever called */
    uint32_t held;      /* Go's: the locks that this call holds */
    union {
        gobridge_slots slots; /* as those see them who do not know the call */
        gobridge_ref_args ref;
        gobridge_refs_args refs;
        gobridge_text_args text;
        gobridge_out_args out;
        gobridge_data_args data;
        gobridge_type_args type;
        gobridge_types_args types;
        gobridge_func_type_args func_type;
        gobridge_struct_type_args struct_type;
        gobridge_make_args make;
        gobridge_value_args value;
        gobridge_pair_args pair;
        gobridge_copy_text_args copy_text;
        gobridge_map_args map;
        gobridge_iterator_args iterator;
        gobridge_freeze_args freeze;
        gobridge_slice_args slice;
        gobridge_append_args append;
        gobridge_range_args range;
        gobridge_copy_args copy;
        gobridge_field_args field;
        gobridge_call_args call;
        gobridge_call_of_args call_of;
        gobridge_itab_args itab;
        gobridge_implements_args implements;
        gobridge_context_args context;
        gobridge_context_value_args context_value;
        gobridge_done_args done;
        gobridge_fatal_args fatal;
        gobridge_env_args env;
        gobridge_methods_args methods;
        gobridge_chan_args chan;
        gobridge_select_args select;
        gobridge_start_args start;
        gobridge_wait_args wait;
        gobridge_error_args error;
        gobridge_columns_args columns;
        gobridge_elems_args elems;
        gobridge_rows_args rows;
        gobridge_arrow_args arrow;
        gobridge_pointer_args pointer;
        gobridge_closure_args closure;
        gobridge_cgocall_args cgocall;
        gobridge_now_args now;
        gobridge_real_args real;
        gobridge_number_args number;
        gobridge_typed_args typed;
        gobridge_numbers_args numbers;
        gobridge_hash_args hash;
        gobridge_instant_args instant;
        gobridge_time_args time;
        gobridge_run_args run;
        gobridge_callback_args callback;
        gobridge_io_args io;
    };
    uint64_t result;              /* out: a number */
    gobridge_ref new_ref;         /* out: the reference that this call returns, or 0 */
    gobridge_host_thread *thread; /* in: the thread that calls */
} gobridge_frame;

_Static_assert(sizeof(gobridge_frame) <= 80, "cleared by moves");

/* A call that is made later. Go mirrors it, and what it sees of a batch. */
typedef struct gobridge_operation {
    gobridge_frame frame;
    uint32_t returns; /* csrc/calls.h */
    void *to;         /* where the new reference or the number goes */
} gobridge_operation;

struct gobridge_batch {
    gobridge_operation *operations;
    uint64_t count;
    uint64_t name; /* 1 to 255: tells its promises from those of others */
};

/* A promise is the reference that the host has for what an operation will return. Its upper half is 0, as no reference's
 * is; the lower has the operation's number, from PROMISE_VALUE on which of its values it is about, PROMISE_OWNER if it is
 * about that one's owner, and from PROMISE_BATCH on the batch's name. */
enum { PROMISE_VALUE = 16, PROMISE_OWNER = 23, PROMISE_BATCH = 24 };

#endif
