/* Go's heap, as the kernel lets it be read. */
#define _GNU_SOURCE
#include "heap.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIECE   ((uintptr_t)1 << 22)
#define NOWHERE (UINTPTR_MAX / 4) /* where nothing can lie: no heap is known */

uintptr_t gobridge_heap_begin = NOWHERE;
_Atomic uintptr_t gobridge_heap_reach;
static uintptr_t most;

/* Whether 8 bytes can be read, which the kernel tries before it looks at what it was asked to do with them. */
static bool can_be_read(uintptr_t at) {
    const int host_errno = errno;
    const long result = syscall(SYS_rt_sigprocmask, ~0, at, NULL, sizeof(uint64_t));
    const bool can = result == -1 && errno == EINVAL;
    errno = host_errno;
    return can;
}

static bool is_piece(uintptr_t at) {
    return can_be_read(at) && can_be_read(at + PIECE - sizeof(uint64_t));
}

uintptr_t gobridge_heap_share(uintptr_t object, uintptr_t size) {
    if (!size || can_be_read(sizeof(uint64_t))) { /* an emulator may not try */
        return object;
    }
    /* Since go1.26 it begins with any piece, so the first objects may lie in several already. */
    uintptr_t begin = object & ~(PIECE - 1);
    while (is_piece(begin - PIECE)) {
        begin -= PIECE;
    }
    gobridge_heap_begin = begin;
    gobridge_heap_reach = PIECE - GOBRIDGE_HEAP_LARGEST;
    most = size;
    return begin;
}

bool gobridge_heap_reaches(uintptr_t at) {
    static atomic_uint in_vain; /* a heap that went on elsewhere is not looked at forever */
    const uintptr_t offset = at - gobridge_heap_begin;
    if (offset >= most || in_vain >= 1000) {
        return false;
    }
    uintptr_t known = gobridge_heap_reach, reach = known;
    while (reach < offset && is_piece(gobridge_heap_begin + reach + GOBRIDGE_HEAP_LARGEST)) {
        reach += PIECE;
    }
    if (reach < offset) {
        in_vain += reach + GOBRIDGE_HEAP_LARGEST <= offset; /* not even to it */
        return false;
    }
    while (known < reach && !atomic_compare_exchange_weak(&gobridge_heap_reach, &known, reach)) {
    }
    return true;
}
