package observatory

import (
	"context"
	"go/ast"
	"go/build/constraint"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// CheckedPackage is one package that another program has parsed and type-checked, as one that analyzes packages for go vet has.
type CheckedPackage struct {
	Fset     *token.FileSet
	Files    []*ast.File // with comments
	Assembly []string    // paths of files
	Types    *types.Package
	Info     *types.Info
}

// Refusal is a pull that a release does not link.
type Refusal struct {
	*Finding
	Pos token.Pos // of what the directive declares; of assembly, File and Line alone tell
}

// Refused returns the pulls of one package that a release does not link whatever else is in the program, but for symbols of the standard
// library's that another module defines. What the program needs is what the package itself does, and what it exports. Signatures
// are not compared: the types of the package are those of the release that it was compiled with.
func Refused(ctx context.Context, releaseName string, platform Platform, of CheckedPackage) (refused []*Refusal, release *Release, err error) {
	if release, err = FindRelease(ctx, releaseName); err != nil {
		return nil, nil, err
	}
	p := &modulePackage{goPackage: goPackage{ImportPath: of.Types.Path(), SFiles: of.Assembly}, Name: of.Types.Name()}
	cache := newSourceCache()
	cache.fset = of.Fset
	var files []*ast.File
	for _, file := range of.Files {
		path := of.Fset.File(file.FileStart).Name()
		// What cgo makes for the release that compiles the package it makes otherwise for another.
		if filepath.Base(path) != "_cgo_gotypes.go" && mayBuild(release, file) {
			files, cache.files[path], p.GoFiles = append(files, file), file, append(p.GoFiles, path)
		}
	}
	s, err := scan(ctx, release, platform)
	if err != nil {
		return nil, nil, err
	}
	standard, err := standardPackages(ctx, release, platform)
	if err != nil {
		return nil, nil, err
	}
	program := &moduleProgram{cache: cache, packages: map[string]*modulePackage{}, platform: platform}
	roots := map[string]bool{} // of the standard library's packages
	for _, of := range standard {
		root, _, _ := strings.Cut(of.ImportPath, "/")
		roots[root] = true
		program.packages[of.ImportPath] = &modulePackage{goPackage: *of}
	}
	if program.packages[p.ImportPath] != nil {
		return nil, release, nil // which pulls what it likes
	}
	program.packages[p.ImportPath] = p
	pulls, err := program.pulls(p)
	if err != nil || len(pulls) == 0 {
		return nil, release, err
	}
	j := &judge{scan: s, types: newDeclared(s, program), untyped: true}
	typed := newTypedProgram(program, release, j.types.std)
	j.types.typed = typed
	if err := typed.enter(p, of, files); err != nil {
		return nil, nil, err
	}
	if j.usage, err = typed.usage(map[string]bool{p.ImportPath: true}, map[string]bool{p.ImportPath: true}); err != nil {
		return nil, nil, err
	}
	for _, pull := range pulls {
		root, _, _ := strings.Cut(packageOf(pull.Symbol), "/")
		if symbol := s.Symbols[pull.Symbol]; symbol == nil && !roots[root] || pull.Push && symbol != nil && symbol.Import != "runtime" {
			continue // another package's, or one that the program may not have
		}
		if finding := j.judge(p, pull); finding != nil && finding.Level == Breaks {
			finding.File, finding.Line, finding.Instead = pull.File, pull.Line, instead[pull.Symbol]
			r := &Refusal{Finding: finding}
			if declared := of.Types.Scope().Lookup(pull.Local); declared != nil {
				r.Pos = declared.Pos()
			}
			refused = append(refused, r)
		}
	}
	return refused, release, nil
}

// PullsAnything tells whether Refused could find anything in a package, which costs next to nothing.
func (of CheckedPackage) PullsAnything() bool {
	return len(of.Assembly) > 0 || slices.ContainsFunc(of.Files, func(file *ast.File) bool {
		return slices.ContainsFunc(readDirectives(file, nil), func(d directive) bool { return d.remote != "" })
	})
}

// enter enters a package that was type-checked elsewhere.
func (t *typedProgram) enter(p *modulePackage, of CheckedPackage, files []*ast.File) error {
	c := newTypedPackage(p, of.Types)
	t.checked[p.ImportPath] = c
	for _, file := range files {
		c.graph.add(file, of.Info)
		c.enterOrder(file, of.Info)
	}
	hasTests := slices.ContainsFunc(p.GoFiles, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if main := of.Types.Scope().Lookup("main"); p.Name == "main" && main != nil && hasTests { // which begin there too
		c.graph.starts, p.Name = append(c.graph.starts, main), ""
	}
	defer t.define([]string{p.ImportPath})
	return t.enterDefinitions(p, c, files, of.Info)
}

// standardPackages is the packages of a release's standard library.
func standardPackages(ctx context.Context, release *Release, platform Platform) ([]*goPackage, error) {
	packages, err := cached("packages", release, platform, func() ([]*goPackage, error) { return listPackages(ctx, release, platform) })
	for _, p := range packages {
		p.Dir = filepath.Join(release.Root, "src", filepath.FromSlash(p.ImportPath)) // it may have moved since
	}
	return packages, err
}

// mayBuild tells whether a release may build a file that another has built: whatever tags else the build has.
func mayBuild(release *Release, file *ast.File) bool {
	tags := releaseTags(release.Name)
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if expr, err := constraint.Parse(comment.Text); err == nil && comment.Pos() < file.Package && constraint.IsGoBuild(comment.Text) {
				return canBe(true, expr, tags)
			}
		}
	}
	return true
}

var releaseTag = regexp.MustCompile(`^go1\.\d+$`)

// canBe tells whether an expression can have a value where the release's tags are known and all others may be either.
func canBe(value bool, expr constraint.Expr, release []string) bool {
	switch expr := expr.(type) {
	case *constraint.NotExpr:
		return canBe(!value, expr.X, release)
	case *constraint.AndExpr:
		x, y := canBe(value, expr.X, release), canBe(value, expr.Y, release)
		return x && y || !value && (x || y)
	case *constraint.OrExpr:
		x, y := canBe(value, expr.X, release), canBe(value, expr.Y, release)
		return x && y || value && (x || y)
	case *constraint.TagExpr:
		return !releaseTag.MatchString(expr.Tag) || slices.Contains(release, expr.Tag) == value
	}
	return true
}
