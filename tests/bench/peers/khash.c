/* c-hash: khash, which many C programs have a copy of. */
#include "../bench.h"

#include <htslib/khash.h>
#include <string.h>

KHASH_MAP_INIT_INT64(numbers, uint64_t)
KHASH_MAP_INIT_STR(strings, uint64_t)

struct map {
    int kind;
    size_t len;
    khash_t(numbers) * numbers;
    khash_t(strings) * strings;
};

static void make_room(struct map *m, size_t n) {
    khint_t room = (khint_t)(n * 4 / 3);
    if (m->kind == NUMBERS) {
        m->numbers = kh_init(numbers);
        if (n) kh_resize(numbers, m->numbers, room);
    } else {
        m->strings = kh_init(strings);
        if (n) kh_resize(strings, m->strings, room);
    }
}

static void free_entries(struct map *m) {
    if (m->numbers) kh_destroy(numbers, m->numbers);
    if (!m->strings) return;
    for (khint_t i = 0; i < kh_end(m->strings); i++) {
        if (kh_exist(m->strings, i)) free((char *)kh_key(m->strings, i));
    }
    kh_destroy(strings, m->strings);
}

static inline uint64_t *number_elem(struct map *m, uint64_t key) {
    int added;
    khint_t i = kh_put(numbers, m->numbers, key, &added);
    if (added) {
        kh_val(m->numbers, i) = 0;
        m->len++;
    }
    return &kh_val(m->numbers, i);
}

static inline uint64_t *number_find(struct map *m, uint64_t key) {
    khint_t i = kh_get(numbers, m->numbers, key);
    return i == kh_end(m->numbers) ? NULL : &kh_val(m->numbers, i);
}

static inline bool number_at(const struct map *m, size_t *at, uint64_t *key, uint64_t *elem) {
    for (; *at < kh_end(m->numbers); ++*at) {
        if (!kh_exist(m->numbers, *at)) continue;
        *key = kh_key(m->numbers, *at);
        *elem = kh_val(m->numbers, *at);
        ++*at;
        return true;
    }
    return false;
}

static inline uint64_t *string_elem(struct map *m, const char *key, size_t len) {
    int added;
    khint_t i = kh_put(strings, m->strings, key, &added);
    if (added) {
        char *copy = malloc(len + 1);
        if (!copy) fail("c-hash", "no memory");
        kh_key(m->strings, i) = memcpy(copy, key, len + 1);
        kh_val(m->strings, i) = 0;
        m->len++;
    }
    return &kh_val(m->strings, i);
}

static inline uint64_t *string_find(struct map *m, const char *key, size_t len) {
    (void)len;
    khint_t i = kh_get(strings, m->strings, key);
    return i == kh_end(m->strings) ? NULL : &kh_val(m->strings, i);
}

#define CONTENDER c_hash_khash
#include "../hash.h"
