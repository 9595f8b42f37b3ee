//go:build cgo

package bridge

import (
	"fmt"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/ctest"
)

// cfunc gives a C function as a Go func of type F.
func cfunc[F any](h *host, function unsafe.Pointer) F {
	h.Helper()
	if function == nil {
		h.Fatal("no such C function")
	}
	return cfuncAs(h, function, typ[F]().String()).(F)
}

func cfuncAs(h *host, function unsafe.Pointer, signature string) any {
	h.Helper()
	f := h.must("gobridge_cfunc_new", frame{p: h.copied([]byte(signature)), b: uint64(len(signature)), q: function})
	object, err := refs.get(h.own(f.made), "func")
	if err != nil {
		h.Fatal(err)
	}
	return object
}

// pointer gives a Go func as a C function, and what releases it.
func (h *host) pointer(function any, signature string) (code unsafe.Pointer, closure ref) {
	h.Helper()
	f := frame{a: uint64(h.name(function)), b: uint64(len(signature)), q: h.alloc(8)}
	if signature != "" {
		f.p = h.copied([]byte(signature))
	}
	f = h.must("gobridge_cfunc_pointer", f)
	return *(*unsafe.Pointer)(f.q), h.own(f.made)
}

func TestCStrings(t *testing.T) {
	h := newHost(t)
	length := cfunc[func(string) uint](h, ctest.Find("strlen"))
	for _, s := range []string{"", "a", "grüße", strings.Repeat("long ", 10000)} {
		if n := length(s); n != uint(len(s)) {
			t.Errorf("strlen(%.20q) is %d, not %d", s, n, len(s))
		}
	}
	if message := panics(func() { length("a\x00b") }); !strings.Contains(message, "parameter 1: the string holds a NUL") {
		t.Errorf("a string with a NUL: %s", message)
	}
	rest := cfunc[func(s string, c int32) string](h, ctest.Find("strchr"))
	if s := rest("key=value", '='); s != "=value" {
		t.Errorf("strchr gives %q", s)
	}
	if s := rest("key", '='); s != "" {
		t.Errorf("a NULL is %q", s)
	}
}

func TestCVariadicFunctions(t *testing.T) {
	type named float32
	h := newHost(t)
	buffer := h.alloc(200)
	print := cfunc[func(buffer unsafe.Pointer, size uint, format string, args ...any) int32](h, ctest.Find("snprintf"))
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
		if got := terminated(buffer); got != c.want || int(n) != len(c.want) {
			t.Errorf("%s gives %d %q, not %q", c.format, n, got, c.want)
		}
	}
	for _, bad := range []any{[]int{1}, map[int]int{}, 1i, struct{ s string }{"s"}, [2]int{1, 2}, make(chan int), struct{}{},
		func(...any) {}, "\x00", [3]*int{}, struct{ a [70000]byte }{}} {
		if message := panics(func() { print(buffer, 200, "%d %d", 1, bad) }); !strings.Contains(message, "parameter 5: ") {
			t.Errorf("a %T: %q", bad, message)
		}
	}
}

type (
	quotient  struct{ Quot, Rem int32 }
	quotient8 struct{ Quot, Rem int64 }
)

func TestCStructResults(t *testing.T) {
	h := newHost(t)
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
	h := newHost(t)
	modf := cfunc[func(x float64, integer *float64) float64](h, ctest.Find("modf"))
	var integer float64
	if fraction := modf(3.25, &integer); fraction != 0.25 || integer != 3 {
		t.Errorf("modf gives %g and %g", integer, fraction)
	}
	copied := cfunc[func(to, from *[3]int64, size uint) *[3]int64](h, ctest.Find("memcpy"))
	to := new([3]int64)
	if p := copied(to, &[3]int64{1, 2, 3}, 24); p != to || *to != [3]int64{1, 2, 3} {
		t.Errorf("memcpy gives %p, not %p, and copies %v", p, to, *to)
	}
	cfunc[func(*int32)](h, ctest.Find("free"))(nil)
}

// qsort, with a comparator of Go's, called by Go: three levels on one stack.
func TestQsortWithGoComparator(t *testing.T) {
	h := newHost(t)
	sort := cfunc[func(base unsafe.Pointer, n, size uint, compare func(a, b unsafe.Pointer) int32)](h, ctest.Find("qsort"))
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
	sort8 := cfunc[func(base *int64, n, size uint, compare func(a, b *int64) int32)](h, ctest.Find("qsort"))
	sort8(&words[0], 3, 8, func(a, b *int64) int32 { return int32(*b - *a) })
	if !reflect.DeepEqual(words, []int64{3, 2, 1}) {
		t.Errorf("words are %v", words)
	}
}

func TestFuncsThatArePassed(t *testing.T) {
	h := newHost(t)
	apply := cfunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	if n := apply(func(n int32) int32 { return n * 2 }, 21); n != 1042 {
		t.Errorf("it gives %d", n)
	}
	// and as the closure of a Go func that takes a func: C hands in a C function
	code, _ := h.pointer(func(f func(int32) int32, n int32) int32 {
		if f == nil {
			return -1
		}
		return f(n) + f(n+1)
	}, "")
	again := cfunc[func(func(int32) int32, int32) int32](h, code)
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
	h := newHost(t)
	apply := cfunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
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
	h := newHost(t)
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
		code, _ := h.pointer(c.function, c.signature)
		if n, failure := ctest.InThread(code, 41); n != 42 {
			t.Errorf("%T gives %d: %v", c.function, n, failure)
		}
	}
	for _, c := range []struct {
		function  any
		signature string
		want      status
		words     string
	}{
		{func(int32) int32 { return 0 }, "func(int64) int32", errWrongType, "signature: parameter 1: func takes a int32, not a int64"},
		{func(int32) int32 { return 0 }, "func(int32) int64", errWrongType, "signature: result: func gives a int32, not a int64"},
		{func(int32) int32 { return 0 }, "func(int32)", errWrongType, "signature: a func(int32) int32 can not be a func(int32)"},
		{func(int32) {}, "func(int32) int32", errWrongType, "signature: a func(int32)"},
		{func(int32) {}, "func(int32, int32)", errWrongType, "signature: a func(int32)"},
		{func(...int32) {}, "func(int32)", errWrongType, "signature: a func(...int32)"},
		{func(string, ...any) {}, "", errWrongType, "signature: parameter 2: a variadic func"},
		{func(...int) {}, "", errWrongType, "signature: parameter 1: C has no ...int"},
		{func() string { return "" }, "", errWrongType, "signature: result: no one would free"},
		{func() func() { return nil }, "", errWrongType, "signature: result: no one would free"},
		{func(func() func() string) {}, "", ok, ""},
		{func(func(func() string)) {}, "", errWrongType, "signature: parameter 1: parameter 1: result: no one"},
		{func() (int, error) { return 0, nil }, "", errWrongType, "signature: 2 results"},
		{func() error { return nil }, "", errWrongType, "signature: result: C has no error"},
		{big.NewInt(1).Cmp, "", errWrongType, "signature: parameter 1: C has no *big.Int"},
		{big.NewInt(1).Cmp, "func(unsafe.Pointer) int", errWrongType, "signature: parameter 1: func takes a *big.Int"},
		{func(recursive) {}, "", errTooDeep, "nested more than 64 levels"},
		{(func())(nil), "", errNil, "func is a nil func()"},
		{7, "", errWrongKind, "func is a int, not a func"},
		{func() {}, "int", errWrongKind, "signature: a int is no func type"},
		{func() {}, "func(", errSyntax, "signature: "},
	} {
		f := frame{a: uint64(h.name(c.function)), b: uint64(len(c.signature)), q: h.alloc(8)}
		if c.signature != "" {
			f.p = h.copied([]byte(c.signature))
		}
		if c.want == ok {
			h.own(h.must("gobridge_cfunc_pointer", f).made)
		} else {
			h.refuse(c.want, c.words, "gobridge_cfunc_pointer", f)
		}
	}
}

type recursive func(recursive, recursive)

// What goes wrong in a closure that a C thread calls is that thread's last error.
func TestClosuresThatFail(t *testing.T) {
	h := newHost(t)
	stale, released := h.pointer(func(int32) int32 { return 1 }, "")
	h.release(released)
	h.owned = h.owned[:len(h.owned)-1]
	fails := func(function any, signature string) unsafe.Pointer {
		code, _ := h.pointer(function, signature)
		return code
	}
	for _, c := range []struct {
		code    unsafe.Pointer
		result  int32
		status  status
		message string
		stack   bool
	}{
		{fails(func(n int32) int32 { return n }, ""), 5, ok, "", false},
		{fails(func(int32) int32 { panic("a text") }, ""), 0, errPanic, "gobridge_cfunc_closure: panic: a text", true},
		{fails(func(n int32) int32 { return *(*int32)(nil) + n }, ""), 0, errPanic, "gobridge_cfunc_closure: panic: runtime error", true},
		{fails(func(int32) int32 { runtime.Goexit(); return 1 }, ""), 0, errGoexit, "gobridge_cfunc_closure: a Go function called", false},
		{fails(func(bool) int32 { return 1 }, ""), 0, errRange, "gobridge_cfunc_closure: parameter 1: a bool", false},
		{fails(func(unsafe.Pointer) int32 { return 1 }, ""), 0, errRange, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{fails(func(*int32) int32 { return 1 }, ""), 0, errRange, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{fails(func(string) int32 { return 1 }, ""), 0, errRange, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{fails(func(func()) int32 { return 1 }, ""), 0, errRange, "gobridge_cfunc_closure: parameter 1: 0x5 is no pointer", false},
		{stale, 0, errStaleRef, "gobridge_cfunc_closure: func(int32) int32 was released", false},
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
	if underASan {
		t.Skip("ASan still guards the C frames that are left")
	}
	h := newHost(t)
	apply := cfunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	var ran []string
	exits := func(n int32) int32 {
		defer func() { ran = append(ran, "inner") }()
		if n == 5 {
			runtime.Goexit()
		}
		return n
	}
	code, _ := h.pointer(func(n int32) int32 {
		defer func() { ran = append(ran, fmt.Sprint("outer ", recover())) }()
		return apply(exits, n)
	}, "")
	for i := 0; i < 100; i++ {
		ran = nil
		if n, failure := ctest.InThread(code, 4); n != 1004 || failure.Status != 0 {
			t.Errorf("it gives %d, %v", n, failure)
		}
		n, failure := ctest.InThread(code, 5)
		if n != 0 || failure.Status != int32(errGoexit) {
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
	h := newHost(t)
	apply := cfunc[func(func(int32) int32, int32) int32](h, ctest.Apply())
	for i := 0; i < 100; i++ {
		if n := apply(func(int32) int32 { panic("text") }, 5); n != 1000 {
			t.Errorf("it gives %d", n)
		}
	}
}

func TestClosuresAreReleasedWhileTheyRun(t *testing.T) {
	h := newHost(t)
	var closure ref
	var code unsafe.Pointer
	depth := 0
	code, closure = h.pointer(func(n int32) int32 {
		if depth++; depth == 1 {
			h.release(closure)
			runtime.GC()
			if n, failure := ctest.InThread(code, 1); n != 0 || failure.Status != int32(errStaleRef) {
				t.Errorf("a new call gives %d, %v", n, failure)
			}
		}
		return n
	}, "")
	h.owned = h.owned[:len(h.owned)-1]
	if n, failure := ctest.InThread(code, 9); n != 9 || depth != 1 {
		t.Errorf("it gives %d, %v", n, failure)
	}
}

// The quarantine frees the oldest, and no more than it must.
func TestQuarantine(t *testing.T) {
	h := newHost(t)
	count := func() (n int) {
		closures.Range(func(any, any) bool { n++; return true })
		return n
	}
	first, closure := h.pointer(func(n int32) int32 { return n }, "")
	h.release(closure)
	h.owned = h.owned[:len(h.owned)-1]
	function := uint64(h.name(func(n int32) int32 { return n }))
	for i := 0; i < len(quarantine.closures)-1; i++ {
		h.release(h.must("gobridge_cfunc_pointer", frame{a: function, q: h.alloc(8)}).made)
	}
	if n, failure := ctest.InThread(first, 1); n != 0 || failure.Status != int32(errStaleRef) {
		t.Errorf("it gives %d, %v", n, failure)
	}
	for i := 0; i < 5000; i++ {
		h.release(h.must("gobridge_cfunc_pointer", frame{a: function, q: h.alloc(8)}).made)
	}
	if n := count(); n != len(quarantine.closures) {
		t.Errorf("%d closures are kept", n)
	}
}

func TestSignaturesThatCHasNot(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		signature string
		want      status
		words     string
	}{
		{"func(int32, []byte)", errWrongType, "signature: parameter 2: C has no []uint8"},
		{"func(map[string]int)", errWrongType, "parameter 1: C has no map[string]int"},
		{"func(any)", errWrongType, "parameter 1: C has no interface {}"},
		{"func(chan int)", errWrongType, "parameter 1"}, {"func(error)", errWrongType, "parameter 1: C has no error"},
		{"func(complex64)", errWrongType, "parameter 1: C has no complex64"}, {"func() complex128", errWrongType, "result: C has no complex128"},
		{"func([4]int32)", errWrongType, "parameter 1: C has no [4]int32"}, {"func(time.Time)", errWrongType, "parameter 1: C has no time.Time"},
		{"func(*string)", errWrongType, "parameter 1: C has no *string"}, {"func(**int32)", errWrongType, "parameter 1"},
		{"func(struct{ s string })", errWrongType, "parameter 1"}, {"func(struct{ p *int32 })", errWrongType, "parameter 1"},
		{"func(struct{ c complex64 })", errWrongType, "parameter 1: C has no complex64"}, {"func(struct{})", errWrongType, "parameter 1"},
		{"func(struct{ n int32; e struct{} })", errWrongType, "C lays out func(struct"}, // Go pads it
		{"func(int32) (int32, int32)", errWrongType, "2 results"}, {"func(...int32)", errWrongType, "parameter 1: C has no ...int32"},
		{"func(func([]int))", errWrongType, "parameter 1: parameter 1: C has no []int"},
		{"func(func() string)", errWrongType, "parameter 1: result: no one would free"},
		{"func(func(...any))", errWrongType, "parameter 1: parameter 1: a variadic func"},
		{"func() func(func() string)", errWrongType, "result: parameter 1: result"},
		{"func(struct{ a [65537]byte })", errRange, "parameter 1: more than 65536 bytes"},
		{"func(struct{ a [40000]byte }) struct{ a [40000]byte }", errRange, "more than 65536 bytes"},
		{"int32", errWrongKind, "a int32 is no func type"}, {"func(int32", errSyntax, "signature: "},
		{"", errSyntax, "signature: "}, {"func(size_t)", errUnknownType, "size_t"},
		{"func(" + strings.Repeat("(", 100) + "int" + strings.Repeat(")", 100) + ")", errTooDeep, "64 levels"},
	} {
		h.refuse(c.want, c.words, "gobridge_cfunc_new",
			frame{p: h.copied([]byte(c.signature)), b: uint64(len(c.signature)), q: ctest.Apply()})
	}
	h.refuse(errRange, "signature: it has 65537 bytes", "gobridge_cfunc_new", frame{p: h.alloc(1 << 17), b: 65537, q: ctest.Apply()})
}

// A closure is no value.
func TestClosuresAreNoValues(t *testing.T) {
	h := newHost(t)
	_, closure := h.pointer(func() {}, "")
	h.refuse(errWrongKind, "ref is a closure, not a value", "gobridge_type_of", frame{a: uint64(closure)})
	h.refuse(errWrongKind, "func is a closure, not a value", "gobridge_cfunc_pointer", frame{a: uint64(closure)})
	for s, r := range h.bad() {
		h.refuse(s, "func", "gobridge_cfunc_pointer", frame{a: uint64(r)})
	}
}
