package value

import (
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
)

func valueNew(f *frame.Frame) error {
	in := frame.Args[frame.MakeArgs](f)
	t, err := types.At(f, in.Type, "type")
	if err == nil {
		f.NewRef = NewRef(f, reflect.NewAt(t.Type.Type, gort.Backend{}.ReflectUnsafeNew(t.Type)).Interface())
	}
	return err
}

// valueRelease releases f.a, the owner of the value at f.q, and makes that NIL.
func valueRelease(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	owner, err := ref.Resolve(f, in.Ref, "value's owner")
	if ownsNothing := owner == 0 && in.Ref != 0; err == nil && !ownsNothing { // as it may turn out of what was promised
		err = ref.Release(f, owner, "value's owner")
	}
	if err == nil {
		*(*frame.Value)(in.To) = frame.Value{}
	}
	return err
}

func valueBox(f *frame.Frame) error {
	in := frame.Args[frame.MakeArgs](f)
	t, err := types.At(f, in.Type, "type")
	if err != nil {
		return err
	}
	var text string
	data, err := Operand(f, t.Type, in.From, true, &text)
	if err != nil {
		return status.About("data", err)
	}
	f.NewRef = Box(f, t.At(data))
	return nil
}

func valueGet(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	r, object, err := ref.Named(f, in.Ref)
	if err != nil {
		return err
	}
	v := frame.Value{Kind: frame.KindRef, As: uint64(r)}
	*(*frame.Value)(in.Value) = v
	from, _ := ref.ValueOf(object, "ref") // none where C can not read it anyway
	if shown := Inline(f, from); shown.Kind != 0 {
		v = shown
	}
	f.NewRef = v.Owner
	*(*frame.Value)(in.Value) = v
	return nil
}

func valueView(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	_, object, err := ref.Named(f, in.Ref)
	if err != nil {
		return err
	}
	if p, is := object.(*place); is { // whose Go value is a copy
		*(*frame.Value)(in.Value) = Borrowed(p.text, uint32(reflect.String))
		return nil
	}
	v, err := ref.ValueOf(object, "ref")
	if err != nil {
		return err
	}
	var shown frame.Value
	switch {
	case v.Kind() == reflect.String:
		shown = Borrowed(v.String(), uint32(reflect.String))
	case v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Uint8:
		return status.Errorf(status.WrongKind, "ref is a %s, no string or []byte", v.Type())
	case !v.IsNil():
		b := v.Bytes()
		shown = Borrowed(unsafe.String(unsafe.SliceData(b), len(b)), frame.KindBytes)
	}
	*(*frame.Value)(in.Value) = shown
	return nil
}

func valueLoad(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	v, err := At(f, in.Ref, "ref")
	if err != nil {
		return err
	}
	if v.Kind() != reflect.Pointer {
		held := reflect.New(v.Type())
		held.Elem().Set(v)
		v = held
	}
	if v.IsNil() {
		return status.Errorf(status.Nil, "ref is a nil %s", v.Type())
	}
	f.LockStripe(frame.StripeOf(v.UnsafePointer()))
	Return(f, layout.Of(v.Type().Elem()), v.UnsafePointer(), in.Value)
	return nil
}

func valueStore(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	v, err := PointerAt(f, in.Ref, "pointer")
	if err != nil {
		return err
	}
	t := layout.Of(v.Type().Elem())
	var text string
	data, err := Operand(f, t, in.Value, true, &text)
	if err != nil {
		return status.About("data", err)
	}
	f.LockStripe(frame.StripeOf(v.UnsafePointer()))
	t.Copy(v.UnsafePointer(), data)
	return nil
}

func valueMake(f *frame.Frame) error {
	in := frame.Args[frame.MakeArgs](f)
	t, err := types.At(f, in.Type, "type")
	if err != nil {
		return err
	}
	from := (*frame.Value)(in.From)
	if t.Type.Type == layout.StringType && from.Kind == uint32(reflect.String) {
		text, err := from.Memory()
		if err != nil {
			return status.About("from", err)
		}
		if f.NewRef = makeText(f, text); f.NewRef != 0 {
			return nil
		}
	}
	to := reflect.New(t.Type.Type).Elem()
	if err := Decode(f, t.Type, from, to); err != nil {
		return status.About("from", err)
	}
	f.NewRef = Box(f, to)
	return nil
}

func valueFollow(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	p, err := PointerAt(f, in.Ref, "pointer")
	if err != nil {
		return err
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	ReturnValue(f, layout.Of(p.Type().Elem()), p.UnsafePointer(), in.Value)
	return nil
}

func valueSet(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	p, err := PointerAt(f, in.Ref, "pointer")
	if err != nil {
		return err
	}
	to := reflect.New(p.Type().Elem()).Elem()
	if err := Decode(f, layout.Of(to.Type()), (*frame.Value)(in.Value), to); err != nil {
		return status.About("value", err)
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	p.Elem().Set(to)
	return nil
}

func valueMove(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	dst, err := PointerAt(f, in.Ref, "dst")
	if err != nil {
		return err
	}
	src, err := PointerAt(f, in.Source, "src")
	if err != nil {
		return err
	}
	if src.Type().Elem() != dst.Type().Elem() {
		return status.Errorf(status.WrongType, "src is a %s, dst a %s", src.Type(), dst.Type())
	}
	t := layout.Of(dst.Type().Elem())
	held := gort.Backend{}.ReflectUnsafeNew(t) // no call holds two locks
	f.LockStripe(frame.StripeOf(src.UnsafePointer()))
	gort.Backend{}.ReflectTypedmemmove(t, held, src.UnsafePointer())
	f.UnlockStripe()
	f.LockStripe(frame.StripeOf(dst.UnsafePointer()))
	gort.Backend{}.ReflectTypedmemmove(t, dst.UnsafePointer(), held)
	return nil
}

func valueClear(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	p, err := PointerAt(f, in.Ref, "pointer")
	if err != nil {
		return err
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	gort.Backend{}.ReflectTypedmemclr(layout.Of(p.Type().Elem()), p.UnsafePointer())
	return nil
}

func valueCopy(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	from := (*frame.Value)(in.Value)
	v, err := AnyAt(f, in.Value, "from")
	if err != nil {
		return err
	}
	if shown := f.PromisedValue(frame.Ref(from.As)); from.Kind == frame.KindRef && shown != nil {
		from = shown // a promise that turned out to be no reference
	}
	if from.Kind == frame.KindRef {
		ReturnRef(f, v, in.To)
	} else {
		ReturnValue(f, layout.Of(layout.AnyType), unsafe.Pointer(&v), in.To)
	}
	return nil
}
