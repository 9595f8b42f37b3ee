/* json-cgo: one export that takes JSON and gives JSON, as whoever has no other way to pass a map does. What C does to
 * write and to read the JSON counts too. Maps cross a slice at a time, so that one call does for many keys. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_LEN = WORD_LEN + 3 }; /* of what is written for one key: [number,number], or "word", */

static char json[SLICE * ENTRY_LEN + 100];

/* Sends what was written and gives the answer, to be freed. */
static char *answered(const char *end) {
    char *answer = jsonCall(json, (int32_t)(end - json));
    if (strstr(answer, "\"error\"")) fail("json-cgo", answer);
    return answer;
}

static uint64_t number_answered(const char *end) {
    char *answer = answered(end);
    uint64_t number = strtoull(answer, NULL, 10);
    free(answer);
    return number;
}

static char *begin(const char *function) {
    return json + sprintf(json, "{\"fn\":\"%s\",\"args\":[", function);
}

/* Writes what ends a list, over its last comma. */
static char *finish(char *end) {
    if (end[-1] == ',') end--;
    return stpcpy(end, "]}");
}

static char *write_number(char *at, uint64_t number) {
    char digits[20], *first = digits + sizeof digits;
    do *--first = (char)('0' + number % 10);
    while (number /= 10);
    size_t len = (size_t)(digits + sizeof digits - first);
    memcpy(at, first, len);
    return at + len;
}

static uint64_t make(int kind, int64_t hint) {
    (void)kind, (void)hint;
    free(answered(finish(begin("make"))));
    return 0;
}

static void drop(uint64_t map) {
    (void)map;
    free(answered(finish(begin("make"))));
}

static uint64_t call2(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        sum = number_answered(json + sprintf(json, "{\"fn\":\"add\",\"args\":[%" PRIu64 ",%zu]}", sum, i));
    }
    return sum;
}

static uint64_t call_str(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN + 1];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        char *answer = answered(json + sprintf(json, "{\"fn\":\"same\",\"args\":[\"%s\"]}", data));
        size_t len = strlen(answer) - 2; /* less the quotes; there is nothing to unescape */
        memcpy(out, answer + 1, len);
        out[len] = 0;
        free(answer);
        sum += len + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t call_mixed(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        char *answer = answered(
            json + sprintf(json, "{\"fn\":\"mixed\",\"args\":[%d,%g,%d]}", (int32_t)i, 0.5, (uint8_t)i));
        sum += (uint64_t)strtod(answer, NULL);
        free(answer);
    }
    return sum;
}

static uint64_t put_u64(slice s) {
    char *at = begin("put");
    for (size_t i = s.from; i < s.to; i++) {
        *at++ = '[';
        at = write_number(at, in.keys[i]);
        *at++ = ',';
        at = write_number(at, i);
        *at++ = ']';
        *at++ = ',';
    }
    number_answered(finish(at));
    return 0;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0;
    char *at = begin("get");
    for (size_t i = s.from; i < s.to; i++) {
        at = write_number(at, in.asked[i]);
        *at++ = ',';
    }
    char *answer = answered(finish(at));
    for (char *p = answer; *p == '[' || *p == ',';) sum += strtoull(p + 1, &p, 10);
    free(answer);
    return sum;
}

static uint64_t count(slice s) {
    const char *text = first_word(s);
    char *at = begin("count");
    for (size_t i = s.from; i < s.to; i++) {
        *at++ = '"';
        at += next_word(&text, at);
        *at++ = '"';
        *at++ = ',';
    }
    return number_answered(finish(at));
}

const contender json_cgo = {
    .name = "json-cgo",
    .by_slice = true,
    .make = make,
    .drop = drop,
    .loops = {[CALL2] = call2,
              [CALL_STR] = call_str,
              [CALL_MIXED] = call_mixed,
              [PUT_U64] = put_u64,
              [GET_U64] = get_u64,
              [COUNT] = count},
};
