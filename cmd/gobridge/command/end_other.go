//go:build !unix

package command

import "os/exec"

// endTogether leaves it to the context to kill the command: there are no groups of processes to end at once.
func endTogether(cmd *exec.Cmd) (kill func()) { return func() { cmd.Process.Kill() } }
