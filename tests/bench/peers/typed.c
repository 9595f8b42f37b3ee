/* gobridge-typed: the functions that gobridge build makes of a Go package (typed/typed.go), which know their types. */
#include "../bench.h"

#include <typed.h>

#include <string.h>

static void must(gobridge_status status) {
    if (status) fail("gobridge-typed", gobridge_status_name(status));
}

/* None of the loops has a map. */
static uint64_t make(int kind, int64_t hint) {
    (void)kind, (void)hint;
    return 0;
}

static void drop(uint64_t map) {
    (void)map;
}

static uint64_t call2(slice s) {
    int64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) must(typed_typed_Add(sum, (int64_t)i, &sum));
    return (uint64_t)sum;
}

static uint64_t call_str(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        gobridge_value result;
        echo_string(data, i);
        must(typed_typed_Same(data, ECHO_LEN, &result));
        memcpy(out, result.as.s, result.len);
        sum += result.len + (uint8_t)out[7];
        must(gobridge_value_release(&result));
    }
    return sum;
}

static uint64_t call_mixed(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        double result;
        must(typed_typed_Mixed((int32_t)i, 0.5, (uint8_t)i, &result));
        sum += (uint64_t)result;
    }
    return sum;
}

int main(void) {
    static const contender typed = {
        .make = make,
        .drop = drop,
        .loops = {[CALL2] = call2, [CALL_STR] = call_str, [CALL_MIXED] = call_mixed},
    };
    serve(&typed);
    return 0;
}
