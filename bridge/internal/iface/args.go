package iface

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// itabArgs is what such a call hands in: an interface type and a type.
//
//gobridge:mirror gobridge_itab_args
type itabArgs struct {
	_             unsafe.Pointer
	_             unsafe.Pointer
	InterfaceType frame.Ref
	Type          frame.Ref
	CanFail       uint64
}

// implementsArgs is what such a call hands in: a value and an interface type.
//
//gobridge:mirror gobridge_implements_args
type implementsArgs struct {
	_             unsafe.Pointer
	_             unsafe.Pointer
	Ref           frame.Ref
	InterfaceType frame.Ref
}
