/* The exported twins of the inline makers of values. */
#include <gobridge/make.h>

extern inline gobridge_value gobridge_string(const char *data, size_t len);
extern inline gobridge_value gobridge_bytes(const uint8_t *data, size_t len);
extern inline gobridge_value gobridge_int64(int64_t number);
extern inline gobridge_value gobridge_uint64(uint64_t number);
extern inline gobridge_value gobridge_float64(double number);
extern inline gobridge_value gobridge_bool(uint8_t truth);
extern inline gobridge_value gobridge_object(gobridge_ref ref);
extern inline gobridge_value gobridge_nil(void);
