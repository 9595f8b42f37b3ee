//go:build !gobridge_portable && (go1.26 || goexperiment.swissmap) && !go1.28

package gort

import (
	"math/bits"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// PlacesIn: the highest bits of a key's hash are the index of its table in the map's directory.
func PlacesIn(t *layout.Map, m unsafe.Pointer, _, parts int) (places, bool) {
	head := (*struct {
		used uint64
		seed uintptr
	})(m)
	return places{hasherOf(t), head.seed, ^uintptr(0), bits.UintSize - bits.Len(uint(parts-1))}, true
}
