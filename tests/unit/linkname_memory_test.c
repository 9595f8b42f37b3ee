/* The linkname set: variables and slices, and memory of C's. unsafe_New, typedmemmove, growslice, memequal, memhash ... */
#include "check.h"

/* ---- variables ---- */

static void a_new_variable(void **state) {
    (void)state;
    static const char *const types[] = {"int64", "string", "any", "struct{ a string; b [3]any }",
                                        "[100000]uint8"};
    for (size_t i = 0; i < COUNT(types); i++) {
        char pointer_type[64];
        gobridge_ref pointers[2];
        gobridge_value values[2];
        uint8_t equal = 9;
        snprintf(pointer_type, sizeof pointer_type, "*%s", types[i]);
        for (size_t n = 0; n < 2; n++) {
            assert_ok(gobridge_reflect_unsafe_New(parse(types[i]), &pointers[n]));
            assert_type(pointers[n], pointer_type);
            values[n] = named(pointers[n]);
        }
        assert_ok(gobridge_value_equal(&values[0], &values[1], &equal));
        assert_int_equal(equal, 0); /* they are two */
        const gobridge_ref zero = make_variable(types[i]);
        for (size_t n = 0; n < 2; n++) {
            assert_ok(gobridge_value_follow(n ? zero : pointers[0], &values[n]));
        }
        assert_ok(gobridge_value_equal(&values[0], &values[1], &equal));
        assert_int_equal(equal, 1);
        const gobridge_ref all[] = {zero, pointers[0], pointers[1]};
        for (size_t n = 0; n < COUNT(all); n++) {
            assert_ok(gobridge_release(all[n]));
        }
        for (size_t n = 0; n < 2; n++) {
            assert_ok(gobridge_value_release(&values[n]));
        }
    }
}

static void text_in(gobridge_ref pointer, const char *want) {
    gobridge_value value;
    assert_ok(gobridge_value_load(pointer, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, want, strlen(want));
}

static void moving_and_clearing(void **state) {
    (void)state;
    const gobridge_ref a = make_variable("string"), b = make_variable("string"), n = make_variable("int64");
    const gobridge_ref none = box("*string", &nil);
    const gobridge_value word = text("word"), more = text("more");
    assert_ok(gobridge_value_store(a, &word));
    assert_ok(gobridge_reflect_typedmemmove(b, a));
    assert_ok(gobridge_value_store(a, &more));
    text_in(a, "more");
    text_in(b, "word");
    assert_ok(gobridge_reflect_typedmemmove(a, a));
    text_in(a, "more");
    assert_ok(gobridge_reflect_typedmemclr(a));
    text_in(a, "");

    assert_status(gobridge_reflect_typedmemmove(n, b), GOBRIDGE_E_WRONG_TYPE,
                  "src is a *string, dst a *int64");
    assert_status(gobridge_reflect_typedmemmove(none, b), GOBRIDGE_E_NIL, "dst");
    assert_status(gobridge_reflect_typedmemmove(b, none), GOBRIDGE_E_NIL, "src");
    assert_status(gobridge_reflect_typedmemclr(none), GOBRIDGE_E_NIL, "pointer");
    text_in(b, "word");
    const gobridge_ref all[] = {a, b, n, none};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* No thread ever sees a string that is half the one and half the other. */
static void *moving_thread(void *argument) {
    const gobridge_ref *variables = argument;
    for (int i = 0; i < 500; i++) {
        gobridge_value seen;
        expect(gobridge_reflect_typedmemmove(variables[0], variables[1 + i % 2]) == GOBRIDGE_OK);
        expect(gobridge_value_load(variables[0], &seen) == GOBRIDGE_OK);
        expect((seen.len == 1 && seen.as.s[0] == '1') || (seen.len == 22 && seen.as.s[21] == '2'));
        expect(gobridge_value_release(&seen) == GOBRIDGE_OK);
    }
    return NULL;
}

static void threads_move(void **state) {
    (void)state;
    gobridge_ref variables[] = {make_variable("string"), make_variable("string"), make_variable("string")};
    const gobridge_value one = text("1"), two = text("twenty-two bytes and 2");
    assert_int_equal(two.len, 22);
    assert_ok(gobridge_value_store(variables[1], &one));
    assert_ok(gobridge_value_store(variables[2], &two));
    run_threads(8, moving_thread, variables, 0);
    for (size_t i = 0; i < COUNT(variables); i++) {
        assert_ok(gobridge_release(variables[i]));
    }
}

/* ---- slices ---- */

static int64_t len_of(gobridge_ref slice) {
    int64_t len = -1;
    assert_ok(gobridge_slice_len(slice, &len));
    return len;
}

static int64_t cap_of(gobridge_ref slice) {
    int64_t cap = -1;
    assert_ok(gobridge_slice_cap(slice, &cap));
    return cap;
}

static void set(gobridge_ref slice, int64_t i, gobridge_value elem) {
    assert_ok(gobridge_slice_set(slice, i, &elem));
}

static void expect_number(gobridge_ref slice, int64_t i, int64_t want) {
    gobridge_value elem;
    assert_ok(gobridge_slice_get(slice, i, &elem));
    assert_int_equal(elem.as.i, want);
}

static void expect_text(gobridge_ref slice, int64_t i, const char *want) {
    gobridge_value elem;
    assert_ok(gobridge_slice_get(slice, i, &elem));
    assert_shows(&elem, GOBRIDGE_KIND_STRING, want, strlen(want));
}

static void arrays(void **state) {
    (void)state;
    static const int64_t counts[] = {0, 1, 2, 1000};
    static const char *const types[] = {"string", "struct{}", "[3]uint16"};
    gobridge_ref slice = 0;
    for (size_t t = 0; t < COUNT(types); t++) {
        char slice_type[32];
        snprintf(slice_type, sizeof slice_type, "[]%s", types[t]);
        for (size_t i = 0; i < COUNT(counts); i++) {
            assert_ok(gobridge_reflect_unsafe_NewArray(parse(types[t]), counts[i], &slice));
            assert_type(slice, slice_type);
            assert_int_equal(len_of(slice), counts[i]);
            assert_int_equal(cap_of(slice), counts[i]);
            if (t == 0 && counts[i] > 0) {
                set(slice, counts[i] - 1, text("last"));
                expect_text(slice, counts[i] - 1, "last");
                expect_text(slice, 0, counts[i] == 1 ? "last" : "");
            }
            assert_ok(gobridge_release(slice));
        }
    }
    static const int64_t refused[] = {-1, INT64_MIN, INT64_MAX, (1LL << 30) / 8 + 1};
    slice = 9;
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_status(gobridge_reflect_unsafe_NewArray(parse("int64"), refused[i], &slice),
                      out_of_bounds(refused[i]), "n");
    }
    assert_int_equal(slice, 9);
}

static void copying(void **state) {
    (void)state;
    gobridge_ref dst, src, part, four = make_variable("[4]int64"), none = box("*[4]int64", &nil), texts;
    int64_t copied = 9;
    assert_ok(gobridge_reflect_unsafe_NewArray(parse("int64"), 5, &dst));
    assert_ok(gobridge_reflect_unsafe_NewArray(parse("int64"), 3, &src));
    for (int64_t i = 0; i < 3; i++) {
        set(src, i, integer(GOBRIDGE_KIND_INT64, i + 1));
    }
    assert_ok(gobridge_reflect_typedslicecopy(dst, src, &copied));
    assert_int_equal(copied, 3);
    for (int64_t i = 0; i < 5; i++) {
        expect_number(dst, i, i < 3 ? i + 1 : 0);
    }
    /* they may overlap */
    assert_ok(gobridge_slice_sub(dst, 1, 5, &part));
    assert_ok(gobridge_reflect_typedslicecopy(part, dst, &copied));
    assert_int_equal(copied, 4);
    static const int64_t moved[] = {1, 1, 2, 3, 0};
    for (int64_t i = 0; i < 5; i++) {
        expect_number(dst, i, moved[i]);
    }
    /* an array behind a pointer is a slice too */
    assert_ok(gobridge_reflect_typedslicecopy(four, src, &copied));
    assert_int_equal(copied, 3);
    expect_number(four, 2, 3);

    assert_ok(gobridge_reflect_unsafe_NewArray(parse("string"), 2, &texts));
    copied = 9;
    assert_status(gobridge_reflect_typedslicecopy(texts, src, &copied), GOBRIDGE_E_WRONG_TYPE,
                  "src is a []int64, dst a []string");
    assert_status(gobridge_reflect_typedslicecopy(none, src, &copied), GOBRIDGE_E_NIL, "dst");
    assert_status(gobridge_reflect_typedslicecopy(src, none, &copied), GOBRIDGE_E_NIL, "src");
    assert_int_equal(copied, 9);
    const gobridge_ref all[] = {dst, src, part, four, none, texts};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

static void growing(void **state) {
    (void)state;
    gobridge_ref slice, same, grown, appended;
    assert_ok(gobridge_slice_new(parse("[]string"), 2, 4, &slice));
    set(slice, 0, text("first"));
    set(slice, 1, text("second"));
    assert_ok(gobridge_reflect_growslice(slice, 2, &same)); /* there is room: it is the same memory */
    assert_int_equal(cap_of(same), 4);
    set(same, 0, text("changed"));
    expect_text(slice, 0, "changed");
    assert_ok(gobridge_reflect_growslice(slice, 100, &grown));
    assert_type(grown, "[]string");
    assert_int_equal(len_of(grown), 2);
    assert_in_range(cap_of(grown), 102, 1000);
    expect_text(grown, 0, "changed");
    expect_text(grown, 1, "second");
    set(grown, 0, text("its own"));
    expect_text(slice, 0, "changed");
    /* what is beyond the length is zero */
    assert_ok(gobridge_slice_sub(grown, 0, 102, &appended));
    expect_text(appended, 101, "");

    gobridge_ref refused = 9;
    static const int64_t nums[] = {-1, INT64_MIN, INT64_MAX, 1LL << 30};
    for (size_t i = 0; i < COUNT(nums); i++) {
        assert_status(gobridge_reflect_growslice(slice, nums[i], &refused), GOBRIDGE_E_LIMIT, "num");
    }
    assert_int_equal(refused, 9);
    const gobridge_ref all[] = {slice, same, grown, appended};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
    /* of numbers, whose memory the runtime does not clear by itself; of nothing; and of a nil slice */
    static const char *const types[] = {"[]uint8", "[]struct{}", "[]int64"};
    for (size_t i = 0; i < COUNT(types); i++) {
        slice = box(types[i], &nil);
        assert_ok(gobridge_reflect_growslice(slice, 5000, &grown));
        assert_int_equal(len_of(grown), 0);
        assert_in_range(cap_of(grown), 5000, 20000);
        assert_ok(gobridge_slice_sub(grown, 0, 5000, &appended));
        if (i != 1) {
            for (int64_t n = 0; n < 5000; n++) {
                expect_number(appended, n, 0);
            }
        }
        assert_ok(gobridge_release(slice));
        assert_ok(gobridge_release(grown));
        assert_ok(gobridge_release(appended));
    }
}

/* Copying and growing while others write: no string is ever half of one and half of the other. */
static void *slice_thread(void *argument) {
    const gobridge_ref *slices = argument;
    for (int i = 0; i < 200; i++) {
        gobridge_ref grown = 0;
        gobridge_value seen;
        int64_t copied = 0;
        expect(gobridge_reflect_typedslicecopy(slices[0], slices[1 + i % 2], &copied) == GOBRIDGE_OK);
        expect(copied == 3);
        expect(gobridge_reflect_growslice(slices[0], 50, &grown) == GOBRIDGE_OK);
        expect(gobridge_slice_get(grown, 2, &seen) == GOBRIDGE_OK);
        expect((seen.len == 1 && seen.as.s[0] == '1') || (seen.len == 22 && seen.as.s[21] == '2'));
        expect(gobridge_value_release(&seen) == GOBRIDGE_OK);
        expect(gobridge_release(grown) == GOBRIDGE_OK);
    }
    return NULL;
}

static void threads_copy_and_grow(void **state) {
    (void)state;
    gobridge_ref slices[3];
    for (size_t i = 0; i < COUNT(slices); i++) {
        assert_ok(gobridge_slice_new(parse("[]string"), 3, 3, &slices[i]));
        for (int64_t n = 0; n < 3; n++) {
            set(slices[i], n, text(i == 1 ? "1" : "twenty-two bytes and 2"));
        }
    }
    run_threads(8, slice_thread, slices, 0);
    for (size_t i = 0; i < COUNT(slices); i++) {
        assert_ok(gobridge_release(slices[i]));
    }
}

/* ---- memory of C's ---- */

static void equal_memory(void **state) {
    (void)state;
    unsigned char a[200], b[200];
    memset(a, 7, sizeof a);
    memset(b, 7, sizeof b);
    for (size_t size = 0; size <= sizeof a; size++) {
        uint8_t equal = 9;
        assert_ok(gobridge_runtime_memequal(a, b, size, &equal));
        assert_int_equal(equal, 1);
        if (size > 0) { /* the last byte counts, the one after it does not */
            b[size - 1] = 8;
            assert_ok(gobridge_runtime_memequal(a, b, size, &equal));
            assert_int_equal(equal, 0);
            assert_ok(gobridge_runtime_memequal(a, b, size - 1, &equal));
            assert_int_equal(equal, 1);
            b[size - 1] = 7;
        }
    }
}

static uint64_t hash_of(const void *data, size_t size, uint64_t seed) {
    uint64_t hash = 9;
    assert_ok(gobridge_runtime_memhash(data, seed, size, &hash));
    return hash;
}

static void hashing(void **state) {
    (void)state;
    char data[300], same[300];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = same[i] = (char)(i * 5);
    }
    int alike = 0;
    for (size_t size = 0; size <= sizeof data; size++) {
        uint64_t hash = 9;
        assert_int_equal(hash_of(data, size, 1), hash_of(same, size, 1));
        assert_ok(gobridge_runtime_strhash(data, size, 1, &hash));
        assert_int_equal(hash, hash_of(data, size, 1)); /* a string has the hash of its bytes */
        assert_true(sizeof(void *) == 8 || hash <= UINT32_MAX);
        /* another seed and another byte give another hash, but for the odd chance */
        alike += size > 0 && hash_of(data, size, 2) == hash;
        if (size > 0) {
            same[size - 1] ^= 1;
            alike += hash_of(same, size, 1) == hash;
            same[size - 1] ^= 1;
        }
    }
    assert_in_range(alike, 0, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_variable),
        cmocka_unit_test(moving_and_clearing),
        cmocka_unit_test(threads_move),
        cmocka_unit_test(arrays),
        cmocka_unit_test(copying),
        cmocka_unit_test(growing),
        cmocka_unit_test(threads_copy_and_grow),
        cmocka_unit_test(equal_memory),
        cmocka_unit_test(hashing),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
