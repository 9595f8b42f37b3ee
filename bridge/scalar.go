package bridge

import (
	"math"
	"reflect"
	"time"
	"unsafe"
)

// The types that are asked for by name.
var (
	anyType      = reflect.TypeOf((*any)(nil)).Elem()
	errorType    = reflect.TypeOf((*error)(nil)).Elem()
	stringType   = reflect.TypeOf("")
	bytesType    = reflect.TypeOf([]byte(nil))
	timeType     = reflect.TypeOf(time.Time{})
	durationType = reflect.TypeOf(time.Duration(0))
)

// scalarTypes has the predeclared types of numbers and bools, by their kinds.
var scalarTypes = func() map[uint32]reflect.Type {
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

func isScalar(k reflect.Kind) bool { return k >= reflect.Bool && k <= reflect.Float64 }

func isInteger(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Uintptr }

func isFloat(k reflect.Kind) bool { return k == reflect.Float32 || k == reflect.Float64 }

// store sets a variable of the kind to a number that is in its range.
func (s scalar) store(to unsafe.Pointer, as uint64) {
	switch {
	case s.bits == 8:
		*(*uint8)(to) = uint8(as)
	case s.bits == 16:
		*(*uint16)(to) = uint16(as)
	case s.class == floating && s.bits == 32:
		*(*float32)(to) = float32(math.Float64frombits(as))
	case s.bits == 32:
		*(*uint32)(to) = uint32(as)
	default:
		*(*uint64)(to) = as
	}
}

// scalar says how a kind of number lies in a value.
type scalar struct {
	class class
	bits  uint
}

type class uint8

const (
	noScalar class = iota
	truth
	signed
	unsigned
	floating
)

// scalars has the scalar kinds by their numbers.
var scalars = func() (all [reflect.UnsafePointer + 1]scalar) {
	for k, t := range scalarTypes {
		s := scalar{bits: uint(t.Size()) * 8}
		switch v := reflect.Zero(t); {
		case v.CanInt():
			s.class = signed
		case v.CanUint():
			s.class = unsigned
		case v.CanFloat():
			s.class = floating
		default:
			s.class = truth
		}
		all[k] = s
	}
	return all
}()

// number is what a value of the kind says.
func (s scalar) number(as uint64) any {
	switch s.class {
	case signed:
		return int64(as)
	case floating:
		return math.Float64frombits(as)
	}
	return as
}

// holds tells whether a number of the kind's class is in its range.
func (s scalar) holds(as uint64) bool {
	switch s.class {
	case truth:
		return as <= 1
	case signed:
		return int64(as)<<(64-s.bits)>>(64-s.bits) == int64(as)
	case unsigned:
		return as<<(64-s.bits)>>(64-s.bits) == as
	}
	x := math.Float64frombits(as)
	return s.bits == 64 || !(math.Abs(x) > math.MaxFloat32) || math.IsInf(x, 0)
}

// numberAt reads a scalar variable as a value has it: integers extended to 64 bits, floats as a float64's bits.
func numberAt(kind reflect.Kind, p unsafe.Pointer) uint64 {
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

// isPredeclared tells whether a value of a type that comes out of an interface needs no reference to keep its type.
func isPredeclared(t reflect.Type) bool {
	return t == bytesType || t.Kind() == reflect.String && t.PkgPath() == "" || t == scalarTypes[uint32(t.Kind())]
}
