/* Starting Go, once. */
#define _GNU_SOURCE
#include "start.h"

#include "thread.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
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

/* Go reads its arguments, environment and auxiliary vector from one block, as the kernel lays it out. The block that
 * the kernel made has an environment that setenv does not change, so Go gets one of today; it stays forever. False if
 * there is no memory. */
static bool start_go(void) {
    static const unsigned long wanted[] = {AT_PAGESZ, AT_HWCAP,  AT_HWCAP2,
                                           AT_SECURE, AT_RANDOM, AT_SYSINFO_EHDR};
    static char *no_argv[] = {"gobridge", NULL};
    int argc = host_argv ? host_argc : 1;
    char **argv = host_argv ? host_argv : no_argv;
    size_t envc = 0, n = 0;
    while (environ && environ[envc]) {
        envc++;
    }
    uintptr_t *block = calloc((size_t)argc + envc + 2 * (sizeof wanted / sizeof *wanted) + 4, sizeof *block);
    if (!block) {
        return false;
    }
    for (int i = 0; i < argc; i++) {
        block[n++] = (uintptr_t)argv[i];
    }
    n++;
    for (size_t i = 0; i < envc; i++) {
        block[n++] = (uintptr_t)environ[i];
    }
    n++;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        unsigned long value = getauxval(wanted[i]);
        if (value) {
            block[n++] = wanted[i];
            block[n++] = value;
        }
    }
    gobridge_go_start(argc, (char **)block, (char **)(block + argc + 1));
    return true;
}

void gobridge_start_open(const gobridge_go_runtime *go) {
    gobridge_start_runtime = *go;
    _cgo_wait_runtime_init_done();
    atomic_store_explicit(&gobridge_start_entry_point, go->entry_point, memory_order_release);
}

gobridge_status gobridge_start_wait(const char *function) {
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
        if (atomic_compare_exchange_strong(&stage, &not_started, STARTED) && !start_go()) {
            atomic_store(&stage, NOT_STARTED);
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
               : gobridge_fail(GOBRIDGE_E_NO_MEMORY, function, "no memory to start Go");
}
