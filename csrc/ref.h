/* References: what Go and other nouns need of them. */
#ifndef GOBRIDGE_CSRC_REF_H
#define GOBRIDGE_CSRC_REF_H

#include "frame.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* The chunks that are known, in lists of so many, and how many there are: it is written after them and read before, with
 * the order that C gives to atomics by default. */
enum { GOBRIDGE_REF_LISTED = 1024, GOBRIDGE_REF_LISTS = 1024 };
extern gobridge_slot **gobridge_ref_lists[GOBRIDGE_REF_LISTS] __attribute__((visibility("hidden")));
extern _Atomic uint32_t gobridge_ref_chunks __attribute__((visibility("hidden")));

/* The slot that a reference would have; NULL if C knows none. */
static inline gobridge_slot *gobridge_ref_slot(gobridge_ref ref) {
    const uint32_t index = (uint32_t)ref - 1, nth = index / GOBRIDGE_SLOTS;
    return nth < gobridge_ref_chunks ? &gobridge_ref_lists[nth / GOBRIDGE_REF_LISTED]
                                                          [nth % GOBRIDGE_REF_LISTED][index % GOBRIDGE_SLOTS]
                                     : NULL;
}

/* Makes the nth chunk of Go's slots known. Go calls it for one after the other, and never moves or frees one. */
void gobridge_ref_share(uint32_t nth, gobridge_slot *chunk);

/* Releases a reference without a call. False if it is not trivially releasable or not
 * live, or if a batch is recorded, which may use it before. */
bool gobridge_ref_release_here(gobridge_ref ref);

#endif
