/* What Go keeps of a thread of the host's from one call to the next. */
#ifndef GOBRIDGE_CSRC_BIND_H
#define GOBRIDGE_CSRC_BIND_H

#include <stdbool.h>

/* Go is letting go of this thread, which blocks SIGURG, and opens that for a moment. */
extern _Thread_local bool gobridge_bind_lets_go
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Sets what becomes of Go's side of this thread when the thread ends: it is let go, or if NULL nothing. Go calls it (csrc/bind.c). */
void gobridge_bind(void *g);

/* Has Go let go of this thread now. The next call attaches it anew. */
void gobridge_unbind(void);

#endif
