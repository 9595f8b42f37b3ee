/* The library and its Go runtime: versions, the table of the linkname set, knobs, statistics and profiles. */
#include "entry.h"
#include "thread.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static_assert(sizeof(gobridge_memory) == 104, "gobridge_memory has no padding, on any platform");

/* The set, the 28 first. Of each the word size that alone has it, 0 for any, and the minor release from which its pull is
 * verified: what an older one has not, or does wrong, the portable backend answers there. */
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
    const gobridge_guest *guest = gobridge_entry_wait("gobridge_symbols");
    memcpy(answering, known, sizeof known);
    int minor = INT_MAX; /* of what is no release */
    sscanf(guest->release, "go1.%d", &minor);
    for (size_t i = 0; i < SYMBOLS; i++) {
        gobridge_symbol *symbol = &answering[i];
        symbol->backend = guest->backend;
        symbol->reason = guest->reason;
        if (limits[i].word && limits[i].word != sizeof(void *)) {
            symbol->backend = "none";
            symbol->reason = "its keys are pointers of another size than this platform's";
        } else if (minor < limits[i].first) {
            symbol->backend = "portable";
            symbol->reason = "this release has not the symbol, or it does not work there";
        }
        listed[i] = symbol;
    }
}

uint32_t gobridge_version(void) {
    return GOBRIDGE_VERSION;
}

gobridge_status gobridge_go_release(const char **release) {
    GOBRIDGE_NOT_NULL(release);
    const gobridge_guest *guest = gobridge_entry_wait(__func__);
    if (!guest) {
        return GOBRIDGE_E_FORKED;
    }
    *release = guest->release;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_symbols(const gobridge_symbol *const **symbols, size_t *count) {
    GOBRIDGE_NOT_NULL(symbols);
    GOBRIDGE_NOT_NULL(count);
    if (!gobridge_entry_wait(__func__)) {
        return GOBRIDGE_E_FORKED;
    }
    pthread_once(&once, list_symbols);
    *symbols = listed;
    *count = SYMBOLS;
    return GOBRIDGE_OK;
}

/* ---- knobs ---- */

gobridge_status gobridge_go_maxprocs(int32_t count, int32_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_go_maxprocs, .a = (uint64_t)count};
    return gobridge_cross_and_back(frame, AT_ONCE | sizeof *previous, previous);
}

gobridge_status gobridge_go_gc_percent(int32_t percent, int32_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_go_gc_percent, .a = (uint64_t)percent};
    return gobridge_cross_and_back(frame, AT_ONCE | sizeof *previous, previous);
}

gobridge_status gobridge_go_memory_limit(int64_t bytes, int64_t *previous) {
    gobridge_frame frame = {.op = OP_gobridge_go_memory_limit, .a = (uint64_t)bytes};
    return gobridge_cross_and_back(frame, AT_ONCE | sizeof *previous, previous);
}

gobridge_status gobridge_go_collect(void) {
    gobridge_frame frame = {.op = OP_gobridge_go_collect};
    return gobridge_cross_and_back(frame, AT_ONCE, NULL);
}

/* ---- what goes on ---- */

gobridge_status gobridge_go_memory(gobridge_memory *stats) {
    GOBRIDGE_NOT_NULL(stats);
    gobridge_memory now;
    gobridge_frame frame = {.op = OP_gobridge_go_memory, .a = stats->size, .p = &now};
    gobridge_status status = gobridge_cross_and_back(frame, AT_ONCE, NULL);
    if (!status) {
        now.size = stats->size < sizeof now ? stats->size : sizeof now;
        memcpy(stats, &now, now.size);
    }
    return status;
}

gobridge_status gobridge_go_goroutines(uint64_t *count) {
    GOBRIDGE_NOT_NULL(count);
    gobridge_frame frame = {.op = OP_gobridge_go_goroutines};
    return gobridge_cross(frame, AT_ONCE | sizeof *count, count);
}

gobridge_status gobridge_go_stacks(gobridge_value *text) {
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_go_stacks, .p = text};
    return gobridge_cross_and_back(frame, AT_ONCE | GIVES_P, NULL);
}

/* ---- profiles ---- */

gobridge_status gobridge_go_profile_cpu(const char *path, size_t len) {
    GOBRIDGE_NOT_NULL(path);
    gobridge_frame frame = {.op = OP_gobridge_go_profile_cpu, .p = (void *)path, .a = len};
    return gobridge_cross_and_back(frame, AT_ONCE, NULL);
}

gobridge_status gobridge_go_profile_cpu_stop(void) {
    gobridge_frame frame = {.op = OP_gobridge_go_profile_cpu_stop};
    return gobridge_cross_and_back(frame, AT_ONCE, NULL);
}

gobridge_status gobridge_go_profile_heap(const char *path, size_t len) {
    GOBRIDGE_NOT_NULL(path);
    gobridge_frame frame = {.op = OP_gobridge_go_profile_heap, .p = (void *)path, .a = len};
    return gobridge_cross_and_back(frame, AT_ONCE, NULL);
}
