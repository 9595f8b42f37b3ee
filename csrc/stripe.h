/* The locks of what threads share, as C takes them for as long as it takes to write a word. Go: bridge/internal/frame/lock.go. */
#ifndef GOBRIDGE_CSRC_STRIPE_H
#define GOBRIDGE_CSRC_STRIPE_H

#include "frame.h"

#include <stdbool.h>

/* Go's, which says where they lie before C can see anything. */
extern gobridge_stripe *gobridge_stripes __attribute__((visibility("hidden")));

/* The one that guards what lies at an address. */
static inline uint32_t *gobridge_stripe_of(uintptr_t address) {
    return &gobridge_stripes[(uint32_t)(address >> 4) * 0x9E3779B1U >> 23].sequence;
}

/* Takes a lock that is free. Relaxed where it looks first, and where the exchange fails: nothing is read or written then. Who releases a reference to what lies there waits for C to be done (Go's WaitForC), so what was live
 * after this stays. */
static inline bool gobridge_stripe_try(uint32_t *sequence, uint32_t *before) {
    *before = __atomic_load_n(sequence, __ATOMIC_RELAXED);
    uint32_t expected = *before;
    return !(expected & 1) &&
           __atomic_compare_exchange_n(sequence, &expected, (expected + 1) | GOBRIDGE_HELD_BY_C, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static inline void gobridge_stripe_leave(uint32_t *sequence, uint32_t before) {
    __atomic_store_n(sequence, (before + 2) & ~GOBRIDGE_HELD_BY_C, __ATOMIC_RELEASE);
}

#endif
