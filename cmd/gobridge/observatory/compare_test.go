package observatory

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
)

var compareWith = flag.String("compare-builds", "", "compare audits with the builds that this file records, as -record-builds writes them")

// TestAuditsAgreeWithRecordedBuilds audits each module that was built, on the releases that built it.
func TestAuditsAgreeWithRecordedBuilds(t *testing.T) {
	if *compareWith == "" {
		t.Skip("-compare-builds names no file")
	}
	text, err := os.ReadFile(*compareWith)
	if err != nil {
		t.Fatal(err)
	}
	builds, releases := map[string]map[string]string{}, map[string][]string{}
	var modules []string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		head, _, _ := strings.Cut(line, ": ")
		fields := strings.Fields(strings.TrimSuffix(head, ":"))
		if builds[fields[0]] == nil {
			builds[fields[0]] = map[string]string{}
			modules = append(modules, fields[0])
		}
		builds[fields[0]][fields[1]] = strings.Join(fields[2:], " ")
		releases[fields[0]] = append(releases[fields[0]], fields[1])
	}
	agreed, compared := 0, 0
	kinds := map[string]int{}
	for _, module := range modules {
		start := time.Now()
		a, err := AuditModules(context.Background(), AuditQuery{Target: module, Releases: releases[module], Deps: true, Platforms: []Platform{HostPlatform}})
		if err != nil {
			t.Errorf("%s: %v", module, err)
			continue
		}
		for _, result := range a.Results {
			compared++
			got, want := result.Verdict, builds[module][result.Release]
			if got == "breaks" {
				got += " " + result.Cause
			}
			kinds[got+"/"+want]++
			if got == want {
				agreed++
				continue
			}
			t.Errorf("%s on %s: the audit says %s (%s%s), the build %s", module, result.Release, got, result.Reason, result.Compile, want)
			for _, f := range result.Findings {
				if f.Level == Breaks {
					t.Logf("    %s:%d: %s: %s: %s", f.File, f.Line, f.Symbol, f.Verdict, f.Detail)
				}
			}
		}
		t.Logf("%s: %.1f s", module, time.Since(start).Seconds())
	}
	t.Logf("%d of %d agree; audit/build: %v", agreed, compared, kinds)
}
