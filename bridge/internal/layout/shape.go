package layout

import (
	"os"
	"reflect"
	"strings"
	"unsafe"
)

// Shape is what C must know of a type to read what a reference names (csrc/see.h). Shapes stay forever.
//
//gobridge:mirror gobridge_shape
type Shape struct {
	Kind uint32 // of the value

	// What C reads: the value itself, what a pointer points to, elements of a slice or a map; 0 where that is no bool or
	// number that a processor reads at once.
	Elem     uint32
	ElemSize uint32

	Key        uint32 // the kind of the keys by which C finds an element of a map; 0 where it does not
	ElemOffset uint32 // of the first element in a group of a map's
	KeyStride  uint32 // from one key to the next
	ElemStride uint32
	GroupSize  uint32
}

// ValueShapes are those of predeclared types, by their kinds.
var ValueShapes = func() (shapes [reflect.UnsafePointer + 1]Shape) {
	for kind, t := range ScalarTypes {
		shapes[kind] = Shape{Kind: kind}
		shapes[kind].lead(t)
	}
	shapes[reflect.String].Kind = uint32(reflect.String)
	return shapes
}()

// shapeOf is the shape of a type but for what a map's has of keys, which only the runtime knows.
func shapeOf(t reflect.Type) Shape {
	s := Shape{Kind: uint32(t.Kind())}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		s.lead(t.Elem())
	}
	return s
}

func (s *Shape) lead(t reflect.Type) {
	if IsScalar(t.Kind()) && t.Size() <= unsafe.Sizeof(uintptr(0)) {
		s.Elem, s.ElemSize = uint32(t.Kind()), uint32(t.Size())
	}
}

// ShapeIn is the shape of a pointer, or of the slice at an address, that an interface holds. It is nil where C must not read what
// the pointer or the slice leads to: memory that is not Go's may go at any time.
func (t *Type) ShapeIn(p unsafe.Pointer) *Shape {
	if t.kind == reflect.Slice {
		s := (*Slice)(p)
		if s.Cap == 0 {
			return &t.shape
		}
		p = s.Data
	}
	if t.shape.Elem != 0 && uintptr(p)-HeapBase >= HeapSize {
		return nil
	}
	return &t.shape
}

// HeapSize is how far Go's heap may reach for C to read there, from HeapBase on: 0 where it must not. The heap grows upwards from where
// it began and is never unmapped, for the runtime returns pages and not addresses; but not in harddecommit mode, nor where a program
// frees arenas of its own. With 32 bits it may begin anywhere.
var HeapSize = func() (size uintptr) {
	const is64 = unsafe.Sizeof(size) == 8
	if is64 && !hasArenas && !strings.Contains(os.Getenv("GODEBUG"), "harddecommit") {
		size--
		size >>= 28
	}
	return size
}()

// HeapBase is where the arena begins that the heap begins in. An object of a package that is initialised as late as this one may lie
// in the next arena; the arguments are older.
var HeapBase = func() uintptr {
	const arena = 1 << 26
	base := uintptr(reflect.New(reflect.TypeOf(Type{})).UnsafePointer()) &^ (arena - 1)
	if len(os.Args) > 0 && base-uintptr(unsafe.Pointer(&os.Args[0]))&^(arena-1) == arena {
		base -= arena
	}
	return base
}()
