package text

import (
	"fmt"
	"reflect"

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
	if held == nil {
		return status.Errorf(status.WrongType, "value: nil is neither text nor bytes")
	}
	v := reflect.ValueOf(held)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		to := reflect.New(v.Type().Elem()).Elem()
		_ = value.Assign(f, layout.Of(to.Type()), to, v)
		v = to
	}
	return value.CopyText(f, v, nil, &frame.Room{Buffer: in.Buffer, Len: in.Len, Capacity: in.Capacity}, "value")
}
