package frame

import "unsafe"

// Slots is where the arguments of every call lie, which the structs below name: pointers, then references and numbers.
//
//gobridge:mirror gobridge_slots
type Slots struct {
	P, Q    unsafe.Pointer
	A, B, C uint64
}

// Args names the arguments of a call.
func Args[T any](f *Frame) *T { return (*T)(unsafe.Pointer(&f.Slots)) }

// RefArgs is what such a call hands in: one reference.
//
//gobridge:mirror gobridge_ref_args
type RefArgs struct {
	_   unsafe.Pointer
	_   unsafe.Pointer
	Ref Ref
}

// TextArgs is what such a call hands in: a text of the host's, and what it is about or for.
//
//gobridge:mirror gobridge_text_args
type TextArgs struct {
	Text unsafe.Pointer
	Out  unsafe.Pointer
	Ref  Ref
	Len  uint64
}

// OutArgs is what such a call hands in: what the call writes, and a number or a size that it takes.
//
//gobridge:mirror gobridge_out_args
type OutArgs struct {
	Out    unsafe.Pointer
	_      unsafe.Pointer
	Number uint64
}

// MakeArgs is what such a call hands in: a new value of a type.
//
//gobridge:mirror gobridge_make_args
type MakeArgs struct {
	From     unsafe.Pointer
	_        unsafe.Pointer
	Type     Ref
	Count    uint64
	Capacity uint64
}

// ValueArgs is what such a call hands in: a value, what a reference names, and where something goes.
//
//gobridge:mirror gobridge_value_args
type ValueArgs struct {
	Value  unsafe.Pointer
	To     unsafe.Pointer
	Ref    Ref
	Source Ref
}

// CallOfArgs is what such a call hands in: a call that hands in more than the frame has room for.
//
//gobridge:mirror gobridge_call_of_args
type CallOfArgs struct {
	Call     unsafe.Pointer
	Results  *Value
	Ref      Ref
	_        uint64
	NResults uint64
}

// NumberArgs is what such a call hands in: a number.
//
//gobridge:mirror gobridge_number_args
type NumberArgs struct {
	_      unsafe.Pointer
	_      unsafe.Pointer
	_      uint64
	Number uint64
}

// Room is where text goes that is copied out of Go's memory.
//
//gobridge:mirror gobridge_room
type Room struct {
	Buffer   unsafe.Pointer
	Len      *uint
	Capacity uint64
}
