/* gobridge audit */
#include "tool.h"

#include <string.h>

/* What a finding means, as Go's Level has it. */
enum { FINE, DOUBTFUL, CORRUPTS, BREAKS };

static void print_finding(gobridge_ref finding, bool all) {
    const gobridge_value symbol = field(finding, "Symbol"), verdict = field(finding, "Verdict");
    const gobridge_value file = field(finding, "File"), detail = field(finding, "Detail");
    const int64_t line = field(finding, "Line").as.i, level = field(finding, "Level").as.i;
    if (level == FINE && !is(verdict, "dead") && !all) {
        return;
    }
    const char *paint = level >= CORRUPTS ? colour.red : level == DOUBTFUL ? colour.yellow : colour.dim;
    printf("  %.*s:%d: %s%.*s: %.*s%s%s%.*s\n", TEXT(file), (int)line, paint, TEXT(symbol), TEXT(verdict),
           colour.plain, detail.len ? ": " : "", TEXT(detail));
}

/* How many findings there are of each kind: "3 links, 1 dead". */
static void print_counts(gobridge_ref findings) {
    gobridge_value kinds[16];
    int counts[COUNT(kinds)] = {0};
    size_t known = 0;
    for (int64_t i = 0; i < length(findings); i++) {
        const gobridge_value verdict = field(element(findings, i).as.ref, "Verdict");
        size_t at = 0;
        while (at < known &&
               (kinds[at].len != verdict.len || memcmp(kinds[at].as.s, verdict.as.s, verdict.len) != 0)) {
            at++;
        }
        if (at == known && known < COUNT(kinds)) {
            kinds[known++] = verdict;
        }
        counts[at]++;
    }
    for (size_t i = 0; i < known; i++) {
        printf("%s%d %.*s", i ? ", " : "", counts[i], TEXT(kinds[i]));
    }
}

static void print_result(gobridge_ref result, bool all) {
    const gobridge_value release = field(result, "Release"), verdict = field(result, "Verdict");
    const gobridge_value reason = field(result, "Reason");
    const gobridge_ref findings = field(result, "Findings").as.ref;
    bool corrupts = false;
    for (int64_t i = 0; i < length(findings); i++) {
        corrupts = corrupts || field(element(findings, i).as.ref, "Level").as.i == CORRUPTS;
    }
    const char *paint = is(verdict, "breaks") || corrupts ? colour.red
                        : is(verdict, "links")            ? colour.green
                                                          : colour.yellow;
    printf("%s%-10.*s %s%.*s%s%s%s", colour.bold, TEXT(release), paint, TEXT(verdict),
           corrupts ? ", and corrupts memory" : "", colour.plain, length(findings) ? ": " : "");
    print_counts(findings);
    if (reason.len) {
        printf(" (%.*s)", TEXT(reason));
    }
    putchar('\n');
    for (int64_t i = 0; i < length(findings); i++) {
        print_finding(element(findings, i).as.ref, all);
    }
}

int audit_command(const options *given) {
    if (given->operand_count != 1) {
        cannot("audit takes one PATH or MODULE[@VERSION]: gobridge audit github.com/goccy/go-json@v0.10.5");
    }
    const gobridge_value audit =
        CALL("observatory.audit", text(given->operands[0]), text(given->release), boolean(given->deps),
             text(given->os), text(given->arch), boolean(wants_cgo(given)));
    const gobridge_value unknown = field(audit.as.ref, "Unknown");
    const bool broken = field(audit.as.ref, "Broken").as.u;
    if (given->format) {
        print_formatted(audit, given->format);
    }
    if (unknown.len && !broken) {
        cannot("%s: %.*s", given->operands[0], TEXT(unknown));
    }
    if (!given->format) {
        const gobridge_value module = field(audit.as.ref, "Module"), version = field(audit.as.ref, "Version");
        const gobridge_value note = field(audit.as.ref, "Note");
        const gobridge_ref results = field(audit.as.ref, "Results").as.ref;
        printf("%s%.*s %.*s%s\n", colour.bold, TEXT(module), TEXT(version), colour.plain);
        if (note.len) {
            printf("%.*s\n", TEXT(note));
        }
        for (int64_t i = 0; i < length(results); i++) {
            print_result(element(results, i).as.ref, given->all);
        }
    }
    return broken ? EXIT_FINDINGS : EXIT_OK;
}
