/* A host that lives long: threads come and go, children are forked, signals fly, and what the process has stays the same. */
#ifndef GOBRIDGE_TESTS_SOAK_H
#define GOBRIDGE_TESTS_SOAK_H

#include <stdbool.h>

/* So many rounds at least, however slow they are: fewer do not tell what grows. */
enum { SOAK_ROUNDS = 12 };

/* From now on a thread forks, and a signal comes each millisecond to whichever thread. */
void soak_begin(void);

/* Notes what the process has, when the threads of a round have ended. */
void soak_note(void);

/* Whether the process has in the end what it had when it was warm; says what it had. */
bool soak_is_flat(void);

#endif
