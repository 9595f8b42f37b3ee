//go:build !gobridge_portable && !go1.28

package gort

import (
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// hasherOf is the hash function of a map type, which internal/abi's MapType holds in all these releases.
func hasherOf(t *layout.Map) func(key unsafe.Pointer, seed uintptr) uintptr {
	return (*struct {
		size, pointers    uintptr
		hash              uint32
		flags             [4]uint8
		equal, gcData     unsafe.Pointer
		name, pointerToIt int32
		key, elem, table  unsafe.Pointer
		hasher            func(key unsafe.Pointer, seed uintptr) uintptr
	})(t.Word).hasher
}
