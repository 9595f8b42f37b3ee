/* Alternate signal stacks for the host's threads. */
#define _GNU_SOURCE
#include "signal_stack.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a handler of a crash reporter or a JVM gets along with; the kernel gives memory only for what is used. */
#define STACK ((size_t)(sizeof(void *) == 8 ? 256 : 64) << 10)

static size_t guard(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

void *gobridge_signal_stack_give(void) {
    stack_t now;
    if (sigaltstack(NULL, &now) != 0 || !(now.ss_flags & SS_DISABLE)) {
        return NULL;
    }
    char *memory = mmap(NULL, guard() + STACK, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    const stack_t ours = {.ss_sp = memory + guard(), .ss_size = STACK};
    if (mprotect(memory, guard(), PROT_NONE) != 0 || sigaltstack(&ours, NULL) != 0) {
        munmap(memory, guard() + STACK);
        return NULL;
    }
    return memory;
}

void gobridge_signal_stack_take(void *stack) {
    stack_t now;
    if (!stack) {
        return;
    }
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == (char *)stack + guard()) {
        const stack_t none = {.ss_flags = SS_DISABLE};
        if (sigaltstack(&none, NULL) != 0) {
            return; /* a handler runs there */
        }
    }
    munmap(stack, guard() + STACK);
}
