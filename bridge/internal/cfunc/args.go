package cfunc

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// pointerArgs is what such a call hands in: a Go func that becomes a C function.
//
//gobridge:mirror gobridge_pointer_args
type pointerArgs struct {
	Signature unsafe.Pointer
	Pointer   *unsafe.Pointer
	Func      frame.Ref
	Len       uint64
}

// closureArgs is what such a call hands in: a call of a closure by C.
//
//gobridge:mirror gobridge_closure_args
type closureArgs struct {
	Arguments *unsafe.Pointer
	Result    unsafe.Pointer
	ID        uint64
}
