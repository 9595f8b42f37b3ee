package observatory

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// formatAudit returns an audit as text for other programs.
func formatAudit(a *Audit, name string) (string, error) {
	switch name {
	case "json":
		return formatJSON(a)
	case "sarif":
		return formatJSON(sarifOf(a))
	case "github":
		return formatAnnotations(a), nil
	}
	return "", fmt.Errorf("--format %s: an audit comes as text, json, sarif or github", name)
}

// remark is one place with what the same releases say of it.
type remark struct {
	*Finding
	Releases []string
}

func (r *remark) message() string {
	text := fmt.Sprintf("%s: %s on %s: %s", r.Symbol, r.Verdict, strings.Join(r.Releases, ", "), r.Detail)
	if module, _, is := strings.Cut(r.File, "@"); is {
		text += fmt.Sprintf("; used in %s:%d, via %s", r.File, r.Line, cmp.Or(r.Via, module))
	}
	if r.Accepted != "" {
		text += "; accepted: " + r.Accepted
	}
	return text
}

// place is the file and line that the user can change, as seen from where the program runs: of a dependency's pull the line of
// go.mod that requires it, or that of its own module's name where none does.
func (a *Audit) place(f *Finding) (file string, line int) {
	file, line = f.File, f.Line
	if module, _, is := strings.Cut(f.File, "@"); is && a.gomod != nil {
		file, line = "go.mod", 1
		for i, text := range strings.Split(string(a.gomod), "\n") {
			if fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(text), "require ")); len(fields) > 1 && fields[0] == module {
				line = i + 1
				break
			}
		}
	}
	file = filepath.Join(a.Prefix, file)
	if here, err := os.Getwd(); err == nil && filepath.IsAbs(file) {
		if below, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(below) {
			file = below
		}
	}
	return filepath.ToSlash(file), line
}

// remarks is all that an author may want to change, each place once; with all, what is fine too.
func (a *Audit) remarks(all bool) (remarks []*remark) {
	for _, result := range a.Results {
		for _, finding := range result.Findings {
			if finding.Level == Fine && finding.Verdict != pullDead && !all {
				continue
			}
			i := slices.IndexFunc(remarks, func(r *remark) bool { return *r.Finding == *finding })
			if i < 0 {
				i = len(remarks)
				remarks = append(remarks, &remark{finding, nil})
			}
			if !slices.Contains(remarks[i].Releases, result.Release) { // it may be there for another platform
				remarks[i].Releases = append(remarks[i].Releases, result.Release)
			}
		}
	}
	slices.SortStableFunc(remarks, func(a, b *remark) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return remarks
}

// severity is a finding's, which is a note where a baseline accepts it.
func (f *Finding) severity() (github, sarif string) {
	if f.Accepted != "" {
		return Fine.severity()
	}
	return f.Level.severity()
}

// severity is a level's name, in GitHub's words and SARIF's.
func (l Level) severity() (github, sarif string) {
	switch l {
	case Fine:
		return "notice", "note"
	case Doubtful:
		return "warning", "warning"
	}
	return "error", "error"
}

// ---- GitHub ----

var (
	escapedMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapedProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// formatAnnotations is a command of GitHub's workflows for each remark, with files as seen from where the program runs.
func formatAnnotations(a *Audit) string {
	var text strings.Builder
	for _, r := range a.remarks(false) {
		severity, _ := r.severity()
		file, line := a.place(r.Finding)
		fmt.Fprintf(&text, "::%s file=%s,line=%d,title=%s::%s\n", severity, escapedProperty.Replace(file), line,
			escapedProperty.Replace("go:linkname "+r.Symbol), escapedMessage.Replace(r.message()))
	}
	for _, line := range a.Stale {
		fmt.Fprintf(&text, "::warning title=baseline::%s\n", escapedMessage.Replace(line))
	}
	for _, result := range a.Results {
		if result.Compile != "" && result.Accepted == "" {
			fmt.Fprintf(&text, "::error title=go%%3Alinkname::%s\n", escapedMessage.Replace(result.Release+": it does not compile: "+result.Compile))
		}
		if result.Verdict == "unknown" {
			fmt.Fprintf(&text, "::warning title=go%%3Alinkname::%s\n", escapedMessage.Replace(result.Release+": unknown: "+result.Reason))
		}
	}
	return text.String()
}

// ---- SARIF 2.1.0 ----

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver struct {
			Name           string      `json:"name"`
			Version        string      `json:"version"`
			InformationURI string      `json:"informationUri"`
			Rules          []sarifRule `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
	Help             sarifText `json:"help"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`

	Fingerprints map[string]string `json:"partialFingerprints"` // the same where only lines moved
}

type sarifLocation struct {
	PhysicalLocation struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
}

// sarifRules is what a finding can be, with what to do about it.
var sarifRules = []struct{ id, means, help string }{
	{pullRefused, "The linker refuses the pull.", "Use what the standard library exports instead, or a newer version of the module; -ldflags=-checklinkname=0 turns the check off for a program."},
	{pullGone, "The release has no such symbol.", "Pull it only on releases that have it, by build tags, or do without."},
	{pullBlocked, "The linker names the packages that alone may pull it.", "Do without: no mark in the standard library lets it link."},
	{pullStdOnly, "The symbol is for the standard library only.", "Do without: it is marked with //go:linknamestd."},
	{pullSignature, "The declaration is not what the release defines.", "Declare it as the release does, by build tags where releases differ."},
	{pullLayout, "The runtime writes past the end of memory that it is given.", "Give it memory of the size that the release's own type has."},
	{pullDead, "The pull does not link, but nothing uses it.", "Remove it: a use of it would not link."},
	{causeCompile, "A package does not compile.", "A file with a pull may be left out by a build tag; a newer version of the module may compile."},
}

// toolVersion is this program's.
const toolVersion = "1.0.0"

func sarifOf(a *Audit) *sarifLog {
	run := sarifRun{Results: []sarifResult{}}
	driver := &run.Tool.Driver
	driver.Name, driver.Version, driver.InformationURI = "gobridge", toolVersion, "https://go.dev/issue/67401"
	for _, rule := range sarifRules {
		driver.Rules = append(driver.Rules, sarifRule{strings.ReplaceAll(rule.id, " ", "-"), sarifText{rule.means}, sarifText{rule.help}})
	}
	add := func(rule, level, message, file string, line int, identity ...string) {
		at := slices.IndexFunc(sarifRules, func(of struct{ id, means, help string }) bool { return of.id == rule })
		location := sarifLocation{}
		location.PhysicalLocation.ArtifactLocation.URI, location.PhysicalLocation.Region.StartLine = file, line
		run.Results = append(run.Results, sarifResult{driver.Rules[at].ID, at, level, sarifText{message}, []sarifLocation{location},
			map[string]string{"gobridge/v1": fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(append(identity, rule), "\n"))))}})
	}
	for _, r := range a.remarks(false) {
		_, level := r.severity()
		file, line := a.place(r.Finding)
		add(r.Verdict, level, r.message(), file, line, r.File, r.Symbol)
	}
	for _, r := range a.Results {
		if name, rest, is := strings.Cut(r.Compile, ":"); is && r.Accepted == "" {
			line, _ := strconv.Atoi(strings.SplitN(rest, ":", 2)[0])
			file, line := a.place(&Finding{File: name, Line: max(line, 1)})
			add(causeCompile, "error", r.Release+": it does not compile: "+r.Compile, file, line, name, r.Release)
		}
	}
	return &sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}
