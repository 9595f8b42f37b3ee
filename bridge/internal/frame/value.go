package frame

import (
	"math"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

// Is tells whether a value is of a kind, and shown as it should be.
func (v *Value) Is(kind uint32) bool { return v.Kind^kind|v.Flags == 0 }

// Set fills a value of a scalar.
func (v *Value) Set(kind uint32, as uint64) {
	v.Kind, v.Flags, v.As, v.Len, v.Owner = kind, 0, as, 0, 0
}

// Number sets the scalar variable at an address, also one of a named type, to the number or bool that a value holds. An
// integer may become any other kind of number that can hold it exactly, a float another float.
func (v *Value) Number(t *layout.Type, to unsafe.Pointer) error {
	if v.Is(uint32(t.Kind())) && layout.Scalars[t.Kind()].Bits == 64 { // the usual ones first
		*(*uint64)(to) = v.As
		return nil
	}
	if v.Flags != 0 {
		return status.Errorf(status.Argument, "flags is %#x, not 0", v.Flags)
	}
	from, kind, fits := layout.Scalars[v.Kind%uint32(len(layout.Scalars))], layout.Scalars[t.Kind()], false
	if from.Class == layout.NoScalar || v.Kind >= uint32(len(layout.Scalars)) {
		return status.Errorf(status.WrongType, "no value has the kind %d", v.Kind)
	}
	if !from.Holds(v.As) {
		return status.Errorf(status.Range, "%v does not fit a %s", from.Number(v.As), reflect.Kind(v.Kind))
	}
	as := v.As
	switch {
	case kind.Class == from.Class:
		fits = kind.Holds(as)
	case kind.Class == layout.Signed && from.Class == layout.Unsigned, kind.Class == layout.Unsigned && from.Class == layout.Signed:
		fits = int64(as) >= 0 && kind.Holds(as)
	case kind.Class == layout.Floating && from.Class == layout.Signed:
		x := float64(int64(as))
		fits = x < 1<<63 && int64(x) == int64(as) && (kind.Bits == 64 || float64(float32(x)) == x)
		as = math.Float64bits(x)
	case kind.Class == layout.Floating && from.Class == layout.Unsigned:
		x := float64(as)
		fits = x < 1<<64 && uint64(x) == as && (kind.Bits == 64 || float64(float32(x)) == x)
		as = math.Float64bits(x)
	default:
		return status.Errorf(status.WrongType, "a %s can not be a %s", reflect.Kind(v.Kind), t)
	}
	if !fits {
		return status.Errorf(status.Range, "%v does not fit a %s", from.Number(v.As), t)
	}
	kind.Store(to, as)
	return nil
}

// Memory is the bytes that a value shows: C's memory, to be copied if it is to last.
func (v *Value) Memory() (string, error) {
	switch address := uintptr(v.As); {
	case v.Flags != 0:
		return "", status.Errorf(status.Argument, "flags is %#x, not 0", v.Flags)
	case v.Len > cmem.MaxLen:
		return "", status.Errorf(status.Limit, "no string has %d bytes", v.Len)
	case v.Len == 0:
		return "", nil
	case address < cmem.FirstPage: // as a pointer on Go's stack it could end the process
		return "", status.Errorf(status.Null, "its memory is NULL")
	}
	p := *(**byte)(unsafe.Pointer(&v.As))
	cmem.Touch(unsafe.Pointer(p), uintptr(v.Len))
	return unsafe.String(p, int(v.Len)), nil
}

// Scalar is the number or bool that a value holds, as a Go value of exactly that type.
func (v *Value) Scalar() (reflect.Value, error) {
	t := layout.ScalarTypes[v.Kind]
	if t == nil {
		return reflect.Value{}, status.Errorf(status.WrongType, "no value has the kind %d", v.Kind)
	}
	to := reflect.New(t)
	return to.Elem(), v.Number(layout.Of(t), to.UnsafePointer())
}

// High is the upper half of an integer's 128 bits.
func (v *Value) High() uint64 {
	if reflect.Kind(v.Kind) > reflect.Int64 {
		return 0
	}
	return uint64(int64(v.As) >> 63)
}

// Value is the mirror of gobridge_value. A pointer lies in the low bytes of as.
//
//gobridge:mirror gobridge_value
type Value struct {
	Kind, Flags uint32
	As          uint64
	Len         uint64
	Owner       Ref
}

// Kinds of values that are none of reflect's.
const (
	KindBytes = 32 //gobridge:mirror GOBRIDGE_KIND_BYTES
	KindRef   = 33 //gobridge:mirror GOBRIDGE_KIND_REF
)
