/* Waits that signals end. Python runs handlers in the main thread alone, once it has the GIL again. While that thread waits in
 * Go, what Python writes for each signal (signal.set_wakeup_fd) goes to a socket, and a thread that never takes the GIL sees
 * it there and interrupts the wait. Other threads run no handlers, and just wait. */
#define _GNU_SOURCE
#include "core.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int sockets[2] = {-1, -1};       /* Python writes to the second */
static int events = -1;                 /* an epoll of the first */
static _Atomic(core_library *) waiting; /* whose wait the main thread is in */

/* What a wait of the main thread found: a handler may wait itself. */
struct watch {
    bool on;
    long descriptor;     /* where Python wrote to, or -1 */
    core_library *outer; /* what was waited for, or NULL */
};

static void *watch(void *unused) {
    struct epoll_event event;
    for (;;) {
        if (epoll_wait(events, &event, 1, -1) <= 0) continue;
        const core_library *library = atomic_load(&waiting);
        if (library != NULL) library->go.thread_interrupt(library->main_thread);
    }
    return unused;
}

static void close_all(void) {
    int *const all[] = {&sockets[0], &sockets[1], &events};
    for (size_t i = 0; i < 3; i++) {
        if (*all[i] >= 0) close(*all[i]);
        *all[i] = -1;
    }
}

/* Makes what is needed, once. The event comes for each write (EPOLLET): the main thread is the one that reads. */
static bool make(void) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    sigset_t all, old;
    pthread_t thread;
    if (events >= 0) return true;
    bool ok = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets) == 0 &&
              (events = epoll_create1(EPOLL_CLOEXEC)) >= 0 &&
              epoll_ctl(events, EPOLL_CTL_ADD, sockets[0], &event) == 0;
    if (ok) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &old); /* signals are for the host's own threads */
        ok = (errno = pthread_create(&thread, NULL, watch, NULL)) == 0;
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    }
    if (ok) return pthread_detach(thread) == 0;
    PyErr_SetFromErrno(PyExc_OSError);
    close_all();
    return false;
}

/* signal.set_wakeup_fd: what it was before. False where it raises. */
static bool set_wakeup(int descriptor, long *old) {
    PyObject *module = PyImport_ImportModule("signal");
    PyObject *was = module != NULL ? PyObject_CallMethod(module, "set_wakeup_fd", "i", descriptor) : NULL;
    if (was != NULL) *old = PyLong_AsLong(was);
    Py_XDECREF(module);
    Py_XDECREF(was);
    return was != NULL;
}

/* From here on signals interrupt this thread's waits, if it is the main one. */
static bool begin(core_library *library, struct watch *found) {
    found->outer = atomic_load(&waiting);
    if (!make()) return false;
    if (!set_wakeup(sockets[1], &found->descriptor)) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) return false;
        PyErr_Clear(); /* not the main thread */
        return true;
    }
    found->on = true;
    gobridge_status status = library->go.thread_id(&library->main_thread);
    atomic_store(&waiting, library);
    return status == GOBRIDGE_OK || core_raise(library, status, NULL) != NULL;
}

/* Undoes that. What was written goes on to where it went before, such as the socket of asyncio's loop. */
static void end(const struct watch *found) {
    char written[64];
    long ours;
    PyObject *raised = PyErr_GetRaisedException();
    bool nested = found->outer != NULL;
    atomic_store(&waiting, found->outer);
    if (!set_wakeup((int)found->descriptor, &ours)) PyErr_Clear(); /* it was closed meanwhile */
    for (ssize_t count; !nested && (count = read(sockets[0], written, sizeof written)) > 0;)
        if (found->descriptor >= 0) count = write((int)found->descriptor, written, (size_t)count);
    if (nested) found->outer->go.thread_interrupt(found->outer->main_thread); /* it looks for signals again */
    PyErr_SetRaisedException(raised);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static gobridge_status once(core_wait_function wait, void *of, int64_t timeout) {
    PyThreadState *left = core_leave();
    gobridge_status status = wait(of, timeout);
    core_return(left);
    return status;
}

bool core_wait(core_library *library, core_wait_function wait, void *of, int64_t timeout) {
    int64_t start = now();
    struct watch found = {0};
    bool ok = true;
    gobridge_status status = once(wait, of, 0);
    if (status == GOBRIDGE_E_TIMEOUT && timeout != 0) {
        ok = begin(library, &found);
        do { /* the check comes after begin: no signal is missed between the two */
            ok = ok && PyErr_CheckSignals() == 0;
            int64_t gone = timeout < 0 ? 0 : now() - start;
            if (ok) status = once(wait, of, timeout < 0 ? -1 : gone < timeout ? timeout - gone : 0);
        } while (ok && status == GOBRIDGE_E_INTERRUPTED);
        if (found.on) end(&found);
    }
    if (ok && status != GOBRIDGE_OK) ok = core_raise(library, status, NULL) != NULL;
    return ok;
}

void core_waits_forked(void) {
    long ours;
    if (atomic_exchange(&waiting, NULL) != NULL && !set_wakeup(-1, &ours)) PyErr_Clear();
    close_all(); /* they are the parent's, and so is the thread */
}
