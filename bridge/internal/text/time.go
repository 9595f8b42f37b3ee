package text

import (
	"reflect"
	"time"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

func valueFromTime(f *frame.Frame) error {
	in := frame.Args[instantArgs](f)
	if uint64(in.Nanoseconds) >= uint64(time.Second) {
		return status.Errorf(status.Argument, "nanoseconds is %d, not from 0 to 999,999,999", in.Nanoseconds)
	}
	t, err := value.Instant(in.Seconds, in.Nanoseconds)
	if err == nil {
		f.NewRef = value.NewRef(f, t)
	}
	return status.About("seconds", err)
}

func valueToTime(f *frame.Frame) error {
	in := frame.Args[timeArgs](f)
	v, err := value.At(f, in.Time, "time")
	if err != nil {
		return err
	}
	if v.Type() != layout.TimeType && v.Type() != reflect.PointerTo(layout.TimeType) {
		return status.Errorf(status.WrongKind, "time is a %s, not a %s", v.Type(), layout.TimeType)
	}
	var t time.Time
	if err := value.Assign(f, layout.Of(layout.TimeType), reflect.ValueOf(&t).Elem(), v); err != nil {
		return status.About("time", err)
	}
	cmem.Touch(unsafe.Pointer(in.Nanoseconds), unsafe.Sizeof(*in.Nanoseconds))
	*in.Seconds, *in.Nanoseconds = t.Unix(), int64(t.Nanosecond())
	return nil
}
