package process

import (
	"bytes"
	"runtime"
	"runtime/pprof"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
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

// goMemory fills a whole memory at f.p. f.a is the size that the host has room for: one that no version has was
// forgotten or is garbage.
func goMemory(f *frame.Frame) error {
	in := frame.Args[frame.OutArgs](f)
	const least, most = 16, 1024
	if in.Number < least || in.Number > most || in.Number%8 != 0 {
		return status.Errorf(status.Argument, "stats: its size is %d, which no gobridge_memory has", in.Number)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	*(*memory)(in.Out) = memory{
		HeapAlloc: m.HeapAlloc, HeapObjects: m.HeapObjects,
		HeapSys: m.HeapSys, HeapReleased: m.HeapReleased,
		Stack: m.StackInuse, Sys: m.Sys,
		TotalAlloc: m.TotalAlloc, Mallocs: m.Mallocs, Frees: m.Frees,
		NextGC: m.NextGC, GcCycles: uint64(m.NumGC), GCPauseTotalNs: m.PauseTotalNs,
	}
	return nil
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
