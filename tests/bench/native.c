/* go-native: the loops are Go's own, entered once. */
#include "bench.h"
#include "goside/goside.h"

static uint64_t call(void) {
    return nativeCall(in.n);
}

static uint64_t maplen(void) {
    return nativeMapLen(in.n);
}

static void put_u64(int64_t hint) {
    nativePutU64(in.keys, in.n, hint);
}

static uint64_t get_u64(void) {
    return nativeGetU64(in.keys, in.order, in.n);
}

static void put_str(void) {
    nativePutStr(in.strings, STRIDE, STRING_LEN, in.n);
}

static uint64_t get_str(void) {
    return nativeGetStr(in.strings, STRIDE, STRING_LEN, in.order, in.n);
}

static uint64_t echo(void) {
    char data[] = ECHO_STRING;
    return nativeEcho(data, ECHO_LEN, in.n);
}

static void count(uint64_t *words, uint64_t *distinct) {
    nativeCount(in.text, in.text_len, in.lower);
    nativeWords(words, distinct);
}

const contender go_native = {
    .name = "go-native",
    .call = call,
    .maplen = maplen,
    .put_u64 = put_u64,
    .get_u64 = get_u64,
    .iterate = nativeIterate,
    .put_str = put_str,
    .get_str = get_str,
    .echo = echo,
    .count = count,
    .drop = nativeDrop,
};
