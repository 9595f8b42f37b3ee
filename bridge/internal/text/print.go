package text

import (
	"fmt"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

func valuePrint(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	v, err := value.AnyAt(f, in.Value, "value")
	if err != nil {
		return err
	}
	if v, err = walk.LookAhead(f, v, walk.Printed); err != nil {
		return status.About("value", err)
	}
	value.ReturnText(f, fmt.Sprint(v), in.To)
	return nil
}

// valueRead copies into f.b bytes at f.q.
func valueRead(f *frame.Frame) error {
	in := frame.Args[copyArgs](f)
	held, err := value.AnyAt(f, in.Value, "value")
	if err != nil {
		return err
	}
	v := reflect.ValueOf(held)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		to := reflect.New(v.Type().Elem()).Elem()
		_ = value.Assign(f, layout.Of(to.Type()), to, v)
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
		return status.Errorf(status.WrongType, "value: a %T is neither text nor bytes", held)
	}
	**(**int)(unsafe.Pointer(&in.Len)) = len(bytes)
	if uint64(len(bytes)) > in.Capacity {
		return status.Errorf(status.TooSmall, "buffer: %d bytes do not fit into %d", len(bytes), in.Capacity)
	}
	copy(unsafe.Slice((*byte)(in.Buffer), len(bytes)), bytes)
	return nil
}
