/* Eight threads on one map and on maps of their own while Go collects all the time and overwrites what it frees: nothing
 * is lost, nothing is corrupted. */
#include "kinds.h"

enum { THREADS = 8 };

typedef struct worker {
    target shared, own;
    uint64_t first, ids;          /* this thread's part of the shared map's keys */
    uint64_t *in_shared, *in_own; /* its model of both: the element of each, 0 where there is none */
    uint64_t random, steps;
} worker;

/* Looks a key up in a map and compares. */
static void check_get(target *t, uint64_t id, uint64_t want) {
    uint64_t number = 0;
    expect(get(t, id, &number) == (want != 0) && number == want);
}

/* While other threads change their parts, an iterator shows all of this thread's part, once. */
static void check_iteration(worker *w, target *t, uint64_t first, const uint64_t *model) {
    uint64_t id = 0, number = 0, visited = 0, live = 0;
    for (uint64_t i = 0; i < w->ids; i++) {
        live += model[i] != 0;
    }
    const walk entries = start(t);
    while (take(t, entries, &id, &number)) {
        if (id - first < w->ids) {
            expect(number == model[id - first]);
            visited++;
        }
    }
    expect(visited == live);
    expect(gobridge_release(entries.iterator) == GOBRIDGE_OK);
}

static void step(worker *w, target *t, uint64_t first, uint64_t *model) {
    const uint64_t r = next_random(&w->random), n = next_random(&w->random) % w->ids;
    if (r % 100 < 50) {
        model[n] = 1 + next_random(&w->random) % 1000000000;
        put(t, first + n, model[n]);
    } else if (r % 100 < 80) {
        check_get(t, first + n, model[n]);
    } else {
        delete (t, first + n);
        model[n] = 0;
    }
}

static void *work(void *argument) {
    worker *w = argument;
    for (uint64_t i = 0; i < w->steps && atomic_load(&thread_failures) == 0; i++) {
        step(w, &w->shared, w->first, w->in_shared);
        step(w, &w->own, 0, w->in_own);
        if (i % (w->steps / 4) == w->steps / 8) {
            check_iteration(w, &w->shared, w->first, w->in_shared);
            check_iteration(w, &w->own, 0, w->in_own);
        }
    }
    for (uint64_t i = 0; i < w->ids; i++) {
        check_get(&w->shared, w->first + i, w->in_shared[i]);
        check_get(&w->own, i, w->in_own[i]);
    }
    return NULL;
}

/* The shared map is of the kind that is the test's state; each thread's own is of another. */
static void threads(void **state) {
    const kind *shared = *state;
    const target map = make_target(shared, 0);
    worker workers[THREADS];
    uint64_t entries = 0;
    for (uint64_t i = 0; i < THREADS; i++) {
        worker *w = &workers[i];
        *w = (worker){.shared = map, .own = make_target(&kinds[i % KINDS], 0), .ids = 1000};
        w->first = i * w->ids;
        w->steps = scaled(30000);
        w->random = seed() + i;
        w->in_shared = calloc(w->ids, sizeof *w->in_shared);
        w->in_own = calloc(w->ids, sizeof *w->in_own);
    }
    run_threads(THREADS, work, workers, sizeof *workers);
    for (int i = 0; i < THREADS; i++) {
        for (uint64_t n = 0; n < workers[i].ids; n++) {
            entries += workers[i].in_shared[n] != 0;
        }
        assert_ok(gobridge_release(workers[i].own.map));
        free(workers[i].in_shared);
        free(workers[i].in_own);
    }
    assert_int_equal(length(map.map), entries);
    assert_ok(gobridge_release(map.map));
}

int main(void) {
    setenv("GOGC", "1", 1); /* Go reads them at the first call */
    setenv("GODEBUG", "cgocheck=1,clobberfree=1", 1);
    struct CMUnitTest tests[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        tests[i] = (struct CMUnitTest){kinds[i].type, threads, NULL, NULL, (void *)(uintptr_t)&kinds[i]};
    }
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
