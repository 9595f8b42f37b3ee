package observatory

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gobridge/cmd/gobridge/command"
)

func listOf(t *testing.T, q ListQuery) *List {
	t.Helper()
	if q.Platform.OS == "" {
		q.Platform = HostPlatform
	}
	list, err := ListSymbols(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func formatted(t *testing.T, report any, format string) string {
	t.Helper()
	text, err := Format(report, format)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestListsByDefaultAndAll(t *testing.T) {
	for _, r := range releases(t) {
		some, all := listOf(t, ListQuery{Release: r.Name}), listOf(t, ListQuery{Release: r.Name, All: true})
		listed := map[string]bool{}
		for _, s := range some.Symbols {
			listed[s.Symbol] = true
			if s.Standing != Marked || !s.Links || s.Reason != "" || s.Import == "" || s.File == "" || s.Line == 0 {
				t.Errorf("%s: %+v", r.Name, s)
			}
		}
		if len(all.Symbols) <= len(some.Symbols) {
			t.Errorf("%s: --all has %d symbols, without it there are %d", r.Name, len(all.Symbols), len(some.Symbols))
		}
		for _, s := range all.Symbols {
			if !listed[s.Symbol] && s.Reason == "" {
				t.Errorf("%s: no reason: %+v", r.Name, s)
			}
		}
	}
}

func TestListsNameTheCFunctions(t *testing.T) {
	list := listOf(t, ListQuery{Wraps: map[string]string{"runtime.makemap": "gobridge_runtime_makemap"}})
	for _, s := range list.Symbols {
		if (s.Gobridge != "") != (s.Symbol == "runtime.makemap") {
			t.Errorf("%+v", s)
		}
	}
}

// declarations is what a page declares, by symbol.
func declarations(page string) map[string]string {
	all := map[string]string{}
	for _, of := range regexp.MustCompile(`//go:linkname (\S+) (\S+).*\n(.*)`).FindAllStringSubmatch(page, -1) {
		all[of[2]] = of[1] + ": " + of[3]
	}
	return all
}

// The page for go1.24 has what the one by hand has, word for word.
func TestMarkdown(t *testing.T) {
	byHand, err := os.ReadFile("testdata/go1.24-by-hand.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(installed(context.Background(), "go1.24")) == 0 {
		t.Skip("there is no go1.24 here")
	}
	page := formatted(t, listOf(t, ListQuery{Release: "go1.24"}), "md")
	have, want := declarations(page), declarations(string(byHand))
	for symbol, declaration := range want {
		if have[symbol] != declaration {
			t.Errorf("%s: %q, by hand %q", symbol, have[symbol], declaration)
		}
	}
	if len(want) != 28 || len(have) < 400 || !strings.HasPrefix(page, "---\ntitle: \"//go:linkname list for Go 1.24.") {
		t.Errorf("%d symbols, by hand %d: %.80s", len(have), len(want), page)
	}
}

func TestJSONAndCSV(t *testing.T) {
	list := listOf(t, ListQuery{All: true})
	var read struct {
		Release string
		Symbols []map[string]any
	}
	if err := json.Unmarshal([]byte(formatted(t, list, "json")), &read); err != nil {
		t.Fatal(err)
	}
	if read.Release != list.Release || len(read.Symbols) != len(list.Symbols) {
		t.Errorf("%s with %d symbols", read.Release, len(read.Symbols))
	}
	for _, s := range read.Symbols {
		if _, is := s["hall_of_shame"].([]any); !is || len(s) != 11 {
			t.Fatalf("%v", s)
		}
	}
	records, err := csv.NewReader(strings.NewReader(formatted(t, list, "csv"))).ReadAll()
	if err != nil || len(records) != len(list.Symbols)+1 || len(records[0]) != 11 {
		t.Errorf("%v: %d records", err, len(records))
	}
	if _, err := Format(list, "xml"); err == nil {
		t.Error("there is a format xml")
	}
}

// The Go file compiles, and all that it pulls links.
func TestGoFiles(t *testing.T) {
	for _, r := range releases(t) {
		list := listOf(t, ListQuery{Release: r.Name, Layouts: true})
		text := formatted(t, list, "go")
		var uses strings.Builder
		for _, of := range regexp.MustCompile(`(?m)^(func|var) (\w+)`).FindAllStringSubmatch(text, -1) {
			uses.WriteString(map[string]string{"func": "", "var": "&"}[of[1]] + of[2] + ",\n")
		}
		if n := strings.Count(uses.String(), "\n"); n != len(list.Symbols) {
			t.Errorf("%s: %d pulls of %d symbols", r.Name, n, len(list.Symbols))
		}
		dir := t.TempDir()
		for name, content := range map[string]string{
			"go.mod":   "module outside\n\ngo " + strings.TrimPrefix(version.Lang(r.Name), "go") + "\n",
			"pulls.go": strings.Replace(text, "\npackage linkname\n", "\npackage main\n", 1),
			"main.go":  "package main\n\nvar all = []any{\n" + uses.String() + "}\n\nfunc main() { println(all) }\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		cmd := goCommand(context.Background(), r.tool(), dir, "build", "-o", "outside", ".")
		if _, err := run(context.Background(), cmd, HostPlatform.environment()...); err != nil {
			t.Errorf("%s: %s", r.Name, err.(*command.Failure).Output)
		}
	}
}
