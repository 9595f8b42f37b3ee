/* Which references the open scopes of a thread hold. The functions of the host's are in csrc/ref.c. */
#ifndef GOBRIDGE_CSRC_SCOPE_H
#define GOBRIDGE_CSRC_SCOPE_H

#include "calls.h"
#include "thread.h"

/* Opens a scope and returns its name, which no other scope of the process ever has; 0 if there is no memory. */
uint64_t gobridge_scope_begin(gobridge_thread *self);

/* The name of the innermost scope. There must be one. */
static inline uint64_t gobridge_scope_name(const gobridge_thread *self) {
    return self->scopes.entries[self->scopes.first - 2];
}

/* Closes the innermost scope, whatever it holds. */
void gobridge_scope_end(gobridge_thread *self);

/* Makes sure that so many more entries fit beside the reserved ones, so that nothing is lost after a crossing. */
bool gobridge_scope_reserve(gobridge_thread *self, size_t count);

/* How many references a call may return, at most. */
size_t gobridge_scope_most(const gobridge_frame *frame, uint32_t traits);

/* Notes the references that a call has returned in the innermost scope. If there is no memory they are in none; but there is room that was
 * reserved before the call, unless a callback of this very call has opened the scope. */
void gobridge_scope_note(gobridge_thread *self, const gobridge_frame *frame, uint32_t traits);

/* Forgets a reference that was released if it is the newest, so that a loop in a scope does not pile them up. */
void gobridge_scope_forget(gobridge_thread *self, gobridge_ref ref);

#endif
