/* Interrupting the waits of a thread. A signal handler may do little: it marks the thread, and writes to an eventfd, at which
 * a goroutine of Go's wakes the waits of those that are marked. */
#define _GNU_SOURCE
#include "wake.h"

#include "fork.h"
#include "memory.h"

#include <gobridge/thread.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Chunks are made when they are needed and stay. A name is a generation and, below it, a place. */
enum { CHUNK = 256, CHUNKS = 1024 };
static _Atomic(gobridge_wake *) chunks[CHUNKS];
static atomic_int file = -1;

int gobridge_wake_file(void) {
    int none = -1;
    if (atomic_load(&file) < 0) {
        const int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (made >= 0 && !atomic_compare_exchange_strong(&file, &none, made)) {
            close(made);
        }
    }
    return atomic_load(&file);
}

static gobridge_wake *chunk_at(size_t n) {
    gobridge_wake *chunk = atomic_load(&chunks[n]);
    if (!chunk) {
        gobridge_wake *made = gobridge_zeros(CHUNK, sizeof *made);
        if (made && !atomic_compare_exchange_strong(&chunks[n], &chunk, made)) {
            free(made);
        } else {
            chunk = made;
        }
    }
    return chunk;
}

gobridge_wake *gobridge_wake_claim(uint64_t *name) {
    for (size_t n = 0; n < CHUNKS; n++) {
        gobridge_wake *chunk = chunk_at(n);
        for (size_t i = 0; chunk && i < CHUNK; i++) {
            uint32_t generation = atomic_load(&chunk[i].generation);
            if (!(generation & 1) &&
                atomic_compare_exchange_strong(&chunk[i].generation, &generation, generation + 1)) {
                atomic_store(&chunk[i].pending, 0);
                *name = (uint64_t)(generation + 1) << 32 | (n * CHUNK + i);
                return &chunk[i];
            }
        }
        if (!chunk) {
            break;
        }
    }
    return NULL;
}

void gobridge_wake_drop(gobridge_wake *wake) {
    if (wake) {
        atomic_fetch_add(&wake->generation, 1);
    }
}

gobridge_status gobridge_thread_interrupt(uint64_t thread) {
    const uint32_t place = (uint32_t)thread;
    gobridge_wake *chunk = place < CHUNK * CHUNKS ? atomic_load(&chunks[place / CHUNK]) : NULL;
    gobridge_wake *wake = chunk ? &chunk[place % CHUNK] : NULL;
    if (wake && atomic_load(&wake->generation) == thread >> 32 && thread >> 32 & 1 &&
        gobridge_fork_is_parent()) {
        const int host_errno = errno;
        atomic_store(&wake->pending, 1);
        /* It fails where 2^64 are pending: then Go is told already. */
        (void)!write(atomic_load(&file), &(uint64_t){1}, sizeof(uint64_t));
        errno = host_errno;
    }
    return GOBRIDGE_OK;
}
