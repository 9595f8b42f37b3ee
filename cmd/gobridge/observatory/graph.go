package observatory

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// declarationGraph is which declarations of a package mention which objects: functions, variables and types of any package.
type declarationGraph struct {
	mentions map[types.Object][]types.Object
	starts   []types.Object // what the program's start runs: init functions, and variables whose value is computed
	exported []types.Object // to C
	called   map[string]bool
}

func newDeclarationGraph() declarationGraph {
	return declarationGraph{mentions: map[types.Object][]types.Object{}, called: map[string]bool{}}
}

// add enters a file's declarations.
func (g *declarationGraph) add(file *ast.File, info *types.Info) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			object := info.Defs[decl.Name]
			if object == nil {
				continue
			}
			g.enter(object, info, decl)
			if decl.Recv == nil && (decl.Name.Name == "init" || decl.Name.Name == "_") {
				g.starts = append(g.starts, object)
			}
			if exportedToC(decl.Doc) {
				g.exported = append(g.exported, object)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				g.addSpec(spec, decl.Tok, info)
			}
		}
	}
}

func (g *declarationGraph) addSpec(spec ast.Spec, kind token.Token, info *types.Info) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			object := info.Defs[name]
			if object == nil || kind != token.VAR {
				continue
			}
			g.enter(object, info, spec)
			if slices.ContainsFunc(spec.Values, func(value ast.Expr) bool { return isComputed(value, info) }) {
				g.starts = append(g.starts, object)
			}
		}
	case *ast.TypeSpec:
		if object := info.Defs[spec.Name]; object != nil {
			g.enter(object, info, spec.Type)
		}
	}
}

// isComputed tells whether the program's start computes a value: it calls something, or makes a map.
func isComputed(value ast.Expr, info *types.Info) (is bool) {
	ast.Inspect(value, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			is = is || !isConversion(n.Fun, info)
		case *ast.UnaryExpr:
			is = is || n.Op == token.ARROW
		case *ast.CompositeLit:
			_, isMap := n.Type.(*ast.MapType)
			is = is || isMap
		case *ast.BinaryExpr, *ast.IndexExpr:
			is = is || !isConstantValue(value, info)
		}
		return !is
	})
	return is
}

// isConstantValue tells whether an expression is made of constants alone.
func isConstantValue(value ast.Expr, info *types.Info) bool {
	is := true
	ast.Inspect(value, func(n ast.Node) bool {
		if name, isName := n.(*ast.Ident); isName {
			_, isConstant := info.Uses[name].(*types.Const)
			is = is && isConstant
		}
		return is
	})
	return is
}

// enter enters what a declaration mentions where the compiler does not drop it.
func (g *declarationGraph) enter(object types.Object, info *types.Info, node ast.Node) {
	known := map[types.Object]bool{}
	var visit func(ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			holds, is := truth(n.Cond, info)
			if !is {
				return true
			}
			if n.Init != nil {
				ast.Inspect(n.Init, visit)
			}
			if holds {
				ast.Inspect(n.Body, visit)
			} else if n.Else != nil {
				ast.Inspect(n.Else, visit)
			}
			return false
		case *ast.Ident:
			if used := g.global(info.Uses[n]); used != nil && !known[used] {
				known[used] = true
				g.mentions[object] = append(g.mentions[object], used)
			}
		}
		return true
	}
	ast.Inspect(node, visit)
	if _, is := g.mentions[object]; !is {
		g.mentions[object] = nil
	}
}

// global is a function, or a variable or type of a package's scope, without type arguments; nil for what is none.
func (g *declarationGraph) global(object types.Object) types.Object {
	switch of := object.(type) {
	case *types.Func:
		if receiver := signatureOf(of).Recv(); receiver != nil && types.IsInterface(receiver.Type()) {
			g.called[of.Name()] = true
			return nil
		}
		return of.Origin()
	case *types.Var:
		if of.Pkg() != nil && of.Parent() == of.Pkg().Scope() {
			return of
		}
	case *types.TypeName:
		if of.Pkg() != nil && of.Parent() == of.Pkg().Scope() {
			return of
		}
	}
	return nil
}

func signatureOf(function *types.Func) *types.Signature { return function.Type().(*types.Signature) }

// truth is the value of a condition that is a constant.
func truth(condition ast.Expr, info *types.Info) (holds, is bool) {
	switch of := condition.(type) {
	case *ast.ParenExpr:
		return truth(of.X, info)
	case *ast.Ident:
		return truthOf(info.Uses[of])
	case *ast.SelectorExpr:
		return truthOf(info.Uses[of.Sel])
	case *ast.UnaryExpr:
		if of.Op == token.NOT {
			holds, is = truth(of.X, info)
			return !holds, is
		}
	case *ast.BinaryExpr:
		x, isX := truth(of.X, info)
		y, isY := truth(of.Y, info)
		switch of.Op {
		case token.LAND:
			return x && y, isX && isY || isX && !x || isY && !y
		case token.LOR:
			return x || y, isX && isY || isX && x || isY && y
		}
	}
	return false, false
}

func truthOf(object types.Object) (holds, is bool) {
	of, is := object.(*types.Const)
	if !is || of.Val().Kind() != constant.Bool {
		return false, false
	}
	return constant.BoolVal(of.Val()), true
}

// isGeneric tells whether the compiler makes code of an object only for type arguments.
func isGeneric(object types.Object) bool {
	switch of := object.(type) {
	case *types.Func:
		return signatureOf(of).TypeParams().Len()+signatureOf(of).RecvTypeParams().Len() > 0
	case *types.TypeName:
		named, is := of.Type().(*types.Named)
		return is && named.TypeParams().Len() > 0
	}
	return false
}

// ---- what a program uses ----

// usage is what of a program its object files have, and what its run can reach.
type usage struct {
	mentioned map[types.Object]bool // by what is compiled, needed or not
	reached   map[types.Object]bool
}

// usage finds it. Goals are the packages that the program is for: others use all that these export.
func (t *typedProgram) usage(goals, used map[string]bool) (*usage, error) {
	u := &usage{map[types.Object]bool{}, map[types.Object]bool{}}
	mentions, called := map[types.Object][]types.Object{}, map[string]bool{}
	var compiled, starts []types.Object
	for name, p := range t.checked {
		if !used[name] {
			continue
		}
		for name := range p.graph.called {
			called[name] = true
		}
		for object, of := range p.graph.mentions {
			mentions[object] = of
			if !isGeneric(object) {
				compiled = append(compiled, object)
			}
		}
		starts = append(starts, p.graph.starts...)
		starts = append(starts, p.graph.exported...)
		if goals[name] {
			of := p.outside(t)
			starts, compiled = append(starts, of...), append(compiled, of...)
			for _, object := range of {
				u.mentioned[object] = true
			}
		}
	}
	for name, p := range t.checked {
		if used[name] {
			starts = append(starts, t.mentionedInAssembly(p, mentions)...)
		}
	}
	links, err := t.links(used)
	if err != nil {
		return nil, err
	}
	for local, definition := range links {
		mentions[local] = append(slices.Clone(mentions[local]), definition)
	}
	methods := func(object types.Object) (all []types.Object) {
		name, is := object.(*types.TypeName)
		if !is {
			return nil
		}
		if named, is := name.Type().(*types.Named); is {
			for i := range named.NumMethods() {
				if method := named.Method(i); method.Exported() || called[method.Name()] {
					all = append(all, method)
				}
			}
		}
		return all
	}
	spread(starts, u.reached, func(object types.Object) []types.Object { return append(methods(object), mentions[object]...) })
	// All that has no type parameters is compiled, and of the rest what that needs.
	instances := map[types.Object]bool{}
	spread(compiled, instances, func(object types.Object) (needed []types.Object) {
		for _, mentioned := range append(methods(object), mentions[object]...) {
			u.mentioned[mentioned] = true
			if isGeneric(mentioned) {
				needed = append(needed, mentioned)
			}
		}
		return needed
	})
	return u, nil
}

// spread marks what can be reached from objects.
func spread(from []types.Object, marked map[types.Object]bool, next func(types.Object) []types.Object) {
	for open := slices.Clone(from); len(open) > 0; {
		object := open[len(open)-1]
		open = open[:len(open)-1]
		if object != nil && !marked[object] {
			marked[object] = true
			open = append(open, next(object)...)
		}
	}
}

// outside is what the user of a package can use, or what a program begins with.
func (p *typedPackage) outside(t *typedProgram) (all []types.Object) {
	scope := p.types.Scope()
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		function, isFunction := object.(*types.Func)
		switch {
		case isFunction && p.listed.ForTest != "" && isTest(name), isFunction && p.listed.Name == "main" && name == "main":
			all = append(all, function)
		case p.listed.ForTest != "" || p.listed.Name == "main" || !object.Exported():
		case !isGeneric(object) || takesInts(object):
			all = append(all, object)
		}
	}
	return all
}

func isTest(name string) bool {
	return slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(kind string) bool { return strings.HasPrefix(name, kind) })
}

// takesInts tells whether int satisfies all constraints of an object's type parameters.
func takesInts(object types.Object) bool {
	var parameters *types.TypeParamList
	switch of := object.Type().(type) {
	case *types.Signature:
		parameters = of.TypeParams()
	case *types.Named:
		parameters = of.TypeParams()
	}
	for i := range parameters.Len() {
		constraint, is := parameters.At(i).Constraint().Underlying().(*types.Interface)
		if !is || !types.Satisfies(types.Typ[types.Int], constraint) {
			return false
		}
	}
	return true
}

// mentionedInAssembly enters what the assembly of a package mentions of the program's, and returns what it does outside of any symbol.
func (t *typedProgram) mentionedInAssembly(p *typedPackage, mentions map[types.Object][]types.Object) (outside []types.Object) {
	for _, line := range p.assembly {
		for _, symbol := range line.references {
			object := t.defines[symbol]
			if local, is := strings.CutPrefix(symbol, p.listed.symbolPath()+"."); is && object == nil {
				object = p.types.Scope().Lookup(local) // which it pulls
			}
			if line.within == "" {
				outside = append(outside, object)
			} else {
				within := t.defines[line.within]
				mentions[within] = append(slices.Clone(mentions[within]), object)
			}
		}
	}
	return outside
}

func exportedToC(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//export ") })
}
