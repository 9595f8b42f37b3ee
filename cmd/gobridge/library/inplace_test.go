package library

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// places is a package of functions that tell where their argument's memory lies, and do various things with it.
const places = `
import (
	"sort"
	"strings"
	"unsafe"
)

type (
	Celsius float64
	point   struct{ X, Y int32 }
	T       struct{ kept []int64 }
	E       struct{ T }
	G[N any] struct{}
)

var (
	keptBytes []byte
	keptText  string
	work      = make(chan func())
)

func at[N any](s []N) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(s))) }

func Text(s string) uintptr            { return uintptr(unsafe.Pointer(unsafe.StringData(s))) }
func Bytes(b []byte) uintptr           { return at(b) }
func Numbers(n []Celsius) uintptr      { return at(n) }
func Points(p []point) uintptr         { return at(p) }
func Second(_ int64, n []int16) uintptr { return at(n) }
func Fails(n []int64) (uintptr, error) { return at(n), nil }
func Cut(s string) uintptr             { _, _, found := strings.Cut(s, "x"); _ = found; return Text(s) }
func Index(s string) uintptr           { _ = strings.Index(s, "x"); return Text(s) }
func (t *T) Method(n []int64) uintptr  { return at(n) }

func KeepsBytes(b []byte) uintptr   { keptBytes = b[1:2]; return at(b) }
func KeepsText(s string) uintptr    { keptText = s[1:]; return Text(s) }
func KeepsByBox(b []byte) uintptr   { go func() { _ = len(b) }(); return at(b) }
func KeepsBySend(b []byte) uintptr  { select { case work <- func() { _ = b }: default: }; return at(b) }
func (t *T) Keeps(n []int64) uintptr { t.kept = n; return at(n) }
func Changes(n []int64) uintptr     { n[0]++; return at(n) }
func ChangesBySort(n []int) uintptr { sort.Ints(n); return at(n) }
func ChangesByCopy(b []byte) uintptr { copy(b, "x"); return at(b) }
func ChangesByClear(b []byte) uintptr { for i := range b { b[i] = 0 }; return at(b) }
func ChangesByPointer(b []byte) uintptr { p := &b[0]; *p = 1; return at(b) }
func ChangesByArray(b []byte) uintptr { (*[4]byte)(b)[1] = 2; return at(b) }
func Appends(b []byte) uintptr      { _ = append(b[:1], 'x'); return at(b) }
func Calls(b []byte, f func([]byte)) uintptr { if f != nil { f(b) }; return at(b) }
func Back(s string) (string, uintptr) { return s, Text(s) }
func Tail(b []byte, s string, n int) ([]byte, uintptr, string, uintptr) { return b[n:], at(b), s[n:], Text(s) }
func Truths(b []bool) uintptr       { return at(b) }
func Returns(b []byte) ([]byte, uintptr) { return b, at(b) }
func Of[N any](n []N) uintptr       { return at(n) }
`

// A function that neither keeps nor changes its argument is given the host's own memory, all others a copy. Go 1.21 does not tell.
func TestInPlace(t *testing.T) {
	dir := writeFiles(t, map[string]string{"go.mod": "module example.com/places\n\ngo 1.21\n", "places.go": "package places\n" + places})
	host := strings.Replace(placesHost, "FUNCTIONS", `"Text", "Bytes", "Numbers", "Points", "Fails", "Cut", "Index", "KeepsBytes", "KeepsText",
		"KeepsByBox", "KeepsBySend", "Changes", "ChangesBySort", "ChangesByCopy", "ChangesByClear", "ChangesByPointer", "ChangesByArray",
		"Appends", "Of[int64]"`, 1)
	for _, c := range []struct {
		release, described, called string
		static                     bool
	}{
		{"", "Bytes Cut E.Method Fails Index Numbers Points Second T.Method Text", "Bytes Cut Fails Index Numbers Points Text typed.Back typed.Back typed.Bytes typed.Tail typed.Tail typed.Tail typed.Text", false},
		{"go1.22.12", "Bytes Cut E.Method Fails Index Numbers Points Second T.Method Text", "Bytes Cut Fails Index Numbers Points Text typed.Back typed.Back typed.Bytes typed.Tail typed.Tail typed.Tail typed.Text", true},
		{"go1.21.13", "", "", false},
	} {
		out, _ := made(t, dir, Query{Packages: []string{"."}, Instances: []string{"places.Of[int64]"}, Go: c.release})
		if got := inPlaceOf(t, out, "places"); got != c.described {
			t.Errorf("%s: in place: %s, not %s", c.release, got, c.described)
		}
		if got := sorted(runC(t, out, "places", host, c.static)); got != c.called {
			t.Errorf("%s: read in place were %s, not %s", c.release, got, c.called)
		}
	}
}

func sorted(words string) string {
	all := strings.Fields(words)
	sort.Strings(all)
	return strings.Join(all, " ")
}

// placesHost prints the functions that were given its own memory. It stays as it was.
const placesHost = `#include <places.h>
#include <stdio.h>
#include <string.h>
static _Alignas(16) char memory[] = "0123456789abcdef";
int main(void) {
    static const char *const names[] = {FUNCTIONS};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[64];
        gobridge_ref func;
        gobridge_value arg = {.kind = GOBRIDGE_KIND_BYTES, .as.s = memory, .len = 16}, result;
        if (strstr(names[i], "Text") || !strcmp(names[i], "Cut") || !strcmp(names[i], "Index")) arg.kind = GOBRIDGE_KIND_STRING;
        int len = snprintf(name, sizeof name, "places.%s", names[i]);
        if (gobridge_func_find(name, (size_t)len, &func) || gobridge_call(func, &arg, 1, &result, 1)) {
            printf("%s failed ", name);
            return 1;
        }
        if (result.as.u == (uintptr_t)memory) printf("%s ", names[i]);
        if (memcmp(memory, "0123456789abcdef", 17)) return 2;
    }
    uint64_t at;
    if (places_places_Text(memory, 16, &at) || at == (uintptr_t)memory) printf("typed.Text ");
    if (places_places_Bytes((const uint8_t *)memory, 16, &at) || at == (uintptr_t)memory) printf("typed.Bytes ");
    if (places_places_KeepsText(memory, 16, &at) || at == (uintptr_t)memory) printf("typed.KeepsText ");
    // What functions return of their arguments' memory is a copy.
    static char text[300];
    gobridge_value back[2];
    for (int n = 0; n < 300; n += 149) {
        memset(text, 'a' + n % 26, sizeof text);
        if (places_places_Back(text, (size_t)n, &back[0], &at)) return 4;
        if (n > 0 && at == (uintptr_t)text) printf("typed.Back ");
        memset(text, '#', sizeof text);
        if (back[0].len != (size_t)n || (n > 0 && back[0].as.s[n - 1] != 'a' + n % 26)) return 5;
        if (gobridge_value_release(&back[0])) return 6;
        uint64_t at2;
        if (places_places_Tail((const uint8_t *)text, 300, text, 300, n, &back[0], &at, &back[1], &at2)) return 7;
        if (at == (uintptr_t)text && at2 == at) printf("typed.Tail ");
        memset(text, '!', sizeof text);
        for (int i = 0; i < 2; i++)
            if (back[i].len != 300 - (size_t)n || back[i].as.s[0] != '#' || back[i].as.s[299 - n] != '#' || gobridge_value_release(&back[i])) return 8;
    }
    return 0;
}
`

// The functions that a main package registers itself are known by their names, where those stand for one function.
func TestInPlaceOfRegistered(t *testing.T) {
	dir := writeFiles(t, map[string]string{"go.mod": "module example.com/places\n\ngo 1.21\n", "places.go": "package main\n\nimport \"gobridge/bridge\"\n" + places + `
func main() {}

var variable = Bytes

type (
	object struct{}
	user   interface{ Bytes(b []byte) uintptr }
)

func (G[N]) Bytes(b []byte) uintptr { return at(b) }

func (object) Bytes(b []byte) uintptr { return at(b) }

func init() {
	bridge.Func("named", Bytes)
	bridge.Func("places.literal", func(b []byte) uintptr { return at(b) })
	bridge.Func("literal.keeps", func(b []byte) uintptr { keptBytes = b; return at(b) })
	bridge.Func1("other.package", strings.ToUpper)
	bridge.Func("strings.Count", strings.Count)
	bridge.Func("method", object{}.Bytes)
	bridge.Func("variable", variable)
	bridge.Func("instance", Of[byte])
	bridge.Func1[[]byte, uintptr]("inferred", Of)
	bridge.Func("generic", G[int]{}.Bytes)
	bridge.Func("interface", user(object{}).Bytes)
	bridge.Func("made", func() func(b []byte) uintptr { return Bytes }())
	bridge.Object("object", object{})
}
`})
	out, _ := made(t, dir, Query{Packages: []string{"."}, Name: "places"})
	if got := inPlaceOf(t, out, "places"); got != "literal method named strings.Count" {
		t.Errorf("in place: %s", got)
	}
	host := strings.ReplaceAll(placesHost, `"places.%s"`, `"%s"`)
	host = strings.Replace(host, "FUNCTIONS", `"named", "places.literal", "literal.keeps", "method", "variable", "instance", "inferred", "generic", "interface", "made", "object.Bytes"`, 1)
	host = host[:strings.Index(host, "    uint64_t at;")] + "    return 0;\n}\n"
	if got := sorted(runC(t, out, "places", host, false)); got != "method named places.literal" {
		t.Errorf("read in place were %s", got)
	}
}

// inPlaceOf is the functions of a description that read a parameter in place.
func inPlaceOf(t *testing.T, out, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "share", name, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var d Description
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	all := ""
	d.functions(func(_ *Package, f *Function) {
		if f.reads() != "" {
			all += " " + strings.TrimPrefix(f.Registered, name+".")
		}
	})
	return sorted(all)
}
