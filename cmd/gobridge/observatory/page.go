package observatory

import (
	"cmp"
	_ "embed"
	"encoding/xml"
	"fmt"
	"go/version"
	"html/template"
	"slices"
	"strings"
)

// formatProbe returns a probe as text for other programs.
func formatProbe(p *Probe, name string) (string, error) {
	switch name {
	case "json":
		return formatJSON(p)
	case "junit":
		return formatJUnit(p)
	case "html":
		var text strings.Builder
		err := page.Execute(&text, map[string]any{
			"Command": p.command(), "Platform": p.platform, "Releases": p.Releases, "Range": p.Range, "Rows": p.rows,
		})
		return text.String(), err
	}
	return "", fmt.Errorf("--format %s: a probe comes as json, junit or html", name)
}

// ---- JUnit ----

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Seconds float64       `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func formatJUnit(p *Probe) (string, error) {
	var all junitSuites
	for _, release := range p.Releases {
		suite := junitSuite{Name: release.Release}
		for _, pull := range release.Pulls {
			c := junitCase{Class: release.Release + ".pulls", Name: pull.Symbol}
			if pull.Verdict != pullLinks {
				c.Failure = &junitMessage{pull.Verdict, pull.Reason}
				suite.Failures++
			}
			suite.Cases = append(suite.Cases, c)
		}
		for _, of := range release.Suites {
			c := junitCase{Class: release.Release + ".suites", Name: of.Backend, Seconds: of.Seconds}
			if of.Verdict != "passes" {
				c.Failure = &junitMessage{of.Verdict, of.Output}
				suite.Failures++
			}
			suite.Cases = append(suite.Cases, c)
		}
		suite.Tests = len(suite.Cases)
		all.Suites = append(all.Suites, suite)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	return xml.Header + string(text) + "\n", err
}

// ---- HTML ----

// probeRow is a symbol on the page, with what each release says.
type probeRow struct {
	Symbol    string
	Gobridge  bool
	Signature string // the newest release's
	Cells     []probeCell
}

type probeCell struct {
	Class, Text, Reason string
}

// rowsOf is all symbols that a release marks for outsiders, and gobridge's own.
func rowsOf(releases []*Probed, signatures map[string]string) (rows []*probeRow) {
	names := map[string]bool{}
	for _, release := range releases {
		for name, symbol := range release.symbols {
			if signatures[name] != "" || symbol.Standing == Marked && symbol.Links {
				names[name] = true
			}
		}
	}
	for name := range names {
		row := &probeRow{Symbol: name, Gobridge: signatures[name] != ""}
		for _, release := range releases {
			if symbol := release.symbols[name]; symbol != nil {
				row.Signature = cmp.Or(symbol.Signature, row.Signature)
			}
			row.Cells = append(row.Cells, release.cell(name))
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b *probeRow) int { return cmp.Compare(a.Symbol, b.Symbol) })
	return rows
}

// cell is what a release says of a symbol: of gobridge's own what its linker said, of the others what its sources say.
func (p *Probed) cell(name string) probeCell {
	symbol := p.symbols[name]
	signature := ""
	if symbol != nil {
		signature = fmt.Sprintf("%s, %s:%d", symbol.Signature, symbol.File, symbol.Line)
	}
	if i := slices.IndexFunc(p.Pulls, func(pull *ProbedPull) bool { return pull.Symbol == name }); i >= 0 && p.Pulls[i].Verdict != pullLinks {
		return probeCell{"bad", p.Pulls[i].Verdict, p.Pulls[i].Reason}
	}
	switch {
	case symbol == nil:
		return probeCell{"gone", "gone", "this release has no such symbol"}
	case symbol.Standing == StdOnly && !symbol.Links:
		return probeCell{"bad", "std-only", symbol.Reason}
	case symbol.Standing == Blocked && !symbol.Links:
		return probeCell{"bad", "blocked", symbol.Reason}
	case !symbol.Links:
		return probeCell{"bad", "refused", symbol.Reason}
	case symbol.CgoOnly:
		return probeCell{"some", "with cgo", "only where cgo is on; " + signature}
	case symbol.Standing != Marked:
		return probeCell{"some", "unmarked", symbol.Reason + "; " + signature}
	}
	return probeCell{"good", "links", signature}
}

//go:embed page.html
var pageText string

var page = template.Must(template.New("").Parse(pageText))

// PullsGood tells whether all of gobridge's pulls are as they must be.
func (p *Probed) PullsGood() bool { return !slices.ContainsFunc(p.Pulls, (*ProbedPull).bad) }

// PullsText counts them.
func (p *Probed) PullsText() string {
	good := 0
	for _, pull := range p.Pulls {
		if !pull.bad() {
			good++
		}
	}
	return fmt.Sprintf("%d of %d", good, len(p.Pulls))
}

func (p *ProbedPull) bad() bool { return p.Verdict != pullLinks }

// Minor and Patch are the parts of a release's name: "1.27" and ".3".
func (p *Probed) Minor() string { return strings.TrimPrefix(version.Lang(p.Release), "go") }

func (p *Probed) Patch() string { return strings.TrimPrefix(p.Release, version.Lang(p.Release)) }

// command is what makes this page.
func (p *Probe) command() string {
	var names []string
	for _, release := range p.Releases {
		names = append(names, release.Release)
	}
	quick := ""
	if p.Range == nil {
		quick = " --quick"
	}
	platform := ""
	if p.platform.OS != HostPlatform.OS {
		platform += " --os " + p.platform.OS
	}
	if p.platform.Arch != HostPlatform.Arch {
		platform += " --arch " + p.platform.Arch
	}
	if !p.platform.Cgo {
		platform += " --cgo off"
	}
	return "gobridge probe" + quick + platform + " --go " + strings.Join(names, ",") + " --html FILE"
}
