/* The library's functions as a table. */
#include "thread.h"

#include <gobridge/table.h>

static const gobridge_api table = {
    .size = sizeof table,
    .version = GOBRIDGE_API_VERSION,
#define GOBRIDGE_CALL(name, ...) .name = (name),
#define GOBRIDGE_CALL_OF_C(name, ...)
#define GOBRIDGE_LOCAL(name, ...) .name = (name),
#include "functions.h"
};

gobridge_status gobridge_api_get(uint32_t version, const gobridge_api **api) {
    GOBRIDGE_NOT_NULL(api);
    if (version / 100 != GOBRIDGE_VERSION_MAJOR || version > table.version) {
        return gobridge_fail(GOBRIDGE_E_UNSUPPORTED, __func__, "version is %u; this library has %d to %u",
                             version, GOBRIDGE_VERSION_MAJOR * 100, table.version);
    }
    *api = &table;
    return GOBRIDGE_OK;
}
