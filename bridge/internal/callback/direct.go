package callback

import (
	"math"
	"reflect"
	"runtime"

	"gobridge/bridge/internal/frame"
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
	direct(func(c *callback) func() { return func() { c.numbers(0, 0, 0, 0, none) } })
	directInteger[int]()
	directInteger[int32]()
	directInteger[int64]()
	directInteger[uint32]()
	directInteger[uint64]()
	directNumber(math.Float64bits, math.Float64frombits)
}

func directInteger[T int | int32 | int64 | uint32 | uint64]() {
	kind := uint32(reflect.TypeOf(T(0)).Kind())
	directNumber(func(n T) uint64 { return uint64(n) }, func(n uint64) T { return T(n) })
	// What follows is what directNumber has, for the shape that must be as fast as can be.
	direct(func(c *callback) func(T, T) T {
		return func(a, b T) T { return T(c.numbers(kind<<8|kind, 2, uint64(a), uint64(b), kind)) }
	})
}

func directNumber[T any](bits func(T) uint64, from func(uint64) T) {
	kind := uint32(reflect.TypeOf((*T)(nil)).Elem().Kind())
	direct(func(c *callback) func(T) { return func(a T) { c.numbers(kind, 1, bits(a), 0, none) } })
	direct(func(c *callback) func(T, T) {
		return func(a, b T) { c.numbers(kind<<8|kind, 2, bits(a), bits(b), none) }
	})
	direct(func(c *callback) func() T { return func() T { return from(c.numbers(0, 0, 0, 0, kind)) } })
	direct(func(c *callback) func(T) T { return func(a T) T { return from(c.numbers(kind, 1, bits(a), 0, kind)) } })
	direct(func(c *callback) func(T) bool {
		return func(a T) bool { return c.numbers(kind, 1, bits(a), 0, uint32(reflect.Bool)) != 0 }
	})
	direct(func(c *callback) func(T, T) T {
		return func(a, b T) T { return from(c.numbers(kind<<8|kind, 2, bits(a), bits(b), kind)) }
	})
	direct(func(c *callback) func(T, T) bool {
		return func(a, b T) bool { return c.numbers(kind<<8|kind, 2, bits(a), bits(b), uint32(reflect.Bool)) != 0 }
	})
}

// none is the kind of a result that there is not.
const none = 0

// numbers calls the host with numbers, and gives the number that it gives.
func (c *callback) numbers(kinds uint32, nargs int, a, b uint64, want uint32) uint64 {
	nresults := 1
	if want == none {
		nresults = 0
	}
	o := C.RunNumbers(c.Call, c.Data, kinds, nargs, a, b, nresults)
	runtime.KeepAlive(c)
	if o.Status != 0 || o.Error != 0 || want != none && !isNumber(&o.Result, want) {
		return c.other(&o, want)
	}
	return o.Result.As
}

// isNumber tells whether a result is the number that is wanted, as most are.
func isNumber(v *frame.Value, want uint32) bool {
	return v.Is(want) && v.Owner == 0 && layout.Scalars[want].Holds(v.As)
}

// other receives a result that is of another kind, or none.
func (c *callback) other(o *Outcome, want uint32) uint64 {
	results, out := []frame.Value{o.Result}[:len(c.out)], make([]reflect.Value, len(c.out))
	if err := c.receive(o, results, out); err != nil {
		panic(err)
	}
	if want == none {
		return 0
	}
	return layout.NumberAt(out[0].Kind(), out[0].Addr().UnsafePointer())
}
