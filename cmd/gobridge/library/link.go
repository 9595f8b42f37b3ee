package library

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"gobridge/cmd/gobridge/command"
)

// tools is the C compiler and what comes with it.
type tools struct {
	cc               []string
	ld, ar, objcopy  string
	ffi              string // how libffi is linked into a shared library
	compilerIdentity string
}

// findTools finds the compiler that CC names, or cc, and its binutils; of another architecture one that builds for it.
func findTools(ctx context.Context, arch string) (*tools, error) {
	cc := strings.Fields(cmp.Or(os.Getenv("CC"), command.CrossCompiler("linux", arch)))
	for _, otherwise := range []string{"cc", "gcc", "clang"} {
		if len(cc) > 0 {
			break
		}
		if _, err := exec.LookPath(otherwise); err == nil {
			cc = []string{otherwise}
		}
	}
	if len(cc) == 0 {
		return nil, errors.New("there is no C compiler: install gcc or clang, or name one by CC")
	}
	version, err := run(ctx, "", nil, cc[0], append(cc[1:len(cc):len(cc)], "--version")...)
	if err != nil {
		return nil, fmt.Errorf("the C compiler %s does not run: %w", cc[0], err)
	}
	t := &tools{cc: cc, compilerIdentity: string(version)}
	for name, to := range map[string]*string{"ld": &t.ld, "ar": &t.ar, "objcopy": &t.objcopy} {
		out, err := run(ctx, "", nil, cc[0], append(cc[1:len(cc):len(cc)], "-print-prog-name="+name)...)
		if err != nil {
			return nil, err
		}
		*to = strings.TrimSpace(string(out))
		if _, err := exec.LookPath(*to); err != nil {
			return nil, fmt.Errorf("the C compiler has no %s: install binutils", name)
		}
	}
	// Linked statically where that is there, the library needs nothing but glibc where it is installed.
	t.ffi = "-lffi"
	out, err := run(ctx, "", nil, cc[0], append(cc[1:len(cc):len(cc)], "-print-file-name=libffi_pic.a")...)
	if file := strings.TrimSpace(string(out)); err == nil && filepath.IsAbs(file) {
		t.ffi = file
	}
	return t, nil
}

// archive has the go command build the program as go.a.
func (m *module) archive(ctx context.Context, t *tools, target string) error {
	args := append([]string{"build", "-ldflags=-w", "-o", filepath.Join(m.work, "go.a")}, m.compileFlags()...)
	_, err := run(ctx, m.dir, m.compileEnv(t), "go", append(args, target)...)
	return err
}

// compileFlags and compileEnv are how packages are compiled.
func (m *module) compileFlags() []string {
	return append([]string{"-buildmode=c-archive", "-trimpath", "-buildvcs=false"}, m.flags()...)
}

func (m *module) compileEnv(t *tools) []string {
	return append(m.env[:len(m.env):len(m.env)], "CC="+strings.Join(t.cc, " "))
}

// librariesOf is how to link what the packages' own C and C++ needs: of an archive Go leaves that to others.
func (m *module) librariesOf(ctx context.Context, p *program) (flags []string, err error) {
	var users []*listed
	for _, of := range p.packages {
		if !of.Standard && !isGobridge(of.ImportPath) {
			users = append(users, of)
		}
	}
	slices.SortFunc(users, func(a, b *listed) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
	asked := []string{"--libs"}
	plusplus := false
	for _, of := range users {
		flags, asked = append(flags, of.CgoLDFLAGS...), append(asked, of.CgoPkgConfig...)
		plusplus = plusplus || len(of.CXXFiles) > 0
	}
	if len(asked) > 1 {
		out, err := run(ctx, m.dir, m.env, cmp.Or(os.Getenv("PKG_CONFIG"), "pkg-config"), asked...)
		if err != nil {
			return nil, err
		}
		flags = append(flags, strings.Fields(string(out))...)
	}
	flags = append(flags, strings.Fields(os.Getenv("CGO_LDFLAGS"))...)
	if plusplus {
		flags = append(flags, "-lstdc++")
	}
	return flags, nil
}

// link makes all files of the library below a directory.
func (m *module) link(ctx context.Context, t *tools, d *Description, to string) error {
	files := map[string]string{
		"include/" + d.Name + ".h":                                     d.header(),
		"lib/pkgconfig/" + d.Name + ".pc":                              d.pkgConfig(),
		"lib/cmake/" + d.Name + "/" + d.Name + "-config.cmake":         d.cmakePackage(),
		"lib/cmake/" + d.Name + "/" + d.Name + "-config-version.cmake": cmakeVersion,
	}
	description, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return err
	}
	description = append(description, '\n')
	files["share/"+d.Name+"/"+d.Name+".json"] = string(description)
	headers, err := filepath.Glob(filepath.Join(m.sources, "include", "gobridge", "*.h"))
	if err != nil {
		return err
	}
	for _, header := range append(headers, filepath.Join(m.sources, "include", "gobridge.h"), filepath.Join(m.sources, "include", "gobridge.hpp")) {
		name, err := filepath.Rel(m.sources, header)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(header)
		if err != nil {
			return err
		}
		files[name] = string(text)
	}
	for name, content := range files {
		if err := write(filepath.Join(to, name), content); err != nil {
			return err
		}
	}
	for name, content := range map[string]string{
		"glue.c":           d.glue(),
		"glue.h":           glueHeader,
		d.Name + ".h":      d.header(),
		"description.json": string(description),
		"description.S": ".section .gobridge.description,\"a\",@progbits\n.globl gobridge_glue_description, gobridge_glue_description_end\n" +
			"gobridge_glue_description:\n.incbin \"description.json\"\ngobridge_glue_description_end:\n.section .note.GNU-stack,\"\",@progbits\n",
	} {
		if err := write(filepath.Join(m.work, "glue", name), content); err != nil {
			return err
		}
	}
	functions := []string{d.Name + "_api", d.Name + "_description", "gobridge_description"}
	d.functions(func(_ *Package, f *Function) { functions = append(functions, f.C) })
	for _, s := range d.structs {
		functions = append(functions, s.c+"_load", s.c+"_box")
	}
	sort.Strings(functions)
	nodes, err := os.ReadFile(filepath.Join(m.sources, "gobridge.map"))
	if err != nil {
		return err
	}
	own := d.Name + "_" + "1 {\nglobal:\n    " + strings.Join(functions, ";\n    ") + ";\n};\n"
	if err := write(filepath.Join(m.work, "library.map"), string(nodes)+own); err != nil {
		return err
	}
	// In the archive, gobridge's own functions call each other by names that no other library has, and their public names are
	// weak: two archives in one host each keep to themselves.
	keep, rename, alias := strings.Join(functions, "\n")+"\n", "", ""
	for _, line := range append(strings.Split(string(nodes), "\n"), "gobridge_description;") {
		if name, is := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(line), ";"), "gobridge_"); is {
			keep += "gobridge_" + name + "\n"
			rename += "gobridge_" + name + " gobridge_own_" + name + "\n"
			alias += "--defsym=gobridge_" + name + "=gobridge_own_" + name + "\n"
		}
	}
	for name, content := range map[string]string{"keep": keep, "rename": rename, "alias": alias} {
		if err := write(filepath.Join(m.work, name), content); err != nil {
			return err
		}
	}
	lib := filepath.Join(to, "lib")
	so := filepath.Join(lib, "lib"+d.Name+".so")
	compile := append(t.cc[1:len(t.cc):len(t.cc)], "-std=c11", "-O2", "-fPIC", "-fvisibility=default", "-w",
		"-I"+filepath.Join(m.sources, "csrc"), "-I"+filepath.Join(m.sources, "include"), "-c", "glue.c", "description.S")
	shared := append(t.cc[1:len(t.cc):len(t.cc)], "-shared", "-o", so+"."+Version, "-Wl,-soname,lib"+d.Name+".so.1",
		"-Wl,--version-script=library.map", "-Wl,-Bsymbolic,-z,nodelete,-z,defs,-z,text,-z,relro,-z,now",
		"whole.o", t.ffi)
	shared = append(append(shared, d.libraries...), "-lpthread", "-ldl")
	for _, step := range []struct {
		dir, program string
		args         []string
	}{
		{"glue", t.cc[0], compile},
		{"", t.ar, []string{"x", "go.a"}},
		// The names are told of in CMakeLists.txt, which makes libgobridge.a in the same way.
		{"", t.objcopy, []string{"--rename-section", ".init_array=.data.gobridge_go_start,alloc,load,data",
			"--add-symbol", "gobridge_go_start=.data.gobridge_go_start:0,global,object",
			"--redefine-sym", "x_cgo_getstackbound=gobridge_stack_bounds", "--redefine-sym", "x_cgo_bindm=gobridge_bind",
			"--globalize-symbol", "gobridge_go_signals", "--redefine-sym", "runtime.sigtable=gobridge_go_signals", "go.o"}},
		{"", t.ar, []string{"rD", "go.a", "go.o"}},
		{"", t.ld, append(emulation(m.arch), "-r", "-o", "whole.o", "--whole-archive", "go.a", "--no-whole-archive", "glue/glue.o", "glue/description.o")},
		{"", t.cc[0], shared},
		{"", t.objcopy, []string{"--redefine-syms=rename", "whole.o"}},
		{"", t.ld, append(emulation(m.arch), "-r", "-o", d.Name+".o", "whole.o", "@alias")},
		{"", t.objcopy, []string{"--keep-global-symbols=keep", "--wildcard", "--weaken-symbol=gobridge_*", d.Name + ".o"}},
		{"", t.ar, []string{"rcsD", filepath.Join(lib, "lib"+d.Name+".a"), d.Name + ".o"}},
	} {
		if _, err := run(ctx, filepath.Join(m.work, step.dir), nil, step.program, step.args...); err != nil {
			return err
		}
	}
	if err := os.Symlink("lib"+d.Name+".so."+Version, so+".1"); err != nil {
		return err
	}
	return os.Symlink("lib"+d.Name+".so.1", so)
}

// emulation is ld's name of an architecture of Go's, where it is not ld's own.
func emulation(arch string) []string {
	switch arch {
	case "386":
		return []string{"-m", "elf_i386"}
	}
	return nil
}

func write(name, content string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(content), 0o666)
}

func (d *Description) pkgConfig() string {
	return "prefix=${pcfiledir}/../..\nlibdir=${prefix}/lib\nincludedir=${prefix}/include\n\nName: " + d.Name +
		"\nDescription: Go packages as a C library, made by gobridge build\nVersion: " + Version +
		"\nCflags: -I${includedir}\nLibs: -L${libdir} -l" + d.Name + "\nLibs.private: " + strings.Join(d.needs(), " ") + "\n"
}

// needs is what who links the archive must link too.
func (d *Description) needs() []string {
	return slices.Concat(d.libraries, []string{"-lffi", "-lpthread", "-ldl"})
}

// cmakePackage defines NAME::NAME, and NAME::NAME_static for the archive.
func (d *Description) cmakePackage() string {
	return strings.NewReplacer("NAME", d.Name, "LINKED", strings.Join(d.needs(), ";")).Replace(`# Made by gobridge build.
get_filename_component(_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET NAME::NAME)
    add_library(NAME::NAME SHARED IMPORTED)
    set_target_properties(NAME::NAME PROPERTIES
        IMPORTED_LOCATION "${_prefix}/lib/libNAME.so"
        IMPORTED_SONAME libNAME.so.1
        INTERFACE_INCLUDE_DIRECTORIES "${_prefix}/include")
    add_library(NAME::NAME_static STATIC IMPORTED)
    set_target_properties(NAME::NAME_static PROPERTIES
        IMPORTED_LOCATION "${_prefix}/lib/libNAME.a"
        INTERFACE_INCLUDE_DIRECTORIES "${_prefix}/include"
        INTERFACE_LINK_LIBRARIES "LINKED")
endif()
unset(_prefix)
`)
}

const cmakeVersion = `set(PACKAGE_VERSION ` + Version + `)
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
`
