package library

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reader makes a description of checked packages.
type reader struct {
	*program
	library string
	names   map[string]string           // of the packages in C, by their paths
	keep    func(pkg, name string) bool // the user's filter
	out     *Description
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) leaveOut(pkg, name, reason string) {
	r.out.LeftOut = append(r.out.LeftOut, LeftOut{pkg, name, reason})
}

// read adds what a package exports, under a name in C.
func (r *reader) read(importPath, name string) error {
	pkg, err := r.check(importPath)
	if err != nil {
		return err
	}
	docs := docsOf(r.syntax[importPath])
	of := Package{Path: importPath, Name: name, Doc: docs.pkg, imported: fmt.Sprintf("p%d", len(r.out.Packages)),
		Functions: []Function{}, Types: []Type{}, Constants: []Constant{}, Variables: []Variable{}}
	for _, known := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(known)
		doc := docs.of[object.Pos()]
		switch {
		case !object.Exported() || doc.ignored || !r.keep(name, known):
			continue
		case !identifier.MatchString(known):
			r.leaveOut(importPath, known, "its name is no C identifier")
			continue
		}
		switch object := object.(type) {
		case *types.Func:
			r.readFunction(&of, object, doc.text)
		case *types.TypeName:
			r.readType(&of, object, docs)
		case *types.Const:
			r.readConstant(&of, object, doc.text)
		case *types.Var:
			r.readVariable(&of, object, doc.text)
		}
	}
	r.out.Packages = append(r.out.Packages, of)
	return nil
}

func (r *reader) readFunction(of *Package, object *types.Func, doc string) {
	signature := object.Type().(*types.Signature)
	if signature.TypeParams().Len() > 0 {
		r.leaveOut(of.Path, object.Name(), "it is generic: name instances of it with --instances")
		return
	}
	f := Function{Name: object.Name(), Registered: of.Name + "." + object.Name(), C: r.cName(of, object.Name()), Doc: doc,
		expression: of.imported + "." + object.Name(), signature: signature}
	if r.describe(of, &f, signature) {
		of.Functions = append(of.Functions, f)
	}
}

func (r *reader) cName(of *Package, names ...string) string {
	return strings.Join(append([]string{r.library, of.Name}, names...), "_")
}

// describe fills in what the type of a function says, if C can call it.
func (r *reader) describe(of *Package, f *Function, signature *types.Signature) bool {
	f.Signature, f.Variadic = r.typeText(signature), signature.Variadic()
	f.Params, f.Results = []Param{}, []Param{}
	results := signature.Results()
	if f.fails = results.Len() > 0 && types.Identical(results.At(results.Len()-1).Type(), types.Universe.Lookup("error").Type()); f.fails {
		results = types.NewTuple(variables(results)[:results.Len()-1]...)
	}
	for _, side := range []struct {
		of    *types.Tuple
		names *[]Param
		cross *[]crossing
	}{{signature.Params(), &f.Params, &f.takes}, {results, &f.Results, &f.leaves}} {
		for _, variable := range variables(side.of) {
			c, ok := crossingOf(variable.Type())
			if !ok {
				r.leaveOut(of.Path, strings.TrimPrefix(f.Registered, of.Name+"."), fmt.Sprintf("no %s crosses", r.typeText(variable.Type())))
				return false
			}
			*side.names = append(*side.names, Param{Name: variable.Name(), Type: r.typeText(variable.Type()), variable: variable})
			*side.cross = append(*side.cross, c)
		}
	}
	if f.fails {
		f.Results = append(f.Results, Param{Name: signature.Results().At(len(f.leaves)).Name(), Type: "error"})
	}
	return true
}

func variables(of *types.Tuple) (all []*types.Var) {
	for i := 0; i < of.Len(); i++ {
		all = append(all, of.At(i))
	}
	return all
}

// typeText is a type as gobridge_type_parse reads it: with the names of packages.
func (r *reader) typeText(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string {
		return cmp.Or(r.names[pkg.Path()], pkg.Name())
	})
}

func (r *reader) readType(of *Package, object *types.TypeName, docs docs) {
	named, _ := types.Unalias(object.Type()).(*types.Named)
	switch {
	case isGeneric(object.Type()):
		r.leaveOut(of.Path, object.Name(), "it is generic: name instances of it with --instances")
		return
	case of.Path == "runtime/cgo" && object.Name() == "Incomplete":
		r.leaveOut(of.Path, object.Name(), "no value can have this type")
		return
	case types.IsInterface(object.Type()) && !object.Type().Underlying().(*types.Interface).IsMethodSet():
		r.leaveOut(of.Path, object.Name(), "it is a constraint, which no value has as its type")
		return
	}
	t := Type{Name: object.Name(), Type: of.Name + "." + object.Name(), Kind: kindOf(object.Type()), Doc: docs.of[object.Pos()].text,
		Fields: []Field{}, Methods: []Function{}, expression: of.imported + "." + object.Name()}
	t.stranger = isStranger(t.Type, object.Type())
	if object.IsAlias() { // its methods are those of what it stands for
		of.Types = append(of.Types, t)
		return
	}
	t.named = named
	if structure, is := named.Underlying().(*types.Struct); is {
		for i := 0; i < structure.NumFields(); i++ {
			field := structure.Field(i)
			if field.Exported() {
				t.Fields = append(t.Fields, Field{field.Name(), r.typeText(field.Type()), docs.of[field.Pos()].text})
			}
		}
	}
	r.readMethods(of, &t, named, docs)
	of.Types = append(of.Types, t)
}

// knownTypes is the types that gobridge has names for itself, with the packages whose they are.
var knownTypes = map[string]string{"unsafe.Pointer": "unsafe", "context.Context": "context", "io.Closer": "io", "io.ReadCloser": "io", "io.ReadSeeker": "io",
	"io.ReadWriteCloser": "io", "io.ReadWriter": "io", "io.Reader": "io", "io.Seeker": "io", "io.WriteCloser": "io", "io.Writer": "io", "sort.Interface": "sort",
	"fmt.Stringer": "fmt", "time.Duration": "time", "time.Time": "time", "big.Int": "math/big", "big.Float": "math/big", "big.Rat": "math/big"}

// isStranger tells whether gobridge knows another type by a type's name.
func isStranger(name string, t types.Type) bool {
	owner := knownTypes[name]
	named, is := types.Unalias(t).(*types.Named)
	return owner != "" && !(is && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == owner)
}

// isGeneric tells whether a declared type is none without arguments.
func isGeneric(t types.Type) bool {
	if named, is := t.(*types.Named); is {
		return named.TypeParams().Len() > 0 && named.TypeArgs().Len() == 0
	}
	alias, is := t.(interface{ TypeParams() *types.TypeParamList }) // go1.22 has no such method yet
	return is && alias.TypeParams().Len() > 0
}

// readMethods adds a type's exported methods, also those of what it embeds.
func (r *reader) readMethods(of *Package, t *Type, named *types.Named, docs docs) {
	ofValue := types.NewMethodSet(named)
	all := ofValue
	if !types.IsInterface(named) {
		all = types.NewMethodSet(types.NewPointer(named))
	}
	for i := 0; i < all.Len(); i++ {
		method := all.At(i).Obj()
		doc := docs.of[method.Pos()]
		if !method.Exported() || doc.ignored || !r.keep(of.Name, t.Name+"."+method.Name()) {
			continue
		}
		if !identifier.MatchString(method.Name()) {
			r.leaveOut(of.Path, t.Name+"."+method.Name(), "its name is no C identifier")
			continue
		}
		f := Function{Name: method.Name(), C: r.cName(of, t.Name, method.Name()), Doc: doc.text,
			Registered: t.Type + "." + method.Name(), expression: t.expression + "." + method.Name(),
			Pointer: ofValue.Lookup(method.Pkg(), method.Name()) == nil, opaque: !isPlain(method)}
		receiver := types.Type(named)
		if f.Pointer {
			receiver, f.expression = types.NewPointer(named), "(*"+t.expression+")."+method.Name()
		}
		signature := method.Type().(*types.Signature)
		params := append([]*types.Var{types.NewVar(token.NoPos, nil, "receiver", receiver)}, variables(signature.Params())...)
		whole := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), signature.Results(), signature.Variadic())
		if r.describe(of, &f, whole) {
			f.Signature = r.typeText(types.NewSignatureType(nil, nil, nil, signature.Params(), signature.Results(), signature.Variadic()))
			t.Methods = append(t.Methods, f)
		}
	}
}

func kindOf(t types.Type) string {
	switch of := t.Underlying().(type) {
	case *types.Basic:
		return of.Name()
	case *types.Struct:
		return "struct"
	case *types.Interface:
		return "interface"
	case *types.Slice:
		return "slice"
	case *types.Array:
		return "array"
	case *types.Map:
		return "map"
	case *types.Chan:
		return "chan"
	case *types.Signature:
		return "func"
	}
	return "pointer"
}

func (r *reader) readConstant(of *Package, object *types.Const, doc string) {
	c := Constant{Name: object.Name(), Type: r.typeText(object.Type()), Value: object.Val().ExactString(), Doc: doc}
	if c.literal = literal(object.Val(), object.Type()); c.literal != "" {
		c.C = r.cName(of, object.Name())
	} else {
		r.leaveOut(of.Path, object.Name(), "C has no constant of this size or kind")
	}
	if basic, is := object.Type().Underlying().(*types.Basic); is && basic.Info()&types.IsFloat != 0 && c.literal != "" {
		c.Value = c.literal // exactly it may be a fraction, which no other language reads
	}
	of.Constants = append(of.Constants, c)
}

// literal is a constant in C, or "".
func literal(v constant.Value, t types.Type) string {
	if of, is := t.Underlying().(*types.Basic); is && of.Info()&types.IsFloat != 0 {
		v = constant.ToFloat(v)
	}
	switch v.Kind() {
	case constant.Bool:
		if constant.BoolVal(v) {
			return "1"
		}
		return "0"
	case constant.Int:
		if n, exact := constant.Int64Val(v); exact {
			if n == math.MinInt64 {
				return "INT64_MIN"
			}
			return fmt.Sprintf("INT64_C(%d)", n)
		}
		if n, exact := constant.Uint64Val(v); exact {
			return fmt.Sprintf("UINT64_C(%d)", n)
		}
	case constant.Float:
		if f, _ := constant.Float64Val(v); !math.IsInf(f, 0) {
			text := strconv.FormatFloat(f, 'g', 17, 64)
			if !strings.ContainsAny(text, ".e") {
				text += ".0"
			}
			return text
		}
	case constant.String:
		return quoted(constant.StringVal(v))
	}
	return ""
}

// quoted is a string literal of C. An octal escape takes at most three digits, so it ends where it should.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\' || c == '?':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

func (r *reader) readVariable(of *Package, object *types.Var, doc string) {
	f := Function{Name: object.Name(), C: r.cName(of, object.Name()), Registered: of.Name + "." + object.Name(), Doc: doc,
		expression: fmt.Sprintf("func() any { return &%s.%s }", of.imported, object.Name())}
	pointer := types.NewVar(token.NoPos, nil, "pointer", types.NewPointer(object.Type()))
	if r.describe(of, &f, types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(pointer), false)) {
		of.Variables = append(of.Variables, Variable{object.Name(), r.typeText(object.Type()), f.Registered, doc, f})
	}
}

// doc is a declaration's comment; a line //gobridge:ignore leaves it out.
type doc struct {
	text    string
	ignored bool
}

type docs struct {
	pkg string
	of  map[token.Pos]doc
}

func docsOf(files []*ast.File) docs {
	d := docs{of: map[token.Pos]doc{}}
	add := func(at *ast.Ident, groups ...*ast.CommentGroup) {
		for _, group := range groups {
			if group == nil {
				continue
			}
			ignored := slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return strings.TrimSpace(c.Text) == "//gobridge:ignore" })
			d.of[at.Pos()] = doc{strings.TrimSpace(group.Text()), ignored}
			return
		}
	}
	for _, file := range files {
		if file.Doc != nil && d.pkg == "" {
			d.pkg = strings.TrimSpace(file.Doc.Text())
		}
		for _, decl := range file.Decls {
			if f, is := decl.(*ast.FuncDecl); is {
				add(f.Name, f.Doc)
				continue
			}
			group := decl.(*ast.GenDecl)
			for _, spec := range group.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						add(name, spec.Doc, spec.Comment, group.Doc)
					}
				case *ast.TypeSpec:
					add(spec.Name, spec.Doc, group.Doc)
					fields, is := spec.Type.(*ast.StructType)
					for i := 0; is && i < len(fields.Fields.List); i++ {
						for _, name := range fields.Fields.List[i].Names {
							add(name, fields.Fields.List[i].Doc, fields.Fields.List[i].Comment)
						}
					}
				}
			}
		}
	}
	return d
}

// nameOf is a package's name in C: its own, or the last part of a path that is a C identifier.
func nameOf(p *listed) string {
	if identifier.MatchString(p.Name) {
		return p.Name
	}
	return path.Base(p.ImportPath)
}
