//go:debug gotypesalias=1

// Command gobridge is the Go side of bin/gobridge: the C program in csrc calls the functions that are registered here by
// name, through gobridge's public API. What they do is package observatory.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"gobridge/bridge"
	"gobridge/cmd/gobridge/library"
	"gobridge/cmd/gobridge/observatory"
)

func main() {}

func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // a short life, much of it parsing
	}
	bridge.Func("observatory.list", func(wraps map[string]string, release, os, arch string, cgo, all, verify, layouts bool) (*observatory.List, error) {
		return untilInterrupted(func(ctx context.Context) (*observatory.List, error) {
			return observatory.ListSymbols(ctx, observatory.ListQuery{Release: release, Platform: platformOf(os, arch, cgo), All: all, Verify: verify, Layouts: layouts, Wraps: wraps})
		})
	})
	bridge.Func("observatory.diff", func(wraps map[string]string, from, to, os, arch string, cgo bool) (*observatory.Diff, error) {
		return untilInterrupted(func(ctx context.Context) (*observatory.Diff, error) {
			return observatory.DiffReleases(ctx, from, to, platformOf(os, arch, cgo), wraps)
		})
	})
	bridge.Func("observatory.audit", func(target, releases, platforms, system, arch, tags, baseline string, cgo, deps, test, build, fix bool) (*observatory.Audit, error) {
		all, err := observatory.ParsePlatforms(platforms, platformOf(system, arch, cgo))
		if err != nil {
			return nil, err
		}
		return untilInterrupted(func(ctx context.Context) (*observatory.Audit, error) {
			return observatory.AuditModules(ctx, observatory.AuditQuery{Target: target, Releases: listed(releases), Platforms: all,
				Tags: tags, Deps: deps, Test: test, Build: build, Fix: fix, Baseline: baseline, Progress: os.Stderr})
		})
	})
	bridge.Func("observatory.probe", func(signatures, first map[string]string, releases, system, arch, source string, cgo, quick, accept bool) (*observatory.Probe, error) {
		return untilInterrupted(func(ctx context.Context) (*observatory.Probe, error) {
			return observatory.ProbeReleases(ctx, observatory.ProbeQuery{Releases: listed(releases), Platform: platformOf(system, arch, cgo), Signatures: signatures, First: first,
				Source: source, Quick: quick, Accept: accept, Progress: os.Stderr})
		})
	})
	bridge.Func("observatory.bench", func(source string) (*observatory.Bench, error) {
		return untilInterrupted(func(ctx context.Context) (*observatory.Bench, error) { return observatory.RunBench(ctx, source) })
	})
	bridge.Func("library.build", buildLibrary)
	bridge.Func("library.format", func(built *library.Built) (string, error) {
		text, err := json.MarshalIndent(built, "", "  ")
		return string(text) + "\n", err
	})
	bridge.Func("library.describe", library.Describe)
	bridge.Func("library.new", library.New)
	bridge.Func("observatory.format", observatory.Format)
	bridge.Func("observatory.text", func(report any, all, coloured bool) (string, error) {
		paint := observatory.Paint{}
		if coloured {
			paint = observatory.Coloured
		}
		return observatory.Text(report, all, paint), nil
	})
	bridge.Func("observatory.remarks", func(list *observatory.List) (string, error) { return list.Remarks(), nil })
	bridge.Func("observatory.explain", explain)
}

func buildLibrary(packages []string, output, name, skip, instances, release, arch string, python, node bool) (*library.Built, error) {
	sources, err := library.DefaultSources()
	if err != nil {
		return nil, err
	}
	return untilInterrupted(func(ctx context.Context) (*library.Built, error) {
		toolchain := ""
		if release != "" {
			found, err := observatory.FindRelease(ctx, release)
			if err != nil {
				return nil, err
			}
			toolchain = found.Name
		}
		return library.Build(ctx, library.Query{Packages: packages, Output: output, Name: name, Skip: listed(skip),
			Instances: strings.Fields(instances), Python: python, Node: node, Go: toolchain, Arch: arch, Sources: sources, Progress: os.Stderr})
	})
}

// platformOf is a platform, by default this machine's.
func platformOf(os, arch string, cgo bool) observatory.Platform {
	p := observatory.HostPlatform
	if os != "" {
		p.OS = os
	}
	if arch != "" {
		p.Arch = arch
	}
	p.Cgo = cgo
	return p
}

// untilInterrupted runs a command until it ends or the user presses Ctrl-C, which ends all that it started too.
func untilInterrupted[T any](do func(context.Context) (T, error)) (T, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return do(ctx)
}

// explain returns an error's message, and whether the user interrupted the command.
func explain(err error) (message string, interrupted bool) {
	return err.Error(), errors.Is(err, context.Canceled)
}

// listed splits "a,b".
func listed(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' })
}
