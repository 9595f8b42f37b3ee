/* References: what they keep alive, when they die, and scopes. */
#include "check.h"

static gobridge_ref make(void) {
    gobridge_ref ref = 0;
    assert_ok(gobridge_runtime_convT64(7, &ref));
    return ref;
}

static bool is_live(gobridge_ref ref) {
    gobridge_value value;
    return gobridge_value_get(ref, &value) == GOBRIDGE_OK;
}

static void release(void **state) {
    (void)state;
    const gobridge_ref ref = make();
    assert_int_not_equal(ref, 0);
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_release(ref));
    assert_int_equal(live_references(), 0);
    assert_status(gobridge_release(ref), GOBRIDGE_E_STALE_REF, "ref");
    assert_int_equal(live_references(), 0);
}

/* References to one object are many, and each keeps it alive. */
static void each_reference_counts(void **state) {
    (void)state;
    const int64_t number = 42;
    gobridge_ref pointer = make_variable("int64");
    assert_ok(gobridge_value_store(pointer, &number));
    const gobridge_value key = text("p"), elem = named(pointer);
    gobridge_ref map = make_map("map[string]*int64");
    assert_ok(gobridge_runtime_mapassign(map, &key, &elem));
    assert_ok(gobridge_release(pointer)); /* the map holds it now */
    gobridge_value taken[2];
    uint8_t found;
    for (int i = 0; i < 2; i++) {
        assert_ok(gobridge_runtime_mapaccess2(map, &key, &taken[i], &found));
    }
    assert_int_not_equal(taken[0].as.ref, taken[1].as.ref);
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_value_release(&taken[0]));
    int64_t loaded = 0;
    assert_ok(gobridge_value_load(taken[1].as.ref, &loaded));
    assert_int_equal(loaded, number);
    assert_ok(gobridge_value_release(&taken[1]));
}

static void types_stay(void **state) {
    (void)state;
    const gobridge_ref type = parse("map[string]uint16");
    assert_int_equal(live_references(), 0);
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_release(type));
    }
    assert_ok(gobridge_release(make_map("map[string]uint16")));
    assert_int_equal(parse("map[string]uint16"), type);
}

/* More references at once than one chunk of the table holds, all different, released in another order. */
static void many(void **state) {
    (void)state;
    enum { MANY = 5000, STRIDE = 7919 };
    static gobridge_ref refs[MANY];
    for (uint64_t i = 0; i < MANY; i++) {
        assert_ok(gobridge_runtime_convT64(i, &refs[i]));
    }
    assert_int_equal(live_references(), MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        const uint64_t n = i * STRIDE % MANY;
        gobridge_value value;
        assert_ok(gobridge_value_get(refs[n], &value));
        assert_int_equal(value.as.u, n);
        assert_ok(gobridge_release(refs[n]));
        assert_false(is_live(refs[n]));
    }
}

static atomic_int released;

static void *releasing_thread(void *argument) {
    const gobridge_ref *refs = argument;
    for (int i = 0; i < 1000; i++) {
        const gobridge_status status = gobridge_release(refs[i]);
        expect(status == GOBRIDGE_OK || status == GOBRIDGE_E_STALE_REF);
        atomic_fetch_add(&released, status == GOBRIDGE_OK);
    }
    return NULL;
}

/* Of threads that release the same references at the same time, one succeeds for each. */
static void released_once(void **state) {
    (void)state;
    static gobridge_ref refs[1000];
    for (size_t i = 0; i < COUNT(refs); i++) {
        refs[i] = make();
    }
    run_threads(8, releasing_thread, refs, 0);
    assert_int_equal(atomic_load(&released), COUNT(refs));
    assert_int_equal(live_references(), 0);
}

/* ---- scopes ---- */

static void scopes_nest(void **state) {
    (void)state;
    uint64_t outer, inner;
    assert_ok(gobridge_scope_open(&outer));
    const gobridge_ref in_outer = make();
    assert_ok(gobridge_scope_open(&inner));
    assert_int_not_equal(outer, inner);
    gobridge_ref in_inner[300]; /* more than a scope has room for at first */
    for (size_t i = 0; i < COUNT(in_inner); i++) {
        in_inner[i] = make();
    }
    assert_int_equal(live_references(), 1 + COUNT(in_inner));
    assert_status(gobridge_scope_close(outer), GOBRIDGE_E_SCOPE, "scope"); /* not the innermost */
    assert_int_equal(live_references(), 1 + COUNT(in_inner));
    assert_ok(gobridge_scope_close(inner));
    assert_int_equal(live_references(), 1);
    assert_false(is_live(in_inner[0]));
    assert_true(is_live(in_outer));
    assert_status(gobridge_scope_close(inner), GOBRIDGE_E_SCOPE, "scope");
    assert_ok(gobridge_scope_close(outer));
    assert_status(gobridge_scope_close(outer), GOBRIDGE_E_SCOPE, "scope");
}

static void scopes_that_hold_nothing(void **state) {
    (void)state;
    const gobridge_ref before = make();
    uint64_t scopes[200];
    for (size_t i = 0; i < COUNT(scopes); i++) {
        assert_ok(gobridge_scope_open(&scopes[i]));
        parse("map[string]uint16"); /* types are in no scope */
    }
    for (size_t i = COUNT(scopes); i-- > 0;) {
        assert_ok(gobridge_scope_close(scopes[i]));
    }
    assert_true(is_live(before));
    assert_ok(gobridge_release(before));
}

static void keep(void **state) {
    (void)state;
    uint64_t outer, inner;
    const gobridge_ref before = make();
    assert_status(gobridge_scope_keep(before), GOBRIDGE_E_SCOPE, "ref"); /* no scope is open */
    assert_ok(gobridge_scope_open(&outer));
    const gobridge_ref in_outer = make();
    assert_ok(gobridge_scope_open(&inner));
    gobridge_ref refs[3] = {make(), make(), make()};
    assert_status(gobridge_scope_keep(before), GOBRIDGE_E_SCOPE, "ref");
    assert_status(gobridge_scope_keep(in_outer), GOBRIDGE_E_SCOPE, "ref"); /* another scope's */
    assert_status(gobridge_scope_keep(0), GOBRIDGE_E_SCOPE, "ref");
    assert_ok(gobridge_scope_keep(refs[0]));
    assert_status(gobridge_scope_keep(refs[0]), GOBRIDGE_E_SCOPE, "ref"); /* it is out already */
    assert_ok(gobridge_scope_close(inner));
    assert_true(is_live(refs[0]));
    assert_false(is_live(refs[1]));
    assert_false(is_live(refs[2]));
    assert_ok(gobridge_scope_close(outer));
    assert_false(is_live(in_outer));
    assert_true(is_live(refs[0])); /* it left all scopes, not only the innermost */
    assert_ok(gobridge_release(refs[0]));
    assert_ok(gobridge_release(before));
}

/* A reference released by hand inside a scope, first, last or in between, does no harm when the scope is closed, even if
 * its slot is in use again by then. */
static void released_before_the_scope(void **state) {
    (void)state;
    for (int which = 0; which < 3; which++) {
        uint64_t scope;
        assert_ok(gobridge_scope_open(&scope));
        gobridge_ref refs[3] = {make(), make(), make()};
        assert_ok(gobridge_release(refs[which]));
        const gobridge_ref again = make();
        assert_ok(gobridge_scope_keep(again));
        assert_ok(gobridge_scope_close(scope));
        assert_int_equal(live_references(), 1);
        assert_ok(gobridge_release(again));
    }
}

/* Making and releasing in a scope, again and again, takes no room; a kept one does not either. */
static void long_scopes(void **state) {
    (void)state;
    uint64_t scope;
    assert_ok(gobridge_scope_open(&scope));
    for (int i = 0; i < 10000; i++) {
        assert_ok(gobridge_release(make()));
    }
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
}

/* What a call gives is in the scope, whatever it is: a map, an iterator, an itab, a variable, a view as the owner of a
 * value. */
static void what_a_scope_holds(void **state) {
    (void)state;
    uint64_t scope;
    assert_ok(gobridge_scope_open(&scope));
    const gobridge_value key = text("key"), elem = text("elem");
    gobridge_value value;
    gobridge_ref ref;
    uint8_t found;
    const gobridge_ref map = make_map("map[string]string");
    assert_ok(gobridge_runtime_mapassign(map, &key, &elem));
    assert_ok(gobridge_reflect_mapiterinit(map, &ref));
    assert_ok(gobridge_reflect_mapiterkey(ref, &value, &found));
    assert_ok(gobridge_runtime_getitab(parse("fmt.Stringer"), parse("time.Duration"), 0, &ref));
    make_variable("string");
    assert_ok(gobridge_runtime_mapaccess2(map, &key, &value, &found));
    assert_int_equal(live_references(), 6);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
    /* the value's owner is gone: releasing it says so and leaves the value */
    const gobridge_value before = value;
    assert_status(gobridge_value_release(&value), GOBRIDGE_E_STALE_REF, "owner");
    assert_memory_equal(&value, &before, sizeof value);
}

/* A value's owner can be kept, and then the value outlives the scope. */
static void kept_value(void **state) {
    (void)state;
    uint64_t scope;
    const gobridge_value word = text("a string that is kept");
    assert_ok(gobridge_scope_open(&scope));
    gobridge_value value;
    assert_ok(gobridge_value_get(box("string", &word), &value));
    assert_ok(gobridge_scope_keep(value.owner));
    assert_ok(gobridge_scope_close(scope));
    assert_shows(&value, GOBRIDGE_KIND_STRING, word.as.s, word.len);
}

static void *other_thread(void *argument) {
    const gobridge_ref *shared = argument; /* a scope of the main thread, and a reference in it */
    uint64_t mine;
    gobridge_ref ref;
    expect(gobridge_scope_close(shared[0]) == GOBRIDGE_E_SCOPE);
    expect(gobridge_scope_keep(shared[1]) == GOBRIDGE_E_SCOPE);
    expect(gobridge_scope_open(&mine) == GOBRIDGE_OK);
    expect(gobridge_scope_close(shared[0]) == GOBRIDGE_E_SCOPE);
    expect(gobridge_runtime_convT64(1, &ref) == GOBRIDGE_OK);
    expect(gobridge_scope_close(mine) == GOBRIDGE_OK);
    expect(gobridge_release(ref) == GOBRIDGE_E_STALE_REF);
    expect(gobridge_runtime_convT64(1, &ref) == GOBRIDGE_OK); /* outside any scope of this thread */
    expect(gobridge_release(ref) == GOBRIDGE_OK);
    return NULL;
}

static void scopes_belong_to_threads(void **state) {
    (void)state;
    uint64_t shared[2];
    assert_ok(gobridge_scope_open(&shared[0]));
    shared[1] = make();
    run_threads(4, other_thread, shared, 0);
    assert_true(is_live(shared[1]));
    assert_ok(gobridge_scope_close(shared[0]));
}

static void *leaving_thread(void *made) {
    uint64_t scope;
    expect(gobridge_scope_open(&scope) == GOBRIDGE_OK);
    expect(gobridge_runtime_convT64(1, made) == GOBRIDGE_OK);
    return NULL;
}

/* A scope that is open when its thread ends is never closed. */
static void thread_that_ends_in_a_scope(void **state) {
    (void)state;
    gobridge_ref made[8];
    run_threads(COUNT(made), leaving_thread, made, sizeof *made);
    assert_int_equal(live_references(), COUNT(made));
    for (size_t i = 0; i < COUNT(made); i++) {
        assert_ok(gobridge_release(made[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(release),
        cmocka_unit_test(each_reference_counts),
        cmocka_unit_test(types_stay),
        cmocka_unit_test(many),
        cmocka_unit_test(released_once),
        cmocka_unit_test(scopes_nest),
        cmocka_unit_test(scopes_that_hold_nothing),
        cmocka_unit_test(keep),
        cmocka_unit_test(released_before_the_scope),
        cmocka_unit_test(long_scopes),
        cmocka_unit_test(what_a_scope_holds),
        cmocka_unit_test(kept_value),
        cmocka_unit_test(scopes_belong_to_threads),
        cmocka_unit_test(thread_that_ends_in_a_scope),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
