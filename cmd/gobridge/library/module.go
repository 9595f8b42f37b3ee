package library

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gobridge/cmd/gobridge/command"
)

// module is where packages are found: the user's module or workspace with gobridge's own beside it, or an empty one. The
// user's files stay as they are: what differs stands in a go.mod and an overlay of its own (-modfile, -overlay).
type module struct {
	work    string // a directory for what is made
	dir     string // where the go command runs
	root    string // the main module's
	sources string // gobridge's module
	arch    string
	env     []string
	overlay map[string]string
	owns    bool // the main module is gobridge itself
}

// programDir is where the generated program lies: in the main module, so that it may import what is internal there.
func (m *module) programDir(p *program, goals []string) string {
	above := m.root
	for _, goal := range goals {
		dir := p.packages[goal].Dir + "/"
		if at := strings.LastIndex(dir, "/internal/"); isInternal(goal) && at > len(above) {
			above = dir[:at] // what is internal further down is for those beside it alone
		}
	}
	return filepath.Join(above, "gobridge_library_main")
}

func isInternal(importPath string) bool {
	return slices.Contains(strings.Split(importPath, "/"), "internal")
}

// openModule finds the module of a directory.
func openModule(ctx context.Context, work string, q Query) (*module, error) {
	m := &module{work: work, dir: q.Dir, sources: q.Sources, overlay: map[string]string{}}
	m.env = append(os.Environ(), "GO111MODULE=", "GOWORK=off", "CGO_ENABLED=1")
	if q.Go != "" {
		m.env = append(m.env, "GOTOOLCHAIN="+q.Go)
	}
	if q.Arch != "" {
		m.env = append(m.env, "GOARCH="+q.Arch)
	}
	out, err := m.run(ctx, "env", "-json", "GOMOD", "GOVERSION", "GOARCH", "GOOS", "GOFLAGS")
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("there is no go command in PATH: install Go 1.21 or newer (https://go.dev/dl)")
	}
	if err != nil {
		return nil, err
	}
	var env struct{ GOMOD, GOVERSION, GOARCH, GOOS, GOFLAGS string }
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, err
	}
	if env.GOOS != "linux" {
		return nil, fmt.Errorf("GOOS is %s: libraries are built for linux only", env.GOOS)
	}
	if tooOld(env.GOVERSION) {
		return nil, fmt.Errorf("%s is too old: gobridge needs Go 1.21 or newer", env.GOVERSION)
	}
	m.arch = env.GOARCH
	if env.GOMOD == "" || env.GOMOD == os.DevNull {
		m.dir, m.root = work, work
		if err := os.WriteFile(m.modfile(), []byte("module gobridge.library\n\ngo 1.21\n"), 0o666); err != nil {
			return nil, err
		}
	} else {
		m.root = filepath.Dir(env.GOMOD)
		if err := m.copyModule(ctx, env.GOMOD); err != nil {
			return nil, err
		}
	}
	if !m.owns {
		if _, err := m.run(ctx, "mod", "edit", "-require=gobridge@v0.0.0", "-replace=gobridge="+m.sources, m.modfile()); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func tooOld(release string) bool {
	var minor int
	_, err := fmt.Sscanf(release, "go1.%d", &minor)
	return err == nil && minor < 21
}

func (m *module) modfile() string { return filepath.Join(m.work, "go.mod") }

// copyModule makes the go.mod: the user's, with the other modules of a workspace and vendored ones as replacements.
func (m *module) copyModule(ctx context.Context, gomod string) error {
	var sums bytes.Buffer
	if err := copyFile(gomod, m.modfile()); err != nil {
		return err
	}
	var edits []string
	var known struct {
		Module  struct{ Path string }
		Require []struct{ Path, Version string }
	}
	out, err := m.run(ctx, "mod", "edit", "-json", m.modfile())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, &known); err != nil {
		return err
	}
	m.owns = known.Module.Path == "gobridge"
	vendored, err := m.vendored()
	if err != nil {
		return err
	}
	if vendored != nil {
		for _, of := range known.Require {
			if dir := vendored[of.Path]; dir != "" {
				edits = append(edits, "-replace="+of.Path+"="+dir)
			} else { // nothing of it is used, and it may not be here
				edits = append(edits, "-droprequire="+of.Path)
			}
		}
	}
	add, err := m.workspace(ctx, gomod, &sums)
	if err != nil {
		return err
	}
	edits = append(edits, add...)
	for _, name := range []string{filepath.Join(m.root, "go.sum")} {
		if text, err := os.ReadFile(name); err == nil {
			sums.Write(text)
		}
	}
	if len(edits) > 0 {
		if _, err := m.run(ctx, append(append([]string{"mod", "edit"}, edits...), m.modfile())...); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(m.work, "go.sum"), sums.Bytes(), 0o666)
}

// vendored is the directories of modules whose packages the main module keeps below vendor, nil unless it has such. As
// replacements they need a go.mod, which the overlay gives them.
func (m *module) vendored() (map[string]string, error) {
	vendor := filepath.Join(m.root, "vendor")
	list, err := os.ReadFile(filepath.Join(vendor, "modules.txt"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	dirs, languages, path := map[string]string{}, map[string]string{}, ""
	for _, line := range strings.Split(string(list), "\n") {
		if module, is := strings.CutPrefix(line, "# "); is {
			path, _, _ = strings.Cut(module, " ")
			dir := filepath.Join(vendor, filepath.FromSlash(path))
			if _, err := os.Stat(dir); err == nil {
				dirs[path] = dir
			}
		} else if _, language, found := strings.Cut(line, "go "); found && strings.HasPrefix(line, "## ") {
			languages[path] = language // the same loop may mean another thing in another version
		}
	}
	for path, dir := range dirs {
		made := filepath.Join(m.work, fmt.Sprintf("vendored%d.mod", len(m.overlay)))
		if err := os.WriteFile(made, []byte("module "+path+"\n\ngo "+cmp.Or(languages[path], "1.21")+"\n"), 0o666); err != nil {
			return nil, err
		}
		m.overlay[filepath.Join(dir, "go.mod")] = made
	}
	return dirs, err
}

// workspace is edits that add the other modules of the workspace that the directory is in, and what it replaces.
func (m *module) workspace(ctx context.Context, gomod string, sums *bytes.Buffer) (edits []string, err error) {
	off := m.env
	m.env = append(append([]string(nil), off...), "GOWORK="+os.Getenv("GOWORK"))
	defer func() { m.env = off }()
	out, err := m.run(ctx, "env", "GOWORK")
	file := strings.TrimSpace(string(out))
	if err != nil || file == "" || file == "off" {
		return nil, err
	}
	out, err = m.run(ctx, "list", "-m", "-json=Path,Dir,GoMod")
	if err != nil {
		return nil, err
	}
	if text, err := os.ReadFile(file + ".sum"); err == nil {
		sums.Write(text)
	}
	var uses []string
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var of struct{ Path, Dir, GoMod string }
		if err := d.Decode(&of); err != nil {
			return nil, err
		}
		if of.GoMod == gomod {
			continue
		}
		uses = append(uses, "-require="+of.Path+"@v0.0.0", "-replace="+of.Path+"="+of.Dir)
		replaced, err := m.replacedBy(ctx, "mod", of.GoMod)
		if err != nil {
			return nil, err
		}
		edits = append(edits, replaced...)
		if text, err := os.ReadFile(filepath.Join(of.Dir, "go.sum")); err == nil {
			sums.Write(text)
		}
	}
	replaced, err := m.replacedBy(ctx, "work", file)
	return append(append(edits, replaced...), uses...), err // a later edit stands: go.work has the last word
}

// replacedBy is edits that replace what a go.mod ("mod") or go.work ("work") does.
func (m *module) replacedBy(ctx context.Context, kind, file string) (edits []string, err error) {
	out, err := m.run(ctx, kind, "edit", "-json", file)
	if err != nil {
		return nil, err
	}
	type version struct{ Path, Version string }
	var of struct{ Replace []struct{ Old, New version } }
	if err := json.Unmarshal(out, &of); err != nil {
		return nil, err
	}
	for _, r := range of.Replace {
		if r.New.Version == "" && !filepath.IsAbs(r.New.Path) {
			r.New.Path = filepath.Join(filepath.Dir(file), r.New.Path)
		}
		edits = append(edits, "-replace="+strings.TrimSuffix(r.Old.Path+"@"+r.Old.Version, "@")+"="+strings.TrimSuffix(r.New.Path+"@"+r.New.Version, "@"))
	}
	return edits, nil
}

// flags is what the go command needs to see the packages.
func (m *module) flags() []string {
	flags := []string{"-mod=mod"}
	if m.root != m.work {
		flags = append(flags, "-modfile="+m.modfile())
	}
	return append(flags, "-overlay="+filepath.Join(m.work, "overlay.json"))
}

// writeOverlay writes what the go command is to see in the user's directories.
func (m *module) writeOverlay() error {
	text, err := json.Marshal(map[string]any{"Replace": m.overlay})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(m.work, "overlay.json"), text, 0o666)
}

// get adds packages that were asked for at a version.
func (m *module) get(ctx context.Context, versioned string) error {
	flags := []string{"get"}
	if m.root != m.work {
		flags = append(flags, "-modfile="+m.modfile())
	}
	_, err := m.run(ctx, append(flags, versioned)...)
	return err
}

// run runs the go command and returns what it prints.
func (m *module) run(ctx context.Context, args ...string) ([]byte, error) {
	return run(ctx, m.dir, m.env, "go", args...)
}

// compilerError is a line of a C compiler, which may have warned before.
var compilerError = regexp.MustCompile(`(?m)^.*:[0-9]+: (fatal )?error: `)

// run returns what a program prints.
func run(ctx context.Context, dir string, env []string, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, env
	out, err := command.Run(ctx, cmd)
	if failed := (*command.Failure)(nil); errors.As(err, &failed) {
		failed.Brief = true
		if at := compilerError.FindStringIndex(failed.Output); at != nil {
			failed.Output = failed.Output[at[0]:]
		}
	}
	return []byte(out), err
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return write(to, string(text))
}
