package async

import (
	"context"
	"time"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// hostContext is a context that the host ends.
type hostContext struct {
	context.Context
	cancel context.CancelFunc
}

func contextNew(f *frame.Frame) error {
	in := frame.Args[contextArgs](f)
	parent := context.Background()
	if in.Parent != 0 {
		v, err := value.At(f, in.Parent, "parent")
		if err != nil {
			return err
		}
		given, isContext := v.Interface().(context.Context)
		if !isContext {
			return status.Errorf(status.WrongKind, "parent is a %s, not a context", v.Type())
		}
		parent = given
	}
	c := new(hostContext)
	if timeout := in.TimeoutNs; timeout < 0 {
		c.Context, c.cancel = context.WithCancel(parent)
	} else {
		c.Context, c.cancel = context.WithTimeout(parent, time.Duration(timeout))
	}
	f.NewRef = value.NewRef(f, c)
	return nil
}

func contextCancel(f *frame.Frame) error {
	v, err := value.At(f, frame.Args[frame.RefArgs](f).Ref, "context")
	if err != nil {
		return err
	}
	c, isHosts := v.Interface().(*hostContext)
	if !isHosts {
		return status.Errorf(status.WrongKind, "context is a %s, none that gobridge_context_new made", v.Type())
	}
	c.cancel()
	return nil
}
