package layout

import (
	"math"
	"reflect"
	"time"
	"unsafe"

	"gobridge/bridge/internal/cmem"
)

// The types that are asked for by name.
var (
	AnyType      = reflect.TypeOf((*any)(nil)).Elem()
	ErrorType    = reflect.TypeOf((*error)(nil)).Elem()
	StringType   = reflect.TypeOf("")
	BytesType    = reflect.TypeOf([]byte(nil))
	TimeType     = reflect.TypeOf(time.Time{})
	DurationType = reflect.TypeOf(time.Duration(0))
)

// ScalarTypes has the predeclared types of numbers and bools, by their kinds.
var ScalarTypes = func() map[uint32]reflect.Type {
	byKind := map[uint32]reflect.Type{}
	for _, zero := range []any{
		false, int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0),
	} {
		t := reflect.TypeOf(zero)
		byKind[uint32(t.Kind())] = t
	}
	return byKind
}()

// IsScalar tells whether a kind is a bool or a number other than a complex one.
func IsScalar(k reflect.Kind) bool { return k >= reflect.Bool && k <= reflect.Float64 }

// IsInteger tells whether a kind is an integer.
func IsInteger(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Uintptr }

// IsFloat tells whether a kind is a float.
func IsFloat(k reflect.Kind) bool { return k == reflect.Float32 || k == reflect.Float64 }

// Store sets a variable of the kind to a number that is in its range.
func (s Scalar) Store(to unsafe.Pointer, as uint64) {
	switch {
	case s.Bits == 8:
		*(*uint8)(to) = uint8(as)
	case s.Bits == 16:
		*(*uint16)(to) = uint16(as)
	case s.Class == Floating && s.Bits == 32:
		*(*float32)(to) = float32(math.Float64frombits(as))
	case s.Bits == 32:
		*(*uint32)(to) = uint32(as)
	default:
		*(*uint64)(to) = as
	}
}

// Scalar says how a kind of number lies in a value.
type Scalar struct {
	Class ScalarClass
	Bits  uint
}

// ScalarClass says what the 64 bits of a value stand for.
type ScalarClass uint8

const (
	NoScalar ScalarClass = iota
	Truth
	Signed
	Unsigned
	Floating
)

// Scalars has the scalar kinds by their numbers.
var Scalars = func() (all [reflect.UnsafePointer + 1]Scalar) {
	for k, t := range ScalarTypes {
		s := Scalar{Bits: uint(t.Size()) * 8}
		switch v := reflect.Zero(t); {
		case v.CanInt():
			s.Class = Signed
		case v.CanUint():
			s.Class = Unsigned
		case v.CanFloat():
			s.Class = Floating
		default:
			s.Class = Truth
		}
		all[k] = s
	}
	return all
}()

// Number is what a value of the kind says.
func (s Scalar) Number(as uint64) any {
	switch s.Class {
	case Signed:
		return int64(as)
	case Floating:
		return math.Float64frombits(as)
	}
	return as
}

// Holds tells whether a number of the kind's class is in its range.
func (s Scalar) Holds(as uint64) bool {
	switch s.Class {
	case Truth:
		return as <= 1
	case Signed:
		return int64(as)<<(64-s.Bits)>>(64-s.Bits) == int64(as)
	case Unsigned:
		return as<<(64-s.Bits)>>(64-s.Bits) == as
	}
	x := math.Float64frombits(as)
	return s.Bits == 64 || !(math.Abs(x) > math.MaxFloat32) || math.IsInf(x, 0)
}

// NumberAt reads a scalar variable as a value has it: integers extended to 64 bits, floats as a float64's bits.
func NumberAt(kind reflect.Kind, p unsafe.Pointer) uint64 {
	switch kind {
	case reflect.Bool, reflect.Uint8:
		return uint64(*(*uint8)(p))
	case reflect.Uint16:
		return uint64(*(*uint16)(p))
	case reflect.Uint32:
		return uint64(*(*uint32)(p))
	case reflect.Uint, reflect.Uintptr:
		return uint64(*(*uint)(p))
	case reflect.Int8:
		return uint64(*(*int8)(p))
	case reflect.Int16:
		return uint64(*(*int16)(p))
	case reflect.Int32:
		return uint64(*(*int32)(p))
	case reflect.Int:
		return uint64(*(*int)(p))
	case reflect.Float32:
		return math.Float64bits(float64(*(*float32)(p)))
	}
	return *(*uint64)(p)
}

// IsPredeclared tells whether a value of a type that comes out of an interface needs no reference to keep its type.
func IsPredeclared(t reflect.Type) bool {
	return t == BytesType || t.Kind() == reflect.String && t.PkgPath() == "" || t == ScalarTypes[uint32(t.Kind())]
}

// MostElems is how many elements of a type one call may ask for.
func MostElems(t reflect.Type) uint64 { return cmem.MaxMemory / max(1, uint64(t.Size())) }
