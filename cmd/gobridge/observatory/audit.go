package observatory

import (
	"cmp"
	"context"
	"fmt"
	"go/build"
	"go/version"
	"io"
	"math"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// Audit is what releases say of a module's pulls.
type Audit struct {
	Schema  int       `json:"schema"` // of this, which grows with what is added or changed
	Module  string    `json:"module"`
	Version string    `json:"version"`
	Results []*Result `json:"results"`
	Fixes   []*Fix    `json:"fixes,omitempty"` // if they were asked for
	Stale   []string  `json:"stale,omitempty"` // lines of a baseline that are over, or that nothing needs any more

	Note    string `json:"note"` // how it was audited, where that is not plain
	Prefix  string `json:"-"`    // the module's directory, as the user named it
	Broken  bool   `json:"-"`    // a release does not link it, or lets it corrupt memory
	Unknown bool   `json:"-"`    // a release cannot tell

	gomod []byte // of the module's directory, or nil
}

// Result is what one release says.
type Result struct {
	Release  string     `json:"release"`
	Platform string     `json:"platform"`
	Verdict  string     `json:"verdict"`  // links, breaks or unknown
	Cause    string     `json:"cause"`    // linkname, compile or memory; "" for none
	Compile  string     `json:"compile"`  // what does not compile: "p/p.go:7:2: undefined: x"
	Accepted string     `json:"accepted"` // why the baseline accepts that it does not compile
	Reason   string     `json:"reason"`   // why the verdict is unknown
	Findings []*Finding `json:"findings"`
	Lost     []*Finding `json:"lost"`            // pulls that the release before had, where it does not compile
	Build    *Build     `json:"build,omitempty"` // if it was asked for
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

	Accepted string `json:"accepted"` // why the baseline accepts it
	Detail   string `json:"detail"`
	Level    Level  `json:"level"`
	Instead  string `json:"instead"` // what the standard library exports in its place; "" for nothing
	Via      string `json:"via"`     // how the build comes to another module's package: "m/p -> example.com/dep"
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
	Target    string   // a directory in a module, a built program or archive, or MODULE[@VERSION]
	Releases  []string // as FindRelease takes them; by default the machine's
	Deps      bool     // dependencies too
	Platforms []Platform
	Tags      string    // of the build, as -tags takes them
	Test      bool      // the module's tests too
	Baseline  string    // a file of findings that are accepted
	Fix       bool      // find newer versions that link
	Build     bool      // have each release build it, and tell what its compiler and linker say
	Progress  io.Writer // gets a line for each build that has ended; nil where no one wants that

	newest *Release // of those, or nil
}

// auditMemory is what an audit keeps to where it can: a large program's types take most of it, and without a limit the collector lets
// twice as much gather.
const auditMemory = 440 << 20

// AuditModules answers a query.
func AuditModules(ctx context.Context, q AuditQuery) (*Audit, error) {
	exceptions, err := readBaseline(q.Baseline)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	releases, err := findReleases(ctx, q.Releases)
	if err != nil {
		return nil, err
	}
	for _, release := range releases { // whose go command takes modules that need a newer Go than the machine's
		if q.newest == nil || version.Compare(release.Name, q.newest.Name) > 0 {
			q.newest = release
		}
	}
	target, err := findTarget(ctx, q, work)
	if err != nil {
		return nil, err
	}
	if len(releases) == 0 {
		if releases, err = findReleases(ctx, []string{target.release}); err != nil {
			return nil, err
		}
	}
	q.Deps = q.Deps || target.deps
	a := &Audit{Schema: 2, Module: target.module, Version: target.version, Note: target.note, Prefix: target.prefix}
	if target.version == "" {
		a.gomod = target.gomod
	}
	if target.platform != nil {
		q.Platforms = []Platform{*target.platform}
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // none was set
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(auditMemory))
	}
	cache := newSourceCache()
	var tasks []func() error
	var (
		telling sync.Mutex
		ended   int
	)
	a.Results = make([]*Result, len(releases)*len(q.Platforms))
	for i, release := range releases {
		for j, platform := range q.Platforms {
			tasks = append(tasks, func() error {
				result, err := target.audit(ctx, release, platform, q, cache)
				a.Results[i*len(q.Platforms)+j] = result
				if q.Progress != nil && err == nil && result.Build != nil {
					telling.Lock()
					defer telling.Unlock()
					ended++
					fmt.Fprintf(q.Progress, "[%d/%d] %s %s: %s\n", ended, len(a.Results), release.Name, platform, result.Build.Verdict)
				}
				return err
			})
		}
	}
	if err := inParallel(ctx, tasks); err != nil {
		return nil, err
	}
	a.accept(exceptions, q.Baseline, time.Now().Format(time.DateOnly))
	for i, result := range a.Results {
		a.Broken = a.Broken || result.Cause != "" && result.breaksStill()
		a.Unknown = a.Unknown || result.Verdict == "unknown"
		if before := i - len(q.Platforms); before >= 0 && result.Compile != "" {
			result.Lost = a.Results[before].without(result)
		}
	}
	if q.Fix {
		return a, a.findFixes(ctx, q)
	}
	return a, nil
}

// findReleases finds releases by their names, each once.
func findReleases(ctx context.Context, names []string) (releases []*Release, err error) {
	for _, name := range names {
		release, err := FindRelease(ctx, name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(releases, func(known *Release) bool { return known.Name == release.Name }) {
			releases = append(releases, release)
		}
	}
	return releases, nil
}

// without is the pulls that another release does not have.
func (r *Result) without(other *Result) []*Finding {
	lost := []*Finding{}
	for _, finding := range r.Findings {
		if finding.Verdict != pullElsewhere && !slices.ContainsFunc(other.Findings, func(f *Finding) bool {
			return f.Symbol == finding.Symbol && f.Verdict != pullElsewhere
		}) {
			lost = append(lost, finding)
		}
	}
	return lost
}

var newerGo = regexp.MustCompile(`(?:(\S+)@\S+ )?requires go >= (\S+)`)

// audit asks one release.
func (t *target) audit(ctx context.Context, release *Release, platform Platform, q AuditQuery, cache *sourceCache) (*Result, error) {
	result := &Result{Release: release.Name, Platform: platform.String(), Verdict: "links", Findings: []*Finding{}, Lost: []*Finding{}}
	packages, err := t.list(ctx, release, platform)
	if err != nil {
		if _, err := scan(ctx, release, platform); err != nil { // it does not build for the platform
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		result.Verdict, result.Reason = "unknown", err.Error()
		if needed := newerGo.FindStringSubmatch(result.Reason); needed != nil {
			who := cmp.Or(needed[1], t.module)
			if who == t.module {
				who = "it"
			}
			result.Reason = who + " requires go >= " + needed[2] + ": --go names newer releases"
		}
		return result, nil
	}
	kept := t.resultPath(release, platform, q.Deps, packages, &cache.digests)
	result, err = keptResult(ctx, kept, func() (*Result, bool, error) {
		if isLarge(packages) { // two of which would take the memory of two
			cache.large.Lock()
			defer cache.large.Unlock()
		}
		s, err := scan(ctx, release, platform)
		if err != nil {
			return nil, false, err
		}
		program := &moduleProgram{cache, packages, platform, buildsSomewhere(release, t.tags)}
		a := &moduleAudit{target: t, result: result, program: program, used: t.used(packages), must: t.must(packages)}
		err = a.judge(ctx, release, s, q)
		return result, !a.typed.askedC, err
	})
	if err != nil {
		return nil, err
	}
	if q.Build {
		if result.Build, err = t.build(ctx, release, platform, packages); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// isLarge tells whether a program has so many files that type-checking it keeps all processors busy.
func isLarge(packages map[string]*modulePackage) bool {
	files := 0
	for _, p := range packages {
		if !p.Standard {
			files += len(p.GoFiles)
		}
	}
	return files > 500
}

// must is the packages that have to compile: what a build is for, and all that this imports. If a module has a package of
// its own name, others that do not build on a release are no news of it.
func (t *target) must(packages map[string]*modulePackage) map[string]bool {
	main := t.main(packages)
	if main == "" {
		return t.used(packages)
	}
	must := map[string]bool{main: true}
	for _, dep := range packages[main].Deps {
		must[dep] = true
	}
	return must
}

// moduleAudit is an audit by one release on one platform.
type moduleAudit struct {
	target     *target
	result     *Result
	program    *moduleProgram
	used, must map[string]bool
	typed      *typedProgram
	torn       bool // packages that it can do without do not compile
}

// judge fills in the result.
func (a *moduleAudit) judge(ctx context.Context, release *Release, s *Scan, q AuditQuery) error {
	types := newDeclared(s, a.program)
	a.typed = newTypedProgram(a.program, release, types.std)
	types.typed = a.typed
	names := make([]string, 0, len(a.program.packages))
	for name := range a.program.packages {
		names = append(names, name)
	}
	slices.Sort(names)
	goals := map[string]bool{}
	for _, name := range names {
		goals[name] = a.target.isGoal(a.program.packages[name])
	}
	if err := a.typed.check(ctx, slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !a.used[name] })); err != nil {
		return err
	}
	if err := a.compile(ctx, names); err != nil {
		return err
	}
	usage, err := a.typed.usage(goals, a.used)
	if err != nil {
		return err
	}
	j := &judge{scan: s, types: types, usage: usage, unchecked: a.target.unchecked}
	audited := 0
	for _, name := range names {
		p := a.program.packages[name]
		if p.Standard || p.Module == nil || !q.Deps && !a.target.owns(p) || a.target.linked != nil && !a.target.linked(p.ImportPath) || len(p.paths())+len(p.SFiles)+len(p.IgnoredGoFiles) == 0 {
			continue
		}
		audited++
		pulls, err := a.program.pulls(p)
		if err != nil {
			return err
		}
		for _, pull := range pulls {
			finding := j.judge(p, pull)
			if finding == nil {
				continue
			}
			if finding.Level != Fine && (!a.used[name] || a.torn && !a.must[name]) {
				finding.Verdict, finding.Level, finding.Detail = pullDead, Fine, finding.Verdict+", but on this release no package imports its own"
			}
			finding.File, finding.Line = a.target.fileName(p, pull.File), pull.Line
			if finding.Level != Fine {
				finding.Instead = instead[finding.Symbol]
			}
			if finding.Level != Fine && !a.target.owns(p) {
				finding.Via = a.program.chain(goals, name)
			}
			if !slices.ContainsFunc(a.result.Findings, func(known *Finding) bool { return *known == *finding }) {
				a.result.Findings = append(a.result.Findings, finding)
			}
		}
	}
	slices.SortStableFunc(a.result.Findings, func(a, b *Finding) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	a.conclude(audited)
	return nil
}

// compile finds out which packages do not compile.
func (a *moduleAudit) compile(ctx context.Context, names []string) error {
	fewest := -1
	isMissing := func(name string) bool {
		p := a.program.packages[name]
		return p != nil && p.Error != nil && cannotBeHad.MatchString(p.Error.Err)
	}
	for _, name := range names {
		p := a.program.packages[name]
		if p.Standard || !a.used[name] || slices.ContainsFunc(p.Deps, isMissing) {
			continue
		}
		message := ""
		if p.Error != nil {
			message = firstLine(p.Error.Err)
			if isMissing(name) || !refusesFiles.MatchString(message) && !compilerSays.MatchString(p.Error.Pos+": "+message) {
				if a.must[name] {
					a.result.Reason = cmp.Or(a.result.Reason, message)
				}
				continue
			}
		} else {
			var err error
			if message, err = a.typed.fails(ctx, a.target, p); err != nil {
				return err
			}
			if p.Module != nil && !a.target.owns(p) && compilerSays.MatchString(message) {
				message = p.Module.Path + "@" + p.Module.Version + "/" + message
			}
		}
		switch {
		case message == "":
		case !a.must[name]:
			a.torn = true
		case fewest < 0 || len(p.Deps) < fewest: // what fails first
			fewest, a.result.Compile = len(p.Deps), message
		}
	}
	return nil
}

// conclude draws the verdict.
func (a *moduleAudit) conclude(audited int) {
	r := a.result
	switch level := r.level(); {
	case r.Compile != "":
		r.Verdict, r.Cause = "breaks", causeCompile
	case level == Breaks:
		r.Verdict, r.Cause = "breaks", causeLinkname
	case r.Reason != "":
		r.Verdict = "unknown"
	case a.target.missing != "":
		r.Verdict, r.Reason = "unknown", a.target.missing
	case audited == 0:
		r.Verdict, r.Reason = "unknown", "it has no package for this release and platform"
	case level == Corrupts:
		r.Cause = causeMemory
	}
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
func buildsSomewhere(release *Release, own string) func(dir, file string) bool {
	tags := releaseTags(release.Name)
	given := strings.FieldsFunc(own, func(r rune) bool { return r == ',' || r == ' ' })
	return func(dir, file string) bool {
		return slices.ContainsFunc(platforms, func(p Platform) bool {
			of := build.Default
			of.GOOS, of.GOARCH, of.CgoEnabled, of.ReleaseTags, of.ToolTags, of.BuildTags = p.OS, p.Arch, p.Cgo, tags, nil, given
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
	scan      *Scan
	types     *declared
	usage     *usage
	unchecked bool // the linker is told to check nothing
	untyped   bool // signatures are not compared: the types are another release's
}

// judge returns a finding, or nil where the pull is none of the standard library's symbols.
func (j *judge) judge(p *modulePackage, pull *modulePull) *Finding {
	symbol := j.scan.Symbols[pull.Symbol]
	if symbol == nil {
		symbol = j.wrapper(pull.Symbol)
	}
	if symbol == nil && packageOf(pull.Symbol) == pull.Symbol {
		return nil // C's
	}
	finding := &Finding{Symbol: pull.Symbol, Verdict: pullElsewhere, Detail: "its file is for other platforms"}
	if pull.Elsewhere {
		return finding
	}
	j.use(p, pull)
	finding.Verdict, finding.Detail = j.linkVerdict(p, pull, symbol)
	needed := pull.Referenced
	if finding.Verdict == pullGone {
		needed = pull.Reachable
	}
	switch {
	case finding.Verdict == pullLinks && symbol != nil && pull.Local != "" && !pull.Push && pull.Referenced && !j.untyped:
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

// use tells what of the program uses a pull.
func (j *judge) use(p *modulePackage, pull *modulePull) {
	of := j.types.typed.checked[p.ImportPath]
	if of == nil {
		return // nothing does
	}
	scope := of.types.Scope()
	if pull.Local == "" {
		pull.Referenced, pull.Reachable = true, pull.Within == "" || j.usage.reached[j.types.typed.defines[pull.Within]]
		return
	}
	local := scope.Lookup(pull.Local)
	// The memory of a variable, and what the package defines, are in its object file.
	pull.Referenced, pull.Reachable = pull.Data || pull.Push || j.usage.mentioned[local], j.usage.reached[local]
}

// linkVerdict is what the release's linker says of a pull.
func (j *judge) linkVerdict(p *modulePackage, pull *modulePull, symbol *Symbol) (verdict, detail string) {
	if pull.Push {
		if symbol != nil && !symbol.Data && (symbol.Import == "runtime" || j.types.program.packages[symbol.Package] != nil) {
			return pullRefused, "this release defines it itself: there cannot be two"
		}
		return pullLinks, "defined here"
	}
	if _, is := j.types.typed.defines[pull.Symbol]; is {
		return pullLinks, "defined by a module" // which the linker leaves to modules
	}
	if !j.types.program.isStandard(pull.Symbol) {
		return pullGone, "no package of the program defines it"
	}
	if allowed, is := j.scan.Rules.Blocked[pull.Symbol]; is && !j.unchecked {
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
	case j.unchecked:
		return pullLinks, "its linker is told to check nothing"
	case symbol.Kind == "method" && j.knowsReceiver(p, pull, symbol):
		return pullLinks, "the compiler knows the method's type, and refers to it by number" // which the linker does not check
	case symbol.Standing == StdOnly && !symbol.Links:
		return pullStdOnly, symbol.Reason
	case pull.Local == "":
		return j.assemblyVerdict(symbol)
	case !symbol.Links:
		return pullRefused, symbol.Reason
	}
	return pullLinks, symbol.Reason
}

// knowsReceiver tells whether the compiler knows the type that a method belongs to when it reads the pull.
func (j *judge) knowsReceiver(p *modulePackage, pull *modulePull, symbol *Symbol) bool {
	receiver, _, is := strings.Cut(strings.TrimPrefix(symbol.Symbol, packageOf(symbol.Symbol)+"."), ").")
	of := j.types.typed.checked[p.ImportPath]
	return is && of != nil && of.knows(packageOf(symbol.Symbol), strings.TrimPrefix(receiver, "(*"), of.types.Scope().Lookup(pull.Local))
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
