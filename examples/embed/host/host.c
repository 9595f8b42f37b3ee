/* A C host of the Go program in main.go: renders Markdown, and runs a jq program over values that it builds itself.
 *   host FILE.md   writes the HTML of a file and of what the jq program finds */
#include <gobridge.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(gobridge_status status) {
    if (status) {
        gobridge_error error;
        gobridge_last_error(&error);
        fprintf(stderr, "%s\n%s", error.message, error.stack);
        exit(1);
    }
}

static gobridge_value text(const char *s) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = s, .len = strlen(s)};
}

static gobridge_value number(int64_t i) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_INT, .as.i = i};
}

static gobridge_value named(gobridge_ref ref) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = ref};
}

static gobridge_ref type(const char *expression) {
    gobridge_ref type;
    must(gobridge_type_parse(expression, strlen(expression), &type));
    return type;
}

static gobridge_ref func(const char *name) {
    gobridge_ref func;
    must(gobridge_func_find(name, strlen(name), &func));
    return func;
}

static void set(gobridge_ref map, const char *key, gobridge_value elem) {
    const gobridge_value k = text(key);
    must(gobridge_map_set(map, &k, &elem));
}

/* What a map has under a key; in a scope, so that nobody need release it. */
static gobridge_value get(gobridge_value map, const char *key) {
    const gobridge_value k = text(key);
    gobridge_value elem;
    uint8_t found;
    must(gobridge_map_get(map.as.ref, &k, &elem, &found));
    return elem;
}

static void render(const char *markdown, size_t len) {
    const gobridge_value source = {.kind = GOBRIDGE_KIND_BYTES, .as.s = markdown, .len = len};
    gobridge_value html;
    must(gobridge_call(func("markdown.HTML"), &source, 1, &html, 1));
    fwrite(html.as.s, 1, html.len, stdout);
    must(gobridge_value_release(&html));
}

/* A Go []any of map[string]any, such as JSON would give. */
static gobridge_ref make_library(void) {
    static const struct {
        const char *title, *author;
        int64_t year;
    } books[] = {{"Emma", "Austen", 1815}, {"Persuasion", "Austen", 1817}, {"Middlemarch", "Eliot", 1871}};
    gobridge_value all[sizeof books / sizeof *books];
    for (size_t i = 0; i < sizeof books / sizeof *books; i++) {
        gobridge_ref book;
        must(gobridge_map_new(type("map[string]any"), 3, &book));
        set(book, "title", text(books[i].title));
        set(book, "author", text(books[i].author));
        set(book, "year", number(books[i].year));
        all[i] = named(book);
    }
    gobridge_ref none, library;
    must(gobridge_slice_new(type("[]any"), 0, 0, &none));
    must(gobridge_slice_append(none, all, sizeof all / sizeof *all, &library));
    return library;
}

static void query(void) {
    static const char program[] =
        "group_by(.author)[] | {author: .[0].author, years: map(.year), first: min_by(.year).title}";
    const gobridge_value source = text(program);
    gobridge_value code, results;
    must(gobridge_call(func("jq.Compile"), &source, 1, &code, 1));
    const gobridge_value args[] = {code, named(make_library())};
    must(gobridge_call(func("jq.Run"), args, 2, &results, 1));
    int64_t count;
    must(gobridge_slice_len(results.as.ref, &count));
    for (int64_t i = 0; i < count; i++) {
        gobridge_value result, year;
        must(gobridge_slice_get(results.as.ref, i, &result));
        const gobridge_value author = get(result, "author"), first = get(result, "first"),
                             years = get(result, "years");
        char line[256];
        int64_t last;
        must(gobridge_slice_len(years.as.ref, &last));
        must(gobridge_slice_get(years.as.ref, last - 1, &year));
        int len =
            snprintf(line, sizeof line, "- **%.*s** began with *%.*s*; the last of %d in %d\n",
                     (int)author.len, author.as.s, (int)first.len, first.as.s, (int)last, (int)year.as.i);
        render(line, (size_t)len);
    }
}

int main(int argc, char **argv) {
    static char markdown[1 << 16];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!file) {
        fprintf(stderr, "usage: %s FILE.md\n", argv[0]);
        return 2;
    }
    render(markdown, fread(markdown, 1, sizeof markdown, file));
    fclose(file);

    uint64_t scope, live;
    must(gobridge_scope_open(&scope));
    query();
    must(gobridge_scope_close(scope));
    must(gobridge_ref_count(&live));
    return live != 0;
}
