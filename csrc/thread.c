/* What the library keeps for each thread. */
#define _GNU_SOURCE
#include "thread.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local gobridge_thread *self __attribute__((tls_model("initial-exec")));
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool has_key;

static void end_thread(void *state) {
    gobridge_thread *t = state;
    self = NULL;
    free(t->scoped);
    free(t);
}

static void make_key(void) {
    has_key = pthread_key_create(&key, end_thread) == 0;
}

gobridge_thread *gobridge_thread_self(void) {
    if (self) {
        return self;
    }
    pthread_once(&once, make_key);
    gobridge_thread *t = has_key ? calloc(1, sizeof *t) : NULL;
    if (t && pthread_setspecific(key, t) != 0) {
        free(t);
        t = NULL;
    }
    return self = t;
}

bool gobridge_thread_has_room(gobridge_thread *t) {
    if (t->scoped_len < t->scoped_cap || !t->scopes) {
        return true;
    }
    size_t cap = t->scoped_cap * 2;
    uint64_t *grown = realloc(t->scoped, cap * sizeof *grown);
    if (!grown) {
        return false;
    }
    t->scoped = grown;
    t->scoped_cap = cap;
    return true;
}

void gobridge_thread_given(gobridge_thread *t, uint64_t ref) {
    if (t->scopes) {
        t->scoped[t->scoped_len++] = ref;
    }
}

void gobridge_thread_released(gobridge_thread *t, uint64_t ref) {
    if (t->scopes && t->scoped[t->scoped_len - 1] == ref) {
        t->scoped_len--;
    }
}

gobridge_status gobridge_fail(gobridge_status status, const char *function, const char *format, ...) {
    gobridge_thread *t = gobridge_thread_self();
    if (!t) {
        return status;
    }
    size_t size = sizeof t->failure.message;
    int n = snprintf(t->failure.message, size, "%s: ", function);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(t->failure.message + n, size - (size_t)n, format, arguments);
    va_end(arguments);
    t->failure.stack[0] = 0;
    return t->status = status;
}
