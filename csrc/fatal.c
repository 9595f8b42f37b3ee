/* Last words: Go's message when it ends the process. Go writes it into a file in memory and raises SIGABRT, whose handler reads it. */
#define _GNU_SOURCE
#include "fatal.h"

#include "cross.h"
#include "thread.h"

#include <gobridge/fatal.h>

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

typedef void (*fatal_handler)(void *data, const char *message, size_t len);

static atomic_int file = -1;
static _Atomic(fatal_handler) handler;
static _Atomic(void *) handler_data;
static struct sigaction before; /* the host's handler of SIGABRT */
static atomic_bool is_installed;

int gobridge_fatal_file(void) {
    int none = -1;
    if (atomic_load(&file) < 0) {
        const int made = memfd_create("gobridge", MFD_CLOEXEC);
        if (made >= 0 && !atomic_compare_exchange_strong(&file, &none, made)) {
            close(made);
        }
    }
    return atomic_load(&file);
}

/* Runs for abort() of the host's too: then Go has written nothing. */
static void last_words(int number, siginfo_t *info, void *context) {
    static char message[65536];
    const ssize_t len = pread(atomic_load(&file), message, sizeof message, 0);
    const fatal_handler function =
        len > 0 ? atomic_exchange(&handler, NULL) : NULL; /* once, though Go raises it again */
    if (function) {
        function(atomic_load(&handler_data), message, (size_t)len);
    }
    if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(number, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(number);
    } else {
        signal(number, SIG_DFL); /* whoever raised it does so again */
    }
}

void gobridge_fatal_arm(void (*function)(void), void *data) {
    atomic_store(&handler_data, data);
    atomic_store(&handler, (fatal_handler)function);
    if (function && !atomic_exchange(&is_installed, true)) {
        struct sigaction ours = {.sa_sigaction = last_words, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigaction(SIGABRT, &ours, &before);
    }
}

gobridge_status gobridge_set_fatal_handler(void (*function)(void *data, const char *message, size_t len),
                                           void *data) {
    gobridge_frame frame = {.op = OP_gobridge_set_fatal_handler,
                            .fatal = {.handler = (void (*)(void))function, .data = data}};
    return gobridge_cross(&frame, NULL);
}
