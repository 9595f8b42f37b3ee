/* C's allocator, as it leaves the host's errno alone. */
#ifndef GOBRIDGE_CSRC_MEMORY_H
#define GOBRIDGE_CSRC_MEMORY_H

#include <errno.h>
#include <stdlib.h>

/* Sets errno. clang takes it that an allocation leaves errno alone, and drops a plain store of what it was before. */
static inline void gobridge_errno_set(int error) {
    *(volatile int *)&errno = error;
}

/* Zeros for free(); NULL if there is no memory. */
static inline void *gobridge_zeros(size_t count, size_t size) {
    const int host_errno = errno;
    void *zeros = calloc(count, size);
    gobridge_errno_set(host_errno);
    return zeros;
}

/* realloc; NULL if there is no memory, and then the old block stays. */
static inline void *gobridge_resize(void *block, size_t size) {
    const int host_errno = errno;
    void *resized = realloc(block, size);
    gobridge_errno_set(host_errno);
    return resized;
}

#endif
