package observatory

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Fix is a newer version of a module whose pulls break, or whose code does not compile.
type Fix struct {
	Module  string `json:"module"`
	Version string `json:"version"` // the one that breaks
	First   string `json:"first"`   // the first newer one that links on all releases that were asked; "" for none
	Newest  string `json:"newest"`  // the newest there is; "" where no proxy tells
}

// instead is what the standard library exports in place of what modules pull.
var instead = map[string]string{
	"runtime.fastrand": "math/rand/v2.Uint32", "runtime.fastrandn": "math/rand/v2.Uint32N", "runtime.fastrand64": "math/rand/v2.Uint64",
	"runtime.cheaprand": "math/rand/v2.Uint32", "runtime.cheaprandn": "math/rand/v2.Uint32N", "runtime.fastrandu": "math/rand/v2.Uint64",
	"runtime.nanotime": "time.Since", "runtime.nanotime1": "time.Since", "runtime.walltime": "time.Now", "runtime.walltime1": "time.Now",
	"runtime.cputicks": "time.Since", "time.now": "time.Now", "maps.clone": "maps.Clone", "reflect.mapclone": "maps.Clone",
	"runtime.memhash": "hash/maphash.Bytes", "runtime.strhash": "hash/maphash.String", "runtime.stringHash": "hash/maphash.String",
	"runtime.bytesHash": "hash/maphash.Bytes", "runtime.memequal": "bytes.Equal", "runtime.growslice": "slices.Grow",
	"reflect.growslice": "slices.Grow", "reflect.typedmemmove": "reflect.Value", "reflect.unsafe_New": "reflect.New",
	"reflect.unsafe_NewArray": "reflect.MakeSlice", "reflect.makemap": "reflect.MakeMapWithSize", "reflect.mapiterinit": "reflect.MapIter",
	"reflect.mapiternext": "reflect.MapIter", "runtime.mapiterinit": "reflect.MapIter", "runtime.mapiternext": "reflect.MapIter",
	"syscall.runtime_envs": "os.Environ", "os.runtime_args": "os.Args", "net.parseIPZone": "net/netip.ParseAddr",
	"runtime.gopark": "sync.Cond", "runtime.goready": "sync.Cond",
}

// findFixes finds, for each module that breaks, the first newer version that links.
func (a *Audit) findFixes(ctx context.Context, q AuditQuery) error {
	var releases []string
	for _, r := range a.Results {
		releases = append(releases, r.Release)
	}
	for _, at := range a.brokenVersions() {
		fix := &Fix{Module: at[0], Version: at[1]}
		newer, err := newerVersions(ctx, fix.Module, fix.Version)
		if err != nil {
			return err
		}
		links := func(version string) (bool, error) {
			other, err := AuditModules(ctx, AuditQuery{Target: fix.Module + "@" + version, Releases: releases, Platforms: q.Platforms, Deps: true, Tags: q.Tags})
			if err != nil {
				return false, ctx.Err() // one that cannot be had is none
			}
			return !other.Broken && !other.Unknown, nil
		}
		if fix.First, err = firstThat(newer, links); err != nil {
			return err
		}
		if len(newer) > 0 {
			fix.Newest = newer[len(newer)-1]
		}
		a.Fixes = append(a.Fixes, fix)
	}
	return nil
}

// brokenVersions is the modules and versions that something breaks in, each once.
func (a *Audit) brokenVersions() (versions [][2]string) {
	add := func(file string) {
		at := [2]string{a.Module, a.Version}
		if module, rest, is := strings.Cut(file, "@"); is {
			version, _, _ := strings.Cut(rest, "/")
			at = [2]string{module, version}
		}
		if at[1] != "" && !slices.Contains(versions, at) {
			versions = append(versions, at)
		}
	}
	for _, r := range a.Results {
		if r.Compile != "" {
			add(r.Compile)
		}
		for _, f := range r.Findings {
			if f.Level >= Corrupts {
				add(f.File)
			}
		}
	}
	return versions
}

// firstThat halves a list whose end is good, until it has the first that is; "" where the last is not.
func firstThat(versions []string, good func(string) (bool, error)) (string, error) {
	low, high := 0, len(versions)-1
	if high < 0 {
		return "", nil
	}
	if is, err := good(versions[high]); err != nil || !is {
		return "", err
	}
	for low < high {
		middle := (low + high) / 2
		is, err := good(versions[middle])
		if err != nil {
			return "", err
		}
		if is {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return versions[high], nil
}

// newerVersions is the versions of a module after one, the oldest first, without candidates.
func newerVersions(ctx context.Context, module, than string) (versions []string, err error) {
	out, err := run(ctx, goCommand(ctx, "go", "", "list", "-m", "-versions", "-json", module), "GOFLAGS=-mod=mod")
	if err != nil {
		return nil, ctx.Err() // no proxy tells
	}
	var listed struct{ Versions []string }
	if err := json.Unmarshal([]byte(out), &listed); err != nil {
		return nil, err
	}
	for _, version := range listed.Versions {
		if !strings.Contains(version, "-") && compareVersions(version, than) > 0 {
			versions = append(versions, version)
		}
	}
	return versions, nil
}

// compareVersions compares two versions of a module: a candidate, or one made of a commit, is before the one that it names.
func compareVersions(a, b string) int {
	numbers := func(version string) (all [4]int) {
		version, _, _ = strings.Cut(version, "+")
		version, candidate, is := strings.Cut(strings.TrimPrefix(version, "v"), "-")
		for i, part := range strings.SplitN(version, ".", 3) {
			all[i], _ = strconv.Atoi(part)
		}
		if all[3] = 1; is && candidate != "" {
			all[3] = 0
		}
		return all
	}
	x, y := numbers(a), numbers(b)
	return slices.Compare(x[:], y[:])
}
