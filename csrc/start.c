/* Starting Go, once. */
#define _GNU_SOURCE
#include "start.h"

#include "signals.h"
#include "thread.h"

#include <gobridge/start.h>

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* What every //export function calls first. The first time, it makes the key that lets a thread keep what Go needs for
 * it from one call to the next: without it each call of a thread costs microseconds, on the main thread hundreds. */
extern size_t _cgo_wait_runtime_init_done(void); /* NOLINT: runtime/cgo's name */

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

/* ---- settings ---- */

/* Variables of the environment that Go takes settings from, as options have them. */
enum { GOGC, GOMAXPROCS, GOMEMLIMIT, GODEBUG, VARIABLES };
typedef struct settings {
    char **arguments, **environment; /* NULL for the process's */
    char *variables[VARIABLES];      /* "GOGC=50"; NULL if it is not set */
} settings;

/* What Go was started with. */
static settings started_with;

static void free_list(char **list) {
    for (size_t i = 0; list && list[i]; i++) {
        free(list[i]);
    }
    free(list);
}

static void free_settings(settings *s) {
    free_list(s->arguments);
    free_list(s->environment);
    for (size_t i = 0; i < VARIABLES; i++) {
        free(s->variables[i]);
    }
}

/* Copies a list that ends with NULL. NULL if there is no memory. */
static char **copy_list(const char *const *list) {
    size_t n = 0;
    while (list[n]) {
        n++;
    }
    char **copy = calloc(n + 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        if (!(copy[i] = strdup(list[i]))) {
            free_list(copy);
            return NULL;
        }
    }
    return copy;
}

/* "NAME=" and a number or a text. */
static bool set_number(char **variable, const char *name, int64_t number) {
    return asprintf(variable, "%s=%" PRId64, name, number) >= 0;
}

static bool set_text(char **variable, const char *name, const char *text) {
    return asprintf(variable, "%s=%s", name, text) >= 0;
}

/* False if there is no memory; whoever calls frees what there is. */
static bool copy_options(settings *s, const gobridge_options *from) {
    char **const to = s->variables;
    bool ok = true;
    if (from->arguments) {
        ok = ok && (s->arguments = copy_list(from->arguments));
    }
    if (from->environment) {
        ok = ok && (s->environment = copy_list(from->environment));
    }
    if (from->gc_percent) {
        ok = ok && (from->gc_percent < 0 ? set_text(&to[GOGC], "GOGC", "off")
                                         : set_number(&to[GOGC], "GOGC", from->gc_percent));
    }
    if (from->max_processors) {
        ok = ok && set_number(&to[GOMAXPROCS], "GOMAXPROCS", from->max_processors);
    }
    if (from->memory_limit) {
        ok = ok && set_number(&to[GOMEMLIMIT], "GOMEMLIMIT", from->memory_limit);
    }
    if (from->debug) {
        ok = ok && set_text(&to[GODEBUG], "GODEBUG", from->debug);
    }
    return ok;
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_list(char **a, char **b) {
    size_t i = 0;
    while (a && b && a[i] && same_text(a[i], b[i])) {
        i++;
    }
    return a && b ? a[i] == b[i] : a == b;
}

/* Whether all that options set is as Go was started with. */
static bool same_settings(const settings *options) {
    bool same = (!options->arguments || same_list(options->arguments, started_with.arguments)) &&
                (!options->environment || same_list(options->environment, started_with.environment));
    for (size_t i = 0; i < VARIABLES; i++) {
        same =
            same && (!options->variables[i] || same_text(options->variables[i], started_with.variables[i]));
    }
    return same;
}

/* ---- what Go cannot start without ---- */

static void *wait_for_end(void *mutex) {
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    return NULL;
}

/* Go ends the process where a thread that it needs is refused: at first the main one, one that watches, and the collector's. */
static bool there_are_threads(void) {
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    pthread_mutex_t all_are_made = PTHREAD_MUTEX_INITIALIZER;
    size_t made = 0;
    pthread_mutex_lock(&all_are_made);
    while (made < THREADS && pthread_create(&threads[made], NULL, wait_for_end, &all_are_made) == 0) {
        made++;
    }
    pthread_mutex_unlock(&all_are_made);
    for (size_t i = 0; i < made; i++) {
        pthread_join(threads[i], NULL);
    }
    return made == THREADS;
}

/* What Go maps and reserves when it starts, with the arenas that the C library gives each of its threads; measured. */
#define ADDRESSES ((size_t)(sizeof(void *) == 8 ? 1664 : 256) << 20)

/* GOBRIDGE_OK, or why Go would end the process. */
static gobridge_status could_start(const char *function) {
    void *room = mmap(NULL, ADDRESSES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, function,
                             "Go cannot start: it needs %zu MiB of addresses (ulimit -v)", ADDRESSES >> 20);
    }
    munmap(room, ADDRESSES);
    return there_are_threads()
               ? GOBRIDGE_OK
               : gobridge_fail(GOBRIDGE_E_SYSTEM, function,
                               "Go cannot start: it needs threads (ulimit -u, a seccomp filter)");
}

/* ---- the start ---- */

static bool names_same_variable(const char *a, const char *b) {
    const size_t len = strcspn(a, "=");
    return strncmp(a, b, len + 1) == 0;
}

/* Whether a setting takes a variable's place. */
static bool is_replaced(const settings *s, const char *variable) {
    for (size_t i = 0; i < VARIABLES; i++) {
        if (s->variables[i] && names_same_variable(variable, s->variables[i])) {
            return true;
        }
    }
    return false;
}

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
static bool start_go(const settings *s) {
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
        if (!is_replaced(s, environment[i])) {
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

/* Starts Go if no one has, with these settings, which stay then: *took says so. Waits until it runs. */
static gobridge_status start_with(settings *s, bool *took, const char *function) {
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
            gobridge_status status = could_start(function);
            if (!status) {
                gobridge_signals_before();
                started_with = *s;
                *took = start_go(&started_with);
                status = *took ? GOBRIDGE_OK
                               : gobridge_fail(GOBRIDGE_E_NO_MEMORY, function, "no memory to start Go");
            }
            if (status) {
                started_with = (settings){0};
                atomic_store(&stage, NOT_STARTED);
                errno = host_errno;
                return status;
            }
        }
    }
    /* Sleeping in small steps, for a lock could be left locked in a forked child. Go starts in milliseconds. */
    while (gobridge_fork_is_parent() && atomic_load(&stage) == STARTED && !gobridge_start_ready()) {
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    errno = host_errno;
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
    return start_with(&(settings){0}, &took, function);
}

gobridge_status gobridge_start(const gobridge_options *options) {
    const int host_errno = errno;
    settings wanted = {0};
    if (options && options->size < sizeof *options) {
        return gobridge_fail(GOBRIDGE_E_TOO_SMALL, __func__,
                             "options->size is %u, less than %zu: set it to sizeof *options", options->size,
                             sizeof *options);
    }
    if (options && options->flags) {
        return gobridge_fail(GOBRIDGE_E_ARGUMENT, __func__, "options->flags is %#x, not 0", options->flags);
    }
    if (options && (options->gc_percent < -1 || options->max_processors < 0 || options->memory_limit < 0)) {
        return gobridge_fail(GOBRIDGE_E_ARGUMENT, __func__, "options has a negative number");
    }
    bool took = false;
    gobridge_status status = GOBRIDGE_OK;
    if (options && !copy_options(&wanted, options)) {
        status = gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory to copy the options");
    } else {
        status = start_with(&wanted, &took, __func__);
    }
    if (!status && !took && !same_settings(&wanted)) {
        status = gobridge_fail(GOBRIDGE_E_BUSY, __func__, "Go runs already, and with other settings");
    }
    if (!took) {
        free_settings(&wanted);
    }
    errno = host_errno;
    return status;
}
