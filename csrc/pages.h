/* The pages of the host's that Go has read and written in this thread's calls. What a call that does not cross reads or writes
 * must lie in them: nothing that is wild does, and the call that crosses says so. */
#ifndef GOBRIDGE_CSRC_PAGES_H
#define GOBRIDGE_CSRC_PAGES_H

#include "inline.h"
#include "thread.h"

enum { GOBRIDGE_PAGE = 4096, GOBRIDGE_PAGES = 4096, GOBRIDGE_PAGE_READ = 1, GOBRIDGE_PAGE_WRITTEN = 2 };

/* Whether the page of an address was read before, or written. */
GOBRIDGE_INLINE bool gobridge_pages_have(const gobridge_thread *self, uintptr_t at, bool written) {
    const uintptr_t page = at & ~(uintptr_t)(GOBRIDGE_PAGE - 1);
    const uintptr_t known = self->pages ? self->pages[at / GOBRIDGE_PAGE % GOBRIDGE_PAGES] : 0;
    return (known | (written ? 0 : GOBRIDGE_PAGE_WRITTEN)) ==
           (page | GOBRIDGE_PAGE_READ | GOBRIDGE_PAGE_WRITTEN);
}

/* Whether so many bytes, at least one and no more than a page, were read there before, or written. */
GOBRIDGE_INLINE bool gobridge_pages_know(const gobridge_thread *self, const void *p, size_t size,
                                         bool written) {
    const uintptr_t first = (uintptr_t)p, last = first + size - 1;
    return (first - self->page <= GOBRIDGE_PAGE - size && size <= GOBRIDGE_PAGE) ||
           (size <= GOBRIDGE_PAGE && gobridge_pages_have(self, first, written) &&
            (first / GOBRIDGE_PAGE == last / GOBRIDGE_PAGE || gobridge_pages_have(self, last, written)));
}

/* The same for one page that was written before, as most are: for code that has few registers. */
GOBRIDGE_INLINE bool gobridge_pages_hold(const gobridge_thread *self, const void *p, size_t size) {
    const uintptr_t at = (uintptr_t)p;
    return at - self->page <= GOBRIDGE_PAGE - size ||
           (at % GOBRIDGE_PAGE <= GOBRIDGE_PAGE - size && gobridge_pages_have(self, at, true));
}

/* Notes bytes that are not known yet. */
void gobridge_pages_add(const void *p, size_t size, bool written);

/* Notes so many bytes, no more than a page, that a call of this thread has read or written that succeeded. */
GOBRIDGE_INLINE void gobridge_pages_note(const void *p, size_t size, bool written) {
    const gobridge_thread *self = gobridge_thread_state;
    if (size && !(self && gobridge_pages_know(self, p, size, written))) {
        gobridge_pages_add(p, size, written);
    }
}

#endif
