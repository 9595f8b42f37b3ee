/* Starting Go, once. */
#define _GNU_SOURCE
#include "start.h"

#include "settings.h"
#include "signals.h"
#include "thread.h"
#include "trial.h"

#include <gobridge/start.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

/* What every //export function calls first. The first time, it makes the key that lets a thread keep what Go needs for
 * it from one call to the next: without it each call of a thread costs microseconds, on the main thread hundreds. */
extern size_t _cgo_wait_runtime_init_done(void); /* NOLINT: runtime/cgo's name */

/* Go puts crosscall2 here when its runtime begins to run, before any package of Go's is initialised. */
extern void (*x_crosscall2_ptr)(void (*fn)(void *), void *arg, int size, size_t context); /* NOLINT */

/* What starts Go. CMake takes it out of the archive's .init_array and gives it this name, so that loading libgobridge
 * starts no thread and installs no signal handler: the first call does. In a plain `go build` this NULL stands, and Go
 * starts when the program is loaded. */
typedef void (*go_start)(int argc, char **argv, char **envp);
__attribute__((weak, visibility("hidden"))) go_start gobridge_go_start;

/* runtime.sigtable, which CMake gives this name. In a plain `go build` there is none. */
typedef struct go_signal {
    int32_t flags;
    const char *name;
    intptr_t len;
} go_signal;
extern go_signal gobridge_go_signals[65] __attribute__((weak, visibility("hidden")));

gobridge_go_runtime gobridge_start_runtime;
_Atomic(void *) gobridge_start_entry_point;

/* How far this process, or the one that it was forked from, has come. */
enum { NOT_LOADED, NOT_STARTED, STARTED };
static atomic_int stage;
static int host_argc;
static char **host_argv;

/* The constructor, or the first call if that comes from another constructor. */
static void load(void) {
    int none = NOT_LOADED;
    gobridge_fork_watch();
    atomic_compare_exchange_strong(&stage, &none, gobridge_go_start ? NOT_STARTED : STARTED);
}

/* Where Go starts when it is loaded, this comes before that. */
__attribute__((constructor(101))) static void about_to_load(void) {
    if (!gobridge_go_start) {
        gobridge_signals_before();
    }
}

__attribute__((constructor)) static void loaded(int argc, char **argv) {
#ifdef __GLIBC__ /* others call constructors without arguments */
    host_argc = argc;
    host_argv = argv;
#else
    (void)argc, (void)argv;
#endif
    if (atomic_load(&stage) == NOT_LOADED) {
        load();
    }
}

/* What Go was started with. */
static gobridge_settings started_with;

/* Go's threads open some signals again that they were given blocked: SIGCHLD, and SIGRTMIN, which is one of the C library's where
 * that is musl. The process's own are lost there if the host waits for them (sigwait, signalfd). */
static void leave_blocked(int number, const char *name) {
    enum { OPENS = 1 << 7 };
    go_signal *s = gobridge_go_signals ? &gobridge_go_signals[number] : NULL;
    if (s && (size_t)s->len >= strlen(name) && strncmp(s->name, name, strlen(name)) == 0) {
        s->flags &= ~OPENS;
    }
}

/* Go reads its arguments, environment and auxiliary vector from one block, as the kernel lays it out. The block that
 * the kernel made has an environment that setenv does not change, so Go gets one of today; it stays forever. Go's threads
 * inherit the signal mask: with all blocked they never take what the host waits for. False if there is no memory. */
static bool start_go(const gobridge_settings *s) {
    static const unsigned long wanted[] = {AT_PAGESZ, AT_HWCAP,  AT_HWCAP2,
                                           AT_SECURE, AT_RANDOM, AT_SYSINFO_EHDR};
    static char *no_argv[] = {"gobridge", NULL};
    char **argv = s->arguments ? s->arguments : host_argv ? host_argv : no_argv;
    char **environment = s->environment ? s->environment : environ;
    int argc = 0;
    while (argv[argc] && (s->arguments || !host_argv || argc < host_argc)) {
        argc++;
    }
    size_t envc = 0, n = 0;
    while (environment && environment[envc]) {
        envc++;
    }
    uintptr_t *block =
        calloc((size_t)argc + envc + VARIABLES + 2 * (sizeof wanted / sizeof *wanted) + 4, sizeof *block);
    if (!block) {
        return false;
    }
    for (int i = 0; i < argc; i++) {
        block[n++] = (uintptr_t)argv[i];
    }
    n++;
    for (size_t i = 0; i < envc; i++) {
        if (!gobridge_settings_replace(s, environment[i])) {
            block[n++] = (uintptr_t)environment[i];
        }
    }
    for (size_t i = 0; i < VARIABLES; i++) {
        if (s->variables[i]) {
            block[n++] = (uintptr_t)s->variables[i];
        }
    }
    n++;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        unsigned long value = getauxval(wanted[i]);
        if (value) {
            block[n++] = wanted[i];
            block[n++] = value;
        }
    }
    sigset_t all, before;
    sigfillset(&all);
    leave_blocked(SIGCHLD, "SIGCHLD");
#ifdef __GLIBC__
    leave_blocked(34, "signal 34");
#endif
    pthread_sigmask(SIG_SETMASK, &all, &before);
    gobridge_go_start(argc, (char **)block, (char **)(block + argc + 1));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return true;
}

void gobridge_start_open(const gobridge_go_runtime *go) {
    gobridge_start_runtime = *go;
    gobridge_signals_remember(go->text, go->text_end);
    _cgo_wait_runtime_init_done();
    atomic_store_explicit(&gobridge_start_entry_point, go->entry_point, memory_order_release);
}

/* Sleeping in small steps, for a lock could be left locked in a forked child. Go starts in milliseconds. False if it will not: what
 * plain `go build` makes starts Go in a constructor, on a thread of its own, and a constructor that comes before that and calls
 * would wait for ever. */
static bool wait_until_ready(void) {
    enum { STEP_NS = 50000, LOOK = 200, MOST = 100000 }; /* looks every 10 ms; 5 s */
    for (int steps = 1;
         gobridge_fork_is_parent() && atomic_load(&stage) == STARTED && !gobridge_start_ready(); steps++) {
        nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
        const bool go_is_there = gobridge_go_start || __atomic_load_n(&x_crosscall2_ptr, __ATOMIC_ACQUIRE);
        if (!go_is_there && steps % LOOK == 0 && (steps >= MOST || gobridge_trial_alone())) {
            return false;
        }
    }
    return true;
}

/* Starts Go if no one has, with these settings, which stay then: *took says so. Waits until it runs. */
static gobridge_status start_with(gobridge_settings *s, bool *took, const char *function) {
    if (gobridge_start_ready()) {
        return GOBRIDGE_OK;
    }
    int host_errno = errno;
    if (atomic_load(&stage) == NOT_LOADED) {
        load();
    }
    int not_started = NOT_STARTED;
    if (atomic_load(&stage) == NOT_STARTED) {
        gobridge_fork_watch(); /* a child that was forked before the start may start Go itself */
        if (atomic_compare_exchange_strong(&stage, &not_started, STARTED)) {
            gobridge_status status = gobridge_trial(function);
            if (!status) {
                gobridge_signals_before();
                started_with = *s;
                *took = start_go(&started_with);
                status = *took ? GOBRIDGE_OK
                               : gobridge_fail(GOBRIDGE_E_NO_MEMORY, function, "no memory to start Go");
            }
            if (status) {
                started_with = (gobridge_settings){0};
                atomic_store(&stage, NOT_STARTED);
                errno = host_errno;
                return status;
            }
        }
    }
    const bool comes = wait_until_ready();
    errno = host_errno;
    if (!comes) {
        return gobridge_fail(GOBRIDGE_E_SYSTEM, function,
                             "Go is not started yet: a constructor calls before the one that starts it");
    }
    if (!gobridge_fork_is_parent()) {
        return gobridge_fail(GOBRIDGE_E_FORKED, function,
                             "Go runs in the process that this one was forked from, not here");
    }
    return atomic_load(&stage) == STARTED
               ? GOBRIDGE_OK
               : gobridge_fail(GOBRIDGE_E_SYSTEM, function, "another thread could not start Go");
}

gobridge_status gobridge_start_wait(const char *function) {
    bool took = false;
    return start_with(&(gobridge_settings){0}, &took, function);
}

/* What 1.0 had of the options: the least that a host may have. */
enum { OPTIONS_1_0 = offsetof(gobridge_options, max_processors) + sizeof(int32_t) };

gobridge_status gobridge_start(const gobridge_options *options) {
    const int host_errno = errno;
    gobridge_options given = {0};
    gobridge_settings wanted = {0};
    if (options && options->size < OPTIONS_1_0) {
        return gobridge_fail(GOBRIDGE_E_TOO_SMALL, __func__,
                             "options->size is %u, less than %u: set it to sizeof *options", options->size,
                             OPTIONS_1_0);
    }
    if (options) {
        memcpy(&given, options, options->size < sizeof given ? options->size : sizeof given);
    }
    if (given.flags) {
        return gobridge_fail(GOBRIDGE_E_ARGUMENT, __func__, "options->flags is %#x, not 0", given.flags);
    }
    if (given.gc_percent < -1 || given.max_processors < 0 || given.memory_limit < 0) {
        return gobridge_fail(GOBRIDGE_E_ARGUMENT, __func__, "options has a negative number");
    }
    bool took = false;
    gobridge_status status = GOBRIDGE_OK;
    if (!gobridge_settings_copy(&wanted, &given)) {
        status = gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory to copy the options");
    } else {
        status = start_with(&wanted, &took, __func__);
    }
    if (!status && !took && !gobridge_settings_agree(&wanted, &started_with)) {
        status = gobridge_fail(GOBRIDGE_E_BUSY, __func__, "Go runs already, and with other settings");
    }
    if (!took) {
        gobridge_settings_free(&wanted);
    }
    errno = host_errno;
    return status;
}
