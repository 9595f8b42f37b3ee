/* The linkname set: iterators. They follow the rules of Go's range. */
#include "check.h"

/* What two symbols do the same goes by turns through the one and the other. */
static gobridge_status next(gobridge_ref iterator) {
    static atomic_uint turn;
    return atomic_fetch_add(&turn, 1) % 2 ? gobridge_runtime_mapiternext(iterator)
                                          : gobridge_reflect_mapiternext(iterator);
}

static gobridge_ref iterate(gobridge_ref map) {
    static unsigned turn;
    gobridge_ref iterator = 0;
    assert_failed((turn++ % 2 ? gobridge_runtime_mapiterinit : gobridge_reflect_mapiterinit)(map, &iterator),
                  GOBRIDGE_OK, "iterate", "");
    assert_int_not_equal(iterator, 0);
    return iterator;
}

/* The int64 key that an iterator stands on, and its element, which is the same here; -1 past the end. */
static int64_t at(gobridge_ref iterator) {
    int64_t key = -1, elem = -1;
    uint8_t found[2] = {9, 9};
    assert_ok(gobridge_reflect_mapiterkey(iterator, &key, &found[0]));
    assert_ok(gobridge_reflect_mapiterelem(iterator, &elem, &found[1]));
    assert_int_equal(key, elem);
    assert_int_equal(found[0], key != -1);
    assert_int_equal(found[1], key != -1);
    return key;
}

static gobridge_ref numbers(int64_t count) {
    const gobridge_ref map = make_map("map[int64]int64");
    for (int64_t i = 0; i < count; i++) {
        assert_ok(gobridge_runtime_mapassign(map, &i, &i));
    }
    return map;
}

/* Maps of one group, of one table and of many. */
static const int64_t sizes[] = {0, 1, 7, 8, 9, 100, 2000};

enum { MOST = 2000 };

static void every_entry_once(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), iterator = iterate(map);
        static bool seen[MOST];
        memset(seen, 0, sizeof seen);
        for (int64_t n = 0; n < sizes[i]; n++) {
            const int64_t key = at(iterator);
            assert_in_range(key, 0, sizes[i] - 1);
            assert_false(seen[key]);
            seen[key] = true;
            assert_int_equal(next(iterator), GOBRIDGE_OK);
        }
        assert_int_equal(at(iterator), -1);
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* Past the end an iterator stays there, shows nothing and leaves what it would write to alone. */
static void past_the_end(void **state) {
    (void)state;
    const gobridge_ref maps[] = {numbers(0), numbers(3), box("map[int64]int64", &nil)};
    for (size_t i = 0; i < COUNT(maps); i++) {
        const gobridge_ref iterator = iterate(maps[i]);
        while (at(iterator) != -1) {
            assert_int_equal(next(iterator), GOBRIDGE_OK);
        }
        for (int again = 0; again < 3; again++) {
            assert_status(gobridge_runtime_mapiternext(iterator), GOBRIDGE_E_ITERATOR_END, "iterator");
            assert_status(gobridge_reflect_mapiternext(iterator), GOBRIDGE_E_ITERATOR_END, "iterator");
            assert_int_equal(at(iterator), -1);
        }
        const int64_t late = 77; /* what is put in now does not bring it back */
        if (length(maps[i]) > 0) {
            assert_ok(gobridge_runtime_mapassign(maps[i], &late, &late));
            assert_status(gobridge_runtime_mapiternext(iterator), GOBRIDGE_E_ITERATOR_END, "iterator");
            assert_int_equal(at(iterator), -1);
        }
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(maps[i]));
    }
}

/* The iterator shows its entry although that is deleted, changed, or the map emptied. */
static void the_entry_is_kept(void **state) {
    (void)state;
    for (size_t i = 1; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), iterator = iterate(map);
        const int64_t key = at(iterator), other = -5;
        assert_ok(gobridge_runtime_mapassign(map, &key, &other));
        assert_int_equal(at(iterator), key);
        assert_ok(gobridge_runtime_mapdelete(map, &key));
        assert_int_equal(at(iterator), key);
        for (int64_t n = 0; n < sizes[i]; n++) {
            assert_ok(gobridge_runtime_mapdelete(map, &n));
        }
        assert_int_equal(at(iterator), key);
        assert_int_equal(next(iterator), GOBRIDGE_OK);
        assert_int_equal(at(iterator), -1); /* the others are gone before they were reached */
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* Entries that are deleted before they are reached are not visited, all others once. */
static void deleting(void **state) {
    (void)state;
    for (size_t i = 1; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), iterator = iterate(map);
        static bool seen[MOST], deleted[MOST];
        memset(seen, 0, sizeof seen);
        memset(deleted, 0, sizeof deleted);
        int64_t key;
        while ((key = at(iterator)) != -1) {
            assert_false(seen[key]);
            assert_false(deleted[key]);
            seen[key] = true;
            const int64_t victims[] = {key, (key * 7 + 3) % sizes[i]};
            for (size_t v = 0; v < COUNT(victims); v++) {
                assert_ok(gobridge_runtime_mapdelete(map, &victims[v]));
                deleted[victims[v]] = true;
            }
            assert_int_equal(next(iterator), GOBRIDGE_OK);
        }
        for (int64_t n = 0; n < sizes[i]; n++) {
            assert_true(seen[n] || deleted[n]);
        }
        assert_int_equal(length(map), 0);
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* Entries that are added may be visited or not; those that were there are visited once, though the map grows. */
static void inserting(void **state) {
    (void)state;
    for (size_t i = 1; i < COUNT(sizes); i++) {
        const gobridge_ref map = numbers(sizes[i]), iterator = iterate(map);
        static uint8_t seen[MOST * 4];
        memset(seen, 0, sizeof seen);
        int64_t key, added = sizes[i];
        while ((key = at(iterator)) != -1) {
            assert_in_range(key, 0, added - 1);
            assert_int_equal(seen[key]++, 0);
            for (int n = 0; n < 3 && added < sizes[i] * 4; n++, added++) {
                assert_ok(gobridge_runtime_mapassign(map, &added, &added));
            }
            assert_int_equal(next(iterator), GOBRIDGE_OK);
        }
        for (int64_t n = 0; n < sizes[i]; n++) {
            assert_int_equal(seen[n], 1);
        }
        assert_int_equal(length(map), added);
        assert_ok(gobridge_release(iterator));
        assert_ok(gobridge_release(map));
    }
}

/* Go's range shows an element as it is when the iterator gets to it. */
static void elements_are_as_they_are_on_arrival(void **state) {
    (void)state;
    const gobridge_ref map = numbers(1000), iterator = iterate(map);
    assert_int_not_equal(at(iterator), -1);
    const int64_t changed = -7;
    for (int64_t n = 0; n < 1000; n++) {
        assert_ok(gobridge_runtime_mapassign(map, &n, &changed));
    }
    int count = 1;
    for (; next(iterator) == GOBRIDGE_OK; count++) {
        int64_t elem = 0;
        uint8_t found = 9;
        assert_ok(gobridge_reflect_mapiterelem(iterator, &elem, &found));
        if (!found) {
            break;
        }
        assert_int_equal(elem, changed);
    }
    assert_int_equal(count, 1000);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));
}

/* An iterator ends with the reference that it was made from, though its map may live on. */
static void map_released(void **state) {
    (void)state;
    const gobridge_ref map = numbers(10);
    const gobridge_value in = named(map);
    const gobridge_ref other = box("any", &in), mine = iterate(map), its = iterate(other);
    int64_t key = -9;
    uint8_t found = 9;
    assert_ok(gobridge_release(map));
    assert_status(gobridge_runtime_mapiternext(mine), GOBRIDGE_E_MAP_RELEASED, "iterator");
    assert_status(gobridge_reflect_mapiternext(mine), GOBRIDGE_E_MAP_RELEASED, "iterator");
    assert_status(gobridge_reflect_mapiterkey(mine, &key, &found), GOBRIDGE_E_MAP_RELEASED, "iterator");
    assert_status(gobridge_reflect_mapiterelem(mine, &key, &found), GOBRIDGE_E_MAP_RELEASED, "iterator");
    assert_true(key == -9 && found == 9);
    for (int n = 0; n < 10; n++) { /* the other reference's iterator goes on */
        assert_int_not_equal(at(its), -1);
        assert_int_equal(next(its), GOBRIDGE_OK);
    }
    assert_int_equal(at(its), -1);
    const gobridge_ref again = numbers(3); /* a new reference in the old one's slot is not the old one */
    assert_status(gobridge_runtime_mapiternext(mine), GOBRIDGE_E_MAP_RELEASED, "iterator");
    const gobridge_ref all[] = {again, other, mine, its};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

static void two_at_once(void **state) {
    (void)state;
    enum { ENTRIES = 300 };
    const gobridge_ref map = numbers(ENTRIES), iterators[2] = {iterate(map), iterate(map)};
    int64_t sums[2] = {0, 0};
    for (int n = 0; n < ENTRIES; n++) {
        for (int i = 0; i < 2; i++) {
            sums[i] += at(iterators[i]);
            assert_int_equal(next(iterators[i]), GOBRIDGE_OK);
        }
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sums[i], ENTRIES * (ENTRIES - 1) / 2);
        assert_int_equal(at(iterators[i]), -1);
        assert_ok(gobridge_release(iterators[i]));
    }
    assert_ok(gobridge_release(map));
}

/* Keys and elements of every sort, and each time a new view. */
static void values(void **state) {
    (void)state;
    const gobridge_ref map = make_map("map[string][]byte");
    enum { ENTRIES = 100 };
    for (int i = 0; i < ENTRIES; i++) {
        char word[32];
        const int len = snprintf(word, sizeof word, "%d", i);
        const gobridge_value key = text_of(word, (size_t)len), elem = bytes(word, (size_t)len);
        assert_ok(gobridge_runtime_mapassign(map, &key, &elem));
    }
    const gobridge_ref iterator = iterate(map);
    int sum = 0;
    for (int i = 0; i < ENTRIES; i++) {
        gobridge_value key, again, elem;
        char word[32] = "";
        uint8_t found = 9;
        assert_ok(gobridge_reflect_mapiterkey(iterator, &key, &found));
        assert_ok(gobridge_reflect_mapiterkey(iterator, &again, &found));
        assert_ok(gobridge_reflect_mapiterelem(iterator, &elem, &found));
        memcpy(word, key.as.s, key.len);
        sum += atoi(word);
        assert_int_not_equal(key.owner, again.owner);
        assert_ok(gobridge_runtime_mapdelete(map, &key));
        assert_ok(gobridge_value_release(&key));
        assert_ok(next(iterator));
        assert_shows(&again, GOBRIDGE_KIND_STRING, word,
                     strlen(word)); /* a view is no part of the iterator */
        assert_shows(&elem, GOBRIDGE_KIND_BYTES, word, strlen(word));
    }
    assert_int_equal(sum, ENTRIES * (ENTRIES - 1) / 2);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));
}

/* A key that is a NaN can be reached in no other way; elements larger than a table keeps inside; entries of no size. */
static void special_entries(void **state) {
    (void)state;
    const uint64_t not_a_number = 0x7FF8000000000001, one = 1;
    gobridge_ref map = make_map("map[float64]uint64"), iterator;
    for (int i = 0; i < 20; i++) {
        assert_ok(gobridge_runtime_mapassign(map, &not_a_number, &one));
    }
    iterator = iterate(map);
    uint8_t found = 1;
    for (int i = 0; i < 20; i++) {
        uint64_t bits = 0;
        assert_ok(gobridge_reflect_mapiterkey(iterator, &bits, &found));
        assert_true(found == 1 && bits == not_a_number);
        assert_ok(next(iterator));
    }
    assert_ok(gobridge_reflect_mapiterkey(iterator, &(uint64_t){0}, &found));
    assert_int_equal(found, 0);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));

    map = make_map("map[[200]uint8][5000]uint8");
    static unsigned char key[201], elem[5001], big[5000];
    memset(big, 7, sizeof big);
    assert_ok(gobridge_runtime_mapassign(map, big, big));
    iterator = iterate(map);
    key[200] = elem[5000] = 0xA5;
    assert_ok(gobridge_reflect_mapiterkey(iterator, key, &found));
    assert_ok(gobridge_reflect_mapiterelem(iterator, elem, &found));
    assert_memory_equal(key, big, 200);
    assert_memory_equal(elem, big, 5000);
    assert_true(key[200] == 0xA5 && elem[5000] == 0xA5);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));

    map = make_map("map[struct{}][0]int");
    assert_ok(gobridge_runtime_mapassign(map, "", ""));
    iterator = iterate(map);
    assert_ok(gobridge_reflect_mapiterkey(iterator, key, &found));
    assert_int_equal(found, 1);
    assert_ok(next(iterator));
    assert_ok(gobridge_reflect_mapiterelem(iterator, elem, &found));
    assert_int_equal(found, 0);
    assert_ok(gobridge_release(iterator));
    assert_ok(gobridge_release(map));
}

/* ---- threads ---- */

enum { ENTRIES = 2000 };
static gobridge_ref shared_map, shared_iterator;
static atomic_int steps;

static void *stepping_thread(void *argument) {
    gobridge_status status;
    while ((status = next(shared_iterator)) == GOBRIDGE_OK) {
        int64_t key = -1, elem = -1;
        uint8_t found = 9;
        atomic_fetch_add(&steps, 1);
        expect(gobridge_reflect_mapiterkey(shared_iterator, &key, &found) == GOBRIDGE_OK);
        expect(found == (key != -1) && key < ENTRIES);
        expect(gobridge_reflect_mapiterelem(shared_iterator, &elem, &found) == GOBRIDGE_OK);
        expect(found == (elem != -1) && elem < ENTRIES);
    }
    expect(status == GOBRIDGE_E_ITERATOR_END);
    return argument;
}

/* The threads share the entries among them: as many steps succeed as there are entries. */
static void threads_on_one_iterator(void **state) {
    (void)state;
    shared_map = numbers(ENTRIES);
    for (int round = 0; round < 3; round++) {
        shared_iterator = iterate(shared_map);
        atomic_store(&steps, 0);
        run_threads(8, stepping_thread, NULL, 0);
        assert_int_equal(atomic_load(&steps), ENTRIES);
        assert_int_equal(at(shared_iterator), -1);
        assert_ok(gobridge_release(shared_iterator));
    }
    assert_ok(gobridge_release(shared_map));
}

static void *changing_thread(void *argument) {
    const int64_t first = ENTRIES + 1000 * *(int64_t *)argument;
    for (int64_t key = first; key < first + 1000; key++) {
        expect(gobridge_runtime_mapassign(shared_map, &key, &key) == GOBRIDGE_OK);
        if (key % 2) {
            expect(gobridge_runtime_mapdelete(shared_map, &key) == GOBRIDGE_OK);
        }
    }
    return NULL;
}

static void *iterating_thread(void *argument) {
    gobridge_ref iterator = 0;
    int visited = 0;
    expect(gobridge_reflect_mapiterinit(shared_map, &iterator) == GOBRIDGE_OK);
    for (;;) {
        int64_t key = -1, elem = -1;
        uint8_t found = 0;
        expect(gobridge_reflect_mapiterkey(iterator, &key, &found) == GOBRIDGE_OK);
        if (!found) {
            break;
        }
        expect(gobridge_reflect_mapiterelem(iterator, &elem, &found) == GOBRIDGE_OK && found && elem == key);
        visited += key < ENTRIES;
        expect(next(iterator) == GOBRIDGE_OK);
    }
    expect(visited == ENTRIES);
    expect(gobridge_release(iterator) == GOBRIDGE_OK);
    return argument;
}

static void *iterating_or_changing_thread(void *argument) {
    return *(int64_t *)argument % 2 ? changing_thread(argument) : iterating_thread(argument);
}

/* Iterators see every entry that stays, while other threads add and delete. */
static void threads_change_the_map(void **state) {
    (void)state;
    int64_t threads[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    shared_map = numbers(ENTRIES);
    run_threads(8, iterating_or_changing_thread, threads, sizeof *threads);
    assert_int_equal(length(shared_map), ENTRIES + 4 * 500);
    assert_ok(gobridge_release(shared_map));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_once),
        cmocka_unit_test(past_the_end),
        cmocka_unit_test(the_entry_is_kept),
        cmocka_unit_test(deleting),
        cmocka_unit_test(inserting),
        cmocka_unit_test(elements_are_as_they_are_on_arrival),
        cmocka_unit_test(map_released),
        cmocka_unit_test(two_at_once),
        cmocka_unit_test(values),
        cmocka_unit_test(special_entries),
        cmocka_unit_test(threads_on_one_iterator),
        cmocka_unit_test(threads_change_the_map),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
