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
	t, err := types.At(f, frame.Ref(f.A), "type")
	if err == nil {
		f.NewRef = NewRef(f, reflect.NewAt(t.Type.Type, gort.Backend{}.ReflectUnsafeNew(t.Type)).Interface())
	}
	return err
}

// valueRelease releases f.a, the owner of the value at f.q, and makes that NIL.
func valueRelease(f *frame.Frame) error {
	owner, err := ref.Resolve(f, frame.Ref(f.A), "value's owner")
	if ownsNothing := owner == 0 && f.A != 0; err == nil && !ownsNothing { // as it may turn out of what was promised
		err = ref.Release(f, owner, "value's owner")
	}
	if err == nil {
		*(*frame.Value)(f.Q) = frame.Value{}
	}
	return err
}

func valueBox(f *frame.Frame) error {
	t, err := types.At(f, frame.Ref(f.A), "type")
	if err != nil {
		return err
	}
	var text string
	data, err := Operand(f, t.Type, f.P, true, &text)
	if err != nil {
		return status.About("data", err)
	}
	f.NewRef = Box(f, t.At(data))
	return nil
}

func valueGet(f *frame.Frame) error {
	r, object, err := ref.Named(f, frame.Ref(f.A))
	if err != nil {
		return err
	}
	v := frame.Value{Kind: frame.KindRef, As: uint64(r)}
	*(*frame.Value)(f.P) = v
	from, _ := ref.ValueOf(object, "ref") // none where C can not read it anyway
	if shown := Inline(f, from); shown.Kind != 0 {
		v = shown
	}
	f.NewRef = v.Owner
	*(*frame.Value)(f.P) = v
	return nil
}

func valueLoad(f *frame.Frame) error {
	v, err := At(f, frame.Ref(f.A), "ref")
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
	Return(f, layout.Of(v.Type().Elem()), v.UnsafePointer(), f.P)
	return nil
}

func valueStore(f *frame.Frame) error {
	v, err := PointerAt(f, frame.Ref(f.A), "pointer")
	if err != nil {
		return err
	}
	t := layout.Of(v.Type().Elem())
	var text string
	data, err := Operand(f, t, f.P, true, &text)
	if err != nil {
		return status.About("data", err)
	}
	f.LockStripe(frame.StripeOf(v.UnsafePointer()))
	t.Copy(v.UnsafePointer(), data)
	return nil
}

func valueMake(f *frame.Frame) error {
	t, err := types.At(f, frame.Ref(f.A), "type")
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type).Elem()
	if err := Decode(f, t.Type, (*frame.Value)(f.P), to); err != nil {
		return status.About("from", err)
	}
	f.NewRef = Box(f, to)
	return nil
}

func valueFollow(f *frame.Frame) error {
	p, err := PointerAt(f, frame.Ref(f.A), "pointer")
	if err != nil {
		return err
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	ReturnValue(f, layout.Of(p.Type().Elem()), p.UnsafePointer(), f.P)
	return nil
}

func valueSet(f *frame.Frame) error {
	p, err := PointerAt(f, frame.Ref(f.A), "pointer")
	if err != nil {
		return err
	}
	to := reflect.New(p.Type().Elem()).Elem()
	if err := Decode(f, layout.Of(to.Type()), (*frame.Value)(f.P), to); err != nil {
		return status.About("value", err)
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	p.Elem().Set(to)
	return nil
}

func valueMove(f *frame.Frame) error {
	dst, err := PointerAt(f, frame.Ref(f.A), "dst")
	if err != nil {
		return err
	}
	src, err := PointerAt(f, frame.Ref(f.B), "src")
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
	p, err := PointerAt(f, frame.Ref(f.A), "pointer")
	if err != nil {
		return err
	}
	f.LockStripe(frame.StripeOf(p.UnsafePointer()))
	gort.Backend{}.ReflectTypedmemclr(layout.Of(p.Type().Elem()), p.UnsafePointer())
	return nil
}

func valueCopy(f *frame.Frame) error {
	from := (*frame.Value)(f.P)
	v, err := AnyAt(f, f.P, "from")
	if err != nil {
		return err
	}
	if from.Kind == frame.KindRef {
		ReturnRef(f, v, f.Q)
	} else {
		ReturnValue(f, layout.Of(layout.AnyType), unsafe.Pointer(&v), f.Q)
	}
	return nil
}
