/* What each family of calls hands in: the arguments of a frame by name. They lie in five slots, two for pointers and three for
 * references and numbers (the last may be pointers too), so that whoever has to do with any call, such as a batch, finds
 * what is returned at p and q, and c, without knowing the call. Go mirrors each. */
#ifndef GOBRIDGE_CSRC_ARGUMENTS_H
#define GOBRIDGE_CSRC_ARGUMENTS_H

#include <gobridge.h>
#include <gobridge/arrow.h>

/* csrc/frame.h has them. */
typedef struct gobridge_arrays gobridge_arrays;
typedef struct gobridge_freezing gobridge_freezing;
typedef struct gobridge_batch gobridge_batch;

/* The slots that they all lie in. */
typedef struct gobridge_slots {
    void *p, *q;
    uint64_t a, b, c;
} gobridge_slots;

/* One reference. */
typedef struct gobridge_ref_args {
    void *unused;
    void *unused2;
    gobridge_ref ref;
} gobridge_ref_args;

/* Many references. */
typedef struct gobridge_refs_args {
    const gobridge_ref *refs;
    void *unused;
    uint64_t count;
    uint64_t first;
} gobridge_refs_args;

/* A text of the host's, and what it is about or for. */
typedef struct gobridge_text_args {
    const void *text;
    void *out;
    gobridge_ref ref;
    uint64_t len;
} gobridge_text_args;

/* A C function, its signature, its data, and the end of it. It begins as gobridge_text_args does. */
typedef struct gobridge_data_args {
    const void *text;
    void (*function)(void);
    uint64_t data;
    uint64_t len;
    void (*drop)(void *);
} gobridge_data_args;

/* What the call writes, and a number or a size that it takes. */
typedef struct gobridge_out_args {
    void *out;
    void *unused;
    uint64_t number;
} gobridge_out_args;

/* A query of a type. */
typedef struct gobridge_type_args {
    void *out;
    void *unused;
    gobridge_ref type;
    uint64_t index;
} gobridge_type_args;

/* Two types: a new one's key and elem, or from which to which; a length or flags. */
typedef struct gobridge_types_args {
    void *unused;
    void *unused2;
    gobridge_ref first;
    gobridge_ref second;
    uint64_t number;
} gobridge_types_args;

/* A new func type. */
typedef struct gobridge_func_type_args {
    const gobridge_ref *parameters;
    const gobridge_ref *results;
    uint64_t nparameters;
    uint64_t nresults;
    uint64_t variadic;
} gobridge_func_type_args;

/* A new struct type. */
typedef struct gobridge_struct_type_args {
    const gobridge_struct_field *fields;
    void *unused;
    uint64_t count;
} gobridge_struct_type_args;

/* A new value of a type. */
typedef struct gobridge_make_args {
    const void *from;
    void *unused;
    gobridge_ref type;
    uint64_t count;
    uint64_t capacity;
} gobridge_make_args;

/* A value, what a reference names, and where something goes. */
typedef struct gobridge_value_args {
    void *value;
    void *to;
    gobridge_ref ref;
    gobridge_ref source;
} gobridge_value_args;

/* Two values. */
typedef struct gobridge_pair_args {
    const gobridge_value *first;
    const gobridge_value *second;
} gobridge_pair_args;

/* Text that is copied into a buffer. */
typedef struct gobridge_copy_text_args {
    const gobridge_value *value;
    char *buffer;
    uint64_t unused;
    uint64_t capacity;
    size_t *len;
} gobridge_copy_text_args;

/* A map, a key as memory or as a number, and an element. */
typedef struct gobridge_map_args {
    const void *key;
    void *elem;
    gobridge_ref map;
    uint64_t number;
    const gobridge_value *operand;
} gobridge_map_args;

/* Where an iterator's entry goes. */
typedef struct gobridge_iterator_args {
    void *key;
    void *elem;
    gobridge_ref iterator;
} gobridge_iterator_args;

/* A map that is frozen. */
typedef struct gobridge_freeze_args {
    gobridge_freezing *freezing;
    void *unused;
    gobridge_ref map;
} gobridge_freeze_args;

/* A slice and an element of it. */
typedef struct gobridge_slice_args {
    void *elem;
    void *unused;
    gobridge_ref slice;
    uint64_t index;
} gobridge_slice_args;

/* A slice, and values that follow it or room for so many. */
typedef struct gobridge_append_args {
    const gobridge_value *elems;
    void *unused;
    gobridge_ref slice;
    uint64_t count;
} gobridge_append_args;

/* A part of a slice. */
typedef struct gobridge_range_args {
    void *unused;
    void *unused2;
    gobridge_ref slice;
    uint64_t low;
    uint64_t high;
} gobridge_range_args;

/* Two slices. */
typedef struct gobridge_copy_args {
    void *unused;
    void *unused2;
    gobridge_ref dst;
    gobridge_ref src;
} gobridge_copy_args;

/* A field of a struct, by its index. */
typedef struct gobridge_field_args {
    void *unused;
    gobridge_value *value;
    gobridge_ref ref;
    uint64_t index;
} gobridge_field_args;

/* A call of a function. */
typedef struct gobridge_call_args {
    const gobridge_value *args;
    gobridge_value *results;
    gobridge_ref func;
    uint64_t nargs;
    uint64_t nresults;
} gobridge_call_args;

/* A call that hands in more than the frame has room for. */
typedef struct gobridge_call_of_args {
    const void *call;
    gobridge_value *results;
    gobridge_ref ref;
    uint64_t unused;
    uint64_t nresults;
} gobridge_call_of_args;

/* An interface type and a type. */
typedef struct gobridge_itab_args {
    void *unused;
    void *unused2;
    gobridge_ref interface_type;
    gobridge_ref type;
    uint64_t canfail;
} gobridge_itab_args;

/* A value and an interface type. */
typedef struct gobridge_implements_args {
    void *unused;
    void *unused2;
    gobridge_ref ref;
    gobridge_ref interface_type;
} gobridge_implements_args;

/* A new context. */
typedef struct gobridge_context_args {
    void *unused;
    void *unused2;
    gobridge_ref parent;
    int64_t timeout_ns;
} gobridge_context_args;

/* A value of a context, or of one to come. */
typedef struct gobridge_context_value_args {
    const gobridge_value *key;
    const gobridge_value *value;
    gobridge_ref context;
} gobridge_context_value_args;

/* What is called when a task is done. */
typedef struct gobridge_done_args {
    void *data;
    void *unused;
    gobridge_ref task;
    void (*done)(void *);
} gobridge_done_args;

/* Who hears Go's last words. */
typedef struct gobridge_fatal_args {
    void (*handler)(void);
    void *data;
} gobridge_fatal_args;

/* A variable of the environment. */
typedef struct gobridge_env_args {
    const char *name;
    const char *value;
    uint64_t name_len;
    uint64_t value_len;
} gobridge_env_args;

/* A callback for each method of an interface, their data, and the end of it. */
typedef struct gobridge_methods_args {
    const gobridge_callback *methods;
    void (*drop)(void *);
    gobridge_ref type;
    void *data;
    uint64_t count;
} gobridge_methods_args;

/* A channel and a value. */
typedef struct gobridge_chan_args {
    void *value;
    void *unused;
    gobridge_ref chan;
    int64_t timeout_ns;
} gobridge_chan_args;

/* Cases of a select. */
typedef struct gobridge_select_args {
    const gobridge_select_case *cases;
    gobridge_value *received;
    uint64_t count;
    int64_t timeout_ns;
    uint8_t *open;
} gobridge_select_args;

/* A function that becomes a task. */
typedef struct gobridge_start_args {
    const gobridge_value *args;
    void *unused;
    gobridge_ref func;
    uint64_t count;
    int64_t timeout_ns;
} gobridge_start_args;

/* The end of a task. */
typedef struct gobridge_wait_args {
    gobridge_value *results;
    void *unused;
    gobridge_ref task;
    int64_t timeout_ns;
    uint64_t count;
} gobridge_wait_args;

/* An error, and another error or a type. */
typedef struct gobridge_error_args {
    gobridge_value *out;
    void *unused;
    gobridge_ref error;
    gobridge_ref target;
} gobridge_error_args;

/* A call over arrays about a map or a type. */
typedef struct gobridge_columns_args {
    gobridge_arrays *arrays;
    void *refs;
    gobridge_ref ref;
    uint64_t threads;
    uint64_t filled;
} gobridge_columns_args;

/* A call over arrays about a slice. */
typedef struct gobridge_elems_args {
    gobridge_arrays *arrays;
    void *unused;
    gobridge_ref slice;
    uint64_t index;
    uint64_t filled;
} gobridge_elems_args;

/* Calls of a function over arrays. */
typedef struct gobridge_rows_args {
    gobridge_arrays *arrays;
    void *unused;
    gobridge_ref func;
    uint64_t nargs;
    uint64_t nresults;
} gobridge_rows_args;

/* Arrow's structs, and what becomes of a value or a type; what releases the structs, for an export. */
typedef struct gobridge_arrow_args {
    struct ArrowSchema *schema;
    struct ArrowArray *array;
    gobridge_ref ref;
    void (*release_schema)(struct ArrowSchema *);
    void (*release_array)(struct ArrowArray *);
} gobridge_arrow_args;

/* A Go func that becomes a C function. */
typedef struct gobridge_pointer_args {
    const char *signature;
    void (**pointer)(void);
    gobridge_ref func;
    uint64_t len;
} gobridge_pointer_args;

/* A call of a closure by C. */
typedef struct gobridge_closure_args {
    void **arguments;
    void *result;
    uint64_t id;
} gobridge_closure_args;

/* A C function and its argument. */
typedef struct gobridge_cgocall_args {
    void *function;
    void *argument;
} gobridge_cgocall_args;

/* Where the parts of the time go that are not the result. */
typedef struct gobridge_now_args {
    int32_t *nanoseconds;
    int64_t *monotonic;
} gobridge_now_args;

/* A number of 32 bits. */
typedef struct gobridge_real_args {
    void *unused;
    void *unused2;
    float value;
} gobridge_real_args;

/* A number. */
typedef struct gobridge_number_args {
    void *unused;
    void *unused2;
    uint64_t unused3;
    uint64_t number;
} gobridge_number_args;

/* A function of a library that gobridge build has made, by its number. */
typedef struct gobridge_typed_args {
    const gobridge_value *args;
    gobridge_value *results;
    uint64_t function;
    uint64_t unused;
    uint64_t nresults;
} gobridge_typed_args;

/* A registered function of numbers, by its number, and what it takes. */
typedef struct gobridge_numbers_args {
    void *unused;
    void *unused2;
    uint64_t function;
    uint64_t x, y; /* the bits of integers, bools and float64s */
} gobridge_numbers_args;

/* Bytes, and what they are compared with or hashed by. */
typedef struct gobridge_hash_args {
    const void *data;
    const void *other;
    uint64_t seed;
    uint64_t size;
} gobridge_hash_args;

/* A time. */
typedef struct gobridge_instant_args {
    void *unused;
    void *unused2;
    int64_t seconds;
    int64_t nanoseconds;
} gobridge_instant_args;

/* Where the parts of a time go. */
typedef struct gobridge_time_args {
    int64_t *seconds;
    int64_t *nanoseconds;
    gobridge_ref time;
} gobridge_time_args;

/* A batch that is run. */
typedef struct gobridge_run_args {
    const gobridge_batch *batch;
    void *unused;
    uint64_t unused2;
    uint64_t stops;
} gobridge_run_args;

/* A callback of the host's, its data, and the end of both. */
typedef struct gobridge_callback_args {
    void (*drop)(void *);
    void *unused;
    gobridge_ref func_type;
    void (*call)(void);
    void *data;
} gobridge_callback_args;

/* A stream and a buffer. */
typedef struct gobridge_io_args {
    const void *buffer;
    size_t *done;
    gobridge_ref stream;
    uint64_t len;
} gobridge_io_args;

#endif
