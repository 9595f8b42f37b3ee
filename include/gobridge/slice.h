/* Slices and arrays.
 *
 * A `slice` is a reference to a []T or *[]T, or to an array by a *[N]T, which stands for the slice of all its elements.
 * What only reads takes an array by value too ([N]T); what needs its elements as variables fails with GOBRIDGE_E_WRONG_KIND
 * for one. A nil pointer fails with GOBRIDGE_E_NIL; a nil slice is one of no elements.
 *
 * As in Go, slices share memory: what is set through one shows in every other that shows the same elements, such as the
 * one that gobridge_slice_sub gave. Each call on an element guards it, so any number of threads may get and set the same
 * one. Not kept apart are a variable and a part of it, as an element and a field of it by gobridge_struct_at, nor a view:
 * where one thread writes the one while another uses the other, the program must see to it, as in Go. */
#ifndef GOBRIDGE_SLICE_H
#define GOBRIDGE_SLICE_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Makes a slice of zero elements: Go's make([]T, len, cap).
 *   type   a slice type
 *   len    how many elements
 *   cap    how many it can grow to in place, at least len
 *   slice  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_LIMIT if a number is negative, cap is less than len or the slice
 * would have more than 1 GiB or 2^30 elements. Go: reflect.MakeSlice. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_new(gobridge_ref type, int64_t len, int64_t cap,
                                                gobridge_ref *slice);

/* How many elements there are: Go's len(s).
 *   len  receives the number
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL. Go: reflect.Value.Len. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_len(gobridge_ref slice, int64_t *len);

/* How many elements it can grow to in place: Go's cap(s).
 *   cap  receives the number
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL. Go: reflect.Value.Cap. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_cap(gobridge_ref slice, int64_t *cap);

/* Reads an element: Go's s[index].
 *   index  from 0
 *   elem   receives it, a number or bool inline; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_INDEX if there is no such element.
 * Go: reflect.Value.Index. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_get(gobridge_ref slice, int64_t index, gobridge_value *elem);

/* Copies an element that is a string or a slice of bytes, of any name, into the caller's memory, with no NUL at the end and
 * nothing to release.
 *   slice     a slice or an array, or a pointer to one
 *   index     from 0
 *   buffer    receives the bytes; NULL is right if capacity is 0
 *   capacity  bytes of buffer
 *   len       receives the length in bytes of the whole, also with GOBRIDGE_E_TOO_SMALL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_INDEX if there is no such element, GOBRIDGE_E_TOO_SMALL if
 * len is more than capacity (nothing is copied), GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_UNSUPPORTED in a batch. Crosses nothing
 * where the element has at most 512 bytes, which lie in Go's heap. Go: copy(buffer, s[index]). Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_text(gobridge_ref slice, int64_t index, char *buffer,
                                                 size_t capacity, size_t *len);

/* Sets an element: Go's s[index] = elem. Not for an array by value.
 *   index  from 0
 *   elem   what it becomes; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_INDEX if there is no such element, GOBRIDGE_E_RANGE if the number
 * does not fit, GOBRIDGE_E_WRONG_TYPE. Go: reflect.Value.Set. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_set(gobridge_ref slice, int64_t index,
                                                const gobridge_value *elem);

/* The address of an element: Go's &s[index], for what lies inside it. Not for an array by value.
 *   index    from 0
 *   pointer  receives a reference to the *T; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_INDEX if there is no such element.
 * Go: reflect.Value.Addr. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_at(gobridge_ref slice, int64_t index, gobridge_ref *pointer);

/* Gives a slice with more elements: Go's append(s, elems...). It has the memory of the old one if that has room, else
 * new memory; the old slice keeps its length, also in the variable that a *[]T points to. Not for an array by value.
 *   elems   what to append; copied. All or none: if one does not fit, nothing has changed
 *   count   how many
 *   longer  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE if a number does not
 * fit its element, or there were more than 1 GiB of elems or in longer. Go: append. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_append(gobridge_ref slice, const gobridge_value *elems,
                                                   size_t count, gobridge_ref *longer);

/* Gives a part of a slice: Go's s[low:high]. It shares the memory. Not for an array by value.
 *   low   the index of its first element
 *   high  the index behind its last; up to the capacity
 *   part  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_INDEX unless 0 <= low <= high <= cap.
 * Go: reflect.Value.Slice. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_sub(gobridge_ref slice, int64_t low, int64_t high,
                                                gobridge_ref *part);

/* Shows the memory of the elements, which hold no pointers: an array of T in Go's layout that C may read and write. A
 * bool in it must stay 0 or 1, or Go code goes astray. No lock guards it, and what Go appends to the slice may lie
 * elsewhere. Not for an array by value.
 *   view  receives BYTES, of len bytes; the memory stays until it is released with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_WRONG_TYPE if the elements hold pointers.
 * Go: unsafe.SliceData, pinned by runtime.Pinner. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_slice_view(gobridge_ref slice, gobridge_value *view);

GOBRIDGE_END

#endif
