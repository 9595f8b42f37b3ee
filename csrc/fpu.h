/* The floating-point environment, which a call must leave as the host has it: Go computes with rounding to nearest and
 * nothing trapped, and leaves flags behind. */
#ifndef GOBRIDGE_CSRC_FPU_H
#define GOBRIDGE_CSRC_FPU_H

#include <stdint.h>

#if defined(__x86_64__) || defined(__i386__)

/* Go computes with SSE. On i386 it also sets the x87's control word when it takes a thread on, and converts with it. */
typedef struct gobridge_fpu {
    uint32_t mxcsr;
#ifdef __i386__
    uint32_t x87[7];
#endif
} gobridge_fpu;

static inline gobridge_fpu gobridge_fpu_get(void) {
    gobridge_fpu host;
    __asm__ volatile("stmxcsr %0" : "=m"(host.mxcsr));
#ifdef __i386__
    __asm__ volatile("fnstenv %0\n\tfldenv %0" : "+m"(host.x87)); /* fnstenv masks all traps: put them back */
#endif
    return host;
}

static inline void gobridge_fpu_leave(gobridge_fpu host) {
    uint32_t mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    if (mxcsr != host.mxcsr) {
        __asm__ volatile("ldmxcsr %0" : : "m"(host.mxcsr));
    }
#ifdef __i386__
    __asm__ volatile("fldenv %0" : : "m"(host.x87));
#endif
}

/* Gives the host's environment, and Go its own if the host has changed it: flags aside, 0x1f80 is what programs start
 * with. */
static inline gobridge_fpu gobridge_fpu_enter(void) {
    gobridge_fpu host = gobridge_fpu_get();
    if ((host.mxcsr & ~0x3fU) != 0x1f80) {
        __asm__ volatile("ldmxcsr %0" : : "m"((uint32_t){0x1f80}));
    }
    return host;
}

#elif defined(__aarch64__)

/* FPCR has the modes, FPSR the flags; Go changes no mode and computes as programs start, with FPCR 0. */
typedef struct gobridge_fpu {
    uint64_t fpcr, fpsr;
} gobridge_fpu;

static inline gobridge_fpu gobridge_fpu_get(void) {
    gobridge_fpu host;
    __asm__ volatile("mrs %0, fpcr" : "=r"(host.fpcr));
    __asm__ volatile("mrs %0, fpsr" : "=r"(host.fpsr));
    return host;
}

static inline void gobridge_fpu_leave(gobridge_fpu host) {
    const gobridge_fpu now = gobridge_fpu_get();
    if (now.fpcr != host.fpcr) { /* reading costs less than writing */
        __asm__ volatile("msr fpcr, %0" : : "r"(host.fpcr));
    }
    if (now.fpsr != host.fpsr) {
        __asm__ volatile("msr fpsr, %0" : : "r"(host.fpsr));
    }
}

static inline gobridge_fpu gobridge_fpu_enter(void) {
    const gobridge_fpu host = gobridge_fpu_get();
    if (host.fpcr) {
        __asm__ volatile("msr fpcr, xzr");
    }
    return host;
}

#else /* nothing is kept on platforms where nothing was tested */

typedef struct gobridge_fpu {
    uint32_t unused;
} gobridge_fpu;

static inline gobridge_fpu gobridge_fpu_get(void) {
    return (gobridge_fpu){0};
}

static inline void gobridge_fpu_leave(gobridge_fpu host) {
    (void)host;
}

static inline gobridge_fpu gobridge_fpu_enter(void) {
    return (gobridge_fpu){0};
}

#endif

#endif
