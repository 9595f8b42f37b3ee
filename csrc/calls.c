/* The names of the calls. */
#include "calls.h"

const char *gobridge_op_name(uint32_t op) {
    static const char *const names[] = {
#define GOBRIDGE_CALL(name, ...)      #name,
#define GOBRIDGE_CALL_OF_C(name, ...) #name,
#define GOBRIDGE_LOCAL(name, ...)
#include "functions.h"
    };
    return names[op];
}
