/* How each function is called: a row for what takes a subject and arguments that are made for it, a body for the others. */
#include "fuzz.h"

#include <stdatomic.h>
#include <stdio.h>

#define BODY(name) static gobridge_status call_##name(fuzz *f)
#define ROW(name, what, values)                   \
    BODY(name) {                                  \
        const gobridge_ref it = subject(f, what); \
        (void)it;                                 \
        return name values;                       \
    }

/* ---- texts ---- */

typedef struct string {
    const char *s;
    size_t len;
} string;

static string any_text(fuzz *f) {
    string t;
    t.s = bytes(f, &t.len);
    return t;
}

#define ONE_OF(f, ...) \
    one_of(f, (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

static string one_of(fuzz *f, const char *const *usual, size_t count) {
    string t;
    t.s = text_like(f, &t.len, usual, count);
    return t;
}

/* A field of the struct that the call is about, or of any, and of its type. */
typedef struct field {
    const char *name;
    uint32_t index;
    gobridge_ref type;
} field;

static field any_field(fuzz *f) {
    gobridge_type_info of;
    gobridge_type_field_info info = {.size = sizeof info};
    gobridge_ref type = f->subject_type;
    if (describe(type, &of) && of.kind == GOBRIDGE_KIND_POINTER) {
        type = of.elem;
    }
    field it = {.index = (uint32_t)small_number(f)};
    if (!chance(f, 200) && describe(type, &of) && of.fields) {
        const uint32_t index = (uint32_t)below(f, of.fields);
        if (gobridge_type_field(type, index, &info) == GOBRIDGE_OK) {
            it.index = index;
            it.type = info.type;
            it.name = info.name;
            return it;
        }
    }
    static const char *const names[] = {"A",   "B",   "C",   "Name", "Op", "Path",
                                        "Err", "A.B", "B.C", "a",    "X",  ""};
    it.name = names[below(f, COUNT(names))];
    return it;
}

static string method_name(fuzz *f) {
    return ONE_OF(f, "String", "Error", "Unwrap", "Seconds", "Unix", "IsZero", "Sign", "Add", "Year",
                  "Timeout", "none", "len");
}

static string function_name(fuzz *f) {
    return ONE_OF(f, "answer", "strings.ToUpper", "guest.add", "guest.scale", "guest.count", "guest.divide",
                  "guest.check", "guest.anything", "guest.describe", "guest.join", "guest.adder",
                  "guest.newPoint", "guest.points", "guest.isNil", "guest.panic", "guest.error", "fmt.Sprint",
                  "guest.apply", "guest.clamp", "nobody");
}

static string json_text(fuzz *f) {
    return ONE_OF(f, "1", "-7", "\"text\"", "[1,2,3]", "{}", "{\"a\":1}", "{\"A\":1,\"B\":\"x\"}",
                  "[[1],[2]]", "null", "true", "[\"a\",null]", "1e400", "[",
                  "{\"A\":", "[{\"A\":3},{\"B\":\"\\ud800\"}]", "300", "0.5", "[[[[[[]]]]]]");
}

static string text_form(fuzz *f) {
    return ONE_OF(f, "1", "-128", "300", "true", "1h30m", "2024-01-02T03:04:05Z", "1.5", "0x10", "(1+2i)",
                  "abc", "", "1/3", "1e10000", "-9223372036854775808", "18446744073709551615",
                  "99999999999999999999");
}

/* ---- ref.h ---- */

/* A reference that the call may release: a batch that is not run would not. */
static gobridge_ref one_to_release(fuzz *f) {
    const gobridge_ref ref = other(f, ~0U);
    for (size_t i = 0; i < f->nheld; i++) {
        const held *h = &f->held[i];
        if (h->ref == ref && (h->is_shared || h->is_borrowed || (f->is_recording && !h->is_promised))) {
            return 0;
        }
    }
    return ref;
}

static void released(fuzz *f, gobridge_ref ref) {
    f->has_released |= f->is_recording; /* a callback of the run releases too */
    for (size_t i = 0; i < f->nheld; i++) {
        if (f->held[i].ref == ref) {
            f->held[i] = f->held[--f->nheld];
            f->stale[f->nstale++ % COUNT(f->stale)] = ref;
            return;
        }
    }
}

BODY(gobridge_release) {
    const gobridge_ref ref = one_to_release(f);
    const gobridge_status status = gobridge_release(ref);
    if (status == GOBRIDGE_OK) {
        released(f, ref);
    }
    return status;
}
BODY(gobridge_release_n) {
    gobridge_ref refs[3];
    const size_t n = below(f, 4);
    for (size_t i = 0; i < n; i++) {
        refs[i] = one_to_release(f);
    }
    gobridge_ref *at = take(f, n * sizeof *refs, 8);
    memcpy(at, refs, n * sizeof *refs);
    note_input(f, at, n * sizeof *refs);
    if (chance(f, 20)) {
        return gobridge_release_n(NULL, n);
    }
    const gobridge_status status = gobridge_release_n(at, n);
    for (size_t i = 0; i < n; i++) { /* all but the bad ones are */
        released(f, refs[i]);
    }
    return status;
}
BODY(gobridge_release_later) {
    const gobridge_ref ref = one_to_release(f);
    const gobridge_status status = gobridge_release_later(ref);
    released(f, ref);
    return status;
}
ROW(gobridge_ref_flush, 0, ())
ROW(gobridge_ref_count, 0, (out(f, 8)))
ROW(gobridge_ref_list, 0, (out_value(f)))
ROW(gobridge_ref_kind, VALUE, (it, out(f, 4)))
ROW(gobridge_ref_identity, VALUE, (it, out(f, 8)))
ROW(gobridge_ref_dup, VALUE, (it, out_ref(f, VALUE)))

/* ---- type.h ---- */

BODY(gobridge_type_parse) {
    const char *expression = random_expression(f);
    const string s = chance(f, 100) ? any_text(f) : ONE_OF(f, expression, expression);
    return gobridge_type_parse(s.s, s.len, out_lasting(f));
}
ROW(gobridge_type_of, ~0U, (it, out_lasting(f)))
ROW(gobridge_type_name, TYPE, (it, out(f, sizeof(char *))))
ROW(gobridge_type_kind, TYPE, (it, out(f, 4)))
ROW(gobridge_type_layout, TYPE, (it, out(f, 8), out(f, 1)))

/* A struct that begins with its size. */
static void *sized(fuzz *f, size_t size) {
    void *at = out_soft(f, size);
    if (at) {
        *(uint32_t *)at = (uint32_t)(chance(f, 50) ? below(f, size) : size);
    }
    return at;
}
ROW(gobridge_type_describe, TYPE, (it, sized(f, sizeof(gobridge_type_info))))
ROW(gobridge_type_field, TYPE, (it, (uint32_t)small_number(f), sized(f, sizeof(gobridge_type_field_info))))
ROW(gobridge_type_method, TYPE, (it, (uint32_t)small_number(f), sized(f, sizeof(gobridge_type_method_info))))
ROW(gobridge_type_parameter, TYPE, (it, (uint32_t)small_number(f), out_lasting(f)))
ROW(gobridge_type_result, TYPE, (it, (uint32_t)small_number(f), out_lasting(f)))
ROW(gobridge_type_pointer_to, TYPE, (it, out_lasting(f)))
ROW(gobridge_type_slice_of, TYPE, (it, out_lasting(f)))
ROW(gobridge_type_array_of, TYPE, (it, (int64_t)(chance(f, 100) ? roll(f) : below(f, 5)), out_lasting(f)))
ROW(gobridge_type_map_of, TYPE, (it, any_type(f), out_lasting(f)))
ROW(gobridge_type_chan_of, TYPE, (it, (uint32_t)below(f, 5), out_lasting(f)))
ROW(gobridge_type_assignable, TYPE, (it, any_type(f), out(f, 1)))
ROW(gobridge_type_convertible, TYPE, (it, any_type(f), out(f, 1)))

static const gobridge_ref *some_types(fuzz *f, size_t n) {
    gobridge_ref *types = take(f, n * sizeof *types, 8);
    for (size_t i = 0; i < n; i++) {
        types[i] = any_type(f);
    }
    note_input(f, types, n * sizeof *types);
    return n || chance(f, 500) ? types : NULL;
}
BODY(gobridge_type_func_of) {
    const size_t nparameters = below(f, 4), nresults = below(f, 3);
    const gobridge_ref *parameters = some_types(f, nparameters), *results = some_types(f, nresults);
    return gobridge_type_func_of(parameters, chance(f, 10) ? 1000 : nparameters, results, nresults,
                                 (uint8_t)chance(f, 300), out_lasting(f));
}
BODY(gobridge_type_struct_of) {
    static const char *const names[] = {"A", "B", "Name", "a", "", "X-Y", "Time"};
    const size_t n = below(f, 4);
    gobridge_struct_field *fields = take(f, n * sizeof *fields, 8);
    for (size_t i = 0; i < n; i++) {
        const string name = one_of(f, names, COUNT(names)), tag = any_text(f);
        const bool has_tag = chance(f, 200);
        fields[i] = (gobridge_struct_field){.name = name.s,
                                            .name_len = name.len,
                                            .tag = has_tag ? tag.s : NULL,
                                            .tag_len = has_tag ? tag.len : 0,
                                            .type = any_type(f),
                                            .embedded = chance(f, 200)};
    }
    f->now->must_fail = false; /* of an embedded field the name is not read, nor a tag that is none */
    return gobridge_type_struct_of(fields, n, out_lasting(f));
}

/* ---- value.h ---- */

ROW(gobridge_value_new, TYPE, (it, out_ref(f, VALUE)))
ROW(gobridge_value_box, TYPE, (it, memory_for(f, it), out_ref(f, VALUE)))
ROW(gobridge_value_make, TYPE, (it, value_for(f, it), out_ref(f, VALUE)))
ROW(gobridge_value_get, VALUE, (it, out_value(f)))
ROW(gobridge_value_view, VALUE, (it, out_value(f)))
BODY(gobridge_value_load) {
    const gobridge_ref ref = subject(f, VALUE);
    gobridge_type_info info;
    const bool follows = describe(f->subject_type, &info) && info.kind == GOBRIDGE_KIND_POINTER;
    return gobridge_value_load(ref, room_for(f, follows ? info.elem : f->subject_type, false));
}
ROW(gobridge_value_store, POINTER, (it, elem_memory(f)))
ROW(gobridge_value_follow, POINTER, (it, out_value(f)))
ROW(gobridge_value_set, POINTER, (it, elem_value(f)))
ROW(gobridge_value_copy, 0, (value_for(f, 0), out_value(f)))
ROW(gobridge_value_equal, 0, (value_for(f, 0), value_for(f, 0), out(f, 1)))
ROW(gobridge_value_hash, 0, (value_for(f, 0), out(f, 8)))
ROW(gobridge_value_print, 0, (value_for(f, 0), out_value(f)))
ROW(gobridge_value_to_text, 0, (value_for(f, 0), out_value(f)))
ROW(gobridge_value_to_json, 0, (value_for(f, 0), out_value(f)))
ROW(gobridge_value_to_time, TIME, (it, out(f, 8), out(f, 8)))
BODY(gobridge_value_compare) {
    const gobridge_value *a = value_for(f, 0);
    return gobridge_value_compare(a, chance(f, 700) ? a : value_for(f, 0), out(f, 4));
}
BODY(gobridge_value_from_time) {
    const int64_t nanoseconds = chance(f, 800) ? (int64_t)below(f, 1000000000) : any_number(f);
    return gobridge_value_from_time(any_number(f), nanoseconds, out_ref(f, TIME | VALUE));
}
BODY(gobridge_value_read) {
    const size_t capacity = below(f, 40);
    const gobridge_value *value = value_for(f, type_of_kind(f, GOBRIDGE_KIND_STRING));
    return gobridge_value_read(value, capacity ? out(f, capacity) : NULL, capacity,
                               out_soft(f, sizeof(size_t)));
}
BODY(gobridge_value_from_text) {
    const gobridge_ref type = subject(f, TYPE);
    const string s = text_form(f);
    return gobridge_value_from_text(type, s.s, s.len, out_ref(f, VALUE));
}
BODY(gobridge_value_from_json) {
    const gobridge_ref type = subject(f, TYPE);
    const string s = json_text(f);
    return gobridge_value_from_json(type, s.s, s.len, out_value(f));
}
BODY(gobridge_value_release) {
    gobridge_value *value = take(f, sizeof *value, 8);
    memset(value, 0, sizeof *value);
    value->kind = GOBRIDGE_KIND_REF;
    const gobridge_ref ref = value->as.ref = value->owner = one_to_release(f);
    if (chance(f, 20)) {
        return gobridge_value_release(NULL);
    }
    const gobridge_status status = gobridge_value_release(value);
    if (status == GOBRIDGE_OK) {
        released(f, ref);
    }
    return status;
}

/* ---- make.h: values, which hold what they were made of ---- */

static gobridge_status is_made(gobridge_value v, uint32_t kind, uint64_t as, uint64_t len) {
    return v.kind == kind && v.as.u == as && v.len == len && !v.flags && !v.owner ? GOBRIDGE_OK
                                                                                  : GOBRIDGE_E_ARGUMENT;
}
BODY(gobridge_string) {
    const string s = any_text(f);
    f->now->must_fail = false;
    return is_made(gobridge_string(s.s, s.len), GOBRIDGE_KIND_STRING, (uintptr_t)s.s, s.len);
}
BODY(gobridge_bytes) {
    const string s = any_text(f);
    f->now->must_fail = false;
    return is_made(gobridge_bytes((const uint8_t *)s.s, s.len), GOBRIDGE_KIND_BYTES, (uintptr_t)s.s, s.len);
}
BODY(gobridge_int64) {
    const int64_t n = any_number(f);
    return is_made(gobridge_int64(n), GOBRIDGE_KIND_INT64, (uint64_t)n, 0);
}
BODY(gobridge_uint64) {
    const uint64_t n = roll(f);
    return is_made(gobridge_uint64(n), GOBRIDGE_KIND_UINT64, n, 0);
}
BODY(gobridge_float64) {
    const double x = (double)any_number(f) / 3;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return is_made(gobridge_float64(x), GOBRIDGE_KIND_FLOAT64, bits, 0);
}
BODY(gobridge_bool) {
    const uint8_t truth = (uint8_t)below(f, 2);
    return is_made(gobridge_bool(truth), GOBRIDGE_KIND_BOOL, truth, 0);
}
BODY(gobridge_object) {
    const gobridge_ref ref = other(f, VALUE);
    return is_made(gobridge_object(ref), GOBRIDGE_KIND_REF, ref, 0);
}
BODY(gobridge_nil) {
    (void)f;
    return is_made(gobridge_nil(), GOBRIDGE_KIND_NIL, 0, 0);
}

/* ---- map.h ---- */

ROW(gobridge_map_new, TYPE, (it, small_number(f), out_ref(f, MAP | VALUE)))
ROW(gobridge_map_get, MAP, (it, key_value(f), out_value(f), out_optional(f, 1)))
BODY(gobridge_map_text) {
    const gobridge_ref map = subject(f, MAP);
    const size_t capacity = below(f, 40);
    return gobridge_map_text(map, key_value(f), capacity ? out(f, capacity) : NULL, capacity,
                             out_soft(f, sizeof(size_t)), out_optional(f, 1));
}
ROW(gobridge_map_contains, MAP, (it, key_value(f), out(f, 1)))
ROW(gobridge_map_set, MAP, (it, key_value(f), elem_value(f)))
ROW(gobridge_map_get_or_set, MAP, (it, key_value(f), elem_value(f), out_value(f), out_optional(f, 1)))
ROW(gobridge_map_add, MAP, (it, key_value(f), elem_value(f), out_value_optional(f)))
ROW(gobridge_map_delete, MAP, (it, key_value(f), out_optional(f, 1)))
ROW(gobridge_map_clear, MAP, (it))
BODY(gobridge_map_in_place) {
    return gobridge_map_in_place(out(f, 1), out(f, sizeof(char *)));
}
ROW(gobridge_map_len, MAP, (it, out(f, 8)))
ROW(gobridge_map_iterate, MAP, (it, out_ref(f, ITERATOR)))
ROW(gobridge_map_next, ITERATOR, (it, out_value(f), out_value_optional(f), out(f, 1)))

/* ---- slice.h, struct.h ---- */

BODY(gobridge_slice_new) {
    const gobridge_ref type = subject(f, TYPE);
    const int64_t len = small_number(f);
    return gobridge_slice_new(type, len, chance(f, 800) && len < 1000 ? len + 3 : small_number(f),
                              out_ref(f, SLICE | VALUE));
}
ROW(gobridge_slice_len, SLICE, (it, out(f, 8)))
ROW(gobridge_slice_cap, SLICE, (it, out(f, 8)))
BODY(gobridge_slice_text) {
    const gobridge_ref slice = subject(f, SLICE);
    const size_t capacity = below(f, 40);
    return gobridge_slice_text(slice, small_number(f), capacity ? out(f, capacity) : NULL, capacity,
                               out_soft(f, sizeof(size_t)));
}
ROW(gobridge_slice_get, SLICE, (it, small_number(f), out_value(f)))
ROW(gobridge_slice_set, SLICE, (it, small_number(f), elem_value(f)))
ROW(gobridge_slice_at, SLICE, (it, small_number(f), out_ref(f, POINTER | VALUE)))
ROW(gobridge_slice_sub, SLICE, (it, small_number(f) / 2, small_number(f), out_ref(f, SLICE | VALUE)))
ROW(gobridge_slice_view, SLICE, (it, out_value(f)))
BODY(gobridge_slice_append) {
    const gobridge_ref slice = subject(f, SLICE), type = elem_type(f);
    const size_t n = below(f, 4);
    gobridge_value *elems = take(f, n * sizeof *elems, 8);
    for (size_t i = 0; i < n; i++) {
        elems[i] = one_value(f, type);
    }
    note_input(f, elems, n * sizeof *elems);
    return gobridge_slice_append(slice, chance(f, 20) ? NULL : elems, n, out_ref(f, SLICE | VALUE));
}
BODY(gobridge_struct_get) {
    const gobridge_ref ref = subject(f, STRUCT);
    const field field = any_field(f);
    const string name = one_of(f, &field.name, 1);
    return gobridge_struct_get(ref, name.s, name.len, out_value(f));
}
BODY(gobridge_struct_text) {
    const gobridge_ref ref = subject(f, STRUCT);
    const field field = any_field(f);
    const string name = one_of(f, &field.name, 1);
    const size_t capacity = below(f, 40);
    return gobridge_struct_text(ref, name.s, name.len, capacity ? out(f, capacity) : NULL, capacity,
                                out_soft(f, sizeof(size_t)));
}
BODY(gobridge_struct_set) {
    const gobridge_ref ref = subject(f, STRUCT);
    const field field = any_field(f);
    const string name = one_of(f, &field.name, 1);
    return gobridge_struct_set(ref, name.s, name.len, value_for(f, field.type));
}
BODY(gobridge_struct_at) {
    const gobridge_ref ref = subject(f, STRUCT);
    const field field = any_field(f);
    const string name = one_of(f, &field.name, 1);
    return gobridge_struct_at(ref, name.s, name.len, out_ref(f, POINTER | VALUE));
}
BODY(gobridge_struct_get_at) {
    const gobridge_ref ref = subject(f, STRUCT);
    return gobridge_struct_get_at(ref, any_field(f).index, out_value(f));
}
BODY(gobridge_struct_set_at) {
    const gobridge_ref ref = subject(f, STRUCT);
    const field field = any_field(f);
    return gobridge_struct_set_at(ref, field.index, value_for(f, field.type));
}

/* ---- column.h ---- */

/* Columns are made before the call, in this order. */
#define COUNTED                     \
    const size_t n = item_count(f); \
    gobridge_status *statuses = out_flags(f, n * sizeof(gobridge_status))
#define KEYED                                 \
    const gobridge_ref map = subject(f, MAP); \
    COUNTED;                                  \
    gobridge_column *keys = in_column(f, key_type(f), n)

BODY(gobridge_map_get_n) {
    KEYED;
    uint8_t *found = out_flags(f, n);
    return gobridge_map_get_n(map, keys, n, (uint32_t)below(f, 3), out_column(f, elem_type(f), n, true),
                              found, statuses);
}
BODY(gobridge_map_set_n) {
    KEYED;
    return gobridge_map_set_n(map, keys, in_column(f, elem_type(f), n), n, statuses);
}
BODY(gobridge_map_build_n) {
    const gobridge_ref type = subject(f, TYPE);
    const size_t n = item_count(f);
    gobridge_type_info info;
    gobridge_ref key = 0, elem = 0;
    if (describe(type, &info)) {
        key = info.key, elem = info.elem;
    }
    gobridge_column *keys = in_column(f, key, n), *elems = in_column(f, elem, n);
    return gobridge_map_build_n(type, keys, elems, n, (uint32_t)below(f, 3), out_ref(f, MAP | VALUE));
}
BODY(gobridge_map_get_or_set_n) {
    KEYED;
    uint8_t *found = out_flags(f, n);
    gobridge_column *fallbacks = in_column(f, elem_type(f), n);
    return gobridge_map_get_or_set_n(map, keys, fallbacks, n, out_column(f, elem_type(f), n, true), found,
                                     statuses);
}
BODY(gobridge_map_delete_n) {
    KEYED;
    return gobridge_map_delete_n(map, keys, n, out_flags(f, n), statuses);
}
BODY(gobridge_map_add_n) {
    KEYED;
    const bool must_fail = f->now->must_fail;
    const gobridge_column *deltas = chance(f, 300) ? NULL : in_column(f, elem_type(f), n);
    f->now->must_fail = must_fail; /* NULL is 1 each */
    return gobridge_map_add_n(map, keys, deltas, n, statuses);
}
BODY(gobridge_map_next_n) {
    const gobridge_ref iterator = subject(f, ITERATOR);
    const size_t n = item_count(f);
    gobridge_column *keys = out_column(f, 0, n, false);
    return gobridge_map_next_n(iterator, n, keys, out_column(f, 0, n, true), out_soft(f, sizeof(size_t)));
}
BODY(gobridge_slice_read_n) {
    const gobridge_ref slice = subject(f, SLICE);
    const size_t n = below(f, 4);
    return gobridge_slice_read_n(slice, small_number(f) / 3, n, out_column(f, elem_type(f), n, false));
}
BODY(gobridge_slice_write_n) {
    const gobridge_ref slice = subject(f, SLICE);
    const size_t n = below(f, 4);
    gobridge_status *statuses = out_flags(f, n * sizeof *statuses);
    return gobridge_slice_write_n(slice, small_number(f) / 3, in_column(f, elem_type(f), n), n, statuses);
}
BODY(gobridge_slice_append_n) {
    const gobridge_ref slice = subject(f, SLICE);
    const size_t n = below(f, 30);
    return gobridge_slice_append_n(slice, in_column(f, elem_type(f), n), n, out_ref(f, SLICE | VALUE));
}
BODY(gobridge_value_box_n) {
    const gobridge_ref type = subject(f, TYPE);
    const size_t n = below(f, 6);
    gobridge_status *statuses = out_flags(f, n * sizeof *statuses);
    gobridge_ref *boxed = out_soft(f, n * sizeof *boxed);
    if (boxed) {
        f->now->outputs[f->now->noutputs - 1].kind = OUT_REFS;
    }
    return gobridge_value_box_n(type, in_column(f, type, n), n, boxed, statuses);
}
BODY(gobridge_value_get_n) {
    const gobridge_ref type = chance(f, 500) ? 0 : any_type(f);
    const size_t n = below(f, 6);
    gobridge_ref refs[6];
    for (size_t i = 0; i < n; i++) {
        refs[i] = other(f, VALUE);
    }
    gobridge_ref *at = take(f, n * sizeof *at, 8);
    memcpy(at, refs, n * sizeof *at);
    note_input(f, at, n * sizeof *at);
    gobridge_status *statuses = out_flags(f, n * sizeof *statuses);
    return gobridge_value_get_n(type, at, n, out_column(f, type, n, false), statuses);
}

/* ---- call.h, iface.h, task.h ---- */

/* Arguments for a function, by its type if that is known; plain ones are numbers and texts. */
typedef struct arguments {
    gobridge_value *values;
    size_t n;
} arguments;

static arguments arguments_for(fuzz *f, bool plain) {
    gobridge_type_info info;
    if (!describe(f->subject_type, &info)) {
        info.parameters = (uint32_t)below(f, 4);
    }
    arguments a = {NULL, info.parameters};
    if (chance(f, 80) || info.variadic) {
        a.n += below(f, 3);
    }
    if (a.n > 8) {
        a.n = 8;
    }
    a.values = take(f, a.n * sizeof *a.values, 8);
    for (size_t i = 0; i < a.n; i++) {
        gobridge_ref type = 0;
        if (f->subject_type && i < info.parameters) {
            (void)gobridge_type_parameter(f->subject_type, (uint32_t)i, &type);
        }
        a.values[i] = plain ? (gobridge_value){.kind = GOBRIDGE_KIND_INT64, .as.i = small_number(f)}
                            : one_value(f, type);
    }
    note_input(f, a.values, a.n * sizeof *a.values);
    return a;
}

static size_t result_count(fuzz *f) {
    gobridge_type_info info;
    size_t n = below(f, 3);
    if (chance(f, 900) && describe(f->subject_type, &info)) {
        n = info.results;
        gobridge_ref last = 0;
        if (n && chance(f, 500) &&
            gobridge_type_result(f->subject_type, info.results - 1, &last) == GOBRIDGE_OK &&
            last == parsed("error")) {
            n--;
        }
    }
    return n;
}

/* Room for so many values, each of which is an output. */
static gobridge_value *results_for(fuzz *f, size_t n) {
    gobridge_value *at = out(f, n * sizeof *at);
    if (at && n) {
        f->now->outputs[f->now->noutputs - 1].kind = OUT_VALUE;
    }
    return at;
}

BODY(gobridge_func_find) {
    const string s = function_name(f);
    return gobridge_func_find(s.s, s.len, out_lasting(f));
}
ROW(gobridge_func_names, 0, (out_ref(f, SLICE | VALUE)))
BODY(gobridge_call) {
    const gobridge_ref func = subject(f, FUNC);
    const arguments a = arguments_for(f, false);
    const size_t n = result_count(f);
    return gobridge_call(func, a.values, a.n, results_for(f, n), n);
}
BODY(gobridge_call_spread) {
    const gobridge_ref func = subject(f, FUNC);
    const size_t n = result_count(f);
    gobridge_type_info info;
    gobridge_value *args = take(f, 4 * sizeof *args, 8);
    const size_t nargs =
        describe(f->subject_type, &info) && info.parameters < 4 ? info.parameters : below(f, 4);
    for (size_t i = 0; i < nargs; i++) {
        gobridge_ref type = 0;
        (void)gobridge_type_parameter(f->subject_type, (uint32_t)i, &type);
        args[i] = one_value(f, type);
    }
    return gobridge_call_spread(func, args, nargs, results_for(f, n), n);
}
BODY(gobridge_func_register) {
    const gobridge_ref func = subject(f, FUNC);
    const string name = ONE_OF(f, "fuzz.a", "fuzz.b", "fuzz.c", "fuzz.d", "answer", "");
    return gobridge_func_register(name.s, name.len, func);
}
BODY(gobridge_call_catch) {
    const gobridge_ref func = subject(f, FUNC);
    const arguments a = arguments_for(f, false);
    const size_t n = result_count(f);
    gobridge_value *results = results_for(f, n), *failure = out_value(f);
    const gobridge_status status = gobridge_call_catch(func, a.values, a.n, results, n, failure);
    if (failure && failure->kind == GOBRIDGE_KIND_REF && status) { /* it is there where the call fails */
        (void)gobridge_release_later(failure->owner);
        memset(failure, 0xA5, sizeof *failure);
    }
    return status;
}
BODY(gobridge_call_n) {
    const gobridge_ref func = subject(f, FUNC);
    gobridge_type_info info;
    if (!describe(f->subject_type, &info)) {
        info.parameters = (uint32_t)below(f, 3);
    }
    const size_t n = below(f, 8), nargs = info.parameters, nresults = result_count(f);
    gobridge_column *args = take(f, 4 * sizeof *args, 8), *results = take(f, 4 * sizeof *results, 8);
    for (size_t i = 0; i < nargs && i < 4; i++) {
        gobridge_ref type = 0;
        (void)gobridge_type_parameter(f->subject_type, (uint32_t)i, &type);
        const gobridge_column *made = in_column(f, type, n);
        args[i] = made ? *made : (gobridge_column){0};
    }
    for (size_t i = 0; i < nresults && i < 4; i++) {
        gobridge_ref type = 0;
        (void)gobridge_type_result(f->subject_type, (uint32_t)i, &type);
        const gobridge_column *made = out_column(f, type, n, false);
        results[i] = made ? *made : (gobridge_column){0};
        if (made) { /* the copy gets the owner */
            f->now->outputs[f->now->noutputs - 1].at = &results[i];
        }
    }
    gobridge_status *statuses = out_flags(f, n * sizeof *statuses);
    return gobridge_call_n(func, args, nargs < 4 ? nargs : 4, n, results, nresults < 4 ? nresults : 4,
                           statuses);
}
BODY(gobridge_iface_implements) {
    const gobridge_ref it = subject(f, VALUE);
    const gobridge_ref type =
        chance(f, 800) ? parsed(chance(f, 500) ? "error" : "fmt.Stringer") : any_type(f);
    return gobridge_iface_implements(it, type, out(f, 1));
}
BODY(gobridge_iface_method) {
    const gobridge_ref it = subject(f, chance(f, 700) ? TIME | ERROR : VALUE);
    const string s = method_name(f);
    return gobridge_iface_method(it, s.s, s.len, out_ref(f, FUNC | VALUE));
}
BODY(gobridge_iface_call) {
    const gobridge_ref it = subject(f, chance(f, 700) ? TIME | ERROR : VALUE);
    const string s = method_name(f);
    f->subject_type = 0;
    const arguments a = chance(f, 700) ? (arguments){take(f, 0, 8), 0} : arguments_for(f, false);
    const size_t n = below(f, 20) ? 1 : 0;
    return gobridge_iface_call(it, s.s, s.len, a.values, a.n, results_for(f, n), n);
}
BODY(gobridge_task_start) {
    const gobridge_ref func = subject(f, FUNC);
    const arguments a = arguments_for(f, true); /* what a task works on is not the host's to change */
    return gobridge_task_start(func, a.values, a.n, chance(f, 500) ? -1 : small_number(f), out_ref(f, TASK));
}
BODY(gobridge_task_wait) {
    const gobridge_ref task = subject(f, TASK);
    const size_t n = below(f, 3);
    return gobridge_task_wait(task, (int64_t)below(f, 2000000), results_for(f, n), n);
}
ROW(gobridge_task_done, TASK, (it, out(f, 1)))
ROW(gobridge_task_descriptor, TASK, (it, out(f, 4)))
static atomic_int_fast64_t told;
static void tell(void *data) {
    (void)data;
    atomic_fetch_add(&told, 1);
}
ROW(gobridge_task_on_done, TASK, (it, chance(f, 20) ? NULL : tell, f))
ROW(gobridge_task_cancel, TASK, (it))
BODY(gobridge_context_new) {
    const gobridge_ref parent = chance(f, 500) ? 0 : subject(f, VALUE);
    return gobridge_context_new(parent, (int64_t)below(f, 3) * 1000 - 1, out_ref(f, VALUE));
}
BODY(gobridge_context_with_value) {
    const gobridge_ref parent = chance(f, 500) ? 0 : subject(f, VALUE);
    const gobridge_value *key = value_for(f, 0), *value = value_for(f, 0);
    return gobridge_context_with_value(parent, key, value, out_ref(f, VALUE));
}
ROW(gobridge_context_value, VALUE, (it, value_for(f, 0), out_value(f)))
ROW(gobridge_context_cancel, VALUE, (it))
BODY(gobridge_task_limit) {
    return gobridge_task_limit(chance(f, 300)   ? -(int32_t)below(f, 9)
                               : chance(f, 300) ? 8000
                                                : 0,
                               out_optional(f, 4));
}

/* ---- chan.h ---- */

ROW(gobridge_chan_new, TYPE, (it, small_number(f), out_ref(f, CHAN | VALUE)))
ROW(gobridge_chan_len, CHAN, (it, out(f, 8)))
ROW(gobridge_chan_cap, CHAN, (it, out(f, 8)))
ROW(gobridge_chan_send, CHAN, (it, elem_value(f), (int64_t)below(f, 3) * 1000))
ROW(gobridge_chan_receive, CHAN, (it, (int64_t)below(f, 3) * 1000, out_value(f), out(f, 1)))
ROW(gobridge_chan_close, CHAN, (it))
BODY(gobridge_chan_select) {
    const size_t n = below(f, 4);
    gobridge_select_case *cases = take(f, n * sizeof *cases, 8);
    for (size_t i = 0; i < n; i++) {
        cases[i].chan = subject(f, CHAN);
        gobridge_value *sent = take(f, sizeof *sent, 8);
        *sent = one_value(f, elem_type(f));
        cases[i].send = chance(f, 500) ? NULL : sent;
    }
    note_input(f, cases, n * sizeof *cases);
    return gobridge_chan_select(chance(f, 20) ? NULL : cases, n, (int64_t)below(f, 3) * 1000,
                                out(f, sizeof(size_t)), out_value(f), out(f, 1));
}

/* ---- error.h ---- */

BODY(gobridge_error_new) {
    const string s = any_text(f);
    return gobridge_error_new(s.s, s.len, out_ref(f, ERROR | VALUE));
}
BODY(gobridge_error_wrap) {
    const gobridge_ref inner = subject(f, ERROR);
    const string s = any_text(f);
    return gobridge_error_wrap(inner, s.s, s.len, out_ref(f, ERROR | VALUE));
}
ROW(gobridge_error_message, ERROR, (it, out_value(f)))
ROW(gobridge_error_is, ERROR, (it, other(f, ERROR), out(f, 1)))
ROW(gobridge_error_unwrap, ERROR, (it, out_value(f)))
BODY(gobridge_error_as) {
    const gobridge_ref error = subject(f, ERROR);
    const gobridge_ref type =
        chance(f, 700) ? parsed(chance(f, 500) ? "error" : "fmt.Stringer") : any_type(f);
    return gobridge_error_as(error, type, out_value(f), out(f, 1));
}

/* ---- frozen.h: what is no frozen map is not handed in, and may end the process ---- */

BODY(gobridge_map_freeze) {
    const gobridge_ref map = subject(f, MAP);
    gobridge_frozen **at = out(f, sizeof *at);
    if (at) {
        f->now->outputs[f->now->noutputs - 1].kind = OUT_FROZEN;
    }
    return gobridge_map_freeze(map, at);
}

static const gobridge_frozen *a_frozen(fuzz *f) {
    const size_t i = f->nfrozen && !chance(f, 30) ? below(f, f->nfrozen) : MAX_KEPT;
    if (i == MAX_KEPT) {
        f->now->must_fail = true;
        return NULL;
    }
    f->subject = 1, f->subject_type = f->frozen_types[i];
    return f->frozen[i];
}

BODY(gobridge_frozen_get) {
    const gobridge_frozen *frozen = a_frozen(f);
    uint8_t key[256] = {(uint8_t)below(f, 9)}; /* also for a key of text: no bytes */
    const void *at = memcpy(take(f, sizeof key, 8), key, sizeof key);
    memset((char *)(uintptr_t)at + 8, 0, 8);
    return gobridge_frozen_get(frozen, at, chance(f, 300) ? NULL : take(f, 512, 8), out(f, 1));
}
BODY(gobridge_frozen_get_n) {
    const gobridge_frozen *frozen = a_frozen(f);
    void *keys = memset(take(f, 1024, 8), 0, 1024);
    *(uint8_t *)keys = (uint8_t)below(f, 9);
    const size_t n = below(f, 4);
    return gobridge_frozen_get_n(frozen, n || chance(f, 500) ? keys : NULL, 256, n,
                                 chance(f, 300) ? NULL : take(f, 2048, 8), 512, out_flags(f, n));
}
BODY(gobridge_frozen_len) {
    return gobridge_frozen_len(a_frozen(f), out(f, 8));
}
BODY(gobridge_frozen_release) {
    if (!f->nfrozen || chance(f, 30)) {
        f->now->must_fail = true;
        return gobridge_frozen_release(NULL);
    }
    return gobridge_frozen_release(f->frozen[--f->nfrozen]);
}

/* ---- arrow.h ---- */

BODY(gobridge_arrow_export) {
    const gobridge_ref value = subject(f, chance(f, 300) ? MAP : SLICE);
    struct exported *at = out(f, sizeof *at);
    if (!at) {
        return gobridge_arrow_export(value, NULL, NULL);
    }
    f->now->outputs[f->now->noutputs - 1].kind = OUT_ARROW;
    return gobridge_arrow_export(value, &at->schema, &at->array);
}

/* Imports what was exported, with a number changed now and then: the call releases it where it succeeds. */
BODY(gobridge_arrow_import) {
    struct exported *e = take(f, sizeof *e, 8);
    memset(e, 0, sizeof *e);
    const bool none = f->nexported == 0;
    if (!none) {
        *e = f->exported[f->nexported - 1];
    }
    const struct exported before = *e;
    static const int64_t numbers[] = {-1, 0, 1, INT64_MIN, INT64_MAX, 1 << 20};
    switch (below(f, 12)) {
    case 0: e->array.length = e->array.length > 0 ? (int64_t)below(f, (size_t)e->array.length) : -1; break;
    case 1: e->array.n_buffers = numbers[below(f, COUNT(numbers))]; break;
    case 2: e->array.n_children = numbers[below(f, COUNT(numbers))]; break;
    case 3: e->array.length = numbers[3 + below(f, 2)]; break;
    case 4: e->array.offset = numbers[3 + below(f, 2)]; break;
    case 5: e->schema.format = (const char *const[]){"x", "", "+w:-1", "ts", "+m"}[below(f, 5)]; break;
    case 6: e->array.release = NULL; break;
    case 7: e->schema.n_children = numbers[below(f, COUNT(numbers))]; break;
    case 8: e->schema.name = "X\xff"; break;
    }
    const bool changed = memcmp(e, &before, sizeof before) != 0;
    gobridge_ref type = chance(f, 500) ? 0 : any_type(f);
    const gobridge_status status = gobridge_arrow_import(&e->schema, &e->array, type, out_ref(f, VALUE));
    if (!none && status == GOBRIDGE_OK) { /* a copy was released: so is the original */
        f->nexported--;
        if (e->array.release || e->schema.release) {
            finding(f, "gobridge_arrow_import has not released what it took%s",
                    changed ? ", which was changed" : "");
        }
    }
    return status;
}

/* ---- cfunc.h ---- */

/* C functions that Go calls: some call this library again. */
static __thread fuzz *current;

static int64_t twice(int64_t n) {
    return (int64_t)(2 * (uint64_t)n);
}
static void again(void) {
    if (current && current->depth < 3 && !current->is_recording) {
        fuzz_one(current);
    }
}

BODY(gobridge_cfunc_new) {
    current = f;
    const bool calls_back = chance(f, 400);
    const string s = calls_back ? ONE_OF(f, "func()", "func()", "func([]int)")
                                : ONE_OF(f, "func(int64) int64", "func(n int64) int64", "int");
    void (*function)(void) = calls_back ? again : (void (*)(void))twice;
    return gobridge_cfunc_new(chance(f, 20) ? NULL : function, s.s, s.len, out_ref(f, FUNC | VALUE));
}
BODY(gobridge_iter_new) {
    gobridge_ref func = subject(f, FUNC);
    if (!f->is_recording && !f->now->must_fail && chance(f, 700)) {
        (void)gobridge_func_find("guest.ones", strlen("guest.ones"), &func);
    }
    return gobridge_iter_new(func, out_ref(f, ITER));
}
BODY(gobridge_set_output) {
    const bool known = chance(f, 800);
    f->now->must_fail |= !known;
    return gobridge_set_output(known ? 1 + (uint32_t)below(f, 2) : 3, 0);
}
ROW(gobridge_iter_next, ITER, (it, out_value(f), out_value_optional(f), out(f, 1)))
BODY(gobridge_cfunc_pointer) {
    const gobridge_ref func = subject(f, FUNC);
    const string s = ONE_OF(f, "func(int64) int64", "func()", "func(string)", "func(", "func(chan int)");
    const size_t len = chance(f, 500) ? 0 : s.len;
    f->now->must_fail &= len != 0; /* then it is func's own */
    return gobridge_cfunc_pointer(func, s.s, len, out(f, sizeof(void *)), out_ref(f, OTHER));
}

/* ---- callback.h, foreign.h, io.h ---- */

static atomic_int_fast64_t undropped;

static void drop(void *data) {
    (void)data;
    atomic_fetch_sub(&undropped, 1);
}

/* What was made of this thread's fuzz has a drop to come. */
static gobridge_status to_drop(gobridge_status status, bool drops) {
    if (status == GOBRIDGE_OK && drops) {
        atomic_fetch_add(&undropped, 1);
    }
    return status;
}

/* Calls back, then fails, gives nonsense, or what it was given. */
static gobridge_status called_back(void *data, const gobridge_value *args, size_t nargs,
                                   gobridge_value *results, size_t nresults) {
    fuzz *f = data;
    if (f != current || f->is_recording) { /* in a thread of Go's */
        return GOBRIDGE_OK;
    }
    again();
    switch (below(f, 4)) {
    case 0: return (gobridge_status)below(f, 60);
    case 1: (void)gobridge_callback_fail("fuzz", 4); return GOBRIDGE_E_RETURNED;
    case 2:
        for (size_t i = 0; i < nresults; i++) {
            results[i] = i < nargs
                             ? args[i]
                             : (gobridge_value){.kind = (uint32_t)below(f, 12), .as.i = small_number(f)};
            results[i].owner = 0;
        } /* fallthrough */
    default: return GOBRIDGE_OK;
    }
}

static gobridge_status reads(void *data, uint8_t *buffer, size_t capacity, size_t *done) {
    fuzz *f = data;
    if (f != current) {
        return GOBRIDGE_OK;
    }
    *done = below(f, capacity + (size_t)chance(f, 50) + 1);
    memset(buffer, 'x', *done < capacity ? *done : capacity);
    return chance(f, 100) ? GOBRIDGE_E_SYSTEM : GOBRIDGE_OK;
}

static gobridge_status writes(void *data, const uint8_t *buffer, size_t len, size_t *done) {
    fuzz *f = data;
    if (f != current) {
        return GOBRIDGE_OK;
    }
    *done = below(f, len + (size_t)chance(f, 50) + 1) + (buffer[len - 1] == 0);
    return chance(f, 100) ? GOBRIDGE_E_SYSTEM : GOBRIDGE_OK;
}

static int64_t plus_nothing(void *data, int64_t n) {
    (void)data;
    return n;
}

BODY(gobridge_cfunc_new_with) {
    const bool drops = chance(f, 500);
    const string s = ONE_OF(f, "func(int64) int64", "func(n int64) int64", "int", "func(");
    return to_drop(gobridge_cfunc_new_with(chance(f, 20) ? NULL : (void (*)(void))plus_nothing, s.s, s.len, f,
                                           drops ? drop : NULL, out_ref(f, FUNC | VALUE)),
                   drops);
}
BODY(gobridge_callback_new) {
    current = f;
    const bool drops = chance(f, 500);
    const gobridge_ref type = chance(f, 700) ? type_of_kind(f, GOBRIDGE_KIND_FUNC) : any_type(f);
    return to_drop(gobridge_callback_new(type, chance(f, 20) ? NULL : called_back, f, drops ? drop : NULL,
                                         out_ref(f, FUNC | VALUE)),
                   drops);
}
BODY(gobridge_iface_new) {
    static const char *const types[] = {"error",     "fmt.Stringer",   "sort.Interface",
                                        "io.Reader", "io.Closer",      "io.ReadCloser",
                                        "int",       "context.Context"};
    current = f;
    const bool drops = chance(f, 500);
    const gobridge_ref type = chance(f, 900) ? parsed(types[below(f, COUNT(types))]) : any_type(f);
    gobridge_type_info info;
    const size_t n = describe(type, &info) && info.methods < 8 && !chance(f, 50) ? info.methods : below(f, 8);
    gobridge_callback *methods = take(f, 8 * sizeof *methods, 8);
    for (size_t i = 0; i < 8; i++) {
        methods[i] = chance(f, 10) ? NULL : called_back;
    }
    return to_drop(gobridge_iface_new(type, methods, n, f, drops ? drop : NULL, out_ref(f, VALUE)), drops);
}
BODY(gobridge_callback_fail) {
    const string s = any_text(f);
    return gobridge_callback_fail(s.s, s.len);
}
ROW(gobridge_callback_fail_with, ERROR, (it))
BODY(gobridge_foreign_new) {
    const bool drops = chance(f, 500);
    return to_drop(gobridge_foreign_new(f, drops ? drop : NULL, out_ref(f, FOREIGN | VALUE)), drops);
}
ROW(gobridge_foreign_data, FOREIGN, (it, out(f, sizeof(void *))))
BODY(gobridge_reader_new) {
    current = f;
    const bool drops = chance(f, 500);
    return to_drop(
        gobridge_reader_new(chance(f, 20) ? NULL : reads, f, drops ? drop : NULL, out_ref(f, STREAM | VALUE)),
        drops);
}
BODY(gobridge_writer_new) {
    current = f;
    const bool drops = chance(f, 500);
    return to_drop(gobridge_writer_new(chance(f, 20) ? NULL : writes, f, drops ? drop : NULL,
                                       out_ref(f, STREAM | VALUE)),
                   drops);
}
BODY(gobridge_io_read) {
    const gobridge_ref reader = subject(f, STREAM);
    const size_t capacity = below(f, 30);
    uint8_t *buffer = take(f, capacity, 1);
    return gobridge_io_read(reader, chance(f, 20) ? NULL : buffer, capacity, out_soft(f, sizeof(size_t)));
}
BODY(gobridge_io_write) {
    const gobridge_ref writer = subject(f, STREAM);
    const string s = any_text(f);
    return gobridge_io_write(writer, (const uint8_t *)s.s, s.len, out_soft(f, sizeof(size_t)));
}

/* ---- linkname.h ---- */

static int32_t called(void *arg) {
    current = arg;
    again();
    return 7;
}

ROW(gobridge_runtime_iscgo, 0, (out(f, 1)))
ROW(gobridge_runtime_set_crosscall2, 0, ())
BODY(gobridge_runtime_cgocall) {
    return gobridge_runtime_cgocall(chance(f, 50) ? NULL : called, chance(f, 50) ? NULL : f, out(f, 4));
}
ROW(gobridge_math_Float32bits, 0, ((float)small_number(f), out(f, 4)))
ROW(gobridge_runtime_makemap_small, TYPE, (it, out_ref(f, MAP | VALUE)))
ROW(gobridge_runtime_makemap, TYPE, (it, small_number(f), out_ref(f, MAP | VALUE)))
ROW(gobridge_reflect_makemap, TYPE, (it, small_number(f), out_ref(f, MAP | VALUE)))
ROW(gobridge_runtime_mapaccess2, MAP, (it, key_memory(f), room_for_elem(f, true), out(f, 1)))
ROW(gobridge_reflect_mapaccess, MAP, (it, key_memory(f), room_for_elem(f, true), out(f, 1)))
ROW(gobridge_runtime_mapassign, MAP, (it, key_memory(f), elem_memory(f)))
ROW(gobridge_reflect_mapassign0, MAP, (it, key_memory(f), elem_memory(f)))
ROW(gobridge_runtime_mapdelete, MAP, (it, key_memory(f)))
ROW(gobridge_reflect_maplen, MAP, (it, out(f, 8)))
ROW(gobridge_reflect_mapdelete, MAP, (it, key_memory(f)))
ROW(gobridge_reflect_mapclear, MAP, (it))
ROW(gobridge_maps_clone, MAP, (it, out_ref(f, MAP | VALUE)))
ROW(gobridge_runtime_mapaccess2_fast32, MAP,
    (it, (uint32_t)small_number(f), room_for_elem(f, true), out(f, 1)))

/* A map with pointers for keys, where one is held: there are few. */
static gobridge_ref pointer_map(fuzz *f) {
    for (size_t i = 0; i < f->nheld; i++) {
        const held *h = &f->held[i];
        gobridge_type_info map, key;
        if (h->what & MAP && chance(f, 500) && describe(h->type, &map) && describe(map.key, &key) &&
            key.kind == GOBRIDGE_KIND_POINTER) {
            f->subject_type = h->type;
            f->of_elements = false;
            return f->subject = h->ref;
        }
    }
    return subject(f, MAP);
}
static gobridge_ref pointer_key(fuzz *f) {
    const gobridge_value key = one_value(f, key_type(f));
    return key.kind == GOBRIDGE_KIND_REF ? key.as.ref : other(f, POINTER);
}
ROW(gobridge_runtime_mapassign_fast32, MAP, (it, (uint32_t)small_number(f), elem_memory(f)))
BODY(gobridge_runtime_mapassign_fast32ptr) {
    const gobridge_ref it = pointer_map(f);
    return gobridge_runtime_mapassign_fast32ptr(it, pointer_key(f), elem_memory(f));
}
ROW(gobridge_runtime_mapaccess2_fast64, MAP,
    (it, (uint64_t)small_number(f), room_for_elem(f, true), out(f, 1)))
ROW(gobridge_runtime_mapassign_fast64, MAP, (it, (uint64_t)small_number(f), elem_memory(f)))
BODY(gobridge_runtime_mapassign_fast64ptr) {
    const gobridge_ref it = pointer_map(f);
    return gobridge_runtime_mapassign_fast64ptr(it, pointer_key(f), elem_memory(f));
}
BODY(gobridge_runtime_mapaccess2_faststr) {
    const gobridge_ref it = subject(f, MAP);
    const string s = any_text(f);
    return gobridge_runtime_mapaccess2_faststr(it, s.s, s.len, room_for_elem(f, true), out(f, 1));
}
BODY(gobridge_reflect_mapaccess_faststr) {
    const gobridge_ref it = subject(f, MAP);
    const string s = any_text(f);
    return gobridge_reflect_mapaccess_faststr(it, s.s, s.len, room_for_elem(f, true), out(f, 1));
}
BODY(gobridge_runtime_mapassign_faststr) {
    const gobridge_ref it = subject(f, MAP);
    const string s = any_text(f);
    return gobridge_runtime_mapassign_faststr(it, s.s, s.len, elem_memory(f));
}
BODY(gobridge_reflect_mapassign_faststr0) {
    const gobridge_ref it = subject(f, MAP);
    const string s = any_text(f);
    return gobridge_reflect_mapassign_faststr0(it, s.s, s.len, elem_memory(f));
}
BODY(gobridge_reflect_mapdelete_faststr) {
    const gobridge_ref it = subject(f, MAP);
    const string s = any_text(f);
    return gobridge_reflect_mapdelete_faststr(it, s.s, s.len);
}
ROW(gobridge_reflect_mapiterinit, MAP, (it, out_ref(f, ITERATOR)))
ROW(gobridge_runtime_mapiterinit, MAP, (it, out_ref(f, ITERATOR)))
ROW(gobridge_runtime_mapiternext, ITERATOR, (it))
ROW(gobridge_reflect_mapiternext, ITERATOR, (it))

/* Room that is left alone past the end. */
static void *room_of_entry(fuzz *f, gobridge_ref type) {
    const size_t before = f->now->noutputs;
    void *at = room_for(f, type, false);
    if (f->now->noutputs > before) {
        f->now->outputs[before].is_soft = true;
    }
    return at;
}
ROW(gobridge_reflect_mapiterkey, ITERATOR, (it, room_of_entry(f, key_type(f)), out(f, 1)))
ROW(gobridge_reflect_mapiterelem, ITERATOR, (it, room_of_entry(f, elem_type(f)), out(f, 1)))
BODY(gobridge_runtime_getitab) {
    const gobridge_ref inter =
        chance(f, 800) ? parsed(chance(f, 500) ? "error" : "fmt.Stringer") : any_type(f);
    const gobridge_ref type = chance(f, 400) ? parsed("time.Duration") : any_type(f);
    return gobridge_runtime_getitab(inter, type, (uint8_t)below(f, 3), out_ref(f, OTHER));
}
ROW(gobridge_runtime_convT64, 0, ((uint64_t)any_number(f), out_ref(f, VALUE)))
BODY(gobridge_runtime_convTstring) {
    const string s = any_text(f);
    return gobridge_runtime_convTstring(s.s, s.len, out_ref(f, VALUE | TEXT));
}
BODY(gobridge_runtime_convTslice) {
    const string s = any_text(f);
    return gobridge_runtime_convTslice((const uint8_t *)s.s, s.len, out_ref(f, VALUE | SLICE));
}
BODY(gobridge_reflect_ifaceE2I) {
    gobridge_ref dst = 0;
    if (f->is_recording || chance(f, 400) || gobridge_value_new(parsed("error"), &dst)) {
        const gobridge_ref pointer = subject(f, POINTER);
        return gobridge_reflect_ifaceE2I(value_for(f, 0), pointer);
    }
    gobridge_value *value = take(f, sizeof *value, 8);
    *value = (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = other(f, ERROR)};
    const gobridge_status status = gobridge_reflect_ifaceE2I(value, dst);
    (void)gobridge_release_later(dst); /* it leaves what the thread's last error says */
    return status;
}
ROW(gobridge_reflect_unsafe_New, TYPE, (it, out_ref(f, POINTER | VALUE)))
ROW(gobridge_reflect_unsafe_NewArray, TYPE, (it, small_number(f), out_ref(f, SLICE | VALUE)))
BODY(gobridge_reflect_typedmemmove) {
    const gobridge_ref dst = subject(f, POINTER);
    return gobridge_reflect_typedmemmove(dst, chance(f, 300) ? dst : other(f, POINTER));
}
ROW(gobridge_reflect_typedmemclr, POINTER, (it))
BODY(gobridge_reflect_typedslicecopy) {
    const gobridge_ref dst = subject(f, SLICE);
    return gobridge_reflect_typedslicecopy(dst, chance(f, 300) ? dst : other(f, SLICE), out(f, 8));
}
ROW(gobridge_reflect_growslice, SLICE, (it, small_number(f), out_ref(f, SLICE | VALUE)))
BODY(gobridge_runtime_memequal) {
    const string a = any_text(f);
    const size_t len = a.s && a.len < 4096 ? a.len : 0;
    char *b = take(f, len, 1);
    if (len) {
        memcpy(b, a.s, len);
        const size_t at = below(f, len);
        if (chance(f, 500)) {
            b[at] = 'x';
        }
    }
    return gobridge_runtime_memequal(a.s, b, a.len, out(f, 1));
}
BODY(gobridge_runtime_memhash) {
    const string s = any_text(f);
    return gobridge_runtime_memhash(s.s, roll(f), s.len, out(f, 8));
}
BODY(gobridge_runtime_strhash) {
    const string s = any_text(f);
    return gobridge_runtime_strhash(s.s, s.len, roll(f), out(f, 8));
}
ROW(gobridge_runtime_nanotime, 0, (out(f, 8)))
ROW(gobridge_time_now, 0, (out(f, 8), out(f, 4), out(f, 8)))
ROW(gobridge_runtime_rand, 0, (out(f, 8)))
ROW(gobridge_runtime_cheaprand, 0, (out(f, 4)))
ROW(gobridge_runtime_cheaprandn, 0, ((uint32_t)below(f, 5), out(f, 4)))

/* ---- runtime.h, status.h ---- */

BODY(gobridge_version) {
    (void)f;
    return gobridge_version() == GOBRIDGE_VERSION ? GOBRIDGE_OK : GOBRIDGE_E_RANGE;
}
ROW(gobridge_api_get, 0, ((uint32_t)below(f, 300), out(f, sizeof(void *))))
BODY(gobridge_start) {
    const gobridge_options options = {.size = (uint32_t)(chance(f, 300) ? below(f, 40) : sizeof options),
                                      .flags = chance(f, 100),
                                      .gc_percent = chance(f, 300) ? (int32_t)below(f, 5) - 3 : 0};
    return gobridge_start(chance(f, 300) ? NULL : &options);
}
ROW(gobridge_signals_reclaim, 0, ())
ROW(gobridge_thread_attach, 0, ())
ROW(gobridge_thread_detach, 0, ())
ROW(gobridge_thread_id, 0, (out(f, sizeof(uint64_t))))
ROW(gobridge_thread_interrupt, 0, ((uint64_t)below(f, 4) << 32 | below(f, 4)))
ROW(gobridge_set_fatal_handler, 0, (NULL, f))
ROW(gobridge_go_version, 0, (out(f, sizeof(char *))))
ROW(gobridge_go_runtimes, 0, (out(f, sizeof(uint64_t))))
ROW(gobridge_symbols, 0, (out(f, sizeof(void *)), out(f, sizeof(size_t))))
BODY(gobridge_go_maxprocs) {
    return gobridge_go_maxprocs(chance(f, 300) ? -(int32_t)below(f, 4) : (int32_t)below(f, 4),
                                out_optional(f, 4));
}
BODY(gobridge_go_gc_percent) {
    return gobridge_go_gc_percent(chance(f, 300) ? -7 : INT32_MIN, out_optional(f, 4));
}
ROW(gobridge_go_memory_limit, 0, (-1, out_optional(f, 8)))
BODY(gobridge_go_collect) {
    return chance(f, 20) ? gobridge_go_collect() : GOBRIDGE_OK; /* it takes as long as hundreds of others */
}
ROW(gobridge_go_memory, 0, (sized(f, sizeof(gobridge_memory))))
ROW(gobridge_go_goroutines, 0, (out(f, 8)))
static string variable_name(fuzz *f) {
    return ONE_OF(f, "FUZZ_A", "FUZZ_B", "FUZZ_C", "A=B", "");
}
BODY(gobridge_setenv) {
    const string name = variable_name(f), to = any_text(f);
    const bool unset = !to.s || chance(f, 300);
    f->now->must_fail &= !unset || !name.s || name.len > 1000;
    return gobridge_setenv(name.s, name.len, unset ? NULL : to.s, to.len);
}
BODY(gobridge_getenv) {
    const string name = variable_name(f);
    return gobridge_getenv(name.s, name.len, out_value(f));
}
BODY(gobridge_go_stacks) {
    return gobridge_go_stacks(chance(f, 990) ? NULL : out_value(f));
}
/* Of a file; as it is, for another would be made. */
static string path(fuzz *f) {
    static const char *const paths[] = {"/dev/null", "/none/x", "/none/\xff", "/dev/full", "", "/"};
    const char *text = paths[below(f, COUNT(paths))];
    const string s = {memcpy(take(f, strlen(text), 1), text, strlen(text)), strlen(text)};
    return s;
}
BODY(gobridge_go_profile_cpu) {
    const string s = path(f);
    return gobridge_go_profile_cpu(chance(f, 950) ? NULL : s.s, s.len);
}
ROW(gobridge_go_profile_cpu_stop, 0, ())
BODY(gobridge_go_profile_heap) {
    const string s = path(f);
    return gobridge_go_profile_heap(chance(f, 950) ? NULL : s.s, s.len);
}
BODY(gobridge_last_error) {
    gobridge_error *at = chance(f, 100) ? NULL : take(f, sizeof *at, 8);
    return gobridge_last_error(at);
}
BODY(gobridge_status_name) {
    return gobridge_status_name((gobridge_status)small_number(f)) ? GOBRIDGE_OK : GOBRIDGE_E_NULL;
}
BODY(gobridge_status_meaning) {
    return gobridge_status_meaning((gobridge_status)small_number(f)) ? GOBRIDGE_OK : GOBRIDGE_E_NULL;
}

/* ---- scopes and batches ---- */

BODY(gobridge_scope_open) {
    uint64_t *at = f->nscopes == MAX_SCOPES || chance(f, 20) ? NULL : out(f, 8);
    if (at) {
        f->now->outputs[f->now->noutputs - 1].kind = OUT_SCOPE;
    }
    return gobridge_scope_open(at);
}
BODY(gobridge_scope_close) {
    const bool is_open = f->nscopes && !f->is_recording && !chance(f, 100);
    const gobridge_status status =
        gobridge_scope_close(is_open ? f->scopes[f->nscopes - 1] : roll(f) | 1ULL << 63);
    if (is_open && status == GOBRIDGE_OK) {
        f->has_released |= f->depth > 1; /* it may be the scope of a batch that runs */
        f->nscopes--;
        for (size_t i = 0; i < f->nheld;) { /* its references are stale now */
            if (f->held[i].scope > f->nscopes) {
                f->stale[f->nstale++ % COUNT(f->stale)] = f->held[i].ref;
                f->held[i] = f->held[--f->nheld];
            } else {
                i++;
            }
        }
        for (size_t i = 0; i < f->nshown;) {
            if (f->shown[i].scope > f->nscopes) {
                f->shown[i] = f->shown[--f->nshown];
            } else {
                i++;
            }
        }
    }
    return status;
}
BODY(gobridge_scope_keep) {
    const gobridge_ref it = subject(f, VALUE);
    const gobridge_status status = gobridge_scope_keep(it);
    for (size_t i = 0; i < f->nheld && status == GOBRIDGE_OK; i++) {
        if (f->held[i].ref == it) {
            f->held[i].scope = 0;
        }
    }
    return status;
}
/* Batches that are begun, recorded and run are fuzz.c's. Here is what a thread gets that records none, or does already. */
BODY(gobridge_batch_begin) {
    const gobridge_status status = gobridge_batch_begin();
    return status == GOBRIDGE_OK && !f->is_recording ? gobridge_batch_cancel() : status;
}
BODY(gobridge_batch_cancel) {
    return f->is_recording ? GOBRIDGE_OK : gobridge_batch_cancel();
}
BODY(gobridge_batch_run) {
    return gobridge_batch_run(chance(f, 500) ? 0 : 7, NULL, 0, out_soft(f, sizeof(size_t)));
}

/* ---- all of them, as csrc/functions.h has them ---- */

enum { RECORDED = IS_RECORDED, AT_ONCE = 0, AT_ONCE_OF_LIVE = AT_ONCE_IF_LIVE, REFUSED = IS_REFUSED };
enum { CROSSES = 0, MAY_STAY = 0, CALLS_BACK = MAY_CALL_BACK };
#define GOBRIDGE_CALL_OF_C(name, ...)
#define GOBRIDGE_CALL(name, since, returns, in_batch, crossing, locks) \
    {#name, call_##name, in_batch | crossing},
#define GOBRIDGE_LOCAL(name, since, needs) {#name, call_##name, IS_LOCAL},
const function functions[] = {
#include "../../csrc/functions.h"
};
const size_t function_count = COUNT(functions);
