/* Pages that Go has touched. */
#include "pages.h"

#include "memory.h"

static void note(gobridge_thread *self, uintptr_t at, bool written) {
    const uintptr_t page = at & ~(uintptr_t)(GOBRIDGE_PAGE - 1);
    uintptr_t *known = &self->pages[at / GOBRIDGE_PAGE % GOBRIDGE_PAGES];
    const bool is_known = (*known & ~(uintptr_t)(GOBRIDGE_PAGE - 1)) == page;
    *known = (is_known ? *known : page) | GOBRIDGE_PAGE_READ | (written ? GOBRIDGE_PAGE_WRITTEN : 0);
    if (written) {
        self->page = page;
    }
}

void gobridge_pages_add(const void *p, size_t size, bool written) {
    gobridge_thread *self = gobridge_thread_state;
    if (!self || gobridge_thread_records(self)) { /* nothing was touched yet */
        return;
    }
    if (!self->pages) {
        self->pages = gobridge_zeros(GOBRIDGE_PAGES, sizeof *self->pages);
    }
    if (self->pages) {
        note(self, (uintptr_t)p, written);
        note(self, (uintptr_t)p + (size <= GOBRIDGE_PAGE ? size - 1 : 0), written);
    }
}
