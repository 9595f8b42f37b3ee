package bridge

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

type (
	base struct {
		Base   string
		Hidden int
		own    int
	}
	Middle struct {
		*base
		Hidden string // hides base's
		Both   int
	}
	Other struct{ Both, Only int }
	outer struct {
		Middle
		*Other
		time.Time
		error
		Named  named
		Next   *outer
		Any    any
		Inline struct{ Deep []int }
		_      int
		own    string
	}
)

func newOuter() *outer {
	return &outer{
		Middle: Middle{base: &base{Base: "base", Hidden: 1, own: 2}, Hidden: "middle"},
		Other:  &Other{Only: 7},
		Named:  "named",
		Next:   &outer{Named: "next"},
		Any:    Other{Only: 8},
		own:    "own",
	}
}

// field makes the arguments of a call by name.
func (h *host) field(r ref, path string) frame {
	return frame{a: uint64(r), p: h.copied([]byte(path)), b: uint64(len(path))}
}

// A path finds what Go's selectors find.
func TestSelectors(t *testing.T) {
	h := newHost(t)
	o := newOuter()
	variable, boxed := h.name(o), h.name(*o)
	for path, want := range map[string]any{
		"Base": o.Base, "base": errUnexported, "Hidden": o.Hidden, "Middle.Hidden": o.Middle.Hidden, "Only": o.Only,
		"Middle.Base": o.Middle.Base, "Middle.base.Base": errUnexported, "Other.Both": o.Other.Both, "Both": errUnknownName,
		"Other": o.Other, "Other.Only": o.Only, "Time": o.Time, "Named": o.Named, "Next.Named": o.Next.Named,
		"Next.Next": (*outer)(nil), "Next.Only": errNil, "Next.Next.Named": errNil, "Next.Base": errNil,
		"Next.Middle.Hidden": o.Next.Middle.Hidden, "Any": o.Any, "Any.Only": errUnknownName, "Inline.Deep": o.Inline.Deep,
		"own": errUnexported, "Middle.own": errUnexported, "error": errUnexported, "Time.wall": errUnexported,
		"wall": errUnexported, "_": errUnexported, "Time.Year": errUnknownName, "Error": errUnknownName,
	} {
		for _, r := range []ref{variable, boxed} {
			f := h.field(r, path)
			if status, refused := want.(status); refused {
				f.q = h.alloc(unsafe.Sizeof(value{}))
				h.refuse(status, "field: ", "gobridge_struct_get", f)
			} else {
				of := reflect.TypeOf(want)
				if got := h.read("gobridge_struct_get", f, of); show(got) != show(reflect.ValueOf(want)) {
					t.Errorf("%s is %q, not %q", path, show(got), show(reflect.ValueOf(want)))
				}
			}
			h.forget()
		}
	}
}

func TestSettingFields(t *testing.T) {
	h := newHost(t)
	o := newOuter()
	variable, boxed := h.name(o), h.name(*newOuter())
	set := func(r ref, path string, v value) frame {
		f := h.field(r, path)
		f.q = h.alloc(unsafe.Sizeof(v))
		*(*value)(f.q) = v
		return f
	}
	for path, v := range map[string]value{
		"Base": h.text("new base"), "Hidden": h.text("new"), "Only": number(reflect.Uint8, 9), "Named": h.text("new name"),
		"Next.Named": h.text("new next"), "Any": number(reflect.Bool, 1), "Next.Other": h.reference(&Other{Both: 5}),
		"Inline.Deep": h.reference([]int{1, 2}), "Time": h.reference(time.Unix(5, 0)),
	} {
		h.must("gobridge_struct_set", set(variable, path, v))
	}
	if o.Base != "new base" || o.Hidden != "new" || o.Only != 9 || o.Named != "new name" || o.Next.Named != "new next" ||
		o.Any != true || o.Next.Other.Both != 5 || len(o.Inline.Deep) != 2 || o.Time.Unix() != 5 {
		t.Errorf("%+v", o)
	}
	for path, want := range map[string]status{
		"own": errUnexported, "base": errUnexported, "Nam": errUnknownName, "Next.Base": errNil, "Next.Time": errWrongType,
	} {
		h.refuse(want, "", "gobridge_struct_set", set(variable, path, number(reflect.Int, 1)))
	}
	// of a struct by value, only what lies behind a pointer
	for path, want := range map[string]status{"Named": errWrongKind, "Middle.Hidden": errWrongKind, "Base": ok, "Next.Named": ok} {
		if f := set(boxed, path, h.text("text")); want == ok {
			h.must("gobridge_struct_set", f)
		} else {
			h.refuse(want, "pointer is no pointer", "gobridge_struct_set", f)
		}
	}
	f := h.must("gobridge_struct_at", h.field(variable, "Next.Named"))
	if pointer, err := valueAt(&frame{}, h.own(f.made), ""); err != nil || pointer.Interface() != any(&o.Next.Named) {
		t.Errorf("%v is another address (%v)", pointer, err)
	}
}

// By index there is no promotion, and embedded structs are fields.
func TestFieldsByIndex(t *testing.T) {
	h := newHost(t)
	o := newOuter()
	r, of := h.name(o), typ[outer]()
	for i := 0; i < of.NumField(); i++ {
		field := of.Field(i)
		if !field.IsExported() {
			h.refuse(errUnexported, "index: "+field.Name, "gobridge_struct_get_at",
				frame{a: uint64(r), b: uint64(i), q: h.alloc(32)})
			continue
		}
		p := h.alloc(unsafe.Sizeof(value{}))
		f := h.must("gobridge_struct_get_at", frame{a: uint64(r), b: uint64(i), q: p})
		if f.made != 0 {
			h.release(f.made)
		}
		want := reflect.ValueOf(o).Elem().Field(i)
		if kind := (*value)(p).kind; kind == 0 != (isNil(want)) {
			t.Errorf("%s has the kind %d", field.Name, kind)
		}
	}
}

// An unknown name is answered with those near it that are exported.
func TestNearestFields(t *testing.T) {
	h := newHost(t)
	f := h.field(h.name(newOuter()), "own2")
	f.q = h.alloc(32)
	_, status, message := call(t, "gobridge_struct_get", f)
	if status != errUnknownName || !strings.Contains(message, `has no field "own2"; the nearest known are "Any", "Base", "Next"`) {
		t.Errorf("status %d: %s", status, message)
	}
}
