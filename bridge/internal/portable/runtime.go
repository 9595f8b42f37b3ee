package portable

import "math"

// RuntimeSetCrosscall2 has nothing to do: the runtime has set it before any call could arrive.
func (Backend) RuntimeSetCrosscall2() {}

func (Backend) MathFloat32bits(f float32) uint32 { return math.Float32bits(f) }
