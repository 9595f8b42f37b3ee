package library

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// compared are packages whose functions return the same for the same arguments, and end soon.
var compared = []string{"strings", "strconv", "bytes", "math", "math/bits", "unicode", "unicode/utf8", "path", "path/filepath", "html", "net/url", "regexp", "encoding/hex", "mime", "time", "sort", "unicode/utf16"}

// notCompared would wait, or depend on the clock or the machine; of the two of bits the carry must be 0 or 1.
var notCompared = map[string]bool{"time.Sleep": true, "time.Now": true, "filepath.Abs": true, "filepath.EvalSymlinks": true, "filepath.Glob": true,
	"bits.Add64": true, "bits.Sub64": true, "mime.AddExtensionType": true, "mime.TypeByExtension": true, "mime.ExtensionsByType": true}

// samples are arguments by the form of a parameter, as C and Go write them.
func sample(a argument, i int) (c, g string) {
	texts := []string{"go", "a/b c", "17", "Ünï", "1h30m", ""}
	switch a.form {
	case textual:
		s := texts[i%len(texts)]
		return fmt.Sprintf("lend(%s, %d), %d", quoted(s), len(s), len(s)), fmt.Sprintf("%q", s)
	case binary:
		s := texts[i%len(texts)]
		return fmt.Sprintf("lend(%s, %d), %d", quoted(s), len(s), len(s)), fmt.Sprintf("[]byte(%q)", s)
	}
	if strings.HasPrefix(a.kind, "FLOAT") {
		return fmt.Sprint(float64(i) + 0.5), fmt.Sprint(float64(i) + 0.5)
	}
	if a.kind == "BOOL" {
		return fmt.Sprint(i % 2), fmt.Sprint(i%2 == 1)
	}
	return fmt.Sprint(i + 3), fmt.Sprint(i + 3)
}

// lender is C that lends memory for one call: what writes to it meanwhile, or reads it afterwards, gets a fault.
const lender = `
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static char *lent;
static size_t used;
static const void *lend(const void *from, size_t len) {
    if (!lent) lent = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(lent, 4096, PROT_READ | PROT_WRITE);
    void *to = memcpy(lent + used, from, len);
    mprotect(lent, 4096, PROT_READ);
    used += (len + 7) & ~(size_t)7;
    return to;
}
static void take_back(void) {
    if (lent) mprotect(lent, 4096, PROT_NONE);
    lent = NULL, used = 0;
}
`

// Typed functions return what Go's own do: a program of each language prints what hundreds of them return.
func TestFunctionsReturnWhatGosDo(t *testing.T) {
	out, _ := made(t, "/", Query{Packages: append([]string{"textpath=path"}, without(compared, "path")...), Name: "all"})
	p := describedAgain(t, compared)
	var c, g strings.Builder
	count := 0
	p.functions(func(pkg *Package, f *Function) {
		takes, leaves := f.arguments()
		if strings.Contains(f.expression, "(") || strings.Contains(strings.TrimPrefix(f.Registered, pkg.Name+"."), ".") || notCompared[f.Registered] || f.Variadic {
			return
		}
		var cArgs, gArgs, formats, values []string
		for i, a := range takes {
			if a.form == object || a.form == anything {
				return
			}
			inC, inGo := sample(a, i)
			cArgs, gArgs = append(cArgs, inC), append(gArgs, inGo)
		}
		for _, a := range leaves {
			if a.form == object || a.form == anything {
				return
			}
		}
		count++
		fmt.Fprintf(&c, "    {\n        printf(\"%s\");\n", f.C)
		for i, a := range leaves {
			if a.form == number {
				fmt.Fprintf(&c, "        %s r%d = 0;\n", a.c, i)
			} else {
				fmt.Fprintf(&c, "        gobridge_value r%d = {0};\n", i)
			}
			cArgs = append(cArgs, fmt.Sprintf("&r%d", i))
			switch {
			case a.form != number:
				formats, values = append(formats, "show(r%d);"), append(values, "show(string(r%d))")
			case a.member == "f":
				formats, values = append(formats, "show_float(r%d);"), append(values, "showFloat(float64(r%d))")
			case a.kind == "BOOL":
				formats, values = append(formats, "printf(\" %%d\", r%d);"), append(values, "showBool(bool(r%d))")
			default:
				formats, values = append(formats, "printf(\" %%lld\", (long long)r%d);"), append(values, "fmt.Printf(\" %%d\", int64(r%d))")
			}
		}
		fmt.Fprintf(&c, "        const gobridge_status status = %s(%s);\n        take_back();\n        if (status) { printf(status == GOBRIDGE_E_PANIC ? \" panic\" : status == GOBRIDGE_E_RETURNED ? \" error\" : \" status\"); } else {", f.C, strings.Join(cArgs, ", "))
		for i, format := range formats {
			fmt.Fprintf(&c, " "+format, i)
		}
		c.WriteString(" }\n        printf(\"\\n\");\n    }\n")

		var names []string
		for i := range leaves {
			names = append(names, fmt.Sprintf("r%d", i))
		}
		if f.fails {
			names = append(names, "err")
		}
		assign := strings.Join(names, ", ")
		if assign != "" {
			assign += " := "
		}
		fmt.Fprintf(&g, "\tfunc() {\n\t\tdefer func() { if recover() != nil { fmt.Print(\" panic\") }; fmt.Println() }()\n\t\tfmt.Print(%q)\n\t\t%s%s(%s)\n", f.C, assign, f.expression, strings.Join(gArgs, ", "))
		if f.fails {
			g.WriteString("\t\tif err != nil { fmt.Print(\" error\"); return }\n")
		}
		for i, value := range values {
			fmt.Fprintf(&g, "\t\t"+value+"\n", i)
		}
		g.WriteString("\t}()\n")
	})
	if count < 200 {
		t.Errorf("only %d functions are compared", count)
	}
	printed := runC(t, out, "all", lender+"#include <all.h>\n\nstatic void show(gobridge_value v) { printf(\" \"); for (size_t i = 0; i < v.len; i++) { printf(\"%02x\", v.as.b[i]); } gobridge_value_release(&v); }\n\nstatic void show_float(double f) { uint64_t bits; memcpy(&bits, &f, sizeof bits); printf(\" %llu\", (unsigned long long)bits); }\n\nint main(void) {\n"+c.String()+"    return 0;\n}\n", false)
	wanted := runGo(t, p, g.String())
	one, other := strings.Split(printed, "\n"), strings.Split(wanted, "\n")
	for i := range other {
		if i >= len(one) || one[i] != other[i] {
			t.Errorf("C printed %q, Go %q", one[min(i, len(one)-1)], other[i])
		}
	}
	t.Logf("%d functions return what Go's own do", count)
}

func without(all []string, one string) (others []string) {
	for _, other := range all {
		if other != one {
			others = append(others, other)
		}
	}
	return others
}

// describedAgain is the description that a build of packages makes, with what JSON leaves out of it.
func describedAgain(t *testing.T, packages []string) *Description {
	t.Helper()
	ctx, work := context.Background(), t.TempDir()
	m, err := openModule(ctx, work, Query{Dir: "/", Sources: sources(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.writeOverlay(); err != nil {
		t.Fatal(err)
	}
	program, goals, err := m.load(ctx, packages, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &Description{Name: "all"}
	r := &reader{program: program, library: "all", out: d, keep: func(string, string) bool { return true }}
	if err := r.readAll(goals, map[string]string{"path": "textpath"}); err != nil {
		t.Fatal(err)
	}
	return d
}

// runGo runs a Go program over the packages.
func runGo(t *testing.T, d *Description, body string) string {
	t.Helper()
	var imports strings.Builder
	for _, p := range d.Packages {
		name := p.imported
		if !strings.Contains(body, name+".") {
			name = "_"
		}
		fmt.Fprintf(&imports, "\t%s %q\n", name, p.Path)
	}
	dir := writeFiles(t, map[string]string{"go.mod": "module compare\n\ngo 1.21\n", "main.go": "package main\n\nimport (\n\t\"fmt\"\n\tmath_ \"math\"\n" + imports.String() + `)

func show(s string) { fmt.Printf(" %x", s) }
func showBool(b bool) { if b { fmt.Print(" 1") } else { fmt.Print(" 0") } }
func showFloat(f float64) { fmt.Printf(" %d", math_.Float64bits(f)) }

func main() {
` + body + "}\n"})
	printed, err := run(context.Background(), dir, append(os.Environ(), "GOWORK=off", "GOFLAGS="), "go", "run", ".")
	if err != nil {
		t.Fatal(err)
	}
	return string(printed)
}

// The description is JSON that says of itself which schema it has.
func TestDescriptionIsJSON(t *testing.T) {
	out, _ := made(t, "/", Query{Packages: []string{"errors"}, Name: "e"})
	text, err := os.ReadFile(filepath.Join(out, "share/e/e.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d Description
	if err := json.Unmarshal(text, &d); err != nil || d.Schema != 1 || d.Name != "e" || len(d.Packages) != 1 || !strings.HasPrefix(d.Go, "go1.") {
		t.Errorf("%v: %+v", err, d)
	}
}
