//go:build cgo

package cfunc_test

import (
	"fmt"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/cfunc"
	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/ctest"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// newCFunc gives a C function as a Go func of type F.
func newCFunc[F any](h *hosttest.Host, function unsafe.Pointer) F {
	h.Helper()
	if function == nil {
		h.Fatal("no such C function")
	}
	return cfuncAs(h, function, hosttest.Typ[F]().String()).(F)
}

func cfuncAs(h *hosttest.Host, function unsafe.Pointer, signature string) any {
	h.Helper()
	f := h.Must("gobridge_cfunc_new", frame.Frame{Slots: frame.Slots{P: h.Copied([]byte(signature)), B: uint64(len(signature)), Q: function}})
	object, err := ref.Table.Get(h.Own(f.NewRef), "func")
	if err != nil {
		h.Fatal(err)
	}
	return object
}

// pointer gives a Go func as a C function, and what releases it.
func pointer(h *hosttest.Host, function any, signature string) (code unsafe.Pointer, closure frame.Ref) {
	h.Helper()
	f := frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(function)), B: uint64(len(signature)), Q: h.Alloc(8)}}
	if signature != "" {
		f.P = h.Copied([]byte(signature))
	}
	f = h.Must("gobridge_cfunc_pointer", f)
	return *(*unsafe.Pointer)(f.Q), h.Own(f.NewRef)
}

func TestCStrings(t *testing.T) {
	h := hosttest.New(t)
	length := newCFunc[func(string) uint](h, ctest.Find("strlen"))
	for _, s := range []string{"", "a", "grüße", strings.Repeat("long ", 10000)} {
		if n := length(s); n != uint(len(s)) {
			t.Errorf("strlen(%.20q) is %d, not %d", s, n, len(s))
		}
	}
	if message := hosttest.Panics(func() { length("a\x00b") }); !strings.Contains(message, "parameter 1: the string holds a NUL") {
		t.Errorf("a string with a NUL: %s", message)
	}
	rest := newCFunc[func(s string, c int32) string](h, ctest.Find("strchr"))
	if s := rest("key=value", '='); s != "=value" {
		t.Errorf("strchr gives %q", s)
	}
	if s := rest("key", '='); s != "" {
		t.Errorf("a NULL is %q", s)
	}
}

func TestCVariadicFunctions(t *testing.T) {
	type named float32
	h := hosttest.New(t)
	buffer := h.Alloc(200)
	print := newCFunc[func(buffer unsafe.Pointer, size uint, format string, args ...any) int32](h, ctest.Find("snprintf"))
	for _, c := range []struct {
		format string
		args   []any
		want   string
	}{
		{"none", nil, "none"},
		{"%d %d %d", []any{int8(-128), int16(-32768), int32(-1 << 31)}, "-128 -32768 -2147483648"},
		{"%u %u %u", []any{uint8(255), uint16(65535), uint32(1<<32 - 1)}, "255 65535 4294967295"},
		{"%lld %llu", []any{int64(-1 << 63), uint64(1<<64 - 1)}, "-9223372036854775808 18446744073709551615"},
		{"%zd %zu %lu", []any{-5, uint(5), uintptr(6)}, "-5 5 6"},
		{"%g %g %g", []any{float32(0.5), 0.25, named(-1)}, "0.5 0.25 -1"},
		{"%d %d", []any{true, false}, "1 0"},
		{"%s|%s", []any{"one", ""}, "one|"},
		{"%p", []any{nil}, "(nil)"},
		{"%p", []any{unsafe.Pointer(nil)}, "(nil)"},
		{"%d%s%d%g%d%s%d%g%d%g%d%g%d%g%d%g", []any{1, "a", 2, 0.5, 3, "b", 4, 1.5, 5, 2.5, 6, 3.5, 7, 4.5, 8, 5.5},
			"1a20.53b41.552.563.574.585.5"},
	} {
		n := print(buffer, 200, c.format, c.args...)
		if got := cmem.String(buffer); got != c.want || int(n) != len(c.want) {
			t.Errorf("%s gives %d %q, not %q", c.format, n, got, c.want)
		}
	}
	for _, bad := range []any{[]int{1}, map[int]int{}, 1i, struct{ s string }{"s"}, [2]int{1, 2}, make(chan int), struct{}{},
		func(...any) {}, "\x00", [3]*int{}, struct{ a [70000]byte }{}} {
		if message := hosttest.Panics(func() { print(buffer, 200, "%d %d", 1, bad) }); !strings.Contains(message, "parameter 5: ") {
			t.Errorf("a %T: %q", bad, message)
		}
	}
}

type (
	quotient  struct{ Quot, Rem int32 }
	quotient8 struct{ Quot, Rem int64 }
)

func TestCStructResults(t *testing.T) {
	h := hosttest.New(t)
	div := cfuncAs(h, ctest.Find("div"), "func(a, b int32) struct{ Quot, Rem int32 }").(func(int32, int32) struct{ Quot, Rem int32 })
	if q := quotient(div(-7, 2)); q != (quotient{-3, -1}) {
		t.Errorf("div gives %v", q)
	}
	lldiv := cfuncAs(h, ctest.Find("lldiv"), "func(a, b int64) struct{ Quot, Rem int64 }").(func(int64, int64) struct{ Quot, Rem int64 })
	if q := quotient8(lldiv(-1<<63, 10)); q != (quotient8{-922337203685477580, -8}) {
		t.Errorf("lldiv gives %v", q)
	}
}

func TestPointersToGoMemory(t *testing.T) {
	h := hosttest.New(t)
	modf := newCFunc[func(x float64, integer *float64) float64](h, ctest.Find("modf"))
	var integer float64
	if fraction := modf(3.25, &integer); fraction != 0.25 || integer != 3 {
		t.Errorf("modf gives %g and %g", integer, fraction)
	}
	copied := newCFunc[func(to, from *[3]int64, size uint) *[3]int64](h, ctest.Find("memcpy"))
	to := new([3]int64)
	if p := copied(to, &[3]int64{1, 2, 3}, 24); p != to || *to != [3]int64{1, 2, 3} {
		t.Errorf("memcpy gives %p, not %p, and copies %v", p, to, *to)
	}
	newCFunc[func(*int32)](h, ctest.Find("free"))(nil)
}

// qsort, with a comparator of Go's, called by Go: three levels on one stack.
func TestQsortWithGoComparator(t *testing.T) {
	h := hosttest.New(t)
	sort := newCFunc[func(base unsafe.Pointer, n, size uint, compare func(a, b unsafe.Pointer) int32)](h, ctest.Find("qsort"))
	numbers := make([]int32, 1000)
	for i := range numbers {
		numbers[i] = int32(i * 7919 % 1000)
	}
	calls := 0
	sort(unsafe.Pointer(&numbers[0]), 1000, 4, func(a, b unsafe.Pointer) int32 {
		if calls++; calls%100 == 0 {
			runtime.GC()
		}
		return *(*int32)(a) - *(*int32)(b)
	})
	for i, n := range numbers {
		if n != int32(i) {
			t.Fatalf("number %d is %d, after %d calls", i, n, calls)
		}
	}
	words := []int64{3, 1, 2} // pointers to what they are
	sort8 := newCFunc[func(base *int64, n, size uint, compare func(a, b *int64) int32)](h, ctest.Find("qsort"))
	sort8(&words[0], 3, 8, func(a, b *int64) int32 { return int32(*b - *a) })
	if !reflect.DeepEqual(words, []int64{3, 2, 1}) {
		t.Errorf("words are %v", words)
	}
}

func TestFuncsThatArePassed(t *testing.T) {
	h := hosttest.New(t)
	apply := newCFunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	if n := apply(func(n int32) int32 { return n * 2 }, 21); n != 1042 {
		t.Errorf("it gives %d", n)
	}
	// and as the closure of a Go func that takes a func: C hands in a C function
	code, _ := pointer(h, func(f func(int32) int32, n int32) int32 {
		if f == nil {
			return -1
		}
		return f(n) + f(n+1)
	}, "")
	again := newCFunc[func(func(int32) int32, int32) int32](h, code)
	if n := again(func(n int32) int32 { return n * n }, 3); n != 25 {
		t.Errorf("it gives %d", n)
	}
	if n := again(nil, 3); n != -1 {
		t.Errorf("a nil func gives %d", n)
	}
	for i := int32(0); i < 3000; i++ {
		if n := apply(func(n int32) int32 { return n + i }, i); n != 2*i+1000 {
			t.Fatalf("call %d gives %d", i, n)
		}
	}
	// many goroutines at once
	var all sync.WaitGroup
	for g := int32(0); g < 8; g++ {
		all.Add(1)
		go func(g int32) {
			defer all.Done()
			for i := int32(0); i < 300; i++ {
				if n := apply(func(n int32) int32 { return n + i*g }, 1); n != i*g+1001 {
					t.Errorf("it gives %d", n)
				}
			}
		}(g)
	}
	all.Wait()
}

// A callback that needs a large stack moves the Go stack, and what Go handed C stays where it is.
func TestStackGrowsInACallback(t *testing.T) {
	h := hosttest.New(t)
	apply := newCFunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	var deep func(n int) int32
	deep = func(n int) int32 {
		var pad [1000]byte
		if pad[n%1000] = byte(n); n == 0 {
			return int32(pad[0])
		}
		return deep(n-1) + int32(pad[n%1000])*0
	}
	done := make(chan int32)
	go func() { // a new stack is small
		done <- apply(func(n int32) int32 { return deep(500) + n }, 7)
	}()
	if n := <-done; n != 1007 {
		t.Errorf("it gives %d", n)
	}
}

type myInt int32

func (m myInt) Add(n myInt) myInt { return m + n }

func TestClosuresConvert(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range []struct {
		function  any
		signature string
	}{
		{func(n int32) int32 { return n + 1 }, ""},
		{func(n myInt) myInt { return n + 1 }, ""},
		{func(n myInt) myInt { return n + 1 }, "func(int32) int32"},
		{myInt(1).Add, "func(int32) int32"},
		{func(n any) int32 { return n.(int32) + 1 }, "func(int32) int32"},
	} {
		code, _ := pointer(h, c.function, c.signature)
		if n, failure := ctest.InThread(code, 41); n != 42 {
			t.Errorf("%T gives %d: %v", c.function, n, failure)
		}
	}
	for _, c := range []struct {
		function  any
		signature string
		want      status.Code
		words     string
	}{
		{func(int32) int32 { return 0 }, "func(int64) int32", status.WrongType, "signature: parameter 1: func takes a int32, not a int64"},
		{func(int32) int32 { return 0 }, "func(int32) int64", status.WrongType, "signature: result: func gives a int32, not a int64"},
		{func(int32) int32 { return 0 }, "func(int32)", status.WrongType, "signature: a func(int32) int32 can not be a func(int32)"},
		{func(int32) {}, "func(int32) int32", status.WrongType, "signature: a func(int32)"},
		{func(int32) {}, "func(int32, int32)", status.WrongType, "signature: a func(int32)"},
		{func(...int32) {}, "func(int32)", status.WrongType, "signature: a func(...int32)"},
		{func(string, ...any) {}, "", status.WrongType, "signature: parameter 2: a variadic func"},
		{func(...int) {}, "", status.WrongType, "signature: parameter 1: C has no ...int"},
		{func() string { return "" }, "", status.WrongType, "signature: result: no one would free"},
		{func() func() { return nil }, "", status.WrongType, "signature: result: no one would free"},
		{func(func() func() string) {}, "", status.OK, ""},
		{func(func(func() string)) {}, "", status.WrongType, "signature: parameter 1: parameter 1: result: no one"},
		{func() (int, error) { return 0, nil }, "", status.WrongType, "signature: 2 results"},
		{func() error { return nil }, "", status.WrongType, "signature: result: C has no error"},
		{big.NewInt(1).Cmp, "", status.WrongType, "signature: parameter 1: C has no *big.Int"},
		{big.NewInt(1).Cmp, "func(unsafe.Pointer) int", status.WrongType, "signature: parameter 1: func takes a *big.Int"},
		{func(recursive) {}, "", status.TooDeep, "nested more than 64 levels"},
		{(func())(nil), "", status.Nil, "func is a nil func()"},
		{7, "", status.WrongKind, "func is a int, not a func"},
		{func() {}, "int", status.WrongKind, "signature: a int is no func type"},
		{func() {}, "func(", status.Syntax, "signature: "},
	} {
		f := frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(c.function)), B: uint64(len(c.signature)), Q: h.Alloc(8)}}
		if c.signature != "" {
			f.P = h.Copied([]byte(c.signature))
		}
		if c.want == status.OK {
			h.Own(h.Must("gobridge_cfunc_pointer", f).NewRef)
		} else {
			h.Refuse(c.want, c.words, "gobridge_cfunc_pointer", f)
		}
	}
}

type recursive func(recursive, recursive)

// What goes wrong in a closure that a C thread calls is that thread's last error.
func TestClosuresThatFail(t *testing.T) {
	h := hosttest.New(t)
	stale, released := pointer(h, func(int32) int32 { return 1 }, "")
	h.Release(released)
	h.Owned = h.Owned[:len(h.Owned)-1]
	fails := func(function any, signature string) unsafe.Pointer {
		code, _ := pointer(h, function, signature)
		return code
	}
	for _, c := range []struct {
		code    unsafe.Pointer
		result  int32
		status  status.Code
		message string
		stack   bool
	}{
		{fails(func(n int32) int32 { return n }, ""), 5, status.OK, "", false},
		{fails(func(int32) int32 { panic("a text") }, ""), 0, status.Panic, "gobridge_cfunc_closure: panic: a text", true},
		{fails(func(n int32) int32 { return *(*int32)(nil) + n }, ""), 0, status.Panic, "gobridge_cfunc_closure: panic: runtime error", true},
		{fails(func(int32) int32 { runtime.Goexit(); return 1 }, ""), 0, status.Goexit, "gobridge_cfunc_closure: a Go function called", false},
		{fails(func(bool) int32 { return 1 }, ""), 0, status.Range, "gobridge_cfunc_closure: parameter 1: a bool", false},
		{fails(func(unsafe.Pointer) int32 { return 1 }, ""), 0, status.Address, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{fails(func(*int32) int32 { return 1 }, ""), 0, status.Address, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{fails(func(string) int32 { return 1 }, ""), 0, status.Address, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{fails(func(func()) int32 { return 1 }, ""), 0, status.Address, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{stale, 0, status.StaleRef, "gobridge_cfunc_closure: func(int32) int32 was released", false},
	} {
		for i := 0; i < 3; i++ {
			n, failure := ctest.InThread(c.code, 5)
			if n != c.result || failure.Status != int32(c.status) || !strings.HasPrefix(failure.Message, c.message) || failure.Stack != c.stack {
				t.Errorf("it gives %d, %+v, not %d, %s", n, failure, c.result, c.message)
			}
		}
	}
}

// Goexit under C code that Go called ends that Go code as well, and the thread's call gives the status.
func TestGoexitBelowGo(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan still guards the C frames that are left")
	}
	h := hosttest.New(t)
	apply := newCFunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	var ran []string
	exits := func(n int32) int32 {
		defer func() { ran = append(ran, "inner") }()
		if n == 5 {
			runtime.Goexit()
		}
		return n
	}
	code, _ := pointer(h, func(n int32) int32 {
		defer func() { ran = append(ran, fmt.Sprint("outer ", recover())) }()
		return apply(exits, n)
	}, "")
	for i := 0; i < 100; i++ {
		ran = nil
		if n, failure := ctest.InThread(code, 4); n != 1004 || failure.Status != 0 {
			t.Errorf("it gives %d, %v", n, failure)
		}
		n, failure := ctest.InThread(code, 5)
		if n != 0 || failure.Status != int32(status.Goexit) {
			t.Errorf("it gives %d, %v", n, failure)
		}
		if want := []string{"inner", "outer <nil>", "inner", "outer <nil>"}; !reflect.DeepEqual(ran, want) {
			t.Fatalf("%q ran, not %q", ran, want)
		}
	}
	// of a goroutine that no call of the host's has brought
	for i := 0; i < 100; i++ {
		ended := make(chan bool)
		go func() {
			defer close(ended)
			apply(exits, 5)
			t.Error("the goroutine goes on")
		}()
		<-ended
		if n := apply(exits, 6); n != 1006 {
			t.Errorf("it gives %d", n)
		}
	}
}

// A panic in a callback does not get past it: C goes on, and so does the Go code that called C.
func TestPanicBelowGo(t *testing.T) {
	h := hosttest.New(t)
	apply := newCFunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	for i := 0; i < 100; i++ {
		if n := apply(func(int32) int32 { panic("text") }, 5); n != 1000 {
			t.Errorf("it gives %d", n)
		}
	}
}

func TestClosuresAreReleasedWhileTheyRun(t *testing.T) {
	h := hosttest.New(t)
	var closure frame.Ref
	var code unsafe.Pointer
	depth := 0
	code, closure = pointer(h, func(n int32) int32 {
		if depth++; depth == 1 {
			h.Release(closure)
			runtime.GC()
			if n, failure := ctest.InThread(code, 1); n != 0 || failure.Status != int32(status.StaleRef) {
				t.Errorf("a new call gives %d, %v", n, failure)
			}
		}
		return n
	}, "")
	h.Owned = h.Owned[:len(h.Owned)-1]
	if n, failure := ctest.InThread(code, 9); n != 9 || depth != 1 {
		t.Errorf("it gives %d, %v", n, failure)
	}
}

// The quarantine frees the oldest, and no more than it must.
func TestQuarantine(t *testing.T) {
	h := hosttest.New(t)
	count := func() (n int) {
		cfunc.Closures.Range(func(any, any) bool { n++; return true })
		return n
	}
	first, closure := pointer(h, func(n int32) int32 { return n }, "")
	h.Release(closure)
	h.Owned = h.Owned[:len(h.Owned)-1]
	function := uint64(h.NewRef(func(n int32) int32 { return n }))
	for i := 0; i < len(cfunc.Quarantine.Closures)-1; i++ {
		h.Release(h.Must("gobridge_cfunc_pointer", frame.Frame{Slots: frame.Slots{A: function, Q: h.Alloc(8)}}).NewRef)
	}
	if n, failure := ctest.InThread(first, 1); n != 0 || failure.Status != int32(status.StaleRef) {
		t.Errorf("it gives %d, %v", n, failure)
	}
	for i := 0; i < 5000; i++ {
		h.Release(h.Must("gobridge_cfunc_pointer", frame.Frame{Slots: frame.Slots{A: function, Q: h.Alloc(8)}}).NewRef)
	}
	if n := count(); n != len(cfunc.Quarantine.Closures) {
		t.Errorf("%d closures are kept", n)
	}
}

func TestSignaturesThatCHasNot(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range []struct {
		signature string
		want      status.Code
		words     string
	}{
		{"func(int32, []byte)", status.WrongType, "signature: parameter 2: C has no []uint8"},
		{"func(map[string]int)", status.WrongType, "parameter 1: C has no map[string]int"},
		{"func(any)", status.WrongType, "parameter 1: C has no interface {}"},
		{"func(chan int)", status.WrongType, "parameter 1"}, {"func(error)", status.WrongType, "parameter 1: C has no error"},
		{"func(complex64)", status.WrongType, "parameter 1: C has no complex64"}, {"func() complex128", status.WrongType, "result: C has no complex128"},
		{"func([4]int32)", status.WrongType, "parameter 1: C has no [4]int32"}, {"func(time.Time)", status.WrongType, "parameter 1: C has no time.Time"},
		{"func(*string)", status.WrongType, "parameter 1: C has no *string"}, {"func(**int32)", status.WrongType, "parameter 1"},
		{"func(struct{ s string })", status.WrongType, "parameter 1"}, {"func(struct{ p *int32 })", status.WrongType, "parameter 1"},
		{"func(struct{ c complex64 })", status.WrongType, "parameter 1: C has no complex64"}, {"func(struct{})", status.WrongType, "parameter 1"},
		{"func(struct{ n int32; e struct{} })", status.WrongType, "C lays out func(struct"}, // Go pads it
		{"func(int32) (int32, int32)", status.WrongType, "2 results"}, {"func(...int32)", status.WrongType, "parameter 1: C has no ...int32"},
		{"func(func([]int))", status.WrongType, "parameter 1: parameter 1: C has no []int"},
		{"func(func() string)", status.WrongType, "parameter 1: result: no one would free"},
		{"func(func(...any))", status.WrongType, "parameter 1: parameter 1: a variadic func"},
		{"func() func(func() string)", status.WrongType, "result: parameter 1: result"},
		{"func(struct{ a [65537]byte })", status.Limit, "parameter 1: more than 65536 bytes"},
		{"func(struct{ a [40000]byte }) struct{ a [40000]byte }", status.Limit, "more than 65536 bytes"},
		{"int32", status.WrongKind, "a int32 is no func type"}, {"func(int32", status.Syntax, "signature: "},
		{"", status.Syntax, "signature: "}, {"func(size_t)", status.UnknownType, "size_t"},
		{"func(" + strings.Repeat("(", 100) + "int" + strings.Repeat(")", 100) + ")", status.TooDeep, "64 levels"},
	} {
		h.Refuse(c.want, c.words, "gobridge_cfunc_new",
			frame.Frame{Slots: frame.Slots{P: h.Copied([]byte(c.signature)), B: uint64(len(c.signature)), Q: ctest.Apply()}})
	}
	h.Refuse(status.Limit, "signature: it has 65537 bytes", "gobridge_cfunc_new", frame.Frame{Slots: frame.Slots{P: h.Alloc(1 << 17), B: 65537, Q: ctest.Apply()}})
}

// A closure is no value.
func TestClosuresAreNoValues(t *testing.T) {
	h := hosttest.New(t)
	_, closure := pointer(h, func() {}, "")
	h.Refuse(status.WrongKind, "ref is a closure, not a value", "gobridge_type_of", frame.Frame{Slots: frame.Slots{A: uint64(closure)}})
	h.Refuse(status.WrongKind, "func is a closure, not a value", "gobridge_cfunc_pointer", frame.Frame{Slots: frame.Slots{A: uint64(closure)}})
	for s, r := range h.Bad() {
		h.Refuse(s, "func", "gobridge_cfunc_pointer", frame.Frame{Slots: frame.Slots{A: uint64(r)}})
	}
}
