package bridge

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// store hands a value to a new variable, and gives the variable.
func (h *host) store(t reflect.Type, v value) (reflect.Value, status, string) {
	h.Helper()
	to := reflect.New(t)
	p := h.alloc(unsafe.Sizeof(v))
	*(*value)(p) = v
	_, status, message := call(h, "gobridge_value_store", frame{a: uint64(h.name(to.Interface())), p: p})
	return to.Elem(), status, message
}

func (h *host) text(s string) value {
	return value{kind: uint32(reflect.String), len: uint64(len(s)), as: addressOf(h.copied([]byte(s)))}
}

func (h *host) bytes(s string) value {
	v := h.text(s)
	v.kind = kindBytes
	return v
}

func (h *host) reference(v any) value { return value{kind: kindRef, as: uint64(h.name(v))} }

func number(of reflect.Kind, as uint64) value { return value{kind: uint32(of), as: as} }

func float(of reflect.Kind, f float64) value { return number(of, math.Float64bits(f)) }

type (
	namedBytes []byte
	namedMap   map[string]int
)

// minus is the bits of -n.
func minus(n int64) uint64 { return uint64(-n) }

func TestValuesFromC(t *testing.T) {
	h := newHost(t)
	n := 7
	ch := make(chan int)
	anyType, errorType := typ[any](), typ[error]()
	for _, c := range []struct {
		of   reflect.Type
		v    value
		want any
	}{
		{anyType, number(reflect.Bool, 0), false}, {anyType, number(reflect.Bool, 1), true},
		{anyType, number(reflect.Int, 5), 5}, {anyType, number(reflect.Int, minus(5)), -5},
		{anyType, number(reflect.Int8, 127), int8(127)}, {anyType, number(reflect.Int8, minus(128)), int8(-128)},
		{anyType, number(reflect.Int16, math.MaxInt16), int16(math.MaxInt16)},
		{anyType, number(reflect.Int32, minus(1<<31)), int32(math.MinInt32)},
		{anyType, number(reflect.Int64, 1<<63), int64(math.MinInt64)}, {anyType, number(reflect.Uint, 9), uint(9)},
		{anyType, number(reflect.Uint8, 255), uint8(255)}, {anyType, number(reflect.Uint16, 65535), uint16(65535)},
		{anyType, number(reflect.Uint32, math.MaxUint32), uint32(math.MaxUint32)},
		{anyType, number(reflect.Uint64, math.MaxUint64), uint64(math.MaxUint64)},
		{anyType, number(reflect.Uintptr, 1<<32-1), uintptr(1<<32 - 1)},
		{anyType, float(reflect.Float32, 1.5), float32(1.5)},
		{anyType, float(reflect.Float32, math.MaxFloat32), float32(math.MaxFloat32)},
		{anyType, float(reflect.Float32, math.Inf(-1)), float32(math.Inf(-1))},
		{anyType, float(reflect.Float64, math.MaxFloat64), math.MaxFloat64},
		{anyType, h.text("s\x00\xff"), "s\x00\xff"}, {anyType, h.bytes("b\x00\xff"), []byte("b\x00\xff")},
		{anyType, value{}, nil}, {anyType, h.reference(time.Second), time.Second}, {anyType, h.reference(&n), &n},
		{anyType, h.reference(namedMap{"a": 1}), namedMap{"a": 1}},
		{anyType, h.reference(namedMap(nil)), namedMap(nil)},
		{errorType, value{}, nil}, {errorType, h.reference(os.ErrExist), os.ErrExist},
		{typ[fmt.Stringer](), h.reference(time.March), time.March},

		{typ[string](), h.text(""), ""}, {typ[string](), h.text("text"), "text"},
		{typ[string](), value{kind: uint32(reflect.String)}, ""},
		{typ[string](), h.reference("text"), "text"}, {typ[named](), h.text("text"), named("text")},
		{typ[named](), h.reference(named("text")), named("text")}, {typ[[]byte](), h.bytes("b"), []byte("b")},
		{typ[[]byte](), h.bytes(""), []byte{}}, {typ[[]byte](), value{}, []byte(nil)},
		{typ[namedBytes](), h.bytes("b"), namedBytes("b")},
		{typ[[]byte](), value{kind: kindBytes}, []byte{}}, {typ[[]byte](), h.reference(namedBytes("b")), []byte("b")},
		{typ[[]int](), h.reference([]int{1, 2}), []int{1, 2}}, {typ[[]int](), value{}, []int(nil)},
		{typ[namedMap](), h.reference(map[string]int{"a": 1}), namedMap{"a": 1}},
		{typ[namedMap](), value{}, namedMap(nil)},
		{typ[*int](), h.reference(&n), &n}, {typ[*int](), value{}, (*int)(nil)},
		{typ[<-chan int](), h.reference(ch), (<-chan int)(ch)}, {typ[chan int](), value{}, (chan int)(nil)},
		{typ[func()](), value{}, (func())(nil)}, {typ[unsafe.Pointer](), value{}, unsafe.Pointer(nil)},
		{typ[unsafe.Pointer](), h.reference(unsafe.Pointer(&n)), unsafe.Pointer(&n)},
		{typ[[1]*int](), h.reference([1]*int{&n}), [1]*int{&n}},
		{typ[time.Time](), h.reference(time.Unix(1, 2)), time.Unix(1, 2)},

		// a reference to a *T stands for the T
		{typ[string](), h.reference(ptr("text")), "text"}, {typ[[]int](), h.reference(ptr([]int{1})), []int{1}},
		{typ[*int](), h.reference(ptr(&n)), &n},
		{typ[map[string]int](), h.reference(ptr(map[string]int{"a": 1})), map[string]int{"a": 1}},
		{typ[time.Time](), h.reference(ptr(time.Unix(3, 4))), time.Unix(3, 4)},
		{anyType, h.reference(ptr("text")), ptr("text")},
	} {
		got, status, message := h.store(c.of, c.v)
		want := reflect.New(c.of).Elem()
		if c.want != nil {
			want.Set(reflect.ValueOf(c.want))
		}
		if status != ok || !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Errorf("%+v for a %s: %#v (status %d: %s), not %#v", c.v, c.of, got, status, message, c.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestBadValuesFromC(t *testing.T) {
	h := newHost(t)
	bad := h.bad()
	m := h.must("gobridge_runtime_makemap_small", frame{a: typeRef(typ[map[string]int]())})
	h.own(m.made)
	it := h.own(h.must("gobridge_reflect_mapiterinit", frame{a: uint64(m.made)}).made)
	raw := func(r ref) value { return value{kind: kindRef, as: uint64(r)} }
	anyType := typ[any]()
	type badValue struct {
		of   reflect.Type
		v    value
		want status
	}
	cases := []badValue{
		{anyType, number(reflect.Bool, 2), errRange}, {anyType, number(reflect.Int8, 128), errRange},
		{anyType, number(reflect.Int8, minus(129)), errRange}, {anyType, number(reflect.Int16, 1<<15), errRange},
		{anyType, number(reflect.Int32, 1<<31), errRange}, {anyType, number(reflect.Int32, math.MaxUint32), errRange},
		{anyType, number(reflect.Uint8, 256), errRange}, {anyType, number(reflect.Uint16, minus(1)), errRange},
		{anyType, number(reflect.Uint32, 1<<32), errRange},
		{anyType, float(reflect.Float32, math.MaxFloat64), errRange},
		{anyType, value{kind: uint32(reflect.Complex64)}, errWrongType},
		{anyType, value{kind: uint32(reflect.Struct)}, errWrongType},
		{anyType, value{kind: 27}, errWrongType}, {anyType, value{kind: 31}, errWrongType},
		{anyType, value{kind: 34}, errWrongType},
		{anyType, value{kind: math.MaxUint32}, errWrongType},
		{anyType, value{kind: uint32(reflect.String), len: math.MaxInt + 1}, errRange},
		{anyType, value{kind: kindBytes, len: math.MaxUint64}, errRange},
		{anyType, value{kind: uint32(reflect.String), len: 1}, errNull},
		{anyType, value{kind: kindBytes, as: 4095, len: 1}, errNull},
		{typ[string](), value{kind: uint32(reflect.String), len: 1}, errNull},
		{typ[[]byte](), value{kind: kindBytes, len: 1}, errNull},
		{typ[string](), value{kind: uint32(reflect.String), len: 1 << 63}, errRange},
		{typ[string](), value{}, errWrongType}, {typ[[1]*int](), value{}, errWrongType},
		{typ[time.Time](), value{}, errWrongType},
		{typ[string](), h.bytes("b"), errWrongType}, {typ[string](), number(reflect.Int, 1), errWrongType},
		{typ[[]byte](), h.text("s"), errWrongType}, {typ[[]int](), h.bytes("b"), errWrongType},
		{typ[*int](), number(reflect.Int, 1), errWrongType}, {typ[*string](), h.text("s"), errWrongType},
		{typ[error](), h.text("s"), errWrongType}, {typ[error](), number(reflect.Int, 1), errWrongType},
		{typ[error](), h.reference(time.Second), errWrongType},
		{typ[fmt.Stringer](), h.reference(ptr(1)), errWrongType},
		{typ[string](), h.reference(named("s")), errWrongType}, {typ[named](), h.reference("s"), errWrongType},
		{typ[*int](), h.reference(1), errWrongType}, {typ[*int](), h.reference(new(int8)), errWrongType},
		{typ[chan int](), h.reference(make(<-chan int)), errWrongType},
		{typ[[]int](), h.reference([]int8{}), errWrongType},
		{typ[[]int](), h.reference(ptr(ptr([]int{}))), errWrongType},
		{typ[map[string]int](), h.reference(map[string]int8{}), errWrongType},
		{typ[string](), h.reference((*string)(nil)), errNil}, {typ[[]int](), h.reference((*[]int)(nil)), errNil},
		{anyType, raw(it), errWrongKind}, {typ[map[string]int](), raw(it), errWrongKind},
		{anyType, raw(ref(typeRef(anyType))), errWrongKind},
	}
	for want, r := range bad {
		cases = append(cases, badValue{anyType, raw(r), want}, badValue{typ[*int](), raw(r), want})
	}
	for _, flagged := range []value{{}, h.text("s"), h.bytes("b"), number(reflect.Int, 1), h.reference(1)} {
		flagged.flags = 1
		cases = append(cases, badValue{anyType, flagged, errRange}, badValue{typ[string](), flagged, errRange})
	}
	if math.MaxInt == math.MaxInt32 {
		cases = append(cases, badValue{anyType, number(reflect.Int, 1<<31), errRange},
			badValue{anyType, number(reflect.Uintptr, 1<<32), errRange})
	}
	for _, c := range cases {
		got, status, message := h.store(c.of, c.v)
		if status != c.want || !strings.HasPrefix(message, "gobridge_value_store: data: ") {
			t.Errorf("%+v for a %s: status %d, not %d: %s", c.v, c.of, status, c.want, message)
		}
		if !got.IsZero() {
			t.Errorf("%+v for a %s failed and has set %v", c.v, c.of, got)
		}
	}
}

// load reads what a reference names; its text is what a view shows, and is released with it.
func (h *host) load(call string, r ref) (v value, shown string) {
	h.Helper()
	p := h.alloc(unsafe.Sizeof(v))
	h.must(call, frame{a: uint64(r), p: p})
	if v = *(*value)(p); v.kind == uint32(reflect.String) || v.kind == kindBytes {
		shown = strings.Clone(v.shown())
	}
	if v.owner != 0 {
		h.release(v.owner)
	}
	h.forget()
	return v, shown
}

func TestValuesToC(t *testing.T) {
	h := newHost(t)
	n := 1
	for _, c := range []struct {
		pointer any
		kind    uint32
		as      uint64
		shown   string
	}{
		{ptr("text\x00\xff"), uint32(reflect.String), 0, "text\x00\xff"}, {ptr(""), uint32(reflect.String), 0, ""},
		{ptr(named("n")), uint32(reflect.String), 0, "n"}, {ptr([]byte("b")), kindBytes, 0, "b"},
		{ptr([]byte{}), kindBytes, 0, ""},
		{ptr([]byte(nil)), 0, 0, ""}, {ptr([]int(nil)), 0, 0, ""}, {ptr([]int{}), kindRef, 0, ""},
		{ptr((*int)(nil)), 0, 0, ""},
		{ptr(&n), kindRef, 0, ""}, {ptr(namedMap(nil)), 0, 0, ""}, {ptr(namedMap{}), kindRef, 0, ""},
		{ptr((func())(nil)), 0, 0, ""},
		{ptr((chan int)(nil)), 0, 0, ""}, {ptr(unsafe.Pointer(nil)), 0, 0, ""}, {ptr([1]*int{}), kindRef, 0, ""},
		{ptr(time.Time{}), kindRef, 0, ""}, {ptr(any(nil)), 0, 0, ""}, {ptr(error(nil)), 0, 0, ""},
		{ptr(os.ErrExist), kindRef, 0, ""},
		{ptr(any(true)), uint32(reflect.Bool), 1, ""}, {ptr(any(false)), uint32(reflect.Bool), 0, ""},
		{ptr(any(-1)), uint32(reflect.Int), math.MaxUint64, ""},
		{ptr(any(int8(-2))), uint32(reflect.Int8), minus(2), ""},
		{ptr(any(uint8(200))), uint32(reflect.Uint8), 200, ""},
		{ptr(any(uint64(1 << 63))), uint32(reflect.Uint64), 1 << 63, ""},
		{ptr(any(float32(1.5))), uint32(reflect.Float32), math.Float64bits(1.5), ""},
		{ptr(any(-0.5)), uint32(reflect.Float64), math.Float64bits(-0.5), ""},
		{ptr(any("s")), uint32(reflect.String), 0, "s"},
		{ptr(any([]byte("b"))), kindBytes, 0, "b"}, {ptr(any(1i)), kindRef, 0, ""},
		{ptr(any(time.Second)), kindRef, 0, ""},
		{ptr(any(named("n"))), kindRef, 0, ""}, {ptr(any(namedBytes("n"))), kindRef, 0, ""},
		{ptr(any((*int)(nil))), kindRef, 0, ""},
		{ptr(any([2]int{})), kindRef, 0, ""}, {ptr(fmt.Stringer(time.Second)), kindRef, 0, ""},
	} {
		v, shown := h.load("gobridge_value_load", h.name(c.pointer))
		if v.kind != c.kind || shown != c.shown || v.len != uint64(len(c.shown)) || v.flags != 0 {
			t.Errorf("%#v comes out as %+v, %q", reflect.ValueOf(c.pointer).Elem(), v, shown)
		}
		switch {
		case v.kind == kindRef:
			if v.owner == 0 || uint64(v.owner) != v.as {
				t.Errorf("%#v comes out as %+v, which does not own itself", c.pointer, v)
			}
		case v.kind == uint32(reflect.String), v.kind == kindBytes:
			if v.as == 0 || v.owner == 0 && v.len > 0 {
				t.Errorf("%#v comes out as %+v", c.pointer, v)
			}
		case v.as != c.as || v.owner != 0:
			t.Errorf("%#v comes out as %+v, not %#x", c.pointer, v, c.as)
		}
	}
}

func TestValueGet(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		v     any
		kind  uint32
		as    uint64
		shown string
	}{
		{time.Second, uint32(reflect.Int64), uint64(time.Second), ""}, {uint64(3), uint32(reflect.Uint64), 3, ""},
		{true, uint32(reflect.Bool), 1, ""}, {2.5, uint32(reflect.Float64), math.Float64bits(2.5), ""},
		{"text", uint32(reflect.String), 0, "text"}, {named("n"), uint32(reflect.String), 0, "n"},
		{"", uint32(reflect.String), 0, ""},
		{[]byte("b"), kindBytes, 0, "b"}, {[]byte{}, kindBytes, 0, ""}, {namedBytes("n"), kindBytes, 0, "n"},
		{1i, kindRef, 0, ""}, {[]byte(nil), kindRef, 0, ""}, {[]int{1}, kindRef, 0, ""}, {map[int]int{}, kindRef, 0, ""},
		{new(int), kindRef, 0, ""},
	} {
		r := h.name(c.v)
		v, shown := h.load("gobridge_value_get", r)
		if v.kind != c.kind || shown != c.shown || v.len != uint64(len(c.shown)) {
			t.Errorf("%#v is %+v, %q", c.v, v, shown)
		}
		if v.kind == kindRef && (v.as != uint64(r) || v.owner != 0) || c.as != 0 && v.as != c.as {
			t.Errorf("%#v of %#x is %+v", c.v, uint64(r), v)
		}
	}
}

func TestVariables(t *testing.T) {
	h := newHost(t)
	for _, of := range append(keyTypes, moreTypes...) {
		g := newGenerator(t)
		variable := h.own(h.must("gobridge_value_new", frame{a: typeRef(of)}).made)
		load := func(r ref) reflect.Value {
			f := frame{a: uint64(r), p: h.room(of)}
			h.must("gobridge_value_load", f)
			return h.out(of, f.p)
		}
		if got := load(variable); !got.IsZero() {
			t.Errorf("a new %s is %q", of, show(got))
		}
		v := g.value(of, false)
		h.must("gobridge_value_store", frame{a: uint64(variable), p: h.in(v)})
		h.forget()
		if got := load(variable); show(got) != show(v) {
			t.Errorf("%s holds %q, not %q", of, show(got), show(v))
		}
		made := h.must("gobridge_value_box", frame{a: typeRef(of), p: h.in(v)}).made
		h.forget()
		if made == 0 {
			if of.Kind() != reflect.Interface || !v.IsNil() {
				t.Errorf("the box of %s %q is 0", of, show(v))
			}
			continue
		}
		h.own(made)
		if of.Kind() == reflect.Interface {
			v = v.Elem()
			of = v.Type()
		}
		if v.Kind() == reflect.Pointer { // of a *T, the T is loaded
			continue
		}
		if got := load(made); show(got) != show(v) {
			t.Errorf("the box of %s holds %q, not %q", of, show(got), show(v))
		}
		h.refuse(errWrongKind, "pointer", "gobridge_value_store", frame{a: uint64(made), p: h.alloc(64)})
	}
	for _, call := range []string{"gobridge_value_load", "gobridge_value_store"} {
		h.refuse(errNil, "nil *int", call, frame{a: uint64(h.name((*int)(nil))), p: h.alloc(64)})
	}
}

// What comes out of an interface goes back in with the same dynamic type.
func TestInterfacesKeepTheirTypes(t *testing.T) {
	h := newHost(t)
	n := 1
	for _, held := range []any{
		nil, true, -1, int8(-1), int16(-1), int32(-1), int64(-1), uint(1), uint8(1), uint16(1), uint32(1), uint64(1), uintptr(1),
		float32(1.5), math.Copysign(0, -1), math.Inf(1), complex64(1i), 1i, "", "s", "\x00\xff", []byte{}, []byte("b"), []byte(nil),
		named("n"), namedBytes("n"), namedBytes(nil), namedMap{"a": 1}, namedMap(nil), time.Second, time.Month(2), time.Unix(1, 2),
		[2]int{1, 2}, [0]int{}, struct{}{}, struct{ A any }{1}, &n, (*int)(nil), []int(nil), []int{1}, []any{nil, 1},
		map[string]int{"a": 1}, map[string]int(nil), (chan int)(nil), errors.New("an error"), unsafe.Pointer(&n), unsafe.Pointer(nil),
		reflect.TypeOf(0), ptr(any(1)),
	} {
		from := ptr(held)
		p := h.alloc(unsafe.Sizeof(value{}))
		h.must("gobridge_value_load", frame{a: uint64(h.name(from)), p: p})
		v := *(*value)(p)
		back, status, message := h.store(typ[any](), v)
		if status != ok || !reflect.DeepEqual(back.Interface(), held) {
			t.Errorf("%#v comes back as %#v (status %d: %s)", held, back.Interface(), status, message)
		}
		if v.owner != 0 {
			h.release(v.owner)
		}
		h.forget()
	}
}

// What C reads stays where it is and is not freed, though Go has forgotten it, until the value is released. Where
// Go frees memory, GODEBUG=clobberfree=1 has it overwritten.
func TestViewsLast(t *testing.T) {
	if !strings.Contains(os.Getenv("GODEBUG"), "clobberfree=1") {
		again := exec.Command(os.Args[0], "-test.run=^TestViewsLast$", "-test.v")
		again.Env = append(os.Environ(), "GODEBUG=clobberfree=1,"+os.Getenv("GODEBUG"), "GOGC=1")
		output, err := again.CombinedOutput()
		if err != nil || !bytes.Contains(output, []byte("--- PASS: TestViewsLast")) {
			t.Fatalf("%v\n%s", err, output)
		}
		return
	}
	h := newHost(t)
	const views = 1000
	want := func(i int) string { return strings.Repeat(fmt.Sprint(i, "\x00"), 1+i%200) }
	var shown []value
	for i := 0; i < views; i++ {
		var variable any = ptr(want(i))
		if i%2 == 1 {
			variable = ptr(any([]byte(want(i))))
		}
		p := h.alloc(unsafe.Sizeof(value{}))
		r := name(&frame{}, variable)
		h.must("gobridge_value_load", frame{a: uint64(r), p: p})
		shown = append(shown, *(*value)(p))
		object, err := refs.get(h.own(shown[i].owner), "")
		if err != nil || reflect.ValueOf(&object.(*view).pins.pinner).Elem().Field(0).IsNil() {
			t.Fatalf("view %d is not pinned, %v", i, err)
		}
		h.release(r)
		h.forget()
	}
	for round := 0; round < 3; round++ {
		collect()
		for i := range shown {
			if got := shown[i].shown(); got != want(i) {
				t.Fatalf("view %d shows %q, not %q", i, got, want(i))
			}
		}
	}
}

// Text of the program itself is not on the heap, and can not be pinned.
func TestViewOfAConstant(t *testing.T) {
	h := newHost(t)
	constant := "constant"
	if _, shown := h.load("gobridge_value_load", h.name(&constant)); shown != "constant" {
		t.Errorf("it shows %q", shown)
	}
}
