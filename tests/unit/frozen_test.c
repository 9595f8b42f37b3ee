/* Frozen maps: every shape of keys and elements against the Go map that they were frozen from, singly and in columns,
 * from threads and in a forked child. */
#include "check.h"

#include <limits.h>

/* ---- keys and elements of all sizes ---- */

/* Numbers that look random, the same for the same index. */
static uint64_t scramble(uint64_t i) {
    i = (i ^ i >> 30) * 0xBF58476D1CE4E5B9U;
    return (i ^ i >> 27) * 0x94D049BB133111EBU;
}

enum { ROOM = 64 };

/* What stands for the i-th of different keys or elements of a type. */
typedef struct sample {
    unsigned char data[ROOM];
    gobridge_text text;
} sample;

static sample make_sample(size_t size, uint64_t i) {
    sample s;
    memset(s.data, 0, sizeof s.data);
    for (size_t at = 0; at < size; at += sizeof i) {
        const uint64_t x = at == 0 ? i : scramble(i + at);
        memcpy(s.data + at, &x, size - at < sizeof x ? size - at : sizeof x);
    }
    s.text = (gobridge_text){NULL, 0};
    return s;
}

/* Strings of all lengths up to 40, different ones for different numbers below a million. */
static sample make_text_sample(uint64_t i) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz01234567";
    sample s;
    memset(&s, 0, sizeof s);
    const int len =
        snprintf((char *)s.data, sizeof s.data, "%s%llu", &letters[i % 34], (unsigned long long)i);
    s.text.len = i == 0 ? 0 : (uint64_t)len;
    return s;
}

typedef struct part {
    const char *type;
    size_t size;     /* 0: a string */
    uint64_t values; /* how many there are */
} part;

static sample sample_of(const part *p, uint64_t i) {
    return p->size ? make_sample(p->size, i) : make_text_sample(i);
}

/* As the map's functions take it: bytes, or a value. */
static const void *for_map(const part *p, const sample *s, gobridge_value *value) {
    *value = text_of((const char *)s->data, s->text.len);
    return p->size ? (const void *)s->data : value;
}

/* As frozen maps take and give it. */
static size_t put(const part *p, sample *s, void *to) {
    s->text.data = (const char *)s->data;
    memcpy(to, p->size ? (const void *)s->data : &s->text, p->size ? p->size : sizeof s->text);
    return p->size ? p->size : sizeof s->text;
}

static void assert_is(const part *p, const sample *want, const unsigned char *got) {
    if (p->size) {
        assert_memory_equal(got, want->data, p->size);
        return;
    }
    gobridge_text t;
    memcpy(&t, got, sizeof t);
    assert_int_equal(t.len, want->text.len);
    assert_non_null(t.data);
    assert_memory_equal(t.data, want->data, t.len);
}

/* Keys 0, 2, 4 ... are in the map; 1, 3, 5 ... are not. The i-th key has the i-th element. */
static void try_shape(const part *key, const part *elem, uint64_t entries) {
    char expression[128];
    snprintf(expression, sizeof expression, "map[%s]%s", key->type, elem->type);
    const gobridge_ref map = make_map(expression);
    gobridge_value k, e;
    for (uint64_t i = 0; i < entries; i++) {
        const sample key_sample = sample_of(key, 2 * i), elem_sample = sample_of(elem, 2 * i);
        assert_ok(
            gobridge_runtime_mapassign(map, for_map(key, &key_sample, &k), for_map(elem, &elem_sample, &e)));
    }
    gobridge_frozen *frozen = NULL;
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_release(map));
    int64_t len = -1;
    assert_ok(gobridge_frozen_len(frozen, &len));
    assert_int_equal(len, entries);

    const uint64_t asked = 2 * entries + 2 <= key->values ? 2 * entries + 2 : key->values;
    const size_t stride = ROOM + 3; /* nothing is aligned */
    sample *samples = calloc(asked, sizeof *samples);
    unsigned char *keys = malloc(asked * stride), *elems = malloc(asked * stride), *found = malloc(asked);
    assert_true(samples && keys && elems && found);
    memset(elems, 0xA5, asked * stride);
    memset(found, 0xA5, asked);
    const sample zero = elem->size ? make_sample(elem->size, 0) : make_text_sample(0);
    sample none = zero;
    memset(none.data, 0, sizeof none.data);
    size_t elem_size = 0;
    for (uint64_t i = 0; i < asked; i++) {
        samples[i] = sample_of(key, i);
        put(key, &samples[i], keys + i * stride);
    }
    assert_ok(gobridge_frozen_get_n(frozen, keys, stride, asked, elems, stride, found));
    for (uint64_t i = 0; i < asked; i++) {
        const bool is_there = i % 2 == 0 && i / 2 < entries;
        sample want = is_there ? sample_of(elem, i) : none;
        unsigned char one[ROOM];
        uint8_t one_found = 9;
        memset(one, 0xA5, sizeof one);
        assert_int_equal(found[i], is_there);
        assert_is(elem, &want, elems + i * stride);
        elem_size = elem->size ? elem->size : sizeof(gobridge_text);
        assert_int_equal(elems[i * stride + elem_size], 0xA5); /* not a byte more is written */
        assert_ok(gobridge_frozen_get(frozen, keys + i * stride, one, &one_found));
        assert_int_equal(one_found, is_there);
        assert_is(elem, &want, one);
        one_found = 9;
        assert_ok(gobridge_frozen_get(frozen, keys + i * stride, NULL, &one_found));
        assert_int_equal(one_found, is_there);
    }
    free(samples);
    free(keys);
    free(elems);
    free(found);
    assert_ok(gobridge_frozen_release(frozen));
}

static void all_shapes(void **state) {
    (void)state;
    static const part parts[] = {
        {"uint64", 8, UINT64_MAX},
        {"int32", 4, UINT32_MAX},
        {"uint16", 2, 65536},
        {"int8", 1, 256},
        {"string", 0, 1000000},
        {"[3]uint8", 3, 1 << 24},
        {"[5]uint8", 5, UINT32_MAX},
        {"[2]uint64", 16, UINT64_MAX},
        {"[3]int32", 12, UINT64_MAX},
        {"struct{ a, b int32; c [2]uint16; d uint32 }", 16, UINT64_MAX},
        {"[37]uint8", 37, UINT64_MAX},
        {"time.Duration", 8, UINT64_MAX},
        {"uintptr", sizeof(uintptr_t), UINT32_MAX},
    };
    static const uint64_t entries[] = {0, 1, 2, 3, 31, 32, 33, 127, 1000};
    for (size_t k = 0; k < COUNT(parts); k++) {
        for (size_t e = 0; e < COUNT(parts); e++) {
            for (size_t n = 0; n < COUNT(entries); n++) {
                if (2 * entries[n] <= parts[k].values) {
                    try_shape(&parts[k], &parts[e], entries[n]);
                }
            }
        }
    }
}

static void many_entries(void **state) {
    (void)state;
    static const part number = {"uint64", 8, UINT64_MAX}, word = {"string", 0, 1000000};
    for (uint64_t entries = 0; entries < 300; entries++) {
        try_shape(&word, &number, entries);
    }
    try_shape(&number, &number, 200000);
    try_shape(&word, &number, 50000);
    try_shape(&word, &word, 50000);
}

/* Keys without a byte, elements without one, bools, and floats as elements. */
static void special_types(void **state) {
    (void)state;
    const uint8_t truth = 1, nothing = 0, neither = 2;
    const double half = 0.5;
    double got = 9;
    uint8_t found = 9;
    gobridge_frozen *frozen = NULL;

    gobridge_ref map = make_map("map[struct{}]float64");
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_frozen_get(frozen, &nothing, &got, &found));
    assert_true(found == 0 && got == 0);
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_runtime_mapassign(map, &nothing, &half));
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_frozen_get(frozen, &nothing, &got, &found));
    assert_true(found == 1 && got == half);
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_release(map));

    map = make_map("map[struct{}]struct{}");
    assert_ok(gobridge_runtime_mapassign(map, &nothing, &nothing));
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_frozen_get(frozen, &nothing, NULL, &found));
    assert_int_equal(found, 1);
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_release(map));

    map = make_map("map[bool]bool");
    uint8_t answer = 9;
    assert_ok(gobridge_runtime_mapassign(map, &truth, &truth));
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_frozen_get(frozen, &truth, &answer, &found));
    assert_true(found == 1 && answer == 1);
    assert_ok(gobridge_frozen_get(frozen, &nothing, &answer, &found));
    assert_true(found == 0 && answer == 0);
    assert_ok(gobridge_frozen_get(frozen, &neither, &answer, &found));
    assert_true(found == 0 && answer == 0);
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_release(map));

    map = box("map[int64]int64", &nil); /* a nil map */
    const int64_t zero = 0;
    int64_t len = -1;
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_frozen_len(frozen, &len));
    assert_int_equal(len, 0);
    assert_ok(gobridge_frozen_get(frozen, &zero, &len, &found));
    assert_int_equal(found, 0);
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_release(map));
}

/* Strings with NULs and without a byte; NULL as the data of an empty one; a length that no string has. */
static void strings(void **state) {
    (void)state;
    const gobridge_value with_nul = text_of("a\0b", 3), a = text("a"), empty = text("");
    gobridge_ref map = make_map("map[string]string");
    assert_ok(gobridge_runtime_mapassign(map, &with_nul, &a));
    assert_ok(gobridge_runtime_mapassign(map, &empty, &with_nul));
    gobridge_frozen *frozen = NULL;
    assert_ok(gobridge_map_freeze(map, &frozen));
    const gobridge_text keys[] = {{"a\0b", 3}, {"a\0c", 3}, {"a", 1}, {NULL, 0}, {"x", 0}};
    gobridge_text elems[COUNT(keys)];
    uint8_t found[COUNT(keys)];
    assert_ok(gobridge_frozen_get_n(frozen, keys, sizeof *keys, COUNT(keys), elems, sizeof *elems, found));
    assert_memory_equal(found, "\1\0\0\1\1", COUNT(keys));
    assert_true(elems[0].len == 1 && elems[0].data[0] == 'a');
    assert_true(elems[1].len == 0 && elems[1].data);
    assert_true(elems[3].len == 3 && memcmp(elems[3].data, "a\0b", 3) == 0);
    assert_true(elems[4].len == 3);
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_release(map));
}

/* It is a copy: what becomes of the map does not show, nor is a reference held. */
static void is_a_copy(void **state) {
    (void)state;
    const int64_t one = 1, two = 2;
    gobridge_ref map = make_map("map[int64]int64");
    assert_ok(gobridge_runtime_mapassign(map, &one, &one));
    gobridge_frozen *frozen = NULL;
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_runtime_mapassign(map, &one, &two));
    assert_ok(gobridge_runtime_mapassign(map, &two, &two));
    assert_ok(gobridge_release(map));
    int64_t elem = 0;
    uint8_t found = 0;
    assert_ok(gobridge_frozen_get(frozen, &one, &elem, &found));
    assert_true(found == 1 && elem == 1);
    assert_ok(gobridge_frozen_get(frozen, &two, &elem, &found));
    assert_true(found == 0 && elem == 0);
    assert_ok(gobridge_frozen_release(frozen));
}

static void columns(void **state) {
    (void)state;
    const int64_t one = 1;
    gobridge_ref map = make_map("map[int64]int64");
    assert_ok(gobridge_runtime_mapassign(map, &one, &one));
    gobridge_frozen *frozen = NULL;
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_frozen_get_n(frozen, NULL, 0, 0, NULL, 0, NULL));
    assert_ok(gobridge_frozen_get_n(frozen, &one, 0, 100, NULL, 0, NULL));
    int64_t elems[100] = {0};
    assert_ok(gobridge_frozen_get_n(frozen, &one, 0, 100, elems, 8, NULL)); /* the same key each time */
    for (size_t i = 0; i < COUNT(elems); i++) {
        assert_int_equal(elems[i], 1);
    }
    assert_status(gobridge_frozen_get_n(frozen, NULL, 8, 1, elems, 8, NULL), GOBRIDGE_E_NULL, "keys");
    assert_ok(gobridge_frozen_release(frozen));
    assert_ok(gobridge_release(map));
}

static void types_that_can_not_be_frozen(void **state) {
    (void)state;
    static const struct {
        const char *type, *part;
    } rows[] = {
        {"map[float64]int64", "keys of type float64"},
        {"map[float32]int64", "keys"},
        {"map[complex64]int64", "keys"},
        {"map[[2]float64]int64", "keys"},
        {"map[any]int64", "keys"},
        {"map[*int64]int64", "keys"},
        {"map[[2]string]int64", "keys"},
        {"map[struct{ a int8; b int64 }]int64", "keys"}, /* padding in the midst */
        {"map[struct{ a int64; b int8 }]int64", "keys"}, /* and at the end */
        {"map[struct{ a int64; _ int64 }]int64", "keys"},
        {"map[int64]any", "elements of type interface {}"},
        {"map[int64][]byte", "elements"},
        {"map[int64]*int64", "elements"},
        {"map[string][1]string", "elements"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref map = make_map(rows[i].type);
        gobridge_frozen *const untouched = (gobridge_frozen *)&rows, *frozen = untouched;
        assert_status(gobridge_map_freeze(map, &frozen), GOBRIDGE_E_WRONG_TYPE, rows[i].part);
        assert_ptr_equal(frozen, untouched);
        assert_ok(gobridge_release(map));
    }
}

/* ---- threads and forks ---- */

enum { SHARED = 10000 };

static gobridge_frozen *freeze_squares(const char *expression) {
    gobridge_ref map = make_map(expression);
    for (int64_t i = 0; i < SHARED; i++) {
        const int64_t square = i * i;
        assert_ok(gobridge_runtime_mapassign(map, &i, &square));
    }
    gobridge_frozen *frozen = NULL;
    assert_ok(gobridge_map_freeze(map, &frozen));
    assert_ok(gobridge_release(map));
    return frozen;
}

static bool has_squares(const gobridge_frozen *frozen) {
    bool all = true;
    for (int64_t i = 0; i < SHARED; i++) {
        int64_t square = -1;
        uint8_t found = 0;
        all = all && gobridge_frozen_get(frozen, &i, &square, &found) == GOBRIDGE_OK && found &&
              square == i * i;
    }
    return all;
}

static void *reading_thread(void *frozen) {
    for (int i = 0; i < 10; i++) {
        expect(has_squares(*(gobridge_frozen **)frozen));
    }
    return NULL;
}

static void read_by_threads(void **state) {
    (void)state;
    gobridge_frozen *frozen = freeze_squares("map[int64]int64");
    run_threads(8, reading_thread, &frozen, 0);
    assert_ok(gobridge_frozen_release(frozen));
}

/* Threads that freeze a map while others write to it: each copy holds what was there at one moment. */
static atomic_bool writing;

static void *writing_thread(void *map) {
    char word[32];
    for (int64_t i = 0; i < 2000; i++) {
        const gobridge_value key = text_of(word, (size_t)snprintf(word, sizeof word, "%lld", (long long)i));
        expect(gobridge_runtime_mapassign(*(gobridge_ref *)map, &key, &i) == GOBRIDGE_OK);
    }
    atomic_store(&writing, false);
    return NULL;
}

static void *freezing_thread(void *map) {
    bool again = true;
    while (again) {
        again = atomic_load(&writing);
        gobridge_frozen *frozen = NULL;
        int64_t len = -1;
        if (gobridge_map_freeze(*(gobridge_ref *)map, &frozen) != GOBRIDGE_OK) {
            expect(!"frozen");
            return NULL;
        }
        expect(gobridge_frozen_len(frozen, &len) == GOBRIDGE_OK);
        for (int64_t i = 0; i <= len; i += 7) {
            char word[32];
            const gobridge_text key = {word, (uint64_t)snprintf(word, sizeof word, "%lld", (long long)i)};
            int64_t elem = -1;
            uint8_t found = 9;
            expect(gobridge_frozen_get(frozen, &key, &elem, &found) == GOBRIDGE_OK);
            expect(found == (i < len) && elem == (found ? i : 0));
        }
        expect(gobridge_frozen_release(frozen) == GOBRIDGE_OK);
    }
    return NULL;
}

static void *write_or_freeze(void *argument) {
    gobridge_ref *which = argument;
    return which[0] ? writing_thread(&which[0]) : freezing_thread(&which[1]);
}

static void frozen_while_it_grows(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int64");
    gobridge_ref roles[3][2] = {{map, map}, {0, map}, {0, map}};
    atomic_store(&writing, true);
    run_threads(COUNT(roles), write_or_freeze, roles, sizeof *roles);
    assert_ok(gobridge_release(map));
}

static void read_in_a_forked_child(void **state) {
    (void)state;
    gobridge_frozen *frozen = freeze_squares("map[int64]int64");
    const pid_t pid = fork();
    if (pid == 0) {
        gobridge_frozen *none = NULL;
        _exit(has_squares(frozen) && gobridge_frozen_release(frozen) == GOBRIDGE_OK &&
                      gobridge_map_freeze(1, &none) == GOBRIDGE_E_FORKED
                  ? 0
                  : 1);
    }
    assert_exits(pid);
    assert_ok(gobridge_frozen_release(frozen));
}

/* Keys that collide for every seed of a hash function that multiplies and shifts alone. */
static void keys_that_someone_chose(void **state) {
    (void)state;
    static const uint64_t keys[][2] = {{0, 0}, {1ULL << 63, 1ULL << 63 | 1ULL << 31}};
    const gobridge_ref map = make_map("map[[2]uint64]uint64");
    for (uint64_t i = 0; i < COUNT(keys); i++) {
        assert_ok(gobridge_runtime_mapassign(map, keys[i], &i));
    }
    alarm(10);
    for (int n = 0; n < 1000; n++) {
        gobridge_frozen *frozen = NULL;
        assert_ok(gobridge_map_freeze(map, &frozen));
        for (uint64_t i = 0; i < COUNT(keys); i++) {
            uint64_t elem = 9;
            uint8_t found = 9;
            assert_ok(gobridge_frozen_get(frozen, keys[i], &elem, &found));
            assert_true(found == 1 && elem == i);
        }
        assert_ok(gobridge_frozen_release(frozen));
    }
    alarm(0);
    assert_ok(gobridge_release(map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes),
        cmocka_unit_test(many_entries),
        cmocka_unit_test(special_types),
        cmocka_unit_test(strings),
        cmocka_unit_test(is_a_copy),
        cmocka_unit_test(columns),
        cmocka_unit_test(types_that_can_not_be_frozen),
        cmocka_unit_test(read_by_threads),
        cmocka_unit_test(frozen_while_it_grows),
        cmocka_unit_test(read_in_a_forked_child),
        cmocka_unit_test(keys_that_someone_chose),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
