/* The fuzzer: random calls of every function, with good and bad arguments, whose statuses, outputs, inputs and surroundings
 * are checked. Seeded, so that what it finds comes again. */
#ifndef GOBRIDGE_TESTS_FUZZ_H
#define GOBRIDGE_TESTS_FUZZ_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <gobridge.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- what a thread has ---- */

/* What a reference names, as far as arguments are chosen by it. */
enum {
    MAP = 1 << 0,
    SLICE = 1 << 1, /* or an array, or a pointer to either */
    STRUCT = 1 << 2,
    POINTER = 1 << 3,
    FUNC = 1 << 4,
    CHAN = 1 << 5,
    ERROR = 1 << 6,
    TIME = 1 << 7,
    VALUE = 1 << 8, /* any Go value */
    TYPE = 1 << 9,
    ITERATOR = 1 << 10,
    TASK = 1 << 11,
    OTHER = 1 << 12, /* an itab, a closure ... */
    TEXT = 1 << 13,
    STREAM = 1 << 14,  /* an io.Reader or io.Writer */
    FOREIGN = 1 << 15, /* an object of the host's */
    ITER = 1 << 16,    /* an iterator of a func */
};

/* A live reference of this thread's, or a promise of its batch's. */
typedef struct held {
    gobridge_ref ref, type; /* type: 0 where it is not known */
    uint32_t what;
    uint32_t scope;   /* how many scopes were open when it was given */
    bool is_shared;   /* between threads: it is not released, and no value leads to it */
    bool is_promised; /* by a batch that is not run yet */
    bool is_borrowed; /* a promise of a value, which may turn out to be a reference that is held already */
    const char *from; /* the function that gave it */
} held;

/* What a call was handed to write to. */
typedef struct output {
    enum {
        OUT_MEMORY,
        OUT_REF,
        OUT_LASTING,
        OUT_VALUE,
        OUT_UNKNOWN, /* a value, or memory of a type that is not known */
        OUT_COLUMN,
        OUT_REFS,
        OUT_FROZEN,
        OUT_SCOPE,
        OUT_ARROW
    } kind;
    void *at;
    size_t size; /* of the memory, or how many */
    uint32_t what;
    bool is_soft; /* it may be written by a call that fails */
} output;

/* What a call reads, and a copy of it. */
typedef struct input {
    const void *at;
    void *copy;
    size_t size;
} input;

/* A call that was made or recorded. */
typedef struct call {
    const struct function *function;
    output outputs[16];
    input inputs[48];
    size_t noutputs, ninputs;
    bool must_fail; /* an argument was bad beyond doubt */
} call;

enum { MAX_HELD = 64, MAX_SCOPES = 8, MAX_RECORDED = 24, MAX_KEPT = 8 };

/* Text or bytes that Go shows, and what they must stay. */
typedef struct shown {
    gobridge_value value;
    uint64_t sum;
    uint32_t scope;
} shown;

typedef struct fuzz {
    uint64_t random, calls, findings;
    unsigned thread, depth;
    bool has_threads; /* others run too */
    held held[MAX_HELD];
    size_t nheld;
    gobridge_ref stale[16];
    size_t nstale;
    uint64_t scopes[MAX_SCOPES];
    uint32_t nscopes;
    shown shown[MAX_KEPT];
    size_t nshown;
    gobridge_frozen *frozen[MAX_KEPT];
    gobridge_ref frozen_types[MAX_KEPT]; /* of the maps that they are of */
    size_t nfrozen;
    struct exported {
        struct ArrowSchema schema;
        struct ArrowArray array;
    } exported[MAX_KEPT];
    size_t nexported;
    bool is_recording;
    call recorded[MAX_RECORDED];
    size_t nrecorded;
    char first_failure[2000]; /* what the run of the batch said */
    bool has_released;        /* the batch, or a callback of its run, releases what the batch makes */
    call *now;                /* the call whose arguments are being made */
    gobridge_ref subject, subject_type;
    bool of_elements; /* the call is about what a slice or array has, also behind a pointer */
    unsigned char *arena;
    size_t slots; /* of the arena, that are taken */
} fuzz;

/* A function: a row of rows.h, and of csrc/functions.h. */
typedef struct function {
    const char *name;
    gobridge_status (*call)(fuzz *f);
    uint32_t traits; /* what csrc/functions.h says of it in a batch and of what it calls */
} function;

enum { IS_RECORDED = 1, IS_REFUSED = 2, MAY_CALL_BACK = 4, IS_LOCAL = 8, AT_ONCE_IF_LIVE = 16 };

extern const function functions[];
extern const size_t function_count;

/* ---- fuzz.c ---- */

void fuzz_one(fuzz *f); /* one call of any function, or one step of what is more than a call */
void finding(fuzz *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void keep_ref(fuzz *f, gobridge_ref ref, uint32_t what);

/* ---- arguments.c: what goes into a call. The call that is being made notes what it was handed. ---- */

uint64_t roll(fuzz *f);          /* a random number */
size_t below(fuzz *f, size_t n); /* one below n */
bool chance(fuzz *f, unsigned in_a_thousand);
void arena_open(fuzz *f);
void arena_close(fuzz *f);
void *take(fuzz *f, size_t size, size_t align); /* memory that ends where none is mapped */
gobridge_ref subject(fuzz *f, uint32_t what);   /* the reference that the call is about */
gobridge_ref other(fuzz *f, uint32_t what);     /* another */
gobridge_ref any_type(fuzz *f);                 /* a type */
gobridge_ref type_of_kind(fuzz *f, uint32_t kind);
gobridge_ref parsed(const char *expression);
const char *random_expression(fuzz *f);
const gobridge_value *value_for(fuzz *f, gobridge_ref type); /* one that fits, as a rule */
gobridge_value one_value(fuzz *f, gobridge_ref type); /* of many: a bad one is no failure of them all */
const gobridge_value *key_value(fuzz *f);             /* for the subject, a map */
const gobridge_value *elem_value(fuzz *f);            /* for what the subject holds */
const void *key_memory(fuzz *f);                      /* in C layout */
const void *elem_memory(fuzz *f);
const void *memory_for(fuzz *f, gobridge_ref type);
void *room_for(fuzz *f, gobridge_ref type, bool optional);
void *room_for_key(fuzz *f);
void *room_for_elem(fuzz *f, bool optional);
const char *bytes(fuzz *f, size_t *len); /* any text */
const char *text_like(fuzz *f, size_t *len, const char *const *usual, size_t count);
int64_t small_number(fuzz *f);
int64_t any_number(fuzz *f);
size_t item_count(fuzz *f);
void *out(fuzz *f, size_t size);
void *out_optional(fuzz *f, size_t size);
gobridge_ref *out_ref(fuzz *f, uint32_t what);
gobridge_ref *out_lasting(fuzz *f);
gobridge_value *out_value(fuzz *f);
gobridge_value *out_value_optional(fuzz *f);
gobridge_column *in_column(fuzz *f, gobridge_ref type, size_t count);
gobridge_column *out_column(fuzz *f, gobridge_ref type, size_t count, bool optional);
void *out_soft(fuzz *f, size_t size);
void *out_flags(fuzz *f, size_t size); /* for items; may be NULL */
gobridge_ref key_type(fuzz *f);
gobridge_ref elem_type(fuzz *f);
void note_input(fuzz *f, const void *at, size_t size);
uint32_t what_of(gobridge_ref ref, gobridge_ref *type);
bool describe(gobridge_ref type, gobridge_type_info *info);

/* ---- models.c ---- */

void model_step(fuzz *f);  /* some operations on a map, slice or channel of which a model tells all */
void model_large(fuzz *f); /* maps that the caches do not hold */

#endif
