/* A C host of two libraries with a Go runtime each. It has handlers of its own: before both start, between them, or after.
 *   host local|global early|between|late LIBRARY LIBRARY */
#define _GNU_SOURCE
#include "runtimes.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static sigjmp_buf back;
static volatile sig_atomic_t caught, urgent;

static void jump_back(int number) {
    caught = number;
    siglongjmp(back, 1);
}

static void count_urgent(int number) {
    (void)number;
    urgent++;
}

static void set_handlers(void) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE};
    for (int i = 0; i < 3; i++) {
        sigaction(faults[i], &(struct sigaction){.sa_handler = jump_back, .sa_flags = SA_ONSTACK}, NULL);
    }
    sigaction(SIGURG, &(struct sigaction){.sa_handler = count_urgent, .sa_flags = SA_ONSTACK}, NULL);
}

static void expect_caught(int number) {
    if (caught != number) {
        fprintf(stderr, "the host's handler got %d, not %d\n", caught, number);
        exit(1);
    }
    caught = 0;
}

static void check_faults_of_host(void) {
    FILE *file = tmpfile();
    void *volatile beyond = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    volatile int zero = 0;
    if (!sigsetjmp(back, 1)) {
        *(volatile char *)(uintptr_t)65536 = 1; /* NOLINT: this is the fault */
    }
    expect_caught(SIGSEGV);
    if (!sigsetjmp(back, 1)) {
        zero = *(volatile unsigned char *)beyond;
    }
    expect_caught(SIGBUS);
#if defined __x86_64__ || defined __i386__ /* others divide by zero */
    if (!sigsetjmp(back, 1)) {
        zero = 7 / zero; /* NOLINT */
    }
    expect_caught(SIGFPE);
#endif
    munmap(beyond, 4096);
    fclose(file);
    urgent = 0;
    raise(SIGURG);
    if (!urgent) {
        fprintf(stderr, "the host's handler gets no SIGURG\n");
        exit(1);
    }
}

/* The first call of a thread takes signals back. */
static void *call_both(void *libraries) {
    check_faults(libraries, 2);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        return 2;
    }
    const int flags = strcmp(argv[1], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL;
    const char *when = argv[2];
    library both[2];
    for (int i = 0; i < 2; i++) {
        if (strcmp(when, i ? "between" : "early") == 0) {
            set_handlers();
        }
        both[i] = load(argv[3 + i], flags);
        check_calls(&both[i], 1, 1 + i);
    }
    const int is_late = strcmp(when, "late") == 0;
    for (int round = 0; round < 2; round++) {
        if (is_late) {
            set_handlers();
        }
        for (int n = 0; n < 40; n++) { /* more often than a library keeps handlers */
            const library *first = &both[(n + round) % 2], *other = &both[(n + round + 1) % 2];
            first->gobridge_signals_reclaim();
            if (n || !is_late) { /* the other one's are the late handler's until it says so */
                check_faults(both, 2);
                check_faults_of_host();
            }
            other->gobridge_signals_reclaim();
            check_faults(both, 2);
            check_faults_of_host();
        }
    }
    for (int i = 0; i < 40; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, call_both, both) || pthread_join(thread, NULL)) {
            return 1;
        }
    }
    check_faults_of_host();
    check_calls(both, 2, 2);
    return 0;
}
