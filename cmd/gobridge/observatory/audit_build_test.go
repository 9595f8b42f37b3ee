package observatory

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	buildModules  = flag.Bool("build-modules", false, "compare audits with builds of well-known modules: it needs the network, and minutes")
	buildReleases = flag.String("build-releases", "go1.22.12 go1.23.12 go1.24.11 go1.27.3", "the releases to build them with")
)

// wellKnown is modules that pull, an old and a recent version of each.
var wellKnown = strings.Fields(`
	github.com/bytedance/sonic@v1.9.1 github.com/bytedance/sonic@v1.14.2
	github.com/modern-go/reflect2@v1.0.1 github.com/modern-go/reflect2@v1.0.2
	github.com/ebitengine/purego@v0.3.0 github.com/ebitengine/purego@v0.9.0
	github.com/goccy/go-json@v0.7.4 github.com/goccy/go-json@v0.10.5
	github.com/phuslu/log@v1.0.80 github.com/phuslu/log@v1.0.121
	github.com/segmentio/encoding@v0.3.4 github.com/segmentio/encoding@v0.5.4
	github.com/ugorji/go/codec@v1.2.6 github.com/ugorji/go/codec@v1.3.0
	github.com/cloudwego/frugal@v0.1.15 github.com/cloudwego/frugal@v0.3.0
	github.com/bytedance/gopkg@v0.0.0-20230728082804-614d0af6619b github.com/bytedance/gopkg@v0.1.3
	github.com/panjf2000/gnet/v2@v2.3.0 github.com/dgraph-io/ristretto@v0.1.0`)

// TestAuditsAgreeWithBuilds builds a program that uses all that a module exports.
func TestAuditsAgreeWithBuilds(t *testing.T) {
	if !*buildModules {
		t.Skip("-build-modules was not given")
	}
	releases := strings.Fields(*buildReleases)
	agreed, compared, other := 0, 0, 0
	for _, name := range wellKnown {
		a, err := AuditModules(context.Background(), AuditQuery{Target: name, Releases: releases, Deps: true, Platform: HostPlatform})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, result := range a.Results {
			built, output := buildModule(t, name, result.Release)
			switch {
			case built == "other": // the linker was not asked
				other++
			case built == result.Verdict:
				agreed++
				compared++
			default:
				compared++
				t.Errorf("%s on %s: the audit says %s (%s), the build %s: %s", name, result.Release, result.Verdict, result.Reason, built, output)
			}
			t.Logf("%s on %s: audit %s, build %s %s", name, result.Release, result.Verdict, built, output)
		}
	}
	t.Logf("%d of %d agree; %d more do not build for other reasons", agreed, compared, other)
}

// buildModule tells whether a program with all that a module exports links, breaks at the linker, or fails for other reasons.
func buildModule(t *testing.T, name, releaseName string) (verdict, output string) {
	t.Helper()
	ctx, work := context.Background(), t.TempDir()
	release, err := findRelease(ctx, releaseName)
	if err != nil {
		t.Fatal(err)
	}
	of, err := findTarget(ctx, name, work)
	if err != nil {
		t.Fatal(err)
	}
	packages, err := of.list(ctx, release, HostPlatform)
	if err != nil {
		return "other", firstLine(err.Error())
	}
	// Not all packages of a module build on all releases, which is no news of its main one.
	for _, only := range []string{"", of.module} {
		program := userOf(t, of, packages, release, only)
		if !strings.Contains(program, of.module) {
			return "other", "it has no packages that pull"
		}
		if err := os.WriteFile(filepath.Join(work, "main.go"), []byte(program), 0o666); err != nil {
			t.Fatal(err)
		}
		verdict, output = outcome(t, release, work, "-mod=mod", "-modfile="+filepath.Join(work, release.Name+".mod"))
		if verdict != "other" {
			break
		}
	}
	return verdict, output
}

// userOf is a program that uses all functions and methods that the packages export which pull, or need others that do; or
// of the one package that it is to use.
func userOf(t *testing.T, of *target, packages map[string]*modulePackage, release *Release, only string) string {
	t.Helper()
	program := &moduleProgram{newSourceCache(), packages, HostPlatform, buildsSomewhere(release)}
	pullers := map[string]bool{}
	for name, p := range packages {
		if pulls, _ := program.pulls(p); of.owns(p) && len(pulls) > 0 {
			pullers[name] = true
		}
	}
	var imports, uses strings.Builder
	for name, p := range packages {
		if only != "" && name != only {
			continue
		}
		needed := only != "" || pullers[name] || slices.ContainsFunc(p.Deps, func(dep string) bool { return pullers[dep] })
		if !of.owns(p) || p.Name == "main" || p.Error != nil || !needed || slices.Contains(strings.Split(name, "/"), "internal") {
			continue
		}
		local := fmt.Sprintf("p%d", imports.Len())
		exported := exportsOf(t, program, p)
		if len(exported) == 0 {
			local = "_"
		}
		fmt.Fprintf(&imports, "import %s %q\n", local, name)
		for _, expression := range exported {
			fmt.Fprintf(&uses, expression+",\n", local)
		}
	}
	return "package main\n\nimport \"os\"\nimport \"reflect\"\n" + imports.String() + "\nvar used = []any{\n" + uses.String() + "}\n" +
		"\nfunc main() {\n\tfor _, of := range used {\n\t\tprintln(reflect.ValueOf(of).MethodByName(os.Args[0]).IsValid())\n\t}\n}\n"
}

// exportsOf is expressions with what a package exports, with %s for its name.
func exportsOf(t *testing.T, program *moduleProgram, p *modulePackage) (exported []string) {
	t.Helper()
	for _, name := range p.sourceFiles() {
		file, err := program.cache.file(filepath.Join(p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil && decl.Name.IsExported() && decl.Type.TypeParams == nil {
					exported = append(exported, "%s."+decl.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					spec, is := spec.(*ast.TypeSpec)
					if !is || !spec.Name.IsExported() || spec.TypeParams != nil {
						continue
					}
					if _, is := spec.Type.(*ast.InterfaceType); !is {
						exported = append(exported, "(*%s."+spec.Name.Name+")(nil)")
					}
				}
			}
		}
	}
	return exported
}
