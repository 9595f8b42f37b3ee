/* The inputs, and the work of a contender: in the bench and in each peer's program alike. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define TEXT_FILE "tests/demo/text.txt"
enum { STRING_KEYS = 1000000 };

void fail(const char *contender, const char *what) {
    fprintf(stderr, "bench: %s: %s\n", contender, what);
    exit(1);
}

double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct inputs in;

static void *allocate(size_t size) {
    void *p = malloc(size);
    if (!p) fail("inputs", "no memory");
    return p;
}

static void make_keys(size_t n) {
    in.keys = allocate(n * sizeof *in.keys);
    in.order = allocate(n * sizeof *in.order);
    in.asked = allocate(n * sizeof *in.asked);
    in.strings = allocate((size_t)STRING_KEYS * STRIDE);
    in.spare = allocate((n + 1) * 3 * sizeof *in.spare);
    for (size_t i = 0; i < n; i++) {
        in.keys[i] = i * 0x9E3779B97F4A7C15U;
        if (i >= STRING_KEYS) continue;
        snprintf(string_key(i), STRIDE, "%012llx", (unsigned long long)(in.keys[i] >> 16));
    }
}

/* The file over and over, until there are size bytes of it. */
static size_t make_text(size_t size) {
    for (int c = 0; c < 26; c++) in.lower['A' + c] = in.lower['a' + c] = (uint8_t)('a' + c);
    for (int c = '0'; c <= '9'; c++) in.lower[c] = (uint8_t)c;
    in.text = allocate(size);
    FILE *file = fopen(TEXT_FILE, "rb");
    size_t len = file ? fread(in.text, 1, size, file) : 0;
    if (!len) fail("inputs", TEXT_FILE);
    fclose(file);
    for (in.text_len = len; in.text_len < size; in.text_len++)
        in.text[in.text_len] = in.text[in.text_len - len];
    in.words = allocate((size / SLICE + 1) * sizeof *in.words);
    const char *at = in.text;
    char word[WORD_LEN];
    for (size_t words = 0;; words++) {
        if (words % SLICE == 0) in.words[words / SLICE] = (size_t)(at - in.text);
        if (!next_word(&at, word)) return words;
    }
}

size_t make_inputs(size_t keys, size_t text) {
    make_keys(keys);
    return make_text(text);
}

void take_keys(size_t n) {
    uint64_t s = 0x2545F4914F6CDD1DU;
    in.n = n;
    for (size_t i = 0; i < n; i++) {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        size_t j = (size_t)(s % (i + 1)); /* a place among those before, or its own */
        in.order[i] = in.order[j];
        in.order[j] = (uint32_t)i;
    }
    for (size_t i = 0; i < n; i++) in.asked[i] = in.keys[in.order[i]];
}

static uint64_t run(const contender *c, int loop, slice s) {
    uint64_t sum = 0;
    if (c->around) return c->around(c->loops[loop], s);
    if (!c->by_slice) return c->loops[loop](s);
    for (slice part = s; part.from < s.to; part.from += SLICE) {
        part.to = part.from + SLICE < s.to ? part.from + SLICE : s.to;
        sum += c->loops[loop](part);
    }
    return sum;
}

static uint64_t filled(const contender *c, int kind) {
    uint64_t map = c->make(kind, 0);
    run(c, kind == NUMBERS ? PUT_U64 : PUT_STR, (slice){map, 0, in.n});
    return map;
}

answer perform(const contender *c, request q) {
    answer a = {0};
    double start = now();
    switch (q.what) {
    case INPUTS:
        make_inputs(q.s.from, q.s.to);
        a.value = loops_of(c);
        break;
    case TAKE_KEYS: take_keys(q.s.to); break;
    case MAKE: a.value = c->make(q.which, (int64_t)q.s.to); break;
    case FILL: a.value = filled(c, q.which); break;
    case RUN: a.value = run(c, q.which, q.s); break;
    case DROP: c->drop(q.s.map); break;
    case COLLECT:
        if (c->collect) c->collect();
        break;
    }
    a.ns = now() - start;
    return a;
}

void serve(const contender *c) {
    request q;
    while (read(BENCH_FD, &q, sizeof q) == sizeof q) {
        answer a = perform(c, q);
        if (write(BENCH_FD, &a, sizeof a) != sizeof a) break;
    }
}
