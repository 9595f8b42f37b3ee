/* Interfaces: which ones a value implements, and its methods. */
#ifndef GOBRIDGE_IFACE_H
#define GOBRIDGE_IFACE_H

#include <gobridge/callback.h>

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

/* Makes a Go value that implements an interface by C functions, which callback.h is about. Go can make no methods while it runs, so
 * it must know the interface: it does know error, fmt.Stringer, sort.Interface, and of io Reader, Writer, Closer, Seeker,
 * ReadCloser, ReadSeeker, ReadWriter, ReadWriteCloser, WriteCloser; a Go program adds its own (bridge.Adapter).
 *   interface_type  the interface
 *   methods         a function for each method, in the order of gobridge_type_method, which is that of their names. The memory of
 *                   a []byte parameter is the slice's own: Read puts its bytes there. What a method without an error result
 *                   fails with panics in the Go code that calls it
 *   count           how many
 *   data            what they get in each call; may be NULL
 *   drop            gets data at the end, once for all of them (callback.h); may be NULL
 *   ref             receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_KIND if interface_type is none, GOBRIDGE_E_COUNT, GOBRIDGE_E_NOT_IMPLEMENTED
 * for an interface that Go does not know, GOBRIDGE_E_NIL if the Go program's adapter made nil. In a batch it is made at once.
 * Go: bridge.Adapter. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_iface_new(gobridge_ref interface_type, const gobridge_callback *methods,
                                                size_t count, void *data, void (*drop)(void *data),
                                                gobridge_ref *ref);

GOBRIDGE_END

#endif
