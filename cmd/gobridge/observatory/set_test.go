package observatory

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// wraps reads the C functions by symbol where the C layer has them.
func wraps(t *testing.T) map[string]string {
	t.Helper()
	functions := map[string]string{}
	sources, _ := filepath.Glob("../../../csrc/*.c")
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range regexp.MustCompile(`X\("(\S+)",\s+(\w+),`).FindAllStringSubmatch(strings.ReplaceAll(string(text), "\\\n", "\n"), -1) {
			functions[row[1]] = row[2]
		}
	}
	return functions
}

// setOf1_24 is the list that the page shows.
func setOf1_24(t *testing.T) *List {
	t.Helper()
	if len(installed(context.Background(), "go1.24.11")) == 0 {
		t.Skip("there is no go1.24.11 here")
	}
	return listOf(t, ListQuery{Release: "go1.24.11", Platform: Platform{OS: "linux", Arch: "amd64", Cgo: true}, Wraps: wraps(t)})
}

// Each symbol is wrapped or has a reason, all that is wrapped is in the list, and no reason is for nothing.
func TestEverySymbolIsWrappedOrSaysWhyNot(t *testing.T) {
	missing := wraps(t)
	used := map[string]bool{}
	for _, s := range setOf1_24(t).Symbols {
		delete(missing, s.Symbol)
		if s.Gobridge == "" {
			why := whyNot(s.Symbol)
			used[why] = true
			if why == "" {
				t.Errorf("%s is not wrapped, and nothing says why", s.Symbol)
			}
		}
	}
	for symbol, function := range missing {
		t.Errorf("%s, which %s wraps, is not in the list", symbol, function)
	}
	for _, family := range leftOut {
		if !used[family.reason] {
			t.Errorf("%s is the first to match no symbol: %s", family.pattern, family.reason)
		}
	}
}

func TestThePageOfTheSetIsUpToDate(t *testing.T) {
	page, err := os.ReadFile("../../../docs/linkname-set.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != formatted(t, setOf1_24(t), "set") {
		t.Error("docs/linkname-set.md is old: write it with gobridge list --go go1.24.11 --format set")
	}
}

func TestASymbolWithoutReasonIsRefused(t *testing.T) {
	list := &List{Symbols: []*Symbol{{Symbol: "runtime.nothere"}}}
	if text, err := Format(list, "set"); err == nil {
		t.Error(text)
	}
}
