/* Arrow: what is exported buffer by buffer, who owns it, and arrays of C's that are good, odd and broken. That pyarrow
 * understands it, and Go what pyarrow exports, is tests/python/arrow_test.py's. */
#include "check.h"

#include <sys/mman.h>

/* ---- export ---- */

typedef struct exported {
    struct ArrowSchema schema;
    struct ArrowArray array;
} exported;

static exported export_of(gobridge_ref value) {
    exported e;
    memset(&e, 0xA5, sizeof e);
    assert_ok(gobridge_arrow_export(value, &e.schema, &e.array));
    return e;
}

static void end(exported *e) {
    e->schema.release(&e->schema);
    e->array.release(&e->array);
    assert_null(e->schema.release);
    assert_null(e->array.release);
}

/* A Go value of a type from JSON; the caller releases it. */
static gobridge_ref from_json(const char *type, const char *json) {
    gobridge_value value;
    assert_ok(gobridge_value_from_json(parse(type), json, strlen(json), &value));
    return value.owner;
}

/* What a Go value is as JSON; it is released. */
static void assert_json(gobridge_ref ref, const char *json) {
    const gobridge_value value = named(ref);
    gobridge_value text;
    assert_ok(gobridge_value_to_json(&value, &text));
    assert_shows(&text, GOBRIDGE_KIND_STRING, json, strlen(json));
    assert_ok(gobridge_release(ref));
}

static void assert_is(const struct ArrowSchema *schema, const char *format, const char *name, int64_t flags,
                      int64_t children) {
    assert_string_equal(schema->format, format);
    assert_string_equal(schema->name, name);
    assert_null(schema->metadata);
    assert_null(schema->dictionary);
    assert_int_equal(schema->flags, flags);
    assert_int_equal(schema->n_children, children);
}

static void assert_rows(const struct ArrowArray *array, int64_t length, int64_t nulls, int64_t buffers) {
    assert_int_equal(array->length, length);
    assert_int_equal(array->null_count, nulls);
    assert_int_equal(array->n_buffers, buffers);
    assert_int_equal(array->offset, 0);
    assert_null(array->dictionary);
    assert_true((array->buffers[0] != NULL) == (nulls > 0));
}

static void numbers_are_lent(void **state) {
    (void)state;
    gobridge_ref slice;
    gobridge_value view, nine = integer(GOBRIDGE_KIND_INT64, 9);
    assert_ok(gobridge_slice_new(parse("[]int64"), 1000, 1000, &slice));
    exported e = export_of(slice);
    assert_is(&e.schema, "l", "", 0, 0);
    assert_rows(&e.array, 1000, 0, 2);
    assert_ok(gobridge_slice_view(slice, &view));
    assert_ptr_equal(e.array.buffers[1], view.as.b);
    assert_ok(gobridge_value_release(&view));
    assert_ok(gobridge_slice_set(slice, 999, &nine));
    assert_ok(gobridge_release(slice));
    assert_ok(gobridge_go_collect());
    assert_int_equal(((const int64_t *)e.array.buffers[1])[999], 9);
    assert_int_equal(live_references(), 2);
    end(&e);
    assert_int_equal(live_references(), 0);
}

static void every_format(void **state) {
    (void)state;
    static const struct {
        const char *type, *format;
    } rows[] = {
        {"[]int8", "c"},
        {"[]uint8", "C"},
        {"[]int16", "s"},
        {"[]uint16", "S"},
        {"[]int32", "i"},
        {"[]uint32", "I"},
        {"[]int64", "l"},
        {"[]uint64", "L"},
        {"[]int", sizeof(void *) == 8 ? "l" : "i"},
        {"[]uintptr", sizeof(void *) == 8 ? "L" : "I"},
        {"[]float32", "f"},
        {"[]float64", "g"},
        {"[]bool", "b"},
        {"[]string", "u"},
        {"[][]byte", "z"},
        {"[][16]byte", "w:16"},
        {"[][0]byte", "w:0"},
        {"[]time.Time", "tsn:UTC"},
        {"[]time.Duration", "tDn"},
        {"[][]string", "+l"},
        {"[][3]string", "+w:3"},
        {"[]struct{ A int8 }", "+s"},
        {"[]struct{}", "+s"},
        {"[]struct{ A int8; B *struct{ C, D string }; E [2]struct{ F, G bool } }",
         "+s"}, /* nil: no fields to point to */
        {"[]map[string]int8", "+m"},
        {"map[string]int8", "+s"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref empty = box_zero(rows[i].type);
        exported e = export_of(empty);
        assert_string_equal(e.schema.format, rows[i].format);
        assert_int_equal(e.array.length, 0);
        assert_ok(gobridge_release(empty));
        end(&e);
    }
}

static void columns_of_structs(void **state) {
    (void)state;
    const gobridge_ref rows =
        from_json("[]struct{ Name string; OK bool; Rate *float32; Tags []string; Raw []byte; hidden int }",
                  "[{\"Name\":\"a\",\"OK\":true,\"Rate\":null,\"Tags\":[\"x\",\"yz\"],\"Raw\":\"AQI=\"},"
                  "{\"Name\":\"\",\"OK\":false,\"Rate\":0.5,\"Tags\":null,\"Raw\":null},"
                  "{\"Name\":\"cd\",\"OK\":true,\"Rate\":1.5,\"Tags\":[],\"Raw\":\"\"}]");
    exported e = export_of(rows);
    assert_ok(gobridge_release(rows));
    assert_is(&e.schema, "+s", "", 0, 5);
    assert_is(e.schema.children[0], "u", "Name", 0, 0);
    assert_is(e.schema.children[1], "b", "OK", 0, 0);
    assert_is(e.schema.children[2], "f", "Rate", ARROW_FLAG_NULLABLE, 0);
    assert_is(e.schema.children[3], "+l", "Tags", ARROW_FLAG_NULLABLE, 1);
    assert_is(e.schema.children[3]->children[0], "u", "item", 0, 0);
    assert_is(e.schema.children[4], "z", "Raw", ARROW_FLAG_NULLABLE, 0);

    assert_rows(&e.array, 3, 0, 1);
    const struct ArrowArray *const *c = (const struct ArrowArray *const *)e.array.children;
    assert_rows(c[0], 3, 0, 3);
    assert_memory_equal(c[0]->buffers[1], ((const int32_t[]){0, 1, 1, 3}), 16);
    assert_memory_equal(c[0]->buffers[2], "acd", 3);
    assert_rows(c[1], 3, 0, 2);
    assert_int_equal(*(const uint8_t *)c[1]->buffers[1], 5);
    assert_rows(c[2], 3, 1, 2);
    assert_int_equal(*(const uint8_t *)c[2]->buffers[0], 6);
    assert_memory_equal(c[2]->buffers[1], ((const float[]){0, 0.5F, 1.5F}), 12);
    assert_rows(c[3], 3, 1, 2);
    assert_int_equal(*(const uint8_t *)c[3]->buffers[0], 5);
    assert_memory_equal(c[3]->buffers[1], ((const int32_t[]){0, 2, 2, 2}), 16);
    assert_rows(c[3]->children[0], 2, 0, 3);
    assert_rows(c[4], 3, 1, 3);
    assert_memory_equal(c[4]->buffers[1], ((const int32_t[]){0, 2, 2, 2}), 16);
    end(&e);
}

static void maps(void **state) {
    (void)state;
    const gobridge_ref map = from_json("map[int64]string", "{\"7\":\"seven\"}");
    exported e = export_of(map);
    assert_ok(gobridge_release(map));
    assert_is(&e.schema, "+s", "entries", 0, 2);
    assert_is(e.schema.children[0], "l", "key", 0, 0);
    assert_is(e.schema.children[1], "u", "value", 0, 0);
    assert_rows(&e.array, 1, 0, 1);
    assert_int_equal(*(const int64_t *)e.array.children[0]->buffers[1], 7);
    assert_memory_equal(e.array.children[1]->buffers[2], "seven", 5);
    end(&e);
}

static void times(void **state) {
    (void)state;
    gobridge_ref time, slice, longer;
    assert_ok(gobridge_value_from_time(-1, 999999999, &time));
    gobridge_value value = named(time);
    assert_ok(gobridge_slice_new(parse("[]time.Time"), 0, 0, &slice));
    assert_ok(gobridge_slice_append(slice, &value, 1, &longer));
    exported e = export_of(longer);
    assert_int_equal(*(const int64_t *)e.array.buffers[1], -1);
    assert_ok(gobridge_release(time));
    assert_ok(gobridge_release(slice));
    assert_ok(gobridge_release(longer));
    end(&e);
}

static void what_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *type;
        gobridge_status status;
        const char *part;
    } rows[] = {
        {"[]any", GOBRIDGE_E_WRONG_TYPE, "value[] is a interface {}"},
        {"[]struct{ A []struct{ F func() } }", GOBRIDGE_E_WRONG_TYPE, "value[].A[].F is a func()"},
        {"[]chan int", GOBRIDGE_E_WRONG_TYPE, "value[] is a chan int"},
        {"[]complex128", GOBRIDGE_E_WRONG_TYPE, "value[] is a complex128"},
        {"[]*error", GOBRIDGE_E_WRONG_TYPE, "value[] is a *error"},
        {"[]struct{ a int }", GOBRIDGE_E_WRONG_TYPE, "exports no field"},
        {"map[string]any", GOBRIDGE_E_WRONG_TYPE, "value[value] is a"},
        {"map[*int64]int64", GOBRIDGE_E_WRONG_TYPE, "value[key] is a *int64, which can be nil"},
        {"[]map[any]int64", GOBRIDGE_E_WRONG_TYPE, "value[][key] is a"},
        {"int64", GOBRIDGE_E_WRONG_KIND, "value is a int64"},
        {"struct{ A []int64 }", GOBRIDGE_E_WRONG_KIND, "value is a struct"},
        {"*[]int64", GOBRIDGE_E_NIL, "value is a nil *[]int64"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref value = box_zero(rows[i].type);
        exported e;
        memset(&e, 0xA5, sizeof e);
        const exported before = e;
        assert_status(gobridge_arrow_export(value, &e.schema, &e.array), rows[i].status, rows[i].part);
        assert_memory_equal(&e, &before, sizeof e);
        assert_ok(gobridge_release(value));
    }
}

static void rows_that_are_refused(void **state) {
    (void)state;
    exported e;
    gobridge_ref slice, longer;
    const gobridge_value texts[] = {text("a"), text("\xff")};
    assert_ok(gobridge_slice_new(parse("[]string"), 0, 0, &slice));
    assert_ok(gobridge_slice_append(slice, texts, 2, &longer));
    assert_status(gobridge_arrow_export(longer, &e.schema, &e.array), GOBRIDGE_E_SYNTAX, "value[][1]: ");
    assert_ok(gobridge_release(slice));
    assert_ok(gobridge_release(longer));
    assert_ok(gobridge_slice_new(parse("[]time.Time"), 2, 2, &slice));
    assert_status(gobridge_arrow_export(slice, &e.schema, &e.array), GOBRIDGE_E_RANGE, "value[][0]: ");
    assert_ok(gobridge_release(slice));

    /* one MiB that 2,000 elements show */
    gobridge_ref bytes;
    assert_ok(gobridge_slice_new(parse("[]byte"), 1 << 20, 1 << 20, &bytes));
    assert_ok(gobridge_slice_new(parse("[][]byte"), 2000, 2000, &slice));
    const gobridge_value same = named(bytes);
    for (int64_t i = 0; i < 2000; i++) {
        assert_ok(gobridge_slice_set(slice, i, &same));
    }
    assert_status(gobridge_arrow_export(slice, &e.schema, &e.array), GOBRIDGE_E_LIMIT, "1073741824 bytes");
    assert_ok(gobridge_release(bytes));
    assert_ok(gobridge_release(slice));
}

/* ---- who owns what ---- */

static void children_are_moved(void **state) {
    (void)state;
    const gobridge_ref rows =
        from_json("[]struct{ A []string; B int64 }", "[{\"A\":[\"x\",\"yz\"],\"B\":1}]");
    exported e = export_of(rows);
    assert_ok(gobridge_release(rows));
    assert_int_equal(live_references(), 8);
    struct ArrowArray a = *e.array.children[0];
    e.array.children[0]->release = NULL;
    struct ArrowSchema b = *e.schema.children[1];
    e.schema.children[1]->release = NULL;
    end(&e);
    assert_int_equal(live_references(), 3);
    assert_ok(gobridge_go_collect());
    assert_memory_equal(a.children[0]->buffers[2], "xyz", 3);
    assert_is(&b, "l", "B", 0, 0);
    a.release(&a);
    b.release(&b);
    assert_int_equal(live_references(), 0);
}

static void scopes_do_not_end_it(void **state) {
    (void)state;
    uint64_t scope;
    gobridge_ref slice;
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_slice_new(parse("[]string"), 3, 3, &slice));
    exported e = export_of(slice);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 4 - 2);
    assert_memory_equal(e.array.buffers[1], ((const int32_t[]){0, 0, 0, 0}), 16);
    end(&e);
}

static void *release_in_thread(void *exported_in_another) {
    exported *e = exported_in_another;
    e->array.release(&e->array);
    e->schema.release(&e->schema);
    expect(!e->array.release && !e->schema.release);
    return NULL;
}

static void threads_release(void **state) {
    (void)state;
    enum { THREADS = 8 };
    exported e[THREADS];
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < THREADS; i++) {
            const gobridge_ref map = from_json("map[string][]int64", "{\"a\":[1],\"b\":[2,3]}");
            e[i] = export_of(map);
            assert_ok(gobridge_release(map));
        }
        run_threads(THREADS, release_in_thread, e, sizeof *e);
        assert_int_equal(live_references(), 0);
    }
}

/* Threads that write to what others export: rows are whole, whichever write they show. */
static void *write_in_thread(void *slice) {
    for (int i = 0; i < 2000; i++) {
        const gobridge_value text = i % 2 ? text_of("short", 5) : text_of("rather longer", 13);
        expect(gobridge_slice_set(*(gobridge_ref *)slice, i % 10, &text) == GOBRIDGE_OK);
        if (i % 10 == 0) {
            exported e;
            expect(gobridge_arrow_export(*(gobridge_ref *)slice, &e.schema, &e.array) == GOBRIDGE_OK);
            const int32_t *ends = e.array.buffers[1];
            for (int row = 0; row < 10; row++) {
                const int32_t len = ends[row + 1] - ends[row];
                expect(len == 0 || len == 5 || len == 13);
            }
            e.array.release(&e.array);
            e.schema.release(&e.schema);
        }
    }
    return NULL;
}

static void threads_write_and_export(void **state) {
    (void)state;
    gobridge_ref slice;
    assert_ok(gobridge_slice_new(parse("[]string"), 10, 10, &slice));
    run_threads(4, write_in_thread, &slice, 0);
    assert_ok(gobridge_release(slice));
}

/* In a forked child the memory is there, and releasing it harms nothing. */
static void in_a_forked_child(void) {
    const gobridge_ref slice = from_json("[]struct{ A string }", "[{\"A\":\"a\"}]");
    exported e = export_of(slice);
    const pid_t pid = fork();
    if (pid == 0) {
        const bool whole = memcmp(e.array.children[0]->buffers[2], "a", 1) == 0;
        e.array.release(&e.array);
        e.schema.release(&e.schema);
        _exit(!whole || e.array.release || e.schema.release);
    }
    assert_exits(pid);
    end(&e);
    assert_ok(gobridge_release(slice));
    assert_int_equal(live_references(), 0);
}

/* ---- import ---- */

static int schemas_released, arrays_released;

static void release_schema(struct ArrowSchema *schema) {
    schemas_released++;
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    arrays_released++;
    array->release = NULL;
}

/* An array of C's, with room for two levels of children and a dictionary. */
typedef struct foreign {
    struct ArrowSchema schema, child_schemas[2], dictionary_schema, *schemas[2];
    struct ArrowArray array, child_arrays[2], dictionary_array, *arrays[2];
    const void *buffers[3], *child_buffers[2][3], *dictionary_buffers[3];
} foreign;

static struct ArrowSchema schema_of(const char *format, const char *name) {
    return (struct ArrowSchema){.format = format, .name = name, .release = release_schema};
}

static struct ArrowArray array_of(int64_t length, int64_t buffers, const void **all) {
    return (struct ArrowArray){
        .length = length, .null_count = -1, .n_buffers = buffers, .buffers = all, .release = release_array};
}

/* A flat array. */
static void make_flat(foreign *f, const char *format, int64_t length, const void *values, const void *more) {
    memset(f, 0, sizeof *f);
    f->schema = schema_of(format, NULL);
    f->buffers[1] = values;
    f->buffers[2] = more;
    f->array = array_of(length, more ? 3 : 2, f->buffers);
}

static const int64_t numbers[] = {10, 11, 12, 13, 14, 15, 16, 17};
static const int32_t ends[] = {0, 1, 1, 3};
static const int64_t wide_ends[] = {0, 1, 1, 3};

/* A struct of int64 and string, three rows. */
static void make_table(foreign *f, const char *format) {
    memset(f, 0, sizeof *f);
    f->schema = schema_of(format, NULL);
    f->array = array_of(3, 1, f->buffers);
    f->child_schemas[0] = schema_of("l", "key");
    f->child_buffers[0][1] = numbers;
    f->child_arrays[0] = array_of(3, 2, f->child_buffers[0]);
    f->child_schemas[1] = schema_of("u", "value");
    f->child_buffers[1][1] = ends;
    f->child_buffers[1][2] = "abc";
    f->child_arrays[1] = array_of(3, 3, f->child_buffers[1]);
    f->schema.n_children = f->array.n_children = 2;
    f->schema.children = f->schemas;
    f->array.children = f->arrays;
    for (int i = 0; i < 2; i++) {
        f->schemas[i] = &f->child_schemas[i];
        f->arrays[i] = &f->child_arrays[i];
    }
}

static void assert_imports(foreign *f, const char *type, const char *made_type, const char *json) {
    gobridge_ref made;
    schemas_released = arrays_released = 0;
    assert_ok(gobridge_arrow_import(&f->schema, &f->array, type ? parse(type) : 0, &made));
    assert_int_equal(schemas_released, 1);
    assert_int_equal(arrays_released, 1);
    assert_null(f->schema.release);
    assert_null(f->array.release);
    assert_type(made, made_type);
    assert_json(made, json);
}

static void assert_refused(foreign *f, const char *type, gobridge_status status, const char *part) {
    const foreign before = *f;
    const uint64_t live = live_references();
    gobridge_ref made = 9;
    schemas_released = arrays_released = 0;
    assert_status(gobridge_arrow_import(&f->schema, &f->array, type ? parse(type) : 0, &made), status, part);
    assert_int_equal(schemas_released + arrays_released, 0);
    assert_memory_equal(f, &before, sizeof before);
    assert_int_equal(made, 9);
    assert_int_equal(live_references(), live);
}

static void good_arrays(void **state) {
    (void)state;
    static const uint8_t odd = 0x55;
    foreign f;
    make_flat(&f, "l", 3, numbers, NULL);
    assert_imports(&f, NULL, "[]int64", "[10,11,12]");
    make_flat(&f, "l", 3, numbers, NULL);
    f.array.offset = 2;
    assert_imports(&f, "[]int64", "[]int64", "[12,13,14]");
    make_flat(&f, "l", 3, numbers, NULL);
    f.buffers[0] = &odd;
    f.array.offset = 1;
    assert_imports(&f, NULL, "[]*int64", "[null,12,null]");
    make_flat(&f, "l", 1, (const char *)numbers + 1, NULL); /* not aligned */
    f.array.null_count = 0;
    assert_imports(&f, "[]int64", "[]int64", "[792633534417207296]");
    make_flat(&f, "b", 3, &odd, NULL);
    f.array.offset = 1;
    assert_imports(&f, NULL, "[]bool", "[false,true,false]");
    make_flat(&f, "u", 3, ends, "abc");
    assert_imports(&f, NULL, "[]string", "[\"a\",\"\",\"bc\"]");
    make_flat(&f, "U", 2, wide_ends, "abc");
    f.array.offset = 1;
    assert_imports(&f, NULL, "[]string", "[\"\",\"bc\"]");
    make_flat(&f, "Z", 3, wide_ends, "abc");
    assert_imports(&f, NULL, "[][]uint8", "[\"YQ==\",\"\",\"YmM=\"]");
    make_flat(&f, "w:2", 2, "abcd", NULL);
    assert_imports(&f, NULL, "[][2]uint8", "[[97,98],[99,100]]");
    make_flat(&f, "tsm:", 1, numbers, NULL);
    assert_imports(&f, NULL, "[]time.Time", "[\"1970-01-01T00:00:00.01Z\"]");
    make_flat(&f, "tDs", 1, numbers, NULL);
    assert_imports(&f, NULL, "[]time.Duration", "[10000000000]");
    make_table(&f, "+s");
    assert_imports(
        &f, NULL, "[]struct{ Key int64; Value string }",
        "[{\"Key\":10,\"Value\":\"a\"},{\"Key\":11,\"Value\":\"\"},{\"Key\":12,\"Value\":\"bc\"}]");
    make_table(&f, "+s");
    f.array.offset = 1;
    f.array.length = 2;
    assert_imports(&f, "map[int64]string", "map[int64]string", "{\"11\":\"\",\"12\":\"bc\"}");
    make_table(&f, "+s");
    assert_imports(&f, "[]struct{ VALUE string }", "[]struct{ VALUE string }",
                   "[{\"VALUE\":\"a\"},{\"VALUE\":\"\"},{\"VALUE\":\"bc\"}]");
}

static void dictionaries(void **state) {
    (void)state;
    static const int8_t indexes[32] = {2, 0, 2, -1, 3};
    foreign f;
    make_flat(&f, "c", 3, indexes, NULL);
    f.schema.dictionary = &f.dictionary_schema;
    f.array.dictionary = &f.dictionary_array;
    f.dictionary_schema = schema_of("u", NULL);
    f.dictionary_buffers[1] = ends;
    f.dictionary_buffers[2] = "abc";
    f.dictionary_array = array_of(3, 3, f.dictionary_buffers);
    foreign g = f;
    assert_imports(&f, NULL, "[]string", "[\"bc\",\"a\",\"bc\"]");
    g.array.length = 4;
    assert_refused(&g, NULL, GOBRIDGE_E_ARGUMENT, "array[3]: its index is -1, of 3");
    g.array.offset = 4;
    g.array.length = 1;
    assert_refused(&g, NULL, GOBRIDGE_E_ARGUMENT, "array[0]: its index is 3, of 3");
    g.schema.format = "f";
    assert_refused(&g, NULL, GOBRIDGE_E_WRONG_TYPE, "no integer");
    g.schema.format = "c";
    g.array.dictionary = NULL;
    assert_refused(&g, NULL, GOBRIDGE_E_COUNT, "dictionary");
}

/* One member after the other is what it must not be. */
static void broken_arrays(void **state) {
    (void)state;
    static const int32_t decreasing[] = {0, 2, 1, 3}, negative[] = {-1, 1, 1, 3}, far[] = {0, 5, 5, 3},
                         below_0[] = {0, 1, 1, -3};
    foreign f;
#define BROKEN(change, status, part)            \
    do {                                        \
        make_table(&f, "+s");                   \
        change;                                 \
        assert_refused(&f, NULL, status, part); \
    } while (0)
    BROKEN(f.schema.release = NULL, GOBRIDGE_E_NULL, "schema of array: it was released");
    BROKEN(f.array.release = NULL, GOBRIDGE_E_NULL, "array: it was released");
    BROKEN(f.child_arrays[1].release = NULL, GOBRIDGE_E_NULL, "array.value: it was released");
    BROKEN(f.schema.format = NULL, GOBRIDGE_E_NULL, "schema of array: its format");
    BROKEN(f.schema.format = "", GOBRIDGE_E_WRONG_TYPE, "array: its format is \"\"");
    BROKEN(f.schema.format = "+x", GOBRIDGE_E_WRONG_TYPE, "array: its format is \"+x\"");
    BROKEN(f.schema.format = "+w:x", GOBRIDGE_E_ARGUMENT, "array: its format");
    BROKEN(f.schema.format = "+w:-1", GOBRIDGE_E_ARGUMENT, "array: its format");
    BROKEN(f.schema.format = "w:99999999999", GOBRIDGE_E_ARGUMENT, "array: its format");
    BROKEN(f.schema.format = "tsx:", GOBRIDGE_E_WRONG_TYPE, "array: its format");
    BROKEN(f.schema.format = "+l", GOBRIDGE_E_COUNT, "array: its schema has 2 children, not 1");
    BROKEN(f.schema.n_children = -1, GOBRIDGE_E_COUNT, "array: its schema has -1 children");
    BROKEN(f.schema.n_children = INT64_MAX, GOBRIDGE_E_COUNT, "array: its schema has");
    BROKEN(f.array.n_children = 3, GOBRIDGE_E_COUNT, "array: it has 3 children, not 2");
    BROKEN(f.array.n_buffers = 2, GOBRIDGE_E_COUNT, "array: it has 2 buffers, not 1");
    BROKEN(f.array.n_buffers = -1, GOBRIDGE_E_COUNT, "array: it has -1 buffers");
    BROKEN(f.array.length = -1, GOBRIDGE_E_ARGUMENT, "array: its length is -1");
    BROKEN(f.array.offset = -1, GOBRIDGE_E_ARGUMENT, "array: its length is 3, its offset -1");
    BROKEN(f.array.offset = INT64_MAX, GOBRIDGE_E_ARGUMENT, "array: its length");
    BROKEN(f.array.length = 4, GOBRIDGE_E_ARGUMENT, "array.key has 3 rows");
    BROKEN(f.array.offset = 1, GOBRIDGE_E_ARGUMENT, "array.key has 3 rows");
    BROKEN(f.child_arrays[1].length = 2, GOBRIDGE_E_ARGUMENT, "array.value has 2 rows");
    BROKEN(f.array.null_count = -2, GOBRIDGE_E_ARGUMENT, "array: its null_count is -2");
    BROKEN(f.array.null_count = 4, GOBRIDGE_E_ARGUMENT, "array: its null_count is 4");
    BROKEN(f.array.null_count = 1, GOBRIDGE_E_NULL, "array: its bitmap of nulls is NULL");
    BROKEN(f.array.buffers = NULL, GOBRIDGE_E_NULL, "array: buffers is NULL");
    BROKEN(f.schema.children = NULL, GOBRIDGE_E_NULL, "array: children of its schema is NULL");
    BROKEN(f.array.children = NULL, GOBRIDGE_E_NULL, "array: children is NULL");
    BROKEN(f.schemas[1] = NULL, GOBRIDGE_E_NULL, "schema of array.children[1]: its address is NULL");
    BROKEN(f.arrays[1] = (struct ArrowArray *)8, GOBRIDGE_E_NULL, "array.value: its address is NULL");
    BROKEN(f.child_buffers[0][1] = NULL, GOBRIDGE_E_NULL, "array.key: its buffer of values is NULL");
    BROKEN(f.child_buffers[1][1] = NULL, GOBRIDGE_E_NULL, "array.value: its buffer of offsets is NULL");
    BROKEN(f.child_buffers[1][2] = NULL, GOBRIDGE_E_NULL, "array.value: its buffer of bytes is NULL");
    BROKEN(f.child_buffers[0][1] = (void *)(UINTPTR_MAX - 7), GOBRIDGE_E_LIMIT, "array.key: no memory");
    BROKEN(f.child_buffers[1][1] = decreasing, GOBRIDGE_E_ARGUMENT,
           "array.value[1]: its offsets are 2 and 1");
    BROKEN(f.child_buffers[1][1] = negative, GOBRIDGE_E_ARGUMENT, "array.value[0]: its offsets are -1 and 1");
    BROKEN(f.child_buffers[1][1] = far, GOBRIDGE_E_ARGUMENT, "array.value[0]: its offsets are 0 and 5, of 3");
    BROKEN(f.child_buffers[1][1] = below_0, GOBRIDGE_E_ARGUMENT, "array.value: its last offset is -3");
    BROKEN((f.child_schemas[1].name = "X\xff\n", f.child_buffers[1][1] = negative), GOBRIDGE_E_ARGUMENT,
           "array.X\xef\xbf\xbd\n[0]: its offsets");
    BROKEN(f.child_schemas[1].name = "key", GOBRIDGE_E_WRONG_TYPE,
           "two children that would be the field Key");
    BROKEN((f.schemas[0] = &f.schema, f.arrays[0] = &f.array), GOBRIDGE_E_TOO_DEEP, "64 levels");
    BROKEN((f.child_schemas[0].dictionary = &f.child_schemas[0],
            f.child_arrays[0].dictionary = &f.child_arrays[0]),
           GOBRIDGE_E_TOO_DEEP, "64 levels");
#undef BROKEN
}

static void types_that_do_not_fit(void **state) {
    (void)state;
    static const uint8_t bits = 5;
    static const struct {
        const char *type;
        gobridge_status status;
        const char *part;
    } rows[] = {
        {"int64", GOBRIDGE_E_WRONG_KIND, "type is the type int64"},
        {"[2]int64", GOBRIDGE_E_WRONG_KIND, "type is the type [2]int64"},
        {"[]any", GOBRIDGE_E_WRONG_TYPE, "type[] is a interface {}"},
        {"[]int64", GOBRIDGE_E_WRONG_TYPE, "array has the format \"+s\", of which no int64"},
        {"[]struct{ Key int32 }", GOBRIDGE_E_WRONG_TYPE, "array.key has the format \"l\", of which no int32"},
        {"[]struct{ Key int64; Value, VALUE string }", GOBRIDGE_E_UNKNOWN_NAME, "the field VALUE"},
        {"[]struct{ Other int64 }", GOBRIDGE_E_UNKNOWN_NAME, "array has no child for the field Other"},
        {"[]map[int64]string", GOBRIDGE_E_WRONG_TYPE, "array has the format \"+s\", of which no map"},
        {"map[int64]int64", GOBRIDGE_E_WRONG_TYPE, "array.value has the format \"u\", of which no int64"},
        {"map[*int64]string", GOBRIDGE_E_WRONG_TYPE, "type[key] is a *int64"},
    };
    foreign f;
    for (size_t i = 0; i < COUNT(rows); i++) {
        make_table(&f, "+s");
        assert_refused(&f, rows[i].type, rows[i].status, rows[i].part);
    }
    make_table(&f, "+s");
    f.buffers[0] = &bits;
    assert_refused(&f, "map[int64]string", GOBRIDGE_E_NIL, "array[1] is null");
    make_table(&f, "+s");
    f.child_buffers[0][0] = &bits;
    assert_refused(&f, "[]struct{ Key int64 }", GOBRIDGE_E_NIL, "array.key[1] is null");
    assert_imports(&f, "[]struct{ Key *int64 }", "[]struct{ Key *int64 }",
                   "[{\"Key\":10},{\"Key\":null},{\"Key\":12}]");
    make_flat(&f, "tDs", 1, (const int64_t[]){1LL << 60}, NULL);
    assert_refused(&f, NULL, GOBRIDGE_E_RANGE, "array[0]: 1152921504606846976 times 1s");
    make_flat(&f, "l", 1, numbers, NULL);
    assert_refused(&f, "map[int64]int64", GOBRIDGE_E_WRONG_TYPE, "array has the format \"l\" and 0 children");

    make_table(&f, "+w:0"); /* rows that take no memory here */
    f.schema.n_children = f.array.n_children = 1;
    f.array.length = INT32_MAX / 16;
    assert_refused(&f, "[][]int64", GOBRIDGE_E_LIMIT, "1073741824 bytes");
}

/* Any number and pointer, alone or two at once, may be anything that is not a small lie. */
static void random_damage(void) {
    static const int64_t odd[] = {0, -1, -2, INT64_MIN, INT64_MIN + 3, INT64_MAX, 1LL << 62};
    uint64_t x = 88172645463325252ULL; /* xorshift64 */
    int good = 0;
    unsigned char *unmapped = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(unmapped, MAP_FAILED);
    const void *const addresses[] = {NULL, (void *)1, (void *)4095, unmapped};
    for (int round = 0; round < 5000; round++) {
        foreign f;
        make_table(&f, round % 2 ? "+s" : "+m");
        struct ArrowArray *arrays[] = {&f.array, &f.child_arrays[0], &f.child_arrays[1]};
        struct ArrowSchema *schemas[] = {&f.schema, &f.child_schemas[0], &f.child_schemas[1]};
        for (int damages = 1 + round % 3; damages > 0; damages--) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            struct ArrowArray *a = arrays[x % 3];
            struct ArrowSchema *s = schemas[x % 3];
            const int64_t number = odd[(x >> 8) % COUNT(odd)];
            void *address = (void *)addresses[(x >> 16) % COUNT(addresses)];
            switch ((x >> 24) % 12) {
            case 0: a->length = number; break;
            case 1: a->offset = number; break;
            case 2: a->null_count = number; break;
            case 3: a->n_buffers = number; break;
            case 4: a->n_children = number; break;
            case 5: a->buffers = address; break;
            case 6: a->children = address; break;
            case 7: a->dictionary = address; break;
            case 8: s->format = address; break;
            case 9: s->n_children = number; break;
            case 10: s->children = address; break;
            default: s->dictionary = address; break;
            }
        }
        const uint64_t live = live_references();
        gobridge_ref made = 9;
        if (gobridge_arrow_import(&f.schema, &f.array, 0, &made) == GOBRIDGE_OK) {
            assert_ok(gobridge_release(made));
            good++;
        } else {
            assert_int_equal(made, 9);
            assert_non_null(f.array.release);
        }
        assert_int_equal(live_references(), live);
    }
    assert_in_range(good, 1, 4999);
    munmap(unmapped, 4096);
}

/* What is exported comes back as it was, through both calls of this library alone. */
static void there_and_back(void **state) {
    (void)state;
    static const struct {
        const char *type, *json;
    } rows[] = {
        {"[]struct{ A []*string; B map[int8][]bool; C [2]float32 }",
         "[{\"A\":[\"x\",null],\"B\":{\"-1\":[true,false],\"2\":null},\"C\":[0.5,1]},"
         "{\"A\":null,\"B\":null,\"C\":[0,0]}]"},
        {"map[string]struct{ X, Y int16 }", "{\"a\":{\"X\":1,\"Y\":2},\"b\":{\"X\":3,\"Y\":4}}"},
        {"map[uint32]uint64", "{\"1\":2,\"3\":4}"},
        {"map[string]uint64", "{\"one\":1,\"two\":2}"},
        {"map[[2]bool]string", NULL},
        {"[]*struct{ A [3]string; B []struct{} }", "[null,{\"A\":[\"\",\"x\",\"y\"],\"B\":[{},{}]}]"},
        {"[]*[]int8", "[[1,2],null]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref value =
            rows[i].json ? from_json(rows[i].type, rows[i].json) : box_zero(rows[i].type);
        exported e = export_of(value);
        gobridge_ref made;
        assert_ok(gobridge_arrow_import(&e.schema, &e.array, parse(rows[i].type), &made));
        assert_null(e.schema.release);
        assert_null(e.array.release);
        if (rows[i].json) {
            assert_json(made, rows[i].json);
        } else {
            assert_ok(gobridge_release(made));
        }
        assert_ok(gobridge_release(value));
        assert_int_equal(live_references(), 0);
    }
}

int main(int argc, char **argv) {
    static const scenario scenarios[] = {{"in_a_forked_child", in_a_forked_child},
                                         {"random_damage", random_damage}};
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_lent),
        cmocka_unit_test(every_format),
        cmocka_unit_test(columns_of_structs),
        cmocka_unit_test(maps),
        cmocka_unit_test(times),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(rows_that_are_refused),
        cmocka_unit_test(children_are_moved),
        cmocka_unit_test(scopes_do_not_end_it),
        cmocka_unit_test(threads_release),
        cmocka_unit_test(threads_write_and_export),
        APART(&scenarios[0]),
        cmocka_unit_test(good_arrays),
        cmocka_unit_test(dictionaries),
        cmocka_unit_test(broken_arrays),
        cmocka_unit_test(types_that_do_not_fit),
        APART(&scenarios[1]),
        cmocka_unit_test(there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
