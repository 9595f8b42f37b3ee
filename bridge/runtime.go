package bridge

import (
	"bytes"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"sync"
	"unsafe"
)

// processOps answers the calls about the process.
var processOps = []op{
	{name: "gobridge_go_maxprocs", run: goMaxprocs},
	{name: "gobridge_go_gc_percent", run: goGCPercent},
	{name: "gobridge_go_memory_limit", run: goMemoryLimit},
	{name: "gobridge_go_collect", run: goCollect},
	{name: "gobridge_go_memory", run: goMemory},
	{name: "gobridge_go_goroutines", run: goGoroutines},
	{name: "gobridge_go_stacks", run: goStacks},
	{name: "gobridge_go_profile_cpu", run: goProfileCPU},
	{name: "gobridge_go_profile_cpu_stop", run: goProfileCPUStop},
	{name: "gobridge_go_profile_heap", run: goProfileHeap},
}

// symbolOps answers the calls for symbols that are about no Go value.
var symbolOps = []op{
	{name: "gobridge_runtime_memequal", run: memoryEqual},
	{name: "gobridge_runtime_memhash", run: memoryHash},
	{name: "gobridge_runtime_strhash", run: stringHash},
	{name: "gobridge_runtime_iscgo", run: runtimeIscgo},
	{name: "gobridge_runtime_set_crosscall2", run: runtimeSetCrosscall2},
	{name: "gobridge_runtime_cgocall", run: runtimeCgocall},
	{name: "gobridge_math_Float32bits", run: mathFloat32bits},
	{name: "gobridge_runtime_nanotime", run: runtimeNanotime},
	{name: "gobridge_time_now", run: timeNow},
	{name: "gobridge_runtime_rand", run: runtimeRand},
	{name: "gobridge_runtime_cheaprand", run: runtimeCheaprand},
	{name: "gobridge_runtime_cheaprandn", run: runtimeCheaprandn},
}

func runtimeIscgo(f *frame) error {
	if (backend{}).RuntimeIscgo() {
		f.result = 1
	}
	return nil
}

func runtimeSetCrosscall2(*frame) error {
	backend{}.RuntimeSetCrosscall2()
	return nil
}

// runtimeCgocall calls the C function f.p with f.q, which the C layer has made of what the host handed in.
func runtimeCgocall(f *frame) error {
	f.result = uint64(backend{}.RuntimeCgocall(f.p, f.q))
	return nil
}

func mathFloat32bits(f *frame) error {
	f.result = uint64(backend{}.MathFloat32bits(*(*float32)(unsafe.Pointer(&f.a))))
	return nil
}

func runtimeNanotime(f *frame) error {
	f.result = uint64(backend{}.RuntimeNanotime())
	return nil
}

func timeNow(f *frame) error {
	sec, nsec, mono := backend{}.TimeNow()
	f.result, *(*int32)(f.p), *(*int64)(f.q) = uint64(sec), nsec, mono
	return nil
}

func runtimeRand(f *frame) error {
	f.result = backend{}.RuntimeRand()
	return nil
}

func runtimeCheaprand(f *frame) error {
	f.result = uint64(backend{}.RuntimeCheaprand())
	return nil
}

func runtimeCheaprandn(f *frame) error {
	f.result = uint64(backend{}.RuntimeCheaprandn(uint32(f.b)))
	return nil
}

// ---- knobs ----

// maxProcs is the most threads that may run Go code, also where the machine has fewer processors: with more, the
// collector would start thousands of threads, and Go ends a process that can have no more.
const maxProcs = 1024

func goMaxprocs(f *frame) error {
	count, most := int(int32(f.a)), max(maxProcs, runtime.NumCPU())
	if count < 0 || count > most {
		return failf(errRange, "count is %d, not from 0 to %d", count, most)
	}
	f.result = uint64(runtime.GOMAXPROCS(count))
	return nil
}

func goGCPercent(f *frame) error {
	switch percent := int32(f.a); {
	case percent == math.MinInt32: // debug.SetGCPercent can not be asked
		gogc := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(gogc)
		f.result = gogc[0].Value.Uint64()
	case percent < -1:
		return failf(errRange, "percent is %d, less than -1", percent)
	default:
		f.result = uint64(debug.SetGCPercent(int(percent)))
	}
	return nil
}

func goMemoryLimit(f *frame) error {
	f.result = uint64(debug.SetMemoryLimit(int64(f.a)))
	return nil
}

func goCollect(*frame) error {
	runtime.GC()
	return nil
}

// ---- what goes on ----

// memory is the mirror of gobridge_memory.
//
//gobridge:mirror gobridge_memory
type memory struct {
	size, reserved               uint32
	heapAlloc, heapObjects       uint64
	heapSys, heapReleased        uint64
	stack, sys                   uint64
	totalAlloc, mallocs, frees   uint64
	nextGC, gcCycles, pauseTotal uint64
}

// goMemory fills a whole memory at f.p. f.a is the size that the host has room for: one that no version has was
// forgotten or is garbage.
func goMemory(f *frame) error {
	const least, most = 16, 1024
	if f.a < least || f.a > most || f.a%8 != 0 {
		return failf(errRange, "stats: its size is %d, which no gobridge_memory has", f.a)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	*(*memory)(f.p) = memory{
		heapAlloc: m.HeapAlloc, heapObjects: m.HeapObjects,
		heapSys: m.HeapSys, heapReleased: m.HeapReleased,
		stack: m.StackInuse, sys: m.Sys,
		totalAlloc: m.TotalAlloc, mallocs: m.Mallocs, frees: m.Frees,
		nextGC: m.NextGC, gcCycles: uint64(m.NumGC), pauseTotal: m.PauseTotalNs,
	}
	return nil
}

func goGoroutines(f *frame) error {
	f.result = uint64(runtime.NumGoroutine())
	return nil
}

func goStacks(f *frame) error {
	var stacks bytes.Buffer
	const likePanics = 2
	if err := pprof.Lookup("goroutine").WriteTo(&stacks, likePanics); err != nil {
		return err
	}
	f.giveText(stacks.String(), f.p)
	return nil
}

// ---- profiles ----

// cpuProfile is the one that is being made. It is written in one go, for pprof does not tell of a write that fails.
var cpuProfile struct {
	sync.Mutex
	file *os.File // nil where there is none
	data bytes.Buffer
}

func goProfileCPU(f *frame) error {
	path, err := pathOf(f)
	if err != nil {
		return err
	}
	cpuProfile.Lock()
	defer cpuProfile.Unlock()
	if err := pprof.StartCPUProfile(&cpuProfile.data); err != nil {
		return failf(errBusy, "%v", err)
	}
	file, err := os.Create(path)
	if err != nil {
		pprof.StopCPUProfile()
		cpuProfile.data.Reset()
		return failf(errSystem, "path: %v", err)
	}
	cpuProfile.file = file
	return nil
}

func goProfileCPUStop(*frame) error {
	cpuProfile.Lock()
	defer cpuProfile.Unlock()
	if cpuProfile.file == nil {
		return nil
	}
	pprof.StopCPUProfile()
	err := save(cpuProfile.file, &cpuProfile.data)
	cpuProfile.file, cpuProfile.data = nil, bytes.Buffer{}
	return err
}

func goProfileHeap(f *frame) error {
	path, err := pathOf(f)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return failf(errSystem, "path: %v", err)
	}
	runtime.GC()
	var profile bytes.Buffer
	if err := pprof.WriteHeapProfile(&profile); err != nil {
		return err
	}
	return save(file, &profile)
}

// pathOf gives the path at f.p.
func pathOf(f *frame) (string, error) {
	const maxPath = 4096
	if f.a > maxPath {
		return "", failf(errRange, "len is %d, more than %d", f.a, maxPath)
	}
	return string(unsafe.Slice((*byte)(f.p), f.a)), nil
}

// save writes a file to its end.
func save(file *os.File, data *bytes.Buffer) error {
	_, err := data.WriteTo(file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return failf(errSystem, "%v", err)
	}
	return nil
}
