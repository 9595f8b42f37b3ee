package iface_test

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/iface"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

func TestGetitab(t *testing.T) {
	var (
		duration fmt.Stringer = time.Second
		instant  fmt.Stringer = time.Time{}
		pointer  fmt.Stringer = &hosttest.PointerString{}
		failed   error        = &status.Failure{}
	)
	h := hosttest.New(t)
	for _, c := range []struct {
		inter, typ reflect.Type
		holding    unsafe.Pointer
	}{
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[time.Duration](), unsafe.Pointer(&duration)},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[time.Time](), unsafe.Pointer(&instant)},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[*hosttest.PointerString](), unsafe.Pointer(&pointer)},
		{hosttest.Typ[error](), hosttest.Typ[*status.Failure](), unsafe.Pointer(&failed)},
	} {
		for canfail := uint64(0); canfail <= 1; canfail++ {
			r := h.Own(h.Must("gobridge_runtime_getitab", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(c.inter), B: hosttest.TypeRef(c.typ), C: canfail}}).NewRef)
			object, err := ref.Table.Get(r, "")
			if err != nil {
				t.Fatal(err)
			}
			found := object.(*iface.Itab)
			if found.Word != (*hosttest.Words)(c.holding).Itab || found.Inter.Type != c.inter || found.Typ.Type != c.typ {
				t.Errorf("the itab of %s and %s is %p, not %p", c.inter, c.typ, found.Word, (*hosttest.Words)(c.holding).Itab)
			}
		}
	}
}

func TestGetitabRefuses(t *testing.T) {
	h := hosttest.New(t)
	const call = "gobridge_runtime_getitab"
	for _, c := range []struct {
		inter, typ reflect.Type
		canfail    uint64
		want       status.Code
		words      string
	}{
		{hosttest.Typ[error](), hosttest.Typ[time.Duration](), 0, status.NotImplemented, "method Error"},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[int](), 0, status.NotImplemented, "method String"},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[hosttest.WrongString](), 0, status.NotImplemented, "method String"},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[hosttest.PointerString](), 0, status.NotImplemented, "method String"},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[fmt.Stringer](), 1, status.WrongKind, "type is"},
		{hosttest.Typ[fmt.Stringer](), hosttest.Typ[any](), 1, status.WrongKind, "type is"},
		{hosttest.Typ[any](), hosttest.Typ[int](), 1, status.WrongKind, "interface_type is"},
		{hosttest.Typ[int](), hosttest.Typ[int](), 1, status.WrongKind, "interface_type is"},
		{hosttest.Typ[error](), hosttest.Typ[*status.Failure](), 2, status.Argument, "canfail is 2"},
	} {
		h.Refuse(c.want, c.words, call, frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(c.inter), B: hosttest.TypeRef(c.typ), C: c.canfail}})
		if c.want == status.NotImplemented {
			if f := h.Must(call, frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(c.inter), B: hosttest.TypeRef(c.typ), C: 1}}); f.NewRef != 0 {
				t.Errorf("%s has an itab for %s", c.typ, c.inter)
			}
		}
	}
}

func TestImplements(t *testing.T) {
	h := hosttest.New(t)
	for _, c := range []struct {
		v     any
		inter reflect.Type
		want  uint64
	}{
		{time.Second, hosttest.Typ[fmt.Stringer](), 1}, {hosttest.Ptr(time.Second), hosttest.Typ[fmt.Stringer](), 1}, {1, hosttest.Typ[fmt.Stringer](), 0},
		{hosttest.WrongString{}, hosttest.Typ[fmt.Stringer](), 0}, {hosttest.PointerString{}, hosttest.Typ[fmt.Stringer](), 0},
		{&hosttest.PointerString{}, hosttest.Typ[fmt.Stringer](), 1}, {(*hosttest.PointerString)(nil), hosttest.Typ[fmt.Stringer](), 1},
		{countedMap{}, hosttest.Typ[fmt.Stringer](), 1}, {countedMap(nil), hosttest.Typ[fmt.Stringer](), 1}, {map[int]int{}, hosttest.Typ[fmt.Stringer](), 0},
		{&status.Failure{}, hosttest.Typ[error](), 1}, {status.Failure{}, hosttest.Typ[error](), 0}, {1, hosttest.Typ[any](), 1}, {"text", hosttest.Typ[any](), 1},
		{hosttest.PointerString{}, hosttest.Typ[interface{ unexported() }](), 0}, {countedMap{}, hosttest.Typ[interface{ unexported() }](), 1},
	} {
		f := h.Must("gobridge_iface_implements", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(c.v)), B: hosttest.TypeRef(c.inter)}})
		if f.Result != c.want {
			t.Errorf("%T and %s: %d", c.v, c.inter, f.Result)
		}
	}
	h.Refuse(status.WrongKind, "interface_type", "gobridge_iface_implements", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(1)), B: hosttest.TypeRef(hosttest.Typ[int]())}})
}

type countedMap map[string]int

func (m countedMap) String() string { return fmt.Sprint(len(m)) }

func (m *countedMap) Replace(string) {}

func (m countedMap) unexported() {}

// A method is bound to what its value is; a map is the same map.
func TestMethods(t *testing.T) {
	h := hosttest.New(t)
	m := countedMap{}
	bound := func(v any, name string) any {
		r := h.Own(h.Must("gobridge_iface_method", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(v)), P: h.Copied([]byte(name)), B: uint64(len(name))}}).NewRef)
		object, err := ref.Table.Get(r, "")
		if err != nil {
			t.Fatal(err)
		}
		return object
	}
	duration, counted := bound(time.Minute, "String").(func() string), bound(m, "String").(func() string)
	variable := bound(&m, "String").(func() string)
	m["one"] = 1
	hosttest.Collect()
	if got := []string{duration(), counted(), variable()}; !reflect.DeepEqual(got, []string{"1m0s", "1", "1"}) {
		t.Errorf("%q", got)
	}
	bound(&m, "Replace").(func(string))("")
	for _, c := range []struct {
		v     any
		name  string
		want  status.Code
		words string
	}{
		{m, "Replace", status.UnknownName, `"String"`}, {m, "unexported", status.Unexported, `"String"`},
		{&m, "Stringer", status.UnknownName, `"String", "Replace"`}, {1, "String", status.UnknownName, "int"},
		{m, "", status.UnknownName, "name"}, {m, "func", status.UnknownName, "name"}, {m, "String()", status.UnknownName, "name"},
	} {
		h.Refuse(c.want, c.words, "gobridge_iface_method",
			frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(c.v)), P: h.Copied([]byte(c.name)), B: uint64(len(c.name))}})
	}
}

func TestBoxes(t *testing.T) {
	h := hosttest.New(t)
	check := func(call string, f frame.Frame, want any) {
		t.Helper()
		r := h.Own(h.Must(call, f).NewRef)
		h.Forget() // the box holds a copy
		if got, err := ref.Table.Get(r, ""); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v, not %#v", call, got, err, want)
		}
	}
	for _, n := range []uint64{0, 1, 255, 256, 1 << 32, math.MaxUint64} {
		check("gobridge_runtime_convT64", frame.Frame{Slots: frame.Slots{B: n}}, n)
	}
	for _, b := range [][]byte{{}, []byte("a"), []byte("NUL\x00 and \xff"), bytes.Repeat([]byte("0123456789"), 10000)} {
		check("gobridge_runtime_convTstring", frame.Frame{Slots: frame.Slots{P: h.Copied(b), B: uint64(len(b))}}, string(b))
		check("gobridge_runtime_convTslice", frame.Frame{Slots: frame.Slots{P: h.Copied(b), B: uint64(len(b))}}, b)
	}
}

// No Go value has more bytes than int holds; what runs off the host's memory is a fault.
func TestBoxesRefuseLengths(t *testing.T) {
	if hosttest.UnderASan {
		t.Skip("ASan is in the way")
	}
	h := hosttest.New(t)
	for _, n := range []uint64{1 << 46, math.MaxInt + 1, math.MaxUint64} {
		want := status.Address
		if n > math.MaxInt {
			want = status.Limit
		}
		for _, call := range []string{"gobridge_runtime_convTstring", "gobridge_runtime_convTslice"} {
			h.Refuse(want, "", call, frame.Frame{Slots: frame.Slots{P: h.Alloc(1), B: n}})
		}
	}
}
