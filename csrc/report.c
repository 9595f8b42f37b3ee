/* The report of what is live when the process exits. */
#include "report.h"

#include <gobridge.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void report(void) {
    uint64_t live = 0;
    gobridge_value text;
    if (gobridge_ref_count(&live) || !live || gobridge_ref_list(&text)) {
        return;
    }
    fprintf(stderr, "gobridge: references that are live at exit: %" PRIu64 "\n%.*s", live, (int)text.len,
            text.as.s);
    gobridge_value_release(&text);
}

void gobridge_report_at_exit(void) {
    atexit(report);
}
