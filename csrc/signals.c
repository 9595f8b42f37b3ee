/* Signals that Go and the host both want. Go needs faults in its own code, of which it makes panics, and SIGURG, with which it
 * interrupts threads. A host that installs a handler later takes them away; here it gets what is its own. */
#define _GNU_SOURCE
#include "signals.h"

#include <gobridge/signals.h>

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

enum { SHARED = 4 };
static const int shared[SHARED] = {SIGSEGV, SIGBUS, SIGFPE, SIGURG};

/* By place in `shared`: what Go has, and what the host has behind it. A handler may run while its host's is replaced, so that is
 * never changed in place: it moves to another slot, as rarely as a host changes its handlers. */
static struct sigaction of_go[SHARED];
enum { SLOTS = 64 };
static struct sigaction of_host[SHARED][SLOTS];
static atomic_uint slot[SHARED];
static uintptr_t text, text_end; /* Go's code */
static atomic_bool is_remembered;

static int place_of(int number) {
    for (int i = 0; i < SHARED; i++) {
        if (shared[i] == number) {
            return i;
        }
    }
    return 0;
}

/* Where the thread was interrupted. */
static uintptr_t interrupted(const void *context) {
    const mcontext_t *machine = &((const ucontext_t *)context)->uc_mcontext;
#if defined __x86_64__
    return (uintptr_t)machine->gregs[REG_RIP];
#elif defined __i386__
    return (uintptr_t)machine->gregs[REG_EIP];
#elif defined __aarch64__
    return (uintptr_t)machine->pc;
#else
#error "where does this processor keep the address of the instruction?"
#endif
}

static bool is_a_function(const struct sigaction *a) {
    return a->sa_flags & SA_SIGINFO || (a->sa_handler != SIG_DFL && a->sa_handler != SIG_IGN);
}

static void hand_to_host(int place, int number, siginfo_t *info, void *context) {
    struct sigaction *host = &of_host[place][atomic_load(&slot[place]) % SLOTS];
    const struct sigaction now = *host;
    if (now.sa_flags & SA_RESETHAND) {
        host->sa_flags = 0;
        host->sa_handler = SIG_DFL;
    }
    if (now.sa_flags & SA_SIGINFO) {
        now.sa_sigaction(number, info, context);
    } else if (is_a_function(&now)) {
        now.sa_handler(number);
    } else if (number != SIGURG) { /* a fault that no one wants comes again, and ends the process */
        signal(number, SIG_DFL);
    }
}

/* Two libraries of this kind may each have the other as its host: where SIGURG comes back, it ends. */
static _Thread_local bool is_interrupting __attribute__((tls_model("initial-exec")));

static void take(int number, siginfo_t *info, void *context) {
    const int place = place_of(number), host_errno = errno;
    const uintptr_t at = interrupted(context);
    if (number == SIGURG) {
        if (!is_interrupting) {
            is_interrupting = true;
            of_go[place].sa_sigaction(number, info, context);
            hand_to_host(place, number, info, context);
            is_interrupting = false;
        }
    } else if (at >= text && at < text_end) {
        of_go[place].sa_sigaction(number, info, context);
    } else {
        hand_to_host(place, number, info, context);
    }
    errno = host_errno;
}

/* Puts `take` before the host's handler. */
static void take_from(int place, const struct sigaction *host) {
    const unsigned next = atomic_load(&slot[place]) + 1;
    of_host[place][next % SLOTS] = *host;
    atomic_store(&slot[place], next);
    struct sigaction both = {.sa_sigaction = take, .sa_mask = host->sa_mask};
    both.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | (host->sa_flags & SA_NODEFER);
    sigaction(shared[place], &both, NULL);
}

static struct sigaction before[SHARED];

void gobridge_signals_before(void) {
    for (int i = 0; i < SHARED; i++) {
        sigaction(shared[i], NULL, &before[i]);
    }
}

void gobridge_signals_remember(uintptr_t from, uintptr_t to) {
    text = from;
    text_end = to;
    for (int i = 0; i < SHARED; i++) {
        sigaction(shared[i], NULL, &of_go[i]);
        if (shared[i] == SIGURG && is_a_function(&before[i]) &&
            of_go[i].sa_sigaction != before[i].sa_sigaction) {
            take_from(
                i,
                &before
                    [i]); /* Go hands the others on to what was there; another Go runtime waits for this one too */
        }
    }
    atomic_store(&is_remembered, true);
}

gobridge_status gobridge_signals_reclaim(void) {
    if (!atomic_load(&is_remembered)) {
        return GOBRIDGE_OK;
    }
    const int host_errno = errno;
    for (int i = 0; i < SHARED; i++) {
        struct sigaction now;
        if (sigaction(shared[i], NULL, &now) == 0 && now.sa_sigaction != of_go[i].sa_sigaction &&
            now.sa_sigaction != take) {
            take_from(i, &now);
        }
    }
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction now;
        if (sigaction(number, NULL, &now) == 0 && is_a_function(&now) && !(now.sa_flags & SA_ONSTACK)) {
            now.sa_flags |= SA_ONSTACK;
            sigaction(number, &now, NULL);
        }
    }
    errno = host_errno;
    return GOBRIDGE_OK;
}
