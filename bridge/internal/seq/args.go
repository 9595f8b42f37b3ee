package seq

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// sliceArgs is what such a call hands in: a slice and an element of it.
//
//gobridge:mirror gobridge_slice_args
type sliceArgs struct {
	Elem  unsafe.Pointer
	_     unsafe.Pointer
	Slice frame.Ref
	Index uint64
}

// appendArgs is what such a call hands in: a slice, and values that follow it or room for so many.
//
//gobridge:mirror gobridge_append_args
type appendArgs struct {
	Elems unsafe.Pointer
	_     unsafe.Pointer
	Slice frame.Ref
	Count uint64
}

// rangeArgs is what such a call hands in: a part of a slice.
//
//gobridge:mirror gobridge_range_args
type rangeArgs struct {
	_     unsafe.Pointer
	_     unsafe.Pointer
	Slice frame.Ref
	Low   uint64
	High  uint64
}

// copyArgs is what such a call hands in: two slices.
//
//gobridge:mirror gobridge_copy_args
type copyArgs struct {
	_   unsafe.Pointer
	_   unsafe.Pointer
	Dst frame.Ref
	Src frame.Ref
}

// fieldArgs is what such a call hands in: a field of a struct, by its index.
//
//gobridge:mirror gobridge_field_args
type fieldArgs struct {
	_     unsafe.Pointer
	Value *frame.Value
	Ref   frame.Ref
	Index uint64
}
