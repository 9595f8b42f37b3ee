/* Values compared: equality, order and hashes, of what C knows and of what Go has to be asked for. */
#include "check.h"

#include <float.h>
#include <math.h>

#define KIND(k) .kind = GOBRIDGE_KIND_##k
#define TEXT(t) \
    { KIND(STRING), .as.s = (t), .len = sizeof(t) - 1 }
#define I64(n) \
    { KIND(INT64), .as.i = (n) }
#define F64(x) \
    { KIND(FLOAT64), .as.f = (x) }

enum { EQUAL = 1, UNEQUAL = 0, NO_ORDER = 2 };

/* order is that of a to b. Values without one are unequal, but for those that are equal to themselves. */
static const struct {
    gobridge_value a, b;
    uint8_t equal;
    int32_t order;
} pairs[] = {
    {{KIND(NIL)}, {KIND(NIL)}, EQUAL, NO_ORDER},
    {{KIND(NIL)}, I64(0), UNEQUAL, NO_ORDER},
    {{KIND(NIL)}, TEXT(""), UNEQUAL, NO_ORDER},
    {{KIND(BOOL), .as.u = 1}, {KIND(BOOL), .as.u = 1}, EQUAL, NO_ORDER},
    {{KIND(BOOL), .as.u = 0}, {KIND(BOOL), .as.u = 1}, UNEQUAL, NO_ORDER},
    {{KIND(BOOL), .as.u = 1}, {KIND(UINT8), .as.u = 1}, UNEQUAL, NO_ORDER},
    {I64(INT64_MIN), I64(INT64_MAX), UNEQUAL, -1},
    {I64(-1), I64(-1), EQUAL, 0},
    {I64(1), {KIND(INT), .as.i = 1}, UNEQUAL, NO_ORDER},
    {{KIND(INT), .as.i = 1}, {KIND(INT), .as.i = -1}, UNEQUAL, 1},
    {{KIND(INT8), .as.i = -128}, {KIND(INT8), .as.i = 127}, UNEQUAL, -1},
    {{KIND(UINT8), .as.u = 255}, {KIND(UINT8), .as.u = 255}, EQUAL, 0},
    {{KIND(UINT64), .as.u = UINT64_MAX}, {KIND(UINT64), .as.u = 1}, UNEQUAL, 1},
    {{KIND(UINTPTR), .as.u = UINTPTR_MAX}, {KIND(UINTPTR), .as.u = UINTPTR_MAX}, EQUAL, 0},
    {I64(1), F64(1), UNEQUAL, NO_ORDER},
    {F64(-0.0), F64(0.0), EQUAL, 0},
    {F64(-HUGE_VAL), F64(-DBL_MAX), UNEQUAL, -1},
    {F64(NAN), F64(NAN), UNEQUAL, 0},
    {F64(NAN), F64(-HUGE_VAL), UNEQUAL, -1},
    {F64(1), F64(NAN), UNEQUAL, 1},
    {{KIND(FLOAT32), .as.f = 0.5}, {KIND(FLOAT32), .as.f = 0.25}, UNEQUAL, 1},
    {{KIND(FLOAT32), .as.f = NAN}, {KIND(FLOAT32), .as.f = NAN}, UNEQUAL, 0},
    /* both are rounded to the same float32 */
    {{KIND(FLOAT32), .as.f = 0.1}, {KIND(FLOAT32), .as.f = 0.1 + 1e-12}, EQUAL, 0},
    {{KIND(FLOAT32), .as.f = 0.5}, F64(0.5), UNEQUAL, NO_ORDER},
    {TEXT(""), TEXT(""), EQUAL, 0},
    {TEXT(""), {KIND(STRING)}, EQUAL, 0},
    {TEXT(""), TEXT("a"), UNEQUAL, -1},
    {TEXT("ab"), TEXT("abc"), UNEQUAL, -1},
    {TEXT("b"), TEXT("abc"), UNEQUAL, 1},
    {TEXT("a\0b"), TEXT("a\0c"), UNEQUAL, -1},
    {TEXT("\xff"), TEXT("a"), UNEQUAL, 1}, /* bytes are not signed */
    {TEXT("same"), TEXT("same"), EQUAL, 0},
    /* len is of weight for strings only */
    {{KIND(INT64), .as.i = 1, .len = 7}, I64(1), EQUAL, 0},
};

/* A REF to the Go value that a value stands for, NIL for NIL. */
static gobridge_value referred(const gobridge_value *v) {
    gobridge_ref boxed = 0;
    assert_ok(gobridge_value_make(parse("any"), v, &boxed));
    return boxed ? named(boxed) : nil;
}

static void let_go(const gobridge_value *v) {
    if (v->as.ref) {
        assert_ok(gobridge_release(v->as.ref));
    }
}

static void compare_both_ways(const gobridge_value *a, const gobridge_value *b, uint8_t want_equal,
                              int32_t want_order) {
    uint8_t equal = 9;
    int32_t order = 9;
    assert_ok(gobridge_value_equal(a, b, &equal));
    assert_int_equal(equal, want_equal);
    equal = 9;
    assert_ok(gobridge_value_equal(b, a, &equal));
    assert_int_equal(equal, want_equal);
    if (want_order == NO_ORDER) {
        assert_status(gobridge_value_compare(a, b, &order), GOBRIDGE_E_WRONG_TYPE, "no order");
        assert_int_equal(order, 9);
        return;
    }
    assert_ok(gobridge_value_compare(a, b, &order));
    assert_int_equal(order, want_order);
    assert_ok(gobridge_value_compare(b, a, &order));
    assert_int_equal(order, -want_order);
}

static uint64_t hash_of(const gobridge_value *v) {
    uint64_t hash = 0;
    assert_ok(gobridge_value_hash(v, &hash));
    return hash;
}

/* What C says of two values is what Go says of the same. */
static void pairs_of_values(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const gobridge_value *a = &pairs[i].a, *b = &pairs[i].b;
        const gobridge_value a_ref = referred(a), b_ref = referred(b);
        compare_both_ways(a, b, pairs[i].equal, pairs[i].order);
        compare_both_ways(&a_ref, &b_ref, pairs[i].equal, pairs[i].order);
        compare_both_ways(a, &b_ref, pairs[i].equal, pairs[i].order);
        compare_both_ways(&a_ref, b, pairs[i].equal, pairs[i].order);
        assert_int_equal(hash_of(a), hash_of(&a_ref));
        assert_int_equal(hash_of(b), hash_of(&b_ref));
        if (pairs[i].equal) {
            assert_int_equal(hash_of(a), hash_of(b));
        } else if (!isnan(a->as.f) || a->kind != b->kind) {
            assert_int_not_equal(hash_of(a), hash_of(b)); /* once in 2^64 they would be */
        }
        let_go(&a_ref);
        let_go(&b_ref);
    }
}

/* Named types, structs, arrays, pointers: Go's == says. */
static void references(void **state) {
    (void)state;
    const int64_t one[2] = {1, 1}, two[2] = {1, 2};
    const gobridge_value duration = named(box("time.Duration", one)), same = named(box("time.Duration", one)),
                         longer = named(box("time.Duration", &two[1])),
                         number = integer(GOBRIDGE_KIND_INT64, 1);
    compare_both_ways(&duration, &same, EQUAL, 0);
    compare_both_ways(&duration, &longer, UNEQUAL, -1);
    compare_both_ways(&duration, &number, UNEQUAL, NO_ORDER);
    assert_int_equal(hash_of(&duration), hash_of(&same));
    let_go(&duration);
    let_go(&same);
    let_go(&longer);

    static const char *const types[] = {"[2]string", "struct{ s string }", "struct{ a int64; b any }"};
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_value zero = named(box_zero(types[i])), again = named(box_zero(types[i]));
        compare_both_ways(&zero, &again, EQUAL, NO_ORDER);
        compare_both_ways(&zero, &number, UNEQUAL, NO_ORDER);
        assert_int_equal(hash_of(&zero), hash_of(&again));
        let_go(&zero);
        let_go(&again);
    }
    const gobridge_value a = named(box("[2]int64", one)), b = named(box("[2]int64", two));
    compare_both_ways(&a, &b, UNEQUAL, NO_ORDER);
    assert_int_not_equal(hash_of(&a), hash_of(&b));
    let_go(&a);
    let_go(&b);

    const gobridge_value pointer = named(make_variable("int64")), other = named(make_variable("int64"));
    gobridge_value copy;
    assert_ok(gobridge_value_copy(&pointer, &copy));
    compare_both_ways(&pointer, &copy, EQUAL, NO_ORDER);
    compare_both_ways(&pointer, &other, UNEQUAL, NO_ORDER);
    assert_int_equal(hash_of(&pointer), hash_of(&copy));
    assert_int_not_equal(hash_of(&pointer), hash_of(&other));
    assert_ok(gobridge_value_release(&copy));
    let_go(&pointer);
    let_go(&other);

    const gobridge_value nil_pointer = named(box("*int64", &nil));
    compare_both_ways(&nil_pointer, &nil, UNEQUAL, NO_ORDER);
    let_go(&nil_pointer);
}

/* The order of a type that has a method for it. */
static void orders_of_types(void **state) {
    (void)state;
    static const struct {
        const char *type, *a, *b;
        int32_t order;
    } rows[] = {
        {"time.Time", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000000001Z", -1},
        {"time.Time", "2024-01-02T03:04:05Z", "2024-01-02T04:04:05+01:00", 0},
        {"*big.Int", "123456789012345678901234567890", "-1", 1},
        {"*big.Int", "5", "5", 0},
        {"*big.Rat", "1/3", "1/2", -1},
        {"*big.Float", "1e1000", "1e999", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref a, b;
        int32_t order = 9;
        assert_ok(gobridge_value_from_text(parse(rows[i].type), rows[i].a, strlen(rows[i].a), &a));
        assert_ok(gobridge_value_from_text(parse(rows[i].type), rows[i].b, strlen(rows[i].b), &b));
        const gobridge_value x = named(a), y = named(b);
        assert_ok(gobridge_value_compare(&x, &y, &order));
        assert_int_equal(order, rows[i].order);
        assert_ok(gobridge_value_compare(&y, &x, &order));
        assert_int_equal(order, -rows[i].order);
        assert_ok(gobridge_release(a));
        assert_ok(gobridge_release(b));
    }
}

/* A method that panics: in a process of its own, where Go and not cmocka handles the fault. */
static void order_of_nil(void) {
    int32_t order = 9;
    const gobridge_value none = named(box("*big.Int", &nil)), zero = named(make_variable("big.Int"));
    assert_status(gobridge_value_compare(&none, &zero, &order), GOBRIDGE_E_PANIC, "nil pointer");
    assert_int_equal(order, 9);
    let_go(&none);
    let_go(&zero);
}

static void what_can_not_be_compared(void **state) {
    (void)state;
    static const char *const types[] = {"[]int64",   "map[string]int64", "func()", "struct{ f func() }",
                                        "[2][]byte", "[0]func()"};
    const gobridge_value slice = bytes("b", 1), number = integer(GOBRIDGE_KIND_INT64, 1);
    uint8_t equal = 9;
    int32_t order = 9;
    uint64_t hash = 9;
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_value a = named(box_zero(types[i]));
        assert_status(gobridge_value_equal(&a, &a, &equal), GOBRIDGE_E_UNHASHABLE, "uncomparable");
        assert_status(gobridge_value_hash(&a, &hash), GOBRIDGE_E_UNHASHABLE, "value: ");
        assert_status(gobridge_value_compare(&a, &a, &order), GOBRIDGE_E_WRONG_TYPE, "no order");
        assert_true(equal == 9 && hash == 9 && order == 9);
        assert_ok(gobridge_value_equal(&a, &number, &equal)); /* of two types */
        assert_int_equal(equal, 0);
        equal = 9;
        let_go(&a);
    }
    assert_status(gobridge_value_equal(&slice, &slice, &equal), GOBRIDGE_E_UNHASHABLE, "[]uint8");
    assert_status(gobridge_value_hash(&slice, &hash), GOBRIDGE_E_UNHASHABLE, "[]uint8");
    assert_ok(gobridge_value_equal(&slice, &number, &equal));
    assert_int_equal(equal, 0);
}

/* What is no value is refused, also where C would know the other one. */
static void bad_values(void **state) {
    (void)state;
    static const struct {
        gobridge_value value;
        gobridge_status status;
    } rows[] = {
        {{KIND(NIL), .flags = 1}, GOBRIDGE_E_ARGUMENT},
        {{KIND(INT64), .flags = 1}, GOBRIDGE_E_ARGUMENT},
        {{KIND(BOOL), .as.u = 2}, GOBRIDGE_E_RANGE},
        {{KIND(INT8), .as.i = 128}, GOBRIDGE_E_RANGE},
        {{KIND(INT16), .as.i = -32769}, GOBRIDGE_E_RANGE},
        {{KIND(INT32), .as.i = 1LL << 31}, GOBRIDGE_E_RANGE},
        {{KIND(UINT8), .as.u = 256}, GOBRIDGE_E_RANGE},
        {{KIND(UINT16), .as.u = 65536}, GOBRIDGE_E_RANGE},
        {{KIND(UINT32), .as.u = 1ULL << 32}, GOBRIDGE_E_RANGE},
        {{KIND(FLOAT32), .as.f = 1e39}, GOBRIDGE_E_RANGE},
#if UINTPTR_MAX == UINT32_MAX
        {{KIND(INT), .as.i = 1LL << 31}, GOBRIDGE_E_RANGE},
        {{KIND(UINT), .as.u = 1ULL << 32}, GOBRIDGE_E_RANGE},
#endif
        {{KIND(STRING), .as.s = NULL, .len = 1}, GOBRIDGE_E_NULL},
        {{KIND(STRING), .as.s = "x", .len = UINT64_MAX}, GOBRIDGE_E_LIMIT},
        {{KIND(BYTES), .as.s = NULL, .len = 1}, GOBRIDGE_E_NULL},
        {{KIND(COMPLEX128)}, GOBRIDGE_E_WRONG_TYPE},
        {{.kind = 34}, GOBRIDGE_E_WRONG_TYPE},
        {{KIND(REF), .as.ref = 0}, GOBRIDGE_E_NIL_REF},
        {{KIND(REF), .as.ref = UINT64_MAX}, GOBRIDGE_E_FORGED_REF},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_value *bad = &rows[i].value, good = integer(bad->kind, 1);
        const gobridge_status want = rows[i].status;
        uint8_t equal = 9;
        int32_t order = 9;
        uint64_t hash = 9;
        gobridge_value copy = nil;
        assert_status(gobridge_value_equal(bad, &nil, &equal), want, "a: ");
        assert_status(gobridge_value_equal(&nil, bad, &equal), want, "b: ");
        assert_status(gobridge_value_compare(bad, bad, &order), want, "a: ");
        if (bad->kind && bad->kind <= GOBRIDGE_KIND_FLOAT64) {
            assert_status(gobridge_value_compare(&good, bad, &order), want, "b: ");
        }
        assert_status(gobridge_value_hash(bad, &hash), want, "value: ");
        assert_status(gobridge_value_copy(bad, &copy), want, "from: ");
        assert_true(equal == 9 && order == 9 && hash == 9);
        assert_memory_equal(&copy, &nil, sizeof copy);
    }
}

/* What is equal in one thread hashes the same in all. */
static void *hash_in_thread(void *want) {
    const gobridge_value v = text("the same everywhere");
    uint64_t hash = 0;
    for (int i = 0; i < 1000; i++) {
        expect(gobridge_value_hash(&v, &hash) == GOBRIDGE_OK);
        expect(hash == *(uint64_t *)want);
    }
    return NULL;
}

static void hashes_in_threads(void **state) {
    (void)state;
    const gobridge_value v = text("the same everywhere");
    uint64_t hash = hash_of(&v);
    run_threads(8, hash_in_thread, &hash, 0);
}

int main(int argc, char **argv) {
    static const scenario order_of_nil_apart = {"order_of_nil", order_of_nil};
    run_scenario(argc, argv, &order_of_nil_apart, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_values), cmocka_unit_test(references),
        cmocka_unit_test(orders_of_types), cmocka_unit_test(what_can_not_be_compared),
        cmocka_unit_test(bad_values),      cmocka_unit_test(hashes_in_threads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
