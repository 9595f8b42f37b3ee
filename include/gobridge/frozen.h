/* Frozen maps: a map that does not change any more, in C memory.
 *
 * gobridge_map_freeze copies a Go map. The copy is read by any number of threads with no crossing into Go and no lock, in
 * a forked child too, and knows nothing of what becomes of the map. It is for maps that are written once and read often.
 *
 * Which maps can be frozen: those whose keys are strings, or of a type whose == is that of its bytes (integers, bools,
 * arrays and structs of them without padding; not floats, of which 0 equals -0 and a NaN not itself), and whose elements
 * are strings or of a type without pointers. Types with names of their own are as good.
 *
 * A key or an element is a gobridge_text if it is a string, else its bytes in C layout (value.h). A key that no Go
 * value has, such as a bool that is 2, is not found.
 *
 * Keys are placed by a perfect hash function: a lookup compares one key, never a second. Memory: for keys and elements of
 * fixed sizes (size of key + size of element) x 1.13 + 0.5 bytes for each entry; if either is a string, 9.5 bytes (on
 * 32-bit platforms 5) + what of the entry has a fixed size + 4 bytes and its own for each string. Freezing takes about
 * twice as much for a moment.
 *
 * A gobridge_frozen is an address, not a reference: one that was released, or never was one, cannot be told from a good
 * one, and neither can an address at which no key lies. Such input may end the process. */
#ifndef GOBRIDGE_FROZEN_H
#define GOBRIDGE_FROZEN_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* A frozen map. */
typedef struct gobridge_frozen gobridge_frozen;

/* Copies a map as it is now, under its lock: other threads that use the map meanwhile wait. A nil map is an empty one. Where
 * it has 32,768 entries or more, threads of the library's own, which end before it returns, help to place them: at most
 * as many as Go may run at once (gobridge_options.max_processors).
 *   map     a reference to a map
 *   frozen  receives the copy; release it once with gobridge_frozen_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE if its keys or elements are of no type that is named
 * above, GOBRIDGE_E_LIMIT if it has more than 2^31 entries or a string of more than 2^32 - 1 bytes, or if none of 100
 * hash functions places all its keys (they are drawn at random, so no keys are worse than others),
 * GOBRIDGE_E_NO_MEMORY, GOBRIDGE_E_UNSUPPORTED in a batch. Go: reflect.maplen, reflect.mapiterinit,
 * runtime.mapiternext. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_freeze(gobridge_ref map, gobridge_frozen **frozen);

/* Looks a key up: Go's elem, found = map[key].
 *   frozen  not released
 *   key     a key, as above; aligned or not
 *   elem    receives the element, or the zero value (of a string: no bytes) if there is none; aligned or not. A
 *           string's bytes are the frozen map's and live as long. May be NULL
 *   found   receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_frozen_get(const gobridge_frozen *frozen, const void *key, void *elem,
                                                 uint8_t *found);

/* Looks a column of keys up: as so many calls of gobridge_frozen_get, but several times as fast where the map is larger
 * than the processor's caches, for it has the memory of many keys fetched at once.
 *   frozen       not released
 *   keys         the first key
 *   key_stride   bytes from one key to the next
 *   count        of keys; 0 is none
 *   elems        receives the elements; must not overlap the keys. May be NULL
 *   elem_stride  bytes from one element to the next
 *   found        receives 0 or 1 for each key; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL (keys may be NULL if count is 0). Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_frozen_get_n(const gobridge_frozen *frozen, const void *keys,
                                                   size_t key_stride, size_t count, void *elems,
                                                   size_t elem_stride, uint8_t *found);

/* The number of entries.
 *   len  receives it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_frozen_len(const gobridge_frozen *frozen, int64_t *len);

/* Frees a frozen map. No thread may be reading it, and what it gave of its strings is gone.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Crosses nothing. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_frozen_release(gobridge_frozen *frozen);

GOBRIDGE_END

#endif
