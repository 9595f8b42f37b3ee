/* gobridge audit */
#include "tool.h"

int audit_command(const options *given) {
    if (given->operand_count != 1) {
        cannot("audit takes one PATH or MODULE[@VERSION]: gobridge audit github.com/goccy/go-json@v0.10.5");
    }
    const gobridge_value audit =
        CALL("observatory.audit", text(given->operands[0]), text(given->release), text(given->platforms),
             text(given->os), text(given->arch), text(given->tags), text(given->baseline),
             boolean(wants_cgo(given)), boolean(given->deps), boolean(given->test), boolean(given->build),
             boolean(given->fix));
    print_report(audit, given);
    const bool broken = field(audit.as.ref, "Broken").as.u, unknown = field(audit.as.ref, "Unknown").as.u;
    return broken ? EXIT_FINDINGS : unknown ? EXIT_UNKNOWN : EXIT_OK;
}
