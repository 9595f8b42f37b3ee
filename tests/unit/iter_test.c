/* Iterators: C asks for the next value of a Go func that gives one after the other. */
#include "check.h"

#include <time.h>

static gobridge_ref words(const char *of) {
    gobridge_ref func = 0, iter = 0;
    gobridge_value seq;
    const gobridge_value argument = text(of);
    assert_ok(gobridge_func_find("guest.words", 11, &func));
    assert_ok(gobridge_call(func, &argument, 1, &seq, 1));
    assert_ok(gobridge_iter_new(seq.as.ref, &iter));
    assert_ok(gobridge_value_release(&seq)); /* the iterator keeps it */
    assert_ok(gobridge_release(func));
    return iter;
}

static int64_t ended(void) {
    gobridge_ref func = 0;
    gobridge_value count;
    assert_ok(gobridge_func_find("guest.wordsEnded", 16, &func));
    assert_ok(gobridge_call(func, NULL, 0, &count, 1));
    assert_ok(gobridge_release(func));
    return count.as.i;
}

static void assert_pair(gobridge_ref iter, int64_t at, const char *word) {
    gobridge_value first, second;
    uint8_t found = 9;
    assert_ok(gobridge_iter_next(iter, &first, &second, &found));
    assert_int_equal(found, 1);
    assert_true(first.kind == GOBRIDGE_KIND_INT && first.as.i == at);
    assert_shows(&second, GOBRIDGE_KIND_STRING, word, strlen(word));
}

static void assert_end(gobridge_ref iter) {
    for (int again = 0; again < 2; again++) {
        gobridge_value first = integer(GOBRIDGE_KIND_INT, 1), second = first;
        uint8_t found = 9;
        assert_ok(gobridge_iter_next(iter, &first, &second, &found));
        assert_true(!found && first.kind == GOBRIDGE_KIND_NIL && second.kind == GOBRIDGE_KIND_NIL);
    }
}

static void pairs(void **state) {
    (void)state;
    const gobridge_ref iter = words("one two  three");
    const int64_t before = ended();
    assert_pair(iter, 0, "one");
    assert_pair(iter, 1, "two");
    assert_int_equal(ended(), before); /* it goes on only when it is asked */
    assert_pair(iter, 2, "three");
    assert_end(iter);
    assert_int_equal(ended(), before + 1);
    assert_ok(gobridge_release(iter));
    const gobridge_ref empty = words("");
    assert_end(empty);
    assert_ok(gobridge_release(empty));
}

static void single_values(void **state) {
    (void)state;
    gobridge_ref func = 0, iter = 0;
    gobridge_value first, second;
    uint8_t found = 0;
    assert_ok(gobridge_func_find("guest.ones", 10, &func));
    assert_ok(gobridge_iter_new(func, &iter));
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_iter_next(iter, &first, i ? &second : NULL, &found));
        assert_true(found && first.kind == GOBRIDGE_KIND_INT64 && first.as.i == 1);
        assert_true(!i || second.kind == GOBRIDGE_KIND_NIL);
    }
    assert_end(iter);
    assert_ok(gobridge_release(iter));
    assert_ok(gobridge_release(func));
}

/* A func that is in the middle comes to its end when the iterator is released. */
static void released_early(void **state) {
    (void)state;
    const int64_t before = ended();
    const gobridge_ref asked = words("one two"), never_asked = words("one");
    assert_pair(asked, 0, "one");
    assert_ok(gobridge_release(asked));
    assert_ok(gobridge_release(never_asked));
    gobridge_value first;
    uint8_t found;
    assert_status(gobridge_iter_next(asked, &first, NULL, &found), GOBRIDGE_E_STALE_REF, "iter");
    while (ended() == before) { /* the test's timeout ends it */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_int_equal(ended(), before + 1);
}

static void funcs_that_fail(void **state) {
    (void)state;
    gobridge_value first = nil;
    uint8_t found = 9;
    const gobridge_ref panics = words("one panic! two"), exits = words("goexit! one");
    assert_pair(panics, 0, "one");
    assert_status(gobridge_iter_next(panics, &first, NULL, &found), GOBRIDGE_E_PANIC, "no word");
    gobridge_error error;
    assert_ok(gobridge_last_error(&error));
    assert_non_null(strstr(error.stack, "guest/main.go"));
    assert_int_equal(found, 9);
    assert_end(panics);
    assert_status(gobridge_iter_next(exits, &first, NULL, &found), GOBRIDGE_E_GOEXIT, "Goexit");
    assert_end(exits);
    assert_ok(gobridge_release(panics));
    assert_ok(gobridge_release(exits));
}

/* C's own func of that shape, whose yield says when to stop. */
static gobridge_status count_up(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                                size_t nresults) {
    (void)nargs, (void)results, (void)nresults;
    for (int64_t i = 0;; i++) {
        const gobridge_value number = integer(GOBRIDGE_KIND_INT64, i);
        gobridge_value goes_on;
        const gobridge_status status = gobridge_call(args[0].as.ref, &number, 1, &goes_on, 1);
        if (status || !goes_on.as.u) {
            atomic_store((atomic_int *)data, status ? -1 : (int)i + 1);
            return status;
        }
    }
}

static void a_func_of_the_hosts(void **state) {
    (void)state;
    atomic_int given = 0;
    gobridge_ref func = 0, iter = 0;
    gobridge_value first;
    uint8_t found = 0;
    assert_ok(gobridge_callback_new(parse("func(func(int64) bool)"), count_up, &given, NULL, &func));
    assert_ok(gobridge_iter_new(func, &iter));
    for (int64_t i = 0; i < 100; i++) {
        assert_ok(gobridge_iter_next(iter, &first, NULL, &found));
        assert_true(found && first.as.i == i);
    }
    assert_ok(gobridge_release(iter));
    while (atomic_load(&given) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_int_equal(atomic_load(&given), 100);
    assert_ok(gobridge_release(func));
    while (live_references()) { /* the callback had its yield */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static atomic_int_fast64_t total;

static void *take_all(void *argument) {
    for (uint8_t found = 1; found;) {
        gobridge_value first, second;
        expect(gobridge_iter_next(*(gobridge_ref *)argument, &first, &second, &found) == GOBRIDGE_OK);
        if (found) {
            atomic_fetch_add(&total, first.as.i + 1);
            expect(gobridge_value_release(&second) == GOBRIDGE_OK);
        }
    }
    return NULL;
}

static void several_threads(void **state) {
    (void)state;
    enum { WORDS = 400 };
    char many[2 * WORDS + 1];
    for (size_t i = 0; i < WORDS; i++) {
        many[2 * i] = 'w';
        many[2 * i + 1] = ' ';
    }
    many[2 * WORDS - 1] = 0;
    gobridge_ref iter = words(many);
    run_threads(8, take_all, &iter, 0);
    assert_int_equal(atomic_load(&total), WORDS * (WORDS + 1) / 2);
    assert_ok(gobridge_release(iter));
}

static void what_is_no_seq(void **state) {
    (void)state;
    static const char *const types[] = {"func()",
                                        "func(func() bool)",
                                        "func(func(int) int)",
                                        "func(func(int))",
                                        "func(func(int, int, int) bool)",
                                        "func(...func(int) bool)",
                                        "func(func(...int) bool)",
                                        "func(func(int) bool) int",
                                        "func(int)",
                                        "int"};
    gobridge_ref iter = 9;
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_ref zero = box_zero(types[i]);
        assert_status(gobridge_iter_new(zero, &iter), GOBRIDGE_E_WRONG_KIND, "seq");
        assert_ok(gobridge_release(zero));
    }
    const gobridge_ref none = box_zero("func(func(int) bool)");
    assert_status(gobridge_iter_new(none, &iter), GOBRIDGE_E_NIL, "seq");
    assert_ok(gobridge_release(none));
    assert_int_equal(iter, 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs),
        cmocka_unit_test(single_values),
        cmocka_unit_test(released_early),
        cmocka_unit_test(funcs_that_fail),
        cmocka_unit_test(a_func_of_the_hosts),
        cmocka_unit_test(several_threads),
        cmocka_unit_test(what_is_no_seq),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
