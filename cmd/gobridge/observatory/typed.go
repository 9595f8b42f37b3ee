package observatory

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// typedProgram is the packages of a program, type-checked as a release compiles them: the standard library by its
// declarations alone, all others as a whole.
type typedProgram struct {
	mu      sync.Mutex // of checked
	reading sync.Mutex // of std
	program *moduleProgram
	release *Release
	std     *checker
	sizes   types.Sizes
	checked map[string]*typedPackage
	defines map[string]types.Object // what packages outside the standard library define, by symbol
	askedC  bool                    // a compiler was asked that reads more than Go files
}

// typedPackage is one of its packages.
type typedPackage struct {
	listed *modulePackage
	types  *types.Package
	errors []string // why it does not compile: "path:line:column: what"
	graph  declarationGraph
	// In the order in which the compiler reads them: what variables begin with, and all that is declared.
	initial, order     []types.Object
	assembly           []assemblyLine
	defines, assembles map[string]types.Object // the symbols that its Go and its assembly define
	// What calls pass for each parameter of a function without a body, before it became an unsafe.Pointer.
	passed map[types.Object][][]*types.Var
}

// links leads from what packages pull to what other packages outside the standard library define for it.
func (t *typedProgram) links(used map[string]bool) (map[types.Object]types.Object, error) {
	links := map[types.Object]types.Object{}
	for name, p := range t.checked {
		if !used[name] {
			continue
		}
		pulls, err := t.program.pulls(p.listed)
		if err != nil {
			return nil, err
		}
		for _, pull := range pulls {
			if local := p.types.Scope().Lookup(pull.Local); local != nil && !pull.Push && t.defines[pull.Symbol] != nil {
				links[local] = t.defines[pull.Symbol]
			}
		}
	}
	return links, nil
}

func newTypedPackage(p *modulePackage, of *types.Package) *typedPackage {
	return &typedPackage{listed: p, types: of, graph: newDeclarationGraph(), defines: map[string]types.Object{},
		assembles: map[string]types.Object{}, passed: map[types.Object][][]*types.Var{}}
}

func newTypedProgram(program *moduleProgram, release *Release, std *checker) *typedProgram {
	return &typedProgram{program: program, release: release, std: std, sizes: std.sizes, checked: map[string]*typedPackage{}, defines: map[string]types.Object{}}
}

// check type-checks packages, and all that they import.
func (t *typedProgram) check(ctx context.Context, names []string) error {
	t.checkTogether(ctx, names)
	for _, name := range names { // also those that import each other, which are never ready
		if p := t.program.packages[name]; p != nil && !p.Standard && ctx.Err() == nil {
			t.checkPackage(p)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var all []string
	for name := range t.checked {
		all = append(all, name)
	}
	slices.Sort(all)
	t.define(all)
	return nil
}

// define enters the symbols that packages define.
func (t *typedProgram) define(names []string) {
	for _, name := range names {
		maps.Copy(t.defines, t.checked[name].defines)
	}
	for _, name := range names {
		for symbol, object := range t.checked[name].assembles {
			if t.defines[symbol] == nil {
				t.defines[symbol] = object
			}
		}
	}
}

// checkTogether type-checks packages on all processors, each once what it imports is.
func (t *typedProgram) checkTogether(ctx context.Context, names []string) {
	var (
		mu       sync.Mutex
		ended    = sync.NewCond(&mu)
		workers  sync.WaitGroup
		ready    []string
		running  int
		awaits   = map[string]int{} // how many packages that it imports are not checked yet
		awaiters = map[string][]string{}
	)
	var enter func(name string)
	enter = func(name string) {
		p := t.program.packages[name]
		if _, known := awaits[name]; known || p == nil || p.Standard {
			return
		}
		awaits[name] = 0
		for _, of := range p.imports() {
			if imported := t.program.packages[of]; imported != nil && !imported.Standard {
				awaits[name]++
				awaiters[of] = append(awaiters[of], name)
				enter(of)
			}
		}
		if awaits[name] == 0 {
			ready = append(ready, name)
		}
	}
	for _, name := range names {
		enter(name)
	}
	for range runtime.NumCPU() {
		workers.Add(1)
		go func() {
			defer workers.Done()
			mu.Lock()
			defer mu.Unlock()
			for {
				for len(ready) == 0 && running > 0 {
					ended.Wait()
				}
				if len(ready) == 0 || ctx.Err() != nil {
					return
				}
				name := ready[0]
				ready = ready[1:]
				running++
				mu.Unlock()
				t.checkPackage(t.program.packages[name])
				mu.Lock()
				running--
				for _, awaiter := range awaiters[name] {
					if awaits[awaiter]--; awaits[awaiter] == 0 {
						ready = append(ready, awaiter)
					}
				}
				ended.Broadcast()
			}
		}()
	}
	workers.Wait()
}

// imports is the packages that a package imports, each once. Where the go command could not read all of its files, these say.
func (p *modulePackage) imports() (paths []string) {
	paths = slices.Clone(p.Imports)
	if p.Error != nil {
		for _, path := range p.paths() {
			file, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if file == nil {
				continue
			}
			for _, spec := range file.Imports {
				paths = append(paths, strings.Trim(spec.Path.Value, "\"`"))
			}
		}
	}
	for i, path := range paths {
		paths[i] = cmp.Or(p.ImportMap[path], path)
	}
	return sorted(paths)
}

// importer resolves what one package imports.
type importer struct {
	program *typedProgram
	of      *modulePackage
}

func (i importer) Import(importPath string) (*types.Package, error) {
	importPath = cmp.Or(i.of.ImportMap[importPath], importPath)
	p := i.program.program.packages[importPath]
	switch {
	case p != nil && !p.Standard:
		return i.program.checkPackage(p).types, nil
	case p == nil && importPath != "unsafe":
		return nil, fmt.Errorf("package %s is not there", importPath)
	}
	i.program.reading.Lock()
	defer i.program.reading.Unlock()
	return i.program.std.Import(importPath)
}

// checkPackage type-checks a package unless it was checked before.
func (t *typedProgram) checkPackage(p *modulePackage) *typedPackage {
	t.mu.Lock()
	known := t.checked[p.ImportPath]
	if known != nil {
		t.mu.Unlock()
		return known
	}
	c := newTypedPackage(p, types.NewPackage(p.ImportPath, p.Name))
	t.checked[p.ImportPath] = c // also while it is checked: packages that import each other end there
	t.mu.Unlock()
	fset := token.NewFileSet()
	complain := func(at token.Pos, message string) {
		c.errors = append(c.errors, strings.TrimPrefix(fset.Position(at).String()+": "+message, "-: "))
	}
	var files []*ast.File
	for _, name := range p.sourceFiles() {
		file, err := parser.ParseFile(fset, p.path(name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			c.errors = append(c.errors, firstLine(err.Error()))
		}
		if file != nil {
			files = append(files, file)
		}
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{FakeImportC: true, Importer: importer{t, p}, Sizes: t.sizes, GoVersion: p.goVersion(), Error: func(err error) {
		// What has an invalid type is C's, or follows from an error before.
		if err, is := err.(types.Error); is && !strings.HasPrefix(err.Msg, "\t") && !strings.Contains(err.Msg, "invalid type") {
			complain(err.Pos, err.Msg)
		}
	}}
	c.types, _ = config.Check(p.ImportPath, fset, files, info)
	for _, file := range files {
		checkDirectives(p, file, c.types.Scope(), complain)
		c.graph.add(file, info)
		c.enterOrder(file, info)
	}
	if err := t.enterDefinitions(p, c, files, info); err != nil {
		c.errors = append(c.errors, err.Error())
	}
	c.enterPassed(t.sizes, p, files, info)
	return c
}

// path is where a file of a package lies. The go command gives those that it makes with their whole path.
func (p *modulePackage) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

// goVersion is the language that a package is written in, or the newest that this program knows.
func (p *modulePackage) goVersion() string {
	own := version.Lang(runtime.Version())
	if p.Module == nil {
		return own
	}
	written := "go" + cmp.Or(p.Module.GoVersion, "1.16")
	if version.Compare(version.Lang(written), own) > 0 {
		return own
	}
	return written
}

// checkDirectives finds what the compiler refuses and go/types does not know: linknames without unsafe or for nothing that
// is declared, and functions without a body that neither a linkname nor another file can define.
func checkDirectives(p *modulePackage, file *ast.File, declared *types.Scope, complain func(token.Pos, string)) {
	linknamed := map[string]bool{}
	importsUnsafe := slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool { return strings.Trim(spec.Path.Value, "\"`") == "unsafe" })
	for _, d := range readDirectives(file, nil) {
		linknamed[d.local] = true
		switch {
		case !importsUnsafe:
			complain(d.at, `//go:linkname only allowed in Go files that import "unsafe"`)
		case declared.Lookup(d.local) == nil && version.Compare(p.goVersion(), "go1.18") >= 0:
			complain(d.at, "//go:linkname must refer to declared function or variable")
		}
	}
	if len(p.SFiles)+len(p.CFiles)+len(p.CXXFiles)+len(p.CgoFiles) > 0 {
		return
	}
	for _, decl := range file.Decls {
		if function, is := decl.(*ast.FuncDecl); is && function.Body == nil && (function.Recv != nil || !linknamed[function.Name.Name]) {
			complain(function.Name.Pos(), "missing function body")
		}
	}
}

// enterDefinitions enters the symbols that a package defines.
func (t *typedProgram) enterDefinitions(p *modulePackage, c *typedPackage, files []*ast.File, info *types.Info) error {
	importPath := p.symbolPath()
	remote := map[string]string{}
	for _, file := range files {
		for _, d := range readDirectives(file, nil) {
			if d.remote != "" {
				remote[d.local] = d.remote
			}
		}
	}
	for _, file := range files {
		eachDeclaration(file, func(d *declaration, at *ast.Ident, _ *ast.CommentGroup) {
			pulled := remote[d.name] != ""
			if !d.defines && (d.kind != "variable" || pulled) {
				return
			}
			c.defines[cmp.Or(remote[d.name], importPath+"."+d.name)] = info.Defs[at]
			if receiver, method, is := strings.Cut(d.name, "."); is && !strings.HasPrefix(receiver, "(") {
				c.defines[importPath+".(*"+receiver+")."+method] = info.Defs[at]
			}
		})
	}
	return t.enterAssembly(p, c)
}

// enterAssembly enters what a package's assembly defines and mentions.
func (t *typedProgram) enterAssembly(p *modulePackage, c *typedPackage) error {
	importPath := p.symbolPath()
	for _, name := range p.SFiles {
		lines, err := t.program.assemblyLines(p, p.path(name))
		if err != nil {
			return err
		}
		for _, line := range lines {
			if line.kind != "" && c.defines[line.within] == nil && c.assembles[line.within] == nil {
				object := c.types.Scope().Lookup(strings.TrimPrefix(line.within, importPath+"."))
				if object == nil { // which Go does not declare
					object = types.NewFunc(token.NoPos, c.types, line.within, types.NewSignatureType(nil, nil, nil, nil, nil, false))
				}
				c.assembles[line.within] = object
			}
		}
		c.assembly = append(c.assembly, lines...)
	}
	return nil
}

// symbolPath is what the names of a package's symbols begin with.
func (p *modulePackage) symbolPath() string { return strings.TrimSuffix(p.ImportPath, p.variant()) }

// variant is " [p.test]" of a package that is compiled for a test, or "".
func (p *modulePackage) variant() string {
	if at := strings.IndexByte(p.ImportPath, ' '); at >= 0 {
		return p.ImportPath[at:]
	}
	return ""
}

// enterPassed enters what calls of functions without a body pass.
func (c *typedPackage) enterPassed(sizes types.Sizes, p *modulePackage, files []*ast.File, info *types.Info) {
	bodyless := map[types.Object]bool{}
	for _, file := range files {
		for _, decl := range file.Decls {
			if decl, is := decl.(*ast.FuncDecl); is && decl.Body == nil {
				bodyless[info.Defs[decl.Name]] = true
			}
		}
	}
	if len(bodyless) == 0 {
		return
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			called, is := call.Fun.(*ast.Ident)
			if !is || !bodyless[info.Uses[called]] {
				return true
			}
			of := info.Uses[called]
			for i, value := range call.Args {
				for len(c.passed[of]) <= i {
					c.passed[of] = append(c.passed[of], nil)
				}
				if passed := pointed(value, info); passed != nil {
					c.passed[of][i] = append(c.passed[of][i], types.NewVar(call.Pos(), nil, "", types.NewPointer(passed)))
				}
			}
			return true
		})
	}
}

// pointed is the type of x in &x, within any conversions; nil for other expressions.
func pointed(value ast.Expr, info *types.Info) types.Type {
	for {
		switch of := value.(type) {
		case *ast.ParenExpr:
			value = of.X
			continue
		case *ast.CallExpr:
			if len(of.Args) == 1 && isConversion(of.Fun, info) {
				value = of.Args[0]
				continue
			}
		case *ast.UnaryExpr:
			if of.Op != token.AND {
				return nil
			}
			switch of := of.X.(type) {
			case *ast.Ident:
				if variable := info.Uses[of]; variable != nil {
					return variable.Type()
				}
			case *ast.SelectorExpr:
				if variable := info.Uses[of.Sel]; variable != nil {
					return variable.Type()
				}
			case *ast.CompositeLit:
				if name, is := of.Type.(*ast.Ident); is && info.Uses[name] != nil {
					return info.Uses[name].Type()
				}
			}
		case *ast.Ident:
			if variable := info.Uses[of]; variable != nil {
				if pointer, is := variable.Type().Underlying().(*types.Pointer); is {
					return pointer.Elem()
				}
			}
		}
		return nil
	}
}

// isConversion tells whether what is called is a type.
func isConversion(called ast.Expr, info *types.Info) bool {
	switch of := called.(type) {
	case *ast.ParenExpr:
		return isConversion(of.X, info)
	case *ast.StarExpr:
		return isConversion(of.X, info)
	case *ast.Ident:
		return isType(info.Uses[of])
	case *ast.SelectorExpr:
		return isType(info.Uses[of.Sel])
	}
	return false
}

// fails tells why a package does not compile, or "". If this program's Go may know less than the release's, or no C, the
// release's own compiler has the last word.
func (t *typedProgram) fails(ctx context.Context, of *target, p *modulePackage) (string, error) {
	c := t.checked[p.ImportPath]
	switch {
	case c == nil:
		return "", nil
	case len(c.errors) == 0:
		return t.assembles(ctx, p, c.types.Scope())
	}
	if len(p.CgoFiles) == 0 && version.Compare(version.Lang(t.release.Name), version.Lang(runtime.Version())) <= 0 {
		return t.shortened(c.errors[0], p), nil
	}
	if p.variant() != "" || strings.HasSuffix(p.ImportPath, ".test") {
		return "", nil
	}
	t.askedC = t.askedC || len(p.CgoFiles) > 0
	args := append([]string{"build", "-o", os.DevNull}, of.flags(t.release, t.program.platform)...)
	_, err := run(ctx, goCommand(ctx, t.release.tool(), of.dir, append(args, p.ImportPath)...), of.environment(t.program.platform)...)
	build, err := outcome(ctx, err)
	if err != nil || build.Cause != causeCompile {
		return "", err
	}
	return t.shortened(build.Output, p), nil
}

// shortened names a file of a package from its module's directory on.
func (t *typedProgram) shortened(message string, p *modulePackage) string {
	if p.Module == nil {
		return message
	}
	within := strings.TrimPrefix(strings.TrimPrefix(p.symbolPath(), p.Module.Path), "/")
	return strings.ReplaceAll(message, p.Dir+string(filepath.Separator), path.Join(within, "x")[:len(path.Join(within, "x"))-1])
}
