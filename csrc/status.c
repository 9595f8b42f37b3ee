/* Statuses: their names, and this thread's last failure. */
#include "thread.h"

gobridge_status gobridge_last_error(gobridge_error *error) {
    if (!error) {
        return GOBRIDGE_E_NULL;
    }
    const gobridge_thread *self = gobridge_thread_self();
    *error = (gobridge_error){
        .status = self ? self->status : GOBRIDGE_OK,
        .message = self ? self->shared.failure.message : "",
        .stack = self ? self->shared.failure.stack : "",
    };
    return GOBRIDGE_OK;
}

const char *gobridge_status_name(gobridge_status status) {
    switch (status) {
#define GOBRIDGE_STATUS_NAME(name, number, meaning) \
    case number: return #name;
        GOBRIDGE_STATUSES(GOBRIDGE_STATUS_NAME)
#undef GOBRIDGE_STATUS_NAME
    default: return "GOBRIDGE_E_?";
    }
}

const char *gobridge_status_meaning(gobridge_status status) {
    switch (status) {
#define GOBRIDGE_STATUS_MEANING(name, number, meaning) \
    case number: return meaning;
        GOBRIDGE_STATUSES(GOBRIDGE_STATUS_MEANING)
#undef GOBRIDGE_STATUS_MEANING
    default: return "no status of this library";
    }
}
