//go:build !gobridge_portable && (go1.26 || goexperiment.swissmap) && !go1.28

package bridge

import "math/bits"

// placesIn: the highest bits of a key's hash are the index of its table in the map's directory.
func placesIn(g *goMap, _, parts int) (places, bool) {
	head := (*struct {
		used uint64
		seed uintptr
	})(g.m)
	return places{hasherOf(g.t), head.seed, ^uintptr(0), bits.UintSize - bits.Len(uint(parts-1))}, true
}
