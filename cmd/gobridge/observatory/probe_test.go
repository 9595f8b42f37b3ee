package observatory

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/types"
	"go/version"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gobridge/cmd/gobridge/command"
)

// someSignatures is of gobridge's pulls, and one that no release has.
var someSignatures = map[string]string{
	"runtime.iscgo":       "var bool",
	"runtime.makemap":     "func(t unsafe.Pointer, hint int, m unsafe.Pointer) unsafe.Pointer",
	"reflect.mapiterinit": "func(t, m, it unsafe.Pointer)",
	"math.Float32bits":    "func(f float32) uint32",
}

func probed(t *testing.T, signatures map[string]string) *Probe {
	t.Helper()
	var names []string
	for _, r := range releases(t) {
		names = append(names, r.Name)
	}
	p, err := ProbeReleases(context.Background(), ProbeQuery{Releases: names, Signatures: signatures, Platform: HostPlatform, Quick: true, Progress: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProbe(t *testing.T) {
	p := probed(t, someSignatures)
	for _, release := range p.Releases {
		if !release.Good || len(release.Pulls) != len(someSignatures) {
			t.Errorf("%s: %v", release.Release, release.Pulls)
		}
		for _, pull := range release.Pulls {
			if pull.Verdict != pullLinks {
				t.Errorf("%s: %v", release.Release, pull)
			}
		}
	}
}

// What gobridge pulls only from a later release on is no pull of an earlier one.
func TestProbeFirst(t *testing.T) {
	p, err := ProbeReleases(context.Background(), ProbeQuery{Releases: []string{releases(t)[0].Name}, Platform: HostPlatform, Quick: true, Progress: io.Discard,
		Signatures: map[string]string{"runtime.nothere": "func()", "runtime.iscgo": "var bool"},
		First:      map[string]string{"runtime.nothere": "go1.99", "runtime.iscgo": "go1.21"}})
	if err != nil || !p.Releases[0].Good || len(p.Releases[0].Pulls) != 1 {
		t.Errorf("%v: %v", err, p)
	}
}

// Another platform's linker is asked, by its own C compiler.
func TestProbeOfAnotherPlatform(t *testing.T) {
	platform := Platform{"linux", "arm64", true}
	q := ProbeQuery{Releases: []string{releases(t)[0].Name}, Platform: platform, Signatures: someSignatures, Quick: true, Progress: io.Discard}
	if platform == HostPlatform || command.CrossCompiler(platform.OS, platform.Arch) == "" {
		q.Platform = Platform{"linux", "riscv64", false}
	}
	p, err := ProbeReleases(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if p.Failed || p.Platform != q.Platform.String() || len(p.Releases[0].Pulls) != len(someSignatures) || !strings.Contains(p.command(), " --arch "+q.Platform.Arch) {
		t.Errorf("%+v: %s", p, p.command())
	}
}

func TestProbeFindsWhatIsWrong(t *testing.T) {
	p := probed(t, map[string]string{"runtime.nothere": "func()", "runtime.makemap": "func() unsafe.Pointer", "math.Float32bits": "func(f float64) uint32"})
	for _, release := range p.Releases {
		verdicts := map[string]string{}
		for _, pull := range release.Pulls {
			verdicts[pull.Symbol] = pull.Verdict
		}
		if release.Good || verdicts["runtime.nothere"] != pullGone || verdicts["runtime.makemap"] != pullSignature || verdicts["math.Float32bits"] != pullSignature {
			t.Errorf("%s: %v", release.Release, verdicts)
		}
	}
	if !p.Failed {
		t.Error("it has not failed")
	}
}

func TestProbeFormats(t *testing.T) {
	p := probed(t, someSignatures)
	text := func(format string) string {
		text, err := Format(p, format)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !json.Valid([]byte(text("json"))) {
		t.Error("no JSON")
	}
	var suites junitSuites
	if err := xml.Unmarshal([]byte(text("junit")), &suites); err != nil || len(suites.Suites) != len(p.Releases) || suites.Suites[0].Tests != len(someSignatures) {
		t.Error(suites, err)
	}
	html := text("html")
	for _, part := range []string{"<th scope=\"row\" class=\"own\"", "prefers-color-scheme: dark", "width=device-width", p.Releases[0].Release, "runtime.mapaccess2_fast64"} {
		if !strings.Contains(html, part) {
			t.Errorf("the page has no %q", part)
		}
	}
	if strings.Contains(html, "src=") || strings.Contains(html, "<link") {
		t.Error("the page needs other files")
	}
}

func TestNewestOfMinors(t *testing.T) {
	proxy := t.TempDir()
	dir := filepath.Join(proxy, "golang.org", "toolchain", "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, name := range strings.Fields("go1.98rc1 go1.98rc2 go1.97.0 go1.97rc1 go1.97.12 go1.97.9 go1.20.1") {
		of := fmt.Sprintf("v0.0.1-%s.%s-%s", name, HostPlatform.OS, HostPlatform.Arch)
		fmt.Fprintln(&lines, of)
		if err := os.WriteFile(filepath.Join(dir, of+".info"), fmt.Appendf(nil, `{"Version": %q}`, of), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "list"), []byte(lines.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOPROXY", "file://"+proxy)
	machine := release(t, "").Name // which Go knows of anyhow
	if names := newestOfMinors(context.Background(), io.Discard); !slices.Equal(names, []string{machine, "go1.97.12", "go1.98rc2"}) {
		t.Error(names)
	}
	t.Setenv("GOPROXY", "off")
	var told strings.Builder
	names := newestOfMinors(context.Background(), &told)
	minor := func(name string) bool { return version.Lang(name) == version.Lang(machine) } // a newer patch may be here too
	if !slices.ContainsFunc(names, minor) || !strings.Contains(told.String(), "cannot be found out") {
		t.Error(names, told.String())
	}
}

func TestCrossingIsTimed(t *testing.T) {
	ns, err := timeCrossing(context.Background(), release(t, ""), "../../..", t.TempDir())
	if err != nil || ns < 5 || ns > 1e6 {
		t.Error(ns, err)
	}
}

// The runtime may take no more memory for an iterator than the bridge returns it, and must agree on what is in it.
func TestIteratorsThatTheBridgeDoesNotHave(t *testing.T) {
	d := &declared{sizes: types.SizesFor("gc", "amd64"), std: &checker{sizes: types.SizesFor("gc", "amd64")}}
	for fields, part := range map[string]string{
		"key, elem unsafe.Pointer; typ, it *int":                  "",
		"key, elem unsafe.Pointer; rest [6]*int; last [4]uintptr": "",
		"key, elem unsafe.Pointer; rest [11]uintptr":              "has 104 bytes",
		"elem, key unsafe.Pointer":                                "does not begin",
		"key uintptr; elem unsafe.Pointer":                        "uintptr at byte 0",
		"key, elem unsafe.Pointer; n int":                         "int at byte 16",
		"key, elem unsafe.Pointer; rest [6]*int; typ *int":        "pointer at byte 64",
		"key, elem unsafe.Pointer; rest [6]*int; all []int":       "slice at byte 64",
		"key unsafe.Pointer":                                      "does not begin",
	} {
		of, err := objectOf("var struct{" + fields + "}")
		if err != nil {
			t.Fatal(err)
		}
		wrong := d.unlikeBridges(of.Type().(*types.Struct))
		if (wrong == "") != (part == "") || !strings.Contains(wrong, part) {
			t.Errorf("%s: %q", fields, wrong)
		}
	}
}
