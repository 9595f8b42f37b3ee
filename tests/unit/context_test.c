/* Contexts: what ends calls of Go functions. */
#include "check.h"

static gobridge_ref wait_func(void) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find("guest.waitForContext", 20, &func));
    return func;
}

/* Calls a Go function that waits until its context ends, and expects to be told why. */
static void assert_ends(gobridge_ref context, const char *why) {
    const gobridge_value arg = named(context);
    assert_status(gobridge_call(wait_func(), &arg, 1, NULL, 0), GOBRIDGE_E_RETURNED, why);
}

static void timeouts(void **state) {
    (void)state;
    gobridge_ref context = 0, child = 0;
    assert_ok(gobridge_context_new(0, 20000000, &context));
    assert_ok(gobridge_context_new(context, -1, &child));
    assert_ends(context, "context deadline exceeded");
    assert_ends(child, "context deadline exceeded");
    assert_ok(gobridge_release(child));
    assert_ok(gobridge_release(context));
}

static void *cancel_soon(void *context) {
    usleep(20000);
    expect(gobridge_context_cancel(*(gobridge_ref *)context) == GOBRIDGE_OK);
    return NULL;
}

static void another_thread_ends_a_call(void **state) {
    (void)state;
    gobridge_ref context = 0;
    pthread_t thread;
    assert_ok(gobridge_context_new(0, -1, &context));
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &context), 0);
    assert_ends(context, "context canceled");
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_ok(gobridge_context_cancel(context)); /* again */
    assert_ends(context, "context canceled");
    assert_ok(gobridge_release(context));
}

static void nil_is_background(void **state) {
    (void)state;
    gobridge_ref func = 0;
    gobridge_value has_deadline;
    assert_ok(gobridge_func_find("guest.hasDeadline", 17, &func));
    assert_ok(gobridge_call(func, &nil, 1, &has_deadline, 1));
    assert_int_equal(has_deadline.as.u, 0);
}

static void other_values(void **state) {
    (void)state;
    gobridge_ref context = 9;
    const gobridge_ref map = make_map("map[int64]int64");
    assert_status(gobridge_context_new(map, -1, &context), GOBRIDGE_E_WRONG_KIND, "parent");
    assert_int_equal(context, 9);
    assert_status(gobridge_context_cancel(map), GOBRIDGE_E_WRONG_KIND, "context");
    assert_ok(gobridge_release(map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeouts),
        cmocka_unit_test(another_thread_ends_a_call),
        cmocka_unit_test(nil_is_background),
        cmocka_unit_test(other_values),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
