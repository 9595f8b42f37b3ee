package observatory

import (
	"bytes"
	"context"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// abi is which of its two calling conventions an assembly function is written in.
type abi string

const (
	abi0        abi = "ABI0"
	abiInternal abi = "ABIInternal"
)

// assembly is what one package's assembly defines.
type assembly struct {
	functions map[string]abi
	variables []string
	positions map[string]position // of those that no macro makes
}

// readAssembly has the release's own assembler say which functions there are, after its preprocessor.
func readAssembly(ctx context.Context, release *Release, platform Platform, p *goPackage) (*assembly, error) {
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	if err := os.WriteFile(filepath.Join(work, "go_asm.h"), nil, 0o666); err != nil {
		return nil, err
	}
	symabis := filepath.Join(work, "symabis")
	args := []string{"tool", "asm", "-p", p.ImportPath, "-I", work, "-I", filepath.Join(release.Root, "pkg", "include"),
		"-D", "GOOS_" + platform.OS, "-D", "GOARCH_" + platform.Arch, "-gensymabis", "-o", symabis}
	a := &assembly{functions: map[string]abi{}, positions: map[string]position{}}
	for _, file := range p.SFiles {
		if strings.HasPrefix(file, "gcc_") {
			continue // it is for C's assembler
		}
		args = append(args, file)
		text, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return nil, err
		}
		for i, line := range compiledLines(string(text), platform) {
			if is := assemblyDefinition.FindStringSubmatch(line); is != nil && is[1] != "DATA" && is[3] != "<>" {
				symbol := assemblyName(p.ImportPath, is[2])
				a.positions[symbol] = position{p.ImportPath + "/" + file, i + 1}
				if is[1] == "GLOBL" {
					a.variables = append(a.variables, symbol)
				}
			}
		}
	}
	if _, err := run(ctx, goCommand(ctx, release.tool(), p.Dir, args...), platform.environment()...); err != nil {
		return nil, fmt.Errorf("%s: %w", p.ImportPath, err)
	}
	text, err := os.ReadFile(symabis)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "def" {
			a.functions[fields[1]] = abi(fields[2])
		}
	}
	return a, nil
}

// compiledLines is the lines of an assembly file, empty where its #ifdefs leave them out.
func compiledLines(text string, platform Platform) []string {
	defined := []string{"GOOS_" + platform.OS, "GOARCH_" + platform.Arch}
	var skips []bool // of each open #ifdef
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		fields := append(strings.Fields(line), "", "")
		switch last := len(skips) - 1; {
		case fields[0] == "#ifdef" || fields[0] == "#ifndef":
			skips = append(skips, slices.Contains(defined, fields[1]) == (fields[0] == "#ifndef"))
		case fields[0] == "#else" && last >= 0:
			skips[last] = !skips[last]
		case fields[0] == "#endif" && last >= 0:
			skips = skips[:last]
		}
		if slices.Contains(skips, true) {
			lines[i] = ""
		}
	}
	return lines
}

// assemblyName is what the linker calls what assembly calls "·x" or "runtime·x".
func assemblyName(importPath, name string) string {
	name = strings.NewReplacer("·", ".", "∕", "/").Replace(name)
	if strings.HasPrefix(name, ".") {
		name = importPath + name
	}
	return name
}

// assembles tells why a package's assembly cannot be assembled, or "". Only what refers to its Go types and constants is tried, by the
// release's own assembler: what else it is made of no release changes.
func (t *typedProgram) assembles(ctx context.Context, p *modulePackage, declared *types.Scope) (string, error) {
	refers := false
	for _, file := range p.SFiles {
		text, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return "", err
		}
		refers = refers || strings.Contains(string(text), `"go_asm.h"`)
	}
	if !refers || len(p.CgoFiles) > 0 { // with cgo it is C's assembler that reads them
		return "", nil
	}
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := os.WriteFile(filepath.Join(work, "go_asm.h"), t.assemblyHeader(declared), 0o666); err != nil {
		return "", err
	}
	platform := t.program.platform
	for _, file := range p.SFiles {
		_, err := run(ctx, goCommand(ctx, t.release.tool(), p.Dir, "tool", "asm", "-p", p.ImportPath, "-I", work,
			"-I", filepath.Join(t.release.Root, "pkg", "include"), "-D", "GOOS_"+platform.OS, "-D", "GOARCH_"+platform.Arch,
			"-o", filepath.Join(work, "object"), filepath.Join(p.Dir, file)), platform.environment()...)
		build, err := outcome(ctx, err)
		if err != nil {
			return "", err
		}
		if build.Cause == causeCompile {
			return t.shortened(build.Output, p), nil
		}
	}
	return "", nil
}

// assemblyHeader is what a compiler tells assembly of a package: its constants, and its structs' sizes and fields.
func (t *typedProgram) assemblyHeader(declared *types.Scope) []byte {
	var header bytes.Buffer
	for _, name := range declared.Names() {
		switch object := declared.Lookup(name).(type) {
		case *types.Const:
			fmt.Fprintf(&header, "#define const_%s %s\n", name, object.Val().ExactString())
		case *types.TypeName:
			of, isStruct := object.Type().Underlying().(*types.Struct)
			if named, isNamed := object.Type().(*types.Named); !isStruct || isNamed && named.TypeParams().Len() > 0 {
				continue
			}
			fmt.Fprintf(&header, "#define %s__size %d\n", name, t.sizes.Sizeof(of))
			fields := make([]*types.Var, of.NumFields())
			for i := range fields {
				fields[i] = of.Field(i)
			}
			for i, offset := range t.sizes.Offsetsof(fields) {
				fmt.Fprintf(&header, "#define %s_%s %d\n", name, fields[i].Name(), offset)
			}
		}
	}
	return header.Bytes()
}
