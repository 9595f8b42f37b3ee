//go:build !gobridge_portable && (go1.26 || goexperiment.swissmap) && !go1.28 && amd64

package gort

import (
	"reflect"
	"strconv"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// ShapeOf is what C must know of a map type. C finds keys where the type's hash function is one of those that C has.
func ShapeOf(t *layout.Map) *layout.Shape {
	t.Described.Do(func() {
		if isHashedByC(t) && LookupsInC() == LookupsWork {
			describe(t, &t.Shape)
		}
	})
	return &t.Shape
}

func describe(t *layout.Map, s *layout.Shape) {
	m := (*struct {
		_      [9]uintptr // up to the hash function
		hasher unsafe.Pointer
		groups groups
	})(t.Word)
	if m.groups.describe(s) {
		s.Key = uint32(t.Key.Kind())
	}
}

// hashedByC is a map type for each hash function that C has.
var hashedByC = map[layout.Fast]*layout.Map{
	layout.Fast32:  layout.OfMap(reflect.TypeOf(map[uint32]uint64(nil))),
	layout.Fast64:  layout.OfMap(reflect.TypeOf(map[uint64]uint64(nil))),
	layout.FastStr: layout.OfMap(reflect.TypeOf(map[string]uint64(nil))),
}

// isHashedByC compares results: a type that was made while the program runs has a function of its own.
func isHashedByC(t *layout.Map) bool {
	like, known := hashedByC[t.Fast]
	if !known || !layout.IsInteger(t.Key.Kind()) && t.Key.Kind() != reflect.String {
		return false
	}
	for i := range tried {
		key := unsafe.Pointer(&tried[i])
		if hasherOf(t)(key, uintptr(i)) != hasherOf(like)(key, uintptr(i)) {
			return false
		}
	}
	return true
}

// tried is keys, each of which can be taken for a number too.
var tried = [...]string{"", "a", "just 16 bytes ..", "more than 16 bytes but less than 33", "more than 32 bytes, and no more than sixty-four"}

// LookupsInC tells whether C and Go agree, on maps of every kind. It is asked when there is a first map: to find out takes half a
// millisecond.
var LookupsInC = sync.OnceValue(func() Lookups {
	keys := hashKeys()
	switch {
	case keys == 0:
		return LookupsHash
	case layout.HeapSize == 0:
		return LookupsHeap
	case InC.Find == nil:
		return LookupsUnknown
	}
	InC.HashBy(keys)
	if !agree(func(i int) uint32 { return uint32(i) * 0x9E3779B1 }) && agree(func(i int) uint64 { return uint64(i) * 0x9E3779B97F4A7C15 }) &&
		agree(func(i int) string {
			if i == 1 {
				return ""
			}
			return "a key that grows longer and longer, and longer still, and longer"[:1+i%56] + strconv.Itoa(i) // in the heap
		}) {
		return LookupsDisagree
	}
	return LookupsWork
})

// agree fills maps of a type with no entries, up to one group, one table, and several, with and without what was deleted.
func agree[K comparable](key func(int) K) bool {
	const most = 1400
	keys := make([]K, most)
	for i := range keys {
		keys[i] = key(i)
	}
	found, elems := make([]byte, most), make([]uint64, most)
	t := layout.OfMap(reflect.TypeOf(map[K]uint64(nil)))
	shape := t.Shape
	describe(t, &shape)
	for _, n := range []int{0, 3, 8, 100, most - 100} {
		m := map[K]uint64{}
		for i, k := range keys[:n] {
			m[k] = uint64(i)
		}
		for i := 0; i < n; i += 3 {
			delete(m, keys[i])
		}
		if !InC.Find(reflect.ValueOf(m).UnsafePointer(), &shape, unsafe.Pointer(&keys[0]), found, elems) {
			return false
		}
		for i, k := range keys {
			if elem, is := m[k]; is != (found[i] != 0) || elem != elems[i] {
				return false
			}
		}
	}
	return true
}

// hashKeys is the address of what the runtime's hashes depend on beside a map's seed, if it hashes with AES instructions. No
// symbol gives it away, but the code of memhash64 reads it, 16 bytes each in three instructions.
func hashKeys() uintptr {
	code := **(**uintptr)(unsafe.Pointer(&struct {
		f func(unsafe.Pointer, uintptr) uintptr
	}{hasherOf(hashedByC[layout.Fast64])}))
	begin, end := Text()
	return keysIn(code, begin, end-hashCode, 3)
}

const hashCode = 96 // bytes of a function that are looked at

func keysIn(code, begin, end uintptr, calls int) uintptr {
	if code < begin || code >= end {
		return 0
	}
	text := *(**[hashCode]byte)(unsafe.Pointer(&code))
	operand := func(i int) uintptr { // of an instruction that ends with it, relative to the next
		return code + uintptr(i+4) + uintptr(*(*int32)(unsafe.Pointer(&text[i])))
	}
	const aesenc, size = "\x66\x0f\x38\xdc\x05", 9
	for i := 0; i+3*size < hashCode; i++ {
		first, second, third := i+5, i+5+size, i+5+2*size
		if string(text[i:first]) == aesenc && string(text[i+size:second]) == aesenc && string(text[i+2*size:third]) == aesenc &&
			operand(second) == operand(first)+16 && operand(third) == operand(first)+32 {
			return operand(first)
		}
	}
	for i := 0; i+5 < hashCode && calls > 0; i++ { // go1.27 has it behind two calls
		if text[i] == 0xe8 {
			if keys := keysIn(operand(i+1), begin, end, calls-1); keys != 0 {
				return keys
			}
		}
	}
	return 0
}
