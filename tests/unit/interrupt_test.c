/* Waits that other threads and signal handlers end. */
#include "check.h"

#include <semaphore.h>
#include <time.h>

static const int64_t for_ever = -1, hour = 3600000000000, at_once = 0;

static uint64_t own_name(void) {
    uint64_t name = 0;
    assert_ok(gobridge_thread_id(&name));
    assert_int_not_equal(name, 0);
    return name;
}

static gobridge_ref make_chan(int64_t capacity) {
    gobridge_ref chan = 0;
    assert_ok(gobridge_chan_new(parse("chan int64"), capacity, &chan));
    return chan;
}

/* ---- before the wait ---- */

/* Each interrupt ends one wait that would take time, the first that comes. */
static void none_is_missed(void **state) {
    (void)state;
    const uint64_t name = own_name();
    assert_int_equal(own_name(), name);
    const gobridge_ref chan = make_chan(1);
    const gobridge_value one = integer(GOBRIDGE_KIND_INT64, 1);
    gobridge_value value;
    uint8_t open = 9;
    assert_ok(gobridge_thread_interrupt(name));
    assert_ok(gobridge_thread_interrupt(name)); /* twice is once */
    assert_status(gobridge_chan_receive(chan, at_once, &value, &open), GOBRIDGE_E_TIMEOUT, "chan");
    assert_status(gobridge_chan_receive(chan, hour, &value, &open), GOBRIDGE_E_INTERRUPTED, "chan");
    assert_status(gobridge_chan_receive(chan, 1000, &value, &open), GOBRIDGE_E_TIMEOUT, "chan");
    assert_int_equal(open, 9);
    /* what can be done at once is done, and it stays for the next wait */
    assert_ok(gobridge_thread_interrupt(name));
    assert_ok(gobridge_chan_send(chan, &one, for_ever));
    assert_status(gobridge_chan_send(chan, &one, for_ever), GOBRIDGE_E_INTERRUPTED, "chan");
    assert_ok(gobridge_chan_receive(chan, for_ever, &value, &open));
    assert_int_equal(value.as.i, 1);
    assert_ok(gobridge_thread_interrupt(name));
    const gobridge_select_case cases[] = {{chan, NULL}};
    size_t chosen = 9;
    assert_status(gobridge_chan_select(cases, 1, for_ever, &chosen, &value, &open), GOBRIDGE_E_INTERRUPTED,
                  "cases");
    assert_int_equal(chosen, 9);
    assert_ok(gobridge_release(chan));
}

static void names_of_no_thread(void **state) {
    (void)state;
    const uint64_t name = own_name();
    const uint64_t none[] = {0,
                             1,
                             name + 1,
                             name + (1ULL << 32),
                             name - (1ULL << 32),
                             UINT64_MAX,
                             1ULL << 32 | 262143,
                             1ULL << 32 | 262144};
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_ok(gobridge_thread_interrupt(none[i]));
    }
    const gobridge_ref chan = make_chan(0);
    gobridge_value value;
    uint8_t open;
    assert_status(gobridge_chan_receive(chan, 1000000, &value, &open), GOBRIDGE_E_TIMEOUT, "chan");
    assert_ok(gobridge_release(chan));
}

/* ---- during the wait ---- */

typedef struct waiting {
    gobridge_ref chan;
    sem_t named;
    uint64_t name;
    bool as_select, with_end;
} waiting;

static void *wait_for_ever(void *argument) {
    waiting *w = argument;
    gobridge_value value;
    uint8_t open;
    size_t chosen;
    const int64_t timeout = w->with_end ? hour : for_ever;
    const gobridge_select_case cases[] = {{w->chan, NULL}};
    expect(gobridge_thread_id(&w->name) == GOBRIDGE_OK);
    sem_post(&w->named);
    const gobridge_status status = w->as_select
                                       ? gobridge_chan_select(cases, 1, timeout, &chosen, &value, &open)
                                       : gobridge_chan_receive(w->chan, timeout, &value, &open);
    expect(status == GOBRIDGE_E_INTERRUPTED);
    return NULL;
}

/* Others that wait for the same go on. */
static void by_another_thread(void **state) {
    (void)state;
    enum { THREADS = 6 };
    static waiting all[THREADS];
    pthread_t threads[THREADS];
    const gobridge_ref chan = make_chan(0);
    for (size_t i = 0; i < THREADS; i++) {
        all[i] = (waiting){.chan = chan, .as_select = i & 1, .with_end = i & 2};
        sem_init(&all[i].named, 0, 0);
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_ever, &all[i]), 0);
        sem_wait(&all[i].named);
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(all[i].name, all[j].name);
        }
    }
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); /* most of them wait by now */
    for (size_t i = 0; i < THREADS; i++) {
        assert_ok(gobridge_thread_interrupt(all[i].name));
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_ok(gobridge_thread_interrupt(all[i].name)); /* it has ended */
    }
    assert_int_equal(atomic_load(&thread_failures), 0);
    assert_ok(gobridge_release(chan));
}

/* A name is never another thread's. */
static void *take_a_name(void *argument) {
    expect(gobridge_thread_id(argument) == GOBRIDGE_OK);
    return NULL;
}

static void names_are_not_used_again(void **state) {
    (void)state;
    enum { ROUNDS = 700 }; /* more than one chunk has, if they were not given back */
    static uint64_t names[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        run_threads(1, take_a_name, &names[i], sizeof *names);
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        assert_in_range((uint32_t)names[i], 0, 255);
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(names[i], names[j]);
        }
    }
}

static uint64_t name_of_main;
static atomic_int alarms;

/* As Ctrl-C in an interpreter: the handler does what it may. */
static void on_alarm(int number) {
    (void)number;
    atomic_fetch_add(&alarms, 1);
    gobridge_thread_interrupt(name_of_main);
}

/* Interrupts the main thread soon, in a wait or before it. */
static timer_t soon(void) {
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    name_of_main = own_name();
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_alarm, .sa_flags = SA_ONSTACK}, NULL);
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, 0, &(struct itimerspec){.it_value.tv_nsec = 2000000}, NULL), 0);
    return timer;
}

static void by_a_signal_handler(void **state) {
    (void)state;
    const gobridge_ref chan = make_chan(0);
    gobridge_value value;
    uint8_t open;
    for (int i = 1; i <= 5; i++) {
        const timer_t timer = soon();
        assert_status(gobridge_chan_receive(chan, for_ever, &value, &open), GOBRIDGE_E_INTERRUPTED, "chan");
        timer_delete(timer);
        assert_int_equal(atomic_load(&alarms), i);
    }
    assert_ok(gobridge_release(chan));
}

/* The value that an interrupted wait was for comes with the next one. */
static void iterators(void **state) {
    (void)state;
    gobridge_ref func = 0, iter = 0;
    gobridge_value seq, value;
    uint8_t found = 9;
    const gobridge_ref chan = make_chan(3);
    assert_ok(gobridge_func_find("guest.received", 14, &func));
    assert_ok(gobridge_call(func, &(gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = chan}, 1, &seq, 1));
    assert_ok(gobridge_iter_new(seq.as.ref, &iter));
    assert_ok(gobridge_value_release(&seq));
    for (int i = 0; i < 3; i++) {
        const timer_t timer = soon();
        assert_status(gobridge_iter_next(iter, &value, NULL, &found), GOBRIDGE_E_INTERRUPTED, "interrupted");
        timer_delete(timer);
        assert_int_equal(found, 9);
        const gobridge_value sent[] = {integer(GOBRIDGE_KIND_INT64, i), integer(GOBRIDGE_KIND_INT64, 10 + i)};
        assert_ok(gobridge_chan_send(chan, &sent[0], for_ever));
        assert_ok(gobridge_chan_send(chan, &sent[1], for_ever));
        for (int j = 0; j < 2; j++) {
            found = 9;
            assert_ok(gobridge_iter_next(iter, &value, NULL, &found));
            assert_int_equal(value.as.i, 10 * j + i);
            assert_int_equal(found, 1);
            found = 9;
        }
    }
    assert_ok(gobridge_release(iter));
    assert_ok(gobridge_release(chan));
}

static void reads(void **state) {
    (void)state;
    gobridge_ref func = 0;
    gobridge_value ends[2];
    uint8_t buffer[8];
    size_t done = 9;
    assert_ok(gobridge_func_find("guest.pipe", 10, &func));
    assert_ok(gobridge_call(func, NULL, 0, ends, 2));
    for (int i = 0; i < 3; i++) {
        const timer_t timer = soon();
        assert_status(gobridge_io_read(ends[0].as.ref, buffer, sizeof buffer, &done), GOBRIDGE_E_INTERRUPTED,
                      "interrupted");
        timer_delete(timer);
        assert_int_equal(done, 0);
        assert_ok(gobridge_io_write(ends[1].as.ref, (const uint8_t *)"again", 5, &done));
        assert_ok(gobridge_io_read(ends[0].as.ref, buffer, sizeof buffer, &done));
        assert_int_equal(done, 5);
        assert_memory_equal(buffer, "again", 5);
    }
    assert_ok(gobridge_value_release(&ends[0]));
    assert_ok(gobridge_value_release(&ends[1]));
}

static void tasks(void **state) {
    (void)state;
    const uint64_t name = own_name();
    const gobridge_value for_an_hour = integer(GOBRIDGE_KIND_INT64, hour);
    gobridge_ref func = 0, task = 0;
    assert_ok(gobridge_func_find("guest.sleep", 11, &func));
    assert_ok(gobridge_task_start(func, &for_an_hour, 1, for_ever, &task));
    assert_ok(gobridge_thread_interrupt(name));
    gobridge_value slept;
    assert_status(gobridge_task_wait(task, for_ever, &slept, 1), GOBRIDGE_E_INTERRUPTED, "task");
    assert_ok(gobridge_task_cancel(task)); /* it goes on until someone says so */
    assert_ok(gobridge_release(task));
    assert_ok(gobridge_release(func));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_missed),      cmocka_unit_test(names_of_no_thread),
        cmocka_unit_test(by_another_thread),   cmocka_unit_test(names_are_not_used_again),
        cmocka_unit_test(by_a_signal_handler), cmocka_unit_test(tasks),
        cmocka_unit_test(iterators),           cmocka_unit_test(reads),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
