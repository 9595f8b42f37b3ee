package portable

import (
	"math"
	"time"
)

// RuntimeSetCrosscall2 has nothing to do: the runtime has set it before any call could arrive.
func (Backend) RuntimeSetCrosscall2() {}

func (Backend) MathFloat32bits(f float32) uint32 { return math.Float32bits(f) }

// start is where the monotonic clock starts.
var start = time.Now()

func (Backend) RuntimeNanotime() int64 { return int64(time.Since(start)) }

func (Backend) TimeNow() (sec int64, nsec int32, mono int64) {
	now := time.Now()
	return now.Unix(), int32(now.Nanosecond()), int64(now.Sub(start))
}
