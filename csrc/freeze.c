/* Freezing maps: a perfect hash function is chosen for the records that Go has filled, by several threads where there are many. */
#define _GNU_SOURCE
#include "cross.h"
#include "frozen.h"
#include "memory.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

enum {
    KEYS_IN_BUCKET = 4, /* on average */
    HUGE_PAGE = 1 << 21,
    MOST_TRIES = 100,     /* to choose a function; few fail */
    KEYS_IN_PART = 32768, /* at most; to start a thread takes as long as to place some hundred */
    MOST_THREADS = 64,
};

/* An array, with anything in it; NULL if there is no memory. Large ones lie on huge pages, where the kernel has them: a lookup goes
 * anywhere, and the processor remembers where few pages are. */
static void *array(size_t count, size_t size) {
    const int host_errno = errno;
    const size_t bytes = count && size ? count * size : 1;
    void *p = NULL;
    if (count > (SIZE_MAX - HUGE_PAGE) / (size ? size : 1)) {
        return NULL;
    }
    if (bytes < HUGE_PAGE) {
        p = malloc(bytes);
    } else if (posix_memalign(&p, HUGE_PAGE, bytes) != 0) {
        p = NULL;
    } else {
        madvise(p, bytes, MADV_HUGEPAGE);
    }
    gobridge_errno_set(host_errno);
    return p;
}

/* What choosing the hash function needs. */
typedef struct workshop {
    gobridge_frozen *f;
    const uint8_t *records; /* as Go gave them */
    const uint8_t **each;   /* where each lies if they are of many sizes, else NULL */
    uint64_t *hashes;       /* of the keys */
    uint64_t *sorted;       /* the same by bucket */
    uint32_t *starts;       /* of the buckets in those, and the end */
    uint64_t *taken;        /* a bit for each slot, part by part */
    uint32_t threads;
    atomic_bool stuck; /* this function places not all keys */
} workshop;

/* ---- work that threads share ---- */

/* Does what lies from the first on and before the end. */
typedef void phase(workshop *w, uint32_t first, uint32_t end);

typedef struct share {
    workshop *w;
    phase *does;
    uint32_t first, end;
    bool is_anothers;
} share;

static void *do_share(void *argument) {
    const share *s = argument;
    s->does(s->w, s->first, s->end);
    return NULL;
}

/* Does a share each in so many threads at once, this one among them; here what no thread could be made for. They get none of the host's
 * signals, and it cannot be cancelled while it waits for them. */
static void do_all(workshop *w, phase *does, uint32_t count) {
    share shares[MOST_THREADS];
    pthread_t made[MOST_THREADS];
    const uint32_t threads = w->threads;
    const int host_errno = errno;
    sigset_t all, host;
    int cancels;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &host);
    for (uint32_t i = 0; i < threads; i++) {
        shares[i] = (share){.w = w,
                            .does = does,
                            .first = (uint32_t)((uint64_t)count * i / threads),
                            .end = (uint32_t)((uint64_t)count * (i + 1) / threads)};
        shares[i].is_anothers = i > 0 && pthread_create(&made[i], NULL, do_share, &shares[i]) == 0;
    }
    pthread_sigmask(SIG_SETMASK, &host, NULL);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancels);
    for (uint32_t i = 0; i < threads; i++) {
        if (!shares[i].is_anothers) {
            do_share(&shares[i]);
        }
    }
    for (uint32_t i = 0; i < threads; i++) {
        if (shares[i].is_anothers) {
            pthread_join(made[i], NULL);
        }
    }
    pthread_setcancelstate(cancels, NULL);
    gobridge_errno_set(host_errno); /* a thread that cannot be made sets it */
}

/* ---- the hash function ---- */

static inline size_t size_of(const uint8_t *record, shape s) {
    return s.key + s.elem + (s.key_text ? load32(record) : 0) + (s.elem_text ? load32(record + s.key) : 0);
}

static inline const uint8_t *nth(const workshop *w, uint32_t i) {
    const shape s = w->f->shape;
    return w->each ? w->each[i] : w->records + i * (s.key + s.elem);
}

static void note_each(workshop *w) {
    const uint8_t *record = w->records;
    for (uint32_t i = 0; w->each && i < w->f->count; i++) {
        w->each[i] = record;
        record += size_of(record, w->f->shape);
    }
}

static void hash_keys(workshop *w, uint32_t first, uint32_t end) {
    const shape s = w->f->shape;
    for (uint32_t i = first; i < end; i++) {
        const uint8_t *record = nth(w, i);
        w->hashes[i] =
            s.key_text ? hash(w->f, record + s.key + s.elem, load32(record)) : hash(w->f, record, s.key);
    }
}

/* Whether a key's bucket is among those of this share. All threads read all hashes, so that each writes what no other does. */
static inline bool is_among(uint32_t bucket, uint32_t first, uint32_t end) {
    return bucket - first < end - first;
}

/* Counts the keys of buckets, and those before them. */
static void count_keys(workshop *w, uint32_t first, uint32_t end) {
    memset(w->starts + first, 0, (end - first) * sizeof *w->starts);
    for (uint32_t i = 0; i < w->f->count; i++) {
        const uint32_t bucket = bucket_of(w->f, w->hashes[i]);
        if (is_among(bucket, first, end)) {
            w->starts[bucket]++;
        }
    }
}

static void sort_keys(workshop *w, uint32_t first, uint32_t end) {
    for (uint32_t i = 0; i < w->f->count; i++) {
        const uint32_t bucket = bucket_of(w->f, w->hashes[i]);
        if (is_among(bucket, first, end)) {
            w->sorted[--w->starts[bucket]] = w->hashes[i];
        }
    }
}

/* Sorts the keys by bucket. */
static void sort_by_bucket(workshop *w) {
    const uint32_t buckets = w->f->buckets;
    do_all(w, count_keys, buckets);
    for (uint32_t bucket = 1; bucket < buckets; bucket++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): all were counted */
        w->starts[bucket] += w->starts[bucket - 1];
    }
    w->starts[buckets] = w->f->count;
    do_all(w, sort_keys, buckets);
}

/* Whether a slot of a part was free, which is taken then. */
static inline bool take(uint64_t *taken, uint32_t slot) {
    const uint64_t bit = UINT64_C(1) << slot % 64, was = taken[slot / 64] & bit;
    taken[slot / 64] |= bit;
    return !was;
}

/* Tries pilots until each key of a bucket has a slot of its own. */
static bool find_pilot(const workshop *w, uint32_t bucket, uint64_t *taken) {
    const gobridge_frozen *f = w->f;
    const uint64_t *keys = w->sorted + w->starts[bucket];
    const uint32_t count = w->starts[bucket + 1] - w->starts[bucket];
    for (uint32_t pilot = 0; pilot <= UINT16_MAX; pilot++) {
        uint32_t placed = 0;
        while (placed < count && take(taken, slot_of(f, keys[placed], pilot))) {
            placed++;
        }
        if (placed == count) {
            f->pilots[bucket] = (uint16_t)pilot;
            return true;
        }
        while (placed-- > 0) {
            const uint32_t slot = slot_of(f, keys[placed], pilot);
            taken[slot / 64] &= ~(UINT64_C(1) << slot % 64);
        }
    }
    return false;
}

/* Finds a part's pilots. The fullest buckets' come first, while there is much room. */
static bool find_pilots_of(const workshop *w, uint32_t part) {
    const uint32_t in_part = w->f->buckets / w->f->parts, first = part * in_part, end = first + in_part;
    uint64_t *taken = w->taken + (size_t)part * (w->f->slots / 64);
    uint32_t fullest = 0;
    memset(taken, 0, w->f->slots / 8);
    for (uint32_t bucket = first; bucket < end; bucket++) {
        const uint32_t size = w->starts[bucket + 1] - w->starts[bucket];
        fullest = size > fullest ? size : fullest;
        w->f->pilots[bucket] = 0; /* of those without keys */
    }
    for (uint32_t size = fullest; size > 0; size--) {
        for (uint32_t bucket = first; bucket < end; bucket++) {
            if (w->starts[bucket + 1] - w->starts[bucket] == size && !find_pilot(w, bucket, taken)) {
                return false;
            }
        }
    }
    return true;
}

static void find_pilots(workshop *w, uint32_t first, uint32_t end) {
    for (uint32_t part = first; part < end && !w->stuck; part++) {
        if (!find_pilots_of(w, part)) {
            w->stuck = true;
        }
    }
}

/* Random numbers, so that no one can choose keys that fall into one bucket. */
static void draw(gobridge_frozen *f) {
    uint64_t drawn[5];
    if (getrandom(drawn, sizeof drawn, GRND_NONBLOCK) != sizeof drawn) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
            drawn[i] = mix((uint64_t)now.tv_nsec ^ (uintptr_t)&drawn[i], 0x9E3779B97F4A7C15U);
        }
    }
    f->seed = drawn[0];
    f->secret[0] = drawn[1];
    f->secret[1] = drawn[2];
    f->factor = drawn[3] | 1;
    f->shake = drawn[4] | 1;
}

/* Chooses a hash function by chance and finds its pilots. */
static bool choose_function(workshop *w) {
    draw(w->f);
    do_all(w, hash_keys, w->f->count);
    sort_by_bucket(w);
    w->stuck = false;
    do_all(w, find_pilots, w->f->parts);
    return !w->stuck;
}

/* ---- the records ---- */

static void put(gobridge_frozen *f, uint32_t slot, const uint8_t *record) {
    const size_t size = f->shape.key + f->shape.elem;
    if (f->by_slot) {
        f->by_slot[slot] = record;
    } else {
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): by_slot is there if records are not */
        memcpy(f->records + slot * size, record, size);
    }
}

static void place_keys(workshop *w, uint32_t first, uint32_t end) {
    for (uint32_t i = first; i < end; i++) {
        put(w->f, place_of(w->f, w->hashes[i]), nth(w, i));
    }
}

/* A key that is not in the map may lead to a slot that is left over, and a record that belongs elsewhere is none that it equals. */
static void fill_slots_left(workshop *w, uint32_t first, uint32_t end) {
    for (uint32_t slot = first; slot < end; slot++) {
        if (!(w->taken[slot / 64] >> slot % 64 & 1)) {
            put(w->f, slot, w->records);
        }
    }
}

/* Puts the records into their slots. */
static bool place_records(workshop *w) {
    gobridge_frozen *f = w->f;
    const uint32_t slots = f->parts * f->slots;
    if (has_one_size(f->shape)) {
        f->records = array(slots, f->shape.key + f->shape.elem);
    } else {
        f->by_slot = array(slots, sizeof *f->by_slot);
    }
    if (!f->records && !f->by_slot) {
        return false;
    }
    do_all(w, place_keys, f->count);
    do_all(w, fill_slots_left, slots);
    return true;
}

static gobridge_status no_memory(void) {
    return gobridge_fail(GOBRIDGE_E_NO_MEMORY, "gobridge_map_freeze", "no memory for so many entries");
}

/* Chooses the function and places the records. */
static gobridge_status fill(workshop *w) {
    note_each(w);
    for (int tries = 0; !choose_function(w); tries++) {
        if (tries == MOST_TRIES - 1) {
            return gobridge_fail(GOBRIDGE_E_LIMIT, "gobridge_map_freeze",
                                 "no hash function was found that places all %" PRIu32 " keys", w->f->count);
        }
    }
    return place_records(w) ? GOBRIDGE_OK : no_memory();
}

/* The parts of so many keys, with their buckets and slots. */
static void divide(gobridge_frozen *f, uint32_t keys) {
    f->count = keys;
    f->parts = keys / KEYS_IN_PART + 1;
    const uint32_t in_part = keys / f->parts + 1;
    f->buckets = f->parts * (in_part / KEYS_IN_BUCKET + 1);
    f->slots = (in_part + in_part / 8 + 63) / 64 * 64;
}

static uint32_t threads_for(uint32_t parts, uint64_t most) {
    const uint32_t wanted = parts < MOST_THREADS ? parts : MOST_THREADS;
    return wanted < most ? wanted : (uint32_t)most;
}

/* Makes a frozen map of the records that Go has filled, which become its own. */
static gobridge_status make(const gobridge_freezing *go, gobridge_frozen **frozen) {
    gobridge_frozen *f = gobridge_zeros(1, sizeof *f);
    if (!f) {
        return no_memory();
    }
    f->shape = (shape){(size_t)go->key, (size_t)go->elem, go->key_text, go->elem_text};
    divide(f, (uint32_t)go->count);
    f->pilots = array(f->buckets, sizeof *f->pilots);
    const bool listed = !has_one_size(f->shape);
    workshop w = {
        .f = f,
        .records = go->records,
        .each = listed ? array(f->count, sizeof *w.each) : NULL,
        .hashes = array(f->count, sizeof *w.hashes),
        .sorted = array(f->count, sizeof *w.sorted),
        .starts = array(f->buckets + (size_t)1, sizeof *w.starts),
        .taken = array((size_t)f->parts * (f->slots / 64), sizeof *w.taken),
        .threads = threads_for(f->parts, go->threads),
    };
    const bool enough = f->pilots && (w.each || !listed) && w.hashes && w.sorted && w.starts && w.taken;
    const gobridge_status status = enough ? fill(&w) : no_memory();
    free(w.each);
    free(w.hashes);
    free(w.sorted);
    free(w.starts);
    free(w.taken);
    if (status) {
        gobridge_frozen_release(f);
        return status;
    }
    if (has_one_size(f->shape)) {
        free(go->records);
    } else {
        f->records = go->records;
    }
    *frozen = f;
    return GOBRIDGE_OK;
}

gobridge_status gobridge_map_freeze(gobridge_ref map, gobridge_frozen **frozen) {
    GOBRIDGE_NOT_NULL(frozen);
    gobridge_freezing go = {.capacity = 0};
    gobridge_frame frame = {.op = OP_gobridge_map_freeze, .freeze = {.map = map, .freezing = &go}};
    gobridge_status status = gobridge_cross(&frame, NULL);
    while (!status && (!go.records || go.size > go.capacity)) { /* again where the map has grown meanwhile */
        free(go.records);
        go.capacity = go.size + go.key + go.elem; /* one more, for an empty map's slot */
        go.records = go.capacity == (size_t)go.capacity ? array((size_t)go.capacity, 1) : NULL;
        status = go.records ? gobridge_cross(&frame, NULL) : no_memory();
    }
    if (!status) {
        status = make(&go, frozen);
    }
    if (status) {
        free(go.records);
    }
    return status; /* NOLINT(clang-analyzer-unix.Malloc): else the frozen map has them */
}
