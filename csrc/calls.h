/* The calls that cross, numbered, and what csrc/functions.h says of each. */
#ifndef GOBRIDGE_CSRC_CALLS_H
#define GOBRIDGE_CSRC_CALLS_H

#include "frame.h"

/* Go has a handler for each under the same name and refuses to start when one is missing, so the order does not matter. */
enum {
#define GOBRIDGE_CALL(name, ...)      OP_##name,
#define GOBRIDGE_CALL_OF_C(name, ...) OP_##name,
#define GOBRIDGE_LOCAL(name, ...)
#include "functions.h"
    OP_COUNT
};

/* What a call returns if it succeeds: its result or the new reference, which go to a place that the frame does not have,
 * and what Go writes where the frame says. */
enum {
    RETURNS_NOTHING = 0,
    RETURNS_SIZE = 15,    /* 1, 4 or 8: the result is a number of so many bytes, if there is a place for it */
    RETURNS_REF = 1 << 4, /* new_ref */
    RETURNS_LASTING = 1 << 5,  /* the result is a reference to what is never collected */
    RETURNS_STATUS = 1 << 6,   /* the result is the status of the first item that failed */
    RETURNS_P = 1 << 7,        /* a gobridge_value is at p */
    RETURNS_Q = 1 << 8,        /* one is at q, unless that is NULL */
    RETURNS_ALL = 1 << 9,      /* c of them are there */
    RETURNS_COLUMNS = 1 << 10, /* p is gobridge_arrays, of which c of out, and out2, are filled */
    RETURNS_REFS = 1 << 11,    /* p is gobridge_arrays, and count references are at q */
};
#define RETURNS_NUMBER(type) sizeof(type)

/* What else there is to know of a call, in the same word. */
enum {
    RECORDED = 0,
    AT_ONCE = 1 << 12,
    AT_ONCE_OF_LIVE = 1 << 13,
    REFUSED = 1 << 14,
    CROSSES = 0,
    MAY_STAY = 0,
    CALLS_BACK = 1 << 15,
    ANY_LOCK = 0,
    MAP_LOCK = 1 << 16,
    HANDED_IN = 1 << 20, /* times a size: so many bytes at p are the C function's, not the host's */
};
#define HANDS_IN(type) (HANDED_IN * sizeof(type))

/* A row of csrc/functions.h as one word. The compiler knows it wherever it knows the call. */
static inline uint32_t gobridge_traits(uint32_t op) {
    static const uint32_t traits[] = {
#define GOBRIDGE_CALL(name, since, returns, in_batch, crossing, locks) returns | in_batch | crossing | locks,
#define GOBRIDGE_CALL_OF_C(name, returns, in_batch, crossing, locks)   returns | in_batch | crossing | locks,
#define GOBRIDGE_LOCAL(name, ...)
#include "functions.h"
    };
    return traits[op];
}

/* The name of the C function that a call is for. */
const char *gobridge_op_name(uint32_t op);

#endif
