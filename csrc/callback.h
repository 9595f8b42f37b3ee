/* Calls of functions that the host handed in, for the Go side. */
#ifndef GOBRIDGE_CSRC_CALLBACK_H
#define GOBRIDGE_CSRC_CALLBACK_H

#include "frame.h"

#include <gobridge/callback.h>
#include <gobridge/io.h>

#include <stdbool.h>

/* What came of a call of the host's function. */
typedef struct gobridge_outcome {
    gobridge_host_thread *thread; /* that it ran on, NULL if that has never called this library */
    gobridge_ref error;           /* what the function said of its failure, 0 if nothing; Go releases it */
    gobridge_status status;
    size_t done;           /* of a stream */
    gobridge_value result; /* of gobridge_callback_run_numbers */
} gobridge_outcome;

gobridge_outcome gobridge_callback_run(uintptr_t call, uintptr_t data, const gobridge_value *args,
                                       size_t nargs, gobridge_value *results, size_t nresults);

/* The same for at most two numbers and one result, with no memory but this thread's stack. kinds has the kind of the first in its
 * lowest byte. */
gobridge_outcome gobridge_callback_run_numbers(uintptr_t call, uintptr_t data, uint32_t kinds, size_t nargs,
                                               uint64_t a, uint64_t b, size_t nresults);

gobridge_outcome gobridge_callback_read(uintptr_t read, uintptr_t data, uint8_t *buffer, size_t capacity);
gobridge_outcome gobridge_callback_write(uintptr_t write, uintptr_t data, const uint8_t *buffer, size_t len);

void gobridge_callback_drop(uintptr_t drop, uintptr_t data);

#endif
