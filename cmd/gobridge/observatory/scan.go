package observatory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Symbol is a function, method, variable or assembly symbol of the standard library, by the name that the linker knows.
type Symbol struct {
	Symbol      string   `json:"symbol"`        // "runtime.makemap", "reflect.(*rtype).Align"
	Kind        string   `json:"kind"`          // func, method, variable or assembly
	Signature   string   `json:"signature"`     // "func(t *abi.Type) bool", "var bool"; "" for assembly that Go does not declare
	File        string   `json:"file"`          // below GOROOT/src
	Line        int      `json:"line"`          //
	Import      string   `json:"import"`        // a package that an outside module can import to have the symbol in its program
	CgoOnly     bool     `json:"cgo_only"`      // it links only where cgo is on
	HallOfShame []string `json:"hall_of_shame"` // the packages that the release's authors know to pull it
	Links       bool     `json:"links"`         //
	Reason      string   `json:"reason"`        // why it does not link, or links without being marked
	Gobridge    string   `json:"gobridge"`      // the C function that wraps it

	Package  string   `json:"-"` // the one that defines it
	Local    string   `json:"-"` // the name it has in its declaration
	Data     bool     `json:"-"` // it is a variable, also one in assembly
	Standing Standing `json:"-"`
}

// Standing is how a symbol's package lets outsiders have it.
type Standing int

const (
	Unmarked Standing = iota // no directive
	Marked                   // a //go:linkname at the definition
	StdOnly                  // a //go:linknamestd at the definition
	Blocked                  // the linker names who may pull it
	Assembly                 // unmarked assembly
)

// Scan is what a release's sources say of its symbols on one platform.
type Scan struct {
	Release  string
	Platform Platform
	Rules    Rules
	Symbols  map[string]*Symbol // all of the standard library, by name
}

// scan reads a release's sources, unless they were read before.
func scan(ctx context.Context, release *Release, platform Platform) (*Scan, error) {
	s, err := cached("scan", release, platform, func() (*Scan, error) { return readScan(ctx, release, platform) })
	if err != nil {
		return nil, err
	}
	for _, symbol := range s.Symbols {
		if symbol.HallOfShame == nil { // which is what gob makes of an empty list
			symbol.HallOfShame = []string{}
		}
	}
	return s, nil
}

func readScan(ctx context.Context, release *Release, platform Platform) (*Scan, error) {
	if _, err := run(ctx, goCommand(ctx, release.tool(), "", "build", "-n", "unsafe"), platform.environment()...); err != nil {
		return nil, fmt.Errorf("%s: %w", release.Name, err)
	}
	rules, err := readRules(ctx, release, platform)
	if err != nil {
		return nil, err
	}
	listed, err := listPackages(ctx, release, platform)
	if err != nil {
		return nil, err
	}
	sources := newSources(ctx, release, platform)
	s := &Scan{release.Name, platform, rules, nil}
	if s.Symbols, err = sources.symbols(listed, rules); err != nil {
		return nil, err
	}
	if platform.Cgo {
		withoutCgo := platform
		withoutCgo.Cgo = false
		if listed, err = listPackages(ctx, release, withoutCgo); err != nil {
			return nil, err
		}
		without, err := sources.symbols(listed, rules)
		if err != nil {
			return nil, err
		}
		for name, symbol := range s.Symbols {
			symbol.CgoOnly = symbol.Links && (without[name] == nil || !without[name].Links)
		}
	}
	return s, nil
}

// ---- the linker's rules ----

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

// ---- packages ----

// goPackage is a package of the standard library, as the release's own go command sees it on a platform.
type goPackage struct {
	Dir, ImportPath           string
	GoFiles, CgoFiles, SFiles []string
	Deps                      []string
}

func listPackages(ctx context.Context, release *Release, platform Platform) (packages []*goPackage, err error) {
	out, err := run(ctx, goCommand(ctx, release.tool(), filepath.Join(release.Root, "src"),
		"list", "-e", "-json=Dir,ImportPath,GoFiles,CgoFiles,SFiles,Deps", "std"), platform.environment()...)
	if err != nil {
		return nil, fmt.Errorf("%s: its packages can not be listed for %s: %w", release.Name, platform, err)
	}
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		p := &goPackage{}
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// importable tells, for each package, which package an outside module can import to have it in its program.
func importable(packages []*goPackage) map[string]string {
	imports := map[string]string{}
	public := slices.DeleteFunc(slices.Clone(packages), func(p *goPackage) bool {
		return slices.ContainsFunc(strings.Split(p.ImportPath, "/"), func(part string) bool { return part == "internal" || part == "vendor" })
	})
	// The runtime is part of every program; after it comes the package that brings the least besides.
	slices.SortFunc(public, func(a, b *goPackage) int {
		return cmp.Or(runtimeFirst(a.ImportPath, b.ImportPath), cmp.Compare(len(a.Deps), len(b.Deps)), cmp.Compare(a.ImportPath, b.ImportPath))
	})
	for _, p := range public {
		imports[p.ImportPath] = p.ImportPath
	}
	for _, p := range public {
		for _, dep := range p.Deps {
			if imports[dep] == "" {
				imports[dep] = p.ImportPath
			}
		}
	}
	return imports
}

func runtimeFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "runtime":
		return -1
	case b == "runtime":
		return 1
	}
	return 0
}

// ---- Go files ----

// source is what one Go file declares.
type source struct {
	declarations []*declaration
	directives   []directive
}

// pulls tells whether the file's functions call those of a package by directives.
func (s *source) pulls(importPath string) bool {
	return slices.ContainsFunc(s.directives, func(d directive) bool {
		return strings.HasPrefix(d.remote, importPath+".") && slices.ContainsFunc(s.declarations, func(of *declaration) bool {
			return of.name == d.local && of.kind == "func" && !of.defines
		})
	})
}

// declaration is a function, method or variable at the top level of a file.
type declaration struct {
	name      string // "makemap", "(*rtype).Align"
	kind      string
	signature string
	at        position
	defines   bool // it has a body or a value
	typed     bool // its type is written there
	source    *source
}

// position is a line of a file below GOROOT/src.
type position struct {
	file string
	line int
}

// directive is a //go:linkname or //go:linknamestd.
type directive struct {
	local, remote string // remote is "" where the directive names none
	std           bool
	at            token.Pos
	hallOfShame   []string
}

// parseFile keeps what it can of a file in the syntax of a newer Go.
func parseFile(fset *token.FileSet, path string) (*ast.File, error) {
	file, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if file == nil {
		return nil, err
	}
	return file, nil
}

func readSource(path, name string) (*source, error) {
	fset := token.NewFileSet()
	file, err := parseFile(fset, path)
	if err != nil {
		return nil, err
	}
	s := &source{}
	docs := map[string]*ast.CommentGroup{}
	declare := func(d *declaration, at ast.Node, doc *ast.CommentGroup) {
		d.source, d.at = s, position{name, fset.Position(at.Pos()).Line}
		s.declarations = append(s.declarations, d)
		docs[d.name] = doc
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if d := functionDeclaration(decl); d != nil {
				declare(d, decl.Name, decl.Doc)
			}
		case *ast.GenDecl:
			if decl.Tok != token.VAR {
				continue
			}
			for _, spec := range decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, id := range spec.Names {
					if id.Name == "_" {
						continue
					}
					doc := spec.Doc
					if doc == nil && !decl.Lparen.IsValid() {
						doc = decl.Doc
					}
					declare(variableDeclaration(spec, i), id, doc)
				}
			}
		}
	}
	s.directives = readDirectives(file, docs)
	return s, nil
}

func functionDeclaration(decl *ast.FuncDecl) *declaration {
	d := &declaration{name: decl.Name.Name, kind: "func", defines: decl.Body != nil, typed: true}
	parameters := decl.Type
	if decl.Recv == nil {
		if decl.Type.TypeParams != nil || d.name == "init" || d.name == "_" {
			return nil // outsiders have no name for it
		}
	} else {
		if len(decl.Recv.List) == 0 {
			return nil
		}
		receiver := types.ExprString(decl.Recv.List[0].Type)
		if strings.Contains(receiver, "[") {
			return nil
		}
		if strings.HasPrefix(receiver, "*") {
			receiver = "(" + receiver + ")"
		}
		d.name, d.kind = receiver+"."+d.name, "method"
		parameters = withReceiver(decl)
	}
	d.signature = types.ExprString(parameters)
	return d
}

// withReceiver is a method's type as a function that takes the receiver first, which is how it is pulled.
func withReceiver(decl *ast.FuncDecl) *ast.FuncType {
	receiver := decl.Recv.List[0]
	named := len(decl.Type.Params.List) == 0 || len(decl.Type.Params.List[0].Names) > 0
	switch {
	case named && len(receiver.Names) == 0 && len(decl.Type.Params.List) > 0:
		receiver = &ast.Field{Names: []*ast.Ident{ast.NewIdent("_")}, Type: receiver.Type}
	case !named && len(receiver.Names) > 0:
		receiver = &ast.Field{Type: receiver.Type}
	}
	parameters := &ast.FieldList{List: append([]*ast.Field{receiver}, decl.Type.Params.List...)}
	return &ast.FuncType{Params: parameters, Results: decl.Type.Results}
}

func variableDeclaration(spec *ast.ValueSpec, i int) *declaration {
	d := &declaration{name: spec.Names[i].Name, kind: "variable", defines: len(spec.Values) > 0, typed: spec.Type != nil}
	if spec.Type != nil {
		d.signature = "var " + types.ExprString(spec.Type)
	} else if len(spec.Values) == len(spec.Names) {
		d.signature = strings.TrimSpace("var " + inferredType(spec.Values[i]))
	}
	return d
}

// inferredType is the type of a value where its text has it, or "".
func inferredType(value ast.Expr) string {
	switch value := value.(type) {
	case *ast.CompositeLit:
		if value.Type != nil {
			return types.ExprString(value.Type)
		}
	case *ast.UnaryExpr:
		if of := inferredType(value.X); of != "" && value.Op == token.AND {
			return "*" + of
		}
	case *ast.FuncLit:
		return types.ExprString(value.Type)
	case *ast.BasicLit:
		return map[token.Token]string{token.INT: "int", token.FLOAT: "float64", token.IMAG: "complex128", token.CHAR: "rune", token.STRING: "string"}[value.Kind]
	case *ast.Ident:
		if value.Name == "true" || value.Name == "false" {
			return "bool"
		}
	case *ast.CallExpr:
		switch called := types.ExprString(value.Fun); {
		case called == "make":
			return types.ExprString(value.Args[0])
		case called == "new":
			return "*" + types.ExprString(value.Args[0])
		case called == "errors.New" || called == "fmt.Errorf":
			return "error"
		case called == "unsafe.Pointer" || isType(types.Universe.Lookup(called)):
			return called
		}
	}
	return ""
}

func isType(object types.Object) bool {
	_, is := object.(*types.TypeName)
	return is
}

var (
	shameList   = regexp.MustCompile(`(?s)(?:hall of shame include|using linkname(?: as well)?,\s+most notably):\n(.*)`)
	shameMember = regexp.MustCompile(`(?m)^\s*-\s+([\w.-]+/[\w./-]*\w)`)
	shameOfFile = "access these symbols using linkname"
)

// hallOfShame is the packages that comments name.
func hallOfShame(comments ...*ast.CommentGroup) (packages []string) {
	for _, comment := range comments {
		list := shameList.FindStringSubmatch(comment.Text())
		if list == nil {
			continue
		}
		for _, member := range shameMember.FindAllStringSubmatch(list[1], -1) {
			packages = append(packages, member[1])
		}
	}
	return sorted(packages)
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// readDirectives gives the directives of a file, each with those whom its own comment, its declaration's or else one for the
// whole file names.
func readDirectives(file *ast.File, docs map[string]*ast.CommentGroup) (directives []directive) {
	var ofFile []string
	for _, group := range file.Comments {
		if strings.Contains(group.Text(), shameOfFile) {
			ofFile = hallOfShame(group)
		}
		for _, comment := range group.List {
			fields := strings.Fields(comment.Text)
			if len(fields) < 2 || len(fields) > 3 || fields[0] != "//go:linkname" && fields[0] != "//go:linknamestd" {
				continue
			}
			d := directive{local: fields[1], std: fields[0] == "//go:linknamestd", at: comment.Pos(), hallOfShame: hallOfShame(group, docs[fields[1]])}
			if len(fields) == 3 {
				d.remote = fields[2]
			}
			if len(d.hallOfShame) == 0 {
				d.hallOfShame = ofFile
			}
			directives = append(directives, d)
		}
	}
	return directives
}

// ---- assembly ----

// abi is which of its two calling conventions an assembly function is written in.
type abi string

const (
	abi0        abi = "ABI0"
	abiInternal abi = "ABIInternal"
)

// assembly is what one package's assembly defines.
type assembly struct {
	functions map[string]abi
	variables []string
	positions map[string]position // of those that no macro makes
}

var assemblyDefinition = regexp.MustCompile(`^\s*(TEXT|GLOBL)\s+([^\s(<+]+)(?:\+0|<ABIInternal>)?\(SB\)`)

// readAssembly has the release's own assembler say which functions there are, after its preprocessor.
func readAssembly(ctx context.Context, release *Release, platform Platform, p *goPackage) (*assembly, error) {
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	if err := os.WriteFile(filepath.Join(work, "go_asm.h"), nil, 0o666); err != nil {
		return nil, err
	}
	symabis := filepath.Join(work, "symabis")
	args := []string{"tool", "asm", "-p", p.ImportPath, "-I", work, "-I", filepath.Join(release.Root, "pkg", "include"),
		"-D", "GOOS_" + platform.OS, "-D", "GOARCH_" + platform.Arch, "-gensymabis", "-o", symabis}
	a := &assembly{functions: map[string]abi{}, positions: map[string]position{}}
	for _, file := range p.SFiles {
		if strings.HasPrefix(file, "gcc_") {
			continue // it is for C's assembler
		}
		args = append(args, file)
		text, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return nil, err
		}
		for i, line := range compiledLines(string(text), platform) {
			if is := assemblyDefinition.FindStringSubmatch(line); is != nil {
				symbol := assemblyName(p.ImportPath, is[2])
				a.positions[symbol] = position{p.ImportPath + "/" + file, i + 1}
				if is[1] == "GLOBL" {
					a.variables = append(a.variables, symbol)
				}
			}
		}
	}
	if _, err := run(ctx, goCommand(ctx, release.tool(), p.Dir, args...), platform.environment()...); err != nil {
		return nil, fmt.Errorf("%s: %w", p.ImportPath, err)
	}
	text, err := os.ReadFile(symabis)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "def" {
			a.functions[fields[1]] = abi(fields[2])
		}
	}
	return a, nil
}

// compiledLines is the lines of an assembly file, empty where its #ifdefs leave them out.
func compiledLines(text string, platform Platform) []string {
	defined := []string{"GOOS_" + platform.OS, "GOARCH_" + platform.Arch}
	var skips []bool // of each open #ifdef
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		fields := append(strings.Fields(line), "", "")
		switch last := len(skips) - 1; {
		case fields[0] == "#ifdef" || fields[0] == "#ifndef":
			skips = append(skips, slices.Contains(defined, fields[1]) == (fields[0] == "#ifndef"))
		case fields[0] == "#else" && last >= 0:
			skips[last] = !skips[last]
		case fields[0] == "#endif" && last >= 0:
			skips = skips[:last]
		}
		if slices.Contains(skips, true) {
			lines[i] = ""
		}
	}
	return lines
}

// assemblyName is what the linker calls what assembly calls "·x" or "runtime·x".
func assemblyName(importPath, name string) string {
	name = strings.NewReplacer("·", ".", "∕", "/").Replace(name)
	if strings.HasPrefix(name, ".") {
		name = importPath + name
	}
	return name
}

// ---- symbols ----

// sources is what was read of a release so far: with and without cgo most is the same.
type sources struct {
	ctx      context.Context
	release  *Release
	platform Platform
	files    map[string]*source   // by path
	assembly map[string]*assembly // by package and files
}

func newSources(ctx context.Context, release *Release, platform Platform) *sources {
	return &sources{ctx, release, platform, map[string]*source{}, map[string]*assembly{}}
}

func (p *goPackage) sourceFiles() []string { return append(slices.Clone(p.GoFiles), p.CgoFiles...) }

func (p *goPackage) assemblyKey() string { return p.ImportPath + " " + strings.Join(p.SFiles, " ") }

// read reads what was not read yet, on all processors.
func (s *sources) read(packages []*goPackage) error {
	var (
		mu   sync.Mutex
		work []func() error
	)
	for _, p := range packages {
		if key := p.assemblyKey(); len(p.SFiles) > 0 && s.assembly[key] == nil {
			work = append(work, func() error {
				a, err := readAssembly(s.ctx, s.release, s.platform, p)
				mu.Lock()
				defer mu.Unlock()
				s.assembly[key] = a
				return err
			})
		}
		for _, name := range p.sourceFiles() {
			if path := filepath.Join(p.Dir, name); s.files[path] == nil {
				work = append(work, func() error {
					f, err := readSource(path, p.ImportPath+"/"+name)
					mu.Lock()
					defer mu.Unlock()
					s.files[path] = f
					return err
				})
			}
		}
	}
	return inParallel(s.ctx, work)
}

// inParallel does work on all processors until something fails.
func inParallel(ctx context.Context, work []func() error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		workers sync.WaitGroup
		next    atomic.Int64
	)
	for range runtime.NumCPU() {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(work) {
					return
				}
				if err := work[i](); err != nil {
					cancel(err)
				}
			}
		}()
	}
	workers.Wait()
	return context.Cause(ctx)
}

// definition is what gives a symbol its code or its memory.
type definition struct {
	in          *goPackage
	declaration *declaration // nil for assembly that Go does not declare
	standing    Standing     // Unmarked, Marked or StdOnly
	abi         abi          // of assembly functions
	assembly    bool
	at          position // of assembly
}

// weight orders definitions by which of them the linker takes.
func (d *definition) weight(symbol string) int {
	switch {
	case d.declaration == nil || d.assembly || d.declaration.defines:
		return 3
	case symbol == d.in.ImportPath+"."+d.declaration.name:
		return 2
	}
	return 1 // a variable without a value, for another package's
}

// table is all that is known of each symbol.
type table struct {
	definitions  map[string][]*definition
	declarations map[string]*declaration // without a body but with a directive, in the package whose symbol it names
	hallOfShame  map[string][]string
}

// symbols gives all symbols of the packages, by name.
func (s *sources) symbols(packages []*goPackage, rules Rules) (map[string]*Symbol, error) {
	if err := s.read(packages); err != nil {
		return nil, err
	}
	t := &table{map[string][]*definition{}, map[string]*declaration{}, map[string][]string{}}
	for _, p := range packages {
		s.define(t, p)
	}
	imports := importable(packages)
	symbols := make(map[string]*Symbol, len(t.definitions))
	for name, definitions := range t.definitions {
		symbols[name] = t.symbol(name, definitions, imports, rules)
	}
	return symbols, nil
}

// pointerWrapper is the method of a *T that the compiler makes of a T's.
var pointerWrapper = regexp.MustCompile(`\(\*(\w+)\)`)

// define enters what a package defines.
func (s *sources) define(t *table, p *goPackage) {
	var (
		directives   = map[string]directive{}
		declarations []*declaration
		standings    = map[string]Standing{} // of the package's own symbols, by a declaration without a body
		inAssembly   = map[string]abi{}
	)
	for _, name := range p.sourceFiles() {
		file := s.files[filepath.Join(p.Dir, name)]
		declarations = append(declarations, file.declarations...)
		for _, d := range file.directives {
			if d.remote == "" {
				d.remote = p.ImportPath + "." + d.local
			}
			directives[d.local] = d
			t.hallOfShame[d.remote] = append(t.hallOfShame[d.remote], d.hallOfShame...)
		}
	}
	add := func(symbol string, d *definition) {
		t.definitions[symbol] = append(t.definitions[symbol], d)
	}
	a := s.assembly[p.assemblyKey()]
	if a != nil {
		inAssembly = maps.Clone(a.functions)
		for _, symbol := range a.variables {
			add(symbol, &definition{in: p, assembly: true, at: a.positions[symbol]})
		}
	}
	for _, d := range declarations {
		symbol, standing := p.ImportPath+"."+d.name, Unmarked
		if directive, has := directives[d.name]; has {
			symbol, standing = directive.remote, Marked
			if directive.std {
				standing = StdOnly
			}
		}
		abi, isAssembly := inAssembly[symbol]
		switch {
		case isAssembly && !d.defines && d.kind == "func":
			add(symbol, &definition{p, d, standing, abi, true, d.at})
			delete(inAssembly, symbol)
		case d.defines || d.kind == "variable":
			add(symbol, &definition{in: p, declaration: d, standing: standing})
		case standing != Unmarked:
			standings[symbol] = standing
			if strings.HasPrefix(symbol, p.ImportPath+".") {
				t.declarations[symbol] = d
			}
		}
	}
	for symbol, abi := range inAssembly {
		add(symbol, &definition{in: p, abi: abi, assembly: true, at: a.positions[symbol]})
	}
	for symbol, standing := range standings {
		if of := t.definitions[pointerWrapper.ReplaceAllString(symbol, "$1")]; t.definitions[symbol] == nil && len(of) > 0 {
			add(symbol, &definition{in: p, declaration: of[0].declaration})
		}
		for _, d := range t.definitions[symbol] {
			if d.in == p {
				d.standing = standing
			}
		}
	}
}

func (t *table) symbol(name string, definitions []*definition, imports map[string]string, rules Rules) *Symbol {
	slices.SortStableFunc(definitions, func(a, b *definition) int { return b.weight(name) - a.weight(name) })
	d := definitions[0]
	symbol := &Symbol{Symbol: name, Kind: "assembly", Package: d.in.ImportPath, HallOfShame: sorted(t.hallOfShame[name])}
	for _, other := range definitions[1:] {
		// Another that is enough: the symbol's own package, or best one that is part of every program.
		enough := other.standing == d.standing || !rules.Checks
		if in := other.in.ImportPath; enough && (imports[in] == "runtime" || in == packageOf(name) && imports[symbol.Package] != "runtime") {
			symbol.Package = in
		}
	}
	if d.assembly {
		symbol.File, symbol.Line = d.at.file, d.at.line
	} else {
		symbol.Kind = d.declaration.kind
	}
	if declaration := t.declaration(name, definitions); declaration != nil {
		symbol.Signature, symbol.Local = declaration.signature, declaration.name
		symbol.File, symbol.Line = declaration.at.file, declaration.at.line
	}
	symbol.Import, symbol.Data = imports[symbol.Package], d.abi == "" && symbol.Kind != "func" && symbol.Kind != "method"
	if owner := packageOf(name); owner != d.in.ImportPath && imports[owner] == owner && d.declaration != nil && d.declaration.source.pulls(owner) {
		symbol.Import = owner // which it calls back
	}
	symbol.Standing, symbol.Links, symbol.Reason = rules.judge(name, d)
	if symbol.Import == "" {
		symbol.Links, symbol.Reason = false, "no package that an outside module can import brings it"
	}
	return symbol
}

// packageOf is the package that a symbol's name names.
func packageOf(symbol string) string {
	path := strings.LastIndexByte(symbol, '/') + 1
	name, _, _ := strings.Cut(symbol[path:], ".")
	return symbol[:path] + name
}

// declaration is the one that says most of a symbol: one made for outsiders, or else of those with a type its own package's.
func (t *table) declaration(symbol string, definitions []*definition) *declaration {
	if public := t.declarations[symbol]; public != nil {
		return public
	}
	best := definitions[0].declaration
	for _, d := range definitions {
		if d.declaration != nil && d.declaration.typed && (best == nil || !best.typed || d.in.ImportPath == packageOf(symbol)) {
			best = d.declaration
		}
	}
	return best
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
