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
	Text     bool // elements are strings, or slices of bytes: Elem is 0, ElemSize theirs

	Key        uint32 // the kind of the keys by which C finds an element of a map; 0 where it does not
	ElemOffset uint32 // of the first element in a group of a map's
	KeyStride  uint32 // from one key to the next
	ElemStride uint32
	GroupSize  uint32

	FieldCount uint32 // of a struct, or of what a pointer to one points to
	Fields     *ShapeField
}

// ShapeField is a field of a struct.
//
//gobridge:mirror gobridge_shape_field
type ShapeField struct {
	Name   string
	Kind   uint32 // 0 where C does not read it: it is no scalar, or not exported
	Size   uint32
	Offset uintptr
	Text   bool // it is a string, or a slice of bytes, and exported
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
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		s.list(t)
	}
	return s
}

func (s *Shape) lead(t reflect.Type) {
	if isRead(t) {
		s.Elem, s.ElemSize = uint32(t.Kind()), uint32(t.Size())
	} else if isText(t) {
		s.Text, s.ElemSize = true, uint32(t.Size())
	}
}

// isRead tells whether C reads a variable of a type.
func isRead(t reflect.Type) bool { return IsScalar(t.Kind()) && t.Size() <= unsafe.Sizeof(uintptr(0)) }

// isText tells whether C copies a variable of a type out of Go's memory.
func isText(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// maxListed is how many fields C goes through to find one by its name.
const maxListed = 64

// list lists the fields of a struct type: all, as C finds them by their indices too.
func (s *Shape) list(t reflect.Type) {
	if t.NumField() == 0 || t.NumField() > maxListed {
		return
	}
	fields := make([]ShapeField, t.NumField())
	for i := range fields {
		switch f := t.Field(i); {
		case !f.IsExported():
		case isRead(f.Type):
			fields[i] = ShapeField{Name: f.Name, Kind: uint32(f.Type.Kind()), Size: uint32(f.Type.Size()), Offset: f.Offset}
		case isText(f.Type):
			fields[i] = ShapeField{Name: f.Name, Offset: f.Offset, Text: true}
		}
	}
	s.Fields, s.FieldCount = &fields[0], uint32(len(fields))
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
	leads := t.shape.Elem != 0 || t.shape.Text || t.shape.FieldCount != 0 && t.kind == reflect.Pointer
	if leads && uintptr(p)-HeapBase >= HeapSize {
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

// HeapBase is where it begins, which C finds out when Go starts.
var HeapBase uintptr
