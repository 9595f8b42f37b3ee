/* Copying text out of Go's memory without a call. */
#ifndef GOBRIDGE_CSRC_TEXT_H
#define GOBRIDGE_CSRC_TEXT_H

#include "cross.h"
#include "heap.h"
#include "see.h"
#include "stripe.h"

#include <string.h>

/* What is longer takes so long to copy that a call does not matter. */
enum { GOBRIDGE_TEXT_LONGEST = 512 };

/* Text that was read, and is right if what it was read from was. */
typedef struct gobridge_text_copy {
    size_t len;
    char bytes[GOBRIDGE_TEXT_LONGEST];
} gobridge_text_copy;

/* Bytes that Go may free or change meanwhile. Go tells ASan what is free, so there the reads are some that ASan does not see. */
static inline void gobridge_text_bytes(char *to, uintptr_t from, size_t len) {
#ifdef __SANITIZE_ADDRESS__
    for (size_t i = 0; i < len; i++) {
        to[i] = GOBRIDGE_READ(char, from + i);
    }
#else
    memcpy(to, (const char *)from, len);
#endif
}

/* Reads a string, or a slice of bytes, whose address and length lie at a place in Go's memory. False if that needs Go. */
static inline bool gobridge_text_read(uintptr_t place, gobridge_text_copy *copy) {
    const uintptr_t data = GOBRIDGE_READ(uintptr_t, place);
    copy->len = GOBRIDGE_READ(size_t, place + sizeof data);
    if (copy->len > GOBRIDGE_TEXT_LONGEST) {
        return false;
    }
    if (copy->len && !gobridge_heap_has(data) && !gobridge_heap_reaches(data)) {
        return false; /* such as a constant of the program's */
    }
    gobridge_text_bytes(copy->bytes, data, copy->len);
    return true;
}

/* Whether the host has room for it, in pages that Go has written before. */
static inline bool gobridge_text_fits(const gobridge_text_copy *copy, const gobridge_room *room) {
    const gobridge_thread *self = gobridge_thread_state;
    return copy->len <= room->capacity && gobridge_pages_know(self, room->len, sizeof *room->len, true) &&
           (!copy->len || gobridge_pages_know(self, room->buffer, copy->len, true));
}

static inline void gobridge_text_give(const gobridge_text_copy *copy, const gobridge_room *room) {
    *room->len = copy->len;
    if (copy->len) {
        memcpy(room->buffer, copy->bytes, copy->len);
    }
}

/* Copies an element or a field of what was seen. Who changes it has its lock: that of an address, which nobody must have had from before
 * to after it. False if that needs Go, or must fail. */
static inline bool gobridge_text_see(const gobridge_sight *sight, uintptr_t locked_by, uintptr_t place,
                                     const gobridge_room *room) {
    const uint32_t *sequence = gobridge_stripe_of(locked_by);
    const uint32_t before = __atomic_load_n(sequence, __ATOMIC_ACQUIRE);
    gobridge_text_copy copy;
    if (before & 1 || !gobridge_text_read(place, &copy) || !gobridge_text_fits(&copy, room) ||
        !gobridge_still(sight) || __atomic_load_n(sequence, __ATOMIC_RELAXED) != before) {
        return false;
    }
    gobridge_text_give(&copy, room);
    return true;
}

/* Notes that Go has written there. */
static inline void gobridge_text_note(const gobridge_room *room) {
    gobridge_pages_note(room->len, sizeof *room->len, true);
    gobridge_pages_note(room->buffer, *room->len, true);
}

#define GOBRIDGE_ROOM_NOT_NULL(buffer, capacity, len) \
    if (capacity) {                                   \
        GOBRIDGE_NOT_NULL(buffer);                    \
    }                                                 \
    GOBRIDGE_NOT_NULL(len)

#endif
