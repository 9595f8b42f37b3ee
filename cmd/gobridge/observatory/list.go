package observatory

import (
	"cmp"
	"context"
	"slices"
)

// List is the symbols of a release that an outside module may pull.
type List struct {
	Release      string        `json:"release"`
	Symbols      []*Symbol     `json:"symbols"`
	Verification *Verification `json:"verification,omitempty"`
	Findings     int           `json:"-"` // where the scan was wrong

	platform Platform
	layouts  map[string]Layout // where they were asked for
}

// ListQuery is what a list is asked for.
type ListQuery struct {
	Release  string // as FindRelease takes it
	Platform Platform
	All      bool // also what is blocked, std-only or not marked
	Verify   bool // ask the release's linker too
	Layouts  bool // for formatGo
	Wraps    map[string]string
}

// ListSymbols answers a query.
func ListSymbols(ctx context.Context, q ListQuery) (*List, error) {
	release, err := FindRelease(ctx, q.Release)
	if err != nil {
		return nil, err
	}
	s, err := scan(ctx, release, q.Platform)
	if err != nil {
		return nil, err
	}
	list := &List{Release: release.Name, Symbols: s.listed(q.All), platform: q.Platform}
	for _, symbol := range list.Symbols {
		symbol.Gobridge = q.Wraps[symbol.Symbol]
	}
	if q.Layouts {
		if list.layouts, err = readLayouts(ctx, release, s); err != nil {
			return nil, err
		}
	}
	if q.Verify {
		if list.Verification, err = verify(ctx, release, s); err != nil {
			return nil, err
		}
		list.Findings = len(list.Verification.Wrong)
	}
	return list, nil
}

// listed is the symbols that are marked for outsiders and link. All also has those that do not link though their package marks
// them, those whom the linker names, and assembly; of a release whose linker checks nothing, everything.
func (s *Scan) listed(all bool) (symbols []*Symbol) {
	for _, symbol := range s.Symbols {
		if symbol.Standing == Marked && symbol.Links || all && (symbol.Standing != Unmarked || symbol.Links) {
			symbols = append(symbols, symbol)
		}
	}
	slices.SortFunc(symbols, func(a, b *Symbol) int {
		return cmp.Or(runtimeFirst(a.Import, b.Import), cmp.Compare(a.Import, b.Import), cmp.Compare(a.Symbol, b.Symbol))
	})
	return symbols
}
