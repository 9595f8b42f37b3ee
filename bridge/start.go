//go:build cgo

package bridge

import (
	"reflect"
	"runtime"
	"unsafe"

	"gobridge/bridge/internal/callback"
	"gobridge/bridge/internal/cfunc"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/interrupt"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ops"
	"gobridge/bridge/internal/process"
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
	csrc.ShareLocks(unsafe.Pointer(&frame.Stripes[0]))
	// The object is made by reflect: the compiler would put a new one on the stack.
	layout.HeapBase = csrc.ShareHeap(uintptr(reflect.New(reflect.TypeOf(layout.Shape{})).UnsafePointer()), layout.HeapSize)
	gort.InC.HashBy = csrc.HashBy
	gort.InC.Find = func(m unsafe.Pointer, shape *layout.Shape, keys unsafe.Pointer, found []byte, elems []uint64) bool {
		all := csrc.Find(uintptr(m), uintptr(unsafe.Pointer(shape)), uintptr(keys), found, elems)
		runtime.KeepAlive([]any{m, shape, keys})
		return all
	}
	cfunc.FFI.Invoke = csrc.Invoke()
	cfunc.FFI.NewSignature, cfunc.FFI.NewClosure, cfunc.FFI.FreeClosure = csrc.NewSignature, csrc.NewClosure, csrc.FreeClosure
	callback.C.Run = func(call, data uintptr, args, results []frame.Value) callback.Outcome {
		o := csrc.RunCallback(call, data, unsafe.Pointer(unsafe.SliceData(args)), len(args), unsafe.Pointer(unsafe.SliceData(results)), len(results))
		return *(*callback.Outcome)(unsafe.Pointer(&o))
	}
	callback.C.RunOnStack = csrc.RunOnStack()
	callback.C.RunNumbers, callback.C.Forget = csrc.RunCallbackOfNumbers, csrc.ForgetOutcome
	callback.C.Read = func(read, data uintptr, buffer []byte) callback.Outcome {
		o := csrc.RunRead(read, data, buffer)
		return *(*callback.Outcome)(unsafe.Pointer(&o))
	}
	callback.C.Write = func(write, data uintptr, buffer []byte) callback.Outcome {
		o := csrc.RunWrite(write, data, buffer)
		return *(*callback.Outcome)(unsafe.Pointer(&o))
	}
	callback.C.Notify = csrc.RunNotify
	interrupt.File = csrc.InterruptFile
	process.C.FatalFile, process.C.FatalArm = csrc.FatalFile, csrc.FatalArm
	entry := ops.Enter
	text, textEnd := gort.Text()
	csrc.Open(**(**unsafe.Pointer)(unsafe.Pointer(&entry)), runtime.Version(), gort.BackendName, gort.BackendReason,
		text, textEnd, ref.Table.Debugs())
}
