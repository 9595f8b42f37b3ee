package batch

import (
	"fmt"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// run is a batch while it is run.
type run struct {
	*frame.Frame // the call that runs it
	all          []frame.Operation
	next         int
	last         *frame.Operation // that was begun
	stops        bool             // at the first failure

	first int // that failed
	why   error
}

// batchRun runs the batch at f.p. With f.b it stops at the first operation that fails; the others keep the status that C
// gave them. C learns from the result that the batch was run, whatever became of its operations.
func batchRun(f *frame.Frame) error {
	in := frame.Args[runArgs](f)
	b := in.Batch
	r := run{Frame: f, all: unsafe.Slice(b.Operations, b.Count), stops: in.Stops != 0}
	f.Result = 1
	for r.goesOn() {
		r.goOn()
	}
	if r.why == nil {
		return nil
	}
	why := *status.FailureOf(r.why)
	why.OfItems = false
	why.Message = fmt.Sprintf("operation %d, %s: %s", r.first, frame.Ops[r.all[r.first].Op].Name, why.Message)
	return &why
}

func (r *run) goesOn() bool { return r.next < len(r.all) && (r.why == nil || !r.stops) }

// goOn does operations until one panics.
func (r *run) goOn() {
	panics := true
	defer func() {
		if r.last.Unlock(); !panics {
			return
		}
		if reason := recover(); reason != nil {
			r.failed(status.Panicked(reason))
			return
		}
		for i := range r.all[r.next-1:] { // runtime.Goexit
			r.all[r.next-1+i].Status = status.Goexit
		}
	}()
	for r.goesOn() {
		op := &r.all[r.next]
		r.begin(op)
		if err := frame.Ops[op.Op].Run(&op.Frame); err != nil {
			r.failed(err)
		}
	}
	panics = false
}

// begin makes an operation's frame ready.
func (r *run) begin(op *frame.Operation) {
	op.Status, op.Exclusive, op.Thread = status.OK, r.Exclusive, r.Thread
	if last := r.last; last != nil && last.Held != 0 {
		if op.A == last.A && frame.Ops[op.Op].OneMapLock {
			op.Held, last.Held = last.Held, 0
		} else {
			last.Unlock()
		}
	}
	r.last = op
	r.next++
}

// failed notes that the operation that was begun last has failed.
func (r *run) failed(err error) {
	r.last.Note(status.FailureOf(err))
	if r.why == nil {
		r.first, r.why = r.next-1, err
	}
}
