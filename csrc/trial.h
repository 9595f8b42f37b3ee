/* What Go cannot start without, tried before: Go would end the process. */
#ifndef GOBRIDGE_CSRC_TRIAL_H
#define GOBRIDGE_CSRC_TRIAL_H

#include <gobridge/status.h>

#include <stdbool.h>

/* GOBRIDGE_OK, or why Go would end the process, recorded under the function's name. */
gobridge_status gobridge_trial(const char *function);

/* Whether this is the process's only thread: then no other starts Go. False where the system does not tell. */
bool gobridge_trial_alone(void);

#endif
