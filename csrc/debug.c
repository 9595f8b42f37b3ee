/* Debug mode: from where in the host calls come, and what is live when the process exits. */
#define _GNU_SOURCE
#include "debug.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <execinfo.h>
#else /* no other C library unwinds: references have no places */
static int backtrace(void **stack, int size) {
    (void)stack, (void)size;
    return 0;
}
#endif

void gobridge_debug_callers(uintptr_t callers[GOBRIDGE_CALLERS], uintptr_t returns_to) {
    enum { OF_THIS_LIBRARY = 8 }; /* or fewer */
    void *stack[OF_THIS_LIBRARY + GOBRIDGE_CALLERS];
    const int depth = backtrace(stack, sizeof stack / sizeof *stack);
    int inner = 0;
    while (inner < depth && (uintptr_t)stack[inner] != returns_to) {
        inner++;
    }
    for (int i = 0; i < GOBRIDGE_CALLERS; i++) {
        callers[i] = inner + 1 + i < depth ? (uintptr_t)stack[inner + 1 + i] : 0;
    }
}

void gobridge_debug_place(uintptr_t address, char *place, size_t size) {
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

static void report(void) {
    uint64_t live = 0;
    gobridge_value text;
    if (gobridge_ref_count(&live) || !live || gobridge_ref_list(&text)) {
        return;
    }
    fprintf(stderr, "gobridge: references that are live at exit: %" PRIu64 "\n%.*s", live, (int)text.len,
            text.as.s);
    gobridge_value_release(&text);
}

void gobridge_debug_report_at_exit(void) {
    atexit(report);
}
