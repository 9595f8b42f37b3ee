/* What the contenders share: the inputs, and the loops that each of them has. */
#ifndef GOBRIDGE_TESTS_BENCH_BENCH_H
#define GOBRIDGE_TESTS_BENCH_BENCH_H

#include "goside/goside.h"

#include <stdbool.h>

/* ---- inputs ---- */

extern struct inputs in;

/* Makes them: so many keys, of which a million at most are strings too, and a text of so many bytes. Gives the number of
 * the text's words. */
size_t make_inputs(size_t keys, size_t text);

/* From here on the workloads are about the first n keys. */
void take_keys(size_t n);

static inline char *string_key(size_t i) {
    return in.strings + i * STRIDE;
}

/* Finds the next word from *at on, in lower case and cut at WORD_LEN, and moves *at behind it. Gives its length, 0 at
 * the end of the text. */
static inline size_t next_word(const char **at, char *word) {
    const uint8_t *p = (const uint8_t *)*at, *end = (const uint8_t *)in.text + in.text_len;
    size_t len = 0;
    while (p < end && !in.lower[*p]) p++;
    for (; p < end && in.lower[*p]; p++) {
        if (len < WORD_LEN) word[len++] = (char)in.lower[*p];
    }
    *at = (const char *)p;
    return len;
}

/* Where the words of a slice begin. */
static inline const char *first_word(slice s) {
    return in.text + in.words[s.from / SLICE];
}

/* Writes the i-th of many strings of ECHO_LEN bytes, which differ in the first eight. */
static inline void echo_string(char *data, size_t i) {
    for (int j = 0; j < 8; j++) data[j] = "0123456789abcdef"[i >> (4 * j) & 15];
}

/* ---- contenders ---- */

/* The loops, each over the operations of a slice. All contenders' must come to the same sum. */
enum {
    CALL,       /* calls a function without parameters that gives 1; the results */
    CALL2,      /* x = add(x, i) from x = 0 on, two int64; the last x */
    CALLBACK,   /* the same, where Go calls a C function for each; the last x */
    CALL_STR,   /* calls a function that gives the string that it takes; the lengths and each eighth byte */
    CALL_MIXED, /* mixed(i, 0.5, i % 256): an int32 times a float64 plus a uint8; the results, cut */
    MAPLEN,     /* asks for the length of the map; the lengths */
    ELEM,       /* the elements i % 1024 of a slice of int64, which have that index times 3; them */
    ELEM_TEXT, /* copies elements of a slice of strings of ECHO_LEN bytes; the lengths and each eighth byte */
    FIELD,     /* a field of a struct, named, which is what a slice begins with; its values */
    FIELD_AT,  /* the same where the field is known by its place, if that is something else */
    SET_FIELD, /* sets a field of a struct to i; its value at the end */
    VIEW,      /* looks at a string, where that is more than to have it; its lengths and first bytes */
    PUT_U64,   /* nothing */
    PUT_U64_PRESIZED, /* the same, for those whose maps can be given room when they are made */
    GET_U64,          /* in random order; the elements */
    GET_U64_PARALLEL, /* the same on all cores, where the contender has that; all keys at once */
    ITERATE,          /* over the whole map; each key xor its element */
    ITERATE_BY_SLICE, /* the same, SLICE entries at a time */
    ITERATE_BY_CALL,  /* the same where next, key and element are calls of their own */
    PUT_STR,          /* nothing */
    GET_STR,          /* in random order; the elements */
    BUILD_U64, /* a map of all keys, made at once and on all cores, where the contender has that; its length */
    BUILD_STR, /* the same of strings */
    ECHO,      /* takes a string in and out again, as two things; the lengths and each eighth byte */
    COUNT,     /* counts words; at the end, the number of different ones */
    LOOPS
};

/* A way to do the work. A loop that is NULL is none of the contender's. */
typedef struct contender {
    const char *name;
    bool threads;                             /* several may work, each on a map of its own */
    bool by_slice;                            /* its loops take at most SLICE operations at a time */
    uint64_t (*make)(int kind, int64_t hint); /* a map, which lasts until drop */
    void (*drop)(uint64_t map);
    void (*collect)(void); /* collects garbage; NULL: goCollect does, or there is none */
    uint64_t (*loops[LOOPS])(slice s);
    uint64_t (*around)(uint64_t (*loop)(slice), slice s); /* calls a loop; NULL: nothing has to */
} contender;

extern const contender gobridge_columns, gobridge_slices, gobridge_frozen_columns, gobridge_batches,
    gobridge_single, gobridge_linkname, gobridge_inside, gobridge_single_generic, cgo_export,
    cgo_export_locked, cgo_tuned, go_native, json_cgo, c_hash_probing, c_hash_khash, gobridge_hpp;

/* Calls gobridge in another thread, as in a program that has several: from then on it locks what they could share. */
void gobridge_share(void);

static inline uint32_t loops_of(const contender *c) {
    uint32_t loops = 0;
    for (int i = 0; i < LOOPS; i++) loops |= (uint32_t)(c->loops[i] != NULL) << i;
    return loops;
}

/* Ends the program where something failed: a benchmark of failures is worth nothing. */
_Noreturn void fail(const char *contender, const char *what);

/* ---- requests: what the bench asks of a contender, be it in this process or a peer in one of its own ---- */

enum { INPUTS, TAKE_KEYS, MAKE, FILL, RUN, DROP, COLLECT };

typedef struct request {
    int32_t what;
    int32_t which; /* MAKE, FILL: the kind of map. RUN: the loop */
    slice s; /* INPUTS: from keys, to bytes of text. TAKE_KEYS, MAKE: to keys, room. DROP, RUN: as they say */
} request;

typedef struct answer {
    uint64_t value; /* INPUTS: the loops that there are. MAKE, FILL: the map. RUN: the sum */
    double ns;      /* how long it took */
} answer;

answer perform(const contender *c, request q);

double now(void); /* ns */

/* A peer's program: performs what the bench asks for on this descriptor, until it is closed. */
enum { BENCH_FD = 3 };
void serve(const contender *c);

#endif
