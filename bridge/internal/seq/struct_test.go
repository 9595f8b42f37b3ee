package seq_test

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// field makes the arguments of a call by name.
func field(h *hosttest.Host, r frame.Ref, path string) frame.Frame {
	return frame.Frame{Slots: frame.Slots{A: uint64(r), P: h.Copied([]byte(path)), B: uint64(len(path))}}
}

// A path finds what Go's selectors find.
func TestSelectors(t *testing.T) {
	h := hosttest.New(t)
	o := hosttest.NewOuter()
	variable, boxed := h.NewRef(o), h.NewRef(*o)
	for path, want := range map[string]any{
		"Base": o.Base, "base": status.Unexported, "Hidden": o.Hidden, "Middle.Hidden": o.Middle.Hidden, "Only": o.Only,
		"Middle.Base": o.Middle.Base, "Middle.base.Base": status.Unexported, "Other.Both": o.Other.Both, "Both": status.UnknownName,
		"Other": o.Other, "Other.Only": o.Only, "Time": o.Time, "Named": o.Named, "Next.Named": o.Next.Named,
		"Next.Next": (*hosttest.Outer)(nil), "Next.Only": status.Nil, "Next.Next.Named": status.Nil, "Next.Base": status.Nil,
		"Next.Middle.Hidden": o.Next.Middle.Hidden, "Any": o.Any, "Any.Only": status.UnknownName, "Inline.Deep": o.Inline.Deep,
		"own": status.Unexported, "Middle.own": status.Unexported, "error": status.Unexported, "Time.wall": status.Unexported,
		"wall": status.Unexported, "_": status.Unexported, "Time.Year": status.UnknownName, "Error": status.UnknownName,
	} {
		for _, r := range []frame.Ref{variable, boxed} {
			f := field(h, r, path)
			if status, refused := want.(status.Code); refused {
				f.Q = h.Alloc(unsafe.Sizeof(frame.Value{}))
				h.Refuse(status, "field: ", "gobridge_struct_get", f)
			} else {
				of := reflect.TypeOf(want)
				if got := read(h, "gobridge_struct_get", f, of); hosttest.Show(got) != hosttest.Show(reflect.ValueOf(want)) {
					t.Errorf("%s is %q, not %q", path, hosttest.Show(got), hosttest.Show(reflect.ValueOf(want)))
				}
			}
			h.Forget()
		}
	}
}

func TestSettingFields(t *testing.T) {
	h := hosttest.New(t)
	o := hosttest.NewOuter()
	variable, boxed := h.NewRef(o), h.NewRef(*hosttest.NewOuter())
	set := func(r frame.Ref, path string, v frame.Value) frame.Frame {
		f := field(h, r, path)
		f.Q = h.Alloc(unsafe.Sizeof(v))
		*(*frame.Value)(f.Q) = v
		return f
	}
	for path, v := range map[string]frame.Value{
		"Base": h.Text("new base"), "Hidden": h.Text("new"), "Only": hosttest.Number(reflect.Uint8, 9), "Named": h.Text("new name"),
		"Next.Named": h.Text("new next"), "Any": hosttest.Number(reflect.Bool, 1), "Next.Other": h.Reference(&hosttest.Other{Both: 5}),
		"Inline.Deep": h.Reference([]int{1, 2}), "Time": h.Reference(time.Unix(5, 0)),
	} {
		h.Must("gobridge_struct_set", set(variable, path, v))
	}
	if o.Base != "new base" || o.Hidden != "new" || o.Only != 9 || o.Named != "new name" || o.Next.Named != "new next" ||
		o.Any != true || o.Next.Other.Both != 5 || len(o.Inline.Deep) != 2 || o.Time.Unix() != 5 {
		t.Errorf("%+v", o)
	}
	for path, want := range map[string]status.Code{
		"own": status.Unexported, "base": status.Unexported, "Nam": status.UnknownName, "Next.Base": status.Nil, "Next.Time": status.WrongType,
	} {
		h.Refuse(want, "", "gobridge_struct_set", set(variable, path, hosttest.Number(reflect.Int, 1)))
	}
	// of a struct by value, only what lies behind a pointer
	for path, want := range map[string]status.Code{"Named": status.WrongKind, "Middle.Hidden": status.WrongKind, "Base": status.OK, "Next.Named": status.OK} {
		if f := set(boxed, path, h.Text("text")); want == status.OK {
			h.Must("gobridge_struct_set", f)
		} else {
			h.Refuse(want, "pointer is no pointer", "gobridge_struct_set", f)
		}
	}
	f := h.Must("gobridge_struct_at", field(h, variable, "Next.Named"))
	if pointer, err := value.At(&frame.Frame{}, h.Own(f.NewRef), ""); err != nil || pointer.Interface() != any(&o.Next.Named) {
		t.Errorf("%v is another address (%v)", pointer, err)
	}
}

// By index there is no promotion, and embedded structs are fields.
func TestFieldsByIndex(t *testing.T) {
	h := hosttest.New(t)
	o := hosttest.NewOuter()
	r, of := h.NewRef(o), hosttest.Typ[hosttest.Outer]()
	for i := 0; i < of.NumField(); i++ {
		field := of.Field(i)
		if !field.IsExported() {
			h.Refuse(status.Unexported, "index: "+field.Name, "gobridge_struct_get_at",
				frame.Frame{Slots: frame.Slots{A: uint64(r), B: uint64(i), Q: h.Alloc(32)}})
			continue
		}
		p := h.Alloc(unsafe.Sizeof(frame.Value{}))
		f := h.Must("gobridge_struct_get_at", frame.Frame{Slots: frame.Slots{A: uint64(r), B: uint64(i), Q: p}})
		if f.NewRef != 0 {
			h.Release(f.NewRef)
		}
		want := reflect.ValueOf(o).Elem().Field(i)
		if kind := (*frame.Value)(p).Kind; kind == 0 != (hosttest.IsNil(want)) {
			t.Errorf("%s has the kind %d", field.Name, kind)
		}
	}
}

// An unknown name is answered with those near it that are exported.
func TestNearestFields(t *testing.T) {
	h := hosttest.New(t)
	f := field(h, h.NewRef(hosttest.NewOuter()), "own2")
	f.Q = h.Alloc(32)
	_, code, message := hosttest.Call(t, "gobridge_struct_get", f)
	if code != status.UnknownName || !strings.Contains(message, `has no field "own2"; the nearest known are "Any", "Base", "Next"`) {
		t.Errorf("status %d: %s", code, message)
	}
}
