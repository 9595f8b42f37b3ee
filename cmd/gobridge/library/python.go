package library

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// wheel makes a Python package of the library that lies in a directory: a wheel with the library inside, and one of the
// gobridge package that it needs, which pip builds of the sources beside gobridge's own.
func (m *module) wheel(ctx context.Context, t *tools, d *Description, to string) error {
	library, err := os.ReadFile(filepath.Join(to, "lib", "lib"+d.Name+".so."+Version))
	if err != nil {
		return err
	}
	platform, err := m.wheelPlatform(library)
	if err != nil {
		return err
	}
	binding := filepath.Join(m.sources, "bindings", "python")
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
	environment, err := m.crossPython(ctx, t, python)
	if err != nil {
		return err
	}
	if _, err := run(ctx, copied, environment, python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, "."); err != nil {
		return fmt.Errorf("--python: the gobridge package of %s does not build: %w", binding, err)
	}
	stubs, err := m.pythonStubs(ctx, d, python, binding)
	if err != nil {
		return err
	}
	info := d.Name + "-" + Version + ".dist-info/"
	files := []struct{ name, text string }{
		{d.Name + "/__init__.py", d.pythonPackage()},
		{d.Name + "/__init__.pyi", stubs},
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
	arch := machines[m.arch]
	if arch == "" {
		return "", errors.New("--python: wheels are made for amd64, arm64 and 386")
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

// machines is what Python calls Go's architectures.
var machines = map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}

// crossPython is the environment in which pip builds for another architecture than the interpreter's; nil for its own. Debian's
// pyconfig.h includes that of the architecture, which comes with its libpython3-dev; what an extension wants to know of it, the sizes,
// is the same on all 64-bit ones.
func (m *module) crossPython(ctx context.Context, t *tools, python string) ([]string, error) {
	if m.arch == runtime.GOARCH {
		return nil, nil
	}
	out, err := run(ctx, "", nil, python, "-c", "import sysconfig; print(sysconfig.get_config_var('SOABI')); print(sysconfig.get_path('include'))")
	if err != nil {
		return nil, fmt.Errorf("--python: %w", err)
	}
	abi, headers, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	version := filepath.Base(headers)
	own := machines[runtime.GOARCH] + "-linux-gnu"
	abi, isOwn := strings.CutSuffix(abi, "-"+own)
	if !isOwn {
		return nil, fmt.Errorf("--python: this Python does not tell for which architecture its extensions are: build for %s on such a machine", m.arch)
	}
	triple := strings.Replace(machines[m.arch], "i686", "i386", 1) + "-linux-gnu"
	its := filepath.Join(triple, version, "pyconfig.h")
	if _, err := os.Stat(filepath.Join("/usr/include", its)); err != nil && m.arch != "386" {
		if err := copyFile(filepath.Join("/usr/include", own, version, "pyconfig.h"), filepath.Join(m.work, "pyconfig", its)); err != nil && !os.IsNotExist(err) {
			return nil, err
		} // where Debian's is not there, another Python's has one pyconfig.h for all
	}
	cc := strings.Join(t.cc, " ")
	return append(os.Environ(), "CC="+cc, "LDSHARED="+cc+" -shared", "CFLAGS=-I"+filepath.Join(m.work, "pyconfig"),
		"_PYTHON_HOST_PLATFORM=linux-"+machines[m.arch], "SETUPTOOLS_EXT_SUFFIX=."+abi+"-"+triple+".so"), nil
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

// pythonStubs is what type checkers and editors know of the package: what the binding makes of the description. The library
// itself may be of another machine.
func (m *module) pythonStubs(ctx context.Context, d *Description, python, binding string) (string, error) {
	described, err := m.writeDescription(d)
	if err != nil {
		return "", err
	}
	text, err := run(ctx, "", nil, python, filepath.Join(binding, "src", "gobridge", "stubs.py"), described)
	if err != nil {
		return "", fmt.Errorf("--python: no stubs of the library: %w", err)
	}
	return string(text), nil
}

// writeDescription writes a description to a file that the bindings read.
func (m *module) writeDescription(d *Description) (string, error) {
	description, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	file := filepath.Join(m.work, d.Name+".json")
	return file, os.WriteFile(file, description, 0o666)
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
