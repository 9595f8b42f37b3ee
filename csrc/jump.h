/* Calling Go so that C code which Go calls meanwhile can come back here, past Go code that will not return. */
#ifndef GOBRIDGE_CSRC_JUMP_H
#define GOBRIDGE_CSRC_JUMP_H

#include "inline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* runtime/cgo's way in: calls the Go func(unsafe.Pointer) at fn with arg. */
extern void crosscall2(void (*fn)(void *), void *arg, int size, size_t context);

#if defined(__x86_64__) && !defined(_WIN32)

/* Where to come back to. By hand, for setjmp needs a function of its own, whose registers it saves once more: 4 ns a call. */
typedef struct gobridge_place {
    void *code, *stack, *frame;
} gobridge_place;

/* Returns whether Go returned; not if something jumped here. For functions that make other calls too: in those that make
 * none the compiler keeps variables below the stack pointer, where this call writes. */
GOBRIDGE_INLINE bool gobridge_jump_call(gobridge_place *place, void *fn, void *arg, size_t size) {
    uintptr_t returned = (uintptr_t)crosscall2, context = 0;
    __asm__ volatile("leaq 1f(%%rip), %%r8\n\t"
                     "movq %%r8, (%%rbx)\n\t"
                     "movq %%rsp, 8(%%rbx)\n\t"
                     "movq %%rbp, 16(%%rbx)\n\t"
                     "call *%%rax\n\t"
                     "movl $1, %%eax\n"
                     "1:"
                     : "+a"(returned), "+b"(place), "+D"(fn), "+S"(arg), "+d"(size), "+c"(context)
                     :
                     : "memory", "cc", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1",
                       "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15");
    return returned;
}

/* Goes on after such a call, which must be under way on this thread. */
__attribute__((noreturn)) static inline void gobridge_jump(gobridge_place *place) {
    __asm__ volatile("movq 8(%%rcx), %%rsp\n\t"
                     "movq 16(%%rcx), %%rbp\n\t"
                     "xorl %%eax, %%eax\n\t"
                     "jmp *(%%rcx)"
                     :
                     : "c"(place)
                     : "memory");
    __builtin_unreachable();
}

#else

/* The compiler's own takes three instructions; clang has none for arm64. */
#if defined(__clang__) && defined(__aarch64__)
#include <setjmp.h>
typedef struct gobridge_place {
    jmp_buf buf;
} gobridge_place;
#define GOBRIDGE_MARK(place) _setjmp((place)->buf)
#define GOBRIDGE_JUMP(place) longjmp((place)->buf, 1)
#else
typedef struct gobridge_place {
    void *buf[5];
} gobridge_place;
#define GOBRIDGE_MARK(place) __builtin_setjmp((place)->buf)
#define GOBRIDGE_JUMP(place) __builtin_longjmp((place)->buf, 1)
#endif

/* It is apart because nothing stays in registers where it goes on. */
__attribute__((noinline)) static bool gobridge_jump_call(gobridge_place *place, void *fn, void *arg,
                                                         size_t size) {
    if (GOBRIDGE_MARK(place)) {
        return false;
    }
    crosscall2((void (*)(void *))fn, arg, (int)size, 0);
    return true;
}

__attribute__((noreturn)) static inline void gobridge_jump(gobridge_place *place) {
    GOBRIDGE_JUMP(place);
}

#endif

#endif
