package observatory

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Layout is what a symbol's declaration means to the machine and to an outside module.
type Layout struct {
	Parameters, Results []Part
	Go                  string          // the declaration with types that an outside module can write
	Uses                map[string]bool // the packages whose types that names
}

// Part is a parameter or a result; a variable is one parameter.
type Part struct {
	Name   string
	Words  string // what is passed or stored, without the names of types that outsiders do not have
	Behind string // the memory that a pointer or slice leads to
}

// readLayouts type-checks the declarations of the symbols that are listed, function bodies aside.
func readLayouts(ctx context.Context, release *Release, s *Scan) (map[string]Layout, error) {
	return cached("layouts", release, s.Platform, func() (map[string]Layout, error) {
		packages, err := listPackages(ctx, release, s.Platform)
		if err != nil {
			return nil, err
		}
		c := &checker{packages: map[string]*goPackage{}, checked: map[string]*types.Package{}, imports: importable(packages),
			sizes: types.SizesFor("gc", s.Platform.Arch)}
		for _, p := range packages {
			c.packages[p.ImportPath] = p
		}
		layouts := map[string]Layout{}
		for name, symbol := range s.Symbols {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if symbol.Standing != Unmarked && symbol.Local != "" {
				if object := c.find(path.Dir(symbol.File), symbol.Local); object != nil && object.Type() != nil {
					layouts[name] = c.layout(object)
				}
			}
		}
		return layouts, nil
	})
}

// checker type-checks packages of one release as they are asked for.
type checker struct {
	packages map[string]*goPackage
	checked  map[string]*types.Package
	imports  map[string]string // as importable gives them
	sizes    types.Sizes
}

// Import makes a checker a types.Importer. It returns what it can of a package in a newer Go.
func (c *checker) Import(importPath string) (*types.Package, error) {
	if importPath == "unsafe" {
		return types.Unsafe, nil
	}
	p := c.packages[importPath]
	if p == nil {
		return nil, fmt.Errorf("there is no package %s", importPath)
	}
	if known := c.checked[p.ImportPath]; known != nil {
		return known, nil
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.sourceFiles() {
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if file == nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{IgnoreFuncBodies: true, FakeImportC: true, Importer: importerOf{c, p.Standard}, Sizes: c.sizes, Error: func(error) {}}
	checked, _ := config.Check(p.ImportPath, fset, files, nil)
	c.checked[p.ImportPath] = checked
	return checked, nil
}

// importerOf is a checker for one package: the standard library imports its own copies of other modules' packages.
type importerOf struct {
	*checker
	standard bool
}

func (i importerOf) Import(importPath string) (*types.Package, error) {
	if copied := "vendor/" + importPath; i.standard && i.packages[copied] != nil {
		importPath = copied
	}
	return i.checker.Import(importPath)
}

// find returns a function, method or variable by its name in a declaration: "makemap", "(*rtype).Align".
func (c *checker) find(importPath, name string) types.Object {
	p, err := c.Import(importPath)
	if err != nil {
		return nil
	}
	receiver, method, isMethod := strings.Cut(name, ".")
	if !isMethod {
		return p.Scope().Lookup(name)
	}
	of := p.Scope().Lookup(strings.Trim(receiver, "(*)"))
	if of == nil {
		return nil
	}
	object, _, _ := types.LookupFieldOrMethod(of.Type(), true, p, method)
	return receivedBy(receiverNamed(receiver, of), object)
}

func (c *checker) layout(object types.Object) Layout {
	uses := map[string]bool{}
	function, is := object.(*types.Func)
	if !is {
		return Layout{Parameters: c.parts(object.(*types.Var)), Go: "var " + c.text(object.Type(), uses, nil), Uses: uses}
	}
	signature := function.Type().(*types.Signature)
	parameters, results := variables(signature.Params()), variables(signature.Results())
	if signature.Recv() != nil {
		parameters = append([]*types.Var{signature.Recv()}, parameters...)
	}
	text := "func" + c.signature(parameters, results, signature.Variadic(), uses, nil)
	return Layout{c.parts(parameters...), c.parts(results...), text, uses}
}

func variables(tuple *types.Tuple) (all []*types.Var) {
	for i := range tuple.Len() {
		all = append(all, tuple.At(i))
	}
	return all
}

func (c *checker) parts(variables ...*types.Var) (parts []Part) {
	for _, v := range variables {
		parts = append(parts, Part{v.Name(), c.memory(v.Type()), c.behind(v.Type())})
	}
	return parts
}

// ---- memory ----

// memory is how a type lies in memory: "int", "{uintptr@0 uint8@8} 16 bytes". Types that lie alike give the same.
func (c *checker) memory(t types.Type) string {
	words := c.words(nil, t, 0)
	if len(words) == 1 && strings.HasSuffix(words[0], "@0") {
		return strings.TrimSuffix(words[0], "@0")
	}
	return fmt.Sprintf("{%s} %d bytes", strings.Join(words, " "), c.sizes.Sizeof(t))
}

// behind is the memory that a pointer or a slice leads to, or "".
func (c *checker) behind(t types.Type) string {
	switch t := t.Underlying().(type) {
	case *types.Pointer:
		return c.memory(t.Elem())
	case *types.Slice:
		return c.memory(t.Elem())
	}
	return ""
}

func (c *checker) words(words []string, t types.Type, offset int64) []string {
	word := func(kind string) []string { return append(words, fmt.Sprintf("%s@%d", kind, offset)) }
	if name, can := c.nameOf(t, map[string]bool{}); can {
		return word(name) // outsiders use the type itself, whatever it is made of
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return word("pointer")
		}
		return word(t.Name())
	case *types.Slice:
		return word("slice")
	case *types.Interface:
		if t.Empty() {
			return word("any")
		}
		return word("interface")
	case *types.Array:
		if t.Len() > 8 {
			return word(fmt.Sprintf("[%d]%s", t.Len(), c.memory(t.Elem())))
		}
		for i := range t.Len() {
			words = c.words(words, t.Elem(), offset+i*c.sizes.Sizeof(t.Elem()))
		}
		return words
	case *types.Struct:
		var fields []*types.Var
		for i := range t.NumFields() {
			fields = append(fields, t.Field(i))
		}
		for i, at := range c.sizes.Offsetsof(fields) {
			words = c.words(words, fields[i].Type(), offset+at)
		}
		return words
	}
	return word("pointer") // also maps, channels and functions
}

// ---- Go text ----

// text is a type as an outside module can write it: with the exported types of packages that it can import, with
// unsafe.Pointer for pointers to any others, and otherwise by what a type is made of.
func (c *checker) text(t types.Type, uses map[string]bool, within []types.Type) string {
	if name, can := c.nameOf(t, uses); can {
		return name
	}
	if slices.ContainsFunc(within, func(outer types.Type) bool { return types.Identical(outer, t) }) {
		return c.pointer(uses)
	}
	within = append(slices.Clone(within), t)
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer || t.Kind() == types.Invalid {
			return c.pointer(uses)
		}
		return t.Name()
	case *types.Pointer:
		if text := c.text(t.Elem(), map[string]bool{}, within); !strings.Contains(text, "struct{") && !strings.Contains(text, "unsafe.") {
			return "*" + c.text(t.Elem(), uses, within)
		}
		return c.pointer(uses)
	case *types.Slice:
		return "[]" + c.text(t.Elem(), uses, within)
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), c.text(t.Elem(), uses, within))
	case *types.Map:
		return "map[" + c.text(t.Key(), uses, within) + "]" + c.text(t.Elem(), uses, within)
	case *types.Chan:
		return map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()] + c.text(t.Elem(), uses, within)
	case *types.Signature:
		return "func" + c.signature(variables(t.Params()), variables(t.Results()), t.Variadic(), uses, within)
	case *types.Interface:
		if t.Empty() {
			return "any"
		}
		return "struct{ itab, data " + c.pointer(uses) + " }"
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			fields = append(fields, fmt.Sprintf("f%d %s", i, c.text(t.Field(i).Type(), uses, within)))
		}
		return "struct{ " + strings.Join(fields, "; ") + " }"
	}
	return c.pointer(uses)
}

func (c *checker) pointer(uses map[string]bool) string {
	uses["unsafe"] = true
	return "unsafe.Pointer"
}

// nameOf is the name of a type where an outside module has it.
func (c *checker) nameOf(t types.Type, uses map[string]bool) (string, bool) {
	var object *types.TypeName
	switch t := t.(type) {
	case *types.Named:
		if t.TypeArgs().Len() > 0 {
			return "", false
		}
		object = t.Obj()
	case *types.Alias:
		if c.exported(t.Obj()) {
			object = t.Obj()
		} else {
			return c.nameOf(types.Unalias(t), uses)
		}
	default:
		return "", false
	}
	if object.Pkg() == nil {
		return object.Name(), true
	}
	if c.exported(object) {
		uses[object.Pkg().Path()] = true
		return object.Pkg().Name() + "." + object.Name(), true
	}
	return "", false
}

func (c *checker) exported(object *types.TypeName) bool {
	if object.Pkg() == nil {
		return true
	}
	importPath := object.Pkg().Path()
	return object.Exported() && c.imports[importPath] == importPath
}

func (c *checker) signature(parameters, results []*types.Var, variadic bool, uses map[string]bool, within []types.Type) string {
	var lists [2][]string
	for i, of := range [][]*types.Var{parameters, results} {
		for j, v := range of {
			text := c.text(v.Type(), uses, within)
			if i == 0 && variadic && j == len(of)-1 {
				text = "..." + strings.TrimPrefix(text, "[]")
			}
			if i == 0 {
				text = strings.TrimSpace(cmp.Or(v.Name(), "_") + " " + text)
			}
			lists[i] = append(lists[i], text)
		}
	}
	text := "(" + strings.Join(lists[0], ", ") + ")"
	switch len(lists[1]) {
	case 0:
		return text
	case 1:
		return text + " " + lists[1][0]
	}
	return text + " (" + strings.Join(lists[1], ", ") + ")"
}
