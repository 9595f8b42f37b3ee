//go:debug gotypesalias=1

package observatory

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// writeFiles writes files below a new directory: "name" and text by turns.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// programOf is files of a module m whose main package imports p and calls p.F.
func programOf(files map[string]string) map[string]string {
	all := map[string]string{
		"go.mod":  "module m\n\ngo 1.21\n",
		"main.go": "package main\n\nimport \"m/p\"\n\nfunc main() { p.F() }\n",
		"p/p.s":   "",
	}
	for name, text := range files {
		all[name] = text
	}
	return all
}

// Verdicts on programs of more than one package, or more than one use: each is built too.
func TestAuditOfPrograms(t *testing.T) {
	const (
		unsafe = "import _ \"unsafe\"\n\n"
		gone   = "//go:linkname pulled runtime.nothere\nfunc pulled()\n\n"
		hidden = "//go:linkname pulled runtime.sysargs\nfunc pulled()\n\n"
		method = "//go:linkname pulled crypto/tls.(*Conn).readRecord\n"
	)
	releases := []string{"go1.22.12", "go1.23.12", "go1.27.3"}
	for name, c := range map[string]struct {
		files    map[string]string
		verdicts string // on those releases
	}{
		"a method of a type that is named": {map[string]string{
			"p/p.go": "package p\n\nimport \"crypto/tls\"\n" + unsafe + method + "func pulled(*tls.Conn) error\n\nfunc F() { pulled(nil) }\n"}, "links links links"},
		"a method of a type that the pull's parameter leads to": {map[string]string{
			"p/p.go": "package p\n\nimport \"net/http\"\n" + unsafe + method + "func pulled(*http.Server) error\n\nfunc F() { pulled(nil) }\n"}, "links links links"},
		"a method of a type that is named before": {map[string]string{
			"p/p.go": "package p\n\nimport \"crypto/tls\"\n" + unsafe + "type w struct{ c *tls.Conn }\n\n" + method + "func pulled(any) error\n\nfunc F() { pulled(w{}) }\n"}, "links links links"},
		"a method of a type that is named after": {map[string]string{
			"p/p.go": "package p\n\nimport \"crypto/tls\"\n" + unsafe + method + "func pulled(any) error\n\ntype w struct{ c *tls.Conn }\n\nfunc F() { pulled(w{}) }\n"}, "links breaks breaks"},
		"a method of a type that a variable begins with": {map[string]string{
			"p/p.go": "package p\n\nimport \"crypto/tls\"\n" + unsafe + method + "func pulled(any) error\n\nfunc F() { pulled(nil) }\n\nvar X = tls.Client\n"}, "links links links"},
		"a method of a type that a body names": {map[string]string{
			"p/p.go": "package p\n\nimport \"crypto/tls\"\n" + unsafe + "func G() { var c tls.Conn; c.Close() }\n\n" + method + "func pulled(any) error\n\nfunc F() { pulled(nil) }\n"}, "links breaks breaks"},
		"a method of a type that is not named": {map[string]string{
			"p/p.go": "package p\n\nimport _ \"crypto/tls\"\n" + unsafe + method + "func pulled(any) error\n\nfunc F() { pulled(nil) }\n"}, "links breaks breaks"},
		"a pointer's method that the compiler makes of a value's": {map[string]string{
			"p/p.go": "package p\n\nimport \"time\"\n" + unsafe + "//go:linkname pulled time.(*Month).String\nfunc pulled(*time.Month) string\n\nfunc F() { m := time.May; pulled(&m) }\n"}, "links breaks breaks"},
		"a pointer's method that is declared by a value, and marked": {map[string]string{
			"p/p.go": "package p\n\nimport (\n\t\"reflect\"\n\t\"unsafe\"\n)\n\n//go:linkname pulled reflect.(*Value).pointer\nfunc pulled(*reflect.Value) unsafe.Pointer\n\nfunc F() { v := reflect.ValueOf(&v0); pulled(&v) }\n\nvar v0 int\n"}, "links links links"},
		"a method of an embedded type": {map[string]string{
			"p/p.go": "package p\n\nimport \"os\"\n" + unsafe + "//go:linkname pulled os.(*File).close\nfunc pulled(*os.File) error\n\nfunc F() { pulled(nil) }\n"}, "links breaks breaks"},
		"an interface's method": {map[string]string{
			"p/p.go": "package p\n\nimport \"io\"\n" + unsafe + "//go:linkname pulled io.Closer.Close\nfunc pulled(io.Closer) error\n\nfunc F() { pulled(nil) }\n"}, "links breaks breaks"},
		"a value's method that only a pointer has": {map[string]string{
			"p/p.go": "package p\n\nimport \"crypto/tls\"\n" + unsafe + "//go:linkname pulled crypto/tls.Conn.readRecord\nfunc pulled(any) error\n\nfunc F() { pulled(tls.Conn{}) }\n"}, "breaks breaks breaks"},
		"a method of a type with type parameters": {map[string]string{
			"p/p.go": "package p\n\nimport \"sync/atomic\"\n" + unsafe + "//go:linkname pulled sync/atomic.(*Pointer).Load\nfunc pulled(*atomic.Pointer[int]) *int\n\nfunc F() { pulled(nil) }\n"}, "breaks breaks breaks"},
		"a push of a name of the runtime's": {map[string]string{
			"q/q.go": "package q\n\n" + unsafe + "//go:linkname own runtime.myOwn\nfunc own() int { return 1 }\n",
			"p/p.go": "package p\n\nimport _ \"m/q\"\n" + unsafe + "//go:linkname own runtime.myOwn\nfunc own() int\n\nfunc F() int { return own() }\n"}, "links links links"},
		"a push beside what is not imported": {map[string]string{
			"p/p.go": "package p\n\n" + unsafe + "//go:linkname own net/http.cloneURL\nfunc own() int { return 1 }\n\nfunc F() int { return own() }\n"}, "links links links"},
		"a pull of another package of the module": {map[string]string{
			"q/q.go": "package q\n\nfunc hidden() int { return 1 }\n",
			"p/p.go": "package p\n\nimport _ \"m/q\"\n" + unsafe + "//go:linkname own m/q.hidden\nfunc own() int\n\nfunc F() int { return own() }\n"}, "links links links"},
		"a pull of what another package does not have": {map[string]string{
			"q/q.go": "package q\n\nfunc hidden() int { return 1 }\n",
			"p/p.go": "package p\n\nimport _ \"m/q\"\n" + unsafe + "//go:linkname own m/q.nothere\nfunc own() int\n\nfunc F() int { return own() }\n"}, "breaks breaks breaks"},
		"a pull of what another package has up to a release": {map[string]string{
			"q/q.go":   "package q\n",
			"q/old.go": "//go:build !go1.27\n\npackage q\n\nfunc hidden() int { return 1 }\n",
			"p/p.go":   "package p\n\nimport _ \"m/q\"\n" + unsafe + "//go:linkname own m/q.hidden\nfunc own() int\n\nfunc F() int { return own() }\n"}, "links links breaks"},
		"a field of the pull's name": {map[string]string{
			"p/p.go": "package p\n\n" + unsafe + hidden + "type t struct{ pulled int }\n\nfunc F() int { return t{}.pulled }\n"}, "links links links"},
		"a type parameter's function that nobody calls": {map[string]string{
			"p/p.go": "package p\n\n" + unsafe + hidden + "func generic[T any]() { pulled() }\n\nfunc F() {}\n"}, "links links links"},
		"a type parameter's function that somebody calls": {map[string]string{
			"p/p.go": "package p\n\n" + unsafe + hidden + "func generic[T any]() { pulled() }\n\nfunc F() { generic[int]() }\n"}, "links breaks breaks"},
		"behind if false": {map[string]string{
			"p/p.go": "package p\n\n" + unsafe + hidden + "const debug = false\n\nfunc F() {\n\tif debug {\n\t\tpulled()\n\t}\n}\n"}, "links links links"},
		"gone, in a dependency's function that nobody calls": {map[string]string{
			"internal/q/q.go": "package q\n\n" + unsafe + gone + "func Dead() { pulled() }\n\nfunc Alive() {}\n",
			"p/p.go":          "package p\n\nimport \"m/internal/q\"\n\nfunc F() { q.Alive() }\n",
			"internal/q/q.s":  ""}, "links links links"},
		"gone, in a dependency's function that somebody calls": {map[string]string{
			"internal/q/q.go": "package q\n\n" + unsafe + gone + "func Dead() { pulled() }\n",
			"p/p.go":          "package p\n\nimport \"m/internal/q\"\n\nfunc F() { q.Dead() }\n",
			"internal/q/q.s":  ""}, "breaks breaks breaks"},
		"gone, in a method that an interface reaches": {map[string]string{
			"p/p.go": "package p\n\n" + unsafe + gone + "type t struct{}\n\nfunc (t) m() { pulled() }\n\nfunc F() { var i interface{ m() } = t{}; i.m() }\n"}, "breaks breaks breaks"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			dir := writeFiles(t, programOf(c.files))
			for _, result := range audited(t, dir, releases...).Results {
				wanted := strings.Fields(c.verdicts)[slices.Index(releases, result.Release)]
				if result.Verdict != wanted {
					t.Errorf("%s: %s, not %s: %s%s", result.Release, result.Verdict, wanted, result.Reason, result.Compile)
					for _, f := range result.Findings {
						t.Logf("%+v", *f)
					}
				}
				if build := built(t, release(t, result.Release), dir); build.Verdict != wanted {
					t.Errorf("%s: the build says %v, not %s: %s", result.Release, build, wanted, build.Output)
				}
			}
		})
	}
}

func auditOf(t *testing.T, q AuditQuery) *Audit {
	t.Helper()
	if q.Platforms == nil {
		q.Platforms = []Platform{HostPlatform}
	}
	a, err := AuditModules(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const pullsGone = "package p\n\nimport _ \"unsafe\"\n\n//go:linkname pulled runtime.nothere\nfunc pulled()\n\nfunc F() { pulled() }\n"

func TestAuditOfTags(t *testing.T) {
	dir := writeFiles(t, programOf(map[string]string{
		"p/p.go":   "//go:build !special\n\npackage p\n\nfunc F() {}\n",
		"p/tag.go": "//go:build special\n\n" + pullsGone}))
	if r := auditOf(t, AuditQuery{Target: dir}).Results[0]; r.Verdict != "links" {
		t.Errorf("without the tag: %+v", r)
	}
	if r := auditOf(t, AuditQuery{Target: dir, Tags: "other,special"}).Results[0]; r.Verdict != "breaks" {
		t.Errorf("with the tag: %+v", r)
	}
}

func TestAuditOfTests(t *testing.T) {
	for name, text := range map[string]string{
		"in the package":   "package p\n\nimport (\n\t\"testing\"\n\t_ \"unsafe\"\n)\n\n//go:linkname pulled runtime.nothere\nfunc pulled()\n\nfunc TestIt(*testing.T) { pulled() }\n",
		"outside of it":    "package p_test\n\nimport (\n\t\"m/p\"\n\t\"testing\"\n\t_ \"unsafe\"\n)\n\n//go:linkname pulled runtime.nothere\nfunc pulled()\n\nfunc TestIt(*testing.T) { p.F(); pulled() }\n",
		"does not compile": "package p\n\nimport \"testing\"\n\nfunc TestIt(*testing.T) { nothere() }\n",
	} {
		dir := writeFiles(t, programOf(map[string]string{"p/p.go": "package p\n\nfunc F() {}\n", "p/p_test.go": text}))
		if r := auditOf(t, AuditQuery{Target: dir}).Results[0]; r.Verdict != "links" {
			t.Errorf("%s: without tests: %+v", name, r)
		}
		if r := auditOf(t, AuditQuery{Target: dir, Test: true}).Results[0]; r.Verdict != "breaks" {
			t.Errorf("%s: with tests: %+v", name, r)
		}
	}
}

func TestAuditOfPatterns(t *testing.T) {
	dir := writeFiles(t, programOf(map[string]string{
		"p/p.go":        "package p\n\nfunc F() {}\n",
		"a/a.go":        "package a\n",
		"a/b/b.go":      strings.Replace(pullsGone, "package p", "package b", 1),
		"a/b/b.s":       "",
		"cmd/x/main.go": "package main\n\nfunc main() {}\n"}))
	for below, verdict := range map[string]string{"": "breaks", "/...": "breaks", "/p": "links", "/a": "links", "/a/...": "breaks", "/a/b": "breaks", "/cmd/x": "links"} {
		if r := auditOf(t, AuditQuery{Target: dir + below}).Results[0]; r.Verdict != verdict {
			t.Errorf("%q: %s, not %s", below, r.Verdict, verdict)
		}
	}
}

func TestAuditOfAWorkspace(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.work":    "go 1.21\n\nuse (\n\t./one\n\t./two\n)\n",
		"one/go.mod": "module example.com/one\n\ngo 1.21\n",
		"one/one.go": "package one\n\nimport \"example.com/two\"\n\nfunc F() { two.F() }\n",
		"two/go.mod": "module example.com/two\n\ngo 1.21\n",
		"two/two.go": strings.Replace(pullsGone, "package p", "package two", 1),
		"two/two.s":  ""})
	a := auditOf(t, AuditQuery{Target: filepath.Join(dir, "one"), Deps: true})
	if r := a.Results[0]; r.Verdict != "breaks" || r.Cause != causeLinkname || !strings.Contains(a.Note, "go.work") {
		t.Errorf("%s: %+v", a.Note, r)
	}
}

func TestAuditOfPlatforms(t *testing.T) {
	dir := writeFiles(t, programOf(map[string]string{
		"p/p.go":         "package p\n\nfunc F() {}\n",
		"p/p_windows.go": "package p\n\nimport _ \"unsafe\"\n\n//go:linkname pulled runtime.nothere\nfunc pulled()\n\nfunc init() { pulled() }\n"}))
	platforms, err := ParsePlatforms("linux/amd64,windows/amd64/nocgo", HostPlatform)
	if err != nil {
		t.Fatal(err)
	}
	results := auditOf(t, AuditQuery{Target: dir, Platforms: platforms}).Results
	if len(results) != 2 || results[0].Verdict != "links" || results[1].Verdict != "breaks" || results[1].Platform != "windows/amd64 without cgo" {
		t.Errorf("%+v %+v", results[0], results[1])
	}
	for _, wrong := range []string{"linux", "linux/", "linux/amd64/cgo", "a/b/c/d"} {
		if _, err := ParsePlatforms(wrong, HostPlatform); err == nil {
			t.Errorf("%s is a platform", wrong)
		}
	}
}

// Aliases with type parameters are Go 1.24's, also where this program is written in an older language.
func TestAuditOfGenericAliases(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.mod": "module m\n\ngo 1.24\n",
		"m.go":   "package m\n\ntype list[T any] struct{ first T }\n\ntype Alias[T any] = list[T]\n\nfunc F() int { return Alias[int]{}.first }\n"})
	var progress strings.Builder
	for _, r := range auditOf(t, AuditQuery{Target: dir, Releases: []string{"go1.24.11", "go1.27.3"}, Build: true, Progress: &progress}).Results {
		if r.Verdict != "links" || r.Build.Verdict != "links" {
			t.Errorf("%s: %s: %s, built: %v: %s", r.Release, r.Verdict, r.Compile, r.Build, r.Build.Output)
		}
	}
	if !regexp.MustCompile(`^\[1/2\] go1\.2.*: links\n\[2/2\] go1\.2.*: links\n$`).MatchString(progress.String()) {
		t.Errorf("it tells of its progress: %q", progress.String())
	}
}

// A build says what the audit says.
func TestAuditWithBuild(t *testing.T) {
	for source, verdict := range map[string]string{
		"package p\n\nfunc F() {}\n":              "links",
		"package p\n\nfunc F() { undefined() }\n": "breaks compile",
		pullsGone: "breaks linkname",
		// What can not be used as a value, or not with int.
		"package p\n\nimport \"m/q\"\n\ntype A = q.Number\ntype B q.Number\ntype C[T q.Number] struct{}\n" +
			"type D[T ~string] struct{}\ntype E = D[string]\nfunc F() {}\nfunc H[T q.Number](T) {}\nfunc G[T interface{ Less(T) bool }](T) {}\n": "links",
	} {
		dir := writeFiles(t, programOf(map[string]string{"p/p.go": source, "q/q.go": "package q\n\ntype Number interface{ ~int | ~int8 }\n"}))
		r := auditOf(t, AuditQuery{Target: dir, Build: true}).Results[0]
		if got := strings.TrimSpace(r.Verdict + " " + r.Cause); r.Build.String() != verdict || got != verdict {
			t.Errorf("%q: the audit says %s, the build %v: %s", source, got, r.Build, r.Build.Output)
		}
	}
}

// serve makes a proxy that has some versions of one module, and has the go command ask that alone.
func serve(t *testing.T, module string, versions map[string]map[string]string) {
	t.Helper()
	served := t.TempDir()
	t.Setenv("GOPROXY", "file://"+served)
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Cleanup(func() { run(context.Background(), goCommand(context.Background(), "go", "", "clean", "-modcache")) })
	dir := filepath.Join(served, module, "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	list := ""
	for version, files := range versions {
		var archive bytes.Buffer
		zipped := zip.NewWriter(&archive)
		for name, text := range files {
			file, err := zipped.Create(module + "@" + version + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			file.Write([]byte(text))
		}
		if err := zipped.Close(); err != nil {
			t.Fatal(err)
		}
		list += version + "\n"
		write(version+".info", `{"Version": "`+version+`"}`)
		write(version+".mod", files["go.mod"])
		write(version+".zip", archive.String())
	}
	write("list", list)
}

// A module's path may be a domain alone, and a package's of it.
func TestAuditOfADomain(t *testing.T) {
	serve(t, "one.example", map[string]map[string]string{"v1.0.0": {"go.mod": "module one.example\n\ngo 1.21\n", "q/q.go": "package q\n", "p/p.go": pullsGone, "p/p.s": ""}})
	for target, verdict := range map[string]string{"one.example@v1.0.0": "breaks", "one.example/p@v1.0.0": "breaks", "one.example/q@v1.0.0": "links"} {
		if r := auditOf(t, AuditQuery{Target: target}).Results[0]; r.Verdict != verdict {
			t.Errorf("%s: %s, not %s: %s", target, r.Verdict, verdict, r.Reason)
		}
	}
}

// What cannot be had or listed is unknown, for the reason that the go command gives, and no failure to compile.
func TestAuditsThatCannotTell(t *testing.T) {
	const gomod, source = "module m\n\ngo 1.21\n", "package m\n"
	const needs = "\nrequire example.com/x v1.0.0\n"
	for name, c := range map[string]struct {
		files  map[string]string
		below  string
		reason string
	}{
		"a line of go.mod":                {map[string]string{"go.mod": gomod + "\nrequir x\n", "m.go": source}, "", "go.mod:5: unknown directive: requir"},
		"a line of go.work":               {map[string]string{"go.work": "go 1.21\n\nuze ./m\n", "m/go.mod": gomod, "m/m.go": source}, "m", "go.work:3: unknown directive: uze"},
		"what no proxy has":               {map[string]string{"go.mod": gomod + needs, "m.go": source + "\nimport \"example.com/x\"\n\nvar _ = x.X\n"}, "", "module lookup disabled by GOPROXY=off"},
		"what no proxy has, in go.work":   {map[string]string{"go.work": "go 1.21\n\nuse ./m\n", "m/go.mod": gomod + needs, "m/m.go": source + "\nimport _ \"example.com/x\"\n"}, "m", "module lookup disabled by GOPROXY=off"},
		"a language that is newer":        {map[string]string{"go.mod": "module m\n\ngo 1.99\n", "m.go": source}, "", "it requires go >= 1.99: --go names newer releases"},
		"what no proxy has, deeper below": {map[string]string{"go.mod": gomod + needs, "p/p.go": "package p\n\nimport _ \"example.com/x\"\n", "m.go": source + "\nimport _ \"m/p\"\n"}, "", "module lookup disabled by GOPROXY=off"},
	} {
		t.Setenv("GOPROXY", "off")
		a := auditOf(t, AuditQuery{Target: filepath.Join(writeFiles(t, c.files), c.below)})
		if r := a.Results[0]; r.Verdict != "unknown" || r.Cause != "" || !strings.Contains(r.Reason, c.reason) {
			t.Errorf("%s: %s %s: %s%s", name, r.Verdict, r.Cause, r.Reason, r.Compile)
		}
		if _, in := c.files["go.work"]; in != strings.Contains(a.Note, "go.work") {
			t.Errorf("%s: the note is %q", name, a.Note)
		}
	}
	older, newer := release(t, "go1.22.12").Root, release(t, "go1.27.3").Root // which are not in the cache of modules that this has from here on
	serve(t, "one.example", map[string]map[string]string{"v1.0.0": {"go.mod": "module one.example\n\ngo 1.27\n", "q/q.go": "package q\n"}})
	for _, r := range auditOf(t, AuditQuery{Target: "one.example@v1.0.0", Releases: []string{older, newer}}).Results {
		want := map[string]string{"go1.22.12": "it requires go >= 1.27: --go names newer releases"}[r.Release]
		if r.Reason != want || (r.Verdict == "links") != (want == "") {
			t.Errorf("a version, on %s: %s: %s", r.Release, r.Verdict, r.Reason)
		}
	}
	dir := writeFiles(t, map[string]string{"go.mod": gomod + strings.Replace(needs, "example.com/x", "one.example", 1), "m.go": source + "\nimport _ \"one.example/q\"\n"})
	if r := auditOf(t, AuditQuery{Target: dir, Releases: []string{older}}).Results[0]; r.Reason != "one.example requires go >= 1.27: --go names newer releases" {
		t.Errorf("a dependency: %s: %s", r.Verdict, r.Reason)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := AuditModules(context.Background(), AuditQuery{Target: dir, Platforms: []Platform{HostPlatform}}); err == nil || !strings.Contains(err.Error(), "there is no go on the PATH") {
		t.Errorf("without go: %v", err)
	}
}

// The standard library has copies of packages that a module can have too.
func TestBuildOfWhatTheStandardLibraryCopies(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.mod":                    "module golang.org/x/net\n\ngo 1.21\n",
		"dns/dnsmessage/message.go": "package dnsmessage\n\nimport _ \"net\"\n\nfunc Own() {}\n"})
	if r := auditOf(t, AuditQuery{Target: dir, Build: true}).Results[0]; r.Verdict != "links" || r.Build.Verdict != "links" {
		t.Errorf("%s, built: %v: %s", r.Verdict, r.Build, r.Build.Output)
	}
}
