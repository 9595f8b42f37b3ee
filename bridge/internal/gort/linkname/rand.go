//go:build go1.22

package linkname

import _ "unsafe" // for go:linkname

//go:linkname rand runtime.rand
func rand() uint64

//go:linkname cheaprand runtime.cheaprand
func cheaprand() uint32

//go:linkname cheaprandn runtime.cheaprandn
func cheaprandn(n uint32) uint32

func (Backend) RuntimeRand() uint64 { return rand() }

func (Backend) RuntimeCheaprand() uint32 { return cheaprand() }

func (Backend) RuntimeCheaprandn(n uint32) uint32 { return cheaprandn(n) }
