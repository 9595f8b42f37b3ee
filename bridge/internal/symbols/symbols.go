package symbols

import (
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
)

func runtimeIscgo(f *frame.Frame) error {
	if (gort.Backend{}).RuntimeIscgo() {
		f.Result = 1
	}
	return nil
}

func runtimeSetCrosscall2(*frame.Frame) error {
	gort.Backend{}.RuntimeSetCrosscall2()
	return nil
}

// runtimeCgocall calls the C function f.p with f.q, which the C layer has made of what the host handed in.
func runtimeCgocall(f *frame.Frame) error {
	f.Result = uint64(gort.Backend{}.RuntimeCgocall(f.P, f.Q))
	return nil
}

func mathFloat32bits(f *frame.Frame) error {
	f.Result = uint64(gort.Backend{}.MathFloat32bits(*(*float32)(unsafe.Pointer(&f.A))))
	return nil
}

func runtimeNanotime(f *frame.Frame) error {
	f.Result = uint64(gort.Backend{}.RuntimeNanotime())
	return nil
}

func timeNow(f *frame.Frame) error {
	sec, nsec, mono := gort.Backend{}.TimeNow()
	f.Result, *(*int32)(f.P), *(*int64)(f.Q) = uint64(sec), nsec, mono
	return nil
}

func runtimeRand(f *frame.Frame) error {
	f.Result = gort.Backend{}.RuntimeRand()
	return nil
}

func runtimeCheaprand(f *frame.Frame) error {
	f.Result = uint64(gort.Backend{}.RuntimeCheaprand())
	return nil
}

func runtimeCheaprandn(f *frame.Frame) error {
	f.Result = uint64(gort.Backend{}.RuntimeCheaprandn(uint32(f.B)))
	return nil
}
