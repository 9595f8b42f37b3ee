/* Several Go runtimes in one process: what each of them, and the host, must still be able to do. */
#ifndef GOBRIDGE_TESTS_RUNTIMES_H
#define GOBRIDGE_TESTS_RUNTIMES_H

#include <gobridge.h>

/* What the tests call in each library. */
#define CALLS(X)                \
    X(gobridge_go_runtimes)     \
    X(gobridge_type_parse)      \
    X(gobridge_map_new)         \
    X(gobridge_map_set)         \
    X(gobridge_map_get)         \
    X(gobridge_map_len)         \
    X(gobridge_func_find)       \
    X(gobridge_call)            \
    X(gobridge_go_collect)      \
    X(gobridge_signals_reclaim) \
    X(gobridge_release)         \
    X(gobridge_last_error)

typedef struct library {
#define MEMBER(name) __typeof__(name) *name;
    CALLS(MEMBER)
#undef MEMBER
    gobridge_ref map;
} library;

/* Loads one by dlopen with these flags. The process ends with a message where something does not hold, here and in all below. */
library load(const char *path, int flags);

/* All of them have this many runtimes beside them, keep maps that the others refuse, and collect garbage. */
void check_calls(library *libraries, int count, int runtimes);

/* Go code of each gets its faults. */
void check_faults(const library *libraries, int count);

#endif
