/* bin/gobridge: what its commands share. */
#ifndef GOBRIDGE_TOOL_H
#define GOBRIDGE_TOOL_H

#include <gobridge.h>
#include <stdbool.h>
#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

#define QUOTED(macro)  QUOTED_(macro)
#define QUOTED_(macro) #macro
#define VERSION_MINOR  QUOTED(GOBRIDGE_VERSION_MAJOR) "." QUOTED(GOBRIDGE_VERSION_MINOR)
#define VERSION        VERSION_MINOR "." QUOTED(GOBRIDGE_VERSION_PATCH)

/* What the program exits with. */
enum { EXIT_OK = 0, EXIT_FINDINGS = 1, EXIT_CANNOT = 2, EXIT_UNKNOWN = 3, EXIT_INTERRUPTED = 130 };

/* The options of all commands, and what is no option. */
typedef struct {
    const char *release; /* --go */
    const char *os, *arch, *cgo, *platforms, *tags, *baseline;
    const char *format; /* NULL for text */
    const char *source, *html, *junit;
    const char *output, *name, *skip, *instances, *host;
    bool json, all, verify, deps, test, build, fix, quick, accept, python, node;
    char **operands;
    size_t operand_count;
} options;

/* ---- what there is ---- */

typedef struct {
    const char *name, *operands;   /* as help shows them; "..." in the end stands for any number */
    const char *options, *formats; /* words: of known_options, and of what --format takes beside text */
    const char *summary;
    int (*run)(const options *given); /* gives what to exit with */
} command;
extern const command commands[];
extern const size_t command_count;

typedef struct {
    const char *name;
    const char *value; /* what it takes; NULL for a flag */
    const char *help;
    size_t offset; /* in options: of a string, or of a flag */
    char letter;   /* what it may be called by instead, or 0 */
} tool_option;
extern const tool_option known_options[];
extern const size_t option_count;

bool takes(const command *of, const tool_option *option);
bool has_word(const char *list, const char *wanted);

/* What a command and its options are, or all commands; and the same for man and for a shell. */
void print_help(FILE *to, const command *of);
void print_man(void);
void print_completion(void);

/* ---- commands ---- */

int list_command(const options *given);
int diff_command(const options *given);
int audit_command(const options *given);
int probe_command(const options *given);
int bench_command(const options *given);
int info_command(const options *given);
int build_command(const options *given);
int describe_command(const options *given);
int new_command(const options *given);

/* ---- Go values ---- */

gobridge_value text(const char *s);
gobridge_value boolean(bool b);
gobridge_value named(gobridge_ref ref);

/* Ends the program with the library's message where a call failed. */
void must(gobridge_status status);

/* Calls a registered function whose results are one value and an error. An error ends the program with its message. */
gobridge_value call(const char *function, const gobridge_value *args, size_t nargs);
#define CALL(function, ...) \
    call((function), (const gobridge_value[]){__VA_ARGS__}, COUNT(((const gobridge_value[]){__VA_ARGS__})))

/* A field of a struct, an element of a slice, and how many that has. */
gobridge_value field(gobridge_ref object, const char *name);
gobridge_value element(gobridge_ref slice, int64_t i);
int64_t length(gobridge_ref slice);

/* gobridge's C functions by the symbol that each wraps: a map[string]string. */
gobridge_value wrapped_symbols(void);

/* The signatures of gobridge's pulls by symbol, and the first release that each is for: a map[string]string. */
gobridge_value symbol_signatures(void);
gobridge_value first_releases(void);

/* Whether a string is this text. */
bool is(gobridge_value value, const char *text);

/* ---- output ---- */

/* Text for printf's "%.*s". */
#define TEXT(value) (int)(value).len, (value).as.s

/* Escape sequences on a terminal, "" elsewhere and where NO_COLOR is set. */
typedef struct {
    const char *bold, *dim, *red, *green, *yellow, *plain;
} colours;
extern colours colour;

/* Prints a report for other programs. */
void print_formatted(gobridge_value report, const char *format);

/* Prints a list, a diff or an audit in the format that the user wants, without one for people. */
void print_report(gobridge_value report, const options *given);

/* The value of --cgo. */
bool wants_cgo(const options *given);

_Noreturn void cannot(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
