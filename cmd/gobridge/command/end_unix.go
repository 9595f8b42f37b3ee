//go:build unix

package command

import (
	"os/exec"
	"syscall"
)

// endTogether has a command and all that it starts end with its context, and returns what kills those that did not heed that.
func endTogether(cmd *exec.Cmd) (kill func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// Interrupted, Go's tools remove what they were working on.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	return func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
