/* A host that lives long. */
#define _GNU_SOURCE
#include "soak.h"

#include <gobridge.h>

#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* AddressSanitizer would hold on to what is freed for longer than this takes, and its own alternate stacks are smaller than
 * what on_alarm needs: some 57 KiB where the processor has AVX-512, less elsewhere. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "quarantine_size_mb=4:use_sigaltstack=0";
}

/* ---- children and signals ---- */

static atomic_uint children, bad_children;
static atomic_uint_fast64_t signals;
static atomic_bool is_over;
static pthread_t forker;

/* Each child is born while other threads are in Go, and gets a status from what needs Go. The thread has called before it
 * forks: its state, allocated in a child, would wait for a lock of AddressSanitizer's, which gcc 12's leaves locked at fork. */
static void *fork_on(void *unused) {
    uint64_t live;
    (void)gobridge_ref_count(&live);
    while (!atomic_load(&is_over)) {
        const pid_t pid = fork();
        if (pid == 0) {
            (void)signal(SIGALRM, SIG_DFL); /* ends a child that hangs */
            alarm(20);
            _exit(gobridge_ref_count(&live) == GOBRIDGE_E_FORKED ? 0 : 1);
        }
        int status = -1;
        if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
            atomic_fetch_add(&bad_children, 1);
        }
        atomic_fetch_add(&children, 1);
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    return unused;
}

/* A handler that needs more than Go's own alternate stacks have. */
__attribute__((noinline)) static void on_alarm(int number) {
    volatile char room[48 << 10];
    for (size_t i = 0; i < sizeof room; i += 512) {
        room[i] = (char)number;
    }
    atomic_fetch_add(&signals, 1);
}

void soak_begin(void) {
    struct sigaction late = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}; /* without SA_ONSTACK */
    const struct itimerval each = {.it_interval.tv_usec = 1000, .it_value.tv_usec = 1000};
    if (gobridge_start(NULL) || sigaction(SIGALRM, &late, NULL) || gobridge_signals_reclaim() ||
        setitimer(ITIMER_REAL, &each, NULL) || pthread_create(&forker, NULL, fork_on, NULL)) {
        abort();
    }
}

/* ---- what the process has ---- */

enum { MOST = 4096 };
typedef struct measure {
    long kib, threads, files;
} measure;
static measure all[MOST];
static size_t count;

static long entries(const char *path) {
    DIR *directory = opendir(path);
    long n = 0;
    while (directory && readdir(directory)) {
        n++;
    }
    if (directory) {
        closedir(directory);
    }
    return n - 2; /* itself and its parent */
}

static long resident(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1) {
        abort();
    }
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) >> 10);
}

void soak_note(void) {
    (void)gobridge_go_collect();
    (void)gobridge_go_collect(); /* finalizers have run after the first */
    malloc_trim(0);
    if (count < MOST) {
        all[count++] = (measure){resident(), entries("/proc/self/task"), entries("/proc/self/fd")};
    }
}

/* The least and the most of some rounds. */
static measure least(size_t from, size_t to) {
    measure m = all[from];
    for (size_t i = from; i < to; i++) {
        m.kib = all[i].kib < m.kib ? all[i].kib : m.kib;
        m.threads = all[i].threads < m.threads ? all[i].threads : m.threads;
        m.files = all[i].files < m.files ? all[i].files : m.files;
    }
    return m;
}

static measure greatest(size_t from, size_t to) {
    measure m = all[from];
    for (size_t i = from; i < to; i++) {
        m.kib = all[i].kib > m.kib ? all[i].kib : m.kib;
        m.threads = all[i].threads > m.threads ? all[i].threads : m.threads;
        m.files = all[i].files > m.files ? all[i].files : m.files;
    }
    return m;
}

/* How much of what is resident may come and go: AddressSanitizer keeps some MiB for each thread and each size. */
#ifdef __SANITIZE_ADDRESS__
enum { PERCENT = 20 };
#else
enum { PERCENT = 10 };
#endif

/* What a thread that Go makes later brings, KiB: 2 to 4 MiB, with what C's library keeps for it. */
enum { OF_A_THREAD = 4096 };

bool soak_is_flat(void) {
    atomic_store(&is_over, true);
    pthread_join(forker, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    if (count < SOAK_ROUNDS) { /* something was found */
        return false;
    }
    /* The second quarter is warm; what only the last one's every round has more of has grown. */
    const measure warm = greatest(count / 4, count / 2);
    measure end = least(3 * count / 4, count);
    const long threads = end.threads > warm.threads ? end.threads - warm.threads : 0;
    const long most = warm.kib + warm.kib * PERCENT / 100 + threads * OF_A_THREAD;
    /* Go keeps pages for a while after it has needed more than before; what has leaked stays. */
    for (int seconds = 0; end.kib > most && seconds < 60; seconds++) {
        sleep(1);
        (void)gobridge_go_collect();
        end.kib = resident();
    }
    printf("soak: %zu rounds, %u children (%u bad), %llu signals; warm %ld KiB, %ld threads, %ld "
           "descriptors; in the end "
           "%ld, %ld, %ld\n",
           count, atomic_load(&children), atomic_load(&bad_children),
           (unsigned long long)atomic_load(&signals), warm.kib, warm.threads, warm.files, end.kib,
           end.threads, end.files);
    return !atomic_load(&bad_children) && atomic_load(&children) && atomic_load(&signals) &&
           end.kib <= most && end.threads <= warm.threads + 2 && end.files <= warm.files;
}
