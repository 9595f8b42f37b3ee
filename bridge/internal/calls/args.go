package calls

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// callArgs is what such a call hands in: a call of a function.
//
//gobridge:mirror gobridge_call_args
type callArgs struct {
	Args     *frame.Value
	Results  *frame.Value
	Func     frame.Ref
	NArgs    uint64
	NResults uint64
}

// typedArgs is what such a call hands in: a function of a library that gobridge build has made, by its number.
//
//gobridge:mirror gobridge_typed_args
type typedArgs struct {
	Args     *frame.Value
	Results  *frame.Value
	Function uint64
	_        uint64
	NResults uint64
}

// numbersArgs is what such a call hands in: a function of numbers, and their bits.
//
//gobridge:mirror gobridge_numbers_args
type numbersArgs struct {
	_        unsafe.Pointer
	_        unsafe.Pointer
	Function uint64
	X, Y     uint64
}
