/* Types: expressions, names, kinds and layouts, and what a type is made of. */
#include "check.h"

#define WORD  sizeof(void *)
#define VALUE sizeof(gobridge_value)

/* Offsets of 8-byte numbers in structs differ between 386 and 64-bit platforms. */
#define PADDED_16 (WORD == 8 ? 16 : 12)

static const struct {
    const char *expression, *name; /* a name of NULL is the expression itself */
    uint32_t kind, size;           /* in C */
    uint8_t plain;
} types[] = {
    {"bool", NULL, GOBRIDGE_KIND_BOOL, 1, 1},
    {"int", NULL, GOBRIDGE_KIND_INT, WORD, 1},
    {"int8", NULL, GOBRIDGE_KIND_INT8, 1, 1},
    {"int16", NULL, GOBRIDGE_KIND_INT16, 2, 1},
    {"int32", NULL, GOBRIDGE_KIND_INT32, 4, 1},
    {"int64", NULL, GOBRIDGE_KIND_INT64, 8, 1},
    {"uint", NULL, GOBRIDGE_KIND_UINT, WORD, 1},
    {"uint8", NULL, GOBRIDGE_KIND_UINT8, 1, 1},
    {"uint16", NULL, GOBRIDGE_KIND_UINT16, 2, 1},
    {"uint32", NULL, GOBRIDGE_KIND_UINT32, 4, 1},
    {"uint64", NULL, GOBRIDGE_KIND_UINT64, 8, 1},
    {"uintptr", NULL, GOBRIDGE_KIND_UINTPTR, WORD, 1},
    {"byte", "uint8", GOBRIDGE_KIND_UINT8, 1, 1},
    {"rune", "int32", GOBRIDGE_KIND_INT32, 4, 1},
    {"float32", NULL, GOBRIDGE_KIND_FLOAT32, 4, 1},
    {"float64", NULL, GOBRIDGE_KIND_FLOAT64, 8, 1},
    {"complex64", NULL, GOBRIDGE_KIND_COMPLEX64, 8, 1},
    {"complex128", NULL, GOBRIDGE_KIND_COMPLEX128, 16, 1},
    {"string", NULL, GOBRIDGE_KIND_STRING, VALUE, 0},
    {"error", NULL, GOBRIDGE_KIND_INTERFACE, VALUE, 0},
    {"any", "interface {}", GOBRIDGE_KIND_INTERFACE, VALUE, 0},
    {"interface{}", "interface {}", GOBRIDGE_KIND_INTERFACE, VALUE, 0},
    {"fmt.Stringer", NULL, GOBRIDGE_KIND_INTERFACE, VALUE, 0},
    {"unsafe.Pointer", NULL, GOBRIDGE_KIND_UNSAFE_POINTER, VALUE, 0},
    {"time.Duration", NULL, GOBRIDGE_KIND_INT64, 8, 1},
    {"time.Time", NULL, GOBRIDGE_KIND_STRUCT, VALUE, 0},
    /* arrays */
    {"[0]int64", NULL, GOBRIDGE_KIND_ARRAY, 0, 1},
    {"[3]int16", NULL, GOBRIDGE_KIND_ARRAY, 6, 1},
    {"[0x10]byte", "[16]uint8", GOBRIDGE_KIND_ARRAY, 16, 1},
    {"[0b11][1_0]bool", "[3][10]bool", GOBRIDGE_KIND_ARRAY, 30, 1},
    {"[010]int8", "[8]int8", GOBRIDGE_KIND_ARRAY, 8, 1},
    {"[0]string", NULL, GOBRIDGE_KIND_ARRAY, 0, 1}, /* none of them: no pointers */
    {"[1]string", NULL, GOBRIDGE_KIND_ARRAY, VALUE, 0},
    {"[268435456]uint8", NULL, GOBRIDGE_KIND_ARRAY, 268435456, 1}, /* the largest there is */
    /* structs */
    {"struct{}", "struct {}", GOBRIDGE_KIND_STRUCT, 0, 1},
    {"struct{ a int8; b int64 }", "struct { a int8; b int64 }", GOBRIDGE_KIND_STRUCT, PADDED_16, 1},
    {"struct{a, b uint16}", "struct { a uint16; b uint16 }", GOBRIDGE_KIND_STRUCT, 4, 1},
    {"struct { X int32 `json:\"x\"` }", "struct { X int32 \"json:\\\"x\\\"\" }", GOBRIDGE_KIND_STRUCT, 4, 1},
    {"struct { _ int8; _ int8 }", "struct { _ int8; _ int8 }", GOBRIDGE_KIND_STRUCT, 2, 1},
    {"struct { n int8; s struct { p *int } }", NULL, GOBRIDGE_KIND_STRUCT, VALUE, 0},
    /* all that holds pointers is a value */
    {"*int8", NULL, GOBRIDGE_KIND_POINTER, VALUE, 0},
    {"**struct {}", NULL, GOBRIDGE_KIND_POINTER, VALUE, 0},
    {"[]int64", NULL, GOBRIDGE_KIND_SLICE, VALUE, 0},
    {"[]byte", "[]uint8", GOBRIDGE_KIND_SLICE, VALUE, 0},
    {"[][]string", NULL, GOBRIDGE_KIND_SLICE, VALUE, 0},
    {"map[string][]int64", NULL, GOBRIDGE_KIND_MAP, VALUE, 0},
    {"map[[2]int8]map[any]error", "map[[2]int8]map[interface {}]error", GOBRIDGE_KIND_MAP, VALUE, 0},
    {"chan int", NULL, GOBRIDGE_KIND_CHAN, VALUE, 0},
    {"<-chan int", NULL, GOBRIDGE_KIND_CHAN, VALUE, 0},
    {"chan<- int", NULL, GOBRIDGE_KIND_CHAN, VALUE, 0},
    {"chan (<-chan int)", NULL, GOBRIDGE_KIND_CHAN, VALUE, 0},
    {"chan<- chan int", NULL, GOBRIDGE_KIND_CHAN, VALUE, 0},
    {"func()", NULL, GOBRIDGE_KIND_FUNC, VALUE, 0},
    {"func(a, b int, c string) (n int, err error)", "func(int, int, string) (int, error)", GOBRIDGE_KIND_FUNC,
     VALUE, 0},
    {"func(string, ...any) int", "func(string, ...interface {}) int", GOBRIDGE_KIND_FUNC, VALUE, 0},
    /* as Go reads it */
    {" \t\n[ ] /* of */ int ", "[]int", GOBRIDGE_KIND_SLICE, VALUE, 0},
    {"(((int)))", "int", GOBRIDGE_KIND_INT, WORD, 1},
    {"*(int)", "*int", GOBRIDGE_KIND_POINTER, VALUE, 0},
};

static void good_expressions(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_ref type = parse(types[i].expression);
        const char *name = NULL;
        uint32_t kind = 99;
        uint64_t size = 99;
        uint8_t plain = 99;
        gobridge_ref its_type = 0;
        assert_ok(gobridge_type_name(type, &name));
        assert_string_equal(name, types[i].name ? types[i].name : types[i].expression);
        assert_ok(gobridge_type_kind(type, &kind));
        assert_int_equal(kind, types[i].kind);
        assert_ok(gobridge_type_layout(type, &size, &plain));
        if (size != types[i].size || plain != types[i].plain) {
            fail_msg("%s: %d bytes, plain %d", name, (int)size, plain);
        }
        assert_ok(gobridge_type_of(type, &its_type));
        assert_int_equal(its_type, type);
    }
}

static void bad_expressions(void **state) {
    (void)state;
    static const struct {
        gobridge_status status;
        const char *expression;
    } rows[] = {
        {GOBRIDGE_E_SYNTAX, ""},
        {GOBRIDGE_E_SYNTAX, " "},
        {GOBRIDGE_E_SYNTAX, "["},
        {GOBRIDGE_E_SYNTAX, "map[string]"},
        {GOBRIDGE_E_SYNTAX, "map[string int"},
        {GOBRIDGE_E_SYNTAX, "map[]int"},
        {GOBRIDGE_E_SYNTAX, "int int"},
        {GOBRIDGE_E_SYNTAX, "int; string"},
        {GOBRIDGE_E_SYNTAX, "[]int)"},
        {GOBRIDGE_E_SYNTAX, "1"},
        {GOBRIDGE_E_SYNTAX, "\"int\""},
        {GOBRIDGE_E_SYNTAX, "int(1)"},
        {GOBRIDGE_E_SYNTAX, "[]int{}"},
        {GOBRIDGE_E_SYNTAX, "func() {}"},
        {GOBRIDGE_E_SYNTAX, "a.b.c"},
        {GOBRIDGE_E_SYNTAX, "&int"},
        {GOBRIDGE_E_SYNTAX, "...int"},
        {GOBRIDGE_E_SYNTAX, "func(...int, int)"},
        {GOBRIDGE_E_SYNTAX, "func() (...int)"},
        {GOBRIDGE_E_SYNTAX, "func[T any](T)"},
        {GOBRIDGE_E_SYNTAX, "[...]int"},
        {GOBRIDGE_E_SYNTAX, "[-1]int"},
        {GOBRIDGE_E_SYNTAX, "[n]int"},
        {GOBRIDGE_E_SYNTAX, "[1.5]int"},
        {GOBRIDGE_E_SYNTAX, "['a']int"},
        {GOBRIDGE_E_SYNTAX, "struct{ a int; a int }"},
        {GOBRIDGE_E_SYNTAX, "struct{ a, a int }"},
        {GOBRIDGE_E_SYNTAX, "struct{ time.Time; Time int }"},
        {GOBRIDGE_E_SYNTAX, "struct{ []int }"},
        {GOBRIDGE_E_SYNTAX, "struct{ a int"},
        {GOBRIDGE_E_SYNTAX, "interface{ String() string }"},
        {GOBRIDGE_E_SYNTAX, "interface{ ~int }"},
        {GOBRIDGE_E_SYNTAX, "struct{ *fmt.Stringer }"}, /* what Go's compiler refuses too */
        {GOBRIDGE_E_SYNTAX, "struct{ *error }"},
        {GOBRIDGE_E_SYNTAX, "struct{ unsafe.Pointer }"},
        {GOBRIDGE_E_SYNTAX, "struct{ time.Time }"}, /* with unexported methods, which end the process */
        {GOBRIDGE_E_SYNTAX, "struct{ time.Time; N int }"},
        {GOBRIDGE_E_SYNTAX, "struct{ *time.Time }"},
        {GOBRIDGE_E_SYNTAX, "chan [65536]byte"},
        {GOBRIDGE_E_SYNTAX, "int\xff"},
        {GOBRIDGE_E_UNKNOWN_TYPE, "strin"},
        {GOBRIDGE_E_UNKNOWN_TYPE, "Int"},
        {GOBRIDGE_E_UNKNOWN_TYPE, "nil"},
        {GOBRIDGE_E_UNKNOWN_TYPE, "map[string]foo.Bar"},
        {GOBRIDGE_E_UNKNOWN_TYPE, "time.Month"},
        {GOBRIDGE_E_UNKNOWN_TYPE, "struct{ T }"},
        {GOBRIDGE_E_UNHASHABLE, "map[[]byte]int"},
        {GOBRIDGE_E_UNHASHABLE, "map[map[int]int]int"},
        {GOBRIDGE_E_UNHASHABLE, "map[func()]int"},
        {GOBRIDGE_E_UNHASHABLE, "map[struct{ f func() }]int"},
        {GOBRIDGE_E_UNHASHABLE, "[]map[[2][]int]int"},
        {GOBRIDGE_E_LIMIT, "[18446744073709551616]int"},
        {GOBRIDGE_E_LIMIT, "[18446744073709551615]int"},
        {GOBRIDGE_E_LIMIT, "[9223372036854775807]struct{}"},
        {GOBRIDGE_E_LIMIT, "[268435457]int8"},
        {GOBRIDGE_E_LIMIT, "[4294967297]int64"},
        {GOBRIDGE_E_LIMIT, "[65536][65536]int8"},
        {GOBRIDGE_E_LIMIT, "struct{ a, b [200000000]int8 }"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int again = 0; again < 2; again++) { /* what failed is not remembered as good */
            gobridge_ref type = 9;
            const gobridge_status got =
                gobridge_type_parse(rows[i].expression, strlen(rows[i].expression), &type);
            if (got != rows[i].status) {
                print_error("for \"%s\":\n", rows[i].expression);
            }
            assert_failed(got, rows[i].status, "gobridge_type_parse", "expression: ");
            assert_int_equal(type, 9);
        }
    }
}

/* An expression nested so deeply, and what it makes of that. */
static gobridge_status parse_nested(const char *prefix, const char *suffix, size_t levels) {
    char *expression = malloc(levels * (strlen(prefix) + strlen(suffix)) + sizeof "int");
    char *end = expression;
    for (size_t i = 0; i < levels - 1; i++) {
        end = stpcpy(end, prefix);
    }
    end = stpcpy(end, "int");
    for (size_t i = 0; i < levels - 1; i++) {
        end = stpcpy(end, suffix);
    }
    gobridge_ref type = 9;
    const gobridge_status status = gobridge_type_parse(expression, (size_t)(end - expression), &type);
    assert_true(status ? type == 9 : type != 9);
    free(expression);
    return status;
}

static void depth(void **state) {
    (void)state;
    static const struct {
        const char *prefix, *suffix;
    } rows[] = {{"[]", ""},  {"*", ""},      {"map[int]", ""},   {"chan ", ""},
                {"[1]", ""}, {"func(", ")"}, {"struct{a ", "}"}, {"(", ")"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(parse_nested(rows[i].prefix, rows[i].suffix, 64), GOBRIDGE_OK);
        assert_failed(parse_nested(rows[i].prefix, rows[i].suffix, 65), GOBRIDGE_E_TOO_DEEP,
                      "gobridge_type_parse", "expression: ");
        assert_failed(parse_nested(rows[i].prefix, rows[i].suffix, 6000), GOBRIDGE_E_TOO_DEEP,
                      "gobridge_type_parse", "expression: ");
    }
    assert_failed(parse_nested("(", ")", 32000), GOBRIDGE_E_TOO_DEEP, "gobridge_type_parse", "expression: ");
    assert_failed(parse_nested("*", "", 65000), GOBRIDGE_E_TOO_DEEP, "gobridge_type_parse", "expression: ");
}

/* The length counts, not a NUL; 65,536 bytes and no more. */
static void expression_lengths(void **state) {
    (void)state;
    enum { MOST = 65536 };
    char *blank = malloc(MOST + 1);
    gobridge_ref type = 9;
    memset(blank, ' ', MOST + 1);
    blank[1000 + snprintf(blank + 1000, sizeof "int16", "int16")] = ' ';
    assert_ok(gobridge_type_parse(blank, MOST, &type));
    assert_int_equal(type, parse("int16"));
    type = 9;
    assert_status(gobridge_type_parse(blank, MOST + 1, &type), GOBRIDGE_E_LIMIT, "expression");
    assert_int_equal(type, 9);
    free(blank);
    assert_ok(gobridge_type_parse("int16 and more", 5, &type));
    assert_int_equal(type, parse("int16"));
    assert_ok(gobridge_type_parse("int16", 3, &type));
    assert_int_equal(type, parse("int"));
    assert_status(gobridge_type_parse("int\0", 4, &type), GOBRIDGE_E_SYNTAX, "expression");
}

/* One type has one reference, however it is spelt, and the name has one address. */
static void one_reference_a_type(void **state) {
    (void)state;
    static const char *const same[][2] = {
        {"map[string]any", "map [ string ] interface{}"},
        {"byte", "uint8"},
        {"[]rune", "[]int32"},
        {"[16]int", "[0x10]int"},
        {"func(int) error", "func(n int) (err error)"},
        {"struct{ a, b int }", "struct{ a int; b int }"},
    };
    static const char *const different[][2] = {
        {"int32", "uint32"},
        {"time.Duration", "int64"},
        {"chan int", "<-chan int"},
        {"struct{ a int }", "struct{ b int }"},
        {"struct{ A int }", "struct{ A int `tag:\"\"` }"},
        {"func(...int)", "func([]int)"},
        {"error", "fmt.Stringer"},
    };
    for (size_t i = 0; i < COUNT(same); i++) {
        const char *names[2];
        assert_int_equal(parse(same[i][0]), parse(same[i][1]));
        assert_ok(gobridge_type_name(parse(same[i][0]), &names[0]));
        assert_ok(gobridge_type_name(parse(same[i][1]), &names[1]));
        assert_ptr_equal(names[0], names[1]);
    }
    for (size_t i = 0; i < COUNT(different); i++) {
        assert_int_not_equal(parse(different[i][0]), parse(different[i][1]));
    }
}

/* More expressions than the cache in C has places, each parsed twice, by threads at the same time. */
static void *parsing_thread(void *refs) {
    gobridge_ref *known = refs;
    for (size_t round = 0; round < 2; round++) {
        for (int i = 0; i < 6000; i++) {
            char expression[64], want[64];
            const char *name = NULL;
            gobridge_ref type = 0;
            const int len = snprintf(expression, sizeof expression, "map[ [%d]int8 ]bool", i);
            expect(gobridge_type_parse(expression, (size_t)len, &type) == GOBRIDGE_OK);
            expect(round == 0 || type == known[i]);
            known[i] = type;
            snprintf(want, sizeof want, "map[[%d]int8]bool", i);
            expect(gobridge_type_name(type, &name) == GOBRIDGE_OK && name && strcmp(name, want) == 0);
        }
    }
    return NULL;
}

/* The cache takes no expression for one that begins with it: with these spaces some pairs, such as that of 416, have the same place in
 * it. It runs before many_types, which leaves no place. */
static void beginnings_of_others(void **state) {
    (void)state;
    for (int i = 400; i < 850; i++) {
        char longer[32], expression[32];
        const char *name = NULL;
        snprintf(longer, sizeof longer, "[%d]int64           ", i);
        snprintf(expression, sizeof expression, "[%d]int", i);
        (void)parse(longer);
        assert_ok(gobridge_type_name(parse(expression), &name));
        assert_string_equal(name, expression);
    }
}

static void many_types(void **state) {
    (void)state;
    enum { THREADS = 4 };
    static gobridge_ref refs[THREADS][6000];
    run_threads(THREADS, parsing_thread, refs, sizeof refs[0]);
    for (size_t i = 1; i < THREADS; i++) {
        assert_memory_equal(refs[0], refs[i], sizeof refs[0]);
    }
}

/* The type of what a reference names. */
static void types_of_references(void **state) {
    (void)state;
    const int64_t second = 1000000000;
    const gobridge_value word = text("word"), slice = bytes("b", 1);
    const struct {
        gobridge_ref ref;
        const char *type;
    } rows[] = {
        {make_map("map[string]any"), "map[string]any"},
        {box("map[int]int", &nil), "map[int]int"},
        {box("time.Duration", &second), "time.Duration"},
        {box("[8]byte", &second), "[8]byte"},
        {box("string", &word), "string"},
        {box("any", &word), "string"}, /* an interface boxes its dynamic type */
        {box("[]byte", &slice), "[]byte"},
        {box("*int", &nil), "*int"},
        {box("func()", &nil), "func()"},
        {box_zero("time.Time"), "time.Time"},
        {make_variable("time.Time"), "*time.Time"},
        {make_variable("error"), "*error"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_type(rows[i].ref, rows[i].type);
        assert_ok(gobridge_release(rows[i].ref));
    }
}

/* ---- what a type is made of ---- */

static gobridge_type_info describe(const char *expression) {
    gobridge_type_info info;
    memset(&info, 0xA5, sizeof info);
    info.size = sizeof info;
    assert_ok(gobridge_type_describe(parse(expression), &info));
    assert_int_equal(info.size, sizeof info);
    return info;
}

static gobridge_ref type_or_none(const char *expression) {
    return expression ? parse(expression) : 0;
}

static void descriptions(void **state) {
    (void)state;
    static const struct {
        const char *type, *key, *elem, *package_path;
        gobridge_type_info info; /* but for those */
    } rows[] = {
#define IS(k, b, a) .kind = GOBRIDGE_KIND_##k, .bytes = (b), .align = (a)
        {"bool", NULL, NULL, "", {IS(BOOL, 1, 1), .comparable = 1, .named = 1, .plain = 1}},
        {"int32", NULL, NULL, "", {IS(INT32, 4, 4), .comparable = 1, .named = 1, .plain = 1}},
        {"uintptr", NULL, NULL, "", {IS(UINTPTR, WORD, WORD), .comparable = 1, .named = 1, .plain = 1}},
        {"string", NULL, NULL, "", {IS(STRING, 2 * WORD, WORD), .comparable = 1, .named = 1}},
        {"time.Duration",
         NULL,
         NULL,
         "time",
         {IS(INT64, 8, WORD), .comparable = 1, .named = 1, .plain = 1, .methods = 10}},
        {"error", NULL, NULL, "", {IS(INTERFACE, 2 * WORD, WORD), .comparable = 1, .named = 1, .methods = 1}},
        {"any", NULL, NULL, "", {IS(INTERFACE, 2 * WORD, WORD), .comparable = 1}},
        {"fmt.Stringer",
         NULL,
         NULL,
         "fmt",
         {IS(INTERFACE, 2 * WORD, WORD), .comparable = 1, .named = 1, .methods = 1}},
        {"unsafe.Pointer",
         NULL,
         NULL,
         "unsafe",
         {IS(UNSAFE_POINTER, WORD, WORD), .comparable = 1, .named = 1}},
        {"[3]int16", NULL, "int16", "", {IS(ARRAY, 6, 2), .len = 3, .comparable = 1, .plain = 1}},
        {"[0]string", NULL, "string", "", {IS(ARRAY, 0, WORD), .comparable = 1, .plain = 1}},
        {"[2]func()", NULL, "func()", "", {IS(ARRAY, 2 * WORD, WORD), .len = 2}},
        {"[]time.Time", NULL, "time.Time", "", {IS(SLICE, 3 * WORD, WORD)}},
        {"*error", NULL, "error", "", {IS(POINTER, WORD, WORD), .comparable = 1}},
        {"map[string][]int", "string", "[]int", "", {IS(MAP, WORD, WORD)}},
        {"chan int",
         NULL,
         "int",
         "",
         {IS(CHAN, WORD, WORD), .comparable = 1, .can_receive = 1, .can_send = 1}},
        {"<-chan int", NULL, "int", "", {IS(CHAN, WORD, WORD), .comparable = 1, .can_receive = 1}},
        {"chan<- int", NULL, "int", "", {IS(CHAN, WORD, WORD), .comparable = 1, .can_send = 1}},
        {"func()", NULL, NULL, "", {IS(FUNC, WORD, WORD)}},
        {"func(int, ...string) error",
         NULL,
         NULL,
         "",
         {IS(FUNC, WORD, WORD), .parameters = 2, .results = 1, .variadic = 1}},
        {"struct{}", NULL, NULL, "", {IS(STRUCT, 0, 1), .comparable = 1, .plain = 1}},
        {"struct{ A int16; b int8 }",
         NULL,
         NULL,
         "",
         {IS(STRUCT, 4, 2), .fields = 2, .comparable = 1, .plain = 1}},
        {"struct{ A []int }", NULL, NULL, "", {IS(STRUCT, 3 * WORD, WORD), .fields = 1}},
#undef IS
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_type_info got = describe(rows[i].type), *want = &rows[i].info;
        const char *name = NULL;
        assert_ok(gobridge_type_name(parse(rows[i].type), &name));
        assert_ptr_equal(got.name, name);
        assert_string_equal(got.package_path, rows[i].package_path);
        assert_int_equal(got.key, type_or_none(rows[i].key));
        assert_int_equal(got.elem, type_or_none(rows[i].elem));
        if (got.kind != want->kind || got.bytes != want->bytes || got.align != want->align ||
            got.len != want->len || got.fields != want->fields || got.parameters != want->parameters ||
            got.results != want->results || got.variadic != want->variadic ||
            got.comparable != want->comparable || got.named != want->named || got.plain != want->plain ||
            got.can_receive != want->can_receive || got.can_send != want->can_send) {
            fail_msg("%s is described wrongly", name);
        }
        if (want->methods < 10 ? got.methods != want->methods : got.methods < 10) { /* Go may add some */
            fail_msg("%s has %d methods", name, (int)got.methods);
        }
    }
}

static void fields(void **state) {
    (void)state;
    const gobridge_ref type = parse("struct{ A int8; b []string `k:\"v\"`; C time.Time \"tag\" }");
    static const struct {
        const char *name, *tag, *type;
        uint64_t offset;
        uint8_t exported, embedded;
    } want[] = {
        {"A", "", "int8", 0, 1, 0},
        {"b", "k:\"v\"", "[]string", WORD, 0, 0},
        {"C", "tag", "time.Time", 4 * WORD, 1, 0},
    };
    for (uint32_t i = 0; i < COUNT(want); i++) {
        gobridge_type_field_info field, again;
        memset(&field, 0xA5, sizeof field);
        field.size = again.size = sizeof field;
        assert_ok(gobridge_type_field(type, i, &field));
        assert_string_equal(field.name, want[i].name);
        assert_string_equal(field.tag, want[i].tag);
        assert_int_equal(field.type, parse(want[i].type));
        assert_int_equal(field.offset, want[i].offset);
        assert_true(field.exported == want[i].exported && field.embedded == want[i].embedded);
        assert_int_equal(field.size, sizeof field);
        assert_ok(gobridge_type_field(type, i, &again));
        assert_true(again.name == field.name && again.tag == field.tag); /* the texts stay */
    }
}

static void methods(void **state) {
    (void)state;
    static const struct {
        const char *type, *method, *signature;
    } rows[] = {
        {"error", "Error", "func() string"},
        {"fmt.Stringer", "String", "func() string"},
        {"time.Duration", "Hours", "func() float64"},
        {"time.Duration", "Round", "func(time.Duration) time.Duration"},
        {"time.Time", "Date", "func() (int, time.Month, int)"}, /* its name is not known to expressions */
        {"time.Time", "AddDate", "func(int, int, int) time.Time"},
        {"*time.Time", "AddDate", "func(int, int, int) time.Time"},
        {"*time.Time", "UnmarshalText", "func([]uint8) error"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint32_t count = describe(rows[i].type).methods;
        const char *signature = NULL, *before = "";
        for (uint32_t n = 0; n < count; n++) {
            gobridge_type_method_info method = {.size = sizeof method};
            assert_ok(gobridge_type_method(parse(rows[i].type), n, &method));
            assert_true(method.exported == 1 && strcmp(before, method.name) < 0);
            before = method.name;
            if (strcmp(method.name, rows[i].method) == 0) {
                assert_ok(gobridge_type_name(method.type, &signature));
            }
        }
        assert_non_null(signature);
        assert_string_equal(signature, rows[i].signature);
    }
    assert_true(describe("*time.Time").methods > describe("time.Time").methods);
}

static void signatures(void **state) {
    (void)state;
    const gobridge_ref type = parse("func(int, string, ...[]byte) (bool, error)");
    static const char *const parameters[] = {"int", "string", "[][]byte"}, *const results[] = {"bool",
                                                                                               "error"};
    gobridge_ref got = 9;
    for (uint32_t i = 0; i < COUNT(parameters); i++) {
        assert_ok(gobridge_type_parameter(type, i, &got));
        assert_int_equal(got, parse(parameters[i]));
    }
    for (uint32_t i = 0; i < COUNT(results); i++) {
        assert_ok(gobridge_type_result(type, i, &got));
        assert_int_equal(got, parse(results[i]));
    }
}

static void parts_that_are_none(void **state) {
    (void)state;
    static const uint32_t beyond[] = {2, 3, UINT32_MAX};
    const gobridge_ref structure = parse("struct{ A, B int }"), function = parse("func(a, b int) (c, d int)");
    gobridge_type_field_info field = {.size = sizeof field, .offset = 99};
    gobridge_type_method_info method = {.size = sizeof method, .type = 99};
    gobridge_ref type = 99;
    for (size_t i = 0; i < COUNT(beyond); i++) {
        assert_status(gobridge_type_field(structure, beyond[i], &field), GOBRIDGE_E_INDEX, "has 2 fields");
        assert_status(gobridge_type_method(parse("error"), beyond[i], &method), GOBRIDGE_E_INDEX,
                      "has 1 methods");
        assert_status(gobridge_type_parameter(function, beyond[i], &type), GOBRIDGE_E_INDEX,
                      "has 2 parameters");
        assert_status(gobridge_type_result(function, beyond[i], &type), GOBRIDGE_E_INDEX, "index is ");
    }
    assert_status(gobridge_type_method(parse("int"), 0, &method), GOBRIDGE_E_INDEX, "has 0 methods");
    assert_status(gobridge_type_field(function, 0, &field), GOBRIDGE_E_WRONG_KIND, "not a struct type");
    assert_status(gobridge_type_field(parse("*struct{ A int }"), 0, &field), GOBRIDGE_E_WRONG_KIND,
                  "type is ");
    assert_status(gobridge_type_parameter(structure, 0, &type), GOBRIDGE_E_WRONG_KIND, "not a func type");
    assert_status(gobridge_type_result(structure, 0, &type), GOBRIDGE_E_WRONG_KIND, "not a func type");
    assert_true(field.offset == 99 && method.type == 99 && type == 99);
}

/* The caller's struct may be larger than this version's, and no more is written; it may not be smaller. */
static void sizes(void **state) {
    (void)state;
    struct {
        gobridge_type_info info;
        uint64_t newer;
    } larger = {.info.size = sizeof larger, .newer = 99};
    assert_ok(gobridge_type_describe(parse("int8"), &larger.info));
    assert_true(larger.info.size == sizeof larger.info && larger.info.bytes == 1 && larger.newer == 99);

    static const uint32_t less[] = {0, 1, sizeof(uint32_t)};
    for (size_t i = 0; i < COUNT(less); i++) {
        gobridge_type_info info = {.size = less[i], .bytes = 99};
        gobridge_type_field_info field = {.size = less[i], .offset = 99};
        gobridge_type_method_info method = {.size = less[i], .type = 99};
        assert_status(gobridge_type_describe(parse("int"), &info), GOBRIDGE_E_TOO_SMALL,
                      "set it to sizeof *info");
        assert_status(gobridge_type_field(parse("struct{ A int }"), 0, &field), GOBRIDGE_E_TOO_SMALL,
                      "field->size is");
        assert_status(gobridge_type_method(parse("error"), 0, &method), GOBRIDGE_E_TOO_SMALL,
                      "method->size is");
        assert_true(info.bytes == 99 && field.offset == 99 && method.type == 99);
    }
    gobridge_type_info info = {.size = sizeof info - 1};
    assert_status(gobridge_type_describe(parse("int"), &info), GOBRIDGE_E_TOO_SMALL, "info->size is");
}

/* A name that is not known is answered with those that are like it. */
static void nearest_names(void **state) {
    (void)state;
    gobridge_ref type = 9;
    assert_status(gobridge_type_parse("[]strin", 7, &type), GOBRIDGE_E_UNKNOWN_TYPE,
                  "no type is named \"strin\"; the nearest known are \"string\", ");
    assert_status(gobridge_type_parse("time.Tim", 8, &type), GOBRIDGE_E_UNKNOWN_TYPE,
                  "the nearest known are \"time.Time\", ");
    assert_int_equal(type, 9);
}

/* ---- types made of types ---- */

static void types_of_types(void **state) {
    (void)state;
    const gobridge_ref number = parse("int32"), word = parse("string");
    gobridge_ref made = 0;
    assert_ok(gobridge_type_pointer_to(number, &made));
    assert_int_equal(made, parse("*int32"));
    assert_ok(gobridge_type_slice_of(made, &made)); /* what it is of may be where it goes */
    assert_int_equal(made, parse("[]*int32"));
    assert_ok(gobridge_type_array_of(word, 0, &made));
    assert_int_equal(made, parse("[0]string"));
    assert_ok(gobridge_type_array_of(word, 3, &made));
    assert_int_equal(made, parse("[3]string"));
    assert_ok(gobridge_type_map_of(word, made, &made));
    assert_int_equal(made, parse("map[string][3]string"));
    assert_ok(gobridge_type_chan_of(number, GOBRIDGE_CHAN_RECEIVE | GOBRIDGE_CHAN_SEND, &made));
    assert_int_equal(made, parse("chan int32"));
    assert_ok(gobridge_type_chan_of(number, GOBRIDGE_CHAN_RECEIVE, &made));
    assert_int_equal(made, parse("<-chan int32"));
    assert_ok(gobridge_type_chan_of(number, GOBRIDGE_CHAN_SEND, &made));
    assert_int_equal(made, parse("chan<- int32"));
    const gobridge_ref parameters[] = {number, parse("[]string")}, results[] = {word, parse("error")};
    assert_ok(gobridge_type_func_of(NULL, 0, NULL, 0, 0, &made));
    assert_int_equal(made, parse("func()"));
    assert_ok(gobridge_type_func_of(parameters, 2, results, 2, 1, &made));
    assert_int_equal(made, parse("func(int32, ...string) (string, error)"));
    assert_ok(gobridge_type_func_of(parameters, 2, results, 1, 0, &made));
    assert_int_equal(made, parse("func(int32, []string) string"));
}

static gobridge_struct_field field_of(const char *name, const char *type) {
    return (gobridge_struct_field){.name = name, .name_len = strlen(name), .type = parse(type)};
}

static void struct_types(void **state) {
    (void)state;
    gobridge_ref made = 0;
    gobridge_struct_field fields[] = {field_of("A", "int64"), field_of("Name", "string")};
    assert_ok(gobridge_type_struct_of(NULL, 0, &made));
    assert_int_equal(made, parse("struct{}"));
    assert_ok(gobridge_type_struct_of(fields, 2, &made));
    assert_int_equal(made, parse("struct{ A int64; Name string }"));
    fields[1].tag = "json:\"name\"";
    fields[1].tag_len = strlen(fields[1].tag);
    assert_ok(gobridge_type_struct_of(fields, 2, &made));
    assert_int_equal(made, parse("struct{ A int64; Name string `json:\"name\"` }"));
    fields[0] = field_of("", "guest.Plain");
    fields[0].embedded = 1;
    assert_ok(gobridge_type_struct_of(fields, 1, &made));
    assert_int_equal(made, parse("struct{ guest.Plain }"));

    fields[0] = field_of("", "time.Time");
    fields[0].embedded = 1;
    assert_status(gobridge_type_struct_of(fields, 1, &made), GOBRIDGE_E_ARGUMENT,
                  "time.Time can not be embedded");
    fields[0] = field_of("a", "int");
    assert_status(gobridge_type_struct_of(fields, 1, &made), GOBRIDGE_E_UNEXPORTED, "fields[0].name: \"a\"");
    fields[0] = field_of("A-B", "int");
    assert_status(gobridge_type_struct_of(fields, 1, &made), GOBRIDGE_E_ARGUMENT, "A-B");
    fields[0] = field_of("Name", "int");
    assert_status(gobridge_type_struct_of(fields, 2, &made), GOBRIDGE_E_ARGUMENT, "duplicate field Name");
    fields[0] = field_of("A", "int");
    fields[0].embedded = 2;
    assert_status(gobridge_type_struct_of(fields, 1, &made), GOBRIDGE_E_ARGUMENT, "fields[0]: embedded");
    fields[0] = field_of("A", "int");
    fields[0].reserved[6] = 1;
    assert_status(gobridge_type_struct_of(fields, 1, &made), GOBRIDGE_E_ARGUMENT, "reserved");
    fields[0] = field_of("", "fmt.Stringer");
    fields[0].embedded = 1;
    assert_status(gobridge_type_struct_of(fields, 1, &made), GOBRIDGE_E_ARGUMENT, "embedded");
    fields[0] = field_of("A", "[200000000]uint8");
    fields[1] = field_of("B", "[200000000]uint8");
    assert_status(gobridge_type_struct_of(fields, 2, &made), GOBRIDGE_E_LIMIT, "larger");
    assert_status(gobridge_type_struct_of(fields, 20000, &made), GOBRIDGE_E_LIMIT, "count: 20000");
    fields[1].name_len = SIZE_MAX;
    assert_status(gobridge_type_struct_of(fields, 2, &made), GOBRIDGE_E_LIMIT, "fields[1].name");
    fields[1] = field_of("B", "int");
    fields[1].type = 0;
    assert_status(gobridge_type_struct_of(fields, 2, &made), GOBRIDGE_E_NIL_REF, "fields[1].type");
    assert_int_equal(made, parse("struct{ guest.Plain }"));
}

static void types_that_can_not_be_made(void **state) {
    (void)state;
    gobridge_ref made = 7;
    const gobridge_ref number = parse("int"), func = parse("func()"), large = parse("[70000]uint8");
    assert_status(gobridge_type_map_of(func, number, &made), GOBRIDGE_E_UNHASHABLE, "func()");
    assert_status(gobridge_type_array_of(number, -1, &made), GOBRIDGE_E_LIMIT, "len is -1");
    assert_status(gobridge_type_array_of(number, INT64_MAX, &made), GOBRIDGE_E_LIMIT, "array");
    assert_status(gobridge_type_array_of(number, 1 << 28, &made), GOBRIDGE_E_LIMIT, "array");
    assert_status(gobridge_type_chan_of(number, 0, &made), GOBRIDGE_E_ARGUMENT, "directions");
    assert_status(gobridge_type_chan_of(number, 4, &made), GOBRIDGE_E_ARGUMENT, "directions");
    assert_status(gobridge_type_chan_of(large, GOBRIDGE_CHAN_SEND, &made), GOBRIDGE_E_ARGUMENT,
                  "element size");
    assert_status(gobridge_type_func_of(&number, 1, NULL, 0, 1, &made), GOBRIDGE_E_ARGUMENT, "variadic");
    assert_status(gobridge_type_func_of(&number, 129, NULL, 0, 0, &made), GOBRIDGE_E_LIMIT,
                  "parameters: 129");
    const gobridge_ref bad[] = {number, 0};
    assert_status(gobridge_type_func_of(bad, 1, bad, 2, 0, &made), GOBRIDGE_E_NIL_REF, "results[1]");
    assert_int_equal(made, 7);
    /* neither deeper nor longer than an expression may be */
    made = number;
    for (int i = 0; i < 63; i++) {
        assert_ok(gobridge_type_slice_of(made, &made));
    }
    assert_status(gobridge_type_slice_of(made, &made), GOBRIDGE_E_TOO_DEEP, "64");
    made = number;
    for (int i = 0; i < 12; i++) { /* each name is twice as long, and a little more */
        const gobridge_ref twice[] = {made, made};
        assert_ok(gobridge_type_func_of(twice, 2, NULL, 0, 0, &made));
    }
    const gobridge_ref twice[] = {made, made};
    assert_status(gobridge_type_func_of(twice, 2, NULL, 0, 0, &made), GOBRIDGE_E_LIMIT, "65536");
}

static void assignable_and_convertible(void **state) {
    (void)state;
    const struct {
        const char *from, *to;
        bool assignable, convertible;
    } rows[] = {
        {"int64", "int64", true, true},
        {"int64", "int32", false, true},
        {"int64", "time.Duration", false, true},
        {"time.Duration", "fmt.Stringer", true, true},
        {"int64", "fmt.Stringer", false, false},
        {"[]byte", "string", false, true},
        {"int64", "any", true, true},
        {"any", "int64", false, false},
        {"chan int", "<-chan int", true, true},
        {"<-chan int", "chan int", false, false},
        {"[]int", "[2]int", false, true},
        {"func()", "func(int)", false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t is = 9;
        assert_ok(gobridge_type_assignable(parse(rows[i].from), parse(rows[i].to), &is));
        assert_int_equal(is, rows[i].assignable);
        assert_ok(gobridge_type_convertible(parse(rows[i].from), parse(rows[i].to), &is));
        assert_int_equal(is, rows[i].convertible);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_expressions),
        cmocka_unit_test(bad_expressions),
        cmocka_unit_test(depth),
        cmocka_unit_test(expression_lengths),
        cmocka_unit_test(one_reference_a_type),
        cmocka_unit_test(beginnings_of_others),
        cmocka_unit_test(many_types),
        cmocka_unit_test(types_of_references),
        cmocka_unit_test(descriptions),
        cmocka_unit_test(fields),
        cmocka_unit_test(methods),
        cmocka_unit_test(signatures),
        cmocka_unit_test(parts_that_are_none),
        cmocka_unit_test(sizes),
        cmocka_unit_test(nearest_names),
        cmocka_unit_test(types_of_types),
        cmocka_unit_test(struct_types),
        cmocka_unit_test(types_that_can_not_be_made),
        cmocka_unit_test(assignable_and_convertible),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
