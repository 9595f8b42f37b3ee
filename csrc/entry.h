/* The one door into Go. */
#ifndef GOBRIDGE_CSRC_ENTRY_H
#define GOBRIDGE_CSRC_ENTRY_H

#include "frame.h"

#include <stdbool.h>

/* What the Go side says of itself when it opens the door; the strings live as long as the process. */
typedef struct gobridge_guest {
    void *pc;            /* of a Go func(unsafe.Pointer) that takes a frame */
    const char *release; /* runtime.Version() */
    const char *backend; /* "linkname" or "portable" */
    const char *reason;  /* why that one */
    bool debug;          /* calls say from where they come */
} gobridge_guest;

/* The name of the C function that a call is for. */
const char *gobridge_op_name(uint32_t op);

/* Opens the door. Go calls it once, from its initialisation. */
void gobridge_entry_open(const gobridge_guest *guest);

/* Waits until Go runs, starting it if need be. Gives the guest, or NULL in a forked child (and records the failure
 * under the function's name). */
const gobridge_guest *gobridge_entry_wait(const char *function);

/* Takes a frame into Go and back: the frame's status, which is recorded as this thread's failure if it is not 0.
 * What the call gives (GIVES_...) is the caller's then. Where this thread records a batch, the call becomes an operation:
 * what it gives is promises, and zero for a number, and `to` is where the rest goes later. */
gobridge_status gobridge_enter(gobridge_frame *frame, uint32_t gives, void *to);

/* The same for a call that runs Go code of the host's, or waits: it may call the host back, and it may never return. */
gobridge_status gobridge_enter_and_back(gobridge_frame *frame, uint32_t gives, void *to);

/* Puts what a call has given where it goes. Returns GOBRIDGE_OK or, of GIVES_STATUS, that status. */
static inline gobridge_status gobridge_deliver(const gobridge_frame *frame, uint32_t gives, void *to) {
    const uint32_t size = gives & GIVES_NUMBER;
    if (gives & GIVES_REF) {
        *(gobridge_ref *)to = frame->made;
    } else if (gives & GIVES_LASTING) {
        *(gobridge_ref *)to = frame->result;
    } else if (gives & GIVES_STATUS) {
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

/* gobridge_enter and gobridge_deliver. They are inline so that nothing asks what a call gives, and take the frame by value so
 * that the compiler stores each member once, and does not clear them all first. */
__attribute__((always_inline)) static inline gobridge_status gobridge_cross(gobridge_frame frame,
                                                                            uint32_t gives, void *to) {
    gobridge_status status = gobridge_enter(&frame, gives, to);
    return status ? status : gobridge_deliver(&frame, gives, to);
}

__attribute__((always_inline)) static inline gobridge_status
gobridge_cross_and_back(gobridge_frame frame, uint32_t gives, void *to) {
    gobridge_status status = gobridge_enter_and_back(&frame, gives, to);
    return status ? status : gobridge_deliver(&frame, gives, to);
}

/* Called from Go in the place of a return that will not come: goes on after the gobridge_cross_and_back of the frame. To
 * Go it is a C function that calls Go again but never returns, so the stack below it stays for ever, also when the thread
 * ends.
 * It comes back where Go code called the C code that made this call: C could go on, but not return to that Go code, which
 * the runtime is ending too. */
void gobridge_exit(gobridge_frame *frame);

/* Runs C code for Go that calls a function of the host's, with the floating-point environment of the host's call. */
void gobridge_run_host(void (*code)(void *), void *arg);

#endif
