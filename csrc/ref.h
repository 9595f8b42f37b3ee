/* References: what Go and other nouns need of them. */
#ifndef GOBRIDGE_CSRC_REF_H
#define GOBRIDGE_CSRC_REF_H

#include "frame.h"

#include <stdbool.h>

/* Makes the nth chunk of Go's slots known. Go calls it for one after the other, and never moves or frees one. */
void gobridge_ref_share(uint32_t nth, gobridge_slot *chunk);

/* Releases a reference without a call. False if it is not trivially releasable or not
 * live, or if a batch is recorded, which may use it before. */
bool gobridge_ref_release_here(gobridge_ref ref);

#endif
