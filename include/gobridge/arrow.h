/* Arrow: Go slices and maps as Arrow arrays, and back, through Arrow's C data interface.
 *
 * Every library that knows Arrow takes and returns the two structs below. They are the interface's own: its headers, or
 * nanoarrow's, may be included before this one or after it. How Go types and Arrow's go together:
 *
 *   Go                        Arrow (format)                     notes
 *   int8 ... uint64, floats   the same (c C s S i I l L f g)     int, uint and uintptr by their size here
 *   bool                      boolean (b)
 *   string                    utf8 (u)                           import: also U, z, Z
 *   []byte                    binary (z)                         import: also Z, u, U
 *   [N]byte                   fixed-size binary (w:N)
 *   time.Time                 timestamp (tsn:UTC)                import: any unit and zone; UTC in Go
 *   time.Duration             duration (tDn)                     import: any unit
 *   []T                       list (+l)                          import: also +L and +w:N
 *   [N]T                      fixed-size list (+w:N)
 *   struct                    struct (+s)                        a child for each exported field, under its name
 *   map[K]V                   map (+m)                           K holds no nil
 *   *T                        T, nullable                        nil is null, and null is nil
 *
 * The rows of an array are the elements of a slice. A map as a whole is an array of structs, with a child `key` and a child
 * `value`: a table of two columns. A nil slice, []byte or map within is null too, as in JSON. All else is never null. Types
 * with names of their own are as good. What has no Arrow form (interfaces, funcs, chans, complex numbers, structs that
 * export no field, types that hold themselves) fails with GOBRIDGE_E_WRONG_TYPE or GOBRIDGE_E_TOO_DEEP, and the message has the
 * path to it.
 *
 * Columns (column.h) of the layouts PLAIN and OFFSETS need no export: what they fill is the host's memory, and those are an
 * Arrow array's buffers already. */
#ifndef GOBRIDGE_ARROW_H
#define GOBRIDGE_ARROW_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

/* Shows a slice, an array or a map as an Arrow array.
 *
 * A slice or array of numbers, of time.Duration, of [N]byte or of arrays of these is not copied: the buffer is Go's own
 * memory, and what is written to the slice later shows in the array, which Arrow wants not to change. All else is copied,
 * under the locks of what is read, at most 1 GiB; gobridge_slice_sub cuts a longer slice.
 *   value   a slice, an array, a pointer to either, or a map. The array lasts whatever becomes of this reference
 *   schema  receives the type; release it once, by its own callback
 *   array   receives the rows; release it once, by its own callback
 * Each struct, also of a child, holds a reference that gobridge_ref_count counts and no scope closes. The callbacks may be
 * called on any thread. In a forked child they free nothing.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if value is a nil pointer, GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_TOO_DEEP, GOBRIDGE_E_SYNTAX for a string that is no UTF-8, GOBRIDGE_E_RANGE for a time that is not between the
 * years 1678 and 2262, GOBRIDGE_E_LIMIT for more than 1 GiB or more than 65,536 columns. Go: reflect. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_arrow_export(gobridge_ref value, struct ArrowSchema *schema,
                                                   struct ArrowArray *array);

/* Makes a Go slice or map of a copy of an Arrow array, sliced or not, also a dictionary-encoded one.
 *
 * A field of a struct takes the child of its name: of the name as Go can have it ("max temp" is Max_temp), else of one that
 * differs in case alone. Each field needs one; children that no field takes are left out. For a map the first child is
 * the key and the second the element; of equal keys the last one counts.
 *   schema  the array's type. Released by this call where it succeeds, else still the caller's
 *   array   the rows. As schema
 *   type    a slice or map type; 0 for a slice of what the array has: lists become slices, structs Go structs, and what has
 *           nulls a pointer, unless it is a slice or map
 *   made    receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL (also if either is released, or a buffer is missing), GOBRIDGE_E_WRONG_TYPE
 * if a child does not fit or has a format that is not above, GOBRIDGE_E_UNKNOWN_NAME if a field has no child,
 * GOBRIDGE_E_NIL for a null that the Go type cannot be, GOBRIDGE_E_ARGUMENT for lengths, offsets or indexes that cannot
 * be, GOBRIDGE_E_RANGE for a duration that does not fit, GOBRIDGE_E_LIMIT for more than 1 GiB in Go or 65,536 columns, GOBRIDGE_E_COUNT for a number
 * of buffers or children that the format does not have, GOBRIDGE_E_TOO_DEEP, GOBRIDGE_E_PANIC for an address at which
 * nothing lies, GOBRIDGE_E_UNSUPPORTED in a batch. Only what the array itself says can be checked: a buffer that is
 * shorter than that cannot be told from a good one. Go: reflect. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_arrow_import(struct ArrowSchema *schema, struct ArrowArray *array,
                                                   gobridge_ref type, gobridge_ref *made);

GOBRIDGE_END

#endif
