/* References: release, count, list, and scopes. */
#include "ref.h"

#include "entry.h"
#include "thread.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The chunks that are known, in lists of so many, and how many there are: it is written after them and read before. */
enum { LISTED = 1024 };
static gobridge_slot **lists[LISTED];
static _Atomic uint32_t chunk_count;

void gobridge_ref_share(uint32_t nth, gobridge_slot *chunk) {
    gobridge_slot ***list = &lists[nth / LISTED];
    if (!*list) {
        *list = malloc(LISTED * sizeof **list);
    }
    /* Without memory what lies there, and in all later ones, is released by calls. */
    if (*list && nth == chunk_count) {
        (*list)[nth % LISTED] = chunk;
        chunk_count = nth + 1;
    }
}

static bool is_light(gobridge_ref ref) {
    return ref >> 32 & GOBRIDGE_LIGHT;
}

/* Moves a light reference's slot on, and leaves it to the thread's next call to take out what it named. */
static bool release_here(gobridge_thread *self, gobridge_ref ref) {
    uint32_t generation = (uint32_t)(ref >> 32);
    const uint32_t index = (uint32_t)ref - 1, nth = index / GOBRIDGE_SLOTS;
    if (!is_light(ref) || nth >= chunk_count || self->caller.queue.len == GOBRIDGE_QUEUE ||
        gobridge_thread_records(self) || !gobridge_entry_wait("gobridge_release")) {
        return false;
    }
    gobridge_slot *slot = &lists[nth / LISTED][nth % LISTED][index % GOBRIDGE_SLOTS];
    if (!__atomic_compare_exchange_n(&slot->generation, &generation, generation + 1 + GOBRIDGE_LIGHT, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        return false;
    }
    self->caller.queue.refs[self->caller.queue.len++] = ref;
    return true;
}

bool gobridge_ref_release_here(gobridge_ref ref) {
    gobridge_thread *self = gobridge_thread_self();
    if (!self || !release_here(self, ref)) {
        return false;
    }
    gobridge_thread_released(self, ref);
    return true;
}

gobridge_status gobridge_release(gobridge_ref ref) {
    if (gobridge_ref_release_here(ref)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_release, .a = ref};
    gobridge_status status = gobridge_cross(frame, GIVES_NOTHING, NULL);
    if (!status) {
        gobridge_thread_released(gobridge_thread_self(), ref);
    }
    return status;
}

gobridge_status gobridge_release_n(const gobridge_ref *refs, size_t count) {
    if (count) {
        GOBRIDGE_NOT_NULL(refs);
    }
    if (count > GOBRIDGE_MAX_ITEMS) {
        return gobridge_fail(GOBRIDGE_E_RANGE, __func__, "count is %zu; at most %u can be released at once",
                             count, GOBRIDGE_MAX_ITEMS);
    }
    gobridge_thread *self = gobridge_thread_self();
    if (!self) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's state");
    }
    size_t first = 0;
    while (first < count && release_here(self, refs[first])) {
        first++;
    }
    gobridge_frame frame = {.op = OP_gobridge_release_n, .a = count, .b = first, .p = (void *)refs};
    const gobridge_status status = first < count ? gobridge_cross(frame, GIVES_NOTHING, NULL) : GOBRIDGE_OK;
    for (size_t i = count; !status && self->scopes && i > 0; i--) { /* a scope forgets the newest alone */
        if (refs[i - 1]) {
            gobridge_thread_released(self, refs[i - 1]);
        }
    }
    return status;
}

gobridge_status gobridge_release_later(gobridge_ref ref) {
    gobridge_thread *self = gobridge_thread_self();
    if (!self) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's state");
    }
    if (gobridge_thread_records(self)) { /* after the operations that use it */
        gobridge_frame frame = {.op = OP_gobridge_release_later, .a = ref};
        return gobridge_cross(frame, GIVES_NOTHING, NULL);
    }
    if (self->caller.queue.len == GOBRIDGE_QUEUE) {
        const gobridge_status status = gobridge_ref_flush();
        if (status) {
            return status;
        }
    }
    if (is_light(ref)) { /* in the queue is only what is released already */
        (void)gobridge_release(ref);
    } else {
        self->caller.queue.refs[self->caller.queue.len++] = ref;
        gobridge_thread_released(self, ref);
    }
    return GOBRIDGE_OK;
}

gobridge_status gobridge_ref_flush(void) {
    gobridge_frame frame = {.op = OP_gobridge_ref_flush};
    return gobridge_cross(frame, AT_ONCE, NULL);
}

gobridge_status gobridge_ref_count(uint64_t *live) {
    GOBRIDGE_NOT_NULL(live);
    gobridge_frame frame = {.op = OP_gobridge_ref_count};
    return gobridge_cross(frame, AT_ONCE | sizeof *live, live);
}

gobridge_status gobridge_ref_list(gobridge_value *text) {
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_ref_list, .p = text};
    return gobridge_cross_and_back(frame, AT_ONCE | GIVES_P, NULL);
}

/* A scope's name tells it from those of other threads and from what the caller may invent. */
static uint64_t scope_name(const gobridge_thread *self) {
    return (uint64_t)(uintptr_t)self << 16 ^ self->scopes;
}

gobridge_status gobridge_scope_open(uint64_t *scope) {
    GOBRIDGE_NOT_NULL(scope);
    gobridge_thread *self = gobridge_thread_self();
    if (self && !self->scoped) {
        enum { FIRST_CAP = 64 };
        self->scoped = malloc(FIRST_CAP * sizeof *self->scoped);
        self->scoped_cap = self->scoped ? FIRST_CAP : 0;
    }
    if (!self || !self->scoped || !gobridge_thread_make_room(self, 1)) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's scopes");
    }
    self->scopes++;
    self->attention++;
    self->scoped[self->scoped_len++] = 0;
    *scope = scope_name(self);
    return GOBRIDGE_OK;
}

gobridge_status gobridge_scope_close(uint64_t scope) {
    gobridge_thread *self = gobridge_thread_self();
    if (!self || !self->scopes || scope != scope_name(self)) {
        return gobridge_fail(GOBRIDGE_E_SCOPE, __func__, "scope is not this thread's innermost open one");
    }
    size_t first = self->scoped_len;
    while (self->scoped[first - 1]) {
        first--;
    }
    size_t left = first;
    for (size_t i = first; i < self->scoped_len; i++) {
        if (!release_here(self, self->scoped[i])) {
            self->scoped[left++] = self->scoped[i];
        }
    }
    self->scoped_len = left;
    gobridge_frame frame = {.op = OP_gobridge_scope_close, .p = self->scoped + first, .a = left - first};
    gobridge_status status = frame.a ? gobridge_cross(frame, AT_ONCE, NULL) : GOBRIDGE_OK;
    if (!status) {
        self->scoped_len = first - 1;
        self->scopes--;
        self->attention--;
    }
    return status;
}

gobridge_status gobridge_scope_keep(gobridge_ref ref) {
    gobridge_thread *self = gobridge_thread_self();
    if (self && self->scopes && ref) {
        for (size_t i = self->scoped_len; self->scoped[i - 1]; i--) {
            if (self->scoped[i - 1] == ref) {
                self->scoped[i - 1] = self->scoped[--self->scoped_len];
                return GOBRIDGE_OK;
            }
        }
    }
    return gobridge_fail(GOBRIDGE_E_SCOPE, __func__,
                         "ref was not given since this thread's innermost scope was opened");
}
