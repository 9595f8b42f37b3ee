// Package command runs other programs.
package command

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
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
		return cmp.Or(Brief(f.Output), f.Err.Error())
	}
	if text := strings.TrimSpace(f.Output); text != "" {
		return text
	}
	return f.Program + ": " + f.Err.Error()
}

// Brief is the first line that tells something of what Go's tools say; where that is a heading, the next one with it.
func Brief(output string) string {
	heading := ""
	for _, line := range strings.Split(output, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "go: downloading") || strings.HasPrefix(line, "#"):
		case heading == "" && strings.HasSuffix(line, ":"):
			heading = line + " "
		default:
			return heading + line
		}
	}
	return strings.TrimSpace(heading)
}

// missing is a program that is not on the PATH.
type missing string

func (program missing) Error() string {
	return fmt.Sprintf("there is no %s on the PATH, which this asks for what it tells", string(program))
}

func (missing) Unwrap() error { return exec.ErrNotFound }

// Run returns what a command prints. It ends with its context, which made it, and all that it started too.
func Run(ctx context.Context, cmd *exec.Cmd) (string, error) {
	out, _, err := RunBoth(ctx, cmd)
	return out, err
}

// RunBoth is Run with what the command says beside it.
func RunBoth(ctx context.Context, cmd *exec.Cmd) (out, said string, err error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	kill := endTogether(cmd)
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		if cmd.Process != nil {
			kill()
		}
		return "", "", ctx.Err()
	}
	if errors.Is(err, exec.ErrNotFound) {
		err = missing(cmd.Path)
	}
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		err = &Failure{Program: filepath.Base(cmd.Path), Output: stderr.String(), Err: err}
	}
	return stdout.String(), stderr.String(), err
}
