//go:build cgo

package bridge

import (
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/cfunc"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/ref"
	"gobridge/csrc"
)

// init lets C in: from here on it may call. Go itself holds back calls that come before main's initialisation is over.
func init() {
	for _, op := range csrc.Ops() {
		ops.Number(op.Name, op.OneLock)
	}
	ops.Exit, ref.PlaceOf = csrc.Exit, csrc.PlaceOf
	ref.Table.ShareAll(csrc.ShareSlots)
	cfunc.FFI.Invoke = csrc.Invoke()
	cfunc.FFI.NewSignature, cfunc.FFI.NewClosure, cfunc.FFI.FreeClosure = csrc.NewSignature, csrc.NewClosure, csrc.FreeClosure
	entry := ops.Enter
	csrc.Open(**(**unsafe.Pointer)(unsafe.Pointer(&entry)), runtime.Version(), gort.BackendName, gort.BackendReason,
		ref.Table.Debugs())
}
