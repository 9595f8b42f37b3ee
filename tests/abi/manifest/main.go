// Command manifest prints what the public headers promise, a line for each item: every function with the release that added
// it and its prototype, every struct's layout with pointers of 64 and of 32 bits, every constant. What is printed for a
// release never changes: tests/abi/manifest.txt has it, and scripts/abi compares. A struct that may grow at its end has a line
// for each member. With -table it prints include/gobridge/table.h.
package main

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

const source = "#include <gobridge.h>\n#include <gobridge/arrow.h>\n"

func main() {
	what := manifest
	if len(os.Args) == 2 && os.Args[1] == "-table" {
		what = table
	}
	text, err := what()
	if err != nil {
		fmt.Fprintln(os.Stderr, "manifest:", err)
		os.Exit(1)
	}
	fmt.Print(text)
}

func manifest() (string, error) {
	functions, err := functions()
	if err != nil {
		return "", err
	}
	var lines []string
	for _, f := range functions {
		lines = append(lines, fmt.Sprintf("function %s since %s: %s", f.name, f.since, f.prototype))
	}
	constants, err := constantLines()
	if err != nil {
		return "", err
	}
	lines = append(lines, constants...)
	for _, bits := range []string{"64", "32"} {
		layouts, err := layoutLines(bits)
		if err != nil {
			return "", err
		}
		lines = append(lines, layouts...)
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n", nil
}

// compile runs the C compiler over the headers.
func compile(options ...string) (string, error) {
	cc := exec.Command("gcc", append([]string{"-std=c11", "-Iinclude", "-x", "c", "-"}, options...)...)
	var problems bytes.Buffer
	cc.Stdin, cc.Stderr = strings.NewReader(source), &problems
	out, err := cc.Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w\n%s", cc.Args, err, problems.Bytes())
	}
	return string(out), nil
}

var (
	declaration = regexp.MustCompile(`__attribute__\(\(visibility\("default"\)\)\)\s*((?:inline )?[^;{]*?\b(gobridge_\w+) ?\([^;{]*\))\s*[;{]`)
	row         = regexp.MustCompile(`(?m)^GOBRIDGE_(?:CALL|LOCAL)\((gobridge_\w+), ([^,]+),`)
	comment     = regexp.MustCompile(`Since[\s*]+([0-9]+\.[0-9]+)\.\s*\*/\s*GOBRIDGE_API[^;{]*?\b(gobridge_\w+)\(`)
	spaces      = regexp.MustCompile(`\s+`)
	macro       = regexp.MustCompile(`(?m)^#define (GOBRIDGE_\w+) ([-0-9(].*|0x.*)$`)
)

// function is one that the headers declare.
type function struct {
	name, since, prototype string
}

// functions are all of them, in the order of csrc/functions.h.
func functions() (all []function, err error) {
	declared, err := prototypes()
	if err != nil {
		return nil, err
	}
	rows, err := os.ReadFile("csrc/functions.h")
	if err != nil {
		return nil, err
	}
	for _, r := range row.FindAllStringSubmatch(string(rows), -1) {
		if declared[r[1]] == "" {
			return nil, fmt.Errorf("no header declares %s", r[1])
		}
		all = append(all, function{r[1], r[2], declared[r[1]]})
		delete(declared, r[1])
	}
	for name := range declared {
		return nil, fmt.Errorf("csrc/functions.h has no row for %s", name)
	}
	return all, checkSince(all)
}

// prototypes are those that the headers declare, by the functions' names.
func prototypes(options ...string) (map[string]string, error) {
	text, err := compile(append(options, "-E", "-P", "-DGOBRIDGE_TABLE_H")...)
	if err != nil {
		return nil, err
	}
	declared := map[string]string{}
	for _, d := range declaration.FindAllStringSubmatch(text, -1) {
		declared[d[2]] = spaces.ReplaceAllString(d[1], " ")
	}
	return declared, nil
}

// apiVersion is a release as GOBRIDGE_API_VERSION has it.
func apiVersion(release string) (int, error) {
	var major, minor int
	_, err := fmt.Sscanf(release, "%d.%d", &major, &minor)
	return major*100 + minor, err
}

// checkSince holds the headers to the table: who asks for a version sees its functions alone, and no comment says another one (linkname.h
// says it for all of its own).
func checkSince(all []function) error {
	since := map[string]int{}
	for _, f := range all {
		version, err := apiVersion(f.since)
		if err != nil {
			return fmt.Errorf("%s is since %s: %w", f.name, f.since, err)
		}
		since[f.name] = version
	}
	checked := map[int]bool{}
	for _, version := range since {
		if checked[version] {
			continue
		}
		checked[version] = true
		seen, err := prototypes(fmt.Sprintf("-DGOBRIDGE_API_VERSION=%d", version))
		if err != nil {
			return err
		}
		for name, of := range since {
			if is := seen[name] != ""; is != (of <= version) {
				return fmt.Errorf("%s is since %d; asked for %d, the headers declare it: %t", name, of, version, is)
			}
		}
	}
	headers, err := filepath.Glob("include/gobridge/*.h")
	if err != nil {
		return err
	}
	var texts strings.Builder
	for _, name := range headers {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		texts.Write(text)
	}
	said := map[string]string{}
	for _, c := range comment.FindAllStringSubmatch(texts.String(), -1) {
		said[c[2]] = c[1]
	}
	for _, f := range all {
		if version, says := said[f.name]; says && version != f.since {
			return fmt.Errorf("%s is since %s; its comment says since %s", f.name, f.since, version)
		}
	}
	return nil
}

// notFixed is what says which headers these are, and changes with each release.
var notFixed = regexp.MustCompile(`^GOBRIDGE_(VERSION|VERSION_\w+|API_VERSION|\w+_H)$`)

func constantLines() (lines []string, err error) {
	text, err := compile("-E", "-dM")
	if err != nil {
		return nil, err
	}
	for _, m := range macro.FindAllStringSubmatch(text, -1) {
		if !notFixed.MatchString(m[1]) {
			lines = append(lines, fmt.Sprintf("constant %s = %s", m[1], m[2]))
		}
	}
	return lines, nil
}

// layoutLines are those of structs and enums, as the compiler has them.
func layoutLines(bits string) (lines []string, err error) {
	dir, err := os.MkdirTemp("", "manifest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	object := filepath.Join(dir, "headers.o")
	if _, err := compile("-m"+bits, "-g", "-fno-eliminate-unused-debug-types", "-c", "-o", object); err != nil {
		return nil, err
	}
	file, err := elf.Open(object)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := file.DWARF()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for r := data.Reader(); ; {
		entry, err := r.Next()
		if err != nil || entry == nil {
			return lines, err
		}
		if entry.Tag != dwarf.TagStructType && entry.Tag != dwarf.TagEnumerationType {
			continue
		}
		t, err := data.Type(entry.Offset)
		if err != nil {
			return nil, err
		}
		for _, line := range describe(t, bits) {
			if !seen[line] {
				lines = append(lines, line)
			}
			seen[line] = true
		}
	}
}

func describe(t dwarf.Type, bits string) (lines []string) {
	switch t := t.(type) {
	case *dwarf.EnumType:
		for _, v := range t.Val {
			if strings.HasPrefix(v.Name, "GOBRIDGE_") || strings.HasPrefix(v.Name, "ARROW_") {
				lines = append(lines, fmt.Sprintf("constant %s = %d", v.Name, v.Val))
			}
		}
	case *dwarf.StructType:
		if t.Incomplete || !strings.HasPrefix(t.StructName, "gobridge_") && !strings.HasPrefix(t.StructName, "Arrow") {
			return nil
		}
		if t.StructName == "gobridge_api" {
			return order(t, bits)
		}
		members := make([]string, len(t.Field))
		for i, f := range t.Field {
			members[i] = fmt.Sprintf("%s at %d: %s of %d", f.Name, f.ByteOffset, spaces.ReplaceAllString(f.Type.String(), " "), f.Type.Size())
			if grows(t) {
				lines = append(lines, fmt.Sprintf("member of %s on %s bits: %s", t.StructName, bits, members[i]))
			}
		}
		if grows(t) {
			return lines
		}
		lines = append(lines, fmt.Sprintf("struct %s on %s bits, %d bytes: %s", t.StructName, bits, t.ByteSize, strings.Join(members, "; ")))
	}
	return lines
}

// order is that of the table of functions, whose prototypes are in the functions' own lines: each member with the one before,
// so that one that is gone changes two lines.
func order(t *dwarf.StructType, bits string) (lines []string) {
	for i, f := range t.Field {
		if i > 0 && bits == "64" {
			lines = append(lines, fmt.Sprintf("member of %s: %s after %s", t.StructName, f.Name, t.Field[i-1].Name))
		}
	}
	return lines
}

// grows says whether members may come at a struct's end: it begins with its size, or the library alone makes it.
func grows(t *dwarf.StructType) bool {
	return len(t.Field) > 0 && t.Field[0].Name == "size" || t.StructName == "gobridge_symbol"
}
