package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gobridge/cmd/gobridge/command"
)

// A function that neither keeps nor changes what a parameter shows can be given C's own memory, with no copy. The compiler knows of
// each parameter whether it escapes, so as to put what is passed on the caller's stack, and from go1.22 on whether it is changed, so as
// to make a []byte of a string with no copy. It tells so by its flags, and what it does not tell is copied.

// findInPlace finds the parameters of functions that are only read while those run.
func (m *module) findInPlace(ctx context.Context, t *tools, r *reader) {
	var candidates []*Param
	var packages []string
	r.out.functions(func(_ *Package, f *Function) {
		for i := range f.Params {
			p := &f.Params[i]
			if !f.opaque && i < mostInPlace && r.couldBeInPlace(p.variable) {
				candidates, packages = append(candidates, p), append(packages, p.variable.Pkg().Path())
			}
		}
	})
	if len(candidates) == 0 {
		return
	}
	slices.Sort(packages)
	told := m.fates(ctx, t, slices.Compact(packages))
	for _, p := range candidates {
		fate := told[r.placeOf(p.variable)]
		if _, isString := p.variable.Type().Underlying().(*types.Basic); isString {
			fate &^= written // which nothing does, whatever the compiler sees of its bytes: it knows nothing of assembly
		}
		p.InPlace, p.returned = fate == read, fate&^read == returned
	}
}

// mostInPlace is of how many parameters a function can say that it only reads them.
const mostInPlace = 64

// couldBeInPlace tells whether a parameter has its memory in C, if its function does no more than read it.
func (r *reader) couldBeInPlace(v *types.Var) bool {
	if v == nil || v.Pkg() == nil || !v.Pos().IsValid() || r.fset.PositionFor(v.Pos(), false) != r.fset.Position(v.Pos()) {
		return false
	}
	switch of := v.Type().Underlying().(type) {
	case *types.Basic:
		return of.Kind() == types.String
	case *types.Slice:
		return isNumbers(of.Elem())
	}
	return false
}

// isNumbers tells of a type whether its values are numbers and nothing else.
func isNumbers(t types.Type) bool {
	switch of := t.Underlying().(type) {
	case *types.Basic:
		return of.Info()&types.IsNumeric != 0
	case *types.Array:
		return isNumbers(of.Elem())
	case *types.Struct:
		for i := 0; i < of.NumFields(); i++ {
			if !isNumbers(of.Field(i).Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// placeOf is where the compiler says that a variable is declared.
func (r *reader) placeOf(v *types.Var) string {
	at := r.fset.Position(v.Pos())
	return fmt.Sprintf("%s %s:%d:%d", v.Pkg().Path(), filepath.Base(at.Filename), at.Line, at.Column)
}

// fate is what becomes of a parameter's memory: 0 if that is not known.
type fate int

const (
	read fate = 1 << iota
	written
	returned // results may show it
	kept
)

// ofParameter is a line of the compiler's on a parameter.
var ofParameter = regexp.MustCompile(`^(.+:\d+:\d+): (?:(leaking param: \S+ to result )|(leaking param)|(mutates param|calls param)|(\S+ does not escape, mutate, or call$))`)

// keep returns what leaves a file as it was: go list -export writes the header of a program with exports of its own, which has no name yet.
func keep(file string) (restore func()) {
	before, err := os.ReadFile(file)
	return func() {
		if errors.Is(err, fs.ErrNotExist) {
			os.Remove(file)
		} else if now, _ := os.ReadFile(file); err == nil && !bytes.Equal(now, before) {
			os.WriteFile(file, before, 0o666)
		}
	}
}

// fates is what becomes of the parameters of all functions of packages, by where they stand. It is empty where the compiler does not tell.
func (m *module) fates(ctx context.Context, t *tools, packages []string) map[string]fate {
	defer keep(filepath.Join(m.dir, ".h"))()
	args := append([]string{"list", "-export", "-f", "", "-gcflags=-m -d=escapemutationscalls=1"}, m.compileFlags()...)
	cmd := exec.CommandContext(ctx, "go", append(args, packages...)...)
	cmd.Dir, cmd.Env = m.dir, m.compileEnv(t)
	_, said, err := command.RunBoth(ctx, cmd)
	if err != nil { // the build itself tells of errors
		return nil
	}
	fates, in := map[string]fate{}, ""
	for _, line := range strings.Split(said, "\n") {
		if name, is := strings.CutPrefix(line, "# "); is {
			in, _, _ = strings.Cut(name, " ")
		} else if found := ofParameter.FindStringSubmatch(line); found != nil {
			place := in + " " + filepath.Base(found[1])
			for i, told := range []fate{returned, kept, read | written, read} {
				if found[i+2] != "" {
					fates[place] |= told
				}
			}
		}
	}
	return fates
}
