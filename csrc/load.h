/* Numbers from memory that need not be aligned. */
#ifndef GOBRIDGE_CSRC_LOAD_H
#define GOBRIDGE_CSRC_LOAD_H

#include <stdbool.h>
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

/* Whether so many bytes are the same: names and keys are short, and a call of memcmp takes longer than to compare them. */
static inline bool is_same(const char *a, const char *b, size_t len) {
    if (len > 16) {
        return memcmp(a, b, len) == 0;
    }
    if (len >= 8) {
        return load64(a) == load64(b) && load64(a + len - 8) == load64(b + len - 8);
    }
    if (len >= 4) {
        return load32(a) == load32(b) && load32(a + len - 4) == load32(b + len - 4);
    }
    return !len || (a[0] == b[0] && a[len / 2] == b[len / 2] && a[len - 1] == b[len - 1]);
}

#endif
