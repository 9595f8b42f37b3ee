/* Forks: a child of fork has no Go runtime. */
#ifndef GOBRIDGE_CSRC_FORK_H
#define GOBRIDGE_CSRC_FORK_H

#include <stdbool.h>
#include <stdint.h>

/* Shows 1 in the process that called gobridge_fork_watch last; the kernel makes it 0 in a forked child. */
extern volatile uint8_t *volatile gobridge_fork_alive __attribute__((visibility("hidden")));

/* Whether this is the process that watches, and no child of it. */
static inline bool gobridge_fork_is_parent(void) {
    return *gobridge_fork_alive;
}

/* Watches from here on, in this process. */
void gobridge_fork_watch(void);

#endif
