package process

import (
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// C is csrc/fatal.c, which tells the host what Go says in the end. bridge/start.go fills it in.
var C struct {
	FatalFile func() int
	FatalArm  func(handler, data uintptr)
}

// setFatalHandler has Go write its last message to a file of C's, too, whose own handler of SIGABRT reads it.
func setFatalHandler(f *frame.Frame) error {
	in := frame.Args[fatalArgs](f)
	file := -1
	if in.Handler != 0 {
		if file = C.FatalFile(); file < 0 {
			return status.Errorf(status.System, "the system gives no descriptor for what Go would say")
		}
	}
	if err := writeCrashesTo(file); err != nil {
		return err
	}
	C.FatalArm(in.Handler, in.Data)
	return nil
}
