/* Values from C: what fills in a gobridge_value. Each is inline, and exported too for who calls it by pointer; a binding fills in
 * the struct itself. What they show stays the caller's: none owns anything, and none can fail. */
#ifndef GOBRIDGE_MAKE_H
#define GOBRIDGE_MAKE_H

#include <gobridge/value.h>

GOBRIDGE_BEGIN

/* A value of a kind whose eight bytes, length and nothing else are given: what the others are made of. */
#define GOBRIDGE_MAKE(kind, member, payload, length)      \
    gobridge_value value = {(kind), 0, {0}, (length), 0}; \
    value.as.member = (payload);                          \
    return value

/* A string.
 *   data  len bytes, UTF-8 or any other; need not end with NUL; may be NULL if len is 0
 *   len   how many
 * Returns the value. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_string(const char *data, size_t len) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_STRING, s, data, len);
}

/* Bytes, as gobridge_string. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_bytes(const uint8_t *data, size_t len) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_BYTES, b, data, len);
}

/* An int64. Any integer type that can hold it takes it (value.h). Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_int64(int64_t number) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_INT64, i, number, 0);
}

/* A uint64, as gobridge_int64. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_uint64(uint64_t number) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_UINT64, u, number, 0);
}

/* A float64. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_float64(double number) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_FLOAT64, f, number, 0);
}

/* A bool: true unless truth is 0. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_bool(uint8_t truth) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_BOOL, u, (uint64_t)(truth != 0), 0);
}

/* What a reference names. The reference stays the caller's. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_object(gobridge_ref ref) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_REF, ref, ref, 0);
}

/* Nil. Since 1.0. */
GOBRIDGE_API inline gobridge_value gobridge_nil(void) {
    GOBRIDGE_MAKE(GOBRIDGE_KIND_NIL, u, 0, 0);
}

#undef GOBRIDGE_MAKE

GOBRIDGE_END

#endif
