/* Interrupting the waits of a thread, from other threads and from signal handlers. */
#ifndef GOBRIDGE_CSRC_WAKE_H
#define GOBRIDGE_CSRC_WAKE_H

#include <stdatomic.h>
#include <stdint.h>

/* What a thread can be interrupted by. It stays where it is when the thread has ended, for the next one. */
typedef struct gobridge_wake {
    _Atomic(uint32_t) generation; /* odd while a thread has it */
    _Atomic(uint32_t) pending;    /* 1: the thread's wait, or else its next one, ends. Go takes it back */
} gobridge_wake;

/* Gives a free one to this thread, and its name, which no other thread has or will have. NULL if there is no memory. */
gobridge_wake *gobridge_wake_claim(uint64_t *name);

/* Gives it back; NULL does nothing. */
void gobridge_wake_drop(gobridge_wake *wake);

/* An eventfd that becomes readable when any thread is interrupted, -1 if the system has none. Go reads it. */
int gobridge_wake_file(void);

#endif
