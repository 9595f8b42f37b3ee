/* Backtraces: from where in the host a call comes. */
#ifndef GOBRIDGE_CSRC_BACKTRACE_H
#define GOBRIDGE_CSRC_BACKTRACE_H

#include "frame.h"

/* Notes the return addresses on this thread's stack outside a function of this library, innermost first and 0 after the
 * last one; returns_to is an address in the function. */
void gobridge_backtrace(uintptr_t addresses[GOBRIDGE_BACKTRACE], uintptr_t returns_to);

/* Says where the call lies that returns to an address: "function+0x12 (object)", or its offset in the object. */
void gobridge_backtrace_place(uintptr_t address, char *place, size_t size);

#endif
