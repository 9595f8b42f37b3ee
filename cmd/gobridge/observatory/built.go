package observatory

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"debug/gosym"
	"encoding/binary"
	"errors"
	"fmt"
	"go/version"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// builtTarget is the modules that a built program or archive was made of, as it says itself. What it pulled stands nowhere in
// it, so their sources are audited: of a program, those packages that it has functions of.
func builtTarget(ctx context.Context, name, work string) (*target, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var packages map[string]bool
	info, err := buildinfo.Read(file)
	if err == nil {
		packages = linkedPackages(file)
	} else if info, err = archiveInfo(file); err != nil {
		return nil, fmt.Errorf("%s is neither a built Go program nor a Go archive for C: %w", name, err)
	}
	if !version.IsValid(info.GoVersion) {
		return nil, fmt.Errorf("%s was built with %s, which is no release", name, info.GoVersion)
	}
	t := &target{module: info.Main.Path, version: info.Main.Version, prefix: filepath.Dir(name), release: info.GoVersion, deps: true, dir: work}
	if packages != nil {
		t.linked = func(pkg string) bool { return packages[pkg] }
	}
	modules := info.Deps
	t.note = fmt.Sprintf("%s: audited from the sources of its %d modules", name, len(modules)+1)
	if info.Main.Version == "" || strings.HasPrefix(info.Main.Version, "(") {
		t.note = fmt.Sprintf("%s: audited from the sources of the %d modules that it depends on; its own, %s, has no version, so name its directory to audit that",
			name, len(modules), info.Main.Path)
	} else {
		modules = append(modules, &info.Main)
	}
	var required [][2]string
	for _, of := range modules {
		if of.Replace != nil {
			t.note += "; " + of.Path + " was replaced, the original is audited"
		}
		required = append(required, [2]string{of.Path, of.Version})
		t.patterns = append(t.patterns, of.Path+"/...")
	}
	if len(required) == 0 {
		return nil, errors.New(t.note)
	}
	return t, t.require(required)
}

// linkedPackages is the packages that a program has functions of, or nil where it does not say.
func linkedPackages(file io.ReaderAt) map[string]bool {
	program, err := elf.NewFile(file)
	if err != nil {
		return nil
	}
	text := program.Section(".text")
	lines := program.Section(".gopclntab")
	if lines == nil {
		lines = program.Section(".data.rel.ro.gopclntab")
	}
	if text == nil || lines == nil {
		return nil
	}
	data, err := lines.Data()
	if err != nil {
		return nil
	}
	table, err := gosym.NewTable(nil, gosym.NewLineTable(data, text.Addr))
	if err != nil || len(table.Funcs) == 0 {
		return nil
	}
	packages := map[string]bool{}
	for _, function := range table.Funcs {
		packages[strings.ReplaceAll(packageOf(function.Name), "%2e", ".")] = true
	}
	return packages
}

// archiveInfo is what go build writes into a c-archive's go.o.
func archiveInfo(file *os.File) (*debug.BuildInfo, error) {
	noArchive := errors.New("it has no build information")
	object, err := archiveMember(file, "go.o")
	if err != nil {
		return nil, noArchive
	}
	program, err := elf.NewFile(object)
	if err != nil {
		return nil, noArchive
	}
	section := program.Section(".go.buildinfo")
	if section == nil {
		return nil, noArchive
	}
	data, err := section.Data()
	const header, inline = 32, 2
	if err != nil || len(data) < header || !bytes.HasPrefix(data, []byte("\xff Go buildinf:")) || data[15]&inline == 0 {
		return nil, noArchive
	}
	release, rest := prefixed(data[header:])
	modules, _ := prefixed(rest)
	const sentinel = 16 // bytes before and after
	if len(modules) < 2*sentinel {
		return nil, noArchive
	}
	info, err := debug.ParseBuildInfo(modules[sentinel : len(modules)-sentinel])
	if err != nil {
		return nil, err
	}
	info.GoVersion = release
	return info, nil
}

// prefixed is a string with its length before it, and what follows it.
func prefixed(data []byte) (string, []byte) {
	length, n := binary.Uvarint(data)
	if n <= 0 || uint64(len(data)-n) < length {
		return "", nil
	}
	return string(data[n : n+int(length)]), data[n+int(length):]
}

// archiveMember finds a file in an ar archive.
func archiveMember(file *os.File, name string) (*io.SectionReader, error) {
	const magic, headerSize = "!<arch>\n", 60
	start := make([]byte, len(magic))
	if _, err := file.ReadAt(start, 0); err != nil || string(start) != magic {
		return nil, errors.New("no archive")
	}
	for at := int64(len(magic)); ; {
		header := make([]byte, headerSize)
		if _, err := file.ReadAt(header, at); err != nil {
			return nil, err
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(header[48:58])), 10, 64)
		if err != nil || size < 0 {
			return nil, errors.New("no archive")
		}
		if strings.TrimRight(string(header[:16]), " /") == name {
			return io.NewSectionReader(file, at+headerSize, size), nil
		}
		at += headerSize + size + size%2
	}
}
