package cmem

import (
	"runtime"
	"unsafe"
)

// Empty is what a view of no bytes points to, so that C never gets NULL for a string.
var Empty byte

// Pin keeps memory where it is. The runtime panics for some memory that is not its own, which stays anyway.
func Pin(pinner *runtime.Pinner, p unsafe.Pointer) {
	defer func() { _ = recover() }()
	pinner.Pin(p)
}
