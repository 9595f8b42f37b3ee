/* Batches: calls recorded and made in one crossing, with promises, failures, scopes, threads and forks; and at random,
 * where they come to what single calls come to. */
#include "functions.h"

#define K(kind) GOBRIDGE_KIND_##kind

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

/* Runs this thread's batch, and its operations have these statuses. */
static void run_as(uint32_t mode, const gobridge_status *want, size_t count, gobridge_status status,
                   const char *part) {
    gobridge_status statuses[64];
    size_t ran = 99;
    assert_in_range(count, 0, COUNT(statuses));
    assert_failed(gobridge_batch_run(mode, statuses, COUNT(statuses), &ran), status, "gobridge_batch_run",
                  part);
    assert_int_equal(ran, count);
    for (size_t i = 0; i < count; i++) {
        if (statuses[i] != want[i]) {
            fail_msg("operation %zu has %s, not %s", i, gobridge_status_name(statuses[i]),
                     gobridge_status_name(want[i]));
        }
    }
}

/* Runs it, and all goes well. */
static void run_well(size_t count) {
    const gobridge_status all_ok[64] = {GOBRIDGE_OK};
    run_as(GOBRIDGE_BATCH_STOP, all_ok, count, GOBRIDGE_OK, "");
}

/* ---- what a batch gives ---- */

static void one_of_many(void **state) {
    (void)state;
    const gobridge_ref type = parse("map[string]uint64");
    const gobridge_value names[] = {text("Ada"), text("Grace"), text("Emmy")};
    const uint64_t numbers[] = {36, 85, 53};
    gobridge_ref ages = 9;
    gobridge_value age = integer(K(INT), 9);
    int64_t len = 9;
    uint8_t found = 9, missing = 9;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_makemap(type, 3, &ages));
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_runtime_mapassign(ages, &names[i], &numbers[i]));
    }
    assert_ok(gobridge_map_delete(ages, &names[2], &found));
    assert_ok(gobridge_map_contains(ages, &names[2], &missing));
    assert_ok(gobridge_map_get(ages, &names[1], &age, NULL));
    assert_ok(gobridge_map_len(ages, &len));
    const gobridge_ref promised = ages;
    assert_int_equal(promised >> 32, 0);
    assert_int_not_equal(promised, 0);
    assert_int_equal(age.kind, K(REF));
    assert_int_equal(len | found | missing, 0);
    run_well(8);
    assert_int_not_equal(ages, promised);
    assert_int_equal(found, 1);
    assert_int_equal(missing, 0);
    assert_int_equal(len, 2);
    assert_int_equal(age.kind, K(UINT64));
    assert_int_equal(age.as.u, 85);
    assert_int_equal(age.owner, 0);
    assert_int_equal(length(ages), 2);
    assert_status(gobridge_map_len(promised, &len), GOBRIDGE_E_FORGED_REF, "map");
    assert_ok(gobridge_release(ages));
    assert_int_equal(live_references(), 0);
}

static void an_empty_one(void **state) {
    (void)state;
    assert_ok(gobridge_batch_begin());
    run_well(0);
}

/* What one operation gives the next one uses: references, values by what they refer to and by their memory, and C layout. */
static void results_of_earlier_ones(void **state) {
    (void)state;
    gobridge_ref map, pointer, number, iterator;
    const gobridge_value key = text("key"), x = integer(K(INT64), 5), args[] = {x, integer(K(INT64), 7)};
    gobridge_value point, field, sum, elem, printed, entry[2];
    int64_t loaded = 0;
    uint8_t found = 9;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_map_new(parse("map[string]any"), 0, &map));
    assert_ok(gobridge_call(find("guest.newPoint"), args, 2, &point, 1));
    assert_ok(gobridge_struct_get(point.as.ref, "Y", 1, &field));
    assert_ok(gobridge_map_set(map, &key, &field)); /* the number 7, once it is there */
    assert_ok(gobridge_map_get(map, &key, &elem, &found));
    assert_ok(gobridge_iface_call(point.as.ref, "Sum", 3, NULL, 0, &sum, 1));
    assert_ok(gobridge_value_make(parse("int64"), &sum, &number));
    assert_ok(gobridge_value_new(parse("int64"), &pointer));
    const gobridge_value made = named(number);
    assert_ok(gobridge_value_set(pointer, &made));
    assert_ok(gobridge_value_load(pointer, &loaded));
    assert_ok(gobridge_map_add(map, &key, &x, NULL)); /* elements of type any are no numbers */
    assert_ok(gobridge_map_iterate(map, &iterator));
    assert_ok(gobridge_map_next(iterator, &entry[0], &entry[1], &found));
    assert_ok(gobridge_value_print(&entry[0], &printed));
    assert_ok(gobridge_value_release(&entry[0]));
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release_later(number));
    gobridge_status want[17] = {GOBRIDGE_OK};
    want[10] = GOBRIDGE_E_WRONG_TYPE;
    run_as(GOBRIDGE_BATCH_GO_ON, want, 17, GOBRIDGE_E_WRONG_TYPE, "operation 10, gobridge_map_add: map has");
    assert_int_equal(field.as.i, 7);
    assert_int_equal(elem.as.i, 7);
    assert_int_equal(sum.as.i, 12);
    assert_int_equal(loaded, 12);
    assert_int_equal(found, 1);
    assert_int_equal(entry[0].kind, K(NIL));
    assert_int_equal(entry[1].as.i, 7);
    assert_shows(&printed, K(STRING), "key", 3);
    assert_status(gobridge_release(number), GOBRIDGE_E_STALE_REF, "ref");
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(pointer));
    assert_ok(gobridge_value_release(&point));
    assert_int_equal(live_references(), 0);
}

/* Every result of a call has a promise of its own. */
static void calls_with_many_results(void **state) {
    (void)state;
    const gobridge_value parts[] = {text("a"), text("b")},
                         numbers[] = {integer(K(INT64), 17), integer(K(INT64), 5)};
    gobridge_value joined[2], divided[2], upper, quotient, copies[2], again;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_call(find("guest.join"), parts, 2, joined, 2));
    assert_ok(gobridge_call(find("strings.ToUpper"), joined, 1, &upper, 1));
    assert_ok(gobridge_call(find("guest.divide"), numbers, 2, divided, 2));
    assert_int_not_equal(divided[0].as.ref, divided[1].as.ref);
    assert_ok(gobridge_call(find("guest.add"), divided, 2, &quotient, 1));
    memcpy(copies, divided, sizeof copies); /* promises still: the run does not write here */
    assert_ok(gobridge_call(find("guest.add"), copies, 2, &again, 1));
    assert_ok(gobridge_value_release(&joined[0]));
    run_well(6);
    assert_int_equal(again.as.i, 5);
    assert_int_equal(joined[0].kind, K(NIL));
    assert_int_equal(joined[1].as.i, 2);
    assert_shows(&upper, K(STRING), "A,B", 3);
    assert_int_equal(divided[0].as.i, 3);
    assert_int_equal(divided[1].as.i, 2);
    assert_int_equal(quotient.as.i, 5);
    assert_int_equal(live_references(), 0);
}

/* A value may be given, used and released over and over, as in a loop. */
static void the_same_value_again(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[int64]string");
    const gobridge_value keys[] = {integer(K(INT64), 1), integer(K(INT64), 2), integer(K(INT64), 3)};
    const gobridge_value elem = text("text");
    gobridge_value given;
    assert_ok(gobridge_map_set(map, &keys[0], &elem));
    assert_ok(gobridge_map_set(map, &keys[2], &elem));
    assert_ok(gobridge_batch_begin());
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_ok(gobridge_map_get(map, &keys[i], &given, NULL)); /* the second one owns nothing */
        assert_ok(gobridge_value_release(&given));
    }
    assert_ok(gobridge_release(map));
    run_well(7);
    assert_int_equal(given.kind, K(NIL));
    assert_int_equal(live_references(), 0);
}

static void columns(void **state) {
    (void)state;
    enum { N = 1000 };
    static int64_t keys[N], ones[N], elems[N], results[N];
    gobridge_status statuses[N];
    gobridge_text shown[2] = {{0}};
    const gobridge_value words[] = {text("alpha"), text("beta")};
    const gobridge_ref type = parse("map[int64]int64"), strings = parse("[]string");
    gobridge_ref map, slice, longer;
    for (int i = 0; i < N; i++) {
        keys[i] = i % 10;
        ones[i] = 1;
    }
    gobridge_column in = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = keys},
                    out = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = elems},
                    doubled = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = results},
                    texts = {.layout = GOBRIDGE_COLUMN_TEXT, .data = shown, .owner = 9},
                    values = {.layout = GOBRIDGE_COLUMN_VALUES, .in = words};
    size_t filled = 9;
    gobridge_column entries = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = ones};
    gobridge_ref iterator;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_makemap(type, 0, &map));
    assert_ok(gobridge_map_add_n(map, &in, NULL, N, statuses));
    assert_ok(gobridge_map_get_n(map, &in, N, 1, &out, NULL, NULL));
    assert_ok(gobridge_call_n(find("answer"), &out, 1, N, &doubled, 1, NULL));
    assert_ok(gobridge_slice_new(strings, 0, 0, &slice));
    assert_ok(gobridge_slice_append_n(slice, &values, 2, &longer));
    assert_ok(gobridge_slice_read_n(longer, 0, 2, &texts));
    assert_ok(gobridge_slice_read_n(longer, 1, 2, &texts)); /* there are not so many */
    assert_ok(gobridge_map_iterate(map, &iterator));
    assert_ok(gobridge_map_next_n(iterator, 20, &entries, NULL, &filled));
    gobridge_status want[10] = {GOBRIDGE_OK};
    want[7] = GOBRIDGE_E_INDEX;
    run_as(GOBRIDGE_BATCH_GO_ON, want, 10, GOBRIDGE_E_INDEX, "operation 7, gobridge_slice_read_n: ");
    assert_int_equal(elems[N - 1], N / 10);
    assert_int_equal(results[0], 42 * N / 10);
    assert_int_equal(statuses[N - 1], GOBRIDGE_OK);
    assert_int_equal(shown[1].len, 4);
    assert_memory_equal(shown[1].data, "beta", 4);
    assert_int_equal(filled, 10);
    const gobridge_ref all[] = {map, slice, longer, texts.owner, iterator};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }

    /* items that fail are the operation's failure, and the others are done */
    const gobridge_value mixed[] = {text("good"), integer(K(INT64), 1)};
    values.in = mixed;
    map = make_map("map[string]int64");
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_map_add_n(map, &values, NULL, 2, statuses));
    assert_ok(gobridge_map_clear(map));
    const gobridge_status stopped[] = {GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_SKIPPED};
    run_as(GOBRIDGE_BATCH_STOP, stopped, 2, GOBRIDGE_E_WRONG_TYPE,
           "operation 0, gobridge_map_add_n: keys[1]: ");
    assert_int_equal(statuses[0], GOBRIDGE_OK);
    assert_int_equal(statuses[1], GOBRIDGE_E_WRONG_TYPE);
    assert_int_equal(length(map), 1);
    assert_ok(gobridge_release(map));
    assert_int_equal(live_references(), 0);
}

/* References that a batch boxes are there when it is run, for the operations behind too. */
static void boxes(void **state) {
    (void)state;
    int64_t numbers[] = {1, 2, 3}, read[3] = {9, 9, 9}, got[3] = {9, 9, 9};
    gobridge_ref boxed[3] = {0, 9, 9}, kept[3] = {9, 9, 9}, type = parse("int64"), map;
    uint64_t scope;
    const gobridge_column in = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = numbers};
    gobridge_column out = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = read},
                    elems = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = got};
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_value_box_n(type, &in, 3, boxed, NULL));
    assert_ok(gobridge_value_get_n(type, boxed, 3, &out, NULL));
    assert_ok(gobridge_release_n(boxed, 3));
    assert_ok(gobridge_value_box_n(type, &in, 3, kept, NULL));
    assert_ok(gobridge_runtime_makemap(parse("map[int64]int64"), 0, &map));
    assert_ok(gobridge_map_get_or_set_n(map, &in, &in, 3, &elems, NULL, NULL));
    assert_int_equal(kept[0], 9);
    run_well(6);
    assert_memory_equal(read, numbers, sizeof read);
    assert_memory_equal(got, numbers, sizeof got);
    assert_int_equal(live_references(), 4);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), 0);
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_release_n(kept, 3));
    const gobridge_status stale[] = {GOBRIDGE_E_STALE_REF};
    run_as(GOBRIDGE_BATCH_STOP, stale, 1, GOBRIDGE_E_STALE_REF,
           "operation 0, gobridge_release_n: refs[0]: ref: ");
    /* a promise among references */
    gobridge_value shown = nil;
    gobridge_column values = {.layout = GOBRIDGE_COLUMN_VALUES, .data = &shown};
    gobridge_ref promised;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_convT64(7, &promised));
    boxed[0] = promised;
    assert_ok(gobridge_value_get_n(0, boxed, 1, &values, NULL));
    assert_ok(gobridge_release_n(boxed, 1));
    run_well(3);
    assert_true(shown.kind == K(UINT64) && shown.as.u == 7);
    assert_int_equal(live_references(), 0);
}

/* ---- what fails ---- */

static const gobridge_value number = {.kind = K(INT64), .as.i = 1};

/* Five operations of which the second and what uses it fail. */
static void record_failures(gobridge_ref map, gobridge_ref *made, gobridge_value *value, int64_t *len) {
    static const gobridge_value unfit = {.kind = K(STRING), .as.s = "text", .len = 4};
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_map_set(map, &number, &number));
    assert_ok(gobridge_value_make(parse("int64"), &unfit, made));
    assert_ok(gobridge_map_len(*made, len));
    assert_ok(gobridge_map_get(map, &unfit, value, NULL));
    assert_ok(gobridge_value_print(value, value + 1));
    assert_ok(gobridge_map_len(map, len + 1));
}

static void stopping_and_going_on(void **state) {
    (void)state;
    static const gobridge_status ends[][6] = {
        {GOBRIDGE_OK, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_SKIPPED, GOBRIDGE_E_SKIPPED, GOBRIDGE_E_SKIPPED,
         GOBRIDGE_E_SKIPPED},
        {GOBRIDGE_OK, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_SKIPPED, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_SKIPPED,
         GOBRIDGE_OK},
    };
    for (int goes_on = 0; goes_on < 2; goes_on++) {
        const gobridge_ref map = make_map("map[int64]int64");
        gobridge_ref made = 9;
        gobridge_value value[2];
        int64_t len[2] = {9, 9};
        record_failures(map, &made, value, len);
        run_as(goes_on ? GOBRIDGE_BATCH_GO_ON : GOBRIDGE_BATCH_STOP, ends[goes_on], 6, GOBRIDGE_E_WRONG_TYPE,
               "operation 1, gobridge_value_make: from: ");
        assert_int_equal(made, 0);
        assert_memory_equal(&value[0], &nil, sizeof nil);
        assert_memory_equal(&value[1], &nil, sizeof nil);
        assert_int_equal(len[0], 0);
        assert_int_equal(len[1], goes_on);
        assert_int_equal(length(map), 1);
        assert_ok(gobridge_release(map));
    }
    assert_int_equal(live_references(), 0);
}

static void misuse(void **state) {
    (void)state;
    size_t count = 9;
    gobridge_status statuses[2] = {9, 9};
    uint8_t iscgo = 9;
    assert_status(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count), GOBRIDGE_E_BATCH, "records no");
    assert_status(gobridge_batch_cancel(), GOBRIDGE_E_BATCH, "records no");
    assert_ok(gobridge_batch_begin());
    assert_status(gobridge_batch_begin(), GOBRIDGE_E_BATCH, "already");
    assert_status(gobridge_runtime_iscgo(NULL), GOBRIDGE_E_NULL, "iscgo"); /* is no operation */
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_runtime_iscgo(&iscgo));
    }
    assert_status(gobridge_batch_run(0, NULL, 0, &count), GOBRIDGE_E_ARGUMENT, "mode is 0");
    assert_status(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, NULL), GOBRIDGE_E_NULL, "count");
    assert_status(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 3, &count), GOBRIDGE_E_NULL, "statuses");
    assert_int_equal(count, 9);
    assert_status(gobridge_batch_run(GOBRIDGE_BATCH_STOP, statuses, 2, &count), GOBRIDGE_E_TOO_SMALL,
                  "statuses");
    assert_int_equal(count, 3);
    assert_int_equal(statuses[0], 9);
    assert_int_equal(iscgo, 0);
    run_well(3);
    assert_int_equal(iscgo, 1);
}

static void at_most_65536_operations(void **state) {
    (void)state;
    enum { MOST = 65536 };
    static gobridge_ref boxes[MOST];
    gobridge_ref one_more = 9;
    size_t count = 0;
    assert_ok(gobridge_batch_begin());
    for (int i = 0; i < MOST; i++) {
        assert_ok(gobridge_runtime_convT64((uint64_t)i, &boxes[i]));
    }
    assert_status(gobridge_value_from_time(1, 1, &one_more), GOBRIDGE_E_LIMIT, "65536");
    assert_int_equal(one_more, 9);
    assert_ok(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count));
    assert_int_equal(count, MOST);
    assert_int_equal(live_references(), MOST);
    assert_ok(gobridge_batch_begin());
    for (int i = 0; i < MOST; i++) {
        assert_ok(gobridge_release(boxes[i]));
    }
    assert_ok(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count));
    assert_int_equal(live_references(), 0);
}

static void cancelled(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[int64]int64");
    gobridge_ref made = 9;
    gobridge_value value[2];
    int64_t len[2] = {9, 9};
    record_failures(map, &made, value, len);
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_batch_cancel());
    assert_int_equal(made, 0);
    assert_memory_equal(&value[0], &nil, sizeof nil);
    assert_int_equal(len[1], 0);
    assert_int_equal(length(map), 0);
    assert_ok(gobridge_release(map));
    assert_int_equal(live_references(), 0);
}

/* A promise is nothing to another batch, nor to another thread. */
static void promises_elsewhere(void **state) {
    (void)state;
    gobridge_ref old, map, copy;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_convT64(1, &old));
    const gobridge_ref promise = old, unmade = promise + 1, second_value = promise + (1 << 16);
    int64_t len = 9;
    assert_ok(gobridge_map_len(second_value, &len));
    assert_ok(gobridge_map_len(promise + 5, &len));
    const gobridge_status want[] = {GOBRIDGE_OK, GOBRIDGE_E_WRONG_KIND, GOBRIDGE_E_FORGED_REF};
    run_as(GOBRIDGE_BATCH_GO_ON, want, 3, GOBRIDGE_E_WRONG_KIND, "operation 1");
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_makemap_small(parse("map[int]int"), &map));
    copy = map;
    assert_ok(gobridge_map_len(promise, &len));
    assert_ok(gobridge_map_len(unmade, &len));
    const gobridge_status forged[] = {GOBRIDGE_OK, GOBRIDGE_E_FORGED_REF, GOBRIDGE_E_FORGED_REF};
    run_as(GOBRIDGE_BATCH_GO_ON, forged, 3, GOBRIDGE_E_FORGED_REF, "operation 1, gobridge_map_len: map: ");
    assert_status(gobridge_release(copy), GOBRIDGE_E_FORGED_REF, "ref");
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(old));
    assert_int_equal(live_references(), 0);
}

/* What is asked about a type is answered at once, whatever the batch has recorded, unless the type is a promise. */
static void type_queries(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int64");
    const gobridge_ref structure = parse("struct{ Number int64 }"), func = parse("func(int8) string");
    gobridge_type_info info = {.size = sizeof info};
    gobridge_type_field_info field = {.size = sizeof field};
    gobridge_type_method_info method = {.size = sizeof method};
    gobridge_ref type = 0, promised, copy;
    uint64_t size = 9;
    uint32_t kind = 9;
    uint8_t plain = 9;
    const char *name = NULL;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_makemap_small(parse("map[int8]string"), &copy)); /* operation 0 */
    assert_ok(gobridge_type_describe(structure, &info));
    assert_true(info.kind == GOBRIDGE_KIND_STRUCT && info.bytes == 8);
    assert_ok(gobridge_type_field(structure, 0, &field));
    assert_int_equal(field.type, parse("int64"));
    assert_ok(gobridge_type_method(parse("time.Duration"), 0, &method));
    assert_non_null(method.name);
    assert_ok(gobridge_type_parameter(func, 0, &type));
    assert_int_equal(type, parse("int8"));
    assert_ok(gobridge_type_result(func, 0, &type));
    assert_int_equal(type, parse("string"));
    assert_ok(gobridge_type_of(map, &type));
    assert_int_equal(type, parse("map[string]int64"));
    assert_ok(gobridge_type_layout(structure, &size, &plain));
    assert_true(size == 8 && plain == 1);
    assert_ok(gobridge_type_name(func, &name));
    assert_string_equal(name, "func(int8) string");
    for (int i = 1; i < 9000; i++) { /* more types than C remembers */
        char expression[32];
        snprintf(expression, sizeof expression, i % 2 ? "[%d]int8" : "*[%d]int8", i);
        const gobridge_ref one = parse(expression);
        assert_ok(gobridge_type_kind(one, &kind));
        assert_int_equal(kind, i % 2 ? GOBRIDGE_KIND_ARRAY : GOBRIDGE_KIND_POINTER);
        assert_ok(gobridge_type_name(one, &name));
        assert_string_equal(name, expression);
        assert_ok(gobridge_type_layout(one, &size, &plain));
        assert_int_equal(size, i % 2 ? i : 32);
    }
    assert_status(gobridge_type_kind(0, &kind), GOBRIDGE_E_NIL_REF, "type");
    assert_status(gobridge_type_describe(map, &info), GOBRIDGE_E_WRONG_KIND, "type");
    assert_ok(gobridge_type_of(copy, &promised)); /* operation 1 */
    assert_ok(gobridge_type_kind(promised, &kind));
    assert_ok(gobridge_type_describe(promised, &info));
    run_well(4);
    assert_int_equal(kind, GOBRIDGE_KIND_MAP);
    assert_int_equal(info.key, parse("int8"));
    assert_int_equal(promised, parse("map[int8]string"));
    assert_ok(gobridge_release(copy));
    assert_ok(gobridge_release(map));
}

/* A promise is no type yet, whatever C remembers of types. It runs first: what is remembered takes places. */
static void promised_types(void **state) {
    (void)state;
    enum { MANY = 1000 };
    static gobridge_ref made[MANY], types[MANY];
    static uint32_t kinds[MANY];
    assert_ok(gobridge_batch_begin());
    for (int i = 0; i < MANY; i++) {
        assert_ok(gobridge_runtime_makemap_small(parse("map[int8]string"), &made[i]));
        assert_ok(gobridge_type_of(made[i], &types[i]));
        assert_ok(gobridge_type_kind(types[i], &kinds[i]));
        assert_int_equal(kinds[i], 0);
    }
    size_t ran = 0;
    assert_ok(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &ran));
    assert_int_equal(ran, 3 * MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(kinds[i], GOBRIDGE_KIND_MAP);
        assert_ok(gobridge_release(made[i]));
    }
}

static void never_part_of_one(void **state) {
    (void)state;
    static const char *const in_none[] = {
        "gobridge_chan_send",   "gobridge_chan_receive", "gobridge_chan_select",     "gobridge_task_wait",
        "gobridge_map_freeze",  "gobridge_arrow_import", "gobridge_runtime_cgocall", "gobridge_call_catch",
        "gobridge_io_read",     "gobridge_io_write",     "gobridge_iter_next",       "gobridge_slice_text",
        "gobridge_struct_text", "gobridge_map_text"};
    make_fixture();
    const uint64_t live = live_references();
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = &every_function[i];
        if (!needs_go(f)) {
            continue;
        }
        argument a[COUNT(f->arguments)];
        for (size_t n = 0; n < COUNT(a); n++) {
            a[n] = good_argument(f->arguments[n].good, n);
        }
        bool refused = false;
        for (size_t n = 0; n < COUNT(in_none); n++) {
            refused |= strcmp(f->name, in_none[n]) == 0;
        }
        assert_ok(gobridge_batch_begin());
        assert_failed(f->call(a), refused ? GOBRIDGE_E_UNSUPPORTED : GOBRIDGE_OK, f->name, "batch");
        size_t count = 9;
        const gobridge_status status = gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count);
        assert_failed(status, f->word && f->word != sizeof(void *) ? GOBRIDGE_E_UNSUPPORTED : GOBRIDGE_OK,
                      "gobridge_batch_run", f->name);
        assert_in_range(count, 0, 1);
        if (!refused && !status) { /* what it gave is real */
            give_back(f, a);
        }
        if (live_references() > live) {
            fail_msg("%s: %d references are left", f->name, (int)(live_references() - live));
        }
    }
    release_fixture();
    assert_int_equal(live_references(), 0);
}

/* ---- Go that panics, ends and calls back ---- */

static void panics_and_goexit(void **state) {
    (void)state;
    const gobridge_value reason = text("on purpose"), one = integer(K(INT64), 1);
    gobridge_value results[3];
    const gobridge_ref map = make_map("map[int64]int64"), boxed = box("int64", &one.as.i);
    gobridge_ref made = 0, never = 9;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_map_set(map, &one, &one));
    assert_ok(gobridge_call(find("guest.panic"), &reason, 1, NULL, 0));
    assert_ok(gobridge_call(find("guest.error"), NULL, 0, NULL, 0));
    assert_ok(gobridge_call(find("answer"), &one, 1, results, 1));
    assert_ok(gobridge_map_set(map, &one, &results[0]));
    assert_ok(gobridge_runtime_convT64(7, &made));
    assert_ok(gobridge_call(find("guest.goexit"), NULL, 0, NULL, 0));
    assert_ok(gobridge_runtime_convT64(8, &never));
    const gobridge_status want[] = {GOBRIDGE_OK, GOBRIDGE_E_PANIC, GOBRIDGE_E_RETURNED, GOBRIDGE_OK,
                                    GOBRIDGE_OK, GOBRIDGE_OK,      GOBRIDGE_E_GOEXIT,   GOBRIDGE_E_GOEXIT};
    run_as(GOBRIDGE_BATCH_GO_ON, want, 8, GOBRIDGE_E_GOEXIT, "runtime.Goexit");
    gobridge_value elem;
    assert_ok(gobridge_map_get(map, &one, &elem, NULL));
    assert_int_equal(elem.as.i, 42);
    assert_int_equal(never, 0);
    assert_ok(gobridge_release(made));
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(boxed));

    gobridge_error error;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_call(find("guest.panic"), &reason, 1, NULL, 0));
    const gobridge_status panicked[] = {GOBRIDGE_E_PANIC};
    run_as(GOBRIDGE_BATCH_STOP, panicked, 1, GOBRIDGE_E_PANIC,
           "operation 0, gobridge_call: panic: on purpose");
    gobridge_last_error(&error);
    assert_non_null(strstr(error.stack, "goroutine"));
    assert_int_equal(live_references(), 0);
}

static gobridge_ref shared_map;

/* Makes calls, a batch of its own, and leaves one open. */
static int64_t calls_back(int64_t n) {
    static gobridge_value key = {.kind = K(INT64)}, elem = {.kind = K(INT64)};
    gobridge_ref boxed;
    uint64_t live;
    size_t count;
    key.as.i = n;
    elem.as.i = 2 * n;
    const bool fine = !gobridge_map_set(shared_map, &key, &elem) && !gobridge_batch_begin() &&
                      !gobridge_runtime_convT64(1, &boxed) && !gobridge_release(boxed) &&
                      !gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count) && count == 2 &&
                      !gobridge_ref_count(&live) && !gobridge_batch_begin() &&
                      !gobridge_runtime_convT64(1, &boxed);
    return fine ? n : -1;
}

static void callbacks(void **state) {
    (void)state;
    gobridge_ref func;
    shared_map = make_map("map[int64]int64");
    assert_ok(gobridge_cfunc_new((void (*)(void))calls_back, "func(int64) int64", 17, &func));
    const gobridge_value args[] = {integer(K(INT64), 3), integer(K(INT64), 4)};
    gobridge_value results[2], elem;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_map_set(shared_map, &args[0], &args[0])); /* its lock is free for the callback */
    assert_ok(gobridge_call(func, &args[0], 1, &results[0], 1));
    assert_ok(gobridge_map_get(shared_map, &args[0], &elem, NULL));
    assert_ok(gobridge_call(func, &args[1], 1, &results[1], 1));
    run_well(4);
    assert_int_equal(results[0].as.i, 3);
    assert_int_equal(results[1].as.i, -1); /* the first call has left a batch open */
    assert_int_equal(elem.as.i, 6);
    assert_int_equal(length(shared_map), 1);
    assert_ok(gobridge_release(func));
    assert_ok(gobridge_release(shared_map));
    assert_int_equal(live_references(), 0);
}

static gobridge_ref left_behind; /* a promise of a batch that was never over */

static int64_t never_returns(int64_t n) {
    uint64_t scope;
    gobridge_ref held;
    size_t count;
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_map_new(parse("map[string]int64"), 0, &held));
    assert_ok(gobridge_scope_open(&scope));
    assert_ok(gobridge_map_new(parse("map[string]int64"), 0, &held));
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_convT64(1, &left_behind));
    assert_ok(gobridge_call(find("guest.goexit"), NULL, 0, NULL, 0));
    gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count);
    fail(); /* Go has left this function */
    return n;
}

/* Goexit takes away the C code that Go called, and with it the batch that it ran and the scopes that it had open. */
static void goexit_through_a_batch(void **state) {
    (void)state;
    uint64_t scope;
    gobridge_ref func;
    gobridge_value result = nil;
    const gobridge_value one = integer(K(INT64), 1);
    assert_ok(gobridge_cfunc_new((void (*)(void))never_returns, "func(int64) int64", 17, &func));
    for (int i = 0; i < 3; i++) {
        assert_ok(gobridge_scope_open(&scope));
        const gobridge_ref map = make_map("map[int64]int64");
        assert_status(gobridge_call(func, &one, 1, &result, 1), GOBRIDGE_E_GOEXIT, "runtime.Goexit");
        assert_int_equal(length(map), 0);
        assert_status(gobridge_release(left_behind), GOBRIDGE_E_FORGED_REF, "ref");
        assert_ok(gobridge_batch_begin());
        assert_ok(gobridge_map_set(map, &one, &one));
        run_well(1);
        assert_ok(gobridge_scope_close(scope));
        assert_int_equal(live_references(), 1); /* func */
    }
    assert_ok(gobridge_release(func));
}

/* ---- scopes ---- */

static void scopes(void **state) {
    (void)state;
    uint64_t outer, inner;
    gobridge_ref map, kept;
    const gobridge_value key = text("key"), elem = text("elem");
    gobridge_value shown, key_of, elem_of;
    gobridge_ref iterator;
    uint8_t found;
    assert_ok(gobridge_scope_open(&outer));
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_scope_open(&inner));
    assert_ok(gobridge_map_new(parse("map[string]string"), 0, &map));
    assert_ok(gobridge_map_set(map, &key, &elem));
    assert_ok(gobridge_map_get(map, &key, &shown, NULL));
    assert_ok(gobridge_map_iterate(map, &iterator));
    assert_ok(gobridge_map_next(iterator, &key_of, &elem_of, &found));
    assert_ok(gobridge_scope_close(inner)); /* nothing was made yet */
    assert_status(gobridge_scope_keep(map), GOBRIDGE_E_SCOPE, "ref");
    assert_ok(gobridge_runtime_convT64(1, &kept));
    run_well(6);
    assert_int_equal(live_references(), 6);
    assert_ok(gobridge_scope_keep(kept));
    assert_ok(gobridge_scope_close(outer));
    assert_int_equal(live_references(), 1);
    assert_ok(gobridge_release(kept));
}

/* ---- threads and processes ---- */

static void *leaves_one_open(void *nothing) {
    gobridge_ref boxed = 0;
    gobridge_value given;
    (void)nothing;
    expect(!gobridge_batch_begin() && !gobridge_runtime_convT64(1, &boxed));
    expect(!gobridge_iface_call(boxed, "String", 6, NULL, 0, &given, 1)); /* has memory of its own */
    return NULL;
}

static void threads_that_end(void **state) {
    (void)state;
    run_threads(4, leaves_one_open, NULL, 0);
    assert_int_equal(live_references(), 0);
}

enum { THREADS = 6, ROUNDS = 50, KEYS = 40 };

static void *counts(void *nothing) {
    static const gobridge_value one = {.kind = K(INT64), .as.i = 1};
    gobridge_value keys[KEYS], sums[KEYS];
    (void)nothing;
    for (int i = 0; i < KEYS; i++) {
        keys[i] = integer(K(INT64), i);
    }
    for (int round = 0; round < ROUNDS; round++) {
        gobridge_ref own;
        size_t count = 0;
        expect(!gobridge_batch_begin());
        expect(!gobridge_runtime_convT64(1, &own));
        for (int i = 0; i < KEYS; i++) {
            expect(!gobridge_map_add(shared_map, &keys[i], &one, &sums[i]));
        }
        expect(!gobridge_release(own));
        expect(!gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count) && count == KEYS + 2);
        for (int i = 0; i < KEYS; i++) {
            expect(sums[i].kind == K(INT64) && sums[i].as.i > round);
        }
    }
    return NULL;
}

static void threads_on_one_map(void **state) {
    (void)state;
    shared_map = make_map("map[int64]int64");
    run_threads(THREADS, counts, NULL, 0);
    for (int64_t i = 0; i < KEYS; i++) {
        int64_t sum = 0;
        uint8_t found = 0;
        assert_ok(gobridge_runtime_mapaccess2(shared_map, &i, &sum, &found));
        assert_int_equal(sum, THREADS * ROUNDS);
    }
    assert_ok(gobridge_release(shared_map));
    assert_int_equal(live_references(), 0);
}

static void in_a_forked_child(void **state) {
    (void)state;
    gobridge_ref boxed = 9;
    assert_ok(gobridge_batch_begin());
    assert_ok(gobridge_runtime_convT64(1, &boxed));
    const pid_t pid = fork();
    if (pid == 0) {
        size_t count = 0;
        gobridge_ref another;
        const bool fine = gobridge_runtime_convT64(1, &another) == GOBRIDGE_E_FORKED &&
                          gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count) == GOBRIDGE_E_FORKED &&
                          gobridge_batch_cancel() == GOBRIDGE_OK && boxed == 0;
        _exit(!fine);
    }
    assert_exits(pid);
    run_well(1);
    assert_ok(gobridge_release(boxed));
}

/* ---- at random ---- */

enum { STEPS = 40, SEQUENCES = 300 };

typedef struct step { /* what one operation is handed, and what it gives */
    gobridge_value operands[2], results[2];
    gobridge_ref made;
    int64_t number;
    uint8_t found;
    int what, index, earlier;
} step;

typedef struct machine { /* what operations work on */
    gobridge_ref numbers, texts, slice, point, divide, stale;
    step steps[STEPS];
    gobridge_status statuses[STEPS];
} machine;

static uint32_t random_state = 1;

static uint32_t below(uint32_t n) {
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

static void build(machine *m) {
    const gobridge_value args[] = {integer(K(INT64), 1), integer(K(INT64), 2)};
    gobridge_value point;
    *m = (machine){.numbers = make_map("map[int64]int64"), .texts = make_map("map[string]string")};
    assert_ok(gobridge_slice_new(parse("[]int64"), 4, 8, &m->slice));
    assert_ok(gobridge_call(find("guest.newPoint"), args, 2, &point, 1));
    m->point = point.as.ref;
    m->divide = find("guest.divide");
    assert_ok(gobridge_runtime_convT64(1, &m->stale));
    assert_ok(gobridge_release(m->stale));
}

static const char *const words[] = {"", "one", "two", "three"};

/* The same steps for both machines. */
static void choose(machine *one, machine *other) {
    for (int i = 0; i < STEPS; i++) {
        step *s = &one->steps[i];
        *s = (step){.what = (int)below(i ? 18 : 13),
                    .index = (int)below(5),
                    .earlier = i ? (int)below((uint32_t)i) : 0};
        for (int n = 0; n < 2; n++) {
            const bool is_text = s->what == 1 || s->what == 3 || s->what == 6;
            s->operands[n] = is_text ? text(words[below(4)]) : integer(K(INT64), below(3));
        }
        if (below(8) == 0) {
            s->operands[below(2)] = integer(K(BOOL), 1);
        }
        other->steps[i] = *s;
    }
}

static gobridge_status take(machine *m, int i) {
    step *s = &m->steps[i], *earlier = &m->steps[s->earlier];
    const gobridge_value *key = &s->operands[0], *elem = &s->operands[1];
    switch (s->what) {
    case 0: return gobridge_map_set(m->numbers, key, elem);
    case 1: return gobridge_map_set(m->texts, key, elem);
    case 2: return gobridge_map_get(m->numbers, key, s->results, &s->found);
    case 3: return gobridge_map_get(m->texts, key, s->results, &s->found);
    case 4: return gobridge_map_delete(m->numbers, key, &s->found);
    case 5: return gobridge_map_add(m->numbers, key, elem, s->results);
    case 6: return gobridge_map_get_or_set(m->texts, key, elem, s->results, &s->found);
    case 7: return gobridge_slice_set(m->slice, s->index, elem);
    case 8: return gobridge_slice_get(m->slice, s->index, s->results);
    case 9: return gobridge_struct_set(m->point, s->index ? "X" : "Z", 1, key);
    case 10: return gobridge_struct_get(m->point, s->index ? "Y" : "y", 1, s->results);
    case 11: return gobridge_map_new(parse("map[int64]int64"), 0, &s->made);
    case 12: return gobridge_slice_append(m->slice, key, 2, &s->made); /* both operands */
    case 13: return gobridge_map_set(earlier->made, key, elem);
    case 14: return gobridge_map_len(earlier->made, &s->number);
    case 15: return gobridge_map_len(s->index ? m->texts : m->stale, &s->number);
    case 16: return gobridge_value_print(&earlier->results[0], s->results);
    default: return gobridge_call(m->divide, s->operands, 2, s->results, 2);
    }
}

/* An operation that uses what an earlier one did not give is skipped; a single call gets nothing to use. */
static bool was_skipped(const machine *batch, int i) {
    const step *s = &batch->steps[i];
    return s->what >= 13 && s->what <= 16 && s->what != 15 && batch->statuses[i] == GOBRIDGE_E_SKIPPED &&
           batch->statuses[s->earlier] != GOBRIDGE_OK;
}

static void assert_same(const gobridge_value *one, const gobridge_value *other) {
    assert_int_equal(one->kind, other->kind);
    assert_int_equal(one->len, other->len);
    if (one->kind == K(STRING)) {
        assert_memory_equal(one->as.s, other->as.s, one->len);
    } else if (one->kind != K(REF)) {
        assert_int_equal(one->as.u, other->as.u);
    }
}

static void assert_same_object(gobridge_ref one, gobridge_ref other) {
    gobridge_value values[] = {named(one), named(other)}, texts[2];
    for (int i = 0; i < 2; i++) {
        assert_ok(gobridge_value_print(&values[i], &texts[i]));
    }
    assert_same(&texts[0], &texts[1]);
    for (int i = 0; i < 2; i++) {
        assert_ok(gobridge_value_release(&texts[i]));
    }
}

static void release_machine(machine *m) {
    const gobridge_ref all[] = {m->numbers, m->texts, m->slice, m->point};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
    for (int i = 0; i < STEPS; i++) {
        assert_ok(gobridge_value_release(&m->steps[i].results[0]));
        assert_ok(gobridge_value_release(&m->steps[i].results[1]));
        if (m->steps[i].made) {
            assert_ok(gobridge_release(m->steps[i].made));
        }
    }
}

/* Whatever is done in batches comes to what it comes to one by one. */
static void batches_and_single_calls(void **state) {
    (void)state;
    static machine single, batch;
    int failures = 0;
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
        const uint32_t mode = below(2) ? GOBRIDGE_BATCH_STOP : GOBRIDGE_BATCH_GO_ON;
        build(&single);
        build(&batch);
        choose(&single, &batch);
        int done = STEPS;
        for (int i = 0; i < done; i++) {
            single.statuses[i] = take(&single, i);
            if (single.statuses[i] && mode == GOBRIDGE_BATCH_STOP) {
                done = i + 1;
            }
        }
        for (int from = 0, to; from < done; from = to) { /* in batches of some operations */
            to = from + 1 + (int)below(STEPS);
            to = to < STEPS ? to : STEPS;
            size_t count = 0;
            assert_ok(gobridge_batch_begin());
            for (int i = from; i < to; i++) {
                assert_ok(take(&batch, i));
            }
            const gobridge_status status = gobridge_batch_run(mode, &batch.statuses[from], STEPS, &count);
            assert_int_equal(count, to - from);
            gobridge_status first = GOBRIDGE_OK;
            for (int i = from; i < to && !first; i++) {
                first = batch.statuses[i];
            }
            assert_int_equal(status, first);
        }
        for (int i = 0; i < STEPS; i++) {
            const step *s = &single.steps[i], *b = &batch.steps[i];
            if (i >= done) {
                assert_int_equal(b->made | (uint64_t)b->number | b->results[0].kind, 0);
                continue;
            }
            failures += single.statuses[i] != GOBRIDGE_OK;
            if (was_skipped(&batch, i)) {
                continue;
            }
            if (single.statuses[i] != batch.statuses[i]) {
                fail_msg("sequence %d, step %d (%d): %s, and %s in a batch", sequence, i, s->what,
                         gobridge_status_name(single.statuses[i]), gobridge_status_name(batch.statuses[i]));
            }
            assert_int_equal(s->found, b->found);
            assert_int_equal(s->number, b->number);
            assert_same(&s->results[0], &b->results[0]);
            assert_same(&s->results[1], &b->results[1]);
            if (s->made) {
                assert_same_object(s->made, b->made);
            }
        }
        assert_same_object(single.numbers, batch.numbers);
        assert_same_object(single.texts, batch.texts);
        assert_same_object(single.slice, batch.slice);
        assert_same_object(single.point, batch.point);
        release_machine(&single);
        release_machine(&batch);
        assert_int_equal(live_references(), 0);
    }
    assert_in_range(failures, SEQUENCES, STEPS * SEQUENCES);
}

/* A promise is copied as what it turns out to be: nil, a number, a text or a reference. */
static void copies_of_promises(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]any");
    const gobridge_value keys[] = {text("nil"), text("number"), text("text"), text("reference")};
    const gobridge_value elems[] = {nil, integer(GOBRIDGE_KIND_INT8, 7), text("text"),
                                    named(make_variable("int64"))};
    gobridge_value got[COUNT(keys)], copies[COUNT(keys)];
    size_t count;
    assert_ok(gobridge_batch_begin());
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_ok(gobridge_map_set(map, &keys[i], &elems[i]));
        assert_ok(gobridge_map_get(map, &keys[i], &got[i], NULL));
        assert_ok(gobridge_value_copy(&got[i], &copies[i]));
    }
    assert_ok(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count));
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_int_equal(copies[i].kind, elems[i].kind);
        assert_int_equal(copies[i].len, elems[i].len);
        assert_true(i != 1 || copies[i].as.i == 7);
        assert_ok(gobridge_value_release(&got[i]));
        assert_ok(gobridge_value_release(&copies[i]));
    }
    assert_ok(gobridge_release(elems[3].as.ref));
    assert_ok(gobridge_release(map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(promised_types),
        cmocka_unit_test(copies_of_promises),
        cmocka_unit_test(one_of_many),
        cmocka_unit_test(an_empty_one),
        cmocka_unit_test(results_of_earlier_ones),
        cmocka_unit_test(calls_with_many_results),
        cmocka_unit_test(the_same_value_again),
        cmocka_unit_test(columns),
        cmocka_unit_test(boxes),
        cmocka_unit_test(stopping_and_going_on),
        cmocka_unit_test(misuse),
        cmocka_unit_test(at_most_65536_operations),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(promises_elsewhere),
        cmocka_unit_test(type_queries),
        cmocka_unit_test(never_part_of_one),
        cmocka_unit_test(panics_and_goexit),
        cmocka_unit_test(callbacks),
        cmocka_unit_test(goexit_through_a_batch),
        cmocka_unit_test(scopes),
        cmocka_unit_test(threads_that_end),
        cmocka_unit_test(threads_on_one_map),
        cmocka_unit_test(in_a_forked_child),
        cmocka_unit_test(batches_and_single_calls),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
