/* gobridge diff */
#include "tool.h"

static void print_change(gobridge_ref change) {
    const gobridge_value symbol = field(change, "Symbol"), kind = field(change, "Change");
    const gobridge_value from = field(change, "From"), to = field(change, "To"),
                         detail = field(change, "Detail");
    const gobridge_ref packages = field(change, "HallOfShame").as.ref;
    printf("  %.*s  %s%.*s%s\n", TEXT(symbol), colour.yellow, TEXT(kind), colour.plain);
    if (from.len) {
        printf("    %s- %.*s%s\n", colour.red, TEXT(from), colour.plain);
    }
    if (to.len) {
        printf("    %s+ %.*s%s\n", colour.green, TEXT(to), colour.plain);
    }
    if (detail.len) {
        printf("    %.*s\n", TEXT(detail));
    }
    for (int64_t i = 0; i < length(packages); i++) {
        const gobridge_value package = element(packages, i);
        printf("    %spulled by %.*s%s\n", colour.dim, TEXT(package), colour.plain);
    }
}

static void print_changes(const char *title, gobridge_ref diff, const char *list) {
    const gobridge_ref changes = field(diff, list).as.ref;
    if (!length(changes)) {
        return;
    }
    printf("\n%s%s: %d%s\n", colour.bold, title, (int)length(changes), colour.plain);
    for (int64_t i = 0; i < length(changes); i++) {
        print_change(element(changes, i).as.ref);
    }
}

static void print_packages(gobridge_ref packages) {
    if (!length(packages)) {
        return;
    }
    printf("\n%sPackages of the hall of shame that it can break: %d%s\n", colour.bold, (int)length(packages),
           colour.plain);
    for (int64_t i = 0; i < length(packages); i++) {
        const gobridge_ref package = element(packages, i).as.ref;
        const gobridge_value name = field(package, "Package");
        const gobridge_ref symbols = field(package, "Symbols").as.ref;
        printf("  %.*s:", TEXT(name));
        for (int64_t j = 0; j < length(symbols); j++) {
            const gobridge_value symbol = element(symbols, j);
            printf("%s %.*s", j ? "," : "", TEXT(symbol));
        }
        putchar('\n');
    }
}

/* What gobridge wraps, in a line each. */
static void print_gobridge(gobridge_ref changes) {
    if (!length(changes)) {
        puts("\nNothing that gobridge wraps has changed.");
        return;
    }
    printf("\n%sFunctions of gobridge whose symbol changed: %d%s\n", colour.bold, (int)length(changes),
           colour.plain);
    for (int64_t i = 0; i < length(changes); i++) {
        const gobridge_ref change = element(changes, i).as.ref;
        const gobridge_value function = field(change, "Gobridge"), kind = field(change, "Change");
        const gobridge_value detail = field(change, "Detail");
        printf("  %.*s: %s%.*s%s %.*s\n", TEXT(function), colour.yellow, TEXT(kind), colour.plain,
               TEXT(detail));
    }
}

int diff_command(const options *given) {
    if (given->operand_count != 2) {
        cannot("diff compares two releases: gobridge diff go1.23.12 go1.24.11");
    }
    const gobridge_value diff =
        CALL("observatory.diff", wrapped_symbols(), text(given->operands[0]), text(given->operands[1]),
             text(given->os), text(given->arch), boolean(wants_cgo(given)));
    if (given->format) {
        print_formatted(diff, given->format);
    } else {
        const gobridge_value from = field(diff.as.ref, "From"), to = field(diff.as.ref, "To");
        printf("%s%.*s to %.*s%s\n", colour.bold, TEXT(from), TEXT(to), colour.plain);
        print_changes("Added", diff.as.ref, "Added");
        print_changes("Removed", diff.as.ref, "Removed");
        print_changes("Refused since", diff.as.ref, "Refused");
        print_changes("For the standard library only now", diff.as.ref, "StdOnly");
        print_changes("Signature changed", diff.as.ref, "Changed");
        const int removed = (int)field(diff.as.ref, "UnmarkedRemoved").as.i;
        const int refused = (int)field(diff.as.ref, "UnmarkedRefused").as.i;
        if (removed || refused) {
            printf("\nOf what nobody marked, %d are gone and %d are refused.\n", removed, refused);
        }
        print_gobridge(field(diff.as.ref, "Gobridge").as.ref);
        print_packages(field(diff.as.ref, "Packages").as.ref);
    }
    return field(diff.as.ref, "Findings").as.i ? EXIT_FINDINGS : EXIT_OK;
}
