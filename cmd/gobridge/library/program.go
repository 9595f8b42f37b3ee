package library

import (
	"fmt"
	"strings"
)

// goProgram is the Go main package that registers what the packages export.
func (d *Description) goProgram() string {
	var imports, body strings.Builder
	for i := range d.Packages {
		p := &d.Packages[i]
		imported := p.imported
		if len(p.Functions)+len(p.Types)+len(p.Variables) == 0 {
			imported = "_"
		}
		fmt.Fprintf(&imports, "\t%s %q\n", imported, p.Path)
		for _, t := range p.Types {
			fmt.Fprintf(&body, "\tbridge.Type[%s](%q)\n", t.expression, t.Type)
		}
	}
	count := 0
	d.functions(func(_ *Package, f *Function) {
		fmt.Fprintf(&body, "\tbridge.Func(%q, %s)\n", f.Registered, f.expression)
		body.WriteString(f.reads())
		if f.numbers != "" {
			fmt.Fprintf(&body, "\tbridge.Numbers(%d, %s)\n", count, f.numbers)
		}
		if f.plain != "" {
			fmt.Fprintf(&body, "\tbridge.Typed(%d, %s)\n", count, f.plain)
		}
		count++
	})
	return "// Made by gobridge build.\npackage main\n\nimport (\n\tmath_ \"math\"\n\n\t\"gobridge/bridge\"\n\n" + imports.String() + `)

func main() {}

var _, _ = math_.Pi, bridge.Func // also where nothing uses them

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func init() {
` + body.String() + "}\n"
}

// readsProgram is a file that says for the user's own main package what its functions only read, "" if there is nothing.
func (d *Description) readsProgram() string {
	var body strings.Builder
	d.functions(func(_ *Package, f *Function) { body.WriteString(f.reads()) })
	if body.Len() == 0 {
		return ""
	}
	return "// Made by gobridge build.\npackage main\n\nimport \"gobridge/bridge\"\n\nfunc init() {\n" + body.String() + "}\n"
}

// reads is Go code that says what a function only reads, "" if there is nothing.
func (f *Function) reads() string {
	params := ""
	for i, p := range f.Params {
		if p.InPlace {
			params += fmt.Sprintf(", %d", i)
		}
	}
	if params == "" {
		return ""
	}
	return fmt.Sprintf("\tbridge.Reads(%q%s)\n", f.Registered, params)
}
