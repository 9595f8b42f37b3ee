/* The linkname set: argument checks and one frame each. */
#include "cross.h"
#include "fpu.h"
#include "thread.h"

#include <string.h>

/* ---- the runtime itself ---- */

gobridge_status gobridge_runtime_iscgo(uint8_t *iscgo) {
    GOBRIDGE_NOT_NULL(iscgo);
    gobridge_frame frame = {.op = OP_gobridge_runtime_iscgo};
    return gobridge_cross(&frame, iscgo);
}

gobridge_status gobridge_runtime_set_crosscall2(void) {
    gobridge_frame frame = {.op = OP_gobridge_runtime_set_crosscall2};
    return gobridge_cross(&frame, NULL);
}

/* The host's argument may be any number, and Go's stack may hold no pointer that is none: so Go gets the address of
 * this, and C calls the host's function. */
typedef struct invocation {
    int32_t (*fn)(void *);
    void *arg;
    gobridge_fpu host_fpu;
} invocation;

static int32_t invoke(void *pointer) {
    const invocation *call = pointer;
    gobridge_fpu_leave(&call->host_fpu);
    int32_t result = call->fn(call->arg);
    gobridge_fpu_enter();
    return result;
}

gobridge_status gobridge_runtime_cgocall(int32_t (*fn)(void *), void *arg, int32_t *result) {
    GOBRIDGE_NOT_NULL(fn);
    if (!arg) { /* not GOBRIDGE_NOT_NULL: it may be a small number */
        return gobridge_fail(GOBRIDGE_E_NULL, __func__, "arg is NULL");
    }
    GOBRIDGE_NOT_NULL(result);
    invocation call = {.fn = fn, .arg = arg};
    gobridge_fpu_save(&call.host_fpu);
    gobridge_frame frame = {.op = OP_gobridge_runtime_cgocall,
                            .cgocall = {.function = invoke, .argument = &call}};
    return gobridge_cross(&frame, result);
}

gobridge_status gobridge_math_Float32bits(float f, uint32_t *bits) {
    GOBRIDGE_NOT_NULL(bits);
    gobridge_frame frame = {.op = OP_gobridge_math_Float32bits, .real = {.value = f}};
    return gobridge_cross(&frame, bits);
}

/* ---- making maps ---- */

gobridge_status gobridge_runtime_makemap_small(gobridge_ref type, gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(map);
    gobridge_frame frame = {.op = OP_gobridge_runtime_makemap_small, .make = {.type = type}};
    return gobridge_cross(&frame, map);
}

gobridge_status gobridge_runtime_makemap(gobridge_ref type, int64_t hint, gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(map);
    gobridge_frame frame = {.op = OP_gobridge_runtime_makemap,
                            .make = {.type = type, .count = (uint64_t)hint}};
    return gobridge_cross(&frame, map);
}

gobridge_status gobridge_reflect_makemap(gobridge_ref type, int64_t cap, gobridge_ref *map) {
    GOBRIDGE_NOT_NULL(map);
    gobridge_frame frame = {.op = OP_gobridge_reflect_makemap,
                            .make = {.type = type, .count = (uint64_t)cap}};
    return gobridge_cross(&frame, map);
}

/* ---- maps: the key goes as memory (p) or as a number (b), the element as memory (q) ---- */

gobridge_status gobridge_runtime_mapaccess2(gobridge_ref map, const void *key, void *elem, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapaccess2,
                            .map = {.map = map, .key = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_reflect_mapaccess(gobridge_ref map, const void *key, void *elem, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapaccess,
                            .map = {.map = map, .key = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_runtime_mapaccess2_fast32(gobridge_ref map, uint32_t key, void *elem,
                                                   uint8_t *found) {
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapaccess2_fast32,
                            .map = {.map = map, .number = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_runtime_mapaccess2_fast64(gobridge_ref map, uint64_t key, void *elem,
                                                   uint8_t *found) {
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapaccess2_fast64,
                            .map = {.map = map, .number = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_runtime_mapassign(gobridge_ref map, const void *key, const void *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapassign,
                            .map = {.map = map, .key = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_mapassign0(gobridge_ref map, const void *key, const void *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapassign0,
                            .map = {.map = map, .key = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_runtime_mapassign_fast32(gobridge_ref map, uint32_t key, const void *elem) {
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapassign_fast32,
                            .map = {.map = map, .number = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_runtime_mapassign_fast32ptr(gobridge_ref map, gobridge_ref key, const void *elem) {
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapassign_fast32ptr,
                            .map = {.map = map, .number = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_runtime_mapassign_fast64(gobridge_ref map, uint64_t key, const void *elem) {
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapassign_fast64,
                            .map = {.map = map, .number = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_runtime_mapassign_fast64ptr(gobridge_ref map, gobridge_ref key, const void *elem) {
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapassign_fast64ptr,
                            .map = {.map = map, .number = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_runtime_mapdelete(gobridge_ref map, const void *key) {
    GOBRIDGE_NOT_NULL(key);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapdelete, .map = {.map = map, .key = key}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_maplen(gobridge_ref map, int64_t *len) {
    GOBRIDGE_NOT_NULL(len);
    gobridge_frame frame = {.op = OP_gobridge_reflect_maplen, .map = {.map = map}};
    return gobridge_cross(&frame, len);
}

gobridge_status gobridge_reflect_mapdelete(gobridge_ref map, const void *key) {
    GOBRIDGE_NOT_NULL(key);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapdelete, .map = {.map = map, .key = key}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_mapclear(gobridge_ref map) {
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapclear, .map = {.map = map}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_maps_clone(gobridge_ref map, gobridge_ref *clone) {
    GOBRIDGE_NOT_NULL(clone);
    gobridge_frame frame = {.op = OP_gobridge_maps_clone, .map = {.map = map}};
    return gobridge_cross(&frame, clone);
}

/* ---- maps by strings: the key's bytes go in p, their number in b ---- */

gobridge_status gobridge_runtime_mapaccess2_faststr(gobridge_ref map, const char *key, size_t len, void *elem,
                                                    uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapaccess2_faststr,
                            .map = {.map = map, .number = len, .key = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_reflect_mapaccess_faststr(gobridge_ref map, const char *key, size_t len, void *elem,
                                                   uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapaccess_faststr,
                            .map = {.map = map, .number = len, .key = key, .elem = elem}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_runtime_mapassign_faststr(gobridge_ref map, const char *key, size_t len,
                                                   const void *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapassign_faststr,
                            .map = {.map = map, .number = len, .key = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_mapassign_faststr0(gobridge_ref map, const char *key, size_t len,
                                                    const void *elem) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(elem);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapassign_faststr0,
                            .map = {.map = map, .number = len, .key = key, .elem = (void *)elem}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_mapdelete_faststr(gobridge_ref map, const char *key, size_t len) {
    GOBRIDGE_NOT_NULL(key);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapdelete_faststr,
                            .map = {.map = map, .number = len, .key = key}};
    return gobridge_cross(&frame, NULL);
}

/* ---- iterating ---- */

gobridge_status gobridge_reflect_mapiterinit(gobridge_ref map, gobridge_ref *iterator) {
    GOBRIDGE_NOT_NULL(iterator);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapiterinit, .map = {.map = map}};
    return gobridge_cross(&frame, iterator);
}

gobridge_status gobridge_runtime_mapiterinit(gobridge_ref map, gobridge_ref *iterator) {
    GOBRIDGE_NOT_NULL(iterator);
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapiterinit, .map = {.map = map}};
    return gobridge_cross(&frame, iterator);
}

gobridge_status gobridge_runtime_mapiternext(gobridge_ref iterator) {
    gobridge_frame frame = {.op = OP_gobridge_runtime_mapiternext, .iterator = {.iterator = iterator}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_mapiternext(gobridge_ref iterator) {
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapiternext, .iterator = {.iterator = iterator}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_mapiterkey(gobridge_ref iterator, void *key, uint8_t *found) {
    GOBRIDGE_NOT_NULL(key);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapiterkey,
                            .iterator = {.iterator = iterator, .key = key}};
    return gobridge_cross(&frame, found);
}

gobridge_status gobridge_reflect_mapiterelem(gobridge_ref iterator, void *elem, uint8_t *found) {
    GOBRIDGE_NOT_NULL(elem);
    GOBRIDGE_NOT_NULL(found);
    gobridge_frame frame = {.op = OP_gobridge_reflect_mapiterelem,
                            .iterator = {.iterator = iterator, .elem = elem}};
    return gobridge_cross(&frame, found);
}

/* ---- interfaces and boxes ---- */

gobridge_status gobridge_runtime_getitab(gobridge_ref interface_type, gobridge_ref type, uint8_t canfail,
                                         gobridge_ref *itab) {
    GOBRIDGE_NOT_NULL(itab);
    gobridge_frame frame = {.op = OP_gobridge_runtime_getitab,
                            .itab = {.interface_type = interface_type, .type = type, .canfail = canfail}};
    return gobridge_cross(&frame, itab);
}

gobridge_status gobridge_runtime_convT64(uint64_t value, gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_runtime_convT64, .number = {.number = value}};
    return gobridge_cross(&frame, boxed);
}

gobridge_status gobridge_runtime_convTstring(const char *data, size_t len, gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(data);
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_runtime_convTstring, .text = {.text = data, .len = len}};
    return gobridge_cross(&frame, boxed);
}

gobridge_status gobridge_runtime_convTslice(const uint8_t *data, size_t len, gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(data);
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_runtime_convTslice, .text = {.text = data, .len = len}};
    return gobridge_cross(&frame, boxed);
}

gobridge_status gobridge_reflect_ifaceE2I(const gobridge_value *value, gobridge_ref dst) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_reflect_ifaceE2I,
                            .value = {.ref = dst, .value = (void *)value}};
    return gobridge_cross(&frame, NULL);
}

/* ---- variables and slices ---- */

gobridge_status gobridge_reflect_unsafe_New(gobridge_ref type, gobridge_ref *pointer) {
    GOBRIDGE_NOT_NULL(pointer);
    gobridge_frame frame = {.op = OP_gobridge_reflect_unsafe_New, .make = {.type = type}};
    return gobridge_cross(&frame, pointer);
}

gobridge_status gobridge_reflect_unsafe_NewArray(gobridge_ref type, int64_t n, gobridge_ref *slice) {
    GOBRIDGE_NOT_NULL(slice);
    gobridge_frame frame = {.op = OP_gobridge_reflect_unsafe_NewArray,
                            .make = {.type = type, .count = (uint64_t)n}};
    return gobridge_cross(&frame, slice);
}

gobridge_status gobridge_reflect_typedmemmove(gobridge_ref dst, gobridge_ref src) {
    gobridge_frame frame = {.op = OP_gobridge_reflect_typedmemmove, .value = {.ref = dst, .source = src}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_typedmemclr(gobridge_ref pointer) {
    gobridge_frame frame = {.op = OP_gobridge_reflect_typedmemclr, .value = {.ref = pointer}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_reflect_typedslicecopy(gobridge_ref dst, gobridge_ref src, int64_t *copied) {
    GOBRIDGE_NOT_NULL(copied);
    gobridge_frame frame = {.op = OP_gobridge_reflect_typedslicecopy, .copy = {.dst = dst, .src = src}};
    return gobridge_cross(&frame, copied);
}

gobridge_status gobridge_reflect_growslice(gobridge_ref slice, int64_t num, gobridge_ref *grown) {
    GOBRIDGE_NOT_NULL(grown);
    gobridge_frame frame = {.op = OP_gobridge_reflect_growslice,
                            .append = {.slice = slice, .count = (uint64_t)num}};
    return gobridge_cross(&frame, grown);
}

/* ---- memory ---- */

gobridge_status gobridge_runtime_memequal(const void *a, const void *b, size_t size, uint8_t *equal) {
    GOBRIDGE_NOT_NULL(a);
    GOBRIDGE_NOT_NULL(b);
    GOBRIDGE_NOT_NULL(equal);
    gobridge_frame frame = {.op = OP_gobridge_runtime_memequal,
                            .hash = {.size = size, .data = a, .other = b}};
    return gobridge_cross(&frame, equal);
}

gobridge_status gobridge_runtime_memhash(const void *data, uint64_t seed, size_t size, uint64_t *hash) {
    GOBRIDGE_NOT_NULL(data);
    GOBRIDGE_NOT_NULL(hash);
    gobridge_frame frame = {.op = OP_gobridge_runtime_memhash,
                            .hash = {.seed = seed, .size = size, .data = data}};
    return gobridge_cross(&frame, hash);
}

gobridge_status gobridge_runtime_strhash(const char *data, size_t len, uint64_t seed, uint64_t *hash) {
    GOBRIDGE_NOT_NULL(data);
    GOBRIDGE_NOT_NULL(hash);
    gobridge_frame frame = {.op = OP_gobridge_runtime_strhash,
                            .hash = {.seed = seed, .size = len, .data = data}};
    return gobridge_cross(&frame, hash);
}

/* ---- clocks and random numbers ---- */

gobridge_status gobridge_runtime_nanotime(int64_t *ns) {
    GOBRIDGE_NOT_NULL(ns);
    gobridge_frame frame = {.op = OP_gobridge_runtime_nanotime};
    return gobridge_cross(&frame, ns);
}

gobridge_status gobridge_time_now(int64_t *sec, int32_t *nsec, int64_t *mono) {
    GOBRIDGE_NOT_NULL(sec);
    GOBRIDGE_NOT_NULL(nsec);
    GOBRIDGE_NOT_NULL(mono);
    int32_t nanoseconds = 0;
    int64_t monotonic = 0;
    gobridge_frame frame = {.op = OP_gobridge_time_now,
                            .now = {.nanoseconds = &nanoseconds, .monotonic = &monotonic}};
    gobridge_status status = gobridge_cross(&frame, sec);
    if (!status) {
        *nsec = nanoseconds;
        *mono = monotonic;
    }
    return status;
}

gobridge_status gobridge_runtime_rand(uint64_t *random) {
    GOBRIDGE_NOT_NULL(random);
    gobridge_frame frame = {.op = OP_gobridge_runtime_rand};
    return gobridge_cross(&frame, random);
}

gobridge_status gobridge_runtime_cheaprand(uint32_t *random) {
    GOBRIDGE_NOT_NULL(random);
    gobridge_frame frame = {.op = OP_gobridge_runtime_cheaprand};
    return gobridge_cross(&frame, random);
}

gobridge_status gobridge_runtime_cheaprandn(uint32_t n, uint32_t *random) {
    GOBRIDGE_NOT_NULL(random);
    if (n == 0) {
        return gobridge_fail(GOBRIDGE_E_ARGUMENT, __func__, "n is 0");
    }
    gobridge_frame frame = {.op = OP_gobridge_runtime_cheaprandn, .number = {.number = n}};
    return gobridge_cross(&frame, random);
}
