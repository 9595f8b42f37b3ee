/* Reading what a reference names without a call: Go's heap does not move, and what was mapped stays mapped. */
#ifndef GOBRIDGE_CSRC_SEE_H
#define GOBRIDGE_CSRC_SEE_H

#include "fork.h"
#include "inline.h"
#include "pages.h"
#include "ref.h"
#include "thread.h"

/* What a live reference showed. */
typedef struct gobridge_sight {
    const gobridge_slot *slot;
    uint32_t generation;
    gobridge_shown shown;
} gobridge_sight;

/* Whether the reference is still live: then all that was read so far is right, and may be followed. All those reads are relaxed, and
 * the fence has them come before that of the generation, on every processor. Whoever gives the slot or the memory to something else
 * moves the generation on first, by an atomic operation that an acquire (of a lock, or of the generation) follows before anything is
 * written there; so who has read what was written then sees that the generation has moved. */
GOBRIDGE_INLINE bool gobridge_still(const gobridge_sight *sight) {
    atomic_thread_fence(memory_order_acquire);
    return __atomic_load_n(&sight->slot->generation, __ATOMIC_RELAXED) == sight->generation;
}

/* Looks at what a reference names. False if that needs Go: also while a batch is recorded, and before the thread's first
 * call, which tells others that it is there. */
GOBRIDGE_INLINE bool gobridge_see(gobridge_ref ref, gobridge_sight *sight) {
    const gobridge_thread *self = gobridge_thread_state;
    const gobridge_slot *slot = gobridge_ref_slot(ref);
    const uint32_t generation = (uint32_t)(ref >> 32);
    if (!self || gobridge_thread_records(self) || !gobridge_fork_is_parent() || !slot ||
        generation & GOBRIDGE_RELEASED ||
        __atomic_load_n(&slot->generation, __ATOMIC_ACQUIRE) != generation) {
        return false;
    }
    sight->slot = slot;
    sight->generation = generation;
    /* One by one: a copy of both would go through memory. */
    sight->shown.shape = __atomic_load_n(&slot->shown.shape, __ATOMIC_RELAXED);
    sight->shown.address = __atomic_load_n(&slot->shown.address, __ATOMIC_RELAXED);
    return sight->shown.shape && gobridge_still(sight);
}

/* Reads a variable that others may write, or free: then what is read is thrown away, as gobridge_still says. Go tells ASan what is free, so there the
 * read is one that ASan does not see. */
#ifdef __SANITIZE_ADDRESS__
__attribute__((unused, noinline, no_sanitize("address"))) static uint64_t
#else
GOBRIDGE_INLINE uint64_t
#endif
gobridge_read_sized(uintptr_t address, size_t size) {
    switch (size) {
    case 1: return __atomic_load_n((const uint8_t *)address, __ATOMIC_RELAXED);
    case 2: return __atomic_load_n((const uint16_t *)address, __ATOMIC_RELAXED);
    case 4: return __atomic_load_n((const uint32_t *)address, __ATOMIC_RELAXED);
    default: return __atomic_load_n((const uintptr_t *)address, __ATOMIC_RELAXED); /* none is larger */
    }
}
#define GOBRIDGE_READ(type, address) ((type)gobridge_read_sized((uintptr_t)(address), sizeof(type)))

/* A float's bits as a double's, as Go has them: with integers alone, for the host may have the processor take small numbers for
 * 0, and note what it meets. */
static inline uint64_t gobridge_see_widened(uint32_t narrow) {
    const uint64_t sign = (uint64_t)(narrow >> 31) << 63, fraction = narrow & 0x7fffff;
    const uint64_t exponent = narrow >> 23 & 0xff;
    if (exponent == 0xff) { /* infinite, or a NaN, which is made a quiet one */
        return sign | UINT64_C(0x7ff) << 52 | fraction << 29 | (uint64_t)(fraction != 0) << 51;
    }
    if (exponent) {
        return sign | (exponent + 1023 - 127) << 52 | fraction << 29;
    }
    if (!fraction) {
        return sign;
    }
    const unsigned up =
        (unsigned)__builtin_clz((uint32_t)fraction) - 8; /* to the place of the bit that is left out */
    return sign | (uint64_t)(1023 - 126 - up) << 52 | (fraction << (29 + up) & ((UINT64_C(1) << 52) - 1));
}

/* Reads a scalar variable as a value has it: integers extended to 64 bits, floats as a double's bits. */
GOBRIDGE_INLINE uint64_t gobridge_see_scalar(uint32_t kind, uintptr_t at) {
    switch (kind) {
    case GOBRIDGE_KIND_BOOL:
    case GOBRIDGE_KIND_UINT8: return GOBRIDGE_READ(uint8_t, at);
    case GOBRIDGE_KIND_UINT16: return GOBRIDGE_READ(uint16_t, at);
    case GOBRIDGE_KIND_UINT32: return GOBRIDGE_READ(uint32_t, at);
    case GOBRIDGE_KIND_INT8: return (uint64_t)GOBRIDGE_READ(int8_t, at);
    case GOBRIDGE_KIND_INT16: return (uint64_t)GOBRIDGE_READ(int16_t, at);
    case GOBRIDGE_KIND_INT32: return (uint64_t)GOBRIDGE_READ(int32_t, at);
    case GOBRIDGE_KIND_INT: return (uint64_t)(int64_t)GOBRIDGE_READ(intptr_t, at);
    case GOBRIDGE_KIND_FLOAT32: return gobridge_see_widened(GOBRIDGE_READ(uint32_t, at));
    default: /* of a pointer's size: C reads none that are larger */ return GOBRIDGE_READ(uintptr_t, at);
    }
}

/* Makes a value of a number, or of memory at an address. Field by field: gcc clears a whole one by an instruction that takes 4 ns. */
static inline void gobridge_show(gobridge_value *to, uint32_t kind, uint64_t as, uint64_t len) {
    to->kind = kind;
    to->flags = 0;
    to->as.u = as;
    to->len = len;
    to->owner = 0;
}

/* Makes a value of the scalar that lies at a place of what was seen. False if that needs Go. */
GOBRIDGE_INLINE bool gobridge_see_value(const gobridge_sight *sight, uint32_t kind, uintptr_t at,
                                        gobridge_value *value) {
    if (!kind || !gobridge_pages_know(gobridge_thread_state, value, sizeof *value, true)) {
        return false;
    }
    const uint64_t number = gobridge_see_scalar(kind, at);
    if (!gobridge_still(sight)) {
        return false;
    }
    gobridge_show(value, kind, number, 0);
    return true;
}

#endif
