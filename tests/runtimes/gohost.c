/* What a Go host calls in C: the libraries that it has loaded, and the checks of them all. */
#include "runtimes.h"

#include <dlfcn.h>

static library loaded[2];
static int count;

void gohost_load(const char *path, int is_global);
void gohost_check(void);

void gohost_load(const char *path, int is_global) {
    loaded[count++] = load(path, is_global ? RTLD_GLOBAL : RTLD_LOCAL);
}

void gohost_check(void) {
    check_calls(loaded, count, 1 + count);
    for (int i = 0; i < 3; i++) {
        for (int n = 0; n < count; n++) {
            loaded[(i + n) % count].gobridge_signals_reclaim();
        }
        check_faults(loaded, count);
    }
}
