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

/* Why a release breaks a module, in words. */
static const char *cause_of(gobridge_value cause) {
    return is(cause, "compile")  ? ": it does not compile"
           : is(cause, "memory") ? ", and corrupts memory"
                                 : "";
}

static void print_build(gobridge_ref build) {
    const gobridge_value verdict = field(build, "Verdict"), cause = field(build, "Cause");
    const gobridge_value output = field(build, "Output");
    const char *paint = is(verdict, "breaks")  ? colour.red
                        : is(verdict, "links") ? colour.green
                                               : colour.yellow;
    printf("  built: %s%.*s%s%s%s%.*s\n", paint, TEXT(verdict), cause_of(cause), colour.plain,
           output.len ? ": " : "", TEXT(output));
}

static void print_result(gobridge_ref result, bool all, bool platforms) {
    const gobridge_value release = field(result, "Release"), platform = field(result, "Platform");
    const gobridge_value verdict = field(result, "Verdict"), cause = field(result, "Cause");
    const gobridge_value reason = field(result, "Reason"), compile = field(result, "Compile");
    const gobridge_ref findings = field(result, "Findings").as.ref, lost = field(result, "Lost").as.ref;
    const gobridge_ref build = field(result, "Build").as.ref;
    const char *paint = cause.len ? colour.red : is(verdict, "links") ? colour.green : colour.yellow;
    printf("%s%-10.*s ", colour.bold, TEXT(release));
    if (platforms) {
        printf("%.*s ", TEXT(platform));
    }
    printf("%s%.*s%s%s%s", paint, TEXT(verdict), cause_of(cause), colour.plain, length(findings) ? ": " : "");
    print_counts(findings);
    if (reason.len) {
        printf(" (%.*s)", TEXT(reason));
    }
    putchar('\n');
    if (compile.len) {
        printf("  %s%.*s%s\n", colour.red, TEXT(compile), colour.plain);
    }
    for (int64_t i = 0; i < length(lost); i++) {
        const gobridge_ref pull = element(lost, i).as.ref;
        const gobridge_value symbol = field(pull, "Symbol"), file = field(pull, "File");
        printf("  %.*s:%d: %.*s is not pulled any more: its file is left out\n", TEXT(file),
               (int)field(pull, "Line").as.i, TEXT(symbol));
    }
    for (int64_t i = 0; i < length(findings); i++) {
        print_finding(element(findings, i).as.ref, all);
    }
    if (build) {
        print_build(build);
    }
}

int audit_command(const options *given) {
    if (given->operand_count != 1) {
        cannot("audit takes one PATH or MODULE[@VERSION]: gobridge audit github.com/goccy/go-json@v0.10.5");
    }
    const gobridge_value audit =
        CALL("observatory.audit", text(given->operands[0]), text(given->release), text(given->platforms),
             text(given->os), text(given->arch), text(given->tags), boolean(wants_cgo(given)),
             boolean(given->deps), boolean(given->test), boolean(given->build));
    if (given->format) {
        print_formatted(audit, given->format);
    } else {
        const gobridge_value module = field(audit.as.ref, "Module"), version = field(audit.as.ref, "Version");
        const gobridge_value note = field(audit.as.ref, "Note");
        const gobridge_ref results = field(audit.as.ref, "Results").as.ref;
        printf("%s%.*s %.*s%s\n", colour.bold, TEXT(module), TEXT(version), colour.plain);
        if (note.len) {
            printf("%.*s\n", TEXT(note));
        }
        for (int64_t i = 0; i < length(results); i++) {
            print_result(element(results, i).as.ref, given->all, given->platforms);
        }
    }
    const bool broken = field(audit.as.ref, "Broken").as.u, unknown = field(audit.as.ref, "Unknown").as.u;
    return broken ? EXIT_FINDINGS : unknown ? EXIT_UNKNOWN : EXIT_OK;
}
