package observatory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gobridge/cmd/gobridge/command"
)

// suiteLimit is how long the bridge's tests may take.
const suiteLimit = 15 * time.Minute

// run runs the bridge's tests and times a crossing. Those of a release that is newer than the last verified one run on a copy
// of the sources whose range ends with it, because the build tags would leave it to the portable backend.
func (p *Probed) run(ctx context.Context, release *Release, q ProbeQuery, last int, say func(doing string)) error {
	work, err := os.MkdirTemp("", "gobridge-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	source := q.Source
	if minor := minorOf(release.Name); minor > last {
		moved := filepath.Join(work, "moved")
		if err := copySources(source, moved); err != nil {
			return err
		}
		if _, err := moveRange(moved, last, minor); err != nil {
			return err
		}
		source = moved
	}
	for _, backend := range []string{"linkname", "portable"} {
		say("the suite on the " + backend + " backend")
		suite, err := runSuite(ctx, release, q.Platform, source, work, backend)
		if err != nil {
			return err
		}
		p.Suites = append(p.Suites, suite)
	}
	if q.Platform != HostPlatform {
		return ctx.Err() // what an emulator takes for a crossing says nothing
	}
	say("a crossing")
	p.Crossing, err = timeCrossing(ctx, release, source, work)
	if ctx.Err() == nil && err != nil {
		say("a crossing could not be timed: " + err.Error())
	}
	return ctx.Err()
}

// runSuite runs the bridge's tests, whose own files are in a directory that someone else removes. Those of another platform the go
// command runs by go_GOOS_GOARCH_exec, which must be on the PATH.
func runSuite(ctx context.Context, release *Release, platform Platform, source, work, backend string) (*Suite, error) {
	args := []string{"test", "-vet=off", "-timeout", suiteLimit.String()}
	if backend == "portable" {
		args = append(args, "-tags=gobridge_portable")
	}
	start := time.Now()
	_, err := run(ctx, goCommand(ctx, release.tool(), source, append(args, "./bridge/...")...),
		append(platform.environment(), "TMPDIR="+work)...)
	suite := &Suite{Backend: backend, Verdict: "passes", Seconds: time.Since(start).Seconds()}
	if failed := (*command.Failure)(nil); errors.As(err, &failed) {
		suite.Verdict, suite.Output = "fails", lastLines(failed.Output, 40)
		err = nil
	}
	return suite, err
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
func timeCrossing(ctx context.Context, release *Release, source, work string) (ns float64, err error) {
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
