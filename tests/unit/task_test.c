/* Tasks: Go functions that run while the host does something else. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <sys/epoll.h>
#include <time.h>

static const int64_t for_ever = -1, millisecond = 1000000, hour = 3600000000000;

static gobridge_ref find(const char *name) {
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    return func;
}

static gobridge_ref start(const char *name, const gobridge_value *args, size_t count, int64_t timeout_ns) {
    const gobridge_ref func = find(name);
    gobridge_ref task = 0;
    assert_ok(gobridge_task_start(func, args, count, timeout_ns, &task));
    assert_ok(gobridge_release(func));
    return task;
}

/* A task that ends when it is cancelled, if not after an hour. */
static gobridge_ref start_long(int64_t timeout_ns) {
    const gobridge_value for_an_hour = integer(GOBRIDGE_KIND_INT64, hour);
    return start("guest.sleep", &for_an_hour, 1, timeout_ns);
}

static uint8_t is_done(gobridge_ref task) {
    uint8_t done = 9;
    assert_ok(gobridge_task_done(task, &done));
    return done;
}

static size_t open_files(void) {
    size_t files = 0;
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory)) {
        files++;
    }
    closedir(directory);
    return files;
}

/* ---- results ---- */

/* What a function gives is given as often as it is asked for, and each time owned. */
static void results(void **state) {
    (void)state;
    const gobridge_value words[] = {text("a"), text("bc"), text("")};
    const gobridge_ref task = start("guest.join", words, COUNT(words), for_ever);
    for (int again = 0; again < 2; again++) {
        gobridge_value got[2];
        assert_ok(gobridge_task_wait(task, for_ever, got, 2));
        assert_shows(&got[0], GOBRIDGE_KIND_STRING, "a,bc,", 5);
        assert_true(got[1].kind == GOBRIDGE_KIND_INT && got[1].as.i == 3);
        assert_int_equal(is_done(task), 1);
    }
    assert_ok(gobridge_release(task));
}

/* In a scope the task and what it gives are released with it. */
static void scopes(void **state) {
    (void)state;
    const uint64_t live = live_references();
    uint64_t scope;
    gobridge_value got[2];
    assert_ok(gobridge_scope_open(&scope));
    for (int i = 0; i < 100; i++) {
        const gobridge_value words[] = {text("a"), text("bc")};
        gobridge_ref task = 0;
        assert_ok(gobridge_task_start(find("guest.join"), words, COUNT(words), for_ever, &task));
        assert_ok(gobridge_task_wait(task, for_ever, got, 2));
    }
    assert_int_equal(live_references(), live + 200);
    start_long(for_ever);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), live);
}

static void failures(void **state) {
    (void)state;
    const gobridge_value message = text("whatever it was");
    gobridge_error error;
    gobridge_ref task = start("guest.fail", &message, 1, for_ever);
    assert_status(gobridge_task_wait(task, for_ever, NULL, 0), GOBRIDGE_E_RETURNED, "whatever it was");
    assert_ok(gobridge_release(task));
    task = start("guest.panic", &message, 1, for_ever);
    assert_status(gobridge_task_wait(task, for_ever, NULL, 0), GOBRIDGE_E_PANIC, "panic: whatever it was");
    assert_ok(gobridge_last_error(&error));
    assert_non_null(strstr(error.stack, "goroutine "));
    assert_ok(gobridge_release(task));
    task = start("guest.goexit", NULL, 0, for_ever);
    assert_status(gobridge_task_wait(task, for_ever, NULL, 0), GOBRIDGE_E_GOEXIT, "Goexit");
    assert_ok(gobridge_release(task));
}

static void wrong_arguments(void **state) {
    (void)state;
    const gobridge_value words[] = {text("a"), integer(GOBRIDGE_KIND_INT64, 1)};
    const gobridge_ref join = find("guest.join"), fails = find("guest.fail"), map = make_map("map[int]int");
    gobridge_ref task = 9;
    assert_status(gobridge_task_start(join, words, 2, for_ever, &task), GOBRIDGE_E_WRONG_TYPE, "args[1]");
    assert_status(gobridge_task_start(join, words, 1 << 21, for_ever, &task), GOBRIDGE_E_COUNT, "nargs");
    assert_status(gobridge_task_start(fails, words, 2, for_ever, &task), GOBRIDGE_E_COUNT, "args");
    assert_status(gobridge_task_start(fails, NULL, 0, for_ever, &task), GOBRIDGE_E_COUNT, "args");
    assert_status(gobridge_task_start(fails, NULL, 1, for_ever, &task), GOBRIDGE_E_NULL, "args");
    assert_status(gobridge_task_start(map, NULL, 0, for_ever, &task), GOBRIDGE_E_WRONG_KIND, "func");
    assert_int_equal(task, 9);
    const gobridge_ref all[] = {join, fails, map};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

/* ---- the end ---- */

static void cancelled(void **state) {
    (void)state;
    const gobridge_ref task = start_long(for_ever);
    gobridge_value got = integer(77, 7);
    const gobridge_value before = got;
    assert_int_equal(is_done(task), 0);
    assert_status(gobridge_task_wait(task, 0, &got, 1), GOBRIDGE_E_TIMEOUT, "task");
    assert_status(gobridge_task_wait(task, 10 * millisecond, &got, 1), GOBRIDGE_E_TIMEOUT, "task");
    assert_status(gobridge_task_wait(task, for_ever, &got, 3), GOBRIDGE_E_COUNT, "results");
    assert_status(gobridge_task_wait(task, for_ever, NULL, 1), GOBRIDGE_E_NULL, "results");
    assert_ok(gobridge_task_cancel(task));
    assert_ok(gobridge_task_cancel(task));
    assert_status(gobridge_task_wait(task, for_ever, &got, 1), GOBRIDGE_E_RETURNED, "context canceled");
    assert_int_equal(is_done(task), 1);
    assert_memory_equal(&got, &before, sizeof got);
    assert_ok(gobridge_release(task));
}

static void deadline(void **state) {
    (void)state;
    const gobridge_ref task = start_long(10 * millisecond);
    gobridge_value got;
    assert_status(gobridge_task_wait(task, for_ever, &got, 1), GOBRIDGE_E_RETURNED,
                  "context deadline exceeded");
    assert_ok(gobridge_release(task));
}

/* ---- descriptors ---- */

/* One thread sleeps in epoll_wait until each of many tasks is done. */
static void an_event_loop(void **state) {
    (void)state;
    enum { TASKS = 50 };
    gobridge_ref tasks[TASKS];
    const size_t files = open_files();
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < TASKS; i++) {
        const gobridge_value nap = integer(GOBRIDGE_KIND_INT64, 5LL * (i % 7) * millisecond);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        int32_t fd = -1, again = -1;
        tasks[i] = start("guest.sleep", &nap, 1, for_ever);
        assert_ok(gobridge_task_descriptor(tasks[i], &fd));
        assert_ok(gobridge_task_descriptor(tasks[i], &again));
        assert_int_equal(fd, again);
        assert_int_equal(epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event), 0);
    }
    assert_int_equal(open_files(), files + TASKS + 1);
    for (int done = 0; done < TASKS; done++) {
        struct epoll_event event;
        gobridge_value got;
        int ready;
        do { /* Go may interrupt the thread, which was just in Go code */
            ready = epoll_wait(loop, &event, 1, 10000);
        } while (ready == -1 && errno == EINTR);
        assert_int_equal(ready, 1);
        const gobridge_ref task = tasks[event.data.u32];
        assert_int_equal(event.events, EPOLLIN);
        assert_int_equal(is_done(task), 1);
        assert_ok(gobridge_task_wait(task, 0, &got, 1));
        assert_true(got.len >= 6 && memcmp(got.as.s, "slept ", 6) == 0);
        assert_ok(gobridge_value_release(&got));
        assert_ok(gobridge_release(task)); /* which closes the descriptor, so the loop forgets it */
    }
    close(loop);
    assert_int_equal(open_files(), files);
}

/* A task that runs is released: its descriptor is closed, and nothing can be asked of it. */
static void forgotten(void **state) {
    (void)state;
    const size_t files = open_files();
    for (int i = 0; i < 50; i++) {
        const gobridge_ref task = start_long(for_ever);
        int32_t fd = -1;
        uint8_t done = 9;
        assert_ok(gobridge_task_descriptor(task, &fd));
        assert_ok(gobridge_release(task));
        assert_status(gobridge_task_done(task, &done), GOBRIDGE_E_STALE_REF, "task");
        assert_status(gobridge_task_descriptor(task, &fd), GOBRIDGE_E_STALE_REF, "task");
        assert_status(gobridge_task_cancel(task), GOBRIDGE_E_STALE_REF, "task");
        assert_status(gobridge_task_wait(task, 0, NULL, 0), GOBRIDGE_E_STALE_REF, "task");
        assert_status(gobridge_release(task), GOBRIDGE_E_STALE_REF, "ref");
    }
    assert_int_equal(open_files(), files);
}

/* ---- threads and channels ---- */

static void *squaring_thread(void *argument) {
    enum { NUMBERS = 200 };
    gobridge_ref type = 0, in = 0, out = 0, task = 0;
    const gobridge_ref func = *(gobridge_ref *)argument;
    expect(gobridge_type_parse("chan int64", 10, &type) == GOBRIDGE_OK);
    expect(gobridge_chan_new(type, 0, &in) == GOBRIDGE_OK);
    expect(gobridge_chan_new(type, 3, &out) == GOBRIDGE_OK);
    const gobridge_value ends[] = {named(in), named(out)};
    expect(gobridge_task_start(func, ends, 2, for_ever, &task) == GOBRIDGE_OK);
    gobridge_value value;
    uint8_t open = 9;
    for (int64_t i = 0; i < NUMBERS; i++) {
        const gobridge_value number = integer(GOBRIDGE_KIND_INT64, i);
        expect(gobridge_chan_send(in, &number, for_ever) == GOBRIDGE_OK);
        expect(gobridge_chan_receive(out, for_ever, &value, &open) == GOBRIDGE_OK);
        expect(open == 1 && value.as.i == i * i);
    }
    expect(gobridge_task_wait(task, 0, NULL, 0) == GOBRIDGE_E_TIMEOUT);
    expect(gobridge_chan_close(in) == GOBRIDGE_OK);
    expect(gobridge_task_wait(task, for_ever, NULL, 0) == GOBRIDGE_OK);
    expect(gobridge_chan_receive(out, for_ever, &value, &open) == GOBRIDGE_OK && open == 0);
    expect(gobridge_release(in) == GOBRIDGE_OK && gobridge_release(out) == GOBRIDGE_OK);
    expect(gobridge_release(task) == GOBRIDGE_OK);
    return NULL;
}

/* Eight threads, each with a Go function that it feeds through a channel. */
static void threads(void **state) {
    (void)state;
    gobridge_ref func = find("guest.squares");
    run_threads(8, squaring_thread, &func, 0);
    assert_ok(gobridge_release(func));
}

/* More tasks than the limit are refused: Go would end a process of too many threads. */
static void limit(void **state) {
    (void)state;
    enum { FEW = 20 };
    int32_t before = 0, previous = 0;
    assert_ok(gobridge_task_limit(0, &before));
    assert_int_equal(before, 8000);
    assert_status(gobridge_task_limit(-1, NULL), GOBRIDGE_E_ARGUMENT, "count");
    assert_status(gobridge_task_limit((1 << 20) + 1, NULL), GOBRIDGE_E_LIMIT, "count");
    assert_ok(gobridge_task_limit(FEW, &previous));
    assert_int_equal(previous, before);
    gobridge_ref tasks[FEW + 1], one_more = 0;
    const gobridge_value hour = integer(GOBRIDGE_KIND_INT64, 3600000000000);
    for (size_t i = 0; i < FEW; i++) {
        assert_ok(gobridge_task_start(find("guest.sleep"), &hour, 1, -1, &tasks[i]));
    }
    assert_status(gobridge_task_start(find("guest.sleep"), &hour, 1, -1, &one_more), GOBRIDGE_E_LIMIT,
                  "20 tasks");
    assert_int_equal(one_more, 0);
    assert_ok(gobridge_task_cancel(tasks[0]));
    gobridge_value result;
    assert_status(gobridge_task_wait(tasks[0], -1, &result, 1), GOBRIDGE_E_RETURNED, "");
    assert_ok(gobridge_task_start(find("guest.sleep"), &hour, 1, -1, &tasks[FEW]));
    assert_ok(gobridge_release_n(tasks, COUNT(tasks)));
    assert_ok(gobridge_task_limit(before, &previous));
    assert_int_equal(previous, FEW);
}

/* ---- completion ---- */

static void count(void *data) {
    uint64_t live = 0; /* it may call the library */
    expect(gobridge_ref_count(&live) == GOBRIDGE_OK);
    atomic_fetch_add((atomic_int *)data, 1);
}

static void await(atomic_int *counted, int want) {
    for (int i = 0; i < 5000 && atomic_load(counted) < want; i++) {
        nanosleep(&(struct timespec){.tv_nsec = millisecond}, NULL);
    }
    assert_int_equal(atomic_load(counted), want);
}

static void told_when_done(void **state) {
    (void)state;
    static atomic_int told;
    const gobridge_ref task = start_long(for_ever);
    assert_ok(gobridge_task_on_done(task, count, &told));
    assert_ok(gobridge_task_on_done(task, count, &told));
    assert_int_equal(atomic_load(&told), 0);
    assert_ok(gobridge_task_cancel(task));
    await(&told, 2);
    assert_ok(gobridge_task_on_done(task, count, &told)); /* at once */
    await(&told, 3);
    assert_ok(gobridge_release(task));
    const gobridge_ref forgotten = start_long(for_ever);
    assert_ok(gobridge_task_on_done(forgotten, count, &told));
    assert_ok(gobridge_release(forgotten)); /* which ends its context */
    await(&told, 4);
    const gobridge_value reason = text("reason");
    const gobridge_ref panics = start("guest.panic", &reason, 1, for_ever);
    assert_ok(gobridge_task_on_done(panics, count, &told));
    await(&told, 5);
    assert_ok(gobridge_release(panics));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results),         cmocka_unit_test(scopes),         cmocka_unit_test(failures),
        cmocka_unit_test(wrong_arguments), cmocka_unit_test(cancelled),      cmocka_unit_test(deadline),
        cmocka_unit_test(an_event_loop),   cmocka_unit_test(forgotten),      cmocka_unit_test(threads),
        cmocka_unit_test(limit),           cmocka_unit_test(told_when_done),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
