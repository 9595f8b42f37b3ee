package observatory

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

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
	eachDeclaration(file, func(d *declaration, at *ast.Ident, doc *ast.CommentGroup) {
		d.source, d.at = s, position{name, fset.Position(at.Pos()).Line}
		s.declarations = append(s.declarations, d)
		docs[d.name] = doc
	})
	s.directives = readDirectives(file, docs)
	return s, nil
}

// eachDeclaration visits a file's functions, methods and variables that a linkname can name, with their comments.
func eachDeclaration(file *ast.File, visit func(d *declaration, at *ast.Ident, doc *ast.CommentGroup)) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if d := functionDeclaration(decl); d != nil {
				visit(d, decl.Name, decl.Doc)
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
					visit(variableDeclaration(spec, i), id, doc)
				}
			}
		}
	}
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

// readDirectives returns the directives of a file, each with those whom its own comment, its declaration's or else one for the
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
