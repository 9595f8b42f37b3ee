/* bench [--quick] [--shared] TEXT: measures all contenders in one process and writes a JSON line for each row.
 * --shared: after a second thread has called, which makes gobridge take locks. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONTENDERS = 7 };
static const contender *const contenders[CONTENDERS] = {
    &gobridge_columns, &gobridge_single, &gobridge_single_generic, &cgo_export, &cgo_export_locked,
    &cgo_tuned,        &go_native,
};

void fail(const char *contender, const char *what) {
    fprintf(stderr, "bench: %s: %s\n", contender, what);
    exit(1);
}

static void *allocate(size_t size) {
    void *p = malloc(size);
    if (!p) fail("bench", "no memory");
    return p;
}

/* ---- inputs ---- */

struct inputs in;

static size_t make_keys(size_t n) {
    in.keys = allocate(n * sizeof *in.keys);
    in.order = allocate(n * sizeof *in.order);
    in.strings = allocate(n * STRIDE);
    in.spare = allocate(n * 2 * sizeof *in.spare);
    for (size_t i = 0; i < n; i++) {
        in.keys[i] = i * 0x9E3779B97F4A7C15U;
        snprintf(string_key(i), STRIDE, "%012llx", (unsigned long long)(in.keys[i] >> 16));
    }
    return n;
}

/* From here on the workloads are about the first n keys. */
static void take_keys(size_t n) {
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
}

/* The file over and over, until there are size bytes of it. Gives the number of words. */
static size_t make_text(const char *path, size_t size) {
    for (int c = 0; c < 26; c++) in.lower['A' + c] = in.lower['a' + c] = (uint8_t)('a' + c);
    for (int c = '0'; c <= '9'; c++) in.lower[c] = (uint8_t)c;
    in.text = allocate(size);
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(in.text, 1, size, file) : 0;
    if (!len) fail("inputs", path);
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

/* ---- workloads ---- */

typedef struct workload {
    const char *name;
    int loop, map;
    bool fills;    /* an empty map, which is made in the first slice */
    bool presized; /* and has room for all */
    bool whole;    /* cannot be done in slices */
} workload;

static const workload workloads[] = {
    {.name = "call", .loop = CALL},
    {.name = "maplen", .loop = MAPLEN, .map = NUMBERS},
    {.name = "put_u64", .loop = PUT_U64, .map = NUMBERS, .fills = true},
    {.name = "put_u64_presized", .loop = PUT_U64, .map = NUMBERS, .fills = true, .presized = true},
    {.name = "get_u64", .loop = GET_U64, .map = NUMBERS},
    {.name = "get_u64_parallel", .loop = GET_PARALLEL, .map = NUMBERS, .whole = true},
    {.name = "put_str", .loop = PUT_STR, .map = STRINGS, .fills = true},
    {.name = "get_str", .loop = GET_STR, .map = STRINGS},
    {.name = "iterate", .loop = ITERATE, .map = NUMBERS, .whole = true},
    {.name = "iterate_by_call", .loop = ITERATE_BY_CALL, .map = NUMBERS, .whole = true},
    {.name = "str_roundtrip", .loop = ECHO},
    {.name = "wordcount", .loop = COUNT, .map = WORDS, .fills = true},
};
enum { WORKLOADS = sizeof workloads / sizeof *workloads };

/* ---- races: one workload, all contenders ---- */

typedef struct racer {
    const contender *is;
    uint64_t map, sum;
    double *least;  /* ns for each slice, of all runs */
    double *totals; /* ns for each run */
} racer;

typedef struct race {
    workload work;
    size_t n, size, slices; /* operations: all, and in a slice */
    size_t runs;            /* those that are over */
    size_t count;
    racer racers[CONTENDERS];
} race;

static race prepare(workload work, size_t n, size_t runs) {
    race r = {.work = work, .n = n, .size = work.whole ? n : SLICE};
    r.slices = (n + r.size - 1) / r.size;
    for (int c = 0; c < CONTENDERS; c++) {
        if (!contenders[c]->loops[work.loop]) continue;
        double *least = allocate(r.slices * sizeof *least), *totals = allocate(runs * sizeof *totals);
        for (size_t k = 0; k < r.slices; k++) least[k] = INFINITY;
        r.racers[r.count++] = (racer){.is = contenders[c], .least = least, .totals = totals};
    }
    return r;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The contenders take turns at every slice of the work, so that what disturbs the machine disturbs all alike. */
static void run(race *r) {
    const workload *w = &r->work;
    for (size_t c = 0; c < r->count; c++) r->racers[c].totals[r->runs] = 0;
    for (size_t k = 0; k < r->slices; k++) {
        for (size_t turn = 0; turn < r->count; turn++) {
            racer *x = &r->racers[(r->runs + k + turn) % r->count];
            slice s = {.from = k * r->size, .to = k + 1 < r->slices ? (k + 1) * r->size : r->n};
            double start = now();
            if (w->fills && k == 0) x->map = x->is->make(w->map, w->presized ? (int64_t)r->n : 0);
            s.map = x->map;
            x->sum += x->is->loops[w->loop](s);
            double ns = now() - start;
            x->totals[r->runs] += ns;
            if (ns < x->least[k]) x->least[k] = ns;
        }
    }
    r->runs++;
}

/* Some runs, on maps of their own: where a map lies in memory is worth some nanoseconds too. */
static void run_anew(race *r, size_t runs) {
    const workload *w = &r->work;
    for (size_t turn = 0; turn < r->count; turn++) {
        racer *x = &r->racers[(r->runs + turn) % r->count];
        if (!w->map || w->fills) continue;
        x->map = x->is->make(w->map, 0);
        x->is->loops[w->map == NUMBERS ? PUT_U64 : PUT_STR]((slice){x->map, 0, r->n});
    }
    goCollect();
    for (size_t i = 0; i < runs; i++) run(r);
    for (racer *x = r->racers; x < r->racers + r->count; x++) {
        if (x->sum != r->racers->sum) fail(x->is->name, "the sum is not that of the first contender");
        if (w->map) x->is->drop(x->map);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_rows(const race *r) {
    for (const racer *x = r->racers; x < r->racers + r->count; x++) {
        double least = 0;
        for (size_t k = 0; k < r->slices; k++) least += x->least[k];
        qsort(x->totals, r->runs, sizeof *x->totals, ascending);
        printf("{\"contender\":\"%s\",\"workload\":\"%s\",\"n\":%zu,\"threads\":1,\"ns_min\":%.2f,\"ns_"
               "median\":%.2f}\n",
               x->is->name, r->work.name, r->n, least / (double)r->n, x->totals[r->runs / 2] / (double)r->n);
    }
}

int main(int argc, char **argv) {
    bool quick = false, shared = false;
    const char *text = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            quick = true;
        } else if (strcmp(argv[i], "--shared") == 0) {
            shared = true;
        } else {
            text = argv[i];
        }
    }
    if (!text) {
        fprintf(stderr, "usage: %s [--quick] [--shared] TEXT\n", argv[0]);
        return 2;
    }
    goInputs(&in);
    if (shared) gobridge_share();
    const size_t n = make_keys(quick ? 100000 : 1000000), hot_n = 1000;
    const size_t words = make_text(text, quick ? 2000000 : 20000000);
    const size_t rounds = 12, hot_runs = quick ? 50 : 500;

    /* On few entries, which stay in the caches, the calls show. Their maps are full before, so puts find their keys. */
    race hot[WORKLOADS], full[WORKLOADS];
    size_t hots = 0;
    for (size_t i = 0; i < WORKLOADS; i++) {
        workload w = workloads[i];
        full[i] = prepare(w, w.map == WORDS ? words : n, rounds);
        if (w.presized || w.map == WORDS) continue;
        w.fills = false;
        hot[hots++] = prepare(w, hot_n, rounds * hot_runs);
    }
    for (size_t round = 1; round <= rounds; round++) {
        take_keys(hot_n);
        for (size_t i = 0; i < hots; i++) run_anew(&hot[i], hot_runs);
        take_keys(n);
        for (size_t i = 0; i < WORKLOADS; i++) run_anew(&full[i], 1);
        fprintf(stderr, "bench: %zu of %zu done\n", round, rounds);
    }
    for (size_t i = 0; i < hots; i++) print_rows(&hot[i]);
    for (size_t i = 0; i < WORKLOADS; i++) print_rows(&full[i]);
    return 0;
}
