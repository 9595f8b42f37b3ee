/* Columns: one call, one crossing and one lock for any number of items.
 *
 * A column is items of one Go type in plain C memory, such as a NumPy array, an Arrow array or a Rust slice. The library
 * keeps nothing of it once the call is over. What the items look like is the column's layout:
 *   PLAIN      the type's own bytes, for a type without pointers (gobridge_type_layout's plain)
 *   TEXT       a gobridge_text each, for strings and byte slices
 *   OFFSETS32  all bytes one after the other at data, and at offsets count + 1 int32_t: item i is what lies between
 *   OFFSETS64  offsets[i] and offsets[i + 1]. For strings and byte slices; Arrow's layouts
 *   VALUES     a gobridge_value each, for any type
 * Addresses need no alignment, but what is aligned is faster.
 *
 * Items fail one by one: each that fails has its status in `statuses` (a gobridge_status for each item, or NULL), all
 * others are done, and the call returns the status of the first that failed; its message names it, "keys[7]: ...". Where
 * the call as a whole cannot be done (a bad reference, a column of a layout that does not fit, an address at which nothing
 * lies), nothing is done or written, `statuses` included: what it held before tells the two apart. An address at which
 * nothing lies in the middle of a column or of a string may stop the call there with GOBRIDGE_E_PANIC.
 *
 * What a column that is filled shows (TEXT, and VALUES that are strings, bytes or references) lasts until its `owner` is
 * released, once for all; the values' own owners are 0. The other layouts are copies and give no owner.
 *
 * Where integers or strings are looked up or set in a map that the caches do not hold, and they are many, the keys are
 * sorted first by where they lie in the map: a million gets take half the time of a loop in Go. That takes up to 51 bytes
 * of memory for each item meanwhile, of 4,194,304 items at most.
 *
 * Statuses that many give, beside those in gobridge.h:
 *   GOBRIDGE_E_NULL        data or offsets are NULL and there are items; also of an item
 *   GOBRIDGE_E_WRONG_TYPE  the layout does not fit the type, or is none; of an item: as in map.h
 *   GOBRIDGE_E_LIMIT       count is more than 268,435,456, or no memory is as large as the column; more than 1 GiB of VALUES,
 *                          or of what is not aligned; of an item: no string is so long
 *   GOBRIDGE_E_RANGE       of an item: a number does not fit
 *   GOBRIDGE_E_ARGUMENT    of an item: its offsets decrease or run past the capacity
 *   GOBRIDGE_E_TOO_SMALL   of an item: a filled column's capacity, or int32_t, ends before it; it is empty then
 *   GOBRIDGE_E_UNHASHABLE, GOBRIDGE_E_NIL  of an item: as in map.h */
#ifndef GOBRIDGE_COLUMN_H
#define GOBRIDGE_COLUMN_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

#define GOBRIDGE_COLUMN_PLAIN     1
#define GOBRIDGE_COLUMN_TEXT      2
#define GOBRIDGE_COLUMN_OFFSETS32 3
#define GOBRIDGE_COLUMN_OFFSETS64 4
#define GOBRIDGE_COLUMN_VALUES    5

typedef struct gobridge_column {
    uint32_t layout; /* GOBRIDGE_COLUMN_PLAIN ... */
    int32_t
        stride; /* from one item to the next, in bytes, also backwards; 0 if they are packed. None for OFFSETS */
    union {
        void *data;     /* the first item; of OFFSETS the bytes */
        const void *in; /* the same, of a column that is handed in const: it is only read */
    };
    union {
        void *offsets; /* of OFFSETS; else unused */
        const void *in_offsets;
    };
    uint64_t capacity; /* of OFFSETS: how many bytes there are at data; else unused */
    gobridge_ref
        owner; /* out: keeps what a filled column shows alive; release it once. 0 if it shows nothing */
    const uint8_t *validity; /* NULL. Room for which items are null, which no function takes as yet */
    uint64_t reserved[2];    /* 0; anything else than these fails with GOBRIDGE_E_ARGUMENT */
} gobridge_column;

/* Looks keys up: gobridge_map_get for each; without elems gobridge_map_contains.
 *   keys      count keys
 *   threads   how many threads may read the map at once: 1 for this one alone, 0 for what the library thinks pays, which is
 *             at most GOMAXPROCS. With any number the map is locked once
 *   elems     receives the elements, zero values if there is none; may be NULL
 *   found     receives 0 or 1 for each key, 0 if it failed; may be NULL
 *   statuses  receives a status for each key; may be NULL
 * Returns GOBRIDGE_OK (found or not), GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _TOO_SMALL, _UNHASHABLE, _NIL,
 * GOBRIDGE_E_TOO_DEEP. Go: elem, found = map[key], in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_get_n(gobridge_ref map, const gobridge_column *keys, size_t count,
                                                uint32_t threads, gobridge_column *elems, uint8_t *found,
                                                gobridge_status *statuses);

/* Sets the elements of keys: gobridge_map_set for each. What is set for one key is set in order, and different keys in the
 * order in which they lie in a large map. The bytes of new string keys, and of string elements,
 * share memory: pieces of up to 16 KiB, in which strings of up to 1 KiB lie one after the other. A piece stays for as long
 * as any of its strings is in use: where most keys are deleted later, but here and there one stays, each of those may keep
 * 16 KiB.
 *   keys      count keys
 *   elems     count elements
 *   statuses  receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL (also where the map is nil),
 * GOBRIDGE_E_TOO_DEEP. Go: map[key] = elem, in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_set_n(gobridge_ref map, const gobridge_column *keys,
                                                const gobridge_column *elems, size_t count,
                                                gobridge_status *statuses);

/* Makes a map of entries: gobridge_map_new with room for them all, and gobridge_map_set for each, in order. All or none:
 * if one does not fit, there is no map. A Go map takes one writer; what several threads can share is what comes before,
 * sorting the keys by where they lie and copying strings.
 *   type     a map type
 *   keys     count keys
 *   elems    count elements
 *   threads  how many threads may work at once: 1 for this one alone, 0 for what the library thinks pays, which is at most
 *            GOMAXPROCS
 *   map      receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_KIND if type is no map type, GOBRIDGE_E_WRONG_TYPE, _RANGE
 * (also if there were more than 1 GiB in the map), _UNHASHABLE, _NIL, GOBRIDGE_E_TOO_DEEP. Go: make(map[K]E, count)
 * and map[key] = elem, in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_build_n(gobridge_ref type, const gobridge_column *keys,
                                                  const gobridge_column *elems, size_t count,
                                                  uint32_t threads, gobridge_ref *map);

/* Returns the elements of keys, which are set first if there are none: gobridge_map_get_or_set for each, in order. What is
 * set is copied as gobridge_map_set_n does.
 *   keys       count keys
 *   fallbacks  count elements: what each is set to; must fit even if it is not needed
 *   elems      receives the elements that the keys have now, zero values where the item failed; may be NULL
 *   found      receives 1 if a key was there, 0 if it was set or the item failed; may be NULL
 *   statuses   receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL (also where the map is nil),
 * GOBRIDGE_E_TOO_SMALL if elems has no room for one; the map has it all the same, GOBRIDGE_E_TOO_DEEP. Go: as
 * gobridge_map_get and gobridge_map_set, in a loop under one lock. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_get_or_set_n(gobridge_ref map, const gobridge_column *keys,
                                                       const gobridge_column *fallbacks, size_t count,
                                                       gobridge_column *elems, uint8_t *found,
                                                       gobridge_status *statuses);

/* Removes keys: gobridge_map_delete for each, in order.
 *   keys      count keys
 *   found     receives 1 if a key was there, else 0; may be NULL
 *   statuses  receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, _RANGE, _UNHASHABLE, _NIL, GOBRIDGE_E_TOO_DEEP. Go:
 * delete(map, key), in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_delete_n(gobridge_ref map, const gobridge_column *keys,
                                                   size_t count, uint8_t *found, gobridge_status *statuses);

/* Adds to the elements of keys, which are numbers: gobridge_map_add for each, in order. So a program counts words without
 * reading back; a new string key is copied as gobridge_map_set_n does.
 *   keys      count keys
 *   deltas    what is added to each; in a PLAIN column of the element type. NULL for 1 each
 *   statuses  receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE (also where a sum does not fit: that
 * element is unchanged), GOBRIDGE_E_UNHASHABLE, GOBRIDGE_E_NIL (also where the map is nil), GOBRIDGE_E_TOO_DEEP. Go:
 * map[key] += delta, in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_add_n(gobridge_ref map, const gobridge_column *keys,
                                                const gobridge_column *deltas, size_t count,
                                                gobridge_status *statuses);

/* Moves an iterator as gobridge_map_next does, up to count times, and returns the entries. It ends before the entry for
 * which an OFFSETS column has no room, which the next call gives.
 *   count   how many entries at most
 *   keys    receives the keys
 *   elems   receives the elements; may be NULL
 *   filled  receives how many there are; 0 past the end alone, unless count is 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_MAP_RELEASED,
 * GOBRIDGE_E_TOO_SMALL if there is no room for even one. Go: for key, elem := range map. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_map_next_n(gobridge_ref iterator, size_t count, gobridge_column *keys,
                                                 gobridge_column *elems, size_t *filled);

/* Reads elements of a slice or array (slice.h): gobridge_slice_get for each.
 *   index  the first one, from 0
 *   count  how many
 *   elems  receives them
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_INDEX if there are not so
 * many, GOBRIDGE_E_TOO_SMALL if not all fit. Go: copy. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_read_n(gobridge_ref slice, int64_t index, size_t count,
                                                   gobridge_column *elems);

/* Sets elements of a slice: gobridge_slice_set for each. Strings share memory as in gobridge_map_set_n.
 *   index     the first one, from 0
 *   elems     count elements
 *   statuses  receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_INDEX if there are
 * not so many elements. Go: copy. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_write_n(gobridge_ref slice, int64_t index,
                                                    const gobridge_column *elems, size_t count,
                                                    gobridge_status *statuses);

/* Gives a slice with more elements: gobridge_slice_append. All or none: if one does not fit, nothing has changed.
 *   elems   count elements. Strings share memory as in gobridge_map_set_n
 *   longer  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_LIMIT for
 * more than 1 GiB in longer. Go: append. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_append_n(gobridge_ref slice, const gobridge_column *elems,
                                                     size_t count, gobridge_ref *longer);

/* Makes Go values of a type: gobridge_value_make for each, or gobridge_value_box for a PLAIN column. Strings share memory as
 * in gobridge_map_set_n.
 *   type      a type
 *   items     count items, copied
 *   boxed     receives count references; release each once, or all by gobridge_release_n. 0 for a nil interface and where the
 *             item failed. May be NULL if count is 0
 *   statuses  receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_LIMIT for more than 1 GiB,
 * with 64 bytes for each reference, GOBRIDGE_E_NIL where a nil pointer stands for what it points to. Go:
 * any(T(item)), in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_box_n(gobridge_ref type, const gobridge_column *items,
                                                  size_t count, gobridge_ref *boxed,
                                                  gobridge_status *statuses);

/* Reads what references name: gobridge_value_get for each.
 *   type      what Go could assign each of them to; 0 for any, in VALUES
 *   refs      count references. May be NULL if count is 0
 *   values    receives what they name, in VALUES as gobridge_value_get gives it: a REF is the reference in refs. Zero values
 *             of the type, NIL without one, where an item failed
 *   statuses  receives a status for each; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE (of an item: it is not of the type), GOBRIDGE_E_RANGE,
 * GOBRIDGE_E_TOO_SMALL, and of an item what a bad reference gives. Go: ref.(T), in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_get_n(gobridge_ref type, const gobridge_ref *refs, size_t count,
                                                  gobridge_column *values, gobridge_status *statuses);

/* Calls a Go function for each row of its arguments: gobridge_call, in order. A row that fails, panics or returns an error
 * has its status, and the next one is called; only runtime.Goexit ends them all.
 *   args      nargs columns, one for each argument, of count items each
 *   nargs     at most 64
 *   results   receives the results, nresults columns of count items; zero values where a row failed
 *   nresults  how many: the function's results without a last one of type error; at most 8
 *   statuses  receives a status for each row; may be NULL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_COUNT, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE,
 * GOBRIDGE_E_TOO_SMALL, GOBRIDGE_E_RETURNED, GOBRIDGE_E_PANIC, GOBRIDGE_E_GOEXIT. No locks are held meanwhile.
 * Go: the function itself, in a loop. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_call_n(gobridge_ref func, const gobridge_column *args, size_t nargs,
                                             size_t count, gobridge_column *results, size_t nresults,
                                             gobridge_status *statuses);

GOBRIDGE_END

#endif
