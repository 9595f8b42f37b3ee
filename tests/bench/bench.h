/* What the contenders share: the inputs, and the loops that each of them has. */
#ifndef GOBRIDGE_TESTS_BENCH_BENCH_H
#define GOBRIDGE_TESTS_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

enum { STRIDE = 16, STRING_LEN = 12, ECHO_LEN = 32, WORD_LEN = 63 };

/* The same for all contenders. The element of the key i is i. */
extern struct inputs {
    size_t n;
    uint64_t *keys;  /* n, all different */
    uint32_t *order; /* the indexes of keys, shuffled */
    char *strings;   /* n, of STRING_LEN bytes each, STRIDE apart */
    char *text;      /* to be counted */
    size_t text_len;
    uint8_t lower[256]; /* letters and digits in lower case, 0 for what is no part of a word */
} in;

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

/* Writes the i-th of many strings of ECHO_LEN bytes, which differ in the first eight. */
static inline void echo_string(char *data, size_t i) {
    for (int j = 0; j < 8; j++) data[j] = "0123456789abcdef"[i >> (4 * j) & 15];
}
#define ECHO_STRING "00000000-the-rest-of-32-bytes-xy"

/* A way to do the work. Every loop runs over all inputs and gives what bench.c checks: a sum, or in pairs two of them.
 * A loop that is NULL is none of the contender's. What make_* makes lasts until drop. */
typedef struct contender {
    const char *name;
    uint64_t (*call)(void);   /* n calls that ask whether cgo is there; their answers' sum */
    uint64_t (*maplen)(void); /* n lengths of the map of numbers; their sum */
    void (*put_u64)(int64_t hint);
    uint64_t (*get_u64)(void);           /* in random order; the elements' sum */
    uint64_t (*iterate)(uint64_t *keys); /* keys: all of them, xored */
    uint64_t (*iterate_by_call)(
        uint64_t *keys); /* the same where next, key and element are calls of their own */
    void (*put_str)(void);
    uint64_t (*get_str)(void);
    uint64_t (*echo)(
        void); /* n strings into Go and out again; the sum of the lengths and of each eighth byte */
    void (*count)(uint64_t *words, uint64_t *distinct);
    void (*drop)(void);
} contender;

extern const contender gobridge_single, gobridge_single_generic, cgo_export, cgo_tuned, go_native;

/* Ends the program where something failed: a benchmark of failures is worth nothing. */
_Noreturn void fail(const char *contender, const char *what);

#endif
