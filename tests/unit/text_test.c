/* Text that is copied out of Go's memory: elements, fields and entries of maps, by gobridge_slice_text, _struct_text and _map_text. */
#include "check.h"

enum { ROOM = 2048 };

/* What holds text, as a string or as bytes. */
typedef struct holder {
    const char *type;
    enum { ELEM, ARRAY_ELEM, FIELD, ENTRY } how;
    uint32_t kind; /* of the text */
    gobridge_ref ref;
} holder;

static const gobridge_value *key_of(const holder *h) {
    static const gobridge_value number = {.kind = GOBRIDGE_KIND_INT64, .as.i = -5},
                                small = {.kind = GOBRIDGE_KIND_UINT32, .as.u = 7},
                                word = {.kind = GOBRIDGE_KIND_STRING, .as.s = "a key", .len = 5};
    return strncmp(h->type, "map[int64]", 10) == 0    ? &number
           : strncmp(h->type, "map[uint32]", 11) == 0 ? &small
                                                      : &word;
}

static void make(holder *h) {
    h->ref = 0;
    switch (h->how) {
    case ELEM: assert_ok(gobridge_slice_new(parse(h->type), 3, 3, &h->ref)); break;
    case ENTRY: h->ref = make_map(h->type); break;
    default: h->ref = make_variable(h->type); break;
    }
}

static gobridge_status set(holder *h, const gobridge_value *text) {
    switch (h->how) {
    case ELEM:
    case ARRAY_ELEM: return gobridge_slice_set(h->ref, 1, text);
    case ENTRY: return gobridge_map_set(h->ref, key_of(h), text);
    default: return gobridge_struct_set(h->ref, "Text", 4, text);
    }
}

static gobridge_status copy(const holder *h, char *buffer, size_t capacity, size_t *len) {
    uint8_t found = 9;
    gobridge_status status = GOBRIDGE_OK;
    switch (h->how) {
    case ELEM:
    case ARRAY_ELEM: return gobridge_slice_text(h->ref, 1, buffer, capacity, len);
    case ENTRY:
        status = gobridge_map_text(h->ref, key_of(h), buffer, capacity, len, &found);
        expect(status ? found == 9 : found == 1);
        return status;
    default: return gobridge_struct_text(h->ref, "Text", 4, buffer, capacity, len);
    }
}

static const holder holders[] = {
    {.how = ELEM, .type = "[]string", .kind = GOBRIDGE_KIND_STRING},
    {.how = ELEM, .type = "[][]byte", .kind = GOBRIDGE_KIND_BYTES},
    {.how = ARRAY_ELEM, .type = "[3]string", .kind = GOBRIDGE_KIND_STRING},
    {.how = FIELD, .type = "struct{ N int8; Text string }", .kind = GOBRIDGE_KIND_STRING},
    {.how = FIELD, .type = "struct{ N int8; Text []byte }", .kind = GOBRIDGE_KIND_BYTES},
    {.how = ENTRY, .type = "map[int64]string", .kind = GOBRIDGE_KIND_STRING},
    {.how = ENTRY, .type = "map[uint32][]byte", .kind = GOBRIDGE_KIND_BYTES},
    {.how = ENTRY, .type = "map[string]string", .kind = GOBRIDGE_KIND_STRING},
    {.how = ENTRY, .type = "map[any]string", .kind = GOBRIDGE_KIND_STRING},
};

static gobridge_value letters(uint32_t kind, char letter, size_t len, char *room) {
    memset(room, letter, len);
    return (gobridge_value){.kind = kind, .as.s = room, .len = len};
}

static void any_length(void **state) {
    (void)state;
    static const size_t lengths[] = {0, 1, 3, 8, 17, 511, 512, 513, 2000};
    static char room[ROOM], buffer[ROOM];
    for (size_t i = 0; i < COUNT(holders); i++) {
        holder h = holders[i];
        make(&h);
        for (size_t l = 0; l < COUNT(lengths); l++) {
            const size_t want = lengths[l];
            const gobridge_value text = letters(h.kind, (char)('a' + l), want, room);
            assert_ok(set(&h, &text));
            for (size_t capacity = want ? want - 1 : 0; capacity <= want + 1; capacity++) {
                size_t len = ROOM + 1;
                memset(buffer, '.', ROOM);
                if (capacity < want) {
                    assert_int_equal(copy(&h, buffer, capacity, &len), GOBRIDGE_E_TOO_SMALL);
                    assert_int_equal(buffer[0], '.');
                } else {
                    assert_ok(copy(&h, capacity ? buffer : NULL, capacity, &len));
                    assert_memory_equal(buffer, room, want);
                    assert_int_equal(buffer[want], '.');
                }
                assert_int_equal(len, want);
            }
        }
        assert_ok(gobridge_release(h.ref));
        size_t len = 9;
        assert_int_equal(copy(&h, buffer, ROOM, &len), GOBRIDGE_E_STALE_REF);
        assert_int_equal(len, 9);
    }
    assert_int_equal(atomic_exchange(&thread_failures, 0), 0);
}

/* What is not there, or was never set, and what a struct holds by value. */
static void without_text(void **state) {
    (void)state;
    char buffer[8] = "......";
    size_t len = 9;
    uint8_t found = 9;
    const gobridge_value key = integer(GOBRIDGE_KIND_INT64, 3), word = text("word");
    const gobridge_ref map = make_map("map[int64]string"), empty = box("map[int64]string", &nil),
                       variable = make_variable("struct{ Text string; Data []byte }");
    gobridge_value boxed = nil;
    assert_ok(gobridge_map_text(map, &key, buffer, 6, &len, &found));
    assert_true(len == 0 && found == 0 && buffer[0] == '.');
    len = found = 9;
    assert_ok(gobridge_map_text(empty, &key, NULL, 0, &len, &found));
    assert_true(len == 0 && found == 0);
    assert_ok(gobridge_map_set(map, &key, &word));
    assert_ok(gobridge_map_text(map, &key, buffer, 6, &len, NULL));
    assert_true(len == 4 && memcmp(buffer, "word..", 6) == 0);
    assert_ok(gobridge_struct_text(variable, "Data", 4, buffer, 6, &len)); /* nil */
    assert_int_equal(len, 0);
    assert_ok(gobridge_struct_set(variable, "Text", 4, &word));
    assert_ok(gobridge_value_follow(variable, &boxed));
    for (int again = 0; again < 2; again++) {
        memset(buffer, '.', 6);
        assert_ok(gobridge_struct_text(boxed.as.ref, "Text", 4, buffer, 6, &len));
        assert_true(len == 4 && memcmp(buffer, "word..", 6) == 0);
    }
    assert_ok(gobridge_value_release(&boxed));
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(empty));
    assert_ok(gobridge_release(variable));
}

static void wrong_calls(void **state) {
    (void)state;
    char buffer[8];
    size_t len = 9;
    uint8_t found = 9;
    gobridge_ref numbers = 0, words = 0;
    const gobridge_value key = integer(GOBRIDGE_KIND_INT64, 3), wrong = text("3");
    const gobridge_ref map = make_map("map[int64]int8"), of_text = make_map("map[int64]string"),
                       variable = make_variable("struct{ N int8; text string }"),
                       none = box("*struct{ Text string }", &nil);
    assert_ok(gobridge_slice_new(parse("[]int64"), 2, 2, &numbers));
    assert_ok(gobridge_slice_new(parse("[]string"), 2, 2, &words));
    for (int again = 0; again < 2; again++) {
        assert_status(gobridge_slice_text(numbers, 0, buffer, 8, &len), GOBRIDGE_E_WRONG_TYPE, "element");
        assert_status(gobridge_slice_text(words, 2, buffer, 8, &len), GOBRIDGE_E_INDEX, "index is 2");
        assert_status(gobridge_slice_text(words, -1, buffer, 8, &len), GOBRIDGE_E_INDEX, "index is -1");
        assert_status(gobridge_slice_text(map, 0, buffer, 8, &len), GOBRIDGE_E_WRONG_KIND, "slice");
        assert_status(gobridge_slice_text(words, 0, NULL, 8, &len), GOBRIDGE_E_NULL, "buffer");
        assert_status(gobridge_slice_text(words, 0, buffer, 8, NULL), GOBRIDGE_E_NULL, "len");
        assert_status(gobridge_struct_text(variable, "N", 1, buffer, 8, &len), GOBRIDGE_E_WRONG_TYPE,
                      "field");
        assert_status(gobridge_struct_text(variable, "text", 4, buffer, 8, &len), GOBRIDGE_E_UNEXPORTED,
                      "text");
        assert_status(gobridge_struct_text(variable, "M", 1, buffer, 8, &len), GOBRIDGE_E_UNKNOWN_NAME,
                      "\"M\"");
        assert_status(gobridge_struct_text(none, "Text", 4, buffer, 8, &len), GOBRIDGE_E_NIL, "ref");
        assert_status(gobridge_map_text(map, &key, buffer, 8, &len, &found), GOBRIDGE_E_WRONG_TYPE,
                      "element");
        assert_status(gobridge_map_text(of_text, &wrong, buffer, 8, &len, &found), GOBRIDGE_E_WRONG_TYPE,
                      "key");
        assert_status(gobridge_map_text(words, &key, buffer, 8, &len, &found), GOBRIDGE_E_WRONG_KIND, "map");
    }
    assert_true(len == 9 && found == 9);
    const gobridge_value word = text("word");
    assert_ok(gobridge_slice_set(words, 0, &word));
    assert_ok(gobridge_map_set(of_text, &key, &word));
    assert_status(gobridge_slice_text(words, 0, buffer, 3, &len), GOBRIDGE_E_TOO_SMALL,
                  "buffer: 4 bytes do not fit into 3");
    assert_status(gobridge_map_text(of_text, &key, buffer, 3, &len, &found), GOBRIDGE_E_TOO_SMALL, "buffer");
    assert_ok(gobridge_batch_begin());
    assert_status(gobridge_slice_text(words, 0, buffer, 8, &len), GOBRIDGE_E_UNSUPPORTED, "batch");
    assert_status(gobridge_map_text(of_text, &key, buffer, 8, &len, &found), GOBRIDGE_E_UNSUPPORTED, "batch");
    assert_ok(gobridge_batch_cancel());
    const gobridge_ref all[] = {numbers, words, map, of_text, variable, none};
    assert_ok(gobridge_release_n(all, COUNT(all)));
}

/* Threads that write text of one letter each time, and others that read it: what they get is of one letter, and as long as one of those
 * that were written. Every so often the memory that it lay in is collected, and used for the next. */
static atomic_int writers;
static holder shared[COUNT(holders)];

static const size_t written[] = {5, 16, 300, 512};

static void *write_text(void *unused) {
    char room[ROOM];
    (void)unused;
    const int times = emulator_of_tests() ? 6000 : 400000;
    for (int i = 0; i < times; i++) {
        holder *h = &shared[(size_t)i % COUNT(shared)];
        const gobridge_value text =
            letters(h->kind, (char)('a' + i % 26), written[(size_t)i % COUNT(written)], room);
        expect(set(h, &text) == GOBRIDGE_OK);
    }
    atomic_fetch_sub(&writers, 1);
    return NULL;
}

static void *read_text(void *unused) {
    char room[ROOM];
    (void)unused;
    while (atomic_load(&writers)) {
        for (size_t n = 0; n < 100 * COUNT(shared); n++) {
            const size_t i = n / 100; /* many in a row without a call: those wait for each other */
            size_t len = 0;
            expect(copy(&shared[i], room, sizeof room, &len) == GOBRIDGE_OK);
            size_t known = 0;
            while (known < COUNT(written) && written[known] != len) {
                known++;
            }
            expect(known < COUNT(written));
            for (size_t at = 1; at < len; at++) {
                expect(room[at] == room[0]);
            }
        }
    }
    return NULL;
}

static void *write_or_read(void *nth) {
    return *(int *)nth % 2 ? write_text(nth) : read_text(nth);
}

static void by_threads(void **state) {
    (void)state;
    int nths[6];
    char room[ROOM];
    memcpy(shared, holders, sizeof shared);
    for (size_t i = 0; i < COUNT(shared); i++) {
        const gobridge_value text = letters(shared[i].kind, 'z', written[0], room);
        make(&shared[i]);
        assert_ok(set(&shared[i], &text));
    }
    for (int i = 0; i < (int)COUNT(nths); i++) {
        nths[i] = i;
    }
    atomic_store(&writers, COUNT(nths) / 2);
    run_threads(COUNT(nths), write_or_read, nths, sizeof *nths);
    for (size_t i = 0; i < COUNT(shared); i++) {
        assert_ok(gobridge_release(shared[i].ref));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_length),
        cmocka_unit_test(without_text),
        cmocka_unit_test(wrong_calls),
        cmocka_unit_test(by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
