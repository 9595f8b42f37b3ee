//go:build go1.26 || goexperiment.swissmap

package gort

import "unsafe"

// Trail: these maps' iterators keep all that they walk, and notice a clear.
type Trail struct{}

func (*Trail) Cleared(unsafe.Pointer) bool { return false }
func (*Trail) Leave(unsafe.Pointer)        {}
