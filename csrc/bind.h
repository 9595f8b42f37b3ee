/* What Go keeps of a thread of the host's from one call to the next. */
#ifndef GOBRIDGE_CSRC_BIND_H
#define GOBRIDGE_CSRC_BIND_H

#include <stdbool.h>
#include <stdint.h>

/* Go is letting go of this thread, and opens for a moment what the thread blocks. */
extern _Thread_local bool gobridge_bind_lets_go
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Says what this thread blocks, as csrc/blocked.h has it, before Go attaches it: that stays blocked when it is let go. */
void gobridge_bind_with(uint64_t blocked);

/* Sets what becomes of Go's side of this thread when the thread ends: it is let go, or if NULL nothing. Go calls it (csrc/bind.c). */
void gobridge_bind(void *g);

/* Has Go let go of this thread now. The next call attaches it anew. */
void gobridge_unbind(void);

#endif
