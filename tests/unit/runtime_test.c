/* The library and its Go runtime: versions, and the table of the linkname set. */
#include "functions.h"

#include <ctype.h>

static void version(void **state) {
    (void)state;
    assert_int_equal(gobridge_version(), GOBRIDGE_VERSION);
    assert_int_equal(GOBRIDGE_VERSION, 10000);
    assert_int_equal(GOBRIDGE_API_VERSION, 100);
}

static void go_release(void **state) {
    (void)state;
    const char *release = NULL, *again = NULL;
    assert_ok(gobridge_go_release(&release));
    assert_int_equal(strncmp(release, "go1.", 4), 0);
    assert_true(isdigit((unsigned char)release[4]));
    assert_ok(gobridge_go_release(&again));
    assert_ptr_equal(release, again);
}

/* The set, from linkname-list-go1.24.txt, with unsafe.Pointer for what only the runtime can name. */
#define P "unsafe.Pointer"
static const struct {
    const char *symbol, *signature;
    size_t word; /* of platforms that have it, 0 for all */
} expected[] = {
    {"runtime.iscgo", "var bool", 0},
    {"runtime.set_crosscall2", "var func()", 0},
    {"runtime.makemap_small", "func() " P, 0},
    {"runtime.makemap", "func(t " P ", hint int, m " P ") " P, 0},
    {"runtime.mapaccess2", "func(t, m " P ", key " P ") (" P ", bool)", 0},
    {"runtime.mapassign", "func(t, m " P ", key " P ") " P, 0},
    {"runtime.mapdelete", "func(t, m " P ", key " P ")", 0},
    {"runtime.getitab", "func(inter, typ " P ", canfail bool) " P, 0},
    {"runtime.convT64", "func(val uint64) " P, 0},
    {"runtime.convTstring", "func(val string) " P, 0},
    {"runtime.convTslice", "func(val []byte) " P, 0},
    {"runtime.mapiternext", "func(it " P ")", 0},
    {"runtime.cgocall", "func(fn, arg " P ") int32", 0},
    {"runtime.mapaccess2_fast32", "func(t, m " P ", key uint32) (" P ", bool)", 0},
    {"runtime.mapassign_fast32", "func(t, m " P ", key uint32) " P, 0},
    {"runtime.mapassign_fast32ptr", "func(t, m " P ", key " P ") " P, 4},
    {"runtime.mapaccess2_fast64", "func(t, m " P ", key uint64) (" P ", bool)", 0},
    {"runtime.mapassign_fast64", "func(t, m " P ", key uint64) " P, 0},
    {"runtime.mapassign_fast64ptr", "func(t, m " P ", key " P ") " P, 8},
    {"reflect.makemap", "func(t " P ", cap int) " P, 0},
    {"reflect.mapaccess", "func(t, m " P ", key " P ") " P, 0},
    {"reflect.mapassign0", "func(t, m " P ", key, elem " P ")", 0},
    {"reflect.maplen", "func(m " P ") int", 0},
    {"reflect.mapiterinit", "func(t, m " P ", it " P ")", 0},
    {"reflect.mapiternext", "func(it " P ")", 0},
    {"reflect.mapiterkey", "func(it " P ") " P, 0},
    {"reflect.mapiterelem", "func(it " P ") " P, 0},
    {"math.Float32bits", "func(f float32) uint32", 0},
};
#undef P

static bool is_exported(const char *name) {
    for (size_t i = 0; i < CROSSING; i++) {
        if (strcmp(every_function[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void the_28_symbols(void **state) {
    (void)state;
    const gobridge_symbol *const *symbols = NULL;
    size_t count = 0;
    assert_int_equal(COUNT(expected), 28);
    assert_ok(gobridge_symbols(&symbols, &count));
    assert_int_equal(count, 28);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const gobridge_symbol *s = NULL;
        for (size_t n = 0; n < count; n++) {
            if (strcmp(symbols[n]->symbol, expected[i].symbol) == 0) {
                assert_null(s); /* each stands there once */
                s = symbols[n];
            }
        }
        if (!s) {
            fail_msg("%s is not listed", expected[i].symbol);
            return; /* for the analyzer */
        }
        /* the function is gobridge_ and the symbol with its dot as an underscore */
        char function[64];
        snprintf(function, sizeof function, "gobridge_%s", s->symbol);
        *strchr(function, '.') = '_';
        assert_string_equal(s->function, function);
        assert_true(is_exported(s->function));
        assert_string_equal(s->signature, expected[i].signature);
        assert_string_equal(s->first_verified, "go1.21");
        assert_string_equal(s->last_verified, "go1.27");
        assert_int_not_equal(s->reason[0], 0);
        const bool is_absent = expected[i].word && expected[i].word != sizeof(void *);
        assert_int_equal(strcmp(s->backend, "none") == 0, is_absent);
        assert_true(is_absent || strcmp(s->backend, "linkname") == 0 || strcmp(s->backend, "portable") == 0);
        assert_true(is_absent ||
                    strcmp(s->backend, symbols[0]->backend) == 0); /* one backend answers for all */
    }
    const gobridge_symbol *const *again = NULL;
    assert_ok(gobridge_symbols(&again, &count));
    assert_ptr_equal(again, symbols);
}

static void *asking_thread(void *argument) {
    for (int i = 0; i < 100; i++) {
        const gobridge_symbol *const *symbols = NULL;
        const char *release = NULL;
        size_t count = 0;
        expect(gobridge_symbols(&symbols, &count) == GOBRIDGE_OK && count == 28 && symbols[27]->reason);
        expect(gobridge_go_release(&release) == GOBRIDGE_OK && release);
    }
    return argument;
}

static void from_many_threads(void **state) {
    (void)state;
    run_threads(8, asking_thread, NULL, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version),
        cmocka_unit_test(go_release),
        cmocka_unit_test(the_28_symbols),
        cmocka_unit_test(from_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
