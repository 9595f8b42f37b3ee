package stream

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// streamArgs is what such a call hands in: a stream and a buffer.
//
//gobridge:mirror gobridge_io_args
type streamArgs struct {
	Buffer unsafe.Pointer
	Done   *uint
	Stream frame.Ref
	Len    uint64
}
