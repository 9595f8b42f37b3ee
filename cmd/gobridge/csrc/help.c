/* What gobridge's commands and options are, and the texts that tell: --help, the man page, completion in a shell. */
#include "tool.h"

#include <stddef.h>
#include <string.h>

const command commands[] = {
    {"list", "", "go os arch cgo format json all verify", "json md go csv set",
     "the symbols that an outside module may pull", list_command},
    {"diff", " REL REL", "os arch cgo format json all", "json", "what changed from one release to another",
     diff_command},
    {"audit", " PATH|MODULE[/PACKAGE][@VERSION]",
     "go deps test tags platform os arch cgo build fix baseline format json all", "json sarif github",
     "what releases say of the pulls of a module, or of a program that was built: --go takes a list, as in "
     "--go go1.23.12,go1.24.11",
     audit_command},
    {"probe", "", "go os arch cgo source quick accept html junit format json", "json junit html",
     "how gobridge itself fares on releases: --go takes a list; without it the newest of every minor from "
     "go1.21 on, with the release candidate of one that is not out yet",
     probe_command},
    {"bench", "", "source format json", "json", "the quick benchmark of gobridge's sources", bench_command},
    {"build", " PACKAGE...", "output name go arch skip instances python node format json", "json",
     "make a C library of Go packages: shared, static, with a typed header, a description, and what "
     "pkg-config and "
     "CMake need; PACKAGE is a path, path@version, or name=path for another name in C",
     build_command},
    {"describe", " LIBRARY", "", "", "print what a library that build made holds, as JSON", describe_command},
    {"new", " DIR", "host", "", "begin a project: a Go package, a host that calls it, CMake, tests",
     new_command},
    {"info", "", "format json", "json", "this library, its Go release and its backend", info_command},
};
const size_t command_count = COUNT(commands);

const tool_option known_options[] = {
    {"go", "REL",
     "a release (go1.24.11, fetched where it is not here; go1.24 for its newest patch here; "
     "latest, oldstable, or gotip's tip) or a GOROOT; "
     "without it the machine's own, of a probe all",
     offsetof(options, release), 0},
    {"os", "GOOS", "the system to look at; without it this one", offsetof(options, os), 0},
    {"arch", "GOARCH", "the processor to look at; without it this one", offsetof(options, arch), 0},
    {"cgo", "on|off", "with cgo or without; on", offsetof(options, cgo), 0},
    {"platform", "LIST", "the platforms to look at, as in linux/amd64,windows/arm64/nocgo",
     offsetof(options, platforms), 0},
    {"tags", "LIST", "build tags, as the go command takes them", offsetof(options, tags), 0},
    {"test", NULL, "also what the module's tests pull", offsetof(options, test), 0},
    {"build", NULL,
     "also have each release build a program that uses all that the module exports, and tell what its "
     "compiler and linker say",
     offsetof(options, build), 0},
    {"baseline", "FILE",
     "findings that are accepted, a line each: SYMBOL WHERE UNTIL REASON; WHERE is how the file begins or *, "
     "UNTIL a day or never",
     offsetof(options, baseline), 0},
    {"fix", NULL, "also find, for each module that breaks, the first newer version that links",
     offsetof(options, fix), 0},
    {"deps", NULL, "also the pulls of what the module depends on", offsetof(options, deps), 0},
    {"output", "DIR", "where the library goes; without it this directory", offsetof(options, output), 'o'},
    {"name", "NAME",
     "the library's name, which begins its C functions' names; without it the first package's",
     offsetof(options, name), 0},
    {"skip", "LIST", "names to leave out, as in strings.Title,url.*,time.Time.Gob*", offsetof(options, skip),
     0},
    {"instances", "LIST",
     "instances of generic functions and types to include, as in 'slices.Index[[]int,int] "
     "maps.Clone[map[string]int]'",
     offsetof(options, instances), 0},
    {"python", NULL, "also make wheels, of the library and of the gobridge package that it needs",
     offsetof(options, python), 0},
    {"node", NULL, "also make an npm package", offsetof(options, node), 0},
    {"host", "LANG", "the language of the host: c, c++, python or node; c", offsetof(options, host), 0},
    {"source", "DIR", "gobridge's sources; without it this directory", offsetof(options, source), 0},
    {"quick", NULL, "without the tests and the time of a crossing, so that no sources are needed",
     offsetof(options, quick), 0},
    {"accept", NULL,
     "write newer releases, where all is good, into the sources as verified: their build tags and texts",
     offsetof(options, accept), 0},
    {"html", "FILE", "also write a page: all symbols by releases", offsetof(options, html), 0},
    {"junit", "FILE", "also write JUnit XML", offsetof(options, junit), 0},
    {"format", "FORMAT", "how it prints the result; text without it", offsetof(options, format), 0},
    {"json", NULL, "--format json", offsetof(options, json), 0},
    {"all", NULL,
     "also what is blocked, for the standard library only, or assembly that nobody marked; of an audit what "
     "is fine, of a diff what nobody is known to pull",
     offsetof(options, all), 0},
    {"verify", NULL, "ask the release's own linker about every symbol, with and without cgo",
     offsetof(options, verify), 0},
};
const size_t option_count = COUNT(known_options);

struct row {
    const char *name, *meaning;
};
static const struct row statuses[] = {
    {"0", "it is well"},
    {"1", "it found what you may not like: a scan that was wrong, a change or a release that can break a "
          "program, a test that fails, a release that cannot be accepted"},
    {"2", "it could not be done; one line says why"},
    {"3", "an audit cannot tell of a release whether it links the module; the result says why"},
    {"130", "it was interrupted, and leaves no process and no file behind"},
};
static const struct row variables[] = {
    {"NO_COLOR", "where it is set, terminals get no colours either"},
    {"GOPROXY", "where the go command fetches releases and modules from"},
    {"XDG_CACHE_HOME", "where what was found out of a release is kept, below gobridge; ~/.cache without it"},
};

/* ---- words in lists ---- */

/* Gives the next word of a list that spaces part, and moves behind it; its length is 0 at the end. */
static size_t next_word(const char **list, const char **word) {
    *word = *list + strspn(*list, " ");
    const size_t len = strcspn(*word, " ");
    *list = *word + len;
    return len;
}

bool has_word(const char *list, const char *wanted) {
    const char *word;
    for (size_t len; (len = next_word(&list, &word));) {
        if (len == strlen(wanted) && memcmp(word, wanted, len) == 0) {
            return true;
        }
    }
    return false;
}

bool takes(const command *of, const tool_option *option) {
    return has_word(of->options, option->name);
}

/* ---- --help ---- */

/* Prints words from a column on, in lines of at most 100 characters. */
static void print_wrapped(FILE *to, const char *text, int from) {
    const char *word;
    int at = from;
    for (size_t len; (len = next_word(&text, &word));) {
        if (at > from && at + 1 + (int)len > 100) {
            fprintf(to, "\n%*s", from, "");
            at = from;
        }
        at += fprintf(to, "%s%.*s", at > from ? " " : "", (int)len, word);
    }
    fputc('\n', to);
}

static void print_rows(FILE *to, const char *title, const struct row *rows, size_t count) {
    fprintf(to, "\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        print_wrapped(to, rows[i].meaning, fprintf(to, "  %-16s ", rows[i].name));
    }
}

void print_help(FILE *to, const command *of) {
    if (!of) {
        fputs("usage: gobridge COMMAND [OPTION...]\n\n", to);
        for (size_t i = 0; i < command_count; i++) {
            const int at = fprintf(to, "  %s%-*s  ", commands[i].name, 30 - (int)strlen(commands[i].name),
                                   commands[i].operands);
            print_wrapped(to, commands[i].summary, at);
        }
        fputs("\ngobridge COMMAND --help tells a command's options, gobridge --version the version;\n"
              "gobridge --man prints a man page, gobridge --completion a script for bash.\n",
              to);
    } else {
        fprintf(to, "usage: gobridge %s%s [OPTION...]\n\n", of->name, of->operands);
        print_wrapped(to, of->summary, 0);
        fputc('\n', to);
        for (size_t i = 0; i < option_count; i++) {
            const tool_option *option = &known_options[i];
            if (takes(of, option)) {
                const int letter = option->letter ? fprintf(to, "  -%c,", option->letter) : fprintf(to, " ");
                const int at =
                    letter + fprintf(to, " --%s %-*s ", option->name, 14 - letter - (int)strlen(option->name),
                                     option->value ? option->value : "");
                print_wrapped(to, option->help, at);
            }
        }
        if (*of->formats) {
            fprintf(to, "\nFormats: text %s\n", of->formats);
        }
    }
    print_rows(to, "Exit status:", statuses, COUNT(statuses));
    print_rows(to, "Environment:", variables, COUNT(variables));
}

/* ---- the man page ---- */

static void print_roff(const char *text) {
    for (; *text; text++) {
        fputs(*text == '-' ? "\\-" : *text == '\\' ? "\\e" : (char[]){*text, 0}, stdout);
    }
}

static void print_man_rows(const char *title, const struct row *rows, size_t count) {
    printf(".SH %s\n", title);
    for (size_t i = 0; i < count; i++) {
        printf(".TP\n.B %s\n", rows[i].name);
        print_roff(rows[i].meaning);
        puts(".");
    }
}

void print_man(void) {
    puts(".\\\" Made by gobridge \\-\\-man.\n"
         ".TH GOBRIDGE 1 \"\" \"gobridge " VERSION "\"\n"
         ".SH NAME\n"
         "gobridge \\- make C libraries of Go packages; tell what Go releases let outsiders pull\n"
         ".SH SYNOPSIS\n"
         ".B gobridge\n"
         ".I COMMAND\n"
         ".RI [ OPTION ...]");
    puts(".SH COMMANDS");
    for (size_t i = 0; i < command_count; i++) {
        printf(".TP\n.BI %s \"%s\"\n", commands[i].name, commands[i].operands);
        print_roff(commands[i].summary);
        printf(".\nFormats: text %s.\nOptions:", commands[i].formats);
        for (size_t j = 0; j < option_count; j++) {
            if (takes(&commands[i], &known_options[j])) {
                printf(" \\-\\-%s", known_options[j].name);
            }
        }
        putchar('\n');
    }
    puts(".SH OPTIONS");
    for (size_t i = 0; i < option_count; i++) {
        const tool_option *option = &known_options[i];
        printf(".TP\n.BI \\-\\-%s \"%s%s\"\n", option->name, option->value ? " " : "",
               option->value ? option->value : "");
        print_roff(option->help);
        puts(".");
    }
    print_man_rows("EXIT STATUS", statuses, COUNT(statuses));
    print_man_rows("ENVIRONMENT", variables, COUNT(variables));
}

/* ---- completion in bash ---- */

void print_completion(void) {
    puts("# Made by gobridge --completion.\n"
         "_gobridge() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options formats\n"
         "    case ${COMP_WORDS[1]} in");
    for (size_t i = 0; i < command_count; i++) {
        printf("    %s) formats='text %s' options='--help", commands[i].name, commands[i].formats);
        for (size_t j = 0; j < option_count; j++) {
            if (takes(&commands[i], &known_options[j])) {
                printf(" --%s", known_options[j].name);
            }
        }
        puts("' ;;");
    }
    fputs("    esac\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        options='--help --version --man --completion",
          stdout);
    for (size_t i = 0; i < command_count; i++) {
        printf(" %s", commands[i].name);
    }
    puts("'\n"
         "    fi\n"
         "    case $before in");
    for (size_t i = 0; i < option_count; i++) {
        const tool_option *option = &known_options[i];
        if (option->value) {
            const char *words = strcmp(option->value, "on|off") == 0 ? "'on off'" : "";
            printf("    --%s) options=%s ;;\n", option->name,
                   strcmp(option->name, "format") == 0 ? "$formats" : words);
        }
    }
    puts("    esac\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "}\n"
         "complete -o default -F _gobridge gobridge");
}
