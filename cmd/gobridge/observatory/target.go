package observatory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// target is a module, with what the go command needs to list its packages.
type target struct {
	module, version string
	prefix          string
	note            string
	release         string                // to ask where none is named
	deps            bool                  // it is audited through them
	dir             string                // where the go command runs
	gomod, gosum    []byte                // what the go command may change: it gets a copy
	vendored        bool                  //
	patterns        []string              // the packages
	linked          func(pkg string) bool // whether a package is part of a built program
	work            string
}

const modulesMissing = "name a directory of a module, a built Go program or archive, or MODULE@VERSION"

// findTarget finds out what the user means.
func findTarget(ctx context.Context, name, work string) (*target, error) {
	info, err := os.Stat(name)
	switch {
	case name == "":
		return nil, errors.New("audit what? " + modulesMissing)
	case err == nil && info.IsDir():
		return directoryTarget(name, work)
	case err == nil:
		return builtTarget(name, work)
	case filepath.IsAbs(name) || strings.HasPrefix(name, "."):
		return nil, fmt.Errorf("%s: there is no such file; %s", name, modulesMissing)
	}
	return moduleTarget(ctx, name, work)
}

var moduleLine = regexp.MustCompile(`(?m)^\s*module\s+"?([^\s"]+)"?`)

// directoryTarget is the module that a directory is part of.
func directoryTarget(name, work string) (*target, error) {
	root, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	prefix := filepath.Clean(name)
	for {
		gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			module := moduleLine.FindSubmatch(gomod)
			if module == nil {
				return nil, fmt.Errorf("%s/go.mod names no module", root)
			}
			gosum, _ := os.ReadFile(filepath.Join(root, "go.sum"))
			_, err := os.Stat(filepath.Join(root, "vendor", "modules.txt"))
			return &target{module: string(module[1]), prefix: prefix, dir: root, gomod: gomod, gosum: gosum, vendored: err == nil,
				patterns: []string{"./..."}, work: work}, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if root == filepath.Dir(root) {
			return nil, fmt.Errorf("%s is in no module: no go.mod there or above; %s", name, modulesMissing)
		}
		root, prefix = filepath.Dir(root), filepath.Join(prefix, "..")
	}
}

// moduleTarget is a module of a version, which the go command downloads where it is not here yet.
func moduleTarget(ctx context.Context, name, work string) (*target, error) {
	module, version, _ := strings.Cut(name, "@")
	if first, _, _ := strings.Cut(module, "/"); !strings.Contains(first, ".") {
		return nil, fmt.Errorf("%s is neither a file nor the path of a module; %s", name, modulesMissing)
	}
	cmd := goCommand(ctx, "go", work, "mod", "download", "-json", module+"@"+cmp.Or(version, "latest"))
	out, err := run(ctx, cmd, "GOFLAGS=-mod=mod")
	var found struct{ Version, Dir, Error string }
	if json.Unmarshal([]byte(out), &found); found.Error != "" {
		err = errors.New(found.Error)
	}
	if err != nil || found.Dir == "" {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%s cannot be had: %s", name, strings.Join(strings.Fields(err.Error()), " "))
	}
	t := &target{module: module, version: found.Version, dir: work, patterns: []string{module + "/..."}, work: work}
	return t, t.require([][2]string{{module, found.Version}})
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

// list returns the packages of the target and all that they need, as a release sees them.
func (t *target) list(ctx context.Context, release *Release, platform Platform) (map[string]*modulePackage, error) {
	modfile := filepath.Join(t.work, release.Name+".mod")
	args := []string{"list", "-e", "-deps",
		"-json=Dir,ImportPath,Name,Standard,GoFiles,CgoFiles,SFiles,IgnoredGoFiles,Imports,Deps,Module,Error"}
	if t.vendored {
		args = append(args, "-mod=vendor")
	} else {
		if err := os.WriteFile(modfile, t.gomod, 0o666); err != nil {
			return nil, err
		}
		if err := os.WriteFile(strings.TrimSuffix(modfile, ".mod")+".sum", t.gosum, 0o666); err != nil {
			return nil, err
		}
		args = append(args, "-mod=mod", "-modfile="+modfile)
	}
	out, err := run(ctx, goCommand(ctx, release.tool(), t.dir, append(args, t.patterns...)...), platform.environment()...)
	if err != nil {
		return nil, err
	}
	packages := map[string]*modulePackage{}
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		p := &modulePackage{}
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages[p.ImportPath] = p
	}
}

// owns tells whether a package is one of the target's own module.
func (t *target) owns(p *modulePackage) bool {
	return p.Module != nil && p.Module.Path == t.module
}

// used is the packages that other modules can import or that are programs, and all that these import.
func (t *target) used(packages map[string]*modulePackage) map[string]bool {
	used := map[string]bool{}
	for name, p := range packages {
		if t.linked != nil || t.owns(p) && (p.Name == "main" || !slices.Contains(strings.Split(name, "/"), "internal")) {
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
