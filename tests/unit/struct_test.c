/* Structs and their fields: by name, by path and by index, in variables and in values. */
#include "check.h"

#define PERSON                                                                                              \
    "struct{ Name string; Age int8; Tags []string; Home struct{ City string; At struct{ X, Y float64 } }; " \
    "note int }"

static gobridge_status get(gobridge_ref ref, const char *field, gobridge_value *value) {
    return gobridge_struct_get(ref, field, strlen(field), value);
}

static gobridge_status set(gobridge_ref pointer, const char *field, gobridge_value value) {
    return gobridge_struct_set(pointer, field, strlen(field), &value);
}

static void assert_field_is(gobridge_ref ref, const char *field, const char *s) {
    gobridge_value value;
    assert_ok(get(ref, field, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, s, strlen(s));
}

static void fields_by_name(void **state) {
    (void)state;
    const gobridge_ref person = make_variable(PERSON);
    gobridge_value value;
    memset(&value, 0xA5, sizeof value);
    assert_ok(get(person, "Age", &value));
    const gobridge_value zero = integer(GOBRIDGE_KIND_INT8, 0);
    assert_memory_equal(&value, &zero, sizeof value);
    assert_field_is(person, "Name", "");
    assert_ok(get(person, "Tags", &value));
    assert_int_equal(value.kind, GOBRIDGE_KIND_NIL);

    char name[] = "Ada";
    assert_ok(set(person, "Name", text(name)));
    memset(name, 'X', sizeof name); /* what is handed in is copied */
    assert_ok(set(person, "Age", integer(GOBRIDGE_KIND_INT, 36)));
    assert_field_is(person, "Name", "Ada");
    assert_ok(get(person, "Age", &value));
    assert_true(value.kind == GOBRIDGE_KIND_INT8 && value.as.i == 36);

    /* the length counts, not a NUL */
    assert_ok(gobridge_struct_get(person, "Age and more", 3, &value));
    assert_int_equal(value.as.i, 36);

    /* by a path */
    assert_ok(set(person, "Home.City", text("London")));
    assert_ok(set(person, "Home.At.Y", real(GOBRIDGE_KIND_FLOAT64, 51.5)));
    assert_field_is(person, "Home.City", "London");
    assert_ok(get(person, "Home.At.Y", &value));
    assert_true(value.kind == GOBRIDGE_KIND_FLOAT64 && value.as.f == 51.5);

    /* a nested struct is a copy, also one without pointers, and can be set as a whole */
    gobridge_value home, at;
    double loaded[2];
    assert_ok(get(person, "Home", &home));
    assert_int_equal(home.kind, GOBRIDGE_KIND_REF);
    assert_ok(get(home.as.ref, "At", &at));
    assert_type(at.as.ref, "struct{ X, Y float64 }");
    assert_ok(gobridge_value_load(at.as.ref, loaded));
    assert_true(loaded[0] == 0 && loaded[1] == 51.5);
    assert_ok(gobridge_value_release(&at));
    assert_ok(set(person, "Home.City", text("Paris")));
    assert_field_is(home.as.ref, "City", "London");
    assert_ok(set(person, "Home", named(home.as.ref)));
    assert_field_is(person, "Home.City", "London");
    assert_ok(gobridge_value_release(&home));
    assert_ok(gobridge_release(person));
}

/* A struct by value can be read, and set only where the path goes on through a pointer. */
static void structs_by_value(void **state) {
    (void)state;
    const gobridge_ref person = box_zero(PERSON);
    gobridge_value value;
    gobridge_ref pointer = 9;
    assert_field_is(person, "Home.City", "");
    assert_ok(gobridge_struct_get_at(person, 1, &value));
    assert_int_equal(value.kind, GOBRIDGE_KIND_INT8);
    assert_failed(set(person, "Name", text("Ada")), GOBRIDGE_E_WRONG_KIND, "gobridge_struct_set",
                  "pointer is no pointer");
    assert_status(gobridge_struct_set_at(person, 0, &value), GOBRIDGE_E_WRONG_KIND, "pointer");
    assert_status(gobridge_struct_at(person, "Name", 4, &pointer), GOBRIDGE_E_WRONG_KIND, "pointer");
    assert_int_equal(pointer, 9);
    assert_field_is(person, "Name", "");
    assert_ok(gobridge_release(person));

    const gobridge_ref target = make_variable("struct{ N int64 }");
    const gobridge_ref variable = make_variable("struct{ P *struct{ N int64 } }");
    assert_ok(set(variable, "P", named(target)));
    const gobridge_value in = named(variable);
    const gobridge_ref boxed = box("struct{ P *struct{ N int64 } }", &in);
    assert_ok(set(boxed, "P.N", integer(GOBRIDGE_KIND_INT, 5)));
    assert_ok(get(target, "N", &value));
    assert_int_equal(value.as.i, 5);
    assert_ok(gobridge_struct_at(boxed, "P.N", 3, &pointer));
    assert_type(pointer, "*int64");
    assert_ok(gobridge_release(pointer));
    assert_ok(gobridge_release(boxed));
    assert_ok(gobridge_release(variable));
    assert_ok(gobridge_release(target));
}

static void fields_by_index(void **state) {
    (void)state;
    const gobridge_ref person = make_variable(PERSON);
    const gobridge_value name = text("Ada"), age = integer(GOBRIDGE_KIND_INT, 36);
    gobridge_value value = {.kind = 99};
    assert_ok(gobridge_struct_set_at(person, 0, &name));
    assert_ok(gobridge_struct_set_at(person, 1, &age));
    assert_ok(gobridge_struct_get_at(person, 0, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "Ada", 3);
    assert_ok(gobridge_struct_get_at(person, 1, &value));
    assert_int_equal(value.as.i, 36);
    static const uint32_t indexes[] = {5, 6, UINT32_MAX};
    for (size_t i = 0; i < COUNT(indexes); i++) {
        assert_status(gobridge_struct_get_at(person, indexes[i], &value), GOBRIDGE_E_INDEX, "has 5 fields");
        assert_status(gobridge_struct_set_at(person, indexes[i], &age), GOBRIDGE_E_INDEX, "index is ");
    }
    assert_status(gobridge_struct_get_at(person, 4, &value), GOBRIDGE_E_UNEXPORTED, "index: note");
    assert_status(gobridge_struct_set_at(person, 4, &age), GOBRIDGE_E_UNEXPORTED, "index: note");
    assert_int_equal(value.as.i, 36);
    assert_ok(gobridge_release(person));
}

static void addresses(void **state) {
    (void)state;
    const gobridge_ref person = make_variable(PERSON);
    gobridge_ref home, at, age;
    const int8_t forty = 40;
    assert_ok(gobridge_struct_at(person, "Home", 4, &home));
    assert_ok(gobridge_struct_at(home, "At", 2, &at));
    assert_type(at, "*struct{ X, Y float64 }");
    assert_ok(set(at, "X", real(GOBRIDGE_KIND_FLOAT64, 2.5)));
    assert_ok(gobridge_struct_at(person, "Age", 3, &age));
    assert_type(age, "*int8");
    assert_ok(gobridge_value_store(age, &forty));
    gobridge_value value;
    assert_ok(get(person, "Home.At.X", &value));
    assert_true(value.as.f == 2.5);
    assert_ok(get(person, "Age", &value));
    assert_int_equal(value.as.i, 40);
    assert_ok(gobridge_release(person));
    assert_field_is(home, "City", ""); /* a part keeps the whole */
    assert_ok(gobridge_release(home));
    assert_ok(gobridge_release(at));
    assert_ok(gobridge_release(age));
}

/* Whatever asks for a field refuses a name for the same reasons. */
static void refuse(gobridge_ref pointer, const char *field, gobridge_status status, const char *part) {
    const gobridge_value in = nil;
    gobridge_value out = {.kind = 99};
    gobridge_ref field_pointer = 9;
    const size_t len = strlen(field);
    assert_status(gobridge_struct_get(pointer, field, len, &out), status, part);
    assert_status(gobridge_struct_set(pointer, field, len, &in), status, part);
    assert_status(gobridge_struct_at(pointer, field, len, &field_pointer), status, part);
    assert_true(out.kind == 99 && field_pointer == 9);
}

static void names_that_are_none(void **state) {
    (void)state;
    const gobridge_ref person = make_variable(PERSON);
    static const char *const unknown[] = {
        "",       ".",        "Name.",      ".Name",       "Nam",         "name",
        "Names",  "Home.Cit", "Home..City", "Home.City.X", "Home.At.Z.Z", "Name.City",
        "Tags.0", "Tags[0]",  "Home City",  "\xff",        "String"};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        refuse(person, unknown[i], GOBRIDGE_E_UNKNOWN_NAME, "field: a ");
    }
    refuse(person, "name", GOBRIDGE_E_UNKNOWN_NAME,
           "has no field \"name\"; the nearest known are \"Name\", \"Home\", \"Age\"");
    refuse(person, "Home.Cty", GOBRIDGE_E_UNKNOWN_NAME,
           "has no field \"Cty\"; the nearest known are \"City\", \"At\"");
    refuse(person, "note", GOBRIDGE_E_UNEXPORTED, "field: note");
    refuse(person, "note.more", GOBRIDGE_E_UNEXPORTED, "field: note");

    gobridge_value out = {.kind = 99};
    assert_status(gobridge_struct_get(person, "Na\0e", 4, &out), GOBRIDGE_E_UNKNOWN_NAME, "field");
    assert_status(gobridge_struct_get(person, "x", SIZE_MAX, &out), GOBRIDGE_E_LIMIT, "field: len");
    const size_t large = 1 << 20; /* a name that is not short */
    char *much = memset(malloc(large), 'N', large);
    assert_status(gobridge_struct_get(person, much, large, &out), GOBRIDGE_E_UNKNOWN_NAME, "\"Name\"");
    memset(much, '.', large);
    assert_status(gobridge_struct_get(person, much, large, &out), GOBRIDGE_E_UNKNOWN_NAME, "field");
    free(much);
    assert_int_equal(out.kind, 99);
    assert_ok(gobridge_release(person));
}

static void values_that_do_not_fit(void **state) {
    (void)state;
    const gobridge_ref person = make_variable(PERSON);
    const gobridge_value word = text("word");
    gobridge_value value;
    assert_failed(set(person, "Age", integer(GOBRIDGE_KIND_INT, 300)), GOBRIDGE_E_RANGE,
                  "gobridge_struct_set", "value: 300 does not fit a int8");
    assert_failed(set(person, "Age", word), GOBRIDGE_E_WRONG_TYPE, "gobridge_struct_set", "value: ");
    assert_failed(set(person, "Name", nil), GOBRIDGE_E_WRONG_TYPE, "gobridge_struct_set", "value: ");
    assert_failed(set(person, "Home", word), GOBRIDGE_E_WRONG_TYPE, "gobridge_struct_set", "value: ");
    assert_status(gobridge_struct_set_at(person, 1, &word), GOBRIDGE_E_WRONG_TYPE, "value: ");
    assert_ok(get(person, "Age", &value));
    assert_int_equal(value.as.i, 0);
    assert_ok(gobridge_release(person));
}

static void pointers_on_the_way(void **state) {
    (void)state;
    static const char *const node = "struct{ Next *struct{ Next *struct{ N int } } }";
    const gobridge_ref first = make_variable(node);
    refuse(first, "Next.Next", GOBRIDGE_E_NIL, "field: a nil *struct");
    refuse(first, "Next.Next.N", GOBRIDGE_E_NIL, "field: a nil *struct");
    refuse(first, "Next.Nxt", GOBRIDGE_E_UNKNOWN_NAME, "\"Next\"");
    const gobridge_ref second = make_variable("struct{ Next *struct{ N int } }"),
                       third = make_variable("struct{ N int }");
    assert_ok(set(first, "Next", named(second)));
    refuse(first, "Next.Next.N", GOBRIDGE_E_NIL, "field: a nil *struct");
    assert_ok(set(first, "Next.Next", named(third)));
    assert_ok(set(first, "Next.Next.N", integer(GOBRIDGE_KIND_INT, 3)));
    gobridge_value value;
    assert_ok(get(third, "N", &value));
    assert_int_equal(value.as.i, 3);
    assert_ok(gobridge_release(first));
    assert_ok(gobridge_release(second));
    assert_ok(gobridge_release(third));

    const gobridge_ref nil_struct = box("*struct{ N int }", &nil);
    refuse(nil_struct, "N", GOBRIDGE_E_NIL, " is a nil *struct");
    assert_status(gobridge_struct_get_at(nil_struct, 0, &value), GOBRIDGE_E_NIL, "ref");
    assert_status(gobridge_struct_set_at(nil_struct, 0, &value), GOBRIDGE_E_NIL, "pointer");
    assert_ok(gobridge_release(nil_struct));
}

static void what_is_no_struct(void **state) {
    (void)state;
    const gobridge_value word = text("text");
    const gobridge_ref rows[] = {box("string", &word), make_variable("int"),
                                 make_variable("*struct{ N int }"), make_map("map[string]int"),
                                 box("*int", &nil)};
    for (size_t i = 0; i < COUNT(rows); i++) {
        refuse(rows[i], "N", GOBRIDGE_E_WRONG_KIND, " is a ");
        assert_ok(gobridge_release(rows[i]));
    }
}

static void in_a_scope(void **state) {
    (void)state;
    const uint64_t live = live_references();
    uint64_t scope;
    gobridge_value value;
    gobridge_ref home;
    assert_ok(gobridge_scope_open(&scope));
    const gobridge_ref person = make_variable(PERSON);
    assert_ok(set(person, "Name", text("Ada")));
    assert_ok(get(person, "Name", &value));
    assert_ok(get(person, "Home", &value));
    assert_ok(gobridge_struct_get_at(person, 0, &value));
    assert_ok(gobridge_struct_at(person, "Home", 4, &home));
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), live);
}

/* Threads that use the same fields by the same pointer, and the whole struct, never see half a string. */
typedef struct sharing {
    gobridge_ref pointer;
    char letter;
} sharing;

static void expect_one_letter(gobridge_ref ref) {
    gobridge_value value = nil;
    expect(gobridge_struct_get(ref, "Name", 4, &value) == GOBRIDGE_OK);
    for (size_t i = 0; i < value.len; i++) {
        expect(value.as.s[i] == 'a' + (char)value.len - 1);
    }
    expect(gobridge_value_release(&value) == GOBRIDGE_OK);
}

static void *sharing_thread(void *argument) {
    const sharing *mine = argument;
    char letters[20];
    memset(letters, mine->letter, sizeof letters);
    const gobridge_value in = text_of(letters, (size_t)(mine->letter - 'a') + 1);
    for (int i = 0; i < 2000; i++) {
        gobridge_value whole = nil;
        expect(gobridge_struct_set(mine->pointer, "Name", 4, &in) == GOBRIDGE_OK);
        expect_one_letter(mine->pointer);
        expect(gobridge_struct_set_at(mine->pointer, 0, &in) == GOBRIDGE_OK);
        expect(gobridge_value_load(mine->pointer, &whole) == GOBRIDGE_OK);
        expect_one_letter(whole.as.ref);
        expect(gobridge_value_store(mine->pointer, &whole) == GOBRIDGE_OK);
        expect(gobridge_value_release(&whole) == GOBRIDGE_OK);
    }
    return NULL;
}

static void threads(void **state) {
    (void)state;
    sharing all[8];
    const gobridge_ref pointer = make_variable(PERSON);
    for (size_t i = 0; i < COUNT(all); i++) {
        all[i] = (sharing){pointer, (char)('a' + i)};
    }
    run_threads(COUNT(all), sharing_thread, all, sizeof all[0]);
    assert_ok(gobridge_release(pointer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_by_name),      cmocka_unit_test(structs_by_value),
        cmocka_unit_test(fields_by_index),     cmocka_unit_test(addresses),
        cmocka_unit_test(names_that_are_none), cmocka_unit_test(values_that_do_not_fit),
        cmocka_unit_test(pointers_on_the_way), cmocka_unit_test(what_is_no_struct),
        cmocka_unit_test(in_a_scope),          cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
