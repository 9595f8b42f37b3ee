/* Maps for the stress tests. Each kind of map stands for one from numbers to numbers: it says how a number is a key and
 * an element of its type, and back. So a test has one model, an array of numbers, for all kinds. */
#ifndef GOBRIDGE_TESTS_KINDS_H
#define GOBRIDGE_TESTS_KINDS_H

#include "../unit/check.h"

#include <time.h>

/* A key or an element in C layout, and the memory that a string shows. */
typedef struct slot {
    union {
        uint64_t u64;
        uint32_t u32;
        int32_t array[3];
        struct {
            uint64_t a;
            uint32_t b[4];
        } record;
        gobridge_value value;
    } as;
    char text[160];
} slot;

typedef struct kind {
    const char *type, *key_type, *elem_type;
    void (*set_key)(slot *s, uint64_t id);
    uint64_t (*key)(const slot *s);
    void (*set_elem)(slot *s, uint64_t number);
    uint64_t (*elem)(const slot *s);
    bool has_values; /* keys and elements are gobridge_values */
    int fast;        /* the variant in bits, 0 for none */
} kind;

/* Multiplying by an odd number and by its inverse: keys that look random, and back. */
static inline void set_key64(slot *s, uint64_t id) {
    s->as.u64 = id * 0x9E3779B97F4A7C15U;
}
static inline uint64_t key64(const slot *s) {
    return s->as.u64 * 0xF1DE83E19937733DU;
}
static inline void set_key32(slot *s, uint64_t id) {
    s->as.u32 = (uint32_t)id * 0x9E3779B1U;
}
static inline uint64_t key32(const slot *s) {
    return s->as.u32 * 0x0E8B2F51U;
}
static inline void set_elem64(slot *s, uint64_t number) {
    s->as.u64 = ~number;
}
static inline uint64_t elem64(const slot *s) {
    return ~s->as.u64;
}
static inline void set_elem32(slot *s, uint64_t number) {
    s->as.u32 = (uint32_t)number + 7;
}
static inline uint64_t elem32(const slot *s) {
    return s->as.u32 - 7;
}

static inline void set_array(slot *s, uint64_t id) {
    s->as.array[0] = (int32_t)id;
    s->as.array[1] = -5;
    s->as.array[2] = (int32_t)(id >> 32);
}
static inline uint64_t array(const slot *s) {
    return (uint32_t)s->as.array[0] | (uint64_t)(uint32_t)s->as.array[2] << 32;
}
static inline void set_record(slot *s, uint64_t number) {
    s->as.record.a = number;
    for (uint32_t i = 0; i < 4; i++) {
        s->as.record.b[i] = (uint32_t)number + i;
    }
}
static inline uint64_t record(const slot *s) {
    for (uint32_t i = 0; i < 4; i++) {
        expect(s->as.record.b[i] == (uint32_t)s->as.record.a + i);
    }
    return s->as.record.a;
}

/* The number in decimal, a NUL, a byte that is no UTF-8, and as many letters as its last two digits say. */
static inline void set_text(slot *s, uint64_t number) {
    const int digits = snprintf(s->text, sizeof s->text, "%llu", (unsigned long long)number);
    const size_t len = (size_t)digits + 2 + number % 100;
    s->text[digits + 1] = '\xff';
    memset(s->text + digits + 2, 'a' + (int)(number % 26), len - (size_t)digits - 2);
    s->as.value = text_of(s->text, len);
}
static inline uint64_t read_text(const slot *s) {
    slot same;
    set_text(&same, strtoull(s->as.value.as.s, NULL, 10));
    expect(s->as.value.len == same.as.value.len && memcmp(s->as.value.as.s, same.text, s->as.value.len) == 0);
    return strtoull(same.text, NULL, 10);
}

/* A value of a type that the number decides. */
static inline void set_any(slot *s, uint64_t number) {
    switch (number % 4) {
    case 0: set_text(s, number); break;
    case 1: s->as.value = integer(GOBRIDGE_KIND_INT64, (int64_t)number); break;
    case 2: s->as.value = integer(GOBRIDGE_KIND_UINT32, (int64_t)number); break;
    default: s->as.value = real(GOBRIDGE_KIND_FLOAT64, (double)number);
    }
}
static inline uint64_t read_any(const slot *s) {
    switch (s->as.value.kind) {
    case GOBRIDGE_KIND_STRING: return read_text(s);
    case GOBRIDGE_KIND_FLOAT64: return (uint64_t)s->as.value.as.f;
    default: return s->as.value.as.u;
    }
}

enum { KINDS = 5 };
static const kind kinds[KINDS] = {
    {"map[uint64]uint64", "uint64", "uint64", set_key64, key64, set_elem64, elem64, false, 64},
    {"map[uint32]uint32", "uint32", "uint32", set_key32, key32, set_elem32, elem32, false, 32},
    {"map[string]string", "string", "string", set_text, read_text, set_text, read_text, true, 0},
    {"map[[3]int32]struct{ a uint64; b [4]uint32 }", "[3]int32", "struct{ a uint64; b [4]uint32 }", set_array,
     array, set_record, record, false, 0},
    {"map[any]any", "any", "any", set_any, read_any, set_any, read_any, true, 0},
};

/* A map of a kind, and which of the routes into it comes next. */
typedef struct target {
    const kind *kind;
    gobridge_ref map;
    unsigned turn;
} target;

static inline target make_target(const kind *k, int64_t hint) {
    target t = {.kind = k};
    gobridge_ref type = 0;
    expect(gobridge_type_parse(k->type, strlen(k->type), &type) == GOBRIDGE_OK);
    expect(gobridge_runtime_makemap(type, hint, &t.map) == GOBRIDGE_OK);
    return t;
}

/* A key or an element as a value, which drop releases. */
static inline gobridge_value as_value(const target *t, const char *type, const slot *s) {
    switch (t->kind->fast) {
    case 64: return integer(GOBRIDGE_KIND_UINT64, (int64_t)s->as.u64);
    case 32: return integer(GOBRIDGE_KIND_UINT32, (int64_t)s->as.u32);
    default: break;
    }
    if (t->kind->has_values) {
        return s->as.value;
    }
    gobridge_ref of = 0, boxed = 0;
    expect(gobridge_type_parse(type, strlen(type), &of) == GOBRIDGE_OK);
    expect(gobridge_value_box(of, &s->as, &boxed) == GOBRIDGE_OK);
    return named(boxed);
}

static inline void drop(const gobridge_value *value) {
    expect(value->kind != GOBRIDGE_KIND_REF || gobridge_release(value->as.ref) == GOBRIDGE_OK);
}

/* A key or an element that came as a value. */
static inline void take_value(const target *t, gobridge_value *value, slot *s) {
    if (t->kind->has_values) {
        s->as.value = *value;
    } else if (value->kind == GOBRIDGE_KIND_REF) {
        expect(gobridge_value_load(value->as.ref, &s->as) == GOBRIDGE_OK);
        expect(gobridge_value_release(value) == GOBRIDGE_OK);
    } else {
        s->as.u64 = value->as.u;
        if (t->kind->fast == 32) {
            s->as.u32 = (uint32_t)value->as.u;
        }
    }
}

static inline void put(target *t, uint64_t id, uint64_t number) {
    slot key, elem;
    t->kind->set_key(&key, id);
    t->kind->set_elem(&elem, number);
    gobridge_status status;
    switch (t->turn++ % 4) {
    case 0: status = gobridge_runtime_mapassign(t->map, &key.as, &elem.as); break;
    case 1: status = gobridge_reflect_mapassign0(t->map, &key.as, &elem.as); break;
    case 2: {
        const gobridge_value k = as_value(t, t->kind->key_type, &key),
                             e = as_value(t, t->kind->elem_type, &elem);
        status = gobridge_map_set(t->map, &k, &e);
        drop(&k);
        drop(&e);
        break;
    }
    default:
        status = t->kind->fast == 64   ? gobridge_runtime_mapassign_fast64(t->map, key.as.u64, &elem.as)
                 : t->kind->fast == 32 ? gobridge_runtime_mapassign_fast32(t->map, key.as.u32, &elem.as)
                                       : gobridge_runtime_mapassign(t->map, &key.as, &elem.as);
    }
    expect(status == GOBRIDGE_OK);
}

static inline void release(const target *t, slot *s) {
    expect(!t->kind->has_values || gobridge_value_release(&s->as.value) == GOBRIDGE_OK);
}

/* Whether a number is a key, and its element. */
static inline bool get(target *t, uint64_t id, uint64_t *number) {
    slot key, elem;
    uint8_t found = 9;
    t->kind->set_key(&key, id);
    gobridge_status status;
    switch (t->turn++ % 4) {
    case 0: status = gobridge_runtime_mapaccess2(t->map, &key.as, &elem.as, &found); break;
    case 1: status = gobridge_reflect_mapaccess(t->map, &key.as, &elem.as, &found); break;
    case 2: {
        const gobridge_value k = as_value(t, t->kind->key_type, &key);
        gobridge_value e = {.kind = GOBRIDGE_KIND_NIL};
        status = gobridge_map_get(t->map, &k, &e, &found);
        take_value(t, &e, &elem);
        drop(&k);
        break;
    }
    default:
        status =
            t->kind->fast == 64   ? gobridge_runtime_mapaccess2_fast64(t->map, key.as.u64, &elem.as, &found)
            : t->kind->fast == 32 ? gobridge_runtime_mapaccess2_fast32(t->map, key.as.u32, &elem.as, &found)
                                  : gobridge_runtime_mapaccess2(t->map, &key.as, &elem.as, &found);
    }
    expect(status == GOBRIDGE_OK && found <= 1);
    if (status == GOBRIDGE_OK) {
        *number = found ? t->kind->elem(&elem) : 0;
        release(t, &elem);
    }
    return found == 1;
}

static inline void delete (target *t, uint64_t id) {
    slot key;
    t->kind->set_key(&key, id);
    if (t->turn++ % 2) {
        expect(gobridge_runtime_mapdelete(t->map, &key.as) == GOBRIDGE_OK);
        return;
    }
    const gobridge_value k = as_value(t, t->kind->key_type, &key);
    expect(gobridge_map_delete(t->map, &k, NULL) == GOBRIDGE_OK);
    drop(&k);
}

static inline int64_t length_of(const target *t) {
    int64_t len = -1;
    expect(gobridge_reflect_maplen(t->map, &len) == GOBRIDGE_OK);
    return len;
}

/* An iterator that stands before or on the first entry: by turns. */
typedef struct walk {
    gobridge_ref iterator;
    bool before; /* gobridge_map_next moves it */
} walk;

static inline walk start(target *t) {
    walk w = {.before = t->turn++ % 2};
    expect((w.before ? gobridge_map_iterate : gobridge_reflect_mapiterinit)(t->map, &w.iterator) ==
           GOBRIDGE_OK);
    return w;
}

/* Takes the entry that an iterator comes to or stands on; false past the end. */
static inline bool take(target *t, walk w, uint64_t *id, uint64_t *number) {
    slot key, elem;
    uint8_t found[2] = {0, 0};
    if (w.before) {
        gobridge_value entry[2] = {{.kind = GOBRIDGE_KIND_NIL}, {.kind = GOBRIDGE_KIND_NIL}};
        expect(gobridge_map_next(w.iterator, &entry[0], &entry[1], &found[0]) == GOBRIDGE_OK);
        if (!found[0]) {
            return false;
        }
        take_value(t, &entry[0], &key);
        take_value(t, &entry[1], &elem);
    } else {
        expect(gobridge_reflect_mapiterkey(w.iterator, &key.as, &found[0]) == GOBRIDGE_OK);
        if (!found[0]) {
            return false;
        }
        expect(gobridge_reflect_mapiterelem(w.iterator, &elem.as, &found[1]) == GOBRIDGE_OK && found[1]);
        if (!found[1]) {
            return false;
        }
    }
    *id = t->kind->key(&key);
    *number = t->kind->elem(&elem);
    release(t, &key);
    release(t, &elem);
    expect(w.before || (t->turn++ % 2 ? gobridge_runtime_mapiternext
                                      : gobridge_reflect_mapiternext)(w.iterator) == GOBRIDGE_OK);
    return true;
}

/* ---- how much, and which random numbers ---- */

/* So much of a count as GOBRIDGE_STRESS_SCALE says: 0.01 for slow runs, 1 by default. */
static inline uint64_t scaled(uint64_t count) {
    const char *scale = getenv("GOBRIDGE_STRESS_SCALE");
    const double share = scale ? atof(scale) : 1;
    const uint64_t some = (uint64_t)((double)count * share);
    return some > 100 ? some : 100;
}

/* The seed, GOBRIDGE_SEED or the time, printed so that a failure can be had again. */
static inline uint64_t seed(void) {
    static uint64_t value;
    if (!value) {
        const char *given = getenv("GOBRIDGE_SEED");
        value = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) | 1;
        printf("GOBRIDGE_SEED=%llu\n", (unsigned long long)value);
    }
    return value;
}

/* splitmix64 */
static inline uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

#endif
