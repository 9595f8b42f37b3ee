/* Go's heap, as the kernel lets it be read. */
#define _GNU_SOURCE
#include "heap.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LEFT = GOBRIDGE_HEAP_LEFT };
#define PIECE ((uintptr_t)1 << 22)
#define ARENA ((uintptr_t)1 << 26)

uintptr_t gobridge_heap_begin;
_Atomic uintptr_t gobridge_heap_size;
static uintptr_t most;

/* Whether 8 bytes can be read, which the kernel tries before it looks at what it was asked to do with them. */
static bool can_be_read(uintptr_t at) {
    const int host_errno = errno;
    const long result = syscall(SYS_rt_sigprocmask, ~0, at, NULL, sizeof(uint64_t));
    const bool can = result == -1 && errno == EINVAL;
    errno = host_errno;
    return can;
}

void gobridge_heap_share(uintptr_t arena, uintptr_t size) {
    uintptr_t begin = arena;
    const bool can_tell = size && !can_be_read(sizeof(uint64_t)); /* an emulator may not try */
    while (can_tell && begin < arena + ARENA && !can_be_read(begin)) {
        begin += PIECE; /* it may begin with any piece */
    }
    gobridge_heap_begin = begin + LEFT;
    most = can_tell ? size : 0;
}

bool gobridge_heap_reaches(uintptr_t at) {
    static atomic_uint in_vain; /* a heap that went on elsewhere is not looked at forever */
    const uintptr_t begin = gobridge_heap_begin - LEFT, wanted = at - begin + LEFT;
    if (at - gobridge_heap_begin >= most || in_vain >= 1000) {
        return false;
    }
    uintptr_t known = gobridge_heap_size, size = known ? known + LEFT : 0;
    while (size < wanted && can_be_read(begin + size) &&
           can_be_read(begin + size + PIECE - sizeof(uint64_t))) {
        size += PIECE;
    }
    if (size < wanted) {
        in_vain += size <= wanted - LEFT; /* not even to it */
        return false;
    }
    while (known + LEFT < size && !atomic_compare_exchange_weak(&gobridge_heap_size, &known, size - LEFT)) {
    }
    return true;
}
