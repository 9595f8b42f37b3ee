package observatory

import (
	"context"
	"errors"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// releases is one on this machine for each set of rules: without checks, with them, and with linknamestd.
func releases(t *testing.T) (all []*Release) {
	t.Helper()
	newest := map[string]string{}
	for _, name := range installed(context.Background(), "") {
		newest[version.Lang(name)] = name
	}
	for _, minor := range []string{"go1.21", "go1.24", "go1.27"} {
		if name := newest[minor]; name != "" {
			all = append(all, release(t, name))
		}
	}
	if len(all) == 0 {
		all = append(all, release(t, ""))
	}
	return all
}

func release(t *testing.T, name string) *Release {
	t.Helper()
	r, err := FindRelease(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func scanned(t *testing.T, r *Release) *Scan {
	t.Helper()
	s, err := scan(context.Background(), r, HostPlatform)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Names that stand for a release follow what the proxy has; candidates have to be named.
func TestReleasesByNickname(t *testing.T) {
	machine := release(t, "")
	served := t.TempDir()
	dir := filepath.Join(served, "golang.org", "toolchain", "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	list := ""
	for _, name := range []string{"go1.97.2", "go1.98.0", "go1.98.3", "go1.99.0", "go1.99.1", "go1.100rc1"} {
		full := "v0.0.1-" + name + "." + runtime.GOOS + "-" + runtime.GOARCH
		list += full + "\n"
		for end, text := range map[string]string{".info": `{"Version": "` + full + `"}`, ".mod": "module golang.org/toolchain\n"} {
			if err := os.WriteFile(filepath.Join(dir, full+end), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "list"), []byte(list), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOPROXY", "file://"+served)
	for nickname, name := range map[string]string{"latest": "go1.99.1", "stable": "go1.99.1", "oldstable": "go1.98.3", "go1.97": "go1.97", "": ""} {
		if is, err := meant(context.Background(), nickname); is != name || err != nil {
			t.Errorf("%s is %s, not %s: %v", nickname, is, name, err)
		}
	}
	t.Setenv("HOME", t.TempDir())
	if _, err := FindRelease(context.Background(), "tip"); err == nil || !strings.Contains(err.Error(), "gotip download") {
		t.Errorf("tip: %v", err)
	}
	tip := filepath.Join(os.Getenv("HOME"), "sdk", "gotip")
	if err := os.MkdirAll(filepath.Dir(tip), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(machine.Root, tip); err != nil {
		t.Fatal(err)
	}
	if r, err := FindRelease(context.Background(), "tip"); err != nil || r.Root != tip || r.Name != machine.Name {
		t.Errorf("tip is %v: %v", r, err)
	}
}

func TestReleasesByName(t *testing.T) {
	machine := release(t, "")
	for _, name := range []string{machine.Name, strings.TrimPrefix(machine.Name, "go"), machine.Root} {
		if r := release(t, name); r.Name != machine.Name || r.Root != machine.Root {
			t.Errorf("%s is %v, not %v", name, r, machine)
		}
	}
	minor := release(t, version.Lang(machine.Name))
	if version.Lang(minor.Name) != version.Lang(machine.Name) || version.Compare(minor.Name, machine.Name) < 0 {
		t.Errorf("the newest patch of %s is %s", machine.Name, minor.Name)
	}
	if r := release(t, machine.Root); r.fixed {
		t.Error("a GOROOT of one's own is taken for a release")
	}
}

func TestWhatIsNoRelease(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	withoutSources, byHalves := t.TempDir(), t.TempDir()
	machine := release(t, "")
	for _, dir := range []string{withoutSources, byHalves} {
		for _, part := range []string{"bin", "pkg"} {
			if err := os.Symlink(filepath.Join(machine.Root, part), filepath.Join(dir, part)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(byHalves, "src"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(machine.Root, "src/runtime"), filepath.Join(byHalves, "src/runtime")); err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]string{
		"go1.99.1":        "cannot be downloaded",
		"frob":            "neither a Go release",
		"":                "",
		"/nowhere/at/all": "no such file or directory",
		t.TempDir():       "no bin/go",
		withoutSources:    "no src/runtime/runtime.go",
		byHalves:          "no src/cmd/link",
	} {
		_, err := FindRelease(context.Background(), name)
		if name == "" {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPlatformsThatAreNone(t *testing.T) {
	_, err := scan(context.Background(), release(t, ""), Platform{"plan10", "amd64", false})
	if err == nil || !strings.Contains(err.Error(), "plan10/amd64") {
		t.Error(err)
	}
}

func TestInterrupted(t *testing.T) {
	goCache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	t.Setenv("GOCACHE", filepath.Join(goCache, "go-build"))
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	r := release(t, "")
	time.AfterFunc(300*time.Millisecond, cancel)
	if _, err := ListSymbols(ctx, ListQuery{Release: r.Name, Platform: HostPlatform, Verify: true}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for _, dir := range []string{os.TempDir(), os.Getenv("XDG_CACHE_HOME")} {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s has %v", dir, left)
		}
	}
}
