package main

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	for _, name := range []string{"go1.21.13", "go1.22.12", "go1.23.12", "go1.24.11", "go1.25.5", "", "go1.27.3"} {
		release, err := findRelease(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		s, err := scan(context.Background(), release, hostPlatform)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, y := range s.Symbols {
			counts[fmt.Sprint(y.Standing, y.Links, y.CgoOnly)]++
		}
		t.Log(release.Name, time.Since(start), len(s.Symbols), counts)
	}
}
