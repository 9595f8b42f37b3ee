package observatory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"gobridge/cmd/gobridge/command"
)

// target is what is audited: packages of a module, with what the go command needs to list and to build them.
type target struct {
	module, version string
	prefix          string // the module's directory, as the user named it
	note            string
	release         string                // to ask if none is named
	deps            bool                  // it is audited through them
	dir             string                // where the go command runs
	gomod, gosum    []byte                // what the go command may change: it gets a copy
	vendored        bool                  // its dependencies lie in its own directory
	workspace       string                // the go.work that it is part of
	patterns        []string              // the packages
	whole           bool                  // they are the whole module
	linked          func(pkg string) bool // whether a package is part of a built program
	missing         string                // why a part of a built program cannot be audited
	platform        *Platform             // that a program was built for
	unchecked       bool                  // the linker was told to check no pull
	tags            string
	test            bool // tests too
	work            string
}

const modulesMissing = "name a directory of a module, a built Go program or archive, or MODULE[/PACKAGE][@VERSION]"

// findTarget finds out what the user means.
func findTarget(ctx context.Context, q AuditQuery, work string) (t *target, err error) {
	name := q.Target
	directory, isPattern := strings.CutSuffix(filepath.ToSlash(name), "/...")
	info, err := os.Stat(directory)
	switch {
	case name == "":
		return nil, errors.New("audit what? " + modulesMissing)
	case err == nil && info.IsDir():
		t, err = directoryTarget(ctx, directory, isPattern)
	case err == nil:
		t, err = builtTarget(ctx, name, work, q.newest)
	case filepath.IsAbs(name) || strings.HasPrefix(name, "."):
		return nil, fmt.Errorf("%s: there is no such file; %s", name, modulesMissing)
	default:
		t, err = moduleTarget(ctx, name, work, q.newest)
	}
	if err != nil {
		return nil, err
	}
	t.work, t.test, t.tags = work, q.Test, cmp.Or(q.Tags, t.tags)
	return t, nil
}

var moduleLine = regexp.MustCompile(`(?m)^\s*module\s+"?([^\s"]+)"?`)

// directoryTarget is the module that a directory is part of, or with a pattern the packages below the directory. A directory
// within a module that is a package is that package.
func directoryTarget(ctx context.Context, name string, isPattern bool) (*target, error) {
	start, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	root, prefix := start, filepath.Clean(name)
	for {
		gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			module := moduleLine.FindSubmatch(gomod)
			if module == nil {
				return nil, fmt.Errorf("%s/go.mod names no module", root)
			}
			gosum, _ := os.ReadFile(filepath.Join(root, "go.sum"))
			_, err := os.Stat(filepath.Join(root, "vendor", "modules.txt"))
			t := &target{module: string(module[1]), prefix: prefix, dir: root, gomod: gomod, gosum: gosum, vendored: err == nil}
			t.patterns, t.whole = packagesIn(root, start, isPattern)
			return t, t.findWorkspace(ctx)
		} else if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if root == filepath.Dir(root) {
			return nil, fmt.Errorf("%s is in no module: no go.mod there or above; %s", name, modulesMissing)
		}
		root, prefix = filepath.Dir(root), filepath.Join(prefix, "..")
	}
}

// packagesIn is the packages that a directory of a module stands for.
func packagesIn(root, directory string, isPattern bool) (patterns []string, whole bool) {
	below, err := filepath.Rel(root, directory)
	if err != nil || directory == root {
		return []string{"./..."}, true
	}
	if isPattern {
		return []string{"./" + filepath.ToSlash(below) + "/..."}, false
	}
	if files, _ := filepath.Glob(filepath.Join(directory, "*.go")); len(files) > 0 {
		return []string{"./" + filepath.ToSlash(below)}, false
	}
	return []string{"./..."}, true
}

// findWorkspace finds the go.work that the go command would use there.
func (t *target) findWorkspace(ctx context.Context) error {
	out, err := run(ctx, goCommand(ctx, "go", t.dir, "env", "GOWORK"), "GOWORK="+os.Getenv("GOWORK"))
	if t.workspace = strings.TrimSpace(out); err != nil || t.workspace == "off" || t.workspace == "" {
		t.workspace = ""
		return err
	}
	t.note = "with the workspace " + t.workspace
	return nil
}

// moduleTarget is a module, or packages of it, of a version, which the go command downloads if it is not here yet.
func moduleTarget(ctx context.Context, name, work string, by *Release) (*target, error) {
	pattern, version, _ := strings.Cut(name, "@")
	if first, _, _ := strings.Cut(pattern, "/"); !strings.Contains(first, ".") {
		return nil, fmt.Errorf("%s is neither a file nor the path of a module; %s", name, modulesMissing)
	}
	var why error
	for module := strings.TrimSuffix(pattern, "/..."); module != "."; module = path.Dir(module) {
		found, err := download(ctx, by, work, module, cmp.Or(version, "latest"))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			t := &target{module: module, version: found, dir: work, patterns: []string{pattern}}
			if t.whole = pattern == module || pattern == module+"/..."; t.whole {
				t.patterns = []string{module + "/..."}
			}
			return t, t.require([][2]string{{module, found}})
		}
		why = cmp.Or(why, err)
	}
	return nil, fmt.Errorf("%s cannot be had: %w", name, why)
}

// download has the machine's go command fetch a module, or that of a newer release where the module needs one, and returns its version.
func download(ctx context.Context, by *Release, work, module, version string) (string, error) {
	found, err := downloadBy(ctx, "go", work, module, version)
	if err != nil && by != nil && newerGo.MatchString(err.Error()) {
		return downloadBy(ctx, by.tool(), work, module, version)
	}
	return found, err
}

func downloadBy(ctx context.Context, tool, work, module, version string) (string, error) {
	out, err := run(ctx, goCommand(ctx, tool, work, "mod", "download", "-json", module+"@"+version), "GOFLAGS=-mod=mod")
	var found struct{ Version, Dir, Error string }
	if json.Unmarshal([]byte(out), &found); found.Error != "" {
		err = errors.New(strings.Join(strings.Fields(found.Error), " "))
	}
	if err == nil && found.Dir == "" {
		err = errors.New("it has no source")
	}
	return found.Version, err
}

// require makes a main module that needs others, where the go command runs.
func (t *target) require(modules [][2]string) error {
	gomod := "module gobridge.invalid/audit\n\ngo 1.21\n"
	for _, of := range modules {
		gomod += "require " + of[0] + " " + of[1] + "\n"
	}
	t.gomod = []byte(gomod)
	return os.WriteFile(filepath.Join(t.dir, "go.mod"), t.gomod, 0o666)
}

// ---- listing ----

// modfile is the copy of go.mod that the go command of a release on a platform may change.
func (t *target) modfile(release *Release, platform Platform) string {
	return filepath.Join(t.work, release.Name+"-"+strings.ReplaceAll(platform.String(), "/", "-")+".mod")
}

// flags is what a release's go command needs to be told of the target.
func (t *target) flags(release *Release, platform Platform) (flags []string) {
	switch {
	case t.workspace != "":
	case t.vendored:
		flags = append(flags, "-mod=vendor")
	default:
		flags = append(flags, "-mod=mod", "-modfile="+t.modfile(release, platform))
	}
	if t.tags != "" {
		flags = append(flags, "-tags="+t.tags)
	}
	return flags
}

func (t *target) environment(platform Platform) []string {
	if t.workspace != "" {
		return append(platform.environment(), "GOWORK="+t.workspace)
	}
	return platform.environment()
}

// list returns the packages of the target and all that they need, as a release sees them.
func (t *target) list(ctx context.Context, release *Release, platform Platform) (map[string]*modulePackage, error) {
	if modfile := t.modfile(release, platform); t.workspace == "" && !t.vendored {
		if err := os.WriteFile(modfile, t.gomod, 0o666); err != nil {
			return nil, err
		}
		if err := os.WriteFile(strings.TrimSuffix(modfile, ".mod")+".sum", t.gosum, 0o666); err != nil {
			return nil, err
		}
	}
	args := append([]string{"list", "-e", "-deps", "-json=" + listedFields}, t.flags(release, platform)...)
	if t.test {
		args = append(args, "-test")
	}
	cmd := goCommand(ctx, release.tool(), t.dir, append(args, t.patterns...)...)
	cmd.Env = append(cmd.Env, t.environment(platform)...)
	out, said, err := command.RunBoth(ctx, cmd)
	if err != nil {
		return nil, t.notListed(said, release, platform, err)
	}
	packages := map[string]*modulePackage{}
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		p := &modulePackage{}
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return packages, t.nothingListed(packages)
		} else if err != nil {
			return nil, err
		}
		packages[p.ImportPath] = p
	}
}

// notListed is why the go command cannot list packages, as the user knows the files: it had a copy of go.mod.
func (t *target) notListed(said string, release *Release, platform Platform, err error) error {
	if brief := strings.TrimPrefix(command.Brief(said), "go: "); brief != "" && !errors.Is(err, context.Canceled) {
		return errors.New(strings.ReplaceAll(brief, t.modfile(release, platform), filepath.Join(t.dir, "go.mod")))
	}
	return err
}

// nothingListed is why there is nothing to audit, where the go command says so of a pattern instead of a package.
func (t *target) nothingListed(packages map[string]*modulePackage) (err error) {
	for _, p := range packages {
		if t.isGoal(p) {
			return nil
		}
		if p.Module == nil && p.Error != nil && !p.DepOnly {
			err = errors.New(firstLine(p.Error.Err))
		}
	}
	return err
}

// owns tells whether a package is one of the target's own module.
func (t *target) owns(p *modulePackage) bool {
	return p.Module != nil && p.Module.Path == t.module
}

// main is the package that has the module's own name, if the target is the whole module and has one.
func (t *target) main(packages map[string]*modulePackage) string {
	if t.whole && t.version != "" && packages[t.module] != nil && t.linked == nil {
		return t.module
	}
	return ""
}

// isGoal tells whether a build is for a package: other modules can import it, or it is a program or a test.
func (t *target) isGoal(p *modulePackage) bool {
	if t.linked != nil {
		return !p.Standard && len(p.paths()) > 0 && t.linked(p.ImportPath)
	}
	return t.owns(p) && !p.DepOnly && (p.Name == "main" || p.ForTest != "" || !isInternal(p.ImportPath) || !t.whole)
}

// used is the packages that a build is for, and all that these import.
func (t *target) used(packages map[string]*modulePackage) map[string]bool {
	used := map[string]bool{}
	for name, p := range packages {
		if t.isGoal(p) {
			used[name] = true
			for _, dep := range p.Deps {
				used[dep] = true
			}
		}
	}
	return used
}

// fileName is what a finding calls a file.
func (t *target) fileName(p *modulePackage, path string) string {
	below, err := filepath.Rel(p.Dir, path)
	if err != nil {
		return path
	}
	within := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, p.Module.Path), "/")
	below = filepath.ToSlash(filepath.Join(within, below))
	if t.owns(p) {
		return below
	}
	return p.Module.Path + "@" + p.Module.Version + "/" + below
}
