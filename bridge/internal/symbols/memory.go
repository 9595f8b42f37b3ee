package symbols

import (
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
)

func memoryEqual(f *frame.Frame) error {
	a, err := cmem.Bytes(f.P, f.B, "size")
	if err != nil {
		return err
	}
	cmem.Touch(f.Q, uintptr(len(a)))
	if (gort.Backend{}).RuntimeMemequal(f.P, f.Q, uintptr(len(a))) {
		f.Result = 1
	}
	return nil
}

func memoryHash(f *frame.Frame) error {
	bytes, err := cmem.Bytes(f.P, f.B, "size")
	if err == nil {
		f.Result = uint64(gort.Backend{}.RuntimeMemhash(f.P, uintptr(f.A), uintptr(len(bytes))))
	}
	return err
}

func stringHash(f *frame.Frame) error {
	bytes, err := f.Bytes()
	if err == nil {
		f.Result = uint64(gort.Backend{}.RuntimeStrhash(unsafe.String(unsafe.SliceData(bytes), len(bytes)), uintptr(f.A)))
	}
	return err
}
