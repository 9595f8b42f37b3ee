/* Debug mode: from where in the host calls come, and what is live when the process exits. */
#ifndef GOBRIDGE_CSRC_DEBUG_H
#define GOBRIDGE_CSRC_DEBUG_H

#include "frame.h"

/* Gives what is on this thread's stack outside a function of this library, as return addresses, innermost first and 0
 * after the last one; returns_to is an address in the function. */
void gobridge_debug_callers(uintptr_t callers[GOBRIDGE_CALLERS], uintptr_t returns_to);

/* Says where the call lies that returns to an address: "function+0x12 (object)", or its offset in the object. */
void gobridge_debug_place(uintptr_t address, char *place, size_t size);

/* Has live references listed on stderr when the process exits. */
void gobridge_debug_report_at_exit(void);

#endif
