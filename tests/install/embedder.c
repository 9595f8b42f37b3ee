/* A host of what plain `go build` makes: it gets what a host of libgobridge gets. */
#define _GNU_SOURCE
#include <gobridge.h>

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

static void check(int holds, const char *what, int line) {
    if (!holds) {
        gobridge_error error;
        gobridge_last_error(&error);
        fprintf(stderr, "line %d: %s; last error: %s\n", line, what, error.message);
        exit(1);
    }
}
#define CHECK(condition) check(condition, #condition, __LINE__)

/* ---- before Go starts: the program's very first code ---- */

static volatile sig_atomic_t urgent;
static gobridge_status too_early = GOBRIDGE_OK;
static uint64_t live;

static void count(int number) {
    (void)number;
    urgent++;
}

static void before_all(void) {
    signal(SIGURG, count);
    too_early = gobridge_ref_count(&live);
}
__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = before_all;

/* ---- a stack of the host's own ---- */

/* Go's code asks here for the bounds of a stack. */
static int asked;
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
    int (*real)(pthread_t, pthread_attr_t *) =
        (int (*)(pthread_t, pthread_attr_t *))dlsym(RTLD_NEXT, "pthread_getattr_np");
    __atomic_fetch_add(&asked, 1, __ATOMIC_RELAXED);
    return real(thread, attributes);
}

static ucontext_t host, fiber;

static void call_on_fiber(void) {
    for (;;) {
        CHECK(gobridge_ref_count(&live) == GOBRIDGE_OK);
        swapcontext(&fiber, &host);
    }
}

static void calls_on_a_fiber(void) {
    enum { CALLS = 1000, STACK = 1 << 17 };
    getcontext(&fiber);
    fiber.uc_stack.ss_sp = malloc(STACK);
    fiber.uc_stack.ss_size = STACK;
    makecontext(&fiber, call_on_fiber, 0);
    swapcontext(&host, &fiber);
    const int before = __atomic_load_n(&asked, __ATOMIC_RELAXED);
    for (int i = 0; i < CALLS; i++) {
        swapcontext(&host, &fiber);
    }
    /* threads of Go's may start meanwhile */
    CHECK(__atomic_load_n(&asked, __ATOMIC_RELAXED) - before < CALLS / 10);
    free(fiber.uc_stack.ss_sp);
}

int main(void) {
    CHECK(too_early == GOBRIDGE_E_SYSTEM);
    CHECK(gobridge_ref_count(&live) == GOBRIDGE_OK && live == 0);
    urgent = 0;
    raise(SIGURG);
    CHECK(urgent >= 1);
    calls_on_a_fiber();
    stack_t alternate;
    CHECK(sigaltstack(NULL, &alternate) == 0 && !(alternate.ss_flags & SS_DISABLE) &&
          alternate.ss_size >= 65536);
    CHECK(gobridge_thread_detach() == GOBRIDGE_OK);
    CHECK(gobridge_thread_attach() == GOBRIDGE_OK);
    return 0;
}
