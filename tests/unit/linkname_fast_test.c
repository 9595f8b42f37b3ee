/* The linkname set: the fast variants. For each map type the compiler chooses one or none; the right ones work and agree
 * with the slow route, all others are refused, for they would corrupt the map. */
#include "check.h"

#define WORD sizeof(void *)

typedef enum variant { SLOW, FAST32, FAST64, POINTER } variant;

#define FAST_WORD (WORD == 8 ? FAST64 : FAST32)

/* What cmd/compile's mapfast answers for map[key]elem. */
static const struct {
    const char *type;
    variant variant;
} types[] = {
    /* numbers, by their size and not their sign */
    {"map[int32]int64", FAST32},
    {"map[uint32]int64", FAST32},
    {"map[rune]int64", FAST32},
    {"map[int64]int64", FAST64},
    {"map[uint64]int64", FAST64},
    {"map[time.Duration]int64", FAST64},
    {"map[int]int64", FAST_WORD},
    {"map[uint]int64", FAST_WORD},
    {"map[uintptr]int64", FAST_WORD},
    {"map[bool]int64", SLOW},
    {"map[int8]int64", SLOW},
    {"map[uint16]int64", SLOW},
    /* memory of the same size that holds no padding */
    {"map[[4]uint8]int64", FAST32},
    {"map[[2]uint16]int64", FAST32},
    {"map[[1]int32]int64", FAST32},
    {"map[[4]bool]int64", FAST32},
    {"map[struct{ a, b uint16 }]int64", FAST32},
    {"map[struct{ a uint16; b, c bool }]int64", FAST32},
    {"map[[8]uint8]int64", FAST64},
    {"map[[2]int32]int64", FAST64},
    {"map[struct{ a int32; b [2]uint16 }]int64", FAST64},
    {"map[struct{ s struct{ n int64 } }]int64", FAST64},
    {"map[struct{ e struct{}; n int32 }]int64", FAST32},
    {"map[struct{ a uint8; b uint16 }]int64", SLOW}, /* padding between */
    {"map[struct{ a uint16; b uint8 }]int64", SLOW}, /* padding at the end */
    {"map[struct{ _ int32 }]int64", SLOW},           /* a field that does not count */
    {"map[struct{ a int32; _ int32 }]int64", SLOW},
    {"map[[3]uint8]int64", SLOW},
    {"map[[12]uint8]int64", SLOW},
    {"map[struct{}]int64", SLOW},
    {"map[[0]int64]int64", SLOW},
    /* floats are not compared as memory, whatever they are in */
    {"map[float32]int64", SLOW},
    {"map[float64]int64", SLOW},
    {"map[complex64]int64", SLOW},
    {"map[[1]float32]int64", SLOW},
    {"map[struct{ f float64 }]int64", SLOW},
    {"map[struct{ n int32; f float32 }]int64", SLOW},
    /* nor are these */
    {"map[string]int64", SLOW},
    {"map[any]int64", SLOW},
    {"map[error]int64", SLOW},
    /* pointers */
    {"map[*int64]int64", POINTER},
    {"map[**string]int64", POINTER},
    {"map[chan int]int64", POINTER},
    {"map[<-chan string]int64", POINTER},
    {"map[unsafe.Pointer]int64", POINTER},
    {"map[struct{ p *int64 }]int64", POINTER},
    {"map[[1]*int64]int64", POINTER},
    {"map[[2]*int64]int64", SLOW}, /* 8 bytes on 386, but not one pointer */
    {"map[struct{ p *int64; n int32 }]int64", SLOW},
    /* elements of at most 128 bytes, of any kind */
    {"map[int32]struct{}", FAST32},
    {"map[int64][128]uint8", FAST64},
    {"map[int64][129]uint8", SLOW},
    {"map[int32][128]uint8", FAST32},
    {"map[int32][129]uint8", SLOW},
    {"map[int32][5000]uint8", SLOW},
    {"map[uint64]string", FAST64},
    {"map[uint64]any", FAST64},
    {"map[uint32]map[string]int", FAST32},
    {"map[uint64][16]int64", FAST64},
    {"map[uint64][17]int64", SLOW},
    {"map[*int64][128]uint8", POINTER},
    {"map[*int64][129]uint8", SLOW},
};

/* One of the six functions, with a key and an element that fit no more than they must: a refusal comes first. */
static gobridge_status look_up32(gobridge_ref map, gobridge_ref key, const void *elem) {
    uint8_t found;
    (void)key, (void)elem;
    return gobridge_runtime_mapaccess2_fast32(map, 1, NULL, &found);
}

static gobridge_status assign32(gobridge_ref map, gobridge_ref key, const void *elem) {
    (void)key;
    return gobridge_runtime_mapassign_fast32(map, 0, elem);
}

static gobridge_status assign32ptr(gobridge_ref map, gobridge_ref key, const void *elem) {
    return gobridge_runtime_mapassign_fast32ptr(map, key, elem);
}

static gobridge_status look_up64(gobridge_ref map, gobridge_ref key, const void *elem) {
    uint8_t found;
    (void)elem;
    return gobridge_runtime_mapaccess2_fast64(map, key, NULL, &found);
}

static gobridge_status assign64(gobridge_ref map, gobridge_ref key, const void *elem) {
    (void)key;
    return gobridge_runtime_mapassign_fast64(map, 0, elem);
}

static gobridge_status assign64ptr(gobridge_ref map, gobridge_ref key, const void *elem) {
    return gobridge_runtime_mapassign_fast64ptr(map, key, elem);
}

static const struct {
    const char *name;
    gobridge_status (*call)(gobridge_ref map, gobridge_ref key, const void *elem);
    variant takes, takes_too;
    size_t word; /* the size of pointers without which it is unsupported, 0 for any */
} functions[] = {
    {"gobridge_runtime_mapaccess2_fast32", look_up32, FAST32, FAST32, 0},
    {"gobridge_runtime_mapassign_fast32", assign32, FAST32, FAST32, 0},
    {"gobridge_runtime_mapassign_fast32ptr", assign32ptr, POINTER, POINTER, 4},
    {"gobridge_runtime_mapaccess2_fast64", look_up64, FAST64, WORD == 8 ? POINTER : FAST64, 0},
    {"gobridge_runtime_mapassign_fast64", assign64, FAST64, FAST64, 0},
    {"gobridge_runtime_mapassign_fast64ptr", assign64ptr, POINTER, POINTER, 8},
};

/* The key type in map[key]elem. */
static const char *key_type(const char *map_type) {
    static char key[256];
    size_t end = strlen("map["), open = 1;
    while (open > 0) {
        open += map_type[end] == '[';
        open -= map_type[end] == ']';
        end++;
    }
    snprintf(key, sizeof key, "%.*s", (int)(end - 1 - strlen("map[")), map_type + strlen("map["));
    return key;
}

static void the_compilers_choice(void **state) {
    (void)state;
    static const unsigned char zero[8192]; /* an element: a plain one, or a NIL, or to be made */
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_ref map = make_map(types[i].type);
        const gobridge_ref key = types[i].variant == POINTER ? box_zero(key_type(types[i].type)) : 1;
        const gobridge_value empty = text("");
        const void *elem = strstr(types[i].type, "]string") ? (const void *)&empty : zero;
        for (size_t f = 0; f < COUNT(functions); f++) {
            const gobridge_status got = functions[f].call(map, key, elem);
            gobridge_status want = GOBRIDGE_E_NOT_FAST;
            if (functions[f].word && functions[f].word != WORD) {
                want = GOBRIDGE_E_UNSUPPORTED;
            } else if (types[i].variant == functions[f].takes || types[i].variant == functions[f].takes_too) {
                want = GOBRIDGE_OK;
            }
            if (got != want) {
                print_error("for %s:\n", types[i].type);
            }
            assert_failed(got, want, functions[f].name, want == GOBRIDGE_E_UNSUPPORTED ? "key" : "map");
        }
        assert_in_range(length(map), 0, 1); /* no refused call has written */
        if (types[i].variant == POINTER) {
            assert_ok(gobridge_release(key));
        }
        assert_ok(gobridge_release(map));
    }
}

static void refusals_name_the_type(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int64");
    const int64_t elem = 1;
    uint8_t found = 9;
    assert_status(gobridge_runtime_mapassign_fast64(map, 1, &elem), GOBRIDGE_E_NOT_FAST, "map[string]int64");
    assert_status(gobridge_runtime_mapaccess2_fast32(map, 1, NULL, &found), GOBRIDGE_E_NOT_FAST,
                  "map[string]int64");
    assert_int_equal(found, 9);
    assert_ok(gobridge_release(map));
}

/* ---- the right ones agree with the slow route ---- */

/* The variant for this platform's pointers. */
static gobridge_status assign_pointer(gobridge_ref map, gobridge_ref key, const void *elem) {
    return (WORD == 8 ? assign64ptr : assign32ptr)(map, key, elem);
}

/* One key: as a fast variant takes it, and as memory. */
typedef struct key {
    uint64_t number;
    union {
        uint64_t u64;
        uint32_t u32;
        gobridge_value value;
    } as;
} key;

/* The i-th key of a type: a number with high bits set too, the i-th variable's address, or else nil or zero. */
static key nth(variant v, const char *type, uint64_t i) {
    key k = {.number = i * 0x9E3779B97F4A7C15U};
    if (v == FAST32) {
        k.as.u32 = (uint32_t)(k.number &= UINT32_MAX);
    } else if (v == FAST64) {
        k.as.u64 = k.number;
    } else {
        k.number = make_variable(
            type + (type[0] == '*')); /* which stands for what it holds where the key is no *T */
        k.as.value = named(k.number);
    }
    return k;
}

static gobridge_status put_fast(variant v, gobridge_ref map, const key *k, const uint64_t *elem) {
    switch (v) {
    case FAST32: return gobridge_runtime_mapassign_fast32(map, (uint32_t)k->number, elem);
    case FAST64: return gobridge_runtime_mapassign_fast64(map, k->number, elem);
    default: return assign_pointer(map, k->number, elem);
    }
}

/* Every look-up that there is for the map gives this. */
static void expect_entry(variant v, const char *type, gobridge_ref map, const key *k, bool is_there,
                         uint64_t want) {
    for (int route = v == POINTER && WORD == 4 ? 1 : 0; route < 3; route++) {
        uint64_t elem = 9;
        uint8_t found = 9;
        const gobridge_status status =
            route == 2    ? gobridge_reflect_mapaccess(map, &k->as, &elem, &found)
            : route == 1  ? gobridge_runtime_mapaccess2(map, &k->as, &elem, &found)
            : v == FAST32 ? gobridge_runtime_mapaccess2_fast32(map, (uint32_t)k->number, &elem, &found)
                          : gobridge_runtime_mapaccess2_fast64(map, k->number, &elem, &found);
        if (status || found != is_there || elem != want) {
            fail_msg("%s, route %d: %s, found %d, element %llu and not %llu", type, route,
                     gobridge_status_name(status), found, (unsigned long long)elem, (unsigned long long)want);
        }
    }
}

/* What one route has put there, every route finds, changes and deletes. */
static void all_routes_agree(void **state) {
    (void)state;
    enum { ENTRIES = 200 };
    for (size_t t = 0; t < COUNT(types); t++) {
        const variant v = types[t].variant;
        const char *key_expression = key_type(types[t].type),
                   *elem = types[t].type + strlen("map[]") + strlen(key_expression);
        if (v == SLOW || strstr(key_expression, "bool") || strcmp(elem, "int64") != 0) {
            continue; /* every number is a key here, and the elements are numbers */
        }
        const gobridge_ref map = make_map(types[t].type);
        static key keys[ENTRIES];
        int64_t entries = 0;
        for (uint64_t i = 0; i < ENTRIES; i++) {
            keys[i] = nth(v, key_expression, i);
        }
        for (uint64_t round = 0; round < 2;
             round++) { /* the second changes the elements by the other route */
            for (uint64_t i = 0; i < ENTRIES; i++) {
                const uint64_t number = i + round;
                assert_failed((i + round) % 2 ? put_fast(v, map, &keys[i], &number)
                                              : gobridge_runtime_mapassign(map, &keys[i].as, &number),
                              GOBRIDGE_OK, types[t].type, "");
                expect_entry(v, types[t].type, map, &keys[i], true, number);
            }
            entries = round ? entries : length(map);
            assert_int_equal(length(map), entries);
        }
        const bool equal_keys = v == POINTER && strncmp(types[t].type, "map[*", 5) != 0;
        assert_int_equal(entries, equal_keys ? 1 : ENTRIES);
        for (uint64_t i = 0; i < ENTRIES; i++) {
            assert_ok(gobridge_runtime_mapdelete(map, &keys[i].as));
            expect_entry(v, types[t].type, map, &keys[i], false, 0);
            if (v == POINTER) {
                assert_ok(gobridge_release(keys[i].number));
            }
        }
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(map));
    }
}

/* Elements of every kind, up to the largest that a fast variant takes. */
static void elements(void **state) {
    (void)state;
    unsigned char in[128], out[129];
    for (size_t i = 0; i < sizeof in; i++) {
        in[i] = (unsigned char)(i + 1);
    }
    gobridge_ref map = make_map("map[uint64][128]uint8");
    uint8_t found = 9;
    out[128] = 0xA5;
    assert_ok(gobridge_runtime_mapassign_fast64(map, UINT64_MAX, in));
    assert_ok(gobridge_runtime_mapaccess2_fast64(map, UINT64_MAX, out, &found));
    assert_memory_equal(in, out, sizeof in);
    assert_int_equal(out[128], 0xA5);
    assert_ok(gobridge_release(map));

    const gobridge_value word = text("an element that is a string");
    gobridge_value value;
    map = make_map("map[uint32]string");
    assert_ok(gobridge_runtime_mapassign_fast32(map, UINT32_MAX, &word));
    assert_ok(gobridge_runtime_mapaccess2_fast32(map, UINT32_MAX, &value, &found));
    assert_shows(&value, GOBRIDGE_KIND_STRING, word.as.s, word.len);
    assert_ok(gobridge_runtime_mapaccess2_fast32(map, 0, &value, &found));
    assert_int_equal(found, 0);
    assert_shows(&value, GOBRIDGE_KIND_STRING, "", 0);
    assert_status(gobridge_runtime_mapassign_fast32(map, 0, &nil), GOBRIDGE_E_WRONG_TYPE, "elem");
    assert_int_equal(length(map), 1);
    assert_ok(gobridge_release(map));
}

/* The bools of a key are checked in a number too. */
static void bools(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[[4]bool]int64");
    const int64_t elem = 1;
    uint8_t found = 9;
    uint32_t good, bad;
    memcpy(&good, (const char[4]){1, 0, 1, 1}, 4);
    memcpy(&bad, (const char[4]){1, 0, 2, 1}, 4);
    assert_ok(gobridge_runtime_mapassign_fast32(map, good, &elem));
    assert_status(gobridge_runtime_mapassign_fast32(map, bad, &elem), GOBRIDGE_E_RANGE, "key");
    assert_status(gobridge_runtime_mapaccess2_fast32(map, bad, NULL, &found), GOBRIDGE_E_RANGE, "key");
    assert_int_equal(length(map), 1);
    assert_int_equal(found, 9);
    assert_ok(gobridge_runtime_mapaccess2(map, &good, NULL, &found));
    assert_int_equal(found, 1);
    assert_ok(gobridge_release(map));
}

/* ---- pointers ---- */

/* The map alone keeps what its keys point to, through every collection. */
static void pointers(void **state) {
    (void)state;
    enum { ENTRIES = 500 };
    const gobridge_ref map = make_map("map[*uint64]uint64");
    gobridge_ref pointer, iterator;
    for (uint64_t i = 0; i < ENTRIES; i++) {
        pointer = make_variable("uint64");
        assert_ok(gobridge_value_store(pointer, &i));
        assert_ok(assign_pointer(map, pointer, &(uint64_t){0}));
        assert_ok(assign_pointer(map, pointer, &i)); /* the same key */
        const gobridge_value key = named(pointer);
        uint64_t elem = ENTRIES;
        uint8_t found = 9;
        assert_ok(gobridge_runtime_mapaccess2(map, &key, &elem, &found));
        assert_true(found == 1 && elem == i);
        if (WORD == 8) {
            assert_ok(gobridge_runtime_mapaccess2_fast64(map, pointer, &elem, &found));
            assert_true(found == 1 && elem == i);
        }
        assert_ok(gobridge_release(pointer));
    }
    assert_int_equal(length(map), ENTRIES);
    uint64_t sum = 0;
    assert_ok(gobridge_reflect_mapiterinit(map, &iterator));
    for (uint64_t i = 0; i < ENTRIES; i++) {
        gobridge_value key;
        uint64_t elem = ENTRIES, target = 0;
        uint8_t found = 9;
        assert_ok(gobridge_reflect_mapiterkey(iterator, &key, &found));
        assert_ok(gobridge_reflect_mapiterelem(iterator, &elem, &found));
        assert_ok(gobridge_value_load(key.as.ref, &target));
        assert_int_equal(target, elem);
        sum += elem;
        assert_ok(gobridge_value_release(&key));
        assert_ok(gobridge_runtime_mapiternext(iterator));
    }
    assert_int_equal(sum, ENTRIES * (ENTRIES - 1) / 2);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));
}

/* What a key may be a reference to. */
static void pointer_keys(void **state) {
    (void)state;
    const uint64_t elem = 1;
    const gobridge_ref map = make_map("map[*int64]uint64"), nil_map = box("map[*int64]uint64", &nil);
    const gobridge_ref target = make_variable("int64"), to_pointer = make_variable("*int64");
    const gobridge_value in = named(target);
    assert_ok(gobridge_value_store(to_pointer, &in));
    const struct {
        gobridge_ref key;
        gobridge_status status;
        bool mine;
    } rows[] = {
        {target, GOBRIDGE_OK, false},
        {to_pointer, GOBRIDGE_OK, false}, /* a **int64 stands for the *int64 that it points to */
        {box("*int64", &nil), GOBRIDGE_OK, true},
        {0, GOBRIDGE_E_NIL_REF, false},
        {make_variable("int32"), GOBRIDGE_E_WRONG_TYPE, true},
        {box("int64", &elem), GOBRIDGE_E_WRONG_TYPE, true},
        {box("**int64", &nil), GOBRIDGE_E_NIL, true},
        {parse("*int64"), GOBRIDGE_E_WRONG_KIND, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t found = 9;
        assert_failed(assign_pointer(map, rows[i].key, &elem), rows[i].status,
                      WORD == 8 ? "gobridge_runtime_mapassign_fast64ptr"
                                : "gobridge_runtime_mapassign_fast32ptr",
                      "key");
        if (WORD == 8) {
            assert_failed(gobridge_runtime_mapaccess2_fast64(map, rows[i].key, NULL, &found), rows[i].status,
                          "gobridge_runtime_mapaccess2_fast64", "key");
            assert_int_equal(found, rows[i].status ? 9 : 1);
        }
        if (rows[i].mine) {
            assert_ok(gobridge_release(rows[i].key));
        }
    }
    assert_int_equal(length(map), 2);
    assert_failed(assign_pointer(nil_map, target, &elem), GOBRIDGE_E_NIL,
                  WORD == 8 ? "gobridge_runtime_mapassign_fast64ptr" : "gobridge_runtime_mapassign_fast32ptr",
                  "map");
    const gobridge_ref all[] = {map, nil_map, target, to_pointer};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_compilers_choice),
        cmocka_unit_test(refusals_name_the_type),
        cmocka_unit_test(all_routes_agree),
        cmocka_unit_test(elements),
        cmocka_unit_test(bools),
        cmocka_unit_test(pointers),
        cmocka_unit_test(pointer_keys),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
