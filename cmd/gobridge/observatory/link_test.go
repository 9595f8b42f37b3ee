package observatory

import (
	"context"
	"strings"
	"testing"
)

func linker(t *testing.T, r *Release) *toolchain {
	t.Helper()
	tools, err := newToolchain(context.Background(), r, Platform{HostPlatform.OS, HostPlatform.Arch, false})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tools.close)
	return tools
}

// The list of the machine's release is what its linker says.
func TestScanAgreesWithTheLinker(t *testing.T) {
	list, err := ListSymbols(context.Background(), ListQuery{Platform: Platform{HostPlatform.OS, HostPlatform.Arch, false}, Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range list.Verification.Wrong {
		t.Error(wrong)
	}
	if list.Verification.Linked < len(list.Symbols) || len(list.Symbols) < 300 {
		t.Errorf("%d symbols, of which %d were linked", len(list.Symbols), list.Verification.Linked)
	}
	for _, exception := range list.Verification.Exceptions {
		if !strings.HasPrefix(exception.Linker, "made by ") {
			t.Error(exception)
		}
	}
}

// A scan that is wrong is found out, both ways.
func TestWrongScansAreFoundOut(t *testing.T) {
	r := release(t, "")
	s, err := readScan(context.Background(), r, Platform{HostPlatform.OS, HostPlatform.Arch, false})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Rules.Checks {
		t.Skip(r.Name + " checks nothing")
	}
	good, bad, forgotten := s.Symbols["runtime.makemap"], s.Symbols["runtime.panicking"], s.Symbols["reflect.maplen"]
	good.Links, bad.Links, bad.Standing = false, true, Marked
	delete(s.Symbols, forgotten.Symbol)
	v := &Verification{}
	l, err := linkAll(context.Background(), r, s.Platform, []*Symbol{good, bad})
	if err != nil {
		t.Fatal(err)
	}
	v.compare(s, []*Symbol{good, bad}, s.Platform, l)
	var wrong []string
	for _, difference := range v.Wrong {
		wrong = append(wrong, difference.Symbol)
	}
	if got := strings.Join(wrong, " "); got != "reflect.maplen runtime.makemap runtime.panicking" {
		t.Errorf("wrong about %s", got)
	}
}

// The linker stops at the first pull that it refuses; all of a program's are told apart nevertheless.
func TestVerdictsOfOneProgram(t *testing.T) {
	r := release(t, "")
	if !scanned(t, r).Rules.Checks {
		t.Skip(r.Name + " checks nothing")
	}
	verdicts, err := linker(t, r).verdicts(context.Background(), []pull{
		{Symbol: "runtime.mallocgc", Import: "runtime"},
		{Symbol: "runtime.mallocinit", Import: "runtime"},
		{Symbol: "runtime.notThere", Import: "runtime"},
		{Symbol: "runtime.panicking", Import: "runtime", Data: true, Size: 4},
		{Symbol: "runtime.iscgo", Import: "runtime", Data: true, Size: 1},
		{Symbol: "net/http.cloneTLSConfig", Import: "net/http"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for symbol, part := range map[string]string{
		"runtime.mallocgc": "", "runtime.iscgo": "", "net/http.cloneTLSConfig": "",
		"runtime.mallocinit": "invalid reference", "runtime.panicking": "invalid reference", "runtime.notThere": "not defined",
	} {
		if verdict := verdicts[symbol]; verdict.Links != (part == "") || !strings.Contains(verdict.Message, part) {
			t.Errorf("%s: %+v", symbol, verdict)
		}
	}
}

// What the linker looks at: references, reachable or not, and of what is gone only those that are reachable. Never a signature.
func TestWhatTheLinkerSees(t *testing.T) {
	const (
		refused = "//go:linkname pulled runtime.mallocinit\nfunc pulled()\n"
		gone    = "//go:linkname pulled runtime.notThere\nfunc pulled()\n"
		used    = "func main() { pulled() }\n"
		unused  = "func dead() { pulled() }\nfunc main() {}\n"
		idle    = "func main() {}\n"
	)
	for _, r := range releases(t) {
		checks := scanned(t, r).Rules.Checks
		for _, test := range []struct {
			name, source string
			links        bool
		}{
			{"refused", refused + used, !checks},
			{"refused-unreachable", refused + unused, !checks},
			{"refused-unreferenced", refused + idle, true},
			{"gone", gone + used, false},
			{"gone-unreachable", gone + unused, true},
			{"other-signature", "//go:linkname pulled runtime.makemap\nfunc pulled(float32) [3]string\nfunc main() { pulled(1) }\n", true},
			{"variable-with-value", "//go:linkname pulled runtime.iscgo\nvar pulled = true\nfunc main() { println(pulled) }\n", true},
			{"variable-with-two-values", "//go:linkname pulled runtime.overflowError\nvar pulled error = &twice{1}\ntype twice struct{ n int }\nfunc (*twice) Error() string { return \"\" }\nfunc main() { println(pulled) }\n", false},
		} {
			t.Run(r.Name+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				refusal := builds(t, r, "import _ \"unsafe\"\n\n"+test.source)
				if (refusal == "") != test.links {
					t.Errorf("links: %v, the build: %s", test.links, refusal)
				}
			})
		}
	}
}
