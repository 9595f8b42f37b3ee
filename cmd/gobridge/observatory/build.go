package observatory

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Build is what a release's own compiler and linker say of a program that uses all that a target's packages export.
type Build struct {
	Verdict string `json:"verdict"` // links, breaks or unknown
	Cause   string `json:"cause"`   // of breaks: linkname or compile
	Output  string `json:"output"`  // what the go command says of that, in a line
}

var (
	// linkerSays is how linkers begin what they say of a pull.
	linkerSays = regexp.MustCompile(`invalid reference to |undefined reference to |relocation target |duplicated definition of symbol |unreachable sym in relocation: `)
	// compilerSays is a position in a source file, which a compiler's message begins with.
	compilerSays = regexp.MustCompile(`(?m)^(?:vet: )?\S+\.(?:go|s):\d+(?::\d+)?: .*$`)
	// refusesFiles is how the go command says that a package which is imported has no file for this release and platform.
	refusesFiles = regexp.MustCompile(`(?m)^.*(?:build constraints exclude all Go files in|is not in std|use of internal package) .*$`)
)

// build has a release build the target. Not all packages of a module build on all releases, which is no news of its main one:
// if there is one, it decides.
func (t *target) build(ctx context.Context, release *Release, platform Platform, packages map[string]*modulePackage) (*Build, error) {
	var result *Build
	for _, goals := range t.goals(packages) {
		var err error
		if result, err = t.buildGoals(ctx, release, platform, packages, goals); err != nil {
			return nil, err
		}
		if result.Verdict != "unknown" && result.Cause != causeCompile {
			break
		}
	}
	return result, nil
}

// goals is the packages that a build is for: all, and after them the one that has the module's own name.
func (t *target) goals(packages map[string]*modulePackage) (goals [][]string) {
	var all []string
	for name, p := range packages {
		if t.isGoal(p) && p.ForTest == "" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	goals = append(goals, all)
	if main := t.main(packages); main != "" && len(all) > 1 {
		goals = append(goals, []string{main})
	}
	return goals
}

func isInternal(importPath string) bool {
	return slices.Contains(strings.Split(importPath, "/"), "internal")
}

// buildGoals builds a program that uses what packages export, and the programs among them.
func (t *target) buildGoals(ctx context.Context, release *Release, platform Platform, packages map[string]*modulePackage, goals []string) (*Build, error) {
	if len(goals) == 0 {
		return &Build{Verdict: "unknown", Output: "it has no package for this release and platform"}, nil
	}
	dir, err := os.MkdirTemp(t.work, "build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	arguments := append([]string{"build", "-o", os.DevNull}, t.flags(release, platform)...)
	var libraries []string
	for _, name := range goals {
		if packages[name].Name == "main" {
			arguments = append(arguments, name)
		} else {
			libraries = append(libraries, name)
		}
	}
	overlay, user, err := t.user(dir, packages, libraries)
	if err != nil {
		return nil, err
	}
	if user != "" {
		arguments = slices.Insert(arguments, 1, "-overlay="+overlay)
		arguments = append(arguments, user)
	}
	_, err = run(ctx, goCommand(ctx, release.tool(), t.dir, arguments...), t.environment(platform)...)
	return outcome(ctx, err)
}

// What a program breaks for.
const (
	causeLinkname = "linkname" // its linker refuses a pull
	causeCompile  = "compile"  // it does not compile
	causeMemory   = "memory"   // it links, and corrupts memory
)

// outcome tells what a failure to build means.
func outcome(ctx context.Context, err error) (*Build, error) {
	failed := (*commandError)(nil)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return &Build{Verdict: "links"}, nil
	case !errors.As(err, &failed):
		return nil, err
	}
	for cause, says := range map[string]*regexp.Regexp{causeLinkname: linkerSays, causeCompile: compilerSays} {
		if at := says.FindStringIndex(failed.output); at != nil {
			return &Build{"breaks", cause, firstLine(failed.output[at[0]:])}, nil
		}
	}
	if line := refusesFiles.FindString(failed.output); line != "" {
		return &Build{"breaks", causeCompile, strings.TrimSpace(line)}, nil
	}
	return &Build{Verdict: "unknown", Output: failed.Error()}, nil
}

// user adds a program to the target's module that uses all that packages export, by an overlay: the module stays as it is.
func (t *target) user(work string, packages map[string]*modulePackage, libraries []string) (overlay, pattern string, err error) {
	if len(libraries) == 0 {
		return "", "", nil
	}
	var imports, uses strings.Builder
	cache := newSourceCache()
	for i, name := range libraries {
		local := fmt.Sprintf("p%d", i)
		exported, err := exportsOf(cache, packages[name])
		if err != nil {
			return "", "", err
		}
		if len(exported) == 0 {
			local = "_"
		}
		fmt.Fprintf(&imports, "import %s %q\n", local, name)
		for _, expression := range exported {
			fmt.Fprintf(&uses, expression+",\n", local)
		}
	}
	// The method that it asks for is not known before it runs, so the linker keeps all that are exported.
	program := "package main\n\nimport \"os\"\nimport \"reflect\"\n" + imports.String() + "\nvar used = []any{\n" + uses.String() + "}\n" +
		"\nfunc main() {\n\tfor _, of := range used {\n\t\tprintln(reflect.ValueOf(of).MethodByName(os.Args[0]).IsValid())\n\t}\n}\n"
	const name = "gobridge_audit_user"
	source := filepath.Join(work, "user.go")
	if err := os.WriteFile(source, []byte(program), 0o666); err != nil {
		return "", "", err
	}
	replace := fmt.Sprintf("{\"Replace\": {%q: %q}}", filepath.Join(t.dir, name, "main.go"), source)
	overlay = filepath.Join(work, "overlay.json")
	return overlay, "./" + name, os.WriteFile(overlay, []byte(replace), 0o666)
}

// exportsOf is expressions with what a package exports, with %s for its name. What has type parameters is instantiated with
// int, if their constraints let it.
func exportsOf(cache *sourceCache, p *modulePackage) (exported []string, err error) {
	var files []*ast.File
	for _, name := range p.sourceFiles() {
		file, err := cache.file(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	constraints := constraintsOf(files)
	for _, file := range files {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if arguments, can := constraints.arguments(decl.Type.TypeParams); can && decl.Recv == nil && decl.Name.IsExported() {
					exported = append(exported, "%s."+decl.Name.Name+arguments)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if spec, is := spec.(*ast.TypeSpec); is && spec.Name.IsExported() && !isInterface(spec) {
						if arguments, can := constraints.arguments(spec.TypeParams); can {
							exported = append(exported, "(*%s."+spec.Name.Name+arguments+")(nil)")
						}
					}
				}
			}
		}
	}
	return exported, nil
}

func isInterface(spec *ast.TypeSpec) bool {
	_, is := spec.Type.(*ast.InterfaceType)
	return is
}

// constraints is the interfaces that a package declares, by name.
type constraints map[string]*ast.InterfaceType

func constraintsOf(files []*ast.File) constraints {
	declared := constraints{}
	for _, file := range files {
		for _, decl := range file.Decls {
			if decl, is := decl.(*ast.GenDecl); is && decl.Tok == token.TYPE {
				for _, spec := range decl.Specs {
					spec := spec.(*ast.TypeSpec)
					if of, is := spec.Type.(*ast.InterfaceType); is {
						declared[spec.Name.Name] = of
					}
				}
			}
		}
	}
	return declared
}

// arguments is "[int, int]" for type parameters, "" for none, and tells whether int satisfies their constraints.
func (c constraints) arguments(parameters *ast.FieldList) (text string, can bool) {
	if parameters.NumFields() == 0 {
		return "", true
	}
	for _, field := range parameters.List {
		if !c.takesInt(field.Type) {
			return "", false
		}
	}
	return "[" + strings.TrimSuffix(strings.Repeat("int, ", parameters.NumFields()), ", ") + "]", true
}

func (c constraints) takesInt(constraint ast.Expr) bool {
	switch of := constraint.(type) {
	case *ast.Ident:
		if declared := c[of.Name]; declared != nil {
			return c.takesInt(declared)
		}
		return of.Name == "any" || of.Name == "comparable" || of.Name == "int"
	case *ast.SelectorExpr: // of package cmp or constraints
		return of.Sel.Name == "Ordered" || of.Sel.Name == "Integer" || of.Sel.Name == "Signed"
	case *ast.UnaryExpr:
		return c.takesInt(of.X)
	case *ast.BinaryExpr:
		return c.takesInt(of.X) || c.takesInt(of.Y)
	case *ast.InterfaceType:
		return !slices.ContainsFunc(of.Methods.List, func(member *ast.Field) bool { return len(member.Names) > 0 || !c.takesInt(member.Type) })
	}
	return false
}
