/* Finding keys in Go's maps without a call. */
#ifndef GOBRIDGE_CSRC_LOOKUP_H
#define GOBRIDGE_CSRC_LOOKUP_H

#include "frame.h"

#include <stdbool.h>

/* Looks a key up as gobridge_map_get does; without elem, as gobridge_map_contains does. False if that needs Go. */
bool gobridge_lookup(gobridge_ref map, const gobridge_value *key, gobridge_value *elem, uint8_t *found);

/* What Go says before there is a map that C may read: where the locks and the heap lie, */
void gobridge_lookup_share(const gobridge_stripe *stripes, uintptr_t heap, uintptr_t heap_size);

/* and the 64 bytes that all hashes depend on. */
void gobridge_lookup_hash_by(const void *keys);

/* Looks many keys up in a map that no one writes, for Go to compare. False if one of them needs Go. */
bool gobridge_lookup_try(uintptr_t map, const gobridge_shape *shape, uintptr_t keys, size_t count,
                         uint8_t *found, uint64_t *elems);

#endif
