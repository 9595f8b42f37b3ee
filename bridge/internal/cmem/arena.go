package cmem

import (
	"strings"
	"unsafe"
)

// Arena are memory that strings share: one allocation does for many. A piece lives as long as any of its strings, so it
// is small, and at first so small that a call for few strings wastes little.
type Arena struct {
	rest []byte
	size int
}

const (
	firstSlab = 64
	maxSlab   = 16 << 10
	MaxShared = 1 << 10 // longer strings have memory of their own
)

// ArenaFor is for so many strings, all of which are copied.
func ArenaFor(n int) Arena { return Arena{size: min(4*n, maxSlab/2)} }

// Clone copies a string, and tells whether it is the first one in a new piece.
func (p *Arena) Clone(s string) (copied string, fresh bool) {
	if len(s) > MaxShared {
		return strings.Clone(s), false
	}
	if len(s) > len(p.rest) {
		p.size = min(max(2*p.size, firstSlab, len(s)), maxSlab)
		p.rest, fresh = make([]byte, p.size), true
	}
	if len(s) == 0 {
		return "", false
	}
	copied = unsafe.String(&p.rest[0], copy(p.rest, s))
	p.rest = p.rest[len(s):]
	return copied, fresh
}
