/* Signals: which are Go's. */
#ifndef GOBRIDGE_CSRC_SIGNALS_H
#define GOBRIDGE_CSRC_SIGNALS_H

#include <stdint.h>

/* Notes the handlers that the host has before Go starts. */
void gobridge_signals_before(void);

/* Notes Go's handlers, once it has them, and where its code lies. */
void gobridge_signals_remember(uintptr_t text, uintptr_t text_end);

#endif
