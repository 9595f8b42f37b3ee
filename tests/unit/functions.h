/* Every exported function as a row of a table: a way to call it, and what each of its arguments is. Tests run over all
 * rows: what bad input gets (bad_input_test.c), what a forked child gets (guest_test.c). */
#ifndef GOBRIDGE_TESTS_FUNCTIONS_H
#define GOBRIDGE_TESTS_FUNCTIONS_H

#include "check.h"

typedef union argument {
    gobridge_ref ref;
    const void *in;
    void *out;
    int32_t (*fn)(void *);
    uint64_t number;
} argument;

/* What stands for a good argument. */
typedef enum good {
    NO_ARGUMENT,
    /* references */
    INT64_TYPE,
    MAP_TYPE,
    STRINGER_TYPE,
    DURATION_TYPE,
    ERROR_TYPE,
    MAP64,       /* map[int64]int64, as are all maps here but for the key */
    MAP32,       /* map[int32]int64 */
    MAP_WORD,    /* map[*int64]int64 */
    KEY_WORD,    /* a *int64 as a key */
    ITERATOR,    /* over MAP64 */
    POINTER,     /* a *int64 */
    AN_ERROR,    /* the error "text" */
    TIME,        /* a time.Time */
    ANY_VALUE,   /* a *int64, but any value will do */
    ANY_TYPED,   /* the same, where an iterator or itab will not do */
    NEW_VALUE,   /* a reference that the call releases */
    IN_NO_SCOPE, /* not good: a number that is in no scope */
    /* pointers */
    IN,         /* to an int64 1, or an int32 1 */
    IN_VALUE,   /* to the value 1, of an int64 */
    EXPRESSION, /* to "[]int8" */
    DIGITS,     /* to "123456" */
    IN_TIME,    /* to the value TIME */
    IN_TEXT,    /* to a REF to the string "123456" */
    OUT,
    OUT_REF,     /* receives a reference that the caller releases */
    OUT_SCOPE,   /* receives what closes a scope */
    OUT_VALUE,   /* to a NIL value */
    OUT_GIVEN,   /* receives a value that the caller releases */
    OUT_UNNAMED, /* its NULL is not recorded as a failure */
    OPTIONAL,    /* NULL is as good */
    FUNCTION,
    /* numbers */
    ZERO,
    SIX
} good;

typedef struct function {
    const char *name;
    gobridge_status (*call)(const argument *a);
    struct {
        const char *name;
        good good;
    } arguments[6];
    size_t word; /* the size of pointers without which it is unsupported, 0 for any */
} function;

/* X(word, name, (arguments), {name, good} of each argument) */
#define THAT_CROSS(X)                                                                                        \
    X(0, gobridge_release, (a[0].ref), {"ref", NEW_VALUE})                                                   \
    X(0, gobridge_ref_count, (a[0].out), {"live", OUT})                                                      \
    X(0, gobridge_go_release, (a[0].out), {"release", OUT})                                                  \
    X(0, gobridge_symbols, (a[0].out, a[1].out), {"symbols", OUT}, {"count", OUT})                           \
    X(0, gobridge_type_parse, (a[0].in, a[1].number, a[2].out), {"expression", EXPRESSION}, {"len", SIX},    \
      {"type", OUT})                                                                                         \
    X(0, gobridge_type_of, (a[0].ref, a[1].out), {"ref", ANY_TYPED}, {"type", OUT})                          \
    X(0, gobridge_type_name, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"name", OUT})                      \
    X(0, gobridge_type_kind, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"kind", OUT})                      \
    X(0, gobridge_type_layout, (a[0].ref, a[1].out, a[2].out), {"type", INT64_TYPE}, {"size", OUT},          \
      {"plain", OUT})                                                                                        \
    X(0, gobridge_value_new, (a[0].ref, a[1].out), {"type", INT64_TYPE}, {"pointer", OUT_REF})               \
    X(0, gobridge_value_box, (a[0].ref, a[1].in, a[2].out), {"type", INT64_TYPE}, {"data", IN},              \
      {"boxed", OUT_REF})                                                                                    \
    X(0, gobridge_value_get, (a[0].ref, a[1].out), {"ref", ANY_VALUE}, {"value", OUT})                       \
    X(0, gobridge_value_load, (a[0].ref, a[1].out), {"ref", ANY_TYPED}, {"data", OUT})                       \
    X(0, gobridge_value_store, (a[0].ref, a[1].in), {"pointer", POINTER}, {"data", IN})                      \
    X(0, gobridge_value_make, (a[0].ref, a[1].in, a[2].out), {"type", INT64_TYPE}, {"from", IN_VALUE},       \
      {"boxed", OUT_REF})                                                                                    \
    X(0, gobridge_value_follow, (a[0].ref, a[1].out), {"pointer", POINTER}, {"value", OUT_GIVEN})            \
    X(0, gobridge_value_set, (a[0].ref, a[1].in), {"pointer", POINTER}, {"value", IN_VALUE})                 \
    X(0, gobridge_value_copy, (a[0].in, a[1].out), {"from", IN_TIME}, {"to", OUT_GIVEN})                     \
    X(0, gobridge_value_equal, (a[0].in, a[1].in, a[2].out), {"a", IN_TIME}, {"b", IN_TIME}, {"equal", OUT}) \
    X(0, gobridge_value_compare, (a[0].in, a[1].in, a[2].out), {"a", IN_TIME}, {"b", IN_TIME},               \
      {"order", OUT})                                                                                        \
    X(0, gobridge_value_hash, (a[0].in, a[1].out), {"value", IN_TIME}, {"hash", OUT})                        \
    X(0, gobridge_value_print, (a[0].in, a[1].out), {"value", IN_TIME}, {"text", OUT_GIVEN})                 \
    X(0, gobridge_value_text, (a[0].in, a[1].out, a[2].number, a[3].out), {"value", IN_TEXT},                \
      {"buffer", OUT}, {"capacity", SIX}, {"len", OUT})                                                      \
    X(0, gobridge_value_from_text, (a[0].ref, a[1].in, a[2].number, a[3].out), {"type", INT64_TYPE},         \
      {"text", DIGITS}, {"len", SIX}, {"boxed", OUT_REF})                                                    \
    X(0, gobridge_value_to_text, (a[0].in, a[1].out), {"value", IN_TIME}, {"text", OUT_GIVEN})               \
    X(0, gobridge_value_from_json, (a[0].ref, a[1].in, a[2].number, a[3].out), {"type", INT64_TYPE},         \
      {"json", DIGITS}, {"len", SIX}, {"value", OUT_GIVEN})                                                  \
    X(0, gobridge_value_to_json, (a[0].in, a[1].out), {"value", IN_TIME}, {"json", OUT_GIVEN})               \
    X(0, gobridge_value_from_time, (1, 2, a[0].out), {"time", OUT_REF})                                      \
    X(0, gobridge_value_to_time, (a[0].ref, a[1].out, a[2].out), {"time", TIME}, {"seconds", OUT},           \
      {"nanoseconds", OUT})                                                                                  \
    X(0, gobridge_error_new, (a[0].in, a[1].number, a[2].out), {"text", DIGITS}, {"len", SIX},               \
      {"error", OUT_REF})                                                                                    \
    X(0, gobridge_error_wrap, (a[0].ref, a[1].in, a[2].number, a[3].out), {"inner", AN_ERROR},               \
      {"text", DIGITS}, {"len", SIX}, {"error", OUT_REF})                                                    \
    X(0, gobridge_error_message, (a[0].ref, a[1].out), {"error", AN_ERROR}, {"text", OUT_GIVEN})             \
    X(0, gobridge_error_is, (a[0].ref, a[1].ref, a[2].out), {"error", AN_ERROR}, {"target", AN_ERROR},       \
      {"is", OUT})                                                                                           \
    X(0, gobridge_error_as, (a[0].ref, a[1].ref, a[2].out, a[3].out), {"error", AN_ERROR},                   \
      {"type", ERROR_TYPE}, {"target", OUT_GIVEN}, {"as", OUT})                                              \
    X(0, gobridge_error_unwrap, (a[0].ref, a[1].out), {"error", AN_ERROR}, {"inner", OUT_GIVEN})             \
    X(0, gobridge_runtime_iscgo, (a[0].out), {"iscgo", OUT})                                                 \
    X(0, gobridge_runtime_set_crosscall2, (), {NULL, NO_ARGUMENT})                                           \
    X(0, gobridge_runtime_cgocall, (a[0].fn, a[1].out, a[2].out), {"fn", FUNCTION}, {"arg", IN},             \
      {"result", OUT})                                                                                       \
    X(0, gobridge_math_Float32bits, (1, a[0].out), {"bits", OUT})                                            \
    X(0, gobridge_runtime_makemap_small, (a[0].ref, a[1].out), {"type", MAP_TYPE}, {"map", OUT_REF})         \
    X(0, gobridge_runtime_makemap, (a[0].ref, (int64_t)a[1].number, a[2].out), {"type", MAP_TYPE},           \
      {"hint", ZERO}, {"map", OUT_REF})                                                                      \
    X(0, gobridge_reflect_makemap, (a[0].ref, (int64_t)a[1].number, a[2].out), {"type", MAP_TYPE},           \
      {"cap", ZERO}, {"map", OUT_REF})                                                                       \
    X(0, gobridge_runtime_mapaccess2, (a[0].ref, a[1].in, a[2].out, a[3].out), {"map", MAP64}, {"key", IN},  \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_reflect_mapaccess, (a[0].ref, a[1].in, a[2].out, a[3].out), {"map", MAP64}, {"key", IN},   \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_runtime_mapassign, (a[0].ref, a[1].in, a[2].in), {"map", MAP64}, {"key", IN},              \
      {"elem", IN})                                                                                          \
    X(0, gobridge_reflect_mapassign0, (a[0].ref, a[1].in, a[2].in), {"map", MAP64}, {"key", IN},             \
      {"elem", IN})                                                                                          \
    X(0, gobridge_runtime_mapdelete, (a[0].ref, a[1].in), {"map", MAP64}, {"key", IN})                       \
    X(0, gobridge_reflect_maplen, (a[0].ref, a[1].out), {"map", MAP64}, {"len", OUT})                        \
    X(0, gobridge_runtime_mapaccess2_fast32, (a[0].ref, 1, a[1].out, a[2].out), {"map", MAP32},              \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_runtime_mapassign_fast32, (a[0].ref, 1, a[1].in), {"map", MAP32}, {"elem", IN})            \
    X(4, gobridge_runtime_mapassign_fast32ptr, (a[0].ref, a[1].ref, a[2].in), {"map", MAP_WORD},             \
      {"key", KEY_WORD}, {"elem", IN})                                                                       \
    X(0, gobridge_runtime_mapaccess2_fast64, (a[0].ref, 1, a[1].out, a[2].out), {"map", MAP64},              \
      {"elem", OPTIONAL}, {"found", OUT})                                                                    \
    X(0, gobridge_runtime_mapassign_fast64, (a[0].ref, 1, a[1].in), {"map", MAP64}, {"elem", IN})            \
    X(8, gobridge_runtime_mapassign_fast64ptr, (a[0].ref, a[1].ref, a[2].in), {"map", MAP_WORD},             \
      {"key", KEY_WORD}, {"elem", IN})                                                                       \
    X(0, gobridge_reflect_mapiterinit, (a[0].ref, a[1].out), {"map", MAP64}, {"iterator", OUT_REF})          \
    X(0, gobridge_runtime_mapiternext, (a[0].ref), {"iterator", ITERATOR})                                   \
    X(0, gobridge_reflect_mapiternext, (a[0].ref), {"iterator", ITERATOR})                                   \
    X(0, gobridge_reflect_mapiterkey, (a[0].ref, a[1].out, a[2].out), {"iterator", ITERATOR}, {"key", OUT},  \
      {"found", OUT})                                                                                        \
    X(0, gobridge_reflect_mapiterelem, (a[0].ref, a[1].out, a[2].out), {"iterator", ITERATOR},               \
      {"elem", OUT}, {"found", OUT})                                                                         \
    X(0, gobridge_runtime_getitab, (a[0].ref, a[1].ref, (uint8_t)a[2].number, a[3].out),                     \
      {"interface_type", STRINGER_TYPE}, {"type", DURATION_TYPE}, {"canfail", ZERO}, {"itab", OUT_REF})      \
    X(0, gobridge_runtime_convT64, (1, a[0].out), {"boxed", OUT_REF})                                        \
    X(0, gobridge_runtime_convTstring, (a[0].in, a[1].number, a[2].out), {"data", IN}, {"len", SIX},         \
      {"boxed", OUT_REF})                                                                                    \
    X(0, gobridge_runtime_convTslice, (a[0].in, a[1].number, a[2].out), {"data", IN}, {"len", SIX},          \
      {"boxed", OUT_REF})

#define THAT_STAY_IN_C(X)                                             \
    X(0, gobridge_last_error, (a[0].out), {"error", OUT_UNNAMED})     \
    X(0, gobridge_scope_open, (a[0].out), {"scope", OUT_SCOPE})       \
    X(0, gobridge_scope_close, (a[0].number), {"scope", IN_NO_SCOPE}) \
    X(0, gobridge_scope_keep, (a[0].ref), {"ref", IN_NO_SCOPE})       \
    X(0, gobridge_value_release, (a[0].out), {"value", OUT_VALUE})

/* These give no status, and stay in C too. */
#define WITHOUT_STATUS(X)                                          \
    X(0, gobridge_version, (), {NULL, NO_ARGUMENT})                \
    X(0, gobridge_status_name, (GOBRIDGE_OK), {NULL, NO_ARGUMENT}) \
    X(0, gobridge_status_meaning, (GOBRIDGE_OK), {NULL, NO_ARGUMENT})

#define CALL(word, name, values, ...)                       \
    static gobridge_status call_##name(const argument *a) { \
        (void)a;                                            \
        return name values;                                 \
    }
#define CALL_WITHOUT_STATUS(word, name, values, ...)        \
    static gobridge_status call_##name(const argument *a) { \
        (void)a;                                            \
        return name values ? GOBRIDGE_OK : GOBRIDGE_E_NULL; \
    }
#define ROW(word, name, values, ...) {#name, call_##name, {__VA_ARGS__}, word},
THAT_CROSS(CALL)
THAT_STAY_IN_C(CALL)
WITHOUT_STATUS(CALL_WITHOUT_STATUS)
static const function every_function[] = {THAT_CROSS(ROW) THAT_STAY_IN_C(ROW) WITHOUT_STATUS(ROW)};
enum {
#define ONE(...) +1
    CROSSING = 0 THAT_CROSS(ONE) /* the first so many of every_function */
#undef ONE
};

/* ---- good arguments ---- */

static struct {
    gobridge_ref map64, map32, map_word, iterator, pointer, error, time, text;
    int64_t in;              /* what IN points to; twice as long, so that SIX bytes fit and 4 are a 1 too */
    gobridge_value in_value; /* what IN_VALUE points to */
    gobridge_value in_time, in_text;
    unsigned char out[6][64]; /* for the arguments at each place */
    gobridge_ref made;        /* by good_argument for NEW_VALUE */
} fixture;

static int32_t answer(void *arg) {
    return arg ? 42 : 0;
}

static inline void make_fixture(void) {
    const int64_t one = 1;
    fixture.in = one;
    fixture.in_value = integer(GOBRIDGE_KIND_INT64, 1);
    fixture.map64 = make_map("map[int64]int64");
    fixture.map32 = make_map("map[int32]int64");
    fixture.map_word = make_map("map[*int64]int64");
    fixture.pointer = make_variable("int64");
    const gobridge_value pointer = named(fixture.pointer);
    for (int64_t key = 1; key <= 20; key++) {
        assert_ok(gobridge_runtime_mapassign(fixture.map64, &key, &one));
    }
    assert_ok(gobridge_runtime_mapassign(fixture.map32, &one, &one));
    assert_ok(gobridge_runtime_mapassign(fixture.map_word, &pointer, &one));
    assert_ok(gobridge_reflect_mapiterinit(fixture.map64, &fixture.iterator));
    assert_ok(gobridge_error_new("text", 4, &fixture.error));
    assert_ok(gobridge_value_from_time(1, 2, &fixture.time));
    assert_ok(gobridge_runtime_convTstring("123456", 6, &fixture.text));
    fixture.in_time = named(fixture.time);
    fixture.in_text = named(fixture.text);
}

static inline void release_fixture(void) {
    const gobridge_ref all[] = {fixture.map64,   fixture.map32, fixture.map_word, fixture.iterator,
                                fixture.pointer, fixture.error, fixture.time,     fixture.text};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* What stands for a good argument at a place. */
static inline argument good_argument(good g, size_t place) {
    enum { UNTOUCHED = 0xA5 };
    unsigned char *out = memset(fixture.out[place], UNTOUCHED, sizeof fixture.out[place]);
    switch (g) {
    case INT64_TYPE: return (argument){.ref = parse("int64")};
    case MAP_TYPE: return (argument){.ref = parse("map[int64]int64")};
    case STRINGER_TYPE: return (argument){.ref = parse("fmt.Stringer")};
    case DURATION_TYPE: return (argument){.ref = parse("time.Duration")};
    case ERROR_TYPE: return (argument){.ref = parse("error")};
    case MAP64: return (argument){.ref = fixture.map64};
    case MAP32: return (argument){.ref = fixture.map32};
    case MAP_WORD: return (argument){.ref = fixture.map_word};
    case ITERATOR: return (argument){.ref = fixture.iterator};
    case AN_ERROR: return (argument){.ref = fixture.error};
    case TIME: return (argument){.ref = fixture.time};
    case KEY_WORD:
    case POINTER:
    case ANY_VALUE:
    case ANY_TYPED: return (argument){.ref = fixture.pointer};
    case NEW_VALUE:
        assert_ok(gobridge_runtime_convT64(1, &fixture.made));
        return (argument){.ref = fixture.made};
    case IN: return (argument){.in = &fixture.in};
    case IN_VALUE: return (argument){.in = &fixture.in_value};
    case EXPRESSION: return (argument){.in = "[]int8"};
    case DIGITS: return (argument){.in = "123456"};
    case IN_TIME: return (argument){.in = &fixture.in_time};
    case IN_TEXT: return (argument){.in = &fixture.in_text};
    case OUT_VALUE: memset(out, 0, sizeof(gobridge_value)); return (argument){.out = out};
    case OUT_GIVEN:
    case OUT:
    case OUT_REF:
    case OUT_SCOPE:
    case OUT_UNNAMED:
    case OPTIONAL: return (argument){.out = out};
    case FUNCTION: return (argument){.fn = answer};
    case SIX: return (argument){.number = 6};
    case NO_ARGUMENT:
    case IN_NO_SCOPE:
    case ZERO: break;
    }
    return (argument){.number = 0};
}

static inline bool is_pointer(good g) {
    return g >= IN && g <= FUNCTION && g != OPTIONAL;
}

static inline bool is_reference(good g) {
    return g >= INT64_TYPE && g <= NEW_VALUE;
}

#endif
