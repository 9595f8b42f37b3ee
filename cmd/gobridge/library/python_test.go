package library

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// For another architecture extensions get its name in the place of the interpreter's, which some Pythons do not tell.
func TestPythonsOfAnotherArchitecture(t *testing.T) {
	other := "arm64"
	if runtime.GOARCH == other {
		other = "amd64"
	}
	own, its := machines[runtime.GOARCH]+"-linux-gnu", machines[other]+"-linux-gnu"
	for soabi, suffix := range map[string]string{
		"cpython-311-" + own: ".cpython-311-" + its + ".so",
		"cpython-311":        "",
		"cpython-311-" + its: "",
		"None":               "",
		"":                   "",
	} {
		python := filepath.Join(t.TempDir(), "python3")
		if err := os.WriteFile(python, []byte("#!/bin/sh\necho '"+soabi+"'\necho /nowhere/include/python3.11\n"), 0o777); err != nil {
			t.Fatal(err)
		}
		m := &module{work: t.TempDir(), arch: other}
		environment, err := m.crossPython(context.Background(), &tools{cc: []string{"cc"}}, python)
		switch {
		case suffix == "":
			if err == nil || !strings.Contains(err.Error(), "does not tell for which architecture") {
				t.Errorf("SOABI %q: %v", soabi, err)
			}
		case err != nil || !slices.Contains(environment, "SETUPTOOLS_EXT_SUFFIX="+suffix):
			t.Errorf("SOABI %q: %v, without %s", soabi, err, suffix)
		}
	}
	same := &module{arch: runtime.GOARCH}
	if environment, err := same.crossPython(context.Background(), &tools{}, "/no/python3"); environment != nil || err != nil {
		t.Errorf("of the same architecture: %v, %v", environment, err)
	}
}
