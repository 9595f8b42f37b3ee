package observatory

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// sources is what was read of a release so far: with and without cgo most is the same.
type sources struct {
	ctx      context.Context
	release  *Release
	platform Platform
	files    map[string]*source   // by path
	assembly map[string]*assembly // by package and files
}

func newSources(ctx context.Context, release *Release, platform Platform) *sources {
	return &sources{ctx, release, platform, map[string]*source{}, map[string]*assembly{}}
}

func (p *goPackage) sourceFiles() []string { return append(slices.Clone(p.GoFiles), p.CgoFiles...) }

func (p *goPackage) assemblyKey() string { return p.ImportPath + " " + strings.Join(p.SFiles, " ") }

// read reads what was not read yet, on all processors.
func (s *sources) read(packages []*goPackage) error {
	var (
		mu   sync.Mutex
		work []func() error
	)
	for _, p := range packages {
		if key := p.assemblyKey(); len(p.SFiles) > 0 && s.assembly[key] == nil {
			work = append(work, func() error {
				a, err := readAssembly(s.ctx, s.release, s.platform, p)
				mu.Lock()
				defer mu.Unlock()
				s.assembly[key] = a
				return err
			})
		}
		for _, name := range p.sourceFiles() {
			if path := filepath.Join(p.Dir, name); s.files[path] == nil {
				work = append(work, func() error {
					f, err := readSource(path, p.ImportPath+"/"+name)
					mu.Lock()
					defer mu.Unlock()
					s.files[path] = f
					return err
				})
			}
		}
	}
	return inParallel(s.ctx, work)
}
