package async

import (
	"runtime/debug"
	"sync/atomic"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// Go ends a process that has more threads than debug.SetMaxThreads allows, 10,000 at first, and each task that is in a C
// function has one.
const (
	goThreads  = 10000
	ownThreads = 2000 // for all else
	maxTasks   = 1 << 20
)

var runningTasks, mostTasks atomic.Int64

func init() { mostTasks.Store(goThreads - ownThreads) }

func taskLimit(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	count := int64(int32(in.Number))
	if count < 0 || count > maxTasks {
		return status.Errorf(status.OutOf(count, 0), "count is %d, not from 0 to %d", count, maxTasks)
	}
	if f.Result = uint64(mostTasks.Load()); count > 0 {
		debug.SetMaxThreads(max(goThreads, int(count)+ownThreads))
		mostTasks.Store(count)
	}
	return nil
}
