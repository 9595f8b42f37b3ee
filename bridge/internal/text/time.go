package text

import (
	"reflect"
	"time"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

func valueFromTime(f *frame.Frame) error {
	if f.B >= uint64(time.Second) {
		return status.Errorf(status.Argument, "nanoseconds is %d, not from 0 to 999,999,999", int64(f.B))
	}
	t, err := value.Instant(int64(f.A), int64(f.B))
	if err == nil {
		f.NewRef = value.NewRef(f, t)
	}
	return status.About("seconds", err)
}

func valueToTime(f *frame.Frame) error {
	v, err := value.At(f, frame.Ref(f.A), "time")
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
	cmem.Touch(f.Q, 8)
	*(*int64)(f.P), *(*int64)(f.Q) = t.Unix(), int64(t.Nanosecond())
	return nil
}
