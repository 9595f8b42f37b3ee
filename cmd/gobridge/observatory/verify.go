package observatory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
)

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
