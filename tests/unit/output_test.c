/* What Go code prints, to the host's writers. */
#include "check.h"

#include <time.h>

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

static void print(const char *how, const char *what) {
    const gobridge_value args[] = {text(how), text(what)};
    const gobridge_ref func = find("guest.print");
    assert_ok(gobridge_call(func, args, 2, NULL, 0));
    assert_ok(gobridge_release(func));
}

/* What a writer of the host's has got. */
typedef struct sink {
    pthread_mutex_t mutex;
    char text[1 << 20];
    size_t len;
    atomic_int dropped;
} sink;

static gobridge_status write_sink(void *data, const uint8_t *buffer, size_t len, size_t *done) {
    sink *s = data;
    pthread_mutex_lock(&s->mutex);
    const size_t fits = len < sizeof s->text - 1 - s->len ? len : sizeof s->text - 1 - s->len;
    memcpy(s->text + s->len, buffer, fits);
    s->len += fits;
    pthread_mutex_unlock(&s->mutex);
    *done = len;
    return GOBRIDGE_OK;
}

static void drop_sink(void *data) {
    atomic_fetch_add(&((sink *)data)->dropped, 1);
}

static void redirect(uint32_t stream, sink *s) {
    gobridge_ref writer = 0;
    pthread_mutex_init(&s->mutex, NULL);
    assert_ok(gobridge_writer_new(write_sink, s, drop_sink, &writer));
    assert_ok(gobridge_set_output(stream, writer));
    assert_ok(gobridge_release(writer));
}

/* Waits until a text has come; the test's timeout ends it. */
static void await(sink *s, const char *part) {
    for (bool came = false; !came;) {
        pthread_mutex_lock(&s->mutex);
        s->text[s->len] = 0;
        came = strstr(s->text, part) != NULL;
        pthread_mutex_unlock(&s->mutex);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static void all_that_go_prints(void **state) {
    (void)state;
    static sink out, error;
    redirect(GOBRIDGE_STDOUT, &out);
    redirect(GOBRIDGE_STDERR, &error);
    print("stdout", "to stdout");
    print("stderr", "to stderr");
    print("log", "by log");
    print("slog", "by slog");
    await(&out, "to stdout\n");
    await(&error, "by slog\n");
    assert_string_equal(out.text, "to stdout\n"); /* each to its own, in order */
    const char *first = strstr(error.text, "to stderr\n"), *second = strstr(error.text, "by log\n");
    assert_true(first == error.text && second > first && strstr(error.text, "INFO by slog\n") > second);
    /* another writer takes over, and the first is dropped */
    static sink other;
    redirect(GOBRIDGE_STDOUT, &other);
    print("stdout", "again");
    await(&other, "again\n");
    assert_string_equal(out.text, "to stdout\n");
    assert_ok(gobridge_set_output(GOBRIDGE_STDOUT, 0));
    assert_ok(gobridge_set_output(GOBRIDGE_STDERR, 0));
    sink *const all[] = {&out, &error, &other};
    for (size_t i = 0; i < COUNT(all); i++) {
        while (atomic_load(&all[i]->dropped) == 0) {
            assert_ok(gobridge_go_collect());
        }
        assert_int_equal(atomic_load(&all[i]->dropped), 1);
    }
}

/* Where it went before, it goes again. */
static void restored(void **state) {
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    static sink s;
    redirect(GOBRIDGE_STDERR, &s);
    print("log", "to the sink");
    await(&s, "to the sink\n");
    assert_ok(gobridge_set_output(GOBRIDGE_STDERR, 0));
    assert_ok(gobridge_set_output(GOBRIDGE_STDERR, 0)); /* again it does nothing */
    const int saved = dup(2);
    assert_true(dup2(fileno(file), 2) == 2);
    print("log", "to the file");
    print("stderr", "directly");
    assert_true(dup2(saved, 2) == 2);
    close(saved);
    char found[256] = {0};
    rewind(file);
    assert_true(fread(found, 1, sizeof found - 1, file) > 0);
    assert_non_null(strstr(found, "to the file\ndirectly\n"));
    fclose(file);
}

/* Whatever a writer does, who prints goes on, and the next writer gets what comes then. */
static void writers_that_fail(void **state) {
    (void)state;
    static const char *const ways[] = {"error", "panic", "goexit"};
    static sink last;
    const gobridge_ref func = find("guest.badWriter");
    for (size_t i = 0; i < COUNT(ways); i++) {
        const gobridge_value how = text(ways[i]);
        gobridge_value writer;
        assert_ok(gobridge_call(func, &how, 1, &writer, 1));
        assert_ok(gobridge_set_output(GOBRIDGE_STDOUT, writer.as.ref));
        assert_ok(gobridge_value_release(&writer));
        char *const long_text = malloc(100001);
        memset(long_text, 'x', 100000);
        long_text[100000] = 0;
        print("stdout", long_text); /* more than the pipe holds */
        free(long_text);
    }
    redirect(GOBRIDGE_STDOUT, &last);
    print("stdout", "end");
    await(&last, "end\n");
    assert_ok(gobridge_set_output(GOBRIDGE_STDOUT, 0));
    assert_ok(gobridge_release(func));
}

static void what_is_refused(void **state) {
    (void)state;
    const gobridge_ref number = box_zero("int64");
    assert_status(gobridge_set_output(0, 0), GOBRIDGE_E_ARGUMENT, "stream");
    assert_status(gobridge_set_output(3, 0), GOBRIDGE_E_ARGUMENT, "stream");
    assert_status(gobridge_set_output(GOBRIDGE_STDOUT, number), GOBRIDGE_E_WRONG_KIND, "writer");
    assert_ok(gobridge_release(number));
    assert_status(gobridge_set_output(GOBRIDGE_STDOUT, number), GOBRIDGE_E_STALE_REF, "writer");
    assert_status(gobridge_set_output(GOBRIDGE_STDOUT, 1ULL << 63), GOBRIDGE_E_FORGED_REF, "writer");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_go_prints),
        cmocka_unit_test(restored),
        cmocka_unit_test(writers_that_fail),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
