/* Versions and linkage: what every other header stands on. */
#ifndef GOBRIDGE_API_H
#define GOBRIDGE_API_H

#include <stddef.h>
#include <stdint.h>

/* The version of these headers. The major is the SONAME's; a minor only adds. */
#define GOBRIDGE_VERSION_MAJOR 1
#define GOBRIDGE_VERSION_MINOR 0
#define GOBRIDGE_VERSION_PATCH 0
#define GOBRIDGE_VERSION \
    (GOBRIDGE_VERSION_MAJOR * 10000 + GOBRIDGE_VERSION_MINOR * 100 + GOBRIDGE_VERSION_PATCH)

/* Define it before including to hide what later minors added: 100 is 1.0. */
#ifndef GOBRIDGE_API_VERSION
#define GOBRIDGE_API_VERSION (GOBRIDGE_VERSION_MAJOR * 100 + GOBRIDGE_VERSION_MINOR)
#endif
#if GOBRIDGE_API_VERSION < GOBRIDGE_VERSION_MAJOR * 100 || \
    GOBRIDGE_API_VERSION > GOBRIDGE_VERSION_MAJOR * 100 + GOBRIDGE_VERSION_MINOR
#error "GOBRIDGE_API_VERSION is that of another major version, or newer than these headers"
#endif

#ifdef __cplusplus
#define GOBRIDGE_BEGIN extern "C" {
#define GOBRIDGE_END   }
#else
#define GOBRIDGE_BEGIN
#define GOBRIDGE_END
#endif

/* Marks every exported function, and nothing else. */
#ifndef GOBRIDGE_API
#define GOBRIDGE_API __attribute__((visibility("default")))
#endif

#endif
