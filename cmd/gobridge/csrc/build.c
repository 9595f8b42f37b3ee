/* gobridge build, gobridge describe, gobridge new */
#include "tool.h"

#include <string.h>

/* A []string of the command's operands. */
static gobridge_value operands_of(const options *given) {
    static const char expression[] = "[]string";
    gobridge_ref type, strings;
    must(gobridge_type_parse(expression, strlen(expression), &type));
    must(gobridge_slice_new(type, (int64_t)given->operand_count, (int64_t)given->operand_count, &strings));
    for (size_t i = 0; i < given->operand_count; i++) {
        const gobridge_value operand = text(given->operands[i]);
        must(gobridge_slice_set(strings, (int64_t)i, &operand));
    }
    return named(strings);
}

int build_command(const options *given) {
    const gobridge_value built =
        CALL("library.build", operands_of(given), text(given->output ? given->output : "."),
             text(given->name), text(given->skip), text(given->instances), text(given->release),
             text(given->arch), boolean(given->python), boolean(given->node));
    if (given->format) {
        const gobridge_value formatted = CALL("library.format", built);
        fwrite(formatted.as.s, 1, formatted.len, stdout);
        return EXIT_OK;
    }
    const gobridge_value library = field(built.as.ref, "Library"), header = field(built.as.ref, "Header");
    const gobridge_value description = field(built.as.ref, "Description"), go = field(built.as.ref, "Go");
    printf("%s%.*s%s: %d functions of %d packages, %.*s%s\n", colour.bold, TEXT(library), colour.plain,
           (int)field(built.as.ref, "Functions").as.i, (int)length(field(built.as.ref, "Packages").as.ref),
           TEXT(go), field(built.as.ref, "Fresh").as.u ? "; it was up to date" : "");
    printf("  %.*s\n  %.*s %s(with what was left out: %d)%s\n", TEXT(header), TEXT(description), colour.dim,
           (int)field(built.as.ref, "LeftOut").as.i, colour.plain);
    return EXIT_OK;
}

int describe_command(const options *given) {
    if (given->operand_count != 1) {
        cannot("describe needs a library that gobridge build made");
    }
    const gobridge_value description = CALL("library.describe", text(given->operands[0]));
    fwrite(description.as.s, 1, description.len, stdout);
    return EXIT_OK;
}

int new_command(const options *given) {
    if (given->operand_count != 1) {
        cannot("new needs the directory of the project");
    }
    const gobridge_ref files = CALL("library.new", text(given->operands[0]), text(given->host)).as.ref;
    for (int64_t i = 0; i < length(files); i++) {
        const gobridge_value file = element(files, i);
        printf("%s/%.*s\n", given->operands[0], TEXT(file));
    }
    return EXIT_OK;
}
