/* gobridge bench */
#include "tool.h"

int bench_command(const options *given) {
    const gobridge_value bench = CALL("observatory.bench", text(given->source ? given->source : "."));
    const gobridge_value report = field(bench.as.ref, given->format ? "Rows" : "Tables");
    printf("%.*s", TEXT(report));
    return EXIT_OK;
}
