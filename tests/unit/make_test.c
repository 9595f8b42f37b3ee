/* Makers of values: what they fill in, and that they are functions too. */
#include "check.h"

static void assert_made(gobridge_value made, uint32_t kind, uint64_t as, uint64_t len) {
    assert_int_equal(made.kind, kind);
    assert_int_equal(made.flags, 0);
    assert_int_equal(made.as.u, as);
    assert_int_equal(made.len, len);
    assert_int_equal(made.owner, 0);
}

static void made(void **state) {
    (void)state;
    static const char word[] = "word";
    gobridge_value (*const by_pointer)(const char *, size_t) = gobridge_string;
    assert_made(by_pointer(word, 4), GOBRIDGE_KIND_STRING, (uintptr_t)word, 4);
    assert_made(gobridge_string(word, 4), GOBRIDGE_KIND_STRING, (uintptr_t)word, 4);
    assert_made(gobridge_string(NULL, 0), GOBRIDGE_KIND_STRING, 0, 0);
    assert_made(gobridge_bytes((const uint8_t *)word, 5), GOBRIDGE_KIND_BYTES, (uintptr_t)word, 5);
    assert_made(gobridge_int64(INT64_MIN), GOBRIDGE_KIND_INT64, 1ULL << 63, 0);
    assert_made(gobridge_uint64(UINT64_MAX), GOBRIDGE_KIND_UINT64, UINT64_MAX, 0);
    assert_made(gobridge_float64(1), GOBRIDGE_KIND_FLOAT64, 0x3FF0000000000000ULL, 0);
    assert_made(gobridge_bool(0), GOBRIDGE_KIND_BOOL, 0, 0);
    assert_made(gobridge_bool(255), GOBRIDGE_KIND_BOOL, 1, 0);
    assert_made(gobridge_object(7), GOBRIDGE_KIND_REF, 7, 0);
    assert_made(gobridge_nil(), GOBRIDGE_KIND_NIL, 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
