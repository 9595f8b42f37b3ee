/* What bad input gets, of every exported function: its own status, a message that names the function and the argument,
 * and nothing else: what the caller owns stays as it was, and no reference is made. */
#include "functions.h"

#include <sys/mman.h>
#undef MAP_TYPE /* a flag of mmap; here it is a good argument */

/* ---- every function ---- */

/* Each function of csrc/functions.h has a row here. The compiler refuses a row for any other. */
static void no_function_is_left_out(void **state) {
    (void)state;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (!every_function[i].name) {
            fail_msg("no row for the function behind %s", i ? every_function[i - 1].name : "none");
        }
    }
}

/* All that a failed call must leave alone. */
typedef struct world {
    uint64_t live;
    int64_t lengths[3];
    int64_t variable;
    gobridge_value elem, field;
    unsigned char out[COUNT(fixture.out)][sizeof fixture.out[0]];
} world;

static world see(void) {
    world w;
    memset(&w, 0, sizeof w);
    w.live = live_references();
    w.lengths[0] = length(fixture.map64);
    w.lengths[1] = length(fixture.map32);
    w.lengths[2] = length(fixture.map_word);
    assert_ok(gobridge_value_load(fixture.pointer, &w.variable));
    assert_ok(gobridge_slice_get(fixture.slice, 0, &w.elem));
    assert_ok(gobridge_struct_get_at(fixture.structure, 0, &w.field));
    memcpy(w.out, fixture.out, sizeof w.out);
    return w;
}

static bool is_absent(const function *f) {
    return f->word && f->word != sizeof(void *);
}

static void good_arguments(const function *f, argument *a) {
    for (size_t i = 0; i < COUNT(f->arguments); i++) {
        a[i] = good_argument(f->arguments[i].good, i);
    }
}

/* With good arguments every function works, so what fails below fails for the reason that is tried. */
static void good_input(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(every_function); i++) {
        const function *f = &every_function[i];
        const uint64_t live = live_references();
        argument a[COUNT(f->arguments)];
        good_arguments(f, a);
        const gobridge_status want = is_absent(f) ? GOBRIDGE_E_UNSUPPORTED : answer_to_good(f);
        assert_failed(f->call(a), want, f->name, is_absent(f) ? "key" : f->arguments[0].name);
        if (want == GOBRIDGE_OK) {
            give_back(f, a);
        }
        assert_int_equal(live_references(), live);
    }
}

/* A failure that is given as a value. */
static void forget_failure(const function *f, argument *a, const world *before) {
    for (size_t n = 0; n < COUNT(f->arguments); n++) {
        if (f->arguments[n].good == OUT_FAILURE && a[n].out) {
            assert_ok(gobridge_value_release(a[n].out));
            memcpy(a[n].out, before->out[n], sizeof before->out[n]);
        }
    }
}

/* One call with one bad argument: it fails, names itself and part, and leaves the world as it was. */
static void try_one(const function *f, size_t place, argument bad, gobridge_status want, const char *part) {
    argument a[COUNT(f->arguments)];
    for (size_t i = 0; i < COUNT(f->arguments); i++) {
        a[i] = i == place ? bad : good_argument(f->arguments[i].good, i);
    }
    const world before = see();
    const gobridge_status got = f->call(a);
    if (f->arguments[place].good == OUT_UNNAMED) {
        assert_int_equal(got, want);
    } else {
        assert_failed(got, want, f->name, part);
    }
    forget_failure(f, a, &before);
    const world after = see();
    assert_memory_equal(&before, &after, sizeof before);
}

static void null_for_each_pointer(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(every_function); i++) {
        const function *f = &every_function[i];
        for (size_t place = 0; place < COUNT(f->arguments); place++) {
            if (is_pointer(f->arguments[place].good)) {
                try_one(f, place, (argument){.in = NULL}, GOBRIDGE_E_NULL, f->arguments[place].name);
            }
        }
    }
}

/* Calls a function with a bad reference in place of each good one. */
static void try_references(gobridge_ref bad, gobridge_status want) {
    for (size_t i = 0; i < COUNT(every_function); i++) {
        const function *f = &every_function[i];
        for (size_t place = 0; place < COUNT(f->arguments); place++) {
            const bool unreached = f->arguments[place].good == KEY_WORD && is_absent(f);
            if (is_reference(f->arguments[place].good) && !unreached) {
                try_one(f, place, (argument){.ref = bad}, want, f->arguments[place].name);
            }
        }
    }
}

static void nil_references(void **state) {
    (void)state;
    try_references(0, GOBRIDGE_E_NIL_REF);
}

static void stale_references(void **state) {
    (void)state;
    gobridge_ref stale[3];
    stale[0] = make_variable("int64");
    stale[1] = make_map("map[int64]int64");
    assert_ok(gobridge_reflect_mapiterinit(stale[1], &stale[2]));
    for (size_t i = 0; i < COUNT(stale); i++) {
        assert_ok(gobridge_release(stale[i]));
    }
    for (size_t i = 0; i < COUNT(stale); i++) {
        try_references(stale[i], GOBRIDGE_E_STALE_REF);
    }
    /* one whose slot is in use again */
    const gobridge_ref old = make_variable("int64");
    assert_ok(gobridge_release(old));
    const gobridge_ref new = make_variable("int64");
    assert_int_equal((uint32_t)old, (uint32_t) new);
    assert_int_not_equal(old, new);
    try_references(old, GOBRIDGE_E_STALE_REF);
    assert_ok(gobridge_release(new));
}

static void forged_references(void **state) {
    (void)state;
    const gobridge_ref live = fixture.pointer;
    const gobridge_ref forged[] = {
        1ULL << 32,                            /* a generation without a slot */
        live & 0xFFFFFFFFU,                    /* a slot without a generation */
        live + (1ULL << 32),                   /* a generation that is not reached */
        live | 0xFFFFFFFF00000000ULL,          /* the last one */
        (live & ~0xFFFFFFFFULL) | 0xFFFFFFFFU, /* the last slot */
        (live & ~0xFFFFFFFFULL) | 1000000000U, /* a slot that there is not yet */
        (live & ~0xFFFFFFFFULL) | 4000U,       /* a slot that was never used */
        UINT64_MAX,
    };
    for (size_t i = 0; i < COUNT(forged); i++) {
        try_references(forged[i], GOBRIDGE_E_FORGED_REF);
    }
}

/* Random numbers are refused by everything, thousands of them. */
static void random_references(void **state) {
    (void)state;
    uint64_t x = 88172645463325252ULL; /* xorshift64 */
    const world before = see();
    for (int i = 0; i < 2000; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        const gobridge_ref bad = x | 1ULL << 63; /* no slot has been used that often */
        gobridge_value value;
        int64_t len;
        assert_status(gobridge_release(bad), GOBRIDGE_E_FORGED_REF, "ref");
        assert_status(gobridge_value_get(bad, &value), GOBRIDGE_E_FORGED_REF, "ref");
        assert_status(gobridge_reflect_maplen(bad, &len), GOBRIDGE_E_FORGED_REF, "map");
    }
    const world after = see();
    assert_memory_equal(&before, &after, sizeof before);
}

/* What a reference names, and which of these an argument takes. */
enum {
    NO_OTHER = 0, /* none of these */
    A_TYPE = 1,
    A_MAP_TYPE = 2,
    AN_INTERFACE_TYPE = 4,
    A_MAP = 8,
    AN_ITERATOR = 16,
    AN_ITAB = 32,
    A_NUMBER = 64,
    A_TEXT = 128,
    A_POINTER = 256,
    A_FUNC = 512,
    TYPES = A_TYPE | A_MAP_TYPE | AN_INTERFACE_TYPE,
    VALUES = A_MAP | A_NUMBER | A_TEXT | A_POINTER | A_FUNC,
    ANYTHING = TYPES | VALUES | AN_ITERATOR | AN_ITAB
};

static unsigned takes(good g) {
    switch (g) {
    case METHOD_TYPE:
    case INT64_TYPE:
    case ERROR_TYPE: return TYPES;
    case MAP_TYPE: return A_MAP_TYPE;
    case STRINGER_TYPE: return AN_INTERFACE_TYPE;
    case DURATION_TYPE: return A_TYPE | A_MAP_TYPE;
    case MAP64:
    case MAP32:
    case MAP_WORD:
    case MAP_TEXT: return A_MAP;
    case ITERATOR: return AN_ITERATOR;
    case FUNC:
    case FUNC_OF_C: return A_FUNC;
    case CHAN_TYPE:
    case CHAN:
    case CHAN_TO_END:
    case SEQ:
    case ITER:
    case TASK:
    case AN_ERROR:
    case TIME:
    case CONTEXT:
    case FOREIGN:
    case READER:
    case WRITER:
    case SLICE_TYPE:
    case STRUCT_TYPE:
    case FUNC_TYPE:
    case SLICE:
    case STRINGER:
    case STRUCT: return NO_OTHER;
    case ROWS: return A_MAP;
    case KEY_WORD:
    case POINTER: return A_POINTER;
    case VALUE:
    case DURATION: return VALUES;
    case ANY_TYPED: return TYPES | VALUES;
    default: return ANYTHING;
    }
}

static void wrong_kinds(void **state) {
    (void)state;
    const gobridge_value word = text("text");
    gobridge_ref itab, number;
    assert_ok(gobridge_runtime_getitab(parse("fmt.Stringer"), parse("time.Duration"), 0, &itab));
    assert_ok(gobridge_runtime_convT64(1, &number));
    const struct {
        unsigned what;
        bool mine;
        gobridge_ref ref;
    } references[] = {
        {A_TYPE, false, parse("int64")},
        {A_MAP_TYPE, false, parse("map[int64]int64")},
        {AN_INTERFACE_TYPE, false, parse("error")},
        {A_MAP, true, make_map("map[string]bool")},
        {AN_ITERATOR, false, fixture.iterator},
        {AN_ITAB, true, itab},
        {A_NUMBER, true, number},
        {A_TEXT, true, box("string", &word)},
        {A_POINTER, false, fixture.pointer},
        {A_FUNC, false, fixture.func},
    };
    for (size_t r = 0; r < COUNT(references); r++) {
        for (size_t i = 0; i < COUNT(every_function); i++) {
            const function *f = &every_function[i];
            for (size_t place = 0; place < COUNT(f->arguments); place++) {
                const good g = f->arguments[place].good;
                if (!is_reference(g) || takes(g) & references[r].what || (g == KEY_WORD && is_absent(f))) {
                    continue;
                }
                const bool misfit = g == KEY_WORD && references[r].what & VALUES;
                try_one(f, place, (argument){.ref = references[r].ref},
                        misfit ? GOBRIDGE_E_WRONG_TYPE : GOBRIDGE_E_WRONG_KIND, f->arguments[place].name);
            }
        }
        if (references[r].mine) {
            assert_ok(gobridge_release(references[r].ref));
        }
    }
}

/* ---- values that do not fit ---- */

/* Tries a value of some type wherever one can be handed in: as a key, an element, and data. */
static void try_value(const char *type, const void *data, gobridge_status want, bool is_key_type,
                      const char *part) {
    char expression[256], about[64];
    uint8_t found = 9;
    unsigned char elem[32] = {9};
    gobridge_ref boxed = 9;
    const int64_t one = 1;
    const gobridge_ref pointer = make_variable(type);
    const uint64_t live = live_references();
    snprintf(about, sizeof about, "key: %s", part);
    if (is_key_type) {
        snprintf(expression, sizeof expression, "map[%s]int64", type);
        gobridge_ref map = make_map(expression);
        assert_status(gobridge_runtime_mapaccess2(map, data, elem, &found), want, about);
        assert_status(gobridge_reflect_mapaccess(map, data, elem, &found), want, about);
        assert_status(gobridge_runtime_mapassign(map, data, &one), want, about);
        assert_status(gobridge_reflect_mapassign0(map, data, &one), want, about);
        assert_status(gobridge_runtime_mapdelete(map, data), want, about);
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(map));
    }
    if (want != GOBRIDGE_E_UNHASHABLE) {
        snprintf(expression, sizeof expression, "map[int64]%s", type);
        gobridge_ref map = make_map(expression);
        snprintf(about, sizeof about, "elem: %s", part);
        assert_status(gobridge_runtime_mapassign(map, &one, data), want, about);
        assert_status(gobridge_reflect_mapassign0(map, &one, data), want, about);
        assert_status(gobridge_runtime_mapassign_fast64(map, 1, data), want, about);
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(map));
        snprintf(about, sizeof about, "data: %s", part);
        assert_status(gobridge_value_box(parse(type), data, &boxed), want, about);
        assert_status(gobridge_value_store(pointer, data), want, about);
    }
    assert_true(found == 9 && elem[0] == 9 && boxed == 9);
    assert_int_equal(live_references(), live);
    assert_ok(gobridge_release(pointer));
}

static void values_that_do_not_fit(void **state) {
    (void)state;
    static const struct {
        const char *type;
        bool is_key_type;
        gobridge_status status;
        gobridge_value value;
    } rows[] = {
#define KIND(k) .kind = GOBRIDGE_KIND_##k
        {"string", 1, GOBRIDGE_E_ARGUMENT, {KIND(STRING), .flags = 1, .as.s = "x", .len = 1}},
        {"string", 1, GOBRIDGE_E_ARGUMENT, {KIND(STRING), .flags = 1U << 31, .as.s = "x", .len = 1}},
        {"string", 1, GOBRIDGE_E_NULL, {KIND(STRING), .as.s = NULL, .len = 1}},
        {"string", 1, GOBRIDGE_E_LIMIT, {KIND(STRING), .as.s = "x", .len = UINT64_MAX}},
        {"string", 1, GOBRIDGE_E_LIMIT, {KIND(STRING), .as.s = "x", .len = 1ULL << 63}},
        {"string", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(NIL)}},
        {"string", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(INT64), .as.i = 1}},
        {"string", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(BYTES), .as.s = "x", .len = 1}},
        {"string", 1, GOBRIDGE_E_NIL_REF, {KIND(REF), .as.ref = 0}},
        {"string", 1, GOBRIDGE_E_FORGED_REF, {KIND(REF), .as.ref = UINT64_MAX}},
        {"[]byte", 0, GOBRIDGE_E_ARGUMENT, {KIND(BYTES), .flags = 1, .as.s = "x", .len = 1}},
        {"[]byte", 0, GOBRIDGE_E_NULL, {KIND(BYTES), .as.s = NULL, .len = 1}},
        {"[]byte", 0, GOBRIDGE_E_LIMIT, {KIND(BYTES), .as.s = "x", .len = UINT64_MAX}},
        {"[]byte", 0, GOBRIDGE_E_WRONG_TYPE, {KIND(STRING), .as.s = "x", .len = 1}},
        {"[]int64", 0, GOBRIDGE_E_WRONG_TYPE, {KIND(BYTES), .as.s = "x", .len = 1}},
        {"*int64", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(INT64), .as.i = 1}},
        {"*int64", 1, GOBRIDGE_E_ARGUMENT, {KIND(NIL), .flags = 1}},
        {"chan int", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(UINTPTR), .as.u = 1}},
        {"func()", 0, GOBRIDGE_E_WRONG_TYPE, {KIND(STRING), .as.s = "x", .len = 1}},
        {"unsafe.Pointer", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(UINTPTR), .as.u = 1}},
        {"map[int]int", 0, GOBRIDGE_E_WRONG_TYPE, {KIND(BOOL), .as.u = 1}},
        {"struct{ p *int }", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(NIL)}},
        {"[2]string", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(STRING), .as.s = "x", .len = 1}},
        {"time.Time", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(NIL)}},
        {"error", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(STRING), .as.s = "x", .len = 1}},
        {"fmt.Stringer", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(INT64), .as.i = 1}},
        /* what an interface takes, if only the number fit */
        {"any", 1, GOBRIDGE_E_ARGUMENT, {KIND(NIL), .flags = 1}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(BOOL), .as.u = 2}},
        {"any", 1, GOBRIDGE_E_ARGUMENT, {KIND(BOOL), .flags = 1, .as.u = 1}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(INT8), .as.i = 128}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(INT8), .as.i = -129}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(INT16), .as.i = 32768}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(INT32), .as.i = INT32_MIN - 1LL}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(UINT8), .as.u = 256}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(UINT16), .as.u = 65536}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(UINT32), .as.u = 1ULL << 32}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(FLOAT32), .as.f = 1e39}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(FLOAT32), .as.f = -1e39}},
        {"any", 1, GOBRIDGE_E_LIMIT, {KIND(STRING), .as.s = "x", .len = UINT64_MAX}},
        {"any", 1, GOBRIDGE_E_NULL, {KIND(STRING), .as.s = NULL, .len = 1}},
        {"any", 1, GOBRIDGE_E_UNHASHABLE, {KIND(BYTES), .as.s = "x", .len = 1}},
#if UINTPTR_MAX == UINT32_MAX
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(INT), .as.i = 1LL << 31}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(UINT), .as.u = 1ULL << 32}},
        {"any", 1, GOBRIDGE_E_RANGE, {KIND(UINTPTR), .as.u = 1ULL << 32}},
#endif
        /* kinds that no value has */
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(COMPLEX64)}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(COMPLEX128)}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(ARRAY)}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(STRUCT)}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {KIND(UNSAFE_POINTER)}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {.kind = 27}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {.kind = 34}},
        {"any", 1, GOBRIDGE_E_WRONG_TYPE, {.kind = UINT32_MAX}},
#undef KIND
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        try_value(rows[i].type, &rows[i].value, rows[i].status, rows[i].is_key_type, "");
    }
}

/* A bool is 0 or 1, wherever in a key or an element it lies. */
static void bools_that_are_none(void **state) {
    (void)state;
    static const struct {
        const char *type;
        unsigned char bytes[16];
    } rows[] = {
        {"bool", {2}},
        {"bool", {255}},
        {"[3]bool", {0, 1, 3}},
        {"[4]bool", {1, 1, 1, 128}},
        {"[2][2]bool", {1, 0, 2, 1}},
        {"struct{ n int8; b bool }", {7, 7}},
        {"struct{ n int32; s struct{ a, b bool } }", {7, 7, 7, 7, 1, 254}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        try_value(rows[i].type, rows[i].bytes, GOBRIDGE_E_RANGE, true, "a bool");
    }
}

/* References to what does not fit, is not a value, or is a nil pointer where what it points to is wanted. */
static void references_that_do_not_fit(void **state) {
    (void)state;
    const int64_t one = 1;
    const gobridge_ref stale = box("int64", &one);
    assert_ok(gobridge_release(stale));
    gobridge_ref itab;
    assert_ok(gobridge_runtime_getitab(parse("fmt.Stringer"), parse("time.Duration"), 0, &itab));
    const struct {
        const char *type;
        bool is_key_type, mine;
        gobridge_status status;
        gobridge_ref ref;
    } rows[] = {
        {"any", 1, 0, GOBRIDGE_E_STALE_REF, stale},
        {"any", 1, 0, GOBRIDGE_E_WRONG_KIND, parse("int64")},
        {"any", 1, 0, GOBRIDGE_E_WRONG_KIND, fixture.iterator},
        {"any", 1, 1, GOBRIDGE_E_WRONG_KIND, itab},
        {"any", 1, 0, GOBRIDGE_E_UNHASHABLE, fixture.map64},
        {"any", 1, 1, GOBRIDGE_E_UNHASHABLE, box("func()", &nil)},
        {"any", 1, 1, GOBRIDGE_E_UNHASHABLE, box("[]int64", &nil)},
        {"any", 1, 1, GOBRIDGE_E_UNHASHABLE, box_zero("struct{ f func() }")},
        {"string", 1, 1, GOBRIDGE_E_WRONG_TYPE, box("int64", &one)},
        {"*int64", 1, 1, GOBRIDGE_E_WRONG_TYPE, make_variable("int32")},
        {"*int64", 1, 1, GOBRIDGE_E_WRONG_TYPE, box("int64", &one)},
        {"*int64", 1, 1, GOBRIDGE_E_NIL, box("**int64", &nil)},
        {"time.Time", 1, 1, GOBRIDGE_E_NIL, box("*time.Time", &nil)},
        {"time.Time", 1, 1, GOBRIDGE_E_WRONG_TYPE, make_variable("time.Duration")},
        {"map[string]int64", 0, 0, GOBRIDGE_E_WRONG_TYPE, fixture.map64},
        {"fmt.Stringer", 1, 1, GOBRIDGE_E_WRONG_TYPE, box("int64", &one)},
        {"error", 1, 1, GOBRIDGE_E_WRONG_TYPE, box("time.Duration", &one)},
        {"chan int", 1, 1, GOBRIDGE_E_WRONG_TYPE, box("chan int64", &nil)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_value value = named(rows[i].ref);
        try_value(rows[i].type, &value, rows[i].status, rows[i].is_key_type, "");
        if (rows[i].mine) {
            assert_ok(gobridge_release(rows[i].ref));
        }
    }
}

/* ---- nil maps and sizes ---- */

static void nil_maps(void **state) {
    (void)state;
    const int64_t key = 1;
    const gobridge_value word = text("x"), slice = bytes("x", 1);
    gobridge_ref map = box("map[int64]int64", &nil), dynamic = box("map[any]int64", &nil), iterator;
    int64_t elem = 9;
    uint8_t found = 9;
    assert_status(gobridge_runtime_mapassign(map, &key, &key), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_reflect_mapassign0(map, &key, &key), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_runtime_mapassign_fast64(map, 1, &key), GOBRIDGE_E_NIL, "map");
    assert_ok(gobridge_runtime_mapaccess2(map, &key, &elem, &found));
    assert_true(found == 0 && elem == 0);
    assert_ok(gobridge_reflect_mapaccess(map, &key, &elem, &found));
    assert_true(found == 0 && elem == 0);
    assert_ok(gobridge_runtime_mapaccess2_fast64(map, 1, &elem, &found));
    assert_true(found == 0 && elem == 0);
    assert_ok(gobridge_runtime_mapdelete(map, &key));
    assert_ok(gobridge_reflect_mapdelete(map, &key));
    assert_ok(gobridge_reflect_mapclear(map));
    assert_int_equal(length(map), 0);
    assert_ok(gobridge_reflect_mapiterinit(map, &iterator));
    assert_ok(gobridge_reflect_mapiterkey(iterator, &elem, &found));
    assert_int_equal(found, 0);
    assert_status(gobridge_runtime_mapiternext(iterator), GOBRIDGE_E_ITERATOR_END, "iterator");
    /* Go hashes a key before it sees that the map is nil */
    assert_status(gobridge_runtime_mapassign(dynamic, &word, &key), GOBRIDGE_E_NIL, "map");
    assert_status(gobridge_runtime_mapaccess2(dynamic, &slice, NULL, &found), GOBRIDGE_E_UNHASHABLE, "key");
    assert_status(gobridge_runtime_mapdelete(dynamic, &slice), GOBRIDGE_E_UNHASHABLE, "key");
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(dynamic));
    assert_ok(gobridge_release(iterator));
}

static void hints(void **state) {
    (void)state;
    static const struct {
        int64_t hint;
        gobridge_status status;
    } rows[] = {
        {0, GOBRIDGE_OK},
        {1, GOBRIDGE_OK},
        {100000, GOBRIDGE_OK},
        {-1, GOBRIDGE_E_ARGUMENT},
        {INT64_MIN, GOBRIDGE_E_ARGUMENT},
        {INT64_MAX, GOBRIDGE_E_LIMIT},
        {1LL << 40, GOBRIDGE_E_LIMIT},
        {1LL << 32, GOBRIDGE_E_LIMIT},
        {1LL << 30, GOBRIDGE_E_LIMIT},
    };
    const gobridge_ref type = parse("map[uint64]uint64");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint64_t live = live_references();
        gobridge_ref maps[2] = {9, 9};
        assert_failed(gobridge_runtime_makemap(type, rows[i].hint, &maps[0]), rows[i].status,
                      "gobridge_runtime_makemap", "hint");
        assert_failed(gobridge_reflect_makemap(type, rows[i].hint, &maps[1]), rows[i].status,
                      "gobridge_reflect_makemap", "cap");
        for (int n = 0; n < 2; n++) {
            if (rows[i].status) {
                assert_int_equal(maps[n], 9);
            } else {
                assert_int_equal(length(maps[n]), 0);
                assert_ok(gobridge_release(maps[n]));
            }
        }
        assert_int_equal(live_references(), live);
    }
}

static void lengths(void **state) {
    (void)state;
    gobridge_ref made = 9;
    static const size_t too_long[] = {SIZE_MAX, SIZE_MAX / 2 + 1};
    for (size_t i = 0; i < COUNT(too_long); i++) {
        assert_status(gobridge_runtime_convTstring("x", too_long[i], &made), GOBRIDGE_E_LIMIT, "len");
        assert_status(gobridge_runtime_convTslice((const uint8_t *)"x", too_long[i], &made), GOBRIDGE_E_LIMIT,
                      "len");
        assert_status(gobridge_type_parse("x", too_long[i], &made), GOBRIDGE_E_LIMIT, "expression");
    }
    const gobridge_ref map = fixture.map_text;
    const int64_t elem = 1;
    uint64_t hash = 9;
    uint8_t answer = 9;
    for (size_t i = 0; i < COUNT(too_long); i++) {
        const size_t len = too_long[i];
        assert_status(gobridge_runtime_mapaccess2_faststr(map, "x", len, NULL, &answer), GOBRIDGE_E_LIMIT,
                      "key");
        assert_status(gobridge_reflect_mapaccess_faststr(map, "x", len, NULL, &answer), GOBRIDGE_E_LIMIT,
                      "key");
        assert_status(gobridge_runtime_mapassign_faststr(map, "x", len, &elem), GOBRIDGE_E_LIMIT, "key");
        assert_status(gobridge_reflect_mapassign_faststr0(map, "x", len, &elem), GOBRIDGE_E_LIMIT, "key");
        assert_status(gobridge_reflect_mapdelete_faststr(map, "x", len), GOBRIDGE_E_LIMIT, "key");
        assert_status(gobridge_runtime_memequal("x", "x", len, &answer), GOBRIDGE_E_LIMIT, "size");
        assert_status(gobridge_runtime_memhash("x", 0, len, &hash), GOBRIDGE_E_LIMIT, "size");
        assert_status(gobridge_runtime_strhash("x", len, 0, &hash), GOBRIDGE_E_LIMIT, "len");
    }
    assert_true(answer == 9 && hash == 9);
    assert_status(gobridge_runtime_getitab(parse("error"), parse("int"), 2, &made), GOBRIDGE_E_ARGUMENT,
                  "canfail");
    assert_int_equal(made, 9);
}

/* ---- addresses at which nothing lies ---- */

/* Every number in the first page is as good as NULL, in a value as in an argument, and in a thread in which Go's stack
 * has not grown yet: Go ends a process on whose stack it finds such a pointer. */
static void *small_addresses_in_thread(void *map) {
    static const uintptr_t small[] = {1, 8, 64, 4095};
    for (size_t i = 0; i < COUNT(small); i++) {
        const gobridge_value key = text_of((const char *)small[i], 5);
        const gobridge_value empty = text_of((const char *)small[i], 0); /* what Rust has for "" */
        uint8_t found = 9;
        expect(gobridge_runtime_mapaccess2(*(gobridge_ref *)map, &key, NULL, &found) == GOBRIDGE_E_NULL);
        expect(gobridge_runtime_mapdelete(*(gobridge_ref *)map, &key) == GOBRIDGE_E_NULL);
        expect(gobridge_runtime_mapassign(*(gobridge_ref *)map, &key, &key) == GOBRIDGE_E_NULL);
        expect(gobridge_runtime_mapaccess2(*(gobridge_ref *)map, &empty, NULL, &found) == GOBRIDGE_OK);
        expect(found == 0);
    }
    return NULL;
}

static void small_addresses(void) {
    gobridge_ref map = make_map("map[string]any");
    for (int i = 0; i < 20; i++) {
        run_threads(8, small_addresses_in_thread, &map, 0);
    }
    assert_ok(gobridge_release(map));
}

/* A wild address anywhere is a status, and nothing has changed or leaked. */
static void wild_addresses(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *unmapped = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(unmapped, MAP_FAILED);
    make_fixture();
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = &every_function[i];
        for (size_t place = 0; needs_go(f) && place < COUNT(f->arguments); place++) {
            const good g = f->arguments[place].good;
            if ((g == IN || g == NAME || g == IN_VALUE || g == IN_COLUMN || g == IN_REFS || g == FIELD ||
                 g == IN_SCHEMA || g == IN_ARRAY) &&
                strcmp(f->name, "gobridge_runtime_cgocall") != 0 && !is_absent(f)) {
                try_one(f, place, (argument){.in = unmapped}, GOBRIDGE_E_ADDRESS, "nothing lies");
            }
        }
    }
    const gobridge_value wild = text_of((const char *)unmapped, 10);
    gobridge_ref map = make_map("map[string]string");
    uint8_t found = 9;
    assert_status(gobridge_runtime_mapassign(map, &wild, &wild), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_runtime_mapaccess2(map, &wild, NULL, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_status(gobridge_runtime_mapdelete(map, &wild), GOBRIDGE_E_ADDRESS, "nothing lies");
    uint8_t in_map = 0;
    gobridge_text longest = {"x", SIZE_MAX / 2}; /* Go could have a string of this length, but not there */
    const gobridge_column keys = {.layout = GOBRIDGE_COLUMN_TEXT, .data = &longest};
#ifndef __SANITIZE_ADDRESS__ /* which ends a process that reads where no address can be, and does so rightly */
    assert_status(gobridge_map_get_n(map, &keys, 1, 0, NULL, &in_map, NULL), GOBRIDGE_E_ADDRESS,
                  "nothing lies");
#endif
    longest.len++;
    assert_status(gobridge_map_get_n(map, &keys, 1, 0, NULL, &in_map, NULL), GOBRIDGE_E_LIMIT, "keys[0]");
    assert_int_equal(length(map), 0);
    assert_int_equal(found, 9);
    assert_ok(gobridge_release(map));
    release_fixture();
    assert_int_equal(live_references(), 0);
}

static int set_up(void **state) {
    (void)state;
    make_fixture();
    return 0;
}

static int tear_down(void **state) {
    release_fixture();
    return no_live_references(state);
}

int main(int argc, char **argv) {
    static const scenario scenarios[] = {
        {"small_addresses", small_addresses},
        {"wild_addresses", wild_addresses},
    };
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_function_is_left_out),
        cmocka_unit_test(good_input),
        cmocka_unit_test(null_for_each_pointer),
        cmocka_unit_test(nil_references),
        cmocka_unit_test(stale_references),
        cmocka_unit_test(forged_references),
        cmocka_unit_test(random_references),
        cmocka_unit_test(wrong_kinds),
        cmocka_unit_test(values_that_do_not_fit),
        cmocka_unit_test(bools_that_are_none),
        cmocka_unit_test(references_that_do_not_fit),
        cmocka_unit_test(nil_maps),
        cmocka_unit_test(hints),
        cmocka_unit_test(lengths),
        APART(&scenarios[0]),
        APART(&scenarios[1]),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
