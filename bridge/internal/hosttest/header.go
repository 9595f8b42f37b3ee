package hosttest

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// callInC is a row of the table of functions that is a call which crosses.
type callInC struct {
	Name    string
	oneLock bool
}

// CallsInC reads the table of functions.
func CallsInC() (rows []callInC) {
	text, err := os.ReadFile("../../../csrc/functions.h")
	if err != nil {
		panic(err)
	}
	row := regexp.MustCompile(`(?ms)^GOBRIDGE_CALL(?:_OF_C)?\((\w+),.*?\b(MAP_LOCK|ANY_LOCK)\b`)
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		rows = append(rows, callInC{m[1], m[2] == "MAP_LOCK"})
	}
	return rows
}

// Xmacro reads the rows of an X-macro, each a name and what follows it.
func Xmacro(t *testing.T, file, macro, row string) (rows [][]string) {
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
