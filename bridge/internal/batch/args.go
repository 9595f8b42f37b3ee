package batch

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
)

// runArgs is what such a call hands in: a batch that is run.
//
//gobridge:mirror gobridge_run_args
type runArgs struct {
	Batch *frame.Batch
	_     unsafe.Pointer
	_     uint64
	Stops uint64
}
