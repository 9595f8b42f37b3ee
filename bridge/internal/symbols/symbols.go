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
	in := frame.Args[cgocallArgs](f)
	f.Result = uint64(gort.Backend{}.RuntimeCgocall(in.Function, in.Argument))
	return nil
}

func mathFloat32bits(f *frame.Frame) error {
	in := frame.Args[realArgs](f)
	f.Result = uint64(gort.Backend{}.MathFloat32bits(*(*float32)(unsafe.Pointer(&in.Value))))
	return nil
}

func runtimeNanotime(f *frame.Frame) error {
	f.Result = uint64(gort.Backend{}.RuntimeNanotime())
	return nil
}

func timeNow(f *frame.Frame) error {
	in := frame.Args[nowArgs](f)
	sec, nsec, mono := gort.Backend{}.TimeNow()
	f.Result, *in.Nanoseconds, *in.Monotonic = uint64(sec), nsec, mono
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
	in := frame.Args[frame.NumberArgs](f)
	f.Result = uint64(gort.Backend{}.RuntimeCheaprandn(uint32(in.Number)))
	return nil
}
