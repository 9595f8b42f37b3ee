/* Calls the Go functions of @name@.go. */
#include <@name@.h>
#include <inttypes.h>
#include <stdio.h>

static int failed(void) {
    gobridge_error error;
    gobridge_last_error(&error);
    fprintf(stderr, "%s\n", error.message);
    return 1;
}

int main(void) {
    gobridge_value greeting;
    int64_t sum;
    if (@name @_ @name @_Greet("ada", 3, &greeting) || @name @_ @name @_Add(40, 2, &sum)) {
        return failed();
    }
    printf("%.*s 40 and 2 are %" PRId64 ".\n", (int)greeting.len, greeting.as.s, sum);
    gobridge_value_release(&greeting);
    return 0;
}
