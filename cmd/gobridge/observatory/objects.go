package observatory

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// object is what object files say of a symbol's definition.
type object struct {
	Symbol   string
	Package  string
	Size     int64
	Standing Standing // Unmarked, Marked or StdOnly
}

// dump prints the definitions in archives. It is compiled as a part of the release's cmd, for its own reader of object files.
var dump = template.Must(template.New("").Parse(`package main

import (
	"bufio"
	"cmd/internal/archive"
	"cmd/internal/goobj"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, argument := range os.Args[1:] {
		pkg, path, _ := strings.Cut(argument, "=")
		file, err := os.Open(path)
		if err != nil {
			log.Fatal(err)
		}
		parsed, err := archive.Parse(file, false)
		if err != nil {
			log.Fatal(err)
		}
		for _, entry := range parsed.Entries {
			if entry.Type != archive.EntryGoObj {
				continue
			}
			content := make([]byte, entry.Obj.Size)
			if _, err := file.ReadAt(content, entry.Obj.Offset); err != nil {
				log.Fatal(err)
			}
			r := goobj.NewReaderFromBytes(content, false)
			for i := 0; i < r.NSym() + r.NHashed64def() + r.NHasheddef() + r.NNonpkgdef(); i++ {
				s := r.Sym(uint32(i))
				standing := 0
				{{if .Marks}}if s.IsLinkname() && !r.FromAssembly() {
					standing = 1
				}{{end}}
				{{if .StdMarks}}if s.IsLinknameStd() {
					standing = 2
				}{{end}}
				if name := s.Name(r); name != "" && s.ABI() != goobj.SymABIstatic && !strings.Contains(name, " ") {
					fmt.Fprintln(out, pkg, name, s.Siz(), standing)
				}
			}
		}
		file.Close()
	}
}
`))

// objects reads what the standard library's object files define.
func (t *toolchain) objects(ctx context.Context) (objects []object, err error) {
	reader, err := os.ReadFile(filepath.Join(t.release.Root, "src/cmd/internal/goobj/objfile.go"))
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := dump.Execute(&text, map[string]bool{
		"Marks": bytes.Contains(reader, []byte(") IsLinkname()")), "StdMarks": bytes.Contains(reader, []byte(") IsLinknameStd()")),
	}); err != nil {
		return nil, err
	}
	host, err := newToolchain(ctx, t.release, HostPlatform)
	if err != nil {
		return nil, err
	}
	defer host.close()
	main := filepath.Join(host.work, "main.go")
	if err := os.WriteFile(main, []byte(text.String()), 0o666); err != nil {
		return nil, err
	}
	importcfg, err := os.OpenFile(host.importcfg, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer importcfg.Close()
	for _, path := range []string{"cmd/internal/bio", "cmd/internal/goobj", "cmd/internal/archive"} {
		out, err := run(ctx, goCommand(ctx, t.release.tool(), filepath.Join(t.release.Root, "src/cmd"), "list", "-f", "{{range .GoFiles}}{{$.Dir}}/{{.}}\n{{end}}", path))
		if err != nil {
			return nil, err
		}
		archive := filepath.Join(host.work, filepath.Base(path)+".a")
		if err := host.tool(ctx, "compile", append([]string{"-p", path, "-o", archive}, strings.Fields(out)...)...); err != nil {
			return nil, err
		}
		fmt.Fprintf(importcfg, "packagefile %s=%s\n", path, archive)
	}
	if err := host.tool(ctx, "compile", "-p", "main", "-o", main+".a", main); err != nil {
		return nil, err
	}
	if err := host.tool(ctx, "link", "-o", main+".out", main+".a"); err != nil {
		return nil, err
	}
	var archives []string
	for path, export := range t.exports {
		archives = append(archives, path+"="+export)
	}
	out, err := run(ctx, goCommand(ctx, main+".out", "", archives...))
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		o := object{}
		if _, err := fmt.Sscan(line, &o.Package, &o.Symbol, &o.Size, &o.Standing); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		objects = append(objects, o)
	}
	return objects, nil
}
