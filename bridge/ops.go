// Package bridge is the Go side of gobridge, the Go runtime as a C library. A Go program that imports it and is built
// with -buildmode=c-archive or c-shared has the C functions that include/gobridge.h declares.
package bridge

import (
	"runtime/debug"
	"unsafe"
)

// handlers answers each call that crosses, by the name of its C function.
var handlers = func() map[string]op {
	byName := map[string]op{}
	for _, rows := range [][]op{
		refOps, typeOps, valueOps, mapOps, seqOps, callOps, ifaceOps, asyncOps,
		textOps, columnOps, arrowOps, cfuncOps, batchOps, processOps, symbolOps,
	} {
		for _, o := range rows {
			byName[o.name] = o
		}
	}
	return byName
}()

// addOp gives a call the next number. oneLock is op's.
func addOp(name string, oneLock bool) {
	o, answered := handlers[name]
	if !answered {
		panic("gobridge: no handler for " + name)
	}
	o.oneLock = oneLock
	ops = append(ops, o)
}

// enter is where C comes in: it hands the frame to its handler. No panic gets past it, nor a fault where the host gave
// an address that is none.
func enter(p unsafe.Pointer) {
	f, returned := (*frame)(p), false
	facesFaults := f.p == nil && f.q == nil || debug.SetPanicOnFault(true) // C memory
	defer func() {
		f.letGo()
		if !facesFaults { // Go code that called the C code that made this call must get what it asked for
			debug.SetPanicOnFault(false)
		}
		if returned {
			return
		}
		if reason := recover(); reason != nil {
			f.fail(panicked(reason))
		} else {
			f.exited()
		}
	}()
	if q := &f.caller.queue; q.len > 0 {
		q.release(f)
	}
	if err := ops[f.op].run(f); err != nil {
		f.fail(err)
	}
	returned = true
}

// exit goes back to C with a frame from where there is no return; nil where there is no C.
var exit func(f unsafe.Pointer)

// exited answers a call in which a Go function ended its goroutine: on the host's thread that would end the process.
// Where the goroutine called the C code that made this call, it goes on ending.
func (f *frame) exited() {
	f.fail(errExited)
	if exit != nil {
		exit(unsafe.Pointer(f))
	}
}
