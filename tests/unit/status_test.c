/* Statuses: their names and meanings, and each thread's last failure. */
#include "check.h"

#include <sys/mman.h>

/* The numbers are part of the ABI: this table never changes but at its end. */
static const struct {
    gobridge_status number;
    const char *name;
} frozen[] = {
    {0, "GOBRIDGE_OK"},
    {1, "GOBRIDGE_E_NULL"},
    {2, "GOBRIDGE_E_NIL_REF"},
    {3, "GOBRIDGE_E_STALE_REF"},
    {4, "GOBRIDGE_E_FORGED_REF"},
    {5, "GOBRIDGE_E_WRONG_KIND"},
    {6, "GOBRIDGE_E_WRONG_TYPE"},
    {7, "GOBRIDGE_E_SYNTAX"},
    {8, "GOBRIDGE_E_TOO_DEEP"},
    {9, "GOBRIDGE_E_UNKNOWN_TYPE"},
    {10, "GOBRIDGE_E_UNHASHABLE"},
    {11, "GOBRIDGE_E_NIL"},
    {12, "GOBRIDGE_E_RANGE"},
    {13, "GOBRIDGE_E_NOT_FAST"},
    {14, "GOBRIDGE_E_NOT_IMPLEMENTED"},
    {15, "GOBRIDGE_E_ITERATOR_END"},
    {16, "GOBRIDGE_E_MAP_RELEASED"},
    {17, "GOBRIDGE_E_SCOPE"},
    {18, "GOBRIDGE_E_PANIC"},
    {19, "GOBRIDGE_E_FORKED"},
    {20, "GOBRIDGE_E_NO_MEMORY"},
    {21, "GOBRIDGE_E_UNSUPPORTED"},
    {22, "GOBRIDGE_E_UNKNOWN_NAME"},
    {23, "GOBRIDGE_E_UNEXPORTED"},
    {24, "GOBRIDGE_E_COUNT"},
    {25, "GOBRIDGE_E_RETURNED"},
    {26, "GOBRIDGE_E_GOEXIT"},
    {27, "GOBRIDGE_E_TIMEOUT"},
    {28, "GOBRIDGE_E_CLOSED"},
    {29, "GOBRIDGE_E_BUSY"},
    {30, "GOBRIDGE_E_TOO_SMALL"},
    {31, "GOBRIDGE_E_SYSTEM"},
    {32, "GOBRIDGE_E_BATCH"},
    {33, "GOBRIDGE_E_SKIPPED"},
    {34, "GOBRIDGE_E_INDEX"},
    {35, "GOBRIDGE_E_LIMIT"},
    {36, "GOBRIDGE_E_ARGUMENT"},
    {37, "GOBRIDGE_E_ADDRESS"},
    {38, "GOBRIDGE_E_NO_CALLBACK"},
    {39, "GOBRIDGE_E_INTERRUPTED"},
};

static void names_and_meanings(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(frozen); i++) {
        assert_string_equal(gobridge_status_name(frozen[i].number), frozen[i].name);
        assert_int_not_equal(gobridge_status_meaning(frozen[i].number)[0], 0);
        for (size_t n = 0; n < i; n++) {
            assert_string_not_equal(gobridge_status_meaning(frozen[i].number),
                                    gobridge_status_meaning(frozen[n].number));
        }
    }
    size_t declared = 0;
#define ONE(name, number, meaning) declared++;
    GOBRIDGE_STATUSES(ONE)
#undef ONE
    assert_int_equal(declared, COUNT(frozen));
    static const gobridge_status none[] = {-1, COUNT(frozen), INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_string_equal(gobridge_status_name(none[i]), "GOBRIDGE_E_?");
        assert_string_equal(gobridge_status_meaning(none[i]), "no status of this library");
    }
}

static void *fresh_thread(void *argument) {
    (void)argument;
    gobridge_error error;
    memset(&error, 0xA5, sizeof error);
    expect(gobridge_last_error(&error) == GOBRIDGE_OK);
    expect(error.status == GOBRIDGE_OK && error.reserved == 0);
    expect(error.message && error.message[0] == 0);
    expect(error.stack && error.stack[0] == 0);
    return NULL;
}

static void no_failure_yet(void **state) {
    (void)state;
    assert_status(gobridge_release(0), GOBRIDGE_E_NIL_REF,
                  "ref"); /* a failure of this thread is not another's */
    run_threads(4, fresh_thread, NULL, 0);
}

static void a_success_keeps_it(void **state) {
    (void)state;
    gobridge_error before, after;
    gobridge_ref type;
    assert_status(gobridge_type_parse("map[", 4, &type), GOBRIDGE_E_SYNTAX, "expression");
    assert_ok(gobridge_last_error(&before));
    assert_ok(gobridge_type_parse("map[int]int", 11, &type));
    assert_int_equal(gobridge_last_error(NULL), GOBRIDGE_E_NULL); /* nor is this one recorded */
    assert_ok(gobridge_last_error(&after));
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(after.status, GOBRIDGE_E_SYNTAX);
    assert_string_equal(after.stack, "");
}

static void a_failure_replaces_it(void **state) {
    (void)state;
    gobridge_ref type;
    assert_status(gobridge_type_parse("nonsense", 8, &type), GOBRIDGE_E_UNKNOWN_TYPE, "\"nonsense\"");
    assert_status(gobridge_release(0), GOBRIDGE_E_NIL_REF, "ref is 0");       /* found in Go */
    assert_status(gobridge_ref_count(NULL), GOBRIDGE_E_NULL, "live is NULL"); /* found in C */
    assert_status(gobridge_scope_close(1), GOBRIDGE_E_SCOPE, "scope");
}

/* Two threads fail in different ways again and again, and each sees its own failures alone. */
static void *failing_thread(void *argument) {
    static atomic_int turn;
    const int mine = atomic_fetch_add(&turn, 1) % 2;
    for (int i = 0; i < 2000; i++) {
        gobridge_ref made;
        gobridge_error error;
        const gobridge_status want = mine ? GOBRIDGE_E_NIL_REF : GOBRIDGE_E_UNHASHABLE;
        expect((mine ? gobridge_release(0) : gobridge_type_parse("map[[]int]int", 13, &made)) == want);
        expect(gobridge_last_error(&error) == GOBRIDGE_OK && error.status == want);
        expect(strcmp(error.message,
                      mine ? "gobridge_release: ref is 0"
                           : "gobridge_type_parse: expression: a []int can not be a map's key") == 0);
    }
    return argument;
}

static void each_thread_has_its_own(void **state) {
    (void)state;
    run_threads(8, failing_thread, NULL, 0);
}

/* A message too long for its room is cut to what is still UTF-8. */
static bool is_utf8(const char *s) {
    for (const unsigned char *p = (const unsigned char *)s; *p;) {
        const int more = *p < 0x80                 ? 0
                         : *p >= 0xC2 && *p < 0xE0 ? 1
                         : *p >= 0xE0 && *p < 0xF0 ? 2
                         : *p >= 0xF0 && *p < 0xF5 ? 3
                                                   : -1;
        p++;
        if (more < 0) {
            return false;
        }
        for (int i = 0; i < more; i++, p++) {
            if ((*p & 0xC0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

static void long_messages(void **state) {
    (void)state;
    enum { LEN = 60000 };
    static const char *const letters[] = {"a", "\xC3\xA9", "\xE6\x97\xA5", "\xF0\xA0\x80\x80", "\xFF"};
    char *expression = malloc(LEN + 8);
    for (size_t i = 0; i < COUNT(letters); i++) {
        for (int shift = 0; shift < 4; shift++) {
            gobridge_ref type = 9;
            gobridge_error error;
            size_t len = (size_t)shift;
            memset(expression, 'x', len);
            while (len < LEN) {
                memcpy(expression + len, letters[i], strlen(letters[i]));
                len += strlen(letters[i]);
            }
            assert_int_not_equal(gobridge_type_parse(expression, len, &type), GOBRIDGE_OK);
            assert_ok(gobridge_last_error(&error));
            assert_in_range(strlen(error.message), 500, 1023);
            assert_true(is_utf8(error.message));
            assert_int_equal(type, 9);
        }
    }
    free(expression);
}

/* A panic that is caught gives Go's stack: here Go reads memory that the host has not. cmocka's own handlers for
 * SIGSEGV would come before Go's. */
static void panic_with_stack(void) {
    void *unmapped = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    gobridge_error error;
    gobridge_ref boxed = 9;
    assert_status(gobridge_runtime_convTstring(unmapped, 8, &boxed), GOBRIDGE_E_ADDRESS,
                  "nothing lies at 0x");
    assert_ok(gobridge_last_error(&error));
    assert_non_null(strstr(error.stack, "goroutine "));
    assert_non_null(strstr(error.stack, ".convTstring("));
    assert_int_equal(boxed, 9);
    assert_status(gobridge_release(0), GOBRIDGE_E_NIL_REF, "ref");
    assert_ok(gobridge_last_error(&error));
    assert_string_equal(error.stack, ""); /* that failure was no panic */
    no_live_references(NULL);
}

int main(int argc, char **argv) {
    static const scenario apart = {"panic_with_stack", panic_with_stack};
    run_scenario(argc, argv, &apart, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_meanings),
        cmocka_unit_test(no_failure_yet),
        cmocka_unit_test(a_success_keeps_it),
        cmocka_unit_test(a_failure_replaces_it),
        cmocka_unit_test(each_thread_has_its_own),
        cmocka_unit_test(long_messages),
        APART(&apart),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
