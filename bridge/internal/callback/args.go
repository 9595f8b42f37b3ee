package callback

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// callbackArgs is what such a call hands in: a callback of the host's, its data, and the end of both.
//
//gobridge:mirror gobridge_callback_args
type callbackArgs struct {
	Drop     uintptr
	_        unsafe.Pointer
	FuncType frame.Ref
	Call     uintptr
	Data     uintptr
}

// methodsArgs is what such a call hands in: a callback for each method of an interface, their data, and the end of it.
//
//gobridge:mirror gobridge_methods_args
type methodsArgs struct {
	Methods *uintptr
	Drop    uintptr
	Type    frame.Ref
	Data    uintptr
	Count   uint64
}
