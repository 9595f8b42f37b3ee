//go:build !gobridge_portable && go1.27 && !go1.28 && amd64

package gort

import "gobridge/bridge/internal/layout"

// groups is how a group of a map's lies in memory, as internal/abi's MapType has it.
type groups struct{ size, keys, keyStride, elems, elemStride uintptr }

func (g *groups) describe(s *layout.Shape) bool {
	s.GroupSize, s.KeyStride = uint32(g.size), uint32(g.keyStride)
	s.ElemOffset, s.ElemStride = uint32(g.elems), uint32(g.elemStride)
	return g.keys == 8
}
