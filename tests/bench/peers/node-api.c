/* node-api: an addon of Node's in C; a JavaScript Map, whose methods are called, and numbers as BigInts. */
#include "../bench.h"

#define NAPI_VERSION 8
#include <node_api.h>

static napi_env env;
static napi_ref map_class, set, get, entries, one, add, gc;

static void must(napi_status status) {
    if (status != napi_ok) fail("node-api", "a status");
}

/* What a call makes lives until its scope is closed. */
static napi_handle_scope opened(void) {
    napi_handle_scope scope;
    must(napi_open_handle_scope(env, &scope));
    return scope;
}

static void closed(napi_handle_scope scope) {
    must(napi_close_handle_scope(env, scope));
}

static napi_value at(napi_ref ref) {
    napi_value value;
    must(napi_get_reference_value(env, ref, &value));
    return value;
}

static napi_value map_of(slice s) {
    return at((napi_ref)(uintptr_t)s.map);
}

static napi_value called(napi_value this, napi_value function, size_t argc, const napi_value *argv) {
    napi_value result;
    must(napi_call_function(env, this, function, argc, argv, &result));
    return result;
}

static napi_value undefined(void) {
    napi_value value;
    must(napi_get_undefined(env, &value));
    return value;
}

static napi_value number(uint64_t n) {
    napi_value value;
    must(napi_create_bigint_uint64(env, n, &value));
    return value;
}

static uint64_t taken(napi_value value) {
    uint64_t n;
    bool lossless;
    must(napi_get_value_bigint_uint64(env, value, &n, &lossless));
    return n;
}

/* Numbers below 2 to the 53rd are cheaper. */
static napi_value small(int64_t n) {
    napi_value value;
    must(napi_create_int64(env, n, &value));
    return value;
}

static int64_t small_taken(napi_value value) {
    int64_t n;
    return napi_get_value_int64(env, value, &n) == napi_ok ? n : 0; /* undefined: 0 */
}

static napi_value string(const char *data, size_t len) {
    napi_value value;
    must(napi_create_string_latin1(env, data, len, &value));
    return value;
}

static napi_value member(napi_value of, const char *name) {
    napi_value value;
    must(napi_get_named_property(env, of, name, &value));
    return value;
}

static napi_ref kept(napi_value value) {
    napi_ref ref;
    must(napi_create_reference(env, value, 1, &ref));
    return ref;
}

static uint64_t make(int kind, int64_t hint) {
    (void)kind, (void)hint;
    napi_handle_scope scope = opened();
    napi_value map;
    must(napi_new_instance(env, at(map_class), 0, NULL, &map));
    napi_ref ref = kept(map);
    closed(scope);
    return (uintptr_t)ref;
}

static void drop(uint64_t map) {
    must(napi_delete_reference(env, (napi_ref)(uintptr_t)map));
}

static void collect(void) {
    napi_handle_scope scope = opened();
    called(undefined(), at(gc), 0, NULL);
    closed(scope);
}

static uint64_t call(slice s) {
    napi_handle_scope outer = opened();
    napi_value this = undefined(), function = at(one);
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        sum += (uint64_t)small_taken(called(this, function, 0, NULL));
        closed(scope);
    }
    closed(outer);
    return sum;
}

static uint64_t call2(slice s) {
    napi_handle_scope outer = opened();
    napi_value this = undefined(), function = at(add);
    int64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        sum = small_taken(called(this, function, 2, (napi_value[]){small(sum), small((int64_t)i)}));
        closed(scope);
    }
    closed(outer);
    return (uint64_t)sum;
}

static uint64_t put_u64(slice s) {
    napi_handle_scope outer = opened();
    napi_value map = map_of(s), function = at(set);
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        called(map, function, 2, (napi_value[]){number(in.keys[i]), number(i)});
        closed(scope);
    }
    closed(outer);
    return 0;
}

static uint64_t get_u64(slice s) {
    napi_handle_scope outer = opened();
    napi_value map = map_of(s), function = at(get);
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        sum += taken(called(map, function, 1, (napi_value[]){number(in.asked[i])}));
        closed(scope);
    }
    closed(outer);
    return sum;
}

static uint64_t iterate(slice s) {
    napi_handle_scope outer = opened();
    napi_value iterator = called(map_of(s), at(entries), 0, NULL), next = member(iterator, "next");
    uint64_t sum = 0;
    for (bool done = false; !done;) {
        napi_handle_scope scope = opened();
        napi_value step = called(iterator, next, 0, NULL), pair = member(step, "value"), key, elem;
        must(napi_get_value_bool(env, member(step, "done"), &done));
        if (!done) {
            must(napi_get_element(env, pair, 0, &key));
            must(napi_get_element(env, pair, 1, &elem));
            sum += taken(key) ^ taken(elem);
        }
        closed(scope);
    }
    closed(outer);
    return sum;
}

static uint64_t put_str(slice s) {
    napi_handle_scope outer = opened();
    napi_value map = map_of(s), function = at(set);
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        called(map, function, 2, (napi_value[]){string(string_key(i), STRING_LEN), number(i)});
        closed(scope);
    }
    closed(outer);
    return 0;
}

static uint64_t get_str(slice s) {
    napi_handle_scope outer = opened();
    napi_value map = map_of(s), function = at(get);
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        napi_value key = string(string_key(in.order[i]), STRING_LEN);
        sum += taken(called(map, function, 1, &key));
        closed(scope);
    }
    closed(outer);
    return sum;
}

static uint64_t echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN + 1];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        napi_value value;
        size_t len;
        echo_string(data, i);
        must(napi_create_string_utf8(env, data, ECHO_LEN, &value));
        must(napi_get_value_string_utf8(env, value, out, sizeof out, &len));
        closed(scope);
        sum += len + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t count(slice s) {
    napi_handle_scope outer = opened();
    napi_value map = map_of(s), getter = at(get), setter = at(set);
    const char *text = first_word(s);
    char word[WORD_LEN];
    for (size_t i = s.from; i < s.to; i++) {
        napi_handle_scope scope = opened();
        napi_value pair[] = {string(word, next_word(&text, word)), NULL};
        pair[1] = small(small_taken(called(map, getter, 1, pair)) + 1);
        called(map, setter, 2, pair);
        closed(scope);
    }
    uint64_t distinct = (uint64_t)small_taken(member(map, "size"));
    closed(outer);
    return distinct;
}

static const contender node_api = {
    .make = make,
    .drop = drop,
    .collect = collect,
    .loops = {[CALL] = call,
              [CALL2] = call2,
              [PUT_U64] = put_u64,
              [GET_U64] = get_u64,
              [ITERATE] = iterate,
              [PUT_STR] = put_str,
              [GET_STR] = get_str,
              [ECHO] = echo,
              [COUNT] = count},
};

static napi_ref script(const char *text) {
    napi_value source, value;
    must(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &source));
    must(napi_run_script(env, source, &value));
    return kept(value);
}

static napi_value start(napi_env started, napi_value exports) {
    env = started;
    map_class = script("Map");
    set = script("Map.prototype.set");
    get = script("Map.prototype.get");
    entries = script("Map.prototype.entries");
    one = script("(function () { return 1 })");
    add = script("(function (a, b) { return a + b })");
    gc = script("gc");
    serve(&node_api);
    return exports;
}

NAPI_MODULE(peer, start)
