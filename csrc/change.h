/* Changing what a reference names without a call: scalars in Go's heap, which have no pointer that the GC would have to know. */
#ifndef GOBRIDGE_CSRC_CHANGE_H
#define GOBRIDGE_CSRC_CHANGE_H

#include "see.h"
#include "stripe.h"

/* Whether a value from the host is a scalar of just this kind, which C can write: floats of 4 bytes would be rounded. */
GOBRIDGE_INLINE bool gobridge_change_takes(const gobridge_thread *self, const gobridge_value *v,
                                           uint32_t kind) {
    return kind && kind != GOBRIDGE_KIND_FLOAT32 && gobridge_pages_know(self, v, sizeof *v, false) &&
           v->kind == kind && !v->flags && (kind != GOBRIDGE_KIND_BOOL || v->as.u <= 1) &&
           gobridge_see_scalar(kind, (uintptr_t)&v->as) == v->as.u;
}

/* Writes with the lock of what lies there. Relaxed: gobridge_stripe_leave orders it before the lock is free, and the load of the
 * generation that comes first, after the lock was taken: no processor has a sequentially consistent load overtake such an exchange,
 * nor a write that load. */
static inline void gobridge_change_write(uint32_t size, uintptr_t place, uint64_t number) {
    switch (size) {
    case 1: __atomic_store_n((uint8_t *)place, (uint8_t)number, __ATOMIC_RELAXED); break;
    case 2: __atomic_store_n((uint16_t *)place, (uint16_t)number, __ATOMIC_RELAXED); break;
    case 4: __atomic_store_n((uint32_t *)place, (uint32_t)number, __ATOMIC_RELAXED); break;
    default: __atomic_store_n((uint64_t *)place, number, __ATOMIC_RELAXED);
    }
}

/* Writes a scalar that belongs to what was seen. False if that needs Go: someone has the lock, or the reference was released. */
GOBRIDGE_INLINE bool gobridge_change(const gobridge_sight *sight, uint32_t size, uintptr_t place,
                                     uint64_t number) {
    uint32_t *sequence = gobridge_stripe_of(sight->shown.address), before;
    if (!gobridge_stripe_try(sequence, &before)) {
        return false;
    }
    const bool lives = __atomic_load_n(&sight->slot->generation, __ATOMIC_SEQ_CST) == sight->generation;
    if (lives) {
        gobridge_change_write(size, place, number);
    }
    gobridge_stripe_leave(sequence, before);
    return lives;
}

#endif
