/* Errors: Go's errors from C. */
#ifndef GOBRIDGE_ERROR_H
#define GOBRIDGE_ERROR_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* In all of these `error` is a reference to a value whose type has the method Error; any other value fails with
 * GOBRIDGE_E_WRONG_KIND. Its methods (Error, Is, As, Unwrap) run as value.h says under "as text"; a panic of theirs
 * fails with GOBRIDGE_E_PANIC, a runtime.Goexit GOBRIDGE_E_GOEXIT. What this thread's last call failed for is another
 * thing: gobridge_last_error in status.h. What is too deep, and how many are too many, is there too. */

/* Makes an error that is equal to no other.
 *   text   its message: UTF-8, copied
 *   len    bytes of text
 *   error  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go string is that long. Go: errors.New. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_error_new(const char *text, size_t len, gobridge_ref *error);

/* Makes an error that wraps another: its message is "text: message of inner".
 *   inner  a reference to an error
 *   text   what comes before its message: UTF-8, copied
 *   len    bytes of text
 *   error  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if no Go string is that long, GOBRIDGE_E_TOO_DEEP,
 * GOBRIDGE_E_LIMIT if it wraps too many. Go: fmt.Errorf("%s: %w", text, inner), which shows a panic of a method in
 * the text. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_error_wrap(gobridge_ref inner, const char *text, size_t len,
                                                 gobridge_ref *error);

/* An error's message, by its method Error.
 *   text  receives it as STRING; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_DEEP, GOBRIDGE_E_LIMIT where it wraps too many. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_error_message(gobridge_ref error, gobridge_value *text);

/* Whether an error, or any that it wraps, is another one.
 *   target  a reference to an error
 *   is      receives 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_DEEP, GOBRIDGE_E_LIMIT where it wraps too many. Go: errors.Is.
 * Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_error_is(gobridge_ref error, gobridge_ref target, uint8_t *is);

/* Finds an error of a type: the error itself or the first that it wraps.
 *   type    an interface type, or a type that is an error
 *   target  receives a REF to it, of its own type also where `type` is an interface, or NIL if there is none;
 *           release it with gobridge_value_release
 *   as      receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_NOT_IMPLEMENTED if no value of the type is an
 * error, GOBRIDGE_E_TOO_DEEP, GOBRIDGE_E_LIMIT if it wraps too many. Go: errors.As. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_error_as(gobridge_ref error, gobridge_ref type, gobridge_value *target,
                                               uint8_t *as);

/* The error that an error wraps.
 *   inner  receives a REF to it, or NIL if it wraps none; of one that wraps several (errors.Join) a REF to a []error
 *          of them. Release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: errors.Unwrap. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_error_unwrap(gobridge_ref error, gobridge_value *inner);

GOBRIDGE_END

#endif
