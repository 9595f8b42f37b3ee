/* Foreign objects: what is the host's as a Go value, for maps, channels, fields of type any. */
#ifndef GOBRIDGE_FOREIGN_H
#define GOBRIDGE_FOREIGN_H

#include <gobridge/ref.h>

GOBRIDGE_BEGIN

/* Makes a Go value of an object of the host's. It is equal to itself alone, also if another has the same data.
 *   data  the object; Go never looks at it. May be NULL
 *   drop  gets data once Go has let go of the value (callback.h says when, and on which thread); may be NULL
 *   ref   receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. In a batch it is made at once. Go: bridge.Foreign. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_foreign_new(void *data, void (*drop)(void *data), gobridge_ref *ref);

/* The object of the host's that a Go value is. It is there as long as the reference.
 *   ref   a reference to a value that gobridge_foreign_new made, wherever it has been meanwhile
 *   data  receives what was handed in
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. In a batch it is done at once. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_foreign_data(gobridge_ref ref, void **data);

GOBRIDGE_END

#endif
