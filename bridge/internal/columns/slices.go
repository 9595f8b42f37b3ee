package columns

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/seq"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// elemsFrom returns where the elements lie that a call is about, from index on.
func (b *arrayCall) elemsFrom(v reflect.Value) (first unsafe.Pointer, err error) {
	in := frame.Args[elemsArgs](b.f)
	if n := uint64(v.Len()); in.Index > n || b.Count > n-in.Index {
		return nil, status.Errorf(status.Index, "index is %d and count %d, the length %d", int64(in.Index), b.Count, n)
	}
	if b.n == 0 {
		return nil, nil
	}
	return v.Index(int(in.Index)).Addr().UnsafePointer(), nil
}

// eachElem does something with elements one by one; where they hold pointers each is guarded, as CopyElems does.
func (b *arrayCall) eachElem(t *layout.Type, first unsafe.Pointer, do func(i int, elem unsafe.Pointer)) {
	for i := 0; i < b.n; i++ {
		elem := unsafe.Add(first, uintptr(i)*t.Size)
		if !t.Plain {
			b.f.LockStripe(frame.StripeOf(elem))
		}
		do(i, elem)
		b.f.UnlockStripe()
	}
}

func sliceReadN(f *frame.Frame) error {
	in := frame.Args[elemsArgs](f)
	v, err := seq.SliceOrArray(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	defer b.abandon()
	if v.Kind() == reflect.Array {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held
	}
	first, err := b.elemsFrom(v)
	if err != nil {
		return err
	}
	t := layout.Of(v.Type().Elem())
	elems, err := b.sink("elems", b.Out, t)
	if err != nil {
		return err
	}
	if elems.layout == ColumnPlain && elems.Step == int(t.Size) {
		layout.Move(elems.First, first, t.Size*uintptr(b.n))
		return b.done()
	}
	b.eachElem(t, first, func(i int, elem unsafe.Pointer) {
		if err := elems.put(f, i, elem); err != nil {
			b.fail("elems", i, err)
		}
	})
	return b.done()
}

func sliceWriteN(f *frame.Frame) error {
	in := frame.Args[elemsArgs](f)
	v, err := seq.SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	first, err := b.elemsFrom(v)
	if err != nil {
		return err
	}
	elems, err := b.source("elems", b.In, layout.Of(v.Type().Elem()), false)
	if err != nil {
		return err
	}
	b.write(&elems, first)
	return b.done()
}

// packed tells whether items are good and lie in memory as a slice's elements do.
func (b *arrayCall) packed(elems *Source) bool {
	return elems.T.Plain && b.failed == nil && elems.Step == int(elems.T.Size)
}

// write sets elements to all items that are good.
func (b *arrayCall) write(elems *Source, first unsafe.Pointer) {
	if b.packed(elems) {
		layout.Move(first, elems.First, elems.T.Size*uintptr(b.n))
		return
	}
	var l scratch
	kept := cmem.ArenaFor(b.n)
	isString := elems.T.Kind() == reflect.String
	b.eachElem(elems.T, first, func(i int, elem unsafe.Pointer) {
		switch {
		case !b.good(i):
		case isString:
			*(*string)(elem), _ = kept.Clone(elems.textAt(i))
		default:
			elems.T.Copy(elem, elems.get(i, &l, &kept))
		}
	})
}

func sliceAppendN(f *frame.Frame) error {
	in := frame.Args[elemsArgs](f)
	v, err := seq.SliceOnly(f, in.Slice, "slice")
	if err != nil {
		return err
	}
	b, err := newArrayCall(f)
	if err != nil {
		return err
	}
	if most := layout.MostElems(v.Type().Elem()); uint64(v.Len())+b.Count > most {
		return status.Errorf(status.Limit, "count is %d; with the %d there are, at most %d elements can be appended at once",
			b.Count, v.Len(), most)
	}
	elems, err := b.source("elems", b.In, layout.Of(v.Type().Elem()), false)
	if err != nil {
		return err
	}
	if b.why != nil {
		return b.why
	}
	if b.n > 0 {
		more := b.grown(v.Type(), &elems)
		if v.Cap() > 0 {
			more = seq.Appended(f, v, more)
		}
		v = more
	}
	f.NewRef = value.NewRef(f, v.Interface())
	return nil
}

// grown is a slice of a type with all items, of the capacity that append gives.
func (b *arrayCall) grown(t reflect.Type, elems *Source) reflect.Value {
	if b.packed(elems) && elems.T.Size > 0 {
		made := elems.T.Copied(elems.First, b.n)
		return made.As(t)
	}
	made := reflect.New(t).Elem()
	made.Grow(b.n)
	made.SetLen(b.n)
	b.write(elems, made.UnsafePointer())
	return made
}
