package observatory

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// newModule writes a module: a program that imports its package p and uses what that exports.
func newModule(t *testing.T, source, assembly, use string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":    "module m\n\ngo 1.21\n",
		"main.go":   "package main\n\nimport \"m/p\"\n\nfunc main() {\n\tp.Used()\n\t" + use + "\n}\n",
		"p/p.go":    "package p\n\nimport \"unsafe\"\n\nvar _ unsafe.Pointer\n\nfunc Used() {}\n\n" + source,
		"p/p.s":     assembly,
		"p/none.go": "//go:build windows\n\npackage p\n\n//go:linkname elsewhere runtime.funcdata\nfunc elsewhere()\n",
	} {
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

// findingOf is what an audit says of the module's one pull, the one for other platforms aside.
func findingOf(t *testing.T, result *Result) *Finding {
	t.Helper()
	var own []*Finding
	for _, f := range result.Findings {
		if f.File != "p/none.go" {
			own = append(own, f)
		} else if f.Verdict != pullElsewhere {
			t.Errorf("%s: what is for other platforms is %s", result.Release, f.Verdict)
		}
	}
	if len(own) != 1 {
		t.Fatalf("%s: %d findings", result.Release, len(own))
	}
	return own[0]
}

// built is what a release makes of a module's program.
func built(t *testing.T, release *Release, dir string, flags ...string) *Build {
	t.Helper()
	args := append([]string{"build", "-o", filepath.Join(t.TempDir(), "built")}, flags...)
	_, err := run(context.Background(), goCommand(context.Background(), release.tool(), dir, append(args, ".")...))
	result, err := outcome(context.Background(), err)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func audited(t *testing.T, target string, releases ...string) *Audit {
	t.Helper()
	a, err := AuditModules(context.Background(), AuditQuery{Target: target, Releases: releases, Platforms: []Platform{HostPlatform}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The verdicts are the linker's: each module is built too.
func TestAuditAgreesWithLinker(t *testing.T) {
	all := []string{"go1.22.12", "go1.23.12", "go1.27.3"}
	for name, c := range map[string]struct {
		source, assembly, use string
		verdicts              string // on those releases
	}{
		"marked":              {"//go:linkname f runtime.nanotime\nfunc f() int64\n\nfunc F() int64 { return f() }", "", "p.F()", "links links links"},
		"not marked":          {"//go:linkname f runtime.sysargs\nfunc f(int32, **byte)\n\nfunc F() { f(0, nil) }", "", "p.F()", "links refused refused"},
		"not marked, in dead": {"//go:linkname f runtime.sysargs\nfunc f(int32, **byte)\n\nfunc dead() { f(0, nil) }", "", "", "links refused refused"},
		"not marked, unused":  {"//go:linkname f runtime.sysargs\nfunc f(int32, **byte)", "", "", "links dead dead"},
		"gone":                {"//go:linkname f runtime.nothere\nfunc f()\n\nfunc F() { f() }", "", "p.F()", "gone gone gone"},
		"gone, in dead":       {"//go:linkname f runtime.nothere\nfunc f()\n\nfunc dead() { f() }", "", "", "dead dead dead"},
		"gone variable":       {"//go:linkname v runtime.nothere\nvar v int\n\nfunc F() int { return v }", "", "p.F()", "gone gone gone"},
		"variable":            {"//go:linkname v runtime.prof\nvar v struct{ a uint32; b int32 }", "", "", "links refused refused"},
		"larger variable":     {"//go:linkname v runtime.prof\nvar v [20]byte\n\nfunc F() []byte { return v[:] }", "", "p.F()", "signature signature signature"},
		"blocked":             {"//go:linkname f runtime.newcoro\nfunc f(func(unsafe.Pointer)) unsafe.Pointer\n\nfunc F() { f(nil) }", "", "p.F()", "links blocked std-only"},
		"defined twice":       {"//go:linkname f runtime.makemap\nfunc f() {}", "", "", "refused refused refused"},
		"assembly to Go":      {"func f()\n\nfunc F() { f() }", "TEXT ·f(SB),4,$0\n\tJMP runtime·nanotime(SB)\n", "p.F()", "refused links links"},
		"assembly to hidden":  {"func f()\n\nfunc F() { f() }", "TEXT ·f(SB),4,$0\n\tJMP runtime·funcdata(SB) // it\n", "p.F()", "refused refused refused"},
		"not imported":        {"func f()\n\nfunc F() { f() }", "#ifdef GOARCH_wasm\n\tJMP runtime·not(SB)\n#endif\nTEXT ·f(SB),4,$0\n\tJMP crosscall2(SB)\n", "p.F()", "gone gone gone"},
		"gone, in assembly":   {"func f()\n\nfunc F() { f() }", "TEXT ·f(SB),4,$0\n\tCALL helper<>(SB)\n\tRET\n\nTEXT helper<>(SB),4,$0\n\tJMP runtime·nothere(SB)\n", "p.F()", "gone gone gone"},
		"gone, in a table":    {"func f()\n\nfunc F() { f() }", "DATA table<>+(2*4)(SB)/8, $runtime·nothere(SB)\nGLOBL table<>(SB), 8, $16\n\nTEXT ·f(SB),4,$0\n\tMOVQ table<>+8(SB), AX\n\tJMP AX\n", "p.F()", "gone gone gone"},
		"gone, in dead assembly": {"func f()\n\nfunc g()\n\nfunc dead() { g() }\n\nfunc F() { f() }",
			"TEXT ·f(SB),4,$0\n\tRET\n\nTEXT ·g(SB),4,$0\n\tJMP helper<>(SB)\n\nTEXT helper<>(SB),4,$0\n\tJMP runtime·nothere(SB)\n", "p.F()", "dead dead dead"},
		"another result":     {"//go:linkname f runtime.nanotime\nfunc f() (a, b int64)\n\nfunc F() { f() }", "", "p.F()", "signature signature signature"},
		"too few parameters": {"//go:linkname f runtime.makemap\nfunc f() unsafe.Pointer\n\nfunc F() { f() }", "", "p.F()", "signature signature signature"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := newModule(t, c.source, c.assembly, c.use)
			for _, result := range audited(t, dir, all...).Results {
				wanted := strings.Fields(c.verdicts)[slices.Index(all, result.Release)]
				if f := findingOf(t, result); !strings.HasPrefix(f.Verdict, wanted) {
					t.Errorf("%s: %s %s, not %s", result.Release, f.Verdict, f.Detail, wanted)
				}
				if built := built(t, release(t, result.Release), dir); built.Verdict != result.Verdict {
					t.Errorf("%s: the audit says %s, the build %s: %s", result.Release, result.Verdict, built.Verdict, built.Output)
				}
			}
		})
	}
}

// linknameIter's four words are enough from go1.24 on only.
func TestIteratorsThatAreTooSmall(t *testing.T) {
	verdicts := map[string]string{"go1.23.12": pullLayout, "go1.24.11": pullLinks}
	for _, source := range []string{
		"func next(*iter)\n\nfunc F() { next(&iter{}) }",
		"func next(unsafe.Pointer)\n\nfunc F() { var it iter; next((unsafe.Pointer)(unsafe.Pointer(&it))) }",
	} {
		dir := newModule(t, "type iter struct{ a, b, c, d unsafe.Pointer }\n\n//go:linkname next runtime.mapiternext\n"+source, "", "p.F()")
		for _, result := range audited(t, dir, "go1.23.12", "go1.24.11").Results {
			if f := findingOf(t, result); f.Verdict != verdicts[result.Release] || result.Verdict != "links" {
				t.Errorf("%s: %s, %s %s", result.Release, result.Verdict, f.Verdict, f.Detail)
			}
		}
	}
}

func TestAuditOfWhatDoesNotBuildIsUnknown(t *testing.T) {
	dir := newModule(t, "//go:linkname f runtime.nanotime\nfunc f() int64\n\nfunc F() int64 { return f() }", "", "p.F()")
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.99\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := audited(t, dir, "").Results[0]; r.Verdict != "unknown" || !strings.Contains(r.Reason, "1.99") {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
}

// What does not compile breaks, for a cause of its own: each is built too.
func TestAuditOfWhatDoesNotCompile(t *testing.T) {
	const pull = "//go:linkname f runtime.nanotime\nfunc f() int64\n\n"
	for source, part := range map[string]string{
		"//go:linkname f runtime.nanotime\nfunc f() *nothere\n\nfunc F() { f() }": "undefined: nothere",
		pull + "func F() int { return undefinedThing }":                           "undefined: undefinedThing",
		pull + "func F() { x := 1 }":                                              "declared and not used: x",
		pull + "func F() (g int) { return f() }":                                  "cannot use f()",
		pull + "func F() { f() }\n\nfunc bodyless()":                              "missing function body",
		pull + "//go:linkname nothing runtime.nothing\n\nfunc F() { f() }":        "must refer to declared",
		pull + "func F() { f(":                                                    "expected",
	} {
		dir := newModule(t, source, "", "p.F()")
		os.Remove(filepath.Join(dir, "p/p.s"))
		for _, r := range audited(t, dir, "go1.22.12", "").Results {
			if r.Verdict != "breaks" || r.Cause != causeCompile || !strings.Contains(r.Compile, part) || !strings.HasPrefix(r.Compile, "p/p.go:") {
				t.Errorf("%q: %s: %s %s: %s", source, r.Release, r.Verdict, r.Cause, r.Compile)
			}
			if build := built(t, release(t, r.Release), dir); build.Cause != causeCompile {
				t.Errorf("%q: %s: the build: %v: %s", source, r.Release, build, build.Output)
			}
		}
	}
}

// Assembly that names a field which its package's type has not, or no longer, does not assemble.
func TestAuditOfAssembly(t *testing.T) {
	const header = "#include \"go_asm.h\"\n#include \"textflag.h\"\n\nTEXT ·F(SB),NOSPLIT,$0-8\n"
	const source = "type inner struct{ a, b int32 }\n\ntype outer struct {\n\tinner\n\tid int64\n}\n\nconst size = 3\n\nfunc F() int64"
	for instruction, verdict := range map[string]string{
		"MOVQ outer_id(AX), BX": "links", "MOVQ $outer__size, BX": "links", "MOVQ $const_size, BX": "links", "MOVL inner_b(AX), BX": "links",
		"MOVQ outer_gone(AX), BX": "breaks", "MOVQ gone_id(AX), BX": "breaks",
	} {
		dir := newModule(t, source, "", "p.F()")
		os.Remove(filepath.Join(dir, "p/p.s"))
		text := header + "\t" + instruction + "\n\tMOVQ BX, ret+0(FP)\n\tRET\n"
		if err := os.WriteFile(filepath.Join(dir, "p/p_amd64.s"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, r := range audited(t, dir, "go1.22.12", "").Results {
			if r.Verdict != verdict || verdict == "breaks" && (r.Cause != causeCompile || !strings.HasPrefix(r.Compile, "p/p_amd64.s:5: ")) {
				t.Errorf("%q: %s: %s %s: %s", instruction, r.Release, r.Verdict, r.Cause, r.Compile)
			}
			if build := built(t, release(t, r.Release), dir); build.Verdict != verdict {
				t.Errorf("%q: %s: the build: %v: %s", instruction, r.Release, build, build.Output)
			}
		}
	}
}

func TestAuditOfBuiltArchive(t *testing.T) {
	dir := newModule(t, "", "", "")
	archive := filepath.Join(t.TempDir(), "m.a")
	main := "package main\n\nimport \"C\"\n\nfunc main() {}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(main), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := run(context.Background(), goCommand(context.Background(), "go", dir, "build", "-buildmode=c-archive", "-o", archive, ".")); err != nil {
		t.Fatal(err)
	}
	_, err := AuditModules(context.Background(), AuditQuery{Target: archive, Platforms: []Platform{HostPlatform}})
	if err == nil || !strings.Contains(err.Error(), "its own module, m, has no version") {
		t.Error(err)
	}
}

func TestAuditsOfBadInput(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	notGo := filepath.Join(t.TempDir(), "not.go")
	if err := os.WriteFile(notGo, []byte("\x7fELF"), 0o666); err != nil {
		t.Fatal(err)
	}
	for target, message := range map[string]string{
		"":             "audit what?",
		"/nothere":     "there is no such file",
		"nothere":      "neither a file nor the path of a module",
		t.TempDir():    "no go.mod",
		notGo:          "neither a built Go program nor",
		"no.where/at@": "cannot be had",
	} {
		_, err := AuditModules(context.Background(), AuditQuery{Target: target, Platforms: []Platform{HostPlatform}})
		if err == nil || !strings.Contains(err.Error(), message) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", target, err)
		}
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAuditFormats(t *testing.T) {
	dir := newModule(t, "//go:linkname f runtime.nothere\nfunc f()\n\nfunc F() { f() }", "", "p.F()")
	a := audited(t, dir, "")
	text := func(format string) string {
		text, err := Format(a, format)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var plain struct {
		Schema          int
		Module, Version string
		Note            string
		Results         []struct {
			Release, Verdict string
			Findings         []struct {
				Symbol, Verdict, File, Detail, Via, Instead, Accepted string
				Line, Level                                           int
			}
			Platform, Cause, Compile, Reason, Accepted string
			Lost                                       []any
		}
	}
	decoder := json.NewDecoder(strings.NewReader(text("json")))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&plain); err != nil || plain.Module != "m" || plain.Results[0].Verdict != "breaks" {
		t.Error(plain, err)
	}
	if want := "::error file=" + dir + "/p/p.go,line=9,title=go%3Alinkname runtime.nothere::runtime.nothere: gone on " + a.Results[0].Release; !strings.HasPrefix(text("github"), want) {
		t.Errorf("%q does not begin with %q", text("github"), want)
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(text("sarif")), &log); err != nil || log.Version != "2.1.0" || log.Runs[0].Results[0].RuleID != "gone" || log.Runs[0].Results[0].Fingerprints["gobridge/v1"] == "" {
		t.Error(log, err)
	}
	if _, err := Format(a, "csv"); err == nil {
		t.Error("there are audits as CSV")
	}
}
