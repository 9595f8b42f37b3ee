package value

import (
	"reflect"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// refDup names what a reference names once more. A task or an iterator ends when its reference is released, so it has one.
func refDup(f *frame.Frame) error {
	r, object, err := ref.Named(f, frame.Args[frame.RefArgs](f).Ref)
	if err != nil {
		return err
	}
	if ref.IsImmortal(object) {
		f.NewRef = r
		return nil
	}
	v, err := ref.ValueOf(object, "ref")
	if err == nil {
		f.NewRef = NewRef(f, v.Interface())
	}
	return err
}

func refKind(f *frame.Frame) error {
	v, err := At(f, frame.Args[frame.RefArgs](f).Ref, "ref")
	if err == nil {
		f.Result = uint64(v.Kind())
	}
	return err
}

// refIdentity returns the address of what a reference leads to, which Go does not move.
func refIdentity(f *frame.Frame) error {
	v, err := At(f, frame.Args[frame.RefArgs](f).Ref, "ref")
	if err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Chan, reflect.Map, reflect.Pointer, reflect.UnsafePointer:
		f.Result = uint64(v.Pointer())
	case reflect.Func: // closures of one code differ
		f.Result = uint64(uintptr(layout.Data(v.Interface())))
	default:
		return status.Errorf(status.WrongKind, "ref is a %s, which has no identity", v.Type())
	}
	return nil
}
