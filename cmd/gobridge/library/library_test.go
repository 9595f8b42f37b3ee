//go:debug gotypesalias=1

package library

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sources is gobridge's, as they lie beside the program: CTest names the place.
func sources(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GOBRIDGE_SOURCES")
	if dir == "" {
		t.Skip("GOBRIDGE_SOURCES does not name a directory share/gobridge/go: ctest -R library does")
	}
	return dir
}

// writeFiles writes files below a new directory.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := write(filepath.Join(dir, name), content); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// made builds a library for a test.
func made(t *testing.T, dir string, q Query) (out string, built *Built) {
	t.Helper()
	if q.Output == "" {
		q.Output = filepath.Join(t.TempDir(), "out")
	}
	q.Dir, q.Sources, q.Progress = dir, sources(t), io.Discard
	built, err := Build(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return q.Output, built
}

// runC compiles a C program against a library and returns what it prints.
func runC(t *testing.T, out, name, source string, static bool) string {
	t.Helper()
	dir := writeFiles(t, map[string]string{"host.c": source})
	lib := filepath.Join(out, "lib")
	args := []string{"-std=c11", "-Wall", "-Wextra", "-Werror", "-o", "host", "host.c", "-I" + filepath.Join(out, "include")}
	if static {
		args = append(args, filepath.Join(lib, "lib"+name+".a"), "-lffi", "-lpthread", "-ldl")
	} else {
		args = append(args, "-L"+lib, "-l"+name, "-Wl,-rpath,"+lib)
	}
	for _, step := range [][]string{append([]string{"cc"}, args...), {"./host"}} {
		printed, err := run(context.Background(), dir, nil, step[0], step[1:]...)
		if err != nil {
			t.Fatalf("%s: %v", step[0], err)
		}
		if step[0] == "./host" {
			return string(printed)
		}
	}
	return ""
}

const shapes = `// Package shapes is of every kind.
package shapes

import (
	"errors"
	"example.com/shapes/internal/hidden"
)

// Area multiplies.
func Area(width, height float64) float64 { return width * height }

// Shape has a name.
type Shape struct {
	Name string // what it is called
	hidden int
}

// Rename gives it another name.
func (s *Shape) Rename(name string) { s.Name = name }
func (s Shape) Title(prefix string) string { return prefix + s.Name }

type Named interface{ Title(prefix string) string }

func New(name string) *Shape { return &Shape{Name: name} }
func TitleOf(n Named, int string) string { return n.Title(int) }
func Both(a int8, b bool) (bool, int8) { return !b, -a }
func Sum(numbers ...int64) (sum int64) { for _, n := range numbers { sum += n }; return sum }
func Fail(why string) error { if why == "" { return nil }; return errors.New(why) }
func Panic() { panic("no") }
func Reverse(b []byte) []byte { out := []byte{}; for _, c := range b { out = append([]byte{c}, out...) }; return out }
func Small(x float32, y uint16, z rune) (float32, uint16, rune) { return x / 2, y + 1, z + 1 }
func Any(x any) any { return x }
func Hidden() int { return hidden.Answer }
func Each(f func(int) bool) { for i := 0; f(i); i++ {} }
func First[T any](of []T) T { return of[0] }

//gobridge:ignore
func Ignored() {}

type Weekday int

const (
	Monday Weekday = iota + 1
	Tuesday
)
const (
	Greeting = "he\"l\\lo?\n\x00"
	Big      = 1 << 63
	Huge     = 1 << 100
	Third    = 1.0 / 3
	Yes      = true
	Least    = -1 << 63
)

func (w Weekday) Next() Weekday { return w + 1 }

var Counter = 41

type Embedding struct{ *Shape }

type Cell struct { Row uint8; On bool; sum float32 }
type Board struct { Cells [2][3]Cell; Next struct{ int int64; X int }; Speed float64; weight Weekday }
type NoC struct { Text string; Cell Cell }

func Play(b Board, speed float64) Board { b.Cells[1][2].sum += 0.5; b.Next.X = -b.Next.X; b.Speed = speed; b.weight++; return b }
func (b *Board) Slow() { b.Speed /= 2 }
func Deal() *Board { return &Board{Speed: 8} }
`

var shapesModule = map[string]string{
	"go.mod":                    "module example.com/shapes\n\ngo 1.21\n",
	"shapes.go":                 shapes,
	"internal/hidden/hidden.go": "package hidden\n\nconst Answer = 42\n",
}

const shapesHost = `#include <lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MUST(call) do { const gobridge_status status = (call); if (status) { gobridge_error e; gobridge_last_error(&e); printf("line %d: %d %s\n", __LINE__, (int)status, e.message); } } while (0)

int main(void) {
    double area; gobridge_value shape, other, text; uint8_t yes; int8_t small; int64_t n; float x; uint16_t y; int32_t z;
    MUST(lib_shapes_Area(2, 3.5, &area));
    printf("%g\n", area);
    MUST(lib_shapes_New("box", 3, &shape));
    MUST(lib_shapes_Shape_Rename(shape.as.ref, "ball", 4));
    MUST(lib_shapes_Shape_Title(shape.as.ref, "a ", 2, &text));
    printf("%.*s\n", (int)text.len, text.as.s);
    MUST(gobridge_value_release(&text));
    MUST(lib_shapes_TitleOf(&shape, "the ", 4, &text));
    printf("%.*s\n", (int)text.len, text.as.s);
    MUST(lib_shapes_Named_Title(&shape, "his ", 4, &text));
    printf("%.*s\n", (int)text.len, text.as.s);
    MUST(lib_shapes_Both(5, 7, &yes, &small));
    printf("%d %d\n", yes, small);
    MUST(lib_shapes_Sum(0, &n));
    printf("%" PRId64 "\n", n);
    gobridge_ref type, numbers;
    MUST(gobridge_type_parse("[]int64", 7, &type));
    MUST(gobridge_slice_new(type, 2, 2, &numbers));
    for (int64_t i = 0; i < 2; i++) { const gobridge_value to = gobridge_int64(i + 20); MUST(gobridge_slice_set(numbers, i, &to)); }
    MUST(lib_shapes_Sum(numbers, &n));
    printf("%" PRId64 "\n", n);
    printf("%d %d %d\n", lib_shapes_Fail("", 0) == GOBRIDGE_OK, lib_shapes_Fail("x", 1) == GOBRIDGE_E_RETURNED, lib_shapes_Panic() == GOBRIDGE_E_PANIC);
    MUST(lib_shapes_Reverse((const uint8_t *)"abc", 3, &text));
    printf("%.*s %d\n", (int)text.len, (const char *)text.as.b, text.kind == GOBRIDGE_KIND_BYTES);
    MUST(lib_shapes_Small(1.5f, 65535, 'a', &x, &y, &z));
    printf("%g %d %d\n", x, y, (int)z);
    const gobridge_value five = gobridge_int64(5);
    MUST(lib_shapes_Any(&five, &other));
    printf("%" PRId64 "\n", other.as.i);
    MUST(lib_shapes_Hidden(&n));
    printf("%" PRId64 "\n", n);
    MUST(lib_shapes_Weekday_Next(lib_shapes_Monday, &n));
    printf("%d\n", n == lib_shapes_Tuesday);
    MUST(lib_shapes_Counter(&other));
    MUST(gobridge_value_load(other.as.ref, &n));
    printf("%" PRId64 "\n", n);
    printf("%zu %" PRIu64 " %.17g %d %d\n", sizeof lib_shapes_Greeting, lib_shapes_Big, lib_shapes_Third, lib_shapes_Yes, lib_shapes_Least == INT64_MIN);
    gobridge_error failure;
    (void)lib_shapes_Fail("y", 1); gobridge_last_error(&failure);
    puts(failure.message);
    static char accents[2000];
    for (size_t i = 0; i < sizeof accents; i += 2) { memcpy(accents + i, "\xc3\xa9", 2); }
    (void)lib_shapes_Fail(accents, sizeof accents); gobridge_last_error(&failure);
    printf("%d %d\n", strlen(failure.message) > 1000, (unsigned char)failure.message[strlen(failure.message) - 1] == 0xa9);
    printf("%d %d\n", lib_shapes_Area(1, 1, NULL) == GOBRIDGE_E_NULL, lib_shapes_Any(NULL, &other) == GOBRIDGE_E_NULL);
    printf("%d %d\n", lib_shapes_Shape_Rename(0, "x", 1) == GOBRIDGE_E_PANIC, lib_shapes_Shape_Title(numbers, "", 0, &text) == GOBRIDGE_E_WRONG_TYPE);
    gobridge_value first;
    MUST(lib_shapes_First_int64(numbers, &n));
    printf("%" PRId64 "\n", n);
    (void)first;
    lib_shapes_Board board = {.Cells[1][2] = {7, 1, 1.25f}, .Next = {5, 6}, .weight = 3}, played;
    gobridge_ref boxed;
    MUST(lib_shapes_Board_box(&board, &boxed));
    MUST(lib_shapes_Play(boxed, 2.5, &other));
    MUST(lib_shapes_Board_load(other.as.ref, &played));
    printf("%d %d %g %d %d %g %d\n", played.Cells[1][2].Row, played.Cells[1][2].On, played.Cells[1][2].sum, (int)played.Next.int_, (int)played.Next.X, played.Speed, (int)played.weight);
    MUST(gobridge_value_release(&other));
    MUST(lib_shapes_Deal(&other));
    MUST(lib_shapes_Board_Slow(other.as.ref));
    MUST(lib_shapes_Board_load(other.as.ref, &played));
    board.Cells[0][0].On = 2;
    printf("%g %d %d %d %d\n", played.Speed, lib_shapes_Board_load(shape.as.ref, &played) == GOBRIDGE_E_WRONG_TYPE, lib_shapes_Board_load(0, &played) == GOBRIDGE_E_NIL_REF,
           lib_shapes_Board_load(boxed, NULL) == GOBRIDGE_E_NULL, lib_shapes_Board_box(&board, &boxed) == GOBRIDGE_E_RANGE);
    const char *json; size_t len;
    MUST(gobridge_description(&json, &len));
    printf("%d\n", len > 1000 && json[0] == '{');
    return 0;
}
`

const shapesPrinted = `7
a ball
the ball
his ball
0 -5
0
41
1 1 1
cba 1
0.75 0 98
5
42
1
41
11 9223372036854775808 0.33333333333333331 1 1
lib_shapes_Fail: y
1 1
1 1
1 1
20
7 1 1.75 5 -6 2.5 4
4 1 1 1 1
1
`

// A library of a module with all kinds of exports, shared and static, called by its typed functions.
func TestALibraryOfAModule(t *testing.T) {
	out, built := made(t, writeFiles(t, shapesModule), Query{Packages: []string{"."}, Name: "lib", Instances: []string{"shapes.First[int64]"}})
	host := strings.Replace(shapesHost, "#include <inttypes.h>", "#include <inttypes.h>\ngobridge_status gobridge_description(const char **json, size_t *len);", 1)
	for _, static := range []bool{false, true} {
		if printed := runC(t, out, "lib", host, static); printed != shapesPrinted {
			t.Errorf("static %t: the host printed\n%s", static, printed)
		}
	}
	description, err := Describe(filepath.Join(out, "lib", "liblib.so"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{`"reason": "C has no constant of this size or kind"`, `"doc": "Area multiplies."`, `"doc": "what it is called"`,
		`"doc": "Package shapes is of every kind."`, `"value": "0.33333333333333331"`, `"signature": "func(width float64, height float64) float64"`, `"c": "lib_shapes_Embedding_Rename"`} {
		if !strings.Contains(description, wanted) {
			t.Errorf("the description does not have %s", wanted)
		}
	}
	if strings.Contains(description, "Ignored") {
		t.Error("what is marked to be ignored is there")
	}
	header, err := os.ReadFile(built.Header)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(header), "(const gobridge_value *n, const char *int_, size_t int__len, gobridge_value *result);") {
		t.Error("a parameter has a keyword of C as its name, or another than expected")
	}
	for _, compiler := range [][]string{{"cc", "-std=c11"}, {"c++", "-x", "c++", "-std=c++17"}} {
		file := filepath.Join(t.TempDir(), "header.c")
		if err := os.WriteFile(file, []byte("#include <lib.h>\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		args := append(compiler[1:], "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I"+filepath.Join(out, "include"), file)
		if _, err := run(context.Background(), "", nil, compiler[0], args...); err != nil {
			t.Errorf("%s: %v", compiler[0], err)
		}
	}
	exported, err := run(context.Background(), "", nil, "nm", "-D", "--defined-only", filepath.Join(out, "lib", "liblib.so"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(exported)), "\n") {
		if name := strings.Fields(line)[2]; !strings.HasPrefix(name, "lib_") && !strings.HasPrefix(strings.ToLower(name), "gobridge_") {
			t.Errorf("%s is exported", name)
		}
	}
}

// A second build has nothing to do, until a file changes; two builds make the same bytes.
func TestBuildsAreFreshAndReproducible(t *testing.T) {
	dir := writeFiles(t, shapesModule)
	q := Query{Packages: []string{"example.com/shapes"}, Name: "lib"}
	out, first := made(t, dir, q)
	q.Output = out
	if _, second := made(t, dir, q); first.Fresh || !second.Fresh || second.Functions != first.Functions {
		t.Errorf("the first build is fresh: %t, the second: %t", first.Fresh, second.Fresh)
	}
	if err := os.WriteFile(filepath.Join(dir, "more.go"), []byte("package shapes\n\nfunc More() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, third := made(t, dir, q); third.Fresh || third.Functions != first.Functions+1 {
		t.Errorf("after a change the build is fresh: %t, with %d functions", third.Fresh, third.Functions)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/shapes\n\ngo 1.21.1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, fourth := made(t, dir, q); fourth.Fresh {
		t.Error("after a change of go.mod the build is fresh")
	}
	again, _ := made(t, dir, Query{Packages: []string{"example.com/shapes"}, Name: "lib"})
	for _, file := range []string{"lib/liblib.so", "lib/liblib.a", "include/lib.h", "share/lib/lib.json"} {
		one, _ := os.ReadFile(filepath.Join(out, file))
		other, err := os.ReadFile(filepath.Join(again, file))
		if err != nil || string(one) != string(other) {
			t.Errorf("%s differs between two builds (%v)", file, err)
		}
	}
}

// What PATH has for --python and --node is part of what a library was built of, and of no other.
func TestBuildsKnowTheInterpreters(t *testing.T) {
	said := map[string]bool{}
	for _, version := range []string{"1", "2"} {
		dir := writeFiles(t, map[string]string{"python3": "#!/bin/sh\necho python " + version + "\n", "node": "#!/bin/sh\necho node " + version + "\n"})
		for _, name := range []string{"python3", "node"} {
			if err := os.Chmod(filepath.Join(dir, name), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", dir+":/usr/bin:/bin")
		for _, q := range []Query{{}, {Python: true}, {Node: true}, {Python: true, Node: true}} {
			said[strings.Join(q.interpreters(context.Background()), "")] = true
		}
	}
	if len(said) != 7 {
		t.Errorf("%d, not nothing once, and three of each version: %v", len(said), said)
	}
}

// The user's module may be vendored, or part of a workspace, and stays as it is.
func TestModulesStayAsTheyAre(t *testing.T) {
	user := map[string]string{
		"go.mod":                              "module example.com/user\n\ngo 1.21\n\nrequire example.com/shapes v1.2.3\n",
		"user.go":                             "package user\n\nimport \"example.com/shapes\"\n\nfunc Title(of string) string { return shapes.New(of).Title(\"my \") }\n",
		"vendor/modules.txt":                  "# example.com/shapes v1.2.3\n## explicit; go 1.21\nexample.com/shapes\nexample.com/shapes/internal/hidden\n",
		"vendor/example.com/shapes/shapes.go": shapes,
		"vendor/example.com/shapes/internal/hidden/hidden.go": shapesModule["internal/hidden/hidden.go"],
	}
	workspace := map[string]string{"go.work": "go 1.21\n\nuse (\n\t./user\n\t./shapes\n)\n"}
	for name, content := range user {
		if !strings.HasPrefix(name, "vendor/") {
			workspace["user/"+name] = strings.Replace(content, "\nrequire example.com/shapes v1.2.3\n", "", 1)
		}
	}
	for name, content := range shapesModule {
		workspace["shapes/"+name] = content
	}
	for name, c := range map[string]struct {
		files map[string]string
		dir   string
	}{"vendored": {user, "."}, "workspace": {workspace, "user"}} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOPROXY", "off")
			t.Setenv("GOFLAGS", map[string]string{"vendored": "-mod=vendor"}[name])
			dir := writeFiles(t, c.files)
			out, _ := made(t, filepath.Join(dir, c.dir), Query{Packages: []string{"."}, Name: "user"})
			host := "#include <user.h>\n#include <stdio.h>\nint main(void) { gobridge_value v; if (user_user_Title(\"hat\", 3, &v)) return 1; printf(\"%.*s\", (int)v.len, v.as.s); return 0; }\n"
			if printed := runC(t, out, "user", host, false); printed != "my hat" {
				t.Errorf("the host printed %q", printed)
			}
			count := 0
			filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
				if rel, _ := filepath.Rel(dir, path); err == nil && !info.IsDir() {
					count++
					if text, _ := os.ReadFile(path); string(text) != c.files[rel] {
						t.Errorf("%s was changed", rel)
					}
				}
				return err
			})
			if count != len(c.files) {
				t.Errorf("%d files, where %d were", count, len(c.files))
			}
		})
	}
}

// Packages of odd kinds: of each a function that takes nothing returns the number that Go's own returns.
func TestOddPackages(t *testing.T) {
	const module = "module example.com/odd\n\ngo 1.24\n"
	for name, c := range map[string]struct {
		files map[string]string
		q     Query
		call  string
		want  string
	}{
		"generic aliases": {map[string]string{"a.go": "package odd\n\ntype Pair[A, B any] struct { First A; Second B }\ntype Twice[T any] = Pair[T, T]\ntype List[T any] = []T\n" +
			"type Ints = Twice[int]\n\nfunc F() int { return len(List[int]{1, 2}) }\n"}, Query{Packages: []string{"."}}, "odd_odd_F", "2"},
		"libraries of C": {map[string]string{"c.go": "package odd\n\n// #cgo LDFLAGS: -lm\n// #include <math.h>\n// static double root(double x) { return cbrt(x); }\nimport \"C\"\n\n" +
			"func F() int { return int(C.root(27)) }\n"}, Query{Packages: []string{"."}}, "odd_odd_F", "3"},
		"C++": {map[string]string{"c.go": "package odd\n\n// int count(int n);\nimport \"C\"\n\nfunc F() int { return int(C.count(4)) }\n",
			"c.cpp": "#include <string>\n#include <vector>\nextern \"C\" int count(int n) { return (int)std::vector<std::string>(n, std::string(n, 'x')).size(); }\n"},
			Query{Packages: []string{"."}}, "odd_odd_F", "4"},
		"internal further down": {map[string]string{"a/b/internal/deep/d.go": "package deep\n\nfunc F() int { return 5 }\n"}, Query{Packages: []string{"./a/b/internal/deep"}}, "deep_deep_F", "5"},
		"major version":         {map[string]string{"vee/v2/v.go": "package vee\n\nfunc F() int { return 6 }\n"}, Query{Packages: []string{"./vee/v2"}}, "vee_vee_F", "6"},
		"renamed here":          {map[string]string{"my-pkg/p.go": "package mypkg\n\nfunc F() int { return 7 }\n"}, Query{Packages: []string{"mine=./my-pkg"}}, "my_pkg_mine_F", "7"},
		"names of C's": {map[string]string{"n.go": "package odd\n\ntype S struct { int64_t, typeof, class, class_ int64; gobridge_ref uint8 }\n\n// F is so: ??/\n// That is no splice.\nfunc F() int { return 8 }\n" +
			"func G(int64_t int64, gobridge_value any, gobridge_ref []int, complex string, glue_bits float64, typeof uint32) (gobridge_status S, int32_t error) { return }\n"},
			Query{Packages: []string{"."}}, "odd_odd_F", "8"},
		"language of what is vendored": {map[string]string{
			"go.mod": module + "\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n\nreplace example.com/a => ../a\n",
			"vendor/modules.txt": "# example.com/a v1.0.0 => ../a\n## explicit; go 1.22\nexample.com/a\n# example.com/b v1.0.0\n## explicit; go 1.22\nexample.com/b\n" +
				"# example.com/a => ../a\n",
			"vendor/example.com/a/a.go": "package a\n\nfunc A() (sum int) { for i := range 4 { sum += i }; return }\n",
			"vendor/example.com/b/b.go": "package b\n\nfunc B() (sum int) { var all []func() int; for i := 0; i < 3; i++ { all = append(all, func() int { return i }) }; for _, f := range all { sum += f() }; return }\n",
			"o.go":                      "package odd\n\nimport (\n\t\"example.com/a\"\n\t\"example.com/b\"\n)\n\nfunc F() int { return a.A() + b.B() }\n"},
			Query{Packages: []string{"."}}, "odd_odd_F", "9"},
		"replaced in a workspace": {map[string]string{
			"go.work": "go 1.24\n\nuse (\n\t.\n\t./two\n)\n\nreplace example.com/three => ./three\n", "go.mod": module + "\nrequire example.com/three v1.0.0\n",
			"two/go.mod": "module example.com/two\n\ngo 1.24\n\nrequire example.com/four v1.0.0\n\nreplace example.com/four => ../four\n", "two/two.go": "package two\n\nimport _ \"example.com/four\"\n\nfunc F() int { return 4 }\n",
			"three/go.mod": "module example.com/three\n\ngo 1.24\n", "three/three.go": "package three\n\nfunc F() int { return 6 }\n",
			"four/go.mod": "module example.com/four\n\ngo 1.24\n", "four/four.go": "package four\n",
			"o.go": "package odd\n\nimport (\n\t\"example.com/three\"\n\t\"example.com/two\"\n)\n\nfunc F() int { return three.F() + two.F() }\n"},
			Query{Packages: []string{"."}}, "odd_odd_F", "10"},
		"a header that C has": {map[string]string{"math/m.go": "package math\n\nfunc F() int { return 11 }\n"}, Query{Packages: []string{"./math"}}, "sqrt(1) != 1 || math_math_F", "11"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOPROXY", "off")
			if c.files["go.mod"] == "" {
				c.files["go.mod"] = module
			}
			out, built := made(t, writeFiles(t, c.files), c.q)
			host := "#include <" + built.Name + ".h>\n#include <math.h>\n#include <stdio.h>\n\nint main(void) {\n    int64_t n;\n    if (" + c.call +
				"(&n)) {\n        return 1;\n    }\n    printf(\"%d\", (int)n);\n    return 0;\n}\n"
			if printed := runC(t, out, built.Name, host, false); printed != c.want {
				t.Errorf("the host printed %q", printed)
			}
			file := filepath.Join(t.TempDir(), "header.c")
			if err := write(file, "#include <"+built.Name+".h>\n"); err != nil {
				t.Fatal(err)
			}
			for _, compiler := range [][]string{{"cc", "-std=c11"}, {"cc", "-std=gnu11", "-include", "complex.h"}, {"c++", "-x", "c++", "-std=c++17", "-include", "cmath"}} {
				args := append(compiler[1:], "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I"+filepath.Join(out, "include"), file)
				if _, err := run(context.Background(), "", nil, compiler[0], args...); err != nil {
					t.Errorf("%v: %v", compiler, err)
				}
			}
		})
	}
}

// A package of constants, or of generic functions alone, has a library too.
func TestNoFunctions(t *testing.T) {
	dir := writeFiles(t, map[string]string{"go.mod": "module example.com/few\n\ngo 1.21\n", "f.go": "package few\n\nconst Answer = 42\n\nfunc First[T any](of []T) T { return of[0] }\n"})
	out, _ := made(t, dir, Query{Packages: []string{"."}})
	if printed := runC(t, out, "few", "#include <few.h>\n#include <stdio.h>\nint main(void) { printf(\"%d\", (int)few_few_Answer); return 0; }\n", false); printed != "42" {
		t.Errorf("the host printed %q", printed)
	}
}

// The types of packages that have another name in C are told by that name, as gobridge_type_parse knows them.
func TestTypesOfRenamedPackages(t *testing.T) {
	out, _ := made(t, "/", Query{Packages: []string{"h=html/template", "x=text/template"}, Name: "two"})
	text, err := os.ReadFile(filepath.Join(out, "share/two/two.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, wanted := range map[string]bool{`"type": "*h.Template"`: true, `"type": "*x.Template"`: true, `"type": "*template.Template"`: false} {
		if strings.Contains(string(text), name) != wanted {
			t.Errorf("%s is there: %t", name, !wanted)
		}
	}
}

// What would be refused by bridge.Type in each host is refused by a build: it knows the names that gobridge has itself.
func TestKnownTypes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(sources(t), "bridge/internal/types/named.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^\t"(\w+\.\w+)": +reflect`).FindAllStringSubmatch(string(text), -1)
	for _, name := range found {
		if knownTypes[name[1]] == "" {
			t.Errorf("%s is not known", name[1])
		}
	}
	if len(found) != len(knownTypes) {
		t.Errorf("%d names are known, where gobridge has %d", len(knownTypes), len(found))
	}
}

// A program that registers functions itself is built as it is; what it registers has typed functions too.
func TestALibraryOfAMainPackage(t *testing.T) {
	files := map[string]string{
		"go.mod": "module example.com/program\n\ngo 1.21\n",
		"main.go": `package main

import "C"
import (
	"strings"

	"gobridge/bridge"
)

func main() {}

// double doubles.
func double(n int64) int64 { return 2 * n }

type counter struct{}

func (*counter) Next(from int) int { return from + 1 }

//export Own
func Own() {}

func length(text string) int { return len(text) }

func init() {
	bridge.Func("math.length", length)
	bridge.Func("math.double", double)
	bridge.Func2("strings.repeat", strings.Repeat)
	bridge.Object("counter", &counter{})
}
`}
	files["main.go"] += "// " + t.TempDir() + "\n" // random: what is not in Go's cache leaves more
	dir := writeFiles(t, files)
	out, built := made(t, dir, Query{Packages: []string{"."}, Name: "prog"})
	if left, _ := os.ReadDir(dir); len(left) != len(files) {
		t.Errorf("there are %v", left)
	}
	files[".h"], files["main.go"] = "// the user's\n", files["main.go"]+"// again\n"
	dir = writeFiles(t, files)
	made(t, dir, Query{Packages: []string{"."}, Name: "other"})
	if text, _ := os.ReadFile(filepath.Join(dir, ".h")); string(text) != files[".h"] {
		t.Errorf(".h was changed: %s", text)
	}
	if built.Functions != 4 {
		t.Errorf("%d functions", built.Functions)
	}
	host := `#include <prog.h>
#include <stdio.h>
int main(void) {
    int64_t n, m; gobridge_value v;
    if (prog_math_double(21, &n) || prog_strings_repeat("ab", 2, 3, &v) || prog_counter_Next(4, &m)) return 1;
    printf("%d %.*s %d", (int)n, (int)v.len, v.as.s, (int)m);
    return 0;
}
`
	if printed := runC(t, out, "prog", host, false); printed != "42 ababab 5" {
		t.Errorf("the host printed %q", printed)
	}
}

// Two libraries in one host have a Go runtime each, and do not take the other's functions: what one gave is the other's only by
// its table.
func TestTwoLibrariesInOneHost(t *testing.T) {
	one, _ := made(t, "/", Query{Packages: []string{"strings"}, Name: "one"})
	two, _ := made(t, "/", Query{Packages: []string{"strings", "strconv"}, Name: "two"})
	host := `#include <one.h>
#include <two.h>
#include <stdio.h>
int main(void) {
    gobridge_value a; int64_t n; uint8_t yes;
    if (one_strings_ToUpper("go", 2, &a) || two_strconv_Atoi("12", 2, &n) || two_strings_Contains("abc", 3, "c", 1, &yes)) return 1;
    printf("%.*s %d %d", (int)a.len, a.as.s, (int)n, yes);
    const gobridge_api *api[2];
    if (one_api(GOBRIDGE_API_VERSION, &api[0]) || two_api(GOBRIDGE_API_VERSION, &api[1])) return 2;
    for (int i = 0; i < 2; i++) {
        gobridge_ref type, map;
        if (api[i]->gobridge_type_parse("map[int]int", 11, &type) || api[i]->gobridge_map_new(type, 0, &map)) return 3;
        printf(" %d %d", api[i]->gobridge_map_len(map, &n), api[!i]->gobridge_map_len(map, &n));
    }
    printf(" %d %d", api[0]->gobridge_value_release(&a), two_api(GOBRIDGE_API_VERSION + 1, &api[0]));
    return 0;
}
`
	for _, static := range []bool{false, true} {
		dir := writeFiles(t, map[string]string{"host.c": host})
		args := []string{"-o", "host", "host.c", "-I" + one + "/include", "-I" + two + "/include"}
		if static {
			args = append(args, one+"/lib/libone.a", two+"/lib/libtwo.a", "-lffi", "-lpthread", "-ldl")
		} else {
			args = append(args, "-L"+one+"/lib", "-L"+two+"/lib", "-lone", "-ltwo", "-Wl,-rpath,"+one+"/lib:"+two+"/lib")
		}
		if _, err := run(context.Background(), dir, nil, "cc", args...); err != nil {
			t.Fatalf("static %t: %v", static, err)
		}
		printed, err := run(context.Background(), dir, nil, "./host")
		if err != nil || string(printed) != "GO 12 1 0 4 0 4 0 21" {
			t.Errorf("static %t: the host printed %q, %v", static, printed, err)
		}
	}
}

// What cannot be built gets a message that says what was wrong, and leaves nothing behind.
func TestBadInput(t *testing.T) {
	module := writeFiles(t, map[string]string{
		"go.mod":         "module example.com/bad\n\ngo 1.21\n",
		"broken/b.go":    "package broken\n\nfunc F() int { return \"x\" }\n",
		"wrong/w.go":     "package wrong\n\nfunc F() Nothing { return 1 }\n",
		"syntax/s.go":    "package syntax\n\nfunc {\n",
		"missing/m.go":   "package missing\n\n// #include <nosuchheader.h>\nimport \"C\"\n\nfunc F() {}\n",
		"clash/c.go":     "package clash\n\nfunc T_M() {}\n\ntype T struct{}\n\nfunc (T) M() {}\n",
		"a/same/a.go":    "package same\n\ntype T int\n",
		"b/same/b.go":    "package same\n\ntype T string\n",
		"time/t.go":      "package time\n\ntype Time struct{}\n",
		"embeds/e.go":    "package embeds\n\nimport _ \"embed\"\n\n//go:embed nosuch.txt\nvar S string\n",
		"warned/w.go":    "package warned\n\nimport \"C\"\n",
		"warned/c.c":     "#warning first\nint f(void) { return nosuch; }\n",
		"unlinked/u.go":  "package unlinked\n\n// #cgo LDFLAGS: -lnosuchlibrary\nimport \"C\"\n",
		"cycle/a/a.go":   "package a\n\nimport _ \"example.com/bad/cycle/b\"\n",
		"cycle/b/b.go":   "package b\n\nimport _ \"example.com/bad/cycle/a\"\n",
		"quiet/main.go":  "package main\n\nfunc main() {}\n",
		"empty/empty.md": "",
		"beside/b.go":    "package beside\n",
		"beside/host.c":  "int main(void) { return 0; }\n",
	})
	for name, c := range map[string]struct {
		q    Query
		says string
	}{
		"no package":           {Query{}, "needs a package"},
		"not in std":           {Query{Packages: []string{"nosuch"}}, "nosuch is not in std"},
		"no such directory":    {Query{Packages: []string{"./nosuch"}}, "directory not found"},
		"nothing to embed":     {Query{Packages: []string{"./embeds"}}, "embeds/e.go:5:12: pattern nosuch.txt"},
		"no Go files":          {Query{Packages: []string{"./empty"}}, "no Go files in"},
		"C beside Go":          {Query{Packages: []string{"./beside"}}, "host.c: a host's sources belong in a directory of their own"},
		"does not compile":     {Query{Packages: []string{"./broken"}}, "b.go:3:23: cannot use \"x\""},
		"undefined type":       {Query{Packages: []string{"./wrong"}}, "undefined: Nothing"},
		"does not parse":       {Query{Packages: []string{"./syntax"}}, "s.go:3:6"},
		"no such library":      {Query{Packages: []string{"./unlinked"}}, "cannot find -lnosuchlibrary"},
		"import cycle":         {Query{Packages: []string{"./cycle/a"}}, "example.com/bad/cycle/a imports example.com/bad/cycle/b imports example.com/bad/cycle/a"},
		"instance of none":     {Query{Packages: []string{"strings"}, Instances: []string{"strings.Foo[int]"}}, "strings.Foo[int]: undefined: strings.Foo"},
		"warned before":        {Query{Packages: []string{"./warned"}}, "c.c:2:22: error: "},
		"missing header":       {Query{Packages: []string{"./missing"}}, "nosuchheader.h"},
		"internal":             {Query{Packages: []string{"internal/abi"}}, "internal/abi is internal"},
		"the compiler's":       {Query{Packages: []string{"unsafe"}}, "unsafe is the compiler's own"},
		"gobridge itself":      {Query{Packages: []string{"gobridge/bridge"}}, "is gobridge itself"},
		"clash in a package":   {Query{Packages: []string{"./clash"}}, "example.com/bad/clash.T_M and example.com/bad/clash.T.M are both"},
		"clash of packages":    {Query{Packages: []string{"text/template", "html/template"}}, "rename a package as in name=path"},
		"main registers none":  {Query{Packages: []string{"./quiet"}}, "registers nothing"},
		"main and others":      {Query{Packages: []string{"./quiet", "strings"}}, "is built alone"},
		"name":                 {Query{Packages: []string{"strings"}, Name: "a-b"}, "C identifier"},
		"two of one name":      {Query{Packages: []string{"./a/same", "./b/same"}}, "example.com/bad/a/same and example.com/bad/b/same are both same in C"},
		"a type of gobridge's": {Query{Packages: []string{"./time"}}, "example.com/bad/time.Time would be time.Time"},
		"a keyword of Go's":    {Query{Packages: []string{"type=strings"}}, "no package can be called \"type\" in Go"},
		"gobridge's name":      {Query{Packages: []string{"strings"}, Name: "gobridge"}, "gobridge's own"},
		"package name":         {Query{Packages: []string{"a-b=strings"}}, "\"a-b\" is no C identifier"},
		"one name for several": {Query{Packages: []string{"all=text/template/..."}}, "one name is for one package"},
		"architecture":         {Query{Packages: []string{"strings"}, Arch: "nosuch"}, "nosuch"},
		"release":              {Query{Packages: []string{"strings"}, Go: "go1.99.0"}, "go1.99.0"},
		"instance of nothing":  {Query{Packages: []string{"slices"}, Instances: []string{"maps.Keys[int]"}}, "no instance of a package"},
		"instance that is bad": {Query{Packages: []string{"slices"}, Instances: []string{"slices.Max[int]"}}, "int"},
		"output is a file":     {Query{Packages: []string{"strings"}, Output: filepath.Join(module, "go.mod")}, "not a directory"},
		"output cannot be":     {Query{Packages: []string{"strings"}, Output: "/proc/nosuch/out"}, "/proc/nosuch"},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			if c.q.Output == "" {
				c.q.Output = filepath.Join(home, "a", "b")
			}
			c.q.Dir, c.q.Sources, c.q.Progress = module, sources(t), io.Discard
			t.Setenv("TMPDIR", t.TempDir())
			built, err := Build(context.Background(), c.q)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("it gives %v, %v", built, err)
			}
			for _, dir := range []string{home, os.Getenv("TMPDIR")} {
				if left, _ := os.ReadDir(dir); len(left) > 0 {
					t.Errorf("%v is left behind", left)
				}
			}
		})
	}
	for file, says := range map[string]string{"/nosuch": "no such file", "/dev/null": "/dev/null is no shared library", filepath.Join(module, "go.mod"): "is no shared library", "/bin/sh": "no library that gobridge build made"} {
		if _, err := Describe(file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("Describe(%s): %v", file, err)
		}
	}
}

// Where there is no room for a library, an output directory that was there is as it was; and so is an older library in it.
func TestInstallIsUndone(t *testing.T) {
	staged, out := t.TempDir(), t.TempDir()
	for name, dir := range map[string]string{"include/a.h": staged, "lib/liba.a": staged, "share/a/a.json": staged, "lib/old": out} {
		if err := write(filepath.Join(dir, name), dir); err != nil {
			t.Fatal(err)
		}
	}
	// A directory in a file's place: that cannot be written, as nothing can where a disk is full.
	if err := write(filepath.Join(out, "lib/liba.a.new/x"), ""); err != nil {
		t.Fatal(err)
	}
	tree := func() (all []string) {
		filepath.WalkDir(out, func(path string, _ os.DirEntry, _ error) error { all = append(all, path); return nil })
		return all
	}
	before := tree()
	if err := install(staged, out, &stamp{Files: map[string]string{}}); err == nil {
		t.Error("it could be installed")
	}
	if after := tree(); strings.Join(after, " ") != strings.Join(before, " ") {
		t.Errorf("where %v was, %v is", before, after)
	}
	os.RemoveAll(filepath.Join(out, "lib/liba.a.new"))
	s := &stamp{Files: map[string]string{}}
	if err := install(staged, out, s); err != nil || !s.isWhole(out) || !readStamp(out, "a").isWhole(out) {
		t.Errorf("it is not whole: %v, %v", err, tree())
	}
}

func TestWithoutTools(t *testing.T) {
	from := sources(t)
	here, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	old := writeFiles(t, map[string]string{"go": "#!/bin/sh\necho '{\"GOMOD\": \"\", \"GOVERSION\": \"go1.19.4\", \"GOARCH\": \"amd64\", \"GOOS\": \"linux\"}'\n"})
	if err := os.Chmod(filepath.Join(old, "go"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, cc, says string }{
		{"/nosuch", "", "there is no C compiler"},
		{os.Getenv("PATH"), "nosuchcc", "the C compiler nosuchcc does not run"},
		{old + ":/usr/bin:/bin", "", "go1.19.4 is too old"},
		{withoutGo(t, filepath.Dir(here)), "", "there is no go command"},
	} {
		t.Setenv("PATH", c.path)
		t.Setenv("CC", c.cc)
		_, err := Build(context.Background(), Query{Packages: []string{"strings"}, Output: t.TempDir(), Sources: from, Progress: io.Discard})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("PATH=%s CC=%s: %v", c.path, c.cc, err)
		}
	}
}

// withoutGo is a PATH with the C compiler and without Go.
func withoutGo(t *testing.T, goDir string) string {
	dir := t.TempDir()
	for _, name := range []string{"cc", "ld", "ar", "objcopy", "as"} {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(found, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCancelLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	home, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	progress := writer(func(p []byte) (int, error) {
		if strings.HasPrefix(string(p), "building") {
			cancel()
		}
		return len(p), nil
	})
	_, err := Build(ctx, Query{Dir: "/", Packages: []string{"strings"}, Output: filepath.Join(home, "out"), Sources: sources(t), Progress: progress})
	if err != context.Canceled {
		t.Errorf("it gives %v", err)
	}
	for _, dir := range []string{home, temporary} {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%v is left behind", left)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

var placeholder = regexp.MustCompile(`@[a-z]+@`)

// A new project is all there; where there is something already it is refused.
func TestNew(t *testing.T) {
	for host, own := range map[string][]string{
		"": {"CMakeLists.txt", "host/main.c"}, "c": {"CMakeLists.txt", "host/main.c"}, "c++": {"CMakeLists.txt", "host/main.cpp"},
		"python": {"host.py", "test_host.py"}, "node": {"host.js", "host.test.js", "package.json"},
	} {
		dir := filepath.Join(t.TempDir(), "my-project")
		files, err := New(dir, host)
		if err != nil || len(files) != 5+len(own) {
			t.Errorf("%v, %v", files, err)
		}
		for _, file := range append(own, "go.mod", "my_project.go", "my_project_test.go", "README.md", ".github/workflows/ci.yml") {
			text, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil || placeholder.Match(text) {
				t.Errorf("%s: %v, %s", file, err, text)
			}
		}
		if _, err := New(dir, host); err == nil || !strings.Contains(err.Error(), "is not empty") {
			t.Errorf("again it gives %v", err)
		}
	}
	for dir, says := range map[string]string{"main": "no name for a Go package", "9": "no name for a Go package", "x": "written in c, c++, python or node"} {
		dir, host := filepath.Join(t.TempDir(), dir), ""
		if says == "written in c, c++, python or node" {
			host = "cobol"
		}
		if _, err := New(dir, host); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", dir, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s is left behind", dir)
		}
	}
}
