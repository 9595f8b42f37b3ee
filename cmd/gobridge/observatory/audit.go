package observatory

import (
	"cmp"
	"context"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Audit is what releases say of a module's pulls.
type Audit struct {
	Module  string    `json:"module"`
	Version string    `json:"version"`
	Results []*Result `json:"results"`

	Note    string `json:"-"` // how it was audited, where that is not plain
	Prefix  string `json:"-"` // the module's directory, as the user named it
	Broken  bool   `json:"-"` // a release does not link it, or lets it corrupt memory
	Unknown string `json:"-"` // why no release can tell anything
}

// Result is what one release says.
type Result struct {
	Release  string     `json:"release"`
	Verdict  string     `json:"verdict"` // links, breaks or unknown
	Findings []*Finding `json:"findings"`

	Reason string `json:"-"` // why the verdict is unknown
}

// level is the worst of the findings'.
func (r *Result) level() (worst Level) {
	for _, finding := range r.Findings {
		worst = max(worst, finding.Level)
	}
	return worst
}

// Finding is what a release says of one pull.
type Finding struct {
	Symbol  string `json:"symbol"`
	Verdict string `json:"verdict"`
	File    string `json:"file"` // below the module's directory; of a dependency with its path and version before it
	Line    int    `json:"line"`

	Detail string `json:"-"`
	Level  Level  `json:"-"`
}

// What is said of a pull.
const (
	pullLinks     = "links"
	pullRefused   = "refused"
	pullGone      = "gone"
	pullBlocked   = "blocked"
	pullStdOnly   = "std-only"
	pullSignature = "signature differs"
	pullLayout    = "layout"         // memory that it hands over is too small
	pullDead      = "dead"           // it does not link, but nothing asks for it
	pullElsewhere = "other-platform" // its file is for others
)

// Level is what a finding means to a program.
type Level int

const (
	Fine     Level = iota
	Doubtful       // it may work: what differs may not be used
	Corrupts       // it links, and reads or writes memory that is not its own
	Breaks         // it does not link
)

// AuditQuery is what an audit is asked for.
type AuditQuery struct {
	Target   string   // a directory in a module, a built program or archive, or MODULE[@VERSION]
	Releases []string // as findRelease takes them; by default the machine's
	Deps     bool     // dependencies too
	Platform Platform
}

// audit answers a query.
func AuditModules(ctx context.Context, q AuditQuery) (*Audit, error) {
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	target, err := findTarget(ctx, q.Target, work)
	if err != nil {
		return nil, err
	}
	if len(q.Releases) == 0 {
		q.Releases = []string{target.release}
	}
	var releases []*Release
	for _, name := range q.Releases {
		release, err := findRelease(ctx, name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(releases, func(known *Release) bool { return known.Name == release.Name }) {
			releases = append(releases, release)
		}
	}
	q.Deps = q.Deps || target.deps
	a := &Audit{Module: target.module, Version: target.version, Note: target.note, Prefix: target.prefix, Results: make([]*Result, len(releases))}
	cache := newSourceCache()
	var tasks []func() error
	for i, release := range releases {
		tasks = append(tasks, func() (err error) {
			a.Results[i], err = target.audit(ctx, release, q, cache)
			return err
		})
	}
	if err := inParallel(ctx, tasks); err != nil {
		return nil, err
	}
	known := false
	for _, result := range a.Results {
		a.Broken = a.Broken || result.level() >= Corrupts
		known = known || result.Verdict != "unknown"
	}
	if !known {
		a.Unknown = a.Results[0].Reason
	}
	return a, nil
}

var newerGo = regexp.MustCompile(`requires go >= (\S+)`)

// audit asks one release.
func (t *target) audit(ctx context.Context, release *Release, q AuditQuery, cache *sourceCache) (*Result, error) {
	result := &Result{Release: release.Name, Verdict: "links", Findings: []*Finding{}}
	s, err := scan(ctx, release, q.Platform)
	if err != nil {
		return nil, err
	}
	packages, err := t.list(ctx, release, q.Platform)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		result.Verdict, result.Reason = "unknown", err.Error()
		if needed := newerGo.FindStringSubmatch(result.Reason); needed != nil {
			result.Reason = "it needs go" + needed[1] + ": --go names newer releases"
		}
		return result, nil
	}
	program := &moduleProgram{cache, packages, q.Platform, buildsSomewhere(release)}
	j := &judge{s, newDeclared(s, program)}
	names := make([]string, 0, len(packages))
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	used := t.used(packages)
	// Where a module has a package of its own name, others that do not build on a release are no news of it.
	must := used
	if main := packages[t.module]; main != nil && t.linked == nil {
		must = map[string]bool{t.module: true}
		for _, dep := range main.Deps {
			must[dep] = true
		}
	}
	audited := 0
	for _, name := range names {
		p := packages[name]
		if p.Standard || !q.Deps && !t.owns(p) {
			continue
		}
		if p.Error != nil && must[name] {
			result.Reason = cmp.Or(result.Reason, firstLine(p.Error.Err))
		}
		if p.Error != nil || p.Module == nil || t.linked != nil && !t.linked(p.ImportPath) {
			continue
		}
		audited++
		if t.owns(p) && must[name] {
			if err := misparsed(ctx, release, p); err != nil {
				result.Reason = cmp.Or(result.Reason, firstLine(err.Error()))
			}
		}
		pulls, err := program.pulls(p)
		if err != nil {
			result.Reason = cmp.Or(result.Reason, firstLine(err.Error()))
		}
		for _, pull := range pulls {
			if must[name] && !j.types.compiles(p, pull) {
				result.Reason = cmp.Or(result.Reason, fmt.Sprintf("%s does not compile: what it declares for %s has a type that is not there", name, pull.Symbol))
			}
			if finding := j.judge(p, pull); finding != nil {
				if !used[name] && finding.Level != Fine {
					finding.Verdict, finding.Level, finding.Detail = pullDead, Fine, finding.Verdict+", but on this release no package imports its own"
				}
				finding.File, finding.Line = t.fileName(p, pull.File), pull.Line
				result.Findings = append(result.Findings, finding)
			}
		}
	}
	slices.SortStableFunc(result.Findings, func(a, b *Finding) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	switch {
	case result.level() == Breaks:
		result.Verdict = "breaks"
	case result.Reason != "":
		result.Verdict = "unknown"
	case audited == 0:
		result.Verdict, result.Reason = "unknown", "it has no package for this release and platform"
	}
	return result, nil
}

// misparsed tells of a package's files that do not parse. A release may know syntax that this program's Go does not, so its
// own word is the last.
func misparsed(ctx context.Context, release *Release, p *modulePackage) error {
	for _, name := range p.sourceFiles() {
		path := filepath.Join(p.Dir, name)
		if _, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution); err == nil {
			continue
		}
		if _, err := run(ctx, goCommand(ctx, filepath.Join(release.Root, "bin", "gofmt"), "", "-e", "-l", path)); err != nil {
			return err
		}
	}
	return nil
}

func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	return text
}

// platforms is what a release builds for that modules have files for.
var platforms = []Platform{
	{"linux", "amd64", true}, {"linux", "amd64", false}, {"linux", "arm64", true}, {"linux", "386", true}, {"linux", "arm", true},
	{"linux", "riscv64", true}, {"linux", "loong64", true}, {"linux", "ppc64le", true}, {"linux", "s390x", true}, {"linux", "mips64le", true},
	{"darwin", "arm64", true}, {"darwin", "amd64", true}, {"darwin", "arm64", false}, {"windows", "amd64", true}, {"windows", "arm64", true},
	{"windows", "386", true}, {"windows", "amd64", false}, {"freebsd", "amd64", true}, {"netbsd", "amd64", true}, {"openbsd", "amd64", true},
	{"dragonfly", "amd64", true}, {"solaris", "amd64", true}, {"illumos", "amd64", true}, {"aix", "ppc64", true}, {"android", "arm64", true},
	{"ios", "arm64", true}, {"plan9", "amd64", false}, {"js", "wasm", false}, {"wasip1", "wasm", false},
}

// buildsSomewhere tells of files whether a release builds them for any platform, without tags of one's own.
func buildsSomewhere(release *Release) func(dir, file string) bool {
	tags := releaseTags(release.Name)
	return func(dir, file string) bool {
		return slices.ContainsFunc(platforms, func(p Platform) bool {
			of := build.Default
			of.GOOS, of.GOARCH, of.CgoEnabled, of.ReleaseTags, of.ToolTags, of.BuildTags = p.OS, p.Arch, p.Cgo, tags, nil, nil
			matches, err := of.MatchFile(dir, file)
			return err == nil && matches
		})
	}
}

// releaseTags is go1.1 to the release's own.
func releaseTags(release string) (tags []string) {
	var minor int
	fmt.Sscanf(release, "go1.%d", &minor)
	for i := range minor {
		tags = append(tags, fmt.Sprintf("go1.%d", i+1))
	}
	return tags
}

// ---- judging ----

// judge knows what one release says.
type judge struct {
	scan  *Scan
	types *declared
}

// judge returns a finding, or nil where the pull is none of the standard library's symbols.
func (j *judge) judge(p *modulePackage, pull *modulePull) *Finding {
	symbol := j.scan.Symbols[pull.Symbol]
	if symbol == nil && packageOf(pull.Symbol) == pull.Symbol {
		return nil // C's
	}
	finding := &Finding{Symbol: pull.Symbol, Verdict: pullElsewhere, Detail: "its file is for other platforms"}
	if pull.Elsewhere {
		return finding
	}
	finding.Verdict, finding.Detail = j.linkVerdict(p, pull, symbol)
	needed := pull.Referenced
	if finding.Verdict == pullGone {
		needed = pull.Reachable
	}
	switch {
	case finding.Verdict == pullLinks && pull.Local != "" && !pull.Push && pull.Referenced:
		if verdict, level, detail := j.types.compare(p, pull, symbol); level != Fine {
			finding.Verdict, finding.Level, finding.Detail = verdict, level, detail
		}
	case finding.Verdict == pullLinks:
	case !needed:
		finding.Verdict, finding.Detail = pullDead, finding.Verdict+", but nothing uses it"
	case finding.Verdict == pullGone && pull.Data:
		finding.Level, finding.Detail = Doubtful, finding.Detail+", so the variable is one of its own"
	case finding.Verdict == pullRefused && pull.Data && j.types.larger(p, pull, symbol):
		finding.Verdict, finding.Level, finding.Detail = pullSignature, Doubtful, finding.Detail+", but the variable declared here is larger and takes its place"
	default:
		finding.Level = Breaks
	}
	return finding
}

// linkVerdict is what the release's linker says of a pull.
func (j *judge) linkVerdict(p *modulePackage, pull *modulePull, symbol *Symbol) (verdict, detail string) {
	if pull.Push {
		if symbol != nil && !symbol.Data {
			return pullRefused, "this release defines it itself: there cannot be two"
		}
		return pullLinks, "defined here"
	}
	if allowed, is := j.scan.Rules.Blocked[pull.Symbol]; is {
		if slices.Contains(allowed, p.ImportPath) {
			return pullLinks, ""
		}
		if symbol == nil || !symbol.Links {
			return pullBlocked, "the linker blocks it by its name"
		}
	}
	switch {
	case symbol == nil:
		return pullGone, "this release has no such symbol"
	case symbol.Import != "runtime" && j.types.program.packages[symbol.Package] == nil:
		return pullGone, "nothing imports " + symbol.Package + ", which has it"
	case symbol.Standing == StdOnly && !symbol.Links:
		return pullStdOnly, symbol.Reason
	case pull.Local == "":
		return j.assemblyVerdict(symbol)
	case !symbol.Links:
		return pullRefused, symbol.Reason
	}
	return pullLinks, symbol.Reason
}

// assemblyVerdict is for a symbol that assembly refers to: it needs the calling convention of assembly, which what is marked
// or is itself assembly has.
func (j *judge) assemblyVerdict(symbol *Symbol) (verdict, detail string) {
	switch {
	case symbol.Kind == "assembly" && (j.scan.Rules.AllowsWrapper || !j.scan.Rules.Checks || !strings.Contains(symbol.Symbol, ".")):
		return pullLinks, ""
	case !symbol.Links:
		return pullRefused, symbol.Reason
	case symbol.Standing == Unmarked && !symbol.Data && j.scan.Rules.RegisterABI:
		return pullRefused, "not marked, so assembly cannot call it"
	}
	return pullLinks, symbol.Reason
}
