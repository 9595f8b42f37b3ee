package library

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Query is what to build.
type Query struct {
	Dir       string   // where packages are looked for
	Packages  []string // paths or patterns as the go command takes them, path@version, or name=path for another name in C
	Output    string   // the directory that receives the library
	Name      string   // the library's; "" for the first package's
	Skip      []string // names that are left out: pkg, pkg.Name, pkg.Type.Method, with * as in file names
	Instances []string // of generic functions and types
	Python    bool     // also a wheel
	Node      bool     // also an npm package
	Go, Arch  string   // GOTOOLCHAIN and GOARCH, "" for what there is
	Sources   string   // gobridge's: its Go module
	Progress  io.Writer
}

// Built is a library that was built.
type Built struct {
	Name        string   `json:"name"`
	Go          string   `json:"go"`
	Fresh       bool     `json:"fresh"` // all was there already, and up to date
	Packages    []string `json:"packages"`
	Functions   int      `json:"functions"` // C functions
	LeftOut     int      `json:"left_out"`
	Library     string   `json:"library"`
	Header      string   `json:"header"`
	Description string   `json:"description"`
}

// Version is that of the libraries' files.
const Version = "1.0.0"

// Build makes a library, or finds that it is up to date. If it fails, the output directory is as it was.
func Build(ctx context.Context, q Query) (*Built, error) {
	if len(q.Packages) == 0 {
		return nil, errors.New("build needs a package, such as strings or ./mypackage")
	}
	if q.Name != "" && !identifier.MatchString(q.Name) {
		return nil, fmt.Errorf("--name %s: the name begins each C function, so it must be a C identifier", q.Name)
	}
	if err := checkSources(q.Sources); err != nil {
		return nil, err
	}
	out, undo, err := openOutput(q.Output)
	if err != nil {
		return nil, err
	}
	built, err := build(ctx, q, out)
	if err != nil {
		undo()
	}
	return built, err
}

func checkSources(dir string) error {
	for _, needed := range []string{"go.mod", "csrc/functions.h", "gobridge.map"} {
		if _, err := os.Stat(filepath.Join(dir, needed)); err != nil {
			return fmt.Errorf("gobridge's own sources are not complete: %w; install gobridge anew", err)
		}
	}
	return nil
}

// openOutput sees that a directory can be written to; undo removes it if it was made.
func openOutput(dir string) (out string, undo func(), err error) {
	if out, err = filepath.Abs(dir); err != nil {
		return "", nil, err
	}
	first := out // the outermost directory that there is not yet
	for first != "/" {
		if _, err := os.Stat(filepath.Dir(first)); err == nil {
			break
		}
		first = filepath.Dir(first)
	}
	undo = func() {}
	if _, err := os.Stat(out); err != nil {
		undo = func() { os.RemoveAll(first) }
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return "", nil, err
	}
	probe, err := os.CreateTemp(out, ".gobridge-*")
	if err != nil {
		undo()
		return "", nil, err
	}
	probe.Close()
	return out, undo, os.Remove(probe.Name())
}

func build(ctx context.Context, q Query, out string) (*Built, error) {
	work, err := os.MkdirTemp("", "gobridge-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	compiler, err := findTools(ctx, cmp.Or(q.Arch, os.Getenv("GOARCH"), runtime.GOARCH))
	if err != nil {
		return nil, err
	}
	m, err := openModule(ctx, work, q)
	if err != nil {
		return nil, err
	}
	if err := m.writeOverlay(); err != nil {
		return nil, err
	}
	names, patterns, err := m.operands(ctx, q.Packages)
	if err != nil {
		return nil, err
	}
	program, goals, err := m.load(ctx, patterns, names)
	if err != nil {
		return nil, err
	}
	if err := checkGoals(program, goals); err != nil {
		return nil, err
	}
	name := q.Name
	if name == "" {
		name = notOfIdentifiers.ReplaceAllString(path.Base(majorVersion.ReplaceAllString(goals[0], "")), "_")
	}
	if !identifier.MatchString(name) {
		return nil, fmt.Errorf("%s: %q is no C identifier: give the library a --name", goals[0], name)
	}
	if name == "gobridge" {
		return nil, errors.New("gobridge.h and libgobridge are gobridge's own: give the library another --name")
	}
	stamp, err := m.stampOf(ctx, q, name, compiler, program)
	if err != nil {
		return nil, err
	}
	built := &Built{Name: name, Library: filepath.Join(out, "lib", "lib"+name+".so"), Header: filepath.Join(out, "include", name+".h"),
		Description: filepath.Join(out, "share", name, name+".json"), Packages: goals}
	if old := readStamp(out, name); old != nil && old.Inputs == stamp.Inputs && old.isWhole(out) {
		built.Fresh, built.Go, built.Functions, built.LeftOut = true, old.Go, old.Functions, old.LeftOut
		return built, nil
	}

	fmt.Fprintf(q.Progress, "reading %s\n", strings.Join(goals, " "))
	d := &Description{Schema: 1, Name: name, Packages: []Package{}, LeftOut: []LeftOut{}}
	version, err := m.run(ctx, "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	d.Go = strings.TrimSpace(string(version))
	main := program.packages[goals[0]].Name == "main"
	r := &reader{program: program, library: name, out: d, keep: func(pkg, name string) bool { return !skips(q.Skip, pkg, name) }}
	if main {
		err = r.readMain(goals[0])
	} else {
		err = r.readAll(goals, names)
	}
	if err == nil {
		err = r.readInstances(q.Instances)
	}
	if err == nil {
		r.readStructs()
		err = d.checkNames()
	}
	if err != nil {
		return nil, err
	}
	m.findInPlace(ctx, compiler, r)
	d.functions(func(_ *Package, f *Function) { r.adapt(f) })
	target, made, text := goals[0], filepath.Join(program.packages[goals[0]].Dir, "gobridge_reads.go"), d.readsProgram()
	if !main {
		target = m.programDir(program, goals)
		made, text = filepath.Join(target, "main.go"), d.goProgram()
	}
	if text != "" {
		source := filepath.Join(work, "main.go")
		if err := os.WriteFile(source, []byte(text), 0o666); err != nil {
			return nil, err
		}
		m.overlay[made] = source
		if err := m.writeOverlay(); err != nil {
			return nil, err
		}
	}
	d.functions(func(*Package, *Function) { built.Functions++ })
	built.Go, built.LeftOut = d.Go, len(d.LeftOut)
	fmt.Fprintf(q.Progress, "building %d functions with %s; %d names are left out\n", built.Functions, d.Go, built.LeftOut)
	if err := m.archive(ctx, compiler, target); err != nil {
		return nil, err
	}
	if d.libraries, err = m.librariesOf(ctx, program); err != nil {
		return nil, err
	}
	fmt.Fprintf(q.Progress, "linking lib%s\n", name)
	staged := filepath.Join(work, "staged")
	if err := m.link(ctx, compiler, d, staged); err != nil {
		return nil, err
	}
	for _, language := range []struct {
		wanted bool
		name   string
		make   func(context.Context, *tools, *Description, string) error
	}{{q.Python, "Python", m.wheel}, {q.Node, "Node", m.npm}} {
		if language.wanted {
			fmt.Fprintf(q.Progress, "packing for %s\n", language.name)
			if err := language.make(ctx, compiler, d, staged); err != nil {
				return nil, err
			}
		}
	}
	stamp.Go, stamp.Functions, stamp.LeftOut = built.Go, built.Functions, built.LeftOut
	return built, install(staged, out, stamp)
}

// majorVersion ends the path of a package, and is no part of its name.
var majorVersion = regexp.MustCompile(`/v[0-9]+$`)

// operands splits what the user names into patterns for the go command and names in C by pattern.
func (m *module) operands(ctx context.Context, given []string) (names map[string]string, patterns []string, err error) {
	names = map[string]string{}
	for _, operand := range given {
		name, pattern, renamed := strings.Cut(operand, "=")
		if !renamed {
			pattern = operand
		} else if !identifier.MatchString(name) {
			return nil, nil, fmt.Errorf("%s: %q is no C identifier", operand, name)
		}
		local := strings.HasPrefix(pattern, ".") || filepath.IsAbs(pattern)
		bare, _, versioned := strings.Cut(pattern, "@")
		if local && m.root == m.work {
			return nil, nil, fmt.Errorf("%s: there is no go.mod here or above: go mod init makes one", pattern)
		}
		if versioned || m.root == m.work && strings.Contains(strings.Split(bare, "/")[0], ".") {
			if err := m.get(ctx, pattern); err != nil {
				return nil, nil, err
			}
		}
		if renamed {
			names[bare] = name
		}
		patterns = append(patterns, bare)
	}
	return names, patterns, nil
}

func checkGoals(p *program, goals []string) error {
	for _, goal := range goals {
		of := p.packages[goal]
		switch {
		case of.Name == "main" && len(goals) > 1:
			return fmt.Errorf("%s is a main package: it is built alone", goal)
		case isInternal(goal) && (of.Module == nil || !of.Module.Main):
			return fmt.Errorf("%s is internal: no program outside of it can import it", goal)
		case goal == "unsafe" || goal == "builtin":
			return fmt.Errorf("%s is the compiler's own: no package of functions", goal)
		case isGobridge(goal):
			return fmt.Errorf("%s is gobridge itself", goal)
		}
	}
	if len(goals) == 0 {
		return errors.New("no package matches")
	}
	return nil
}

func isGobridge(importPath string) bool {
	return strings.HasPrefix(importPath, "gobridge/bridge") || importPath == "gobridge/csrc"
}

func (r *reader) readAll(goals []string, names map[string]string) error {
	r.names = map[string]string{} // before all else: a package's types may be those of a later one
	for _, goal := range goals {
		name := cmp.Or(names[goal], nameOf(r.packages[goal]))
		if !identifier.MatchString(name) {
			return fmt.Errorf("%s: %q is no C identifier: give it another name, as in name=%[1]s", goal, name)
		}
		if name == "_" || token.IsKeyword(name) {
			return fmt.Errorf("%s: no package can be called %q in Go: give it another name, as in name=%[1]s", goal, name)
		}
		for other, taken := range r.names {
			if taken == name { // gobridge_type_parse could not tell their types apart
				return fmt.Errorf("%s and %s are both %s in C: rename a package as in name=path", other, goal, name)
			}
		}
		r.names[goal] = name
	}
	for _, goal := range goals {
		if err := r.read(goal, r.names[goal]); err != nil {
			return err
		}
	}
	return nil
}

// skips tells whether a filter leaves a name of a package out.
func skips(filters []string, pkg, name string) bool {
	return slices.ContainsFunc(filters, func(filter string) bool {
		whole, _ := path.Match(filter, pkg+"."+name)
		all, _ := path.Match(filter, pkg)
		return whole || all
	})
}

// checkNames refuses two C functions or macros of one name.
func (d *Description) checkNames() error {
	const own = "the library's own function"
	taken := map[string]string{d.Name + "_api": own, d.Name + "_description": own}
	clash := ""
	enter := func(c, of string) {
		if taken[c] != "" && clash == "" {
			clash = fmt.Sprintf("%s and %s are both %s in C: leave one out with --skip, or rename a package as in name=path", taken[c], of, c)
		}
		taken[c] = of
	}
	for _, p := range d.Packages {
		for _, t := range p.Types {
			if t.stranger {
				return fmt.Errorf("%s.%s would be %s, by which name gobridge knows another type: rename the package as in name=%[1]s", p.Path, t.Name, t.Type)
			}
		}
	}
	d.functions(func(p *Package, f *Function) { enter(f.C, p.Path+strings.TrimPrefix(f.Registered, p.Name)) })
	for _, s := range d.structs {
		enter(s.c, s.of)
		enter(s.c+"_load", s.of)
		enter(s.c+"_box", s.of)
	}
	for _, p := range d.Packages {
		for _, c := range p.Constants {
			if c.C != "" {
				enter(c.C, p.Path+"."+c.Name)
			}
		}
	}
	if clash != "" {
		return errors.New(clash)
	}
	return nil
}

// DefaultSources is where gobridge's sources are installed beside a program.
func DefaultSources() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(filepath.Dir(program)), "share", "gobridge", "go"), nil
}
