/* gobridge info: the library in this program. */
#include "tool.h"

#include <string.h>

static void print_json_text(const char *s) {
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') {
            printf("\\%c", *s);
        } else if ((unsigned char)*s < ' ') {
            printf("\\u%04x", *s);
        } else {
            putchar(*s);
        }
    }
    putchar('"');
}

static void print_json_member(const char *before, const char *name, const char *value) {
    printf("%s", before);
    print_json_text(name);
    printf(": ");
    print_json_text(value);
}

static void print_json(const char *version, const char *release, const gobridge_symbol *const *symbols,
                       size_t count) {
    print_json_member("{\n  ", "version", version);
    print_json_member(",\n  ", "abi", "GOBRIDGE_" VERSION_MINOR);
    print_json_member(",\n  ", "go", release);
    print_json_member(",\n  ", "backend", symbols[0]->backend);
    print_json_member(",\n  ", "reason", symbols[0]->reason);
    printf(",\n  \"symbols\": [");
    for (size_t i = 0; i < count; i++) {
        print_json_member(i ? ",\n    {" : "\n    {", "symbol", symbols[i]->symbol);
        print_json_member(", ", "function", symbols[i]->function);
        print_json_member(", ", "signature", symbols[i]->signature);
        print_json_member(", ", "first_verified", symbols[i]->first_verified);
        print_json_member(", ", "last_verified", symbols[i]->last_verified);
        print_json_member(", ", "backend", symbols[i]->backend);
        print_json_member(", ", "reason", symbols[i]->reason);
        putchar('}');
    }
    puts("\n  ]\n}");
}

int info_command(const options *given) {
    const gobridge_symbol *const *symbols;
    const char *release;
    char version[40];
    size_t count;
    const uint32_t number = gobridge_version();
    snprintf(version, sizeof version, "%u.%u.%u", number / 10000, number / 100 % 100, number % 100);
    must(gobridge_go_version(&release));
    must(gobridge_symbols(&symbols, &count));
    if (given->format) {
        print_json(version, release, symbols, count);
        return EXIT_OK;
    }
    printf("%sgobridge %s%s, ABI %s, %s\n", colour.bold, version, colour.plain, "GOBRIDGE_" VERSION_MINOR,
           release);
    printf("backend: %s%s%s (%s)\n\n", colour.green, symbols[0]->backend, colour.plain, symbols[0]->reason);
    for (size_t i = 0; i < count; i++) {
        printf("%-28s %-36s %s to %s  %s%s%s  %s%s%s\n", symbols[i]->symbol, symbols[i]->function,
               symbols[i]->first_verified, symbols[i]->last_verified, colour.green, symbols[i]->backend,
               colour.plain, colour.dim, symbols[i]->signature, colour.plain);
    }
    return EXIT_OK;
}
