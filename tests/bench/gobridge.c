/* gobridge-single: this library, one call for one thing, maps by map.h. gobridge-linkname: maps by the functions that are named
 * after the runtime's symbols, with the fast variants where the compiler has them, as a Go program would use them.
 * gobridge-single-generic: without those, and calls by reflect. */
#include "bench.h"

#include <gobridge.h>
#include <pthread.h>
#include <string.h>

static void must(gobridge_status status) {
    if (status == GOBRIDGE_OK) return;
    gobridge_error error;
    gobridge_last_error(&error);
    fail("gobridge-single", error.message);
}

static void *call_once(void *nothing) {
    uint8_t iscgo;
    must(gobridge_runtime_iscgo(&iscgo));
    return nothing;
}

void gobridge_share(void) {
    pthread_t thread;
    call_once(NULL); /* the first thread is this one */
    if (pthread_create(&thread, NULL, call_once, NULL) != 0) fail("gobridge-single", "no thread");
    pthread_join(thread, NULL);
}

static uint64_t make(int kind, int64_t hint) {
    const char *name = kind == NUMBERS ? "map[uint64]uint64" : "map[string]uint64";
    gobridge_ref type, map;
    must(gobridge_type_parse(name, strlen(name), &type));
    must(gobridge_runtime_makemap(type, hint, &map));
    return map;
}

static void drop(uint64_t map) {
    must(gobridge_release(map));
}

static uint64_t call(slice s) {
    uint64_t sum = 0;
    uint8_t iscgo;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_runtime_iscgo(&iscgo));
        sum += iscgo;
    }
    return sum;
}

static gobridge_value string(const char *s, size_t len) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = s, .len = len};
}

static gobridge_ref function(const char *name) {
    gobridge_ref func;
    must(gobridge_func_find(name, strlen(name), &func));
    return func;
}

static uint64_t call2(slice s) {
    gobridge_ref add = function("bench.add");
    int64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_value result, args[] = {{.kind = GOBRIDGE_KIND_INT64, .as.i = sum},
                                         {.kind = GOBRIDGE_KIND_INT64, .as.i = (int64_t)i}};
        must(gobridge_call(add, args, 2, &result, 1));
        sum = result.as.i;
    }
    return (uint64_t)sum;
}

static gobridge_status add(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                           size_t nresults) {
    (void)data, (void)nargs, (void)nresults;
    results[0] = (gobridge_value){.kind = GOBRIDGE_KIND_INT64, .as.i = args[0].as.i + args[1].as.i};
    return GOBRIDGE_OK;
}

static uint64_t callback(slice s) {
    static gobridge_ref func;
    static const char type_text[] = "func(int64, int64) int64";
    if (!func) {
        gobridge_ref type;
        must(gobridge_type_parse(type_text, sizeof type_text - 1, &type));
        must(gobridge_callback_new(type, add, NULL, NULL, &func));
    }
    gobridge_value result, args[] = {{.kind = GOBRIDGE_KIND_REF, .as.ref = func},
                                     {.kind = GOBRIDGE_KIND_INT64, .as.i = (int64_t)s.from},
                                     {.kind = GOBRIDGE_KIND_INT64, .as.i = (int64_t)s.to}};
    must(gobridge_call(function("bench.fold"), args, 3, &result, 1));
    return (uint64_t)result.as.i;
}

static uint64_t call_str(slice s) {
    gobridge_ref same = function("bench.same");
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        gobridge_value result, arg = string(data, ECHO_LEN);
        must(gobridge_call(same, &arg, 1, &result, 1));
        memcpy(out, result.as.s, result.len);
        sum += result.len + (uint8_t)out[7];
        must(gobridge_value_release(&result));
    }
    return sum;
}

static uint64_t call_mixed_by(gobridge_ref mixed, slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_value result, args[] = {{.kind = GOBRIDGE_KIND_INT32, .as.i = (int32_t)i},
                                         {.kind = GOBRIDGE_KIND_FLOAT64, .as.f = 0.5},
                                         {.kind = GOBRIDGE_KIND_UINT8, .as.u = (uint8_t)i}};
        must(gobridge_call(mixed, args, 3, &result, 1));
        sum += (uint64_t)result.as.f;
    }
    return sum;
}

static uint64_t call_mixed(slice s) {
    return call_mixed_by(function("bench.mixed"), s);
}

static uint64_t call_mixed_generic(slice s) {
    return call_mixed_by(function("bench.mixedByReflect"), s);
}

static gobridge_value number(uint64_t n) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_UINT64, .as.u = n};
}

static uint64_t maplen(slice s) {
    uint64_t sum = 0;
    int64_t len;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_map_len(s.map, &len));
        sum += (uint64_t)len;
    }
    return sum;
}

static gobridge_ref type_of(const char *expression) {
    gobridge_ref type;
    must(gobridge_type_parse(expression, strlen(expression), &type));
    return type;
}

static uint64_t elem(slice s) {
    static gobridge_ref elems;
    gobridge_value value = {.kind = GOBRIDGE_KIND_INT64};
    uint64_t sum = 0;
    if (!elems) {
        must(gobridge_slice_new(type_of("[]int64"), 1024, 1024, &elems));
        for (int64_t i = 0; i < 1024; i++) {
            value.as.i = i * 3;
            must(gobridge_slice_set(elems, i, &value));
        }
    }
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_slice_get(elems, (int64_t)(i % 1024), &value));
        sum += value.as.u;
    }
    return sum;
}

static uint64_t elem_text(slice s) {
    enum { ELEMS = 1024 };
    static gobridge_ref elems;
    uint64_t sum = 0;
    if (!elems) {
        must(gobridge_slice_new(type_of("[]string"), ELEMS, ELEMS, &elems));
        for (int64_t i = 0; i < ELEMS; i++) {
            char data[] = ECHO_STRING;
            echo_string(data, (size_t)i);
            const gobridge_value text = string(data, ECHO_LEN);
            must(gobridge_slice_set(elems, i, &text));
        }
    }
    for (size_t i = s.from; i < s.to; i++) {
        char out[ECHO_LEN];
        size_t len;
        must(gobridge_slice_text(elems, (int64_t)i % ELEMS, out, sizeof out, &len));
        sum += len + (uint8_t)out[7];
    }
    return sum;
}

/* Sets a field of a point, whose other one is X. */
static gobridge_ref point_of(int64_t y) {
    static gobridge_ref point;
    const gobridge_value value = {.kind = GOBRIDGE_KIND_INT64, .as.i = y};
    if (!point) must(gobridge_value_new(type_of("struct{ X, Y int64 }"), &point));
    must(gobridge_struct_set(point, "Y", 1, &value));
    return point;
}

static uint64_t field(slice s) {
    const gobridge_ref point = point_of((int64_t)s.from);
    gobridge_value value;
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_struct_get(point, "Y", 1, &value));
        sum += value.as.u;
    }
    return sum;
}

static uint64_t field_at(slice s) {
    const gobridge_ref point = point_of((int64_t)s.from);
    gobridge_value value;
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_struct_get_at(point, 1, &value));
        sum += value.as.u;
    }
    return sum;
}

static uint64_t set_field(slice s) {
    const gobridge_ref point = point_of(0);
    gobridge_value value = {.kind = GOBRIDGE_KIND_INT64};
    for (size_t i = s.from; i < s.to; i++) {
        value.as.i = (int64_t)i;
        must(gobridge_struct_set(point, "Y", 1, &value));
    }
    must(gobridge_struct_get_at(point, 1, &value));
    return value.as.u;
}

static uint64_t view(slice s) {
    static gobridge_ref text;
    uint64_t sum = 0;
    if (!text) must(gobridge_runtime_convTstring(ECHO_STRING, ECHO_LEN, &text));
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_value value;
        must(gobridge_value_view(text, &value));
        sum += value.len + (uint8_t)value.as.s[0];
    }
    return sum;
}

static uint64_t put_u64(slice s) {
    for (uint64_t i = s.from; i < s.to; i++) {
        const gobridge_value key = number(in.keys[i]), elem = number(i);
        must(gobridge_map_set(s.map, &key, &elem));
    }
    return 0;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0;
    gobridge_value elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        const gobridge_value key = number(in.asked[i]);
        must(gobridge_map_get(s.map, &key, &elem, &found));
        if (found) sum += elem.as.u;
    }
    return sum;
}

static uint64_t put_str(slice s) {
    for (uint64_t i = s.from; i < s.to; i++) {
        const gobridge_value key = string(string_key(i), STRING_LEN), elem = number(i);
        must(gobridge_map_set(s.map, &key, &elem));
    }
    return 0;
}

static uint64_t get_str(slice s) {
    uint64_t sum = 0;
    gobridge_value elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        const gobridge_value key = string(string_key(in.order[i]), STRING_LEN);
        must(gobridge_map_get(s.map, &key, &elem, &found));
        if (found) sum += elem.as.u;
    }
    return sum;
}

static uint64_t iterate(slice s) {
    gobridge_ref iterator;
    gobridge_value key, elem;
    uint64_t sum = 0;
    uint8_t found;
    must(gobridge_map_iterate(s.map, &iterator));
    for (;;) {
        must(gobridge_map_next(iterator, &key, &elem, &found));
        if (!found) break;
        sum += key.as.u ^ elem.as.u;
    }
    must(gobridge_release(iterator));
    return sum;
}

static uint64_t count(slice s) {
    const gobridge_value one = gobridge_uint64(1);
    const char *at = first_word(s);
    char word[WORD_LEN];
    int64_t len;
    for (size_t i = s.from; i < s.to; i++) {
        const size_t word_len = next_word(&at, word);
        const gobridge_value key = string(word, word_len);
        must(gobridge_map_add(s.map, &key, &one, NULL));
    }
    must(gobridge_map_len(s.map, &len));
    return (uint64_t)len;
}

static uint64_t maplen_linkname(slice s) {
    uint64_t sum = 0;
    int64_t len;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_reflect_maplen(s.map, &len));
        sum += (uint64_t)len;
    }
    return sum;
}

static uint64_t put_u64_linkname(slice s) {
    for (uint64_t i = s.from; i < s.to; i++) {
        must(gobridge_runtime_mapassign_fast64(s.map, in.keys[i], &i));
    }
    return 0;
}

static uint64_t put_u64_generic(slice s) {
    for (uint64_t i = s.from; i < s.to; i++) must(gobridge_runtime_mapassign(s.map, &in.keys[i], &i));
    return 0;
}

static uint64_t get_u64_linkname(slice s) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_runtime_mapaccess2_fast64(s.map, in.asked[i], &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t get_u64_generic(slice s) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_runtime_mapaccess2(s.map, &in.asked[i], &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t iterate_linkname(slice s) {
    gobridge_ref iterator;
    uint64_t sum = 0, key, elem;
    uint8_t found;
    must(gobridge_reflect_mapiterinit(s.map, &iterator));
    for (;;) {
        must(gobridge_reflect_mapiterkey(iterator, &key, &found));
        if (!found) break;
        must(gobridge_reflect_mapiterelem(iterator, &elem, &found));
        sum += key ^ elem;
        must(gobridge_runtime_mapiternext(iterator));
    }
    must(gobridge_release(iterator));
    return sum;
}

static uint64_t put_str_linkname(slice s) {
    for (uint64_t i = s.from; i < s.to; i++) {
        must(gobridge_runtime_mapassign_faststr(s.map, string_key(i), STRING_LEN, &i));
    }
    return 0;
}

static uint64_t get_str_linkname(slice s) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        must(gobridge_runtime_mapaccess2_faststr(s.map, string_key(in.order[i]), STRING_LEN, &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t put_str_generic(slice s) {
    for (uint64_t i = s.from; i < s.to; i++) {
        gobridge_value key = string(string_key(i), STRING_LEN);
        must(gobridge_runtime_mapassign(s.map, &key, &i));
    }
    return 0;
}

static uint64_t get_str_generic(slice s) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_value key = string(string_key(in.order[i]), STRING_LEN);
        must(gobridge_runtime_mapaccess2(s.map, &key, &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

/* Copies a string that was made out again; gives its length and a byte of it. */
static inline uint64_t take_out(gobridge_ref made, char out[ECHO_LEN]) {
    gobridge_value value;
    must(gobridge_value_view(made, &value));
    memcpy(out, value.as.s, value.len);
    must(gobridge_release(made));
    return value.len + (uint8_t)out[7];
}

static uint64_t echo(slice s) {
    static gobridge_ref type;
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    if (!type) type = type_of("string");
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_ref made;
        echo_string(data, i);
        const gobridge_value text = gobridge_string(data, ECHO_LEN);
        must(gobridge_value_make(type, &text, &made));
        sum += take_out(made, out);
    }
    return sum;
}

static uint64_t echo_linkname(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_ref boxed;
        echo_string(data, i);
        must(gobridge_runtime_convTstring(data, ECHO_LEN, &boxed));
        sum += take_out(boxed, out);
    }
    return sum;
}

static uint64_t count_linkname(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN];
    int64_t len;
    for (size_t i = s.from; i < s.to; i++) {
        const size_t word_len = next_word(&at, word);
        uint64_t tally = 0;
        uint8_t found;
        must(gobridge_runtime_mapaccess2_faststr(s.map, word, word_len, &tally, &found));
        tally++;
        must(gobridge_runtime_mapassign_faststr(s.map, word, word_len, &tally));
    }
    must(gobridge_reflect_maplen(s.map, &len));
    return (uint64_t)len;
}

#define SINGLE_LOOPS                                                                                         \
    {                                                                                                        \
        [CALL] = call, [CALL2] = call2, [CALLBACK] = callback, [CALL_STR] = call_str,                        \
        [CALL_MIXED] = call_mixed, [MAPLEN] = maplen, [ELEM] = elem, [ELEM_TEXT] = elem_text,                \
        [FIELD] = field, [FIELD_AT] = field_at, [SET_FIELD] = set_field, [VIEW] = view, [PUT_U64] = put_u64, \
        [PUT_U64_PRESIZED] = put_u64, [GET_U64] = get_u64, [ITERATE] = iterate, [PUT_STR] = put_str,         \
        [GET_STR] = get_str, [ECHO] = echo, [COUNT] = count,                                                 \
    }

const contender gobridge_single = {
    .name = "gobridge-single", .threads = true, .make = make, .drop = drop, .loops = SINGLE_LOOPS};

const contender gobridge_linkname = {.name = "gobridge-linkname",
                                     .threads = true,
                                     .make = make,
                                     .drop = drop,
                                     .loops = {[MAPLEN] = maplen_linkname,
                                               [PUT_U64] = put_u64_linkname,
                                               [PUT_U64_PRESIZED] = put_u64_linkname,
                                               [GET_U64] = get_u64_linkname,
                                               [ITERATE] = iterate_linkname,
                                               [ITERATE_BY_CALL] = iterate_linkname,
                                               [PUT_STR] = put_str_linkname,
                                               [GET_STR] = get_str_linkname,
                                               [ECHO] = echo_linkname,
                                               [COUNT] = count_linkname}};

/* The same loops in a C function that Go has called: what they call need not wait for Go's start. */
typedef struct visit {
    uint64_t (*loop)(slice);
    slice s;
    uint64_t sum;
} visit;

static int32_t run_loop(void *argument) {
    visit *v = argument;
    v->sum = v->loop(v->s);
    return 0;
}

static uint64_t from_go(uint64_t (*loop)(slice), slice s) {
    visit v = {loop, s, 0};
    int32_t result;
    must(gobridge_runtime_cgocall(run_loop, &v, &result));
    return v.sum;
}

const contender gobridge_inside = {
    .name = "gobridge-inside", .around = from_go, .make = make, .drop = drop, .loops = SINGLE_LOOPS};

const contender gobridge_single_generic = {
    .name = "gobridge-single-generic",
    .make = make,
    .drop = drop,
    .loops = {[CALL_MIXED] = call_mixed_generic,
              [PUT_U64] = put_u64_generic,
              [PUT_U64_PRESIZED] = put_u64_generic,
              [GET_U64] = get_u64_generic,
              [PUT_STR] = put_str_generic,
              [GET_STR] = get_str_generic},
};
