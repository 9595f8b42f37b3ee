package status_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/hosttest"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/status"
)

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
	rows := hosttest.Xmacro(t, "../../../include/gobridge/status.h", "GOBRIDGE_STATUSES", `GOBRIDGE_(\w+), (\d+), "[^"]+"`)
	names := constants(t)
	if len(names) != len(rows) || status.OK != 0 || int(status.Interrupted) != len(rows)-1 {
		t.Fatalf("%d statuses in Go, of which the last is %d; %d in C", len(names), status.Interrupted, len(rows))
	}
	capital := regexp.MustCompile(`[A-Z]`)
	for i, row := range rows {
		name := "E" + capital.ReplaceAllString(names[i], "_$0")
		if i == 0 {
			name = names[i]
		}
		if strings.ToUpper(name) != row[0] || strconv.Itoa(i) != row[1] {
			t.Errorf("%s is %d in Go, %s is %s in C", names[i], i, row[0], row[1])
		}
	}
}

func TestKindsAreReflects(t *testing.T) {
	special := map[string]uint64{"NIL": 0, "POINTER": uint64(reflect.Pointer), "UNSAFE_POINTER": uint64(reflect.UnsafePointer),
		"BYTES": frame.KindBytes, "REF": frame.KindRef}
	rows := hosttest.Xmacro(t, "../../../include/gobridge/type.h", "GOBRIDGE_KINDS", `GOBRIDGE_KIND_(\w+), (\d+)`)
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
	for kind, scalar := range layout.ScalarTypes {
		if uint32(scalar.Kind()) != kind || scalar.PkgPath() != "" || scalar.Name() != scalar.Kind().String() {
			t.Errorf("a value of kind %d is a %s", kind, scalar)
		}
	}
	if len(layout.ScalarTypes) != 14 {
		t.Errorf("%d scalar types, not 14: bool, 11 integers and 2 floats", len(layout.ScalarTypes))
	}
}
