/* What freezing does with keys that no hash function places, and without the threads that it wants. Go never has two keys that are
 * equal, so this is the C layer alone, and what stands for Go hands in the records. */
#define _GNU_SOURCE
#include <pthread.h>

static int create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
#define pthread_create create
/* NOLINTBEGIN(bugprone-suspicious-include): its own functions, with a stand-in for Go */
#include "../../csrc/freeze.c"
#include "../../csrc/frozen.c"
/* NOLINTEND(bugprone-suspicious-include) */
#undef pthread_create

#include "check.h"

enum { KEYS = 300000 };
static uint64_t records[KEYS][2]; /* a key and its element each */
static uint64_t count = 2;
static gobridge_status failed;
static int created, refused;

/* Refuses each third thread. */
static int create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
    if (++created % 3 == 0) {
        refused++;
        errno = EAGAIN; /* as what it calls does */
        return EAGAIN;
    }
    return pthread_create(thread, attributes, run, argument);
}

gobridge_status gobridge_enter(gobridge_frame *frame, void *to) {
    gobridge_freezing *go = frame->freeze.freezing;
    (void)to;
    *go = (gobridge_freezing){.records = go->records,
                              .capacity = go->capacity,
                              .size = count * sizeof records[0],
                              .count = count,
                              .key = sizeof records[0][0],
                              .elem = sizeof records[0][1],
                              .threads = 8};
    if (go->records && go->capacity >= go->size) {
        memcpy(go->records, records, count * sizeof records[0]);
    }
    return GOBRIDGE_OK;
}

gobridge_status gobridge_enter_and_back(gobridge_frame *frame, void *to) {
    return gobridge_enter(frame, to);
}

gobridge_status gobridge_fail(gobridge_status status, const char *function, const char *format, ...) {
    (void)function, (void)format;
    return failed = status;
}

static void gives_up(void **state) {
    (void)state;
    gobridge_frozen *frozen = NULL;
    alarm(10);
    assert_int_equal(gobridge_map_freeze(1, &frozen), GOBRIDGE_E_LIMIT);
    assert_int_equal(failed, GOBRIDGE_E_LIMIT);
    assert_null(frozen);
    alarm(0);
}

/* NOLINTBEGIN(clang-analyzer-unix.Malloc): a failed assertion ends the test */
static void keys_that_differ(void **state) {
    (void)state;
    gobridge_frozen *frozen = NULL;
    uint64_t elem = 9;
    uint8_t found = 9;
    records[1][0] = 1;
    records[1][1] = 5;
    assert_int_equal(gobridge_map_freeze(1, &frozen), GOBRIDGE_OK);
    assert_int_equal(gobridge_frozen_get(frozen, &records[1][0], &elem, &found), GOBRIDGE_OK);
    assert_true(found == 1 && elem == 5);
    assert_int_equal(gobridge_frozen_release(frozen), GOBRIDGE_OK);
}

/* Each share is done once, be it by a thread or by the caller. */
static void few_threads(void **state) {
    (void)state;
    gobridge_frozen *frozen = NULL;
    sigset_t before = {0}, after = {0};
    for (uint64_t i = 0; i < KEYS; i++) {
        records[i][0] = i * 3;
        records[i][1] = ~i;
    }
    count = KEYS;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    errno = ENOTTY;
    assert_int_equal(gobridge_map_freeze(1, &frozen), GOBRIDGE_OK);
    assert_int_equal(errno, ENOTTY);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    assert_memory_equal(&before, &after, sizeof before);
    assert_true(refused > 0 && created - refused > 0);
    for (uint64_t key = 0; key < (uint64_t)KEYS * 3; key++) {
        uint64_t elem = 9;
        uint8_t found = 9;
        assert_int_equal(gobridge_frozen_get(frozen, &key, &elem, &found), GOBRIDGE_OK);
        assert_int_equal(found, key % 3 == 0);
        assert_int_equal(elem, found ? ~(key / 3) : 0);
    }
    assert_int_equal(gobridge_frozen_release(frozen), GOBRIDGE_OK);
}
/* NOLINTEND(clang-analyzer-unix.Malloc) */

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_up),
        cmocka_unit_test(keys_that_differ),
        cmocka_unit_test(few_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
