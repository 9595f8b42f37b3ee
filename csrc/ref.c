/* References: release, count, list, and scopes. */
#include "ref.h"

#include "cross.h"
#include "memory.h"
#include "scope.h"
#include "see.h"
#include "start.h"

gobridge_slot **gobridge_ref_lists[GOBRIDGE_REF_LISTS];
_Atomic uint32_t gobridge_ref_chunks;

void gobridge_ref_share(uint32_t nth, gobridge_slot *chunk) {
    gobridge_slot ***list = &gobridge_ref_lists[nth / GOBRIDGE_REF_LISTED];
    if (!*list) {
        *list = gobridge_zeros(GOBRIDGE_REF_LISTED, sizeof **list);
    }
    /* Without memory, what lies there, and in all later ones, is released by calls. */
    if (*list && nth == gobridge_ref_chunks) {
        (*list)[nth % GOBRIDGE_REF_LISTED] = chunk;
        gobridge_ref_chunks = nth + 1;
    }
}

static bool is_trivial(gobridge_ref ref) {
    return ref >> 32 & GOBRIDGE_TRIVIAL;
}

/* Moves a trivially releasable reference's slot on, and leaves it to the thread's next call to take out what it named,
 * unless it is kept. */
static bool release_here(gobridge_thread *self, gobridge_ref ref) {
    uint32_t generation = (uint32_t)(ref >> 32);
    gobridge_slot *slot = gobridge_ref_slot(ref);
    if (!is_trivial(ref) || !slot || self->shared.queue.len == GOBRIDGE_QUEUE ||
        gobridge_thread_records(self) || !gobridge_start_ready()) {
        return false;
    }
    /* Relaxed where the exchange fails: nothing is read then. */
    if (generation & GOBRIDGE_RELEASED ||
        !__atomic_compare_exchange_n(&slot->generation, &generation, generation | GOBRIDGE_RELEASED, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        return false;
    }
    if (!(ref >> 32 & GOBRIDGE_KEPT)) {
        gobridge_thread_queue(self, ref, gobridge_ref_flush);
    }
    return true;
}

bool gobridge_ref_release_here(gobridge_ref ref) {
    gobridge_thread *self = gobridge_thread_self();
    if (!self || !release_here(self, ref)) {
        return false;
    }
    gobridge_scope_forget(self, ref);
    return true;
}

gobridge_status gobridge_release(gobridge_ref ref) {
    if (gobridge_ref_release_here(ref)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_release, .ref = {.ref = ref}};
    gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        gobridge_scope_forget(gobridge_thread_state, ref);
    }
    return status;
}

gobridge_status gobridge_release_n(const gobridge_ref *refs, size_t count) {
    if (count) {
        GOBRIDGE_NOT_NULL(refs);
    }
    if (count > GOBRIDGE_MAX_ITEMS) {
        return gobridge_fail(GOBRIDGE_E_LIMIT, __func__, "count is %zu; at most %u can be released at once",
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
    gobridge_frame frame = {.op = OP_gobridge_release_n,
                            .refs = {.count = count, .first = first, .refs = refs}};
    const gobridge_status status = first < count ? gobridge_cross(&frame, NULL) : GOBRIDGE_OK;
    for (size_t i = count; !status && self->scopes.open && i > 0; i--) { /* a scope forgets only the newest */
        gobridge_scope_forget(self, refs[i - 1]);
    }
    return status;
}

gobridge_status gobridge_release_later(gobridge_ref ref) {
    gobridge_thread *self = gobridge_thread_self();
    if (!self) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's state");
    }
    if (gobridge_thread_records(self)) { /* after the operations that use it */
        gobridge_frame frame = {.op = OP_gobridge_release_later, .ref = {.ref = ref}};
        return gobridge_cross(&frame, NULL);
    }
    if (self->shared.queue.len == GOBRIDGE_QUEUE) {
        const gobridge_status status = gobridge_ref_flush();
        if (status) {
            return status;
        }
    }
    if (is_trivial(ref)) { /* in the queue is only what is released already */
        (void)gobridge_release(ref);
    } else {
        gobridge_thread_queue(self, ref, gobridge_ref_flush);
        gobridge_scope_forget(self, ref);
    }
    return GOBRIDGE_OK;
}

gobridge_status gobridge_ref_flush(void) {
    gobridge_frame frame = {.op = OP_gobridge_ref_flush};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_ref_count(uint64_t *live) {
    GOBRIDGE_NOT_NULL(live);
    gobridge_frame frame = {.op = OP_gobridge_ref_count};
    return gobridge_cross(&frame, live);
}

gobridge_status gobridge_ref_list(gobridge_value *text) {
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_ref_list, .out = {.out = text}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_ref_dup(gobridge_ref ref, gobridge_ref *dup) {
    GOBRIDGE_NOT_NULL(dup);
    gobridge_frame frame = {.op = OP_gobridge_ref_dup, .ref = {.ref = ref}};
    return gobridge_cross(&frame, dup);
}

gobridge_status gobridge_ref_kind(gobridge_ref ref, uint32_t *kind) {
    GOBRIDGE_NOT_NULL(kind);
    gobridge_sight sight;
    if (gobridge_see(ref, &sight)) {
        *kind = sight.shown.shape->kind;
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_ref_kind, .ref = {.ref = ref}};
    return gobridge_cross(&frame, kind);
}

gobridge_status gobridge_ref_identity(gobridge_ref ref, uint64_t *identity) {
    GOBRIDGE_NOT_NULL(identity);
    gobridge_frame frame = {.op = OP_gobridge_ref_identity, .ref = {.ref = ref}};
    return gobridge_cross(&frame, identity);
}

gobridge_status gobridge_scope_open(uint64_t *scope) {
    GOBRIDGE_NOT_NULL(scope);
    gobridge_thread *self = gobridge_thread_self();
    const uint64_t name = self ? gobridge_scope_begin(self) : 0;
    if (!name) {
        return gobridge_fail(GOBRIDGE_E_NO_MEMORY, __func__, "no memory for this thread's scopes");
    }
    *scope = name;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_scope_close(uint64_t scope) {
    gobridge_thread *self = gobridge_thread_self();
    if (!self || !self->scopes.open || scope != gobridge_scope_name(self)) {
        return gobridge_fail(GOBRIDGE_E_SCOPE, __func__, "scope is not this thread's innermost open one");
    }
    gobridge_scopes *s = &self->scopes;
    size_t left = s->first;
    for (size_t i = s->first; i < s->len; i++) {
        if (!release_here(self, s->entries[i])) {
            s->entries[left++] = s->entries[i];
        }
    }
    s->len = left;
    gobridge_frame frame = {.op = OP_gobridge_scope_close,
                            .refs = {.refs = s->entries + s->first, .count = left - s->first}};
    const gobridge_status status = frame.refs.count ? gobridge_cross(&frame, NULL) : GOBRIDGE_OK;
    if (!status) {
        gobridge_scope_end(self);
    }
    return status;
}

gobridge_status gobridge_scope_keep(gobridge_ref ref) {
    gobridge_thread *self = gobridge_thread_self();
    if (self && self->scopes.open) {
        gobridge_scopes *s = &self->scopes;
        for (size_t i = s->len; i > s->first; i--) {
            if (s->entries[i - 1] == ref) {
                s->entries[i - 1] = s->entries[--s->len];
                return GOBRIDGE_OK;
            }
        }
    }
    return gobridge_fail(GOBRIDGE_E_SCOPE, __func__,
                         "ref was not returned since this thread's innermost scope was opened");
}
