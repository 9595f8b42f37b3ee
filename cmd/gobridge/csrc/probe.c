/* gobridge probe */
#include "tool.h"

#include <errno.h>
#include <string.h>

static void write_file(const char *path, gobridge_value probe, const char *format) {
    if (!path) {
        return;
    }
    const gobridge_value formatted = CALL("observatory.format", probe, text(format));
    FILE *file = fopen(path, "w");
    if (!file || fwrite(formatted.as.s, 1, formatted.len, file) != formatted.len || fclose(file) != 0) {
        cannot("%s cannot be written: %s", path, strerror(errno));
    }
}

static void print_release(gobridge_ref release) {
    const gobridge_value name = field(release, "Release");
    const gobridge_ref pulls = field(release, "Pulls").as.ref, suites = field(release, "Suites").as.ref;
    const double crossing = field(release, "Crossing").as.f;
    const bool good = field(release, "Good").as.u;
    int linked = 0;
    for (int64_t i = 0; i < length(pulls); i++) {
        linked += is(field(element(pulls, i).as.ref, "Verdict"), "links");
    }
    printf("%s%-10.*s%s  %2d of %2d pulls", good ? colour.green : colour.red, TEXT(name), colour.plain,
           linked, (int)length(pulls));
    for (int64_t i = 0; i < length(suites); i++) {
        const gobridge_ref suite = element(suites, i).as.ref;
        const gobridge_value backend = field(suite, "Backend"), verdict = field(suite, "Verdict");
        printf("  %.*s %-7.*s", TEXT(backend), TEXT(verdict));
    }
    if (crossing > 0) {
        printf("  a crossing %.0f ns", crossing);
    }
    putchar('\n');
    for (int64_t i = 0; i < length(pulls); i++) {
        const gobridge_ref pull = element(pulls, i).as.ref;
        const gobridge_value symbol = field(pull, "Symbol"), verdict = field(pull, "Verdict");
        const gobridge_value reason = field(pull, "Reason");
        if (!is(verdict, "links")) {
            printf("  %s%.*s: %.*s%s: %.*s\n", colour.red, TEXT(symbol), TEXT(verdict), colour.plain,
                   TEXT(reason));
        }
    }
    for (int64_t i = 0; i < length(suites); i++) {
        const gobridge_ref suite = element(suites, i).as.ref;
        const gobridge_value output = field(suite, "Output");
        if (output.len) {
            printf("%s%.*s%s\n", colour.dim, TEXT(output), colour.plain);
        }
    }
}

/* What a probe says of the verified range. */
static void print_range(gobridge_ref range) {
    const gobridge_value last = field(range, "Last");
    const gobridge_ref addable = field(range, "Addable").as.ref, refused = field(range, "Refused").as.ref;
    const gobridge_ref changed = field(range, "Changed").as.ref;
    const bool accepted = field(range, "Accepted").as.u;
    printf("\nverified: go1.21 to %.*s\n", TEXT(last));
    for (int64_t i = 0; i < length(addable); i++) {
        const gobridge_value release = element(addable, i);
        printf("%s%.*s %s%s\n", colour.green, TEXT(release),
               accepted ? "is accepted" : "can be added: --accept does so", colour.plain);
    }
    for (int64_t i = 0; i < length(refused); i++) {
        const gobridge_value why = element(refused, i);
        printf("%s%.*s%s\n", colour.yellow, TEXT(why), colour.plain);
    }
    for (int64_t i = 0; i < length(changed); i++) {
        const gobridge_value file = element(changed, i);
        printf("  changed: %.*s\n", TEXT(file));
    }
}

int probe_command(const options *given) {
    if (given->accept && given->quick) {
        cannot("probe --accept needs the tests that --quick leaves out");
    }
    if (given->accept && (given->os || given->arch || given->cgo)) {
        cannot("probe --accept is of this machine's platform");
    }
    const gobridge_value probe =
        CALL("observatory.probe", symbol_signatures(), first_releases(), text(given->release),
             text(given->os), text(given->arch), text(given->source ? given->source : "."),
             boolean(wants_cgo(given)), boolean(given->quick), boolean(given->accept));
    const gobridge_ref releases = field(probe.as.ref, "Releases").as.ref;
    const gobridge_ref range = field(probe.as.ref, "Range").as.ref;
    if (given->format) {
        print_formatted(probe, given->format);
    } else {
        for (int64_t i = 0; i < length(releases); i++) {
            print_release(element(releases, i).as.ref);
        }
        if (range) {
            print_range(range);
        }
    }
    write_file(given->html, probe, "html");
    write_file(given->junit, probe, "junit");
    return field(probe.as.ref, "Failed").as.u ? EXIT_FINDINGS : EXIT_OK;
}
