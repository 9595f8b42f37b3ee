package observatory

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A program of a module that has no version, built in every form: its module cannot be audited, so the verdict is never links,
// and what it depends on is looked at for its own platform.
func TestAuditOfBuiltPrograms(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.mod":       "module example.com/m\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n\nreplace example.com/dep => ./dep\n",
		"main.go":      "package main\n\nimport \"example.com/dep\"\n\nfunc main() { dep.F() }\n",
		"lib.go":       "//go:build cgo\n\npackage main\n\nimport \"C\"\n",
		"dep/go.mod":   "module example.com/dep\n\ngo 1.21\n",
		"dep/dep.go":   "package dep\n\n//go:noinline\nfunc F() {}\n",
		"dep/other.go": "//go:build other\n\npackage dep\n",
	})
	for _, r := range []*Release{release(t, ""), releases(t)[0]} {
		for _, c := range []struct{ os, arch, cgo, mode string }{
			{"linux", "amd64", "0", "exe"}, {"darwin", "arm64", "0", "exe"}, {"windows", "amd64", "0", "exe"},
			{"linux", "amd64", "1", "c-shared"}, {"linux", "amd64", "1", "c-archive"},
		} {
			if c.mode == "exe" && r.Name != release(t, "").Name {
				continue // the standard library for each platform takes a minute
			}
			built := filepath.Join(t.TempDir(), "built")
			cmd := goCommand(context.Background(), r.tool(), dir, "build", "-tags=other", "-ldflags=-checklinkname=0", "-buildmode="+c.mode, "-o", built, ".")
			if !scanned(t, r).Rules.Checks {
				cmd.Args = slices.DeleteFunc(cmd.Args, func(argument string) bool { return strings.HasPrefix(argument, "-ldflags") })
			}
			if _, err := run(context.Background(), cmd, "GOOS="+c.os, "GOARCH="+c.arch, "CGO_ENABLED="+c.cgo); err != nil {
				t.Fatal(err)
			}
			of, err := findTarget(context.Background(), AuditQuery{Target: built}, t.TempDir())
			if err != nil {
				t.Fatalf("%s %v: %v", r.Name, c, err)
			}
			if want := (Platform{c.os, c.arch, c.cgo == "1"}); *of.platform != want || of.tags != "other" || of.release != r.Name {
				t.Errorf("%s %v: it was built for %v with the tags %q by %s", r.Name, c, of.platform, of.tags, of.release)
			}
			if !strings.Contains(of.missing, "example.com/m, has no version") || of.unchecked != scanned(t, r).Rules.Checks {
				t.Errorf("%s %v: missing %q, unchecked %v", r.Name, c, of.missing, of.unchecked)
			}
			if !of.linked("example.com/dep") || of.linked("net/http") {
				t.Errorf("%s %v: it does not tell which packages it has", r.Name, c)
			}
		}
	}
}
