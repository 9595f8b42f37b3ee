/* gobridge list */
#include "tool.h"

#include <string.h>

static void print_symbol(gobridge_ref symbol, int name_width, int import_width) {
    const gobridge_value name = field(symbol, "Symbol"), kind = field(symbol, "Kind");
    const gobridge_value import = field(symbol, "Import"), signature = field(symbol, "Signature");
    const gobridge_value function = field(symbol, "Gobridge"), reason = field(symbol, "Reason");
    const bool links = field(symbol, "Links").as.u, cgo_only = field(symbol, "CgoOnly").as.u;
    printf("%s%-*.*s%s  %-8.*s  %-*.*s  %.*s", links ? "" : colour.red, name_width, TEXT(name), colour.plain,
           TEXT(kind), import_width, TEXT(import), TEXT(signature));
    if (function.len) {
        printf("  %s%.*s%s", colour.green, TEXT(function), colour.plain);
    }
    if (cgo_only) {
        printf("  %s(with cgo only)%s", colour.yellow, colour.plain);
    }
    if (reason.len) {
        printf("  %s(%s%.*s)%s", colour.yellow, links ? "" : "does not link: ", TEXT(reason), colour.plain);
    }
    putchar('\n');
}

static int width_of(gobridge_ref symbols, const char *name, int limit) {
    int width = 0;
    for (int64_t i = 0; i < length(symbols); i++) {
        const int len = (int)field(element(symbols, i).as.ref, name).len;
        width = len > width && len <= limit ? len : width;
    }
    return width;
}

static void print_differences(const char *title, gobridge_ref differences) {
    if (!length(differences)) {
        return;
    }
    fprintf(stderr, "%s: %d\n", title, (int)length(differences));
    for (int64_t i = 0; i < length(differences); i++) {
        const gobridge_ref difference = element(differences, i).as.ref;
        const gobridge_value symbol = field(difference, "Symbol"), platform = field(difference, "Platform");
        const gobridge_value scan = field(difference, "Scan"), linker = field(difference, "Linker");
        fprintf(stderr, "  %.*s (%.*s): the scan says %.*s, the linker %.*s\n", TEXT(symbol), TEXT(platform),
                TEXT(scan), TEXT(linker));
    }
}

int list_command(const options *given) {
    const bool layouts = given->format && strcmp(given->format, "go") == 0;
    const gobridge_value list =
        CALL("observatory.list", wrapped_symbols(), text(given->release), text(given->os), text(given->arch),
             boolean(wants_cgo(given)), boolean(given->all), boolean(given->verify), boolean(layouts));
    const gobridge_ref symbols = field(list.as.ref, "Symbols").as.ref;
    if (given->format) {
        print_formatted(list, given->format);
    } else {
        const int name_width = width_of(symbols, "Symbol", 48),
                  import_width = width_of(symbols, "Import", 24);
        for (int64_t i = 0; i < length(symbols); i++) {
            print_symbol(element(symbols, i).as.ref, name_width, import_width);
        }
        const gobridge_value release = field(list.as.ref, "Release");
        fprintf(stderr, "%.*s: %d symbols\n", TEXT(release), (int)length(symbols));
    }
    if (given->verify) {
        const gobridge_ref verification = field(list.as.ref, "Verification").as.ref;
        const gobridge_ref wrong = field(verification, "Wrong").as.ref;
        fprintf(stderr, "verified: %d symbols were linked, the scan is wrong about %d\n",
                (int)field(verification, "Linked").as.i, (int)length(wrong));
        print_differences("wrong", wrong);
    }
    return field(list.as.ref, "Findings").as.i ? EXIT_FINDINGS : EXIT_OK;
}
