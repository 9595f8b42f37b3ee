/* What libgobridge has of its own, for hosts without a Go program: no arguments make it take more than there is. */
#include "check.h"

static gobridge_status call(const char *name, const gobridge_value *args, size_t count,
                            gobridge_value *result) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return gobridge_call(func, args, count, result, 1);
}

static void small_ones_work(void **state) {
    (void)state;
    gobridge_value args[] = {text(" ab  c "), integer(GOBRIDGE_KIND_INT, 3)}, result, parts;
    assert_ok(call("strings.Repeat", args, 2, &result));
    assert_shows(&result, GOBRIDGE_KIND_STRING, " ab  c  ab  c  ab  c ", 21);
    assert_ok(call("strings.ToUpper", args, 1, &result));
    assert_shows(&result, GOBRIDGE_KIND_STRING, " AB  C ", 7);
    assert_ok(call("strings.Fields", args, 1, &parts));
    const gobridge_value joined[] = {parts, text("+")};
    assert_ok(call("strings.Join", joined, 2, &result));
    assert_shows(&result, GOBRIDGE_KIND_STRING, "ab+c", 4);
    assert_ok(gobridge_value_release(&parts));
    args[1] = text("");
    assert_ok(call("strings.Split", args, 2, &parts));
    int64_t len = 0;
    assert_ok(gobridge_slice_len(parts.as.ref, &len));
    assert_int_equal(len, 7);
    assert_ok(gobridge_value_release(&parts));
}

static void what_is_too_much(void **state) {
    (void)state;
    static const int64_t counts[] = {100000000000, INT32_MAX, 1 << 30, -1};
    gobridge_value result = nil;
    for (size_t i = 0; i < COUNT(counts); i++) {
        const gobridge_value args[] = {text("xy"), integer(GOBRIDGE_KIND_INT, counts[i])};
        const gobridge_status status = call("strings.Repeat", args, 2, &result);
        assert_true(status == GOBRIDGE_E_RETURNED || status == GOBRIDGE_E_RANGE); /* an int of 32 bits */
    }
    enum { LONG = 1 << 27 };
    char *blanks = memset(malloc(LONG), ' ', LONG);
    for (size_t i = 0; i < LONG; i += 2) {
        blanks[i] = 'x';
    }
    const gobridge_value split[] = {text_of(blanks, LONG), text("")};
    assert_failed(call("strings.Split", split, 2, &result), GOBRIDGE_E_RETURNED, "gobridge_call", "bytes");
    assert_failed(call("strings.Fields", split, 1, &result), GOBRIDGE_E_RETURNED, "gobridge_call", "bytes");
    gobridge_ref parts;
    assert_ok(gobridge_slice_make(parse("[]string"), 100, 100, &parts));
    const gobridge_value joined[] = {named(parts), text_of(blanks, LONG)};
    assert_failed(call("strings.Join", joined, 2, &result), GOBRIDGE_E_RETURNED, "gobridge_call", "bytes");
    assert_ok(gobridge_release(parts));
    free(blanks);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(small_ones_work), cmocka_unit_test(what_is_too_much)};
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
