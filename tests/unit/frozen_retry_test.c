/* What freezing does with keys that no hash function places: it gives up. Go never has two keys that are equal, so this is
 * the C layer alone, and what stands for Go hands in such records. */
#include "../../csrc/frozen.c" /* NOLINT(bugprone-suspicious-include): its own functions, with a stand-in for Go */

#include "check.h"

enum { KEYS = 2 };
static uint64_t records[KEYS][2]; /* a key and its element each */
static gobridge_status failed;

gobridge_status gobridge_enter(gobridge_frame *frame, void *to) {
    gobridge_freezing *go = frame->freeze.freezing;
    (void)to;
    *go = (gobridge_freezing){.records = go->records,
                              .capacity = go->capacity,
                              .size = sizeof records,
                              .count = KEYS,
                              .key = sizeof records[0][0],
                              .elem = sizeof records[0][1]};
    if (go->records) {
        memcpy(go->records, records, sizeof records);
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
/* NOLINTEND(clang-analyzer-unix.Malloc) */

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_up),
        cmocka_unit_test(keys_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
