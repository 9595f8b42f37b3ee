/* The pages of the host's that Go has read and written in this thread's calls. What a call that does not cross reads or writes
 * must lie in one of them: nothing that is wild does, and the call that crosses says so. */
#ifndef GOBRIDGE_CSRC_PAGES_H
#define GOBRIDGE_CSRC_PAGES_H

#include "thread.h"

enum { GOBRIDGE_PAGE = 4096, GOBRIDGE_PAGES = 4096, GOBRIDGE_PAGE_READ = 1, GOBRIDGE_PAGE_WRITTEN = 2 };

/* Whether so many bytes, at least one, were read there before, or written. */
static inline bool gobridge_pages_know(const gobridge_thread *self, const void *p, size_t size,
                                       bool written) {
    const uintptr_t page = (uintptr_t)p & ~(uintptr_t)(GOBRIDGE_PAGE - 1);
    const uintptr_t known = self->pages ? self->pages[(uintptr_t)p / GOBRIDGE_PAGE % GOBRIDGE_PAGES] : 0;
    return size <= GOBRIDGE_PAGE - ((uintptr_t)p - page) &&
           (known | (written ? 0 : GOBRIDGE_PAGE_WRITTEN)) ==
               (page | GOBRIDGE_PAGE_READ | GOBRIDGE_PAGE_WRITTEN);
}

/* Notes what a call of this thread has read or written that succeeded. */
void gobridge_pages_note(const void *p, bool written);

#endif
