package library

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// scaffold is a project that calls a Go package from C or C++. In names and texts @name@ stands for the project's name, and a
// suffix .txt keeps the go command from taking a file for one of its own.
//
//go:embed scaffold scaffold/.github
var scaffold embed.FS

// hosts is the languages of hosts: what the texts call them, and what CMake does.
var hosts = map[string]struct{ language, cmake, suffix string }{
	"c":   {"C", "C", "c"},
	"c++": {"C++", "C CXX", "cpp"},
}

// New makes a project in a new or empty directory, and returns the files that it wrote. If it fails, it leaves none.
func New(dir, host string) (files []string, err error) {
	if host == "" {
		host = "c"
	}
	of, known := hosts[host]
	if !known {
		return nil, fmt.Errorf("--host %s: the host is written in c or c++", host)
	}
	out, undo, err := openOutput(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	if there, err := os.ReadDir(out); err != nil || len(there) > 0 {
		return nil, errors.Join(err, fmt.Errorf("%s is not empty", dir))
	}
	name := notOfIdentifiers.ReplaceAllString(filepath.Base(out), "_")
	if !identifier.MatchString(name) || name == "main" {
		return nil, fmt.Errorf("%s: %q is no name for a Go package and C functions", dir, name)
	}
	texts := strings.NewReplacer("@cmake@", of.cmake, "@language@", of.language, "@suffix@", of.suffix, "@name@", name)
	err = fs.WalkDir(scaffold, "scaffold", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Dir(path) == "scaffold/host" && !strings.HasSuffix(path, "."+of.suffix+".txt") {
			return err
		}
		text, err := scaffold.ReadFile(path)
		if err != nil {
			return err
		}
		file := strings.TrimSuffix(texts.Replace(strings.TrimPrefix(path, "scaffold/")), ".txt")
		files = append(files, file)
		return write(filepath.Join(out, file), texts.Replace(string(text)))
	})
	return files, err
}
