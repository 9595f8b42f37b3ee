/* Maps of each kind against a model in C: an array that has, for each number, the element or 0. */
#include "kinds.h"

typedef struct model {
    target t;
    uint64_t ids;      /* the numbers below this may be keys */
    uint64_t *numbers; /* of each, 0 where it is none */
    uint8_t *seen;
    int64_t len;
    uint64_t random;
} model;

static void model_put(model *m, uint64_t id) {
    const uint64_t number = 1 + next_random(&m->random) % 1000000000;
    put(&m->t, id, number);
    m->len += m->numbers[id] == 0;
    m->numbers[id] = number;
}

static void model_delete(model *m, uint64_t id) {
    delete (&m->t, id);
    m->len -= m->numbers[id] != 0;
    m->numbers[id] = 0;
}

static void check_get(model *m, uint64_t id) {
    uint64_t number = 0;
    expect(get(&m->t, id, &number) == (m->numbers[id] != 0));
    expect(number == m->numbers[id]);
}

/* Every entry of the model is visited once and has its element, and nothing else is. */
static void check_all(model *m) {
    int64_t visited = 0;
    uint64_t id = 0, number = 0;
    memset(m->seen, 0, m->ids);
    const walk w = start(&m->t);
    for (; take(&m->t, w, &id, &number) && id < m->ids; visited++) {
        expect(m->seen[id]++ == 0);
        expect(number == m->numbers[id]);
    }
    expect(visited == m->len && length_of(&m->t) == m->len);
    expect(gobridge_release(w.iterator) == GOBRIDGE_OK);
}

/* Anything in any order. */
static void random_operations(model *m) {
    const uint64_t count = m->ids / 4, ids = count / 4; /* so few that keys come again */
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t r = next_random(&m->random), id = next_random(&m->random) % ids;
        if (r % 100 < 45) {
            model_put(m, id);
        } else if (r % 100 < 70) {
            check_get(m, id);
        } else if (r % 100 < 95) {
            model_delete(m, id);
        } else {
            expect(length_of(&m->t) == m->len);
        }
    }
    check_all(m);
}

/* The i-th of all numbers in an order that depends on the seed. */
static uint64_t shuffled(const model *m, uint64_t order, uint64_t i) {
    static const uint64_t primes[] = {1000003, 15485863, 32452843, 49979687};
    return (i * primes[(order + seed()) % COUNT(primes)] + seed() % m->ids) % m->ids;
}

static void fill_read_iterate_empty(model *m) {
    for (uint64_t i = 0; i < m->ids; i++) {
        model_put(m, shuffled(m, 0, i));
    }
    expect(m->len == (int64_t)m->ids && length_of(&m->t) == m->len);
    for (uint64_t i = 0; i < m->ids; i++) {
        check_get(m, shuffled(m, 1, i));
    }
    check_all(m);
    for (uint64_t i = 0; i < m->ids; i++) {
        model_delete(m, shuffled(m, 2, i));
        if (i == m->ids / 2) {
            check_all(m);
        }
    }
    expect(length_of(&m->t) == 0);
    check_all(m);
}

/* Not on the main thread, on which a call is slow with old releases of Go. */
static void *compare(void *argument) {
    const kind *k = argument;
    model m = {.ids = scaled(k < kinds + 3 ? 1000000 : 50000), .random = seed()};
    m.numbers = calloc(m.ids, sizeof *m.numbers);
    m.seen = calloc(m.ids, 1);
    m.t = make_target(k, 0);
    random_operations(&m);
    fill_read_iterate_empty(&m);
    random_operations(&m); /* on a map that has been large */
    expect(gobridge_release(m.t.map) == GOBRIDGE_OK);
    free(m.numbers);
    free(m.seen);
    return NULL;
}

static void against_the_model(void **state) {
    seed();
    run_threads(1, compare, *state, 0);
}

int main(void) {
    struct CMUnitTest tests[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        tests[i] =
            (struct CMUnitTest){kinds[i].type, against_the_model, NULL, NULL, (void *)(uintptr_t)&kinds[i]};
    }
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
