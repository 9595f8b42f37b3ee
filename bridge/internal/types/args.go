package types

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// queryArgs is what such a call hands in: a query of a type.
//
//gobridge:mirror gobridge_type_args
type queryArgs struct {
	Out   unsafe.Pointer
	_     unsafe.Pointer
	Type  frame.Ref
	Index uint64
}
