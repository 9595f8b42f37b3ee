package observatory

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/gob"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gobridge/cmd/gobridge/command"
)

// What this source finds out about a release it will find again, so that is kept until the source changes. The pattern takes
// every file of the package: a list could miss one.
//
//go:embed *.go
var ownSource embed.FS

// keySources are those of this package and of the others of this module that it imports, by their names.
var keySources = map[string]fs.FS{"observatory": ownSource, "command": command.Source}

// cacheDir is where what is expensive to find out is kept, or "" where there is no such place.
func cacheDir() string {
	user, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(user, "gobridge", cacheKey(keySources, runtime.Version()))
}

// cacheKey names a version of this program: its source, tests aside, and the Go release whose parser it has.
func cacheKey(sources map[string]fs.FS, release string) string {
	hash := sha256.New()
	fmt.Fprintln(hash, release)
	var packages []string
	for pkg := range sources {
		packages = append(packages, pkg)
	}
	slices.Sort(packages)
	for _, pkg := range packages {
		files, _ := fs.Glob(sources[pkg], "*.go")
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				text, _ := fs.ReadFile(sources[pkg], name)
				fmt.Fprintln(hash, pkg, name, len(text))
				hash.Write(text)
			}
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:8])
}

// cached returns what is known of a release on a platform, or finds it out. A GOROOT of one's own may change, so nothing of
// it is kept.
func cached[T any](what string, release *Release, platform Platform, find func() (T, error)) (found T, err error) {
	dir := cacheDir()
	if dir == "" || !release.fixed {
		return find()
	}
	cgo := ""
	if platform.Cgo {
		cgo = "-cgo"
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%s-%s-%s%s", release.Name, what, platform.OS, platform.Arch, cgo))
	if load(path, &found) {
		return found, nil
	}
	if found, err = find(); err == nil {
		keep(path, found)
	}
	return found, err
}

// load reads what is kept in a file, and tells whether it could.
func load(path string, to any) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	return gob.NewDecoder(bufio.NewReader(file)).Decode(to) == nil
}

// keep writes a file at once or not at all. Where it cannot, the next run finds everything out again.
func keep(path string, what any) {
	dir := filepath.Dir(path)
	if os.MkdirAll(dir, 0o777) != nil {
		return
	}
	file, err := os.CreateTemp(dir, ".new-")
	if err != nil {
		return
	}
	defer os.Remove(file.Name())
	err = gob.NewEncoder(file).Encode(what)
	if closed := file.Close(); err == nil && closed == nil {
		os.Rename(file.Name(), path)
		os.Chtimes(cacheDir(), time.Time{}, time.Now()) // which a file further down does not change
		removeOthers(cacheDir())
	}
}

// removeOthers removes what other versions of this program have kept and not added to for a month.
func removeOthers(dir string) {
	others, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "*"))
	for _, other := range others {
		if at, err := os.Stat(other); err == nil && other != dir && time.Since(at.ModTime()) > 30*24*time.Hour {
			os.RemoveAll(other)
		}
	}
}
