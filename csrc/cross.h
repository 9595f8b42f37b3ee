/* Crossing into Go: the one way in. */
#ifndef GOBRIDGE_CSRC_CROSS_H
#define GOBRIDGE_CSRC_CROSS_H

#include "calls.h"
#include "inline.h"
#include "pages.h"
#include "thread.h"

/* Takes a frame into Go and back. Returns the frame's status, which is recorded as this thread's failure if it is not 0.
 * What the call returns is the caller's then. While this thread records a batch, the call becomes an operation: what it
 * returns is promises, and zero for a number, and `to` is where the rest goes later. */
gobridge_status gobridge_enter(gobridge_frame *frame, void *to);

/* The same for CALLS_BACK: Go may call the host, and may never return. */
gobridge_status gobridge_enter_and_back(gobridge_frame *frame, void *to);

/* Puts what a call has returned where it goes. Returns GOBRIDGE_OK or, of RETURNS_STATUS, that status. */
static inline gobridge_status gobridge_deliver(const gobridge_frame *frame, uint32_t traits, void *to) {
    const uint32_t size = traits & RETURNS_SIZE;
    if (traits & RETURNS_REF) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): such calls have checked it */
        *(gobridge_ref *)to = frame->new_ref;
    } else if (traits & RETURNS_LASTING) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        *(gobridge_ref *)to = frame->result;
    } else if (traits & RETURNS_STATUS) {
        return (gobridge_status)frame->result;
    } else if (!to) {
        return GOBRIDGE_OK; /* a number that is not wanted */
    } else if (size == 1) {
        *(uint8_t *)to = (uint8_t)frame->result;
    } else if (size == 4) {
        *(uint32_t *)to = (uint32_t)frame->result;
    } else if (size == 8) {
        *(uint64_t *)to = frame->result;
    }
    return GOBRIDGE_OK;
}

/* Enters and delivers. It is inline so that the compiler knows the call's traits. The frame stays where it was filled in: a
 * copy would be read in other pieces than it was written in, which costs 20 ns. */
GOBRIDGE_INLINE gobridge_status gobridge_cross(gobridge_frame *frame, void *to) {
    const uint32_t traits = gobridge_traits(frame->op);
    const gobridge_status status =
        traits & CALLS_BACK ? gobridge_enter_and_back(frame, to) : gobridge_enter(frame, to);
    return status ? status : gobridge_deliver(frame, traits, to);
}

/* The same, where Go reads so many bytes of the host's, or writes them: then C may do so without a call. */
GOBRIDGE_INLINE gobridge_status gobridge_cross_noting(gobridge_frame *frame, const void *bytes, size_t size,
                                                      bool written) {
    const gobridge_status status = gobridge_cross(frame, NULL);
    if (!status) {
        gobridge_pages_note(bytes, size, written);
    }
    return status;
}

/* Called from Go in the place of a return that will not come: goes on after the gobridge_enter_and_back of the frame. To
 * Go it is a C function that calls Go again but never returns, so the stack below it stays forever, also when the thread
 * ends.
 * It returns if Go code called the C code that made this call: C could go on, but not return to that Go code, which the
 * runtime is ending too. */
void gobridge_exit(gobridge_frame *frame);

/* Around a call of a function of the host's for Go, which runs with the floating-point environment of the host's call. The
 * second one takes what the first one has returned: whether no call to this library had brought the Go code. */
static inline bool gobridge_turn_to_host(void) {
    const gobridge_thread *self = gobridge_thread_state;
    if (self && self->active) {
        gobridge_fpu_leave(self->host_fpu);
        return false;
    }
    const bool is_first = !gobridge_thread_for_go;
    gobridge_thread_for_go = true;
    return is_first;
}

static inline void gobridge_turn_to_go(bool is_first) {
    if (is_first) {
        gobridge_thread_for_go = false;
    }
    gobridge_fpu_enter();
}

#endif
