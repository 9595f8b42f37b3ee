package observatory

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

var assemblyDefinition = regexp.MustCompile(`^\s*(TEXT|GLOBL)\s+([^\s(<+]+)(?:\+0|<ABIInternal>)?\(SB\)`)

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
			if is := assemblyDefinition.FindStringSubmatch(line); is != nil {
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
