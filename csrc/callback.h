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
    gobridge_value result; /* of numbers */
} gobridge_outcome;

gobridge_outcome gobridge_callback_run(uintptr_t call, uintptr_t data, const gobridge_value *args,
                                       size_t nargs, gobridge_value *results, size_t nresults);

/* The result of a callback with numbers. */
typedef struct gobridge_number {
    uint64_t as;                   /* a number of the kind that is wanted; where there is none, 0 */
    const gobridge_outcome *other; /* all that came of it, if it is not just that; NULL if it is */
} gobridge_number;

/* A function of the host's that takes numbers. Go's memory. */
typedef struct gobridge_numbers_host {
    uintptr_t call, data;
    uint32_t kinds; /* of the first and the second in its lowest bytes, above them of the result; 0 is none */
} gobridge_numbers_host;

/* The same for at most two numbers and one result, with no memory but this thread's stack. host is the address of a
 * gobridge_numbers_host: each argument takes its time on the way. */
gobridge_number gobridge_callback_run_numbers(uintptr_t host, uint64_t a, uint64_t b);

/* Such a call, on the stack of the goroutine that makes it. */
typedef struct gobridge_numbers_call {
    uintptr_t host;
    uint64_t a, b;
    uint64_t as; /* the result is as in a gobridge_number */
    const gobridge_outcome *other;
} gobridge_numbers_call;

/* The same as gobridge_callback_run_numbers. Go calls it as cgo's own code calls what it generates, with two functions fewer on the way. */
void gobridge_callback_run_on_stack(gobridge_numbers_call *call);

/* Frees what it gave beside a number. */
void gobridge_callback_forget(const gobridge_outcome *outcome);

gobridge_outcome gobridge_callback_read(uintptr_t read, uintptr_t data, uint8_t *buffer, size_t capacity);
gobridge_outcome gobridge_callback_write(uintptr_t write, uintptr_t data, const uint8_t *buffer, size_t len);

void gobridge_callback_notify(uintptr_t function, uintptr_t data);

#endif
