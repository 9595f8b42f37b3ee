/* Alternate signal stacks for the host's threads. */
#ifndef GOBRIDGE_CSRC_SIGNAL_STACK_H
#define GOBRIDGE_CSRC_SIGNAL_STACK_H

/* Gives this thread an alternate signal stack if it has none. Go gives a thread that comes without one 32 KiB without a guard
 * page, and has the host's handlers run there. Returns what take() takes; NULL if the thread has its own, or there is no memory. */
void *gobridge_signal_stack_give(void);

/* Takes it away again, on the same thread; the thread's own, if it has got itself one meanwhile, stays. NULL does nothing. */
void gobridge_signal_stack_take(void *stack);

#endif
