package calls_test

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"gobridge/bridge"
	"gobridge/bridge/internal/calls"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
)

type toolbox struct {
	Field  func() int
	Empty  func()
	Number int
	hidden func() int
}

func (toolbox) Value() int { return 1 }

func (*toolbox) Pointer() int { return 2 }

//lint:ignore U1000 it is here not to be registered
func (toolbox) unexported() {}

func TestRegistering(t *testing.T) {
	before := len(calls.Names())
	bridge.Func("call_test.upper", strings.ToUpper)
	bridge.Object("call_test.box", &toolbox{Field: func() int { return 3 }, hidden: func() int { return 4 }})
	var got []string
	for _, name := range calls.Names() {
		if strings.HasPrefix(name, "call_test.") {
			got = append(got, name)
		}
	}
	want := "call_test.box.Field call_test.box.Pointer call_test.box.Value call_test.upper"
	if strings.Join(got, " ") != want || len(calls.Names()) != before+4 {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		part string
		call func()
	}{
		{"taken", func() { bridge.Func("call_test.upper", strings.ToLower) }},
		{"taken", func() { bridge.Func1("call_test.upper", strings.ToLower) }},
		{"empty", func() { bridge.Func("", strings.ToLower) }},
		{"no function", func() { bridge.Func("call_test.number", 1) }},
		{"no function", func() { bridge.Func("call_test.nothing", nil) }},
		{"or nil", func() { bridge.Func("call_test.nil", (func())(nil)) }},
		{"is nil", func() { bridge.Func2[int, int, int]("call_test.nil", nil) }},
		{"has no exported methods", func() { bridge.Object("call_test.none", 1) }},
		{"has no exported methods", func() { bridge.Object("call_test.none", nil) }},
	} {
		if message := hosttest.Panics(c.call); !strings.Contains(message, c.part) {
			t.Errorf("%q lacks %q", message, c.part)
		}
	}
	if len(calls.Names()) != before+4 {
		t.Errorf("something was registered by a call that panicked: %q", calls.Names())
	}
}

type (
	padded struct {
		a struct {
			b struct {
				N int64
				_ struct{}
			}
			_ struct{}
		}
	}
	mixture struct {
		F float32
		S string
		D float64
		B bool
	}
	shade    float32
	truth2   struct{ A, B bool }
	operator func(int64) int64
	count    map[string]int
)

// Sum and the like are methods whose receivers lie in memory, and in registers, in many ways.
func (p padded) Sum(n int64) int64 { return p.a.b.N + n }

func (m mixture) Text(n int8) (string, float64) { return fmt.Sprint(m, n), m.D }

func (m *mixture) Grow(by float32) *mixture { disturb(); m.F = by; return m }

func (s shade) Darker(by shade) shade { return s - by }

func (s shade) Mix(all ...shade) (n int, _ error) {
	disturb()
	return len(all) + int(s), errCompiled
}

func (o operator) Do(n int64) int64 { return o(n) }

func (c count) Of(word string) (n int) { return c[word] }

// disturb moves the stack that it is called on and overwrites what nothing holds any more.
func disturb() {
	var frame [32 << 10]byte
	for i := range frame {
		frame[i] = hosttest.Garbage
	}
	for i := 0; i < 20; i++ {
		disturbed.Store(&[]*int{new(int), new(int)})
	}
	if frame[len(hosttest.AllGarbage)%len(frame)] == hosttest.Garbage && callsMade.Add(1)%8 == 0 {
		runtime.GC()
	}
}

var (
	disturbed atomic.Pointer[[]*int]
	callsMade atomic.Int64
)

// turn1 to turn4 give functions that the compiler makes, with the prologues that it makes.
func turn1[A any]() any { return func(a A) A { disturb(); return a } }

func turn2[A, B any]() any { return func(a A, b B) (B, A) { disturb(); return b, a } }

func turn3[A, B, C any]() any {
	return func(a A, b B, c C) (C, A) {
		var frame [64 << 10]byte
		disturb()
		runtime.KeepAlive(&frame)
		return c, a
	}
}

func turn4[A, B, C, D any]() any { return func(a A, b B, c C, d D) (C, D) { disturb(); return c, d } }

var errCompiled = errors.New("it failed")

func compiled() []any {
	factor := 3.5
	return []any{
		turn1[bool](), turn1[int8](), turn1[uint16](), turn1[float32](), turn1[complex64](), turn1[complex128](),
		turn1[[1]string](), turn1[[0]int](), turn1[struct{}](), turn1[[2]int](), turn1[padded](), turn1[mixture](),
		turn1[truth2](), turn1[shade](), turn1[operator](), turn1[count](), turn1[error](), turn1[hosttest.Inner](),
		turn1[hosttest.Embedding](), turn1[[640]*int](), turn1[unsafe.Pointer](), turn1[<-chan string](),
		turn2[int8, float32](), turn2[string, error](), turn2[[]byte, int16](), turn2[any, []string](),
		turn2[*int, complex64](), turn2[truth2, mixture](), turn2[struct{}, string](), turn2[[]int, []*int](),
		turn2[float32, float64](), turn2[hosttest.Embedding, bool](), turn2[padded, padded](), turn2[map[string]int, func()](),
		turn3[int32, float64, uint8](), turn3[string, int, error](), turn3[[]float64, padded, any](),
		turn3[hosttest.Inner, float32, *int](), turn3[complex128, hosttest.Named, truth2](), turn3[[1][]int, [0]string, uint64](),
		turn3[string, [2]string, bool](), turn3[mixture, int8, [1]*int](),
		turn4[string, string, string, string](), turn4[int8, any, float32, []int](), turn4[bool, shade, hosttest.Inner, error](),
		turn4[mixture, complex64, *int, count](), turn4[padded, padded, padded, padded](),
		func() {}, func() error { return nil }, func() error { disturb(); return errCompiled },
		func(x float64) float64 { disturb(); return x * factor },
		func(a, b, c, d, e, f, g, h, i int8) (int8, int8, int8, int8, int8, int8) {
			disturb()
			return a - b, c - d, e - f, g - h, i - a, b - c
		},
		func(a, b, c, d, e, f, g, h, i, j int16) int16 { return a - b - c - d - e - f - g - h - i - j },
		func(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o float32) (float32, float32, float32, float32) {
			disturb()
			return a, h, n, o
		},
		func(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p float64) (float64, float64) { return p, o },
		func(a float32, s string, b float64, t []string, c complex64, d int8, e *int, f bool) (*int, float32, complex64) {
			disturb()
			return e, a, c
		},
		func(a string, more ...any) (string, int) { disturb(); return a, len(more) },
		func(more ...int8) (n int8) {
			disturb()
			for _, m := range more {
				n = 3*n + m
			}
			return n
		},
		strings.ToUpper,
	}
}

func agree(t *testing.T, what string, got, want []reflect.Value) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, not %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if got, want := hosttest.Show(got[i]), hosttest.Show(want[i]); got != want {
			t.Errorf("%s: value %d is %q, not %q", what, i, got, want)
		}
	}
}

// calledBy gives what a call from C gives, errors as values too.
func calledBy(h *hosttest.Host, fn frame.Ref, t reflect.Type, args []reflect.Value) (out []reflect.Value) {
	var in []frame.Value
	for _, arg := range args {
		in = append(in, h.Value(arg))
	}
	p := h.Alloc(uintptr(len(in)+1) * unsafe.Sizeof(frame.Value{}))
	q := h.Alloc(uintptr(t.NumOut()+1) * unsafe.Sizeof(frame.Value{}))
	copy(unsafe.Slice((*frame.Value)(p), len(in)), in)
	h.Must("gobridge_call", frame.Frame{Slots: frame.Slots{A: uint64(fn), P: p, B: uint64(len(in)), Q: q, C: uint64(t.NumOut())}})
	for i := 0; i < t.NumOut(); i++ {
		out = append(out, h.OutValue(t.Out(i), unsafe.Add(q, uintptr(i)*unsafe.Sizeof(frame.Value{}))))
	}
	return out
}

// arguments makes some for a function.
func arguments(g hosttest.Generator, t reflect.Type) (args []reflect.Value) {
	for i := 0; i < t.NumIn(); i++ {
		if t.IsVariadic() && i == t.NumIn()-1 {
			for n := g.Intn(4); n > 0; n-- {
				args = append(args, g.Value(t.In(i).Elem(), false))
			}
		} else {
			args = append(args, g.Value(t.In(i), false))
		}
	}
	return args
}

func collectAlways(t *testing.T) {
	percent, stop, stopped := debug.SetGCPercent(1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped; debug.SetGCPercent(percent) })
}

func TestCompiledFunctionsAreCalledAsReflectDoes(t *testing.T) {
	g := hosttest.NewGenerator(t)
	collectAlways(t)
	for i, fn := range compiled() {
		v := reflect.ValueOf(fn)
		name := fmt.Sprintf("call_test.compiled%d", i)
		bridge.Func(name, fn)
		for n := 0; n < 10; n++ {
			h, args := hosttest.New(t), arguments(g, v.Type())
			want, got := v.Call(args), []reflect.Value(nil)
			hosttest.InNewThread(func() { got = calledBy(h, find(h, name), v.Type(), args) })
			agree(t, v.Type().String(), got, want)
		}
	}
}

func find(h *hosttest.Host, function string) frame.Ref {
	return frame.Ref(h.Must("gobridge_func_find", frame.Frame{Slots: frame.Slots{P: h.Copied([]byte(function)), B: uint64(len(function))}}).Result)
}

func TestFunctionsOfAnyTypeAreCalledAsReflectDoes(t *testing.T) {
	g := hosttest.NewGenerator(t)
	collectAlways(t)
	types := append(append(hosttest.TypesOf(padded{}, mixture{}, shade(0), truth2{}, operator(nil), count{}), hosttest.KeyTypes...), hosttest.MoreTypes...)
	pick := func(most int) (picked []reflect.Type) {
		for n := g.Intn(most + 1); n > 0; n-- {
			t := types[g.Intn(len(types))]
			if _, inRegisters := layout.Parts(t); inRegisters || g.Intn(9) == 0 {
				picked = append(picked, t)
			}
		}
		return picked
	}
	quick := 0
	for i := 0; i < 500; i++ {
		in, out := pick(5), pick(3)
		ft := reflect.FuncOf(in, out, len(in) > 0 && in[len(in)-1].Kind() == reflect.Slice && g.Intn(2) == 0)
		if calls.PlanOf(ft).RegCall != nil {
			quick++
		}
		h, results, seen, got := hosttest.New(t), []reflect.Value(nil), []reflect.Value(nil), []reflect.Value(nil)
		for _, t := range out {
			results = append(results, g.Value(t, false))
		}
		fn := reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value { disturb(); seen = args; return results })
		args := arguments(g, ft)
		hosttest.InNewThread(func() { got = calledBy(h, h.NewRef(fn.Interface()), ft, args) })
		if ft.IsVariadic() {
			rest := seen[len(seen)-1]
			if isNil := len(args) == len(in)-1; rest.IsNil() != isNil { // in compiled Go; reflect's Call passes none that is nil
				t.Errorf("the variadic parameter of %s is nil: %t", ft, !isNil)
			}
			for seen = seen[:len(seen)-1]; len(seen) < len(args); {
				seen = append(seen, rest.Index(len(seen)-len(in)+1))
			}
		}
		agree(t, "arguments of "+ft.String(), seen, args)
		agree(t, "results of "+ft.String(), got, results)
	}
	t.Logf("%d of 500 through registers", quick)
}

func TestMethodsAreCalledAsReflectDoes(t *testing.T) {
	g := hosttest.NewGenerator(t)
	collectAlways(t)
	for i, receiver := range []any{padded{}, mixture{1, "two", 3, true}, &mixture{F: 1}, shade(2), new(shade),
		operator(func(n int64) int64 { disturb(); return n + 1 }), count{"a": 1}, &toolbox{}} {
		name := fmt.Sprintf("call_test.receiver%d", i)
		bridge.Object(name, receiver)
		v := reflect.ValueOf(receiver)
		for m := 0; m < v.NumMethod(); m++ {
			method := v.Method(m)
			for n := 0; n < 10; n++ {
				h, args := hosttest.New(t), arguments(g, method.Type())
				got := calledBy(h, find(h, name+"."+v.Type().Method(m).Name), method.Type(), args)
				agree(t, name, got, method.Call(args))
			}
		}
	}
}

func TestCallsThroughRegisters(t *testing.T) {
	registers := map[string]struct{ ints, floats int }{"amd64": {9, 15}, "arm64": {16, 16}}[runtime.GOARCH]
	if gort.BackendName != "linkname" || registers.ints == 0 {
		t.Skip("all calls go through reflect")
	}
	// taking is a function of so many parameters of a type.
	taking := func(n int, parameter any) any {
		in := make([]reflect.Type, n)
		for i := range in {
			in[i] = reflect.TypeOf(parameter)
		}
		return reflect.Zero(reflect.FuncOf(in, nil, false)).Interface()
	}
	// How many take no more memory than the caller leaves, a word for each register.
	spilled := (registers.ints + registers.floats) * 8 / int(unsafe.Sizeof(padded{}))
	for _, c := range []struct {
		fn    any
		quick bool
	}{
		{func(int32, float64, uint8) float64 { return 0 }, true},
		{taking(registers.ints, 0), true},
		{taking(registers.ints+1, 0), false},
		{taking(registers.floats, float32(0)), true},
		{taking(registers.floats+1, float32(0)), false},
		{func([]string, []string, []string) (string, string, error) { return "", "", nil }, true},
		{func() (string, string, string, error) { return "", "", "", nil }, false},
		{func() (a, b, c, d float64) { return }, true},
		{func() (a, b, c, d, e float64) { return }, false},
		{func([1]int, [0]int, struct{}) {}, true},
		{func([2]int) {}, false},
		{func() (a [2]int) { return }, false},
		{taking(spilled, padded{}), true},
		{taking(spilled+1, padded{}), false},
		{fmt.Sprint, true},
	} {
		if got := calls.PlanOf(reflect.TypeOf(c.fn)).RegCall != nil; got != c.quick {
			t.Errorf("%T: %v", c.fn, got)
		}
	}
}

// where is functions that tell where the memory of their first or last argument lies.
var where = map[string]any{
	"string":   func(s string) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(s))) },
	"bytes":    func(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) },
	"int64s":   func(a []int64) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(a))) },
	"second":   func(_ string, a []float32) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(a))) },
	"failing":  func(a []uint16) (uintptr, error) { return uintptr(unsafe.Pointer(unsafe.SliceData(a))), nil },
	"variadic": func(a []int64, _ ...string) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(a))) },
	"many": func(_, _, _, _, _, _, _, _, _, _ int, a []int64) uintptr {
		return uintptr(unsafe.Pointer(unsafe.SliceData(a)))
	},
}

// numberOf is the number that a registered function gives.
func numberOf(h *hosttest.Host, registered string, in ...frame.Value) uintptr {
	args := unsafe.Slice((*frame.Value)(h.Alloc(uintptr(len(in))*unsafe.Sizeof(in[0]))), len(in))
	copy(args, in)
	result := (*frame.Value)(h.Alloc(unsafe.Sizeof(in[0])))
	h.Must("gobridge_call", frame.Frame{Slots: frame.Slots{A: uint64(find(h, registered)), P: unsafe.Pointer(&args[0]), B: uint64(len(in)),
		Q: unsafe.Pointer(result), C: 1}})
	return uintptr(result.As)
}

// What a function only reads lies where C has it, which it is told in both orders; for all others it is copied.
func TestWhatIsOnlyReadIsNotCopied(t *testing.T) {
	h := hosttest.New(t)
	memory := h.Copied([]byte("0123456789abcdef"))
	number := hosttest.Number(reflect.Int, 0)
	given := func(kind uint32, p unsafe.Pointer) frame.Value {
		return frame.Value{Kind: kind, As: uint64(uintptr(p)), Len: 8}
	}
	for name, fn := range where {
		ft := reflect.TypeOf(fn)
		at, kind := 0, uint32(frame.KindBytes)
		var in []frame.Value
		switch name {
		case "string":
			kind = uint32(reflect.String)
		case "second":
			in, at = []frame.Value{h.Text("first")}, 1
		case "many":
			in, at = []frame.Value{number, number, number, number, number, number, number, number, number, number}, 10
		}
		in = append(in, given(kind, memory))
		call := func(registered string) uintptr { return numberOf(h, registered, in...) }
		plain, before, after := "where.plain."+name, "where.before."+name, "where.after."+name
		bridge.Reads(before, at)
		bridge.Func(plain, fn)
		bridge.Func(before, fn)
		bridge.Func(after, fn)
		bridge.Reads(after, at)
		if got := call(plain); got == uintptr(memory) || got == 0 {
			t.Errorf("%s: it was not copied", name)
		}
		for _, registered := range []string{before, after} {
			if got := call(registered); got != uintptr(memory) {
				t.Errorf("%s: it lies at %#x, not where C has it, at %p", registered, got, memory)
			}
		}
		in[at].Len = 0
		if call(before) == uintptr(memory) {
			t.Errorf("%s: what is empty shows C's memory", name)
		}
		if elem := ft.In(at); elem.Kind() == reflect.Slice && elem.Elem().Size() > 1 {
			in[at] = given(kind, unsafe.Add(memory, 1))
			if got := call(before); got%uintptr(elem.Elem().Align()) != 0 {
				t.Errorf("%s: what is not aligned was not copied", name)
			}
		}
	}
}

// A function of the host's that has the name of one that only reads is another function.
func TestReadsIsOfTheProgramsFunctions(t *testing.T) {
	h := hosttest.New(t)
	bridge.Reads("where.host", 0)
	name := h.Copied([]byte("where.host"))
	fn := h.NewRef(where["int64s"])
	h.Must("gobridge_func_register", frame.Frame{Slots: frame.Slots{A: uint64(fn), P: name, B: 10}})
	memory := h.Copied([]byte("12345678"))
	if numberOf(h, "where.host", frame.Value{Kind: frame.KindBytes, As: uint64(uintptr(memory)), Len: 8}) == uintptr(memory) {
		t.Error("it was given C's memory")
	}
}
