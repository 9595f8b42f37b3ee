package observatory

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
)

// What a release says of a program follows from the release, from how the program is audited, from what the go command lists of it and
// from its files. So it is kept by the hash of all these, and found again where none has changed.

// keptResults is how many are kept; of more the oldest go.
const keptResults = 1000

// digests is the hashes of files, each read once.
type digests struct {
	mu    sync.Mutex
	known map[string][sha256.Size]byte
}

func (d *digests) of(path string) (sum [sha256.Size]byte, err error) {
	d.mu.Lock()
	sum, is := d.known[path]
	d.mu.Unlock()
	if is {
		return sum, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known[path] = sum
	return sum, nil
}

// resultPath is where the result of an audit is kept, or "" where it cannot be: files of a GOROOT of one's own may change, and
// some that are included are not known.
func (t *target) resultPath(release *Release, platform Platform, deps bool, packages map[string]*modulePackage, files *digests) string {
	dir := cacheDir()
	if dir == "" || !release.fixed {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %v %v %q %q %q %v %v %q %v %q %v\n", release.Name, platform, deps, t.module, t.version, t.patterns, t.whole, t.test, t.tags,
		t.unchecked, t.missing, t.linked != nil)
	var names []string
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		p := packages[name]
		fmt.Fprintf(h, "%q %v\n", name, t.linked != nil && t.linked(p.ImportPath))
		if p.Standard {
			continue // a part of the release
		}
		if json.NewEncoder(h).Encode(p) != nil || p.hashFiles(h, files) != nil {
			return ""
		}
	}
	return filepath.Join(dir, "results", fmt.Sprintf("%x", h.Sum(nil)))
}

// assemblyInclude is a file of another directory.
var assemblyInclude = regexp.MustCompile(`(?m)^\s*#\s*include\s+["<][^">]*/`)

// hashFiles writes the hashes of all files that an audit reads of a package.
func (p *modulePackage) hashFiles(to hash.Hash, files *digests) error {
	paths := p.paths()
	for _, name := range p.IgnoredGoFiles {
		paths = append(paths, p.path(name))
	}
	for _, name := range p.SFiles {
		text, err := os.ReadFile(p.path(name))
		if err != nil {
			return err
		}
		if assemblyInclude.Match(text) {
			return fmt.Errorf("%s: what it includes is not known", name)
		}
		paths = append(paths, p.path(name))
	}
	if len(p.SFiles) > 0 {
		included, err := filepath.Glob(filepath.Join(p.Dir, "*.h"))
		if err != nil {
			return err
		}
		paths = append(paths, included...)
	}
	for _, path := range paths {
		sum, err := files.of(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(to, "%q %x\n", path, sum)
	}
	return nil
}

// keptResult returns the result that is kept at a path, or finds it and keeps it there.
func keptResult(ctx context.Context, path string, find func() (result *Result, sure bool, err error)) (*Result, error) {
	if result := new(Result); path != "" && load(path, result) {
		// gob makes nil of empty lists.
		result.Findings, result.Lost = append([]*Finding{}, result.Findings...), append([]*Finding{}, result.Lost...)
		return result, nil
	}
	result, sure, err := find()
	if err == nil && ctx.Err() == nil && sure && path != "" && result.Verdict != "unknown" {
		keep(path, result)
		removeOldest(filepath.Dir(path), keptResults)
	}
	return result, err
}

// removeOldest removes the files of a directory that were written first, where there are more than some.
func removeOldest(dir string, most int) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) <= most {
		return
	}
	age := func(entry os.DirEntry) int64 {
		if info, err := entry.Info(); err == nil {
			return info.ModTime().UnixNano()
		}
		return 0
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return int(min(1, max(-1, age(a)-age(b)))) })
	for _, entry := range entries[:len(entries)-most/2] {
		os.Remove(filepath.Join(dir, entry.Name()))
	}
}
