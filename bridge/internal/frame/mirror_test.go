package frame_test

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"testing"
)

// A mirror is a Go struct or constant with the directive //gobridge:mirror NAME, which lies in memory or counts as C's NAME.
const directive = "//gobridge:mirror "

// headers have all structs that cross.
var headers = []string{"gobridge.h", "gobridge/arrow.h", "callback.h", "calls.h", "cfunc.h"}

// onlyC is the structs of the headers that Go has no part in, and why.
var onlyC = map[string]string{
	"gobridge_api":     "it is C functions",
	"gobridge_error":   "C fills it from the failure",
	"gobridge_options": "csrc/start.c reads it, before there is Go",
	"gobridge_number":  "csrc/csrc.go reads it",
	"gobridge_symbol":  "C has the table",
	"gobridge_text":    "it lies in memory as a Go string does",
}

// member is a member of a struct, as either side has it.
type member struct {
	name         string
	offset, size int64
}

func (m member) String() string { return fmt.Sprintf("%s at %d of %d bytes", m.name, m.offset, m.size) }

// mirrors gives Go's side: the members of structs and the values of constants, by the names of C's.
func mirrors(t *testing.T) (structs map[string][]member, constants map[string]constant.Value) {
	structs, constants = map[string][]member{}, map[string]constant.Value{}
	fset, exported := token.NewFileSet(), exports(t)
	config := types.Config{
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			return os.Open(exported[path])
		}),
		Sizes:            types.SizesFor("gc", runtime.GOARCH),
		IgnoreFuncBodies: true,
		Error:            func(error) {}, // what files for other platforms and releases lack
	}
	dirs, err := filepath.Glob("../*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		packages, err := parser.ParseDir(fset, dir, func(f os.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") },
			parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for name, pkg := range packages {
			marked := marks(pkg)
			if len(marked) == 0 {
				continue
			}
			var files []*ast.File
			for _, f := range pkg.Files {
				files = append(files, f)
			}
			info := types.Info{Defs: map[*ast.Ident]types.Object{}}
			_, _ = config.Check("gobridge/bridge/internal/"+name, fset, files, &info)
			for ident, inC := range marked {
				switch o := info.Defs[ident].(type) {
				case *types.TypeName:
					structs[inC] = membersOf(o.Type().Underlying().(*types.Struct), config.Sizes)
				case *types.Const:
					constants[inC] = o.Val()
				default:
					t.Errorf("%s: %s mirrors %s", name, ident.Name, inC)
				}
			}
		}
	}
	return structs, constants
}

// exports has the files in which the compiler has left what packages export. The flags are those of CMakeLists.txt, for which it has.
func exports(t *testing.T) map[string]string {
	list, err := exec.Command("go", "list", "-export", "-deps", "-trimpath", "-f", "{{.ImportPath}} {{.Export}}", "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, line := range strings.Split(string(list), "\n") {
		path, file, _ := strings.Cut(line, " ")
		files[path] = file
	}
	return files
}

// marks finds the directives: at the end of a type's comment, or on a constant's line.
func marks(pkg *ast.Package) map[*ast.Ident]string {
	marked := map[*ast.Ident]string{}
	mark := func(ident *ast.Ident, comments *ast.CommentGroup) {
		if comments == nil {
			return
		}
		for _, c := range comments.List {
			if i := strings.Index(c.Text, directive); i >= 0 {
				marked[ident] = strings.TrimSpace(c.Text[i+len(directive):])
			}
		}
	}
	for _, f := range pkg.Files {
		for _, d := range f.Decls {
			decl, is := d.(*ast.GenDecl)
			if !is {
				continue
			}
			for _, spec := range decl.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					mark(s.Name, decl.Doc)
				case *ast.ValueSpec:
					mark(s.Names[0], s.Comment)
				}
			}
		}
	}
	return marked
}

// membersOf gives the members of a struct, those of an embedded one as a member of its type's name.
func membersOf(s *types.Struct, sizes types.Sizes) (members []member) {
	var fields []*types.Var
	for i := 0; i < s.NumFields(); i++ {
		fields = append(fields, s.Field(i))
	}
	for i, offset := range sizes.Offsetsof(fields) {
		members = append(members, member{fields[i].Name(), offset, sizes.Sizeof(fields[i].Type())})
	}
	return members
}

// compiled gives C's side, from what the compiler says of the headers: all structs with their members, and the values of
// constants.
func compiled(t *testing.T, names []string) (structs map[string][]member, constants map[string]int64) {
	var source strings.Builder
	for _, header := range headers {
		fmt.Fprintf(&source, "#include <%s>\n", header)
	}
	for _, name := range names {
		fmt.Fprintf(&source, "const long long mirrored_%s = (long long)(%s);\n", name, name)
	}
	dir := t.TempDir()
	file, object := filepath.Join(dir, "mirror.c"), filepath.Join(dir, "mirror.o")
	if err := os.WriteFile(file, []byte(source.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	compiler := strings.Fields(goEnv(t, "CC"))
	if runtime.GOARCH == "386" {
		compiler = append(compiler, "-m32")
	}
	// Not DWARF 5: debug/elf of go1.24 does not relocate what clang writes for arm64.
	compiler = append(compiler, "-std=c11", "-gdwarf-4", "-fno-eliminate-unused-debug-types", "-I../../../include", "-I../../../csrc",
		"-c", file, "-o", object)
	if out, err := exec.Command(compiler[0], compiler[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(object)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return structsIn(t, f), constantsIn(t, f)
}

func goEnv(t *testing.T, name string) string {
	value, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(value))
}

func structsIn(t *testing.T, f *elf.File) map[string][]member {
	debug, err := f.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	structs := map[string][]member{}
	for entries := debug.Reader(); ; {
		entry, err := entries.Next()
		if err != nil {
			t.Fatal(err)
		}
		if entry == nil {
			return structs
		}
		if entry.Tag != dwarf.TagStructType && entry.Tag != dwarf.TagTypedef {
			continue
		}
		of, err := debug.Type(entry.Offset)
		if err != nil {
			t.Fatal(err)
		}
		name := ""
		if typedef, is := of.(*dwarf.TypedefType); is {
			name, of = typedef.Name, typedef.Type
		}
		s, is := of.(*dwarf.StructType)
		if !is || s.Kind != "struct" || s.Incomplete {
			continue
		}
		if name == "" {
			name = s.StructName
		}
		structs[name] = nil
		for _, m := range s.Field {
			if size := m.Type.Size(); size > 0 { // a flexible array has none
				structs[name] = append(structs[name], member{nameOf(m), m.ByteOffset, size})
			}
		}
	}
}

// nameOf is a member's name. An anonymous union goes by that of its first.
func nameOf(m *dwarf.StructField) string {
	if union, is := m.Type.(*dwarf.StructType); is && m.Name == "" {
		return union.Field[0].Name
	}
	return m.Name
}

func constantsIn(t *testing.T, f *elf.File) map[string]int64 {
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]int64{}
	for _, s := range symbols {
		if name, is := strings.CutPrefix(s.Name, "mirrored_"); is {
			section := f.Sections[s.Section]
			value := make([]byte, 8)
			if section.Type != elf.SHT_NOBITS {
				if _, err := section.ReadAt(value, int64(s.Value)); err != nil {
					t.Fatal(err)
				}
			}
			constants[name] = int64(f.ByteOrder.Uint64(value))
		}
	}
	return constants
}

// sameName compares snake_case with camelCase. A blank field stands for any member.
func sameName(inGo, inC string) bool {
	return inGo == "_" || strings.EqualFold(inGo, strings.ReplaceAll(inC, "_", ""))
}

func TestMirrorsAreCs(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command, which knows the C compiler")
	}
	inGo, numbers := mirrors(t)
	var names []string
	for name := range numbers {
		names = append(names, name)
	}
	inC, constants := compiled(t, names)
	for name, members := range inC {
		if !strings.HasPrefix(name, "gobridge_") && inGo[name] == nil {
			continue // of the C library
		}
		mirror, isMirrored := inGo[name]
		switch _, isOnlyC := onlyC[name]; {
		case isMirrored && isOnlyC:
			t.Errorf("%s is mirrored after all", name)
		case !isMirrored && !isOnlyC:
			t.Errorf("no struct in Go mirrors %s", name)
		case isMirrored:
			compare(t, name, mirror, members)
		}
	}
	for name := range inGo {
		if inC[name] == nil {
			t.Errorf("C has no struct %s", name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		if value, exact := constant.Int64Val(constant.ToInt(numbers[name])); !exact || value != constants[name] {
			t.Errorf("%s is %d in C, %s in Go", name, constants[name], numbers[name])
		}
	}
	if len(inGo) < 20 || len(names) < 15 {
		t.Errorf("%d structs and %d constants were found", len(inGo), len(names))
	}
}

func compare(t *testing.T, name string, inGo, inC []member) {
	for i := 0; i < max(len(inGo), len(inC)); i++ {
		switch {
		case i >= len(inGo):
			t.Errorf("%s: Go does not have %s", name, inC[i])
		case i >= len(inC):
			t.Errorf("%s: C does not have %s", name, inGo[i])
		case !sameName(inGo[i].name, inC[i].name) || inGo[i].offset != inC[i].offset || inGo[i].size != inC[i].size:
			t.Errorf("%s: %s in Go, %s in C", name, inGo[i], inC[i])
		}
	}
}
