// Command goside is the Go side of the benchmark: what a Go author writes by hand instead of gobridge, beside gobridge.
package main

// #include "goside.h"
import "C"

import (
	"reflect"
	"runtime"
	"runtime/cgo"
	"unsafe"

	_ "gobridge/bridge"
)

func main() {}

//export goCollect
func goCollect() { runtime.GC() }

var isCgo = true

// ---- cgo-export: as a careful author writes it, with handles, statuses and no panic that gets to C ----

func catch(status *C.int32_t) {
	if recover() != nil {
		*status = 1
	}
}

//export exportIscgo
func exportIscgo(iscgo *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	*iscgo = 0
	if isCgo {
		*iscgo = 1
	}
	return 0
}

//export exportRelease
func exportRelease(handle C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	cgo.Handle(handle).Delete()
	return 0
}

//export exportMapLen
func exportMapLen(h C.uintptr_t, length *C.int64_t) (status C.int32_t) {
	defer catch(&status)
	switch m := cgo.Handle(h).Value().(type) {
	case map[uint64]uint64:
		*length = C.int64_t(len(m))
	case map[string]uint64:
		*length = C.int64_t(len(m))
	default:
		return 1
	}
	return 0
}

//export exportMakeU64
func exportMakeU64(hint C.int64_t, h *C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	*h = C.uintptr_t(cgo.NewHandle(make(map[uint64]uint64, int(hint))))
	return 0
}

//export exportPutU64
func exportPutU64(h C.uintptr_t, key, elem C.uint64_t) (status C.int32_t) {
	defer catch(&status)
	cgo.Handle(h).Value().(map[uint64]uint64)[uint64(key)] = uint64(elem)
	return 0
}

//export exportGetU64
func exportGetU64(h C.uintptr_t, key C.uint64_t, elem *C.uint64_t, found *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	v, ok := cgo.Handle(h).Value().(map[uint64]uint64)[uint64(key)]
	*elem, *found = C.uint64_t(v), 0
	if ok {
		*found = 1
	}
	return 0
}

type iterator struct {
	at        *reflect.MapIter
	end       bool
	key, elem uint64
	k, e      reflect.Value // key and elem
}

func (i *iterator) step() {
	if i.end = !i.at.Next(); !i.end {
		i.k.SetIterKey(i.at)
		i.e.SetIterValue(i.at)
	}
}

//export exportIterate
func exportIterate(h C.uintptr_t, it *C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	i := &iterator{at: reflect.ValueOf(cgo.Handle(h).Value().(map[uint64]uint64)).MapRange()}
	i.k, i.e = reflect.ValueOf(&i.key).Elem(), reflect.ValueOf(&i.elem).Elem()
	*it = C.uintptr_t(cgo.NewHandle(i))
	return 0
}

// exportNext is the loop's natural export: a step, and what it came to.
//
//export exportNext
func exportNext(it C.uintptr_t, key, elem *C.uint64_t, found *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	i := cgo.Handle(it).Value().(*iterator)
	if i.step(); i.end {
		*found = 0
		return 0
	}
	*key, *elem, *found = C.uint64_t(i.key), C.uint64_t(i.elem), 1
	return 0
}

// exportStep, exportKey and exportElem are the same one by one, as the runtime has them.
//
//export exportStep
func exportStep(it C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	cgo.Handle(it).Value().(*iterator).step()
	return 0
}

//export exportKey
func exportKey(it C.uintptr_t, key *C.uint64_t, found *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	i := cgo.Handle(it).Value().(*iterator)
	if *found = 0; !i.end {
		*key, *found = C.uint64_t(i.key), 1
	}
	return 0
}

//export exportElem
func exportElem(it C.uintptr_t, elem *C.uint64_t, found *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	i := cgo.Handle(it).Value().(*iterator)
	if *found = 0; !i.end {
		*elem, *found = C.uint64_t(i.elem), 1
	}
	return 0
}

//export exportMakeStr
func exportMakeStr(hint C.int64_t, h *C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	*h = C.uintptr_t(cgo.NewHandle(make(map[string]uint64, int(hint))))
	return 0
}

//export exportPutStr
func exportPutStr(h C.uintptr_t, key *C.char, length C.int32_t, elem C.uint64_t) (status C.int32_t) {
	defer catch(&status)
	cgo.Handle(h).Value().(map[string]uint64)[C.GoStringN(key, C.int(length))] = uint64(elem)
	return 0
}

//export exportGetStr
func exportGetStr(h C.uintptr_t, key *C.char, length C.int32_t, elem *C.uint64_t, found *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	v, ok := cgo.Handle(h).Value().(map[string]uint64)[C.GoStringN(key, C.int(length))]
	*elem, *found = C.uint64_t(v), 0
	if ok {
		*found = 1
	}
	return 0
}

//export exportString
func exportString(data *C.char, length C.int32_t, h *C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	*h = C.uintptr_t(cgo.NewHandle(C.GoStringN(data, C.int(length))))
	return 0
}

//export exportCopy
func exportCopy(h C.uintptr_t, data *C.char, capacity C.int32_t, length *C.int32_t) (status C.int32_t) {
	defer catch(&status)
	s := cgo.Handle(h).Value().(string)
	*length = C.int32_t(copy(unsafe.Slice((*byte)(unsafe.Pointer(data)), int(capacity)), s))
	return 0
}

// ---- cgo-tuned: no handle, no status, no recover, nothing copied that need not be ----

var (
	tunedU64   map[uint64]uint64
	tunedStr   map[string]uint64
	tunedTally map[string]*uint64
	tunedKept  string
)

func view(data *C.char, length C.int32_t) string {
	return unsafe.String((*byte)(unsafe.Pointer(data)), int(length))
}

//export tunedIscgo
func tunedIscgo() C.uint8_t {
	if isCgo {
		return 1
	}
	return 0
}

//export tunedMapLen
func tunedMapLen() C.int64_t { return C.int64_t(len(tunedU64) + len(tunedStr)) }

//export tunedDrop
func tunedDrop() { tunedU64, tunedStr, tunedTally = nil, nil, nil }

//export tunedMakeU64
func tunedMakeU64(hint C.int64_t) { tunedU64 = make(map[uint64]uint64, int(hint)) }

//export tunedPutU64
func tunedPutU64(key, elem C.uint64_t) { tunedU64[uint64(key)] = uint64(elem) }

//export tunedGetU64
func tunedGetU64(key C.uint64_t) C.uint64_t { return C.uint64_t(tunedU64[uint64(key)]) }

//export tunedFill
func tunedFill(keys, elems *C.uint64_t, capacity C.size_t) C.size_t {
	ks, es := unsafe.Slice(keys, int(capacity)), unsafe.Slice(elems, int(capacity))
	i := 0
	for k, e := range tunedU64 {
		if i == len(ks) {
			break
		}
		ks[i], es[i] = C.uint64_t(k), C.uint64_t(e)
		i++
	}
	return C.size_t(i)
}

//export tunedMakeStr
func tunedMakeStr() { tunedStr = make(map[string]uint64) }

//export tunedPutStr
func tunedPutStr(key *C.char, length C.int32_t, elem C.uint64_t) {
	tunedStr[C.GoStringN(key, C.int(length))] = uint64(elem)
}

//export tunedGetStr
func tunedGetStr(key *C.char, length C.int32_t) C.uint64_t {
	return C.uint64_t(tunedStr[view(key, length)])
}

//export tunedEcho
func tunedEcho(data *C.char, length C.int32_t, echo *C.char) C.int32_t {
	tunedKept = C.GoStringN(data, C.int(length))
	return C.int32_t(copy(unsafe.Slice((*byte)(unsafe.Pointer(echo)), int(length)), tunedKept))
}

//export tunedMakeWords
func tunedMakeWords() { tunedTally = make(map[string]*uint64) }

//export tunedCount
func tunedCount(word *C.char, length C.int32_t) { tally(tunedTally, view(word, length)) }

//export tunedWords
func tunedWords(words, distinct *C.uint64_t) { sum(tunedTally, words, distinct) }

// tally counts a word that lies in C memory; it is copied only when it is new.
func tally(tallies map[string]*uint64, word string) {
	if count := tallies[word]; count != nil {
		*count++
		return
	}
	count := uint64(1)
	tallies[string([]byte(word))] = &count
}

func sum(tallies map[string]*uint64, words, distinct *C.uint64_t) {
	*words, *distinct = 0, C.uint64_t(len(tallies))
	for _, count := range tallies {
		*words += C.uint64_t(*count)
	}
}

// ---- go-native: the whole loop in Go ----

var (
	nativeU64  map[uint64]uint64
	nativeStr  map[string]uint64
	nativeKept string
)

//go:noinline
func iscgo() bool { return isCgo }

//export nativeCall
func nativeCall(n C.size_t) (calls C.uint64_t) {
	for i := C.size_t(0); i < n; i++ {
		if iscgo() {
			calls++
		}
	}
	return calls
}

//go:noinline
func maplen(m map[uint64]uint64) int { return len(m) }

//export nativeMapLen
func nativeMapLen(n C.size_t) (total C.uint64_t) {
	for i := C.size_t(0); i < n; i++ {
		total += C.uint64_t(maplen(nativeU64))
	}
	return total
}

//export nativeDrop
func nativeDrop() { nativeU64, nativeStr = nil, nil }

//export nativePutU64
func nativePutU64(keys *C.uint64_t, n C.size_t, hint C.int64_t) {
	m := make(map[uint64]uint64, int(hint))
	for i, key := range unsafe.Slice(keys, int(n)) {
		m[uint64(key)] = uint64(i)
	}
	nativeU64 = m
}

//export nativeGetU64
func nativeGetU64(keys *C.uint64_t, order *C.uint32_t, n C.size_t) (total C.uint64_t) {
	ks, m := unsafe.Slice(keys, int(n)), nativeU64
	for _, i := range unsafe.Slice(order, int(n)) {
		total += C.uint64_t(m[uint64(ks[i])])
	}
	return total
}

//export nativeIterate
func nativeIterate(keys *C.uint64_t) (total C.uint64_t) {
	for key, elem := range nativeU64 {
		*keys ^= C.uint64_t(key)
		total += C.uint64_t(elem)
	}
	return total
}

//export nativePutStr
func nativePutStr(strings *C.char, stride, length, n C.size_t) {
	all := unsafe.Slice((*byte)(unsafe.Pointer(strings)), int(n*stride))
	m := make(map[string]uint64)
	for i := 0; i < int(n); i++ {
		m[string(all[i*int(stride):][:length])] = uint64(i)
	}
	nativeStr = m
}

//export nativeGetStr
func nativeGetStr(strings *C.char, stride, length C.size_t, order *C.uint32_t, n C.size_t) (total C.uint64_t) {
	all, m := unsafe.Slice((*byte)(unsafe.Pointer(strings)), int(n*stride)), nativeStr
	for _, i := range unsafe.Slice(order, int(n)) {
		total += C.uint64_t(m[string(all[int(i)*int(stride):][:length])])
	}
	return total
}

//export nativeEcho
func nativeEcho(data *C.char, length, n C.size_t) (total C.uint64_t) {
	in, out := unsafe.Slice((*byte)(unsafe.Pointer(data)), int(length)), make([]byte, length)
	for i := 0; i < int(n); i++ {
		for j := 0; j < 8; j++ {
			in[j] = "0123456789abcdef"[i>>(4*j)&15]
		}
		nativeKept = string(in)
		total += C.uint64_t(copy(out, nativeKept)) + C.uint64_t(out[7])
	}
	return total
}

//export nativeCount
func nativeCount(text *C.char, length C.size_t, wordChars *C.uint8_t) {
	t, lower := unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length)), (*[256]byte)(unsafe.Pointer(wordChars))
	m, word := make(map[string]uint64), make([]byte, 0, 63)
	for at := 0; ; {
		for at < len(t) && lower[t[at]] == 0 {
			at++
		}
		for word = word[:0]; at < len(t) && lower[t[at]] != 0; at++ {
			if len(word) < cap(word) {
				word = append(word, lower[t[at]])
			}
		}
		if len(word) == 0 {
			break
		}
		m[string(word)]++
	}
	nativeStr = m
}

//export nativeWords
func nativeWords(words, distinct *C.uint64_t) {
	*words, *distinct = 0, C.uint64_t(len(nativeStr))
	for _, count := range nativeStr {
		*words += C.uint64_t(count)
	}
}
