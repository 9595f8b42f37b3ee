package observatory

import (
	"context"
	"fmt"
)

// Symbol is a function, method, variable or assembly symbol of the standard library, by the name that the linker knows.
type Symbol struct {
	Symbol      string   `json:"symbol"`        // "runtime.makemap", "reflect.(*rtype).Align"
	Kind        string   `json:"kind"`          // func, method, variable or assembly
	Signature   string   `json:"signature"`     // "func(t *abi.Type) bool", "var bool"; "" for assembly that Go does not declare
	File        string   `json:"file"`          // below GOROOT/src
	Line        int      `json:"line"`          //
	Import      string   `json:"import"`        // a package that an outside module can import to have the symbol in its program
	CgoOnly     bool     `json:"cgo_only"`      // it links only where cgo is on
	HallOfShame []string `json:"hall_of_shame"` // the packages that the release's authors know to pull it
	Links       bool     `json:"links"`         //
	Reason      string   `json:"reason"`        // why it does not link, or links without being marked
	Gobridge    string   `json:"gobridge"`      // the C function that wraps it

	Package  string   `json:"-"` // the one that defines it
	Local    string   `json:"-"` // the name it has in its declaration
	Data     bool     `json:"-"` // it is a variable, also one in assembly
	Standing Standing `json:"-"`
}

// Standing is how a symbol's package lets outsiders have it.
type Standing int

const (
	Unmarked Standing = iota // no directive
	Marked                   // a //go:linkname at the definition
	StdOnly                  // a //go:linknamestd at the definition
	Blocked                  // the linker names who may pull it
	Assembly                 // unmarked assembly
)

// Scan is what a release's sources say of its symbols on one platform.
type Scan struct {
	Release  string
	Platform Platform
	Rules    Rules
	Symbols  map[string]*Symbol // all of the standard library, by name
}

// scan reads a release's sources, unless they were read before.
func scan(ctx context.Context, release *Release, platform Platform) (*Scan, error) {
	s, err := cached("scan", release, platform, func() (*Scan, error) { return readScan(ctx, release, platform) })
	if err != nil {
		return nil, err
	}
	for _, symbol := range s.Symbols {
		if symbol.HallOfShame == nil { // which is what gob makes of an empty list
			symbol.HallOfShame = []string{}
		}
	}
	return s, nil
}

func readScan(ctx context.Context, release *Release, platform Platform) (*Scan, error) {
	if _, err := run(ctx, goCommand(ctx, release.tool(), "", "build", "-n", "unsafe"), platform.environment()...); err != nil {
		return nil, fmt.Errorf("%s: %w", release.Name, err)
	}
	rules, err := readRules(ctx, release, platform)
	if err != nil {
		return nil, err
	}
	listed, err := listPackages(ctx, release, platform)
	if err != nil {
		return nil, err
	}
	sources := newSources(ctx, release, platform)
	s := &Scan{release.Name, platform, rules, nil}
	if s.Symbols, err = sources.symbols(listed, rules); err != nil {
		return nil, err
	}
	if platform.Cgo {
		withoutCgo := platform
		withoutCgo.Cgo = false
		if listed, err = listPackages(ctx, release, withoutCgo); err != nil {
			return nil, err
		}
		without, err := sources.symbols(listed, rules)
		if err != nil {
			return nil, err
		}
		for name, symbol := range s.Symbols {
			symbol.CgoOnly = symbol.Links && (without[name] == nil || !without[name].Links)
		}
	}
	return s, nil
}
