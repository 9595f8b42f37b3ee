package observatory

import (
	"go/ast"
	"slices"
	"strings"
)

// mentionGraph is which declarations of a package mention which names. Two things of one name are taken for one, so what is
// alive is never missed.
type mentionGraph struct {
	mentions  map[string]map[string]bool // by the name of the declaration
	roots     map[string]bool            // what others reach
	bodyless  map[string]string          // functions without a body and variables without a value, with their kind
	functions map[string]bool            // those with a body
}

func (g *mentionGraph) add(file *ast.File) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := decl.Name.Name
			if decl.Recv == nil && decl.Body == nil {
				g.bodyless[name] = "func"
				g.enter(name, decl.Type)
				continue
			}
			if decl.Name.IsExported() || name == "init" || name == "main" || name == "_" || exportedToC(decl.Doc) {
				g.roots[name] = true
			}
			if decl.Recv == nil {
				g.functions[name] = true
				g.enter(name, decl)
			} else {
				g.enter("."+name, decl) // may be a wrapper of a function with its name
				g.enter(name)
				g.mentions[name]["."+name] = true
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				g.addSpec(spec)
			}
		}
	}
}

func (g *mentionGraph) addSpec(spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if spec.Type != nil && len(spec.Values) == 0 {
				g.bodyless[name.Name] = "variable"
				g.enter(name.Name, spec.Type)
				continue
			}
			for _, value := range spec.Values {
				g.enter(name.Name, value)
			}
			g.roots[name.Name] = true // the program's start computes it
		}
	case *ast.TypeSpec:
		g.enter(spec.Name.Name, spec.Type)
	}
}

func (g *mentionGraph) enter(name string, nodes ...ast.Node) {
	if g.mentions[name] == nil {
		g.mentions[name] = map[string]bool{}
	}
	for _, node := range nodes {
		ast.Inspect(node, func(n ast.Node) bool {
			if id, is := n.(*ast.Ident); is {
				g.mentions[name][id.Name] = true
			}
			return true
		})
	}
}

// mentioned tells whether anything else of the package mentions a name.
func (g *mentionGraph) mentioned(name string) bool {
	for of, names := range g.mentions {
		if of != name && names[name] {
			return true
		}
	}
	return g.roots[name]
}

func (g *mentionGraph) reachable() map[string]bool {
	reached := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if !reached[name] {
			reached[name] = true
			for mentioned := range g.mentions[name] {
				visit(mentioned)
			}
		}
	}
	for root := range g.roots {
		visit(root)
	}
	return reached
}

func exportedToC(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//export ") })
}
