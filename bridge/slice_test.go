package bridge

import (
	"reflect"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// read gives a value that a call puts at f.p or f.q, as a Go value of a type.
func (h *host) read(name string, f frame, of reflect.Type) reflect.Value {
	h.Helper()
	p := h.alloc(unsafe.Sizeof(value{}))
	if f.p == nil {
		f.p = p
	} else {
		f.q = p
	}
	f = h.must(name, f)
	v := (*value)(p)
	if f.made != v.owner {
		h.Errorf("%s gave %#x, and the value owns %#x", name, f.made, v.owner)
	}
	if isScalar(of.Kind()) {
		to := reflect.New(of).Elem()
		if err := v.number(layout.Of(of), to.Addr().UnsafePointer()); err != nil {
			h.Error(err)
		}
		return to
	}
	if v.kind != kindRef || !isPlain(of) {
		return h.out(of, p)
	}
	held, err := valueAt(&frame{}, ref(v.as), "")
	if err != nil {
		h.Error(err)
	}
	h.release(v.owner)
	return held
}

// given lays out a value as C would for a Go value of any type, also of one without pointers.
func (h *host) given(v reflect.Value) value {
	h.Helper()
	if isScalar(v.Kind()) {
		return scalarOf(v)
	}
	return h.value(v)
}

// Elements of all types that the tests know go in and come out.
func TestElements(t *testing.T) {
	h := newHost(t)
	for _, of := range append(keyTypes, moreTypes...) {
		g := newGenerator(t)
		f := h.must("gobridge_slice_make", frame{a: typeRef(reflect.SliceOf(of)), b: 2, c: 2})
		slice := h.own(f.made)
		for i := 0; i < 20; i++ {
			want, index := g.value(of, false), uint64(i%2)
			p := h.alloc(unsafe.Sizeof(value{}))
			*(*value)(p) = h.given(want)
			h.must("gobridge_slice_set", frame{a: uint64(slice), b: index, p: p})
			h.forget()
			if got := h.read("gobridge_slice_get", frame{a: uint64(slice), b: index}, of); show(got) != show(want) {
				t.Errorf("an element of %s is %q, not %q", of, show(got), show(want))
			}
			h.forget()
		}
	}
}

// What is appended is what Go's append would have, also in which memory.
func TestAppendIsGos(t *testing.T) {
	h := newHost(t)
	for _, of := range append(keyTypes, moreTypes...) {
		g := newGenerator(t)
		native := reflect.MakeSlice(reflect.SliceOf(of), 0, 3)
		r := h.name(native.Interface())
		for round := 0; round < 8; round++ {
			elems := reflect.MakeSlice(native.Type(), 0, 0)
			p := h.alloc(8 * unsafe.Sizeof(value{}))
			for i := 0; i < round%4; i++ {
				elem := g.value(of, false)
				elems = reflect.Append(elems, elem)
				unsafe.Slice((*value)(p), 8)[i] = h.given(elem)
			}
			before := native
			native = reflect.AppendSlice(native, elems)
			f := h.must("gobridge_slice_append", frame{a: uint64(r), b: uint64(elems.Len()), p: p})
			h.forget()
			got, err := valueAt(&frame{}, h.own(f.made), "")
			if err != nil {
				t.Fatal(err)
			}
			if got.Type() != native.Type() || got.Len() != native.Len() || got.Cap() != native.Cap() {
				t.Fatalf("%s: %d elements of %d, not %d of %d", of, got.Len(), got.Cap(), native.Len(), native.Cap())
			}
			for i := 0; i < got.Len(); i++ {
				if show(got.Index(i)) != show(native.Index(i)) {
					t.Errorf("%s: element %d is %q, not %q", of, i, show(got.Index(i)), show(native.Index(i)))
				}
			}
			was, err := valueAt(&frame{}, r, "")
			if err != nil || was.Len() != before.Len() {
				t.Errorf("%s: the old slice has %d elements, not %d (%v)", of, was.Len(), before.Len(), err)
			}
			if shared := got.Cap() == was.Cap(); of.Size() > 0 && got.Len() > 0 && was.Cap() > 0 && (got.Pointer() == was.Pointer()) != shared {
				t.Errorf("%s: the memory is shared: %t", of, !shared)
			}
			r = f.made
		}
	}
}

type namedInts []int

func TestNamedSlices(t *testing.T) {
	h := newHost(t)
	r := uint64(h.name(namedInts{1, 2, 3}))
	one := h.alloc(unsafe.Sizeof(value{}))
	*(*value)(one) = number(reflect.Int, 1)
	for name, f := range map[string]frame{
		"gobridge_slice_append": {a: r, b: 1, p: one},
		"gobridge_slice_sub":    {a: r, b: 1, c: 2},
	} {
		v, err := valueAt(&frame{}, h.own(h.must(name, f).made), "")
		if err != nil || v.Type() != typ[namedInts]() {
			t.Errorf("%s gives a %s (%v)", name, v.Type(), err)
		}
	}
}

// A byte slice that C was shown is a slice like any other.
func TestViewsAreSlices(t *testing.T) {
	h := newHost(t)
	shown := []byte("shown")
	p := h.alloc(unsafe.Sizeof(value{}))
	h.must("gobridge_value_get", frame{a: uint64(h.name(shown)), p: p})
	view := h.own((*value)(p).owner)
	x := h.alloc(unsafe.Sizeof(value{}))
	*(*value)(x) = number(reflect.Uint8, 'S')
	h.must("gobridge_slice_set", frame{a: uint64(view), b: 0, p: x})
	if string(shown) != "Shown" {
		t.Errorf("%q", shown)
	}
	h.must("gobridge_slice_view", frame{a: uint64(view), p: p})
	again := h.own((*value)(p).owner)
	if got := (*value)(p).shown(); got != "Shown" || unsafe.StringData(got) != &shown[0] || again == view {
		t.Errorf("%q at another place", got)
	}
	h.refuse(errWrongKind, "slice is a string", "gobridge_slice_len", frame{a: uint64(h.name("text"))})
}

// A pointer to a slice is read when the call is made: what Go code has done to the variable shows.
func TestSliceVariables(t *testing.T) {
	h := newHost(t)
	variable := []string{"a"}
	r := uint64(h.name(&variable))
	variable = append(variable, "b")
	if n := h.must("gobridge_slice_len", frame{a: r}).result; n != 2 {
		t.Errorf("it has %d elements", n)
	}
	p := h.alloc(unsafe.Sizeof(value{}))
	*(*value)(p) = h.text("c")
	h.own(h.must("gobridge_slice_append", frame{a: r, b: 1, p: p}).made)
	if len(variable) != 2 {
		t.Errorf("the variable is %q", variable)
	}
	at := h.own(h.must("gobridge_slice_at", frame{a: r, b: 1}).made)
	if pointer, err := valueAt(&frame{}, at, ""); err != nil || pointer.Interface() != any(&variable[1]) {
		t.Errorf("%v is another address (%v)", pointer, err)
	}
}
