package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

func TestTryAudit(t *testing.T) {
	for _, name := range strings.Fields(os.Getenv("AUDIT")) {
		start := time.Now()
		a, err := audit(context.Background(), AuditQuery{Target: name, Releases: strings.Fields(os.Getenv("RELS")), Deps: os.Getenv("DEPS") != "", Platform: hostPlatform})
		if err != nil {
			t.Error(err)
			continue
		}
		t.Log(a.Module, a.Version, a.Note, time.Since(start))
		for _, r := range a.Results {
			t.Log(r.Release, r.Verdict, r.Reason, len(r.Findings))
			for _, f := range r.Findings {
				if f.Verdict != "links" && f.Verdict != "other-platform" || os.Getenv("ALL") != "" {
					t.Logf("    %s:%d %s: %s %s %d", f.File, f.Line, f.Symbol, f.Verdict, f.Detail, f.Level)
				}
			}
		}
	}
}
