package library

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// readMain adds what a main package registers itself: its calls of bridge.Func and its like whose names are constants.
func (r *reader) readMain(importPath string) error {
	pkg, err := r.check(importPath)
	if err != nil {
		return err
	}
	of := Package{Path: importPath, Name: "main", Functions: []Function{}, Types: []Type{}, Constants: []Constant{}, Variables: []Variable{}}
	docs := docsOf(r.syntax[importPath])
	of.Doc = docs.pkg
	info := r.infos[importPath]
	registers, nameless := false, false
	for _, file := range r.syntax[importPath] {
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			function := bridgeFunction(call, info)
			if function == "" {
				return true
			}
			registers = true
			name := info.Types[call.Args[0]].Value
			if name == nil || name.Kind() != constant.String {
				nameless = true
				r.leaveOut(pkg.Path(), fmt.Sprintf("bridge.%s at %s", function, r.fset.Position(call.Pos())), "its name is no constant")
				return true
			}
			r.readRegistered(&of, function, constant.StringVal(name), call, info, docs)
			return true
		})
	}
	if !registers {
		return fmt.Errorf("%s is a main package that registers nothing: it calls no bridge.Func", importPath)
	}
	for i := range of.Functions { // in another branch another function may have the name
		of.Functions[i].opaque = of.Functions[i].opaque || nameless
	}
	r.out.Packages = append(r.out.Packages, of)
	return nil
}

// bridgeFunction is the name of a function of package bridge that a call registers something with, or "".
func bridgeFunction(call *ast.CallExpr, info *types.Info) string {
	called := call.Fun
	switch of := called.(type) {
	case *ast.IndexExpr:
		called = of.X
	case *ast.IndexListExpr:
		called = of.X
	}
	selector, is := called.(*ast.SelectorExpr)
	if !is || len(call.Args) == 0 {
		return ""
	}
	object := info.Uses[selector.Sel]
	if object == nil || object.Pkg() == nil || object.Pkg().Path() != "gobridge/bridge" {
		return ""
	}
	if name := object.Name(); strings.HasPrefix(name, "Func") || name == "Object" || name == "Type" {
		return name
	}
	return ""
}

func (r *reader) readRegistered(of *Package, function, name string, call *ast.CallExpr, info *types.Info, docs docs) {
	switch {
	case function == "Type":
		of.Types = append(of.Types, Type{Name: name[strings.LastIndex(name, ".")+1:], Type: name, Kind: "", Fields: []Field{}, Methods: []Function{}})
	case function == "Object":
		t := info.Types[call.Args[1]].Type
		methods := types.NewMethodSet(t)
		for i := 0; i < methods.Len(); i++ {
			if method := methods.At(i).Obj(); method.Exported() {
				r.enterRegistered(of, name+"."+method.Name(), docs.of[method.Pos()].text, method.Type().(*types.Signature), true)
			}
		}
	default:
		signature, is := info.Types[call.Args[1]].Type.Underlying().(*types.Signature)
		if !is {
			r.leaveOut(of.Path, name, "it is no function")
			return
		}
		doc := ""
		if function, is := call.Args[1].(*ast.Ident); is && info.Uses[function] != nil {
			doc = docs.of[info.Uses[function].Pos()].text
		}
		r.enterRegistered(of, name, doc, signature, !isDeclared(call.Args[1], info))
	}
}

// isDeclared tells whether an expression is a function literal, or names a function or method that is declared as it stands: what
// else gives a function may be any of its type.
func isDeclared(e ast.Expr, info *types.Info) bool {
	switch e := e.(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		return isPlain(info.Uses[e])
	case *ast.SelectorExpr:
		return isPlain(info.Uses[e.Sel])
	}
	return false
}

// isPlain tells whether an object is a function or method that depends on no type's arguments.
func isPlain(object types.Object) bool {
	function, is := object.(*types.Func)
	return is && function.Origin() == function && function.Type().(*types.Signature).TypeParams().Len() == 0
}

func (r *reader) enterRegistered(of *Package, name, doc string, signature *types.Signature, opaque bool) {
	c := r.library + "_" + strings.Trim(notOfIdentifiers.ReplaceAllString(name, "_"), "_")
	f := Function{Name: name[strings.LastIndex(name, ".")+1:], Registered: name, C: c, Doc: doc, opaque: opaque}
	if r.keep(of.Name, name) && r.describe(of, &f, signature) {
		of.Functions = append(of.Functions, f)
	}
}
