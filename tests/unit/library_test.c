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
    assert_ok(gobridge_slice_new(parse("[]string"), 100, 100, &parts));
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

/* The table of a copy, which tells of itself by a name that dlsym finds in it. */
static const gobridge_api *table_of(void *library) {
    gobridge_status (*get)(uint32_t, const gobridge_api **);
    *(void **)&get = dlsym(library, "gobridge_api_get");
    assert_non_null(get);
    const gobridge_api *api = NULL;
    assert_ok(get(GOBRIDGE_API_VERSION, &api));
    return api;
}

/* What another runtime gave names nothing here, and the other way round, though both count alike. */
static void references_of_another_runtime(void **state) {
    (void)state;
    char path[] = "/tmp/libgobridge-XXXXXX";
    const gobridge_api *there = table_of(load_copy(path)), *here = NULL;
    assert_ok(gobridge_api_get(GOBRIDGE_API_VERSION, &here));
    gobridge_ref type = 0, map[2][50];
    assert_ok(there->gobridge_type_parse("map[string]int", 14, &type));
    int64_t len = 9;
    for (size_t i = 0; i < COUNT(map[0]); i++) {
        assert_ok(there->gobridge_map_new(type, 0, &map[1][i]));
        map[0][i] = make_map("map[string]int");
        assert_failed(here->gobridge_map_len(map[1][i], &len), GOBRIDGE_E_FORGED_REF, "gobridge_map_len",
                      "map");
        assert_int_equal(there->gobridge_map_len(map[0][i], &len), GOBRIDGE_E_FORGED_REF);
        assert_int_equal(there->gobridge_release(map[0][i]), GOBRIDGE_E_FORGED_REF);
        assert_int_equal(len, 9);
    }
    assert_ok(there->gobridge_map_len(map[1][0], &len));
    assert_int_equal(len, 0);
    for (size_t i = 0; i < COUNT(map[0]); i++) {
        assert_ok(there->gobridge_release(map[1][i]));
        assert_ok(here->gobridge_release(map[0][i]));
    }
    unlink(path); /* Go stays for as long as the process does */
}

/* Every function of a table is the library's own, under its own name: that of a second library in the process as of the first. */
static void tables_have_what_is_theirs(void **state) {
    (void)state;
    char path[] = "/tmp/libgobridge-XXXXXX";
    void *copy = load_copy(path);
    const gobridge_api *tables[] = {NULL, table_of(copy)};
    void *const libraries[] = {dlopen("libgobridge.so.1", RTLD_NOW | RTLD_NOLOAD), copy};
    assert_non_null(libraries[0]);
    assert_ok(gobridge_api_get(GOBRIDGE_API_VERSION, &tables[0]));
    assert_ptr_not_equal(tables[0], tables[1]);
    for (size_t i = 0; i < COUNT(tables); i++) {
        assert_int_equal(tables[i]->size, sizeof(gobridge_api));
        assert_int_equal(tables[i]->version, GOBRIDGE_API_VERSION);
#define GOBRIDGE_LOCAL(name, ...) \
    assert_ptr_equal((void *)(uintptr_t)tables[i]->name, dlsym(libraries[i], #name));
#define GOBRIDGE_CALL(name, ...) GOBRIDGE_LOCAL(name, )
#define GOBRIDGE_CALL_OF_C(name, ...)
#include "../../csrc/functions.h"
    }
    unlink(path);
}

static void tables_of_other_versions(void **state) {
    (void)state;
    static const uint32_t none[] = {0, 1, 99, GOBRIDGE_API_VERSION + 1, 200, UINT32_MAX};
    const gobridge_api *api = NULL;
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_failed(gobridge_api_get(none[i], &api), GOBRIDGE_E_UNSUPPORTED, "gobridge_api_get", "version");
        assert_null(api);
    }
    for (uint32_t version = 100; version <= GOBRIDGE_API_VERSION; version++) {
        assert_ok(gobridge_api_get(version, &api));
        assert_non_null(api);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones_work),
        cmocka_unit_test(what_is_too_much),
        cmocka_unit_test(references_of_another_runtime),
        cmocka_unit_test(tables_have_what_is_theirs),
        cmocka_unit_test(tables_of_other_versions),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
