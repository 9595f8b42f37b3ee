/* Values: Go values in C.
 *
 * C layout of a Go type, for keys, elements and data behind void pointers, both ways:
 *   - a type without pointers (numbers, bool, arrays and structs of them) is its bytes, as Go lays them out;
 *   - any other type (string, slice, map, pointer, interface, a struct with one of them ...) is one gobridge_value.
 * Memory handed in is copied; the caller keeps it. (Functions of libraries that gobridge build has made may read what they are given
 * where it lies, until the call returns: docs/library.md, "What is not copied".) A bool is one byte, 0 or 1: any other fails with GOBRIDGE_E_RANGE.
 *
 * What a gobridge_value stands for, by the Go type it is read for:
 *   - NIL is the nil of a pointer, map, slice, channel, func or interface type, but context.Background() of context.Context;
 *   - STRING is a string, BYTES a []byte (both copied);
 *   - a scalar (BOOL to FLOAT64) becomes, for an interface type, a Go value of exactly that type; for a scalar type, also
 *     a named one, that number, if the type can hold it exactly (a float may be rounded to a narrower one);
 *   - REF is what the reference names, where Go could assign it. A reference to a *T stands for what it points to where
 *     Go could assign a T;
 *   - BYTES of a whole number of elements are also a slice of any numbers, or of arrays or structs of numbers: their memory as Go has
 *     it, copied;
 *   - BYTES, and a REF to a slice, are also an array of the same elements and of that length; any other length gives
 *     GOBRIDGE_E_ARGUMENT.
 * Anything else fails with GOBRIDGE_E_WRONG_TYPE; a number that its kind cannot hold fails with GOBRIDGE_E_RANGE, flags that are
 * not 0 give GOBRIDGE_E_ARGUMENT, a length that no Go string has GOBRIDGE_E_LIMIT.
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
    gobridge_ref owner; /* keeps what `as` shows alive; 0 if the memory or reference is the caller's */
} gobridge_value;

/* A string, or bytes, of a column: what Go and Rust have for one. */
typedef struct gobridge_text {
    const char *data; /* not NUL-terminated; may be NULL if len is 0 */
    size_t len;       /* in bytes */
} gobridge_text;

/* Makes a variable of a type, zero at first: Go's new(T).
 *   type     a type
 *   pointer  receives a reference to the *T; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Go: reflect.unsafe_New. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_new(gobridge_ref type, gobridge_ref *pointer);

/* Makes a Go value of a type from C memory, for where a gobridge_value needs a REF: Go's any(T(data)).
 *   type   a type
 *   data   a T in C layout (above); copied
 *   boxed  receives a reference; release it once. A nil interface becomes 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_NIL where a nil pointer
 * stands for what it points to. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_box(gobridge_ref type, const void *data, gobridge_ref *boxed);

/* Reads what a reference names: a number or bool inline, also of a named type; a string or []byte as a view whose
 * memory lives until the value is released; anything else as REF to the same reference, owner 0.
 *   value  receives it; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_get(gobridge_ref ref, gobridge_value *value);

/* Shows a string or []byte where it lies: nothing is made or copied, so there is nothing to release. Crosses nothing, but for the first
 * use of the host's memory.
 *   view  receives STRING or BYTES, owner 0, whose memory is valid as long as the reference is live; NIL for a nil []byte
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_KIND if it is neither. Go: unsafe.StringData. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_view(gobridge_ref ref, gobridge_value *view);

/* Reads a Go value into C memory: what a pointer points to, Go's *p, or any other value itself.
 *   ref   a reference to a value
 *   data  receives it in C layout (above): of a *T the T
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if it is a nil pointer. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_load(gobridge_ref ref, void *data);

/* Writes what a pointer points to: Go's *p = v.
 *   pointer  a reference to a *T
 *   data     the T in C layout (above); copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if the pointer is nil, GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_RANGE. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_store(gobridge_ref pointer, const void *data);

/* Releases what a value owns and makes it NIL; without an owner, or where gobridge_release would, it crosses nothing.
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, or what a bad reference gives for the owner (the value stays as it is).
 * Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_release(gobridge_value *value);

/* Makes a Go value of exactly a type from a value: Go's any(T(from)), as the rules above read `from` for T. So a number
 * becomes a time.Duration, a string a value of a named string type.
 *   type   a type
 *   from   copied
 *   boxed  receives a reference; release it once. A nil interface becomes 0
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_NIL where a nil pointer
 * stands for what it points to. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_make(gobridge_ref type, const gobridge_value *from,
                                                 gobridge_ref *boxed);

/* Reads what a pointer points to as a value: a number or bool inline whatever its type, all else as said above under
 * "what comes back". (gobridge_value_load gives it in C layout.)
 *   pointer  a reference to a *T
 *   value    receives the T; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if the pointer is nil. Go: *pointer. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_follow(gobridge_ref pointer, gobridge_value *value);

/* Writes what a pointer points to from a value: Go's *pointer = value. (gobridge_value_store takes it in C layout.)
 *   pointer  a reference to a *T
 *   value    what the T becomes; copied
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if the pointer is nil, GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_RANGE. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_set(gobridge_ref pointer, const gobridge_value *value);

/* Makes a value that lives on its own: a string or bytes are copied into Go's memory, a REF becomes a new reference to
 * the same Go value. NIL and scalars own nothing, and cross nothing.
 *   from  any value
 *   to    receives the copy; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_copy(const gobridge_value *from, gobridge_value *to);

/* ---- comparing ----
 * A value is compared as the Go value that it would be in an interface: an INT is equal to no INT64, a string equals a
 * REF to the same string. Where neither is a REF or BYTES, C answers and nothing crosses. Arrays and structs
 * nested more than 10,000 levels deep by interfaces give GOBRIDGE_E_TOO_DEEP, ones of more than 256 MiB in all
 * GOBRIDGE_E_LIMIT. The same holds of a map's key, in every function that takes one. */

/* Whether two values are equal: Go's any(a) == any(b).
 *   equal  receives 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNHASHABLE if they are of one type that cannot be compared (a
 * slice, map or func, or one that holds such), GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE, GOBRIDGE_E_TOO_DEEP. Since
 * 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_equal(const gobridge_value *a, const gobridge_value *b,
                                                  uint8_t *equal);

/* The order of two values: of a type that has a method Compare or Cmp for it (time.Time, *big.Int ...) what that says,
 * else that of numbers or strings of one type. A NaN is less than any other number and equal to a NaN.
 *   order  receives -1, 0 or 1
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE if they have no order, GOBRIDGE_E_RANGE, GOBRIDGE_E_LIMIT.
 * Go: cmp.Compare. A method runs as is said under "as text". Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_compare(const gobridge_value *a, const gobridge_value *b,
                                                    int32_t *order);

/* A hash of a value: equal values have equal ones, within this process only.
 *   hash  receives it
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_UNHASHABLE for what cannot be compared, GOBRIDGE_E_WRONG_TYPE,
 * GOBRIDGE_E_RANGE, GOBRIDGE_E_TOO_DEEP. Go: hash/maphash. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_hash(const gobridge_value *value, uint64_t *hash);

/* ---- as text ----
 * Numbers of math/big take up to the square of their length: one that would take more than about a second, such as the
 * big.Float 1e-200000, fails with GOBRIDGE_E_LIMIT, and so does one whose text has more than 256 KiB. An error that wraps more
 * than 10,000 others in each other, or itself, fails with GOBRIDGE_E_TOO_DEEP, one that wraps more than 1,048,576 in all
 * GOBRIDGE_E_LIMIT.
 *
 * While one of these goes over a value and all that it leads to, no other thread changes any of it: every other call
 * that reads or writes Go's memory waits. A method of the value's (String, MarshalJSON ...) may call this library on
 * this thread, but must not wait for another thread that does. Its panic becomes GOBRIDGE_E_PANIC, its runtime.Goexit
 * GOBRIDGE_E_GOEXIT. */

/* Prints a value as Go does.
 *   text  receives a STRING; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_TOO_DEEP (more than 10,000 arrays,
 * slices, maps and structs in each other, as JSON is read; such as a map that holds itself), GOBRIDGE_E_LIMIT (more than 256 MiB in all). Go: fmt.Sprintf("%v", value), which shows a
 * panic of a method in the text. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_print(const gobridge_value *value, gobridge_value *text);

/* Copies a string or bytes into the caller's memory, with no NUL at the end. A STRING or BYTES crosses nothing, nor does
 * a REF to at most 512 bytes in Go's heap.
 *   value     a STRING or BYTES, or a REF to a string or byte slice of any name, or to a variable of one
 *   buffer    receives the bytes; NULL is right if capacity is 0
 *   capacity  bytes of buffer
 *   len       receives the length in bytes of the whole, also with GOBRIDGE_E_TOO_SMALL
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_TOO_SMALL if len is more than capacity (nothing is copied),
 * GOBRIDGE_E_WRONG_TYPE, GOBRIDGE_E_RANGE. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_read(const gobridge_value *value, char *buffer, size_t capacity,
                                                 size_t *len);

/* Makes a Go value of exactly a type from its form as text: by the method UnmarshalText of the type or of a pointer to
 * it (time.Time, big.Int, netip.Addr ...), else "1h30m" for a time.Duration, decimal digits for an integer, what Go's
 * strconv takes for any other number or bool, and a string or byte slice as it is. Of a pointer type with that method
 * (*big.Int) it makes a new variable and returns the pointer.
 *   type   a type
 *   text   copied
 *   len    bytes of text
 *   boxed  receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_SYNTAX if text is no form of the type, GOBRIDGE_E_RANGE if the
 * number does not fit, GOBRIDGE_E_WRONG_TYPE if the type has no form as text.
 * Go: encoding.TextUnmarshaler, strconv, time.ParseDuration. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_from_text(gobridge_ref type, const char *text, size_t len,
                                                      gobridge_ref *boxed);

/* The form as text of a value, which gobridge_value_from_text takes.
 *   text  receives a STRING; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE if the value's type has no form as text,
 * GOBRIDGE_E_RETURNED if its method MarshalText returns an error, GOBRIDGE_E_LIMIT for a number of math/big that
 * is too long.
 * Go: encoding.TextMarshaler, strconv, time.Duration.String. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_to_text(const gobridge_value *value, gobridge_value *text);

/* Makes a Go value of a type from JSON. For the type any, objects become map[string]any, arrays []any and numbers
 * float64.
 *   type   a type
 *   json   copied
 *   len    bytes of json
 *   value  receives the value; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_SYNTAX if it is no JSON, GOBRIDGE_E_RANGE if a number does
 * not fit where it belongs, GOBRIDGE_E_WRONG_TYPE if anything else does not. Go: json.Unmarshal. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_from_json(gobridge_ref type, const char *json, size_t len,
                                                      gobridge_value *value);

/* A value as JSON.
 *   json  receives a STRING; release it with gobridge_value_release
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_WRONG_TYPE if JSON has no form for it (a func, a channel, NaN
 * ...), GOBRIDGE_E_RETURNED if a method MarshalJSON or MarshalText returns an error, GOBRIDGE_E_TOO_DEEP,
 * GOBRIDGE_E_LIMIT as gobridge_value_print. Go: json.Marshal. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_to_json(const gobridge_value *value, gobridge_value *json);

/* Makes a time.Time of UTC.
 *   seconds      since 1970, before it negative; at most 9,223,371,974,719,179,007, where Go's own count ends
 *   nanoseconds  0 to 999,999,999
 *   time         receives a reference; release it once
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_RANGE, GOBRIDGE_E_ARGUMENT if nanoseconds are no such. Go: time.Unix. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_from_time(int64_t seconds, int64_t nanoseconds,
                                                      gobridge_ref *time);

/* The moment of a time.Time.
 *   time         a reference to a time.Time of any place, or to a variable of one
 *   seconds      receives the seconds since 1970, before it negative
 *   nanoseconds  receives 0 to 999,999,999
 * Returns GOBRIDGE_OK, GOBRIDGE_E_NULL, GOBRIDGE_E_NIL if it is a nil pointer. Go: time.Time.Unix. Since 1.0. */
GOBRIDGE_API gobridge_status gobridge_value_to_time(gobridge_ref time, int64_t *seconds,
                                                    int64_t *nanoseconds);

GOBRIDGE_END

#endif
