package observatory

import (
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
