package observatory

import (
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
	"sync/atomic"
	"text/template"

	"gobridge/cmd/gobridge/command"
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
			if platform != HostPlatform {
				hint = fmt.Sprintf("; CC_FOR_%s_%s names a C compiler for it, and --cgo off needs none", platform.OS, platform.Arch)
			}
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
		failed := (*command.Failure)(nil)
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
			for _, line := range strings.Split(failed.Output, "\n") {
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
