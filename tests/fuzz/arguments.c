/* Arguments: mostly good ones, for what the call is about, and now and then bad ones. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* ---- chance ---- */

uint64_t roll(fuzz *f) {
    f->random ^= f->random << 13, f->random ^= f->random >> 7, f->random ^= f->random << 17;
    return f->random * 0x2545F4914F6CDD1DU;
}

size_t below(fuzz *f, size_t n) {
    return n ? (size_t)((roll(f) >> 32) % n) : 0;
}

bool chance(fuzz *f, unsigned in_a_thousand) {
    return below(f, 1000) < in_a_thousand;
}

/* Few numbers, so that keys come again, and the ends of types. */
int64_t any_number(fuzz *f) {
    static const int64_t ends[] = {INT64_MIN, INT64_MAX, INT32_MIN,    INT32_MAX, UINT32_MAX, 127,
                                   128,       -128,      -129,         255,       256,        32767,
                                   65535,     65536,     -62135596801, 1000000000};
    return chance(f, 150) ? ends[below(f, COUNT(ends))] : (int64_t)below(f, 12) - 2;
}

/* An index or a size: small, or none that could be. No number here asks for much memory. */
int64_t small_number(fuzz *f) {
    static const int64_t wrong[] = {-1, INT64_MIN, INT64_MAX, 1LL << 40, 1LL << 62, -7};
    return chance(f, 60)   ? wrong[below(f, COUNT(wrong))]
           : chance(f, 30) ? (int64_t)below(f, 1000)
                           : (int64_t)below(f, 5);
}

size_t item_count(fuzz *f) {
    return chance(f, 20) ? 100 + below(f, 400) : below(f, 8);
}

/* ---- memory: each piece ends where a page is that can not be read ---- */

enum { PAGE = 4096, SLOT = 4 * PAGE, SLOTS = 600 };

void arena_open(fuzz *f) {
    f->arena =
        mmap(NULL, (size_t)SLOTS * (SLOT + PAGE), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (f->arena == MAP_FAILED) {
        abort();
    }
    for (size_t i = 0; i < SLOTS; i++) {
        if (mprotect(f->arena + i * (SLOT + PAGE) + SLOT, PAGE, PROT_NONE)) {
            abort();
        }
    }
}

void arena_close(fuzz *f) {
    munmap(f->arena, (size_t)SLOTS * (SLOT + PAGE));
}

void *take(fuzz *f, size_t size, size_t align) {
    if (size > SLOT || f->slots == SLOTS) {
        fprintf(stderr, "the fuzzer takes %zu bytes, piece %zu\n", size, f->slots);
        abort();
    }
    unsigned char *end = f->arena + f->slots++ * (SLOT + PAGE) + SLOT;
    return (void *)((uintptr_t)(end - size) & ~(uintptr_t)(align - 1));
}

void note_input(fuzz *f, const void *at, size_t size) {
    call *now = f->now;
    if (size && now->ninputs < COUNT(now->inputs)) {
        void *copy = malloc(size);
        now->inputs[now->ninputs++] = (input){at, memcpy(copy, at, size), size};
    }
}

/* ---- references ---- */

static gobridge_ref bad_ref(fuzz *f) {
    switch (below(f, 5)) {
    case 0: return 0;
    case 1:
        return f->nstale ? f->stale[below(f, f->nstale < COUNT(f->stale) ? f->nstale : COUNT(f->stale))] : 0;
    case 2: return roll(f) | 1ULL << 63;
    case 3: return 1 + below(f, 1000);
    default: return (uint64_t)(2 + below(f, 6)) << 32 | (1 + below(f, 5000));
    }
}

/* Describes a type, not one that is promised: that would be recorded, with the address of what is on the stack here. */
bool describe(gobridge_ref type, gobridge_type_info *info) {
    *info = (gobridge_type_info){.size = sizeof *info};
    return type >> 32 && gobridge_type_describe(type, info) == GOBRIDGE_OK;
}

/* What a reference names, and its type. */
uint32_t what_of(gobridge_ref ref, gobridge_ref *type) {
    gobridge_type_info info, elem;
    *type = 0;
    if (gobridge_type_of(ref, type) || !describe(*type, &info)) {
        return OTHER;
    }
    if (*type == ref) {
        return TYPE;
    }
    uint32_t what = VALUE;
    switch (info.kind) {
    case GOBRIDGE_KIND_MAP: what |= MAP; break;
    case GOBRIDGE_KIND_ARRAY:
    case GOBRIDGE_KIND_SLICE: what |= SLICE; break;
    case GOBRIDGE_KIND_STRUCT: what |= STRUCT; break;
    case GOBRIDGE_KIND_FUNC: what |= FUNC; break;
    case GOBRIDGE_KIND_CHAN: what |= CHAN; break;
    case GOBRIDGE_KIND_STRING: what |= TEXT; break;
    case GOBRIDGE_KIND_POINTER:
        what |= POINTER;
        if (describe(info.elem, &elem)) {
            what |= elem.kind == GOBRIDGE_KIND_STRUCT                                      ? STRUCT
                    : elem.kind == GOBRIDGE_KIND_ARRAY || elem.kind == GOBRIDGE_KIND_SLICE ? SLICE
                                                                                           : 0;
        }
        break;
    }
    uint8_t is_error = 0;
    (void)gobridge_iface_implements(ref, parsed("error"), &is_error);
    what |= is_error ? ERROR : 0;
    what |= *type == parsed("time.Time") ? TIME : 0;
    return what;
}

static held *pick(fuzz *f, uint32_t what) {
    held *fitting[MAX_HELD];
    size_t n = 0;
    for (size_t i = 0; i < f->nheld; i++) {
        if (f->held[i].what & what) {
            fitting[n++] = &f->held[i];
        }
    }
    return n ? fitting[below(f, n)] : NULL;
}

gobridge_ref subject(fuzz *f, uint32_t what) {
    f->subject = f->subject_type = 0;
    if (!what) {
        return 0;
    }
    held *h = NULL;
    if (what == TYPE) {
        f->subject = any_type(f);
    } else {
        h = pick(f, chance(f, 970) ? what : VALUE | ITERATOR | TASK | OTHER);
        f->subject = h && !chance(f, 25) ? h->ref : bad_ref(f);
        f->subject_type = h && f->subject == h->ref ? h->type : 0;
        f->of_elements = what == SLICE;
    }
    return f->subject;
}

gobridge_ref other(fuzz *f, uint32_t what) {
    const held *h = pick(f, what);
    return h && !h->is_shared && !chance(f, 25) ? h->ref : bad_ref(f);
}

/* ---- types ---- */

static const char *const expressions[] = {
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int",
    "uint",
    "uintptr",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "string",
    "any",
    "error",
    "[]byte",
    "[]int64",
    "[]string",
    "[]any",
    "[][]int32",
    "[4]int32",
    "[2]bool",
    "[3]string",
    "[0]string",
    "[16]uint8",
    "[1]any",
    "[2]any",
    "[]bool",
    "[]float64",
    "[]*int64",
    "map[int64]int64",
    "map[string]int64",
    "map[string]string",
    "map[int32]uint8",
    "map[any]any",
    "map[string]any",
    "map[uint64]float64",
    "map[[2]int32]string",
    "map[bool]int",
    "map[*int64]int64",
    "map[float64]int8",
    "map[[1]string]int64",
    "map[struct{A int32; B int32}]int64",
    "map[string][]byte",
    "map[int64][200]byte",
    "map[error]int",
    "map[int]any",
    "*int64",
    "*string",
    "**int64",
    "*[4]int64",
    "*struct{A int64; B string}",
    "*[]int64",
    "*any",
    "*error",
    "*fmt.Stringer",
    "struct{}",
    "struct{A int64; B string}",
    "struct{A bool; B int8}",
    "struct{A *int64; B any; C []string}",
    "struct{A struct{B int64}; Name string; a int}",
    "[]struct{A int64; B string}",
    "chan int64",
    "chan string",
    "chan any",
    "<-chan int64",
    "chan<- int64",
    "func(any) any",
    "func(string, int) (string, error)",
    "func()",
    "func(int64) int64",
    "func(string, ...int64) (string, error)",
    "unsafe.Pointer",
    "time.Time",
    "time.Duration",
    "fmt.Stringer",
    "big.Int",
    "*big.Int",
    "*big.Float",
    "[]time.Time",
    "map[string]time.Duration",
    "guest.Point",
    "*guest.Point",
    "[]guest.Point",
    "map[int64]bool",
    "map[uint32]uint32",
    "map[string]bool",
};

gobridge_ref parsed(const char *expression) {
    gobridge_ref type = 0;
    (void)gobridge_type_parse(expression, strlen(expression), &type);
    return type;
}

/* Types that are asked for again and again, once. */
static gobridge_ref usual_type(size_t i) {
    static _Atomic gobridge_ref types[COUNT(expressions)];
    if (!types[i]) {
        types[i] = parsed(expressions[i]);
    }
    return types[i];
}

gobridge_ref any_type(fuzz *f) {
    return chance(f, 20)   ? bad_ref(f)
           : chance(f, 15) ? other(f, VALUE)
                           : usual_type(below(f, COUNT(expressions)));
}

gobridge_ref type_of_kind(fuzz *f, uint32_t kind) {
    for (size_t i = below(f, COUNT(expressions)), tries = 0; tries < COUNT(expressions); tries++) {
        uint32_t is = 0;
        const gobridge_ref type = usual_type((i + tries) % COUNT(expressions));
        if (gobridge_type_kind(type, &is) == GOBRIDGE_OK && is == kind) {
            return type;
        }
    }
    return 0;
}

static void write_expression(fuzz *f, char *to, size_t room, int depth) {
    static const char *const bases[] = {"int",       "string", "any",     "bool", "[]byte",
                                        "time.Time", "nope",   "float64", "*",    "uint8"};
    char inner[400], second[400];
    if (depth == 0 || room < 100) {
        snprintf(to, room, "%s", bases[below(f, COUNT(bases))]);
        return;
    }
    write_expression(f, inner, sizeof inner, depth - 1);
    write_expression(f, second, sizeof second, depth - 1);
    switch (below(f, 9)) {
    case 0: snprintf(to, room, "[]%.380s", inner); break;
    case 1: snprintf(to, room, "[%zu]%.380s", below(f, 4), inner); break;
    case 2: snprintf(to, room, "map[%.190s]%.190s", inner, second); break;
    case 3: snprintf(to, room, "*%.380s", inner); break;
    case 4: snprintf(to, room, "struct{A %.170s; b %.170s `x:\"y\"`}", inner, second); break;
    case 5: snprintf(to, room, "func(%.150s, ...%.150s) %.30s", inner, second, second); break;
    case 6: snprintf(to, room, "chan %.380s", inner); break;
    case 7:
        snprintf(to, room, "[%zu][%zu]%.300s", (size_t)1 << below(f, 40), (size_t)1 << below(f, 30), inner);
        break;
    default: snprintf(to, room, "%.400s", inner); break;
    }
}

const char *random_expression(fuzz *f) {
    static __thread char text[512];
    if (chance(f, 600)) {
        return expressions[below(f, COUNT(expressions))];
    }
    write_expression(f, text, sizeof text, (int)below(f, 4));
    if (chance(f, 100)) {
        text[below(f, strlen(text) + 1)] = (char)roll(f);
    }
    return text;
}

gobridge_ref key_type(fuzz *f) {
    gobridge_type_info info;
    return describe(f->subject_type, &info) ? info.key : 0;
}

/* The type of what the subject's map, slice, channel or pointer holds; of any other value its own. */
gobridge_ref elem_type(fuzz *f) {
    gobridge_type_info info, inner;
    if (!describe(f->subject_type, &info)) {
        return 0;
    }
    const bool is_array = info.kind == GOBRIDGE_KIND_POINTER && describe(info.elem, &inner) &&
                          f->of_elements &&
                          (inner.kind == GOBRIDGE_KIND_ARRAY || inner.kind == GOBRIDGE_KIND_SLICE);
    return is_array ? inner.elem : info.elem ? info.elem : f->subject_type;
}

/* ---- texts ---- */

const char *text_like(fuzz *f, size_t *len, const char *const *usual, size_t count) {
    const char *text = usual[below(f, count)];
    char *at = take(f, *len = strlen(text), 1);
    memcpy(at, text, *len);
    if (*len && chance(f, 60)) {
        at[below(f, *len)] = (char)roll(f);
    }
    if (*len && chance(f, 10)) {
        f->now->must_fail = true;
        return NULL;
    }
    note_input(f, at, *len);
    if (chance(f, 10)) {
        *len = SIZE_MAX - below(f, 2);
        f->now->must_fail = true;
    }
    return at;
}

const char *bytes(fuzz *f, size_t *len) {
    static const char *const texts[] = {
        "", "a", "b", "key", "answer", "a\xff", "0123456789abcdef0123456789abcdef", "x y"};
    return text_like(f, len, texts, COUNT(texts));
}

/* ---- values ---- */

static gobridge_value of_kind(fuzz *f, uint32_t kind) {
    gobridge_value v = {.kind = kind, .as.i = any_number(f)};
    size_t len = 0;
    switch (kind) {
    case GOBRIDGE_KIND_NIL: v.as.i = 0; break;
    case GOBRIDGE_KIND_BOOL: v.as.u = chance(f, 30) ? 2 : below(f, 2); break;
    case GOBRIDGE_KIND_FLOAT32:
    case GOBRIDGE_KIND_FLOAT64: {
        static const double doubles[] = {0.0, -0.0, 1.5, 1e300, -1e-300, 1.0 / 3};
        v.as.f = doubles[below(f, COUNT(doubles))];
        break;
    }
    case GOBRIDGE_KIND_STRING:
    case GOBRIDGE_KIND_BYTES: {
        const bool must_fail = f->now->must_fail;
        v.as.s = bytes(f, &len);
        v.len = len;
        if (!v.as.s && chance(f, 500)) {
            v.as.u = below(f, 4096); /* an address in the first page */
        }
        f->now->must_fail = must_fail; /* it may be one of many */
        break;
    }
    case GOBRIDGE_KIND_REF: v.as.ref = other(f, VALUE); break;
    }
    return v;
}

static gobridge_value any_value(fuzz *f) {
    static const uint32_t kinds[] = {GOBRIDGE_KIND_NIL,     GOBRIDGE_KIND_BOOL,   GOBRIDGE_KIND_INT,
                                     GOBRIDGE_KIND_INT8,    GOBRIDGE_KIND_INT32,  GOBRIDGE_KIND_INT64,
                                     GOBRIDGE_KIND_UINT8,   GOBRIDGE_KIND_UINT64, GOBRIDGE_KIND_FLOAT32,
                                     GOBRIDGE_KIND_FLOAT64, GOBRIDGE_KIND_STRING, GOBRIDGE_KIND_BYTES,
                                     GOBRIDGE_KIND_REF,     GOBRIDGE_KIND_REF,    GOBRIDGE_KIND_REF};
    gobridge_value v = of_kind(f, kinds[below(f, COUNT(kinds))]);
    if (chance(f, 10)) {
        v.flags = (uint32_t)below(f, 3);
    }
    if (chance(f, 10)) {
        v.kind = 12 + (uint32_t)below(f, 12); /* none that has memory */
    }
    return v;
}

/* A value that a variable of a type can be set to. */
static gobridge_value fitting_value(fuzz *f, gobridge_ref type) {
    gobridge_type_info info;
    if (!describe(type, &info)) {
        return any_value(f);
    }
    switch (info.kind) {
    case GOBRIDGE_KIND_STRING: return of_kind(f, GOBRIDGE_KIND_STRING);
    case GOBRIDGE_KIND_INTERFACE: return any_value(f);
    case GOBRIDGE_KIND_SLICE:
        if (chance(f, 500) && type == parsed("[]byte")) {
            return of_kind(f, GOBRIDGE_KIND_BYTES);
        }
        break;
    default:
        if (info.kind <= GOBRIDGE_KIND_FLOAT64) {
            return of_kind(f, info.kind);
        }
    }
    held *fitting[MAX_HELD];
    size_t n = 0;
    for (size_t i = 0; i < f->nheld; i++) {
        gobridge_type_info of;
        held *h = &f->held[i];
        const bool is = !h->is_shared && describe(h->type, &of) &&
                        (h->type == type || (of.kind == GOBRIDGE_KIND_POINTER && of.elem == type));
        if (is) {
            fitting[n++] = h;
        }
    }
    if (n && !chance(f, 200)) {
        return (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = fitting[below(f, n)]->ref};
    }
    return (gobridge_value){.kind = GOBRIDGE_KIND_NIL};
}

gobridge_value one_value(fuzz *f, gobridge_ref type) {
    return type && chance(f, 920) ? fitting_value(f, type) : any_value(f);
}

const gobridge_value *value_for(fuzz *f, gobridge_ref type) {
    if (chance(f, 8)) {
        f->now->must_fail = true;
        return NULL;
    }
    gobridge_value *at = take(f, sizeof *at, 8);
    *at = one_value(f, type);
    note_input(f, at, sizeof *at);
    return at;
}

const gobridge_value *key_value(fuzz *f) {
    return value_for(f, key_type(f));
}

const gobridge_value *elem_value(fuzz *f) {
    return value_for(f, elem_type(f));
}

/* ---- memory in C layout ---- */

/* Writes so many plain items, whose bools are 0 or 1 as a rule. */
static void plain_bytes(fuzz *f, gobridge_ref type, unsigned char *to, size_t size) {
    const char *name = "";
    (void)gobridge_type_name(type, &name);
    const bool has_bools = strstr(name, "bool") && !chance(f, 30);
    for (size_t i = 0; i < size; i++) {
        to[i] = has_bools ? (unsigned char)below(f, 2) : chance(f, 850) ? 0 : (unsigned char)roll(f);
    }
    if (size) {
        to[0] = (unsigned char)below(f, has_bools ? 2 : 6);
    }
}

static bool layout_of(gobridge_ref type, uint64_t *size, uint8_t *plain) {
    return type >> 32 && gobridge_type_layout(type, size, plain) == GOBRIDGE_OK && *size <= 4096;
}

const void *memory_for(fuzz *f, gobridge_ref type) {
    uint64_t size = 0;
    uint8_t plain = 0;
    if (!layout_of(type, &size, &plain)) {
        return memset(take(f, 8192, 8), 0, 8192); /* no one knows how much is read */
    }
    if (!plain) {
        return value_for(f, type);
    }
    if (size && chance(f, 8)) {
        f->now->must_fail = true;
        return NULL;
    }
    unsigned char *at = take(f, (size_t)size, chance(f, 500) ? 1 : 8);
    plain_bytes(f, type, at, (size_t)size);
    note_input(f, at, (size_t)size);
    return at;
}

const void *key_memory(fuzz *f) {
    return memory_for(f, key_type(f));
}

const void *elem_memory(fuzz *f) {
    return memory_for(f, elem_type(f));
}

/* ---- outputs ---- */

enum { UNTOUCHED = 0xA5 };

static void *note_output(fuzz *f, int kind, size_t size, uint32_t what, bool is_soft) {
    call *now = f->now;
    void *at = memset(take(f, size, 8), UNTOUCHED, size);
    if (now->noutputs == COUNT(now->outputs)) {
        abort();
    }
    now->outputs[now->noutputs++] = (output){kind, at, size, what, is_soft};
    return at;
}

static bool is_null(fuzz *f, size_t size) {
    const bool is = size && chance(f, 8);
    f->now->must_fail |= is;
    return is;
}

void *out(fuzz *f, size_t size) {
    return is_null(f, size) ? NULL : note_output(f, OUT_MEMORY, size, 0, false);
}

void *out_soft(fuzz *f, size_t size) {
    return is_null(f, size) ? NULL : note_output(f, OUT_MEMORY, size, 0, true);
}

void *out_optional(fuzz *f, size_t size) {
    return chance(f, 300) ? NULL : note_output(f, OUT_MEMORY, size, 0, false);
}

void *out_flags(fuzz *f, size_t size) {
    return chance(f, 400) ? NULL : note_output(f, OUT_MEMORY, size, 0, true);
}

gobridge_ref *out_ref(fuzz *f, uint32_t what) {
    return is_null(f, 8) ? NULL : note_output(f, OUT_REF, 8, what, false);
}

gobridge_ref *out_lasting(fuzz *f) {
    return is_null(f, 8) ? NULL : note_output(f, OUT_LASTING, 8, TYPE, false);
}

gobridge_value *out_value(fuzz *f) {
    return is_null(f, 8) ? NULL : note_output(f, OUT_VALUE, sizeof(gobridge_value), 0, false);
}

gobridge_value *out_value_optional(fuzz *f) {
    return chance(f, 300) ? NULL : note_output(f, OUT_VALUE, sizeof(gobridge_value), 0, false);
}

/* Room for a type in C layout: a value is one. */
void *room_for(fuzz *f, gobridge_ref type, bool optional) {
    uint64_t size = 0;
    uint8_t plain = 0;
    if (optional && chance(f, 300)) {
        return NULL;
    }
    if (!optional && is_null(f, 8)) {
        return NULL;
    }
    if (!layout_of(type, &size, &plain)) {
        return note_output(f, OUT_UNKNOWN, 8192, 0, false);
    }
    return note_output(f, plain ? OUT_MEMORY : OUT_VALUE, (size_t)size, 0, false);
}

void *room_for_elem(fuzz *f, bool optional) {
    return room_for(f, elem_type(f), optional);
}

/* ---- columns ---- */

gobridge_column *in_column(fuzz *f, gobridge_ref type, size_t count) {
    if (chance(f, 8)) {
        f->now->must_fail = true;
        return NULL;
    }
    gobridge_column *c = take(f, sizeof *c, 8);
    memset(c, 0, sizeof *c);
    uint64_t size = 0;
    uint8_t plain = 0;
    const bool known = layout_of(type, &size, &plain);
    const bool is_text = known && !plain && (type == parsed("string") || type == parsed("[]byte"));
    if (known && plain && (size + 1) * count <= 16000 && !chance(f, 200)) {
        c->layout = GOBRIDGE_COLUMN_PLAIN;
        const size_t stride = (size_t)size + (chance(f, 100) ? 1 + below(f, 3) : 0);
        if (stride * count > 16000) {
            return NULL;
        }
        unsigned char *at = take(f, stride * count, chance(f, 100) ? 1 : 8);
        for (size_t i = 0; i < count; i++) {
            plain_bytes(f, type, at + i * stride, (size_t)size);
        }
        const bool backwards = chance(f, 100) && count && stride;
        c->stride = backwards ? -(int32_t)stride : stride == size ? 0 : (int32_t)stride;
        c->data = backwards ? at + (count - 1) * stride : at;
        note_input(f, at, stride * count);
    } else if (is_text && chance(f, 700)) {
        static const char pool[] = "abcabcdekeyanswerx";
        c->layout = chance(f, 400)   ? GOBRIDGE_COLUMN_TEXT
                    : chance(f, 500) ? GOBRIDGE_COLUMN_OFFSETS32
                                     : GOBRIDGE_COLUMN_OFFSETS64;
        if (c->layout == GOBRIDGE_COLUMN_TEXT) {
            gobridge_text *at = take(f, count * sizeof *at, 8);
            for (size_t i = 0; i < count; i++) {
                at[i] = (gobridge_text){pool + below(f, 10), below(f, 8)};
                if (at[i].len == 0) { /* of no bytes it may be any */
                    at[i].data = (const char *)(uintptr_t)(chance(f, 500) ? roll(f) : 0);
                } else if (chance(f, 10)) {
                    at[i].data = NULL;
                }
            }
            c->data = at;
            note_input(f, at, count * sizeof *at);
        } else {
            const size_t width = c->layout == GOBRIDGE_COLUMN_OFFSETS32 ? 4 : 8;
            unsigned char *at = take(f, (count + 1) * width, 8);
            char *data = memcpy(take(f, sizeof pool, 1), pool, sizeof pool);
            int64_t end = 0;
            for (size_t i = 0; i <= count; i++) {
                const int64_t offset = chance(f, 5) ? any_number(f) : end;
                memcpy(at + i * width, &offset, width); /* little-endian, as all that this runs on */
                end += end < 10 ? (int64_t)below(f, 4) : 0;
            }
            c->data = data, c->offsets = at, c->capacity = sizeof pool;
            note_input(f, at, (count + 1) * width);
        }
    } else {
        c->layout = chance(f, 970) ? GOBRIDGE_COLUMN_VALUES : (uint32_t)below(f, 8);
        const size_t room = count * sizeof(gobridge_value);
        gobridge_value *at = take(f, room > 16384 ? 16384 : room, 8);
        if (room > 16384) {
            c->layout = 0;
        }
        const gobridge_value usual = fitting_value(f, type);
        for (size_t i = 0; i < count && i < 512; i++) {
            at[i] = f->slots < 400 ? fitting_value(f, type) : usual;
        }
        if (c->layout == GOBRIDGE_COLUMN_OFFSETS32 || c->layout == GOBRIDGE_COLUMN_OFFSETS64 ||
            c->layout == GOBRIDGE_COLUMN_TEXT || c->layout == GOBRIDGE_COLUMN_PLAIN) {
            c->layout = 0; /* what lies here is none of these */
        }
        c->data = at;
        note_input(f, at, room > 16384 ? 16384 : room);
    }
    if (chance(f, 8)) {
        c->data = (void *)(uintptr_t)below(f, 4096);
    }
    note_input(f, c, sizeof *c);
    return c;
}

gobridge_column *out_column(fuzz *f, gobridge_ref type, size_t count, bool optional) {
    if (optional ? chance(f, 300) : is_null(f, 8)) {
        return NULL;
    }
    gobridge_column *c = note_output(f, OUT_COLUMN, sizeof *c, (uint32_t)count, true);
    memset(c, 0, sizeof *c);
    uint64_t size = 0;
    uint8_t plain = 0;
    const bool known = layout_of(type, &size, &plain);
    const bool is_text = known && !plain && (type == parsed("string") || type == parsed("[]byte"));
    if (known && plain && size * count <= 16000 && !chance(f, 200)) {
        c->layout = GOBRIDGE_COLUMN_PLAIN;
        c->data = take(f, (size_t)size * count, chance(f, 100) ? 1 : 8);
    } else if (is_text && chance(f, 600)) {
        c->layout = GOBRIDGE_COLUMN_TEXT + (uint32_t)below(f, 3);
        c->capacity = below(f, 60);
        c->data = take(
            f, c->layout == GOBRIDGE_COLUMN_TEXT ? count * sizeof(gobridge_text) : (size_t)c->capacity, 8);
        c->offsets = take(f, (count + 1) * 8, 8);
    } else {
        c->layout = count * sizeof(gobridge_value) <= 16384 ? GOBRIDGE_COLUMN_VALUES : 0;
        c->data = memset(take(f, c->layout ? count * sizeof(gobridge_value) : 0, 8), 0,
                         c->layout ? count * sizeof(gobridge_value) : 0);
    }
    return c;
}
