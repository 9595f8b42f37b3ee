/* What C and Go share: the inputs, and the Go functions by contender. main.go has those, and the compiler compares the
 * two. It is here and not in bench.h because go build watches the headers of its package alone. */
#ifndef GOBRIDGE_TESTS_BENCH_GOSIDE_H
#define GOBRIDGE_TESTS_BENCH_GOSIDE_H

#include <stddef.h>
#include <stdint.h>

enum { SLICE = 500, STRIDE = 16, STRING_LEN = 12, ECHO_LEN = 32, WORD_LEN = 63 };
#define ECHO_STRING "00000000-the-rest-of-32-bytes-xy"

/* The same for all contenders. The element of the key i is i. */
struct inputs {
    size_t n;
    uint64_t *keys;  /* all different; made once for all workloads, of which each has the first n */
    uint32_t *order; /* the indexes of n keys, shuffled */
    uint64_t *asked; /* n keys in that order */
    char *strings;   /* of STRING_LEN bytes each, STRIDE apart */
    uint64_t *spare; /* room for three words for each key */
    char *text;      /* to be counted */
    size_t text_len;
    size_t *words;      /* where in the text the words number 0, SLICE, 2 * SLICE ... are */
    uint8_t lower[256]; /* letters and digits in lower case, 0 for what is no part of a word */
};

/* A part of a contender's work: the operations from to to, on a map that its make gave. */
typedef struct slice {
    uint64_t map;
    size_t from, to;
} slice;

/* The maps that there are: of n numbers, of n strings, and of words to their counts. */
enum { NO_MAP, NUMBERS, STRINGS, WORDS };

void goInputs(struct inputs *inputs);
void goCollect(void);

/* cgo-export: statuses (0 is ok) and handles. */
int32_t exportIscgo(uint8_t *iscgo);
int32_t exportAdd(int64_t a, int64_t b, int64_t *sum);
int32_t exportSame(char *data, int32_t len, char *out, int32_t cap, int32_t *outlen);
int32_t exportMixed(int32_t a, double x, uint8_t b, double *result);
int32_t exportRelease(uintptr_t handle);
int32_t exportMapLen(uintptr_t map, int64_t *len);
int32_t exportMakeU64(int64_t hint, uintptr_t *map);
int32_t exportPutU64(uintptr_t map, uint64_t key, uint64_t elem);
int32_t exportGetU64(uintptr_t map, uint64_t key, uint64_t *elem, uint8_t *found);
int32_t exportIterate(uintptr_t map, uintptr_t *iterator);
int32_t exportNext(uintptr_t iterator, uint64_t *key, uint64_t *elem, uint8_t *found);
int32_t exportStep(uintptr_t iterator);
int32_t exportKey(uintptr_t iterator, uint64_t *key, uint8_t *found);
int32_t exportElem(uintptr_t iterator, uint64_t *elem, uint8_t *found);
int32_t exportMakeStr(int64_t hint, uintptr_t *map);
int32_t exportPutStr(uintptr_t map, char *key, int32_t len, uint64_t elem);
int32_t exportGetStr(uintptr_t map, char *key, int32_t len, uint64_t *elem, uint8_t *found);
int32_t exportString(char *data, int32_t len, uintptr_t *string);
int32_t exportCopy(uintptr_t string, char *data, int32_t cap, int32_t *len);

/* cgo-export-locked: the same with a mutex in the map. */
int32_t lockedMapLen(uintptr_t map, int64_t *len);
int32_t lockedMakeU64(int64_t hint, uintptr_t *map);
int32_t lockedPutU64(uintptr_t map, uint64_t key, uint64_t elem);
int32_t lockedGetU64(uintptr_t map, uint64_t key, uint64_t *elem, uint8_t *found);

/* cgo-tuned: one map of each kind, which nobody names. */
uint64_t tunedMake(int kind, int64_t hint);
void tunedDrop(uint64_t map);
uint8_t tunedIscgo(void);
int64_t tunedAdd(int64_t a, int64_t b);
int64_t tunedFold(int64_t from, int64_t to);
int32_t tunedSame(char *data, int32_t len, char *out);
double tunedMixed(int32_t a, double x, uint8_t b);
int64_t tunedMapLen(void);
int64_t tunedElem(int64_t index);
int32_t tunedElemText(int64_t index, char *out, int32_t capacity);
void tunedSetField(int64_t number);
int64_t tunedField(void);
void tunedPutU64(uint64_t key, uint64_t elem);
uint64_t tunedGetU64(uint64_t key);
size_t tunedFill(uint64_t *keys, uint64_t *elems, size_t cap);
void tunedPutStr(char *key, int32_t len, uint64_t elem);
uint64_t tunedGetStr(char *key, int32_t len);
int32_t tunedEcho(char *data, int32_t len, char *echo);
void tunedCount(char *word, int32_t len);

/* json-cgo: {"fn": name, "args": [...]} in, the result as JSON out, which the caller frees. */
char *jsonCall(char *request, int32_t len);

/* go-native: each does a whole slice. */
uint64_t nativeMake(int kind, int64_t hint);
void nativeDrop(uint64_t map);
uint64_t nativeCall(slice s);
uint64_t nativeCall2(slice s);
uint64_t nativeCallStr(slice s);
uint64_t nativeCallMixed(slice s);
uint64_t nativeMapLen(slice s);
uint64_t nativeElem(slice s);
uint64_t nativeElemText(slice s);
uint64_t nativeField(slice s);
uint64_t nativeSetField(slice s);
uint64_t nativePutU64(slice s);
uint64_t nativeGetU64(slice s);
uint64_t nativeIterate(slice s);
uint64_t nativePutStr(slice s);
uint64_t nativeGetStr(slice s);
uint64_t nativeEcho(slice s);
uint64_t nativeCount(slice s);

#endif
