package text

import (
	"encoding"
	"errors"
	"reflect"
	"strconv"
	"time"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

func valueFromText(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	t, err := types.At(f, in.Ref, "type")
	if err != nil {
		return err
	}
	text, err := f.Bytes()
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type).Elem()
	if walk.IsBig(t.Type.Type) && len(text) > walk.MaxBigText {
		return walk.TooBig("text")
	}
	if err := parse(to, string(text)); err != nil {
		return status.About("text", err)
	}
	f.NewRef = value.Box(f, to)
	return nil
}

// parse sets a variable to what a text stands for.
func parse(to reflect.Value, text string) (err error) {
	t, own := to.Type(), to.Addr()
	if t.Kind() == reflect.Pointer {
		own = reflect.New(t.Elem())
	}
	if u, parses := own.Interface().(encoding.TextUnmarshaler); parses {
		if t.Kind() == reflect.Pointer {
			to.Set(own)
		}
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return status.Errorf(status.Syntax, "%v", err)
		}
		return nil
	}
	switch k := t.Kind(); {
	case t == layout.DurationType:
		var d time.Duration
		d, err = time.ParseDuration(text)
		to.SetInt(int64(d))
	case k == reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		to.SetBool(b)
	case to.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, t.Bits())
		to.SetInt(n)
	case to.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, t.Bits())
		to.SetUint(n)
	case to.CanFloat():
		var n float64
		n, err = strconv.ParseFloat(text, t.Bits())
		to.SetFloat(n)
	case to.CanComplex():
		var n complex128
		n, err = strconv.ParseComplex(text, t.Bits())
		to.SetComplex(n)
	case k == reflect.String:
		to.SetString(text)
	case k == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		to.SetBytes([]byte(text))
	default:
		return status.Errorf(status.WrongType, "a %s has no form as text", t)
	}
	switch {
	case errors.Is(err, strconv.ErrRange):
		return status.Errorf(status.Range, "%v", err)
	case err != nil:
		return status.Errorf(status.Syntax, "%v", err)
	}
	return nil
}

func valueToText(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	v, err := value.AnyAt(f, in.Value, "value")
	if err != nil {
		return err
	}
	text, err := format(f, v)
	if err == nil {
		value.ReturnText(f, text, in.To)
	}
	return status.About("value", err)
}

// format returns the text that parse takes for a value.
func format(f *frame.Frame, held any) (text string, err error) {
	if held == nil {
		return "", status.Errorf(status.WrongType, "nil has no form as text")
	}
	held = walk.Own(f, held)
	v := reflect.New(reflect.TypeOf(held)).Elem() // with the methods of its pointer
	v.Set(reflect.ValueOf(held))
	m, formats := held.(encoding.TextMarshaler)
	if !formats {
		m, formats = v.Addr().Interface().(encoding.TextMarshaler)
	}
	if formats {
		if walk.IsBig(v.Type()) {
			err = walk.CheckBig(m)
		} else {
			walk.LockFor(f, v.Type())
		}
		if err != nil {
			return "", err
		}
		bytes, err := m.MarshalText()
		if err != nil {
			return "", status.Errorf(status.Returned, "%v", err)
		}
		return string(bytes), nil
	}
	switch k := v.Kind(); {
	case v.Type() == layout.DurationType:
		return time.Duration(v.Int()).String(), nil
	case k == reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), nil
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), nil
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()), nil
	case k == reflect.String:
		return v.String(), nil
	case k == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return string(v.Bytes()), nil
	}
	return "", status.Errorf(status.WrongType, "a %s has no form as text", v.Type())
}
