package bridge

import (
	"fmt"
	"unsafe"
)

// batchOps answers the calls about batches.
var batchOps = []op{
	{name: "gobridge_batch_run", run: batchRun},
}

// operation is the mirror of gobridge_operation: a call that C has put off.
//
//gobridge:mirror gobridge_operation
type operation struct {
	frame
	gives uint32
	to    unsafe.Pointer // where C puts what it gives
}

// batch is the mirror of gobridge_batch's part for Go.
//
//gobridge:mirror gobridge_batch
type batch struct {
	operations *operation
	count      uint64
	name       uint64
}

// What a promise may be of: the mirrors of RETURNS_REF and its like.
const (
	givesRef     = 1 << 4 //gobridge:mirror RETURNS_REF
	givesLasting = 1 << 5 //gobridge:mirror RETURNS_LASTING
	givesP       = 1 << 7 //gobridge:mirror RETURNS_P
	givesQ       = 1 << 8 //gobridge:mirror RETURNS_Q
	givesAll     = 1 << 9 //gobridge:mirror RETURNS_ALL
)

// A promise is the reference that C has for what an operation will give: no slot has its generation. The lower half is
// the operation's number, then which of its values it is about, whether about that one's owner, and the batch's name.
const (
	promiseValue = 16 //gobridge:mirror PROMISE_VALUE
	promiseOwner = 23 //gobridge:mirror PROMISE_OWNER
	promiseBatch = 24 //gobridge:mirror PROMISE_BATCH
)

// kept gives the reference for a promise of the batch that is run, and any other as it is.
func (f *frame) kept(r ref, argument string) (ref, error) {
	if r.generation() != 0 || r == 0 {
		return r, nil
	}
	op, number := f.promised(r)
	switch {
	case op == nil:
		return 0, refs.refuse(r, argument)
	case op.status != ok:
		return 0, failf(errSkipped, "%s is what operation %d gives, which was not done", argument, number)
	case op.gives&givesRef != 0:
		return op.made, nil
	case op.gives&givesLasting != 0:
		return ref(op.result), nil
	}
	v := op.value(r)
	switch {
	case v == nil:
		return 0, refs.refuse(r, argument)
	case v.kind == kindRef && r>>promiseOwner&1 == 0:
		return ref(v.as), nil
	}
	return v.owner, nil
}

// promised gives the operation of the batch that is run which a promise is about, nil where there is none.
func (f *frame) promised(r ref) (op *operation, number uint64) {
	b, number := f.caller.batch, uint64(r)&(1<<promiseValue-1)
	if b == nil || b.name != uint64(r)>>promiseBatch || number >= b.count {
		return nil, 0
	}
	return &unsafe.Slice(b.operations, b.count)[number], number
}

// shown gives the value that a REF stands for where it is a promise of one that is not a REF, else nil.
func (f *frame) shown(r ref) *value {
	if r.generation() != 0 || r == 0 {
		return nil
	}
	op, _ := f.promised(r)
	if op == nil || op.status != ok || op.gives&(givesP|givesQ) == 0 || r>>promiseOwner&1 != 0 {
		return nil
	}
	if v := op.value(r); v != nil && v.kind != kindRef {
		return v
	}
	return nil
}

// withShown gives values with what is shown in the place of promises, so that it is read as quickly as any other.
func (f *frame) withShown(values []value) []value {
	var copied []value
	for i := range values {
		if values[i].kind != kindRef {
			continue
		}
		if shown := f.shown(ref(values[i].as)); shown != nil {
			if copied == nil {
				copied = append(copied, values...)
			}
			copied[i] = *shown
		}
	}
	if copied == nil {
		return values
	}
	return copied
}

// value gives the value that a promise is about of those that an operation has given, nil where there is none: those at p
// and then those at q.
func (op *operation) value(r ref) *value {
	i := uint64(r) >> promiseValue & (1<<(promiseOwner-promiseValue) - 1)
	at, places := op.p, op.gives&(givesP|givesQ)
	if places == givesQ || places == givesP|givesQ && i == 1 {
		at = op.q
	}
	switch {
	case places == 0 || at == nil:
		return nil
	case op.gives&givesAll != 0 && i < op.c:
		return &unsafe.Slice((*value)(at), op.c)[i]
	case op.gives&givesAll == 0 && (i == 0 || places == givesP|givesQ && i == 1):
		return (*value)(at)
	}
	return nil
}

// run is a batch while it is run.
type run struct {
	*frame // the call that runs it
	all    []operation
	next   int
	last   *operation // that was begun
	stops  bool       // at the first failure

	first int // that failed
	why   error
}

// batchRun runs the batch at f.p. With f.b it stops at the first operation that fails; the others keep the status that C
// gave them. C learns from the result that the batch was run, whatever became of its operations.
func batchRun(f *frame) error {
	b := (*batch)(f.p)
	r := run{frame: f, all: unsafe.Slice(b.operations, b.count), stops: f.b != 0}
	f.result = 1
	for r.goesOn() {
		r.goOn()
	}
	if r.why == nil {
		return nil
	}
	why := *asFailure(r.why)
	why.ofItems = false
	why.message = fmt.Sprintf("operation %d, %s: %s", r.first, ops[r.all[r.first].op].name, why.message)
	return &why
}

func (r *run) goesOn() bool { return r.next < len(r.all) && (r.why == nil || !r.stops) }

// goOn does operations until one panics.
func (r *run) goOn() {
	panics := true
	defer func() {
		if r.last.letGo(); !panics {
			return
		}
		if reason := recover(); reason != nil {
			r.failed(panicked(reason))
			return
		}
		for i := range r.all[r.next-1:] { // runtime.Goexit
			r.all[r.next-1+i].status = errGoexit
		}
	}()
	for r.goesOn() {
		op := &r.all[r.next]
		r.begin(op)
		if err := ops[op.op].run(&op.frame); err != nil {
			r.failed(err)
		}
	}
	panics = false
}

// begin makes an operation's frame ready.
func (r *run) begin(op *operation) {
	op.status, op.alone, op.caller = ok, r.alone, r.caller
	if last := r.last; last != nil && last.held != 0 {
		if op.a == last.a && ops[op.op].oneLock {
			op.held, last.held = last.held, 0
		} else {
			last.letGo()
		}
	}
	r.last = op
	r.next++
}

// failed notes that the operation that was begun last has failed.
func (r *run) failed(err error) {
	r.last.note(asFailure(err))
	if r.why == nil {
		r.first, r.why = r.next-1, err
	}
}
