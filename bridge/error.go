package bridge

import (
	"errors"
	"fmt"
	"reflect"
)

// errorAt gives the error that a reference names.
func errorAt(f *frame, r ref, argument string) (named, err error) {
	v, err := valueAt(f, r, argument)
	if err != nil {
		return nil, err
	}
	named, isError := v.Interface().(error)
	if !isError {
		return nil, failf(errWrongKind, "%s is a %s, not an error", argument, v.Type())
	}
	return named, nil
}

func errorNew(f *frame) error {
	text, err := f.bytes()
	if err == nil {
		f.made = name(f, errors.New(string(text)))
	}
	return err
}

func errorWrap(f *frame) error {
	inner, err := errorAt(f, ref(f.a), "inner")
	if err != nil {
		return err
	}
	text, err := f.bytes()
	if err == nil {
		f.holdFor(reflect.TypeOf(inner))
		f.made = name(f, fmt.Errorf("%s: %w", text, inner))
	}
	return err
}

func errorMessage(f *frame) error {
	named, err := errorAt(f, ref(f.a), "error")
	if err == nil {
		f.holdFor(reflect.TypeOf(named))
		f.giveText(named.Error(), f.p)
	}
	return err
}

func errorIs(f *frame) error {
	named, err := errorAt(f, ref(f.a), "error")
	if err != nil {
		return err
	}
	target, err := errorAt(f, ref(f.b), "target")
	if err == nil && errors.Is(named, target) {
		f.result = 1
	}
	return err
}

func errorAs(f *frame) error {
	named, err := errorAt(f, ref(f.a), "error")
	if err != nil {
		return err
	}
	t, err := typeAt(f, ref(f.b), "type")
	if err != nil {
		return err
	}
	if t.Kind() != reflect.Interface && !t.Implements(errorType) {
		return failf(errNotImplemented, "type: a %s is no error", t)
	}
	target := reflect.New(t.Type.Type)
	if !errors.As(named, target.Interface()) {
		*(*value)(f.p) = value{}
		return nil
	}
	f.result = 1
	f.giveNamed(target.Elem().Interface(), f.p)
	return nil
}

// errorUnwrap gives what an error wraps: an error, the []error that one made by errors.Join has, or nothing.
func errorUnwrap(f *frame) error {
	named, err := errorAt(f, ref(f.a), "error")
	if err != nil {
		return err
	}
	if joined, isJoined := named.(interface{ Unwrap() []error }); isJoined {
		f.giveNamed(append([]error(nil), joined.Unwrap()...), f.p)
	} else if inner := errors.Unwrap(named); inner != nil {
		f.giveNamed(inner, f.p)
	} else {
		*(*value)(f.p) = value{}
	}
	return nil
}
