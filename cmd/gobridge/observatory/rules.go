package observatory

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// Rules is what a release's linker lets outsiders pull, as its own source says.
type Rules struct {
	Checks        bool                // it refuses anything at all: from go1.23 on
	Blocked       map[string][]string // symbols, and the packages that alone may pull them
	AllowsWrapper bool                // an ABI wrapper passes, so assembly needs no mark: up to go1.26
	RegisterABI   bool                // the platform has a calling convention of Go's own beside assembly's
}

func readRules(ctx context.Context, release *Release, platform Platform) (rules Rules, err error) {
	tags, err := run(ctx, goCommand(ctx, release.tool(), "", "list", "-f", "{{context.ToolTags}}", "unsafe"), platform.environment()...)
	if err != nil {
		return rules, err
	}
	rules.RegisterABI = strings.Contains(tags, "goexperiment.regabiwrappers")
	file, err := parseFile(token.NewFileSet(), filepath.Join(release.Root, loaderSource))
	if err != nil {
		return rules, err
	}
	rules.Blocked = map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			if n.Names[0].Name == "blockedLinknames" {
				err = errors.Join(err, readBlocked(n, rules.Blocked))
			}
		case *ast.FuncDecl:
			if n.Name.Name == "checkLinkname" {
				rules.Checks = true
				rules.AllowsWrapper = mentions(n, "ABIWrapper")
			}
		}
		return true
	})
	if rules.Checks == (len(rules.Blocked) == 0) {
		err = errors.New("its linker checks pulls in a way that is not known")
	}
	if err != nil {
		return rules, fmt.Errorf("%s: %s: %w", release.Name, loaderSource, err)
	}
	return rules, nil
}

// readBlocked reads the map of a variable: `"runtime.newcoro": {"iter"}`.
func readBlocked(spec *ast.ValueSpec, blocked map[string][]string) error {
	table, is := spec.Values[0].(*ast.CompositeLit)
	if !is {
		return errors.New("blockedLinknames is no literal")
	}
	for _, element := range table.Elts {
		pair, is := element.(*ast.KeyValueExpr)
		if !is {
			return errors.New("blockedLinknames is no map")
		}
		symbol, packages := "", []string{}
		ast.Inspect(pair, func(n ast.Node) bool {
			if literal, is := n.(*ast.BasicLit); is {
				text, _ := strconv.Unquote(literal.Value)
				if symbol == "" {
					symbol = text
				} else {
					packages = append(packages, text)
				}
			}
			return true
		})
		blocked[symbol] = packages
	}
	return nil
}

func mentions(in ast.Node, name string) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if id, is := n.(*ast.Ident); is && id.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// judge tells whether an outside module's pull of a symbol links, and why where that is not plain.
func (r Rules) judge(symbol string, d *definition) (standing Standing, links bool, reason string) {
	isFunction := d.abi != "" || d.declaration != nil && d.declaration.kind != "variable"
	isGoName := strings.Contains(symbol, ".")
	isUnchecked := !isFunction && !isGoName
	allowed, isBlocked := r.Blocked[symbol]
	refusal := "the linker refuses it to all"
	if len(allowed) > 0 {
		refusal = "the linker lets only " + strings.Join(allowed, ", ") + " pull it"
	}
	switch {
	case d.abi == abi0 && d.declaration == nil && r.RegisterABI:
		return d.standing, false, "assembly that no Go declaration lets Go call"
	case isBlocked && isUnchecked:
		return Blocked, true, refusal + ", but variables whose name is none of Go's are not checked"
	case isBlocked:
		return Blocked, false, refusal
	case d.standing == Marked:
		return Marked, true, ""
	case d.assembly && !r.Checks:
		return Assembly, true, "not marked, but this release's linker checks nothing"
	case !r.Checks:
		return Unmarked, true, "not marked, but this release's linker checks nothing"
	case isUnchecked && d.assembly:
		return Assembly, true, "assembly whose name is none of Go's, which is not checked"
	case isUnchecked:
		return d.standing, true, "not marked, but variables whose name is none of Go's are not checked"
	case d.standing == StdOnly:
		return StdOnly, false, "//go:linknamestd: for the standard library only"
	case d.assembly && (r.AllowsWrapper || !r.RegisterABI):
		return Assembly, true, "assembly that is not marked, which this release's linker lets through"
	case d.assembly && !isGoName:
		return Assembly, true, "assembly whose name is none of Go's, which is not checked"
	case d.assembly:
		return Assembly, false, "assembly that is not marked"
	}
	return Unmarked, false, "not marked with //go:linkname where it is defined"
}
