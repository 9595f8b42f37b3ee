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

func direct[F any](kinds uint32, bind func(*callback) F) {
	directs[reflect.TypeOf((*F)(nil)).Elem()] = func(c *callback) any {
		c.host.Kinds = kinds
		return bind(c)
	}
}

func init() {
	direct(0, func(c *callback) func() { return func() { c.numbers(0, 0) } })
	directInteger[int]()
	directInteger[int32]()
	directInteger[int64]()
	directInteger[uint32]()
	directInteger[uint64]()
	directNumber(math.Float64bits, math.Float64frombits)
}

func directInteger[T int | int32 | int64 | uint32 | uint64]() {
	directNumber(func(n T) uint64 { return uint64(n) }, func(n uint64) T { return T(n) })
	// What follows is what directNumber has, for the shape that must be as fast as can be: numbers is written out.
	kind := kinds(reflect.TypeOf(T(0)).Kind())
	direct(kind.first|kind.second|kind.result, func(c *callback) func(T, T) T {
		return func(a, b T) T {
			result, other := c.host.run(uint64(a), uint64(b))
			gort.BackFromC()
			runtime.KeepAlive(c)
			if n := T(result); other == nil && uint64(n) == result {
				return n
			}
			return T(c.other(other, result))
		}
	})
}

func directNumber[T any](bits func(T) uint64, from func(uint64) T) {
	kind, isTrue := kinds(reflect.TypeOf((*T)(nil)).Elem().Kind()), kinds(reflect.Bool).result
	both := kind.first | kind.second
	direct(kind.first, func(c *callback) func(T) { return func(a T) { c.numbers(bits(a), 0) } })
	direct(both, func(c *callback) func(T, T) { return func(a, b T) { c.numbers(bits(a), bits(b)) } })
	direct(kind.result, func(c *callback) func() T { return func() T { return from(c.numbers(0, 0)) } })
	direct(kind.first|kind.result, func(c *callback) func(T) T {
		return func(a T) T { return from(c.numbers(bits(a), 0)) }
	})
	direct(kind.first|isTrue, func(c *callback) func(T) bool {
		return func(a T) bool { return c.numbers(bits(a), 0) != 0 }
	})
	direct(both|kind.result, func(c *callback) func(T, T) T {
		return func(a, b T) T { return from(c.numbers(bits(a), bits(b))) }
	})
	direct(both|isTrue, func(c *callback) func(T, T) bool {
		return func(a, b T) bool { return c.numbers(bits(a), bits(b)) != 0 }
	})
}

// places is a kind at each place of a numbersHost's kinds.
type places struct{ first, second, result uint32 }

func kinds(k reflect.Kind) places { return places{uint32(k), uint32(k) << 8, uint32(k) << 16} }

func (h *numbersHost) address() uintptr { return uintptr(unsafe.Pointer(h)) }

// result is the kind of the number that the host is to return.
func (h *numbersHost) result() uint32 { return h.Kinds >> 16 }

// numbers calls the host with numbers, and returns the number that it gives.
func (c *callback) numbers(a, b uint64) uint64 {
	result, other := c.host.run(a, b)
	gort.BackFromC()
	runtime.KeepAlive(c)
	if want := &layout.Scalars[c.host.result()]; other != nil || want.Bits < 64 && want.Class != layout.NoScalar && !want.Holds(result) {
		return c.other(other, result)
	}
	return result
}

// other receives a result that is of another kind, or does not fit its own, or none.
func (c *callback) other(other unsafe.Pointer, result uint64) uint64 {
	o := Outcome{Result: frame.Value{Kind: c.host.result(), As: result}}
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
