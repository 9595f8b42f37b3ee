/* What Go cannot start without. */
#define _GNU_SOURCE
#include "trial.h"

#include "thread.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

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

gobridge_status gobridge_trial(const char *function) {
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

bool gobridge_trial_alone(void) {
    char line[64];
    int threads = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status && !threads && fgets(line, sizeof line, status)) {
        if (sscanf(line, "Threads: %d", &threads) != 1) {
            threads = 0;
        }
    }
    if (status) {
        fclose(status);
    }
    return threads == 1;
}
