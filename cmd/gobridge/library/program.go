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
	d.functions(func(_ *Package, f *Function) {
		fmt.Fprintf(&body, "\tbridge.Func(%q, %s)\n", f.Registered, f.expression)
	})
	return "// Made by gobridge build.\npackage main\n\nimport (\n\t\"gobridge/bridge\"\n\n" + imports.String() + ")\n\nfunc main() {}\n\nfunc init() {\n" + body.String() + "}\n"
}
