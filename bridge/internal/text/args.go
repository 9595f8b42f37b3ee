package text

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// pairArgs is what such a call hands in: two values.
//
//gobridge:mirror gobridge_pair_args
type pairArgs struct {
	First  unsafe.Pointer
	Second unsafe.Pointer
}

// copyArgs is what such a call hands in: text that is copied into a buffer.
//
//gobridge:mirror gobridge_copy_text_args
type copyArgs struct {
	Value    unsafe.Pointer
	Buffer   unsafe.Pointer
	_        uint64
	Capacity uint64
	Len      *uint
}

// errorArgs is what such a call hands in: an error, and another error or a type.
//
//gobridge:mirror gobridge_error_args
type errorArgs struct {
	Out    unsafe.Pointer
	_      unsafe.Pointer
	Error  frame.Ref
	Target frame.Ref
}

// instantArgs is what such a call hands in: a time.
//
//gobridge:mirror gobridge_instant_args
type instantArgs struct {
	_           unsafe.Pointer
	_           unsafe.Pointer
	Seconds     int64
	Nanoseconds int64
}

// timeArgs is what such a call hands in: where the parts of a time go.
//
//gobridge:mirror gobridge_time_args
type timeArgs struct {
	Seconds     *int64
	Nanoseconds *int64
	Time        frame.Ref
}
