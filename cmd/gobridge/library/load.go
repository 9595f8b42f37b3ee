package library

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// listed is a package as go list tells of it.
type listed struct {
	ImportPath, Name, Dir string
	Standard              bool
	GoFiles, CgoFiles     []string
	CFiles, HFiles        []string
	CXXFiles, SFiles      []string
	EmbedFiles            []string
	CgoLDFLAGS            []string
	CgoPkgConfig          []string
	Match                 []string // the patterns that name it
	ImportMap             map[string]string
	Module                *struct{ Main bool }
	Error                 *struct {
		Pos, Err    string
		ImportStack []string
	}
}

// wrong is what the go command says is wrong with the package, and where, in one line.
func (p *listed) wrong() string {
	what := strings.Join(strings.Fields(p.Error.Err), " ")
	switch {
	case p.Error.Pos != "":
		return p.Error.Pos + ": " + what
	case len(p.Error.ImportStack) > 1:
		return what + ": " + strings.Join(p.Error.ImportStack, " imports ")
	}
	return what
}

// files is all that a build of the package reads.
func (p *listed) files() (paths []string) {
	for _, names := range [][]string{p.GoFiles, p.CgoFiles, p.CFiles, p.HFiles, p.CXXFiles, p.SFiles, p.EmbedFiles} {
		for _, name := range names {
			paths = append(paths, p.path(name))
		}
	}
	return paths
}

func (p *listed) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

// program is packages with all that they import.
type program struct {
	fset     *token.FileSet
	packages map[string]*listed
	checked  map[string]*types.Package
	syntax   map[string][]*ast.File // of those that were asked for
	infos    map[string]*types.Info
	asked    map[string]bool // packages whose exports the library has; true if function bodies matter too
	sizes    types.Sizes
}

// load lists packages and what they import. Names in C by pattern become names by path too.
func (m *module) load(ctx context.Context, patterns []string, names map[string]string) (p *program, goals []string, err error) {
	const fields = "-json=ImportPath,Name,Dir,Match,Standard,GoFiles,CgoFiles,CFiles,HFiles,CXXFiles,SFiles,EmbedFiles,CgoLDFLAGS,CgoPkgConfig,ImportMap,Module,Error"
	named := map[string]string{}
	out, err := m.run(ctx, append([]string{"list", "-e", fields}, append(m.flags(), patterns...)...)...)
	if err != nil {
		return nil, nil, err
	}
	err = decodeAll(out, func(of *listed) error {
		if of.Error != nil {
			why := of.wrong()
			if strings.Contains(why, "source files not allowed") {
				why += ": a host's sources belong in a directory of their own"
			}
			return errors.New(why)
		}
		goals = append(goals, of.ImportPath)
		for _, pattern := range of.Match {
			name := names[pattern]
			if name == "" {
				continue
			}
			if named[pattern] != "" {
				return fmt.Errorf("%s=%s: one name is for one package, and this is %s and %s", name, pattern, named[pattern], of.ImportPath)
			}
			named[pattern], names[of.ImportPath] = of.ImportPath, name
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	p = &program{fset: token.NewFileSet(), packages: map[string]*listed{}, checked: map[string]*types.Package{"unsafe": types.Unsafe},
		syntax: map[string][]*ast.File{}, infos: map[string]*types.Info{}, asked: map[string]bool{}, sizes: types.SizesFor("gc", m.arch)}
	if p.sizes == nil {
		return nil, nil, fmt.Errorf("%s is no architecture of Go's", m.arch)
	}
	out, err = m.run(ctx, append([]string{"list", "-e", "-deps", fields}, append(m.flags(), append(goals, "gobridge/bridge")...)...)...)
	if err != nil {
		return nil, nil, err
	}
	return p, goals, decodeAll(out, func(of *listed) error {
		p.packages[of.ImportPath] = of
		if slices.Contains(goals, of.ImportPath) {
			p.asked[of.ImportPath] = of.Name == "main"
		}
		if of.Error != nil {
			return fmt.Errorf("%s: %s", of.ImportPath, of.wrong())
		}
		return nil
	})
}

func decodeAll(out []byte, do func(*listed) error) error {
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		of := new(listed)
		if err := d.Decode(of); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := do(of); err != nil {
			return err
		}
	}
}

// check type-checks a package, and first what it imports. What is asked for keeps its syntax, with comments.
func (p *program) check(importPath string) (*types.Package, error) {
	if done := p.checked[importPath]; done != nil {
		return done, nil
	}
	bodies, asked := p.asked[importPath]
	of := p.packages[importPath]
	if of == nil {
		return nil, fmt.Errorf("%s is imported but not listed", importPath)
	}
	mode := parser.SkipObjectResolution
	if asked {
		mode |= parser.ParseComments
	}
	var files []*ast.File
	for _, name := range append(append([]string(nil), of.GoFiles...), of.CgoFiles...) {
		file, err := parser.ParseFile(p.fset, of.path(name), nil, mode)
		if err != nil && asked {
			return nil, err
		}
		if file != nil {
			files = append(files, file)
		}
	}
	var first error
	config := types.Config{FakeImportC: true, IgnoreFuncBodies: !bodies, Sizes: p.sizes,
		Importer: importer(func(name string) (*types.Package, error) {
			if mapped := of.ImportMap[name]; mapped != "" {
				name = mapped
			}
			return p.check(name)
		}),
		Error: func(err error) {
			if first == nil {
				first = err
			}
		}}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	checked, _ := config.Check(importPath, p.fset, files, info)
	if asked {
		p.syntax[importPath], p.infos[importPath] = files, info
		// C's names are not known here, and a newer release may have more in its language than this program's Go.
		if first != nil && len(of.CgoFiles) == 0 && !of.Standard && !strings.Contains(first.Error(), "requires newer Go version "+runtime.Version()) {
			return nil, first
		}
	}
	p.checked[importPath] = checked
	return checked, nil
}

type importer func(string) (*types.Package, error)

func (i importer) Import(name string) (*types.Package, error) { return i(name) }
