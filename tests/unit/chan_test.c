/* Channels: what is sent arrives, what can not be done is a status, and no wait is longer than it may be. */
#include "check.h"

#include <time.h>

static const int64_t for_ever = -1, millisecond = 1000000;

static gobridge_ref make_chan(const char *type, int64_t capacity) {
    gobridge_ref chan = 0;
    assert_ok(gobridge_chan_new(parse(type), capacity, &chan));
    return chan;
}

static void assert_holds(gobridge_ref chan, int64_t len) {
    int64_t now = -1;
    assert_ok(gobridge_chan_len(chan, &now));
    assert_int_equal(now, len);
}

static void send_integer(gobridge_ref chan, int64_t i) {
    const gobridge_value value = integer(GOBRIDGE_KIND_INT64, i);
    assert_ok(gobridge_chan_send(chan, &value, for_ever));
}

static int64_t receive_integer(gobridge_ref chan) {
    gobridge_value value;
    uint8_t open = 9;
    assert_ok(gobridge_chan_receive(chan, for_ever, &value, &open));
    assert_int_equal(open, 1);
    assert_int_equal(value.kind, GOBRIDGE_KIND_INT64);
    assert_int_equal(value.owner, 0);
    return value.as.i;
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 * millisecond + now.tv_nsec;
}

/* ---- making ---- */

static void make(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int64_t capacity;
        gobridge_status status;
        const char *part;
    } rows[] = {
        {"chan int64", 0, GOBRIDGE_OK, ""},
        {"chan int64", 100000, GOBRIDGE_OK, ""},
        {"chan struct{}", 1 << 30, GOBRIDGE_OK, ""},
        {"chan chan error", 1, GOBRIDGE_OK, ""},
        {"chan int64", -1, GOBRIDGE_E_ARGUMENT, "capacity"},
        {"chan int64", INT64_MIN, GOBRIDGE_E_ARGUMENT, "capacity"},
        {"chan int64", INT64_MAX, GOBRIDGE_E_LIMIT, "capacity"},
        {"chan int64", 1LL << 32, GOBRIDGE_E_LIMIT, "capacity"},
        {"chan int64", (1 << 27) + 1, GOBRIDGE_E_LIMIT, "capacity"},
        {"chan struct{}", INT64_MAX, GOBRIDGE_E_LIMIT, "capacity"},
        {"<-chan int64", 0, GOBRIDGE_E_WRONG_KIND, "type"},
        {"chan<- int64", 0, GOBRIDGE_E_WRONG_KIND, "type"},
        {"[]int64", 0, GOBRIDGE_E_WRONG_KIND, "type"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        gobridge_ref chan = 9;
        int64_t cap = -1;
        assert_failed(gobridge_chan_new(parse(rows[i].type), rows[i].capacity, &chan), rows[i].status,
                      "gobridge_chan_new", rows[i].part);
        if (rows[i].status) {
            assert_int_equal(chan, 9);
            continue;
        }
        assert_type(chan, rows[i].type);
        assert_ok(gobridge_chan_cap(chan, &cap));
        assert_int_equal(cap, rows[i].capacity);
        assert_holds(chan, 0);
        assert_ok(gobridge_release(chan));
    }
}

/* ---- values ---- */

static void numbers(void **state) {
    (void)state;
    const gobridge_ref chan = make_chan("chan int8", 2);
    const gobridge_value fits = integer(GOBRIDGE_KIND_INT, -128), large = integer(GOBRIDGE_KIND_INT, 300),
                         misfit = text("1");
    gobridge_value value;
    uint8_t open = 9;
    assert_ok(gobridge_chan_send(chan, &fits, for_ever));
    assert_status(gobridge_chan_send(chan, &large, for_ever), GOBRIDGE_E_RANGE, "value: ");
    assert_status(gobridge_chan_send(chan, &misfit, for_ever), GOBRIDGE_E_WRONG_TYPE, "value: ");
    assert_holds(chan, 1);
    assert_ok(gobridge_chan_receive(chan, for_ever, &value, &open));
    assert_true(open == 1 && value.kind == GOBRIDGE_KIND_INT8 && value.as.i == -128 && !value.owner);
    assert_ok(gobridge_release(chan));
}

/* Text is copied on its way in, and owned on its way out. */
static void texts(void **state) {
    (void)state;
    const gobridge_ref chan = make_chan("chan string", 2);
    char mine[] = "as it was";
    gobridge_value value = text(mine);
    uint8_t open = 9;
    assert_ok(gobridge_chan_send(chan, &value, for_ever));
    memset(mine, 'X', sizeof mine - 1);
    assert_ok(gobridge_chan_receive(chan, for_ever, &value, &open));
    assert_ok(gobridge_release(chan));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "as it was", 9);
    assert_int_equal(open, 1);
}

/* A map that is sent is the same map, and so is a channel; nil is nil. */
static void references(void **state) {
    (void)state;
    const gobridge_ref chan = make_chan("chan any", 3), map = make_map("map[int64]int64");
    const gobridge_value sent[] = {named(map), named(chan), nil};
    const int64_t one = 1;
    gobridge_value received[COUNT(sent)];
    uint8_t open = 9;
    for (size_t i = 0; i < COUNT(sent); i++) {
        assert_ok(gobridge_chan_send(chan, &sent[i], for_ever));
    }
    for (size_t i = 0; i < COUNT(sent); i++) {
        assert_ok(gobridge_chan_receive(chan, for_ever, &received[i], &open));
        assert_int_equal(open, 1);
    }
    assert_type(received[0].as.ref, "map[int64]int64");
    assert_ok(gobridge_runtime_mapassign(received[0].as.ref, &one, &one));
    assert_int_equal(length(map), 1);
    assert_ok(gobridge_chan_send(received[1].as.ref, &nil, for_ever));
    assert_holds(chan, 1);
    assert_int_equal(received[2].kind, GOBRIDGE_KIND_NIL);
    for (size_t i = 0; i < COUNT(received); i++) {
        assert_ok(gobridge_value_release(&received[i]));
    }
    assert_ok(gobridge_release(chan));
    assert_ok(gobridge_release(map));
}

/* What is received in a scope is released with it. */
static void scopes(void **state) {
    (void)state;
    uint64_t scope, live;
    size_t chosen;
    uint8_t open;
    gobridge_value value = text("in a scope");
    const gobridge_ref chan = make_chan("chan string", 1);
    const gobridge_select_case receive = {.chan = chan};
    live = live_references();
    assert_ok(gobridge_scope_open(&scope));
    for (int i = 0; i < 200; i++) {
        value = text("in a scope");
        assert_ok(gobridge_chan_send(chan, &value, for_ever));
        assert_ok(i % 2 ? gobridge_chan_receive(chan, for_ever, &value, &open)
                        : gobridge_chan_select(&receive, 1, for_ever, &chosen, &value, &open));
    }
    assert_int_equal(live_references(), live + 200);
    assert_ok(gobridge_scope_close(scope));
    assert_int_equal(live_references(), live);
    assert_ok(gobridge_release(chan));
}

/* ---- waiting ---- */

/* What can not be done in time is not done at all. */
static void deadlines(void **state) {
    (void)state;
    static const int64_t waits[] = {0, 1, 30 * millisecond};
    gobridge_ref chan = make_chan("chan int64", 1);
    const gobridge_ref never = box("chan int64", &nil);
    const gobridge_value one = integer(GOBRIDGE_KIND_INT64, 1);
    gobridge_value value = integer(77, 7);
    const gobridge_value before = value;
    const gobridge_select_case cases[] = {{.chan = never}, {.chan = chan, .send = &one}};
    uint8_t open = 9;
    size_t chosen = 9;
    for (size_t i = 0; i < COUNT(waits); i++) {
        const int64_t start = now_ns();
        assert_status(gobridge_chan_receive(chan, waits[i], &value, &open), GOBRIDGE_E_TIMEOUT, "chan");
        assert_status(gobridge_chan_receive(never, waits[i], &value, &open), GOBRIDGE_E_TIMEOUT, "chan");
        assert_status(gobridge_chan_send(never, &one, waits[i]), GOBRIDGE_E_TIMEOUT, "chan");
        assert_ok(gobridge_chan_send(chan, &one, waits[i]));
        assert_status(gobridge_chan_send(chan, &one, waits[i]), GOBRIDGE_E_TIMEOUT, "chan");
        assert_status(gobridge_chan_select(cases, 2, waits[i], &chosen, &value, &open), GOBRIDGE_E_TIMEOUT,
                      "cases");
        const int64_t took = now_ns() - start;
        assert_true(took >= 5 * waits[i] && took < 5 * waits[i] + 20000 * millisecond);
        assert_int_equal(receive_integer(chan), 1);
    }
    assert_memory_equal(&value, &before, sizeof value);
    assert_true(open == 9 && chosen == 9);
    assert_ok(gobridge_release(chan));
    assert_ok(gobridge_release(never));
}

static void nil_channels(void **state) {
    (void)state;
    const gobridge_ref chan = box("chan int64", &nil);
    const gobridge_value one = integer(GOBRIDGE_KIND_INT64, 1);
    const gobridge_select_case cases[] = {{.chan = chan}, {.chan = chan, .send = &one}};
    gobridge_value value;
    uint8_t open = 9;
    size_t chosen = 9;
    int64_t cap = 9;
    assert_status(gobridge_chan_receive(chan, for_ever, &value, &open), GOBRIDGE_E_NIL, "chan");
    assert_status(gobridge_chan_send(chan, &one, for_ever), GOBRIDGE_E_NIL, "chan");
    assert_status(gobridge_chan_close(chan), GOBRIDGE_E_NIL, "chan");
    assert_status(gobridge_chan_select(cases, 2, for_ever, &chosen, &value, &open), GOBRIDGE_E_NIL, "cases");
    assert_status(gobridge_chan_select(cases, 0, for_ever, &chosen, &value, &open), GOBRIDGE_E_NIL, "cases");
    assert_status(gobridge_chan_select(cases, 0, 1, &chosen, &value, &open), GOBRIDGE_E_TIMEOUT, "cases");
    assert_holds(chan, 0);
    assert_ok(gobridge_chan_cap(chan, &cap));
    assert_int_equal(cap, 0);
    assert_ok(gobridge_release(chan));
}

/* ---- closing ---- */

static void closed_channels(void **state) {
    (void)state;
    static const char *const types[] = {"chan string", "chan *int64", "chan any"};
    const gobridge_ref chan = make_chan("chan int64", 2);
    const gobridge_value one = integer(GOBRIDGE_KIND_INT64, 1);
    const gobridge_select_case sends = {.chan = chan, .send = &one};
    gobridge_value value;
    uint8_t open = 9;
    size_t chosen = 9;
    send_integer(chan, 1);
    assert_ok(gobridge_chan_close(chan));
    assert_status(gobridge_chan_close(chan), GOBRIDGE_E_CLOSED, "chan");
    assert_status(gobridge_chan_send(chan, &one, for_ever), GOBRIDGE_E_CLOSED, "chan");
    assert_status(gobridge_chan_send(chan, &one, 0), GOBRIDGE_E_CLOSED, "chan");
    assert_status(gobridge_chan_select(&sends, 1, for_ever, &chosen, &value, &open), GOBRIDGE_E_CLOSED,
                  "cases");
    assert_int_equal(receive_integer(chan), 1); /* what was sent before is there still */
    for (int i = 0; i < 2; i++) {
        assert_ok(gobridge_chan_receive(chan, for_ever, &value, &open));
        assert_true(open == 0 && value.kind == GOBRIDGE_KIND_INT64 && value.as.i == 0);
        open = 9;
    }
    assert_ok(gobridge_release(chan));
    for (size_t i = 0; i < COUNT(types); i++) {
        const gobridge_ref other = make_chan(types[i], 0);
        assert_ok(gobridge_chan_close(other));
        assert_ok(gobridge_chan_receive(other, 0, &value, &open));
        assert_true(open == 0 && value.owner == 0 && value.len == 0);
        assert_int_equal(value.kind, i == 0 ? GOBRIDGE_KIND_STRING : GOBRIDGE_KIND_NIL);
        assert_ok(gobridge_release(other));
    }
}

static void directions(void **state) {
    (void)state;
    const gobridge_ref chan = make_chan("chan int64", 1);
    const gobridge_value both = named(chan), one = integer(GOBRIDGE_KIND_INT64, 1);
    const gobridge_ref in = box("chan<- int64", &both), out = box("<-chan int64", &both);
    gobridge_value value;
    uint8_t open = 9;
    send_integer(in, 5);
    assert_int_equal(receive_integer(out), 5);
    assert_status(gobridge_chan_send(out, &one, 0), GOBRIDGE_E_WRONG_KIND, "chan");
    assert_status(gobridge_chan_close(out), GOBRIDGE_E_WRONG_KIND, "chan");
    assert_status(gobridge_chan_receive(in, 0, &value, &open), GOBRIDGE_E_WRONG_KIND, "chan");
    assert_ok(gobridge_chan_close(in));
    assert_ok(gobridge_release(chan));
    assert_ok(gobridge_release(in));
    assert_ok(gobridge_release(out));
}

/* ---- select ---- */

static void selects(void **state) {
    (void)state;
    const gobridge_ref names = make_chan("chan string", 1), counts = make_chan("chan int64", 1);
    const gobridge_value ada = text("Ada"), one = integer(GOBRIDGE_KIND_INT64, 1);
    const gobridge_select_case cases[] = {
        {.chan = names}, {.chan = counts}, {.chan = names, .send = &ada}, {.chan = counts, .send = &one}};
    gobridge_value value;
    uint8_t open = 9;
    size_t chosen = 9;
    assert_ok(gobridge_chan_select(cases, 3, for_ever, &chosen, &value, &open)); /* only the send is ready */
    assert_true(chosen == 2 && open == 0 && value.kind == GOBRIDGE_KIND_NIL);
    assert_ok(gobridge_chan_select(cases, 3, for_ever, &chosen, &value, &open));
    assert_true(chosen == 0 && open == 1);
    assert_shows(&value, GOBRIDGE_KIND_STRING, "Ada", 3);
    assert_ok(gobridge_chan_select(cases + 3, 1, for_ever, &chosen, &value, &open));
    assert_int_equal(chosen, 0);
    assert_ok(gobridge_chan_select(cases, 2, for_ever, &chosen, &value, &open));
    assert_true(chosen == 1 && open == 1 && value.kind == GOBRIDGE_KIND_INT64 && value.as.i == 1);
    assert_ok(gobridge_chan_close(counts));
    assert_ok(gobridge_chan_select(cases, 2, for_ever, &chosen, &value, &open));
    assert_true(chosen == 1 && open == 0 && value.as.i == 0);
    assert_ok(gobridge_release(names));
    assert_ok(gobridge_release(counts));
}

/* A case that is wrong is named, and none of the others is done. */
static void wrong_cases(void **state) {
    (void)state;
    const gobridge_ref chan = make_chan("chan int64", 1), both = make_chan("chan int64", 1);
    const gobridge_value one = integer(GOBRIDGE_KIND_INT64, 1), word = text("word"), either = named(both),
                         large = integer(GOBRIDGE_KIND_FLOAT64, 0), flagged = {.flags = 1};
    const gobridge_ref in = box("chan<- int64", &either), out = box("<-chan int64", &either);
    gobridge_value value = nil;
    uint8_t open = 9;
    size_t chosen = 9;
    send_integer(chan, 1);
    const struct {
        gobridge_select_case wrong;
        gobridge_status status;
        const char *part;
    } rows[] = {
        {{.chan = 0}, GOBRIDGE_E_NIL_REF, "cases[1]: chan"},
        {{.chan = UINT64_MAX}, GOBRIDGE_E_FORGED_REF, "cases[1]: chan"},
        {{.chan = parse("chan int64")}, GOBRIDGE_E_WRONG_KIND, "cases[1]: chan"},
        {{.chan = in}, GOBRIDGE_E_WRONG_KIND, "cases[1]: chan"},
        {{.chan = out, .send = &one}, GOBRIDGE_E_WRONG_KIND, "cases[1]: chan"},
        {{.chan = both, .send = &word}, GOBRIDGE_E_WRONG_TYPE, "cases[1]: send"},
        {{.chan = both, .send = &nil}, GOBRIDGE_E_WRONG_TYPE, "cases[1]: send"},
        {{.chan = both, .send = &large}, GOBRIDGE_E_WRONG_TYPE, "cases[1]: send"},
        {{.chan = both, .send = &flagged}, GOBRIDGE_E_ARGUMENT, "cases[1]: send"},
        {{.chan = both, .send = (const gobridge_value *)8}, GOBRIDGE_E_NULL, "cases[1]: send"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gobridge_select_case cases[] = {{.chan = chan}, rows[i].wrong};
        assert_status(gobridge_chan_select(cases, 2, for_ever, &chosen, &value, &open), rows[i].status,
                      rows[i].part);
    }
    const gobridge_select_case fine = {.chan = chan};
    assert_status(gobridge_chan_select(&fine, 65536, 0, &chosen, &value, &open), GOBRIDGE_E_LIMIT, "count");
    assert_status(gobridge_chan_select(&fine, SIZE_MAX, 0, &chosen, &value, &open), GOBRIDGE_E_LIMIT,
                  "count");
    assert_true(chosen == 9 && open == 9 && value.kind == GOBRIDGE_KIND_NIL);
    assert_holds(chan, 1);
    assert_holds(both, 0);
    const gobridge_ref all[] = {chan, both, in, out};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_ok(gobridge_release(all[i]));
    }
}

static void as_many_cases_as_there_can_be(void **state) {
    (void)state;
    enum { MOST = 65535 };
    gobridge_select_case *cases = calloc(MOST, sizeof *cases);
    const gobridge_ref silent = make_chan("chan int64", 0), chan = make_chan("chan int64", 1);
    static const int64_t timeouts[] = {-1, 0, 60000000000};
    gobridge_value value;
    uint8_t open = 9;
    size_t chosen = 0;
    for (size_t i = 0; i < MOST; i++) {
        cases[i].chan = silent;
    }
    cases[MOST - 1].chan = chan;
    for (size_t i = 0; i < COUNT(timeouts); i++) {
        send_integer(chan, 1);
        assert_ok(gobridge_chan_select(cases, MOST, timeouts[i], &chosen, &value, &open));
        assert_int_equal(chosen, MOST - 1);
    }
    free(cases);
    assert_ok(gobridge_release(silent));
    assert_ok(gobridge_release(chan));
}

/* ---- threads ---- */

enum { THREADS = 8 };

typedef struct waiter {
    gobridge_ref chan;
    bool sends;
    gobridge_status want;
} waiter;

static void *waiting_thread(void *argument) {
    const waiter *w = argument;
    const gobridge_value one = integer(GOBRIDGE_KIND_INT64, 1);
    gobridge_value value;
    uint8_t open = 9;
    if (w->sends) {
        expect(gobridge_chan_send(w->chan, &one, for_ever) == w->want);
    } else {
        expect(gobridge_chan_receive(w->chan, for_ever, &value, &open) == w->want);
        expect(open == 0);
    }
    return NULL;
}

/* Closing wakes all that wait: who sends gets a status, who receives is told. */
static void closing_wakes(void **state) {
    (void)state;
    static const struct timespec a_moment = {.tv_nsec = 20000000};
    for (int sends = 0; sends < 2; sends++) {
        pthread_t threads[THREADS];
        const gobridge_ref chan = make_chan("chan int64", 0);
        waiter w = {.chan = chan, .sends = sends, .want = sends ? GOBRIDGE_E_CLOSED : GOBRIDGE_OK};
        for (size_t i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, waiting_thread, &w), 0);
        }
        nanosleep(&a_moment, NULL);
        assert_ok(gobridge_chan_close(chan));
        for (size_t i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        }
        assert_int_equal(atomic_exchange(&thread_failures, 0), 0);
        assert_ok(gobridge_release(chan));
    }
}

/* Pairs of threads throw texts at each other, which grow by a letter each time. */
typedef struct player {
    gobridge_ref in, out;
    bool serves;
} player;

static void *playing_thread(void *argument) {
    enum { ROUNDS = 300 };
    const player *p = argument;
    char letters[2 * ROUNDS + 1];
    memset(letters, 'p', sizeof letters);
    for (size_t i = p->serves ? 0 : 1; i < 2 * (size_t)ROUNDS; i += 2) {
        gobridge_value value = text_of(letters, i);
        uint8_t open = 9;
        if (p->serves) {
            expect(gobridge_chan_send(p->out, &value, for_ever) == GOBRIDGE_OK);
        }
        expect(gobridge_chan_receive(p->in, for_ever, &value, &open) == GOBRIDGE_OK && open == 1);
        expect(value.kind == GOBRIDGE_KIND_STRING && value.len == (p->serves ? i + 1 : i - 1));
        expect(value.len == 0 || memcmp(value.as.s, letters, value.len) == 0);
        expect(gobridge_value_release(&value) == GOBRIDGE_OK);
        if (!p->serves) {
            value = text_of(letters, i);
            expect(gobridge_chan_send(p->out, &value, for_ever) == GOBRIDGE_OK);
        }
    }
    return NULL;
}

static void ping_pong(void **state) {
    (void)state;
    player players[THREADS];
    for (size_t i = 0; i < THREADS; i += 2) {
        players[i] = (player){make_chan("chan string", 0), make_chan("chan string", 0), true};
        players[i + 1] = (player){players[i].out, players[i].in, false};
    }
    run_threads(THREADS, playing_thread, players, sizeof *players);
    for (size_t i = 0; i < THREADS; i += 2) {
        assert_ok(gobridge_release(players[i].in));
        assert_ok(gobridge_release(players[i].out));
    }
}

/* Each thread selects between handing out its numbers and taking those of all; every number arrives once. */
enum { NUMBERS = 400, ALL_NUMBERS = THREADS * NUMBERS };
static gobridge_ref market;
static atomic_int arrived[ALL_NUMBERS], total;

static void *trading_thread(void *argument) {
    const int64_t first = *(int64_t *)argument * NUMBERS;
    int64_t next = first;
    while (atomic_load(&total) < ALL_NUMBERS) {
        const gobridge_value number = integer(GOBRIDGE_KIND_INT64, next);
        const gobridge_select_case cases[] = {{.chan = market}, {.chan = market, .send = &number}};
        gobridge_value value;
        uint8_t open = 9;
        size_t chosen = 9;
        const size_t count = next < first + NUMBERS ? 2 : 1;
        const gobridge_status status =
            gobridge_chan_select(cases, count, millisecond, &chosen, &value, &open);
        if (status == GOBRIDGE_E_TIMEOUT) {
            continue;
        }
        expect(status == GOBRIDGE_OK && chosen < count);
        if (status) {
            break;
        }
        if (chosen == 1) {
            next++;
        } else {
            expect(value.kind == GOBRIDGE_KIND_INT64 && value.as.i >= 0 && value.as.i < ALL_NUMBERS);
            expect(atomic_fetch_add(&arrived[value.as.i], 1) == 0);
            atomic_fetch_add(&total, 1);
        }
    }
    return NULL;
}

static void many_select(void **state) {
    (void)state;
    int64_t numbers[THREADS];
    market = make_chan("chan int64", 3);
    for (int64_t i = 0; i < THREADS; i++) {
        numbers[i] = i;
    }
    run_threads(THREADS, trading_thread, numbers, sizeof *numbers);
    assert_holds(market, 0);
    assert_ok(gobridge_release(market));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(make),          cmocka_unit_test(numbers),
        cmocka_unit_test(texts),         cmocka_unit_test(references),
        cmocka_unit_test(scopes),        cmocka_unit_test(deadlines),
        cmocka_unit_test(nil_channels),  cmocka_unit_test(closed_channels),
        cmocka_unit_test(directions),    cmocka_unit_test(selects),
        cmocka_unit_test(wrong_cases),   cmocka_unit_test(as_many_cases_as_there_can_be),
        cmocka_unit_test(closing_wakes), cmocka_unit_test(ping_pong),
        cmocka_unit_test(many_select),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
