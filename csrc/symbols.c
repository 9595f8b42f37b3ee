/* The linkname set: which symbols of Go's runtime have a function here, and who answers each. */
#include "start.h"
#include "thread.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* The set, the 28 first: of each the word size that alone has it, 0 for any, and the minor release from which its pull is
 * verified. What an older one does not have, or does wrong, the portable backend answers there. */
#define MAP   "t, m unsafe.Pointer"
#define SLICE "struct { array unsafe.Pointer; len, cap int }"
#define LINKNAME_SET(X)                                                                                     \
    X("runtime.iscgo", gobridge_runtime_iscgo, "var bool", 0, 21)                                           \
    X("runtime.set_crosscall2", gobridge_runtime_set_crosscall2, "var func()", 0, 21)                       \
    X("runtime.makemap_small", gobridge_runtime_makemap_small, "func() unsafe.Pointer", 0, 21)              \
    X("runtime.makemap", gobridge_runtime_makemap,                                                          \
      "func(t unsafe.Pointer, hint int, m unsafe.Pointer) unsafe.Pointer", 0, 21)                           \
    X("runtime.mapaccess2", gobridge_runtime_mapaccess2,                                                    \
      "func(" MAP ", key unsafe.Pointer) (unsafe.Pointer, bool)", 0, 21)                                    \
    X("runtime.mapassign", gobridge_runtime_mapassign, "func(" MAP ", key unsafe.Pointer) unsafe.Pointer",  \
      0, 21)                                                                                                \
    X("runtime.mapdelete", gobridge_runtime_mapdelete, "func(" MAP ", key unsafe.Pointer)", 0, 21)          \
    X("runtime.getitab", gobridge_runtime_getitab,                                                          \
      "func(inter, typ unsafe.Pointer, canfail bool) unsafe.Pointer", 0, 21)                                \
    X("runtime.convT64", gobridge_runtime_convT64, "func(val uint64) unsafe.Pointer", 0, 21)                \
    X("runtime.convTstring", gobridge_runtime_convTstring, "func(val string) unsafe.Pointer", 0, 21)        \
    X("runtime.convTslice", gobridge_runtime_convTslice, "func(val []byte) unsafe.Pointer", 0, 21)          \
    X("runtime.mapiternext", gobridge_runtime_mapiternext, "func(it unsafe.Pointer)", 0, 21)                \
    X("reflect.makemap", gobridge_reflect_makemap, "func(t unsafe.Pointer, cap int) unsafe.Pointer", 0, 21) \
    X("reflect.mapaccess", gobridge_reflect_mapaccess, "func(" MAP ", key unsafe.Pointer) unsafe.Pointer",  \
      0, 21)                                                                                                \
    X("reflect.mapassign0", gobridge_reflect_mapassign0, "func(" MAP ", key, elem unsafe.Pointer)", 0, 21)  \
    X("reflect.maplen", gobridge_reflect_maplen, "func(m unsafe.Pointer) int", 0, 21)                       \
    X("reflect.mapiterinit", gobridge_reflect_mapiterinit, "func(" MAP ", it unsafe.Pointer)", 0, 21)       \
    X("reflect.mapiternext", gobridge_reflect_mapiternext, "func(it unsafe.Pointer)", 0, 21)                \
    X("reflect.mapiterkey", gobridge_reflect_mapiterkey, "func(it unsafe.Pointer) unsafe.Pointer", 0, 21)   \
    X("reflect.mapiterelem", gobridge_reflect_mapiterelem, "func(it unsafe.Pointer) unsafe.Pointer", 0, 21) \
    X("runtime.cgocall", gobridge_runtime_cgocall, "func(fn, arg unsafe.Pointer) int32", 0, 21)             \
    X("runtime.mapaccess2_fast32", gobridge_runtime_mapaccess2_fast32,                                      \
      "func(" MAP ", key uint32) (unsafe.Pointer, bool)", 0, 21)                                            \
    X("runtime.mapassign_fast32", gobridge_runtime_mapassign_fast32,                                        \
      "func(" MAP ", key uint32) unsafe.Pointer", 0, 21)                                                    \
    X("runtime.mapassign_fast32ptr", gobridge_runtime_mapassign_fast32ptr,                                  \
      "func(" MAP ", key unsafe.Pointer) unsafe.Pointer", 4, 21)                                            \
    X("runtime.mapaccess2_fast64", gobridge_runtime_mapaccess2_fast64,                                      \
      "func(" MAP ", key uint64) (unsafe.Pointer, bool)", 0, 21)                                            \
    X("runtime.mapassign_fast64", gobridge_runtime_mapassign_fast64,                                        \
      "func(" MAP ", key uint64) unsafe.Pointer", 0, 21)                                                    \
    X("runtime.mapassign_fast64ptr", gobridge_runtime_mapassign_fast64ptr,                                  \
      "func(" MAP ", key unsafe.Pointer) unsafe.Pointer", 8, 21)                                            \
    X("math.Float32bits", gobridge_math_Float32bits, "func(f float32) uint32", 0, 21)                       \
    X("runtime.mapaccess2_faststr", gobridge_runtime_mapaccess2_faststr,                                    \
      "func(" MAP ", key string) (unsafe.Pointer, bool)", 0, 21)                                            \
    X("runtime.mapassign_faststr", gobridge_runtime_mapassign_faststr,                                      \
      "func(" MAP ", key string) unsafe.Pointer", 0, 21)                                                    \
    X("reflect.mapaccess_faststr", gobridge_reflect_mapaccess_faststr,                                      \
      "func(" MAP ", key string) unsafe.Pointer", 0, 21)                                                    \
    X("reflect.mapassign_faststr0", gobridge_reflect_mapassign_faststr0,                                    \
      "func(" MAP ", key string, elem unsafe.Pointer)", 0, 21)                                              \
    X("reflect.mapdelete", gobridge_reflect_mapdelete, "func(" MAP ", key unsafe.Pointer)", 0, 21)          \
    X("reflect.mapdelete_faststr", gobridge_reflect_mapdelete_faststr, "func(" MAP ", key string)", 0, 21)  \
    X("reflect.mapclear", gobridge_reflect_mapclear, "func(" MAP ")", 0, 21)                                \
    X("maps.clone", gobridge_maps_clone, "func(m any) any", 0, 22)                                          \
    X("runtime.mapiterinit", gobridge_runtime_mapiterinit, "func(" MAP ", it unsafe.Pointer)", 0, 21)       \
    X("reflect.unsafe_New", gobridge_reflect_unsafe_New, "func(t unsafe.Pointer) unsafe.Pointer", 0, 21)    \
    X("reflect.unsafe_NewArray", gobridge_reflect_unsafe_NewArray,                                          \
      "func(t unsafe.Pointer, n int) unsafe.Pointer", 0, 21)                                                \
    X("reflect.typedmemmove", gobridge_reflect_typedmemmove, "func(t, dst, src unsafe.Pointer)", 0, 21)     \
    X("reflect.typedmemclr", gobridge_reflect_typedmemclr, "func(t, ptr unsafe.Pointer)", 0, 21)            \
    X("reflect.typedslicecopy", gobridge_reflect_typedslicecopy,                                            \
      "func(t unsafe.Pointer, dst, src " SLICE ") int", 0, 21)                                              \
    X("reflect.growslice", gobridge_reflect_growslice,                                                      \
      "func(t unsafe.Pointer, old " SLICE ", num int) " SLICE, 0, 21)                                       \
    X("reflect.ifaceE2I", gobridge_reflect_ifaceE2I,                                                        \
      "func(inter unsafe.Pointer, e any, dst unsafe.Pointer)", 0, 21)                                       \
    X("runtime.memequal", gobridge_runtime_memequal, "func(a, b unsafe.Pointer, size uintptr) bool", 0, 21) \
    X("runtime.memhash", gobridge_runtime_memhash, "func(p unsafe.Pointer, seed, size uintptr) uintptr", 0, \
      21)                                                                                                   \
    X("runtime.strhash", gobridge_runtime_strhash, "func(p unsafe.Pointer, seed uintptr) uintptr", 0, 21)   \
    X("runtime.nanotime", gobridge_runtime_nanotime, "func() int64", 0, 21)                                 \
    X("time.now", gobridge_time_now, "func() (sec int64, nsec int32, mono int64)", 0, 21)                   \
    X("runtime.rand", gobridge_runtime_rand, "func() uint64", 0, 22)                                        \
    X("runtime.cheaprand", gobridge_runtime_cheaprand, "func() uint32", 0, 22)                              \
    X("runtime.cheaprandn", gobridge_runtime_cheaprandn, "func(n uint32) uint32", 0, 22)

enum {
#define COUNT(...) +1
    SYMBOLS = 0 LINKNAME_SET(COUNT)
#undef COUNT
};

static const gobridge_symbol known[SYMBOLS] = {
#define KNOWN(go, c, go_signature, word, first) \
    {.function = #c,                            \
     .symbol = (go),                            \
     .signature = (go_signature),               \
     .first_verified = "go1." #first,           \
     .last_verified = "go1.27"},
    LINKNAME_SET(KNOWN)
#undef KNOWN
};

static const struct {
    uint8_t word, first;
} limits[SYMBOLS] = {
#define LIMITS(go, c, go_signature, word, first) {word, first},
    LINKNAME_SET(LIMITS)
#undef LIMITS
};

static gobridge_symbol answering[SYMBOLS];
static const gobridge_symbol *listed[SYMBOLS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void list_symbols(void) {
    const gobridge_go_runtime *go = &gobridge_start_runtime;
    memcpy(answering, known, sizeof known);
    int minor = INT_MAX; /* of what is no release */
    sscanf(go->release, "go1.%d", &minor);
    for (size_t i = 0; i < SYMBOLS; i++) {
        gobridge_symbol *symbol = &answering[i];
        symbol->backend = go->backend;
        symbol->reason = go->reason;
        if (limits[i].word && limits[i].word != sizeof(void *)) {
            symbol->backend = "none";
            symbol->reason = "its keys are pointers of another size than this platform's";
        } else if (minor < limits[i].first) {
            symbol->backend = "portable";
            symbol->reason = "this release does not have the symbol, or it does not work there";
        }
        listed[i] = symbol;
    }
}

gobridge_status gobridge_symbols(const gobridge_symbol *const **symbols, size_t *count) {
    GOBRIDGE_NOT_NULL(symbols);
    GOBRIDGE_NOT_NULL(count);
    const gobridge_status status = gobridge_start_wait(__func__);
    if (status) {
        return status;
    }
    pthread_once(&once, list_symbols);
    *symbols = listed;
    *count = SYMBOLS;
    return GOBRIDGE_OK;
}
