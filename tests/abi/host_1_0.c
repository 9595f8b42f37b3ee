/* A program of the first release, for good: what it needs of the headers stands here as it was in 1.0, and it is linked to the
 * library as it is. Nothing in this file is ever changed. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef int32_t gobridge_status;
typedef uint64_t gobridge_ref;
typedef struct gobridge_value {
    uint32_t kind, flags;
    union {
        int64_t i;
        uint64_t u;
        double f;
        const char *s;
        const uint8_t *b;
        gobridge_ref ref;
    } as;
    uint64_t len;
    gobridge_ref owner;
} gobridge_value;
typedef struct gobridge_error {
    gobridge_status status;
    uint32_t reserved;
    const char *message, *stack;
} gobridge_error;

extern gobridge_status gobridge_type_parse(const char *, size_t, gobridge_ref *);
extern gobridge_status gobridge_map_new(gobridge_ref, int64_t, gobridge_ref *);
extern gobridge_status gobridge_map_set(gobridge_ref, const gobridge_value *, const gobridge_value *);
extern gobridge_status gobridge_map_get(gobridge_ref, const gobridge_value *, gobridge_value *, uint8_t *);
extern gobridge_status gobridge_value_release(gobridge_value *);
extern gobridge_status gobridge_release(gobridge_ref);
extern gobridge_status gobridge_last_error(gobridge_error *);
extern gobridge_status gobridge_callback_new(gobridge_ref,
                                             gobridge_status (*)(void *, const gobridge_value *, size_t,
                                                                 gobridge_value *, size_t),
                                             void *, void (*)(void *), gobridge_ref *);
extern gobridge_status gobridge_call(gobridge_ref, const gobridge_value *, size_t, gobridge_value *, size_t);

enum { INT64 = 6, STRING = 24, E_STALE_REF = 3 };

#define MUST(call)                                             \
    if ((call) != 0) {                                         \
        gobridge_error why;                                    \
        gobridge_last_error(&why);                             \
        fprintf(stderr, "%s fails: %s\n", #call, why.message); \
        return 1;                                              \
    }

static gobridge_status twice(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                             size_t nresults) {
    *(int *)data += (int)(nargs + nresults);
    results[0] = (gobridge_value){.kind = INT64, .as.i = 2 * args[0].as.i};
    return 0;
}

int main(void) {
    static const char map_type[] = "map[string]int64", func_type[] = "func(int64) int64";
    gobridge_ref type, map, func;
    gobridge_value key = {.kind = STRING, .as.s = "answer", .len = 6}, elem = {.kind = INT64, .as.i = 42},
                   got;
    uint8_t found = 0;
    int seen = 0;
    MUST(gobridge_type_parse(map_type, sizeof map_type - 1, &type))
    MUST(gobridge_map_new(type, 0, &map))
    MUST(gobridge_map_set(map, &key, &elem))
    MUST(gobridge_map_get(map, &key, &got, &found))
    if (!found || got.kind != INT64 || got.as.i != 42) return 2;
    MUST(gobridge_value_release(&got))
    MUST(gobridge_release(map))
    gobridge_error error;
    if (gobridge_release(map) != E_STALE_REF || gobridge_last_error(&error) != 0 ||
        error.status != E_STALE_REF || !strstr(error.message, "gobridge_release: ")) {
        return 3;
    }
    MUST(gobridge_type_parse(func_type, sizeof func_type - 1, &type))
    MUST(gobridge_callback_new(type, twice, &seen, NULL, &func))
    MUST(gobridge_call(func, &elem, 1, &got, 1))
    MUST(gobridge_release(func))
    return got.as.i == 84 && seen == 2 ? 0 : 4;
}
