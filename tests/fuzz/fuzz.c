/* fuzz SEED CALLS THREADS [MINUTES [soak]]: so many calls in so many threads, or as many as the time allows. Fails where
 * something was found, or, in a run that is long enough, where a function has not both succeeded and failed. With soak the threads
 * end after so many calls and others take their places until the time is over (soak.h). */
#include "fuzz.h"

#include "soak.h"

#include "../unit/documented.h"

#include <errno.h>
#include <fenv.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t seed;
static atomic_uint_fast64_t found, succeeded[512], failed[512];
static time_t deadline; /* 0 for none */
static bool traces;     /* FUZZ_TRACE=1 has each call printed */
static bool soaks;      /* what the process has is watched */

void finding(fuzz *f, const char *format, ...) {
    if (atomic_fetch_add(&found, 1) < 50) {
        char text[2048];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        gobridge_error error;
        gobridge_last_error(&error);
        fprintf(stderr, "FINDING seed %llu thread %u call %llu%s: %s\n  last error: %s\n%.600s\n",
                (unsigned long long)seed, f->thread, (unsigned long long)f->calls,
                f->is_recording ? " in a batch" : "", text, error.message, error.stack);
    }
    f->findings++;
}

/* ---- what is held ---- */

static void forget(fuzz *f, size_t i) {
    f->stale[f->nstale++ % COUNT(f->stale)] = f->held[i].ref;
    f->held[i] = f->held[--f->nheld];
}

static void release_one(fuzz *f, size_t i) {
    const gobridge_status status = gobridge_release(f->held[i].ref);
    if (status) {
        finding(f, "gobridge_release of what %s gave gives %s", f->held[i].from,
                gobridge_status_name(status));
    }
    forget(f, i);
}

static void hold(fuzz *f, held h) {
    while (f->nheld == MAX_HELD) {
        const size_t i = below(f, f->nheld);
        if (f->is_recording) {
            return; /* what a batch gives is the scope's, if no one takes it over */
        }
        if (!f->held[i].is_shared) {
            release_one(f, i);
        }
    }
    f->held[f->nheld++] = h;
}

void keep_ref(fuzz *f, gobridge_ref ref, uint32_t what) {
    gobridge_ref type;
    if (f->has_released && gobridge_type_of(ref, &type) == GOBRIDGE_E_STALE_REF) {
        return; /* the batch has released it */
    }
    held h = {.ref = ref, .scope = f->nscopes, .from = f->now ? f->now->function->name : ""};
    h.what = what_of(ref, &h.type);
    if (h.what & TYPE) {
        return; /* it stays, and need not be released */
    }
    if (what & ITERATOR) {
        h.type = f->subject_type; /* that of its map */
    }
    if (what & (ITERATOR | TASK | ITER)) {
        h.what = what;
    }
    h.what |= what & (STREAM | FOREIGN);
    hold(f, h);
}

static uint64_t sum_of(const gobridge_value *v) {
    uint64_t sum = v->len;
    for (uint64_t i = 0; i < v->len; i++) {
        sum = sum * 31 + v->as.b[i];
    }
    return sum;
}

static void unshow(fuzz *f, size_t i) {
    shown *s = &f->shown[i];
    if (sum_of(&s->value) != s->sum) {
        finding(f, "text or bytes that Go shows have changed");
    }
    if (gobridge_value_release(&s->value)) {
        finding(f, "a value that was given can not be released");
    }
    f->shown[i] = f->shown[--f->nshown];
}

/* Takes over a value that a call gave. A view of a slice's memory may change. */
static void keep_value(fuzz *f, const call *c, gobridge_value v) {
    gobridge_ref type;
    if (v.owner && f->has_released && gobridge_type_of(v.owner, &type) == GOBRIDGE_E_STALE_REF) {
        return;
    }
    switch (v.kind) {
    case GOBRIDGE_KIND_REF:
        if (v.owner && v.owner == v.as.ref) {
            keep_ref(f, v.owner, VALUE);
        } else if (v.owner) {
            finding(f, "%s gives a REF whose owner is another reference", c->function->name);
        }
        return;
    case GOBRIDGE_KIND_STRING:
    case GOBRIDGE_KIND_BYTES:
        if (!v.as.s || v.flags) {
            finding(f, "%s gives a text at NULL", c->function->name);
        } else if (f->nshown < MAX_KEPT && v.owner && v.kind == GOBRIDGE_KIND_STRING) {
            f->shown[f->nshown++] = (shown){v, sum_of(&v), f->nscopes};
        } else {
            if (v.owner) { /* read_views has read the others */
                (void)sum_of(&v);
            }
            if (gobridge_value_release(&v)) {
                finding(f, "a value that %s gave can not be released", c->function->name);
            }
        }
        return;
    default:
        if (v.owner || v.flags || v.kind > GOBRIDGE_KIND_FLOAT64) {
            finding(f, "%s gives a value of the kind %u with an owner or flags", c->function->name, v.kind);
        }
    }
}

static void keep_frozen(fuzz *f, gobridge_frozen *frozen) {
    int64_t len = -1;
    if (gobridge_frozen_len(frozen, &len) || len < 0) {
        finding(f, "a frozen map has %lld entries", (long long)len);
    }
    if (f->nfrozen == MAX_KEPT) {
        (void)gobridge_frozen_release(frozen);
    } else {
        f->frozen_types[f->nfrozen] = f->subject_type;
        f->frozen[f->nfrozen++] = frozen;
    }
}

static void keep_exported(fuzz *f, struct exported *e) {
    if (!e->schema.release || !e->array.release || e->array.length < 0) {
        finding(f, "gobridge_arrow_export gives no array");
    } else if (f->nexported == MAX_KEPT) {
        e->schema.release(&e->schema);
        e->array.release(&e->array);
    } else {
        f->exported[f->nexported++] = *e;
    }
}

/* ---- what a call has done ---- */

static bool is_untouched(const output *o) {
    const unsigned char *at = o->at;
    for (size_t i = 0; i < o->size; i++) {
        if (at[i] != 0xA5) {
            return false;
        }
    }
    return true;
}

/* Reads the texts without an owner that a call that succeeded gave. They live as long as what they are of: read before outputs
 * are taken, for then what is held makes room. */
static void read_views(const fuzz *f, const call *c) {
    for (size_t i = 0; i < c->noutputs && !f->has_released; i++) {
        const output *o = &c->outputs[i];
        for (size_t n = 0;
             o->kind == OUT_VALUE && !(o->is_soft && is_untouched(o)) && n < o->size / sizeof(gobridge_value);
             n++) {
            gobridge_value v;
            memcpy(&v, (char *)o->at + n * sizeof v, sizeof v);
            if ((v.kind == GOBRIDGE_KIND_STRING || v.kind == GOBRIDGE_KIND_BYTES) && !v.owner && v.as.s) {
                (void)sum_of(&v);
            }
        }
    }
}

static void take_outputs(fuzz *f, call *c, gobridge_status status) {
    const bool ok = status == GOBRIDGE_OK;
    for (size_t i = 0; i < c->noutputs; i++) {
        output *o = &c->outputs[i];
        gobridge_column *column = o->at;
        gobridge_ref ref;
        switch (o->kind) {
        case OUT_REF:
            memcpy(&ref, o->at, sizeof ref);
            if (ok && ref) {
                keep_ref(f, ref, o->what);
            }
            break;
        case OUT_VALUE:
            for (size_t n = 0; ok && !(o->is_soft && is_untouched(o)) && n < o->size / sizeof(gobridge_value);
                 n++) {
                gobridge_value v;
                memcpy(&v, (char *)o->at + n * sizeof v, sizeof v);
                keep_value(f, c, v);
            }
            break;
        case OUT_UNKNOWN: { /* a value if it has an owner: what is plain memory is none that was given out */
            gobridge_value v;
            memcpy(&v, o->at, sizeof v);
            if (ok && gobridge_type_of(v.owner, &ref) == GOBRIDGE_OK) {
                keep_value(f, c, v);
            }
            break;
        }
        case OUT_COLUMN: /* filled also where items failed */
            if (column->owner && gobridge_release(column->owner)) {
                finding(f, "the owner of a column that %s filled is none", c->function->name);
            }
            break;
        case OUT_REFS:
            for (size_t n = 0; n < o->size / sizeof ref; n++) {
                memcpy(&ref, (char *)o->at + n * sizeof ref, sizeof ref);
                if (ref && !is_untouched(o)) {
                    keep_ref(f, ref, VALUE);
                }
            }
            break;
        case OUT_FROZEN:
            if (ok) {
                keep_frozen(f, *(gobridge_frozen **)o->at);
            }
            break;
        case OUT_SCOPE:
            if (ok) {
                f->scopes[f->nscopes++] = *(uint64_t *)o->at;
            }
            break;
        case OUT_ARROW:
            if (ok) {
                keep_exported(f, o->at);
            }
            break;
        case OUT_MEMORY:
        case OUT_LASTING: break;
        }
    }
}

static void check_inputs(fuzz *f, call *c) {
    for (size_t i = 0; i < c->ninputs; i++) {
        if (memcmp(c->inputs[i].at, c->inputs[i].copy, c->inputs[i].size) != 0) {
            finding(f, "%s has changed its input %zu of %zu bytes", c->function->name, i, c->inputs[i].size);
        }
        free(c->inputs[i].copy);
    }
    c->ninputs = 0;
}

static bool is_text(const char *s) {
    while (*s) {
        const unsigned char c = (unsigned char)*s++;
        for (int more = c < 0x80   ? 0
                        : c < 0xC2 ? 9
                        : c < 0xE0 ? 1
                        : c < 0xF0 ? 2
                        : c < 0xF5 ? 3
                                   : 9;
             more > 0; more--) {
            if (((unsigned char)*s++ & 0xC0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

static void check_status(fuzz *f, const call *c, gobridge_status status, bool is_deferred) {
    const char *name = c->function->name;
    atomic_fetch_add(status ? &failed[c->function - functions] : &succeeded[c->function - functions], 1);
    if (!is_documented(name, strlen(name), status) &&
        !(f->is_recording && (status == GOBRIDGE_E_BATCH || status == GOBRIDGE_E_LIMIT)) &&
        !(is_deferred && status == GOBRIDGE_E_SKIPPED)) {
        finding(f, "%s gives %s, which its comment does not name", name, gobridge_status_name(status));
    }
    if (status == GOBRIDGE_E_PANIC && !(c->function->traits & MAY_CALL_BACK) &&
        strcmp(name, "gobridge_call_n") != 0) {
        finding(f, "%s panics; %s", name, is_deferred ? f->first_failure : "");
    }
    if (status == GOBRIDGE_OK && c->must_fail && !is_deferred) {
        finding(f, "%s succeeds with a bad argument", name);
    }
    if (status && !is_deferred && strcmp(name, "gobridge_last_error") != 0 &&
        strcmp(name, "gobridge_version") != 0) {
        gobridge_error error;
        gobridge_last_error(&error);
        if (error.status != status || strncmp(error.message, name, strlen(name)) != 0 ||
            strncmp(error.message + strlen(name), ": ", 2) != 0 || !is_text(error.message)) {
            finding(f, "%s gives %s, and the last error is another one, or no text", name,
                    gobridge_status_name(status));
        }
    }
}

static void check_untouched(fuzz *f, const call *c) {
    for (size_t i = 0; i < c->noutputs; i++) {
        if (!c->outputs[i].is_soft && !is_untouched(&c->outputs[i])) {
            finding(f, "%s fails, and has written to its output %zu", c->function->name, i);
        }
    }
}

/* ---- one call ---- */

static const int roundings[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

static gobridge_status make_call(fuzz *f, call *c) {
    const int rounding = roundings[below(f, COUNT(roundings))], number = 1 + (int)below(f, 100),
              before = fegetround();
    fesetround(rounding);
    errno = number;
    const gobridge_status status = c->function->call(f);
    const int number_now = errno;
    if (traces) {
        fprintf(stderr, "%llu %s(%#llx): %s\n", (unsigned long long)f->calls, c->function->name,
                (unsigned long long)f->subject, gobridge_status_name(status));
    }
    if (number_now != number) {
        finding(f, "%s changes errno from %d to %d", c->function->name, number, number_now);
    }
    if (fegetround() != rounding) {
        finding(f, "%s changes the rounding mode from %d to %d", c->function->name, rounding, fegetround());
    }
    fesetround(before);
    return status;
}

/* What each function must do: both, but for those whose comments name no failure of their own, and one of the two that
 * take a pointer for a key. */
static bool must_succeed[COUNT(succeeded)], must_fail[COUNT(failed)];

static void find_duties(void) {
    const char *impossible =
        sizeof(void *) == 8 ? "gobridge_runtime_mapassign_fast32ptr" : "gobridge_runtime_mapassign_fast64ptr";
    for (size_t i = 0; i < function_count; i++) {
        const char *name = functions[i].name;
        const declaration *d = declaration_of(name, strlen(name));
        const uint64_t named = d ? d->statuses & ~(1ULL << GOBRIDGE_OK | 1ULL << GOBRIDGE_E_NO_MEMORY) : 0;
        must_succeed[i] = strcmp(name, impossible) != 0;
        must_fail[i] = d && d->gives_status &&
                       (named || (d->takes_references && strcmp(name, "gobridge_release_later") != 0));
    }
}

static bool is_lacking(size_t function) {
    return (must_succeed[function] && !succeeded[function]) || (must_fail[function] && !failed[function]);
}

/* Whether a function makes types, which last as long as Go: what a soak has would grow with each. */
static bool makes_types(const char *name) {
    static const char *const which[] = {"pointer_to", "slice_of", "array_of",  "map_of",
                                        "chan_of",    "func_of",  "struct_of", "parse"};
    const char *prefix = "gobridge_type_";
    for (size_t i = 0; i < COUNT(which); i++) {
        if (strncmp(name, prefix, strlen(prefix)) == 0 && strcmp(name + strlen(prefix), which[i]) == 0) {
            return true;
        }
    }
    return false;
}

static size_t any_function(fuzz *f) {
    size_t i;
    do {
        i = below(f, function_count);
    } while (soaks && makes_types(functions[i].name));
    return i;
}

/* Any function; now and then one that has not done yet what it must, for some seldom succeed. */
static size_t next_function(fuzz *f) {
    const size_t any = any_function(f);
    if (!chance(f, 50)) {
        return any;
    }
    size_t i = any;
    while (!is_lacking(i) && (i = (i + 1) % function_count) != any) {
    }
    return i;
}

static void one_call(fuzz *f) {
    call c = {.function = &functions[next_function(f)]};
    call *outer = f->now;
    const size_t slots = f->slots;
    f->now = &c;
    f->depth++;
    f->calls++;
    uint64_t before = 0, after = 0;
    const bool counts = f->depth == 1 && !f->has_threads && chance(f, 60) &&
                        gobridge_ref_flush() == GOBRIDGE_OK && gobridge_ref_count(&before) == GOBRIDGE_OK;
    const gobridge_status status = make_call(f, &c);
    f->now = &c; /* it may have made others */
    check_status(f, &c, status, false);
    check_inputs(f, &c);
    if (status) {
        check_untouched(f, &c);
    } else {
        read_views(f, &c);
    }
    take_outputs(f, &c, status);
    if (counts && status && !(c.function->traits & MAY_CALL_BACK) && strstr(c.function->name, "_n") == NULL &&
        gobridge_ref_count(&after) == GOBRIDGE_OK && after != before) {
        finding(f, "%s fails, and %llu references are live, not %llu", c.function->name,
                (unsigned long long)after, (unsigned long long)before);
    }
    if (--f->depth == 0) {
        f->has_released = false;
    }
    f->slots = slots;
    f->now = outer;
}

/* ---- a batch ---- */

/* How many operations the batch has: it is not run where there is room for the status of one. */
static size_t recorded(fuzz *f) {
    gobridge_status first[1];
    size_t count = 0;
    const gobridge_status status = gobridge_batch_run(GOBRIDGE_BATCH_GO_ON, first, 1, &count);
    if (status != GOBRIDGE_E_TOO_SMALL) {
        finding(f, "gobridge_batch_run gives %s for room for one status", gobridge_status_name(status));
    }
    return count;
}

static void record_one(fuzz *f, size_t *operations, size_t index[]) {
    call *c = &f->recorded[f->nrecorded];
    memset(c, 0, sizeof *c);
    do {
        c->function = &functions[any_function(f)];
    } while (strstr(c->function->name, "_scope_") || strstr(c->function->name, "cgocall"));
    f->now = c;
    f->calls++;
    const gobridge_status status = make_call(f, c);
    if (status) {
        check_status(f, c, status, false);
    }
    const size_t now = recorded(f);
    const bool is_recorded = now > *operations;
    if (status && is_recorded) {
        finding(f, "%s fails, and is recorded", c->function->name);
    }
    *operations = now;
    if (!is_recorded) { /* what it gave is the scope's */
        check_inputs(f, c);
        if (status) {
            check_untouched(f, c);
        } else {
            check_status(f, c, status, false);
        }
        return;
    }
    index[f->nrecorded++] = now - 1;
    for (size_t i = 0; i < c->noutputs; i++) {
        const output *o = &c->outputs[i];
        if (o->kind == OUT_REF) {
            hold(f, (held){.ref = *(gobridge_ref *)o->at,
                           .what = o->what,
                           .scope = f->nscopes,
                           .is_promised = true});
        } else if (o->kind == OUT_VALUE && o->size) {
            hold(f, (held){.ref = ((gobridge_value *)o->at)->as.ref,
                           .what = VALUE,
                           .scope = f->nscopes,
                           .is_promised = true,
                           .is_borrowed = true});
        }
    }
}

static void batch(fuzz *f) {
    size_t operations = 2, index[MAX_RECORDED] = {0}, count = 0;
    uint64_t random[2];
    gobridge_status statuses[MAX_RECORDED + 2];
    if (f->nscopes == MAX_SCOPES || gobridge_scope_open(&f->scopes[f->nscopes])) {
        return;
    }
    f->nscopes++; /* what no one takes over goes with it */
    f->depth++;
    if (gobridge_batch_begin() || gobridge_runtime_rand(&random[0]) || gobridge_runtime_rand(&random[1])) {
        finding(f, "no batch can be begun");
    }
    f->is_recording = true;
    f->has_released = false;
    f->nrecorded = 0;
    for (size_t wanted = 1 + below(f, MAX_RECORDED - 1), tries = 0;
         f->nrecorded < wanted && tries < 40 && f->slots < 300; tries++) {
        record_one(f, &operations, index);
    }
    const bool runs = !chance(f, 100);
    const uint32_t mode = chance(f, 500) ? GOBRIDGE_BATCH_STOP : GOBRIDGE_BATCH_GO_ON;
    f->is_recording = false;
    for (size_t i = 0; i < f->nheld;) { /* what a callback of the run does has nothing to do with them */
        if (f->held[i].is_promised) {
            f->held[i] = f->held[--f->nheld];
        } else {
            i++;
        }
    }
    const gobridge_status status =
        runs ? gobridge_batch_run(mode, statuses, COUNT(statuses), &count) : gobridge_batch_cancel();
    if (runs && count != operations) {
        finding(f, "gobridge_batch_run gives %s and %zu operations, not %zu", gobridge_status_name(status),
                count, operations);
    }
    for (size_t i = 0; i < function_count; i++) {
        if (runs && strcmp(functions[i].name, "gobridge_batch_run") == 0) {
            atomic_fetch_add(status ? &failed[i] : &succeeded[i], 1);
        }
    }
    gobridge_error first;
    gobridge_last_error(&first);
    snprintf(f->first_failure, sizeof f->first_failure, "%.200s %.1500s", first.message, first.stack);
    bool stopped = false, any_failed = false;
    for (size_t i = 0; runs && i < f->nrecorded; i++) {
        if (statuses[index[i]] == GOBRIDGE_OK) {
            read_views(f, &f->recorded[i]);
        }
    }
    for (size_t i = 0; i < f->nrecorded; i++) {
        call *c = &f->recorded[i];
        f->now = c;
        f->subject_type = 0;
        check_inputs(f, c);
        if (!runs) {
            continue;
        }
        const gobridge_status one = statuses[index[i]];
        check_status(f, c, one, true);
        if (one == GOBRIDGE_OK && (c->must_fail || stopped)) {
            finding(f, "operation %zu, %s, succeeds %s", index[i], c->function->name,
                    stopped ? "after the run had stopped" : "with a bad argument");
        }
        any_failed |= one != GOBRIDGE_OK;
        stopped |= mode == GOBRIDGE_BATCH_STOP && one != GOBRIDGE_OK;
        take_outputs(f, c, one);
    }
    if (runs && (status != GOBRIDGE_OK) != any_failed) {
        finding(f, "gobridge_batch_run gives %s", gobridge_status_name(status));
    }
    f->has_released = false;
    f->depth--;
    f->slots = 0;
    f->now = NULL;
}

/* A child of fork gets a status from all that needs Go. */
static void forked(fuzz *f) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        uint64_t live;
        gobridge_ref ref;
        alarm(20);
        _exit(gobridge_ref_count(&live) == GOBRIDGE_E_FORKED &&
                      gobridge_runtime_convT64(1, &ref) == GOBRIDGE_E_FORKED &&
                      (!f->nfrozen || gobridge_frozen_len(f->frozen[0], &(int64_t){0}) == GOBRIDGE_OK)
                  ? 0
                  : 1);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        finding(f, "a forked child ends with %d", status);
    }
}

void fuzz_one(fuzz *f) {
    const size_t what = f->depth ? 0 : below(f, 1000);
    if (what == 999 && !f->has_threads && chance(f, 20)) {
        forked(f);
    } else if (what == 998 && chance(f, 10)) {
        model_large(f);
    } else if (what > 990) {
        batch(f);
    } else if (what > 980) {
        model_step(f);
    } else {
        one_call(f);
    }
}

/* ---- a thread's run ---- */

/* Releases all, but for what is shared. */
static void end_all(fuzz *f) {
    while (f->nshown) {
        unshow(f, 0);
    }
    while (f->nscopes) {
        if (gobridge_scope_close(f->scopes[--f->nscopes])) {
            finding(f, "an open scope can not be closed");
        }
        for (size_t i = 0; i < f->nheld;) {
            if (f->held[i].scope > f->nscopes) {
                forget(f, i);
            } else {
                i++;
            }
        }
    }
    for (size_t i = 0; i < f->nheld;) {
        if (f->held[i].is_shared) {
            i++;
        } else {
            release_one(f, i);
        }
    }
    while (f->nfrozen) {
        (void)gobridge_frozen_release(f->frozen[--f->nfrozen]);
    }
    while (f->nexported) {
        struct exported *e = &f->exported[--f->nexported];
        e->schema.release(&e->schema);
        e->array.release(&e->array);
    }
    (void)gobridge_go_profile_cpu_stop();
    (void)gobridge_ref_flush();
}

static void check_none_left(fuzz *f) {
    uint64_t live = 0;
    for (size_t i = 0; i < f->nheld; i++) {
        live += f->held[i].is_shared;
    }
    uint64_t now = UINT64_MAX;
    if (!f->has_threads && (gobridge_ref_count(&now) || now != live)) {
        gobridge_value list = {0};
        (void)gobridge_ref_list(&list);
        finding(f, "%llu references are live, not %llu:\n%.*s", (unsigned long long)now,
                (unsigned long long)live, (int)(list.len < 1500 ? list.len : 1500),
                list.as.s ? list.as.s : "");
        (void)gobridge_value_release(&list);
    }
}

enum { MOST_THREADS = 64 };
typedef struct job {
    fuzz fuzz;
    uint64_t calls;
} job;

static void *run(void *arg) {
    job *j = arg;
    fuzz *f = &j->fuzz;
    arena_open(f);
    while (f->calls < j->calls && (!deadline || time(NULL) < deadline) && atomic_load(&found) < 50) {
        for (size_t i = 0, n = 200 + below(f, 2000); i < n; i++) {
            fuzz_one(f);
        }
        end_all(f);
        check_none_left(f);
    }
    arena_close(f);
    return NULL;
}

/* What all threads use: maps, slices and channels of numbers and strings, which are guarded, and lead nowhere. */
static size_t share(held *to) {
    static const char *const maps[] = {"map[int64]int64", "map[string]int64", "map[string]string",
                                       "map[int32]uint8"};
    size_t n = 0;
    for (size_t i = 0; i < COUNT(maps); i++) {
        gobridge_ref map = 0;
        (void)gobridge_map_new(parsed(maps[i]), 0, &map);
        to[n++] = (held){.ref = map, .type = parsed(maps[i]), .what = MAP | VALUE, .is_shared = true};
    }
    gobridge_ref chan = 0, slice = 0;
    (void)gobridge_chan_new(parsed("chan int64"), 4, &chan);
    (void)gobridge_slice_new(parsed("[]string"), 4, 8, &slice);
    to[n++] = (held){.ref = chan, .type = parsed("chan int64"), .what = CHAN | VALUE, .is_shared = true};
    to[n++] = (held){.ref = slice, .type = parsed("[]string"), .what = SLICE | VALUE, .is_shared = true};
    return n;
}

/* Each function without a success or a failure that it must have had. */
static unsigned never_both(void) {
    unsigned never = 0;
    for (size_t i = 0; i < function_count; i++) {
        if (is_lacking(i)) {
            fprintf(stderr, "%s: %llu times succeeded, %llu failed\n", functions[i].name,
                    (unsigned long long)succeeded[i], (unsigned long long)failed[i]);
            never++;
        }
    }
    return never;
}

/* Threads that run at once, from their first call to their last. Returns how many calls they have made. */
static uint64_t run_round(uint64_t round, uint64_t calls, size_t threads, const held *shared,
                          size_t nshared) {
    static job jobs[MOST_THREADS];
    pthread_t ids[COUNT(jobs)];
    memset(jobs, 0, sizeof jobs);
    for (size_t i = 0; i < threads; i++) {
        fuzz *f = &jobs[i].fuzz;
        jobs[i].calls = calls / threads;
        f->random = (seed * 0x9E3779B97F4A7C15U ^ (round * threads + i + 1) * 0xD6E8FEB86659FD93U) | 1;
        f->thread = (unsigned)i;
        f->has_threads = threads > 1;
        memcpy(f->held, shared, nshared * sizeof *shared);
        f->nheld = nshared;
        if (pthread_create(&ids[i], NULL, run, &jobs[i])) {
            abort();
        }
    }
    uint64_t made = 0;
    for (size_t i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        made += jobs[i].fuzz.calls;
    }
    return made;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "fuzz SEED CALLS THREADS [MINUTES [soak]]\n");
        return 2;
    }
    seed = strtoull(argv[1], NULL, 0);
    const uint64_t calls = strtoull(argv[2], NULL, 0);
    const size_t threads = strtoul(argv[3], NULL, 0);
    deadline = argc > 4 ? time(NULL) + 1 + (time_t)(60 * strtod(argv[4], NULL)) : 0;
    soaks = argc > 5 && strcmp(argv[5], "soak") == 0;
    if (threads < 1 || threads > MOST_THREADS) {
        return 2;
    }
    (void)is_documented("", 0, 0);
    find_duties();
    traces = getenv("FUZZ_TRACE") != NULL;
    held shared[16];
    const size_t nshared = threads > 1 ? share(shared) : 0;
    uint64_t made = 0, round = 0;
    if (soaks) {
        soak_begin();
    }
    do {
        made += run_round(round++, calls, threads, shared, nshared);
        if (soaks) {
            soak_note();
        }
    } while (soaks && (time(NULL) < deadline || round < SOAK_ROUNDS) && !atomic_load(&found));
    const bool is_flat = !soaks || soak_is_flat();
    for (size_t i = 0; i < nshared; i++) {
        (void)gobridge_release(shared[i].ref);
    }
    uint64_t live = UINT64_MAX;
    (void)gobridge_ref_flush();
    if (gobridge_ref_count(&live) || live) {
        gobridge_value list = {0};
        (void)gobridge_ref_list(&list);
        finding(&(fuzz){0}, "%llu references are live in the end:\n%.*s", (unsigned long long)live,
                (int)(list.len < 1500 ? list.len : 1500), list.as.s ? list.as.s : "");
    }
    const unsigned never = made >= 500000 ? never_both() : 0;
    printf("seed %llu, %zu threads: %llu calls, %llu findings, %u functions without a success or a failure\n",
           (unsigned long long)seed, threads, (unsigned long long)made, (unsigned long long)found, never);
    return found || never || !made || !is_flat;
}
