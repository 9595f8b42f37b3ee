package observatory

import (
	"bytes"
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
	Name           string
	Standard       bool
	IgnoredGoFiles []string
	Imports        []string
	Module         *struct{ Path, Version string }
	Error          *struct{ Err string }
}

// modulePull is a place where a package pulls a symbol.
type modulePull struct {
	Symbol     string
	File       string // its path
	Line       int
	Local      string // the declaration, or "" in assembly
	Referenced bool   // so the linker checks it
	Reachable  bool   // from what other packages or the program's start can call, so the linker needs it
	Elsewhere  bool   // its file is for other platforms
	Data       bool   // it is a variable
	Push       bool   // it defines the symbol itself, which only one package can
}

// sourceCache keeps what was read of modules: most files are the same for all releases.
type sourceCache struct {
	mu    sync.Mutex
	fset  *token.FileSet
	texts map[string][]byte
	files map[string]*ast.File
}

func newSourceCache() *sourceCache {
	return &sourceCache{fset: token.NewFileSet(), texts: map[string][]byte{}, files: map[string]*ast.File{}}
}

func (c *sourceCache) text(path string) ([]byte, error) {
	c.mu.Lock()
	text, is := c.texts[path]
	c.mu.Unlock()
	if is {
		return text, nil
	}
	text, err := os.ReadFile(path)
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.texts[path] = text
	}
	return text, err
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

func (c *sourceCache) contains(path, text string) bool {
	content, err := c.text(path)
	return err == nil && bytes.Contains(content, []byte(text))
}

// moduleProgram is the packages of one program, as one release sees them.
type moduleProgram struct {
	cache    *sourceCache
	packages map[string]*modulePackage
	platform Platform
	builds   func(dir, file string) bool // on some platform, with this release
}

// pulls is what a package pulls from the standard library.
func (p *moduleProgram) pulls(of *modulePackage) (pulls []*modulePull, err error) {
	var files, ignored []string
	marked := false
	for _, name := range of.sourceFiles() {
		files = append(files, filepath.Join(of.Dir, name))
		marked = marked || p.cache.contains(filepath.Join(of.Dir, name), "//go:linkname ")
	}
	if marked {
		if pulls, err = p.goPulls(of, files); err != nil {
			return nil, err
		}
	}
	for _, name := range of.SFiles {
		in, err := p.assemblyPulls(of, filepath.Join(of.Dir, name))
		if err != nil {
			return nil, err
		}
		pulls = append(pulls, in...)
	}
	for _, name := range of.IgnoredGoFiles {
		path := filepath.Join(of.Dir, name)
		if !strings.HasSuffix(name, "_test.go") && p.cache.contains(path, "//go:linkname ") && p.builds(of.Dir, name) {
			ignored = append(ignored, path)
		}
	}
	if len(ignored) > 0 {
		elsewhere, err := p.goPulls(of, ignored)
		if err != nil {
			return nil, err
		}
		for _, pull := range elsewhere {
			pull.Elsewhere = true
			pulls = append(pulls, pull)
		}
	}
	return slices.DeleteFunc(pulls, func(pull *modulePull) bool { return !p.isStandard(pull.Symbol, of.ImportPath) }), nil
}

// isStandard tells whether a symbol's name is one of the standard library's, which has no domain before its packages. The
// rest is C's, or another module's.
func (p *moduleProgram) isStandard(symbol, within string) bool {
	owner := packageOf(symbol)
	first, _, _ := strings.Cut(owner, "/")
	if owner == symbol {
		return true // judged by whether the standard library has it
	}
	if owner == within || owner == "main" || strings.Contains(first, ".") {
		return false
	}
	of := p.packages[owner]
	return of == nil || of.Standard
}

// goPulls is what directives pull: for functions without a body and variables without a value.
func (p *moduleProgram) goPulls(of *modulePackage, files []string) (pulls []*modulePull, err error) {
	g := &mentionGraph{mentions: map[string]map[string]bool{}, roots: map[string]bool{}, bodyless: map[string]string{}, functions: map[string]bool{}}
	type found struct {
		directive
		path string
	}
	var directives []found
	for _, path := range files {
		file, err := p.cache.file(path)
		if err != nil {
			return nil, err
		}
		g.add(file)
		for _, d := range readDirectives(file, nil) {
			directives = append(directives, found{d, path})
		}
	}
	for _, d := range directives {
		if _, is := g.bodyless[d.local]; !is {
			g.roots[d.local] = true // which others pull
		}
	}
	for _, name := range of.SFiles {
		text, err := p.cache.text(filepath.Join(of.Dir, name))
		if err != nil {
			return nil, err
		}
		for _, local := range localReference.FindAllSubmatch(text, -1) {
			g.roots[string(local[1])] = true
		}
	}
	reachable := g.reachable()
	for _, d := range directives {
		kind, is := g.bodyless[d.local]
		if d.remote == "" || !is && !g.functions[d.local] {
			continue
		}
		pull := &modulePull{Symbol: d.remote, File: d.path, Line: p.cache.fset.Position(d.at).Line, Local: d.local,
			Referenced: g.mentioned(d.local), Reachable: reachable[d.local], Data: kind == "variable", Push: !is}
		switch {
		case ast.IsExported(d.local) && p.usedElsewhere(of, d.local):
			pull.Referenced, pull.Reachable = true, true
		case ast.IsExported(d.local):
			pull.Reachable = pull.Referenced
		case pull.Data:
			pull.Referenced = true // its memory is part of the package
		}
		pulls = append(pulls, pull)
	}
	return pulls, nil
}

// usedElsewhere tells whether other packages use what a package exports: any may, but of an internal one only the module's.
func (p *moduleProgram) usedElsewhere(of *modulePackage, name string) bool {
	if !slices.Contains(strings.Split(of.ImportPath, "/"), "internal") {
		return true
	}
	for _, other := range p.packages {
		if !other.Standard && slices.Contains(other.Imports, of.ImportPath) && slices.ContainsFunc(other.sourceFiles(), func(file string) bool {
			return p.cache.contains(filepath.Join(other.Dir, file), "."+name)
		}) {
			return true
		}
	}
	return false
}

// ---- assembly ----

var (
	localReference   = regexp.MustCompile(`(?:^|[\s,$])·([\pL_][\pL\d_]*)`)
	symbolReference  = regexp.MustCompile(`([^\s,;()+<>$*]+)(?:<ABIInternal>)?(?:\+\d+)?\(SB\)`)
	definesSymbol    = regexp.MustCompile(`^\s*(?:TEXT|GLOBL|DATA)\s`)
	assemblyComments = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
)

// assemblyPulls is what an assembly file refers to outside its package.
func (p *moduleProgram) assemblyPulls(of *modulePackage, path string) (pulls []*modulePull, err error) {
	text, err := p.cache.text(path)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(filepath.Base(path), "gcc_") {
		return nil, nil // it is for C's assembler
	}
	code := assemblyComments.ReplaceAllStringFunc(string(text), func(comment string) string {
		return strings.Repeat("\n", strings.Count(comment, "\n"))
	})
	for i, line := range compiledLines(code, p.platform) {
		references := symbolReference.FindAllStringSubmatch(line, -1)
		if len(references) > 0 && definesSymbol.MatchString(line) {
			references = references[1:]
		}
		for _, reference := range references {
			symbol := assemblyName(of.ImportPath, reference[1])
			if !strings.HasPrefix(symbol, of.ImportPath+".") && !slices.ContainsFunc(pulls, func(known *modulePull) bool { return known.Symbol == symbol }) {
				pulls = append(pulls, &modulePull{Symbol: symbol, File: path, Line: i + 1, Referenced: true, Reachable: true})
			}
		}
	}
	return pulls, nil
}
