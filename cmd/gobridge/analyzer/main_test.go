package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	_ "gobridge/cmd/gobridge/analyzer/plugin"
)

const pull = "package m\n\nimport _ \"unsafe\"\n\n//go:linkname pulled runtime.NAME\nfunc pulled()\n\nfunc F() { pulled() }\n"

// go vet runs it as its users do, and fails for a pull that the release refuses, and for it alone.
func TestVetTool(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "linkname")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.21\n")
	write("m.s", "")
	release, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, flag, says string }{
		{"sysargs", "-linkname.release=go1.22.12", ""},
		{"sysargs", "-linkname.release=go1.22.12,go1.23.12", "m.go:6:6: go1.23.12: the pull of runtime.sysargs does not link: not marked"},
		{"nothere", "", "m.go:6:6: " + strings.TrimSpace(string(release)) + ": the pull of runtime.nothere does not link: this release has no such symbol"},
		{"nanotime", "", ""},
		{"nothere", "-linkname.release=frob", `"frob" is neither a Go release`},
	} {
		write("m.go", strings.ReplaceAll(pull, "NAME", c.name))
		args := slices.DeleteFunc([]string{"vet", "-vettool=" + tool, c.flag, "."}, func(arg string) bool { return arg == "" })
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if (err != nil) != (c.says != "") || !strings.Contains(string(out), c.says) {
			t.Errorf("%s with %q: %v: %s", c.name, c.flag, err, out)
		}
	}
}

// golangci-lint finds it by its name, with the settings of its own file.
func TestPlugin(t *testing.T) {
	newLinter, err := register.GetPlugin("linkname")
	if err != nil {
		t.Fatal(err)
	}
	linter, err := newLinter(map[string]any{"release": "go1.23.12"})
	if err != nil {
		t.Fatal(err)
	}
	analyzers, err := linter.BuildAnalyzers()
	if err != nil || len(analyzers) != 1 || analyzers[0].Flags.Lookup("release").Value.String() != "go1.23.12" || linter.GetLoadMode() != register.LoadModeTypesInfo {
		t.Errorf("it has %v: %v", analyzers, err)
	}
	if _, err := newLinter(map[string]any{"frob": 1}); err == nil {
		t.Error("it takes a setting that it does not have")
	}
}
