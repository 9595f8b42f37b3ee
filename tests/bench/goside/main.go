// Command goside is the Go side of the benchmark: what a Go author writes by hand instead of gobridge, beside gobridge.
package main

// #include "goside.h"
import "C"

import (
	"reflect"
	"runtime"
	"runtime/cgo"
	"sync"
	"unsafe"

	_ "gobridge/bridge"
)

func main() {}

var in *C.struct_inputs

//export goInputs
func goInputs(inputs *C.struct_inputs) { in = inputs }

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

// ---- cgo-export-locked: the same for a map that threads share ----

type lockedMap struct {
	sync.Mutex
	m map[uint64]uint64
}

//export lockedMapLen
func lockedMapLen(h C.uintptr_t, length *C.int64_t) (status C.int32_t) {
	defer catch(&status)
	l := cgo.Handle(h).Value().(*lockedMap)
	l.Lock()
	defer l.Unlock()
	*length = C.int64_t(len(l.m))
	return 0
}

//export lockedMakeU64
func lockedMakeU64(hint C.int64_t, h *C.uintptr_t) (status C.int32_t) {
	defer catch(&status)
	*h = C.uintptr_t(cgo.NewHandle(&lockedMap{m: make(map[uint64]uint64, int(hint))}))
	return 0
}

//export lockedPutU64
func lockedPutU64(h C.uintptr_t, key, elem C.uint64_t) (status C.int32_t) {
	defer catch(&status)
	l := cgo.Handle(h).Value().(*lockedMap)
	l.Lock()
	defer l.Unlock()
	l.m[uint64(key)] = uint64(elem)
	return 0
}

//export lockedGetU64
func lockedGetU64(h C.uintptr_t, key C.uint64_t, elem *C.uint64_t, found *C.uint8_t) (status C.int32_t) {
	defer catch(&status)
	l := cgo.Handle(h).Value().(*lockedMap)
	l.Lock()
	defer l.Unlock()
	v, ok := l.m[uint64(key)]
	*elem, *found = C.uint64_t(v), 0
	if ok {
		*found = 1
	}
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
func tunedMapLen() C.int64_t { return C.int64_t(len(tunedU64) + len(tunedStr) + len(tunedTally)) }

//export tunedMake
func tunedMake(kind C.int, hint C.int64_t) C.uint64_t {
	switch kind {
	case C.NUMBERS:
		tunedU64 = make(map[uint64]uint64, int(hint))
	case C.STRINGS:
		tunedStr = make(map[string]uint64, int(hint))
	case C.WORDS:
		tunedTally = make(map[string]*uint64, int(hint))
	}
	return 0
}

//export tunedDrop
func tunedDrop(C.uint64_t) { tunedU64, tunedStr, tunedTally = nil, nil, nil }

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

// tunedCount copies a word, which lies in C memory, only when it is new.
//
//export tunedCount
func tunedCount(word *C.char, length C.int32_t) {
	if count := tunedTally[view(word, length)]; count != nil {
		*count++
		return
	}
	count := uint64(1)
	tunedTally[C.GoStringN(word, C.int(length))] = &count
}

// ---- go-native: the whole loop in Go ----

var (
	nativeU64  map[uint64]uint64
	nativeStr  map[string]uint64
	nativeKept string
)

func numbers() []uint64 { return unsafe.Slice((*uint64)(in.keys), int(in.n)) }

func order(s C.slice) []C.uint32_t { return unsafe.Slice(in.order, int(in.n))[s.from:s.to] }

func stringKeys() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(in.strings)), int(in.n)*C.STRIDE)
}

//export nativeMake
func nativeMake(kind C.int, hint C.int64_t) C.uint64_t {
	if kind == C.NUMBERS {
		nativeU64 = make(map[uint64]uint64, int(hint))
	} else {
		nativeStr = make(map[string]uint64, int(hint))
	}
	return 0
}

//export nativeDrop
func nativeDrop(C.uint64_t) { nativeU64, nativeStr = nil, nil }

//go:noinline
func iscgo() bool { return isCgo }

//export nativeCall
func nativeCall(s C.slice) (calls C.uint64_t) {
	for i := s.from; i < s.to; i++ {
		if iscgo() {
			calls++
		}
	}
	return calls
}

//go:noinline
func maplen(m map[uint64]uint64) int { return len(m) }

//export nativeMapLen
func nativeMapLen(s C.slice) (total C.uint64_t) {
	for i := s.from; i < s.to; i++ {
		total += C.uint64_t(maplen(nativeU64))
	}
	return total
}

//export nativePutU64
func nativePutU64(s C.slice) C.uint64_t {
	keys, m := numbers(), nativeU64
	for i := uint64(s.from); i < uint64(s.to); i++ {
		m[keys[i]] = i
	}
	return 0
}

//export nativeGetU64
func nativeGetU64(s C.slice) (total C.uint64_t) {
	keys, m := numbers(), nativeU64
	for _, i := range order(s) {
		total += C.uint64_t(m[keys[i]])
	}
	return total
}

//export nativeIterate
func nativeIterate(C.slice) (total C.uint64_t) {
	for key, elem := range nativeU64 {
		total += C.uint64_t(key ^ elem)
	}
	return total
}

//export nativePutStr
func nativePutStr(s C.slice) C.uint64_t {
	keys, m := stringKeys(), nativeStr
	for i := int(s.from); i < int(s.to); i++ {
		m[string(keys[i*C.STRIDE:][:C.STRING_LEN])] = uint64(i)
	}
	return 0
}

//export nativeGetStr
func nativeGetStr(s C.slice) (total C.uint64_t) {
	keys, m := stringKeys(), nativeStr
	for _, i := range order(s) {
		total += C.uint64_t(m[string(keys[i*C.STRIDE:][:C.STRING_LEN])])
	}
	return total
}

//export nativeEcho
func nativeEcho(s C.slice) (total C.uint64_t) {
	data, out := []byte(C.ECHO_STRING), make([]byte, C.ECHO_LEN)
	for i := s.from; i < s.to; i++ {
		for j := 0; j < 8; j++ {
			data[j] = "0123456789abcdef"[i>>(4*j)&15]
		}
		nativeKept = string(data)
		total += C.uint64_t(copy(out, nativeKept)) + C.uint64_t(out[7])
	}
	return total
}

//export nativeCount
func nativeCount(s C.slice) C.uint64_t {
	text := unsafe.Slice((*byte)(unsafe.Pointer(in.text)), int(in.text_len))
	slice := int(s.from) / C.SLICE
	at := int(unsafe.Slice(in.words, slice+1)[slice])
	lower, m, word := &in.lower, nativeStr, make([]byte, 0, C.WORD_LEN)
	for i := s.from; i < s.to; i++ {
		for at < len(text) && lower[text[at]] == 0 {
			at++
		}
		for word = word[:0]; at < len(text) && lower[text[at]] != 0; at++ {
			if len(word) < cap(word) {
				word = append(word, byte(lower[text[at]]))
			}
		}
		m[string(word)]++
	}
	return C.uint64_t(len(m))
}
