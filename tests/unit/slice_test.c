/* Slices and arrays: made, read, set, grown, cut and shown; what shares memory, and what bad numbers get. */
#include "check.h"

static gobridge_ref make_slice(const char *expression, int64_t len, int64_t cap) {
    gobridge_ref slice = 0;
    assert_ok(gobridge_slice_new(parse(expression), len, cap, &slice));
    return slice;
}

static int64_t len_of(gobridge_ref slice) {
    int64_t len = -1;
    assert_ok(gobridge_slice_len(slice, &len));
    return len;
}

static int64_t cap_of(gobridge_ref slice) {
    int64_t cap = -1;
    assert_ok(gobridge_slice_cap(slice, &cap));
    return cap;
}

static int64_t int_at(gobridge_ref slice, int64_t index) {
    gobridge_value elem;
    assert_ok(gobridge_slice_get(slice, index, &elem));
    assert_int_equal(elem.kind, GOBRIDGE_KIND_INT64);
    assert_int_equal(elem.owner, 0);
    return elem.as.i;
}

static void set_int(gobridge_ref slice, int64_t index, int64_t i) {
    const gobridge_value elem = integer(GOBRIDGE_KIND_INT64, i);
    assert_ok(gobridge_slice_set(slice, index, &elem));
}

static gobridge_ref append_ints(gobridge_ref slice, int64_t first, size_t count) {
    gobridge_value elems[100];
    gobridge_ref longer = 0;
    for (size_t i = 0; i < count; i++) {
        elems[i] = integer(GOBRIDGE_KIND_INT64, first + (int64_t)i);
    }
    assert_ok(gobridge_slice_append(slice, elems, count, &longer));
    return longer;
}

static void made(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int64_t len, cap;
    } rows[] = {
        {"[]int64", 0, 0},      {"[]int64", 3, 3},       {"[]string", 2, 10},
        {"[]struct{}", 5, 100}, {"[]map[any]any", 1, 1}, {"[]byte", 1000000, 1000001},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref slice = make_slice(rows[i].type, rows[i].len, rows[i].cap);
        assert_type(slice, rows[i].type);
        assert_int_equal(len_of(slice), rows[i].len);
        assert_int_equal(cap_of(slice), rows[i].cap);
        assert_ok(gobridge_release(slice));
    }
}

static void made_too_large(void **state) {
    (void)state;
    static const struct {
        const char *type, *part;
        int64_t len, cap;
    } rows[] = {
        {"[]int64", "len is -1", -1, 0},
        {"[]int64", "len", INT64_MIN, INT64_MAX},
        {"[]int64", "cap is 2", 3, 2},
        {"[]int64", "cap", 0, -1},
        {"[]int64", "cap", 0, (1 << 27) + 1},
        {"[]int64", "len", (1 << 27) + 1, (1 << 27) + 1},
        {"[]int64", "len", INT64_MAX, INT64_MAX},
        {"[]byte", "cap", 0, (1 << 30) + 1},
        {"[]struct{}", "len", 1LL << 31, 1LL << 31}, /* also where it would take no memory */
        {"[][268435456]byte", "len", 5, 5},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref slice = 9;
        assert_status(gobridge_slice_new(parse(rows[i].type), rows[i].len, rows[i].cap, &slice),
                      rows[i].len < 0 || rows[i].cap < rows[i].len ? GOBRIDGE_E_ARGUMENT : GOBRIDGE_E_LIMIT,
                      rows[i].part);
        assert_int_equal(slice, 9);
    }
}

/* Elements of every kind go in as values and come out as they went in. */
static void elements(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string]int"), time = box_zero("time.Time");
    const struct {
        const char *type;
        gobridge_value in;
        uint32_t kind; /* that comes out */
    } rows[] = {
        {"[]bool", {.kind = GOBRIDGE_KIND_BOOL, .as.u = 1}, GOBRIDGE_KIND_BOOL},
        {"[]int8", {.kind = GOBRIDGE_KIND_INT64, .as.i = -128}, GOBRIDGE_KIND_INT8},
        {"[]uint64", {.kind = GOBRIDGE_KIND_UINT64, .as.u = UINT64_MAX}, GOBRIDGE_KIND_UINT64},
        {"[]float32", {.kind = GOBRIDGE_KIND_FLOAT64, .as.f = 0.5}, GOBRIDGE_KIND_FLOAT32},
        {"[]time.Duration", {.kind = GOBRIDGE_KIND_INT, .as.i = 7}, GOBRIDGE_KIND_INT64},
        {"[]string", text("text"), GOBRIDGE_KIND_STRING},
        {"[][]byte", bytes("bytes", 5), GOBRIDGE_KIND_BYTES},
        {"[]any", text("text"), GOBRIDGE_KIND_STRING},
        {"[]any", {.kind = GOBRIDGE_KIND_UINT8, .as.u = 255}, GOBRIDGE_KIND_UINT8},
        {"[]error", nil, GOBRIDGE_KIND_NIL},
        {"[]*int64", nil, GOBRIDGE_KIND_NIL},
        {"[]map[string]int", named(map), GOBRIDGE_KIND_REF},
        {"[]time.Time", named(time), GOBRIDGE_KIND_REF},
        {"[]fmt.Stringer", named(time), GOBRIDGE_KIND_REF},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_ref slice = make_slice(rows[i].type, 3, 3);
        gobridge_value out;
        assert_ok(gobridge_slice_set(slice, 1, &rows[i].in));
        memset(&out, 0xA5, sizeof out);
        assert_ok(gobridge_slice_get(slice, 1, &out));
        assert_int_equal(out.kind, rows[i].kind);
        assert_int_equal(out.flags, 0);
        switch (out.kind) {
        case GOBRIDGE_KIND_STRING:
        case GOBRIDGE_KIND_BYTES: assert_shows(&out, out.kind, rows[i].in.as.s, rows[i].in.len); break;
        case GOBRIDGE_KIND_REF: assert_int_equal(out.owner, out.as.ref); break;
        default: assert_true(out.as.u == rows[i].in.as.u && out.owner == 0);
        }
        assert_ok(gobridge_value_release(&out));
        for (int64_t other = 0; other <= 2; other += 2) { /* nothing else has changed */
            assert_ok(gobridge_slice_get(slice, other, &out));
            assert_true(out.kind == GOBRIDGE_KIND_REF || (out.as.u == 0 || out.len == 0));
            assert_ok(gobridge_value_release(&out));
        }
        assert_ok(gobridge_release(slice));
    }
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(time));
}

static void indexes_out_of_range(void **state) {
    (void)state;
    static const int64_t indexes[] = {3, 4, -1, INT64_MIN, INT64_MAX, 1LL << 32};
    const gobridge_ref slice = make_slice("[]string", 3, 10);
    const gobridge_value in = text("text");
    for (size_t i = 0; i < COUNT(indexes); i++) {
        gobridge_value out = {.kind = 99};
        gobridge_ref pointer = 9;
        char part[64];
        snprintf(part, sizeof part, "index is %lld, the length 3", (long long)indexes[i]);
        assert_status(gobridge_slice_get(slice, indexes[i], &out), GOBRIDGE_E_INDEX, part);
        assert_status(gobridge_slice_set(slice, indexes[i], &in), GOBRIDGE_E_INDEX, part);
        assert_status(gobridge_slice_at(slice, indexes[i], &pointer), GOBRIDGE_E_INDEX, part);
        assert_true(out.kind == 99 && pointer == 9);
    }
    assert_ok(gobridge_release(slice));
}

static void elements_that_do_not_fit(void **state) {
    (void)state;
    const gobridge_value large = integer(GOBRIDGE_KIND_INT64, 300), word = text("word");
    const gobridge_ref slice = make_slice("[]int8", 1, 1);
    gobridge_value out;
    assert_status(gobridge_slice_set(slice, 0, &large), GOBRIDGE_E_RANGE, "elem: 300 does not fit a int8");
    assert_status(gobridge_slice_set(slice, 0, &word), GOBRIDGE_E_WRONG_TYPE, "elem");
    assert_status(gobridge_slice_set(slice, 0, &nil), GOBRIDGE_E_WRONG_TYPE, "elem");
    assert_ok(gobridge_slice_get(slice, 0, &out));
    assert_int_equal(out.as.i, 0);
    assert_ok(gobridge_release(slice));
}

/* A *[]T stands for the slice that it points to at the time, a *[N]T for all of the array, an array by value for what
 * can only be read. */
static void what_is_a_slice(void **state) {
    (void)state;
    const int64_t numbers[3] = {1, 2, 3};
    const gobridge_value other = integer(GOBRIDGE_KIND_INT64, 8);
    gobridge_ref got = 9;
    gobridge_value view = {.kind = 99};

    gobridge_ref array = make_variable("[3]int64");
    assert_ok(gobridge_value_store(array, numbers));
    assert_true(len_of(array) == 3 && cap_of(array) == 3 && int_at(array, 2) == 3);
    set_int(array, 2, 30);
    int64_t loaded[3];
    assert_ok(gobridge_value_load(array, loaded));
    assert_int_equal(loaded[2], 30);
    assert_ok(gobridge_slice_sub(array, 1, 3, &got));
    assert_type(got, "[]int64");
    set_int(got, 0, 20);
    assert_int_equal(int_at(array, 1), 20);
    assert_ok(gobridge_release(got));
    got = append_ints(array, 4, 1);
    assert_true(len_of(got) == 4 && int_at(got, 2) == 30 && int_at(got, 3) == 4);
    assert_ok(gobridge_release(got));
    assert_ok(gobridge_release(array));

    array = box("[3]int64", numbers);
    assert_true(len_of(array) == 3 && cap_of(array) == 3 && int_at(array, 1) == 2);
    got = 9;
    assert_status(gobridge_slice_set(array, 0, &other), GOBRIDGE_E_WRONG_KIND,
                  "slice is no slice or pointer");
    assert_status(gobridge_slice_at(array, 0, &got), GOBRIDGE_E_WRONG_KIND, "but a [3]int64");
    assert_status(gobridge_slice_append(array, &other, 1, &got), GOBRIDGE_E_WRONG_KIND, "slice");
    assert_status(gobridge_slice_sub(array, 0, 1, &got), GOBRIDGE_E_WRONG_KIND, "slice");
    assert_status(gobridge_slice_view(array, &view), GOBRIDGE_E_WRONG_KIND, "slice");
    assert_true(got == 9 && view.kind == 99 && int_at(array, 0) == 1);
    assert_ok(gobridge_release(array));

    const gobridge_ref variable = make_variable("[]int64"), slice = make_slice("[]int64", 2, 2);
    const gobridge_value in = named(slice);
    assert_true(len_of(variable) == 0 && cap_of(variable) == 0); /* nil */
    assert_ok(gobridge_value_store(variable, &in));
    set_int(variable, 1, 5);
    assert_int_equal(int_at(slice, 1), 5);
    got = append_ints(variable, 6, 1);
    assert_true(len_of(variable) == 2 && len_of(got) == 3); /* the variable itself stays */
    assert_ok(gobridge_release(got));
    assert_ok(gobridge_release(slice));
    assert_ok(gobridge_release(variable));

    static const char *const nil_pointers[] = {"*[]int64", "*[3]int64"};
    for (size_t i = 0; i < COUNT(nil_pointers); i++) {
        const gobridge_ref pointer = box(nil_pointers[i], &nil);
        int64_t len = 9;
        got = 9;
        assert_status(gobridge_slice_len(pointer, &len), GOBRIDGE_E_NIL, "slice is a nil *[");
        assert_status(gobridge_slice_cap(pointer, &len), GOBRIDGE_E_NIL, "slice");
        assert_status(gobridge_slice_get(pointer, 0, &view), GOBRIDGE_E_NIL, "slice");
        assert_status(gobridge_slice_set(pointer, 0, &other), GOBRIDGE_E_NIL, "slice");
        assert_status(gobridge_slice_at(pointer, 0, &got), GOBRIDGE_E_NIL, "slice");
        assert_status(gobridge_slice_append(pointer, &other, 1, &got), GOBRIDGE_E_NIL, "slice");
        assert_status(gobridge_slice_sub(pointer, 0, 0, &got), GOBRIDGE_E_NIL, "slice");
        assert_status(gobridge_slice_view(pointer, &view), GOBRIDGE_E_NIL, "slice");
        assert_true(len == 9 && got == 9 && view.kind == 99);
        assert_ok(gobridge_release(pointer));
    }
    const gobridge_value word = text("text");
    const gobridge_ref no_slices[] = {box("string", &word), make_variable("string"),
                                      make_variable("*[]int64"), make_map("map[int]int"),
                                      box("*string", &nil)};
    for (size_t i = 0; i < COUNT(no_slices); i++) {
        int64_t len = 9;
        assert_status(gobridge_slice_len(no_slices[i], &len), GOBRIDGE_E_WRONG_KIND, "slice is a");
        assert_ok(gobridge_release(no_slices[i]));
    }
}

/* What lies inside an element is changed through its address. */
static void addresses(void **state) {
    (void)state;
    const gobridge_ref points = make_slice("[]struct{ X, Y int32 }", 3, 3);
    const gobridge_value seven = integer(GOBRIDGE_KIND_INT, 7);
    gobridge_ref point;
    int32_t loaded[2];
    assert_ok(gobridge_slice_at(points, 1, &point));
    assert_type(point, "*struct{ X, Y int32 }");
    assert_ok(gobridge_struct_set(point, "Y", 1, &seven));
    assert_ok(gobridge_release(point));
    gobridge_value elem;
    assert_ok(gobridge_slice_get(points, 1, &elem));
    assert_ok(gobridge_value_load(elem.as.ref, loaded));
    assert_true(loaded[0] == 0 && loaded[1] == 7);
    assert_ok(gobridge_value_release(&elem));
    assert_ok(gobridge_release(points));

    const gobridge_ref rows = make_slice("[][2]int64", 2, 2); /* an array in a slice */
    gobridge_ref row;
    assert_ok(gobridge_slice_at(rows, 1, &row));
    set_int(row, 0, 42);
    assert_ok(gobridge_release(row));
    assert_ok(gobridge_slice_get(rows, 1, &elem)); /* a copy, by value */
    assert_int_equal(int_at(elem.as.ref, 0), 42);
    assert_status(gobridge_slice_set(elem.as.ref, 0, &seven), GOBRIDGE_E_WRONG_KIND, "slice");
    assert_ok(gobridge_value_release(&elem));
    assert_ok(gobridge_release(rows));

    const gobridge_ref slices = make_slice("[][]int64", 1, 1); /* a slice in a slice */
    const gobridge_ref inner = make_slice("[]int64", 1, 1);
    const gobridge_value in = named(inner);
    assert_ok(gobridge_slice_set(slices, 0, &in));
    assert_ok(gobridge_slice_get(slices, 0, &elem));
    set_int(elem.as.ref, 0, 9); /* is shared */
    assert_int_equal(int_at(inner, 0), 9);
    assert_ok(gobridge_value_release(&elem));
    assert_ok(gobridge_release(inner));
    assert_ok(gobridge_release(slices));
}

static void append(void **state) {
    (void)state;
    /* where there is room the memory is shared, as Go has it */
    const gobridge_ref slice = make_slice("[]int64", 1, 3);
    const gobridge_ref longer = append_ints(slice, 10, 2);
    assert_true(len_of(slice) == 1 && len_of(longer) == 3 && cap_of(longer) == 3);
    assert_true(int_at(longer, 0) == 0 && int_at(longer, 1) == 10 && int_at(longer, 2) == 11);
    set_int(slice, 0, 5);
    assert_int_equal(int_at(longer, 0), 5);
    /* where there is none it is new */
    const gobridge_ref longest = append_ints(longer, 12, 1);
    assert_true(len_of(longest) == 4 && cap_of(longest) >= 6);
    set_int(slice, 0, 6);
    assert_true(int_at(longer, 0) == 6 && int_at(longest, 0) == 5 && int_at(longest, 3) == 12);
    const gobridge_ref same = append_ints(longest, 0, 0);
    assert_int_equal(len_of(same), 4);
    assert_ok(gobridge_release(same));
    assert_ok(gobridge_release(longest));
    assert_ok(gobridge_release(longer));
    assert_ok(gobridge_release(slice));

    /* from nil, one by one, with strings: what C hands in is copied */
    gobridge_ref words = box("[]string", &nil);
    for (int i = 0; i < 1000; i++) {
        char word[16];
        const gobridge_value elem = text_of(word, (size_t)snprintf(word, sizeof word, "word %d", i));
        gobridge_ref next;
        assert_ok(gobridge_slice_append(words, &elem, 1, &next));
        memset(word, 'X', sizeof word);
        assert_ok(gobridge_release(words));
        words = next;
    }
    assert_true(len_of(words) == 1000 && cap_of(words) < 3000);
    for (int i = 0; i < 1000; i++) {
        char word[16];
        gobridge_value elem;
        assert_ok(gobridge_slice_get(words, i, &elem));
        assert_shows(&elem, GOBRIDGE_KIND_STRING, word, (size_t)snprintf(word, sizeof word, "word %d", i));
    }
    assert_ok(gobridge_release(words));
}

/* All or nothing, and the element that does not fit is named. */
static void append_what_does_not_fit(void **state) {
    (void)state;
    const gobridge_ref slice = make_slice("[]int8", 1, 10);
    gobridge_ref longer = 9, rest;
    gobridge_value elems[] = {integer(GOBRIDGE_KIND_INT8, 1), integer(GOBRIDGE_KIND_INT8, 2),
                              integer(GOBRIDGE_KIND_INT, 128), integer(GOBRIDGE_KIND_INT8, 4)};
    const uint64_t live = live_references();
    assert_status(gobridge_slice_append(slice, elems, COUNT(elems), &longer), GOBRIDGE_E_RANGE, "elems[2]: ");
    elems[2] = text("text");
    assert_status(gobridge_slice_append(slice, elems, COUNT(elems), &longer), GOBRIDGE_E_WRONG_TYPE,
                  "elems[2]: ");
    elems[2] = named(0);
    assert_status(gobridge_slice_append(slice, elems, COUNT(elems), &longer), GOBRIDGE_E_NIL_REF,
                  "elems[2]: ");
    static const size_t too_many[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 32 + 1, (1 << 25) + 1};
    for (size_t i = 0; i < COUNT(too_many); i++) {
        assert_status(gobridge_slice_append(slice, elems, too_many[i], &longer), GOBRIDGE_E_LIMIT, "count");
    }
    assert_true(longer == 9 && live_references() == live);
    assert_ok(gobridge_slice_sub(slice, 0, 10, &rest)); /* also behind its end nothing was written */
    for (int64_t i = 0; i < 10; i++) {
        gobridge_value elem;
        assert_ok(gobridge_slice_get(rest, i, &elem));
        assert_int_equal(elem.as.i, 0);
    }
    assert_ok(gobridge_release(rest));
    assert_ok(gobridge_release(slice));

    const gobridge_ref huge = make_slice("[][67108864]byte", 0, 0); /* 64 MiB each */
    const gobridge_value too_large[17] = {{0}};
    assert_status(gobridge_slice_append(huge, too_large, COUNT(too_large), &longer), GOBRIDGE_E_LIMIT,
                  "at most 16 elements");
    assert_ok(gobridge_release(huge));
}

static void parts(void **state) {
    (void)state;
    static const struct {
        int64_t low, high, len, cap;
    } good[] = {{0, 4, 4, 10}, {1, 3, 2, 9}, {0, 0, 0, 10}, {4, 4, 0, 6}, {2, 10, 8, 8}, {10, 10, 0, 0}};
    static const struct {
        int64_t low, high;
        const char *part;
    } bad[] = {
        {0, 11, "high is 11, the capacity 10"},
        {0, -1, "high"},
        {-1, 3, "low is -1"},
        {3, 2, "low is 3, high 2"},
        {INT64_MIN, INT64_MAX, "high"},
        {1LL << 32, 1LL << 32, "high"},
    };
    const gobridge_ref slice = make_slice("[]int64", 4, 10);
    for (int64_t i = 0; i < 4; i++) {
        set_int(slice, i, 10 + i);
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        gobridge_ref part;
        assert_ok(gobridge_slice_sub(slice, good[i].low, good[i].high, &part));
        assert_true(len_of(part) == good[i].len && cap_of(part) == good[i].cap);
        if (good[i].len && good[i].low < 4) {
            assert_int_equal(int_at(part, 0), 10 + good[i].low);
            set_int(part, 0, 10 + good[i].low); /* the same memory */
        }
        assert_ok(gobridge_release(part));
    }
    gobridge_ref shared;
    assert_ok(gobridge_slice_sub(slice, 2, 4, &shared));
    assert_ok(gobridge_release(slice));
    assert_int_equal(int_at(shared, 1), 13); /* and it lives on */
    assert_ok(gobridge_release(shared));
    const gobridge_ref again = make_slice("[]int64", 4, 10);
    for (size_t i = 0; i < COUNT(bad); i++) {
        gobridge_ref part = 9;
        assert_status(gobridge_slice_sub(again, bad[i].low, bad[i].high, &part), GOBRIDGE_E_INDEX,
                      bad[i].part);
        assert_int_equal(part, 9);
    }
    assert_ok(gobridge_release(again));
}

/* A view is the memory itself, both ways, and outlives the reference. */
static void views(void **state) {
    (void)state;
    gobridge_ref slice = make_slice("[]int64", 1000, 2000);
    gobridge_value view;
    set_int(slice, 1, 11);
    assert_ok(gobridge_slice_view(slice, &view));
    assert_int_equal(view.kind, GOBRIDGE_KIND_BYTES);
    assert_int_equal(view.len, 1000 * sizeof(int64_t));
    int64_t *numbers = (int64_t *)(uintptr_t)view.as.b;
    assert_int_equal(numbers[1], 11);
    numbers[2] = 22;
    assert_int_equal(int_at(slice, 2), 22);
    set_int(slice, 3, 33);
    assert_int_equal(numbers[3], 33);
    const gobridge_ref longer = append_ints(slice, 7, 1);
    gobridge_value other;
    assert_ok(gobridge_slice_view(longer, &other));
    assert_ptr_equal(other.as.b, view.as.b);
    assert_int_equal(((const int64_t *)(uintptr_t)other.as.b)[1000], 7);
    assert_ok(gobridge_value_release(&other));
    assert_ok(gobridge_release(longer));
    assert_ok(gobridge_release(slice));
    for (int i = 0; i < 1000; i++) { /* garbage, so that the collector runs */
        assert_ok(gobridge_release(make_slice("[]byte", 10000, 10000)));
    }
    for (int64_t i = 0; i < 1000; i++) {
        assert_int_equal(numbers[i], i < 4 ? i * 11 * (i != 0) : 0);
        numbers[i] = i;
    }
    assert_ok(gobridge_value_release(&view));
    assert_int_equal(view.kind, GOBRIDGE_KIND_NIL);

    /* structs lie as Go lays them out; arrays by a pointer are shown too */
    slice = make_variable("[2]struct{ A int8; B int32 }");
    assert_ok(gobridge_slice_view(slice, &view));
    assert_int_equal(view.len, 16);
    const struct {
        int8_t a;
        int32_t b;
    } *pairs = (const void *)view.as.b;
    const gobridge_value seven = integer(GOBRIDGE_KIND_INT, 7);
    gobridge_ref pair;
    assert_ok(gobridge_slice_at(slice, 1, &pair));
    assert_ok(gobridge_struct_set(pair, "B", 1, &seven));
    assert_true(pairs[1].a == 0 && pairs[1].b == 7);
    assert_ok(gobridge_release(pair));
    assert_ok(gobridge_value_release(&view));
    assert_ok(gobridge_release(slice));

    /* of nothing */
    const gobridge_ref nothing[] = {make_slice("[]int64", 0, 5), box("[]int64", &nil),
                                    make_slice("[]struct{}", 5, 5)};
    for (size_t i = 0; i < COUNT(nothing); i++) {
        assert_ok(gobridge_slice_view(nothing[i], &view));
        assert_true(view.kind == GOBRIDGE_KIND_BYTES && view.len == 0 && view.as.b && view.owner == 0);
        assert_ok(gobridge_release(nothing[i]));
    }
    /* what holds pointers is Go's alone */
    static const char *const pointers[] = {"[]string", "[]*int64", "[]any", "[]struct{ N int; S string }",
                                           "[][]byte"};
    for (size_t i = 0; i < COUNT(pointers); i++) {
        slice = make_slice(pointers[i], 1, 1);
        view.kind = 99;
        assert_status(gobridge_slice_view(slice, &view), GOBRIDGE_E_WRONG_TYPE, "hold pointers");
        assert_int_equal(view.kind, 99);
        assert_ok(gobridge_release(slice));
    }
}

/* In a scope, what is given is released with it. */
static void in_a_scope(void **state) {
    (void)state;
    const uint64_t live = live_references();
    uint64_t scope;
    gobridge_value value;
    gobridge_ref pointer;
    assert_ok(gobridge_scope_open(&scope));
    const gobridge_ref slice = make_slice("[]string", 2, 2);
    const gobridge_value word = text("word");
    assert_ok(gobridge_slice_set(slice, 0, &word));
    assert_ok(gobridge_slice_get(slice, 0, &value));
    assert_ok(gobridge_slice_at(slice, 0, &pointer));
    assert_ok(gobridge_slice_append(slice, &word, 1, &pointer));
    assert_ok(gobridge_slice_sub(slice, 0, 1, &pointer));
    assert_ok(gobridge_slice_view(make_slice("[]byte", 8, 8), &value));
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), live);
}

/* Threads that set, get, append and take the same elements never see half a string. */
typedef struct sharing {
    gobridge_ref slice;
    char letter;
} sharing;

static void *sharing_thread(void *argument) {
    const sharing *mine = argument;
    char letters[20];
    memset(letters, mine->letter, sizeof letters);
    const gobridge_value in = text_of(letters, (size_t)(mine->letter - 'a') + 1);
    for (int i = 0; i < 2000; i++) {
        gobridge_value out = nil;
        gobridge_ref ref = 0;
        expect(gobridge_slice_set(mine->slice, i % 2, &in) == GOBRIDGE_OK);
        expect(gobridge_slice_get(mine->slice, (i + 1) % 2, &out) == GOBRIDGE_OK);
        for (size_t n = 0; n < out.len; n++) {
            expect(out.as.s[n] == 'a' + (char)out.len - 1);
        }
        expect(gobridge_value_release(&out) == GOBRIDGE_OK);
        expect(gobridge_slice_append(mine->slice, &in, 1, &ref) == GOBRIDGE_OK); /* into the same memory */
        expect(gobridge_slice_get(ref, 2, &out) == GOBRIDGE_OK);
        for (size_t n = 0; n < out.len; n++) {
            expect(out.as.s[n] == 'a' + (char)out.len - 1);
        }
        expect(gobridge_value_release(&out) == GOBRIDGE_OK);
        expect(gobridge_release(ref) == GOBRIDGE_OK);
        expect(gobridge_slice_at(mine->slice, i % 2, &ref) == GOBRIDGE_OK);
        expect(gobridge_value_store(ref, &in) == GOBRIDGE_OK);
        expect(gobridge_release(ref) == GOBRIDGE_OK);
    }
    return NULL;
}

static void threads(void **state) {
    (void)state;
    sharing all[8];
    const gobridge_ref slice = make_slice("[]string", 2, 3);
    for (size_t i = 0; i < COUNT(all); i++) {
        all[i] = (sharing){slice, (char)('a' + i)};
    }
    run_threads(COUNT(all), sharing_thread, all, sizeof all[0]);
    assert_ok(gobridge_release(slice));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made),
        cmocka_unit_test(made_too_large),
        cmocka_unit_test(elements),
        cmocka_unit_test(indexes_out_of_range),
        cmocka_unit_test(elements_that_do_not_fit),
        cmocka_unit_test(what_is_a_slice),
        cmocka_unit_test(addresses),
        cmocka_unit_test(append),
        cmocka_unit_test(append_what_does_not_fit),
        cmocka_unit_test(parts),
        cmocka_unit_test(views),
        cmocka_unit_test(in_a_scope),
        cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
