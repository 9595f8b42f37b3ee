/* c-hash: open addressing with linear probing, at most three quarters full; string keys lie in chunks. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    uint64_t hash; /* of a string; 0: the entry is free */
    union {
        uint64_t number;
        const char *string;
    } key;
    uint64_t elem;
    size_t len;
} entry;

/* An entry of numbers needs less: a table of twice the size would miss the cache twice as often. */
typedef struct number_entry {
    uint64_t key, elem;
    uint8_t used;
} number_entry;

typedef struct chunk {
    struct chunk *next;
    size_t used;
    char data[1 << 20];
} chunk;

struct map {
    int kind;
    size_t len, room; /* room: entries, a power of two */
    number_entry *numbers;
    entry *strings;
    chunk *chunks;
};

static inline uint64_t mixed(uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93U;
    return x ^ x >> 32;
}

static inline uint64_t string_hash(const char *data, size_t len) {
    uint64_t hash = len * 0x9E3779B97F4A7C15U, word;
    for (; len >= 8; data += 8, len -= 8) {
        memcpy(&word, data, 8);
        hash = mixed(hash ^ word);
    }
    word = 0;
    memcpy(&word, data, len);
    return mixed(hash ^ word) | 1;
}

static inline number_entry *number_place(const struct map *m, uint64_t key) {
    size_t i = mixed(key) & (m->room - 1);
    while (m->numbers[i].used && m->numbers[i].key != key) i = (i + 1) & (m->room - 1);
    return &m->numbers[i];
}

static inline entry *string_place(const struct map *m, uint64_t hash, const char *key, size_t len) {
    size_t i = hash >> 1 & (m->room - 1);
    for (entry *e; (e = &m->strings[i])->hash; i = (i + 1) & (m->room - 1)) {
        if (e->hash == hash && e->len == len && memcmp(e->key.string, key, len) == 0) break;
    }
    return &m->strings[i];
}

static void *zeroed(size_t count, size_t size) {
    void *p = calloc(count, size);
    if (!p) fail("c-hash", "no memory");
    return p;
}

static void grow(struct map *m, size_t room) {
    struct map old = *m;
    m->room = room;
    if (m->kind == NUMBERS) {
        m->numbers = zeroed(room, sizeof *m->numbers);
        for (const number_entry *e = old.numbers; e < old.numbers + old.room; e++) {
            if (e->used) *number_place(m, e->key) = *e;
        }
        free(old.numbers);
    } else {
        m->strings = zeroed(room, sizeof *m->strings);
        for (const entry *e = old.strings; e < old.strings + old.room; e++) {
            if (!e->hash) continue;
            size_t i = e->hash >> 1 & (room - 1);
            while (m->strings[i].hash) i = (i + 1) & (room - 1);
            m->strings[i] = *e;
        }
        free(old.strings);
    }
}

static void make_room(struct map *m, size_t n) {
    size_t room = 16;
    while (n > room / 4 * 3) room *= 2;
    grow(m, room);
}

static inline void grow_when_full(struct map *m) {
    if (m->len >= m->room / 4 * 3) grow(m, m->room * 2);
}

static void free_entries(struct map *m) {
    free(m->numbers);
    free(m->strings);
    for (chunk *c = m->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
}

static inline uint64_t *number_elem(struct map *m, uint64_t key) {
    grow_when_full(m);
    number_entry *e = number_place(m, key);
    if (!e->used) {
        *e = (number_entry){.key = key, .used = 1};
        m->len++;
    }
    return &e->elem;
}

static inline uint64_t *number_find(struct map *m, uint64_t key) {
    number_entry *e = number_place(m, key);
    return e->used ? &e->elem : NULL;
}

static inline bool number_at(const struct map *m, size_t *at, uint64_t *key, uint64_t *elem) {
    for (; *at < m->room; ++*at) {
        const number_entry *e = &m->numbers[*at];
        if (!e->used) continue;
        *key = e->key;
        *elem = e->elem;
        ++*at;
        return true;
    }
    return false;
}

static const char *kept(struct map *m, const char *key, size_t len) {
    if (!m->chunks || m->chunks->used + len > sizeof m->chunks->data) {
        chunk *c = malloc(sizeof *c);
        if (!c) fail("c-hash", "no memory");
        c->next = m->chunks;
        c->used = 0;
        m->chunks = c;
    }
    char *copy = m->chunks->data + m->chunks->used;
    m->chunks->used += len;
    return memcpy(copy, key, len);
}

static inline uint64_t *string_elem(struct map *m, const char *key, size_t len) {
    grow_when_full(m);
    uint64_t hash = string_hash(key, len);
    entry *e = string_place(m, hash, key, len);
    if (!e->hash) {
        *e = (entry){.hash = hash, .key.string = kept(m, key, len), .len = len};
        m->len++;
    }
    return &e->elem;
}

static inline uint64_t *string_find(struct map *m, const char *key, size_t len) {
    entry *e = string_place(m, string_hash(key, len), key, len);
    return e->hash ? &e->elem : NULL;
}

#define CONTENDER c_hash_probing
#include "hash.h"
