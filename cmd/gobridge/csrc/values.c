/* Go values in C: what the commands need of gobridge's API. */
#include "tool.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

gobridge_value text(const char *s) {
    s = s ? s : "";
    return (gobridge_value){.kind = GOBRIDGE_KIND_STRING, .as.s = s, .len = strlen(s)};
}

gobridge_value boolean(bool b) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_BOOL, .as.u = b};
}

gobridge_value named(gobridge_ref ref) {
    return (gobridge_value){.kind = GOBRIDGE_KIND_REF, .as.ref = ref};
}

_Noreturn void cannot(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("gobridge: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(EXIT_CANNOT);
}

void must(gobridge_status status) {
    if (status != GOBRIDGE_OK) {
        gobridge_error error;
        gobridge_last_error(&error);
        cannot("%s\n%s", error.message, error.stack);
    }
}

static gobridge_ref function_named(const char *name) {
    gobridge_ref function;
    must(gobridge_func_find(name, strlen(name), &function));
    return function;
}

gobridge_value call(const char *function, const gobridge_value *args, size_t nargs) {
    gobridge_value results[2]; /* the second is the error */
    must(gobridge_call(function_named(function), args, nargs, results, COUNT(results)));
    if (results[1].kind == GOBRIDGE_KIND_NIL) {
        return results[0];
    }
    gobridge_value why[2]; /* a message, and whether it was Ctrl-C */
    must(gobridge_call(function_named("observatory.explain"), &results[1], 1, why, COUNT(why)));
    if (why[1].as.u) {
        exit(EXIT_INTERRUPTED);
    }
    cannot("%.*s", TEXT(why[0]));
}

gobridge_value field(gobridge_ref object, const char *name) {
    gobridge_value value;
    must(gobridge_struct_get(object, name, strlen(name), &value));
    return value;
}

int64_t length(gobridge_ref slice) {
    int64_t len = 0;
    if (slice) { /* nil has none */
        must(gobridge_slice_len(slice, &len));
    }
    return len;
}

gobridge_value element(gobridge_ref slice, int64_t i) {
    gobridge_value value;
    must(gobridge_slice_get(slice, i, &value));
    return value;
}

bool is(gobridge_value value, const char *text) {
    return value.len == strlen(text) && memcmp(value.as.s, text, value.len) == 0;
}

/* A member of each gobridge_symbol by its Go symbol: a map[string]string. */
static gobridge_value by_symbol(size_t member) {
    static const char expression[] = "map[string]string";
    const gobridge_symbol *const *symbols;
    size_t count;
    gobridge_ref type, map;
    must(gobridge_symbols(&symbols, &count));
    must(gobridge_type_parse(expression, strlen(expression), &type));
    must(gobridge_runtime_makemap(type, (int64_t)count, &map));
    for (size_t i = 0; i < count; i++) {
        const gobridge_value symbol = text(symbols[i]->symbol);
        const gobridge_value of = text(*(const char *const *)((const char *)symbols[i] + member));
        must(gobridge_runtime_mapassign(map, &symbol, &of));
    }
    return named(map);
}

gobridge_value wrapped_symbols(void) {
    return by_symbol(offsetof(gobridge_symbol, function));
}

gobridge_value symbol_signatures(void) {
    return by_symbol(offsetof(gobridge_symbol, signature));
}

gobridge_value first_releases(void) {
    return by_symbol(offsetof(gobridge_symbol, first_verified));
}

void print_formatted(gobridge_value report, const char *format) {
    const gobridge_value formatted = CALL("observatory.format", report, text(format));
    fwrite(formatted.as.s, 1, formatted.len, stdout);
}

void print_report(gobridge_value report, const options *given) {
    if (given->format) {
        print_formatted(report, given->format);
        return;
    }
    const gobridge_value told =
        CALL("observatory.text", report, boolean(given->all), boolean(*colour.plain != 0));
    fwrite(told.as.s, 1, told.len, stdout);
}

bool wants_cgo(const options *given) {
    static const char *const on[] = {"1", "on", "true", "yes"}, *const off[] = {"0", "off", "false", "no"};
    for (size_t i = 0; given->cgo && i < COUNT(on); i++) {
        if (strcmp(given->cgo, on[i]) == 0 || strcmp(given->cgo, off[i]) == 0) {
            return strcmp(given->cgo, on[i]) == 0;
        }
    }
    if (given->cgo) {
        cannot("--cgo %s: it is on or off", given->cgo);
    }
    return true;
}
