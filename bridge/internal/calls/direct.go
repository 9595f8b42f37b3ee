package calls

import (
	"math"
	"reflect"
	"strings"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Direct calls a function without reflect: it reads the arguments, whose number is right, and fills the results that it
// is given room for.
type Direct func(f *frame.Frame, args, results []frame.Value) error

// DirectOf finds a way to call a function of a common shape, nil for others.
func DirectOf(fn any) Direct {
	for _, shape := range []func(any) Direct{
		operators[int], operators[int32], operators[int64], operators[uint32], operators[uint64],
		shapes[int], shapes[int32], shapes[int64], shapes[uint32], shapes[uint64], shapes[float32], shapes[float64],
		shapes[bool], shapes[string], shapes[[]byte], shapes[any],
	} {
		if d := shape(fn); d != nil {
			return d
		}
	}
	return nil
}

// operators knows the functions that make one integer of two.
func operators[T integer](fn any) Direct {
	if fn, is := fn.(func(T, T) T); is {
		return direct2Same(fn)
	}
	return nil
}

// shapes knows the common functions over one type.
func shapes[T any](fn any) Direct {
	switch fn := fn.(type) {
	case func(T) T:
		return Direct1(fn)
	case func(T) bool:
		return Direct1(fn)
	case func(T) string:
		return Direct1(fn)
	case func(string) T:
		return Direct1(fn)
	case func(T, T) T:
		return Direct2(fn)
	case func(T, T) bool:
		return Direct2(fn)
	case func(T, T, T) T:
		return Direct3(fn)
	case func(T) (T, error):
		return direct1Error(fn)
	case func(T) (string, error):
		return direct1Error(fn)
	case func(string) (T, error):
		return direct1Error(fn)
	}
	return nil
}

// Direct1 calls a function of one parameter without reflect.
func Direct1[A, R any](fn func(A) R) Direct {
	readA, write := reader[A](), writer[R]()
	return func(f *frame.Frame, args, results []frame.Value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		write(f, fn(a), &results[0])
		return nil
	}
}

func direct1Error[A, R any](fn func(A) (R, error)) Direct {
	readA, write := reader[A](), writer[R]()
	return func(f *frame.Frame, args, results []frame.Value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		r, err := fn(a)
		if err != nil {
			return status.ReturnedBy(err)
		}
		write(f, r, &results[0])
		return nil
	}
}

// Direct2 calls a function of two parameters without reflect.
func Direct2[A, B, R any](fn func(A, B) R) Direct {
	readA, readB, write := reader[A](), reader[B](), writer[R]()
	return func(f *frame.Frame, args, results []frame.Value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		b, err := readB(f, &args[1])
		if err != nil {
			return argument(1, err)
		}
		write(f, fn(a, b), &results[0])
		return nil
	}
}

// direct2Same is direct2 for these, with no call for each value.
func direct2Same[T integer](fn func(T, T) T) Direct {
	kind, others := kindOf[T](), Direct2(fn)
	return func(f *frame.Frame, args, results []frame.Value) error {
		a, b := &args[0], &args[1]
		x, y := T(a.As), T(b.As)
		if a.Is(kind) && b.Is(kind) && uint64(x) == a.As && uint64(y) == b.As {
			results[0].Set(kind, uint64(fn(x, y)))
			return nil
		}
		return others(f, args, results)
	}
}

// Direct3 calls a function of three parameters without reflect.
func Direct3[A, B, C, R any](fn func(A, B, C) R) Direct {
	readA, readB, readC, write := reader[A](), reader[B](), reader[C](), writer[R]()
	return func(f *frame.Frame, args, results []frame.Value) error {
		a, err := readA(f, &args[0])
		if err != nil {
			return argument(0, err)
		}
		b, err := readB(f, &args[1])
		if err != nil {
			return argument(1, err)
		}
		c, err := readC(f, &args[2])
		if err != nil {
			return argument(2, err)
		}
		write(f, fn(a, b, c), &results[0])
		return nil
	}
}

// reader returns what makes a T of a value from C.
func reader[T any]() func(*frame.Frame, *frame.Value) (T, error) {
	for _, quick := range readers {
		if read, is := quick.(func(*frame.Frame, *frame.Value) (T, error)); is {
			return read
		}
	}
	return convert[T]
}

// convert makes a T of any value that stands for one.
func convert[T any](f *frame.Frame, v *frame.Value) (T, error) {
	to := new(T)
	err := value.Decode(f, layout.Of(reflect.TypeOf(to).Elem()), v, reflect.ValueOf(to).Elem())
	return *to, err
}

// writer returns what makes a value for C of a T, in place: to copy one that was just put together takes as long as a lookup.
func writer[T any]() func(*frame.Frame, T, *frame.Value) {
	for _, quick := range writers {
		if write, is := quick.(func(*frame.Frame, T, *frame.Value)); is {
			return write
		}
	}
	return func(f *frame.Frame, v T, to *frame.Value) { *to = value.Encode(f, reflect.ValueOf(&v).Elem()) }
}

// kindOf is the kind of a type of numbers.
func kindOf[T integer | floatingPoint]() uint32 { return uint32(reflect.TypeOf(T(0)).Kind()) }

// The types that need no reflect either where C hands in their own kind.
var (
	readers = []any{readInteger[int](), readInteger[int8](), readInteger[int16](), readInteger[int32](),
		readInteger[int64](), readInteger[uint](), readInteger[uint8](), readInteger[uint16](), readInteger[uint32](),
		readInteger[uint64](), readFloat[float32](), readFloat[float64](), readBool, readString, readBytes}
	writers = []any{writeInteger[int](), writeInteger[int8](), writeInteger[int16](), writeInteger[int32](),
		writeInteger[int64](), writeInteger[uint](), writeInteger[uint8](), writeInteger[uint16](),
		writeInteger[uint32](), writeInteger[uint64](), writeFloat[float32](), writeFloat[float64](), writeBool,
		writeString}
)

type integer interface {
	int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

type floatingPoint interface{ float32 | float64 }

func readInteger[T integer]() func(*frame.Frame, *frame.Value) (T, error) {
	kind := kindOf[T]()
	return func(f *frame.Frame, v *frame.Value) (T, error) {
		if n := T(v.As); v.Is(kind) && uint64(n) == v.As {
			return n, nil
		}
		return convert[T](f, v)
	}
}

func writeInteger[T integer]() func(*frame.Frame, T, *frame.Value) {
	kind := kindOf[T]()
	return func(_ *frame.Frame, n T, to *frame.Value) { to.Set(kind, uint64(n)) }
}

func readFloat[T floatingPoint]() func(*frame.Frame, *frame.Value) (T, error) {
	kind := kindOf[T]()
	return func(f *frame.Frame, v *frame.Value) (T, error) {
		x := math.Float64frombits(v.As)
		if n := T(x); v.Is(kind) && float64(n) == x {
			return n, nil
		}
		return convert[T](f, v)
	}
}

func writeFloat[T floatingPoint]() func(*frame.Frame, T, *frame.Value) {
	kind := kindOf[T]()
	return func(_ *frame.Frame, x T, to *frame.Value) { to.Set(kind, math.Float64bits(float64(x))) }
}

func readBool(f *frame.Frame, v *frame.Value) (bool, error) {
	if v.Is(uint32(reflect.Bool)) && v.As <= 1 {
		return v.As == 1, nil
	}
	return convert[bool](f, v)
}

func writeBool(_ *frame.Frame, b bool, to *frame.Value) {
	as := uint64(0)
	if b {
		as = 1
	}
	to.Set(uint32(reflect.Bool), as)
}

func readString(f *frame.Frame, v *frame.Value) (string, error) {
	if v.Kind != uint32(reflect.String) {
		return convert[string](f, v)
	}
	s, err := v.Memory()
	return strings.Clone(s), err
}

func writeString(f *frame.Frame, s string, to *frame.Value) {
	value.ShowText(f, s, uint32(reflect.String), to)
}

func readBytes(f *frame.Frame, v *frame.Value) ([]byte, error) {
	if v.Kind != frame.KindBytes {
		return convert[[]byte](f, v)
	}
	s, err := v.Memory()
	return []byte(s), err
}
