/* The library and its Go runtime: versions, the table of the linkname set, knobs, statistics and profiles. */
#include "functions.h"

#include <ctype.h>
#include <time.h>

static void version(void **state) {
    (void)state;
    assert_int_equal(gobridge_version(), GOBRIDGE_VERSION);
    assert_int_equal(GOBRIDGE_VERSION, 10000);
    assert_int_equal(GOBRIDGE_API_VERSION, 100);
}

static void go_version(void **state) {
    (void)state;
    const char *release = NULL, *again = NULL;
    assert_ok(gobridge_go_version(&release));
    assert_int_equal(strncmp(release, "go1.", 4), 0);
    assert_true(isdigit((unsigned char)release[4]));
    assert_ok(gobridge_go_version(&again));
    assert_ptr_equal(release, again);
}

/* The set, with unsafe.Pointer for what only the runtime can name: the 28 of linkname-list-go1.24.txt, then the others. */
#define P     "unsafe.Pointer"
#define SLICE "struct { array " P "; len, cap int }"
enum { THE_28 = 28 };
static const struct {
    const char *symbol, *signature;
    size_t word; /* of platforms that have it, 0 for all */
    int first;   /* the minor release from which it is verified, 0 for 21 */
} expected[] = {
    {"runtime.iscgo", "var bool", 0, 0},
    {"runtime.set_crosscall2", "var func()", 0, 0},
    {"runtime.makemap_small", "func() " P, 0, 0},
    {"runtime.makemap", "func(t " P ", hint int, m " P ") " P, 0, 0},
    {"runtime.mapaccess2", "func(t, m " P ", key " P ") (" P ", bool)", 0, 0},
    {"runtime.mapassign", "func(t, m " P ", key " P ") " P, 0, 0},
    {"runtime.mapdelete", "func(t, m " P ", key " P ")", 0, 0},
    {"runtime.getitab", "func(inter, typ " P ", canfail bool) " P, 0, 0},
    {"runtime.convT64", "func(val uint64) " P, 0, 0},
    {"runtime.convTstring", "func(val string) " P, 0, 0},
    {"runtime.convTslice", "func(val []byte) " P, 0, 0},
    {"runtime.mapiternext", "func(it " P ")", 0, 0},
    {"runtime.cgocall", "func(fn, arg " P ") int32", 0, 0},
    {"runtime.mapaccess2_fast32", "func(t, m " P ", key uint32) (" P ", bool)", 0, 0},
    {"runtime.mapassign_fast32", "func(t, m " P ", key uint32) " P, 0, 0},
    {"runtime.mapassign_fast32ptr", "func(t, m " P ", key " P ") " P, 4, 0},
    {"runtime.mapaccess2_fast64", "func(t, m " P ", key uint64) (" P ", bool)", 0, 0},
    {"runtime.mapassign_fast64", "func(t, m " P ", key uint64) " P, 0, 0},
    {"runtime.mapassign_fast64ptr", "func(t, m " P ", key " P ") " P, 8, 0},
    {"reflect.makemap", "func(t " P ", cap int) " P, 0, 0},
    {"reflect.mapaccess", "func(t, m " P ", key " P ") " P, 0, 0},
    {"reflect.mapassign0", "func(t, m " P ", key, elem " P ")", 0, 0},
    {"reflect.maplen", "func(m " P ") int", 0, 0},
    {"reflect.mapiterinit", "func(t, m " P ", it " P ")", 0, 0},
    {"reflect.mapiternext", "func(it " P ")", 0, 0},
    {"reflect.mapiterkey", "func(it " P ") " P, 0, 0},
    {"reflect.mapiterelem", "func(it " P ") " P, 0, 0},
    {"math.Float32bits", "func(f float32) uint32", 0, 0},
    {"runtime.mapaccess2_faststr", "func(t, m " P ", key string) (" P ", bool)", 0, 0},
    {"runtime.mapassign_faststr", "func(t, m " P ", key string) " P, 0, 0},
    {"reflect.mapaccess_faststr", "func(t, m " P ", key string) " P, 0, 0},
    {"reflect.mapassign_faststr0", "func(t, m " P ", key string, elem " P ")", 0, 0},
    {"reflect.mapdelete", "func(t, m " P ", key " P ")", 0, 0},
    {"reflect.mapdelete_faststr", "func(t, m " P ", key string)", 0, 0},
    {"reflect.mapclear", "func(t, m " P ")", 0, 0},
    {"maps.clone", "func(m any) any", 0, 22},
    {"runtime.mapiterinit", "func(t, m " P ", it " P ")", 0, 0},
    {"reflect.unsafe_New", "func(t " P ") " P, 0, 0},
    {"reflect.unsafe_NewArray", "func(t " P ", n int) " P, 0, 0},
    {"reflect.typedmemmove", "func(t, dst, src " P ")", 0, 0},
    {"reflect.typedmemclr", "func(t, ptr " P ")", 0, 0},
    {"reflect.typedslicecopy", "func(t " P ", dst, src " SLICE ") int", 0, 0},
    {"reflect.growslice", "func(t " P ", old " SLICE ", num int) " SLICE, 0, 0},
    {"reflect.ifaceE2I", "func(inter " P ", e any, dst " P ")", 0, 0},
    {"runtime.memequal", "func(a, b " P ", size uintptr) bool", 0, 0},
    {"runtime.memhash", "func(p " P ", seed, size uintptr) uintptr", 0, 0},
    {"runtime.strhash", "func(p " P ", seed uintptr) uintptr", 0, 0},
    {"runtime.nanotime", "func() int64", 0, 0},
    {"time.now", "func() (sec int64, nsec int32, mono int64)", 0, 0},
    {"runtime.rand", "func() uint64", 0, 22},
    {"runtime.cheaprand", "func() uint32", 0, 22},
    {"runtime.cheaprandn", "func(n uint32) uint32", 0, 22},
};
#undef P
#undef SLICE

static bool is_exported(const char *name) {
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (strcmp(every_function[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void symbols_of_the_set(void **state) {
    (void)state;
    const gobridge_symbol *const *symbols = NULL;
    size_t count = 0;
    assert_ok(gobridge_symbols(&symbols, &count));
    assert_int_equal(count, COUNT(expected));
    const char *release = NULL;
    assert_ok(gobridge_go_version(&release));
    const int minor = atoi(release + strlen("go1."));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const gobridge_symbol *s = NULL;
        for (size_t n = 0; n < count; n++) {
            if (strcmp(symbols[n]->symbol, expected[i].symbol) == 0) {
                assert_null(s); /* each stands there once */
                s = symbols[n];
                assert_int_equal(n < THE_28, i < THE_28);
            }
        }
        if (!s) {
            fail_msg("%s is not listed", expected[i].symbol);
            return; /* for the analyzer */
        }
        /* the function is gobridge_ and the symbol with its dot as an underscore */
        char function[64];
        snprintf(function, sizeof function, "gobridge_%s", s->symbol);
        *strchr(function, '.') = '_';
        assert_string_equal(s->function, function);
        assert_true(is_exported(s->function));
        assert_string_equal(s->signature, expected[i].signature);
        char first[16];
        snprintf(first, sizeof first, "go1.%d", expected[i].first ? expected[i].first : 21);
        assert_string_equal(s->first_verified, first);
        assert_string_equal(s->last_verified, "go1.27");
        assert_int_not_equal(s->reason[0], 0);
        const bool is_absent = expected[i].word && expected[i].word != sizeof(void *);
        assert_int_equal(strcmp(s->backend, "none") == 0, is_absent);
        /* one backend answers for all but for what the release is too old for */
        const char *backend = minor < expected[i].first ? "portable" : symbols[0]->backend;
        assert_true(is_absent || strcmp(s->backend, backend) == 0);
    }
    assert_true(strcmp(symbols[0]->backend, "linkname") == 0 || strcmp(symbols[0]->backend, "portable") == 0);
    const gobridge_symbol *const *again = NULL;
    assert_ok(gobridge_symbols(&again, &count));
    assert_ptr_equal(again, symbols);
}

static void *asking_thread(void *argument) {
    for (int i = 0; i < 100; i++) {
        const gobridge_symbol *const *symbols = NULL;
        const char *release = NULL;
        size_t count = 0;
        expect(gobridge_symbols(&symbols, &count) == GOBRIDGE_OK && count > THE_28 &&
               symbols[count - 1]->reason);
        expect(gobridge_go_version(&release) == GOBRIDGE_OK && release);
    }
    return argument;
}

static void from_many_threads(void **state) {
    (void)state;
    run_threads(8, asking_thread, NULL, 0);
}

/* ---- knobs ---- */

static void maxprocs(void **state) {
    (void)state;
    int32_t before = 0, previous = 0;
    assert_ok(gobridge_go_maxprocs(0, &before));
    assert_in_range(before, 1, 100000);
    assert_ok(gobridge_go_maxprocs(3, &previous));
    assert_int_equal(previous, before);
    assert_ok(gobridge_go_maxprocs(1, NULL));
    static const int32_t none[] = {-1, INT32_MIN, 100000, INT32_MAX};
    for (size_t i = 0; i < COUNT(none); i++) {
        previous = 9;
        assert_status(gobridge_go_maxprocs(none[i], &previous), out_of_bounds(none[i]), "count");
        assert_int_equal(previous, 9);
    }
    assert_ok(gobridge_go_maxprocs(before, &previous));
    assert_int_equal(previous, 1);
    assert_ok(gobridge_go_maxprocs(0, &previous));
    assert_int_equal(previous, before);
}

static void gc_percent(void **state) {
    (void)state;
    const char *GOGC = getenv("GOGC");
    int32_t before = 0, previous = 0;
    assert_ok(gobridge_go_gc_percent(INT32_MIN, &before));
    assert_int_equal(before, GOGC ? strtol(GOGC, NULL, 10) : 100);
    static const int32_t some[] = {-1, 0, 1, 200, INT32_MAX};
    for (size_t i = 0; i < COUNT(some); i++) {
        assert_ok(gobridge_go_gc_percent(some[i], NULL));
        assert_ok(gobridge_go_gc_percent(INT32_MIN, &previous)); /* asks and changes nothing, */
        assert_int_equal(previous, some[i]);
        assert_ok(gobridge_go_gc_percent(some[i], &previous)); /* so that is what held before */
        assert_int_equal(previous, some[i]);
    }
    assert_status(gobridge_go_gc_percent(-2, &previous), GOBRIDGE_E_ARGUMENT, "percent");
    assert_status(gobridge_go_gc_percent(INT32_MIN + 1, &previous), GOBRIDGE_E_ARGUMENT, "percent");
    assert_ok(gobridge_go_gc_percent(before, &previous));
    assert_int_equal(previous, INT32_MAX);
}

static void memory_limit(void **state) {
    (void)state;
    int64_t before = 0, previous = 0;
    assert_ok(gobridge_go_memory_limit(-1, &before));
    assert_int_equal(before, INT64_MAX);
    static const int64_t some[] = {0, 1, 1LL << 32, INT64_MAX};
    for (size_t i = 0; i < COUNT(some); i++) {
        assert_ok(gobridge_go_memory_limit(some[i], NULL));
        assert_ok(gobridge_go_memory_limit(INT64_MIN, &previous));
        assert_int_equal(previous, some[i]);
    }
    assert_ok(gobridge_go_memory_limit(before, &previous));
    assert_int_equal(previous, INT64_MAX);
}

/* ---- what goes on ---- */

static gobridge_memory memory(void) {
    gobridge_memory now = {.size = sizeof now};
    assert_ok(gobridge_go_memory(&now));
    assert_int_equal(now.size, sizeof now);
    assert_int_equal(now.reserved, 0);
    assert_int_equal(now.heap_objects, now.mallocs - now.frees);
    assert_in_range(now.heap_alloc, 1, now.heap_sys);
    assert_in_range(now.heap_alloc, 1, now.total_alloc);
    assert_in_range(now.heap_released, 0, now.heap_sys);
    assert_in_range(now.heap_sys, 1, now.sys);
    assert_in_range(now.stack, 4096, 64 << 20);
    assert_in_range(now.next_gc, 16384, 64 << 20);
    assert_in_range(now.gc_cycles, 0, 1000000);
    assert_true(now.mallocs > 0 && now.gc_pause_total_ns >= now.gc_cycles);
    return now;
}

static void memory_statistics(void **state) {
    (void)state;
    enum { MUCH = 8 << 20 };
    static char much[MUCH];
    gobridge_ref boxed = 0;
    assert_ok(gobridge_go_collect());
    const gobridge_memory before = memory();
    assert_ok(gobridge_runtime_convTstring(much, sizeof much, &boxed));
    const gobridge_memory with = memory();
    assert_true(with.heap_alloc > before.heap_alloc + MUCH / 2);
    assert_true(with.total_alloc >= before.total_alloc + MUCH);
    assert_true(with.mallocs > before.mallocs);
    assert_ok(gobridge_release(boxed));
    assert_ok(gobridge_go_collect());
    assert_ok(gobridge_go_collect());
    const gobridge_memory after = memory();
    assert_true(after.heap_alloc < with.heap_alloc - MUCH / 2);
    assert_true(after.total_alloc >= with.total_alloc && after.mallocs >= with.mallocs);
    assert_true(after.frees > before.frees);
    assert_true(after.gc_cycles >= before.gc_cycles + 2);
    assert_true(after.gc_pause_total_ns > before.gc_pause_total_ns);
}

/* Any size from that of 1.0 on is taken; no more is written than there is. */
static void sizes_of_memory(void **state) {
    (void)state;
    union {
        gobridge_memory stats;
        unsigned char bytes[1024];
        uint64_t words[1024 / 8];
    } room, untouched;
    memset(&untouched, 0xA5, sizeof untouched);
    const size_t filled = sizeof room.stats;
    for (uint32_t size = sizeof room.stats; size <= sizeof room; size += 4) {
        room = untouched;
        room.stats.size = size;
        assert_ok(gobridge_go_memory(&room.stats));
        assert_int_equal(room.stats.size, filled);
        assert_int_equal(room.stats.reserved, 0);
        for (size_t i = 1; i < COUNT(room.words); i++) {
            assert_true((room.words[i] == untouched.words[i]) == (i >= filled / 8));
        }
    }
    static const uint32_t none[] = {0, 1, 8, 15, 16, 96, 103};
    for (size_t i = 0; i < COUNT(none); i++) {
        room = untouched;
        untouched.stats.size = room.stats.size = none[i];
        assert_status(gobridge_go_memory(&room.stats), GOBRIDGE_E_TOO_SMALL, "stats->size is");
        assert_memory_equal(&room, &untouched, sizeof room);
    }
}

static uint64_t goroutines(void) {
    uint64_t count = 0;
    assert_ok(gobridge_go_goroutines(&count));
    return count;
}

static pthread_barrier_t called, counted;

static void *counting_thread(void *argument) {
    uint64_t count = 0;
    expect(gobridge_go_goroutines(&count) == GOBRIDGE_OK && count > 0);
    pthread_barrier_wait(&called);
    pthread_barrier_wait(&counted);
    return argument;
}

static void goroutines_of_threads(void **state) {
    (void)state;
    enum { THREADS = 5 };
    pthread_t threads[THREADS];
    pthread_barrier_init(&called, NULL, THREADS + 1);
    pthread_barrier_init(&counted, NULL, THREADS + 1);
    assert_in_range(goroutines(), 1, 100);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, counting_thread, NULL), 0);
    }
    pthread_barrier_wait(&called);
    assert_in_range(goroutines(), THREADS + 1, 100);
    pthread_barrier_wait(&counted);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&thread_failures), 0);
}

static void stacks(void **state) {
    (void)state;
    gobridge_value text = nil;
    assert_ok(gobridge_go_stacks(&text));
    assert_int_equal(text.kind, GOBRIDGE_KIND_STRING);
    assert_non_null(memmem(text.as.s, text.len, "goroutine ", strlen("goroutine ")));
    assert_non_null(memmem(text.as.s, text.len, "gobridge/bridge/internal/process.goStacks(",
                           strlen("gobridge/bridge/internal/process.goStacks(")));
    assert_ok(gobridge_value_release(&text));
}

/* ---- profiles ---- */

static const char *new_path(void) {
    static char path[64];
    strcpy(path, "/tmp/gobridge-profile-XXXXXX");
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    return path;
}

static gobridge_status profile_cpu(const char *path) {
    return gobridge_go_profile_cpu(path, strlen(path));
}

static gobridge_status profile_heap(const char *path) {
    return gobridge_go_profile_heap(path, strlen(path));
}

/* The file is a profile in pprof's format, which is compressed, and names these functions and units. It is removed. */
static void assert_profile(const char *path, const char *const *words, size_t count) {
    static char content[1 << 20];
    char command[128];
    unsigned char magic[2] = {0};
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(magic, 1, 2, file), 2);
    fclose(file);
    assert_true(magic[0] == 0x1F && magic[1] == 0x8B);
    snprintf(command, sizeof command, "gzip -dc <%s", path);
    file = popen(command, "r"); /* NOLINT(bugprone-command-processor): the path is new_path's */
    assert_non_null(file);
    const size_t len = fread(content, 1, sizeof content, file);
    assert_int_equal(pclose(file), 0);
    for (size_t i = 0; i < count; i++) {
        if (!memmem(content, len, words[i], strlen(words[i]))) {
            fail_msg("%s is not in the profile, which has %zu bytes", words[i], len);
        }
    }
    assert_int_equal(unlink(path), 0);
}

static void work(void) {
    const clock_t start = clock();
    while (clock() - start < CLOCKS_PER_SEC / 2) {
        gobridge_ref map = 0;
        assert_ok(gobridge_runtime_makemap(parse("map[int64]int64"), 1000, &map));
        assert_ok(gobridge_release(map));
    }
}

static long file_size(const char *path) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    fclose(file);
    return size;
}

static void cpu_profile(void **state) {
    (void)state;
    static const char *const words[] = {"samples", "nanoseconds", "gobridge/bridge/internal/ops.Enter"};
    assert_ok(gobridge_go_profile_cpu_stop()); /* none is being made */
    for (int i = 0; i < 2; i++) {
        const char *path = new_path();
        assert_ok(profile_cpu(path));
        work();
        assert_status(gobridge_go_profile_cpu("/tmp/gobridge-none", 18), GOBRIDGE_E_BUSY, "already in use");
        assert_int_equal(access("/tmp/gobridge-none", F_OK), -1);
        assert_int_equal(file_size(path), 0);
        assert_ok(gobridge_go_profile_cpu_stop());
        assert_profile(path, words, COUNT(words));
    }
}

static void heap_profile(void **state) {
    (void)state;
    enum { MUCH = 4 << 20 };
    static char much[MUCH];
    static const char *const words[] = {"inuse_space", "bytes", "gobridge/bridge/internal/iface.convTstring"};
    const char *path = new_path();
    gobridge_ref boxed = 0;
    assert_ok(gobridge_runtime_convTstring(much, sizeof much, &boxed));
    assert_ok(profile_heap(path));
    assert_profile(path, words, COUNT(words));
    assert_ok(gobridge_release(boxed));
}

static void files_that_can_not_be(void **state) {
    (void)state;
    static gobridge_status (*const profiles[])(const char *, size_t) = {gobridge_go_profile_cpu,
                                                                        gobridge_go_profile_heap};
    static const char *const names[] = {"gobridge_go_profile_cpu", "gobridge_go_profile_heap"};
    static char too_long[4097];
    memset(too_long, 'x', sizeof too_long);
    for (size_t i = 0; i < COUNT(profiles); i++) {
        assert_failed(profiles[i]("", 0), GOBRIDGE_E_SYSTEM, names[i], "path");
        assert_failed(profiles[i]("/", 1), GOBRIDGE_E_SYSTEM, names[i], "path");
        assert_failed(profiles[i]("/tmp/\0x", 7), GOBRIDGE_E_SYSTEM, names[i], "path");
        assert_failed(profiles[i]("/none/x", 7), GOBRIDGE_E_SYSTEM, names[i], "no such file");
        assert_failed(profiles[i](too_long, 4096), GOBRIDGE_E_SYSTEM, names[i], "path");
        assert_failed(profiles[i](too_long, 4097), GOBRIDGE_E_LIMIT, names[i], "len");
        assert_failed(profiles[i](too_long, SIZE_MAX), GOBRIDGE_E_LIMIT, names[i], "len");
    }
    assert_status(gobridge_go_profile_heap("/dev/full", 9), GOBRIDGE_E_SYSTEM, "no space");
    assert_ok(profile_cpu("/dev/full"));
    assert_status(gobridge_go_profile_cpu_stop(), GOBRIDGE_E_SYSTEM, "no space");
    assert_ok(gobridge_go_profile_cpu_stop()); /* it has ended */
    assert_ok(profile_cpu("/dev/null"));
    assert_ok(gobridge_go_profile_cpu_stop());
}

static volatile sig_atomic_t caught;

static void catch (int signal) {
    (void)signal;
    caught++;
}

/* A host's handler for SIGPROF is put off and comes back; where there was none the signal is ignored from then on. */
static void SIGPROF_is_lent(void) {
    struct sigaction mine = {.sa_handler = catch}, now;
    for (int i = 0; i < 2; i++) {
        const int before = caught;
        assert_int_equal(sigaction(SIGPROF, &mine, NULL), 0);
        assert_ok(profile_cpu("/dev/null"));
        assert_int_equal(sigaction(SIGPROF, NULL, &now), 0);
        assert_true(now.sa_handler != mine.sa_handler);
        work();
        assert_int_equal(caught, before);
        assert_ok(gobridge_go_profile_cpu_stop());
        assert_int_equal(sigaction(SIGPROF, NULL, &now), 0);
        assert_true(now.sa_handler == mine.sa_handler);
        const int late = caught; /* it may be, by one that was on its way */
        raise(SIGPROF);
        assert_true(caught > late);
    }
    signal(SIGPROF, SIG_DFL);
    assert_ok(profile_cpu("/dev/null"));
    assert_ok(gobridge_go_profile_cpu_stop());
    raise(SIGPROF);
    assert_int_equal(sigaction(SIGPROF, NULL, &now), 0);
    assert_true(now.sa_handler == SIG_IGN);
}

/* ---- all at once ---- */

static void *turning_thread(void *argument) {
    for (int i = 0; i < 20; i++) {
        gobridge_memory now = {.size = sizeof now};
        gobridge_value text = nil;
        uint64_t count = 0;
        gobridge_ref boxed = 0;
        expect(gobridge_go_maxprocs(1 + i % 4, NULL) == GOBRIDGE_OK);
        expect(gobridge_go_gc_percent(100 + i, NULL) == GOBRIDGE_OK);
        expect(gobridge_go_memory_limit(INT64_MAX, NULL) == GOBRIDGE_OK);
        expect(gobridge_runtime_convT64(1, &boxed) == GOBRIDGE_OK);
        expect(gobridge_go_collect() == GOBRIDGE_OK);
        expect(gobridge_go_memory(&now) == GOBRIDGE_OK && now.heap_alloc > 0);
        expect(gobridge_go_goroutines(&count) == GOBRIDGE_OK);
        expect(gobridge_go_stacks(&text) == GOBRIDGE_OK && text.len > 0);
        expect(gobridge_value_release(&text) == GOBRIDGE_OK);
        expect(gobridge_go_profile_heap("/dev/null", 9) == GOBRIDGE_OK);
        const gobridge_status started = gobridge_go_profile_cpu("/dev/null", 9);
        expect(started == GOBRIDGE_OK || started == GOBRIDGE_E_BUSY);
        expect(started != GOBRIDGE_OK || gobridge_go_profile_cpu_stop() == GOBRIDGE_OK);
        expect(gobridge_release(boxed) == GOBRIDGE_OK);
    }
    return argument;
}

static void turned_by_many_threads(void **state) {
    (void)state;
    int32_t procs = 0, percent = 0;
    assert_ok(gobridge_go_maxprocs(0, &procs));
    assert_ok(gobridge_go_gc_percent(INT32_MIN, &percent));
    run_threads(4, turning_thread, NULL, 0);
    assert_ok(gobridge_go_maxprocs(procs, NULL));
    assert_ok(gobridge_go_gc_percent(percent, NULL));
}

static void environment(void **state) {
    (void)state;
    gobridge_value value;
    assert_ok(gobridge_setenv("GOBRIDGE_TEST_VARIABLE", 22, "as C set it", 11));
    assert_ok(gobridge_getenv("GOBRIDGE_TEST_VARIABLE", 22, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "as C set it", 11);
    assert_string_equal(getenv("GOBRIDGE_TEST_VARIABLE"), "as C set it"); /* C sees it, too */
    assert_ok(gobridge_setenv("GOBRIDGE_TEST_VARIABLE", 22, "", 0));
    assert_ok(gobridge_getenv("GOBRIDGE_TEST_VARIABLE", 22, &value));
    assert_shows(&value, GOBRIDGE_KIND_STRING, "", 0);
    assert_ok(gobridge_setenv("GOBRIDGE_TEST_VARIABLE", 22, NULL, 0));
    assert_ok(gobridge_getenv("GOBRIDGE_TEST_VARIABLE", 22, &value));
    assert_int_equal(value.kind, GOBRIDGE_KIND_NIL);
    assert_null(getenv("GOBRIDGE_TEST_VARIABLE"));
    assert_status(gobridge_setenv("A=B", 3, "", 0), GOBRIDGE_E_ARGUMENT, "setenv");
    assert_status(gobridge_setenv("", 0, "", 0), GOBRIDGE_E_ARGUMENT, "setenv");
    assert_status(gobridge_setenv("A", 1, "a\0b", 3), GOBRIDGE_E_ARGUMENT, "setenv");
    assert_status(gobridge_setenv("A", SIZE_MAX, "", 0), GOBRIDGE_E_LIMIT, "name");
    assert_status(gobridge_getenv("A", SIZE_MAX, &value), GOBRIDGE_E_LIMIT, "name");
}

int main(int argc, char **argv) {
    static const scenario scenarios[] = {{"SIGPROF_is_lent", SIGPROF_is_lent}};
    run_scenario(argc, argv, scenarios, COUNT(scenarios));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version),
        cmocka_unit_test(go_version),
        cmocka_unit_test(symbols_of_the_set),
        cmocka_unit_test(from_many_threads),
        cmocka_unit_test(maxprocs),
        cmocka_unit_test(gc_percent),
        cmocka_unit_test(memory_limit),
        cmocka_unit_test(memory_statistics),
        cmocka_unit_test(sizes_of_memory),
        cmocka_unit_test(goroutines_of_threads),
        cmocka_unit_test(stacks),
        cmocka_unit_test(cpu_profile),
        cmocka_unit_test(heap_profile),
        cmocka_unit_test(files_that_can_not_be),
        cmocka_unit_test(turned_by_many_threads),
        cmocka_unit_test(environment),
        APART(&scenarios[0]),
    };
    return cmocka_run_group_tests(tests, NULL, no_live_references);
}
