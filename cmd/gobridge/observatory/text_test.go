package observatory

import (
	"os"
	"strings"
	"testing"
)

// The answer comes first, and each finding once.
func TestTextOfAudits(t *testing.T) {
	const pull = "package p\n\nimport _ \"unsafe\"\n\n//go:linkname pulled runtime.sysargs\nfunc pulled(int32, **byte)\n\nfunc F() { pulled(0, nil) }\n"
	dir := writeFiles(t, programOf(map[string]string{"p/p.go": pull}))
	text := Text(audited(t, dir, "go1.22.12", "go1.23.12", "go1.27.3"), false, Paint{})
	lines := strings.Split(text, "\n")
	for i, want := range []string{
		"m breaks from go1.23.12 on: runtime.sysargs (used in p/p.go:5), refused",
		"go1.22.12  links: 1 links",
		"go1.23.12  breaks: 1 refused",
		"go1.27.3   breaks: 1 refused",
	} {
		if lines[i] != want {
			t.Errorf("line %d is %q, not %q", i+1, lines[i], want)
		}
	}
	for _, part := range []string{"  runtime.sysargs  links       refused     refused", "p/p.go:5: runtime.sysargs: refused on go1.23.12, go1.27.3: not marked"} {
		if strings.Count(text, part) != 1 {
			t.Errorf("%q is not there once:\n%s", part, text)
		}
	}
	if strings.Contains(text, "\033") || !strings.Contains(Text(audited(t, dir, "go1.27.3"), false, Coloured), "\033[31m") {
		t.Error("colours are not where they should be")
	}
}

// What is pulled by another module tells how the build comes there.
func TestTextOfDependencies(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.mod":         "module m\n\ngo 1.21\n\nrequire example.com/dep v0.0.0\n\nreplace example.com/dep => ./dep\n",
		"main.go":        "package main\n\nimport \"m/q\"\n\nfunc main() { q.F() }\n",
		"q/q.go":         "package q\n\nimport \"example.com/dep/p\"\n\nfunc F() { p.F() }\n",
		"dep/go.mod":     "module example.com/dep\n\ngo 1.21\n",
		"dep/p/p.go":     pullsGone,
		"dep/p/empty.s":  "",
		"dep/other/o.go": "package other\n",
	})
	a := auditOf(t, AuditQuery{Target: dir, Deps: true})
	if want := "breaks on " + a.Results[0].Release + ": runtime.nothere (used in example.com/dep@v0.0.0/p/p.go:5), gone, via m/q -> example.com/dep/p"; !strings.HasPrefix(a.Answer(), "m "+want) {
		t.Errorf("%q does not tell %q", a.Answer(), want)
	}
}

// What other programs show are files that are there: of a dependency the line that requires it, seen from where the program runs.
func TestPlacesOfDependencies(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.mod":        "module m\n\ngo 1.21\n\nrequire (\n\texample.com/dep v0.0.0\n\texample.com/torn v0.0.0\n)\n\nreplace example.com/dep => ./dep\n\nreplace example.com/torn => ./torn\n",
		"main.go":       "package main\n\nimport (\n\t\"example.com/dep/p\"\n\t_ \"example.com/torn\"\n)\n\nfunc main() { p.F() }\n",
		"dep/go.mod":    "module example.com/dep\n\ngo 1.21\n",
		"dep/p/p.go":    pullsGone,
		"dep/p/empty.s": "",
		"torn/go.mod":   "module example.com/torn\n\ngo 1.21\n",
		"torn/torn.go":  "package torn\n\nvar V = nothere\n",
	})
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	defer os.Chdir(before)
	if err := os.Chdir(dir); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{dir, "."} {
		a := auditOf(t, AuditQuery{Target: target, Deps: true})
		if text := formatAnnotations(a); !strings.HasPrefix(text, "::error file=go.mod,line=6,title=go%3Alinkname runtime.nothere::") || !strings.Contains(text, "used in example.com/dep@v0.0.0/p/p.go:5") {
			t.Errorf("%s: %s", target, text)
		}
		if c := a.Results[0].Compile; !strings.HasPrefix(c, "example.com/torn@v0.0.0/torn.go:3:9: ") {
			t.Errorf("%s: what does not compile is %q", target, c)
		}
		results := sarifOf(a).Runs[0].Results
		for i, line := range []int{6, 7} {
			if at := results[i].Locations[0].PhysicalLocation; at.ArtifactLocation.URI != "go.mod" || at.Region.StartLine != line {
				t.Errorf("%s: result %d is at %v, not line %d", target, i, at, line)
			}
		}
		if results[0].Fingerprints["gobridge/v1"] == results[1].Fingerprints["gobridge/v1"] {
			t.Errorf("%s: two results have one fingerprint", target)
		}
	}
}

func TestToolVersionIsTheLibrarys(t *testing.T) {
	header, err := os.ReadFile("../../../include/gobridge/api.h")
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range strings.Split(toolVersion, ".") {
		if want := "#define GOBRIDGE_VERSION_" + []string{"MAJOR", "MINOR", "PATCH"}[i] + " " + part + "\n"; !strings.Contains(string(header), want) {
			t.Errorf("api.h has no %q", want)
		}
	}
}
