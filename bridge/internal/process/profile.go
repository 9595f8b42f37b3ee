package process

import (
	"bytes"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// cpuProfile is the one that is being made. It is written in one go, for pprof does not tell of a write that fails.
var cpuProfile struct {
	sync.Mutex
	file *os.File // nil where there is none
	data bytes.Buffer
}

func goProfileCPU(f *frame.Frame) error {
	path, err := pathOf(f)
	if err != nil {
		return err
	}
	cpuProfile.Lock()
	defer cpuProfile.Unlock()
	if err := pprof.StartCPUProfile(&cpuProfile.data); err != nil {
		return status.Errorf(status.Busy, "%v", err)
	}
	file, err := os.Create(path)
	if err != nil {
		pprof.StopCPUProfile()
		cpuProfile.data.Reset()
		return status.Errorf(status.System, "path: %v", err)
	}
	cpuProfile.file = file
	return nil
}

func goProfileCPUStop(*frame.Frame) error {
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

func goProfileHeap(f *frame.Frame) error {
	path, err := pathOf(f)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return status.Errorf(status.System, "path: %v", err)
	}
	runtime.GC()
	var profile bytes.Buffer
	if err := pprof.WriteHeapProfile(&profile); err != nil {
		return err
	}
	return save(file, &profile)
}

// pathOf returns the path that a call hands in.
func pathOf(f *frame.Frame) (string, error) {
	const maxPath = 4096
	in := frame.Args[frame.TextArgs](f)
	if in.Len > maxPath {
		return "", status.Errorf(status.Limit, "len is %d, more than %d", in.Len, maxPath)
	}
	return string(unsafe.Slice((*byte)(in.Text), in.Len)), nil
}

// save writes a file to its end.
func save(file *os.File, data *bytes.Buffer) error {
	_, err := data.WriteTo(file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return status.Errorf(status.System, "%v", err)
	}
	return nil
}
