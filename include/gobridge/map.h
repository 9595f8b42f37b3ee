/* Maps: of any map type, with their keys and elements as values.
 *
 * A key or an element that is handed in is what value.h says a gobridge_value stands for, and is copied. One that comes
 * back is a number or bool inline (also of a named type), nil as NIL, a string as STRING, a byte slice as BYTES (both
 * views of Go's memory), what an interface holds as value.h says, and all else as REF; release it with
 * gobridge_value_release, which costs nothing where it owns nothing. linkname.h has functions on the same maps whose
 * keys and elements are memory in C layout.
 *
 * Each call takes the map's own lock, so threads may share a map, and what one call does happens at once; Go code that
 * uses the same map at the same time is outside that lock. Which of Go's functions for maps answers is chosen from the
 * map's type, as Go's compiler does.
 *
 * Statuses that many give, beside those in gobridge.h:
 *   GOBRIDGE_E_WRONG_TYPE   a key or an element does not fit the map's type
 *   GOBRIDGE_E_RANGE        a number does not fit that type, or its own kind
 *   GOBRIDGE_E_UNHASHABLE   a key in an interface holds a slice, a map or a func
 *   GOBRIDGE_E_TOO_DEEP     a key in an interface holds arrays and interfaces more than 10,000 levels deep; one of more
 *                           than 256 MiB in all fails with GOBRIDGE_E_LIMIT
 *   GOBRIDGE_E_NIL          the map is nil and would be written to (reading a nil map finds nothing, as in Go), or a nil
 *                           pointer stands for what it points to */
#ifndef GOBRIDGE_MAP_H
#define GOBRIDGE_MAP_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Makes a map: Go's make(map[K]V, hint).
 *   type  a map type
 *   hint  entries to make room for, 0 or more; the map may grow past it
 *   map   receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_ARGUMENT if hint is negative, GOBRIDGE_E_LIMIT if it would take more than 1 GiB at once.
 * Go: runtime.makemap. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_new(gobridge_ref type, int64_t hint, gobridge_ref *map);

/* Looks a key up: Go's elem, found = map[key].
 *   elem   receives the element, or the zero value of the element type if there is none; release it either way
 *   found  receives 0 or 1; may be NULL
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL, _TOO_DEEP.
 * Go: runtime.mapaccess2, mapaccess2_fast32, mapaccess2_fast64, mapaccess2_faststr. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_get(gobridge_ref map, const gobridge_value *key,
                                              gobridge_value *elem, uint8_t *found);

/* Tells whether a key is there: Go's _, found = map[key].
 *   found  receives 0 or 1
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL, _TOO_DEEP.
 * Go: as gobridge_map_get. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_contains(gobridge_ref map, const gobridge_value *key,
                                                   uint8_t *found);

/* Copies the element of a key, which is a string or a slice of bytes of any name, into the caller's memory, with no NUL at the
 * end and nothing to release.
 *   key       as for gobridge_map_get
 *   buffer    receives the bytes; NULL is right if capacity is 0
 *   capacity  bytes of buffer
 *   len       receives the length in bytes of the whole, also with GOBRIDGE_E_TOO_SMALL; 0 if the key is not there
 *   found     receives 0 or 1; may be NULL
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_SMALL if len is more than capacity (nothing is copied),
 * GOBRIDGE_E_WRONG_TYPE (also where the map's elements are no text), GOBRIDGE_E_UNSUPPORTED in a batch, and what else
 * gobridge_map_get returns. Crosses nothing where gobridge_map_in_place says so and the element has at most 512 bytes, which
 * lie in Go's heap. Go: as gobridge_map_get. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_text(gobridge_ref map, const gobridge_value *key, char *buffer,
                                               size_t capacity, size_t *len, uint8_t *found);

/* Whether gobridge_map_get, _contains, _set, _add and _get_or_set find keys in Go's maps without crossing, where the keys are
 * integers of 4 or 8 bytes or strings. Go and C compare what they find in maps of every shape first.
 *   in_place  receives 1 if they do, else 0: then every call crosses
 *   reason    receives why, as a string that lives as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_in_place(uint8_t *in_place, const char **reason);

/* Sets the element of a key: Go's map[key] = elem.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL, _TOO_DEEP. Go:
 * runtime.mapassign, mapassign_fast32, mapassign_fast64, their ptr variants, mapassign_faststr. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_set(gobridge_ref map, const gobridge_value *key,
                                              const gobridge_value *elem);

/* Returns the element of a key, which is set first if there is none.
 *   fallback  what it is set to; must fit even if it is not needed
 *   elem      receives the element that the key has now; release it
 *   found     receives 1 if the key was there, 0 if it was set; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL, _TOO_DEEP. Go: as
 * gobridge_map_get and gobridge_map_set, under one lock. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_get_or_set(gobridge_ref map, const gobridge_value *key,
                                                     const gobridge_value *fallback, gobridge_value *elem,
                                                     uint8_t *found);

/* Adds to the number that is the element of a key, 0 if there is none: Go's map[key] += delta. The element type is an
 * integer or a float, also one with a name.
 *   delta  for integers one of any kind and sign, for floats a number that the element type could hold
 *   sum    receives the element that the key has now, which owns nothing; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE (also where the map's elements are no numbers),
 * GOBRIDGE_E_RANGE (also where the sum does not fit the element type, be it too large, below zero for an unsigned one,
 * or infinite though neither number is; the map is unchanged), GOBRIDGE_E_UNHASHABLE, GOBRIDGE_E_NIL, _TOO_DEEP. Go:
 * as gobridge_map_get and gobridge_map_set, under one lock. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_add(gobridge_ref map, const gobridge_value *key,
                                              const gobridge_value *delta, gobridge_value *sum);

/* Removes a key: Go's delete(map, key). A key that is not there, or a nil map, is no failure.
 *   found  receives 1 if it was there, else 0; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL, _TOO_DEEP. Go:
 * runtime.mapdelete, reflect.mapdelete_faststr. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_delete(gobridge_ref map, const gobridge_value *key, uint8_t *found);

/* Removes all entries, also those whose keys are NaNs and can be removed in no other way: Go's clear(map).
 * Returns GOBRIDGE_OK. Go: reflect.mapclear. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_clear(gobridge_ref map);

/* The number of entries: Go's len(map), 0 for a nil map.
 *   len  receives it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: reflect.maplen. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_len(gobridge_ref map, int64_t *len);

/* Makes an iterator, which gobridge_map_next moves: Go's for key, elem := range map.
 * The map may change meanwhile, with range's own rules: an entry removed before it is reached is not produced, one added
 * may or may not be, each that stays is produced once, as it is when it is reached. The order is random. The iterator is
 * one of those of linkname.h, standing before the first entry. It answers GOBRIDGE_E_MAP_RELEASED once the reference that
 * it was made from is released.
 *   iterator  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: runtime.mapiterinit, at the first gobridge_map_next. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_iterate(gobridge_ref map, gobridge_ref *iterator);

/* Moves an iterator to the next entry, at first to the first one, and returns that; or returns the one for which a
 * gobridge_map_next_n before had no room.
 *   key    receives the key; release it. NIL past the end
 *   elem   receives the element; release it. NIL past the end. May be NULL if only keys are wanted
 *   found  receives 1, or 0 past the end, as often as it is asked
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_MAP_RELEASED.
 * Go: runtime.mapiternext, reflect.mapiterkey, reflect.mapiterelem. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_next(gobridge_ref iterator, gobridge_value *key,
                                               gobridge_value *elem, uint8_t *found);

GOBRIDGE_END

#endif
