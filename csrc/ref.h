/* References: what Go and other nouns need of them. */
#ifndef GOBRIDGE_CSRC_REF_H
#define GOBRIDGE_CSRC_REF_H

#include "frame.h"

/* Makes the nth chunk of Go's slots known. Go calls it for one after the other, and never moves or frees one. */
void gobridge_ref_share(uint32_t nth, gobridge_slot *chunk);

/* Releases a reference, by a call of the op where it is not light. Returns what gobridge_release does. */
gobridge_status gobridge_ref_release(uint32_t op, gobridge_ref ref);

#endif
