/* Errors: made, wrapped, told apart and taken apart. */
#include "check.h"

static gobridge_ref new_error(const char *text) {
    gobridge_ref error = 0;
    assert_ok(gobridge_error_new(text, strlen(text), &error));
    return error;
}

static gobridge_ref wrap(gobridge_ref inner, const char *text) {
    gobridge_ref error = 0;
    assert_ok(gobridge_error_wrap(inner, text, strlen(text), &error));
    return error;
}

static void assert_message(gobridge_ref error, const char *want) {
    gobridge_value text;
    assert_ok(gobridge_error_message(error, &text));
    assert_shows(&text, GOBRIDGE_KIND_STRING, want, strlen(want));
}

static bool is(gobridge_ref error, gobridge_ref target) {
    uint8_t is = 9;
    assert_ok(gobridge_error_is(error, target, &is));
    assert_in_range(is, 0, 1);
    return is;
}

static void messages(void **state) {
    (void)state;
    char mine[] = "disk full";
    gobridge_ref error;
    assert_ok(gobridge_error_new(mine, strlen(mine), &error));
    memset(mine, 'X', sizeof mine); /* it was copied */
    assert_message(error, "disk full");
    assert_ok(gobridge_release(error));
    error = new_error("");
    assert_message(error, "");
    assert_ok(gobridge_release(error));
    static const char any_bytes[] = "NUL \0 and \xff";
    gobridge_value text;
    assert_ok(gobridge_error_new(any_bytes, sizeof any_bytes, &error));
    assert_ok(gobridge_error_message(error, &text));
    assert_ok(gobridge_release(error));
    assert_shows(&text, GOBRIDGE_KIND_STRING, any_bytes, sizeof any_bytes); /* lives on its own */
}

/* An error is itself alone, and what it wraps. */
static void chains(void **state) {
    (void)state;
    const gobridge_ref root = new_error("no such file"), twin = new_error("no such file");
    const gobridge_ref middle = wrap(root, "open config"), top = wrap(middle, "start");
    assert_message(top, "start: open config: no such file");
    assert_true(is(root, root) && is(middle, root) && is(top, root) && is(top, middle) && is(top, top));
    assert_false(is(root, twin) || is(top, twin) || is(root, top) || is(middle, top));

    gobridge_value inner;
    assert_ok(gobridge_error_unwrap(top, &inner));
    assert_int_equal(inner.kind, GOBRIDGE_KIND_REF);
    assert_true(is(inner.as.ref, middle) && is(middle, inner.as.ref));
    assert_message(inner.as.ref, "open config: no such file");
    gobridge_value last;
    assert_ok(gobridge_error_unwrap(inner.as.ref, &last));
    assert_true(is(last.as.ref, root));
    assert_ok(gobridge_value_release(&inner));
    assert_ok(gobridge_error_unwrap(last.as.ref, &inner));
    assert_memory_equal(&inner, &nil, sizeof inner); /* the end */
    assert_ok(gobridge_value_release(&last));
    /* what is wrapped lives on */
    assert_ok(gobridge_release(root));
    assert_ok(gobridge_release(middle));
    assert_message(top, "start: open config: no such file");
    assert_ok(gobridge_release(twin));
    assert_ok(gobridge_release(top));
}

static void as_a_type(void **state) {
    (void)state;
    const gobridge_ref root = new_error("root"), top = wrap(root, "top");
    gobridge_value target;
    uint8_t as = 9;
    assert_ok(gobridge_error_as(top, parse("error"), &target, &as)); /* it is one itself */
    assert_true(as == 1 && target.kind == GOBRIDGE_KIND_REF && is(target.as.ref, top));
    assert_ok(gobridge_value_release(&target));
    assert_ok(gobridge_error_as(top, parse("any"), &target, &as));
    assert_true(as == 1 && is(target.as.ref, top));
    assert_ok(gobridge_value_release(&target));
    gobridge_ref type_of_root;
    assert_ok(gobridge_type_of(root, &type_of_root));
    assert_ok(gobridge_error_as(top, type_of_root, &target, &as)); /* the one that it wraps */
    assert_true(as == 1 && is(target.as.ref, root));
    assert_ok(gobridge_value_release(&target));
    memset(&target, 0xA5, sizeof target);
    assert_ok(gobridge_error_as(top, parse("fmt.Stringer"), &target, &as));
    assert_int_equal(as, 0);
    assert_memory_equal(&target, &nil, sizeof target);

    as = 9;
    static const char *const no_errors[] = {"int64", "string", "time.Time", "*any", "[]error"};
    const gobridge_value before = text("before");
    for (size_t i = 0; i < COUNT(no_errors); i++) {
        target = before;
        assert_status(gobridge_error_as(top, parse(no_errors[i]), &target, &as), GOBRIDGE_E_NOT_IMPLEMENTED,
                      "type");
        assert_memory_equal(&target, &before, sizeof target);
    }
    assert_int_equal(as, 9);
    assert_ok(gobridge_release(root));
    assert_ok(gobridge_release(top));
}

/* Errors are values as any other: they go into variables and come out. */
static void errors_as_values(void **state) {
    (void)state;
    const gobridge_ref error = new_error("kept"), variable = make_variable("error");
    const gobridge_value in = named(error);
    gobridge_value out;
    assert_ok(gobridge_value_set(variable, &in));
    assert_ok(gobridge_value_follow(variable, &out));
    assert_true(is(out.as.ref, error));
    assert_ok(gobridge_value_release(&out));
    assert_ok(gobridge_value_print(&in, &out));
    assert_shows(&out, GOBRIDGE_KIND_STRING, "kept", 4);
    uint8_t is_one = 9;
    assert_status(gobridge_error_is(variable, error, &is_one), GOBRIDGE_E_WRONG_KIND, "*error");
    assert_status(gobridge_error_is(error, variable, &is_one), GOBRIDGE_E_WRONG_KIND, "target");
    assert_status(gobridge_error_is(error, 0, &is_one), GOBRIDGE_E_NIL_REF, "target");
    assert_int_equal(is_one, 9);
    assert_ok(gobridge_release(variable));
    assert_ok(gobridge_release(error));
}

static void lengths(void **state) {
    (void)state;
    const gobridge_ref inner = new_error("inner");
    gobridge_ref error = 9;
    assert_status(gobridge_error_new("x", SIZE_MAX, &error), GOBRIDGE_E_LIMIT, "len");
    assert_status(gobridge_error_wrap(inner, "x", SIZE_MAX, &error), GOBRIDGE_E_LIMIT, "len");
    assert_int_equal(error, 9);
    assert_ok(gobridge_release(inner));
}

/* A scope releases what these functions give. */
static void in_a_scope(void **state) {
    (void)state;
    uint64_t scope;
    gobridge_value value;
    uint8_t as;
    assert_ok(gobridge_scope_open(&scope));
    const gobridge_ref top = wrap(new_error("root"), "top");
    assert_ok(gobridge_error_message(top, &value));
    assert_ok(gobridge_error_unwrap(top, &value));
    assert_ok(gobridge_error_as(top, parse("error"), &value, &as));
    assert_int_equal(live_references(), 5);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
}

static void *errors_in_thread(void *root) {
    for (int i = 0; i < 500; i++) {
        gobridge_ref error = 0;
        gobridge_value text = nil, inner = nil;
        uint8_t is = 0;
        expect(gobridge_error_wrap(*(gobridge_ref *)root, "thread", 6, &error) == GOBRIDGE_OK);
        expect(gobridge_error_is(error, *(gobridge_ref *)root, &is) == GOBRIDGE_OK && is == 1);
        expect(gobridge_error_message(error, &text) == GOBRIDGE_OK);
        expect(text.len == 12 && memcmp(text.as.s, "thread: root", 12) == 0);
        expect(gobridge_error_unwrap(error, &inner) == GOBRIDGE_OK && inner.kind == GOBRIDGE_KIND_REF);
        expect(gobridge_value_release(&text) == GOBRIDGE_OK);
        expect(gobridge_value_release(&inner) == GOBRIDGE_OK);
        expect(gobridge_release(error) == GOBRIDGE_OK);
    }
    return NULL;
}

static void errors_in_threads(void **state) {
    (void)state;
    gobridge_ref root = new_error("root");
    run_threads(8, errors_in_thread, &root, 0);
    assert_ok(gobridge_release(root));
}

/* An error that was made to wrap itself, by a write that Go's own code can not make. */
static void wrapped_in_itself(void **state) {
    (void)state;
    const gobridge_ref root = new_error("root"), inner = wrap(root, "inner"), outer = wrap(inner, "outer");
    gobridge_ref again;
    uint8_t is = 9;
    gobridge_value out;
    assert_ok(gobridge_reflect_typedmemmove(inner, outer));
    assert_status(gobridge_error_is(inner, root, &is), GOBRIDGE_E_TOO_DEEP, "error: ");
    assert_status(gobridge_error_is(root, inner, &is), GOBRIDGE_E_TOO_DEEP, "target: ");
    assert_status(gobridge_error_as(outer, parse("fmt.Stringer"), &out, &is), GOBRIDGE_E_TOO_DEEP, "error: ");
    assert_status(gobridge_error_message(inner, &out), GOBRIDGE_E_TOO_DEEP, "error: ");
    assert_status(gobridge_error_wrap(inner, "more", 4, &again), GOBRIDGE_E_TOO_DEEP, "inner: ");
    const gobridge_value value = named(inner);
    assert_status(gobridge_value_print(&value, &out), GOBRIDGE_E_TOO_DEEP, "value: ");
    assert_int_equal(is, 9);
    assert_ok(gobridge_error_unwrap(inner, &out));
    assert_int_equal(out.kind, GOBRIDGE_KIND_REF);
    assert_ok(gobridge_value_release(&out));
    assert_ok(gobridge_reflect_typedmemclr(inner));
    const gobridge_ref all[] = {root, inner, outer};
    assert_ok(gobridge_release_n(all, COUNT(all)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),          cmocka_unit_test(chains),
        cmocka_unit_test(as_a_type),         cmocka_unit_test(errors_as_values),
        cmocka_unit_test(lengths),           cmocka_unit_test(in_a_scope),
        cmocka_unit_test(errors_in_threads), cmocka_unit_test(wrapped_in_itself),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
