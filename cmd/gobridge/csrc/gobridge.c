/* bin/gobridge: what Go releases let outsiders pull with //go:linkname. It is a host like any other: a C program with a Go
 * runtime in it, whose functions it calls by name and whose values it walks, through gobridge's public API alone. */
#include "tool.h"

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

/* The option that an argument names, up to its "=". */
static const option *option_named(const command *of, const char *argument) {
    const size_t len = strcspn(argument + 2, "=");
    for (size_t i = 0; i < option_count; i++) {
        if (strlen(known_options[i].name) == len && strncmp(known_options[i].name, argument + 2, len) == 0 &&
            takes(of, &known_options[i])) {
            return &known_options[i];
        }
    }
    cannot("%s has no option %s; gobridge %s --help lists them", of->name, argument, of->name);
}

static options parse(const command *of, char **arguments) {
    options given = {0};
    for (; *arguments; arguments++) {
        const char *argument = *arguments;
        if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            print_help(stdout, of);
            exit(EXIT_OK);
        }
        if (strncmp(argument, "--", 2) != 0) {
            if (given.operand_count == COUNT(given.operands)) {
                cannot("%s: what is %s for?", of->name, argument);
            }
            given.operands[given.operand_count++] = argument;
            continue;
        }
        const option *option = option_named(of, argument);
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
