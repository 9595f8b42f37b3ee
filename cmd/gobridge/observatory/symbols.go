package observatory

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// definition is what returns a symbol its code or its memory.
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

// symbols returns all symbols of the packages, by name.
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
