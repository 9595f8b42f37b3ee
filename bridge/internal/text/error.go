package text

import (
	"errors"
	"fmt"
	"reflect"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

func errorNew(f *frame.Frame) error {
	text, err := f.Bytes()
	if err == nil {
		f.NewRef = value.NewRef(f, errors.New(string(text)))
	}
	return err
}

func errorWrap(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	inner, err := value.ErrorAt(f, in.Ref, "inner")
	if err != nil {
		return err
	}
	text, err := f.Bytes()
	if err == nil {
		err = lookInto(f, inner, "inner")
	}
	if err == nil {
		f.NewRef = value.NewRef(f, fmt.Errorf("%s: %w", text, inner))
	}
	return err
}

// lookInto is called before an error's methods: until the end of the call no other thread can change what they go over,
// and they come to an end also where an error was made to wrap itself.
func lookInto(f *frame.Frame, named error, argument string) error {
	walk.LockFor(f, reflect.TypeOf(named))
	return status.About(argument, walk.CheckWrapped(named))
}

func errorMessage(f *frame.Frame) error {
	in := frame.Args[errorArgs](f)
	named, err := value.ErrorAt(f, in.Error, "error")
	if err == nil {
		err = lookInto(f, named, "error")
	}
	if err == nil {
		value.ReturnText(f, named.Error(), in.Out)
	}
	return err
}

func errorIs(f *frame.Frame) error {
	in := frame.Args[errorArgs](f)
	named, err := value.ErrorAt(f, in.Error, "error")
	if err != nil {
		return err
	}
	target, err := value.ErrorAt(f, in.Target, "target")
	if err == nil {
		err = status.About("target", walk.Compared.Check(target))
	}
	if err == nil {
		err = lookInto(f, target, "target")
	}
	if err == nil {
		err = lookInto(f, named, "error")
	}
	if err == nil && errors.Is(named, target) {
		f.Result = 1
	}
	return err
}

func errorAs(f *frame.Frame) error {
	in := frame.Args[errorArgs](f)
	named, err := value.ErrorAt(f, in.Error, "error")
	if err != nil {
		return err
	}
	t, err := types.At(f, in.Target, "type")
	if err != nil {
		return err
	}
	if t.Kind() != reflect.Interface && !t.Implements(layout.ErrorType) {
		return status.Errorf(status.NotImplemented, "type: a %s is no error", t)
	}
	if err := lookInto(f, named, "error"); err != nil {
		return err
	}
	target := reflect.New(t.Type.Type)
	if !errors.As(named, target.Interface()) {
		*(*frame.Value)(in.Out) = frame.Value{}
		return nil
	}
	f.Result = 1
	value.ReturnRef(f, target.Elem().Interface(), in.Out)
	return nil
}

// errorUnwrap returns what an error wraps: an error, the []error that one made by errors.Join has, or nothing.
func errorUnwrap(f *frame.Frame) error {
	in := frame.Args[errorArgs](f)
	named, err := value.ErrorAt(f, in.Error, "error")
	if err != nil {
		return err
	}
	walk.LockFor(f, reflect.TypeOf(named))
	if joined, isJoined := named.(interface{ Unwrap() []error }); isJoined {
		value.ReturnRef(f, append([]error(nil), joined.Unwrap()...), in.Out)
	} else if inner := errors.Unwrap(named); inner != nil {
		value.ReturnRef(f, inner, in.Out)
	} else {
		*(*frame.Value)(in.Out) = frame.Value{}
	}
	return nil
}
