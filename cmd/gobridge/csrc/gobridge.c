/* bin/gobridge: what Go releases let outsiders pull with //go:linkname. It is a host like any other: a C program with a Go
 * runtime in it, whose functions it calls by name and whose values it walks, through gobridge's public API alone. */
#include "tool.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

colours colour = {"", "", "", "", "", ""};

static const command *command_named(const char *name) {
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    cannot("there is no command %s; gobridge --help lists them", name);
}

/* What getopt_long returns: FIRST plus an option's index in known_options, which is no character; 'h' for --help. */
enum { FIRST = 256, MAX_OPTIONS = 64 };

static void options_of(const command *of, struct option to[MAX_OPTIONS]) {
    size_t n = 0;
    for (size_t i = 0; i < option_count && n + 2 < MAX_OPTIONS; i++) {
        const tool_option *known = &known_options[i];
        if (takes(of, known)) {
            to[n++] = (struct option){.name = known->name,
                                      .has_arg = known->value ? required_argument : no_argument,
                                      .val = FIRST + (int)i};
        }
    }
    to[n++] = (struct option){.name = "help", .val = 'h'};
    to[n] = (struct option){0};
}

/* How many operands a command takes: a space before each in its help. */
static size_t most_operands(const command *of) {
    size_t most = 0;
    for (const char *at = of->operands; *at; at++) {
        most += *at == ' ';
    }
    return strstr(of->operands, "...") ? SIZE_MAX : most;
}

/* The option that getopt_long has found by its index, or by its letter; NULL for none. */
static const tool_option *option_found(const command *of, int which) {
    if (which >= FIRST) {
        return &known_options[which - FIRST];
    }
    for (size_t i = 0; which && i < option_count; i++) {
        if (known_options[i].letter == which && takes(of, &known_options[i])) {
            return &known_options[i];
        }
    }
    return NULL;
}

static options parse(const command *of, int argc, char **argv) {
    options given = {0};
    struct option known[MAX_OPTIONS];
    options_of(of, known);
    opterr = 0;
    for (int found; (found = getopt_long(argc, argv, ":ho:", known, NULL)) != -1;) {
        if (found == 'h') {
            print_help(stdout, of);
            exit(EXIT_OK);
        }
        const int which = found == ':' || found == '?' ? optopt : found;
        const tool_option *option = option_found(of, which);
        if (!option && optopt) {
            cannot("%s has no option -%c; gobridge %s --help lists them", of->name, optopt, of->name);
        }
        if (!option) {
            cannot("%s has no option %s; gobridge %s --help lists them", of->name, argv[optind - 1],
                   of->name);
        }
        if (found == ':') {
            cannot("--%s needs a value: --%s %s", option->name, option->name, option->value);
        }
        if (found == '?') {
            cannot("--%s takes no value", option->name);
        }
        void *field = (char *)&given + option->offset;
        if (optarg) {
            *(const char **)field = optarg;
        } else {
            *(bool *)field = true;
        }
    }
    given.operands = argv + optind; /* getopt_long has moved them to the end */
    given.operand_count = (size_t)(argc - optind);
    if (given.operand_count > most_operands(of)) {
        cannot("%s: what is %s for?", of->name, given.operands[most_operands(of)]);
    }
    if (given.json) {
        given.format = "json";
    } else if (given.format && strcmp(given.format, "text") == 0) {
        given.format = NULL;
    } else if (given.format && !has_word(of->formats, given.format)) {
        cannot("--format %s: %s comes as text or one of %s", given.format, of->name, of->formats);
    }
    return given;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        print_help(stderr, NULL);
        return EXIT_CANNOT;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout, argc > 2 ? command_named(argv[2]) : NULL);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("gobridge " VERSION);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--man") == 0) {
        print_man();
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--completion") == 0) {
        print_completion();
        return EXIT_OK;
    }
    const command *command = command_named(argv[1]);
    const options given = parse(command, argc - 1, argv + 1);
    if (isatty(STDOUT_FILENO) && !getenv("NO_COLOR")) {
        colour = (colours){"\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[0m"};
    }
    uint64_t scope;
    must(gobridge_scope_open(&scope));
    const int status = command->run(&given);
    must(gobridge_scope_close(scope));
    if (fflush(stdout) != 0) {
        cannot("the output cannot be written");
    }
    return status;
}
