/* What the library reads: one input, of one kind, as libFuzzer hands it in. INPUT says which kind. What is read is written and
 * read again, which must come to the same. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <gobridge.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(condition)                                                                        \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            gobridge_error error;                                                              \
            gobridge_last_error(&error);                                                       \
            fprintf(stderr, "inputs.c:%d: not %s: %s\n", __LINE__, #condition, error.message); \
            abort();                                                                           \
        }                                                                                      \
    } while (0)
#define COUNT(array) (sizeof(array) / sizeof *(array))

static gobridge_ref parsed(const char *expression) {
    gobridge_ref type = 0;
    MUST(gobridge_type_parse(expression, strlen(expression), &type) == GOBRIDGE_OK);
    return type;
}

/* A type, by the first byte of an input. */
static gobridge_ref type_by(uint8_t byte) {
    static const char *const expressions[] = {"any",
                                              "int8",
                                              "uint64",
                                              "float32",
                                              "string",
                                              "bool",
                                              "[]byte",
                                              "[]any",
                                              "map[string]any",
                                              "map[int]string",
                                              "[3]int",
                                              "struct{A int; B string; C *struct{A []bool}}",
                                              "time.Time",
                                              "time.Duration",
                                              "*big.Int",
                                              "*big.Float",
                                              "complex64",
                                              "[][]string",
                                              "map[string]struct{A any}",
                                              "*int",
                                              "[16]uint8",
                                              "*big.Rat"};
    return parsed(expressions[byte % COUNT(expressions)]);
}

static int32_t nothing(void) {
    return 0;
}

/* A type expression: the name of what it denotes denotes the same, where a name says all. */
static void read_expression(const uint8_t *data, size_t size) {
    gobridge_ref type, again;
    gobridge_type_info info = {.size = sizeof info};
    if (gobridge_type_parse((const char *)data, size, &type) == GOBRIDGE_OK) {
        MUST(gobridge_type_describe(type, &info) == GOBRIDGE_OK);
        MUST(gobridge_type_parse((const char *)data, size, &again) == GOBRIDGE_OK && again == type);
    }
}

static void read_signature(const uint8_t *data, size_t size) {
    gobridge_ref func;
    if (gobridge_cfunc_new((void (*)(void))nothing, (const char *)data, size, &func) == GOBRIDGE_OK) {
        MUST(gobridge_release(func) == GOBRIDGE_OK);
    }
}

static void read_json(const uint8_t *data, size_t size) {
    gobridge_value value, json, again, same;
    const gobridge_ref type = type_by(size ? *data : 0);
    if (size == 0 || gobridge_value_from_json(type, (const char *)data + 1, size - 1, &value)) {
        return;
    }
    if (gobridge_value_to_json(&value, &json) == GOBRIDGE_OK) {
        MUST(gobridge_value_from_json(type, json.as.s, json.len, &again) == GOBRIDGE_OK);
        MUST(gobridge_value_to_json(&again, &same) == GOBRIDGE_OK);
        MUST(same.len == json.len && memcmp(same.as.s, json.as.s, json.len) == 0);
        MUST(gobridge_value_release(&json) == GOBRIDGE_OK && gobridge_value_release(&again) == GOBRIDGE_OK &&
             gobridge_value_release(&same) == GOBRIDGE_OK);
    }
    MUST(gobridge_value_release(&value) == GOBRIDGE_OK);
}

static void read_text(const uint8_t *data, size_t size) {
    gobridge_ref boxed, again;
    const gobridge_ref type = type_by(size ? *data : 0);
    if (size == 0 || gobridge_value_from_text(type, (const char *)data + 1, size - 1, &boxed)) {
        return;
    }
    const gobridge_value value = {.kind = GOBRIDGE_KIND_REF, .as.ref = boxed};
    gobridge_value text, same;
    if (gobridge_value_to_text(&value, &text) == GOBRIDGE_OK) {
        MUST(gobridge_value_from_text(type, text.as.s, text.len, &again) == GOBRIDGE_OK);
        const gobridge_value read = {.kind = GOBRIDGE_KIND_REF, .as.ref = again};
        MUST(gobridge_value_to_text(&read, &same) == GOBRIDGE_OK);
        MUST(same.len == text.len && memcmp(same.as.s, text.as.s, text.len) == 0);
        MUST(gobridge_release(again) == GOBRIDGE_OK && gobridge_value_release(&text) == GOBRIDGE_OK &&
             gobridge_value_release(&same) == GOBRIDGE_OK);
    }
    MUST(gobridge_release(boxed) == GOBRIDGE_OK);
}

/* ---- Arrow ---- */

typedef struct bytes {
    const uint8_t *at;
    size_t left;
} bytes;

static uint8_t next(bytes *b) {
    return b->left ? (b->left--, *b->at++) : 0;
}

enum { DEEPEST = 3, MOST_CHILDREN = 3, BUFFER = 8192 };

typedef struct node {
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct node *children[MOST_CHILDREN];
    struct ArrowSchema *schemas[MOST_CHILDREN];
    struct ArrowArray *arrays[MOST_CHILDREN];
    const void *buffers[4];
    uint8_t memory[3][BUFFER]; /* as large as any array here says that it is */
    char name[4];
} node;

static void release_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array->release = NULL;
}

static node *tree(bytes *b, int depth) {
    static const char *const formats[] = {"c",  "C",  "s",       "i",    "l",    "L",   "f",  "g",   "b",
                                          "u",  "z",  "U",       "Z",    "w:16", "w:0", "+l", "+L",  "+w:3",
                                          "+s", "+m", "tsn:UTC", "tss:", "tDm",  "x",   "",   "w:-1"};
    node *n = calloc(1, sizeof *n);
    const uint8_t children = next(b) % (MOST_CHILDREN + 1);
    n->schema.format = formats[next(b) % COUNT(formats)];
    snprintf(n->name, sizeof n->name, "%c%c", next(b), next(b));
    n->schema.name = n->name;
    n->schema.flags = next(b) & 7;
    n->schema.release = release_schema;
    n->array.release = release_array;
    n->array.length = next(b) / 2 - 16;
    n->array.offset = next(b) / 4 - 8;
    n->array.null_count = next(b) - 8;
    n->array.n_buffers = next(b) % 4;
    n->array.buffers = n->buffers;
    for (int i = 0; i < 3; i++) {
        const uint8_t how = next(b);
        n->buffers[i] = how % 8 ? n->memory[i] : NULL;
        for (size_t at = 0; at < 256; at++) {
            n->memory[i][at] = how & 16 ? next(b) : (uint8_t)(at % 4 ? 0 : at / 4 * (how & 1));
        }
    }
    for (int i = 0; i < children && depth < DEEPEST; i++) {
        n->children[i] = tree(b, depth + 1);
        n->schemas[i] = &n->children[i]->schema;
        n->arrays[i] = &n->children[i]->array;
        n->schema.n_children = n->array.n_children = i + 1;
    }
    n->schema.children = n->schemas;
    n->array.children = n->arrays;
    return n;
}

static void fell(node *n) {
    for (int i = 0; i < MOST_CHILDREN; i++) {
        if (n->children[i]) {
            fell(n->children[i]);
        }
    }
    free(n);
}

static void read_arrow(const uint8_t *data, size_t size) {
    static const char *const types[] = {
        "[]any", "[]int64", "[]string", "map[string]int64", "[][]byte", "[]struct{A int8; B string}"};
    bytes b = {data, size};
    const uint8_t as = next(&b);
    node *n = tree(&b, 0);
    gobridge_ref made;
    const gobridge_ref type = as % 2 ? 0 : parsed(types[as / 2 % COUNT(types)]);
    if (gobridge_arrow_import(&n->schema, &n->array, type, &made) == GOBRIDGE_OK) {
        MUST(!n->schema.release && !n->array.release);
        struct ArrowSchema schema;
        struct ArrowArray array;
        if (gobridge_arrow_export(made, &schema, &array) == GOBRIDGE_OK) {
            schema.release(&schema);
            array.release(&array);
        }
        MUST(gobridge_release(made) == GOBRIDGE_OK);
    }
    fell(n);
}

enum { EXPRESSION, SIGNATURE, JSON, TEXT, ARROW };
#ifndef INPUT /* the build says */
#define INPUT JSON
#endif
static void (*const readers[])(const uint8_t *data, size_t size) = {[EXPRESSION] = read_expression,
                                                                    [SIGNATURE] = read_signature,
                                                                    [JSON] = read_json,
                                                                    [TEXT] = read_text,
                                                                    [ARROW] = read_arrow};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t live = 1;
    readers[INPUT](data, size);
    MUST(gobridge_ref_count(&live) == GOBRIDGE_OK && live == 0);
    return 0;
}
