// Command observatory is the Go side of bin/gobridge: what a Go release lets outsiders pull with //go:linkname, and what
// changes from one release to another. The C side finds its functions by name.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"gobridge/bridge"
)

func main() {}

func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // a short life, much of it parsing
	}
	bridge.Func("observatory.list", func(wraps map[string]string, release, os, arch string, cgo, all, verify, layouts bool) (*List, error) {
		return untilInterrupted(func(ctx context.Context) (*List, error) {
			return listSymbols(ctx, Query{release, platformOf(os, arch, cgo), all, verify, layouts, wraps})
		})
	})
	bridge.Func("observatory.diff", func(wraps map[string]string, from, to, os, arch string, cgo bool) (*Diff, error) {
		return untilInterrupted(func(ctx context.Context) (*Diff, error) {
			return diffReleases(ctx, from, to, platformOf(os, arch, cgo), wraps)
		})
	})
	bridge.Func("observatory.audit", func(target, releases string, deps bool, os, arch string, cgo bool) (*Audit, error) {
		return untilInterrupted(func(ctx context.Context) (*Audit, error) {
			return audit(ctx, AuditQuery{target, listed(releases), deps, platformOf(os, arch, cgo)})
		})
	})
	bridge.Func("observatory.probe", func(signatures, first map[string]string, releases, source string, quick, accept bool) (*Probe, error) {
		return untilInterrupted(func(ctx context.Context) (*Probe, error) {
			return probe(ctx, ProbeQuery{listed(releases), signatures, first, source, quick, accept, os.Stderr})
		})
	})
	bridge.Func("observatory.bench", func(source string) (*Bench, error) {
		return untilInterrupted(func(ctx context.Context) (*Bench, error) { return bench(ctx, source) })
	})
	bridge.Func("observatory.format", formatReport)
	bridge.Func("observatory.explain", explain)
}

// platformOf is a platform, by default this machine's.
func platformOf(os, arch string, cgo bool) Platform {
	p := hostPlatform
	if os != "" {
		p.OS = os
	}
	if arch != "" {
		p.Arch = arch
	}
	p.Cgo = cgo
	return p
}

// untilInterrupted does what ends, with all that it started and made, at the first Ctrl-C.
func untilInterrupted[T any](do func(context.Context) (T, error)) (T, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return do(ctx)
}

// explain gives an error's message, and whether the user asked for it.
func explain(err error) (message string, interrupted bool) {
	return err.Error(), errors.Is(err, context.Canceled)
}

// listed is the parts of "a,b".
func listed(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' })
}
