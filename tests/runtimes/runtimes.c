#define _GNU_SOURCE
#include "runtimes.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void check(const library *l, int holds, const char *what, int line) {
    if (!holds) {
        gobridge_error error;
        l->gobridge_last_error(&error);
        fprintf(stderr, "line %d: %s; last error: %s\n", line, what, error.message);
        exit(1);
    }
}
#define CHECK(condition) check(l, condition, #condition, __LINE__)

library load(const char *path, int flags) {
    void *loaded = dlopen(path, flags | RTLD_NOW);
    library made = {0};
#define FIND(name)                                                   \
    if (!loaded || !(*(void **)&made.name = dlsym(loaded, #name))) { \
        fprintf(stderr, "%s\n", dlerror());                          \
        exit(1);                                                     \
    }
    CALLS(FIND)
    return made;
}

static const gobridge_value key = {.kind = GOBRIDGE_KIND_STRING, .as.s = "answer", .len = 6};

static void use_map(library *l) {
    const gobridge_value number = {.kind = GOBRIDGE_KIND_INT64, .as.i = 42};
    gobridge_value found;
    uint8_t is_there = 0;
    gobridge_ref type = 0;
    CHECK(l->gobridge_type_parse("map[string]int64", 16, &type) == GOBRIDGE_OK);
    CHECK(l->gobridge_map_new(type, 0, &l->map) == GOBRIDGE_OK);
    CHECK(l->gobridge_map_set(l->map, &key, &number) == GOBRIDGE_OK);
    CHECK(l->gobridge_go_collect() == GOBRIDGE_OK);
    CHECK(l->gobridge_map_get(l->map, &key, &found, &is_there) == GOBRIDGE_OK && found.as.i == 42);
}

void check_calls(library *libraries, int count, int runtimes) {
    for (int i = 0; i < count; i++) {
        use_map(&libraries[i]);
    }
    for (int i = 0; i < count; i++) {
        const library *l = &libraries[i];
        uint64_t counted = 0;
        CHECK(l->gobridge_go_runtimes(&counted) == GOBRIDGE_OK && counted == (uint64_t)runtimes);
        for (int j = 0; j < count; j++) {
            int64_t len = 9;
            const gobridge_status status = l->gobridge_map_len(libraries[j].map, &len);
            CHECK(status == (i == j ? GOBRIDGE_OK : GOBRIDGE_E_FORGED_REF) && len == (i == j ? 1 : 9));
            CHECK(i == j || l->gobridge_release(libraries[j].map) == GOBRIDGE_E_FORGED_REF);
        }
    }
    for (int i = 0; i < count; i++) {
        const library *l = &libraries[i];
        CHECK(l->gobridge_release(l->map) == GOBRIDGE_OK);
    }
}

/* Strings where nothing lies, and behind the end of a file. */
void check_faults(const library *libraries, int count) {
    FILE *file = tmpfile();
    char *beyond = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    const gobridge_value wild[] = {{.kind = GOBRIDGE_KIND_STRING, .as.s = (char *)(uintptr_t)65536, .len = 9},
                                   {.kind = GOBRIDGE_KIND_STRING, .as.s = beyond, .len = 9}};
    for (int i = 0; i < count; i++) {
        const library *l = &libraries[i];
        gobridge_ref type = 0, map = 0, func = 0;
        gobridge_value found;
        uint8_t is_there;
        CHECK(l->gobridge_type_parse("map[string]string", 17, &type) == GOBRIDGE_OK);
        CHECK(l->gobridge_map_new(type, 0, &map) == GOBRIDGE_OK);
        for (int j = 0; j < 2; j++) {
            CHECK(l->gobridge_map_get(map, &wild[j], &found, &is_there) == GOBRIDGE_E_ADDRESS);
        }
        CHECK(l->gobridge_release(map) == GOBRIDGE_OK);
        if (!l->gobridge_func_find("guest.nilPointer", 16, &func)) { /* libgobridge.so has no such function */
            CHECK(l->gobridge_call(func, NULL, 0, &found, 1) == GOBRIDGE_E_PANIC);
        }
    }
    munmap(beyond, 4096);
    fclose(file);
}
