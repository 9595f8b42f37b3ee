package observatory

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The page tells what is not there yet from what is gone, where memory differs, who pulls a symbol, and on which platforms.
func TestPage(t *testing.T) {
	p, err := ProbeReleases(context.Background(), ProbeQuery{Releases: []string{"go1.22.12", "go1.23.12", "go1.24.11", "go1.27.3"},
		Platform: HostPlatform, Signatures: someSignatures, Quick: true, Progress: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, row := range p.rows {
		at[row.Symbol] = i
	}
	for symbol, want := range map[string]string{
		"reflect.mapiterinit": "links links layout layout",
		"runtime.nanotime":    "unmarked links links links",
		"runtime.iscgo":       "links links links links",
		"maps.keys":           "links links links gone",
		"os.checkClonePidfd":  "not yet links links links",
		// The compiler makes it of a value's method, and go1.22 checks nothing.
		"reflect.(*Value).pointer":     "unmarked links links links",
		"internal/runtime/atomic.Load": "not yet links links std-only",
	} {
		i, is := at[symbol]
		if !is {
			t.Errorf("%s is not there", symbol)
			continue
		}
		var said []string
		for j, cell := range p.rows[i].Cells {
			said = append(said, cell.Text)
			if there := cell.Class != "gone" && cell.Class != "later"; there && cell.Source == "" || cell.Source != "" && !isLine(p.Releases[j].Release, cell.Source) {
				t.Errorf("%s of %s is said to be at %q", symbol, p.Releases[j].Release, cell.Source)
			}
		}
		if strings.Join(said, " ") != want {
			t.Errorf("%s: %v, not %s", symbol, said, want)
		}
	}
	init := p.rows[at["reflect.mapiterinit"]]
	if !slices.Contains(init.PulledBy, "github.com/modern-go/reflect2") || !strings.Contains(init.Cells[2].Reason, "96 bytes before, 32 bytes now") || init.Where() != "all" {
		t.Errorf("%+v", init)
	}
	if of := p.rows[at["os.checkClonePidfd"]]; of.Where() != "linux/amd64, linux/arm64, linux/386" {
		t.Errorf("%+v", of)
	}
	for i, row := range p.rows[1:] {
		isGo, wasGo := strings.Contains(row.Symbol, "."), strings.Contains(p.rows[i].Symbol, ".")
		if isGo && !wasGo || isGo == wasGo && row.Pullers() > p.rows[i].Pullers() {
			t.Errorf("%s comes before %s", p.rows[i].Symbol, row.Symbol)
		}
	}
	html, err := Format(p, "html")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Made on " + time.Now().UTC().Format("2006-01-"), strconv.Itoa(len(p.rows[0].PulledBy)) + "</td>", "@media print", "<form hidden>", "not yet</td>"} {
		if !strings.Contains(html, part) {
			t.Errorf("the page has no %q", part)
		}
	}
}

// isLine tells whether an address is that of a line of a release's source.
func isLine(name, address string) bool {
	release, err := FindRelease(context.Background(), name)
	file, line, is := strings.Cut(strings.TrimPrefix(address, "https://github.com/golang/go/blob/"+name+"/"), "#L")
	if err != nil || !is {
		return false
	}
	text, err := os.ReadFile(filepath.Join(release.Root, file))
	n, _ := strconv.Atoi(line)
	return err == nil && n > 0 && strings.Count(string(text), "\n") >= n
}
