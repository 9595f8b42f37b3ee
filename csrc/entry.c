/* The one door into Go: only this file knows whether Go runs, and calls it. */
#define _GNU_SOURCE
#include "entry.h"

#include "batch.h"
#include "debug.h"
#include "fpu.h"
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* runtime/cgo's way in: calls the Go func(unsafe.Pointer) at fn with arg. */
extern void crosscall2(void (*fn)(void *), void *arg, int size, size_t context);

/* What every //export function calls first. The first time, it makes the key that lets a thread keep what Go needs for
 * it from one call to the next: without it each call of a thread costs microseconds, on the main thread hundreds. */
extern size_t _cgo_wait_runtime_init_done(void); /* NOLINT: runtime/cgo's name */

/* Sets what becomes of Go's side of this thread when it ends: nothing, where NULL. */
extern void x_cgo_bindm(void *g);

/* What starts Go. CMake takes it out of the archive's .init_array and gives it this name, so that loading libgobridge
 * starts no thread and installs no signal handler: the first call does. In a plain `go build` this NULL stands, and Go
 * starts when the program is loaded. */
typedef void (*go_start)(int argc, char **argv, char **envp);
__attribute__((weak, visibility("hidden"))) go_start gobridge_go_start;

static gobridge_guest guest;
static uint8_t never_alive;
static _Atomic(void *) door; /* guest.pc once Go is ready, else NULL */
static atomic_bool started;  /* someone has started Go, here or in the process we forked from */
static volatile uint8_t *volatile alive = &never_alive; /* shows 1; the kernel makes it 0 in a forked child */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int host_argc;
static char **host_argv;

static void forget(void) {
    *alive = 0;
}

/* A page that the kernel wipes on fork sees raw clone and _Fork too; where there is none, atfork must do. */
static void watch_forks(void) {
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    static uint8_t byte;
    if (page == MAP_FAILED) {
        page = &byte;
    }
    alive = page;
    if (page == &byte || madvise(page, size, MADV_WIPEONFORK) != 0) {
        pthread_atfork(NULL, NULL, forget);
    }
    *alive = 1;
    atomic_store(&started, !gobridge_go_start);
}

__attribute__((constructor)) static void loaded(int argc, char **argv) {
#ifdef __GLIBC__ /* others call constructors without arguments */
    host_argc = argc;
    host_argv = argv;
#else
    (void)argc, (void)argv;
#endif
    pthread_once(&once, watch_forks);
}

/* Go reads its arguments, environment and auxiliary vector from one block, as the kernel lays it out. The block that
 * the kernel made has an environment that setenv does not change, so Go gets one of today; it stays for ever. */
static void start_go(void) {
    static const unsigned long wanted[] = {AT_PAGESZ, AT_HWCAP,  AT_HWCAP2,
                                           AT_SECURE, AT_RANDOM, AT_SYSINFO_EHDR};
    static char *no_argv[] = {"gobridge", NULL};
    int argc = host_argv ? host_argc : 1;
    char **argv = host_argv ? host_argv : no_argv;
    size_t envc = 0, n = 0;
    while (environ && environ[envc]) {
        envc++;
    }
    uintptr_t *block = calloc((size_t)argc + envc + 2 * (sizeof wanted / sizeof *wanted) + 4, sizeof *block);
    if (!block) {
        abort(); /* nothing can be answered without Go, and Go itself needs megabytes */
    }
    for (int i = 0; i < argc; i++) {
        block[n++] = (uintptr_t)argv[i];
    }
    n++;
    for (size_t i = 0; i < envc; i++) {
        block[n++] = (uintptr_t)environ[i];
    }
    n++;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        unsigned long value = getauxval(wanted[i]);
        if (value) {
            block[n++] = wanted[i];
            block[n++] = value;
        }
    }
    gobridge_go_start(argc, (char **)block, (char **)(block + argc + 1));
}

const char *gobridge_op_name(uint32_t op) {
    static const char *const names[] = {
#define GOBRIDGE_OP(name) #name,
        GOBRIDGE_OPS(GOBRIDGE_OP)
#undef GOBRIDGE_OP
    };
    return names[op];
}

/* Go asks for the bounds of a thread's stack: up to go1.22 in every call, later where a host calls on a stack of its own.
 * Asking pthread takes half a microsecond, on the main thread a hundred times that, so CMake has the archive ask here. */
extern void x_cgo_getstackbound(uintptr_t bounds[2]);
void gobridge_stack_bounds(uintptr_t bounds[2]);
__attribute__((visibility("hidden"))) void gobridge_stack_bounds(uintptr_t bounds[2]) {
    static _Thread_local uintptr_t known[2] __attribute__((tls_model("initial-exec")));
    if (!known[1]) {
        x_cgo_getstackbound(known);
    }
    bounds[0] = known[0];
    bounds[1] = known[1];
}

void gobridge_entry_open(const gobridge_guest *g) {
    guest = *g;
    _cgo_wait_runtime_init_done();
    atomic_store_explicit(&door, g->pc, memory_order_release);
}

const gobridge_guest *gobridge_entry_wait(const char *function) {
    if (atomic_load_explicit(&door, memory_order_acquire) && *alive) {
        return &guest;
    }
    int host_errno = errno;
    pthread_once(&once, watch_forks);
    if (!atomic_load(&started)) {
        *alive = 1; /* a child forked before the start may start Go itself */
        if (!atomic_exchange(&started, true)) {
            start_go();
        }
    }
    /* Sleeping in small steps, for a lock could be left locked in a forked child. Go starts in milliseconds. */
    while (*alive && !atomic_load_explicit(&door, memory_order_acquire)) {
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    errno = host_errno;
    if (*alive) {
        return &guest;
    }
    gobridge_fail(GOBRIDGE_E_FORKED, function,
                  "Go runs in the process that this one was forked from, not here");
    return NULL;
}

/* When Go takes a thread on it unblocks signals, for as long as the thread lives. */
__attribute__((noinline)) static void first_cross(gobridge_thread *self, void *pc, gobridge_frame *frame) {
    sigset_t host_mask;
    pthread_sigmask(SIG_SETMASK, NULL, &host_mask);
    self->taken_on = true;
    crosscall2((void (*)(void *))pc, frame, sizeof *frame, 0);
    pthread_sigmask(SIG_SETMASK, &host_mask, NULL);
}

/* What does not hold for most calls: the first of a thread or of all, one in a scope, one in a forked child, one that is
 * recorded. Gives Go's pc, or NULL where the status is all that the call comes to. */
__attribute__((noinline)) static void *make_ready(gobridge_frame *frame, uint32_t gives, void *to,
                                                  bool calls_back, gobridge_thread *self,
                                                  gobridge_status *status) {
    const gobridge_guest *go = NULL;
    if (!self ||
        (self->scopes && !gobridge_thread_make_room(self, gobridge_thread_most_given(frame, gives)))) {
        *status = gobridge_fail(GOBRIDGE_E_NO_MEMORY, gobridge_op_name(frame->op),
                                "no memory for this thread's state");
    } else if (!(go = gobridge_entry_wait(gobridge_op_name(frame->op)))) {
        *status = GOBRIDGE_E_FORKED;
    } else if (gobridge_thread_records(self) && !(gives & AT_ONCE)) {
        *status = gobridge_batch_record(self, frame, gives, to, calls_back);
        return NULL;
    }
    return go ? go->pc : NULL;
}

/* What a crossing keeps of the host's. */
typedef struct host {
    gobridge_thread *self;
    void *pc;           /* Go's, NULL where there is no way in */
    uintptr_t *callers; /* of the call around this one, where Go has called the host meanwhile */
    gobridge_fpu fpu;
    int error;
} host;

__attribute__((always_inline)) static inline host leave_host(gobridge_frame *frame, uint32_t gives, void *to,
                                                             bool calls_back, uintptr_t *callers,
                                                             gobridge_status *status) {
    host h = {.self = gobridge_thread_self(), .pc = atomic_load_explicit(&door, memory_order_acquire)};
    if (!h.self || h.self->attention || !h.pc || !*alive) {
        h.pc = make_ready(frame, gives, to, calls_back, h.self, status);
        if (!h.pc) {
            return h;
        }
    }
    h.error = *h.self->errno_at;
    h.fpu = gobridge_fpu_enter();
    frame->caller = &h.self->caller;
    if (guest.debug) {
        gobridge_debug_callers(callers, (uintptr_t)__builtin_return_address(0));
        h.callers = h.self->caller.callers;
        h.self->caller.callers = callers;
    }
    frame->alone = !calls_back && gobridge_thread_enter_alone(h.self);
    return h;
}

__attribute__((always_inline)) static inline gobridge_status back_to_host(gobridge_frame *frame,
                                                                          uint32_t gives, host h) {
    if (frame->alone) {
        gobridge_thread_leave();
    }
    if (guest.debug) {
        h.self->caller.callers = h.callers;
    }
    gobridge_fpu_leave(h.fpu);
    *h.self->errno_at = h.error;
    if (frame->status) {
        h.self->status = frame->status;
    } else if (h.self->scopes) {
        gobridge_thread_given(h.self, frame, gives);
    }
    return frame->status;
}

gobridge_status gobridge_enter(gobridge_frame *frame, uint32_t gives, void *to) {
    gobridge_status status = GOBRIDGE_OK;
    uintptr_t callers[GOBRIDGE_CALLERS];
    const host h = leave_host(frame, gives, to, false, callers, &status);
    if (!h.pc) {
        return status;
    }
    if (h.self->taken_on) {
        crosscall2((void (*)(void *))h.pc, frame, sizeof *frame, 0);
    } else {
        first_cross(h.self, h.pc, frame);
    }
    return back_to_host(frame, gives, h);
}

/* A call of the host's under way that may call the host back. */
typedef struct gobridge_visit {
    void *here[5]; /* where it goes on if the Go code never returns */
    const gobridge_frame *frame;
    gobridge_fpu host_fpu;
} gobridge_visit;

/* This thread runs C code for Go code that no call to this library has brought: a goroutine's. */
static _Thread_local bool for_go __attribute__((tls_model("initial-exec")));

/* The outermost such call. It is apart because nothing stays in registers where it goes on. */
__attribute__((noinline)) static void visit_go(const host *h, gobridge_frame *frame) {
    gobridge_visit visit; /* clearing it would take longer than the rest */
    visit.frame = frame;
    visit.host_fpu = h->fpu;
    if (!__builtin_setjmp(visit.here)) {
        h->self->visit = &visit;
        crosscall2((void (*)(void *))h->pc, frame, sizeof *frame, 0);
    }
    h->self->visit = NULL;
}

gobridge_status gobridge_enter_and_back(gobridge_frame *frame, uint32_t gives, void *to) {
    gobridge_status status = GOBRIDGE_OK;
    uintptr_t callers[GOBRIDGE_CALLERS];
    const host h = leave_host(frame, gives, to, true, callers, &status);
    if (!h.pc) {
        return status;
    }
    if (!h.self->taken_on) { /* by a call that surely returns, for the sake of the signal mask */
        first_cross(h.self, h.pc, &(gobridge_frame){.op = OP_gobridge_ref_count, .caller = &h.self->caller});
    }
    const size_t reserved = h.self->reserved; /* make_ready's room, which calls from within must leave */
    h.self->reserved += gobridge_thread_most_given(frame, gives);
    if (h.self->visit || for_go) {
        crosscall2((void (*)(void *))h.pc, frame, sizeof *frame, 0);
    } else {
        visit_go(&h, frame);
    }
    h.self->reserved = reserved;
    return back_to_host(frame, gives, h);
}

/* ASan's, where the program has it. */
extern void __asan_handle_no_return(void) __attribute__((weak)); /* NOLINT: its name */

void gobridge_exit(gobridge_frame *frame) {
    gobridge_visit *visit = gobridge_thread_state->visit;
    if (__asan_handle_no_return) { /* forget what it notes of the C frames that Go is about to leave */
        __asan_handle_no_return();
    }
    if (visit && visit->frame == frame) {
        x_cgo_bindm(NULL); /* when this thread ends, no other may take over what it leaves behind */
        __builtin_longjmp(visit->here, 1);
    }
}

void gobridge_run_host(void (*code)(void *), void *arg) {
    const gobridge_thread *self = gobridge_thread_state;
    const bool for_go_outside = for_go;
    if (self && self->visit) {
        gobridge_fpu_leave(self->visit->host_fpu);
    } else {
        for_go = true;
    }
    code(arg);
    for_go = for_go_outside;
    gobridge_fpu_enter();
}
