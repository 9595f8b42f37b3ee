/* What a Go host calls in C: the libraries that it has loaded, and the checks of them all. */
#define _GNU_SOURCE
#include "runtimes.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static library loaded[2];
static int count;

void gohost_load(const char *path, int is_global);
void gohost_check(void);
void gohost_call(void);
void gohost_urge(void);

void gohost_load(const char *path, int is_global) {
    loaded[count++] = load(path, is_global ? RTLD_GLOBAL : RTLD_LOCAL);
}

void gohost_check(void) {
    check_calls(loaded, count, 1 + count);
    for (int i = 0; i < 3; i++) {
        for (int n = 0; n < count; n++) {
            loaded[(i + n) % count].gobridge_signals_reclaim();
        }
        check_faults(loaded, count);
    }
}

/* Has this thread attached by each library. */
void gohost_call(void) {
    for (int i = 0; i < count; i++) {
        uint64_t runtimes = 0;
        if (loaded[i].gobridge_go_runtimes(&runtimes) != GOBRIDGE_OK || runtimes != 1 + (uint64_t)count) {
            fprintf(stderr, "library %d counts %d runtimes\n", i, (int)runtimes);
            exit(1);
        }
    }
}

/* A Go that wants one of its threads to stop sends it SIGURG, also one that is just ending: here each of them, all the time. */
static void *urge(void *argument) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    const long own = syscall(SYS_gettid);
    for (;;) {
        DIR *threads = opendir("/proc/self/task");
        for (struct dirent *entry; threads && (entry = readdir(threads));) {
            const long thread = strtol(entry->d_name, NULL, 10);
            if (thread && thread != own) {
                syscall(SYS_tgkill, getpid(), thread, SIGURG);
            }
        }
        if (threads) {
            closedir(threads);
        }
    }
    return argument;
}

void gohost_urge(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, urge, NULL) != 0) {
        exit(1);
    }
}
