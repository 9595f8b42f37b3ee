package library

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/base64"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// wheel makes a Python package of the library that lies in a directory: a wheel with the library inside, and one of the
// gobridge package that it needs, which pip builds of the sources beside gobridge's own.
func (m *module) wheel(ctx context.Context, d *Description, to string) error {
	library, err := os.ReadFile(filepath.Join(to, "lib", "lib"+d.Name+".so."+Version))
	if err != nil {
		return err
	}
	platform, err := m.wheelPlatform(library)
	if err != nil {
		return err
	}
	runtime := filepath.Join(m.sources, "bindings", "python")
	copied := filepath.Join(m.work, "bindings", "python") // pip leaves what it builds beside the sources
	for _, part := range []string{"include", "bindings/python"} {
		if err := copyTree(filepath.Join(m.sources, part), filepath.Join(m.work, part)); err != nil {
			return fmt.Errorf("gobridge's Python sources: %w", err)
		}
	}
	out := filepath.Join(to, "python")
	python := "python3"
	if _, err := run(ctx, "", nil, python, "-m", "pip", "--version"); err != nil { // as Debian has it: pip in environments alone
		python = filepath.Join(m.work, "venv", "bin", "python3")
		if _, err := run(ctx, "", nil, "python3", "-m", "venv", filepath.Join(m.work, "venv")); err != nil {
			return fmt.Errorf("--python: there is neither pip nor venv: %w", err)
		}
	}
	if _, err := run(ctx, copied, nil, python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, "."); err != nil {
		return fmt.Errorf("--python: the gobridge package of %s does not build: %w", runtime, err)
	}
	info := d.Name + "-" + Version + ".dist-info/"
	files := []struct{ name, text string }{
		{d.Name + "/__init__.py", d.pythonPackage()},
		{d.Name + "/__init__.pyi", d.pythonStubs()},
		{d.Name + "/py.typed", ""},
		{d.Name + "/lib" + d.Name + ".so.1", string(library)},
		{info + "METADATA", fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\nSummary: Go packages in Python, made by gobridge build\nRequires-Python: >=3.11\nRequires-Dist: gobridge\n", d.Name, Version)},
		{info + "WHEEL", fmt.Sprintf("Wheel-Version: 1.0\nGenerator: gobridge\nRoot-Is-Purelib: false\nTag: py3-none-%s\n", platform)},
	}
	var record strings.Builder
	for _, file := range files {
		sum := sha256.Sum256([]byte(file.text))
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", file.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(file.text))
	}
	fmt.Fprintf(&record, "%sRECORD,,\n", info)
	files = append(files, struct{ name, text string }{info + "RECORD", record.String()})
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, file := range files {
		header := &zip.FileHeader{Name: file.name, Method: zip.Deflate}
		header.SetMode(0o644)
		entry, err := z.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write([]byte(file.text)); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return write(filepath.Join(out, fmt.Sprintf("%s-%s-py3-none-%s.whl", d.Name, Version, platform)), packed.String())
}

// wheelPlatform is the tag of the systems that a library runs on: those with its version of glibc, if it needs no other library.
func (m *module) wheelPlatform(library []byte) (string, error) {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}[m.arch]
	if arch == "" {
		return "", fmt.Errorf("--python: wheels are made for amd64, arm64 and 386")
	}
	file, err := elf.NewFile(bytes.NewReader(library))
	if err != nil {
		return "", err
	}
	defer file.Close()
	needed, err := file.ImportedLibraries()
	if err != nil {
		return "", err
	}
	symbols, err := file.ImportedSymbols()
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(needed, func(name string) bool { return strings.HasPrefix(name, "libffi") }) {
		return "linux_" + arch, nil
	}
	newest := 17
	for _, symbol := range symbols {
		var minor int
		if n, _ := fmt.Sscanf(symbol.Version, "GLIBC_2.%d", &minor); n == 1 {
			newest = max(newest, minor)
		}
	}
	return fmt.Sprintf("manylinux_2_%d_%s", newest, arch), nil
}

// pythonPackage is the Python package of the library.
func (d *Description) pythonPackage() string {
	return `"""Go packages in Python, made by gobridge build."""

from pathlib import Path

import gobridge

_library = gobridge.load(Path(__file__).with_name("lib` + d.Name + `.so.1"))


def __getattr__(name):
    return getattr(_library, name)


def __dir__():
    return dir(_library)
`
}

var pythonKeywords = strings.Fields("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield")

// pythonStubs is what type checkers and editors know of the package.
func (d *Description) pythonStubs() string {
	var b strings.Builder
	b.WriteString("# Made by gobridge build.\nfrom collections.abc import Mapping, Sequence\nfrom datetime import datetime, timedelta\nfrom typing import Any, Final, Protocol\n\nimport gobridge\n\n_library: gobridge.Library\n")
	for i := range d.Packages {
		p := &d.Packages[i]
		fmt.Fprintf(&b, "\nclass _%s:\n%s", p.Name, pythonDoc(p.Doc, "    "))
		for _, c := range p.Constants {
			fmt.Fprintf(&b, "    %s: Final[%s]\n", c.Name, pythonType(c.of, false))
		}
		for _, v := range p.Variables {
			fmt.Fprintf(&b, "    %s: Any\n", v.Name)
		}
		for _, t := range p.Types {
			fmt.Fprintf(&b, "    %s: Any\n", t.Name)
		}
		for j := range p.Functions {
			f := &p.Functions[j]
			if !identifier.MatchString(f.Name) || slices.Contains(pythonKeywords, f.Name) {
				continue // an instance of a generic function: by lib[name]
			}
			fmt.Fprintf(&b, "    @staticmethod\n    def %s(%s) -> %s:\n%s        ...\n", f.Name, pythonParameters(f), pythonResult(f), pythonDoc(f.Doc, "        "))
		}
		if len(p.Constants)+len(p.Variables)+len(p.Types)+len(p.Functions) == 0 {
			b.WriteString("    pass\n")
		}
		fmt.Fprintf(&b, "\n%s: _%[1]s\n", p.Name)
	}
	return b.String()
}

func pythonDoc(doc, indent string) string {
	if doc == "" {
		return ""
	}
	doc = strings.ReplaceAll(strings.ReplaceAll(doc, `\`, `\\`), `"""`, `\"\"\"`)
	return indent + `"""` + strings.ReplaceAll(strings.TrimSuffix(doc, `"`), "\n", "\n"+indent) + `"""` + "\n"
}

func pythonParameters(f *Function) string {
	var parameters []string
	for i, p := range f.Params {
		name := p.Name
		if !identifier.MatchString(name) || name == "_" || slices.Contains(pythonKeywords, name) {
			name = fmt.Sprintf("arg%d", i+1)
		}
		if f.Variadic && i == len(f.Params)-1 {
			parameters = append(parameters, "*"+name+": "+pythonType(p.of.Underlying().(*types.Slice).Elem(), true))
		} else if p.Type != "context.Context" || i > 0 { // the binding has one itself
			parameters = append(parameters, name+": "+pythonType(p.of, true))
		}
	}
	return strings.Join(parameters, ", ")
}

func pythonResult(f *Function) string {
	results := f.Results
	if f.fails {
		results = results[:len(results)-1]
	}
	var all []string
	for _, r := range results {
		all = append(all, pythonType(r.of, false))
	}
	switch len(all) {
	case 0:
		return "None"
	case 1:
		return all[0]
	}
	return "tuple[" + strings.Join(all, ", ") + "]"
}

// pythonType is the Python type of a Go type's values, as a parameter takes them or as they come back.
func pythonType(t types.Type, takes bool) string {
	switch types.TypeString(t, nil) {
	case "time.Time":
		return "datetime"
	case "time.Duration":
		return "timedelta"
	}
	switch of := t.Underlying().(type) {
	case *types.Basic:
		switch info := of.Info(); {
		case info&types.IsBoolean != 0:
			return "bool"
		case info&types.IsInteger != 0:
			return "int"
		case info&types.IsFloat != 0:
			return "float"
		case info&types.IsString != 0:
			return "str"
		}
	case *types.Slice:
		if types.Identical(of.Elem(), types.Typ[types.Byte]) {
			if takes {
				return "bytes | bytearray | memoryview"
			}
			return "bytes"
		}
		if takes {
			return "Sequence[" + pythonType(of.Elem(), true) + "] | gobridge.Slice | None"
		}
	case *types.Map:
		if takes {
			return "Mapping[" + pythonType(of.Key(), true) + ", " + pythonType(of.Elem(), true) + "] | gobridge.Map | None"
		}
	}
	return "Any"
}

// copyTree copies a directory.
func copyTree(from, to string) error {
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case entry.IsDir() && (name == "build" || name == "node_modules" || name == "__pycache__" || strings.HasPrefix(name, ".") && rel != "."):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, info.Mode())
	})
}
