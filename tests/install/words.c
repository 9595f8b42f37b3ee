/* Counts words in a Go map[string]uint64, as a program outside the tree would. */
#include <gobridge.h>
#include <stdio.h>
#include <string.h>

static int check(gobridge_status status, const char *what) {
    if (status != 0) fprintf(stderr, "%s: status %d\n", what, (int)status);
    return status == 0;
}
#define CHECK(call)                        \
    do {                                   \
        if (!check(call, #call)) return 1; \
    } while (0)

int main(void) {
    static const char *const words[] = {"the", "cat", "and", "the", "dog", "and", "the", "\xff"};
    static const struct {
        const char *word;
        uint64_t count;
        uint8_t found;
    } want[] = {{"the", 3, 1}, {"and", 2, 1}, {"cat", 1, 1}, {"\xff", 1, 1}, {"bird", 0, 0}};
    const char *expression = "map[string]uint64";
    gobridge_ref type, map;
    gobridge_value key = {.kind = GOBRIDGE_KIND_STRING};
    uint64_t count;
    uint8_t found;

    CHECK(gobridge_type_parse(expression, strlen(expression), &type));
    CHECK(gobridge_runtime_makemap(type, 8, &map));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        key.as.s = words[i];
        key.len = strlen(words[i]);
        CHECK(gobridge_runtime_mapaccess2(map, &key, &count, &found));
        count = found ? count + 1 : 1;
        CHECK(gobridge_runtime_mapassign(map, &key, &count));
    }
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        key.as.s = want[i].word;
        key.len = strlen(want[i].word);
        count = 0;
        CHECK(gobridge_runtime_mapaccess2(map, &key, &count, &found));
        if (found != want[i].found || (found && count != want[i].count)) {
            fprintf(stderr, "%s: found %d, count %d\n", want[i].word, found, (int)count);
            return 1;
        }
    }
    CHECK(gobridge_release(map));
    puts("ok");
    return 0;
}
