/* The references of open scopes: one array for each thread, a scope's behind those of the scope around it. */
#include "scope.h"

#include "memory.h"

/* What stands before a scope's references: its name, and `first` of the scope around it. */
enum { HEADER = 2, FIRST_CAP = 64 };

uint64_t gobridge_scope_begin(gobridge_thread *self) {
    static _Atomic uint64_t begun;
    gobridge_scopes *s = &self->scopes;
    if (!gobridge_scope_reserve(self, HEADER)) {
        return 0;
    }
    const uint64_t name = atomic_fetch_add(&begun, 1) + 1;
    s->entries[s->len++] = name;
    s->entries[s->len++] = s->first;
    s->first = s->len;
    s->open++;
    self->slow_path++;
    return name;
}

void gobridge_scope_end(gobridge_thread *self) {
    gobridge_scopes *s = &self->scopes;
    s->len = s->first - HEADER;
    s->first = (size_t)s->entries[s->first - 1];
    s->open--;
    self->slow_path--;
}

bool gobridge_scope_reserve(gobridge_thread *self, size_t count) {
    gobridge_scopes *s = &self->scopes;
    const size_t used = s->len + s->reserved;
    if (used <= s->cap && count <= s->cap - used) {
        return true;
    }
    const size_t cap = used + count + (s->cap ? s->cap : FIRST_CAP);
    if (cap < count || cap > SIZE_MAX / sizeof *s->entries) {
        return false;
    }
    uint64_t *grown = gobridge_resize(s->entries, cap * sizeof *grown);
    if (!grown) {
        return false;
    }
    s->entries = grown;
    s->cap = cap;
    return true;
}

size_t gobridge_scope_most(const gobridge_frame *frame, uint32_t traits) {
    /* Go refuses more */
    if (traits & RETURNS_REFS) {
        const uint64_t count = ((const gobridge_arrays *)frame->slots.p)->count;
        return count <= GOBRIDGE_MAX_ITEMS ? (size_t)count : 0;
    }
    if (frame->op == OP_gobridge_scope_close) {
        return 0; /* it is at work on the entries: they must not move */
    }
    const size_t many = frame->slots.c <= GOBRIDGE_MAX_VALUES ? (size_t)frame->slots.c : 0;
    return (traits & (RETURNS_ALL | RETURNS_COLUMNS) ? many : 0) +
           2; /* p and q, or out2 and new_ref, which any call may set: elements in memory */
}

static void note(gobridge_scopes *s, gobridge_ref ref) {
    if (ref) {
        s->entries[s->len++] = ref;
    }
}

void gobridge_scope_note(gobridge_thread *self, const gobridge_frame *frame, uint32_t traits) {
    gobridge_scopes *s = &self->scopes;
    if (!gobridge_scope_reserve(self, gobridge_scope_most(frame, traits))) {
        return;
    }
    const gobridge_value *p = traits & RETURNS_P ? frame->slots.p : NULL,
                         *q = traits & RETURNS_Q ? frame->slots.q : NULL;
    if (traits & RETURNS_COLUMNS) {
        const gobridge_arrays *arrays = frame->slots.p;
        for (size_t i = 0; i < frame->slots.c; i++) {
            note(s, arrays->out[i].owner);
        }
        note(s, arrays->out2 ? arrays->out2->owner : 0);
        note(s, frame->new_ref);
    } else if (traits & RETURNS_REFS) {
        for (size_t i = 0; i < ((const gobridge_arrays *)frame->slots.p)->count; i++) {
            note(s, ((const gobridge_ref *)frame->slots.q)[i]);
        }
    } else if (p || q) {
        for (size_t i = 0; i < (traits & RETURNS_ALL ? frame->slots.c : 1); i++) {
            note(s, p ? p[i].owner : 0);
            note(s, q ? q[i].owner : 0);
        }
    } else {
        note(s, frame->new_ref);
    }
}

void gobridge_scope_forget(gobridge_thread *self, gobridge_ref ref) {
    gobridge_scopes *s = &self->scopes;
    if (s->open && !gobridge_thread_records(self) && s->len > s->first && s->entries[s->len - 1] == ref) {
        s->len--;
    }
}
