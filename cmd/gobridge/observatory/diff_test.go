package observatory

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func diffOf(t *testing.T, from, to string) *Diff {
	t.Helper()
	for _, name := range []string{from, to} {
		if len(installed(context.Background(), name)) == 0 {
			t.Skip("there is no " + name + " here")
		}
	}
	wraps := map[string]string{"runtime.makemap": "gobridge_runtime_makemap", "math.Float32bits": "gobridge_math_Float32bits"}
	d, err := DiffReleases(context.Background(), from, to, HostPlatform, wraps)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func changeOf(changes []*Change, symbol string) *Change {
	for _, change := range changes {
		if change.Symbol == symbol {
			return change
		}
	}
	return nil
}

func TestNoDifference(t *testing.T) {
	name := release(t, "").Name
	d, err := DiffReleases(context.Background(), name, name, HostPlatform, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Added)+len(d.Removed)+len(d.Refused)+len(d.StdOnly)+len(d.Changed)+len(d.Packages)+d.Findings != 0 {
		t.Errorf("%+v", d)
	}
}

// What public modules pull comes first, the rest is folded; from go1.22 to go1.23 that is what the linker began to refuse.
func TestDiffTellsWhatIsPulledFirst(t *testing.T) {
	d := diffOf(t, "go1.22", "go1.23")
	if c := changeOf(d.Refused, "runtime.stopTheWorld"); c == nil || !slices.Contains(c.PulledBy, "github.com/bytedance/mockey") {
		t.Errorf("%+v", c)
	}
	if c := changeOf(d.Added, "reflect.(*Value).pointer"); c != nil {
		t.Errorf("go1.22 links it too: %+v", c)
	}
	for _, changes := range [][]*Change{d.Added, d.Removed, d.Refused, d.StdOnly, d.Changed} {
		if !slices.IsSortedFunc(changes, func(a, b *Change) int { return b.pullers() - a.pullers() }) {
			t.Errorf("%s: what most pull does not come first", changes[0].Change)
		}
	}
	few, all := Text(d, false, Paint{}), Text(d, true, Paint{})
	if !strings.Contains(few, "that nobody is known to pull: --all lists them") || strings.Contains(all, "--all") || !strings.Contains(few, "    pulled by github.com/bytedance/mockey\n") ||
		strings.Count(all, "\n") < 2*strings.Count(few, "\n") {
		t.Errorf("%d lines, or %d with all of it", strings.Count(few, "\n"), strings.Count(all, "\n"))
	}
}

// go1.24 has other maps, and another iterator that is a third of the size.
func TestShapesAndLayouts(t *testing.T) {
	d := diffOf(t, "go1.23", "go1.24")
	if c := changeOf(d.Changed, "runtime.mapiterinit"); c == nil || c.Change != "layout" || !strings.Contains(c.Detail, "it: 96 bytes before, 32 bytes now") {
		t.Errorf("%+v", c)
	}
	if c := changeOf(d.Gobridge, "runtime.makemap"); c == nil || c.Gobridge != "gobridge_runtime_makemap" || len(d.Gobridge) != 1 {
		t.Errorf("%+v", d.Gobridge)
	}
	if c := changeOf(d.Refused, "runtime.mapclear"); c == nil || !strings.Contains(c.Detail, "not marked") {
		t.Errorf("%+v", c)
	}
	if c := changeOf(d.Removed, "sync.runtime_nanotime"); c == nil {
		t.Error("sync.runtime_nanotime is not gone")
	}
	if c := changeOf(d.Added, "time.Time.abs"); c == nil || !strings.HasPrefix(c.Detail, "before: not marked") {
		t.Errorf("%+v", c)
	}
	affected := false
	for _, p := range d.Packages {
		affected = affected || p.Package == "github.com/ugorji/go/codec" && strings.Contains(strings.Join(p.Symbols, " "), "runtime.mapiterinit (layout)")
	}
	if !affected || d.Findings == 0 {
		t.Errorf("%d findings", d.Findings)
	}
}

func TestNewlyForStdAndAssembly(t *testing.T) {
	d := diffOf(t, "go1.26", "go1.27")
	if c := changeOf(d.StdOnly, "internal/runtime/atomic.Xadd"); c == nil || c.Change != "std-only" {
		t.Errorf("%+v", c)
	}
	if c := changeOf(d.Refused, "runtime.asminit"); c == nil || c.Detail != "assembly that is not marked" {
		t.Errorf("%+v", c)
	}
}

// Where nothing was checked, what nobody marked or is known to pull is only counted.
func TestSinceNothingWasChecked(t *testing.T) {
	d := diffOf(t, "go1.21", "go1.24")
	if d.UnmarkedRefused < 10000 || d.UnmarkedRemoved < 100 || len(d.Refused) > 1000 {
		t.Errorf("%d are gone, %d refused, %d of them listed", d.UnmarkedRemoved, d.UnmarkedRefused, len(d.Refused))
	}
}

func TestRenamesAreNoChangesOfShape(t *testing.T) {
	one := Layout{Parameters: []Part{{"t", "pointer", "{int@0 pointer@8} 16 bytes"}}, Go: "func(t unsafe.Pointer)"}
	other := Layout{Parameters: []Part{{"typ", "pointer", "{int@0 uintptr@8} 16 bytes"}}, Go: "func(typ unsafe.Pointer)"}
	more := Layout{Parameters: []Part{one.Parameters[0], {"n", "int", ""}}, Go: "func(t unsafe.Pointer, n int)"}
	for _, test := range []struct {
		change        string
		from, to      string
		before, after Layout
	}{
		{"", "func(t *maptype)", "func(typ *maptype)", one, one},
		{"renamed", "func(t *maptype)", "func(t *abi.MapType)", one, one},
		{"layout", "func(t *maptype)", "func(t *maptype)", one, other},
		{"shape", "func(t *maptype)", "func(t *maptype, n int)", one, more},
		{"renamed", "var *maptype", "var *abi.MapType", one, one},
	} {
		links := func(signature string) *Symbol {
			return &Symbol{Symbol: "x.y", Signature: signature, Links: true, Standing: Marked}
		}
		change := (&Diff{}).compare(links(test.from), links(test.to), test.before, test.after)
		if change == nil && test.change != "" || change != nil && change.Change != test.change {
			t.Errorf("%s to %s: %+v, not %q", test.from, test.to, change, test.change)
		}
	}
}
