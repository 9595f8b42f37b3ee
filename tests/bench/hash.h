/* The loops of a hash table in C, for each of the two. Who includes this has defined
 *   struct map, with the members kind (as in goside.h) and len
 *   make_room(map, n)                           makes the empty map, with room for n
 *   free_entries(map)
 *   number_elem(map, key), string_elem(map, key, len)   the address of a key's element, made with 0 where there is none
 *   number_find(map, key), string_find(map, key, len)   the same, NULL where there is none
 *   number_at(map, &position, &key, &elem)      the next entry from position on; false past the last one
 * and CONTENDER, what the contender is called in C. The keys, as those of a runtime's, are the table's own. */
#include <stdlib.h>
#include <string.h>

static uint64_t make(int kind, int64_t hint) {
    struct map *map = calloc(1, sizeof *map);
    if (!map) fail("c-hash", "no memory");
    map->kind = kind;
    make_room(map, (size_t)hint);
    return (uintptr_t)map;
}

static inline struct map *map_of(slice s) {
    return (struct map *)(uintptr_t)s.map;
}

static void drop(uint64_t map) {
    free_entries((struct map *)(uintptr_t)map);
    free((void *)(uintptr_t)map);
}

/* Through a pointer, so that the calls are calls. */
static uint64_t one(void) {
    return 1;
}

static int64_t add(int64_t a, int64_t b) {
    return a + b;
}

static uint64_t (*volatile one_called)(void) = one;
static int64_t (*volatile add_called)(int64_t, int64_t) = add;

static uint64_t call(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += one_called();
    return sum;
}

static uint64_t call2(slice s) {
    int64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum = add_called(sum, (int64_t)i);
    return (uint64_t)sum;
}

static uint64_t maplen(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) sum += *(volatile size_t *)&map_of(s)->len;
    return sum;
}

static uint64_t put_u64(slice s) {
    for (size_t i = s.from; i < s.to; i++) *number_elem(map_of(s), in.keys[i]) = i;
    return 0;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        uint64_t *elem = number_find(map_of(s), in.asked[i]);
        if (elem) sum += *elem;
    }
    return sum;
}

static uint64_t iterate(slice s) {
    uint64_t sum = 0, key, elem;
    for (size_t at = 0; number_at(map_of(s), &at, &key, &elem);) sum += key ^ elem;
    return sum;
}

static uint64_t put_str(slice s) {
    for (size_t i = s.from; i < s.to; i++) *string_elem(map_of(s), string_key(i), STRING_LEN) = i;
    return 0;
}

static uint64_t get_str(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        uint64_t *elem = string_find(map_of(s), string_key(in.order[i]), STRING_LEN);
        if (elem) sum += *elem;
    }
    return sum;
}

static uint64_t echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        char *string = malloc(ECHO_LEN);
        if (!string) fail("c-hash", "no memory");
        memcpy(string, data, ECHO_LEN);
        __asm__ volatile("" : "+r"(string) : : "memory"); /* who takes it is not known here */
        memcpy(out, string, ECHO_LEN);
        free(string);
        sum += ECHO_LEN + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t count(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN + 1];
    for (size_t i = s.from; i < s.to; i++) {
        size_t len = next_word(&at, word);
        word[len] = 0;
        ++*string_elem(map_of(s), word, len);
    }
    return map_of(s)->len;
}

const contender CONTENDER = {
    .name = "c-hash",
    .make = make,
    .drop = drop,
    .loops = {[CALL] = call,
              [CALL2] = call2,
              [MAPLEN] = maplen,
              [PUT_U64] = put_u64,
              [PUT_U64_PRESIZED] = put_u64,
              [GET_U64] = get_u64,
              [ITERATE] = iterate,
              [PUT_STR] = put_str,
              [GET_STR] = get_str,
              [ECHO] = echo,
              [COUNT] = count},
};
