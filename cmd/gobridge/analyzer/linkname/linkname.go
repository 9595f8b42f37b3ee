// Package linkname is an analyzer of go/analysis that reports pulls by //go:linkname, and by assembly, which a Go release does not link.
package linkname

import (
	"context"
	"fmt"
	"go/build"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"gobridge/cmd/gobridge/observatory"
)

const doc = `report pulls of the standard library's symbols that a Go release does not link

A //go:linkname, or a reference in assembly, to a symbol of the standard library links only if the release has the symbol and
lets outsiders pull it. By default the release is that which analyzes; -release names others, as in go1.23.12,go1.27.3 or latest.

One package does not tell all. What no exported function nor any start of the package's own needs is not reported, nor is a symbol
whose package the program may not import, nor a signature that differs, nor the package's files that the release which analyzes
leaves out. What is reported links all the same if another module defines the symbol, or with -ldflags=-checklinkname=0. gobridge
audit (or linknames audit) knows the whole program, and has the last word.`

// New returns an analyzer with flags of its own.
func New() *analysis.Analyzer {
	a := &analysis.Analyzer{Name: "linkname", Doc: doc}
	releases := a.Flags.String("release", "", "the `releases` to ask, as in go1.23.12,go1.27.3 or latest; without it the one that analyzes")
	a.Run = func(pass *analysis.Pass) (any, error) { return nil, run(pass, *releases) }
	return a
}

// Analyzer is the one that most need.
var Analyzer = New()

// platform is what the packages are analyzed for: go vet tells it by the environment.
func platform() observatory.Platform {
	return observatory.Platform{OS: build.Default.GOOS, Arch: build.Default.GOARCH, Cgo: build.Default.CgoEnabled}
}

func run(pass *analysis.Pass, releases string) error {
	of := observatory.CheckedPackage{Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo}
	for _, path := range pass.OtherFiles {
		if filepath.Ext(path) == ".s" {
			of.Assembly = append(of.Assembly, path)
		}
	}
	if !of.PullsAnything() {
		return nil
	}
	ctx := context.Background()
	if releases == "" {
		releases = analyzing(ctx, pass)
	}
	// What several releases say alike is told once.
	type where struct {
		pos  token.Pos
		text string
	}
	var order []where
	by := map[where][]string{}
	assembly := map[string]*token.File{}
	for _, name := range strings.Split(releases, ",") {
		refused, release, err := observatory.Refused(ctx, strings.TrimSpace(name), platform(), of)
		if err != nil {
			return err
		}
		for _, r := range refused {
			at := where{r.Pos, says(r)}
			if !at.pos.IsValid() {
				if assembly[r.File] == nil {
					if assembly[r.File], err = addFile(pass.Fset, r.File); err != nil {
						return err
					}
				}
				at.pos = assembly[r.File].LineStart(r.Line)
			}
			if by[at] == nil {
				order = append(order, at)
			}
			by[at] = append(by[at], release.Name)
		}
	}
	for _, at := range order {
		pass.Report(analysis.Diagnostic{Pos: at.pos, Category: "linkname", Message: strings.Join(by[at], ", ") + ": " + at.text})
	}
	return nil
}

func says(r *observatory.Refusal) string {
	text := fmt.Sprintf("the pull of %s does not link: %s", r.Symbol, r.Detail)
	if r.Instead != "" {
		text += "; " + r.Instead + " is there instead"
	}
	return text
}

// analyzing is the name of the release that analyzes: the go command's where the package lies, which go.mod may choose.
func analyzing(ctx context.Context, pass *analysis.Pass) string {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	if len(pass.Files) > 0 {
		cmd.Dir = filepath.Dir(pass.Fset.File(pass.Files[0].FileStart).Name())
	}
	out, err := cmd.Output()
	if name := strings.TrimSpace(string(out)); err == nil && strings.HasPrefix(name, "go") && !strings.ContainsAny(name, " -") {
		return name
	}
	return "" // the machine's, as the observatory finds it
}

// addFile adds a file that is not Go's, for positions in it.
func addFile(fset *token.FileSet, path string) (*token.File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file := fset.AddFile(path, -1, len(text))
	file.SetLinesForContent(text)
	return file, nil
}
