/* What is answered without a call: it is right whatever other threads do to the map and to the reference meanwhile, and it
 * is answered without one where it should be. */
#include "check.h"

#include <inttypes.h>

enum { SECONDS_BY_DEFAULT = 1, STABLE = 64, KEYS = 3000, READERS = 4 };

/* An element has its key in the upper half, so that no two keys have one that is alike. */
static uint64_t elem_of(uint64_t key, uint64_t version) {
    return key << 32 | (version & UINT32_MAX);
}

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* What threads share: a map whose first keys always are there, with elements that one thread makes grow. */
typedef struct arena {
    const char *type;
    bool is_text;
    _Atomic(gobridge_ref) map; /* released and made anew, by its makers */
    gobridge_ref lasting;      /* never */
    atomic_bool stop;
    atomic_uint_fast64_t found, absent, stale, added;
} arena;

static gobridge_value key_of(const arena *a, uint64_t id, char *room) {
    if (!a->is_text) {
        return (gobridge_value){
            .kind = strstr(a->type, "[uint32]") ? GOBRIDGE_KIND_UINT32 : GOBRIDGE_KIND_UINT64, .as.u = id};
    }
    /* 1 to 70 bytes: some are longer than what is found without a call */
    const int len = snprintf(room, 128, "%" PRIu64 "%.*s", id, (int)(id % 64),
                             "................................................................");
    return text_of(room, (size_t)len);
}

static gobridge_value number(uint64_t n) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_UINT64, .as.u = n};
}

static void fill(const arena *a, gobridge_ref map, uint64_t first, uint64_t end, uint64_t version) {
    char room[128];
    for (uint64_t id = first; id < end; id++) {
        const gobridge_value key = key_of(a, id, room), elem = number(elem_of(id, version));
        expect(gobridge_map_set(map, &key, &elem) == GOBRIDGE_OK);
    }
}

/* What the elements of a map that is made anew have, so that no two maps have one that is alike. */
static uint64_t version_of(gobridge_ref map) {
    return (map >> 32) + map % 64 * 0x9E3779B1;
}

static void *reads(void *argument) {
    arena *a = argument;
    uint64_t random = 88172645463325252U ^ (uintptr_t)&a, last[STABLE] = {0};
    char room[128];
    while (!a->stop) {
        const uint64_t id = 1 + next_random(&random) % (KEYS - 1);
        const gobridge_value key = key_of(a, id, room);
        gobridge_value elem = number(0);
        uint8_t found = 9;
        expect(gobridge_map_get(a->lasting, &key, &elem, &found) == GOBRIDGE_OK);
        expect(found == (elem.as.u != 0));
        expect(!found || (elem.kind == GOBRIDGE_KIND_UINT64 && elem.as.u >> 32 == id));
        if (id < STABLE) { /* there, and never older than it was */
            expect(found && elem.as.u >= last[id]);
            last[id] = elem.as.u;
        }
        *(found ? &a->found : &a->absent) += 1;
        const gobridge_ref map = a->map;
        const gobridge_status status = gobridge_map_get(map, &key, &elem, &found);
        expect(status == GOBRIDGE_OK || status == GOBRIDGE_E_STALE_REF);
        expect(status || elem.as.u == (found ? elem_of(id, version_of(map)) : 0));
        a->stale += status != GOBRIDGE_OK;
        int64_t len = -1;
        expect(gobridge_map_len(a->lasting, &len) == GOBRIDGE_OK && len >= STABLE - 1 && len <= KEYS + 1);
    }
    return NULL;
}

/* Lets the map grow and shrink, by single keys and at once, and the stable elements grow. */
static void *writes(void *argument) {
    arena *a = argument;
    uint64_t random = 1442695040888963407U;
    char room[128];
    for (uint64_t version = 1; !a->stop; version++) {
        fill(a, a->lasting, 1, STABLE, version);
        const uint64_t end = STABLE + next_random(&random) % (KEYS - STABLE);
        fill(a, a->lasting, STABLE, end, version);
        for (uint64_t i = 0; i < end; i++) {
            const gobridge_value key = key_of(a, STABLE + next_random(&random) % (KEYS - STABLE), room);
            expect(gobridge_map_delete(a->lasting, &key, NULL) == GOBRIDGE_OK);
        }
    }
    return NULL;
}

/* Makes maps that are read while they are small and grow, are cleared, and are released. */
static void *makes(void *argument) {
    arena *a = argument;
    uint64_t random = 6364136223846793005U;
    while (!a->stop) {
        gobridge_ref map = 0, before = a->map;
        expect(gobridge_map_new(parse(a->type), (int64_t)(next_random(&random) % 2 * 1000), &map) ==
               GOBRIDGE_OK);
        a->map = map;
        fill(a, map, 1, 1 + next_random(&random) % 40, version_of(map));
        expect(gobridge_release(before) == GOBRIDGE_OK);
        fill(a, map, 1, next_random(&random) % 2 ? KEYS / 2 : 2, version_of(map));
        expect(gobridge_map_clear(map) == GOBRIDGE_OK);
        fill(a, map, 1, 10, version_of(map));
    }
    return NULL;
}

static void *collects(void *argument) {
    arena *a = argument;
    while (!a->stop) {
        expect(gobridge_go_collect() == GOBRIDGE_OK);
    }
    return NULL;
}

/* Adds 1 to a key that always is there, and sets others to what they may be: many threads do, and none is lost. */
enum { ADDERS = 2 };

static void *adds(void *argument) {
    arena *a = argument;
    char room[128];
    const gobridge_value one = number(1);
    uint64_t sum_before = 0;
    while (!a->stop) {
        const gobridge_value key = key_of(a, KEYS + 1, room);
        gobridge_value sum = number(0);
        expect(gobridge_map_add(a->lasting, &key, &one, &sum) == GOBRIDGE_OK);
        expect(sum.as.u > sum_before);
        sum_before = sum.as.u;
        a->added += 1;
        /* in a map that others clear and release */
        const gobridge_ref map = a->map;
        const gobridge_value there = key_of(a, 1, room), elem = number(elem_of(1, version_of(map)));
        const gobridge_status status = gobridge_map_set(map, &there, &elem);
        expect(status == GOBRIDGE_OK || status == GOBRIDGE_E_STALE_REF);
    }
    return NULL;
}

typedef struct part {
    void *(*run)(void *);
    arena *arena;
} part;

static void *run_part(void *argument) {
    part *p = argument;
    return p->run(p->arena);
}

/* How long threads are to work against each other; ten minutes by hand. */
static unsigned seconds_of_work(void) {
    const char *seconds = getenv("GOBRIDGE_TEST_SECONDS");
    return seconds ? (unsigned)atoi(seconds) : SECONDS_BY_DEFAULT;
}

/* After the time that was asked for, and when everything has been seen, however slow the machine is. */
static void *stops(void *argument) {
    arena *a = argument;
    sleep(seconds_of_work());
    while (!(a->found && a->absent && a->stale && a->added)) {
        usleep(10000);
    }
    a->stop = true;
    return NULL;
}

static void against_other_threads(void **state) {
    arena a = {.type = *state, .is_text = strstr(*state, "string") != NULL};
    int32_t before = 0;
    assert_ok(gobridge_go_gc_percent(1, &before));
    a.lasting = make_map(a.type);
    a.map = make_map(a.type);
    fill(&a, a.lasting, 1, STABLE, 0);
    part parts[READERS + ADDERS + 4] = {{writes, &a}, {makes, &a}, {collects, &a}, {stops, &a}};
    for (int i = 0; i < READERS + ADDERS; i++) {
        parts[4 + i] = (part){i < READERS ? reads : adds, &a};
    }
    run_threads(COUNT(parts), run_part, parts, sizeof *parts);
    char room[128];
    const gobridge_value added = key_of(&a, KEYS + 1, room);
    gobridge_value sum = number(0);
    assert_ok(gobridge_map_get(a.lasting, &added, &sum, NULL));
    assert_int_equal(sum.as.u, a.added);
    assert_ok(gobridge_release(a.lasting));
    assert_ok(gobridge_release(a.map));
    assert_ok(gobridge_go_gc_percent(before, NULL));
}

/* ---- whether there was a call: what a thread has put in its queue is released by its next one ---- */

static bool has_linkname_backend(void) {
    const gobridge_symbol *const *symbols = NULL;
    size_t count = 0;
    assert_ok(gobridge_symbols(&symbols, &count));
    return strcmp(symbols[0]->backend, "linkname") == 0;
}

static bool finds_keys_without_a_call(void) {
#ifdef __x86_64__
    const char *release = NULL;
    int minor = 0;
    assert_ok(gobridge_go_version(&release));
    assert_int_equal(sscanf(release, "go1.%d", &minor), 1);
    return has_linkname_backend() && minor >= 24;
#else
    return false;
#endif
}

static void *count_live(void *live) {
    expect(gobridge_ref_count(live) == GOBRIDGE_OK);
    return NULL;
}

/* Begins to watch: the reference is released by this thread's next call. */
static uint64_t queue_one(void) {
    uint64_t live = 0;
    assert_ok(gobridge_release_later(make_map("map[int]int")));
    run_threads(1, count_live, &live, 0);
    return live;
}

static bool have_called(uint64_t before) {
    uint64_t live = 0;
    run_threads(1, count_live, &live, 0);
    assert_ok(gobridge_ref_flush());
    return live != before;
}

#define assert_calls(statement, expected)                \
    do {                                                 \
        const uint64_t before = queue_one();             \
        statement;                                       \
        assert_int_equal(have_called(before), expected); \
    } while (0)

static void keys_are_found_without_a_call(void **state) {
    (void)state;
    static const char *const types[] = {"map[uint64]float32", "map[int32]int16", "map[string]bool",
                                        "map[time.Duration]int"};
    static const gobridge_value keys[] = {{.kind = GOBRIDGE_KIND_UINT64, .as.u = UINT64_MAX},
                                          {.kind = GOBRIDGE_KIND_INT32, .as.i = INT32_MIN},
                                          {.kind = GOBRIDGE_KIND_STRING, .as.s = "key", .len = 3},
                                          {.kind = GOBRIDGE_KIND_INT64, .as.i = -5}};
    const gobridge_value elems[] = {real(GOBRIDGE_KIND_FLOAT32, -0.5),
                                    integer(GOBRIDGE_KIND_INT16, -3),
                                    {.kind = GOBRIDGE_KIND_BOOL, .as.u = 1},
                                    integer(GOBRIDGE_KIND_INT, -4)};
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_ref map = make_map(types[i]);
        const gobridge_value key = keys[i];
        gobridge_value elem = nil;
        uint8_t found = 9;
        assert_ok(gobridge_map_get(map, &key, &elem, &found)); /* the first call with this memory is one */
        assert_true(!found && elem.kind == elems[i].kind && elem.as.u == 0);
        assert_ok(gobridge_map_set(map, &key, &elems[i]));
        assert_calls(assert_ok(gobridge_map_get(map, &key, &elem, &found)), !finds_keys_without_a_call());
        assert_true(found && elem.kind == elems[i].kind && elem.as.u == elems[i].as.u && !elem.owner);
        found = 9;
        assert_calls(assert_ok(gobridge_map_contains(map, &key, &found)), !finds_keys_without_a_call());
        assert_int_equal(found, 1);
        const gobridge_value wrong = real(GOBRIDGE_KIND_FLOAT64, 1);
        assert_status(gobridge_map_get(map, &wrong, &elem, &found), GOBRIDGE_E_WRONG_TYPE, "key");
        assert_ok(gobridge_release(map));
        assert_status(gobridge_map_get(map, &key, &elem, &found), GOBRIDGE_E_STALE_REF, "map");
    }
}

/* An element is changed without a call where its key is there, and it fits. */
static void elements_are_changed_without_a_call(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int8");
    const gobridge_value key = text("counter"), delta = integer(GOBRIDGE_KIND_INT8, -100);
    gobridge_value elem = integer(GOBRIDGE_KIND_INT8, 5), sum = nil;
    assert_ok(gobridge_map_add(map, &key, &elem, &sum)); /* not there, and with memory that is new */
    assert_ok(gobridge_map_set(map, &key, &elem));
    assert_ok(gobridge_map_add(map, &key, &delta, &sum));
    assert_int_equal(sum.as.i, -95);
    elem.as.i = 7;
    assert_calls(assert_ok(gobridge_map_set(map, &key, &elem)), !finds_keys_without_a_call());
    assert_calls(assert_ok(gobridge_map_add(map, &key, &delta, &sum)), !finds_keys_without_a_call());
    assert_true(sum.kind == GOBRIDGE_KIND_INT8 && sum.as.i == -93);
    assert_status(gobridge_map_add(map, &key, &delta, &sum), GOBRIDGE_E_RANGE, "delta");
    elem.as.i = 128;
    assert_status(gobridge_map_set(map, &key, &elem), GOBRIDGE_E_RANGE, "elem");
    elem = integer(GOBRIDGE_KIND_INT16, 1);
    assert_ok(gobridge_map_add(map, &key, &elem, NULL)); /* any integer can be added */
    assert_ok(gobridge_map_get(map, &key, &sum, NULL));
    assert_int_equal(sum.as.i, -92);
    assert_ok(gobridge_release(map));
    assert_status(gobridge_map_set(map, &key, &delta), GOBRIDGE_E_STALE_REF, "map");
}

/* Values may lie across two pages: both were used before. */
static void values_lie_across_pages(void **state) {
    (void)state;
    const size_t page = 4096;
    char *pages = aligned_alloc(page, 4 * page);
    gobridge_value *key = (gobridge_value *)(pages + page - 16);
    gobridge_value *elem = (gobridge_value *)(pages + 3 * page - 8);
    const gobridge_ref map = make_map("map[string]int16");
    gobridge_ref slice = 0;
    assert_ok(gobridge_slice_new(parse("[]int16"), 1, 1, &slice));
    memset(pages, 'k', 4 * page);
    *key = text_of(pages + 2 * page - 5, 10);
    *elem = integer(GOBRIDGE_KIND_INT16, 3);
    assert_ok(gobridge_map_set(map, key, elem));
    for (int i = 0; i < 2; i++) {
        assert_calls(assert_ok(gobridge_map_get(map, key, elem, NULL)),
                     i == 0 || !finds_keys_without_a_call());
        assert_int_equal(elem->as.i, 3);
        assert_calls(assert_ok(gobridge_slice_get(slice, 0, elem)), sizeof(void *) != 8);
        assert_int_equal(elem->as.i, 0);
    }
    assert_ok(gobridge_release(slice));
    assert_ok(gobridge_release(map));
    free(pages);
}

/* The heap grows: what lies in memory that is new is found without a call, too, at once. */
static void new_memory_is_read_without_a_call(void **state) {
    (void)state;
    enum { MAPS = 24, ENTRIES = 20000 }; /* half a megabyte each: some pieces of the heap */
    gobridge_ref maps[MAPS];
    gobridge_value key = number(7), elem = nil;
    uint8_t found = 9;
    const gobridge_ref first = make_map("map[uint64]float32");
    assert_ok(gobridge_map_get(first, &key, &elem, &found)); /* the first call with this memory is one */
    assert_ok(gobridge_release(first));
    for (size_t i = 0; i < MAPS; i++) {
        elem = real(GOBRIDGE_KIND_FLOAT32, (double)i);
        assert_ok(gobridge_map_new(parse("map[uint64]float32"), ENTRIES, &maps[i])); /* C sets no floats */
        assert_ok(gobridge_map_set(maps[i], &key, &elem));
        assert_calls(assert_ok(gobridge_map_get(maps[i], &key, &elem, &found)), !finds_keys_without_a_call());
        assert_true(found && elem.as.f == (double)i);
    }
    /* elements as large as a group has them */
    const gobridge_ref large = make_map("map[uint32][16]uint64");
    const uint64_t data[16] = {0};
    gobridge_ref boxed = 0;
    key = (gobridge_value){.kind = GOBRIDGE_KIND_UINT32, .as.u = 5};
    assert_ok(gobridge_value_box(parse("[16]uint64"), data, &boxed));
    elem = gobridge_object(boxed);
    assert_ok(gobridge_map_set(large, &key, &elem));
    assert_calls(assert_ok(gobridge_map_contains(large, &key, &found)), !finds_keys_without_a_call());
    assert_int_equal(found, 1);
    assert_ok(gobridge_release(boxed));
    assert_ok(gobridge_release(large));
    assert_ok(gobridge_release_n(maps, MAPS));
}

/* Text is copied without a call, if it is short and not the program's own. */
static void text_is_copied_without_a_call(void **state) {
    (void)state;
    const bool is64 = sizeof(void *) == 8;
    const gobridge_value key = number(7), word = text("word");
    const gobridge_ref map = make_map("map[uint64]string"), variable = make_variable("struct{ Text string }");
    gobridge_ref slice = 0, boxed = 0;
    gobridge_value of_box = nil;
    char buffer[8];
    size_t len = 9;
    uint8_t found = 9;
    assert_ok(gobridge_slice_new(parse("[][]byte"), 1, 1, &slice));
    assert_ok(gobridge_runtime_convTstring("word", 4, &boxed));
    assert_ok(gobridge_map_set(map, &key, &word));
    assert_ok(gobridge_slice_set(slice, 0,
                                 &(gobridge_value){.kind = GOBRIDGE_KIND_BYTES, .as.s = "word", .len = 4}));
    assert_ok(gobridge_struct_set(variable, "Text", 4, &word));
    of_box = named(boxed);
    assert_ok(gobridge_map_text(map, &key, buffer, sizeof buffer, &len,
                                &found)); /* the first call with this memory is one */
    assert_calls(assert_ok(gobridge_map_text(map, &key, buffer, sizeof buffer, &len, &found)),
                 !finds_keys_without_a_call());
    assert_true(found == 1 && len == 4);
    assert_ok(gobridge_struct_text(variable, "Text", 4, buffer, sizeof buffer,
                                   &len)); /* and so is it with the name */
    assert_calls(assert_ok(gobridge_struct_text(variable, "Text", 4, buffer, sizeof buffer, &len)), !is64);
    assert_calls(assert_ok(gobridge_slice_text(slice, 0, buffer, sizeof buffer, &len)), !is64);
    assert_calls(assert_ok(gobridge_value_read(&of_box, buffer, sizeof buffer, &len)), !is64);
    assert_true(len == 4 && memcmp(buffer, "word", 4) == 0);
    const gobridge_ref all[] = {map, variable, slice, boxed};
    assert_ok(gobridge_release_n(all, COUNT(all)));
}

/* A key of another kind, or that its kind does not have, is as wrong as ever. */
static void wrong_keys_are_refused(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[uint32]int");
    const gobridge_value right = {.kind = GOBRIDGE_KIND_UINT32, .as.u = 1};
    gobridge_value elem = nil, key = right;
    uint8_t found = 9;
    assert_ok(gobridge_map_get(map, &key, &elem, &found));
    key.as.u = UINT64_C(1) << 32;
    assert_status(gobridge_map_get(map, &key, &elem, &found), GOBRIDGE_E_RANGE, "key");
    key = right;
    key.flags = 1;
    assert_status(gobridge_map_get(map, &key, &elem, &found), GOBRIDGE_E_ARGUMENT, "key");
    assert_ok(gobridge_release(map));
}

/* The rest is as Go lays it out in any release. */
static void others_are_read_without_a_call(void **state) {
    (void)state;
    const bool is64 = sizeof(void *) == 8;
    gobridge_ref slice = 0, boxed = 0;
    const gobridge_ref map = make_map("map[string]any"), pointer = make_variable("int32");
    const int32_t stored = -7;
    int64_t len = -1, cap = -1;
    uint32_t kind = 0;
    gobridge_value elem = nil;
    int32_t loaded = 0;
    assert_ok(gobridge_slice_new(parse("[]int16"), 3, 5, &slice));
    assert_ok(gobridge_runtime_convT64(77, &boxed));
    assert_ok(gobridge_value_store(pointer, &stored));
    elem = integer(GOBRIDGE_KIND_INT16, -2);
    assert_ok(gobridge_slice_set(slice, 2, &elem));
    assert_calls(assert_ok(gobridge_map_len(map, &len)), !has_linkname_backend());
    assert_int_equal(len, 0);
    assert_calls(assert_ok(gobridge_ref_kind(slice, &kind)), !is64);
    assert_int_equal(kind, GOBRIDGE_KIND_SLICE);
    assert_calls(assert_ok(gobridge_slice_len(slice, &len)), !is64);
    assert_calls(assert_ok(gobridge_slice_cap(slice, &cap)), !is64);
    assert_true(len == 3 && cap == 5);
    for (int i = 0; i < 2; i++) { /* with memory that is new, and that is not */
        assert_ok(gobridge_slice_get(slice, 2, &elem));
        assert_true(elem.kind == GOBRIDGE_KIND_INT16 && elem.as.i == -2);
        assert_ok(gobridge_value_get(boxed, &elem));
        assert_true(elem.kind == GOBRIDGE_KIND_UINT64 && elem.as.u == 77);
        assert_ok(gobridge_value_load(pointer, &loaded));
        assert_int_equal(loaded, stored);
    }
    assert_calls(assert_ok(gobridge_slice_get(slice, 0, &elem)), !is64);
    assert_int_equal(elem.as.i, 0);
    assert_calls(assert_ok(gobridge_value_get(boxed, &elem)), !is64);
    assert_calls(assert_ok(gobridge_value_load(pointer, &loaded)), !is64);
    assert_status(gobridge_slice_get(slice, 3, &elem), GOBRIDGE_E_INDEX, "index");
    assert_status(gobridge_slice_get(slice, -1, &elem), GOBRIDGE_E_INDEX, "index");
    assert_status(gobridge_slice_len(boxed, &len), GOBRIDGE_E_WRONG_KIND, "slice");
    assert_status(gobridge_map_len(slice, &len), GOBRIDGE_E_WRONG_KIND, "map");
    const gobridge_ref all[] = {slice, boxed, pointer, map};
    assert_ok(gobridge_release_n(all, COUNT(all)));
    assert_status(gobridge_slice_len(slice, &len), GOBRIDGE_E_STALE_REF, "slice");
    assert_status(gobridge_ref_kind(boxed, &kind), GOBRIDGE_E_STALE_REF, "ref");
}

/* Small numbers, infinite ones and NaNs are what Go makes of them. */
static void floats_are_widened_as_in_go(void **state) {
    (void)state;
    const uint32_t bits[] = {0,          1,          0x007fffff, 0x00400000, 0x00800000,
                             0x3f800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000,
                             0x80000000, 0x80000003, 0xbfc00001, 0xff800000};
    gobridge_ref slice = 0;
    gobridge_value seen = nil, followed = nil;
    assert_ok(gobridge_slice_new(parse("[]float32"), COUNT(bits), COUNT(bits), &slice));
    for (size_t i = 0; i < COUNT(bits); i++) {
        gobridge_ref variable = 0;
        assert_ok(gobridge_slice_at(slice, (int64_t)i, &variable));
        assert_ok(gobridge_value_store(variable, &bits[i]));
        size_t ran = 0;
        assert_ok(gobridge_batch_begin()); /* what is recorded Go answers */
        assert_ok(gobridge_value_follow(variable, &followed));
        assert_ok(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &ran));
        assert_ok(gobridge_slice_get(slice, (int64_t)i, &seen));
        assert_true(seen.kind == GOBRIDGE_KIND_FLOAT32 && seen.as.u == followed.as.u);
        assert_ok(gobridge_release(variable));
    }
    assert_ok(gobridge_release(slice));
}

/* ---- what is no map ---- */

static const struct scalar {
    const char *name;
    uint32_t kind;
    int64_t least, most;
} scalars[] = {
    {"int8", GOBRIDGE_KIND_INT8, INT8_MIN, INT8_MAX},      {"uint8", GOBRIDGE_KIND_UINT8, 0, UINT8_MAX},
    {"int16", GOBRIDGE_KIND_INT16, INT16_MIN, INT16_MAX},  {"uint16", GOBRIDGE_KIND_UINT16, 0, UINT16_MAX},
    {"int32", GOBRIDGE_KIND_INT32, INT32_MIN, INT32_MAX},  {"uint32", GOBRIDGE_KIND_UINT32, 0, UINT32_MAX},
    {"int64", GOBRIDGE_KIND_INT64, INT64_MIN, INT64_MAX},  {"uint64", GOBRIDGE_KIND_UINT64, 0, -1},
    {"int", GOBRIDGE_KIND_INT, INTPTR_MIN, INTPTR_MAX},    {"bool", GOBRIDGE_KIND_BOOL, 0, 1},
    {"time.Duration", GOBRIDGE_KIND_INT64, -1, INT64_MAX}, {"float64", GOBRIDGE_KIND_FLOAT64, 0, -1},
};

/* A struct with a scalar between two others of its kind, one for each scalar. */
static gobridge_ref make_struct(const struct scalar *scalar) {
    char type[128];
    snprintf(type, sizeof type, "struct{ before %s; Field %s; After %s; Text string }", scalar->name,
             scalar->name, scalar->name);
    return make_variable(type);
}

/* Every scalar is written and read in place as Go would, and what lies beside it stays. */
static void fields_are_used_without_a_call(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(scalars); i++) {
        const struct scalar *scalar = &scalars[i];
        const bool calls = sizeof(void *) < 8;
        const gobridge_ref pointer = make_struct(scalar);
        gobridge_value now = nil, by_go = nil, after = nil;
        const gobridge_value ends[] = {{.kind = scalar->kind, .as.i = scalar->least},
                                       {.kind = scalar->kind, .as.i = scalar->most}};
        static const char *const paths[] = {"Field", "After"};
        for (int round = 0; round < 3; round++) { /* the first one with memory that is new */
            for (size_t n = 0; n < 4; n++) {
                const char *path = paths[n % 2];
                const gobridge_value value = ends[n / 2];
                if (round < 2) {
                    assert_ok(gobridge_struct_set(pointer, path, 5, &value));
                    assert_ok(gobridge_struct_set_at(pointer, 1 + n % 2, &value));
                    assert_ok(gobridge_struct_get(pointer, path, 5, &now));
                    assert_ok(gobridge_struct_get_at(pointer, 1 + n % 2, &now));
                } else {
                    assert_calls(assert_ok(gobridge_struct_set(pointer, path, 5, &value)), calls);
                    assert_calls(assert_ok(gobridge_struct_get(pointer, path, 5, &now)), calls);
                    assert_int_equal(now.as.i, value.as.i);
                    assert_calls(assert_ok(gobridge_struct_set_at(pointer, 1 + n % 2, &value)), calls);
                    assert_calls(assert_ok(gobridge_struct_get_at(pointer, 1 + n % 2, &now)), calls);
                }
                assert_true(now.kind == scalar->kind && now.as.i == value.as.i && !now.owner && !now.len);
                size_t ran = 0;
                assert_ok(gobridge_batch_begin()); /* what is recorded Go answers */
                assert_ok(gobridge_struct_get(pointer, path, 5, &by_go));
                assert_ok(gobridge_struct_get(pointer, "After", 5, &after));
                assert_ok(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &ran));
                assert_true(by_go.kind == scalar->kind && by_go.as.i == value.as.i);
            }
        }
        gobridge_value text_field = text("text");
        assert_ok(gobridge_struct_set(pointer, "Text", 4, &text_field));
        assert_ok(gobridge_struct_get(pointer, "Text", 4, &now));
        assert_shows(&now, GOBRIDGE_KIND_STRING, "text", 4);
        const gobridge_value wrong = real(GOBRIDGE_KIND_FLOAT32, 0.5);
        assert_status(gobridge_struct_get(pointer, "before", 6, &now), GOBRIDGE_E_UNEXPORTED, "field");
        assert_status(gobridge_struct_get_at(pointer, 0, &now), GOBRIDGE_E_UNEXPORTED, "index");
        assert_status(gobridge_struct_set_at(pointer, 0, &ends[0]), GOBRIDGE_E_UNEXPORTED, "index");
        assert_status(gobridge_struct_get_at(pointer, 4, &now), GOBRIDGE_E_INDEX, "index");
        assert_status(gobridge_struct_set(pointer, "Fiel", 4, &ends[0]), GOBRIDGE_E_UNKNOWN_NAME, "field");
        assert_status(gobridge_struct_set(pointer, "Field", 5, &text_field), GOBRIDGE_E_WRONG_TYPE, "value");
        if (scalar->kind != GOBRIDGE_KIND_FLOAT64) {
            assert_status(gobridge_struct_set_at(pointer, 1, &wrong), GOBRIDGE_E_WRONG_TYPE, "value");
        }
        if (scalar->kind < GOBRIDGE_KIND_INT64 && scalar->kind != GOBRIDGE_KIND_INT) {
            const gobridge_value large = integer(scalar->kind, INT64_MAX);
            assert_status(gobridge_struct_set(pointer, "Field", 5, &large), GOBRIDGE_E_RANGE, "value");
        }
        assert_ok(gobridge_struct_get_at(pointer, 1, &now));
        assert_int_equal(now.as.i, scalar->most);
        assert_ok(gobridge_release(pointer));
        assert_status(gobridge_struct_get_at(pointer, 1, &now), GOBRIDGE_E_STALE_REF, "ref");
        assert_status(gobridge_struct_set_at(pointer, 1, &ends[0]), GOBRIDGE_E_STALE_REF, "pointer");
    }
}

/* A struct by itself shows its fields, and no one can change them. */
static void structs_in_boxes(void **state) {
    (void)state;
    const struct {
        int32_t a, b;
        uint8_t c;
    } data = {1, -2, 3};
    const gobridge_ref boxed = box("struct{ A, B int32; C uint8 }", &data);
    gobridge_value now = nil;
    for (int i = 0; i < 3; i++) {
        now = integer(GOBRIDGE_KIND_INT32, 9);
        assert_status(gobridge_struct_set(boxed, "B", 1, &now), GOBRIDGE_E_WRONG_KIND, "pointer");
        assert_ok(gobridge_struct_get(boxed, "B", 1, &now));
        assert_true(now.kind == GOBRIDGE_KIND_INT32 && now.as.i == -2);
        assert_ok(gobridge_struct_get_at(boxed, 2, &now));
        assert_true(now.kind == GOBRIDGE_KIND_UINT8 && now.as.i == 3);
    }
    assert_calls(assert_ok(gobridge_struct_get(boxed, "B", 1, &now)), false);
    assert_ok(gobridge_release(boxed));
}

/* Variables and elements of slices, with every scalar. */
static void variables_are_changed_without_a_call(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(scalars); i++) {
        const struct scalar *scalar = &scalars[i];
        const bool calls = sizeof(void *) < 8, is_bool = scalar->kind == GOBRIDGE_KIND_BOOL;
        char type[32];
        gobridge_ref slice = 0, variable = make_variable(scalar->name);
        gobridge_value now = nil;
        int64_t stored = 0, loaded = 0;
        snprintf(type, sizeof type, "[]%s", scalar->name);
        assert_ok(gobridge_slice_new(parse(type), 3, 3, &slice));
        for (int n = 0; n < 4; n++) {
            const int64_t number = n % 2 ? scalar->most : scalar->least;
            const gobridge_value value = {.kind = scalar->kind, .as.i = number};
            assert_ok(gobridge_slice_set(slice, 1, &value));
            assert_ok(gobridge_slice_get(slice, 1, &now));
            assert_true(now.kind == scalar->kind && now.as.i == number);
            assert_ok(gobridge_value_set(variable, &value));
            assert_ok(gobridge_value_follow(variable, &now));
            assert_true(now.kind == scalar->kind && now.as.i == number);
            stored = n % 2 ? scalar->least : scalar->most; /* its first bytes are what it is in fewer */
            assert_ok(gobridge_value_store(variable, &stored));
            assert_ok(gobridge_value_load(variable, &loaded));
            assert_ok(gobridge_value_follow(variable, &now));
            assert_int_equal(now.as.i, stored);
        }
        now = (gobridge_value){.kind = scalar->kind, .as.i = scalar->least};
        assert_calls(assert_ok(gobridge_slice_set(slice, 2, &now)), calls);
        assert_calls(assert_ok(gobridge_value_set(variable, &now)), calls);
        assert_calls(assert_ok(gobridge_value_follow(variable, &now)), calls);
        assert_int_equal(now.as.i, scalar->least);
        assert_calls(assert_ok(gobridge_value_store(variable, &stored)), calls || is_bool);
        for (int64_t n = 0; n < 3; n++) { /* what lies beside stays */
            assert_ok(gobridge_slice_get(slice, n, &now));
            assert_int_equal(now.as.i, n == 0 ? 0 : n == 1 ? scalar->most : scalar->least);
        }
        assert_status(gobridge_slice_set(slice, 3, &now), GOBRIDGE_E_INDEX, "index");
        assert_status(gobridge_slice_set(slice, -1, &now), GOBRIDGE_E_INDEX, "index");
        now.flags = 1;
        assert_status(gobridge_slice_set(slice, 0, &now), GOBRIDGE_E_ARGUMENT, "elem");
        if (is_bool) {
            const uint8_t two = 2;
            now = (gobridge_value){.kind = GOBRIDGE_KIND_BOOL, .as.u = 2};
            assert_status(gobridge_slice_set(slice, 0, &now), GOBRIDGE_E_RANGE, "elem");
            assert_status(gobridge_value_set(variable, &now), GOBRIDGE_E_RANGE, "value");
            assert_status(gobridge_value_store(variable, &two), GOBRIDGE_E_RANGE, "data");
        }
        assert_ok(gobridge_release(variable));
        assert_ok(gobridge_release(slice));
        now = (gobridge_value){.kind = scalar->kind};
        assert_status(gobridge_slice_set(slice, 0, &now), GOBRIDGE_E_STALE_REF, "slice");
        assert_status(gobridge_value_store(variable, &stored), GOBRIDGE_E_STALE_REF, "pointer");
    }
}

/* A key that is there keeps its element, and is found without a call. */
static void elements_that_stay(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[uint32]uint16");
    const gobridge_value key = integer(GOBRIDGE_KIND_UINT32, 7), other = integer(GOBRIDGE_KIND_UINT32, 8);
    const gobridge_value first = integer(GOBRIDGE_KIND_UINT16, 1), second = integer(GOBRIDGE_KIND_UINT16, 2);
    gobridge_value elem = nil;
    uint8_t found = 9;
    assert_ok(gobridge_map_get_or_set(map, &key, &first, &elem, &found));
    assert_true(found == 0 && elem.as.u == 1);
    assert_ok(gobridge_map_get_or_set(map, &key, &second, &elem, &found));
    assert_calls(assert_ok(gobridge_map_get_or_set(map, &key, &second, &elem, &found)),
                 !finds_keys_without_a_call());
    assert_true(found == 1 && elem.kind == GOBRIDGE_KIND_UINT16 && elem.as.u == 1);
    assert_ok(gobridge_map_get_or_set(map, &key, &second, &elem, NULL));
    const gobridge_value large = integer(GOBRIDGE_KIND_UINT16, 65536), wrong = text("wrong");
    assert_status(gobridge_map_get_or_set(map, &key, &large, &elem, &found), GOBRIDGE_E_RANGE, "fallback");
    assert_status(gobridge_map_get_or_set(map, &key, &wrong, &elem, &found), GOBRIDGE_E_WRONG_TYPE,
                  "fallback");
    assert_ok(gobridge_map_get_or_set(map, &other, &second, &elem, &found));
    assert_true(found == 0 && elem.as.u == 2 && length(map) == 2);
    assert_ok(gobridge_release(map));
}

/* Strings and bytes are shown where they lie, and stay as long as the reference. */
static void texts_are_shown(void **state) {
    (void)state;
    char long_text[3000];
    memset(long_text, 'x', sizeof long_text);
    static const size_t lengths[] = {1, 15, 16, 64, 65, 2999};
    gobridge_value view = nil;
    gobridge_ref made[COUNT(lengths)], boxed = 0;
    for (size_t i = 0; i < COUNT(lengths); i++) {
        assert_ok(gobridge_runtime_convTstring(long_text, lengths[i], &made[i]));
        assert_ok(gobridge_value_view(made[i], &view));
        const char *where = view.as.s;
        assert_calls(assert_ok(gobridge_value_view(made[i], &view)), false);
        assert_true(view.kind == GOBRIDGE_KIND_STRING && view.len == lengths[i] && !view.owner &&
                    !view.flags);
        assert_true(view.as.s == where && memcmp(where, long_text, lengths[i]) == 0);
    }
    assert_ok(gobridge_go_collect());
    assert_memory_equal(view.as.s, long_text, view.len);
    assert_ok(gobridge_release_n(made, COUNT(made)));
    assert_status(gobridge_value_view(made[0], &view), GOBRIDGE_E_STALE_REF, "ref");

    gobridge_value some = bytes("\0bytes", 6);
    boxed = box("[]byte", &some);
    for (int i = 0; i < 2; i++) {
        assert_ok(gobridge_value_view(boxed, &view));
        assert_true(view.kind == GOBRIDGE_KIND_BYTES && view.len == 6 && !view.owner);
        assert_memory_equal(view.as.b, "\0bytes", 6);
    }
    assert_ok(gobridge_release(boxed));

    static const char *const empty[] = {"string", "[]byte"};
    for (size_t i = 0; i < COUNT(empty); i++) {
        gobridge_value none = i ? bytes("", 0) : text("");
        boxed = box(empty[i], &none);
        for (int n = 0; n < 2; n++) {
            view = (gobridge_value){.kind = 99};
            assert_ok(gobridge_value_view(boxed, &view));
            assert_true(view.kind == (i ? GOBRIDGE_KIND_BYTES : GOBRIDGE_KIND_STRING) && view.len == 0);
            assert_non_null(view.as.s);
        }
        assert_ok(gobridge_release(boxed));
    }
    boxed = box_zero("[]byte");
    assert_ok(gobridge_value_view(boxed, &view));
    assert_int_equal(view.kind, GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_release(boxed));

    const gobridge_ref number = make_variable("int64");
    view = (gobridge_value){.kind = 99};
    assert_status(gobridge_value_view(number, &view), GOBRIDGE_E_WRONG_KIND, "ref is a *int64");
    assert_int_equal(view.kind, 99);
    assert_status(gobridge_value_view(number, NULL), GOBRIDGE_E_NULL, "view");
    assert_status(gobridge_value_view(0, &view), GOBRIDGE_E_NIL_REF, "ref");
    assert_ok(gobridge_release(number));
}

static void it_says_whether_and_why(void **state) {
    (void)state;
    uint8_t in_place = 9;
    const char *reason = NULL;
    assert_ok(gobridge_map_in_place(&in_place, &reason));
    assert_int_equal(in_place, finds_keys_without_a_call());
    assert_non_null(reason);
    assert_non_null(strstr(reason, in_place                 ? "the same in maps of every shape"
                                   : has_linkname_backend() ? "go1.24 to go1.27 on amd64"
                                                            : "portable"));
    assert_status(gobridge_map_in_place(NULL, &reason), GOBRIDGE_E_NULL, "in_place");
    assert_status(gobridge_map_in_place(&in_place, NULL), GOBRIDGE_E_NULL, "reason");
}

/* Threads write to what others release and make anew: nothing that is new has what was written to the old. */
enum { SHARED = 16, ELEMS = 8 };
static _Atomic(gobridge_ref) shared[SHARED]; /* slices of uint64 and structs of them, by turns */
static atomic_bool replaced;

static uint64_t mark(gobridge_ref ref) {
    return ref | 1;
}

static void *writes_to_shared(void *argument) {
    uint64_t state = (uint64_t)(uintptr_t)argument | 1;
    while (!replaced) {
        const size_t i = next_random(&state) % SHARED;
        const gobridge_ref ref = shared[i];
        const gobridge_value value = {.kind = GOBRIDGE_KIND_UINT64, .as.u = mark(ref)};
        const uint32_t nth = (uint32_t)(next_random(&state) % ELEMS);
        const gobridge_status status =
            i % 2 ? gobridge_struct_set_at(ref, nth, &value) : gobridge_slice_set(ref, nth, &value);
        expect(status == GOBRIDGE_OK || status == GOBRIDGE_E_STALE_REF);
    }
    return NULL;
}

static gobridge_ref make_shared(size_t i) {
    gobridge_ref made = 0;
    if (i % 2) {
        expect(gobridge_value_new(parse("struct{ A, B, C, D, E, F, G, H uint64 }"), &made) == GOBRIDGE_OK);
    } else {
        expect(gobridge_slice_new(parse("[]uint64"), ELEMS, ELEMS, &made) == GOBRIDGE_OK);
    }
    return made;
}

static void *replaces_shared(void *argument) {
    (void)argument;
    const time_t end = time(NULL) + seconds_of_work();
    for (size_t round = 0; time(NULL) <= end; round++) {
        const size_t i = round % SHARED;
        const gobridge_ref old = shared[i];
        for (uint32_t nth = 0; nth < ELEMS; nth++) {
            gobridge_value elem = nil;
            expect((i % 2 ? gobridge_struct_get_at(old, nth, &elem) : gobridge_slice_get(old, nth, &elem)) ==
                   GOBRIDGE_OK);
            expect(elem.as.u == 0 || elem.as.u == mark(old));
        }
        shared[i] = make_shared(i);
        expect(gobridge_release(old) == GOBRIDGE_OK);
        if (round % 64 == 0) {
            expect(gobridge_go_collect() == GOBRIDGE_OK);
        }
    }
    replaced = true;
    return NULL;
}

static void *takes_part(void *nth) {
    return *(int *)nth ? writes_to_shared(nth) : replaces_shared(nth);
}

static void writes_reach_nothing_new(void **state) {
    (void)state;
    int nths[4] = {0, 1, 2, 3};
    replaced = false;
    for (size_t i = 0; i < SHARED; i++) {
        shared[i] = make_shared(i);
    }
    run_threads(COUNT(nths), takes_part, nths, sizeof *nths);
    for (size_t i = 0; i < SHARED; i++) {
        assert_ok(gobridge_release(shared[i]));
    }
}

/* A map in which one thread gives all keys the same new element by one call, again and again. */
enum { ALL_SET = 4000, TIMES_SET = 300 };

static void *sets_all(void *argument) {
    arena *a = argument;
    static uint64_t elems[ALL_SET];
    static gobridge_value keys[ALL_SET];
    static char rooms[ALL_SET][128];
    for (uint64_t i = 0; i < ALL_SET; i++) {
        keys[i] = key_of(a, i, rooms[i]);
    }
    const gobridge_column k = {.layout = GOBRIDGE_COLUMN_VALUES, .data = keys},
                          e = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = elems};
    for (uint64_t version = 1; version <= TIMES_SET; version++) {
        for (size_t i = 0; i < ALL_SET; i++) {
            elems[i] = version;
        }
        expect(gobridge_map_set_n(a->lasting, &k, &e, ALL_SET, NULL) == GOBRIDGE_OK);
    }
    a->stop = true;
    return NULL;
}

static void *reads_two(void *argument) {
    arena *a = argument;
    uint64_t random = 88172645463325252U ^ (uintptr_t)&a;
    char room[128];
    while (!a->stop) {
        uint64_t versions[2] = {0};
        for (int n = 0; n < 2; n++) {
            const gobridge_value key = key_of(a, next_random(&random) % ALL_SET, room);
            gobridge_value elem = number(0);
            expect(gobridge_map_get(a->lasting, &key, &elem, NULL) == GOBRIDGE_OK);
            versions[n] = elem.as.u;
        }
        expect(versions[0] <= versions[1]);
    }
    return NULL;
}

/* Who has read one of the new elements reads no old one, of whatever key. */
static void many_are_changed_at_once(void **state) {
    arena a = {.type = *state, .is_text = strstr(*state, "string") != NULL};
    a.lasting = make_map(a.type);
    part parts[] = {{sets_all, &a}, {reads_two, &a}, {reads_two, &a}};
    run_threads(COUNT(parts), run_part, parts, sizeof *parts);
    assert_ok(gobridge_release(a.lasting));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_without_a_call),
        cmocka_unit_test(elements_are_changed_without_a_call),
        cmocka_unit_test(values_lie_across_pages),
        cmocka_unit_test(new_memory_is_read_without_a_call),
        cmocka_unit_test(text_is_copied_without_a_call),
        cmocka_unit_test(wrong_keys_are_refused),
        cmocka_unit_test(others_are_read_without_a_call),
        cmocka_unit_test(floats_are_widened_as_in_go),
        cmocka_unit_test(fields_are_used_without_a_call),
        cmocka_unit_test(structs_in_boxes),
        cmocka_unit_test(variables_are_changed_without_a_call),
        cmocka_unit_test(elements_that_stay),
        cmocka_unit_test(texts_are_shown),
        cmocka_unit_test(it_says_whether_and_why),
        cmocka_unit_test(writes_reach_nothing_new),
        {"many numbers of 8 bytes", many_are_changed_at_once, NULL, NULL, "map[uint64]uint64"},
        {"many numbers of 4 bytes", many_are_changed_at_once, NULL, NULL, "map[uint32]uint64"},
        {"many texts", many_are_changed_at_once, NULL, NULL, "map[string]uint64"},
        {"numbers of 8 bytes", against_other_threads, NULL, NULL, "map[uint64]uint64"},
        {"numbers of 4 bytes", against_other_threads, NULL, NULL, "map[uint32]uint64"},
        {"texts", against_other_threads, NULL, NULL, "map[string]uint64"},
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
