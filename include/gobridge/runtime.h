/* The library and its Go runtime: versions, which backend answers for each symbol, and the knobs, statistics and
 * profiles of the runtime. */
#ifndef GOBRIDGE_RUNTIME_H
#define GOBRIDGE_RUNTIME_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* The library's version: GOBRIDGE_VERSION of the headers that it was built with. Crosses nothing. Since 1.0. */
GOBRIDGE_API uint32_t gobridge_version(void);

struct gobridge_api; /* of gobridge/table.h */

/* The library's own functions as a table. A name that is linked, or found in the process as a whole, is the first library's that has
 * it; a host of two libraries asks each (by dlsym, or by the NAME_api of what gobridge build made) for its table, and calls
 * through that. What one library gave means nothing to the other: its references are GOBRIDGE_E_FORGED_REF there.
 *   version  GOBRIDGE_API_VERSION: what the caller knows of the table
 *   api      receives the table, which lives as long as the process and has all functions of that version
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNSUPPORTED if version is newer than the library, or of another major
 * version. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_api_get(uint32_t version, const struct gobridge_api **api);

/* The Go release that the library was built with, as Go's runtime.Version gives it: "go1.24.11".
 *   version  receives a NUL-terminated string that lives as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_version(const char **version);

/* How many Go runtimes the process has loaded, this library's included, started or not: each program or library made by Go has one. They
 * work beside each other, each with a heap, threads and references of its own (docs/hosts.md). One that was linked with
 * -ldflags=-buildid= is not seen.
 *   count  receives the number
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_runtimes(uint64_t *count);

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

/* The symbols of the linkname set, those that version 1.0 began with first: 28 of them.
 *   symbols  receives an array of pointers that lives as long as the process
 *   count    receives its length
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_symbols(const gobridge_symbol *const **symbols, size_t *count);

/* ---- knobs: each tells what held before, and can be asked without being turned ---- */

/* On how many threads Go code runs at once. Calls from C count, and wait for their turn.
 *   count     1 or more, at most 1024 or what the machine has; 0 asks only
 *   previous  receives what held before; NULL if it is not wanted
 * Returns GOBRIDGE_OK, GOBRIDGE_E_ARGUMENT if count is negative, GOBRIDGE_E_LIMIT if it is too large.
 * Go: runtime.GOMAXPROCS. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_maxprocs(int32_t count, int32_t *previous);

/* How much the heap may grow before the garbage collector runs again.
 *   percent   of what was live after the last collection, 0 or more; -1 turns the collector off, but for what the memory
 *             limit asks of it; INT32_MIN asks only
 *   previous  receives what held before; NULL if it is not wanted
 * Returns GOBRIDGE_OK, GOBRIDGE_E_ARGUMENT if percent is any other negative number.
 * Go: runtime/debug.SetGCPercent, GOGC. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_gc_percent(int32_t percent, int32_t *previous);

/* How much memory Go's runtime tries to get along with, C's own not counted. It is a soft limit: the collector runs more
 * often, up to half of the time, and what is still too much is given all the same.
 *   bytes     0 or more; INT64_MAX is no limit; a negative number asks only
 *   previous  receives what held before; NULL if it is not wanted
 * Returns GOBRIDGE_OK.
 * Go: runtime/debug.SetMemoryLimit, GOMEMLIMIT. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_memory_limit(int64_t bytes, int64_t *previous);

/* Collects garbage now, and waits until that is done.
 * Returns GOBRIDGE_OK.
 * Go: runtime.GC. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_collect(void);

/* ---- what goes on ---- */

/* Go's memory at one moment, in bytes where nothing else is said. */
typedef struct gobridge_memory {
    uint32_t size;              /* in: sizeof(gobridge_memory); out: how much of it is filled */
    uint32_t reserved;          /* 0 */
    uint64_t heap_alloc;        /* objects: those that are live, and garbage that is not swept yet */
    uint64_t heap_objects;      /* their number */
    uint64_t heap_sys;          /* address space that the heap has from the operating system */
    uint64_t heap_released;     /* of that, what was given back to it */
    uint64_t stack;             /* stacks of goroutines that are in use */
    uint64_t sys;               /* all that Go has from the operating system, the heap included */
    uint64_t total_alloc;       /* allocated for objects since the start; only grows */
    uint64_t mallocs;           /* objects allocated since the start; only grows */
    uint64_t frees;             /* objects freed since the start; only grows */
    uint64_t next_gc;           /* the heap_alloc at which the next collection is to be over */
    uint64_t gc_cycles;         /* collections since the start */
    uint64_t gc_pause_total_ns; /* nanoseconds for which they stopped all goroutines, since the start */
} gobridge_memory;

/* Returns the memory statistics; all goroutines are stopped for some microseconds.
 *   stats  its size is set; receives the rest
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_SMALL if stats->size is less than that of 1.0.
 * Go: runtime.ReadMemStats. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_memory(gobridge_memory *stats);

/* How many goroutines there are, the runtime's own not counted. A C thread that has called this library counts as one.
 *   count  receives the number
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime.NumGoroutine. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_goroutines(uint64_t *count);

/* The stacks of all goroutines, as Go prints them when it dies, at most 64 MiB of them; all are stopped meanwhile.
 *   text  receives a STRING; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL.
 * Go: runtime/pprof's profile "goroutine". Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_stacks(gobridge_value *text);

/* ---- the environment ---- */

/* Sets a variable of the environment for Go and for C. What C's setenv does after the process has started Go does not see.
 * C's environment is changed as C's setenv would: no other thread of the host's may use it meanwhile.
 *   name       without = and NUL
 *   name_len   in bytes
 *   value      without NUL; NULL takes the variable out
 *   value_len  in bytes
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if the name or the value is none, GOBRIDGE_E_LIMIT if no string is
 * so long. Go: os.Setenv, os.Unsetenv. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_setenv(const char *name, size_t name_len, const char *value,
                                             size_t value_len);

/* A variable of the environment as Go sees it.
 *   name   need not end with NUL
 *   len    its length in bytes
 *   value  receives a STRING, or NIL if there is no such variable; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no string is so long. Go: os.LookupEnv. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_getenv(const char *name, size_t len, gobridge_value *value);

/* ---- profiles: files in pprof's format, which `go tool pprof FILE` shows ---- */

/* Starts a CPU profile of the process: 100 times in a second of CPU time, what runs is noted. Time in C code is noted
 * under the Go function that called it, in a thread that is outside Go as runtime._ExternalCode.
 *
 * Go does it with SIGPROF and setitimer(ITIMER_PROF), from here until gobridge_go_profile_cpu_stop. A handler and a
 * timer that the host has for them are out of use as long. Then the timer stays off; the handler is back, with the flags
 * that Go gives handlers, and may get a signal that was on its way; where SIGPROF had its default action it is ignored.
 * Calls that a signal interrupts also with SA_RESTART (poll, nanosleep ...) give EINTR more often meanwhile.
 *   path  of a file to make or to overwrite; any bytes but NUL
 *   len   its length in bytes, 4096 at most
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if len is too large, GOBRIDGE_E_BUSY if a CPU profile is
 * being made already, GOBRIDGE_E_SYSTEM if the file cannot be made.
 * Go: runtime/pprof.StartCPUProfile. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_profile_cpu(const char *path, size_t len);

/* Ends the CPU profile and writes its file, which is empty until then; does nothing if none is being made.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_SYSTEM if the file cannot be written (the profile has ended and is lost).
 * Go: runtime/pprof.StopCPUProfile. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_profile_cpu_stop(void);

/* Writes a profile of the heap: which Go code allocated what is live, and all it ever allocated. One allocation in
 * 512 KiB is noted. Collects garbage first, so that what is live is so now.
 *   path  of a file to make or to overwrite; any bytes but NUL
 *   len   its length in bytes, 4096 at most
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if len is too large, GOBRIDGE_E_SYSTEM if the file cannot
 *  be made or written.
 * Go: runtime/pprof.WriteHeapProfile. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_go_profile_heap(const char *path, size_t len);

GOBRIDGE_END

#endif
