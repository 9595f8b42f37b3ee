package observatory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is a package as a release's own go command sees it on a platform.
type goPackage struct {
	Dir, ImportPath           string
	Standard                  bool
	GoFiles, CgoFiles, SFiles []string
	Deps                      []string
}

func listPackages(ctx context.Context, release *Release, platform Platform) (packages []*goPackage, err error) {
	out, err := run(ctx, goCommand(ctx, release.tool(), filepath.Join(release.Root, "src"),
		"list", "-e", "-json=Dir,ImportPath,Standard,GoFiles,CgoFiles,SFiles,Deps", "std"), platform.environment()...)
	if err != nil {
		return nil, fmt.Errorf("%s: its packages cannot be listed for %s: %w", release.Name, platform, err)
	}
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		p := &goPackage{}
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// importable tells, for each package, which package an outside module can import to have it in its program.
func importable(packages []*goPackage) map[string]string {
	imports := map[string]string{}
	public := slices.DeleteFunc(slices.Clone(packages), func(p *goPackage) bool {
		return slices.ContainsFunc(strings.Split(p.ImportPath, "/"), func(part string) bool { return part == "internal" || part == "vendor" })
	})
	// The runtime is part of every program; after it comes the package that brings the least besides.
	slices.SortFunc(public, func(a, b *goPackage) int {
		return cmp.Or(runtimeFirst(a.ImportPath, b.ImportPath), cmp.Compare(len(a.Deps), len(b.Deps)), cmp.Compare(a.ImportPath, b.ImportPath))
	})
	for _, p := range public {
		imports[p.ImportPath] = p.ImportPath
	}
	for _, p := range public {
		for _, dep := range p.Deps {
			if imports[dep] == "" {
				imports[dep] = p.ImportPath
			}
		}
	}
	return imports
}

func runtimeFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "runtime":
		return -1
	case b == "runtime":
		return 1
	}
	return 0
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
