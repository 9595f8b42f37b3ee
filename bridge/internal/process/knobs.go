package process

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// maxProcs is the most threads that may run Go code, also where the machine has fewer processors: with more, the
// collector would start thousands of threads, and Go ends a process that can have no more.
const maxProcs = 1024

func goMaxprocs(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	count, most := int(int32(in.Number)), max(maxProcs, runtime.NumCPU())
	if count < 0 || count > most {
		return status.Errorf(status.OutOf(int64(count), 0), "count is %d, not from 0 to %d", count, most)
	}
	f.Result = uint64(runtime.GOMAXPROCS(count))
	return nil
}

func goGCPercent(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	switch percent := int32(in.Number); {
	case percent == math.MinInt32: // debug.SetGCPercent cannot be asked
		gogc := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(gogc)
		f.Result = gogc[0].Value.Uint64()
	case percent < -1:
		return status.Errorf(status.Argument, "percent is %d, less than -1", percent)
	default:
		f.Result = uint64(debug.SetGCPercent(int(percent)))
	}
	return nil
}

func goMemoryLimit(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	f.Result = uint64(debug.SetMemoryLimit(int64(in.Number)))
	return nil
}

func goCollect(*frame.Frame) error {
	runtime.GC()
	return nil
}
