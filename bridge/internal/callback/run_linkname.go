//go:build !gobridge_portable && !go1.28

package callback

import (
	"unsafe"

	"gobridge/bridge/internal/gort"
)

// numbersCall is the mirror of gobridge_numbers_call.
//
//gobridge:mirror gobridge_numbers_call
type numbersCall struct {
	Host  uintptr
	A, B  uint64
	As    uint64
	Other unsafe.Pointer
}

// run calls the host, and returns its number, or else all that came of the call. The call must lie on the stack, for C follows it there:
// for Go's checks of pointers (-asan) the compiler would put it elsewhere.
//
//go:nocheckptr
func (h *numbersHost) run(a, b uint64) (result uint64, other unsafe.Pointer) {
	call := numbersCall{Host: h.address(), A: a, B: b}
	gort.CgocallOnStack(C.RunOnStack, unsafe.Pointer(&call))
	return call.As, call.Other
}
