package gort

import "unsafe"

// places is how a map finds the place of a key, from bits of its hash.
type places struct {
	Hash  func(key unsafe.Pointer, seed uintptr) uintptr
	Seed  uintptr
	Mask  uintptr
	Shift int
}
