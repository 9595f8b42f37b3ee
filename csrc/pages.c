/* Pages that Go has touched. */
#include "pages.h"

#include "memory.h"

void gobridge_pages_note(const void *p, bool written) {
    gobridge_thread *self = gobridge_thread_state;
    if (!self || gobridge_thread_records(self)) { /* nothing was touched yet */
        return;
    }
    if (!self->pages) {
        self->pages = gobridge_zeros(GOBRIDGE_PAGES, sizeof *self->pages);
    }
    if (self->pages) {
        const uintptr_t page = (uintptr_t)p & ~(uintptr_t)(GOBRIDGE_PAGE - 1);
        uintptr_t *known = &self->pages[(uintptr_t)p / GOBRIDGE_PAGE % GOBRIDGE_PAGES];
        const bool is_known = (*known & ~(uintptr_t)(GOBRIDGE_PAGE - 1)) == page;
        *known = (is_known ? *known : page) | GOBRIDGE_PAGE_READ | (written ? GOBRIDGE_PAGE_WRITTEN : 0);
    }
}
