/* References: what they keep alive, when they die, scopes, and the list of live ones. */
#include "check.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <search.h>

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

static void *racing_thread(void *ref) {
    const gobridge_status status = gobridge_release(*(gobridge_ref *)ref);
    return status == GOBRIDGE_OK ? ref : status == GOBRIDGE_E_STALE_REF ? NULL : (void *)-1;
}

/* What is released with no call is gone at once, for every thread, and only once. */
static void light(void **state) {
    (void)state;
    for (int i = 0; i < 200; i++) {
        gobridge_ref refs[] = {make(), 0};
        const gobridge_value name = text("view");
        assert_ok(gobridge_value_box(parse("string"), &name, &refs[1]));
        for (size_t n = 0; n < COUNT(refs); n++) {
            pthread_t threads[2];
            void *first, *second;
            pthread_create(&threads[0], NULL, racing_thread, &refs[n]);
            pthread_create(&threads[1], NULL, racing_thread, &refs[n]);
            pthread_join(threads[0], &first);
            pthread_join(threads[1], &second);
            assert_true((first == &refs[n] && !second) || (!first && second == &refs[n]));
            assert_false(is_live(refs[n]));
            assert_status(gobridge_release(refs[n]), GOBRIDGE_E_STALE_REF, "ref");
        }
        assert_int_equal(live_references(), 0);
    }
}

static void *counting_thread(void *live) {
    expect(gobridge_ref_count(live) == GOBRIDGE_OK);
    return NULL;
}

/* Their release crosses nothing: Go has what they named until this thread's next call. */
static void light_ones_wait(void **state) {
    (void)state;
    const gobridge_ref ref = make(), other = make_variable("int");
    pthread_t thread;
    uint64_t live = 0;
    assert_ok(gobridge_release(ref));
    pthread_create(&thread, NULL, counting_thread, &live);
    pthread_join(thread, NULL);
    assert_int_equal(live, 2);
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_release(other)); /* this one is not light */
    pthread_create(&thread, NULL, counting_thread, &live);
    pthread_join(thread, NULL);
    assert_int_equal(live, 0);
}

static uint64_t live_elsewhere(void) {
    pthread_t thread;
    uint64_t live = 0;
    pthread_create(&thread, NULL, counting_thread, &live);
    pthread_join(thread, NULL);
    return live;
}

/* Of many, light ones cross nothing until one must cross; then all others go with that one. */
static void many_at_once(void **state) {
    (void)state;
    enum { QUEUE = 256, MANY = 600 };
    gobridge_ref refs[MANY], bad[7];
    assert_ok(gobridge_release_n(NULL, 0));
    assert_ok(gobridge_release_n(&(gobridge_ref){0}, 1));
    for (size_t i = 0; i < 10; i++) {
        refs[i] = make();
    }
    assert_ok(gobridge_release_n(refs, 10));
    assert_false(is_live(refs[0]) || is_live(refs[9]));
    assert_int_equal(live_references(), 0);
    for (size_t i = 0; i < 10; i++) {
        refs[i] = make();
    }
    live_references(); /* nothing waits */
    assert_ok(gobridge_release_n(refs, 10));
    assert_int_equal(live_elsewhere(), 10);
    refs[0] = make_variable("int");
    assert_int_equal(live_elsewhere(), 1);
    refs[1] = make();
    assert_ok(gobridge_release_n(refs, 2));
    assert_int_equal(live_elsewhere(), 0);
    /* more than can wait */
    for (size_t i = 0; i < MANY; i++) {
        refs[i] = make();
    }
    assert_ok(gobridge_release_n(refs, MANY));
    assert_int_equal(live_elsewhere(), 0);
    /* bad ones among them: the first is told of, all others are released */
    bad[0] = make();
    bad[1] = make_variable("int");
    bad[2] = 0;
    bad[3] = bad[0];
    bad[4] = 1ULL << 63 | 1;
    bad[5] = parse("int"); /* a type stays */
    bad[6] = make();
    assert_status(gobridge_release_n(bad, 7), GOBRIDGE_E_STALE_REF, "refs[3]: ref: ");
    assert_int_equal(live_references(), 0);
    assert_true(is_live(bad[5]));
    assert_status(gobridge_release_n(bad + 4, 1), GOBRIDGE_E_FORGED_REF, "refs[0]: ref: ");
    bad[0] = make();
    assert_status(gobridge_release_n(NULL, 1), GOBRIDGE_E_NULL, "refs");
    assert_status(gobridge_release_n(bad, (1U << 28) + 1), GOBRIDGE_E_LIMIT, "count");
    assert_status(gobridge_release_n(bad, SIZE_MAX), GOBRIDGE_E_LIMIT, "count");
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_release_n(bad, 1));
}

/* A loop in a scope does not pile up what it releases. */
static void many_in_a_scope(void **state) {
    (void)state;
    uint64_t scope;
    gobridge_ref refs[4], before;
    assert_ok(gobridge_scope_open(&scope));
    before = make_variable("int");
    for (int i = 0; i < 10000; i++) {
        for (size_t n = 0; n < COUNT(refs); n++) {
            refs[n] = n % 2 ? make() : make_variable("int");
        }
        assert_ok(gobridge_release_n(refs, COUNT(refs)));
    }
    assert_ok(gobridge_release_n(&before, 1));
    assert_ok(gobridge_release_n(&(gobridge_ref){0}, 1)); /* is not where the scope begins */
    assert_int_equal(live_references(), 0);
    assert_ok(gobridge_scope_close(scope));
}

/* Views that were released do not end others', which may lie beside them in memory. */
static void views_side_by_side(void **state) {
    (void)state;
    enum { VIEWS = 1000 };
    gobridge_value views[VIEWS], word;
    char texts[VIEWS][32];
    for (size_t i = 0; i < VIEWS; i++) {
        gobridge_ref boxed;
        const int len = snprintf(texts[i], sizeof texts[i], "%zu, one of many", i);
        assert_ok(gobridge_runtime_convTstring(texts[i], (size_t)len, &boxed));
        assert_ok(gobridge_value_get(boxed, &views[i]));
        assert_ok(gobridge_release(boxed));
    }
    for (size_t i = 0; i < VIEWS; i++) {
        if (i % 7) {
            assert_ok(gobridge_value_release(&views[i]));
        }
    }
    assert_int_equal(live_references(), (VIEWS + 6) / 7);
    assert_ok(gobridge_go_collect());
    for (size_t i = 0; i < VIEWS; i += 7) {
        assert_int_equal(views[i].len, strlen(texts[i]));
        assert_memory_equal(views[i].as.s, texts[i], views[i].len);
        word = views[i];
        assert_ok(gobridge_value_release(&views[i]));
        assert_status(gobridge_value_release(&word), GOBRIDGE_E_STALE_REF, "value's owner");
    }
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

/* ---- releases that wait ---- */

static void later(void **state) {
    (void)state;
    const gobridge_ref ref = make(), other = make();
    assert_ok(gobridge_release_later(ref));
    assert_false(is_live(ref)); /* that call took it along */
    assert_true(is_live(other));
    assert_ok(gobridge_release_later(other));
    assert_int_equal(live_references(), 0);
    const gobridge_ref third = make();
    assert_ok(gobridge_release_later(third));
    assert_ok(gobridge_ref_flush());
    assert_status(gobridge_release(third), GOBRIDGE_E_STALE_REF, "ref");
    assert_ok(gobridge_ref_flush()); /* nothing waits */
    /* what is no live reference is no failure, and the others are released all the same */
    const gobridge_ref wrong[] = {0, third, UINT64_MAX, make(), parse("int"), 1ULL << 32};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_ok(gobridge_release_later(wrong[i]));
        assert_ok(gobridge_release_later(wrong[i]));
    }
    assert_int_equal(live_references(), 0);
    assert_int_equal(parse("int"), wrong[4]);
}

/* A call that fails takes along what waits, too, and a call does not work on what it releases. */
static void later_with_calls_that_fail(void **state) {
    (void)state;
    int64_t len;
    const gobridge_ref map = make_map("map[int]int");
    assert_ok(gobridge_release_later(map));
    assert_status(gobridge_reflect_maplen(map, &len), GOBRIDGE_E_STALE_REF, "map");
    assert_int_equal(live_references(), 0);
    const gobridge_ref last = make();
    assert_ok(gobridge_release_later(last));
    assert_status(gobridge_release(last), GOBRIDGE_E_STALE_REF, "ref");
}

/* More than can wait, views of strings among them, which must be told. */
static void many_later(void **state) {
    (void)state;
    enum { MANY = 2000 };
    const gobridge_value word = text("word");
    gobridge_value view;
    static gobridge_ref refs[MANY];
    const gobridge_ref boxed = box("string", &word);
    for (size_t i = 0; i < MANY; i += 2) {
        refs[i] = make();
        assert_ok(gobridge_value_get(boxed, &view));
        refs[i + 1] = view.owner;
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_ok(gobridge_release_later(refs[i]));
    }
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_release(boxed));
}

/* What waits may be in a scope: it is released once, and a slot that is in use again is left alone. */
static void later_in_a_scope(void **state) {
    (void)state;
    for (int which = 0; which < 3; which++) {
        uint64_t scope;
        assert_ok(gobridge_scope_open(&scope));
        const gobridge_ref refs[3] = {make(), make(), make()};
        assert_ok(gobridge_release_later(refs[which]));
        const gobridge_ref again = make();
        assert_ok(gobridge_scope_keep(again));
        assert_ok(gobridge_release_later(refs[0]));
        assert_ok(gobridge_scope_close(scope));
        assert_int_equal(live_references(), 1);
        assert_ok(gobridge_release(again));
    }
    uint64_t scope;
    assert_ok(gobridge_scope_open(&scope));
    for (int i = 0; i < 10000; i++) {
        assert_ok(gobridge_release_later(make()));
    }
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
}

static void *thread_that_leaves_some(void *argument) {
    gobridge_ref ref;
    for (int i = 0; i < 300; i++) {
        expect(gobridge_runtime_convT64(1, &ref) == GOBRIDGE_OK);
        expect(gobridge_release_later(ref) == GOBRIDGE_OK);
    }
    return argument;
}

/* The end of a thread releases what waits in it. */
static void thread_that_ends_with_some(void **state) {
    (void)state;
    for (int i = 0; i < 20; i++) {
        run_threads(8, thread_that_leaves_some, NULL, 0);
        assert_int_equal(live_references(), 0);
    }
}

static void *thread_that_only_releases(void *refs) {
    for (int i = 0; i < 1000; i++) {
        expect(gobridge_release_later(((gobridge_ref *)refs)[i]) == GOBRIDGE_OK);
    }
    return NULL;
}

/* Threads that have never called may release, all of them the same; each reference is released once. */
static void released_later_by_many(void **state) {
    (void)state;
    static gobridge_ref refs[1000];
    for (size_t i = 0; i < COUNT(refs); i++) {
        refs[i] = make();
    }
    run_threads(8, thread_that_only_releases, refs, 0);
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

/* A scope that fills its room to the last entry is closed like any other. */
static void scopes_of_any_size(void **state) {
    (void)state;
    for (size_t size = 0; size < 300; size++) {
        uint64_t scope;
        assert_ok(gobridge_scope_open(&scope));
        for (size_t i = 0; i < size; i++) {
            (void)make();
        }
        assert_int_equal(live_references(), size);
        assert_ok(gobridge_scope_close(scope));
        assert_int_equal(live_references(), 0);
    }
}

/* 0 is no reference: to release it changes nothing, wherever a scope begins. */
static void nil_in_a_scope(void **state) {
    (void)state;
    uint64_t outer, inner;
    gobridge_ref in_outer, in_inner, refs[2] = {0, 0};
    gobridge_value value = nil;
    assert_ok(gobridge_scope_open(&outer));
    assert_ok(gobridge_runtime_convTstring("text", 4, &in_outer));
    assert_ok(gobridge_scope_open(&inner));
    assert_ok(gobridge_release_later(0));
    assert_ok(gobridge_release_n(refs, COUNT(refs)));
    assert_ok(gobridge_value_release(&value));
    assert_status(gobridge_release(0), GOBRIDGE_E_NIL_REF, "ref");
    assert_status(gobridge_scope_keep(0), GOBRIDGE_E_SCOPE, "ref");
    for (uint64_t number = 1; number < 100; number++) { /* what else a scope may begin with */
        assert_ok(gobridge_release_later(number));
        assert_ok(gobridge_release_later(inner));
        assert_ok(gobridge_release_later(outer));
        assert_status(gobridge_scope_keep(number), GOBRIDGE_E_SCOPE, "ref");
    }
    assert_ok(gobridge_runtime_convTstring("another", 7, &in_inner)); /* it takes no other's place */
    assert_ok(gobridge_scope_close(inner));
    assert_status(gobridge_value_get(in_inner, &value), GOBRIDGE_E_STALE_REF, "ref");
    assert_ok(gobridge_value_get(in_outer, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "text", 4);
    assert_ok(gobridge_scope_close(outer));
    assert_int_equal(live_references(), 0);
}

/* What a callback does that leaves a scope open: how many references it is to make in it, and the scope's name. */
typedef struct leaving_open {
    size_t count;
    uint64_t scope;
} leaving_open;

static gobridge_status leave_open(void *data, const gobridge_value *args, size_t nargs,
                                  gobridge_value *results, size_t nresults) {
    (void)args, (void)nargs;
    leaving_open *const l = data;
    gobridge_status status = gobridge_scope_open(&l->scope);
    for (size_t i = 0; !status && i < l->count; i++) {
        gobridge_ref boxed;
        status = gobridge_value_box(parse("int64"), &(int64_t){7}, &boxed);
    }
    for (size_t i = 0; i < nresults; i++) {
        results[i] = (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = "in it", .len = 5};
    }
    return status;
}

/* Such a scope holds what the call around it returns, however full it is. In a thread of its own, whose scopes have never been large. */
static void *thread_that_leaves_open(void *argument) {
    (void)argument;
    leaving_open l = {0};
    gobridge_ref func;
    assert_ok(
        gobridge_callback_new(parse("func() (string, string, string, string)"), leave_open, &l, NULL, &func));
    uint64_t before, now;
    assert_ok(gobridge_ref_count(&before));
    for (l.count = 0; l.count < 300; l.count++) {
        gobridge_value results[4];
        assert_ok(gobridge_call(func, NULL, 0, results, COUNT(results)));
        assert_memory_equal(results[3].as.s, "in it", 5);
        assert_ok(gobridge_scope_close(l.scope));
        assert_ok(gobridge_ref_count(&now));
        assert_int_equal(now, before);
    }
    assert_ok(gobridge_release(func));
    return NULL;
}

static void scopes_that_callbacks_leave_open(void **state) {
    (void)state;
    run_threads(1, thread_that_leaves_open, NULL, 0);
}

/* What closed a scope closes no other. */
static void scopes_have_names_of_their_own(void **state) {
    (void)state;
    uint64_t closed, open;
    for (int i = 0; i < 1000; i++) {
        assert_ok(gobridge_scope_open(&closed));
        assert_ok(gobridge_scope_close(closed));
        assert_ok(gobridge_scope_open(&open));
        assert_status(gobridge_scope_close(closed), GOBRIDGE_E_SCOPE, "scope");
        assert_status(gobridge_scope_close(0), GOBRIDGE_E_SCOPE, "scope");
        assert_ok(gobridge_scope_close(open));
    }
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

/* ---- the list ---- */

/* The list as a string, which the caller frees. */
static char *list(void) {
    gobridge_value text = nil;
    assert_ok(gobridge_ref_list(&text));
    assert_int_equal(text.kind, GOBRIDGE_KIND_STRING);
    char *copy = strndup(text.as.s, text.len);
    assert_int_equal(strlen(copy), text.len);
    assert_ok(gobridge_value_release(&text));
    return copy;
}

static size_t lines_in(const char *text) {
    size_t lines = 0;
    while ((text = strchr(text, '\n'))) {
        lines++;
        text++;
    }
    return lines;
}

/* The line of a reference starts like this and ends like that. It is shown from the end of the start on. */
static const char *assert_line(const char *text, gobridge_ref ref, const char *what, const char *from) {
    char start[256];
    snprintf(start, sizeof start, "0x%" PRIx64 ": %s, from %s", ref, what, from);
    const char *line = strstr(text, start);
    if (!line || (line != text && line[-1] != '\n')) {
        fail_msg("no line \"%s\" in\n%s", start, text);
        return ""; /* for the analyzer */
    }
    return line + strlen(start);
}

#define NOT_NOTED "a call that was not noted (GOBRIDGE_DEBUG=refs notes them)\n"

static void list_of_all_kinds(void **state) {
    (void)state;
    char *empty = list();
    assert_string_equal(empty, "");
    free(empty);
    const int64_t nanoseconds = 1;
    const gobridge_value word = text("word");
    gobridge_value view;
    uint8_t found;
    gobridge_ref refs[6] = {make_map("map[string]string"), make_variable("[]int8"),
                            box("time.Duration", &nanoseconds), box("string", &word)};
    assert_ok(gobridge_reflect_mapiterinit(refs[0], &refs[4]));
    assert_ok(gobridge_runtime_getitab(parse("fmt.Stringer"), parse("time.Duration"), 0, &refs[5]));
    assert_ok(gobridge_runtime_mapassign(refs[0], &word, &word));
    assert_ok(gobridge_runtime_mapaccess2(refs[0], &word, &view, &found));
    static const char *const what[] = {"a map[string]string", "a *[]int8", "a time.Duration", "a string",
                                       "an iterator",         "an itab"};
    char *text = list();
    assert_int_equal(lines_in(text), COUNT(refs) + 1); /* no type */
    for (size_t i = 0; i < COUNT(refs); i++) {
        assert_line(text, refs[i], what[i], NOT_NOTED);
        assert_ok(gobridge_release(refs[i]));
    }
    assert_line(text, view.owner, "a string", NOT_NOTED);
    free(text);
    assert_ok(gobridge_value_release(&view));
}

static void list_of_many(void **state) {
    (void)state;
    enum { MANY = 10003 };
    static gobridge_ref refs[MANY];
    for (size_t i = 0; i < MANY; i++) {
        refs[i] = make();
    }
    char *text = list();
    assert_int_equal(lines_in(text), 10000 + 1);
    assert_non_null(strstr(text, "\n... and 3 more\n"));
    free(text);
    for (size_t i = 0; i < 3; i++) {
        assert_ok(gobridge_release(refs[i * 5000]));
    }
    text = list();
    assert_int_equal(lines_in(text), 10000);
    assert_null(strstr(text, "more"));
    free(text);
    for (size_t i = 0; i < MANY; i++) {
        if (i % 5000 != 0 || i > 10000) {
            assert_ok(gobridge_release(refs[i]));
        }
    }
}

/* ---- debug mode, which is on or off for a whole process ---- */

static gobridge_ref noted;

/* Far from where it is called, and long enough for a call in its midst. */
__attribute__((noinline)) static int make_noted(const void *a, const void *b) {
    assert_ok(gobridge_runtime_convT64(1, &noted));
    return a == b;
}

/* The text starts with a place in this program inside a function. It is shown from the end of that on. */
static const char *assert_place(const char *text, int (*function)(const void *, const void *)) {
    uintptr_t offset = 0;
    int end = 0;
    Dl_info here;
    char *program = NULL;
    assert_int_not_equal(dladdr((void *)(uintptr_t)function, &here), 0);
    if (sscanf(text, "0x%" SCNxPTR " (%ms%n", &offset, &program, &end) != 2) {
        fail_msg("no place: %s", text);
    }
    assert_string_equal(program, "scenario)"); /* as run_apart has it */
    free(program);
    const uintptr_t start = (uintptr_t)function - (uintptr_t)here.dli_fbase;
    assert_in_range(offset, start, start + 1000);
    return text + end;
}

/* Each reference tells which function gave it, where that was called, and who called there. */
static void places(void) {
    const int one = 1;
    size_t count = 1;
    setenv("GOBRIDGE_DEBUG", "refs", 1);
    lfind(&one, &one, &count, sizeof one, make_noted); /* a function that calls back, and whose name shows */
    char *text = list();
    assert_int_equal(lines_in(text), 1);
    const char *rest = assert_line(text, noted, "a uint64", "gobridge_runtime_convT64 at ");
    rest = assert_place(rest, make_noted);
    assert_int_equal(strncmp(rest, " < lfind+0x", strlen(" < lfind+0x")), 0);
    const char *end = strchr(rest, '\n');
    size_t frames = 1;
    for (const char *next = rest; (next = strstr(next, " < ")) && next < end; next++) {
        frames++;
    }
    assert_int_equal(frames, 8);
    free(text);
    assert_ok(gobridge_release(noted));
    text = list();
    assert_string_equal(text, "");
    free(text);
}

/* Also what is given as the owner of a value, in a scope, and by a call that is made while Go waits for C. */
static int32_t make_in_callback(void *argument) {
    *(gobridge_ref *)argument = make();
    return 0;
}

static void functions_that_give(void) {
    gobridge_value view;
    gobridge_ref called_back = 0, iterator = 0;
    int32_t result = -1;
    uint8_t found = 0;
    uint64_t scope;
    setenv("GOBRIDGE_DEBUG", "refs", 1);
    assert_ok(gobridge_scope_open(&scope));
    const gobridge_value word = text("word");
    const gobridge_ref map = make_map("map[string]string"), variable = make_variable("int8");
    assert_ok(gobridge_runtime_mapassign(map, &word, &word));
    assert_ok(gobridge_reflect_mapaccess(map, &word, &view, &found));
    assert_ok(gobridge_reflect_mapiterinit(map, &iterator));
    assert_ok(gobridge_runtime_cgocall(make_in_callback, &called_back, &result));
    char *text = list();
    assert_int_equal(lines_in(text), 5);
    assert_line(text, map, "a map[string]string", "gobridge_runtime_makemap_small at ");
    assert_line(text, variable, "a *int8", "gobridge_value_new at ");
    assert_line(text, view.owner, "a string", "gobridge_reflect_mapaccess at ");
    assert_line(text, iterator, "an iterator", "gobridge_reflect_mapiterinit at ");
    assert_line(text, called_back, "a uint64", "gobridge_runtime_convT64 at ");
    free(text);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
}

static void *noting_thread(void *argument) {
    gobridge_ref refs[100];
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < COUNT(refs); i++) {
            expect(gobridge_runtime_convT64(i, &refs[i]) == GOBRIDGE_OK);
        }
        gobridge_value text = nil;
        expect(gobridge_ref_list(&text) == GOBRIDGE_OK && text.len > 0);
        expect(gobridge_value_release(&text) == GOBRIDGE_OK);
        for (size_t i = 0; i < COUNT(refs); i++) {
            expect(gobridge_release(refs[i]) == GOBRIDGE_OK);
        }
    }
    return argument;
}

static void noted_in_many_threads(void) {
    setenv("GOBRIDGE_DEBUG", "refs", 1);
    run_threads(8, noting_thread, NULL, 0);
    assert_int_equal(live_references(), 0);
}

/* What a process says on stderr when it exits with so many live references. */
static char *last_words(const char *debug, int live) {
    static char words[4096];
    FILE *file = tmpfile();
    const pid_t pid = fork(); /* Go has not started, so the child may start it */
    if (pid == 0) {
        setenv("GOBRIDGE_DEBUG", debug, 1);
        dup2(fileno(file), STDERR_FILENO);
        live_references();
        for (int i = 0; i < live; i++) {
            make();
        }
        exit(0);
    }
    assert_exits(pid);
    rewind(file);
    words[fread(words, 1, sizeof words - 1, file)] = 0;
    fclose(file);
    return words;
}

static void live_at_exit(void) {
    assert_string_equal(last_words("", 2), "");
    assert_string_equal(last_words("other", 2), "");
    assert_string_equal(last_words("refs", 0), "");
    const char *words = last_words("refs", 2), *start = "gobridge: references that are live at exit: 2\n0x";
    assert_int_equal(strncmp(words, start, strlen(start)), 0);
    assert_int_equal(lines_in(words), 1 + 2);
    assert_non_null(strstr(words, ": a uint64, from gobridge_runtime_convT64 at 0x"));
}

/* A number that was never given out, but will be: the next reference to a slot that is free, or is not yet. */
static void numbers_to_come(void **state) {
    (void)state;
    gobridge_ref first, second;
    uint64_t live;
    for (int waits = 0; waits < 2; waits++) {
        assert_ok(gobridge_runtime_convT64(1, &first));
        assert_ok(gobridge_release(first));
        if (!waits) { /* else the slot is to be taken out with the thread's next call */
            assert_ok(gobridge_ref_flush());
        }
        for (uint64_t step = 1; step <= 12; step++) {
            const gobridge_ref to_come = first + (step << 32);
            assert_int_not_equal(gobridge_release(to_come), GOBRIDGE_OK);
            assert_ok(gobridge_release_later(to_come));
        }
        assert_ok(gobridge_ref_count(&live));
        assert_int_equal(live, 0);
    }
    for (int i = 0; i < 10000; i++) { /* all slots are as good as new */
        assert_ok(gobridge_runtime_convT64(1, &first));
        assert_ok(gobridge_runtime_convT64(2, &second));
        assert_int_not_equal(first, second);
        assert_ok(gobridge_release(first));
        assert_ok(gobridge_release(second));
    }
}

static void duplicates(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int64");
    gobridge_ref dup = 0;
    assert_ok(gobridge_ref_dup(map, &dup));
    assert_int_not_equal(dup, map);
    assert_int_equal(live_references(), 2);
    assert_ok(gobridge_release(map));
    assert_int_equal(length(dup), 0); /* it lives on */
    assert_ok(gobridge_release(dup));
    const gobridge_ref type = parse("int");
    assert_ok(gobridge_ref_dup(type, &dup));
    assert_int_equal(dup, type);
    const gobridge_ref entries = make_map("map[string]int64");
    gobridge_ref iterator = 0;
    assert_ok(gobridge_map_iterate(entries, &iterator));
    assert_status(gobridge_ref_dup(iterator, &dup), GOBRIDGE_E_WRONG_KIND, "iterator");
    assert_int_equal(dup, type);
    uint64_t scope = 0;
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_ref_dup(entries, &dup));
    assert_ok(gobridge_scope_close(scope));
    assert_status(gobridge_release(dup), GOBRIDGE_E_STALE_REF, "");
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(entries));
}

/* A number that is kept without owning it becomes a reference as long as its owner has it, and never one to what came later. */
static void weak_numbers(void **state) {
    (void)state;
    enum { ROUNDS = 1000 };
    for (int i = 0; i < ROUNDS; i++) {
        gobridge_ref owned = i % 2 ? make() : make_map("map[string]int64"), strong = 0, later = 0;
        const gobridge_ref weak = owned;
        assert_ok(gobridge_ref_dup(weak, &strong));
        assert_ok(gobridge_release(owned));
        assert_true(is_live(strong));
        owned = i % 3 ? make() : make_map("map[string]int64");
        assert_status(gobridge_ref_dup(weak, &later), GOBRIDGE_E_STALE_REF, "ref");
        assert_int_equal(later, 0);
        assert_ok(gobridge_release(strong));
        assert_ok(gobridge_release(owned));
    }
}

static void kinds_and_identities(void **state) {
    (void)state;
    const int64_t one = 1;
    const struct {
        gobridge_ref ref;
        uint32_t kind;
        bool has_identity;
    } rows[] = {
        {make_map("map[string]int64"), GOBRIDGE_KIND_MAP, true},
        {make_variable("int64"), GOBRIDGE_KIND_POINTER, true},
        {make_variable("int64"), GOBRIDGE_KIND_POINTER, true},
        {box("int64", &one), GOBRIDGE_KIND_INT64, false},
        {box_zero("[]int"), GOBRIDGE_KIND_SLICE, false},
        {box_zero("struct{ A int }"), GOBRIDGE_KIND_STRUCT, false},
        {box_zero("string"), GOBRIDGE_KIND_STRING, false},
    };
    uint64_t identities[COUNT(rows)] = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t kind = 99;
        assert_ok(gobridge_ref_kind(rows[i].ref, &kind));
        assert_int_equal(kind, rows[i].kind);
        gobridge_ref dup = 0;
        uint64_t again = 0;
        assert_ok(gobridge_ref_dup(rows[i].ref, &dup));
        if (rows[i].has_identity) {
            assert_ok(gobridge_ref_identity(rows[i].ref, &identities[i]));
            assert_ok(gobridge_ref_identity(dup, &again));
            assert_int_equal(identities[i], again);
            for (size_t j = 0; j < i; j++) {
                assert_int_not_equal(identities[i], identities[j]);
            }
        } else {
            assert_status(gobridge_ref_identity(dup, &again), GOBRIDGE_E_WRONG_KIND, "no identity");
        }
        assert_ok(gobridge_release(dup));
    }
    const gobridge_ref none = box("map[string]int", &nil);
    uint64_t identity = 9;
    assert_ok(gobridge_ref_identity(none, &identity));
    assert_int_equal(identity, 0);
    uint32_t kind = 99;
    assert_status(gobridge_ref_kind(parse("int"), &kind), GOBRIDGE_E_WRONG_KIND, "the type int");
    assert_int_equal(kind, 99);
    assert_ok(gobridge_release(none));
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(gobridge_release(rows[i].ref));
    }
}

int main(int argc, char **argv) {
    static const scenario scenarios[] = {
        {"places", places},
        {"functions_that_give", functions_that_give},
        {"noted_in_many_threads", noted_in_many_threads},
        {"live_at_exit", live_at_exit},
    };
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_to_come),
        cmocka_unit_test(release),
        cmocka_unit_test(light),
        cmocka_unit_test(light_ones_wait),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(many_in_a_scope),
        cmocka_unit_test(views_side_by_side),
        cmocka_unit_test(each_reference_counts),
        cmocka_unit_test(types_stay),
        cmocka_unit_test(many),
        cmocka_unit_test(released_once),
        cmocka_unit_test(later),
        cmocka_unit_test(later_with_calls_that_fail),
        cmocka_unit_test(many_later),
        cmocka_unit_test(later_in_a_scope),
        cmocka_unit_test(thread_that_ends_with_some),
        cmocka_unit_test(released_later_by_many),
        cmocka_unit_test(scopes_nest),
        cmocka_unit_test(scopes_of_any_size),
        cmocka_unit_test(nil_in_a_scope),
        cmocka_unit_test(scopes_that_callbacks_leave_open),
        cmocka_unit_test(scopes_have_names_of_their_own),
        cmocka_unit_test(scopes_that_hold_nothing),
        cmocka_unit_test(keep),
        cmocka_unit_test(released_before_the_scope),
        cmocka_unit_test(long_scopes),
        cmocka_unit_test(what_a_scope_holds),
        cmocka_unit_test(kept_value),
        cmocka_unit_test(scopes_belong_to_threads),
        cmocka_unit_test(thread_that_ends_in_a_scope),
        cmocka_unit_test(list_of_all_kinds),
        cmocka_unit_test(list_of_many),
        cmocka_unit_test(duplicates),
        cmocka_unit_test(weak_numbers),
        cmocka_unit_test(kinds_and_identities),
        APART(&scenarios[0]),
        APART(&scenarios[1]),
        APART(&scenarios[2]),
        APART(&scenarios[3]),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
