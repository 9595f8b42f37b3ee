package bridge

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// textOps answers the calls about text, comparing, errors and time.
var textOps = []op{
	{name: "gobridge_value_from_time", run: valueFromTime},
	{name: "gobridge_value_to_time", run: valueToTime},
	{name: "gobridge_ref_list", run: refList},
	{name: "gobridge_value_print", run: valuePrint},
	{name: "gobridge_value_text", run: valueText},
	{name: "gobridge_value_from_text", run: valueFromText},
	{name: "gobridge_value_to_text", run: valueToText},
	{name: "gobridge_value_from_json", run: valueFromJSON},
	{name: "gobridge_value_to_json", run: valueToJSON},
	{name: "gobridge_value_equal", run: valueEqual},
	{name: "gobridge_value_compare", run: valueCompare},
	{name: "gobridge_value_hash", run: valueHash},
	{name: "gobridge_error_new", run: errorNew},
	{name: "gobridge_error_wrap", run: errorWrap},
	{name: "gobridge_error_message", run: errorMessage},
	{name: "gobridge_error_is", run: errorIs},
	{name: "gobridge_error_as", run: errorAs},
	{name: "gobridge_error_unwrap", run: errorUnwrap},
}

func valuePrint(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	if v, err = f.lookAhead(v, printed); err != nil {
		return about("value", err)
	}
	f.giveText(fmt.Sprint(v), f.q)
	return nil
}

// valueText copies into f.b bytes at f.q.
func valueText(f *frame) error {
	held, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	v := reflect.ValueOf(held)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		to := reflect.New(v.Type().Elem()).Elem()
		_ = assign(f, layout.Of(to.Type()), to, v)
		v = to
	}
	var bytes []byte
	switch {
	case v.Kind() == reflect.String:
		s := v.String()
		bytes = unsafe.Slice(unsafe.StringData(s), len(s))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		bytes = v.Bytes()
	default:
		return failf(errWrongType, "value: a %T is neither text nor bytes", held)
	}
	**(**int)(unsafe.Pointer(&f.c)) = len(bytes)
	if uint64(len(bytes)) > f.b {
		return failf(errTooSmall, "buffer: %d bytes do not fit into %d", len(bytes), f.b)
	}
	copy(unsafe.Slice((*byte)(f.q), len(bytes)), bytes)
	return nil
}

func valueFromText(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	text, err := f.bytes()
	if err != nil {
		return err
	}
	to := reflect.New(t.Type.Type).Elem()
	if isBig(t.Type.Type) && len(text) > maxBigText {
		return tooBig("text")
	}
	if err := parse(to, string(text)); err != nil {
		return about("text", err)
	}
	f.made = box(f, to)
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
			return failf(errSyntax, "%v", err)
		}
		return nil
	}
	switch k := t.Kind(); {
	case t == durationType:
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
		return failf(errWrongType, "a %s has no form as text", t)
	}
	switch {
	case errors.Is(err, strconv.ErrRange):
		return failf(errRange, "%v", err)
	case err != nil:
		return failf(errSyntax, "%v", err)
	}
	return nil
}

func valueToText(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	text, err := format(f, v)
	if err == nil {
		f.giveText(text, f.q)
	}
	return about("value", err)
}

// format gives the text that parse takes for a value.
func format(f *frame, held any) (text string, err error) {
	if held == nil {
		return "", failf(errWrongType, "nil has no form as text")
	}
	held = f.apart(held)
	v := reflect.New(reflect.TypeOf(held)).Elem() // with the methods of its pointer
	v.Set(reflect.ValueOf(held))
	m, formats := held.(encoding.TextMarshaler)
	if !formats {
		m, formats = v.Addr().Interface().(encoding.TextMarshaler)
	}
	if formats {
		if isBig(v.Type()) {
			err = checkBig(m)
		} else {
			f.holdFor(v.Type())
		}
		if err != nil {
			return "", err
		}
		bytes, err := m.MarshalText()
		if err != nil {
			return "", failf(errReturned, "%v", err)
		}
		return string(bytes), nil
	}
	switch k := v.Kind(); {
	case v.Type() == durationType:
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
	return "", failf(errWrongType, "a %s has no form as text", v.Type())
}

func valueFromJSON(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	text, err := f.bytes()
	if err != nil {
		return err
	}
	if len(text) > maxBigText && leadsToBig(t.Type.Type, map[reflect.Type]bool{}) && longestNumber(text) > maxBigText {
		return tooBig("json")
	}
	to := reflect.New(t.Type.Type)
	if err := json.Unmarshal(append([]byte(nil), text...), to.Interface()); err != nil {
		return refusedJSON(err)
	}
	f.giveValue(t.Type, to.UnsafePointer(), f.q)
	return nil
}

// refusedJSON gives the status of what encoding/json refuses to decode.
func refusedJSON(err error) error {
	var syntax *json.SyntaxError
	var misfit *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return failf(errSyntax, "json: %v", err)
	case errors.As(err, &misfit) && strings.HasPrefix(misfit.Value, "number "):
		return failf(errRange, "json: %v", err)
	}
	return failf(errWrongType, "json: %v", err)
}

func valueToJSON(f *frame) error {
	v, err := f.anyAt(f.p, "value")
	if err != nil {
		return err
	}
	if v, err = f.lookAhead(v, encoded); err != nil {
		return about("value", err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		var method *json.MarshalerError
		if errors.As(err, &method) {
			return failf(errReturned, "value: %v", err)
		}
		return failf(errWrongType, "value: %v", err)
	}
	f.giveText(unsafe.String(unsafe.SliceData(text), len(text)), f.q)
	return nil
}
