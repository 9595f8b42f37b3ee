package observatory

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
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
	return fmt.Sprintf("%s: %s on %s: %s", r.Symbol, r.Verdict, strings.Join(r.Releases, ", "), r.Detail)
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
		severity, _ := r.Level.severity()
		fmt.Fprintf(&text, "::%s file=%s,line=%d,title=%s::%s\n", severity, escapedProperty.Replace(filepath.ToSlash(filepath.Join(a.Prefix, r.File))), r.Line,
			escapedProperty.Replace("go:linkname "+r.Symbol), escapedMessage.Replace(r.message()))
	}
	for _, result := range a.Results {
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
			Name  string      `json:"name"`
			Rules []sarifRule `json:"rules"`
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
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
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

var sarifRules = []sarifRule{
	{pullRefused, sarifText{"The linker refuses the pull."}},
	{pullGone, sarifText{"The release has no such symbol."}},
	{pullBlocked, sarifText{"The linker names the packages that alone may pull it."}},
	{pullStdOnly, sarifText{"The symbol is for the standard library only."}},
	{pullSignature, sarifText{"The declaration is not what the release defines."}},
	{pullLayout, sarifText{"The runtime writes past the end of memory that it is given."}},
	{pullDead, sarifText{"The pull does not link, but nothing uses it."}},
}

func sarifOf(a *Audit) *sarifLog {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver.Name = "gobridge"
	for _, rule := range sarifRules {
		rule.ID = strings.ReplaceAll(rule.ID, " ", "-")
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
	}
	for _, r := range a.remarks(false) {
		_, level := r.Level.severity()
		rule := slices.IndexFunc(sarifRules, func(rule sarifRule) bool { return rule.ID == r.Verdict })
		location := sarifLocation{}
		location.PhysicalLocation.ArtifactLocation.URI = filepath.ToSlash(filepath.Join(a.Prefix, r.File))
		location.PhysicalLocation.Region.StartLine = r.Line
		run.Results = append(run.Results, sarifResult{run.Tool.Driver.Rules[rule].ID, rule, level, sarifText{r.message()}, []sarifLocation{location}})
	}
	return &sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}
