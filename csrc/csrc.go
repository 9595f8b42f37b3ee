// Package csrc is the C layer of gobridge: the functions that include/ declares. This one Go file makes it a cgo
// package, so that go build compiles the C layer with no other tool.
package csrc

/*
#cgo CFLAGS: -std=c11 -O2 -fvisibility=hidden -I${SRCDIR}/../include
#cgo LDFLAGS: -lpthread -ldl -lffi -Wl,--wrap=x_cgo_getstackbound -Wl,--wrap=x_cgo_bindm
#include "cfunc.h"
#include "backtrace.h"
#include "callback.h"
#include "cross.h"
#include "fatal.h"
#include "heap.h"
#include "lookup.h"
#include "ref.h"
#include "report.h"
#include "start.h"
#include "stripe.h"
#include "wake.h"

static int32_t call(void *fn, void *arg) {
	return ((int32_t (*)(void *))(uintptr_t)fn)(arg);
}
*/
import "C"

import "unsafe"

// Op is a call that crosses.
type Op struct {
	Name    string // of its C function
	OneLock bool   // it holds the lock of the map that is its first argument, and no other
}

// Ops returns the calls that cross, in the order of their numbers.
func Ops() []Op {
	ops := make([]Op, C.OP_COUNT)
	for i := range ops {
		op := C.uint32_t(i)
		ops[i] = Op{
			Name:    C.GoString(C.gobridge_op_name(op)),
			OneLock: C.gobridge_traits(op)&C.MAP_LOCK != 0,
		}
	}
	return ops
}

// Open lets C in: entry is the address of a compiled func(unsafe.Pointer) that takes a frame. The strings are what C
// tells of this Go runtime, whose code lies from text to textEnd. With debugRefs, calls note where in the host they come
// from, and references that are live when the process exits are reported.
func Open(entry unsafe.Pointer, release, backend, reason string, text, textEnd uintptr, debugRefs bool) {
	runtime := C.gobridge_go_runtime{
		entry_point: entry,
		release:     C.CString(release),
		backend:     C.CString(backend),
		reason:      C.CString(reason),
		text:        C.uintptr_t(text),
		text_end:    C.uintptr_t(textEnd),
		debug:       C._Bool(debugRefs),
	}
	if debugRefs {
		C.gobridge_report_at_exit()
	}
	C.gobridge_start_open(&runtime)
}

// ShareSlots lets C know the nth chunk of the slots that references name. They stay forever.
func ShareSlots(nth int, chunk unsafe.Pointer) {
	C.gobridge_ref_share(C.uint32_t(nth), (*C.gobridge_slot)(chunk))
}

// ShareLocks lets C know the locks of what threads share, which never move.
func ShareLocks(stripes unsafe.Pointer) { C.gobridge_stripes = (*C.gobridge_stripe)(stripes) }

// ShareHeap lets C know that an object lies in Go's heap, and how far that may reach; it returns where the heap begins.
func ShareHeap(object, size uintptr) uintptr {
	return uintptr(C.gobridge_heap_share(C.uintptr_t(object), C.uintptr_t(size)))
}

// HashBy lets C know what all hashes depend on.
func HashBy(keys uintptr) { C.gobridge_lookup_hash_by(*(*unsafe.Pointer)(unsafe.Pointer(&keys))) }

// Find has C look keys up in a map. All that it reads stays where it is, and is Go's to keep.
func Find(m, shape, keys uintptr, found []byte, elems []uint64) bool {
	return bool(C.gobridge_lookup_try(C.uintptr_t(m), (*C.gobridge_shape)(*(*unsafe.Pointer)(unsafe.Pointer(&shape))), C.uintptr_t(keys),
		C.size_t(len(found)), (*C.uint8_t)(&found[0]), (*C.uint64_t)(&elems[0])))
}

// PlaceOf says where in the host an address lies.
func PlaceOf(address uintptr) string {
	var place [256]C.char
	C.gobridge_backtrace_place(C.uintptr_t(address), &place[0], C.size_t(len(place)))
	return C.GoString(&place[0])
}

// Exit goes on in C where it called Go with a frame, in the place of a return that will not come. It returns if C
// cannot go on: this thread's C code was called by Go code, which must end first.
func Exit(frame unsafe.Pointer) { C.gobridge_exit((*C.gobridge_frame)(frame)) }

// Call calls the C function int32_t fn(void *) with arg.
func Call(fn, arg unsafe.Pointer) int32 {
	return int32(C.call(fn, arg))
}

// Invoke is the address of the C function that makes the calls of cfunc.h.
func Invoke() unsafe.Pointer { return C.gobridge_invoke }

// NewSignature makes a signature of the codes that cfunc.h describes, and returns its gobridge_status.
func NewSignature(codes []uint32) (signature unsafe.Pointer, status int32) {
	var made *C.gobridge_signature
	status = int32(C.gobridge_signature_new((*C.uint32_t)(&codes[0]), C.size_t(len(codes)), &made))
	return unsafe.Pointer(made), status
}

// NewClosure makes a C function with a signature that calls Go under an id, and returns its gobridge_status.
func NewClosure(signature unsafe.Pointer, id uint64) (record, code unsafe.Pointer, status int32) {
	status = int32(C.gobridge_closure_new((*C.gobridge_signature)(signature), C.uint64_t(id), &record, &code))
	return record, code, status
}

// FreeClosure frees what NewClosure made.
func FreeClosure(record unsafe.Pointer) { C.gobridge_closure_free(record) }

// RunCallback calls a function of the host's. The slices are no Go memory with pointers.
func RunCallback(call, data uintptr, args unsafe.Pointer, nargs int, results unsafe.Pointer, nresults int) C.gobridge_outcome {
	return C.gobridge_callback_run(C.uintptr_t(call), C.uintptr_t(data), (*C.gobridge_value)(args), C.size_t(nargs),
		(*C.gobridge_value)(results), C.size_t(nresults))
}

// RunCallbackOfNumbers does so with at most two numbers, for a gobridge_numbers_host, and returns its result, or else all
// that came of it in C memory.
func RunCallbackOfNumbers(host uintptr, a, b uint64) (result uint64, other unsafe.Pointer) {
	n := C.gobridge_callback_run_numbers(C.uintptr_t(host), C.uint64_t(a), C.uint64_t(b))
	return uint64(n.as), unsafe.Pointer(n.other)
}

// RunOnStack is the address of the C function that does so for a gobridge_numbers_call on the stack, as runtime.cgocall calls it.
func RunOnStack() unsafe.Pointer { return C.gobridge_callback_run_on_stack }

// ForgetOutcome frees that memory.
func ForgetOutcome(other unsafe.Pointer) { C.gobridge_callback_forget((*C.gobridge_outcome)(other)) }

// RunRead has a function of the host's read.
func RunRead(read, data uintptr, buffer []byte) C.gobridge_outcome {
	return C.gobridge_callback_read(C.uintptr_t(read), C.uintptr_t(data), (*C.uint8_t)(&buffer[0]), C.size_t(len(buffer)))
}

// RunWrite has a function of the host's write.
func RunWrite(write, data uintptr, buffer []byte) C.gobridge_outcome {
	return C.gobridge_callback_write(C.uintptr_t(write), C.uintptr_t(data), (*C.uint8_t)(&buffer[0]), C.size_t(len(buffer)))
}

// RunNotify calls a function of the host that gets its data alone: what it asked to be told, or that its data is dropped.
func RunNotify(function, data uintptr) {
	C.gobridge_callback_notify(C.uintptr_t(function), C.uintptr_t(data))
}

// InterruptFile is the descriptor that becomes readable when the host interrupts a thread, -1 if there is none.
func InterruptFile() int { return int(C.gobridge_wake_file()) }

// FatalFile is the descriptor of what Go's last message goes to, -1 if there is none.
func FatalFile() int { return int(C.gobridge_fatal_file()) }

// FatalArm has a function of the host's told of that message.
func FatalArm(handler, data uintptr) {
	C.gobridge_fatal_arm((*[0]byte)(*(*unsafe.Pointer)(unsafe.Pointer(&handler))), *(*unsafe.Pointer)(unsafe.Pointer(&data)))
}
