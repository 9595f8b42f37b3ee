/* Structs and their fields.
 *
 * A struct is a reference to a T or, so that its fields are variables, to a *T; a nil pointer fails with GOBRIDGE_E_NIL.
 *
 * A field is named as Go's selectors name it: "Name", also one of an embedded struct, or by a path, "Owner.Address.City",
 * which goes through pointers to structs as Go does; one that is nil fails with GOBRIDGE_E_NIL. Only exported fields can be
 * reached. A name that is not known fails with GOBRIDGE_E_UNKNOWN_NAME with the nearest that are.
 *
 * Each call guards the whole variable that the reference (or the last pointer on the path) points to, so any number of
 * threads may get and set fields by the same pointer, and load or store what it points to. Not kept apart are a variable
 * and a part of it by a pointer of its own (gobridge_struct_at): there the program must see to it, as in Go. */
#ifndef GOBRIDGE_STRUCT_H
#define GOBRIDGE_STRUCT_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* Reads a field by its name: Go's ref.field.
 *   ref    a struct or a pointer to one
 *   field  its name or path; need not end with NUL
 *   len    bytes of it
 *   value  receives it, a number or bool inline; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_UNKNOWN_NAME, GOBRIDGE_E_UNEXPORTED, GOBRIDGE_E_LIMIT
 * (no name has len bytes). Go: reflect.Value.FieldByName. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_struct_get(gobridge_ref ref, const char *field, size_t len,
                                                 gobridge_value *value);

/* Copies a field that is a string or a slice of bytes, of any name, into the caller's memory, with no NUL at the end and
 * nothing to release.
 *   ref        a struct or a pointer to one
 *   field      its name or path, as for gobridge_struct_get
 *   field_len  the length of that
 *   buffer     receives the bytes; NULL is right if capacity is 0
 *   capacity   bytes of buffer
 *   len        receives the length in bytes of the whole, also with GOBRIDGE_E_TOO_SMALL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_UNKNOWN_NAME, GOBRIDGE_E_UNEXPORTED, GOBRIDGE_E_LIMIT (as
 * gobridge_struct_get), GOBRIDGE_E_TOO_SMALL if len is more than capacity (nothing is copied), GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_UNSUPPORTED in a batch. Crosses nothing as gobridge_slice_text does. Go: copy(buffer, s.field). Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_struct_text(gobridge_ref ref, const char *field, size_t field_len,
                                                  char *buffer, size_t capacity, size_t *len);

/* Reads a field by its index, with no name to look up.
 *   ref    a struct or a pointer to one
 *   index  from 0, in the order of the declaration; gobridge_type_field tells what it is
 *   value  receives it, a number or bool inline; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_UNEXPORTED, GOBRIDGE_E_INDEX if there is no such
 * field. Go: reflect.Value.Field. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_struct_get_at(gobridge_ref ref, uint32_t index, gobridge_value *value);

/* Sets a field by its name: Go's pointer.field = value.
 *   pointer  a pointer to a struct; a struct by value fails with GOBRIDGE_E_WRONG_KIND, but where the path goes on through a
 *            pointer in it
 *   field    its name or path; need not end with NUL
 *   len      bytes of it
 *   value    what it becomes; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_UNKNOWN_NAME, GOBRIDGE_E_UNEXPORTED,
 * GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE if a number does not fit. Go: reflect.Value.Set. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_struct_set(gobridge_ref pointer, const char *field, size_t len,
                                                 const gobridge_value *value);

/* Sets a field by its index.
 *   pointer  a pointer to a struct
 *   index    from 0, in the order of the declaration
 *   value    what it becomes; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_UNEXPORTED, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_INDEX
 * if there is no such field, GOBRIDGE_E_RANGE if a number does not fit. Go: reflect.Value.Set. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_struct_set_at(gobridge_ref pointer, uint32_t index,
                                                    const gobridge_value *value);

/* The address of a field: Go's &pointer.field, for what lies inside it.
 *   pointer, field, len  as gobridge_struct_set has them
 *   field_pointer        receives a reference to the pointer; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL, GOBRIDGE_E_UNKNOWN_NAME, GOBRIDGE_E_UNEXPORTED,
 * GOBRIDGE_E_LIMIT (no name has len bytes). Go: reflect.Value.Addr. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_struct_at(gobridge_ref pointer, const char *field, size_t len,
                                                gobridge_ref *field_pointer);

GOBRIDGE_END

#endif
