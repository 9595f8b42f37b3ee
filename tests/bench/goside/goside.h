/* The Go functions that the contenders call, by contender; main.go has them, and the compiler compares the two. */
#ifndef GOBRIDGE_TESTS_BENCH_GOSIDE_H
#define GOBRIDGE_TESTS_BENCH_GOSIDE_H

#include <stddef.h>
#include <stdint.h>

void goCollect(void);

/* cgo-export: statuses (0 is ok) and handles. */
int32_t exportIscgo(uint8_t *iscgo);
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

/* cgo-tuned: one map of each type, which nobody names. */
uint8_t tunedIscgo(void);
int64_t tunedMapLen(void);
void tunedDrop(void);
void tunedMakeU64(int64_t hint);
void tunedPutU64(uint64_t key, uint64_t elem);
uint64_t tunedGetU64(uint64_t key);
size_t tunedFill(uint64_t *keys, uint64_t *elems, size_t cap);
void tunedMakeStr(void);
void tunedPutStr(char *key, int32_t len, uint64_t elem);
uint64_t tunedGetStr(char *key, int32_t len);
int32_t tunedEcho(char *data, int32_t len, char *echo);
void tunedMakeWords(void);
void tunedCount(char *word, int32_t len);
void tunedWords(uint64_t *words, uint64_t *distinct);

/* go-native: each runs the whole workload. Strings lie in stride bytes each and have len. */
uint64_t nativeCall(size_t n);
uint64_t nativeMapLen(size_t n);
void nativeDrop(void);
void nativePutU64(uint64_t *keys, size_t n, int64_t hint);
uint64_t nativeGetU64(uint64_t *keys, uint32_t *order, size_t n);
uint64_t nativeIterate(uint64_t *keys);
void nativePutStr(char *strings, size_t stride, size_t len, size_t n);
uint64_t nativeGetStr(char *strings, size_t stride, size_t len, uint32_t *order, size_t n);
uint64_t nativeEcho(char *data, size_t len, size_t n);
void nativeCount(char *text, size_t len, uint8_t *word_chars);
void nativeWords(uint64_t *words, uint64_t *distinct);

#endif
