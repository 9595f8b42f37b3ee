package main

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// formatProbe gives a probe as text for other programs.
func formatProbe(p *Probe, name string) (string, error) {
	switch name {
	case "json":
		return formatJSON(p)
	case "junit":
		return formatJUnit(p)
	case "html":
		var text strings.Builder
		err := page.Execute(&text, map[string]any{"Releases": p.Releases, "Rows": p.rows})
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
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Seconds float64       `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
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
			switch of.Verdict {
			case "fails":
				c.Failure = &junitMessage{of.Verdict, of.Output}
				suite.Failures++
			case "skipped":
				c.Skipped = &junitMessage{of.Output, ""}
				suite.Skipped++
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

var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What Go releases let outsiders pull</title>
<style>
:root { color-scheme: light dark; --text: #1b1b1f; --back: #fff; --line: #d8d8de; --dim: #5c5c66; --head: #f3f3f6;
  --good: #d7f2dc; --some: #fdf0c4; --bad: #fbd5d5; --gone: #e6e6ea; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8ee; --back: #16161a; --line: #34343c; --dim: #a0a0ac; --head: #212127;
  --good: #1d4428; --some: #4d4215; --bad: #5a2323; --gone: #2c2c33; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; font: 16px/1.45 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
p { margin: .4rem 0; color: var(--dim); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; max-height: 80vh; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .875rem; }
th, td { padding: .3rem .5rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { position: sticky; top: 0; background: var(--head); z-index: 2; }
tbody th { position: sticky; left: 0; background: var(--back); font: .8125rem ui-monospace, monospace; z-index: 1; }
thead th:first-child { left: 0; z-index: 3; }
th button { all: unset; cursor: pointer; font-weight: 600; }
th button:focus-visible, td:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
.good { background: var(--good); } .some { background: var(--some); } .bad { background: var(--bad); } .gone { background: var(--gone); }
.own::after { content: " ●"; color: #2a7bd6; }
td[title] { cursor: pointer; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
input[type=search], select { font: inherit; padding: .35rem .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit; }
input[type=search] { flex: 1 1 14rem; min-width: 0; }
#reason { position: sticky; bottom: 0; margin: 0; padding: .6rem 1rem; background: var(--head); color: var(--text); border: 1px solid var(--line); border-radius: 6px;
  overflow-wrap: anywhere; min-height: 2.8rem; }
@media (max-width: 40rem) { body { padding: .5rem; } tbody th { max-width: 46vw; overflow: hidden; text-overflow: ellipsis; } .scroll { max-height: 65vh; } }
</style>
<h1>What Go releases let outsiders pull</h1>
<p>Each symbol of the standard library that a release marks for other modules, and gobridge's own (●). Made by <code>gobridge probe --html</code>.</p>
<div class="scroll" style="max-height: none"><table>
<thead><tr><th>Release</th><th>gobridge's pulls</th><th>Suite, linkname</th><th>Suite, portable</th><th>A crossing</th></tr></thead>
<tbody>{{range .Releases}}<tr><th scope="row">{{.Release}}</th><td class="{{if .PullsGood}}good{{else}}bad{{end}}">{{.PullsText}}</td>
{{range .Suites}}<td class="{{if eq .Verdict "passes"}}good{{else if eq .Verdict "fails"}}bad{{else}}gone{{end}}" title="{{.Output}}">{{.Verdict}}</td>{{else}}<td class="gone">not run</td><td class="gone">not run</td>{{end}}
<td>{{if .Crossing}}{{printf "%.0f ns" .Crossing}}{{else}}not timed{{end}}</td></tr>
{{end}}</tbody></table></div>
<form onsubmit="return false"><input type="search" id="filter" placeholder="Filter: a part of a symbol or of a signature" aria-label="Filter">
<select id="kind" aria-label="Which rows"><option value="">all symbols</option><option value="own">gobridge's own</option><option value="changed">not the same on all releases</option><option value="bad">refused somewhere</option></select>
<span id="count"></span></form>
<div class="scroll"><table id="symbols">
<thead><tr><th><button>Symbol</button></th>{{range .Releases}}<th><button>{{.Release}}</button></th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr data-signature="{{.Signature}}"><th scope="row"{{if .Gobridge}} class="own"{{end}} title="{{.Signature}}">{{.Symbol}}</th>{{range .Cells}}<td class="{{.Class}}" tabindex="0" title="{{.Reason}}">{{.Text}}</td>{{end}}</tr>
{{end}}</tbody></table></div>
<p id="reason" role="status">Tap a cell for its reason.</p>
<script>
const table = document.getElementById("symbols"), body = table.tBodies[0], rows = [...body.rows];
const filter = document.getElementById("filter"), kind = document.getElementById("kind");
function show() {
  const text = filter.value.toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const cells = [...row.cells].slice(1);
    const is = { "": true, own: row.cells[0].className === "own", changed: new Set(cells.map(c => c.textContent)).size > 1,
      bad: cells.some(c => c.className === "bad") }[kind.value];
    row.hidden = !is || !(row.cells[0].textContent + " " + row.dataset.signature).toLowerCase().includes(text);
    shown += !row.hidden;
  }
  document.getElementById("count").textContent = shown + " of " + rows.length;
}
filter.oninput = kind.onchange = show;
table.tHead.onclick = event => {
  const head = event.target.closest("th");
  if (!head) return;
  const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
  rows.sort((a, b) => down * a.cells[head.cellIndex].textContent.localeCompare(b.cells[head.cellIndex].textContent)
    || a.cells[0].textContent.localeCompare(b.cells[0].textContent));
  body.append(...rows);
};
function tell(event) {
  const cell = event.target.closest("td[title]");
  if (!cell || event.type === "keydown" && event.key !== "Enter") return;
  const row = cell.parentNode, head = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
  document.getElementById("reason").textContent = row.cells[0].textContent + ", " + head.textContent + ": " + cell.textContent
    + (cell.title ? ": " + cell.title : "");
}
document.onclick = document.onkeydown = tell;
show();
</script>
</html>
`))

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
