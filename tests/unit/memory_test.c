/* C's allocator has no memory: each allocation of the C layer fails in turn, in every function. The call then answers
 * GOBRIDGE_E_NO_MEMORY and has changed nothing, or it does without, and the next one works.
 *
 * The linker has the archive call what is here instead of the allocator (--wrap). */
#include "functions.h"

#include <errno.h>
#include <ffi.h>

/* ---- the allocator ---- */

static _Thread_local bool armed;      /* this thread is in a call that is tried, */
static _Thread_local bool in_c;       /* and in the C layer, not in Go */
static _Thread_local int64_t allowed; /* how many allocations succeed, */
static _Thread_local bool for_good;   /* before one fails, or all others do */
static _Thread_local int failed;      /* how many did */
static bool no_keys;                  /* pthread_key_create fails */
static atomic_bool no_lists;          /* gobridge_ref_share has no memory */

static bool runs_out(void) {
    if (!armed || !in_c || (for_good ? allowed-- > 0 : allowed-- != 0)) {
        return false;
    }
    failed++;
    errno = ENOMEM;
    return true;
}

#define WRAPPED(result, name, parameters, arguments, failure)    \
    result __real_##name parameters;                             \
    result __wrap_##name parameters;                             \
    result __wrap_##name parameters {                            \
        return runs_out() ? (failure) : __real_##name arguments; \
    }
WRAPPED(void *, malloc, (size_t size), (size), NULL)
WRAPPED(void *, calloc, (size_t count, size_t size), (count, size), NULL)
WRAPPED(void *, realloc, (void *p, size_t size), (p, size), NULL)
WRAPPED(int, posix_memalign, (void **p, size_t alignment, size_t size), (p, alignment, size), ENOMEM)
WRAPPED(int, pthread_setspecific, (pthread_key_t key, const void *value), (key, value), ENOMEM)
WRAPPED(void *, ffi_closure_alloc, (size_t size, void **code), (size, code), NULL)

int __real_pthread_key_create(pthread_key_t *key, void (*end)(void *));
int __wrap_pthread_key_create(pthread_key_t *key, void (*end)(void *));
int __wrap_pthread_key_create(pthread_key_t *key, void (*end)(void *)) {
    return (no_keys && armed && in_c) || runs_out() ? EAGAIN : __real_pthread_key_create(key, end);
}

/* Go's own allocations do not fail, but those of the C functions that it calls do. */
void __real_crosscall2(void (*fn)(void *), void *arg, int size, size_t context);
void __wrap_crosscall2(void (*fn)(void *), void *arg, int size, size_t context);
void __wrap_crosscall2(void (*fn)(void *), void *arg, int size, size_t context) {
    const bool was = in_c;
    in_c = false;
    __real_crosscall2(fn, arg, size, context);
    in_c = was;
}

#define CALLED_BY_GO(result, name, parameters, arguments) \
    result __real_##name parameters;                      \
    result __wrap_##name parameters;                      \
    result __wrap_##name parameters {                     \
        in_c = true;                                      \
        result got = __real_##name arguments;             \
        in_c = false;                                     \
        return got;                                       \
    }
CALLED_BY_GO(gobridge_status, gobridge_signature_new, (const uint32_t *codes, size_t count, void **signature),
             (codes, count, signature))
CALLED_BY_GO(gobridge_status, gobridge_closure_new,
             (void *signature, uint64_t id, void **record, void **code), (signature, id, record, code))

void __real_gobridge_ref_share(uint32_t nth, void *chunk);
void __wrap_gobridge_ref_share(uint32_t nth, void *chunk);
void __wrap_gobridge_ref_share(uint32_t nth, void *chunk) {
    armed = in_c = for_good = atomic_load(&no_lists);
    allowed = 0;
    __real_gobridge_ref_share(nth, chunk);
    armed = false;
}

/* ---- every function ---- */

typedef enum situation { NEW_THREAD, IN_SCOPE, IN_BATCH, SITUATIONS } situation;

typedef struct attempt {
    const function *f;
    situation situation;
    int64_t allowed;
    bool for_good;
    argument a[COUNT(every_function->arguments)];
    gobridge_status status;
    int failed;
} attempt;

enum { HOST_ERRNO = 77 };

static void call(attempt *try) {
    allowed = try->allowed;
    for_good = try->for_good;
    failed = 0;
    errno = HOST_ERRNO;
    armed = in_c = true;
    try->status = try->f->call(try->a);
    armed = false;
    expect(errno == HOST_ERRNO);
    try->failed = failed;
}

/* Opens a scope and fills it until one more reference would need more memory. */
static uint64_t open_full_scope(void) {
    enum { FULL = 63 };
    uint64_t scope = 0;
    gobridge_ref ref;
    expect(gobridge_scope_open(&scope) == GOBRIDGE_OK);
    for (int i = 0; i < FULL; i++) {
        expect(gobridge_runtime_convT64(1, &ref) == GOBRIDGE_OK);
    }
    return scope;
}

static void *call_in_thread(void *argument) {
    attempt *try = argument;
    uint64_t scope = 0;
    if (try->situation == IN_SCOPE) {
        scope = open_full_scope();
    } else if (try->situation == IN_BATCH) {
        expect(gobridge_batch_begin() == GOBRIDGE_OK);
    }
    call(try);
    if (try->status && try->situation != NEW_THREAD) { /* there the message had no memory either */
        gobridge_error error;
        expect(gobridge_last_error(&error) == GOBRIDGE_OK && error.status == try->status);
        expect(strncmp(error.message, try->f->name, strlen(try->f->name)) == 0);
    }
    if (try->situation == IN_BATCH) {
        gobridge_batch_cancel();
    }
    if (scope) {
        if (!try->status) { /* what the call returned is the test's to release, but a scope that it opened */
            for (size_t n = 0; n < COUNT(try->a); n++) {
                const good g = try->f->arguments[n].good;
                if (g == OUT_REF) {
                    gobridge_scope_keep(*(gobridge_ref *)try->a[n].out);
                } else if (g == OUT_GIVEN) {
                    gobridge_scope_keep(((gobridge_value *)try->a[n].out)->owner);
                } else if (g == OUT_SCOPE) {
                    expect(gobridge_scope_close(*(uint64_t *)try->a[n].out) == GOBRIDGE_OK);
                }
            }
        }
        expect(gobridge_scope_close(scope) == GOBRIDGE_OK);
    }
    return NULL;
}

/* Puts a new reference away that the call was to release and did not, or would have in a batch. */
static void release_what_was_handed_in(const attempt *try) {
    for (size_t n = 0; n < COUNT(try->a); n++) {
        if (try->f->arguments[n].good == NEW_VALUE) {
            (void)gobridge_release(fixture.made);
        } else if (try->f->arguments[n].good == IN_NEW) {
            (void)gobridge_release(fixture.in_new);
        }
    }
}

static bool is_recorded(const function *f, situation s) {
    return s == IN_BATCH && f->in_batch == RECORDED && needs_go(f);
}

/* What a call gets if there is memory. */
static gobridge_status wanted(const function *f, situation s) {
    if (is_recorded(f, s)) {
        return GOBRIDGE_OK;
    }
    if (f->word && f->word != sizeof(void *)) {
        return GOBRIDGE_E_UNSUPPORTED;
    }
    if (f->in_batch == REFUSED && s == IN_BATCH) {
        return GOBRIDGE_E_UNSUPPORTED;
    }
    if (f->call == call_gobridge_thread_detach) {
        return s == NEW_THREAD ? GOBRIDGE_OK : GOBRIDGE_E_BUSY;
    }
    if (f->call == call_gobridge_batch_begin) {
        return s == IN_BATCH ? GOBRIDGE_E_BATCH : GOBRIDGE_OK;
    }
    if (f->call == call_gobridge_batch_cancel || f->call == call_gobridge_batch_run) {
        return s == IN_BATCH ? GOBRIDGE_OK : GOBRIDGE_E_BATCH;
    }
    return answer_to_good(f);
}

/* One call with good arguments in a thread of its own. Returns how many allocations failed. */
static int attempt_one(const function *f, situation s, int64_t allowed_ones, bool all_others) {
    attempt try = {.f = f, .situation = s, .allowed = allowed_ones, .for_good = all_others};
    make_fixture();
    const uint64_t live = live_references();
    unsigned char before[COUNT(fixture.out)][sizeof fixture.out[0]];
    for (size_t n = 0; n < COUNT(try.a); n++) {
        try.a[n] = good_argument(f->arguments[n].good, n);
    }
    memcpy(before, fixture.out, sizeof before);
    gobridge_frozen *taken = fixture.frozen_to_end ? NULL : try.a[0].out;
    run_threads(1, call_in_thread, &try, 0);
    if (try.status == GOBRIDGE_E_NO_MEMORY) {
        assert_true(try.failed > 0);
        if (memcmp(before, fixture.out, sizeof before) != 0) {
            fail_msg("%s failed and wrote", f->name);
        }
        if (taken) {
            assert_ok(gobridge_frozen_release(taken));
        }
    } else if (try.status != wanted(f, s)) {
        fail_msg("%s: %s after %d failed allocations", f->name, gobridge_status_name(try.status), try.failed);
    } else if (!try.status && !is_recorded(f, s) && f->arguments[0].good != OUT_SCOPE) {
        give_back(f, try.a);
    }
    release_what_was_handed_in(&try);
    if (f->call == call_gobridge_go_profile_cpu && !try.status) {
        assert_ok(gobridge_go_profile_cpu_stop());
    }
    if (live_references() != live) {
        fail_msg("%s: %d references are left", f->name, (int)(live_references() - live));
    }
    release_fixture();
    return try.failed;
}

static void every_function_in(situation s) {
    int provoked = 0;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        for (int all_others = 0; all_others < 2; all_others++) {
            int64_t n = 0;
            while (attempt_one(&every_function[i], s, n, all_others) > 0) {
                n++;
                provoked++;
            }
        }
    }
    assert_true(provoked > FUNCTIONS / 2); /* or else nothing is tried here any more */
}

static void new_threads(void **state) {
    (void)state;
    every_function_in(NEW_THREAD);
}

static void scopes(void **state) {
    (void)state;
    every_function_in(IN_SCOPE);
}

static void batches(void **state) {
    (void)state;
    every_function_in(IN_BATCH);
}

/* Func types that C functions have not had yet: libffi wants memory for each, and for a Go func as a C function. */
static void signatures_and_closures(void **state) {
    (void)state;
    static const char *const signatures[] = {"func(int8) int8", "func(int8, struct{ a, b int16 }) int8"};
    int provoked = 0;
    for (size_t i = 0; i < COUNT(signatures); i++) {
        gobridge_ref func = 9, closure = 9;
        void (*pointer)(void) = NULL;
        for (gobridge_status status = GOBRIDGE_E_NO_MEMORY; status;) {
            allowed = failed = 0;
            armed = provoked == 2 * (int)i;
            status = gobridge_cfunc_new((void (*)(void))answer, signatures[i], strlen(signatures[i]), &func);
            armed = false;
            provoked += failed;
            assert_int_equal(status, failed ? GOBRIDGE_E_NO_MEMORY : GOBRIDGE_OK);
            assert_true(!failed || func == 9);
        }
        for (gobridge_status status = GOBRIDGE_E_NO_MEMORY; status;) {
            allowed = failed = 0;
            armed = provoked == 2 * (int)i + 1;
            status = gobridge_cfunc_pointer(func, NULL, 0, &pointer, &closure);
            armed = false;
            provoked += failed;
            assert_int_equal(status, failed ? GOBRIDGE_E_NO_MEMORY : GOBRIDGE_OK);
            assert_true(!failed || (closure == 9 && !pointer));
        }
        assert_ok(gobridge_release(closure));
        assert_ok(gobridge_release(func));
    }
    assert_int_equal(provoked, 2 * COUNT(signatures));
}

/* ---- at the start ---- */

/* The process has no key left for what ends threads: no thread has a state, ever, and each function says so. */
static void no_key(void) {
    static const gobridge_ref no_reference = 1ULL << 32 | 1;
    no_keys = true;
    fixture.in_time = fixture.in_text = fixture.in_duration = named(no_reference);
    fixture.in_column = (gobridge_column){.layout = GOBRIDGE_COLUMN_PLAIN, .data = &fixture.in};
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = &every_function[i];
        attempt try = {.f = f, .allowed = INT64_MAX};
        for (size_t n = 0; n < COUNT(try.a); n++) {
            const good g = f->arguments[n].good;
            try.a[n] = is_reference(g) || g == TYPE_OR_0   ? (argument){.ref = no_reference}
                       : g == IN_NEW                       ? (argument){.in = &no_reference}
                       : g == FROZEN || g == FROZEN_TO_END ? (argument){.number = 0}
                                                           : good_argument(g, n);
        }
        call(&try);
        gobridge_status want =
            f->crossing == CROSSES || f->crossing == CALLS_BACK ? GOBRIDGE_E_NO_MEMORY
            : f->call == call_gobridge_scope_open || f->call == call_gobridge_batch_begin ||
                    f->call == call_gobridge_release_later || f->call == call_gobridge_thread_id
                ? GOBRIDGE_E_NO_MEMORY
            : f->call == call_gobridge_batch_cancel                                   ? GOBRIDGE_E_BATCH
            : f->arguments[0].good == FROZEN || f->arguments[0].good == FROZEN_TO_END ? GOBRIDGE_E_NULL
                                                                                      : answer_to_good(f);
        if (f->word && f->word != sizeof(void *)) {
            want = GOBRIDGE_E_NO_MEMORY;
        }
        if (try.status != want) {
            fail_msg("%s gives %s, not %s", f->name, gobridge_status_name(try.status),
                     gobridge_status_name(want));
        }
    }
}

/* Go cannot be started now, but later. */
static void no_memory_to_start(void) {
    /* the thread's state, the key, which stays, what is kept by it, and then what Go is handed */
    static const int64_t before[] = {0, 1, 2, 2};
    uint64_t live = 9;
    for (size_t n = 0; n < COUNT(before); n++) {
        attempt try = {.f = &every_function[AT_gobridge_ref_count],
                       .allowed = before[n],
                       .for_good = true,
                       .a = {{.out = &live}}};
        call(&try);
        assert_true(try.failed > 0);
        assert_int_equal(try.status, GOBRIDGE_E_NO_MEMORY);
        assert_int_equal(live, 9);
    }
    assert_ok(gobridge_ref_count(&live));
    assert_int_equal(live, 0);
}

/* C does not know where references lie, so it cannot release any itself. */
static void no_lists_of_references(void) {
    gobridge_ref ref;
    atomic_store(&no_lists, true);
    for (uint64_t i = 0; i < 3; i++) {
        assert_ok(gobridge_runtime_convT64(i, &ref));
        assert_ok(gobridge_release(ref));
        assert_status(gobridge_release(ref), GOBRIDGE_E_STALE_REF, "ref");
    }
    assert_int_equal(live_references(), 0);
}

int main(int argc, char **argv) {
    static const scenario scenarios[] = {
        {"no_key", no_key},
        {"no_memory_to_start", no_memory_to_start},
        {"no_lists_of_references", no_lists_of_references},
    };
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_threads), cmocka_unit_test(scopes),
        cmocka_unit_test(batches),     cmocka_unit_test(signatures_and_closures),
        APART(&scenarios[0]),          APART(&scenarios[1]),
        APART(&scenarios[2]),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
