package callback

import (
	"math"
	"reflect"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
)

// directs has the funcs that need no reflect, by their types: each is made of a callback.
var directs = map[reflect.Type]func(*callback) any{}

func directOf(t reflect.Type) func(*callback) any {
	in, out := make([]reflect.Type, t.NumIn()), make([]reflect.Type, t.NumOut())
	for i := range in {
		in[i] = t.In(i)
	}
	for i := range out {
		out[i] = t.Out(i)
	}
	return directs[reflect.FuncOf(in, out, t.IsVariadic())] // the same type without its name
}

func direct[F any](bind func(*callback) F) {
	directs[reflect.TypeOf((*F)(nil)).Elem()] = func(c *callback) any { return bind(c) }
}

func init() {
	direct(func(c *callback) func() { return func() { c.numbers(0, 0, 0) } })
	directInteger[int]()
	directInteger[int32]()
	directInteger[int64]()
	directInteger[uint32]()
	directInteger[uint64]()
	directNumber(math.Float64bits, math.Float64frombits)
}

func directInteger[T int | int32 | int64 | uint32 | uint64]() {
	directNumber(func(n T) uint64 { return uint64(n) }, func(n uint64) T { return T(n) })
	// What follows is what directNumber has, for the shape that must be as fast as can be.
	kind := kinds(reflect.TypeOf(T(0)).Kind())
	direct(func(c *callback) func(T, T) T {
		return func(a, b T) T { return T(c.numbers(kind.first|kind.second|kind.result, uint64(a), uint64(b))) }
	})
}

func directNumber[T any](bits func(T) uint64, from func(uint64) T) {
	kind, isTrue := kinds(reflect.TypeOf((*T)(nil)).Elem().Kind()), kinds(reflect.Bool).result
	direct(func(c *callback) func(T) { return func(a T) { c.numbers(kind.first, bits(a), 0) } })
	direct(func(c *callback) func(T, T) {
		return func(a, b T) { c.numbers(kind.first|kind.second, bits(a), bits(b)) }
	})
	direct(func(c *callback) func() T { return func() T { return from(c.numbers(kind.result, 0, 0)) } })
	direct(func(c *callback) func(T) T {
		return func(a T) T { return from(c.numbers(kind.first|kind.result, bits(a), 0)) }
	})
	direct(func(c *callback) func(T) bool {
		return func(a T) bool { return c.numbers(kind.first|isTrue, bits(a), 0) != 0 }
	})
	direct(func(c *callback) func(T, T) T {
		return func(a, b T) T { return from(c.numbers(kind.first|kind.second|kind.result, bits(a), bits(b))) }
	})
	direct(func(c *callback) func(T, T) bool {
		return func(a, b T) bool { return c.numbers(kind.first|kind.second|isTrue, bits(a), bits(b)) != 0 }
	})
}

// places is a kind at each place of gobridge_callback_run_numbers's kinds.
type places struct{ first, second, result uint32 }

func kinds(k reflect.Kind) places { return places{uint32(k), uint32(k) << 8, uint32(k) << 16} }

// numbers calls the host with numbers, and returns the number that it gives.
func (c *callback) numbers(kinds uint32, a, b uint64) uint64 {
	result, other := C.RunNumbers(c.Call, c.Data, kinds, a, b)
	gort.BackFromC()
	runtime.KeepAlive(c)
	if want := &layout.Scalars[kinds>>16]; other != nil || want.Bits < 64 && want.Class != layout.NoScalar && !want.Holds(result) {
		return c.other(other, kinds>>16, result)
	}
	return result
}

// other receives a result that is of another kind, or does not fit its own, or none.
func (c *callback) other(other unsafe.Pointer, kind uint32, result uint64) uint64 {
	o := Outcome{Result: frame.Value{Kind: kind, As: result}}
	if other != nil {
		o = *(*Outcome)(other)
		C.Forget(other)
	}
	results, out := []frame.Value{o.Result}[:len(c.out)], make([]reflect.Value, len(c.out))
	if err := c.receive(&o, results, out); err != nil {
		panic(err)
	}
	if len(out) == 0 {
		return 0
	}
	return layout.NumberAt(out[0].Kind(), out[0].Addr().UnsafePointer())
}
