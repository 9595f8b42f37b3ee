//go:build gobridge_portable || go1.28

package callback

import "unsafe"

// run calls the host, and returns its number, or else all that came of the call.
func (h *numbersHost) run(a, b uint64) (result uint64, other unsafe.Pointer) {
	return C.RunNumbers(h.address(), a, b)
}
