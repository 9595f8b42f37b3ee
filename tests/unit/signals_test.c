/* Signals that Go and the host both want. Each case is a process of its own. */
#include "check.h"

#include <setjmp.h>
#include <time.h>

static sigjmp_buf back;
static volatile sig_atomic_t caught;

static void jump_back(int number) {
    caught = number;
    siglongjmp(back, 1);
}

static void count(int number) {
    (void)number;
    caught++;
}

/* What only Go's handler of faults makes a status of. */
static void assert_go_gets_its_faults(void) {
    gobridge_ref map = make_map("map[string]string");
    uint8_t found = 9;
    const gobridge_value wild = text_of((const char *)(uintptr_t)65536, 10);
    gobridge_value elem;
    assert_status(gobridge_map_get(map, &wild, &elem, &found), GOBRIDGE_E_ADDRESS, "nothing lies");
    assert_ok(gobridge_release(map));
}

static void assert_host_gets_its_faults(void) {
    volatile char *volatile nowhere = (char *)(uintptr_t)65536;
    caught = 0;
    if (!sigsetjmp(back, 1)) {
        *nowhere = 1;
    }
    assert_int_equal(caught, SIGSEGV);
}

static void a_late_handler_of_faults(void) {
    assert_go_gets_its_faults();
    signal(SIGSEGV, jump_back);
    assert_ok(gobridge_signals_reclaim());
    assert_ok(gobridge_signals_reclaim()); /* again it does nothing */
    for (int i = 0; i < 3; i++) {
        assert_go_gets_its_faults();
        assert_host_gets_its_faults();
    }
    struct sigaction other = {.sa_handler = jump_back, .sa_flags = SA_NODEFER}; /* and another one */
    sigaction(SIGSEGV, &other, NULL);
    assert_ok(gobridge_signals_reclaim());
    assert_go_gets_its_faults();
    assert_host_gets_its_faults();
}

static void an_early_handler_of_faults(void) {
    signal(SIGSEGV, jump_back);
    assert_go_gets_its_faults();
    assert_host_gets_its_faults();
    assert_ok(gobridge_signals_reclaim());
    assert_go_gets_its_faults();
    assert_host_gets_its_faults();
}

static void *call_first(void *argument) {
    gobridge_ref map = 0;
    expect(gobridge_map_new(*(gobridge_ref *)argument, 0, &map) == GOBRIDGE_OK);
    expect(gobridge_release(map) == GOBRIDGE_OK);
    return NULL;
}

/* The first call of a thread puts them in order. */
static void a_thread_reclaims(void) {
    gobridge_ref type = parse("map[int]int");
    pthread_t thread;
    signal(SIGSEGV, jump_back);
    assert_int_equal(pthread_create(&thread, NULL, call_first, &type), 0);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&thread_failures), 0);
    assert_go_gets_its_faults();
    assert_host_gets_its_faults();
}

static void urgent_signals(void) {
    signal(SIGURG, count); /* before the start */
    assert_ok(gobridge_start(NULL));
    caught = 0;
    raise(SIGURG);
    assert_true(caught >= 1);
    struct sigaction later = {.sa_handler = count, .sa_flags = 0};
    sigaction(SIGURG, &later, NULL);
    assert_ok(gobridge_signals_reclaim());
    caught = 0;
    raise(SIGURG);
    assert_true(caught >= 1);
    assert_go_gets_its_faults();
}

static struct sigaction replaced;

/* As crash reporters do, and other libraries of this kind: it hands a signal on to what it has replaced. */
static volatile sig_atomic_t handed_on;
static void hand_on(int number, siginfo_t *info, void *context) {
    if (++handed_on < 100) {
        replaced.sa_sigaction(number, info, context);
    }
}

/* As faulthandler does: it puts back what it has replaced, and lets the fault come again. */
static void put_back(int number) {
    handed_on++;
    sigaction(number, &replaced, NULL);
    if (handed_on < 100) {
        raise(number);
    }
}

static void replace(const struct sigaction *by) {
    sigaction(SIGSEGV, by, &replaced);
    assert_ok(gobridge_signals_reclaim());
}

static void handlers_of_faults_that_hand_on(void) {
    const struct sigaction hands_on = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    const struct sigaction puts_back = {.sa_handler = put_back, .sa_flags = SA_NODEFER | SA_ONSTACK};
    assert_ok(gobridge_start(NULL));
    replace(&(struct sigaction){.sa_handler = jump_back, .sa_flags = SA_ONSTACK});
    for (int again = 0; again < 40; again++) { /* more often than levels are kept for */
        handed_on = 0;
        replace(again % 2 ? &hands_on : &puts_back);
        assert_go_gets_its_faults();
        assert_host_gets_its_faults();
        assert_int_equal(handed_on, 1);
        replace(&replaced);
        assert_go_gets_its_faults();
    }
}

static void urgent_signals_of_two_libraries(void) {
    signal(SIGURG, count);
    assert_ok(gobridge_start(NULL));
    assert_ok(gobridge_signals_reclaim());
    struct sigaction other = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGURG, &other, &replaced);
    assert_ok(gobridge_signals_reclaim());
    for (int i = 0; i < 2; i++) {
        caught = handed_on = 0;
        raise(SIGURG);
        assert_true(caught >= 1 && caught < 10);
        assert_true(handed_on >= 1 && handed_on < 10);
    }
}

/* A handler may run while Go code does, whose stacks are small. */
static void handlers_get_another_stack(void) {
    assert_ok(gobridge_start(NULL));
    static const int numbers[] = {SIGUSR1, SIGPROF, SIGALRM, SIGCHLD};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct sigaction plain = {.sa_handler = count};
        sigaddset(&plain.sa_mask, SIGUSR2);
        sigaction(numbers[i], &plain, NULL);
    }
    signal(SIGUSR2, SIG_IGN);
    assert_ok(gobridge_signals_reclaim());
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct sigaction now;
        sigaction(numbers[i], NULL, &now);
        assert_true(now.sa_flags & SA_ONSTACK && now.sa_handler == count &&
                    sigismember(&now.sa_mask, SIGUSR2));
        caught = 0;
        raise(numbers[i]);
        assert_int_equal(caught, 1);
    }
    struct sigaction ignored;
    sigaction(SIGUSR2, NULL, &ignored);
    assert_true(ignored.sa_handler == SIG_IGN);
}

static void before_the_start(void) {
    signal(SIGSEGV, jump_back);
    assert_ok(gobridge_signals_reclaim());
    assert_host_gets_its_faults();
}

static const scenario scenarios[] = {
    {"a_late_handler_of_faults", a_late_handler_of_faults},
    {"an_early_handler_of_faults", an_early_handler_of_faults},
    {"a_thread_reclaims", a_thread_reclaims},
    {"handlers_of_faults_that_hand_on", handlers_of_faults_that_hand_on},
    {"urgent_signals", urgent_signals},
    {"urgent_signals_of_two_libraries", urgent_signals_of_two_libraries},
    {"handlers_get_another_stack", handlers_get_another_stack},
    {"before_the_start", before_the_start},
};

int main(int argc, char **argv) {
    return run_all_apart(argc, argv, scenarios, COUNT(scenarios));
}
