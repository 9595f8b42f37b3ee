package observatory

import (
	"context"
	"fmt"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gobridge/cmd/gobridge/command"
)

// builds has a release build a module with a main file, and returns what it says where it does not.
func builds(t *testing.T, r *Release, source string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module outside\n\ngo 1.21\n", "main.go": "package main\n\n" + source, "empty.s": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err := run(context.Background(), goCommand(context.Background(), r.tool(), dir, "build", "-o", "outside", "."), HostPlatform.environment()...)
	if err != nil {
		return err.(*command.Failure).Output
	}
	return ""
}

// pulling is a main file that pulls a symbol and uses it.
func pulling(s *Symbol) string {
	declaration, use := "func pulled()", "pulled"
	if s.Data {
		declaration, use = "var pulled byte", "&pulled"
	}
	return fmt.Sprintf("import (\n_ \"unsafe\"\n_ %q\n)\n\n//go:linkname pulled %s\n%s\n\nvar use any = %s\n\nfunc main() { println(use) }\n",
		s.Import, s.Symbol, declaration, use)
}

// a returns the first symbol of a scan that is as asked for.
func a(s *Scan, is func(*Symbol) bool) *Symbol {
	var first *Symbol
	for _, symbol := range s.Symbols {
		if is(symbol) && (first == nil || symbol.Symbol < first.Symbol) {
			first = symbol
		}
	}
	return first
}

// What a scan says of a symbol of each kind is what a small module's build says.
func TestVerdictsOfEachKind(t *testing.T) {
	kinds := map[string]func(*Symbol) bool{
		"marked function":    func(s *Symbol) bool { return s.Standing == Marked && s.Kind == "func" },
		"marked method":      func(s *Symbol) bool { return s.Standing == Marked && s.Kind == "method" },
		"marked variable":    func(s *Symbol) bool { return s.Symbol == "runtime.iscgo" },
		"marked assembly":    func(s *Symbol) bool { return s.Symbol == "runtime.memmove" },
		"unmarked function":  func(s *Symbol) bool { return s.Standing == Unmarked && s.Kind == "func" && s.Import == "runtime" },
		"unmarked variable":  func(s *Symbol) bool { return s.Symbol == "runtime.panicking" },
		"unmarked method":    func(s *Symbol) bool { return s.Symbol == "runtime.(*mheap).alloc" },
		"unmarked assembly":  func(s *Symbol) bool { return s.Standing == Assembly && !s.Data && s.Import == "runtime" },
		"assembly of no Go":  func(s *Symbol) bool { return s.Symbol == "runtime.rt0_go" },
		"blocked":            func(s *Symbol) bool { return s.Standing == Blocked && s.Symbol != "go:fipsinfo" },
		"for std":            func(s *Symbol) bool { return s.Standing == StdOnly },
		"without a dot":      func(s *Symbol) bool { return s.Symbol == "_cgo_init" },
		"in another package": func(s *Symbol) bool { return s.Symbol == "reflect.makemap" },
	}
	for _, r := range releases(t) {
		s := scanned(t, r)
		for kind, is := range kinds {
			symbol := a(s, is)
			if symbol == nil {
				t.Logf("%s has no %s", r.Name, kind)
				continue
			}
			t.Run(r.Name+"/"+strings.ReplaceAll(kind, " ", "-"), func(t *testing.T) {
				t.Parallel()
				if refusal := builds(t, r, pulling(symbol)); (refusal == "") != symbol.Links {
					t.Errorf("%s: the scan says %v (%s), the build: %s", symbol.Symbol, symbol.Links, symbol.Reason, refusal)
				}
			})
		}
	}
}

func TestRulesOfReleases(t *testing.T) {
	for _, r := range releases(t) {
		rules := scanned(t, r).Rules
		if checks := version.Compare(r.Name, "go1.23") >= 0; rules.Checks != checks || len(rules.Blocked) > 0 != checks {
			t.Errorf("%s: checks %v, blocks %d", r.Name, rules.Checks, len(rules.Blocked))
		}
		if since := version.Compare(r.Name, "go1.27") < 0 && rules.Checks; rules.AllowsWrapper != since {
			t.Errorf("%s: allows unmarked assembly: %v", r.Name, rules.AllowsWrapper)
		}
	}
}

// From go1.24 on, bodies of map functions are in internal/runtime/maps, and what is said of them is in runtime.
func TestBodiesElsewhere(t *testing.T) {
	for _, r := range releases(t) {
		s := scanned(t, r).Symbols["runtime.mapassign"]
		if s == nil || !strings.HasPrefix(s.File, "runtime/") || s.Import != "runtime" || s.Kind != "func" || !strings.HasPrefix(s.Signature, "func(t *") {
			t.Errorf("%s: %+v", r.Name, s)
		} else if version.Compare(r.Name, "go1.23") >= 0 && !slices.Contains(s.HallOfShame, "github.com/bytedance/sonic") {
			t.Errorf("%s: %s is pulled by %v", r.Name, s.Symbol, s.HallOfShame)
		}
		if in := scanned(t, r).Symbols["runtime.mapassign"].Package; (in == "internal/runtime/maps") != (version.Compare(r.Name, "go1.24") >= 0) {
			t.Errorf("%s: the body is in %s", r.Name, in)
		}
	}
}

func TestMethodsByDeclarationsWithoutBody(t *testing.T) {
	for _, r := range releases(t) {
		if s := scanned(t, r).Symbols["reflect.(*rtype).Method"]; s == nil || s.Kind != "method" || s.Local == "" ||
			s.Links && !strings.HasPrefix(s.Signature, "func(") {
			t.Errorf("%s: %+v", r.Name, s)
		}
	}
}

func TestCgo(t *testing.T) {
	r := release(t, "")
	with := scanned(t, r)
	without, err := scan(context.Background(), r, Platform{HostPlatform.OS, HostPlatform.Arch, false})
	if err != nil {
		t.Fatal(err)
	}
	if s := with.Symbols["_crosscall2_ptr"]; s == nil || !s.CgoOnly || s.Import != "runtime/cgo" || without.Symbols[s.Symbol] != nil {
		t.Errorf("%+v", s)
	}
	if s := with.Symbols["_cgo_init"]; s == nil || s.CgoOnly || s.Import != "runtime" || !without.Symbols[s.Symbol].Links {
		t.Errorf("runtime has it without cgo too: %+v", s)
	}
	if s := with.Symbols["runtime.iscgo"]; s == nil || s.Signature != "var bool" || s.Import != "runtime" || s.CgoOnly {
		t.Errorf("%+v", s)
	}
}

func TestOtherPlatforms(t *testing.T) {
	r := release(t, "")
	for platform, symbol := range map[Platform]string{
		{"windows", "amd64", false}: "syscall.loadlibrary",
		{"darwin", "arm64", false}:  "syscall.syscall",
		{"linux", "386", false}:     "runtime.mapassign_fast32ptr",
	} {
		s, err := scan(context.Background(), r, platform)
		if err != nil {
			t.Fatal(err)
		}
		if s.Symbols[symbol] == nil {
			t.Errorf("%s has no %s", platform, symbol)
		}
	}
}

// A file in the syntax of a newer Go returns what could be read of it.
func TestNewerSyntax(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.go")
	text := "package new\n\nimport _ \"unsafe\"\n\n//go:linkname before\nfunc before(int) bool { return true }\n\nfunc new() { x := <<<>>> }\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := readSource(path, "new/new.go")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.declarations) == 0 || s.declarations[0].signature != "func(int) bool" || len(s.directives) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestHallOfShame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shame.go")
	text := `package shame

import _ "unsafe"

// one does it.
// Notable members of the hall of shame include:
//   - github.com/b/b (twice)
//   - github.com/a/a/v2
//
// Do not remove or change the type signature.
// See go.dev/issue/67401.
//
//go:linkname one
func one()

//go:linkname two shame.other
var two int
`
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := readSource(path, "shame/shame.go")
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.directives {
		s.directives[i].at = token.NoPos
	}
	if got := fmt.Sprint(s.directives); got != "[{one  false 0 [github.com/a/a/v2 github.com/b/b]} {two shame.other false 0 []}]" {
		t.Error(got)
	}
}
