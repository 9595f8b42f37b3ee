package portable

import "math/rand"

func (Backend) RuntimeRand() uint64 { return rand.Uint64() }

func (Backend) RuntimeCheaprand() uint32 { return rand.Uint32() }

func (Backend) RuntimeCheaprandn(n uint32) uint32 { return uint32(rand.Int63n(int64(n))) }
