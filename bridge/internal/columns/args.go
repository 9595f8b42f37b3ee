package columns

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// columnsArgs is what such a call hands in: a call over arrays about a map or a type.
//
//gobridge:mirror gobridge_columns_args
type columnsArgs struct {
	Arrays  *Arrays
	Refs    unsafe.Pointer
	Ref     frame.Ref
	Threads uint64
	Filled  uint64
}

// elemsArgs is what such a call hands in: a call over arrays about a slice.
//
//gobridge:mirror gobridge_elems_args
type elemsArgs struct {
	Arrays *Arrays
	_      unsafe.Pointer
	Slice  frame.Ref
	Index  uint64
	Filled uint64
}

// rowsArgs is what such a call hands in: calls of a function over arrays.
//
//gobridge:mirror gobridge_rows_args
type rowsArgs struct {
	Arrays   *Arrays
	_        unsafe.Pointer
	Func     frame.Ref
	NArgs    uint64
	NResults uint64
}
