/* bench [--quick] TEXT: measures all contenders in one process, in turns, and writes a JSON line for each row. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include "goside/goside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONTENDERS = 5, MAX_REPS = 16 };
static const contender *const contenders[CONTENDERS] = {&gobridge_single, &gobridge_single_generic,
                                                        &cgo_export, &cgo_tuned, &go_native};

/* ---- rows ---- */

#define WORKLOADS(X)    \
    X(call)             \
    X(maplen)           \
    X(put_u64)          \
    X(put_u64_presized) \
    X(get_u64)          \
    X(put_str)          \
    X(get_str)          \
    X(iterate)          \
    X(iterate_by_call)  \
    X(str_roundtrip)    \
    X(wordcount)

enum {
#define WORKLOAD(name) WORKLOAD_##name,
    WORKLOADS(WORKLOAD)
#undef WORKLOAD
        WORKLOAD_COUNT
};

static const char *const workload_names[] = {
#define NAME(name) #name,
    WORKLOADS(NAME)
#undef NAME
};

static struct row {
    size_t n;
    int reps;
    double ns[MAX_REPS]; /* per operation */
} rows[WORKLOAD_COUNT][CONTENDERS];

static int warming_up;
static uint64_t started;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void start(void) {
    started = now();
}

/* Notes what a contender took since start for n operations. */
static void stop(int workload, int c, size_t n) {
    double ns = (double)(now() - started) / (double)n;
    struct row *row = &rows[workload][c];
    row->n = n;
    if (!warming_up) row->ns[row->reps++] = ns;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_rows(void) {
    for (int w = 0; w < WORKLOAD_COUNT; w++) {
        for (int c = 0; c < CONTENDERS; c++) {
            struct row *row = &rows[w][c];
            if (!row->reps) continue;
            qsort(row->ns, (size_t)row->reps, sizeof *row->ns, ascending);
            printf("{\"contender\":\"%s\",\"workload\":\"%s\",\"n\":%zu,\"threads\":1,\"ns_min\":%.2f,\"ns_"
                   "median\":%.2f}\n",
                   contenders[c]->name, workload_names[w], row->n, row->ns[0], row->ns[row->reps / 2]);
        }
    }
}

void fail(const char *contender, const char *what) {
    fprintf(stderr, "bench: %s: %s\n", contender, what);
    exit(1);
}

static void expect(int c, uint64_t got, uint64_t want, const char *what) {
    if (got == want) return;
    fprintf(stderr, "bench: %s: %s is %llu, not %llu\n", contenders[c]->name, what, (unsigned long long)got,
            (unsigned long long)want);
    exit(1);
}

/* ---- inputs ---- */

struct inputs in;

static uint64_t all_keys, all_words, all_distinct; /* what the contenders must come to */

static void *allocate(size_t size) {
    void *p = malloc(size);
    if (!p) fail("inputs", "no memory");
    return p;
}

static void make_inputs(size_t n) {
    in.n = n;
    in.keys = allocate(n * sizeof *in.keys);
    in.order = allocate(n * sizeof *in.order);
    in.strings = allocate(n * STRIDE);
    for (size_t i = 0; i < n; i++) {
        in.keys[i] = i * 0x9E3779B97F4A7C15U;
        in.order[i] = (uint32_t)i;
        all_keys ^= in.keys[i];
        snprintf(string_key(i), STRIDE, "%012llx", (unsigned long long)(in.keys[i] >> 16));
    }
    uint64_t s = 0x2545F4914F6CDD1DU;
    for (size_t i = n - 1; i > 0; i--) {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        size_t j = (size_t)(s % (i + 1));
        uint32_t swapped = in.order[i];
        in.order[i] = in.order[j];
        in.order[j] = swapped;
    }
}

/* The file over and over, until there are size bytes of it. */
static void make_text(const char *path, size_t size) {
    for (int c = 0; c < 26; c++) in.lower['A' + c] = in.lower['a' + c] = (uint8_t)('a' + c);
    for (int c = '0'; c <= '9'; c++) in.lower[c] = (uint8_t)c;
    in.text = allocate(size);
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(in.text, 1, size, file) : 0;
    if (!len) fail("inputs", path);
    fclose(file);
    for (in.text_len = len; in.text_len < size; in.text_len++)
        in.text[in.text_len] = in.text[in.text_len - len];
    const char *at = in.text;
    char word[WORD_LEN];
    while (next_word(&at, word)) all_words++;
}

/* ---- workloads: what comes back is checked, and each contender's map is gone before the next one's turn ---- */

static void run_numbers(int c, int64_t hint) {
    const contender *x = contenders[c];
    uint64_t sum = (uint64_t)in.n * (in.n - 1) / 2, keys = 0;
    goCollect();
    start();
    x->put_u64(hint);
    stop(hint ? WORKLOAD_put_u64_presized : WORKLOAD_put_u64, c, in.n);
    if (!hint) {
        goCollect();
        start();
        uint64_t got = x->get_u64();
        stop(WORKLOAD_get_u64, c, in.n);
        expect(c, got, sum, "get_u64");
        if (x->maplen) {
            start();
            got = x->maplen();
            stop(WORKLOAD_maplen, c, in.n);
            expect(c, got, (uint64_t)in.n * in.n, "maplen");
        }
        if (x->iterate) {
            start();
            got = x->iterate(&keys);
            stop(WORKLOAD_iterate, c, in.n);
            expect(c, got, sum, "iterate");
            expect(c, keys, all_keys, "iterate's keys");
        }
        if (x->iterate_by_call) {
            start();
            got = x->iterate_by_call(&keys);
            stop(WORKLOAD_iterate_by_call, c, in.n);
            expect(c, got, sum, "iterate_by_call");
            expect(c, keys, 0, "iterate_by_call's keys");
        }
    }
    x->drop();
}

static void run_strings(int c) {
    const contender *x = contenders[c];
    if (!x->put_str) return;
    goCollect();
    start();
    x->put_str();
    stop(WORKLOAD_put_str, c, in.n);
    goCollect();
    start();
    uint64_t got = x->get_str();
    stop(WORKLOAD_get_str, c, in.n);
    expect(c, got, (uint64_t)in.n * (in.n - 1) / 2, "get_str");
    x->drop();
}

static void run_calls(int c) {
    const contender *x = contenders[c];
    if (!x->call) return;
    start();
    uint64_t got = x->call();
    stop(WORKLOAD_call, c, in.n);
    expect(c, got, in.n, "call");
}

static void run_echo(int c) {
    const contender *x = contenders[c];
    static uint64_t want;
    if (!x->echo) return;
    goCollect();
    start();
    uint64_t got = x->echo();
    stop(WORKLOAD_str_roundtrip, c, in.n);
    if (!want) want = got;
    expect(c, got, want, "str_roundtrip");
}

static void run_words(int c) {
    const contender *x = contenders[c];
    uint64_t words = 0, distinct = 0;
    if (!x->count) return;
    goCollect();
    start();
    x->count(&words, &distinct);
    stop(WORKLOAD_wordcount, c, (size_t)all_words);
    expect(c, words, all_words, "wordcount");
    if (!all_distinct) all_distinct = distinct;
    expect(c, distinct, all_distinct, "wordcount's distinct words");
    x->drop();
}

/* Each contender in turn; each rep begins with another one. */
#define IN_TURNS(rep, run)                          \
    for (int turn = 0; turn < CONTENDERS; turn++) { \
        int c = ((rep) + turn) % CONTENDERS;        \
        run;                                        \
    }

int main(int argc, char **argv) {
    int quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
    if (argc != 2 + quick) {
        fprintf(stderr, "usage: %s [--quick] TEXT\n", argv[0]);
        return 2;
    }
    make_inputs(quick ? 100000 : 1000000);
    make_text(argv[1 + quick], quick ? 2000000 : 20000000);
    int reps = quick ? 5 : 9;
    for (int rep = 0; rep <= reps; rep++) {
        warming_up = rep == 0;
        IN_TURNS(rep, run_calls(c))
        IN_TURNS(rep, run_numbers(c, 0))
        IN_TURNS(rep, run_numbers(c, (int64_t)in.n))
        IN_TURNS(rep, run_strings(c))
        IN_TURNS(rep, run_echo(c))
        IN_TURNS(rep, run_words(c))
        fprintf(stderr, "bench: %d of %d done\n", rep, reps);
    }
    print_rows();
    return 0;
}
