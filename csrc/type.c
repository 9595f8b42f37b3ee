/* Types: argument checks, and a cache of parsed expressions so that they cross once. */
#include "cross.h"
#include "memory.h"
#include "start.h"
#include "thread.h"

#include <stdatomic.h>
#include <string.h>

/* Types live as long as the process, and so do these entries. The table only fills: an expression that finds no free
 * place near its own crosses each time. */
typedef struct parsed {
    gobridge_ref type;
    size_t len;
    char expression[];
} parsed;

enum { CACHE_SIZE = 4096, CACHE_REACH = 8, CACHED_LEN = 256 };
static _Atomic(parsed *) cache[CACHE_SIZE + CACHE_REACH];

static uint32_t fnv1a(const char *data, size_t len) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (uint8_t)data[i]) * 16777619U;
    }
    return hash;
}

static void remember(_Atomic(parsed *) *place, const char *expression, size_t len, gobridge_ref type) {
    parsed *entry = gobridge_zeros(1, sizeof *entry + len);
    if (!entry) {
        return;
    }
    entry->type = type;
    entry->len = len;
    memcpy(entry->expression, expression, len);
    parsed *none = NULL;
    if (!atomic_compare_exchange_strong(place, &none, entry)) {
        free(entry);
    }
}

gobridge_status gobridge_type_parse(const char *expression, size_t len, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(expression);
    GOBRIDGE_NOT_NULL(type);
    gobridge_status status = gobridge_start_wait(__func__);
    if (status) {
        return status;
    }
    _Atomic(parsed *) *place = NULL;
    if (len <= CACHED_LEN) {
        _Atomic(parsed *) *first = &cache[fnv1a(expression, len) % CACHE_SIZE];
        for (int i = 0; i < CACHE_REACH && !place; i++) {
            const parsed *entry = atomic_load_explicit(&first[i], memory_order_acquire);
            if (!entry) {
                place = &first[i];
                continue;
            }
            if (entry->len == len && memcmp(entry->expression, expression, len) == 0) {
                *type = entry->type;
                return GOBRIDGE_OK;
            }
        }
    }
    gobridge_frame frame = {.op = OP_gobridge_type_parse, .text = {.text = expression, .len = len}};
    status = gobridge_cross(&frame, type);
    if (!status && place) {
        remember(place, expression, len, *type);
    }
    return status;
}

/* What is known of a type once it was asked for; its place is chosen by the reference. Where another type has taken that,
 * each question crosses. */
typedef struct known {
    gobridge_ref type;
    uint64_t size;
    const char *name;
    uint32_t kind;
    uint8_t plain;
} known;

static _Atomic(known *) known_types[CACHE_SIZE];

/* What is known of a type; NULL if it is not one, or Go cannot be asked. */
static const known *know(gobridge_ref type, const char *function) {
    if (!(type >> 32) || gobridge_start_wait(function)) { /* a promise, or no Go: the crossing says more */
        return NULL;
    }
    _Atomic(known *) *place = &known_types[type % CACHE_SIZE];
    known *k = atomic_load_explicit(place, memory_order_acquire);
    if (k) {
        return k->type == type ? k : NULL;
    }
    gobridge_type_info info = {.size = sizeof info};
    if (gobridge_type_describe(type, &info) != GOBRIDGE_OK || !(k = gobridge_zeros(1, sizeof *k))) {
        return NULL;
    }
    *k = (known){type, info.plain ? info.bytes : sizeof(gobridge_value), info.name, info.kind, info.plain};
    known *other = NULL;
    if (atomic_compare_exchange_strong(place, &other, k)) {
        return k;
    }
    free(k);
    return other->type == type ? other : NULL;
}

gobridge_status gobridge_type_of(gobridge_ref ref, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(type);
    gobridge_frame frame = {.op = OP_gobridge_type_of, .ref = {.ref = ref}};
    return gobridge_cross(&frame, type);
}

gobridge_status gobridge_type_name(gobridge_ref type, const char **name) {
    GOBRIDGE_NOT_NULL(name);
    const known *k = know(type, __func__);
    if (k) {
        *name = k->name;
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_type_name, .type = {.type = type, .out = name}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_type_kind(gobridge_ref type, uint32_t *kind) {
    GOBRIDGE_NOT_NULL(kind);
    const known *k = know(type, __func__);
    if (k) {
        *kind = k->kind;
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_type_kind, .type = {.type = type}};
    return gobridge_cross(&frame, kind);
}

gobridge_status gobridge_type_layout(gobridge_ref type, uint64_t *size, uint8_t *plain) {
    GOBRIDGE_NOT_NULL(size);
    GOBRIDGE_NOT_NULL(plain);
    const known *k = know(type, __func__);
    if (k) {
        *size = k->size;
        *plain = k->plain;
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_type_layout, .type = {.type = type, .out = plain}};
    return gobridge_cross(&frame, size);
}

gobridge_status gobridge_type_describe(gobridge_ref type, gobridge_type_info *info) {
    GOBRIDGE_NOT_NULL(info);
    gobridge_frame frame = {.op = OP_gobridge_type_describe, .type = {.type = type, .out = info}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_type_field(gobridge_ref type, uint32_t index, gobridge_type_field_info *field) {
    GOBRIDGE_NOT_NULL(field);
    gobridge_frame frame = {.op = OP_gobridge_type_field,
                            .type = {.type = type, .index = index, .out = field}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_type_method(gobridge_ref type, uint32_t index, gobridge_type_method_info *method) {
    GOBRIDGE_NOT_NULL(method);
    gobridge_frame frame = {.op = OP_gobridge_type_method,
                            .type = {.type = type, .index = index, .out = method}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_type_parameter(gobridge_ref type, uint32_t index, gobridge_ref *parameter) {
    GOBRIDGE_NOT_NULL(parameter);
    gobridge_frame frame = {.op = OP_gobridge_type_parameter, .type = {.type = type, .index = index}};
    return gobridge_cross(&frame, parameter);
}

gobridge_status gobridge_type_result(gobridge_ref type, uint32_t index, gobridge_ref *result) {
    GOBRIDGE_NOT_NULL(result);
    gobridge_frame frame = {.op = OP_gobridge_type_result, .type = {.type = type, .index = index}};
    return gobridge_cross(&frame, result);
}

/* ---- types made of types ---- */

static gobridge_status cross_types(uint32_t op, gobridge_ref first, gobridge_ref second, uint64_t number,
                                   void *to) {
    gobridge_frame frame = {.op = op, .types = {.first = first, .second = second, .number = number}};
    return gobridge_cross(&frame, to);
}

gobridge_status gobridge_type_pointer_to(gobridge_ref elem, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(type);
    return cross_types(OP_gobridge_type_pointer_to, elem, 0, 0, type);
}

gobridge_status gobridge_type_slice_of(gobridge_ref elem, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(type);
    return cross_types(OP_gobridge_type_slice_of, elem, 0, 0, type);
}

gobridge_status gobridge_type_array_of(gobridge_ref elem, int64_t len, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(type);
    return cross_types(OP_gobridge_type_array_of, elem, 0, (uint64_t)len, type);
}

gobridge_status gobridge_type_map_of(gobridge_ref key, gobridge_ref elem, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(type);
    return cross_types(OP_gobridge_type_map_of, key, elem, 0, type);
}

gobridge_status gobridge_type_chan_of(gobridge_ref elem, uint32_t directions, gobridge_ref *type) {
    GOBRIDGE_NOT_NULL(type);
    return cross_types(OP_gobridge_type_chan_of, elem, 0, directions, type);
}

gobridge_status gobridge_type_func_of(const gobridge_ref *parameters, size_t nparameters,
                                      const gobridge_ref *results, size_t nresults, uint8_t variadic,
                                      gobridge_ref *type) {
    if (nparameters) {
        GOBRIDGE_NOT_NULL(parameters);
    }
    if (nresults) {
        GOBRIDGE_NOT_NULL(results);
    }
    GOBRIDGE_NOT_NULL(type);
    gobridge_frame frame = {.op = OP_gobridge_type_func_of,
                            .func_type = {.parameters = parameters,
                                          .results = results,
                                          .nparameters = nparameters,
                                          .nresults = nresults,
                                          .variadic = variadic}};
    return gobridge_cross(&frame, type);
}

gobridge_status gobridge_type_struct_of(const gobridge_struct_field *fields, size_t count,
                                        gobridge_ref *type) {
    if (count) {
        GOBRIDGE_NOT_NULL(fields);
    }
    GOBRIDGE_NOT_NULL(type);
    gobridge_frame frame = {.op = OP_gobridge_type_struct_of,
                            .struct_type = {.fields = fields, .count = count}};
    return gobridge_cross(&frame, type);
}

gobridge_status gobridge_type_assignable(gobridge_ref from, gobridge_ref to, uint8_t *assignable) {
    GOBRIDGE_NOT_NULL(assignable);
    return cross_types(OP_gobridge_type_assignable, from, to, 0, assignable);
}

gobridge_status gobridge_type_convertible(gobridge_ref from, gobridge_ref to, uint8_t *convertible) {
    GOBRIDGE_NOT_NULL(convertible);
    return cross_types(OP_gobridge_type_convertible, from, to, 0, convertible);
}
