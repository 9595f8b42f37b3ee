package library

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"regexp"
	"strings"
)

var notOfIdentifiers = regexp.MustCompile(`[^A-Za-z0-9]+`)

// readInstances adds instances of generic functions and types, such as slices.Index[[]int,int].
func (r *reader) readInstances(instances []string) error {
	for _, instance := range instances {
		name, rest, found := strings.Cut(instance, ".")
		generic, arguments, bracket := strings.Cut(rest, "[")
		var of *Package
		for i := range r.out.Packages {
			if r.out.Packages[i].Name == name {
				of = &r.out.Packages[i]
			}
		}
		if !found || !bracket || of == nil {
			return fmt.Errorf("--instances %s: it is no instance of a package that is built, such as slices.Index[[]int,int]", instance)
		}
		tv, err := r.evaluate(of.imported + "." + rest)
		if wrong := (types.Error{}); errors.As(err, &wrong) { // its position is in no file of the user's
			return fmt.Errorf("--instances %s: %s", instance, strings.ReplaceAll(wrong.Msg, of.imported+".", name+"."))
		}
		if err != nil {
			return fmt.Errorf("--instances %s: %w", instance, err)
		}
		suffix := strings.Trim(notOfIdentifiers.ReplaceAllString(arguments, "_"), "_")
		if tv.IsType() {
			t := Type{Name: rest, Type: instance, Kind: kindOf(tv.Type), Fields: []Field{}, Methods: []Function{}, expression: of.imported + "." + rest}
			of.Types = append(of.Types, t)
			continue
		}
		signature, is := tv.Type.(*types.Signature)
		if !is {
			return fmt.Errorf("--instances %s: it is neither a function nor a type", instance)
		}
		f := Function{Name: rest, Registered: instance, C: r.cName(of, generic, suffix), expression: of.imported + "." + rest, signature: signature, opaque: true}
		if r.describe(of, &f, signature) {
			of.Functions = append(of.Functions, f)
		}
	}
	return nil
}

// evaluate gives the type of an expression over the packages that are built.
func (r *reader) evaluate(expression string) (types.TypeAndValue, error) {
	var source strings.Builder
	source.WriteString("package instances\n")
	for _, p := range r.out.Packages {
		fmt.Fprintf(&source, "import %s %q\n", p.imported, p.Path)
	}
	file, err := parser.ParseFile(r.fset, "instances.go", source.String(), 0)
	if err != nil {
		return types.TypeAndValue{}, err
	}
	parsed, err := parser.ParseExpr(expression)
	if err != nil {
		return types.TypeAndValue{}, err
	}
	config := types.Config{Importer: importer(r.check), Sizes: r.sizes, Error: func(error) {}} // the imports are not used
	pkg, _ := config.Check("instances", r.fset, []*ast.File{file}, nil)
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	err = types.CheckExpr(r.fset, pkg, file.Name.Pos(), parsed, info)
	return info.Types[parsed], err
}
