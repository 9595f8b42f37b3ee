/* Values: Go values in C.
 *
 * C layout of a Go type, for keys, elements and data behind void pointers, both ways:
 *   - a type without pointers (numbers, bool, arrays and structs of them) is its bytes, as Go lays them out;
 *   - any other type (string, slice, map, pointer, interface, a struct with one of them ...) is one gobridge_value.
 * Memory handed in is copied; the caller keeps it. A bool is one byte, 0 or 1: any other gives GOBRIDGE_E_RANGE.
 *
 * What a gobridge_value stands for, by the Go type it is read for:
 *   - NIL is the nil of a pointer, map, slice, channel, func or interface type;
 *   - STRING is a string, BYTES a []byte (both copied);
 *   - a scalar (BOOL to FLOAT64) becomes, for an interface type, a Go value of exactly that type; for a scalar type, also
 *     a named one, that number, if the type can hold it exactly (a float may be rounded to a narrower one);
 *   - REF is what the reference names, where Go could assign it. A reference to a *T where a T is asked for stands
 *     for what it points to.
 * Anything else gives GOBRIDGE_E_WRONG_TYPE; a number that its kind can not hold, flags that are not 0 or a length
 * that no Go string has give GOBRIDGE_E_RANGE.
 *
 * What comes back: nil as NIL, a string as STRING, a byte slice as BYTES, all else as REF. Out of an interface, a
 * value of a predeclared scalar, string or []byte type comes back as that kind and any other, also one of a named type
 * such as time.Duration, as REF, so that putting it back keeps its type. What comes back owns its reference and is
 * released with gobridge_value_release. */
#ifndef GOBRIDGE_VALUE_H
#define GOBRIDGE_VALUE_H

#include <gobridge/type.h>

GOBRIDGE_BEGIN

/* One Go value: 32 bytes, the same on every platform. */
typedef struct gobridge_value {
    uint32_t kind;  /* GOBRIDGE_KIND_NIL, BOOL to FLOAT64, STRING, BYTES, REF */
    uint32_t flags; /* 0 */
    union {
        int64_t i;        /* INT to INT64 */
        uint64_t u;       /* BOOL (0 or 1), UINT to UINTPTR */
        double f;         /* FLOAT32, FLOAT64 */
        const char *s;    /* STRING: UTF-8 or any other bytes, not NUL-terminated */
        const uint8_t *b; /* BYTES */
        gobridge_ref ref; /* REF */
    } as;
    uint64_t len;       /* bytes of a string or bytes, else 0 */
    gobridge_ref owner; /* keeps what `as` shows alive; 0 where the memory or reference is the caller's */
} gobridge_value;

#ifndef GOBRIDGE_TEXT
#define GOBRIDGE_TEXT
/* A string in a column: any bytes, not NUL-terminated. */
typedef struct gobridge_text {
    const char *data; /* may be NULL where len is 0 */
    uint64_t len;     /* in bytes */
} gobridge_text;
#endif

/* Makes a variable of a type, zero at first: Go's new(T).
 *   type     a type
 *   pointer  receives a reference to the *T; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: reflect.New. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_new(gobridge_ref type, gobridge_ref *pointer);

/* Makes a Go value of a type from C memory, for where a gobridge_value needs a REF: Go's any(T(data)).
 *   type   a type
 *   data   a T in C layout (above); copied
 *   boxed  receives a reference; release it once. A nil interface gives 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_box(gobridge_ref type, const void *data, gobridge_ref *boxed);

/* Reads what a reference names: a number or bool inline, also of a named type; a string or []byte as a view whose
 * memory lives until the value is released; anything else as REF to the same reference, owner 0.
 *   value  receives it; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_get(gobridge_ref ref, gobridge_value *value);

/* Reads a Go value into C memory: what a pointer points to, Go's *p, or any other value itself.
 *   ref   a reference to a value
 *   data  receives it in C layout (above): of a *T the T
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL where it is a nil pointer. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_load(gobridge_ref ref, void *data);

/* Writes what a pointer points to: Go's *p = v.
 *   pointer  a reference to a *T
 *   data     the T in C layout (above); copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL where the pointer is nil, GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_RANGE. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_store(gobridge_ref pointer, const void *data);

/* Releases what a value owns and makes it NIL; without an owner it crosses nothing.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, or what a bad reference gives for the owner (the value stays as it is).
 * Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_release(gobridge_value *value);

GOBRIDGE_END

#endif
