// Package ops is where C comes in: the table of all calls, and the entry point that hands each to its handler.
package ops

import (
	"runtime/debug"
	"unsafe"

	"gobridge/bridge/internal/arrow"
	"gobridge/bridge/internal/async"
	"gobridge/bridge/internal/batch"
	"gobridge/bridge/internal/callback"
	"gobridge/bridge/internal/calls"
	"gobridge/bridge/internal/cfunc"
	"gobridge/bridge/internal/columns"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/iface"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/process"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/seq"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/stream"
	"gobridge/bridge/internal/symbols"
	"gobridge/bridge/internal/text"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

// Handlers answers each call that crosses, by the name of its C function.
var Handlers = func() map[string]frame.Op {
	byName := map[string]frame.Op{}
	for _, rows := range [][]frame.Op{
		ref.Ops, types.Ops, value.Ops, maps.Ops, seq.Ops, calls.Ops, iface.Ops, async.Ops,
		text.Ops, columns.Ops, arrow.Ops, cfunc.Ops, batch.Ops, process.Ops, symbols.Ops,
		callback.Ops, stream.Ops,
	} {
		for _, o := range rows {
			byName[o.Name] = o
		}
	}
	return byName
}()

// Number gives a call the next number. oneLock is op's.
func Number(name string, oneLock bool) {
	o, answered := Handlers[name]
	if !answered {
		panic("gobridge: no handler for " + name)
	}
	o.OneMapLock = oneLock
	frame.Ops = append(frame.Ops, o)
}

// Enter is where C comes in: it hands the frame to its handler. No panic gets past it, nor a fault where the host gave
// an address that is none.
func Enter(p unsafe.Pointer) {
	f, returned := (*frame.Frame)(p), false
	facesFaults := debug.SetPanicOnFault(true) // of C memory, and where Go pointers lead that the host made
	defer func() {
		f.Unlock()
		if !facesFaults { // Go code that called the C code that made this call must get what it asked for
			debug.SetPanicOnFault(false)
		}
		if returned {
			return
		}
		if reason := recover(); reason != nil {
			f.Fail(status.Panicked(reason))
		} else {
			exited(f)
		}
	}()
	if q := &f.Thread.Queue; q.Len > 0 {
		ref.ReleaseQueued(q, f)
	}
	if err := frame.Ops[f.Op].Run(f); err != nil {
		f.Fail(err)
	}
	returned = true
}

// Exit goes back to C with a frame from where there is no return; nil where there is no C.
var Exit func(f unsafe.Pointer)

// exited answers a call in which a Go function ended its goroutine: on the host's thread that would end the process.
// Where the goroutine called the C code that made this call, it goes on ending.
func exited(f *frame.Frame) {
	f.Fail(status.Exited)
	if Exit != nil {
		Exit(unsafe.Pointer(f))
	}
}
