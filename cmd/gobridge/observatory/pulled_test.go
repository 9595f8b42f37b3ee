package observatory

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var recordPulls = flag.String("record-pulls", "", "audit all of testdata/modules.txt, and write what they pull into this file")

// TestRecordPulls writes which of the modules pull what: with the flag alone.
func TestRecordPulls(t *testing.T) {
	if *recordPulls == "" {
		t.Skip("-record-pulls names no file")
	}
	modules := map[string][]string{}
	for _, name := range linesOf(t, "modules.txt") {
		a := auditOf(t, AuditQuery{Target: name, Releases: buildReleases[:1]})
		for _, r := range a.Results {
			for _, f := range r.Findings {
				if !slices.Contains(modules[f.Symbol], a.Module) && strings.Contains(f.Symbol, ".") {
					modules[f.Symbol] = append(modules[f.Symbol], a.Module)
				}
			}
		}
	}
	lines := []string{}
	for symbol, names := range modules {
		lines = append(lines, symbol+" "+strings.Join(sorted(names), " "))
	}
	text := "# What public modules pull: written by go test -run TestRecordPulls -record-pulls FILE, which audits all of testdata/modules.txt.\n"
	if err := os.WriteFile(*recordPulls, []byte(text+strings.Join(sorted(lines), "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The index knows who pulls what.
func TestPulledByModules(t *testing.T) {
	for symbol, module := range map[string]string{"runtime.stopTheWorld": "github.com/bytedance/mockey", "runtime.cgocall": "github.com/ebitengine/purego"} {
		if !slices.Contains(pulledBy()[symbol], module) {
			t.Errorf("%s is pulled by %v, not by %s", symbol, pulledBy()[symbol], module)
		}
	}
}
