package observatory

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// modulePackage is a package as the go command lists it for a module.
type modulePackage struct {
	goPackage
	Name             string
	DepOnly          bool     // no pattern names it
	ForTest          string   // the package that it is a variant of or a program for, with tests
	CFiles, CXXFiles []string // which may define functions for Go
	IgnoredGoFiles   []string
	Imports          []string
	ImportMap        map[string]string // where imports lead to another package than they name
	Module           *listedModule
	Error            *struct{ Pos, Err string }
}

// onlyTests tells whether there is nothing in it to build.
func (p *modulePackage) onlyTests() bool {
	return len(p.GoFiles)+len(p.CgoFiles)+len(p.IgnoredGoFiles) == 0
}

type listedModule struct {
	Path, Version, GoVersion string
	Main                     bool
	Replace                  *listedModule
}

// listedFields is what the go command is asked for of each package.
const listedFields = "Dir,ImportPath,Name,Standard,DepOnly,ForTest,GoFiles,CgoFiles,SFiles,CFiles,CXXFiles,IgnoredGoFiles,Imports,ImportMap,Deps,Module,Error"

// modulePull is a place where a package pulls a symbol.
type modulePull struct {
	Symbol     string
	File       string // its path
	Line       int
	Local      string // the declaration, or "" in assembly
	Referenced bool   // so the linker checks it
	Reachable  bool   // from what other packages or the program's start can call, so the linker needs it
	Within     string // the symbol in assembly that refers to it
	Elsewhere  bool   // its file is for other platforms
	Data       bool   // it is a variable
	Push       bool   // it defines the symbol itself, which only one package can
}

// sourceCache keeps what was read of modules: most files are the same for all releases.
type sourceCache struct {
	mu    sync.Mutex
	fset  *token.FileSet
	pulls map[string]bool // whether a file has a directive
	files map[string]*ast.File

	digests digests
	large   sync.Mutex // one large program is type-checked at a time
}

func newSourceCache() *sourceCache {
	return &sourceCache{fset: token.NewFileSet(), pulls: map[string]bool{}, files: map[string]*ast.File{}, digests: digests{known: map[string][sha256.Size]byte{}}}
}

func (c *sourceCache) file(path string) (*ast.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if file := c.files[path]; file != nil {
		return file, nil
	}
	file, err := parseFile(c.fset, path)
	if err == nil {
		c.files[path] = file
	}
	return file, err
}

// hasDirectives tells whether a file has a //go:linkname that names a symbol. Its text is not kept: few have.
func (c *sourceCache) hasDirectives(path string) bool {
	c.mu.Lock()
	has, is := c.pulls[path]
	c.mu.Unlock()
	if !is {
		text, err := os.ReadFile(path)
		has = err == nil && bytes.Contains(text, []byte("//go:linkname "))
		c.mu.Lock()
		defer c.mu.Unlock()
		c.pulls[path] = has
	}
	return has
}

// moduleProgram is the packages of one program, as one release sees them.
type moduleProgram struct {
	cache    *sourceCache
	packages map[string]*modulePackage
	platform Platform
	builds   func(dir, file string) bool // on some platform, with this release
}

// pulls is what a package pulls.
func (p *moduleProgram) pulls(of *modulePackage) (pulls []*modulePull, err error) {
	var files, ignored []string
	for _, name := range of.sourceFiles() {
		if p.cache.hasDirectives(of.path(name)) {
			files = append(files, of.path(name))
		}
	}
	if len(files) > 0 {
		// What a directive names may be declared in another file.
		if pulls, err = p.goPulls(files, of.paths()); err != nil {
			return nil, err
		}
	}
	for _, name := range of.SFiles {
		in, err := p.assemblyPulls(of, of.path(name))
		if err != nil {
			return nil, err
		}
		pulls = append(pulls, in...)
	}
	for _, name := range of.IgnoredGoFiles {
		if !strings.HasSuffix(name, "_test.go") && p.cache.hasDirectives(of.path(name)) && p.builds(of.Dir, name) {
			ignored = append(ignored, of.path(name))
		}
	}
	elsewhere, err := p.goPulls(ignored, append(ignored, of.paths()...))
	if err != nil {
		return nil, err
	}
	for _, pull := range elsewhere {
		pull.Elsewhere = true
		pulls = append(pulls, pull)
	}
	return slices.DeleteFunc(pulls, func(pull *modulePull) bool { return packageOf(pull.Symbol) == "main" }), nil
}

// chain is the shortest way by imports from a goal to a package: "a -> b -> c"; "" for a goal.
func (p *moduleProgram) chain(goals map[string]bool, to string) string {
	before := map[string]string{}
	var open []string
	for name, is := range goals {
		if is {
			open, before[name] = append(open, name), ""
		}
	}
	slices.Sort(open) // so that of several shortest ways it is always the same
	for len(open) > 0 && !goals[to] {
		from := open[0]
		open = open[1:]
		if from == to {
			way := to
			for from = before[to]; from != ""; from = before[from] {
				way = from + " -> " + way
			}
			return way
		}
		of := p.packages[from]
		if of == nil {
			continue
		}
		for _, path := range of.Imports {
			path = cmp.Or(of.ImportMap[path], path)
			if _, known := before[path]; !known {
				open, before[path] = append(open, path), from
			}
		}
	}
	return ""
}

// paths is where a package's Go files lie.
func (p *modulePackage) paths() (paths []string) {
	for _, name := range p.sourceFiles() {
		paths = append(paths, p.path(name))
	}
	return paths
}

// isStandard tells whether a symbol's name is one of the standard library's, which has no domain before its packages.
func (p *moduleProgram) isStandard(symbol string) bool {
	owner := packageOf(symbol)
	first, _, _ := strings.Cut(owner, "/")
	if of := p.packages[owner]; of != nil {
		return of.Standard
	}
	return !strings.Contains(first, ".")
}

// goPulls is what directives in some files pull: for functions without a body and variables without a value.
func (p *moduleProgram) goPulls(files, declaring []string) (pulls []*modulePull, err error) {
	declared := map[string]*declaration{}
	for _, path := range declaring {
		if len(files) == 0 {
			break
		}
		file, err := p.cache.file(path)
		if err != nil {
			return nil, err
		}
		eachDeclaration(file, func(d *declaration, _ *ast.Ident, _ *ast.CommentGroup) {
			if known := declared[d.name]; known == nil || slices.Contains(files, path) {
				declared[d.name] = d
			}
		})
	}
	for _, path := range files {
		file, err := p.cache.file(path)
		if err != nil {
			return nil, err
		}
		for _, d := range readDirectives(file, nil) {
			of := declared[d.local]
			if d.remote == "" || of == nil || of.kind == "variable" && of.defines {
				continue
			}
			pulls = append(pulls, &modulePull{Symbol: d.remote, File: path, Line: p.cache.fset.Position(d.at).Line, Local: d.local,
				Data: of.kind == "variable", Push: of.defines})
		}
	}
	return pulls, nil
}

// ---- assembly ----

var (
	symbolReference    = regexp.MustCompile(symbolInAssembly)
	assemblyDefinition = regexp.MustCompile(`^\s*(TEXT|GLOBL|DATA)\s+` + symbolInAssembly)
	assemblyComments   = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
)

// symbolInAssembly is a name, which convention or file it is of, and an offset.
const symbolInAssembly = `([^\s,;()+<>$*]+)(<>|<ABIInternal>)?(?:\+(?:\w+|\([^)]*\)))?\(SB\)`

// assemblyLine is a line of assembly that defines a symbol or refers to some. Those of one file alone end with "<>" and its path.
type assemblyLine struct {
	number     int
	kind       string // TEXT, GLOBL or DATA, which define what follows; else ""
	within     string // what this line or one before defines; "" before the first
	references []string
}

// assemblyLines reads an assembly file of a package.
func (p *moduleProgram) assemblyLines(of *modulePackage, path string) (lines []assemblyLine, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(filepath.Base(path), "gcc_") {
		return nil, nil // it is for C's assembler
	}
	symbol := func(name, abi string) string {
		if name = assemblyName(of.symbolPath(), name); abi == "<>" {
			name += abi + path
		}
		return name
	}
	code := assemblyComments.ReplaceAllStringFunc(string(text), func(comment string) string {
		return strings.Repeat("\n", strings.Count(comment, "\n"))
	})
	within := ""
	for i, line := range compiledLines(code, p.platform) {
		at := assemblyLine{number: i + 1}
		references := symbolReference.FindAllStringSubmatch(line, -1)
		if defined := assemblyDefinition.FindStringSubmatch(line); defined != nil {
			at.kind, within, references = defined[1], symbol(defined[2], defined[3]), references[1:]
		}
		at.within = within
		for _, reference := range references {
			at.references = append(at.references, symbol(reference[1], reference[2]))
		}
		if at.kind != "" || len(at.references) > 0 {
			lines = append(lines, at)
		}
	}
	return lines, nil
}

// assemblyPulls is what an assembly file refers to outside its package.
func (p *moduleProgram) assemblyPulls(of *modulePackage, path string) (pulls []*modulePull, err error) {
	lines, err := p.assemblyLines(of, path)
	for _, line := range lines {
		for _, symbol := range line.references {
			if !strings.HasPrefix(symbol, of.symbolPath()+".") && !strings.Contains(symbol, "<>") && !slices.ContainsFunc(pulls, func(known *modulePull) bool { return known.Symbol == symbol && known.Within == line.within }) {
				pulls = append(pulls, &modulePull{Symbol: symbol, File: path, Line: line.number, Within: line.within})
			}
		}
	}
	return pulls, err
}
