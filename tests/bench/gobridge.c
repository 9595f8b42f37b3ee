/* gobridge-single: this library, one crossing for one thing; with the fast variants of the map functions where the
 * compiler has them, as a Go program would use them. gobridge-single-generic: without those. */
#include "bench.h"

#include <gobridge.h>
#include <string.h>

static gobridge_ref map;

static void must(gobridge_status status) {
    if (status == GOBRIDGE_OK) return;
    gobridge_error error;
    gobridge_last_error(&error);
    fail("gobridge-single", error.message);
}

static void make(const char *type_name, int64_t hint) {
    gobridge_ref type;
    must(gobridge_type_parse(type_name, strlen(type_name), &type));
    must(gobridge_runtime_makemap(type, hint, &map));
}

static void drop(void) {
    must(gobridge_release(map));
}

static uint64_t call(void) {
    uint64_t sum = 0;
    uint8_t iscgo;
    for (size_t i = 0; i < in.n; i++) {
        must(gobridge_runtime_iscgo(&iscgo));
        sum += iscgo;
    }
    return sum;
}

static uint64_t maplen(void) {
    uint64_t sum = 0;
    int64_t len;
    for (size_t i = 0; i < in.n; i++) {
        must(gobridge_reflect_maplen(map, &len));
        sum += (uint64_t)len;
    }
    return sum;
}

static void put_u64(int64_t hint) {
    make("map[uint64]uint64", hint);
    for (uint64_t i = 0; i < in.n; i++) must(gobridge_runtime_mapassign_fast64(map, in.keys[i], &i));
}

static void put_u64_generic(int64_t hint) {
    make("map[uint64]uint64", hint);
    for (uint64_t i = 0; i < in.n; i++) must(gobridge_runtime_mapassign(map, &in.keys[i], &i));
}

static uint64_t get_u64(void) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = 0; i < in.n; i++) {
        must(gobridge_runtime_mapaccess2_fast64(map, in.keys[in.order[i]], &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t get_u64_generic(void) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = 0; i < in.n; i++) {
        must(gobridge_runtime_mapaccess2(map, &in.keys[in.order[i]], &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t iterate(uint64_t *keys) {
    gobridge_ref iterator;
    uint64_t sum = 0, key, elem;
    uint8_t found;
    must(gobridge_reflect_mapiterinit(map, &iterator));
    for (;;) {
        must(gobridge_reflect_mapiterkey(iterator, &key, &found));
        if (!found) break;
        must(gobridge_reflect_mapiterelem(iterator, &elem, &found));
        *keys ^= key;
        sum += elem;
        must(gobridge_runtime_mapiternext(iterator));
    }
    must(gobridge_release(iterator));
    return sum;
}

static gobridge_value string(const char *s, size_t len) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = s, .len = len};
}

static void put_str(void) {
    make("map[string]uint64", 0);
    for (uint64_t i = 0; i < in.n; i++) {
        gobridge_value key = string(string_key(i), STRING_LEN);
        must(gobridge_runtime_mapassign(map, &key, &i));
    }
}

static uint64_t get_str(void) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = 0; i < in.n; i++) {
        gobridge_value key = string(string_key(in.order[i]), STRING_LEN);
        must(gobridge_runtime_mapaccess2(map, &key, &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t echo(void) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) {
        uint64_t scope;
        gobridge_ref boxed;
        gobridge_value value;
        echo_string(data, i);
        must(gobridge_scope_open(&scope));
        must(gobridge_runtime_convTstring(data, ECHO_LEN, &boxed));
        must(gobridge_value_get(boxed, &value));
        memcpy(out, value.as.s, value.len);
        must(gobridge_scope_close(scope));
        sum += value.len + (uint8_t)out[7];
    }
    return sum;
}

static void count(uint64_t *words, uint64_t *distinct) {
    const char *at = in.text;
    char word[WORD_LEN];
    int64_t len;
    *words = 0;
    make("map[string]uint64", 0);
    for (size_t n; (n = next_word(&at, word)); ++*words) {
        gobridge_value key = string(word, n);
        uint64_t tally = 0;
        uint8_t found;
        must(gobridge_runtime_mapaccess2(map, &key, &tally, &found));
        tally++;
        must(gobridge_runtime_mapassign(map, &key, &tally));
    }
    must(gobridge_reflect_maplen(map, &len));
    *distinct = (uint64_t)len;
}

const contender gobridge_single = {
    .name = "gobridge-single",
    .call = call,
    .maplen = maplen,
    .put_u64 = put_u64,
    .get_u64 = get_u64,
    .iterate = iterate,
    .iterate_by_call = iterate,
    .put_str = put_str,
    .get_str = get_str,
    .echo = echo,
    .count = count,
    .drop = drop,
};

const contender gobridge_single_generic = {
    .name = "gobridge-single-generic",
    .put_u64 = put_u64_generic,
    .get_u64 = get_u64_generic,
    .drop = drop,
};
