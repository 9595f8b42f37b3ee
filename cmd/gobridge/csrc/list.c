/* gobridge list */
#include "tool.h"

#include <string.h>

int list_command(const options *given) {
    const bool layouts = given->format && strcmp(given->format, "go") == 0;
    const gobridge_value list =
        CALL("observatory.list", wrapped_symbols(), text(given->release), text(given->os), text(given->arch),
             boolean(wants_cgo(given)), boolean(given->all), boolean(given->verify), boolean(layouts));
    print_report(list, given);
    if (!given->format || given->verify) {
        const gobridge_value remarks = CALL("observatory.remarks", list);
        fwrite(remarks.as.s, 1, remarks.len, stderr);
    }
    return field(list.as.ref, "Findings").as.i ? EXIT_FINDINGS : EXIT_OK;
}
