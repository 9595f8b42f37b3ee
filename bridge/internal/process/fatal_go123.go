//go:build go1.23

package process

import (
	"os"
	"runtime/debug"
	"syscall"

	"gobridge/bridge/internal/status"
)

// writeCrashesTo has Go write what it ends with to a descriptor, which stays the caller's; to none if it is negative.
func writeCrashesTo(fd int) error {
	var file *os.File
	if fd >= 0 {
		own, err := syscall.Dup(fd)
		if err != nil {
			return status.Errorf(status.System, "%v", err)
		}
		file = os.NewFile(uintptr(own), "crash")
		defer file.Close() // Go keeps another of its own
	}
	if err := debug.SetCrashOutput(file, debug.CrashOptions{}); err != nil {
		return status.Errorf(status.System, "%v", err)
	}
	return nil
}
