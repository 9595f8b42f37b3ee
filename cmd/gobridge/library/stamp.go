package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stamp says what a library was built of, and which files came out: with it a second build sees that there is nothing to do.
type stamp struct {
	Inputs             string
	Go                 string
	Functions, LeftOut int
	Files              map[string]string // size and time by name below the output directory
}

func stampFile(out, name string) string { return filepath.Join(out, "share", name, ".stamp") }

// stampOf is the stamp of what is to be built, without the files.
func (m *module) stampOf(ctx context.Context, q Query, name string, t *tools, p *program) (*stamp, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, Version, name, q.Packages, q.Skip, q.Instances, q.Go, m.arch, t.cc, t.compilerIdentity, q.interpreters(ctx))
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "CGO_") || strings.HasPrefix(variable, "GO") {
			fmt.Fprintln(sum, variable)
		}
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	modfile, err := os.ReadFile(m.modfile()) // the language's version is in it, and what replaces what
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(sum, "%s\n", modfile)
	files := []string{program, filepath.Join(m.sources, "gobridge.map")}
	for _, of := range p.packages {
		if of.Standard { // its files change with the release alone, of which its directory's name tells enough
			files = append(files, of.Dir)
			continue
		}
		files = append(files, of.files()...)
	}
	for _, part := range []string{"csrc", "include", "bindings"} {
		err := filepath.WalkDir(filepath.Join(m.sources, part)+"/", func(path string, entry fs.DirEntry, err error) error {
			files = append(files, path)
			return err
		})
		if err != nil && part != "bindings" { // which only --python and --node need
			return nil, err
		}
	}
	slices.Sort(files)
	for _, file := range files {
		fmt.Fprintln(sum, file, stateOf(file))
	}
	return &stamp{Inputs: hex.EncodeToString(sum.Sum(nil)), Files: map[string]string{}}, nil
}

// interpreters is what those say of themselves that PATH has for the language packages that are wanted: it may have shims.
func (q Query) interpreters(ctx context.Context) (said []string) {
	for _, of := range []struct {
		wanted bool
		ask    []string
	}{
		{q.Python, []string{"python3", "-c", "import sys; print(sys.executable, sys.base_prefix, sys.version)"}},
		{q.Node, []string{"node", "-p", "process.execPath + process.version"}},
	} {
		if of.wanted {
			out, _ := run(ctx, "", nil, of.ask[0], of.ask[1:]...) // without one, what needs it says so
			said = append(said, of.ask[0], string(out))
		}
	}
	return said
}

// stateOf is what changes when somebody changes a file.
func stateOf(file string) string {
	info, err := os.Lstat(file)
	if err != nil {
		return "absent"
	}
	return fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
}

func readStamp(out, name string) *stamp {
	text, err := os.ReadFile(stampFile(out, name))
	s := new(stamp)
	if err != nil || json.Unmarshal(text, s) != nil {
		return nil
	}
	return s
}

// isWhole tells whether all files are as they were written.
func (s *stamp) isWhole(out string) bool {
	for name, state := range s.Files {
		if stateOf(filepath.Join(out, name)) != state {
			return false
		}
	}
	return len(s.Files) > 0
}

// install moves what was made to where it belongs. All of it is written first, beside what it replaces: that may fail, as where
// a disk is full, and is undone then. After that each file is replaced at once, the stamp last.
func install(staged, out string, s *stamp) (err error) {
	var written, dirs []string
	defer func() {
		if err == nil {
			return
		}
		for _, name := range written {
			os.Remove(name + ".new")
		}
		for i := range dirs {
			os.Remove(dirs[len(dirs)-1-i])
		}
	}()
	err = filepath.WalkDir(staged, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(staged, path)
		if err != nil {
			return err
		}
		to := filepath.Join(out, name)
		if entry.IsDir() {
			if err = os.Mkdir(to, 0o777); err == nil {
				dirs = append(dirs, to)
			} else if errors.Is(err, fs.ErrExist) {
				err = nil
			}
			return err
		}
		written = append(written, to)
		if err := copyEntry(path, to+".new", entry); err != nil {
			return err
		}
		s.Files[name] = stateOf(to + ".new")
		return nil
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	last := stampFile(out, libraryOf(staged))
	written = append(written, last)
	if err := os.WriteFile(last+".new", text, 0o666); err != nil {
		return err
	}
	os.Remove(last)
	for _, to := range written {
		if err := os.Rename(to+".new", to); err != nil {
			return err
		}
	}
	return nil
}

// libraryOf is the name of the library in a directory that has one.
func libraryOf(dir string) string {
	found, _ := filepath.Glob(filepath.Join(dir, "lib", "lib*.a"))
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "lib"), ".a")
}

// copyEntry copies a file or link.
func copyEntry(from, to string, entry fs.DirEntry) error {
	if entry.Type()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		os.Remove(to)
		return os.Symlink(target, to)
	}
	info, err := entry.Info()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode())
}
