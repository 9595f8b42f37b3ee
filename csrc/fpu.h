/* The floating-point environment, which a call must leave as the host has it: Go computes with rounding to nearest and
 * nothing trapped, and leaves flags behind. */
#ifndef GOBRIDGE_CSRC_FPU_H
#define GOBRIDGE_CSRC_FPU_H

#if defined(__x86_64__) || defined(__i386__)

#include <stdint.h>

/* Go uses SSE alone on both. The x87's environment takes much longer to save and Go does not touch it. */
typedef uint32_t gobridge_fpu;

static inline gobridge_fpu gobridge_fpu_get(void) {
    gobridge_fpu mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    return mxcsr;
}

static inline void gobridge_fpu_set(gobridge_fpu mxcsr) {
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

/* Gives the host's environment, and Go its own if the host has changed it: flags aside, 0x1f80 is what programs start
 * with. */
static inline gobridge_fpu gobridge_fpu_enter(void) {
    gobridge_fpu host = gobridge_fpu_get();
    if ((host & ~0x3fU) != 0x1f80) {
        gobridge_fpu_set(0x1f80);
    }
    return host;
}

static inline void gobridge_fpu_leave(gobridge_fpu host) {
    if (gobridge_fpu_get() != host) {
        gobridge_fpu_set(host);
    }
}

#else

#include <fenv.h>

typedef fenv_t gobridge_fpu;

static inline gobridge_fpu gobridge_fpu_get(void) {
    gobridge_fpu host;
    fegetenv(&host);
    return host;
}

static inline gobridge_fpu gobridge_fpu_enter(void) {
    gobridge_fpu host = gobridge_fpu_get();
    fesetenv(FE_DFL_ENV);
    return host;
}

static inline void gobridge_fpu_leave(gobridge_fpu host) {
    fesetenv(&host);
}

#endif

#endif
