/* Numbers from memory that need not be aligned. */
#ifndef GOBRIDGE_CSRC_LOAD_H
#define GOBRIDGE_CSRC_LOAD_H

#include <stdint.h>
#include <string.h>

static inline uint64_t load64(const void *p) {
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

static inline uint32_t load32(const void *p) {
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

#endif
