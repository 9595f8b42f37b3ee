package observatory

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gobridge/cmd/gobridge/command"
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
	// cannotBeHad is what the go command says of modules that it does not get, with the place that imports them before it.
	cannotBeHad = regexp.MustCompile(`(?m)^.*(?:module lookup disabled by GOPROXY|: (?:Get|Head) "|: reading (?:https?|file)://|checksum mismatch|missing go\.sum entry).*$`)
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
		if t.isGoal(p) && p.ForTest == "" && !p.onlyTests() {
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
	failed := (*command.Failure)(nil)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return &Build{Verdict: "links"}, nil
	case !errors.As(err, &failed):
		return nil, err
	}
	if line := cannotBeHad.FindString(failed.Output); line != "" {
		return &Build{Verdict: "unknown", Output: strings.TrimSpace(line)}, nil
	}
	for cause, says := range map[string]*regexp.Regexp{causeLinkname: linkerSays, causeCompile: compilerSays} {
		if at := says.FindStringIndex(failed.Output); at != nil {
			return &Build{"breaks", cause, firstLine(failed.Output[at[0]:])}, nil
		}
	}
	if line := refusesFiles.FindString(failed.Output); line != "" {
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
	c := &checker{packages: map[string]*goPackage{}, checked: map[string]*types.Package{}}
	for name, p := range packages {
		c.packages[name] = &p.goPackage
	}
	for i, name := range libraries {
		local := fmt.Sprintf("p%d", i)
		checked, err := c.Import(name)
		if err != nil {
			return "", "", err
		}
		exported := exportsOf(checked)
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
// int, if their constraints let it; an interface has no methods of its own, and a constraint is no type of a value.
func exportsOf(of *types.Package) (exported []string) {
	for _, name := range of.Scope().Names() {
		object := of.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch object := object.(type) {
		case *types.Func:
			if arguments, can := intsFor(object.Type(), object.Type().(*types.Signature).TypeParams()); can {
				exported = append(exported, "%s."+name+arguments)
			}
		case *types.TypeName:
			// An alias of an instance may be generic itself, which go/types tells only of late.
			if named, is := object.Type().(*types.Named); is && !types.IsInterface(named) && named.TypeArgs().Len() == 0 {
				if arguments, can := intsFor(named, named.TypeParams()); can {
					exported = append(exported, "(*%s."+name+arguments+")(nil)")
				}
			}
		}
	}
	return exported
}

// intsFor is "[int, int]" for type parameters, "" for none, and tells whether int satisfies their constraints.
func intsFor(generic types.Type, parameters *types.TypeParamList) (text string, can bool) {
	if parameters.Len() == 0 {
		return "", true
	}
	ints := make([]types.Type, parameters.Len())
	for i := range ints {
		ints[i] = types.Typ[types.Int]
	}
	_, err := types.Instantiate(nil, generic, ints, true)
	return "[" + strings.TrimSuffix(strings.Repeat("int, ", parameters.Len()), ", ") + "]", err == nil
}
