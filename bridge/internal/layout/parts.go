package layout

import "reflect"

// Part is what of a value has a register of its own when Go calls a function.
type Part struct {
	Offset, Size uintptr
	Class        Class
}

// Class tells what a register holds.
type Class uint8

// The classes. A pointer lies in an integer register, where the collector must see it.
const (
	Integer Class = iota
	Pointer
	Float
)

// Parts returns the parts of a type as Go's register-based calling convention has them (abi-internal.md in cmd/compile); of
// one that is always passed in memory, false. The convention is not part of Go's promise: who calls by it must have
// verified it for the release.
func Parts(t reflect.Type) ([]Part, bool) { return appendParts(nil, t, 0) }

func appendParts(parts []Part, t reflect.Type, offset uintptr) (_ []Part, inRegisters bool) {
	size := t.Size()
	add := func(size uintptr, classes ...Class) {
		for i, class := range classes {
			parts = append(parts, Part{offset + uintptr(i)*size, size, class})
		}
	}
	switch t.Kind() {
	case reflect.Float32, reflect.Float64:
		add(size, Float)
	case reflect.Complex64, reflect.Complex128:
		add(size/2, Float, Float)
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		add(size, Pointer)
	case reflect.String:
		add(size/2, Pointer, Integer)
	case reflect.Interface:
		add(size/2, Pointer, Pointer)
	case reflect.Slice:
		add(size/3, Pointer, Integer, Integer)
	case reflect.Array:
		if t.Len() == 1 {
			return appendParts(parts, t.Elem(), offset)
		}
		return parts, t.Len() == 0
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			if parts, inRegisters = appendParts(parts, f.Type, offset+f.Offset); !inRegisters {
				return parts, false
			}
		}
	default:
		add(size, Integer)
	}
	return parts, true
}
