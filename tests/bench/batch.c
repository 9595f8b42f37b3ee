/* gobridge-batch: this library's single calls, recorded: one crossing for the operations of a slice. */
#include "bench.h"

#include <gobridge.h>
#include <string.h>

static void must(gobridge_status status) {
    if (status == GOBRIDGE_OK) return;
    gobridge_error error;
    gobridge_last_error(&error);
    fail("gobridge-batch", error.message);
}

static void run(void) {
    size_t count;
    must(gobridge_batch_run(GOBRIDGE_BATCH_STOP, NULL, 0, &count));
}

/* Memory that operations read or write when they are run. */
static uint64_t elems[SLICE];
static uint8_t found[SLICE];
static gobridge_value values[SLICE];

static uint64_t sum_of_found(size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += found[i] ? elems[i] : 0;
    return sum;
}

static gobridge_value string(const char *s, size_t len) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = s, .len = len};
}

static uint64_t call2(slice s) {
    gobridge_ref add;
    gobridge_value args[SLICE][2];
    const size_t n = s.to - s.from;
    must(gobridge_func_find("bench.add", strlen("bench.add"), &add));
    must(gobridge_batch_begin());
    for (size_t i = 0; i < n; i++) {
        args[i][0] =
            i ? values[i - 1] : (gobridge_value){.kind = GOBRIDGE_KIND_INT64}; /* what that one will give */
        args[i][1] = (gobridge_value){.kind = GOBRIDGE_KIND_INT64, .as.i = (int64_t)(s.from + i)};
        must(gobridge_call(add, args[i], 2, &values[i], 1));
    }
    run();
    return values[n - 1].as.u;
}

static uint64_t put_u64(slice s) {
    must(gobridge_batch_begin());
    for (uint64_t i = s.from; i < s.to; i++) {
        elems[i - s.from] = i;
        must(gobridge_runtime_mapassign_fast64(s.map, in.keys[i], &elems[i - s.from]));
    }
    run();
    return 0;
}

static uint64_t get_u64(slice s) {
    must(gobridge_batch_begin());
    for (size_t i = s.from; i < s.to; i++) {
        const size_t at = i - s.from;
        must(gobridge_runtime_mapaccess2_fast64(s.map, in.asked[i], &elems[at], &found[at]));
    }
    run();
    return sum_of_found(s.to - s.from);
}

static uint64_t put_str(slice s) {
    must(gobridge_batch_begin());
    for (uint64_t i = s.from; i < s.to; i++) {
        const size_t at = i - s.from;
        elems[at] = i;
        values[at] = string(string_key(i), STRING_LEN);
        must(gobridge_runtime_mapassign(s.map, &values[at], &elems[at]));
    }
    run();
    return 0;
}

static uint64_t get_str(slice s) {
    must(gobridge_batch_begin());
    for (size_t i = s.from; i < s.to; i++) {
        const size_t at = i - s.from;
        values[at] = string(string_key(in.order[i]), STRING_LEN);
        must(gobridge_runtime_mapaccess2(s.map, &values[at], &elems[at], &found[at]));
    }
    run();
    return sum_of_found(s.to - s.from);
}

static uint64_t echo(slice s) {
    char data[SLICE][ECHO_LEN], out[ECHO_LEN];
    gobridge_ref boxed[SLICE];
    uint64_t sum = 0, scope;
    const size_t n = s.to - s.from;
    must(gobridge_scope_open(&scope));
    must(gobridge_batch_begin());
    for (size_t i = 0; i < n; i++) {
        memcpy(data[i], ECHO_STRING, ECHO_LEN);
        echo_string(data[i], s.from + i);
        must(gobridge_runtime_convTstring(data[i], ECHO_LEN, &boxed[i]));
        must(gobridge_value_get(boxed[i], &values[i]));
    }
    run();
    for (size_t i = 0; i < n; i++) {
        memcpy(out, values[i].as.s, values[i].len);
        sum += values[i].len + (uint8_t)out[7];
    }
    must(gobridge_scope_close(scope));
    return sum;
}

static uint64_t make(int kind, int64_t hint) {
    return gobridge_single.make(kind, hint);
}

static void drop(uint64_t map) {
    gobridge_single.drop(map);
}

const contender gobridge_batches = {
    .name = "gobridge-batch",
    .by_slice = true,
    .make = make,
    .drop = drop,
    .loops = {[CALL2] = call2,
              [PUT_U64] = put_u64,
              [PUT_U64_PRESIZED] = put_u64,
              [GET_U64] = get_u64,
              [PUT_STR] = put_str,
              [GET_STR] = get_str,
              [ECHO] = echo},
};
