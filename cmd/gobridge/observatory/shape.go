package observatory

import (
	"fmt"
	"go/types"
	"path"
	"slices"
)

// declared compares what modules declare with what the standard library defines, by what the machine passes.
type declared struct {
	scan    *Scan
	program *moduleProgram
	std     *checker
	sizes   types.Sizes
	typed   *typedProgram // nil without modules
}

func newDeclared(s *Scan, p *moduleProgram) *declared {
	d := &declared{scan: s, program: p, sizes: types.SizesFor("gc", s.Platform.Arch)}
	d.std = &checker{packages: map[string]*goPackage{}, checked: map[string]*types.Package{}, sizes: d.sizes}
	for name, of := range p.packages {
		if of.Standard {
			d.std.packages[name] = &of.goPackage
		}
	}
	return d
}

// compare tells how a pull's declaration differs from the definition. It is fine where nobody can tell.
func (d *declared) compare(p *modulePackage, pull *modulePull, symbol *Symbol) (verdict string, level Level, detail string) {
	own, defined := d.both(p, pull, symbol)
	if own == nil || defined == nil {
		return "", Fine, ""
	}
	verdict, level, detail = d.compareObjects(own, defined)
	if level == Fine {
		if detail := d.tooSmallWhereCalled(p, pull, defined); detail != "" {
			return pullLayout, Corrupts, detail
		}
	}
	return verdict, level, detail
}

// compareObjects compares two functions or variables.
func (d *declared) compareObjects(own, defined types.Object) (verdict string, level Level, detail string) {
	differs := fmt.Sprintf("declared %s, defined %s", d.text(own), d.text(defined))
	function, isFunction := own.(*types.Func)
	definition, is := defined.(*types.Func)
	switch {
	case is != isFunction:
		return pullSignature, Doubtful, differs // for an address, as a rule
	case !isFunction:
		if d.differ(words(own.Type(), d.sizes), words(defined.Type(), d.sizes), true) {
			return pullSignature, Doubtful, differs
		}
		return "", Fine, ""
	}
	given, taken := parameters(function), parameters(definition)
	if detail := d.tooSmall(given, taken); detail != "" {
		return pullLayout, Corrupts, detail
	}
	exact := !d.scan.Rules.RegisterABI
	if d.differ(d.wordsOf(taken), d.wordsOf(given), exact) {
		return pullSignature, Corrupts, differs
	}
	wanted, results := variables(function.Type().(*types.Signature).Results()), variables(definition.Type().(*types.Signature).Results())
	if d.differ(d.wordsOf(wanted), d.wordsOf(results), exact) {
		return pullSignature, Doubtful, differs // the result may not be used
	}
	return "", Fine, ""
}

// larger tells whether a variable is declared larger than it is defined.
func (d *declared) larger(p *modulePackage, pull *modulePull, symbol *Symbol) bool {
	own, defined := d.both(p, pull, symbol)
	return own != nil && defined != nil && d.sizes.Sizeof(own.Type()) > d.sizes.Sizeof(defined.Type())
}

// both returns a pull's declaration and the definition, or nil for what cannot be had.
func (d *declared) both(p *modulePackage, pull *modulePull, symbol *Symbol) (own, defined types.Object) {
	if symbol.Local == "" || d.std.packages[path.Dir(symbol.File)] == nil {
		return nil, nil
	}
	own, defined = d.declaration(p, pull), d.std.find(path.Dir(symbol.File), symbol.Local)
	if own == nil || defined == nil || own.Type() == nil || defined.Type() == nil {
		return nil, nil
	}
	return own, defined
}

// text is a declaration with the names of types only.
func (d *declared) text(object types.Object) string {
	short := func(p *types.Package) string { return p.Name() }
	if function, is := object.(*types.Func); is {
		signature := function.Type().(*types.Signature)
		plain := types.NewSignatureType(nil, nil, nil, types.NewTuple(parameters(function)...), signature.Results(), signature.Variadic())
		return types.TypeString(plain, short)
	}
	return "var " + types.TypeString(object.Type(), short)
}

func parameters(function *types.Func) []*types.Var {
	signature := function.Type().(*types.Signature)
	all := variables(signature.Params())
	if signature.Recv() != nil {
		all = append([]*types.Var{signature.Recv()}, all...)
	}
	return all
}

// ---- machine words ----

// wordsOf is what each register takes: "i8" for 8 bytes of a number or an address, "f4" for a float; "?" is not known.
func (d *declared) wordsOf(of []*types.Var) (all []string) {
	for _, v := range of {
		all = append(all, words(v.Type(), d.sizes)...)
	}
	return all
}

func words(t types.Type, sizes types.Sizes) (all []string) {
	address := fmt.Sprintf("i%d", sizes.Sizeof(types.Typ[types.Uintptr]))
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch info := t.Info(); {
		case t.Kind() == types.Invalid:
			return []string{"?"}
		case info&types.IsString != 0:
			return []string{address, address}
		case info&types.IsFloat != 0:
			return []string{fmt.Sprintf("f%d", sizes.Sizeof(t))}
		case info&types.IsComplex != 0:
			half := fmt.Sprintf("f%d", sizes.Sizeof(t)/2)
			return []string{half, half}
		}
		return []string{fmt.Sprintf("i%d", sizes.Sizeof(t))}
	case *types.Slice:
		return []string{address, address, address}
	case *types.Interface:
		return []string{address, address}
	case *types.Array:
		if t.Len() > 1 {
			return []string{fmt.Sprintf("%d bytes", sizes.Sizeof(t))} // on the stack
		}
		if t.Len() == 1 {
			return words(t.Elem(), sizes)
		}
		return nil
	case *types.Struct:
		for i := range t.NumFields() {
			all = append(all, words(t.Field(i).Type(), sizes)...)
		}
		return all
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return []string{address}
	}
	return []string{"?"}
}

// differ tells whether what one side needs is other than what the other side returns. Where registers carry it, more may be
// given than is needed.
func (d *declared) differ(needed, given []string, exact bool) bool {
	if slices.Contains(needed, "?") || slices.Contains(given, "?") {
		return false
	}
	if exact || len(given) > 9 {
		return !slices.Equal(needed, given)
	}
	return len(given) < len(needed) || !slices.Equal(needed, given[:len(needed)])
}

// iterators is the types of the runtime's memory that its caller provides.
var iterators = []string{"hiter", "linknameIter", "Iter"}

// iterator tells whether a parameter points to one, and how large it is.
func (d *declared) iterator(parameter *types.Var) (size int64, is bool) {
	pointer, is := parameter.Type().(*types.Pointer)
	if !is {
		return 0, false
	}
	named, is := types.Unalias(pointer.Elem()).(*types.Named)
	if !is || !slices.Contains(iterators, named.Obj().Name()) || !known(named) {
		return 0, false
	}
	return d.sizes.Sizeof(named), true
}

// tooSmall tells of an iterator that the runtime would write past the end of.
func (d *declared) tooSmall(given, taken []*types.Var) string {
	for i := 0; i < len(given) && i < len(taken); i++ {
		needs, is := d.iterator(taken[i])
		if !is {
			continue
		}
		memory, is := given[i].Type().Underlying().(*types.Pointer)
		if !is || !known(memory.Elem()) {
			continue // nobody can tell how large it is
		}
		if _, is := memory.Elem().Underlying().(*types.Basic); is {
			continue // the address of something larger
		}
		if has := d.sizes.Sizeof(memory.Elem()); has < needs {
			short := func(*types.Package) string { return "" }
			return fmt.Sprintf("%s has %d bytes, the runtime writes the %d of its %s", types.TypeString(memory, short), has, needs,
				types.TypeString(taken[i].Type().(*types.Pointer).Elem(), short))
		}
	}
	return ""
}

// tooSmallWhereCalled tells of an iterator that is too small, where the pull is declared with unsafe.Pointer.
func (d *declared) tooSmallWhereCalled(p *modulePackage, pull *modulePull, defined types.Object) string {
	function, is := defined.(*types.Func)
	if !is {
		return ""
	}
	for i, parameter := range parameters(function) {
		if _, is := d.iterator(parameter); !is {
			continue
		}
		for _, passed := range d.passed(p, pull.Local, i) {
			if detail := d.tooSmall([]*types.Var{passed}, []*types.Var{parameter}); detail != "" {
				return detail
			}
		}
	}
	return ""
}

// passed is what a package's calls of a function pass for a parameter, before it became an unsafe.Pointer.
func (d *declared) passed(p *modulePackage, function string, parameter int) []*types.Var {
	of := d.typed.checked[p.ImportPath]
	if passed := of.passed[of.types.Scope().Lookup(function)]; parameter < len(passed) {
		return passed[parameter]
	}
	return nil
}

func known(t types.Type) bool { return !slices.Contains(words(t, types.SizesFor("gc", "amd64")), "?") }

// declaration is what a package declares for a pull.
func (d *declared) declaration(p *modulePackage, pull *modulePull) types.Object {
	if of := d.typed.checked[p.ImportPath]; of != nil && of.types != nil {
		return of.types.Scope().Lookup(pull.Local)
	}
	return nil
}
