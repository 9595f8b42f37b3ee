package observatory

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// knows tells whether the compiler reads a type of the standard library before it reads a pull of a method. It reads what
// package variables begin with, and then declarations in the order of the files, each with all types that it is made of,
// without bodies. What it has read by then it refers to by number, and the linker checks names alone.
func (p *typedPackage) knows(importPath, name string, pull types.Object) bool {
	seen := map[types.Type]bool{}
	for _, object := range p.initial {
		if leadsTo(object.Type(), importPath, name, seen) {
			return true
		}
	}
	for _, object := range p.order {
		if leadsTo(object.Type(), importPath, name, seen) {
			return true
		}
		if object == pull {
			break
		}
	}
	return false
}

// enterOrder enters what a file declares.
func (p *typedPackage) enterOrder(file *ast.File, info *types.Info) {
	enter := func(name *ast.Ident) {
		if object := info.Defs[name]; object != nil {
			p.order = append(p.order, object)
		}
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			enter(decl.Name)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					enter(spec.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						enter(name)
					}
					if decl.Tok == token.VAR {
						p.enterInitial(spec, info)
					}
				}
			}
		}
	}
}

// enterInitial enters variables that have values, and what these mention.
func (p *typedPackage) enterInitial(spec *ast.ValueSpec, info *types.Info) {
	if len(spec.Values) == 0 {
		return
	}
	for _, name := range spec.Names {
		if object := info.Defs[name]; object != nil {
			p.initial = append(p.initial, object)
		}
	}
	for _, value := range spec.Values {
		ast.Inspect(value, func(n ast.Node) bool {
			if name, is := n.(*ast.Ident); is && info.Uses[name] != nil {
				p.initial = append(p.initial, info.Uses[name])
			}
			_, isFunction := n.(*ast.FuncLit)
			return !isFunction
		})
	}
}

// leadsTo tells whether a type is made of a named one, by fields, elements, parameters and methods.
func leadsTo(t types.Type, importPath, name string, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	tuple := func(of *types.Tuple) bool {
		return slices.ContainsFunc(variables(of), func(v *types.Var) bool { return leadsTo(v.Type(), importPath, name, seen) })
	}
	switch t := t.(type) {
	case *types.Alias:
		return leadsTo(types.Unalias(t), importPath, name, seen)
	case *types.Named:
		if object := t.Obj(); object.Pkg() != nil && object.Pkg().Path() == importPath && object.Name() == name {
			return true
		}
		for i := range t.NumMethods() {
			if leadsTo(t.Method(i).Type(), importPath, name, seen) {
				return true
			}
		}
		return leadsTo(t.Underlying(), importPath, name, seen)
	case *types.Pointer:
		return leadsTo(t.Elem(), importPath, name, seen)
	case *types.Slice:
		return leadsTo(t.Elem(), importPath, name, seen)
	case *types.Array:
		return leadsTo(t.Elem(), importPath, name, seen)
	case *types.Chan:
		return leadsTo(t.Elem(), importPath, name, seen)
	case *types.Map:
		return leadsTo(t.Key(), importPath, name, seen) || leadsTo(t.Elem(), importPath, name, seen)
	case *types.Signature:
		return tuple(t.Params()) || tuple(t.Results())
	case *types.Struct:
		for i := range t.NumFields() {
			if leadsTo(t.Field(i).Type(), importPath, name, seen) {
				return true
			}
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			if leadsTo(t.Method(i).Type(), importPath, name, seen) {
				return true
			}
		}
	}
	return false
}
