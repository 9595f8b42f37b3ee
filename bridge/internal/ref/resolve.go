package ref

import (
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// Resolve returns the reference for a promise of the batch that is run, and any other as it is.
func Resolve(f *frame.Frame, r frame.Ref, argument string) (frame.Ref, error) {
	if r.Generation() != 0 || r == 0 {
		return r, nil
	}
	op, number := f.Promised(r)
	switch {
	case op == nil:
		return 0, Table.refuse(r, argument)
	case op.Status != status.OK:
		return 0, status.Errorf(status.Skipped, "%s is what operation %d gives, which was not done", argument, number)
	case op.Returns&frame.ReturnsRef != 0:
		return op.NewRef, nil
	case op.Returns&frame.ReturnsLasting != 0:
		return frame.Ref(op.Result), nil
	}
	v := op.Value(r)
	switch {
	case v == nil:
		return 0, Table.refuse(r, argument)
	case v.Kind == frame.KindRef && r>>frame.PromiseOwner&1 == 0:
		return frame.Ref(v.As), nil
	}
	return v.Owner, nil
}

// Object returns what a reference of C's names.
func Object(f *frame.Frame, r frame.Ref, argument string) (any, error) {
	r, err := Resolve(f, r, argument)
	if err != nil {
		return nil, err
	}
	return Table.Get(r, argument)
}

// Named returns what a reference of C's names, and the reference that a promise is for.
func Named(f *frame.Frame, r frame.Ref) (_ frame.Ref, object any, err error) {
	if r, err = Resolve(f, r, "ref"); err == nil {
		object, err = Table.Get(r, "ref")
	}
	return r, object, err
}
