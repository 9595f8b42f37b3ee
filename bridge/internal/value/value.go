package value

import (
	"reflect"
	"time"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// Box returns a reference to a Go value, 0 for a nil interface.
func Box(f *frame.Frame, v reflect.Value) frame.Ref {
	if v := v.Interface(); v != nil {
		return NewRef(f, v)
	}
	return 0
}

// At returns the Go value that a reference names.
func At(f *frame.Frame, r frame.Ref, argument string) (reflect.Value, error) {
	object, err := ref.Object(f, r, argument)
	if err != nil {
		return reflect.Value{}, err
	}
	return ref.ValueOf(object, argument)
}

// PointerAt returns the pointer that a reference names, which is not nil.
func PointerAt(f *frame.Frame, r frame.Ref, argument string) (reflect.Value, error) {
	v, err := At(f, r, argument)
	switch {
	case err != nil:
	case v.Kind() != reflect.Pointer:
		err = status.Errorf(status.WrongKind, "%s is a %s, not a pointer", argument, v.Type())
	case v.IsNil():
		err = status.Errorf(status.Nil, "%s is a nil %s", argument, v.Type())
	}
	return v, err
}

// ErrorAt returns the error that a reference names.
func ErrorAt(f *frame.Frame, r frame.Ref, argument string) (named, err error) {
	v, err := At(f, r, argument)
	if err != nil {
		return nil, err
	}
	named, isError := v.Interface().(error)
	if !isError {
		return nil, status.Errorf(status.WrongKind, "%s is a %s, not an error", argument, v.Type())
	}
	return named, nil
}

// Instant is time.Unix, in UTC: that wraps where Go's own count, from the year 1 on, would overflow.
func Instant(seconds, nanoseconds int64) (time.Time, error) {
	if t := time.Unix(seconds, nanoseconds).UTC(); seconds < 0 || t.After(time.Unix(0, 0)) || seconds == 0 {
		return t, nil
	}
	return time.Time{}, status.Errorf(status.Range, "%d seconds after 1970 are more than a time.Time has", seconds)
}
