package gort

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// InC is where C looks keys up; nil where there is no C.
var InC struct {
	HashBy func(keys uintptr) // what all hashes depend on

	// Find looks as many keys up as there is room for what was found. It fails where one of them cannot be.
	Find func(m unsafe.Pointer, shape *layout.Shape, keys unsafe.Pointer, found []byte, elems []uint64) bool
}
