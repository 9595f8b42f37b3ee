package bridge

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// boxSize is about what a reference takes, beside the value: its slot, what that points to, and C's.
const boxSize = 64

func valueBoxN(f *frame) error {
	object, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	t := object.Type
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	if most := maxMemory / (boxSize + uint64(t.Size)); b.count > most {
		return failf(errRange, "count is %d; at most %d values of the type %s can be boxed at once", b.count, most, t)
	}
	boxed, err := refsAt(f.q, b.n, touchAllOut)
	if err != nil {
		return about("boxed", err)
	}
	items, err := b.source("items", b.in, t, false)
	if err != nil {
		return err
	}
	defer b.abandon()
	b.made = make([]ref, b.n)
	var l lent
	kept := piecesFor(b.n)
	for i := range b.made {
		if b.good(i) {
			b.made[i] = box(f, t.At(items.get(i, &l, &kept)))
		}
	}
	copy(boxed, b.made)
	return b.done()
}

func valueGetN(f *frame) error {
	t := layout.Of(anyType)
	if f.a != 0 {
		object, err := typeAt(f, ref(f.a), "type")
		if err != nil {
			return err
		}
		t = object.Type
	}
	b, err := newColumnCall(f)
	if err != nil {
		return err
	}
	all, err := refsAt(f.q, b.n, touchAll)
	if err != nil {
		return about("refs", err)
	}
	defer b.abandon()
	values, err := b.sink("values", b.out, t)
	if err != nil {
		return err
	}
	for i, r := range all {
		r, object, err := f.named(r)
		v, _ := goValue(object, "ref") // none of what is no value
		if err == nil && f.a != 0 && !(v.IsValid() && v.Type().AssignableTo(t.Type)) {
			err = failf(errWrongType, "it is %s, no %s", describe(object), t)
		}
		if err != nil {
			b.fail("refs", i, err)
			err = values.put(f, i, nil)
		} else {
			err = values.putNamed(f, i, r, v)
		}
		if err != nil {
			b.fail("values", i, err)
		}
	}
	return b.done()
}

// putNamed puts what a reference names into the column: as a value what gobridge_value_get gives.
func (s *sink) putNamed(f *frame, i int, r ref, v reflect.Value) error {
	if s.layout != columnValues {
		return s.put(f, i, layout.Data(v.Interface()))
	}
	shown := value{kind: kindRef, as: uint64(r)}
	if v.Kind() == reflect.String {
		shown = s.keeper.string(v.String())
	} else if inlined := inline(f, v); inlined.kind != 0 {
		shown = s.keeper.own(inlined)
	}
	layout.Move(s.at(i), unsafe.Pointer(&shown), unsafe.Sizeof(shown))
	return nil
}
