package observatory

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"
)

// What an audit found is found again until something changes that it depends on.
func TestResultsAreKept(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	const source = "//go:linkname f runtime.nothere\nfunc f()\n\nfunc g()\n\nfunc F() { f() }\n\ntype s struct{ a int64 }"
	const assembly = "#include \"go_asm.h\"\n#include \"p.h\"\nTEXT ·g(SB),4,$0\n\tMOVQ $SIZE, AX\n\tRET\n"
	dir := newModule(t, source, assembly, "p.F()")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("p/p.h", "#define SIZE s__size\n")
	kept := func() []string {
		paths, _ := filepath.Glob(filepath.Join(cacheDir(), "results", "*"))
		return paths
	}
	release := release(t, "").Name
	first := audited(t, dir, release).Results[0]
	if len(kept()) != 1 || findingOf(t, first).Verdict != pullGone {
		t.Fatalf("%v: %+v", kept(), first)
	}
	written, _ := os.Stat(kept()[0])
	if again := audited(t, dir, release).Results[0]; !reflect.DeepEqual(first, again) {
		t.Errorf("%+v at first, then %+v", first, again)
	}
	if now, err := os.Stat(kept()[0]); err != nil || !now.ModTime().Equal(written.ModTime()) || len(kept()) != 1 {
		t.Errorf("it was found anew: %v", kept())
	}
	// Each of these is another program.
	for i, change := range []func(){
		func() { write("p/p.h", "#define SIZE s__nothere(SB)(\n") },
		func() { write("p/p.s", assembly+"\n") },
		func() { write("p/new.go", "package p\n") },
		func() { write("go.mod", "module m\n\ngo 1.20\n") },
	} {
		change()
		result := audited(t, dir, release).Results[0]
		if len(kept()) != i+2 {
			t.Errorf("change %d has the result of before: %+v", i, result)
		}
		if i == 0 && result.Cause != causeCompile {
			t.Errorf("%+v", result)
		}
	}
	// What is included from elsewhere may change without a trace.
	before := len(kept())
	write("p/p.s", "#include \"../p/p.h\"\n"+assembly)
	audited(t, dir, release)
	if len(kept()) != before {
		t.Error("it is kept though it includes what is not known")
	}
	// What was kept by halves is found anew.
	write("p/p.s", assembly+"\n")
	for _, path := range kept() {
		if err := os.Truncate(path, 10); err != nil {
			t.Fatal(err)
		}
	}
	var audits sync.WaitGroup
	for range 3 {
		audits.Add(1)
		go func() {
			defer audits.Done()
			if result := audited(t, dir, release).Results[0]; result.Cause != causeCompile {
				t.Errorf("%+v", result)
			}
		}()
	}
	audits.Wait()
}

func TestTheOldestResultsGo(t *testing.T) {
	dir := t.TempDir()
	for i := range 11 {
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(i-20) * time.Hour)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	removeOldest(dir, 11)
	if left, _ := os.ReadDir(dir); len(left) != 11 {
		t.Errorf("%d are left", len(left))
	}
	removeOldest(dir, 10)
	left, _ := os.ReadDir(dir)
	if _, err := os.Stat(filepath.Join(dir, "10")); err != nil || len(left) != 5 {
		t.Errorf("%d are left: %v", len(left), err)
	}
}
