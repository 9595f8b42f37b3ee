package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ran is what the program prints and exits with.
func ran(t *testing.T, args ...string) (out, errors string, status int) {
	t.Helper()
	var to, beside strings.Builder
	status = run(context.Background(), args, &to, &beside)
	return to.String(), beside.String(), status
}

const pullsGone = "package m\n\nimport _ \"unsafe\"\n\n//go:linkname gone runtime.nothere\nfunc gone()\n\nfunc Gone() { gone() }\n"

func TestAudit(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module m\n\ngo 1.21\n", "m.go": pullsGone, "m.s": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out, errors, status := ran(t, "audit", dir, "-deps", "--go", "go1.22.12,go1.27.3")
	if status != findings || !strings.HasPrefix(out, "m breaks on go1.22.12, go1.27.3: runtime.nothere (used in m.go:5), gone\n") || errors != "" {
		t.Errorf("exits with %d: %s%s", status, out, errors)
	}
	for format, part := range map[string]string{"json": `"verdict": "breaks"`, "sarif": `"version": "2.1.0"`, "github": "::error file="} {
		if out, errors, status := ran(t, "audit", "--format", format, dir); status != findings || !strings.Contains(out, part) {
			t.Errorf("%s: exits with %d: %s%s", format, status, out, errors)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.99\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, _, status := ran(t, "audit", dir); status != unknown || !strings.Contains(out, "requires go >= 1.99") {
		t.Errorf("exits with %d: %s", status, out)
	}
}

func TestListAndDiff(t *testing.T) {
	if out, errors, status := ran(t, "list", "-platform", "windows/amd64/nocgo"); status != ok || !strings.Contains(out, "\nsyscall.") || !strings.Contains(errors, " symbols\n") {
		t.Errorf("list exits with %d: %.200s%s", status, out, errors)
	}
	if out, errors, status := ran(t, "diff", "go1.23.12", "go1.24.11"); status != findings || !strings.HasPrefix(out, "go1.23.12 to go1.24.11\n") || strings.Contains(out, "gobridge") {
		t.Errorf("diff exits with %d: %.200s%s", status, out, errors)
	}
}

func TestBadArguments(t *testing.T) {
	for args, message := range map[string]string{
		"": "linknames audit", "frob": "no command frob", "audit": "audit takes one", "diff go1.22.12": "compares two releases",
		"list x": "what is x for", "list -frob": "not defined: -frob", "list -platform linux": "no platform", "list -format xml": "a list comes as",
		"list -platform linux/amd64,linux/arm64": "one platform at a time", "audit /nowhere": "no such file",
	} {
		if _, errors, status := ran(t, strings.Fields(args)...); status != cannot || !strings.Contains(errors, message) {
			t.Errorf("%q exits with %d: %s", args, status, errors)
		}
	}
}

// It has no C, and builds for the systems that people work on.
func TestBuildsElsewhere(t *testing.T) {
	for _, platform := range []string{"darwin/arm64", "windows/amd64"} {
		system, arch, _ := strings.Cut(platform, "/")
		cmd := exec.Command("go", "build", "-o", os.DevNull, ".")
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", platform, err, out)
		}
	}
}

// The GitHub Action and the hook of pre-commit find a known break: what they run is run here, in a module's directory.
func TestActionAndHook(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.21\n")
	write("m.s", "")
	for _, c := range []struct{ file, key, before, part string }{
		{"action.yml", "      run: ", "", "::error file=m.go,line=5,title=go%3Alinkname runtime.nothere::"},
		{".pre-commit-hooks.yaml", "  entry: ", root + "/", "m breaks on go"},
	} {
		text, err := os.ReadFile(filepath.Join(root, c.file))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), c.key)
		line, _, _ := strings.Cut(rest, "\n")
		for source, fails := range map[string]bool{pullsGone: true, "package m\n": false} {
			write("m.go", source)
			cmd := exec.Command("bash", "-c", c.before+strings.Trim(line, "'"))
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+root, "LINKNAMES_PATH=.", "LINKNAMES_GO=go1.22.12,go1.27.3")
			out, err := cmd.CombinedOutput()
			if (err != nil) != fails || strings.Contains(string(out), c.part) != fails {
				t.Errorf("%s, with %q: %v: %s", c.file, source, err, out)
			}
		}
	}
}
