package async

import (
	"context"
	"time"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

// hostContext is a context that the host ends. What it leads to the host cannot write, as it could through a pointer: a context
// that is its own parent has no end.
type hostContext struct{ made *cancellable }

type cancellable struct {
	context.Context
	cancel context.CancelFunc
	depth  int // how many contexts of the host's end it
}

// maxContexts is how deep contexts may be nested: Go ends them, and looks for their values, one within the other.
const maxContexts = 10000

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
	parent, depth, err := parentAt(f, in.Parent)
	if err != nil {
		return err
	}
	c := &cancellable{depth: depth + 1}
	if timeout := in.TimeoutNs; timeout < 0 {
		c.Context, c.cancel = context.WithCancel(parent)
	} else {
		c.Context, c.cancel = context.WithTimeout(parent, time.Duration(timeout))
	}
	f.NewRef = value.NewRef(f, hostContext{c})
	return nil
}

// parentAt returns the context that a reference names, or 0 for none, and how deep it lies. The host's own are handed to Go as
// what they are made of, which Go looks through without calling itself.
func parentAt(f *frame.Frame, r frame.Ref) (_ context.Context, depth int, err error) {
	if r == 0 {
		return context.Background(), 0, nil
	}
	v, err := value.At(f, r, "parent")
	if err != nil {
		return nil, 0, err
	}
	parent, isContext := v.Interface().(context.Context)
	if !isContext {
		return nil, 0, status.Errorf(status.WrongKind, "parent is a %s, not a context", v.Type())
	}
	if h, isHosts := parent.(hostContext); isHosts {
		if h.made != nil {
			depth = h.made.depth
		}
		parent = h.inner()
	}
	if depth == maxContexts {
		return nil, 0, status.Errorf(status.TooDeep, "parent lies %d contexts deep, and no more are made", depth)
	}
	return parent, depth, nil
}

func contextWithValue(f *frame.Frame) error {
	in := frame.Args[contextValueArgs](f)
	parent, depth, err := parentAt(f, in.Context)
	if err != nil {
		return err
	}
	key, err := contextKey(f, in.Key)
	if err != nil {
		return err
	}
	v, err := value.AnyAt(f, unsafe.Pointer(in.Value), "value")
	if err != nil {
		return err
	}
	c := &cancellable{depth: depth + 1}
	c.Context, c.cancel = context.WithCancel(context.WithValue(parent, key, v))
	f.NewRef = value.NewRef(f, hostContext{c})
	return nil
}

// contextKey reads a key, which Go compares.
func contextKey(f *frame.Frame, p *frame.Value) (any, error) {
	key, err := value.AnyAt(f, unsafe.Pointer(p), "key")
	switch {
	case err != nil:
		return nil, err
	case key == nil:
		return nil, status.Errorf(status.Nil, "key is nil")
	}
	return key, status.About("key", walk.CheckKey(layout.Of(layout.AnyType), unsafe.Pointer(&key)))
}

func contextValue(f *frame.Frame) error {
	in := frame.Args[contextValueArgs](f)
	at, err := value.At(f, in.Context, "context")
	if err != nil {
		return err
	}
	of, isContext := at.Interface().(context.Context)
	if !isContext {
		return status.Errorf(status.WrongKind, "context is a %s, none", at.Type())
	}
	key, err := contextKey(f, in.Key)
	if err != nil {
		return err
	}
	found := of.Value(key)
	value.ReturnValue(f, layout.Of(layout.AnyType), unsafe.Pointer(&found), unsafe.Pointer(in.Value))
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
