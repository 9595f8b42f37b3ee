package observatory

import (
	"cmp"
	"fmt"
	"go/version"
	"slices"
	"strings"
)

// Paint is escape sequences of a terminal, or nothing.
type Paint struct{ bold, dim, red, green, yellow, plain string }

// Coloured is what terminals show.
var Coloured = Paint{"\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[0m"}

// Text returns a list, a diff or an audit for people. All of an audit also has what is fine, of a
// diff what nobody is known to pull.
func Text(report any, all bool, paint Paint) string {
	text := &painted{Paint: paint}
	switch report := report.(type) {
	case *List:
		text.list(report)
	case *Diff:
		text.diff(report, all)
	case *Audit:
		text.audit(report, all)
	}
	return text.String()
}

// Remarks returns what is said of a list beside it.
func (l *List) Remarks() string {
	text := fmt.Sprintf("%s: %d symbols\n", l.Release, len(l.Symbols))
	if v := l.Verification; v != nil {
		text += fmt.Sprintf("verified: %d symbols were linked, the scan is wrong about %d\n", v.Linked, len(v.Wrong))
		for _, wrong := range v.Wrong {
			text += fmt.Sprintf("  %s (%s): the scan says %s, the linker %s\n", wrong.Symbol, wrong.Platform, wrong.Scan, wrong.Linker)
		}
	}
	return text
}

// painted is text with colours.
type painted struct {
	Paint
	strings.Builder
}

func (t *painted) printf(format string, args ...any) { fmt.Fprintf(t, format, args...) }

// in is a text in a colour.
func (t *painted) in(colour, text string) string { return colour + text + t.plain }

// ---- lists ----

func (t *painted) list(l *List) {
	names, imports := 0, 0
	for _, s := range l.Symbols {
		names, imports = wider(names, s.Symbol, 48), wider(imports, s.Import, 24)
	}
	for _, s := range l.Symbols {
		name := fmt.Sprintf("%-*s", names, s.Symbol)
		if !s.Links {
			name = t.in(t.red, name)
		}
		t.printf("%s  %-8s  %-*s  %s", name, s.Kind, imports, s.Import, s.Signature)
		if s.Gobridge != "" {
			t.WriteString("  " + t.in(t.green, s.Gobridge))
		}
		if s.CgoOnly {
			t.WriteString("  " + t.in(t.yellow, "(with cgo only)"))
		}
		if s.Reason != "" && s.Links {
			t.WriteString("  " + t.in(t.yellow, "("+s.Reason+")"))
		} else if s.Reason != "" {
			t.WriteString("  " + t.in(t.yellow, "(does not link: "+s.Reason+")"))
		}
		t.WriteString("\n")
	}
}

// wider is a column's width with one text more, unless that is too wide for a column.
func wider(width int, text string, limit int) int {
	if len(text) > limit {
		return width
	}
	return max(width, len(text))
}

// ---- diffs ----

func (t *painted) diff(d *Diff, all bool) {
	t.printf("%s\n", t.in(t.bold, d.From+" to "+d.To))
	for _, of := range []struct {
		title   string
		changes []*Change
	}{{"Added", d.Added}, {"Removed", d.Removed}, {"Refused since", d.Refused}, {"For the standard library only now", d.StdOnly}, {"Signature changed", d.Changed}} {
		if len(of.changes) > 0 {
			t.printf("\n%s\n", t.in(t.bold, fmt.Sprintf("%s: %d", of.title, len(of.changes))))
		}
		folded := 0
		for _, change := range of.changes {
			if all || change.pullers() > 0 || change.Gobridge != "" {
				t.change(change)
			} else {
				folded++
			}
		}
		if folded > 0 {
			t.printf("  %s\n", t.in(t.dim, fmt.Sprintf("%d that nobody is known to pull: --all lists them", folded)))
		}
	}
	if d.UnmarkedRemoved+d.UnmarkedRefused > 0 {
		t.printf("\nOf what nobody marked, %d are gone and %d are refused.\n", d.UnmarkedRemoved, d.UnmarkedRefused)
	}
	if len(d.Gobridge) == 0 && d.wraps != nil {
		t.WriteString("\nNothing that gobridge wraps has changed.\n")
	} else if len(d.Gobridge) > 0 {
		t.printf("\n%s\n", t.in(t.bold, fmt.Sprintf("Functions of gobridge whose symbol changed: %d", len(d.Gobridge))))
	}
	for _, change := range d.Gobridge {
		t.printf("  %s: %s %s\n", change.Gobridge, t.in(t.yellow, change.Change), change.Detail)
	}
	if len(d.Packages) > 0 {
		t.printf("\n%s\n", t.in(t.bold, fmt.Sprintf("Packages and modules that are known to pull what can break them: %d", len(d.Packages))))
	}
	for _, p := range d.Packages {
		t.printf("  %s: %s\n", p.Package, strings.Join(p.Symbols, ", "))
	}
}

func (t *painted) change(c *Change) {
	t.printf("  %s  %s\n", c.Symbol, t.in(t.yellow, c.Change))
	for _, line := range []struct{ colour, mark, text string }{{t.red, "- ", c.From}, {t.green, "+ ", c.To}, {"", "", c.Detail}} {
		switch {
		case line.text == "":
		case line.mark == "":
			t.printf("    %s\n", line.text)
		default:
			t.printf("    %s\n", t.in(line.colour, line.mark+line.text))
		}
	}
	for _, name := range slices.Concat(c.HallOfShame, c.PulledBy) {
		t.printf("    %s\n", t.in(t.dim, "pulled by "+name))
	}
}

// ---- audits ----

// audit tells the answer first, then what each release says, and each finding once.
func (t *painted) audit(a *Audit, all bool) {
	t.printf("%s\n", t.in(t.bold, a.Answer()))
	if a.Note != "" {
		t.printf("%s\n", a.Note)
	}
	platforms := slices.ContainsFunc(a.Results, func(r *Result) bool { return r.Platform != a.Results[0].Platform })
	for _, r := range a.Results {
		t.result(r, platforms)
	}
	remarks := a.remarks(all)
	if len(remarks) > 0 && len(a.Results) > 1 && !platforms {
		t.matrix(a, remarks)
	}
	for _, r := range remarks {
		t.remark(r, len(a.Results) > 1)
	}
	for _, line := range a.Stale {
		t.printf("%s\n", t.in(t.yellow, line))
	}
	for _, fix := range a.Fixes {
		switch {
		case fix.First != "":
			t.printf("%s\n", t.in(t.green, fmt.Sprintf("fix: %s %s links, the first after %s", fix.Module, fix.First, fix.Version)))
		case fix.Newest != "":
			t.printf("%s\n", t.in(t.yellow, fmt.Sprintf("no fix: %s %s, its newest, does not link either", fix.Module, fix.Newest)))
		default:
			t.printf("%s\n", t.in(t.yellow, fmt.Sprintf("no fix: there is no version of %s after %s", fix.Module, fix.Version)))
		}
	}
}

// matrix is what releases say of each symbol that something is said of.
func (t *painted) matrix(a *Audit, remarks []*remark) {
	var symbols []string
	width := 0
	for _, r := range remarks {
		symbols, width = append(symbols, r.Symbol), max(width, len(r.Symbol))
	}
	t.printf("\n  %*s", width, "")
	for _, r := range a.Results {
		t.printf("  %-10s", r.Release)
	}
	t.WriteString("\n")
	for _, symbol := range sorted(symbols) {
		t.printf("  %-*s", width, symbol)
		for _, r := range a.Results {
			cell, colour := "-", t.dim
			level := Level(-1)
			for _, f := range r.Findings {
				if f.Symbol == symbol && f.Level > level {
					cell, colour, level = f.Verdict, t.colourOf(f.Level), f.Level
				}
			}
			t.printf("  %s", t.in(colour, fmt.Sprintf("%-10s", strings.TrimSuffix(cell, " differs"))))
		}
		t.WriteString("\n")
	}
	t.WriteString("\n")
}

func (t *painted) colourOf(level Level) string {
	switch {
	case level >= Corrupts:
		return t.red
	case level == Doubtful:
		return t.yellow
	}
	return t.dim
}

// Answer is what an audit comes to, in a line: what breaks first, then where it only corrupts memory or nobody knows.
func (a *Audit) Answer() string {
	name := strings.TrimSpace(a.Module + " " + a.Version)
	of := map[string][]*Result{}
	for _, r := range a.Results {
		kind := r.Verdict
		if r.Cause == causeMemory {
			kind = causeMemory
		}
		of[kind] = append(of[kind], r)
	}
	var parts []string
	for _, kind := range []struct{ name, words string }{{"breaks", "breaks"}, {causeMemory, "corrupts memory"}, {"unknown", "is unknown"}} {
		if results := of[kind.name]; len(results) > 0 {
			parts = append(parts, kind.words+" "+a.span(results)+": "+results[0].why())
		}
	}
	if len(parts) == 0 {
		return name + " links " + a.span(a.Results)
	}
	return name + " " + strings.Join(parts, "; it ")
}

// why is what breaks it, in a few words.
func (r *Result) why() string {
	if r.Cause == causeCompile {
		return "it does not compile: " + r.Compile
	}
	if r.Verdict == "unknown" {
		return r.Reason
	}
	f := r.Findings[slices.IndexFunc(r.Findings, func(f *Finding) bool { return f.Level == r.level() })]
	text := fmt.Sprintf("%s (used in %s:%d), %s", f.Symbol, f.File, f.Line, f.Verdict)
	if f.Via != "" {
		text += ", via " + f.Via
	}
	return text
}

// span names the releases of some results: "on go1.22.12", or "from go1.23.12 on" where those are the newest of all.
func (a *Audit) span(results []*Result) string {
	named := func(results []*Result) (names []string) {
		for _, r := range results {
			names = append(names, r.Release)
		}
		slices.SortFunc(names, version.Compare)
		return slices.Compact(names)
	}
	names, all := named(results), named(a.Results)
	if len(names) > 1 && len(names) < len(all) && slices.Equal(names, all[len(all)-len(names):]) {
		return "from " + names[0] + " on"
	}
	return "on " + strings.Join(names, ", ")
}

func (t *painted) result(r *Result, platforms bool) {
	name := fmt.Sprintf("%-10s", r.Release)
	if platforms {
		name += " " + r.Platform
	}
	colour := t.yellow
	if r.Cause != "" {
		colour = t.red
	} else if r.Verdict == "links" {
		colour = t.green
	}
	t.printf("%s %s", t.in(t.bold, name), t.in(colour, r.Verdict+inWords[r.Cause]))
	if counts := r.counts(); counts != "" {
		t.printf(": %s", counts)
	}
	if r.Reason != "" {
		t.printf(" (%s)", r.Reason)
	}
	t.WriteString("\n")
	if r.Compile != "" {
		t.printf("  %s%s\n", t.in(t.red, r.Compile), strings.TrimSuffix("; accepted: "+r.Accepted, "; accepted: "))
	}
	for _, f := range r.Lost {
		t.printf("  %s:%d: %s is not pulled any more: its file is left out\n", f.File, f.Line, f.Symbol)
	}
	if b := r.Build; b != nil {
		colour := map[string]string{"breaks": t.red, "links": t.green}[b.Verdict]
		t.printf("  built: %s%s\n", t.in(cmp.Or(colour, t.yellow), b.Verdict+inWords[b.Cause]), strings.TrimSuffix(": "+b.Output, ": "))
	}
}

// inWords is why a release breaks a module.
var inWords = map[string]string{causeCompile: ": it does not compile", causeMemory: ", and corrupts memory"}

// counts is how many findings there are of each kind: "3 links, 1 dead".
func (r *Result) counts() string {
	var kinds []string
	of := map[string]int{}
	for _, f := range r.Findings {
		if of[f.Verdict]++; of[f.Verdict] == 1 {
			kinds = append(kinds, f.Verdict)
		}
	}
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", of[kind], kind)
	}
	return strings.Join(kinds, ", ")
}

func (t *painted) remark(r *remark, several bool) {
	t.printf("  %s:%d: %s", r.File, r.Line, t.in(t.colourOf(r.Level), r.Symbol+": "+r.Verdict))
	if several {
		t.printf(" on %s", strings.Join(r.Releases, ", "))
	}
	for _, part := range []struct{ before, text string }{{": ", r.Detail}, {"; via ", r.Via}, {"; instead: ", r.Instead}, {"; accepted: ", r.Accepted}} {
		if part.text != "" {
			t.WriteString(part.before + part.text)
		}
	}
	t.WriteString("\n")
}
