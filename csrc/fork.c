/* Forks. A page that the kernel wipes on fork sees raw clone and _Fork too. atfork sees fork alone, but also where the page is
 * not wiped: qemu-user takes the advice and ignores it. */
#define _GNU_SOURCE
#include "fork.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t byte;
volatile uint8_t *volatile gobridge_fork_alive = &byte;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void forget(void) {
    *gobridge_fork_alive = 0;
}

static void make_page(void) {
    const size_t size = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED) {
        madvise(page, size, MADV_WIPEONFORK);
        gobridge_fork_alive = page;
    }
    pthread_atfork(NULL, NULL, forget);
}

void gobridge_fork_watch(void) {
    pthread_once(&once, make_page);
    *gobridge_fork_alive = 1;
}
