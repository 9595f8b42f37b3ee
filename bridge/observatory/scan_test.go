package main

import (
	"context"
	"testing"
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
