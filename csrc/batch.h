/* Batches: calls that are recorded, to be made in one crossing. */
#ifndef GOBRIDGE_CSRC_BATCH_H
#define GOBRIDGE_CSRC_BATCH_H

#include "thread.h"

/* Puts a call into the batch that the thread records, and promises into the places of what it gives. */
gobridge_status gobridge_batch_record(gobridge_thread *self, gobridge_frame *frame, uint32_t gives, void *to,
                                      bool calls_back);

/* Frees the thread's batches up to one, which stays; NULL for all. */
void gobridge_batch_drop(gobridge_thread *self, const struct gobridge_recording *last);

#endif
