//go:debug gotypesalias=1

// Command linknames is gobridge's list, diff and audit without the C library: a pure Go program for any system that Go builds for.
//
//	go -C cmd/gobridge install ./linknames
//	linknames audit ./... --deps --go go1.22.12,go1.27.3
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"gobridge/cmd/gobridge/observatory"
)

// What it exits with, as bin/gobridge does.
const (
	ok          = 0
	findings    = 1
	cannot      = 2
	unknown     = 3
	interrupted = 130
)

// options is what the commands' flags say.
type options struct {
	release, platforms, tags, format, baseline string
	cgo, json, all, verify                     bool
	deps, test, build, fix                     bool

	progress io.Writer
}

type command struct {
	operands string
	flags    []string
	run      func(context.Context, options, []string) (report any, status int, err error)
}

var commands = map[string]command{
	"list":  {"", []string{"go", "platform", "cgo", "format", "json", "all", "verify"}, list},
	"diff":  {"REL REL", []string{"platform", "cgo", "format", "json", "all"}, diff},
	"audit": {"PATH|MODULE[/PACKAGE][@VERSION]", []string{"go", "platform", "cgo", "format", "json", "all", "deps", "test", "tags", "build", "fix", "baseline"}, audit},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, errors io.Writer) int {
	if len(args) == 0 || strings.TrimLeft(args[0], "-") == "help" || args[0] == "-h" {
		usage(errors)
		return cannot
	}
	of, is := commands[args[0]]
	if !is {
		fmt.Fprintf(errors, "linknames: there is no command %s; linknames help lists them\n", args[0])
		return cannot
	}
	given, operands, err := parse(args[0], of, args[1:], errors)
	if err != nil {
		return cannot
	}
	given.progress = errors
	report, status, err := of.run(ctx, given, operands)
	if err == nil {
		err = print(report, given, out, errors)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return interrupted
	case err != nil:
		fmt.Fprintf(errors, "linknames: %v\n", err)
		return cannot
	}
	return status
}

func usage(to io.Writer) {
	fmt.Fprintln(to, "What Go releases let outsiders pull with //go:linkname. linknames COMMAND -h lists a command's flags.")
	for _, name := range []string{"list", "diff", "audit"} {
		fmt.Fprintf(to, "  linknames %s %s\n", name, commands[name].operands)
	}
}

// parse reads flags before, between and after the operands.
func parse(name string, of command, args []string, errors io.Writer) (given options, operands []string, err error) {
	set := flag.NewFlagSet("linknames "+name, flag.ContinueOnError)
	set.SetOutput(errors)
	texts := map[string]struct {
		to          *string
		plain, help string
	}{
		"go":       {&given.release, "", "the `releases` to ask, as in go1.23.12,go1.24 or latest; without it the machine's own"},
		"platform": {&given.platforms, "", "the `platforms` to look at, as in linux/amd64,windows/arm64/nocgo"},
		"tags":     {&given.tags, "", "build `tags`, as the go command takes them"},
		"baseline": {&given.baseline, "", "a `file` of findings that are accepted: SYMBOL WHERE UNTIL REASON in each line"},
		"format":   {&given.format, "text", "how the result is printed: text, json, of a list also md, csv, go or set, of an audit sarif or github"},
	}
	flags := map[string]struct {
		to    *bool
		plain bool
		help  string
	}{
		"cgo":    {&given.cgo, true, "with cgo"},
		"json":   {&given.json, false, "-format json"},
		"all":    {&given.all, false, "also what does not link, or of an audit what is fine, of a diff what nobody is known to pull"},
		"verify": {&given.verify, false, "ask the release's own linker about every symbol"},
		"deps":   {&given.deps, false, "also the pulls of what the module depends on"},
		"test":   {&given.test, false, "also what the module's tests pull"},
		"fix":    {&given.fix, false, "also the first newer version of each module that breaks which links"},
		"build":  {&given.build, false, "also have each release build a program that uses all that the module exports"},
	}
	for _, name := range of.flags {
		if text, is := texts[name]; is {
			set.StringVar(text.to, name, text.plain, text.help)
		} else {
			set.BoolVar(flags[name].to, name, flags[name].plain, flags[name].help)
		}
	}
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return given, nil, err
		}
		if args = set.Args(); len(args) > 0 {
			operands, args = append(operands, args[0]), args[1:]
		}
	}
	if given.json {
		given.format = "json"
	}
	return given, operands, nil
}

func print(report any, given options, out, errors io.Writer) error {
	text := ""
	if given.format == "text" {
		text = observatory.Text(report, given.all, observatory.Paint{})
	} else {
		var err error
		if text, err = observatory.Format(report, given.format); err != nil {
			return err
		}
	}
	if list, is := report.(*observatory.List); is && (given.format == "text" || given.verify) {
		fmt.Fprint(errors, list.Remarks())
	}
	_, err := io.WriteString(out, text)
	return err
}

// one is the platform of commands that look at one alone.
func (given options) one() (observatory.Platform, error) {
	platforms, err := given.many()
	if err == nil && len(platforms) > 1 {
		err = errors.New("it looks at one platform at a time")
	}
	if err != nil {
		return observatory.Platform{}, err
	}
	return platforms[0], nil
}

func (given options) many() ([]observatory.Platform, error) {
	own := observatory.HostPlatform
	own.Cgo = given.cgo
	return observatory.ParsePlatforms(given.platforms, own)
}

func list(ctx context.Context, given options, operands []string) (any, int, error) {
	platform, err := given.one()
	if err == nil && len(operands) > 0 {
		err = fmt.Errorf("list: what is %s for?", operands[0])
	}
	if err != nil {
		return nil, cannot, err
	}
	l, err := observatory.ListSymbols(ctx, observatory.ListQuery{Release: given.release, Platform: platform, All: given.all,
		Verify: given.verify, Layouts: given.format == "go"})
	if err != nil {
		return nil, cannot, err
	}
	return l, min(l.Findings, findings), nil
}

func diff(ctx context.Context, given options, operands []string) (any, int, error) {
	platform, err := given.one()
	if err == nil && len(operands) != 2 {
		err = errors.New("diff compares two releases: linknames diff go1.23.12 go1.24.11")
	}
	if err != nil {
		return nil, cannot, err
	}
	d, err := observatory.DiffReleases(ctx, operands[0], operands[1], platform, nil)
	if err != nil {
		return nil, cannot, err
	}
	return d, min(d.Findings, findings), nil
}

func audit(ctx context.Context, given options, operands []string) (any, int, error) {
	platforms, err := given.many()
	if err == nil && len(operands) != 1 {
		err = errors.New("audit takes one PATH or MODULE[@VERSION]: linknames audit github.com/goccy/go-json@v0.10.5")
	}
	if err != nil {
		return nil, cannot, err
	}
	releases := slices.DeleteFunc(strings.Split(given.release, ","), func(name string) bool { return name == "" })
	a, err := observatory.AuditModules(ctx, observatory.AuditQuery{Target: operands[0], Releases: releases, Platforms: platforms,
		Deps: given.deps, Tags: given.tags, Test: given.test, Build: given.build, Fix: given.fix, Baseline: given.baseline, Progress: given.progress})
	switch {
	case err != nil:
		return nil, cannot, err
	case a.Broken:
		return a, findings, nil
	case a.Unknown:
		return a, unknown, nil
	}
	return a, ok, nil
}
