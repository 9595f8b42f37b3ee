/* Ten million references made and released leave memory where it was. */
#include "kinds.h"

enum { THREADS = 2, EACH_ROUND = 5 };

/* Makes and releases some of each sort: a number, a variable, a view, an iterator, and one that a scope releases. */
static void *work(void *argument) {
    const uint64_t rounds = *(uint64_t *)argument / THREADS / EACH_ROUND;
    gobridge_ref type = 0, map = 0, word = 0;
    expect(gobridge_type_parse("map[int]int", 11, &type) == GOBRIDGE_OK);
    expect(gobridge_runtime_makemap_small(type, &map) == GOBRIDGE_OK);
    expect(gobridge_type_parse("int", 3, &type) == GOBRIDGE_OK);
    expect(gobridge_runtime_convTstring("a string that views show", 24, &word) == GOBRIDGE_OK);
    for (uint64_t i = 0; i < rounds && atomic_load(&thread_failures) == 0; i++) {
        gobridge_ref number = 0, variable = 0, iterator = 0, scoped = 0;
        gobridge_value view;
        uint64_t scope = 0;
        expect(gobridge_runtime_convT64(i, &number) == GOBRIDGE_OK);
        expect(gobridge_value_new(type, &variable) == GOBRIDGE_OK);
        expect(gobridge_value_get(word, &view) == GOBRIDGE_OK);
        expect(gobridge_reflect_mapiterinit(map, &iterator) == GOBRIDGE_OK);
        expect(gobridge_scope_open(&scope) == GOBRIDGE_OK);
        expect(gobridge_runtime_convT64(i, &scoped) == GOBRIDGE_OK);
        expect(gobridge_scope_close(scope) == GOBRIDGE_OK);
        expect(gobridge_release(number) == GOBRIDGE_OK);
        expect(gobridge_value_release(&view) == GOBRIDGE_OK);
        expect(gobridge_release(variable) == GOBRIDGE_OK);
        expect(gobridge_release(iterator) == GOBRIDGE_OK);
    }
    expect(gobridge_release(word) == GOBRIDGE_OK);
    expect(gobridge_release(map) == GOBRIDGE_OK);
    return NULL;
}

/* Bytes that are in use. What Go's heap is in memory with comes and goes by tens of MiB, as its collector runs, so here Go
 * counts with its live objects, and C with what is resident beside Go's. */
typedef struct use {
    long go, c;
} use;

static use measure(void) {
    gobridge_memory memory = {.size = sizeof memory};
    long total = 0, resident = 0;
    assert_int_equal(gobridge_go_collect(), GOBRIDGE_OK);
    assert_int_equal(gobridge_go_collect(), GOBRIDGE_OK); /* what has a finalizer is gone after the second */
    FILE *statm = fopen("/proc/self/statm", "r");
    assert_non_null(statm);
    assert_int_equal(fscanf(statm, "%ld %ld", &total, &resident), 2);
    fclose(statm);
    assert_int_equal(gobridge_go_memory(&memory), GOBRIDGE_OK);
    return (use){(long)memory.heap_alloc,
                 resident * sysconf(_SC_PAGESIZE) - (long)(memory.sys - memory.heap_released)};
}

static void assert_as_before(use before) {
    const use now = measure();
    assert_int_equal(live_references(), 0);
    if (now.go > before.go + (2 << 20) || now.c > before.c + (16 << 20)) {
        fail_msg("Go %ld KiB, then %ld; C %ld KiB, then %ld", before.go >> 10, now.go >> 10, before.c >> 10,
                 now.c >> 10);
    }
}

static void made_and_released(void **state) {
    (void)state;
    uint64_t warm_up = scaled(1000000), all = scaled(10000000);
    run_threads(THREADS, work, &warm_up, 0);
    const use before = measure();
    run_threads(THREADS, work, &all, 0);
    assert_as_before(before);
}

/* What is live at once; it is allocated once, for ASan keeps what is freed for a while. */
static gobridge_ref *held;

/* A million live at once, and their memory is used again. */
static void *hold(void *argument) {
    const uint64_t count = *(uint64_t *)argument;
    for (uint64_t i = 0; i < count; i++) {
        expect(gobridge_runtime_convT64(i, &held[i]) == GOBRIDGE_OK);
    }
    for (uint64_t i = 0; i < count; i++) {
        gobridge_value value;
        expect(gobridge_value_get(held[i], &value) == GOBRIDGE_OK && value.as.u == i);
        expect(gobridge_release(held[i]) == GOBRIDGE_OK);
    }
    for (uint64_t i = 0; i < count; i += 97) {
        expect(gobridge_release(held[i]) == GOBRIDGE_E_STALE_REF);
    }
    return NULL;
}

static void many_at_once(void **state) {
    (void)state;
    uint64_t count = scaled(1000000);
    held = calloc(count, sizeof *held);
    assert_non_null(held);
    run_threads(1, hold, &count, 0);
    const use before = measure();
    for (int i = 0; i < 3; i++) {
        run_threads(1, hold, &count, 0);
    }
    assert_as_before(before);
    free(held);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_and_released),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
