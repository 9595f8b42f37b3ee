package observatory

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sourcesUpTo is a copy of gobridge's sources whose range ends some minors before or after the real one.
func sourcesUpTo(t *testing.T, further int) (dir string, last int) {
	t.Helper()
	last, err := lastVerified("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := copySources("../../..", dir); err != nil {
		t.Fatal(err)
	}
	if _, err := moveRange(dir, last, last+further); err != nil {
		t.Fatal(err)
	}
	return dir, last
}

// different is the files that are not the same as the real ones.
func different(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		one, err := os.ReadFile(path)
		other, _ := os.ReadFile(filepath.Join("../../..", name))
		if !bytes.Equal(one, other) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// filesNaming lists the files below a directory that contain a text.
func filesNaming(t *testing.T, dir, text string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if name, _ := filepath.Rel(dir, path); bytes.Contains(content, []byte(text)) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Sources whose build tags do not agree have no range.
func TestARangeThatIsTorn(t *testing.T) {
	dir, last := sourcesUpTo(t, 0)
	torn := fmt.Sprintf("//go:build !gobridge_portable && !go1.%d\n\npackage bridge\n", last+7)
	if err := os.WriteFile(filepath.Join(dir, "bridge", "torn.go"), []byte(torn), 0o666); err != nil {
		t.Fatal(err)
	}
	if minor, err := lastVerified(dir); err == nil || !strings.Contains(err.Error(), "different releases") {
		t.Error(minor, err)
	}
}

func TestTheRangeMoves(t *testing.T) {
	dir, last := sourcesUpTo(t, 5)
	if minor, err := lastVerified(dir); minor != last+5 || err != nil {
		t.Error(minor, err)
	}
	names := different(t, dir)
	naming := append(filesNaming(t, dir, fmt.Sprintf("go1.%d", last+6)), filesNaming(t, dir, fmt.Sprintf("to go1.%d", last+5))...)
	for _, name := range append(naming, "README.md", "csrc/symbols.c", "include/gobridge/linkname.h", "tests/unit/runtime_test.c") {
		if !slices.Contains(names, name) {
			t.Errorf("%s still has the old range", name)
		}
	}
	if len(naming) < 10 {
		t.Errorf("only %v name the new range", naming)
	}
	for _, name := range filesNaming(t, dir, fmt.Sprintf("go1.%d", last+1)) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "//go:build") && strings.Contains(line, fmt.Sprintf("go1.%d", last+1)) {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
	if _, err := moveRange(dir, last+5, last); err != nil {
		t.Fatal(err)
	}
	if names := different(t, dir); len(names) > 0 {
		t.Errorf("moved back, %v differ", names)
	}
}

// What was so up to a release, or is since, stays so.
func TestHistoryDoesNotMove(t *testing.T) {
	dir := t.TempDir()
	for _, room := range rangeRooms[1:] {
		if err := os.MkdirAll(filepath.Join(dir, room), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	readme := filepath.Join(dir, "README.md")
	text := "Up to go1.27 and since go1.28; on go1.22 to go1.%d.\n//go:build go1.28\n"
	if err := os.WriteFile(readme, fmt.Appendf(nil, text, 27), 0o666); err != nil {
		t.Fatal(err)
	}
	if changed, err := moveRange(dir, 27, 28); !slices.Equal(changed, []string{"README.md"}) || err != nil {
		t.Error(changed, err)
	}
	if after, err := os.ReadFile(readme); string(after) != fmt.Sprintf(text, 28) {
		t.Errorf("%q: %v", after, err)
	}
}

func TestWhatCanBeAdded(t *testing.T) {
	const last = 27
	for _, test := range []struct{ probed, bad, addable, refused string }{
		{"go1.26.8 go1.27.3", "", "", ""},
		{"go1.27.3 go1.28.0", "", "go1.28.0", ""},
		{"go1.28.1 go1.29.0", "", "go1.28.1 go1.29.0", ""},
		{"go1.28.0 go1.28.1", "", "go1.28.0 go1.28.1", ""},
		{"go1.29.0", "", "", "go1.29.0 is good, but go1.28 comes before it"},
		{"go1.28rc1", "", "", "go1.28rc1 is good so far, but may change until it is out"},
		{"go1.28.0 go1.29rc2", "", "go1.28.0", "go1.29rc2 is good so far, but may change until it is out"},
		{"go1.28.0", "go1.28.0", "", "go1.28.0 is not good"},
		{"go1.21.13 go1.28.0", "go1.21.13", "", "go1.21.13 is not good, go1.28.0 is good, but others are not"},
	} {
		var probed []*Probed
		for _, name := range strings.Fields(test.probed) {
			probed = append(probed, &Probed{Release: name, Good: name != test.bad})
		}
		r := rangeOf(last, probed)
		if strings.Join(r.Addable, " ") != test.addable || strings.Join(r.Refused, ", ") != test.refused {
			t.Errorf("%s: %+v", test.probed, r)
		}
	}
}

// accepted probes the newest release of the last minor on sources that do not know it yet.
func accepted(t *testing.T, dir string, last int) *Probe {
	t.Helper()
	p, err := ProbeReleases(context.Background(), ProbeQuery{Releases: []string{fmt.Sprintf("go1.%d", last)}, Signatures: someSignatures,
		Platform: HostPlatform, Source: dir, Accept: true, Progress: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestANewReleaseIsAccepted(t *testing.T) {
	dir, last := sourcesUpTo(t, -1)
	before := different(t, dir)
	p := accepted(t, dir, last)
	if !p.Range.Accepted || p.Failed || !slices.Equal(p.Range.Changed, before) {
		t.Errorf("%+v: %+v, to change were %v", p.Releases[0], p.Range, before)
	}
	if names := different(t, dir); len(names) > 0 {
		t.Errorf("%v are not as they are in the real sources", names)
	}
}

// A release whose tests fail on the linkname backend alone is refused, and nothing is written.
func TestABadReleaseIsRefused(t *testing.T) {
	dir, last := sourcesUpTo(t, -1)
	for _, test := range filesNaming(t, dir, `"testing"`) {
		if strings.HasSuffix(test, "_test.go") {
			os.Remove(filepath.Join(dir, test)) // only the one that fails counts here
		}
	}
	failing := fmt.Sprintf("//go:build !gobridge_portable && !go1.%d\n\npackage bridge\n\nimport \"testing\"\n\n"+
		"func TestLinkname(t *testing.T) { t.Error(\"as it must\") }\n", last)
	if err := os.WriteFile(filepath.Join(dir, "bridge", "failing_test.go"), []byte(failing), 0o666); err != nil {
		t.Fatal(err)
	}
	p := accepted(t, dir, last)
	suites := p.Releases[0].Suites
	if p.Range.Accepted || !p.Failed || len(p.Range.Changed) > 0 || suites[0].Verdict != "fails" || !strings.Contains(suites[0].Output, "as it must") ||
		suites[1].Verdict != "passes" {
		t.Errorf("%+v: %+v", p.Releases[0], p.Range)
	}
	if minor, err := lastVerified(dir); minor != last-1 || err != nil {
		t.Error(minor, err)
	}
}
