package frame

import (
	"unsafe"

	"gobridge/bridge/internal/status"
)

// Operation is the mirror of gobridge_operation: a call that C has put off.
//
//gobridge:mirror gobridge_operation
type Operation struct {
	Frame
	Returns uint32
	To      unsafe.Pointer // where C puts what it gives
}

// Batch is the mirror of gobridge_batch's part for Go.
//
//gobridge:mirror gobridge_batch
type Batch struct {
	Operations *Operation
	Count      uint64
	Name       uint64
}

// What a promise may be of: the mirrors of RETURNS_REF and its like.
const (
	ReturnsRef     = 1 << 4 //gobridge:mirror RETURNS_REF
	ReturnsLasting = 1 << 5 //gobridge:mirror RETURNS_LASTING
	ReturnsP       = 1 << 7 //gobridge:mirror RETURNS_P
	ReturnsQ       = 1 << 8 //gobridge:mirror RETURNS_Q
	ReturnsAll     = 1 << 9 //gobridge:mirror RETURNS_ALL
)

// A promise is the reference that C has for what an operation will give: no slot has its generation. The lower half is
// the operation's number, then which of its values it is about, whether about that one's owner, and the batch's name.
const (
	PromiseValue = 16 //gobridge:mirror PROMISE_VALUE
	PromiseOwner = 23 //gobridge:mirror PROMISE_OWNER
	PromiseBatch = 24 //gobridge:mirror PROMISE_BATCH
)

// Promised returns the operation of the batch that is run which a promise is about, nil where there is none.
func (f *Frame) Promised(r Ref) (op *Operation, number uint64) {
	b, number := f.Thread.Batch, uint64(r)&(1<<PromiseValue-1)
	if b == nil || b.Name != uint64(r)>>PromiseBatch || number >= b.Count {
		return nil, 0
	}
	return &unsafe.Slice(b.Operations, b.Count)[number], number
}

// PromisedValue returns the value that a REF stands for where it is a promise of one that is not a REF, else nil.
func (f *Frame) PromisedValue(r Ref) *Value {
	if r.Generation() != 0 || r == 0 {
		return nil
	}
	op, _ := f.Promised(r)
	if op == nil || op.Status != status.OK || op.Returns&(ReturnsP|ReturnsQ) == 0 || r>>PromiseOwner&1 != 0 {
		return nil
	}
	if v := op.Value(r); v != nil && v.Kind != KindRef {
		return v
	}
	return nil
}

// WithPromisedValues returns values with what is shown in the place of promises, so that it is read as quickly as any other.
func (f *Frame) WithPromisedValues(values []Value) []Value {
	var copied []Value
	for i := range values {
		if values[i].Kind != KindRef {
			continue
		}
		if shown := f.PromisedValue(Ref(values[i].As)); shown != nil {
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

// Value returns the value that a promise is about of those that an operation has given, nil where there is none: those at p
// and then those at q.
func (op *Operation) Value(r Ref) *Value {
	i := uint64(r) >> PromiseValue & (1<<(PromiseOwner-PromiseValue) - 1)
	at, places := op.P, op.Returns&(ReturnsP|ReturnsQ)
	if places == ReturnsQ || places == ReturnsP|ReturnsQ && i == 1 {
		at = op.Q
	}
	switch {
	case places == 0 || at == nil:
		return nil
	case op.Returns&ReturnsAll != 0 && i < op.C:
		return &unsafe.Slice((*Value)(at), op.C)[i]
	case op.Returns&ReturnsAll == 0 && (i == 0 || places == ReturnsP|ReturnsQ && i == 1):
		return (*Value)(at)
	}
	return nil
}
