/* gobridge diff */
#include "tool.h"

int diff_command(const options *given) {
    if (given->operand_count != 2) {
        cannot("diff compares two releases: gobridge diff go1.23.12 go1.24.11");
    }
    const gobridge_value diff =
        CALL("observatory.diff", wrapped_symbols(), text(given->operands[0]), text(given->operands[1]),
             text(given->os), text(given->arch), boolean(wants_cgo(given)));
    print_report(diff, given);
    return field(diff.as.ref, "Findings").as.i ? EXIT_FINDINGS : EXIT_OK;
}
