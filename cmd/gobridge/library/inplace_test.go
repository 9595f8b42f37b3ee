package library

import (
	"encoding/json"
	"fmt"
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

// What functions of the standard library return of memory that they read in place is what they return of copies, also when it is gone.
// None writes to it or reads it later, as the compiler says: it can not be written to, and then not be read.
func TestInPlaceOfMany(t *testing.T) {
	packages := append(without(compared, "path"), "textpath=path", "encoding/json", "encoding/base64", "encoding/binary", "encoding/ascii85", "encoding/pem",
		"hash/fnv", "hash/crc64", "crypto/subtle", "crypto/sha1", "crypto/md5", "net/netip", "net/mail", "net/textproto", "math/big", "go/token", "go/scanner",
		"text/template/parse", "mime/quotedprintable", "unicode/utf16", "container/ring", "bufio", "io/fs", "net/http/httptest", "slices", "golang=go/version")
	out, _ := made(t, "/", Query{Packages: packages, Name: "all", Instances: []string{"slices.Max[[]int64]", "slices.Contains[[]float64]"}})
	var rows strings.Builder
	count := 0
	describedIn(t, out, "all").functions(func(_ *Package, f *Function) {
		var args []string
		for i, p := range f.Params {
			args = append(args, fmt.Sprintf("{%q, %d}", p.Type, i))
		}
		results := len(f.Results)
		if results > 0 && f.Results[results-1].Type == "error" {
			results--
		}
		if f.reads() != "" && !notCompared[f.Registered] && !f.Variadic && len(args) <= 8 && results <= 8 {
			count++
			fmt.Fprintf(&rows, "    {%q, %d, %d, {%s}},\n", f.Registered, len(args), results, strings.Join(args, ", "))
		}
	})
	if count < 150 {
		t.Errorf("only %d functions read in place", count)
	}
	printed := runC(t, out, "all", lender+strings.Replace(manyHost, "ROWS", rows.String(), 1), false)
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	for _, line := range lines[:len(lines)-1] {
		t.Error(line)
	}
	var called, succeeded int
	if fmt.Sscanf(lines[len(lines)-1], "%d calls, %d of them OK", &called, &succeeded); called < count || succeeded < count {
		t.Errorf("of %d functions: %s", count, lines[len(lines)-1])
	}
	t.Logf("%d functions: %s", count, lines[len(lines)-1])
}

// manyHost calls each function with several arguments, twice, and prints where the two differ.
const manyHost = `
#include <all.h>
#include <stdlib.h>

struct argument { const char *type; int nth; };
static const struct row { const char *name; int nargs, nresults; struct argument args[8]; } rows[] = {
ROWS};

static const char *const texts[] = {"go", "a/b c, \"d\": [1, 2]", "17", "\303\234n\303\257 <b>&amp;</b>", "1h30m", "", "2006-01-02", "{\"a\": [true, 1.5, \"x\"]}",
    "text/html; charset=utf-8", "192.0.2.1", "12345678", "1.5 1e3 -7 0x1f and a text that is longer than a short one: it has more than one hundred and twenty-eight bytes, as one sees"};
enum { TEXTS = sizeof texts / sizeof *texts };

/* An argument that lies in lent memory, or a copy of Go's; false if there is none of the type. */
static int argument(const struct argument *a, int round, int copied, gobridge_value *v) {
    gobridge_ref type;
    gobridge_type_info info = {.size = sizeof info}, elem = {.size = sizeof elem};
    *v = (gobridge_value){0};
    if (gobridge_type_parse(a->type, strlen(a->type), &type) || gobridge_type_describe(type, &info)) return 0;
    const char *text = texts[(round + 3 * a->nth) % TEXTS];
    const size_t len = strlen(text);
    switch (info.kind) {
    case GOBRIDGE_KIND_BOOL: *v = gobridge_bool((round + a->nth) % 2); return 1;
    case GOBRIDGE_KIND_STRING: *v = gobridge_string(text, len); break;
    case GOBRIDGE_KIND_SLICE: {
        if (gobridge_type_describe(info.elem, &elem) || elem.bytes == 0) return 0;
        *v = gobridge_bytes((const uint8_t *)text, len / elem.bytes * elem.bytes);
        break;
    }
    case GOBRIDGE_KIND_POINTER:
        if (gobridge_type_parse(a->type + 1, strlen(a->type) - 1, &type) || gobridge_value_new(type, &v->as.ref)) return 0;
        v->kind = GOBRIDGE_KIND_REF, v->owner = v->as.ref;
        return 1;
    case GOBRIDGE_KIND_STRUCT:
        if (gobridge_value_new(type, &v->as.ref)) return 0;
        v->kind = GOBRIDGE_KIND_REF, v->owner = v->as.ref;
        return 1;
    case GOBRIDGE_KIND_INTERFACE: case GOBRIDGE_KIND_FUNC: case GOBRIDGE_KIND_MAP: case GOBRIDGE_KIND_CHAN: return 1;
    case GOBRIDGE_KIND_FLOAT32: case GOBRIDGE_KIND_FLOAT64: *v = gobridge_float64(round + a->nth + 0.5); return 1;
    default:
        if (info.kind > GOBRIDGE_KIND_UINTPTR) return 0;
        *v = gobridge_uint64((uint64_t)(round + a->nth + 2));
        return 1;
    }
    gobridge_ref boxed;
    if (gobridge_value_make(type, v, &boxed)) return 0; /* a slice of what is no number */
    if (copied) {
        v->kind = GOBRIDGE_KIND_REF, v->as.ref = v->owner = boxed;
    } else {
        gobridge_release(boxed);
        v->as.s = lend(v->as.s, v->len);
    }
    return 1;
}

/* What a call comes to, as a text. */
static int outcome(const struct row *row, int round, int copied, char *text, size_t room) {
    gobridge_value args[8], results[8] = {{0}};
    gobridge_ref func;
    if (gobridge_func_find(row->name, strlen(row->name), &func)) exit(3);
    for (int i = 0; i < row->nargs; i++)
        if (!argument(&row->args[i], round, copied, &args[i])) return take_back(), -1;
    const gobridge_status status = gobridge_call(func, args, (size_t)row->nargs, results, (size_t)row->nresults);
    take_back();
    for (int i = 0; i < row->nargs; i++)
        if (args[i].owner) gobridge_release(args[i].owner);
    size_t used = (size_t)snprintf(text, room, "%s", gobridge_status_name(status));
    if (status == GOBRIDGE_E_RETURNED) {
        gobridge_error error;
        gobridge_last_error(&error);
        used += (size_t)snprintf(text + used, room - used, " %s", error.message);
    }
    for (int i = 0; !status && i < row->nresults; i++) {
        gobridge_value printed = {0};
        if (gobridge_value_print(&results[i], &printed) == GOBRIDGE_OK)
            used += (size_t)snprintf(text + used, room - used, " %.*s", printed.len > 200 ? 200 : (int)printed.len, printed.as.s);
        gobridge_value_release(&printed);
        gobridge_value_release(&results[i]);
    }
    return !status;
}

int main(void) {
    int calls = 0, good = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int round = 0; round < TEXTS; round++) {
            static char lent[4096], copied[4096];
            const int ok = outcome(&rows[i], round, 0, lent, sizeof lent);
            if (ok < 0) break;
            outcome(&rows[i], round, 1, copied, sizeof copied);
            calls++, good += ok;
            if (strcmp(lent, copied) && !strstr(lent, "0xc0")) printf("%s, round %d: %s, of a copy %s\n", rows[i].name, round, lent, copied);
        }
        if (i % 16 == 0) gobridge_go_collect();
    }
    printf("%d calls, %d of them OK\n", calls, good);
    return 0;
}
`

func sorted(words string) string {
	all := strings.Fields(words)
	sort.Strings(all)
	return strings.Join(all, " ")
}

// placesHost prints the functions that were given its own memory. It stays as it was.
const placesHost = `#define _DEFAULT_SOURCE
#include <places.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
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
    // Bad memory gives what it gives where it is copied: none, one that runs off its end, one with a hole.
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *hole = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (hole == MAP_FAILED || mprotect(hole + page, page, PROT_NONE)) return 9;
    const struct { const char *at; size_t len; } bad[] = {{NULL, 1}, {hole, page + 1}, {hole, 3 * page}, {memory, SIZE_MAX}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const gobridge_status copied = places_places_KeepsText(bad[i].at, bad[i].len, &at);
        const gobridge_status read = places_places_Index(bad[i].at, bad[i].len, &at);
        gobridge_value value = gobridge_string(bad[i].at, bad[i].len), result;
        gobridge_ref func;
        if (gobridge_func_find("places.Index", 12, &func)) return 10;
        const gobridge_status called = gobridge_call(func, &value, 1, &result, 1);
        if (!copied || read != copied || called != copied) printf("bad.%zu:%d,%d,%d ", i, copied, read, called);
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
	more := writeFiles(t, map[string]string{"go.mod": "module example.com/more\n\ngo 1.21\n", "main.go": `package main

import "gobridge/bridge"

func main() {}

func init() {
	bridge.Func("constant", func(b []byte) int { return len(b) })
	for _, name := range []string{"some", "others"} {
		bridge.Func(name, func(b []byte) []byte { return b })
	}
}
`})
	out, _ := made(t, more, Query{Packages: []string{"."}, Name: "more"})
	if got := inPlaceOf(t, out, "more"); got != "" {
		t.Errorf("in place beside names that are not known: %s", got)
	}
	out, _ = made(t, dir, Query{Packages: []string{"."}, Name: "places"})
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
	all := ""
	describedIn(t, out, name).functions(func(_ *Package, f *Function) {
		if f.reads() != "" {
			all += " " + strings.TrimPrefix(f.Registered, name+".")
		}
	})
	return sorted(all)
}

// describedIn is the description of a library that was built.
func describedIn(t *testing.T, out, name string) *Description {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "share", name, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	d := new(Description)
	if err := json.Unmarshal(text, d); err != nil {
		t.Fatal(err)
	}
	return d
}
