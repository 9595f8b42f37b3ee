/* Types: Go's types by their expressions. */
#ifndef GOBRIDGE_TYPE_H
#define GOBRIDGE_TYPE_H

#include <gobridge/ref.h>

GOBRIDGE_BEGIN

/* Kinds of types and of values. The numbers up to 26 are those of Go's reflect.Kind; the last two are kinds of a
 * gobridge_value only. */
#define GOBRIDGE_KINDS(X)               \
    X(GOBRIDGE_KIND_NIL, 0)             \
    X(GOBRIDGE_KIND_BOOL, 1)            \
    X(GOBRIDGE_KIND_INT, 2)             \
    X(GOBRIDGE_KIND_INT8, 3)            \
    X(GOBRIDGE_KIND_INT16, 4)           \
    X(GOBRIDGE_KIND_INT32, 5)           \
    X(GOBRIDGE_KIND_INT64, 6)           \
    X(GOBRIDGE_KIND_UINT, 7)            \
    X(GOBRIDGE_KIND_UINT8, 8)           \
    X(GOBRIDGE_KIND_UINT16, 9)          \
    X(GOBRIDGE_KIND_UINT32, 10)         \
    X(GOBRIDGE_KIND_UINT64, 11)         \
    X(GOBRIDGE_KIND_UINTPTR, 12)        \
    X(GOBRIDGE_KIND_FLOAT32, 13)        \
    X(GOBRIDGE_KIND_FLOAT64, 14)        \
    X(GOBRIDGE_KIND_COMPLEX64, 15)      \
    X(GOBRIDGE_KIND_COMPLEX128, 16)     \
    X(GOBRIDGE_KIND_ARRAY, 17)          \
    X(GOBRIDGE_KIND_CHAN, 18)           \
    X(GOBRIDGE_KIND_FUNC, 19)           \
    X(GOBRIDGE_KIND_INTERFACE, 20)      \
    X(GOBRIDGE_KIND_MAP, 21)            \
    X(GOBRIDGE_KIND_POINTER, 22)        \
    X(GOBRIDGE_KIND_SLICE, 23)          \
    X(GOBRIDGE_KIND_STRING, 24)         \
    X(GOBRIDGE_KIND_STRUCT, 25)         \
    X(GOBRIDGE_KIND_UNSAFE_POINTER, 26) \
    X(GOBRIDGE_KIND_BYTES, 32)          \
    X(GOBRIDGE_KIND_REF, 33)

enum { /* anonymous: a kind crosses the ABI as uint32_t */
#define GOBRIDGE_KIND_NUMBER(name, number) name = number,
       GOBRIDGE_KINDS(GOBRIDGE_KIND_NUMBER)
#undef GOBRIDGE_KIND_NUMBER
};

/* Parses a type expression in Go's syntax, "map[string][]int64". It knows Go's predeclared types, error, any,
 * unsafe.Pointer, fmt.Stringer, time.Duration, time.Time, big.Int, big.Float and big.Rat (of math/big), and builds
 * arrays, slices, maps, pointers, channels, functions and structs (with tags) of them. Interfaces with methods can only
 * be named, and none can be embedded. An expression that this process has parsed before crosses nothing.
 *   expression  at most 65,536 bytes; need not end with NUL
 *   len         its length in bytes
 *   type        receives the reference; types live as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_SYNTAX (also what Go's compiler would refuse, such as a field
 * named twice), GOBRIDGE_E_TOO_DEEP (more than 64 levels), GOBRIDGE_E_UNKNOWN_TYPE, GOBRIDGE_E_UNHASHABLE (a map's
 * key type that is not comparable), GOBRIDGE_E_RANGE (too long, an array length that does not fit, or a type of more
 * than 256 MiB). Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_parse(const char *expression, size_t len, gobridge_ref *type);

/* The type of what a reference names: a map's, a boxed value's (its dynamic type); a type's is itself.
 * An iterator and an itab have none (GOBRIDGE_E_WRONG_KIND).
 *   type  receives the reference; types live as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_of(gobridge_ref ref, gobridge_ref *type);

/* Go's name for a type, as reflect's Type.String gives it.
 *   name  receives a NUL-terminated string that lives as long as the process
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_name(gobridge_ref type, const char **name);

/* The kind of a type, one of GOBRIDGE_KIND_BOOL to GOBRIDGE_KIND_UNSAFE_POINTER.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_kind(gobridge_ref type, uint32_t *kind);

/* How a key or an element of this type crosses behind a void pointer.
 *   size   receives its bytes in C: Go's size where the type holds no pointers, else sizeof(gobridge_value)
 *   plain  receives 1 where those bytes are the type's own layout, 0 where they are one gobridge_value
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_type_layout(gobridge_ref type, uint64_t *size, uint8_t *plain);

GOBRIDGE_END

#endif
