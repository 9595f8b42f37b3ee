/* What Go is started with. */
#ifndef GOBRIDGE_CSRC_SETTINGS_H
#define GOBRIDGE_CSRC_SETTINGS_H

#include <gobridge/start.h>

#include <stdbool.h>

/* Variables of the environment that Go takes settings from, as options have them. */
enum { GOGC, GOMAXPROCS, GOMEMLIMIT, GODEBUG, VARIABLES };
typedef struct gobridge_settings {
    char **arguments, **environment; /* NULL for the process's */
    char *variables[VARIABLES];      /* "GOGC=50"; NULL if it is not set */
} gobridge_settings;

/* Copies what options set. False if there is no memory; whoever calls frees what there is. */
bool gobridge_settings_copy(gobridge_settings *s, const gobridge_options *from);
void gobridge_settings_free(gobridge_settings *s);

/* Whether all that options set is as Go was started with. */
bool gobridge_settings_agree(const gobridge_settings *options, const gobridge_settings *with);

/* Whether a setting takes the place of a variable, "NAME=value". */
bool gobridge_settings_replace(const gobridge_settings *s, const char *variable);

#endif
