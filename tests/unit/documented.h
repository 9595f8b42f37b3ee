/* What the public headers say: which statuses the comment of each function names. */
#ifndef GOBRIDGE_TESTS_DOCUMENTED_H
#define GOBRIDGE_TESTS_DOCUMENTED_H

#include <ctype.h>
#include <dirent.h>
#include <gobridge.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A function, with its comment and its declaration. */
typedef struct declaration {
    char name[64];
    char *comment;
    bool gives_status;
    bool takes_references; /* also inside of values */
    uint64_t statuses;     /* that the comment names: a bit each */
} declaration;

static struct {
    pthread_once_t once;
    declaration all[512];
    size_t count;
} declared = {.once = PTHREAD_ONCE_INIT};

static inline const declaration *declaration_of(const char *name, size_t len) {
    for (size_t i = 0; i < declared.count; i++) {
        if (strncmp(declared.all[i].name, name, len) == 0 && declared.all[i].name[len] == 0) {
            return &declared.all[i];
        }
    }
    return NULL;
}

static inline size_t name_length(const char *text) {
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '_') {
        len++;
    }
    return len;
}

/* The bit of the status that a text begins with, "GOBRIDGE_E_RANGE" or "_RANGE", which the comments have for short. */
static inline uint64_t status_at(const char *text) {
    static const char prefix[] = "GOBRIDGE_E";
    const size_t len = name_length(text);
    for (gobridge_status status = 0; status < 64; status++) {
        const char *name = gobridge_status_name(status);
        const bool is_whole = strlen(name) == len && strncmp(name, text, len) == 0;
        const bool is_short = *text == '_' && strncmp(name, prefix, strlen(prefix)) == 0 &&
                              strlen(name) == strlen(prefix) + len &&
                              strncmp(name + strlen(prefix), text, len) == 0;
        if (is_whole || is_short) {
            return 1ULL << status;
        }
    }
    return 0;
}

static inline uint64_t statuses_in(const char *comment) {
    uint64_t statuses = 0;
    for (const char *c = comment; *c; c += name_length(c) ? name_length(c) : 1) {
        statuses |= status_at(c);
    }
    return statuses;
}

/* Adds what the functions name to which a comment refers: "as gobridge_map_get", "what gobridge_type_parse gives". */
static inline void add_referred(declaration *d) {
    for (const char *c = d->comment; (c = strstr(c, "gobridge_")); c += name_length(c)) {
        const declaration *other = declaration_of(c, name_length(c));
        size_t before = (size_t)(c - d->comment);
        while (before && (isspace((unsigned char)d->comment[before - 1]) || d->comment[before - 1] == '*')) {
            before--; /* a line may begin between the two */
        }
        const char *word = d->comment + before;
        const bool refers =
            (before >= 3 && strncmp(word - 3, " as", 3) == 0) ||
            (before >= 3 && strncmp(word - 3, "for", 3) == 0 && strstr(d->comment, "as for")) ||
            (before >= 4 && strncmp(word - 4, "what", 4) == 0);
        if (other && refers) {
            d->statuses |= other->statuses;
        }
    }
}

/* Reads a header: each declaration belongs to the comment before it. */
static inline void read_header(const char *path) {
    static char text[1 << 20];
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "no header at %s\n", path);
        abort();
    }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    const char *comment = text, *end = text;
    for (const char *c = text; *c; c++) {
        if (strncmp(c, "/*", 2) == 0) {
            comment = c;
            c = end = strstr(c, "*/") + 1;
        } else if (strncmp(c, "\nGOBRIDGE_API ", strlen("\nGOBRIDGE_API ")) == 0 &&
                   declared.count < sizeof declared.all / sizeof *declared.all) {
            const char *name = strstr(c, "gobridge_"), *arguments = strchr(c, '(');
            while (name && strstr(name + 1, "gobridge_") && strstr(name + 1, "gobridge_") < arguments) {
                name = strstr(name + 1, "gobridge_"); /* the first is its result's type */
            }
            const char *close = strstr(arguments, ");");
            declaration *d = &declared.all[declared.count++];
            memset(d, 0, sizeof *d);
            memcpy(d->name, name, name_length(name));
            const char *result = strstr(c, "gobridge_status ");
            d->gives_status = result && result < name;
            d->comment = strndup(comment, (size_t)(end - comment));
            d->statuses = strstr(d->comment, "the status of the first operation") ? UINT64_MAX
                                                                                  : statuses_in(d->comment);
            const char *reference = strstr(arguments, "gobridge_ref "),
                       *value = strstr(arguments, "const gobridge_");
            const char *refs = strstr(arguments, "gobridge_value *value)");
            d->takes_references =
                (reference && reference < close) || (value && value < close) || (refs && refs < close);
        }
    }
}

static inline void read_headers(void) {
    char path[4096];
    const size_t root = sizeof __FILE__ - sizeof "tests/unit/documented.h";
    snprintf(path, sizeof path, "%.*sinclude/gobridge", (int)root, __FILE__);
    DIR *directory = opendir(path);
    for (const struct dirent *entry; directory && (entry = readdir(directory));) {
        const size_t len = strlen(entry->d_name);
        if (len > 2 && strcmp(entry->d_name + len - 2, ".h") == 0) {
            snprintf(path, sizeof path, "%.*sinclude/gobridge/%s", (int)root, __FILE__, entry->d_name);
            read_header(path);
        }
    }
    if (directory) {
        closedir(directory);
    }
    for (size_t i = 0; i < 3 * declared.count; i++) { /* one that is referred to may refer to another */
        add_referred(&declared.all[i % declared.count]);
    }
}

/* Whether a function's comment, or gobridge.h for all of them, names a status. */
static inline bool is_documented(const char *function, size_t len, gobridge_status status) {
    pthread_once(&declared.once, read_headers);
    const declaration *d = declaration_of(function, len);
    if (!d) {
        return true; /* no function: a table's own name for a call */
    }
    switch (status) {
    case GOBRIDGE_OK:
    case GOBRIDGE_E_FORKED:
    case GOBRIDGE_E_NO_MEMORY:
    case GOBRIDGE_E_SYSTEM: /* Go cannot start */
    case GOBRIDGE_E_PANIC:
    case GOBRIDGE_E_ADDRESS:
    case GOBRIDGE_E_LIMIT:
    case GOBRIDGE_E_ARGUMENT: return true;
    case GOBRIDGE_E_NIL_REF:
    case GOBRIDGE_E_STALE_REF:
    case GOBRIDGE_E_FORGED_REF:
    case GOBRIDGE_E_WRONG_KIND:
        if (d->takes_references) {
            return true;
        }
    }
    return status > 0 && status < 64 && d->statuses >> status & 1;
}

#endif
