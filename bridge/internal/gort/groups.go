//go:build !gobridge_portable && (go1.26 || goexperiment.swissmap) && !(go1.27 || !amd64)

package gort

import "gobridge/bridge/internal/layout"

// groups is how a group of a map's lies in memory, as internal/abi's MapType has it.
type groups struct{ size, slot, elem uintptr }

func (g *groups) describe(s *layout.Shape) bool {
	s.GroupSize, s.KeyStride = uint32(g.size), uint32(g.slot)
	s.ElemOffset, s.ElemStride = uint32(8+g.elem), uint32(g.slot)
	return true
}
