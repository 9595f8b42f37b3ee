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
			"Date": p.Date, "Machine": p.Machine, "Command": p.command(), "Platform": p.platform, "Elsewhere": elsewhere, "Releases": p.Releases, "Range": p.Range, "Rows": p.rows,
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
	PulledBy  []string // the packages and modules that are known to pull it
	Platforms []string // those of elsewhere where the newest release links it; nil where it has it nowhere
}

type probeCell struct {
	Class, Text, Reason string
	Source              string // the address of the line that defines it
}

// Pullers is how many are known to pull it.
func (r *probeRow) Pullers() int { return len(r.PulledBy) }

// Where is the platforms in few words.
func (r *probeRow) Where() string {
	if len(r.Platforms) == len(elsewhere) {
		return "all"
	}
	return strings.Join(r.Platforms, ", ")
}

// About is what is known of a symbol, for who asks.
func (r *probeRow) About() string {
	lines := []string{r.Signature}
	if len(r.PulledBy) > 0 {
		lines = append(lines, "pulled by "+strings.Join(r.PulledBy, ", "))
	}
	if len(r.Platforms) > 0 {
		lines = append(lines, "the newest release links it on "+strings.Join(r.Platforms, ", "))
	}
	return strings.TrimPrefix(strings.Join(lines, "; "), "; ")
}

// rowsOf is all symbols that a release marks for outsiders, and gobridge's own: what most are known to pull first, what has no
// name of Go's last.
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
		row := &probeRow{Symbol: name, Gobridge: signatures[name] != "", PulledBy: slices.Clone(pulledBy()[name])}
		for i, release := range releases {
			if symbol := release.symbols[name]; symbol != nil {
				row.Signature = cmp.Or(symbol.Signature, row.Signature)
				row.PulledBy = append(row.PulledBy, symbol.HallOfShame...)
			}
			row.Cells = append(row.Cells, cellOf(releases, i, name))
		}
		row.PulledBy = sorted(row.PulledBy)
		if last := len(releases) - 1; last >= 0 {
			for _, platform := range elsewhere {
				if symbol := releases[last].others[platform][name]; symbol != nil && symbol.Links {
					row.Platforms = append(row.Platforms, platform.OS+"/"+platform.Arch)
				}
			}
		}
		rows = append(rows, row)
	}
	isForeign := func(r *probeRow) int {
		if strings.Contains(r.Symbol, ".") {
			return 0
		}
		return 1
	}
	slices.SortFunc(rows, func(a, b *probeRow) int {
		return cmp.Or(cmp.Compare(isForeign(a), isForeign(b)), cmp.Compare(b.Pullers(), a.Pullers()), cmp.Compare(a.Symbol, b.Symbol))
	})
	return rows
}

// cellOf is what a release says of a symbol, beside the older ones: whether it is gone or not there yet, and whether the memory that
// it hands over is another.
func cellOf(releases []*Probed, i int, name string) probeCell {
	cell := releases[i].cell(name)
	for older := i - 1; older >= 0; older-- {
		before := releases[older].symbols[name]
		switch now := releases[i].symbols[name]; {
		case before == nil:
			continue
		case now == nil || !now.Links || !before.Links || cell.Class == "bad":
			return cell
		default:
			change := (&Diff{}).compare(before, now, releases[older].layouts[name], releases[i].layouts[name])
			if change != nil && change.breaks() {
				cell.Class, cell.Text = "moved", change.Change
				cell.Reason = fmt.Sprintf("links, but not as on %s: %s; %s", releases[older].Release, change.Detail, cell.Reason)
			}
			return cell
		}
	}
	if releases[i].symbols[name] == nil && cell.Class == "gone" {
		for _, newer := range releases[i+1:] {
			if newer.symbols[name] != nil {
				return probeCell{"later", "not yet", newer.Release + " is the first of these that has it", ""}
			}
		}
	}
	return cell
}

// cell is what a release says of a symbol: of gobridge's own what its linker said, of the others what its sources say.
func (p *Probed) cell(name string) probeCell {
	symbol := p.symbols[name]
	if of := p.symbols[pointerWrapper.ReplaceAllString(name, "$1")]; symbol == nil && of != nil && of.Links && of.Standing == Unmarked {
		symbol = of // of which the compiler makes it
	}
	signature, source := "", ""
	if symbol != nil {
		signature = fmt.Sprintf("%s, %s:%d", symbol.Signature, symbol.File, symbol.Line)
		if version.IsValid(p.Release) && symbol.Line > 0 {
			source = fmt.Sprintf("https://github.com/golang/go/blob/%s/src/%s#L%d", p.Release, symbol.File, symbol.Line)
		}
	}
	if i := slices.IndexFunc(p.Pulls, func(pull *ProbedPull) bool { return pull.Symbol == name }); i >= 0 && p.Pulls[i].Verdict != pullLinks {
		return probeCell{"bad", p.Pulls[i].Verdict, p.Pulls[i].Reason, source}
	}
	switch {
	case symbol == nil:
		return probeCell{"gone", "gone", "this release has no such symbol", ""}
	case symbol.Standing == StdOnly && !symbol.Links:
		return probeCell{"bad", "std-only", symbol.Reason, source}
	case symbol.Standing == Blocked && !symbol.Links:
		return probeCell{"bad", "blocked", symbol.Reason, source}
	case !symbol.Links:
		return probeCell{"bad", "refused", symbol.Reason, source}
	case symbol.CgoOnly:
		return probeCell{"some", "with cgo", "only where cgo is on; " + signature, source}
	case symbol.Standing != Marked:
		return probeCell{"some", "unmarked", symbol.Reason + "; " + signature, source}
	}
	return probeCell{"good", "links", signature, source}
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
