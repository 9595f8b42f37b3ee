package arrow

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// arrowArgs is what such a call hands in: arrow's structs, and what becomes of a value or a type; what releases the structs, for an export.
//
//gobridge:mirror gobridge_arrow_args
type arrowArgs struct {
	Schema        unsafe.Pointer
	Array         unsafe.Pointer
	Ref           frame.Ref
	ReleaseSchema uintptr
	ReleaseArray  uintptr
}
