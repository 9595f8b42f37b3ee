package bridge

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"
	"unsafe"
)

type wrongString struct{}

func (wrongString) String() int { return 0 }

type pointerString struct{}

func (*pointerString) String() string { return "" }

// words is how Go lays out a value of an interface type with methods.
type words struct{ itab, data unsafe.Pointer }

func TestGetitab(t *testing.T) {
	var (
		duration fmt.Stringer = time.Second
		instant  fmt.Stringer = time.Time{}
		pointer  fmt.Stringer = &pointerString{}
		failed   error        = &failure{}
	)
	h := newHost(t)
	for _, c := range []struct {
		inter, typ reflect.Type
		holding    unsafe.Pointer
	}{
		{typ[fmt.Stringer](), typ[time.Duration](), unsafe.Pointer(&duration)},
		{typ[fmt.Stringer](), typ[time.Time](), unsafe.Pointer(&instant)},
		{typ[fmt.Stringer](), typ[*pointerString](), unsafe.Pointer(&pointer)},
		{typ[error](), typ[*failure](), unsafe.Pointer(&failed)},
	} {
		for canfail := uint64(0); canfail <= 1; canfail++ {
			r := h.own(h.must("gobridge_runtime_getitab", frame{a: typeRef(c.inter), b: typeRef(c.typ), c: canfail}).made)
			object, err := refs.get(r, "")
			if err != nil {
				t.Fatal(err)
			}
			found := object.(*itab)
			if found.word != (*words)(c.holding).itab || found.inter.Type != c.inter || found.typ.Type != c.typ {
				t.Errorf("the itab of %s and %s is %p, not %p", c.inter, c.typ, found.word, (*words)(c.holding).itab)
			}
		}
	}
}

func TestGetitabRefuses(t *testing.T) {
	h := newHost(t)
	const call = "gobridge_runtime_getitab"
	for _, c := range []struct {
		inter, typ reflect.Type
		canfail    uint64
		want       status
		words      string
	}{
		{typ[error](), typ[time.Duration](), 0, errNotImplemented, "method Error"},
		{typ[fmt.Stringer](), typ[int](), 0, errNotImplemented, "method String"},
		{typ[fmt.Stringer](), typ[wrongString](), 0, errNotImplemented, "method String"},
		{typ[fmt.Stringer](), typ[pointerString](), 0, errNotImplemented, "method String"},
		{typ[fmt.Stringer](), typ[fmt.Stringer](), 1, errWrongKind, "type is"},
		{typ[fmt.Stringer](), typ[any](), 1, errWrongKind, "type is"},
		{typ[any](), typ[int](), 1, errWrongKind, "interface_type is"},
		{typ[int](), typ[int](), 1, errWrongKind, "interface_type is"},
		{typ[error](), typ[*failure](), 2, errRange, "canfail is 2"},
	} {
		h.refuse(c.want, c.words, call, frame{a: typeRef(c.inter), b: typeRef(c.typ), c: c.canfail})
		if c.want == errNotImplemented {
			if f := h.must(call, frame{a: typeRef(c.inter), b: typeRef(c.typ), c: 1}); f.made != 0 {
				t.Errorf("%s has an itab for %s", c.typ, c.inter)
			}
		}
	}
}

func TestImplements(t *testing.T) {
	h := newHost(t)
	for _, c := range []struct {
		v     any
		inter reflect.Type
		want  uint64
	}{
		{time.Second, typ[fmt.Stringer](), 1}, {ptr(time.Second), typ[fmt.Stringer](), 1}, {1, typ[fmt.Stringer](), 0},
		{wrongString{}, typ[fmt.Stringer](), 0}, {pointerString{}, typ[fmt.Stringer](), 0},
		{&pointerString{}, typ[fmt.Stringer](), 1}, {(*pointerString)(nil), typ[fmt.Stringer](), 1},
		{countedMap{}, typ[fmt.Stringer](), 1}, {countedMap(nil), typ[fmt.Stringer](), 1}, {map[int]int{}, typ[fmt.Stringer](), 0},
		{&failure{}, typ[error](), 1}, {failure{}, typ[error](), 0}, {1, typ[any](), 1}, {"text", typ[any](), 1},
		{pointerString{}, typ[interface{ unexported() }](), 0}, {countedMap{}, typ[interface{ unexported() }](), 1},
	} {
		f := h.must("gobridge_iface_implements", frame{a: uint64(h.name(c.v)), b: typeRef(c.inter)})
		if f.result != c.want {
			t.Errorf("%T and %s: %d", c.v, c.inter, f.result)
		}
	}
	h.refuse(errWrongKind, "interface_type", "gobridge_iface_implements", frame{a: uint64(h.name(1)), b: typeRef(typ[int]())})
}

type countedMap map[string]int

func (m countedMap) String() string  { return fmt.Sprint(len(m)) }
func (m *countedMap) Replace(string) {}
func (m countedMap) unexported()     {}

// A method is bound to what its value is; a map is the same map.
func TestMethods(t *testing.T) {
	h := newHost(t)
	m := countedMap{}
	bound := func(v any, name string) any {
		r := h.own(h.must("gobridge_iface_method", frame{a: uint64(h.name(v)), p: h.copied([]byte(name)), b: uint64(len(name))}).made)
		object, err := refs.get(r, "")
		if err != nil {
			t.Fatal(err)
		}
		return object
	}
	duration, counted := bound(time.Minute, "String").(func() string), bound(m, "String").(func() string)
	variable := bound(&m, "String").(func() string)
	m["one"] = 1
	collect()
	if got := []string{duration(), counted(), variable()}; !reflect.DeepEqual(got, []string{"1m0s", "1", "1"}) {
		t.Errorf("%q", got)
	}
	bound(&m, "Replace").(func(string))("")
	for _, c := range []struct {
		v     any
		name  string
		want  status
		words string
	}{
		{m, "Replace", errUnknownName, `"String"`}, {m, "unexported", errUnexported, `"String"`},
		{&m, "Stringer", errUnknownName, `"String", "Replace"`}, {1, "String", errUnknownName, "int"},
		{m, "", errUnknownName, "name"}, {m, "func", errUnknownName, "name"}, {m, "String()", errUnknownName, "name"},
	} {
		h.refuse(c.want, c.words, "gobridge_iface_method",
			frame{a: uint64(h.name(c.v)), p: h.copied([]byte(c.name)), b: uint64(len(c.name))})
	}
}

func TestBoxes(t *testing.T) {
	h := newHost(t)
	check := func(call string, f frame, want any) {
		t.Helper()
		r := h.own(h.must(call, f).made)
		h.forget() // the box holds a copy
		if got, err := refs.get(r, ""); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v, not %#v", call, got, err, want)
		}
	}
	for _, n := range []uint64{0, 1, 255, 256, 1 << 32, math.MaxUint64} {
		check("gobridge_runtime_convT64", frame{b: n}, n)
	}
	for _, b := range [][]byte{{}, []byte("a"), []byte("NUL\x00 and \xff"), bytes.Repeat([]byte("0123456789"), 10000)} {
		check("gobridge_runtime_convTstring", frame{p: h.copied(b), b: uint64(len(b))}, string(b))
		check("gobridge_runtime_convTslice", frame{p: h.copied(b), b: uint64(len(b))}, b)
	}
}

// No Go value has more bytes than int holds; what runs off the host's memory is a fault.
func TestBoxesRefuseLengths(t *testing.T) {
	if underASan {
		t.Skip("ASan is in the way")
	}
	h := newHost(t)
	for _, n := range []uint64{1 << 46, math.MaxInt + 1, math.MaxUint64} {
		want := errPanic
		if n > math.MaxInt {
			want = errRange
		}
		for _, call := range []string{"gobridge_runtime_convTstring", "gobridge_runtime_convTslice"} {
			h.refuse(want, "", call, frame{p: h.alloc(1), b: n})
		}
	}
}
