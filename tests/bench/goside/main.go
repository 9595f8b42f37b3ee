// Command goside is the Go side of the benchmark: what a Go author writes by hand instead of gobridge, beside gobridge.
package main

/*
#include "goside.h"

// What a Go author writes for a C function with data.
typedef int64_t (*adder)(void *data, int64_t a, int64_t b);
static int64_t add_in_c(void *data, int64_t a, int64_t b) { return a + b; }
static adder get_adder(void) { return add_in_c; }
static int64_t call_adder(adder add, void *data, int64_t a, int64_t b) { return add(data, a, b); }
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"runtime/cgo"
	"sync"
	"unsafe"

	"gobridge/bridge"
)

func main() {}

// What the call workloads call.

//go:noinline
func add(a, b int64) int64 { return a + b }

// fold is what callbacks are called by.
func fold(add func(int64, int64) int64, from, to int64) (sum int64) {
	for i := from; i < to; i++ {
		sum = add(sum, i)
	}
	return sum
}

//go:noinline
func same(s string) string { return s }

// What the loops over elements and fields use.

var elems = func() []int64 {
	made := make([]int64, 1024)
	for i := range made {
		made[i] = int64(i) * 3
	}
	return made
}()

//go:noinline
func elem(s []int64, i int64) int64 { return s[i] }

var texts = func() []string {
	made := make([]string, 1024)
	data := []byte(C.ECHO_STRING)
	for i := range made {
		echoString(data, C.size_t(i))
		made[i] = string(data)
	}
	return made
}()

var point = new(pair)

type pair struct{ X, Y int64 }

//go:noinline
func (p *pair) setY(y int64) { p.Y = y }

//go:noinline
func (p *pair) y() int64 { return p.Y }

//go:noinline
func mixed(a int32, x float64, b uint8) float64 { return float64(a)*x + float64(b) }

func init() {
	bridge.Func("bench.add", add)
	bridge.Func("bench.fold", fold)
	bridge.Func("bench.same", same)
	bridge.Func("bench.mixedByReflect", mixed)
	bridge.Func3("bench.mixed", mixed)
}

var in *C.struct_inputs

//export goInputs
func goInputs(inputs *C.struct_inputs) { in = inputs }

//export goCollect
func goCollect() { runtime.GC() }

var isCgo = true

// ---- cgo-export: as a careful author writes it, with handles, statuses and no panic that gets to C ----

func bytesOf(data *C.char, length C.int32_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(data)), int(length))
}

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

//export exportAdd
func exportAdd(a, b C.int64_t, sum *C.int64_t) (status C.int32_t) {
	defer catch(&status)
	*sum = C.int64_t(add(int64(a), int64(b)))
	return 0
}

//export exportSame
func exportSame(data *C.char, length C.int32_t, out *C.char, capacity C.int32_t, outlen *C.int32_t) (status C.int32_t) {
	defer catch(&status)
	*outlen = C.int32_t(copy(bytesOf(out, capacity), same(C.GoStringN(data, C.int(length)))))
	return 0
}

//export exportMixed
func exportMixed(a C.int32_t, x C.double, b C.uint8_t, result *C.double) (status C.int32_t) {
	defer catch(&status)
	*result = C.double(mixed(int32(a), float64(x), uint8(b)))
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
	*length = C.int32_t(copy(bytesOf(data, capacity), s))
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

//export tunedAdd
func tunedAdd(a, b C.int64_t) C.int64_t { return C.int64_t(add(int64(a), int64(b))) }

//export tunedFold
func tunedFold(from, to C.int64_t) C.int64_t {
	inC := C.get_adder()
	return C.int64_t(fold(func(a, b int64) int64 { return int64(C.call_adder(inC, nil, C.int64_t(a), C.int64_t(b))) },
		int64(from), int64(to)))
}

//export tunedSame
func tunedSame(data *C.char, length C.int32_t, out *C.char) C.int32_t {
	return C.int32_t(copy(bytesOf(out, length), same(view(data, length))))
}

//export tunedMixed
func tunedMixed(a C.int32_t, x C.double, b C.uint8_t) C.double {
	return C.double(mixed(int32(a), float64(x), uint8(b)))
}

//export tunedMapLen
func tunedMapLen() C.int64_t { return C.int64_t(len(tunedU64) + len(tunedStr) + len(tunedTally)) }

//export tunedElem
func tunedElem(index C.int64_t) C.int64_t { return C.int64_t(elem(elems, int64(index))) }

//export tunedElemText
func tunedElemText(index C.int64_t, out *C.char, capacity C.int32_t) C.int32_t {
	return C.int32_t(copy(bytesOf(out, capacity), texts[index]))
}

//export tunedSetField
func tunedSetField(number C.int64_t) { point.setY(int64(number)) }

//export tunedField
func tunedField() C.int64_t { return C.int64_t(point.y()) }

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
	return C.int32_t(copy(bytesOf(echo, length), tunedKept))
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

// ---- json-cgo: one export for all, JSON in and JSON out ----

var (
	jsonNumbers map[uint64]uint64
	jsonWords   map[string]uint64
)

func jsonAnswer(request []byte) (any, error) {
	var call struct {
		Fn   string
		Args json.RawMessage
	}
	if err := json.Unmarshal(request, &call); err != nil {
		return nil, err
	}
	switch call.Fn {
	case "add":
		var args [2]int64
		err := json.Unmarshal(call.Args, &args)
		return add(args[0], args[1]), err
	case "same":
		var args [1]string
		err := json.Unmarshal(call.Args, &args)
		return same(args[0]), err
	case "mixed":
		var a int32
		var x float64
		var b uint8
		err := json.Unmarshal(call.Args, &[]any{&a, &x, &b})
		return mixed(a, x, b), err
	case "make":
		jsonNumbers, jsonWords = map[uint64]uint64{}, map[string]uint64{}
		return nil, nil
	case "put":
		var pairs [][2]uint64
		err := json.Unmarshal(call.Args, &pairs)
		for _, pair := range pairs {
			jsonNumbers[pair[0]] = pair[1]
		}
		return len(jsonNumbers), err
	case "get":
		var keys []uint64
		err := json.Unmarshal(call.Args, &keys)
		for i, key := range keys {
			keys[i] = jsonNumbers[key]
		}
		return keys, err
	case "count":
		var words []string
		err := json.Unmarshal(call.Args, &words)
		for _, word := range words {
			jsonWords[word]++
		}
		return len(jsonWords), err
	}
	return nil, fmt.Errorf("no function %q", call.Fn)
}

//export jsonCall
func jsonCall(request *C.char, length C.int32_t) *C.char {
	result, err := jsonAnswer(bytesOf(request, length))
	if err != nil {
		result = map[string]string{"error": err.Error()}
	}
	answer, _ := json.Marshal(result)
	return C.CString(string(answer))
}

// ---- go-native: the whole loop in Go ----

var (
	nativeMaps []any // by their names for C
	nativeKept string
)

func numbersOf(s C.slice) map[uint64]uint64 { return nativeMaps[s._map].(map[uint64]uint64) }
func stringsOf(s C.slice) map[string]uint64 { return nativeMaps[s._map].(map[string]uint64) }

func numbers() []uint64 { return unsafe.Slice((*uint64)(in.keys), int(in.n)) }

func order(s C.slice) []C.uint32_t { return unsafe.Slice(in.order, int(in.n))[s.from:s.to] }

func asked(s C.slice) []uint64 {
	return unsafe.Slice((*uint64)(in.asked), int(in.n))[s.from:s.to]
}

func stringKeys() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(in.strings)), int(in.n)*C.STRIDE)
}

//export nativeMake
func nativeMake(kind C.int, hint C.int64_t) C.uint64_t {
	if kind == C.NUMBERS {
		nativeMaps = append(nativeMaps, make(map[uint64]uint64, int(hint)))
	} else {
		nativeMaps = append(nativeMaps, make(map[string]uint64, int(hint)))
	}
	return C.uint64_t(len(nativeMaps) - 1)
}

//export nativeDrop
func nativeDrop(m C.uint64_t) { nativeMaps[m] = nil }

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

//export nativeCall2
func nativeCall2(s C.slice) C.uint64_t {
	sum := int64(0)
	for i := s.from; i < s.to; i++ {
		sum = add(sum, int64(i))
	}
	return C.uint64_t(sum)
}

//export nativeCallStr
func nativeCallStr(s C.slice) (total C.uint64_t) {
	data, out := []byte(C.ECHO_STRING), make([]byte, C.ECHO_LEN)
	for i := s.from; i < s.to; i++ {
		echoString(data, i)
		nativeKept = same(string(data))
		total += C.uint64_t(copy(out, nativeKept)) + C.uint64_t(out[7])
	}
	return total
}

//export nativeCallMixed
func nativeCallMixed(s C.slice) (total C.uint64_t) {
	for i := s.from; i < s.to; i++ {
		total += C.uint64_t(mixed(int32(i), 0.5, uint8(i)))
	}
	return total
}

//go:noinline
func maplen(m map[uint64]uint64) int { return len(m) }

//export nativeMapLen
func nativeMapLen(s C.slice) (total C.uint64_t) {
	m := numbersOf(s)
	for i := s.from; i < s.to; i++ {
		total += C.uint64_t(maplen(m))
	}
	return total
}

//export nativeElem
func nativeElem(s C.slice) (total C.uint64_t) {
	for i := s.from; i < s.to; i++ {
		total += C.uint64_t(elem(elems, int64(i%1024)))
	}
	return total
}

//export nativeElemText
func nativeElemText(s C.slice) (total C.uint64_t) {
	var out [C.ECHO_LEN]byte
	for i := s.from; i < s.to; i++ {
		n := copy(out[:], texts[i%1024])
		total += C.uint64_t(n) + C.uint64_t(out[7])
	}
	return total
}

//export nativeField
func nativeField(s C.slice) (total C.uint64_t) {
	point.setY(int64(s.from))
	for i := s.from; i < s.to; i++ {
		total += C.uint64_t(point.y())
	}
	return total
}

//export nativeSetField
func nativeSetField(s C.slice) C.uint64_t {
	for i := s.from; i < s.to; i++ {
		point.setY(int64(i))
	}
	return C.uint64_t(point.y())
}

//export nativePutU64
func nativePutU64(s C.slice) C.uint64_t {
	keys, m := numbers(), numbersOf(s)
	for i := uint64(s.from); i < uint64(s.to); i++ {
		m[keys[i]] = i
	}
	return 0
}

//export nativeGetU64
func nativeGetU64(s C.slice) (total C.uint64_t) {
	m := numbersOf(s)
	for _, key := range asked(s) {
		total += C.uint64_t(m[key])
	}
	return total
}

//export nativeIterate
func nativeIterate(s C.slice) (total C.uint64_t) {
	for key, elem := range numbersOf(s) {
		total += C.uint64_t(key ^ elem)
	}
	return total
}

//export nativePutStr
func nativePutStr(s C.slice) C.uint64_t {
	keys, m := stringKeys(), stringsOf(s)
	for i := int(s.from); i < int(s.to); i++ {
		m[string(keys[i*C.STRIDE:][:C.STRING_LEN])] = uint64(i)
	}
	return 0
}

//export nativeGetStr
func nativeGetStr(s C.slice) (total C.uint64_t) {
	keys, m := stringKeys(), stringsOf(s)
	for _, i := range order(s) {
		total += C.uint64_t(m[string(keys[i*C.STRIDE:][:C.STRING_LEN])])
	}
	return total
}

func echoString(data []byte, i C.size_t) {
	for j := 0; j < 8; j++ {
		data[j] = "0123456789abcdef"[i>>(4*j)&15]
	}
}

//export nativeEcho
func nativeEcho(s C.slice) (total C.uint64_t) {
	data, out := []byte(C.ECHO_STRING), make([]byte, C.ECHO_LEN)
	for i := s.from; i < s.to; i++ {
		echoString(data, i)
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
	lower, m, word := &in.lower, stringsOf(s), make([]byte, 0, C.WORD_LEN)
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
