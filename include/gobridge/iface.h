/* Interfaces: which ones a value implements, and its methods. */
#ifndef GOBRIDGE_IFACE_H
#define GOBRIDGE_IFACE_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Tells whether a value implements an interface: Go's _, implements = any(v).(I).
 *   ref             a reference to a value; its dynamic type is asked
 *   interface_type  an interface type; one without methods is implemented by every value
 *   implements      receives 0 or 1
 * Returns GOBRIDGE_OK (implemented or not), GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_KIND if interface_type is none.
 * Go: runtime.getitab. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_iface_implements(gobridge_ref ref, gobridge_ref interface_type,
                                                       uint8_t *implements);

/* Gives a method of a value, bound to it, as a Go func: Go's v.Name. A reference to a *T has the methods of T and those
 * of *T, one to a T the former alone.
 *   ref     a reference to a value, of which the func holds a copy (of a pointer, the pointer)
 *   name    the method's; need not end with NUL
 *   len     its length in bytes
 *   method  receives a reference to the func; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNKNOWN_NAME (the message names the methods that there are),
 * GOBRIDGE_E_UNEXPORTED if the name is one that Go does not export, GOBRIDGE_E_LIMIT if no Go string has that
 * length. Go: reflect.Value.MethodByName. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_iface_method(gobridge_ref ref, const char *name, size_t len,
                                                   gobridge_ref *method);

/* Calls a method of a value by name, in one crossing: Go's v.Name(args...). To call one often, gobridge_iface_method and
 * gobridge_call are quicker.
 *   ref, name, len                     as for gobridge_iface_method
 *   args, nargs, results, nresults     as for gobridge_call
 * Returns what these two return. Go: reflect.Value.MethodByName, reflect.Value.Call. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_iface_call(gobridge_ref ref, const char *name, size_t len,
                                                 const gobridge_value *args, size_t nargs,
                                                 gobridge_value *results, size_t nresults);

GOBRIDGE_END

#endif
