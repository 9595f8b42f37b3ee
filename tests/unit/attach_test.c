/* Threads that are attached and detached when the host says so, and the alternate signal stacks that they get. Each case is a
 * process of its own. */
#include "check.h"

#include <inttypes.h>
#include <semaphore.h>
#include <sys/mman.h>

enum { KIB = 1024 };

static stack_t signal_stack(void) {
    stack_t now;
    assert_int_equal(sigaltstack(NULL, &now), 0);
    return now;
}

/* Whether what lies below an address is mapped without any access; with NULL, how many mappings there are. */
static size_t mappings(const void *guarded_to) {
    char line[512], access[5];
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        uintptr_t from = 0, to = 0;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &from, &to, access) == 3) {
            count += !guarded_to || (to == (uintptr_t)guarded_to && strcmp(access, "---p") == 0);
        }
    }
    fclose(maps);
    return count;
}

/* AddressSanitizer would give each thread a stack of its own. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "use_sigaltstack=0";
}

static void a_stack_with_a_guard(void) {
    assert_true(signal_stack().ss_flags & SS_DISABLE);
    assert_ok(gobridge_thread_attach());
    const stack_t ours = signal_stack();
    assert_false(ours.ss_flags & SS_DISABLE);
    assert_int_equal(ours.ss_size, (sizeof(void *) == 8 ? 256 : 64) * KIB);
    assert_int_equal(mappings(ours.ss_sp), 1);
    assert_ok(gobridge_thread_attach()); /* again it does nothing */
    assert_ptr_equal(signal_stack().ss_sp, ours.ss_sp);
    assert_int_equal(live_references(), 0);
}

static volatile sig_atomic_t caught;

/* A handler that needs more than the 32 KiB that Go would give. */
__attribute__((noinline)) static void use_much(int number) {
    volatile char room[(sizeof(void *) == 8 ? 200 : 40) * KIB];
    for (size_t i = 0; i < sizeof room; i += KIB) {
        room[i] = (char)i;
    }
    caught = number + room[0];
}

static void *call_and_raise(void *argument) {
    gobridge_ref type = 0;
    expect(gobridge_type_parse("map[string]int", 14, &type) == GOBRIDGE_OK);
    expect(gobridge_release_later(make_map("map[string]int")) ==
           GOBRIDGE_OK); /* Go has that when the thread ends */
    raise(SIGUSR1);
    return argument;
}

static void handlers_with_large_frames(void) {
    struct sigaction large = {.sa_handler = use_much, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &large, NULL);
    run_threads(4, call_and_raise, NULL, 0);
    assert_int_equal(caught, SIGUSR1);
    assert_ok(gobridge_go_collect());
}

static void a_stack_of_its_own_stays(void) {
    static char memory[64 * KIB];
    const stack_t own = {.ss_sp = memory, .ss_size = sizeof memory};
    assert_int_equal(sigaltstack(&own, NULL), 0);
    assert_ok(gobridge_thread_attach());
    assert_ptr_equal(signal_stack().ss_sp, memory);
    assert_ok(gobridge_thread_detach());
    assert_ptr_equal(signal_stack().ss_sp, memory);
}

/* One that the host sets between the two. */
static void a_later_stack_stays(void) {
    static char memory[64 * KIB];
    const stack_t own = {.ss_sp = memory, .ss_size = sizeof memory};
    assert_ok(gobridge_thread_attach());
    assert_int_equal(sigaltstack(&own, NULL), 0);
    assert_ok(gobridge_thread_detach());
    assert_ptr_equal(signal_stack().ss_sp, memory);
    assert_ok(gobridge_thread_attach());
    assert_ptr_equal(signal_stack().ss_sp, memory);
}

static void detached_and_attached_again(void) {
    assert_ok(gobridge_thread_detach()); /* of a thread that has never called */
    for (int i = 0; i < 3; i++) {
        const gobridge_ref map = make_map("map[int]int");
        assert_ok(gobridge_release_later(map));
        assert_ok(gobridge_thread_detach());
        assert_true(signal_stack().ss_flags & SS_DISABLE);
        assert_ok(gobridge_thread_detach());
        assert_int_equal(live_references(), 0);
        assert_false(signal_stack().ss_flags & SS_DISABLE);
    }
    assert_status(gobridge_release(0), GOBRIDGE_E_NIL_REF, "ref");
    assert_ok(gobridge_thread_detach());
    gobridge_error error;
    assert_ok(gobridge_last_error(&error));
    assert_int_equal(error.status, GOBRIDGE_E_NIL_REF);
}

static void the_signal_mask_stays(void) {
    sigset_t host, now;
    assert_ok(gobridge_thread_attach());
    sigemptyset(&host);
    sigaddset(&host, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &host, NULL); /* not what it was when the thread was attached */
    assert_ok(gobridge_thread_detach());
    pthread_sigmask(SIG_SETMASK, NULL, &now);
    assert_true(sigismember(&now, SIGUSR2) && !sigismember(&now, SIGURG) && !sigismember(&now, SIGUSR1));
}

/* ---- signals that a thread blocks, which wait when Go lets go of it ---- */

static volatile sig_atomic_t handled;
static _Thread_local volatile sig_atomic_t counts; /* Go sends others SIGURG too */

static void count_it(int number) {
    (void)number;
    handled += counts;
}

static const int waiting[] = {SIGURG, SIGPROF, SIGUSR1};

static void wait_for_this_thread(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    counts = 1;
    for (size_t i = 0; i < COUNT(waiting); i++) {
        expect(pthread_kill(pthread_self(), waiting[i]) == 0);
    }
}

static bool wait_still(void) {
    sigset_t set, blocked;
    sigpending(&set);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    bool all = true;
    for (size_t i = 0; i < COUNT(waiting); i++) {
        all = all && sigismember(&set, waiting[i]) && sigismember(&blocked, waiting[i]);
    }
    return all;
}

static void handle_them(void) {
    for (size_t i = 0; i < COUNT(waiting); i++) {
        sigaction(waiting[i], &(struct sigaction){.sa_handler = count_it, .sa_flags = SA_ONSTACK}, NULL);
    }
}

static pthread_key_t last;

/* A thread of a Go host blocks all when it ends, as its Go is no longer there for it. */
static void *end_with_signals(void *argument) {
    expect(gobridge_thread_attach() == GOBRIDGE_OK);
    pthread_setspecific(last, &last);
    wait_for_this_thread();
    return argument;
}

static int ended;

static void at_the_end(void *value) {
    (void)value;
    expect(wait_still());
    counts = 0;
    expect(gobridge_thread_attach() == GOBRIDGE_OK); /* it may call here too */
    expect(wait_still());
    expect(gobridge_thread_detach() == GOBRIDGE_OK);
    expect(wait_still());
    ended++;
}

static void a_thread_that_ends_gets_no_blocked_signal(void) {
    handle_them();
    assert_ok(gobridge_thread_attach());
    assert_int_equal(pthread_key_create(&last, at_the_end), 0); /* which comes after those that are older */
    for (int i = 0; i < 4; i++) {
        run_threads(1, end_with_signals, NULL, 0);
    }
    assert_int_equal(handled, 0);
    assert_int_equal(ended, 4);
}

static void one_that_is_detached_gets_them_later(void) {
    handle_them();
    assert_ok(gobridge_thread_attach());
    wait_for_this_thread();
    assert_ok(gobridge_thread_detach());
    assert_true(wait_still());
    assert_int_equal(handled, 0);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    siginfo_t info;
    assert_int_equal(sigwaitinfo(&one, &info), SIGUSR1);
    assert_int_equal(info.si_pid, getpid());
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    assert_int_equal(handled, COUNT(waiting) - 1);
}

static void *detach_with_one_for_all(void *argument) {
    sigset_t set;
    sigemptyset(&set);
    pthread_sigmask(SIG_SETMASK, &set, NULL); /* which Go would put back */
    expect(gobridge_thread_attach() == GOBRIDGE_OK);
    sigfillset(&set);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
    counts = 1;
    expect(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 77}) == 0);
    expect(gobridge_thread_detach() == GOBRIDGE_OK);
    return argument;
}

/* It is still there for another thread, as it was sent. */
static void one_for_all_threads_stays(void) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGRTMIN + 3);
    pthread_sigmask(SIG_BLOCK, &one, NULL); /* in Go's threads too */
    sigaction(SIGRTMIN + 3, &(struct sigaction){.sa_handler = count_it, .sa_flags = SA_ONSTACK}, NULL);
    assert_ok(gobridge_thread_attach());
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, detach_with_one_for_all, NULL), 0);
    pthread_join(thread, NULL);
    siginfo_t info;
    assert_int_equal(sigtimedwait(&one, &info, &(struct timespec){0}), SIGRTMIN + 3);
    assert_int_equal(info.si_code, SI_QUEUE);
    assert_int_equal(info.si_value.sival_int, 77);
    assert_int_equal(handled, 0);
    assert_int_equal(atomic_load(&thread_failures), 0);
}

static int32_t detach_inside(void *argument) {
    (void)argument;
    return gobridge_thread_detach();
}

static void not_while_it_is_needed(void) {
    uint64_t scope = 0;
    assert_ok(gobridge_scope_open(&scope));
    assert_status(gobridge_thread_detach(), GOBRIDGE_E_BUSY, "scope");
    assert_ok(gobridge_scope_close(scope));
    assert_ok(gobridge_batch_begin());
    assert_status(gobridge_thread_detach(), GOBRIDGE_E_BUSY, "batch");
    assert_ok(gobridge_batch_cancel());
    int32_t inside = 0;
    assert_ok(gobridge_runtime_cgocall(detach_inside, &inside, &inside));
    assert_int_equal(inside, GOBRIDGE_E_BUSY);
    assert_ok(gobridge_thread_detach());
}

/* ---- Go lets go of a thread that lives on ---- */

enum { THREADS = 60 };
static sem_t is_detached, may_end;

static void *live_on(void *argument) {
    expect(gobridge_thread_attach() == GOBRIDGE_OK);
    expect(gobridge_thread_detach() == GOBRIDGE_OK);
    sem_post(&is_detached);
    sem_wait(&may_end);
    return argument;
}

static int64_t threads_of_go(void) {
    gobridge_ref func = 0;
    gobridge_value count;
    assert_ok(gobridge_func_find("guest.threads", 13, &func));
    assert_ok(gobridge_call(func, NULL, 0, &count, 1));
    assert_ok(gobridge_release(func));
    return count.as.i;
}

static void go_forgets_it(void) {
    pthread_t threads[THREADS];
    sem_init(&is_detached, 0, 0);
    sem_init(&may_end, 0, 0);
    const int64_t before = threads_of_go();
    for (size_t i = 0; i < THREADS; i++) { /* one after the other */
        assert_int_equal(pthread_create(&threads[i], NULL, live_on, NULL), 0);
        sem_wait(&is_detached);
    }
    const int64_t after = threads_of_go();
    for (size_t i = 0; i < THREADS; i++) {
        sem_post(&may_end);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&thread_failures), 0);
    assert_in_range(after - before, 0, THREADS / 2);
}

static void nothing_is_left_behind(void) {
    signal(SIGUSR1, SIG_IGN);
    assert_ok(gobridge_thread_attach());
    const size_t before = mappings(NULL);
    for (int i = 0; i < 2000; i++) {
        assert_ok(gobridge_thread_detach());
        assert_ok(gobridge_thread_attach());
    }
    for (int i = 0; i < 20; i++) {
        run_threads(8, call_and_raise, NULL, 0);
    }
    assert_in_range(mappings(NULL), 0, before + 60);
}

static const scenario scenarios[] = {
    {"a_stack_with_a_guard", a_stack_with_a_guard},
    {"handlers_with_large_frames", handlers_with_large_frames},
    {"a_stack_of_its_own_stays", a_stack_of_its_own_stays},
    {"a_later_stack_stays", a_later_stack_stays},
    {"detached_and_attached_again", detached_and_attached_again},
    {"the_signal_mask_stays", the_signal_mask_stays},
    {"a_thread_that_ends_gets_no_blocked_signal", a_thread_that_ends_gets_no_blocked_signal},
    {"one_that_is_detached_gets_them_later", one_that_is_detached_gets_them_later},
    {"one_for_all_threads_stays", one_for_all_threads_stays},
    {"not_while_it_is_needed", not_while_it_is_needed},
    {"go_forgets_it", go_forgets_it},
    {"nothing_is_left_behind", nothing_is_left_behind},
};

int main(int argc, char **argv) {
    return run_all_apart(argc, argv, scenarios, COUNT(scenarios));
}
