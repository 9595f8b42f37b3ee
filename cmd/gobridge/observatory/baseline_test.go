package observatory

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a baseline accepts does not break, until its day; its lines that are over, or that nothing needs, are told.
func TestBaseline(t *testing.T) {
	pulls := writeFiles(t, programOf(map[string]string{"p/p.go": pullsGone}))
	torn := writeFiles(t, programOf(map[string]string{"p/p.go": "package p\n\nfunc F() { nothere() }\n"}))
	for _, c := range []struct {
		dir, lines string
		broken     bool
		told       string
	}{
		{pulls, "", true, "breaks"},
		{pulls, "# of ours\nruntime.nothere p/ 2099-12-31 until the rewrite\n", false, "; accepted: until the rewrite\n"},
		{pulls, "runtime.nothere * never nobody calls it\n", false, "; accepted: nobody calls it\n"},
		{pulls, "runtime.nothere p/ 2020-01-31 until the rewrite\n", true, ":1: runtime.nothere was accepted until 2020-01-31\n"},
		{pulls, "runtime.nothere q/ never elsewhere\n", true, ":1: runtime.nothere is not found in q/ any more\n"},
		{pulls, "runtime.other * never elsewhere\n", true, ":1: runtime.other is not found in * any more\n"},
		{torn, "runtime.nothere * never elsewhere\n", true, "breaks"},
		{torn, "compile p/p.go 2099-12-31 known\n", false, "undefined: nothere; accepted: known\n"},
	} {
		file := filepath.Join(t.TempDir(), "baseline")
		if err := os.WriteFile(file, []byte(c.lines), 0o666); err != nil {
			t.Fatal(err)
		}
		a := auditOf(t, AuditQuery{Target: c.dir, Baseline: file})
		if text := Text(a, false, Paint{}); a.Broken != c.broken || a.Results[0].Verdict != "breaks" || !strings.Contains(text, c.told) {
			t.Errorf("%q: broken: %v: %s", c.lines, a.Broken, text)
		}
		if text := formatAnnotations(a); strings.Contains(text, "::error") != c.broken {
			t.Errorf("%q: %s", c.lines, text)
		}
	}
	for lines, message := range map[string]string{"\nruntime.nothere *\n": ":2: a line is: SYMBOL", "runtime.nothere * soon why\n": ":1: soon is no day"} {
		file := filepath.Join(t.TempDir(), "baseline")
		if err := os.WriteFile(file, []byte(lines), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := AuditModules(context.Background(), AuditQuery{Target: pulls, Baseline: file, Platforms: []Platform{HostPlatform}})
		if err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%q: %v", lines, err)
		}
	}
}
