package bridge

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
	f.result = uint64(backend{}.MathFloat32bits(*(*float32)(f.p)))
	return nil
}
