package symbols

import (
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
)

func memoryEqual(f *frame.Frame) error {
	in := frame.Args[hashArgs](f)
	a, err := cmem.Bytes(in.Data, in.Size, "size")
	if err != nil {
		return err
	}
	cmem.Touch(in.Other, uintptr(len(a)))
	if (gort.Backend{}).RuntimeMemequal(in.Data, in.Other, uintptr(len(a))) {
		f.Result = 1
	}
	return nil
}

func memoryHash(f *frame.Frame) error {
	in := frame.Args[hashArgs](f)
	bytes, err := cmem.Bytes(in.Data, in.Size, "size")
	if err == nil {
		f.Result = uint64(gort.Backend{}.RuntimeMemhash(in.Data, uintptr(in.Seed), uintptr(len(bytes))))
	}
	return err
}

func stringHash(f *frame.Frame) error {
	in := frame.Args[hashArgs](f)
	bytes, err := cmem.Bytes(in.Data, in.Size, "len")
	if err == nil {
		f.Result = uint64(gort.Backend{}.RuntimeStrhash(unsafe.String(unsafe.SliceData(bytes), len(bytes)), uintptr(in.Seed)))
	}
	return err
}
