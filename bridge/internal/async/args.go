package async

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// chanArgs is what such a call hands in: a channel and a value.
//
//gobridge:mirror gobridge_chan_args
type chanArgs struct {
	Value     *frame.Value
	_         unsafe.Pointer
	Chan      frame.Ref
	TimeoutNs int64
}

// contextArgs is what such a call hands in: a new context.
//
//gobridge:mirror gobridge_context_args
type contextArgs struct {
	_         unsafe.Pointer
	_         unsafe.Pointer
	Parent    frame.Ref
	TimeoutNs int64
}

// contextValueArgs is what such a call hands in: a value of a context, or of one to come.
//
//gobridge:mirror gobridge_context_value_args
type contextValueArgs struct {
	Key     *frame.Value
	Value   *frame.Value
	Context frame.Ref
}

// doneArgs is what such a call hands in: what the host has called when a task is done.
//
//gobridge:mirror gobridge_done_args
type doneArgs struct {
	Data uintptr
	_    unsafe.Pointer
	Task frame.Ref
	Done uintptr
}

// selectArgs is what such a call hands in: cases of a select.
//
//gobridge:mirror gobridge_select_args
type selectArgs struct {
	Cases     *SelectCase
	Received  *frame.Value
	Count     uint64
	TimeoutNs int64
	Open      *bool
}

// startArgs is what such a call hands in: a function that becomes a task.
//
//gobridge:mirror gobridge_start_args
type startArgs struct {
	Args      *frame.Value
	_         unsafe.Pointer
	Func      frame.Ref
	Count     uint64
	TimeoutNs int64
}

// waitArgs is what such a call hands in: the end of a task.
//
//gobridge:mirror gobridge_wait_args
type waitArgs struct {
	Results   *frame.Value
	_         unsafe.Pointer
	Task      frame.Ref
	TimeoutNs int64
	Count     uint64
}
