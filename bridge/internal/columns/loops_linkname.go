//go:build !gobridge_portable && !go1.28

package columns

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// shape is a size and an alignment.
type shape struct{ size, align uintptr }

func shapeOf[T any]() shape {
	var v T
	return shape{unsafe.Sizeof(v), unsafe.Alignof(v)}
}

// The loops by the shape of the elements, for keys of 4 bytes, of 8 bytes, and strings.
var (
	loops32 = map[shape]*loops{
		shapeOf[struct{}]():  ofNumbers[uint32, struct{}](),
		shapeOf[uint8]():     ofNumbers[uint32, uint8](),
		shapeOf[uint16]():    ofNumbers[uint32, uint16](),
		shapeOf[uint32]():    ofNumbers[uint32, uint32](),
		shapeOf[uint64]():    ofNumbers[uint32, uint64](),
		shapeOf[[2]uint64](): ofNumbers[uint32, [2]uint64](),
	}
	loops64 = map[shape]*loops{
		shapeOf[struct{}]():  ofNumbers[uint64, struct{}](),
		shapeOf[uint8]():     ofNumbers[uint64, uint8](),
		shapeOf[uint16]():    ofNumbers[uint64, uint16](),
		shapeOf[uint32]():    ofNumbers[uint64, uint32](),
		shapeOf[uint64]():    ofNumbers[uint64, uint64](),
		shapeOf[[2]uint64](): ofNumbers[uint64, [2]uint64](),
	}
	loopsText = map[shape]*loops{
		shapeOf[struct{}]():  ofTexts[struct{}](),
		shapeOf[uint8]():     ofTexts[uint8](),
		shapeOf[uint16]():    ofTexts[uint16](),
		shapeOf[uint32]():    ofTexts[uint32](),
		shapeOf[uint64]():    ofTexts[uint64](),
		shapeOf[[2]uint64](): ofTexts[[2]uint64](),
	}
)

// LoopsFor returns the loops for a map type, nil where there are none. They take the map for one of another type, with a key
// and an element of the same shape. The runtime does with a map what its type says, and the two types say the same of all
// that it asks in the releases that this backend is for:
//   - The hash function. Keys are integers (also of named types) or strings: the compiler hashes all of a size as memory
//     by memhash32 or memhash64, strings by strhash, and for map types that reflect made the runtime's typehash calls just
//     these for these kinds. Other keys of 4 or 8 bytes are left out: typehash goes through the fields of a struct.
//   - Where things lie, which follows from sizes and alignments alone.
//   - What the garbage collector sees: a string key has its pointer in its first word, all else holds none.
//   - Equality, and whether an equal key is written again: as memory, and strings as strings.
//   - Whether keys and elements lie in the table: up to 128 bytes they do.
func LoopsFor(t *layout.Map) *loops {
	if !t.Elem.Plain {
		return nil
	}
	elem := shape{t.Elem.Size, uintptr(t.Elem.Align())}
	switch kind := t.Key.Kind(); {
	case kind == reflect.String:
		return loopsText[elem]
	case layout.IsInteger(kind) && t.Key.Size == 4:
		return loops32[elem]
	case layout.IsInteger(kind) && t.Key.Size == 8:
		return loops64[elem]
	}
	return nil
}
