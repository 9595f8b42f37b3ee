// Package command runs other programs.
package command

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Source is this package, on which depends what those who run programs by it find out.
//
//go:embed *.go
var Source embed.FS

// Failure is that of a program that ran.
type Failure struct {
	Program string
	Output  string // all that it said of it
	Brief   bool   // the message is the first line that tells something
	Err     error
}

func (f *Failure) Unwrap() error { return f.Err }

func (f *Failure) Error() string {
	if f.Brief {
		for _, line := range strings.Split(f.Output, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "go: downloading") && !strings.HasPrefix(line, "#") {
				return line
			}
		}
		return f.Err.Error()
	}
	if text := strings.TrimSpace(f.Output); text != "" {
		return text
	}
	return f.Program + ": " + f.Err.Error()
}

// Run returns what a command prints. It ends with its context, which made it, and all that it started too.
func Run(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	kill := endTogether(cmd)
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		if cmd.Process != nil {
			kill()
		}
		return "", ctx.Err()
	}
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		err = &Failure{Program: filepath.Base(cmd.Path), Output: stderr.String(), Err: err}
	}
	return stdout.String(), err
}
