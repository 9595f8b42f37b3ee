package columns

import (
	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// BoxSize is about what a reference takes, beside the value: its slot, what that points to, and C's.
const BoxSize = 64

func valueBoxN(f *frame.Frame) error {
	in := frame.Args[columnsArgs](f)
	object, err := types.At(f, in.Ref, "type")
	if err != nil {
		return err
	}
	t := object.Type
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	if most := cmem.MaxMemory / (BoxSize + uint64(t.Size)); b.Count > most {
		return status.Errorf(status.Limit, "count is %d; at most %d values of the type %s can be boxed at once", b.Count, most, t)
	}
	boxed, err := ref.At(in.Refs, b.n, cmem.TouchAllOut)
	if err != nil {
		return status.About("boxed", err)
	}
	items, err := b.source("items", b.In, t, false)
	if err != nil {
		return err
	}
	defer b.abandon()
	b.made = make([]frame.Ref, b.n)
	var l scratch
	kept := cmem.ArenaFor(b.n)
	for i := range b.made {
		if b.good(i) {
			b.made[i] = value.Box(f, t.At(items.get(i, &l, &kept)))
		}
	}
	copy(boxed, b.made)
	return b.done()
}

func valueGetN(f *frame.Frame) error {
	in := frame.Args[columnsArgs](f)
	t := layout.Of(layout.AnyType)
	if in.Ref != 0 {
		object, err := types.At(f, in.Ref, "type")
		if err != nil {
			return err
		}
		t = object.Type
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	all, err := ref.At(in.Refs, b.n, cmem.TouchAll)
	if err != nil {
		return status.About("refs", err)
	}
	defer b.abandon()
	values, err := b.sink("values", b.Out, t)
	if err != nil {
		return err
	}
	for i, r := range all {
		r, object, err := ref.Named(f, r)
		v, _ := ref.ValueOf(object, "ref") // none of what is no value
		if err == nil && in.Ref != 0 && !(v.IsValid() && v.Type().AssignableTo(t.Type)) {
			err = status.Errorf(status.WrongType, "it is %s, no %s", ref.Describe(object), t)
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
