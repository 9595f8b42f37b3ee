/* Starting Go: at a time and with settings of the host's choice. A host that does not care starts it with its first call. */
#ifndef GOBRIDGE_START_H
#define GOBRIDGE_START_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* How Go is to start. What is 0 or NULL is as it is without options. */
typedef struct gobridge_options {
    uint32_t size;                  /* in: sizeof(gobridge_options) */
    uint32_t flags;                 /* 0 */
    const char *const *arguments;   /* os.Args, which end with NULL; not those of the process */
    const char *const *environment; /* of Go alone, "NAME=value", ends with NULL; not the host's */
    const char *debug;              /* GODEBUG, "gctrace=1" */
    int64_t memory_limit;           /* GOMEMLIMIT, in bytes */
    int32_t gc_percent;             /* GOGC; -1 turns the collector off */
    int32_t max_processors;         /* GOMAXPROCS */
} gobridge_options;

/* Starts Go and waits until it is ready. Go's own threads have all signals blocked, so that they never take one that the host
 * waits for. What Go cannot start without is tried first, as Go would end the process: 1.6 GiB of addresses (not of memory; 256 MiB
 * where they have 32 bits) and some threads. Of what is handed in all is copied.
 *   options  NULL for none. Once Go runs they come too late: then those that Go was started with are no failure, and do nothing
 * Returns GOBRIDGE_OK, also if Go runs already; GOBRIDGE_E_BUSY if it runs with other settings than options has, as it does from the
 * beginning in what plain `go build` makes; GOBRIDGE_E_TOO_SMALL if size is less than that of 1.0; GOBRIDGE_E_ARGUMENT (flags,
 * a negative number); GOBRIDGE_E_NO_MEMORY, GOBRIDGE_E_SYSTEM if there are not enough addresses or threads: it may be tried again.
 * Any function that needs Go may return these two. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_start(const gobridge_options *options);

GOBRIDGE_END

#endif
