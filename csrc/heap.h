/* What of Go's heap can be read. It grows upwards from where it begins, in pieces of 4 MiB, and is never unmapped, for the runtime gives
 * back pages and not addresses. */
#ifndef GOBRIDGE_CSRC_HEAP_H
#define GOBRIDGE_CSRC_HEAP_H

#include "inline.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What is read there is never of more bytes: a group of a map's with elements of 128 bytes, which is as large as they come, takes 1160. */
enum { GOBRIDGE_HEAP_LARGEST = 2048 };

/* Where it begins, and how far from there the last of what is known to be readable may begin. */
extern uintptr_t gobridge_heap_begin __attribute__((visibility("hidden")));
extern _Atomic uintptr_t gobridge_heap_reach __attribute__((visibility("hidden")));

/* Whether LARGEST bytes are known to be readable there. Relaxed: the heap only grows, and what was mapped when someone found it to
 * reach so far is mapped for all processors. */
GOBRIDGE_INLINE bool gobridge_heap_has(uintptr_t at) {
    return at - gobridge_heap_begin <= atomic_load_explicit(&gobridge_heap_reach, memory_order_relaxed);
}

/* Looks whether the heap reaches LARGEST bytes further than that by now. */
bool gobridge_heap_reaches(uintptr_t at);

/* Go shows one of the heap's first objects, and says how large the heap may grow; 0 if C must not read it. Returns where it
 * begins: what lies below is not readable. */
uintptr_t gobridge_heap_share(uintptr_t object, uintptr_t most);

#endif
