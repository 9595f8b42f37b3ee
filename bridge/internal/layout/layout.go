// Package layout tells how a Go type lies in memory: what crosses as bytes and what as a value, what the runtime calls
// it, and which fast map variant the compiler would choose.
package layout

import (
	"reflect"
	"sync"
	"unsafe"
)

// Type describes a Go type.
type Type struct {
	reflect.Type
	Word  unsafe.Pointer // the runtime's *abi.Type
	Plain bool           // it holds no pointers, so it crosses as its bytes
	Size  uintptr        // of the Go type

	Bools bool // it is plain and holds bools, which must be 0 or 1
	Raw   bool // it is plain and any bytes will do, as a key too

	comparable hashing
	kind       reflect.Kind
	shape      Shape
}

// Kind is the reflect.Type's, without a call through an interface.
func (t *Type) Kind() reflect.Kind { return t.kind }

// hashing says what can go wrong when a value of a type is hashed.
type hashing uint8

const (
	hashable    hashing = iota // nothing
	mayPanic                   // it holds an interface, whose dynamic type decides
	notHashable                // it holds a slice, a map or a func
)

// Map describes a map type.
type Map struct {
	Type
	Key, Elem *Type
	Fast      Fast
	Struct    bool // the key is a struct or an array of them
	Shape     Shape
	Described sync.Once // of what the shape has of keys
}

// Fast is the variant of the map functions that the compiler chooses for a map type.
type Fast uint8

// The variants. A pointer key has its own: the runtime writes it with a write barrier.
const (
	NotFast Fast = iota
	Fast32
	Fast32Ptr
	Fast64
	Fast64Ptr
	FastStr
)

var types, maps sync.Map // reflect.Type to *Type and *Map

// Of describes a type.
func Of(t reflect.Type) *Type {
	if known, ok := types.Load(t); ok {
		return known.(*Type)
	}
	described := describe(t)
	known, _ := types.LoadOrStore(t, &described)
	return known.(*Type)
}

// OfMap describes a map type.
func OfMap(t reflect.Type) *Map {
	if known, ok := maps.Load(t); ok {
		return known.(*Map)
	}
	m := &Map{Type: describe(t), Key: Of(t.Key()), Elem: Of(t.Elem())}
	m.Fast = fast(m.Key, m.Elem)
	m.Struct = isStruct(t.Key())
	m.Shape = m.shape
	known, _ := maps.LoadOrStore(t, m)
	return known.(*Map)
}

func describe(t reflect.Type) Type {
	d := Type{Type: t, Word: Word(t), Plain: !hasPointers(t), Size: t.Size(), comparable: hashingOf(t), kind: t.Kind(),
		shape: shapeOf(t)}
	d.Bools = d.Plain && hasBools(t)
	d.Raw = d.Plain && !d.Bools
	return d
}

// eface is how Go lays out a value of type any.
type eface struct{ typ, data unsafe.Pointer }

// Word returns what the runtime knows a type by, its *abi.Type: the data word of a reflect.Type.
func Word(t reflect.Type) unsafe.Pointer { return (*eface)(unsafe.Pointer(&t)).data }

// Data returns what an interface holds, of a type that is pointer-shaped: of a func, the pointer to its closure.
func Data(v any) unsafe.Pointer { return (*eface)(unsafe.Pointer(&v)).data }

// In returns the address of the value of this type that lies in an interface, where no one may change it. It returns nil for
// an interface that holds something else, and for the kinds that it does not know its way about.
func (t *Type) In(v *any) unsafe.Pointer {
	e := (*eface)(unsafe.Pointer(v))
	if e.typ == t.Word {
		switch t.kind {
		case reflect.Pointer, reflect.Chan, reflect.Func:
			return unsafe.Pointer(&e.data)
		case reflect.Slice:
			return e.data
		}
	}
	return nil
}

// Interface makes an any of a type and the address of a value that no one changes or, where the type is pointer-shaped, the
// pointer itself.
func (t *Type) Interface(p unsafe.Pointer) (v any) {
	*(*eface)(unsafe.Pointer(&v)) = eface{t.Word, p}
	return v
}

// Slice is how Go lays out a slice.
type Slice struct {
	Data     unsafe.Pointer
	Len, Cap int
}

// SliceOf takes a slice apart.
func SliceOf(v reflect.Value) Slice { return Slice{v.UnsafePointer(), v.Len(), v.Cap()} }

// Of is the variable in which the slice lies, of a type of elements.
func (s *Slice) Of(elem *Type) reflect.Value { return s.As(reflect.SliceOf(elem.Type)) }

// As is the variable in which the slice lies, of a slice type.
func (s *Slice) As(t reflect.Type) reflect.Value { return reflect.NewAt(t, unsafe.Pointer(s)).Elem() }

// At is the variable of this type at an address.
func (t *Type) At(p unsafe.Pointer) reflect.Value { return reflect.NewAt(t.Type, p).Elem() }

// Peek is At for an address that may be on the stack: nothing that is done with the variable keeps it.
func (t *Type) Peek(p unsafe.Pointer) reflect.Value {
	hidden := uintptr(p) // from the compiler, which would move to the heap what p points to
	return t.At(*(*unsafe.Pointer)(unsafe.Pointer(&hidden)))
}

// Copy assigns *dst = *src with write barriers; dst is Go memory.
func (t *Type) Copy(dst, src unsafe.Pointer) {
	switch {
	case t.Plain:
		Move(dst, src, t.Size)
	case t.Kind() == reflect.String:
		*(*string)(dst) = *(*string)(src)
	case t.Kind() == reflect.Interface:
		*(*eface)(dst) = *(*eface)(src)
	default:
		t.At(dst).Set(t.Peek(src))
	}
}

// Move copies bytes that hold no pointers.
func Move(dst, src unsafe.Pointer, size uintptr) {
	if size == 8 { // the usual size, without a call
		*(*[8]byte)(dst) = *(*[8]byte)(src)
		return
	}
	copy(unsafe.Slice((*byte)(dst), size), unsafe.Slice((*byte)(src), size))
}

// Copied is new memory with n values of a type without pointers, of some size. It is not cleared first: append writes all of it.
func (t *Type) Copied(src unsafe.Pointer, n int) Slice {
	bytes := append([]byte(nil), unsafe.Slice((*byte)(src), uintptr(n)*t.Size)...)
	return Slice{unsafe.Pointer(unsafe.SliceData(bytes)), n, cap(bytes) / int(t.Size)}
}

// ValidBools tells whether the bytes of a plain type at p, which came from C, hold 0 or 1 where Go has a bool.
func (t *Type) ValidBools(p unsafe.Pointer) bool { return !t.Bools || validBools(t.Type, p) }

// HashDepends tells whether the dynamic types of interfaces in it decide what hashing a value of this type does.
func (t *Type) HashDepends() bool { return t.comparable == mayPanic }

// Hashable tells whether the value of this type at p can be hashed. It goes wherever hashing would.
func (t *Type) Hashable(p unsafe.Pointer) bool {
	return t.comparable == hashable || t.comparable == mayPanic && canHash(t.Peek(p))
}

// canHash looks into interfaces. Up to go1.22 reflect's Comparable takes a nil interface for one that cannot be hashed.
func canHash(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || canHash(v.Elem())
	case reflect.Array:
		for i := 0; i < v.Len(); i++ {
			if !canHash(v.Index(i)) {
				return false
			}
		}
		return v.Type().Comparable()
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if !canHash(v.Field(i)) {
				return false
			}
		}
	}
	return v.Type().Comparable()
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.String, reflect.Slice, reflect.Map, reflect.Pointer, reflect.Chan, reflect.Func, reflect.Interface,
		reflect.UnsafePointer:
		return true
	}
	return false
}

func isStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Array && isStruct(t.Elem())
}

func hashingOf(t reflect.Type) (h hashing) {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Func:
		return notHashable
	case reflect.Interface:
		return mayPanic
	case reflect.Array:
		return hashingOf(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			h = max(h, hashingOf(t.Field(i).Type))
		}
	}
	return h
}

func hasBools(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool:
		return true
	case reflect.Array:
		return t.Len() > 0 && hasBools(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			if hasBools(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

func validBools(t reflect.Type, p unsafe.Pointer) bool {
	switch t.Kind() {
	case reflect.Bool:
		return *(*byte)(p) <= 1
	case reflect.Array:
		elem := t.Elem()
		for i := 0; i < t.Len() && hasBools(elem); i++ {
			if !validBools(elem, unsafe.Add(p, uintptr(i)*elem.Size())) {
				return false
			}
		}
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			if !validBools(f.Type, unsafe.Add(p, f.Offset)) {
				return false
			}
		}
	}
	return true
}
