/* Last words: what Go says when it ends the process reaches the host. */
#include "check.h"

enum { HEARD = 9 }; /* the descriptor that the child tells its parent by */

static char data[] = "data";

static void hear(void *given, const char *message, size_t len) {
    const ssize_t told = write(HEARD, message, len);
    _exit(given == data && told == (ssize_t)len ? 3 : 4);
}

static void hear_and_go_on(void *given, const char *message, size_t len) {
    (void)given;
    (void)!write(HEARD, message, len);
}

static void end_by(const char *name, const gobridge_value *args, size_t nargs, bool goes_on) {
    gobridge_ref func = 0;
    const gobridge_status status = gobridge_set_fatal_handler(goes_on ? hear_and_go_on : hear, data);
    if (status == GOBRIDGE_E_UNSUPPORTED) {
        _exit(5); /* before go1.23 */
    }
    assert_ok(status);
    assert_ok(gobridge_func_find(name, strlen(name), &func));
    (void)gobridge_call(func, args, nargs, NULL, 0);
}

static void unlock(void) {
    end_by("guest.unlock", NULL, 0, false);
}

static void panic_elsewhere(void) {
    const gobridge_value reason = text("for no reason");
    end_by("guest.panicElsewhere", &reason, 1, false);
}

static void overflow(void) {
    end_by("guest.overflow", NULL, 0, false);
}

static void aborted(void) {
    end_by("guest.unlock", NULL, 0, true);
}

static void count_abort(int number) {
    (void)number;
    _exit(6);
}

static void chained(void) {
    signal(SIGABRT, count_abort); /* the host's own, which comes after */
    end_by("guest.unlock", NULL, 0, true);
}

static void abort_of_the_host(void) {
    assert_ok(gobridge_start(NULL));
    end_by("guest.args", NULL, 0, false); /* sets it, and fails with a status */
    abort();
}

static void taken_back(void) {
    const gobridge_status status = gobridge_set_fatal_handler(hear, data);
    if (status == GOBRIDGE_E_UNSUPPORTED) {
        _exit(5);
    }
    assert_ok(status);
    assert_ok(gobridge_set_fatal_handler(NULL, NULL));
    gobridge_ref func = 0;
    assert_ok(gobridge_func_find("guest.unlock", 12, &func));
    (void)gobridge_call(func, NULL, 0, NULL, 0);
}

static const scenario scenarios[] = {
    {"unlock", unlock},         {"panic_elsewhere", panic_elsewhere},
    {"overflow", overflow},     {"aborted", aborted},
    {"chained", chained},       {"abort_of_the_host", abort_of_the_host},
    {"taken_back", taken_back},
};

/* Runs a scenario as a process, and gives how it ended and what was heard of it. */
static int run_to_the_end(const char *name, char *heard, size_t room) {
    int ends[2], status = 0;
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], HEARD);
        close(ends[0]);
        close(ends[1]);
        if (!freopen("/dev/null", "w", stderr)) {
            _exit(127);
        }
        become_scenario(name);
    }
    close(ends[1]);
    size_t len = 0;
    for (ssize_t n; len < room - 1 && (n = read(ends[0], heard + len, room - 1 - len)) > 0;) {
        len += (size_t)n;
    }
    heard[len] = 0;
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void last_words(void **state) {
    (void)state;
    static const struct {
        const char *scenario, *words;
        int code, signal; /* with which it ends */
    } rows[] = {
        {"unlock", "sync.(*Mutex)", 3, 0},  {"panic_elsewhere", "for no reason", 3, 0},
        {"overflow", "stack", 3, 0},        {"aborted", "sync.(*Mutex)", 0, SIGABRT},
        {"chained", "sync.(*Mutex)", 6, 0}, {"abort_of_the_host", "", 0, SIGABRT},
        {"taken_back", "", 0, SIGABRT},
    };
    static char heard[1 << 17];
    for (size_t i = 0; i < COUNT(rows); i++) {
        const int status = run_to_the_end(rows[i].scenario, heard, sizeof heard);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 5) { /* go1.21 and go1.22 cannot */
            continue;
        }
        if (rows[i].signal) {
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == rows[i].signal);
        } else {
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == rows[i].code);
        }
        assert_true(*rows[i].words ? strstr(heard, rows[i].words) != NULL : !*heard);
        assert_true(!*rows[i].words || strstr(heard, "goroutine ")); /* with stacks */
    }
}

int main(int argc, char **argv) {
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
