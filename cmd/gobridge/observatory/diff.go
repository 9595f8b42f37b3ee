package observatory

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"slices"
	"strings"
)

// Diff is what changed for outside modules from one release to another.
type Diff struct {
	From     string             `json:"from"`
	To       string             `json:"to"`
	Added    []*Change          `json:"added"`    // links now
	Removed  []*Change          `json:"removed"`  // linked, and is gone
	Refused  []*Change          `json:"refused"`  // linked, and is refused now
	StdOnly  []*Change          `json:"std_only"` // linked, and is for the standard library only now
	Changed  []*Change          `json:"changed"`  // links as before, but its signature is another one
	Gobridge []*Change          `json:"gobridge"` // those of the above that gobridge wraps
	Packages []*AffectedPackage `json:"packages"` // that are known to pull what changed
	// Where the older linker checks nothing: how many symbols nobody marked and nobody is known to pull.
	UnmarkedRemoved int `json:"unmarked_removed"`
	UnmarkedRefused int `json:"unmarked_refused"`
	Findings        int `json:"-"` // what can break a program

	wraps map[string]string // gobridge's functions, if they were given
}

// Change is what changed of a symbol.
type Change struct {
	Symbol      string   `json:"symbol"`
	Change      string   `json:"change"` // added, removed, refused, std-only, renamed, layout, shape or kind
	From        string   `json:"from"`   // the signature
	To          string   `json:"to"`
	Detail      string   `json:"detail"`
	Gobridge    string   `json:"gobridge"`
	HallOfShame []string `json:"hall_of_shame"`
	PulledBy    []string `json:"pulled_by"` // public modules that are known to pull it, beside those
}

// enterPullers enters the modules that are known to pull it, beside those of the hall of shame.
func (c *Change) enterPullers() {
	c.PulledBy = []string{}
	for _, module := range pulledBy()[c.Symbol] {
		if !slices.Contains(c.HallOfShame, module) {
			c.PulledBy = append(c.PulledBy, module)
		}
	}
}

// pullers is how many are known to pull it.
func (c *Change) pullers() int { return len(c.HallOfShame) + len(c.PulledBy) }

// AffectedPackage is a package that is known to pull symbols that changed in a way that can break it.
type AffectedPackage struct {
	Package string   `json:"package"`
	Symbols []string `json:"symbols"` // each with its change: "runtime.mapiterinit (layout)"
}

// breaks tells whether a change can break a program that pulls the symbol.
func (c *Change) breaks() bool { return c.Change != "added" && c.Change != "renamed" }

// DiffReleases compares two releases on a platform.
func DiffReleases(ctx context.Context, from, to string, platform Platform, wraps map[string]string) (*Diff, error) {
	var releases [2]*Release
	var scans [2]*Scan
	var layouts [2]map[string]Layout
	for i, name := range []string{from, to} {
		var err error
		if releases[i], err = FindRelease(ctx, name); err != nil {
			return nil, err
		}
		if scans[i], err = scan(ctx, releases[i], platform); err != nil {
			return nil, err
		}
		if layouts[i], err = readLayouts(ctx, releases[i], scans[i]); err != nil {
			return nil, err
		}
	}
	d := &Diff{From: releases[0].Name, To: releases[1].Name, Added: []*Change{}, Removed: []*Change{}, Refused: []*Change{},
		StdOnly: []*Change{}, Changed: []*Change{}, Gobridge: []*Change{}, Packages: []*AffectedPackage{}, wraps: wraps}
	for name, old := range scans[0].Symbols {
		if change := d.compare(old, scans[1].Symbols[name], layouts[0][name], layouts[1][name]); change != nil {
			d.enter(change)
		}
	}
	for name, symbol := range scans[1].Symbols {
		old := scans[0].Symbols[name]
		if of := scans[0].Symbols[pointerWrapper.ReplaceAllString(name, "$1")]; old == nil && !scans[0].Rules.Checks {
			old = of // the compiler made it of this, and nothing refused it
		}
		if symbol.Standing == Marked && symbol.Links && (old == nil || !old.Links) {
			detail := "new"
			if old != nil {
				detail = "before: " + old.Reason
			}
			d.enter(&Change{Symbol: name, Change: "added", To: symbol.Signature, Detail: detail, HallOfShame: symbol.HallOfShame})
		}
	}
	d.finish()
	return d, nil
}

// compare returns what changed of a symbol that linked, or nil.
func (d *Diff) compare(old, now *Symbol, before, after Layout) *Change {
	if !old.Links {
		return nil
	}
	change := &Change{Symbol: old.Symbol, From: old.Signature, HallOfShame: old.HallOfShame}
	if now != nil {
		change.To = now.Signature
		change.HallOfShame = sorted(slices.Concat(old.HallOfShame, now.HallOfShame))
	}
	change.enterPullers()
	switch {
	case now == nil || !now.Links && now.Standing != StdOnly:
		change.Change = "refused"
		if now == nil {
			change.Change = "removed"
		} else {
			change.Detail = now.Reason
		}
		// Where nothing is checked, what nobody marked or is known to pull is no news.
		if old.Standing == Unmarked && change.pullers() == 0 {
			if now == nil {
				d.UnmarkedRemoved++
			} else {
				d.UnmarkedRefused++
			}
			return nil
		}
	case !now.Links:
		change.Change, change.Detail = "std-only", now.Reason
	case old.Data != now.Data:
		change.Change, change.Detail = "kind", old.Kind+" before, "+now.Kind+" now"
	case changedParts(before, after, func(p Part) string { return p.Words }) != "":
		change.Change, change.Detail = "shape", changedParts(before, after, func(p Part) string { return p.Words })
	case changedParts(before, after, func(p Part) string { return p.Behind }) != "":
		change.Change, change.Detail = "layout", changedParts(before, after, func(p Part) string { return p.Behind })
	case typesOf(old.Signature) != typesOf(now.Signature):
		change.Change = "renamed"
	default:
		return nil
	}
	return change
}

func (d *Diff) enter(change *Change) {
	change.Gobridge = d.wraps[change.Symbol]
	change.enterPullers()
	list := map[string]*[]*Change{"added": &d.Added, "removed": &d.Removed, "refused": &d.Refused, "std-only": &d.StdOnly}[change.Change]
	if list == nil {
		list = &d.Changed
	}
	*list = append(*list, change)
	if change.Gobridge != "" {
		d.Gobridge = append(d.Gobridge, change)
	}
	if change.breaks() {
		d.Findings++
	}
}

// finish sorts the changes and tells whom they affect.
func (d *Diff) finish() {
	packages := map[string]*AffectedPackage{}
	for _, changes := range [][]*Change{d.Added, d.Removed, d.Refused, d.StdOnly, d.Changed, d.Gobridge} {
		slices.SortFunc(changes, func(a, b *Change) int {
			return cmp.Or(cmp.Compare(b.pullers(), a.pullers()), cmp.Compare(a.Symbol, b.Symbol))
		})
	}
	for _, change := range slices.Concat(d.Removed, d.Refused, d.StdOnly, d.Changed) {
		for _, name := range slices.Concat(change.HallOfShame, change.PulledBy) {
			if !change.breaks() {
				continue
			}
			if packages[name] == nil {
				packages[name] = &AffectedPackage{Package: name}
				d.Packages = append(d.Packages, packages[name])
			}
			packages[name].Symbols = append(packages[name].Symbols, fmt.Sprintf("%s (%s)", change.Symbol, change.Change))
		}
	}
	slices.SortFunc(d.Packages, func(a, b *AffectedPackage) int { return cmp.Compare(a.Package, b.Package) })
}

// typesOf is a signature without the names of its parameters.
func typesOf(signature string) string {
	expression, err := parser.ParseExpr(strings.TrimPrefix(signature, "var "))
	function, is := expression.(*ast.FuncType)
	if err != nil || !is || strings.HasPrefix(signature, "var ") {
		return signature
	}
	for _, list := range []*ast.FieldList{function.Params, function.Results} {
		if list == nil {
			continue
		}
		var unnamed []*ast.Field
		for _, field := range list.List {
			for range max(1, len(field.Names)) {
				unnamed = append(unnamed, &ast.Field{Type: field.Type})
			}
		}
		list.List = unnamed
	}
	return types.ExprString(function)
}

// changedParts tells which parameters and results differ in an aspect, and how; "" where none does or one side is not known.
func changedParts(before, after Layout, aspect func(Part) string) string {
	if before.Go == "" || after.Go == "" {
		return ""
	}
	if len(before.Parameters) != len(after.Parameters) || len(before.Results) != len(after.Results) {
		return fmt.Sprintf("%d parameters and %d results before, %d and %d now",
			len(before.Parameters), len(before.Results), len(after.Parameters), len(after.Results))
	}
	var changes []string
	for i, part := range slices.Concat(before.Parameters, before.Results) {
		now := slices.Concat(after.Parameters, after.Results)[i]
		if was, is := aspect(part), aspect(now); was != is {
			name := cmp.Or(now.Name, part.Name)
			if i >= len(before.Parameters) {
				name = strings.TrimSpace("result " + name)
			}
			changes = append(changes, strings.TrimPrefix(name+": "+memoryChange(was, is), ": "))
		}
	}
	return strings.Join(changes, "; ")
}

// memoryChange says briefly how memory differs: "96 bytes before, 32 bytes now; at 24 pointer before, int now".
func memoryChange(was, is string) string {
	wasWords, wasSize, wasStruct := splitMemory(was)
	isWords, isSize, isStruct := splitMemory(is)
	if !wasStruct || !isStruct {
		return cmp.Or(was, "nothing") + " before, " + cmp.Or(is, "nothing") + " now"
	}
	size := wasSize + " before, " + isSize + " now"
	if wasSize == isSize {
		size = wasSize
	}
	for i := 0; i < len(wasWords) || i < len(isWords); i++ {
		if i >= len(wasWords) || i >= len(isWords) || wasWords[i] != isWords[i] {
			word := func(words []string) string {
				if i < len(words) {
					return words[i]
				}
				return "nothing more"
			}
			return size + ", first other word " + word(wasWords) + " before, " + word(isWords) + " now"
		}
	}
	return size
}

// splitMemory splits what checker.memory returns for more than one word.
func splitMemory(memory string) (words []string, size string, is bool) {
	list, size, is := strings.Cut(strings.TrimPrefix(memory, "{"), "} ")
	return strings.Fields(list), size, is
}
