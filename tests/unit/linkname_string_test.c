/* The linkname set: maps by strings. Each symbol gives what the slow route gives, for the maps that the compiler would send
 * there; all others are refused, for they would be corrupted. */
#include "check.h"

typedef gobridge_status look_up_function(gobridge_ref, const char *, size_t, void *, uint8_t *);
typedef gobridge_status assign_function(gobridge_ref, const char *, size_t, const void *);

static look_up_function *const look_up[] = {gobridge_runtime_mapaccess2_faststr,
                                            gobridge_reflect_mapaccess_faststr};
static assign_function *const assign[] = {gobridge_runtime_mapassign_faststr,
                                          gobridge_reflect_mapassign_faststr0};

/* What cmd/compile's mapfast answers for a map type. */
static void the_compilers_choice(void **state) {
    (void)state;
    static const struct {
        const char *type;
        bool is_fast;
    } rows[] = {
        {"map[string]int64", true},
        {"map[string]struct{}", true},
        {"map[string][128]uint8", true},
        {"map[string][129]uint8", false},
        {"map[struct{ s string }]int64", true},
        {"map[struct{ a [1]struct{ s string } }]int64", true},
        {"map[[1]string]int64", true},
        {"map[struct{ _ string }]int64", false},
        {"map[struct{ s string; n int }]int64", false},
        {"map[struct{ n struct{}; s string }]int64", false},
        {"map[[2]string]int64", false},
        {"map[[0]string]int64", false},
        {"map[any]int64", false},
        {"map[*string]int64", false},
        {"map[int64]int64", false},
        {"map[[16]uint8]int64", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref map = make_map(rows[i].type);
        const gobridge_status want = rows[i].is_fast ? GOBRIDGE_OK : GOBRIDGE_E_NOT_FAST;
        const unsigned char elem[129] = {7};
        unsigned char out[129];
        uint8_t found = 9;
        for (size_t route = 0; route < 2; route++) {
            assert_failed(assign[route](map, "key", 3, elem), want,
                          route ? "gobridge_reflect_mapassign_faststr0"
                                : "gobridge_runtime_mapassign_faststr",
                          "map is a map[");
            assert_failed(look_up[route](map, "key", 3, out, &found), want,
                          route ? "gobridge_reflect_mapaccess_faststr"
                                : "gobridge_runtime_mapaccess2_faststr",
                          "map is a map[");
            assert_int_equal(found, rows[i].is_fast ? 1 : 9);
            assert_int_equal(length(map), rows[i].is_fast);
        }
        assert_failed(gobridge_reflect_mapdelete_faststr(map, "key", 3), want,
                      "gobridge_reflect_mapdelete_faststr", "map is a map[");
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(map));
    }
}

/* The i-th key: of lengths on both sides of where the runtime changes its ways (0, 32, 64), with NULs and high bytes. */
static size_t nth(size_t i, char *key) {
    static const size_t lengths[] = {0, 1, 7, 31, 32, 33, 63, 64, 65, 300};
    const size_t len = i == 0 ? 0 : i < 256 ? lengths[1 + i % (COUNT(lengths) - 1)] : 33;
    memset(key, (int)i, len);
    if (len >= sizeof(uint32_t)) {
        memcpy(key + len / 2, &(uint32_t){(uint32_t)i}, len / 2 < sizeof(uint32_t) ? 1 : sizeof(uint32_t));
    }
    return len;
}

/* Every look-up that there is for the map gives this. */
static void expect_entry(gobridge_ref map, const char *key, size_t len, bool is_there, int64_t want) {
    const gobridge_value value = text_of(key, len);
    for (int route = 0; route < 3; route++) {
        int64_t elem = 9;
        uint8_t found = 9;
        assert_failed(route == 2 ? gobridge_runtime_mapaccess2(map, &value, &elem, &found)
                                 : look_up[route](map, key, len, &elem, &found),
                      GOBRIDGE_OK, "look-up", "");
        assert_int_equal(found, is_there);
        assert_int_equal(elem, want);
    }
}

/* What one route has put there, every route finds, changes and removes; keys are copied. */
static void all_routes_agree(void **state) {
    (void)state;
    enum { ENTRIES = 1000 };
    const gobridge_ref map = make_map("map[string]int64");
    char key[300];
    for (int64_t round = 0; round < 3; round++) { /* the later ones change elements, by another route */
        for (size_t i = 0; i < ENTRIES; i++) {
            const size_t len = nth(i, key);
            const int64_t elem = (int64_t)i + round;
            const gobridge_value value = text_of(key, len);
            const size_t route = (i + (size_t)round) % 3;
            assert_failed(route == 2 ? gobridge_runtime_mapassign(map, &value, &elem)
                                     : assign[route](map, key, len, &elem),
                          GOBRIDGE_OK, "assign", "");
            memset(key, 0xEE, sizeof key);
            expect_entry(map, key, nth(i, key), true, elem);
        }
    }
    const int64_t entries = length(map);
    assert_in_range(entries, ENTRIES / 2, ENTRIES); /* short keys are the same */
    for (size_t i = 0; i < ENTRIES; i++) {
        const size_t len = nth(i, key);
        const gobridge_value value = text_of(key, len);
        assert_failed(i % 2 ? gobridge_reflect_mapdelete_faststr(map, key, len)
                            : gobridge_runtime_mapdelete(map, &value),
                      GOBRIDGE_OK, "delete", "");
        expect_entry(map, key, len, false, 0);
    }
    assert_int_equal(length(map), 0);
    assert_ok(gobridge_reflect_mapdelete_faststr(map, "not there", 9));
    assert_ok(gobridge_release(map));
}

/* Elements that hold pointers cross as values, and what does not fit changes nothing. */
static void elements(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]string");
    const gobridge_value word = text("an element");
    gobridge_value out;
    uint8_t found = 9;
    for (size_t route = 0; route < 2; route++) {
        assert_ok((assign[route](map, "key", 3, &word)));
        assert_ok((look_up[route](map, "key", 3, &out, &found)));
        assert_int_equal(found, 1);
        assert_shows(&out, GOBRIDGE_KIND_STRING, word.as.s, word.len);
        assert_ok((look_up[route](map, "none", 4, &out, &found)));
        assert_int_equal(found, 0);
        assert_shows(&out, GOBRIDGE_KIND_STRING, "", 0);
    }
    assert_status(gobridge_runtime_mapassign_faststr(map, "new", 3, &nil), GOBRIDGE_E_WRONG_TYPE, "elem");
    assert_status(gobridge_reflect_mapassign_faststr0(map, "new", 3, &nil), GOBRIDGE_E_WRONG_TYPE, "elem");
    assert_int_equal(length(map), 1);
    assert_ok(gobridge_release(map));
}

static void nil_maps(void **state) {
    (void)state;
    const gobridge_ref map = box("map[string]int64", &nil);
    const int64_t elem = 1;
    expect_entry(map, "key", 3, false, 0);
    assert_status(gobridge_runtime_mapassign_faststr(map, "key", 3, &elem), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_reflect_mapassign_faststr0(map, "key", 3, &elem), GOBRIDGE_E_NIL, "map");
    assert_ok(gobridge_reflect_mapdelete_faststr(map, "key", 3));
    assert_ok(gobridge_release(map));
}

enum { THREADS = 8, EACH = 300 };

typedef struct share {
    gobridge_ref map;
    int first;
} share;

static void *sharing_thread(void *argument) {
    const share *mine = argument;
    for (int i = 0; i < EACH; i++) {
        char key[32];
        const int64_t number = mine->first + i;
        const size_t len = (size_t)snprintf(key, sizeof key, "%lld", (long long)number);
        int64_t elem = -1;
        uint8_t found = 0;
        expect(assign[i % 2](mine->map, key, len, &number) == GOBRIDGE_OK);
        expect(look_up[i % 2](mine->map, key, len, &elem, &found) == GOBRIDGE_OK && found && elem == number);
        if (i % 3 == 0) {
            expect(gobridge_reflect_mapdelete_faststr(mine->map, key, len) == GOBRIDGE_OK);
        }
    }
    return NULL;
}

static void threads_share_a_map(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int64");
    share shares[THREADS];
    for (int i = 0; i < THREADS; i++) {
        shares[i] = (share){.map = map, .first = i * EACH};
    }
    run_threads(THREADS, sharing_thread, shares, sizeof *shares);
    assert_int_equal(length(map), THREADS * EACH * 2 / 3);
    assert_ok(gobridge_release(map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_compilers_choice),
        cmocka_unit_test(all_routes_agree),
        cmocka_unit_test(elements),
        cmocka_unit_test(nil_maps),
        cmocka_unit_test(threads_share_a_map),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
