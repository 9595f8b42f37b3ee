package observatory

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"go/types"
	"go/version"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Probe is how gobridge itself fares on releases.
type Probe struct {
	Date     string    `json:"date"`    // its day
	Machine  string    `json:"machine"` // on which
	Platform string    `json:"platform"`
	Releases []*Probed `json:"releases"`        // the oldest first
	Range    *Range    `json:"range,omitempty"` // where the suites ran
	Failed   bool      `json:"-"`

	platform Platform
	rows     []*probeRow // for the page
}

// Probed is how gobridge fares on one release.
type Probed struct {
	Release  string        `json:"release"`
	Pulls    []*ProbedPull `json:"pulls"`
	Suites   []*Suite      `json:"suites"`
	Crossing float64       `json:"crossing_ns"` // what the cheapest call from C into Go takes; 0 where it was not measured
	Good     bool          `json:"good"`        // all that was asked is as it must be

	symbols map[string]*Symbol
	layouts map[string]Layout
	others  map[Platform]map[string]*Symbol // of the newest release, for the page
}

// ProbedPull is one of gobridge's own pulls.
type ProbedPull struct {
	Symbol  string `json:"symbol"`
	Verdict string `json:"verdict"` // as in an audit
	Reason  string `json:"reason"`
}

// Suite is a run of the bridge's own tests.
type Suite struct {
	Backend string  `json:"backend"` // linkname or portable
	Verdict string  `json:"verdict"` // passes or fails
	Seconds float64 `json:"seconds"`
	Output  string  `json:"output"` // where they fail
}

// ProbeQuery is what a probe is asked for.
type ProbeQuery struct {
	Releases   []string          // by default the newest of every minor from go1.21 on
	Platform   Platform          // another one than this machine's needs a C compiler, and without Quick an emulator
	Signatures map[string]string // of gobridge's pulls, by symbol
	First      map[string]string // the release from which each is pulled; from the first one where it has none
	Source     string            // gobridge's sources
	Quick      bool              // no suites and no crossing, so that it needs no sources
	Accept     bool              // writes into the sources which releases are verified now
	Progress   io.Writer
}

// probe answers a query.
func ProbeReleases(ctx context.Context, q ProbeQuery) (*Probe, error) {
	last := 0
	if !q.Quick {
		if err := checkSources(q.Source); err != nil {
			return nil, err
		}
		var err error
		if last, err = lastVerified(q.Source); err != nil {
			return nil, err
		}
	}
	names := q.Releases
	if len(names) == 0 {
		names = newestOfMinors(ctx, q.Progress)
	}
	var releases []*Release
	for _, name := range names {
		release, err := FindRelease(ctx, name)
		if err != nil {
			return nil, err
		}
		releases = append(releases, release)
	}
	slices.SortFunc(releases, func(a, b *Release) int { return version.Compare(a.Name, b.Name) })
	result := &Probe{Date: time.Now().UTC().Format(time.DateOnly), Machine: machine(), Platform: q.Platform.String(), platform: q.Platform}
	for i, release := range releases {
		say := func(doing string) {
			fmt.Fprintf(q.Progress, "[%d/%d] %s: %s\n", i+1, len(releases), release.Name, doing)
		}
		probed := &Probed{Release: release.Name, Suites: []*Suite{}, Good: true}
		say("its symbols and its linker")
		if err := probed.pull(ctx, release, q); err != nil {
			return nil, err
		}
		if !q.Quick {
			if err := probed.run(ctx, release, q, last, say); err != nil {
				return nil, err
			}
		}
		probed.judge()
		result.Failed = result.Failed || !probed.Good
		result.Releases = append(result.Releases, probed)
	}
	if last := len(releases) - 1; last >= 0 {
		if err := result.Releases[last].lookElsewhere(ctx, releases[last], q.Platform); err != nil {
			return nil, err
		}
	}
	result.rows = rowsOf(result.Releases, q.Signatures)
	if !q.Quick {
		result.Range = rangeOf(last, result.Releases)
	}
	if q.Accept {
		if err := result.Range.accept(q.Source); err != nil {
			return nil, err
		}
		result.Failed = result.Failed || !result.Range.Accepted
	}
	return result, nil
}

// elsewhere is the platforms whose symbols the page compares with those of the one that is probed.
var elsewhere = []Platform{{"linux", "amd64", true}, {"linux", "arm64", true}, {"linux", "386", true}, {"darwin", "arm64", true}, {"windows", "amd64", true}}

// lookElsewhere reads what a release has on other platforms.
func (p *Probed) lookElsewhere(ctx context.Context, release *Release, own Platform) error {
	p.others = map[Platform]map[string]*Symbol{}
	for _, platform := range elsewhere {
		if platform.OS == own.OS && platform.Arch == own.Arch {
			p.others[platform] = p.symbols
			continue
		}
		s, err := scan(ctx, release, platform)
		if err != nil {
			return err
		}
		p.others[platform] = s.Symbols
	}
	return nil
}

// machine is what this one is called, as far as it tells.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	model := "a machine"
	if found := regexp.MustCompile(`(?m)^model name\s*: (.+)$`).FindSubmatch(text); found != nil {
		model = string(found[1])
	}
	if runtime.NumCPU() == 1 {
		return model + ", 1 processor"
	}
	return fmt.Sprintf("%s, %d processors", model, runtime.NumCPU())
}

// checkSources sees that a directory has gobridge's sources.
func checkSources(dir string) error {
	if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || !strings.HasPrefix(string(text), "module gobridge\n") {
		return fmt.Errorf("%s does not have gobridge's sources: go there, or name their directory with --source", dir)
	}
	return nil
}

// newestOfMinors is the newest release of each minor, or the newest candidate of one that is not out yet: of all, or without
// a network of those on this machine.
func newestOfMinors(ctx context.Context, progress io.Writer) (newest []string) {
	names, err := published(ctx, "")
	if err != nil {
		fmt.Fprintln(progress, err)
		names = installed(ctx, "")
	}
	for _, name := range names {
		switch last := len(newest) - 1; {
		case version.Compare(name, "go1.21") < 0:
		case last >= 0 && version.Lang(newest[last]) == version.Lang(name):
			newest[last] = name
		default:
			newest = append(newest, name)
		}
	}
	return newest
}

func (p *Probed) judge() {
	for _, pull := range p.Pulls {
		p.Good = p.Good && pull.Verdict == pullLinks
	}
	for _, suite := range p.Suites {
		p.Good = p.Good && suite.Verdict == "passes"
	}
}

// ---- pulls ----

// pull asks the release's linker, and compares what gobridge declares with what the release defines.
func (p *Probed) pull(ctx context.Context, release *Release, q ProbeQuery) error {
	s, err := scan(ctx, release, q.Platform)
	if err != nil {
		return err
	}
	listed, err := listPackages(ctx, release, q.Platform)
	if err != nil {
		return err
	}
	p.symbols = s.Symbols
	if p.layouts, err = readLayouts(ctx, release, s); err != nil {
		return err
	}
	program := &moduleProgram{packages: map[string]*modulePackage{}}
	for _, of := range listed {
		program.packages[of.ImportPath] = &modulePackage{goPackage: *of}
	}
	d := newDeclared(s, program)
	declared := map[string]types.Object{}
	var pulls []pull
	for symbol, signature := range q.Signatures {
		if version.Compare(version.Lang(release.Name), q.First[symbol]) < 0 {
			continue // the portable backend answers there
		}
		object, err := objectOf(signature)
		if err != nil {
			return fmt.Errorf("%s: %w", symbol, err)
		}
		declared[symbol] = object
		_, isVariable := object.(*types.Var)
		pulls = append(pulls, pull{symbol, packageOf(symbol), isVariable, d.sizes.Sizeof(object.Type())})
	}
	t, err := newToolchain(ctx, release, q.Platform)
	if err != nil {
		return err
	}
	defer t.close()
	verdicts, err := t.verdicts(ctx, pulls)
	if err != nil {
		return err
	}
	for _, of := range pulls {
		probed := &ProbedPull{of.Symbol, pullLinks, ""}
		symbol := s.Symbols[of.Symbol]
		switch verdict := verdicts[of.Symbol]; {
		case !verdict.Links:
			probed.Verdict, probed.Reason = pullRefused, verdict.Message
			if symbol == nil {
				probed.Verdict = pullGone
			}
		case symbol == nil || symbol.Local == "":
			probed.Verdict, probed.Reason = pullSignature, "no definition was found to compare with"
		default:
			p.compare(d, probed, declared[of.Symbol], symbol)
		}
		p.Pulls = append(p.Pulls, probed)
	}
	slices.SortFunc(p.Pulls, func(a, b *ProbedPull) int { return cmp.Compare(a.Symbol, b.Symbol) })
	return nil
}

func (p *Probed) compare(d *declared, probed *ProbedPull, own types.Object, symbol *Symbol) {
	defined := d.std.find(path.Dir(symbol.File), symbol.Local)
	if defined == nil {
		probed.Verdict, probed.Reason = pullSignature, "its definition cannot be read"
		return
	}
	if verdict, level, detail := d.compareObjects(own, defined); level != Fine {
		probed.Verdict, probed.Reason = verdict, detail
		return
	}
	probed.Reason = d.text(defined)
	if function, is := defined.(*types.Func); is {
		for _, parameter := range parameters(function) {
			if _, is := d.iterator(parameter); !is {
				continue
			}
			iterator := parameter.Type().(*types.Pointer).Elem()
			if wrong := d.unlikeBridges(iterator.Underlying().(*types.Struct)); wrong != "" {
				probed.Verdict, probed.Reason = pullLayout, wrong
			}
		}
	}
}

// The memory that the bridge returns the runtime for an iterator (linkname.Iter): how many words it has, and how many of them
// hold pointers. The bridge reads key and element out of the first two, the collector looks at the pointers.
const (
	iteratorWords    = 12
	iteratorPointers = 8
)

// unlikeBridges tells where the runtime takes that memory for something else, or "".
func (d *declared) unlikeBridges(iterator *types.Struct) string {
	word := d.sizes.Sizeof(types.Typ[types.Uintptr])
	if size := d.sizes.Sizeof(iterator); size > iteratorWords*word {
		return fmt.Sprintf("its iterator has %d bytes, the bridge's %d", size, iteratorWords*word)
	}
	for i, name := range []string{"key", "elem"} {
		if iterator.NumFields() <= i || iterator.Field(i).Name() != name {
			return "its iterator does not begin with key and elem"
		}
	}
	for _, lies := range d.std.words(nil, iterator, 0) {
		kind, offset, _ := strings.Cut(lies, "@")
		at, _ := strconv.ParseInt(offset, 10, 64)
		if pointers := at < iteratorPointers*word; pointers && kind != "pointer" || !pointers && !isNumber(kind) {
			return fmt.Sprintf("its iterator has %s at byte %d, the bridge's pointers up to %d and numbers from there on", kind, at, iteratorPointers*word)
		}
	}
	return ""
}

func isNumber(kind string) bool {
	return strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") || kind == "bool"
}

// objectOf is a function or a variable of a signature, "func(p unsafe.Pointer) int" or "var bool".
func objectOf(signature string) (types.Object, error) {
	scope := types.NewPackage("p", "p")
	scope.Scope().Insert(types.NewPkgName(token.NoPos, scope, "unsafe", types.Unsafe))
	text, isVariable := strings.CutPrefix(signature, "var ")
	of, err := types.Eval(token.NewFileSet(), scope, token.NoPos, text)
	if err != nil {
		return nil, err
	}
	if isVariable {
		return types.NewVar(token.NoPos, scope, "v", of.Type), nil
	}
	function, is := of.Type.(*types.Signature)
	if !is {
		return nil, fmt.Errorf("%s is no function", signature)
	}
	return types.NewFunc(token.NoPos, scope, "f", function), nil
}
