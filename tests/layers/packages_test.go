package layers

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// docs/contributing.md says which packages there are, from the bottom up, and what each may import.
func TestPackagesImportWhatTheTableSays(t *testing.T) {
	text, err := os.ReadFile("../../docs/contributing.md")
	if err != nil {
		t.Fatal(err)
	}
	row, name := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| .*? \\| (.*) ?\\|$"), regexp.MustCompile("`(\\w+)`")
	allowed := map[string]map[string]bool{}
	for _, cells := range row.FindAllStringSubmatch(string(text), -1) {
		imports := map[string]bool{}
		for _, named := range name.FindAllStringSubmatch(cells[2], -1) {
			if allowed[named[1]] == nil {
				t.Errorf("%s may import %s, which does not stand above it", cells[1], named[1])
			}
			imports[named[1]] = true
		}
		allowed[cells[1]] = imports
	}
	dirs, err := filepath.Glob("../../bridge/internal/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		pkg := filepath.Base(dir)
		switch may, known := allowed[pkg]; {
		case pkg == "ops", pkg == "hosttest", pkg == "ctest": // above all others
		case !known:
			t.Errorf("docs/contributing.md does not tell of the package %s", pkg)
		default:
			checkImports(t, dir, pkg, may)
		}
	}
	if len(allowed) < 20 {
		t.Errorf("the table has %d rows", len(allowed))
	}
}

func checkImports(t *testing.T, dir, pkg string, may map[string]bool) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			rest, isOwn := strings.CutPrefix(path, "gobridge/bridge/internal/")
			if name, _, _ := strings.Cut(rest, "/"); isOwn && name != pkg {
				imported[name] = true
			}
		}
	}
	for name := range imported {
		if !may[name] {
			t.Errorf("%s imports %s", pkg, name)
		}
	}
	for name := range may {
		if !imported[name] {
			t.Errorf("%s may import %s, and does not", pkg, name)
		}
	}
}
