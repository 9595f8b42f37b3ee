/* Values: checks, and those that cross nothing. */
#include "change.h"
#include "cross.h"
#include "ref.h"
#include "scope.h"
#include "text.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static_assert(sizeof(gobridge_value) == 32, "gobridge_value is 32 bytes");
static_assert(offsetof(gobridge_value, kind) == 0, "kind");
static_assert(offsetof(gobridge_value, flags) == 4, "flags");
static_assert(offsetof(gobridge_value, as) == 8, "as");
static_assert(offsetof(gobridge_value, len) == 16, "len");
static_assert(offsetof(gobridge_value, owner) == 24, "owner");

gobridge_status gobridge_value_new(gobridge_ref type, gobridge_ref *pointer) {
    GOBRIDGE_NOT_NULL(pointer);
    gobridge_frame frame = {.op = OP_gobridge_value_new, .make = {.type = type}};
    return gobridge_cross(&frame, pointer);
}

gobridge_status gobridge_value_box(gobridge_ref type, const void *data, gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(data);
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_value_box, .make = {.type = type, .from = data}};
    return gobridge_cross(&frame, boxed);
}

/* Reads a boxed scalar. False if that needs Go. */
static bool see_boxed(gobridge_ref ref, gobridge_value *value) {
    gobridge_sight sight;
    return gobridge_see(ref, &sight) && sight.shown.shape->elem == sight.shown.shape->kind &&
           gobridge_see_value(&sight, sight.shown.shape->kind, sight.shown.address, value);
}

gobridge_status gobridge_value_get(gobridge_ref ref, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    if (see_boxed(ref, value)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_get, .value = {.ref = ref, .value = value}};
    return gobridge_cross_noting(&frame, value, sizeof *value, true);
}

/* Whether what a reference names is a string or a slice of bytes. */
static inline bool is_text(const gobridge_shape *shape) {
    return shape->kind == GOBRIDGE_KIND_STRING ||
           (shape->kind == GOBRIDGE_KIND_SLICE && shape->elem == GOBRIDGE_KIND_UINT8);
}

/* Shows a string, or the bytes of a slice that is not nil: both begin with their address and length. False if that needs Go. */
static bool see_text(gobridge_ref ref, gobridge_value *view) {
    gobridge_sight sight;
    if (!gobridge_see(ref, &sight) || !gobridge_pages_know(gobridge_thread_state, view, sizeof *view, true)) {
        return false;
    }
    const gobridge_shape *shape = sight.shown.shape;
    const bool is_string = shape->kind == GOBRIDGE_KIND_STRING;
    if (!is_text(shape)) {
        return false;
    }
    const gobridge_text *at = (const gobridge_text *)sight.shown.address;
    const gobridge_text text = {(const char *)GOBRIDGE_READ(uintptr_t, &at->data),
                                GOBRIDGE_READ(size_t, &at->len)};
    if (!gobridge_still(&sight) || !text.len) {
        return false;
    }
    gobridge_show(view, is_string ? GOBRIDGE_KIND_STRING : GOBRIDGE_KIND_BYTES, (uintptr_t)text.data,
                  text.len);
    return true;
}

gobridge_status gobridge_value_view(gobridge_ref ref, gobridge_value *view) {
    GOBRIDGE_NOT_NULL(view);
    if (see_text(ref, view)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_view, .value = {.ref = ref, .value = view}};
    return gobridge_cross_noting(&frame, view, sizeof *view, true);
}

/* Copies the scalar that a pointer points to, or a boxed one. False if that needs Go. */
static bool see_scalar(gobridge_ref ref, void *data) {
    gobridge_sight sight;
    if (!gobridge_see(ref, &sight)) {
        return false;
    }
    const gobridge_shape *shape = sight.shown.shape;
    if (!shape->elem || (shape->kind != GOBRIDGE_KIND_POINTER && shape->kind != shape->elem) ||
        !gobridge_pages_know(gobridge_thread_state, data, shape->elem_size, true)) {
        return false;
    }
    const uint64_t bits = gobridge_read_sized(sight.shown.address, shape->elem_size);
    if (!gobridge_still(&sight)) {
        return false;
    }
    memcpy(data, &bits, shape->elem_size); /* the lower bytes come first on all that Go and this know */
    return true;
}

gobridge_status gobridge_value_load(gobridge_ref ref, void *data) {
    GOBRIDGE_NOT_NULL(data);
    if (see_scalar(ref, data)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_load, .value = {.ref = ref, .value = data}};
    return gobridge_cross_noting(&frame, data, 1, true); /* of a size that Go knows */
}

/* Looks at a pointer to a scalar. False if that needs Go, or it is none. */
GOBRIDGE_INLINE bool see_variable(gobridge_ref pointer, gobridge_sight *sight) {
    return gobridge_see(pointer, sight) && sight->shown.shape->kind == GOBRIDGE_KIND_POINTER &&
           sight->shown.shape->elem;
}

/* Writes the scalar that a pointer points to. False if that needs Go, or must fail. */
static bool change_scalar(gobridge_ref pointer, const void *data) {
    gobridge_sight sight;
    if (!see_variable(pointer, &sight) || sight.shown.shape->elem == GOBRIDGE_KIND_BOOL) {
        return false;
    }
    const uint32_t size = sight.shown.shape->elem_size;
    uint64_t bits = 0;
    if (!gobridge_pages_know(gobridge_thread_state, data, size, false)) {
        return false;
    }
    memcpy(&bits, data, size);
    return gobridge_change(&sight, size, sight.shown.address, bits);
}

gobridge_status gobridge_value_store(gobridge_ref pointer, const void *data) {
    GOBRIDGE_NOT_NULL(data);
    if (change_scalar(pointer, data)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_store, .value = {.ref = pointer, .value = (void *)data}};
    return gobridge_cross_noting(&frame, data, 1, false); /* of a size that Go knows */
}

gobridge_status gobridge_value_release(gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    const gobridge_ref owner = value->owner;
    if (!owner || gobridge_ref_release_here(owner)) {
        *value = (gobridge_value){.kind = GOBRIDGE_KIND_NIL};
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_release, .value = {.ref = owner, .to = value}};
    gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status) {
        gobridge_scope_forget(gobridge_thread_state, owner);
    }
    return status;
}

gobridge_status gobridge_value_make(gobridge_ref type, const gobridge_value *from, gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(from);
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_value_make, .make = {.type = type, .from = from}};
    return gobridge_cross(&frame, boxed);
}

gobridge_status gobridge_value_follow(gobridge_ref pointer, gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_sight sight;
    if (see_variable(pointer, &sight) &&
        gobridge_see_value(&sight, sight.shown.shape->elem, sight.shown.address, value)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_follow, .value = {.ref = pointer, .value = value}};
    return gobridge_cross_noting(&frame, value, sizeof *value, true);
}

gobridge_status gobridge_value_set(gobridge_ref pointer, const gobridge_value *value) {
    GOBRIDGE_NOT_NULL(value);
    gobridge_sight sight;
    if (see_variable(pointer, &sight) &&
        gobridge_change_takes(gobridge_thread_state, value, sight.shown.shape->elem) &&
        gobridge_change(&sight, sight.shown.shape->elem_size, sight.shown.address, value->as.u)) {
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_set, .value = {.ref = pointer, .value = (void *)value}};
    return gobridge_cross_noting(&frame, value, sizeof *value, false);
}

/* Whether a value is as Go would take it, and needs no Go to be known: NIL, a scalar, or text that C may read. */
static bool is_known(const gobridge_value *v) {
    const int64_t i = v->as.i;
    const uint64_t u = v->as.u;
    if (v->flags) {
        return false;
    }
    switch (v->kind) {
    case GOBRIDGE_KIND_NIL:
    case GOBRIDGE_KIND_INT64:
    case GOBRIDGE_KIND_UINT64:
    case GOBRIDGE_KIND_FLOAT64: return true;
    case GOBRIDGE_KIND_BOOL: return u <= 1;
    case GOBRIDGE_KIND_INT: return i == (intptr_t)i;
    case GOBRIDGE_KIND_INT8: return i == (int8_t)i;
    case GOBRIDGE_KIND_INT16: return i == (int16_t)i;
    case GOBRIDGE_KIND_INT32: return i == (int32_t)i;
    case GOBRIDGE_KIND_UINT:
    case GOBRIDGE_KIND_UINTPTR: return u == (uintptr_t)u;
    case GOBRIDGE_KIND_UINT8: return u == (uint8_t)u;
    case GOBRIDGE_KIND_UINT16: return u == (uint16_t)u;
    case GOBRIDGE_KIND_UINT32: return u == (uint32_t)u;
    case GOBRIDGE_KIND_FLOAT32: return (double)(float)v->as.f == v->as.f; /* Go rounds any other */
    case GOBRIDGE_KIND_STRING:
    case GOBRIDGE_KIND_BYTES: return !v->len || ((uintptr_t)v->as.s >= 4096 && v->len <= PTRDIFF_MAX);
    default: return false;
    }
}

gobridge_status gobridge_value_copy(const gobridge_value *from, gobridge_value *to) {
    GOBRIDGE_NOT_NULL(from);
    GOBRIDGE_NOT_NULL(to);
    if (from->kind <= GOBRIDGE_KIND_FLOAT64 && is_known(from)) {
        *to = (gobridge_value){.kind = from->kind, .as = from->as};
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_copy, .value = {.value = (void *)from, .to = to}};
    return gobridge_cross(&frame, NULL);
}

/* BYTES cannot be compared, and Go says so. */
static bool both_are_comparable(const gobridge_value *a, const gobridge_value *b) {
    return a->kind != GOBRIDGE_KIND_BYTES && b->kind != GOBRIDGE_KIND_BYTES && is_known(a) && is_known(b);
}

static bool is_equal(const gobridge_value *a, const gobridge_value *b) {
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case GOBRIDGE_KIND_NIL: return true;
    case GOBRIDGE_KIND_FLOAT32:
    case GOBRIDGE_KIND_FLOAT64: return a->as.f == b->as.f;
    case GOBRIDGE_KIND_STRING:
        return a->len == b->len && (!a->len || memcmp(a->as.s, b->as.s, (size_t)a->len) == 0);
    default: return a->as.u == b->as.u;
    }
}

gobridge_status gobridge_value_equal(const gobridge_value *a, const gobridge_value *b, uint8_t *equal) {
    GOBRIDGE_NOT_NULL(a);
    GOBRIDGE_NOT_NULL(b);
    GOBRIDGE_NOT_NULL(equal);
    if (both_are_comparable(a, b)) {
        *equal = is_equal(a, b);
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_equal, .pair = {.first = a, .second = b}};
    return gobridge_cross(&frame, equal);
}

static int32_t order_of_strings(const gobridge_value *a, const gobridge_value *b) {
    const uint64_t common = a->len < b->len ? a->len : b->len;
    const int order = common ? memcmp(a->as.s, b->as.s, (size_t)common) : 0;
    return order ? (order > 0) - (order < 0) : (a->len > b->len) - (a->len < b->len);
}

/* A NaN comes before all other numbers. */
static int32_t order_of_floats(double x, double y) {
    return x == x && y == y ? (x > y) - (x < y) : (y != y) - (x != x);
}

gobridge_status gobridge_value_compare(const gobridge_value *a, const gobridge_value *b, int32_t *order) {
    GOBRIDGE_NOT_NULL(a);
    GOBRIDGE_NOT_NULL(b);
    GOBRIDGE_NOT_NULL(order);
    if (a->kind == b->kind && a->kind > GOBRIDGE_KIND_BOOL && both_are_comparable(a, b)) {
        if (a->kind == GOBRIDGE_KIND_STRING) {
            *order = order_of_strings(a, b);
        } else if (a->kind >= GOBRIDGE_KIND_FLOAT32) {
            *order = order_of_floats(a->as.f, b->as.f);
        } else if (a->kind >= GOBRIDGE_KIND_UINT) {
            *order = (a->as.u > b->as.u) - (a->as.u < b->as.u);
        } else {
            *order = (a->as.i > b->as.i) - (a->as.i < b->as.i);
        }
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {.op = OP_gobridge_value_compare, .pair = {.first = a, .second = b}};
    return gobridge_cross(&frame, order);
}

gobridge_status gobridge_value_hash(const gobridge_value *value, uint64_t *hash) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(hash);
    gobridge_frame frame = {.op = OP_gobridge_value_hash, .value = {.value = (void *)value}};
    return gobridge_cross(&frame, hash);
}

gobridge_status gobridge_value_print(const gobridge_value *value, gobridge_value *text) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_value_print, .value = {.value = (void *)value, .to = text}};
    return gobridge_cross(&frame, NULL);
}

/* Copies the text that a reference names. False if that needs Go, or must fail. */
static bool read_boxed(const gobridge_value *value, const gobridge_room *room) {
    gobridge_sight sight;
    return value->kind == GOBRIDGE_KIND_REF && !value->flags && gobridge_see(value->as.ref, &sight) &&
           is_text(sight.shown.shape) &&
           gobridge_text_see(&sight, sight.shown.address, sight.shown.address, room);
}

gobridge_status gobridge_value_read(const gobridge_value *value, char *buffer, size_t capacity, size_t *len) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_ROOM_NOT_NULL(buffer, capacity, len);
    const gobridge_room room = {buffer, len, capacity};
    if (read_boxed(value, &room)) {
        return GOBRIDGE_OK;
    }
    if (value->kind > GOBRIDGE_KIND_FLOAT64 && is_known(value)) {
        *len = (size_t)value->len;
        if (*len > capacity) {
            return gobridge_fail(GOBRIDGE_E_TOO_SMALL, __func__, "buffer: %zu bytes do not fit into %zu",
                                 *len, capacity);
        }
        if (*len) {
            memcpy(buffer, value->as.s, *len);
        }
        return GOBRIDGE_OK;
    }
    gobridge_frame frame = {
        .op = OP_gobridge_value_read,
        .copy_text = {.capacity = capacity, .len = len, .value = value, .buffer = capacity ? buffer : NULL}};
    const gobridge_status status = gobridge_cross(&frame, NULL);
    if (!status && !gobridge_thread_records(gobridge_thread_state)) {
        gobridge_text_note(&room);
    }
    return status;
}

gobridge_status gobridge_value_from_text(gobridge_ref type, const char *text, size_t len,
                                         gobridge_ref *boxed) {
    GOBRIDGE_NOT_NULL(text);
    GOBRIDGE_NOT_NULL(boxed);
    gobridge_frame frame = {.op = OP_gobridge_value_from_text,
                            .text = {.ref = type, .text = text, .len = len}};
    return gobridge_cross(&frame, boxed);
}

gobridge_status gobridge_value_to_text(const gobridge_value *value, gobridge_value *text) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(text);
    gobridge_frame frame = {.op = OP_gobridge_value_to_text, .value = {.value = (void *)value, .to = text}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_value_from_json(gobridge_ref type, const char *json, size_t len,
                                         gobridge_value *value) {
    GOBRIDGE_NOT_NULL(json);
    GOBRIDGE_NOT_NULL(value);
    gobridge_frame frame = {.op = OP_gobridge_value_from_json,
                            .text = {.ref = type, .text = json, .len = len, .out = value}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_value_to_json(const gobridge_value *value, gobridge_value *json) {
    GOBRIDGE_NOT_NULL(value);
    GOBRIDGE_NOT_NULL(json);
    gobridge_frame frame = {.op = OP_gobridge_value_to_json, .value = {.value = (void *)value, .to = json}};
    return gobridge_cross(&frame, NULL);
}

gobridge_status gobridge_value_from_time(int64_t seconds, int64_t nanoseconds, gobridge_ref *time) {
    GOBRIDGE_NOT_NULL(time);
    gobridge_frame frame = {.op = OP_gobridge_value_from_time,
                            .instant = {.seconds = seconds, .nanoseconds = nanoseconds}};
    return gobridge_cross(&frame, time);
}

gobridge_status gobridge_value_to_time(gobridge_ref time, int64_t *seconds, int64_t *nanoseconds) {
    GOBRIDGE_NOT_NULL(seconds);
    GOBRIDGE_NOT_NULL(nanoseconds);
    gobridge_frame frame = {.op = OP_gobridge_value_to_time,
                            .time = {.time = time, .seconds = seconds, .nanoseconds = nanoseconds}};
    return gobridge_cross(&frame, NULL);
}
