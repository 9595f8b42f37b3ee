//go:build !gobridge_portable && !(go1.26 || goexperiment.swissmap)

package gort

import (
	"math/bits"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// PlacesIn: the lowest bits of a key's hash are the index of its bucket. A map that has to grow must not be filled in their
// order, for while it is small all would meet in few buckets.
func PlacesIn(t *layout.Map, m unsafe.Pointer, entries, parts int) (places, bool) {
	head := (*hmap)(m)
	buckets := uintptr(1) << head.b
	if uint64(entries) > uint64(buckets)/2*13 || buckets < uintptr(parts) {
		return places{}, false
	}
	return places{hasherOf(t), uintptr(head.seed), buckets - 1, int(head.b) - bits.Len(uint(parts-1))}, true
}
