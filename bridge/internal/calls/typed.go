package calls

import (
	"reflect"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Typed is a call by a C function that gobridge build has made, whose arguments and results are numbers, strings and bytes.
type Typed struct {
	f             *frame.Frame
	args, results *frame.Value
}

// typed is what such C functions call, by numbers. It is complete before C calls.
var typed []func(Typed) error

// RegisterTyped lets a C function that gobridge build has made call a function.
func RegisterTyped(function int, call func(Typed) error) {
	typed = withNth(typed, function, call)
}

// callTyped calls such a function, which takes its arguments out of the call and puts its results there.
func callTyped(f *frame.Frame) error {
	in := frame.Args[typedArgs](f)
	if in.Function >= uint64(len(typed)) || typed[in.Function] == nil {
		return status.Errorf(status.UnknownName, "there is no typed function %d", in.Function)
	}
	return typed[in.Function](Typed{f, in.Args, in.Results})
}

func nth(values *frame.Value, i int) *frame.Value {
	return (*frame.Value)(unsafe.Add(unsafe.Pointer(values), uintptr(i)*unsafe.Sizeof(frame.Value{})))
}

// Bits is an argument's: those of a number, or 0 or 1 for a bool. C has seen to it that the number fits.
func (t Typed) Bits(i int) uint64 { return nth(t.args, i).As }

// String is an argument.
func (t Typed) String(i int) (string, error) {
	s, err := readString(t.f, nth(t.args, i))
	if err != nil {
		return "", argument(i, err)
	}
	return s, nil
}

// StringInPlace is an argument of a function that only reads it: C's memory.
func (t Typed) StringInPlace(i int) (string, error) {
	v := nth(t.args, i)
	if v.Kind != uint32(reflect.String) {
		return t.String(i)
	}
	s, err := v.Memory()
	if err != nil {
		return "", argument(i, err)
	}
	return s, nil
}

// BytesInPlace is an argument of a function that only reads it: C's memory.
func (t Typed) BytesInPlace(i int) ([]byte, error) {
	v := nth(t.args, i)
	if v.Kind != frame.KindBytes || v.Len == 0 {
		return t.Bytes(i)
	}
	s, err := v.Memory()
	if err != nil {
		return nil, argument(i, err)
	}
	return unsafe.Slice(unsafe.StringData(s), len(s)), nil
}

// Bytes is an argument.
func (t Typed) Bytes(i int) ([]byte, error) {
	b, err := readBytes(t.f, nth(t.args, i))
	if err != nil {
		return nil, argument(i, err)
	}
	return b, nil
}

// SetBits gives a result that is a number or bool.
func (t Typed) SetBits(i int, bits uint64) { nth(t.results, i).Set(uint32(reflect.Uint64), bits) }

// SetString gives a result, which may show the memory of arguments.
func (t Typed) SetString(i int, s string, arguments ...int) {
	if !value.IsShort(s) { // which is copied anyway
		s = t.apart(s, arguments)
	}
	value.ShowText(t.f, s, uint32(reflect.String), nth(t.results, i))
}

// SetBytes gives a result, which may show the memory of arguments.
func (t Typed) SetBytes(i int, b []byte, arguments ...int) {
	if to := nth(t.results, i); b == nil {
		*to = frame.Value{}
	} else {
		value.ShowText(t.f, t.apart(unsafe.String(unsafe.SliceData(b), len(b)), arguments), frame.KindBytes, to)
	}
}

// apart is a text that lies in no argument's memory, which C may take back after the call: a copy if it did.
func (t Typed) apart(s string, arguments []int) string {
	at := uint64(uintptr(unsafe.Pointer(unsafe.StringData(s))))
	for _, i := range arguments {
		if from := nth(t.args, i); at-from.As < from.Len {
			return strings.Clone(s)
		}
	}
	return s
}

// Returned is the failure of a call whose last result is an error.
func (Typed) Returned(err error) error { return status.ReturnedBy(err) }
