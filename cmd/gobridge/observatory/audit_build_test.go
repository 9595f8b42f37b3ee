package observatory

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var (
	buildModules = flag.Bool("build-modules", false, "compare audits of well-known modules with their builds: it needs the network, and minutes")
	recordBuilds = flag.String("record-builds", "", "build all of testdata/modules.txt, and write what comes out into this file")
)

// buildReleases is what each module is built with.
var buildReleases = strings.Fields("go1.22.12 go1.23.12 go1.24.11 go1.25.5 go1.26.8 go1.27.3")

// linesOf is the lines of a file in testdata, comments aside.
func linesOf(t *testing.T, name string) (lines []string) {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		if line := strings.TrimSpace(scanner.Text()); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// buildOf has a release build a module.
func buildOf(t *testing.T, name, releaseName string) *Build {
	t.Helper()
	ctx, work := context.Background(), t.TempDir()
	release, err := FindRelease(ctx, releaseName)
	if err != nil {
		t.Fatal(err)
	}
	of, err := findTarget(ctx, AuditQuery{Target: name}, work)
	if err != nil {
		return &Build{Verdict: "unknown", Output: err.Error()}
	}
	packages, err := of.list(ctx, release, HostPlatform)
	if err != nil {
		return &Build{Verdict: "unknown", Output: firstLine(err.Error())}
	}
	build, err := of.build(ctx, release, HostPlatform, packages)
	if err != nil {
		t.Fatal(err)
	}
	return build
}

func (b *Build) String() string { return strings.TrimSpace(b.Verdict + " " + b.Cause) }

// TestRecordBuilds writes what each release makes of each module: with the flag alone.
func TestRecordBuilds(t *testing.T) {
	if *recordBuilds == "" {
		t.Skip("-record-builds names no file")
	}
	file, err := os.OpenFile(*recordBuilds, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	done := map[string]bool{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		if fields := strings.Fields(scanner.Text()); len(fields) > 2 {
			done[fields[0]+fields[1]] = true
		}
	}
	for _, module := range linesOf(t, "modules.txt") {
		for _, release := range buildReleases {
			if !done[module+release] {
				build := buildOf(t, module, release)
				fmt.Fprintf(file, "%s %s %s: %s\n", module, release, build, build.Output)
			}
		}
	}
}
