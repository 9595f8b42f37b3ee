package observatory

import (
	"context"
	"strings"
	"testing"
	"time"
)

// anew is how many of the recorded builds are done again, and fewest how many versions are compared at least, should a proxy not have all.
const (
	anew   = 6
	fewest = 60
)

// TestAuditsAgreeWithBuilds audits each module that testdata/builds.txt records the builds of, on the releases that built it. No
// build is left out. Some of them are built anew, which shows that the record is true.
func TestAuditsAgreeWithBuilds(t *testing.T) {
	if !*buildModules {
		t.Skip("-build-modules was not given")
	}
	builds, releases := map[string]map[string]string{}, map[string][]string{}
	var modules []string
	for _, line := range linesOf(t, "builds.txt") {
		head, _, _ := strings.Cut(line, ": ")
		fields := strings.Fields(strings.TrimSuffix(head, ":"))
		if builds[fields[0]] == nil {
			builds[fields[0]] = map[string]string{}
			modules = append(modules, fields[0])
		}
		builds[fields[0]][fields[1]] = strings.Join(fields[2:], " ")
		releases[fields[0]] = append(releases[fields[0]], fields[1])
	}
	known := map[string]string{}
	for _, line := range linesOf(t, "disagreements.txt") {
		what, verdicts, _ := strings.Cut(line, ": ")
		known[what] = verdicts
	}
	agreed, compared, versions := 0, 0, 0
	kinds := map[string]int{}
	for _, module := range modules {
		start := time.Now()
		a, err := AuditModules(context.Background(), AuditQuery{Target: module, Releases: releases[module], Deps: true, Platforms: []Platform{HostPlatform}})
		if err != nil && strings.Contains(err.Error(), "cannot be had") {
			t.Logf("%s is not compared: %v", module, err)
			for what := range known {
				if strings.HasPrefix(what, module+" ") {
					delete(known, what)
				}
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", module, err)
			continue
		}
		versions++
		for _, result := range a.Results {
			compared++
			got, want := result.Verdict, builds[module][result.Release]
			if got == "breaks" {
				got += " " + result.Cause
			}
			kinds[got+"/"+want]++
			what := module + " " + result.Release
			if was, listed := known[what]; listed {
				if delete(known, what); was != got+" / "+want {
					t.Errorf("%s: %s / %s, but testdata/disagreements.txt says %s", what, got, want, was)
				}
				continue
			}
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
	for i := 0; i < len(modules); i += len(modules)/anew + 1 {
		module := modules[i]
		release := releases[module][len(releases[module])-1]
		if build := buildOf(t, module, release); build.String() != builds[module][release] {
			t.Errorf("%s on %s: built anew it %v (%s), recorded is %s", module, release, build, build.Output, builds[module][release])
		}
	}
	for what := range known {
		t.Errorf("testdata/disagreements.txt has %s, which was not compared", what)
	}
	if versions < fewest {
		t.Errorf("%d versions were compared, fewer than %d", versions, fewest)
	}
	t.Logf("%d of %d agree; audit/build: %v", agreed, compared, kinds)
}
