//go:build !go1.23

package process

import "gobridge/bridge/internal/status"

// writeCrashesTo needs debug.SetCrashOutput.
func writeCrashesTo(fd int) error {
	if fd < 0 {
		return nil
	}
	return status.Errorf(status.Unsupported, "Go tells of its end since go1.23")
}
