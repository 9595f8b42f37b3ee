/* Finding keys in Go's maps without a call. */
#ifndef GOBRIDGE_CSRC_LOOKUP_H
#define GOBRIDGE_CSRC_LOOKUP_H

#include "thread.h"

#include <stdbool.h>

/* Looks a key up as gobridge_map_get does; without elem, as gobridge_map_contains does. What needs Go is left to by_go, which is
 * called last, for to keep its arguments across a call takes as long as a tenth of all this. */
gobridge_status gobridge_lookup(gobridge_ref map, const gobridge_value *key, gobridge_value *elem,
                                uint8_t *found, gobridge_find *by_go);

/* Copies the element of a key as gobridge_map_text does. False if that needs Go, or must fail. */
bool gobridge_lookup_text(gobridge_ref map, const gobridge_value *key, const gobridge_room *room,
                          uint8_t *found);

/* Sets the element of a key that is there as gobridge_map_set does. False if that needs Go. */
bool gobridge_lookup_set(gobridge_ref map, const gobridge_value *key, const gobridge_value *elem);

/* Adds to the element of a key that is there as gobridge_map_add does. False if that needs Go, or must fail. */
bool gobridge_lookup_add(gobridge_ref map, const gobridge_value *key, const gobridge_value *delta,
                         gobridge_value *sum);

/* Reads the element of a key that is there as gobridge_map_get_or_set does. False if that needs Go, or must fail. */
bool gobridge_lookup_keep(gobridge_ref map, const gobridge_value *key, const gobridge_value *fallback,
                          gobridge_value *elem);

/* What Go says before there is a map that C may read: the 64 bytes that all hashes depend on. */
void gobridge_lookup_hash_by(const void *keys);

/* Looks many keys up in a map that no one writes, for Go to compare. False if one of them needs Go. */
bool gobridge_lookup_try(uintptr_t map, const gobridge_shape *shape, uintptr_t keys, size_t count,
                         uint8_t *found, uint64_t *elems);

#endif
