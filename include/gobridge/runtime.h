/* The library and its Go runtime: versions, and which backend answers for each symbol. */
#ifndef GOBRIDGE_RUNTIME_H
#define GOBRIDGE_RUNTIME_H

#include <gobridge/status.h>

GOBRIDGE_BEGIN

/* The library's version: GOBRIDGE_VERSION of the headers that it was built with. Crosses nothing. Since 1.0. */
GOBRIDGE_API uint32_t gobridge_version(void);

/* The Go release that the library was built with, as Go's runtime.Version gives it: "go1.24.11".
 *   release  receives a NUL-terminated string that lives as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_release(const char **release);

/* What is known of one symbol of the linkname set. The strings live as long as the process. Later minors may add
 * members at the end: it is only ever handed out by pointer. */
typedef struct gobridge_symbol {
    const char *function;       /* the C function: "gobridge_runtime_mapaccess2" */
    const char *symbol;         /* the Go symbol: "runtime.mapaccess2" */
    const char *signature;      /* its Go signature, with unsafe.Pointer for the runtime's own types */
    const char *first_verified; /* the first release that its pull was verified on: "go1.21" */
    const char *last_verified;  /* the last one */
    const char *backend; /* what answers now: "linkname", "portable", or "none" where the platform has none */
    const char *reason;  /* why that one */
} gobridge_symbol;

/* The symbols of the linkname set, 28 in version 1.0.
 *   symbols  receives an array of pointers that lives as long as the process
 *   count    receives its length
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_symbols(const gobridge_symbol *const **symbols, size_t *count);

GOBRIDGE_END

#endif
