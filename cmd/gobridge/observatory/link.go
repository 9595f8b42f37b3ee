package observatory

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"text/template"
)

// Verdict is what the linker says of an outside module's pull.
type Verdict struct {
	Links   bool
	Message string // the linker's own, where it does not
}

// toolchain compiles and links with a release's own tools, without the go command: an outside module's pulls, and nothing
// else, go through them, and hundreds of links take no more than they must.
type toolchain struct {
	release   *Release
	platform  Platform
	work      string            // removed by close
	tools     string            // GOTOOLDIR
	exports   map[string]string // the archive of each package of the standard library
	importcfg string
	programs  atomic.Int64
}

// newToolchain builds the standard library, where Go's cache does not have it yet.
func newToolchain(ctx context.Context, release *Release, platform Platform) (*toolchain, error) {
	t := &toolchain{release: release, platform: platform, exports: map[string]string{}}
	out, err := run(ctx, goCommand(ctx, release.tool(), "", "env", "GOTOOLDIR"))
	if err != nil {
		return nil, err
	}
	t.tools = strings.TrimSpace(out)
	out, err = run(ctx, goCommand(ctx, release.tool(), filepath.Join(release.Root, "src"), "list", "-export", "-json=ImportPath,Export", "std"),
		platform.environment()...)
	if err != nil {
		hint := ""
		if platform.Cgo {
			hint = "; --cgo off needs no C compiler"
		}
		return nil, fmt.Errorf("%s: the standard library does not build for %s: %w%s", release.Name, platform, err, hint)
	}
	var importcfg strings.Builder
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if p.Export != "" {
			t.exports[p.ImportPath] = p.Export
			fmt.Fprintf(&importcfg, "packagefile %s=%s\n", p.ImportPath, p.Export)
		}
	}
	if t.work, err = os.MkdirTemp("", "gobridge-"); err != nil {
		return nil, err
	}
	t.importcfg = filepath.Join(t.work, "importcfg")
	if err := os.WriteFile(t.importcfg, []byte(importcfg.String()), 0o666); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *toolchain) close() { os.RemoveAll(t.work) }

func (t *toolchain) tool(ctx context.Context, name string, args ...string) error {
	cmd := goCommand(ctx, filepath.Join(t.tools, name), "", append([]string{"-importcfg", t.importcfg}, args...)...)
	_, err := run(ctx, cmd, t.platform.environment()...)
	return err
}

// ---- pulls ----

// pull is one symbol that a program pulls.
type pull struct {
	Symbol string
	Import string
	Data   bool  // it is a variable
	Size   int64 // of the variable
}

var program = template.Must(template.New("").Parse(`package main

import _ "unsafe"
{{range .Imports}}import _ "{{.}}"
{{end}}
{{range $i, $pull := .Pulls}}
//go:linkname p{{$i}} {{.Symbol}}
{{if .Data}}var p{{$i}} [{{.Size}}]byte{{else}}func p{{$i}}(){{end}}
{{end}}
var pulled = [...]any{ {{range $i, $pull := .Pulls}}{{if .Data}}&{{end}}p{{$i}}, {{end}} }

func main() {
	for _, p := range pulled {
		println(p)
	}
}
`))

// link links a program of an outside module that has these pulls.
func (t *toolchain) link(ctx context.Context, pulls []pull) error {
	var imports []string
	for _, p := range pulls {
		imports = append(imports, p.Import)
	}
	var text strings.Builder
	if err := program.Execute(&text, map[string]any{"Imports": sorted(imports), "Pulls": pulls}); err != nil {
		return err
	}
	base := filepath.Join(t.work, strconv.FormatInt(t.programs.Add(1), 10))
	defer func() {
		for _, made := range []string{".go", ".a", ".out"} {
			os.Remove(base + made)
		}
	}()
	if err := os.WriteFile(base+".go", []byte(text.String()), 0o666); err != nil {
		return err
	}
	if err := t.tool(ctx, "compile", "-p", "main", "-o", base+".a", base+".go"); err != nil {
		return err
	}
	return t.tool(ctx, "link", "-s", "-w", "-o", base+".out", base+".a")
}

// complaint is where the linker's messages name the symbol that they are about.
var complaint = regexp.MustCompile(`(?m)(?:invalid reference to |relocation target |duplicated definition of symbol |unreachable sym in relocation: )([^\s,]+)`)

// verdicts links pulls that should link, all in one program. What the linker complains about is taken out until it is content.
func (t *toolchain) verdicts(ctx context.Context, pulls []pull) (map[string]Verdict, error) {
	verdicts := map[string]Verdict{}
	for len(pulls) > 0 {
		err := t.link(ctx, pulls)
		failed := (*commandError)(nil)
		if err != nil && !errors.As(err, &failed) {
			return nil, err
		}
		refused := map[string]string{}
		switch {
		case err == nil:
			for _, p := range pulls {
				verdicts[p.Symbol] = Verdict{Links: true}
			}
			return verdicts, nil
		case len(pulls) == 1:
			refused[pulls[0].Symbol] = failed.Error()
		default:
			for _, line := range strings.Split(failed.output, "\n") {
				if about := complaint.FindStringSubmatch(line); about != nil {
					refused[about[1]] = strings.TrimSpace(line)
				}
			}
		}
		left := slices.DeleteFunc(slices.Clone(pulls), func(p pull) bool {
			message, is := refused[p.Symbol]
			if is {
				verdicts[p.Symbol] = Verdict{Message: message}
			}
			return is
		})
		if len(left) == len(pulls) {
			return t.halves(ctx, pulls, verdicts)
		}
		pulls = left
	}
	return verdicts, nil
}

// halves asks for less at once where the linker does not say which symbol it complains about.
func (t *toolchain) halves(ctx context.Context, pulls []pull, verdicts map[string]Verdict) (map[string]Verdict, error) {
	for _, half := range [][]pull{pulls[:len(pulls)/2], pulls[len(pulls)/2:]} {
		of, err := t.verdicts(ctx, half)
		if err != nil {
			return nil, err
		}
		maps.Copy(verdicts, of)
	}
	return verdicts, nil
}

// ---- object files ----

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

// ---- verification ----

// Verification compares a scan with what the release's linker says.
type Verification struct {
	Linked     int          `json:"linked"`     // symbols that were linked, with and without cgo
	Wrong      []Difference `json:"wrong"`      // where the scan is wrong
	Exceptions []Difference `json:"exceptions"` // what the object files have and no source names
}

// Difference is a symbol that a scan and the linker do not agree on.
type Difference struct {
	Symbol   string `json:"symbol"`
	Platform string `json:"platform"`
	Scan     string `json:"scan"`
	Linker   string `json:"linker"`
}

// linked is what a release's linker says of all symbols that matter on a platform.
type linked struct {
	Verdicts map[string]Verdict
	Objects  map[string]object // by symbol, the one with the strongest mark
}

// verify asks the release's linker about all that a scan knows but what no directive marks. What is unmarked is compared with
// the marks in the object files, which is what the linker looks at.
func verify(ctx context.Context, release *Release, s *Scan) (*Verification, error) {
	symbols := s.listed(true)
	v := &Verification{Linked: len(symbols)}
	for _, cgo := range []bool{true, false} {
		platform := s.Platform
		if platform.Cgo = cgo; cgo && !s.Platform.Cgo {
			continue
		}
		l, err := cached("linked", release, platform, func() (*linked, error) { return linkAll(ctx, release, platform, symbols) })
		if err != nil {
			return nil, err
		}
		v.compare(s, symbols, platform, l)
	}
	return v, nil
}

func (v *Verification) compare(s *Scan, symbols []*Symbol, platform Platform, l *linked) {
	add := func(to *[]Difference, symbol, scan, linker string) {
		*to = append(*to, Difference{symbol, platform.String(), scan, linker})
	}
	for _, symbol := range symbols {
		links := symbol.Links && (platform.Cgo || !symbol.CgoOnly)
		if verdict := l.Verdicts[symbol.Symbol]; verdict.Links && !links {
			add(&v.Wrong, symbol.Symbol, cmp.Or(symbol.Reason, "links only with cgo"), "links")
		} else if links && !verdict.Links {
			add(&v.Wrong, symbol.Symbol, "links", verdict.Message)
		}
	}
	for name, o := range l.Objects {
		symbol := s.Symbols[name]
		switch {
		case o.Standing == Unmarked || symbol != nil && symbol.Standing != Unmarked:
		case symbol != nil:
			add(&v.Wrong, name, "not marked", "marked in "+o.Package)
		case strings.HasPrefix(name, "_cgo"):
			add(&v.Exceptions, name, "in no source", "made by cgo for "+o.Package)
		case strings.HasSuffix(name, ".args_stackmap"):
			add(&v.Exceptions, name, "in no source", "made by the compiler for assembly in "+o.Package)
		default:
			add(&v.Wrong, name, "in no source", "marked in "+o.Package)
		}
	}
	for _, differences := range [][]Difference{v.Wrong, v.Exceptions} {
		slices.SortStableFunc(differences, func(a, b Difference) int { return cmp.Compare(a.Symbol, b.Symbol) })
	}
}

// linkAll asks the release's linker about symbols.
func linkAll(ctx context.Context, release *Release, platform Platform, symbols []*Symbol) (*linked, error) {
	note("linking %d symbols with %s for %s", len(symbols), release.Name, platform)
	t, err := newToolchain(ctx, release, platform)
	if err != nil {
		return nil, err
	}
	defer t.close()
	objects, err := t.objects(ctx)
	if err != nil {
		return nil, err
	}
	l := &linked{map[string]Verdict{}, map[string]object{}}
	for _, o := range objects {
		if known, is := l.Objects[o.Symbol]; !is || o.Standing > known.Standing || o.Standing == known.Standing && o.Size > known.Size {
			l.Objects[o.Symbol] = o
		}
	}
	good, bad := map[string][]pull{}, []pull{}
	for _, s := range symbols {
		p := pull{s.Symbol, s.Import, s.Data, l.Objects[s.Symbol].Size}
		switch {
		case s.Import == "" || !platform.Cgo && s.CgoOnly:
			l.Verdicts[s.Symbol] = Verdict{Message: s.Reason}
		case s.Links:
			good[s.Import] = append(good[s.Import], p)
		default:
			bad = append(bad, p)
		}
	}
	var (
		mu   sync.Mutex
		work []func() error
	)
	// Each import has a program of its own, which shows that no more is needed.
	for _, pulls := range good {
		work = append(work, func() error { return t.keep(ctx, pulls, l.Verdicts, &mu) })
	}
	// The linker stops at the first pull that it refuses.
	for _, p := range bad {
		work = append(work, func() error { return t.keep(ctx, []pull{p}, l.Verdicts, &mu) })
	}
	return l, inParallel(ctx, work)
}

func (t *toolchain) keep(ctx context.Context, pulls []pull, in map[string]Verdict, mu *sync.Mutex) error {
	verdicts, err := t.verdicts(ctx, pulls)
	mu.Lock()
	defer mu.Unlock()
	maps.Copy(in, verdicts)
	return err
}
