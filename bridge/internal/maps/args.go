package maps

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// mapArgs is what such a call hands in: a map, a key as memory or as a number, and an element.
//
//gobridge:mirror gobridge_map_args
type mapArgs struct {
	Key     unsafe.Pointer
	Elem    unsafe.Pointer
	Map     frame.Ref
	Number  uint64
	Operand *frame.Value
}

// iteratorArgs is what such a call hands in: where an iterator's entry goes.
//
//gobridge:mirror gobridge_iterator_args
type iteratorArgs struct {
	Key      unsafe.Pointer
	Elem     unsafe.Pointer
	Iterator frame.Ref
}

// freezeArgs is what such a call hands in: a map that is frozen.
//
//gobridge:mirror gobridge_freeze_args
type freezeArgs struct {
	Freezing *Freezing
	_        unsafe.Pointer
	Map      frame.Ref
}
