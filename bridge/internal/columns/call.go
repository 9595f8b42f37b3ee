package columns

import (
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
)

// Arrays is the mirror of gobridge_arrays.
//
//gobridge:mirror gobridge_arrays
type Arrays struct {
	In, In2   *Column
	Out, Out2 *Column
	Found     *bool
	Statuses  *status.Code
	Count     uint64
}

// arrayCall is a call over arrays while it goes on.
type arrayCall struct {
	*Arrays
	f     *frame.Frame
	n     int
	sinks []*Sink
	made  []frame.Ref // for C itself

	failed []status.Code // of each item; nil while none has failed
	first  int           // the first that failed
	why    error         // it did
}

// MaxItems is how many items one call may have: as many as there may be statuses.
const MaxItems = cmem.MaxMemory / unsafe.Sizeof(status.OK) //gobridge:mirror GOBRIDGE_MAX_ITEMS

func newArrayCall(f *frame.Frame) (*arrayCall, error) {
	in := frame.Args[columnsArgs](f)
	a := in.Arrays
	if a.Count > uint64(MaxItems) {
		return nil, status.Errorf(status.Limit, "count is %d; at most %d items can be done at once", a.Count, MaxItems)
	}
	if a.Found != nil {
		cmem.TouchOut(unsafe.Pointer(a.Found), uintptr(a.Count))
	}
	if a.Statuses != nil {
		cmem.TouchOut(unsafe.Pointer(a.Statuses), uintptr(a.Count)*unsafe.Sizeof(status.OK))
	}
	return &arrayCall{Arrays: a, f: f, n: int(a.Count), first: int(a.Count)}, nil
}

// fail notes that an item failed.
func (b *arrayCall) fail(argument string, i int, err error) {
	if b.failed == nil {
		b.failed = make([]status.Code, b.n)
	}
	if b.failed[i] == status.OK {
		b.failed[i] = status.FailureOf(err).Code
	}
	if i < b.first {
		b.first, b.why = i, status.About(status.Item(argument, i), err)
	}
}

// good tells whether an item has not failed.
func (b *arrayCall) good(i int) bool { return b.failed == nil || b.failed[i] == status.OK }

// done ends a call that was done, though items may have failed: C learns of that from the frame's result.
func (b *arrayCall) done() error {
	for _, s := range b.sinks {
		if s.column.Owner = 0; s.keeper.used {
			s.column.Owner = ref.Table.Make(b.f, &s.keeper)
		}
	}
	b.sinks = nil
	if b.Statuses != nil {
		statuses := unsafe.Slice(b.Statuses, b.n)
		clear(statuses)
		copy(statuses, b.failed)
	}
	b.made = nil
	if b.why != nil {
		why := *status.FailureOf(b.why)
		why.OfItems = true
		return &why
	}
	return nil
}

// abandon gives up what a call has made that was not done.
func (b *arrayCall) abandon() {
	for _, s := range b.sinks {
		s.keeper.Released()
	}
	for _, r := range b.made {
		_ = ref.Release(b.f, r, "boxed")
	}
}
