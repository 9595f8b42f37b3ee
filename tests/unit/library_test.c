/* What libgobridge has of its own, for hosts without a Go program: no arguments make it take more than there is. */
#include "check.h"

#include <dlfcn.h>
#include <fcntl.h>

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

/* ---- two runtimes ---- */

/* A copy of the library is another one, with a runtime of its own. */
static void *load_copy(char *path) {
    Dl_info info;
    assert_int_not_equal(dladdr((void *)(uintptr_t)gobridge_version, &info), 0);
    const int from = open(info.dli_fname, O_RDONLY), to = mkstemp(path);
    assert_true(from >= 0 && to >= 0);
    char block[65536];
    for (ssize_t n; (n = read(from, block, sizeof block)) > 0;) {
        assert_int_equal(write(to, block, (size_t)n), n);
    }
    close(from);
    close(to);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fail_msg("%s", dlerror());
    }
    return library;
}

/* What another runtime gave names nothing here, and the other way round, though both count alike. */
static void references_of_another_runtime(void **state) {
    (void)state;
    char path[] = "/tmp/libgobridge-XXXXXX";
    void *library = load_copy(path);
    gobridge_status (*parse_there)(const char *, size_t, gobridge_ref *),
        (*new_there)(gobridge_ref, int64_t, gobridge_ref *);
    gobridge_status (*len_there)(gobridge_ref, int64_t *), (*release_there)(gobridge_ref);
    *(void **)&parse_there = dlsym(library, "gobridge_type_parse");
    *(void **)&new_there = dlsym(library, "gobridge_map_new");
    *(void **)&len_there = dlsym(library, "gobridge_map_len");
    *(void **)&release_there = dlsym(library, "gobridge_release");
    gobridge_ref type = 0, there[50], here[COUNT(there)];
    assert_ok(parse_there("map[string]int", 14, &type));
    int64_t len = 9;
    for (size_t i = 0; i < COUNT(there); i++) {
        assert_ok(new_there(type, 0, &there[i]));
        here[i] = make_map("map[string]int");
        assert_status(gobridge_map_len(there[i], &len), GOBRIDGE_E_FORGED_REF, "map");
        assert_int_equal(len_there(here[i], &len), GOBRIDGE_E_FORGED_REF);
        assert_int_equal(release_there(here[i]), GOBRIDGE_E_FORGED_REF);
        assert_int_equal(len, 9);
    }
    for (size_t i = 0; i < COUNT(there); i++) {
        assert_ok(release_there(there[i]));
        assert_ok(gobridge_release(here[i]));
    }
    unlink(path); /* Go stays for as long as the process does */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones_work),
        cmocka_unit_test(what_is_too_much),
        cmocka_unit_test(references_of_another_runtime),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
