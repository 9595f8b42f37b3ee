/* cgo-export and cgo-tuned: what a Go author exports by hand, with handles and statuses, and without. */
#include "bench.h"
#include "goside/goside.h"

#include <stdlib.h>
#include <string.h>

/* ---- cgo-export ---- */

static uintptr_t map;

static void must(int32_t status) {
    if (status) fail("cgo-export", "a panic");
}

static void export_drop(void) {
    must(exportRelease(map));
}

static uint64_t export_call(void) {
    uint64_t sum = 0;
    uint8_t iscgo;
    for (size_t i = 0; i < in.n; i++) {
        must(exportIscgo(&iscgo));
        sum += iscgo;
    }
    return sum;
}

static uint64_t export_maplen(void) {
    uint64_t sum = 0;
    int64_t len;
    for (size_t i = 0; i < in.n; i++) {
        must(exportMapLen(map, &len));
        sum += (uint64_t)len;
    }
    return sum;
}

static void export_put_u64(int64_t hint) {
    must(exportMakeU64(hint, &map));
    for (size_t i = 0; i < in.n; i++) must(exportPutU64(map, in.keys[i], i));
}

static uint64_t export_get_u64(void) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = 0; i < in.n; i++) {
        must(exportGetU64(map, in.keys[in.order[i]], &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t export_iterate(uint64_t *keys) {
    uintptr_t iterator;
    uint64_t sum = 0, key, elem;
    uint8_t found;
    must(exportIterate(map, &iterator));
    for (;;) {
        must(exportNext(iterator, &key, &elem, &found));
        if (!found) break;
        *keys ^= key;
        sum += elem;
    }
    must(exportRelease(iterator));
    return sum;
}

static uint64_t export_iterate_by_call(uint64_t *keys) {
    uintptr_t iterator;
    uint64_t sum = 0, key, elem;
    uint8_t found;
    must(exportIterate(map, &iterator));
    for (;;) {
        must(exportStep(iterator));
        must(exportKey(iterator, &key, &found));
        if (!found) break;
        must(exportElem(iterator, &elem, &found));
        *keys ^= key;
        sum += elem;
    }
    must(exportRelease(iterator));
    return sum;
}

static void export_put_str(void) {
    must(exportMakeStr(0, &map));
    for (size_t i = 0; i < in.n; i++) must(exportPutStr(map, string_key(i), STRING_LEN, i));
}

static uint64_t export_get_str(void) {
    uint64_t sum = 0, elem;
    uint8_t found;
    for (size_t i = 0; i < in.n; i++) {
        must(exportGetStr(map, string_key(in.order[i]), STRING_LEN, &elem, &found));
        if (found) sum += elem;
    }
    return sum;
}

static uint64_t export_echo(void) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) {
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

static void export_count(uint64_t *words, uint64_t *distinct) {
    const char *at = in.text;
    char word[WORD_LEN];
    int64_t len;
    *words = 0;
    must(exportMakeStr(0, &map));
    for (size_t n; (n = next_word(&at, word)); ++*words) {
        uint64_t tally;
        uint8_t found;
        must(exportGetStr(map, word, (int32_t)n, &tally, &found));
        must(exportPutStr(map, word, (int32_t)n, tally + 1));
    }
    must(exportMapLen(map, &len));
    *distinct = (uint64_t)len;
}

const contender cgo_export = {
    .name = "cgo-export",
    .call = export_call,
    .maplen = export_maplen,
    .put_u64 = export_put_u64,
    .get_u64 = export_get_u64,
    .iterate = export_iterate,
    .iterate_by_call = export_iterate_by_call,
    .put_str = export_put_str,
    .get_str = export_get_str,
    .echo = export_echo,
    .count = export_count,
    .drop = export_drop,
};

/* ---- cgo-tuned ---- */

static uint64_t tuned_call(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) sum += tunedIscgo();
    return sum;
}

static uint64_t tuned_maplen(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) sum += (uint64_t)tunedMapLen();
    return sum;
}

static void tuned_put_u64(int64_t hint) {
    tunedMakeU64(hint);
    for (size_t i = 0; i < in.n; i++) tunedPutU64(in.keys[i], i);
}

static uint64_t tuned_get_u64(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) sum += tunedGetU64(in.keys[in.order[i]]);
    return sum;
}

static uint64_t tuned_iterate(uint64_t *keys) {
    static uint64_t *filled;
    if (!filled) filled = malloc(2 * in.n * sizeof *filled);
    if (!filled) fail("cgo-tuned", "no memory");
    uint64_t sum = 0, *elems = filled + in.n;
    size_t n = tunedFill(filled, elems, in.n);
    for (size_t i = 0; i < n; i++) {
        *keys ^= filled[i];
        sum += elems[i];
    }
    return sum;
}

static void tuned_put_str(void) {
    tunedMakeStr();
    for (size_t i = 0; i < in.n; i++) tunedPutStr(string_key(i), STRING_LEN, i);
}

static uint64_t tuned_get_str(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) sum += tunedGetStr(string_key(in.order[i]), STRING_LEN);
    return sum;
}

static uint64_t tuned_echo(void) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = 0; i < in.n; i++) {
        echo_string(data, i);
        sum += (uint64_t)tunedEcho(data, ECHO_LEN, out) + (uint8_t)out[7];
    }
    return sum;
}

static void tuned_count(uint64_t *words, uint64_t *distinct) {
    const char *at = in.text;
    char word[WORD_LEN];
    tunedMakeWords();
    for (size_t n; (n = next_word(&at, word));) tunedCount(word, (int32_t)n);
    tunedWords(words, distinct);
}

const contender cgo_tuned = {
    .name = "cgo-tuned",
    .call = tuned_call,
    .maplen = tuned_maplen,
    .put_u64 = tuned_put_u64,
    .get_u64 = tuned_get_u64,
    .iterate = tuned_iterate,
    .put_str = tuned_put_str,
    .get_str = tuned_get_str,
    .echo = tuned_echo,
    .count = tuned_count,
    .drop = tunedDrop,
};
