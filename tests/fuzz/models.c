/* Maps, slices and channels of which a model in C tells all: whatever function is asked, it must say the same. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#define EXPECT(condition)                                            \
    do {                                                             \
        if (!(condition)) {                                          \
            finding(f, "models.c:%d: not %s", __LINE__, #condition); \
        }                                                            \
    } while (0)
#define EXPECT_OK(call) EXPECT((call) == GOBRIDGE_OK)

static gobridge_value number(int64_t n) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_INT64, .as.i = n};
}

/* ---- maps: from some keys, numbers or texts, to numbers ---- */

enum { KEYS = 24 };

typedef struct map_model {
    gobridge_ref map;
    bool of_texts;
    bool is_there[KEYS];
    int64_t elems[KEYS];
} map_model;

static const char *const key_texts[KEYS] = {"",  "a", "b", "cc", "ddd", "eeee", "f\xff", "g g",
                                            "h", "i", "j", "k",  "l1",  "m2",   "n33",   "o44",
                                            "p", "q", "r", "s",  "t",   "u",    "v",     "wxyz"};

static int64_t key_number(size_t k) {
    return k % 2 ? (int64_t)k : INT64_MIN + (int64_t)k;
}

static gobridge_value key_of(const map_model *m, size_t k) {
    return m->of_texts ? (gobridge_value){.kind = GOBRIDGE_KIND_STRING,
                                          .as.s = key_texts[k],
                                          .len = strlen(key_texts[k])}
                       : number(key_number(k));
}

static size_t id_of(const map_model *m, const gobridge_value *key) {
    for (size_t k = 0; k < KEYS; k++) {
        const gobridge_value is = key_of(m, k);
        if (m->of_texts ? key->kind == GOBRIDGE_KIND_STRING && key->len == is.len &&
                              memcmp(key->as.s, is.as.s, is.len) == 0
                        : key->kind == GOBRIDGE_KIND_INT64 && key->as.i == is.as.i) {
            return k;
        }
    }
    return KEYS;
}

static void set(map_model *m, size_t k, int64_t elem) {
    m->is_there[k] = true;
    m->elems[k] = elem;
}

/* Sets one element, by one of the functions that do. */
static void map_set(fuzz *f, map_model *m) {
    const size_t k = below(f, KEYS);
    const gobridge_value key = key_of(m, k), elem = number((int64_t)roll(f));
    const int64_t in_c = key_number(k);
    const void *key_in_c = m->of_texts ? (const void *)&key : (const void *)&in_c;
    switch (below(f, 4)) {
    case 0: EXPECT_OK(gobridge_map_set(m->map, &key, &elem)); break;
    case 1: EXPECT_OK(gobridge_runtime_mapassign(m->map, key_in_c, &elem.as.i)); break;
    case 2: EXPECT_OK(gobridge_reflect_mapassign0(m->map, key_in_c, &elem.as.i)); break;
    default:
        if (m->of_texts) {
            EXPECT_OK(gobridge_runtime_mapassign_faststr(m->map, key.as.s, key.len, &elem.as.i));
        } else {
            EXPECT_OK(gobridge_runtime_mapassign_fast64(m->map, (uint64_t)in_c, &elem.as.i));
        }
    }
    set(m, k, elem.as.i);
}

static void map_delete(fuzz *f, map_model *m) {
    const size_t k = below(f, KEYS);
    const gobridge_value key = key_of(m, k);
    const int64_t in_c = key_number(k);
    const void *key_in_c = m->of_texts ? (const void *)&key : (const void *)&in_c;
    uint8_t found = m->is_there[k];
    switch (below(f, 4)) {
    case 0: EXPECT_OK(gobridge_runtime_mapdelete(m->map, key_in_c)); break;
    case 1: EXPECT_OK(gobridge_reflect_mapdelete(m->map, key_in_c)); break;
    case 2:
        if (m->of_texts) {
            EXPECT_OK(gobridge_reflect_mapdelete_faststr(m->map, key.as.s, key.len));
            break;
        } /* fallthrough */
    default: EXPECT_OK(gobridge_map_delete(m->map, &key, &found));
    }
    EXPECT(found == m->is_there[k]);
    m->is_there[k] = false;
}

static void map_get(fuzz *f, map_model *m) {
    const size_t k = below(f, KEYS);
    const gobridge_value key = key_of(m, k);
    const int64_t in_c = key_number(k), want = m->is_there[k] ? m->elems[k] : 0;
    const void *key_in_c = m->of_texts ? (const void *)&key : (const void *)&in_c;
    gobridge_value value = {0};
    int64_t elem = want;
    uint8_t found = 9;
    switch (below(f, 5)) {
    case 0:
        EXPECT_OK(gobridge_map_get(m->map, &key, &value, &found));
        EXPECT(value.kind == GOBRIDGE_KIND_INT64);
        elem = value.as.i;
        break;
    case 1: EXPECT_OK(gobridge_runtime_mapaccess2(m->map, key_in_c, &elem, &found)); break;
    case 2: EXPECT_OK(gobridge_reflect_mapaccess(m->map, key_in_c, &elem, &found)); break;
    case 3: EXPECT_OK(gobridge_map_contains(m->map, &key, &found)); break;
    default:
        if (m->of_texts) {
            EXPECT_OK(gobridge_runtime_mapaccess2_faststr(m->map, key.as.s, key.len, &elem, &found));
        } else {
            EXPECT_OK(gobridge_runtime_mapaccess2_fast64(m->map, (uint64_t)in_c, &elem, &found));
        }
    }
    EXPECT(found == m->is_there[k] && elem == want);
}

static void map_update(fuzz *f, map_model *m) {
    const size_t k = below(f, KEYS);
    const gobridge_value key = key_of(m, k), n = number((int64_t)below(f, 1000));
    gobridge_value now = {0};
    uint8_t found = 9;
    if (chance(f, 500)) {
        EXPECT_OK(gobridge_map_get_or_set(m->map, &key, &n, &now, &found));
        EXPECT(found == m->is_there[k]);
        set(m, k, m->is_there[k] ? m->elems[k] : n.as.i);
    } else {
        int64_t sum = m->is_there[k] ? m->elems[k] : 0;
        const bool fits = !__builtin_add_overflow(sum, n.as.i, &sum);
        EXPECT(gobridge_map_add(m->map, &key, &n, &now) == (fits ? GOBRIDGE_OK : GOBRIDGE_E_RANGE));
        if (!fits) {
            return;
        }
        set(m, k, sum);
    }
    EXPECT(now.as.i == m->elems[k]);
}

/* All of some functions over columns, of a random layout. */
static void map_columns(fuzz *f, map_model *m) {
    enum { MOST = 40 };
    gobridge_value values[MOST];
    gobridge_text texts[MOST];
    int64_t numbers[MOST], elems[MOST];
    uint8_t found[MOST];
    size_t ids[MOST];
    const size_t n = below(f, MOST + 1);
    for (size_t i = 0; i < n; i++) {
        ids[i] = below(f, KEYS);
        values[i] = key_of(m, ids[i]);
        texts[i] = (gobridge_text){key_texts[ids[i]], strlen(key_texts[ids[i]])};
        numbers[i] = key_number(ids[i]);
        elems[i] = (int64_t)below(f, 100000);
    }
    gobridge_column keys = {.layout = GOBRIDGE_COLUMN_VALUES, .data = values},
                    of_elems = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = elems};
    if (chance(f, 700)) {
        keys = m->of_texts ? (gobridge_column){.layout = GOBRIDGE_COLUMN_TEXT, .data = texts}
                           : (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .data = numbers};
    }
    switch (below(f, 4)) {
    case 0:
        EXPECT_OK(gobridge_map_set_n(m->map, &keys, &of_elems, n, NULL));
        for (size_t i = 0; i < n; i++) {
            set(m, ids[i], elems[i]);
        }
        break;
    case 1:
        EXPECT_OK(gobridge_map_get_n(m->map, &keys, n, (uint32_t)below(f, 3), &of_elems, found, NULL));
        for (size_t i = 0; i < n; i++) {
            EXPECT(found[i] == m->is_there[ids[i]] &&
                   elems[i] == (m->is_there[ids[i]] ? m->elems[ids[i]] : 0));
        }
        break;
    case 2:
        EXPECT_OK(gobridge_map_delete_n(m->map, &keys, n, found, NULL));
        for (size_t i = 0; i < n; i++) {
            EXPECT(found[i] == m->is_there[ids[i]]);
            m->is_there[ids[i]] = false;
        }
        break;
    default:
        for (size_t i = 0; i < n; i++) { /* nothing must be too large */
            if (m->is_there[ids[i]] && llabs(m->elems[ids[i]] / 2) > INT64_MAX / 4) {
                return;
            }
        }
        EXPECT_OK(gobridge_map_add_n(m->map, &keys, &of_elems, n, NULL));
        for (size_t i = 0; i < n; i++) {
            set(m, ids[i], (m->is_there[ids[i]] ? m->elems[ids[i]] : 0) + elems[i]);
        }
    }
}

/* Every entry, once: by an iterator, or of a frozen copy. */
static void map_all(fuzz *f, map_model *m) {
    int64_t len = -1, count = 0;
    for (size_t k = 0; k < KEYS; k++) {
        count += m->is_there[k];
    }
    EXPECT_OK(gobridge_map_len(m->map, &len));
    EXPECT(len == count);
    if (chance(f, 300)) {
        gobridge_frozen *frozen = NULL;
        EXPECT_OK(gobridge_map_freeze(m->map, &frozen));
        for (size_t k = 0; frozen && k < KEYS; k++) {
            const gobridge_text text = {key_texts[k], strlen(key_texts[k])};
            const int64_t in_c = key_number(k);
            int64_t elem = -1;
            uint8_t found = 9;
            EXPECT_OK(gobridge_frozen_get(frozen, m->of_texts ? (const void *)&text : (const void *)&in_c,
                                          &elem, &found));
            EXPECT(found == m->is_there[k] && elem == (found ? m->elems[k] : 0));
        }
        EXPECT_OK(gobridge_frozen_release(frozen));
        return;
    }
    bool seen[KEYS] = {false};
    gobridge_ref iterator = 0;
    EXPECT_OK(gobridge_map_iterate(m->map, &iterator));
    for (uint8_t found = 1; found;) {
        gobridge_value key = {0}, elem = {0};
        EXPECT_OK(gobridge_map_next(iterator, &key, &elem, &found));
        if (found) {
            const size_t k = id_of(m, &key);
            EXPECT(k < KEYS && m->is_there[k] && !seen[k] && elem.as.i == m->elems[k]);
            seen[k < KEYS ? k : 0] = true;
            count--;
        }
        EXPECT_OK(gobridge_value_release(&key));
    }
    EXPECT(count == 0);
    EXPECT_OK(gobridge_release(iterator));
}

static void model_map(fuzz *f) {
    map_model m = {.of_texts = chance(f, 500)};
    EXPECT_OK(gobridge_map_new(parsed(m.of_texts ? "map[string]int64" : "map[int64]int64"), 0, &m.map));
    for (size_t i = 0, n = 10 + below(f, 60); i < n; i++, f->calls++) {
        const size_t what = below(f, 100);
        if (what < 35) {
            map_set(f, &m);
        } else if (what < 50) {
            map_delete(f, &m);
        } else if (what < 70) {
            map_get(f, &m);
        } else if (what < 80) {
            map_update(f, &m);
        } else if (what < 90) {
            map_columns(f, &m);
        } else if (what < 97) {
            map_all(f, &m);
        } else if (what < 98) {
            EXPECT_OK(gobridge_map_clear(m.map));
            memset(m.is_there, 0, sizeof m.is_there);
        } else {
            gobridge_ref clone = 0;
            EXPECT_OK(gobridge_maps_clone(m.map, &clone));
            EXPECT_OK(gobridge_release(m.map));
            m.map = clone;
        }
    }
    map_all(f, &m);
    EXPECT_OK(gobridge_release(m.map));
}

/* ---- slices of numbers ---- */

static void model_slice(fuzz *f) {
    enum { MOST = 64 };
    int64_t elems[MOST], read[MOST];
    size_t len = below(f, 5);
    memset(elems, 0, sizeof elems);
    gobridge_ref slice = 0, next = 0;
    EXPECT_OK(gobridge_slice_new(parsed("[]int64"), (int64_t)len, (int64_t)(len + below(f, 9)), &slice));
    for (size_t i = 0, n = 10 + below(f, 40); i < n; i++, f->calls++) {
        const size_t at = below(f, len + 2), count = below(f, 5);
        gobridge_value value = number((int64_t)roll(f)), got = {0}, more[4];
        gobridge_column column = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = read};
        switch (below(f, 8)) {
        case 0:
            EXPECT(gobridge_slice_set(slice, (int64_t)at, &value) ==
                   (at < len ? GOBRIDGE_OK : GOBRIDGE_E_INDEX));
            if (at < len) {
                elems[at] = value.as.i;
            }
            break;
        case 1:
            EXPECT(gobridge_slice_get(slice, (int64_t)at, &got) ==
                   (at < len ? GOBRIDGE_OK : GOBRIDGE_E_INDEX));
            EXPECT(at >= len || got.as.i == elems[at]);
            break;
        case 2:
            for (size_t j = 0; j < count && j < 4; j++) {
                more[j] = number((int64_t)roll(f));
            }
            if (count <= 4 && len + count <= MOST) {
                EXPECT_OK(gobridge_slice_append(slice, more, count, &next));
                for (size_t j = 0; j < count; j++) {
                    elems[len++] = more[j].as.i;
                }
            }
            break;
        case 3:
            for (size_t j = 0; j < count; j++) {
                read[j] = (int64_t)roll(f);
            }
            if (len + count <= MOST) {
                EXPECT_OK(gobridge_slice_append_n(slice, &column, count, &next));
                memcpy(elems + len, read, count * sizeof *read);
                len += count;
            }
            break;
        case 4:
            EXPECT(gobridge_slice_read_n(slice, (int64_t)at, count, &column) ==
                   (at + count <= len ? GOBRIDGE_OK : GOBRIDGE_E_INDEX));
            EXPECT(at + count > len || memcmp(read, elems + at, count * sizeof *read) == 0);
            break;
        case 5:
            if (at <= len) {
                EXPECT_OK(gobridge_slice_sub(slice, (int64_t)at / 2, (int64_t)at, &next));
                memmove(elems, elems + at / 2, (at - at / 2) * sizeof *elems);
                len = at - at / 2;
            }
            break;
        case 6:
            EXPECT_OK(gobridge_slice_view(slice, &got));
            EXPECT(got.len == len * sizeof *elems && memcmp(got.as.b, elems, len * sizeof *elems) == 0);
            EXPECT_OK(gobridge_value_release(&got));
            break;
        default: EXPECT_OK(gobridge_reflect_growslice(slice, (int64_t)count, &next)); break;
        }
        if (next) { /* of memory of its own, or the same */
            EXPECT_OK(gobridge_release(slice));
            slice = next, next = 0;
        }
    }
    int64_t now = -1;
    EXPECT_OK(gobridge_slice_len(slice, &now));
    EXPECT(now == (int64_t)len);
    EXPECT_OK(gobridge_release(slice));
}

/* ---- channels of numbers ---- */

static void model_chan(fuzz *f) {
    enum { MOST = 5 };
    int64_t queue[MOST];
    size_t len = 0;
    const size_t cap = below(f, MOST + 1);
    bool is_open = true;
    gobridge_ref chan = 0;
    EXPECT_OK(gobridge_chan_new(parsed("chan int64"), (int64_t)cap, &chan));
    for (size_t i = 0, n = 10 + below(f, 30); i < n; i++, f->calls++) {
        gobridge_value value = number((int64_t)roll(f)), got = {0};
        const gobridge_select_case one = {.chan = chan, .send = chance(f, 500) ? &value : NULL};
        uint8_t open = 9;
        int64_t now = -1;
        size_t chosen = 9;
        const gobridge_status sending = !is_open    ? GOBRIDGE_E_CLOSED
                                        : len < cap ? GOBRIDGE_OK
                                                    : GOBRIDGE_E_TIMEOUT;
        const gobridge_status receiving = len || !is_open ? GOBRIDGE_OK : GOBRIDGE_E_TIMEOUT;
        bool sends = false, receives = false;
        switch (below(f, 5)) {
        case 0:
            EXPECT(gobridge_chan_send(chan, &value, 0) == sending);
            sends = true;
            break;
        case 1:
            EXPECT(gobridge_chan_receive(chan, 0, &got, &open) == receiving);
            receives = true;
            break;
        case 2:
            EXPECT(gobridge_chan_select(&one, 1, 0, &chosen, &got, &open) ==
                   (one.send ? sending : receiving));
            sends = one.send, receives = !one.send;
            break;
        case 3:
            EXPECT_OK(gobridge_chan_len(chan, &now));
            EXPECT(now == (int64_t)len);
            break;
        default:
            if (chance(f, 100)) {
                EXPECT(gobridge_chan_close(chan) == (is_open ? GOBRIDGE_OK : GOBRIDGE_E_CLOSED));
                is_open = false;
            }
        }
        if (sends && !sending) {
            queue[len++] = value.as.i;
        } else if (receives && !receiving) {
            EXPECT(open == (len > 0) && got.as.i == (len ? queue[0] : 0));
            len -= len > 0;
            memmove(queue, queue + 1, len * sizeof *queue);
        }
    }
    EXPECT_OK(gobridge_release(chan));
}

void model_step(fuzz *f) {
    switch (below(f, 3)) {
    case 0: model_map(f); break;
    case 1: model_slice(f); break;
    default: model_chan(f); break;
    }
}

/* ---- maps that are large enough for the ordered and parallel paths ---- */

void model_large(fuzz *f) {
    enum { MANY = 300000 };
    const bool of_texts = chance(f, 500);
    static __thread char names[MANY][8];
    gobridge_text *texts = malloc(MANY * sizeof *texts);
    int64_t *numbers = malloc(MANY * sizeof *numbers), *elems = malloc(MANY * sizeof *elems);
    uint8_t *found = malloc(MANY);
    const int64_t factor = 2 * (int64_t)(roll(f) >> 20) + 1;
    for (int64_t i = 0; i < MANY; i++) {
        const int len = snprintf(names[i], sizeof names[i], "%x", (unsigned)i);
        texts[i] = i % 1000 ? (gobridge_text){names[i], (size_t)len}
                            : (gobridge_text){(const char *)(uintptr_t)roll(f), 0};
        numbers[i] = (int64_t)((uint64_t)i * (uint64_t)factor), elems[i] = i % 1000 || !of_texts ? i : 0;
    }
    const gobridge_column of_texts_column = {.layout = GOBRIDGE_COLUMN_TEXT, .data = texts};
    const gobridge_column of_numbers = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = numbers};
    gobridge_column keys = of_texts ? of_texts_column : of_numbers,
                    of_elems = {.layout = GOBRIDGE_COLUMN_PLAIN, .data = elems};
    gobridge_ref map = 0;
    EXPECT_OK(gobridge_map_build_n(parsed(of_texts ? "map[string]int64" : "map[int64]int64"), &keys,
                                   &of_elems, MANY, (uint32_t)below(f, 3), &map));
    EXPECT_OK(gobridge_map_set_n(map, &keys, &of_elems, MANY, NULL));
    const bool overlap = !of_texts && chance(f, 300); /* what is read is what is written over */
    memset(elems, 0xFF, MANY * sizeof *elems);
    if (overlap) {
        of_elems.data = numbers;
    }
    EXPECT_OK(gobridge_map_get_n(map, &keys, MANY, (uint32_t)below(f, 3), &of_elems, found, NULL));
    for (int64_t i = 0; i < MANY && !f->findings && !overlap; i++) {
        EXPECT(found[i] == 1 && elems[i] == (i % 1000 || !of_texts ? i : 0));
    }
    EXPECT_OK(gobridge_release(map));
    free(texts), free(numbers), free(elems), free(found);
    f->calls += 4;
}
