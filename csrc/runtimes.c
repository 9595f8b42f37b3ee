/* How many Go runtimes there are: Go's linker leaves a note in each program and library that has one. */
#define _GNU_SOURCE
#include "thread.h"

#include <gobridge/runtime.h>

#include <link.h>
#include <stdbool.h>
#include <string.h>

static bool is_go(const char *notes, size_t size, size_t alignment) {
    enum { GO_BUILD_ID = 4 };
    static const char owner[4] = "Go\0";
    for (size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
        const ElfW(Nhdr) *note = (const void *)(notes + at);
        const size_t name = at + sizeof *note;
        const size_t description = (name + note->n_namesz + alignment - 1) & -alignment;
        if (note->n_type == GO_BUILD_ID && note->n_namesz == sizeof owner && name + sizeof owner <= size &&
            memcmp(notes + name, owner, sizeof owner) == 0) {
            return true;
        }
        at = (description + note->n_descsz + alignment - 1) & -alignment;
    }
    return false;
}

static int count_go(struct dl_phdr_info *object, size_t size, void *count) {
    (void)size;
    bool found = false;
    for (int i = 0; !found && i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        found = part->p_type == PT_NOTE &&
                is_go((const char *)(object->dlpi_addr + part->p_vaddr), part->p_memsz, /* NOLINT */
                      part->p_align == 8 ? 8 : 4);
    }
    *(uint64_t *)count += found;
    return 0;
}

gobridge_status gobridge_go_runtimes(uint64_t *count) {
    GOBRIDGE_NOT_NULL(count);
    uint64_t found = 0;
    dl_iterate_phdr(count_go, &found);
    *count = found;
    return GOBRIDGE_OK;
}
