/* Streams: C's for Go, and Go's for C. */
#include "check.h"

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

/* What a stream of C's has. */
typedef struct source {
    const char *text;
    size_t len, step; /* it gives so many bytes each time */
    size_t lie;       /* and says that there are so many more */
    const char *fails_with;
    atomic_int drops;
} source;

static gobridge_status read_source(void *data, uint8_t *buffer, size_t capacity, size_t *done) {
    source *s = data;
    size_t n = s->len < s->step ? s->len : s->step;
    n = n < capacity ? n : capacity;
    memcpy(buffer, s->text, n);
    s->text += n;
    s->len -= n;
    *done = n + s->lie;
    if (s->fails_with && s->len == 0) {
        gobridge_callback_fail(s->fails_with, strlen(s->fails_with));
        return GOBRIDGE_E_SYSTEM;
    }
    return GOBRIDGE_OK;
}

static void drop_source(void *data) {
    atomic_fetch_add(&((source *)data)->drops, 1);
}

/* bufio.Scanner over a reader of C's. */
static void scanner(void **state) {
    (void)state;
    static const char lines[] = "one\ntwo\n\nfour";
    source s = {.text = lines, .len = sizeof lines - 1, .step = 3};
    gobridge_ref reader = 0;
    assert_ok(gobridge_reader_new(read_source, &s, drop_source, &reader));
    const gobridge_value arg = named(reader);
    gobridge_value made, more, line;
    assert_ok(gobridge_call(find("bufio.NewScanner"), &arg, 1, &made, 1));
    assert_ok(gobridge_release(reader)); /* the scanner keeps it */
    static const char *const want[] = {"one", "two", "", "four"};
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_ok(gobridge_iface_call(made.as.ref, "Scan", 4, NULL, 0, &more, 1));
        assert_int_equal(more.as.u, 1);
        assert_ok(gobridge_iface_call(made.as.ref, "Text", 4, NULL, 0, &line, 1));
        assert_shows(&line, GOBRIDGE_KIND_STRING, want[i], strlen(want[i]));
    }
    assert_ok(gobridge_iface_call(made.as.ref, "Scan", 4, NULL, 0, &more, 1));
    assert_int_equal(more.as.u, 0);
    assert_ok(gobridge_value_release(&made));
    for (int i = 0; i < 2000 && !atomic_load(&s.drops); i++) {
        assert_ok(gobridge_go_collect());
        usleep(1000);
    }
    assert_int_equal(atomic_load(&s.drops), 1);
}

/* Reads all of a source through Go, and gives what the last call said. */
static gobridge_status read_all(source *s, uint8_t *buffer, size_t *len) {
    gobridge_ref reader = 0;
    assert_ok(gobridge_reader_new(read_source, s, NULL, &reader));
    gobridge_status status = GOBRIDGE_OK;
    size_t done = 1;
    *len = 0;
    while (status == GOBRIDGE_OK && done > 0) {
        done = 99;
        status = gobridge_io_read(reader, buffer + *len, 4, &done);
        *len += done;
    }
    gobridge_error error;
    assert_ok(gobridge_last_error(&error));
    if (status && s->fails_with) {
        assert_non_null(strstr(error.message, s->fails_with));
    }
    assert_ok(gobridge_release(reader));
    return status;
}

static void readers_of_c(void **state) {
    (void)state;
    uint8_t buffer[64];
    size_t len = 0;
    source good = {.text = "0123456789", .len = 10, .step = 3};
    assert_int_equal(read_all(&good, buffer, &len), GOBRIDGE_OK);
    assert_int_equal(len, 10);
    assert_memory_equal(buffer, "0123456789", 10);
    /* a failure comes beside the last bytes */
    source fails = {.text = "0123456789", .len = 10, .step = 4, .fails_with = "the disk is gone"};
    assert_int_equal(read_all(&fails, buffer, &len), GOBRIDGE_E_RETURNED);
    assert_int_equal(len, 10);
    source lies = {.text = "0123456789", .len = 10, .step = 4, .lie = 1};
    assert_int_equal(read_all(&lies, buffer, &len), GOBRIDGE_E_RETURNED);
    assert_int_equal(len, 0);
    source lies_more = {.text = "", .lie = SIZE_MAX};
    assert_int_equal(read_all(&lies_more, buffer, &len), GOBRIDGE_E_RETURNED);
}

/* What a writer of C's takes. */
typedef struct sink {
    char text[256];
    size_t len, most; /* bytes that it takes at once */
    size_t lie;
} sink;

static gobridge_status write_sink(void *data, const uint8_t *buffer, size_t len, size_t *done) {
    sink *s = data;
    const size_t n = len < s->most ? len : s->most;
    memcpy(s->text + s->len, buffer, n);
    s->len += n;
    *done = n + s->lie;
    return GOBRIDGE_OK;
}

/* json.NewEncoder to a writer of C's. */
static void encoder(void **state) {
    (void)state;
    sink s = {.most = SIZE_MAX};
    gobridge_ref writer = 0;
    assert_ok(gobridge_writer_new(write_sink, &s, NULL, &writer));
    const gobridge_value arg = named(writer);
    gobridge_value made, error;
    assert_ok(gobridge_call(find("json.NewEncoder"), &arg, 1, &made, 1));
    const gobridge_ref map = make_map("map[string]int64");
    const gobridge_value key = text("answer"), elem = integer(GOBRIDGE_KIND_INT64, 42), value = named(map);
    assert_ok(gobridge_map_set(map, &key, &elem));
    assert_ok(gobridge_iface_call(made.as.ref, "Encode", 6, &value, 1, &error, 1));
    assert_int_equal(error.kind, GOBRIDGE_KIND_NIL);
    assert_int_equal(s.len, 14);
    assert_memory_equal(s.text, "{\"answer\":42}\n", 14);
    assert_ok(gobridge_value_release(&made));
    /* an encoder remembers a failure, so each has its own */
    const struct {
        size_t most, lie;
        const char *why;
    } bad[] = {{3, 0, "short write"}, {SIZE_MAX, 1, "15 of 14"}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        s.most = bad[i].most, s.lie = bad[i].lie;
        assert_ok(gobridge_call(find("json.NewEncoder"), &arg, 1, &made, 1));
        assert_status(gobridge_iface_call(made.as.ref, "Encode", 6, &value, 1, NULL, 0), GOBRIDGE_E_RETURNED,
                      bad[i].why);
        assert_ok(gobridge_value_release(&made));
    }
    assert_ok(gobridge_release(map));
    assert_ok(gobridge_release(writer));
}

static void streams_of_go(void **state) {
    (void)state;
    gobridge_value buffer, reader;
    size_t done = 0;
    uint8_t bytes[8] = {0};
    assert_ok(gobridge_call(find("guest.newBuffer"), NULL, 0, &buffer, 1));
    assert_ok(gobridge_io_write(buffer.as.ref, (const uint8_t *)"hello", 5, &done));
    assert_int_equal(done, 5);
    assert_ok(gobridge_io_write(buffer.as.ref, NULL, 0, &done));
    assert_int_equal(done, 0);
    assert_ok(gobridge_io_read(buffer.as.ref, bytes, 3, &done));
    assert_int_equal(done, 3);
    assert_ok(gobridge_io_read(buffer.as.ref, bytes + 3, 5, &done));
    assert_int_equal(done, 2);
    assert_memory_equal(bytes, "hello", 5);
    assert_ok(gobridge_io_read(buffer.as.ref, bytes, 5, &done));
    assert_int_equal(done, 0);
    assert_ok(gobridge_value_release(&buffer));
    const gobridge_value source = text("abc");
    assert_ok(gobridge_call(find("strings.NewReader"), &source, 1, &reader, 1));
    assert_status(gobridge_io_write(reader.as.ref, bytes, 1, &done), GOBRIDGE_E_WRONG_KIND, "writer");
    assert_status(gobridge_io_read(reader.as.ref, bytes, SIZE_MAX, &done), GOBRIDGE_E_LIMIT, "capacity");
    assert_ok(gobridge_io_read(reader.as.ref, bytes, 0, &done));
    assert_ok(gobridge_value_release(&reader));
}

/* Go's own streams may not say that they have done what they could not. */
static void streams_that_lie(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        uint8_t bytes[8] = {0};
        size_t done = 9;
        gobridge_value liar, by = integer(GOBRIDGE_KIND_INT, i ? 1 : -9);
        assert_ok(gobridge_call(find("guest.newLiar"), &by, 1, &liar, 1));
        assert_status(gobridge_io_read(liar.as.ref, bytes, 8, &done), GOBRIDGE_E_ARGUMENT, "of 8 bytes");
        assert_int_equal(done, 0);
        assert_status(gobridge_io_write(liar.as.ref, bytes, 8, &done), GOBRIDGE_E_ARGUMENT, "of 8 bytes");
        assert_int_equal(done, 0);
        assert_ok(gobridge_value_release(&liar));
    }
}

/* ---- threads ---- */

static void *copy_in_thread(void *data) {
    (void)data;
    for (int i = 0; i < 100; i++) {
        source s = {.text = "0123456789", .len = 10, .step = 3};
        sink to = {.most = SIZE_MAX};
        gobridge_ref reader = 0, writer = 0;
        expect(gobridge_reader_new(read_source, &s, NULL, &reader) == GOBRIDGE_OK);
        expect(gobridge_writer_new(write_sink, &to, NULL, &writer) == GOBRIDGE_OK);
        uint8_t buffer[4];
        size_t done = 1, written = 0;
        while (done > 0) {
            expect(gobridge_io_read(reader, buffer, sizeof buffer, &done) == GOBRIDGE_OK);
            expect(gobridge_io_write(writer, buffer, done, &written) == GOBRIDGE_OK);
        }
        expect(to.len == 10 && memcmp(to.text, "0123456789", 10) == 0);
        expect(gobridge_release(reader) == GOBRIDGE_OK && gobridge_release(writer) == GOBRIDGE_OK);
    }
    return NULL;
}

static void many_threads(void **state) {
    (void)state;
    char unused[8];
    run_threads(8, copy_in_thread, unused, 1);
}

/* What the library itself keeps behind a value can not be written from here, or Go would call what lies there then. */
static void out_of_reach(void **state) {
    (void)state;
    source s = {.text = "", .len = 0, .step = 1};
    gobridge_ref made[2], type, zero;
    gobridge_type_info info = {.size = sizeof info};
    uint8_t buffer[4] = {1};
    size_t done;
    assert_ok(gobridge_reader_new(read_source, &s, NULL, &made[0]));
    assert_ok(gobridge_foreign_new(&s, NULL, &made[1]));
    for (size_t i = 0; i < COUNT(made); i++) {
        const gobridge_value value = named(made[i]);
        assert_ok(gobridge_type_of(made[i], &type));
        assert_ok(gobridge_type_describe(type, &info));
        assert_int_equal(info.kind, GOBRIDGE_KIND_STRUCT); /* no pointer, which could be written through */
        assert_status(gobridge_reflect_typedmemclr(made[i]), GOBRIDGE_E_WRONG_KIND, "pointer");
        assert_status(gobridge_value_set(made[i], &value), GOBRIDGE_E_WRONG_KIND, "pointer");
        for (uint32_t field = 0; field < info.fields; field++) {
            assert_status(gobridge_struct_set_at(made[i], field, &value), GOBRIDGE_E_UNEXPORTED, "index");
        }
        assert_status(gobridge_struct_set(made[i], "Call", 4, &value), GOBRIDGE_E_UNKNOWN_NAME, "field");
        assert_ok(gobridge_value_new(type, &zero)); /* a variable of the type, with nothing behind it */
        void *data = NULL;
        assert_int_not_equal(gobridge_foreign_data(zero, &data), GOBRIDGE_OK);
        const gobridge_status status = gobridge_io_read(zero, buffer, sizeof buffer, &done);
        assert_int_equal(status, i ? GOBRIDGE_E_WRONG_KIND : GOBRIDGE_E_RETURNED);
        assert_ok(gobridge_release(zero));
    }
    assert_ok(gobridge_release_n(made, COUNT(made)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_that_lie), cmocka_unit_test(scanner),       cmocka_unit_test(readers_of_c),
        cmocka_unit_test(encoder),          cmocka_unit_test(streams_of_go), cmocka_unit_test(many_threads),
        cmocka_unit_test(out_of_reach),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
