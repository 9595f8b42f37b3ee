package bridge

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// callInC is a row of the table of functions that is a call which crosses.
type callInC struct {
	name    string
	oneLock bool
}

// callsInC reads the table of functions.
func callsInC() (rows []callInC) {
	text, err := os.ReadFile("../csrc/functions.h")
	if err != nil {
		panic(err)
	}
	row := regexp.MustCompile(`(?ms)^GOBRIDGE_CALL(?:_OF_C)?\((\w+),.*?\b(MAP_LOCK|ANY_LOCK)\b`)
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		rows = append(rows, callInC{m[1], m[2] == "MAP_LOCK"})
	}
	return rows
}

// xmacro reads the rows of an X-macro, each a name and what follows it.
func xmacro(t *testing.T, file, macro, row string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, body, found := strings.Cut(string(text), "#define "+macro+"(X)")
	body, _, ends := strings.Cut(body, "\n\n") // nothing is empty between a macro's lines
	if !found || !ends {
		t.Fatalf("no %s in %s", macro, file)
	}
	for _, m := range regexp.MustCompile(`\bX\(`+row+`\)`).FindAllStringSubmatch(body, -1) {
		rows = append(rows, m[1:])
	}
	if len(rows) != strings.Count(body, " X(") {
		t.Fatalf("%s has rows that are not X(%s)", macro, row)
	}
	return rows
}

// constants gives the names of the constants in status.go, by their numbers: each but the first stands for iota.
func constants(t *testing.T) (names []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "status.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		block, isBlock := decl.(*ast.GenDecl)
		if !isBlock || block.Tok != token.CONST {
			continue
		}
		for i, spec := range block.Specs {
			values := spec.(*ast.ValueSpec)
			if len(values.Names) != 1 || len(values.Values) > 0 != (i == 0) {
				t.Fatalf("status.go: %s is not one name in a row of iota", values.Names)
			}
			names = append(names, values.Names[0].Name)
		}
	}
	return names
}

func TestStatusesAreTheHeaders(t *testing.T) {
	rows := xmacro(t, "../include/gobridge/status.h", "GOBRIDGE_STATUSES", `GOBRIDGE_(\w+), (\d+), "[^"]+"`)
	names := constants(t)
	if len(names) != len(rows) || ok != 0 || int(errSkipped) != len(rows)-1 {
		t.Fatalf("%d statuses in Go, of which the last is %d; %d in C", len(names), errSkipped, len(rows))
	}
	capital := regexp.MustCompile(`[A-Z]`)
	for i, row := range rows {
		name := strings.Replace(capital.ReplaceAllString(names[i], "_$0"), "err_", "e_", 1)
		if strings.ToUpper(name) != row[0] || strconv.Itoa(i) != row[1] {
			t.Errorf("%s is %d in Go, %s is %s in C", names[i], i, row[0], row[1])
		}
	}
}

func TestKindsAreReflects(t *testing.T) {
	special := map[string]uint64{"NIL": 0, "POINTER": uint64(reflect.Pointer), "UNSAFE_POINTER": uint64(reflect.UnsafePointer),
		"BYTES": kindBytes, "REF": kindRef}
	rows := xmacro(t, "../include/gobridge/type.h", "GOBRIDGE_KINDS", `GOBRIDGE_KIND_(\w+), (\d+)`)
	for _, row := range rows {
		number, _ := strconv.ParseUint(row[1], 10, 32)
		if want, isSpecial := special[row[0]]; isSpecial && want == number {
			continue
		}
		if name := reflect.Kind(number).String(); strings.ToUpper(name) != row[0] {
			t.Errorf("%s is %d, which is Go's %s", row[0], number, name)
		}
	}
	if want := int(reflect.UnsafePointer) + 3; len(rows) != want {
		t.Errorf("%d kinds, not %d", len(rows), want)
	}
	for kind, scalar := range scalarTypes {
		if uint32(scalar.Kind()) != kind || scalar.PkgPath() != "" || scalar.Name() != scalar.Kind().String() {
			t.Errorf("a value of kind %d is a %s", kind, scalar)
		}
	}
	if len(scalarTypes) != 14 {
		t.Errorf("%d scalar types, not 14: bool, 11 integers and 2 floats", len(scalarTypes))
	}
}
