package seq_test

import (
	"reflect"
	"testing"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// read gives a value that a call puts at f.p or f.q, as a Go value of a type.
func read(h *hosttest.Host, name string, f frame.Frame, of reflect.Type) reflect.Value {
	h.Helper()
	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	if f.P == nil {
		f.P = p
	} else {
		f.Q = p
	}
	f = h.Must(name, f)
	v := (*frame.Value)(p)
	if f.NewRef != v.Owner {
		h.Errorf("%s gave %#x, and the value owns %#x", name, f.NewRef, v.Owner)
	}
	if layout.IsScalar(of.Kind()) {
		to := reflect.New(of).Elem()
		if err := v.Number(layout.Of(of), to.Addr().UnsafePointer()); err != nil {
			h.Error(err)
		}
		return to
	}
	if v.Kind != frame.KindRef || !hosttest.IsPlain(of) {
		return h.Out(of, p)
	}
	held, err := value.At(&frame.Frame{}, frame.Ref(v.As), "")
	if err != nil {
		h.Error(err)
	}
	h.Release(v.Owner)
	return held
}

// given lays out a value as C would for a Go value of any type, also of one without pointers.
func given(h *hosttest.Host, v reflect.Value) frame.Value {
	h.Helper()
	if layout.IsScalar(v.Kind()) {
		return hosttest.ScalarOf(v)
	}
	return h.Value(v)
}

// Elements of all types that the tests know go in and come out.
func TestElements(t *testing.T) {
	h := hosttest.New(t)
	for _, of := range append(hosttest.KeyTypes, hosttest.MoreTypes...) {
		g := hosttest.NewGenerator(t)
		f := h.Must("gobridge_slice_new", frame.Frame{Slots: frame.Slots{A: hosttest.TypeRef(reflect.SliceOf(of)), B: 2, C: 2}})
		slice := h.Own(f.NewRef)
		for i := 0; i < 20; i++ {
			want, index := g.Value(of, false), uint64(i%2)
			p := h.Alloc(unsafe.Sizeof(frame.Value{}))
			*(*frame.Value)(p) = given(h, want)
			h.Must("gobridge_slice_set", frame.Frame{Slots: frame.Slots{A: uint64(slice), B: index, P: p}})
			h.Forget()
			if got := read(h, "gobridge_slice_get", frame.Frame{Slots: frame.Slots{A: uint64(slice), B: index}}, of); hosttest.Show(got) != hosttest.Show(want) {
				t.Errorf("an element of %s is %q, not %q", of, hosttest.Show(got), hosttest.Show(want))
			}
			h.Forget()
		}
	}
}

// What is appended is what Go's append would have, also in which memory.
func TestAppendIsGos(t *testing.T) {
	h := hosttest.New(t)
	for _, of := range append(hosttest.KeyTypes, hosttest.MoreTypes...) {
		g := hosttest.NewGenerator(t)
		native := reflect.MakeSlice(reflect.SliceOf(of), 0, 3)
		r := h.NewRef(native.Interface())
		for round := 0; round < 8; round++ {
			elems := reflect.MakeSlice(native.Type(), 0, 0)
			p := h.Alloc(8 * unsafe.Sizeof(frame.Value{}))
			for i := 0; i < round%4; i++ {
				elem := g.Value(of, false)
				elems = reflect.Append(elems, elem)
				unsafe.Slice((*frame.Value)(p), 8)[i] = given(h, elem)
			}
			before := native
			native = reflect.AppendSlice(native, elems)
			f := h.Must("gobridge_slice_append", frame.Frame{Slots: frame.Slots{A: uint64(r), B: uint64(elems.Len()), P: p}})
			h.Forget()
			got, err := value.At(&frame.Frame{}, h.Own(f.NewRef), "")
			if err != nil {
				t.Fatal(err)
			}
			if got.Type() != native.Type() || got.Len() != native.Len() || got.Cap() != native.Cap() {
				t.Fatalf("%s: %d elements of %d, not %d of %d", of, got.Len(), got.Cap(), native.Len(), native.Cap())
			}
			for i := 0; i < got.Len(); i++ {
				if hosttest.Show(got.Index(i)) != hosttest.Show(native.Index(i)) {
					t.Errorf("%s: element %d is %q, not %q", of, i, hosttest.Show(got.Index(i)), hosttest.Show(native.Index(i)))
				}
			}
			was, err := value.At(&frame.Frame{}, r, "")
			if err != nil || was.Len() != before.Len() {
				t.Errorf("%s: the old slice has %d elements, not %d (%v)", of, was.Len(), before.Len(), err)
			}
			if shared := got.Cap() == was.Cap(); of.Size() > 0 && got.Len() > 0 && was.Cap() > 0 && (got.Pointer() == was.Pointer()) != shared {
				t.Errorf("%s: the memory is shared: %t", of, !shared)
			}
			r = f.NewRef
		}
	}
}

type namedInts []int

func TestNamedSlices(t *testing.T) {
	h := hosttest.New(t)
	r := uint64(h.NewRef(namedInts{1, 2, 3}))
	one := h.Alloc(unsafe.Sizeof(frame.Value{}))
	*(*frame.Value)(one) = hosttest.Number(reflect.Int, 1)
	for name, f := range map[string]frame.Frame{
		"gobridge_slice_append": {Slots: frame.Slots{A: r, B: 1, P: one}},
		"gobridge_slice_sub":    {Slots: frame.Slots{A: r, B: 1, C: 2}},
	} {
		v, err := value.At(&frame.Frame{}, h.Own(h.Must(name, f).NewRef), "")
		if err != nil || v.Type() != hosttest.Typ[namedInts]() {
			t.Errorf("%s gives a %s (%v)", name, v.Type(), err)
		}
	}
}

// A byte slice that C was shown is a slice like any other.
func TestViewsAreSlices(t *testing.T) {
	h := hosttest.New(t)
	shown := []byte("shown")
	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	h.Must("gobridge_value_get", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef(shown)), P: p}})
	view := h.Own((*frame.Value)(p).Owner)
	x := h.Alloc(unsafe.Sizeof(frame.Value{}))
	*(*frame.Value)(x) = hosttest.Number(reflect.Uint8, 'S')
	h.Must("gobridge_slice_set", frame.Frame{Slots: frame.Slots{A: uint64(view), B: 0, P: x}})
	if string(shown) != "Shown" {
		t.Errorf("%q", shown)
	}
	h.Must("gobridge_slice_view", frame.Frame{Slots: frame.Slots{A: uint64(view), P: p}})
	again := h.Own((*frame.Value)(p).Owner)
	if got := hosttest.Shown((*frame.Value)(p)); got != "Shown" || unsafe.StringData(got) != &shown[0] || again == view {
		t.Errorf("%q at another place", got)
	}
	h.Refuse(status.WrongKind, "slice is a string", "gobridge_slice_len", frame.Frame{Slots: frame.Slots{A: uint64(h.NewRef("text"))}})
}

// A pointer to a slice is read when the call is made: what Go code has done to the variable shows.
func TestSliceVariables(t *testing.T) {
	h := hosttest.New(t)
	variable := []string{"a"}
	r := uint64(h.NewRef(&variable))
	variable = append(variable, "b")
	if n := h.Must("gobridge_slice_len", frame.Frame{Slots: frame.Slots{A: r}}).Result; n != 2 {
		t.Errorf("it has %d elements", n)
	}
	p := h.Alloc(unsafe.Sizeof(frame.Value{}))
	*(*frame.Value)(p) = h.Text("c")
	h.Own(h.Must("gobridge_slice_append", frame.Frame{Slots: frame.Slots{A: r, B: 1, P: p}}).NewRef)
	if len(variable) != 2 {
		t.Errorf("the variable is %q", variable)
	}
	at := h.Own(h.Must("gobridge_slice_at", frame.Frame{Slots: frame.Slots{A: r, B: 1}}).NewRef)
	if pointer, err := value.At(&frame.Frame{}, at, ""); err != nil || pointer.Interface() != any(&variable[1]) {
		t.Errorf("%v is another address (%v)", pointer, err)
	}
}
