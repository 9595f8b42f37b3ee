package async

import (
	"context"
	"time"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// hostContext is a context that the host ends. What it leads to the host can not write, as it could through a pointer: a context
// that is its own parent has no end.
type hostContext struct{ made *cancellable }

type cancellable struct {
	context.Context
	cancel context.CancelFunc
}

// inner is the context that was made; of the zero value one that never ends.
func (c hostContext) inner() context.Context {
	if c.made == nil {
		return context.Background()
	}
	return c.made.Context
}

func (c hostContext) Deadline() (time.Time, bool) { return c.inner().Deadline() }
func (c hostContext) Done() <-chan struct{}       { return c.inner().Done() }
func (c hostContext) Err() error                  { return c.inner().Err() }
func (c hostContext) Value(key any) any           { return c.inner().Value(key) }

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
	c := new(cancellable)
	if timeout := in.TimeoutNs; timeout < 0 {
		c.Context, c.cancel = context.WithCancel(parent)
	} else {
		c.Context, c.cancel = context.WithTimeout(parent, time.Duration(timeout))
	}
	f.NewRef = value.NewRef(f, hostContext{c})
	return nil
}

func contextCancel(f *frame.Frame) error {
	v, err := value.At(f, frame.Args[frame.RefArgs](f).Ref, "context")
	if err != nil {
		return err
	}
	c, isHosts := v.Interface().(hostContext)
	if !isHosts || c.made == nil {
		return status.Errorf(status.WrongKind, "context is a %s, none that gobridge_context_new made", v.Type())
	}
	c.made.cancel()
	return nil
}
