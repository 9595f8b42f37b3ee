/* A host for valgrind, ThreadSanitizer and Go's race detector: clean, or with the fault that its argument names. */
#include <gobridge.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int use_maps(void) {
    gobridge_ref type, map;
    gobridge_value value, text;
    uint8_t found;
    if (gobridge_type_parse("map[string]string", 17, &type) || gobridge_map_new(type, 0, &map)) {
        return 1;
    }
    for (int i = 0; i < 200; i++) {
        char word[16];
        const int len = snprintf(word, sizeof word, "word %d", i);
        const gobridge_value key = gobridge_string(word, (size_t)len);
        if (gobridge_map_set(map, &key, &key) || gobridge_map_get(map, &key, &value, &found) || !found ||
            value.len != (size_t)len || memcmp(value.as.s, word, value.len) != 0 ||
            gobridge_value_release(&value)) {
            return 1;
        }
    }
    const gobridge_value whole = gobridge_object(map);
    if (gobridge_value_to_json(&whole, &text) || !memchr(text.as.s, '7', text.len) ||
        gobridge_value_release(&text)) {
        return 1;
    }
    return gobridge_release(map);
}

/* Until the race is noticed, which ends the process: on a busy machine threads may run one after the other for long. */
static int race_in_go(void) {
    enum { SECONDS = 60 };
    gobridge_ref func = 0;
    int failed = gobridge_func_find("guest.race", 10, &func);
    for (const time_t end = time(NULL) + SECONDS; !failed && time(NULL) < end;) {
        failed = gobridge_call(func, NULL, 0, NULL, 0);
    }
    return failed;
}

static int written_by_threads;
static int races, races_in_go;

static void *in_thread(void *argument) {
    *(int *)argument = use_maps();
    if (races) {
        written_by_threads++;
    }
    if (races_in_go) {
        *(int *)argument |= race_in_go();
    }
    return NULL;
}

int main(int argc, char **argv) {
    const char *fault = argc > 1 ? argv[1] : "clean";
    races = strcmp(fault, "race") == 0;
    races_in_go = strcmp(fault, "race-in-go") == 0;
    pthread_t threads[3];
    int failed[3] = {1, 1, 1};
    for (int i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, in_thread, &failed[i]);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    if (use_maps() || failed[0] || failed[1] || failed[2] || gobridge_go_collect()) {
        return 1;
    }
    /* NOLINTBEGIN: these are the faults */
    volatile char *block = malloc(16);
    if (strcmp(fault, "unset") == 0 && block[3] == 7) {
        return 1;
    }
    if (strcmp(fault, "overrun") == 0) {
        block[16] = 1;
    }
    if (strcmp(fault, "leak") == 0) {
        block = NULL;
        return use_maps();
    }
    free((void *)block);
    return strcmp(fault, "freed") == 0 ? block[3] == 7 : 0;
    /* NOLINTEND */
}
