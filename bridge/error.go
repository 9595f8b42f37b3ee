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
		err = f.lookInto(inner, "inner")
	}
	if err == nil {
		f.made = name(f, fmt.Errorf("%s: %w", text, inner))
	}
	return err
}

// maxWrapped is how many errors one may wrap in all, each counted as often as it is reached.
const maxWrapped = 1 << 20

// lookInto is called before an error's methods: until the end of the call no other thread can change what they go over,
// and they come to an end also where an error was made to wrap itself.
func (f *frame) lookInto(named error, argument string) error {
	f.holdFor(reflect.TypeOf(named))
	return about(argument, checkWrapped(named))
}

// checkWrapped tells what is wrong with a walk over all that an error wraps.
func checkWrapped(named error) error {
	left := maxWrapped
	var look func(err error, depth int) error
	look = func(err error, depth int) error {
		for ; err != nil; depth++ {
			if left--; left < 0 {
				return failf(errRange, "it wraps more than %d errors", maxWrapped)
			}
			if depth > maxNesting {
				return failf(errTooDeep, "it wraps errors more than %d levels deep, or itself", maxNesting)
			}
			joined, isJoined := err.(interface{ Unwrap() []error })
			if !isJoined {
				err = errors.Unwrap(err)
				continue
			}
			for _, inner := range joined.Unwrap() {
				if err := look(inner, depth+1); err != nil {
					return err
				}
			}
			return nil
		}
		return nil
	}
	return look(named, 1)
}

func errorMessage(f *frame) error {
	named, err := errorAt(f, ref(f.a), "error")
	if err == nil {
		err = f.lookInto(named, "error")
	}
	if err == nil {
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
	if err == nil {
		err = about("target", compared.check(target))
	}
	if err == nil {
		err = f.lookInto(target, "target")
	}
	if err == nil {
		err = f.lookInto(named, "error")
	}
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
	if err := f.lookInto(named, "error"); err != nil {
		return err
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
	f.holdFor(reflect.TypeOf(named))
	if joined, isJoined := named.(interface{ Unwrap() []error }); isJoined {
		f.giveNamed(append([]error(nil), joined.Unwrap()...), f.p)
	} else if inner := errors.Unwrap(named); inner != nil {
		f.giveNamed(inner, f.p)
	} else {
		*(*value)(f.p) = value{}
	}
	return nil
}
