//go:build ignore

/* bin/gobridge: what Go releases let outsiders pull with //go:linkname. It is a host like any other: a C program with a Go
 * runtime in it, whose functions it calls by name and whose values it walks, through gobridge's public API alone. */
#include "tool.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

colours colour = {"", "", "", "", "", ""};

static const struct command {
    const char *name, *operands, *options, *summary;
    int (*run)(const options *given);
} commands[] = {
    {"list", "", "go os arch cgo format json all verify", "the symbols that an outside module may pull",
     list_command},
    {"diff", " REL REL", "os arch cgo format json", "what changed from one release to another", diff_command},
    {"audit", " PATH|MODULE[@VERSION]", "go deps os arch cgo format json all",
     "what releases say of a module's pulls: --go takes a list, as in --go go1.23.12,go1.24.11",
     audit_command},
    {"probe", "", "go source quick html junit format json",
     "how gobridge itself fares on releases: --go takes a list", probe_command},
    {"info", "", "format json", "this library, its Go release and its backend", info_command},
};

static const struct option {
    const char *name, *value,
        *help;     /* value: what it takes, in brackets where it may stay away; NULL for a flag */
    size_t offset; /* in options: of a string, or of a flag */
} known[] = {
    {"go", "REL",
     "a release (go1.24.11, fetched where it is not here; go1.24 for its newest patch here) or a GOROOT;\n"
     "                  without it the machine's own",
     offsetof(options, release)},
    {"os", "GOOS", "the system to look at, this one without it", offsetof(options, os)},
    {"arch", "GOARCH", "the processor to look at, this one without it", offsetof(options, arch)},
    {"cgo", "[on|off]", "with cgo or without; on", offsetof(options, cgo)},
    {"deps", NULL, "also the pulls of what the module depends on", offsetof(options, deps)},
    {"source", "DIR", "gobridge's sources, whose tests a probe runs; this directory without it",
     offsetof(options, source)},
    {"quick", NULL, "without the tests and the time of a crossing", offsetof(options, quick)},
    {"html", "FILE", "also write a page: all symbols by releases", offsetof(options, html)},
    {"junit", "FILE", "also write JUnit XML", offsetof(options, junit)},
    {"format", "FORMAT",
     "json; of a list also md, go (a file of pulls) or csv; of an audit also text, sarif or github",
     offsetof(options, format)},
    {"json", NULL, "--format json", offsetof(options, json)},
    {"all", NULL,
     "also what is blocked, for the standard library only, or assembly that nobody marked; of an audit what "
     "is fine",
     offsetof(options, all)},
    {"verify", NULL, "ask the release's own linker about every symbol, with and without cgo",
     offsetof(options, verify)},
};

static bool takes(const struct command *command, const struct option *option) {
    const size_t len = strlen(option->name);
    for (const char *word = command->options; *word; word += strspn(word, " ")) {
        const size_t word_len = strcspn(word, " ");
        if (word_len == len && strncmp(word, option->name, len) == 0) {
            return true;
        }
        word += word_len;
    }
    return false;
}

static void print_help(FILE *to, const struct command *of) {
    if (!of) {
        fputs("usage: gobridge COMMAND [OPTION...]\n\n", to);
        for (size_t i = 0; i < COUNT(commands); i++) {
            fprintf(to, "  %s%-8s  %s\n", commands[i].name, commands[i].operands, commands[i].summary);
        }
        fputs("\ngobridge COMMAND --help tells a command's options, gobridge --version the version.\n", to);
    } else {
        fprintf(to, "usage: gobridge %s%s [OPTION...]: %s\n\n", of->name, of->operands, of->summary);
        for (size_t i = 0; i < COUNT(known); i++) {
            if (takes(of, &known[i])) {
                const char *value = known[i].value ? known[i].value : "";
                fprintf(to, "  --%s %-*s %s\n", known[i].name, 12 - (int)strlen(known[i].name), value,
                        known[i].help);
            }
        }
    }
    fputs(
        "\nExit status: 0 ok; 1 it found what you may not like (a wrong scan, a change or a release that can "
        "break "
        "a program);\n"
        "2 it could not do it; 130 interrupted. Colours are for terminals, and for those without NO_COLOR.\n",
        to);
}

static const struct command *command_named(const char *name) {
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    cannot("there is no command %s; gobridge --help lists them", name);
}

/* The option that an argument names, up to its "=". */
static const struct option *option_named(const struct command *command, const char *argument) {
    const size_t len = strcspn(argument + 2, "=");
    for (size_t i = 0; i < COUNT(known); i++) {
        if (strlen(known[i].name) == len && strncmp(known[i].name, argument + 2, len) == 0 &&
            takes(command, &known[i])) {
            return &known[i];
        }
    }
    cannot("%s has no option %s; gobridge %s --help lists them", command->name, argument, command->name);
}

static options parse(const struct command *command, char **arguments) {
    options given = {0};
    for (; *arguments; arguments++) {
        const char *argument = *arguments;
        if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            print_help(stdout, command);
            exit(EXIT_OK);
        }
        if (strncmp(argument, "--", 2) != 0) {
            if (given.operand_count == COUNT(given.operands)) {
                cannot("%s: what is %s for?", command->name, argument);
            }
            given.operands[given.operand_count++] = argument;
            continue;
        }
        const struct option *option = option_named(command, argument);
        const char *value = strchr(argument, '=');
        void *field = (char *)&given + option->offset;
        if (!option->value) {
            if (value) {
                cannot("--%s takes no value", option->name);
            }
            *(bool *)field = true;
        } else if (value) {
            *(const char **)field = value + 1;
        } else if (arguments[1] && strncmp(arguments[1], "--", 2) != 0) {
            *(const char **)field = *++arguments;
        } else if (*option->value == '[') {
            *(const char **)field = "on";
        } else {
            cannot("--%s needs a value: --%s %s", option->name, option->name, option->value);
        }
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
        puts("gobridge " QUOTED(GOBRIDGE_VERSION_MAJOR) "." QUOTED(GOBRIDGE_VERSION_MINOR) "." QUOTED(
            GOBRIDGE_VERSION_PATCH));
        return EXIT_OK;
    }
    const struct command *command = command_named(argv[1]);
    const options given = parse(command, argv + 2);
    if (given.operand_count && !*command->operands) {
        cannot("%s: what is %s for?", command->name, given.operands[0]);
    }
    if (isatty(STDOUT_FILENO) && !getenv("NO_COLOR")) {
        colour = (colours){"\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[0m"};
    }
    uint64_t scope;
    must(gobridge_scope_open(&scope));
    const int status = command->run(&given);
    must(gobridge_scope_close(scope));
    if (fflush(stdout) != 0) {
        cannot("the output can not be written");
    }
    return status;
}
