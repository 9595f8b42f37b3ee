/* What the contenders share: the inputs, and the loops that each of them has. */
#ifndef GOBRIDGE_TESTS_BENCH_BENCH_H
#define GOBRIDGE_TESTS_BENCH_BENCH_H

#include "goside/goside.h"

extern struct inputs in;

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

/* The loops, each over the operations of a slice. All contenders' must come to the same sum. */
enum {
    CALL,            /* asks whether cgo is there; the answers */
    MAPLEN,          /* asks for the length of the map; the lengths */
    PUT_U64,         /* nothing */
    GET_U64,         /* in random order; the elements */
    GET_PARALLEL,    /* the same on all cores, where that can be */
    ITERATE,         /* over the whole map; each key xor its element */
    ITERATE_BY_CALL, /* the same where next, key and element are calls of their own */
    PUT_STR,         /* nothing */
    GET_STR,         /* in random order; the elements */
    ECHO,            /* takes a string into Go and out again; the lengths and each eighth byte */
    COUNT,           /* counts words; at the end, the number of different ones */
    LOOPS
};

/* A way to do the work. A loop that is NULL is none of the contender's. */
typedef struct contender {
    const char *name;
    uint64_t (*make)(int kind, int64_t hint); /* a map, which lasts until drop */
    void (*drop)(uint64_t map);
    uint64_t (*loops[LOOPS])(slice s);
} contender;

extern const contender gobridge_columns, gobridge_single, gobridge_single_generic, cgo_export,
    cgo_export_locked, cgo_tuned, go_native;

/* Calls gobridge in another thread, as in a program that has several: from then on it locks what they could share. */
void gobridge_share(void);

/* Ends the program where something failed: a benchmark of failures is worth nothing. */
_Noreturn void fail(const char *contender, const char *what);

#endif
