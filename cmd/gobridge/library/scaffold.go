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

// scaffold is projects that call a Go package from another language: what all have, what those by CMake have, and what one
// language has. In names and texts @name@ stands for the project's name, and a suffix .txt keeps tools from taking a file for
// one of this tree's.
//
//go:embed all:scaffold
var scaffold embed.FS

// hosts is the languages of hosts, and which parts of the scaffold they are made of.
var hosts = map[string]struct {
	parts                   []string
	language, cmake, suffix string
}{
	"c":      {[]string{"all", "cmake", "c"}, "C", "C", "c"},
	"c++":    {[]string{"all", "cmake", "c++"}, "C++", "C CXX", "cpp"},
	"python": {[]string{"all", "python"}, "Python", "", ""},
	"node":   {[]string{"all", "node"}, "JavaScript", "", ""},
}

// New makes a project in a new or empty directory, and returns the files that it wrote. If it fails, it leaves none.
func New(dir, host string) (files []string, err error) {
	if host == "" {
		host = "c"
	}
	of, known := hosts[host]
	if !known {
		return nil, fmt.Errorf("--host %s: the host is written in c, c++, python or node", host)
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
	for _, part := range of.parts {
		root := "scaffold/" + part
		err = fs.WalkDir(scaffold, root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := scaffold.ReadFile(path)
			if err != nil {
				return err
			}
			file := strings.TrimSuffix(texts.Replace(strings.TrimPrefix(path, root+"/")), ".txt")
			files = append(files, file)
			return write(filepath.Join(out, file), texts.Replace(string(text)))
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
