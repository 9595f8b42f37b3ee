/* Backtraces of the host's stack. */
#define _GNU_SOURCE
#include "backtrace.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#ifdef __GLIBC__
#include <execinfo.h>
#else /* no other C library unwinds: references have no places */
static int backtrace(void **stack, int size) {
    (void)stack, (void)size;
    return 0;
}
#endif

void gobridge_backtrace(uintptr_t addresses[GOBRIDGE_BACKTRACE], uintptr_t returns_to) {
    enum { OF_THIS_LIBRARY = 8 }; /* or fewer */
    void *stack[OF_THIS_LIBRARY + GOBRIDGE_BACKTRACE];
    const int depth = backtrace(stack, sizeof stack / sizeof *stack);
    int inner = 0;
    while (inner < depth && (uintptr_t)stack[inner] != returns_to) {
        inner++;
    }
    for (int i = 0; i < GOBRIDGE_BACKTRACE; i++) {
        addresses[i] = inner + 1 + i < depth ? (uintptr_t)stack[inner + 1 + i] : 0;
    }
}

void gobridge_backtrace_place(uintptr_t address, char *place, size_t size) {
    const uintptr_t call = address - 1; /* where it returns to may be the next line or function */
    Dl_info found;
    if (!dladdr((void *)call, &found)) {
        snprintf(place, size, "0x%" PRIxPTR, call);
        return;
    }
    const char *slash = strrchr(found.dli_fname, '/'), *object = slash ? slash + 1 : found.dli_fname;
    if (found.dli_sname) {
        snprintf(place, size, "%s+0x%" PRIxPTR " (%s)", found.dli_sname, call - (uintptr_t)found.dli_saddr,
                 object);
        return;
    }
    const ElfW(Ehdr) *header = found.dli_fbase;
    const uintptr_t base = header->e_type == ET_EXEC ? 0 : (uintptr_t)header;
    snprintf(place, size, "0x%" PRIxPTR " (%s)", call - base, object);
}
