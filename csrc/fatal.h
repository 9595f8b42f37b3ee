/* Last words: Go's message when it ends the process. */
#ifndef GOBRIDGE_CSRC_FATAL_H
#define GOBRIDGE_CSRC_FATAL_H

/* A file in memory that Go writes its last message to; -1 if the system has none. There is one. */
int gobridge_fatal_file(void);

/* Has what gobridge_set_fatal_handler was given called from here on, or nothing. */
void gobridge_fatal_arm(void (*handler)(void), void *data);

#endif
