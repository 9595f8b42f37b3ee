package process

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/value"
)

// memory is the mirror of gobridge_memory.
//
//gobridge:mirror gobridge_memory
type memory struct {
	Size, Reserved                   uint32
	HeapAlloc, HeapObjects           uint64
	HeapSys, HeapReleased            uint64
	Stack, Sys                       uint64
	TotalAlloc, Mallocs, Frees       uint64
	NextGC, GcCycles, GCPauseTotalNs uint64
}

// memory1 is what 1.0 had of it.
const memory1 = unsafe.Offsetof(memory{}.GCPauseTotalNs) + unsafe.Sizeof(memory{}.GCPauseTotalNs)

func goMemory(f *frame.Frame) error {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return cmem.FillSized(frame.Args[frame.OutArgs](f).Out, "stats", memory1, memory{
		HeapAlloc: m.HeapAlloc, HeapObjects: m.HeapObjects,
		HeapSys: m.HeapSys, HeapReleased: m.HeapReleased,
		Stack: m.StackInuse, Sys: m.Sys,
		TotalAlloc: m.TotalAlloc, Mallocs: m.Mallocs, Frees: m.Frees,
		NextGC: m.NextGC, GcCycles: uint64(m.NumGC), GCPauseTotalNs: m.PauseTotalNs,
	})
}

func goGoroutines(f *frame.Frame) error {
	f.Result = uint64(runtime.NumGoroutine())
	return nil
}

func goStacks(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	var stacks bytes.Buffer
	const likePanics = 2
	if err := pprof.Lookup("goroutine").WriteTo(&stacks, likePanics); err != nil {
		return err
	}
	value.ReturnText(f, stacks.String(), in.Out)
	return nil
}
