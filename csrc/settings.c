/* What Go is started with. */
#define _GNU_SOURCE
#include "settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_list(char **list) {
    for (size_t i = 0; list && list[i]; i++) {
        free(list[i]);
    }
    free(list);
}

void gobridge_settings_free(gobridge_settings *s) {
    free_list(s->arguments);
    free_list(s->environment);
    for (size_t i = 0; i < VARIABLES; i++) {
        free(s->variables[i]);
    }
}

/* Copies a list that ends with NULL. NULL if there is no memory. */
static char **copy_list(const char *const *list) {
    size_t n = 0;
    while (list[n]) {
        n++;
    }
    char **copy = calloc(n + 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        if (!(copy[i] = strdup(list[i]))) {
            free_list(copy);
            return NULL;
        }
    }
    return copy;
}

/* "NAME=" and a number or a text. */
static bool set_number(char **variable, const char *name, int64_t number) {
    return asprintf(variable, "%s=%" PRId64, name, number) >= 0;
}

static bool set_text(char **variable, const char *name, const char *text) {
    return asprintf(variable, "%s=%s", name, text) >= 0;
}

bool gobridge_settings_copy(gobridge_settings *s, const gobridge_options *from) {
    char **const to = s->variables;
    bool ok = true;
    if (from->arguments) {
        ok = ok && (s->arguments = copy_list(from->arguments));
    }
    if (from->environment) {
        ok = ok && (s->environment = copy_list(from->environment));
    }
    if (from->gc_percent) {
        ok = ok && (from->gc_percent < 0 ? set_text(&to[GOGC], "GOGC", "off")
                                         : set_number(&to[GOGC], "GOGC", from->gc_percent));
    }
    if (from->max_processors) {
        ok = ok && set_number(&to[GOMAXPROCS], "GOMAXPROCS", from->max_processors);
    }
    if (from->memory_limit) {
        ok = ok && set_number(&to[GOMEMLIMIT], "GOMEMLIMIT", from->memory_limit);
    }
    if (from->debug) {
        ok = ok && set_text(&to[GODEBUG], "GODEBUG", from->debug);
    }
    return ok;
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_list(char **a, char **b) {
    size_t i = 0;
    while (a && b && a[i] && same_text(a[i], b[i])) {
        i++;
    }
    return a && b ? a[i] == b[i] : a == b;
}

bool gobridge_settings_agree(const gobridge_settings *options, const gobridge_settings *with) {
    bool same = (!options->arguments || same_list(options->arguments, with->arguments)) &&
                (!options->environment || same_list(options->environment, with->environment));
    for (size_t i = 0; i < VARIABLES; i++) {
        same = same && (!options->variables[i] || same_text(options->variables[i], with->variables[i]));
    }
    return same;
}

static bool names_same_variable(const char *a, const char *b) {
    const size_t len = strcspn(a, "=");
    return strncmp(a, b, len + 1) == 0;
}

bool gobridge_settings_replace(const gobridge_settings *s, const char *variable) {
    for (size_t i = 0; i < VARIABLES; i++) {
        if (s->variables[i] && names_same_variable(variable, s->variables[i])) {
            return true;
        }
    }
    return false;
}
