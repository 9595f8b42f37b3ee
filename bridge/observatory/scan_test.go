package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// theScan is a scan of the machine's release.
func theScan(t *testing.T) *Scan {
	t.Helper()
	release, err := findRelease(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scan(context.Background(), release, hostPlatform)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTry(t *testing.T) {
	for _, name := range strings.Fields(os.Getenv("TRY")) {
		start := time.Now()
		l, err := listSymbols(context.Background(), Query{Release: name, Platform: hostPlatform, Verify: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(name, time.Since(start), len(l.Symbols), l.Verification.Linked, len(l.Verification.Wrong), len(l.Verification.Exceptions))
		for i, d := range l.Verification.Wrong {
			if i < 40 {
				t.Log(d)
			}
		}
	}
}

func TestTryDiff(t *testing.T) {
	names := strings.Fields(os.Getenv("DIFF"))
	start := time.Now()
	d, err := diffReleases(context.Background(), names[0], names[1], hostPlatform, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start), len(d.Added), len(d.Removed), len(d.Refused), len(d.StdOnly), len(d.Changed), len(d.Packages))
	for _, l := range [][]*Change{d.Added, d.Removed, d.Refused, d.StdOnly, d.Changed} {
		for _, c := range l {
			t.Logf("%-9s %s: %s -> %s | %.200s %v", c.Change, c.Symbol, c.From, c.To, c.Detail, len(c.HallOfShame))
		}
	}
}
