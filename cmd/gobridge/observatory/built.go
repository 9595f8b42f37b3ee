package observatory

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"debug/gosym"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"
	"go/version"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// builtTarget is the program, library or archive for C that a file is, as its build information says: for its own platform,
// with its own tags. What it pulled stands nowhere in it, so the sources are audited.
func builtTarget(ctx context.Context, name, work string, by *Release) (*target, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, functions, err := readBuilt(file)
	if err != nil {
		return nil, fmt.Errorf("%s is neither a built Go program nor a Go archive for C: %w", name, err)
	}
	if !version.IsValid(info.GoVersion) {
		return nil, fmt.Errorf("%s was built with %s, which is no release", name, info.GoVersion)
	}
	t := &target{module: info.Main.Path, version: info.Main.Version, prefix: filepath.Dir(name), release: info.GoVersion, deps: true, dir: work}
	notes := t.applySettings(info.Settings)
	modules := info.Deps
	if t.missing = missingMain(ctx, by, info, work); t.missing == "" {
		modules = append(slices.Clone(modules), &info.Main)
		t.patterns = []string{info.Path}
		notes = append([]string{fmt.Sprintf("audited from the sources of its %d modules", len(modules))}, notes...)
	} else {
		notes = append([]string{fmt.Sprintf("audited from the sources of the %d modules that it depends on", len(modules))}, notes...)
		linked := packagesOf(functions)
		t.linked = func(importPath string) bool { return len(linked) == 0 || linked[importPath] }
		t.patterns = patternsOf(modules, linked)
	}
	var required [][2]string
	for _, of := range modules {
		if of.Replace != nil {
			notes = append(notes, of.Path+" was replaced, the original is audited")
		}
		required = append(required, [2]string{of.Path, of.Version})
	}
	if t.note = name + ": " + strings.Join(notes, "; "); len(required) == 0 {
		return nil, fmt.Errorf("%s: %s", name, t.missing)
	}
	return t, t.require(required)
}

// applySettings takes over what a program was built for and with, and tells what the user should know of that.
func (t *target) applySettings(settings []debug.BuildSetting) (notes []string) {
	platform := HostPlatform
	for _, setting := range settings {
		switch setting.Key {
		case "GOOS":
			platform.OS = setting.Value
		case "GOARCH":
			platform.Arch = setting.Value
		case "CGO_ENABLED":
			platform.Cgo = setting.Value == "1"
		case "-tags":
			t.tags = setting.Value
		case "-ldflags":
			t.unchecked = strings.Contains(setting.Value, "-checklinkname=0")
		}
	}
	if t.platform = &platform; platform != HostPlatform {
		notes = append(notes, "it was built for "+platform.String())
	}
	if t.tags != "" {
		notes = append(notes, "with the tags "+t.tags)
	}
	if t.unchecked {
		notes = append(notes, "with -checklinkname=0, so that its linker refuses nothing")
	}
	return notes
}

// missingMain tells why the sources of a program's own module cannot be had, or "".
func missingMain(ctx context.Context, by *Release, info *debug.BuildInfo, work string) string {
	const advice = ": name its directory to audit all of it"
	main := info.Main
	switch {
	case main.Path == "" || info.Path == "command-line-arguments":
		return "it was built from files, not from a package" + advice
	case main.Version == "" || main.Version == "(devel)":
		return "its own module, " + main.Path + ", has no version" + advice
	case strings.HasSuffix(main.Version, "+dirty"):
		return "its own module, " + main.Path + ", was changed after " + strings.TrimSuffix(main.Version, "+dirty") + advice
	}
	if _, err := download(ctx, by, work, main.Path, main.Version); err != nil {
		return "its own module, " + main.Path + "@" + main.Version + ", cannot be had" + advice
	}
	return ""
}

// packagesOf is the packages that functions are of.
func packagesOf(functions []string) map[string]bool {
	packages := map[string]bool{}
	for _, function := range functions {
		packages[strings.ReplaceAll(packageOf(function), "%2e", ".")] = true
	}
	return packages
}

// patternsOf is the packages of modules that are linked, or all where that is not known.
func patternsOf(modules []*debug.Module, linked map[string]bool) (patterns []string) {
	for _, of := range modules {
		if len(linked) == 0 {
			patterns = append(patterns, of.Path+"/...")
		}
		for name := range linked {
			if name == of.Path || strings.HasPrefix(name, of.Path+"/") {
				patterns = append(patterns, name)
			}
		}
	}
	return sorted(patterns)
}

// readBuilt reads a file's build information, and the names of the functions that it has, if it says.
func readBuilt(file *os.File) (info *debug.BuildInfo, functions []string, err error) {
	if info, err = buildinfo.Read(file); err == nil {
		return info, functionsIn(file), nil
	}
	object, err := archiveMember(file, "go.o")
	if err != nil {
		return nil, nil, errNoBuild
	}
	program, err := elf.NewFile(object)
	if err != nil {
		return nil, nil, errNoBuild
	}
	if info, err = archiveInfo(program); err != nil {
		return nil, nil, err
	}
	symbols, _ := program.Symbols()
	for _, symbol := range symbols {
		if elf.ST_TYPE(symbol.Info) == elf.STT_FUNC {
			functions = append(functions, symbol.Name)
		}
	}
	return info, functions, nil
}

// functionsIn is the functions in an ELF, Mach-O or PE file's table of lines.
func functionsIn(file io.ReaderAt) (functions []string) {
	for _, data := range sectionsIn(file) {
		table, err := gosym.NewTable(nil, gosym.NewLineTable(data, 0))
		if err != nil || len(table.Funcs) == 0 {
			continue
		}
		for _, function := range table.Funcs {
			functions = append(functions, function.Name)
		}
		return functions
	}
	return nil
}

// headersIn is where tables of lines may begin, from go1.18 on: a magic number, two zeros, and the sizes of instructions and
// addresses.
func headersIn(data []byte) (starts []int) {
	for _, magic := range []string{"\xf1\xff\xff\xff\x00\x00", "\xf0\xff\xff\xff\x00\x00"} {
		for at := 0; ; at++ {
			next := bytes.Index(data[at:], []byte(magic))
			if next < 0 || at+next+8 > len(data) {
				break
			}
			at += next
			if instruction, address := data[at+6], data[at+7]; instruction <= 4 && (address == 4 || address == 8) {
				starts = append(starts, at)
			}
		}
	}
	return starts
}

// sectionsIn is what may be a program's table of lines: a section of that name, or from such a header on.
func sectionsIn(file io.ReaderAt) (found [][]byte) {
	type section interface{ Data() ([]byte, error) }
	named, others := []section{}, []section{}
	sort := func(name string, s section) {
		if strings.Contains(name, "gopclntab") {
			named = append(named, s)
		} else if strings.Contains(name, "rdata") || strings.Contains(name, "rodata") || strings.Contains(name, "data.rel.ro") {
			others = append(others, s)
		}
	}
	if program, err := elf.NewFile(file); err == nil {
		for _, s := range program.Sections {
			sort(s.Name, s)
		}
	} else if program, err := macho.NewFile(file); err == nil {
		for _, s := range program.Sections {
			sort(s.Name, s)
		}
	} else if program, err := pe.NewFile(file); err == nil {
		for _, s := range program.Sections {
			sort(s.Name, s)
		}
	}
	for _, s := range named {
		if data, err := s.Data(); err == nil {
			found = append(found, data)
		}
	}
	for _, s := range others {
		data, err := s.Data()
		if err != nil {
			continue
		}
		for _, at := range headersIn(data) {
			found = append(found, data[at:])
		}
	}
	return found
}

var errNoBuild = errors.New("it has no build information")

// archiveInfo is what go build writes into the go.o of an archive for C.
func archiveInfo(program *elf.File) (*debug.BuildInfo, error) {
	section := program.Section(".go.buildinfo")
	if section == nil {
		return nil, errNoBuild
	}
	data, err := section.Data()
	const header, inline = 32, 2
	if err != nil || len(data) < header || !bytes.HasPrefix(data, []byte("\xff Go buildinf:")) || data[15]&inline == 0 {
		return nil, errNoBuild
	}
	release, rest := prefixed(data[header:])
	modules, _ := prefixed(rest)
	const sentinel = 16 // bytes before and after
	if len(modules) < 2*sentinel {
		return nil, errNoBuild
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
