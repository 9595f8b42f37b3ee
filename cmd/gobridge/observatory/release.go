package observatory

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"gobridge/cmd/gobridge/command"
)

// Release is one Go release on this machine.
type Release struct {
	Name string // "go1.24.11"
	Root string // its GOROOT

	fixed bool // its files are those that were released
}

// Platform is what a release is looked at for.
type Platform struct {
	OS, Arch string
	Cgo      bool
}

func (p Platform) String() string {
	if p.Cgo {
		return p.OS + "/" + p.Arch
	}
	return p.OS + "/" + p.Arch + " without cgo"
}

// ParsePlatforms reads a list such as "linux/amd64,windows/arm64/nocgo". Without one it is a platform of its own.
func ParsePlatforms(list string, otherwise Platform) (platforms []Platform, err error) {
	if list == "" {
		return []Platform{otherwise}, nil
	}
	for _, name := range strings.Split(list, ",") {
		parts := strings.Split(name, "/")
		if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || parts[1] == "" || len(parts) == 3 && parts[2] != "nocgo" {
			return nil, fmt.Errorf("%q is no platform such as linux/amd64 or windows/arm64/nocgo", name)
		}
		platforms = append(platforms, Platform{parts[0], parts[1], len(parts) == 2})
	}
	return platforms, nil
}

// HostPlatform is this machine with cgo.
var HostPlatform = Platform{runtime.GOOS, runtime.GOARCH, true}

var (
	minorRelease = regexp.MustCompile(`^go1\.\d+$`)
	noNetwork    = regexp.MustCompile(`dial tcp|no such host|timeout|connection refused|proxyconnect|tls:`)
)

// FindRelease returns the release of a name: "go1.24.11" (fetched by GOTOOLCHAIN where it is not here yet), "go1.24" for the
// newest patch here or else of all, "latest" (or "stable"), "oldstable" and "tip", a GOROOT, or "" for the machine's own.
func FindRelease(ctx context.Context, name string) (*Release, error) {
	name, err := meant(ctx, name)
	if err != nil {
		return nil, err
	}
	switch {
	case name == "":
		return machineRelease(ctx)
	case strings.ContainsRune(name, filepath.Separator) || name == "." || name == "..":
		return rootRelease(ctx, name)
	case !version.IsValid("go" + strings.TrimPrefix(name, "go")):
		return nil, fmt.Errorf("%q is neither a Go release, such as go1.24.11 or latest, nor the path of a GOROOT", name)
	}
	name = "go" + strings.TrimPrefix(name, "go")
	if minorRelease.MatchString(name) && version.Compare(name, "go1.21") >= 0 {
		newest, err := newestPatch(ctx, name)
		if err != nil {
			return nil, err
		}
		name = newest
	}
	if !slices.Contains(installed(ctx, ""), name) {
		note("fetching %s", name)
	}
	out, err := run(ctx, goCommand(ctx, "go", "", "env", "GOROOT"), "GOTOOLCHAIN="+name)
	if err != nil {
		return nil, notFetched(ctx, name, err)
	}
	return checkRelease(&Release{name, strings.TrimSpace(out), true})
}

// meant is the release that "latest", "stable" or "oldstable" stands for now, and where gotip keeps "tip"; other names are as they are.
func meant(ctx context.Context, name string) (string, error) {
	minorsBack := 0
	switch name {
	case "tip":
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		root := filepath.Join(home, "sdk", "gotip")
		if _, err := os.Stat(root); err != nil {
			return "", fmt.Errorf("tip: gotip download has put none at %s; a GOROOT of one's own is named by its path", root)
		}
		return root, nil
	case "oldstable":
		minorsBack = 1
	case "latest", "stable":
	default:
		return name, nil
	}
	names, err := published(ctx, "")
	if err != nil {
		return "", err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.ContainsAny(strings.TrimPrefix(name, "go"), "rcbeta") })
	for ; minorsBack > 0 && len(names) > 0; minorsBack-- {
		newest := version.Lang(names[len(names)-1])
		names = slices.DeleteFunc(names, func(name string) bool { return version.Lang(name) == newest })
	}
	if len(names) == 0 {
		return "", fmt.Errorf("%s: there is no such release", name)
	}
	return names[len(names)-1], nil
}

func machineRelease(ctx context.Context) (*Release, error) {
	out, err := run(ctx, goCommand(ctx, "go", "", "env", "GOVERSION", "GOROOT"))
	if err != nil {
		return nil, fmt.Errorf("the machine's Go does not run: %w", err)
	}
	lines := strings.Split(out, "\n")
	return checkRelease(&Release{strings.TrimSpace(lines[0]), strings.TrimSpace(lines[1]), version.IsValid(strings.TrimSpace(lines[0]))})
}

func rootRelease(ctx context.Context, path string) (*Release, error) {
	root, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(root); err != nil {
		return nil, err
	}
	release := &Release{Root: root}
	if _, err := checkRelease(release); err != nil {
		return nil, err
	}
	out, err := run(ctx, goCommand(ctx, release.tool(), "", "env", "GOVERSION"))
	if err != nil {
		return nil, fmt.Errorf("%s: its go command does not run: %w", root, err)
	}
	release.Name = strings.Fields(out)[0]
	return release, nil
}

// loaderSource is where a release's linker says what it refuses, below GOROOT.
const loaderSource = "src/cmd/link/internal/loader/loader.go"

// checkRelease sees that what the observatory reads is there.
func checkRelease(r *Release) (*Release, error) {
	for _, needed := range []string{"bin/go", "pkg/tool", "src/runtime/runtime.go", loaderSource} {
		if _, err := os.Stat(filepath.Join(r.Root, needed)); err != nil {
			return nil, fmt.Errorf("%s is no complete GOROOT: it has no %s; remove it where it was downloaded by halves, or install Go's sources", r.Root, needed)
		}
	}
	return r, nil
}

// tool is the release's go command.
func (r *Release) tool() string { return filepath.Join(r.Root, "bin", "go") }

// fetched is the directories of the releases that the go command has downloaded, by their names.
func fetched(ctx context.Context) map[string]string {
	dirs := map[string]string{}
	if out, err := run(ctx, goCommand(ctx, "go", "", "env", "GOMODCACHE")); err == nil {
		suffix := "." + runtime.GOOS + "-" + runtime.GOARCH
		found, _ := filepath.Glob(filepath.Join(strings.TrimSpace(out), "golang.org", "toolchain@v0.0.1-go*"+suffix))
		for _, dir := range found {
			_, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(dir), suffix), "-")
			dirs[name] = dir
		}
	}
	return dirs
}

// installed is the releases of a minor (or all, for "") that are on this machine as a whole, the oldest first.
func installed(ctx context.Context, minor string) (names []string) {
	if machine, err := machineRelease(ctx); err == nil {
		names = append(names, machine.Name)
	}
	for name, dir := range fetched(ctx) {
		if _, err := checkRelease(&Release{Name: name, Root: dir}); err == nil {
			names = append(names, name)
		}
	}
	return ofMinor(names, minor)
}

// published is all releases of a minor (or all, for "") that can be fetched, the oldest first.
func published(ctx context.Context, minor string) ([]string, error) {
	out, err := run(ctx, goCommand(ctx, "go", "", "list", "-m", "-versions", "go"))
	if err != nil {
		return nil, fmt.Errorf("which Go releases there are cannot be found out (%w); on this machine: %s", err, strings.Join(installed(ctx, ""), ", "))
	}
	names := strings.Fields(out)[1:]
	for i := range names {
		names[i] = "go" + names[i]
	}
	return ofMinor(names, minor), nil
}

func ofMinor(names []string, minor string) []string {
	names = slices.DeleteFunc(names, func(name string) bool {
		return !version.IsValid(name) || minor != "" && version.Lang(name) != minor
	})
	slices.SortFunc(names, version.Compare)
	return slices.Compact(names)
}

// newestPatch is the newest release of a minor on this machine, or where it has none the newest of all.
func newestPatch(ctx context.Context, minor string) (string, error) {
	names := installed(ctx, minor)
	if len(names) == 0 {
		var err error
		if names, err = published(ctx, minor); err != nil {
			return "", err
		}
	}
	if len(names) == 0 {
		return "", fmt.Errorf("there is no release of %s", minor)
	}
	return names[len(names)-1], nil
}

func notFetched(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	why := "there is no such release for " + runtime.GOOS + "/" + runtime.GOARCH
	proxy, _ := run(ctx, goCommand(ctx, "go", "", "env", "GOPROXY"))
	if strings.TrimSpace(proxy) == "off" || noNetwork.MatchString(err.Error()) {
		why = "it cannot be downloaded"
	}
	if dir := fetched(ctx)[name]; dir != "" {
		why += ", and " + dir + ", where it was downloaded by halves, should be removed"
	}
	return fmt.Errorf("%s: %s (%w); on this machine: %s", name, why, err, strings.Join(installed(ctx, ""), ", "))
}

// note tells somebody at a terminal what takes long.
func note(format string, args ...any) {
	if to, err := os.Stderr.Stat(); err == nil && to.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "gobridge: "+format+" ...\n", args...)
	}
}

// ---- running a release's tools ----

// goCommand is a go command that neither the caller's directory nor settings for other programs change.
func goCommand(ctx context.Context, tool, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir = dir
	if dir == "" {
		cmd.Dir = "/"
	}
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local", "GOROOT=", "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GO111MODULE=",
		"GOOS=", "GOARCH=", "CGO_ENABLED=", "CGO_CFLAGS=", "CGO_CPPFLAGS=", "CGO_CXXFLAGS=", "CGO_LDFLAGS=")
	return cmd
}

// environment is what makes a go command work for a platform.
func (p Platform) environment() []string {
	cgo := "CGO_ENABLED=0"
	if p.Cgo {
		cgo = "CGO_ENABLED=1"
	}
	environment := []string{"GOOS=" + p.OS, "GOARCH=" + p.Arch, cgo}
	if compiler := command.CrossCompiler(p.OS, p.Arch); p.Cgo && compiler != "" {
		environment = append(environment, "CC="+compiler) // CC itself names this machine's
	}
	return environment
}

// run returns what a command prints, also if it fails: then the message is a line.
func run(ctx context.Context, cmd *exec.Cmd, env ...string) (string, error) {
	cmd.Env = append(cmd.Env, env...)
	out, err := command.Run(ctx, cmd)
	if failed := (*command.Failure)(nil); errors.As(err, &failed) {
		failed.Brief = true
		failed.Output += out
	}
	return out, err
}
