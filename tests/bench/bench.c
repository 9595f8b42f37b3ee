/* bench [--quick] [--shared] [--most N] PEER...: measures all contenders by turns and writes a JSON line for each row.
 * --shared: after a second thread has called, which makes gobridge take locks. --most: the most entries of a map. A PEER
 * is a program that serves requests; one that ends is left out from there on. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* They are there where khash is installed, and g++. */
extern const contender c_hash_khash __attribute__((weak));
extern const contender gobridge_hpp __attribute__((weak));

static const contender *const contenders[] = {
    &gobridge_columns,  &gobridge_slices, &gobridge_frozen_columns, &gobridge_batches, &gobridge_single,
    &gobridge_linkname, &gobridge_inside, &gobridge_single_generic, &cgo_export,       &cgo_export_locked,
    &cgo_tuned,         &go_native,       &c_hash_probing,          &c_hash_khash,     &json_cgo,
    &gobridge_hpp,
};
enum { CONTENDERS = sizeof contenders / sizeof *contenders, PEERS = 16, ENTRANTS = CONTENDERS + PEERS };

static void *allocate(size_t size) {
    void *p = malloc(size);
    if (!p) fail("bench", "no memory");
    return p;
}

/* ---- entrants: the contenders that are there ---- */

typedef struct entrant {
    const char *name;
    const contender *is; /* NULL: a peer, which is asked at the socket */
    int socket;
    uint32_t loops; /* a bit for each that it has; none once it is gone */
} entrant;

static entrant entrants[ENTRANTS];
static size_t nentrants;

static answer ask(entrant *e, request q) {
    answer a = {0};
    if (e->is) return perform(e->is, q);
    if (e->socket < 0) return a;
    if (write(e->socket, &q, sizeof q) != sizeof q || read(e->socket, &a, sizeof a) != sizeof a) {
        fprintf(stderr, "bench: %s has ended, and is left out\n", e->name);
        close(e->socket);
        e->socket = -1;
        e->loops = 0;
        a = (answer){0};
    }
    return a;
}

static void ask_peers(request q) {
    for (entrant *e = entrants; e < entrants + nentrants; e++) {
        if (!e->is) ask(e, q);
    }
}

static void enter_contenders(void) {
    for (size_t i = 0; i < CONTENDERS; i++) {
        const contender *c = contenders[i];
        if (c) entrants[nentrants++] = (entrant){.name = c->name, .is = c, .loops = loops_of(c)};
    }
}

static void enter_peer(const char *path, request inputs) {
    int pair[2];
    if (nentrants == ENTRANTS) fail(path, "too many peers");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) fail(path, "no socket");
    pid_t child = fork();
    if (child < 0) fail(path, "no process");
    if (child == 0) {
        dup2(pair[1], BENCH_FD);
        dup2(STDERR_FILENO, STDOUT_FILENO); /* the rows' */
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    const char *slash = strrchr(path, '/');
    entrant *e = &entrants[nentrants++];
    *e = (entrant){.name = slash ? slash + 1 : path, .socket = pair[0]};
    e->loops = (uint32_t)ask(e, inputs).value;
}

/* ---- workloads ---- */

enum { HOT = 1, MAIN = 2, SIZES = 4 }; /* where: on few entries, on many, on all sizes */

typedef struct workload {
    const char *name;
    int where, loop, map;
    bool fills;    /* an empty map, which is made in the first slice */
    bool presized; /* and has room for all */
    bool whole;    /* cannot be done in slices */
    bool column;   /* is asked for all at once on larger maps */
} workload;

static const workload workloads[] = {
    {.name = "call", .where = HOT | MAIN, .loop = CALL},
    {.name = "call2", .where = HOT, .loop = CALL2},
    {.name = "callback", .where = HOT, .loop = CALLBACK},
    {.name = "call_str", .where = HOT, .loop = CALL_STR},
    {.name = "call_mixed", .where = HOT, .loop = CALL_MIXED},
    {.name = "maplen", .where = HOT, .loop = MAPLEN, .map = NUMBERS},
    {.name = "elem", .where = HOT, .loop = ELEM},
    {.name = "elem_text", .where = HOT, .loop = ELEM_TEXT},
    {.name = "field", .where = HOT, .loop = FIELD},
    {.name = "field_at", .where = HOT, .loop = FIELD_AT},
    {.name = "set_field", .where = HOT, .loop = SET_FIELD},
    {.name = "view", .where = HOT, .loop = VIEW},
    {.name = "put_u64",
     .where = MAIN | SIZES,
     .loop = PUT_U64,
     .map = NUMBERS,
     .fills = true,
     .column = true},
    {.name = "put_u64_presized",
     .where = MAIN,
     .loop = PUT_U64_PRESIZED,
     .map = NUMBERS,
     .fills = true,
     .presized = true,
     .column = true},
    {.name = "update_u64", .where = HOT, .loop = PUT_U64, .map = NUMBERS},
    {.name = "get_u64", .where = HOT | MAIN | SIZES, .loop = GET_U64, .map = NUMBERS, .column = true},
    {.name = "get_u64_parallel", .where = MAIN, .loop = GET_U64_PARALLEL, .map = NUMBERS, .whole = true},
    {.name = "put_str", .where = MAIN, .loop = PUT_STR, .map = STRINGS, .fills = true, .column = true},
    {.name = "update_str", .where = HOT, .loop = PUT_STR, .map = STRINGS},
    {.name = "get_str", .where = HOT | MAIN, .loop = GET_STR, .map = STRINGS, .column = true},
    {.name = "build_u64", .where = MAIN, .loop = BUILD_U64, .whole = true},
    {.name = "build_str", .where = MAIN, .loop = BUILD_STR, .whole = true},
    {.name = "iterate", .where = HOT | MAIN, .loop = ITERATE, .map = NUMBERS, .whole = true},
    {.name = "iterate_by_slice",
     .where = HOT | MAIN,
     .loop = ITERATE_BY_SLICE,
     .map = NUMBERS,
     .whole = true},
    {.name = "iterate_by_call", .where = HOT, .loop = ITERATE_BY_CALL, .map = NUMBERS, .whole = true},
    {.name = "str_roundtrip", .where = HOT | MAIN, .loop = ECHO},
    {.name = "wordcount", .where = MAIN, .loop = COUNT, .map = WORDS, .fills = true},
};
enum { WORKLOADS = sizeof workloads / sizeof *workloads };

/* ---- rows ---- */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The times of a workload, for all its n operations. */
typedef struct times {
    double least;
    double *runs;
} times;

static void print_row(const char *name, const char *work, size_t n, int threads, times t, size_t runs) {
    double operations = (double)n * threads;
    qsort(t.runs, runs, sizeof *t.runs, ascending);
    printf("{\"contender\":\"%s\",\"workload\":\"%s\",\"n\":%zu,\"threads\":%d,\"ns_min\":%.2f,\"ns_median\":"
           "%.2f}\n",
           name, work, n, threads, t.least / operations, t.runs[runs / 2] / operations);
}

/* ---- races: one workload, all contenders ---- */

enum { HOT_ENTRIES = 1000, MOST_ROUNDS = 12, MOST_TURNS = 4 };
static const double turn_ns = 25e7; /* contenders that are faster have more turns in a round */

typedef struct racer {
    entrant *is;
    uint64_t map, sum;
    double *least; /* ns for each slice, of all runs */
    size_t runs;   /* that are over */
    times times;
} racer;

typedef struct race {
    workload work;
    size_t n, size, slices; /* operations: all, and in a slice */
    size_t per_turn;        /* runs in a turn */
    size_t rounds;          /* that are over */
    size_t count;
    racer racers[ENTRANTS];
} race;

static race prepare(workload work, size_t n, size_t per_turn) {
    bool at_once = work.whole || (work.column && n > HOT_ENTRIES);
    race r = {.work = work, .n = n, .size = at_once ? n : SLICE, .per_turn = per_turn};
    r.slices = (n + r.size - 1) / r.size;
    for (entrant *e = entrants; e < entrants + nentrants; e++) {
        bool able = e->loops >> work.loop & 1;
        if (!able) continue;
        racer *x = &r.racers[r.count++];
        *x = (racer){.is = e, .least = allocate(r.slices * sizeof *x->least)};
        x->times.runs = allocate(per_turn * MOST_TURNS * MOST_ROUNDS * sizeof *x->times.runs);
        for (size_t k = 0; k < r.slices; k++) x->least[k] = INFINITY;
    }
    return r;
}

/* An order for each run, so that none always comes after the same one, who may have done the same and left the caches warm. */
static void shuffle(size_t *order, size_t count) {
    static uint64_t state = 1;
    for (size_t i = 0; i < count; i++) order[i] = i;
    for (size_t left = count; left > 1; left--) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        const size_t drawn = (size_t)(state >> 33) % left, last = order[left - 1];
        order[left - 1] = order[drawn];
        order[drawn] = last;
    }
}

/* One run of racers from first to last, which take turns at every slice. */
static void run(race *r, racer *first, size_t count) {
    const workload *w = &r->work;
    size_t order[ENTRANTS];
    shuffle(order, count);
    for (racer *x = first; x < first + count; x++) x->times.runs[x->runs] = 0;
    for (size_t k = 0; k < r->slices; k++) {
        for (size_t turn = 0; turn < count; turn++) {
            racer *x = &first[order[(k + turn) % count]];
            slice s = {.from = k * r->size, .to = k + 1 < r->slices ? (k + 1) * r->size : r->n};
            answer made = {0};
            if (w->fills && k == 0) {
                made = ask(x->is, (request){MAKE, w->map, {.to = w->presized ? r->n : 0}});
                x->map = made.value;
            }
            s.map = x->map;
            answer a = ask(x->is, (request){RUN, w->loop, s});
            double ns = made.ns + a.ns;
            x->sum += a.value;
            x->times.runs[x->runs] += ns;
            if (ns < x->least[k]) x->least[k] = ns;
        }
    }
    for (racer *x = first; x < first + count; x++) x->runs++;
}

static void drop_maps(const race *r, racer *first, size_t count) {
    for (racer *x = first; r->work.map && x < first + count; x++)
        ask(x->is, (request){DROP, 0, {.map = x->map}});
}

/* Some runs, on maps of their own: where a map lies in memory is worth some nanoseconds too. */
static void run_anew(race *r, racer *first, size_t count) {
    const workload *w = &r->work;
    for (racer *x = first; w->map && !w->fills && x < first + count; x++) {
        x->map = ask(x->is, (request){FILL, w->map, {0}}).value;
    }
    goCollect();
    for (racer *x = first; x < first + count; x++) ask(x->is, (request){COLLECT, 0, {0}});
    for (size_t i = 0; i < r->per_turn; i++) {
        run(r, first, count);
        if (w->fills) drop_maps(r, first, count);
    }
    if (!w->fills) drop_maps(r, first, count);
}

/* Maps that fit into the caches side by side are worked on by turns, a slice each, so that what disturbs the machine
 * disturbs all contenders alike. On larger ones each has a whole run for its turn: it would find the caches full of the
 * others' maps. */
static void run_round(race *r) {
    if (r->n == HOT_ENTRIES) {
        run_anew(r, r->racers, r->count);
    } else {
        for (size_t i = 0; i < r->count; i++) {
            racer *x = &r->racers[(r->rounds + i) % r->count];
            double spent = 0;
            for (int turn = 0; turn < MOST_TURNS && spent < turn_ns; turn++) {
                run_anew(r, x, 1);
                for (size_t k = 1; k <= r->per_turn; k++) spent += x->times.runs[x->runs - k];
            }
        }
    }
    r->rounds++;
    for (const racer *x = r->racers, *y = x; x < r->racers + r->count; x++) {
        if (x->is->loops && x->sum * y->runs != y->sum * x->runs)
            fail(x->is->name, "the sum is not that of the first contender");
    }
}

/* Of contenders of the same name the better one counts. */
static void print_rows(race *r) {
    for (racer *x = r->racers; x < r->racers + r->count; x++) {
        x->times.least = 0;
        for (size_t k = 0; k < r->slices; k++) x->times.least += x->least[k];
    }
    for (racer *x = r->racers; x < r->racers + r->count; x++) {
        bool best = x->is->loops != 0;
        for (racer *y = r->racers; y < r->racers + r->count; y++) {
            bool better = y->times.least < x->times.least || (y->times.least == x->times.least && y < x);
            if (strcmp(y->is->name, x->is->name) == 0 && better) best = false;
        }
        if (best) print_row(x->is->name, r->work.name, r->n, 1, x->times, x->runs);
    }
}

/* ---- threads: each with a map of its own, which all stay in the caches of two cores ---- */

enum { MOST_THREADS = 8, THREAD_KEYS = 4000, FEW_PASSES = 10, MOST_PASSES = 500 };

typedef struct worker {
    const contender *is;
    int loop;
    int passes;                 /* over the keys */
    uint64_t maps[MOST_PASSES]; /* a new one for each pass, or the same for all */
    pthread_barrier_t *start;
    double began, ended;
} worker;

static void *work(void *argument) {
    worker *w = argument;
    nativeCall((slice){.to = 1}); /* a thread's first call makes it known to Go */
    pthread_barrier_wait(w->start);
    w->began = now();
    for (int pass = 0; pass < w->passes; pass++) {
        for (slice s = {.map = w->maps[pass]}; s.from < THREAD_KEYS; s.from += SLICE) {
            s.to = s.from + SLICE;
            w->is->loops[w->loop](s);
        }
    }
    w->ended = now();
    return NULL;
}

/* Gives the ns from when the first thread began to when the last one ended, for each pass. */
static double run_threads(const contender *c, const workload *w, int threads, int passes) {
    worker workers[MOST_THREADS];
    pthread_t ids[MOST_THREADS];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        workers[i] = (worker){.is = c, .loop = w->loop, .passes = passes, .start = &start};
        for (int k = 0; k < passes; k++) {
            bool anew = w->fills || k == 0;
            workers[i].maps[k] =
                anew ? perform(c, (request){w->fills ? MAKE : FILL, w->map, {0}}).value : workers[i].maps[0];
        }
    }
    goCollect();
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, work, &workers[i]) != 0) fail(c->name, "no thread");
    }
    double began = INFINITY, ended = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        began = fmin(began, workers[i].began);
        ended = fmax(ended, workers[i].ended);
        for (int k = 0; k < (w->fills ? passes : 1); k++) c->drop(workers[i].maps[k]);
    }
    pthread_barrier_destroy(&start);
    return (ended - began) / passes;
}

/* How often a thread goes over its keys: for so long that it does not matter how long threads take to start. */
static int passes_of(const contender *c, const workload *w) {
    const double enough = 25e6;
    return (int)fmin(fmax(enough / run_threads(c, w, 1, FEW_PASSES), FEW_PASSES), MOST_PASSES);
}

static void race_threads(const workload *w, int threads, size_t runs) {
    times of[CONTENDERS];
    int passes[CONTENDERS];
    for (size_t i = 0; i < CONTENDERS; i++) {
        const contender *c = contenders[i];
        of[i] = (times){INFINITY, allocate(runs * sizeof(double))};
        passes[i] = c && c->threads ? passes_of(c, w) : 0;
    }
    for (size_t run = 0; run < runs; run++) {
        for (size_t i = 0; i < CONTENDERS; i++) {
            size_t k = (i + run) % CONTENDERS;
            if (!passes[k]) continue;
            of[k].runs[run] = run_threads(contenders[k], w, threads, passes[k]);
            of[k].least = fmin(of[k].least, of[k].runs[run]);
        }
    }
    for (size_t i = 0; i < CONTENDERS; i++) {
        if (passes[i]) print_row(contenders[i]->name, w->name, in.n, threads, of[i], runs);
        free(of[i].runs);
    }
}

/* ---- all of it ---- */

static double started;

static double elapsed(void) {
    return (now() - started) / 1e9;
}

static void take(size_t n) {
    take_keys(n);
    ask_peers((request){TAKE_KEYS, 0, {.to = n}});
}

typedef struct plan {
    size_t main, text, most; /* entries, bytes, entries */
    size_t hot_runs, most_runs, thread_runs;
    double rounds_end, most_end; /* no further round or run is begun that would end later, in seconds */
} plan;

static const plan quick = {.main = 100000,
                           .text = 1000000,
                           .most = 1000000,
                           .hot_runs = 50,
                           .most_runs = 1,
                           .thread_runs = 3,
                           .rounds_end = 25},
                  full = {.main = 1000000,
                          .text = 20000000,
                          .most = 10000000,
                          .hot_runs = 200,
                          .most_runs = 2,
                          .thread_runs = 10,
                          .rounds_end = 400,
                          .most_end = 780};

enum { LEAST_ROUNDS = 2, RACES = 3 * WORKLOADS };

/* The races of all sizes but the largest. On few entries, which stay in the caches, the calls show. They come round until
 * the time is over. */
static void run_rounds(const plan *p, size_t words) {
    static race races[RACES];
    size_t count = 0;
    for (size_t n = HOT_ENTRIES; n <= p->main; n *= 10) {
        for (const workload *w = workloads; w < workloads + WORKLOADS; w++) {
            int where = n == HOT_ENTRIES ? HOT | SIZES : n == p->main ? MAIN : SIZES;
            size_t per_turn = n == HOT_ENTRIES ? p->hot_runs : n < p->main ? p->main / n / 10 + 1 : 1;
            if (w->where & where) races[count++] = prepare(*w, w->map == WORDS ? words : n, per_turn);
        }
    }
    for (size_t round = 1; round <= MOST_ROUNDS; round++) {
        for (race *r = races; r < races + count; r++) {
            size_t n = r->work.map == WORDS ? p->main : r->n;
            if (in.n != n) take(n);
            run_round(r);
        }
        fprintf(stderr, "bench: round %zu, %.0f s\n", round, elapsed());
        if (round >= LEAST_ROUNDS && elapsed() * (double)(round + 1) / (double)round > p->rounds_end) break;
    }
    for (race *r = races; r < races + count; r++) print_rows(r);
}

static void run_most(const plan *p) {
    race races[WORKLOADS];
    size_t count = 0;
    if (p->most <= p->main) return;
    for (const workload *w = workloads; w < workloads + WORKLOADS; w++) {
        if (w->where & SIZES) races[count++] = prepare(*w, p->most, 1);
    }
    take(p->most);
    double start = elapsed();
    for (size_t run = 1; run <= p->most_runs; run++) {
        for (race *r = races; r < races + count; r++) run_round(r);
        fprintf(stderr, "bench: run %zu of %zu entries, %.0f s\n", run, p->most, elapsed());
        if (elapsed() + (elapsed() - start) / (double)run > p->most_end) break;
    }
    for (race *r = races; r < races + count; r++) print_rows(r);
}

static void run_all_threads(const plan *p) {
    take_keys(THREAD_KEYS);
    for (const workload *w = workloads; w < workloads + WORKLOADS; w++) {
        for (int threads = 1; w->where & SIZES && threads <= MOST_THREADS; threads *= 2) {
            race_threads(w, threads, p->thread_runs);
        }
    }
}

int main(int argc, char **argv) {
    plan p = full;
    size_t most = 0;
    bool shared = false;
    int peers = 1;
    for (; peers < argc && argv[peers][0] == '-'; peers++) {
        if (strcmp(argv[peers], "--quick") == 0) {
            p = quick;
        } else if (strcmp(argv[peers], "--shared") == 0) {
            shared = true;
        } else if (strcmp(argv[peers], "--most") == 0 && peers + 1 < argc) {
            most = strtoull(argv[++peers], NULL, 10);
        } else {
            fprintf(stderr, "usage: %s [--quick] [--shared] [--most N] PEER...\n", argv[0]);
            return 2;
        }
    }
    if (most)
        p.most = most > THREAD_KEYS ? most : THREAD_KEYS; /* the keys that the threads share are among them */
    while (p.main > p.most) p.main /= 10;
    started = now();
    const size_t words = make_inputs(p.most, p.text);
    goInputs(&in);
    if (shared) gobridge_share();
    signal(SIGPIPE, SIG_IGN); /* a peer may end */
    enter_contenders();
    for (; peers < argc; peers++) {
        enter_peer(argv[peers], (request){INPUTS, 0, {.from = p.most, .to = p.text}});
    }
    run_rounds(&p, words);
    run_most(&p);
    run_all_threads(&p);
    return 0;
}
