/* C's allocator, as it leaves the host's errno alone. */
#ifndef GOBRIDGE_CSRC_MEMORY_H
#define GOBRIDGE_CSRC_MEMORY_H

#include <errno.h>
#include <stdlib.h>

/* Zeros for free(); NULL if there is no memory. */
static inline void *gobridge_zeros(size_t count, size_t size) {
    const int host_errno = errno;
    void *zeros = calloc(count, size);
    errno = host_errno;
    return zeros;
}

/* realloc; NULL if there is no memory, and then the old block stays. */
static inline void *gobridge_resize(void *block, size_t size) {
    const int host_errno = errno;
    void *resized = realloc(block, size);
    errno = host_errno;
    return resized;
}

#endif
