/* What must be one function with its caller, so that what it works on stays in registers. */
#ifndef GOBRIDGE_CSRC_INLINE_H
#define GOBRIDGE_CSRC_INLINE_H

#define GOBRIDGE_INLINE __attribute__((always_inline)) static inline

#endif
