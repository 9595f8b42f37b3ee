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

static gobridge_ref with(gobridge_ref parent, gobridge_value key, gobridge_value value) {
    gobridge_ref made = 0;
    assert_ok(gobridge_context_with_value(parent, &key, &value, &made));
    return made;
}

static void values(void **state) {
    (void)state;
    const gobridge_value user = text("user"), id = integer(GOBRIDGE_KIND_INT64, 7),
                         small = integer(GOBRIDGE_KIND_INT32, 7);
    const gobridge_ref outer = with(0, user, text("gopher")),
                       inner = with(outer, id, integer(GOBRIDGE_KIND_INT64, 42));
    gobridge_value found;
    assert_ok(gobridge_context_value(inner, &user, &found));
    assert_shows(&found, GOBRIDGE_KIND_STRING, "gopher", 6);
    assert_ok(gobridge_context_value(inner, &id, &found));
    assert_int_equal(found.as.i, 42);
    assert_ok(gobridge_context_value(inner, &small, &found)); /* another type is another key */
    assert_int_equal(found.kind, GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_context_value(outer, &id, &found));
    assert_int_equal(found.kind, GOBRIDGE_KIND_NIL);
    gobridge_ref func = 0; /* Go finds it, too */
    const gobridge_value args[] = {named(inner), user};
    assert_ok(gobridge_func_find("guest.contextValue", 18, &func));
    assert_ok(gobridge_call(func, args, 2, &found, 1));
    assert_shows(&found, GOBRIDGE_KIND_STRING, "gopher", 6);
    assert_ok(gobridge_context_cancel(inner));

    const gobridge_ref list = box_zero("[]int");
    const gobridge_value bad = named(list);
    gobridge_ref made = 9;
    assert_status(gobridge_context_with_value(0, &nil, &id, &made), GOBRIDGE_E_NIL, "key");
    assert_status(gobridge_context_with_value(0, &bad, &id, &made), GOBRIDGE_E_UNHASHABLE, "key");
    assert_status(gobridge_context_with_value(list, &id, &id, &made), GOBRIDGE_E_WRONG_KIND, "parent");
    assert_status(gobridge_context_value(list, &id, &found), GOBRIDGE_E_WRONG_KIND, "context");
    assert_status(gobridge_context_value(inner, &bad, &found), GOBRIDGE_E_UNHASHABLE, "key");
    assert_status(gobridge_context_value(inner, &nil, &found), GOBRIDGE_E_NIL, "key");
    assert_int_equal(made, 9);
    assert_ok(gobridge_release(list));
    assert_ok(gobridge_release(inner));
    assert_ok(gobridge_release(outer));
}

/* Go ends contexts one within the other, so there is a bound; all of them end. */
static void nested(void **state) {
    (void)state;
    gobridge_ref first = 0, innermost = 0;
    assert_ok(gobridge_context_new(0, -1, &first));
    innermost = first;
    for (int depth = 2; depth <= 10000; depth++) {
        gobridge_ref next = 0;
        assert_ok(gobridge_context_new(innermost, -1, &next));
        if (innermost != first) {
            assert_ok(gobridge_release(innermost));
        }
        innermost = next;
    }
    gobridge_ref made = 9;
    const gobridge_value key = text("key");
    assert_status(gobridge_context_new(innermost, -1, &made), GOBRIDGE_E_TOO_DEEP, "10000");
    assert_status(gobridge_context_with_value(innermost, &key, &key, &made), GOBRIDGE_E_TOO_DEEP, "10000");
    assert_int_equal(made, 9);
    gobridge_value found;
    assert_ok(gobridge_context_value(innermost, &key, &found));
    assert_int_equal(found.kind, GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_context_cancel(first));
    assert_ends(innermost, "canceled");
    assert_ok(gobridge_release(innermost));
    assert_ok(gobridge_release(first));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeouts),
        cmocka_unit_test(another_thread_ends_a_call),
        cmocka_unit_test(nil_is_background),
        cmocka_unit_test(other_values),
        cmocka_unit_test(values),
        cmocka_unit_test(nested),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
