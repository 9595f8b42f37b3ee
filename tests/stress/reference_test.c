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

static long resident_bytes(void) {
    long total = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    assert_non_null(statm);
    assert_int_equal(fscanf(statm, "%ld %ld", &total, &resident), 2);
    fclose(statm);
    return resident * sysconf(_SC_PAGESIZE);
}

static void made_and_released(void **state) {
    (void)state;
    uint64_t warm_up = scaled(1000000), all = scaled(10000000);
    run_threads(THREADS, work, &warm_up, 0);
    const long before = resident_bytes();
    run_threads(THREADS, work, &all, 0);
    const long more = resident_bytes() - before;
    assert_int_equal(live_references(), 0);
    if (more > 8 << 20) {
        fail_msg("%ld bytes more than before", more);
    }
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
    const long before = resident_bytes();
    for (int i = 0; i < 3; i++) {
        run_threads(1, hold, &count, 0);
    }
    assert_int_equal(live_references(), 0);
    const long more = resident_bytes() - before;
    free(held);
    if (more > 64 << 20) { /* what a round's references take: 64 bytes each */
        fail_msg("%ld bytes more than before", more);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_and_released),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
