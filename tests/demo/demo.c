/* gobridge-demo FILE
 * A C host of gobridge: uses each symbol of the linkname set, then counts the words of a file in a Go map. */
#define _POSIX_C_SOURCE 200809L
#include <gobridge.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Where a call fails, its message is what the function around it returns. */
#define TRY(call)                                         \
    do {                                                  \
        if ((call) != GOBRIDGE_OK) return last_message(); \
    } while (0)

#define EXPECT(what)                          \
    do {                                      \
        if (!(what)) return "not so: " #what; \
    } while (0)

static const char *last_message(void) {
    gobridge_error error;
    gobridge_last_error(&error);
    return error.message;
}

static gobridge_value string(const char *s, size_t len) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = s, .len = len};
}

/* ---- a use of each symbol: NULL where it worked, else what went wrong; said receives what came back ----
 * Each runs in a scope of its own, which releases what it made. */

enum { SAID = 64 };
#define SAY(...) snprintf(said, SAID, __VA_ARGS__)

static const char *make(const char *type_name, gobridge_ref *map) {
    gobridge_ref type;
    TRY(gobridge_type_parse(type_name, strlen(type_name), &type));
    TRY(gobridge_runtime_makemap(type, 0, map));
    return NULL;
}

static const char *use_iscgo(char *said) {
    uint8_t iscgo = 0;
    TRY(gobridge_runtime_iscgo(&iscgo));
    EXPECT(iscgo == 1);
    SAY("true");
    return NULL;
}

static const char *use_set_crosscall2(char *said) {
    uint8_t iscgo = 0;
    TRY(gobridge_runtime_set_crosscall2());
    TRY(gobridge_runtime_iscgo(&iscgo)); /* C still gets into Go */
    EXPECT(iscgo == 1);
    SAY("set, and C still gets into Go");
    return NULL;
}

static int32_t square(void *arg) {
    int32_t n = *(int32_t *)arg;
    return n * n;
}

static const char *use_cgocall(char *said) {
    int32_t n = 12, result = 0;
    TRY(gobridge_runtime_cgocall(square, &n, &result));
    EXPECT(result == 144);
    SAY("Go had C square 12: %" PRId32, result);
    return NULL;
}

static const char *use_Float32bits(char *said) {
    uint32_t bits = 0;
    TRY(gobridge_math_Float32bits(-1.5F, &bits));
    EXPECT(bits == 0xbfc00000);
    SAY("-1.5 is %#" PRIx32, bits);
    return NULL;
}

/* Fills a new map[int32]float64 with the halves of 0 to n-1, and counts them. */
static const char *halve(gobridge_ref map, int32_t n, char *said) {
    for (int32_t i = 0; i < n; i++) {
        double half = i / 2.0;
        TRY(gobridge_runtime_mapassign(map, &i, &half));
    }
    int64_t len = 0;
    TRY(gobridge_reflect_maplen(map, &len));
    EXPECT(len == n);
    SAY("map[int32]float64 with %" PRId64 " entries", len);
    return NULL;
}

#define HALVES "map[int32]float64"

static const char *use_makemap_small(char *said) {
    gobridge_ref type, map;
    TRY(gobridge_type_parse(HALVES, strlen(HALVES), &type));
    TRY(gobridge_runtime_makemap_small(type, &map));
    return halve(map, 8, said);
}

static const char *use_makemap(char *said) {
    gobridge_ref type, map;
    TRY(gobridge_type_parse(HALVES, strlen(HALVES), &type));
    TRY(gobridge_runtime_makemap(type, 1000, &map));
    return halve(map, 1000, said);
}

static const char *use_reflect_makemap(char *said) {
    gobridge_ref type, map;
    TRY(gobridge_type_parse(HALVES, strlen(HALVES), &type));
    TRY(gobridge_reflect_makemap(type, 500, &map));
    return halve(map, 500, said);
}

static const char *use_maplen(char *said) {
    gobridge_ref map = 0;
    const char *why = make(HALVES, &map);
    return why ? why : halve(map, 300, said);
}

/* An assignment and an access of the same kind, of a string to a float and of a string to a string. */
typedef gobridge_status assigner(gobridge_ref map, const void *key, const void *elem);
typedef gobridge_status accessor(gobridge_ref map, const void *key, void *elem, uint8_t *found);

static const char *put_and_get(assigner *assign, accessor *access, char *said) {
    gobridge_ref map = 0;
    const char *why = make("map[string]string", &map);
    if (why) return why;
    gobridge_value key = string("gopher", 6), elem = string("h\303\266hle", 6), none = string("mole", 4);
    TRY(assign(map, &key, &elem));
    gobridge_value got;
    uint8_t found = 0;
    TRY(access(map, &key, &got, &found));
    EXPECT(found == 1 && got.kind == GOBRIDGE_KIND_STRING);
    EXPECT(got.len == elem.len && memcmp(got.as.s, elem.as.s, elem.len) == 0);
    TRY(access(map, &none, NULL, &found));
    EXPECT(found == 0);
    SAY("\"gopher\" is \"%.*s\", \"mole\" is not there", (int)got.len, got.as.s);
    return NULL;
}

static const char *use_mapaccess2_and_mapassign(char *said) {
    return put_and_get(gobridge_runtime_mapassign, gobridge_runtime_mapaccess2, said);
}

static const char *use_reflect_mapaccess_and_mapassign0(char *said) {
    return put_and_get(gobridge_reflect_mapassign0, gobridge_reflect_mapaccess, said);
}

static const char *use_mapdelete(char *said) {
    gobridge_ref map = 0;
    const char *why = make("map[bool]int8", &map);
    if (why) return why;
    uint8_t keys[] = {0, 1}, found = 1;
    for (int8_t i = 0; i < 2; i++) TRY(gobridge_runtime_mapassign(map, &keys[i], &i));
    TRY(gobridge_runtime_mapdelete(map, &keys[0]));
    TRY(gobridge_runtime_mapaccess2(map, &keys[0], NULL, &found));
    EXPECT(found == 0);
    int64_t len = 0;
    TRY(gobridge_reflect_maplen(map, &len));
    EXPECT(len == 1);
    SAY("2 entries, 1 deleted, %" PRId64 " left", len);
    return NULL;
}

static const char *use_fast32(char *said) {
    gobridge_ref map = 0;
    const char *why = make("map[uint32]float32", &map);
    if (why) return why;
    uint32_t key = 0xfffffffe;
    float elem = 0.25F, got = 0;
    uint8_t found = 0;
    TRY(gobridge_runtime_mapassign_fast32(map, key, &elem));
    TRY(gobridge_runtime_mapaccess2_fast32(map, key, &got, &found));
    EXPECT(found == 1 && got == elem);
    TRY(gobridge_runtime_mapaccess2_fast32(map, 1, &got, &found));
    EXPECT(found == 0 && got == 0);
    SAY("%" PRIu32 " is %g, 1 is not there", key, elem);
    return NULL;
}

static const char *use_fast64(char *said) {
    gobridge_ref map = 0;
    const char *why = make("map[uint64]uint64", &map);
    if (why) return why;
    uint64_t key = UINT64_MAX - 1, elem = 64, got = 0;
    uint8_t found = 0;
    TRY(gobridge_runtime_mapassign_fast64(map, key, &elem));
    TRY(gobridge_runtime_mapaccess2_fast64(map, key, &got, &found));
    EXPECT(found == 1 && got == elem);
    TRY(gobridge_runtime_mapaccess2_fast64(map, 1, &got, &found));
    EXPECT(found == 0 && got == 0);
    SAY("%" PRIu64 " is %" PRIu64 ", 1 is not there", key, elem);
    return NULL;
}

/* Keys that are pointers. Only one of the two symbols is for this platform's; the other must refuse. */
typedef gobridge_status ptr_assigner(gobridge_ref map, gobridge_ref key, const void *elem);

static const char *use_fast_ptr(ptr_assigner *assign, size_t size, char *said) {
    gobridge_ref map = 0, type, key;
    const char *why = make("map[*int64]int64", &map);
    if (why) return why;
    TRY(gobridge_type_parse("int64", 5, &type));
    TRY(gobridge_value_new(type, &key));
    int64_t elem = 7, got = 0;
    if (sizeof(void *) != size) {
        EXPECT(assign(map, key, &elem) == GOBRIDGE_E_UNSUPPORTED);
        SAY("refused: %zu-byte pointers", sizeof(void *));
        return NULL;
    }
    uint8_t found = 0;
    TRY(assign(map, key, &elem));
    gobridge_value pointer = {.kind = GOBRIDGE_KIND_REF, .as.ref = key};
    TRY(gobridge_runtime_mapaccess2(map, &pointer, &got, &found));
    EXPECT(found == 1 && got == elem);
    SAY("a new *int64 is %" PRId64, got);
    return NULL;
}

static const char *use_fast32ptr(char *said) {
    return use_fast_ptr(gobridge_runtime_mapassign_fast32ptr, 4, said);
}

static const char *use_fast64ptr(char *said) {
    return use_fast_ptr(gobridge_runtime_mapassign_fast64ptr, 8, said);
}

/* Sums the keys and the elements of a map from 1..10 to their squares. */
typedef gobridge_status nexter(gobridge_ref iterator);

static const char *iterate(nexter *next, char *said) {
    gobridge_ref map = 0, iterator;
    const char *why = make("map[uint8]uint64", &map);
    if (why) return why;
    for (uint8_t i = 1; i <= 10; i++) {
        uint64_t squared = (uint64_t)i * i;
        TRY(gobridge_runtime_mapassign(map, &i, &squared));
    }
    unsigned keys = 0;
    uint64_t elems = 0;
    TRY(gobridge_reflect_mapiterinit(map, &iterator));
    for (;;) {
        uint8_t key = 0, found = 0;
        uint64_t elem = 0;
        TRY(gobridge_reflect_mapiterkey(iterator, &key, &found));
        if (!found) break;
        TRY(gobridge_reflect_mapiterelem(iterator, &elem, &found));
        EXPECT(elem == (uint64_t)key * key);
        keys += key;
        elems += elem;
        TRY(next(iterator));
    }
    EXPECT(keys == 55 && elems == 385);
    SAY("the keys sum to %u, the elements to %" PRIu64, keys, elems);
    return NULL;
}

static const char *use_runtime_mapiternext(char *said) {
    return iterate(gobridge_runtime_mapiternext, said);
}

static const char *use_reflect_iterator(char *said) {
    return iterate(gobridge_reflect_mapiternext, said);
}

static const char *use_getitab(char *said) {
    gobridge_ref stringer, duration, integer, itab = 0, none = 0;
    TRY(gobridge_type_parse("fmt.Stringer", 12, &stringer));
    TRY(gobridge_type_parse("time.Duration", 13, &duration));
    TRY(gobridge_type_parse("int", 3, &integer));
    TRY(gobridge_runtime_getitab(stringer, duration, 0, &itab));
    TRY(gobridge_runtime_getitab(stringer, integer, 1, &none));
    EXPECT(itab != 0 && none == 0);
    SAY("time.Duration is a fmt.Stringer, int is none");
    return NULL;
}

static const char *use_convT64(char *said) {
    gobridge_ref boxed;
    gobridge_value value;
    TRY(gobridge_runtime_convT64(UINT64_MAX, &boxed));
    TRY(gobridge_value_get(boxed, &value));
    EXPECT(value.kind == GOBRIDGE_KIND_UINT64 && value.as.u == UINT64_MAX);
    SAY("uint64 %" PRIu64, value.as.u);
    return NULL;
}

static const char *use_convTstring(char *said) {
    static const char text[] = "Hello, \344\270\226\347\225\214";
    gobridge_ref boxed;
    gobridge_value value;
    TRY(gobridge_runtime_convTstring(text, sizeof text - 1, &boxed));
    TRY(gobridge_value_get(boxed, &value));
    EXPECT(value.kind == GOBRIDGE_KIND_STRING && value.len == sizeof text - 1);
    EXPECT(memcmp(value.as.s, text, value.len) == 0);
    SAY("string \"%.*s\"", (int)value.len, value.as.s);
    return NULL;
}

static const char *use_convTslice(char *said) {
    static const uint8_t bytes[] = {1, 0, 255};
    gobridge_ref boxed;
    gobridge_value value;
    TRY(gobridge_runtime_convTslice(bytes, sizeof bytes, &boxed));
    TRY(gobridge_value_get(boxed, &value));
    EXPECT(value.kind == GOBRIDGE_KIND_BYTES && value.len == sizeof bytes);
    EXPECT(memcmp(value.as.b, bytes, sizeof bytes) == 0);
    SAY("[]byte{%u, %u, %u}", value.as.b[0], value.as.b[1], value.as.b[2]);
    return NULL;
}

/* Maps by strings: through the runtime's symbols, and through reflect's. */
static const char *use_faststr(char *said) {
    gobridge_ref map = 0;
    const char *why = make("map[string]uint64", &map);
    if (why) return why;
    uint64_t elem = 6, got = 0;
    uint8_t found = 0;
    TRY(gobridge_runtime_mapassign_faststr(map, "gopher", 6, &elem));
    TRY(gobridge_runtime_mapaccess2_faststr(map, "gopher", 6, &got, &found));
    EXPECT(found == 1 && got == 6);
    elem = 3;
    TRY(gobridge_reflect_mapassign_faststr0(map, "gopher", 3, &elem)); /* "gop" */
    TRY(gobridge_reflect_mapaccess_faststr(map, "gop", 3, &got, &found));
    EXPECT(found == 1 && got == 3);
    TRY(gobridge_reflect_mapdelete_faststr(map, "gopher", 6));
    TRY(gobridge_runtime_mapaccess2_faststr(map, "gopher", 6, &got, &found));
    EXPECT(found == 0 && got == 0);
    SAY("gopher is 6 and gop 3, then gopher is not there");
    return NULL;
}

static const char *use_whole_map(char *said) {
    gobridge_ref map = 0, clone, iterator;
    const char *why = make("map[uint64]uint64", &map);
    if (why) return why;
    uint64_t key = 7, elem = 49, got = 0;
    uint8_t found = 0;
    int64_t len = -1;
    TRY(gobridge_runtime_mapassign_fast64(map, key, &elem));
    TRY(gobridge_maps_clone(map, &clone));
    TRY(gobridge_reflect_mapdelete(map, &key));
    TRY(gobridge_reflect_maplen(map, &len));
    EXPECT(len == 0);
    TRY(gobridge_runtime_mapiterinit(clone, &iterator));
    TRY(gobridge_reflect_mapiterkey(iterator, &got, &found));
    EXPECT(found == 1 && got == key);
    TRY(gobridge_reflect_mapclear(clone));
    TRY(gobridge_reflect_maplen(clone, &len));
    EXPECT(len == 0);
    SAY("a clone kept 7 until it was cleared");
    return NULL;
}

static const char *use_variables(char *said) {
    gobridge_ref type, a, b;
    int64_t number = 5, got = 0;
    TRY(gobridge_type_parse("int64", 5, &type));
    TRY(gobridge_reflect_unsafe_New(type, &a));
    TRY(gobridge_reflect_unsafe_New(type, &b));
    TRY(gobridge_value_store(a, &number));
    TRY(gobridge_reflect_typedmemmove(b, a));
    TRY(gobridge_value_load(b, &got));
    EXPECT(got == 5);
    TRY(gobridge_reflect_typedmemclr(b));
    TRY(gobridge_value_load(b, &got));
    EXPECT(got == 0);
    SAY("a new int64 became 5, and 0 again");
    return NULL;
}

static const char *use_slices(char *said) {
    gobridge_ref type, three, two, grown;
    int64_t copied = 0, len = 0, cap = 0;
    TRY(gobridge_type_parse("int64", 5, &type));
    TRY(gobridge_reflect_unsafe_NewArray(type, 3, &three));
    TRY(gobridge_reflect_unsafe_NewArray(type, 2, &two));
    TRY(gobridge_reflect_typedslicecopy(two, three, &copied));
    EXPECT(copied == 2);
    TRY(gobridge_reflect_growslice(three, 10, &grown));
    TRY(gobridge_slice_len(grown, &len));
    TRY(gobridge_slice_cap(grown, &cap));
    EXPECT(len == 3 && cap >= 13);
    SAY("2 of 3 were copied, 3 have room for %" PRId64, cap);
    return NULL;
}

static const char *use_ifaceE2I(char *said) {
    gobridge_ref stringer, duration, variable, boxed;
    const int64_t ns = 1500000000;
    gobridge_value value = {.kind = GOBRIDGE_KIND_REF}, got, text;
    TRY(gobridge_type_parse("fmt.Stringer", 12, &stringer));
    TRY(gobridge_type_parse("time.Duration", 13, &duration));
    TRY(gobridge_reflect_unsafe_New(stringer, &variable));
    TRY(gobridge_value_box(duration, &ns, &boxed));
    value.as.ref = boxed;
    TRY(gobridge_reflect_ifaceE2I(&value, variable));
    TRY(gobridge_value_follow(variable, &got));
    TRY(gobridge_value_print(&got, &text));
    EXPECT(text.len == 4 && memcmp(text.as.s, "1.5s", 4) == 0);
    SAY("a fmt.Stringer became 1.5s");
    return NULL;
}

static const char *use_memory(char *said) {
    static const char text[] = "gopher";
    uint8_t equal = 0;
    uint64_t hash = 0, same = 1;
    TRY(gobridge_runtime_memequal(text, "gopher", 6, &equal));
    EXPECT(equal == 1);
    TRY(gobridge_runtime_memequal(text, "gobber", 6, &equal));
    EXPECT(equal == 0);
    TRY(gobridge_runtime_memhash(text, 1, 6, &hash));
    TRY(gobridge_runtime_strhash(text, 6, 1, &same));
    EXPECT(hash == same);
    SAY("gopher hashes to one number as bytes and as a string");
    return NULL;
}

static const char *use_clocks(char *said) {
    int64_t before = 0, after = 0, sec = 0, mono = 0;
    int32_t nsec = -1;
    TRY(gobridge_runtime_nanotime(&before));
    TRY(gobridge_time_now(&sec, &nsec, &mono));
    TRY(gobridge_runtime_nanotime(&after));
    EXPECT(before <= after && nsec >= 0 && nsec < 1000000000);
    struct timespec wall; /* time() has a clock of its own, which lags behind */
    clock_gettime(CLOCK_REALTIME, &wall);
    EXPECT(sec >= (int64_t)wall.tv_sec - 1 && sec <= (int64_t)wall.tv_sec);
    SAY("%" PRId64 " s since 1970, as C has it", sec);
    return NULL;
}

static const char *use_random(char *said) {
    uint64_t a = 0, b = 0;
    uint32_t small = 0, below = 100;
    TRY(gobridge_runtime_rand(&a));
    TRY(gobridge_runtime_rand(&b));
    EXPECT(a != b);
    TRY(gobridge_runtime_cheaprand(&small));
    TRY(gobridge_runtime_cheaprandn(100, &below));
    EXPECT(below < 100);
    SAY("two numbers that differ, and one below 100");
    return NULL;
}

static const struct use {
    const char *symbol;
    const char *(*run)(char *said);
} uses[] = {
    {"runtime.iscgo", use_iscgo},
    {"runtime.set_crosscall2", use_set_crosscall2},
    {"runtime.cgocall", use_cgocall},
    {"math.Float32bits", use_Float32bits},
    {"runtime.makemap_small", use_makemap_small},
    {"runtime.makemap", use_makemap},
    {"reflect.makemap", use_reflect_makemap},
    {"reflect.maplen", use_maplen},
    {"runtime.mapaccess2", use_mapaccess2_and_mapassign},
    {"runtime.mapassign", use_mapaccess2_and_mapassign},
    {"reflect.mapaccess", use_reflect_mapaccess_and_mapassign0},
    {"reflect.mapassign0", use_reflect_mapaccess_and_mapassign0},
    {"runtime.mapdelete", use_mapdelete},
    {"runtime.mapaccess2_fast32", use_fast32},
    {"runtime.mapassign_fast32", use_fast32},
    {"runtime.mapassign_fast32ptr", use_fast32ptr},
    {"runtime.mapaccess2_fast64", use_fast64},
    {"runtime.mapassign_fast64", use_fast64},
    {"runtime.mapassign_fast64ptr", use_fast64ptr},
    {"runtime.mapiternext", use_runtime_mapiternext},
    {"reflect.mapiterinit", use_reflect_iterator},
    {"reflect.mapiternext", use_reflect_iterator},
    {"reflect.mapiterkey", use_reflect_iterator},
    {"reflect.mapiterelem", use_reflect_iterator},
    {"runtime.getitab", use_getitab},
    {"runtime.convT64", use_convT64},
    {"runtime.convTstring", use_convTstring},
    {"runtime.convTslice", use_convTslice},
    {"runtime.mapaccess2_faststr", use_faststr},
    {"runtime.mapassign_faststr", use_faststr},
    {"reflect.mapaccess_faststr", use_faststr},
    {"reflect.mapassign_faststr0", use_faststr},
    {"reflect.mapdelete_faststr", use_faststr},
    {"reflect.mapdelete", use_whole_map},
    {"reflect.mapclear", use_whole_map},
    {"maps.clone", use_whole_map},
    {"runtime.mapiterinit", use_whole_map},
    {"reflect.unsafe_New", use_variables},
    {"reflect.typedmemmove", use_variables},
    {"reflect.typedmemclr", use_variables},
    {"reflect.unsafe_NewArray", use_slices},
    {"reflect.typedslicecopy", use_slices},
    {"reflect.growslice", use_slices},
    {"reflect.ifaceE2I", use_ifaceE2I},
    {"runtime.memequal", use_memory},
    {"runtime.memhash", use_memory},
    {"runtime.strhash", use_memory},
    {"runtime.nanotime", use_clocks},
    {"time.now", use_clocks},
    {"runtime.rand", use_random},
    {"runtime.cheaprand", use_random},
    {"runtime.cheaprandn", use_random},
};

static const char *run_in_scope(const struct use *use, char *said) {
    uint64_t scope;
    TRY(gobridge_scope_open(&scope));
    const char *why = use->run(said);
    TRY(gobridge_scope_close(scope));
    return why;
}

static const char *use_symbol(const char *symbol, char *said) {
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        if (strcmp(uses[i].symbol, symbol) == 0) return run_in_scope(&uses[i], said);
    }
    return "this program has no use for it";
}

/* Prints the table, and gives how many rows do not work. */
static const char *use_all(int *failed) {
    const char *release;
    const gobridge_symbol *const *symbols;
    size_t count;
    TRY(gobridge_go_version(&release));
    TRY(gobridge_symbols(&symbols, &count));
    printf("gobridge %d.%d.%d on %s, answered by %s: %s\n\n", GOBRIDGE_VERSION_MAJOR, GOBRIDGE_VERSION_MINOR,
           GOBRIDGE_VERSION_PATCH, release, symbols[0]->backend, symbols[0]->reason);
    printf("%-36s  %-27s  %-8s  %s\n", "C function", "Go symbol", "backend", "what using it gave");
    for (size_t i = 0; i < count; i++) {
        char said[SAID] = "";
        const char *why = use_symbol(symbols[i]->symbol, said);
        printf("%-36s  %-27s  %-8s  %s%s\n", symbols[i]->function, symbols[i]->symbol, symbols[i]->backend,
               why ? "FAILED: " : "", why ? why : said);
        *failed += why != NULL;
    }
    printf("\n%zu symbols, %d failed\n", count, *failed);
    return NULL;
}

/* ---- counting words ---- */

static uint64_t crossings;

/* A call that goes into Go and back, as most do: here they are counted. */
#define CROSS(call)  \
    do {             \
        crossings++; \
        TRY(call);   \
    } while (0)

/* A file in memory. */
typedef struct text {
    char *data;
    size_t len;
} text;

static bool read_text(const char *path, text *t) {
    FILE *file = fopen(path, "rb");
    *t = (text){0};
    for (size_t cap = 0; file && !feof(file) && !ferror(file);) {
        if (t->len == cap) {
            cap = cap ? cap * 2 : 1 << 16;
            char *grown = realloc(t->data, cap);
            if (!grown) break;
            t->data = grown;
        }
        t->len += fread(t->data + t->len, 1, cap - t->len, file);
    }
    bool done = file && feof(file) && !ferror(file);
    if (file) fclose(file);
    return done;
}

/* Lowercases an ASCII letter, leaves a digit, and gives 0 for what is no part of a word. */
static char word_char(char c) {
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return (char)((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0);
}

/* Finds the next word from *at on, lowercases it in place and moves *at behind it. At the end its length is
 * 0. */
static gobridge_value next_word(const text *t, size_t *at) {
    while (*at < t->len && !word_char(t->data[*at])) ++*at;
    size_t first = *at;
    for (; *at < t->len && word_char(t->data[*at]); ++*at) t->data[*at] = word_char(t->data[*at]);
    return string(t->data + first, *at - first);
}

typedef struct entry {
    gobridge_value word; /* shows the Go map's own key */
    uint64_t count;
} entry;

static int by_count_then_word(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    int order = memcmp(x->word.as.s, y->word.as.s, x->word.len < y->word.len ? x->word.len : y->word.len);
    return order ? order : (x->word.len > y->word.len) - (x->word.len < y->word.len);
}

static const char *count_words(const text *t, gobridge_ref map, uint64_t *words) {
    gobridge_value word;
    for (size_t at = 0; (word = next_word(t, &at)).len; ++*words) {
        uint64_t count = 0;
        uint8_t found;
        CROSS(gobridge_runtime_mapaccess2(map, &word, &count, &found));
        count++;
        CROSS(gobridge_runtime_mapassign(map, &word, &count));
    }
    return NULL;
}

/* Reads all entries; the words show Go's memory until the scope is closed. */
static const char *read_entries(gobridge_ref map, entry *entries, int64_t len) {
    gobridge_ref iterator;
    uint8_t found = 1;
    CROSS(gobridge_reflect_mapiterinit(map, &iterator));
    for (int64_t i = 0; i < len; i++) {
        CROSS(gobridge_reflect_mapiterkey(iterator, &entries[i].word, &found));
        EXPECT(found);
        CROSS(gobridge_reflect_mapiterelem(iterator, &entries[i].count, &found));
        CROSS(gobridge_runtime_mapiternext(iterator));
    }
    gobridge_value past;
    CROSS(gobridge_reflect_mapiterkey(iterator, &past, &found));
    EXPECT(!found);
    return NULL;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const char *report_words(const text *t, entry **entries) {
    static const char type_name[] = "map[string]uint64";
    uint64_t scope = 0, words = 0, counted = 0, live = 0;
    int64_t distinct = 0;
    gobridge_ref type = 0, map = 0;
    double start = seconds();
    TRY(gobridge_scope_open(&scope));
    CROSS(gobridge_type_parse(type_name, sizeof type_name - 1, &type));
    CROSS(gobridge_runtime_makemap(type, 0, &map));
    const char *why = count_words(t, map, &words);
    if (why) return why;
    CROSS(gobridge_reflect_maplen(map, &distinct));
    *entries = calloc((size_t)distinct + 1, sizeof **entries);
    if (!*entries) return "no memory for the entries";
    why = read_entries(map, *entries, distinct);
    if (why) return why;
    qsort(*entries, (size_t)distinct, sizeof **entries, by_count_then_word);
    double took = seconds() - start;

    for (int64_t i = 0; i < distinct; i++) {
        counted += (*entries)[i].count;
        if (i < 10) {
            const gobridge_value *word = &(*entries)[i].word;
            printf("%8" PRIu64 "  %.*s\n", (*entries)[i].count, (int)word->len, word->as.s);
        }
    }
    EXPECT(counted == words);
    CROSS(gobridge_scope_close(scope));
    printf("\n%" PRIu64 " words, %" PRId64 " of them distinct, in %.1f ms with %" PRIu64 " crossings\n",
           words, distinct, took * 1e3, crossings);
    CROSS(gobridge_ref_count(&live));
    EXPECT(live == 0);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr,
                "usage: %s FILE\n"
                "Uses each of the 28 symbols once, then counts the words of FILE in a Go map.\n",
                argv[0]);
        return 2;
    }
    text t;
    if (!read_text(argv[1], &t)) {
        perror(argv[1]);
        free(t.data);
        return 1;
    }
    int failed = 0;
    const char *why = use_all(&failed);
    if (!why) {
        printf("\nThe most frequent words of %s, counted in a Go map[string]uint64:\n\n", argv[1]);
        entry *entries = NULL;
        why = report_words(&t, &entries);
        free(entries);
    }
    free(t.data);
    if (why) fprintf(stderr, "FAILED: %s\n", why);
    return why || failed;
}
