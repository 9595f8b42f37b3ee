package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"go/version"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Probe is how gobridge itself fares on releases.
type Probe struct {
	Releases []*Probed `json:"releases"`
	Failed   bool      `json:"-"`

	rows []*probeRow // for the page
}

// Probed is how gobridge fares on one release.
type Probed struct {
	Release  string        `json:"release"`
	Pulls    []*ProbedPull `json:"pulls"`
	Suites   []*Suite      `json:"suites"`
	Crossing float64       `json:"crossing_ns"` // what the cheapest call from C into Go takes; 0 where it was not measured
	Good     bool          `json:"good"`        // all that was asked is as it must be

	symbols map[string]*Symbol
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
	Verdict string  `json:"verdict"` // passes, fails or skipped
	Seconds float64 `json:"seconds"`
	Output  string  `json:"output"` // where they fail, or why they were skipped
}

// ProbeQuery is what a probe is asked for.
type ProbeQuery struct {
	Releases   []string          // by default the newest patch of every minor from go1.21 on
	Signatures map[string]string // of gobridge's pulls, by symbol
	Source     string            // gobridge's sources; "" or what is none leaves the suites and the crossing out
	Quick      bool              // no suites and no crossing
	Progress   io.Writer
}

// probe answers a query.
func probe(ctx context.Context, q ProbeQuery) (*Probe, error) {
	names := q.Releases
	if len(names) == 0 {
		names = newestOfMinors(ctx)
	}
	if text, err := os.ReadFile(filepath.Join(q.Source, "go.mod")); !q.Quick && (err != nil || !strings.HasPrefix(string(text), "module gobridge\n")) {
		return nil, fmt.Errorf("%s has not gobridge's sources, whose tests are part of a probe: run it there, or with --quick", cmp.Or(q.Source, "this directory"))
	}
	result := &Probe{}
	for i, name := range names {
		release, err := findRelease(ctx, name)
		if err != nil {
			return nil, err
		}
		say := func(doing string) { fmt.Fprintf(q.Progress, "[%d/%d] %s: %s\n", i+1, len(names), release.Name, doing) }
		probed := &Probed{Release: release.Name, Suites: []*Suite{}, Good: true}
		say("its symbols and its linker")
		if err := probed.pull(ctx, release, q.Signatures); err != nil {
			return nil, err
		}
		if !q.Quick {
			for _, backend := range []string{"linkname", "portable"} {
				say("the suite on the " + backend + " backend")
				suite, err := runSuite(ctx, release, q.Source, backend)
				if err != nil {
					return nil, err
				}
				probed.Suites = append(probed.Suites, suite)
			}
			say("a crossing")
			if probed.Crossing, err = timeCrossing(ctx, release, q.Source); ctx.Err() != nil {
				return nil, ctx.Err()
			} else if err != nil {
				say("a crossing could not be timed: " + err.Error())
			}
		}
		probed.judge()
		result.Failed = result.Failed || !probed.Good
		result.Releases = append(result.Releases, probed)
	}
	result.rows = rowsOf(result.Releases, q.Signatures)
	return result, nil
}

// newestOfMinors is the newest patch of each minor, or what there is of one that is not released yet.
func newestOfMinors(ctx context.Context) (names []string) {
	known := installed(ctx, "")
	if all, err := published(ctx, ""); err == nil {
		known = append(known, all...)
	}
	var minors []string
	for _, name := range known {
		if minor := version.Lang(name); version.Compare(minor, "go1.21") >= 0 && !slices.Contains(minors, minor) {
			minors = append(minors, minor)
		}
	}
	slices.SortFunc(minors, version.Compare)
	for _, minor := range minors {
		if name, err := newestPatch(ctx, minor); err == nil {
			names = append(names, name)
		}
	}
	return names
}

func (p *Probed) judge() {
	for _, pull := range p.Pulls {
		p.Good = p.Good && pull.Verdict == pullLinks
	}
	for _, suite := range p.Suites {
		p.Good = p.Good && suite.Verdict != "fails"
	}
}

// ---- pulls ----

// pull asks the release's linker, and compares what gobridge declares with what the release defines.
func (p *Probed) pull(ctx context.Context, release *Release, signatures map[string]string) error {
	s, err := scan(ctx, release, hostPlatform)
	if err != nil {
		return err
	}
	listed, err := listPackages(ctx, release, hostPlatform)
	if err != nil {
		return err
	}
	p.symbols = s.Symbols
	program := &moduleProgram{packages: map[string]*modulePackage{}}
	for _, of := range listed {
		program.packages[of.ImportPath] = &modulePackage{goPackage: *of, Standard: true}
	}
	d := newDeclared(s, program)
	declared := map[string]types.Object{}
	var pulls []pull
	for symbol, signature := range signatures {
		object, err := objectOf(signature)
		if err != nil {
			return fmt.Errorf("%s: %w", symbol, err)
		}
		declared[symbol] = object
		_, isVariable := object.(*types.Var)
		pulls = append(pulls, pull{symbol, packageOf(symbol), isVariable, d.sizes.Sizeof(object.Type())})
	}
	t, err := newToolchain(ctx, release, hostPlatform)
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

// bridgeIterator is how many words of memory the bridge gives the runtime for an iterator.
const bridgeIterator = 12

func (p *Probed) compare(d *declared, probed *ProbedPull, own types.Object, symbol *Symbol) {
	defined := d.std.find(path.Dir(symbol.File), symbol.Local)
	if defined == nil {
		probed.Verdict, probed.Reason = pullSignature, "its definition can not be read"
		return
	}
	if verdict, level, detail := d.compareObjects(own, defined); level != Fine {
		probed.Verdict, probed.Reason = verdict, detail
		return
	}
	probed.Reason = d.text(defined)
	if function, is := defined.(*types.Func); is {
		for _, parameter := range parameters(function) {
			if size, is := d.iterator(parameter); is && size > bridgeIterator*d.sizes.Sizeof(types.Typ[types.Uintptr]) {
				probed.Verdict, probed.Reason = pullLayout, fmt.Sprintf("its iterator has %d bytes", size)
			}
		}
	}
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

// ---- the suite and a crossing ----

// suiteLimit is how long the bridge's tests may take.
const suiteLimit = 15 * time.Minute

func runSuite(ctx context.Context, release *Release, source, backend string) (*Suite, error) {
	args := []string{"test", "-vet=off", "-timeout", suiteLimit.String()}
	if backend == "portable" {
		args = append(args, "-tags=gobridge_portable")
	} else if version.Compare(version.Lang(release.Name), lastVerified(source)) > 0 {
		return &Suite{Backend: backend, Verdict: "skipped", Output: "the build tags leave releases after " + lastVerified(source) + " to the portable backend"}, nil
	}
	start := time.Now()
	_, err := run(ctx, goCommand(ctx, release.tool(), source, append(args, "./bridge/...")...))
	suite := &Suite{Backend: backend, Verdict: "passes", Seconds: time.Since(start).Seconds()}
	if failed := (*commandError)(nil); errors.As(err, &failed) {
		suite.Verdict, suite.Output = "fails", lastLines(failed.output, 40)
		err = nil
	}
	return suite, err
}

// lastVerified is the last minor that the build tags give to the linkname backend: the one before theirs.
func lastVerified(source string) string {
	text, _ := os.ReadFile(filepath.Join(source, "bridge", "backend_linkname.go"))
	var minor int
	if _, after, is := strings.Cut(firstLine(string(text)), "!go1."); is {
		fmt.Sscanf(after, "%d", &minor)
	}
	return fmt.Sprintf("go1.%d", minor-1)
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// crossing calls from a thread that is not the main one, where go1.21 and go1.22 would ask for the stack's bounds at length.
const crossing = `#include <gobridge.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void *measure(void *unused) {
    const char *expression = "map[string]uint64";
    gobridge_ref type, map;
    int64_t len;
    double best = 1e18;
    if (gobridge_type_parse(expression, strlen(expression), &type) || gobridge_runtime_makemap(type, 0, &map)) {
        return unused;
    }
    for (int round = 0; round < 7; round++) {
        enum { CALLS = 100000 };
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int i = 0; i < CALLS; i++) {
            gobridge_reflect_maplen(map, &len);
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        double ns = ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / CALLS;
        best = ns < best ? ns : best;
    }
    printf("%.1f\n", best);
    return unused;
}

int main(void) {
    pthread_t thread;
    return pthread_create(&thread, 0, measure, 0) || pthread_join(thread, 0);
}
`

// timeCrossing builds the library with the release and times its cheapest call that crosses.
func timeCrossing(ctx context.Context, release *Release, source string) (ns float64, err error) {
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	archive, program := filepath.Join(work, "libgobridge.a"), filepath.Join(work, "crossing")
	if err := os.WriteFile(program+".c", []byte(crossing), 0o666); err != nil {
		return 0, err
	}
	if _, err := run(ctx, goCommand(ctx, release.tool(), source, "build", "-trimpath", "-buildvcs=false", "-buildmode=c-archive", "-o", archive, "./bridge/libgobridge")); err != nil {
		return 0, err
	}
	compiler := cmp.Or(os.Getenv("CC"), "cc")
	if _, err := run(ctx, goCommand(ctx, compiler, source, "-std=gnu11", "-O2", "-Iinclude", program+".c", archive, "-lffi", "-lpthread", "-ldl", "-o", program)); err != nil {
		return 0, err
	}
	out, err := run(ctx, goCommand(ctx, program, work))
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscan(out, &ns)
	return ns, err
}
