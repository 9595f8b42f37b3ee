/* What a Go author exports by hand. cgo-export: with handles and statuses; cgo-export-locked: with a mutex too; cgo-tuned:
 * with none of them. And go-native, whose loops are Go's own. */
#include "bench.h"

/* ---- cgo-export ---- */

static void must(int32_t status) {
    if (status) fail("cgo-export", "a panic");
}

static uint64_t export_make(int kind, int64_t hint) {
    uintptr_t map;
    must(kind == NUMBERS ? exportMakeU64(hint, &map) : exportMakeStr(hint, &map));
    return map;
}

static void export_drop(uint64_t map) {
    must(exportRelease(map));
}

static uint64_t export_call(slice s) {
    uint64_t sum = 0;
    uint8_t iscgo;
    for (size_t i = s.from; i < s.to; i++) {
        must(exportIscgo(&iscgo));
        sum += iscgo;
    }
    return sum;
}

static uint64_t export_call2(slice s) {
    int64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) must(exportAdd(sum, (int64_t)i, &sum));
    return (uint64_t)sum;
}

static uint64_t export_call_str(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        int32_t len;
        echo_string(data, i);
        must(exportSame(data, ECHO_LEN, out, ECHO_LEN, &len));
        sum += (uint64_t)len + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t export_call_mixed(slice s) {
    uint64_t sum = 0;
    double result;
    for (size_t i = s.from; i < s.to; i++) {
        must(exportMixed((int32_t)i, 0.5, (uint8_t)i, &result));
        sum += (uint64_t)result;
    }
    return sum;
}

/* cgo-export-locked does the same by other functions; inline, so that each calls its own without a pointer. */
static inline uint64_t ask_lengths(slice s, int32_t (*maplen)(uintptr_t, int64_t *)) {
    uint64_t sum = 0;
    int64_t len;
    for (size_t i = s.from; i < s.to; i++) {
        must(maplen(s.map, &len));
        sum += (uint64_t)len;
    }
    return sum;
}

static inline uint64_t put_numbers(slice s, int32_t (*put)(uintptr_t, uint64_t, uint64_t)) {
    for (size_t i = s.from; i < s.to; i++) must(put(s.map, in.keys[i], i));
    return 0;
}

static inline uint64_t get_numbers(slice s, int32_t (*get)(uintptr_t, uint64_t, uint64_t *, uint8_t *)) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        must(get(s.map, in.asked[i], &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t export_maplen(slice s) {
    return ask_lengths(s, exportMapLen);
}

static uint64_t export_put_u64(slice s) {
    return put_numbers(s, exportPutU64);
}

static uint64_t export_get_u64(slice s) {
    return get_numbers(s, exportGetU64);
}

static uint64_t export_iterate(slice s) {
    uintptr_t iterator;
    uint64_t sum = 0, key, elem;
    uint8_t found;
    must(exportIterate(s.map, &iterator));
    for (;;) {
        must(exportNext(iterator, &key, &elem, &found));
        if (!found) break;
        sum += key ^ elem;
    }
    must(exportRelease(iterator));
    return sum;
}

static uint64_t export_iterate_by_call(slice s) {
    uintptr_t iterator;
    uint64_t sum = 0, key, elem;
    uint8_t found;
    must(exportIterate(s.map, &iterator));
    for (;;) {
        must(exportStep(iterator));
        must(exportKey(iterator, &key, &found));
        if (!found) break;
        must(exportElem(iterator, &elem, &found));
        sum += key ^ elem;
    }
    must(exportRelease(iterator));
    return sum;
}

static uint64_t export_put_str(slice s) {
    for (size_t i = s.from; i < s.to; i++) must(exportPutStr(s.map, string_key(i), STRING_LEN, i));
    return 0;
}

static uint64_t export_get_str(slice s) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = s.from; i < s.to; i++) {
        must(exportGetStr(s.map, string_key(in.order[i]), STRING_LEN, &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t export_echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        uintptr_t string;
        int32_t len;
        echo_string(data, i);
        must(exportString(data, ECHO_LEN, &string));
        must(exportCopy(string, out, ECHO_LEN, &len));
        must(exportRelease(string));
        sum += (uint64_t)len + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t export_count(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN];
    int64_t len;
    for (size_t i = s.from; i < s.to; i++) {
        int32_t n = (int32_t)next_word(&at, word);
        uint64_t tally;
        uint8_t found;
        must(exportGetStr(s.map, word, n, &tally, &found));
        must(exportPutStr(s.map, word, n, tally + 1));
    }
    must(exportMapLen(s.map, &len));
    return (uint64_t)len;
}

const contender cgo_export = {
    .name = "cgo-export",
    .threads = true,
    .make = export_make,
    .drop = export_drop,
    .loops = {[CALL] = export_call,
              [CALL2] = export_call2,
              [CALL_STR] = export_call_str,
              [CALL_MIXED] = export_call_mixed,
              [MAPLEN] = export_maplen,
              [PUT_U64] = export_put_u64,
              [PUT_U64_PRESIZED] = export_put_u64,
              [GET_U64] = export_get_u64,
              [ITERATE] = export_iterate,
              [ITERATE_BY_CALL] = export_iterate_by_call,
              [PUT_STR] = export_put_str,
              [GET_STR] = export_get_str,
              [ECHO] = export_echo,
              [COUNT] = export_count},
};

/* ---- cgo-export-locked ---- */

static uint64_t locked_make(int kind, int64_t hint) {
    uintptr_t map;
    if (kind != NUMBERS) fail("cgo-export-locked", "maps of numbers are all that it has");
    must(lockedMakeU64(hint, &map));
    return map;
}

static uint64_t locked_maplen(slice s) {
    return ask_lengths(s, lockedMapLen);
}

static uint64_t locked_put_u64(slice s) {
    return put_numbers(s, lockedPutU64);
}

static uint64_t locked_get_u64(slice s) {
    return get_numbers(s, lockedGetU64);
}

const contender cgo_export_locked = {
    .name = "cgo-export-locked",
    .make = locked_make,
    .drop = export_drop,
    .loops = {[MAPLEN] = locked_maplen,
              [PUT_U64] = locked_put_u64,
              [PUT_U64_PRESIZED] = locked_put_u64,
              [GET_U64] = locked_get_u64},
};

/* ---- cgo-tuned ---- */

static uint64_t tuned_call(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += tunedIscgo();
    return sum;
}

static uint64_t tuned_call2(slice s) {
    int64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum = tunedAdd(sum, (int64_t)i);
    return (uint64_t)sum;
}

static uint64_t tuned_callback(slice s) {
    return (uint64_t)tunedFold((int64_t)s.from, (int64_t)s.to);
}

static uint64_t tuned_call_str(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        sum += (uint64_t)tunedSame(data, ECHO_LEN, out) + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t tuned_call_mixed(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += (uint64_t)tunedMixed((int32_t)i, 0.5, (uint8_t)i);
    return sum;
}

static uint64_t tuned_maplen(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += (uint64_t)tunedMapLen();
    return sum;
}

static uint64_t tuned_elem(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += (uint64_t)tunedElem((int64_t)i % 1024);
    return sum;
}

static uint64_t tuned_elem_text(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        char out[ECHO_LEN];
        sum += (uint64_t)tunedElemText((int64_t)i % 1024, out, ECHO_LEN) + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t tuned_field(slice s) {
    uint64_t sum = 0;
    tunedSetField((int64_t)s.from);
    for (size_t i = s.from; i < s.to; i++) sum += (uint64_t)tunedField();
    return sum;
}

static uint64_t tuned_set_field(slice s) {
    for (size_t i = s.from; i < s.to; i++) tunedSetField((int64_t)i);
    return (uint64_t)tunedField();
}

static uint64_t tuned_put_u64(slice s) {
    for (size_t i = s.from; i < s.to; i++) tunedPutU64(in.keys[i], i);
    return 0;
}

static uint64_t tuned_get_u64(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += tunedGetU64(in.asked[i]);
    return sum;
}

static uint64_t tuned_iterate(slice s) {
    uint64_t sum = 0, *keys = in.spare, *elems = in.spare + in.n;
    size_t n = tunedFill(keys, elems, s.to);
    for (size_t i = 0; i < n; i++) sum += keys[i] ^ elems[i];
    return sum;
}

static uint64_t tuned_put_str(slice s) {
    for (size_t i = s.from; i < s.to; i++) tunedPutStr(string_key(i), STRING_LEN, i);
    return 0;
}

static uint64_t tuned_get_str(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += tunedGetStr(string_key(in.order[i]), STRING_LEN);
    return sum;
}

static uint64_t tuned_echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        sum += (uint64_t)tunedEcho(data, ECHO_LEN, out) + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t tuned_count(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN];
    for (size_t i = s.from; i < s.to; i++) tunedCount(word, (int32_t)next_word(&at, word));
    return (uint64_t)tunedMapLen();
}

const contender cgo_tuned = {
    .name = "cgo-tuned",
    .make = tunedMake,
    .drop = tunedDrop,
    .loops = {[CALL] = tuned_call,
              [CALL2] = tuned_call2,
              [CALLBACK] = tuned_callback,
              [CALL_STR] = tuned_call_str,
              [CALL_MIXED] = tuned_call_mixed,
              [MAPLEN] = tuned_maplen,
              [ELEM] = tuned_elem,
              [ELEM_TEXT] = tuned_elem_text,
              [FIELD] = tuned_field,
              [SET_FIELD] = tuned_set_field,
              [PUT_U64] = tuned_put_u64,
              [PUT_U64_PRESIZED] = tuned_put_u64,
              [GET_U64] = tuned_get_u64,
              [ITERATE] = tuned_iterate,
              [PUT_STR] = tuned_put_str,
              [GET_STR] = tuned_get_str,
              [ECHO] = tuned_echo,
              [COUNT] = tuned_count},
};

/* ---- go-native ---- */

static uint64_t native_build(int kind, uint64_t (*put)(slice), slice s) {
    s.map = nativeMake(kind, (int64_t)s.to);
    put(s);
    nativeDrop(s.map);
    return s.to;
}

static uint64_t native_build_u64(slice s) {
    return native_build(NUMBERS, nativePutU64, s);
}

static uint64_t native_build_str(slice s) {
    return native_build(STRINGS, nativePutStr, s);
}

const contender go_native = {
    .name = "go-native",
    .threads = true,
    .make = nativeMake,
    .drop = nativeDrop,
    .loops = {[CALL] = nativeCall,
              [CALL2] = nativeCall2,
              [CALL_STR] = nativeCallStr,
              [CALL_MIXED] = nativeCallMixed,
              [MAPLEN] = nativeMapLen,
              [ELEM] = nativeElem,
              [ELEM_TEXT] = nativeElemText,
              [FIELD] = nativeField,
              [SET_FIELD] = nativeSetField,
              [PUT_U64] = nativePutU64,
              [PUT_U64_PRESIZED] = nativePutU64,
              [GET_U64] = nativeGetU64,
              [GET_U64_PARALLEL] = nativeGetU64, /* a map's user has but one thread */
              [BUILD_U64] = native_build_u64,
              [BUILD_STR] = native_build_str,
              [ITERATE] = nativeIterate,
              [ITERATE_BY_SLICE] = nativeIterate,
              [PUT_STR] = nativePutStr,
              [GET_STR] = nativeGetStr,
              [ECHO] = nativeEcho,
              [COUNT] = nativeCount},
};
