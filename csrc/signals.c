/* Signals that Go and the host both want. Go needs faults in its own code, of which it makes panics, and SIGURG, with which it
 * interrupts threads. A host that installs a handler later takes them away; here it gets what is its own. */
#define _GNU_SOURCE
#include "signals.h"

#include "bind.h"

#include <gobridge/signals.h>

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

enum { SHARED = 4 };
static const int shared[SHARED] = {SIGSEGV, SIGBUS, SIGFPE, SIGURG};

/* By place in `shared`: what Go has. */
static struct sigaction of_go[SHARED];
static uintptr_t text, text_end; /* Go's code */
static atomic_bool is_remembered;

/* And what the host has behind it. Each handler that is found gets a level of its own, which calls it and never another: the host's
 * handler may hand a signal on to what it has replaced, and gets to the level before, not to itself. With more handlers than
 * levels the oldest level is used again. */
#define LEVELS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
enum { LEVELS = 16 };
static struct sigaction of_host[SHARED][LEVELS];
static atomic_uint used[SHARED]; /* how many levels were ever given */

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

static void hand_to(struct sigaction *host, int number, siginfo_t *info, void *context) {
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

/* Two libraries of this kind would take a signal from each other by turns. The flags, which say nothing for these signals, tell
 * one of the other's handlers from any other; called for signal 0, it says whether what it does ends in the asker's. A question
 * stays as it is: the other library may be of another version. */
enum { MARK = SA_NOCLDSTOP | SA_NOCLDWAIT };
typedef struct question {
    int number;
    bool (*is_askers)(int place, const struct sigaction *action);
    bool leads;
} question;

static void ask(question *q, const struct sigaction *action) {
    q->leads = q->is_askers(place_of(q->number), action);
    if (!q->leads && (action->sa_flags & MARK) == MARK) {
        action->sa_sigaction(0, (siginfo_t *)(void *)q, NULL);
    }
}

static void take(unsigned level, int number, siginfo_t *info, void *context) {
    if (number == 0) {
        question *q = (question *)(void *)info;
        ask(q, &of_host[place_of(q->number)][level]);
        return;
    }
    if (number == SIGURG &&
        gobridge_bind_lets_go) { /* which another Go has sent to a thread that it has left by now */
        return;
    }
    const int place = place_of(number), host_errno = errno;
    const uintptr_t at = interrupted(context);
    const bool is_in_go = at >= text && at < text_end;
    if (number == SIGURG || is_in_go) {
        of_go[place].sa_sigaction(number, info, context);
    }
    if (number == SIGURG || !is_in_go) {
        hand_to(&of_host[place][level], number, info, context);
    }
    errno = host_errno;
}

#define TAKE(level)                                                        \
    static void take_##level(int number, siginfo_t *info, void *context) { \
        take(level, number, info, context);                                \
    }
#define NAME(level) take_##level,
LEVELS(TAKE)
static void (*const takes[LEVELS])(int, siginfo_t *, void *) = {LEVELS(NAME)};

static bool is_own(int place, const struct sigaction *action) {
    bool is = action->sa_sigaction == of_go[place].sa_sigaction;
    for (unsigned i = 0; !is && i < LEVELS; i++) {
        is = action->sa_sigaction == takes[i];
    }
    return is;
}

/* The level of this handler of the host's: the one that it had, or a new one. */
static unsigned level_of(int place, const struct sigaction *host) {
    const unsigned n = atomic_load(&used[place]);
    for (unsigned i = 0; i < n && i < LEVELS; i++) {
        if (of_host[place][i].sa_sigaction == host->sa_sigaction &&
            of_host[place][i].sa_flags == host->sa_flags) {
            return i;
        }
    }
    const unsigned level = atomic_fetch_add(&used[place], 1) % LEVELS;
    of_host[place][level] = *host;
    return level;
}

/* Puts a level before the host's handler. */
static void take_from(int place, const struct sigaction *host) {
    struct sigaction both = {.sa_sigaction = takes[level_of(place, host)], .sa_mask = host->sa_mask};
    both.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | MARK | (host->sa_flags & SA_NODEFER);
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
            take_from(i, &before[i]); /* Go hands on faults alone; another Go waits for this one too */
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
        question q = {.number = shared[i], .is_askers = is_own};
        sigaction(shared[i], NULL, &now);
        ask(&q, &now);
        if (!q.leads) {
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
