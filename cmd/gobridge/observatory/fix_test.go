package observatory

import (
	"context"
	"go/types"
	"strings"
	"testing"
)

// The first newer version that links is found, for the module that is audited and for one that it requires.
func TestFixes(t *testing.T) {
	const gomod = "module one.example\n\ngo 1.21\n"
	breaks := map[string]string{"go.mod": gomod, "p/p.go": pullsGone, "p/p.s": ""}
	links := map[string]string{"go.mod": gomod, "p/p.go": "package p\n\nfunc F() {}\n"}
	serve(t, "one.example", map[string]map[string]string{"v1.0.0": breaks, "v1.1.0": breaks, "v1.2.0": breaks, "v1.10.0": links, "v1.11.0": links, "v1.12.0-rc.1": breaks})
	user := writeFiles(t, map[string]string{
		"go.mod": "module m\n\ngo 1.21\n\nrequire one.example v1.1.0\n",
		"m.go":   "package m\n\nimport \"one.example/p\"\n\nfunc F() { p.F() }\n"})
	for target, text := range map[string]string{
		"one.example@v1.0.0":  "fix: one.example v1.10.0 links, the first after v1.0.0\n",
		user:                  "fix: one.example v1.10.0 links, the first after v1.1.0\n",
		"one.example@v1.10.0": "",
	} {
		a := auditOf(t, AuditQuery{Target: target, Deps: true, Fix: true})
		if told := Text(a, false, Paint{}); !strings.HasSuffix(told, text) || (text == "") != (len(a.Fixes) == 0) {
			t.Errorf("%s: %s", target, told)
		}
	}
	serve(t, "one.example", map[string]map[string]string{"v1.0.0": breaks, "v1.1.0": breaks})
	for target, text := range map[string]string{
		"one.example@v1.0.0": "no fix: one.example v1.1.0, its newest, does not link either\n",
		"one.example@v1.1.0": "no fix: there is no version of one.example after v1.1.0\n",
	} {
		if told := Text(auditOf(t, AuditQuery{Target: target, Fix: true}), false, Paint{}); !strings.HasSuffix(told, text) {
			t.Errorf("%s: %s", target, told)
		}
	}
}

func TestVersionsInOrder(t *testing.T) {
	ordered := []string{"v0.0.0-20230101000000-abcdefabcdef", "v0.0.0", "v0.9.1", "v0.10.0", "v1.2.3-rc.1", "v1.2.3", "v2.0.0+incompatible", "v10.0.0"}
	for i := range ordered {
		for j := range ordered {
			if is := compareVersions(ordered[i], ordered[j]); is < 0 != (i < j) || is > 0 != (i > j) {
				t.Errorf("%s and %s are ordered %d", ordered[i], ordered[j], is)
			}
		}
	}
}

// What is named instead of a pull is there to use.
func TestReplacementsExist(t *testing.T) {
	r := release(t, "")
	packages, err := listPackages(context.Background(), r, HostPlatform)
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{packages: map[string]*goPackage{}, checked: map[string]*types.Package{}, sizes: types.SizesFor("gc", HostPlatform.Arch)}
	for _, p := range packages {
		c.packages[p.ImportPath] = p
	}
	for symbol, name := range instead {
		if of, err := c.Import(packageOf(name)); err != nil || of.Scope().Lookup(strings.TrimPrefix(name, packageOf(name)+".")) == nil {
			t.Errorf("%s, instead of %s, is not there: %v", name, symbol, err)
		}
	}
	dir := newModule(t, "//go:linkname f runtime.nanotime1\nfunc f() int64\n\nfunc F() { f() }", "", "p.F()")
	if f := findingOf(t, audited(t, dir, "go1.27.3").Results[0]); f.Verdict != pullRefused || f.Instead != "time.Since" {
		t.Errorf("runtime.nanotime1 is %s, instead of it %q", f.Verdict, f.Instead)
	}
}
